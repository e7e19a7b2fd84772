"""The code of a plane through a network's loss is run, and leaves the numbers of the page."""

from typing import Any

import numpy as np
import pytest
import torch

from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.network_loss.code import landscape_code
from nnviz.networks import TrainingSpec, train
from nnviz.networks.landscape import LandscapeSpec, landscape

torch.set_num_threads(1)
X = np.linspace(-1, 1, 20)
Y = np.sin(3 * X)


@pytest.mark.parametrize("language", ["numpy", "torch"])
@pytest.mark.parametrize("directions", ["components", "random"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_the_code_leaves_the_numbers_of_the_plane(
    activation: str, directions: str, language: Library
) -> None:
    run = train(TrainingSpec(4, activation, steps=60, frames=12, dtype="float64"), X, Y)
    spec = LandscapeSpec(directions, seed=3, side=41)
    plane = landscape(spec, run, X, Y)
    room: dict[str, Any] = {}
    exec(landscape_code(run, spec, plane.box, X, Y, language), room)
    signs = np.sign((room["directions"] * plane.directions).sum(axis=1))
    np.testing.assert_allclose(room["directions"] * signs[:, None], plane.directions, atol=1e-9)
    np.testing.assert_allclose(room["shadow"] * signs, plane.path, atol=1e-7)
    np.testing.assert_allclose(room["true_loss"], plane.true, rtol=1e-9)
    np.testing.assert_allclose(room["plane_loss"], plane.shadow, rtol=1e-6)
    if (signs > 0).all():
        np.testing.assert_allclose(room["losses"], plane.losses, rtol=1e-6)


def test_what_is_not_written_is_refused() -> None:
    run = train(TrainingSpec(4, steps=60, loss="huber", dtype="float64"), X, Y)
    with pytest.raises(ValueError, match="must be one of squared"):
        landscape_code(run, LandscapeSpec(), ((-1.0, 1.0), (-1.0, 1.0)), X, Y, "numpy")
