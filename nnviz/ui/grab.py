"""Things on a chart that a hand moves: the start of a walk, the points of a data set, the knots of a function.

They are dragged with the pointer, or with the arrow keys on a ring that the Tab key reaches. While they move, charts
follow by live values (`nnviz.charts.theme.live`), without the server; on release the server hears of it once.

The start of a walk, on a chart drawn with key "gd_paths", beside sliders of keys "gd_x" and "gd_y":

    ui.show(picture, key="gd_paths")
    grab_one("gd_paths", surface.domain, (x, y), keys=("gd_x", "gd_y"), words="the start", key="gd_grab")

and in the chart `live("gd_x", "datum.x")`. The points of a text area of key "lr_points", on a chart that draws point
number i at `live("lr_drag_i", "-1") == datum.i ? live("lr_drag_x", "datum.x") : datum.x`:

    grab_points("lr_fit", domain, points, name="lr_drag", words="the data", key="lr_grab", on_change=write)
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.ui.assets import component
from nnviz.ui.controls import round_step

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

_HTML = """\
<p class="grab"></p>
<output class="said" aria-live="polite"></output>
"""
_GRAB = component("grab", _HTML)


def grab_one(
    chart: str,
    domain: Domain,
    at: tuple[float, float],
    *,
    keys: tuple[str, str],
    key: str,
    words: str,
    labels: tuple[str, str] = ("x", "y"),
    step: tuple[float, float] | None = None,
    along: str = "xy",
    hint: str | None = None,
    then: Callable[[], None] | None = None,
) -> None:
    """Let a hand move the one thing at `at` = (x, y) on the chart of key `chart`, whose linear axes span `domain`.

    keys: the live values told while it moves, and where they are written when it is dropped: the keys of two sliders.
    step: what values are multiples of; a round part of the axis if not given. words: what is moved, as in "the start".
    along: "xy", "x" or "y", the directions it may go. then: called after the values are written. labels: of the axes.
    """
    sent = {
        "one": True,
        "names": list(keys),
        "points": [list(map(float, at))],
        "along": along,
        "hint": hint or f"Drag {words} on the chart, or move it with Tab and the arrow keys.",
    }
    _draw(chart, domain, sent, partial(_write, key, domain, keys, then), key, words, labels, step)


def grab_points(
    chart: str,
    domain: Domain,
    points: Array,
    *,
    name: str,
    key: str,
    words: str,
    on_change: Callable[[Array], None],
    labels: tuple[str, str] = ("x", "y"),
    step: tuple[float, float] | None = None,
    along: str = "xy",
    add: bool = False,
    remove: bool = False,
    least: int = 2,
    hint: str | None = None,
) -> None:
    """Let a hand move the points (n, 2), n ≥ 1, of the chart of key `chart`, whose linear axes span `domain`.

    While one is held, the live values `name`_i, `name`_x and `name`_y are its number and place; `name`_i is -1 else.
    on_change: called with the points as they are after a drop, before the page runs again. along: "xy", "x" or "y", the
    directions they may go. add: a double click, a long press or the key Insert adds a point (last). remove: one dragged
    out of the plot, or the key Delete, takes it away, while more than `least` are left.
    """
    if along not in ("xy", "x", "y"):
        raise ValueError(f"along must be xy, x or y; got {along!r}")
    ways = [f"Drag {words} on the chart"]
    ways += ["double-click to add one"] * add + ["drag one out to remove it"] * remove
    sent = {
        "one": False,
        "names": [f"{name}_{part}" for part in "ixy"],
        "points": np.asarray(points, dtype=np.float64).tolist(),
        "along": along,
        "add": add,
        "remove": remove,
        "least": least,
        "hint": hint or f"{'; '.join(ways)}. By keyboard: Tab, arrows, Page Up and Page Down.",
    }
    _draw(
        chart, domain, sent, partial(_change, key, domain, points, least, on_change), key, words, labels, step
    )


def _draw(
    chart: str,
    domain: Domain,
    sent: Mapping[str, Any],
    callback: Callable[[], None],
    key: str,
    words: str,
    labels: Sequence[str],
    step: tuple[float, float] | None,
) -> None:
    """The component; its data differ after each drop, so that what the browser moved is put right."""
    drops = st.session_state.get(f"drops_{key}", 0)
    steps = step or tuple(round_step((high - low) / 400) for low, high in domain)
    shared = {"chart": chart, "domain": [list(map(float, side)) for side in domain], "step": list(steps)}
    rest = {"along": "xy", "add": False, "remove": False, "least": 1, "labels": list(labels), "words": words}
    _GRAB(key=key, data={**rest, **shared, **sent, "drops": drops}, on_moved_change=callback)


def _moved(key: str, domain: Domain) -> dict[str, Any]:
    """What the browser says was moved; its place clipped to the domain; {} where it makes no sense."""
    st.session_state[f"drops_{key}"] = st.session_state.get(f"drops_{key}", 0) + 1
    moved = dict(st.session_state[key].get("moved") or {})
    if moved.get("kind") == "remove":
        return moved
    point = moved.get("point")
    if not (isinstance(point, list) and len(point) == 2 and all(map(_is_number, point))):
        return {}
    return {**moved, "point": [min(max(float(v), low), high) for v, (low, high) in zip(point, domain)]}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _write(key: str, domain: Domain, keys: Sequence[str], then: Callable[[], None] | None) -> None:
    """Write the place of the one thing to the sliders."""
    moved = _moved(key, domain)
    if moved:
        st.session_state.update(zip(keys, moved["point"], strict=True))
        if then is not None:
            then()


def _change(key: str, domain: Domain, points: Array, least: int, on_change: Callable[[Array], None]) -> None:
    """Tell the points as they are now, while at least `least` are left."""
    changed = edited(points, _moved(key, domain))
    if changed is not None and len(changed) >= min(least, len(points)):
        on_change(changed)


def edited(points: Array, moved: Mapping[str, Any]) -> Array | None:
    """The points (n, 2) with one moved, added or removed; None where `moved` makes no sense for them."""
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
