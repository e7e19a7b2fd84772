"""Draw the sawtooth, and the sizes of a deep and a shallow network for it."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray
from nnviz.charts import CurveStyle, draw_curves
from nnviz.charts.curves import LineName
from nnviz.charts.fit_words import HEADLINE_SIZE, ROOM_FOR_BOTH
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Picture,
    finish,
    layered,
    named,
    x_axis,
    y_axis,
)
from nnviz.lessons.inside_the_network.folding import text
from nnviz.networks.depth_comparison import SawtoothSizes


def draw_sawtooth(
    now: tuple[AnyArray, AnyArray], before: tuple[AnyArray, AnyArray], words: tuple[str, str] = ("", "")
) -> Picture:
    """Draw a sawtooth (x, y) on [0, 1] over the sawtooth with one layer fewer, and mark its first linear piece.

    words: what stands above the plot at the left, and at the right.
    """
    return Picture(
        _sawtooth_spec(),
        {
            "now": {"x": now[0], "y": now[1]},
            "before": {"x": before[0], "y": before[1]},
            "piece": {"x": now[0][:2], "y": now[1][:2]},
            "headline": {"left": [words[0]], "right": [words[1]]},
            "names": {
                "name": [text.ONE_FEWER, text.ALL, text.FIRST],
                "x": [float(np.clip(before[0][1], 0.15, 0.5)), 0.85, 0.1],
                "y": [1.0, 1.0, -0.11],
                "color": [TRUTH, MODEL, ERROR],
            },
        },
        text.SAWTOOTH,
        dict(zip(text.SAWTOOTH_AXES, now, strict=True)),
    )


@kept
def _sawtooth_spec() -> dict[str, Any]:
    x = x_axis("x", text.SAWTOOTH_AXES[0], (0.0, 1.0))
    y = y_axis("y", text.SAWTOOTH_AXES[1], (-0.12, 1.14))
    # A round join keeps the wide line from rising above its peaks; a thin line keeps many pieces apart.
    widths = {
        "before": "clamp(width / length(data('before')) / 2, 1, 6)",
        "now": "clamp(width / length(data('now')) / 3, 0.5, 2)",
        "piece": "4",
    }
    colors = (f"{TRUTH}66", MODEL, ERROR)
    lines = [
        named(name).mark_line(strokeWidth=alt.expr(width), strokeJoin="round", color=color).encode(x=x, y=y)
        for (name, width), color in zip(widths.items(), colors, strict=True)
    ]
    names = named("names").mark_text(fontSize=14, fontWeight=600, dy=-12, aria=False)
    color = alt.Color("color:N", scale=None)
    headline = named("headline")
    left = headline.mark_text(
        align="left", baseline="bottom", fontSize=HEADLINE_SIZE, fontWeight=700, color=MODEL
    ).encode(x=alt.XValue(2), y=alt.YValue(-6), text=alt.Text("left:N"))
    right = headline.transform_filter(f"width > {ROOM_FOR_BOTH}").mark_text(
        align="right", baseline="bottom", fontSize=14, color=TRUTH, aria=False
    )
    right = right.encode(x=alt.XValue("width"), y=alt.YValue(-7), text=alt.Text("right:N"))
    return finish(
        layered(*lines, names.encode(x=x, y=y, text=alt.Text("name:N"), color=color), left, right), height=430
    )


def draw_fold(folded: Mapping[int, tuple[AnyArray, AnyArray]]) -> Picture:
    """Draw the interval after some numbers of layers, side by side: layers -> a path through its values and its rows.

    A path has the rows 1 … n, with one linear piece in each. The first one has the color of the first piece of the
    sawtooth.
    """
    paths: dict[str, list[AnyArray]] = {"x": [], "y": [], "order": [], "layers": []}
    for column, (layers, (values, rows)) in enumerate(folded.items()):
        each = (column + 0.15 + 0.7 * values, (rows - 0.5) / rows.max(), np.arange(values.size))
        for name, part in zip(paths, (*each, np.full(values.size, layers)), strict=True):
            paths[name].append(part)
    fold = {name: np.concatenate(parts) for name, parts in paths.items()}
    is_first = fold["order"] < 2
    values, rows = folded[max(folded)]
    return Picture(
        _fold_spec(len(folded)),
        {
            "fold": fold,
            "piece": {name: column[is_first] for name, column in fold.items()},
            "names": {
                "x": np.arange(len(folded)) + 0.5,
                "name": [text.name_layers(layers, int(rows.max())) for layers, (_, rows) in folded.items()],
            },
        },
        text.FOLD,
        dict(zip(text.FOLD_AXES, (values, rows), strict=True)),
    )


@kept
def _fold_spec(columns: int) -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, columns], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    thin = "clamp(height / length(data('fold')), 0.7, 3)"
    paths = [
        named(name)
        .mark_line(color=color, strokeWidth=alt.expr(width), strokeJoin="round")
        .encode(x=x, y=y, order=alt.Order("order:Q"), detail=alt.Detail("layers:Q"))
        for name, color, width in (("fold", MODEL, thin), ("piece", ERROR, f"1.5 * {thin}"))
    ]
    names = named("names").mark_text(
        color=TRUTH, fontSize=13, fontWeight=600, baseline="bottom", lineBreak="\n", aria=False
    )
    return finish(layered(*paths, names.encode(x=x, y=alt.YValue(-22), text=alt.Text("name:N"))), height=210)


def draw_sizes(sizes: Sequence[SawtoothSizes], layers: int) -> Picture:
    """Draw the numbers of parameters of both networks over the number of layers, with a marker at ``layers``."""
    at = np.array([each.layers for each in sizes], float)
    deep = np.array([each.deep_parameters for each in sizes], float)
    shallow = np.array([each.shallow_parameters for each in sizes], float)
    lines = {text.DEEP: (at, deep), text.SHALLOW: (at, shallow)}
    now = layers - int(at[0])
    names = {
        text.DEEP: LineName(f"{text.DEEP}: {deep[now]:.0f}", float(at[-1]), float(deep[1]), is_above=False),
        text.SHALLOW: LineName(f"{text.SHALLOW}: {shallow[now]:.0f}", float(at[-3]), float(shallow[-3])),
    }
    style = CurveStyle(
        text.SIZE_AXES,
        x_domain=(float(at[0]), float(at[-1])),
        log=True,
        height=250,
        marker=float(layers),
        marker_name=text.LAYER,
    )
    order = [text.DEEP, "", "", text.SHALLOW]  # orange is the first piece
    return draw_curves(lines, order, text.SIZES, style, names=names)
