"""Pictures of a straight line fitted to points: the line, its squares as one area, its risk over (w, b)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.ground import ground
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    STEP,
    TRUTH,
    Columns,
    Interval,
    Picture,
    either,
    finish,
    layered,
    live,
    named,
    padded,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Pair = Sequence[float] | Array

DRAWN_STEPS = 300  # of a walk

# The line is where sliders or a player put it, and until they have spoken where the server did.
_W, _B = (live(f"lr_{name}", f"data('now')[0].{name}") for name in "wb")
_LINE = f"{_W} * datum.px + {_B}"

# A point that is dragged, number lr_drag_i, is where the hand is.
_DRAGGED = f"({live('lr_drag_i', '-1')} >= 0)"
_HELD = f"{live('lr_drag_i', '-1')} == datum.i"
_PLACE = {f"p{axis}": f"{_HELD} ? {live(f'lr_drag_{axis}', f'datum.{axis}')} : datum.{axis}" for axis in "xy"}


def _points() -> alt.Chart:
    """The points, where they are now, as px, py, with ŷ there as f."""
    return named("points").transform_calculate(**_PLACE).transform_calculate(f=_LINE)


def points(x: Array, y: Array) -> Columns:
    """The data set `points`: number, x, y."""
    return {"i": np.arange(x.size), "x": x, "y": y}


def ringed(x: Array, y: Array, batches: Sequence[NDArray[np.int64]]) -> Columns:
    """The data set `batch`: of each frame of a walk the numbers of the points that the step from there looks at."""
    numbers = np.concatenate([*batches, np.empty(0, np.int64)]).astype(np.int64)
    frames = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    last = np.full(numbers.size, len(batches) - 1)
    return {"i": numbers, "x": x[numbers], "y": y[numbers], "frame": frames, "last": last}


def fit_domain(x: Array, y: Array) -> tuple[Interval, Interval]:
    """What the axes of `fit` span."""
    return padded(x.min(), x.max()), padded(y.min(), y.max(), 0.25)


def fit(
    data: Columns, line: Pair, best: Pair, titles: tuple[str, str], batch: Columns | None = None
) -> Picture:
    """Points, the line w x + b with its residuals as squares, and the best line.

    data: from `points`. line, best: (w, b), and that of least risk. titles: of the axes. batch: from `ringed`.
    """
    domain = fit_domain(np.asarray(data["x"]), np.asarray(data["y"]))
    ends = np.array(domain[0])
    sets: dict[str, Columns] = {
        "points": data,
        "now": {"w": [line[0]], "b": [line[1]]},
        "best": {"x": ends, "y": best[0] * ends + best[1]},
    }
    return Picture(
        _fit_spec(domain, titles, batch is not None),
        sets if batch is None else {**sets, "batch": batch},
        "Data points, the fitted line, the square on each residual, and the line of least squares, dashed; "
        "points of the next mini-batch have a ring.",
    )


@lru_cache(maxsize=64)
def _fit_spec(domain: tuple[Interval, Interval], titles: tuple[str, str], batches: bool) -> dict[str, Any]:
    (x0, x1), (y0, y1) = domain
    x, y = x_axis("x", titles[0], domain[0]), y_axis("y", titles[1], domain[1])
    px, py = x_axis("px", titles[0], domain[0]), y_axis("py", titles[1], domain[1])
    # A square on the screen: the residual's pixels in y, taken along x, towards the middle.
    side = f"abs(datum.py - datum.f) * (height / {y1 - y0}) * ({x1 - x0} / width)"
    squares = (
        _points()
        .transform_calculate(side=f"datum.px + (datum.px > {(x0 + x1) / 2} ? -1 : 1) * {side}")
        .mark_rect(color=ERROR, opacity=0.16, stroke=ERROR, strokeOpacity=0.7, clip=True)
        .encode(x=px, x2=alt.X2("side:Q"), y=py, y2=alt.Y2("f:Q"))
    )
    best = (
        named("best")
        .transform_filter(f"!{_DRAGGED}")
        .transform_calculate(series="'least squares'")
        .mark_line(clip=True)
        .encode(x=x, y=y, **_look())
    )
    ours = (
        named("now")
        .transform_calculate(px=f"{x0}", right=f"{x1}", series="'your line'")
        .transform_calculate(f=_LINE, end=f"{_W} * datum.right + {_B}")
        .mark_rule(strokeWidth=3, clip=True)
        .encode(x=px, x2=alt.X2("right:Q"), y=alt.Y("f:Q"), y2=alt.Y2("end:Q"), **_look())
    )
    tooltip = [alt.Tooltip("px:Q", title=titles[0]), alt.Tooltip("py:Q", title=titles[1])]
    dots = (
        _points().mark_circle(color=TRUTH, size=50, opacity=1, clip=True).encode(x=px, y=py, tooltip=tooltip)
    )
    rings = [_rings().encode(x=px, y=py)] if batches else []
    layers = [squares, best, _refit(domain), ours, dots, *rings, _loss()]
    return finish(layered(*layers), height=400, listens=True)


def _rings() -> Any:
    """A ring on each point that the step from the frame shown looks at."""
    return (
        named("batch")
        .transform_filter(f"datum.frame == min({live('lr_walk', '1e9')}, datum.last)")
        .transform_calculate(**_PLACE)
        .mark_point(color=STEP, size=110, strokeWidth=2.5, opacity=1, clip=True, aria=False)
    )


def _loss() -> Any:
    """The mean squared error, worked out by the chart."""
    return (
        _points()
        .transform_calculate(square="(datum.py - datum.f) * (datum.py - datum.f)")
        .transform_aggregate(loss="mean(square)")
        .transform_calculate(label="'L(w, b) = ' + format(datum.loss, '.4~g')")
        .mark_text(align="right", baseline="bottom", fontSize=16, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue("width"), y=alt.YValue(-5), text=alt.Text("label:N"))
    )


def _refit(domain: tuple[Interval, Interval]) -> Any:
    """The line of least squares of the points as they are while one is dragged: w = cov(x, y) / var(x)."""
    (x0, x1), (y0, y1) = domain
    middle = f"(datum.px - {(x0 + x1) / 2})", f"(datum.py - {(y0 + y1) / 2})"  # near 0, to lose no digits
    return (
        named("points")
        .transform_filter(_DRAGGED)
        .transform_calculate(**_PLACE)
        .transform_calculate(u=middle[0], v=middle[1])
        .transform_calculate(uu="datum.u * datum.u", uv="datum.u * datum.v")
        .transform_aggregate(u="mean(u)", v="mean(v)", uu="mean(uu)", uv="mean(uv)")
        .transform_calculate(slope="(datum.uv - datum.u * datum.v) / (datum.uu - datum.u * datum.u)")
        .transform_calculate(
            left=f"{x0}",
            right=f"{x1}",
            start=f"{(y0 + y1) / 2} + datum.v + datum.slope * ({(x0 - x1) / 2} - datum.u)",
            end=f"{(y0 + y1) / 2} + datum.v + datum.slope * ({(x1 - x0) / 2} - datum.u)",
        )
        .mark_rule(color=BEST, strokeDash=[6, 4], strokeWidth=2, clip=True, aria=False)
        .encode(x=alt.X("left:Q"), x2=alt.X2("right:Q"), y=alt.Y("start:Q"), y2=alt.Y2("end:Q"))
    )


_LOOKS = {"your line": (MODEL, [1, 0]), "least squares": (BEST, [6, 4])}


def _look() -> dict[str, Any]:
    """Colour and dash of a line by its `series`, and one legend for both."""
    colors, dashes = zip(*_LOOKS.values(), strict=True)
    color, dash = (alt.Scale(domain=list(_LOOKS), range=list(looks)) for looks in (colors, dashes))
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolSize=300, symbolStrokeWidth=3)
    return {
        "color": alt.Color("series:N", scale=color, legend=legend),
        "strokeDash": alt.StrokeDash("series:N", scale=dash, legend=legend),
    }


def area(data: Columns, line: Pair, around_mean: float, least: float) -> Picture:
    """All squares poured into one, of area Σ (ŷᵢ − yᵢ)² = n L, a strip for each point in the order of x.

    data: from `points`; line: (w, b); the frames are the areas Σ (yᵢ − ȳ)² and that of the best line.
    """
    order = np.argsort(np.asarray(data["x"]), kind="stable")
    return Picture(
        _area_spec(float(f"{1.15 * max(around_mean, least, 1e-12) ** 0.5:.3g}")),
        {
            "points": {name: np.asarray(column)[order] for name, column in data.items()},
            "now": {"w": [line[0]], "b": [line[1]], "mean": [around_mean], "least": [least]},
        },
        "The sum of all squared residuals as one square, with a strip for each point; around it, dashed, the square "
        "that the mean of y leaves, and inside, dashed, the least there is.",
    )


@lru_cache(maxsize=64)
def _area_spec(top: float) -> dict[str, Any]:
    # One unit is as long in x as in y; the lower left corner is 0.
    wide = alt.Scale(domainMin=0, domainMax=alt.expr(f"{top} * width / height"), nice=False, zero=False)
    x = alt.X("left:Q", scale=wide, axis=None)
    y = alt.Y("side:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None)
    squares = _points().transform_calculate(square="pow(datum.f - datum.py, 2)", corner="0")
    strips = (
        squares.transform_joinaggregate(total="sum(square)")
        .transform_window(sofar="sum(square)", frame=[None, 0])
        .transform_calculate(
            side="sqrt(datum.total)",
            left="(datum.sofar - datum.square) / datum.side",
            right="datum.sofar / datum.side",
            share="datum.square / datum.total",
        )
        .mark_rect(color=ERROR, opacity=0.3, stroke=ERROR, strokeOpacity=0.7, strokeWidth=0.5, clip=True)
        .encode(
            x=x,
            x2=alt.X2("right:Q"),
            y=y,
            y2=alt.Y2("corner:Q"),
            tooltip=[
                alt.Tooltip("px:Q", title="x"),
                alt.Tooltip("py:Q", title="y"),
                alt.Tooltip("square:Q"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    sums = squares.transform_aggregate(total="sum(square)")
    ours = _label(sums.transform_calculate(label="'n L = ' + format(datum.total, '.4~g')"), ERROR, -36)
    mean, best = (
        named("now")
        .transform_calculate(area=f"datum.{name}", left="0", corner="0")
        .transform_calculate(right="sqrt(datum.area)", side="sqrt(datum.area)", label=words)
        for name, words in (
            ("mean", "'around the mean: ' + format(datum.area, '.4~g')"),
            ("least", "'least: ' + format(datum.area, '.4~g')"),
        )
    )  # fmt: skip
    frames = (_frame(mean, TRUTH, x, y), _frame(best, BEST, x, y))
    words = (ours, _label(best, BEST, -20), _label(mean, TRUTH, -4))
    return finish(layered(strips, *frames, *words), height=230, listens=True)


def _frame(chart: alt.Chart, color: str, x: alt.X, y: alt.Y) -> Any:
    return chart.mark_rect(fillOpacity=0, stroke=color, strokeDash=[6, 4], strokeWidth=2, clip=True).encode(
        x=x, x2=alt.X2("right:Q"), y=y, y2=alt.Y2("corner:Q"), tooltip=[alt.Tooltip("area:Q")]
    )


def _label(chart: alt.Chart, color: str, down: float) -> Any:
    """A line of text above the upper left corner."""
    return chart.mark_text(align="left", baseline="bottom", fontSize=12, fontWeight=600, color=color).encode(
        x=alt.XValue(2), y=alt.YValue(down), text=alt.Text("label:N")
    )


def risk(
    surface: Columns, path: Array, steps: NDArray[np.int64], best: Pair, domain: tuple[Interval, ...]
) -> Picture:
    """The risk over (w, b), the path (k + 1, 2) at some of its steps, where the line stands, and the minimum.

    `steps` is empty where nothing was walked: the path is then the present line alone, and is not drawn.
    """
    return Picture(
        _risk_spec(domain),
        {
            "ground": surface,
            "path": {"w": path[steps, 0], "b": path[steps, 1], "step": steps},
            "now": {"w": path[-1:, 0], "b": path[-1:, 1]},
            "best": {"w": [best[0]], "b": [best[1]]},
        },
        "The mean squared error over slope w and intercept b, seen from above; a dot marks the present line, a cross "
        "the line of least squares, a path from a ring the steps of gradient descent.",
    )


def thinned(count: int) -> NDArray[np.int64]:
    """The steps 0 … count − 1, or some 300 of them: all at first, ever fewer, and the last."""
    if count <= DRAWN_STEPS:
        return np.arange(count)
    return np.unique(np.geomspace(1, count, 2 * DRAWN_STEPS).round().astype(np.int64)) - 1


@lru_cache(maxsize=64)
def _risk_spec(domain: tuple[Interval, ...]) -> dict[str, Any]:
    w = x_axis("w", "w (slope)", domain[0], grid=False)
    b = y_axis("b", "b (intercept)", domain[1], grid=False)
    walked = named("path").transform_filter(f"datum.step <= {live('lr_walk_step', '1e9')}")
    path = walked.mark_line(color=STEP, strokeWidth=1.5, clip=True, aria=False).encode(
        x=w, y=b, order=alt.Order("step:Q")
    )
    first = "datum.step == 0"  # a ring, the steps dots
    steps = walked.mark_point(color=STEP, opacity=1, clip=True, aria=False).encode(
        x=w,
        y=b,
        size=either(alt.SizeValue, first, 90, 18),
        fill=either(alt.FillValue, first, "transparent", STEP),
        tooltip=[alt.Tooltip("step:Q"), alt.Tooltip("w:Q"), alt.Tooltip("b:Q")],
    )
    best = (
        named("best").mark_point(shape="cross", size=120, color=BEST, filled=True, clip=True).encode(x=w, y=b)
    )
    now = (
        named("now")
        .transform_calculate(w_now=_W, b_now=_B)
        .mark_circle(size=170, color=MODEL, opacity=1, clip=True)
        .encode(x=alt.X("w_now:Q"), y=alt.Y("b_now:Q"))
    )
    return finish(
        layered(ground(domain, ("w (slope)", "b (intercept)")), path, steps, best, now),
        height=260,
        listens=True,
    )
