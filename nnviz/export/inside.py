"""Code of the page about the inside of a network: the passes of an example, a changed network, the sawtooth, depth."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.export.network import FORMULAS
from nnviz.functions import Language, parse
from nnviz.networks import ShallowNetwork
from nnviz.networks.deep import DeepSpec

Array = NDArray[np.float64]

# φ′ in the language of nnviz.functions, where φ has a kink that of the piece on the left.
SLOPES: Final = {
    "relu": "1 - step(-z)",
    "leaky_relu": "1 - 0.99 step(-z)",
    "gelu": "(1 + erf(z / sqrt(2))) / 2 + z exp(-z^2 / 2) / sqrt(2π)",
    "softplus": "sigmoid(z)",
    "sigmoid": "sigmoid(z) (1 - sigmoid(z))",
    "tanh": "1 - tanh(z)^2",
    "sine": "cos(z)",
    "gaussian": "-2z exp(-z^2)",
    "linear": "1 + 0z",
    "square": "2z",
    "cube": "3z^2",
}

_PASSES: Final = {
    "numpy": """\
# Forward
z = w * x + b
a = phi(z)
y_hat = v @ a + c
loss = (y_hat - y) ** 2

# Backward: the chain rule, from the loss to the input
d_y_hat = 2 * (y_hat - y)
d_v, d_c = d_y_hat * a, d_y_hat
d_z = d_y_hat * v * slope(z)
d_w, d_b = d_z * x, d_z

# One update
w, b, v, c = w - eta * d_w, b - eta * d_b, v - eta * d_v, c - eta * d_c
print("loss", loss, "->", (v @ phi(w * x + b) + c - y) ** 2)
""",
    "torch": """\
parameters = [w, b, v, c]
for parameter in parameters:
    parameter.requires_grad_()

# Forward
y_hat = v @ phi(w * x + b) + c
loss = (y_hat - y) ** 2

# Backward: autograd does the chain rule
loss.backward()
d_w, d_b, d_v, d_c = (parameter.grad.clone() for parameter in parameters)

# One update
torch.optim.SGD(parameters, lr=eta).step()
print("loss", loss.item(), "->", ((v @ phi(w * x + b) + c - y) ** 2).item())
""",
}

_DIFFERENCE: Final = {
    "numpy": """\
def network(x, w, b, v, c):
    return phi(np.multiply.outer(x, w) + b) @ v + c


x = np.linspace({low!r}, {high!r}, 2001)
difference = float(np.abs(network(x, *after) - network(x, *before)).max())
print("largest difference", difference)
""",
    "torch": """\
def network(x, w, b, v, c):
    return phi(x[:, None] * w + b) @ v + c


x = torch.linspace({low!r}, {high!r}, 2001, dtype=torch.float64)
difference = (network(x, *after) - network(x, *before)).abs().max().item()
print("largest difference", difference)
""",
}

_FOLDS: Final = {
    "numpy": """\
import numpy as np


def relu(z):
    return np.maximum(z, 0)


def tent(x):
    return 2 * relu(x) - 4 * relu(x - 0.5)  # one layer of two units


x = np.linspace(0, 1, 2**{folds} + 1)
y = x
for layer in range({folds}):
    y = tent(y)
pieces = len(x) - 1
assert (np.abs(np.diff(y)) == 1).all()  # up and down between 0 and 1
print({folds}, "layers of 2 units:", pieces, "straight pieces")
""",
    "torch": """\
import torch
from torch import nn


def fold(inputs):
    \"""A layer of two units, relu(y) and relu(y - 1/2), of what the layer before adds up to.\"""
    layer = nn.Linear(inputs, 2)
    layer.weight.data = torch.tensor([[1.0]] * 2 if inputs == 1 else [[2.0, -4.0]] * 2)
    layer.bias.data = torch.tensor([0.0, -0.5])
    return layer


last = nn.Linear(2, 1)
last.weight.data, last.bias.data = torch.tensor([[2.0, -4.0]]), torch.zeros(1)
layers = [part for k in range({folds}) for part in (fold(1 if k == 0 else 2), nn.ReLU())]
network = nn.Sequential(*layers, last)

x = torch.linspace(0, 1, 2**{folds} + 1)[:, None]
y = network(x)[:, 0].detach().numpy()
pieces = len(x) - 1
assert (abs(y[1:] - y[:-1]) == 1).all()  # up and down between 0 and 1
print({folds}, "layers of 2 units:", pieces, "straight pieces")
""",
}

_TRAINING: Final = """\
import numpy as np
{phi}

x = np.array({x})
y = np.array({y})
widths, steps, learning_rate, seed = {widths!r}, {steps!r}, {rate!r}, {seed!r}


def to_unit(values):
    \"""Moved and scaled to [-1, 1], column by column.\"""
    low, high = values.min(axis=0), values.max(axis=0)
    return (values - (low + high) / 2) / ((high - low) / 2)


class Phi(torch.nn.Module):
    def forward(self, z):
        return phi(z)


u = torch.from_numpy(to_unit(x.reshape(len(y), -1)))
target = torch.from_numpy({target})
rng, layers, inputs = np.random.default_rng(seed), [], u.shape[1]
for units in (*widths, 1):
    layer = torch.nn.Linear(inputs, units, dtype=torch.float64)
    layer.weight.data = torch.from_numpy(rng.normal(0, np.sqrt(2 / inputs), (units, inputs)))
    layer.bias.data = torch.from_numpy(rng.uniform(-1, 1, units) / np.sqrt(inputs))
    layers, inputs = [*layers, layer, Phi()], units
model = torch.nn.Sequential(*layers[:-1])

criterion = torch.nn.{criterion}()
optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
for step in range(steps):
    optimizer.zero_grad()
    criterion(model(u)[:, 0], target).backward()
    optimizer.step()
    schedule.step()

parameters = sum(parameter.numel() for parameter in model.parameters())
loss = criterion(model(u)[:, 0], target).item()  # in units in which x{and_y} fill [-1, 1]
print(widths, parameters, "parameters: loss", loss)
"""


def passes_code(network: ShallowNetwork, x: float, y: float, eta: float, language: Language) -> str:
    """Source of the two passes of one example and of one update, with all derivatives; "numpy" or "torch".

    In NumPy the chain rule is written out, in torch it is left to autograd. The loss is (ŷ − y)², without ½.
    """
    given = _arrays(network, language, ("w", "b", "v", "c"))
    slope = _function(SLOPES[network.activation], "slope", language) if language == "numpy" else ""
    head = _joined(_function(FORMULAS[network.activation], "phi", language), slope)
    return f"{head}\n\n{given}\nx, y, eta = {x!r}, {y!r}, {eta!r}\n\n{_PASSES[language]}"


def difference_code(
    before: ShallowNetwork, after: ShallowNetwork, interval: tuple[float, float], language: Language
) -> str:
    """Source that measures the largest difference of two networks on an interval; "numpy" or "torch"."""
    phi = _function(FORMULAS[before.activation], "phi", language)
    rows = [
        f"{name} = {_tuple(network, language)}" for name, network in (("before", before), ("after", after))
    ]
    body = _DIFFERENCE[language].format(low=interval[0], high=interval[1])
    return "\n".join([phi, "", *rows, "", "", body])


def folds_code(folds: int, language: Language) -> str:
    """Source of the sawtooth of so many layers of two units; "numpy" or "torch"."""
    return _FOLDS[language].format(folds=folds)


def training_code(spec: DeepSpec, x: Array, y: Array) -> str:
    """Source in torch that trains the network of the spec's first seed on x, (m,) or (m, d), and y (m,), as here."""
    classes = spec.loss == "cross_entropy"
    return _TRAINING.format(
        phi=_function(FORMULAS[spec.activation], "phi", "torch").rstrip(),
        x=x.tolist(),
        y=y.tolist(),
        widths=spec.widths,
        steps=spec.steps,
        rate=spec.learning_rate,
        seed=spec.seeds[0],
        target="y" if classes else "to_unit(y)",
        criterion="BCEWithLogitsLoss" if classes else "MSELoss",
        and_y="" if classes else " and y",
    )


def _function(formula: str, name: str, language: Language) -> str:
    """Source of a function of z, under another name."""
    return parse(formula, ("z",)).code(language).replace("def f(z)", f"def {name}(z)").rstrip() + "\n"


def _joined(one: str, other: str) -> str:
    """Two functions, the imports once."""
    return f"{one}\n\n{other.removeprefix('import numpy as np').lstrip()}" if other else one


def _arrays(network: ShallowNetwork, language: Language, names: tuple[str, ...]) -> str:
    return f"{', '.join(names)} = {_tuple(network, language)}"


def _tuple(network: ShallowNetwork, language: Language) -> str:
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights
    numbers = [*(row.tolist() for row in (w, b, v)), network.output_bias]
    made = "np.array({!r})" if language == "numpy" else "torch.tensor({!r}, dtype=torch.float64)"
    return "(\n    " + ",\n    ".join(made.format(one) for one in numbers) + ",\n)"
