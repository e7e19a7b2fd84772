"""Define the noise of classes and counts, one record each: η is one logit, several logits, or log λ."""

import math
from typing import Final

import numpy as np

from nnviz._types import Array
from nnviz.losses.noise_model import Likelihood, NoiseModel, Predictor
from nnviz.losses.probabilities import sigmoid


# −log p = log(1 + eᶻ) − y z
def _bernoulli(eta: Array, y: Array) -> Array:
    z = eta[..., 0]
    return np.asarray(np.logaddexp(0, z) - y * z)


# ∂/∂z = σ(z) − y
def _bernoulli_derivative(eta: Array, y: Array) -> Array:
    return np.asarray(sigmoid(eta) - y[..., None])


# E[∂∂ᵀ] = p (1 − p)
def _bernoulli_information(eta: Array) -> Array:
    return np.asarray((sigmoid(eta) * sigmoid(-eta))[..., None])


def _with_zero(eta: Array) -> Array:
    """Return logits (..., k + 1): class 0 has the logit 0."""
    return np.concatenate([np.zeros_like(eta[..., :1]), eta], axis=-1)


# −log p = log Σ e^(zⱼ) − z_y
def _categorical(eta: Array, y: Array) -> Array:
    z = _with_zero(eta)
    chosen = np.take_along_axis(z, y[..., None].astype(np.intp), axis=-1)[..., 0]
    return np.asarray(np.logaddexp.reduce(z, axis=-1) - chosen)


def _shares(eta: Array) -> Array:
    z = _with_zero(eta)
    return np.asarray(np.exp(z - np.logaddexp.reduce(z, axis=-1)[..., None]))


# ∂/∂zⱼ = pⱼ − [y = j], j = 1 … k
def _categorical_derivative(eta: Array, y: Array) -> Array:
    classes = np.arange(1, eta.shape[-1] + 1)
    return np.asarray(_shares(eta)[..., 1:] - (y[..., None] == classes))


# E[∂∂ᵀ] = diag(p) − p pᵀ
def _categorical_information(eta: Array) -> Array:
    p = _shares(eta)[..., 1:]
    return np.asarray(p[..., None] * np.eye(p.shape[-1]) - p[..., None] * p[..., None, :])


# −log p = λ − y log λ + log y!,  η = log λ
def _poisson(eta: Array, y: Array) -> Array:
    largest = int(y.max(initial=0))
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, largest + 1)))])
    return np.asarray(np.exp(eta[..., 0]) - y * eta[..., 0] + factorials[y.astype(np.intp)])


# ∂/∂η = λ − y
def _poisson_derivative(eta: Array, y: Array) -> Array:
    return np.asarray(np.exp(eta) - y[..., None])


# E[∂∂ᵀ] = λ
def _poisson_information(eta: Array) -> Array:
    return np.asarray(np.exp(eta)[..., None])


def _poisson_quantile(p: float, eta: Array) -> Array:
    """Return the smallest count whose distribution function is at least p."""
    rates = np.exp(eta[..., 0])
    most = int(rates.max() + 12 * math.sqrt(rates.max()) + 20)
    counts = np.arange(most + 1.0)
    each = -_poisson(np.broadcast_to(eta[..., None, :], (*eta.shape[:-1], most + 1, 1)), counts)
    return np.asarray((np.cumsum(np.exp(each), axis=-1) < p).sum(axis=-1), dtype=np.float64)


# --- draws: (rng, η, settings) -> y ----------------------------------------------------------------------


def _draw_categorical(rng: np.random.Generator, eta: Array) -> Array:
    below = np.cumsum(_shares(eta), axis=-1)[..., :-1]
    return np.asarray((rng.random(eta.shape[:-1])[..., None] > below).sum(axis=-1), dtype=np.float64)


_LINE = Predictor(r"\mu", slope=True)
_SIGMA = r"\log\sigma"


CLASS_AND_COUNT_NOISE: Final = (
    NoiseModel(
        name="bernoulli",
        label="Bernoulli: yes or no",
        kind="class",
        predictors=(Predictor("z", slope=True),),
        likelihood=Likelihood(_bernoulli, _bernoulli_derivative, _bernoulli_information),
        draw=lambda rng, eta: (rng.random(eta.shape[:-1]) < sigmoid(eta[..., 0])).astype(np.float64),
        quantile=None,
        loss="cross_entropy",
        model_latex=r"P(y_i = 1) = p_i, \quad p_i = \sigma(z_i), \quad"
        r" z_i = w x_i + b",
        density_latex=r"p_i^{\,y_i} (1 - p_i)^{1 - y_i}",
        nll_latex=r"-y_i \log p_i - (1 - y_i) \log(1 - p_i)",
        loss_latex=r"\left[-y_i \log \sigma(z_i) - (1 - y_i) \log(1 - \sigma(z_i))\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial z} = \sigma(z) - y",
        method="newton",
    ),
    NoiseModel(
        name="categorical",
        label="Categorical: one of three",
        kind="class",
        predictors=(Predictor("z_1", slope=True), Predictor("z_2", slope=True)),
        likelihood=Likelihood(_categorical, _categorical_derivative, _categorical_information),
        draw=_draw_categorical,
        quantile=None,
        loss="softmax_cross_entropy",
        model_latex=r"P(y_i = j) = p_{ij} = \frac{e^{z_{ij}}}{\sum_k e^{z_{ik}}}, \;"
        r" z_{ij} = w_j x_i + b_j, \; z_{i0} = 0",
        density_latex=r"\prod_j p_{ij}^{[y_i = j]} = p_{i y_i}",
        nll_latex=r"-\log p_{i y_i} = -z_{i y_i} + \log \sum_j e^{z_{ij}}",
        loss_latex=r"\left[-z_{i y_i} + \log \sum_j e^{z_{ij}}\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial z_j} = p_j - [\,y = j\,]",
        method="newton",
    ),
    NoiseModel(
        name="poisson",
        label="Poisson: counts",
        kind="count",
        predictors=(Predictor(r"\log\lambda", slope=True),),
        likelihood=Likelihood(_poisson, _poisson_derivative, _poisson_information),
        draw=lambda rng, eta: rng.poisson(np.exp(eta[..., 0])).astype(np.float64),
        quantile=_poisson_quantile,
        loss="",
        model_latex=r"y_i \sim \operatorname{Poisson}(\lambda_i), \quad \log\lambda_i = w x_i + b",
        density_latex=r"\frac{\lambda_i^{\,y_i} e^{-\lambda_i}}{y_i!}",
        nll_latex=r"\lambda_i - y_i \log\lambda_i + \log y_i!",
        loss_latex=r"\left[e^{z_i} - y_i z_i\right], \quad z_i = \log\lambda_i",
        gradient_latex=r"\frac{\partial \ell}{\partial \log\lambda} = \lambda - y",
        method="newton",
    ),
)
