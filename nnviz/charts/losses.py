"""What losses do: lines and constants fitted while one point is moved."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.theme import (
    ERROR,
    TRUTH,
    Picture,
    by_series,
    finish,
    live,
    named,
    padded,
    series_color,
    series_dash,
    series_shape,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]


def refit(
    x: Array,
    y: Array,
    lines: Mapping[str, tuple[float, float]],
    order: Sequence[str],
    y_domain: tuple[float, float],
) -> Picture:
    """Points, the moved one last, and the line (w, b) of each loss; the point follows the live lf_outlier."""
    domain = padded(float(x.min()), float(x.max()))
    ends = np.array(domain)
    return Picture(
        _refit_spec(tuple(order), tuple(lines), domain, y_domain),
        {
            "points": {"x": x[:-1], "y": y[:-1]},
            "moved": {"x": x[-1:], "y": y[-1:]},
            "lines": {
                "x": np.tile(ends, len(lines)),
                "y": np.concatenate([w * ends + b for w, b in lines.values()] or [np.empty(0)]),
                "series": [label for label in lines for _ in ends],
            },
        },
        "Points near a line, one outlier, and the line that each loss fits to all of them.",
    )


@lru_cache(maxsize=64)
def _refit_spec(
    order: tuple[str, ...],
    shown: tuple[str, ...],
    x_domain: tuple[float, float],
    y_domain: tuple[float, float],
) -> dict[str, Any]:
    x, y = x_axis("x", "x", x_domain), y_axis("y", "y", y_domain)
    points = named("points").mark_circle(color=TRUTH, size=55, opacity=1, clip=True).encode(x=x, y=y)
    lines = (
        by_series(named("lines"))
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=y, color=series_color(order, shown), strokeDash=series_dash(order, shown))
    )
    moved = (
        named("moved")
        .transform_calculate(at=live("lf_outlier", "datum.y"))
        .mark_point(color=ERROR, size=190, filled=True, opacity=1, shape="diamond", clip=True)
        .encode(x=x, y=alt.Y("at:Q"))
    )
    return finish(alt.layer(points, lines, moved), listens=True)


def constants(
    numbers: Array,
    risks: Mapping[str, tuple[Array, Array]],
    best: Mapping[str, float],
    order: Sequence[str],
    domain: tuple[float, float],
) -> Picture:
    """Numbers as dots, the last one moved; above them the risk of each constant, and where each is least.

    risks: label -> (c, mean loss at c), each drawn from 0 at its least value to 1 at its largest.
    """
    empty = np.empty(0)
    scaled = [(risk - risk.min()) / (np.ptp(risk) or 1.0) for _, risk in risks.values()]
    return Picture(
        _constants_spec(tuple(order), tuple(risks), domain),
        {
            "numbers": {"x": numbers[:-1], "y": np.full(len(numbers) - 1, -0.1)},
            "moved": {"x": numbers[-1:], "y": [-0.1]},
            "risks": {
                "x": np.concatenate([c for c, _ in risks.values()] or [empty]),
                "y": np.concatenate(scaled or [empty]),
                "series": [label for label, (c, _) in risks.items() for _ in c],
            },
            "best": {"x": list(best.values()), "y": np.zeros(len(best)), "series": list(best)},
        },
        "Numbers as dots on a line; above them the mean loss of every constant, one curve for each loss, and a mark "
        "where each curve is lowest.",
    )


@lru_cache(maxsize=64)
def _constants_spec(
    order: tuple[str, ...], shown: tuple[str, ...], domain: tuple[float, float]
) -> dict[str, Any]:
    x = x_axis("x", "a number y, or the constant c", domain)
    y = y_axis("y", "mean loss, rescaled", (-0.2, 1.05), values=[0, 0.5, 1])
    color, dash = series_color(order, shown), series_dash(order, shown)
    risks = by_series(named("risks")).mark_line(strokeWidth=2.5, clip=True)
    marks = by_series(named("best"))
    values = named("numbers").mark_circle(color=TRUTH, size=70, opacity=0.9).encode(x=x, y=y)
    moved = (
        named("moved")
        .transform_calculate(at=live("lf_far", "datum.x"))
        .mark_point(color=ERROR, size=170, filled=True, opacity=1, shape="diamond")
        .encode(x=alt.X("at:Q"), y=y)
    )
    return finish(
        alt.layer(
            named("best").mark_rule(strokeWidth=1.2).encode(x=x, color=color),
            risks.encode(x=x, y=y, color=color, strokeDash=dash),
            values,
            moved,
            marks.mark_point(size=130, filled=True, opacity=1).encode(
                x=x, y=y, color=color, shape=series_shape(order, shown),
                tooltip=[alt.Tooltip("series:N", title=" "), alt.Tooltip("x:Q", title="c", format=".4~g")],
            ),
        ),
        height=340,
        listens=True,
    )  # fmt: skip
