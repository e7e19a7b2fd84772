"""Let the server answer while a slider is dragged. Streamlit itself sends nothing until the slider is released.

After each answer the browser sends the position of the slider again, one request at a time. If the server is slow, it
gets a request only when the slider rests (static/drag_updates.js). The controls of `nnviz.web.controls` return the
dragged value; the link holds the released one.
"""

import math
from functools import partial
from typing import Any

import streamlit as st

from nnviz.web.components import declare_component

_HAND = declare_component("drag_updates", "")
_DRAG = "__drag"  # the key of the last request; no widget and no page has a key that begins like this


def update_during_drag(*sliders: str, key: str) -> None:
    """Run the fragment again and again while a slider with one of these keys is dragged. Call it last."""
    data = {"sliders": list(sliders), "answered": st.session_state.get(_DRAG)}
    _HAND(key=key, data=data, on_held_change=partial(_take, key))


def _take(key: str) -> None:
    held = st.session_state[key].get("held")
    if _is_request(held):
        st.session_state[_DRAG] = held


def _is_request(held: Any) -> bool:
    """Return whether this has the form that the script sends; a browser can send anything."""
    if not isinstance(held, dict) or not isinstance(held.get("slider"), str):
        return False
    return all(isinstance(held.get(end), int | float) and math.isfinite(held[end]) for end in ("from", "at"))


def dragged_value(slider: str, value: float) -> float:
    """Return the position of the slider with that key while it is dragged, any finite number; otherwise ``value``."""
    held = st.session_state.get(_DRAG)
    if held is None or held["slider"] != slider:
        return value
    if not math.isclose(held["from"], value, rel_tol=1e-9, abs_tol=1e-9):
        del st.session_state[_DRAG]  # the slider has been released, and `value` is its new value
        return value
    return float(held["at"])
