"""Measure how far a function is from what Arb computes."""

import math
from collections.abc import Callable
from typing import Any, Final

from flint import arb

from nnviz._types import Array

UNIT: Final = 2.0**-53


def largest_error(
    function: Callable[..., Any],
    oracle: Callable[[arb], arb],
    x: Array,
    scale: Callable[[float, float], float],
) -> float:
    """Return the largest error at the points x (m,), divided by a scale that depends on x and on the true value."""
    found = 0.0
    for at, value in zip(x.tolist(), function(x).tolist(), strict=True):
        true = oracle(arb(at))
        size = scale(at, float(true.mid()))
        if math.isfinite(value) and size > 1e-300:
            found = max(found, abs(float((arb(value) - true).mid())) / size)
    return found
