"""Draw a plane through the loss of a network with the projected training run, and both losses over the updates."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain
from nnviz.charts.contour_image import (
    HALO,
    INK,
    draw_map_ground,
    pixels_per_unit,
    say_shading,
    with_halo,
)
from nnviz.charts.curves import CurveStyle, LineName, draw_curves
from nnviz.charts.theme import BEST, ERROR, MODEL, Columns, Picture, finish, layered, named, write_number
from nnviz.lessons.gradient_descent.network_loss import text
from nnviz.lessons.gradient_descent.shared.chart import FRAME, UPDATE_NOW, MapAxes, last_point
from nnviz.lessons.gradient_descent.shared.text import SHADED

HEIGHT, LOSSES_HEIGHT = 450, 510  # pixels of the map below its player, and of the losses
LOSSES = (text.TRUE, text.PROJECTED)


def draw_plane(
    surface: Columns, path: Array, updates: Sequence[int], axes: MapAxes, losses: tuple[Array, Array]
) -> Picture:
    """Draw the plane with the projection (F, 2) of the training run at these updates.

    surface: the image of the losses on the widened domain of the axes. losses: on the plane and of the network, (F,).
    """
    path = np.asarray(path)
    return Picture(
        _plane_spec(axes),
        {
            "ground": surface,
            "path": {
                "x": path[:, 0],
                "y": path[:, 1],
                "step": list(updates),
                "map": losses[0],
                "true": losses[1],
            },
            "marks": {"x": path[[0, -1], 0], "y": path[[0, -1], 1], "mark": [text.START, text.LAST]},
        },
        text.MAP_WORDS,
        {text.UPDATE: list(updates), axes.names[0]: path[:, 0], axes.names[1]: path[:, 1]},
    )


@kept
def _plane_spec(axes: MapAxes) -> dict[str, Any]:
    box = axes.domain
    x, y = axes.channels()
    shown = named("path").transform_filter(f"datum.step <= {UPDATE_NOW}")
    edge, line = (
        shown.mark_line(stroke=color, strokeWidth=width, clip=True).encode(
            x=x, y=y, order=alt.Order("step:Q")
        )
        for color, width in ((HALO, 6), (ERROR, 3))
    )
    tooltip = [
        alt.Tooltip("step:Q", title=text.UPDATE),
        alt.Tooltip("x:Q", title=axes.names[0]),
        alt.Tooltip("y:Q", title=axes.names[1]),
    ]
    head = (
        last_point(shown)
        .mark_point(size=190, filled=True, opacity=1, color=ERROR, stroke=HALO, strokeWidth=2, clip=True)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    ground = [draw_map_ground(box, axes.names), say_shading(SHADED)]
    layers = [*ground, edge, line, *_draw_marks(x, y), head, *_say_losses(x, y, shown, box)]
    return finish(layered(*layers), height=HEIGHT, listens=True)


def _say_losses(x: alt.X, y: alt.Y, shown: Any, box: Domain) -> list[Any]:
    """Return what the map says at the present network, and the loss that this network has; inside the map."""
    is_right = f"width / 2 + (datum.x - {sum(box[0]) / 2}) * {pixels_per_unit(box)[0]} > width - 142"
    layers: list[Any] = []
    for row, (field, words) in enumerate((("map", text.ON_MAP), ("true", text.OF_NETWORK))):
        said = last_point(shown).transform_calculate(said=f"'{words} ' + {write_number(f'datum.{field}', 3)}")
        look: dict[str, Any] = {
            "align": alt.expr(f"{is_right} ? 'right' : 'left'"), "dx": alt.expr(f"{is_right} ? -16 : 16"),
            "dy": 18 * row - 30, "fontSize": 15, "clip": True,
        }  # fmt: skip
        edge, inner = with_halo(said.encode(x=x, y=y), alt.Text("said:N"), **look)
        layers += [edge, inner.encode(color=alt.ColorValue((ERROR, MODEL)[row]))]
    return layers


def _draw_marks(x: alt.X, y: alt.Y) -> list[Any]:
    """Draw the start as a ring and the last network as a cross, each with its name."""
    layers = []
    for name, shape, color in ((text.START, "circle", INK), (text.LAST, "cross", BEST)):
        place = named("marks").transform_filter(f"datum.mark == '{name}'").encode(x=x, y=y)
        filled = (
            {"filled": True, "stroke": HALO, "strokeWidth": 1.5} if shape == "cross" else {"strokeWidth": 2.5}
        )
        mark = place.mark_point(shape=shape, size=200, color=color, opacity=1, clip=True, **filled)
        layers += [mark, *with_halo(place, name, dy=24 if shape == "circle" else -18, clip=True)]
    return layers


def draw_losses(updates: Array, true: Array, projected: Array, worst: int) -> Picture:
    """Draw the losses (F,) of the networks of a run at its updates (F,), and the losses of their projections.

    worst: the number of the network whose loss has the largest ratio to that of its projection.
    """
    low, high = np.searchsorted(updates, (0.85 * updates[-1], 0.68 * updates[-1]))  # where the names stand
    at, ends = float(updates[worst]), (float(projected[worst]), float(true[worst]))
    return draw_curves(
        dict(zip(LOSSES, ((updates, true), (updates, projected)), strict=True)),
        LOSSES,
        text.LOSS_WORDS,
        CurveStyle(
            (text.UPDATE, text.LOSS),
            x_domain=(0, float(updates[-1])),
            log=True,
            height=LOSSES_HEIGHT,
            follow=f"{FRAME}_step",
            marker=float(updates[-1]),
            ring=(text.ratio_mark(int(at), *ends), at, min(ends)),
            gap=(at, *ends),
        ),
        names={
            text.TRUE: LineName(text.TRUE_NAME, float(updates[low]), float(true[low]), is_above=False),
            text.PROJECTED: LineName(text.MAP_NAME, float(updates[high]), float(projected[high]), ends=False),
        },
    )
