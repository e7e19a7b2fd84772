"""Code of the page on losses, run as it stands, against what the page shows."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest

from nnviz.expressions import Library
from nnviz.lessons.loss_functions.boundaries.code import Sets, classifier_code
from nnviz.lessons.loss_functions.classes.code import softmax_code
from nnviz.lessons.loss_functions.errors.code import line_code
from nnviz.lessons.loss_functions.errors.view import points_with_outlier
from nnviz.lessons.loss_functions.noise.code import noise_code
from nnviz.losses import LOSSES
from nnviz.losses.likelihood_fits import fit_noise
from nnviz.losses.likelihoods import NOISE_MODELS, NoiseSpec, drawn
from nnviz.losses.probabilities import sigmoid, softmax
from nnviz.networks import ShallowNetwork, TrainingSpec, train
from nnviz.optimization.logistic_regression import LogitSpec, fit_logit
from nnviz.regression import fit_line
from nnviz.regression.classification import LinearLogit
from nnviz.regression.polynomials import split

LANGUAGES = ["numpy", "torch"]
REGRESSION = {name: loss.settings for name, loss in LOSSES.items() if loss.task == "regression"}
RNG = np.random.default_rng(1)
POINTS = RNG.normal(size=(40, 2)) * [1.0, 5.0]
CLASSES = (POINTS[:, 0] * POINTS[:, 1] > 0).astype(float)


def run(code: str) -> dict[str, Any]:
    """The names that the code leaves."""
    import torch

    names: dict[str, Any] = {}
    kept = torch.get_default_dtype()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, names)
    finally:
        torch.set_default_dtype(kept)
    return names


@pytest.mark.parametrize("height", [8.0, -4.0, 1.5])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_are_those_of_the_page(language: Library, height: float) -> None:
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
def test_the_softmax_is_that_of_the_page(language: Library, truth: int) -> None:
    z = [2.0, 0.5, -1.0]
    found, loss = run(softmax_code(language, z, truth)), LOSSES["softmax_cross_entropy"]
    np.testing.assert_allclose(np.asarray(found["p"]), softmax(z), rtol=1e-12)
    assert float(found["loss"]) == pytest.approx(loss.value([z], [truth])[0])
    np.testing.assert_allclose(np.asarray(found["gradient"]), loss.derivative([z], [truth])[0], atol=1e-12)


@pytest.mark.parametrize("noise", NOISE_MODELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_noise_is_fitted_as_on_the_page(language: Library, noise: str) -> None:
    spec = NoiseSpec(noise, intercept=0.5, seed=2)
    x, y = drawn(spec)
    fit = fit_noise(noise, x, y[0], **spec.settings)
    found = run(noise_code(language, noise, x, y[0], spec.settings))
    theta = np.array([float(one) for one in found["theta"]])
    assert spec.model.nll(theta, x, y[0], **spec.settings) == pytest.approx(float(fit.nll), abs=1e-5)
    np.testing.assert_allclose(theta, fit.parameters, atol=5e-3)


SETS = Sets(POINTS, CLASSES, *split(40, 0.4, 1))
TRAINING = POINTS[SETS.training], CLASSES[SETS.training]


def same_classifier(found: dict[str, Any], model: LinearLogit | ShallowNetwork) -> None:
    np.testing.assert_allclose(
        np.asarray(found["probability"](found["X"])), sigmoid(model(POINTS)), rtol=1e-6, atol=1e-9
    )
    right = (model(POINTS) > 0) == (CLASSES == 1)
    for name, part in (("training", SETS.training), ("validation", SETS.validation)):
        assert float(found["ACCURACY"][name]) == pytest.approx(right[part].mean())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.task == "binary"])
def test_the_classifier_is_trained_as_on_the_page(language: Library, loss: str) -> None:
    spec = LogitSpec(3, loss, tuple(LOSSES[loss].settings.items()), steps=200)
    model = fit_logit(spec, *TRAINING).model
    code = classifier_code(language, model, SETS, spec)
    assert "THETA = " in code
    assert repr(float(model.theta[0])) not in code  # the program computes the parameters
    same_classifier(run(code), model)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["line by hand", "network"])
def test_the_classifier_is_that_of_the_page(language: Library, kind: str) -> None:
    model: LinearLogit | ShallowNetwork = fit_logit(LogitSpec(1, steps=200), *TRAINING).model
    if kind == "network":
        model = train(TrainingSpec(5, "tanh", steps=200, loss="cross_entropy"), *TRAINING).network(-1)
    same_classifier(run(classifier_code(language, model, SETS)), model)
