"""Draw several curves over one axis: losses, derivatives, the loss after each update."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray, Bounds
from nnviz.charts import text
from nnviz.charts.theme import (
    BEST,
    HEIGHT,
    LOG_LABELS,
    PAPER,
    POWERS,
    STEP,
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    live,
    named,
    series_color,
    series_dash,
    write_number,
    x_axis,
    y_axis,
)

NO_RING = ("", float("nan"), float("nan"))
"""The ring of a style that has none now, while its spec stays as it is with a ring."""


_ROUND = [factor * 10.0**power for power in range(-12, 13) for factor in (1, 2, 5)]


@dataclass(frozen=True)
class CurveStyle:
    """Say how curves look.

    titles: of the two axes. x_domain, y_domain: what the axes span; by default what the data span. log: a logarithmic y
    axis; values ≤ 0 are left out. follow: a live value; a vertical line stands there. marker: where that line stands
    until the live value is published. marker_name: what stands beside that line, before its x
    (it needs x_domain). dots: the distance
    between the x of all series; a dot on each of them then stands at the live value. legend: off where a chart above
    has it. legend_above: above the curves. ring: a label and the point (x, y) that it names. gap: x and two y, between
    which a bar stands. level: a label and the y of the dashed line that it names. grid: lines across at 1, 2 and 5
    times each power of ten of a logarithmic y axis.
    """

    titles: tuple[str, str]
    x_domain: Bounds | None = None
    y_domain: Bounds | None = None
    log: bool = False
    height: int = HEIGHT
    follow: str | None = None
    marker: float | None = None
    dots: float | None = None
    legend: bool = True
    legend_above: bool = False
    marker_name: str = ""
    ring: tuple[str, float, float] | None = None
    gap: tuple[float, float, float] | None = None
    level: tuple[str, float] | None = None
    grid: bool = False


class LineName(NamedTuple):
    """The name of a line, above or below the point (x, y) of it. ends: whether it ends there, or else begins there."""

    words: str
    x: float
    y: float
    is_above: bool = True
    ends: bool = True


def draw_curves(
    series: Mapping[str, tuple[AnyArray, AnyArray]],
    order: Sequence[str],
    words: str,
    style: CurveStyle,
    *,
    shade: Mapping[str, Sequence[Bounds]] | None = None,
    theory: Mapping[str, tuple[AnyArray, AnyArray]] | None = None,
    names: Mapping[str, LineName] | None = None,
) -> Picture:
    """Return a picture with one line for each series, label -> (x, y).

    Color and dash of a series belong to its place in ``order``. words: what the chart shows, for those who do not
    see it. shade: label -> intervals of x that are shaded in the color of that series. theory: label -> (x, y), a
    wide pale line behind that of the series. names: label -> the name of the line beside it, in its color; there is
    then no legend.
    """
    data: dict[str, Columns] = {
        "curves": _columns(series, log=style.log),
        "marker": {"x": np.array([] if style.marker is None else [style.marker])},
    }
    if style.ring is not None:
        data["ring"] = {name: [value] for name, value in zip(("name", "x", "y"), style.ring, strict=True)}
    if style.gap is not None:
        data["gap"] = {name: [value] for name, value in zip(("x", "y", "y2"), style.gap, strict=True)}
    if style.level is not None:
        data["level"] = {"name": [style.level[0]], "y": [style.level[1]]}
    if theory is not None:
        data["theory"] = _columns(theory, log=style.log)
    if shade is not None:
        data["shade"] = _rows(shade)
    if names is not None:
        fields = zip(LineName._fields, zip(*names.values(), strict=True), strict=False)
        data["names"] = {"series": list(names), **{field: list(each) for field, each in fields}}
    # Where the line, the ring, the bar and the level stand is data, so that the spec stays the same.
    fixed = replace(
        style,
        marker=None,
        ring=None if style.ring is None else ("", 0, 0),
        gap=None if style.gap is None else (0, 0, 0),
        level=None if style.level is None else ("", 0),
    )
    spec = _spec(
        tuple(order),
        tuple(series),
        fixed,
        shaded=shade is not None,
        theory=theory is not None,
        is_named=names is not None,
    )
    return Picture(spec, data, words, _told(data["curves"], style.titles))


def _told(curves: Columns, titles: tuple[str, str]) -> Columns | None:
    """Return the numbers behind the curves under the titles of the axes."""
    x, y = titles
    return {text.CURVE: curves["series"], x: curves["x"], y: curves["y"]} if x != y else None


def _columns(series: Mapping[str, tuple[AnyArray, AnyArray]], *, log: bool) -> Columns:
    shown = {label: _shown(x, y, log=log) for label, (x, y) in series.items()}
    empty = np.empty(0)
    return {
        "x": np.concatenate([x for x, _ in shown.values()] or [empty]),
        "y": np.concatenate([y for _, y in shown.values()] or [empty]),
        "series": [label for label, (x, _) in shown.items() for _ in range(x.size)],
    }


def _rows(shade: Mapping[str, Sequence[tuple[float, float]]]) -> Columns:
    spans = [(label, low, high) for label, intervals in shade.items() for low, high in intervals]
    return {
        "series": [label for label, _, _ in spans],
        "x": np.array([low for _, low, _ in spans], dtype=np.float64),
        "x2": np.array([high for _, _, high in spans], dtype=np.float64),
    }


def _shown(x: AnyArray, y: AnyArray, *, log: bool) -> tuple[AnyArray, AnyArray]:
    keep = np.isfinite(y) & (y > 0 if log else True)
    return x[keep], y[keep]


@kept
def _spec(
    order: tuple[str, ...],
    shown: tuple[str, ...],
    style: CurveStyle,
    *,
    shaded: bool,
    theory: bool,
    is_named: bool,
) -> dict[str, Any]:
    x, y = x_axis("x", style.titles[0], style.x_domain), y_axis("y", style.titles[1], style.y_domain)
    if style.log:
        x = x.axis(grid=False, tickCount=4)
        # No label is wider than the axis or higher than the plot: new data then leave the size of the plot as it is,
        # and Vega need not place everything a second time.
        y = y.scale(alt.Scale(type="log", nice=False, padding=6))
        look: dict[str, Any] = {"format": "~e", "labelExpr": LOG_LABELS, "minExtent": 50, "labelBound": True}
        if style.grid:
            look["values"] = _ROUND
        y = y.axis(tickCount=4, grid=style.grid, **look)
    color = series_color(order, shown, dashed=True, orient="top" if style.legend_above else "bottom")
    color = color if style.legend and not is_named else color.legend(None)
    layers = [
        *_marker(style.follow, style.marker_name, style.x_domain),
        _lines(x, y, style.titles).encode(color=color, strokeDash=series_dash(order, shown)),
    ]
    if shaded:
        shade = named("shade").mark_rect(fillOpacity=0.16)
        layers.insert(0, shade.encode(x=x, x2=alt.X2("x2:Q"), color=color))
    if theory:
        wide = named("theory").mark_line(strokeWidth=7, opacity=0.35, clip=True)
        layers.insert(0, wide.encode(x=x, y=y, color=color))
    if style.level is not None:
        layers += _level(y)
    if style.gap is not None:
        layers.append(_gap(x, y))
    if is_named:
        layers += _names(x, y, color)
    if style.ring is not None:
        layers += _ring(x, y, STEP if style.gap else TRUTH)
    if style.dots is not None and style.follow is not None:
        layers.append(_dots(style.follow, style.dots).encode(x=x, y=y, color=color))
    listens, signals = style.follow is not None, [POWERS] if style.log else []
    return finish(layered(*layers), height=style.height, listens=listens, signals=signals)


def _lines(x: alt.X, y: alt.Y, titles: tuple[str, str]) -> Any:
    """Return one line for each series, with the values under the pointer."""
    values = [
        alt.Tooltip("series:N", title=" "),
        alt.Tooltip("x:Q", title=titles[0], format=".4~g"),
        alt.Tooltip("y:Q", title=titles[1], format=".4~g"),
    ]
    return (
        by_series(named("curves"))
        .mark_line(strokeWidth=2.5, clip=True, invalid="filter")
        .encode(x=x, y=y, tooltip=values)
    )


def middle_names(series: Mapping[str, tuple[AnyArray, AnyArray]]) -> dict[str, LineName]:
    """Return, for `draw_curves`, the labels of lines (label -> x, y), beside them from behind their middles on.

    The name of a line that falls is above it, and of one that rises below it; names of constant lines take turns.
    """
    names = {}
    for k, (label, (x, y)) in enumerate(series.items()):
        if x.size:
            at = 3 * x.size // 5
            is_above = k % 2 == 0 if y[at] == y[-1] else bool(y[at] > y[-1])
            names[label] = LineName(label, float(x[at]), float(y[at]), is_above, ends=False)
    return names


def _names(x: alt.X, y: alt.Y, color: alt.Color) -> list[Any]:
    """Return the names of the lines in their colors, above or below their places."""
    look: dict[str, Any] = {
        "align": alt.expr("datum.ends ? 'right' : 'left'"),
        "dx": alt.expr("datum.is_above ? 0 : datum.ends ? -6 : 6"),
        "dy": alt.expr("datum.is_above ? -12 : 12"),
        "lineBreak": "\n", "fontSize": 14, "fontWeight": 600, "aria": False,
    }  # fmt: skip
    words = named("names").mark_text(**look)
    edge = named("names").mark_text(stroke=PAPER, strokeWidth=5, strokeJoin="round", **look)
    place = {"x": x, "y": y, "text": alt.Text("words:N")}
    return [edge.encode(**place), words.encode(**place, color=color)]


def _marker(follow: str | None, name: str, domain: Bounds | None) -> list[Any]:
    """Return the vertical line at the live value ``follow``, and its name beside it if it has one and x its domain."""
    at = live(follow, "datum.x") if follow else "datum.x"
    line = named("marker").transform_calculate(at=at)
    # The scale of another layer would be widened to hold 0.
    x = alt.X("at:Q") if domain is None else alt.X("at:Q", scale=alt.Scale(domain=list(domain), nice=False))
    drawn = line.mark_rule(color=TRUTH, strokeWidth=1.5, clip=True, aria=False).encode(x=x)
    if not name or domain is None:
        return [drawn]
    is_right = f"datum.at > {sum(domain) / 2}"
    label = line.transform_calculate(text=f"'{name} ' + {write_number('datum.at')}").mark_text(
        align=alt.expr(f"{is_right} ? 'right' : 'left'"), dx=alt.expr(f"{is_right} ? -6 : 6"),
        baseline="top", fontSize=13, fontWeight=600, color=TRUTH, aria=False,
    )  # fmt: skip
    return [drawn, label.encode(x=x, y=alt.YValue(2), text=alt.Text("text:N"))]


def _ring(x: alt.X, y: alt.Y, color: str) -> list[Any]:
    """Return the ring of a style, and its label: high above it; one of several lines, below it to the left."""
    place = named("ring").transform_filter("isValid(datum.x)")
    ring = place.mark_point(size=170, color=TRUTH, strokeWidth=2, opacity=1).encode(x=x, y=y)
    is_long = "indexof(datum.name, '\\n') > 0"
    look: dict[str, Any] = {
        "align": alt.expr(f"{is_long} ? 'right' : 'center'"), "dx": alt.expr(f"{is_long} ? -6 : 0"),
        "baseline": alt.expr(f"{is_long} ? 'top' : 'bottom'"), "dy": alt.expr(f"{is_long} ? 24 : -44"),
        "lineBreak": "\n", "fontSize": 18 if color == STEP else 14, "fontWeight": 600, "aria": False,
    }  # fmt: skip
    at = {"x": x, "y": y, "text": alt.Text("name:N")}
    edge = place.mark_text(stroke=PAPER, strokeWidth=5, strokeJoin="round", **look)
    return [ring, edge.encode(**at), place.mark_text(color=color, **look).encode(**at)]


def _level(y: alt.Y) -> list[Any]:
    """Return the dashed line of a style across the plot, and its label below it at the right end."""
    place = named("level")
    line = place.mark_rule(color=BEST, strokeWidth=2, strokeDash=[7, 4], clip=True, aria=False).encode(y=y)
    label = place.mark_text(
        align="right", dx=-2, dy=11, fontSize=13, fontWeight=600, color=BEST, aria=False
    ).encode(x=alt.XValue("width"), y=y, text=alt.Text("name:N"))
    return [line, label]


def _gap(x: alt.X, y: alt.Y) -> Any:
    """Return the bar of a style between two curves."""
    return (
        named("gap")
        .mark_rule(color=STEP, strokeWidth=5, strokeCap="butt")
        .encode(x=x, y=y, y2=alt.Y2("y2:Q"))
    )


def _dots(follow: str, spacing: float) -> Any:
    """Return, for each series, the one point that is nearest to the live value."""
    away = f"(datum.x - {live(follow, 'NaN')})"
    return (
        named("curves")
        .transform_filter(f"{away} > {-spacing / 2} && {away} <= {spacing / 2}")
        .mark_circle(size=110, opacity=1, clip=True)
    )
