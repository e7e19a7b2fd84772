from typing import Any

import numpy as np
import pytest

from nnviz.approximation import Curve, Study, StudySpec, study
from nnviz.approximation.error_vs_width import constructed, rank
from nnviz.expressions import parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from tests.cases import each
from tests.narrowing import present

K = (-1.0, 1.0)
X = np.linspace(-1, 1, 3001)
WAVE = parse("sin(2πx)")


def named(found: Study) -> dict[str, Curve]:
    return {curve.name: curve for curve in found.curves}


@pytest.mark.usefixtures("rough_fits")
@each("activation", ACTIVATIONS)
def test_every_activation_has_its_curves(activation: str) -> None:
    spec = StudySpec(activation, widths=(3, 20), seeds=2, steps=20, points=64)  # only the first is refined
    found = study(spec, WAVE, K)
    curves, kind = named(found), ACTIVATIONS[activation]
    assert ("optimal" if kind.kinks else "solved") in curves
    assert ("trained" in curves) == kind.trainable
    assert found.complete
    assert found.degree == kind.degree
    for curve in found.curves:
        assert curve.sup.shape == curve.rms.shape == (2, 2 if curve.name == "trained" else 1)
        assert (curve.rms <= curve.sup).all()
        assert np.isfinite(curve.sup).all()
        least, largest = curve.spread
        assert (least <= curve.median).all()
        assert (curve.median <= largest).all()


@each("activation", ["step", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu"])
def test_what_is_written_down_falls_as_the_theory_says(activation: str) -> None:
    spec = StudySpec(activation, widths=(17, 33, 65), seeds=0)
    curve = named(study(spec, WAVE, K))["constructed"]
    assert curve.theory == (-1 if activation in ("step", "sigmoid", "tanh") else -2)
    assert curve.slope == pytest.approx(curve.theory, abs=0.1)


@each(("activation", "rate"), [("relu", -2), ("leaky_relu", -2), ("step", -1)])
def test_what_is_best_falls_as_the_theory_says(activation: str, rate: int) -> None:
    curve = named(study(StudySpec(activation, widths=(16, 32, 64, 128), seeds=0), WAVE, K))["optimal"]
    assert curve.theory == rate
    assert curve.slope == pytest.approx(rate, abs=0.15)


@pytest.mark.usefixtures("rough_fits")
def test_solving_finds_what_training_does_not() -> None:
    curves = named(study(StudySpec("tanh", widths=(4, 8, 16), seeds=4, steps=300), WAVE, K))
    assert curves["solved"].slope < -4
    assert curves["trained"].slope > -3
    assert (curves["solved"].median < curves["trained"].median / 10).all()
    assert np.isnan(curves["trained"].theory)


@each("activation", [name for name, a in ACTIVATIONS.items() if not a.universal])
def test_polynomial_units_stay_on_a_plateau_with_a_rank_that_does_not_grow(activation: str) -> None:
    degree = present(ACTIVATIONS[activation].degree)
    found = study(StudySpec(activation, widths=(3, 12, 48), seeds=2, steps=300), WAVE, K)
    np.testing.assert_array_equal(found.ranks, degree + 1)
    solved = named(found)["solved"]
    best = np.polynomial.Polynomial.fit(X, WAVE(X), degree)
    np.testing.assert_allclose(solved.sup[:, 0], np.abs(WAVE(X) - best(X)).max(), rtol=0.02)
    assert solved.theory == named(found)["trained"].theory == 0
    assert abs(solved.slope) < 0.02
    assert (named(found)["trained"].rms > 0.98 * solved.rms.min()).all()


def test_universal_units_gain_rank_with_width() -> None:
    assert (np.diff(study(StudySpec("relu", widths=(4, 8, 16), seeds=0), WAVE, K).ranks) > 0).all()


def test_a_rank_is_that_of_the_columns_whatever_their_size() -> None:
    network = ShallowNetwork("linear", [1e-9, 5.0, 0.0], [0.0, 1e6, 0.0], [1.0, 1.0, 1.0], 0.0)
    assert rank(network, X) == 2


@each("activation", ["softplus", "gelu", "relu", "leaky_relu"])
def test_ramps_are_the_interpolant_up_to_rounded_corners(activation: str) -> None:
    (network,) = constructed(WAVE, K, 64, activation)
    knots = np.linspace(-1, 1, 65)
    np.testing.assert_allclose(network(X), np.interp(X, knots, WAVE(knots)), atol=1.5e-3)


def test_the_tanh_staircase_is_the_sigmoid_staircase() -> None:
    (tanh,), (sigmoid,) = (constructed(WAVE, K, 20, name) for name in ("tanh", "sigmoid"))
    assert (tanh.activation, tanh.width) == ("tanh", 20)
    np.testing.assert_allclose(tanh(X), sigmoid(X), atol=1e-12)


def test_the_same_spec_gives_the_same_study() -> None:
    spec = StudySpec("relu", widths=(4, 9), seeds=3, steps=50)
    one, other = (study(spec, WAVE, K) for _ in range(2))
    for curve, again in zip(one.curves, other.curves):
        np.testing.assert_array_equal(curve.sup, again.sup)


@pytest.mark.usefixtures("rough_fits")
def test_rounding_does_not_count_for_a_slope() -> None:
    found = named(study(StudySpec("sine", widths=(4, 8, 16), seeds=0), parse("sin(3πx)"), K))["solved"]
    assert np.isnan(found.slope)


def test_a_budget_leaves_out_what_is_not_done_and_progress_is_told() -> None:
    told: list[float] = []
    spec = StudySpec("tanh", widths=(4, 64), seeds=32, steps=100_000, seconds=0.2)
    found = study(spec, WAVE, K, told.append)
    assert not found.complete
    trained = named(found).get("trained")  # no width with fewer steps than the others is shown
    assert trained is None or np.isnan(trained.sup[-1]).all()
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1


@each(
    ("settings", "words"),
    [
        ({"activation": "swish"}, "`activation` must be one of relu.*got 'swish'"),
        ({"widths": ()}, "`widths` must be different"),
        ({"widths": (8, 4)}, "ascending"),
        ({"widths": (0, 4)}, "`width` must be .* got 0"),
        ({"seeds": -1}, "`seeds` must be .* got -1"),
        ({"seeds": 1000}, "`seeds` must be .* got 1000"),
        ({"points": 1}, "`points` must be .* got 1"),
        ({"seconds": 0}, "`seconds` must be .* got 0"),
        ({"steps": 0}, "`steps` must be .* got 0"),
        ({"learning_rate": -1.0}, "`learning_rate` must be .* got -1.0"),
    ],
)
def test_bad_specs(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        StudySpec(**settings)


def test_bad_targets() -> None:
    with pytest.raises(ValueError, match="f"):
        study(StudySpec(seeds=0, widths=(4,)), parse("log(x)"), K)
    with pytest.raises(ValueError, match="`K` must be"):
        study(StudySpec(), WAVE, ((0, 1), (0, 1)))  # type: ignore[arg-type]  # the test of the refusal


def test_the_line_of_theory_has_its_slope_and_ends_at_the_last_median() -> None:
    curve = Curve(
        "constructed", np.array([4.0, 8, 16]), np.array([[3.0], [9], [1]]), np.ones((3, 1)), -2.0, 0.0
    )
    np.testing.assert_allclose(curve.in_theory, [16, 4, 1])
