"""Rates against closed forms and long runs."""

import numpy as np
import pytest

from nnviz.learning import OPTIMIZERS, DescentSpec, descend, distances, ravine
from nnviz.learning.rates import LINEAR, observed_factor, predicted_factor

BOWL = ravine(25.0, 30.0)
HESSIAN = BOWL.hessian((0.0, 0.0))


@pytest.mark.parametrize("eta", [0.01, 0.05, 2 / 26, 0.079])
def test_gradient_descent_shrinks_by_the_worst_of_one_minus_eta_lambda(eta):
    expected = max(abs(1 - eta), abs(1 - 25 * eta))
    assert predicted_factor("gradient_descent", eta, HESSIAN, {}) == pytest.approx(expected)


def test_the_fastest_gradient_descent_is_polyaks():
    assert predicted_factor("gradient_descent", 2 / 26, HESSIAN, {}) == pytest.approx(24 / 26)


def test_the_fastest_momentum_is_polyaks():
    """Polyak 1964: η = (2/(√λ₁+√λₙ))², μ = ((√κ−1)/(√κ+1))² give (√κ−1)/(√κ+1)."""
    rate = predicted_factor("momentum", (2 / 6) ** 2, HESSIAN, {"momentum": (4 / 6) ** 2})
    assert rate == pytest.approx(4 / 6, rel=1e-6)


def test_nesterovs_rate_for_strongly_convex_functions():
    """η = 1/λₙ and μ = (√κ−1)/(√κ+1): 1 − 1/√κ along λ₁ (Nesterov 2004, 2.2; Lessard, Recht & Packard 2016)."""
    rate = predicted_factor("nesterov", 1 / 25, HESSIAN, {"momentum": 4 / 6})
    assert rate == pytest.approx(1 - 1 / 5, rel=1e-6)


def test_above_two_over_lambda_it_grows():
    assert predicted_factor("gradient_descent", 0.081, HESSIAN, {}) > 1


@pytest.mark.parametrize(
    ("name", "eta"), [("gradient_descent", 0.07), ("momentum", 0.02), ("nesterov", 0.02)]
)
def test_a_long_run_shrinks_as_predicted(name, eta):
    run = descend(DescentSpec("own", name, eta, (2.0, 1.0), 300), BOWL)
    predicted = predicted_factor(name, eta, HESSIAN, OPTIMIZERS[name].settings)
    assert observed_factor(distances(run, BOWL)) == pytest.approx(predicted, rel=3e-3)


def test_newton_with_half_a_step_halves_the_distance():
    assert predicted_factor("newton", 0.5, HESSIAN, {}) == pytest.approx(0.5)
    run = descend(DescentSpec("own", "newton", 0.5, (2.0, 1.0), 30), BOWL)
    assert observed_factor(distances(run, BOWL)) == pytest.approx(0.5)


def test_others_have_no_rate_in_theory():
    for name in OPTIMIZERS.keys() - set(LINEAR):
        assert predicted_factor(name, 0.1, HESSIAN, {}) is None


def test_a_factor_is_read_from_a_geometric_sequence():
    assert observed_factor(0.9 ** np.arange(50.0)) == pytest.approx(0.9)
    assert observed_factor(np.append(0.5 ** np.arange(60.0), np.zeros(50))) == pytest.approx(0.5)
    assert observed_factor(np.append(0.5 ** np.arange(40.0), np.full(50, 0.5**40))) == pytest.approx(0.5)
    assert observed_factor(np.ones(3)) is None
    assert observed_factor(np.empty(0)) is None
