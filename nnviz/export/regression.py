"""Linear models as code that runs by itself: the line on screen, its bowl, many inputs, polynomials."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Library = Literal["numpy", "torch"]

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


def line_code(x: Array, y: Array, walk: Walk, library: Library) -> str:
    """Source that leaves w, b, loss, r_squared and best (w, b) of the line through x, y (n,) after the walk."""
    w, b = walk.start
    batch = f"n, batch, seed = {len(x)}, {walk.batch}, {walk.seed}\n" if walk.batch else ""
    return _LINE[library].format(
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


def bowl_code(x: Array, y: Array, learning_rate: float, tolerance: float, library: Library) -> str:
    """Source that leaves condition, monotone, fastest, critical, worst, predicted and observed for x, y (n,).

    The walk begins at w = b = 0; steps are counted to `tolerance` of the distance to the minimum.
    """
    return _BOWL[library].format(
        x=x.tolist(), y=y.tolist(), eta=learning_rate, tolerance=tolerance, most=MOST_STEPS
    )
