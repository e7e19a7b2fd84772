"""Draw the probabilities and the decision boundary of a classifier, and a reliability diagram."""

import base64
import io
from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnviz._memory import kept
from nnviz._types import Array, Box
from nnviz.charts import LiveKey
from nnviz.charts.contour_image import HALO, INK, draw_slope_ground, refined
from nnviz.charts.curves import CurveStyle, LineName, draw_curves
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Columns,
    Picture,
    computed_for,
    finish,
    layered,
    live,
    named,
    outdated_label,
    x_axis,
    y_axis,
)
from nnviz.lessons.loss_functions.boundaries import text

DEGREE, UNITS, UPDATES = (LiveKey(f"lf_{name}") for name in ("degree", "units", "steps"))
POINTS, SPREAD, WRONG, SEED = (LiveKey(f"lf_{name}") for name in ("n", "spread", "wrong", "seed"))
RATE = LiveKey("lf_rate")
SLIDERS = (DEGREE, UNITS, UPDATES, POINTS, SPREAD, WRONG, SEED)
"""The sliders that a trained map is computed for, but for those of its learning rate and its loss."""
THETA = tuple(LiveKey(f"lf_t{k}") for k in range(3))
"""The parameters of a line by hand."""

_COLORS = (MODEL, ERROR)
_SHAPES = ("circle", "triangle-up")
_SYMBOL = f"datum.value == '{text.CLASSES[0]}' ? '{_SHAPES[0]}' : '{_SHAPES[1]}'"
_FIRST = "(length(data('points')) ? data('points')[0] : {name0: '', name1: ''})"
_CLASS_LABEL = f"datum.value == '{text.CLASSES[0]}' ? {_FIRST}.name0 : {_FIRST}.name1"
HEIGHT = 560  # pixels of the map
_FINER = 4  # points across a pixel of the probabilities, and up
_DRAWN = 2  # pixels of the image across such a pixel, and up
_MOST_OPAQUE = 100  # of 255
_LEVELS = 8  # of opacity, on either side of p = ½


class Classified(NamedTuple):
    """Points x (n, 2) with classes y (n,), the predicted ones (n,), and which are in the validation set (n,).

    names: of both classes. They are data and not a part of the chart's expressions, because a reader writes them.
    """

    x: Array
    y: Array
    predicted: Array
    validation: NDArray[np.bool_]
    names: tuple[str, str] = text.CLASSES

    def columns(self) -> Columns:
        """Return the data set `points`: both features, the class by number and by name, and the set."""
        classes = [text.CLASSES[int(c)] for c in self.y]
        sets = np.where(self.validation, text.VALIDATION, text.TRAINING)
        return {
            **{"x": self.x[:, 0], "y": self.x[:, 1], "class": self.y},
            **{"series": classes, "look": classes, "set": sets, "wrong": self.predicted != self.y},
            **{"named": [self.names[int(c)] for c in self.y]},
            **{f"name{k}": [name] * len(self.y) for k, name in enumerate(self.names)},
        }


class Compared(NamedTuple):
    """A straight boundary b + w₁x₁ + w₂x₂ = 0 as (b, w₁, w₂).

    said: what is measured, and its value for the boundary of the map and for this one, in words.
    """

    plane: tuple[float, float, float]
    said: tuple[str, str, str]


class LineByHand(NamedTuple):
    """A logit z = θ₀ + θ₁u₁ + θ₂u₂ with uⱼ = (xⱼ − middleⱼ)/halfⱼ; θ (3,) follows the live THETA."""

    theta: Array
    middle: Array
    half: Array

    def columns(self) -> Columns:
        """Return the data set `now`."""
        each = {"t": self.theta, "m": self.middle, "h": self.half}
        return {
            f"{name}{k}": [value] for name, values in each.items() for k, value in enumerate(values.tolist())
        }


# --- the map


def draw_probability_image(p: Array, domain: Box) -> Columns:
    """Return the probabilities of class 1 (rows y ascending, columns x ascending) as one PNG, deeper if confident."""
    rgb = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in _COLORS]
    rows, columns = (_DRAWN * side for side in p.shape)
    each = _FINER // _DRAWN
    blocks = refined(p, _FINER).reshape(rows, each, columns, each)
    pixels = np.empty((rows, columns, 4), np.uint8)
    pixels[..., :3] = np.array(rgb, np.uint8)[(blocks.mean(axis=(1, 3)) > 0.5).astype(np.intp)]
    blocks = np.rint(np.abs(2 * blocks - 1) * _LEVELS)  # a pixel on an edge has the mean of both levels
    pixels[..., 3] = np.rint(blocks.mean(axis=(1, 3)) * (_MOST_OPAQUE / _LEVELS))
    file = io.BytesIO()
    Image.fromarray(pixels[::-1], "RGBA").quantize(64).save(file, "PNG", optimize=True)
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    (x0, x1), (y0, y1) = domain
    return {"x": [(x0 + x1) / 2], "y": [(y0 + y1) / 2], "image": [url]}


def draw_map(
    image: Columns,
    boundary: Array,
    points: Classified,
    domain: Box,
    titles: tuple[str, str],
    asked: Mapping[str, float] | None = None,
    compared: Compared | None = None,
) -> Picture:
    """Draw the image of the probability, the boundary (s, 4) in segments, and the points.

    asked: the values of the sliders that it was computed for; while one has another value, a label says so. compared:
    a straight boundary, if one is drawn for comparison.
    """
    return Picture(
        _map_spec(domain, titles, tuple(asked or ())),
        {
            **computed_for(asked),
            "ground": image,
            "line": {name: boundary[:, k] for k, name in enumerate(("x", "y", "x2", "y2"))},
            "points": points.columns(),
            **_compared_columns(compared, domain),
        },
        text.MAP_CHART,
        _table(points, titles),
    )


def _compared_columns(compared: Compared | None, domain: Box) -> dict[str, Columns]:
    """Return both ends of the straight boundary, far outside of the domain, and the three rows of words."""
    if compared is None:
        return {"straight": {"x": [], "y": [], "x2": [], "y2": []}, "said": {"words": [], "row": []}}
    bias, *weights = compared.plane
    normal, center = np.array(weights), np.mean(domain, axis=1)
    square = max(float(normal @ normal), 1e-300)
    foot = center - normal * (bias + normal @ center) / square
    along = np.array([-normal[1], normal[0]]) / square**0.5 * 2 * float(np.ptp(domain, axis=1).max())
    ends = {
        name: [float(value)]
        for name, value in zip(("x", "y", "x2", "y2"), (*(foot - along), *(foot + along)), strict=True)
    }
    return {"straight": ends, "said": {"words": list(compared.said), "row": np.arange(3)}}


def _table(points: Classified, titles: tuple[str, str]) -> Columns:
    """Return what the table behind the map shows."""
    columns = points.columns()
    features = dict(zip(titles, points.x.T, strict=True))
    classes: dict[str, Any] = {text.CLASS: points.y, text.PREDICTED: points.predicted}
    if points.names != text.CLASSES:
        classes = {name: [points.names[int(c)] for c in values] for name, values in classes.items()}
    return {**features, **classes, text.SET: columns["set"]}


@kept
def _map_spec(domain: Box, titles: tuple[str, str], keys: tuple[str, ...]) -> dict[str, Any]:
    x = x_axis("x", titles[0], domain[0], grid=False)
    y = y_axis("y", titles[1], domain[1], grid=False)
    ground = (
        named("ground")
        .mark_image(aspect=False, width=alt.expr("width"), height=alt.expr("height"))
        .encode(x=x, y=y, url=alt.Url("image:N"))
    )
    line = named("line").mark_rule(color=TRUTH, strokeWidth=4, strokeCap="round", clip=True)
    line = line.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    label, heard = outdated_label(keys)
    straight = named("straight").mark_rule(
        aria=False, color=TRUTH, strokeWidth=2.5, strokeDash=[7, 5], clip=True
    )
    straight = straight.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    rings = _rings(named("points").transform_filter("datum.wrong"), x, y)
    layers = layered(ground, straight, line, rings, *_marks(x, y), _marks_said(), *_comparison(), *label)
    return finish(layers, height=HEIGHT, **heard)


def _comparison() -> list[Any]:
    """Return what both boundaries reach, with their lines, at the upper left corner."""
    said = named("said")
    row = "(20 + 22 * datum.row)"
    sheet = said.mark_rect(
        color=HALO,
        opacity=0.9,
        aria=False,
        x=8,
        x2=228,
        y=alt.expr(f"{row} - 12"),
        y2=alt.expr(f"{row} + 12"),
    )
    words = said.mark_text(
        align="left", baseline="middle", x=18, y=alt.expr(row), color=INK, fontWeight=600, aria=False,
        fontSize=alt.expr("datum.row ? 16 : 13"),
    )  # fmt: skip
    return [sheet, words.encode(text=alt.Text("words:N"))]


def _rings(wrong: alt.Chart, x: alt.X, y: alt.Y) -> Any:
    """Return a ring around each of the misclassified points."""
    return wrong.mark_point(
        size=220, filled=False, color=TRUTH, strokeWidth=2, opacity=1, clip=True, aria=False
    ).encode(x=x, y=y)


def _marks_said() -> Any:
    """Return the line above the map that says what hollow marks and rings are."""
    first = named("points").transform_window(rank="row_number()").transform_filter("datum.rank == 1")
    look: dict[str, Any] = {"align": "right", "baseline": "bottom", "fontSize": 13, "color": TRUTH}
    return first.mark_text(
        text=text.MARKS_SAID, aria=False, x=alt.expr("width"), y=alt.expr("width < 420 ? -4 : -19"), **look
    )


def _marks(x: alt.X, y: alt.Y) -> tuple[Any, Any]:
    """Return the points of both classes; those of the validation set are hollow."""
    legend = alt.Legend(
        orient="top",
        title=None,
        symbolType=alt.expr(_SYMBOL),
        symbolOpacity=1,
        labelExpr=_CLASS_LABEL,
        symbolSize=75,
        offset=6,
        labelFontSize=13,
    )
    scale = alt.Scale(domain=list(text.CLASSES), range=list(_COLORS))
    shapes = alt.Scale(domain=list(text.CLASSES), range=list(_SHAPES))
    points = named("points").encode(
        x=x,
        y=y,
        color=alt.Color("series:N", scale=scale, legend=legend),
        shape=alt.Shape("look:N", scale=shapes, legend=None),
        tooltip=[
            alt.Tooltip("named:N", title=text.CLASS),
            alt.Tooltip("x:Q"),
            alt.Tooltip("y:Q"),
            alt.Tooltip("set:N", title=text.SET),
        ],
    )
    validation = points.transform_filter(f"datum.set == '{text.VALIDATION}'")
    training = points.transform_filter(f"datum.set == '{text.TRAINING}'")
    return (
        validation.mark_point(size=66, filled=False, fill=HALO, strokeWidth=2, opacity=1, clip=True),
        training.mark_point(size=75, filled=True, stroke=HALO, strokeWidth=1, opacity=1, clip=True),
    )


# --- the accuracy of each degree


def draw_accuracies(accuracies: Mapping[str, Array], degree: int) -> Picture:
    """Draw the accuracy in percent of each degree from 1 on, label of a set -> (d,), with a line at the live DEGREE."""
    curves = {name: (np.arange(1.0, 1 + values.size), values) for name, values in accuracies.items()}
    highest = max(accuracies, key=lambda name: float(accuracies[name][-1]))
    names = {
        name: LineName(name, float(at[-1]), float(y[-1]), name == highest) for name, (at, y) in curves.items()
    }
    low = min(float(values.min()) for values in accuracies.values())
    style = CurveStyle(
        text.ACCURACY_AXES,
        x_domain=(1.0, float(accuracies[highest].size)),
        y_domain=(max(0.0, 10 * np.floor(low / 10 - 0.3)), 102.0),
        height=450,
        follow=DEGREE,
        marker=float(degree),
        dots=1.0,
    )
    return draw_curves(curves, list(text.SETS), text.ACCURACY_CHART, style, names=names)


# --- the map of a line by hand: the browser computes z = hand_b + hand_w1 x + hand_w2 y

_GIVEN = "(length(data('now')) ? data('now')[0] : {t0: 0, t1: 0, t2: 0, m0: 0, m1: 0, h0: 1, h1: 1})"
WEIGHTS = (
    {"name": "given", "update": _GIVEN},
    *({"name": f"hand_w{k}", "update": f"{live(THETA[k], f'given.t{k}')} / given.h{k - 1}"} for k in (1, 2)),
    {"name": "hand_b", "update": f"{live(THETA[0], 'given.t0')} - hand_w1 * given.m0 - hand_w2 * given.m1"},
)
Z = "hand_b + hand_w1 * datum.x + hand_w2 * datum.y"
_EDGES = [float(np.log((16 + odd) / (16 - odd))) for odd in range(1, 16, 2)]  # where 8 |2p − 1| is rounded up


def _color_stops() -> list[dict[str, Any]]:
    """Return the bands of ``draw_probability_image`` as stops over the logit, from −log 31 to log 31."""
    edges = [*(-edge for edge in reversed(_EDGES)), *_EDGES]
    levels = [*range(_LEVELS, -1, -1), *range(1, _LEVELS + 1)]  # of the bands: one more than edges
    bands = [
        (_COLORS[k > _LEVELS], f"{level * _MOST_OPAQUE / _LEVELS / 255:.3f}")
        for k, level in enumerate(levels)
    ]
    colors = [
        f"rgba({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))}, {opacity})"
        for color, opacity in bands
    ]
    wide = 2 * _EDGES[-1]
    return [
        {"offset": round((edge + _EDGES[-1]) / wide, 4), "color": colors[k + side]}
        for k, edge in enumerate(edges)
        for side in (0, 1)
    ]


def draw_map_by_hand(line: LineByHand, points: Classified, domain: Box, titles: tuple[str, str]) -> Picture:
    """Draw the map of a logit of degree 1 that follows the live THETA, with its accuracy and mean cross-entropy."""
    return Picture(
        _map_by_hand_spec(domain, titles),
        {"now": line.columns(), "points": points.columns()},
        text.HAND_CHART,
        _table(points, titles),
    )


@kept
def _map_by_hand_spec(domain: Box, titles: tuple[str, str]) -> dict[str, Any]:
    (x0, x1), (y0, y1) = domain
    x, y = x_axis("x", titles[0], domain[0], grid=False), y_axis("y", titles[1], domain[1], grid=False)
    left = x_axis("left", titles[0], domain[0], grid=False)
    bottom = y_axis("bottom", titles[1], domain[1], grid=False)
    affine = f"hand_b + hand_w1 * {x0} + hand_w2 * {y0}", f"hand_w1 * {x1 - x0}", f"hand_w2 * {y1 - y0}"
    span = f"{-_EDGES[-1]}", f"{_EDGES[-1]}"
    ground = draw_slope_ground(named("now"), affine, span, _color_stops(), (left, bottom), domain)
    ends = [_end_of_line(domain, sign) for sign in (1, -1)]
    line = (
        named("now")
        .transform_filter("hand_w1 != 0 || hand_w2 != 0")
        .transform_calculate(x0=ends[0][0], y0=ends[0][1], x1=ends[1][0], y1=ends[1][1])
        .mark_rule(color=TRUTH, strokeWidth=2.5, clip=True)
        .encode(x=alt.X("x0:Q"), x2=alt.X2("x1:Q"), y=alt.Y("y0:Q"), y2=alt.Y2("y1:Q"))
    )
    wrong = named("points").transform_calculate(z=Z).transform_filter("(datum.z > 0) != (datum.class > 0)")
    layers = layered(ground, line, _rings(wrong, x, y), *_marks(x, y), *_scores())
    return finish(layers, height=HEIGHT, listens=True, signals=WEIGHTS)


def _end_of_line(domain: Box, sign: int) -> tuple[str, str]:
    """Return the Vega expressions of x and y at one end of the line z = 0, far outside the domain.

    In units of the domain, the line's point nearest to the center is c − z(c) g/|g|², g the gradient of z. From there
    the end is one unit away along the line, and so outside: (−g₂, g₁)/|g| times ``sign``.
    """
    (x0, x1), (y0, y1) = domain
    wide, high, center_x, center_y = x1 - x0, y1 - y0, (x0 + x1) / 2, (y0 + y1) / 2
    z = f"(hand_b + hand_w1 * {center_x} + hand_w2 * {center_y})"
    square = f"(hand_w1 * hand_w1 * {wide**2} + hand_w2 * hand_w2 * {high**2})"
    along = f"{sign * wide * high} / sqrt({square})"
    return (
        f"{center_x} - hand_w1 * {wide**2} * {z} / {square} - hand_w2 * {along}",
        f"{center_y} - hand_w2 * {high**2} * {z} / {square} + hand_w1 * {along}",
    )


def _scores() -> list[Any]:
    """Return for both sets a line of text: the accuracy, and the mean cross-entropy log(1 + exp(−s z)), s = ±1."""
    margin = "(datum.class > 0 ? 1 : -1) * datum.z"
    each = (
        named("points")
        .transform_calculate(z=Z)
        .transform_calculate(margin=margin)
        .transform_calculate(
            right="(datum.z > 0) == (datum.class > 0) ? 1 : 0",
            loss="max(0, -datum.margin) + log(1 + exp(-abs(datum.margin)))",
        )
    )
    sheet = named("now").mark_rect(color=HALO, opacity=0.9, aria=False, x=8, x2=336, y=8, y2=58)
    return [
        sheet,
        *(
            each.transform_filter(f"datum.set == '{one}'")
            .transform_aggregate(right="sum(right)", count="count()", loss="mean(loss)")
            .transform_filter("datum.count > 0")
            .transform_calculate(
                label=f"'{one}: {text.ACCURACY} ' + format(100 * datum.right / datum.count, '.1f') + "
                f"' %, {text.CROSS_ENTROPY} ' + format(datum.loss, '.3f')"
            )
            .mark_text(align="left", baseline="middle", fontSize=14, fontWeight=600, color=INK, aria=False)
            .encode(x=alt.XValue(18), y=alt.YValue(height), text=alt.Text("label:N"))
            for one, height in ((text.TRAINING, 22), (text.VALIDATION, 44))
        ),
    ]
