"""Draw one hidden unit, a step or a bump of sigmoids, moved by sliders in the browser."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz.charts import LiveKey
from nnviz.charts.network_fit import FitKeys
from nnviz.charts.network_units import UNSEEN, UnitLink, draw_pointed, where_pointed
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    STEP,
    Picture,
    finish,
    layered,
    live,
    named,
    write_number,
    write_text,
    x_axis,
    y_axis,
)

TALL = 430  # pixels: the picture leads, and one row of controls is below it on a laptop without scrolling
EPSILON = LiveKey("ua_epsilon_slider")
FIT_KEYS = FitKeys(LiveKey("ua_frame"), EPSILON, LiveKey("ua_drawn"))
NET = LiveKey("ua_net")  # the unit of the drawn network that is pointed at
KEYS = {name: LiveKey(f"ub_{name}") for name in ("w", "b", "v", "k", "s", "h", "low", "high")}
"""The sliders of a piece, by the names of its values."""

# Each piece has for each of its units the output weight, the hidden weight and the place where w x + b is zero.
# With z = w (x − s), the bias of a unit is −w s.
_UNITS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "unit": (("{v}", "{w}", "(-{b} / {w})"),),
    "step": (("{h}", "{k}", "{s}"),),
    "bump": (("{h}", "{k}", "{low}"), ("(-{h})", "{k}", "{high}")),
}
PIECE_DOMAIN = (-1.0, 1.0), (-2.1, 2.1)
COLORS = {"w": ERROR, "b": BEST, "v": STEP}
"""The colors of the parameters of one unit, in its formula, its sliders, its drawing and its curve."""
PIECE_TALL = 380  # pixels: the sliders of a piece stand below it
UNIT_TALL = 430  # pixels: of one unit, whose chapter has no bar for f
_LOW, _HIGH = PIECE_DOMAIN[1]
_ROOM = alt.Scale(  # for both signs of a step only where its height is negative
    domainMin=alt.expr(f"step_height < 0 ? {_LOW} : -0.3"),
    domainMax=alt.expr(f"step_height < 0 ? 0.3 : {_HIGH}"),
    nice=False,
    zero=False,
)
SIGMOID = "1 / (1 + exp(-{z}))"
_X = np.linspace(-1.0, 1.0, 401)


def draw_piece(kind: str, values: Mapping[str, float], title: str, words: str) -> Picture:
    """Draw one hidden unit, a step or a bump of sigmoids σ(z) = 1/(1 + e⁻ᶻ) by the values of its sliders.

    kind and values: "unit" with w, b, v; "step" with k (weight), s (place), h (height); "bump" with k, low, high, h.
    title: of the vertical axis.
    """
    now = {name: np.full(_X.shape, value) for name, value in values.items()}
    places = {name: [value] for name, value in values.items()}
    return Picture(
        _piece_spec(kind, tuple(values), title),
        {"pieces": {"x": _X, **now}, "places": places},
        words,
    )


@kept
def _piece_spec(kind: str, names: tuple[str, ...], title: str) -> dict[str, Any]:
    told = {name: live(KEYS[name], f"datum.{name}") for name in names}
    units = [tuple(part.format(**told) for part in unit) for unit in _UNITS[kind]]
    linear = "{w} * datum.x + {b}".format(**told) if kind == "unit" else None
    terms = [f"{v} / (1 + exp(-({linear or f'{w} * (datum.x - {s})'})))" for v, w, s in units]
    x, y = (
        x_axis("x", "x", PIECE_DOMAIN[0]),
        y_axis("y", title).scale(_ROOM),
    )
    pieces = named("pieces")
    layers = [
        pieces.transform_calculate(y=term)
        .mark_line(color=STEP, strokeWidth=1.2, strokeDash=[5, 3], clip=True)
        .encode(x=x, y=y)
        for term in terms
        if len(terms) > 1
    ]
    total = pieces.transform_calculate(y=" + ".join(terms)).mark_line(color=MODEL, strokeWidth=3, clip=True)
    ticks = [tick for _, _, place in units for tick in _draw_place(place)]
    if kind == "unit":
        ticks = [*_draw_place(units[0][2], "x = −b/w = {at}", COLORS["b"]), *_draw_parameters(told)]
    link = UnitLink(NET, SIGMOID, len(units))
    pointed = draw_pointed(x, link, "pieces")
    tips = where_pointed(pieces).transform_calculate(y=" + ".join(terms)).mark_rule(**UNSEEN)
    shown = [alt.Tooltip("x:Q", title="x"), alt.Tooltip("y:Q", title=title, format=".4~g")]
    drawn = layered(*layers, total.encode(x=x, y=y), *ticks, *pointed, tips.encode(x=x, tooltip=shown))
    size = "v" if "v" in names else "h"
    first = f"length(data('places')) ? data('places')[0].{size} : 1"
    height = {"name": "step_height", "update": live(KEYS[size], f"({first})")}
    return finish(
        drawn, height=UNIT_TALL if kind == "unit" else PIECE_TALL, listens=True, signals=[link.signal, height]
    )


def _draw_parameters(told: Mapping[str, str]) -> list[Any]:
    """Draw what w and v are on the curve of one unit: the tangent at the step, and the height of the step.

    The tangent has the slope w v / 4, because σ′(0) = 1/4. So it goes from 0 to v over a distance of 4/w.
    """
    w, b, v = (told[name] for name in "wbv")
    slope = write_text("slope w·v/4 = {slope}", slope=write_number(f"{w} * {v} / 4"))
    at = (
        named("places")
        .transform_filter(f"abs({w}) > 0")
        .transform_calculate(
            low=f"(-{b} - 2) / {w}",
            high=f"(2 - {b}) / {w}",
            foot="0",
            top=v,
            half=f"{v} / 2",
            place=f"-{b} / {w}",
            text=slope,
        )
    )
    tangent = at.mark_rule(color=COLORS["w"], strokeWidth=2, strokeDash=[5, 3], clip=True, aria=False).encode(
        x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=alt.Y("foot:Q"), y2=alt.Y2("top:Q")
    )
    look: dict[str, Any] = {"fontSize": 14, "fontWeight": 600, "aria": False}
    below = alt.expr(f"{w} * {v} > 0 ? 14 : -14")
    slope_label = at.mark_text(color=COLORS["w"], align="left", dx=14, dy=below, clip=True, **look).encode(
        x=alt.X("place:Q"), y=alt.Y("half:Q"), text=alt.Text("text:N")
    )
    return [tangent, slope_label, *_draw_height(v, look)]


def _draw_height(v: str, look: Mapping[str, Any]) -> list[Any]:
    """Draw the height of the step of one unit at the right end, with its number."""
    height = named("places").transform_calculate(
        foot="0",
        top=v,
        half=f"{v} * (width < 420 ? 0.8 : 0.5)",
        text=write_text("height v = {v}", v=write_number(v)),
    )
    right = alt.expr("width - 24")
    bar = height.mark_rule(color=COLORS["v"], strokeWidth=3, aria=False).encode(
        x=alt.XValue(right), y=alt.Y("foot:Q"), y2=alt.Y2("top:Q")
    )
    height_label = height.mark_text(color=COLORS["v"], align="right", dx=-8, **look).encode(
        x=alt.XValue(right), y=alt.Y("half:Q"), text=alt.Text("text:N")
    )
    return [bar, height_label]


def _draw_place(place: str, words: str = "x = {at}", color: str = MODEL) -> list[Any]:
    """Draw a dashed line where the input of a unit is zero, with its number at the lower edge."""
    at = named("places").transform_calculate(at=place, text=write_text(words, at=write_number(place)))
    x = alt.X("at:Q")
    rule = at.mark_rule(color=color, strokeWidth=1, strokeDash=[2, 3], clip=True).encode(x=x)
    tick = at.mark_rule(color=color, strokeWidth=2, clip=True)
    tick = tick.encode(x=x, y=alt.YValue(alt.expr("height - 12")), y2=alt.Y2Value(alt.expr("height")))
    label = at.transform_filter(f"abs(datum.at) <= {PIECE_DOMAIN[0][1]}")
    label = label.mark_text(color=color, fontSize=13, fontWeight=600, align="left", dx=5, aria=False)
    return [rule, tick, label.encode(x=x, y=alt.YValue(alt.expr("height - 10")), text=alt.Text("text:N"))]
