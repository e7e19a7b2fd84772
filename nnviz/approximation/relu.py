"""Paths as ReLU networks, and the best ReLU network for a width.

A unit v·max(0, ±(x − t)) adds v to the slope at t, whichever way it faces. Facing right it adds nothing to the first
slope, facing left −v. So N units make a path of N + 1 pieces with first slope s₀ and changes of slope dⱼ if some
of them can face left with Σ dⱼ = −s₀; for a path that bends both ways 2ᴺ choices come as near to it as one likes.
Otherwise one more unit makes the first slope.
"""

from dataclasses import replace
from itertools import pairwise
from math import fsum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.domains import Interval, checked_interval, checked_width, finite_values
from nnviz.approximation.obstacles import check_bounded, jumps
from nnviz.approximation.piecewise_linear import Path, attempt
from nnviz.approximation.sampling import PER_PIECE, SURPLUS, Grid, missed, spread
from nnviz.functions import Expression, PiecewiseLinear
from nnviz.functions.breaks import breaks
from nnviz.networks import ShallowNetwork

Array = NDArray[np.float64]
Target = Expression | PiecewiseLinear

SHARP: Final = 1.004  # how far above the least ε the search may stop
ROUNDING: Final = 2.0**-48  # of max |f|: what is smaller is rounding
_BITS: Final = 10  # kinks in each half of the search for directions
_ROUNDS: Final = 4
_EVALUATED: Final = 2.0**-53  # of what a network adds up: what float64 makes of it
_BRIDGE: Final = 1e-6  # of K: half the width over which a jump is bridged


class Best(NamedTuple):
    """The best network found for a width: ``epsilon`` is its largest error as far as samples show, not proved."""

    network: ShallowNetwork
    epsilon: float


class Fit(NamedTuple):
    """A path within ``epsilon`` of f at the samples and between them, if these show f as it is."""

    path: Path
    epsilon: float


def best_relu(f: Target, interval: Interval, width: int) -> Best:
    """The ReLU network with at most ``width`` units and the least sup error, as far as samples show; within 1 %.

    Its path has N + 1 pieces where the directions of N units allow it, else N. A jump is bridged over 2e-6 of K.
    ValueError where f is not finite on K, or bends too often for any network that is allowed.
    """
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
    f: Target, interval: Interval, epsilon: float, at: Array, surplus: int = SURPLUS, each: int = PER_PIECE
) -> Grid:
    """Samples for an ε-approximation, the breaks ``at`` among them, none where a jump is to be bridged."""
    edges, half = jumps(f, interval, at, 2 * epsilon), _BRIDGE * (interval[1] - interval[0])
    if not edges.size:
        return spread(f, interval, epsilon, at, surplus, each)
    banks = np.clip(np.concatenate([edges - half, edges + half]), *interval)
    grid = spread(f, interval, epsilon, np.concatenate([at, banks]), surplus, each)
    off = np.abs(grid.x[:, None] - edges).min(axis=1) > 0.99 * half
    return grid._replace(x=grid.x[off | (grid.x == interval[0]) | (grid.x == interval[1])])


def rounding(y: Array) -> float:
    """The ε below which an approximation of these values says nothing: 2⁻⁴⁸ max |f|."""
    return ROUNDING * (float(np.abs(y).max(initial=0.0)) or 1.0)


def _fit(f: Target, interval: Interval, at: Array, most: int) -> tuple[Fit, bool]:
    """The path of at most so many pieces with the least ε, and whether its first slope can be had for nothing.

    Samples depend on ε and ε on samples: repeated until they agree.
    """
    grid, seen, epsilon = _foreseen(f, interval, at, most)
    for _ in range(_ROUNDS):
        y = finite_values(f, grid.x)
        fit = least_epsilon(grid.x, y, most, epsilon)
        more = missed(f, fit.path.__call__, grid.x, (1 + 4 * grid.sag) * fit.epsilon)
        if fit.epsilon <= rounding(y) or (fit.epsilon > seen / 1.6 and not more.size):
            break
        seen = epsilon = fit.epsilon
        at = np.union1d(at, more)
        grid = samples(f, interval, seen, at)
    return fit, _can_turn(np.diff(y) / np.diff(grid.x))


def _foreseen(f: Target, interval: Interval, at: Array, pieces: int) -> tuple[Grid, float, float]:
    """Samples for so many pieces, the ε that these were taken for, and about the ε that they reach: as 1/S²."""
    y = f(np.linspace(*interval, 257))
    y = y[np.isfinite(y)]
    smallest = rounding(y)
    epsilon = max(smallest, float(np.ptp(y)) / pieces) if y.size else 1.0
    for _ in range(_ROUNDS):
        grid, seen = samples(f, interval, epsilon, at), epsilon
        epsilon = max(smallest, seen * (grid.pieces / pieces) ** 2)
        if 0.64 < epsilon / seen < 1.5 or seen == smallest:
            break
    return grid, seen, epsilon


# --- ε for a number of pieces ---


def least_epsilon(x: Array, y: Array, most: int, guess: float, slack: Array | float = 0.0) -> Fit:
    """The least ε, within 0.4 %, for which ``most`` pieces are enough, by bisection from a good guess.

    The tube at the samples is narrower than ε by ``slack``, by half at most: room for what f does between them.
    Where they are not, the share r of the samples that they reach foretells it: ε grows as 1/S², so it is ε/r².
    """
    smallest = rounding(y)
    below, epsilon, step = 0.0, max(0.995 * guess, smallest), 1.01
    fit: Fit | None = None
    while fit is None or fit.epsilon > max(SHARP * below, smallest):
        half = np.maximum(epsilon - slack, 0.5 * epsilon)
        path, reached = attempt(x, y - half, y + half, most)
        if path is not None:
            fit = Fit(path, epsilon)
            epsilon, step = epsilon / max(step, (most / path.pieces) ** 2), min(step**4, 1e3)
        else:
            below = epsilon
            epsilon *= max(reached**-2 * (1 + 0.4 * (SHARP - 1)), 1 + (SHARP - 1) / 3)
        if fit is not None and below and not below < epsilon < fit.epsilon:
            epsilon = float(np.sqrt(below) * np.sqrt(fit.epsilon))
        epsilon = max(epsilon, smallest)
    return Fit(_snapped(fit.path, x, y), smallest) if fit.epsilon <= smallest else fit


def _snapped(path: Path, x: Array, y: Array) -> Path:
    """A path that is f itself up to rounding, with its corners where samples are."""
    k = np.searchsorted(0.5 * (x[:-1] + x[1:]), path.x)
    return Path(x[k], y[k]) if np.allclose(x[k], path.x, atol=1e-9 * (x[-1] - x[0])) else path


# --- the network ---


def relu_network(path: Path, epsilon: float, tolerance: float) -> Best:
    """The ReLU network that is this path, which is within ε of f: S − 1 units for S pieces if that can be, else S.

    Hidden weights are ±1, so kinks are where they are meant. ``tolerance`` is how far the network may depart from the
    path where that saves a unit. A straight line takes one unit, a constant too (with output weight 0).
    """
    kinks, changes = path.x[1:-1], np.diff(path.slopes)
    left = _directions(float(path.slopes[0]), changes)
    missing = _missing(path.slopes, changes, left)
    changes, offset = _closed(path.x, changes, left, missing)
    noise = _EVALUATED * _added_up(path.x, kinks, changes, left)
    spare = max(2 * tolerance, rounding(path.y))
    if not len(kinks) or abs(offset) > spare or noise > max(epsilon, rounding(path.y)) / 8:
        return Best(_from_a_flat_piece(path), epsilon)
    raw = _facing(kinks, changes, left, 0.0)
    ends = path.x[[0, -1]]
    network = replace(raw, output_bias=float(np.mean(path(ends) - raw(ends))))
    return Best(network, epsilon + abs(offset) / 2)


def _facing(kinks: Array, changes: Array, left: NDArray[np.bool_], bias: float) -> ShallowNetwork:
    facing = np.where(left, -1.0, 1.0)
    return ShallowNetwork("relu", facing, -facing * kinks, changes, bias)


def _added_up(x: Array, kinks: Array, changes: Array, left: NDArray[np.bool_]) -> float:
    """Σ |vⱼ| max φⱼ over the interval: what the network adds up, of which much may cancel."""
    with np.errstate(over="ignore"):
        return float(np.abs(changes) @ np.where(left, kinks - x[0], x[-1] - kinks))


def _from_a_flat_piece(path: Path) -> ShallowNetwork:
    """One unit for the slope of one piece, from which all others face away: there is what the bias is taken from.

    Of all pieces it is the one for which least is added up: no steep unit reaches where f is flat.
    """
    x, slopes = path.x, path.slopes
    kinks, sizes = x[1:-1], np.abs(np.diff(slopes))
    with np.errstate(over="ignore"):
        before = np.cumsum(np.append(0.0, sizes * (kinks - x[0])))
        behind = np.cumsum(np.append(0.0, (sizes * (x[-1] - kinks))[::-1]))[::-1]
        k = int(np.argmin(before + behind + np.abs(slopes) * (x[-1] - x[0])))
    changes = np.concatenate([-_changes(slopes[k::-1])[::-1], _changes(slopes[k:])])
    left = np.arange(len(kinks)) < k
    if slopes[k] == 0 and len(kinks):
        return _facing(kinks, changes, left, float(path.y[k]))
    bias = float(path.y[k] - slopes[k] * (x[k] - x[0]))
    return _facing(np.append(x[0], kinks), np.append(slopes[k], changes), np.append(False, left), bias)


def _changes(slopes: Array) -> Array:
    """The changes of these S slopes, (S − 1,), rounded: what is lost by one the next makes up for.

    So the sum of the first j is off by half a unit in the last place of the j-th, however steep the slopes before.
    """
    changes, lost = [], 0.0
    for one, other in pairwise(slopes.tolist()):
        changes.append(fsum((other, -one, lost)))
        lost = fsum((other, -one, lost, -changes[-1]))
    return np.array(changes)


def _closed(x: Array, changes: Array, left: NDArray[np.bool_], missing: float) -> tuple[Array, float]:
    """Changes of slope whose left-facing sum is exact, and how much higher one end of the path then comes to lie.

    What is missing is moved from a unit to a neighbour that faces the other way, where they are nearest: only the
    slope between the two changes. Without such neighbours the whole path tilts.
    """
    opposite = np.flatnonzero(left[:-1] != left[1:])
    if not opposite.size:
        return changes, missing * float(x[-1] - x[0])
    gaps = np.diff(x[1:-1])
    j = opposite[np.argmin(gaps[opposite])]
    changes = changes.copy()
    changes[[j, j + 1]] += np.where(left[[j, j + 1]], -missing, missing)
    return changes, float(missing * gaps[j])


def _can_turn(slopes: Array) -> bool:
    """Whether some choice of units facing left can make the first slope: −s₀ between the sums of dⱼ < 0 and dⱼ > 0."""
    changes = np.diff(slopes)
    return bool(changes[changes < 0].sum() <= -slopes[0] <= changes[changes > 0].sum())


def _directions(first: float, changes: Array) -> NDArray[np.bool_]:
    """Which units face left, so that Σ dⱼ over them is −s₀ as nearly as possible.

    From the greatest down, each is taken if it helps; 20 of all sizes are kept back and solved by a search from both
    ends (Horowitz & Sahni 1974, *Computing partitions with applications to the knapsack problem*).
    """
    left = np.zeros(len(changes), bool)
    order = np.argsort(-np.abs(changes), kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(2 * _BITS, len(order))).astype(int))
    fine, coarse = order[places], np.delete(order, places)
    missing = first
    for j in coarse:
        if abs(missing + changes[j]) < abs(missing):
            left[j], missing = True, missing + changes[j]
    left[fine] = _subset(changes[fine], -missing)
    return left


def _missing(slopes: Array, changes: Array, left: NDArray[np.bool_]) -> float:
    """How far s₀ + Σ dⱼ over the units that face left is from 0, or the last slope from the sum over the others.

    That is the same, but for what rounding took from steep changes: the side without them is asked.
    """
    on_left, on_right = changes[left], changes[~left]
    if np.abs(on_left).sum() < np.abs(on_right).sum():
        return fsum([slopes[0], *on_left])
    return fsum([slopes[-1], *-on_right])


def _subset(numbers: Array, total: float) -> NDArray[np.bool_]:
    """The subset of at most 20 numbers with the sum nearest to ``total``."""
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
    """All 2ⁿ rows of zeros and ones."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)
