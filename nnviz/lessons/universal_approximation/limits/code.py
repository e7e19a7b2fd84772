"""Write source code of what happens outside K, at a jump, and with a polynomial activation function."""

from collections.abc import Sequence
from typing import Final

from nnviz._types import Array, Bounds
from nnviz.expressions import Library
from nnviz.lessons.universal_approximation.shared.code import activation_source, join_sources, list_weights
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target

_NETWORKS: Final = {
    "numpy": """\
# Weights w, biases b, output weights v and output bias c of each network.
NETWORKS = {networks}


def network(x, w, b, v, c):
    return phi(np.multiply.outer(x, np.array(w)) + np.array(b)) @ np.array(v) + c
""",
    "torch": """\
# Weights w, biases b, output weights v and output bias c of each network.
NETWORKS = {networks}


def network(x, w, b, v, c):
    return phi(x[:, None] * x.new_tensor(w) + x.new_tensor(b)) @ x.new_tensor(v) + c
""",
}

_SPREAD: Final = {
    "numpy": """\
a, b = {low!r}, {high!r}
x = np.linspace(a - (b - a) / 2, b + (b - a) / 2, {points})
outputs = np.array([network(x, *weights) for weights in NETWORKS])
apart = outputs.max(axis=0) - outputs.min(axis=0)
on_k = (x >= a) & (x <= b)
inside, outside = apart[on_k].max(), apart[~on_k].max()
print("largest distance between two networks: on K", inside, "outside K", outside)
""",
    "torch": """\
a, b = {low!r}, {high!r}
x = torch.linspace(a - (b - a) / 2, b + (b - a) / 2, {points}, dtype=torch.float64)
outputs = torch.stack([network(x, *weights) for weights in NETWORKS])
apart = outputs.max(dim=0).values - outputs.min(dim=0).values
on_k = (x >= a) & (x <= b)
inside, outside = apart[on_k].max().item(), apart[~on_k].max().item()
print("largest distance between two networks: on K", inside, "outside K", outside)
""",
}

_JUMP: Final = {
    "numpy": """\
import numpy as np

w, epsilon = {weight!r}, {epsilon!r}
points = 2_000_000
x = -1 + (np.arange(points) + 0.5) * 2 / points  # the middles of equal parts of K = [-1, 1]
error = np.abs((x >= 0) - 1 / (1 + np.exp(-w * x)))
sup, rms, length = error.max(), np.sqrt(np.mean(error**2)), 2 * np.mean(error > epsilon)
print("sup norm", sup, "root mean square error", rms, "length where the error exceeds epsilon", length)
""",
    "torch": """\
import torch

w, epsilon = {weight!r}, {epsilon!r}
points = 2_000_000
x = -1 + (torch.arange(points, dtype=torch.float64) + 0.5) * 2 / points  # the middles of equal parts of K = [-1, 1]
error = ((x >= 0).double() - torch.sigmoid(w * x)).abs()
sup, rms = error.max().item(), error.square().mean().sqrt().item()
length = 2 * (error > epsilon).double().mean().item()
print("sup norm", sup, "root mean square error", rms, "length where the error exceeds epsilon", length)
""",
}

_PLATEAU: Final = {
    "numpy": """\
x = np.linspace({low!r}, {high!r}, 10_007)
for weights in NETWORKS:
    error = f(x) - network(x, *weights)
    print("units", len(weights[0]), "root mean square error", np.sqrt(np.mean(error**2)))
rms_error = np.sqrt(np.mean(error**2))
""",
    "torch": """\
x = {low!r} + torch.arange(10_007, dtype=torch.float64) * (({high!r} - {low!r}) / (10_007 - 1))
for weights in NETWORKS:
    error = f(x) - network(x, *weights)
    print("units", len(weights[0]), "root mean square error", error.square().mean().sqrt().item())
rms_error = error.square().mean().sqrt().item()
""",
}


def outside_code(networks: Sequence[ShallowNetwork], x: Array, interval: Bounds, language: Library) -> str:
    """Return source that leaves the largest distance between two networks, ``inside`` and ``outside`` of K."""
    low, high = map(float, interval)
    measure = _SPREAD[language].format(low=low, high=high, points=len(x))
    return join_sources(*_define(networks, language), measure)


def jump_code(weight: float, epsilon: float, language: Library) -> str:
    """Return source that leaves ``sup``, ``rms`` and ``length`` of the error of σ(w x) at a jump, by a fine grid."""
    return join_sources(_JUMP[language].format(weight=float(weight), epsilon=float(epsilon)))


def polynomial_code(
    target: Target, interval: Bounds, networks: Sequence[ShallowNetwork], language: Library
) -> str:
    """Return source that prints the rms error of each network, and leaves that of the last as ``rms_error``."""
    low, high = map(float, interval)
    measure = _PLATEAU[language].format(low=low, high=high)
    return join_sources(target.code(language), *_define(networks, language), measure)


def _define(networks: Sequence[ShallowNetwork], language: Library) -> tuple[str, str]:
    """Return the source of the activation function, and of the networks."""
    weights = [list_weights(one) for one in networks]
    return activation_source(networks[0].activation, language), _NETWORKS[language].format(networks=weights)
