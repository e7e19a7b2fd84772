"""Lines fitted under several losses while one point is moved, and a logit under two losses."""

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
        .encode(x=x, y="at:Q")
    )
    return finish(alt.layer(points, lines, moved), listens=True)
