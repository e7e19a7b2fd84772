"""Values, shapes, gradients and identity of expressions."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from nnviz.expressions import parse
from nnviz.targets import TARGETS, TARGETS_2D, Target
from tests.cases import each


@each("text", ["sin(2πx) + |x|", "3", "pi", "1/x"])
@each("shape", [(), (0,), (5,), (2, 3), (1, 1, 4)])
def test_shape_in_is_shape_out(text: str, shape: tuple[int, ...]) -> None:
    f, x = parse(text), np.full(shape, 0.3)
    for result in (f(x), f.gradient(x)):
        assert isinstance(result, np.ndarray)
        assert result.shape == shape
        assert result.dtype == np.float64


@each("text", ["x*y", "3", "x", "y^2"])
@each("shape", [(2,), (5, 2), (3, 4, 2), (0, 2)])
def test_two_variables_stand_in_the_last_axis(text: str, shape: tuple[int, ...]) -> None:
    f, x = parse(text, ("x", "y")), np.full(shape, 0.3)
    assert f(x).shape == shape[:-1]
    assert f.gradient(x).shape == shape


@each("shape", [(), (3,), (2, 3)])
def test_two_variables_want_two_columns(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must have the shape"):
        parse("x*y", ("x", "y"))(np.zeros(shape))


def test_values_are_new_arrays() -> None:
    x = np.arange(3.0)
    y = parse("x")(x)
    y[0] = 9
    assert x[0] == 0


@each("x", [3, [1, 2], (1.0, 2.0), np.arange(3, dtype=np.int32), np.ones(2, dtype=np.float32)])
def test_anything_array_like_is_taken(x: ArrayLike) -> None:
    np.testing.assert_array_equal(parse("2^(-x)")(x), 2.0 ** -np.asarray(x, dtype=float))


@each(
    ("text", "at", "value"),
    [
        ("1/x", 0.0, math.inf),
        ("-1/x", 0.0, -math.inf),
        ("log(x)", 0.0, -math.inf),
        ("log(x)", -1.0, math.nan),
        ("sqrt(x)", -1.0, math.nan),
        ("x^0.5", -1.0, math.nan),
        ("x^(1/3)", -8.0, math.nan),
        ("cbrt(x)", -8.0, -2.0),
        ("x^x", -0.5, math.nan),
        ("0*x/0", 1.0, math.nan),
        ("x % 0", 1.0, math.nan),
        ("exp(x)", 1e4, math.inf),
        ("9^9^9", 1.0, math.inf),
        ("where(x > 0, log(x), 0)", -1.0, 0.0),
        ("sin(1/x)", 0.0, math.nan),
        ("x", math.nan, math.nan),
        ("x > 0", math.nan, 0.0),
    ],
)
def test_what_is_not_real_is_nan_and_poles_are_inf_without_a_warning(
    text: str, at: float, value: float
) -> None:
    assert np.array_equal(parse(text)(at), value, equal_nan=True)


@each(
    ("text", "at", "slope"),
    [
        ("x^2", -3.0, -6.0),
        ("x^0", 0.0, 0.0),
        ("2^x", 0.0, math.log(2)),
        ("x^x", 1.0, 1.0),
        ("sqrt(x)", 0.0, math.inf),
        ("sqrt(x)", -1.0, math.nan),
        ("log(x)", -1.0, math.nan),
        ("sqrt(x)^2", 0.0, math.nan),
        ("3", 5.0, 0.0),
        ("where(x > 0, sqrt(x), 2x)", -1.0, 2.0),
        ("relu(sqrt(x) - 9)", 0.0, 0.0),
        ("x > 0", 0.0, 0.0),
        ("x floor(x)", 1.5, 1.0),
        ("where(x == 0, 0, x sin(1/x))", 0.0, 0.0),
        ("hypot(x, 0)", 0.0, 0.0),
    ],
)
def test_slopes(text: str, at: float, slope: float) -> None:
    assert np.array_equal(parse(text).gradient(at), slope, equal_nan=True)


@each("target", [*TARGETS.values(), *TARGETS_2D.values()], ids=lambda t: t.label)
def test_gradients_of_targets_against_central_differences(target: Target[Any]) -> None:
    f = target.expression
    box = np.atleast_2d(target.interval)
    x = np.random.default_rng(0).uniform(box[:, 0], box[:, 1], (200, len(box)))
    x = x[:, 0][np.abs(x[:, 0]) > 0.05] if len(box) == 1 else x
    h = 1e-6
    sides = np.eye(len(box)) * h
    slopes = [(f(x + s) - f(x - s)) / (2 * h) for s in (sides if len(box) == 2 else [h])]
    expected = slopes[0] if len(box) == 1 else np.stack(slopes, axis=-1)
    np.testing.assert_allclose(f.gradient(x), expected, rtol=1e-5, atol=1e-5)


def test_equal_by_text_and_variables() -> None:
    assert parse("sin(2πx)") == parse("SIN( 2 pi x )")
    assert len({parse("x^2"), parse("x**2"), parse("x²"), parse("x²", ("x", "y"))}) == 2
    assert parse("x^2") != parse("x*x")
    assert repr(parse("x²")) == "Expression('x^2')"


def test_frozen() -> None:
    with pytest.raises(AttributeError):
        parse("x").text = "y"  # type: ignore[misc]  # the test of the refusal
