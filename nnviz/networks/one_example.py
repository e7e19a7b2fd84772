"""Run one example through a small network: both passes, one update, and what the gradient predicts.

The network has one input. The loss is (ŷ − y)², without a factor ½. The parameters of N units have the names
w1 … wN, b1 … bN, v1 … vN and c.
"""

from collections.abc import Mapping
from math import isfinite, nan
from typing import NamedTuple

import numpy as np

from nnviz._display import displayed
from nnviz._types import Vector
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.shallow import Backward, Forward, ShallowNetwork
from nnviz.optimization import OPTIMIZERS

LARGEST = 1e9  # a parameter beyond it counts as diverged


@displayed()
class Example(NamedTuple):
    """Hold everything about one example (x, y): both passes, and the parameters after one update, (P,)."""

    network: ShallowNetwork
    x: float
    y: float
    learning_rate: float
    forward: Forward
    backward: Backward
    after: Vector

    @property
    def slopes(self) -> Vector:
        """Return φ′(z) of each unit, (N,)."""
        with np.errstate(all="ignore"):
            return np.asarray(ACTIVATIONS[self.network.activation].derivative(self.forward.z[0].copy()))

    @property
    def loss_after(self) -> float:
        """Return the loss after the update; nan if a parameter is too large for float64."""
        if not np.isfinite(self.after).all():
            return nan
        later = ShallowNetwork.from_parameters(self.network.activation, self.after)
        return later.backward([self.x], [self.y]).loss


def parameter_names(units: int) -> list[str]:
    """Return the names of the parameters in the order of ``ShallowNetwork.parameters``."""
    return [*(f"{symbol}{j}" for symbol in "wbv" for j in range(1, units + 1)), "c"]


def name_parameters(parameters: Vector) -> dict[str, float]:
    """Return the parameters (P,) of a network with one input by their names."""
    return dict(zip(parameter_names(len(parameters) // 3), parameters.tolist(), strict=True))


def network_from_names(activation: str, values: Mapping[str, float]) -> ShallowNetwork:
    """Return the network with these named parameters. Raises ValueError for a number that is not finite."""
    names = parameter_names(len(values) // 3)
    return ShallowNetwork.from_parameters(activation, [values[name] for name in names])


def run_example(network: ShallowNetwork, x: float, y: float, learning_rate: float) -> Example:
    """Return both passes of an example and the parameters after one update; numbers too large become infinite."""
    after = update_parameters(network, x, y, learning_rate)
    return Example(network, x, y, learning_rate, network.forward([x]), network.backward([x], [y]), after)


def update_parameters(network: ShallowNetwork, x: float, y: float, learning_rate: float) -> Vector:
    """Return θ − η ∂L/∂θ for one example, (P,); numbers too large become infinite."""
    rule, parameters = OPTIMIZERS["gradient_descent"], network.parameters
    with np.errstate(all="ignore"):
        after, _ = rule.update(
            network.backward([x], [y]).gradient, rule.init(parameters), parameters, learning_rate
        )
    return np.asarray(after)


def descend_on_example(
    network: ShallowNetwork, x: float, y: float, learning_rate: float, updates: int
) -> tuple[ShallowNetwork, int]:
    """Return the network after ``updates`` updates on one example, and how many were made.

    Fewer are made if the run diverges: then a parameter would not be finite or be larger than 1e9, and the network is
    the last one before.
    """
    for done in range(updates):
        after = update_parameters(network, x, y, learning_rate)
        if not np.isfinite(after).all() or np.abs(after).max() > LARGEST:
            return network, done
        network = ShallowNetwork.from_parameters(network.activation, after, network.inputs)
    return network, updates


def all_numbers(example: Example) -> dict[str, float]:
    """Return every number of both passes and of the update by its name.

    x, y, eta, loss, yhat, dy = ∂L/∂ŷ, after (the loss after the update); for each parameter p its value p, its
    derivative dp and its new value np; for each unit j the numbers zj, aj, sj = φ′(zj) and dzj = ∂L/∂zj.
    """
    forward, backward = example.forward, example.backward
    numbers = {"x": example.x, "y": example.y, "eta": example.learning_rate, "loss": backward.loss}
    numbers |= {"yhat": float(forward.y[0]), "dy": float(backward.dy[0]), "after": example.loss_after}
    for name, row in {
        "z": forward.z[0],
        "a": forward.a[0],
        "s": example.slopes,
        "dz": backward.dz[0],
    }.items():
        numbers |= {f"{name}{j}": float(value) for j, value in enumerate(row, 1)}
    numbers |= name_parameters(example.network.parameters)
    numbers |= {f"d{name}": value for name, value in name_parameters(backward.gradient).items()}
    return numbers | {f"n{name}": value for name, value in name_parameters(example.after).items()}


def change_in_loss(example: Example, name: str, change: float) -> tuple[float, float]:
    """Return the change in loss if the parameter ``name`` grows by ``change``: predicted by ∂L/∂θ, and actual.

    The actual change is nan if the loss is not finite.
    """
    values = name_parameters(example.network.parameters)
    values[name] += change
    moved = network_from_names(example.network.activation, values).backward([example.x], [example.y]).loss
    actual = moved - example.backward.loss if isfinite(example.backward.loss) else nan
    return name_parameters(example.backward.gradient)[name] * change, actual
