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
from nnviz.approximation.certificate.together import prove_together
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
from nnviz.networks import ShallowNetwork
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
    seconds = SETTINGS.seconds_for_a_cost if executor is None else _LONGEST
    found = compute_all(partial(_found, f, interval, at, seconds), wanted.tolist(), executor, progress)
    proved = _proved_together(f, interval, found)
    left = [one for one, known in zip(found, proved) if not known]
    alone = iter(compute_all(partial(_proved_alone, f, interval), left, executor))
    rows = [
        (one.least, one.network.width, True) if known else next(alone) for one, known in zip(found, proved)
    ]
    lower, upper, sure = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return UnitCounts(wanted, lower, upper, sure.astype(bool))


class _Found(NamedTuple):
    """A network that is within ε at samples, and the proved lower bound of the units."""

    epsilon: float
    least: int
    network: ShallowNetwork
    samples: int
    seconds: float  # that are left

    @property
    def is_coarse(self) -> bool:
        """Whether there was no time for a network within ε."""
        return self.network.width < self.least


def _found(f: Target, interval: Bounds, at: Array, seconds: float, epsilon: float) -> _Found:
    """Return a network for one ε, and the lower bound."""
    began = processor_time()
    last = began + SETTINGS.seconds_for_a_path
    jumps = gates(f, interval, at, SETTINGS.hidden_share * epsilon)

    def attempt(each: int, margin: float) -> tuple[int, ShallowNetwork, Array]:
        surplus = SETTINGS.surplus_samples // 10
        x = samples_or_unreachable(f, interval, epsilon, at, surplus, each, last)
        network, x = small_relu_network(f, x, epsilon, last, jumps, sharp=False, margin=margin)
        return units_needed(f, epsilon, x), network, x

    first, second = SETTINGS.cost_margins
    least, network, x = attempt(SETTINGS.samples_per_piece_for_cost, first)
    if least + 1 < network.width <= SETTINGS.second_up_to and processor_time() - began < seconds / 2:
        in_all, most = SETTINGS.second_samples
        other, better, _ = attempt(min(in_all // network.width, most), second)
        least = max(least, other)
        if least <= better.width < network.width:
            network = better
    return _Found(epsilon, least, network, len(x), max(began + seconds - processor_time(), 0.0))


def _proved_together(f: Target, interval: Bounds, found: list[_Found]) -> Truth:
    """Return which networks are proved to be within their ε, (k,), in the time that is left for all of them."""
    tried = [k for k, one in enumerate(found) if not one.is_coarse and one.seconds > 0]
    epsilons = np.array([found[k].epsilon for k in tried])
    end = processor_time() + sum(found[k].seconds for k in tried)
    proved = np.zeros(len(found), np.bool_)
    proved[tried] = prove_together([found[k].network for k in tried], f, interval, epsilons, end)
    return proved


def _proved_alone(f: Target, interval: Bounds, one: _Found) -> tuple[int, int, bool]:
    """Return the lower bound, the number of units that are enough, and whether they are proved, for one ε."""
    if one.is_coarse:
        return one.least, one.samples, False
    deadline = processor_time() + one.seconds
    certificate = certify(one.network, f, interval, one.epsilon, min(one.seconds, _LONGEST))
    if certificate.status != "proved" and processor_time() < deadline:
        found = reach_relu(f, interval, one.epsilon, (deadline, deadline))
        if found.certificate.status == "proved":
            return max(one.least, found.lower_bound or 0), found.network.width, True
    return one.least, one.network.width, certificate.status == "proved"


def units_on_line(f: Target, interval: Bounds, epsilon: float, deadline: float) -> int:
    """Return a proved number of units that every ReLU network within ε of f needs; 0 where none is found."""
    try:
        grid = samples(f, interval, epsilon, breaks(f, *interval), each=SETTINGS.samples_per_piece_for_cost)
        return units_needed(f, epsilon, grid.x, deadline)
    except ValueError:
        return 0
