"""Write a linear model, its parameters, next update and exact solution as LaTeX whose numbers follow the parameters.

The live values are the weights w₁ … w_d and the bias b, in this order. x has shape (n, d), y (n,).
"""

import numpy as np

from nnviz._types import Array
from nnviz.lessons.linear_regression.shared.formulas import partial_derivative
from nnviz.regression import linear_model
from nnviz.web.latex_format import column, matrix, tex
from nnviz.web.live_latex import PlaceNumber, live_value

MAX_WRITTEN = 2  # inputs whose matrices fit on a phone


def write_parameters(x: Array, y: Array, best: list[float], place: PlaceNumber) -> list[tuple[str, ...]]:
    """Return a row for each parameter: its symbol, its value, its partial derivative, and its least-squares value."""
    symbols = [*(f"w_{j}" for j in range(1, x.shape[1] + 1)), "b"]
    return [
        (symbol, place(live_value(j), 4), place(partial_derivative(x, y, j), 4), tex(value, 4))
        for j, (symbol, value) in enumerate(zip(symbols, best, strict=True))
    ]


def write_inputs(x: Array) -> list[tuple[str, ...]]:
    """Return a row for each input: its symbol, mean and standard deviation; a mean of rounding errors is 0."""
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    mean = np.where(np.abs(mean) > 1e-13 * deviation, mean, 0.0)
    pairs = zip(mean.tolist(), deviation.tolist(), strict=True)
    return [(f"x_{j}", tex(middle, 4), tex(spread, 4)) for j, (middle, spread) in enumerate(pairs, 1)]


def write_update(x: Array, y: Array, rate: float, place: PlaceNumber) -> list[str]:
    """Return the model, its loss, its gradient and the next update."""
    n, d = x.shape
    parameters = column(place(live_value(j)) for j in range(d + 1))
    gradient = column(place(partial_derivative(x, y, j)) for j in range(d + 1))
    loss = place(lambda *theta: linear_model.mean_squared_error(x, y, theta[:-1], theta[-1]), 4)
    return [
        rf"\hat y &= W^\top x + b, \quad W \in \mathbb R^{{{d}}}, \quad n = {n}",
        rf"L &= \tfrac1n \textstyle\sum_i (\hat y_i - y_i)^2 = {loss}",
        rf"\nabla L &= \tfrac2n X^\top (X\theta - y) = {gradient}",
        rf"\theta &\leftarrow {parameters} - {tex(rate)} \cdot \nabla L",
    ]


def write_solution(x: Array, y: Array, fit: linear_model.LinearFit) -> list[str]:
    """Return the normal equation and its solution; matrices of many inputs would be wider than a phone."""
    equations, r_squared = (
        linear_model.normal_equations(x, y),
        linear_model.r_squared(x, y, fit.weights, fit.bias),
    )
    sides = [
        rf"X^\top\! X &= {matrix(equations.matrix, 3)}",
        rf"X^\top y &= {matrix(equations.right[:, None], 3)}",
    ]
    return [
        r"X^\top\! X\, \theta &= X^\top y",
        *(sides if x.shape[1] <= MAX_WRITTEN else []),
        rf"\theta &= {matrix(np.array([*fit.weights, fit.bias])[:, None])}",
        rf"L &= {tex(fit.loss, 4)}, \quad R^2 = {tex(r_squared)}",
    ]
