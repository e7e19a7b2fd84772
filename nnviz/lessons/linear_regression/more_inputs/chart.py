"""Draw a linear model with several inputs: the plane over two of them, predicted against actual, and two runs.

The charts follow the live values of the weights, ``weight_key``, and of the bias, BIAS.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.charts import CurveStyle, LiveKey, draw_curves
from nnviz.charts.contour_image import draw_slope_ground, stops
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    TRUTH,
    Columns,
    Picture,
    finish,
    layered,
    legend_columns,
    live,
    named,
    padded,
    steady,
    x_axis,
    y_axis,
)
from nnviz.lessons.linear_regression.more_inputs import text
from nnviz.lessons.linear_regression.more_inputs.space import chart as space

BIAS = LiveKey("lr_wb")
COMPARED_UPDATES = 200
_ROUNDING = 1e-9  # of the first loss above the minimum; what is smaller is not shown


def weight_key(number: int) -> LiveKey:
    """Return the key of a weight; the first is number 1."""
    return LiveKey(f"lr_w{number}")


def parameter_keys(inputs: int) -> tuple[LiveKey, ...]:
    """Return the keys of all weights and of the bias."""
    return (*map(weight_key, range(1, inputs + 1)), BIAS)


def points_columns(x: Array, y: Array) -> Columns:
    """Return the data set `points` of x (n, d) and y (n,)."""
    return {**{f"x{j}": column for j, column in enumerate(x.T, 1)}, "y": y}


def state_columns(
    x: Array, y: Array, parameters: Sequence[float] | Array, smallest: float | None = None
) -> Columns:
    """Return the data set `now`: parameters p1 … pd, p0, means m1 … md, the largest residual, the bounds of y.

    smallest: the mean squared error of the least-squares parameters, if it is written.
    """
    theta = np.asarray(parameters, dtype=np.float64)
    largest = float(np.abs(y - x @ theta[:-1] - theta[-1]).max())
    low, high = float(y.min()), float(y.max())
    return {
        **{f"p{j}": [value] for j, value in enumerate(theta[:-1].tolist(), 1)},
        **{f"m{j}": [mean] for j, mean in enumerate(x.mean(axis=0).tolist(), 1)},
        "p0": [float(theta[-1])],
        "largest": [largest or 1.0],
        "low": [low],
        "high": [max(high, low + 1e-12)],
        "smallest": [None if smallest is None else smallest if smallest > _ROUNDING * y.var() else 0.0],
    }


def _weight(number: int) -> str:
    """Return a weight as an expression: where its slider has told it, else as the server has it."""
    return live(weight_key(number), f"data('now')[0].p{number}")


_BIAS = live(BIAS, "data('now')[0].p0")


def _prediction(inputs: int) -> str:
    return " + ".join([*(f"{_weight(j)} * datum.x{j}" for j in range(1, inputs + 1)), _BIAS])


def _inputs_of(points: Columns) -> int:
    return sum(name.startswith("x") for name in points)


def _table(points: Columns, state: Columns) -> Columns:
    """Return the numbers behind the pictures, a row for each point."""
    numbers = range(1, _inputs_of(points) + 1)
    y = np.asarray(points["y"])
    prediction = state["p0"][0] + sum(state[f"p{j}"][0] * np.asarray(points[f"x{j}"]) for j in numbers)
    return {**points, text.PREDICTION: prediction, text.RESIDUAL: y - prediction}


def plane_domain(x: Array, over: tuple[int, int]) -> tuple[Bounds, Bounds]:
    """Return the bounds of the axes of ``draw_plane``."""
    first, second = (steady(x[:, j].min(), x[:, j].max()) for j in over)
    return first, second


def draw_plane(
    points: Columns,
    state: Columns,
    over: tuple[int, int],
    box: tuple[Bounds, Bounds],
    names: tuple[str, str],
    best: Sequence[float] = (),
) -> Picture:
    """Draw ŷ over two of the inputs as bands, and each point as its residual: up or down, and larger if it is larger.

    Two inputs alone are drawn in space, with the plane of the parameters `best`, if they are given. points: see
    ``points_columns``. state: see ``state_columns``. over: the numbers of the inputs from 0; the others are at their
    mean. names: of the axes.
    """
    if _inputs_of(points) == 2:
        return Picture(
            space.draw_spec(box, space.heights_of(points), names, _prediction(2)),
            {**space.columns_of(box, best, _name_best(points, best)), "now": state, "points": points},
            text.SPACE_WORDS,
            _table(points, state),
        )
    spec = _plane_spec(_inputs_of(points), over, box, names)
    return Picture(spec, {"now": state, "points": points}, text.PLANE_WORDS, _table(points, state))


def _name_best(points: Columns, best: Sequence[float]) -> str:
    """Name the plane of the parameters `best` with its loss; without parameters, there is no name."""
    if not best:
        return ""
    x = np.column_stack([np.asarray(points[f"x{j}"]) for j in range(1, len(best))])
    residuals = np.asarray(points["y"]) - x @ np.asarray(best[:-1]) - best[-1]
    return text.name_best(float(np.mean(residuals**2)))


@kept
def _plane_spec(
    inputs: int, over: tuple[int, int], box: tuple[Bounds, Bounds], names: tuple[str, str]
) -> dict[str, Any]:
    left, bottom = (
        x_axis("left", names[0], box[0], grid=False),
        y_axis("bottom", names[1], box[1], grid=False),
    )
    layers = [
        *(_bands(inputs, over, box, (left, bottom)), _triangles(inputs, over, box, names)),
        *space.write_losses(_prediction(inputs)),
    ]
    return finish(layered(*layers), height=350, listens=True)


def _bands(inputs: int, over: tuple[int, int], box: tuple[Bounds, Bounds], axes: tuple[alt.X, alt.Y]) -> Any:
    """Draw bands of ŷ from the smallest to the largest y of the data."""
    (x0, x1), (y0, y1) = box
    first, second = (_weight(j + 1) for j in over)
    others = (f"{_weight(j + 1)} * datum.m{j + 1}" for j in range(inputs) if j not in over)
    corner = " + ".join([_BIAS, f"{first} * {x0}", f"{second} * {y0}", *others])
    affine = corner, f"{first} * {x1 - x0}", f"{second} * {y1 - y0}"
    return draw_slope_ground(named("now"), affine, ("datum.low", "datum.high"), stops(), axes, box)


def _triangles(inputs: int, over: tuple[int, int], box: tuple[Bounds, Bounds], names: tuple[str, str]) -> Any:
    """Draw the points above the plane, and those below it, with a legend."""
    fields = [f"x{j + 1}" for j in over]
    x, y = x_axis(fields[0], names[0], box[0], grid=False), y_axis(fields[1], names[1], box[1], grid=False)
    tooltip = [
        *(alt.Tooltip(f"{field}:Q", title=name) for field, name in zip(fields, names, strict=True)),
        alt.Tooltip("y:Q"),
        alt.Tooltip("f:Q", title=text.PREDICTION, format=".4~g"),
        alt.Tooltip("residual:Q", title=text.RESIDUAL, format=".4~g"),
    ]
    residuals = (
        named("points")
        .transform_calculate(f=_prediction(inputs))
        .transform_calculate(residual="datum.y - datum.f")
        .transform_calculate(
            share="abs(datum.residual) / data('now')[0].largest",
            side=f"datum.residual >= 0 ? '{text.ABOVE}' : '{text.BELOW}'",
        )
    )
    looks = {text.ABOVE: ("triangle-up", ERROR), text.BELOW: ("triangle-down", MODEL)}
    shapes, colors = zip(*looks.values(), strict=True)
    shape, color = (alt.Scale(domain=list(looks), range=list(each)) for each in (shapes, colors))
    legend = alt.Legend(
        orient="bottom", title=None, symbolSize=100, symbolStrokeWidth=0, columns=legend_columns(170)
    )
    size = alt.expr("12 + 248 * min(1, datum.share)")
    look: dict[str, Any] = {"filled": True, "opacity": 0.9, "stroke": "white", "strokeWidth": 0.7}
    return residuals.mark_point(size=size, clip=True, **look).encode(
        x=x,
        y=y,
        shape=alt.Shape("side:N", scale=shape, legend=legend),
        color=alt.Color("side:N", scale=color, legend=legend),
        tooltip=tooltip,
    )


def draw_agreement(points: Columns, state: Columns, target: str) -> Picture:
    """Draw actual against predicted values: a point above the plane is above the diagonal.

    points: see ``points_columns``. state: see ``state_columns``.
    """
    y = np.asarray(points["y"])
    span = padded(float(y.min()), float(y.max()), 0.15)
    spec = _agreement_spec(_inputs_of(points), span, target)
    return Picture(spec, {"points": points, "now": state}, text.AGREEMENT_WORDS, _table(points, state))


@kept
def _agreement_spec(inputs: int, span: Bounds, target: str) -> dict[str, Any]:
    x, y = x_axis("f", text.PREDICTED, span), y_axis("y", text.actual(target), span)
    shown = named("points").transform_calculate(f=_prediction(inputs))
    shown = shown.transform_calculate(side=f"datum.y >= datum.f ? '{text.ABOVE}' : '{text.BELOW}'")
    sides = alt.Scale(domain=list(space.SIDES), range=list(space.SIDES.values()))
    color = alt.Color("side:N", scale=sides, legend=None)
    residuals = shown.mark_rule(strokeWidth=2, opacity=0.6, clip=True).encode(
        x=x, y=y, y2=alt.Y2("f:Q"), color=color
    )
    tooltip = [alt.Tooltip("y:Q", title="y"), alt.Tooltip("f:Q", title=text.PREDICTION, format=".4~g")]
    dots = shown.mark_circle(size=60, opacity=1, stroke="white", strokeWidth=0.7, clip=True).encode(
        x=x, y=y, color=color, tooltip=tooltip
    )
    diagonal = (
        named("now")
        .transform_calculate(y=f"{span[0]}", f=f"{span[0]}", end=f"{span[1]}")
        .mark_rule(color=BEST, strokeDash=[6, 4], strokeWidth=2, clip=True)
        .encode(x=x, x2=alt.X2("end:Q"), y=y, y2=alt.Y2("end:Q"))
    )
    return finish(layered(diagonal, residuals, dots, *_side_names()), height=space.HEIGHT, listens=True)


def _side_names() -> list[Any]:
    """Name the chart above it, and the points above and below the plane and the diagonal where they are."""
    look: dict[str, Any] = {"fontSize": 13, "fontWeight": 600, "aria": False}
    places: dict[str, Any] = {
        text.AGREEMENT: (TRUTH, "left", "0", "-16"),
        text.ABOVE: (space.SIDES[text.ABOVE], "left", "10", "16"),
        text.SAME: (BEST, "right", "width - 30", "16"),
        text.BELOW: (space.SIDES[text.BELOW], "right", "width - 8", "height - 16"),
    }
    return [
        named("now").mark_text(text=name, align=align, color=color, x=alt.expr(x), y=alt.expr(y), **look)
        for name, (color, align, x, y) in places.items()
    ]


def draw_scaling(above: Mapping[str, Array]) -> Picture:
    """Draw the loss above its minimum, name -> (k + 1,), against the update, until rounding errors hide it."""
    runs = {
        name: (np.arange(len(gap)), np.where(gap > _ROUNDING * gap[0], gap, np.nan))
        for name, gap in above.items()
    }
    return draw_curves(
        runs,
        (text.RAW, text.STANDARD),
        text.SCALING_WORDS,
        CurveStyle(text.SCALING_AXES, x_domain=(0, COMPARED_UPDATES), log=True, height=240),
    )
