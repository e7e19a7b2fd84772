"""Descent against theory: what a bowl must do to every eigen-direction, and where it must diverge."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from nnviz.data import SampleSpec, draw
from nnviz.learning import (
    METHODS,
    OPTIMIZERS,
    SURFACES,
    DescentSpec,
    descend,
    distances,
    quadratic,
    race,
    ravine,
    step_sizes,
    suggested_learning_rate,
    verdict,
)
from nnviz.learning.catalogue import UNIT_X, UNIT_Y
from nnviz.learning.descent import _dealt, turning_share

torch.set_num_threads(1)


def spec(
    surface="ravine", optimizer="gradient_descent", learning_rate=0.05, start=(2.0, -1.0), steps=100, **rest
):
    return DescentSpec(surface, optimizer, learning_rate, start, steps, **rest)


@pytest.mark.parametrize("learning_rate", [0.01, 0.04, 0.05, 0.079])
def test_each_eigen_direction_is_multiplied_by_one_minus_eta_lambda(learning_rate):
    surface = ravine(25.0, angle=30.0)
    eigenvalues, directions = np.linalg.eigh(surface.hessian((0, 0)))
    run = descend(spec(learning_rate=learning_rate), surface)
    k = np.arange(101)[:, None]
    expected = (1 - learning_rate * eigenvalues) ** k * (np.array([2.0, -1.0]) @ directions)
    np.testing.assert_allclose(run.points @ directions, expected, atol=1e-12)


@pytest.mark.parametrize("momentum", [0.5, 0.9])
def test_momentum_on_a_bowl_shrinks_by_the_square_root_of_the_momentum(momentum):
    """Where (1 − √μ)² < ηλ < (1 + √μ)² both eigenvalues of the iteration have modulus √μ (Polyak 1964)."""
    run = descend(spec("bowl", "momentum", 0.5, (1.0, 0.0), 400, settings=(("momentum", momentum),)))
    x = np.abs(run.points[:, 0])
    envelope = np.array([x[i : i + 40].max() for i in (100, 140)])
    assert (envelope[1] / envelope[0]) ** (1 / 40) == pytest.approx(math.sqrt(momentum), rel=0.03)


@pytest.mark.parametrize("surface", [ravine(30.0, 20.0), quadratic(((3, 1), (1, 2)), (1, -1))])
def test_descent_diverges_just_above_two_over_the_largest_eigenvalue_and_not_below(surface):
    critical = step_sizes(surface.hessian((0, 0))).critical
    below = descend(spec(learning_rate=0.99 * critical, steps=3000), surface)
    above = descend(spec(learning_rate=1.01 * critical, steps=3000), surface)
    assert not below.diverged
    np.testing.assert_allclose(below.points[-1], surface.minima[0], atol=1e-9)
    assert above.diverged
    assert len(above.points) < 3001


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "nesterov"])
@pytest.mark.parametrize("learning_rate", [1.2, 1e6, 1e200])
def test_a_path_that_diverges_is_a_finite_prefix(optimizer, learning_rate):
    run = descend(spec("rosenbrock", optimizer, learning_rate, (-1.2, 1.0), 200))
    assert run.diverged
    assert not run.converged
    assert len(run.points) == len(run.values) == len(run.gradients) >= 1
    for array in run[:3]:
        assert np.isfinite(array).all()
    assert (np.abs(run.values) <= 1e14).all()
    np.testing.assert_array_equal(run.points[0], (-1.2, 1.0))


def test_a_large_value_at_the_start_is_no_divergence():
    surface = quadratic(((2, 0), (0, 2)), lowest=1e14)
    run = descend(spec(learning_rate=0.4), surface)
    assert not run.diverged
    assert len(run.points) == 101


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", SURFACES)
def test_the_suggested_learning_rate_goes_down_and_does_not_diverge(name, optimizer):
    surface = SURFACES[name]
    rate = suggested_learning_rate(surface, OPTIMIZERS[optimizer])
    run = descend(spec(name, optimizer, rate, surface.start, 300))
    assert not run.diverged
    assert run.values[-1] < run.values[0]
    np.testing.assert_array_equal(run.values, surface.value(run.points))
    np.testing.assert_array_equal(run.gradients, [surface.gradient(point) for point in run.points])


def test_descent_stops_at_the_first_gradient_within_the_tolerance():
    run = descend(spec("bowl", learning_rate=0.1, steps=1000, tolerance=1e-3))
    norms = np.linalg.norm(run.gradients, axis=1)
    assert run.converged
    assert norms[-1] <= 1e-3 < norms[-2]
    # |g| = √5 · 0.9ᵏ on the bowl
    assert len(run.points) - 1 == math.ceil(math.log(1e-3 / math.sqrt(5)) / math.log(0.9))


def test_without_a_tolerance_every_step_is_taken():
    run = descend(spec("bowl", learning_rate=1.0, steps=50))
    assert len(run.points) == 51
    assert not run.converged


def test_no_steps_leave_the_start():
    run = descend(spec(steps=0))
    np.testing.assert_array_equal(run.points, [(2.0, -1.0)])


def test_noise_is_seeded_and_has_the_spread_asked_for():
    """On a bowl θₖ₊₁ = (1 − η) θₖ − η ε: the spread it settles to is σ √(η / (2 − η))."""
    noisy = spec("bowl", learning_rate=0.2, steps=10_000, noise=0.5, seed=7)
    run, again = descend(noisy), descend(noisy)
    other = descend(spec("bowl", learning_rate=0.2, steps=10_000, noise=0.5, seed=8))
    np.testing.assert_array_equal(run.points, again.points)
    assert not np.allclose(run.points, other.points)
    assert run.points[200:].std() == pytest.approx(0.5 * math.sqrt(0.2 / 1.8), rel=0.05)
    np.testing.assert_array_equal(run.gradients, run.points)


def test_the_step_may_be_made_from_another_gradient():
    run = descend(
        spec("bowl", learning_rate=0.5, steps=3), step_gradient=lambda _point, step: np.array([step, 1.0])
    )
    np.testing.assert_allclose(run.points, [(2, -1), (2, -1.5), (1.5, -2), (0.5, -2.5)])
    np.testing.assert_array_equal(run.gradients, run.points)


def test_adam_in_three_parameters():
    surface = quadratic(np.diag((1.0, 10.0, 100.0)), (1.0, 2.0, 3.0))
    run = descend(spec("own", "adam", 0.1, (0.0, 0.0, 0.0), 2000), surface)
    np.testing.assert_allclose(run.points[-1], (1, 2, 3), atol=1e-4)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("surface", "hill", "the surface is 'hill'; legal is one of risk, bowl, "),
        ("optimizer", "sgd", "the optimizer is 'sgd'; legal is one of gradient_descent, "),
        ("learning_rate", 0.0, "the learning rate is 0.0; legal is above 0"),
        ("learning_rate", math.nan, "the learning rate is nan"),
        ("start", (0.0, math.inf), "the start is"),
        ("steps", 10_001, "the number of steps is 10001; legal is 0 to 10000"),
        ("steps", -1, "the number of steps is -1"),
        ("noise", -0.1, "the noise is -0.1"),
        ("seed", -1, "the seed is -1"),
        ("tolerance", math.inf, "the tolerance is inf"),
        ("schedule", "sine", "the schedule is 'sine'; legal is one of constant, "),
        ("schedule_settings", (("gamma", 0.5),), "the schedule constant has no setting 'gamma'"),
        ("batch", -1, "the batch size is -1"),
        ("settings", (("momentum", 0.9),), "gradient_descent has no setting 'momentum'"),
    ],
)
def test_a_spec_says_what_is_wrong_and_what_is_legal(field, value, message):
    with pytest.raises(ValueError, match=message):
        spec(**{field: value})


def test_a_start_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="has 3 numbers"):
        descend(spec(start=(1.0, 2.0, 3.0)))
    with pytest.raises(ValueError, match="no usable value or slope"):
        descend(spec("rosenbrock", start=(1e200, 0.0)))
    with pytest.raises(ValueError, match="handed to descend"):
        descend(spec("own"))


def test_specs_are_hashable():
    assert hash(spec()) == hash(spec())


def test_step_sizes_of_a_known_hessian():
    sizes = step_sizes(((3.0, 1.0), (1.0, 3.0)))
    np.testing.assert_allclose(sizes.eigenvalues, (2, 4))
    np.testing.assert_allclose(np.abs(sizes.directions), math.sqrt(0.5))
    assert sizes[2:] == pytest.approx((2.0, 1 / 4, 2 / 6, 2 / 4))


def test_the_fastest_step_size_has_the_smallest_worst_factor():
    sizes = step_sizes(np.diag((1.0, 4.0, 9.0)))
    rates = np.linspace(0.01, 0.25, 2001)
    worst = np.abs(1 - rates[:, None] * sizes.eigenvalues).max(axis=1)
    assert rates[worst.argmin()] == pytest.approx(sizes.fastest, abs=2e-4)
    assert worst.min() == pytest.approx((sizes.condition - 1) / (sizes.condition + 1), abs=1e-3)


def test_step_sizes_of_a_flat_valley_leave_the_flat_direction_out():
    sizes = step_sizes(((1.0, 1.0), (1.0, 1.0)))
    assert sizes.eigenvalues[0] == 0
    assert sizes.condition == math.inf
    assert (sizes.monotone, sizes.fastest, sizes.critical) == pytest.approx((0.5, 0.5, 1.0))


@pytest.mark.parametrize("hessian", [((1, 0), (0, -1)), ((0, 0), (0, 0))])
def test_what_is_no_bowl_has_no_step_sizes(hessian):
    with pytest.raises(ValueError, match="those of a bowl"):
        step_sizes(hessian)


@pytest.mark.parametrize(
    ("kind", "run"),
    [
        ("converged", spec("himmelblau", learning_rate=0.01, start=(1.0, 1.0), steps=300)),
        ("converged", spec("bowl", learning_rate=0.2, steps=100)),
        ("zig-zag", spec("ravine", learning_rate=0.079, start=(0.02, 2.0), steps=300)),
        ("zig-zag", spec("ravine", learning_rate=0.07999, start=(0.2, 2.0), steps=60)),
        ("outside", spec("unit", "momentum", learning_rate=0.1, start=(0.1, -1.6), steps=200)),
        ("at rest", spec("plateau", learning_rate=1.0, start=(60.0, 0.0), steps=9)),
        ("slow", spec("plateau", learning_rate=0.1, start=(3.9, 3.9), steps=300)),
        ("slow", spec("rosenbrock", learning_rate=1e-3, start=(-1.2, 1.0), steps=300)),
        ("left the saddle", spec("saddle", learning_rate=0.1, start=(1.8, 0.001), steps=300)),
        ("at a saddle", spec("saddle", learning_rate=0.1, start=(1.8, 0.0), steps=300)),
        ("at a saddle", spec("saddle", "newton", learning_rate=1.0, start=(1.8, 0.3), steps=30)),
        ("stuck", spec("rastrigin", learning_rate=1e-3, start=(2.4, -1.7), steps=300)),
        ("uphill", spec("ravine", learning_rate=0.081, start=(2.0, 1.0), steps=100)),
        ("diverged", spec("ravine", learning_rate=0.2, start=(2.0, 1.0), steps=300)),
    ],
)
def test_verdicts(kind, run):
    found = verdict(descend(run), SURFACES[run.surface])
    assert found.kind == kind
    assert found.words.endswith(".")


def test_under_noise_a_run_hovers():
    run = spec("ravine", learning_rate=0.05, start=(2.0, 1.0), steps=1000, noise=2.0)
    assert verdict(descend(run), SURFACES["ravine"], noisy=True).kind == "hovering"
    far = spec("plateau", learning_rate=0.5, start=(0.5, 0.5), steps=1000, noise=0.3, seed=3)
    assert verdict(descend(far), SURFACES["plateau"], noisy=True).kind == "hovering"


def test_the_floor_of_a_flat_valley_is_a_minimum_wherever_it_is_reached():
    surface = quadratic(((1.0, 1.0), (1.0, 1.0)), (5.0, 5.0))
    run = descend(spec("own", learning_rate=0.5, start=(-3.0, 1.0), steps=50), surface)
    assert np.linalg.norm(run.points[-1] - 5) > 1
    found = verdict(run, surface)
    assert found.kind == "converged"
    assert "flat floor" in found.words


def test_turns_are_those_beyond_a_right_angle():
    path = np.array([(0, 0), (1, 0), (0, 0.1), (0, 1), (1, 1.0), (0.1, 1.5)])
    assert turning_share(path) == 2 / 4
    assert turning_share(path[:2]) == 0


@pytest.mark.parametrize("name", SURFACES)
def test_in_a_race_everyone_runs_as_if_alone(name):
    surface = SURFACES[name]
    rates = {method: suggested_learning_rate(surface, METHODS[method]) for method in METHODS}
    runs = [spec(name, method, 3 * rate, surface.start, 120) for method, rate in rates.items()]
    for together, alone in zip(race(runs, surface), map(descend, runs), strict=True):
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_array_equal(one, other)


def mean_squared_error(name):
    """The two losses on data for torch, of the examples chosen."""
    if name == "unit":
        x, y = torch.tensor(UNIT_X), torch.tensor(UNIT_Y)
        return lambda p, chosen: ((p[1] * torch.tanh(p[0] * x[chosen]) - y[chosen]) ** 2).mean()
    samples = draw(SampleSpec("line", 40, 0.4, 0.0, 0))
    x, y = torch.tensor(samples.x[:, 0]), torch.tensor(samples.y)
    return lambda p, chosen: ((p[0] * x[chosen] + p[1] - y[chosen]) ** 2).mean()


@pytest.mark.parametrize(("name", "count"), [("risk", 40), ("unit", 17)])
def test_a_mini_batch_has_the_gradient_of_autograd(name, count):
    loss, surface = mean_squared_error(name), SURFACES[name]
    random = np.random.default_rng(6)
    points = random.uniform(-2, 2, (5, 2))
    for size in (1, 4, count):
        chosen = random.permutation(count)[:size]
        found = surface.examples.gradient(points, chosen)
        for point, gradient in zip(points, found, strict=True):
            p = torch.tensor(point, requires_grad=True)
            loss(p, torch.tensor(chosen)).backward()
            np.testing.assert_allclose(gradient, p.grad, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(surface.examples.gradient(points, np.arange(count)), surface.gradient(points))


def test_an_epoch_of_mini_batches_deals_every_example_once():
    dealt = _dealt(40, 8, 12, seed=3)
    assert dealt.shape == (12, 8)
    assert sorted(dealt[:5].ravel()) == sorted(dealt[5:10].ravel()) == list(range(40))
    assert not (dealt[:5] == dealt[5:10]).all()
    np.testing.assert_array_equal(dealt, _dealt(40, 8, 12, seed=3))
    assert _dealt(40, 7, 0, seed=0).shape == (0, 7)


def test_a_run_follows_its_mini_batches():
    run = descend(spec("risk", learning_rate=0.1, start=(0.0, 0.0), steps=10, batch=4, seed=5))
    gradient = SURFACES["risk"].examples.gradient
    for step, chosen in enumerate(_dealt(40, 4, 10, 5)):
        np.testing.assert_allclose(
            run.points[step + 1], run.points[step] - 0.1 * gradient(run.points[step], chosen), rtol=1e-12
        )
    np.testing.assert_allclose(run.gradients, SURFACES["risk"].gradient(run.points))


def test_a_schedule_is_followed():
    run = descend(spec("bowl", learning_rate=0.5, steps=10, schedule="cosine"))
    rates = 0.5 * (1 + np.cos(np.pi * np.arange(10) / 10)) / 2
    np.testing.assert_allclose(run.points[1:], np.cumprod(1 - rates)[:, None] * (2.0, -1.0), rtol=1e-12)


def test_mini_batches_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="Ravine is not a mean over examples"):
        descend(spec(batch=4))
    with pytest.raises(ValueError, match="the batch size is 41; legal is 1 to 40"):
        descend(spec("risk", batch=41))
    with pytest.raises(ValueError, match="share their mini-batches"):
        race([spec("risk", batch=4), spec("risk", batch=5)], SURFACES["risk"])


def test_distances_are_to_the_nearest_minimum():
    run = descend(spec("saddle", learning_rate=0.1, start=(0.0, -2.0), steps=3))
    np.testing.assert_allclose(distances(run, SURFACES["saddle"]), np.abs(run.points[:, 1] + 1))
    typed = quadratic(((1, 0), (0, 1)))
    assert distances(run, replace(typed, minima=())).size == 0
