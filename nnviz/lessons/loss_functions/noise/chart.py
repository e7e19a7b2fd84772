"""Draw noise around a line: a fit with its bands, probabilities of classes, and the slopes that losses find."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts import LiveKey
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    PAPER,
    TRUTH,
    Picture,
    by_series,
    computed_for,
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
HEIGHT = 440  # pixels of the fit, and of the loss beside it
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

    names: of the fitted center, the true one and the density. color: of the density.
    """

    covered: str
    is_right: bool
    names: tuple[str, str, str]
    color: str


def draw_fit(
    x: Array,
    y: Array,
    fitted: FittedCurves,
    density: tuple[Array, Array],
    y_domain: tuple[float, float],
    words: FitWords,
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """Draw points, the fitted center with its bands, and a density turned sideways, a path (x, y) along y.

    asked: the values of the sliders that it was computed for; while one has another value, a label says so.
    """
    x_domain = padded(float(fitted.x.min()), float(fitted.x.max()), 0.02)
    said = (words.covered, *words.names)
    colors = (BEST if words.is_right else ERROR, MODEL, TRUTH, words.color)
    return Picture(
        _fit_spec(x_domain, y_domain, tuple(asked or ())),
        {
            **computed_for(asked),
            "points": {"x": x, "y": y},
            "bands": {
                "x": np.tile(fitted.x, len(fitted.bands)),
                "low": np.concatenate([low for low, _ in fitted.bands.values()]),
                "high": np.concatenate([high for _, high in fitted.bands.values()]),
                "level": [text.percent(level) for level in fitted.bands for _ in fitted.x],
            },
            "center": {"x": fitted.x, "y": fitted.center},
            "true": {"x": fitted.x, "y": fitted.true},
            "density": {"x": density[0], "y": density[1], "order": np.arange(density[0].size)},
            "said": {"words": list(said), "color": list(colors), "row": np.arange(4)},
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
    color = "(length(data('said')) ? data('said')[3].color : 'black')"
    density = named("density").mark_line(stroke=alt.expr(color), strokeWidth=3, clip=True, aria=False)
    true = named("true").encode(x=x, y=up)
    edge = true.mark_line(color=PAPER, strokeWidth=4, clip=True, aria=False)  # upon the fitted line
    line = true.mark_line(color=TRUTH, strokeDash=[6, 4], strokeWidth=2.5, clip=True)
    return finish(
        layered(
            bands,
            named("points").mark_circle(color=TRUTH, size=24, opacity=0.45, clip=True).encode(x=x, y=up),
            named("center").mark_line(color=MODEL, strokeWidth=7, clip=True).encode(x=x, y=up),
            edge,
            line,
            density.encode(x=x, y=up, order=alt.Order("order:Q")),
            levels,
            *_words(),
            *label,
        ),
        height=HEIGHT,
        **heard,
    )


def _words() -> list[Any]:
    """Return the words on the fit: the coverage in large letters, and the name of each curve beside a piece of it."""
    color = alt.Color("color:N", scale=None, legend=None)
    row = alt.expr("datum.row ? 22 + 20 * datum.row : 16")
    words = named("said").mark_text(
        align="left", x=alt.expr("datum.row ? 46 : 12"), y=row, fontWeight=600, aria=False,
        fontSize=alt.expr("datum.row ? 14 : width < 400 ? 13 : 18"),
    )  # fmt: skip
    piece = named("said").transform_filter("datum.row").mark_rule(
        aria=False, strokeWidth=alt.expr("datum.row == 1 ? 6 : 3"),
        strokeDash=alt.expr("datum.row == 2 ? [6, 4] : [1, 0]"),
    )  # fmt: skip
    place = {"x": alt.XValue(12), "x2": alt.X2Value(38), "y": alt.YValue(row)}
    return [piece.encode(color=color, **place), words.encode(text=alt.Text("words:N"), color=color)]


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
