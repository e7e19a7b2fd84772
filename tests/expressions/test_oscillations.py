"""Bessel and Airy functions against Arb."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from nnviz._types import Array
from nnviz.expressions.oscillations import airy_ai, airy_ai_slope, bessel_j0, bessel_j1
from tests.cases import each
from tests.expressions.arb_errors import UNIT, largest_error


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec = 160


def bessel_points(rng: np.random.Generator) -> Array:
    return np.concatenate([rng.uniform(-30, 30, 400), 10 ** rng.uniform(-9, 6, 200), [26.0, -26.0, 25.99999]])


@each(("function", "order"), [(bessel_j0, 0), (bessel_j1, 1)])
def test_bessel_functions(function: Callable[..., Any], order: int, rng: np.random.Generator) -> None:
    def envelope(x: float, _: float) -> float:
        return min(1.0, math.sqrt(2 / math.pi / abs(x)))

    error = largest_error(function, lambda a: a.bessel_j(arb(order)), bessel_points(rng), envelope)
    assert error < 4.6 * UNIT


@each(("function", "which", "power"), [(airy_ai, 0, -0.25), (airy_ai_slope, 1, 0.25)])
def test_airy_function(
    function: Callable[..., Any], which: int, power: float, rng: np.random.Generator
) -> None:
    def scale(x: float, y: float) -> float:
        envelope: float = abs(y) if x > 0 else math.pow(max(abs(x), 1), power) / math.sqrt(math.pi)
        return (4 + 2 * math.pow(abs(x), 1.5)) * envelope

    x = np.concatenate(
        [rng.uniform(-12, 12, 400), rng.uniform(-90, 90, 200), -(10 ** rng.uniform(1, 5, 100))]
    )
    assert largest_error(function, lambda a: a.airy()[which], x, scale) < UNIT


def test_ends_of_the_line() -> None:
    ends = np.array([np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(bessel_j0(ends), [0, 0, np.nan])
    np.testing.assert_array_equal(bessel_j1(ends), [0, 0, np.nan])
    np.testing.assert_array_equal(airy_ai(ends), [0, 0, np.nan])
    assert bessel_j0(0.0) == 1
    assert bessel_j1(0.0) == 0
