"""Draw networks of steps or bumps whose number a slider chooses."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, FloatArray
from nnviz.charts import LiveKey
from nnviz.charts.fit_words import EPSILON_SHOWN, HEADLINE, ROOM_FOR_BOTH, error_words, name_lines
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
    BEST,
    STEP,
    Columns,
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
IS_FEWER = (
    "count < datum.first"  # in the browser: the slider shows fewer cells than the first number within ε
)


def draw_cells(fit: Fit, heights: Array, count: int, group: int = 1, within: int | None = None) -> Picture:
    """Draw steps or bumps that build a target from equal cells; frame k has k + 2 of them, and the slider chooses.

    heights: (F, F + 1), row k the height of each cell of frame k, nan beyond its cells. count: the cells at first.
    group: how many units make one bump or one step. within: the first number of cells that is within ε. Its network is
    a thin line, and its number stands above the plot.
    """
    cells, frames = np.arange(heights.shape[1]), fit.frames
    return Picture(
        _cells_spec(cells_domain(fit), len(frames.sup), fit.followed, UnitLink(NET, SIGMOID, group)),
        {
            "target": target_columns(fit),
            "network": network_columns(fit),
            "names": name_columns(fit),
            "errors": {name: column[:1] for name, column in error_columns(fit).items()},
            **within_columns(fit, group, within),
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


def within_columns(fit: Fit, group: int, within: int | None) -> dict[str, Columns]:
    """Return the line of the first network within ε, and its words above the plot; both empty if there is none.

    first: its number of cells. Fewer cells are compared with it, and it is not drawn beside as many or more.
    """
    frames, named_for = fit.frames, text.NAMES[group]
    if within is None:
        return {"within": {"x": [], "y": [], "first": []}, "enough": {"text": [], "first": []}}
    row = within - FEWEST
    words = text.enough_on_chart(within, named_for, float(frames.sup[row]))
    return {
        "within": {"x": frames.x, "y": frames.predictions[row], "first": np.full(len(frames.x), within)},
        "enough": {"text": [words], "first": [within]},
    }


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
    bars = (
        named("cells")
        .transform_calculate(y=held, from_=f"datum.start + datum.cell * {width}", zero="0")
        .transform_calculate(to=f"datum.from_ + {width}")
        .transform_filter("datum.cell < count && isValid(datum.y)")
        .mark_rect(fill=STEP, fillOpacity=0.12, stroke=STEP, strokeOpacity=0.6, clip=True, aria=False)
        .encode(x=alt.X("from_:Q"), x2=alt.X2("to:Q"), y=y, y2=alt.Y2("zero:Q"))
    )
    layers = [
        *target_layers(
            x,
            y,
            keys,
            pale_when_outdated(bars, keys),
            _within_line().encode(x=x, y=y),
            network_layer(x, moved, keys),
        ),
        _within_words(),
        *draw_pointed(x, link),
        *error_words(value, keys.outdated, MOVED, f"count + ' {text.NAMES[link.group]}: {LARGEST_ERROR}'"),
        *name_lines(moved, keys.outdated),
        write_moved_error(moved, EPSILON_SHOWN),
        show_values(x, moved, keys.outdated),
    ]
    count = {"name": "count", "update": live(CELLS, "length(data('cells')) ? data('cells')[0].count : 0")}
    signals = (count, shown(f"(count - {FEWEST})"), keys.tube, link.signal)
    return finish(layered(*layers), height=TALL, listens=True, signals=signals)


def _within_line() -> Any:
    line = named("within").transform_filter(IS_FEWER)
    return line.mark_line(color=BEST, strokeWidth=1.5, clip=True, aria=False)


def _within_words() -> Any:
    return (
        named("enough")
        .transform_filter(f"{IS_FEWER} && width > {ROOM_FOR_BOTH + 100}")
        .mark_text(
            align="right", baseline="bottom", fontSize=HEADLINE, fontWeight=700, color=BEST, aria=False
        )
        .encode(x=alt.XValue("width"), y=alt.YValue(-8), text=alt.Text("text:N"))
    )


def draw_step_or_bump(kind: str, values: Mapping[str, float]) -> Picture:
    """Draw one step or one bump by the values of its sliders."""
    return draw_piece(kind, values, text.PIECE_AXIS, text.PIECE_CHART)
