"""Write source that makes the same run of gradient descent on a line."""

from typing import Final

from nnviz._types import Array
from nnviz.expressions import Library
from nnviz.lessons.linear_regression.shared.code import Run

_BATCH: Final = """\
    epoch, position = divmod(step, n // batch_size)
    order = np.random.default_rng((seed, epoch)).permutation(n)
    batch = order[position * batch_size:(position + 1) * batch_size]
"""

_SOURCE: Final = {
    "numpy": """\
import numpy as np

x = np.array({x})
y = np.array({y})
w, b = {w!r}, {b!r}  # the line at the start
eta, updates = {eta!r}, {updates}
{settings}
for step in range(updates):
{batch}    error = w * x{chosen} + b - y{chosen}
    dw, db = 2 * np.mean(error * x{chosen}), 2 * np.mean(error)  # L has 1/n and no 1/2
    w, b = w - eta * dw, b - eta * db

loss = np.mean((w * x + b - y) ** 2)
r_squared = 1 - loss / np.var(y)

A = np.column_stack((x, np.ones(len(x))))
best = np.linalg.lstsq(A, y)[0]  # solves the normal equation A^T A (w, b) = A^T y
print("w, b:", w, b, " L:", loss, " R^2:", r_squared, " least squares:", best)
""",
    "torch": """\
{numpy_too}import torch

x = torch.tensor({x}, dtype=torch.float64)
y = torch.tensor({y}, dtype=torch.float64)
w = torch.tensor({w!r}, dtype=torch.float64, requires_grad=True)  # the line at the start
b = torch.tensor({b!r}, dtype=torch.float64, requires_grad=True)
eta, updates = {eta!r}, {updates}
{settings}
optimizer = torch.optim.SGD([w, b], lr=eta)
for step in range(updates):
{batch}    optimizer.zero_grad()
    torch.nn.functional.mse_loss(w * x{chosen} + b, y{chosen}).backward()
    optimizer.step()

w, b = w.item(), b.item()
loss = torch.mean((w * x + b - y) ** 2).item()
r_squared = 1 - loss / torch.var(y, correction=0).item()

A = torch.stack((x, torch.ones_like(x)), dim=1)
best = torch.linalg.lstsq(A, y[:, None]).solution[:, 0]  # solves the normal equation A^T A (w, b) = A^T y
print("w, b:", w, b, " L:", loss, " R^2:", r_squared, " least squares:", best)
""",
}


def write_line_code(x: Array, y: Array, run: Run, library: Library) -> str:
    """Return source that leaves w, b, loss, r_squared and best (w, b) of the line through x, y (n,) after the run."""
    w, b = run.start
    batches = run.batch_size > 0
    settings = f"n, batch_size, seed = {len(x)}, {run.batch_size}, {run.seed}\n" if batches else ""
    return _SOURCE[library].format(
        x=x.tolist(),
        y=y.tolist(),
        w=float(w),
        b=float(b),
        eta=run.learning_rate,
        updates=run.updates,
        settings=settings,
        batch=_BATCH if batches else "",
        chosen="[batch]" if batches else "",
        numpy_too="import numpy as np\n" if batches else "",
    )
