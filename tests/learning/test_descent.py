"""Descent against theory: what a bowl must do to every eigen-direction, and where it must diverge."""

import math

import numpy as np
import pytest

from nnviz.learning import (
    OPTIMIZERS,
    SURFACES,
    DescentSpec,
    descend,
    quadratic,
    ravine,
    step_sizes,
    suggested_learning_rate,
    verdict,
)


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
        ("surface", "hill", "the surface is 'hill'; legal is one of bowl, "),
        ("optimizer", "sgd", "the optimizer is 'sgd'; legal is one of gradient_descent, "),
        ("learning_rate", 0.0, "the learning rate is 0.0; legal is above 0"),
        ("learning_rate", math.nan, "the learning rate is nan"),
        ("start", (0.0, math.inf), "the start is"),
        ("steps", 10_001, "the number of steps is 10001; legal is 0 to 10000"),
        ("steps", -1, "the number of steps is -1"),
        ("noise", -0.1, "the noise is -0.1"),
        ("seed", -1, "the seed is -1"),
        ("tolerance", math.inf, "the tolerance is inf"),
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
        ("minimum", spec("himmelblau", learning_rate=0.01, start=(1.0, 1.0), steps=300)),
        ("other minimum", spec("rastrigin", learning_rate=1e-3, start=(2.4, -1.7), steps=300)),
        ("saddle", spec("saddle", learning_rate=0.1, start=(1.8, 0.0), steps=300)),
        ("moving", spec("plateau", learning_rate=0.1, start=(3.9, 3.9), steps=300)),
        ("rising", spec("ravine", learning_rate=0.081, start=(2.0, 1.0), steps=100)),
        ("diverged", spec("ravine", learning_rate=0.2, start=(2.0, 1.0), steps=300)),
    ],
)
def test_verdicts(kind, run):
    found = verdict(descend(run), SURFACES[run.surface])
    assert found.kind == kind
    assert found.words.endswith(".")


def test_the_floor_of_a_flat_valley_is_a_minimum_wherever_it_is_reached():
    surface = quadratic(((1.0, 1.0), (1.0, 1.0)), (5.0, 5.0))
    run = descend(spec("own", learning_rate=0.5, start=(-3.0, 1.0), steps=50), surface)
    assert np.linalg.norm(run.points[-1] - 5) > 1
    assert verdict(run, surface).kind == "minimum"
