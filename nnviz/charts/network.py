"""A small network drawn with its numbers: circles are values, lines are weights."""

from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import ERROR, MODEL, TRUTH, Picture, finish, named

Array = NDArray[np.float64]


class Node(NamedTuple):
    """A circle: its layer (0, 1, 2), its height in [0, 1], its name and the number in it."""

    layer: int
    height: float
    name: str
    value: str
    note: str


class Edge(NamedTuple):
    """A line between two circles, with the weight it carries and, in the backward pass, its gradient."""

    start: Node
    end: Node
    weight: float
    text: str


def diagram(nodes: list[Node], edges: list[Edge], words: str) -> Picture:
    """Nodes in their layers, edges with width by size and colour and dash by sign."""
    weights = np.array([edge.weight for edge in edges])
    size = np.abs(weights) / (np.abs(weights).max() or 1.0)
    share = np.array([0.62 if edge.start.layer == 0 else 0.42 for edge in edges])
    ends = np.array([[e.start.layer, e.start.height, e.end.layer, e.end.height] for e in edges], float)
    middle = ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * share[:, None]
    return Picture(
        _diagram_spec(),
        {
            "edges": {
                "x": ends[:, 0], "y": ends[:, 1], "x2": ends[:, 2], "y2": ends[:, 3],
                "mx": middle[:, 0], "my": middle[:, 1],
                "width": 1 + 4 * size, "sign": np.where(weights < 0, "negative", "positive"),
                "text": [edge.text for edge in edges],
            },
            "nodes": {
                "x": [float(node.layer) for node in nodes], "y": [node.height for node in nodes],
                "name": [node.name for node in nodes], "value": [node.value for node in nodes],
                "note": [node.note for node in nodes],
            },
        },
        words,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _diagram_spec() -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.3, 2.3], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.18, 1.14], nice=False))
    sign = ["positive", "negative"]
    dash = alt.Scale(domain=sign, range=[[1, 0], [6, 3]])
    edges = (
        named("edges")
        .mark_rule(opacity=0.75)
        .encode(
            x=x, x2="x2:Q", y=y, y2="y2:Q",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            color=alt.Color("sign:N", scale=alt.Scale(domain=sign, range=[MODEL, ERROR]), legend=None),
            strokeDash=alt.StrokeDash("sign:N", scale=dash, legend=None),
        )
    )  # fmt: skip
    nodes = named("nodes").mark_circle(size=2900, color=TRUTH, opacity=1).encode(x=x, y=y)
    names = (
        named("nodes")
        .mark_text(dy=-36, fontSize=13, fontWeight=600, color=TRUTH)
        .encode(x=x, y=y, text="name:N")
    )
    values = (
        named("nodes").mark_text(fontSize=14, fontWeight=700, color="white").encode(x=x, y=y, text="value:N")
    )
    notes = named("nodes").mark_text(dy=38, fontSize=12, color=ERROR).encode(x=x, y=y, text="note:N")
    plate = named("edges").mark_text(fontSize=12, fontWeight=600, dy=-8, color=TRUTH)
    texts = plate.encode(x=alt.X("mx:Q"), y=alt.Y("my:Q"), text="text:N")
    return finish(alt.layer(edges, nodes, names, values, notes, texts), height=430)
