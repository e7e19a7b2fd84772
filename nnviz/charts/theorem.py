"""The price of ε, a network inside its tube, and error against width."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    Interval,
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


def tube(x: Array, target: Array, network: Array, kinks: Array, epsilon: float) -> Picture:
    """The target with the tube of ε about it, the network inside, and a tick where the network bends."""
    low, high = float(np.nanmin(target)), float(np.nanmax(target))
    domain = padded(x[0], x[-1], 0.02), padded(min(low - epsilon, low), max(high + epsilon, high), 0.08)
    return Picture(
        _tube_spec(domain),
        {
            "tube": {"x": x, "low": target - epsilon, "high": target + epsilon},
            "network": {"x": x, "y": network},
            "kinks": {"x": kinks},
        },
        "The tube of width two epsilon about the target, the network inside it, and ticks where the network bends.",
    )


@lru_cache(maxsize=64)
def _tube_spec(domain: tuple[Interval, Interval]) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "N(x), f(x) ± ε", domain[1])
    area = named("tube").mark_area(color=BEST, opacity=0.3, clip=True)
    band = area.encode(x=x, y=y_axis("low", "N(x), f(x) ± ε", domain[1]), y2=alt.Y2("high:Q"))
    network = named("network").mark_line(color=MODEL, strokeWidth=2, clip=True).encode(x=x, y=y)
    ticks = (
        named("kinks")
        .mark_rule(color=MODEL, opacity=0.7, aria=False)
        .encode(x=x, y=alt.YValue(alt.expr("height - 9")), y2=alt.Y2Value(alt.expr("height")))
    )
    return finish(layered(band, network, ticks), height=300)


def inside(x: Array, error: Array, epsilon: float) -> Picture:
    """The error f − N between the walls −ε and ε."""
    return Picture(
        _inside_spec(padded(x[0], x[-1], 0.02)),
        {"error": {"x": x, "y": error}, "walls": {"y": [-epsilon, epsilon]}},
        "The error of the network over the interval K, between walls at minus epsilon and epsilon.",
    )


@lru_cache(maxsize=64)
def _inside_spec(domain: Interval) -> dict[str, Any]:
    x = x_axis("x", "x", domain)
    y = alt.Y("y:Q", title="f(x) − N(x)", axis=alt.Axis(tickCount=4, format="~g", minExtent=44))
    error = named("error").mark_line(color=ERROR, strokeWidth=1, clip=True).encode(x=x, y=y)
    walls = named("walls").mark_rule(color=BEST, strokeWidth=2, strokeDash=[6, 3]).encode(y=y)
    return finish(layered(walls, error), height=170)


def price(epsilon: Array, lower: Array, upper: Array, now: tuple[float, int]) -> Picture:
    """Units against ε: what every ReLU network needs, and what was enough. now: (ε, units) of the network shown."""
    return Picture(
        _price_spec(),
        {
            "price": {"epsilon": epsilon, "lower": lower, "upper": upper},
            "now": {"epsilon": [now[0]], "units": [now[1]]},
        },
        "Hidden units against epsilon: a band between the number every ReLU network needs and a number that is enough.",
    )


_NONE = 0.7  # where no units are drawn: 0 has no logarithm


@lru_cache(maxsize=1)
def _price_spec() -> dict[str, Any]:
    title, log = "hidden units", alt.Scale(type="log", domainMin=_NONE, nice=False)
    ticks = alt.Axis(grid=False, format="~s", values=[k * 10**p for p in range(5) for k in (1, 2, 5)])
    x = alt.X(
        "epsilon:Q",
        title="ε",
        scale=alt.Scale(type="log", reverse=True),
        axis=alt.Axis(format="~e", grid=False, values=[10.0**-k for k in range(9)]),
    )
    upper = alt.Y("most:Q", title=title, scale=log, axis=ticks)
    lower = alt.Y("least:Q", title=title, scale=log, axis=ticks)
    tip = [alt.Tooltip(f"{name}:Q", format="~g") for name in ("epsilon", "lower", "upper")]
    costs = named("price").transform_calculate(
        least=f"max(datum.lower, {_NONE})", most=f"max(datum.upper, {_NONE})"
    )
    enough = {"color": BEST, "strokeDash": [5, 3]}
    band = costs.mark_area(color=BEST, opacity=0.3, line=enough).encode(x=x, y=upper, y2=alt.Y2("least:Q"))
    dots = alt.OverlayMarkDef(color=BEST, size=30)
    needed = costs.mark_line(color=BEST, point=dots).encode(x=x, y=lower, tooltip=tip)
    now = named("now").mark_point(color=MODEL, filled=True, size=150, shape="diamond", opacity=1)
    return finish(layered(band, needed, now.encode(x=x, y=alt.Y("units:Q"))), height=260)


class Errors(NamedTuple):
    """Errors against width under one name: the median and the range over seeds, and what theory says, (W,) each."""

    widths: Array
    median: Array
    low: Array
    high: Array
    theory: Array  # a line through the last median; nan where no rate is stated


def study(found: dict[str, Errors], order: Sequence[str]) -> Picture:
    """Sup error against width on logarithmic scales, one line for each way to find a network."""
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
        "Largest error against the number of hidden units, both logarithmic, with the range over the seeds and "
        "thin lines with the slopes of theory.",
    )


@lru_cache(maxsize=64)
def _study_spec(order: tuple[str, ...], shown: tuple[str, ...]) -> dict[str, Any]:
    title, log = "max |f − N|, measured", alt.Scale(type="log")
    ticks = alt.Axis(grid=False, format="~e", tickCount=6)
    doubling = alt.Scale(type="log", base=2)
    x = alt.X("width:Q", title="hidden units N", scale=doubling, axis=alt.Axis(grid=False, format="d"))
    median = alt.Y("median:Q", title=title, scale=log, axis=ticks)
    low = alt.Y("low:Q", title=title, scale=log, axis=ticks)
    base, color = by_series(named("study")), series_color(order, shown, dashed=True)
    spread = base.mark_rule(strokeWidth=6, opacity=0.3).encode(x=x, y=low, y2=alt.Y2("high:Q"), color=color)
    lines = base.mark_line(strokeWidth=2.5).encode(
        x=x, y=median, color=color, strokeDash=series_dash(order, shown)
    )
    tip = [alt.Tooltip("series:N", title=" "), alt.Tooltip("width:Q"), alt.Tooltip("median:Q", format=".3~g")]
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=x, y=median, color=color, shape=series_shape(order, shown), tooltip=tip
    )
    rates = (
        base.transform_filter("isValid(datum.theory)")
        .mark_line(strokeWidth=1, strokeDash=[2, 3], clip=True)
        .encode(x=x, y=alt.Y("theory:Q", title=title, scale=log), color=color)
    )
    return finish(layered(rates, lines, dots, spread), height=360)
