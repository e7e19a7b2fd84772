"""Noise models: how y scatters about what x says, the likelihood this gives, and the loss it becomes.

A model has k predictors at each example, η (..., n, k), each linear in x or a constant; the parameters θ (P,)
are, predictor by predictor, (slope, intercept) or (constant). The negative log-likelihood is per example and in
nats; the mean over the examples, 1/n, is the loss that is made least. Leading axes are repeats.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, lgamma, log, pi
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.settings import Setting, complete

Array = NDArray[np.float64]
Kind = Literal["number", "class", "count"]


class Predictor(NamedTuple):
    """One number of the noise at each x: its LaTeX, and whether it has a slope in x or is a constant."""

    latex: str
    slope: bool


class Likelihood(NamedTuple):
    """Functions of (η (..., n, k), y (..., n), **settings), unchecked: −log p (..., n), its derivative by η
    (..., n, k), and the Fisher information about η, E[∂∂ᵀ] at η, (..., n, k, k), which takes η alone.
    """

    value: Callable[..., Array]
    derivative: Callable[..., Array]
    information: Callable[..., Array]


class Line(NamedTuple):
    """One line of a derivation: what is done, and the formula it gives."""

    words: str
    latex: str


@dataclass(frozen=True, eq=False)
class NoiseModel:
    """One kind of noise.

    ``draw(rng, η, **settings)`` gives y (..., n). ``quantile(p, η, **settings)`` gives the p-quantile (..., n); it is
    None for classes. ``loss`` is the name in LOSSES of the loss it becomes, "" if there is none of that name;
    ``density_latex`` is p(y | x), ``nll_latex`` is −log p(y | x), ``loss_latex`` what is left of it without the
    terms in ``dropped``, ``gradient_latex`` the derivative by the predictors. ``method``: how the fit is found.
    """

    name: str
    label: str
    kind: Kind
    predictors: tuple[Predictor, ...]
    likelihood: Likelihood
    draw: Callable[..., Array]
    quantile: Callable[..., Array] | None
    loss: str
    model_latex: str
    density_latex: str
    nll_latex: str
    dropped: str
    loss_latex: str
    gradient_latex: str
    method: str
    lesson: str
    hyperparameters: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """Number of parameters P."""
        return sum(2 if predictor.slope else 1 for predictor in self.predictors)

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the noise {self.name}", self.hyperparameters, settings)

    def design(self, x: ArrayLike) -> Array:
        """D (n, k, P) with η = D θ at the points x (n,)."""
        points = np.asarray(x, dtype=np.float64)
        d = np.zeros((len(points), len(self.predictors), self.parameters))
        column = 0
        for j, predictor in enumerate(self.predictors):
            if predictor.slope:
                d[:, j, column] = points
                column += 1
            d[:, j, column] = 1
            column += 1
        return d

    def at(self, theta: ArrayLike, x: ArrayLike) -> Array:
        """The predictors η (n, k) at x (n,)."""
        return np.asarray(self.design(x) @ np.asarray(theta, dtype=np.float64))

    def nll(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike, **settings: float) -> float:
        """The mean of −log p(yᵢ | xᵢ)."""
        target = np.asarray(y, dtype=np.float64)
        return float(self.likelihood.value(self.at(theta, x), target, **self.complete(settings)).mean())

    def gradient(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike, **settings: float) -> Array:
        """The derivative (P,) of ``nll`` by the parameters."""
        target, d = np.asarray(y, dtype=np.float64), self.design(x)
        slopes = self.likelihood.derivative(self.at(theta, x), target, **self.complete(settings))
        return np.asarray(np.einsum("nk,nkp->p", slopes, d) / len(d))

    def density(self, y: ArrayLike, eta: Array, **settings: float) -> Array:
        """The density or probability p(y) at predictors η (..., n, k), for y (..., n)."""
        return np.exp(-self.likelihood.value(eta, np.asarray(y, dtype=np.float64), **self.complete(settings)))

    def derivation(self) -> tuple[Line, ...]:
        """From the noise to the loss, line by line."""
        return (
            Line("How y scatters about what x says", self.model_latex),
            Line("so one point has the density or probability", rf"p(y_i \mid x_i) = {self.density_latex}"),
            Line(
                "The points are independent, so the likelihood of all of them is a product",
                r"\mathcal L(\theta) = \prod_{i=1}^{n} p(y_i \mid x_i)",
            ),
            Line(
                "The logarithm rises with it and makes a sum; a minus sign turns largest into least; divide by n",
                r"-\tfrac1n \log \mathcal L(\theta) = \tfrac1n \sum_{i=1}^{n} \ell_i, \qquad"
                r" \ell_i = -\log p(y_i \mid x_i)",
            ),
            Line("Put the density in", rf"\ell_i = {self.nll_latex}"),
            Line(self.dropped, rf"\tfrac1n \sum_i \; {self.loss_latex}"),
        )


_LOG_2PI = log(2 * pi)


def _stack(*columns: Array) -> Array:
    return np.stack(columns, axis=-1)


def _diagonal(*entries: Array) -> Array:
    """(..., k, k) from k arrays (...)."""
    return np.asarray(_stack(*entries)[..., None] * np.eye(len(entries)))


# --- numbers: η = (μ, log s) or μ alone; r = (y − μ)/s ------------------------------------------------------


# −log p = ½ r² + log σ + ½ log 2π
def _gaussian(eta: Array, y: Array) -> Array:
    r = (y - eta[..., 0]) * np.exp(-eta[..., 1])
    return np.asarray(0.5 * r * r + eta[..., 1] + 0.5 * _LOG_2PI)


# ∂/∂μ = −r/σ, ∂/∂log σ = 1 − r²
def _gaussian_derivative(eta: Array, y: Array) -> Array:
    r = (y - eta[..., 0]) * np.exp(-eta[..., 1])
    return _stack(-r * np.exp(-eta[..., 1]), 1 - r * r)


# E[∂∂ᵀ] = diag(1/σ², 2)
def _gaussian_information(eta: Array) -> Array:
    return _diagonal(np.exp(-2 * eta[..., 1]), np.full(eta.shape[:-1], 2.0))


def _with_sigma(eta: Array, sigma: float) -> Array:
    return _stack(eta[..., 0], np.full(eta.shape[:-1], log(sigma)))


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
    return _stack(-np.sign(away) * inverse, 1 - np.abs(away) * inverse)


# E[∂∂ᵀ] = diag(1/b², 1)
def _laplace_information(eta: Array) -> Array:
    return _diagonal(np.exp(-2 * eta[..., 1]), np.ones(eta.shape[:-1]))


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
    return _stack(-pull * inverse, 1 - pull * r)


# E[∂∂ᵀ] = diag((ν+1)/((ν+3) s²), 2ν/(ν+3))   (Lange, Little & Taylor 1989)
def _student_information(eta: Array, nu: float) -> Array:
    return _diagonal(
        (nu + 1) / (nu + 3) * np.exp(-2 * eta[..., 1]), np.full(eta.shape[:-1], 2 * nu / (nu + 3))
    )


# --- classes and counts ----------------------------------------------------------------------------------


# −log p = log(1 + eᶻ) − y z
def _bernoulli(eta: Array, y: Array) -> Array:
    z = eta[..., 0]
    return np.asarray(np.logaddexp(0, z) - y * z)


def _logistic(z: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))


# ∂/∂z = σ(z) − y
def _bernoulli_derivative(eta: Array, y: Array) -> Array:
    return np.asarray(_logistic(eta) - y[..., None])


# E[∂∂ᵀ] = p (1 − p)
def _bernoulli_information(eta: Array) -> Array:
    return np.asarray((_logistic(eta) * _logistic(-eta))[..., None])


def _with_zero(eta: Array) -> Array:
    """Logits (..., k + 1): class 0 has the logit 0."""
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


# --- quantiles -------------------------------------------------------------------------------------------


def _gaussian_quantile(p: float, eta: Array) -> Array:
    return np.asarray(eta[..., 0] + NormalDist().inv_cdf(p) * np.exp(eta[..., 1]))


# μ − b sign(p − ½) log(1 − 2|p − ½|)
def _laplace_quantile(p: float, eta: Array) -> Array:
    away = -math.copysign(math.log1p(-2 * abs(p - 0.5)), p - 0.5)
    return np.asarray(eta[..., 0] - away * np.exp(eta[..., 1]))


def student_quantile(p: float, nu: float) -> float:
    """The p-quantile of Student's t with ν ≥ 1 degrees of freedom.

    With T = √ν tan φ the distribution function is ½ + ∫₀^φ cos^(ν−1) / B(½, ν/2), and φ is found by bisection.
    """
    nodes, weights = np.polynomial.legendre.leggauss(80)
    area = abs(p - 0.5) * math.exp(lgamma(0.5) + lgamma(nu / 2) - lgamma((nu + 1) / 2))
    low, high = 0.0, pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        below = weights @ np.cos(middle / 2 * (nodes + 1)) ** (nu - 1) * middle / 2
        low, high = (middle, high) if below < area else (low, middle)
    return math.copysign(math.sqrt(nu) * math.tan(low), p - 0.5)


def _student_quantile(p: float, eta: Array, nu: float) -> Array:
    return np.asarray(eta[..., 0] + student_quantile(p, nu) * np.exp(eta[..., 1]))


def _poisson_quantile(p: float, eta: Array) -> Array:
    """The smallest count whose distribution function is at least p."""
    rates = np.exp(eta[..., 0])
    most = int(rates.max() + 12 * math.sqrt(rates.max()) + 20)
    counts = np.arange(most + 1.0)
    each = -_poisson(np.broadcast_to(eta[..., None, :], (*eta.shape[:-1], most + 1, 1)), counts)
    return np.asarray((np.cumsum(np.exp(each), axis=-1) < p).sum(axis=-1), dtype=np.float64)


# --- draws: (rng, η, settings) -> y ----------------------------------------------------------------------


def _draw_categorical(rng: np.random.Generator, eta: Array) -> Array:
    below = np.cumsum(_shares(eta), axis=-1)[..., :-1]
    return np.asarray((rng.random(eta.shape[:-1])[..., None] > below).sum(axis=-1), dtype=np.float64)


_LINE = Predictor(r"\mu", True)
_SIGMA = r"\log\sigma"

_MODELS = (
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
        dropped="Drop log σ + ½ log 2π and the factor 1/2σ²: they move no minimum. Left is the squared loss",
        loss_latex=r"(\mu_i - y_i)^2",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\mu - y}{\sigma^2}",
        method="closed form: the line of least squares",
        lesson="Squared error is what is left of a bell curve once it is put into a logarithm.",
        hyperparameters={"sigma": Setting(0.5, 0, inf, False, "standard deviation of the noise")},
    ),
    NoiseModel(
        name="gaussian_learned",
        label="Gaussian, σ learned",
        kind="number",
        predictors=(_LINE, Predictor(_SIGMA, False)),
        likelihood=Likelihood(_gaussian, _gaussian_derivative, _gaussian_information),
        draw=lambda rng, eta: eta[..., 0] + np.exp(eta[..., 1]) * rng.standard_normal(eta.shape[:-1]),
        quantile=_gaussian_quantile,
        loss="squared",
        model_latex=r"y_i = \mu_i + \varepsilon_i, \quad \varepsilon_i \sim \mathcal N(0, \sigma^2), \quad"
        r" \mu_i = w x_i + b, \; \sigma \text{ unknown}",
        density_latex=r"\frac{1}{\sigma\sqrt{2\pi}} \exp\left(-\frac{(y_i - \mu_i)^2}{2\sigma^2}\right)",
        nll_latex=r"\frac{(y_i - \mu_i)^2}{2\sigma^2} + \log\sigma + \tfrac12\log 2\pi",
        dropped="Drop ½ log 2π only: σ is to be found. Its best value is the root of the mean squared residual, and "
        "the line is that of the squared loss as before",
        loss_latex=r"\left[\frac{(\mu_i - y_i)^2}{2\sigma^2} + \log\sigma\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\mu - y}{\sigma^2}, \quad"
        r" \frac{\partial \ell}{\partial \log\sigma} = 1 - \frac{(y - \mu)^2}{\sigma^2}",
        method="closed form: least squares, then σ² = mean squared residual",
        lesson="The same line, and the model now says how sure it is.",
    ),
    NoiseModel(
        name="laplace",
        label="Laplace",
        kind="number",
        predictors=(_LINE, Predictor(r"\log s", False)),
        likelihood=Likelihood(_laplace, _laplace_derivative, _laplace_information),
        draw=lambda rng, eta: eta[..., 0] + np.exp(eta[..., 1]) * rng.laplace(size=eta.shape[:-1]),
        quantile=_laplace_quantile,
        loss="absolute",
        model_latex=r"y_i = \mu_i + \varepsilon_i, \quad \varepsilon_i \sim \text{Laplace}(0, s), \quad"
        r" \mu_i = w x_i + b",
        density_latex=r"\frac{1}{2s} \exp\left(-\frac{|y_i - \mu_i|}{s}\right)",
        nll_latex=r"\frac{|y_i - \mu_i|}{s} + \log 2s",
        dropped="Whatever s is, the line that makes this least is the same: drop log 2s and the factor 1/s. Left is "
        "the absolute loss",
        loss_latex=r"|\mu_i - y_i|",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\operatorname{sign}(\mu - y)}{s}, \quad"
        r" \frac{\partial \ell}{\partial \log s} = 1 - \frac{|y - \mu|}{s}",
        method="exact search over lines through two points, then s = mean absolute residual",
        lesson="A density with a peak and longer tails: the absolute loss, and the median.",
    ),
    NoiseModel(
        name="student_t",
        label="Student t",
        kind="number",
        predictors=(_LINE, Predictor(r"\log s", False)),
        likelihood=Likelihood(_student, _student_derivative, _student_information),
        draw=lambda rng, eta, nu: eta[..., 0] + np.exp(eta[..., 1]) * rng.standard_t(nu, size=eta.shape[:-1]),
        quantile=_student_quantile,
        loss="",
        model_latex=r"y_i = \mu_i + s\,\varepsilon_i, \quad \varepsilon_i \sim t_\nu, \quad \mu_i = w x_i + b",
        density_latex=r"\frac{\Gamma(\frac{\nu+1}{2})}{\Gamma(\frac\nu2)\sqrt{\nu\pi}\,s}"
        r" \left(1 + \frac{(y_i - \mu_i)^2}{\nu s^2}\right)^{-\frac{\nu+1}{2}}",
        nll_latex=r"\tfrac{\nu+1}{2} \log\left(1 + \frac{(y_i - \mu_i)^2}{\nu s^2}\right) + \log s + c_\nu",
        dropped="Drop c(ν), which holds the Γ's. Left is a loss that grows like a logarithm: far points hardly pull",
        loss_latex=r"\left[\tfrac{\nu+1}{2} \log\left(1 + \frac{(\mu_i - y_i)^2}{\nu s^2}\right) + \log s\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{(\nu + 1)(\mu - y)}{\nu s^2 + (\mu - y)^2}, \quad"
        r" \frac{\partial \ell}{\partial \log s} = 1 - \frac{(\nu+1)(y-\mu)^2}{\nu s^2 + (y-\mu)^2}",
        method="Fisher scoring: least squares, reweighted until nothing moves",
        lesson="Heavy tails make outliers ordinary: a point far away is forgiven, and its pull fades.",
        hyperparameters={
            "nu": Setting(3.0, 1, inf, True, "degrees of freedom: the smaller, the heavier the tails")
        },
    ),
    NoiseModel(
        name="unequal",
        label="Unequal variance σ(x)",
        kind="number",
        predictors=(_LINE, Predictor(_SIGMA, True)),
        likelihood=Likelihood(_gaussian, _gaussian_derivative, _gaussian_information),
        draw=lambda rng, eta: eta[..., 0] + np.exp(eta[..., 1]) * rng.standard_normal(eta.shape[:-1]),
        quantile=_gaussian_quantile,
        loss="",
        model_latex=r"y_i = \mu_i + \varepsilon_i, \quad \varepsilon_i \sim \mathcal N(0, \sigma_i^2), \;\;"
        r" \mu_i = w x_i + b, \;\; \log\sigma_i = u x_i + v",
        density_latex=r"\frac{1}{\sigma_i\sqrt{2\pi}} \exp\left(-\frac{(y_i - \mu_i)^2}{2\sigma_i^2}\right)",
        nll_latex=r"\frac{(y_i - \mu_i)^2}{2\sigma_i^2} + \log\sigma_i + \tfrac12\log 2\pi",
        dropped="Drop ½ log 2π only. Left is a squared loss in which each point has the weight 1/2σᵢ², and log σᵢ, "
        "which keeps the model from calling everything noise",
        loss_latex=r"\left[\frac{(\mu_i - y_i)^2}{2\sigma_i^2} + \log\sigma_i\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial \mu} = \frac{\mu - y}{\sigma^2}, \quad"
        r" \frac{\partial \ell}{\partial \log\sigma} = 1 - \frac{(y - \mu)^2}{\sigma^2}",
        method="Fisher scoring: weighted least squares and σ(x) in turn",
        lesson="A point is worth what it knows: where the noise is large, its weight is small.",
    ),
    NoiseModel(
        name="bernoulli",
        label="Bernoulli: yes or no",
        kind="class",
        predictors=(Predictor("z", True),),
        likelihood=Likelihood(_bernoulli, _bernoulli_derivative, _bernoulli_information),
        draw=lambda rng, eta: (rng.random(eta.shape[:-1]) < _logistic(eta[..., 0])).astype(np.float64),
        quantile=None,
        loss="cross_entropy",
        model_latex=r"y_i = 1 \text{ with probability } p_i, \text{ else } 0, \quad p_i = \sigma(z_i), \quad"
        r" z_i = w x_i + b",
        density_latex=r"p_i^{\,y_i} (1 - p_i)^{1 - y_i}",
        nll_latex=r"-y_i \log p_i - (1 - y_i) \log(1 - p_i)",
        dropped="Nothing to drop: this is the cross-entropy",
        loss_latex=r"\left[-y_i \log \sigma(z_i) - (1 - y_i) \log(1 - \sigma(z_i))\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial z} = \sigma(z) - y",
        method="Newton's method, which here is iteratively reweighted least squares",
        lesson="A coin with a bias that depends on x: the loss of a classifier is not a choice, it follows.",
    ),
    NoiseModel(
        name="categorical",
        label="Categorical: one of three",
        kind="class",
        predictors=(Predictor("z_1", True), Predictor("z_2", True)),
        likelihood=Likelihood(_categorical, _categorical_derivative, _categorical_information),
        draw=_draw_categorical,
        quantile=None,
        loss="softmax_cross_entropy",
        model_latex=r"y_i = j \text{ with probability } p_{ij} = \frac{e^{z_{ij}}}{\sum_k e^{z_{ik}}}, \;"
        r" z_{ij} = w_j x_i + b_j, \; z_{i0} = 0",
        density_latex=r"\prod_j p_{ij}^{[y_i = j]} = p_{i y_i}",
        nll_latex=r"-\log p_{i y_i} = -z_{i y_i} + \log \sum_j e^{z_{ij}}",
        dropped="Nothing to drop: this is the softmax cross-entropy",
        loss_latex=r"\left[-z_{i y_i} + \log \sum_j e^{z_{ij}}\right]",
        gradient_latex=r"\frac{\partial \ell}{\partial z_j} = p_j - [\,y = j\,]",
        method="Newton's method",
        lesson="A die whose sides change with x; only differences of logits count, so one of them is set to 0.",
    ),
    NoiseModel(
        name="poisson",
        label="Poisson: counts",
        kind="count",
        predictors=(Predictor(r"\log\lambda", True),),
        likelihood=Likelihood(_poisson, _poisson_derivative, _poisson_information),
        draw=lambda rng, eta: rng.poisson(np.exp(eta[..., 0])).astype(np.float64),
        quantile=_poisson_quantile,
        loss="",
        model_latex=r"y_i \sim \text{Poisson}(\lambda_i), \quad \log\lambda_i = w x_i + b",
        density_latex=r"\frac{\lambda_i^{\,y_i} e^{-\lambda_i}}{y_i!}",
        nll_latex=r"\lambda_i - y_i \log\lambda_i + \log y_i!",
        dropped="Drop log y!, which holds no parameter. Left is the Poisson loss",
        loss_latex=r"\left[e^{z_i} - y_i z_i\right], \quad z_i = \log\lambda_i",
        gradient_latex=r"\frac{\partial \ell}{\partial \log\lambda} = \lambda - y",
        method="Newton's method, which here is iteratively reweighted least squares",
        lesson="Counts scatter more where there are more of them: the variance is the mean.",
    ),
)
NOISE_MODELS: Mapping[str, NoiseModel] = {model.name: model for model in _MODELS}


@dataclass(frozen=True)
class NoiseSpec:
    """Data whose noise is known: x uniform on [−2, 2], y drawn from a model with these parameters.

    The first predictor is slope · x + intercept; a scale is ``scale`` at x = 0 and, for unequal variance,
    scale · exp(growth · x); the second logit of the categorical is −slope · x + intercept. ``nu`` is for Student's t.
    """

    noise: str
    n: int = 60
    slope: float = 1.0
    intercept: float = 0.0
    scale: float = 0.5
    growth: float = 0.5
    nu: float = 3.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.noise not in NOISE_MODELS:
            raise ValueError(f"noise must be one of {', '.join(NOISE_MODELS)}; got {self.noise!r}")
        if not (isinstance(self.n, int) and 3 <= self.n <= 100_000):
            raise ValueError(f"n must be a whole number from 3 to 100000; got {self.n!r}")
        if not 0 < self.scale < inf:
            raise ValueError(f"scale must be above 0 and finite; got {self.scale!r}")
        if not 1 <= self.nu < inf:
            raise ValueError(f"nu must be 1 or above and finite; got {self.nu!r}")
        for name in ("slope", "intercept", "growth"):
            if not abs(getattr(self, name)) <= 100:
                raise ValueError(f"{name} must be a number from -100 to 100; got {getattr(self, name)!r}")

    @property
    def model(self) -> NoiseModel:
        """The record of the noise."""
        return NOISE_MODELS[self.noise]

    @property
    def theta(self) -> Array:
        """The true parameters (P,), laid out as the model's."""
        w, b, log_scale = self.slope, self.intercept, log(self.scale)
        rest = {
            "gaussian": [],
            "unequal": [self.growth, log_scale],
            "categorical": [-w, b],
            "bernoulli": [],
            "poisson": [],
        }
        return np.array([w, b, *rest.get(self.noise, [log_scale])])

    @property
    def settings(self) -> dict[str, float]:
        """The true settings of the model."""
        return settings_for(self.model, self.scale, self.nu)


def settings_for(model: NoiseModel, sigma: float, nu: float) -> dict[str, float]:
    """Of a known σ and ν those that the model has."""
    return {name: value for name, value in (("sigma", sigma), ("nu", nu)) if name in model.hyperparameters}


def drawn(spec: NoiseSpec, repeats: int = 1) -> tuple[Array, Array]:
    """X (n,), rising, and that many draws of y (repeats, n); the same spec gives the same numbers, always.

    x and y have a random stream each, so the first draw does not depend on how many follow.
    """
    place, scatter = np.random.default_rng(spec.seed).spawn(2)
    x = np.sort(place.uniform(-2, 2, spec.n))
    eta = spec.model.at(spec.theta, x)
    each = [spec.model.draw(stream, eta, **spec.settings) for stream in scatter.spawn(repeats)]
    return x, np.array(each)
