"""Bound from below what |f − N| is outside of every set of measure δ.

If |f − N| ≥ t on cells of K whose lengths add up to more than δ, then every exceptional set of measure δ leaves out a
part of them. So no choice of it makes the largest error outside smaller than t.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Bounds
from nnviz.approximation.differences import Difference
from nnviz.enclosures import intervals as iv
from nnviz.networks import Network
from nnviz.targets.convert import Target


class LeastErrorSettings(NamedTuple):
    """The numbers that tune the search for a high bound from below."""

    first_cells: int = 1024
    max_cells: int = 2**15
    rounds: int = 8
    parts: int = 4  # into which a cell is divided whose error may be above or below the bound
    close: float = 1.01  # the ratio of the best possible bound to the bound at which the search ends


SETTINGS: Final = LeastErrorSettings()


@np.errstate(all="ignore")
def least_error_outside(network: Network, f: Target, interval: Bounds, measure: float, end: float) -> float:
    """Return t ≥ 0 with sup |f − N| ≥ t outside of every subset of K with measure at most δ = ``measure``."""
    difference = Difference(network, f, *interval)
    nodes = np.union1d(difference.nodes, np.linspace(*interval, SETTINGS.first_cells + 1))
    low, high = nodes[:-1], nodes[1:]
    least, most = _bounds(difference, low, high)
    for number in range(SETTINGS.rounds):
        found, limit = _above_measure(least, low, high, measure), _above_measure(most, low, high, measure)
        open_ = (least < limit) & (most > found) & (high - low > 1e3 * np.spacing(np.abs(low) + np.abs(high)))
        late = processor_time() > end or low.size + SETTINGS.parts * open_.sum() > SETTINGS.max_cells
        if late or limit <= SETTINGS.close * found or not open_.any() or number == SETTINGS.rounds - 1:
            break
        new_low, new_high = _divided(low[open_], high[open_])
        parts = _bounds(difference, new_low, new_high)
        least, most, low, high = (
            np.concatenate([old[~open_], new])
            for old, new in zip((least, most, low, high), (*parts, new_low, new_high))
        )
    return found


def _bounds(difference: Difference, low: Array, high: Array) -> tuple[Array, Array]:
    """Return bounds of |f − N| on the cells, from below and from above."""
    part = difference.on(low, high)
    return part.smallest(), np.nan_to_num(part.largest(), nan=np.inf)


def _above_measure(error: Array, low: Array, high: Array, measure: float) -> float:
    """Return the largest t for which the cells with an error of at least t are longer than δ in all, or 0."""
    order = np.argsort(-error)
    lengths = np.cumsum(iv.down(high - low)[order]) * (1 - (low.size + 2) * 2.0**-52)
    k = int(np.searchsorted(lengths, measure, side="right"))
    return float(error[order[k]]) if k < low.size else 0.0


def _divided(low: Array, high: Array) -> tuple[Array, Array]:
    """Return the parts of the cells."""
    shares = np.linspace(0, 1, SETTINGS.parts + 1)
    ends = low[:, None] + (high - low)[:, None] * shares
    ends[:, -1] = high
    return ends[:, :-1].ravel(), ends[:, 1:].ravel()
