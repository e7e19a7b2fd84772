"""Draw error against width."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts.theme import (
    Picture,
    by_series,
    finish,
    layered,
    named,
    series_color,
    series_dash,
    series_shape,
)
from nnviz.lessons.universal_approximation.exists_and_found import text


class Errors(NamedTuple):
    """Hold errors against width under one name: median and range over seeds, and theory, (W,) each."""

    widths: Array
    median: Array
    low: Array
    high: Array
    theory: Array  # a line through the last median; nan where no rate is stated


def draw_study(found: dict[str, Errors], order: Sequence[str]) -> Picture:
    """Draw the sup error against width on logarithmic scales, one line for each way to find a network."""
    rows = [
        (label, *row)
        for label, errors in found.items()
        for row in zip(*errors, strict=True)
        if np.isfinite(row[:-1]).all()
    ]
    series, widths, median, low, high, theory = (
        (list(column) for column in zip(*rows, strict=True)) if rows else [[]] * 6
    )
    tiny = 1e-16
    return Picture(
        _study_spec(tuple(order), tuple(found)),
        {
            "study": {
                "series": series,
                "width": np.asarray(widths, float),
                "median": np.maximum(np.asarray(median, float), tiny),
                "low": np.maximum(np.asarray(low, float), tiny),
                "high": np.maximum(np.asarray(high, float), tiny),
                "theory": np.asarray(theory, float),
            }
        },
        text.CHART,
    )


@kept
def _study_spec(order: tuple[str, ...], shown: tuple[str, ...]) -> dict[str, Any]:
    title, log = text.Y_AXIS, alt.Scale(type="log")
    ticks = alt.Axis(grid=False, format="~g", tickCount=6)
    doubling = alt.Scale(type="log", base=2)
    x = alt.X("width:Q", title=text.X_AXIS, scale=doubling, axis=alt.Axis(grid=False, format="d"))
    median = alt.Y("median:Q", title=title, scale=log, axis=ticks)
    low = alt.Y("low:Q", title=title, scale=log, axis=ticks)
    base, color = by_series(named("study")), series_color(order, shown, dashed=True, orient="top")
    spread = base.mark_rule(strokeWidth=6, opacity=0.3).encode(x=x, y=low, y2=alt.Y2("high:Q"), color=color)
    lines = base.mark_line(strokeWidth=2.5).encode(
        x=x, y=median, color=color, strokeDash=series_dash(order, shown)
    )
    tip = [alt.Tooltip("series:N", title=" "), alt.Tooltip("width:Q", title=text.TIP_UNITS)]
    tip += [alt.Tooltip("median:Q", title=text.TIP_ERROR, format=".3~g")]
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=x, y=median, color=color, shape=series_shape(order, shown), tooltip=tip
    )
    rates = (
        base.transform_filter("isValid(datum.theory)")
        .mark_line(strokeWidth=1, strokeDash=[2, 3], clip=True)
        .encode(x=x, y=alt.Y("theory:Q", title=title, scale=log), color=color)
    )
    return finish(layered(rates, lines, dots, spread), height=340)
