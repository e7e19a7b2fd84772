"""Draw the plane over two inputs in space, with the points and their residuals; a drag or a slider turns the box.

A place (x₁, x₂, y) has shares (u, v, h) of the box. The signal `angle` turns the box about its vertical axis. It is
seen from above. The plane follows the live values of the weights.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Bounds
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    PAPER,
    TRUTH,
    Columns,
    finish,
    layered,
    named,
    steady,
    write_number,
)
from nnviz.lessons.linear_regression.more_inputs import text

Box = tuple[Bounds, Bounds]
SIDES = {text.ABOVE: ERROR, text.BELOW: TRUTH}  # the colors of points above and below the plane
WIDE, DEEP, HIGH = 0.78, 0.3, 0.7  # of the box on the chart: across, to the back, up
FIRST, ANGLES = 30, (10, 80)  # the angle at first, and its bounds, in degrees
_RELEASED = [{"type": kind, "source": "window"} for kind in ("pointerup", "pointercancel")]
_DRAGGED = {
    "type": "pointermove",
    "source": "window",
    "between": [{"type": "pointerdown"}, {"merge": _RELEASED}],
}
# The pointer is a mouse, a pen or a finger. The slider is for the keyboard, and says the angle to a screen reader.
TURN: list[dict[str, Any]] = [
    {
        "name": "held",
        "value": {},
        "on": [{"events": "pointerdown", "update": "{x: event.clientX, angle: angle}"}],
    },
    {
        "name": "angle",
        "value": FIRST,
        "bind": {"input": "range", "min": ANGLES[0], "max": ANGLES[1], "step": 1, "name": text.ANGLE},
        "on": [
            {
                "events": _DRAGGED,
                "update": f"clamp(round(held.angle - (event.clientX - held.x) / 4), {ANGLES[0]}, {ANGLES[1]})",
            }
        ],
    },
    {"name": "turn", "update": "angle * PI / 180"},
]
HEIGHT = 460  # pixels
_INNER = (0.06, 0.94)  # of an axis: its numbers stand between these shares
MESH = 6  # lines of the plane in each direction


def heights_of(points: Columns) -> Bounds:
    """Return the bounds of y on the chart."""
    y = np.asarray(points["y"])
    return steady(float(y.min()), float(y.max()), 0.1)


def columns_of(box: Box, best: Sequence[float], name: str) -> dict[str, Columns]:
    """Return the data sets of the lines of the plane, of its corners, and of the best plane if it is shown."""
    (a, b), (c, d) = box
    corners = np.array([(a, c), (b, c), (b, d), (a, d), (a, c)])
    shown = corners if best else corners[:0]
    w1, w2, bias = best or (0.0,) * 3
    return {
        "mesh": _mesh(box),
        "corners": {"x1": corners[:, 0], "x2": corners[:, 1], "order": np.arange(5)},
        "best": {
            "x1": shown[:, 0], "x2": shown[:, 1], "y": shown @ [w1, w2] + bias, "order": np.arange(len(shown)),
            "name": [name] * len(shown),
        },
    }  # fmt: skip


def _mesh(box: Box) -> Columns:
    """Return the ends of the lines on the plane."""
    (a, b), (c, d) = box
    one, two = np.linspace(a, b, MESH), np.linspace(c, d, MESH)
    low, high = np.full(MESH, 1.0), np.full(MESH, 1.0)
    return {
        "x1": np.concatenate([one, a * low]),
        "x2": np.concatenate([c * low, two]),
        "x1end": np.concatenate([one, b * high]),
        "x2end": np.concatenate([d * high, two]),
    }


def _place(box: Box, heights: Bounds, x1: str, x2: str, y: str) -> tuple[str, str]:
    """Return Vega expressions of a place on the chart; x1, x2, y: expressions."""
    shares = [
        f"({value} - {low}) / {high - low}"
        for value, (low, high) in zip((x1, x2, y), (*box, heights), strict=True)
    ]
    return _turned(*shares)


def _turned(u: str, v: str, h: str) -> tuple[str, str]:
    """Return Vega expressions of the place of shares (u, v, h) on the chart."""
    across = f"0.5 + {WIDE} * (cos(turn) * (({u}) - 0.5) - sin(turn) * (({v}) - 0.5))"
    up = f"0.18 + {DEEP} * (sin(turn) * (({u}) - 0.5) + cos(turn) * (({v}) - 0.5)) + {HIGH} * ({h})"
    return across, up


def _on_plane(prediction: str, x1: str, x2: str) -> str:
    """Return ŷ at other fields than x1 and x2."""
    return prediction.replace("datum.x1", f"datum.{x1}").replace("datum.x2", f"datum.{x2}")


@kept
def draw_spec(box: Box, heights: Bounds, names: tuple[str, str], prediction: str) -> dict[str, Any]:
    """Return the spec; prediction: the Vega expression of ŷ, of the fields x1 and x2."""
    x, y = (alt.Scale(domain=[-0.08, 1.08], nice=False), alt.Scale(domain=[-0.12, 1.0], nice=False))
    here = alt.X("sx:Q", scale=x, axis=None), alt.Y("sy:Q", scale=y, axis=None)
    ends = alt.X2("tx:Q"), alt.Y2("ty:Q")
    at: dict[str, Any] = {"box": box, "heights": heights}
    sx, sy = _place(**at, x1="datum.x1", x2="datum.x2", y="datum.f")
    tx, ty = _place(**at, x1="datum.x1end", x2="datum.x2end", y="datum.fend")
    mesh = (
        named("mesh")
        .transform_calculate(f=prediction, fend=_on_plane(prediction, "x1end", "x2end"))
        .transform_calculate(sx=sx, sy=sy, tx=tx, ty=ty)
        .mark_rule(color=MODEL, opacity=0.35, strokeWidth=1, clip=True, aria=False)
        .encode(x=here[0], y=here[1], x2=ends[0], y2=ends[1])
    )
    corners = named("corners").transform_calculate(f=prediction).transform_calculate(sx=sx, sy=sy)
    edge = corners.encode(x=here[0], y=here[1])
    plane = edge.mark_line(
        fill=MODEL, fillOpacity=0.3, stroke=MODEL, strokeWidth=2.5, clip=True, aria=False
    ).encode(order=alt.Order("order:Q"))
    state = named("now").mark_point(
        opacity=0, aria=False
    )  # the weights are read from it before they are live
    below, above = (_residuals(at, here, prediction, names, side) for side in (text.BELOW, text.ABOVE))
    layers = [state, *_frame(box, heights, names, here), *below, plane, mesh, *_best_plane(at, here)]
    layers += [
        *above,
        *_corner_name(edge, alt.TextValue(text.YOUR_PLANE), MODEL, 30),
        *write_losses(prediction),
    ]
    return finish(layered(*layers), height=HEIGHT, listens=True, signals=TURN)


def write_losses(prediction: str) -> list[Any]:
    """Write the mean squared error of the points above a chart, and at its right the smallest one of all planes.

    prediction: the Vega expression of ŷ.
    """
    up = alt.YValue(
        alt.expr("width < 440 ? -28 : -6")
    )  # above the other one, where both have no room in a line
    ours = (
        named("points")
        .transform_calculate(f=prediction)
        .transform_calculate(square="(datum.y - datum.f) * (datum.y - datum.f)")
        .transform_aggregate(loss="mean(square)")
        .transform_calculate(label=f"'{text.LOSS} = ' + {write_number('datum.loss', 4)}")
        .mark_text(align="left", baseline="bottom", fontSize=18, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(0), y=up, text=alt.Text("label:N"))
    )
    smallest = (
        named("now")
        .transform_filter("datum.smallest !== null")
        .transform_calculate(label=f"'{text.SMALLEST}' + {write_number('datum.smallest', 4)}")
        .mark_text(align="right", baseline="bottom", fontSize=14, fontWeight=600, color=BEST)
        .encode(x=alt.XValue("width"), y=alt.YValue(-6), text=alt.Text("label:N"))
    )
    return [ours, smallest]


def _best_plane(at: dict[str, Any], here: tuple[alt.X, alt.Y]) -> list[Any]:
    """Draw the edge of the least-squares plane with its name."""
    sx, sy = _place(**at, x1="datum.x1", x2="datum.x2", y="datum.y")
    edge = named("best").transform_calculate(sx=sx, sy=sy).encode(x=here[0], y=here[1])
    plane = edge.mark_line(
        fill=BEST, fillOpacity=0.18, stroke=BEST, strokeDash=[6, 4], strokeWidth=2.5, clip=True, aria=False
    )
    return [plane.encode(order=alt.Order("order:Q")), *_corner_name(edge, alt.Text("name:N"), BEST, -24)]


def _corner_name(edge: Any, name: alt.Text | alt.TextValue, color: str, down: int) -> list[Any]:
    """Write the name of a plane beside its right corner."""
    corner = edge.transform_filter("datum.order == 1")
    look: dict[str, Any] = {
        "align": "right", "dx": -4, "dy": down, "fontSize": 14, "fontWeight": 600, "aria": False,
    }  # fmt: skip
    halo = corner.mark_text(stroke=PAPER, strokeWidth=4, strokeJoin="round", **look)
    return [mark.encode(text=name) for mark in (halo, corner.mark_text(color=color, **look))]


def _residuals(
    at: dict[str, Any], here: tuple[alt.X, alt.Y], prediction: str, names: tuple[str, str], side: str
) -> list[Any]:
    """Draw each point on one side of the plane with its residual."""
    sx, sy = _place(**at, x1="datum.x1", x2="datum.x2", y="datum.y")
    tx, ty = _place(**at, x1="datum.x1", x2="datum.x2", y="datum.f")
    shown = (
        named("points")
        .transform_calculate(f=prediction)
        .transform_calculate(sx=sx, sy=sy, tx=tx, ty=ty, residual="datum.y - datum.f")
        .transform_filter(f"(datum.residual >= 0) == {'true' if side == text.ABOVE else 'false'}")
    )
    rules = shown.mark_rule(strokeWidth=2.5, opacity=0.7, color=SIDES[side], clip=True, aria=False)
    tooltip = [
        *(alt.Tooltip(f"x{j}:Q", title=name) for j, name in enumerate(names, 1)),
        alt.Tooltip("y:Q"),
        alt.Tooltip("f:Q", title=text.PREDICTION, format=".4~g"),
        alt.Tooltip("residual:Q", title=text.RESIDUAL, format=".4~g"),
    ]
    points = shown.mark_circle(
        size=75, opacity=1, color=SIDES[side], stroke="white", strokeWidth=1, clip=True
    )
    return [
        rules.encode(x=here[0], y=here[1], x2=alt.X2("tx:Q"), y2=alt.Y2("ty:Q")),
        points.encode(x=here[0], y=here[1], tooltip=tooltip),
    ]


def _ticks(bounds: Bounds) -> list[float]:
    """Return a few round numbers of an axis, away from its ends, where two axes meet."""
    low, high = bounds
    about = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(about))
    step = max(size * power for size in (1, 2, 5) if size * power <= about * (1 + 1e-9))
    ticks = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    shares = (ticks - low) / (high - low)
    return [float(tick) for tick in ticks[(shares >= _INNER[0]) & (shares <= _INNER[1])]]


def _frame(box: Box, heights: Bounds, names: tuple[str, str], here: tuple[alt.X, alt.Y]) -> list[Any]:
    """Draw the floor of the box, the axis of y, and the names and the ends of the three axes."""
    edges = [((0, 0, 0), (1, 0, 0)), ((0, 0, 0), (0, 1, 0)), ((1, 0, 0), (1, 1, 0)), ((0, 1, 0), (1, 1, 0)),
             ((0, 1, 0), (0, 1, 1))]  # fmt: skip
    rows = [dict(zip(("u", "v", "h", "u2", "v2", "h2"), (*start, *end), strict=True)) for start, end in edges]
    sx, sy = _turned("datum.u", "datum.v", "datum.h")
    tx, ty = _turned("datum.u2", "datum.v2", "datum.h2")
    lines = (
        alt.Chart(alt.InlineData(rows, name="box"))
        .transform_calculate(sx=sx, sy=sy, tx=tx, ty=ty)
        .mark_rule(color=TRUTH, strokeWidth=1.2, aria=False)
        .encode(x=here[0], y=here[1], x2=alt.X2("tx:Q"), y2=alt.Y2("ty:Q"))
    )
    left = -27 - 3 * len(names[1])  # pixels; the middle of a longer name is farther from the numbers
    words = [(names[0], (0.5, 0, 0), 26, 38), (names[1], (0, 0.5, 0), left, 34), ("y", (0, 1, 0.5), -44, 0)]
    axes = ((box[0], (4, 15)), (box[1], (-12, 14)), (heights, (-18, 0)))
    for axis, (bounds, (dx, dy)) in enumerate(axes):
        for tick in _ticks(bounds):
            share = (tick - bounds[0]) / (bounds[1] - bounds[0])
            at = [(share, 0, 0), (0, share, 0), (0, 1, share)][axis]
            words.append((f"{tick:.4g}", at, dx, dy))
    places = [
        {
            "word": word.replace("-", "−"),
            **dict(zip(("u", "v", "h"), share, strict=True)),
            "right": dx,
            "down": dy,
        }
        for word, share, dx, dy in words
    ]
    written = (
        alt.Chart(alt.InlineData(places, name="words"))
        .transform_calculate(sx=sx, sy=sy)
        .mark_text(
            dx=alt.expr("datum.right"), dy=alt.expr("datum.down"), fontSize=13, color=TRUTH, aria=False,
        )
        .encode(x=here[0], y=here[1], text=alt.Text("word:N"))
    )  # fmt: skip
    return [lines, written]
