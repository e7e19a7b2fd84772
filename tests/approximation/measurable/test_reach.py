"""Every function that has values almost everywhere gets a network and a proof in some norm."""

import numpy as np
import pytest

from nnviz.approximation.measurable import (
    NormObstacleKind,
    NormUnreachable,
    reach_outside,
    reach_rms,
    units_outside,
)
from nnviz.enclosures import enclose_points
from nnviz.targets import as_target
from tests.cases import each

from .nasty import NASTY


def scale(text: str, low: float, high: float) -> float:
    """Return a tenth of the spread of the values of f."""
    y = as_target(text)(np.linspace(low, high, 101)[1:-1:2])
    lower, upper = np.percentile(y[np.isfinite(y)], [15, 85])
    return max(0.1 * float(upper - lower), 1e-8)


@each(("text", "low", "high"), NASTY, ids=[row[0] for row in NASTY])
def test_every_function_has_a_proof_outside_of_a_small_set(text: str, low: float, high: float) -> None:
    epsilon, measure = 2 * scale(text, low, high), 0.04 * (high - low)
    found = reach_outside(text, (low, high), epsilon, measure, seconds=30.0)
    proof = found.certificate
    assert proof.status == "proved"
    assert proof.length <= measure
    x = np.random.default_rng(0).uniform(low, high, 5000)
    outside = ~((proof.exceptional[:, 0] <= x[:, None]) & (x[:, None] <= proof.exceptional[:, 1])).any(axis=1)
    assert outside.mean() > 0.94
    exact = enclose_points(as_target(text), x[outside])
    off = np.abs(found.network(x[outside]) - (exact.lo + exact.hi) / 2)
    assert (off < epsilon * (1 + 1e-9)).all()


def test_a_bound_of_the_error_everywhere_bounds_the_root_mean_square() -> None:
    found = reach_rms("1e200*sin(x)", (-1, 1), 1e199).certificate  # its squares are beyond the largest number
    assert found.status == "proved"
    assert found.bound is not None
    assert found.bound < 1e199


RMS = [
    ("step(x)", -1, 1, 0.1),
    ("abs(x)^(-0.25)", -1, 1, 0.1),
    ("sin(1/x)", -1, 1, 0.2),
    ("floor(1/x)*x", 0, 1, 0.05),
    ("log(x)", 0, 1, 0.2),
    ("sin(2πx)", -1, 1, 0.05),
]


@each(("text", "low", "high", "epsilon"), RMS)
def test_square_integrable_functions_have_a_proof_in_the_root_mean_square(
    text: str, low: float, high: float, epsilon: float
) -> None:
    found = reach_rms(text, (low, high), epsilon, seconds=30.0)
    assert found.certificate.status == "proved"
    u = np.linspace(-1.0 if low < 0 else 0.0, 1.0, 200_001)[:-1] + 2.5e-6  # x = u⁹ is dense next to 0
    square = (as_target(text)(high * u**9) - found.network(high * u**9)) ** 2
    measured = float(np.sqrt(np.sum(square * 9 * u**8) / np.sum(9 * u**8)))
    assert found.certificate.bound is not None
    assert found.certificate.low * 0.97 <= measured <= found.certificate.bound * 1.01 < 1.01 * epsilon


def test_a_graded_tube_needs_few_units_near_a_pole() -> None:
    # the density |f″|^(2/5) is integrable next to r^(−¼), so the units grow like ε^(−½) as for a smooth function
    units = [reach_rms("abs(x)^(-0.25)", (-1, 1), eps, seconds=30.0).network.width for eps in (0.2, 0.05)]
    assert units[0] <= 12
    assert units[1] <= 4 * units[0]


@each(
    ("text", "low", "high", "at"),
    [
        ("1/x", -1, 1, 0.0),
        ("floor(1/x)", 0, 1, 0.0),
        ("abs(x - 1)^(-0.5)", 0, 1, 1.0),
        ("tan(x)", 0, 2, np.pi / 2),
    ],
)
def test_a_pole_that_is_not_square_integrable_is_named(text: str, low: float, high: float, at: float) -> None:
    with pytest.raises(NormUnreachable, match="infinite") as error:
        reach_rms(text, (low, high), 0.1)
    assert error.value.fact.kind is NormObstacleKind.NOT_SQUARE_INTEGRABLE
    assert error.value.fact.x == pytest.approx(at, abs=1e-9)


def test_leaky_relu_has_the_same_proofs() -> None:
    for found in (
        reach_rms("step(x)", (-1, 1), 0.1, "leaky_relu"),
        reach_outside("1/x", (-1, 1), 0.3, 0.1, "leaky_relu"),
    ):
        assert found.network.activation == "leaky_relu"
        assert found.certificate.status == "proved"


def test_a_part_without_values_is_measured() -> None:
    errors = []
    with pytest.raises(NormUnreachable) as error:
        reach_outside("sqrt(x)", (-1, 2), 0.1, 0.5)
    errors.append(error.value.fact)
    with pytest.raises(NormUnreachable) as error:
        reach_rms("sqrt(x)", (-1, 2), 0.1)
    errors.append(error.value.fact)
    for obstacle in errors:
        assert obstacle.kind is NormObstacleKind.NOT_DEFINED
        assert obstacle.length == pytest.approx(1.0, abs=1e-2)
        assert -1 < obstacle.x < 0
    assert reach_outside("sqrt(x)", (-0.1, 2), 0.1, 0.5).certificate.status == "proved"


def test_too_many_units_are_a_fact() -> None:
    with pytest.raises(NormUnreachable, match="units") as error:
        reach_outside("exp(1/x)", (-1, 1), 0.1, 0.01)
    assert error.value.fact.kind is NormObstacleKind.TOO_MANY_UNITS
    assert error.value.fact.units > 20_000


def test_numbers_beyond_float64_are_a_fact() -> None:
    with pytest.raises(NormUnreachable) as error:
        reach_outside("1e308*sign(x)", (-1, 1), 0.1, 0.1)
    assert error.value.fact.kind is NormObstacleKind.TOO_LARGE
    with pytest.raises(NormUnreachable) as error:
        reach_rms("exp(x)", (0, 700), 0.1)
    assert error.value.fact.kind is not NormObstacleKind.NOT_SQUARE_INTEGRABLE


def test_units_grow_as_the_exceptional_set_shrinks() -> None:
    # ⌊1/x⌋ has a jump at each 1/n, and those with n < 1/δ lie outside of (0, δ): two knots each
    measures = [0.2, 0.05, 0.02]
    found = units_outside("floor(1/x)", (0, 1), 0.1, measures)
    assert found.measure.tolist() == measures
    jumps = 1 / found.measure
    assert (np.diff(found.units) > 0).all()
    assert ((found.units > 1.5 * jumps) & (found.units < 4 * jumps)).all()
    step = units_outside("step(x)", (-1, 1), 0.1, [0.5, 1e-3, 1e-6])
    assert (step.units <= 3).all()
    assert np.isnan(units_outside("exp(1/x)", (-1, 1), 0.1, [0.01]).units[0])


def test_bad_arguments_are_named() -> None:
    for measure in (0.0, 2.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="`measure` must be above 0 and below 2"):
            reach_outside("step(x)", (-1, 1), 0.1, measure)
    with pytest.raises(ValueError, match="`activation` must be one of relu, leaky_relu"):
        reach_rms("step(x)", (-1, 1), 0.1, "tanh")
    with pytest.raises(ValueError, match="`epsilon`"):
        reach_rms("step(x)", (-1, 1), 0.0)
