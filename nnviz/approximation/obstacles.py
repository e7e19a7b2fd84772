"""What stands in the way of the theorem: jumps, poles, points where f is not defined. Found numerically, not proved."""

from math import inf
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.domains import Interval
from nnviz.functions import Expression, PiecewiseLinear, enclose, enclose_points
from nnviz.functions.breaks import breaks
from nnviz.functions.seams import enclose_open

Array = NDArray[np.float64]
Target = Expression | PiecewiseLinear

_STEPS: Final = 40  # towards a point from each side, each a fixed share of the one before
_NEAR: Final = 2.0**-50  # of the distance that was started from
_SURE: Final = 1e-3  # of the values: what a limit that is seen from nearer by may be off
_EARLIEST: Final = 8  # values that are looked at in any case
_GRID: Final = 2048
_NEXT: Final = 16  # floats on each side of a break, which is known to a few


class Sides(NamedTuple):
    """What f does towards k points from one side; all arrays (k,)."""

    limit: Array  # the value nearest to the point; nan where f has gaps on that side, or where there is no such side
    doubt: Array  # how far the limit may be from that
    settles: NDArray[np.bool_]  # whether there is a limit
    grows: NDArray[np.bool_]  # no limit, and |f| grows or f runs away


def obstacle(f: Target, interval: Interval, epsilon: float) -> str:
    """Why no network is within ε of f on K, in words for the person who asked; empty if nothing is in the way."""
    if isinstance(f, PiecewiseLinear):
        return ""
    at = breaks(f, *interval)
    return _at_breaks(f, interval, at, epsilon) or _undefined(f, interval, at)


def check_bounded(f: Target, interval: Interval) -> None:
    """ValueError, in words for the person who asked, where f has a pole in K or points without a value.

    Jumps, and waves without end, are let pass: they can be approximated, though not as near as one likes.
    """
    if reason := obstacle(f, interval, inf):
        raise ValueError(reason)


def jumps(f: Target, interval: Interval, at: Array, least: float) -> Array:
    """Those of the breaks where the values on both sides, or the value there, are further apart than ``least``."""
    if isinstance(f, PiecewiseLinear) or not at.size:
        return np.empty(0)
    left, right = _sides(f, interval, at)
    size, _ = _jump(f, interval, at, left, right)
    return at[size > least]


def _sides(f: Expression, interval: Interval, at: Array) -> tuple[Sides, Sides]:
    """What f does towards each break, through points that come nearer by a fixed share, no nearer than 64 floats.

    A side that does not settle is looked at from nearer by, too: x sin(1/x) on a K of ±1e10. One that seems to grow
    does not where enclosures bound it, as they do 1/(1 + x²) at 0 on a K of ±1e12.
    """
    start, stop = _distances(interval, at)
    floats = 64 * np.spacing(np.abs(at))
    left, right = _towards(f, interval, at, start, stop)
    left = left._replace(grows=left.grows & ~_bounded(f, interval, at - stop, at, left.grows))
    right = right._replace(grows=right.grows & ~_bounded(f, interval, at, at + stop, right.grows))
    restless = ~(left.settles & right.settles) & ~(left.grows | right.grows)
    unclear = np.flatnonzero(restless & (floats < stop * _NEAR**0.5))
    if unclear.size:
        nearest = np.maximum(floats, stop * _NEAR)[unclear]
        nearer = _towards(f, interval, at[unclear], stop[unclear], nearest)
        left, right = (_better(side, unclear, new) for side, new in zip((left, right), nearer))
    return _doubted(f, interval, at - floats, left), _doubted(f, interval, at + floats, right)


def _doubted(f: Expression, interval: Interval, x: Array, side: Sides) -> Sides:
    """The side, with its limit in doubt where f, next to the break at x (k,), is known not to be near it: -1/log x."""
    least, most = _known(f, np.clip(x, *interval))
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.maximum(least - side.limit, side.limit - most)
        nearer = (x >= interval[0]) & (x <= interval[1]) & side.settles & (off > side.doubt)
        limit = np.where(nearer, np.clip(side.limit, least, most), side.limit)
        return side._replace(limit=limit, doubt=np.where(nearer, 2 * off, side.doubt))


def _distances(interval: Interval, at: Array) -> tuple[Array, Array]:
    """How far from each break its sides are looked at, and how near."""
    low, high = interval
    before = low if at[0] > low else low - (high - low)
    behind = high if at[-1] < high else high + (high - low)
    gaps = np.diff(np.concatenate([[before], at, [behind]]))
    floats = 64 * np.spacing(np.abs(at))
    room = np.maximum(np.minimum(np.minimum(gaps[:-1], gaps[1:]) / 2, (high - low) / 256), floats)
    return room, np.maximum(floats, room * _NEAR)


def _towards(f: Expression, interval: Interval, at: Array, start: Array, stop: Array) -> tuple[Sides, Sides]:
    """Both sides of the breaks, from a distance (k,) to another."""
    distance, there = np.geomspace(start, stop, _STEPS, axis=1), at[:, None]
    return _side(f, there - distance, *interval), _side(f, there + distance, *interval)


def _bounded(f: Expression, interval: Interval, low: Array, high: Array, where: Any) -> NDArray[np.bool_]:
    """Where f is proved to be bounded on the open cells (k,), as far as they lie in K; asked only ``where``."""
    bounded = np.zeros(len(low), np.bool_)
    asked = np.flatnonzero(where & (low >= interval[0]) & (high <= interval[1]))
    if asked.size:
        found = enclose_open(f, low[asked], high[asked])
        bounded[asked] = found.defined & found.value.finite
    return bounded


def _better(side: Sides, chosen: NDArray[np.intp], nearer: Sides) -> Sides:
    """The side, with what is seen from nearer by at the chosen breaks where only that settles."""
    sure = nearer.doubt <= _SURE * np.maximum(np.abs(side.limit[chosen]), np.abs(nearer.limit))
    which = nearer.settles & ~side.settles[chosen] & sure
    columns: list[Any] = [column.copy() for column in side]
    for column, new in zip(columns, nearer):
        column[chosen[which]] = new[which]
    return Sides(*columns)


def _side(f: Expression, x: Array, low: float, high: float) -> Sides:
    """What the values at points x (k, m) say that come nearer and nearer to another, before rounding drowns them."""
    inside, y, (least, most) = (x >= low) & (x <= high), f(x), _known(f, x)
    with np.errstate(invalid="ignore", over="ignore"):
        lost = np.isfinite(most - least) & ~((least <= y) & (y <= most))  # f is known, its digits are gone
        y = np.where(inside, np.where(lost, least + (most - least) / 2, y), np.nan)
        steps = np.abs(np.diff(y, axis=1, append=y[:, -1:]))
        last, noise = _clear(y, most - least, steps)
        place = np.arange(_STEPS)
        early, late, path = (
            np.where((start <= place) & (place < stop), steps, -np.inf)
            for start, stop in ((last // 8, 3 * last // 8), (last - last // 4, last), (last // 2, last))
        )
        early, late, path = early.max(axis=1), late.max(axis=1), np.where(path > 0, path, 0.0).sum(axis=1)
        used = np.where(place <= last, np.abs(y), 0.0)
        scale, newest = used.max(axis=1), np.where(place > last - last // 4, used, 0.0).max(axis=1)
        settles = np.isfinite(scale) & (late <= np.maximum(0.5 * early, 1e-9 * scale + 2 * noise))
        share = np.minimum((late / np.where(early > 0, early, 1.0)) ** (2 / last[:, 0]), 0.99)
        limit, way = (np.take_along_axis(y, k, axis=1)[:, 0] for k in (last, last // 2))
        limit = np.where(np.isnan(scale), np.nan, limit)
        runs = (np.abs(limit - way) > 0.8 * path) & (path > 0)
        swells = newest > 1.5 * np.where((last // 8 <= place) & (place < 3 * last // 8), used, 0.0).max(
            axis=1
        )
    grows = ~settles & (runs | swells | np.isinf(newest))
    return Sides(limit, 2 * late / (1 - share) + 1e-12 * scale + noise, settles, grows)


def _known(f: Expression, x: Array) -> tuple[Array, Array]:
    """What f is at least and at most at these points; nan where enclosures do not say."""
    sure = enclose_points(f, x.ravel())
    least, most = (np.where(sure.finite, end, np.nan).reshape(x.shape) for end in (sure.lo, sure.hi))
    return least, most


def _clear(y: Array, known: Array, steps: Array) -> tuple[NDArray[np.int64], Array]:
    """The last of the values that is not drowned in rounding, (k, 1), and how far off it may be, (k,).

    known: how far apart the enclosures of f have their ends, nan without one.
    """
    noise = np.where(np.isnan(known), 0.0, known)
    least = np.maximum(0.05 * steps[:, 2:7].max(axis=1), 1e-4 * np.abs(y[:, :8]).max(axis=1))
    drowned = noise > least[:, None]
    first = np.where(drowned.any(axis=1), drowned.argmax(axis=1), _STEPS)
    last = np.asarray(first.clip(_EARLIEST, _STEPS) - 1)[:, None]
    return last, np.take_along_axis(noise, last, axis=1)[:, 0]


def _jump(f: Expression, interval: Interval, at: Array, left: Sides, right: Sides) -> tuple[Array, Array]:
    """The size of the jump at each break, and f there; 0 where f is continuous for certain, and where it is not
    defined on both sides or has no limit.
    """
    value = _values(f, at)
    values = np.stack([left.limit, value, right.limit])
    values[0, ~left.settles] = np.nan
    values[2, ~right.settles] = np.nan
    known = np.isfinite(values)
    size = np.where(known, values, -np.inf).max(axis=0) - np.where(known, values, np.inf).min(axis=0)
    doubt = np.where(left.settles, left.doubt, 0) + np.where(right.settles, right.doubt, 0)
    close = _NEXT * np.spacing(np.abs(at))
    whole = enclose(f, np.maximum(at - close, interval[0]), np.minimum(at + close, interval[1])).continuous
    return np.where((known.sum(axis=0) >= 2) & (size > doubt) & ~whole, size, 0.0), value


def _values(f: Expression, at: Array) -> Array:
    """What f is at the breaks; nan where only a part of the formula has no value, as in exp(-1/x^2) at 0."""
    found = f(at)
    doubtful = np.isfinite(found) & ~enclose_points(f, at).finite
    return np.where(doubtful & ~f.finite_throughout(at), np.nan, found)


def _at_breaks(f: Expression, interval: Interval, at: Array, epsilon: float) -> str:
    if not at.size:
        return ""
    left, right = _sides(f, interval, at)
    size, value = _jump(f, interval, at, left, right)
    near = _distances(interval, at)[1]
    whole = enclose(f, np.maximum(at - near, interval[0]), np.minimum(at + near, interval[1]))
    for k in np.flatnonzero(~(whole.continuous & whole.value.finite)).tolist():
        c = at[k]
        sides = [side for side in (left, right) if not np.isnan(side.limit[k])]
        if np.isinf(value[k]) or any(side.grows[k] for side in sides):
            return _pole(c, _without(interval, c, left.limit[k], right.limit[k]))
        if any(not side.settles[k] for side in sides) and epsilon < inf:
            return _restless(c)
        if size[k] > 2 * epsilon:
            return _jumping(c, size[k], epsilon)
        if np.isnan(value[k]) and sides and not _without(interval, c, left.limit[k], right.limit[k]):
            return _hole(c, sides, k) if all(side.settles[k] for side in sides) else _restless(c)
    return ""


def _without(interval: Interval, c: float, left: float, right: float) -> str:
    """The side of c, within K, on which f has no value; empty if there is none."""
    if np.isnan(left) and interval[0] < c:
        return "left"
    return "right" if np.isnan(right) and c < interval[1] else ""


def _pole(c: float, without: str) -> str:
    undefined = f"To the {without} of it f is not defined. " if without else ""
    keep = f"stays to the {'right' if without == 'left' else 'left'} of" if without else "keeps away from"
    return (
        f"f is unbounded near x = {c:.6g}, and every network is bounded on K: none stays within any ε of it. "
        f"{undefined}Choose an interval that {keep} {c:.6g}."
    )


def _restless(c: float) -> str:
    return (
        f"f has no limit at x = {c:.6g}: it goes up and down without end, so it is not continuous there. "
        f"Choose an interval that keeps away from {c:.6g}."
    )


def _jumping(c: float, size: float, epsilon: float) -> str:
    return (
        f"f jumps by {size:.6g} at x = {c:.6g}. A network of continuous units cannot jump: its error there is at "
        f"least half of that, {size / 2:.6g}, and ε = {epsilon:g} is less. Ask for ε above {size / 2:.6g}, measure by "
        f"the root mean square, or leave a neighbourhood of {c:.6g} out of K."
    )


def _hole(c: float, sides: list[Sides], k: int) -> str:
    limits, doubt = [side.limit[k] for side in sides], sum(side.doubt[k] for side in sides)
    if max(limits) - min(limits) > doubt:
        return f"f is not defined at x = {c:.6g}. Choose an interval without {c:.6g}."
    limit = sum(limits) / len(limits)
    limit = 0.0 if abs(limit) <= doubt else limit
    tends = "both sides tend" if len(sides) == 2 else "it tends"
    return (
        f"f is not defined at x = {c:.6g}, though {tends} to {limit:.6g}. Say what it is there: "
        f"where(x == {c:.6g}, {limit:.6g}, …)."
    )


def _undefined(f: Expression, interval: Interval, at: Array) -> str:
    """The first stretch of K on which f has no finite value, between breaks if it ends there."""
    x = np.union1d(np.linspace(*interval, _GRID + 1), at)
    y = f(x)
    bad = np.flatnonzero(~np.isfinite(y))
    if not bad.size:
        return ""
    first = last = int(bad[0])
    while last + 1 < len(x) and not np.isfinite(y[last + 1]):
        last += 1
    start, stop = x[first], x[last]
    if last + 1 < len(x) and x[last + 1] in at:
        stop = x[last + 1]
    if first > 0 and x[first - 1] in at:
        start = x[first - 1]
    where = f"at x = {x[first]:.6g}" if first == last else f"from x = {start:.6g} to {stop:.6g}"
    inside = x[(first + last) // 2 : (first + last) // 2 + 1]
    if np.isinf(y[bad[0]]):
        return f"f is beyond the largest number, 1.8e308, {where}. Choose a smaller interval."
    if enclose(f, inside, inside).defined[0]:
        return (
            f"f cannot be computed {where}: a part of its formula is beyond the largest number, 1.8e308, there. "
            "Write it in another way, or choose a smaller interval."
        )
    return (
        f"f is not defined {where}: it is not a real number there, as the square root or logarithm of a negative "
        "number is not. Choose an interval on which it is defined."
    )
