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
    with_halo,
)
from nnviz.charts.live_key import LiveKey
from nnviz.charts.theme import (
    ERROR,
    MODEL,
    STEP,
    Columns,
    Picture,
    finish,
    layered,
    live,
    named,
    x_axis,
)
from nnviz.lessons.universal_approximation.two_inputs import text
from nnviz.networks import ShallowNetwork

MAP_HEIGHT = 304  # pixels: with the drawn network above the map
TOWER_HEIGHT = 218
STRIP = 84  # pixels above a map, for the drawn network
MOST_LINES = 16  # units that are all drawn; of more units, the lines are paler and FEW_UNITS are drawn
FEW_UNITS = 7
NODE = "#5d6775"  # dark enough for white letters in it
_NODES = {
    "out": -70,
    "units": -44,
    "in": -14,
}  # pixels from the top of the map to the layers of the drawn network
_INPUTS = (("x", 1 / 3), ("y", 2 / 3))  # their places, in widths of the map
MOST_BOXES = 3000  # drawn


def draw_maps(
    fields: Mapping[str, Array],
    domain: tuple[Bounds, Bounds],
    epsilon: float,
    networks: Mapping[str, ShallowNetwork] | None = None,
    exceptional: Array | None = None,
) -> dict[str, Picture]:
    """Draw one map for each field, grids (rows y, columns x) over a box; "target" and "error" are among them.

    All but the error share the equal bands of the target, so that the same color is the same value. |error| has equal
    bands up to its largest value. networks: by the names of maps. Each is drawn above its map, with the lines of its
    units, and what is pointed at in one lights up in the other. The maps then stand in a row, with the error apart, and
    have the ends of their vertical axis inside, so that all are equally large.
    exceptional: boxes ((a, b), (c, d)), (n, 2, 2), that are drawn on the map of the error, which ends at ε then.
    """
    networks = networks or {}
    shared, pictures = value_edges(fields["target"]), {}
    in_row = bool(networks)
    for name, field in fields.items():
        values, edges, color = (field, shared, None)
        stands_in_row = in_row and name != "error"
        if name == "error":
            values, color = np.abs(field), ERROR
            most = epsilon if exceptional is not None else float(np.nanmax(values)) or epsilon
            edges = np.linspace(0, most, BANDS + 1)[1:-1]
        drawn: dict[str, Columns] = {"ends_y": _end_columns(domain)} if stands_in_row else {}
        if name in networks:
            drawn |= draw_parts(networks[name], domain)
        if name == "error" and exceptional is not None:
            drawn["exceptional"] = _box_columns(exceptional)
        pictures[name] = Picture(
            _map_spec(domain, ("x", "y"), tuple(drawn), unit_key(name), in_row=stands_in_row),
            {"ground": ground_columns(values, domain, edges, color), **drawn},
            text.MAP_CHARTS.get(name, text.MAP_CHARTS["network"]),
            asked=partial(grid_columns, values, domain, ("x", "y", name)),
        )
    return pictures


def _end_columns(domain: tuple[Bounds, Bounds]) -> Columns:
    """Return the ends of the vertical axis, at the left side of the box."""
    (left, _), ends = domain
    return {
        "x": [left, left],
        "y": list(ends),
        "name": [text.end(end) for end in ends],
        "is_top": [False, True],
    }


def unit_key(name: str) -> LiveKey:
    """Return the live value of the unit that is pointed at, on the map of that name or in the network above it."""
    return LiveKey(f"ua2_unit_{name}")


def draw_parts(network: ShallowNetwork, domain: tuple[Bounds, Bounds]) -> dict[str, Columns]:
    """Return the columns of the lines of a network on its map, and of its drawing: units, weights and ends.

    Of many units, those with the largest output weights are drawn, and ``more`` says how many are left out.
    """
    w, v = network.hidden_weights, network.output_weights
    is_few = network.width <= MOST_LINES
    shown = np.arange(network.width) if is_few else np.sort(np.argsort(-np.abs(v))[:FEW_UNITS])
    units, share = shown + 1, (np.arange(len(shown)) + 0.5) / (len(shown) + (0 if is_few else 1.5))
    sides = [(share, np.full(len(shown), 0.5), v[shown], "units", "out")]
    sides += [
        (np.full(len(shown), at), share, w[shown, k], "in", "units") for k, (_, at) in enumerate(_INPUTS)
    ]
    rows = [
        (unit, a, _NODES[low], b, _NODES[high], weight < 0, abs(weight) / max(np.abs(weights).max(), 1e-300))
        for start, end, weights, low, high in sides
        for unit, a, b, weight in zip(units.tolist(), start, end, weights, strict=True)
    ]
    names = ("unit", "from", "low", "to", "high", "negative", "size")
    ends = [*((name, at, _NODES["in"]) for name, at in _INPUTS), ("N", 0.5, _NODES["out"])]
    return {
        "ridges": ridge_columns(network, domain),
        "weights": dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)),
        "units": {"unit": units, "at": share},
        "more": {"name": [] if is_few else [text.more(network.width - len(shown))]},
        "ends": dict(zip(("name", "at", "y"), map(list, zip(*ends, strict=True)), strict=True)),
    }


def _draw_network() -> list[Any]:
    """Draw the network above its map: units in a row, the inputs below them, the output above."""
    is_meant = "datum.unit === pointed"
    ends: dict[str, Any] = {
        "x": alt.XValue(alt.expr("datum.from * width")),
        "x2": alt.X2Value(alt.expr("datum.to * width")),
        "y": alt.YValue(alt.expr("datum.low")),
        "y2": alt.Y2Value(alt.expr("datum.high")),
    }
    opacity = alt.expr(f"!isValid(pointed) ? 0.7 : {is_meant} ? 1 : 0.08")
    wide = alt.expr(f"(0.5 + 1.7 * datum.size) * ({is_meant} ? 1.6 : 1)")
    lines = [
        named("weights")
        .transform_filter(f"{sign}datum.negative")
        .mark_rule(color=color, strokeDash=dash, strokeWidth=wide, opacity=opacity, aria=False)
        .encode(**ends)
        for sign, color, dash in (("!", MODEL, [1, 0]), ("", ERROR, [3, 2]))
    ]
    size = alt.expr(f"({is_meant} ? 2 : 1) * 8 * clamp(width / length(data('units')), 2, 10)")
    across = alt.XValue(alt.expr("datum.at * width"))
    units = named("units").encode(x=across, y=alt.YValue(_NODES["units"]))
    named_ends = named("ends").encode(x=across, y=alt.YValue(alt.expr("datum.y")))
    words = named_ends.mark_text(color="white", fontSize=12, fontWeight=700, aria=False)
    more = named("more").mark_text(color=NODE, fontSize=14, fontWeight=600, align="right", aria=False)
    return [
        *lines,
        more.encode(x=alt.XValue("width"), y=alt.YValue(_NODES["units"]), text=alt.Text("name:N")),
        units.mark_circle(color=STEP, opacity=1, size=size, aria=False),
        units.mark_circle(opacity=0, size=260, aria=False),  # what a finger finds
        named_ends.mark_circle(size=230, color=NODE, opacity=1, aria=False),
        words.encode(text=alt.Text("name:N")),
    ]


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
    domain: tuple[Bounds, Bounds],
    names: tuple[str, str],
    drawn: tuple[str, ...] = (),
    unit: LiveKey | None = None,
    *,
    in_row: bool = False,
) -> dict[str, Any]:
    """Return the spec. in_row: whether a network may be above, and the ends of the vertical axis are on the map."""
    ground = draw_map_ground(domain, names, wide=False)
    x, y = map_axes(domain, names)
    x = x.axis(grid=False, tickCount=2, titlePadding=0)
    y = y.axis(None) if in_row else y.axis(grid=False, tickCount=3, titlePadding=0, minExtent=42)
    layers = [ground.encode(x=x, y=y)]
    if in_row:
        room = named("ground").mark_point(opacity=0, size=1, aria=False)
        layers.append(room.encode(x=alt.XValue(0), y=alt.YValue(-STRIP)))
    if "exceptional" in drawn:
        sides = {"x": alt.X("a:Q"), "x2": alt.X2("b:Q"), "y": alt.Y("c:Q"), "y2": alt.Y2("d:Q")}
        boxes = named("exceptional").mark_rect(
            fill=INK, opacity=0.55, stroke=INK, strokeWidth=0.3, aria=False
        )
        layers.append(boxes.encode(**sides))
    if "ridges" not in drawn or unit is None:
        layers += _draw_ends(x, y) if in_row else []
        return finish(layered(*layers), height=MAP_HEIGHT if in_row else TOWER_HEIGHT)
    layers += [_draw_ridges(x, y), *_draw_ends(x, y), *_draw_network()]
    pointed = {"name": "pointed", "update": live(unit, "null")}
    return finish(layered(*layers), height=MAP_HEIGHT, listens=True, signals=[pointed])


def _draw_ends(x: alt.X, y: alt.Y) -> list[Any]:
    """Write the ends of the vertical axis on the map, at its left side."""
    ends = named("ends_y").encode(x=x, y=y)
    look: dict[str, Any] = {
        "align": "left",
        "dx": 3,
        "baseline": alt.expr("datum.is_top ? 'top' : 'bottom'"),
        "dy": alt.expr("datum.is_top ? 3 : -2"),
    }
    return with_halo(ends, alt.Text("name:N"), fontSize=12, **look)


def _draw_ridges(x: alt.X, y: alt.Y) -> Any:
    """Draw the line on which the input of each unit is 0; those of many units are pale."""
    tip = [alt.Tooltip(f"{name}:Q", title=title) for name, title in text.RIDGE_NUMBERS.items()]
    rest = (
        f"length(data('ridges')) > {MOST_LINES} ? 0.03 + 0.17 * datum.strength : 0.2 + 0.7 * datum.strength"
    )
    return (
        named("ridges")
        .transform_calculate(shown=f"!isValid(pointed) ? ({rest}) : datum.unit === pointed ? 1 : 0.05")
        .mark_rule(color=INK, strokeWidth=alt.expr("datum.unit === pointed ? 3 : 1.5"), clip=True, aria=False)
        .encode(
            x=x,
            y=y,
            x2=alt.X2("x2:Q"),
            y2=alt.Y2("y2:Q"),
            opacity=alt.Opacity("shown:Q", scale=None),
            tooltip=tip,
        )
    )
