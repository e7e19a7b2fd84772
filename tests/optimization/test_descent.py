"""Descent against theory: what a bowl must do to every eigen-direction, and where it must diverge."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from nnviz.data import SampleSpec, draw
from nnviz.losses import Surface, quadratic, ravine
from nnviz.optimization import (
    METHODS,
    OPTIMIZERS,
    SURFACES,
    DescentSpec,
    descend,
    race,
    step_sizes,
    suggested_learning_rate,
)
from nnviz.optimization.descent import shuffled_batches
from nnviz.optimization.test_functions import UNIT_X, UNIT_Y
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)


def spec(
    surface: str = "ravine",
    optimizer: str = "gradient_descent",
    learning_rate: float = 0.05,
    start: tuple[float, ...] = (2.0, -1.0),
    steps: int = 100,
    **rest: Any,
) -> DescentSpec:
    return DescentSpec(surface, optimizer, learning_rate, start, steps, **rest)


@each("learning_rate", [0.01, 0.04, 0.05, 0.079])
def test_each_eigen_direction_is_multiplied_by_one_minus_eta_lambda(learning_rate: float) -> None:
    surface = ravine(25.0, angle=30.0)
    eigenvalues, directions = np.linalg.eigh(surface.hessian((0, 0)))
    run = descend(spec(learning_rate=learning_rate), surface)
    k = np.arange(101)[:, None]
    expected = (1 - learning_rate * eigenvalues) ** k * (np.array([2.0, -1.0]) @ directions)
    np.testing.assert_allclose(run.points @ directions, expected, atol=1e-12)


@each("momentum", [0.5, 0.9])
def test_momentum_on_a_bowl_shrinks_by_the_square_root_of_the_momentum(momentum: float) -> None:
    """Where (1 − √μ)² < ηλ < (1 + √μ)² both eigenvalues of the iteration have modulus √μ (Polyak 1964)."""
    run = descend(spec("bowl", "momentum", 0.5, (1.0, 0.0), 400, settings=(("momentum", momentum),)))
    x = np.abs(run.points[:, 0])
    envelope = np.array([x[i : i + 40].max() for i in (100, 140)])
    assert (envelope[1] / envelope[0]) ** (1 / 40) == pytest.approx(math.sqrt(momentum), rel=0.03)


@each("surface", [ravine(30.0, 20.0), quadratic(((3, 1), (1, 2)), (1, -1))])
def test_descent_diverges_just_above_two_over_the_largest_eigenvalue_and_not_below(surface: Surface) -> None:
    critical = step_sizes(surface.hessian((0, 0))).critical
    below = descend(spec(learning_rate=0.99 * critical, steps=3000), surface)
    above = descend(spec(learning_rate=1.01 * critical, steps=3000), surface)
    assert not below.diverged
    np.testing.assert_allclose(below.points[-1], surface.minima[0], atol=1e-9)
    assert above.diverged
    assert len(above.points) < 3001


@each("optimizer", ["gradient_descent", "momentum", "nesterov"])
@each("learning_rate", [1.2, 1e6, 1e200])
def test_a_path_that_diverges_is_a_finite_prefix(optimizer: str, learning_rate: float) -> None:
    run = descend(spec("rosenbrock", optimizer, learning_rate, (-1.2, 1.0), 200))
    assert run.diverged
    assert not run.converged
    assert len(run.points) == len(run.values) == len(run.gradients) >= 1
    for array in run[:3]:
        assert np.isfinite(array).all()
    assert (np.abs(run.values) <= 1e14).all()
    np.testing.assert_array_equal(run.points[0], (-1.2, 1.0))


def test_a_large_value_at_the_start_is_no_divergence() -> None:
    surface = quadratic(((2, 0), (0, 2)), lowest=1e14)
    run = descend(spec(learning_rate=0.4), surface)
    assert not run.diverged
    assert len(run.points) == 101


@each("optimizer", OPTIMIZERS)
@each("name", SURFACES)
def test_the_suggested_learning_rate_goes_down_and_does_not_diverge(name: str, optimizer: str) -> None:
    surface = SURFACES[name]
    rate = suggested_learning_rate(surface, OPTIMIZERS[optimizer])
    run = descend(spec(name, optimizer, rate, surface.start, 300))
    assert not run.diverged
    assert run.values[-1] < run.values[0]
    np.testing.assert_array_equal(run.values, surface.value(run.points))
    np.testing.assert_array_equal(run.gradients, [surface.gradient(point) for point in run.points])


def test_descent_stops_at_the_first_gradient_within_the_tolerance() -> None:
    run = descend(spec("bowl", learning_rate=0.1, steps=1000, tolerance=1e-3))
    norms = np.linalg.norm(run.gradients, axis=1)
    assert run.converged
    assert norms[-1] <= 1e-3 < norms[-2]
    # |g| = √5 · 0.9ᵏ on the bowl
    assert len(run.points) - 1 == math.ceil(math.log(1e-3 / math.sqrt(5)) / math.log(0.9))


def test_without_a_tolerance_every_step_is_taken() -> None:
    run = descend(spec("bowl", learning_rate=1.0, steps=50))
    assert len(run.points) == 51
    assert not run.converged


def test_no_steps_leave_the_start() -> None:
    run = descend(spec(steps=0))
    np.testing.assert_array_equal(run.points, [(2.0, -1.0)])


def test_noise_is_seeded_and_has_the_spread_asked_for() -> None:
    """On a bowl θₖ₊₁ = (1 − η) θₖ − η ε: the spread it settles to is σ √(η / (2 − η))."""
    noisy = spec("bowl", learning_rate=0.2, steps=10_000, noise=0.5, seed=7)
    run, again = descend(noisy), descend(noisy)
    other = descend(spec("bowl", learning_rate=0.2, steps=10_000, noise=0.5, seed=8))
    np.testing.assert_array_equal(run.points, again.points)
    assert not np.allclose(run.points, other.points)
    assert run.points[200:].std() == pytest.approx(0.5 * math.sqrt(0.2 / 1.8), rel=0.05)
    np.testing.assert_array_equal(run.gradients, run.points)


def test_the_step_may_be_made_from_another_gradient() -> None:
    run = descend(
        spec("bowl", learning_rate=0.5, steps=3), step_gradient=lambda _point, step: np.array([step, 1.0])
    )
    np.testing.assert_allclose(run.points, [(2, -1), (2, -1.5), (1.5, -2), (0.5, -2.5)])
    np.testing.assert_array_equal(run.gradients, run.points)


def test_adam_in_three_parameters() -> None:
    surface = quadratic(np.diag((1.0, 10.0, 100.0)), (1.0, 2.0, 3.0))
    run = descend(spec("own", "adam", 0.1, (0.0, 0.0, 0.0), 2000), surface)
    np.testing.assert_allclose(run.points[-1], (1, 2, 3), atol=1e-4)


@each(
    ("field", "value", "message"),
    [
        ("surface", "hill", r"`surface` must be one of line, bowl, .*, got 'hill'"),
        ("optimizer", "sgd", r"`optimizer` must be one of gradient_descent, .*, got 'sgd'"),
        ("learning_rate", 0.0, "`learning_rate` must be above 0 and finite, got 0.0"),
        ("learning_rate", math.nan, "`learning_rate` must be above 0 and finite, got nan"),
        ("start", (0.0, math.inf), "`start` must be finite, got inf"),
        ("steps", 10_001, "`steps` must be between 0 and 10000, got 10001"),
        ("steps", -1, "`steps` must be between 0 and 10000, got -1"),
        ("noise", -0.1, "`noise` must be at least 0 and finite, got -0.1"),
        ("seed", -1, "`seed` must be at least 0 and finite, got -1"),
        ("tolerance", math.inf, "`tolerance` must be at least 0 and finite, got inf"),
        ("schedule", "sine", r"`schedule` must be one of constant, .*, got 'sine'"),
        ("schedule_settings", (("gamma", 0.5),), "the schedule constant has no hyperparameter 'gamma'"),
        ("batch", -1, "`batch` must be at least 0 and finite, got -1"),
        ("settings", (("momentum", 0.9),), "gradient_descent has no hyperparameter 'momentum'"),
    ],
)
def test_a_spec_says_what_is_wrong_and_what_is_legal(field: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spec(**{field: value})


def test_a_start_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="`start` must be a value for each of"):
        descend(spec(start=(1.0, 2.0, 3.0)))
    with pytest.raises(ValueError, match="a point with a finite value and gradient"):
        descend(spec("rosenbrock", start=(1e200, 0.0)))
    with pytest.raises(ValueError, match="must be the surface itself"):
        descend(spec("own"))


def test_specs_are_hashable() -> None:
    assert hash(spec()) == hash(spec())


def test_step_sizes_of_a_known_hessian() -> None:
    sizes = step_sizes(((3.0, 1.0), (1.0, 3.0)))
    np.testing.assert_allclose(sizes.eigenvalues, (2, 4))
    np.testing.assert_allclose(np.abs(sizes.directions), math.sqrt(0.5))
    assert sizes[2:] == pytest.approx((2.0, 1 / 4, 2 / 6, 2 / 4))


def test_the_fastest_step_size_has_the_smallest_worst_factor() -> None:
    sizes = step_sizes(np.diag((1.0, 4.0, 9.0)))
    rates = np.linspace(0.01, 0.25, 2001)
    worst = np.abs(1 - rates[:, None] * sizes.eigenvalues).max(axis=1)
    assert rates[worst.argmin()] == pytest.approx(sizes.fastest, abs=2e-4)
    assert worst.min() == pytest.approx((sizes.condition - 1) / (sizes.condition + 1), abs=1e-3)


def test_step_sizes_of_a_flat_valley_leave_the_flat_direction_out() -> None:
    sizes = step_sizes(((1.0, 1.0), (1.0, 1.0)))
    assert sizes.eigenvalues[0] == 0
    assert sizes.condition == math.inf
    assert (sizes.monotone, sizes.fastest, sizes.critical) == pytest.approx((0.5, 0.5, 1.0))


@each("hessian", [((1, 0), (0, -1)), ((0, 0), (0, 0))])
def test_what_is_no_bowl_has_no_step_sizes(hessian: tuple[tuple[int, int], tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match=r"`hessian` must be positive semidefinite and not 0, got \[\["):
        step_sizes(hessian)


@each("name", SURFACES)
def test_in_a_race_everyone_runs_as_if_alone(name: str) -> None:
    surface = SURFACES[name]
    rates = {method: suggested_learning_rate(surface, METHODS[method]) for method in METHODS}
    runs = [spec(name, method, 3 * rate, surface.start, 120) for method, rate in rates.items()]
    for together, alone in zip(race(runs, surface), map(descend, runs), strict=True):
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_array_equal(one, other)


def mean_squared_error(name: str) -> Callable[..., Any]:
    """The two losses on data for torch, of the examples chosen."""
    if name == "unit":
        x, y = torch.tensor(UNIT_X), torch.tensor(UNIT_Y)
        return lambda p, chosen: ((p[1] * torch.tanh(p[0] * x[chosen]) - y[chosen]) ** 2).mean()
    samples = draw(SampleSpec("line", 40, 0.4, 0.0, 0))
    x, y = torch.tensor(samples.x[:, 0]), torch.tensor(samples.y)
    return lambda p, chosen: ((p[0] * x[chosen] + p[1] - y[chosen]) ** 2).mean()


@each(("name", "count"), [("line", 40), ("unit", 17)])
def test_a_mini_batch_has_the_gradient_of_autograd(name: str, count: int) -> None:
    loss, surface = mean_squared_error(name), SURFACES[name]
    random = np.random.default_rng(6)
    points = random.uniform(-2, 2, (5, 2))
    for size in (1, 4, count):
        chosen = random.permutation(count)[:size]
        found = present(surface.examples).gradient(points, chosen)
        for point, gradient in zip(points, found, strict=True):
            p = torch.tensor(point, requires_grad=True)
            loss(p, torch.tensor(chosen)).backward()
            np.testing.assert_allclose(gradient, present(p.grad), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(
        present(surface.examples).gradient(points, np.arange(count)), surface.gradient(points)
    )


def test_an_epoch_of_mini_batches_deals_every_example_once() -> None:
    batches = shuffled_batches(40, 8, 12, seed=3)
    assert batches.shape == (12, 8)
    assert sorted(batches[:5].ravel()) == sorted(batches[5:10].ravel()) == list(range(40))
    assert not (batches[:5] == batches[5:10]).all()
    np.testing.assert_array_equal(batches, shuffled_batches(40, 8, 12, seed=3))
    assert shuffled_batches(40, 7, 0, seed=0).shape == (0, 7)


def test_a_run_follows_its_mini_batches() -> None:
    run = descend(spec("line", learning_rate=0.1, start=(0.0, 0.0), steps=10, batch=4, seed=5))
    gradient = present(SURFACES["line"].examples).gradient
    for step, chosen in enumerate(shuffled_batches(40, 4, 10, 5)):
        np.testing.assert_allclose(
            run.points[step + 1], run.points[step] - 0.1 * gradient(run.points[step], chosen), rtol=1e-12
        )
    np.testing.assert_allclose(run.gradients, SURFACES["line"].gradient(run.points))


def test_a_schedule_is_followed() -> None:
    run = descend(spec("bowl", learning_rate=0.5, steps=10, schedule="cosine"))
    rates = 0.5 * (1 + np.cos(np.pi * np.arange(10) / 10)) / 2
    np.testing.assert_allclose(run.points[1:], np.cumprod(1 - rates)[:, None] * (2.0, -1.0), rtol=1e-12)


def test_mini_batches_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="`batch` must be 0, as Ravine is not a mean over examples, got 4"):
        descend(spec(batch=4))
    with pytest.raises(ValueError, match="`batch` must be between 1 and 40, the number of examples, got 41"):
        descend(spec("line", batch=41))
    with pytest.raises(ValueError, match="`specs` must be runs with the same"):
        race([spec("line", batch=4), spec("line", batch=5)], SURFACES["line"])
