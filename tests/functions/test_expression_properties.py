"""Properties of every text, drawn by hypothesis: Python's own parser is the oracle for how a formula is read."""

import ast
import math
import time
import warnings

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nnviz.functions import ExpressionError, parse

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
def sums(draw, inner):
    """Terms in a row, some with signs, some in brackets."""
    terms = draw(st.lists(inner, min_size=1, max_size=4))
    text = draw(st.sampled_from(["", "-", "+"])) + terms[0]
    for term in terms[1:]:
        text += draw(st.sampled_from(BINARY)) + draw(st.sampled_from(["", "", "", "-"])) + term
    return text


def wrapped(inner):
    return st.one_of(
        sums(inner).map("({})".format),
        st.tuples(st.sampled_from(ONE), sums(inner)).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(sums(inner), sums(inner)).map(lambda t: f"atan2({t[0]}, {t[1]})"),
        st.tuples(sums(inner), sums(inner), sums(inner), st.sampled_from(["<", ">="])).map(
            lambda t: f"({t[0]} if {t[1]} {t[3]} {t[2]} else {t[0]} + 1)"
        ),
    )


python_formulas = sums(st.recursive(atoms, wrapped, max_leaves=6))


def python_value(tree, x):
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


def float_literals(text):
    """Python's code object of the formula, whole numbers as floats."""

    class Floats(ast.NodeTransformer):
        def visit_Constant(self, node):
            return ast.copy_location(ast.Constant(float(node.value)), node)

    return compile(
        ast.fix_missing_locations(Floats().visit(ast.parse(text.strip(), mode="eval"))), "formula", "eval"
    )


@many
@given(python_formulas)
def test_read_as_python_reads_it(text):
    assume(len(text) <= 300)
    f, code = parse_or_skip(text), float_literals(text)
    for x in POINTS:
        expected = python_value(code, x)
        if expected is not None:
            got = f(x)
            assert math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-9), (text, f.text, x, got, expected)


def parse_or_skip(text, variables=("x",)):
    """The expression; an example beyond the limits is not counted."""
    try:
        return parse(text, variables)
    except ExpressionError as error:
        assume(not any(limit in str(error) for limit in ("are the most", "levels", "another chain")))
        raise


# --- anything: pieces of the language in any order ---

PIECES = (
    "x y 1 2 0.5 .5 1e3 pi π e tau + - * / ^ ** % // ( ) [ ] { } | | ( ) x x , < <= > == != = ? : and or not if else "
    "& sin cos( exp( log ln( sqrt abs( sin^2 max( min( where( clip( floor( sigmoid( relu( gaussian( ² ⁻¹ √ ° ½ · − ≤ "
    r"xsin 2x \frac \sin \left( ^{ } piecewise( mod( np. # ' _ ; $ ∞ х"
)
soups = st.lists(st.sampled_from([*PIECES.split(" "), " "]), max_size=25).map("".join)


@st.composite
def rich_formulas(draw):
    """Formulas that are mostly accepted, in the spellings of every habit."""

    def operands(inner):
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
def test_any_text_is_read_or_refused_with_a_message(text):
    begun = time.process_time()
    try:
        check_expression(parse(text))
    except ExpressionError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017
        assert str(error).isprintable()  # noqa: PT017
    assert time.process_time() - begun < 0.5


@few
@given(
    st.sampled_from(
        ["(", "|", "-", "x^", "sin ", "x", "9", "e", "1<", "\\frac{", "x if x else ", "[", "not ", "x²", " "]
    )
)
def test_repetition_is_fast(piece):
    for count in (150, 500, 100_000):
        begun = time.process_time()
        with pytest.raises(ExpressionError):
            parse(piece * count + "x y")
        assert time.process_time() - begun < 0.1


@many
@given(rich_formulas())
def test_the_canonical_text_means_the_same_and_is_its_own(text):
    f = parse_or_skip(text)
    again = parse(f.text)
    assert again == f
    assert again.root == f.root
    assert again.text == f.text


@few
@given(rich_formulas())
def test_code_in_every_language_has_the_values_of_the_formula(text):
    f = parse_or_skip(text)
    expected = f(AWKWARD)
    numpy, torch_, python = (run(f.code(language)) for language in ("numpy", "torch", "python"))
    assert_close(numpy(AWKWARD), expected)
    assert_close(torch_(torch.tensor(AWKWARD)).numpy(), expected)
    assert_close([python(x) for x in AWKWARD.tolist()], expected)


@few
@given(rich_formulas())
def test_gradients_are_those_of_autograd(text):
    f = parse_or_skip(text)
    x = torch.tensor(AWKWARD, requires_grad=True)
    y = run(f.code("torch"))(x)
    assume(y.requires_grad)
    y.sum().backward()
    expected, got = x.grad.numpy(), f.gradient(AWKWARD)
    both = np.isfinite(expected) & np.isfinite(got) & (np.abs(expected) < 1e12)
    np.testing.assert_allclose(got[both], expected[both], rtol=1e-7, atol=1e-9)
    assert np.isnan(got[np.isnan(f(AWKWARD))]).all()


@many
@given(rich_formulas())
def test_latex_that_can_be_read_back_has_the_same_values(text):
    f = parse_or_skip(text)
    try:
        again = parse(f.latex())
    except ExpressionError:  # cases and logic cannot be read
        assume(False)
    assert_close(again(AWKWARD), f(AWKWARD))


def check_expression(f):
    """Values, slopes, LaTeX and code of an accepted formula are there, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(AWKWARD).shape == f.gradient(AWKWARD).shape == AWKWARD.shape
    latex = f.latex()
    assert latex.count("{") == latex.count("}")
    for language in ("numpy", "torch", "python"):
        ast.parse(f.code(language))
    assert parse(f.text).root == f.root


def run(code):
    scope = {}
    exec(code, scope)
    return scope["f"]


def assert_close(got, expected):
    """Equal up to rounding; beyond 1e12 rounding errors decide, as in the sine of a huge number."""
    small = ~(np.abs(expected) > 1e12)
    np.testing.assert_allclose(np.asarray(got)[small], expected[small], rtol=1e-9, atol=1e-9, equal_nan=True)
