"""Draw a plane through the loss of a network with the projected training run, and both losses over the updates."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain
from nnviz.charts.contour_image import draw_map_ground
from nnviz.charts.curves import CurveStyle, draw_curves
from nnviz.charts.theme import BEST, MODEL, TRUTH, Columns, Picture, finish, layered, legend_columns, named
from nnviz.lessons.gradient_descent.network_loss import text
from nnviz.lessons.gradient_descent.shared.chart import FRAME, UPDATE_NOW, MapAxes, last_point

LOSSES = (text.TRUE, text.PROJECTED)


def draw_plane(surface: Columns, path: Array, updates: Sequence[int], box: Domain) -> Picture:
    """Draw the plane with the projection (F, 2) of the training run at these updates.

    surface: the image of the losses on ``widened(box)``.
    """
    path = np.asarray(path)
    return Picture(
        _plane_spec(box),
        {
            "ground": surface,
            "path": {"x": path[:, 0], "y": path[:, 1], "step": list(updates)},
            "marks": {"x": path[[0, -1], 0], "y": path[[0, -1], 1], "mark": [text.START, text.LAST]},
        },
        text.MAP_WORDS,
        {text.UPDATE: list(updates), text.ALPHA: path[:, 0], text.BETA: path[:, 1]},
    )


@kept
def _plane_spec(box: Domain) -> dict[str, Any]:
    axes = MapAxes(box, (text.ALPHA, text.BETA))
    x, y = axes.channels()
    shown = named("path").transform_filter(f"datum.step <= {UPDATE_NOW}")
    line = shown.mark_line(color=MODEL, strokeWidth=2.5, clip=True).encode(
        x=x, y=y, order=alt.Order("step:Q")
    )
    tooltip = [
        alt.Tooltip("step:Q", title=text.UPDATE),
        alt.Tooltip("x:Q", title=text.ALPHA),
        alt.Tooltip("y:Q", title=text.BETA),
    ]
    head = (
        last_point(shown)
        .mark_point(size=130, filled=True, opacity=1, color=MODEL, stroke="white", strokeWidth=1, clip=True)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    layers = [draw_map_ground(box, axes.names), line, head, _draw_marks(x, y)]
    return finish(layered(*layers), height=420, listens=True)


def _draw_marks(x: alt.X, y: alt.Y) -> Any:
    """Draw the start and the last network, with a legend that names the line too."""
    looks = {text.START: ("circle", TRUTH), text.PATH: ("stroke", MODEL), text.LAST: ("cross", BEST)}
    shapes, colors = zip(*looks.values(), strict=True)
    shape, color = (alt.Scale(domain=list(looks), range=list(each)) for each in (shapes, colors))
    legend = alt.Legend(
        orient="top", title=None, symbolSize=140, symbolStrokeWidth=2.5, columns=legend_columns(150)
    )
    return (
        named("marks")
        .mark_point(size=160, strokeWidth=2.5, clip=True)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("mark:N", scale=shape, legend=legend),
            color=alt.Color("mark:N", scale=color, legend=legend),
        )
    )


def draw_losses(updates: Array, true: Array, projected: Array) -> Picture:
    """Draw the losses (F,) of the networks of a run at its updates (F,), and the losses of their projections."""
    return draw_curves(
        dict(zip(LOSSES, ((updates, true), (updates, projected)), strict=True)),
        LOSSES,
        text.LOSS_WORDS,
        CurveStyle(
            (text.UPDATE, text.LOSS),
            x_domain=(0, float(updates[-1])),
            log=True,
            height=230,
            follow=f"{FRAME}_step",
            marker=float(updates[-1]),
        ),
    )
