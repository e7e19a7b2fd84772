"""One look for every chart: colors by meaning, dashes beside colors, axes, and the live values of the page.

Every color has a contrast of at least 3.5 : 1 on both grounds (white and the dark theme's); the order of
`SERIES` keeps neighbors apart for the common forms of color blindness, and a dash goes with each color.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import altair as alt
import numpy as np
from altair.utils import schemapi

from nnviz.charts import text
from nnviz.charts.picture import INSIDE as INSIDE
from nnviz.charts.picture import Columns as Columns
from nnviz.charts.picture import Picture as Picture

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

DIGITS = ".5~g"  # of the numbers under the pointer, where a mark says nothing else
HEIGHT = 360
PADDING = {
    "left": 0,
    "right": 4,
    "top": 4,
    "bottom": 3,
}  # pixels; less than the usual, the plot gets the room
PAPER = "#fffffe"  # around words over lines: white, and the ground of the page where it is dark (web/static/page.css)
BAND = "#6b7686"  # the ground under paths: more opaque where the value is larger
LABEL = "#39424e"  # under white words over a picture
BUILDING = threading.RLock()
"""Held while a spec is built: Altair asks a module `pandas` that it finds, and half imported it has no answer."""
LETTERS: Final = {"labelFontSize": 12, "titleFontSize": 13}
GAPS: Final = {"labelPadding": 8, "titlePadding": 12}
"""Pixels of the words of axes and legends, and around them. The theme of Streamlit would size both with the page."""
_HEARD = re.compile(r"isValid\(live_(\w+)\)")
_DRAWN = "drawn_width"  # a signal: the width that a chart is given
_AXIS = 50  # pixels, about what its y axis takes of that
_RESIZED = f"abs(width - {_DRAWN}) > {3 * _AXIS} ? width : {_DRAWN}"  # axes and labels take less
_DRAWN_WIDTH = {
    "name": _DRAWN,
    "init": "width",
    "on": [{"events": {"signal": "width"}, "update": _RESIZED}],
}


def named(name: str) -> alt.Chart:
    """Return a chart on the data set `name` of the picture's data.

    Its columns arrive as numbers, so that Vega need not convert each of them once more.
    """
    return alt.Chart(alt.NamedData(name, format=alt.JsonDataFormat(parse=None)))


_TICKS: Final[dict[str, Any]] = {
    "tickCount": 6,
}


def x_axis(field: str, title: str, domain: tuple[float, float] | None = None, **axis: Any) -> alt.X:
    """Return a quantitative x axis, fixed to `domain` where one is given."""
    return alt.X(f"{field}:Q", title=title, scale=_scale(domain), axis=alt.Axis(**{**_TICKS, **axis}))


def y_axis(field: str, title: str, domain: tuple[float, float] | None = None, **axis: Any) -> alt.Y:
    """Return a quantitative y axis, fixed to `domain` where one is given."""
    return alt.Y(f"{field}:Q", title=title, scale=_scale(domain), axis=alt.Axis(**{**_TICKS, **axis}))


def _scale(domain: tuple[float, float] | None) -> alt.Scale:
    return alt.Scale(zero=False) if domain is None else alt.Scale(domain=list(domain), nice=False)


def legend_columns(wide: int) -> Any:
    """As many columns of about so many pixels as the chart has room for.

    Of that width, not of the plot's: a legend that grows once the plot has its size makes the plot smaller again, and
    Vega's clips then stay as they were.
    """
    return alt.expr(f"max(1, floor(({_DRAWN} - {_AXIS}) / {wide}))")


def _legend(
    wide: int, orient: Literal["top", "bottom"], title: str | None = None, **symbol: Any
) -> alt.Legend:
    """Above or below the chart, in columns of about so many pixels."""
    return alt.Legend(
        orient=orient,
        title=title,
        labelLimit=240,
        symbolType="stroke",
        symbolOpacity=1,
        columns=legend_columns(wide),
        **symbol,
    )


def by_series(chart: alt.Chart) -> alt.Chart:
    """Return the chart with a second name for its series: dashes and shapes then leave the legend alone."""
    return chart.transform_calculate(look="datum.series")


def series_color(
    order: Sequence[str],
    shown: Sequence[str],
    wide: int = 170,
    *,
    dashed: bool = False,
    orient: Literal["top", "bottom"] = "bottom",
    title: str | None = None,
) -> alt.Color:
    """Color by series: each keeps the color of its place in `order`; the legend has those shown.

    wide: pixels that the longest name needs. dashed: the legend shows the dashes of `series_dash` too. orient: where
    the legend is, "top" or "bottom". title: of the legend.
    """
    symbol: dict[str, Any] = {"symbolSize": 300, "symbolStrokeWidth": 4}
    if dashed:
        dash = {name: DASHES[list(order).index(name) % len(DASHES)] for name in shown}
        symbol = {
            "symbolSize": 400,
            "symbolStrokeWidth": 2.5,
            "symbolDash": alt.expr(f"{json.dumps(dash)}[datum.value]"),
        }
    legend = _legend(wide, orient, title, **symbol) if len(shown) > 1 else None
    return alt.Color("series:N", scale=_by_place(order, shown, SERIES), legend=legend)


def series_dash(order: Sequence[str], shown: Sequence[str]) -> alt.StrokeDash:
    """Return the dash that goes with each color of `series_color`."""
    dashes = [list(dash) for dash in DASHES]
    return alt.StrokeDash("look:N", scale=_by_place(order, shown, dashes), legend=None)


def series_shape(order: Sequence[str], shown: Sequence[str]) -> alt.Shape:
    """Return the point shape that goes with each color of `series_color`."""
    return alt.Shape("look:N", scale=_by_place(order, shown, SHAPES), legend=None)


def _by_place(order: Sequence[str], shown: Sequence[str], looks: Sequence[Any]) -> alt.Scale:
    return alt.Scale(
        domain=list(shown), range=[looks[list(order).index(name) % len(looks)] for name in shown]
    )


def either(channel: Any, test: str, then: Any, otherwise: Any) -> Any:
    """Return a value channel, such as alt.SizeValue: `then` where the expression `test` holds, else `otherwise`."""
    return channel(otherwise, condition={"test": test, "value": then})


def live(name: str, otherwise: str) -> str:
    """Return a Vega expression: the page's live value `name`, or `otherwise` (an expression) until there is one."""
    return f"(isValid(live_{name}) ? live_{name} : {otherwise})"


_PLAIN = frozenset({str, int, float, bool, type(None)})


def trust_specs() -> None:
    """From now on, in all of this process, Altair builds charts without validating each of their parts.

    It halves the time a new spec takes; the tests validate. Numbers and words of a spec are taken as they are. Altair
    would ask of each whether it is one of ten kinds of objects, which takes a fifth of the rest.
    """
    schemapi.disable_debug_mode()
    if not isinstance(schemapi._todict, _PlainParts):
        setattr(schemapi, "_todict", _PlainParts(schemapi._todict))  # noqa: B010


class _PlainParts:
    """Altair's conversion of a part of a chart, which leaves out numbers and words."""

    def __init__(self, convert: Callable[..., Any]) -> None:
        self._convert = convert

    def __call__(self, obj: Any, *context: Any, **options: Any) -> Any:
        return obj if type(obj) in _PLAIN else self._convert(obj, *context, **options)


def finish(
    chart: Any, *, height: int = HEIGHT, listens: bool = False, signals: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return the Vega-Lite spec of an Altair chart; with `listens`, one that follows the page's live values.

    signals: name and update of what the chart computes once of them.
    """
    with BUILDING:
        spec: dict[str, Any] = chart.properties(height=height).to_dict(validate=False)
    spec.pop("$schema", None)
    spec["padding"] = PADDING
    # Streamlit's theme shows every column of a mark under the mouse; here only marks with their own tooltips show any.
    config = spec.setdefault("config", {})
    config["mark"] = {"tooltip": None}
    config["tooltipFormat"] = {"numberFormat": DIGITS}
    axis = {"labelExpr": _AXIS_LABEL, "labelFlush": False, **LETTERS, **GAPS}
    config["axis"] = {**axis, **config.get("axis", {})}
    config["legend"] = {**LETTERS, **config.get("legend", {})}
    # A line would be described by its first point alone, and Vega would write such words for each of its points.
    config["line"] = config["area"] = {"aria": False}
    text = json.dumps([spec, *signals])
    all_signals: list[Mapping[str, Any]] = [LIVE_SIGNAL] if listens else []
    all_signals += [_DRAWN_WIDTH] * (_DRAWN in text)
    all_signals += [_INSIDE_SIGNAL] * (INSIDE in text)
    if listens:
        heard = sorted(set(_HEARD.findall(text)))
        all_signals += [{"name": f"live_{name}", "update": f"live['{name}']"} for name in heard]
    all_signals += signals
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


def computed_for(asked: Mapping[str, float] | None) -> dict[str, Columns]:
    """Return the data set `asked`, where there is one: the values of the sliders that a picture was computed for."""
    return {"asked": {key: [value] for key, value in asked.items()}} if asked else {}


def outdated_label(keys: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """Return a label that says, while a slider of `keys` is held elsewhere, that the picture is of the values before.

    It is there once the server was too slow to answer while the slider moves (nnviz/web/static/drag_updates.js). As
    layers, none without keys, and what `finish` needs for them. The picture's data have `asked_for`.
    """
    if not keys:
        return [], {}
    asked = "(length(data('asked')) ? data('asked')[0] : {})"
    moved = " || ".join(f"abs({live(key, f'asked.{key}')} - asked.{key}) > 1e-9" for key in keys)
    old = named("asked").transform_filter("outdated")
    ground = old.mark_rect(
        color=LABEL,
        opacity=0.9,
        cornerRadius=4,
        x=alt.expr("width - 204"),
        x2=alt.expr("width - 4"),
        y=4,
        y2=28,
        aria=False,
    )
    words = old.mark_text(
        text=text.OUTDATED,
        fontSize=13,
        fontWeight=600,
        color="white",
        aria=False,
        x=alt.expr("width - 104"),
        y=16,
    )
    signals = [
        {"name": "asked", "update": asked},
        {"name": "outdated", "update": f"{live('slow', '0')} && ({moved})"},
    ]
    return [ground, words], {"listens": True, "signals": signals}


def write_text(template: str, **values: str) -> str:
    """Return the Vega expression of a text in which each {name} stands for the expression of that name."""
    parts = re.split(r"\{(\w+)\}", template)
    quoted = [values[part] if k % 2 else json.dumps(part, ensure_ascii=False) for k, part in enumerate(parts)]
    return " + ".join(part for part in quoted if part != '""')


def write_number(value: str, digits: int = 3) -> str:
    """Return the Vega expression of a number with so many digits, as `nnviz.web.wording` writes it: 0.35, 6.6 × 10⁴."""
    return _with_power(f"format({value}, '.{digits}~g')")


def _with_power(plain: str) -> str:
    """Return the Vega expression of a number whose exponent, as in 6.6e+4, becomes a power of ten."""
    mantissa, power = f"split({plain}, 'e')[0]", f"abs(toNumber(split({plain}, 'e')[1]))"
    factor = f"replace({mantissa} + ' × ', regexp('^(−?)1 × $'), '$1')"
    sign = f"(indexof({plain}, 'e-') > 0 ? '⁻' : '')"
    raised = [f"'⁰¹²³⁴⁵⁶⁷⁸⁹'[floor({power} / {unit}) % 10]" for unit in (100, 10, 1)]
    above = [f"({power} >= {unit} ? {digit} : '')" for unit, digit in zip((100, 10), raised)]
    return (
        f"(indexof({plain}, 'e') < 0 ? {plain} : {' + '.join([factor, repr('10'), sign, *above, raised[2]])})"
    )


_LABEL = "(abs(datum.value) < 10000 ? replace(datum.label, ',', '') : datum.label)"  # a year is no 1,990
_IS_PLAIN = "datum.value == 0 || abs(datum.value) >= 1e-3 && abs(datum.value) < 1e4"
_AXIS_LABEL = (
    f"!isNumber(datum.value) ? datum.label : indexof(datum.label, 'e') < 0 ? {_LABEL} "
    f": {_IS_PLAIN} ? format(datum.value, '~g') : {_with_power('datum.label')}"
)
POWERS: Final = {
    "name": "powers",
    "update": "extent(pluck(data('curves'), 'y'))[0] < 1e-3 || extent(pluck(data('curves'), 'y'))[1] >= 1e4",
}
"""A signal: whether the data set `curves` has values that need powers of ten."""
LOG_LABELS: Final = (
    "!datum.label ? '' : !powers ? format(datum.value, '~g') : datum.value == 1 ? '1' "
    f": {_with_power('datum.label')}"
)
"""Labels of a logarithmic axis with the format "~e": all but 1 are powers of ten, or none is, as POWERS says."""


# Sliders and the player publish the live values of the page by this event (nnviz/web/static/live_bus.js).
# Each value that a chart reads is a signal of its own, `live_…`, so that nothing else is drawn again when it changes.
LIVE_SIGNAL = {
    "name": "live",
    "value": {},
    "on": [{"events": {"source": "window", "type": "nnviz-live"}, "update": "event.detail"}],
}


_INSIDE_SIGNAL = {
    "name": INSIDE,
    "value": False,
    "on": [
        {"events": {"source": "view", "type": "pointermove"}, "update": "true"},
        {"events": {"source": "view", "type": "pointerleave"}, "update": "false"},
    ],
}


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """Return the interval [low, high] with some air on both sides; never empty, always finite."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return (-1.0, 1.0)
    air = (high - low) * share or max(abs(high), 1.0) * share
    return (float(low - air), float(high + air))


def steady(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """Return `padded`, out to round numbers: where the values change a little, the axis stays, and with it the spec."""
    low, high = padded(low, high, share)
    about = high / 5 - low / 5
    power = 10.0 ** np.floor(np.log10(about))
    step = max(size * power for size in (1, 2, 5) if size * power <= about * (1 + 1e-9))
    return (float(np.floor(low / step) * step), float(np.ceil(high / step) * step))
