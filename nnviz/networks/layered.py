"""A network with any number of hidden layers, and how its sizes are compared with those of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import argument_error, check, check_one_of, check_shape, plain_array
from nnviz._display import count, displayed
from nnviz._types import Vector
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.shallow import ShallowNetwork, as_numbers, as_points

MAX_LAYERS = 16


@displayed()
class Layers(NamedTuple):
    """Hold every number of a forward pass of m points: zₗ and aₗ (m, nₗ) of each hidden layer, and ŷ (m,)."""

    z: tuple[Vector, ...]
    a: tuple[Vector, ...]
    y: Vector


@displayed(
    lambda network: f"{network.widths} units of {network.activation}, {count(network.inputs, 'input')}"
)
@dataclass(frozen=True, eq=False)
class LayeredNetwork:
    """Hold a₀ = x, zₗ = Wₗ aₗ₋₁ + bₗ, aₗ = φ(zₗ) for l = 1 … L, and ŷ = W_{L+1} a_L + b_{L+1}, one number, in float64.

    ``weights`` are L + 1 matrices (nₗ, nₗ₋₁), the last one of one row; ``biases`` are as many vectors (nₗ,). Lists
    will do. ValueError for a name not in ACTIVATIONS, shapes that do not fit, more than 16 hidden layers, or a number
    that is not finite.
    """

    activation: str
    weights: tuple[Vector, ...]
    biases: tuple[Vector, ...]

    if TYPE_CHECKING:  # what it takes is wider than what it keeps

        def __init__(
            self, activation: str, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]
        ) -> None: ...

    def __post_init__(self) -> None:
        check_one_of("activation", self.activation, ACTIVATIONS)
        sizes = len(self.weights), len(self.biases)
        one_each = f"a matrix and a vector for each of 2 to {MAX_LAYERS + 1} layers"
        check("weights, biases", sizes, 2 <= sizes[0] == sizes[1] <= MAX_LAYERS + 1, one_each)
        weights = tuple(as_numbers(f"weights[{k}]", w) for k, w in enumerate(self.weights))
        widths = [weights[0].shape[-1], *(w.shape[0] for w in weights)]
        for k, w in enumerate(weights):
            fits = w.shape == (widths[k + 1], widths[k]) and 0 not in w.shape
            check_shape(f"weights[{k}]", w, f"(units, {widths[k]})", fits)
        check_shape("weights[-1]", weights[-1], f"(1, {widths[-2]})", widths[-1] == 1)
        biases = tuple(
            as_numbers(f"biases[{k}]", b, (widths[k + 1],), "one for each unit")
            for k, b in enumerate(self.biases)
        )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)

    @property
    def inputs(self) -> int:
        """Number of inputs n₀."""
        return int(self.weights[0].shape[1])

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each hidden layer, n₁ … n_L."""
        return tuple(len(b) for b in self.biases[:-1])

    @property
    def parameters(self) -> int:
        """How many numbers can be learned."""
        return count_parameters(self.inputs, self.widths)

    def forward(self, x: ArrayLike) -> Layers:
        """Return every number between the points x, (m,) or (m, d), and the outputs."""
        phi, a = ACTIVATIONS[self.activation], as_points(x, self.inputs)
        z_of, a_of = [], []
        for w, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = a @ w.T + b
            a = np.asarray(phi.value(z), np.float64)
            z_of.append(z)
            a_of.append(a)
        return Layers(tuple(z_of), tuple(a_of), (a @ self.weights[-1].T + self.biases[-1])[:, 0])

    def __call__(self, x: ArrayLike) -> Vector:
        """Return ŷ (m,) at the points x, (m,) or (m, d), or ŷ at a single number x."""
        if np.ndim(plain_array(x)) == 0:
            return self(np.reshape(plain_array(x), 1)).reshape(())
        return self.forward(x).y


Network = ShallowNetwork | LayeredNetwork
"""A network with one hidden layer, or with several."""


def simplest(network: Network) -> Network:
    """Return a layered network with one hidden layer as a ShallowNetwork, and other networks as they are."""
    if isinstance(network, ShallowNetwork) or len(network.widths) > 1:
        return network
    (w, v), (b, c) = network.weights, network.biases
    return ShallowNetwork(network.activation, w, b, v[0], float(c[0]))


def count_parameters(inputs: int, widths: tuple[int, ...]) -> int:
    """Return weights and biases of a network with these hidden widths and one output: Σₗ nₗ (nₗ₋₁ + 1)."""
    sizes = (inputs, *widths, 1)
    return sum(after * (before + 1) for before, after in pairwise(sizes))


def equal_widths(inputs: int, layers: int, parameters: int) -> tuple[int, ...]:
    """Return the widest ``layers`` hidden layers of equal width that need at most so many parameters.

    ValueError if one unit a layer is too much already.
    """
    width = 1
    while count_parameters(inputs, (width + 1,) * layers) <= parameters:
        width += 1
    least = count_parameters(inputs, (1,) * layers)
    if least > parameters:
        raise argument_error("parameters", f"at least {least} for {layers} hidden layers", parameters)
    return (width,) * layers
