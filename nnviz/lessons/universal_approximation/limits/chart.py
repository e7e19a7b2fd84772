"""Draw where the theorem ends: outside K, and at a jump."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, Function
from nnviz.charts import SERIES, LiveKey
from nnviz.charts.curves import CurveStyle, draw_curves
from nnviz.charts.fit_words import HEADLINE_SIZE
from nnviz.charts.text import FIT_AXIS
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    TRUTH,
    Picture,
    either,
    finish,
    layered,
    live,
    named,
    padded,
    write_number,
    write_text,
    x_axis,
    y_axis,
)
from nnviz.lessons.universal_approximation.limits import text
from nnviz.lessons.universal_approximation.shared.chart import TALL
from nnviz.networks import ShallowNetwork

WEIGHT = LiveKey("ua_steep")  # the slider of the unit at a jump
OTHER_WEIGHTS = (5.0, 100.0)  # of the pale units at a jump
OTHER_PLACES = (-0.3, 0.0)  # where the names of these units stand, on f and on the jump
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
    """Draw a step and units σ(w x), which pass through the middle of the jump, and where the error exceeds ε.

    weight: where the slider stands. The units with other weights are pale.
    """
    x = np.linspace(-1, 1, 801)
    state = {"weight": np.full(x.shape, weight), "epsilon": np.full(x.shape, epsilon)}
    others = np.repeat(OTHER_WEIGHTS, len(x))
    return Picture(
        _jump_spec(),
        {
            "step": {"x": [-1.0, 0.0, 0.0, 1.0], "y": [0.0, 0.0, 1.0, 1.0]},
            "unit": {"x": x, **state},
            "others": {"x": np.tile(x, len(OTHER_WEIGHTS)), "weight": others},
            "other_names": {
                "weight": list(OTHER_WEIGHTS),
                "x": OTHER_PLACES,
                "name": [f"w = {weight:g}" for weight in OTHER_WEIGHTS],
            },
            "names": {"weight": [weight], "epsilon": [epsilon]},
        },
        text.JUMP_CHART,
    )


@kept
def _jump_spec() -> dict[str, Any]:
    x, y = x_axis("x", "x", (-1.0, 1.0)), y_axis("y", FIT_AXIS, (-0.3, 1.3))
    step = named("step").mark_line(strokeWidth=2.5, strokeDash=[6, 3], color=TRUTH)
    step = step.encode(x=x, y=y, order=alt.Order("x:Q"))
    half = named("step").transform_filter("datum.x == 0 && datum.y == 1").transform_calculate(half="0.5")
    gap = half.mark_rule(strokeWidth=5, color=ERROR, aria=False).encode(x=x, y=y, y2=alt.Y2("half:Q"))
    dot = half.mark_circle(size=150, color=ERROR, opacity=1, aria=False).encode(x=x, y=alt.Y("half:Q"))
    headline = half.mark_text(
        text=text.HALF, align="left", baseline="bottom", fontSize=HEADLINE_SIZE, fontWeight=700, color=ERROR
    ).encode(x=alt.XValue(2), y=alt.YValue(-8))
    others = (
        named("others")
        .transform_calculate(n="1 / (1 + exp(-datum.weight * datum.x))")
        .mark_line(color=MODEL, strokeWidth=1.5, opacity=0.7, aria=False)
        .encode(x=x, y=alt.Y("n:Q"), detail=alt.Detail("weight:Q"))
    )
    other_names = (
        named("other_names")
        .transform_calculate(n="datum.x < 0 ? 1 / (1 + exp(-datum.weight * datum.x)) : 0.9")
        .mark_text(color=MODEL, fontSize=13, align="right", dx=-10, dy=-6, aria=False)
        .encode(x=x, y=alt.Y("n:Q"), text=alt.Text("name:N"))
    )
    now = live(WEIGHT, "datum.weight")
    unit = named("unit").transform_calculate(n=f"1 / (1 + exp(-{now} * datum.x))", f="datum.x >= 0 ? 1 : 0")
    bad = (
        unit.transform_filter("abs(datum.f - datum.n) > datum.epsilon")
        .mark_area(opacity=0.3, aria=False, color=ERROR)
        .encode(x=x, y=alt.Y("f:Q"), y2=alt.Y2("n:Q"))
    )
    curve = unit.mark_line(strokeWidth=2.5, color=MODEL).encode(x=x, y=alt.Y("n:Q"))
    values = named("step").transform_filter(
        "datum.x == 0"
    )  # the value of f at the jump, and the limit from the left
    value = values.mark_point(size=110, strokeWidth=2, opacity=1, aria=False).encode(
        x=x,
        y=y,
        color=alt.ColorValue(TRUTH),
        fill=either(alt.FillValue, "datum.y == 1", TRUTH, "transparent"),
    )
    layers = layered(step, bad, others, curve, gap, dot, value, headline, other_names, *_name_lines(now))
    return finish(layers, height=TALL, listens=True)


def _name_lines(weight: str) -> list[Any]:
    """Write the names of the step, of the unit and of the shaded part beside them."""
    names = named("names").transform_calculate(
        unit=write_text(text.JUMP_UNIT, w=write_number(weight)),
        shaded=write_text(text.JUMP_SHADED, epsilon=write_number("datum.epsilon")),
        left="-1", foot="0", top="1", middle="0", low="0.35",
    )  # fmt: skip
    step = names.mark_text(
        text=text.JUMP_STEP, color=TRUTH, fontSize=14, fontWeight=600, align="left", dx=6, dy=14, aria=False
    ).encode(x=alt.X("left:Q"), y=alt.Y("foot:Q"))
    unit = names.mark_text(color=MODEL, fontSize=14, fontWeight=600, align="right", dx=-6, dy=-12, aria=False)
    shaded = names.mark_text(color=ERROR, fontSize=14, fontWeight=600, align="left", dx=14, aria=False)
    return [
        step,
        unit.encode(x=alt.XValue("width"), y=alt.Y("top:Q"), text=alt.Text("unit:N")),
        shaded.encode(x=alt.X("middle:Q"), y=alt.Y("low:Q"), text=alt.Text("shaded:N")),
    ]


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
