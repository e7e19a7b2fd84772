"""What happens at the limits of the theorem and of 64 bits: each function, K and ε with its outcome."""

from typing import Any

import numpy as np
import pytest

from nnviz._types import Bounds
from nnviz.approximation import (
    Approximation,
    StudySpec,
    Unreachable,
    approximate,
    certify,
    error_vs_width,
    reach,
    study,
)
from nnviz.enclosures.removable_singularities import enclose_by_cases
from nnviz.enclosures.undefined_parts import undefined_part
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork
from tests.cases import each
from tests.narrowing import present

# formula, K, ε, the most units of the proved network
PROVED: list[tuple[str, Bounds, float, int]] = [
    ("step(x)", (-1, 1), 0.5001, 0),
    ("step(x)", (-1, 1), 0.501, 0),
    ("step(x)", (-1, 1), 0.5 + 1e-9, 0),
    ("where(x < 0.5, 0, 1)", (0, 1), 0.50001, 0),
    ("sign(x)", (-1, 1), 1.0001, 0),
    ("floor(5x)/5", (0, 1), 0.1001, 1),
    ("x + 0.1*sign(x)", (-1, 1), 0.1001, 1),
    ("sin(3x) + 0.2*step(x)", (-1, 1), 0.1002, 40),
    ("round(3x)/3", (-1, 1), 0.17, 1),
    ("where(x > 0, sin(1/x), 0)", (-1, 1), 1.1, 0),
    ("x + 0.1*where(x > 0, sin(1/x), 0)", (-1, 1), 0.11, 1),
    ("where(x == 0, 0, cos(1/x)/5)", (-1, 1), 0.21, 0),
    ("1e15 + 0.3*sin(3x)", (-1, 1), 1.0, 0),
    ("1e15 + 1e3*x", (-1, 1), 1.0, 1),
    ("-3e200 + 1e184*x", (-1, 1), 1e186, 0),
    ("exp(1000x)*0", (0, 1), 0.1, 0),
    ("sin(x)", (1, 1 + 1e-13), 1e-3, 0),
    ("log(1 + exp(x))", (-1000, 1000), 0.01, 9),
    ("log(cosh(x))", (-1000, 1000), 0.01, 8),
    ("sqrt(exp(2x))", (0, 400), 1e172, 4),
    ("log(exp(-x))", (0, 1000), 0.01, 1),
    ("exp(1000x)/exp(1000x)", (-1, 1), 0.01, 0),
    ("x^200/x^200", (0.001, 1), 0.01, 0),
    ("where(x == 0, 16.707963267948966, sin(10pi*x)/(2x) + (x - 1)^4)", (0, 2.5), 1e-2, 200),
    ("sqrt(x^2 - 2x^3 + x^4)", (0, 2), 1e-2, 8),
    ("sqrt(x^2 - 2x^3 + x^4)", (-0.5, 1.7), 1e-2, 9),
]

# formula, K, ε, words of the reason
REFUSED: list[tuple[str, Bounds, float, str]] = [
    ("step(x)", (-1, 1), 0.5, "jumps by 1 at x = 0.*not below ε = 0.5"),
    ("where(x < 0.5, 0, 1)", (0, 1), 0.5, "jumps by 1"),
    ("floor(5x)/5", (0, 1), 0.1, "jumps by 0.2"),
    ("1e-320*sin(x)", (-1, 1), 1e-322, "too small for numbers of 64 bits"),
    ("1/(x^2 + 1e-300)", (-1, 1), 1e290, "terms of a network are beyond the largest number"),
    ("x^0.005", (0, 1), 0.01, "too steep for numbers of 64 bits"),
    ("atan(1e200 x)", (-1, 1e200), 0.01, "terms of a network are beyond the largest number"),
    ("exp(1/x)*(x < 0)", (-1, 1), 0.01, "both sides tend to 0"),
    ("exp(1/x)", (-1, 0), 0.01, "it tends to 0 there"),
    ("exp(-1/x)", (0, 1), 0.01, "it tends to 0 there"),
    ("exp(-1/x)", (-1, 1), 0.01, "unbounded near x = 0"),
    ("where(x == 0, 1/x, 5)", (-1, 1), 0.01, "both sides tend to 5"),
    ("asinh(exp(x))", (0, 1000), 0.01, "A part of its formula is beyond"),
    ("log(abs(exp(-x)))", (0, 1000), 0.01, "so near to 0 that it counts as 0"),
    ("x^1000", (0, 3), 1.0, "f is beyond the largest number"),
    ("sqrt(x)", (-1, 1), 0.01, "The square root of a negative number"),
    ("acosh(x)", (0, 3), 0.01, "The inverse hyperbolic cosine"),
    ("1/0", (0, 1), 0.01, "The formula divides by 0"),
    ("sin(1/x)", (-1, 1), 1.1, "f is not defined at x = 0. Choose"),
    ("where(x > 0, sin(1/x), 0)", (-1, 1), 0.9, "differ by 2, so the error .* at least 1"),
    ("(x^2 - 2)/(x - sqrt(2))", (1, 2), 0.1, "both sides tend to about 2.828"),
]

# formula, K: a point in K has no value, or f jumps there by more than 2.2 times 0.1
UNPROVABLE: list[tuple[str, Bounds]] = [
    ("0.1*sign(1/(x^2 - 2))", (1, 2)),
    ("0.1*sign(1/sin(x))", (3, 3.3)),
    ("0.1*sign(sec(x))", (1, 2)),
    ("0.1*sign(sinh(1/(x^3 - 3)))", (1, 2)),
    ("0.1*floor(1/(1 + (x^2 - 2)^-2))", (1, 2)),
    ("0.1*(1/(x^2 - 2) > 0)", (1, 2)),
    ("0.1*step(log((x^2 - 2)^2))", (1, 2)),
]


@each("activation", ["tanh", "sine"])
@each(
    ("text", "epsilon"),
    [("x - floor(x)", 0.51), ("0.3*sign(x - 1/2)", 0.31), ("where(x > 0, sin(1/x), 0)", 1.01)],
)
def test_a_constant_is_found_for_smooth_units_where_f_jumps(
    text: str, epsilon: float, activation: str
) -> None:
    found = reach(text, (0, 1), epsilon, activation)
    assert (found.certificate.status, found.network.width) == ("proved", 0)
    assert found.network.activation == activation


@each(("text", "interval", "epsilon", "units"), PROVED)
def test_reachable_questions_are_proved(text: str, interval: Bounds, epsilon: float, units: int) -> None:
    f = parse(text)
    found = reach(f, interval, epsilon, seconds=60)
    assert found.certificate.status == "proved"
    assert present(found.lower_bound) <= found.network.width <= units
    x = np.linspace(*interval, 20_001)
    values = f(x)
    values, outputs = (part[np.isfinite(values)] for part in (values, found.network(x)))
    spare = (found.certificate.rounding or 0.0) + np.spacing(np.abs(values).max(initial=0.0))
    assert np.abs(values - outputs).max(initial=0.0) <= epsilon + spare


@each(("text", "interval", "epsilon", "words"), REFUSED)
def test_refusals_state_the_true_reason(text: str, interval: Bounds, epsilon: float, words: str) -> None:
    with pytest.raises(Unreachable, match=words):
        reach(parse(text), interval, epsilon)


@each(("text", "interval"), UNPROVABLE)
def test_functions_with_a_hole_or_a_jump_are_never_proved(text: str, interval: Bounds) -> None:
    constant = ShallowNetwork("relu", np.zeros((0, 1)), [], [], 0.0)
    assert certify(constant, parse(text), interval, 0.22, 0.5).status != "proved"


@each("text", ["sin(10pi*x)/(2x) + (x - 1)^4", "sin(3x)/x", "(exp(x) - 1 - x)/x^2", "(1 + x)^(1/x)"])
def test_the_advised_value_makes_no_jump(text: str) -> None:
    with pytest.raises(Unreachable) as refusal:
        reach(parse(text), (-0.5, 1), 1e-3)
    advised = str(refusal.value).rsplit("write ", 1)[1].removesuffix("…).") + text + ")"
    assert reach(parse(advised), (-0.5, 1), 1e-3).certificate.status == "proved"


@each("text", ["1e-320*sin(x)", "5e-324*step(x)", "1e300*sin(x)", "1e-310"])
@each("activation", ["relu", "tanh"])
def test_tiny_and_enormous_values_give_a_network(text: str, activation: str) -> None:
    found = approximate(text, (-1, 1), 5, activation, seconds=0)
    assert found.sup_error <= max(0.1 * float(np.abs(parse(text)(np.linspace(-1, 1, 99))).max()), 1e-290)


def test_a_level_of_an_undefined_argument_is_the_whole_line() -> None:
    sure = enclose_by_cases(parse("ceil(x^0.5)"), -0.5, 2.3)
    assert (sure.lo[0], sure.hi[0]) == (-np.inf, np.inf)


@each(
    ("text", "x", "part"),
    [
        ("sqrt(x - 1)", 0.5, "sqrt"),
        ("log(1/(x - 0.5))", 0.5, "/"),
        ("x^-0.5", 0.0, "^"),
        ("where(x > 0, log(x), 3)", -1.0, ""),
        ("where(x < 0, log(x), 3)", -1.0, "log"),
        ("x^200/x^200", 1e-3, ""),
        ("asin(x)", 1.0, ""),
        ("mod(1, x)", 0.0, "mod"),
    ],
)
def test_the_part_without_a_value_is_named(text: str, x: float, part: str) -> None:
    assert undefined_part(parse(text), x) == part


def test_waves_between_samples_need_too_many_units() -> None:
    with pytest.raises(Unreachable, match="at most 20000 units"):
        reach(parse("0.2 sin(2^14*pi*x)^2"), (0, 1), 0.05, seconds=20)


def test_a_study_does_not_begin_with_a_width_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []

    def spied(f: Any, interval: Any, width: int, *rest: Any) -> Approximation:
        widths.append(width)
        return approximate(f, interval, width, *rest)

    monkeypatch.setattr(error_vs_width, "approximate", spied)
    found = study(StudySpec("tanh", widths=(2, 4096), seeds=1, seconds=0.2), "sin(5x)", (-1, 1))
    assert not found.complete
    assert np.isnan(found.curves[0].median[1])
    assert widths == [2]
