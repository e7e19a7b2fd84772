"""Write source for the sawtooth network."""

from typing import Final

from nnviz.expressions import Library

_BODIES: Final = {
    "numpy": """\
import numpy as np


def relu(z):
    return np.maximum(z, 0)


def tent(x):
    return 2 * relu(x) - 4 * relu(x - 0.5)  # one layer of two units


x = np.linspace(0, 1, 2**{layers} + 1)
y = x
for _ in range({layers}):
    y = tent(y)
pieces = len(x) - 1
assert (np.abs(np.diff(y)) == 1).all()  # y goes up and down between 0 and 1
print({layers}, "layers with 2 units:", pieces, "linear pieces")
""",
    "torch": """\
import torch
from torch import nn


def tent(inputs):
    \"""Return a layer with the two units relu(y) and relu(y - 1/2); y is the output of the tent before.\"""
    layer = nn.Linear(inputs, 2)
    layer.weight.data = torch.tensor([[1.0]] * 2 if inputs == 1 else [[2.0, -4.0]] * 2)
    layer.bias.data = torch.tensor([0.0, -0.5])
    return layer


last = nn.Linear(2, 1)
last.weight.data, last.bias.data = torch.tensor([[2.0, -4.0]]), torch.zeros(1)
layers = [part for k in range({layers}) for part in (tent(1 if k == 0 else 2), nn.ReLU())]
network = nn.Sequential(*layers, last)

x = torch.linspace(0, 1, 2**{layers} + 1)[:, None]
y = network(x)[:, 0].detach().numpy()
pieces = len(x) - 1
assert (abs(y[1:] - y[:-1]) == 1).all()  # y goes up and down between 0 and 1
print({layers}, "layers with 2 units:", pieces, "linear pieces")
""",
}


def sawtooth_code(layers: int, language: Library) -> str:
    """Return source for the sawtooth with so many layers of two units; "numpy" or "torch"."""
    return _BODIES[language].format(layers=layers)
