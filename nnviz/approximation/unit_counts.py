"""Count the ReLU units that are needed, and that are enough, for several values of ε."""

from collections.abc import Iterable
from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._clock import processor_time
from nnviz._display import displayed
from nnviz._tasks import compute_all
from nnviz._types import Array, Bounds, ShareProgress, Truth
from nnviz.approximation.certificate import certify
from nnviz.approximation.discontinuities import gates
from nnviz.approximation.domains import checked_interval
from nnviz.approximation.lower_bound import units_needed
from nnviz.approximation.network_for_epsilon import (
    SETTINGS,
    reach_relu,
    samples_or_unreachable,
    small_relu_network,
)
from nnviz.approximation.relu import samples
from nnviz.approximation.unreachable import find_refusal
from nnviz.enclosures.breaks import breaks
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

_LONGEST = 1e6  # seconds; an executor has no time limit


@displayed()
class UnitCounts(NamedTuple):
    """The numbers of units for k values of ε; all arrays (k,). ``upper`` is at least ``lower``."""

    epsilon: Array
    lower: NDArray[np.int64]  # units that every ReLU network with one hidden layer within ε needs: proved
    upper: NDArray[np.int64]  # units of a ReLU network that is within ε
    proved: Truth  # whether that network is proved to be within ε on all of K; otherwise at dense samples


def widths_needed(
    f: TargetLike,
    interval: Bounds,
    epsilons: Iterable[float],
    *,
    executor: Executor | None = None,
    progress: ShareProgress | None = None,
) -> UnitCounts:
    """Return for each ε the units that every ReLU network with one hidden layer needs, and units that are enough.

    The first number is proved. The second is that of a network with a certificate; ``proved`` says where the proof did
    not succeed in time, so that the network is only measured at dense samples.
    executor: any ``concurrent.futures.Executor``, whose workers take one ε each. Then there is no time limit for a
    proof, which is otherwise one second of processor time for each ε, together with the search for the network. The
    search ends after 2.5 seconds with the last network that it found; if it found none, the second number is that of
    the samples. progress: is told the share that is done. Raises Unreachable as ``reach`` does, for the smallest ε.
    """
    f = as_target(f)
    interval = checked_interval(interval)
    wanted = np.array(list(epsilons), dtype=np.float64)
    refusal = find_refusal(f, interval, float(wanted.min(initial=np.inf)))
    if refusal is not None:
        raise refusal
    at = breaks(f, *interval)
    seconds = SETTINGS.seconds_for_a_cost if executor is None else np.inf
    count = partial(_unit_counts, f, interval, at, seconds)
    rows = compute_all(count, wanted.tolist(), executor, progress)
    lower, upper, proved = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return UnitCounts(wanted, lower, upper, proved.astype(bool))


def _unit_counts(
    f: Target, interval: Bounds, at: Array, seconds: float, epsilon: float
) -> tuple[int, int, bool]:
    """Return the lower bound, the number of units that are enough, and whether they are proved, for one ε."""
    began = processor_time()
    deadline, last = began + seconds, began + SETTINGS.seconds_for_a_path
    x = samples_or_unreachable(
        f, interval, epsilon, at, SETTINGS.surplus_samples // 10, SETTINGS.samples_per_piece_for_cost, last
    )
    jumps = gates(f, interval, at, SETTINGS.hidden_share * epsilon)
    network, x = small_relu_network(f, x, epsilon, last, jumps, sharp=False)
    least = units_needed(f, epsilon, x)
    if network.width < least:  # a coarse one, without time for any other
        return least, len(x), False
    certificate = certify(network, f, interval, epsilon, min(max(deadline - processor_time(), 0.0), _LONGEST))
    if certificate.status != "proved" and processor_time() < deadline:
        found = reach_relu(f, interval, epsilon, (deadline, deadline))
        if found.certificate.status == "proved":
            return max(least, found.lower_bound or 0), found.network.width, True
    return least, network.width, certificate.status == "proved"


def units_on_line(f: Target, interval: Bounds, epsilon: float, deadline: float) -> int:
    """Return a proved number of units that every ReLU network within ε of f needs; 0 where none is found."""
    try:
        grid = samples(f, interval, epsilon, breaks(f, *interval), each=SETTINGS.samples_per_piece_for_cost)
        return units_needed(f, epsilon, grid.x, deadline)
    except ValueError:
        return 0
