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

Array = NDArray[np.float64]


def refit_domain(x: Array) -> tuple[float, float]:
    """What the x axis of `refit` spans."""
    return padded(float(x.min()), float(x.max()))


def refit(
    x: Array,
    y: Array,
    lines: Mapping[str, tuple[float, float]],
    moved: Mapping[str, tuple[Array, Array]],
    order: Sequence[str],
    y_domain: tuple[float, float],
) -> Picture:
    """Points, the moved one last, and the line (w, b) of each loss; point and lines follow the live lf_outlier.

    moved: for each loss heights of the last point (k,) and its lines there (k, 2), blended in between.
    """
    domain = refit_domain(x)
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
            "parts": _parts(moved, ends),
        },
        "Points near a line, one outlier, and the line that each loss fits to all of them.",
    )


def _parts(moved: Mapping[str, tuple[Array, Array]], ends: Array) -> Columns:
    """From one height to the next: ŷ at the left end when it begins and when it is over, and at the right end."""
    heights = [at for at, _ in moved.values()]
    each = [lines[:, :1] * ends + lines[:, 1:] for _, lines in moved.values()]
    columns = {"low": [at[:-1] for at in heights], "high": [at[1:] for at in heights]}
    for k, side in enumerate(("left", "right")):
        columns |= {f"{side}0": [y[:-1, k] for y in each], f"{side}1": [y[1:, k] for y in each]}
    columns["last"] = [at[1:] == at[-1] for at in heights]
    numbers = {name: np.concatenate(parts or [np.empty(0)]) for name, parts in columns.items()}
    return {**numbers, "series": [label for label, (at, _) in moved.items() for _ in at[1:]]}


@lru_cache(maxsize=64)
def _refit_spec(
    order: tuple[str, ...],
    shown: tuple[str, ...],
    x_domain: tuple[float, float],
    y_domain: tuple[float, float],
) -> dict[str, Any]:
    x, y = x_axis("x", "x", x_domain), y_axis("y", "y", y_domain)
    look = {"color": series_color(order, shown), "strokeDash": series_dash(order, shown)}
    points = named("points").mark_circle(color=TRUTH, size=55, opacity=1, clip=True).encode(x=x, y=y)
    lines = (
        by_series(named("lines"))
        .transform_filter("!in_hand")
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=x, y=y, **look)
    )
    following = (
        by_series(named("parts"))
        .transform_filter("in_hand && outlier >= datum.low && (outlier < datum.high || datum.last)")
        .transform_calculate(share="(outlier - datum.low) / (datum.high - datum.low)")
        .transform_calculate(
            **{
                side: f"datum.{side}0 + datum.share * (datum.{side}1 - datum.{side}0)"
                for side in ("left", "right")
            }
        )
        .transform_calculate(x0=f"{x_domain[0]}", x1=f"{x_domain[1]}")
        .mark_rule(strokeWidth=2.5, clip=True, aria=False)
        .encode(x=alt.X("x0:Q"), x2=alt.X2("x1:Q"), y=alt.Y("left:Q"), y2=alt.Y2("right:Q"), **look)
    )
    moved = (
        named("moved")
        .transform_calculate(at="outlier")
        .mark_point(color=ERROR, size=190, filled=True, opacity=1, shape="diamond", clip=True)
        .encode(x=x, y=alt.Y("at:Q"))
    )
    return finish(layered(points, lines, following, moved), height=420, listens=True, signals=_outlier())


def _outlier() -> list[dict[str, str]]:
    """Signals: where the outlier stands, and whether the server has not heard of that yet."""
    given = "(length(data('moved')) ? data('moved')[0].y : 0)"
    return [
        {"name": "outlier", "update": live("lf_outlier", given)},
        {"name": "in_hand", "update": f"abs(outlier - {given}) > 1e-9"},
    ]


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
        layered(
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
