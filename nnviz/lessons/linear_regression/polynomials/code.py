"""Write source that fits the same polynomial."""

from typing import Final, NamedTuple

from nnviz._types import Array
from nnviz.expressions import Library
from nnviz.regression.polynomials import PolynomialFit

_SOURCE: Final = {
    "numpy": """\
import numpy as np

x, y = np.array({x}), np.array({y})
x_validation, y_validation = np.array({x_validation}), np.array({y_validation})
low, high, degree = {low!r}, {high!r}, {degree}


def features(x):
{features}


A = features(x)
theta = np.linalg.lstsq(A, y)[0]  # from the singular value decomposition of A
train_error = np.mean((A @ theta - y) ** 2)
validation_error = np.mean((features(x_validation) @ theta - y_validation) ** 2)
condition = np.linalg.cond(A)
print("theta:", theta, " error:", train_error, validation_error, " condition:", condition)
""",
    "torch": """\
import torch

x, y = torch.tensor({x}, dtype=torch.float64), torch.tensor({y}, dtype=torch.float64)
x_validation = torch.tensor({x_validation}, dtype=torch.float64)
y_validation = torch.tensor({y_validation}, dtype=torch.float64)
low, high, degree = {low!r}, {high!r}, {degree}


def features(x):
{features}


A = features(x)
theta = torch.linalg.lstsq(A, y[:, None], driver="gelsd").solution[:, 0]  # from the singular value decomposition of A
train_error = torch.mean((A @ theta - y) ** 2).item()
validation_error = torch.mean((features(x_validation) @ theta - y_validation) ** 2).item()
condition = torch.linalg.cond(A).item()
print("theta:", theta, " error:", train_error, validation_error, " condition:", condition)
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


class SplitPoints(NamedTuple):
    """The training set x, y (n,), and the validation set (m,)."""

    x: Array
    y: Array
    x_validation: Array
    y_validation: Array


def write_polynomial_code(points: SplitPoints, fit: PolynomialFit, library: Library) -> str:
    """Return source that leaves theta, train_error, validation_error and condition of a fitted polynomial."""
    return _SOURCE[library].format(
        **{name: values.tolist() for name, values in points._asdict().items()},
        low=fit.interval[0],
        high=fit.interval[1],
        degree=len(fit.coefficients) - 1,
        features=_FEATURES[library][fit.basis],
    )
