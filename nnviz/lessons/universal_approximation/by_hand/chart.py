"""Draw a network of straight pieces whose knots a hand drags."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, FloatArray
from nnviz.charts import LiveKey
from nnviz.charts.fit_words import EPSILON_SHOWN, HEADLINE_SIZE, name_lines
from nnviz.charts.network_fit import (
    Fit,
    FitKeys,
    made_for,
    name_columns,
    target_columns,
    target_layers,
)
from nnviz.charts.network_units import UnitLink, draw_pointed, show_values
from nnviz.charts.text import FIT_AXIS
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    Picture,
    either,
    finish,
    layered,
    live,
    named,
    padded,
    steady,
    write_number,
    x_axis,
    y_axis,
)
from nnviz.lessons.universal_approximation.by_hand import text
from nnviz.lessons.universal_approximation.shared.chart import NET, TALL

HELD = LiveKey("ua_own")  # while a knot is dragged, its number and place are published under this name
LINK = UnitLink(NET, "max(0, {z})")
_RANGE = 1.6  # the range of heights that can be reached, over that of the target


def draw_pieces(
    fit: Fit,
    knots: tuple[Array, Array],
) -> Picture:
    """Draw a target, its tube, and a network of straight pieces whose knots are dragged up and down, with its error.

    fit: one frame. knots: places and heights (n,), evenly spaced. While knot i is held at y, the network is
    N(x) + (y − yᵢ) Λᵢ(x), with Λᵢ the hat that is 1 at knot i and 0 at the others. While a hand draws, no error is
    shown.
    """
    (places, heights), x, target = knots, fit.frames.x, fit.frames.target
    hats = {f"hat{i}": np.interp(x, places, row) for i, row in enumerate(np.eye(len(places)))}
    held = {f"y{i}": np.full(len(x), height) for i, height in enumerate(heights)}
    return Picture(
        _pieces_spec(pieces_domain(x, target, heights), fit.followed),
        {
            "target": target_columns(fit),
            "network": {
                "x": x,
                "n": fit.frames.predictions[0],
                "t": target,
                "epsilon": np.full(len(x), fit.epsilon),
                "is_knot": np.isin(np.round(x, 12), np.round(places, 12)),
                **made_for(fit.drawing, len(x)),
                **hats,
                **held,
            },
            "knots": {
                "i": np.arange(len(places)),
                "x": places,
                "y": heights,
                "t": np.interp(places, x, target),
                "epsilon": np.full(len(places), fit.epsilon),
            },
            "names": name_columns(fit),
        },
        text.CHART,
    )


def pieces_domain(x: FloatArray, target: FloatArray, heights: Array) -> tuple[Bounds, Bounds]:
    """Return the axes: K, and the range of the target with room to drag; wider where knots lie outside of it."""
    finite = target[np.isfinite(target)]
    low, high = min(float(finite.min()), 0.0), max(float(finite.max()), 0.0)
    low, high = padded(low, high, (_RANGE - 1) / 2)
    if heights.min() < low or heights.max() > high:
        low, high = steady(min(low, float(heights.min())), max(high, float(heights.max())))
    return padded(float(x[0]), float(x[-1]), 0.02), (low, high)


@kept
def _pieces_spec(domain: tuple[Bounds, Bounds], keys: FitKeys) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", FIT_AXIS, domain[1])
    i, at = live(f"{HELD}_i", "-1"), live(f"{HELD}_y", "0")
    moved = f"datum.n + ({i} < 0 ? 0 : ({at} - datum['y' + {i}]) * datum['hat' + {i}])"
    value = LINK.shifted(moved)
    network = named("network").transform_calculate(now=value)
    knot = LINK.shifted(f"(datum.i == {i} ? {at} : datum.y)")
    outside = f"isValid(datum.t) && abs(datum.at - datum.t) > {EPSILON_SHOWN}"
    moving = named("knots").transform_calculate(at=knot).transform_calculate(out=outside)
    height = y_axis("at", FIT_AXIS, domain[1])
    tips = [alt.Tooltip(f"{name}:Q", title=title, format=".4~g") for name, title in text.KNOT_TIP.items()]
    knots = moving.mark_circle(opacity=1, clip=True).encode(
        x=x,
        y=height,
        tooltip=tips,
        color=either(alt.ColorValue, "datum.out", ERROR, MODEL),
        size=either(alt.SizeValue, "datum.out", 240, 90),
    )
    arrows = (
        moving.transform_filter("datum.out")
        .transform_calculate(text="datum.at > datum.t ? '↓' : '↑'")
        .mark_text(
            fontSize=26, fontWeight=700, color=ERROR, aria=False,
            dy=alt.expr("datum.at > datum.t ? 24 : -22"),
        )
        .encode(x=x, y=height, text=alt.Text("text:N"))
    )  # fmt: skip
    line = network.mark_line(color=MODEL, strokeWidth=2.5, clip=True).encode(x=x, y=alt.Y("now:Q"))
    layers = [
        *target_layers(x, y, keys, line),
        *draw_pointed(x, LINK),
        *name_lines("datum.f", keys.outdated),
        show_values(x, value, keys.outdated),
        arrows,
        knots,
        write_score(network, keys),
    ]
    return finish(layered(*layers), height=TALL, listens=True, signals=(keys.tube, LINK.signal))


def write_score(network: Any, keys: FitKeys) -> Any:
    """Write how many knots are outside the tube, and the largest error, in the color of success or of errors."""
    knots_outside = f"datum.out == 1 ? '1 {text.KNOT_OUTSIDE}:' : datum.out + ' {text.KNOTS_OUTSIDE}:'"
    error = f"' {text.WORST} = ' + {write_number('datum.worst')}"
    words = (
        f"datum.share == 1 ? '{text.INSIDE}:' : datum.out == 0 ? '{text.PIECE_OUTSIDE}:' : {knots_outside}"
    )
    return (
        network.transform_filter(f"isValid(datum.t) && !({keys.outdated})")
        .transform_calculate(miss="abs(datum.t - datum.now)")
        .transform_calculate(inside=f"datum.miss <= {EPSILON_SHOWN} ? 1 : 0")
        .transform_calculate(out="datum.is_knot && !datum.inside ? 1 : 0")
        .transform_aggregate(share="mean(inside)", worst="max(miss)", out="sum(out)")
        .transform_calculate(text=f"({words}) + {error} + (datum.share == 1 ? ' ✓' : '')")
        .mark_text(align="left", baseline="bottom", fontSize=HEADLINE_SIZE, fontWeight=700)
        .encode(
            x=alt.XValue(2),
            y=alt.YValue(-8),  # above the plot
            text=alt.Text("text:N"),
            color=either(alt.ColorValue, "datum.share == 1", BEST, ERROR),
        )
    )
