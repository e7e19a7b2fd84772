"""Compute what the formulas of several chapters show, as functions of the live values."""

import numpy as np

from nnviz._types import Array
from nnviz.regression import linear_model
from nnviz.web.live_latex import LiveFunction

_ROUNDING = 1e-12  # of the mean size of the terms of a derivative; what is smaller is a rounding error, and 0


def partial_derivative(x: Array, y: Array, which: int) -> LiveFunction:
    """Return ∂L/∂θⱼ of the mean squared error as a function of (w₁ … w_d, b) and of live values that it ignores.

    x: (n,) or (n, d). y: (n,). which: j, from 0; d is the bias.
    """
    table = x.reshape(len(x), -1)
    columns = np.column_stack((table, np.ones(len(x))))

    def partial(*live: float) -> float:
        theta = live[: columns.shape[1]]
        value = float(linear_model.gradient(table, y, theta[:-1], theta[-1])[which])
        errors = linear_model.residuals(table, y, theta[:-1], theta[-1])
        size = float(np.mean(np.abs(errors * columns[:, which])))
        return 0.0 if abs(value) <= _ROUNDING * size else value

    return partial
