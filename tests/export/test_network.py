"""Exported networks run by themselves and give the same values."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from nnviz.export import network_code
from nnviz.expressions import LANGUAGES, Language
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from tests.cases import each

X = np.linspace(-2, 2, 41)


def network_of(activation: str, rng: np.random.Generator) -> ShallowNetwork:
    return ShallowNetwork(activation, rng.normal(size=5), rng.normal(size=5), rng.normal(size=5), 0.3)


def run(code: str) -> Callable[..., Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    function: Callable[..., Any] = names["network"]
    return function


@each("activation", ACTIVATIONS)
@each("language", LANGUAGES)
def test_the_code_is_the_network(activation: str, language: Language, rng: np.random.Generator) -> None:
    network = network_of(activation, rng)
    found = run(network_code(network, language))
    ways: dict[str, Callable[[], Any]] = {
        "numpy": lambda: found(X),
        "torch": lambda: found(torch.from_numpy(X)).numpy(),
        "python": lambda: np.array([found(float(x)) for x in X]),
    }
    values = ways[language]()
    np.testing.assert_allclose(values, network(X), rtol=1e-12, atol=1e-12)


def test_two_inputs_are_refused() -> None:
    with pytest.raises(ValueError, match="one input"):
        network_code(ShallowNetwork("tanh", [[1.0, 2.0]], [0.0], [1.0], 0.0), "numpy")
