"""Draw the scale of learning rates above the slider: where no zig-zag begins, where one does, and what diverges."""

from typing import Any

import altair as alt

from nnviz._memory import kept
from nnviz.charts.theme import BEST, ERROR, MODEL, TRUTH, Picture, finish, layered, named, write_number
from nnviz.lessons.linear_regression.step_size import text
from nnviz.lessons.linear_regression.step_size.chart import MAX_RATE, MIN_RATE, RATE_NOW

HEIGHT = 72
_TRACK = (6, "width - 2")  # pixels between which the thumb of the slider below moves
_BAND = (22, 44)  # pixels of the upper and the lower edge of the regions


def draw_scale(steepest: float, rate: float) -> Picture:
    """Draw the three regions of the learning rate, their limits, and the learning rate of the slider.

    steepest: λmax. rate: η λmax.
    """
    limits = (1.0, 2.0)
    return Picture(
        _spec(),
        {
            "regions": {
                "from": [MIN_RATE, *limits],
                "to": [*limits, MAX_RATE],
                "region": list(text.REGIONS),
            },
            "limits": {
                "rate": list(limits),
                "name": [text.MONOTONE, text.CRITICAL],
                "eta": [limit / steepest for limit in limits],
            },
            "now": {"rate": [rate], "steep": [steepest]},
        },
        text.SCALE_WORDS,
        {text.REGION: list(text.REGIONS), text.FROM: [0.0, *(limit / steepest for limit in limits)]},
    )


@kept
def _spec() -> dict[str, Any]:
    scale = alt.Scale(domain=[MIN_RATE, MAX_RATE], range=[_TRACK[0], {"expr": _TRACK[1]}], nice=False)
    x = alt.X("rate:Q", scale=scale, axis=None)
    start = alt.X("from:Q", scale=scale, axis=None)
    fill = alt.Fill(
        "region:N", scale=alt.Scale(domain=list(text.REGIONS), range=[BEST, MODEL, ERROR]), legend=None
    )
    regions = named("regions")
    bands = regions.mark_rect(opacity=0.22, y=_BAND[0], y2=_BAND[1]).encode(
        x=start, x2=alt.X2("to:Q"), fill=fill
    )
    names = (
        regions.transform_calculate(rate="(datum.from + datum.to) / 2")
        .mark_text(fontSize=13, fontWeight=600, color=TRUTH, y=sum(_BAND) / 2)
        .encode(x=x, text=alt.Text("region:N"))
    )
    return finish(layered(bands, names, *_limits(x), *_now(x)), height=HEIGHT, listens=True)


def _limits(x: alt.X) -> tuple[Any, Any]:
    """Draw the ends of the regions, and write their names and values below them."""
    limits = named("limits").transform_calculate(label=f"datum.name + ' = ' + {write_number('datum.eta')}")
    line = limits.mark_rule(color=TRUTH, strokeWidth=2, y=_BAND[0], y2=_BAND[1] + 6, aria=False)
    label = limits.mark_text(fontSize=13, y=_BAND[1] + 15, color=TRUTH)
    return line.encode(x=x), label.encode(x=x, text=alt.Text("label:N"))


def _now(x: alt.X) -> tuple[Any, Any]:
    """Draw a pointer at the learning rate of the slider, and write its value above."""
    now = named("now").transform_calculate(rate=RATE_NOW, eta=f"{RATE_NOW} / datum.steep")
    line = now.mark_rule(color=ERROR, strokeWidth=3, y=_BAND[0] - 5, y2=_BAND[1] + 5, aria=False)
    label = (
        now.transform_calculate(label=f"'η = ' + {write_number('datum.eta')}")
        .mark_text(fontSize=14, fontWeight=600, color=ERROR, y=7)
        .encode(text=alt.Text("label:N"))
    )
    return line.encode(x=x), label.encode(x=x)
