"""Draw a plane through the loss of a network with the projected training run, and both losses over the updates."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain
from nnviz.charts.contour_image import draw_map_ground
from nnviz.charts.curves import CurveStyle, draw_curves
from nnviz.charts.theme import BEST, MODEL, TRUTH, Columns, Picture, finish, layered, named
from nnviz.lessons.gradient_descent.network_loss import text
from nnviz.lessons.gradient_descent.shared.chart import FRAME, UPDATE_NOW, MapAxes, last_point

LOSSES = (text.TRUE, text.PROJECTED)


def draw_plane(surface: Columns, path: Array, updates: Sequence[int], box: Domain) -> Picture:
    """Draw the plane with the projection (F, 2) of the training run at these updates."""
    path = np.asarray(path)
    return Picture(
        _plane_spec(box),
        {
            "ground": surface,
            "path": {"x": path[:, 0], "y": path[:, 1], "step": list(updates)},
            "end": {"x": path[-1:, 0], "y": path[-1:, 1]},
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
    start = (
        named("path")
        .transform_filter("datum.step == 0")
        .mark_point(size=160, color=TRUTH, strokeWidth=2, clip=True)
        .encode(x=x, y=y)
    )
    end = named("end").mark_point(shape="cross", size=140, color=BEST, filled=True).encode(x=x, y=y)
    return finish(
        layered(draw_map_ground(box, axes.names, wide=False), line, start, head, end),
        height=420,
        listens=True,
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
