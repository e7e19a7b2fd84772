"""Write source that makes the same run of gradient descent on a linear model."""

from typing import Final

from nnviz._types import Array
from nnviz.expressions import Library
from nnviz.lessons.linear_regression.shared.code import Run

_SOURCE: Final = {
    "numpy": """\
import numpy as np

x = np.array({x})
y = np.array({y})
{scale}
A = np.column_stack((x, np.ones(len(x))))  # the last parameter is the bias
theta = np.array({start})
eta, updates = {eta!r}, {updates}
for step in range(updates):
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
optimizer = torch.optim.SGD(model.parameters(), lr={eta!r})
for step in range({updates}):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(model(x)[:, 0], y).backward()
    optimizer.step()

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


def write_linear_code(x: Array, y: Array, run: Run, *, standard: bool, library: Library) -> str:
    """Return source that leaves theta, loss, gradient, best and condition for x (n, d), y (n,) after a full-batch run.

    standard: whether the source standardizes the features first; a constant feature cannot be standardized.
    """
    return _SOURCE[library].format(
        x=x.tolist(),
        y=y.tolist(),
        start=[float(value) for value in run.start],
        eta=run.learning_rate,
        updates=run.updates,
        scale=_SCALE[library] if standard else "",
    )
