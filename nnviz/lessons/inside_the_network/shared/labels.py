"""Place the numbers of the small network: which of them is where, from which phase to which."""

from typing import NamedTuple

from nnviz.lessons.inside_the_network.shared import text
from nnviz.web.latex_format import SUBSCRIPTS

AFFINE, ACTIVATE, OUTPUT, LOSS, OUTPUT_GRADIENT, OUTPUT_LAYER, CHAIN, HIDDEN_LAYER, UPDATE = range(
    9
)  # the phases

Offset = tuple[str, int, int]
"""The alignment of a text, and dx and dy in pixels."""


class Text(NamedTuple):
    """A number with its label at a position, from one phase to another.

    inside: white, in a circle. offset: from the position; narrow: the same in a narrow chart, where it differs.
    """

    x: float
    y: float
    label: str
    what: str
    first: int
    last: int
    inside: bool = False
    offset: Offset = ("center", 0, 0)
    narrow: Offset | None = None


def all_texts(heights: list[float]) -> list[Text]:
    """Return the texts of a network whose hidden units stand at these heights."""
    return [each for rows in (_ends(), *map(_unit, range(1, len(heights) + 1), heights)) for each in rows]


def _with_index(symbol: str, unit: int) -> str:
    return symbol + str(unit).translate(SUBSCRIPTS)


def _ends() -> list[Text]:
    """Return the texts at input, output and loss."""
    above, below, last = ("center", 0, -36), ("center", 0, 36), UPDATE
    corner, aside = ("left", -16, -58), ("right", 36, -88)  # for the output bias, above its unit
    return [
        Text(0, 0.5, "", "x", AFFINE, last, inside=True),
        Text(0, 0.5, "x", "", AFFINE, last, offset=above),
        Text(2, 0.5, "", "yhat", OUTPUT, LOSS, inside=True),
        Text(2, 0.5, "ŷ", "", AFFINE, LOSS, offset=above),
        Text(2, 0.5, "", "dy", OUTPUT_GRADIENT, HIDDEN_LAYER, inside=True),
        Text(2, 0.5, "∂L/∂ŷ", "", OUTPUT_GRADIENT, HIDDEN_LAYER, offset=above),
        Text(2, 0.5, "", "yhat", UPDATE, last, inside=True),
        Text(2, 0.5, "ŷ", "", UPDATE, last, offset=above),
        Text(2, 0.5, "c = ", "c", AFFINE, OUTPUT_GRADIENT, offset=corner, narrow=aside),
        Text(2, 0.5, "∂L/∂c = ", "dc", OUTPUT_LAYER, HIDDEN_LAYER, offset=corner, narrow=aside),
        Text(2, 0.5, "c → ", "nc", UPDATE, last, offset=corner, narrow=aside),
        Text(2, 0, "", "loss", LOSS, HIDDEN_LAYER, inside=True),
        Text(2, 0, "", "after", UPDATE, last, inside=True),
        Text(2, 0, "L", "", AFFINE, HIDDEN_LAYER, offset=("right", -32, 0)),
        Text(2, 0, text.LOSS_AFTER, "", UPDATE, last, offset=("right", -32, 0)),
        Text(2, 0, "y = ", "y", AFFINE, last, offset=below),
    ]


def _unit(j: int, height: float) -> list[Text]:
    """Return the texts at one hidden unit and its two lines."""
    above, below, last = ("center", 0, -36), ("center", 0, 36), UPDATE
    z, a, w, b, v = (_with_index(symbol, j) for symbol in "zawbv")
    rise = height - 0.5
    into, out = _beside(rise, "right", -6), _beside(rise, "left", 6)
    inwards = ("right", 52, 36) if rise < 0 else out  # a narrow chart has the line to the loss at the right
    beside = ("left", 22, -20) if rise > 0 else below
    left, right = (0.5, 0.5 + rise * 0.5), (1.5, 0.5 + rise * 0.5)
    return [
        Text(1, height, "", f"z{j}", AFFINE, AFFINE, inside=True),
        Text(1, height, z, "", AFFINE, AFFINE, offset=above),
        Text(1, height, "", f"a{j}", ACTIVATE, OUTPUT_LAYER, inside=True),
        Text(1, height, a, "", ACTIVATE, OUTPUT_LAYER, offset=above),
        Text(1, height, "", f"dz{j}", CHAIN, HIDDEN_LAYER, inside=True),
        Text(1, height, f"∂L/∂{z}", "", CHAIN, HIDDEN_LAYER, offset=above),
        Text(1, height, "", f"a{j}", UPDATE, last, inside=True),
        Text(1, height, a, "", UPDATE, last, offset=above),
        Text(1, height, f"{b} = ", f"b{j}", AFFINE, CHAIN, offset=below, narrow=beside),
        Text(1, height, f"∂L/∂{b} = ", f"db{j}", HIDDEN_LAYER, HIDDEN_LAYER, offset=below, narrow=beside),
        Text(1, height, f"{b} → ", f"nb{j}", UPDATE, last, offset=below, narrow=beside),
        Text(*left, f"{w} = ", f"w{j}", AFFINE, CHAIN, offset=into),
        Text(*left, f"∂L/∂{w} = ", f"dw{j}", HIDDEN_LAYER, HIDDEN_LAYER, offset=into),
        Text(*left, f"{w} → ", f"nw{j}", UPDATE, last, offset=into),
        Text(*right, f"{v} = ", f"v{j}", AFFINE, OUTPUT_GRADIENT, offset=out, narrow=inwards),
        Text(*right, f"∂L/∂{v} = ", f"dv{j}", OUTPUT_LAYER, HIDDEN_LAYER, offset=out, narrow=inwards),
        Text(*right, f"{v} → ", f"nv{j}", UPDATE, last, offset=out, narrow=inwards),
    ]


def _beside(rise: float, align: str, dx: int) -> tuple[str, int, int]:
    """Return alignment and offset of a number at a line: above lines that rise to the unit, else below."""
    if rise == 0:
        return "center", 0, -12
    return align, dx, -10 if rise > 0 else 14
