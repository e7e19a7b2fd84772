"""Enclosures against Arb (python-flint): ball arithmetic and power series at 200 bits, which we did not write.

As a script, ``python tests/functions/test_enclosures.py SECONDS [SEED]``, it repeats the random check that long.
"""

import operator
import random
import sys
import time
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, arb_series, ctx

from nnviz.functions import Expression, enclose, enclose_points, parse, through
from nnviz.functions.enclosures import RULES
from nnviz.functions.nodes import COMPARISONS, Call, Constant, Number, Variable, write
from nnviz.functions.seams import enclose_by_cases, enclose_open
from nnviz.functions.vocabulary import CONSTANTS, FUNCTIONS

# --- the oracle: a formula at one real number, with its first two Taylor coefficients ---


class CannotTellError(Exception):
    """Arb cannot decide a comparison at this point, or a derivative does not exist there."""


@pytest.fixture(autouse=True)
def _precision():
    with_precision()


def with_precision():
    ctx.prec, ctx.cap = 200, 3


def series(value, *rest):
    return arb_series([arb(value), *rest], 3)


def head(s):
    return s[0]


def sign(s):
    value = head(s)
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_exact() and value == 0:
        return 0
    raise CannotTellError


def corner(s):
    """The sign where a kink sits at 0: undecided at the kink itself, unless the argument is constant."""
    here = sign(s)
    if here == 0 and not still(s):
        raise CannotTellError
    return here


def floor(s):
    whole = head(s).floor()
    if not whole.is_exact():
        raise CannotTellError
    return whole


def root(s, n):
    if sign(s) == 0:
        return vertical(s, 0)
    return (s.log() / n).exp() if sign(s) > 0 else series(arb.nan())


def cbrt(s):
    return root(s, 3) if sign(s) >= 0 else -root(-s, 3)


def whole_power(a, n):
    if n > 10**6:
        raise CannotTellError
    result = series(1)
    for bit in f"{n:b}":
        result = result * result * (a if bit == "1" else 1)
    return result


def power(a, b):
    if still(b) and head(b).is_integer() and head(b).is_exact():
        n = int(head(b).unique_fmpz())
        if n < 0 and sign(a) == 0:
            return series(arb.nan())
        return whole_power(a if n >= 0 else 1 / a, abs(n))
    if still(b) and sign(a) <= 0 and head(b).contains_integer() and not head(b).is_exact():
        raise CannotTellError
    if sign(a) == 0 and sign(b) == 0:
        return vertical(a + b, 1)
    if sign(a) < 0 or (sign(a) == 0 and sign(b) <= 0):
        return series(arb.nan())
    if sign(a) == 0:
        return vertical(a + b, 0)
    return (b * a.log()).exp()


def jump(s):
    """A value that is constant near the point, and may jump at it."""
    return series(s)


def round_even(s):
    down = floor(s)
    rest = head(s) - down - arb(0.5)
    half = sign(series(rest))
    odd = int(down.unique_fmpz()) % 2
    return series(down + (1 if half > 0 or (half == 0 and odd) else 0))


def atan2(y, x):
    if sign(y) == 0 and sign(x) <= 0:
        value = series(0 if sign(x) == 0 else arb.pi())
        return vertical(y + x, head(value))
    if sign(x) > 0:
        return (y / x).atan()
    if sign(y) > 0:
        return series(arb.pi() / 2) - (x / y).atan()
    return series(-arb.pi() / 2) - (x / y).atan()


def hypot(a, b):
    return root(a * a + b * b, 2)


def maximum(a, b):
    return a if corner(a - b) >= 0 else b


def minimum(a, b):
    return a if corner(a - b) <= 0 else b


def inside(s, low, high):
    return s if sign(s - low) >= 0 and sign(high - s) >= 0 else series(arb.nan())


def unless_zero(s):
    return s if sign(s) else series(arb.nan())


def vertical(s, value):
    """A value where the tangent is vertical, or whose slope is not asked for."""
    return series(value) if still(s) else series(value, arb.nan(), arb.nan())


def still(s):
    return s[1] == 0 and s[2] == 0


def asin(s):
    s = inside(s, series(-1), series(1))
    if not head(s).is_finite():
        return s
    edge = sign(s - 1) == 0 or sign(s + 1) == 0
    return vertical(s, head(s).asin()) if edge else s.asin()


def acosh(s):
    s = s if sign(s - 1) >= 0 else series(arb.nan())
    if sign(s - 1) == 0:
        return vertical(s, 0)
    return (s + (s * s - 1).sqrt()).log()


def log(s):
    return s.log() if sign(s) > 0 else series(arb.nan())


def sinh(s):
    return (s.exp() - (-s).exp()) / 2


def cosh(s):
    return (s.exp() + (-s).exp()) / 2


def tanh(s):
    return 1 - 2 / ((2 * s).exp() + 1) if sign(s) < 0 else 2 / ((-2 * s).exp() + 1) - 1


def sigmoid(s):
    return s.exp() / (1 + s.exp()) if sign(s) < 0 else 1 / (1 + (-s).exp())


def bend_at_zero(s, right, left):
    """Right or left of 0; at 0 they agree in value and slope only."""
    if sign(s) == 0 and not still(s):
        return series(right()[0], right()[1], arb.nan())
    return right() if sign(s) >= 0 else left()


def sinc(s):
    t = s * series(arb.pi())
    if abs(head(t)) > arb(0.001):
        return t.sin() / t
    y, total = t * t, series(0)
    for k in reversed(range(12)):
        total = 1 / series(arb(2 * k + 1).fac()) - y * total
    return total


def mod(a, b):
    return a - series(floor(unless_zero(b) and a / unless_zero(b))) * b


def compare(name):
    holds = {"<": [-1], "<=": [-1, 0], ">": [1], ">=": [1, 0], "==": [0], "!=": [-1, 1]}[name]
    return lambda a, b: series(1 if sign(a - b) in holds else 0)


ORACLE = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / unless_zero(b),
    "^": power,
    "neg": operator.neg,
    **{name: compare(name) for name in COMPARISONS},
    "and": lambda a, b: series(1 if sign(a) and sign(b) else 0),
    "or": lambda a, b: series(1 if sign(a) or sign(b) else 0),
    "not": lambda a: series(0 if sign(a) else 1),
    "sqrt": lambda s: root(s, 2),
    "cbrt": cbrt,
    "exp": lambda s: s.exp(),
    "expm1": lambda s: s.exp() - 1,
    "log": log,
    "log2": lambda s: log(s) / series(arb(2).log()),
    "log10": lambda s: log(s) / series(arb(10).log()),
    "log1p": lambda s: log(1 + s),
    "sin": lambda s: s.sin(),
    "cos": lambda s: s.cos(),
    "tan": lambda s: s.sin() / s.cos(),
    "cot": lambda s: s.cos() / unless_zero(s.sin()),
    "sec": lambda s: 1 / s.cos(),
    "csc": lambda s: 1 / unless_zero(s.sin()),
    "asin": asin,
    "acos": lambda s: vertical(s, 0) if sign(s - 1) == 0 else series(arb.pi() / 2) - asin(s),
    "atan": lambda s: s.atan(),
    "atan2": atan2,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "coth": lambda s: 1 / unless_zero(tanh(s)),
    "sech": lambda s: 1 / cosh(s),
    "asinh": lambda s: (s + (s * s + 1).sqrt()).log() if sign(s) >= 0 else -((-s) + (s * s + 1).sqrt()).log(),
    "acosh": acosh,
    "atanh": lambda s: log((1 + s) / unless_zero(1 - s)) / 2,
    "abs": lambda s: s if corner(s) >= 0 else -s,
    "sign": lambda s: jump(sign(s)),
    "step": lambda s: jump(1 if sign(s) >= 0 else 0),
    "floor": lambda s: jump(floor(s)),
    "ceil": lambda s: jump(-floor(-s)),
    "round": round_even,
    "trunc": lambda s: jump(floor(s)) if sign(s) >= 0 else jump(-floor(-s)),
    "mod": mod,
    "min": minimum,
    "max": maximum,
    "clip": lambda x, low, high: minimum(maximum(x, low), high),
    "hypot": hypot,
    "gaussian": lambda s: (-s * s / 2).exp(),
    "sinc": sinc,
    "rect": lambda s: (1 + jump(sign(0.5 - (s if sign(s) >= 0 else -s)))) / 2,
    "tri": lambda s: maximum(1 - ORACLE["abs"](s), series(0)),
    "erf": lambda s: s.erf(),
    "relu": lambda s: maximum(s, series(0)),
    "leaky_relu": lambda s: maximum(s, series(0.01) * s),
    "elu": lambda s: bend_at_zero(s, lambda: s, lambda: s.exp() - 1),
    "gelu": lambda s: s * (1 + (s / series(arb(2).sqrt())).erf()) / 2,
    "silu": lambda s: s * sigmoid(s),
    "sigmoid": sigmoid,
    "softplus": lambda s: s + (1 + (-s).exp()).log() if sign(s) > 0 else (1 + s.exp()).log(),
    "softsign": lambda s: bend_at_zero(s, lambda: s / (1 + s), lambda: s / (1 - s)),
}
EXACT = {"pi": arb.pi, "e": arb.const_e, "tau": lambda: 2 * arb.pi()}


def taylor(node, x):
    """f(x), f′(x), f″(x)/2 at x = x₀ + x₁t as balls; nan where undefined. CannotTellError at a kink."""
    match node:
        case Number(number):
            return series(number)
        case Constant(name):
            return series(EXACT[name]())
        case Variable():
            return x
        case Call("where", (condition, a, b)):
            return taylor(a if sign(taylor(condition, x)) else b, x)
        case Call(name, arguments):
            found = ORACLE[name](*[taylor(argument, x) for argument in arguments])
            if not head(found).is_finite() and not head(found).is_nan():
                raise CannotTellError  # too large for Arb
            return found


def truth(f, x):
    """f(x), f′(x), f″(x) as balls; nan where there is none."""
    at_x = taylor(f.root, series(x, 1))
    value, first, second = at_x[0], at_x[1], at_x[2]
    if not value.is_finite():
        value = taylor(f.root, series(x))[0]  # nan of a slope spreads to the value
    return value, first, 2 * second


# --- random formulas and cells ---

NAMES = sorted(FUNCTIONS)


def random_node(rng, depth):
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(
            [
                Variable("x"),
                Variable("x"),
                Variable("x"),
                random_number(rng),
                Constant(rng.choice(list(CONSTANTS))),
            ]
        )
    name = rng.choice(["+", "-", "*", "/", "^"]) if rng.random() < 0.35 else rng.choice(NAMES)
    arguments = [random_node(rng, depth - 1) for _ in range(FUNCTIONS[name].arity)]
    if name == "^" and rng.random() < 0.7:
        arguments[1] = Number(rng.choice([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.5, 1.5, 2.5, 10.0]))
        if rng.random() < 0.2:
            arguments[1] = Call("neg", (arguments[1],))
    return Call(name, tuple(arguments))


def random_number(rng):
    return Number(float(rng.choice([0, 1, 2, 3, 5, 10, 0.5, 0.1, 0.25, 7.3, 1e-3, 100])))


def random_expression(rng):
    node = random_node(rng, rng.choice([1, 2, 2, 3, 3, 4]))
    return Expression(write(node), ("x",), node)


def random_cell(rng):
    """A cell of any size, now and then with an end at a round number."""
    low = rng.choice(
        [rng.uniform(-3, 3), rng.uniform(-0.1, 0.1), rng.uniform(-60, 60), float(rng.randint(-4, 4))]
    )
    width = 10 ** rng.uniform(-7, 0.7)
    if rng.random() < 0.2:
        return low - width, low
    return low, low + (width if rng.random() < 0.9 else float(2 ** rng.randint(-8, 1)))


def points_in(rng, low, high, n):
    inner = [min(max(low + (high - low) * rng.random(), low), high) for _ in range(n)]
    return [low, high, *inner]


def escapes(ball, interval, k):
    """Whether the ball lies outside of the k-th interval for certain."""
    low, high = interval.lo[k], interval.hi[k]
    return ball < arb(float(low)) or ball > arb(float(high))


def points_inside(rng, low, high, n):
    """Points of the open cell, some of them next to its ends."""
    near = [np.nextafter(low, high), np.nextafter(high, low)]
    share = [10 ** rng.uniform(-9, 0) for _ in range(n)]
    found = near + [low + (high - low) * s for s in share] + [high - (high - low) * s for s in share]
    return [float(x) for x in found if low < x < high]


def violations(f, cells, rng, points=3, enclosing=enclose, choose=points_in):
    """Every way in which an enclosure of f over the cells is wrong, and the number of values compared."""
    low, high = (np.array(ends) for ends in zip(*cells))
    enclosed = enclosing(f, low, high)
    wrong, compared = [], 0
    for k, (a, b) in enumerate(cells):
        if not enclosed.defined[k]:
            continue
        seen = []
        for x in choose(rng, a, b, points):
            try:
                value, first, second = truth(f, x)
            except (
                CannotTellError,
                ValueError,
                OverflowError,
            ):  # also: a denominator that is a ball around 0
                continue
            if not value.is_finite():
                if value.is_nan():
                    wrong.append(("undefined", f.text, a, b, x))
                continue
            compared += 1
            if escapes(value, enclosed.value, k):
                wrong.append(("value", f.text, a, b, x))
            if first.is_finite() and escapes(first, enclosed.first, k):
                wrong.append(("first", f.text, a, b, x))
            if second.is_finite() and escapes(second, enclosed.second, k):
                wrong.append(("second", f.text, a, b, x))
            seen.append((x, value, first))
        for (x, fx, dx), (y, fy, dy) in pairwise(seen):
            if x != y and escapes((fx - fy) / (arb(x) - arb(y)), enclosed.first, k):
                wrong.append(("quotient of f", f.text, a, b, x, y))
            if (
                x != y
                and dx.is_finite()
                and dy.is_finite()
                and escapes((dx - dy) / (arb(x) - arb(y)), enclosed.second, k)
            ):
                wrong.append(("quotient of f′", f.text, a, b, x, y))
    return wrong, compared


SEAMS = [
    (0.0, 0.1),
    (-0.1, 0.0),
    (0.0, 1.0),
    (-1.0, 0.0),
    (1.0, 1.5),
    (0.5, 1.0),
    (0.7, 0.8),
    (2.0, 3.0),
    (-1e-6, 0.0),
]


def open_check(seed, expressions):
    """The same for open cells, many of which end where formulas change or have gaps."""
    rng = random.Random(seed)
    wrong, compared = [], 0
    for _ in range(expressions):
        f = random_expression(rng)
        cells = SEAMS + [random_cell(rng) for _ in range(3)]
        found, values = violations(f, cells, rng, 2, enclose_open, points_inside)
        wrong += found
        compared += values
    return wrong, compared


def random_check(seed, expressions, cells=12):
    rng = random.Random(seed)
    wrong, compared = [], 0
    for _ in range(expressions):
        f = random_expression(rng)
        found, values = violations(f, [random_cell(rng) for _ in range(cells)], rng)
        wrong += found
        compared += values
    return wrong, compared


# --- the tests ---


def test_every_word_of_the_vocabulary_has_a_rule_and_an_oracle():
    assert set(RULES) == set(FUNCTIONS)
    assert set(ORACLE) == set(FUNCTIONS) - {"where"}
    assert set(EXACT) == set(CONSTANTS)


@pytest.mark.parametrize("seed", range(8))
def test_enclosures_of_random_formulas_hold_what_arb_computes(seed):
    wrong, compared = random_check(seed, 100)
    assert wrong == []
    assert compared > 2000


@pytest.mark.parametrize("seed", range(4))
def test_enclosures_of_random_formulas_on_open_cells_hold_what_arb_computes(seed):
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


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_word_by_itself_holds_what_arb_computes(name):
    rng, x, compared = random.Random(name), Variable("x"), 0
    inner = [x, Call("+", (x, Number(1.0))), Call("/", (x, Number(3.0))), Call("abs", (x,)), Number(2.0)]
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


@pytest.mark.parametrize(
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
def test_up_to_a_seam_a_function_is_defined_continuous_and_near_what_arb_computes(text, low, high, widest):
    f, cell = parse(text), (float(low), float(high))
    found = enclose_open(f, *([end] for end in cell))
    assert found.defined[0]
    assert found.continuous[0]
    assert found.value.hi[0] - found.value.lo[0] <= widest
    wrong, compared = violations(f, [cell], random.Random(0), 20, enclose_open, points_inside)
    assert wrong == []
    assert compared > 20


@pytest.mark.parametrize(
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
def test_a_gap_inside_an_open_cell_is_not_overlooked(text, low, high):
    assert not enclose_open(parse(text), [float(low)], [float(high)]).defined[0]


@pytest.mark.parametrize(
    "text",
    ["floor(2x)", "sign(x - 0.5)", "where(x == 0.5, 5, 0)", "mod(3x, 1)", "where(x < 0.5, 0, x)", "rect(x)"],
)
def test_a_jump_inside_an_open_cell_is_not_overlooked(text):
    assert not enclose_open(parse(text), [0.0], [1.0]).continuous[0]


@pytest.mark.parametrize(
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
def test_at_a_seam_exact_arithmetic_knows_the_value(text, x, value):
    found = enclose_points(parse(text), [x])
    assert found.finite[0]
    assert found.holds(value)[0]
    assert found.hi[0] - found.lo[0] < 1e-7


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_named_number_is_the_real_number(name):
    interval = enclose_points(parse(f"{name} + 0*x"), np.zeros(1))
    assert not escapes(EXACT[name](), interval, 0)
    assert interval.lo[0] < interval.hi[0] <= interval.lo[0] * (1 + 1e-15)


@pytest.mark.parametrize(
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
def test_where_a_function_may_be_undefined_nothing_is_said(text, low, high):
    enclosed = enclose(parse(text), [low], [high])
    assert not enclosed.defined[0]
    assert not enclosed.smooth[0]
    assert (enclosed.value.lo[0], enclosed.value.hi[0]) == (-np.inf, np.inf)


@pytest.mark.parametrize(
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
def test_a_domain_that_is_kept_is_proved(text, low, high):
    assert enclose(parse(text), [low], [high]).defined[0]


@pytest.mark.parametrize(
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
def test_kinks_and_jumps_are_told_apart(text, smooth, continuous):
    enclosed = enclose(parse(text), [-1.0], [1.0])
    assert (enclosed.smooth[0], enclosed.continuous[0], enclosed.defined[0]) == (smooth, continuous, True)


def test_beside_a_kink_the_branch_counts():
    enclosed = enclose(parse("abs(x) + floor(x)"), [0.0, -0.5], [0.5, -0.25])
    assert enclosed.smooth.all()
    np.testing.assert_array_equal([enclosed.first.lo, enclosed.first.hi], [[1, -1], [1, -1]])


def test_small_cells_are_enclosed_tightly():
    f = parse("exp(-x)*sin(10x) + 1/(1 + 25x^2)")
    x = np.linspace(-1, 1, 20001)
    enclosed = enclose(f, x[:-1], x[1:])
    assert np.max(enclosed.value.hi - enclosed.value.lo) < 0.01
    assert np.max(enclosed.second.hi - enclosed.second.lo) < 1.5  # |f‴| is at most 3000 or so
    points = enclose_points(f, x)
    assert np.max(points.hi - points.lo) < 1e-13


def test_points_are_enclosed_like_cells_without_width():
    f, x = parse("where(x > 0.3, x^x, atan2(x, 2)) + mod(x, 1)"), np.linspace(-1, 1, 41)
    at, cells = enclose_points(f, x), enclose(f, x, x)
    np.testing.assert_array_equal(at.lo, cells.value.lo)
    np.testing.assert_array_equal(at.hi, cells.value.hi)


def test_a_target_from_points_is_enclosed_exactly_enough():
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


def test_a_target_from_points_is_the_exact_interpolation():
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


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        ([0.0], [np.inf], "finite"),
        ([1.0], [0.0], "low <= high"),
        ([0.0, 1.0], [1.0], "shape"),
        ([np.nan], [1.0], "finite"),
    ],
)
def test_cells_that_are_not_intervals_are_refused(low, high, message):
    with pytest.raises(ValueError, match=message):
        enclose(parse("x"), low, high)


def test_two_variables_are_refused():
    with pytest.raises(ValueError, match="one variable"):
        enclose(parse("x*y", ("x", "y")), [0.0], [1.0])


@pytest.mark.parametrize(
    ("text", "jump"),
    [
        ("|mod(3x, 1) - 0.5|", -2 / 3),
        ("(x/0.3 - floor(x/0.3)) (1 - x/0.3 + floor(x/0.3))", 0.3),
        ("|x - 0.1 round(10x)|", 0.85),
        ("sign(x - 0.1) + 3 trunc(10x)", 0.1),
    ],
)
def test_between_two_floats_every_side_of_a_jump_is_enclosed(text, jump):
    f, ends = parse(text), np.nextafter([jump, jump], [-9, 9])
    cells = [(float(ends[0]), jump), (jump, float(ends[1])), (jump - 1e-9, jump + 1e-9)]
    for low, high in cells:
        found = enclose_by_cases(f, low, high)
        for share in (2.0**-30, 0.25, 0.5, 0.7109375, 1 - 2.0**-30):
            value = taylor(f.root, series(arb(low) + (arb(high) - arb(low)) * arb(share)))[0]
            assert not escapes(value, found, 0)
    whole = enclose_by_cases(parse("sqrt(floor(x))"), -(2.0**-60), 2.0**-60)
    assert (whole.lo[0], whole.hi[0]) == (-np.inf, np.inf)


def main(seconds, seed):
    with_precision()
    start, expressions, compared = time.monotonic(), 0, 0
    while time.monotonic() - start < seconds:
        wrong, values = random_check(seed + expressions, 20)
        open_wrong, more = open_check(seed + expressions, 20)
        for one in wrong + open_wrong:
            print(one)
        expressions += 20
        values += more
        compared += values
    print(f"{expressions} expressions, {compared} points compared")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
