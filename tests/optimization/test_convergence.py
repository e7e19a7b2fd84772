"""What theory says of rates on a quadratic, against torch.optim.SGD that walks it, closed forms and long runs."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike

from nnviz._types import Array
from nnviz.losses import ravine
from nnviz.optimization import OPTIMIZERS, DescentSpec, descend, distances, step_sizes
from nnviz.optimization.convergence import (
    LINEAR,
    best_settings,
    components,
    distances_to,
    observed_factor,
    path_on_bowl,
    predicted_factor,
    rate_at,
    steps_bound,
    steps_to,
)
from nnviz.regression import linear_model as regression
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)
X, Y = np.linspace(-1, 3, 25), np.sin(7 * np.arange(25.0))
SIZES = step_sizes(regression.hessian(X))
FIT = regression.closed_form(X, Y)
MINIMUM = np.array([FIT.weights[0], FIT.bias])
MULTIPLES = [0.1, 0.9, 1.0, 1.5, 1.99]


def sgd(x: Array, y: Array, start: ArrayLike, rate: float, steps: int) -> Array:
    """The points that torch.optim.SGD walks on the mean squared error, (steps + 1, d + 1)."""
    features = torch.tensor(x).reshape(len(x), -1)
    parameters = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([parameters], lr=rate)
    points = [parameters.detach().numpy().copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(features @ parameters[:-1] + parameters[-1], torch.tensor(y)).backward()
        optimizer.step()
        points.append(parameters.detach().numpy().copy())
    return np.array(points)


@each("multiple", [*MULTIPLES, 2.2])
def test_the_components_predict_every_step_of_sgd(multiple: float) -> None:
    rate, start = multiple / SIZES.eigenvalues[-1], np.array([-2.0, 4.0])
    walked = sgd(X, Y, start, rate, 30)
    factors = rate_at(SIZES, rate).factors
    powers = factors[None, :] ** np.arange(31)[:, None]
    predicted = MINIMUM + powers @ components(SIZES, start - MINIMUM)
    np.testing.assert_allclose(predicted, walked, rtol=1e-9, atol=1e-9)
    path = path_on_bowl(regression.hessian(X), MINIMUM, start, rate, 30)
    np.testing.assert_allclose(path, walked, rtol=1e-9, atol=1e-9)


@each("multiple", MULTIPLES)
@each("tolerance", [0.5, 0.01, 1e-6])
def test_sgd_never_needs_more_steps_than_the_bound(
    multiple: float, tolerance: float, rng: np.random.Generator
) -> None:
    rate = multiple / SIZES.eigenvalues[-1]
    bound = steps_bound(rate_at(SIZES, rate).worst, tolerance)
    for start in rng.normal(size=(3, 2)) * 5:
        seen = steps_to(distances_to(SIZES, sgd(X, Y, start, rate, int(bound)), MINIMUM), tolerance)
        assert seen is not None
        assert seen <= bound


@each("multiple", [0.3, 1.4, 1.9])
def test_the_bound_is_met_along_the_worst_direction(multiple: float) -> None:
    rate = multiple / SIZES.eigenvalues[-1]
    theory = rate_at(SIZES, rate)
    along = SIZES.directions[:, int(np.argmax(np.abs(theory.factors)))]
    bound = steps_bound(theory.worst, 1e-3)
    assert steps_to(distances_to(SIZES, sgd(X, Y, MINIMUM + along, rate, int(bound)), MINIMUM), 1e-3) == bound


def test_the_regimes_are_what_sgd_does_along_the_steepest_direction() -> None:
    along = SIZES.directions[:, -1]
    regimes = {}
    for multiple in [0.5, 1.0, 1.2, 1.9, 2.0, 2.1]:
        rate = multiple / SIZES.eigenvalues[-1]
        signed = (sgd(X, Y, MINIMUM + along, rate, 8) - MINIMUM) @ along
        seen = "monotone" if (signed > -1e-9).all() else "zig-zag"
        if abs(signed[-1]) > 1 - 1e-6:
            seen = "diverging" if abs(signed[-1]) > 1 + 1e-6 else "marginal"
        regimes[multiple] = seen
        assert rate_at(SIZES, rate).regime == regimes[multiple]
    assert list(regimes.values()) == ["monotone"] * 2 + ["zig-zag"] * 2 + ["marginal", "diverging"]


def test_no_learning_rate_beats_the_fastest_and_its_factor_is_polyaks() -> None:
    kappa = SIZES.condition
    best = rate_at(SIZES, SIZES.fastest).worst
    assert best == pytest.approx((kappa - 1) / (kappa + 1))
    assert all(
        rate_at(SIZES, multiple * SIZES.critical).worst >= best for multiple in np.linspace(0.01, 1.2, 200)
    )


def test_a_flat_direction_does_not_count() -> None:
    x, y = np.full(6, 2.0), np.arange(6.0)  # all x agree: only 2w + b is determined
    sizes = step_sizes(regression.hessian(x))
    fit = regression.closed_form(x, y)
    walked = sgd(x, y, [3.0, 1.0], sizes.fastest, 5)
    assert sizes.condition == math.inf
    assert rate_at(sizes, sizes.fastest).worst == pytest.approx(0, abs=1e-12)
    assert steps_to(distances_to(sizes, walked, [fit.weights[0], fit.bias]), 1e-6) == 1


def test_standardised_features_need_one_step() -> None:
    x = regression.standardize(X).x
    sizes, fit = step_sizes(regression.hessian(x)), regression.closed_form(x, Y)
    np.testing.assert_allclose(sizes.eigenvalues, [2, 2])
    np.testing.assert_allclose(sgd(x, Y, [5.0, -3.0], 0.5, 1)[-1], [fit.weights[0], fit.bias], atol=1e-12)


def test_steps_to_is_the_first_that_is_near_enough() -> None:
    assert steps_to([1, 0.5, 0.009, 0.02, 0.001], 0.01) == 2
    assert steps_to([1, 0.5], 0.01) is None
    assert steps_to([0, 0], 0.01) == 0


@each(("worst", "tolerance", "steps"), [(0.5, 0.25, 2), (0.0, 0.1, 1), (1.0, 0.1, math.inf)])
def test_the_bound_in_numbers(worst: float, tolerance: float, steps: float) -> None:
    assert steps_bound(worst, tolerance) == steps


@each(
    ("call", "message"),
    [
        (lambda: rate_at(SIZES, 0.0), r"`learning_rate` must be above 0 and finite, got 0\.0"),
        (lambda: rate_at(SIZES, math.inf), "`learning_rate` must be above 0 and finite, got inf"),
        (lambda: steps_bound(0.5, 1.0), r"`tolerance` must be above 0 and below 1, got 1\.0"),
        (lambda: components(SIZES, [1.0, 2.0, 3.0]), r"`away` must have the shape \(2,\), got \(3,\)"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Callable[..., Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


BOWL = ravine(25.0, 30.0)
HESSIAN = BOWL.hessian((0.0, 0.0))


@each("eta", [0.01, 0.05, 2 / 26, 0.079])
def test_gradient_descent_shrinks_by_the_worst_of_one_minus_eta_lambda(eta: float) -> None:
    expected = max(abs(1 - eta), abs(1 - 25 * eta))
    assert predicted_factor("gradient_descent", eta, HESSIAN, {}) == pytest.approx(expected)


def test_the_fastest_gradient_descent_is_polyaks() -> None:
    assert predicted_factor("gradient_descent", 2 / 26, HESSIAN, {}) == pytest.approx(24 / 26)


def test_the_fastest_momentum_is_polyaks() -> None:
    """Polyak 1964: η = (2/(√λ₁+√λₙ))², μ = ((√κ−1)/(√κ+1))² give (√κ−1)/(√κ+1)."""
    rate = predicted_factor("momentum", (2 / 6) ** 2, HESSIAN, {"momentum": (4 / 6) ** 2})
    assert rate == pytest.approx(4 / 6, rel=1e-6)


def test_nesterovs_rate_for_strongly_convex_functions() -> None:
    """η = 1/λₙ and μ = (√κ−1)/(√κ+1): 1 − 1/√κ along λ₁ (Nesterov 2004, 2.2; Lessard, Recht & Packard 2016)."""
    rate = predicted_factor("nesterov", 1 / 25, HESSIAN, {"momentum": 4 / 6})
    assert rate == pytest.approx(1 - 1 / 5, rel=1e-6)


def test_above_two_over_lambda_it_grows() -> None:
    assert present(predicted_factor("gradient_descent", 0.081, HESSIAN, {})) > 1


@each(("name", "eta"), [("gradient_descent", 0.07), ("momentum", 0.02), ("nesterov", 0.02)])
def test_a_long_run_shrinks_as_predicted(name: str, eta: float) -> None:
    run = descend(DescentSpec("own", name, eta, (2.0, 1.0), 300), BOWL)
    predicted = predicted_factor(name, eta, HESSIAN, OPTIMIZERS[name].settings)
    assert observed_factor(distances(run, BOWL)) == pytest.approx(predicted, rel=3e-3)


def test_newton_with_half_a_step_halves_the_distance() -> None:
    assert predicted_factor("newton", 0.5, HESSIAN, {}) == pytest.approx(0.5)
    run = descend(DescentSpec("own", "newton", 0.5, (2.0, 1.0), 30), BOWL)
    assert observed_factor(distances(run, BOWL)) == pytest.approx(0.5)


def test_others_have_no_rate_in_theory() -> None:
    for name in OPTIMIZERS.keys() - set(LINEAR):
        assert predicted_factor(name, 0.1, HESSIAN, {}) is None


def test_a_factor_is_read_from_a_geometric_sequence() -> None:
    assert observed_factor(0.9 ** np.arange(50.0)) == pytest.approx(0.9)
    assert observed_factor(np.append(0.5 ** np.arange(60.0), np.zeros(50))) == pytest.approx(0.5)
    assert observed_factor(np.append(0.5 ** np.arange(40.0), np.full(50, 0.5**40))) == pytest.approx(0.5)
    assert observed_factor(np.ones(3)) is None
    assert observed_factor(np.empty(0)) is None


@each("optimizer", ["gradient_descent", "momentum"])
def test_no_other_settings_are_better_than_the_best_ones(optimizer: str) -> None:
    hessian = np.diag((1.0, 30.0))
    eta, settings = present(best_settings(optimizer, hessian))
    best = present(predicted_factor(optimizer, eta, hessian, settings))
    root = math.sqrt(30)
    expected = {"gradient_descent": 29 / 31, "momentum": (root - 1) / (root + 1)}[optimizer]
    assert best == pytest.approx(expected, rel=1e-6)
    random = np.random.default_rng(0)
    for _ in range(200):
        other = {name: float(random.uniform(0, 0.99)) for name in settings}
        factor = present(predicted_factor(optimizer, float(random.uniform(0.001, 0.2)), hessian, other))
        assert factor >= best - 1e-6


def test_there_are_no_best_settings_for_others() -> None:
    assert best_settings("adam", np.eye(2)) is None
    assert best_settings("momentum", np.diag((0.0, 1.0))) is None
