"""A small network with every number in it: forward, backward, one update."""

import streamlit as st

from nnviz import ui
from nnviz.charts import network as charts
from nnviz.networks import ACTIVATIONS, Backward, Forward, ShallowNetwork
from nnviz.ui import by, signed, tex

ui.begin(
    "inside_the_network",
    "A network is a chain: an affine map, a bend, another affine map. **Forward**, numbers flow from the input to the "
    "loss. **Backward**, the chain rule hands each number its share of the blame. Every number is here.",
)

UNITS = (1, 2, 3)
START = {
    "in_w1": 2.0, "in_b1": 1.0, "in_v1": 1.0,
    "in_w2": -3.0, "in_b2": 0.5, "in_v2": -0.8,
    "in_w3": 1.5, "in_b3": -1.0, "in_v3": 0.6,
    "in_c": 0.1,
}  # fmt: skip
TRAINABLE = {name: activation for name, activation in ACTIVATIONS.items() if activation.trainable}


def parameters() -> ShallowNetwork:
    """One number box for each weight and bias; the network they make."""
    activation = ui.choice("Activation φ", TRAINABLE, "tanh", key="in_activation")
    with st.expander("Weights and biases", icon=":material/edit:"):
        columns = st.columns(3)
        for unit, column in zip(UNITS, columns, strict=True):
            with column:
                for symbol in "wbv":
                    ui.number(f"${symbol}_{unit}$", START[f"in_{symbol}{unit}"], key=f"in_{symbol}{unit}")
        ui.number("$c$", START["in_c"], key="in_c")
        st.button("Back to the first weights", on_click=put, args=(START,))
    read = {key: st.session_state[key] for key in START}
    rows = ([read[f"in_{symbol}{unit}"] for unit in UNITS] for symbol in "wbv")
    return ui.last_good(
        "in", lambda: ShallowNetwork(activation, *rows, read["in_c"]), ui.network_of(START, UNITS)
    )


def put(values: dict[str, float]) -> None:
    """Set every weight and bias."""
    st.session_state.update(values)


@st.fragment
def passes() -> None:
    """The picture, the formulas of one unit, and the update."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        curve = st.container()
        x = ui.slider("Input x", -2.0, 2.0, 0.5, 0.05, key="in_x")
        y = ui.slider("Target y", -2.0, 2.0, -0.5, 0.05, key="in_y")
        eta = ui.power("Learning rate η", -3, 0, 0.1, key="in_eta")
        network = parameters()
    forward, backward = network.forward([x]), network.backward([x], [y])
    with picture:
        way = st.segmented_control(
            "Pass",
            ["Forward", "Backward"],
            default="Forward",
            key="in_pass",
            bind="query-params",
            required=True,
        )
        values, slopes = ui.numbers_of(network, x, forward, backward)
        ui.show(
            charts.forward(values) if way == "Forward" else charts.backward(values, slopes), key="in_diagram"
        )
        left, right = st.columns(2)
        left.metric("Output ŷ", f"{forward.y[0]:.4g}", border=True)
        right.metric("Loss L = (ŷ − y)²", f"{backward.loss:.4g}", border=True)
        after = ui.updated(network, backward, eta)
        st.button("One update: θ ← θ − η ∂L/∂θ", on_click=put, args=(ui.keys_of(after),))
        st.caption(f"With η = {eta:g} the loss becomes {after.backward([x], [y]).loss:.4g}.")
    with curve:
        at = ui.steps_between(-2, 2)
        ui.show(
            charts.output(at, network(at), (x, y), forward.y[0], ((-2.0, 2.0), (-2.5, 2.5))), key="in_output"
        )
    ui.follow({"in_x": x}, key="in_follow")
    chain(network, x, y, forward, backward)


def chain(network: ShallowNetwork, x: float, y: float, forward: Forward, backward: Backward) -> None:
    """The chain rule through one unit, with its numbers."""
    j = st.segmented_control("Unit", UNITS, default=1, key="in_unit", bind="query-params", required=True)
    phi, i = ACTIVATIONS[network.activation], j - 1
    w, b, v = network.hidden_weights[i, 0], network.hidden_biases[i], network.output_weights[i]
    z, a, dy = forward.z[0, i], forward.a[0, i], backward.dy[0]
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Forward**")
        st.latex(rf"z_{j} = w_{j} x + b_{j} = {tex(w)} \cdot {tex(x)} {signed(b)} = {tex(z)}")
        st.latex(rf"a_{j} = \varphi(z_{j}) = {tex(a)}")
        st.latex(phi.latex)
        st.latex(rf"\hat y = c + \sum_k v_k a_k = {tex(forward.y[0])}")
        st.latex(rf"L = (\hat y - y)^2 = ({tex(forward.y[0])} {signed(-y)})^2 = {tex(backward.loss)}")
    with right:
        st.markdown("**Backward**")
        by_y = by(r"\hat y")
        st.latex(rf"{by_y} = 2(\hat y - y) = {tex(dy)}")
        st.latex(rf"{by(f'v_{j}')} = {by_y}\, a_{j} = {tex(dy)} \cdot {tex(a)} = {tex(backward.dv[i])}")
        st.latex(rf"{by(f'z_{j}')} = {by_y}\, v_{j}\, \varphi'(z_{j})")
        st.latex(rf"= {tex(dy)} \cdot {tex(v)} \cdot {tex(ui.slope_at(phi, z))} = {tex(backward.dz[0, i])}")
        st.latex(rf"{by(f'w_{j}')} = {by(f'z_{j}')}\, x = {tex(backward.dw[i, 0])}")
        st.latex(rf"{by(f'b_{j}')} = {by(f'z_{j}')} = {tex(backward.db[i])}")


passes()

st.header("What to notice")
st.markdown(
    """
- **Thick lines** carry large weights; dashed orange ones are negative.
- **The backward pass reuses the forward pass:** $\\partial L/\\partial v_j$ needs $a_j$, and
  $\\partial L/\\partial w_j$ needs $x$. That is why a network is run before it can learn.
- **A saturated unit** ($|z|$ large under tanh) passes hardly any blame on: $\\varphi'(z) \\approx 0$.
- **At x = 0** no hidden weight can learn anything from this example: its derivative is multiplied by $x$.
"""
)
ui.end(
    "Which change of signs leaves this network the same function? (Try $w_1, b_1, v_1 \\to -w_1, -b_1, -v_1$ "
    "under tanh.)"
)
