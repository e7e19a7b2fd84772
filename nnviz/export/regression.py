"""Linear models as code that runs by itself: the line on screen, its bowl, many inputs, polynomials."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.functions import Library
from nnviz.learning.polynomials import PolynomialFit

Array = NDArray[np.float64]

MOST_STEPS = 10_000


class Walk(NamedTuple):
    """Gradient descent on the mean squared error: where it begins, how far it goes, on which batches."""

    start: Sequence[float]
    learning_rate: float
    steps: int
    batch: int = 0
    seed: int = 0


_DEAL: Final = """\
    epoch, place = divmod(step, n // batch)
    dealt = np.random.default_rng((seed, epoch)).permutation(n)
    chosen = dealt[place * batch:(place + 1) * batch]
"""

_LINE: Final = {
    "numpy": """\
import numpy as np

x = np.array({x})
y = np.array({y})
w, b = {w!r}, {b!r}  # where the line begins
eta, steps = {eta!r}, {steps}
{settings}
for step in range(steps):
{deal}    error = w * x{chosen} + b - y{chosen}
    dw, db = 2 * np.mean(error * x{chosen}), 2 * np.mean(error)  # of the mean squared error: 1/n, no 1/2
    w, b = w - eta * dw, b - eta * db

loss = np.mean((w * x + b - y) ** 2)
r_squared = 1 - loss / np.var(y)

A = np.column_stack((x, np.ones(len(x))))
best = np.linalg.lstsq(A, y)[0]  # what the normal equations A^T A (w, b) = A^T y say
print("w, b:", w, b, " L:", loss, " R^2:", r_squared, " least squares:", best)
""",
    "torch": """\
{numpy_too}import torch

x = torch.tensor({x}, dtype=torch.float64)
y = torch.tensor({y}, dtype=torch.float64)
w = torch.tensor({w!r}, dtype=torch.float64, requires_grad=True)  # where the line begins
b = torch.tensor({b!r}, dtype=torch.float64, requires_grad=True)
eta, steps = {eta!r}, {steps}
{settings}
descent = torch.optim.SGD([w, b], lr=eta)
for step in range(steps):
{deal}    descent.zero_grad()
    torch.nn.functional.mse_loss(w * x{chosen} + b, y{chosen}).backward()
    descent.step()

w, b = w.item(), b.item()
loss = torch.mean((w * x + b - y) ** 2).item()
r_squared = 1 - loss / torch.var(y, correction=0).item()

A = torch.stack((x, torch.ones_like(x)), dim=1)
best = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]  # what the normal equations A^T A (w, b) = A^T y say
print("w, b:", w, b, " L:", loss, " R^2:", r_squared, " least squares:", best)
""",
}


def line_code(x: Array, y: Array, walk: Walk, language: Library) -> str:
    """Source that leaves w, b, loss, r_squared and best (w, b) of the line through x, y (n,) after the walk."""
    w, b = walk.start
    batch = f"n, batch, seed = {len(x)}, {walk.batch}, {walk.seed}\n" if walk.batch else ""
    return _LINE[language].format(
        x=x.tolist(),
        y=y.tolist(),
        w=float(w),
        b=float(b),
        eta=walk.learning_rate,
        steps=walk.steps,
        settings=batch,
        deal=_DEAL if batch else "",
        chosen="[chosen]" if batch else "",
        numpy_too="import numpy as np\n" if batch else "",
    )


_BOWL: Final = {
    "numpy": """\
import math

import numpy as np

x = np.array({x})
y = np.array({y})
eta, tolerance = {eta!r}, {tolerance!r}

A = np.column_stack((x, np.ones(len(x))))
H = 2 / len(x) * A.T @ A  # the Hessian of L = 1/n sum (w x + b - y)^2: the y do not enter
l1, ln = np.linalg.eigvalsh(H)
condition = ln / l1
monotone, fastest, critical = 1 / ln, 2 / (l1 + ln), 2 / ln
worst = max(abs(1 - eta * l1), abs(1 - eta * ln))
converges = 0 < worst < 1 - 1e-12
predicted = max(1, math.ceil(math.log(tolerance) / math.log(worst))) if converges else int(worst == 0)  # 0: never

best = np.linalg.lstsq(A, y)[0]
theta, observed = np.zeros(2), None
for step in range({most} + 1 if predicted else 0):
    if np.linalg.norm(theta - best) <= tolerance * np.linalg.norm(best):
        observed = step
        break
    theta = theta - eta * 2 / len(x) * A.T @ (A @ theta - y)
print("condition:", condition, " eta:", monotone, fastest, critical, " steps:", predicted, observed)
""",
    "torch": """\
import math

import torch

x = torch.tensor({x}, dtype=torch.float64)
y = torch.tensor({y}, dtype=torch.float64)
eta, tolerance = {eta!r}, {tolerance!r}

A = torch.stack((x, torch.ones_like(x)), dim=1)
loss = lambda theta: torch.nn.functional.mse_loss(A @ theta, y)
theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
H = torch.autograd.functional.hessian(loss, theta.detach())
l1, ln = torch.linalg.eigvalsh(H).tolist()
condition = ln / l1
monotone, fastest, critical = 1 / ln, 2 / (l1 + ln), 2 / ln
worst = max(abs(1 - eta * l1), abs(1 - eta * ln))
converges = 0 < worst < 1 - 1e-12
predicted = max(1, math.ceil(math.log(tolerance) / math.log(worst))) if converges else int(worst == 0)  # 0: never

best = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
descent, observed = torch.optim.SGD([theta], lr=eta), None
for step in range({most} + 1 if predicted else 0):
    if torch.linalg.norm(theta.detach() - best) <= tolerance * torch.linalg.norm(best):
        observed = step
        break
    descent.zero_grad()
    loss(theta).backward()
    descent.step()
print("condition:", condition, " eta:", monotone, fastest, critical, " steps:", predicted, observed)
""",
}


def bowl_code(x: Array, y: Array, learning_rate: float, tolerance: float, language: Library) -> str:
    """Source that leaves condition, monotone, fastest, critical, worst, predicted and observed for x, y (n,).

    The walk begins at w = b = 0; steps are counted to `tolerance` of the distance to the minimum.
    """
    return _BOWL[language].format(
        x=x.tolist(), y=y.tolist(), eta=learning_rate, tolerance=tolerance, most=MOST_STEPS
    )


_LINEAR: Final = {
    "numpy": """\
import numpy as np

x = np.array({x})
y = np.array({y})
{scale}
A = np.column_stack((x, np.ones(len(x))))  # the last parameter is the bias
theta = np.array({start})
eta, steps = {eta!r}, {steps}
for step in range(steps):
    theta = theta - eta * 2 / len(y) * A.T @ (A @ theta - y)

loss = np.mean((A @ theta - y) ** 2)
gradient = 2 / len(y) * A.T @ (A @ theta - y)
best = np.linalg.lstsq(A, y)[0]
condition = np.linalg.cond(A) ** 2  # of the Hessian 2/n A^T A
print("theta:", theta, " L:", loss, " least squares:", best, " condition:", condition)
""",
    "torch": """\
import torch

x = torch.tensor({x}, dtype=torch.float64)
y = torch.tensor({y}, dtype=torch.float64)
{scale}
model = torch.nn.Linear(x.shape[1], 1).double()
start = torch.tensor({start}, dtype=torch.float64)
with torch.no_grad():
    model.weight[:], model.bias[:] = start[:-1], start[-1]
descent = torch.optim.SGD(model.parameters(), lr={eta!r})
for step in range({steps}):
    descent.zero_grad()
    torch.nn.functional.mse_loss(model(x)[:, 0], y).backward()
    descent.step()

model.zero_grad()
loss = torch.nn.functional.mse_loss(model(x)[:, 0], y)
loss.backward()
loss, gradient = loss.item(), torch.cat((model.weight.grad[0], model.bias.grad))
theta = torch.cat((model.weight[0], model.bias)).detach()
A = torch.column_stack((x, torch.ones(len(x), dtype=torch.float64)))
best = torch.linalg.lstsq(A, y[:, None], driver="gelsd").solution[:, 0]
condition = torch.linalg.cond(A).item() ** 2  # of the Hessian 2/n A^T A
print("theta:", theta, " L:", loss, " least squares:", best, " condition:", condition)
""",
}

_SCALE: Final = {
    "numpy": "x = (x - x.mean(axis=0)) / x.std(axis=0)\n",
    "torch": "x = (x - x.mean(dim=0)) / x.std(dim=0, correction=0)\n",
}


def linear_code(x: Array, y: Array, walk: Walk, standard: bool, language: Library) -> str:
    """Source that leaves theta, loss, gradient, best and condition for x (n, d), y (n,) after the walk on all points.

    standard: the features are standardised first, which no feature that is constant can be.
    """
    return _LINEAR[language].format(
        x=x.tolist(), y=y.tolist(), start=[float(value) for value in walk.start], eta=walk.learning_rate,
        steps=walk.steps, scale=_SCALE[language] if standard else "",
    )  # fmt: skip


_POLYNOMIAL: Final = {
    "numpy": """\
import numpy as np

x, y = np.array({x}), np.array({y})
x_held_out, y_held_out = np.array({x_held_out}), np.array({y_held_out})
low, high, degree = {low!r}, {high!r}, {degree}


def features(x):
{features}


A = features(x)
theta = np.linalg.lstsq(A, y)[0]  # by the singular value decomposition of A
train_error = np.mean((A @ theta - y) ** 2)
held_out_error = np.mean((features(x_held_out) @ theta - y_held_out) ** 2)
condition = np.linalg.cond(A)
print("theta:", theta, " error:", train_error, held_out_error, " condition:", condition)
""",
    "torch": """\
import torch

x, y = torch.tensor({x}, dtype=torch.float64), torch.tensor({y}, dtype=torch.float64)
x_held_out = torch.tensor({x_held_out}, dtype=torch.float64)
y_held_out = torch.tensor({y_held_out}, dtype=torch.float64)
low, high, degree = {low!r}, {high!r}, {degree}


def features(x):
{features}


A = features(x)
theta = torch.linalg.lstsq(A, y[:, None], driver="gelsd").solution[:, 0]  # by the singular value decomposition of A
train_error = torch.mean((A @ theta - y) ** 2).item()
held_out_error = torch.mean((features(x_held_out) @ theta - y_held_out) ** 2).item()
condition = torch.linalg.cond(A).item()
print("theta:", theta, " error:", train_error, held_out_error, " condition:", condition)
""",
}

_SCALED: Final = "    t = (2 * x - low - high) / (high - low)\n"
_FEATURES: Final = {
    "numpy": {
        "powers": "    return np.column_stack([x**j for j in range(degree + 1)])",
        "scaled": f"{_SCALED}    return np.column_stack([t**j for j in range(degree + 1)])",
        "chebyshev": f"{_SCALED}    return np.polynomial.chebyshev.chebvander(t, degree)",
    },
    "torch": {
        "powers": "    return torch.stack([x**j for j in range(degree + 1)], dim=1)",
        "scaled": f"{_SCALED}    return torch.stack([t**j for j in range(degree + 1)], dim=1)",
        "chebyshev": f"{_SCALED}    angle = torch.arccos(t)\n"
        "    return torch.stack([torch.cos(j * angle) for j in range(degree + 1)], dim=1)",
    },
}


def polynomial_code(
    x: Array, y: Array, x_held_out: Array, y_held_out: Array, fit: PolynomialFit, language: Library
) -> str:
    """Source that leaves theta, train_error, held_out_error and condition of a polynomial through x, y (n,)."""
    return _POLYNOMIAL[language].format(
        x=x.tolist(), y=y.tolist(), x_held_out=x_held_out.tolist(), y_held_out=y_held_out.tolist(),
        low=fit.interval[0], high=fit.interval[1], degree=len(fit.coefficients) - 1,
        features=_FEATURES[language][fit.basis],
    )  # fmt: skip
