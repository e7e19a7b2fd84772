"""What a loss costs that belongs to another noise: the spread of the slope it finds, measured and in theory.

Data of one noise are drawn again and again at the same x and fitted under each loss. All these losses find the
true slope on average or nearly so; they differ in how far off they are from one draw to the next.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.learning.likelihood_fits import fisher_scoring, fit_noise
from nnviz.learning.likelihoods import NOISE_MODELS, Likelihood, NoiseModel, NoiseSpec, drawn, settings_for

Array = NDArray[np.float64]

_ENDLESS = 100.0  # a slope of a logit beyond this is a jump: a larger one fits better still


class Rival(NamedTuple):
    """A loss to fit with: a noise model's likelihood, or another loss of the same predictors."""

    name: str
    label: str
    noise: str
    likelihood: Likelihood | None = None


class Cost(NamedTuple):
    """What R repeats say about L losses; the first is the right one.

    slopes (L, R); spread (L,) is the root mean squared distance from the true slope. efficiency (L,) is the mean
    square of the right loss over that of this one, error (L,) its standard error; theory (L,) is its limit for many
    points, from the sandwich formula (Huber 1967) at these x. lost: repeats left out because some fit had no end.
    """

    labels: tuple[str, ...]
    slopes: Array
    spread: Array
    efficiency: Array
    error: Array
    theory: Array
    lost: int


def _squared_of(mean: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Likelihood:
    """(m(η) − y)² with the Gauss-Newton matrix 2 m′² in place of the information."""

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


_NUMBERS = (
    Rival("squared", "Squared (Gaussian)", "gaussian_learned"),
    Rival("absolute", "Absolute (Laplace)", "laplace"),
    Rival("student_t", "Student t", "student_t"),
    Rival("unequal", "Weighted, σ(x) learned", "unequal"),
)
_CLASSES = (
    Rival("cross_entropy", "Cross-entropy (Bernoulli)", "bernoulli"),
    Rival("squared_sigmoid", "Squared on σ(z)", "bernoulli", _squared_of(_logistic, _logistic_slope)),
)
_COUNTS = (
    Rival("poisson", "Poisson", "poisson"),
    Rival("squared_exp", "Squared on exp(z)", "poisson", _squared_of(np.exp, np.exp)),
)
_RIGHT = {"gaussian": 0, "gaussian_learned": 0, "laplace": 1, "student_t": 2, "unequal": 3}

RIVALS: Mapping[str, tuple[Rival, ...]] = {
    **{noise: (_NUMBERS[k], *_NUMBERS[:k], *_NUMBERS[k + 1 :]) for noise, k in _RIGHT.items()},
    "bernoulli": _CLASSES,
    "poisson": _COUNTS,
}
"""Noise -> the losses that are compared on it, the right one first."""


def cost_of_wrong_loss(spec: NoiseSpec, repeats: int = 200) -> Cost:
    """Draw ``spec`` that often and fit each draw under every loss of RIVALS; the same spec, the same numbers.

    ValueError for a noise without rivals, or fewer than 2 repeats.
    """
    if spec.noise not in RIVALS:
        raise ValueError(f"losses are compared for {', '.join(RIVALS)}; got {spec.noise!r}")
    if repeats < 2:
        raise ValueError(f"repeats must be 2 or more; got {repeats!r}")
    rivals = RIVALS[spec.noise]
    x, y = drawn(spec, repeats)
    found = [_slopes(rival, x, y, spec) for rival in rivals]
    kept = np.logical_and.reduce([converged for _, converged in found])
    slopes = np.array([slope[kept] for slope, _ in found])
    squares = (slopes - spec.slope) ** 2
    means = squares.mean(axis=1)
    efficiency = means[0] / means
    away = squares[0] / means[0] - squares / means[:, None]
    error = efficiency * away.std(axis=1) / np.sqrt(slopes.shape[1])
    theory = np.array([slope_variance(rival, spec, x) for rival in rivals])
    labels = tuple(rival.label for rival in rivals)
    return Cost(labels, slopes, np.sqrt(means), efficiency, error, theory[0] / theory, int((~kept).sum()))


def _slopes(rival: Rival, x: Array, y: Array, spec: NoiseSpec) -> tuple[Array, NDArray[np.bool_]]:
    model = NOISE_MODELS[rival.noise]
    fit = fit_noise(rival.noise, x, y, **settings_for(model, spec.scale, spec.nu))
    if rival.likelihood is None:
        return fit.parameters[:, 0], fit.converged
    theta, done = fisher_scoring(rival.likelihood, model.design(x), y, fit.parameters, {})
    return theta[:, 0], done & fit.converged & (np.abs(theta[:, 0]) < _ENDLESS)


def slope_variance(rival: Rival, spec: NoiseSpec, x: Array) -> float:
    """The variance of the slope that a loss finds, for many points: that entry of J⁻¹ K J⁻¹ (Huber 1967).

    J = Σ E[ψ′ᵢ] xᵢxᵢᵀ and K = Σ E[ψᵢ²] xᵢxᵢᵀ with xᵢ = (x, 1), ψ the derivative of the loss by the first predictor,
    the expectation over y at the true line, and scales where they settle. inf if E[ψ²] is.
    """
    moments = _number_moments if spec.model.kind == "number" else _discrete_moments
    curvature, square = moments(rival, spec, x)
    if not np.isfinite(square).all():
        return inf
    rows = np.column_stack([x, np.ones_like(x)])
    inverse = np.linalg.inv((rows * curvature[:, None]).T @ rows)
    return float((inverse @ ((rows * square[:, None]).T @ rows) @ inverse)[0, 0])


def _discrete_moments(rival: Rival, spec: NoiseSpec, x: Array) -> tuple[Array, Array]:
    """E[ψ′ᵢ] and E[ψᵢ²]: for the right loss both are the information; m(z) − y is 0 on average for the other."""
    eta = spec.model.at(spec.theta, x)
    variance = spec.model.likelihood.information(eta)[:, 0, 0]
    if rival.likelihood is None:
        return variance, variance
    curvature = rival.likelihood.information(eta)[:, 0, 0]
    return curvature, 2 * curvature * variance


def _number_moments(rival: Rival, spec: NoiseSpec, x: Array) -> tuple[Array, Array]:
    """E[ψ′ᵢ] and E[ψᵢ²] at each x; the noise there is sᵢ u, with u of scale 1 and a symmetric density."""
    u, weights = half_line(spec.model, spec.nu)
    s = _scales(spec, x)
    variance = {"laplace": 2.0, "student_t": spec.nu / (spec.nu - 2) if spec.nu > 2 else inf}.get(
        spec.noise, 1.0
    )
    one = np.ones_like(s)
    if rival.name == "squared":
        return one, variance * s**2
    if rival.name == "unequal":
        return s**-2, variance * s**-2
    if rival.name == "absolute":
        return 2 * _peak(spec.model, spec.nu) / s, one
    nu, settled = spec.nu, _student_scale(spec.nu, s, u, weights)
    r = u * s[:, None] / settled
    pull = (nu + 1) * r / (nu + r * r)
    bend = (nu + 1) * (nu - r * r) / (nu + r * r) ** 2
    return (bend @ weights) / settled**2, (pull**2 @ weights) / settled**2


def _scales(spec: NoiseSpec, x: Array) -> Array:
    """The scale of the noise at each x."""
    return np.asarray(spec.scale * (np.exp(spec.growth * x) if spec.noise == "unequal" else np.ones_like(x)))


def _peak(model: NoiseModel, nu: float) -> float:
    """The density at 0 of the noise of scale 1."""
    return float(_unit_density(model, np.zeros(1), nu)[0])


def _unit_density(model: NoiseModel, u: Array, nu: float) -> Array:
    """The density of the noise of location 0 and scale 1."""
    eta = np.zeros((*u.shape, len(model.predictors)))
    return model.density(u, eta, **settings_for(model, 1.0, nu))


def half_line(model: NoiseModel, nu: float) -> tuple[Array, Array]:
    """Points u > 0 and weights with Σ weight g(u) ≈ E[g(u)] for an even, bounded g and noise of scale 1.

    Gauss and Legendre's rule in t, u = t/(1 − t), over [0, 1].
    """
    nodes, weights = np.polynomial.legendre.leggauss(400)
    t = (nodes + 1) / 2
    u = t / (1 - t)
    return u, weights * _unit_density(model, u, nu) / (1 - t) ** 2


def _student_scale(nu: float, s: Array, u: Array, weights: Array) -> float:
    """Where the scale of a fitted t settles: the S with the mean over i of E[(ν+1) r²/(ν + r²)] = 1, r = sᵢ u/S."""
    low, high = 1e-6 * s.min(), 1e6 * s.max()
    for _ in range(100):
        middle = np.sqrt(low * high)
        square = (u * s[:, None] / middle) ** 2
        above = (((nu + 1) * square / (nu + square)) @ weights).mean() > 1
        low, high = (middle, high) if above else (low, middle)
    return float(middle)
