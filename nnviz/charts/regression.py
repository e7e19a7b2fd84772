"""Pictures of a straight line fitted to points, and of its risk over (w, b)."""

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
    Picture,
    finish,
    live,
    named,
    padded,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Interval = tuple[float, float]
Pair = Sequence[float] | Array

# While a hand moves the sliders lr_w and lr_b, the line follows them; else it stands where the server put it.
_MOVED = f"({live('lr_w', 'datum.w0')} != datum.w0 || {live('lr_b', 'datum.b0')} != datum.b0)"
_W = f"({_MOVED} ? {live('lr_w', 'datum.w0')} : datum.w)"
_B = f"({_MOVED} ? {live('lr_b', 'datum.b0')} : datum.b)"


def fit(x: Array, y: Array, line: Pair, start: Pair, best: Pair, titles: tuple[str, str]) -> Picture:
    """Points, the line w x + b with its residuals as squares, and the best line.

    line, start, best: (w, b) now, at the sliders, and of least risk. titles: of the axes.
    """
    domain = padded(x.min(), x.max()), padded(y.min(), y.max(), 0.25)
    ends = np.array(domain[0])
    state = {"w": line[0], "b": line[1], "w0": start[0], "b0": start[1]}
    return Picture(
        _fit_spec(domain, titles),
        {
            "points": {"x": x, "y": y} | {name: np.full(x.shape, value) for name, value in state.items()},
            "line": {"x": ends} | {name: np.full(2, value) for name, value in state.items()},
            "best": {"x": ends, "y": best[0] * ends + best[1]},
        },
        "Data points, the fitted line, the square on each residual, and the line of least squares, dashed.",
    )


@lru_cache(maxsize=64)
def _fit_spec(domain: tuple[Interval, Interval], titles: tuple[str, str]) -> dict[str, Any]:
    (x0, x1), (y0, y1) = domain
    x, y = x_axis("x", titles[0], domain[0]), y_axis("y", titles[1], domain[1])
    line = f"{_W} * datum.x + {_B}"
    # A square on the screen: the residual's pixels in y, taken along x, towards the middle.
    side = f"abs(datum.y - datum.f) * (height / {y1 - y0}) * ({x1 - x0} / width)"
    on_points = named("points").transform_calculate(f=line)
    squares = (
        on_points.transform_calculate(side=f"datum.x + (datum.x > {(x0 + x1) / 2} ? -1 : 1) * {side}")
        .mark_rect(color=ERROR, opacity=0.16, stroke=ERROR, strokeOpacity=0.7, clip=True)
        .encode(x=x, x2="side:Q", y=y, y2="f:Q")
    )
    best = named("best").mark_line(color=BEST, strokeDash=[6, 4], clip=True).encode(x=x, y=y)
    ours = (
        named("line")
        .transform_calculate(f=line)
        .mark_line(color=MODEL, strokeWidth=3, clip=True)
        .encode(x=x, y="f:Q")
    )
    points = (
        named("points")
        .mark_circle(color=TRUTH, size=50, opacity=1, clip=True)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("x:Q", title=titles[0]), alt.Tooltip("y:Q", title=titles[1])])
    )
    loss = (
        on_points.transform_calculate(square="(datum.y - datum.f) * (datum.y - datum.f)")
        .transform_aggregate(loss="mean(square)")
        .transform_calculate(label="'L(w, b) = ' + format(datum.loss, '.4~g')")
        .mark_text(align="left", baseline="top", fontSize=16, fontWeight=600, color=ERROR)
        .encode(x=alt.value(10), y=alt.value(8), text="label:N")
    )
    return finish(alt.layer(squares, best, ours, points, loss), listens=True)


def risk(surface: Columns, path: Array, start: Pair, best: Pair, domain: tuple[Interval, ...]) -> Picture:
    """The risk over (w, b), the path walked (k + 1, 2), where the line stands, and the minimum."""
    return Picture(
        _risk_spec(domain),
        {
            "ground": surface,
            "path": {"w": path[:, 0], "b": path[:, 1], "step": np.arange(len(path))},
            "now": {"w": path[-1:, 0], "b": path[-1:, 1], "w0": [start[0]], "b0": [start[1]]},
            "best": {"w": [best[0]], "b": [best[1]]},
        },
        "The mean squared error over slope w and intercept b, seen from above; a dot marks the present line, "
        "a cross the line of least squares, a path the steps of gradient descent.",
    )


@lru_cache(maxsize=64)
def _risk_spec(domain: tuple[Interval, ...]) -> dict[str, Any]:
    w = x_axis("w", "w (slope)", domain[0], grid=False)
    b = y_axis("b", "b (intercept)", domain[1], grid=False)
    path = (
        named("path")
        .mark_line(color=STEP, strokeWidth=1.5, clip=True, point=alt.OverlayMarkDef(color=STEP, size=18))
        .encode(x=w, y=b, order="step:Q", tooltip=["step:Q", "w:Q", "b:Q"])
    )
    best = (
        named("best").mark_point(shape="cross", size=120, color=BEST, filled=True, clip=True).encode(x=w, y=b)
    )
    now = (
        named("now")
        .transform_calculate(w_now=_W, b_now=_B)
        .mark_circle(size=170, color=MODEL, opacity=1, clip=True)
        .encode(x="w_now:Q", y="b_now:Q")
    )
    return finish(
        alt.layer(ground(domain, ("w (slope)", "b (intercept)")), path, best, now), height=300, listens=True
    )
