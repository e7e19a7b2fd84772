"""Place the numbers of the small network: which of them is where, from which phase to which."""

from typing import NamedTuple

from nnviz.lessons.inside_the_network.shared import text
from nnviz.web.latex_format import SUBSCRIPTS

AFFINE, ACTIVATE, OUTPUT, LOSS, OUTPUT_GRADIENT, OUTPUT_LAYER, CHAIN, HIDDEN_LAYER, UPDATE = range(
    9
)  # the phases

Offset = tuple[str, int, int]
"""The alignment of a text, and dx and dy in pixels."""
_Offsets = tuple[Offset, Offset]  # in a wide and in a narrow chart


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
    offset: Offset = ("center", 0, 0)
    narrow: Offset | None = None
    inside: bool = False


def all_texts(heights: list[float]) -> list[Text]:
    """Return the texts of a network whose hidden units stand at these heights."""
    return [each for rows in (_ends(), *map(_unit, range(1, len(heights) + 1), heights)) for each in rows]


def _with_index(symbol: str, unit: int) -> str:
    return symbol + str(unit).translate(SUBSCRIPTS)


def _ends() -> list[Text]:
    """Return the texts at input, output and loss. A name stands in its circle, above the number."""
    last, above, below = UPDATE, _vertically(-1), _vertically(1)
    corner: _Offsets = ("left", -16, -66), ("right", 36, -106)  # for the output bias
    return [
        Text(0, 0.5, "x", "", AFFINE, last, inside=True),
        Text(0, 0.5, "", "x", AFFINE, last, inside=True),
        Text(2, 0.5, "ŷ", "", AFFINE, ACTIVATE),
        Text(2, 0.5, "ŷ", "", OUTPUT, last, inside=True),
        Text(2, 0.5, "", "yhat", OUTPUT, last, inside=True),
        Text(2, 0.5, "∂L/∂ŷ = ", "dy", OUTPUT_GRADIENT, HIDDEN_LAYER, *above),
        Text(2, 0.5, "c = ", "c", AFFINE, OUTPUT_GRADIENT, *corner),
        Text(2, 0.5, "∂L/∂c = ", "dc", OUTPUT_LAYER, HIDDEN_LAYER, *corner),
        Text(2, 0.5, "c → ", "nc", UPDATE, last, *corner),
        Text(2, 0, "L", "", AFFINE, OUTPUT),
        Text(2, 0, "L", "", LOSS, HIDDEN_LAYER, inside=True),
        Text(2, 0, text.LOSS_AFTER, "", UPDATE, last, inside=True),
        Text(2, 0, "", "loss", LOSS, HIDDEN_LAYER, inside=True),
        Text(2, 0, "", "after", UPDATE, last, inside=True),
        Text(2, 0, "y = ", "y", AFFINE, last, *below),
    ]


def _unit(j: int, height: float) -> list[Text]:
    """Return the texts at one hidden unit and its two lines."""
    last, rise = UPDATE, height - 0.5
    z, a, w, b, v = (_with_index(symbol, j) for symbol in "zawbv")
    at_derivative, at_bias = _vertically(-1 if rise >= 0 else 1), _vertically(1 if rise >= 0 else -1)
    into, out = _beside(rise, "right", -6), _beside(rise, "left", 6)
    inwards = ("right", 52, 36) if rise < 0 else out  # a narrow chart has the line to the loss at the right
    if rise > 0:
        at_bias = at_bias[0], ("left", 24, -22)
    left, right = (0.5, 0.5 + rise * 0.5), (1.5, 0.5 + rise * 0.5)
    return [
        Text(1, height, z, "", AFFINE, AFFINE, inside=True),
        Text(1, height, "", f"z{j}", AFFINE, AFFINE, inside=True),
        Text(1, height, a, "", ACTIVATE, last, inside=True),
        Text(1, height, "", f"a{j}", ACTIVATE, last, inside=True),
        Text(1, height, f"∂L/∂{z} = ", f"dz{j}", CHAIN, CHAIN, *at_derivative),
        Text(1, height, f"∂L/∂{b} = ∂L/∂{z} = ", f"db{j}", HIDDEN_LAYER, HIDDEN_LAYER, *at_derivative),
        Text(1, height, f"{b} = ", f"b{j}", AFFINE, HIDDEN_LAYER, *at_bias),
        Text(1, height, f"{b} → ", f"nb{j}", UPDATE, last, *at_bias),
        Text(*left, f"{w} = ", f"w{j}", AFFINE, CHAIN, offset=into),
        Text(*left, f"∂L/∂{w} = ", f"dw{j}", HIDDEN_LAYER, HIDDEN_LAYER, offset=into),
        Text(*left, f"{w} → ", f"nw{j}", UPDATE, last, offset=into),
        Text(*right, f"{v} = ", f"v{j}", AFFINE, OUTPUT_GRADIENT, offset=out, narrow=inwards),
        Text(*right, f"∂L/∂{v} = ", f"dv{j}", OUTPUT_LAYER, HIDDEN_LAYER, offset=out, narrow=inwards),
        Text(*right, f"{v} → ", f"nv{j}", UPDATE, last, offset=out, narrow=inwards),
    ]


def _vertically(way: int) -> _Offsets:
    """Return the offsets of a text above its circle (way = −1) or below it (way = 1)."""
    return ("center", 0, 46 * way), ("center", 0, 38 * way)


def _beside(rise: float, align: str, dx: int) -> Offset:
    """Return alignment and offset of a number at a line: above lines that rise to the unit, else below."""
    if rise == 0:
        return "center", 0, -12
    return align, dx, -10 if rise > 0 else 14
