"""Write source that trains a network of any depth and measures its test error."""

from typing import Final

import numpy as np

from nnviz._types import Array
from nnviz.expressions import Library
from nnviz.lessons.inside_the_network.shared.code import (
    join_functions,
    without_import,
    write_activation,
    write_slope,
)
from nnviz.networks.deep import DeepSpec

_GIVEN_BY_F: Final = """\
{f}

x, x_test = np.linspace(0, 1, {seen}), (np.arange({test}) + 0.5) / {test}
y, y_test = f(x), f(x_test)
"""

_TRAINING: Final = '''\
{head}

{given}
widths, steps, learning_rate, seeds = {widths!r}, {steps!r}, {rate!r}, {seeds!r}
MIDDLE_X, HALF_X = (x.max(axis=0) + x.min(axis=0)) / 2, (x.max(axis=0) - x.min(axis=0)) / 2
{target_unit}


def inputs(x):
    """Return inputs that are scaled so that the training points fill [-1, 1], one column for each input."""
    return {inputs}


u, target, sizes = inputs(x), {target}, (x.size // len(x), *widths, 1)


{train}


def error(network):
    """Return {about} on the test points."""
    {error}


errors = [error(train(seed)) for seed in seeds]
parameters = sum(after * (before + 1) for before, after in zip(sizes, sizes[1:]))
print(widths, parameters, "parameters: median test error", np.median(errors), "from", min(errors), "to", max(errors))
'''

_TRAIN: Final = {
    "numpy": '''\
def forward(u, theta):
    """Return the output, and z and a of every layer; theta is W, b, W, b, ... from the first layer to the last."""
    zs, each = [], [u]
    for W, b in zip(theta[::2], theta[1::2]):
        zs.append(each[-1] @ W.T + b)
        each.append(phi(zs[-1]))
    return zs[-1][:, 0], zs, each


def backward(theta):
    """Return the mean loss and its gradient, by the chain rule from the last layer to the first."""
    y_hat, zs, each = forward(u, theta)
    loss, d_y = {loss}
    d_z, found = d_y[:, None] / len(u), []
    for layer in reversed(range(len(zs))):
        found = [d_z.T @ each[layer], d_z.sum(axis=0), *found]
        if layer:
            d_z = d_z @ theta[2 * layer] * slope(zs[layer - 1])
    return loss, found


def train(seed):
    """Train one network by Adam with full batches; keep the smallest loss of those checked every 20 steps."""
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
    """Train one network by Adam with full batches; keep the smallest loss of those checked every 20 steps."""
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


def points_source(x: Array, y: Array, x_test: Array, y_test: Array) -> str:
    """Return source for training points, (m,) or (m, d) and (m,), and for test points."""
    named = {"x": x, "y": y, "x_test": x_test, "y_test": y_test}
    return "".join(f"{name} = np.array({np.asarray(values).tolist()})\n" for name, values in named.items())


def function_source(f: str, seen: int, test: int) -> str:
    """Return source for even training and test points of a function f on [0, 1]; f is NumPy source."""
    return _GIVEN_BY_F.format(f=without_import(f).strip(), seen=seen, test=test)


def sawtooth_source(layers: int) -> str:
    """Return NumPy source of the sawtooth f with 2^layers pieces on [0, 1]."""
    return (
        "def f(x):\n"
        f'    """Apply the tent 1 - |2x - 1| {layers} times."""\n'
        f"    for _ in range({layers}):\n"
        "        x = 1 - abs(2 * x - 1)\n"
        "    return x\n"
    )


def training_code(spec: DeepSpec, given: str, language: Library) -> str:
    """Return source that trains a network for each seed as the app does, and measures its test error.

    given: from ``points_source`` or ``function_source``. For classes, ``errors`` are fractions of misclassified test
    points, else root mean squares. In NumPy the chain rule is written out. In torch autograd applies it.
    """
    classes, torch = spec.loss == "cross_entropy", language == "torch"
    phi = write_activation(spec.activation, language)
    slope = "" if torch else write_slope(spec.activation, language)
    criterion = f"criterion = torch.nn.{'BCEWithLogitsLoss' if classes else 'MSELoss'}()"
    unit = "" if classes else "MIDDLE_Y, HALF_Y = (y.max() + y.min()) / 2, (y.max() - y.min()) / 2 or 1.0"
    inputs = "((x - MIDDLE_X) / HALF_X).reshape(len(x), -1)"
    target = "y" if classes else "(y - MIDDLE_Y) / HALF_Y"
    lines = (
        "((output(network, x_test) > 0) != (y_test == 1)).mean()"
        if classes
        else "np.sqrt(((MIDDLE_Y + HALF_Y * output(network, x_test) - y_test) ** 2).mean())"
    )
    imports = "import numpy as np\n" if torch else ""
    train = _TRAIN[language] if torch else _TRAIN[language].replace("{loss}", _LOSS[spec.loss])
    return _TRAINING.format(
        head=imports + join_functions(phi, slope),
        given=given,
        widths=spec.widths,
        steps=spec.steps,
        rate=spec.learning_rate,
        seeds=spec.seeds,
        target_unit=f"{criterion}\n{unit}".strip() if torch else unit,
        inputs=f"torch.from_numpy({inputs})" if torch else inputs,
        target=f"torch.from_numpy({target})" if torch else target,
        train=train,
        about="the fraction of misclassified points" if classes else "the root mean square error",
        error=f"return float({lines})",
    )
