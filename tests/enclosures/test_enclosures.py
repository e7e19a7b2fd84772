"""Enclosures against Arb (python-flint): ball arithmetic and power series at 200 bits, which we did not write."""

import random
from fractions import Fraction

import numpy as np
import pytest

from nnviz.enclosures import enclose, enclose_points
from nnviz.enclosures.removable_singularities import enclose_open
from nnviz.enclosures.table import RULES
from nnviz.expressions import Expression, parse
from nnviz.expressions.nodes import Call, Node, Number, Variable, write
from nnviz.expressions.vocabulary import CONSTANTS, FUNCTIONS
from nnviz.targets import through
from tests.cases import each
from tests.enclosures.arb_oracle import EXACT, ORACLE, with_precision
from tests.enclosures.random_formulas import (
    SEAMS,
    escapes,
    open_check,
    points_inside,
    random_cell,
    random_check,
    violations,
)


@pytest.fixture(autouse=True)
def _precision() -> None:
    with_precision()


def test_every_word_of_the_vocabulary_has_a_rule_and_an_oracle() -> None:
    assert set(RULES) == set(FUNCTIONS)
    assert set(ORACLE) == set(FUNCTIONS) - {"where", "restrict"}
    assert set(EXACT) == set(CONSTANTS)


@each("seed", range(8))
def test_enclosures_of_random_formulas_hold_what_arb_computes(seed: int) -> None:
    wrong, compared = random_check(seed, 100)
    assert wrong == []
    assert compared > 2000


@each("seed", range(4))
def test_enclosures_of_random_formulas_on_open_cells_hold_what_arb_computes(seed: int) -> None:
    wrong, compared = open_check(seed, 80)
    assert wrong == []
    assert compared > 1500


CELLS = [
    (-1.5, -0.5),
    (-0.5, 0.0),
    (0.0, 0.5),
    (-0.3, 0.4),
    (0.25, 0.2500001),
    (0.5, 0.5),
    (1.0, 3.0),
    (-1e-9, 1e-9),
    (7.0, 40.0),
]


@each("name", sorted(FUNCTIONS))
def test_every_word_by_itself_holds_what_arb_computes(name: str) -> None:
    rng, x, compared = random.Random(name), Variable("x"), 0
    inner: list[Node] = [
        x,
        Call("+", (x, Number(1.0))),
        Call("/", (x, Number(3.0))),
        Call("abs", (x,)),
        Number(2.0),
    ]
    for _ in range(6):
        node = Call(name, tuple(rng.choice(inner) for _ in range(FUNCTIONS[name].arity)))
        cells = CELLS + [random_cell(rng) for _ in range(10)]
        wrong, values = violations(Expression(write(node), ("x",), node), cells, rng)
        assert wrong == []
        compared += values
        wrong, _ = violations(
            Expression(write(node), ("x",), node), SEAMS, rng, 2, enclose_open, points_inside
        )
        assert wrong == []
    assert compared > 50


@each("name", CONSTANTS)
def test_a_named_number_is_the_real_number(name: str) -> None:
    interval = enclose_points(parse(f"{name} + 0*x"), np.zeros(1))
    assert not escapes(EXACT[name](), interval, 0)
    assert interval.lo[0] < interval.hi[0] <= interval.lo[0] * (1 + 1e-15)


def test_small_cells_are_enclosed_tightly() -> None:
    f = parse("exp(-x)*sin(10x) + 1/(1 + 25x^2)")
    x = np.linspace(-1, 1, 20001)
    enclosed = enclose(f, x[:-1], x[1:])
    assert np.max(enclosed.value.hi - enclosed.value.lo) < 0.01
    assert np.max(enclosed.second.hi - enclosed.second.lo) < 1.5  # |f‴| is at most 3000 or so
    points = enclose_points(f, x)
    assert np.max(points.hi - points.lo) < 1e-13


def test_points_are_enclosed_like_cells_without_width() -> None:
    f, x = parse("where(x > 0.3, x^x, atan2(x, 2)) + mod(x, 1)"), np.linspace(-1, 1, 41)
    at, cells = enclose_points(f, x), enclose(f, x, x)
    np.testing.assert_array_equal(at.lo, cells.value.lo)
    np.testing.assert_array_equal(at.hi, cells.value.hi)


def test_a_target_from_points_is_enclosed_exactly_enough() -> None:
    rng = np.random.default_rng(0)
    f = through(rng.uniform(-1, 1, 50), rng.normal(size=50))
    low = np.concatenate([rng.uniform(-1.3, 1.2, 500), f.knots])
    high = np.minimum(low + 10 ** rng.uniform(-6, 0, low.size), 1.3)
    enclosed = enclose(f, low, high)
    x = np.linspace(low, high, 200)
    y = f(x)
    assert (y >= enclosed.value.lo - 1e-12).all()
    assert (y <= enclosed.value.hi + 1e-12).all()
    quotient = np.diff(y, axis=0) / np.diff(x, axis=0)
    slack = 1e-13 / np.diff(x, axis=0)
    assert (quotient >= enclosed.first.lo - slack).all()
    assert (quotient <= enclosed.first.hi + slack).all()
    inside = (f.knots > low[:, None]) & (f.knots < high[:, None])
    np.testing.assert_array_equal(enclosed.smooth, ~inside.any(axis=1))
    np.testing.assert_allclose(
        enclosed.value.hi, np.maximum(y.max(axis=0), np.where(inside, f.values, -9).max(axis=1)), atol=1e-12
    )
    at = enclose_points(f, f.knots)
    assert (at.holds(f.values) & (at.hi - at.lo < 1e-14)).all()


def test_a_target_from_points_is_the_exact_interpolation() -> None:
    rng = np.random.default_rng(1)
    f = through(rng.normal(size=9), rng.normal(size=9))
    x = rng.uniform(f.knots[0], f.knots[-1], 200)
    at, cells = enclose_points(f, x), enclose(f, x - 0.1, x + 0.1)
    for k, a in enumerate(map(Fraction, x)):
        i = int(np.searchsorted(f.knots, x[k])) - 1
        (a0, a1), (y0, y1) = (map(Fraction, pair[i : i + 2]) for pair in (f.knots, f.values))
        slope = (y1 - y0) / (a1 - a0)
        exact = y0 + slope * (a - a0)
        assert Fraction(at.lo[k]) <= exact <= Fraction(at.hi[k])
        assert Fraction(cells.value.lo[k]) <= exact <= Fraction(cells.value.hi[k])
        assert Fraction(cells.first.lo[k]) <= slope <= Fraction(cells.first.hi[k])


@each(
    ("low", "high", "message"),
    [
        ([0.0], [np.inf], "finite"),
        ([1.0], [0.0], "low ≤ high"),
        ([0.0, 1.0], [1.0], "shape"),
        ([np.nan], [1.0], "finite"),
    ],
)
def test_cells_that_are_not_intervals_are_refused(low: list[float], high: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        enclose(parse("x"), low, high)


def test_two_variables_are_refused() -> None:
    with pytest.raises(ValueError, match="one variable"):
        enclose(parse("x*y", ("x", "y")), [0.0], [1.0])


def test_a_negative_base_has_powers_where_the_exponent_is_one_whole_number() -> None:
    found = enclose(parse("(-2)^floor(x)*x"), [-0.75, 2.25, 2.75], [-0.25, 2.75, 3.25])
    assert found.defined.tolist() == [True, True, False]
    np.testing.assert_allclose([found.value.lo[:2], found.value.hi[:2]], [[0.125, 9], [0.375, 11]])
