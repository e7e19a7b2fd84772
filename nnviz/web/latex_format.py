"""Write numbers in formulas, and tables in Markdown."""

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np

from nnviz._types import Array

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
"""For ``str.translate``: w1 becomes w₁."""


def write_name(name: str) -> str:
    """Return the name of a column as text; x1, x2 … are written as in the formulas."""
    return name.translate(SUBSCRIPTS) if re.fullmatch(r"x\d", name) else name


def tex(value: float, digits: int = 3) -> str:
    """Return a number for LaTeX with that many significant digits: 0.123, -4.5, 1.2 times a power of ten."""
    if not math.isfinite(value):
        return r"\text{not a number}" if math.isnan(value) else (r"\infty" if value > 0 else r"-\infty")
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    factor = mantissa[:-1] if mantissa in ("1", "-1") else rf"{mantissa} \cdot "
    return rf"{factor}10^{{{int(exponent)}}}"


def signed(value: float, digits: int = 3) -> str:
    """Return a number with its sign in front, as a summand: + 0.123 or - 4.5."""
    return f"{'-' if value < 0 else '+'} {tex(abs(value), digits)}"


def partial_derivative(symbol: str) -> str:
    """Return the partial derivative of the loss with respect to a symbol, for LaTeX."""
    return rf"\tfrac{{\partial L}}{{\partial {symbol}}}"


def markdown_table(head: str, rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table of our own words and numbers; ``head`` is "a | b | c"."""
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1), *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def aligned(*lines: str) -> str:
    """Return lines of LaTeX, one below the other, aligned at their `&`.

    They have some room at the right: without it, the browser gives them a scroll bar.
    """
    return r"\begin{aligned}" + r" \\[3pt] ".join(lines) + r"\end{aligned}\;"


def matrix(values: Array, digits: int = 4) -> str:
    """Return a matrix (rows, columns) as LaTeX; an entry below 1e-13 of the largest one is written as 0."""
    values = np.where(np.abs(values) > 1e-13 * np.abs(values).max(), values, 0.0)
    return column(" & ".join(tex(cell, digits) for cell in row) for row in values.tolist())


def column(rows: Iterable[str]) -> str:
    """Return a matrix as LaTeX whose rows are LaTeX already."""
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
