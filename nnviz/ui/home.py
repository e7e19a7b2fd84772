"""What the first page shows: a target, and networks that grow towards it."""

import streamlit as st

from nnviz.approximation import Film, film, interpolants
from nnviz.functions import TARGETS, parse
from nnviz.ui.controls import choice

HOME = ("sine", "runge")


@st.cache_data(max_entries=32, show_spinner=False)
def growing(name: str) -> tuple[Film, list[int]]:
    """A registered target, and the ReLU networks that interpolate it with 1, 2, … 40 units."""
    target, widths = TARGETS[name], list(range(1, 41))
    return film(
        parse(target.text), target.interval, interpolants(parse(target.text), target.interval, widths)
    ), widths


def pick_target(key: str) -> str:
    """The name of a continuous target for the first page."""
    names = {name: target for name, target in TARGETS.items() if name in HOME}
    return choice("A function", names, HOME[0], key=key)
