"""Draw a network inside its tube, and units against ε."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray, Array, Bounds
from nnviz.charts.fit_words import EPSILON_SHOWN, HEADLINE_SIZE, ROOM_FOR_BOTH, name_lines
from nnviz.charts.network_fit import (
    Fit,
    FitKeys,
    draw_switches,
    fit_table,
    name_columns,
    network_columns,
    network_layer,
    target_columns,
    target_layers,
    value_shown,
)
from nnviz.charts.network_units import MOVED, UnitLink, draw_pointed, show_values, write_moved_error
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    Picture,
    either,
    finish,
    layered,
    named,
    padded,
    x_axis,
    y_axis,
)
from nnviz.lessons.universal_approximation.any_epsilon import text
from nnviz.lessons.universal_approximation.shared.chart import TALL

_SIDE = {"minExtent": 44, "maxExtent": 44}  # pixels beside both plots, so that they share their x axis
_ROOM = 0.16  # of the range, above and below the tube, for the names


def tube_domain(fit: Fit) -> tuple[Bounds, Bounds]:
    """Return what the axes of `draw_tube` span."""
    x, target, epsilon = fit.frames.x, fit.frames.target, fit.epsilon
    low, high = float(np.nanmin(target)) - epsilon, float(np.nanmax(target)) + epsilon
    return padded(float(x[0]), float(x[-1]), 0.02), padded(low, high, _ROOM)


def draw_tube(fit: Fit, kinks: Array, link: UnitLink, headline: tuple[str, str]) -> Picture:
    """Draw the tube of ε about the target, the network with its largest error, and a tick at each knot.

    fit: one frame, whose ε is that of the proof. kinks: the knots (n,). link: to the drawn network. headline: stands
    above the plot, and beside it what is proved; empty if nothing is.
    """
    return Picture(
        _tube_spec(tube_domain(fit), fit.followed, link),
        {
            "target": target_columns(fit),
            "network": network_columns(fit),
            "names": name_columns(fit),
            "headline": {"text": [headline[0]], "proof": [headline[1]]},
            "centers": {"f": kinks},
        },
        text.TUBE_CHART,
        fit_table(fit),
    )


@kept
def _tube_spec(domain: tuple[Bounds, Bounds], keys: FitKeys, link: UnitLink) -> dict[str, Any]:
    x = x_axis("x", "", domain[0], labels=False, ticks=False)  # the plot of the error below has the numbers
    y, value = y_axis("y", text.TUBE_AXIS, domain[1], **_SIDE), value_shown(1)
    moved = link.shifted(value)
    headline = (
        named("headline")
        .transform_filter(f"!{MOVED}")
        .mark_text(align="left", baseline="bottom", fontSize=HEADLINE_SIZE, fontWeight=700)
        .encode(
            x=alt.XValue(2), y=alt.YValue(-8), text=alt.Text("text:N"),
            color=either(alt.ColorValue, "datum.proof !== ''", BEST, ERROR),
        )
    )  # fmt: skip
    proof = (
        named("headline")
        .transform_filter(f"!{MOVED} && width > {ROOM_FOR_BOTH}")
        .mark_text(align="right", baseline="bottom", fontSize=14, color=BEST)
        .encode(x=alt.XValue("width"), y=alt.YValue(-9), text=alt.Text("proof:N"))
    )
    hairlines = named("centers").mark_rule(color=MODEL, opacity=0.35, aria=False).encode(x=alt.X("f:Q"))
    layers = [
        hairlines,
        *target_layers(x, y, keys, network_layer(x, moved, keys)),
        draw_switches(value),
        *draw_pointed(x, link),
        headline,
        proof,
        *name_lines(moved, keys.outdated),
        write_moved_error(moved, EPSILON_SHOWN),
        show_values(x, moved, keys.outdated),
    ]
    return finish(layered(*layers), height=TALL - 142, listens=True, signals=[keys.tube, link.signal])


def draw_error(x: Array, error: Array, epsilon: float, kinks: Array) -> Picture:
    """Draw the error f − N between lines at −ε and ε, with a hairline at each knot (n,) as in the chart above."""
    return Picture(
        _error_spec(padded(x[0], x[-1], 0.02)),
        {
            "error": {"x": x, "y": error},
            "walls": {"y": [-epsilon, epsilon], "name": ["−ε", "ε"]},
            "centers": {"f": kinks},
        },
        text.ERROR_CHART,
    )


@kept
def _error_spec(domain: Bounds) -> dict[str, Any]:
    x = x_axis("x", "x", domain)
    y = alt.Y("y:Q", title=text.ERROR_AXIS, axis=_SIDE)
    error = named("error").mark_line(color=ERROR, strokeWidth=2, clip=True).encode(x=x, y=y)
    hairlines = named("centers").mark_rule(color=MODEL, opacity=0.35, aria=False).encode(x=alt.X("f:Q"))
    names = (
        named("walls")
        .mark_text(
            align="right",
            dx=-4,
            dy=alt.expr("datum.y > 0 ? 11 : -11"),
            fontSize=14,
            fontWeight=600,
            color=BEST,
            aria=False,
        )
        .encode(x=alt.XValue("width"), y=y, text=alt.Text("name:N"))
    )  # fmt: skip
    walls = named("walls").mark_rule(color=BEST, strokeWidth=2, strokeDash=[6, 3]).encode(y=y)
    return finish(layered(hairlines, walls, error, names), height=134)


def draw_cost_curve(epsilon: Array, lower: AnyArray, upper: AnyArray, now: tuple[float, int]) -> Picture:
    """Draw units against ε: what every ReLU network needs, and what was enough. now: (ε, units) of the network."""
    return Picture(
        _cost_spec(),
        {
            "cost": {"epsilon": epsilon, "lower": lower, "upper": upper},
            "now": {"epsilon": [now[0]], "units": [now[1]]},
        },
        text.COST_CHART,
    )


_NONE = 0.7  # where no units are drawn: 0 has no logarithm


@kept
def _cost_spec() -> dict[str, Any]:
    title, log = text.COST_AXIS, alt.Scale(type="log", domainMin=_NONE, nice=False)
    ticks = alt.Axis(grid=False, format="~s", values=[k * 10**p for p in range(5) for k in (1, 2, 5)])
    x = alt.X(
        "epsilon:Q",
        title=text.EPSILON_AXIS,
        scale=alt.Scale(type="log", reverse=True),
        axis=alt.Axis(format="~e", grid=False, values=[10.0**-k for k in range(9)]),
    )
    upper = alt.Y("most:Q", title=title, scale=log, axis=ticks)
    lower = alt.Y("least:Q", title=title, scale=log, axis=ticks)
    titles = {"epsilon": text.TIP_EPSILON, "lower": text.TIP_LOWER, "upper": text.TIP_UPPER}
    tip = [alt.Tooltip(f"{name}:Q", title=title, format="~g") for name, title in titles.items()]
    costs = named("cost").transform_calculate(
        least=f"max(datum.lower, {_NONE})", most=f"max(datum.upper, {_NONE})"
    )
    enough = {"color": BEST, "strokeDash": [5, 3]}
    band = costs.mark_area(color=BEST, opacity=0.3, line=enough).encode(x=x, y=upper, y2=alt.Y2("least:Q"))
    dots = alt.OverlayMarkDef(color=BEST, size=30)
    needed = costs.mark_line(color=BEST, point=dots).encode(x=x, y=lower, tooltip=tip)
    now = named("now").mark_point(color=MODEL, filled=True, size=150, shape="diamond", opacity=1)
    return finish(layered(band, needed, now.encode(x=x, y=alt.Y("units:Q"))), height=220)
