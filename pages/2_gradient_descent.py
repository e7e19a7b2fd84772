"""Optimizers side by side on surfaces of two parameters, and what one of their steps is made of."""

import streamlit as st

from nnviz import ui
from nnviz.ui import descent

ui.begin(
    "gradient_descent",
    "A loss is a landscape, and its negative gradient points downhill. **Gradient descent** takes a step that way, "
    "again and again: $\\theta \\leftarrow \\theta - \\eta\\,\\nabla L(\\theta)$. The step size $\\eta$ decides "
    "whether it creeps, arrives, zig-zags or flies off; the other optimizers remember something of the way.",
)


@st.fragment
def race() -> None:
    """The same start for every optimizer chosen."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        place = descent.choose_place()
        field = descent.choose_field(place)
        st.toggle("Curvature where the first one stands", key="gd_bent", bind="query-params")
    runs = descent.raced(field)
    with picture:
        descent.draw(field, runs)
    descent.report(field, runs)
    with st.expander("The rules, with their settings"):
        descent.rules(runs)
    st.header("What to notice")
    st.markdown(
        """
- **The ravine** is steep across and flat along. Gradient descent must take steps small enough for the steep
  direction, so it crawls along the flat one; raise the learning rate and watch it zig-zag, then fly off.
- **Momentum** adds up what the steps have in common and cancels what they have not.
- **Adam** and its kin divide each coordinate by the size of its own gradients: they feel the direction of the slope,
  hardly its size, and keep pacing round the minimum when the learning rate stays large.
- **The saddle** has no slope, and is no minimum. Start exactly on its ridge and see who gets away; then add noise.
"""
    )


@st.fragment
def slow_motion() -> None:
    """One update, phase by phase."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        place = descent.choose_place()
        motion = descent.choose_update(place)
    with picture:
        descent.draw_update(place, motion)
    descent.formulas(place, motion)


@st.fragment
def in_3d() -> None:
    """The race again, on a surface that turns."""
    solid, flat = st.columns(2, gap="large")
    left, right = st.columns(2, gap="large")
    with left:
        place = descent.choose_place()
    with right:
        field = descent.choose_field(place)
    runs = descent.raced(field)
    with solid:
        descent.draw_in_3d(field, runs)
    with flat:
        descent.draw_map(field, runs)


@st.fragment
def of_a_network() -> None:
    """A plane through a loss of many parameters, and what it hides."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        plane = descent.choose_plane()
        descent.report_plane(plane)
    with picture:
        descent.draw_plane(plane)


ui.chapters(
    "gd",
    {
        "The race": race,
        "One update in slow motion": slow_motion,
        "In three dimensions": in_3d,
        "The loss of a network": of_a_network,
    },
)
ui.end(
    "On a bowl $L = \\tfrac12 \\lambda x^2$ a step multiplies $x$ by $1 - \\eta\\lambda$. For which $\\eta$ does it "
    "arrive in one step, and from which on does it diverge?",
    "loss_functions",
)
