"""Sliders whose answer the server computes, while a hand moves them: Streamlit itself sends nothing until release.

Between two answers the browser asks once, for where the hand is by then; a server that is slow is asked where the hand
rests only. The controls of nnviz/ui/controls.py give the value under the hand; the link has that of the release.
"""

import math
from functools import partial
from typing import Any

import streamlit as st

from nnviz.ui.assets import component

_HAND = component("hand", "")
_HELD = "in_hand"


def while_held(*sliders: str, key: str) -> None:
    """At the end of a fragment: it runs while a hand moves one of the sliders with these keys."""
    data = {"sliders": list(sliders), "answered": st.session_state.get(_HELD)}
    _HAND(key=key, data=data, on_held_change=partial(_take, key))


def _take(key: str) -> None:
    held = st.session_state[key].get("held")
    if _is_question(held):
        st.session_state[_HELD] = held


def _is_question(held: Any) -> bool:
    """Whether this is what hand.js sends: anybody can send anything."""
    if not isinstance(held, dict) or not isinstance(held.get("slider"), str):
        return False
    return all(isinstance(held.get(end), int | float) and math.isfinite(held[end]) for end in ("from", "at"))


def under_hand(slider: str, value: float) -> float:
    """Where a hand holds the slider of that key now, any finite number; its `value` where none does."""
    held = st.session_state.get(_HELD)
    if held is None or held["slider"] != slider:
        return value
    if not math.isclose(held["from"], value, rel_tol=1e-9, abs_tol=1e-9):
        del st.session_state[_HELD]  # the hand has let go, and this is the value it left
        return value
    return float(held["at"])
