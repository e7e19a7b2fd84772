"""Networks built by hand: one unit, a step, a bump, and many, moved by sliders in the browser."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.approximation import (
    EPSILON_SHOWN,
    OLD,
    TUBE,
    Measured,
    error_columns,
    error_words,
    made_for,
    network_layer,
    pale_when_old,
    percent,
    shown,
    target_columns,
    target_layers,
    value_shown,
    wide,
)
from nnviz.charts.theme import (
    BEST,
    MODEL,
    STEP,
    Interval,
    Picture,
    finish,
    layered,
    live,
    named,
    padded,
    steady,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]

TALL = 320  # the page's first picture: whole on a laptop without scrolling
PREFIX = "ub_"  # of the keys of the sliders
MANY = "ua_many"  # the slider that says how many cells
FEWEST = 2

# Each piece: the output weight, the hidden weight and the switching place of its units, in the sliders' values.
# With z = w (x − s), a unit's bias is −w s.
_UNITS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "unit": (("{v}", "{w}", "(-{b} / {w})"),),
    "step": (("{h}", "{k}", "{s}"),),
    "bump": (("{h}", "{k}", "{low}"), ("(-{h})", "{k}", "{high}")),
}
_DOMAIN = (-1.0, 1.0), (-2.4, 2.4)
_X = np.linspace(-1.0, 1.0, 401)


def piece(kind: str, values: Mapping[str, float]) -> Picture:
    """One hidden unit, a step or a bump of sigmoids σ(z) = 1/(1 + e⁻ᶻ), by the values of its sliders.

    kind and values: "unit" with w, b, v; "step" with k (weight), s (place), h (height); "bump" with k, low, high, h.
    """
    now = {name: np.full(_X.shape, value) for name, value in values.items()}
    places = {name: [value] for name, value in values.items()}
    return Picture(
        _piece_spec(kind, tuple(values)),
        {"pieces": {"x": _X, **now}, "places": places},
        "The sum of the hidden units as a thick curve, each unit as a thin dashed one, and ticks where they switch.",
    )


@lru_cache(maxsize=8)
def _piece_spec(kind: str, names: tuple[str, ...]) -> dict[str, Any]:
    told = {name: live(f"{PREFIX}{name}", f"datum.{name}") for name in names}
    units = [tuple(part.format(**told) for part in unit) for unit in _UNITS[kind]]
    linear = "{w} * datum.x + {b}".format(**told) if kind == "unit" else None
    terms = [f"{v} / (1 + exp(-({linear or f'{w} * (datum.x - {s})'})))" for v, w, s in units]
    x, y = x_axis("x", "x", _DOMAIN[0]), y_axis("y", "what it adds", _DOMAIN[1])
    pieces = named("pieces")
    layers = [
        pieces.transform_calculate(y=term)
        .mark_line(color=STEP, strokeWidth=1.2, strokeDash=[5, 3], clip=True)
        .encode(x=x, y=y)
        for term in terms
        if len(terms) > 1
    ]
    total = pieces.transform_calculate(y=" + ".join(terms)).mark_line(color=MODEL, strokeWidth=3, clip=True)
    ticks = [
        named("places")
        .transform_calculate(at=place)
        .mark_rule(color=MODEL, strokeWidth=2, clip=True)
        .encode(x=alt.X("at:Q"), y=alt.YValue(alt.expr("height - 12")), y2=alt.Y2Value(alt.expr("height")))
        for _, _, place in units
    ]
    return finish(layered(*layers, total.encode(x=x, y=y), *ticks), height=TALL, listens=True)


def many(film: Measured, heights: Array, count: int, epsilon: float, drawing: float | None = None) -> Picture:
    """Steps or bumps that build a target from equal cells, frame k from k + 2 of them; the slider chooses.

    heights: (F, F + 1), row k the height of each cell of frame k, nan beyond its cells. count: the cells at first.
    drawing: as in `nnviz.charts.approximation.approximation`.
    """
    cells = np.arange(heights.shape[1])
    return Picture(
        _many_spec((padded(film.x[0], film.x[-1], 0.02), _range(film)), len(film.sup), drawing is not None),
        {
            "target": target_columns(film, epsilon),
            "network": {"x": film.x, **made_for(drawing, len(film.x)), **wide(film.predictions)},
            "errors": {**made_for(drawing, 2), **error_columns(film)},
            "cells": {
                "cell": cells,
                "count": np.full(len(cells), count),
                "start": np.full(len(cells), film.x[0]),
                "end": np.full(len(cells), film.x[-1]),
                **made_for(drawing, len(cells)),
                **wide(heights),
            },
        },
        "The target as a broad grey curve inside its tube, the cells as bars, and the network that adds them up.",
    )


def _range(film: Measured) -> Interval:
    return steady(min(float(np.nanmin(film.target)), 0.0), max(float(np.nanmax(film.target)), 0.0), 0.2)


@lru_cache(maxsize=64)
def _many_spec(domain: tuple[Interval, Interval], frames: int, drawn: bool) -> dict[str, Any]:
    value = value_shown(frames)
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "f(x), N(x)", domain[1])
    width = "(datum.end - datum.start) / count"
    bars = (
        named("cells")
        .transform_calculate(y=value, from_=f"datum.start + datum.cell * {width}", zero="0")
        .transform_calculate(to=f"datum.from_ + {width}")
        .transform_filter("datum.cell < count && isValid(datum.y)")
        .mark_rect(fill=STEP, fillOpacity=0.12, stroke=STEP, strokeOpacity=0.6, clip=True, aria=False)
        .encode(x=alt.X("from_:Q"), x2=alt.X2("to:Q"), y=y, y2=alt.Y2("zero:Q"))
    )
    layers = [
        *target_layers(x, y, drawn),
        pale_when_old(bars, drawn),
        network_layer(x, value, drawn),
        error_words(value, drawn),
    ]
    count = {"name": "count", "update": live(MANY, "length(data('cells')) ? data('cells')[0].count : 0")}
    signals = (count, shown(f"(count - {FEWEST})"), TUBE)
    return finish(layered(*layers), height=TALL, listens=True, signals=signals)


OWN = "ua_own"  # what the hand that drags a knot tells: its number, and where it is
OWN_RANGE = 1.6  # the heights that can be reached, over those of the target


def own(
    x: Array,
    target: Array,
    network: Array,
    knots: tuple[Array, Array],
    epsilon: float,
    drawing: float | None = None,
) -> Picture:
    """A target, its tube, and a network of straight pieces whose knots a hand drags up and down; with its score.

    x, target, network: (m,); knots: places and heights (n,), evenly spaced. While knot i is held at y, the network is
    N(x) + (y − yᵢ) Λᵢ(x), with Λᵢ the hat that is 1 at knot i and 0 at the others. drawing: as in
    `nnviz.charts.approximation.approximation`; while a hand draws, there is no score.
    """
    places, heights = knots
    hats = {f"hat{i}": np.interp(x, places, row) for i, row in enumerate(np.eye(len(places)))}
    held = {f"y{i}": np.full(len(x), height) for i, height in enumerate(heights)}
    return Picture(
        _own_spec(own_domain(x, target, heights), drawing is not None),
        {
            "target": {"x": x, "y": target, "epsilon": np.full(len(x), epsilon)},
            "network": {
                "x": x,
                "n": network,
                "t": target,
                "epsilon": np.full(len(x), epsilon),
                **made_for(drawing, len(x)),
                **hats,
                **held,
            },
            "knots": {"i": np.arange(len(places)), "x": places, "y": heights},
        },
        "The target in its tube, and straight pieces between knots that can be dragged up and down.",
    )


def own_domain(x: Array, target: Array, heights: Array) -> tuple[Interval, Interval]:
    """The axes of `own`: K, and the range of the target with room to drag; wider where knots stand outside of it."""
    finite = target[np.isfinite(target)]
    low, high = min(float(finite.min()), 0.0), max(float(finite.max()), 0.0)
    low, high = padded(low, high, (OWN_RANGE - 1) / 2)
    if heights.min() < low or heights.max() > high:
        low, high = steady(min(low, float(heights.min())), max(high, float(heights.max())))
    return padded(float(x[0]), float(x[-1]), 0.02), (low, high)


@lru_cache(maxsize=64)
def _own_spec(domain: tuple[Interval, Interval], drawn: bool) -> dict[str, Any]:
    x, y = x_axis("x", "x", domain[0]), y_axis("y", "f(x), N(x)", domain[1])
    i, at = live(f"{OWN}_i", "-1"), live(f"{OWN}_y", "0")
    moved = f"datum.n + ({i} < 0 ? 0 : ({at} - datum['y' + {i}]) * datum['hat' + {i}])"
    network = named("network").transform_calculate(now=moved)
    knots = (
        named("knots")
        .transform_calculate(at=f"datum.i == {i} ? {at} : datum.y")
        .mark_circle(color=MODEL, size=150, opacity=1)
        .encode(x=x, y=y_axis("at", "f(x), N(x)", domain[1]))
    )
    score = (
        network.transform_filter(f"isValid(datum.t){f' && !({OLD})' * drawn}")
        .transform_calculate(miss="abs(datum.t - datum.now)")
        .transform_calculate(inside=f"datum.miss <= {EPSILON_SHOWN} ? 1 : 0")
        .transform_aggregate(share="mean(inside)", worst="max(miss)", points="count()")
        .transform_calculate(
            text=f"(datum.share == 1 ? 'Inside the tube at all ' : 'Inside the tube: ' + {percent('datum.share')} + "
            "' of ') + datum.points + ' points|largest error there ' + format(datum.worst, '.3~g')"
        )
        .mark_text(align="left", baseline="top", fontSize=13, fontWeight=600, color=BEST, lineBreak="|")
        .encode(x=alt.XValue(8), y=alt.YValue(6), text=alt.Text("text:N"))
    )
    line = network.mark_line(color=MODEL, strokeWidth=2.5, clip=True).encode(x=x, y=alt.Y("now:Q"))
    return finish(
        layered(*target_layers(x, y, drawn), line, knots, score), height=TALL, listens=True, signals=(TUBE,)
    )
