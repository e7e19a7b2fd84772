"""Write source that finds the same eigenvalues, learning rates and numbers of updates."""

from typing import Final

from nnviz._types import Array
from nnviz.expressions import Library

MAX_UPDATES = 10_000

_SOURCE: Final = {
    "numpy": """\
import math

import numpy as np

x = np.array({x})
y = np.array({y})
eta, target = {eta!r}, {target!r}

A = np.column_stack((x, np.ones(len(x))))
H = 2 / len(x) * A.T @ A  # the Hessian of L = 1/n sum (w x + b - y)^2 does not depend on y
smallest, largest = np.linalg.eigvalsh(H)
condition = largest / smallest
monotone, fastest, critical = 1 / largest, 2 / (smallest + largest), 2 / largest
factor = max(abs(1 - eta * smallest), abs(1 - eta * largest))
converges = 0 < factor < 1 - 1e-12
guaranteed = max(1, math.ceil(math.log(target) / math.log(factor))) if converges else int(factor == 0)  # 0: none

best = np.linalg.lstsq(A, y)[0]
theta, observed = np.zeros(2), None
for step in range({most} + 1 if guaranteed else 0):
    if np.linalg.norm(theta - best) <= target * np.linalg.norm(best):
        observed = step
        break
    theta = theta - eta * 2 / len(x) * A.T @ (A @ theta - y)
print("condition:", condition, " eta:", monotone, fastest, critical, " updates:", guaranteed, observed)
""",
    "torch": """\
import math

import torch

x = torch.tensor({x}, dtype=torch.float64)
y = torch.tensor({y}, dtype=torch.float64)
eta, target = {eta!r}, {target!r}

A = torch.stack((x, torch.ones_like(x)), dim=1)
loss = lambda theta: torch.nn.functional.mse_loss(A @ theta, y)
theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
H = torch.autograd.functional.hessian(loss, theta.detach())
smallest, largest = torch.linalg.eigvalsh(H).tolist()
condition = largest / smallest
monotone, fastest, critical = 1 / largest, 2 / (smallest + largest), 2 / largest
factor = max(abs(1 - eta * smallest), abs(1 - eta * largest))
converges = 0 < factor < 1 - 1e-12
guaranteed = max(1, math.ceil(math.log(target) / math.log(factor))) if converges else int(factor == 0)  # 0: none

best = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]
optimizer, observed = torch.optim.SGD([theta], lr=eta), None
for step in range({most} + 1 if guaranteed else 0):
    if torch.linalg.norm(theta.detach() - best) <= target * torch.linalg.norm(best):
        observed = step
        break
    optimizer.zero_grad()
    loss(theta).backward()
    optimizer.step()
print("condition:", condition, " eta:", monotone, fastest, critical, " updates:", guaranteed, observed)
""",
}


def write_rates_code(x: Array, y: Array, learning_rate: float, target: float, library: Library) -> str:
    """Return source that leaves condition, monotone, fastest, critical, factor, guaranteed and observed for x, y (n,).

    The run starts at w = b = 0. Updates are counted until the share `target` of the distance remains.
    """
    return _SOURCE[library].format(
        x=x.tolist(), y=y.tolist(), eta=learning_rate, target=target, most=MAX_UPDATES
    )
