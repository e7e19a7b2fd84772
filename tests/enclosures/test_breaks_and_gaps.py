"""Enclosures where a function has a kink, a jump, a gap or no value, against Arb."""

import random

import numpy as np
import pytest
from flint import arb

from nnviz.enclosures import enclose, enclose_points
from nnviz.enclosures.removable_singularities import enclose_by_cases, enclose_open
from nnviz.expressions import parse
from tests.cases import each
from tests.enclosures.arb_oracle import series, taylor, with_precision
from tests.enclosures.random_formulas import escapes, points_inside, violations


@pytest.fixture(autouse=True)
def _precision() -> None:
    with_precision()


@each(
    ("text", "low", "high", "widest"),
    [
        ("sin(x)/x", 0, 0.01, 1e-4),
        ("sin(x)/x", -0.01, 0, 1e-4),
        ("where(x != 0, sin(x)/x, 1)", 0, 0.01, 1e-4),
        ("(1 - cos(x))/x^2", 0, 0.01, 1e-4),
        ("(exp(x) - 1)/x", 0, 0.01, 0.011),
        ("(x^2 - 1)/(x - 1)", 0.9, 1, 0.21),
        ("|x - 1|/(1 - x)", 0.9, 1, 1e-9),
        ("x log(x)", 0, 0.01, 0.05),
        ("-3 x^2 log(x)", 0, 0.1, 0.1),
        ("x log|x|", -0.1, 0, 0.5),
        ("-x log2(x)", 0, 0.01, 0.07),
        ("|x - round(x)|", 0.5, 0.6, 0.11),
        ("asin(sqrt(x))", 0.9, 1, 0.4),
        ("sqrt(x) log(x)", 0, 0.01, 0.5),
        ("x log(x) + (1 - x) log(1 - x)", 0, 0.1, 0.4),
        ("x^x", 0, 0.01, 0.05),
        ("(2x)^x", 0, 0.01, 1.1),
        ("exp(-1/x)", 0, 0.1, 1e-4),
        ("1 + exp(1/x)", -0.1, 0, 1e-4),
        ("exp(-1/x^2)", 0, 0.1, 1e-4),
        ("exp(-1/(x x))", -0.1, 0, 1e-4),
        ("x log(x^2)", -0.1, 0, 1.0),
        ("|x| log(x x)", -0.1, 0, 1.0),
        ("where(|x| < 0.8, exp(1 - 1/(1 - (x/0.8)^2)), 0)", 0.79, 0.8, 1e-9),
        ("where(|x| < 0.8, exp(1 - 1/(1 - (x/0.8)^2)), 0)", -0.8, -0.79, 1e-9),
        ("x sin(1/x)", 0, 0.01, 0.021),
        ("floor(x) + ceil(x)", 0, 1, 1e-9),
        ("mod(x, 1)(1 - mod(x, 1))", -1, -0.9, 0.11),
        ("sign(x) x", 0, 0.1, 0.11),
        ("1/sqrt(1 - x^2) - 1/sqrt(1 - x^2)", 0.9, 1, np.inf),
        ("atanh(x) exp(-1/(1 - x))", 0.9, 1, np.inf),
        ("sqrt(sin(πx))", 0.9, 1, 0.6),
        ("sqrt(2x^3 - x^4)", 0, 2, 4.1),
        ("log(1 + sqrt((1 - x)^3 - 2(1 - x)^4/7))", 0.9, 1, 0.04),
        ("x log(x)^2", 0, 0.01, 0.22),
        ("2^x x log2(|x|)^2 sqrt(|x|)", -0.01, 0, 0.1),
        ("x^sin(x)", 0, 0.01, 0.05),
        ("sin(x)^x", 0, 0.01, 0.05),
    ],
)
def test_up_to_a_seam_a_function_is_defined_continuous_and_near_what_arb_computes(
    text: str, low: float, high: float, widest: float
) -> None:
    f, cell = parse(text), (float(low), float(high))
    found = enclose_open(f, *([end] for end in cell))
    assert found.defined[0]
    assert found.continuous[0]
    assert found.value.hi[0] - found.value.lo[0] <= widest
    wrong, compared = violations(f, [cell], random.Random(0), 20, enclose_open, points_inside)
    assert wrong == []
    assert compared > 20


@each(
    ("text", "low", "high"),
    [
        ("1/x", -1, 1),
        ("1/(x - 0.5)", 0, 1),
        ("log(x - 0.5)", 0, 1),
        ("sqrt(x - 1e-300)", 0, 1),
        ("sqrt(x)", -1, 0),
        ("log(-x)", 0, 1),
        ("x/(x - x)", 0, 1),
        ("1/floor(x)", 0, 1),
        ("tan(x)", 1, 2),
        ("log(|x - 0.25|) (x - 0.25)", 0, 1),
        ("asin(x)", 0.5, 1.5),
        ("sqrt(x^4 - x^3)", 0, 1),
        ("x^0.7 log|x|", -1, 0),
        ("exp(x) log(x)^2", -1, 0),
        ("where(x > 0.5, 1/(1 - x), 1/(x - 0.25))", 0, 1),
    ],
)
def test_a_gap_inside_an_open_cell_is_not_overlooked(text: str, low: float, high: float) -> None:
    assert not enclose_open(parse(text), [float(low)], [float(high)]).defined[0]


@each(
    "text",
    ["floor(2x)", "sign(x - 0.5)", "where(x == 0.5, 5, 0)", "mod(3x, 1)", "where(x < 0.5, 0, x)", "rect(x)"],
)
def test_a_jump_inside_an_open_cell_is_not_overlooked(text: str) -> None:
    assert not enclose_open(parse(text), [0.0], [1.0]).continuous[0]


@each(
    ("text", "x", "value"),
    [
        ("where(|x| < 0.8, exp(1 - 1/(1 - (x/0.8)^2)), 0)", np.nextafter(0.8, 0), 0.0),
        ("x^x", 0.0, 1.0),
        ("sqrt(sin(πx))", 1.0, 0.0),
        ("sqrt(cos(πx))", 0.5, 0.0),
        ("sqrt(1 - (x/0.3)^2)", 0.3, 0.0),
        ("log(mod(x, 0.1)/x + 1)", 0.05, np.log(2)),
        ("sqrt(sin(2πx - π))", 1.0, 0.0),
    ],
)
def test_at_a_seam_exact_arithmetic_knows_the_value(text: str, x: float, value: float) -> None:
    found = enclose_points(parse(text), [x])
    assert found.finite[0]
    assert found.holds(value)[0]
    assert found.hi[0] - found.lo[0] < 1e-7


@each(
    ("text", "low", "high"),
    [
        ("sqrt(x)", -1e-300, 1.0),
        ("log(x)", 0.0, 1.0),
        ("1/x", -1.0, 1.0),
        ("1/x", 0.0, 1.0),
        ("x^-2", -1.0, 0.0),
        ("x^0.5", -1.0, 1.0),
        ("x^x", -1.0, 1.0),
        ("x^acos(pi)", 0.5, 1.0),
        ("asin(x)", 0.5, 1.0000001),
        ("acosh(x)", 0.9, 2.0),
        ("atanh(x)", 0.0, 1.0),
        ("log1p(x)", -1.0, 0.0),
        ("tan(x)", 1.0, 2.0),
        ("1/cos(x)", 1.0, 2.0),
        ("sec(x)", 1.0, 2.0),
        ("csc(x)", -1.0, 1.0),
        ("cot(x)", -1.0, 1.0),
        ("coth(x)", -1.0, 1.0),
        ("mod(x, 0)", 0.0, 1.0),
        ("1/(x^2 - 2)", 1.0, 2.0),
        ("tan(1e10x)", 0.0, 1.0),
        ("log(x) - log(x)", -1.0, 1.0),
        ("0*sqrt(x)", -1.0, 1.0),
        ("where(x > 0, sqrt(x - 0.5), 1)", 0.0, 1.0),
        ("max(0, log(x))", -1.0, 1.0),
        ("x^2 + 1/(x - 0.1)*0", 0.0, 1.0),
    ],
)
def test_where_a_function_may_be_undefined_nothing_is_said(text: str, low: float, high: float) -> None:
    enclosed = enclose(parse(text), [low], [high])
    assert not enclosed.defined[0]
    assert not enclosed.smooth[0]
    assert (enclosed.value.lo[0], enclosed.value.hi[0]) == (-np.inf, np.inf)


@each(
    ("text", "low", "high"),
    [
        ("sqrt(1 - x^2)", -1.0, 1.0),
        ("sqrt(1 - x*x)", 0.5, 1.0),
        ("sqrt(1 - x^2)", -0.9999999999999999, 0.9999999999999999),
        ("sqrt(4 - x^2)", -2.0, 2.0),
        ("asin(x)", -1.0, 1.0),
        ("acos(cos(x))", -9.0, 9.0),
        ("sqrt(1 - cos(x))", -9.0, 9.0),
        ("sqrt(sin(x))", 0.0, 3.0),
        ("sqrt(1 - exp(-x^2))", -1.0, 1.0),
        ("log(1 + x^2)", -5.0, 5.0),
        ("x^1.5", 0.0, 2.0),
        ("where(x > 0, sqrt(x), 1)", -2.0, -1.0),
        ("sqrt(abs(x))", -1.0, 1.0),
        ("cbrt(x)", -1.0, 1.0),
        ("1/(1 + exp(-x))", -700.0, 700.0),
    ],
)
def test_a_domain_that_is_kept_is_proved(text: str, low: float, high: float) -> None:
    assert enclose(parse(text), [low], [high]).defined[0]


@each(
    ("text", "smooth", "continuous"),
    [
        ("abs(x)", False, True),
        ("max(x, -x)", False, True),
        ("relu(x) + x^2", False, True),
        ("sqrt(abs(x))", False, True),
        ("clip(x, -0.5, 0.5)", False, True),
        ("sign(x)", False, False),
        ("step(x)", False, False),
        ("floor(x)", False, False),
        ("mod(x, 0.3)", False, False),
        ("where(x < 0, 1, 2)", False, False),
        ("x < 0", False, False),
        ("0*sign(x)", False, False),
        ("sin(floor(x))", False, False),
        ("atan2(0, x)", False, False),
        ("elu(x)", True, True),
        ("sin(x)", True, True),
        ("where(x < 5, sin(x), 1/x)", True, True),
    ],
)
def test_kinks_and_jumps_are_told_apart(text: str, smooth: bool, continuous: bool) -> None:
    enclosed = enclose(parse(text), [-1.0], [1.0])
    assert (enclosed.smooth[0], enclosed.continuous[0], enclosed.defined[0]) == (smooth, continuous, True)


def test_beside_a_kink_the_branch_counts() -> None:
    enclosed = enclose(parse("abs(x) + floor(x)"), [0.0, -0.5], [0.5, -0.25])
    assert enclosed.smooth.all()
    np.testing.assert_array_equal([enclosed.first.lo, enclosed.first.hi], [[1, -1], [1, -1]])


@each(
    ("text", "jump"),
    [
        ("|mod(3x, 1) - 0.5|", -2 / 3),
        ("(x/0.3 - floor(x/0.3)) (1 - x/0.3 + floor(x/0.3))", 0.3),
        ("|x - 0.1 round(10x)|", 0.85),
        ("sign(x - 0.1) + 3 trunc(10x)", 0.1),
    ],
)
def test_between_two_floats_every_side_of_a_jump_is_enclosed(text: str, jump: float) -> None:
    f, ends = parse(text), np.nextafter([jump, jump], [-9, 9])
    cells = [(float(ends[0]), jump), (jump, float(ends[1])), (jump - 1e-9, jump + 1e-9)]
    for low, high in cells:
        found = enclose_by_cases(f, low, high)
        for share in (2.0**-30, 0.25, 0.5, 0.7109375, 1 - 2.0**-30):
            value = taylor(f.root, series(arb(low) + (arb(high) - arb(low)) * arb(share)))[0]
            assert not escapes(value, found, 0)
    whole = enclose_by_cases(parse("sqrt(floor(x))"), -(2.0**-60), 2.0**-60)
    assert (whole.lo[0], whole.hi[0]) == (-np.inf, np.inf)
