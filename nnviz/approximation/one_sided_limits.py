"""Estimate what f does on each side of a break: a limit, growth without bound, or neither. Measured, not proved.

f is evaluated at 40 points that approach the break. Each is nearer by the same factor. The values have a limit if their
increments |yₖ₊₁ − yₖ| shrink. The limit is the last value, and its doubt is the sum of a geometric series of the
increments (the estimate behind Aitken's Δ² process).
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._types import Array, Bounds
from nnviz.enclosures import enclose_points
from nnviz.enclosures.removable_singularities import enclose_open
from nnviz.expressions import Expression


class LimitSettings(NamedTuple):
    """The numbers that tune the estimate of a limit."""

    points: int = 40  # towards a break, from each side
    nearest: float = 2.0**-50  # of the distance of the first point
    accepted_doubt: float = 1e-3  # of the values: the largest doubt of a limit that only nearer points show
    fewest_points: int = 8  # used in spite of rounding
    shrinking: float = 0.5  # late increments are at most this share of the early ones
    straightness: float = 0.8  # of the path: values that move this far in one direction diverge
    swelling: float = 1.5  # times the early values: values that grow by this factor grow without bound
    floats_beside_break: int = 64
    points_of_waves: int = 4000  # towards a break, to measure the height of waves
    shortest: float = 2.0**-1000  # of K; the width of a cell that shows a limit
    sharp_limit: float = 1e-9  # of the limit; an enclosure that is wider does not show its digits
    smallest_limit: float = 2.0**-20  # the size that a limit near 0 counts as


SETTINGS: Final = LimitSettings()


class OneSided(NamedTuple):
    """The behavior of f towards k breaks from one side; all arrays (k,)."""

    limit: Array  # the value nearest to the break; nan if f has gaps on that side, or if K ends there
    doubt: Array  # the estimated error of the limit
    settles: NDArray[np.bool_]  # there is a limit
    grows: NDArray[np.bool_]  # there is no limit, and f diverges


def look_at_both_sides(f: Expression, interval: Bounds, at: Array) -> tuple[OneSided, OneSided]:
    """Return what f does to the left and to the right of each break ``at`` (k,).

    A side without a limit is examined again at nearer points, as x sin(1/x) needs on a K of ±1e10. A side that seems to
    grow does not grow if an enclosure bounds it, as for 1/(1 + x²) at 0 on a K of ±1e12.
    """
    start, stop = distances(interval, at)
    floats = SETTINGS.floats_beside_break * np.spacing(np.abs(at))
    left, right = _approach(f, interval, at, start, stop)
    left = left._replace(grows=left.grows & ~_bounded(f, interval, at - stop, at, left.grows))
    right = right._replace(grows=right.grows & ~_bounded(f, interval, at, at + stop, right.grows))
    open_question = ~(left.settles & right.settles) & ~(left.grows | right.grows)
    unclear = np.flatnonzero(open_question & (floats < stop * SETTINGS.nearest**0.5))
    if unclear.size:
        nearest = np.maximum(floats, stop * SETTINGS.nearest)[unclear]
        nearer = _approach(f, interval, at[unclear], stop[unclear], nearest)
        left, right = (
            _with_nearer(side, unclear, new) for side, new in zip((left, right), nearer, strict=True)
        )
    return _checked(f, interval, at - floats, left), _checked(f, interval, at + floats, right)


def distances(interval: Bounds, at: Array) -> tuple[Array, Array]:
    """Return the distance of the first and of the last point from each break ``at`` (k,)."""
    low, high = interval
    before = low if at[0] > low else low - (high - low)
    behind = high if at[-1] < high else high + (high - low)
    gaps = np.diff(np.concatenate([[before], at, [behind]]))
    floats = SETTINGS.floats_beside_break * np.spacing(np.abs(at))
    room = np.maximum(np.minimum(np.minimum(gaps[:-1], gaps[1:]) / 2, (high - low) / 256), floats)
    return room, np.maximum(floats, room * SETTINGS.nearest)


def _approach(
    f: Expression, interval: Bounds, at: Array, start: Array, stop: Array
) -> tuple[OneSided, OneSided]:
    """Return what f does on both sides of the breaks, from one distance (k,) to another."""
    distance, there = np.geomspace(start, stop, SETTINGS.points, axis=1), at[:, None]
    return _one_side(f, there - distance, interval), _one_side(f, there + distance, interval)


def _one_side(f: Expression, x: Array, interval: Bounds) -> OneSided:
    """Return what f does along points x (k, m) that approach a break."""
    with np.errstate(invalid="ignore", over="ignore"):
        y, width = _values_without_lost_digits(f, x, interval)
        y = np.where(_ends_far_away(y)[:, None], np.nan, y)
        increments = np.abs(np.diff(y, axis=1, append=y[:, -1:]))
        last, noise = _last_clear_value(y, width, increments)
        return _classify_limit(y, increments, last, noise)


def _ends_far_away(y: Array) -> NDArray[np.bool_]:
    """Return where values y (k, m) leave float64 far from the break without growing before, as log(exp(-x)) at 745."""
    finite = np.logical_and.accumulate(np.isfinite(y), axis=1)
    last = np.maximum(finite.sum(axis=1) - 1, 0)[:, None]
    grown = np.abs(np.take_along_axis(y, last, axis=1)[:, 0]) > SETTINGS.swelling * np.abs(y[:, 0])
    return np.asarray(np.isinf(y[:, : SETTINGS.fewest_points]).any(axis=1) & ~grown)


def _values_without_lost_digits(f: Expression, x: Array, interval: Bounds) -> tuple[Array, Array]:
    """Return f at x (k, m), nan outside of K, and the widths of its enclosures, nan where they are not finite.

    If the computed value is outside of its enclosure, because f loses its digits, the middle of the enclosure is used.
    """
    y, (least, most) = f(x), _enclosed(f, x)
    lost = np.isfinite(most - least) & ~((least <= y) & (y <= most))
    inside = (x >= interval[0]) & (x <= interval[1])
    return np.where(inside, np.where(lost, least + (most - least) / 2, y), np.nan), most - least


def _last_clear_value(y: Array, width: Array, increments: Array) -> tuple[NDArray[np.int64], Array]:
    """Return the column (k, 1) of the last value that is finite and not dominated by rounding, and its possible error
    (k,).
    """
    noise = np.where(np.isnan(width), 0.0, width)
    relevant = np.maximum(0.05 * increments[:, 2:7].max(axis=1), 1e-4 * np.abs(y[:, :8]).max(axis=1))
    drowned = (noise > relevant[:, None]) | np.isinf(y)
    first = np.where(drowned.any(axis=1), drowned.argmax(axis=1), SETTINGS.points)
    last = np.asarray(first.clip(SETTINGS.fewest_points, SETTINGS.points) - 1)[:, None]
    return last, np.take_along_axis(noise, last, axis=1)[:, 0]


# The increments shrink by the factor r at each point, so the rest of them sums to at most (last increment) · 1/(1 − r).
def _classify_limit(y: Array, increments: Array, last: NDArray[np.int64], noise: Array) -> OneSided:
    """Return the limits of the values y (k, m) up to the column ``last`` (k, 1), and whether they exist."""
    early = _largest(increments, last // 8, 3 * last // 8)
    late = _largest(increments, last - last // 4, last)
    column = np.arange(SETTINGS.points)
    used = np.where(column <= last, np.abs(y), 0.0)
    scale, newest = used.max(axis=1), np.where(column > last - last // 4, used, 0.0).max(axis=1)
    settles = np.isfinite(scale) & (late <= np.maximum(SETTINGS.shrinking * early, 1e-9 * scale + 2 * noise))
    ratio = np.minimum((late / np.where(early > 0, early, 1.0)) ** (2 / last[:, 0]), 0.99)
    limit = np.where(np.isnan(scale), np.nan, np.take_along_axis(y, last, axis=1)[:, 0])
    grows = ~settles & (
        _diverges(y, increments, last)
        | (newest > SETTINGS.swelling * _largest(used, last // 8, 3 * last // 8, at_least=0.0))
        | np.isinf(newest)
    )
    return OneSided(limit, 2 * late / (1 - ratio) + 1e-12 * scale + noise, settles, grows)


def _diverges(y: Array, increments: Array, last: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where the second half of the values moves in one direction, compared with the length of its path."""
    column = np.arange(SETTINGS.points)
    path = np.where((last // 2 <= column) & (column < last) & (increments > 0), increments, 0.0).sum(axis=1)
    end, middle = (np.take_along_axis(y, k, axis=1)[:, 0] for k in (last, last // 2))
    return np.asarray((np.abs(end - middle) > SETTINGS.straightness * path) & (path > 0))


def _largest(
    values: Array, start: NDArray[np.int64], stop: NDArray[np.int64], at_least: float = -np.inf
) -> Array:
    """Return the largest of the values (k, m) in the columns from ``start`` to before ``stop``, both (k, 1)."""
    column = np.arange(SETTINGS.points)
    return np.asarray(np.where((start <= column) & (column < stop), values, at_least).max(axis=1))


def _checked(f: Expression, interval: Bounds, x: Array, side: OneSided) -> OneSided:
    """Return the side with a larger doubt where f at x (k,), beside the break, is not near the limit, as for −1/log
    x.
    """
    least, most = _enclosed(f, np.clip(x, *interval))
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.maximum(least - side.limit, side.limit - most)
        contradicted = (x >= interval[0]) & (x <= interval[1]) & side.settles & (off > side.doubt)
        limit = np.where(contradicted, np.clip(side.limit, least, most), side.limit)
        return side._replace(limit=limit, doubt=np.where(contradicted, 2 * off, side.doubt))


def _with_nearer(side: OneSided, chosen: NDArray[np.intp], nearer: OneSided) -> OneSided:
    """Return the side with the limits that only the nearer points show at the chosen breaks."""
    size = np.maximum(np.abs(side.limit[chosen]), np.abs(nearer.limit))
    certain = nearer.doubt <= SETTINGS.accepted_doubt * size
    which = nearer.settles & ~side.settles[chosen] & certain
    columns: list[Any] = [column.copy() for column in side]
    for column, new in zip(columns, nearer, strict=True):
        column[chosen[which]] = new[which]
    return OneSided(*columns)


def _bounded(f: Expression, interval: Bounds, low: Array, high: Array, where: Any) -> NDArray[np.bool_]:
    """Return where f is proved to be bounded on open cells (k,) that lie in K; only cells ``where`` True are
    examined.
    """
    bounded = np.zeros(len(low), np.bool_)
    asked = np.flatnonzero(where & (low >= interval[0]) & (high <= interval[1]))
    if asked.size:
        found = enclose_open(f, low[asked], high[asked])
        bounded[asked] = found.defined & found.value.finite
    return bounded


def _enclosed(f: Expression, x: Array) -> tuple[Array, Array]:
    """Return a lower and an upper bound of f at points x; nan where the enclosures are not finite."""
    sure = enclose_points(f, x.ravel())
    least, most = (np.where(sure.finite, end, np.nan).reshape(x.shape) for end in (sure.lo, sure.hi))
    return least, most


def range_of_waves(f: Expression, interval: Bounds, x: float) -> float:
    """Return the largest minus the smallest value of f at x and at 4000 points near x, on both sides in K.

    This is the height of waves such as sin(1/x), which have no limit at x.
    """
    start, stop = (float(one[0]) for one in distances(interval, np.array([x])))
    near = np.geomspace(stop, np.sqrt(start * stop), SETTINGS.points_of_waves)
    values = f(np.clip(np.concatenate([x - near, [x], x + near]), *interval))
    values = values[np.isfinite(values)]
    return float(np.ptp(values)) if values.size else 0.0


def proved_limit(f: Expression, interval: Bounds, x: float, measured: float) -> float | None:
    """Return the limit of f at x to the last digits from enclosures on short cells beside x; None if they give none.

    Of the numbers that the enclosures allow, the one with the fewest digits is returned.
    """
    width = max((interval[1] - interval[0]) * SETTINGS.shortest, float(np.spacing(abs(x))))
    cells = np.array([[x - width, x], [x, x + width]])
    cells = cells[(cells[:, 0] >= interval[0]) & (cells[:, 1] <= interval[1])]
    sure = enclose_open(f, cells[:, 0], cells[:, 1])
    good = sure.defined & sure.value.finite
    lo, hi = (float(ends[good].max(initial=-np.inf)) for ends in (sure.value.lo, -sure.value.hi))
    hi = -hi
    size = max(abs(measured), SETTINGS.smallest_limit)
    if not good.all() or hi - lo > SETTINGS.sharp_limit * size or max(lo - measured, measured - hi) > size:
        return None
    middle = lo / 2 + hi / 2
    shorter = (0.0, *(float(f"{middle:.{digits}g}") for digits in range(1, 18)))
    return next((number + 0.0 for number in shorter if min(lo, hi) <= number <= max(lo, hi)), middle)
