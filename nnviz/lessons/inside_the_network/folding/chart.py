"""Draw the sawtooth, and the sizes of a deep and a shallow network for it."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray
from nnviz.charts import CurveStyle, draw_curves
from nnviz.charts.theme import MODEL, TRUTH, Picture, finish, layered, named, x_axis, y_axis
from nnviz.lessons.inside_the_network.folding import text
from nnviz.networks.depth_comparison import SawtoothSizes


def draw_sawtooth(now: tuple[AnyArray, AnyArray], before: tuple[AnyArray, AnyArray]) -> Picture:
    """Draw a sawtooth (x, y) on [0, 1] over the sawtooth with one layer fewer."""
    return Picture(
        _sawtooth_spec(),
        {"now": {"x": now[0], "y": now[1]}, "before": {"x": before[0], "y": before[1]}},
        text.SAWTOOTH,
        dict(zip(text.SAWTOOTH_AXES, now, strict=True)),
    )


@kept
def _sawtooth_spec() -> dict[str, Any]:
    x = x_axis("x", text.SAWTOOTH_AXES[0], (0.0, 1.0))
    y = y_axis("y", text.SAWTOOTH_AXES[1], (-0.05, 1.08))
    # A round join keeps the wide line from rising above its peaks; a thin line keeps many pieces apart.
    before = named("before").mark_line(
        color=TRUTH,
        strokeWidth=alt.expr("clamp(width / length(data('before')) / 2, 1, 6)"),
        opacity=0.4,
        strokeJoin="round",
    )
    now = named("now").mark_line(
        color=MODEL,
        strokeWidth=alt.expr("clamp(width / length(data('now')) / 3, 0.5, 2)"),
        strokeJoin="round",
    )
    return finish(layered(before.encode(x=x, y=y), now.encode(x=x, y=y)), height=330)


def draw_fold(values: AnyArray, rows: AnyArray) -> Picture:
    """Draw the folded interval: a path through its values in the rows 1 … n, with one linear piece in each row."""
    height = (rows - 0.5) / rows.max()  # of the plot, so that the axis and the spec stay the same
    return Picture(
        _fold_spec(),
        {"fold": {"x": values, "y": height, "order": np.arange(len(values))}},
        text.FOLD,
        dict(zip(text.FOLD_AXES, (values, rows), strict=True)),
    )


@kept
def _fold_spec() -> dict[str, Any]:
    x = x_axis("x", text.FOLD_AXES[0], (-0.05, 1.05), values=[0, 0.5, 1])
    y = y_axis("y", text.FOLD_AXES[1], (0.0, 1.0), labels=False, ticks=False, grid=False)
    thin = alt.expr("clamp(height / length(data('fold')), 0.5, 3)")
    path = named("fold").mark_line(color=MODEL, strokeWidth=thin, strokeJoin="round")
    return finish(layered(path.encode(x=x, y=y, order=alt.Order("order:Q"))), height=160)


def draw_sizes(sizes: Sequence[SawtoothSizes], layers: int) -> Picture:
    """Draw the numbers of parameters of both networks over the number of layers, with a marker at ``layers``."""
    at = np.array([each.layers for each in sizes], float)
    deep = np.array([each.deep_parameters for each in sizes], float)
    shallow = np.array([each.shallow_parameters for each in sizes], float)
    lines = {text.DEEP: (at, deep), text.SHALLOW: (at, shallow)}
    style = CurveStyle(
        text.SIZE_AXES, log=True, height=210, marker=float(layers), marker_name=text.LAYER, legend_above=True
    )
    return draw_curves(lines, list(lines), text.SIZES, style)
