"""Paths of optimizers over a surface of two parameters, one update as arrows, a plane through a network's loss."""

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
    ERROR,
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
ARM = 0.13  # half the length of an eigen-direction, as a share of the picture
STEP_NOW = live("gd_frame_step", "1e9")


def paths(
    surface: Columns,
    walks: Mapping[str, Array],
    order: Sequence[str],
    minima: Sequence[Sequence[float]],
    domain: Domain,
    names: tuple[str, str] = ("x", "y"),
    curvature: Columns | None = None,
) -> Picture:
    """The walk of each optimizer, label -> points (k + 1, 2), over a banded surface with its minima.

    surface: from `ground_columns`. A walk is drawn up to the live value gd_frame_step, and whole until there is one.
    curvature: from `eigen_columns`, the eigen-directions of the Hessian where the first walk stands.
    """
    kept = {label: _thin(points) for label, points in walks.items()}
    columns: Columns = {
        "series": [label for label, (steps, _) in kept.items() for _ in steps],
        "step": np.concatenate([steps for steps, _ in kept.values()] or [np.empty(0)]),
        "x": np.concatenate([points[:, 0] for _, points in kept.values()] or [np.empty(0)]),
        "y": np.concatenate([points[:, 1] for _, points in kept.values()] or [np.empty(0)]),
    }
    data: dict[str, Columns] = {
        "ground": surface,
        "walks": columns,
        "minima": {"x": [place[0] for place in minima], "y": [place[1] for place in minima]},
    }
    if curvature is not None:
        data["curvature"] = curvature
    return Picture(
        _spec(domain, tuple(order), tuple(walks), names, curvature is not None),
        data,
        "A surface seen from above, stronger where the loss is larger, with the path of each optimizer "
        "from the common start; crosses mark the minima.",
    )


def _thin(points: Array) -> tuple[Array, Array]:
    """Steps and points to draw: the first 200, then an even choice up to the last."""
    last = len(points) - 1
    late = np.linspace(WHOLE, last, WHOLE).round() if last > 2 * WHOLE else np.arange(WHOLE, last + 1)
    drawn = np.append(np.arange(min(WHOLE, last + 1)), late).astype(int)
    return drawn.astype(np.float64), points[drawn]


def eigen_columns(
    steps: Sequence[int], points: Array, eigenvalues: Array, directions: Array, domain: Domain
) -> Columns:
    """The data of the eigen-directions at points (k, 2) of the steps the player shows.

    eigenvalues (k, 2) rising, directions (k, 2, 2) with a column for each. Both arms are equally long on the map.
    """
    widths = np.array([high - low for low, high in domain])
    arms = np.swapaxes(directions, 1, 2)  # (k, which, parameter)
    arms = ARM * arms / np.linalg.norm(arms / widths, axis=-1, keepdims=True)
    x, y = points[:, None, 0], points[:, None, 1]
    upto = np.append(np.asarray(steps[1:], np.float64), 1e12)
    flat = {
        "x": x - arms[..., 0],
        "y": y - arms[..., 1],
        "x2": x + arms[..., 0],
        "y2": y + arms[..., 1],
        "value": eigenvalues,
        "step": np.repeat(np.asarray(steps, np.float64)[:, None], 2, axis=1),
        "until": np.repeat(upto[:, None], 2, axis=1),
    }
    return {name: np.asarray(column, np.float64).ravel() for name, column in flat.items()}


@lru_cache(maxsize=64)
def _spec(
    domain: Domain, order: tuple[str, ...], drawn: tuple[str, ...], names: tuple[str, str], bent: bool
) -> dict[str, Any]:
    x, y = x_axis("x", names[0], domain[0], grid=False), y_axis("y", names[1], domain[1], grid=False)
    color = series_color(order, drawn)
    shown = by_series(named("walks")).transform_filter(f"datum.step <= {STEP_NOW}")
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
    layers = [ground(domain, names), minima, *(_eigen_layers(x, y) if bent else []), lines, start, heads]
    return finish(alt.layer(*layers), height=400, listens=True)


def _eigen_layers(x: Any, y: Any) -> list[Any]:
    """The two directions of the step that is shown, solid where it curves up, dashed where down, with their λ."""
    now = (
        named("curvature")
        .transform_calculate(now=f"min({STEP_NOW}, 1e11)")
        .transform_filter("datum.step <= datum.now && datum.now < datum.until")
        .transform_calculate(label="'λ = ' + format(datum.value, '.3~g')")
    )
    color = alt.condition("datum.value < 0", alt.value(ERROR), alt.value(BEST))
    dash = alt.condition("datum.value < 0", alt.value([6, 4]), alt.value([1, 0]))
    arms = now.mark_rule(strokeWidth=2.5, clip=True).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q", color=color, strokeDash=dash
    )
    words = now.mark_text(align="left", dx=6, dy=-6, fontSize=13, fontWeight=600, clip=True).encode(
        x=alt.X("x2:Q"), y=alt.Y("y2:Q"), text="label:N", color=color
    )
    return [arms, words]


def against_step(
    values: Mapping[str, Array], order: Sequence[str], steps: int, what: str, log: bool = True
) -> Picture:
    """A number against the step for each walk, label -> values (k + 1,); logarithmic if wanted and none is negative."""
    log = log and all((line >= 0).all() for line in values.values())
    return curves(
        {label: (np.arange(line.size), line) for label, line in values.items()},
        order,
        ("step", what),
        f"{what[0].upper()}{what[1:]} against the step, one line for each optimizer.",
        x_domain=(0, steps),
        log=log,
        height=190,
        follow="gd_frame_step",
        marker=float(steps),
    )
