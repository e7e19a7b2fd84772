"""Draw a reliability diagram: the fraction of a class in groups of predicted probabilities."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Picture,
    computed_for,
    finish,
    layered,
    named,
    outdated_label,
    x_axis,
    y_axis,
)
from nnviz.lessons.loss_functions.boundaries import text
from nnviz.lessons.loss_functions.boundaries.chart import WEIGHTS, LineByHand, Z


def draw_reliability(
    edges: Array,
    count: NDArray[np.int64],
    mean: Array,
    share: Array,
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """Draw for each group of predictions the mean prediction (B,) and the fraction (B,) of class 1.

    asked: as for ``draw_map``.
    """
    some = count > 0
    columns = {
        "low": edges[:-1][some],
        "high": edges[1:][some],
        "mean": mean[some],
        "share": share[some],
        "count": count[some],
    }
    return Picture(
        _reliability_spec(tuple(asked or ())),
        {**computed_for(asked), "bins": columns, "diagonal": {"x": [0.0, 1.0], "y": [0.0, 1.0]}},
        text.RELIABILITY_CHART,
        {text.MEAN: columns["mean"], text.FRACTION: columns["share"], text.COUNT: columns["count"]},
    )


@kept
def _reliability_spec(keys: tuple[str, ...]) -> dict[str, Any]:
    label, heard = outdated_label(keys)
    return finish(layered(*_draw_bins(named("bins")), *label), height=300, **heard)


def draw_reliability_by_hand(line: LineByHand, x: Array, y: Array) -> Picture:
    """Draw the diagram of ``draw_reliability`` in ten groups, for points x (n, 2), y (n,) and a live line by hand."""
    return Picture(
        _reliability_by_hand_spec(),
        {
            "now": line.columns(),
            "points": {"x": x[:, 0], "y": x[:, 1], "class": y},
            "diagonal": {"x": [0.0, 1.0], "y": [0.0, 1.0]},
        },
        text.RELIABILITY_CHART,
    )


@kept
def _reliability_by_hand_spec() -> dict[str, Any]:
    bins = (
        named("points")
        .transform_calculate(z=Z)
        .transform_calculate(p="datum.z < 0 ? exp(datum.z) / (1 + exp(datum.z)) : 1 / (1 + exp(-datum.z))")
        .transform_calculate(bin="min(floor(10 * datum.p), 9)")
        .transform_aggregate(count="count()", mean="mean(p)", share="mean(class)", groupby=["bin"])
        .transform_calculate(low="datum.bin / 10", high="(datum.bin + 1) / 10")
    )
    state = named("now").transform_filter("false").mark_point(aria=False)  # only looked up
    error = (
        bins.transform_calculate(gap="datum.count * abs(datum.share - datum.mean)")
        .transform_aggregate(gap="sum(gap)", count="sum(count)")
        .transform_calculate(label=f"'{text.ECE} = ' + format(datum.gap / datum.count, '.3f')")
        .mark_text(align="left", baseline="top", fontSize=14, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(8), y=alt.YValue(6), text=alt.Text("label:N"))
    )
    return finish(layered(state, *_draw_bins(bins), error), height=300, listens=True, signals=WEIGHTS)


def _draw_bins(bins: alt.Chart) -> tuple[Any, ...]:
    """Return bars, the diagonal, gaps and dots of groups with low, high, mean, share and count."""
    ticks = [0, 0.25, 0.5, 0.75, 1]
    x = x_axis("low", text.PREDICTED_AXIS, (0.0, 1.0), values=ticks, format=".2f")
    y = y_axis("share", text.FRACTION_AXIS, (0.0, 1.0), values=ticks, format=".2f")
    bars = bins.mark_bar(color=MODEL, opacity=0.35, stroke=MODEL).encode(
        x=x,
        x2=alt.X2("high:Q"),
        y=y,
        y2=alt.Y2Datum(0),
        tooltip=[
            alt.Tooltip("count:Q", title=text.COUNT),
            alt.Tooltip("mean:Q", title=text.MEAN, format=".3f"),
            alt.Tooltip("share:Q", title=text.FRACTION, format=".3f"),
        ],
    )
    gap = bins.mark_rule(color=ERROR, strokeWidth=3).encode(
        x=x_axis("mean", "", (0.0, 1.0)), y=y, y2=alt.Y2("mean:Q")
    )
    dots = bins.mark_circle(color=MODEL, opacity=1).encode(
        x=alt.X("mean:Q"),
        y=alt.Y("share:Q"),
        size=alt.Size("count:Q", scale=alt.Scale(range=[40, 320]), legend=None),
    )
    diagonal = (
        named("diagonal").mark_line(color=TRUTH, strokeDash=[6, 4]).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"))
    )
    return bars, diagonal, gap, dots
