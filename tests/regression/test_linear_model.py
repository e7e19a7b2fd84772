"""Linear regression against torch autograd, numpy.linalg.lstsq and published numbers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike
from torch.autograd import functional

from nnviz._types import Array
from nnviz.optimization import DescentSpec, descend, step_sizes
from nnviz.regression import loss_surface
from nnviz.regression.linear_model import (
    batch_gradient,
    closed_form,
    gradient,
    hessian,
    mean_squared_error,
    normal_equations,
    predict,
    r_squared,
    residuals,
    slope_through_origin,
    standardize,
)
from tests.cases import each

torch.set_num_threads(1)
ANSCOMBE_X = np.array([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], dtype=float)
ANSCOMBE_Y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])


def data(n: int = 40, d: int = 3, seed: int = 0) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, d)) * 10.0 ** np.arange(d) + 3
    return x, x @ random.normal(size=d) + 2 + random.normal(size=n)


def torch_loss(x: Array, y: Array) -> Callable[..., Any]:
    """Mean squared error by the parameters (w, b), as torch computes it."""
    features, target = torch.tensor(x).reshape(len(x), -1), torch.tensor(y)
    return lambda p: torch.nn.functional.mse_loss(features @ p[:-1] + p[-1], target)


@each("d", [1, 2, 4])
def test_loss_gradient_and_hessian_are_those_of_autograd(d: int) -> None:
    x, y = data(d=d)
    parameters = np.random.default_rng(1).normal(size=d + 1)
    oracle, p = torch_loss(x, y), torch.tensor(parameters)
    weights, bias = parameters[:-1], parameters[-1]
    assert mean_squared_error(x, y, weights, bias) == pytest.approx(float(oracle(p)), rel=1e-12)
    np.testing.assert_allclose(gradient(x, y, weights, bias), functional.jacobian(oracle, p), rtol=1e-11)
    np.testing.assert_allclose(hessian(x), functional.hessian(oracle, p), rtol=1e-11)


def test_one_feature_may_be_a_plain_list() -> None:
    x, y = [0.0, 1.0, 2.0], [1.0, 2.0, 4.0]
    np.testing.assert_allclose(predict(x, 2.0, 1.0), [1, 3, 5])
    np.testing.assert_allclose(residuals(x, y, 2.0, 1.0), [0, -1, -1])
    assert mean_squared_error(x, y, 2.0, 1.0) == pytest.approx(2 / 3)
    # 2/3 Σ (ŷ − y) x = 2/3 (1·1 + 1·2) and 2/3 Σ (ŷ − y)
    np.testing.assert_allclose(gradient(x, y, 2.0, 1.0), [2, 4 / 3])


@each("d", [1, 3, 6])
def test_the_closed_form_is_that_of_lstsq(d: int) -> None:
    x, y = data(d=d)
    fit = closed_form(x, y)
    expected, *_ = np.linalg.lstsq(np.column_stack((x, np.ones(len(x)))), y)
    np.testing.assert_allclose([*fit.weights, fit.bias], expected, rtol=1e-8)
    assert fit.unique
    assert fit.rank == d + 1
    assert fit.loss == pytest.approx(mean_squared_error(x, y, fit.weights, fit.bias), rel=1e-9)
    np.testing.assert_allclose(
        np.linalg.norm(gradient(x, y, fit.weights, fit.bias) / np.sqrt(np.diag(hessian(x)))), 0, atol=1e-9
    )


def test_anscombe_has_its_published_line() -> None:
    """Anscombe 1973: y = 3.00 + 0.500 x and R² = 0.67 (to the printed digits)."""
    fit = closed_form(ANSCOMBE_X, ANSCOMBE_Y)
    assert fit.weights[0] == pytest.approx(0.5001, abs=5e-5)
    assert fit.bias == pytest.approx(3.0001, abs=5e-5)
    assert r_squared(ANSCOMBE_X, ANSCOMBE_Y, fit.weights, fit.bias) == pytest.approx(0.6665, abs=5e-5)


def test_features_far_from_zero_lose_no_digits() -> None:
    """The normal equations of years near 2e6 would keep none; the line is exact in decimals."""
    x = 2e6 + np.arange(10.0)
    fit = closed_form(x, 3 * (x - 2e6) + 1)
    assert fit.weights[0] == pytest.approx(3, rel=1e-12)
    assert fit.loss < 1e-12


@each(
    ("x", "rank"),
    [
        (np.column_stack((np.arange(6.0), 2 * np.arange(6.0) + 1)), 2),
        (np.column_stack((np.arange(6.0), np.full(6, 0.1))), 2),
        (np.full((6, 1), 7.3), 1),
        (np.random.default_rng(2).normal(size=(3, 5)), 3),
    ],
)
def test_a_deficient_rank_is_said_and_the_fit_is_still_the_least(x: Array, rank: int) -> None:
    y = np.random.default_rng(3).normal(size=len(x))
    fit = closed_form(x, y)
    design = np.column_stack((x, np.ones(len(x))))
    expected, *_ = np.linalg.lstsq(design, y)
    assert (fit.rank, fit.unique) == (rank, False)
    assert fit.loss == pytest.approx(np.mean((design @ expected - y) ** 2), abs=1e-12)
    assert np.abs(fit.weights).max() < 1e3


def test_a_constant_feature_has_weight_zero_and_equal_features_share() -> None:
    x = np.arange(5.0)
    assert closed_form(np.column_stack((x, np.full(5, 3.0))), x).weights == pytest.approx([1, 0])
    assert closed_form(np.column_stack((x, x)), x).weights == pytest.approx([0.5, 0.5])


def test_r_squared_of_the_mean_is_zero_and_of_a_constant_target_is_not_defined() -> None:
    x, y = data(d=1)
    assert r_squared(x, y, [0.0], float(y.mean())) == pytest.approx(0, abs=1e-12)
    assert math.isnan(r_squared([0.0, 1.0, 2.0], [0.1, 0.1, 0.1], 0.0, 0.0))


@each("shape", [(50,), (50, 3)])
def test_standardized_features_have_mean_zero_and_deviation_one(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(4).normal(5, 3, shape)
    result = standardize(x)
    assert result.x.shape == shape
    np.testing.assert_allclose(result.x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(result.x.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(result.x.reshape(50, -1) * result.scale + result.mean, x.reshape(50, -1))


def test_standardizing_makes_the_bowl_of_one_feature_round() -> None:
    x = 2000 + np.arange(20.0)
    assert step_sizes(hessian(x)).condition > 1e9
    assert step_sizes(hessian(standardize(x).x)).condition == pytest.approx(1)


@each("d", [1, 2])
def test_the_surface_is_the_loss(d: int) -> None:
    x, y = data(d=d)
    surface = loss_surface(x, y)
    low, high = np.transpose(surface.domain)
    oracle = torch_loss(x, y)
    for point in np.random.default_rng(5).uniform(low, high, (20, d + 1)):
        p = torch.tensor(point)
        assert surface.value(point) == pytest.approx(float(oracle(p)), rel=1e-9)
        np.testing.assert_allclose(
            surface.gradient(point), functional.jacobian(oracle, p), rtol=1e-7, atol=1e-7
        )
    assert len(surface.parameters) == d + 1


@each(
    ("x", "y"),
    [
        (ANSCOMBE_X, ANSCOMBE_Y),
        (np.linspace(-1, 1, 30), np.linspace(-1, 1, 30) * 3),
        (2000 + np.arange(20.0), 1e5 * np.arange(20.0)),
        (np.full(5, 2.0), np.arange(5.0)),
        (np.array([1.0]), np.array([4.0])),
        (np.arange(5.0), np.zeros(5)),
        (np.zeros(4), np.arange(4.0)),
        (np.array([-1.0, 0.0, 1.0]), np.array([1.0, -2.0, 1.0])),
    ],
)
def test_the_domain_frames_the_start_and_the_minimum(x: Array, y: Array) -> None:
    surface = loss_surface(x, y)
    for (low, high), start, best in zip(surface.domain, surface.start, surface.minima[0], strict=True):
        assert low < start < high
        assert low < best < high
        assert 0.2 <= (best - low) / (high - low) <= 0.8
        assert high - low > 0.1 * max(1, abs(best))


def test_descent_on_the_surface_ends_at_the_closed_form() -> None:
    x = standardize(ANSCOMBE_X).x
    surface, fit = loss_surface(x, ANSCOMBE_Y), closed_form(x, ANSCOMBE_Y)
    rate = step_sizes(hessian(x)).fastest
    run = descend(DescentSpec("own", "gradient_descent", rate, (0.0, 0.0), 100), surface)
    np.testing.assert_allclose(run.points[-1], [fit.weights[0], fit.bias], atol=1e-10)


def test_batches_deal_every_point_once_in_an_epoch() -> None:
    x, y = data(n=12, d=1)
    batch = batch_gradient(x, y, 4, seed=3)
    here = np.array([0.3, -0.2])
    for epoch in range(3):
        mean = np.mean([batch(here, 3 * epoch + step) for step in range(3)], axis=0)
        np.testing.assert_allclose(mean, gradient(x, y, here[:-1], here[-1]), rtol=1e-12)
    assert not np.allclose(batch(here, 0), batch(here, 3))
    np.testing.assert_array_equal(batch(here, 5), batch_gradient(x, y, 4, seed=3)(here, 5))


def test_mini_batch_descent_comes_near_the_closed_form() -> None:
    x, y = data(n=64, d=1)
    surface, fit = loss_surface(x, y), closed_form(x, y)
    spec = DescentSpec("own", "gradient_descent", 0.01, (0.0, 0.0), 3000)
    run = descend(spec, surface, batch_gradient(x, y, 16, seed=0))
    assert run.values[-1] < 1.05 * fit.loss
    assert run.values[-1] > fit.loss


@each("size", [0, 41])
def test_a_batch_that_does_not_fit_is_refused(size: int) -> None:
    x, y = data(n=40, d=1)
    with pytest.raises(ValueError, match=f"`batch` must be a whole number between 1 and 40, got {size}"):
        batch_gradient(x, y, size, seed=0)


@each(
    ("x", "y", "message"),
    [
        (np.zeros((3, 2)), np.zeros(2), r"`y` must have the shape \(3,\), got \(2,\)"),
        (
            np.zeros((0,)),
            np.zeros(0),
            r"`x` must have the shape \(n,\) or \(n, d\) with n ≥ 1 and d ≥ 1, got \(0,\)",
        ),
        (
            np.zeros((2, 2, 2)),
            np.zeros(2),
            r"`x` must have the shape \(n,\) or \(n, d\) with n ≥ 1 and d ≥ 1, got \(2, 2, 2\)",
        ),
        ([1.0, math.nan], [0.0, 0.0], "`x` must be finite, got nan"),
        ([1.0, 2.0], [0.0, math.inf], "`y` must be finite, got inf"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(x: ArrayLike, y: ArrayLike, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        closed_form(x, y)


def test_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"`weights` must have the shape \(2,\), one for each feature, got \(3,\)"
    ):
        predict(np.zeros((4, 2)), np.zeros(3), 0.0)


@each("d", [1, 3])
def test_the_normal_equations_are_those_of_a_zero_gradient(d: int) -> None:
    """Solved, they make autograd's gradient vanish; their matrix is n/2 times autograd's Hessian."""
    x, y = data(d=d)
    equations, oracle = normal_equations(x, y), torch_loss(x, y)
    solution = torch.tensor(np.linalg.solve(equations.matrix, equations.right))
    curvature = functional.hessian(oracle, solution).numpy()
    np.testing.assert_allclose(equations.matrix, len(y) / 2 * curvature, rtol=1e-11)
    slope = functional.jacobian(oracle, solution).numpy()
    np.testing.assert_allclose(slope / np.sqrt(np.diag(curvature)), 0, atol=1e-7)


# NIST StRD, NoInt1 and NoInt2: certified slopes of lines without an intercept
@each(
    ("x", "y", "slope"),
    [
        (np.arange(60.0, 71.0), np.arange(130.0, 141.0), 2.07438016528926),
        (np.array([4.0, 5.0, 6.0]), np.array([3.0, 4.0, 4.0]), 0.727272727272727),
        (np.array([3e200, 4e200]), np.array([3e200, 4e200]), 1.0),
        (np.zeros(2), np.ones(2), 0.0),
    ],
)
def test_a_line_through_the_origin_has_the_certified_slope(
    x: np.ndarray, y: np.ndarray, slope: float
) -> None:
    assert slope_through_origin(x, y) == pytest.approx(slope, rel=1e-14)
