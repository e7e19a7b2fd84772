"""Draw error against width."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts.theme import (
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    named,
    series_color,
    series_dash,
    series_shape,
    write_number,
    write_text,
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
            },
            "gap": gap_columns(found),
        },
        text.CHART,
    )


def gap_columns(found: dict[str, Errors]) -> Columns:
    """Return the trained and the smallest other error of the widest networks; empty without two such errors."""
    last = {
        label: (errors.widths[-1], errors.median[-1]) for label, errors in found.items() if len(errors.widths)
    }
    width, trained = last.pop(text.TRAINED, (np.nan, np.nan))
    low = min((error for at, error in last.values() if at == width and error > 0), default=np.nan)
    shown = [width] if trained > low else []
    return {"width": shown, "low": [low][: len(shown)], "high": [trained][: len(shown)]}


def _draw_gap(x: alt.X, title: str, log: alt.Scale) -> list[Any]:
    """Draw how many times as large the error of the widest trained network is as the smallest other one."""
    gap = named("gap").transform_calculate(
        middle="sqrt(datum.low * datum.high)",
        text=write_text(text.GAP, ratio=write_number("datum.high / datum.low", 2)),
    )
    low, middle = (alt.Y(f"{name}:Q", title=title, scale=log) for name in ("low", "middle"))
    rule = gap.mark_rule(color=TRUTH, strokeWidth=1.5, strokeDash=[5, 3], aria=False)
    label = gap.mark_text(color=TRUTH, fontSize=13, fontWeight=600, align="right", dx=-6, aria=False)
    return [
        rule.encode(x=x, y=low, y2=alt.Y2("high:Q")),
        label.encode(x=x, y=middle, text=alt.Text("text:N")),
    ]


@kept
def _study_spec(order: tuple[str, ...], shown: tuple[str, ...]) -> dict[str, Any]:
    title, log = text.Y_AXIS, alt.Scale(type="log")
    ticks = alt.Axis(grid=True, format="~g", values=[10.0**power for power in range(-16, 17)])
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
        .mark_line(strokeWidth=1.8, strokeDash=[2, 3], clip=True)
        .encode(x=x, y=alt.Y("theory:Q", title=title, scale=log), color=color)
    )
    return finish(layered(rates, lines, dots, spread, *_draw_gap(x, title, log)), height=340)
