"""Define the noise of numbers, one record each: η = (μ, log s), or μ alone, and r = (y − μ)/s."""

import math
from math import inf, lgamma, log, pi
from statistics import NormalDist
from typing import Final

import numpy as np

from nnviz._types import Array
from nnviz.losses.hyperparameters import Hyperparameter
from nnviz.losses.noise_model import Likelihood, NoiseModel, Predictor, diagonal, stack

_LOG_2PI = log(2 * pi)


# −log p = ½ r² + log σ + ½ log 2π
def _gaussian(eta: Array, y: Array) -> Array:
    r = (y - eta[..., 0]) * np.exp(-eta[..., 1])
    return np.asarray(0.5 * r * r + eta[..., 1] + 0.5 * _LOG_2PI)


# ∂/∂μ = −r/σ, ∂/∂log σ = 1 − r²
def _gaussian_derivative(eta: Array, y: Array) -> Array:
    r = (y - eta[..., 0]) * np.exp(-eta[..., 1])
    return stack(-r * np.exp(-eta[..., 1]), 1 - r * r)


# E[∂∂ᵀ] = diag(1/σ², 2)
def _gaussian_information(eta: Array) -> Array:
    return diagonal(np.exp(-2 * eta[..., 1]), np.full(eta.shape[:-1], 2.0))


def _with_sigma(eta: Array, sigma: float) -> Array:
    return stack(eta[..., 0], np.full(eta.shape[:-1], log(sigma)))


def _known(eta: Array, y: Array, sigma: float) -> Array:
    return _gaussian(_with_sigma(eta, sigma), y)


def _known_derivative(eta: Array, y: Array, sigma: float) -> Array:
    return _gaussian_derivative(_with_sigma(eta, sigma), y)[..., :1]


def _known_information(eta: Array, sigma: float) -> Array:
    return np.full((*eta.shape[:-1], 1, 1), sigma**-2)


# −log p = |r| + log 2b
def _laplace(eta: Array, y: Array) -> Array:
    return np.asarray(np.abs(y - eta[..., 0]) * np.exp(-eta[..., 1]) + eta[..., 1] + log(2))


# ∂/∂μ = −sign(r)/b, ∂/∂log b = 1 − |r|
def _laplace_derivative(eta: Array, y: Array) -> Array:
    away, inverse = y - eta[..., 0], np.exp(-eta[..., 1])
    return stack(-np.sign(away) * inverse, 1 - np.abs(away) * inverse)


# E[∂∂ᵀ] = diag(1/b², 1)
def _laplace_information(eta: Array) -> Array:
    return diagonal(np.exp(-2 * eta[..., 1]), np.ones(eta.shape[:-1]))


# −log p = ½(ν+1) log(1 + r²/ν) + log s + ½ log νπ + log Γ(½ν) − log Γ(½(ν+1))
def _student(eta: Array, y: Array, nu: float) -> Array:
    r = (y - eta[..., 0]) * np.exp(-eta[..., 1])
    constant = 0.5 * log(nu * pi) + lgamma(nu / 2) - lgamma((nu + 1) / 2)
    return np.asarray((nu + 1) / 2 * np.log1p(r * r / nu) + eta[..., 1] + constant)


# with the weight ω = (ν+1)/(ν + r²): ∂/∂μ = −ω r/s, ∂/∂log s = 1 − ω r²
def _student_derivative(eta: Array, y: Array, nu: float) -> Array:
    inverse = np.exp(-eta[..., 1])
    r = (y - eta[..., 0]) * inverse
    pull = (nu + 1) * r / (nu + r * r)
    return stack(-pull * inverse, 1 - pull * r)


# E[∂∂ᵀ] = diag((ν+1)/((ν+3) s²), 2ν/(ν+3))   (Lange, Little & Taylor 1989)
def _student_information(eta: Array, nu: float) -> Array:
    return diagonal(
        (nu + 1) / (nu + 3) * np.exp(-2 * eta[..., 1]), np.full(eta.shape[:-1], 2 * nu / (nu + 3))
    )


def _gaussian_quantile(p: float, eta: Array) -> Array:
    return np.asarray(eta[..., 0] + NormalDist().inv_cdf(p) * np.exp(eta[..., 1]))


# μ − b sign(p − ½) log(1 − 2|p − ½|)
def _laplace_quantile(p: float, eta: Array) -> Array:
    away = -math.copysign(math.log1p(-2 * abs(p - 0.5)), p - 0.5)
    return np.asarray(eta[..., 0] - away * np.exp(eta[..., 1]))


_ALMOST_GAUSSIAN: Final = 1e6  # from this ν on, two terms of an expansion in 1/ν have all digits


def student_quantile(p: float, nu: float) -> float:
    """Return the p-quantile t of Student's t with ν ≥ 1 degrees of freedom.

    By symmetry P(|T| ≥ |t|) = 2 min(p, 1 − p). log |t| is found by bisection from the smaller one of this probability
    and its complement, so that no digits are lost in the middle or in the tails.
    """
    if p == 0.5 or not 0 < p < 1:
        return 0.0 if p == 0.5 else math.copysign(inf, p - 0.5)
    if nu > _ALMOST_GAUSSIAN:
        z = NormalDist().inv_cdf(p)
        return z + z * (z * z + 1) / (4 * nu)
    inside, outside = 2 * abs(p - 0.5), 2 * min(p, 1 - p)
    low, high = -745.0, 745.0
    while low < (middle := (low + high) / 2) < high:
        odds = 2 * middle - log(nu)
        if inside < outside:  # P(|T| ≤ t) = I(t²/(ν + t²); ½, ν/2), with the incomplete beta function I
            beyond = _log_incomplete_beta(-odds, 0.5, nu / 2) > log(inside)
        else:  # P(|T| ≥ t) = I(ν/(ν + t²); ν/2, ½)
            beyond = _log_incomplete_beta(odds, nu / 2, 0.5) < log(outside)
        low, high = (low, middle) if beyond else (middle, high)
    return math.copysign(math.exp(low), p - 0.5)


def _log_incomplete_beta(odds: float, a: float, b: float) -> float:
    """Return log I(x; a, b) at x = 1/(1 + e^odds), by its continued fraction (DLMF 8.17.22)."""
    log_x, log_rest = -float(np.logaddexp(0.0, odds)), -float(np.logaddexp(0.0, -odds))
    x = math.exp(log_x)
    if x * (a + b + 2) > a + 1:
        other = math.exp(_log_incomplete_beta(-odds, b, a))
        return math.log1p(-other) if other < 1 else -inf
    fraction = 1.0
    for m in range(40 + int(3 * math.sqrt(a + b)), -1, -1):
        even = (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2))
        fraction = 1 - (a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)) / (1 + even / fraction)
    return a * log_x + b * log_rest - lgamma(a) - lgamma(b) + lgamma(a + b) - log(a * fraction)


def _student_quantile(p: float, eta: Array, nu: float) -> Array:
    return np.asarray(eta[..., 0] + student_quantile(p, nu) * np.exp(eta[..., 1]))


_LINE = Predictor(r"\mu", slope=True)
_SIGMA = r"\log\sigma"

NUMBER_NOISE: Final = (
    NoiseModel(
        name="gaussian",
        label="Gaussian, σ known",
        kind="number",
        predictors=(_LINE,),
        likelihood=Likelihood(_known, _known_derivative, _known_information),
        draw=lambda rng, eta, sigma: eta[..., 0] + sigma * rng.standard_normal(eta.shape[:-1]),
        quantile=lambda p, eta, sigma: _gaussian_quantile(p, _with_sigma(eta, sigma)),
        loss="squared",
        model_latex=r"y_i = \mu_i + \varepsilon_i, \quad \varepsilon_i \sim \mathcal N(0, \sigma^2), \quad"
        r" \mu_i = w x_i + b",
        density_latex=r"\frac{1}{\sigma\sqrt{2\pi}} \exp\left(-\frac{(y_i - \mu_i)^2}{2\sigma^2}\right)",
        nll_latex=r"\frac{(y_i - \mu_i)^2}{2\sigma^2} + \log\sigma + \tfrac12\log 2\pi",
        loss_latex=r"(\mu_i - y_i)^2",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\mu - y}{\sigma^2}",
        method="least_squares",
        hyperparameters={
            "sigma": Hyperparameter(default=0.5, low=0, high=inf, meaning="standard deviation of the noise")
        },
    ),
    NoiseModel(
        name="gaussian_learned",
        label="Gaussian, σ learned",
        kind="number",
        predictors=(_LINE, Predictor(_SIGMA, slope=False)),
        likelihood=Likelihood(_gaussian, _gaussian_derivative, _gaussian_information),
        draw=lambda rng, eta: eta[..., 0] + np.exp(eta[..., 1]) * rng.standard_normal(eta.shape[:-1]),
        quantile=_gaussian_quantile,
        loss="squared",
        model_latex=r"y_i = \mu_i + \varepsilon_i, \quad \varepsilon_i \sim \mathcal N(0, \sigma^2), \quad"
        r" \mu_i = w x_i + b",
        density_latex=r"\frac{1}{\sigma\sqrt{2\pi}} \exp\left(-\frac{(y_i - \mu_i)^2}{2\sigma^2}\right)",
        nll_latex=r"\frac{(y_i - \mu_i)^2}{2\sigma^2} + \log\sigma + \tfrac12\log 2\pi",
        loss_latex=r"\left[\frac{(\mu_i - y_i)^2}{2\sigma^2} + \log\sigma\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\mu - y}{\sigma^2}, \quad"
        r" \frac{\partial \ell}{\partial \log\sigma} = 1 - \frac{(y - \mu)^2}{\sigma^2}",
        method="least_squares_and_scale",
    ),
    NoiseModel(
        name="laplace",
        label="Laplace",
        kind="number",
        predictors=(_LINE, Predictor(r"\log s", slope=False)),
        likelihood=Likelihood(_laplace, _laplace_derivative, _laplace_information),
        draw=lambda rng, eta: eta[..., 0] + np.exp(eta[..., 1]) * rng.laplace(size=eta.shape[:-1]),
        quantile=_laplace_quantile,
        loss="absolute",
        model_latex=r"y_i = \mu_i + \varepsilon_i, \quad \varepsilon_i \sim \operatorname{Laplace}(0, s), \quad"
        r" \mu_i = w x_i + b",
        density_latex=r"\frac{1}{2s} \exp\left(-\frac{|y_i - \mu_i|}{s}\right)",
        nll_latex=r"\frac{|y_i - \mu_i|}{s} + \log 2s",
        loss_latex=r"|\mu_i - y_i|",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\operatorname{sign}(\mu - y)}{s}, \quad"
        r" \frac{\partial \ell}{\partial \log s} = 1 - \frac{|y - \mu|}{s}",
        method="line_search",
    ),
    NoiseModel(
        name="student_t",
        label="Student t",
        kind="number",
        predictors=(_LINE, Predictor(r"\log s", slope=False)),
        likelihood=Likelihood(_student, _student_derivative, _student_information),
        draw=lambda rng, eta, nu: eta[..., 0] + np.exp(eta[..., 1]) * rng.standard_t(nu, size=eta.shape[:-1]),
        quantile=_student_quantile,
        loss="",
        model_latex=r"y_i = \mu_i + s\,\varepsilon_i, \quad \varepsilon_i \sim t_\nu, \quad \mu_i = w x_i + b",
        density_latex=r"\frac{\Gamma(\frac{\nu+1}{2})}{\Gamma(\frac\nu2)\sqrt{\nu\pi}\,s}"
        r" \left(1 + \frac{(y_i - \mu_i)^2}{\nu s^2}\right)^{-\frac{\nu+1}{2}}",
        nll_latex=r"\tfrac{\nu+1}{2} \log\left(1 + \frac{(y_i - \mu_i)^2}{\nu s^2}\right) + \log s + c_\nu",
        loss_latex=r"\left[\tfrac{\nu+1}{2} \log\left(1 + \frac{(\mu_i - y_i)^2}{\nu s^2}\right) + \log s\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{(\nu + 1)(\mu - y)}{\nu s^2 + (\mu - y)^2}, \quad"
        r" \frac{\partial \ell}{\partial \log s} = 1 - \frac{(\nu+1)(y-\mu)^2}{\nu s^2 + (y-\mu)^2}",
        method="fisher_scoring",
        hyperparameters={
            "nu": Hyperparameter(
                default=3.0,
                low=1,
                high=inf,
                closed=True,
                meaning="degrees of freedom: the smaller, the heavier the tails",
            )
        },
    ),
    NoiseModel(
        name="unequal",
        label="Unequal variance σ(x)",
        kind="number",
        predictors=(_LINE, Predictor(_SIGMA, slope=True)),
        likelihood=Likelihood(_gaussian, _gaussian_derivative, _gaussian_information),
        draw=lambda rng, eta: eta[..., 0] + np.exp(eta[..., 1]) * rng.standard_normal(eta.shape[:-1]),
        quantile=_gaussian_quantile,
        loss="",
        model_latex=r"y_i = \mu_i + \varepsilon_i, \quad \varepsilon_i \sim \mathcal N(0, \sigma_i^2), \;\;"
        r" \mu_i = w x_i + b, \;\; \log\sigma_i = u x_i + v",
        density_latex=r"\frac{1}{\sigma_i\sqrt{2\pi}} \exp\left(-\frac{(y_i - \mu_i)^2}{2\sigma_i^2}\right)",
        nll_latex=r"\frac{(y_i - \mu_i)^2}{2\sigma_i^2} + \log\sigma_i + \tfrac12\log 2\pi",
        loss_latex=r"\left[\frac{(\mu_i - y_i)^2}{2\sigma_i^2} + \log\sigma_i\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\mu - y}{\sigma^2}, \quad"
        r" \frac{\partial \ell}{\partial \log\sigma} = 1 - \frac{(y - \mu)^2}{\sigma^2}",
        method="fisher_scoring",
    ),
)
