"""Describe a noise model: how y is distributed given x, its likelihood, and the loss that this gives.

A model has k predictors at each example, η (..., n, k), each linear in x or a constant; the parameters θ (P,)
are, predictor by predictor, (slope, intercept) or (constant). The negative log-likelihood is per example and in
nats; the mean over the examples, 1/n, is the loss that is minimized. Leading axes are repeats.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._types import Array
from nnviz.losses.hyperparameters import Hyperparameter, complete

Kind = Literal["number", "class", "count"]


class Predictor(NamedTuple):
    """Hold one number of the noise at each x: its LaTeX, and whether it has a slope in x or is a constant."""

    latex: str
    slope: bool


class Likelihood(NamedTuple):
    """Hold functions of (η (..., n, k), y (..., n), **settings), unchecked: −log p (..., n), its derivative by η
    (..., n, k), and the Fisher information about η, E[∂∂ᵀ] at η, (..., n, k, k), which takes η alone.
    """

    value: Callable[..., Array]
    derivative: Callable[..., Array]
    information: Callable[..., Array]


class Derivation(NamedTuple):
    """Hold the formulas (LaTeX) of the way from the noise to the loss, in order: one field a step."""

    noise: str
    density: str
    likelihood: str
    mean: str
    inserted: str
    loss: str


Method = Literal["least_squares", "least_squares_and_scale", "line_search", "fisher_scoring", "newton"]
"""How the largest likelihood is found: closed forms, exact search over lines through two points, or iterations."""


@dataclass(frozen=True, eq=False, kw_only=True)
class NoiseModel:
    """Hold one kind of noise.

    ``draw(rng, η, **settings)`` gives y (..., n). ``quantile(p, η, **settings)`` gives the p-quantile (..., n); it is
    None for classes. ``loss`` is the name in LOSSES of the loss it becomes, "" if there is none of that name;
    ``density_latex`` is p(y | x), ``nll_latex`` is −log p(y | x), ``loss_latex`` is −log p(y | x) without constants,
    ``gradient_latex`` the derivative by the predictors. ``method``: how the fit is found.
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
    loss_latex: str
    gradient_latex: str
    method: Method
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """Number of parameters P."""
        return sum(2 if predictor.slope else 1 for predictor in self.predictors)

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Return every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the noise {self.name}", self.hyperparameters, settings)

    def design(self, x: ArrayLike) -> Array:
        """Return D (n, k, P) with η = D θ at the points x (n,)."""
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
        """Return the predictors η (n, k) at x (n,)."""
        return np.asarray(self.design(x) @ np.asarray(theta, dtype=np.float64))

    def nll(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike, **settings: float) -> float:
        """Return the mean of −log p(yᵢ | xᵢ)."""
        target = np.asarray(y, dtype=np.float64)
        return float(self.likelihood.value(self.at(theta, x), target, **self.complete(settings)).mean())

    def gradient(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike, **settings: float) -> Array:
        """Return the derivative (P,) of ``nll`` by the parameters."""
        target, d = np.asarray(y, dtype=np.float64), self.design(x)
        slopes = self.likelihood.derivative(self.at(theta, x), target, **self.complete(settings))
        return np.asarray(np.einsum("nk,nkp->p", slopes, d) / len(d))

    def density(self, y: ArrayLike, eta: Array, **settings: float) -> Array:
        """Return the density or probability p(y) at predictors η (..., n, k), for y (..., n)."""
        return np.exp(-self.likelihood.value(eta, np.asarray(y, dtype=np.float64), **self.complete(settings)))

    def derivation(self) -> Derivation:
        """Return the formulas from the noise to the loss."""
        return Derivation(
            noise=self.model_latex,
            density=rf"p(y_i \mid x_i) = {self.density_latex}",
            likelihood=r"\mathcal L(\theta) = \prod_{i=1}^{n} p(y_i \mid x_i)",
            mean=r"-\tfrac1n \log \mathcal L(\theta) = \tfrac1n \sum_{i=1}^{n} \ell_i, \qquad"
            r" \ell_i = -\log p(y_i \mid x_i)",
            inserted=rf"\ell_i = {self.nll_latex}",
            loss=rf"\tfrac1n \sum_i \; {self.loss_latex}",
        )


def stack(*columns: Array) -> Array:
    """Return (..., k) from k arrays (...)."""
    return np.stack(columns, axis=-1)


def diagonal(*entries: Array) -> Array:
    """Return (..., k, k) from k arrays (...)."""
    return np.asarray(stack(*entries)[..., None] * np.eye(len(entries)))
