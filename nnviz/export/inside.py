"""Code of the page about the inside of a network: the passes of an example, a changed network, the sawtooth, depth."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.export.network import FORMULAS
from nnviz.functions import Library, parse
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

_GIVEN_BY_F: Final = """\
{f}

x, x_fresh = np.linspace(0, 1, {seen}), (np.arange({fresh}) + 0.5) / {fresh}
y, y_fresh = f(x), f(x_fresh)
"""

_TRAINING: Final = '''\
{head}

{given}
widths, steps, learning_rate, seeds = {widths!r}, {steps!r}, {rate!r}, {seeds!r}
MIDDLE_X, HALF_X = (x.max(axis=0) + x.min(axis=0)) / 2, (x.max(axis=0) - x.min(axis=0)) / 2
{target_unit}


def inputs(x):
    """Moved and scaled so that the examples fill [-1, 1], a column for each input."""
    return {inputs}


u, target, sizes = inputs(x), {target}, (x.size // len(x), *widths, 1)


{train}


def error(network):
    """On fresh points: {about}."""
    {error}


errors = [error(train(seed)) for seed in seeds]
parameters = sum(after * (before + 1) for before, after in zip(sizes, sizes[1:]))
print(widths, parameters, "parameters: error", np.median(errors), "from", min(errors), "to", max(errors))
'''

_TRAIN: Final = {
    "numpy": '''\
def forward(u, theta):
    """The output, and z and a of every layer; theta is W, b, W, b, ... from the first layer to the last."""
    zs, each = [], [u]
    for W, b in zip(theta[::2], theta[1::2]):
        zs.append(each[-1] @ W.T + b)
        each.append(phi(zs[-1]))
    return zs[-1][:, 0], zs, each


def backward(theta):
    """The mean loss and its derivative by each matrix and vector: the chain rule, from the last layer to the first."""
    y_hat, zs, each = forward(u, theta)
    loss, d_y = {loss}
    d_z, found = d_y[:, None] / len(u), []
    for layer in reversed(range(len(zs))):
        found = [d_z.T @ each[layer], d_z.sum(axis=0), *found]
        if layer:
            d_z = d_z @ theta[2 * layer] * slope(zs[layer - 1])
    return loss, found


def train(seed):
    """One network by Adam on all examples at once; of the losses looked at every 20 steps, that of the smallest."""
    rng, theta = np.random.default_rng(seed), []
    for before, after in zip(sizes, sizes[1:]):
        theta.append(rng.normal(0, np.sqrt(2 / before), (after, before)))
        theta.append(rng.uniform(-1, 1, after) / np.sqrt(before))
    m, v = [0 * part for part in theta], [0 * part for part in theta]
    best, kept = np.inf, theta
    for step in range(steps + 1):
        loss, gradient = backward(theta)
        if (step % 20 == 0 or step == steps) and loss < best:
            best, kept = loss, theta
        rate = learning_rate * (1 + np.cos(np.pi * step / steps)) / 2
        m = [0.9 * old + 0.1 * g for old, g in zip(m, gradient)]
        v = [0.999 * old + 0.001 * g**2 for old, g in zip(v, gradient)]
        one, two = 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)
        theta = [p - rate * (a / one) / (np.sqrt(b / two) + 1e-8) for p, a, b in zip(theta, m, v)]
    return kept


def output(network, x):
    return forward(inputs(x), network)[0]''',
    "torch": '''\
class Phi(torch.nn.Module):
    def forward(self, z):
        return phi(z)


def layer(before, after, rng):
    linear = torch.nn.Linear(before, after, dtype=torch.float64)
    linear.weight.data = torch.from_numpy(rng.normal(0, np.sqrt(2 / before), (after, before)))
    linear.bias.data = torch.from_numpy(rng.uniform(-1, 1, after) / np.sqrt(before))
    return linear


def train(seed):
    """One network by Adam on all examples at once; of the losses looked at every 20 steps, that of the smallest."""
    rng = np.random.default_rng(seed)
    layers = [part for before, after in zip(sizes, sizes[1:]) for part in (layer(before, after, rng), Phi())]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (1 + np.cos(np.pi * step / steps)) / 2)
    best, kept = np.inf, None
    for step in range(steps + 1):
        loss = criterion(model(u)[:, 0], target)
        if (step % 20 == 0 or step == steps) and loss.item() < best:
            best, kept = loss.item(), [part.detach().clone() for part in model.parameters()]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    torch.nn.utils.vector_to_parameters(torch.cat([part.flatten() for part in kept]), model.parameters())
    return model


def output(network, x):
    return network(inputs(x))[:, 0].detach().numpy()''',
}

_LOSS: Final = {
    "squared": "((y_hat - target) ** 2).mean(), 2 * (y_hat - target)",
    "cross_entropy": "(np.logaddexp(0, y_hat) - target * y_hat).mean(), (1 + np.tanh(y_hat / 2)) / 2 - target",
}


def passes_code(network: ShallowNetwork, x: float, y: float, eta: float, language: Library) -> str:
    """Source of the two passes of one example and of one update, with all derivatives; "numpy" or "torch".

    In NumPy the chain rule is written out, in torch it is left to autograd. The loss is (ŷ − y)², without ½.
    """
    given = _arrays(network, language, ("w", "b", "v", "c"))
    slope = _function(SLOPES[network.activation], "slope", language) if language == "numpy" else ""
    head = _joined(_function(FORMULAS[network.activation], "phi", language), slope)
    return f"{head}\n\n{given}\nx, y, eta = {x!r}, {y!r}, {eta!r}\n\n{_PASSES[language]}"


def difference_code(
    before: ShallowNetwork, after: ShallowNetwork, interval: tuple[float, float], language: Library
) -> str:
    """Source that measures the largest difference of two networks on an interval; "numpy" or "torch"."""
    phi = _function(FORMULAS[before.activation], "phi", language)
    rows = [
        f"{name} = {_tuple(network, language)}" for name, network in (("before", before), ("after", after))
    ]
    body = _DIFFERENCE[language].format(low=interval[0], high=interval[1])
    return "\n".join([phi, "", *rows, "", "", body])


def folds_code(folds: int, language: Library) -> str:
    """Source of the sawtooth of so many layers of two units; "numpy" or "torch"."""
    return _FOLDS[language].format(folds=folds)


def points_given(x: Array, y: Array, x_fresh: Array, y_fresh: Array) -> str:
    """Source of examples, (m,) or (m, d) and (m,), and of fresh points that the errors are measured on."""
    named = {"x": x, "y": y, "x_fresh": x_fresh, "y_fresh": y_fresh}
    return "".join(f"{name} = np.array({np.asarray(values).tolist()})\n" for name, values in named.items())


def function_given(f: str, seen: int, fresh: int) -> str:
    """Source of even examples of a function f on [0, 1], given as source in NumPy, and of as even fresh points."""
    return _GIVEN_BY_F.format(f=_without_numpy(f).strip(), seen=seen, fresh=fresh)


def sawtooth_source(folds: int) -> str:
    """Source in NumPy of the sawtooth f of so many folds on [0, 1]."""
    return (
        "def f(x):\n"
        f'    """The tent 1 - |2x - 1|, {folds} times on top of itself."""\n'
        f"    for _ in range({folds}):\n"
        "        x = 1 - abs(2 * x - 1)\n"
        "    return x\n"
    )


def training_code(spec: DeepSpec, given: str, language: Library) -> str:
    """Source that trains a network for each seed as the app does, and measures them; "numpy" or "torch".

    given: from `points_given` or `function_given`. ``errors`` are, for classes, the shares of fresh points that are
    wrong; else the root of the mean square. In NumPy the chain rule is written out, in torch it is left to autograd.
    """
    classes, torch = spec.loss == "cross_entropy", language == "torch"
    phi = _function(FORMULAS[spec.activation], "phi", language)
    slope = "" if torch else _function(SLOPES[spec.activation], "slope", language)
    criterion = f"criterion = torch.nn.{'BCEWithLogitsLoss' if classes else 'MSELoss'}()"
    unit = "" if classes else "MIDDLE_Y, HALF_Y = (y.max() + y.min()) / 2, (y.max() - y.min()) / 2 or 1.0"
    inputs = "((x - MIDDLE_X) / HALF_X).reshape(len(x), -1)"
    target = "y" if classes else "(y - MIDDLE_Y) / HALF_Y"
    lines = ("((output(network, x_fresh) > 0) != (y_fresh == 1)).mean()" if classes
             else "np.sqrt(((MIDDLE_Y + HALF_Y * output(network, x_fresh) - y_fresh) ** 2).mean())")  # fmt: skip
    imports = "import numpy as np\n" if torch else ""
    train = _TRAIN[language] if torch else _TRAIN[language].replace("{loss}", _LOSS[spec.loss])
    return _TRAINING.format(
        head=imports + _joined(phi, slope),
        given=given,
        widths=spec.widths,
        steps=spec.steps,
        rate=spec.learning_rate,
        seeds=spec.seeds,
        target_unit=f"{criterion}\n{unit}".strip() if torch else unit,
        inputs=f"torch.from_numpy({inputs})" if torch else inputs,
        target=f"torch.from_numpy({target})" if torch else target,
        train=train,
        about="the share of wrong classes" if classes else "the root of the mean squared error",
        error=f"return float({lines})",
    )


def _function(formula: str, name: str, language: Library) -> str:
    """Source of a function of z, under another name."""
    return parse(formula, ("z",)).code(language).replace("def f(z)", f"def {name}(z)").rstrip() + "\n"


def _joined(one: str, other: str) -> str:
    """Two functions, the imports once."""
    return f"{one}\n\n{_without_numpy(other).lstrip()}" if other else one


def _without_numpy(source: str) -> str:
    return source.replace("import numpy as np\n", "", 1)


def _arrays(network: ShallowNetwork, language: Library, names: tuple[str, ...]) -> str:
    return f"{', '.join(names)} = {_tuple(network, language)}"


def _tuple(network: ShallowNetwork, language: Library) -> str:
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights
    numbers = [*(row.tolist() for row in (w, b, v)), network.output_bias]
    made = "np.array({!r})" if language == "numpy" else "torch.tensor({!r}, dtype=torch.float64)"
    return "(\n    " + ",\n    ".join(made.format(one) for one in numbers) + ",\n)"
