"""Draw trained networks of several depths, the errors of their seeds, and their decision boundaries."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray, Domain
from nnviz.charts.contour_image import draw_map_ground, grid_columns, ground_columns, map_axes
from nnviz.charts.theme import (
    BAND,
    BEST,
    DASHES,
    SERIES,
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    legend_columns,
    named,
    padded,
    series_color,
    series_dash,
    series_shape,
    x_axis,
    y_axis,
)
from nnviz.lessons.inside_the_network.width_or_depth import text


def draw_functions(
    x: AnyArray, target: AnyArray, found: Mapping[str, AnyArray], order: Sequence[str]
) -> Picture:
    """Draw the target, (m,), and one trained network for each architecture, label -> values (m,).

    order: all labels; the place of a label decides its color.
    """
    low, high = float(np.min(target)), float(np.max(target))
    domain = padded(float(x[0]), float(x[-1]), 0.02), padded(low, high, 0.25)
    return Picture(
        _functions_spec(domain, tuple(order), tuple(found)),
        {
            "target": {"x": x, "y": target},
            "found": {
                "x": np.tile(x, len(found)),
                "y": np.concatenate([*found.values(), np.empty(0)]),
                "series": [label for label in found for _ in x],
            },
        },
        text.CURVES,
    )


@kept
def _functions_spec(domain: Domain, order: tuple[str, ...], shown: tuple[str, ...]) -> dict[str, Any]:
    x, y = x_axis("x", text.CURVE_AXES[0], domain[0]), y_axis("y", text.CURVE_AXES[1], domain[1])
    color = _color_with_target(order, shown)
    target = (
        named("target")
        .transform_calculate(series=f"'{text.TARGET}'")
        .mark_line(strokeWidth=8, strokeJoin="round", clip=True)
        .encode(x=x, y=y, color=color)
    )
    found = by_series(named("found")).mark_line(strokeWidth=2, clip=True)
    lines = found.encode(x=x, y=y, color=color, strokeDash=series_dash(order, shown))
    return finish(layered(target, lines), height=290)


def _color_with_target(order: tuple[str, ...], shown: tuple[str, ...]) -> alt.Color:
    """Return the colors of the architectures and of the target, with a legend that draws each line as it is."""
    places = [order.index(label) for label in shown]
    dash = {text.TARGET: (1, 0), **{label: DASHES[k] for label, k in zip(shown, places, strict=True)}}
    legend = alt.Legend(
        orient="top",
        title=text.ARCHITECTURE,
        titleLimit=400,
        symbolType="stroke",
        symbolSize=400,
        symbolOpacity=1,
        symbolStrokeWidth=alt.expr(f"datum.value == '{text.TARGET}' ? 6 : 2.5"),
        symbolDash=alt.expr(f"{json.dumps(dash)}[datum.value]"),
        columns=legend_columns(90),
    )
    colors = [f"{TRUTH}66", *(SERIES[k] for k in places)]
    return alt.Color("series:N", scale=alt.Scale(domain=[text.TARGET, *shown], range=colors), legend=legend)


def draw_errors(
    errors: Mapping[str, AnyArray], order: Sequence[str], title: str, *, log: bool, built: str = ""
) -> Picture:
    """Draw the error of every seed as a dot and the median as a tick, one row for each architecture.

    order: all labels; the place of a label decides its color. log: whether the axis is logarithmic. built: the label of
    a constructed network whose error is 0, if there is one.
    """
    rows = [
        (label, float(error), seed)
        for label, row in errors.items()
        for seed, error in enumerate(row)
        if np.isfinite(error)
    ]
    tiny = 1e-16 if log else 0.0
    return Picture(
        _errors_spec(tuple(order), tuple(errors), title, log=log, built=built),
        {
            "seeds": {
                "series": [label for label, _, _ in rows],
                "error": [max(error, tiny) for _, error, _ in rows],
                "seed": [seed for _, _, seed in rows],
            },
            "median": {
                "series": list(errors),
                "error": np.array([max(float(np.median(row)), tiny) for row in errors.values()]),
            },
            "built": {"series": [built] * bool(built)},
        },
        text.SEEDS,
    )


@kept
def _errors_spec(
    order: tuple[str, ...], shown: tuple[str, ...], title: str, *, log: bool, built: str
) -> dict[str, Any]:
    scale = alt.Scale(type="log") if log else alt.Scale(zero=True)
    axis = alt.Axis(tickCount=4, format="~e" if log else "~%")
    x = alt.X("error:Q", title=[title, text.SEED_MARKS], scale=scale, axis=axis)
    labels = [*shown, built] if built else list(shown)
    y = alt.Y("series:N", title=None, sort=labels, axis=alt.Axis(labelLimit=160))
    color = series_color(order, shown).legend(None)
    # Seeds lie a little above each other, so that equal errors can be counted.
    apart = alt.expr("3.5 * (datum.seed % 5 - 2)")
    dots = by_series(named("seeds")).mark_point(filled=True, size=50, opacity=0.8, yOffset=apart)
    tick = named("median").mark_tick(color=TRUTH, thickness=3, size=20)
    zero = named("built").mark_text(
        text=text.BUILT_ERROR, align="left", dx=4, color=BEST, fontSize=13, fontWeight=600, aria=False
    )
    marks = layered(
        tick.encode(x=x, y=y),
        dots.encode(x=x, y=y, color=color, shape=series_shape(order, shown)),
        zero.encode(x=alt.XValue(0), y=y),
    )
    return finish(marks, height=42 * len(labels) + 20)


def draw_points(points: AnyArray, classes: AnyArray, reach: float) -> Picture:
    """Draw the points (n, 2) of both classes on the square from −reach to reach."""
    return Picture(_points_spec(_square(reach)), {"points": _points(points, classes)}, text.POINTS)


def draw_boundary(probability: AnyArray, points: AnyArray, classes: AnyArray, reach: float) -> Picture:
    """Draw the probability of class 1, (k, k), on the square from −reach to reach, and the points (n, 2)."""
    domain = _square(reach)
    surface = ground_columns(probability, domain, edges=np.arange(1, 14) / 14, color=BAND)
    data = {"ground": surface, "points": _points(points, classes)}
    grid = partial(grid_columns, probability, domain, ("x", "y", "probability"))
    return Picture(_boundary_spec(domain), data, text.BOUNDARY, asked=lambda: {**grid(), **data["points"]})


def _square(reach: float) -> Domain:
    return (-reach, reach), (-reach, reach)


def _points(points: AnyArray, classes: AnyArray) -> Columns:
    return {"x": points[:, 0], "y": points[:, 1], "series": [text.CLASS_NAMES[int(each)] for each in classes]}


@kept
def _points_spec(domain: Domain) -> dict[str, Any]:
    return finish(_point_marks(domain), height=330)


@kept
def _boundary_spec(domain: Domain) -> dict[str, Any]:
    return finish(
        layered(draw_map_ground(domain, text.BOUNDARY_AXES, wide=False), _point_marks(domain)), height=250
    )


def _point_marks(domain: Domain) -> Any:
    order, (x, y) = text.CLASS_NAMES, map_axes(domain, text.BOUNDARY_AXES)
    return (
        by_series(named("points"))
        .mark_point(filled=True, size=28, opacity=0.9, stroke="white", strokeWidth=0.5, clip=True)
        .encode(x=x, y=y, color=series_color(order, order).legend(None), shape=series_shape(order, order))
    )
