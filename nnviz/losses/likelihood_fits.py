"""Fit noise models by maximum likelihood; predict a band and measure its coverage."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import argument_error, check, check_between, check_finite, check_one_of, check_shape
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn
from nnviz.losses.noise_model import Likelihood, NoiseModel


@dataclass(frozen=True)
class ScoringSettings:
    """Limit Fisher scoring.

    iterations, halvings: at most, of the fit and of one step. still: the fit has converged if no parameter moves by
    more than this share of the largest. flat: information below this means that the likelihood has no maximum.
    smallest_scale: a fitted scale is at least this.
    """

    iterations: int = 200
    halvings: int = 40
    still: float = 1e-9
    flat: float = 1e-9
    smallest_scale: float = 1e-12


SCORING = ScoringSettings()


@displayed()
class NoiseFit(NamedTuple):
    """Hold parameters (P,), or (R, P) for R repeats, their mean −log p, and whether the fit converged.

    Not ``converged``: the likelihood has no maximum (separable classes, or all counts are 0), or it was not reached.
    """

    parameters: Array
    nll: Array
    converged: NDArray[np.bool_]


def fit_noise(noise: str, x: ArrayLike, y: ArrayLike, **settings: float) -> NoiseFit:
    """Return the fit of a noise model to x (n,) and y (n,) or (R, n), each row by itself.

    ValueError for an unknown name, a setting that is not legal, or numbers that do not fit the model.
    """
    check_one_of("noise", noise, NOISE_MODELS)
    model = NOISE_MODELS[noise]
    known, points = model.complete(settings), np.asarray(x, dtype=np.float64)
    target = _checked(model, points, np.asarray(y, dtype=np.float64))
    rows = np.atleast_2d(target)
    theta, converged = _estimate(model, points, rows, known)
    nll = model.likelihood.value(_predictors(model.design(points), theta), rows, **known).mean(axis=-1)
    if target.ndim == 2:
        return NoiseFit(theta, nll, converged)
    return NoiseFit(theta[0], nll[0], converged[0])


def _checked(model: NoiseModel, x: Array, y: Array) -> Array:
    check_shape("x", x, "(n,) with n ≥ 3", x.ndim == 1 and x.size >= 3)
    check_shape("y", y, f"({x.size},) or (repeats, {x.size})", y.shape[-1:] == x.shape and y.ndim <= 2)
    check_finite("x", x)
    check_finite("y", y)
    if model.kind != "number":
        most = len(model.predictors) if model.kind == "class" else np.inf
        fits = (y >= 0) & (y <= most) & (y == np.rint(y))
        limits = f"between 0 and {most:g}" if most < np.inf else "of at least 0"
        check("y", y[~fits][:1].tolist(), bool(fits.all()), f"whole numbers {limits} for {model.label}")
    check("x", x[:3].tolist(), bool(np.ptp(x) > 0), "numbers of which at least two differ")
    return y


def _estimate(
    model: NoiseModel, x: Array, y: Array, settings: dict[str, float]
) -> tuple[Array, NDArray[np.bool_]]:
    """Return θ (R, P) of least −log p: where it has no closed form, by Fisher scoring from a robust start.

    −log p of Student's t can have several minima, so the search also starts at the line of least squares.
    """
    design, start = model.design(x), _start(model, x, y)
    if model.name in ("gaussian", "gaussian_learned", "laplace"):
        return start, np.ones(len(y), dtype=bool)
    theta, converged = fisher_scoring(model.likelihood, design, y, start, settings)
    if model.name != "student_t":
        return theta, converged
    other = fisher_scoring(
        model.likelihood, design, y, np.column_stack([least_squares_lines(x, y), start[:, 2:]]), settings
    )
    means = [
        model.likelihood.value(_predictors(design, one), y, **settings).mean(axis=-1)
        for one in (theta, other[0])
    ]
    better = means[1] < means[0]
    return np.where(better[:, None], other[0], theta), np.where(better, other[1], converged)


def _start(model: NoiseModel, x: Array, y: Array) -> Array:
    """Return the start of the fit, (R, P): for Gaussian and Laplace it is the fit itself."""
    if model.kind != "number":
        theta = np.zeros((len(y), model.parameters))
        if model.kind == "count":
            theta[:, 1] = np.log(np.maximum(y.mean(axis=1), 1e-3))
        return theta
    robust = model.name in ("laplace", "student_t")
    lines = absolute_lines(x, y) if robust else least_squares_lines(x, y)
    away = np.abs(y - lines[:, :1] * x - lines[:, 1:])
    scale = away.mean(axis=1) if robust else np.sqrt((away**2).mean(axis=1))
    flat = [np.zeros(len(y))] if model.name == "unequal" else []
    known = model.name == "gaussian"
    return (
        lines if known else np.column_stack([lines, *flat, np.log(np.maximum(scale, SCORING.smallest_scale))])
    )


def _predictors(design: Array, theta: Array) -> Array:
    """Return η (R, n, k) of D (n, k, P) and θ (R, P)."""
    n, k, parameters = design.shape
    return np.asarray((theta @ design.reshape(n * k, parameters).T).reshape(len(theta), n, k))


def least_squares_lines(x: Array, y: Array) -> Array:
    """Return (w, b) of least squares for each row of y (R, n), as (R, 2)."""
    away = x - x.mean()
    w = y @ away / (away @ away)
    return np.column_stack([w, y.mean(axis=1) - w * x.mean()])


def absolute_lines(x: Array, y: Array) -> Array:
    """Return (w, b) of least absolute error for each row of y (R, n), as (R, 2); for x that differ pairwise.

    A best line goes through two of the points. From one point, the best slope is a weighted median of the slopes
    to the others; the point it meets is turned about next, until that does not help (Wesolowsky 1981).
    """
    rows = np.arange(len(y))
    pivot = np.argsort(np.abs(y - np.median(y, axis=1, keepdims=True)), axis=1)[:, 0]
    best, lines = np.full(len(y), np.inf), np.zeros((len(y), 2))
    for _ in range(4 * len(x)):
        run, rise = x - x[pivot][:, None], y - y[rows, pivot][:, None]
        slopes = np.divide(rise, run, out=np.zeros_like(rise), where=run != 0)
        order = np.argsort(slopes, axis=1)
        weights = np.cumsum(np.take_along_axis(np.abs(run), order, axis=1), axis=1)
        middle = (weights < weights[:, -1:] / 2).sum(axis=1)
        met = order[rows, middle]
        w = slopes[rows, met]
        turned = np.column_stack([w, y[rows, pivot] - w * x[pivot]])
        cost = np.abs(y - turned[:, :1] * x - turned[:, 1:]).sum(axis=1)
        better = cost < best * (1 - 1e-14)
        best, lines = np.where(better, cost, best), np.where(better[:, None], turned, lines)
        pivot = np.where(better, met, pivot)
        if not better.any():
            break
    return lines


def fisher_scoring(
    likelihood: Likelihood, design: Array, y: Array, start: Array, settings: dict[str, float]
) -> tuple[Array, NDArray[np.bool_]]:
    """Minimize the mean of −log p from θ (R, P), each row by itself; return θ and whether it converged.

    The step is −I⁻¹ g with the Fisher information I in place of the Hessian, which for Bernoulli, categorical and
    Poisson is the Hessian (so it is Newton's step); it is halved until −log p does not rise.
    """
    n, k, parameters = design.shape
    flat = design.reshape(n * k, parameters)
    pairs = np.einsum("njp,nlq->njlpq", design, design).reshape(n * k * k, parameters**2)

    def value(theta: Array) -> Array:
        found = likelihood.value(_predictors(design, theta), y, **settings).mean(axis=-1)
        return np.where(np.isfinite(found), found, np.inf)

    with np.errstate(all="ignore"):
        theta, least = start, value(start)
        for _ in range(SCORING.iterations):
            eta = _predictors(design, theta)
            slope = likelihood.derivative(eta, y, **settings).reshape(len(y), -1) @ flat / n
            information = (likelihood.information(eta, **settings).reshape(len(y), -1) @ pairs / n).reshape(
                -1, parameters, parameters
            )
            theta, least, size = _downhill(value, theta, least, -_solved(information, slope))
            moving = size > SCORING.still * (1 + np.abs(theta).max(axis=1))
            if not moving.any():
                break
        flattest = np.linalg.eigvalsh(information)[:, 0]
    return theta, ~moving & (flattest > SCORING.flat)


def _solved(information: Array, slope: Array) -> Array:
    """Return I⁻¹ g, (R, P), with a trillionth of the trace on the diagonal so that it always exists."""
    trace = np.trace(information, axis1=1, axis2=2)[:, None, None]
    ridge = np.maximum(1e-13 * trace, np.finfo(np.float64).tiny) * np.eye(information.shape[-1])
    return np.asarray(np.linalg.solve(information + ridge, slope[..., None])[..., 0])


def _downhill(
    value: Callable[[Array], Array], theta: Array, least: Array, step: Array
) -> tuple[Array, Array, Array]:
    """Return θ, −log p and the length of the step: a row whose −log p would rise has its step halved."""
    length = np.ones(len(theta))
    for _ in range(SCORING.halvings):
        tried = value(theta + length[:, None] * step)
        worse = tried > least + 1e-15 * np.abs(least)
        if not worse.any():
            break
        length = np.where(worse, length / 2, length)
    length = np.where(worse, 0.0, length)
    moved = theta + length[:, None] * step
    return moved, np.where(worse, least, tried), np.abs(length[:, None] * step).max(axis=1)


@displayed()
class Band(NamedTuple):
    """Hold the central band of a level at x (n,): from its lower to its upper quantile, (n,) each."""

    level: float
    low: Array
    high: Array


def band(model: NoiseModel, theta: Array, x: ArrayLike, level: float, **settings: float) -> Band:
    """Return where the model expects the share ``level`` of new points; ValueError for a model of classes."""
    if model.quantile is None:
        raise argument_error("model", "a model of numbers or counts", model.name)
    check_between("level", level, 0, 1, above=True, below=True)
    eta, known = model.at(theta, x), model.complete(settings)
    low, high = (model.quantile((1 + side * level) / 2, eta, **known) for side in (-1, 1))
    return Band(level, low, high)


@displayed()
class Coverage(NamedTuple):
    """Hold how many of ``drawn`` fresh points lie in a band, and a 95 % interval for the true share (Wilson 1927)."""

    level: float
    inside: int
    drawn: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The measured coverage."""
        return self.inside / self.drawn


def coverage(
    truth: NoiseSpec, noise: str, theta: Array, level: float, fresh: int = 4000, **settings: float
) -> Coverage:
    """Return the share of fresh draws of ``truth`` in the band of the model ``noise`` with θ, ends included."""
    x, y = drawn(_later(truth, fresh))
    expected = band(NOISE_MODELS[noise], theta, x, level, **settings)
    inside = int(((y[0] >= expected.low) & (y[0] <= expected.high)).sum())
    return Coverage(level, inside, fresh, *wilson(inside, fresh))


def score(
    truth: NoiseSpec, noise: str, theta: Array, fresh: int = 4000, **settings: float
) -> tuple[float, float]:
    """Return the mean −log p over fresh draws of ``truth``: of the model ``noise`` with θ, and of the truth."""
    x, y = drawn(_later(truth, fresh))
    return NOISE_MODELS[noise].nll(theta, x, y[0], **settings), truth.model.nll(
        truth.theta, x, y[0], **truth.settings
    )


def _later(truth: NoiseSpec, fresh: int) -> NoiseSpec:
    """Return the same noise with that many points and another seed."""
    return replace(truth, n=fresh, seed=truth.seed + 1_000_003)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval for a probability after that many successes (Wilson 1927)."""
    z2, share = 1.959963984540054**2, successes / trials
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = np.sqrt(z2 * share * (1 - share) / trials + z2**2 / (4 * trials**2)) / (1 + z2 / trials)
    return float(middle - half), float(middle + half)
