"""Code of the page on losses, run as it stands, against what the page shows."""

import contextlib
import io

import numpy as np
import pytest

from nnviz.export.losses import classifier_code, line_code, noise_code, softmax_code
from nnviz.learning import LOSSES, fit_line
from nnviz.learning.classification import LogitSpec, fit_logit, sigmoid, softmax
from nnviz.learning.likelihood_fits import fit_noise
from nnviz.learning.likelihoods import NOISE_MODELS, NoiseSpec, drawn
from nnviz.networks import TrainingSpec, train
from nnviz.ui.losses import points_with_outlier

LANGUAGES = ["numpy", "torch"]
REGRESSION = {name: loss.settings for name, loss in LOSSES.items() if loss.task == "regression"}
RNG = np.random.default_rng(1)
POINTS = RNG.normal(size=(40, 2)) * [1.0, 5.0]
CLASSES = (POINTS[:, 0] * POINTS[:, 1] > 0).astype(float)


def run(code: str) -> dict:
    """The names that the code leaves."""
    import torch

    names: dict = {}
    kept = torch.get_default_dtype()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, names)
    finally:
        torch.set_default_dtype(kept)
    return names


@pytest.mark.parametrize("height", [8.0, -4.0, 1.5])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_are_those_of_the_page(language, height):
    x, y = points_with_outlier(height)
    lines = run(line_code(language, x, y, REGRESSION))["LINES"]
    assert list(lines) == list(REGRESSION)
    for name, line in lines.items():
        fit = fit_line(x, y, name)
        np.testing.assert_allclose(
            [float(one) for one in line], [fit.weight, fit.bias], atol=1e-5, err_msg=name
        )


@pytest.mark.parametrize("truth", [0, 2])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_softmax_is_that_of_the_page(language, truth):
    z = [2.0, 0.5, -1.0]
    found, loss = run(softmax_code(language, z, truth)), LOSSES["softmax_cross_entropy"]
    np.testing.assert_allclose(np.asarray(found["p"]), softmax(z), rtol=1e-12)
    assert float(found["loss"]) == pytest.approx(loss.value([z], [truth])[0])
    np.testing.assert_allclose(np.asarray(found["gradient"]), loss.derivative([z], [truth])[0], atol=1e-12)


@pytest.mark.parametrize("noise", NOISE_MODELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_noise_is_fitted_as_on_the_page(language, noise):
    spec = NoiseSpec(noise, intercept=0.5, seed=2)
    x, y = drawn(spec)
    fit = fit_noise(noise, x, y[0], **spec.settings)
    found = run(noise_code(language, noise, x, y[0], spec.settings))
    theta = np.array([float(one) for one in found["theta"]])
    assert spec.model.nll(theta, x, y[0], **spec.settings) == pytest.approx(float(fit.nll), abs=1e-5)
    np.testing.assert_allclose(theta, fit.parameters, atol=5e-3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["linear", "network"])
def test_the_classifier_is_that_of_the_page(language, kind):
    if kind == "linear":
        model = fit_logit(LogitSpec(3, steps=200), POINTS, CLASSES).model
    else:
        model = train(TrainingSpec(5, "tanh", steps=200, loss="cross_entropy"), POINTS, CLASSES).network(-1)
    found = run(classifier_code(language, model, POINTS, CLASSES))
    np.testing.assert_allclose(np.asarray(found["p"]), sigmoid(model(POINTS)), rtol=1e-9)
    assert float(found["accuracy"]) == pytest.approx(((model(POINTS) > 0) == (CLASSES == 1)).mean())
