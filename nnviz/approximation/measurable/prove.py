"""Prove |f − N| < ε on K outside of a set of measure at most δ, and name the intervals that the set consists of.

K without the given exceptional intervals is divided into cells. On a cell the parabola and the range of f − N
(``differences``) bound |f − N| at every point, the ends included. A cell that is not proved is divided. Cells on which
|f − N| is proved to be at least ε, and cells that stay undecided, become exceptional. The claim is proved if the
lengths of all exceptional intervals add up to at most δ, rounded up. It is refuted if the cells with |f − N| ≥ ε alone
are longer than δ.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Bounds
from nnviz.approximation.certificate.record import Status
from nnviz.approximation.differences import Difference
from nnviz.approximation.measurable.intervals import contains, merged, total_length
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target


class ProofSettings(NamedTuple):
    """The numbers that tune the search for a proof."""

    max_cells: int = 2**19  # that wait at the same time
    rounds: int = 60
    patient_rounds: int = 12  # after which undecided cells that fit into δ become exceptional
    max_parts: int = 8
    block: int = 2**14


SETTINGS: Final = ProofSettings()


class Outside(NamedTuple):
    """The result: the status, and a bound of |f − N| outside of the exceptional intervals (n, 2), below ε.

    length: a bound of the measure of the exceptional intervals. wrong: the cells (m, 2) with |f − N| ≥ ε, or undecided,
    that were not given. cells: the number of cells that were examined.
    """

    status: Status
    bound: float
    exceptional: Array
    length: float
    wrong: Array
    cells: int


def prove_outside(
    network: ShallowNetwork,
    f: Target,
    interval: Bounds,
    epsilon: float,
    measure: float,
    given: Array,
    end: float,
) -> Outside:
    """Prove or refute the claim, with the exceptional intervals ``given`` (n, 2), until the time ``end``."""
    difference = Difference(network, f, *interval, closed=True)
    low, high = _first_cells(difference, given)
    room = measure - total_length(given)
    bound, examined, refuting, wrong = difference.slack, 0, 0.0, [np.empty((0, 2))]
    for number in range(SETTINGS.rounds):
        most, least = _bounds(difference, low, high)
        examined += low.size
        done, bad = most < epsilon, least >= epsilon
        bound = max(bound, float(most[done].max(initial=0.0)))
        wrong.append(np.column_stack([low[bad], high[bad]]))
        refuting += float((high - low)[bad].sum())
        rest = ~done & ~bad
        low, high, most = low[rest], high[rest], most[rest]
        left = float((high - low).sum())
        accepted = number >= SETTINGS.patient_rounds and left + refuting <= room * (1 - 1e-9)
        too_wrong = refuting > measure * (1 + 1e-9)
        if not low.size or accepted or too_wrong or processor_time() > end or low.size > SETTINGS.max_cells:
            break
        low, high, stuck = _divided(low, high, most, epsilon)
        wrong.append(stuck)
    found = np.concatenate([*wrong, np.column_stack([low, high])])
    exceptional = merged(np.concatenate([given, found]))
    length = total_length(exceptional)
    status: Status = (
        "proved" if length <= measure else "refuted" if refuting > measure * (1 + 1e-9) else "undecided"
    )
    return Outside(status, bound, exceptional, length, merged(found), examined)


def _first_cells(difference: Difference, given: Array) -> tuple[Array, Array]:
    """Return the cells between the nodes that are not in the given intervals."""
    nodes = np.union1d(difference.nodes, given.ravel())
    low, high = nodes[:-1], nodes[1:]
    outside = ~(contains(given, low) & contains(given, high) & contains(given, low + (high - low) / 2))
    return low[outside], high[outside]


def _bounds(difference: Difference, low: Array, high: Array) -> tuple[Array, Array]:
    """Return bounds of |f − N| on the cells, from above and from below."""
    blocks = np.array_split(np.arange(low.size), low.size // SETTINGS.block + 1)
    parts = [difference.on(low[block], high[block]) for block in blocks]
    return np.concatenate([part.largest() for part in parts]), np.concatenate(
        [part.smallest() for part in parts]
    )


def _divided(low: Array, high: Array, most: Array, epsilon: float) -> tuple[Array, Array, Array]:
    """Return the parts of the cells, and the cells (m, 2) that are too narrow to be divided."""
    middle = low + (high - low) / 2
    narrow = ~((low < middle) & (middle < high))
    stuck = np.column_stack([low[narrow], high[narrow]])
    low, high, most = low[~narrow], high[~narrow], most[~narrow]
    with np.errstate(all="ignore"):
        wanted = np.where(np.isfinite(most), np.cbrt(8 * most / epsilon), 2.0)
    short = high - low < 1e3 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
    counts = np.where(short, 2, np.clip(np.ceil(wanted), 2, SETTINGS.max_parts)).astype(np.intp)
    parent = np.repeat(np.arange(counts.size), counts)
    part = np.arange(parent.size) - np.repeat(np.cumsum(counts) - counts, counts)
    inner = np.where(
        counts[parent] == 2,
        low[parent] + (high - low)[parent] / 2,
        low[parent] + (high - low)[parent] * (part / counts[parent]),
    )
    start = np.where(part == 0, low[parent], inner)
    stop = np.where(part == counts[parent] - 1, high[parent], np.append(start[1:], 0.0))
    return start, stop, stuck
