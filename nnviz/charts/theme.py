"""One look for every chart: colours by meaning, dashes beside colours, axes, and the live values of the page.

Every colour has a contrast of at least 3.5 : 1 on both grounds (white and the dark theme's); the order of
`SERIES` keeps neighbours apart for the common forms of colour blindness, and a dash goes with each colour.
"""

import json
import re
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from altair.utils import schemapi
from numpy.typing import NDArray

Interval = tuple[float, float]
Columns = Mapping[str, NDArray[Any] | Sequence[Any]]

TRUTH = "#7b838f"  # what is to be found: the target, the data
MODEL = "#2f7fc1"  # what we have: the line, the network
ERROR = "#d5561f"  # what separates the two: residual, loss
BEST = "#12906c"  # the best there is: closed form, minimum, proof
STEP = "#a865c9"  # what moves: gradient, update
SERIES = (
    *(MODEL, ERROR, BEST, STEP, "#a97d0c", "#cc5a8d", "#1d93a8"),
    *("#5f6fe0", "#6f8f1f", "#a0673a", TRUTH),
)
DASHES = (
    *((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (8, 2, 2, 2, 2, 2), (10, 4), (4, 2)),
    *((3, 1), (12, 3, 3, 3), (5, 1), (4, 4)),
)
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
    "wedge",
    "arrow",
    "stroke",
)

HEIGHT = 360
PADDING = {
    "left": 0,
    "right": 4,
    "top": 4,
    "bottom": 3,
}  # pixels; less than the usual, the plot gets the room
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
BAND = "#6b7686"  # the ground under paths: more opaque where the value is larger
LABEL = "#39424e"  # under white words over a picture
BUILDING = threading.RLock()
"""Held while a spec is built: Altair asks a module `pandas` that it finds, and half imported it has no answer."""
_HEARD = re.compile(r"isValid\(live_(\w+)\)")
_DRAWN = "drawn_width"  # a signal: the width that a chart is given
_AXIS = 50  # pixels, about what its y axis takes of that
_RESIZED = f"abs(width - {_DRAWN}) > {3 * _AXIS} ? width : {_DRAWN}"  # axes and labels take less
_DRAWN_WIDTH = {
    "name": _DRAWN,
    "init": "width",
    "on": [{"events": {"signal": "width"}, "update": _RESIZED}],
}


class Picture(NamedTuple):
    """What a chart function returns.

    spec: Vega-Lite, the same object for the same axes, so that new data are swapped in place
    data: the columns of each named data set
    words: what the chart shows, for those who do not see it; as constant as the spec
    told: the columns of the table behind the chart, where its data sets are made for drawing; else these are shown
    """

    spec: Mapping[str, Any]
    data: Mapping[str, Columns]
    words: str
    told: Columns | None = None

    def vega_lite(self) -> dict[str, Any]:
        """The whole picture as one Vega-Lite object, data inside."""
        rows = {name: _rows(columns) for name, columns in self.data.items()}
        return {"$schema": SCHEMA, **self.spec, "datasets": rows}

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        """What a notebook draws."""
        return {"application/vnd.vegalite.v6+json": self.vega_lite(), "text/plain": self.words}


def _rows(columns: Columns) -> list[dict[str, Any]]:
    cells = [np.asarray(column).tolist() for column in columns.values()]
    return [
        {name: None if cell != cell else cell for name, cell in zip(columns, row, strict=True)}
        for row in zip(*cells, strict=True)
    ]


def named(name: str) -> alt.Chart:
    """A chart on the data set `name` of the picture's data."""
    return alt.Chart(alt.NamedData(name))


def x_axis(field: str, title: str, domain: tuple[float, float] | None = None, **axis: Any) -> alt.X:
    """A quantitative x axis, fixed to `domain` where one is given."""
    return alt.X(f"{field}:Q", title=title, scale=_scale(domain), axis=alt.Axis(**{"tickCount": 6, **axis}))


def y_axis(field: str, title: str, domain: tuple[float, float] | None = None, **axis: Any) -> alt.Y:
    """A quantitative y axis, fixed to `domain` where one is given."""
    return alt.Y(f"{field}:Q", title=title, scale=_scale(domain), axis=alt.Axis(**{"tickCount": 6, **axis}))


def _scale(domain: tuple[float, float] | None) -> alt.Scale:
    return alt.Scale(zero=False) if domain is None else alt.Scale(domain=list(domain), nice=False)


def legend_columns(wide: int) -> Any:
    """As many columns of about so many pixels as the chart has room for.

    Of that width, not of the plot's: a legend that grows once the plot has its size makes the plot smaller again, and
    Vega's clips then stay as they were.
    """
    return alt.expr(f"max(1, floor(({_DRAWN} - {_AXIS}) / {wide}))")


def _legend(wide: int, **symbol: Any) -> alt.Legend:
    """Below the chart, in columns of about so many pixels."""
    return alt.Legend(
        orient="bottom", title=None, labelLimit=240, symbolType="stroke", columns=legend_columns(wide), **symbol
    )  # fmt: skip


def by_series(chart: alt.Chart) -> alt.Chart:
    """The chart with a second name for its series: dashes and shapes then leave the legend alone."""
    return chart.transform_calculate(look="datum.series")


def series_color(
    order: Sequence[str], shown: Sequence[str], wide: int = 170, *, dashed: bool = False
) -> alt.Color:
    """Colour by series: each keeps the colour of its place in `order`; the legend has those shown.

    wide: pixels that the longest name needs. dashed: the legend shows the dashes of `series_dash` too.
    """
    symbol: dict[str, Any] = {"symbolSize": 300, "symbolStrokeWidth": 4}
    if dashed:
        dash = {name: DASHES[list(order).index(name) % len(DASHES)] for name in shown}
        symbol = {
            "symbolSize": 400,
            "symbolStrokeWidth": 2.5,
            "symbolDash": alt.expr(f"{json.dumps(dash)}[datum.value]"),
        }
    legend = _legend(wide, **symbol) if len(shown) > 1 else None
    return alt.Color("series:N", scale=_by_place(order, shown, SERIES), legend=legend)


def series_dash(order: Sequence[str], shown: Sequence[str]) -> alt.StrokeDash:
    """The dash that goes with each colour of `series_color`."""
    dashes = [list(dash) for dash in DASHES]
    return alt.StrokeDash("look:N", scale=_by_place(order, shown, dashes), legend=None)


def series_shape(order: Sequence[str], shown: Sequence[str]) -> alt.Shape:
    """The point shape that goes with each colour of `series_color`."""
    return alt.Shape("look:N", scale=_by_place(order, shown, SHAPES), legend=None)


def _by_place(order: Sequence[str], shown: Sequence[str], looks: Sequence[Any]) -> alt.Scale:
    return alt.Scale(
        domain=list(shown), range=[looks[list(order).index(name) % len(looks)] for name in shown]
    )


def either(channel: Any, test: str, then: Any, otherwise: Any) -> Any:
    """A value channel, such as alt.SizeValue: `then` where the Vega expression `test` holds, else `otherwise`."""
    return channel(otherwise, condition={"test": test, "value": then})


def live(name: str, otherwise: str) -> str:
    """A Vega expression: the page's live value `name`, or `otherwise` (an expression) until there is one."""
    return f"(isValid(live_{name}) ? live_{name} : {otherwise})"


def trust_specs() -> None:
    """From now on, in all of this process, Altair builds charts without validating each of their parts.

    It halves the time a new spec takes; the tests validate.
    """
    schemapi.disable_debug_mode()


def finish(
    chart: Any, *, height: int = HEIGHT, listens: bool = False, signals: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """The Vega-Lite spec of an Altair chart; with `listens`, one that follows the page's live values.

    signals: name and update of what the chart computes once of them.
    """
    with BUILDING:
        spec: dict[str, Any] = chart.properties(height=height).to_dict(validate=False)
    spec.pop("$schema", None)
    spec["padding"] = PADDING
    text = json.dumps([spec, *signals])
    all_signals: list[Mapping[str, Any]] = [_DRAWN_WIDTH] * (_DRAWN in text)
    if listens:
        heard = sorted(set(_HEARD.findall(text)))
        each = [{"name": f"live_{name}", "update": f"live['{name}']"} for name in heard]
        all_signals = [LIVE_SIGNAL, *all_signals, *each, *signals]
    if all_signals:
        spec.setdefault("config", {})["signals"] = all_signals
    return spec


class Layered(alt.LayerChart):
    """Charts upon each other, as by `alt.layer`, which first looks for selections that they share: here none has any.

    For that it copies every part of every layer several times, which takes longer than all the rest.
    """

    def __init__(self, data: Any = alt.Undefined, layer: Sequence[Any] = (), **properties: Any) -> None:
        super(alt.LayerChart, self).__init__(data=data, layer=list(layer), **properties)


def layered(*charts: Any, data: Any = alt.Undefined) -> Layered:
    """Charts upon each other, the first at the bottom; `data` is of those that have none of their own."""
    return Layered(data=data, layer=charts)


def asked_for(asked: Mapping[str, float] | None) -> dict[str, Columns]:
    """The data set `asked`, where there is one: the values of the sliders that a picture was computed for."""
    return {"asked": {key: [value] for key, value in asked.items()}} if asked else {}


def until_let_go(keys: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """A label that says, while a slider of `keys` is held elsewhere, that the picture is of the values before.

    It is there once the server was too slow to answer while the slider moves (nnviz/ui/hand.js). As layers, none
    without keys, and what `finish` needs for them. The picture's data have `asked_for`.
    """
    if not keys:
        return [], {}
    asked = "(length(data('asked')) ? data('asked')[0] : {})"
    moved = " || ".join(f"abs({live(key, f'asked.{key}')} - asked.{key}) > 1e-9" for key in keys)
    old = named("asked").transform_filter("outdated")
    ground = old.mark_rect(
        color=LABEL, opacity=0.9, cornerRadius=4, x=alt.expr("width - 204"), x2=alt.expr("width - 4"), y=4, y2=28,
        aria=False,
    )  # fmt: skip
    words = old.mark_text(
        text="of the values before: let go", fontSize=13, fontWeight=600, color="white", aria=False,
        x=alt.expr("width - 104"), y=16,
    )  # fmt: skip
    signals = [
        {"name": "asked", "update": asked},
        {"name": "outdated", "update": f"{live('slow', '0')} && ({moved})"},
    ]
    return [ground, words], {"listens": True, "signals": signals}


# Sliders and the player tell the page's live values by this event (nnviz/ui/live.js); no trip to the server. Each value
# that a chart hears is a signal of its own, `live_…`: where another one changes, nothing in the chart is drawn anew.
LIVE_SIGNAL = {
    "name": "live",
    "value": {},
    "on": [{"events": {"source": "window", "type": "nnviz-live"}, "update": "event.detail"}],
}


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """The interval [low, high] with some air on both sides; never empty, always finite."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return (-1.0, 1.0)
    air = (high - low) * share or max(abs(high), 1.0) * share
    return (float(low - air), float(high + air))


def steady(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """`padded`, out to round numbers: where the values change a little, the axis stays, and with it the spec."""
    low, high = padded(low, high, share)
    about = high / 5 - low / 5
    power = 10.0 ** np.floor(np.log10(about))
    step = max(size * power for size in (1, 2, 5) if size * power <= about * (1 + 1e-9))
    return (float(np.floor(low / step) * step), float(np.ceil(high / step) * step))
