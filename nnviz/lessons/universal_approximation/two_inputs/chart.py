"""Draw functions of two variables as maps."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.charts.contour_image import BANDS, draw_map_ground, grid_columns, ground_columns, map_axes
from nnviz.charts.theme import ERROR, MODEL, STEP, TRUTH, Columns, Picture, finish, layered, named
from nnviz.lessons.universal_approximation.two_inputs import text
from nnviz.networks import ShallowNetwork

MOST_RIDGES = 12


def draw_maps(
    fields: Mapping[str, Array],
    domain: tuple[Bounds, Bounds],
    names: tuple[str, str] = ("x", "y"),
    ridges: Columns | None = None,
) -> dict[str, Picture]:
    """Draw one map for each of "target", "network" and "error", grids (rows y, columns x) over a box.

    Target and network share their equal bands, so that the same shade is the same value. |error| has equal bands up to
    its largest value. ridges: the columns of `ridge_columns`, drawn on the network.
    """
    target, worst = fields["target"], np.abs(fields["error"])
    shared = np.linspace(float(np.nanmin(target)), float(np.nanmax(target)) or 1.0, BANDS + 1)[1:-1]
    equal = np.linspace(0, float(np.nanmax(worst)) or 1.0, BANDS + 1)[1:-1]
    looks = {"target": (fields["target"], shared, TRUTH), "network": (fields["network"], shared, MODEL)}
    looks["error"] = (worst, equal, ERROR)
    drawn = {"network": {"ridges": ridges}} if ridges is not None else {}
    return {
        name: Picture(
            _map_spec(domain, names, has_ridges=name in drawn),
            {"ground": ground_columns(values, domain, edges, color), **drawn.get(name, {})},
            text.MAP_CHARTS[name],
            asked=partial(grid_columns, values, domain, (*names, name)),
        )
        for name, (values, edges, color) in looks.items()
    }


def draw_map(values: Array, domain: tuple[Bounds, Bounds]) -> Picture:
    """Draw one function of two variables over a box, in equal bands."""
    equal = np.linspace(float(values.min()), float(values.max()), BANDS + 1)[1:-1]
    return Picture(
        _map_spec(domain, ("x", "y")),
        {"ground": ground_columns(values, domain, equal, MODEL)},
        text.TOWER_CHART,
        asked=partial(grid_columns, values, domain),
    )


def ridge_columns(network: ShallowNetwork, domain: tuple[Bounds, Bounds]) -> Columns:
    """Return the lines on which the input of a unit is 0, of the 12 strongest units whose line crosses the box.

    A unit is the stronger, the larger |v| |w| is.
    """
    sides = np.array(domain)
    center, reach = sides.mean(axis=1), float(np.linalg.norm(np.ptp(sides, axis=1))) / 2
    w, b, v = network.hidden_weights, network.hidden_biases, network.output_weights
    size = np.linalg.norm(w, axis=1)
    distance = (w @ center + b) / np.where(size > 0, size, np.nan)
    crossing = np.flatnonzero(np.abs(distance) < reach)
    units = crossing[np.argsort(-(np.abs(v) * size)[crossing], kind="stable")][:MOST_RIDGES]
    normal = w[units] / size[units, None]
    middle, along = center - distance[units, None] * normal, reach * normal[:, ::-1] * (-1, 1)
    ends = np.hstack([middle - along, middle + along])
    numbers = {"unit": units + 1, "w1": w[units, 0], "w2": w[units, 1], "b": b[units], "v": v[units]}
    return {**dict(zip(("x", "y", "x2", "y2"), ends.T, strict=True)), **numbers}


@kept
def _map_spec(
    domain: tuple[Bounds, Bounds], names: tuple[str, str], *, has_ridges: bool = False
) -> dict[str, Any]:
    layers = [draw_map_ground(domain, names, wide=False)]
    if has_ridges:
        x, y = map_axes(domain, names)
        tip = [alt.Tooltip(f"{name}:Q", title=title) for name, title in text.RIDGE_NUMBERS.items()]
        ends = {"x": x, "y": y, "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q"), "tooltip": tip}
        layers.append(
            named("ridges")
            .mark_rule(color=STEP, strokeWidth=1.2, opacity=0.55, clip=True, aria=False)
            .encode(**ends)
        )
    return finish(layered(*layers), height=232)
