"""Write on the chart of a fit: its error in large letters, the names of its lines, and pale lines of other networks.

The data sets are those of `nnviz.charts.network_fit`.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from nnviz._types import FloatArray
from nnviz.charts import text
from nnviz.charts.theme import BEST, ERROR, MODEL, PAPER, Columns, either, named, write_number

HEADLINE = 20  # pixels: of the one number that a chart is about
ROOM_FOR_BOTH = 520  # pixels of a plot: from here on, both errors have room above it
HEADLINE_SIZE = alt.expr(f"width > {ROOM_FOR_BOTH} ? {HEADLINE} : 14")
NAME_SHARE = 14  # of the interval: half the width of the name of a line
EPSILON_SHOWN = "(isValid(tube) ? tube : datum.epsilon)"


def ghost_columns(
    x: FloatArray, target: FloatArray, ghosts: Mapping[str, FloatArray], drawing: float | None
) -> dict[str, Columns]:
    """Return the lines of other networks, and their names where they are flat and far from the target.

    drawing: the stamp of a target that is drawn.
    """
    at = [_name_place(np.nan_to_num(line), np.nan_to_num(target)) for line in ghosts.values()]
    stamp: Columns = {} if drawing is None else {"drawing": np.full(len(ghosts) * len(x), drawing)}
    return {
        "ghosts": {
            "x": np.tile(x, len(ghosts)),
            "y": np.concatenate(list(ghosts.values())).astype(np.float32),
            "ghost": np.repeat(np.arange(len(ghosts)), len(x)),
            **stamp,
        },
        "ghost_names": {
            "x": x[at],
            "y": [line[k] for line, k in zip(ghosts.values(), at, strict=True)],
            "above": [bool(line[k] > target[k]) for line, k in zip(ghosts.values(), at, strict=True)],
            "name": list(ghosts),
            **{name: values[: len(ghosts)] for name, values in stamp.items()},
        },
    }


def _name_place(line: FloatArray, target: FloatArray) -> int:
    """Return the index where a line is farthest from the target, less what it rises along the width of its name."""
    half = len(line) // NAME_SHARE
    if half == 0:
        return len(line) // 2
    rise = np.ptp(np.lib.stride_tricks.sliding_window_view(line, 2 * half + 1), axis=1)
    return half + int(np.argmax(np.abs(line - target)[half:-half] - rise))


def error_words(value: str, outdated: str, hidden: str = "false", name: str = "datum.name") -> Any:
    """Write the largest error of the frame shown above the plot; nothing while it is that of another drawing.

    hidden: the expression of whether it is that of another network. name: the expression of what stands before it. It
    has the color of success and a check mark where it is at most ε, and else the color of errors.
    """
    known = f"isValid({value}) && !({outdated}) && !{hidden}"
    inside = f"{value} <= {EPSILON_SHOWN}"
    said = f"{name} + ' = ' + {write_number(value)} + ({inside} ? ' ✓' : '')"
    return (
        named("errors")
        .transform_calculate(text=f"{known} ? {said} : ''")
        .mark_text(align="left", baseline="bottom", fontSize=HEADLINE_SIZE, fontWeight=700)
        .encode(
            x=alt.XValue(2), y=alt.YValue(-8), text=alt.Text("text:N"),
            color=either(alt.ColorValue, inside, BEST, ERROR),
        )
    )  # fmt: skip


def name_lines(value: str, outdated: str) -> list[Any]:
    """Write the names of the tube and of the network beside them, in their colors, where f is largest and smallest.

    datum.side: -1 and 1 for a name near the left and the right end of the chart, where it stands inside of the plot.
    """
    is_tube = f"datum.name === '{text.TUBE_NAME}'"
    above = f"datum.t + {EPSILON_SHOWN}"
    below = f"min({value}, datum.t - {EPSILON_SHOWN})"
    is_above = f"({is_tube} || {value} > datum.t + {EPSILON_SHOWN})"
    place = (
        named("names")
        .transform_filter(f"isValid({value}) && isValid(datum.t) && !({outdated})")
        .transform_calculate(at=f"{is_tube} ? {above} : {is_above} ? {value} : {below}")
    )
    look: dict[str, Any] = {
        "align": alt.expr("datum.side < 0 ? 'left' : datum.side > 0 ? 'right' : 'center'"),
        "baseline": alt.expr(f"{is_above} ? 'bottom' : 'top'"),
        "dy": alt.expr(f"{is_above} ? -6 : 8"),
        **{"fontSize": 14, "fontWeight": 600, "clip": True, "aria": False},
    }
    at: dict[str, Any] = {"x": alt.X("x:Q"), "y": alt.Y("at:Q"), "text": alt.Text("name:N")}
    edge = place.mark_text(stroke=PAPER, strokeWidth=5, strokeJoin="round", **look)
    name = place.mark_text(**look).encode(color=either(alt.ColorValue, is_tube, BEST, MODEL), **at)
    return [edge.encode(**at), name]


def ghost_layers(x: alt.X, y: alt.Y, outdated: str) -> tuple[Any, Any]:
    """Return the pale lines of other networks, and their names; nothing while they are those of another drawing."""
    lines = named("ghosts").transform_filter(f"!({outdated})")
    lines = lines.mark_line(color=MODEL, strokeWidth=1.5, opacity=0.45, clip=True, aria=False)
    is_above = "datum.above"
    names = (
        named("ghost_names")
        .transform_filter(f"width > {ROOM_FOR_BOTH} && !({outdated})")
        .mark_text(
            color=MODEL, opacity=0.8, fontSize=13, clip=True, aria=False,
            baseline=alt.expr(f"{is_above} ? 'bottom' : 'top'"), dy=alt.expr(f"{is_above} ? -7 : 7"),
        )
    )  # fmt: skip
    return lines.encode(x=x, y=y, detail=alt.Detail("ghost:O")), names.encode(
        x=x, y=y, text=alt.Text("name:N")
    )


def name_switches(value: str, words: str) -> Any:
    """Write what the ticks are called above the leftmost of them."""
    return (
        named("centers")
        .transform_calculate(tick=value)
        .transform_filter(f"isValid(datum.tick) && width > {24 * len(words)}")
        .transform_aggregate(at="min(tick)")
        .mark_text(text=words, color=MODEL, fontSize=13, align="left", baseline="bottom", aria=False)
        .encode(x=alt.X("at:Q"), y=alt.YValue(alt.expr("height - 13")))
    )
