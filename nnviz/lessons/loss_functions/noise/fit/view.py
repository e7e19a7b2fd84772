"""Fit a noise model to data, and measure the fit on new points, once for each question."""

from typing import NamedTuple

import numpy as np

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.losses.likelihood_fits import Coverage, NoiseFit, coverage, fit_noise, score
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn, settings_for
from nnviz.losses.noise_model import NoiseModel

LEVELS = (0.5, 0.9)
TEST_POINTS = 4000
PLACE = -1.0  # of the densities
GAUSSIAN = ("gaussian", "gaussian_learned", "unequal")


class Fitted(NamedTuple):
    """A model fitted to data of a spec, with the settings it was given."""

    spec: NoiseSpec
    model: NoiseModel
    settings: dict[str, float]
    x: Array
    y: Array
    fit: NoiseFit

    @property
    def has_true_model(self) -> bool:
        """Return whether the model is the one that the data are drawn from."""
        return self.model.name == self.spec.noise

    @property
    def assumption_is_right(self) -> bool:
        """Return whether the model contains the noise of the data."""
        noise, assumed = self.spec.noise, self.model.name
        return noise == assumed or (noise in GAUSSIAN[:2] and assumed in GAUSSIAN)


@kept
def fit_assumed(spec: NoiseSpec, assumed: str) -> tuple[Array, Array, NoiseFit]:
    """Return the points of a spec, and the fit of a noise model to them."""
    x, y = drawn(spec)
    return x, y[0], fit_noise(assumed, x, y[0], **settings_for(NOISE_MODELS[assumed], spec.scale, spec.nu))


@kept
def compute_scores(spec: NoiseSpec, assumed: str, theta: Array) -> tuple[float, float]:
    """Return the mean of −log p at test points, of the fitted model and of the true one."""
    settings = settings_for(NOISE_MODELS[assumed], spec.scale, spec.nu)
    return score(spec, assumed, theta, TEST_POINTS, **settings)


@kept
def compute_coverage(spec: NoiseSpec, assumed: str, theta: Array) -> list[Coverage]:
    """Return for each of LEVELS how many test points the band contains."""
    settings = settings_for(NOISE_MODELS[assumed], spec.scale, spec.nu)
    return [coverage(spec, assumed, theta, level, TEST_POINTS, **settings) for level in LEVELS]


def densities(found: Fitted, domain: tuple[float, float]) -> list[tuple[Array, Array]]:
    """Return the fitted density along y at PLACE, and the true one if the assumption is wrong.

    Each is a path to the right of PLACE, for counts a comb; the higher density is 0.8 wide.
    """
    spec, models = found.spec, [(found.model, found.fit.parameters, found.settings)]
    if not found.assumption_is_right:
        models.append((spec.model, spec.theta, settings_for(spec.model, spec.scale, spec.nu)))
    count = found.model.kind == "count"
    y = np.arange(0.0, domain[1] + 1) if count else np.linspace(*domain, 161)
    each = []
    for model, theta, settings in models:
        (row,) = model.at(theta, (PLACE,))
        each.append(model.density(y, np.broadcast_to(row, (len(y), len(row))), **settings))
    most = max(float(density.max()) for density in each)
    return [_path(y, 0.8 / most * density, count=count) for density in each]


def _path(y: Array, wide: Array, *, count: bool) -> tuple[Array, Array]:
    seen = wide > 0.005 * wide.max()
    teeth = np.array([0.0, 1.0, 0.0]) if count else np.ones(1)
    across, up = PLACE + np.outer(wide[seen], teeth).ravel(), np.repeat(y[seen], len(teeth))
    return np.concatenate([[PLACE], across, [PLACE]]), np.concatenate([up[:1], up, up[-1:]])
