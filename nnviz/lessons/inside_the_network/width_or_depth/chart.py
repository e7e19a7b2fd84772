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
    SERIES,
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    named,
    padded,
    series_color,
    series_shape,
    x_axis,
    y_axis,
)
from nnviz.lessons.inside_the_network.width_or_depth import text

_ROW = 1.75  # of the range of the target: from row to row


def draw_functions(
    x: AnyArray,
    target: AnyArray,
    found: Mapping[str, AnyArray],
    order: Sequence[str],
    words: Mapping[str, str] | None = None,
    built: str = "",
    runs: Mapping[str, str] | None = None,
) -> Picture:
    """Draw one row for each trained network, label -> values (m,), on the target, (m,), in grey.

    order: all labels; the place of a label decides its color. words: what stands above each row, by default its label.
    built: what stands above a further row, with a network that is the target itself; "" for no such row. runs:
    what stands above the end of each row.
    """
    low, high = float(np.min(target)), float(np.max(target))
    room = (high - low or 1.0) * _ROW
    rows = [*([(built, target)] if built else []), *found.items()] or [("", target)]
    shifts = [room * (len(rows) - 1 - k) for k in range(len(rows))]
    edges = low - 0.2 * (high - low), high + 0.2 * (high - low)
    domain = padded(float(x[0]), float(x[-1]), 0.02), (edges[0], edges[1] + shifts[0] + 0.3 * (high - low))
    lines = [(label, np.clip(y, *edges) + by) for (label, y), by in zip(rows, shifts, strict=True) if label]
    names = [(words or {}).get(label, label) for label, _ in rows]
    ends = (low, high) if high > low else (low,)
    marks = tuple((end + by, text.name_end(end, low, high)) for by in shifts for end in ends)
    return Picture(
        _functions_spec(domain, tuple(order), tuple(found), built, marks),
        {
            "target": {
                "x": np.tile(x, len(rows)),
                "y": np.concatenate([target + by for by in shifts]),
                "row": [k for k in range(len(rows)) for _ in x],
            },
            "found": {
                "x": np.tile(x, len(lines)),
                "y": np.concatenate([*(y for _, y in lines), np.empty(0)]),
                "series": [label for label, _ in lines for _ in x],
            },
            "names": {
                "series": [label for label, _ in rows],
                "y": [high + 0.12 * (high - low) + by for by in shifts],
                "x": [float(x[0])] * len(rows),
                "name": names,
                "end": [float(x[-1])] * len(rows),
                "runs": [(runs or {}).get(label, "") for label, _ in rows],
            },
        },
        text.CURVES,
    )


@kept
def _functions_spec(
    domain: Domain,
    order: tuple[str, ...],
    shown: tuple[str, ...],
    built: str,
    marks: tuple[tuple[float, str], ...],
) -> dict[str, Any]:
    """Return the spec. marks: the places and the words of the numbers on the y axis, two for each row."""
    x = x_axis("x", text.CURVE_AXIS, domain[0], grid=False)
    places, words = (json.dumps(list(column), ensure_ascii=False) for column in zip(*marks, strict=True))
    at_ends: dict[str, Any] = {"values": [at for at, _ in marks], "tickCount": len(marks)}
    written = f"{words}[indexof({places}, datum.value)]"
    y = y_axis("y", text.VALUE_AXIS, domain[1], labelExpr=written, **at_ends)
    labels = [*([built] if built else []), *shown]
    colors = [*([BEST] if built else []), *(SERIES[order.index(label) % len(SERIES)] for label in shown)]
    color = alt.Color("series:N", scale=alt.Scale(domain=labels, range=colors), legend=None)
    target = (
        named("target")
        .mark_line(color=TRUTH, opacity=0.4, strokeWidth=8, strokeJoin="round", clip=True)
        .encode(x=x, y=y, detail=alt.Detail("row:N"))
    )
    lines = named("found").mark_line(strokeWidth=2.5, clip=True).encode(x=x, y=y, color=color)
    names = named("names").mark_text(
        align="left",
        baseline="bottom",
        fontSize=alt.expr("width > 520 ? 15 : 11.5"),
        fontWeight=700,
        aria=False,
    )
    names = names.encode(x=x, y=y, text=alt.Text("name:N"), color=color)
    ends = (
        named("names")
        .transform_filter("width > 700")
        .mark_text(align="right", baseline="bottom", fontSize=14, color=TRUTH, aria=False)
    )
    ends = ends.encode(x=alt.X("end:Q"), y=y, text=alt.Text("runs:N"))
    return finish(layered(target, lines, names, ends), height=max(108 * len(labels) + 40, 290))


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
