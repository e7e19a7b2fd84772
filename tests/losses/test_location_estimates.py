"""The constant of least mean loss against the mean, the median, quantiles and scipy."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from nnviz._types import Array
from nnviz.losses.location_estimates import best_constant, mean_losses, moved_constants
from tests.cases import each

SETS = [
    np.random.default_rng(2).standard_cauchy(9),
    np.random.default_rng(3).normal(size=31),
    np.array([1.0, 2, 3, 4, 100]),
    np.array([5.0]),
    np.full(4, -2.0),
]


@each("y", SETS)
def test_squared_is_the_mean_and_absolute_the_median(y: Array) -> None:
    assert best_constant(y, "squared") == pytest.approx(y.mean(), abs=1e-6 * (1 + np.ptp(y)))
    assert best_constant(y, "absolute") == pytest.approx(np.median(y), abs=1e-6 * (1 + np.ptp(y)))


@each("tau", [0.1, 0.5, 0.77])
def test_quantile_is_the_quantile(tau: float, rng: np.random.Generator) -> None:
    y = rng.normal(size=41)
    exact = np.quantile(y, tau, method="inverted_cdf")
    assert best_constant(y, "quantile", {"tau": tau}) == pytest.approx(exact, abs=1e-7)


@each("y", SETS[:3])
def test_huber_is_that_of_scipy(y: Array) -> None:
    def loss(c: float) -> float:
        return float(np.where(abs(c - y) < 0.8, (c - y) ** 2 / 2, 0.8 * (abs(c - y) - 0.4)).mean())

    found = minimize_scalar(loss, bounds=(y.min(), y.max()), method="bounded", options={"xatol": 1e-9})
    assert best_constant(y, "huber", {"delta": 0.8}) == pytest.approx(found.x, abs=1e-4)


def test_log_cosh_is_the_maximum_likelihood_of_the_hyperbolic_secant_squared(
    rng: np.random.Generator,
) -> None:
    y = rng.normal(size=15)
    found = minimize_scalar(lambda c: -stats.logistic.logpdf(2 * (y - c)).sum(), bracket=(-1, 1))
    assert best_constant(y, "log_cosh") == pytest.approx(found.x, abs=1e-5)


def test_tukey_finds_the_largest_crowd(rng: np.random.Generator) -> None:
    y = np.r_[rng.normal(0, 0.3, 12), rng.normal(20, 0.3, 8)]
    c = best_constant(y, "tukey", {"c": 2.0})
    grid = np.linspace(-3, 23, 200_001)
    assert (
        mean_losses([c], y, "tukey", {"c": 2.0})[0] <= mean_losses(grid, y, "tukey", {"c": 2.0}).min() + 1e-12
    )
    assert abs(c) < 0.5


def test_a_number_that_moves_takes_the_mean_and_the_median_along(rng: np.random.Generator) -> None:
    y, c = rng.normal(5, 2, 8), np.linspace(0, 12, 25)
    moved = {loss: moved_constants(y, c, loss) for loss in ("squared", "absolute")}
    all_numbers = [np.append(y, place) for place in c]
    np.testing.assert_allclose(moved["squared"].best, np.mean(all_numbers, axis=1), atol=1e-6)
    np.testing.assert_allclose(moved["absolute"].best, np.median(all_numbers, axis=1), atol=1e-6)
    squared = moved["squared"]
    for k in (0, 7, 24):  # the moved number is c[k]: its part of the mean loss stands 24 − k further on
        loss = np.square(c[:, None] - all_numbers[k]).mean(axis=1)
        np.testing.assert_allclose(squared.others + squared.one[24 - k : 49 - k], loss, atol=1e-12)
    with pytest.raises(
        ValueError, match=r"`c` must be two or more evenly spaced, rising numbers, got \[0\.0, 1\.0, 3\.0\]"
    ):
        moved_constants(y, [0.0, 1.0, 3.0], "squared")


def test_what_has_no_best_constant_is_said() -> None:
    with pytest.raises(ValueError, match=r"`loss` must be one of squared, .*, got 'hinge'"):
        best_constant([1.0], "hinge")
    with pytest.raises(ValueError, match=r"`y` must have the shape \(n,\) with n ≥ 1"):
        best_constant([], "squared")
