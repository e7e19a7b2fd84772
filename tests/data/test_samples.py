"""Seeded samples against closed forms, moments and SciPy's distributions."""

import dataclasses
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from nnviz._types import AnyArray, Array
from nnviz.data import SAMPLES, Samples, SampleSpec, draw
from tests.cases import each
from tests.narrowing import present

REGRESSION = [name for name, kind in SAMPLES.items() if kind.task == "regression"]
CLASSIFICATION = [name for name, kind in SAMPLES.items() if kind.task == "classification"]
MANY = 10_000


def noise_free(kind: str, classes: int = 2) -> Samples:
    return draw(SampleSpec(kind, n=MANY, noise=0.0, classes=classes))


@each("name", SAMPLES)
def test_every_kind_is_drawn_with_the_shapes_it_promises(name: str) -> None:
    kind = SAMPLES[name]
    samples = draw(SampleSpec(name, n=41))
    assert (kind.name, kind.label, samples.title) == (name, samples.title, kind.label)
    assert samples.x.shape == (41, len(kind.features))
    assert samples.y.shape == present(samples.outliers).shape == (41,)
    assert samples.x.dtype == samples.y.dtype == np.float64
    assert (kind.truth is None) == (kind.task == "classification") == bool(samples.classes)
    assert all((kind.latex, kind.lesson, kind.noise, samples.source, samples.license))


def global_state() -> AnyArray:
    """The numbers that NumPy's global generator stands at."""
    numbers: AnyArray = np.random.get_state(legacy=False)["state"]["key"]
    return numbers.copy()


@each("name", SAMPLES)
def test_the_seed_alone_decides(name: str) -> None:
    np.random.seed(1)
    before = global_state()
    first, again, other = (draw(SampleSpec(name, seed=seed, outliers=0.2)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.allclose(first.x, other.x)
    np.testing.assert_array_equal(before, global_state())


@each("name", SAMPLES)
def test_more_points_keep_those_that_were_there(name: str) -> None:
    few, many = draw(SampleSpec(name, n=20)), draw(SampleSpec(name, n=60))
    np.testing.assert_array_equal(few.x, many.x[:20])
    np.testing.assert_array_equal(few.y, many.y[:20])


@each("name", SAMPLES)
def test_noise_stretches_and_stays_in_its_place(name: str) -> None:
    clean, some, twice = (draw(SampleSpec(name, noise=noise)) for noise in (0.0, 0.3, 0.6))
    moved, fixed = ("y", "x") if SAMPLES[name].truth else ("x", "y")
    np.testing.assert_array_equal(getattr(clean, fixed), getattr(twice, fixed))
    np.testing.assert_allclose(
        getattr(twice, moved) - getattr(clean, moved),
        2 * (getattr(some, moved) - getattr(clean, moved)),
        atol=1e-12,
    )


@each("name", SAMPLES)
def test_noise_is_normal_with_the_standard_deviation_asked_for(name: str) -> None:
    moved = "y" if SAMPLES[name].truth else "x"
    noise = getattr(draw(SampleSpec(name, n=MANY, noise=0.5)), moved) - getattr(noise_free(name), moved)
    assert stats.kstest(noise.ravel() / 0.5, "norm").pvalue > 0.01
    assert noise.std() == pytest.approx(0.5, rel=4 / math.sqrt(2 * MANY))


@each("name", REGRESSION)
def test_without_noise_y_is_the_truth_and_inputs_are_uniform(name: str) -> None:
    samples = noise_free(name)
    np.testing.assert_array_equal(samples.y, present(SAMPLES[name].truth)(samples.x))
    for column in samples.x.T:
        assert stats.kstest(column, stats.uniform(-2, 4).cdf).pvalue > 0.01


@each(
    ("name", "formula"),
    [
        ("line", lambda x: 1 / 2 + 3 / 4 * x),
        ("plane", lambda x1, x2: 1 / 2 + x1 - x2 / 2),
        ("polynomial", lambda x: x**3 / 2 - x),
        ("sine", lambda x: math.sin(math.pi * x)),
    ],
)
def test_the_truth_is_the_formula_shown(name: str, formula: Callable[..., Any]) -> None:
    samples = noise_free(name)
    np.testing.assert_allclose(samples.y[:200], [formula(*point) for point in samples.x[:200]], atol=1e-12)


def test_the_best_line_explains_15_percent_of_the_sine() -> None:
    x = np.linspace(-2, 2, 100_001)
    fit = stats.linregress(x, present(SAMPLES["sine"].truth)(x[:, None]))
    assert fit.rvalue**2 == pytest.approx(1.5 / math.pi**2, abs=1e-4)
    assert round(100 * fit.rvalue**2) == 15


@each("name", CLASSIFICATION)
def test_classes_are_balanced_and_numbered(name: str) -> None:
    for classes in range(2, SAMPLES[name].most_classes + 1):
        samples = draw(SampleSpec(name, n=59, classes=classes))
        counts = np.bincount(samples.y.astype(int), minlength=classes)
        assert len(samples.classes) == len(counts) == classes
        assert counts.max() - counts.min() <= 1


def test_moons_lie_on_two_half_circles() -> None:
    samples = noise_free("moons")
    upper, lower = samples.x[samples.y == 0], np.array([1.0, 0.5]) - samples.x[samples.y == 1]
    for half in (upper, lower):
        np.testing.assert_allclose(np.hypot(*half.T), 1.0)
        assert (half[:, 1] >= 0).all()
        assert stats.kstest(np.arctan2(*half.T[::-1]), stats.uniform(0, math.pi).cdf).pvalue > 0.01


def test_circles_have_radius_two_and_one_and_a_line_gets_two_in_three_at_best() -> None:
    samples = noise_free("circles")
    np.testing.assert_allclose(np.hypot(*samples.x.T), np.where(samples.y == 0, 2.0, 1.0))
    right = [((samples.x[:, 0] < cut) == samples.y).mean() for cut in np.linspace(-2, 2, 401)]
    assert max(right) == pytest.approx(2 / 3, abs=0.02)


def test_xor_is_exclusive_or_and_one_feature_says_nothing() -> None:
    samples = noise_free("xor")
    np.testing.assert_array_equal(samples.y, np.logical_xor(samples.x[:, 0] > 0, samples.x[:, 1] > 0))
    assert abs(samples.x).min() >= 0.25
    assert abs(samples.x).max() <= 2.0
    for feature in samples.x.T:
        assert abs(stats.pointbiserialr(samples.y.astype(bool), feature).statistic) < 4 / math.sqrt(MANY)


@each("classes", [2, 3, 5])
def test_spirals_turn_with_the_radius(classes: int) -> None:
    samples = noise_free("spirals", classes)
    radius = np.hypot(*samples.x.T)
    turned = np.exp(1j * (1.25 * np.pi * radius + 2 * np.pi * samples.y / classes))
    np.testing.assert_allclose(samples.x @ [1, 1j], radius * turned, atol=1e-12)
    assert stats.kstest(radius, stats.uniform(0.25, 1.75).cdf).pvalue > 0.01


@each("classes", [2, 3, 8])
def test_blobs_are_equal_clouds_on_a_circle(classes: int) -> None:
    samples = draw(SampleSpec("blobs", n=MANY, noise=0.2, classes=classes))
    for k in range(classes):
        cloud = samples.x[samples.y == k]
        center = [0.4 * math.cos(2 * math.pi * k / classes), 0.4 * math.sin(2 * math.pi * k / classes)]
        np.testing.assert_allclose(cloud.mean(axis=0), center, atol=4 * 0.2 / math.sqrt(len(cloud)))
        np.testing.assert_allclose(np.cov(cloud.T), 0.04 * np.eye(2), atol=0.01)


@each("name", REGRESSION)
def test_outliers_of_regression_are_moved_up_by_three(name: str) -> None:
    clean, spoilt = draw(SampleSpec(name, n=50)), draw(SampleSpec(name, n=50, outliers=0.1))
    np.testing.assert_allclose(spoilt.y - clean.y, 3.0 * present(spoilt.outliers), atol=1e-12)
    np.testing.assert_array_equal(spoilt.x, clean.x)
    assert spoilt.notes == ("5 of 50 points are outliers, which were moved up by 3.",)


@each("name", CLASSIFICATION)
def test_outliers_of_classification_get_the_next_class(name: str) -> None:
    classes = SAMPLES[name].most_classes
    clean, spoilt = (draw(SampleSpec(name, n=50, outliers=share, classes=classes)) for share in (0.0, 0.1))
    np.testing.assert_array_equal(spoilt.y, (clean.y + present(spoilt.outliers)) % classes)
    np.testing.assert_array_equal(spoilt.x, clean.x)
    assert spoilt.notes == ("5 of 50 points are outliers, which have the wrong class.",)


@each("name", SAMPLES)
def test_more_outliers_keep_those_that_were_there(name: str) -> None:
    samples = [draw(SampleSpec(name, n=60, outliers=share)) for share in (0.0, 0.05, 0.25, 0.5)]
    masks = [present(one.outliers) for one in samples]
    assert [mask.sum() for mask in masks] == [0, 3, 15, 30]
    assert all((fewer <= more).all() for fewer, more in itertools.pairwise(masks))
    assert draw(SampleSpec(name)).notes == ()


@each(
    ("bad", "message"),
    [
        ({"kind": "lines"}, "`kind` must be one of line, plane, .*, got 'lines'"),
        ({"n": 1}, "`n` must be a whole number between 2 and 10000, got 1"),
        ({"n": 20_000}, "`n` must be"),
        ({"n": 30.0}, "`n` must be"),
        ({"noise": -0.1}, "`noise` must be between 0 and 10, got -0.1"),
        ({"noise": math.nan}, "`noise` must be"),
        ({"noise": math.inf}, "`noise` must be"),
        ({"outliers": 0.6}, "`outliers` must be between 0 and 0.5, got 0.6"),
        ({"seed": -1}, "`seed` must be"),
        ({"classes": 3}, "`classes` must be a whole number between 2 and 2, got 3"),
        ({"kind": "blobs", "classes": 9}, "`classes` must be a whole number between 2 and 8, got 9"),
        ({"kind": "blobs", "classes": 5, "n": 4}, "`n` must be a whole number between 5"),
    ],
)
def test_a_bad_spec_names_the_value_and_the_legal_ones(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SampleSpec(**({"kind": "line"} | bad))


def test_a_spec_is_a_key() -> None:
    assert {SampleSpec("line"): 1}[SampleSpec("line", n=60)] == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        SampleSpec("line").n = 3  # type: ignore[misc]  # the test of the refusal


@each(
    ("x", "y", "features"),
    [
        (np.zeros(3), np.zeros(3), ("x",)),
        (np.zeros((3, 1)), np.zeros(4), ("x",)),
        (np.zeros((3, 2)), np.zeros(3), ("x",)),
        (np.zeros((3, 1)), np.zeros((3, 1)), ("x",)),
        (np.full((3, 1), np.nan), np.zeros(3), ("x",)),
        (np.zeros((3, 1)), np.full(3, np.inf), ("x",)),
    ],
)
def test_samples_refuse_shapes_that_do_not_fit_and_values_that_are_not_finite(
    x: Array, y: Array, features: tuple[str]
) -> None:
    with pytest.raises(ValueError, match="must"):
        Samples(x, y, features, "y", "title", "source", "license")
