"""Two inputs on the page of the theorem: target, network and error as maps; and the tower of two layers."""

from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz.approximation import Certificate, certify, ridge_least_squares, ridge_staircase, two_layer_tower
from nnviz.charts import ERROR, MODEL, TRUTH, limits
from nnviz.functions import TARGETS_2D, Expression, parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.ui.controls import choice, choose, one_of, slider
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.messages import last_good
from nnviz.ui.surface import surface_3d
from nnviz.ui.target import check_interval
from nnviz.ui.theorem import judged
from nnviz.ui.training import BY_TEXT, Array

Box = tuple[tuple[float, float], tuple[float, float]]

SIDE = 121  # points of a side of the maps; the error is measured on them
FIRST = "franke"
WAYS: Final = ("Solved by least squares", "Built from plane waves")
SOLVABLE = {
    name: ACTIVATIONS[name] for name in ("tanh", "sigmoid", "sine", "gaussian", "relu", "softplus", "gelu")
}
TITLES: Final = {"target": "**f**", "network": "**N**", "error": "**|f − N|**"}


class Fields(NamedTuple):
    """Target and network on the grid of the maps, (121, 121), rows y; and the errors measured there."""

    target: Array
    network: Array
    sup: float
    rms: float


def choose_box() -> tuple[Expression, Box]:
    """A function of x and y, from the list or typed, and its box."""
    first = TARGETS_2D[FIRST]
    text, menu = st.columns([3, 1], vertical_alignment="bottom")
    with menu:
        st.selectbox(
            "Examples", list(TARGETS_2D), None, key="ua2_example", placeholder="Examples", on_change=_take,
            format_func=lambda name: TARGETS_2D[name].label, label_visibility="collapsed",
        )  # fmt: skip
    with text:
        typed = st.text_input("f(x, y)", first.text, key="ua2_f", max_chars=600, bind="query-params")
    with st.popover("The box K"):
        ends = [
            st.number_input(label, value=value, key=f"ua2_{key}", format="%g", bind="query-params")
            for label, value, key in zip(
                ("x from", "x to", "y from", "y to"), np.ravel(first.interval).tolist(), "abcd", strict=True
            )
        ]
    a, b, c, d = (0.0 if end is None else float(end) for end in ends)
    function = last_good("ua2_f", lambda: parse(typed or "", ("x", "y")), first.expression)
    return function, last_good("ua2_K", lambda: (check_interval(a, b), check_interval(c, d)), first.interval)


def _take() -> None:
    name = st.session_state.ua2_example
    if name is not None:
        (a, b), (c, d) = TARGETS_2D[name].interval
        st.session_state.update(ua2_f=TARGETS_2D[name].text, ua2_a=a, ua2_b=b, ua2_c=c, ua2_d=d)


def ridges(epsilon: float) -> None:
    """A network with one hidden layer for a function of two inputs, as three maps; and whether it is within ε."""
    function, box = choose_box()
    ways, units, phi = st.columns(3, vertical_alignment="bottom")
    with ways:
        way = one_of("The network is", WAYS, WAYS[0], key="ua2_way")
    with units:
        width = choose("Width N: hidden units", (8, 16, 32, 64, 128, 256, 512), 64, key="ua2_width")
    with phi:
        solved = way == WAYS[0]
        activation = choice("Activation φ", SOLVABLE, "tanh", key="ua2_activation") if solved else "sigmoid"
        if not solved:
            st.caption("Sigmoid steps along the plane waves of f, at most its 16 largest.")
    fields = last_good("ua2_fields", lambda: _fields(function, box, width, activation, way), None)
    if fields is None:
        return
    if one_of("View", ["Maps", "In 3-D"], "Maps", key="ua2_view") == "Maps":
        three_maps(fields, box)
    else:
        in_3d(fields, box)
    st.markdown(
        f"max |f − N| = **{fields.sup:.3g}**, rms = **{fields.rms:.3g}**: measured at {SIDE} × {SIDE} points of the "
        "box, as all that is drawn; not proved between them. One hidden layer: every unit is a **ridge**, "
        "$\\varphi(w_1 x + w_2 y + b)$, constant along straight lines."
    )
    found = _certified(function, box, width, activation, way, epsilon)
    judged(found, key="ua2")
    st.download_button(
        "The network and its certificate", found.to_json, "certificate.json", "application/json", on_click="ignore",
        key="ua2_certificate", icon=":material/download:",
    )  # fmt: skip


def three_maps(fields: Fields, box: Box) -> None:
    """Target, network and error side by side."""
    error = fields.target - fields.network
    pictures = limits.maps({"target": fields.target, "network": fields.network, "error": error}, box)
    ranges = {"target": fields.target, "network": fields.network, "error": np.abs(error)}
    for column, (name, title) in zip(st.columns(3), TITLES.items(), strict=True):
        with column:
            st.markdown(f"{title}: {ranges[name].min():.3g} (faint) to {ranges[name].max():.3g} (strong)")
            show(pictures[name], key=f"ua2_{name}")


def in_3d(fields: Fields, box: Box) -> None:
    """Target, network and error as surfaces that can be turned."""
    thin = slice(None, None, 2)
    shown = {"f": fields.target, "N": fields.network, "|f − N|": np.abs(fields.target - fields.network)}
    surface_3d(
        {name: values[thin, thin] for name, values in shown.items()},
        box,
        key="ua2_surface",
        words="The target, the network or the error as a surface over the box.",
        labels=("x", "y", "f, N"),
        colors=dict(zip(shown, (TRUTH, MODEL, ERROR), strict=True)),
        own_scale=["|f − N|"],
    )


@st.cache_resource(max_entries=12, show_spinner="Solving …", hash_funcs=BY_TEXT)
def _network(function: Expression, box: Box, width: int, activation: str, way: str) -> ShallowNetwork:
    if way == WAYS[0]:
        return ridge_least_squares(function, box, width, activation)
    return ridge_staircase(function, box, width)


@st.cache_resource(max_entries=24, show_spinner="Looking for a proof …", hash_funcs=BY_TEXT)
def _certified(
    function: Expression, box: Box, width: int, activation: str, way: str, epsilon: float
) -> Certificate:
    return certify(_network(function, box, width, activation, way), function, box, epsilon, seconds=2.0)


@st.cache_data(max_entries=12, show_spinner=False, hash_funcs=BY_TEXT)
def _fields(function: Expression, box: Box, width: int, activation: str, way: str) -> Fields:
    network = _network(function, box, width, activation, way)
    points = _grid(box)
    target, output = function(points).reshape(SIDE, SIDE), network(points).reshape(SIDE, SIDE)
    error = np.abs(target - output)
    return Fields(target, output, float(error.max()), float(np.sqrt((error**2).mean())))


def _grid(box: Box) -> Array:
    """The points of the maps, (121 · 121, 2), x running fastest."""
    return np.stack(np.meshgrid(*(np.linspace(*side, SIDE) for side in box)), axis=-1).reshape(-1, 2)


def tower() -> None:
    """The tower of the picture books, named as what it is: two hidden layers."""
    picture, words = st.columns([1, 2], gap="large")
    with words:
        sharpness = slider("Sharpness of the four steps", 2.0, 80.0, 20.0, 1.0, key="ua2_tower", format="%g")
        st.markdown(
            "A **tower** over a square is often shown as the proof in two inputs: one bump along x, one along y, and a "
            "further unit that is on where **both** are. That further unit is a **second hidden layer** "
            "(Nielsen 2015, chapter 4), so it proves another theorem. With one hidden layer there are only ridges, and "
            "they still suffice: sums of plane waves come near every continuous f, and each wave is a function of "
            "one variable, which steps approximate."
        )
    box: Box = ((-1.0, 1.0), (-1.0, 1.0))
    with picture:
        values = two_layer_tower(_grid(box), ((-0.4, 0.4), (-0.4, 0.4)), sharpness=sharpness)
        st.markdown(f"**A tower**: {values.min():.2f} (faint) to {values.max():.2f} (strong)")
        show(limits.plain_map(values.reshape(SIDE, SIDE), box), key="ua2_tower_map")
    while_held("ua2_tower", key="ua2_hand")
