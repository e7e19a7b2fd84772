"""Interval arithmetic against exact rational numbers and against Arb (python-flint)."""

import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz._types import Array, Bounds
from nnviz.enclosures import Interval, elementary
from nnviz.enclosures import intervals as iv
from nnviz.expressions.special import erf
from tests.cases import each

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ORDINARY = st.floats(-1e6, 1e6)
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    ctx.prec = 200
    with np.errstate(all="ignore"):
        yield


def spans(interval: Interval, exact: Fraction) -> bool:
    """Whether the interval holds a rational number."""
    low, high = float(interval.lo), float(interval.hi)
    return (low == -np.inf or Fraction(low) <= exact) and (high == np.inf or exact <= Fraction(high))


def interval(a: float, b: float) -> Interval:
    return Interval(np.asarray(float(a)), np.asarray(float(b)))


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=120, deadline=None)
@given(a=FLOATS, b=FLOATS)
def test_points_of_any_size_hold_the_exact_result(name: str, a: float, b: float) -> None:
    if name == "/" and b == 0:
        return
    exact = OPERATIONS[name](Fraction(a), Fraction(b))
    assert spans(OPERATIONS[name](iv.point(a), iv.point(b)), exact)


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=120, deadline=None)
@given(ends=st.tuples(ORDINARY, ORDINARY, ORDINARY, ORDINARY), s=st.fractions(0, 1), t=st.fractions(0, 1))
def test_intervals_hold_the_results_of_their_points(
    name: str, ends: tuple[float, float, float, float], s: Fraction, t: Fraction
) -> None:
    (a, b), (c, d) = sorted(ends[:2]), sorted(ends[2:])
    x = Fraction(a) + s * (Fraction(b) - Fraction(a))
    y = Fraction(c) + t * (Fraction(d) - Fraction(c))
    if name != "/" or y != 0:
        assert spans(OPERATIONS[name](interval(a, b), interval(c, d)), OPERATIONS[name](x, y))


@settings(max_examples=120, deadline=None)
@given(ends=st.tuples(FLOATS, FLOATS), t=st.fractions(0, 1), n=st.integers(0, 9))
def test_whole_powers_hold_the_exact_result(ends: tuple[float, float], t: Fraction, n: int) -> None:
    a, b = sorted(ends)
    x = Fraction(a) + t * (Fraction(b) - Fraction(a))
    assert spans(iv.power(interval(a, b), n), x**n)
    assert spans(iv.square(interval(a, b)), x**2)


@settings(max_examples=100, deadline=None)
@given(x=st.floats(0, allow_infinity=False))
def test_the_square_root_holds_the_exact_result(x: float) -> None:
    root = iv.sqrt(iv.point(x))
    assert Fraction(float(root.lo)) ** 2 <= Fraction(x) <= Fraction(float(root.hi)) ** 2
    assert root.lo >= 0


@settings(max_examples=100, deadline=None)
@given(a=FLOATS, b=FLOATS)
def test_the_error_of_a_sum_is_exact(a: float, b: float) -> None:
    s = a + b
    if abs(s) < 1e300:
        assert Fraction(s) + Fraction(
            float(iv.sum_error(np.asarray(s), np.asarray(a), np.asarray(b)))
        ) == Fraction(a) + Fraction(b)


@each(
    ("result", "low", "high"),
    [
        (lambda: interval(1, 2) - interval(1, 2), -1, 1),
        (lambda: interval(-1, 0.5) * interval(-3, 4), -4, 3),
        (lambda: interval(1, 3) / 4.0, 0.25, 0.75),
        (lambda: 1.0 - iv.square(interval(-1, 0.5)), 0, 1),
        (lambda: iv.power(interval(-2, 1), 3), -8, 1),
        (lambda: iv.sqrt(interval(4, 9)), 2, 3),
        (lambda: iv.exp(interval(0, 0)), 1, 1),
    ],
)
def test_exact_results_are_not_widened(result: Callable[..., Any], low: float, high: float) -> None:
    assert (result().lo, result().hi) == (low, high)


@each(
    "unknown",
    [
        lambda: iv.WHOLE - iv.WHOLE,
        lambda: (
            Interval(np.asarray(np.inf), np.asarray(np.inf))
            - Interval(np.asarray(np.inf), np.asarray(np.inf))
        ),
        lambda: iv.as_interval(0.0) * iv.WHOLE,
        lambda: iv.as_interval(1.0) / interval(-1, 1),
        lambda: iv.as_interval(0.0) / iv.as_interval(0.0),
        lambda: iv.point(np.nan),
        lambda: iv.point(np.nan) + 1.0,
        lambda: iv.WHOLE / iv.WHOLE,
        lambda: iv.tan(interval(1, 2)),
        lambda: iv.cot(interval(-1, 1)),
    ],
)
def test_what_is_not_known_is_the_whole_line(unknown: Callable[..., Any]) -> None:
    assert (unknown().lo, unknown().hi) == (-np.inf, np.inf)


def test_overflow_is_infinite_and_underflow_covered() -> None:
    big, small = iv.point(1e308), iv.point(1e-200)
    assert (big + big).hi == np.inf
    assert 1e308 < (big + big).lo < np.inf or (big + big).lo == -np.inf
    assert (small * small).lo <= 0 < (small * small).hi < 1e-300


def test_division_by_an_interval_that_ends_at_zero() -> None:
    quotient = interval(1, 2) / interval(0, 4)
    assert 0.2499 < quotient.lo <= 0.25
    assert quotient.hi == np.inf
    assert (interval(1, 2) / interval(-4, -0.0)).lo == -np.inf


LIBRARY: dict[str, tuple[Callable[[Array], Array], Callable[[arb], arb], Bounds]] = {
    "exp": (np.exp, lambda x: x.exp(), (-700, 700)),
    "expm1": (np.expm1, lambda x: x.expm1(), (-30, 700)),
    "log": (np.log, lambda x: x.log(), (1e-300, 1e9)),
    "log2": (np.log2, lambda x: x.log() / arb(2).log(), (1e-9, 1e9)),
    "log10": (np.log10, lambda x: x.log() / arb(10).log(), (1e-9, 1e9)),
    "log1p": (np.log1p, lambda x: x.log1p(), (-0.999, 50)),
    "sin": (np.sin, lambda x: x.sin(), (-1e6, 1e6)),
    "cos": (np.cos, lambda x: x.cos(), (-1e6, 1e6)),
    "tan": (np.tan, lambda x: x.tan(), (-1e4, 1e4)),
    "arcsin": (np.arcsin, lambda x: x.asin(), (-1, 1)),
    "arccos": (np.arccos, lambda x: x.acos(), (-1, 1)),
    "arctan": (np.arctan, lambda x: x.atan(), (-50, 50)),
    "sinh": (np.sinh, lambda x: x.sinh(), (-700, 700)),
    "cosh": (np.cosh, lambda x: x.cosh(), (-700, 700)),
    "tanh": (np.tanh, lambda x: x.tanh(), (-20, 20)),
    "arcsinh": (np.arcsinh, lambda x: x.asinh(), (-1e5, 1e5)),
    "arccosh": (np.arccosh, lambda x: x.acosh(), (1, 1e5)),
    "arctanh": (np.arctanh, lambda x: x.atanh(), (-1, 1)),
    "cbrt": (np.cbrt, lambda x: x.root(3) if x >= 0 else -(-x).root(3), (-1e5, 1e5)),
    "erf": (erf, lambda x: x.erf(), (-6, 6)),
    "power": (lambda x: np.power(x, 2.7), lambda x: (x.log() * arb(2.7)).exp(), (1e-20, 1e20)),
    "arctan2": (lambda x: np.arctan2(x, 2.7), lambda x: (x / arb(2.7)).atan(), (-50, 50)),
}


def arguments(low: float, high: float, n: int, seed: int = 0) -> Array:
    """Evenly spread over the range, and over the powers of ten."""
    rng = np.random.default_rng(seed)
    near = rng.choice([-1, 1], n) * 10 ** rng.uniform(-12, np.log10(max(abs(low), abs(high))), n)
    x = np.concatenate([rng.uniform(low, high, n), near])
    return x[(x > low) & (x < high)]


def worst_ulp(
    function: Callable[[Array], Array],
    true: Callable[[arb], arb],
    low: float,
    high: float,
    n: int,
    seed: int = 0,
) -> float:
    x = arguments(low, high, n, seed)
    y = function(x)
    exact = [true(arb(float(a))) for a in x]
    return max(float(abs(arb(float(b)) - t) / float(np.spacing(abs(float(t))))) for b, t in zip(y, exact))


@each("name", LIBRARY)
def test_the_library_errs_by_less_than_half_of_what_is_assumed(name: str) -> None:
    function, true, (low, high) = LIBRARY[name]
    assert worst_ulp(function, true, low, high, 1000) < iv.LIBM_ULP / 2


FUNCTIONS: dict[str, tuple[Callable[[Interval], Interval], Callable[[arb], arb], Bounds]] = {
    "exp": (iv.exp, lambda x: x.exp(), (-750, 750)),
    "log": (iv.log, lambda x: x.log(), (1e-9, 100)),
    "sin": (iv.sin, lambda x: x.sin(), (-40, 40)),
    "cos": (iv.cos, lambda x: x.cos(), (-40, 40)),
    "sin of large": (iv.sin, lambda x: x.sin(), (-1e17, 1e17)),
    "cos of large": (iv.cos, lambda x: x.cos(), (1e15, 1.1e15)),
    "tan": (iv.tan, lambda x: x.tan(), (-9, 9)),
    "cot": (iv.cot, lambda x: x.cot(), (-9, 9)),
    "cosh": (iv.cosh, lambda x: x.cosh(), (-20, 20)),
    "tanh": (iv.tanh, lambda x: x.tanh(), (-30, 30)),
    "erf": (iv.erf, lambda x: x.erf(), (-7, 7)),
    "sigmoid": (lambda a: elementary.sigmoid(a).value, lambda x: 1 / (1 + (-x).exp()), (-745, 745)),
    "softplus": (lambda a: elementary.softplus(a).value, lambda x: x.exp().log1p(), (-745, 745)),
}


@each("name", FUNCTIONS)
def test_functions_of_intervals_hold_the_values_of_their_points(name: str) -> None:
    rule, true, (low, high) = FUNCTIONS[name]
    rng = np.random.default_rng(1)
    a = rng.uniform(low, high, 600)
    b = np.minimum(a + rng.choice([0, 1], 600) * (high - low) * 10 ** rng.uniform(-9, 0, 600), high)
    result = rule(Interval(a, b))
    for k, t in enumerate(rng.uniform(size=600)):
        x = min(max(a[k] + t * (b[k] - a[k]), a[k]), b[k])
        for point in (a[k], x, b[k]):
            value = true(arb(float(point)))
            assert not value < arb(float(result.lo[k]))
            assert not value > arb(float(result.hi[k]))


@each("rule", [iv.sin, iv.cos])
def test_a_wave_is_tight(rule: Callable[..., Any]) -> None:
    a = np.linspace(-20, 20, 1000)
    points, cells = rule(iv.point(a)), rule(Interval(a, a + 0.01))
    assert np.max(points.hi - points.lo) < 1e-14
    assert np.max(cells.hi - cells.lo) < 0.011
    assert (rule(Interval(a, a + 6.3)).hi == 1).all()


def test_holds_and_sizes() -> None:
    a = Interval(np.array([-2.0, 1.0, -3.0]), np.array([1.0, 2.0, -1.0]))
    np.testing.assert_array_equal(a.magnitude, [2, 2, 3])
    np.testing.assert_array_equal(a.mignitude, [0, 1, 1])
    np.testing.assert_array_equal(a.holds(0), [True, False, False])
    np.testing.assert_array_equal(a[1:].lo, [1, -3])


def test_a_power_of_two_divides_without_rounding() -> None:
    a = iv.point(np.array([11.999999999999998, 0.1, -1e300, 0.0]))
    quotient = a / 2.0
    np.testing.assert_array_equal(quotient.lo, a.lo / 2)
    np.testing.assert_array_equal(quotient.hi, a.lo / 2)
    tiny = iv.point(np.array([3 * 2.0**-1074])) / 2.0
    assert tiny.lo[0] < tiny.hi[0]
