"""Pictures of a linear model with several inputs: the plane over two of them, predicted against actual."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.ground import slope_ground, stops
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Columns,
    Interval,
    Picture,
    finish,
    layered,
    live,
    named,
    padded,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]


def points(x: Array, y: Array) -> Columns:
    """The data set `points`: features x1 … xd (n, d), and y."""
    return {**{f"x{j}": column for j, column in enumerate(x.T, 1)}, "y": y}


def now(x: Array, y: Array, parameters: Sequence[float] | Array) -> Columns:
    """The data set `now`: w1 … wd, wb, the means m1 … md of the features, the largest residual, and what y spans."""
    weights = np.asarray(parameters, dtype=np.float64)
    largest = float(np.abs(y - x @ weights[:-1] - weights[-1]).max())
    named_weights = {f"w{j}": [value] for j, value in enumerate(weights[:-1].tolist(), 1)}
    means = {f"m{j}": [mean] for j, mean in enumerate(x.mean(axis=0).tolist(), 1)}
    low, high = float(y.min()), float(y.max())
    rest = {
        "wb": [float(weights[-1])],
        "largest": [largest or 1.0],
        "low": [low],
        "high": [max(high, low + 1e-12)],
    }
    return {**named_weights, **means, **rest}


def _weight(name: str) -> str:
    """A weight, w1 … wd or wb: by its slider lr_w1 … lr_wb as soon as one was told, before as the server has it."""
    return live(f"lr_{name}", f"data('now')[0].{name}")


def _prediction(d: int) -> str:
    return " + ".join([*(f"{_weight(f'w{j}')} * datum.x{j}" for j in range(1, d + 1)), _weight("wb")])


def domains(x: Array, over: tuple[int, int]) -> tuple[Interval, Interval]:
    """What the axes of `plane` span."""
    first, second = (padded(x[:, j].min(), x[:, j].max()) for j in over)
    return first, second


def plane(
    data: Columns,
    state: Columns,
    over: tuple[int, int],
    box: tuple[Interval, Interval],
    names: tuple[str, str],
) -> Picture:
    """ŷ over two of the inputs as bands, and each point as its residual: up or down, as large as it is.

    data: from `points`; state: from `now`. over: the numbers of the inputs, 0 first, others stand at their mean.
    """
    d = sum(name.startswith("x") for name in data)
    return Picture(
        _plane_spec(d, over, box, names),
        {"now": state, "points": data},
        "The prediction over two of the inputs, stronger where it is larger; the points of the data as triangles, up "
        "where they lie above the prediction, down where below, and larger the farther.",
    )


def _bands(d: int, over: tuple[int, int], box: tuple[Interval, Interval], x: alt.X, y: alt.Y) -> Any:
    """Bands of ŷ from the least y of the data to the most; further inputs stand at their means."""
    (x0, x1), (y0, y1) = box
    first, second = (_weight(f"w{j + 1}") for j in over)
    others = (f"{_weight(f'w{j + 1}')} * datum.m{j + 1}" for j in range(d) if j not in over)
    corner = " + ".join([_weight("wb"), f"{first} * {x0}", f"{second} * {y0}", *others])
    affine = corner, f"{first} * {x1 - x0}", f"{second} * {y1 - y0}"
    return slope_ground(named("now"), affine, ("datum.low", "datum.high"), stops(), (x, y), box)


@lru_cache(maxsize=64)
def _plane_spec(
    d: int, over: tuple[int, int], box: tuple[Interval, Interval], names: tuple[str, str]
) -> dict[str, Any]:
    first, second = over
    x = x_axis(f"x{first + 1}", names[0], box[0], grid=False)
    y = y_axis(f"x{second + 1}", names[1], box[1], grid=False)
    size = alt.Size("share:Q", scale=alt.Scale(domain=[0, 1], range=[12, 260], clamp=True), legend=None)
    left, bottom = (
        x_axis("left", names[0], box[0], grid=False),
        y_axis("bottom", names[1], box[1], grid=False),
    )
    residuals = (
        named("points")
        .transform_calculate(f=_prediction(d))
        .transform_calculate(residual="datum.y - datum.f")
    )
    tooltip = [
        alt.Tooltip(f"x{first + 1}:Q", title=names[0]),
        alt.Tooltip(f"x{second + 1}:Q", title=names[1]),
        *(
            alt.Tooltip("y:Q"),
            alt.Tooltip("f:Q", title="ŷ", format=".4~g"),
            alt.Tooltip("residual:Q", format=".4~g"),
        ),
    ]
    triangles = [
        residuals.transform_filter(f"datum.residual {sign} 0")
        .transform_calculate(share="abs(datum.residual) / data('now')[0].largest")
        .mark_point(
            shape=shape, color=color, filled=True, opacity=0.9, stroke="white", strokeWidth=0.7, clip=True
        )
        .encode(x=x, y=y, size=size, tooltip=tooltip)
        for sign, shape, color in ((">=", "triangle-up", ERROR), ("<", "triangle-down", MODEL))
    ]
    return finish(layered(_bands(d, over, box, left, bottom), *triangles), height=320, listens=True)


def agreement(data: Columns, state: Columns, target: str) -> Picture:
    """Predicted against actual: on the diagonal the model is right. data: from `points`; state: from `now`."""
    y = np.asarray(data["y"])
    span = padded(float(y.min()), float(y.max()), 0.15)
    d = sum(name.startswith("x") for name in data)
    return Picture(
        _agreement_spec(d, span, target),
        {"points": data, "now": state},
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
    diagonal = (
        named("now")
        .transform_calculate(y=f"{span[0]}", f=f"{span[0]}", end=f"{span[1]}")
        .mark_rule(color=TRUTH, strokeDash=[6, 4], strokeWidth=2, clip=True)
        .encode(x=x, x2=alt.X2("end:Q"), y=y, y2=alt.Y2("end:Q"))
    )
    loss = (
        shown.transform_calculate(square="(datum.y - datum.f) * (datum.y - datum.f)")
        .transform_aggregate(loss="mean(square)")
        .transform_calculate(label="'L = ' + format(datum.loss, '.4~g')")
        .mark_text(align="left", baseline="top", fontSize=14, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(10), y=alt.YValue(8), text=alt.Text("label:N"))
    )
    return finish(layered(diagonal, residuals, dots, loss), height=320, listens=True)
