"""What noise keeps up, against closed forms, scipy's Lyapunov solver, long runs, and many runs of torch.optim.SGD."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy.linalg import solve_discrete_lyapunov

from nnviz._types import Array
from nnviz.data import SampleSpec, draw
from nnviz.losses import ravine
from nnviz.optimization import METHODS, SURFACES, DescentSpec, descend
from nnviz.optimization.convergence import LINEAR
from nnviz.optimization.noise_floor import (
    GradientNoise,
    decay_exponent,
    expected_losses,
    gradient_noise,
    observed_floor,
    predicted_floor,
)
from nnviz.optimization.test_functions import line_loss
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)
BOWL = ravine(25.0, 30.0)
HESSIAN = BOWL.hessian((0.0, 0.0))
SAMPLES = draw(SampleSpec("line", 40, 0.4, 0.0, 0))
X, Y = SAMPLES.x[:, 0], SAMPLES.y
DESIGN = np.column_stack((X, np.ones(40)))
BEST = np.linalg.lstsq(DESIGN, Y)[0]
LINE_HESSIAN = 2 / 40 * DESIGN.T @ DESIGN


def gaussian(sigma: float) -> GradientNoise:
    return gradient_noise(BOWL, (0.0, 0.0), sigma)


def test_the_floor_of_gradient_descent_is_the_closed_form() -> None:
    """E x² = η σ² / (λ (2 − ηλ)) along each eigen-direction of a bowl."""
    eta, sigma = 0.05, 0.3
    expected = sum(eta * sigma**2 / (2 * (2 - eta * value)) for value in (1.0, 25.0))
    assert predicted_floor("gradient_descent", eta, HESSIAN, {}, gaussian(sigma)) == pytest.approx(expected)


def step_of(name: str, eta: float, mu: float) -> tuple[Array, Array]:
    """M and G of the step, written out by hand for H = HESSIAN."""
    one, zero = np.eye(2), np.zeros((2, 2))
    match name:
        case "gradient_descent":
            return one - eta * HESSIAN, -eta * one
        case "newton":
            return (1 - eta) * one, -eta * np.asarray(np.linalg.inv(HESSIAN), dtype=np.float64)
        case "momentum":
            return np.block([[one - eta * HESSIAN, -eta * mu * one], [HESSIAN, mu * one]]), np.vstack(
                (-eta * one, one)
            )
        case "nesterov":
            push = np.vstack((-eta * (1 + mu) * one, one))
            free = np.block([[one, -eta * mu**2 * one], [zero, mu * one]])
            return free + push @ np.hstack((HESSIAN, zero)), push
    raise AssertionError(name)


@each("name", LINEAR)
def test_the_floor_is_scipys_stationary_covariance(name: str) -> None:
    move, push = step_of(name, 0.02, 0.8)
    covariance = solve_discrete_lyapunov(move, 0.25 * push @ push.T)[:2, :2]
    settings = dict.fromkeys(METHODS[name].hyperparameters, 0.8)
    floor = predicted_floor(name, 0.02, HESSIAN, settings, gaussian(0.5))
    assert floor == pytest.approx(np.trace(HESSIAN @ covariance) / 2, rel=1e-9)


@each(("name", "eta"), [("gradient_descent", 0.05), ("momentum", 0.005), ("nesterov", 0.005)])
def test_a_long_noisy_run_hovers_at_the_floor(name: str, eta: float) -> None:
    run = descend(DescentSpec("own", name, eta, (0.0, 0.0), 10_000, noise=0.5, seed=2), BOWL)
    floor = predicted_floor(name, eta, HESSIAN, METHODS[name].settings, gaussian(0.5))
    assert observed_floor(run.values, 0.0) == pytest.approx(floor, rel=0.15)


def test_beyond_the_edge_there_is_no_floor() -> None:
    assert predicted_floor("gradient_descent", 0.09, HESSIAN, {}, gaussian(0.1)) == math.inf
    one = gradient_noise(SURFACES["line"], tuple(BEST), batch=1)  # stable in the mean, not in the mean square
    assert (
        predicted_floor("gradient_descent", SURFACES["line"].learning_rate, LINE_HESSIAN, {}, one) == math.inf
    )


def sgd(size: int, rates: Array, momentum: float = 0.0, nesterov: bool = False, runs: int = 400) -> Array:
    """The mean loss above the least of many runs of torch.optim.SGD from 0 at each step, on batches dealt by torch."""
    x, y = torch.tensor(X), torch.tensor(Y)
    dealer = torch.Generator().manual_seed(1)
    lines = torch.zeros(runs, 2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([lines], lr=1.0, momentum=momentum, nesterov=nesterov)
    losses = []
    for step, rate in enumerate([*rates, 0.0]):
        away = lines.detach().numpy() - BEST
        losses.append(0.5 * np.einsum("ri,ij,rj->r", away, LINE_HESSIAN, away).mean())
        place = step % (40 // size) * size
        if place == 0:
            deck = torch.rand(runs, 40, generator=dealer).argsort(dim=1)
        chosen = deck[:, place : place + size]
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        ((lines[:, :1] * x[chosen] + lines[:, 1:] - y[chosen]) ** 2).mean(dim=1).sum().backward()
        optimizer.step()
    return np.array(losses)


@each(
    ("name", "size", "eta", "schedule"),
    [
        ("gradient_descent", 1, 0.1, "constant"),
        ("gradient_descent", 4, 0.3, "constant"),
        ("gradient_descent", 16, 0.05, "constant"),
        ("momentum", 4, 0.04, "constant"),
        ("nesterov", 4, 0.04, "constant"),
        ("gradient_descent", 4, 0.3, "inverse"),
        ("momentum", 4, 0.04, "cosine"),
    ],
)
def test_mini_batches_keep_up_what_many_runs_of_sgd_do(
    name: str, size: int, eta: float, schedule: str
) -> None:
    rates = DescentSpec("own", name, eta, (0.0, 0.0), 160, schedule=schedule).rates
    settings = METHODS[name].settings
    noise = gradient_noise(SURFACES["line"], tuple(BEST), batch=size)
    expected = present(expected_losses(name, rates, -BEST, LINE_HESSIAN, settings, noise))
    velocity = settings.get("momentum", 0.0), name == "nesterov"
    assert expected[:3] == pytest.approx(sgd(size, rates[:2], *velocity, runs=10_000), rel=0.07)
    seen = sgd(size, rates, *velocity)
    assert observed_floor(expected, 0.0) == pytest.approx(observed_floor(seen, 0.0), rel=0.08)
    if schedule == "constant":
        floor = predicted_floor(name, eta, LINE_HESSIAN, settings, noise)
        assert observed_floor(expected, 0.0) == pytest.approx(floor, rel=0.1)


@each("eta", [0.1, 0.27])
def test_the_floor_is_that_over_every_deck_there_is(eta: float) -> None:
    """All 120 orders of five examples, one a step, followed until nothing changes."""
    x, y = np.array([-1.0, 0.0, 0.5, 1.0, 1.5]), np.array([0.3, -0.5, 1.0, 0.2, 1.4])
    design = np.column_stack((x, np.ones(5)))
    best = np.linalg.lstsq(design, y)[0]
    steps = np.tile(np.eye(3), (5, 1, 1))  # of (θ − c, 1) on each example
    steps[:, :2, :2] -= 2 * eta * design[:, :, None] * design[:, None, :]
    steps[:, :2, 2] = 2 * eta * (y - design @ best)[:, None] * design
    decks = steps[list(itertools.permutations(range(5)))]
    moments = np.diag([0.0, 0.0, 1.0])
    for _ in range(500):
        after = np.broadcast_to(moments, (120, 3, 3))
        each = [after := step @ after @ step.transpose(0, 2, 1) for step in decks.swapaxes(0, 1)]
        moments = after.mean(axis=0)
    floor = np.mean([np.sum((design.T @ design / 5) * one[:, :2, :2].mean(axis=0)) for one in each])
    noise = gradient_noise(line_loss(x, y), tuple(best), batch=1)
    found = predicted_floor("gradient_descent", eta, 2 / 5 * design.T @ design, {}, noise)
    assert found == pytest.approx(floor, rel=0.02)


def test_without_noise_the_expected_loss_is_that_of_the_run() -> None:
    spec = DescentSpec("own", "momentum", 0.02, (2.0, 1.0), 50, schedule="cosine")
    settings = METHODS["momentum"].settings
    expected = expected_losses("momentum", spec.rates, (2.0, 1.0), HESSIAN, settings, gaussian(0.0))
    np.testing.assert_allclose(present(expected), descend(spec, BOWL).values, rtol=1e-9)


@each(("eta", "half"), [(0.02, 10.0), (0.05, 30.0)])
def test_the_power_of_one_over_t_is_that_of_the_scalar_recursion(eta: float, half: float) -> None:
    """E x² ← (1 − η_k λ)² E x² + η_k² σ², followed for 3e4 steps along both directions."""
    values, k = np.array([1.0, 25.0]), 0
    second, marks = np.array([1.0, 1.0]), {}
    for k in range(30_001):
        if k in (3_000, 30_000):
            marks[k] = values @ second / 2
        rate = eta / (1 + k / half)
        second = (1 - rate * values) ** 2 * second + rate**2 * 0.01
    slope = math.log(marks[3_000] / marks[30_000]) / math.log(10)
    assert decay_exponent("gradient_descent", eta, half, HESSIAN, {}) == pytest.approx(slope, abs=0.06)


def test_a_velocity_makes_the_learning_rate_larger_by_one_over_one_minus_mu() -> None:
    """The covariance of (x, v) under v ← 0.9 v + λx + ξ, x ← x − η_k v, followed for 1e4 steps along λ = 1."""
    covariance, marks = np.eye(2), {}
    for k in range(10_001):
        rate = 0.002 / (1 + k / 20)
        move, push = np.array([[1 - rate, -0.9 * rate], [1, 0.9]]), np.array([-rate, 1])
        marks[k] = covariance[0, 0]
        covariance = move @ covariance @ move.T + 0.01 * np.outer(push, push)
    slope = math.log10(marks[1_000] / marks[10_000])
    assert decay_exponent("momentum", 0.002, 20.0, [[1.0]], {"momentum": 0.9}) == pytest.approx(
        slope, abs=0.05
    )


def test_others_have_no_theory() -> None:
    for name in METHODS.keys() - set(LINEAR):
        assert predicted_floor(name, 0.1, HESSIAN, {}, gaussian(1.0)) is None
        assert expected_losses(name, [0.1], (1.0, 1.0), HESSIAN, {}, gaussian(1.0)) is None
        assert decay_exponent(name, 0.1, 10.0, HESSIAN, {}) is None
