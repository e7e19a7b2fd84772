"""Where a classifier draws its line between two classes, and whether its probabilities come true."""

import base64
import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnviz.charts.ground import slope_ground
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Columns,
    Picture,
    asked_for,
    finish,
    layered,
    live,
    named,
    until_let_go,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], tuple[float, float]]

CLASSES = ("class 0", "class 1")
_COLORS = (MODEL, ERROR)
_SHAPES = ("circle", "triangle-up")
_SYMBOL = f"datum.value == '{CLASSES[0]}' ? '{_SHAPES[0]}' : '{_SHAPES[1]}'"
_STRONGEST = 120  # of 255


def probability_ground(p: Array, domain: Domain) -> Columns:
    """Probabilities of class 1 (rows y ascending, columns x ascending) as one PNG: the surer, the stronger."""
    rgb = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in _COLORS]
    pixels = np.empty((*p.shape, 4), np.uint8)
    pixels[..., :3] = np.array(rgb, np.uint8)[(p > 0.5).astype(np.intp)]
    pixels[..., 3] = np.rint(np.abs(2 * p - 1) * 8) * (_STRONGEST / 8)
    file = io.BytesIO()
    Image.fromarray(pixels[::-1], "RGBA").quantize(32).save(file, "PNG", optimize=True)
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    (x0, x1), (y0, y1) = domain
    return {"x": [(x0 + x1) / 2], "y": [(y0 + y1) / 2], "url": [url]}


def _points(x: Array, y: Array, held: NDArray[np.bool_]) -> Columns:
    """The data set `points`: both features, the class by number and by name, and whether it was held out."""
    classes = [CLASSES[int(c)] for c in y]
    seen = np.where(held, "held out", "learned from")
    return {"x": x[:, 0], "y": x[:, 1], "class": y, "series": classes, "look": classes, "seen": seen}


def boundary(
    image: Columns,
    line: Array,
    x: Array,
    y: Array,
    held: NDArray[np.bool_],
    domain: Domain,
    titles: tuple[str, str],
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """The map of the probability, the line (s, 4) where it is one half, and the points (n, 2) with their classes.

    held (n,): the points that were kept back; they are drawn hollow. asked: the sliders that decided it, by their keys;
    while one is held elsewhere, the picture says that it is old.
    """
    return Picture(
        _boundary_spec(domain, titles, tuple(asked or ())),
        {
            **asked_for(asked),
            "ground": image,
            "line": {name: line[:, k] for k, name in enumerate(("x", "y", "x2", "y2"))},
            "points": _points(x, y, held),
        },
        "A map of the probability of class 1, the line where it is one half, and the points of both classes; those "
        "held out are hollow.",
    )  # fmt: skip


@lru_cache(maxsize=64)
def _boundary_spec(domain: Domain, titles: tuple[str, str], keys: tuple[str, ...]) -> dict[str, Any]:
    x = x_axis("x", titles[0], domain[0], grid=False)
    y = y_axis("y", titles[1], domain[1], grid=False)
    ground = (
        named("ground")
        .mark_image(aspect=False, width=alt.expr("width"), height=alt.expr("height"))
        .encode(x=x, y=y, url=alt.Url("url:N"))
    )
    line = named("line").mark_rule(color=TRUTH, strokeWidth=2.5, clip=True)
    line = line.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    words, heard = until_let_go(keys)
    return finish(layered(ground, line, *_marks(x, y), *words), height=500, **heard)


def _marks(x: alt.X, y: alt.Y) -> tuple[Any, Any]:
    """The points of both classes, those held out hollow."""
    legend = alt.Legend(orient="bottom", title=None, symbolType=alt.expr(_SYMBOL), symbolOpacity=1)
    color = alt.Color("series:N", scale=alt.Scale(domain=list(CLASSES), range=list(_COLORS)), legend=legend)
    shape = alt.Shape("look:N", scale=alt.Scale(domain=list(CLASSES), range=list(_SHAPES)), legend=None)
    points = named("points").encode(
        x=x,
        y=y,
        color=color,
        shape=shape,
        tooltip=[alt.Tooltip("series:N"), alt.Tooltip("x:Q"), alt.Tooltip("y:Q"), alt.Tooltip("seen:N")],
    )
    learned = points.transform_filter("datum.seen == 'learned from'")
    held = points.transform_filter("datum.seen == 'held out'")
    return (
        held.mark_point(size=60, filled=False, strokeWidth=2, opacity=1, clip=True),
        learned.mark_point(size=60, filled=True, opacity=1, clip=True),
    )


class ByHand(NamedTuple):
    """A logit z = θ₀ + θ₁u₁ + θ₂u₂, uⱼ = (xⱼ − middleⱼ)/halfⱼ; θ (3,) follows the live lf_t0 … lf_t2."""

    theta: Array
    middle: Array
    half: Array

    def columns(self) -> Columns:
        """The data set `now`."""
        each = {"t": self.theta, "m": self.middle, "h": self.half}
        return {
            f"{name}{k}": [value] for name, values in each.items() for k, value in enumerate(values.tolist())
        }


_GIVEN = "(length(data('now')) ? data('now')[0] : {t0: 0, t1: 0, t2: 0, m0: 0, m1: 0, h0: 1, h1: 1})"
_WEIGHTS = (
    {"name": "given", "update": _GIVEN},
    *(
        {"name": f"hand_w{k}", "update": f"{live(f'lf_t{k}', f'given.t{k}')} / given.h{k - 1}"}
        for k in (1, 2)
    ),
    {"name": "hand_b", "update": f"{live('lf_t0', 'given.t0')} - hand_w1 * given.m0 - hand_w2 * given.m1"},
)
_Z = "hand_b + hand_w1 * datum.x + hand_w2 * datum.y"
_EDGES = [float(np.log((16 + odd) / (16 - odd))) for odd in range(1, 16, 2)]  # where 8 |2p − 1| is rounded up


def _shades() -> list[dict[str, Any]]:
    """The bands of `probability_ground` as stops over the logit, from −log 31 to log 31."""
    edges = [*(-edge for edge in reversed(_EDGES)), *_EDGES]
    strength = [*range(8, -1, -1), *range(1, 9)]  # of the bands: one more than edges
    bands = [(_COLORS[k > 8], f"{level * _STRONGEST / 8 / 255:.3f}") for k, level in enumerate(strength)]
    shade = [
        f"rgba({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))}, {opacity})"
        for color, opacity in bands
    ]
    wide = 2 * _EDGES[-1]
    return [
        {"offset": round((edge + _EDGES[-1]) / wide, 4), "color": shade[k + side]}
        for k, edge in enumerate(edges)
        for side in (0, 1)
    ]


def by_hand(
    logit: ByHand, x: Array, y: Array, held: NDArray[np.bool_], domain: Domain, titles: tuple[str, str]
) -> Picture:
    """The map of a logit of degree 1, moved by hand, with the share of points on their side, as in ``boundary``."""
    return Picture(
        _by_hand_spec(domain, titles),
        {"now": logit.columns(), "points": _points(x, y, held)},
        "A map of the probability of class 1, the line where it is one half, and the points of both classes; those "
        "held out are hollow. Above it the share of points on their side and the mean cross-entropy.",
    )


@lru_cache(maxsize=64)
def _by_hand_spec(domain: Domain, titles: tuple[str, str]) -> dict[str, Any]:
    (x0, x1), (y0, y1) = domain
    x, y = x_axis("x", titles[0], domain[0], grid=False), y_axis("y", titles[1], domain[1], grid=False)
    left = x_axis("left", titles[0], domain[0], grid=False)
    bottom = y_axis("bottom", titles[1], domain[1], grid=False)
    affine = f"hand_b + hand_w1 * {x0} + hand_w2 * {y0}", f"hand_w1 * {x1 - x0}", f"hand_w2 * {y1 - y0}"
    span = f"{-_EDGES[-1]}", f"{_EDGES[-1]}"
    ground = slope_ground(named("now"), affine, span, _shades(), (left, bottom), domain)
    # z = 0 from its point nearest to the middle, along it, so far that both ends lie outside
    size = f"(hand_w1 * hand_w1 * {(x1 - x0) ** 2} + hand_w2 * hand_w2 * {(y1 - y0) ** 2})"
    middle = f"(hand_b + hand_w1 * {(x0 + x1) / 2} + hand_w2 * {(y0 + y1) / 2})"
    along = {
        f"{name}{k}": f"{centre} - {across} * {wide * wide} * {middle} / {size} + {sign} * {up} * {area} / sqrt({size})"
        for k, sign in enumerate((1, -1))
        for name, centre, across, wide, up in (
            ("x", (x0 + x1) / 2, "hand_w1", x1 - x0, "(-hand_w2)"),
            ("y", (y0 + y1) / 2, "hand_w2", y1 - y0, "hand_w1"),
        )
        for area in ((x1 - x0) * (y1 - y0),)
    }
    line = (
        named("now")
        .transform_filter("hand_w1 != 0 || hand_w2 != 0")
        .transform_calculate(**along)
        .mark_rule(color=TRUTH, strokeWidth=2.5, clip=True)
        .encode(x=alt.X("x0:Q"), x2=alt.X2("x1:Q"), y=alt.Y("y0:Q"), y2=alt.Y2("y1:Q"))
    )
    return finish(layered(ground, line, *_marks(x, y), *_score()), height=500, listens=True, signals=_WEIGHTS)


def _score() -> list[Any]:
    """For both parts how many are right, and the mean cross-entropy log(1 + exp(−s z)), s = ±1: a line of text each."""
    margin = "(datum.class > 0 ? 1 : -1) * datum.z"
    each = (
        named("points")
        .transform_calculate(z=_Z)
        .transform_calculate(margin=margin)
        .transform_calculate(
            right="(datum.z > 0) == (datum.class > 0) ? 1 : 0",
            loss="max(0, -datum.margin) + log(1 + exp(-abs(datum.margin)))",
        )
    )
    return [
        each.transform_filter(f"datum.seen == '{part}'")
        .transform_aggregate(right="sum(right)", count="count()", loss="mean(loss)")
        .transform_calculate(
            label=f"'{part}: ' + format(datum.right / datum.count, '.1%') + ' right, cross-entropy ' + "
            "format(datum.loss, '.3f')"
        )
        .mark_text(align="left", baseline="bottom", fontSize=13, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(0), y=alt.YValue(height), text=alt.Text("label:N"))
        for part, height in (("learned from", -22), ("held out", -5))
    ]


def reliability_by_hand(logit: ByHand, x: Array, y: Array) -> Picture:
    """The diagram of ``reliability`` in ten bins, for the points x (n, 2), y (n,) and a logit moved by hand."""
    return Picture(
        _reliability_by_hand_spec(),
        {
            "now": logit.columns(),
            "points": {"x": x[:, 0], "y": x[:, 1], "class": y},
            "diagonal": {"x": [0.0, 1.0], "y": [0.0, 1.0]},
        },
        _RELIABILITY,
    )


@lru_cache(maxsize=1)
def _reliability_by_hand_spec() -> dict[str, Any]:
    bins = (
        named("points")
        .transform_calculate(z=_Z)
        .transform_calculate(p="datum.z < 0 ? exp(datum.z) / (1 + exp(datum.z)) : 1 / (1 + exp(-datum.z))")
        .transform_calculate(bin="min(floor(10 * datum.p), 9)")
        .transform_aggregate(count="count()", mean="mean(p)", share="mean(class)", groupby=["bin"])
        .transform_calculate(low="datum.bin / 10", high="(datum.bin + 1) / 10")
    )
    state = named("now").transform_filter("false").mark_point(aria=False)  # only looked up
    error = (
        bins.transform_calculate(gap="datum.count * abs(datum.share - datum.mean)")
        .transform_aggregate(gap="sum(gap)", count="sum(count)")
        .transform_calculate(label="'ECE = ' + format(datum.gap / datum.count, '.3f')")
        .mark_text(align="left", baseline="top", fontSize=14, fontWeight=600, color=ERROR)
        .encode(x=alt.XValue(8), y=alt.YValue(6), text=alt.Text("label:N"))
    )
    return finish(layered(state, *_bins(bins), error), height=300, listens=True, signals=_WEIGHTS)


def reliability(
    edges: Array,
    count: NDArray[np.int64],
    mean: Array,
    share: Array,
    asked: Mapping[str, float] | None = None,
) -> Picture:
    """Bins of predictions alike: what was predicted on average (B,), and the share (B,) that came true.

    asked: as for ``boundary``.
    """
    some = count > 0
    return Picture(
        _reliability_spec(tuple(asked or ())),
        {
            **asked_for(asked),
            "bins": {
                "low": edges[:-1][some], "high": edges[1:][some], "mean": mean[some], "share": share[some],
                "count": count[some],
            },
            "diagonal": {"x": [0.0, 1.0], "y": [0.0, 1.0]},
        },
        _RELIABILITY,
    )  # fmt: skip


_RELIABILITY = (
    "A bar for each bin of predictions, as high as the share of class 1 among them; a dot at the mean prediction; "
    "dashed, the diagonal on which both agree."
)


@lru_cache(maxsize=8)
def _reliability_spec(keys: tuple[str, ...]) -> dict[str, Any]:
    words, heard = until_let_go(keys)
    return finish(layered(*_bins(named("bins")), *words), height=300, **heard)


def _bins(bins: alt.Chart) -> tuple[Any, ...]:
    """Bars, the diagonal, gaps and dots of bins with low, high, mean, share and count."""
    ticks = [0, 0.25, 0.5, 0.75, 1]
    x = x_axis("low", "predicted probability of class 1", (0.0, 1.0), values=ticks, format=".2f")
    y = y_axis("share", "share that is class 1", (0.0, 1.0), values=ticks, format=".2f")
    bars = bins.mark_bar(color=MODEL, opacity=0.35, stroke=MODEL).encode(
        x=x, x2=alt.X2("high:Q"), y=y, y2=alt.Y2Datum(0),
        tooltip=[
            alt.Tooltip("count:Q", title="points"),
            alt.Tooltip("mean:Q", title="mean prediction", format=".3f"),
            alt.Tooltip("share:Q", title="share of class 1", format=".3f"),
        ],
    )  # fmt: skip
    gap = bins.mark_rule(color=ERROR, strokeWidth=3).encode(
        x=x_axis("mean", "", (0.0, 1.0)), y=y, y2=alt.Y2("mean:Q")
    )
    dots = bins.mark_circle(color=MODEL, opacity=1).encode(
        x=alt.X("mean:Q"),
        y=alt.Y("share:Q"),
        size=alt.Size("count:Q", scale=alt.Scale(range=[40, 320]), legend=None),
    )
    diagonal = (
        named("diagonal").mark_line(color=TRUTH, strokeDash=[6, 4]).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"))
    )
    return bars, diagonal, gap, dots
