"""Write the program that fits a line to points under each loss."""

from collections.abc import Mapping
from typing import Final

from numpy.typing import ArrayLike

from nnviz.expressions import Library
from nnviz.lessons.loss_functions.shared.code import write_arrays, write_imports
from nnviz.losses import LOSSES

_NUMPY_LINES: Final = '''\
def search_lines(loss):
    """Return the line with the smallest mean loss, among all lines through two of the points."""
    i, j = np.triu_indices(len(X), 1)
    w = (Y[j] - Y[i]) / (X[j] - X[i])
    lines = np.column_stack([w, Y[i] - w * X[i]])
    errors = lines[:, :1] * X + lines[:, 1:] - Y
    return lines[np.argmin(loss(errors).mean(axis=1))]


def repeat_least_squares(line, weight, steps=2000):
    """Repeat least squares, each point with the weight loss'(e)/e of its error e."""
    rows = np.column_stack([X, np.ones_like(X)])
    for _ in range(steps):
        weights = weight(rows @ line - Y)
        line = np.linalg.solve(rows.T * weights @ rows, rows.T @ (weights * Y))
    return line
'''

_TORCH_LINES: Final = '''\
def search_lines(loss):
    """Return the line with the smallest mean loss, among all lines through two of the points."""
    i, j = torch.triu_indices(len(X), len(X), 1)
    w = (Y[j] - Y[i]) / (X[j] - X[i])
    lines = torch.stack([w, Y[i] - w * X[i]], dim=1)
    errors = lines[:, :1] * X + lines[:, 1:] - Y
    return lines[loss(errors).mean(dim=1).argmin()]


def minimize(line, loss):
    """Minimize the mean loss from that line; autograd computes the gradient."""
    line = line.clone().requires_grad_()
    precise = {"max_iter": 1000, "tolerance_grad": 1e-14, "tolerance_change": 1e-16}
    optimizer = torch.optim.LBFGS([line], line_search_fn="strong_wolfe", **precise)

    def mean_loss():
        optimizer.zero_grad()
        mean = loss(line[0] * X + line[1] - Y).mean()
        mean.backward()
        return mean

    optimizer.step(mean_loss)
    return line.detach()
'''


def line_code(
    language: Library, x: ArrayLike, y: ArrayLike, losses: Mapping[str, Mapping[str, float]]
) -> str:
    """Return source that fits a line to points under each loss, with the result ``LINES``, name -> (w, b)."""
    torch = language == "torch"
    fits = []
    for name, settings in losses.items():
        loss = LOSSES[name]
        source = loss.source_code("torch" if torch else "np", settings)
        weight = loss.weight_source_code(settings)
        start = f"search_lines(lambda e: {source})"
        if torch:
            fits.append(
                f'LINES["{name}"] = minimize({start}, lambda e: {source})'
                if weight
                else f'LINES["{name}"] = {start}'
            )
        else:
            fits.append(
                f'LINES["{name}"] = repeat_least_squares({start}, lambda e: {weight})'
                if weight
                else f'LINES["{name}"] = {start}'
            )
    body = _TORCH_LINES if torch else _NUMPY_LINES
    return (
        f"{write_imports(language)}{write_arrays(language, X=x, Y=y)}\n\n{body}\n\nLINES = {{}}\n"
        + "\n".join(fits)
        + '\nfor name, (w, b) in LINES.items():\n    print(f"{name}: y = {w:.3f} x + {b:.3f}")\n'
    )
