"""Draw noise around a line: a fit with its bands, probabilities of classes, and the slopes that losses find."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts import LiveKey
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    TRUTH,
    Picture,
    by_series,
    computed_for,
    either,
    finish,
    layered,
    named,
    outdated_label,
    padded,
    series_color,
    series_shape,
    x_axis,
    y_axis,
)
from nnviz.lessons.loss_functions.noise import text

SLOPE, INTERCEPT, POINTS, SEED = (LiveKey(f"lf_{name}") for name in ("slope", "intercept", "many", "draw"))
SCALE, GROWTH, FREEDOM = (LiveKey(f"lf_{name}") for name in ("scale", "growth", "nu"))
_BAR, _LEGEND = 240, 150  # pixels: the length of the bar, and the width of the names of the curves
HEIGHT = 480  # pixels of the fit, and of the loss beside it
SLIDERS = (SLOPE, INTERCEPT, POINTS, SEED, SCALE, GROWTH, FREEDOM)
"""The sliders that data and fit depend on."""


class FittedCurves(NamedTuple):
    """Curves over x (m,): the true and the fitted center, and bands as level -> (low, high), each (m,)."""

    x: Array
    true: Array
    center: Array
    bands: Mapping[float, tuple[Array, Array]]


class FitWords(NamedTuple):
    """What is written on the fit. covered: how much the narrow band contains. is_right: whether it should.

    share, level: what the band contains, and what it should. names: of the fitted center, the true one and the density.
    color: of the density. is_left, is_high: the corner of the names of the two centers. true_density: its name.
    """

    covered: str
    is_right: bool
    share: float
    level: float
    names: tuple[str, str, str]
    color: str
    is_left: bool = False
    is_high: bool = False
    true_density: str = ""


def draw_fit(
    x: Array,
    y: Array,
    fitted: FittedCurves,
    densities: Sequence[tuple[Array, Array]],
    y_domain: tuple[float, float],
    words: FitWords,
    inside: NDArray[np.bool_],
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """Draw points, the fitted center with its bands, and densities turned sideways, paths (x, y) along y.

    densities: the fitted one, and the true one if it is another.
    inside: whether each point is in the narrow band. asked: the values of the sliders that it was computed for; while
    one has another value, a label says so.
    """
    x_domain = padded(float(fitted.x.min()), float(fitted.x.max()), 0.02)
    said = (words.covered, *words.names[:2])
    colors = (BEST if words.is_right else ERROR, MODEL, TRUTH)
    corner = {"is_left": [words.is_left] * 3, "is_high": [words.is_high] * 3}
    high = max(float(y.max()) for _, y in densities)
    (x_density, y_density), true = densities[0], densities[-1]
    return Picture(
        _fit_spec(x_domain, y_domain, tuple(asked or ())),
        {
            **computed_for(asked),
            "points": {"x": x, "y": y, "inside": inside},
            "bands": {
                "x": np.tile(fitted.x, len(fitted.bands)),
                "low": np.concatenate([low for low, _ in fitted.bands.values()]),
                "high": np.concatenate([high for _, high in fitted.bands.values()]),
                "level": [text.percent(level) for level in fitted.bands for _ in fitted.x],
            },
            "center": {"x": fitted.x, "y": fitted.center},
            "true": {"x": fitted.x, "y": fitted.true},
            "density": {"x": x_density, "y": y_density, "order": np.arange(x_density.size)},
            "real": {"x": true[0], "y": true[1], "order": np.arange(true[0].size)},
            "said": {"words": list(said), "color": list(colors), "row": np.arange(3), **corner},
            "named": {
                "x": [x_density.min()] * 2,
                "y": [y_density.min(), high],
                "dy": [14, -12],
                "words": [words.names[2], words.true_density],
                "color": [words.color, TRUTH],
            },
            "bar": {"share": [words.share], "level": [words.level], "color": [colors[0]]},
        },
        text.BAND_CHART,
        _bands_table(fitted),
    )


def _bands_table(fitted: FittedCurves) -> dict[str, Array]:
    """Return what the table behind the chart shows: both centers, and the ends of the bands."""
    table = {text.X: fitted.x, text.FITTED_COLUMN: fitted.center, text.TRUE_COLUMN: fitted.true}
    for level, (low, high) in fitted.bands.items():
        table |= {text.band_end(level, upper=False): low, text.band_end(level, upper=True): high}
    return table


@kept
def _fit_spec(
    x_domain: tuple[float, float], y_domain: tuple[float, float], keys: tuple[str, ...]
) -> dict[str, Any]:
    x, y = x_axis("x", text.X, x_domain), y_axis("low", text.Y, y_domain)
    up = y_axis("y", text.Y, y_domain)
    bands = (
        named("bands")
        .mark_area(color=MODEL, opacity=0.18, clip=True)
        .encode(x=x, y=y, y2=alt.Y2("high:Q"), detail=alt.Detail("level:N"))
    )
    ends = named("bands").transform_window(
        rank="rank()", sort=[alt.SortField("x", order="descending")], groupby=["level"]
    )
    levels = (
        ends.transform_filter("datum.rank == 1")
        .mark_text(align="left", dx=14, fontSize=13, fontWeight=600, color=MODEL, aria=False)
        .encode(x=x, y=y_axis("high", text.Y, y_domain), text=alt.Text("level:N"))
    )
    label, heard = outdated_label(keys)
    true = named("true").mark_line(color=TRUTH, strokeWidth=9, opacity=0.55, clip=True).encode(x=x, y=up)
    center = named("center").mark_line(color=MODEL, strokeWidth=3, clip=True).encode(x=x, y=up)
    return finish(
        layered(
            bands,
            _points(x, up),
            true,
            center,
            *_densities(x, up),
            levels,
            *_bar(),
            *_words(),
            _name_densities(x, up),
            *label,
        ),
        height=HEIGHT,
        **heard,
    )


def _densities(x: alt.X, y: alt.Y) -> list[Any]:
    """Return the true density, if it has a name, and before it the fitted one in its color."""
    color = "(length(data('named')) ? data('named')[0].color : 'black')"
    is_drawn = "length(data('named')) && data('named')[1].words !== ''"
    true = (
        named("real")
        .transform_filter(is_drawn)
        .mark_line(color=TRUTH, strokeWidth=2.5, strokeDash=[6, 4], clip=True, aria=False)
    )
    fitted = named("density").mark_line(stroke=alt.expr(color), strokeWidth=3, clip=True, aria=False)
    return [each.encode(x=x, y=y, order=alt.Order("order:Q")) for each in (true, fitted)]


def _points(x: alt.X, y: alt.Y) -> Any:
    """Return the points; those in the narrow band have its color."""
    return (
        named("points")
        .mark_circle(size=alt.expr("datum.inside ? 34 : 24"), clip=True)
        .encode(
            x=x,
            y=y,
            color=either(alt.ColorValue, "datum.inside", MODEL, TRUTH),
            opacity=either(alt.OpacityValue, "datum.inside", 0.8, 0.5),
        )
    )


def _bar() -> list[Any]:
    """Return the bar of what the narrow band contains, with a tick at what it should contain."""
    end, tick = (f"12 + {_BAR} * datum.{field}" for field in ("share", "level"))
    rows = named("bar")
    place = {"x": alt.XValue(12), "y": alt.YValue(44)}
    ground = rows.mark_rule(color=TRUTH, strokeWidth=12, opacity=0.25, aria=False)
    share = rows.mark_rule(strokeWidth=12, aria=False)
    mark = rows.mark_rule(color=TRUTH, strokeWidth=3, opacity=1, aria=False)
    words = rows.transform_calculate(words=f"round(100 * datum.level) + '{text.SHOULD}'").mark_text(
        color=TRUTH, baseline="top", fontSize=13, fontWeight=600, aria=False
    )
    return [
        ground.encode(x2=alt.X2Value(12 + _BAR), **place),
        share.encode(
            x2=alt.X2Value(alt.expr(end)), color=alt.Color("color:N", scale=None, legend=None), **place
        ),
        mark.encode(x=alt.XValue(alt.expr(tick)), y=alt.YValue(35), y2=alt.Y2Value(56)),
        words.encode(x=alt.XValue(alt.expr(tick)), y=alt.YValue(60), text=alt.Text("words:N")),
    ]


def _words() -> list[Any]:
    """Return the words on the fit: the coverage above, and in a corner the name of each center beside a piece of it."""
    color = alt.Color("color:N", scale=None, legend=None)
    row = alt.expr("datum.row ? 20 * datum.row + (datum.is_high || width < 420 ? 74 : height - 60) : 18")
    words = named("said").mark_text(
        align="left", fontWeight=600, aria=False, fontSize=alt.expr("datum.row ? 14 : width < 400 ? 13 : 20")
    )
    piece = named("said").transform_filter("datum.row").mark_rule(
        aria=False, strokeWidth=alt.expr("datum.row == 2 ? 9 : 3"), opacity=alt.expr("datum.row == 2 ? 0.55 : 1")
    )  # fmt: skip
    start, end, behind = (
        f"{shift} + (datum.is_left || width < 420 ? 0 : width - {_LEGEND})" for shift in (12, 38, 46)
    )
    piece = piece.encode(
        color=color, x=alt.XValue(alt.expr(start)), x2=alt.X2Value(alt.expr(end)), y=alt.YValue(row)
    )
    place = alt.XValue(alt.expr(f"datum.row ? {behind} : 12"))
    return [piece, words.encode(x=place, y=alt.YValue(row), text=alt.Text("words:N"), color=color)]


def _name_densities(x: alt.X, y: alt.Y) -> Any:
    """Return the names of the densities: of the fitted one at its lower end, of the true one above both."""
    words = named("named").mark_text(
        align="left", dx=7, dy=alt.expr("datum.dy"), fontSize=14, fontWeight=600, aria=False
    )
    color = alt.Color("color:N", scale=None, legend=None)
    return words.encode(x=x, y=y, text=alt.Text("words:N"), color=color)


def draw_probabilities(
    x: Array,
    y: Array,
    at: Array,
    fitted: Mapping[str, Array],
    true: Mapping[str, Array],
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """Draw the fitted probability of each class over `at` (m,), the true one dashed, and the points below.

    x, y (n,): the classes 0, 1, … in the order of `fitted`. asked: as for ``draw_fit``.
    """
    names = list(fitted)
    along: dict[str, Any] = {"x": np.tile(at, len(names)), "series": [name for name in names for _ in at]}
    return Picture(
        _probabilities_spec(tuple(names), tuple(asked or ())),
        {
            **computed_for(asked),
            "fitted": {**along, "y": np.concatenate(list(fitted.values()))},
            "true": {**along, "y": np.concatenate(list(true.values()))},
            "points": {"x": x, "y": -0.05 - 0.05 * y, "series": [names[int(c)] for c in y]},
        },
        text.PROBABILITY_CHART,
        {
            text.X: at,
            **{text.probability_of(text.FITTED_COLUMN, name): p for name, p in fitted.items()},
            **{text.probability_of(text.TRUE_COLUMN, name): p for name, p in true.items()},
        },
    )


@kept
def _probabilities_spec(names: tuple[str, ...], keys: tuple[str, ...]) -> dict[str, Any]:
    x = x_axis("x", text.X, (-2.05, 2.05))
    y = y_axis("y", text.PROBABILITY, (-0.22, 1.02), values=[0, 0.25, 0.5, 0.75, 1], format=".2f")
    color = series_color(names, names)
    fitted = named("fitted").mark_line(strokeWidth=3).encode(x=x, y=y, color=color)
    true = named("true").mark_line(strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y, color=color)
    points = (
        by_series(named("points"))
        .mark_point(size=36, filled=True, opacity=0.9)
        .encode(x=x, y=y, color=color, shape=series_shape(names, names))
    )
    label, heard = outdated_label(keys)
    return finish(layered(true, fitted, points, *label), height=HEIGHT, **heard)


def draw_slopes(found: Mapping[str, Array], order: Sequence[str], true: float) -> Picture:
    """Draw the slope that each loss found for each data set as a row of ticks, with a bar over the middle 90 %."""
    values = np.concatenate(list(found.values()))
    low, high = np.quantile(values, [0.002, 0.998])
    quantiles = np.array([np.quantile(each, [0.05, 0.95]) for each in found.values()])
    return Picture(
        _slopes_spec(tuple(order), tuple(found), _round_interval(low, high, true)),
        {
            "slopes": {"x": values, "series": [name for name, each in found.items() for _ in each]},
            "middle": {"low": quantiles[:, 0], "high": quantiles[:, 1], "series": list(found)},
            "true": {"x": [true]},
        },
        text.SLOPE_CHART,
        found,
    )


def _round_interval(low: float, high: float, true: float) -> tuple[float, float]:
    """Return an interval around the true slope that holds all values, with a round width, so that it seldom changes."""
    reach = max(true - low, high - true, 1e-9)
    wide = float(2 ** (np.ceil(2 * np.log2(reach)) / 2))
    return (true - wide, true + wide)


@kept
def _slopes_spec(
    order: tuple[str, ...], shown: tuple[str, ...], domain: tuple[float, float]
) -> dict[str, Any]:
    x = x_axis("x", text.SLOPE_FOUND, domain)
    row = alt.Y("series:N", title=None, sort=list(shown), axis=alt.Axis(labelLimit=170))
    color = series_color(order, shown).legend(None)
    ticks = named("slopes").mark_tick(opacity=0.35, thickness=1.5, clip=True).encode(x=x, y=row, color=color)
    middle = (
        named("middle")
        .mark_rule(strokeWidth=4, clip=True)
        .encode(x=x_axis("low", text.SLOPE_FOUND, domain), x2=alt.X2("high:Q"), y=row, color=color)
    )
    true = named("true").mark_rule(color=TRUTH, strokeDash=[6, 4], strokeWidth=2).encode(x=x)
    return finish(layered(ticks, middle, true), height=60 * len(shown) + 60)
