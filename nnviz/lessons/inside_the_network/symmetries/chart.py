"""Draw a network before and after an edit."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import AnyArray, Bounds
from nnviz.charts.theme import MODEL, TRUTH, Picture, finish, layered, legend_columns, named, x_axis, y_axis
from nnviz.lessons.inside_the_network.symmetries import text

_LEAST_HEIGHT, _MOST_HEIGHT = 4.0, 1e6  # of the half plot


def draw_edit(x: AnyArray, before: AnyArray, after: AnyArray, centers: AnyArray, interval: Bounds) -> Picture:
    """Draw a network after an edit over the network before it, (m,) each, with a numbered tick at each unit's center.

    centers: (N,), nan where a unit has none. interval: the range of the x axis.
    """
    high = _half_height(np.concatenate([before, after]))
    shown = np.where((centers >= interval[0]) & (centers <= interval[1]), centers, np.nan)
    return Picture(
        _edit_spec(interval, (-high, high)),
        {
            "before": {"x": x, "y": before},
            "after": {"x": x, "y": after},
            "units": {"x": shown, "unit": np.arange(1, len(shown) + 1)},
        },
        text.CHART,
        {text.CHART_AXES[0]: x, text.BEFORE: before, text.AFTER: after},
    )


def _half_height(values: AnyArray) -> float:
    """Return a half height that holds the finite values: at least 4, at most 10⁶."""
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    return float(np.clip(np.ceil(1.15 * largest), _LEAST_HEIGHT, _MOST_HEIGHT))


@kept
def _edit_spec(x_domain: Bounds, y_domain: Bounds) -> dict[str, Any]:
    x, y = x_axis("x", text.CHART_AXES[0], x_domain), y_axis("y", text.CHART_AXES[1], y_domain)
    legend = alt.Legend(
        orient="top", title=None, symbolType="stroke", symbolSize=300, symbolStrokeWidth=4,
        columns=legend_columns(190),
    )  # fmt: skip
    scale = alt.Scale(domain=[text.BEFORE, text.AFTER], range=[TRUTH, MODEL])
    color = alt.Color("series:N", scale=scale, legend=legend)
    before = _line("before", text.BEFORE).mark_line(
        strokeWidth=8, opacity=0.45, strokeJoin="round", clip=True
    )
    after = _line("after", text.AFTER).mark_line(strokeWidth=2.5, clip=True)
    on_units = named("units").transform_filter("isValid(datum.x)")
    foot = alt.Y2Value(alt.expr("height"))
    ticks = on_units.mark_rule(color=MODEL, strokeWidth=1.5, aria=False)
    numbers = on_units.mark_text(color=TRUTH, fontSize=13, fontWeight=600, baseline="bottom")
    return finish(
        layered(
            before.encode(x=x, y=y, color=color),
            after.encode(x=x, y=y, color=color),
            ticks.encode(x=x, y=alt.YValue(alt.expr("height - 10")), y2=foot),
            numbers.encode(x=x, y=alt.YValue(alt.expr("height - 12")), text=alt.Text("unit:N")),
        ),
        height=350,
    )


def _line(data: str, series: str) -> alt.Chart:
    return named(data).transform_calculate(series=f"'{series}'")
