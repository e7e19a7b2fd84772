"""What every approximation asks of its input: a compact K, a whole width, and a target that is finite on K."""

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Target = Callable[[Array], Array]
Interval = tuple[float, float]
Box = tuple[Interval, Interval]

MAX_WIDTH = 4096
_NARROWEST = 1e-250  # narrower, the products of small differences underflow


def checked_interval(interval: Any) -> Interval:
    """K = [a, b] as two floats; ValueError if it is not bounded, a ≥ b, or floats are too coarse for it."""
    try:
        a, b = (float(end) for end in interval)
    except (TypeError, ValueError):
        raise ValueError(f"K is {interval!r}; legal is an interval (a, b) of two numbers") from None
    if not (isfinite(a) and isfinite(b) and a < b):
        raise ValueError(f"K is [{a:g}, {b:g}]; legal is a < b, both finite: the theorem needs a compact K")
    if not isfinite(b - a):
        raise ValueError(
            f"K is [{a:g}, {b:g}], which is wider than the largest number, 1.8e308; legal is less"
        )
    if b - a < _NARROWEST:
        raise ValueError(f"K is [{a:g}, {b:g}], which is narrower than {_NARROWEST:g}; legal is more")
    return a, b


def checked_box(box: Any) -> Box:
    """K = [a, b] × [c, d] as two intervals; ValueError if one of them is not one."""
    try:
        first, second = box
    except (TypeError, ValueError):
        raise ValueError(f"K is {box!r}; legal for two inputs is a box ((a, b), (c, d))") from None
    return checked_interval(first), checked_interval(second)


def checked_width(width: Any) -> int:
    """The number of units; ValueError if it is not a whole number from 1 to 4096."""
    if not isinstance(width, int | np.integer) or isinstance(width, bool) or not 1 <= width <= MAX_WIDTH:
        raise ValueError(f"width is {width!r}; legal is a whole number from 1 to {MAX_WIDTH}")
    return int(width)


def finite_values(f: Target, x: Array) -> Array:
    """Values (m,) of f at the points x, (m,) or (m, 2); ValueError naming a point where it is not a finite number."""
    y = np.asarray(f(x), dtype=np.float64)
    if not np.isfinite(y).all():
        k = int(np.argmin(np.isfinite(y)))
        place = ", ".join(f"{value:.6g}" for value in np.atleast_1d(x[k]))
        what = "undefined" if np.isnan(y[k]) else "infinite"
        raise ValueError(
            f"f({place}) is {what}: a network is finite everywhere, so choose K without this point"
        )
    return y
