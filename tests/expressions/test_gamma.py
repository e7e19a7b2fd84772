"""The gamma function and its logarithmic derivatives against Arb."""

import math

import numpy as np
import pytest
from flint import arb, ctx

from nnviz._types import Array
from nnviz.expressions.gamma import digamma, gamma, log_gamma, trigamma
from tests.expressions.arb_errors import UNIT, largest_error


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec = 160


def points(rng: np.random.Generator) -> Array:
    near_poles = np.arange(-20.0, 20) + rng.normal(size=40) * 1e-6
    return np.concatenate([rng.uniform(-170, 171, 400), rng.uniform(-5, 15, 400), near_poles])


def hurwitz(x: arb) -> arb:
    return arb(2).zeta(x)


def arb_trigamma(x: arb) -> arb:
    return hurwitz(x) if x > 0 else (arb.pi() / (arb.pi() * x).sin()) ** 2 - hurwitz(1 - x)


def test_the_errors_are_those_that_are_stated(rng: np.random.Generator) -> None:
    x = points(rng)
    assert largest_error(gamma, lambda a: a.gamma(), x, lambda _, y: abs(y)) < 8 * UNIT
    right = np.append(np.abs(x), 10.0 ** np.linspace(-300, 300, 200))
    assert largest_error(log_gamma, lambda a: a.lgamma(), right, lambda _, y: max(abs(y), 1)) < 8 * UNIT
    assert largest_error(trigamma, arb_trigamma, x, lambda _, y: abs(y)) < 8 * UNIT
    assert (
        largest_error(digamma, lambda a: a.digamma(), x, lambda v, y: max(abs(y), math.log(abs(v) + 2)))
        < 17 * UNIT
    )


def test_factorials_are_exact_and_poles_are_infinite() -> None:
    n = np.arange(1.0, 171)
    np.testing.assert_array_equal(gamma(n + 1), [float(math.factorial(int(k))) for k in n])
    assert np.isposinf(gamma(np.array([0.0, -1.0, -7.0, 172.0, np.inf]))).all()
    assert np.isnan(gamma(np.array([np.nan, -np.inf]))).all()
    assert gamma(0.5) == pytest.approx(math.sqrt(math.pi), rel=1e-15)
