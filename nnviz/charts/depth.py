"""Changed networks beside what they were, folded lines, and networks of several depths beside each other."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.ground import ground
from nnviz.charts.theme import (
    MODEL,
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
    x_axis,
    y_axis,
)

Array = NDArray[Any]
Domain = tuple[tuple[float, float], ...]
MOST_UNITS = 12


def ledger(x: Array, before: Array, after: Array, centres: Array, domain: Domain) -> Picture:
    """The network after a change over what it was before; a numbered tick where each unit has its centre."""
    shown = np.where((centres >= domain[0][0]) & (centres <= domain[0][1]), centres, np.nan)
    return Picture(
        _ledger_spec(domain),
        {
            "before": {"x": x, "y": before},
            "after": {"x": x, "y": after},
            "units": {"x": shown, "unit": np.arange(1, len(shown) + 1)},
        },
        "The function before the change as a broad grey curve, after it as a blue curve, numbered ticks at the units.",
    )


@lru_cache(maxsize=64)
def _ledger_spec(domain: Domain) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "ŷ: grey before, blue after", domain[1])
    before = named("before").mark_line(color=TRUTH, strokeWidth=8, opacity=0.45, clip=True).encode(x=x, y=y)
    after = named("after").mark_line(color=MODEL, strokeWidth=2.5, clip=True).encode(x=x, y=y)
    on_units = named("units").transform_filter("isValid(datum.x)")
    foot = alt.Y2Value(alt.expr("height"))
    ticks = on_units.mark_rule(color=MODEL, strokeWidth=1.5, aria=False)
    names = on_units.mark_text(color=TRUTH, fontSize=13, fontWeight=600, baseline="bottom")
    return finish(
        layered(
            before,
            after,
            ticks.encode(x=x, y=alt.YValue(alt.expr("height - 10")), y2=foot),
            names.encode(x=x, y=alt.YValue(alt.expr("height - 12")), text=alt.Text("unit:N")),
        ),
        height=330,
    )


def folds(now: tuple[Array, Array], before: tuple[Array, Array]) -> Picture:
    """A folded line (x, y) on [0, 1], and the line that was folded."""
    return Picture(
        _folds_spec(),
        {"now": {"x": now[0], "y": now[1]}, "before": {"x": before[0], "y": before[1]}},
        "The sawtooth of this many layers in blue over the one of a layer less in grey, on the interval from 0 to 1.",
    )


@lru_cache(maxsize=1)
def _folds_spec() -> dict[str, Any]:
    x, y = x_axis("x", "x", (0.0, 1.0)), y_axis("y", "m(m(… m(x)))", (-0.05, 1.08))
    before = named("before").mark_line(color=TRUTH, strokeWidth=6, opacity=0.4).encode(x=x, y=y)
    now = named("now").mark_line(
        color=MODEL, strokeWidth=alt.expr("clamp(width / length(data('now')) / 3, 0.5, 2)")
    )
    return finish(layered(before, now.encode(x=x, y=y)), height=330)


def learned(x: Array, target: Array, found: Mapping[str, Array], order: Sequence[str]) -> Picture:
    """The target, and one learned function for each architecture: label -> values (m,)."""
    low, high = float(np.min(target)), float(np.max(target))
    domain = padded(float(x[0]), float(x[-1]), 0.02), padded(low, high, 0.25)
    return Picture(
        _learned_spec(domain, tuple(order), tuple(found)),
        {
            "target": {"x": x, "y": target},
            "found": {
                "x": np.tile(x, len(found)),
                "y": np.concatenate([*found.values(), np.empty(0)]),
                "series": [label for label in found for _ in x],
            },
        },
        "The target as a broad grey curve, and for each architecture the function that its median seed has learned.",
    )


@lru_cache(maxsize=32)
def _learned_spec(domain: Domain, order: tuple[str, ...], shown: tuple[str, ...]) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "f(x), ŷ", domain[1])
    target = named("target").mark_line(color=TRUTH, strokeWidth=8, opacity=0.4, clip=True).encode(x=x, y=y)
    found = by_series(named("found")).mark_line(strokeWidth=2, clip=True)
    looks = {"color": series_color(order, shown, dashed=True), "strokeDash": series_dash(order, shown)}
    return finish(layered(target, found.encode(x=x, y=y, **looks)), height=330)


def seeds(errors: Mapping[str, Array], order: Sequence[str], title: str, log: bool) -> Picture:
    """The error of every seed as a dot, the median as a tick, one row for each architecture."""
    rows = [(label, float(error)) for label, row in errors.items() for error in row if np.isfinite(error)]
    tiny = 1e-16 if log else 0.0
    return Picture(
        _seeds_spec(tuple(order), tuple(errors), title, log),
        {
            "seeds": {
                "series": [label for label, _ in rows],
                "error": [max(error, tiny) for _, error in rows],
            },
            "median": {
                "series": list(errors),
                "error": np.array([max(float(np.median(row)), tiny) for row in errors.values()]),
            },
        },
        "The error of each seed as a dot in the row of its architecture, with a tick at the median.",
    )


@lru_cache(maxsize=32)
def _seeds_spec(order: tuple[str, ...], shown: tuple[str, ...], title: str, log: bool) -> dict[str, Any]:
    scale = alt.Scale(type="log") if log else alt.Scale(zero=True)
    axis = alt.Axis(tickCount=4, format="~e" if log else "~%")
    x = alt.X("error:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("series:N", title=None, sort=list(shown), axis=alt.Axis(labelLimit=160))
    color = series_color(order, shown).legend(None)
    dots = by_series(named("seeds")).mark_point(filled=True, size=70, opacity=0.8)
    tick = named("median").mark_tick(color=TRUTH, thickness=3, size=22)
    marks = layered(
        tick.encode(x=x, y=y), dots.encode(x=x, y=y, color=color, shape=series_shape(order, shown))
    )
    return finish(marks, height=38 * len(shown) + 20)


def boundary(surface: Columns, points: Array, classes: Array, domain: Domain) -> Picture:
    """The probability of class 1 over the plane, darker where it is larger, and the examples (n, 2) of both classes."""
    return Picture(
        _boundary_spec(domain),
        {
            "ground": surface,
            "points": {
                "x": points[:, 0],
                "y": points[:, 1],
                "series": ["class 1" if one else "class 0" for one in classes],
            },
        },
        "The plane, darker where the network sees class 1, and the examples: circles for class 0, squares for class 1.",
    )


@lru_cache(maxsize=16)
def _boundary_spec(domain: Domain) -> dict[str, Any]:
    order = ("class 0", "class 1")
    x, y = x_axis("x", "x₁", domain[0], grid=False), y_axis("y", "x₂", domain[1], grid=False)
    points = (
        by_series(named("points"))
        .mark_point(filled=True, size=28, opacity=0.9, stroke="white", strokeWidth=0.5, clip=True)
        .encode(x=x, y=y, color=series_color(order, order).legend(None), shape=series_shape(order, order))
    )
    return finish(layered(ground(domain, ("x₁", "x₂")), points), height=250)
