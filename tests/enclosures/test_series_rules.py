from collections.abc import Iterator

import numpy as np
import pytest
from flint import arb, ctx

from nnviz.enclosures.series import ORDER, variable
from nnviz.enclosures.series_rules import RULES, is_known, series_of
from nnviz.expressions import parse
from nnviz.expressions.nodes import Call, Node
from tests.cases import each
from tests.enclosures import arb_oracle

FORMULAS = [
    "sin(2πx) - cos(5x)/3",
    "e^-x/(1+25x^2)",
    "tanh(8x) + sigmoid(-30x)",
    "sqrt(2+x) ln(3+x)",
    "2^(3x) + (x+2)^-3 + (x+2)^1.7 + (x+2)^x",
    "log2(3+x) - log10(2+x) + log1p(x/2) - expm1(x)",
    "tan(x) + cot(x+2) + sec(x) + csc(x+2)",
    "asin(x/3) + acos(x/2) - atan(6x) + asinh(2x)",
    "cosh(3x) sinh(x) + sech(4x)",
    "|x-2| + max(x, x^2+3, 0) min(x, x-1) + relu(x+2)",
    "gaussian(x) erf(3x)",
    "softplus(3x) + silu(2x) + gelu(2x) + softsign(x+2)",
    "exp(-1/(1.1-x^2))",
    "sin(e^(1.5x))^3",
]


@pytest.fixture(autouse=True)
def _long_series() -> Iterator[None]:
    before = ctx.prec, ctx.cap
    ctx.prec, ctx.cap = 200, ORDER + 1
    yield
    ctx.prec, ctx.cap = before


def _words(node: Node) -> set[str]:
    return {node.name}.union(*map(_words, node.arguments)) if isinstance(node, Call) else set()


@each("text", FORMULAS)
def test_the_coefficients_at_the_middle_and_on_the_cell_are_those_of_arb(
    text: str, rng: np.random.Generator
) -> None:
    root, (middle, half) = parse(text).root, (rng.uniform(-1, 1, 8), 10 ** rng.uniform(-3, -1, 8))
    with np.errstate(all="ignore"):
        found = series_of(root, variable(middle, half)).to_length(ORDER + 1)
    assert found.known.all()
    points = [middle, *(middle + half * t for t in (-1, 1, *rng.uniform(-1, 1, 2)))]
    for column, x in [(0, points[0]), *((8, x) for x in points)]:
        for k in range(8):
            true = arb_oracle.taylor(root, arb_oracle.series(float(x[k]), float(half[k])))
            for order in range(ORDER + 1):
                off = abs(true[order] - arb(float(found.center[order, column + k])))
                assert off <= arb(float(found.radius[order, column + k])), (text, x[k], order)
    assert (found.radius[0, :8] <= 1e-13 * np.maximum(np.abs(found.center[0, :8]), 1)).all()


def test_every_rule_is_tested() -> None:
    assert set().union(*(_words(parse(text).root) for text in FORMULAS)) >= set(RULES)


@each(
    "text",
    [
        "ln(x)",
        "sin(ln(x-2))",
        "1/x",
        "sqrt(x)",
        "x^1.5",
        "|x|",
        "max(x, 0)",
        "asin(x+1.5)",
        "asin(x+2)^0",
        "tan(16x)",
    ],
)
def test_nothing_is_known_where_f_may_be_undefined_or_not_smooth(text: str) -> None:
    with np.errstate(all="ignore"):
        known = series_of(parse(text).root, variable(np.zeros(1), np.array([0.1]))).known
    assert not known[1]


def test_words_without_a_rule_are_named() -> None:
    assert not is_known(parse("x + floor(x)").root)
    assert is_known(parse("x + e^sin(x)").root)
