"""Enclose integrals over K: ∫ f, ∫ (f − N)², and with it the root mean square of f − N. Every bound is proved.

K is divided into cells. On a cell of width h let f − N = p + e, where p is a parabola and e the rest (``differences``):

    ∫ (f − N)² lies in h (‖p‖ ± ‖e‖)²,   ‖p‖² = (d + c h²/24)² + s² h²/12 + c² h⁴/720,   p = d + s t + c t²/2,

where ‖·‖ is the root mean square over the cell. It also lies in h times the squares of the range of f − N, which
serves cells with jumps. Next to a pole |f| has bounds by powers of the distance (``enclosures.growth``). The integrals
of their squares are known, so that the integral is enclosed, or is proved to be infinite. The cells with the largest
doubt are divided until the bounds are close enough. A set of measure 0, where f has no value, does not change an
integral.
"""

from enum import Enum
from math import inf, isfinite
from typing import Final, NamedTuple

import numpy as np

from nnviz._checks import check_between
from nnviz._clock import processor_time
from nnviz._display import displayed
from nnviz._types import Array, Bounds, Truth
from nnviz.approximation.differences import Difference, Parabolas
from nnviz.approximation.domains import checked_interval
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.growth import growth_near, integral_of_power
from nnviz.networks import Network
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target


class IntegralSettings(NamedTuple):
    """The numbers that tune the search for close bounds of an integral."""

    max_cells: int = 2**19
    poles_a_round: int = 64  # cells without a bound for which powers of the distance are tried
    max_parts: int = 8  # into which a cell is divided
    patience: int = 8  # rounds after which the cells without a bound must cover less of K
    most_left: float = 0.25  # the share of their first length that they may still cover then
    rounds: int = 120  # after which a cell without a bound is given up
    rounds_without_gain: int = 10
    gain: float = 0.7  # the share of the doubt that these rounds may leave


SETTINGS: Final = IntegralSettings()
_LARGEST: Final = float(np.finfo(np.float64).max)  # a sum above it is not known to be infinite


class Doubt(Enum):
    """Why an integral has no finite upper bound."""

    INFINITE = "the integral is proved to be infinite"
    UNKNOWN = "no bound is known near a point"
    UNDEFINED = "f may be undefined on a part of K"


@displayed()
class IntegralBounds(NamedTuple):
    """Proved bounds low ≤ ∫ ≤ high. If ``high`` is infinite, ``doubt`` says why, and ``at`` where.

    cells: the number of cells that were examined.
    """

    low: float
    high: float
    doubt: Doubt | None
    at: float | None
    cells: int


@displayed()
class RmsBounds(NamedTuple):
    """Proved bounds low ≤ (1/|K| ∫ (f − N)²)^½ ≤ high; ``doubt`` and ``at`` as in ``IntegralBounds``."""

    low: float
    high: float
    doubt: Doubt | None
    at: float | None
    cells: int


def integral_bounds(
    f: TargetLike, interval: Bounds, tolerance: float = 1e-6, seconds: float = 2.0
) -> IntegralBounds:
    """Return proved bounds of ∫ f over K, closer than ``tolerance`` times the integral of |f| if the time is enough.

    f is any function of one variable that is defined almost everywhere on K. If f is not integrable, ``high`` is
    infinite. ValueError for a K that is no interval, and numbers that are not positive.
    """
    return _search(None, f, interval, 1, tolerance, seconds, None)


def squared_error_bounds(
    network: Network | None,
    f: TargetLike,
    interval: Bounds,
    rtol: float = 0.01,
    seconds: float = 2.0,
    goal: float | None = None,
) -> IntegralBounds:
    """Return proved bounds of ∫ (f − N)² over K with high/low − 1 ≤ ``rtol``, if the time is enough.

    The network None stands for N = 0. With a ``goal`` the search ends as soon as the integral is known to be below
    or above it. Both bounds are infinite if the integral is proved to be infinite, as for 1/x at 0. A network is
    bounded on K, so f − N is square integrable only if f is (Minkowski's inequality). ValueError as in
    ``integral_bounds``.
    """
    return _search(network, f, interval, 2, rtol, seconds, goal)


def rms_bounds(
    network: Network,
    f: TargetLike,
    interval: Bounds,
    rtol: float = 0.01,
    seconds: float = 2.0,
    goal: float | None = None,
) -> RmsBounds:
    """Return proved bounds of the root mean square (1/|K| ∫ (f − N)²)^½ with high/low − 1 ≤ ``rtol``.

    The norm is that of L²(K) for the uniform probability on K, as in Hornik 1991, theorem 1. With a ``goal`` the search
    ends as soon as the norm is known to be below or above it. ValueError as in ``integral_bounds``.
    """
    low, high = checked_interval(interval)
    width = iv.point(high) - iv.point(low)
    limit = None if goal is None else float(iv.down(iv.down(goal * goal) * width.lo))
    found = squared_error_bounds(network, f, interval, 2 * rtol, seconds, limit)
    with np.errstate(all="ignore"):
        norm = iv.sqrt(Interval(np.asarray(found.low), np.asarray(found.high)) / width)
    least, most = (
        inf if part == inf else float(end) for part, end in ((found.low, norm.lo), (found.high, norm.hi))
    )
    return RmsBounds(least, most, found.doubt, found.at, found.cells)


class _Cells(NamedTuple):
    """m cells with bounds of the integrals over them, (m,) each."""

    low: Array
    high: Array
    least: Array
    most: Array

    def chosen(self, which: Truth) -> "_Cells":
        """Return the cells where a mask is true."""
        return _Cells(*(part[which] for part in self))

    @property
    def unbounded(self) -> Truth:
        """A mask, True where one of the bounds is infinite."""
        return ~(np.isfinite(self.least) & np.isfinite(self.most))

    @property
    def without_bound(self) -> float:
        """The length of K on which one of the bounds is infinite."""
        return float((self.high - self.low)[self.unbounded].sum())

    @property
    def size(self) -> float:
        """The sum of the larger bounds in size."""
        return float(np.maximum(np.abs(self.least), np.abs(self.most)).sum())


@np.errstate(all="ignore")
def _search(
    network: Network | None,
    f: TargetLike,
    interval: Bounds,
    k: int,
    rtol: float,
    seconds: float,
    goal: float | None,
) -> IntegralBounds:
    """Return bounds of ∫ (f − N)ᵏ over K, k = 1 or 2."""
    low, high = checked_interval(interval)
    check_between("rtol", rtol, 0, above=True)
    check_between("seconds", seconds, 0)
    end, gaps = processor_time() + seconds, [inf] * SETTINGS.rounds_without_gain
    difference = Difference(network, as_target(f), low, high)
    cells = _measured(difference, difference.nodes[:-1], difference.nodes[1:], k)
    examined, first = cells.low.size, cells.without_bound
    for number in range(SETTINGS.rounds):
        total, size = _total(cells), cells.size if k == 1 else float(_total(cells).lo)
        gaps.append(float(total.hi - total.lo) if total.finite else inf)
        close = isfinite(gaps[-1]) and gaps[-1] <= rtol * size
        if close or (cells.least == inf).any() or processor_time() > end:
            break
        if (goal is not None and (total.hi < goal or total.lo > goal)) or cells.low.size > SETTINGS.max_cells:
            break
        stalls = inf > gaps[-1] > SETTINGS.gain * gaps[-1 - SETTINGS.rounds_without_gain]
        if stalls or (number == SETTINGS.patience and cells.without_bound > SETTINGS.most_left * first):
            break
        chosen, parts = _to_divide(cells, rtol * size)
        if not chosen.any():
            break
        new = _measured(difference, *_divided(cells.low[chosen], cells.high[chosen], parts), k)
        examined += new.low.size
        cells = _Cells(*(np.concatenate(pair) for pair in zip(cells.chosen(~chosen), new)))
    return _ended(difference.f, cells, examined, wide=cells.without_bound > SETTINGS.most_left * first)


def _ended(f: Target, cells: _Cells, examined: int, *, wide: bool) -> IntegralBounds:
    """Return the result, with the place of the doubt; ``wide`` if a large part of K has no bound."""
    total, doubt, at = _total(cells), None, None
    if not total.finite:
        infinite = cells.least == inf
        doubt = Doubt.INFINITE if infinite.any() else Doubt.UNDEFINED if wide else Doubt.UNKNOWN
        bad = np.flatnonzero(infinite if infinite.any() else cells.unbounded)
        worst = bad[np.argmax((cells.high - cells.low)[bad])]
        ends = np.array([cells.low[worst], cells.high[worst]])
        size = np.abs(f(ends))
        at = float(
            ends.mean()
            if doubt is Doubt.UNDEFINED
            else ends[np.argmax(np.where(np.isfinite(size), size, inf))]
        )
    return IntegralBounds(float(total.lo), float(total.hi), doubt, at, examined)


def _total(cells: _Cells) -> Interval:
    """Return bounds of the sum over the cells, with the rounding of a sum of m terms."""
    if (cells.least == inf).any():
        return Interval(np.asarray(inf), np.asarray(inf))
    least, most = (float(part.sum()) for part in (cells.least, cells.most))
    room = (cells.low.size + 4) * 2.0**-52
    low_room, high_room = (float(np.abs(part).sum()) * room for part in (cells.least, cells.most))
    return Interval(
        iv.down(min(least, _LARGEST) - low_room),
        iv.up(most + high_room) if isfinite(most) else np.asarray(inf),
    )


def _to_divide(cells: _Cells, goal: float) -> tuple[Truth, Array]:
    """Return which cells are divided next, a mask (m,), and into how many parts, for each of them."""
    doubt, finite = cells.most - cells.least, ~cells.unbounded
    middle = cells.low + (cells.high - cells.low) / 2
    can = (middle > cells.low) & (middle < cells.high)
    waiting = float(doubt[finite].sum()) / 4 if finite.all() else inf
    allowed = max(goal / 2 if isfinite(goal) else inf, waiting) / doubt.size
    chosen = can & (~finite | (doubt > allowed))
    ratio = np.where(finite, doubt, 1.0)[chosen] / max(allowed, 1e-300)
    parts = np.where(finite[chosen], np.clip(np.ceil(np.cbrt(ratio)), 2, SETTINGS.max_parts), 2)
    narrow = (cells.high - cells.low)[chosen] < 1e3 * np.spacing(np.abs(middle[chosen]))
    return chosen, np.where(narrow, 2, parts)


def _divided(low: Array, high: Array, parts: Array) -> tuple[Array, Array]:
    """Return the parts of the cells [lowᵢ, highᵢ], each divided into ``parts``ᵢ equal parts."""
    counts = parts.astype(np.intp)
    parent = np.repeat(np.arange(counts.size), counts)
    part = np.arange(parent.size) - np.repeat(np.cumsum(counts) - counts, counts)
    inner = low[parent] + (high - low)[parent] * (part / counts[parent])
    halves = low[parent] + (high - low)[parent] / 2
    start = np.where(part == 0, low[parent], np.where(counts[parent] == 2, halves, inner))
    stop = np.where(part == counts[parent] - 1, high[parent], np.append(start[1:], 0.0))
    return start, stop


def _measured(difference: Difference, low: Array, high: Array, k: int) -> _Cells:
    """Return cells with bounds of ∫ (f − N)ᵏ over each of them."""
    blocks = np.array_split(np.arange(low.size), low.size // 2**14 + 1)
    found = [_on_cells(difference.on(low[block], high[block]), k) for block in blocks]
    least, most = np.concatenate([one.lo for one in found]), np.concatenate([one.hi for one in found])
    known = ~np.isnan(difference.f(low + (high - low) / 2))  # otherwise f has no bound around this middle
    for at in np.flatnonzero(~np.isfinite(most - least) & known)[: SETTINGS.poles_a_round]:
        least[at], most[at] = _beside_a_pole(difference, low[at : at + 1], high[at : at + 1], k)
    return _Cells(low, high, least, most)


def _on_cells(part: Parabolas, k: int) -> Interval:
    """Return bounds of ∫ Dᵏ over the cells from the parabolas and the ranges, (m,)."""
    with np.errstate(all="ignore"):
        h, value, slope, bend = part.width, *map(iv.point, (part.value, part.slope, part.bend))
        mean, rest = value + bend * iv.square(h) / 24.0, Interval(-part.mean_rest, part.mean_rest)
        if k == 1:
            smooth, ranged = mean + rest, part.range
        else:
            squares = iv.square(mean) + iv.square(slope * h) / 12.0 + iv.square(bend * iv.square(h)) / 720.0
            norm = iv.sqrt(squares) + rest
            smooth, ranged = iv.square(Interval(np.maximum(norm.lo, 0.0), norm.hi)), iv.square(part.range)
        known = np.isfinite(part.mean_rest)
        least = np.where(known, np.maximum(smooth.lo, ranged.lo), ranged.lo)
        most = np.where(known, np.minimum(smooth.hi, ranged.hi), ranged.hi)
        product = Interval(least, most) * h
        return Interval(
            np.where(np.isnan(product.lo), -np.inf, product.lo), np.where(np.isfinite(most), product.hi, inf)
        )


def _beside_a_pole(difference: Difference, low: Array, high: Array, k: int) -> tuple[float, float]:
    """Return bounds of ∫ Dᵏ over one cell from bounds of |f| by powers of the distance from a point."""
    ends = float(low[0]), float(high[0])
    near = growth_near(difference.f, *ends)
    longer = near is None or not isfinite(integral_of_power(near, k)[1])
    if longer:
        near = growth_near(difference.f, *_longer(ends, difference.own)) or near
    if near is None:
        return (0.0 if k == 2 else -inf), inf
    sums = [Interval(*map(np.asarray, integral_of_power(near, power))) for power in (1, k)]
    if sums[1].lo == inf:
        return inf, inf
    signs = {side.sign for side in near.sides}
    if longer:
        sums, signs = [Interval(np.asarray(0.0), one.hi) for one in sums], {0}
    one = sums[0] if signs == {1} else -sums[0] if signs == {-1} else Interval(-sums[0].hi, sums[0].hi)
    if k == 1:
        return float(one.lo), float(one.hi)
    with np.errstate(all="ignore"):
        n, h = difference.network_range(low, high)[0], iv.point(high[0]) - iv.point(low[0])
        return _squares(sums[1], one, n, h)


def _longer(ends: Bounds, nodes: Array) -> Bounds:
    """Return a cell that is a few floats longer inside of K, because a zero may be known to a few floats only."""
    low, high = ends
    room = 32 * np.spacing(max(abs(low), abs(high)))
    return float(max(low - room, nodes[0])), float(min(high + room, nodes[-1]))


# ∫ (f − N)² = ∫ f² − 2 ∫ f N + ∫ N², and ‖f − N‖ lies between |‖f‖ − ‖N‖| and ‖f‖ + ‖N‖
def _squares(two: Interval, one: Interval, n: Interval, h: Interval) -> tuple[float, float]:
    """Return bounds of ∫ (f − N)² over a cell of width h from bounds of ∫ f², ∫ f and N."""
    apart = Interval(n.mignitude, n.magnitude) * iv.sqrt(h) - iv.sqrt(two)
    together = iv.square(Interval(np.asarray(0.0), n.magnitude) * iv.sqrt(h) + iv.sqrt(two))
    highest = np.maximum(one.hi, -one.lo)
    mixed = (
        one * n
        if one.lo >= 0 or one.hi <= 0
        else Interval(-highest, highest) * Interval(-n.magnitude, n.magnitude)
    )
    expanded = two - mixed * 2.0 + iv.square(n) * h
    least = np.fmax(np.fmax(expanded.lo, iv.square(Interval(apart.mignitude, apart.mignitude)).lo), 0.0)
    return float(least), float(np.fmin(expanded.hi, together.hi))
