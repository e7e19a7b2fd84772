"""Draw networks of steps or bumps whose number a slider chooses."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, FloatArray
from nnviz.charts import LiveKey
from nnviz.charts.fit_words import EPSILON_SHOWN, error_words, name_lines
from nnviz.charts.network_fit import (
    Fit,
    FitKeys,
    error_columns,
    fit_table,
    made_for,
    name_columns,
    network_columns,
    network_layer,
    pale_when_outdated,
    shown,
    target_columns,
    target_layers,
    value_shown,
    wide,
)
from nnviz.charts.network_units import MOVED, UnitLink, draw_pointed, show_values, write_moved_error
from nnviz.charts.text import FIT_AXIS, LARGEST_ERROR
from nnviz.charts.theme import (
    PAPER,
    STEP,
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
from nnviz.lessons.universal_approximation.bumps import text
from nnviz.lessons.universal_approximation.shared.chart import NET, SIGMOID, TALL, draw_piece

CELLS = LiveKey("ua_many")  # the slider that says how many cells
BAR = LiveKey("ua_bar")  # while a bar is dragged, its number and height are published under this name
FEWEST = 2
EDGES = 0.6, 12  # how opaque the edges of the cells are, and up to how many cells; more have paler edges


def draw_cells(fit: Fit, heights: Array, count: int, group: int = 1) -> Picture:
    """Draw steps or bumps that build a target from equal cells; frame k has k + 2 of them, and the slider chooses.

    heights: (F, F + 1), row k the height of each cell of frame k, nan beyond its cells. count: the cells at first.
    group: how many units make one bump or one step.
    """
    cells, frames = np.arange(heights.shape[1]), fit.frames
    return Picture(
        _cells_spec(cells_domain(fit), len(frames.sup), fit.followed, UnitLink(NET, SIGMOID, group)),
        {
            "target": target_columns(fit),
            "network": network_columns(fit),
            "names": name_columns(fit),
            "errors": error_columns(fit),
            "cells": {
                "cell": cells,
                "count": np.full(len(cells), count),
                "start": np.full(len(cells), frames.x[0]),
                "end": np.full(len(cells), frames.x[-1]),
                **made_for(fit.drawing, len(cells)),
                **wide(heights),
            },
        },
        text.MANY_CHART,
        fit_table(fit),
    )


def cells_domain(fit: Fit) -> tuple[Bounds, Bounds]:
    """Return what the axes of the chart of the cells span."""
    x = fit.frames.x
    return padded(float(x[0]), float(x[-1]), 0.02), _range(fit.frames.target)


def _range(target: FloatArray) -> Bounds:
    return steady(min(float(np.nanmin(target)), 0.0), max(float(np.nanmax(target)), 0.0), 0.2)


@kept
def _cells_spec(domain: tuple[Bounds, Bounds], frames: int, keys: FitKeys, link: UnitLink) -> dict[str, Any]:
    value = value_shown(frames)
    x, y = x_axis("x", "x", domain[0]), y_axis("y", FIT_AXIS, domain[1])
    moved, width = link.shifted(value), "(datum.end - datum.start) / count"
    held = f"datum.cell == {live(f'{BAR}_i', '-1')} ? {live(f'{BAR}_y', '0')} : {value}"
    edges = alt.expr(f"{EDGES[0]} * min(1, {EDGES[1]} / count)")
    bars = (
        named("cells")
        .transform_calculate(y=held, from_=f"datum.start + datum.cell * {width}", zero="0")
        .transform_calculate(to=f"datum.from_ + {width}")
        .transform_filter("datum.cell < count && isValid(datum.y)")
        .mark_rect(fill=STEP, fillOpacity=0.12, stroke=STEP, strokeOpacity=edges, clip=True, aria=False)
        .encode(x=alt.X("from_:Q"), x2=alt.X2("to:Q"), y=y, y2=alt.Y2("zero:Q"))
    )
    layers = [
        *target_layers(
            x,
            y,
            keys,
            pale_when_outdated(bars, keys),
            network_layer(x, moved, keys),
        ),
        *draw_pointed(x, link),
        *_name_pointed(link.group, domain[0]),
        error_words(value, keys.outdated, MOVED, f"count + ' {text.NAMES[link.group]}: {LARGEST_ERROR}'"),
        *name_lines(moved, keys.outdated),
        write_moved_error(moved, EPSILON_SHOWN),
        show_values(x, moved, keys.outdated),
    ]
    count = {"name": "count", "update": live(CELLS, "length(data('cells')) ? data('cells')[0].count : 0")}
    signals = (count, shown(f"(count - {FEWEST})"), keys.tube, link.signal)
    return finish(layered(*layers), height=TALL, listens=True, signals=signals)


def _name_pointed(group: int, span: Bounds) -> list[Any]:
    """Write at the lower edge, beside their knots, that the units pointed at make one bump or one step."""
    turn = span[0] + 0.75 * (span[1] - span[0])  # further right, the words stand at the left
    ends = [f"-pointed.now.b{k} / pointed.now.w{k}" for k in range(group)]
    place = (
        alt.Chart(alt.sequence(0, 1))
        .transform_filter("isValid(pointed) && pointed.unit >= 0")
        .transform_calculate(low=f"min({', '.join(ends)})", high=f"max({', '.join(ends)})")
        .transform_calculate(at=f"datum.high < {turn} ? datum.high : datum.low")
    )
    look: dict[str, Any] = {
        "text": text.POINTED[group],
        "align": alt.expr("datum.at == datum.high ? 'left' : 'right'"),
        "dx": alt.expr("datum.at == datum.high ? 8 : -8"),
        **{"baseline": "bottom", "fontSize": 14, "fontWeight": 600, "aria": False},
    }
    at: dict[str, Any] = {"x": alt.X("at:Q"), "y": alt.YValue(alt.expr("height - 3"))}
    edge = place.mark_text(stroke=PAPER, strokeWidth=5, strokeJoin="round", **look)
    return [edge.encode(**at), place.mark_text(color=STEP, **look).encode(**at)]


def draw_step_or_bump(kind: str, values: Mapping[str, float]) -> Picture:
    """Draw one step or one bump by the values of its sliders."""
    return draw_piece(kind, values, text.PIECE_AXIS, text.PIECE_CHART)
