"""Write source code that trains the network of the page from the same initial weights, and measures its errors."""

import re
from typing import Final

from nnviz._types import Bounds
from nnviz.expressions import Library, parse
from nnviz.lessons.universal_approximation.shared.code import POINTS, activation_source, join_sources
from nnviz.lessons.universal_approximation.shared.view import TRAINING_POINTS
from nnviz.networks import ACTIVATIONS, TrainingRun
from nnviz.optimization import OPTIMIZERS
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target

_START: Final = """\
# The training set, and the same in units in which x and y fill [-1, 1].
{training_set}
x_middle, x_half = (x.min() + x.max()) / 2, (x.max() - x.min()) / 2 or 1.0
y_middle, y_half = (y.min() + y.max()) / 2, (y.max() - y.min()) / 2 or 1.0
u, t = (x - x_middle) / x_half, (y - y_middle) / y_half

# Random weights w, biases b and output weights, and the output bias 0. Each of n equal parts of [-1, 1] holds one step.
rng = np.random.default_rng({seed})
n = {width}
places = (rng.permuted(np.arange(n)[:, None], axis=0) + rng.random((n, 1))) / n * 2 - 1
signs = np.sign(rng.standard_normal((n, 1)))
weights = rng.uniform(0, {steepest!r}, (n, 1)) * signs
p = np.concatenate([weights.ravel(), -(weights * places).ravel(), 0.01 * rng.standard_normal(n), [0.0]])
batch = {batch} or len(u)


def batches():
    while True:
        order = rng.permutation(len(u)) if batch < len(u) else np.arange(len(u))
        for start in range(0, len(u), batch):
            yield order[start : start + batch]
"""

_NUMPY: Final = """\
def output(p, u):
    w, b, v, c = np.split(p, [n, 2 * n, 3 * n])
    return phi(np.multiply.outer(u, w) + b) @ v + c


def gradient(p, u, t):
    w, b, v, c = np.split(p, [n, 2 * n, 3 * n])
    z = np.multiply.outer(u, w) + b
    dy = 2 * (phi(z) @ v + c - t) / len(u)
    dz = dy[:, None] * v * phi_prime(z)
    return np.concatenate([u @ dz, dz.sum(axis=0), dy @ phi(z), [dy.sum()]])


eta = [{eta!r}] * {updates}
{state}
for k, chosen in zip(range({updates}), batches()):
    g = gradient(p, u[chosen], t[chosen])
{step}


def network(x):
    return y_middle + y_half * output(p, (x - x_middle) / x_half)


x = np.linspace({low!r}, {high!r}, {points})
known = np.isfinite(f(x))
error = f(x[known]) - network(x[known])
largest_error, rms_error = np.abs(error).max(), np.sqrt(np.mean(error**2))
"""

_TORCH: Final = """\
u, t, p = torch.tensor(u), torch.tensor(t), torch.tensor(p, requires_grad=True)


def output(p, u):
    w, b, v, c = p.split([n, n, n, 1])
    return phi(u[:, None] * w + b) @ v + c


optimizer = torch.optim.{optimizer}
for _, chosen in zip(range({updates}), batches()):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(output(p, u[chosen]), t[chosen]).backward()
    optimizer.step()
"""

_TORCH_MEASURE: Final = """\
def network(x):
    return y_middle + y_half * output(p, (x - x_middle) / x_half)


x = {low!r} + torch.arange({points}, dtype=torch.float64) * (({high!r} - {low!r}) / ({points} - 1))
x = x[torch.isfinite(f(x))]
with torch.no_grad():
    error = f(x) - network(x)
largest_error, rms_error = error.abs().max().item(), error.square().mean().sqrt().item()
"""

_PRINT: Final = """\
print("largest error at the points", largest_error, "root mean square error", rms_error)
"""


def training_code(run: TrainingRun, target: Target, interval: Bounds, language: Library) -> str:
    """Return source that repeats the updates of a run in float64 and leaves ``largest_error`` and ``rms_error``.

    The page trains in float64 too, so the numbers agree up to rounding. A rule that torch.optim does not have is
    written in NumPy.
    """
    optimizer = OPTIMIZERS[run.spec.optimizer]
    if language == "torch" and optimizer.torch_source:
        return _torch_code(run, target, interval)
    settings = optimizer.complete(dict(run.spec.settings))
    low, high = map(float, interval)
    body = _NUMPY.format(
        eta=run.spec.learning_rate,
        updates=int(run.steps[-1]),
        state=optimizer.numpy_state.format(**settings),
        step=re.sub("(?m)^", "    ", optimizer.numpy_step.format(**settings)),
        low=low,
        high=high,
        points=POINTS,
    )
    activation = ACTIVATIONS[run.spec.activation]
    derivative = parse(activation.derivative_formula, ("z",)).code("numpy")
    return join_sources(
        target.code("numpy"),
        activation_source(activation.name, "numpy"),
        re.sub(r"\bf\(", "phi_prime(", derivative),
        optimizer.numpy_helpers,
        _start(run, target, interval, "f(x)"),
        body,
        _PRINT,
    )


def _torch_code(run: TrainingRun, target: Target, interval: Bounds) -> str:
    optimizer = OPTIMIZERS[run.spec.optimizer]
    settings = optimizer.complete(dict(run.spec.settings))
    call = optimizer.torch_source.format(eta=run.spec.learning_rate, **settings)
    low, high = map(float, interval)
    return join_sources(
        "import numpy as np\n",
        target.code("torch"),
        activation_source(run.spec.activation, "torch"),
        _start(run, target, interval, "f(torch.tensor(x)).numpy()"),
        _TORCH.format(optimizer=call, updates=int(run.steps[-1])),
        _TORCH_MEASURE.format(low=low, high=high, points=POINTS),
        _PRINT,
    )


def _start(run: TrainingRun, target: Target, interval: Bounds, values: str) -> str:
    """Return source of the training set, the initial parameters and the batches."""
    low, high = map(float, interval)
    inside = f"(x >= {low!r}) & (x <= {high!r})"
    points = [
        f"x = np.linspace({low!r}, {high!r}, {TRAINING_POINTS})",
        f"y = {values}",
        "chosen = np.isfinite(y)",
    ]
    if isinstance(target, PiecewiseLinear):
        points = ["x, y = np.array(KNOTS), np.array(VALUES)", f"chosen = {inside}"]
    return _START.format(
        training_set="\n".join([*points, "x, y = x[chosen], y[chosen]"]),
        seed=run.spec.seed,
        width=run.spec.width,
        steepest=ACTIVATIONS[run.spec.activation].steepest,
        batch=run.spec.batch_size,
    )
