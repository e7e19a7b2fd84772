"""Write paths as ReLU networks, and find the best ReLU network for a width.

A unit v·max(0, ±(x − t)) adds v to the slope at t. If it faces right, it adds 0 to the first slope, and if it faces
left, −v. So N units make a path of N + 1 pieces with first slope s₀ and changes of slope dⱼ if some units can face
left with Σ dⱼ = −s₀. For a path that bends both ways, the 2ᴺ choices come close to this sum. Otherwise one more
unit makes the first slope.
"""

from dataclasses import replace
from itertools import pairwise
from math import fsum, inf
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._display import displayed
from nnviz._types import Array, Bounds
from nnviz.approximation.discontinuities import jumps
from nnviz.approximation.domains import checked_interval, checked_width, finite_values
from nnviz.approximation.explanations import check_bounded
from nnviz.approximation.piecewise_linear import Path, attempt
from nnviz.approximation.sampling import SETTINGS as SAMPLING
from nnviz.approximation.sampling import Grid, large_errors, spread
from nnviz.enclosures.breaks import breaks
from nnviz.networks import ShallowNetwork
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target


class ReluSettings(NamedTuple):
    """The numbers that tune the search for ReLU networks."""

    accepted_excess: float = 1.004  # the search stops at this factor of a lower bound of the smallest ε
    rounding: float = 2.0**-48  # of max |f|; smaller errors are due to rounding
    smallest_epsilon: float = 2.0**-1000  # products with smaller numbers underflow
    half_search_kinks: int = 10  # kinks in each half of the search for directions
    rounds: int = 4  # of matching the samples and ε
    evaluation_rounding: float = 2.0**-53  # of the sum of magnitudes of the terms of a network
    bridge: float = 1e-6  # of K; half the width on which a jump is bridged


SETTINGS: Final = ReluSettings()


class TooSteep(ValueError):
    """The error that the terms v φ(w x + b) of a network would be beyond the largest number of 64 bits."""

    def __init__(self) -> None:
        super().__init__(
            "f is so steep here that the terms of a network are beyond the largest number of 64 bits, 1.8e308. "
            "Choose a larger ε, or another K."
        )


@displayed()
class ReluApproximation(NamedTuple):
    """The best network found for a width, with its largest error ``epsilon``, which is measured and not proved."""

    network: ShallowNetwork
    epsilon: float


class Fit(NamedTuple):
    """A path within ``epsilon`` of f at the samples, and between them if the samples represent f."""

    path: Path
    epsilon: float


def best_relu(f: TargetLike, interval: Bounds, width: int) -> ReluApproximation:
    """Return the ReLU network with at most ``width`` units and the smallest sup norm error at samples, up to 1 %.

    Its path has N + 1 pieces if the directions of N units allow it, otherwise N. A jump is bridged on 2e-6 of K.
    ValueError if f is not finite on K, or bends too often for every network that is allowed.
    """
    f = as_target(f)
    interval, width = checked_interval(interval), checked_width(width)
    check_bounded(f, interval)
    at = breaks(f, *interval)
    more, turns = _fit(f, interval, at, width + 1)
    best = relu_network(more.path, more.epsilon, more.epsilon / width) if turns else None
    if best is not None and best.network.width <= width and best.epsilon < 1.01 * more.epsilon:
        return best
    fewer, _ = _fit(f, interval, at, width)
    second = relu_network(fewer.path, fewer.epsilon, 0.0)
    return best if best and best.network.width <= width and best.epsilon < second.epsilon else second


# --- samples ---


def samples(
    f: Target,
    interval: Bounds,
    epsilon: float,
    at: Array,
    surplus: int = SAMPLING.surplus,
    each: int = SAMPLING.samples_per_piece,
    deadline: float = inf,
) -> Grid:
    """Return samples for an ε-approximation with the breaks ``at`` among them, and none where a jump is bridged.

    The search ends at the ``deadline``, in the time of ``processor_time``.
    """
    edges, half = jumps(f, interval, at, 2 * epsilon), SETTINGS.bridge * (interval[1] - interval[0])
    if not edges.size:
        return spread(f, interval, epsilon, at, surplus, each, deadline)
    banks = np.clip(np.concatenate([edges - half, edges + half]), *interval)
    grid = spread(f, interval, epsilon, np.concatenate([at, banks]), surplus, each, deadline)
    off = np.abs(grid.x[:, None] - edges).min(axis=1) > 0.99 * half
    return grid._replace(x=grid.x[off | (grid.x == interval[0]) | (grid.x == interval[1])])


def rounding(y: Array) -> float:
    """Return 2⁻⁴⁸ max |f|, the ε below which an approximation is dominated by rounding; at least 2⁻¹⁰⁰⁰."""
    return max(SETTINGS.rounding * (float(np.abs(y).max(initial=0.0)) or 1.0), SETTINGS.smallest_epsilon)


def _fit(f: Target, interval: Bounds, at: Array, most: int) -> tuple[Fit, bool]:
    """Return the path of at most ``most`` pieces with the smallest ε, and whether its first slope needs no unit.

    The samples depend on ε, and ε depends on the samples, so both are repeated until they agree.
    """
    grid, seen, epsilon = _predicted_samples(f, interval, at, most)
    for _ in range(SETTINGS.rounds):
        y = finite_values(f, grid.x)
        fit = smallest_epsilon(grid.x, y, most, epsilon)
        more = large_errors(f, fit.path.__call__, grid.x, (1 + 4 * grid.deviation) * fit.epsilon)
        if fit.epsilon <= rounding(y) or (fit.epsilon > seen / 1.6 and not more.size):
            break
        seen = epsilon = fit.epsilon
        at = np.union1d(at, more)
        grid = samples(f, interval, seen, at)
    return fit, _can_make_first_slope(np.diff(y) / np.diff(grid.x))


def _predicted_samples(f: Target, interval: Bounds, at: Array, pieces: int) -> tuple[Grid, float, float]:
    """Return samples for S pieces, the ε that they were chosen for, and a prediction of the smallest ε, as ε ∝ 1/S²."""
    y = f(np.linspace(*interval, 257))
    y = y[np.isfinite(y)]
    smallest = rounding(y)
    epsilon = max(smallest, float(np.ptp(y)) / pieces) if y.size else 1.0
    for _ in range(SETTINGS.rounds):
        grid, seen = samples(f, interval, epsilon, at), epsilon
        epsilon = max(smallest, seen * (grid.pieces / pieces) ** 2)
        if 0.64 < epsilon / seen < 1.5 or seen == smallest:
            break
    return grid, seen, epsilon


# --- ε for a number of pieces ---


def smallest_epsilon(
    x: Array, y: Array, most: int, guess: float, slack: Array | float = 0.0, jump: Array | float = 0.0
) -> Fit:
    """Return the smallest ε, up to 0.4 %, for which ``most`` pieces are enough, by bisection from a good guess.

    The tube at the samples is narrower than ε by ``slack``, (2, n) for its floor and its ceiling, but at most by half,
    because f varies between the samples, and by ``jump``, half the jump of f there. If the pieces are not enough, the
    fraction r of the samples that they reach predicts ε/r², because ε grows as 1/S².
    """
    smallest = max(rounding(y), min(SETTINGS.accepted_excess * float(np.max(jump)), guess))
    below, epsilon, step = 0.0, max(0.995 * guess, smallest), 1.01
    walls = np.broadcast_to(slack, (2, len(x)))
    fit: Fit | None = None
    while fit is None or fit.epsilon > max(SETTINGS.accepted_excess * below, smallest):
        low, high = np.minimum(np.maximum(epsilon - walls, 0.5 * epsilon), epsilon - jump)
        path, reached = attempt(x, y - low, y + high, most)
        if path is not None:
            fit = Fit(path, epsilon)
            epsilon, step = epsilon / max(step, (most / path.pieces) ** 2), min(step**4, 1e3)
        else:
            below = epsilon
            epsilon *= max(
                reached**-2 * (1 + 0.4 * (SETTINGS.accepted_excess - 1)),
                1 + (SETTINGS.accepted_excess - 1) / 3,
            )
        if fit is not None and below and not below < epsilon < fit.epsilon:
            epsilon = float(np.sqrt(below) * np.sqrt(fit.epsilon))
        epsilon = max(epsilon, smallest)
    exact = fit.epsilon <= smallest == rounding(y)
    return Fit(_with_knots_at_samples(fit.path, x, y), smallest) if exact else fit


def _with_knots_at_samples(path: Path, x: Array, y: Array) -> Path:
    """Return the path with its knots moved to samples, for an f that is piecewise linear up to rounding."""
    k = np.searchsorted(0.5 * (x[:-1] + x[1:]), path.x)
    return Path(x[k], y[k]) if np.allclose(x[k], path.x, atol=1e-9 * (x[-1] - x[0])) else path


# --- the network ---


def relu_network(path: Path, epsilon: float, tolerance: float) -> ReluApproximation:
    """Return a ReLU network that equals a path within ε of f, with S − 1 units for S pieces if possible, otherwise S.

    The hidden weights are ±1, so that the kinks are exact. The network may deviate from the path by ``tolerance``
    if this saves a unit. A line takes one unit, and a constant takes none. Raises TooSteep if a term of the network is
    beyond float64.
    """
    with np.errstate(all="ignore"):
        rise = np.abs(np.diff(path.slopes)).sum() + np.abs(path.slopes).max() * (path.x[-1] - path.x[0])
    if not np.isfinite(rise):
        raise TooSteep
    kinks, changes = path.x[1:-1], np.diff(path.slopes)
    left = _directions(float(path.slopes[0]), changes)
    gap = _slope_gap(path.slopes, changes, left)
    changes, offset = _close_slope_gap(path.x, changes, left, gap)
    noise = SETTINGS.evaluation_rounding * _sum_of_magnitudes(path.x, kinks, changes, left)
    spare = max(2 * tolerance, rounding(path.y))
    if not len(kinks) or abs(offset) > spare or noise > max(epsilon, rounding(path.y)) / 8:
        return ReluApproximation(_from_a_flat_piece(path), epsilon)
    raw = _network_of_kinks(kinks, changes, left, 0.0)
    ends = path.x[[0, -1]]
    network = replace(raw, output_bias=float(np.mean(path(ends) - raw(ends))))
    return ReluApproximation(network, epsilon + abs(offset) / 2)


def _network_of_kinks(kinks: Array, changes: Array, left: NDArray[np.bool_], bias: float) -> ShallowNetwork:
    """Return the network of units with these kinks and changes of slope, of which ``left`` face left."""
    facing = np.where(left, -1.0, 1.0)
    return ShallowNetwork("relu", facing, -facing * kinks, changes, bias)


def _sum_of_magnitudes(x: Array, kinks: Array, changes: Array, left: NDArray[np.bool_]) -> float:
    """Return Σ |vⱼ| max φⱼ over the interval, the size of the terms of the output, which may cancel."""
    with np.errstate(over="ignore"):
        return float(np.abs(changes) @ np.where(left, kinks - x[0], x[-1] - kinks))


def _from_a_flat_piece(path: Path) -> ShallowNetwork:
    """Return the network with a unit for the slope of one piece, from which all other units face away.

    The piece is chosen so that the terms of the output are as small as possible, so no steep unit is on where f is
    flat.
    """
    x, slopes = path.x, path.slopes
    kinks, sizes = x[1:-1], np.abs(np.diff(slopes))
    with np.errstate(over="ignore"):
        before = np.cumsum(np.append(0.0, sizes * (kinks - x[0])))
        behind = np.cumsum(np.append(0.0, (sizes * (x[-1] - kinks))[::-1]))[::-1]
        k = int(np.argmin(before + behind + np.abs(slopes) * (x[-1] - x[0])))
    changes = np.concatenate([-_changes(slopes[k::-1])[::-1], _changes(slopes[k:])])
    left = np.arange(len(kinks)) < k
    if slopes[k] == 0:
        return _network_of_kinks(kinks, changes, left, float(path.y[k]))
    bias = float(path.y[k] - slopes[k] * (x[k] - x[0]))
    return _network_of_kinks(
        np.append(x[0], kinks), np.append(slopes[k], changes), np.append(False, left), bias
    )


def _changes(slopes: Array) -> Array:
    """Return the changes of S slopes, (S − 1,), where each change corrects the rounding error of the one before.

    So the error of the sum of the first j changes is half a unit in the last place of the j-th, for all slopes before.
    """
    changes, lost = [], 0.0
    for one, other in pairwise(slopes.tolist()):
        changes.append(fsum((other, -one, lost)))
        lost = fsum((other, -one, lost, -changes[-1]))
    return np.array(changes)


def _close_slope_gap(x: Array, changes: Array, left: NDArray[np.bool_], gap: float) -> tuple[Array, float]:
    """Return changes of slope whose left-facing sum is exact, and by how much this raises one end of the path.

    The gap is moved from a unit to its nearest neighbor that faces the other way, so only the slope between the two
    changes. Without such neighbors the whole path tilts.
    """
    opposite = np.flatnonzero(left[:-1] != left[1:])
    if not opposite.size:
        return changes, gap * float(x[-1] - x[0])
    gaps = np.diff(x[1:-1])
    j = opposite[np.argmin(gaps[opposite])]
    changes = changes.copy()
    changes[[j, j + 1]] += np.where(left[[j, j + 1]], -gap, gap)
    return changes, float(gap * gaps[j])


def _can_make_first_slope(slopes: Array) -> bool:
    """Return whether units facing left could make the first slope: −s₀ is between the sums of dⱼ < 0 and of dⱼ > 0."""
    changes = np.diff(slopes)
    return bool(changes[changes < 0].sum() <= -slopes[0] <= changes[changes > 0].sum())


def _directions(first: float, changes: Array) -> NDArray[np.bool_]:
    """Return which units face left, so that their Σ dⱼ is as close to −s₀ as possible.

    From the largest down, each unit is taken if it helps. The last 20, of all sizes, are chosen by a search from both
    ends (Horowitz & Sahni 1974, *Computing partitions with applications to the knapsack problem*).
    """
    left = np.zeros(len(changes), bool)
    order = np.argsort(-np.abs(changes), kind="stable")
    places = np.unique(
        np.linspace(0, len(order) - 1, min(2 * SETTINGS.half_search_kinks, len(order))).astype(int)
    )
    fine, coarse = order[places], np.delete(order, places)
    gap = first
    for j in coarse:
        if abs(gap + changes[j]) < abs(gap):
            left[j], gap = True, gap + changes[j]
    left[fine] = _subset(changes[fine], -gap)
    return left


def _slope_gap(slopes: Array, changes: Array, left: NDArray[np.bool_]) -> float:
    """Return s₀ + Σ dⱼ over the units that face left, or minus the last slope plus the sum over the others.

    Both are equal up to the rounding of steep changes, so the side with the smaller changes is used.
    """
    on_left, on_right = changes[left], changes[~left]
    if np.abs(on_left).sum() < np.abs(on_right).sum():
        return fsum([slopes[0], *on_left])
    return fsum([slopes[-1], *-on_right])


def _subset(numbers: Array, total: float) -> NDArray[np.bool_]:
    """Return the subset of at most 20 numbers with the sum nearest to ``total``."""
    half = len(numbers) // 2
    one, other = _choices(half), _choices(len(numbers) - half)
    sums, others = one @ numbers[:half], other @ numbers[half:]
    order = np.argsort(others)
    place = np.searchsorted(others[order], total - sums).clip(0, len(others) - 1)
    pairs = np.stack([place, np.maximum(place - 1, 0)])
    errors = np.abs(sums + others[order[pairs]] - total)
    side, k = np.unravel_index(np.argmin(errors), errors.shape)
    return np.concatenate([one[k], other[order[pairs[side, k]]]]) > 0


def _choices(n: int) -> Array:
    """Return all 2ⁿ rows of n zeros and ones."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)
