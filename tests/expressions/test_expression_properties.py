"""Properties of every text, drawn by hypothesis: Python's own parser is the oracle for how a formula is read."""

import ast
import math
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import CodeType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from nnviz._types import Array
from nnviz.expressions import Expression, ExpressionError, parse
from tests.cases import each
from tests.counting import calls
from tests.narrowing import present

torch.set_num_threads(1)

POINTS = [-2.3, -0.7, 0.0, 0.4, 1.0, 1.9]
AWKWARD = np.array([-2.2871, -0.6113, 0.3517, 1.8713])  # no kink or jump is likely to be hit here
few = settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
many = settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)


# --- formulas that are Python too: operators side by side without brackets, so that precedence decides ---

BINARY = ["+", "-", "*", "/", "**", "%", " + ", " - ", " * "]
ONE = ["sin", "cos", "exp", "atan", "tanh", "sqrt", "log", "abs", "floor"]
atoms = st.one_of(st.just("x"), st.sampled_from(["0", "1", "2", "0.5", "3", "pi", "e", "2.", ".25"]))


@st.composite
def sums(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """Terms in a row, some with signs, some in brackets."""
    terms = draw(st.lists(inner, min_size=1, max_size=4))
    text = draw(st.sampled_from(["", "-", "+"])) + terms[0]
    for term in terms[1:]:
        text += draw(st.sampled_from(BINARY)) + draw(st.sampled_from(["", "", "", "-"])) + term
    return text


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        sums(inner).map("({})".format),
        st.tuples(st.sampled_from(ONE), sums(inner)).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(sums(inner), sums(inner)).map(lambda t: f"atan2({t[0]}, {t[1]})"),
        st.tuples(sums(inner), sums(inner), sums(inner), st.sampled_from(["<", ">="])).map(
            lambda t: f"({t[0]} if {t[1]} {t[3]} {t[2]} else {t[0]} + 1)"
        ),
    )


python_formulas = sums(st.recursive(atoms, wrapped, max_leaves=6))


def python_value(tree: CodeType, x: float) -> float | None:
    """What Python makes of the formula at x; None where it stops with an error or leaves the reals."""
    names = {
        name: getattr(math, name)
        for name in ("sin", "cos", "exp", "atan", "tanh", "sqrt", "log", "atan2", "pi", "e")
    }
    names |= {"abs": math.fabs, "floor": lambda v: math.copysign(math.floor(v), v), "x": x}
    try:
        value = eval(tree, {"__builtins__": {}}, names)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None
    return value if isinstance(value, float) and abs(value) < 1e9 else None


def float_literals(text: str) -> CodeType:
    """Python's code object of the formula, whole numbers as floats."""

    class Floats(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.AST:
            assert isinstance(node.value, float | int)
            return ast.copy_location(ast.Constant(float(node.value)), node)

    return compile(
        ast.fix_missing_locations(Floats().visit(ast.parse(text.strip(), mode="eval"))), "formula", "eval"
    )


@many
@given(python_formulas)
def test_read_as_python_reads_it(text: str) -> None:
    assume(len(text) <= 300)
    f, code = parse_or_skip(text), float_literals(text)
    for x in POINTS:
        expected = python_value(code, x)
        if expected is not None:
            got = f(x)
            assert math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-9), (text, f.text, x, got, expected)


def parse_or_skip(text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """The expression; an example beyond the limits is not counted."""
    try:
        return parse(text, variables)
    except ExpressionError as error:
        assume(not any(limit in str(error) for limit in ("At most", "levels", "another chain")))
        raise


# --- anything: pieces of the language in any order ---

PIECES = (
    "x y 1 2 0.5 .5 1e3 pi π e tau + - * / ^ ** % // ( ) [ ] { } | | ( ) x x , < <= > == != = ? : and or not if else "
    "& sin cos( exp( log ln( sqrt abs( sin^2 max( min( where( clip( floor( sigmoid( relu( gaussian( ² ⁻¹ √ ° ½ · − ≤ "
    r"xsin 2x \frac \sin \left( ^{ } piecewise( mod( np. # ' _ ; $ ∞ х"
)
soups = st.lists(st.sampled_from([*PIECES.split(" "), " "]), max_size=25).map("".join)


@st.composite
def rich_formulas(draw: st.DrawFn) -> str:
    """Formulas that are mostly accepted, in the spellings of every habit."""

    def operands(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.flatmap(
                lambda t: st.sampled_from(["+", "-", "*", "/", " ", "^"]).map(
                    lambda o: f"({t[0]}){o}({t[1]})"
                )
            ),
            inner.flatmap(
                lambda t: st.sampled_from(
                    [
                        "sin",
                        "cos²",
                        "tanh",
                        "exp",
                        "ln",
                        "√",
                        "relu",
                        "sigmoid",
                        "gaussian",
                        "floor",
                        "-",
                        "asinh",
                        "erf",
                    ]
                ).map(lambda name: f"{name}({t})")
            ),
            inner.map("|{}|".format),
            inner.map("({})²".format),
            pair.map(lambda t: f"max({t[0]}, {t[1]})"),
            pair.map(lambda t: f"mod({t[0]}, {t[1]})"),
            pair.map(lambda t: f"where({t[0]} < {t[1]}, {t[1]}, {t[0]})"),
            pair.map(lambda t: f"({t[0]} if 0 < {t[1]} <= 2 else 1)"),
            pair.map(lambda t: f"({t[0]} ≥ {t[1]} or not {t[1]} > 1)"),
            pair.map(lambda t: rf"\frac{{{t[0]}}}{{{t[1]}}}"),
        )

    leaves = st.sampled_from(["x", "2x", "x²", "π", "3", "0.5", "xsin(x)", "1e-3x", "-x", "sin x", "e^(-x)"])
    return draw(st.recursive(leaves, operands, max_leaves=5))


@many
@given(
    st.one_of(soups, st.text(max_size=40), st.text(alphabet="x+-*/^()|.,<>=!&0123456789e \\{}", max_size=60))
)
def test_any_text_is_read_or_refused_with_a_message(text: str) -> None:
    def read() -> None:
        try:
            check_expression(parse(text))
        except ExpressionError as error:
            assert 0 <= error.position <= len(text)  # noqa: PT017
            assert str(error).isprintable()  # noqa: PT017

    assert calls(read) < 100_000


REPEATED = [
    "(",
    "|",
    "-",
    "x^",
    "sin ",
    "x",
    "9",
    "e",
    "1<",
    "\\frac{",
    "x if x else ",
    "[",
    "not ",
    "x²",
    " ",
]


@each("piece", REPEATED)
def test_repetition_is_refused_with_little_work(piece: str) -> None:
    for count in (150, 500, 100_000):
        assert calls(lambda: refused(piece * count + "x y")) < 10_000  # noqa: B023 - called at once


def refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@many
@given(rich_formulas())
def test_canonical_text_and_latex_mean_the_same(text: str) -> None:
    f = parse_or_skip(text)
    again = parse(f.text)
    assert again == f
    assert again.root == f.root
    assert again.text == f.text
    with suppress(ExpressionError):  # cases and logic cannot be read
        assert_close(parse(f.latex())(AWKWARD), f(AWKWARD))


@few
@given(rich_formulas())
def test_code_in_every_language_has_the_values_of_the_formula_and_torch_its_gradient(text: str) -> None:
    f = parse_or_skip(text)
    expected = f(AWKWARD)
    numpy, torch_, python = (run(f.code(language)) for language in ("numpy", "torch", "python"))
    assert_close(numpy(AWKWARD), expected)
    assert_close([python(x) for x in AWKWARD.tolist()], expected)
    x = torch.tensor(AWKWARD, requires_grad=True)
    y = torch_(x)
    assert_close(y.detach().numpy(), expected)
    if y.requires_grad:
        y.sum().backward()
        slopes, got = present(x.grad).numpy(), f.gradient(AWKWARD)
        both = np.isfinite(slopes) & np.isfinite(got) & (np.abs(slopes) < 1e12)
        np.testing.assert_allclose(got[both], slopes[both], rtol=1e-7, atol=1e-9)
        assert np.isnan(got[np.isnan(expected)]).all()


def check_expression(f: Expression) -> None:
    """Values, slopes, LaTeX and code of an accepted formula are there, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(AWKWARD).shape == f.gradient(AWKWARD).shape == AWKWARD.shape
    latex = f.latex()
    assert latex.count("{") == latex.count("}")
    for language in ("numpy", "torch", "python"):
        ast.parse(f.code(language))
    assert parse(f.text).root == f.root


def run(code: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {}
    exec(code, scope)
    function: Callable[..., Any] = scope["f"]
    return function


def assert_close(got: ArrayLike, expected: Array) -> None:
    """Equal up to rounding; beyond 1e12 rounding errors decide, as in the sine of a huge number."""
    small = ~(np.abs(expected) > 1e12)
    np.testing.assert_allclose(np.asarray(got)[small], expected[small], rtol=1e-9, atol=1e-9, equal_nan=True)
