"""Where a classifier draws its line between two classes, and whether its probabilities come true."""

import base64
import io
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnviz.charts.theme import (
    ERROR,
    MODEL,
    TRUTH,
    Columns,
    Picture,
    finish,
    layered,
    named,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], tuple[float, float]]

CLASSES = ("class 0", "class 1")
_COLORS = (MODEL, ERROR)
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


def boundary(
    image: Columns,
    line: Array,
    x: Array,
    y: Array,
    held: NDArray[np.bool_],
    domain: Domain,
    titles: tuple[str, str],
) -> Picture:
    """The map of the probability, the line (s, 4) where it is one half, and the points (n, 2) with their classes.

    held (n,): the points that were kept back; they are drawn hollow.
    """
    classes = [CLASSES[int(c)] for c in y]
    return Picture(
        _boundary_spec(domain, titles),
        {
            "ground": image,
            "line": {name: line[:, k] for k, name in enumerate(("x", "y", "x2", "y2"))},
            "points": {
                "x": x[:, 0], "y": x[:, 1], "series": classes, "look": classes,
                "seen": np.where(held, "held out", "learned from"),
            },
        },
        "A map of the probability of class 1, the line where it is one half, and the points of both classes; those "
        "held out are hollow.",
    )  # fmt: skip


@lru_cache(maxsize=64)
def _boundary_spec(domain: Domain, titles: tuple[str, str]) -> dict[str, Any]:
    x = x_axis("x", titles[0], domain[0], grid=False)
    y = y_axis("y", titles[1], domain[1], grid=False)
    ground = (
        named("ground")
        .mark_image(aspect=False, width=alt.expr("width"), height=alt.expr("height"))
        .encode(x=x, y=y, url=alt.Url("url:N"))
    )
    line = named("line").mark_rule(color=TRUTH, strokeWidth=2.5, clip=True)
    legend = alt.Legend(orient="bottom", title=None, symbolType="circle", symbolOpacity=1)
    color = alt.Color("series:N", scale=alt.Scale(domain=list(CLASSES), range=list(_COLORS)), legend=legend)
    shape = alt.Shape(
        "look:N", scale=alt.Scale(domain=list(CLASSES), range=["circle", "triangle-up"]), legend=None
    )
    points = named("points").encode(
        x=x,
        y=y,
        color=color,
        shape=shape,
        tooltip=[alt.Tooltip("series:N"), alt.Tooltip("x:Q"), alt.Tooltip("y:Q"), alt.Tooltip("seen:N")],
    )
    learned = points.transform_filter("datum.seen == 'learned from'")
    held = points.transform_filter("datum.seen == 'held out'")
    return finish(
        layered(
            ground,
            line.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q")),
            held.mark_point(size=60, filled=False, strokeWidth=2, opacity=1, clip=True),
            learned.mark_point(size=60, filled=True, opacity=1, clip=True),
        ),
        height=500,
    )


def reliability(edges: Array, count: NDArray[np.int64], mean: Array, share: Array) -> Picture:
    """Bins of predictions alike: what was predicted on average (B,), and the share (B,) that came true."""
    some = count > 0
    return Picture(
        _reliability_spec(),
        {
            "bins": {
                "low": edges[:-1][some], "high": edges[1:][some], "mean": mean[some], "share": share[some],
                "count": count[some],
            },
            "diagonal": {"x": [0.0, 1.0], "y": [0.0, 1.0]},
        },
        "A bar for each bin of predictions, as high as the share of class 1 among them; a dot at the mean prediction; "
        "dashed, the diagonal on which both agree.",
    )  # fmt: skip


@lru_cache(maxsize=1)
def _reliability_spec() -> dict[str, Any]:
    ticks = [0, 0.25, 0.5, 0.75, 1]
    x = x_axis("low", "predicted probability of class 1", (0.0, 1.0), values=ticks, format=".2f")
    y = y_axis("share", "share that is class 1", (0.0, 1.0), values=ticks, format=".2f")
    bins = named("bins")
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
    return finish(layered(bars, diagonal, gap, dots), height=300)
