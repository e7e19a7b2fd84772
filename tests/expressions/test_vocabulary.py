"""Every function of the language against oracles from outside: math, SciPy, torch's autograd."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy import signal, special

from nnviz._types import Array
from nnviz.expressions import CONSTANTS, FUNCTIONS, parse
from nnviz.expressions.functions import Function
from nnviz.expressions.nodes import Call
from nnviz.expressions.vocabulary import WORDS
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)

OPERATORS = ["+", "-", "*", "/", "^", "neg", "<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "where"]
POINTS = np.array(
    [-3.7, -2.5, -1.5, -1.0, -0.83, -0.5, -0.31, 0.0, 1e-5, 0.27, 0.5, 0.71, 1.0, 1.5, 2.5, 3.3, 20.7]
)

# what each function is, by somebody else's function
ORACLES: dict[str, Callable[..., Any]] = {
    "sqrt": math.sqrt,
    "cbrt": special.cbrt,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "cot": lambda x: math.cos(x) / math.sin(x),
    "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "coth": lambda x: math.cosh(x) / math.sinh(x),
    "sech": lambda x: 1 / math.cosh(x),
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "abs": math.fabs,
    "sign": lambda x: math.copysign(1, x) if x else 0,
    "step": lambda x: 1 if x >= 0 else 0,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "trunc": math.trunc,
    "mod": lambda a, b: a % b,
    "min": min,
    "max": max,
    "clip": lambda x, low, high: sorted([low, x, high])[1],
    "hypot": math.hypot,
    "gaussian": lambda x: math.exp(-x * x / 2),
    "sinc": lambda x: special.spherical_jn(0, math.pi * abs(x)),
    "rect": lambda x: np.interp(abs(x), [0, 0.5 - 1e-9, 0.5, 0.5 + 1e-9, 9], [1, 1, 0.5, 0, 0]),
    "tri": lambda x: float(np.interp(x, [-1, 0, 1], [0, 1, 0])),
    "erf": math.erf,
    "restrict": lambda x, condition: x if condition else math.nan,
    "gamma": special.gamma,
    "log_gamma": lambda x: np.where(x > 0, special.gammaln(x), np.nan),
    "factorial": lambda x: special.gamma(x + 1),
    "bessel_j0": special.j0,
    "bessel_j1": special.j1,
    "airy_ai": lambda x: special.airy(x)[0],
    "relu": lambda x: max(0.0, x),
    "leaky_relu": lambda x: max(0.01 * x, x),
    "elu": lambda x: float(torch.nn.ELU()(torch.tensor(x, dtype=torch.float64))),
    "gelu": lambda x: x * special.ndtr(x),
    "silu": lambda x: x * special.expit(x),
    "sigmoid": special.expit,
    "softplus": lambda x: special.log1p(math.exp(x)),
    "softsign": lambda x: x / (abs(x) + 1),
}


def formula(name: str) -> tuple[str, tuple[str, ...]]:
    """A call of the function in one variable or two, and the oracle's arguments at a point."""
    arity = FUNCTIONS[name].arity
    return f"{name}({', '.join(['x', 'y', '0.9'][:arity])})", ("x",) if arity == 1 else ("x", "y")


def points(name: str) -> Array:
    if FUNCTIONS[name].arity == 1:
        return POINTS
    x, y = np.meshgrid(POINTS, [-2.0, -0.75, 0.4, 1.7])
    inside = y.ravel() < 0.9  # clip wants its lower bound below 0.9
    kept: Array = np.stack([x.ravel(), y.ravel()], axis=-1)[inside]
    return kept


def oracle(name: str, point: float) -> float:
    extra = (0.9,) if FUNCTIONS[name].arity == 3 else ()
    try:
        return float(ORACLES[name](*(float(v) for v in np.atleast_1d(point)), *extra))
    except (ValueError, ZeroDivisionError):
        return math.nan


@each("name", [name for name in FUNCTIONS if name not in OPERATORS])
def test_values(name: str) -> None:
    f = parse(*formula(name))
    got = f(points(name))
    expected = np.array([oracle(name, point) for point in points(name)], dtype=float)
    got = np.where(np.isinf(got), math.nan, got)
    expected = np.where(np.isfinite(expected), expected, math.nan)
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-15)


@each("name", [name for name in FUNCTIONS if name not in OPERATORS])
def test_derivatives_are_those_of_autograd(name: str) -> None:
    f = parse(*formula(name))
    x = torch.tensor(points(name), dtype=torch.float64, requires_grad=True)
    scope: dict[str, Any] = {}
    exec(f.code("torch"), scope)
    scope["f"](*([x] if FUNCTIONS[name].arity == 1 else x.unbind(-1))).sum().backward()
    expected, got = present(x.grad).numpy(), f.gradient(points(name))
    both = np.isfinite(expected) & np.isfinite(got)
    assert both.sum() >= 4
    near_zero = name == "sinc"  # at x = 1e-5 torch's difference cancels: 1e-10 is all it has
    np.testing.assert_allclose(got[both], expected[both], rtol=1e-10, atol=1e-9 if near_zero else 1e-12)


def test_sinc_derivative_near_zero() -> None:
    x = np.array([0.0, 1e-8, 1e-4, 1.9e-3, 2.1e-3, 0.05])
    expected = -math.pi * special.spherical_jn(1, math.pi * x)
    np.testing.assert_allclose(parse("sinc(x)").gradient(x), expected, rtol=2e-9)


@each(
    "text",
    [
        "|x|",
        "relu(x)",
        "leaky_relu(x)",
        "max(x, -x)",
        "max(x, 0)",
        "min(x, 2x)",
        "clip(x, 0, 1)",
        "sign(x)",
        "tri(x)",
    ],
)
def test_subgradients_at_zero_are_those_of_autograd(text: str) -> None:
    x = torch.zeros((), dtype=torch.float64, requires_grad=True)
    scope: dict[str, Any] = {}
    exec(parse(text).code("torch"), scope)
    scope["f"](x).backward()
    assert parse(text).gradient(0.0) == present(x.grad).item()


@each(
    ("text", "value"),
    [
        ("step(0)", 1.0),
        ("round(0.5)", 0.0),
        ("round(2.5)", 2.0),
        ("log(e)", 1.0),
        ("gaussian(1)", math.exp(-0.5)),
        ("rect(0.5)", 0.5),
        ("rect(-0.5)", 0.5),
        ("sinc(0)", 1.0),
        ("sinc(0.5)", 2 / math.pi),
        ("mod(-1, 3)", 2.0),
        ("mod(1, -3)", -2.0),
        ("tau", 2 * math.pi),
        ("clip(5, 2, 1)", 1.0),
        ("0^0", 1.0),
        ("(x > 0) + (x == 0)", 0.0),
        ("x or 1", 1.0),
        ("x and 0", 0.0),
        ("not x", 0.0),
    ],
)
def test_conventions(text: str, value: float) -> None:
    assert parse(text)(-3.0) == value


@each(("text", "wave"), [("2(x - floor(x)) - 1", signal.sawtooth), ("sign(sin(2πx))", signal.square)])
def test_waves_suggested_for_sawtooth_and_square(text: str, wave: Callable[..., Any]) -> None:
    x = np.linspace(-1.9, 1.9, 77) + 0.003
    np.testing.assert_allclose(parse(text)(x), wave(2 * np.pi * x), atol=1e-12)


@each("word", WORDS)
def test_every_alias_means_its_function(word: str) -> None:
    arguments = ", ".join("xyz"[: FUNCTIONS[WORDS[word]].arity]).replace("z", "2")
    root = parse(f"{word}({arguments})", ("x", "y")).root
    assert isinstance(root, Call)
    assert root.name == WORDS[word]


def test_words_are_not_claimed_twice() -> None:
    claimed = [word for f in FUNCTIONS.values() for word in (f.name, *f.aliases)]
    assert len(claimed) == len(set(claimed))
    assert not set(claimed) & set(CONSTANTS)


@each("function", FUNCTIONS.values(), ids=lambda f: f.name)
def test_records_are_complete(function: Function) -> None:
    assert function.says
    assert function.latex
    for code in (function.numpy, function.torch, function.python):
        places = re.findall(r"\{(\d)\}", code)
        assert len(places) == len(set(places)), (
            "a pattern that repeats its argument grows without bound when nested"
        )
