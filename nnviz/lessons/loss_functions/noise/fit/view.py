"""Fit a noise model to data, and measure the fit on new points, once for each question."""

from typing import NamedTuple

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.losses.likelihood_fits import Coverage, NoiseFit, coverage, fit_noise, score
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn, settings_for
from nnviz.losses.noise_model import NoiseModel

LEVELS = (0.5, 0.9)
TEST_POINTS = 4000
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
