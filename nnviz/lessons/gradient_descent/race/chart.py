"""Draw the race: the map with the curvature at one position, and a quantity over the updates."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Domain
from nnviz.charts.curves import NO_RING, CurveStyle, draw_curves, middle_names
from nnviz.charts.theme import BEST, ERROR, Columns, Picture, either, named, write_number
from nnviz.lessons.gradient_descent.race import text
from nnviz.lessons.gradient_descent.shared import text as shared_text
from nnviz.lessons.gradient_descent.shared.chart import (
    FRAME,
    MOST_NAMED,
    UPDATE_NOW,
    MapAxes,
    PathData,
    draw_paths,
    finish_map,
    path_layers,
)

HALF_LENGTH = 0.13  # of an eigenvector, as a share of the map
HEIGHT = 410  # pixels of the curves
MOST_DRAWN = 90  # points of a curve


def draw_map(shown: PathData, axes: MapAxes, curvature: Columns | None = None) -> Picture:
    """Draw the paths on the map; curvature: from `eigen_columns`, the eigenvectors along the first path."""
    if curvature is None:
        return draw_paths(shown, axes, legend=len(shown.paths) > MOST_NAMED)
    spec = _curvature_spec(axes, tuple(shown.order), tuple(shown.paths))
    return Picture(
        spec, {**shown.columns(), "curvature": curvature}, shared_text.MAP_WORDS, shown.told(axes.names)
    )


def eigen_columns(
    updates: Sequence[int], points: Array, eigenvalues: Array, directions: Array, domain: Domain
) -> dict[str, Array]:
    """Return the data of the eigenvectors at points (k, 2), one point for each update that the player shows.

    eigenvalues: (k, 2), ascending. directions: (k, 2, 2), one column for each. All lines are equally long on the map.
    """
    widths = np.array([high - low for low, high in domain])
    arms = np.swapaxes(directions, 1, 2)  # (k, eigenvector, parameter)
    arms = HALF_LENGTH * arms / np.linalg.norm(arms / widths, axis=-1, keepdims=True)
    x, y = points[:, None, 0], points[:, None, 1]
    following = np.append(np.asarray(updates[1:], np.float64), 1e12)
    flat = {
        "x": x - arms[..., 0],
        "y": y - arms[..., 1],
        "x2": x + arms[..., 0],
        "y2": y + arms[..., 1],
        "value": eigenvalues,
        "step": np.repeat(np.asarray(updates, np.float64)[:, None], 2, axis=1),
        "until": np.repeat(following[:, None], 2, axis=1),
    }
    return {name: np.asarray(column, np.float64).ravel() for name, column in flat.items()}


@kept
def _curvature_spec(axes: MapAxes, order: tuple[str, ...], drawn: tuple[str, ...]) -> dict[str, Any]:
    layers = path_layers(axes, order, drawn, legend=len(drawn) > MOST_NAMED)
    return finish_map([*layers[:-2], *_eigen_layers(axes), *layers[-2:]], drawn)


def _eigen_layers(axes: MapAxes) -> list[Any]:
    """Return the two eigenvectors at the update of the player with their λ; dashed where λ is negative."""
    x, y = axes.channels()
    now = (
        named("curvature")
        .transform_calculate(now=f"min({UPDATE_NOW}, 1e11)")
        .transform_filter("datum.step <= datum.now && datum.now < datum.until")
        .transform_calculate(label=f"'λ = ' + {write_number('datum.value')}")
    )
    color = either(alt.ColorValue, "datum.value < 0", ERROR, BEST)
    dash = either(alt.StrokeDashValue, "datum.value < 0", [6, 4], [1, 0])
    lines = now.mark_rule(strokeWidth=2.5, clip=True).encode(
        x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), color=color, strokeDash=dash
    )
    labels = now.mark_text(align="left", dx=6, dy=-6, fontSize=13, fontWeight=600, clip=True).encode(
        x=alt.X("x2:Q"), y=alt.Y("y2:Q"), text=alt.Text("label:N"), color=color
    )
    return [lines, labels]


def draw_measure(
    values: Mapping[str, Array],
    order: Sequence[str],
    updates: int,
    title: str,
    *,
    log: bool = True,
    expected: Mapping[str, Array] | None = None,
    ring: tuple[str, float, float] | None = None,
    level: tuple[str, float] | None = None,
) -> Picture:
    """Draw a quantity over the updates, label -> values (k + 1,), with the colors of `draw_map`.

    log: logarithmic, if no value is negative. expected: label -> expected values (k + 1,), drawn wide and pale. ring:
    a label, and the point that it names. level: a label, and the value of its dashed line. A few lines have
    their names at their ends, and the legend of the map holds for more of them.
    """
    series = {label: _thin(line) for label, line in values.items()}
    return draw_curves(
        series,
        order,
        text.measure_words(title),
        CurveStyle(
            (shared_text.UPDATE, title),
            x_domain=(0, updates),
            log=log and all((line >= 0).all() for line in values.values()),
            height=HEIGHT,
            follow=f"{FRAME}_step",
            marker=float(updates),
            legend=False,
            ring=ring or NO_RING,
            level=level,
        ),
        theory=None if expected is None else {label: _thin(line) for label, line in expected.items()},
        names=middle_names(series) if len(series) <= MOST_NAMED else None,
    )


def _thin(line: Array) -> tuple[Array, Array]:
    """Return the numbers and values of at most 90 updates, evenly spaced, the first and the last among them."""
    updates = np.unique(np.linspace(0, line.size - 1, MOST_DRAWN).round().astype(int))
    return updates, line[updates]
