"""Draw a network before and after an edit: its function, and its weights side by side."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray, Bounds
from nnviz.charts.fit_words import HEADLINE_SIZE
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    PAPER,
    STEP,
    TRUTH,
    Columns,
    Picture,
    either,
    finish,
    layered,
    named,
    x_axis,
    y_axis,
)
from nnviz.lessons.inside_the_network.symmetries import text
from nnviz.web.latex_format import SUBSCRIPTS

_LEAST_HEIGHT, _MOST_HEIGHT = 3.0, 1e6  # of the half plot
_PALE = f"{TRUTH}73"  # the same in the legend as in the chart
_APART = 1.3  # from the input of the one network to that of the other; each is 1 wide
_ROW = 84  # pixels of a unit


def draw_edit(
    x: AnyArray, before: AnyArray, after: AnyArray, centers: AnyArray, interval: Bounds, headline: str = ""
) -> Picture:
    """Draw a network after an edit over the network before it, (m,) each, with a numbered tick at each unit's center.

    centers: (N,), nan where a unit has none. interval: the range of the x axis. headline: stands above the plot.
    """
    high = _half_height(np.concatenate([before, after]))
    shown = np.where((centers >= interval[0]) & (centers <= interval[1]), centers, np.nan)
    return Picture(
        _edit_spec(interval, (-high, high)),
        {
            "before": {"x": x, "y": before},
            "after": {"x": x, "y": after},
            "units": {
                "x": shown,
                "name": [f"z{str(j).translate(SUBSCRIPTS)} = 0" for j in range(1, len(shown) + 1)],
            },
            "headline": {"text": [headline]},
            "ends": {
                "name": list(text.ENDS),
                "x": [x[-1]] * 2,
                "y": [before[-1], after[-1]],
                "dy": [20, -14],
            },
        },
        text.CHART,
        {text.CHART_AXES[0]: x, text.BEFORE: before, text.AFTER: after},
    )


def _half_height(values: AnyArray) -> float:
    """Return a half height that holds the finite values: at least 3, at most 10⁶."""
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    return float(np.clip(np.ceil(1.15 * largest), _LEAST_HEIGHT, _MOST_HEIGHT))


@kept
def _edit_spec(x_domain: Bounds, y_domain: Bounds) -> dict[str, Any]:
    x, y = x_axis("x", text.CHART_AXES[0], x_domain), y_axis("y", text.CHART_AXES[1], y_domain)
    color = alt.Color(
        "series:N", scale=alt.Scale(domain=[text.BEFORE, text.AFTER], range=[_PALE, MODEL]), legend=None
    )
    headline = named("headline").mark_text(
        align="left", baseline="bottom", fontSize=HEADLINE_SIZE, fontWeight=700, color=BEST
    )
    names = (
        named("ends")
        .transform_filter("isValid(datum.y)")
        .mark_text(align="right", fontSize=14, fontWeight=600, dy=alt.expr("datum.dy"), clip=True, aria=False)
    )
    named_so = either(alt.ColorValue, f"datum.name === '{text.ENDS[1]}'", MODEL, TRUTH)
    before = _line("before", text.BEFORE).mark_line(strokeWidth=8, strokeJoin="round", clip=True)
    after = _line("after", text.AFTER).mark_line(strokeWidth=2.5, clip=True)
    on_units = named("units").transform_filter("isValid(datum.x)")
    foot = alt.Y2Value(alt.expr("height"))
    ticks = on_units.mark_rule(color=MODEL, strokeWidth=1.5, aria=False)
    numbers = on_units.mark_text(color=TRUTH, fontSize=13, fontWeight=600, baseline="bottom")
    return finish(
        layered(
            before.encode(x=x, y=y, color=color),
            after.encode(x=x, y=y, color=color),
            ticks.encode(x=x, y=alt.YValue(alt.expr("height - 10")), y2=foot),
            numbers.encode(x=x, y=alt.YValue(alt.expr("height - 12")), text=alt.Text("name:N")),
            names.encode(x=x, y=y, text=alt.Text("name:N"), color=named_so),
            headline.encode(x=alt.XValue(2), y=alt.YValue(-6), text=alt.Text("text:N")),
        ),
        height=314,
    )


def _line(data: str, series: str) -> alt.Chart:
    return named(data).transform_calculate(series=f"'{series}'")


class Weights(NamedTuple):
    """One network: (w, b, v) of each unit and c, and which of these numbers differ from the other network."""

    units: Sequence[tuple[float, float, float]]
    output_bias: float
    changed: Sequence[tuple[bool, bool, bool]]
    bias_changed: bool


def draw_weights(before: Weights, after: Weights) -> Picture:
    """Draw both networks: lines are weights, and numbers that the edit changed are bold and have another color."""
    most = max(len(before.units), len(after.units), 1)
    sides = [(before, 0.0, text.WEIGHTS_BEFORE), (after, _APART, text.WEIGHTS_AFTER)]
    edges = [edge for side, left, _ in sides for edge in _edges(side, left, most)]
    numbers = [number for side, left, _ in sides for number in _numbers(side, left, most)]
    ends = [(left + x, most / 2, name) for _, left, _ in sides for x, name in ((0.0, "x"), (1.0, "ŷ"))]
    units = [
        (left + 0.5, height, str(j))
        for side, left, _ in sides
        for j, height in enumerate(_heights(len(side.units), most), 1)
    ]
    titles = [(left + 0.5, title) for _, left, title in sides]
    return Picture(
        _weights_spec(most),
        {
            "edges": _columns(("x", "y", "x2", "y2", "weight"), edges),
            "circles": _columns(("x", "y", "name"), [*ends, *units]),
            "numbers": _columns(("x", "y", "text", "changed", "align", "dx", "dy"), numbers),
            "titles": _columns(("x", "title"), titles),
        },
        text.WEIGHTS_CHART,
        _columns(("number", "changed"), [(f"{row[2]}", row[3]) for row in numbers]),
    )


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Columns:
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def _heights(units: int, most: int) -> list[float]:
    """Return the heights of the units from the top down; ``most`` rows have room."""
    return [(most + units) / 2 - 0.5 - j for j in range(units)]


def _edges(side: Weights, left: float, most: int) -> list[tuple[float, float, float, float, float]]:
    middle, heights = most / 2, _heights(len(side.units), most)
    return [
        line
        for (w, _, v), height in zip(side.units, heights, strict=True)
        for line in (
            (left, middle, left + 0.5, height, w),
            (left + 0.5, height, left + 1.0, middle, v),
        )
    ]


def _numbers(side: Weights, left: float, most: int) -> list[tuple[float, float, str, bool, str, int, int]]:
    """Return the numbers with their places: beside their lines, under their units, and under the output."""
    found = []
    heights = _heights(len(side.units), most)
    for j, (unit, marks, height) in enumerate(zip(side.units, side.changed, heights, strict=True), 1):
        rise = height - most / 2
        on_line = most / 2 + 0.55 * rise
        over = -11 if rise >= 0 else 12
        slant = 0 if rise == 0 else 6
        align = ("center", "center") if rise == 0 else ("right", "left")
        places = (
            (left + 0.275 - 0.02 * bool(rise), on_line, align[0], -slant, over),
            (left + 0.5, height, "center", 0, 27),
            (left + 0.725 + 0.02 * bool(rise), on_line, align[1], slant, over),
        )
        for symbol, value, mark, (x, y, side_of, dx, dy) in zip("wbv", unit, marks, places, strict=True):
            name = f"{symbol}{str(j).translate(SUBSCRIPTS)}"
            found.append((x, y, text.name_weight(name, value), mark, side_of, dx, dy))
    bias = text.name_weight("c", side.output_bias)
    return [*found, (left + 1.0, most / 2, bias, side.bias_changed, "center", 0, 27)]


@kept
def _weights_spec(most: int) -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, _APART + 1.12], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.1, most + 0.25], nice=False))
    sign = ["positive", "negative"]
    lines = (
        named("edges")
        .transform_calculate(
            sign="datum.weight < 0 ? 'negative' : 'positive'", wide="1 + min(3, abs(datum.weight))"
        )
        .mark_rule(aria=False, opacity=0.7)
        .encode(
            x=x,
            y=y,
            x2=alt.X2("x2:Q"),
            y2=alt.Y2("y2:Q"),
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None),
            color=alt.Color("sign:N", scale=alt.Scale(domain=sign, range=[MODEL, ERROR]), legend=None),
            strokeDash=alt.StrokeDash(
                "sign:N", scale=alt.Scale(domain=sign, range=[[1, 0], [6, 3]]), legend=None
            ),
        )
    )
    circles = named("circles").encode(x=x, y=y)
    discs = circles.mark_circle(
        color="#5d6775", size=alt.expr("width < 420 ? 380 : 620"), opacity=1, aria=False
    )
    names = circles.mark_text(color="white", fontSize=13, fontWeight=700).encode(text=alt.Text("name:N"))
    return finish(layered(lines, discs, names, *_words(x, y)), height=_ROW * most + 24)


def _words(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the titles, the numbers that are the same in both networks, and those that are not."""
    place: dict[str, Any] = {name: alt.expr(f"datum.{name}") for name in ("align", "dx", "dy")}
    small = alt.expr("width < 420 ? 10 : 14")
    numbers = named("numbers").encode(x=x, y=y, text=alt.Text("text:N"))
    ground = numbers.mark_text(
        color=PAPER, stroke=PAPER, strokeWidth=5, strokeJoin="round", fontSize=small, aria=False, **place
    )
    same = numbers.transform_filter("!datum.changed").mark_text(color=TRUTH, fontSize=small, **place)
    changed = numbers.transform_filter("datum.changed").mark_text(
        color=STEP, fontSize=alt.expr("width < 420 ? 11 : 16"), fontWeight=800, **place
    )
    titles = named("titles").mark_text(color=TRUTH, fontSize=13, fontWeight=600, baseline="top")
    return [titles.encode(x=x, y=alt.YValue(0), text=alt.Text("title:N")), ground, same, changed]
