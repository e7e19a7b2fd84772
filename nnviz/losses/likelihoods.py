"""Register the noise models, and draw data whose noise is known."""

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from nnviz._checks import check_between, check_one_of
from nnviz._registry import Registry, first_empty
from nnviz._types import Array
from nnviz.losses.class_noise import CLASS_AND_COUNT_NOISE
from nnviz.losses.noise_model import NoiseModel
from nnviz.losses.number_noise import NUMBER_NOISE

_FIELDS = (
    "name",
    "label",
    "predictors",
    "model_latex",
    "density_latex",
    "nll_latex",
    "loss_latex",
    "gradient_latex",
)

NOISE_MODELS: Final = Registry(
    "noise model", (*NUMBER_NOISE, *CLASS_AND_COUNT_NOISE), lambda model: first_empty(model, _FIELDS)
)
"""Name -> noise model."""


@dataclass(frozen=True)
class NoiseSpec:
    """Describe data whose noise is known: x uniform on [−2, 2], y drawn from a model with these parameters.

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
        check_one_of("noise", self.noise, NOISE_MODELS)
        check_between("n", self.n, 3, 100_000, whole=True)
        check_between("scale", self.scale, 0, above=True)
        check_between("nu", self.nu, 1)
        for name in ("slope", "intercept", "growth"):
            check_between(name, getattr(self, name), -100, 100)

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
    """Return those of the settings σ and ν that the model has."""
    return {name: value for name, value in (("sigma", sigma), ("nu", nu)) if name in model.hyperparameters}


def drawn(spec: NoiseSpec, repeats: int = 1) -> tuple[Array, Array]:
    """Return x (n,), rising, and draws of y (repeats, n); the same spec gives the same numbers, always.

    x and y have a random stream each, so the first draw does not depend on how many follow.
    """
    place, scatter = np.random.default_rng(spec.seed).spawn(2)
    x = np.sort(place.uniform(-2, 2, spec.n))
    eta = spec.model.at(spec.theta, x)
    each = [spec.model.draw(stream, eta, **spec.settings) for stream in scatter.spawn(repeats)]
    return x, np.array(each)
