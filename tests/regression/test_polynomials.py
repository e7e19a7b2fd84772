"""Polynomial least squares against numpy.polynomial, numpy.linalg and scipy."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Polynomial
from scipy import linalg, special

from nnviz.regression.polynomials import BASES, condition, design, fit_polynomial, split
from tests.cases import each

INTERVAL = (2.0, 5.0)
X = np.random.default_rng(0).uniform(*INTERVAL, 40)
Y = np.sin(3 * X) + 0.1 * np.random.default_rng(1).normal(size=40)
FINE = np.linspace(*INTERVAL, 101)


@each("degree", [0, 1, 3, 7])
def test_the_columns_are_those_of_scipy(degree: int) -> None:
    t = (2 * X - 7) / 3
    chebyshev = np.column_stack([special.eval_chebyt(j, t) for j in range(degree + 1)])
    np.testing.assert_allclose(design(X, degree, "chebyshev", INTERVAL), chebyshev, atol=1e-12)
    for basis, of in (("powers", X), ("scaled", t)):
        expected = np.column_stack([of**j for j in range(degree + 1)])
        np.testing.assert_allclose(design(X, degree, basis, INTERVAL), expected, rtol=1e-12)


@each("basis", BASES)
@each("degree", [0, 1, 3, 6])
def test_every_basis_gives_the_curve_of_numpy_polynomial(basis: str, degree: int) -> None:
    fit = fit_polynomial(X, Y, degree, basis, INTERVAL)
    expected = np.asarray(Polynomial.fit(X, Y, degree)(FINE), dtype=np.float64)
    np.testing.assert_allclose(fit(FINE), expected, atol=1e-6)
    assert fit.rank == degree + 1


def test_chebyshev_coefficients_are_numpys() -> None:
    expected = np.asarray(Chebyshev.fit(X, Y, 12, domain=INTERVAL).coef, dtype=np.float64)
    np.testing.assert_allclose(
        fit_polynomial(X, Y, 12, "chebyshev", INTERVAL).coefficients, expected, rtol=1e-8
    )


def test_the_coefficients_solve_the_normal_equations() -> None:
    fit = fit_polynomial(X, Y, 4, "scaled", INTERVAL)
    columns = design(X, 4, "scaled", INTERVAL)
    expected = linalg.solve(columns.T @ columns, columns.T @ Y, assume_a="pos")
    np.testing.assert_allclose(fit.coefficients, expected, rtol=1e-9)


@each("basis", BASES)
def test_the_condition_is_that_of_numpy(basis: str) -> None:
    fit = fit_polynomial(X, Y, 5, basis, INTERVAL)
    expected = np.linalg.cond(design(X, 5, basis, INTERVAL))
    assert fit.condition == pytest.approx(expected, rel=1e-6)
    assert condition(X, 5, basis, INTERVAL) == pytest.approx(expected, rel=1e-6)
    assert condition(X[:3], 5, basis, INTERVAL) == math.inf
    assert basis != "powers" or condition(1e90 * X, 5, basis, INTERVAL) == math.inf


def test_scaling_and_then_chebyshev_lower_the_condition() -> None:
    powers, scaled, chebyshev = (fit_polynomial(X, Y, 10, basis, INTERVAL).condition for basis in BASES)
    assert powers > 1e6 * scaled
    assert scaled > 10 * chebyshev


def test_fewer_points_than_parameters_are_met_exactly() -> None:
    fit = fit_polynomial(X[:4], Y[:4], 8, "chebyshev", INTERVAL)
    np.testing.assert_allclose(fit(X[:4]), Y[:4], atol=1e-9)
    assert (fit.rank, fit.condition) == (4, math.inf)


def test_the_training_error_never_rises_with_the_degree() -> None:
    errors = [np.mean((fit_polynomial(X, Y, d, "chebyshev", INTERVAL)(X) - Y) ** 2) for d in range(16)]
    assert (np.diff(errors) <= 1e-12).all()


@each(("n", "share", "held"), [(10, 0.3, 3), (2, 0.01, 1), (3, 0.99, 2), (40, 0.25, 10)])
def test_a_split_deals_every_point_once(n: int, share: float, held: int) -> None:
    train, out = split(n, share, seed=1)
    assert len(out) == held
    assert sorted([*train, *out]) == list(range(n))
    assert list(out) == list(split(n, share, seed=1).validation)


@each(
    ("call", "message"),
    [
        (lambda: design(X, 2, "fourier", INTERVAL), r"`basis` must be one of powers, .*, got 'fourier'"),
        (lambda: design(X, 21, "powers", INTERVAL), "`degree` must be between 0 and 20, got 21"),
        (
            lambda: design(X, 2, "powers", (1.0, 1.0)),
            r"`interval` must be two numbers a < b, got \(1\.0, 1\.0\)",
        ),
        (lambda: fit_polynomial(X, Y[:-1], 2), r"`y` must have the shape \(40,\), got \(39,\)"),
        (
            lambda: fit_polynomial([1e90, 2e90, 3e90], [1.0, 2.0, 4.0], 4, "powers"),
            r"`x` must be small enough for the power 4 in floating point \(scale it\), got \[1e\+90, 2e\+90, 3e\+90\]",
        ),
        (lambda: split(5, 1.0, 0), r"`share` must be above 0 and below 1, got 1\.0"),
        (lambda: split(1, 0.5, 0), "`n` must be at least 2 and finite, got 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Callable[..., Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
