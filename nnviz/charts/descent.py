"""Paths of optimizers over a surface of two parameters."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from nnviz.charts.curves import curves
from nnviz.charts.ground import ground
from nnviz.charts.theme import (
    BEST,
    TRUTH,
    Columns,
    Picture,
    by_series,
    finish,
    live,
    named,
    series_color,
    series_dash,
    series_shape,
    x_axis,
    y_axis,
)

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

WHOLE = 200  # steps of a walk that are all drawn


def paths(
    surface: Columns,
    walks: Mapping[str, Array],
    order: Sequence[str],
    minima: Sequence[Sequence[float]],
    domain: Domain,
    names: tuple[str, str] = ("x", "y"),
) -> Picture:
    """The walk of each optimizer, label -> points (k + 1, 2), over a banded surface with its minima.

    surface: from `ground_columns`. A walk is drawn up to the live value gd_frame_step, and whole until there is one.
    """
    kept = {label: _thin(points) for label, points in walks.items()}
    columns: Columns = {
        "series": [label for label, (steps, _) in kept.items() for _ in steps],
        "step": np.concatenate([steps for steps, _ in kept.values()] or [np.empty(0)]),
        "x": np.concatenate([points[:, 0] for _, points in kept.values()] or [np.empty(0)]),
        "y": np.concatenate([points[:, 1] for _, points in kept.values()] or [np.empty(0)]),
    }
    return Picture(
        _spec(domain, tuple(order), tuple(walks), names),
        {
            "ground": surface,
            "walks": columns,
            "minima": {"x": [x for x, _ in minima], "y": [y for _, y in minima]},
        },
        "A surface seen from above, stronger where the loss is larger, with the path of each optimizer "
        "from the common start; crosses mark the minima.",
    )


def _thin(points: Array) -> tuple[Array, Array]:
    """Steps and points to draw: the first 200, then an even choice up to the last."""
    last = len(points) - 1
    late = np.linspace(WHOLE, last, WHOLE).round() if last > 2 * WHOLE else np.arange(WHOLE, last + 1)
    drawn = np.append(np.arange(min(WHOLE, last + 1)), late).astype(int)
    return drawn.astype(np.float64), points[drawn]


@lru_cache(maxsize=64)
def _spec(
    domain: Domain, order: tuple[str, ...], drawn: tuple[str, ...], names: tuple[str, str]
) -> dict[str, Any]:
    x, y = x_axis("x", names[0], domain[0], grid=False), y_axis("y", names[1], domain[1], grid=False)
    color = series_color(order, drawn)
    shown = by_series(named("walks")).transform_filter(f"datum.step <= {live('gd_frame_step', '1e9')}")
    lines = shown.mark_line(strokeWidth=2.5, clip=True).encode(
        x=x, y=y, color=color, strokeDash=series_dash(order, drawn), order="step:Q"
    )
    heads = (
        shown.transform_window(
            rank="rank()", sort=[alt.SortField("step", order="descending")], groupby=["series"]
        )
        .transform_filter("datum.rank == 1")
        .mark_point(size=110, filled=True, opacity=1, stroke="white", strokeWidth=1, clip=True)
        .encode(
            x=x,
            y=y,
            color=color,
            shape=series_shape(order, drawn),
            tooltip=["series:N", alt.Tooltip("x:Q", title=names[0]), alt.Tooltip("y:Q", title=names[1])],
        )
    )
    start = (
        named("walks")
        .transform_filter("datum.step == 0")
        .mark_point(size=160, color=TRUTH, strokeWidth=2, clip=True)
        .encode(x=x, y=y)
    )
    minima = (
        named("minima")
        .mark_point(shape="cross", size=140, color=BEST, filled=True, clip=True)
        .encode(x=x, y=y)
    )
    return finish(alt.layer(ground(domain, names), minima, lines, start, heads), height=420, listens=True)


def losses(values: Mapping[str, Array], order: Sequence[str], steps: int) -> Picture:
    """Loss against step for each walk, label -> values (k + 1,); logarithmic if none is negative."""
    log = all((line >= 0).all() for line in values.values())
    return curves(
        {label: (np.arange(line.size), line) for label, line in values.items()},
        order,
        ("step", "loss L"),
        "The loss against the step, one line for each optimizer.",
        x_domain=(0, steps),
        log=log,
        height=220,
        follow="gd_frame_step",
        marker=float(steps),
    )
