"""Draw polynomials fitted to points: the curve of each degree, the errors, and the design matrix.

The charts follow the live value DEGREE.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, Truth
from nnviz.charts import CurveStyle, LiveKey, draw_curves
from nnviz.charts.curves import LineName
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Picture,
    finish,
    layered,
    live,
    named,
    x_axis,
    y_axis,
)
from nnviz.lessons.linear_regression.polynomials import text

DEGREE = LiveKey("lr_degree")
MAX_ROWS = 40
HEIGHT = 470  # pixels of the fit and of its errors
_IS_WIDE = "width >= 475"  # so that the names of all curves fit into one row
_LOOKS = {text.TRAINING: ("circle", MODEL), text.VALIDATION: ("diamond", ERROR)}


class FittedPoints(NamedTuple):
    """Points x, y (n,), which of them are in the validation set, and the predictions (degrees, n) there."""

    x: Array
    y: Array
    is_validation: Truth
    predictions: Array


def draw_fit(
    points: FittedPoints,
    grid: Array,
    fitted: Array,
    degrees: tuple[int, Array],
    titles: tuple[str, str],
    truth: Array | None = None,
) -> Picture:
    """Draw the points, with the validation set told apart, the polynomial of a degree, and the true function.

    fitted: (degrees, m), the polynomial of degree 0, 1, … at grid (m,). degrees: the chosen one, and the validation
    error (degrees,); the polynomial with the smallest one is drawn, too. truth: (m,), if it is known.
    """
    x, y, is_validation, predictions = points
    degree, errors = degrees
    best = int(errors.argmin())
    prediction = predictions[degree]
    low, high = float(y.min()), float(y.max())
    air = max(high - low, 1e-9)
    domain = (float(grid[0]), float(grid[-1])), (low - 0.2 * air, high + 0.35 * air)
    visible = np.clip(fitted, *(4 * np.array(domain[1]) - 3 * np.mean(domain[1])))
    part = np.where(is_validation, text.VALIDATION, text.TRAINING)
    return Picture(
        _fit_spec(domain, titles),
        {
            "points": {"x": x, "y": y, "part": part},
            "stems": {
                "x": x[is_validation],
                "y": y[is_validation],
                **{f"d{number}": row[is_validation] for number, row in enumerate(predictions)},
                "degree": np.full(is_validation.sum(), degree),
            },
            "best": {"x": grid, "y": visible[best], "best": np.full(grid.shape, best)},
            "errors": {
                "number": np.arange(len(errors)),
                "ratio": errors / (errors[best] or np.nan),
                "degree": np.full(errors.shape, degree),
                "best": np.full(errors.shape, best),
            },
            "curve": {
                "x": grid,
                **{f"d{number}": row for number, row in enumerate(visible)},
                "degree": np.full(grid.shape, degree),
            },
            "truth": {"x": grid, "y": np.full(grid.shape, np.nan) if truth is None else truth},
        },
        text.FIT_WORDS,
        {"x": x, "y": y, text.SET: part, text.PREDICTION: prediction, text.RESIDUAL: y - prediction},
    )


@kept
def _fit_spec(domain: tuple[Bounds, Bounds], titles: tuple[str, str]) -> dict[str, Any]:
    x, y = x_axis("x", titles[0], domain[0]), y_axis("y", titles[1], domain[1])
    shapes, colors = zip(*_LOOKS.values(), strict=True)
    shape, color = (alt.Scale(domain=list(_LOOKS), range=list(looks)) for looks in (shapes, colors))
    points = (
        named("points")
        .mark_point(filled=True, size=60, opacity=1, clip=True)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("part:N", scale=shape, legend=None),
            color=alt.Color("part:N", scale=color, legend=None),
        )
    )
    curve = (
        named("curve")
        .transform_calculate(y=f"datum['d' + {live(DEGREE, 'datum.degree')}]")
        .mark_line(color=STEP, strokeWidth=3, clip=True)
        .encode(x=x, y=y)
    )
    stems = (
        named("stems")
        .transform_calculate(y2=f"datum['d' + {live(DEGREE, 'datum.degree')}]")
        .mark_rule(color=ERROR, strokeWidth=1.5, clip=True, aria=False)
        .encode(x=x, y=y, y2=alt.Y2("y2:Q"))
    )
    best = named("best").encode(x=x, y=y).transform_filter(f"datum.best != {live(DEGREE, '-1')}")
    ghost = best.mark_line(color=BEST, strokeWidth=2, clip=True, aria=False)
    line = named("truth").transform_filter("isValid(datum.y)").encode(x=x, y=y)
    true = line.mark_line(color=TRUTH, strokeWidth=2, strokeDash=[6, 4], clip=True, aria=False)
    return finish(layered(stems, true, ghost, curve, points, *_write_on_fit()), height=HEIGHT, listens=True)


def _write_on_fit() -> list[Any]:
    """Return how large the validation error is, and below it the names of all marks in their colors, above the plot."""
    now = named("errors").transform_calculate(now=live(DEGREE, "datum.degree"))
    now = now.transform_filter("datum.number == datum.now")
    has_truth = "length(data('truth')) && isValid(data('truth')[0].y)"
    ratio = f"'{text.DEGREE_AXIS} ' + datum.now + ': ' + format(datum.ratio, '.2~g') + ' {text.TIMES} ' + datum.best"
    is_worse = "datum.now != datum.best && isValid(datum.ratio) && isFinite(datum.ratio)"
    degree = f"' {text.DEGREE_AXIS} '"
    rows = (
        (ERROR, 17, ("0", "0"), ratio, is_worse),
        (MODEL, 13, ("0", "0"), f"'● {text.TRAINING}'", "true"),
        (ERROR, 13, ("98", "98"), f"'◆ {text.VALIDATION}'", "true"),
        (STEP, 13, ("208", "0"), f"'━' + {degree} + datum.now", "true"),
        (BEST, 13, ("306", "98"), f"'─' + {degree} + datum.best", "datum.now != datum.best"),
        (TRUTH, 13, ("390", "208"), f"'╍ {text.TRUE_FUNCTION}'", has_truth),
    )
    layers = []
    for row, (color, size, (wide, narrow), words, is_shown) in enumerate(rows):
        said = now.transform_filter(is_shown).transform_calculate(words=words)
        place = (-38, -56) if row == 0 else (-12, -32) if row < 3 else (-12, -12)
        mark = said.mark_text(
            align="left",
            x=alt.expr(f"{_IS_WIDE} ? {wide} : {narrow}"),
            y=alt.expr(f"{_IS_WIDE} ? {place[0]} : {place[1]}"),
            fontSize=alt.expr(f"width < 400 ? 13 : {size}"),
            fontWeight=600,
            color=color,
            aria=False,
        )
        layers.append(mark.encode(text=alt.Text("words:N")))
    return layers


def draw_against_degree(
    series: Mapping[str, Array], degree: int, titles: tuple[str, str], *, height: int, smallest: str = ""
) -> Picture:
    """Draw values (degrees,) of each series against the degree, on a logarithmic scale; a line marks `degree`.

    titles: of the axis of the values, and words for those who do not see the chart. smallest: the series whose smallest
    value has a ring.
    """
    title, words = titles
    degrees = np.arange(max(map(len, series.values())))
    style = CurveStyle(
        (text.DEGREE_AXIS, title),
        x_domain=(0, float(degrees[-1])),
        log=True,
        height=height,
        follow=DEGREE,
        marker=degree,
        marker_name=text.DEGREE_AXIS,
        ring=_smallest_of(series[smallest]) if smallest else None,
        grid=bool(smallest),
    )
    curves = {name: (degrees, values) for name, values in series.items()}
    return draw_curves(curves, list(series), words, style, names=_name_errors(series) if smallest else None)


def _name_errors(series: Mapping[str, Array]) -> dict[str, LineName]:
    """Return the names of both errors, where they begin to differ."""
    at = {text.TRAINING: (9, False), text.VALIDATION: (13, True)}
    return {
        name: LineName(
            name, min(place, len(values) - 1), float(values[min(place, len(values) - 1)]), is_above
        )
        for name, values in series.items()
        for place, is_above in [at[name]]
    }


def _smallest_of(values: Array) -> tuple[str, float, float]:
    """Return the label of the degree with the smallest value, the degree and the value."""
    best = int(values.argmin())
    return text.smallest_at(best), best, float(values[best])


def draw_design_matrix(x: Array, columns: Array, degree: int) -> Picture:
    """Draw the design matrix: a row for each point (at most 40, in the order of x), a column for each feature.

    columns: (n, degrees). Each column is divided by its largest absolute entry.
    """
    order = np.argsort(x, kind="stable")
    rows = order[np.linspace(0, len(x) - 1, min(len(x), MAX_ROWS)).round().astype(int)]
    shown = columns[rows]
    scaled = shown / np.maximum(np.abs(columns).max(axis=0), 1e-300)
    count = columns.shape[1]
    cells = {
        "row": np.repeat(np.arange(len(rows)), count),
        "feature": np.tile(np.arange(count), len(rows)),
        "x": np.repeat(x[rows], count),
        "value": shown.ravel(),
        "scaled": scaled.ravel(),
        "degree": np.full(shown.size, degree),
    }
    table = {"x": x[rows], **{f"φ{j}": column for j, column in enumerate(shown.T[: degree + 1])}}
    return Picture(_design_spec(len(rows), count), {"cells": cells}, text.DESIGN_WORDS, table)


@kept
def _design_spec(rows: int, count: int) -> dict[str, Any]:
    color = alt.Scale(domain=[-1, 0, 1], range=[ERROR, "#8882", MODEL])
    tooltip = [
        alt.Tooltip("feature:Q", title=text.FEATURE_AXIS),
        alt.Tooltip("x:Q", format=".4~g"),
        alt.Tooltip("value:Q", title=text.ENTRY, format=".4~g"),
    ]
    cells = (
        named("cells")
        .transform_filter(f"datum.feature <= {live(DEGREE, 'datum.degree')}")
        .transform_calculate(left="datum.feature - 0.5", right="datum.feature + 0.5", low="datum.row + 1")
        .mark_rect()
        .encode(
            x=x_axis("left", text.FEATURE_AXIS, (-0.5, count - 0.5), grid=False),
            x2=alt.X2("right:Q"),
            y=alt.Y(
                "row:Q",
                title=text.POINT_AXIS,
                scale=alt.Scale(domain=[rows, 0], nice=False),
                axis=alt.Axis(grid=False, tickCount=4),
            ),
            y2=alt.Y2("low:Q"),
            color=alt.Color("scaled:Q", scale=color, legend=None),
            tooltip=tooltip,
        )
    )
    return finish(layered(cells), height=260, listens=True)
