"""Find where f violates the conditions of the theorem: jumps, poles, points without a value. Measured, not proved."""

from enum import Enum
from math import inf
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Bounds
from nnviz.approximation.one_sided_limits import (
    OneSided,
    distances,
    look_at_both_sides,
    proved_limit,
    range_of_waves,
)
from nnviz.enclosures import enclose, enclose_points
from nnviz.enclosures.breaks import breaks
from nnviz.enclosures.growth import growth_near
from nnviz.enclosures.undefined_parts import undefined_part
from nnviz.expressions import Expression
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target

_TOGETHER: Final = 8  # breaks that are examined at a time
_GRID: Final = 2048  # cells in which points without a value are searched
_EXACT: Final = 1 + 2.0**-40  # a jump that is smaller than 2ε only by rounding counts as a jump of 2ε
_LARGEST: Final = float(np.finfo(np.float64).max) * (1 - 1e-12)  # less than a lower bound that was rounded
_TINY: Final = 1e-200
_GROWS: Final = 1.001  # the ratio of |f| two floats from a point to |f| 16 floats from it, next to a pole
_NEXT: Final = 16  # floats on each side of a break, whose position is known to a few floats


class ObstacleKind(Enum):
    """The ways in which f can violate the conditions of the theorem."""

    POLE = "f is unbounded near a point"
    NO_LIMIT = "f has no limit at a point"
    JUMP = "f jumps by 2ε or more"
    NO_VALUE = "f is not defined at a point, and both sides do not tend to one value"
    HOLE = "f is not defined at a point, and tends to a limit there"
    UNDEFINED = "f is not defined on a part of K"
    OVERFLOW = "f is beyond the largest number of 64 bits"
    NOT_COMPUTABLE = "a part of the formula of f is beyond the largest number of 64 bits"


class Obstacle(NamedTuple):
    """The reason why no network is within ε of f on K: its kind, its position x, and the numbers that belong to the
    kind.

    until: the end of that part of K, for UNDEFINED, OVERFLOW, NOT_COMPUTABLE. size: the height of a JUMP, or of the
    waves at a point with NO_LIMIT. limit: the limit of f at a HOLE. sides: how many sides of a HOLE lie in K.
    undefined_side: "left" or "right" of a POLE, or "" if f is defined on both sides. part: the function in the formula
    that has no value where f is UNDEFINED, such as "sqrt", or "/" for a division by 0; "" if it is not known. proved:
    whether the limit at a HOLE is proved to its last digits; otherwise it is measured, and x may not be a float.
    """

    kind: ObstacleKind
    x: float
    until: float = np.nan
    size: float = np.nan
    limit: float = np.nan
    sides: int = 2
    undefined_side: str = ""
    part: str = ""
    proved: bool = False


def find_obstacle(f: Target, interval: Bounds, epsilon: float) -> Obstacle | None:
    """Return the first reason why no network is within ε of f on K; None if no reason is found."""
    if isinstance(f, PiecewiseLinear):
        return None
    at = breaks(f, *interval)
    return _at_breaks(f, interval, at, epsilon) or _undefined(f, interval, at)


def jumps(f: Target, interval: Bounds, at: Array, least: float) -> Array:
    """Return the breaks among ``at`` (k,) where the values at and beside the break differ by more than ``least``."""
    if isinstance(f, PiecewiseLinear) or not at.size:
        return np.empty(0)
    left, right = look_at_both_sides(f, interval, at)
    size, _ = _jump_sizes(f, interval, at, left, right)
    return at[size > least]


class Gates(NamedTuple):
    """Points x (k,) at which f jumps, and the middle and half the height of the jump there, (k,) each."""

    x: Array
    middle: Array
    half: Array


def gates(f: Target, interval: Bounds, at: Array, least: float) -> Gates:
    """Return the breaks among ``at`` (k,) where f jumps by more than ``least``, with the values that it jumps between.

    A continuous function within ε of f is within ε − half of the middle there.
    """
    if isinstance(f, PiecewiseLinear) or not at.size:
        return Gates(np.empty(0), np.empty(0), np.empty(0))
    left, right = look_at_both_sides(f, interval, at)
    size, value = _jump_sizes(f, interval, at, left, right)
    some = size > least
    values = _sides_and_value(left, value, right)[:, some]
    top, bottom = np.fmax.reduce(values), np.fmin.reduce(values)
    return Gates(at[some], bottom / 2 + top / 2, top / 2 - bottom / 2)


def _sides_and_value(left: OneSided, value: Array, right: OneSided) -> Array:
    """Return the limits from the left, the values and the limits from the right of k breaks, (3, k); nan for none."""
    values = np.stack([left.limit, value, right.limit])
    values[0, ~left.settles] = np.nan
    values[2, ~right.settles] = np.nan
    return values


def _jump_sizes(
    f: Expression, interval: Bounds, at: Array, left: OneSided, right: OneSided
) -> tuple[Array, Array]:
    """Return the size of the jump at each break, and the value of f at the break, (k,) each.

    The size is 0 where f is proved to be continuous, and where f has no limits that could be compared.
    """
    value = _values(f, at)
    values = _sides_and_value(left, value, right)
    known = np.isfinite(values)
    size = np.where(known, values, -np.inf).max(axis=0) - np.where(known, values, np.inf).min(axis=0)
    doubt = np.where(left.settles, left.doubt, 0) + np.where(right.settles, right.doubt, 0)
    close = _NEXT * np.spacing(np.abs(at))
    whole = enclose(f, np.maximum(at - close, interval[0]), np.minimum(at + close, interval[1])).continuous
    return np.where((known.sum(axis=0) >= 2) & (size > doubt) & ~whole, size, 0.0), value


def _values(f: Expression, at: Array) -> Array:
    """Return f at the breaks; nan if a part of the formula has no value there, as in exp(-1/x^2) at 0."""
    found = f(at)
    doubtful = ~np.isnan(found) & ~enclose_points(f, at).finite
    return np.where(doubtful & ~f.finite_throughout(at), np.nan, found)


def _at_breaks(f: Expression, interval: Bounds, at: Array, epsilon: float) -> Obstacle | None:
    """Return the first obstacle at a break ``at`` (k,), if there is one. A few breaks are examined at a time."""
    some = (_at_some(f, interval, at, first, epsilon) for first in range(0, at.size, _TOGETHER))
    return next((found for found in some if found is not None), None)


def _at_some(f: Expression, interval: Bounds, every: Array, first: int, epsilon: float) -> Obstacle | None:
    """Return the first obstacle at the few breaks from number ``first`` on; the one on each side bounds the room."""
    begin = max(first - 1, 0)
    at = every[begin : first + _TOGETHER + 1]
    left, right = look_at_both_sides(f, interval, at)
    size, value = _jump_sizes(f, interval, at, left, right)
    near = distances(interval, at)[1]
    whole = enclose(f, np.maximum(at - near, interval[0]), np.minimum(at + near, interval[1]))
    own = range(first - begin, min(first - begin + _TOGETHER, at.size))
    for k in [k for k in own if not (whole.continuous[k] and whole.value.finite[k])]:
        found = _at_break(f, interval, float(at[k]), (left, right), k, (value[k], size[k]), epsilon)
        if found is not None:
            return found
    return None


def _at_break(
    f: Expression,
    interval: Bounds,
    x: float,
    both: tuple[OneSided, OneSided],
    k: int,
    value_and_jump: tuple[float, float],
    epsilon: float,
) -> Obstacle | None:
    """Return the obstacle at the k-th break, which is at x; None if there is none."""
    value, jump = value_and_jump
    left, right = both
    sides = [side for side in both if not np.isnan(side.limit[k])]
    without = _undefined_side(interval, x, left.limit[k], right.limit[k])
    if any(side.grows[k] for side in sides):
        return Obstacle(ObstacleKind.POLE, x, undefined_side=without)
    if any(not side.settles[k] for side in sides):
        height = range_of_waves(f, interval, x)
        if _EXACT * height >= 2 * epsilon or (np.isnan(value) and epsilon == inf):
            return Obstacle(ObstacleKind.NO_LIMIT, x, size=height)
        return Obstacle(ObstacleKind.NO_VALUE, x) if np.isnan(value) and not without else None
    if jump > 0 and _EXACT * jump >= 2 * epsilon:
        if _is_pole(f, interval, x):
            return Obstacle(ObstacleKind.POLE, x)
        return Obstacle(ObstacleKind.JUMP, x, size=float(jump))
    return _hole(f, interval, x, sides, k) if np.isnan(value) and sides and not without else None


def _is_pole(f: Expression, interval: Bounds, x: float) -> bool:
    """Return whether |f| grows without a bound at a point a few floats from x.

    1/|x − 1/3| and log |x − 1/3| have finite values at all floats, because 1/3 is no float. A power of the distance is
    a proof. Otherwise f must have no bound there, and be larger at the nearest floats.
    """
    if abs(x) < _TINY:
        return False  # 0 is a float, and next to it quotients lose their digits
    close = _NEXT * float(np.spacing(abs(x)))
    ends = max(x - close, interval[0]), min(x + close, interval[1])
    near = growth_near(f, *ends)
    if near is not None and any(side.lower and side.lower.exponent < 0 for side in near.sides):
        return True
    sizes = [np.abs(f(np.clip(x + k * close * np.array([-1.0, 1.0]), *ends))).max() for k in (1 / 8, 1)]
    return not enclose(f, *([end] for end in ends)).value.finite[0] and bool(sizes[0] > _GROWS * sizes[1])


def _undefined_side(interval: Bounds, x: float, left: float, right: float) -> str:
    """Return the side of x, "left" or "right", on which K continues but f has no value; "" if there is none."""
    if np.isnan(left) and interval[0] < x:
        return "left"
    return "right" if np.isnan(right) and x < interval[1] else ""


def _hole(f: Expression, interval: Bounds, x: float, sides: list[OneSided], k: int) -> Obstacle:
    """Return the obstacle at a point x without a value: HOLE if the limits of both sides agree, otherwise NO_VALUE."""
    limits, doubt = [side.limit[k] for side in sides], sum(side.doubt[k] for side in sides)
    if max(limits) - min(limits) > doubt:
        return Obstacle(ObstacleKind.NO_VALUE, x)
    measured = float(sum(limits) / len(limits))
    measured = 0.0 if abs(measured) <= doubt else measured
    limit = proved_limit(f, interval, x, measured)
    if limit is not None:
        return Obstacle(ObstacleKind.HOLE, x, limit=limit, sides=len(sides), proved=True)
    return Obstacle(ObstacleKind.HOLE, x, limit=measured, sides=len(sides))


def _undefined(f: Expression, interval: Bounds, at: Array) -> Obstacle | None:
    """Return the first part of K on which f has no finite value; its ends are breaks if there are any next to it."""
    x = np.union1d(np.linspace(*interval, _GRID + 1), at)
    bad = np.flatnonzero(~np.isfinite(f(x)))
    if not bad.size:
        return None
    first = int(bad[0])
    behind = np.flatnonzero(np.isfinite(f(x[first:])))
    run = x[first : first + int(behind[0])] if behind.size else x[first:]
    kind, _ = _missing(f, float(x[first]))
    last = first + _same_kind(f, run, kind) - 1
    _, part = _missing(f, float(x[last]))
    start, stop = x[first], x[last]
    if first < last and last + 1 < len(x) and x[last + 1] in at:
        stop = x[last + 1]
    if first < last and first > 0 and x[first - 1] in at:
        start = x[first - 1]
    return Obstacle(kind, float(start), until=float(stop), part=part)


def _same_kind(f: Expression, x: Array, kind: ObstacleKind) -> int:
    """Return how many of the points x, at which f has no finite value, have the kind of the first, by bisection."""
    if _missing(f, float(x[-1]))[0] is kind:
        return len(x)
    same, other = 0, len(x) - 1
    while other - same > 1:
        middle = (same + other) // 2
        if _missing(f, float(x[middle]))[0] is kind:
            same = middle
        else:
            other = middle
    return same + 1


def _missing(f: Expression, x: float) -> tuple[ObstacleKind, str]:
    """Return why f has no finite value at x, and the part of its formula that is certainly undefined there."""
    if part := undefined_part(f, x):
        return ObstacleKind.UNDEFINED, part
    sure = enclose_points(f, np.array([x]))
    if sure.mignitude[0] >= _LARGEST:
        return ObstacleKind.OVERFLOW, ""
    return ObstacleKind.NOT_COMPUTABLE, ""
