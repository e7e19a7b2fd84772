"""Code that is taken home, run as it stands."""

import numpy as np
import pytest
import torch

from nnviz.export import network_code
from nnviz.functions import LANGUAGES
from nnviz.networks import ACTIVATIONS, ShallowNetwork

RNG = np.random.default_rng(5)
X = np.linspace(-2, 2, 41)


def network_of(activation: str) -> ShallowNetwork:
    return ShallowNetwork(activation, RNG.normal(size=5), RNG.normal(size=5), RNG.normal(size=5), 0.3)


def run(code: str):
    names: dict = {}
    exec(code, names)
    return names["network"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_is_the_network(activation, language):
    network = network_of(activation)
    found = run(network_code(network, language))
    values = {
        "numpy": lambda: found(X),
        "torch": lambda: found(torch.from_numpy(X)).numpy(),
        "python": lambda: np.array([found(float(x)) for x in X]),
    }[language]()
    np.testing.assert_allclose(values, network(X), rtol=1e-12, atol=1e-12)


def test_two_inputs_are_refused():
    with pytest.raises(ValueError, match="one input"):
        network_code(ShallowNetwork("tanh", [[1.0, 2.0]], [0.0], [1.0], 0.0), "numpy")
