"""Draw error against width."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts.fit_words import HEADLINE, ROOM_FOR_BOTH
from nnviz.charts.theme import (
    BEST,
    ERROR,
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
from nnviz.lessons.universal_approximation.shared.chart import TALL

# Pixels to the right of the last point: for the names of the lines and the bracket, or for the bracket alone.
_IS_WIDE = f"width > {ROOM_FOR_BOTH}"
_SIDE = f"({_IS_WIDE} ? 240 : 112)"
_BRACKET = f"(width - ({_IS_WIDE} ? 132 : 4))"


class Errors(NamedTuple):
    """Hold errors against width under one name: median and range over seeds, and theory, (W,) each."""

    widths: Array
    median: Array
    low: Array
    high: Array
    theory: Array  # a line through the last median; nan where no rate is stated


def draw_study(found: dict[str, Errors], order: Sequence[str], epsilon: float) -> Picture:
    """Draw the sup error against width on logarithmic scales, one line for each way to find a network, and ε."""
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
        _study_spec(
            tuple(order), tuple(found), tuple(sorted({float(width) for width in widths})) or (1.0, 2.0)
        ),
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
            "level": {"epsilon": [epsilon], "name": [text.level(epsilon)]},
            "names": name_columns(found),
            "rates": rate_columns(found),
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


def name_columns(found: dict[str, Errors]) -> Columns:
    """Return the name of each line at its last point."""
    ends = {
        label: (errors.widths[shown[-1]], errors.median[shown[-1]])
        for label, errors in found.items()
        if len(shown := np.flatnonzero(np.isfinite(errors.median)))
    }
    x, y = zip(*ends.values(), strict=True) if ends else ((), ())
    return {"series": list(ends), "width": list(x), "median": np.asarray(y, float)}


def rate_columns(found: dict[str, Errors]) -> Columns:
    """Return the slope of the lowest line of theory, and a place on or below that line; empty without theory."""
    lines = [
        (errors.theory[at], min(errors.theory[at], errors.median[at]), errors.widths[at], slope)
        for errors in found.values()
        if len(errors.widths) > 1 and np.isfinite(errors.theory).all()
        for at in [(len(errors.widths) - 1) // 2]
        for slope in [
            np.log(errors.theory[-1] / errors.theory[0]) / np.log(errors.widths[-1] / errors.widths[0])
        ]
    ]
    shown = sorted(lines)[:1]
    return {name: [line[k] for line in shown] for k, name in ((1, "theory"), (2, "width"), (3, "slope"))}


def _draw_gap(title: str, log: alt.Scale) -> list[Any]:
    """Draw a bracket with how many times as large the error of the widest trained network is as the smallest other one.

    It stands to the right of the names of the lines. A narrow chart has its number above the plot.
    """
    gap = named("gap").transform_calculate(
        middle="sqrt(datum.low * datum.high)",
        text=write_text(text.GAP, ratio=write_number("datum.high / datum.low", 2)),
    )
    low, middle, high = (alt.Y(f"{name}:Q", title=title, scale=log) for name in ("low", "middle", "high"))
    at, foot = alt.expr(_BRACKET), alt.expr(f"{_BRACKET} - 10")
    rule = gap.mark_rule(color=ERROR, strokeWidth=3, aria=False).encode(
        x=alt.XValue(at), y=low, y2=alt.Y2("high:Q")
    )
    ends = [
        gap.mark_rule(color=ERROR, strokeWidth=3, aria=False).encode(
            x=alt.XValue(foot), x2=alt.X2Value(at), y=end
        )
        for end in (low, high)
    ]
    look: dict[str, Any] = {"color": ERROR, "fontWeight": 700, "aria": False}
    label = gap.transform_filter(_IS_WIDE).mark_text(
        fontSize=HEADLINE, align="left", dx=10, lineBreak="|", **look
    )
    above = (
        gap.transform_filter(f"!({_IS_WIDE})")
        .transform_calculate(text="replace(datum.text, '|', ' ')")
        .mark_text(fontSize=15, align="right", baseline="bottom", **look)
        .encode(x=alt.XValue(alt.expr("width")), y=alt.YValue(-6), text=alt.Text("text:N"))
    )
    return [rule, *ends, label.encode(x=alt.XValue(at), y=middle, text=alt.Text("text:N")), above]


def _draw_level(y: alt.Y) -> list[Any]:
    """Draw a dashed line at ε, with its name."""
    level = named("level").transform_calculate(median="datum.epsilon")
    line = level.mark_rule(color=BEST, strokeWidth=1.5, strokeDash=[6, 3], aria=False).encode(y=y)
    name = level.mark_text(align="right", baseline="bottom", dy=-3, fontSize=14, color=BEST, aria=False)
    return [line, name.encode(x=alt.XValue(alt.expr("width")), y=y, text=alt.Text("name:N"))]


def _draw_rates(study: alt.Chart, x: alt.X, title: str, log: alt.Scale) -> list[Any]:
    """Draw a thin line with the slope of theory through the last point of each line, and the slope once."""
    y = alt.Y("theory:Q", title=title, scale=log)
    lines = study.transform_filter("isValid(datum.theory)").mark_line(strokeWidth=1, color=TRUTH, clip=True)
    slope = (
        named("rates")
        .transform_filter(_IS_WIDE)
        .transform_calculate(text=write_text(text.RATE, slope=write_number("datum.slope", 2)))
        .mark_text(color=TRUTH, fontSize=13, align="right", baseline="top", dx=-4, dy=8, aria=False)
    )
    return [
        lines.encode(x=x, y=y, detail=alt.Detail("series:N")),
        slope.encode(x=x, y=y, text=alt.Text("text:N")),
    ]


@kept
def _study_spec(order: tuple[str, ...], shown: tuple[str, ...], widths: tuple[float, ...]) -> dict[str, Any]:
    title, log = text.Y_AXIS, alt.Scale(type="log", nice=False, padding=14)
    ticks = alt.Axis(grid=True, format="~g", values=[10.0**power for power in range(-16, 17)])
    ratio = widths[-1] / widths[0]
    reach = alt.expr(f"{widths[0]} * pow({ratio}, width / max(width - {_SIDE}, 50))")
    doubling = alt.Scale(type="log", base=2, domainMin=widths[0], domainMax=reach, nice=False)
    each = alt.Axis(grid=False, format="d", values=list(widths))
    x = alt.X("width:Q", title=text.X_AXIS, scale=doubling, axis=each)
    median = alt.Y("median:Q", title=title, scale=log, axis=ticks)
    low = alt.Y("low:Q", title=title, scale=log, axis=ticks)
    base, color = by_series(named("study")), series_color(order, shown).legend(None)
    spread = base.mark_rule(strokeWidth=6, opacity=0.3).encode(x=x, y=low, y2=alt.Y2("high:Q"), color=color)
    lines = base.mark_line(strokeWidth=2.5).encode(
        x=x, y=median, color=color, strokeDash=series_dash(order, shown)
    )
    tip = [alt.Tooltip("series:N", title=" "), alt.Tooltip("width:Q", title=text.TIP_UNITS)]
    tip += [alt.Tooltip("median:Q", title=text.TIP_ERROR, format=".3~g")]
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=x, y=median, color=color, shape=series_shape(order, shown), tooltip=tip
    )
    names = named("names").mark_text(
        align="left",
        dx=alt.expr(f"{_IS_WIDE} ? 10 : 7"),
        fontSize=alt.expr(f"{_IS_WIDE} ? 14 : 12.5"),
        fontWeight=600,
        aria=False,
    )
    names = names.encode(x=x, y=median, text=alt.Text("series:N"), color=color)
    return finish(
        layered(
            *_draw_level(median),
            *_draw_rates(base, x, title, log),
            lines,
            dots,
            spread,
            names,
            *_draw_gap(title, log),
        ),
        height=TALL,
    )
