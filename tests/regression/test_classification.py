"""Entropies, calibration, features, training and boundaries against scipy, torch and closed forms."""

import math

import numpy as np
import pytest
import torch
from numpy.polynomial.polynomial import polyval2d
from scipy import optimize, special, stats

from nnviz._types import Array
from nnviz.losses import LOSSES
from nnviz.losses.probabilities import information, sigmoid, softmax
from nnviz.optimization.logistic_regression import LogitSpec, fit_logit
from nnviz.regression.classification import (
    calibration,
    concave_intervals,
    mean_loss_surface,
    monomials,
    zero_lines,
)
from tests.cases import each

torch.set_num_threads(1)


def two_classes() -> tuple[Array, Array]:
    """50 points of two classes, and their classes."""
    random = np.random.default_rng(6)
    points = random.normal([3.0, -20.0], 1.5, (50, 2))
    share = special.expit(points[:, 0] - 3 + 0.5 * (points[:, 1] + 20))
    return points, (random.random(50) < share).astype(float)


X, Y = two_classes()
BINARY = [name for name, loss in LOSSES.items() if loss.task == "binary"]
ORACLES = {
    "cross_entropy": lambda z, y: torch.nn.functional.binary_cross_entropy_with_logits(z, y),
    "squared_sigmoid": lambda z, y: torch.nn.functional.mse_loss(torch.sigmoid(z), y),
    "hinge": lambda z, y: torch.nn.functional.relu(1 - (2 * y - 1) * z).mean(),
    "focal": lambda z, y: (
        (1 - torch.sigmoid((2 * y - 1) * z)) ** 2 * -torch.nn.functional.logsigmoid((2 * y - 1) * z)
    ).mean(),
}


@each("scale", [1.0, 30.0, 1000.0])
def test_sigmoid_and_softmax_are_those_of_scipy(scale: float, rng: np.random.Generator) -> None:
    z = rng.normal(0, scale, (20, 3))
    np.testing.assert_allclose(sigmoid(z), special.expit(z), rtol=1e-9, atol=1e-16)
    np.testing.assert_allclose(softmax(z), special.softmax(z, axis=1), rtol=1e-12, atol=1e-300)


@each("k", [2, 3, 4])
def test_entropy_and_divergence_are_those_of_scipy_and_torch(k: int, rng: np.random.Generator) -> None:
    p, q = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k))
    found = information(p, q)
    assert found.entropy == pytest.approx(stats.entropy(p), rel=1e-12)
    assert found.divergence == pytest.approx(stats.entropy(p, q), rel=1e-12)
    assert found.divergence == pytest.approx(
        torch.nn.functional.kl_div(torch.tensor(q).log(), torch.tensor(p), reduction="sum").item()
    )
    assert found.cross_entropy == pytest.approx(
        torch.nn.functional.cross_entropy(torch.tensor(q).log()[None], torch.tensor(p)[None]).item()
    )
    assert found.entropy + found.divergence == pytest.approx(found.cross_entropy)
    assert found.divergence > 0


def test_divergence_is_zero_for_equal_shares_and_infinite_for_the_impossible() -> None:
    p = np.array([0.5, 0.5, 0.0])
    assert information(p, p).divergence == 0
    assert information(p, p).entropy == pytest.approx(math.log(2))
    assert information(p, [1.0, 0.0, 0.0]).divergence == math.inf
    assert math.isfinite(information([1.0, 0.0], [0.5, 0.5]).divergence)


@each("p", [[0.5, 0.6], [1.5, -0.5], [0.5, 0.5, 0.0]])
def test_what_is_no_distribution_is_refused(p: list[float]) -> None:
    with pytest.raises(ValueError, match=r"`(p|q)` must "):
        information(p, [0.5, 0.5])


def test_calibration_is_that_of_a_loop_over_the_points(rng: np.random.Generator) -> None:
    p, y = rng.random(500), (rng.random(500) < 0.4).astype(float)
    p[:4] = [0.0, 0.1, 0.5, 1.0]
    bins: dict[int, list[tuple[float, float]]] = {}
    for one, truth in zip(p, y, strict=True):
        bins.setdefault(min(int(one * 10), 9), []).append((one, truth))
    gaps = {k: abs(np.mean([t for _, t in each]) - np.mean([o for o, _ in each])) for k, each in bins.items()}
    found = calibration(p, y)
    assert found.error == pytest.approx(sum(len(bins[k]) / 500 * gap for k, gap in gaps.items()), rel=1e-12)
    assert found.counts.tolist() == [len(bins.get(k, ())) for k in range(10)]
    means, _, _ = stats.binned_statistic(p, p, "mean", np.linspace(0, 1, 11))
    np.testing.assert_allclose(found.mean, means)


def test_a_certain_and_right_model_is_calibrated_and_a_certain_and_wrong_one_is_not() -> None:
    y = np.array([0.0, 1.0, 1.0])
    assert calibration(y, y).error == 0
    assert calibration(1 - y, y).error == 1
    assert np.isnan(calibration(y, y).mean[1:9]).all()


def test_probabilities_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`p` must be between 0 and 1, got \[1\.2\]"):
        calibration([1.2], [1.0])
    with pytest.raises(ValueError, match="must be 0 or 1"):
        calibration([0.2], [2.0])
    with pytest.raises(ValueError, match=r"`y` must have the shape \(2,\), got \(1,\)"):
        calibration([0.2, 0.3], [1.0])


@each("degree", [1, 2, 3, 6])
def test_monomials_are_all_products_up_to_the_degree(degree: int) -> None:
    columns = monomials(X, degree).T
    wanted = [
        polyval2d(
            X[:, 0], X[:, 1], np.eye(1, (degree + 1) ** 2, a * (degree + 1) + b).reshape(degree + 1, -1)
        )
        for a in range(degree + 1)
        for b in range(degree + 1 - a)
    ]
    assert len(columns) == len(wanted)
    for one in wanted:
        assert any(np.allclose(one, column, rtol=1e-12) for column in columns)
    np.testing.assert_array_equal(columns[0], 1)


@each("name", BINARY)
def test_gradient_and_hessian_of_the_mean_loss_are_those_of_autograd(
    name: str, rng: np.random.Generator
) -> None:
    rows, theta = rng.normal(size=(30, 4)), rng.normal(size=4)
    y = (rng.random(30) < 0.5).astype(float)
    surface = mean_loss_surface(rows, y, LOSSES[name], {})

    def loss(t: torch.Tensor) -> torch.Tensor:
        return ORACLES[name](torch.tensor(rows) @ t, torch.tensor(y))

    at = torch.tensor(theta, requires_grad=True)
    assert float(surface.value(theta)) == pytest.approx(loss(at).item())
    (gradient,) = torch.autograd.grad(loss(at), at)
    np.testing.assert_allclose(surface.gradient(theta), gradient.numpy(), atol=1e-12)
    hessian = torch.autograd.functional.hessian(loss, at.detach())
    np.testing.assert_allclose(surface.hessian(theta), hessian.numpy(), atol=1e-12)
    np.testing.assert_allclose(
        surface.value(np.stack([theta, 2 * theta]))[1], float(surface.value(2 * theta))
    )


@each("name", BINARY)
def test_training_is_that_of_torch(name: str) -> None:
    run = fit_logit(LogitSpec(2, name, learning_rate=0.05, steps=120), X, Y)
    low, high = X.min(axis=0), X.max(axis=0)
    u = torch.tensor((X - (low + high) / 2) / ((high - low) / 2))
    a, b = u.T
    rows = torch.stack([torch.ones_like(a), a, b, a * a, a * b, b * b], dim=1)
    theta = torch.zeros(6, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([theta], lr=0.05)
    for _ in range(120):
        optimizer.zero_grad()
        ORACLES[name](rows @ theta, torch.tensor(Y)).backward()
        optimizer.step()
    np.testing.assert_allclose(run.model(X), (rows @ theta).detach().numpy(), atol=1e-6)
    assert len(run.losses) == 121


def test_logistic_regression_gets_to_the_largest_likelihood() -> None:
    run = fit_logit(LogitSpec(1, learning_rate=0.05, steps=5000), X, Y)
    rows = np.column_stack([X, np.ones(50)])

    def loss(t: Array) -> float:
        return float(np.logaddexp(0, -(2 * Y - 1) * (rows @ t)).mean())

    best = optimize.minimize(loss, np.zeros(3), tol=1e-12)
    assert run.losses[-1] == pytest.approx(best.fun, abs=1e-6)


def test_the_plane_of_a_linear_logit_is_the_logit() -> None:
    model = fit_logit(LogitSpec(1, steps=50), X, Y).model
    b, w1, w2 = model.plane()
    np.testing.assert_allclose(b + X @ [w1, w2], model(X), rtol=1e-9)
    with pytest.raises(ValueError, match="`degree` must be 1 for a plane, got 2"):
        fit_logit(LogitSpec(2, steps=1), X, Y).model.plane()


def test_a_spec_that_is_not_legal_says_what_is() -> None:
    with pytest.raises(ValueError, match=r"`loss` must be one of cross_entropy, .*, got 'squared'"):
        LogitSpec(1, "squared")
    with pytest.raises(ValueError, match="`degree` must be a whole number"):
        LogitSpec(7)
    with pytest.raises(ValueError, match="`steps` must be between 0 and 10000"):
        LogitSpec(1, steps=10**6)
    with pytest.raises(ValueError, match="`loss` must be a binary loss"):
        mean_loss_surface(X, Y, LOSSES["squared"], {})


def test_the_zero_of_a_plane_is_a_straight_line() -> None:
    axes = np.linspace(-1, 1, 21), np.linspace(-2, 2, 31)
    gx, gy = np.meshgrid(*axes)
    segments = zero_lines(gx + 2 * gy - 0.3, *axes)
    ends = segments.reshape(-1, 2)
    np.testing.assert_allclose(ends[:, 0] + 2 * ends[:, 1], 0.3, atol=1e-12)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]).sum()
    assert length == pytest.approx(math.hypot(2, 1), rel=1e-9)


def test_the_zero_of_a_cone_is_a_circle() -> None:
    axis = np.linspace(-2, 2, 141)
    gx, gy = np.meshgrid(axis, axis)
    segments = zero_lines(np.hypot(gx, gy) - 1.3, axis, axis)
    np.testing.assert_allclose(np.hypot(segments[:, 0], segments[:, 1]), 1.3, atol=1e-3)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]).sum()
    assert length == pytest.approx(2 * math.pi * 1.3, rel=1e-3)


def test_a_saddle_is_crossed_twice_and_no_zero_has_no_line() -> None:
    assert zero_lines([[1, -1], [-1, 1]], [0, 1], [0, 1]).shape == (2, 4)
    assert zero_lines(np.ones((5, 5)), np.arange(5), np.arange(5)).shape == (0, 4)


def test_squared_error_on_a_sigmoid_bends_down_below_one_third() -> None:
    (low, high) = concave_intervals(LOSSES["squared_sigmoid"], 1.0, -8.0, 8.0)[0]
    assert low == -8.0
    assert high == pytest.approx(-math.log(2), abs=1e-9)
    (mirrored,) = concave_intervals(LOSSES["squared_sigmoid"], 0.0, -8.0, 8.0)
    assert mirrored[0] == pytest.approx(math.log(2), abs=1e-9)
    assert mirrored[1] == 8.0


@each("name", ["cross_entropy", "hinge"])
def test_a_convex_loss_bends_down_nowhere(name: str) -> None:
    assert concave_intervals(LOSSES[name], 1.0, -8.0, 8.0) == []


def test_focal_bends_down_where_the_second_derivative_of_torch_is_negative() -> None:
    z = torch.linspace(-8, 8, 2001, dtype=torch.float64, requires_grad=True)
    p = torch.sigmoid(z)
    first = torch.autograd.grad((-((1 - p) ** 2) * p.log()).sum(), z, create_graph=True)[0]
    second = torch.autograd.grad(first.sum(), z)[0].numpy()
    inside = np.zeros(2001, dtype=bool)
    for low, high in concave_intervals(LOSSES["focal"], 1.0, -8.0, 8.0, gamma=2.0):
        inside |= (z.detach().numpy() >= low) & (z.detach().numpy() <= high)
    assert (inside == (second < 0))[np.abs(second) > 1e-6].all()
