"""The jets of the independent checker against NumPy, mpmath and random trees."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb, fmpq

from nnviz.approximation.certificate.file_parts import target_as_json
from nnviz.checker.claim import Network, Tree, _target
from nnviz.checker.jets import TERMS, Jet, order
from nnviz.checker.networks import FAMILIES, Smooth
from nnviz.checker.rules import NAMES
from nnviz.checker.target import CannotCheckError, Cell, Formula
from nnviz.expressions import Expression, parse
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable, write
from nnviz.expressions.vocabulary import FUNCTIONS
from tests.cases import each

pytestmark = pytest.mark.usefixtures("precision")


def rational(x: float) -> fmpq:
    return fmpq(*float(x).as_integer_ratio())


def formula(f: Expression) -> Formula:
    tree, variables = _target(target_as_json(f))
    assert isinstance(tree, Tree)
    return Formula(tree, variables)


def on_cell(f: Formula, low: float, high: float) -> Jet:
    a, b = arb(low), arb(high)
    return f.around(Cell(a, b, ((a + b) / 2).mid().fmpq()))


def test_every_function_of_a_formula_has_a_rule() -> None:
    assert set(FUNCTIONS) == NAMES


ONE_ARGUMENT = [
    name for name, one in FUNCTIONS.items() if one.arity == 1 and name[0].isalpha() and name != "not"
]
TWO_ARGUMENTS = [
    "atan2",
    "mod",
    "min",
    "max",
    "hypot",
    "+",
    "-",
    "*",
    "/",
    "^",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "!=",
]
X = [-2.5, -1.5, -1.0, -0.75, -0.5, -1e-3, 0.0, 1e-9, 0.2, 0.5, 1.0, 1.5, 2.0, 2.5, 7.25]


@each("name", ONE_ARGUMENT)
def test_values_are_those_of_numpy(name: str) -> None:
    f = parse(f"{name if name != 'neg' else '-'}(x)")
    check_values(f, formula(f))


@each("name", TWO_ARGUMENTS)
@each("other", ["0.5", "-2", "3", "abs(x)"])
def test_values_of_two_arguments_are_those_of_numpy(name: str, other: str) -> None:
    if other == "abs(x)" and name in ("^", "mod"):
        return  # mod is a jump where x > 0, and a negative x has a power for whole exponents only
    f = parse(f"{name}(x, {other})" if name[0].isalpha() else f"x {name} ({other})")
    check_values(f, formula(f))


def check_values(f: Expression, checked: Formula) -> None:
    for x, y in zip(X, f(X)):
        found = checked.at(rational(x))
        if np.isfinite(y):
            assert found.defined
            assert float(found.low) == pytest.approx(y, rel=1e-12, abs=1e-13)
            assert float(found.high) == pytest.approx(y, rel=1e-12, abs=1e-13)
        else:
            assert not found.defined


def random_tree(chance: random.Random, depth: int) -> Node:
    if depth == 0 or chance.random() < 0.12:
        number = Number(chance.choice([0.0, 1.0, 2.0, 3.0, 0.5, 1 / 3, 10.0, 7.3]))
        leaves: list[Node] = [*[Variable("x")] * 4, number, Constant(chance.choice(["pi", "e", "tau"]))]
        return chance.choice(leaves)
    name = chance.choice(["+", "-", "*", "/", "^", "neg"] if chance.random() < 0.4 else list(FUNCTIONS))
    return Call(name, tuple(random_tree(chance, depth - 1) for _ in range(FUNCTIONS[name].arity)))


@each("seed", range(4))
def test_jets_hold_values_coefficients_and_difference_quotients_of_random_trees(seed: int) -> None:
    chance, seen = random.Random(seed), 0
    for _ in range(60):
        root = random_tree(chance, chance.randint(1, 4))
        f = formula(Expression(write(root), ("x",), root))
        start = chance.choice([0.0, 1.0, -1.0, 0.5, chance.uniform(-3, 3)])
        a, b = sorted((start, start + chance.choice([-1, 1]) * 10 ** chance.uniform(-4, 0.5)))
        jet = on_cell(f, a, b)
        if not jet.defined:
            continue
        points = [(x, f.at(rational(x))) for x in (chance.uniform(a, b) for _ in range(6))]
        for _, at in points:
            assert at.defined
            assert at.low <= jet.high
            assert at.high >= jet.low
            for k in range(min(order(jet.series), order(at.series)) + 1):
                assert at.series[k].overlaps(jet.series[k])
        if order(jet.series) >= 1:
            for (x, one), (z, other) in pairwise(points):
                quotient = (one.ball - other.ball) / (arb(x) - arb(z))
                assert quotient.overlaps(jet.series[1]) or not quotient.is_finite()
                seen += 1
    assert seen > 50


def test_ranges_are_those_of_the_ends_where_the_function_is_monotone() -> None:
    found = on_cell(formula(parse("sqrt(x - x^3)")), 0.0, 0.125)
    assert found.defined
    assert found.low == 0
    assert not on_cell(formula(parse("sqrt(x - x^3)")), -0.001, 0.125).defined


def test_a_name_without_a_rule_is_said() -> None:
    with pytest.raises(CannotCheckError, match="'zeta'"):
        Formula(Tree("call", "zeta", of=(Tree("variable", "x", constant=False),), constant=False), ["x"])


CURVES: dict[str, Callable[[Any], Any]] = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "gaussian": lambda z: mpmath.exp(-z * z),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "sine": mpmath.sin,
    "linear": lambda z: z,
    "square": lambda z: z**2,
    "cube": lambda z: z**3,
}


@each("name", FAMILIES)
@each("center", [0.0, 0.7, 3.0, -9.0])
def test_one_smooth_unit_is_within_its_expansion(name: str, center: float) -> None:
    network = Network(name, [[fmpq(3)]], [rational(center)], [fmpq(2)], fmpq(1, 4))
    for radius in (0.3, 0.1, 1e-3, 2.0):
        expansion = Smooth(network, fmpq(-1), fmpq(1)).expand(fmpq(0), arb(radius), 0)
        if not expansion.rest.is_finite():
            assert radius > 0.1
            continue
        with mpmath.workdps(50):
            for t in (-radius, -0.4 * radius, 0.9 * radius, radius):
                true = 2 * CURVES[name](3 * mpmath.mpf(t) + center) + mpmath.mpf(1) / 4
                value = sum((c * arb(t) ** k for k, c in enumerate(expansion.coefficients)), arb(0))
                off = abs(value - arb(mpmath.nstr(true, 45)))
                assert off.lower() <= expansion.rest + arb(1e-40)
                if radius <= 1e-3:
                    assert expansion.rest < 1e-20
    assert len(expansion.coefficients) == TERMS
