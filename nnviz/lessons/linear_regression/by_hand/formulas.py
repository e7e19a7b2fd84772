"""Write the line, its loss, gradient, next update and exact solution as LaTeX whose numbers follow the line.

The live values are w and b. After an update with a mini-batch, the player also tells ∂L/∂w and ∂L/∂b of the next
mini-batch, and x and ŷ − y of its first two points; they follow in this order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Labels
from nnviz.lessons.linear_regression.by_hand import text
from nnviz.lessons.linear_regression.shared.formulas import partial_derivative
from nnviz.regression import linear_model
from nnviz.web.latex_format import matrix, tex
from nnviz.web.live_latex import LiveFunction, PlaceNumber, live_value


@dataclass(frozen=True, eq=False)
class LineNumbers:
    """What the formulas are written from.

    x, y: the points (n,). batch: the numbers of the points of the next update. minimum: (w, b) of the best line.
    batch_is_live: whether the player tells the gradient and the first points of the batch.
    """

    x: Array
    y: Array
    batch: Labels
    learning_rate: float
    minimum: tuple[float, float]
    batch_is_live: bool


class GradientTerms(NamedTuple):
    """The gradient of the next update, and (x, ŷ − y) of its first points, as numbers that move."""

    gradient: Sequence[LiveFunction]
    first_points: Sequence[tuple[LiveFunction, LiveFunction]]


PARTIALS: Final = (
    r"\tfrac{\partial L}{\partial w} &= \tfrac2n \textstyle\sum_i (\hat y_i - y_i)\,x_i = ",
    r"\tfrac{\partial L}{\partial b} &= \tfrac2n \textstyle\sum_i (\hat y_i - y_i) = ",
)


def write_loss(line: LineNumbers, place: PlaceNumber) -> Sequence[str]:
    """Return the line, its loss term by term, and R²."""
    x, y, n = line.x, line.y, len(line.x)
    squares = [f"({place(_error_of(x[i], y[i]), 2)})^2" for i in range(min(n, 2))]
    return (
        rf"\hat y &= {place(live_value(0))}\,x {place(live_value(1), signed=True)}",
        r"L(w, b) &= \tfrac1n \textstyle\sum_i (\hat y_i - y_i)^2",
        rf"&= \tfrac1{{{n}}}\big[{_sum(squares, n)}\big]",
        rf"&= {place(lambda w, b, *_: linear_model.mean_squared_error(x, y, w, b), 4)}, \qquad n = {n}",
        r"R^2 &= 1 - \tfrac{n L}{\sum (y_i - \bar y)^2} = "
        + place(lambda w, b, *_: linear_model.r_squared(x, y, w, b)),
    )


def write_gradient(line: LineNumbers, place: PlaceNumber) -> Sequence[str]:
    """Return the gradient on the points of the next update, term by term."""
    terms, n = _gradient_terms(line), len(line.batch)
    errors = [f"({place(error, 2)})" for _, error in terms.first_points]
    products = [f"{error}({place(x, 2)})" for error, (x, _) in zip(errors, terms.first_points, strict=True)]
    return (
        rf"{PARTIALS[0]}{place(terms.gradient[0])}",
        rf"&= \tfrac{{2}}{{{n}}}\big[{_sum(products, n)}\big]",
        rf"{PARTIALS[1]}{place(terms.gradient[1])}",
        rf"&= \tfrac{{2}}{{{n}}}\big[{_sum(errors, n)}\big]",
    )


def write_update(line: LineNumbers, place: PlaceNumber) -> Sequence[str]:
    """Return both partial derivatives, each with the update of its parameter."""
    gradient = _gradient_terms(line).gradient
    return [row for which in (0, 1) for row in _update(line.learning_rate, gradient[which], which, place)]


def _update(rate: float, partial: LiveFunction, which: int, place: PlaceNumber) -> tuple[str, str]:
    old, new = place(live_value(which)), place(lambda *at: at[which] - rate * partial(*at))
    return (
        rf"{PARTIALS[which]}{place(partial)}",
        rf"{'wb'[which]} &\leftarrow {old} - {tex(rate)} \cdot ({place(partial)}) = {new}",
    )


def write_solution(line: LineNumbers, _place: PlaceNumber) -> Sequence[str]:
    """Return the normal equation and its solution."""
    equations, (w, b) = linear_model.normal_equations(line.x, line.y), line.minimum
    return (
        r"X^\top\! X \tbinom wb &= X^\top y, \quad X = [x \;\, 1]",
        rf"{matrix(equations.matrix)} \tbinom wb &= {matrix(equations.right[:, None])}",
        rf"\tbinom wb &= {matrix(np.array([[w], [b]]))}",
        rf"L &= {tex(linear_model.mean_squared_error(line.x, line.y, w, b), 4)}",
    )


FORMULAS: Final[dict[str, Callable[[LineNumbers, PlaceNumber], Sequence[str]]]] = {
    text.LOSS: write_loss,
    text.GRADIENT: write_gradient,
    text.NEXT_UPDATE: write_update,
    text.SOLUTION: write_solution,
}


def _gradient_terms(line: LineNumbers) -> GradientTerms:
    first = min(len(line.batch), 2)
    if line.batch_is_live:
        told = [live_value(place) for place in range(2, 4 + 2 * first)]
        return GradientTerms(told[:2], list(zip(told[2::2], told[3::2], strict=True)))
    x, y = line.x[line.batch], line.y[line.batch]
    points = [(_constant(x[i]), _error_of(x[i], y[i])) for i in range(first)]
    return GradientTerms([partial_derivative(x, y, which) for which in (0, 1)], points)


def _constant(value: float) -> LiveFunction:
    return lambda *_: float(value)


def _error_of(x: float, y: float) -> LiveFunction:
    """Return ŷ − y of a point."""
    return lambda w, b, *_: float(w * x + b - y)


def _sum(terms: Sequence[str], count: int) -> str:
    """Return the terms of a sum, with dots if the sum has more terms."""
    return " + ".join([*terms, r"\cdots"] if count > len(terms) else terms)
