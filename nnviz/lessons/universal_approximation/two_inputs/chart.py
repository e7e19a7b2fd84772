"""Draw functions of two variables as maps."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import altair as alt
import numpy as np

from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.charts.contour_image import (
    BANDS,
    INK,
    RAMP,
    draw_map_ground,
    grid_columns,
    ground_columns,
    map_axes,
)
from nnviz.charts.theme import ERROR, Columns, Picture, finish, layered, named, x_axis
from nnviz.lessons.universal_approximation.two_inputs import text
from nnviz.networks import ShallowNetwork

MAP_HEIGHT = 218
MOST_BOXES = 3000  # drawn


def draw_maps(
    fields: Mapping[str, Array],
    domain: tuple[Bounds, Bounds],
    epsilon: float,
    ridges: Mapping[str, Columns] | None = None,
    exceptional: Array | None = None,
) -> dict[str, Picture]:
    """Draw one map for each field, grids (rows y, columns x) over a box; "target" and "error" are among them.

    All but the error share the equal bands of the target, so that the same color is the same value. |error| has equal
    bands up to its largest value. ridges: the columns of `ridge_columns`, by the name of the map.
    exceptional: boxes ((a, b), (c, d)), (n, 2, 2), that are drawn on the map of the error, which ends at ε then.
    """
    ridges = ridges or {}
    shared, pictures = value_edges(fields["target"]), {}
    for name, field in fields.items():
        values, edges, color = (field, shared, None)
        if name == "error":
            values, color = np.abs(field), ERROR
            most = epsilon if exceptional is not None else float(np.nanmax(values)) or epsilon
            edges = np.linspace(0, most, BANDS + 1)[1:-1]
        drawn: dict[str, Columns] = {"ridges": ridges[name]} if name in ridges else {}
        if name == "error" and exceptional is not None:
            drawn["exceptional"] = _box_columns(exceptional)
        pictures[name] = Picture(
            _map_spec(domain, ("x", "y"), tuple(drawn)),
            {"ground": ground_columns(values, domain, edges, color), **drawn},
            text.MAP_CHARTS.get(name, text.MAP_CHARTS["network"]),
            asked=partial(grid_columns, values, domain, ("x", "y", name)),
        )
    return pictures


def value_edges(target: Array) -> Array:
    """Return the edges between the bands of the target and of the networks."""
    low, high = float(np.nanmin(target)), float(np.nanmax(target))
    return np.linspace(low, high if high > low else low + 1.0, BANDS + 1)[1:-1]


def draw_value_scale(target: Array) -> Picture:
    """Draw the colors of the maps of the target and of the networks, over an axis with their values."""
    inner = value_edges(target)
    step = float(inner[1] - inner[0])
    edges = np.concatenate([[inner[0] - step], inner, [inner[-1] + step]])
    columns: Columns = {"low": edges[:-1], "high": edges[1:], "shade": list(RAMP)}
    return Picture(_scale_spec(), {"scale": columns}, text.SCALE_CHART)


@kept
def _scale_spec() -> dict[str, Any]:
    x = x_axis("low", text.SCALE, None, grid=False, tickCount=4)
    shade = alt.Color("shade:N", scale=None, legend=None)
    bands = named("scale").mark_rect(aria=False).encode(x=x, x2=alt.X2("high:Q"), color=shade)
    return finish(layered(bands), height=84)


def draw_map(values: Array, domain: tuple[Bounds, Bounds]) -> Picture:
    """Draw one function of two variables over a box, in equal bands."""
    equal = np.linspace(float(values.min()), float(values.max()), BANDS + 1)[1:-1]
    return Picture(
        _map_spec(domain, ("x", "y")),
        {"ground": ground_columns(values, domain, equal)},
        text.TOWER_CHART,
        asked=partial(grid_columns, values, domain),
    )


def ridge_columns(network: ShallowNetwork, domain: tuple[Bounds, Bounds]) -> Columns:
    """Return the lines inside the box on which the input of a unit is 0, of the units whose line crosses the box."""
    w, b, v = network.hidden_weights, network.hidden_biases, network.output_weights
    size = np.square(w).sum(axis=1)
    middle = -(b / np.where(size > 0, size, np.nan))[:, None] * w
    along = w[:, ::-1] * (-1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):  # along a side of the box
        ends = (np.array(domain)[None] - middle[:, :, None]) / along[:, :, None]
    first, last = ends.min(axis=2).max(axis=1), ends.max(axis=2).min(axis=1)
    crossing = np.flatnonzero(first < last)
    places = [middle[crossing] + at[crossing, None] * along[crossing] for at in (first, last)]
    numbers = {
        "unit": crossing + 1,
        "w1": w[crossing, 0],
        "w2": w[crossing, 1],
        "b": b[crossing],
        "v": v[crossing],
        "strength": np.abs(v[crossing]) / max(float(np.abs(v).max(initial=0.0)), 1e-300),
    }
    return {**dict(zip(("x", "y", "x2", "y2"), np.hstack(places).T, strict=True)), **numbers}


def _box_columns(boxes: Array) -> Columns:
    """Return the sides of the largest boxes."""
    sizes = np.prod(boxes[:, :, 1] - boxes[:, :, 0], axis=1)
    shown = boxes[np.argsort(-sizes)[:MOST_BOXES]]
    return dict(zip(("a", "b", "c", "d"), shown.reshape(-1, 4).T, strict=True))


@kept
def _map_spec(
    domain: tuple[Bounds, Bounds], names: tuple[str, str], drawn: tuple[str, ...] = ()
) -> dict[str, Any]:
    ground = draw_map_ground(domain, names, wide=False)
    x, y = (
        at.axis(grid=False, tickCount=3, titlePadding=0, minExtent=least)
        for at, least in zip(map_axes(domain, names), (0, 42), strict=True)
    )
    layers = [ground.encode(x=x, y=y)]
    if "exceptional" in drawn:
        sides = {"x": alt.X("a:Q"), "x2": alt.X2("b:Q"), "y": alt.Y("c:Q"), "y2": alt.Y2("d:Q")}
        boxes = named("exceptional").mark_rect(
            fill=INK, opacity=0.55, stroke=INK, strokeWidth=0.3, aria=False
        )
        layers.append(boxes.encode(**sides))
    if "ridges" in drawn:
        tip = [alt.Tooltip(f"{name}:Q", title=title) for name, title in text.RIDGE_NUMBERS.items()]
        ends: dict[str, Any] = {"x": x, "y": y, "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q"), "tooltip": tip}
        faded = alt.Scale(domain=[0, 1], range=[0.2, 0.9])
        ends["opacity"] = alt.Opacity("strength:Q", scale=faded, legend=None)
        layers.append(
            named("ridges").mark_rule(color=INK, strokeWidth=1.5, clip=True, aria=False).encode(**ends)
        )
    return finish(layered(*layers), height=MAP_HEIGHT)
