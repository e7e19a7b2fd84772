"""Pictures of a linear model with several inputs: the plane over two of them, predicted against actual."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.ground import ground
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Columns,
    Picture,
    finish,
    live,
    named,
    padded,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Interval = tuple[float, float]


def points_and_fit(x: Array, y: Array, fitted: Array, start: Sequence[float]) -> Columns:
    """The data set `points`: features x1 … xd (n, d), y, ŷ as f, and the parameters (d + 1,) at the sliders."""
    features = {f"x{j}": column for j, column in enumerate(x.T, 1)}
    names = [*(f"s{j}" for j in range(1, len(start))), "sb"]
    return {**features, "y": y, "f": fitted} | {
        name: np.full(y.shape, value) for name, value in zip(names, start, strict=True)
    }


def _prediction(d: int) -> str:
    """ŷ: by the sliders lr_w1 … lr_wd, lr_wb while a hand moves one of them, else what the server found."""
    hands = {f"lr_w{j}": f"datum.s{j}" for j in range(1, d + 1)} | {"lr_wb": "datum.sb"}
    moved = " || ".join(f"{live(name, start)} != {start}" for name, start in hands.items())
    weighted = (f"{live(f'lr_w{j}', f'datum.s{j}')} * datum.x{j}" for j in range(1, d + 1))
    return f"({moved}) ? {' + '.join(weighted)} + {live('lr_wb', 'datum.sb')} : datum.f"


def domains(x: Array, over: tuple[int, int]) -> tuple[Interval, Interval]:
    """What the axes of `plane` span."""
    first, second = (padded(x[:, j].min(), x[:, j].max()) for j in over)
    return first, second


def plane(
    surface: Columns,
    points: Columns,
    over: tuple[int, int],
    box: tuple[Interval, Interval],
    names: tuple[str, str],
) -> Picture:
    """ŷ over two of the inputs as an image, and each point as its residual: up or down, as large as it is.

    surface: from `ground_columns` over `box`. points: from `points_and_fit`. over: the numbers of the inputs, 0 first.
    """
    d = sum(name.startswith("x") for name in points)
    largest = float(np.abs(np.asarray(points["y"]) - np.asarray(points["f"])).max())
    scale = {"largest": np.full(len(points["y"]), largest or 1.0)}
    return Picture(
        _plane_spec(d, over, box, names),
        {"ground": surface, "points": {**points, **scale}},
        "The prediction over two of the inputs, stronger where it is larger; the points of the data as triangles, up "
        "where they lie above the prediction, down where below, and larger the farther.",
    )


@lru_cache(maxsize=64)
def _plane_spec(
    d: int, over: tuple[int, int], box: tuple[Interval, Interval], names: tuple[str, str]
) -> dict[str, Any]:
    first, second = over
    x = x_axis(f"x{first + 1}", names[0], box[0], grid=False)
    y = y_axis(f"x{second + 1}", names[1], box[1], grid=False)
    size = alt.Size("share:Q", scale=alt.Scale(domain=[0, 1], range=[12, 260], clamp=True), legend=None)
    residuals = (
        named("points")
        .transform_calculate(f=_prediction(d))
        .transform_calculate(residual="datum.y - datum.f")
    )
    tooltip = [
        alt.Tooltip(f"x{first + 1}:Q", title=names[0]),
        alt.Tooltip(f"x{second + 1}:Q", title=names[1]),
        *("y:Q", alt.Tooltip("f:Q", title="ŷ", format=".4~g"), alt.Tooltip("residual:Q", format=".4~g")),
    ]
    triangles = [
        residuals.transform_filter(f"datum.residual {sign} 0")
        .transform_calculate(share="abs(datum.residual) / datum.largest")
        .mark_point(
            shape=shape, color=color, filled=True, opacity=0.9, stroke="white", strokeWidth=0.7, clip=True
        )
        .encode(x=x, y=y, size=size, tooltip=tooltip)
        for sign, shape, color in ((">=", "triangle-up", ERROR), ("<", "triangle-down", MODEL))
    ]
    return finish(alt.layer(ground(box, names), *triangles), height=320, listens=True)


def agreement(points: Columns, target: str) -> Picture:
    """Predicted against actual: on the diagonal the model is right. points: from `points_and_fit`."""
    y = np.asarray(points["y"])
    span = padded(float(y.min()), float(y.max()), 0.15)
    d = sum(name.startswith("x") for name in points)
    return Picture(
        _agreement_spec(d, span, target),
        {"points": points, "diagonal": {"y": span, "f": span}},
        "The prediction against the actual value of each point, with the diagonal on which both are equal, and the "
        "residual as a line between.",
    )


@lru_cache(maxsize=64)
def _agreement_spec(d: int, span: Interval, target: str) -> dict[str, Any]:
    x, y = x_axis("y", f"actual: {target}", span), y_axis("f", "predicted: ŷ", span)
    shown = named("points").transform_calculate(f=_prediction(d))
    residuals = shown.mark_rule(color=ERROR, opacity=0.5, clip=True).encode(x=x, y=y, y2=alt.Y2("y:Q"))
    dots = shown.mark_circle(color=MODEL, size=45, opacity=1, clip=True).encode(
        x=x, y=y, tooltip=[alt.Tooltip("y:Q", title="y"), alt.Tooltip("f:Q", title="ŷ", format=".4~g")]
    )
    diagonal = named("diagonal").mark_line(color=TRUTH, strokeDash=[6, 4], clip=True).encode(x=x, y=y)
    loss = (
        shown.transform_calculate(square="(datum.y - datum.f) * (datum.y - datum.f)")
        .transform_aggregate(loss="mean(square)")
        .transform_calculate(label="'L = ' + format(datum.loss, '.4~g')")
        .mark_text(align="left", baseline="top", fontSize=14, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(10), y=alt.YValue(8), text=alt.Text("label:N"))
    )
    return finish(alt.layer(diagonal, residuals, dots, loss), height=320, listens=True)
