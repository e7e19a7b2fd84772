"""Draw the answers of a class: bars for choices, and dots for results."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from nnviz._memory import kept
from nnviz.charts.theme import MODEL, Picture, finish, layered, named, x_axis, y_axis
from nnviz.lessons.classroom.teach import text

LETTERS = "ABCDEF"


def draw_bars(counts: Sequence[int]) -> Picture:
    """Draw how often each choice was taken; the choices are called A, B, C …"""
    columns: dict[str, Any] = {"choice": list(LETTERS[: len(counts)]), "count": list(counts)}
    return Picture(_bars(), {"answers": columns}, text.RESULTS_WORDS)


@kept
def _bars() -> dict[str, Any]:
    base = named("answers").encode(
        y=alt.Y("choice", type="nominal", title=text.CHOICE, axis=alt.Axis(labelFontSize=16)),
        x=alt.X("count", type="quantitative", title=text.COUNT, axis=alt.Axis(tickMinStep=1)),
    )
    label = alt.Text("count", type="quantitative")
    bars, numbers = (
        base.mark_bar(color=MODEL),
        base.mark_text(align="left", dx=5, fontSize=16).encode(text=label),
    )
    return finish(layered(bars, numbers), height=220)


def draw_points(points: Sequence[tuple[float, float]], across: str, up: str) -> Picture:
    """Draw the results of a class, one dot each, without names."""
    columns = {"x": [x for x, _ in points], "y": [y for _, y in points]}
    return Picture(_points(across, up), {"results": columns}, text.POINTS_WORDS)


@kept
def _points(across: str, up: str) -> dict[str, Any]:
    dots = named("results").mark_circle(size=120, opacity=0.6, color=MODEL)
    return finish(layered(dots.encode(x=x_axis("x", across), y=y_axis("y", up))), height=300)
