"""Source code in three languages, run here, gives the same values."""

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike

from nnviz._types import Array
from nnviz.expressions import FUNCTIONS, LANGUAGES, Language, parse
from nnviz.targets import TARGETS, TARGETS_2D, Target
from tests.cases import each

torch.set_num_threads(1)

HARD = np.array(
    [
        -1e300,
        -800.0,
        -2.5,
        -1.0,
        -0.5,
        -0.0,
        0.0,
        1e-300,
        0.5,
        1.0,
        1.5,
        3.0,
        800.0,
        1e300,
        math.inf,
        math.nan,
    ]
)
FORMULAS = [
    "3",
    "pi",
    "1/0",
    "-1/0",
    "0/0",
    "9^9^9",
    "sqrt(-1) + x",
    "1/x",
    "x/(x - 1)",
    "x/3",
    "x^2",
    "x^3",
    "x^-1",
    "x^-3",
    "x^0.5",
    "x^(1/3)",
    "2^x",
    "(-2)^x",
    "x^x",
    "-x^2",
    "2^-x",
    "x - (1 - x)",
    "x/(2x)",
    "2/(3/x)",
    "1/(1 + e^(-x))",
    "1/exp(x)",
    "x > 0",
    "(x > 0)*0.1",
    "(x > 0)/3",
    "0 < x < 2",
    "(0 < x) < 1",
    "x < 0 or not x < 1 and x > 2",
    "where(x, 1, 2)",
    "where(x > 0, -1, 1)^-1",
    "where(1 < 2, x, 0)",
    "where(x > 0 and 1, x, 1/3)",
    "where(x < 0, 0.1, 0.2)*x",
    "max(x, 0)",
    "max(0, min(1, x))",
    "max(1, 2)*x",
    "clip(x, -1, pi)",
    "mod(x, 1)",
    "mod(2.5, x)",
    "x % 0",
    "5 % 0",
    "atan2(1, x)",
    "2pi x/tau",
    "sin(2)x",
    "x*(pi/180)",
    "x/(-0)",
    "x/(0*-2)",
    "1/floor(x)",
    "1/ceil(x)",
    "1/round(x)",
    "1/trunc(x)",
    "1e22x",
    "123456789*987654321*x",
]
FORMULAS += [
    f"{name}({', '.join(['x', '0.7', '1.3'][: function.arity])})"
    for name, function in FUNCTIONS.items()
    if name.isidentifier() and name not in ("neg", "and", "or", "not")
]


def run(code: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {}
    exec(compile(code, "code", "exec"), scope)
    function: Callable[..., Any] = scope["f"]
    return function


def close(got: ArrayLike, expected: Array) -> None:
    np.testing.assert_allclose(np.asarray(got), expected, rtol=1e-12, atol=1e-15, equal_nan=True)


@each("text", FORMULAS)
def test_numpy(text: str) -> None:
    got = run(parse(text).code("numpy"))(HARD)
    assert got.shape == HARD.shape
    close(got, parse(text)(HARD))
    close(run(parse(text).code("numpy"))([1, 2]), parse(text)([1, 2]))


@each("text", FORMULAS)
def test_torch(text: str) -> None:
    x = HARD[np.abs(HARD) < 100]  # torch and NumPy disagree on a few values at infinity
    f = run(parse(text).code("torch"))
    got = f(torch.tensor(x))
    assert got.shape == x.shape
    close(got.numpy(), parse(text)(x))
    assert f(torch.tensor(x, dtype=torch.float32)).dtype == torch.float32


@each("text", FORMULAS)
def test_python(text: str) -> None:
    f = run(parse(text).code("python"))
    close([f(x) for x in HARD.tolist()], parse(text)(HARD))


@each("target", TARGETS_2D.values(), ids=lambda t: t.name)
def test_two_variables(target: Target[Any]) -> None:
    f = target.expression
    points = np.random.default_rng(0).uniform(0, 1, (20, 2))
    x, y = points.T
    close(run(f.code("numpy"))(x, y), f(points))
    close(run(f.code("torch"))(torch.tensor(x), torch.tensor(y)).numpy(), f(points))
    close([run(f.code("python"))(a, b) for a, b in points.tolist()], f(points))


@each("language", LANGUAGES)
@each("target", TARGETS.values(), ids=lambda t: t.name)
def test_code_says_what_it_computes_and_has_what_it_needs(target: Target[Any], language: Language) -> None:
    f = target.expression
    tree = ast.parse(f.code(language))
    function = tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    assert function.name == "f"
    assert ast.get_docstring(function) == f.text


def test_code_is_as_one_would_write_it() -> None:
    assert (
        parse("1/(1 + 25x^2)").code("numpy")
        == '''\
import numpy as np


@np.errstate(all="ignore")
def f(x):
    """1/(1 + 25*x^2)"""
    x = np.asarray(x, dtype=float)
    return 1 / (1 + 25 * x ** 2)
'''
    )
    assert (
        parse("sin(2πx)/2").code("torch")
        == '''\
import math

import torch


def f(x):
    """sin(2*pi*x)/2"""
    return torch.sin(2 * math.pi * x) / 2
'''
    )
    assert (
        parse("|x| - x/2").code("python")
        == '''\
def f(x):
    """abs(x) - x/2"""
    return abs(x) - x / 2
'''
    )


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="one of numpy, torch, python, got 'julia'"):
        parse("x").code("julia")  # type: ignore[arg-type]  # the test of the refusal
