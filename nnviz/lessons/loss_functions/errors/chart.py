"""Draw lines and constants that losses fit, while one point is moved."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts import LiveKey
from nnviz.charts.theme import (
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    layered,
    live,
    named,
    padded,
    series_color,
    series_dash,
    series_shape,
    x_axis,
    y_axis,
)
from nnviz.lessons.loss_functions.errors import text

OUTLIER = LiveKey("lf_outlier")
"""The height of the outlier."""
HEIGHT = 480  # pixels of the lines
ERROR_OF_ONE = LiveKey("lf_e")
"""The error of one point."""
NINTH = LiveKey("lf_far")
"""The ninth number."""


_ROW = alt.expr("16 + 24 * datum.row")  # of the names of the lines, each beside a piece of its line


def line_domain(x: Array) -> tuple[float, float]:
    """Return the domain of the x axis of ``draw_lines``."""
    return padded(float(x.min()), float(x.max()))


def draw_lines(
    x: Array,
    y: Array,
    lines: Mapping[str, tuple[float, float]],
    moved: Mapping[str, tuple[Array, Array]],
    order: Sequence[str],
    y_domain: tuple[float, float],
) -> Picture:
    """Draw points, the moved one last, and the line (w, b) of each loss; point and lines follow the live OUTLIER.

    moved: for each loss, heights of the last point (k,) and its lines there (k, 2), interpolated in between.
    """
    domain = line_domain(x)
    ends = np.array(domain)
    return Picture(
        _lines_spec(tuple(order), tuple(lines), domain, y_domain),
        {
            "points": {"x": x[:-1], "y": y[:-1]},
            "moved": {"x": x[-1:], "y": y[-1:]},
            "lines": {
                "x": np.tile(ends, len(lines)),
                "y": np.concatenate([w * ends + b for w, b in lines.values()] or [np.empty(0)]),
                "series": [label for label in lines for _ in ends],
            },
            "slopes": {
                "slope": [w for w, _ in lines.values()],
                "series": list(lines),
                "row": np.arange(len(lines)),
            },
            "parts": _parts(moved, ends),
        },
        text.LINE_CHART,
        {text.X: x, text.Y: y, **{text.prediction(label): w * x + b for label, (w, b) in lines.items()}},
    )


def _parts(moved: Mapping[str, tuple[Array, Array]], ends: Array) -> Columns:
    """Return, from each height to the next, ŷ at the left and the right end of the axis, at both heights."""
    heights = [at for at, _ in moved.values()]
    each = [lines[:, :1] * ends + lines[:, 1:] for _, lines in moved.values()]
    columns = {"low": [at[:-1] for at in heights], "high": [at[1:] for at in heights]}
    for k, side in enumerate(("left", "right")):
        columns |= {f"{side}0": [y[:-1, k] for y in each], f"{side}1": [y[1:, k] for y in each]}
    columns["last"] = [at[1:] == at[-1] for at in heights]
    numbers = {name: np.concatenate(parts or [np.empty(0)]) for name, parts in columns.items()}
    rows = [row for row, at in enumerate(heights) for _ in at[1:]]
    return {**numbers, "row": rows, "series": [label for label, (at, _) in moved.items() for _ in at[1:]]}


@kept
def _lines_spec(
    order: tuple[str, ...],
    shown: tuple[str, ...],
    x_domain: tuple[float, float],
    y_domain: tuple[float, float],
) -> dict[str, Any]:
    x, y = x_axis("x", text.X, x_domain), y_axis("y", text.Y, y_domain)
    look = {
        "color": series_color(order, shown).legend(None),
        "strokeDash": series_dash(order, shown),
    }
    points = named("points").mark_circle(color=TRUTH, size=90, opacity=1, clip=True).encode(x=x, y=y)
    lines = (
        by_series(named("lines"))
        .transform_filter("!in_hand")
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=y, **look)
    )
    held = _lines_at_outlier()
    following = (
        held.transform_filter("in_hand")
        .transform_calculate(x0=f"{x_domain[0]}", x1=f"{x_domain[1]}")
        .mark_rule(strokeWidth=2.5, clip=True, aria=False)
        .encode(x=alt.X("x0:Q"), x2=alt.X2("x1:Q"), y=alt.Y("left:Q"), y2=alt.Y2("right:Q"), **look)
    )
    moved = (
        named("moved")
        .transform_calculate(at="outlier")
        .mark_point(color=TRUTH, size=260, filled=True, opacity=1, shape="diamond", clip=True)
        .encode(x=x, y=alt.Y("at:Q"))
    )
    slopes = named("slopes").transform_filter("!in_hand")
    live_slopes = held.transform_filter("in_hand").transform_calculate(
        slope=f"(datum.right - datum.left) / {x_domain[1] - x_domain[0]}"
    )
    said = [_say_slope(each).encode(color=look["color"]) for each in (slopes, live_slopes)]
    residual = _residual(held, x_domain, x, y)
    layers = layered(points, lines, following, *residual, moved, _pieces().encode(**look), *said)
    return finish(layers, height=HEIGHT, listens=True, signals=_outlier())


def _lines_at_outlier() -> Any:
    """Return, for the live height of the outlier, each line by its heights at both ends of the axis."""
    return (
        by_series(named("parts"))
        .transform_filter("outlier >= datum.low && (outlier < datum.high || datum.last)")
        .transform_calculate(share="(outlier - datum.low) / (datum.high - datum.low)")
        .transform_calculate(
            **{
                side: f"datum.{side}0 + datum.share * (datum.{side}1 - datum.{side}0)"
                for side in ("left", "right")
            }
        )
    )


def _residual(lines: Any, x_domain: tuple[float, float], x: alt.X, y: alt.Y) -> list[Any]:
    """Return the residual of the outlier from the line without it, whose losses the other chart shows, and its name."""
    at = "(length(data('moved')) ? data('moved')[0].x : 0)"
    share = f"({at} - {x_domain[0]}) / {x_domain[1] - x_domain[0]}"
    ends = (
        lines.transform_filter(f"datum.series == '{text.WITHOUT}'")
        .transform_calculate(x=at, y="outlier", line=f"datum.left + {share} * (datum.right - datum.left)")
        .transform_calculate(middle="(datum.y + datum.line) / 2", long="abs(datum.y - datum.line)")
        .transform_calculate(words=f"'{text.RESIDUAL} y − ' + format(datum.line, '.2f')")
    )
    rule = ends.mark_rule(color=TRUTH, strokeWidth=2, clip=True, aria=False)
    name = ends.transform_filter("datum.long > 1.5").mark_text(
        color=TRUTH, align="right", dx=-8, fontSize=14, fontWeight=600, aria=False
    )
    return [
        rule.encode(x=x, y=y, y2=alt.Y2("line:Q")),
        name.encode(x=x, y=alt.Y("middle:Q"), text=alt.Text("words:N")),
    ]


def _pieces() -> Any:
    """Return a piece of each line, which stands before its name."""
    place = {"x": alt.XValue(12), "x2": alt.X2Value(42), "y": alt.YValue(_ROW)}
    return by_series(named("slopes")).mark_rule(strokeWidth=2.5, aria=False).encode(**place)


def _say_slope(slopes: Any) -> Any:
    """Return the name and the slope of each line in its color, in rows at the upper left corner."""
    words = slopes.transform_calculate(words=f"datum.series + ': {text.SLOPE} ' + format(datum.slope, '.2f')")
    return words.mark_text(align="left", x=50, y=_ROW, fontSize=15, fontWeight=600, aria=False).encode(
        text=alt.Text("words:N")
    )


def _outlier() -> list[dict[str, str]]:
    """Return signals: the height of the outlier, and whether the server does not know it yet."""
    given = "(length(data('moved')) ? data('moved')[0].y : 0)"
    return [
        {"name": "outlier", "update": live(OUTLIER, given)},
        {"name": "in_hand", "update": f"abs(outlier - {given}) > 1e-9"},
    ]


def draw_constants(
    numbers: Array,
    moved: Mapping[str, tuple[Array, Array, Array]],
    c: Array,
    order: Sequence[str],
    domain: tuple[float, float],
) -> Picture:
    """Draw numbers as dots, the last one at the live NINTH; above them the mean loss of each constant, and the best.

    c: (m,) constants, evenly spaced, and all values that the last number takes. moved: label -> what the other numbers
    add to the mean loss at c, (m,); what the last adds, by its error, (2m − 1,); and the best constant, (m,), while the
    last is at each c. Each curve is drawn from 0 at its minimum to 1 at its maximum.
    """
    m, empty, labels = c.size, np.empty(0), list(moved)
    first = [np.arange(m) + (2 * m - 1) * k + m - 1 for k in range(len(labels))]
    by_label = [label for label in labels for _ in range(m)]
    return Picture(
        _constants_spec(tuple(order), tuple(labels), domain, (float(c[0]), float(c[1] - c[0]))),
        {
            "numbers": {"x": numbers[:-1], "y": np.full(len(numbers) - 1, -0.1)},
            "moved": {"x": numbers[-1:], "y": [-0.1]},
            "one": {"loss": np.concatenate([one for _, one, _ in moved.values()] or [empty])},
            "means": {
                "x": np.tile(c, len(labels)),
                "others": np.concatenate([others for others, _, _ in moved.values()] or [empty]),
                "first": np.concatenate([*first, empty]),
                "series": by_label,
            },
            "best": {
                "x": np.concatenate([best for _, _, best in moved.values()] or [empty]),
                "at": np.tile(np.arange(m), len(labels)),
                "row": np.repeat(np.arange(len(labels)), m),
                "series": by_label,
            },
        },
        text.CONSTANT_CHART,
        _mean_losses(numbers, moved, c),
    )


def _mean_losses(numbers: Array, moved: Mapping[str, tuple[Array, Array, Array]], c: Array) -> Columns:
    """Return what the table behind the chart shows: the mean loss of every constant, for each loss."""
    last = int(np.abs(c - numbers[-1]).argmin())
    errors = np.arange(c.size) - last + c.size - 1
    means = {text.mean_loss(label): others + one[errors] for label, (others, one, _) in moved.items()}
    return {text.CONSTANT_COLUMN: c, **means}


@kept
def _constants_spec(
    order: tuple[str, ...], shown: tuple[str, ...], domain: tuple[float, float], ruler: tuple[float, float]
) -> dict[str, Any]:
    """ruler: the first value of the moved number, and the step to the next."""
    x = x_axis("x", text.NUMBER_AXIS, domain)
    labels, plot = 16 * len(shown) + 6, 190 + 16 * len(shown)  # pixels: the labels are above the curves
    top = (1.05 + 0.2 * labels / plot) / (1 - labels / plot)
    y = y_axis("y", text.MEAN_AXIS, (-0.2, top), values=[0, 0.5, 1])
    color = series_color(order, shown, dashed=True)
    means = (
        by_series(named("means"))
        .transform_calculate(mean="datum.others + data('one')[datum.first - far_at].loss")
        .transform_joinaggregate(low="min(mean)", high="max(mean)", groupby=["series"])
        .transform_calculate(y="(datum.mean - datum.low) / max(datum.high - datum.low, 1e-300)")
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=y, color=color, strokeDash=series_dash(order, shown))
    )
    values = named("numbers").mark_circle(color=TRUTH, size=70, opacity=0.9).encode(x=x, y=y)
    moved = (
        named("moved")
        .transform_calculate(at="far")
        .mark_point(color=TRUTH, size=240, filled=True, opacity=1, shape="diamond")
        .encode(x=alt.X("at:Q"), y=y)
    )
    losses = named("one").transform_filter("false").mark_point(aria=False)  # only looked up
    layers = [losses, means, values, moved, *_best(order, shown, x, y, color)]
    far = live(NINTH, "(length(data('moved')) ? data('moved')[0].x : 0)")
    signals = [
        {"name": "far", "update": far},
        {"name": "far_at", "update": f"round((far - {ruler[0]}) / {ruler[1]})"},
    ]
    return finish(layered(*layers), height=264 + 36 * len(shown), listens=True, signals=signals)


def _best(order: tuple[str, ...], shown: tuple[str, ...], x: alt.X, y: alt.Y, color: alt.Color) -> list[Any]:
    """Return a rule, a mark and a label at the best constant of each loss, for the moved number where it is."""
    best = (
        by_series(named("best"))
        .transform_filter("datum.at == far_at")
        .transform_calculate(y="0", label="datum.series + ': c = ' + format(datum.x, '.3f')")
    )
    words = best.mark_text(
        align="left",
        aria=False,
        baseline="top",
        fontSize=12,
        fontWeight=600,
        x=8,
        y=alt.expr("4 + 16 * datum.row"),
    )
    marks = best.mark_point(size=130, aria=False, filled=True, opacity=1).encode(
        x=x,
        y=y,
        color=color,
        shape=series_shape(order, shown),
        tooltip=[alt.Tooltip("series:N", title=" "), alt.Tooltip("x:Q", title="c", format=".4~g")],
    )
    return [
        best.mark_rule(aria=False, strokeWidth=1.2).encode(
            x=x, y=alt.YDatum(-0.2), y2=alt.Y2Datum(0.5), color=color
        ),
        words.encode(color=color, text=alt.Text("label:N")),
        marks,
    ]
