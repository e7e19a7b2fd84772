"""A small network drawn with its numbers: circles are values, lines are weights."""

from functools import lru_cache
from typing import Any, Literal, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import ERROR, MODEL, TRUTH, Columns, Picture, finish, live, named, x_axis, y_axis

Array = NDArray[np.float64]

NODE = "#5d6775"  # dark enough for white numbers in it
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


# Where the number of a line stands: beside a line that rises or falls, above one that does neither.
_BESIDE: tuple[tuple[str, Literal["left", "center", "right"], int], ...] = (
    ("datum.y2 > datum.y", "right", -4),
    ("datum.y2 < datum.y", "left", 4),
    ("datum.y2 == datum.y", "center", 0),
)


class Numbers(NamedTuple):
    """One number for each place of a network with one input, N units and one output: values or derivatives."""

    x: float
    w: Array  # (N,)
    b: Array  # (N,)
    a: Array  # (N,)
    v: Array  # (N,)
    c: float
    y: float


class _Node(NamedTuple):
    layer: int
    height: float
    name: str
    value: float
    note: str


class _Edge(NamedTuple):
    start: _Node
    end: _Node
    weight: float
    text: str


def forward(values: Numbers) -> Picture:
    """The network with its weights on the lines and its values in the circles."""
    nodes, edges = _parts(values, values, "{}")
    words = "The network from the input on the left over the hidden units to the output on the right: "
    return _diagram(nodes, edges, words + "the value of each in its circle, the weight on each line.")


def backward(values: Numbers, slopes: Numbers) -> Picture:
    """The same network with the derivative of the loss by each value and each weight."""
    nodes, edges = _parts(values, slopes, "∂L/∂{}")
    words = "The network with the derivative of the loss by each value in its circle "
    return _diagram(nodes, edges, words + "and by each weight on its line.")


def _parts(weights: Numbers, shown: Numbers, by: str) -> tuple[list[_Node], list[_Edge]]:
    """Circles and lines; a line is as thick as its weight, whatever number is written on it."""
    units = range(len(weights.a))
    heights = np.linspace(1, 0, len(units)).tolist() if len(units) > 1 else [0.5]
    source = _Node(0, 0.5, by.format("x"), shown.x, "")
    sink = _Node(2, 0.5, by.format("ŷ"), shown.y, _equals(by.format("c"), shown.c))
    hidden = [
        _Node(1, heights[j], by.format(_at("a", j)), shown.a[j], _equals(by.format(_at("b", j)), shown.b[j]))
        for j in units
    ]
    into = [
        _Edge(source, hidden[j], weights.w[j], _equals(by.format(_at("w", j)), shown.w[j])) for j in units
    ]
    out = [_Edge(hidden[j], sink, weights.v[j], _equals(by.format(_at("v", j)), shown.v[j])) for j in units]
    return [source, *hidden, sink], into + out


def _at(symbol: str, unit: int) -> str:
    return symbol + str(unit + 1).translate(_SUBSCRIPTS)


def _equals(name: str, value: float) -> str:
    return f"{name} = {_short(value)}"


def _short(value: float) -> str:
    return f"{value + 0.0:.3g}".replace("-", "−")


def _diagram(nodes: list[_Node], edges: list[_Edge], words: str) -> Picture:
    weights = np.array([edge.weight for edge in edges])
    size = np.abs(weights) / (np.abs(weights).max() or 1.0)
    ends = np.array([[e.start.layer, e.start.height, e.end.layer, e.end.height] for e in edges], float)
    share = np.array([0.6 if edge.start.layer == 0 else 0.4 for edge in edges])
    middle = ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * share[:, None]
    lines = {
        "width": 1 + 4 * size,
        "sign": np.where(weights < 0, "negative", "positive").tolist(),
        "text": [edge.text for edge in edges],
    }
    circles: Columns = {
        "x": [float(node.layer) for node in nodes],
        "y": [node.height for node in nodes],
        "name": [node.name for node in nodes],
        "value": [_short(node.value) for node in nodes],
        "note": [node.note for node in nodes],
    }
    places = dict(zip(("x", "y", "x2", "y2", "mx", "my"), np.hstack([ends, middle]).T, strict=True))
    return Picture(_diagram_spec(), {"edges": {**places, **lines}, "nodes": circles}, words)


@lru_cache(maxsize=1)
def _diagram_spec() -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.25, 2.25], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.2, 1.2], nice=False))
    sign = ["positive", "negative"]
    dash = alt.Scale(domain=sign, range=[[1, 0], [6, 3]])
    edges = (
        named("edges")
        .transform_calculate(look="datum.sign")
        .mark_rule(opacity=0.7)
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            color=alt.Color("sign:N", scale=alt.Scale(domain=sign, range=[MODEL, ERROR]), legend=None),
            strokeDash=alt.StrokeDash("look:N", scale=dash, legend=None),
        )
    )
    on_nodes = named("nodes")
    nodes = on_nodes.mark_circle(size=3000, color=NODE, opacity=1).encode(x=x, y=y)
    names = on_nodes.mark_text(dy=-38, fontSize=14, fontWeight=600, color=TRUTH).encode(
        x=x, y=y, text="name:N"
    )
    values = on_nodes.mark_text(fontSize=14, fontWeight=700, color="white").encode(x=x, y=y, text="value:N")
    notes = on_nodes.mark_text(dy=38, fontSize=13, color=TRUTH).encode(x=x, y=y, text="note:N")
    texts = [
        named("edges")
        .transform_filter(slope)
        .mark_text(fontSize=13, fontWeight=600, align=align, dx=dx, dy=-10, color=TRUTH)
        .encode(x=alt.X("mx:Q"), y=alt.Y("my:Q"), text="text:N")
        for slope, align, dx in _BESIDE
    ]
    return finish(alt.layer(edges, nodes, names, values, notes, *texts), height=430)


def output(
    x: Array,
    y: Array,
    example: tuple[float, float],
    prediction: float,
    domain: tuple[tuple[float, float], ...],
) -> Picture:
    """The network as a curve, the example (x, y), and what the network says there; x follows the live in_x."""
    return Picture(
        _output_spec(domain),
        {
            "curve": {"x": x, "y": y},
            "example": {"x": [example[0]], "y": [example[1]], "prediction": [prediction]},
        },
        "The output of the network as a curve over its input, the example as a dot, and the error between them.",
    )


@lru_cache(maxsize=16)
def _output_spec(domain: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "ŷ", domain[1])
    curve = named("curve").mark_line(color=MODEL, strokeWidth=3, clip=True).encode(x=x, y=y)
    moved = named("example").transform_calculate(at=live("in_x", "datum.x"))
    guide = moved.mark_rule(color=TRUTH, strokeDash=[4, 4]).encode(x=alt.X("at:Q"))
    gap = (
        named("example").mark_rule(color=ERROR, strokeWidth=3, clip=True).encode(x=x, y=y, y2="prediction:Q")
    )
    example = moved.mark_circle(color=TRUTH, size=110, opacity=1, clip=True).encode(x=alt.X("at:Q"), y=y)
    return finish(alt.layer(guide, curve, gap, example), height=300, listens=True)
