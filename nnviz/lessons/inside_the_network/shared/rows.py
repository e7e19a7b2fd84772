"""Return the rows that the diagram of the network is drawn from: its lines, its circles, and the numbers given."""

from nnviz.charts.theme import Columns
from nnviz.lessons.inside_the_network.shared import text
from nnviz.lessons.inside_the_network.shared.arithmetic import Passes
from nnviz.lessons.inside_the_network.shared.labels import (
    AFFINE,
    CHAIN,
    HIDDEN_LAYER,
    LOSS,
    OUTPUT,
    OUTPUT_GRADIENT,
    OUTPUT_LAYER,
)
from nnviz.web.latex_format import SUBSCRIPTS

_SYMBOLS = {"eta": "η", "yhat": "ŷ", "loss": "L", "dy": "∂L/∂ŷ", "after": f"L {text.AFTER_UPDATE}"}


def unit_of(name: str) -> int:
    """Return the number of the unit that a number or a label belongs to; 0 if it belongs to none."""
    digit = name.translate(str.maketrans("₁₂₃₄₅₆₇₈₉", "123456789"))[-1:]
    return int(digit) if digit.isdigit() else 0


def symbol_of(name: str) -> str:
    """Return the symbol in the diagram of a number of ``Passes``."""
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    if name[0] == "s":
        return f"φ′(z{name[1:].translate(SUBSCRIPTS)})"
    symbol = name.lstrip("dn").translate(SUBSCRIPTS)
    return (
        f"∂L/∂{symbol}" if name[0] == "d" else f"{symbol} {text.AFTER_UPDATE}" if name[0] == "n" else symbol
    )


def numbers_given(shown: Passes) -> Columns:
    """Return the numbers that determine all others, as one row."""
    return {**{name: [shown.numbers[name]] for name in shown.given}, "varied": [shown.varied]}


def edges(shown: Passes, heights: list[float]) -> Columns:
    """Return the lines from input to units to output; the last joins output and loss."""
    units = range(1, shown.units + 1)
    rows = [(0, 0.5, 1, height, f"w{j}") for j, height in zip(units, heights, strict=True)]
    rows += [(1, height, 2, 0.5, f"v{j}") for j, height in zip(units, heights, strict=True)]
    rows.append((2, 0.5, 2, 0.0, "y"))  # on the way back ∂L/∂ŷ
    weights = [shown.numbers.get(row[-1], 0.2) for row in rows[:-1]] + [0.2]
    columns = dict(zip(("x", "y", "x2", "y2", "what"), map(list, zip(*rows, strict=True)), strict=True))
    columns["first"] = [AFFINE] * shown.units + [OUTPUT] * shown.units + [LOSS]
    columns["back"] = [HIDDEN_LAYER] * shown.units + [OUTPUT_LAYER] * shown.units + [OUTPUT_GRADIENT]
    derivatives = [shown.numbers.get(f"d{row[-1]}", 1.0) for row in rows]
    return {**columns, "weight": weights, "derivative": derivatives, "unit": [*units, *units, 0]}


def circles(heights: list[float]) -> Columns:
    """Return the circles, and the phases that reach them forward and backward."""
    units = len(heights)
    return {
        "x": [0, 2, 2] + [1] * units,
        "y": [0.5, 0.5, 0.0, *heights],
        "first": [AFFINE, OUTPUT, LOSS] + [AFFINE] * units,
        "back": [99, OUTPUT_GRADIENT, 99] + [CHAIN] * units,
        "kind": ["value", "value", "loss"] + ["value"] * units,
        "unit": [0, 0, 0, *range(1, units + 1)],
    }
