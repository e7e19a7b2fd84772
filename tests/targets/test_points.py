"""Targets through points."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.interpolate import make_interp_spline

from nnviz.expressions import LANGUAGES
from nnviz.expressions.source import Language
from nnviz.targets import PiecewiseLinear, through
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)

HAT = PiecewiseLinear([-1.0, 0.0, 2.0], [0.0, 1.0, 0.0])
numbers = st.floats(-1e6, 1e6)


def test_values_and_slopes() -> None:
    x = np.array([[-2.0, -1.0, -0.5], [0.0, 1.0, 3.0]])
    np.testing.assert_array_equal(HAT(x), [[0, 0, 0.5], [1, 0.5, 0]])
    np.testing.assert_array_equal(HAT.gradient(x), [[0, 1, 1], [-0.5, -0.5, 0]])
    assert HAT(0.5).shape == HAT.gradient(0.5).shape == ()
    assert np.isnan(HAT(np.nan))
    assert np.isnan(HAT.gradient(np.nan))


def test_it_is_the_linear_spline() -> None:
    rng = np.random.default_rng(1)
    x, y = np.sort(rng.uniform(-3, 3, 40)), rng.normal(size=40)
    f, spline = through(x[::-1], y[::-1]), make_interp_spline(x, y, k=1)
    at = rng.uniform(x[0], x[-1], 300)
    np.testing.assert_allclose(f(at), spline(at), atol=1e-10)
    np.testing.assert_allclose(f.gradient(at), spline.derivative()(at), rtol=1e-10)


def test_through_sorts_and_averages() -> None:
    f = through([2, 0, 1, 1], [5, 0, 2, 4])
    assert f.knots.tolist() == [0, 1, 2]
    assert f.values.tolist() == [0, 3, 5]
    assert f.interval == (0.0, 2.0)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(st.tuples(numbers.map(lambda v: round(v, 3)), numbers), min_size=2, max_size=20))
def test_it_goes_through_the_points(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    if len(set(x)) < 2:
        with pytest.raises(ValueError, match="two different values"):
            through(x, y)
        return
    f = through(x, y)
    for knot in set(x):
        assert f(knot) == pytest.approx(y[x == knot].mean(), rel=1e-12, abs=1e-9)
    assert f(f.interval[0] - 1) == f.values[0]
    assert y.min() - 1e-9 <= f(np.mean(f.interval)) <= y.max() + 1e-9


@each(
    ("x", "y", "message"),
    [
        ([], [], "two different values, got 0"),
        ([1, 1], [0, 2], "two different values, got 1"),
        ([1, 2], [0], "same size, got 2 and 1"),
        ([1, np.nan], [0, 1], "finite"),
        ([1, 2], [0, np.inf], "finite"),
        ([0, 1e-320], [0, 1], "a slope is infinite. Move the knots apart"),
        ([0, 1], [-1e308, 1e308], "must differ by less"),
    ],
)
def test_through_refuses(x: list[float], y: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        through(x, y)


@each(
    ("knots", "values", "message"),
    [
        ([0, 0], [1, 2], "must be strictly increasing"),
        ([1, 0], [1, 2], "must be strictly increasing"),
        ([0], [1], "n ≥ 2"),
        ([0, 1], [1, 2, 3], "n ≥ 2"),
        ([[0, 1]], [[1, 2]], "n ≥ 2"),
        ([0, np.inf], [1, 2], "finite"),
    ],
)
def test_piecewise_linear_refuses(knots: ArrayLike, values: ArrayLike, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PiecewiseLinear(knots, values)


def test_frozen_hashable_and_independent_of_its_input() -> None:
    knots = np.array([0.0, 1.0])
    f = PiecewiseLinear(knots, [2.0, 3.0])
    knots[0] = -5
    assert f.interval == (0.0, 1.0)
    assert f == through([1, 0], [3, 2])
    assert f != HAT
    assert len({f, through([0, 1], [2, 3])}) == 1
    with pytest.raises(ValueError, match="read-only"):
        f.values[0] = 1
    with pytest.raises(AttributeError):
        f.knots = knots  # type: ignore[misc]  # the test of the refusal


def test_text_and_variables() -> None:
    assert through([1, 0], [0.5, 2]).text == "through (0, 2), (1, 0.5)"
    assert HAT.variables == ("x",)


def test_latex() -> None:
    assert HAT.latex() == (
        r"\begin{cases} 0 + 1 (x + 1) & \text{if } -1 \le x \le 0 \\ "
        r"1 - 0.5 x & \text{if } 0 \le x \le 2 \end{cases}"
    )
    assert through([0, 1], [2, 2]).latex() == r"\begin{cases} 2 & \text{if } 0 \le x \le 1 \end{cases}"
    many = through(range(50), np.arange(50) % 3).latex()
    assert many.count(r"\\") == 6
    assert r"\vdots" in many
    assert "e-" not in through([0, 1e-5], [0, 1e-7]).latex()


@each("language", LANGUAGES)
def test_code(language: Language) -> None:
    scope: dict[str, Any] = {}
    exec(HAT.code(language), scope)
    x = np.array([-9.0, -1.0, -0.3, 0.0, 0.4, 2.0, 9.0])
    if language == "python":
        got = np.array([scope["f"](v) for v in x.tolist()])
    else:
        got = np.asarray(scope["f"](torch.tensor(x) if language == "torch" else x))
    np.testing.assert_allclose(got, HAT(x), atol=1e-15)


def test_torch_code_can_be_differentiated() -> None:
    scope: dict[str, Any] = {}
    exec(HAT.code("torch"), scope)
    x = torch.tensor([-9.0, -0.3, 0.4, 9.0], dtype=torch.float64, requires_grad=True)
    scope["f"](x).sum().backward()
    np.testing.assert_array_equal(present(x.grad).numpy(), HAT.gradient(x.detach().numpy()))


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="got 'c'"):
        HAT.code("c")  # type: ignore[arg-type]  # the test of the refusal
