"""Draw where the theorem ends: outside K, and at a jump."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, Function
from nnviz.charts import SERIES, LiveKey
from nnviz.charts.curves import CurveStyle, draw_curves
from nnviz.charts.text import FIT_AXIS
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    TRUTH,
    Picture,
    as_mark,
    finish,
    layered,
    live,
    mark_color,
    named,
    padded,
    x_axis,
    y_axis,
)
from nnviz.lessons.universal_approximation.limits import text
from nnviz.lessons.universal_approximation.shared.chart import TALL
from nnviz.networks import ShallowNetwork

WEIGHT = LiveKey("ua_steep")  # the slider of the unit at a jump
POINTS = 201  # of the curves of networks with a polynomial activation function


def draw_outside(x: Array, target: Array, networks: Array, interval: Bounds) -> Picture:
    """Draw networks (S, m) that were trained on K, and the target (m,), at points x (m,) on both sides of K."""
    on_k = target[(x >= interval[0]) & (x <= interval[1])]
    low, high = float(np.nanmin(on_k)), float(np.nanmax(on_k))
    seeds, points = networks.shape
    return Picture(
        _outside_spec((float(x[0]), float(x[-1])), padded(low, high, 1.0)),
        {
            "target": {"x": x, "y": target},
            "networks": {
                "x": np.tile(x, seeds),
                "y": networks.ravel(),
                "seed": np.repeat(np.arange(seeds), points),
            },
            "K": {"from": [interval[0]], "to": [interval[1]]},
        },
        text.OUTSIDE_CHART,
    )


@kept
def _outside_spec(x_domain: Bounds, y_domain: Bounds) -> dict[str, Any]:
    x, y = x_axis("x", "x", x_domain), y_axis("y", FIT_AXIS, y_domain)
    inside = (
        named("K")
        .mark_rect(color=BEST, opacity=0.12, aria=False)
        .encode(x=alt.X("from:Q"), x2=alt.X2("to:Q"))
    )
    label = (
        named("K")
        .transform_calculate(middle="(datum.from + datum.to) / 2", text=f"'{text.INTERVAL_LABEL}'")
        .mark_text(color=BEST, fontSize=13, fontWeight=600, baseline="top")
        .encode(x=alt.X("middle:Q"), y=alt.YValue(6), text=alt.Text("text:N"))
    )
    target = (
        named("target").mark_line(color=TRUTH, strokeWidth=2.5, strokeDash=[6, 3], clip=True).encode(x=x, y=y)
    )
    networks = (
        named("networks")
        .mark_line(color=MODEL, strokeWidth=1.3, opacity=0.85, clip=True)
        .encode(x=x, y=y, detail=alt.Detail("seed:N"))
    )
    return finish(layered(inside, networks, target, label), height=TALL)


def draw_jump(weight: float, epsilon: float) -> Picture:
    """Draw a step and one unit σ(w x), which passes through the middle of the jump, and where its error exceeds ε.

    weight: where the slider stands.
    """
    x = np.linspace(-1, 1, 801)
    state = {"weight": np.full(x.shape, weight), "epsilon": np.full(x.shape, epsilon)}
    return Picture(
        _jump_spec(),
        {"step": {"x": [-1.0, 0.0, 0.0, 1.0], "y": [0.0, 0.0, 1.0, 1.0]}, "unit": {"x": x, **state}},
        text.JUMP_CHART,
    )


@kept
def _jump_spec() -> dict[str, Any]:
    x, y = x_axis("x", "x", (-1.0, 1.0)), y_axis("y", FIT_AXIS, (-0.3, 1.3))
    color = mark_color(dict(zip(text.JUMP_MARKS, (TRUTH, MODEL, ERROR), strict=True)), 150)
    target, network, large = text.JUMP_MARKS
    step = (
        as_mark(named("step"), target)
        .mark_line(strokeWidth=2.5, strokeDash=[6, 3])
        .encode(x=x, y=y, order=alt.Order("x:Q"), color=color)
    )
    half = named("step").transform_filter("datum.x == 0 && datum.y == 1").transform_calculate(half="0.5")
    gap = as_mark(half, large).mark_rule(strokeWidth=4).encode(x=x, y=y, y2=alt.Y2("half:Q"), color=color)
    label = half.mark_text(
        text=text.HALF, align="right", dx=-8, dy=24, fontSize=14, fontWeight=600, color=ERROR
    )
    unit = named("unit").transform_calculate(
        n=f"1 / (1 + exp(-{live(WEIGHT, 'datum.weight')} * datum.x))", f="datum.x >= 0 ? 1 : 0"
    )
    bad = (
        as_mark(unit, large)
        .transform_filter("abs(datum.f - datum.n) > datum.epsilon")
        .mark_area(opacity=0.3, aria=False)
        .encode(x=x, y=alt.Y("f:Q"), y2=alt.Y2("n:Q"), color=color)
    )
    curve = as_mark(unit, network).mark_line(strokeWidth=2.5).encode(x=x, y=alt.Y("n:Q"), color=color)
    layers = layered(step, bad, curve, gap, label.encode(x=x, y=y))
    return finish(layers, height=TALL, listens=True)


def draw_polynomials(target: Function, interval: Bounds, networks: Sequence[ShallowNetwork]) -> Picture:
    """Draw the target and the networks, each named by its width."""
    x = np.linspace(*interval, POINTS)
    names = [text.width_label(network.width) for network in networks]
    between = [""] * (len(SERIES) - len(names) - 1)
    order = [*names, *between, text.TARGET]  # the target keeps the grey of targets
    series = {text.TARGET: (x, target(x))} | {
        name: (x, network(x)) for name, network in zip(names, networks, strict=True)
    }
    style = CurveStyle(("x", FIT_AXIS), x_domain=interval, height=TALL)
    return draw_curves(series, order, text.POLYNOMIAL_CHART, style)
