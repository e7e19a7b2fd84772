"""A network with every number in it, the ledger of its units, and what depth buys."""

import streamlit as st

from nnviz import ui
from nnviz.charts import network as charts
from nnviz.ui import inside

ui.begin(
    "inside_the_network",
    "A network is a chain: an affine map, a bend, another affine map. **Forward**, numbers flow from the input to the "
    "loss. **Backward**, the chain rule hands each number its share of the blame. Every number is here.",
)

BEGINS = {"Forward": charts.AFFINE, "Loss": charts.LOSS, "Backward": charts.BACK, "Update": charts.UPDATE}


@st.fragment
def forward_and_backward() -> None:
    """The two passes, phase by phase, and the update."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        curve = st.container()
        left, right = st.columns(2)
        with left:
            x = ui.slider("Input x", -2.0, 2.0, 0.5, 0.05, key="in_x")
        with right:
            y = ui.slider("Target y", -2.0, 2.0, -0.5, 0.05, key="in_y")
        knob = st.container()
        eta = ui.power("Learning rate η", -3, 0, 0.1, key="in_eta")
        network = inside.parameters()
        with knob:
            turned = inside.turn()
    shown = inside.example(network, x, y, eta, turned)
    with picture:
        way = st.segmented_control(
            "Phase", list(BEGINS), default="Loss", key="in_pass", bind="query-params", required=True
        )
        drawn = inside.numbers(shown)
        ui.show(charts.passes(drawn), key="in_diagram")
        ui.player("in_phase", range(1, 10), run=way, words="phase", begin=BEGINS[way], rate=0.6)
        inside.updates(shown)
    with curve:
        ui.show(
            charts.output(inside.CURVE, network(inside.CURVE), drawn, ((-2.0, 2.0), (-2.5, 2.5))),
            key="in_output",
        )
    ui.follow({"in_x": x, "in_y": y, "in_by": drawn.numbers[turned]}, key="in_follow")
    inside.chain_rule(shown)


ui.chapters("in", {"Forward and backward": forward_and_backward})
ui.end(
    "Which change of signs leaves this network the same function? (Try $w_1, b_1, v_1 \\to -w_1, -b_1, -v_1$ "
    "under tanh.)"
)
