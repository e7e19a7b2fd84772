"""Let a reader drag what a chart shows: the start of a run, the points of a data set, the knots of a function.

The pointer drags it, or the arrow keys move a ring that the Tab key reaches. While it moves, charts follow by live
values (`nnviz.charts.theme.live`) without the server. The server gets one message, on release.

The start of a run, on a chart drawn with key "gd_paths", beside sliders of keys "gd_x" and "gd_y":

    web.render(picture, key="gd_paths")
    handles = DragHandles("gd_paths", surface.domain, words="the start", key="gd_drag_start")
    draw_handle(handles, (x, y), keys=("gd_x", "gd_y"))

and in the chart `live("gd_x", "datum.x")`. The points of a text area of key "lr_points", on a chart that draws point
number i at `live("lr_drag_i", "-1") == datum.i ? live("lr_drag_x", "datum.x") : datum.x`:

    handles = DragHandles("lr_fit", domain, words="the points", key="lr_drag_points")
    draw_handles(handles, points, name="lr_drag", on_change=write)
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from nnviz._checks import check_one_of
from nnviz._types import Array, Domain
from nnviz.web import text
from nnviz.web.components import declare_component
from nnviz.web.controls import round_step

_HTML = """\
<p class="grab"></p>
<output class="said" aria-live="polite"></output>
"""
_GRAB = declare_component("drag_points", _HTML)


@dataclass(frozen=True)
class DragHandles:
    """Say what can be dragged on a chart, and where.

    chart: the key that the chart is drawn with; domain: what its linear axes span, x then y. words: what is moved,
    as in "the start". key: of the component. labels: of the axes. step: positions are multiples of it; a round part
    of each axis by default. along: "xy", "x" or "y", the directions that are free. hint: replaces the instructions
    below the chart. further: what follows them. is_equal: whether a unit is as long across as up, so that the chart
    shows the domain in the middle and more beside it (`nnviz.charts.contour_image.map_axes`). ValueError for another
    `along`.
    """

    chart: str
    domain: Domain
    words: str
    key: str
    labels: tuple[str, str] = ("x", "y")
    step: tuple[float, float] | None = None
    along: str = "xy"
    hint: str | None = None
    further: str = ""
    is_equal: bool = False

    def __post_init__(self) -> None:
        check_one_of("along", self.along, ("xy", "x", "y"))


def draw_handle(
    handles: DragHandles,
    at: tuple[float, float],
    *,
    keys: tuple[str, str],
    then: Callable[[], None] | None = None,
) -> None:
    """Let the reader drag the one handle at ``at`` = (x, y).

    keys: the live values while it moves, and the sliders that the position is written to on release. then: called after
    that.
    """
    data = {
        "one": True,
        "names": list(keys),
        "points": [list(map(float, at))],
        "hint": handles.hint or text.drag_one_hint(handles.words),
    }
    _draw(handles, data, partial(_write, handles.key, handles.domain, keys, then))


def draw_handles(
    handles: DragHandles,
    points: Array,
    *,
    name: str,
    on_change: Callable[[Array], None],
    may_add: bool = False,
    min_points: int | None = None,
) -> None:
    """Let the reader drag the points (n, 2), n ≥ 1.

    While one is dragged, the live values ``name``_i, ``name``_x and ``name``_y are its number and position;
    ``name``_i is -1 otherwise. on_change: called with the points after a drop, before the page runs again. may_add:
    a double click, a long press or the key Insert adds a point, as the last one. min_points: a point that is dragged
    out of the plot, or the key Delete, is removed while more than that many are left; None: no point can be removed.
    """
    least = len(points) if min_points is None else min_points
    hint = text.drag_points_hint(handles.words, may_add=may_add, may_remove=min_points is not None)
    data = {
        "one": False,
        "names": [f"{name}_{part}" for part in "ixy"],
        "points": np.asarray(points, dtype=np.float64).tolist(),
        "add": may_add,
        "remove": min_points is not None,
        "least": least,
        "hint": handles.hint or f"{hint} {handles.further}".strip(),
    }
    _draw(handles, data, partial(_change, handles.key, handles.domain, points, least, on_change))


def _draw(handles: DragHandles, data: Mapping[str, Any], callback: Callable[[], None]) -> None:
    """Draw the component. Its data differ after each message, so that the browser takes the server's answer."""
    shared = {
        "chart": handles.chart,
        "domain": [list(map(float, side)) for side in handles.domain],
        "step": list(handles.step or (round_step((high - low) / 400) for low, high in handles.domain)),
        "labels": list(handles.labels),
        "words": handles.words,
        "texts": text.DRAG_TEXTS,
        "along": handles.along,
        "equal": handles.is_equal,
        "drops": st.session_state.get(f"drops_{handles.key}", 0),
    }
    rest = {"add": False, "remove": False, "least": 1}
    _GRAB(key=handles.key, data={**rest, **shared, **data}, on_moved_change=callback)


def _moved(key: str, domain: Domain) -> dict[str, Any]:
    """Return what the browser says was moved, with its position clipped to the domain; {} if it makes no sense.

    Its number goes back with the answer. The browser leaves alone what was moved after a message with another number.
    """
    moved = dict(st.session_state[key].get("moved") or {})
    drops, number = st.session_state.get(f"drops_{key}", 0), moved.get("number")
    st.session_state[f"drops_{key}"] = number if isinstance(number, int) and number > drops else drops + 1
    if moved.get("kind") == "remove":
        return moved
    point = moved.get("point")
    if not (isinstance(point, list) and len(point) == 2 and all(map(_is_number, point))):
        return {}
    return {**moved, "point": [min(max(float(v), low), high) for v, (low, high) in zip(point, domain)]}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _write(key: str, domain: Domain, keys: Sequence[str], then: Callable[[], None] | None) -> None:
    """Write the position of the one handle to the sliders."""
    moved = _moved(key, domain)
    if moved:
        st.session_state.update(zip(keys, moved["point"], strict=True))
        if then is not None:
            then()


def _change(key: str, domain: Domain, points: Array, least: int, on_change: Callable[[Array], None]) -> None:
    """Call ``on_change`` with the points after the drop, if at least ``least`` are left."""
    changed = apply_drag(points, _moved(key, domain))
    if changed is not None and len(changed) >= min(least, len(points)):
        on_change(changed)


def apply_drag(points: Array, moved: Mapping[str, Any]) -> Array | None:
    """Return the points (n, 2) with one moved, added or removed; None where ``moved`` makes no sense for them."""
    index, kind = moved.get("index"), moved.get("kind")
    if kind == "add":
        return np.vstack([points, moved["point"]])
    if not isinstance(index, int) or not 0 <= index < len(points):
        return None
    if kind == "remove":
        return np.delete(points, index, axis=0)
    changed = np.array(points, dtype=np.float64)
    changed[index] = moved["point"]
    return changed
