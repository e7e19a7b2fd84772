"""Bounds by powers of the distance from a pole hold at points that approach it, and know which integrals exist."""

from fractions import Fraction

import numpy as np
import pytest

from nnviz.enclosures import enclose_points
from nnviz.enclosures.growth import growth_near, integral_of_power
from nnviz.expressions import parse
from tests.cases import each

NEAR_ZERO = [
    "1/x",
    "x^(-0.25)",
    "log(x)",
    "log(x)^2/x^0.1",
    "exp(1/x)",
    "exp(-1/x)/x",
    "floor(1/x)",
    "ceil(1/x)*x",
    "sin(1/x)",
    "1/sqrt(sin(x))",
    "x^x",
    "x^(-x)",
    "mod(1/x, 1)",
    "cbrt(1/x)",
    "1/(1 - cos(x))^0.2",
    "where(x < 0, 1/x, 1/sqrt(x))",
    "log(log(1/x))",
    "1/(x^(1/3) - x)",
    "tan(x)/x^2",
    "min(1/x, 1/x^2) + coth(x)",
    "max(log(x), -1/x)",
    "log1p(x)/x^1.5",
    "asinh(1/x)*sqrt(x)",
    "atanh(1 - x)",
    "sign(sin(1/x)) + atan(1/x)",
    "1/(exp(x) - 1)",
    "x^1.5/(1 - cos(x))",
    "gaussian(1/x)/x^3",
    "trunc(-1/x) + round(x^-2)",
    "abs(log2(x) - 3)/sqrt(x)",
]


@each("text", NEAR_ZERO)
@each("width", [0.2, 1e-3])
def test_bounds_hold_at_points_that_approach_the_pole(text: str, width: float) -> None:
    f = parse(text)
    near = growth_near(f, 0.0, width)
    if near is None:
        assert width == 0.2  # a narrower cell decides
        return
    (side,) = near.sides
    r = width * np.geomspace(1, 1e-9, 400)
    y = enclose_points(f, r)
    if side.upper is not None:
        assert (y.mignitude <= side.upper.factor * r ** float(side.upper.exponent) * (1 + 1e-9)).all()
    if side.lower is not None:
        assert (y.magnitude * (1 + 1e-9) >= side.lower.factor * r ** float(side.lower.exponent)).all()
    if side.sign:
        assert (np.where(side.sign > 0, y.hi, -y.lo) >= 0).all()


@each(
    ("text", "exponent"),
    [("1/x", -1), ("abs(x)^(-0.25)", Fraction(-1, 4)), ("tan(x)/x^2", -1), ("sqrt(x)^3", Fraction(3, 2))],
)
def test_the_exponent_is_exact(text: str, exponent: Fraction) -> None:
    near = growth_near(parse(text), 0.0, 0.1)
    assert near is not None
    (side,) = near.sides
    assert side.lower is not None
    assert side.upper is not None
    assert side.lower.exponent == side.upper.exponent == exponent


def test_both_sides_of_an_end_and_of_an_unknown_zero() -> None:
    left = growth_near(parse("1/x^3"), -0.1, 0.0)
    assert left is not None
    assert left.sides[0].sign == -1
    assert not left.inside
    for text, low, high in [("1/(x^2-2)", 1.4, 1.45), ("tan(x)", 1.5, 1.6), ("1/(cos(x)-x)", 0.7, 0.75)]:
        near = growth_near(parse(text), low, high)
        assert near is not None
        assert near.inside
        assert len(near.sides) == 2
        assert integral_of_power(near, 1) == (np.inf, np.inf)
    root = growth_near(parse("abs(x^2-2)^(-1/3)"), 1.4, 1.45)
    assert root is not None
    low_, high_ = integral_of_power(root, 2)
    assert low_ == 0
    assert 0 < high_ < 1.2


def test_a_negative_number_is_a_true_condition() -> None:
    near = growth_near(parse("where(x, 1/x, 2)"), -0.1, 0.0)
    assert near is not None
    assert near.sides[0].lower == pytest.approx((1.0, -1), rel=1e-9)
    assert near.sides[0].sign == -1


@each("text", ["1/floor(x)", "1/(x-x)", "sqrt(-x)", "log(-x^2)", "1/(sqrt(x^2)-abs(x))"])
def test_nothing_is_claimed_where_f_has_no_value(text: str) -> None:
    assert growth_near(parse(text), 0.0, 0.1) is None


@each(
    ("text", "k", "exists"),
    [
        ("1/x", 1, False),
        ("x^(-0.5)", 1, True),
        ("x^(-0.5)", 2, False),
        ("x^(-0.4999)", 2, True),
        ("log(x)^3", 2, True),
        ("floor(1/x)", 1, False),
        ("exp(-1/x)/x^3", 2, True),
        ("exp(1/x)", 1, False),
    ],
)
def test_which_integrals_exist(text: str, k: int, exists: bool) -> None:
    near = growth_near(parse(text), 0.0, 1e-3)
    assert near is not None
    low, high = integral_of_power(near, k)
    assert np.isfinite(high) == exists
    assert (low == np.inf) != exists
