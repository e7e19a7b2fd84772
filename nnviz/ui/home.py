"""What the first page shows: a target, and networks that grow towards it."""

import streamlit as st

from nnviz.approximation import Film, film, interpolants
from nnviz.functions import TARGETS, parse
from nnviz.ui.controls import choice
from nnviz.ui.live import follow

HOME = ("sine", "runge")
EPSILONS = (0.5, 0.2, 0.1, 0.05, 0.02)


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


def pick_epsilon() -> float:
    """The half height of the tube. The tube of the page of the theorem listens to a slider that is not on this page."""
    with st.container(gap=None):
        epsilon: float = st.select_slider(
            "How near? ε",
            EPSILONS,
            0.1,
            key="home_epsilon",
            bind="query-params",
            format_func=lambda v: f"{v:g}",
        )
        follow({"ua_epsilon": -1.0}, key="home_follow")
    return epsilon


def enough(found: Film, widths: list[int], epsilon: float) -> str:
    """The first width whose measured error is within ε, in words."""
    within = [width for width, sup in zip(widths, found.sup, strict=True) if sup <= epsilon]
    if not within:
        return f"{widths[-1]} units are not yet enough for ε = {epsilon:g}; more would be."
    measured = f"measured on {found.measured} points"
    return (
        f"The first of these networks within **ε = {epsilon:g}** has **N = {within[0]} units** ({measured})."
    )
