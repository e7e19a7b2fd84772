"""A network beside its target, its error, and its hidden units, over the frames of a training run.

A wide table carries the frames: column f0, f1, … per frame, so that the player moves one column name.
"""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

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
    x_axis,
    y_axis,
)

Array = NDArray[np.floating[Any]]
Interval = tuple[float, float]

FRAME = "ua_frame"  # the live value the player tells


def wide(frames: Array) -> Columns:
    """Columns f0 … fK-1 in float32 for frames (K, m)."""
    return {f"f{k}": values for k, values in enumerate(np.asarray(frames, np.float32))}


def _at(last: int) -> str:
    return f"datum['f' + {live(FRAME, str(last))}]"


def approximation(
    x: Array,
    target: Array,
    predictions: Array,
    sup: Array,
    rms: Array,
    kinks: Array,
    points: tuple[Array, Array],
    domain: tuple[Interval, Interval],
    measured: int,
) -> Picture:
    """Target and network over K with the sup and rms error of the frame shown.

    x, target (m,). predictions (K, m), sup and rms (K,): one row a frame. kinks (K, N): where the units bend.
    points: what was learned from, drawn as dots where given. measured: how many points sup was taken over.
    """
    (x0, x1), last = domain[0], len(predictions) - 1
    return Picture(
        _approximation_spec(domain, last, measured),
        {
            "target": {"x": x, "y": target},
            "network": {"x": x, **wide(predictions)},
            "errors": {"frame": np.arange(len(sup)), "sup": sup, "rms": rms},
            "kinks": {
                "unit": np.arange(kinks.shape[1]),
                **wide(np.where((kinks >= x0) & (kinks <= x1), kinks, np.nan)),
            },
            "points": {"x": points[0], "y": points[1]},
        },
        "The target as a broad grey curve and the network's output as a blue curve over the interval K.",
    )


@lru_cache(maxsize=64)
def _approximation_spec(domain: tuple[Interval, Interval], last: int, measured: int) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "f(x)", domain[1])
    target = named("target").mark_line(color=TRUTH, strokeWidth=7, opacity=0.45, clip=True).encode(x=x, y=y)
    network = (
        named("network")
        .transform_calculate(f=_at(last))
        .mark_line(color=MODEL, strokeWidth=2.5, clip=True)
        .encode(x=x, y="f:Q")
    )
    points = named("points").mark_circle(color=TRUTH, size=36, opacity=0.9, clip=True).encode(x=x, y=y)
    kinks = (
        named("kinks")
        .transform_calculate(at=_at(last))
        .transform_filter("isValid(datum.at)")
        .mark_rule(color=MODEL, strokeWidth=1.5, opacity=0.8)
        .encode(x=alt.X("at:Q"), y=alt.value(alt.expr("height - 10")), y2=alt.value(alt.expr("height")))
    )
    label = (
        named("errors")
        .transform_filter(f"datum.frame == {live(FRAME, str(last))}")
        .transform_calculate(
            label=f"'sup |f − N| = ' + format(datum.sup, '.3~g') + ' on {measured} points   rms = ' "
            "+ format(datum.rms, '.3~g')"
        )
        .mark_text(align="left", baseline="top", fontSize=13, fontWeight=600, color=ERROR)
        .encode(x=alt.value(8), y=alt.value(6), text="label:N")
    )
    return finish(alt.layer(target, points, network, kinks, label), height=HEIGHT, listens=True)


def error(x: Array, errors: Array, domain: Interval) -> Picture:
    """The error f − N over K, frame by frame; errors (K, m)."""
    last = len(errors) - 1
    return Picture(
        _error_spec(domain, last),
        {"error": {"x": x, **wide(errors)}},
        "The error, target minus network, over the interval K.",
    )


@lru_cache(maxsize=64)
def _error_spec(domain: Interval, last: int) -> dict[str, Any]:
    x = x_axis("x", "x", domain)
    area = (
        named("error")
        .transform_calculate(e=_at(last))
        .mark_area(color=ERROR, opacity=0.35, line={"color": ERROR, "strokeWidth": 1.5}, clip=True)
        .encode(x=x, y=alt.Y("e:Q", title="f(x) − N(x)", axis=alt.Axis(tickCount=4, format="~g")))
    )
    return finish(area, height=170, listens=True)


def units(x: Array, terms: Array, domain: tuple[Interval, Interval], shown: int, width: int) -> Picture:
    """The terms v_j σ(a_j x + b_j) of the units that vary most; terms (K, shown, m)."""
    frames, count, points = terms.shape
    return Picture(
        _units_spec(domain, frames - 1),
        {
            "units": {
                "x": np.tile(x, count),
                "unit": np.repeat(np.arange(count), points),
                **wide(terms.reshape(frames, -1)),
            }
        },
        f"The contribution of {shown} of the {width} hidden units to the sum, one thin curve each.",
    )


@lru_cache(maxsize=64)
def _units_spec(domain: tuple[Interval, Interval], last: int) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("t", "vⱼ σ(aⱼ x + bⱼ)", domain[1])
    lines = (
        named("units")
        .transform_calculate(t=_at(last))
        .mark_line(strokeWidth=1.5, opacity=0.8, clip=True)
        .encode(
            x=x,
            y=y,
            detail="unit:N",
            color=alt.Color("unit:N", legend=None, scale=alt.Scale(scheme="tableau10")),
        )
    )
    return finish(lines, height=220, listens=True)
