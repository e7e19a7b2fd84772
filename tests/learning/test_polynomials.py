"""Polynomial least squares against numpy.polynomial, numpy.linalg and scipy."""

import math

import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Polynomial
from scipy import linalg, special

from nnviz.learning.polynomials import BASES, condition, design, fit_polynomial, split

RANDOM = np.random.default_rng(0)
INTERVAL = (2.0, 5.0)
X = RANDOM.uniform(*INTERVAL, 40)
Y = np.sin(3 * X) + 0.1 * RANDOM.normal(size=40)
FINE = np.linspace(*INTERVAL, 101)


@pytest.mark.parametrize("degree", [0, 1, 3, 7])
def test_the_columns_are_those_of_scipy(degree):
    t = (2 * X - 7) / 3
    chebyshev = np.column_stack([special.eval_chebyt(j, t) for j in range(degree + 1)])
    np.testing.assert_allclose(design(X, degree, "chebyshev", INTERVAL), chebyshev, atol=1e-12)
    for basis, of in (("powers", X), ("scaled", t)):
        expected = np.column_stack([of**j for j in range(degree + 1)])
        np.testing.assert_allclose(design(X, degree, basis, INTERVAL), expected, rtol=1e-12)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("degree", [0, 1, 3, 6])
def test_every_basis_gives_the_curve_of_numpy_polynomial(basis, degree):
    fit = fit_polynomial(X, Y, degree, basis, INTERVAL)
    np.testing.assert_allclose(fit(FINE), Polynomial.fit(X, Y, degree)(FINE), atol=1e-6)
    assert fit.rank == degree + 1


def test_chebyshev_coefficients_are_numpys():
    expected = Chebyshev.fit(X, Y, 12, domain=INTERVAL).coef
    np.testing.assert_allclose(
        fit_polynomial(X, Y, 12, "chebyshev", INTERVAL).coefficients, expected, rtol=1e-8
    )


def test_the_coefficients_solve_the_normal_equations():
    fit = fit_polynomial(X, Y, 4, "scaled", INTERVAL)
    columns = design(X, 4, "scaled", INTERVAL)
    expected = linalg.solve(columns.T @ columns, columns.T @ Y, assume_a="pos")
    np.testing.assert_allclose(fit.coefficients, expected, rtol=1e-9)


@pytest.mark.parametrize("basis", BASES)
def test_the_condition_is_that_of_numpy(basis):
    fit = fit_polynomial(X, Y, 5, basis, INTERVAL)
    expected = np.linalg.cond(design(X, 5, basis, INTERVAL))
    assert fit.condition == pytest.approx(expected, rel=1e-6)
    assert condition(X, 5, basis, INTERVAL) == pytest.approx(expected, rel=1e-6)
    assert condition(X[:3], 5, basis, INTERVAL) == math.inf
    assert basis != "powers" or condition(1e90 * X, 5, basis, INTERVAL) == math.inf


def test_scaling_and_then_chebyshev_lower_the_condition():
    powers, scaled, chebyshev = (fit_polynomial(X, Y, 10, basis, INTERVAL).condition for basis in BASES)
    assert powers > 1e6 * scaled
    assert scaled > 10 * chebyshev


def test_fewer_points_than_parameters_are_met_exactly():
    fit = fit_polynomial(X[:4], Y[:4], 8, "chebyshev", INTERVAL)
    np.testing.assert_allclose(fit(X[:4]), Y[:4], atol=1e-9)
    assert (fit.rank, fit.condition) == (4, math.inf)


def test_the_training_error_never_rises_with_the_degree():
    errors = [np.mean((fit_polynomial(X, Y, d, "chebyshev", INTERVAL)(X) - Y) ** 2) for d in range(16)]
    assert (np.diff(errors) <= 1e-12).all()


@pytest.mark.parametrize(("n", "share", "held"), [(10, 0.3, 3), (2, 0.01, 1), (3, 0.99, 2), (40, 0.25, 10)])
def test_a_split_deals_every_point_once(n, share, held):
    train, out = split(n, share, seed=1)
    assert len(out) == held
    assert sorted([*train, *out]) == list(range(n))
    assert list(out) == list(split(n, share, seed=1).held_out)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: design(X, 2, "fourier", INTERVAL), "the basis is 'fourier'; legal is one of powers"),
        (lambda: design(X, 21, "powers", INTERVAL), "the degree is 21; legal is 0 to 20"),
        (lambda: design(X, 2, "powers", (1.0, 1.0)), "the interval is"),
        (lambda: fit_polynomial(X, Y[:-1], 2), "40 rows and y has 39"),
        (lambda: fit_polynomial([1e90, 2e90, 3e90], [1.0, 2.0, 4.0], 4, "powers"), "beyond floating point"),
        (lambda: split(5, 1.0, 0), "share 1.0"),
        (lambda: split(1, 0.5, 0), "n = 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
