"""Compare losses on data of one noise: the spread of the fitted slope, measured and in theory.

Data of one noise are drawn repeatedly at the same x and fitted with each loss. All these losses find the true slope on
average, or nearly; they differ in the spread of the fitted slope from one draw to the next.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._checks import check_between
from nnviz._clock import look, processor_time
from nnviz._display import displayed
from nnviz._types import Array, Progress
from nnviz.losses.likelihood_fits import fisher_scoring, fit_noise
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn, settings_for
from nnviz.losses.noise_model import Likelihood, NoiseModel
from nnviz.losses.probabilities import softmax

_BLOCK = 10  # repeats between two looks at the clock
_ENDLESS = 100.0  # a slope of a logit beyond this is a jump: a larger one fits better still


@displayed()
class ComparedLoss(NamedTuple):
    """Hold a loss to fit with: a noise model's likelihood, or another loss of the same predictors."""

    name: str
    label: str
    noise: str
    likelihood: Likelihood | None = None


@displayed()
class LossComparison(NamedTuple):
    """Hold what R repeats say about L losses; the first is the right one.

    slopes (L, R); spread (L,) is the root mean squared distance from the true slope. efficiency (L,) is the mean
    square of the right loss over that of this one, error (L,) its standard error; theory (L,) is its limit for many
    points, from the sandwich formula (Huber 1967) at these x. lost: repeats left out because some fit did not
    converge; if fewer than 2 remain, the figures are nan. ended: whether all were made, or the time was up.
    """

    labels: tuple[str, ...]
    slopes: Array
    spread: Array
    efficiency: Array
    error: Array
    theory: Array
    lost: int
    ended: Literal["repeats", "time"]


def _squared_of(mean: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Likelihood:
    """Return (m(η) − y)² with the Gauss-Newton matrix 2 m′² in place of the information."""

    def value(eta: Array, y: Array) -> Array:
        return np.asarray((mean(eta[..., 0]) - y) ** 2)

    def derivative(eta: Array, y: Array) -> Array:
        z = eta[..., 0]
        return np.asarray((2 * (mean(z) - y) * slope(z))[..., None])

    def matrix(eta: Array) -> Array:
        return np.asarray(2 * slope(eta)[..., None] ** 2)

    return Likelihood(value, derivative, matrix)


def _logistic(z: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))


def _logistic_slope(z: Array) -> Array:
    return np.asarray(_logistic(z) * _logistic(-z))


def _one_hot(y: Array, classes: int) -> Array:
    return np.asarray(y[..., None] == np.arange(classes), dtype=np.float64)


def _brier(eta: Array, y: Array) -> Array:
    """Return Σⱼ (pⱼ − [y = j])², p the softmax of (0, η): squared error on one-hot classes (Brier 1950)."""
    p = _shares(eta)
    return np.asarray(((p - _one_hot(y, p.shape[-1])) ** 2).sum(axis=-1))


def _brier_derivative(eta: Array, y: Array) -> Array:
    """Return 2 Jᵀ(p − [y]), J = ∂p/∂η."""
    p = _shares(eta)
    return np.asarray(2 * np.einsum("...j,...jk->...k", p - _one_hot(y, p.shape[-1]), _shares_slope(p)))


def _brier_matrix(eta: Array) -> Array:
    """Return 2 JᵀJ, Gauss and Newton's; at the truth the mean of the second derivative."""
    slope = _shares_slope(_shares(eta))
    return np.asarray(2 * np.einsum("...jk,...jl->...kl", slope, slope))


def _shares(eta: Array) -> Array:
    return softmax(np.concatenate([np.zeros_like(eta[..., :1]), eta], axis=-1))


def _shares_slope(p: Array) -> Array:
    """Return ∂p/∂η, (..., k + 1, k): diag(p) − p pᵀ without the column of class 0, whose logit is 0."""
    return np.asarray((p[..., None] * np.eye(p.shape[-1]) - p[..., None] * p[..., None, :])[..., 1:])


_NUMBERS = (
    ComparedLoss("squared", "Squared (Gaussian)", "gaussian_learned"),
    ComparedLoss("absolute", "Absolute (Laplace)", "laplace"),
    ComparedLoss("student_t", "Student t", "student_t"),
    ComparedLoss("unequal", "Weighted, σ(x) learned", "unequal"),
)
_CLASSES = (
    ComparedLoss("cross_entropy", "Cross-entropy (Bernoulli)", "bernoulli"),
    ComparedLoss("squared_sigmoid", "Squared on σ(z)", "bernoulli", _squared_of(_logistic, _logistic_slope)),
)
_SHARES = (
    ComparedLoss("softmax_cross_entropy", "Cross-entropy (categorical)", "categorical"),
    ComparedLoss(
        "brier", "Squared on softmax(z)", "categorical", Likelihood(_brier, _brier_derivative, _brier_matrix)
    ),
)
_COUNTS = (
    ComparedLoss("poisson", "Poisson", "poisson"),
    ComparedLoss("squared_exp", "Squared on exp(z)", "poisson", _squared_of(np.exp, np.exp)),
)
_RIGHT = {"gaussian": 0, "gaussian_learned": 0, "laplace": 1, "student_t": 2, "unequal": 3}

COMPARED_LOSSES: Mapping[str, tuple[ComparedLoss, ...]] = {
    **{noise: (_NUMBERS[k], *_NUMBERS[:k], *_NUMBERS[k + 1 :]) for noise, k in _RIGHT.items()},
    "bernoulli": _CLASSES,
    "categorical": _SHARES,
    "poisson": _COUNTS,
}
"""Noise -> the losses that are compared on it, the right one first."""


def compare_losses(
    spec: NoiseSpec, repeats: int = 200, progress: Progress | None = None, seconds: float = inf
) -> LossComparison:
    """Draw ``spec`` that often and fit each draw under every loss of COMPARED_LOSSES; the same spec, the same numbers.

    ``progress`` is called with (repeats done, repeats); what it raises ends the study. After ``seconds`` of
    processor time it stops with the repeats that were made, 10 at least. ValueError for fewer than 2 repeats.
    """
    check_between("repeats", repeats, 2, whole=True)
    compared, started = COMPARED_LOSSES[spec.noise], processor_time()
    x, y = drawn(spec, repeats)
    blocks: list[tuple[Array, NDArray[np.bool_]]] = []
    for done in range(0, repeats, _BLOCK):
        if blocks and processor_time() - started > seconds:
            break
        if progress is not None:
            progress(done, repeats)
        found = [_slopes(loss, x, y[done : done + _BLOCK], spec) for loss in compared]
        blocks.append((np.array([slope for slope, _ in found]), np.all([good for _, good in found], axis=0)))
    every, kept = np.hstack([slopes for slopes, _ in blocks]), np.hstack([good for _, good in blocks])
    theory = np.empty(len(compared))
    for place, loss in enumerate(compared):
        look()
        theory[place] = slope_variance(loss, spec, x)
    ended: Literal["repeats", "time"] = "repeats" if len(kept) == repeats else "time"
    return _compared(spec, every[:, kept], theory, int((~kept).sum()), ended)


def _compared(
    spec: NoiseSpec, slopes: Array, theory: Array, lost: int, ended: Literal["repeats", "time"]
) -> LossComparison:
    labels = tuple(loss.label for loss in COMPARED_LOSSES[spec.noise])
    if slopes.shape[1] < 2:
        none = np.full(len(labels), np.nan)
        return LossComparison(labels, slopes, none, none, none, theory[0] / theory, lost, ended)
    squares = (slopes - spec.slope) ** 2
    means = squares.mean(axis=1)
    efficiency = means[0] / means
    away = squares[0] / means[0] - squares / means[:, None]
    error = efficiency * away.std(axis=1) / np.sqrt(slopes.shape[1])
    return LossComparison(labels, slopes, np.sqrt(means), efficiency, error, theory[0] / theory, lost, ended)


def _slopes(loss: ComparedLoss, x: Array, y: Array, spec: NoiseSpec) -> tuple[Array, NDArray[np.bool_]]:
    model = NOISE_MODELS[loss.noise]
    fit = fit_noise(loss.noise, x, y, **settings_for(model, spec.scale, spec.nu))
    if loss.likelihood is None:
        return fit.parameters[:, 0], fit.converged
    theta, done = fisher_scoring(loss.likelihood, model.design(x), y, fit.parameters, {})
    return theta[:, 0], done & fit.converged & (np.abs(theta[:, 0]) < _ENDLESS)


def slope_variance(loss: ComparedLoss, spec: NoiseSpec, x: Array) -> float:
    """Return the variance of the slope that a loss finds, for many points: that entry of J⁻¹ K J⁻¹ (Huber 1967).

    J = Σ Xᵢᵀ E[ψ′ᵢ] Xᵢ and K = Σ Xᵢᵀ E[ψᵢψᵢᵀ] Xᵢ with Xᵢ = (x, 1), for a categorical a row for each of its logits, and
    ψ the derivative of the loss by the predictors; the expectation over y at the true line, and scales where they
    settle. inf if E[ψ²] is.
    """
    moments = {"number": _number_moments, "class": _class_moments, "count": _count_moments}[spec.model.kind]
    curvature, square = moments(loss, spec, x)
    if not np.isfinite(square).all():
        return inf
    rows = (
        spec.model.design(x) if spec.model.kind == "class" else np.column_stack([x, np.ones_like(x)])[:, None]
    )
    curvature, square = (each.reshape(len(x), *2 * [rows.shape[1]]) for each in (curvature, square))
    bread, filling = (np.einsum("njp,njk,nkq->pq", rows, each, rows) for each in (curvature, square))
    inverse = np.linalg.inv(bread)
    return float((inverse @ filling @ inverse)[0, 0])


def _class_moments(loss: ComparedLoss, spec: NoiseSpec, x: Array) -> tuple[Array, Array]:
    """Return E[ψ′ᵢ] and E[ψᵢψᵢᵀ], (n, k, k): the latter a sum over the classes."""
    eta, likelihood = spec.model.at(spec.theta, x), loss.likelihood or spec.model.likelihood
    square = np.zeros((*eta.shape, eta.shape[1]))
    for y in range(eta.shape[1] + 1):
        outcome = np.full(len(x), float(y))
        pull = likelihood.derivative(eta, outcome)
        square += spec.model.density(outcome, eta)[:, None, None] * pull[:, :, None] * pull[:, None, :]
    return likelihood.information(eta), square


def _count_moments(loss: ComparedLoss, spec: NoiseSpec, x: Array) -> tuple[Array, Array]:
    """Return E[ψ′ᵢ] and E[ψᵢ²]: for the right loss both are the information; m(z) − y is 0 on average for the other."""
    eta = spec.model.at(spec.theta, x)
    variance = spec.model.likelihood.information(eta)[:, 0, 0]
    if loss.likelihood is None:
        return variance, variance
    curvature = loss.likelihood.information(eta)[:, 0, 0]
    return curvature, 2 * curvature * variance


def _number_moments(loss: ComparedLoss, spec: NoiseSpec, x: Array) -> tuple[Array, Array]:
    """Return E[ψ′ᵢ] and E[ψᵢ²] at each x; the noise there is sᵢ u, with u of scale 1 and a symmetric density."""
    u, weights = half_line(spec.model, spec.nu)
    s = _scales(spec, x)
    variance = {"laplace": 2.0, "student_t": spec.nu / (spec.nu - 2) if spec.nu > 2 else inf}.get(
        spec.noise, 1.0
    )
    one = np.ones_like(s)
    if loss.name == "squared":
        return one, variance * s**2
    if loss.name == "unequal":
        return s**-2, variance * s**-2
    if loss.name == "absolute":
        return 2 * _peak(spec.model, spec.nu) / s, one
    nu, settled = spec.nu, _student_scale(spec.nu, s, u, weights)
    r = u * s[:, None] / settled
    pull = (nu + 1) * r / (nu + r * r)
    bend = (nu + 1) * (nu - r * r) / (nu + r * r) ** 2
    return (bend @ weights) / settled**2, (pull**2 @ weights) / settled**2


def _scales(spec: NoiseSpec, x: Array) -> Array:
    """Return the scale of the noise at each x."""
    return np.asarray(spec.scale * (np.exp(spec.growth * x) if spec.noise == "unequal" else np.ones_like(x)))


def _peak(model: NoiseModel, nu: float) -> float:
    """Return the density at 0 of the noise of scale 1."""
    return float(_unit_density(model, np.zeros(1), nu)[0])


def _unit_density(model: NoiseModel, u: Array, nu: float) -> Array:
    """Return the density of the noise of location 0 and scale 1."""
    eta = np.zeros((*u.shape, len(model.predictors)))
    return model.density(u, eta, **settings_for(model, 1.0, nu))


def half_line(model: NoiseModel, nu: float) -> tuple[Array, Array]:
    """Return points u > 0 and weights with Σ weight g(u) ≈ E[g(u)] for an even, bounded g and noise of scale 1.

    Gauss and Legendre's rule in t, u = t/(1 − t), over [0, 1].
    """
    nodes, weights = np.polynomial.legendre.leggauss(400)
    t = (nodes + 1) / 2
    u = t / (1 - t)
    return u, weights * _unit_density(model, u, nu) / (1 - t) ** 2


def _student_scale(nu: float, s: Array, u: Array, weights: Array) -> float:
    """Return the limit of a fitted scale: the S with the mean over i of E[(ν+1) r²/(ν + r²)] = 1, r = sᵢ u/S."""
    low, high = 1e-6 * s.min(), 1e6 * s.max()
    for _ in range(100):
        middle = np.sqrt(low * high)
        square = (u * s[:, None] / middle) ** 2
        above = (((nu + 1) * square / (nu + square)) @ weights).mean() > 1
        low, high = (middle, high) if above else (low, middle)
    return float(middle)
