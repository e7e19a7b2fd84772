"""Check the input of an approximation: a compact K, a whole width, and a target that is finite on K."""

from math import isfinite
from typing import Any

import numpy as np

from nnviz._checks import argument_error
from nnviz._types import Array, Bounds, Box, Function

MAX_WIDTH = 4096
_NARROWEST = 1e-250  # on a narrower K, the products of small differences underflow


def checked_interval(interval: Any) -> Bounds:
    """Return K = [a, b] as two floats; ValueError unless a < b are finite, and K is neither too wide nor too narrow."""
    try:
        a, b = (float(end) for end in interval)
    except (TypeError, ValueError):
        raise ValueError(f"`K` must be an interval (a, b) of two numbers, got {interval!r}") from None
    if not (isfinite(a) and isfinite(b) and a < b):
        raise ValueError(
            f"`K` must be an interval [a, b] with finite a < b, got [{a:g}, {b:g}]. The theorem needs a "
            "compact set K."
        )
    if not isfinite(b - a):
        raise ValueError(f"`K` must be narrower than the largest number, 1.8e308, got [{a:g}, {b:g}]")
    if b - a < _NARROWEST:
        raise ValueError(f"`K` must be wider than {_NARROWEST:g}, got [{a:g}, {b:g}]")
    return a, b


def checked_box(box: Any) -> Box:
    """Return K = [a, b] × [c, d] as two intervals; ValueError if one of them is not an interval."""
    try:
        first, second = box
    except (TypeError, ValueError):
        raise ValueError(f"`K` must be a box ((a, b), (c, d)) for two inputs, got {box!r}") from None
    return checked_interval(first), checked_interval(second)


def checked_width(width: Any) -> int:
    """Return the number of units as an int; ValueError unless it is a whole number between 1 and 4096."""
    if not isinstance(width, int | np.integer) or isinstance(width, bool) or not 1 <= width <= MAX_WIDTH:
        raise argument_error("width", f"a whole number between 1 and {MAX_WIDTH}", width)
    return int(width)


def finite_values(f: Function, x: Array) -> Array:
    """Return the values (m,) of f at points x, (m,) or (m, 2); ValueError names a point where f is not finite."""
    y = np.asarray(f(x), dtype=np.float64)
    if not np.isfinite(y).all():
        k = int(np.argmin(np.isfinite(y)))
        place = ", ".join(f"{value:.6g}" for value in np.atleast_1d(x[k]))
        what = "undefined" if np.isnan(y[k]) else "infinite"
        raise ValueError(
            f"f({place}) is {what}, but a network is finite everywhere. Choose K without this point."
        )
    return y
