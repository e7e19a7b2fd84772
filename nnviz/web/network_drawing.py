"""Draw a network with one hidden layer beside its chart, and link the two.

What is pointed at in the drawing lights up in the chart, and the unit whose knot is nearest to the pointer in the chart
lights up in the drawing. A weight can be dragged up or down, or moved with the arrow keys. The chart follows in the
browser (`nnviz.charts.network_units`). On release the server gets one message, or the network returns to what it was.

    link = UnitLink(LiveKey("ua_net"), ACTIVATIONS["relu"].browser_value)
    drawing = NetworkDrawing(link.name, "ua_own_chart", domain, interval)
    draw_network(drawing, {"": network}, ACTIVATIONS["relu"].value, key="ua_drawn_network")
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import streamlit as st

from nnviz._types import Array, Bounds, Domain, FloatArray
from nnviz.charts import LiveKey
from nnviz.charts.theme import ERROR, MODEL, STEP
from nnviz.web import downloads, text
from nnviz.web.components import declare_component

MOST_DRAWN = 16
"""Units of a network that chapters still draw. If some have no room, the drawing says how many are left out."""

TALL = (300, 150)  # pixels: beside a chart, and above it on a phone
_LEAST_REACH, _MOST_REACH, _VALUES = 8.0, 200.0, 401  # of the table of φ
_ROUNDING = 1e-13  # of the largest parameter: what is smaller is a rounding error of 0
_HTML = f"""\
<figure class="network" style="--positive: {MODEL}; --negative: {ERROR}; --unit: {STEP}">
<svg role="group"></svg><output class="told" aria-live="off"></output>
<span class="said" aria-live="polite"></span></figure>
"""
_DRAWING = declare_component("network_drawing", _HTML)


class DrawnNetwork(Protocol):
    """Describe the network c + Σⱼ vⱼ φ(wⱼ x + bⱼ) with one input (nnviz.networks.ShallowNetwork)."""

    @property
    def hidden_weights(self) -> Array:
        """Return w, an array (N, 1)."""

    @property
    def hidden_biases(self) -> Array:
        """Return b, an array (N,)."""

    @property
    def output_weights(self) -> Array:
        """Return v, an array (N,)."""

    @property
    def output_bias(self) -> float:
        """Return c."""


class KnotMoves(NamedTuple):
    """Say how a network follows the knot of a chart that is held.

    names: the live values of the number of the knot and of its height. heights: of all knots at rest (n,). units: for
    each knot the units whose output weight changes, and by how much for a height of 1. outputs: the same for c.
    charted: whether the chart follows the knot by itself. If not, the knot moves the chart through these units.
    """

    names: tuple[str, str]
    heights: Sequence[float]
    units: Sequence[Sequence[tuple[int, float]]]
    outputs: Sequence[float]
    charted: bool = True


@dataclass(frozen=True)
class NetworkDrawing:
    """Say what a drawn network is linked with.

    name: the live value that it publishes. chart: the key of its chart, and domain: what the axes of that chart span.
    interval: K. frame: the live value that chooses among several networks. group: how many units belong together.
    products: parameters that sliders set, by keys such as "b0": a factor, and the live values whose product with it is
    the parameter. moves: how the network follows a knot of the chart. ranges: the smallest value, the largest one and
    the step of what can be dragged, by "w", "b", "v", "c", by keys such as "v0", or by the live value of a product.
    tall: pixels, beside a chart and on a phone. most: how many units are drawn; by default as many as have room. focus:
    the units whose knot is nearest to this x light up while none is pointed at. colors: of "w", "b"
    and "v"; by default their signs decide. near: where some units have no room, those whose knots are about this x are
    drawn at first; by default the first ones.
    """

    name: LiveKey
    chart: str
    domain: Domain
    interval: Bounds
    frame: str = ""
    group: int = 1
    products: Mapping[str, Sequence[float | str]] = field(default_factory=dict)
    moves: KnotMoves | None = None
    ranges: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    tall: tuple[int, int] = TALL
    most: int | None = None
    focus: float | None = None
    colors: Mapping[str, str] = field(default_factory=dict)
    near: float | None = None


def draw_network(
    drawing: NetworkDrawing,
    networks: Mapping[str, DrawnNetwork],
    phi: Callable[..., FloatArray],
    *,
    key: str,
    on_change: Callable[[str, int, float], None] | None = None,
) -> None:
    """Draw the last of ``networks``, or the one that the live value ``drawing.frame`` names.

    networks: by the value of the live value, as a text. phi: the activation function. on_change: called on release with
    "w", "b", "v" or "c", the number of the unit from 0, and the new value, or with the name of a live value, -1 and its
    value. Without it, the network returns to what it was.
    """
    present = list(networks)[-1]
    parameters = {name: _parameters(network) for name, network in networks.items()}
    units = len(networks[present].hidden_biases)
    data = {
        "name": drawing.name,
        "chart": drawing.chart,
        "domain": [list(map(float, side)) for side in drawing.domain],
        "interval": list(map(float, drawing.interval)),
        "phi": _table(phi, drawing.interval, list(networks.values())),
        "networks": parameters,
        "frame": drawing.frame,
        "present": present,
        "group": drawing.group,
        "products": {name: list(product) for name, product in drawing.products.items()},
        "moves": None if drawing.moves is None else _moves(drawing.moves),
        "ranges": {name: list(map(float, ends)) for name, ends in drawing.ranges.items()},
        "reports": on_change is not None,
        "tall": list(drawing.tall),
        "most": drawing.most,
        "focus": None if drawing.focus is None else float(drawing.focus),
        "colors": dict(drawing.colors),
        "near": None if drawing.near is None else float(drawing.near),
        "ends": text.NETWORK_ENDS,
        "key": key,
        "words": text.describe_network(units),
        "texts": {
            **text.NETWORK_TEXTS,
            "look": "" if drawing.colors else text.NETWORK_LOOK,
            "hint": text.network_hint(may_drag=bool(drawing.ranges)),
        },
        "sent": st.session_state.get(_count(key), 0),
    }
    downloads.give(key, lambda: _columns(networks[present]))
    _DRAWING(key=key, data=data, on_moved_change=partial(_change, key, drawing, units, on_change))


def _parameters(network: DrawnNetwork) -> list[Any]:
    """Return w, b, v as lists of numbers with seven digits, and c. Rounding errors of 0 are 0."""
    rows = (network.hidden_weights[:, 0], network.hidden_biases, network.output_weights)
    least = _ROUNDING * max(float(np.abs(row).max(initial=0.0)) for row in rows)
    return [*(_short(row, least) for row in rows), *_short(np.array([network.output_bias]), least)]


def _columns(network: DrawnNetwork) -> dict[str, Any]:
    """Return the numbers of a network as columns of a table."""
    rows = (network.hidden_weights[:, 0], network.hidden_biases, network.output_weights)
    numbers = dict(zip("wbv", (row.tolist() for row in rows), strict=True))
    return {"unit": list(range(1, len(rows[0]) + 1)), **numbers, "c": [network.output_bias]}


def _short(row: FloatArray, least: float) -> list[float]:
    """Return numbers with seven digits; one format for a row takes a third of the time of one for each number."""
    numbers = np.where(np.abs(row) > least, row, 0.0).tolist()
    return [float(number) for number in ("%.7g " * len(numbers) % tuple(numbers)).split()]


def _table(
    phi: Callable[..., FloatArray], interval: Bounds, networks: Sequence[DrawnNetwork]
) -> dict[str, Any]:
    """Return φ at even steps over what the units of the networks can get on the interval, and some more."""
    furthest = max(map(abs, interval))
    inputs = [np.abs(one.hidden_weights[:, 0]) * furthest + np.abs(one.hidden_biases) for one in networks]
    reach = min(max(_LEAST_REACH, *(1.5 * float(row.max(initial=0.0)) for row in inputs)), _MOST_REACH)
    values = phi(np.linspace(-reach, reach, _VALUES))
    return {"from": reach, "values": [float(f"{value:.5g}") for value in values]}


def _moves(moves: KnotMoves) -> dict[str, Any]:
    units = [[[unit, float(by)] for unit, by in changes] for changes in moves.units]
    heights, outputs = list(map(float, moves.heights)), list(map(float, moves.outputs))
    return {
        "names": list(moves.names),
        "heights": heights,
        "units": units,
        "outputs": outputs,
        "charted": moves.charted,
    }


def _count(key: str) -> str:
    return f"sent_{key}"


def _change(
    key: str, drawing: NetworkDrawing, units: int, on_change: Callable[[str, int, float], None] | None
) -> None:
    """Call ``on_change`` with what the browser sent, if it makes sense: anybody can send anything.

    The data of the component differ after each message, so that the browser takes the server's answer.
    """
    st.session_state[_count(key)] = st.session_state.get(_count(key), 0) + 1
    sent = st.session_state[key].get("moved")
    found = read_change(sent, drawing, units)
    if found is not None and on_change is not None:
        on_change(*found)


def read_change(sent: object, drawing: NetworkDrawing, units: int) -> tuple[str, int, float] | None:
    """Return the part, the unit and the value that were sent, clipped to their range; None if that makes no sense."""
    if not isinstance(sent, dict):
        return None
    part, unit, value = sent.get("name", sent.get("part")), sent.get("unit", -1), sent.get("value")
    if not (isinstance(part, str) and type(unit) is int and -1 <= unit < units):
        return None
    ends = drawing.ranges.get(f"{part}{unit}", drawing.ranges.get(part))
    if ends is None or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return part, unit, min(max(float(value), ends[0]), ends[1])
