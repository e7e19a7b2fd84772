"""A network beside its target, its error, and its hidden units, over the frames of a training run.

A wide table carries the frames: columns f0, f1, … one a frame, and f, the last; the player chooses a column.
"""

from functools import lru_cache
from typing import Any, Protocol

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.curves import curves
from nnviz.charts.theme import (
    ERROR,
    HEIGHT,
    MODEL,
    TRUTH,
    Columns,
    Picture,
    finish,
    live,
    named,
    padded,
    x_axis,
    y_axis,
)

Array = NDArray[np.floating[Any]]
Interval = tuple[float, float]

FRAME = "ua_frame"  # the live value the player tells
MOST_TICKS = 64
_UNIT_COLORS = alt.Scale(scheme="tableau10")
MOST_DRAWN = 150


def wide(frames: Array) -> Columns:
    """Columns f0 … fF-1 and f, the last, in float32 for frames (F, m); f alone for one frame."""
    values = np.asarray(frames, np.float32)
    return {**{f"f{k}": row for k, row in enumerate(values) if len(values) > 1}, "f": values[-1]}


_SHOWN = "datum['f' + " + live(FRAME, "''") + "]"
_NOW = f"(isValid({_SHOWN}) ? {_SHOWN} : datum.f)"


def _value(frames: int) -> str:
    """What a row shows: the player's frame, or simply the only one there is."""
    return _NOW if frames > 1 else "datum.f"


class Measured(Protocol):
    """What these pictures draw: networks beside a target, one a frame (nnviz.approximation.Film)."""

    x: Array  # (m,)
    target: Array  # (m,)
    predictions: Array  # (F, m)
    errors: Array  # (F, m)
    sup: Array  # (F,)
    rms: Array  # (F,)
    centres: Array  # (F, N)
    measured: int


def approximation(
    film: Measured,
    width: int,
    points: tuple[Array, Array] | None = None,
    units: tuple[Array, Array] | None = None,
) -> Picture:
    """Target and network over K with the sup and rms error of the frame shown; ticks where units switch.

    points: what was learned from, drawn as dots. units: x (m,) and what some units add there (F, shown, m), drawn as
    thin lines. Above 64 units there are no ticks.
    """
    domain = padded(film.x[0], film.x[-1], 0.02), padded(*_range(film.target), 0.3)
    centres = film.centres if width <= MOST_TICKS else film.centres[:, :0]
    shown = np.where((centres >= film.x[0]) & (centres <= film.x[-1]), centres, np.nan)
    dots = points or (np.empty(0), np.empty(0))
    return Picture(
        _approximation_spec(domain, _value(len(film.sup))),
        {
            "target": {"x": film.x, "y": film.target},
            "network": {"x": film.x, **wide(film.predictions)},
            "errors": {
                "name": [f"sup |f − N| on {film.measured} points", "rms"],
                "pixel": [6, 24],
                **wide(np.column_stack([film.sup, film.rms])),
            },
            "centres": {"unit": np.arange(shown.shape[1]), **wide(shown)},
            "points": {"x": dots[0], "y": dots[1]},
            "units": _unit_columns(*units) if units else {"x": [], "unit": [], "f": []},
        },
        "The target as a broad grey curve, the output of the network as a blue curve, and what single hidden units "
        "add as thin lines, over the interval K.",
    )


def _unit_columns(x: Array, terms: Array) -> Columns:
    frames, shown, points = terms.shape
    place = {"x": np.tile(x, shown), "unit": np.repeat(np.arange(shown), points)}
    return {**place, **wide(terms.reshape(frames, -1))}


def _range(values: Array) -> tuple[float, float]:
    """Lowest and highest value to show: of all, unless a few run away to a pole."""
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [2, 98])
    room = 4 * (high - low) or 1.0
    return max(finite.min(), low - room), min(finite.max(), high + room)


@lru_cache(maxsize=64)
def _approximation_spec(domain: tuple[Interval, Interval], value: str) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "f(x)", domain[1])
    target = named("target").mark_line(color=TRUTH, strokeWidth=7, opacity=0.45, clip=True).encode(x=x, y=y)
    network = (
        named("network")
        .transform_calculate(now=value)
        .mark_line(color=MODEL, strokeWidth=2.5, clip=True)
        .encode(x=x, y="now:Q")
    )
    points = (
        named("points").mark_circle(aria=False, color=TRUTH, size=36, opacity=0.9, clip=True).encode(x=x, y=y)
    )
    ticks = (
        named("centres")
        .transform_calculate(at=value)
        .transform_filter("isValid(datum.at)")
        .mark_rule(color=MODEL, strokeWidth=1.5, opacity=0.8)
        .encode(x=alt.X("at:Q"), y=alt.value(alt.expr("height - 10")), y2=alt.value(alt.expr("height")))
    )
    units = (
        named("units")
        .transform_calculate(now=value)
        .mark_line(strokeWidth=1, opacity=0.75, clip=True, aria=False)
        .encode(x=x, y="now:Q", detail="unit:N", color=alt.Color("unit:N", legend=None, scale=_UNIT_COLORS))
    )
    label = (
        named("errors")
        .transform_calculate(text=f"datum.name + ' = ' + format({value}, '.3~g')")
        .mark_text(align="left", baseline="top", fontSize=13, fontWeight=600, color=ERROR)
        .encode(x=alt.value(8), y=alt.Y("pixel:Q", scale=None), text="text:N")
    )
    return finish(alt.layer(target, units, points, network, ticks, label), height=HEIGHT, listens=True)


def error(film: Measured) -> Picture:
    """The error f − N over K, frame by frame."""
    return Picture(
        _error_spec(padded(film.x[0], film.x[-1], 0.02), _value(len(film.errors))),
        {"error": {"x": film.x, **wide(film.errors)}},
        "The error, target minus network, over the interval K.",
    )


@lru_cache(maxsize=64)
def _error_spec(domain: Interval, value: str) -> dict[str, Any]:
    x = x_axis("x", "x", domain, grid=False, tickCount=4)
    area = (
        named("error")
        .transform_calculate(e=value)
        .mark_area(color=ERROR, opacity=0.35, line={"color": ERROR, "strokeWidth": 1.5}, clip=True)
        .encode(
            x=x, y=alt.Y("e:Q", title="f(x) − N(x)", axis=alt.Axis(tickCount=3, format="~g", minExtent=44))
        )
    )
    return finish(area, height=170, listens=True)


def loss(losses: Array) -> Picture:
    """The loss before each step and after the last; a line stands at the player's step."""
    steps = np.unique(np.linspace(0, len(losses) - 1, MOST_DRAWN).round().astype(int))
    return curves(
        {"loss": (steps, losses[steps])},
        ["loss"],
        ("step", "loss: mean (N − f)²"),
        "The training loss against the step, on a logarithmic scale.",
        x_domain=(0, max(len(losses) - 1, 1)),
        log=True,
        height=220,
        follow=f"{FRAME}_step",
        marker=float(len(losses) - 1),
    )
