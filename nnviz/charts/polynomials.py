"""Pictures of polynomials fitted to points: the curve of each degree, and the design matrix.

They follow the live value lr_degree, the degree that is looked at.
"""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Interval,
    Picture,
    finish,
    layered,
    live,
    named,
    padded,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]

MOST_ROWS = 40
_LOOKS = {"to learn from": ("circle", TRUTH), "held out": ("diamond", ERROR)}


def fits(
    x: Array,
    y: Array,
    held_out: NDArray[np.bool_],
    grid: Array,
    fitted: Array,
    degree: int,
    titles: tuple[str, str],
) -> Picture:
    """The points, those held out told apart, and the polynomial of the degree looked at.

    held_out: (n,) of bool. fitted: (degrees, m), the polynomial of degree 0, 1, … at grid (m,).
    """
    domain = (float(grid[0]), float(grid[-1])), padded(y.min(), y.max(), 0.35)
    seen = np.clip(fitted, *(4 * np.array(domain[1]) - 3 * np.mean(domain[1])))
    each = {f"d{number}": row for number, row in enumerate(seen)}
    return Picture(
        _fits_spec(domain, titles),
        {
            "points": {"x": x, "y": y, "part": np.where(held_out, *reversed(list(_LOOKS)))},
            "curve": {"x": grid, **each, "degree": np.full(grid.shape, degree)},
        },
        "Data points, those held out drawn as diamonds, and the polynomial of least squares of the chosen degree.",
    )


@lru_cache(maxsize=64)
def _fits_spec(domain: tuple[Interval, Interval], titles: tuple[str, str]) -> dict[str, Any]:
    x, y = x_axis("x", titles[0], domain[0]), y_axis("y", titles[1], domain[1])
    shapes, colors = zip(*_LOOKS.values(), strict=True)
    legend = alt.Legend(orient="top", title=None)
    points = (
        named("points")
        .mark_point(filled=True, size=60, opacity=1, clip=True)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "part:N", scale=alt.Scale(domain=list(_LOOKS), range=list(shapes)), legend=legend
            ),
            color=alt.Color(
                "part:N", scale=alt.Scale(domain=list(_LOOKS), range=list(colors)), legend=legend
            ),
        )
    )
    curve = (
        named("curve")
        .transform_calculate(y=f"datum['d' + {live('lr_degree', 'datum.degree')}]")
        .mark_line(color=MODEL, strokeWidth=3, clip=True)
        .encode(x=x, y=y)
    )
    return finish(layered(curve, points), height=360, listens=True)


def design(x: Array, columns: Array, degree: int) -> Picture:
    """The design matrix, a row for a point (at most 40, in the order of x), a column for a feature.

    columns: (n, degrees). Each column is divided by its largest entry: blue is above 0, orange below.
    """
    order = np.argsort(x, kind="stable")
    rows = order[np.linspace(0, len(x) - 1, min(len(x), MOST_ROWS)).round().astype(int)]
    shown = columns[rows]
    scaled = shown / np.maximum(np.abs(columns).max(axis=0), 1e-300)
    count = columns.shape[1]
    return Picture(
        _design_spec(len(rows), count),
        {
            "cells": {
                "row": np.repeat(np.arange(len(rows)), count),
                "feature": np.tile(np.arange(count), len(rows)),
                "x": np.repeat(x[rows], count),
                "value": shown.ravel(),
                "scaled": scaled.ravel(),
                "degree": np.full(shown.size, degree),
            }
        },
        "The design matrix: a row for each point, in the order of x, a column for each feature of it; stronger where "
        "an entry is larger, blue above zero and orange below.",
    )


@lru_cache(maxsize=16)
def _design_spec(rows: int, count: int) -> dict[str, Any]:
    cells = (
        named("cells")
        .transform_filter(f"datum.feature <= {live('lr_degree', 'datum.degree')}")
        .transform_calculate(left="datum.feature - 0.5", right="datum.feature + 0.5", low="datum.row + 1")
        .mark_rect()
        .encode(
            x=x_axis("left", "feature j", (-0.5, count - 0.5), grid=False),
            x2=alt.X2("right:Q"),
            y=alt.Y(
                "row:Q",
                title="point, in the order of x",
                scale=alt.Scale(domain=[rows, 0], nice=False),
                axis=alt.Axis(grid=False, tickCount=4),
            ),
            y2=alt.Y2("low:Q"),
            color=alt.Color(
                "scaled:Q", scale=alt.Scale(domain=[-1, 0, 1], range=[ERROR, "#8882", MODEL]), legend=None
            ),
            tooltip=[
                alt.Tooltip("feature:Q"),
                alt.Tooltip("x:Q", format=".4~g"),
                alt.Tooltip("value:Q", title="entry", format=".4~g"),
            ],
        )
    )
    return finish(layered(cells), height=260, listens=True)
