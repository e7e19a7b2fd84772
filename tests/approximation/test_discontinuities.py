"""Jumps, poles and gaps are named with their place; what is continuous is let through."""

import numpy as np

from nnviz._types import Bounds
from nnviz.approximation.discontinuities import find_obstacle, jumps
from nnviz.approximation.explanations import explain
from nnviz.enclosures.breaks import breaks
from nnviz.expressions import parse
from nnviz.targets import TARGETS, Target
from tests.cases import each


def reason_of(text: str, interval: tuple[float, float], epsilon: float) -> str:
    """Return the explanation of what stands in the way, empty if nothing does."""
    obstacle = find_obstacle(parse(text), interval, epsilon)
    return explain(obstacle, epsilon) if obstacle else ""


@each(
    ("text", "interval", "words"),
    [
        ("1/x", (-1, 1), ["unbounded", "x = 0"]),
        ("1/x", (-1, 1.3), ["unbounded", "x = 0,"]),
        ("1/(x - 0.3)^2", (-1, 1), ["unbounded", "0.3"]),
        ("abs(x-1/3)^(-2)", (0, 1), ["unbounded", "x = 0.333333"]),
        ("1/sqrt(abs(sin(9x)))", (-1, 1), ["unbounded", "-0.698132"]),
        ("log(abs(x-1/3))", (0, 1), ["unbounded", "x = 0.333333"]),
        ("atan(1/(3x-1))", (0, 1), ["jumps by 3.14159", "x = 0.333333"]),
        ("log(x)", (0, 1), ["unbounded", "x = 0"]),
        ("log(x)", (-1, 1), ["unbounded", "x = 0", "left of x = 0, f is not defined", "right of 0"]),
        ("atan(1/x)", (-1e12, 1e12), ["jumps by 3.14159", "x = 0"]),
        ("where(x == 0, 0, sin(1/x))", (-1e10, 1e10), ["no limit at x = 0"]),
        ("1/(x - 3.3)^2", (-1e12, 1e12), ["unbounded near x = 3.3,"]),
        ("tan(9x)", (-1, 1), ["unbounded", "-0.872665"]),
        ("floor(5x)", (-1, 1), ["jumps by 1", "-0.8", "0.5", "root mean square"]),
        ("sign(x - 0.25)", (-1, 1), ["jumps by 2", "0.25"]),
        ("x - floor(x)", (-0.5, 0.5), ["jumps by 1", "x = 0"]),
        ("where(x < 0.1, x, x + 0.5)", (-1, 1), ["jumps by 0.5", "0.1"]),
        ("atan(1/x)", (-1, 1), ["jumps by 3.14159", "x = 0"]),
        ("(x == 0)", (-1, 1), ["jumps by 1", "x = 0"]),
        ("sqrt(x)", (-1, 1), ["not defined from x = -1 to 0"]),
        ("sqrt(sin(20x))", (0, 2), ["not defined from x = 0.15708 to 0.314159"]),
        ("sqrt(sin(1/x))", (0, 2), ["not defined from x = 0 to 0.00149"]),
        ("x sin(1/x)", (-1, 1), ["not defined at x = 0", "both sides tend to 0", "where(x == 0, 0"]),
        ("sin(x)/x", (-1, 1), ["not defined at x = 0", "both sides tend to 1"]),
        ("sin(1/x)", (-1, 1), ["no limit at x = 0"]),
        ("exp(1000x)", (-1, 1), ["beyond the largest number"]),
        (
            "sqrt(gamma(x)+sin(x))",
            (1, 800),
            ["cannot be computed from x = 17", "beyond the largest number"],
        ),
        ("exp(-1/x^2)", (-2, 2), ["not defined at x = 0", "both sides tend to 0"]),
        ("min(1, 1/|x|)", (-3.7, 12.1), ["not defined at x = 0", "both sides tend to 1"]),
        ("(1 - cos(x))/x^2", (-3.7, 12.1), ["not defined at x = 0", "both sides tend to 0.5"]),
        ("x log(x)", (0, 1), ["not defined at x = 0", "it tends to 0", "where(x == 0, 0"]),
    ],
)
def test_obstacles_are_named(text: str, interval: tuple[float, float], words: list[str]) -> None:
    reason = reason_of(text, interval, 1e-3)
    assert all(word in reason for word in words), reason


@each(
    "text",
    [
        "|x|",
        "√|x|",
        "cbrt(x)",
        "x^2 sin(1/(x^2 + 0.001))",
        "sqrt(1 - x^2)",
        "asin(x)",
        "min(x, 1 - x, 0.3)",
        "x|x|",
        "relu(x)",
        "round(x/9)",
        "where(x == 0, 0, x sin(1/x))",
        "sqrt((x - 0.3)^2)",
        "|x|^0.1",
        "where(x < 0, x, 2x)",
        "where(x <= 0, 0, 1/log(x/2))",
    ],
)
def test_continuous_functions_pass(text: str) -> None:
    assert reason_of(text, (-1.0, 1.0), 1e-3) == ""


@each("text", ["sqrt(x^2 - 2x^3 + x^4)", "sqrt(x^4 - 4x^3 + 6x^2 - 4x + 1)"])
def test_so_do_they_where_their_digits_are_lost_but_their_values_are_known(text: str) -> None:
    assert reason_of(text, (0.0, 2.0), 1e-3) == ""


@each("text", ["exp(sin(5x)) |cos(3x)|", "|sin(x)|^0.3", "|mod(x, 2) - 1|"])
def test_so_do_they_where_a_break_is_near_an_end_or_steeper_than_floats_show(text: str) -> None:
    assert reason_of(text, (-3.7, 12.1), 1e-5) == ""


@each(
    "text", ["1/(1 + x^2)", "x/(1 + |x|)", "1/(x^2 + x + 0.2501)", "where(x == 0, 0, x sin(1/x))", "|x|^0.02"]
)
def test_so_do_they_where_k_is_so_wide_that_they_seem_to_grow_without_end(text: str) -> None:
    assert reason_of(text, (-1e12, 1e12), 1e-3) == ""


@each("target", TARGETS.values(), ids=lambda target: target.name)
def test_targets_with_a_jump_are_those_that_say_so(target: Target[Bounds]) -> None:
    reason = reason_of(target.text, target.interval, 1e-3)
    assert ("jumps" in reason) == (target.name in {"step", "staircase", "sawtooth"})


def test_a_jump_smaller_than_two_epsilon_is_no_obstacle() -> None:
    f = "0.1 step(x)"
    assert reason_of(f, (-1.0, 1.0), 0.051) == ""
    assert "jumps by 0.1" in reason_of(f, (-1.0, 1.0), 0.049)


def test_jumps_are_counted_and_corners_are_not() -> None:
    f = parse("floor(4x)/4 + |x - 0.1|")
    np.testing.assert_allclose(jumps(f, (-0.9, 0.9), breaks(f, -0.9, 0.9), 1e-3), np.arange(-3, 4) / 4)


def test_waves_without_end_have_no_limit_at_a_hole() -> None:
    assert "no limit at x = 0" in reason_of("sin(1/x)", (-1.0, 1.0), np.inf)
    assert reason_of("where(x == 0, 0, sin(1/x))", (-1.0, 1.0), np.inf) == ""
    assert "no limit at x = 0" in reason_of("where(x == 0, 0, sin(1/x))", (-1.0, 1.0), 0.1)


@each(
    "text",
    [
        "where(x == 0, 1, (exp(x) - 1)/x)",
        "where(x == 0, 0.5, (1 - cos(x))/x^2)",
        "where(x == 0, 1/6, (x - sin(x))/x^3)",
        "where(x == 0, 1, log(2 + x - 1)/x)",
        "where(x == 0, 1, tan(x)/x)",
        "where(x == 0.3, 0, (x - 0.3) log|x - 0.3|)",
    ],
)
def test_rounding_next_to_a_removable_gap_is_no_obstacle(text: str) -> None:
    assert reason_of(text, (-0.9, 1.0), 1e-4) == ""


@each("text", ["where(x == 0, 2, (exp(x) - 1)/x)", "where(x == 0, 0, (1 - cos(x))/x^2)"])
def test_a_wrong_value_in_a_removable_gap_is_a_jump(text: str) -> None:
    assert "jumps by" in reason_of(text, (-1.0, 1.0), 1e-4)


# Next to 0 the rounding of sin(10πx)/(2x) grows, but f jumps there by the digits that the value at 0 has lost
def test_lost_digits_next_to_zero_are_no_pole() -> None:
    assert "jumps by 3.67" in reason_of("where(x==0,16.708,sin(10pi*x)/(2x)+(x-1)^4)", (0, 2.5), 1e-5)
