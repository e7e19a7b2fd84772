"""Draw the sawtooth, and the sizes of a deep and a shallow network for it."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray
from nnviz.charts import CurveStyle, draw_curves
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Picture,
    finish,
    layered,
    legend_columns,
    named,
    x_axis,
    y_axis,
)
from nnviz.lessons.inside_the_network.folding import text
from nnviz.networks.depth_comparison import SawtoothSizes


def draw_sawtooth(now: tuple[AnyArray, AnyArray], before: tuple[AnyArray, AnyArray]) -> Picture:
    """Draw a sawtooth (x, y) on [0, 1] over the sawtooth with one layer fewer, and mark its first linear piece."""
    return Picture(
        _sawtooth_spec(),
        {
            "now": {"x": now[0], "y": now[1]},
            "before": {"x": before[0], "y": before[1]},
            "piece": {"x": now[0][:2], "y": now[1][:2]},
        },
        text.SAWTOOTH,
        dict(zip(text.SAWTOOTH_AXES, now, strict=True)),
    )


@kept
def _sawtooth_spec() -> dict[str, Any]:
    x = x_axis("x", text.SAWTOOTH_AXES[0], (0.0, 1.0))
    y = y_axis("y", text.SAWTOOTH_AXES[1], (-0.05, 1.08))
    legend = alt.Legend(
        orient="top", title=None, symbolType="stroke", symbolSize=300, symbolStrokeWidth=4, symbolOpacity=1,
        columns=legend_columns(130),
    )  # fmt: skip
    scale = alt.Scale(domain=list(text.LINES), range=[f"{TRUTH}66", MODEL, ERROR])
    color = alt.Color("series:N", scale=scale, legend=legend)
    # A round join keeps the wide line from rising above its peaks; a thin line keeps many pieces apart.
    widths = {
        "before": "clamp(width / length(data('before')) / 2, 1, 6)",
        "now": "clamp(width / length(data('now')) / 3, 0.5, 2)",
        "piece": "4",
    }
    lines = [
        named(name)
        .transform_calculate(series=f"'{series}'")
        .mark_line(strokeWidth=alt.expr(width), strokeJoin="round")
        .encode(x=x, y=y, color=color)
        for (name, width), series in zip(widths.items(), text.LINES, strict=True)
    ]
    return finish(layered(*lines), height=350)


def draw_fold(values: AnyArray, rows: AnyArray) -> Picture:
    """Draw the folded interval: a path through its values in the rows 1 … n, with one linear piece in each row.

    The first row has the color of the first piece of the sawtooth.
    """
    height = (rows - 0.5) / rows.max()  # of the plot, so that the axis and the spec stay the same
    return Picture(
        _fold_spec(),
        {
            "fold": {"x": values, "y": height, "order": np.arange(len(values))},
            "piece": {"x": values[:2], "y": height[:2], "order": np.arange(2)},
        },
        text.FOLD,
        dict(zip(text.FOLD_AXES, (values, rows), strict=True)),
    )


@kept
def _fold_spec() -> dict[str, Any]:
    x = x_axis("x", text.FOLD_AXES[0], (-0.05, 1.05), values=[0, 0.5, 1])
    y = y_axis("y", text.FOLD_AXES[1], (0.0, 1.0), labels=False, ticks=False, grid=False)
    thin = "clamp(height / length(data('fold')), 0.5, 3)"
    paths = [
        named(name)
        .mark_line(color=color, strokeWidth=alt.expr(width), strokeJoin="round")
        .encode(x=x, y=y, order=alt.Order("order:Q"))
        for name, color, width in (("fold", MODEL, thin), ("piece", ERROR, f"1.5 * {thin}"))
    ]
    return finish(layered(*paths), height=160)


def draw_sizes(sizes: Sequence[SawtoothSizes], layers: int) -> Picture:
    """Draw the numbers of parameters of both networks over the number of layers, with a marker at ``layers``."""
    at = np.array([each.layers for each in sizes], float)
    deep = np.array([each.deep_parameters for each in sizes], float)
    shallow = np.array([each.shallow_parameters for each in sizes], float)
    lines = {text.DEEP: (at, deep), text.SHALLOW: (at, shallow)}
    style = CurveStyle(
        text.SIZE_AXES, log=True, height=250, marker=float(layers), marker_name=text.LAYER, legend_above=True
    )
    return draw_curves(lines, list(lines), text.SIZES, style)
