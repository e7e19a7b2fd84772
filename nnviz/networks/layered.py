"""A network with any number of hidden layers, and how its sizes are compared with those of others."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.shallow import as_numbers, as_points

Vector = NDArray[np.float64]

MAX_LAYERS = 16


class Layers(NamedTuple):
    """Every number of a forward pass of m points: zₗ and aₗ (m, nₗ) of each hidden layer, and ŷ (m,)."""

    z: tuple[Vector, ...]
    a: tuple[Vector, ...]
    y: Vector


@dataclass(frozen=True, eq=False)
class LayeredNetwork:
    """a₀ = x, zₗ = Wₗ aₗ₋₁ + bₗ, aₗ = φ(zₗ) for l = 1 … L, and ŷ = W_{L+1} a_L + b_{L+1}, one number, in float64.

    ``weights`` are L + 1 matrices (nₗ, nₗ₋₁), the last one of one row; ``biases`` are as many vectors (nₗ,). Lists
    will do. ValueError for a name not in ACTIVATIONS, shapes that do not fit, more than 16 hidden layers, or a number
    that is not finite.
    """

    activation: str
    weights: tuple[Vector, ...]
    biases: tuple[Vector, ...]

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {self.activation!r}; legal: {', '.join(ACTIVATIONS)}")
        if not 2 <= len(self.weights) == len(self.biases) <= MAX_LAYERS + 1:
            raise ValueError(
                f"{len(self.weights)} matrices and {len(self.biases)} vectors; legal is one of each for every layer, "
                f"with 1 to {MAX_LAYERS} hidden layers"
            )
        weights = tuple(as_numbers(f"weights[{k}]", w) for k, w in enumerate(self.weights))
        sizes = [weights[0].shape[-1], *(w.shape[0] for w in weights)]
        for k, w in enumerate(weights):
            if w.shape != (sizes[k + 1], sizes[k]) or 0 in w.shape:
                raise ValueError(f"weights[{k}] has shape {w.shape}; legal is (units, {sizes[k]})")
        if sizes[-1] != 1:
            raise ValueError(f"the last layer has {sizes[-1]} rows; legal is 1, one output")
        biases = tuple(
            as_numbers(f"biases[{k}]", b, (sizes[k + 1],), "one for each unit")
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
        """Every number between the points x, (m,) or (m, d), and the outputs."""
        phi, a = ACTIVATIONS[self.activation], as_points(x, self.inputs)
        z_of, a_of = [], []
        for w, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = a @ w.T + b
            a = np.asarray(phi.value(z), np.float64)
            z_of.append(z)
            a_of.append(a)
        return Layers(tuple(z_of), tuple(a_of), (a @ self.weights[-1].T + self.biases[-1])[:, 0])

    def __call__(self, x: ArrayLike) -> Vector:
        """ŷ (m,) at the points x, (m,) or (m, d)."""
        return self.forward(x).y


def count_parameters(inputs: int, widths: tuple[int, ...]) -> int:
    """Weights and biases of a network with these hidden widths and one output: Σₗ nₗ (nₗ₋₁ + 1)."""
    sizes = (inputs, *widths, 1)
    return sum(after * (before + 1) for before, after in pairwise(sizes))


def equal_widths(inputs: int, layers: int, parameters: int) -> tuple[int, ...]:
    """The widest ``layers`` hidden layers of equal width that need at most so many parameters.

    ValueError if one unit a layer is too much already.
    """
    width = 1
    while count_parameters(inputs, (width + 1,) * layers) <= parameters:
        width += 1
    least = count_parameters(inputs, (1,) * layers)
    if least > parameters:
        raise ValueError(
            f"{layers} hidden layers need at least {least} parameters; {parameters} were allowed"
        )
    return (width,) * layers
