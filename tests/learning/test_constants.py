"""The constant of least mean loss against the mean, the median, quantiles and scipy."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from nnviz.learning.constants import best_constant, mean_losses

RNG = np.random.default_rng(2)
SETS = [
    RNG.standard_cauchy(9),
    RNG.normal(size=31),
    np.array([1.0, 2, 3, 4, 100]),
    np.array([5.0]),
    np.full(4, -2.0),
]


@pytest.mark.parametrize("y", SETS)
def test_squared_is_the_mean_and_absolute_the_median(y):
    assert best_constant(y, "squared") == pytest.approx(y.mean(), abs=1e-6 * (1 + np.ptp(y)))
    assert best_constant(y, "absolute") == pytest.approx(np.median(y), abs=1e-6 * (1 + np.ptp(y)))


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.77])
def test_quantile_is_the_quantile(tau):
    y = RNG.normal(size=41)
    exact = np.quantile(y, tau, method="inverted_cdf")
    assert best_constant(y, "quantile", {"tau": tau}) == pytest.approx(exact, abs=1e-7)


@pytest.mark.parametrize("y", SETS[:3])
def test_huber_is_that_of_scipy(y):
    def risk(c):
        return np.where(abs(c - y) < 0.8, (c - y) ** 2 / 2, 0.8 * (abs(c - y) - 0.4)).mean()

    found = minimize_scalar(risk, bounds=(y.min(), y.max()), method="bounded", options={"xatol": 1e-9})
    assert best_constant(y, "huber", {"delta": 0.8}) == pytest.approx(found.x, abs=1e-4)


def test_log_cosh_is_the_maximum_likelihood_of_the_hyperbolic_secant_squared():
    y = RNG.normal(size=15)
    found = minimize_scalar(lambda c: -stats.logistic.logpdf(2 * (y - c)).sum(), bracket=(-1, 1))
    assert best_constant(y, "log_cosh") == pytest.approx(found.x, abs=1e-5)


def test_tukey_finds_the_largest_crowd():
    y = np.r_[RNG.normal(0, 0.3, 12), RNG.normal(20, 0.3, 8)]
    c = best_constant(y, "tukey", {"c": 2.0})
    grid = np.linspace(-3, 23, 200_001)
    assert (
        mean_losses([c], y, "tukey", {"c": 2.0})[0] <= mean_losses(grid, y, "tukey", {"c": 2.0}).min() + 1e-12
    )
    assert abs(c) < 0.5


def test_what_has_no_best_constant_is_said():
    with pytest.raises(ValueError, match="legal is one of squared"):
        best_constant([1.0], "hinge")
    with pytest.raises(ValueError, match="finite numbers"):
        best_constant([], "squared")
