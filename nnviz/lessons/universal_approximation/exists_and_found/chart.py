"""Draw error against width."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, FloatArray
from nnviz.charts.fit_words import HEADLINE, ROOM_FOR_BOTH
from nnviz.charts.text import FIT_AXIS
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    named,
    padded,
    series_color,
    series_dash,
    series_shape,
    write_number,
    write_text,
    x_axis,
    y_axis,
)
from nnviz.lessons.universal_approximation.exists_and_found import text
from nnviz.lessons.universal_approximation.shared.chart import TALL

# Pixels to the right of the last point: for the names of the lines and the bracket, or for the bracket alone.
_IS_WIDE = f"width > {ROOM_FOR_BOTH}"
_SIDE = f"({_IS_WIDE} ? 240 : 112)"
_BRACKET = f"(width - ({_IS_WIDE} ? 132 : 4))"


BELOW = 0.4  # of the smallest error: there the triangle of theory begins


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
    series, widths, median, low, high, _ = (
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
            },
            "gap": gap_columns(found),
            "level": {"epsilon": [epsilon], "name": [text.level(epsilon)]},
            "names": name_columns(found),
            "ranges": range_columns(found),
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


def range_columns(found: dict[str, Errors]) -> Columns:
    """Return the top of the longest bar of the trained networks; empty without them."""
    errors = found.get(text.TRAINED)
    if errors is None or not np.isfinite(errors.high / errors.low).any():
        return {"series": [], "width": [], "high": []}
    at = int(np.nanargmax(errors.high / errors.low))
    return {"series": [text.TRAINED], "width": errors.widths[[at]], "high": errors.high[[at]]}


def rate_columns(found: dict[str, Errors]) -> Columns:
    """Return a triangle below all lines with the slope of the lowest line of theory; empty without theory.

    width and wider: its left and its right end. high and low: its left and its right height.
    """
    lines = [
        (errors.theory[at], errors.widths[at], errors.widths[at + 1], slope)
        for errors in found.values()
        if len(errors.widths) > 2 and np.isfinite(errors.theory).all()
        for at in [(len(errors.widths) - 1) // 2]
        for slope in [
            np.log(errors.theory[-1] / errors.theory[0]) / np.log(errors.widths[-1] / errors.widths[0])
        ]
        if slope < 0
    ]
    if not lines:
        return {name: [] for name in ("width", "wider", "high", "low", "slope")}
    theory, width, wider, slope = min(lines)
    smallest = min(
        float(errors.median[errors.widths == width].min(initial=theory)) for errors in found.values()
    )
    high = smallest * BELOW
    columns = (width, wider, high, high * (wider / width) ** slope, slope)
    return dict(
        zip(("width", "wider", "high", "low", "slope"), ([float(one)] for one in columns), strict=True)
    )


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


def _draw_rates(x: alt.X, title: str, log: alt.Scale) -> list[Any]:
    """Draw a triangle with the slope of theory, and its name beside it."""
    rates = named("rates").transform_filter(_IS_WIDE)
    high, low = (alt.Y(f"{name}:Q", title=title, scale=log) for name in ("high", "low"))
    rule = rates.mark_rule(strokeWidth=1.5, color=TRUTH, aria=False)
    words = rates.transform_calculate(text=write_text(text.RATE, slope=write_number("datum.slope", 2)))
    name = words.mark_text(color=TRUTH, fontSize=14, align="right", baseline="bottom", dx=-8, aria=False)
    return [
        rule.encode(x=x, x2=alt.X2("wider:Q"), y=high, y2=alt.Y2("low:Q")),
        rule.encode(x=x, y=high, y2=alt.Y2("low:Q")),
        rule.encode(x=x, x2=alt.X2("wider:Q"), y=low),
        name.encode(x=x, y=low, text=alt.Text("text:N")),
    ]


def _draw_range(x: alt.X, title: str, log: alt.Scale, color: alt.Color) -> Any:
    """Write what the bars are beside the top of the longest one."""
    name = named("ranges").transform_filter(_IS_WIDE)
    name = name.mark_text(text=text.BAR, fontSize=14, align="left", baseline="top", dx=8, aria=False)
    return name.encode(x=x, y=alt.Y("high:Q", title=title, scale=log), color=color)


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
            *_draw_rates(x, title, log),
            lines,
            dots,
            spread,
            names,
            _draw_range(x, title, log, color),
            *_draw_gap(title, log),
        ),
        height=TALL,
    )


def draw_example(
    target: tuple[FloatArray, FloatArray], lines: Mapping[str, FloatArray], units: int, epsilon: float
) -> Picture:
    """Draw a target x, f(x) in its tube, a trained network and the best one, (m,) each by its name, with their errors.

    units: of both networks.
    """
    x, f = target
    names = [text.named(name, units, float(np.nanmax(np.abs(line - f)))) for name, line in lines.items()]
    known = f[np.isfinite(f)]
    y_domain = padded(float(known.min()), float(known.max()), 0.25)
    return Picture(
        _example_spec(padded(float(x[0]), float(x[-1]), 0.02), y_domain, tuple(lines)),
        {
            "curves": {
                "x": np.tile(x, len(lines)),
                "y": np.concatenate(list(lines.values())),
                "series": np.repeat(list(lines), len(x)),
            },
            "target": {"x": x, "y": f, "low": f - epsilon, "high": f + epsilon},
            "lines": {"series": list(lines), "row": list(range(len(lines))), "text": names},
        },
        text.EXAMPLE_CHART,
    )


@kept
def _example_spec(x_domain: Bounds, y_domain: Bounds, shown: tuple[str, ...]) -> dict[str, Any]:
    x, y = x_axis("x", "x", x_domain), y_axis("y", FIT_AXIS, y_domain)
    target = named("target")
    tube = target.mark_area(color=BEST, opacity=0.3, clip=True, aria=False)
    truth = target.mark_line(color=TRUTH, strokeWidth=1.5, strokeDash=[4, 2], clip=True)
    colors = {text.TRAINED: MODEL, text.OPTIMAL: BEST, text.SOLVED: STEP}
    color = alt.Color(
        "series:N", scale=alt.Scale(domain=list(shown), range=[colors[name] for name in shown]), legend=None
    )
    curves = [
        named("curves").transform_filter(f"datum.series == '{name}'").mark_line(strokeWidth=2.5, clip=True)
        for name in reversed(shown)  # the trained one is above the best one
    ]
    words = (
        named("lines")
        .transform_calculate(top="-8 - 20 * datum.row")
        .mark_text(align="left", baseline="bottom", fontSize=14, fontWeight=600)
        .encode(
            x=alt.XValue(2),
            y=alt.Y("top:Q", scale=None),
            text=alt.Text("text:N"),
            color=color,
        )
    )
    return finish(
        layered(
            tube.encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
            truth.encode(x=x, y=y),
            *(curve.encode(x=x, y=y, color=color) for curve in curves),
            words,
        ),
        height=TALL,
    )
