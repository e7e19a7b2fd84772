"""Fits of noise models against closed forms, scipy.optimize and linear programming; bands against scipy.stats."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import OptimizeResult, linprog, minimize

from nnviz._types import Array
from nnviz.losses.likelihood_fits import band, coverage, fit_noise, score, wilson
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn
from tests.cases import each

SIGMA, NU = 0.5, 3.0


def spec_of(name: str, **given: int) -> NoiseSpec:
    settings: dict[str, Any] = {"n": 60, "slope": 0.8, "intercept": 0.4, "scale": SIGMA, "nu": NU, "seed": 1}
    return NoiseSpec(name, **(settings | given))


def by_scipy(name: str, x: Array, y: Array) -> OptimizeResult:
    """The least mean −log p by Nelder and Mead, then BFGS, of scipy's own densities."""

    def shares(t: Array) -> Array:
        z = np.column_stack([0 * x, t[0] * x + t[1], t[2] * x + t[3]])
        found: Array = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return found

    densities: dict[str, tuple[int, Callable[[Array], Array]]] = {
        "gaussian": (2, lambda t: stats.norm.logpdf(y, t[0] * x + t[1], SIGMA)),
        "gaussian_learned": (3, lambda t: stats.norm.logpdf(y, t[0] * x + t[1], np.exp(t[2]))),
        "laplace": (3, lambda t: stats.laplace.logpdf(y, t[0] * x + t[1], np.exp(t[2]))),
        "student_t": (3, lambda t: stats.t.logpdf(y, NU, t[0] * x + t[1], np.exp(t[2]))),
        "unequal": (4, lambda t: stats.norm.logpdf(y, t[0] * x + t[1], np.exp(t[2] * x + t[3]))),
        "bernoulli": (2, lambda t: stats.bernoulli.logpmf(y, 1 / (1 + np.exp(-t[0] * x - t[1])))),
        "categorical": (4, lambda t: np.log(shares(t)[np.arange(len(x)), y.astype(int)])),
        "poisson": (2, lambda t: stats.poisson.logpmf(y, np.exp(t[0] * x + t[1]))),
    }
    size, logp = densities[name]
    options: Any = {"maxiter": 20000, "maxfev": 20000, "xatol": 1e-10, "fatol": 1e-14}

    def nll(t: Array) -> float:
        return float(-logp(t).mean())

    found = minimize(nll, np.zeros(size), method="Nelder-Mead", options=options)
    return minimize(nll, found.x, method="Nelder-Mead", options=options)


@each("seed", [1, 2])
@each("name", NOISE_MODELS)
def test_a_fit_is_that_of_scipy(name: str, seed: int) -> None:
    spec = spec_of(name, seed=seed)
    x, y = drawn(spec)
    fit, found = fit_noise(name, x, y[0], **spec.settings), by_scipy(name, x, y[0])
    assert fit.converged
    assert float(fit.nll) <= found.fun + 1e-10
    np.testing.assert_allclose(fit.parameters, found.x, atol=2e-4)


@each("name", [name for name in NOISE_MODELS if name != "laplace"])
def test_no_pull_is_left_at_the_fit(name: str) -> None:
    spec = spec_of(name)
    x, y = drawn(spec)
    fit = fit_noise(name, x, y[0], **spec.settings)
    assert np.abs(spec.model.gradient(fit.parameters, x, y[0], **spec.settings)).max() < 1e-7


def test_the_gaussian_fit_is_least_squares_and_its_sigma_the_root_of_the_mean_square() -> None:
    x, y = drawn(spec_of("gaussian_learned"))
    w, b = np.polyfit(x, y[0], 1)
    fit = fit_noise("gaussian_learned", x, y[0])
    np.testing.assert_allclose(fit.parameters[:2], [w, b], rtol=1e-10)
    assert np.exp(fit.parameters[2]) == pytest.approx(np.sqrt(((y[0] - w * x - b) ** 2).mean()), rel=1e-12)


@each("n", [3, 4, 25, 121])
def test_the_laplace_line_is_that_of_the_linear_program(n: int) -> None:
    x, y = drawn(spec_of("laplace", n=n), 6)
    fit = fit_noise("laplace", x, y)
    rows = np.column_stack([x, np.ones(n)])
    for line, target in zip(fit.parameters[:, :2], y, strict=True):
        least = linprog(
            np.r_[0, 0, np.ones(2 * n)], A_eq=np.hstack([rows, np.eye(n), -np.eye(n)]), b_eq=target,
            bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
        ).fun  # fmt: skip
        assert np.abs(target - rows @ line).sum() == pytest.approx(least, rel=1e-9)


@each("name", NOISE_MODELS)
def test_rows_are_fitted_each_by_itself(name: str) -> None:
    spec = spec_of(name)
    x, y = drawn(spec, 7)
    together = fit_noise(name, x, y, **spec.settings)
    for k in (0, 6):
        alone = fit_noise(name, x, y[k], **spec.settings)
        np.testing.assert_allclose(together.parameters[k], alone.parameters, atol=1e-7)
        assert together.nll[k] == pytest.approx(float(alone.nll), rel=1e-10)


@each("name", ["bernoulli", "categorical"])
def test_classes_that_can_be_parted_have_no_largest_likelihood(name: str) -> None:
    x = np.linspace(-2, 2, 30)
    y = (x > 0.1).astype(float)
    assert not fit_noise(name, x, y).converged


def test_nothing_counted_has_no_largest_likelihood() -> None:
    assert not fit_noise("poisson", np.linspace(-2, 2, 30), np.zeros(30)).converged


@each(
    ("name", "x", "y", "words"),
    [
        ("cauchy", [0, 1, 2], [0, 1, 2], r"`noise` must be one of gaussian, .*, got 'cauchy'"),
        ("gaussian", [0, 1], [0, 1], "n ≥ 3"),
        ("gaussian", [0, 1, 2], [0, 1], r"`y` must have the shape \(3,\) or \(repeats, 3\), got \(2,\)"),
        ("laplace", [0, 1, np.nan], [0, 1, 2], "finite"),
        (
            "laplace",
            [1, 1, 1],
            [0, 1, 2],
            r"`x` must be numbers of which at least two differ, got \[1\.0, 1\.0, 1\.0\]",
        ),
        (
            "bernoulli",
            [0, 1, 2],
            [0, 1, 2],
            r"`y` must be whole numbers between 0 and 1 for Bernoulli: yes or no, got \[2\.0\]",
        ),
        ("poisson", [0, 1, 2], [0, 1.5, 2], "whole numbers"),
    ],
)
def test_points_that_cannot_be_fitted_are_said(name: str, x: list[float], y: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_noise(name, x, y)


def test_a_setting_that_is_not_legal_is_said() -> None:
    with pytest.raises(ValueError, match="`nu` of the noise student_t must be at least 1"):
        fit_noise("student_t", [0, 1, 2], [0, 1, 2], nu=0.0)


@each("level", [0.5, 0.9])
@each("name", ["gaussian", "gaussian_learned", "laplace", "student_t", "unequal"])
def test_the_band_of_the_truth_holds_what_it_promises(name: str, level: float) -> None:
    spec = spec_of(name)
    found = coverage(spec, name, spec.theta, level, 20_000, **spec.settings)
    assert abs(found.share - level) < 4 * np.sqrt(level * (1 - level) / 20_000)
    assert found.low < found.share < found.high


@each("level", [0.5, 0.9])
def test_the_band_of_a_wrong_model_holds_what_scipy_says(level: float) -> None:
    spec = spec_of("laplace")
    theta = np.array([spec.slope, spec.intercept, 0.2])
    half = stats.norm.ppf((1 + level) / 2) * np.exp(0.2)
    exact = 2 * stats.laplace.cdf(half, 0, SIGMA) - 1
    found = coverage(spec, "gaussian_learned", theta, level, 20_000)
    assert abs(found.share - exact) < 4 * np.sqrt(exact * (1 - exact) / 20_000)


@each("level", [0.5, 0.9])
def test_the_band_of_counts_holds_what_scipy_says(level: float) -> None:
    spec = spec_of("poisson", n=20_000)
    x, _ = drawn(spec)
    rates = np.exp(spec.slope * x + spec.intercept)
    low, high = stats.poisson.ppf((1 - level) / 2, rates), stats.poisson.ppf((1 + level) / 2, rates)
    exact = np.mean(stats.poisson.cdf(high, rates) - stats.poisson.cdf(low - 1, rates))
    found = coverage(spec, "poisson", spec.theta, level, 20_000)
    assert exact > level
    assert abs(found.share - exact) < 0.02


def test_classes_have_no_band() -> None:
    with pytest.raises(ValueError, match="`model` must be a model of numbers or counts, got 'bernoulli'"):
        band(NOISE_MODELS["bernoulli"], np.zeros(2), [0.0], 0.9)


@each(("successes", "trials"), [(0, 7), (5, 9), (1900, 2000), (2000, 2000)])
def test_the_interval_of_wilson_is_that_of_scipy(successes: int, trials: int) -> None:
    oracle = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    assert wilson(successes, trials) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


@each(
    ("name", "entropy"),
    [
        ("gaussian_learned", stats.norm(0, SIGMA).entropy()),
        ("laplace", stats.laplace(0, SIGMA).entropy()),
        ("student_t", stats.t(NU, 0, SIGMA).entropy()),
    ],
)
def test_the_score_of_the_truth_is_its_entropy_and_that_of_a_wrong_scale_is_more_by_the_divergence(
    name: str, entropy: float
) -> None:
    spec = spec_of(name)
    wide = np.add(spec.theta, [0, 0, np.log(2)])
    mine, true = score(spec, name, wide, 40_000, **spec.settings)
    assert true == pytest.approx(entropy, abs=0.03)
    density = {"gaussian_learned": stats.norm, "laplace": stats.laplace, "student_t": stats.t}[name]
    shape = (NU,) if name == "student_t" else ()
    r = np.linspace(-400, 400, 2_000_001)
    p, q = density.pdf(r, *shape, 0, SIGMA), density.pdf(r, *shape, 0, 2 * SIGMA)
    seen = p > 1e-300
    divergence = (p[seen] * np.log(p[seen] / q[seen])).sum() * (r[1] - r[0])
    assert mine - true == pytest.approx(divergence, abs=0.02)


# −log p of these five points has two minima; SciPy's Nelder–Mead finds the smaller one from 5 starts
def test_the_smaller_of_two_minima_of_students_t_is_found() -> None:
    x, y = drawn(NoiseSpec("student_t", n=5, nu=1.5, seed=3))
    found = fit_noise("student_t", x, y, nu=1.5)
    assert float(np.ravel(found.nll)[0]) == pytest.approx(2.398602, abs=1e-6)
