"""Write on the chart of a fit: its error in large letters, the names of its lines, and pale lines of other networks.

The data sets are those of `nnviz.charts.network_fit`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt
import numpy as np

from nnviz._types import FloatArray
from nnviz.charts import text
from nnviz.charts.theme import BEST, ERROR, MODEL, PAPER, TRUTH, Columns, either, named, write_number

HEADLINE = 20  # pixels: of the one number that a chart is about
ROOM_FOR_BOTH = 520  # pixels of a plot: from here on, both errors have room above it
HEADLINE_SIZE = alt.expr(f"width > {ROOM_FOR_BOTH} ? {HEADLINE} : 14")
NAME_SHARE = 14  # of the interval: half the width of the name of a line
EPSILON_SHOWN = "(isValid(tube) ? tube : datum.epsilon)"


class Rival(NamedTuple):
    """Hold one network that the networks of a fit are compared with: its name, its values (m,), its largest error."""

    name: str
    values: FloatArray
    error: float


def rival_columns(x: FloatArray, rival: Rival, epsilon: float, drawing: float | None) -> dict[str, Columns]:
    """Return the line of a rival over x, (m,), and its words. drawing: the stamp of a target that is drawn."""
    stamp: Columns = {} if drawing is None else {"drawing": np.full(len(x), drawing)}
    return {
        "rival": {"x": x, "y": np.asarray(rival.values, np.float32), **stamp},
        "rival_words": {
            "name": [rival.name],
            "error": [rival.error],
            "epsilon": [epsilon],
            **{name: values[:1] for name, values in stamp.items()},
        },
    }


def rival_layers(x: alt.X, y: alt.Y, outdated: str) -> tuple[Any, Any]:
    """Return the thin line of a rival, and its largest error at the right above the plot, where there is room."""
    line = named("rival").transform_filter(f"!({outdated})")
    inside = f"datum.error <= {EPSILON_SHOWN}"
    words = (
        named("rival_words")
        .transform_filter(f"width > {ROOM_FOR_BOTH + 120} && !({outdated})")
        .transform_calculate(
            text=f"datum.name + ' = ' + {write_number('datum.error')} + ({inside} ? ' ✓' : '')"
        )
        .mark_text(align="right", baseline="bottom", fontSize=14, fontWeight=600, aria=False)
        .encode(
            x=alt.XValue("width"), y=alt.YValue(-9), text=alt.Text("text:N"),
            color=either(alt.ColorValue, inside, BEST, ERROR),
        )
    )  # fmt: skip
    return line.mark_line(color=BEST, strokeWidth=1.5, clip=True, aria=False).encode(x=x, y=y), words


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


def error_words(
    value: str, outdated: str, hidden: str = "false", name: str = "datum.name", *, with_mean: bool = True
) -> list[Any]:
    """Write both errors of the frame shown above the plot; nothing while they are those of another drawing.

    hidden: the expression of whether they are those of another network. name: the expression of what stands before the
    largest error. with_mean: whether the root mean square error stands at the right.

    The largest error is large, and has the color of success and a check mark where it is at most ε, and else that of
    errors. The root mean square is gray, because ε does not bound it; a narrow chart has no room for it.
    """
    known = f"isValid({value}) && !({outdated}) && !{hidden}"
    inside = f"datum.bounded && {value} <= {EPSILON_SHOWN}"
    named_so = f"(datum.bounded ? {name} : datum.name)"
    said = f"{named_so} + ' = ' + {write_number(value)} + ({inside} ? ' ✓' : '')"
    errors = named("errors").transform_calculate(text=f"{known} ? {said} : ''")
    largest = (
        errors.transform_filter("datum.bounded")
        .mark_text(align="left", baseline="bottom", fontSize=HEADLINE_SIZE, fontWeight=700)
        .encode(
            x=alt.XValue(2), y=alt.YValue(-8), text=alt.Text("text:N"),
            color=either(alt.ColorValue, inside, BEST, ERROR),
        )
    )  # fmt: skip
    mean = (
        errors.transform_filter(f"!datum.bounded && width > {ROOM_FOR_BOTH}")
        .mark_text(align="right", baseline="bottom", fontSize=13, color=TRUTH)
        .encode(x=alt.XValue("width"), y=alt.YValue(-9), text=alt.Text("text:N"))
    )
    return [largest, mean] if with_mean else [largest]


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
    """Write what the ticks are called above the first of them."""
    return (
        named("centers")
        .transform_filter(f"datum.unit == 0 && isValid({value})")
        .transform_calculate(at=value)
        .mark_text(text=words, color=MODEL, fontSize=13, align="left", baseline="bottom", aria=False)
        .encode(x=alt.X("at:Q"), y=alt.YValue(alt.expr("height - 13")))
    )
