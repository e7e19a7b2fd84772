"""Draw a line fitted to points: the line with its squares, the squares as one area, and the map of the loss.

The line follows the live values SLOPE and INTERCEPT; the frame that the player shows is FRAME. While point number
`DRAG_i` is dragged, it is drawn at (`DRAG_x`, `DRAG_y`).
"""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds, Domain, Labels
from nnviz.charts import LiveKey
from nnviz.charts.contour_image import HALO, draw_map_ground, map_axes, say_shading, with_halo
from nnviz.charts.theme import (
    BEST,
    ERROR,
    MODEL,
    PAPER,
    STEP,
    TRUTH,
    Columns,
    Picture,
    either,
    finish,
    layered,
    live,
    named,
    padded,
    write_number,
    x_axis,
    y_axis,
)
from nnviz.lessons.linear_regression.by_hand import text
from nnviz.lessons.linear_regression.shared.chart import draw_minimum

SLOPE, INTERCEPT = LiveKey("lr_w"), LiveKey("lr_b")
FRAME = LiveKey("lr_frame")
DRAG = LiveKey("lr_drag")
HEIGHT = 470  # pixels of both pictures of the first screen
Line = Sequence[float] | Array  # (w, b)

# The line is where sliders or the player put it, and until they have told it, where the server did.
_W, _B = live(SLOPE, "data('now')[0].w"), live(INTERCEPT, "data('now')[0].b")
_LINE = f"{_W} * datum.px + {_B}"

_DRAGGED = f"({live(f'{DRAG}_i', '-1')} >= 0)"
_HELD = f"{live(f'{DRAG}_i', '-1')} == datum.i"
_PLACE = {f"p{axis}": f"{_HELD} ? {live(f'{DRAG}_{axis}', f'datum.{axis}')} : datum.{axis}" for axis in "xy"}


def points_now() -> alt.Chart:
    """Return the points as they are now, as px and py, with the prediction there as f."""
    return named("points").transform_calculate(**_PLACE).transform_calculate(f=_LINE)


def points_columns(x: Array, y: Array) -> Columns:
    """Return the data set `points` of points x, y (n,): number, x, y."""
    return {"i": np.arange(x.size), "x": x, "y": y}


def batch_columns(x: Array, y: Array, batches: Sequence[Labels]) -> Columns:
    """Return the data set `batch`: for each frame of a run, the numbers of the points of its next update."""
    numbers = np.concatenate([*batches, np.empty(0, np.int64)]).astype(np.int64)
    frames = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    last = np.full(numbers.size, len(batches) - 1)
    return {"i": numbers, "x": x[numbers], "y": y[numbers], "frame": frames, "last": last}


def fit_domain(x: Array, y: Array) -> tuple[Bounds, Bounds]:
    """Return the bounds of the axes of ``draw_fit``."""
    return padded(x.min(), x.max()), padded(y.min(), y.max(), 0.25)


def draw_fit(
    points: Columns,
    line: Line,
    titles: tuple[str, str],
    best: Line | None = None,
    batch: Columns | None = None,
) -> Picture:
    """Draw the points, the line with a square on each residual, and the best line if one is given.

    points: see ``points_columns``. titles: of the axes. batch: see ``batch_columns``.
    """
    x, y = np.asarray(points["x"]), np.asarray(points["y"])
    domain = fit_domain(x, y)
    sets: dict[str, Columns] = {"points": points, "now": {"w": [line[0]], "b": [line[1]]}}
    if best is not None:
        ends = np.array(domain[0])
        sets["best"] = {"x": ends, "y": best[0] * ends + best[1]}
    if batch is not None:
        sets["batch"] = batch
    spec = _fit_spec(domain, titles, shows_best=best is not None, batches=batch is not None)
    return Picture(spec, sets, text.FIT_WORDS, residual_table(x, y, line))


def residual_table(x: Array, y: Array, line: Line) -> Columns:
    """Return the numbers behind the picture, a row for each point."""
    prediction = line[0] * x + line[1]
    residual = y - prediction
    return {"x": x, "y": y, text.PREDICTION: prediction, text.RESIDUAL: residual, text.SQUARE: residual**2}


@kept
def _fit_spec(
    domain: tuple[Bounds, Bounds], titles: tuple[str, str], *, shows_best: bool, batches: bool
) -> dict[str, Any]:
    px, py = x_axis("px", titles[0], domain[0]), y_axis("py", titles[1], domain[1])
    layers = [_squares(domain, px, py)]
    if shows_best:
        layers += [_best_line(domain, titles), _refitted_line(domain)]
    layers += [_your_line(domain[0], px), _dots(titles, px, py)]
    layers += [*_name_largest(domain, px, py), *_name_line(domain, px)]
    if batches:
        layers.append(_rings(px, py))
    return finish(layered(*layers, *_loss_labels()), height=HEIGHT, listens=True)


def _squares(domain: tuple[Bounds, Bounds], px: alt.X, py: alt.Y) -> Any:
    """Draw a square on each residual, to the side where the middle of the chart is.

    Its side is the residual in pixels, which is converted to a distance in x.
    """
    largest = "datum.away == datum.largest"
    return (
        _with_sides(domain)
        .mark_rect(color=ERROR, opacity=1, stroke=ERROR, clip=True)
        .encode(
            x=px,
            x2=alt.X2("side:Q"),
            y=py,
            y2=alt.Y2("f:Q"),
            fillOpacity=either(alt.FillOpacityValue, largest, 0.22, 0.02),
            strokeOpacity=either(alt.StrokeOpacityValue, largest, 0.9, 0.3),
        )
    )


def _with_sides(domain: tuple[Bounds, Bounds]) -> alt.Chart:
    """Return the points with the other side of their squares as `side`, and their and the largest distance."""
    (x0, x1), (y0, y1) = domain
    side = f"datum.away * (height / {y1 - y0}) * ({x1 - x0} / width)"
    return (
        points_now()
        .transform_calculate(away="abs(datum.py - datum.f)")
        .transform_calculate(side=f"datum.px + (datum.px > {(x0 + x1) / 2} ? -1 : 1) * {side}")
        .transform_joinaggregate(largest="max(away)")
    )


def _name_largest(domain: tuple[Bounds, Bounds], px: alt.X, py: alt.Y) -> list[Any]:
    """Write the area of the largest square in its middle, if there is room for it."""
    low, high = domain[1]
    largest = (
        _with_sides(domain)
        .transform_filter(f"datum.away == datum.largest && datum.away * height > {100 * (high - low)}")
        .transform_calculate(
            px="(datum.px + datum.side) / 2",
            label=f"'{text.SQUARE_NAME}' + {write_number('datum.away * datum.away', 3)}",
            py="(datum.py + datum.f) / 2",
        )
        .transform_window(rank="row_number()")
        .transform_filter("datum.rank == 1")
    )
    look: dict[str, Any] = {"fontSize": 13, "fontWeight": 600, "aria": False}
    edge = largest.mark_text(stroke=PAPER, strokeWidth=4, strokeJoin="round", **look)
    marks = (edge, largest.mark_text(color=ERROR, **look))
    return [mark.encode(x=px, y=py, text=alt.Text("label:N")) for mark in marks]


def _best_line(domain: tuple[Bounds, Bounds], titles: tuple[str, str]) -> Any:
    """Draw the best line, except while a point is dragged."""
    return (
        named("best")
        .transform_filter(f"!{_DRAGGED}")
        .mark_line(color=BEST, strokeDash=[6, 4], strokeWidth=2.5, clip=True)
        .encode(x=x_axis("x", titles[0], domain[0]), y=y_axis("y", titles[1], domain[1]))
    )


def _your_line(bounds: Bounds, px: alt.X) -> Any:
    """Draw the line from one end of the chart to the other."""
    return (
        named("now")
        .transform_calculate(px=f"{bounds[0]}", right=f"{bounds[1]}")
        .transform_calculate(f=_LINE, end=f"{_W} * datum.right + {_B}")
        .mark_rule(color=MODEL, strokeWidth=3, clip=True)
        .encode(x=px, x2=alt.X2("right:Q"), y=alt.Y("f:Q"), y2=alt.Y2("end:Q"))
    )


def _name_line(domain: tuple[Bounds, Bounds], px: alt.X) -> list[Any]:
    """Write the name of the line below its right end, or at the edge of the chart if the line leaves it there."""
    (_, right), (low, high) = domain
    at = (
        named("now")
        .transform_calculate(px=f"{right}")
        .transform_calculate(f=f"clamp({_LINE}, {low}, {high})")
    )
    is_low = f"datum.f < {low + 0.1 * (high - low)}"
    look: dict[str, Any] = {
        "text": text.YOUR_LINE, "align": "right", "dx": -4, "dy": alt.expr(f"{is_low} ? -14 : 16"),
        "fontSize": 14, "fontWeight": 600, "aria": False,
    }  # fmt: skip
    edge = at.mark_text(stroke=PAPER, strokeWidth=4, strokeJoin="round", **look)
    return [mark.encode(x=px, y=alt.Y("f:Q")) for mark in (edge, at.mark_text(color=MODEL, **look))]


def _dots(titles: tuple[str, str], px: alt.X, py: alt.Y) -> Any:
    tooltip = [
        alt.Tooltip("px:Q", title=titles[0]),
        alt.Tooltip("py:Q", title=titles[1]),
        alt.Tooltip("f:Q", title=text.PREDICTION, format=".4~g"),
    ]
    return (
        points_now()
        .mark_circle(color=TRUTH, size=50, opacity=1, clip=True)
        .encode(x=px, y=py, tooltip=tooltip)
    )


def _rings(px: alt.X, py: alt.Y) -> Any:
    """Draw a ring on each point of the mini-batch of the next update."""
    return (
        named("batch")
        .transform_filter(f"datum.frame == min({live(FRAME, '1e9')}, datum.last)")
        .transform_calculate(**_PLACE)
        .mark_point(color=STEP, size=110, strokeWidth=2.5, opacity=1, clip=True, aria=False)
        .encode(x=px, y=py)
    )


def _loss_labels() -> list[Any]:
    """Write the mean squared error above the chart, and at its right the smallest one that a line can have."""
    narrow = "width < 480"
    ours = (
        points_now()
        .transform_calculate(square="(datum.py - datum.f) * (datum.py - datum.f)")
        .transform_aggregate(loss="mean(square)")
        .transform_calculate(label=f"'{text.LOSS_NOW}' + {write_number('datum.loss', 4)}")
        .mark_text(align="left", baseline="bottom", fontSize=17, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(0), y=alt.YValue(alt.expr(f"{narrow} ? -30 : -8")), text=alt.Text("label:N"))
    )
    left = "datum.uu > 0 ? datum.vv - datum.uv * datum.uv / datum.uu : datum.vv"
    smallest = (
        centered_points()
        .transform_aggregate(uu="mean(uu)", uv="mean(uv)", vv="mean(vv)")
        .transform_calculate(exact=left)
        .transform_calculate(loss="datum.exact > 1e-12 * datum.vv ? datum.exact : 0")
        .transform_calculate(label=f"'{text.SMALLEST}' + {write_number('datum.loss', 4)}")
        .mark_text(align="right", baseline="bottom", fontSize=14, fontWeight=600, color=BEST)
        .encode(x=alt.XValue("width"), y=alt.YValue(-8), text=alt.Text("label:N"))
    )
    return [ours, smallest]


def centered_points() -> alt.Chart:
    """Return the points as they are now with their distances u, v to their mean; small numbers lose no digits."""
    return (
        named("points")
        .transform_calculate(**_PLACE)
        .transform_joinaggregate(mean_x="mean(px)", mean_y="mean(py)")
        .transform_calculate(u="datum.px - datum.mean_x", v="datum.py - datum.mean_y")
        .transform_calculate(uu="datum.u * datum.u", uv="datum.u * datum.v", vv="datum.v * datum.v")
    )


def _refitted_line(domain: tuple[Bounds, Bounds]) -> Any:
    """Draw the least-squares line of the points while one of them is dragged: w = Σuv / Σuu through the mean."""
    x0, x1 = domain[0]
    return (
        centered_points()
        .transform_filter(_DRAGGED)
        .transform_aggregate(uu="sum(uu)", uv="sum(uv)", mean_x="mean(px)", mean_y="mean(py)")
        .transform_calculate(slope="datum.uv / datum.uu", left=f"{x0}", right=f"{x1}")
        .transform_calculate(
            start="datum.mean_y + datum.slope * (datum.left - datum.mean_x)",
            end="datum.mean_y + datum.slope * (datum.right - datum.mean_x)",
        )
        .mark_rule(color=BEST, strokeDash=[6, 4], strokeWidth=2, clip=True, aria=False)
        .encode(x=alt.X("left:Q"), x2=alt.X2("right:Q"), y=alt.Y("start:Q"), y2=alt.Y2("end:Q"))
    )


def _label(chart: alt.Chart, color: str, down: float) -> Any:
    """Write the `label` so many pixels below the upper left corner."""
    return chart.mark_text(align="left", baseline="bottom", fontSize=12, fontWeight=600, color=color).encode(
        x=alt.XValue(2), y=alt.YValue(down), text=alt.Text("label:N")
    )


def draw_loss_map(
    image: Columns, path: Array, losses: Array, drawn: Labels, domain: Domain, minimum: Line | None = None
) -> Picture:
    """Draw the loss over (w, b), the path (k + 1, 2) of a run with its losses (k + 1,), and the line at its end.

    drawn: the points of the path that are drawn; none if no update was made. minimum: marked by a cross if given.
    """
    sets: dict[str, Columns] = {
        "ground": image,
        "path": {"w": path[drawn, 0], "b": path[drawn, 1], "step": drawn},
        "now": {"w": path[-1:, 0], "b": path[-1:, 1]},
    }
    if minimum is not None:
        sets["minimum"] = {"w": [minimum[0]], "b": [minimum[1]]}
    told = drawn if drawn.size else np.array([len(path) - 1])
    numbers = {text.UPDATE: told, "w": path[told, 0], "b": path[told, 1], "L": losses[told]}
    return Picture(_map_spec(domain, shows_best=minimum is not None), sets, text.MAP_WORDS, numbers)


@kept
def _map_spec(domain: Domain, *, shows_best: bool) -> dict[str, Any]:
    titles = text.W_AXIS, text.B_AXIS
    w, b = map_axes(domain, titles, ("w", "b"))
    layers = [draw_map_ground(domain, titles), say_shading(text.SHADED), *_path(w, b)]
    if shows_best:
        layers.append(draw_minimum(w, b).transform_filter(f"!{_DRAGGED}"))
    now = named("now").transform_calculate(w_now=_W, b_now=_B)
    now = now.encode(x=alt.X("w_now:Q"), y=alt.Y("b_now:Q"))
    layers.append(now.mark_circle(size=190, color=MODEL, opacity=1, stroke=HALO, strokeWidth=2, clip=True))
    layers += with_halo(now, text.YOUR_LINE, align="left", dx=18, clip=True)
    layers.append(_title(text.MAP_TITLE))
    outdated = named("now").transform_filter(_DRAGGED).transform_calculate(label=f"'{text.MAP_OUTDATED}'")
    layers.append(_label(outdated, TRUTH, 18))
    return finish(layered(*layers), height=HEIGHT, listens=True)


def _title(words: str) -> Any:
    """Write the title of the map, as high above it as the loss stands above the other chart."""
    look: dict[str, Any] = {"align": "left", "baseline": "bottom", "fontSize": 14, "fontWeight": 600}
    return named("now").mark_text(text=words, x=0, y=-8, color=TRUTH, aria=False, **look)


def _path(w: alt.X, b: alt.Y) -> tuple[Any, Any]:
    """Draw the path of the updates up to the one that is shown: a ring at the start, a dot at each other point."""
    seen = named("path").transform_filter(f"datum.step <= {live(f'{FRAME}_step', '1e9')}")
    line = seen.mark_line(color=STEP, strokeWidth=1.5, clip=True, aria=False)
    start = "datum.step == 0"
    points = seen.mark_point(color=STEP, opacity=1, clip=True, aria=False)
    tooltip = [alt.Tooltip("step:Q", title=text.UPDATE), alt.Tooltip("w:Q"), alt.Tooltip("b:Q")]
    return line.encode(x=w, y=b, order=alt.Order("step:Q")), points.encode(
        x=w,
        y=b,
        size=either(alt.SizeValue, start, 90, 18),
        fill=either(alt.FillValue, start, "transparent", STEP),
        tooltip=tooltip,
    )
