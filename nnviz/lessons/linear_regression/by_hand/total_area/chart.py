"""Draw all squared residuals of a line as one square, beside the squares of other lines."""

from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz.charts.theme import BEST, ERROR, TRUTH, Columns, Picture, finish, layered, named, write_number
from nnviz.lessons.linear_regression.by_hand import text
from nnviz.lessons.linear_regression.by_hand.chart import Line, centered_points, points_now, residual_table


def draw_total_area(points: Columns, line: Line, *, shows_best: bool) -> Picture:
    """Draw all squared residuals as one square of area n L, with a strip for each point in the order of x.

    Dashed frames have the areas Σ (yᵢ − ȳ)² and, where it is shown, the total of the least-squares line.
    points: see ``points_columns``.
    """
    x, y = np.asarray(points["x"]), np.asarray(points["y"])
    order = np.argsort(x, kind="stable")
    side = 1.15 * max(float(np.sum((y - y.mean()) ** 2)), 1e-12) ** 0.5
    return Picture(
        _area_spec(float(f"{side:.3g}"), shows_best=shows_best),
        {
            "points": {name: np.asarray(column)[order] for name, column in points.items()},
            "now": {"w": [line[0]], "b": [line[1]]},
        },
        text.AREA_WORDS,
        residual_table(x, y, line),
    )


@kept
def _area_spec(top: float, *, shows_best: bool) -> dict[str, Any]:
    # One unit is as long in x as in y; the lower left corner is 0.
    wide, high = (
        alt.Scale(domainMin=0, domainMax=alt.expr(f"{top} * max(1, {ratio})"), nice=False, zero=False)
        for ratio in ("width / height", "height / width")
    )
    x, y = alt.X("left:Q", scale=wide, axis=None), alt.Y("side:Q", scale=high, axis=None)
    squares = points_now().transform_calculate(square="pow(datum.f - datum.py, 2)", corner="0")
    total = squares.transform_aggregate(total="sum(square)", mean="mean(square)", count="count()")
    mean = _frame_data("datum.vv", text.MEAN_FRAME)
    ground = named("now").mark_rule(color=TRUTH, opacity=0.4, aria=False).encode(y=alt.YValue("height"))
    layers = [ground, _strips(squares, x, y), _frame(mean, TRUTH, x, y), _beside(mean, TRUTH, 2)]
    if shows_best:
        best = _frame_data(
            "datum.uu > 0 ? datum.vv - datum.uv * datum.uv / datum.uu : datum.vv", text.BEST_FRAME
        )
        layers += [_frame(best, BEST, x, y), _beside(best, BEST, 3)]
    sums = f"datum.count + ' × ' + {write_number('datum.mean', 4)} + ' = ' + {write_number('datum.total', 4)}"
    ours, title = (total.transform_calculate(label=label) for label in (sums, f"'{text.ALL_SQUARES}'"))
    cut = total.transform_filter(f"datum.total > {top**2}").transform_calculate(label=f"'{text.SQUARE_CUT}'")
    layers += [_beside(title, ERROR, 0), _beside(ours, ERROR, 1), _beside(cut, ERROR, 4)]
    return finish(layered(*layers), height=180, listens=True)


def _strips(squares: alt.Chart, x: alt.X, y: alt.Y) -> Any:
    """Draw a strip for each point, as high as the whole square; its area is the square of the point's residual."""
    tooltip = [
        alt.Tooltip("px:Q", title="x"),
        alt.Tooltip("py:Q", title="y"),
        alt.Tooltip("square:Q", title=text.SQUARE),
        alt.Tooltip("share:Q", title=text.SHARE, format=".1%"),
    ]
    return (
        squares.transform_joinaggregate(total="sum(square)")
        .transform_window(sofar="sum(square)", frame=[None, 0])
        .transform_calculate(
            side="sqrt(datum.total)",
            left="(datum.sofar - datum.square) / datum.side",
            right="datum.sofar / datum.side",
            share="datum.square / datum.total",
        )
        .mark_rect(color=ERROR, opacity=0.3, stroke=ERROR, strokeOpacity=0.4, strokeWidth=0.5, clip=True)
        .encode(x=x, x2=alt.X2("right:Q"), y=y, y2=alt.Y2("corner:Q"), tooltip=tooltip)
    )


def _frame_data(area: str, name: str) -> alt.Chart:
    """Return one row with a square of that area, an expression of the sums uu, uv, vv; rounding errors become 0."""
    return (
        centered_points()
        .transform_aggregate(uu="sum(uu)", uv="sum(uv)", vv="sum(vv)")
        .transform_calculate(exact=area)
        .transform_calculate(area="datum.exact > 1e-12 * datum.vv ? datum.exact : 0")
        .transform_calculate(side="sqrt(datum.area)", right="sqrt(datum.area)", left="0", corner="0")
        .transform_calculate(label=f"'{name}: ' + {write_number('datum.area', 4)}")
    )


def _frame(chart: alt.Chart, color: str, x: alt.X, y: alt.Y) -> Any:
    return chart.mark_rect(fillOpacity=0, stroke=color, strokeDash=[6, 4], strokeWidth=2, clip=True).encode(
        x=x,
        x2=alt.X2("right:Q"),
        y=y,
        y2=alt.Y2("corner:Q"),
        tooltip=[alt.Tooltip("area:Q", title=text.TOTAL)],
    )


def _beside(chart: alt.Chart, color: str, row: int) -> Any:
    """Write the `label` in a row at the right of the squares."""
    return chart.mark_text(
        align="right",
        baseline="top",
        fontSize=13,
        fontWeight=600,
        color=color,
        x=alt.expr("width - 4"),
        y=8 + 22 * row,
    ).encode(text=alt.Text("label:N"))
