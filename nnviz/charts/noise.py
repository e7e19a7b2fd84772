"""Noise about a line: the density that a model sees, its bands, and what a wrong loss costs."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import (
    BEST,
    MODEL,
    TRUTH,
    Picture,
    asked_for,
    by_series,
    finish,
    layered,
    named,
    padded,
    series_color,
    series_shape,
    until_let_go,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]


class Fitted(NamedTuple):
    """What is drawn over x (m,): the true and the fitted centre, and bands as level -> (low, high), each (m,)."""

    x: Array
    true: Array
    centre: Array
    bands: Mapping[float, tuple[Array, Array]]


def predictive(
    x: Array,
    y: Array,
    fitted: Fitted,
    densities: Sequence[tuple[Array, Array]],
    y_domain: tuple[float, float],
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """Points, the fitted centre with its bands, and densities drawn sideways, each a path (x, y) along y.

    asked: the sliders that decided it, by their keys; while one is held elsewhere, the picture says that it is old.
    """
    x_domain = padded(float(fitted.x.min()), float(fitted.x.max()), 0.02)
    return Picture(
        _predictive_spec(x_domain, y_domain, tuple(asked or ())),
        {
            **asked_for(asked),
            "points": {"x": x, "y": y},
            "bands": {
                "x": np.tile(fitted.x, len(fitted.bands)),
                "low": np.concatenate([low for low, _ in fitted.bands.values()]),
                "high": np.concatenate([high for _, high in fitted.bands.values()]),
                "level": [f"{level:.0%}" for level in fitted.bands for _ in fitted.x],
            },
            "centre": {"x": fitted.x, "y": fitted.centre},
            "true": {"x": fitted.x, "y": fitted.true},
            "density": {
                "x": np.concatenate([across for across, _ in densities]),
                "y": np.concatenate([up for _, up in densities]),
                "at": [k for k, (across, _) in enumerate(densities) for _ in across],
                "order": [k for across, _ in densities for k in range(len(across))],
            },
        },
        "Points scattered about a line; the fitted line with the bands that should hold 50 and 90 percent of new "
        "points, the true line, dashed, and the fitted density drawn sideways at five places.",
    )


@lru_cache(maxsize=64)
def _predictive_spec(
    x_domain: tuple[float, float], y_domain: tuple[float, float], keys: tuple[str, ...]
) -> dict[str, Any]:
    x, y = x_axis("x", "x", x_domain), y_axis("low", "y", y_domain)
    up = y_axis("y", "y", y_domain)
    bands = named("bands").mark_area(color=MODEL, opacity=0.17, clip=True).encode(
        x=x, y=y, y2=alt.Y2("high:Q"), detail=alt.Detail("level:N")
    )  # fmt: skip
    words, heard = until_let_go(keys)
    density = named("density").mark_line(color=BEST, strokeWidth=2, clip=True)
    return finish(
        layered(
            bands,
            density.encode(x=x, y=up, detail=alt.Detail("at:N"), order=alt.Order("order:Q")),
            named("true")
            .mark_line(color=TRUTH, strokeDash=[6, 4], strokeWidth=2, clip=True)
            .encode(x=x, y=up),
            named("centre").mark_line(color=MODEL, strokeWidth=3, clip=True).encode(x=x, y=up),
            named("points").mark_circle(color=TRUTH, size=40, opacity=0.9, clip=True).encode(x=x, y=up),
            *words,
        ),
        height=400,
        **heard,
    )


def chances(
    x: Array,
    y: Array,
    at: Array,
    shares: Mapping[str, Array],
    true: Mapping[str, Array],
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """The fitted probability of each class over `at` (m,), the true one dashed, and the points as ticks.

    x, y (n,): the classes 0, 1, … in the order of `shares`. asked: as for ``predictive``.
    """
    names = list(shares)
    along: dict[str, Any] = {"x": np.tile(at, len(names)), "series": [name for name in names for _ in at]}
    return Picture(
        _chances_spec(tuple(names), tuple(asked or ())),
        {
            **asked_for(asked),
            "fitted": {**along, "y": np.concatenate(list(shares.values()))},
            "true": {**along, "y": np.concatenate(list(true.values()))},
            "points": {"x": x, "y": -0.05 - 0.05 * y, "series": [names[int(c)] for c in y]},
        },
        "The fitted probability of each class along x as a solid line, the true one dashed, and the points below as "
        "ticks, one row a class.",
    )


@lru_cache(maxsize=8)
def _chances_spec(names: tuple[str, ...], keys: tuple[str, ...]) -> dict[str, Any]:
    x = x_axis("x", "x", (-2.05, 2.05))
    y = y_axis("y", "probability", (-0.22, 1.02), values=[0, 0.25, 0.5, 0.75, 1], format=".2f")
    color = series_color(names, names)
    fitted = named("fitted").mark_line(strokeWidth=3).encode(x=x, y=y, color=color)
    true = named("true").mark_line(strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y, color=color)
    points = (
        by_series(named("points"))
        .mark_point(size=36, filled=True, opacity=0.9)
        .encode(x=x, y=y, color=color, shape=series_shape(names, names))
    )
    words, heard = until_let_go(keys)
    return finish(layered(true, fitted, points, *words), height=400, **heard)


def slopes(found: Mapping[str, Array], order: Sequence[str], true: float) -> Picture:
    """The slope that each loss found in each repeat, as a strip of ticks, and the middle 90 % of them as a bar."""
    values = np.concatenate(list(found.values()))
    low, high = np.quantile(values, [0.002, 0.998])
    quantiles = np.array([np.quantile(each, [0.05, 0.95]) for each in found.values()])
    return Picture(
        _slopes_spec(tuple(order), tuple(found), _round(low, high, true)),
        {
            "slopes": {"x": values, "series": [name for name, each in found.items() for _ in each]},
            "middle": {"low": quantiles[:, 0], "high": quantiles[:, 1], "series": list(found)},
            "true": {"x": [true]},
        },
        "For each loss a row of ticks, the slopes it found in repeated draws, with a bar over the middle 90 percent; a "
        "dashed line marks the true slope.",
    )


def _round(low: float, high: float, true: float) -> tuple[float, float]:
    """An interval about the true slope with room for all, in steps of half a power of two: it seldom changes."""
    reach = max(true - low, high - true, 1e-9)
    wide = float(2 ** (np.ceil(2 * np.log2(reach)) / 2))
    return (true - wide, true + wide)


@lru_cache(maxsize=64)
def _slopes_spec(
    order: tuple[str, ...], shown: tuple[str, ...], domain: tuple[float, float]
) -> dict[str, Any]:
    x = x_axis("x", "slope found", domain)
    row = alt.Y("series:N", title=None, sort=list(shown), axis=alt.Axis(labelLimit=170))
    color = series_color(order, shown).legend(None)
    ticks = named("slopes").mark_tick(opacity=0.35, thickness=1.5, clip=True).encode(x=x, y=row, color=color)
    middle = named("middle").mark_rule(strokeWidth=4, clip=True).encode(
        x=x_axis("low", "slope found", domain), x2=alt.X2("high:Q"), y=row, color=color
    )  # fmt: skip
    true = named("true").mark_rule(color=TRUTH, strokeDash=[6, 4], strokeWidth=2).encode(x=x)
    return finish(layered(ticks, middle, true), height=60 * len(shown) + 60)
