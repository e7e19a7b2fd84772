"""Plumbing of the page about the inside of a network: its parameters, its passes as numbers and as formulas."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from nnviz.charts import network as charts
from nnviz.charts.network import SUBSCRIPTS, Passes
from nnviz.export.inside import passes_code
from nnviz.learning import OPTIMIZERS
from nnviz.networks import ACTIVATIONS, Backward, Forward, ShallowNetwork
from nnviz.ui.controls import choice, number
from nnviz.ui.messages import last_good
from nnviz.ui.questions import code, notice, predict
from nnviz.ui.words import by, signed, tex

UNITS = (1, 2, 3)
START = {
    "w1": 2.0, "b1": 1.0, "v1": 1.0,
    "w2": -3.0, "b2": 0.5, "v2": -0.8,
    "w3": 1.5, "b3": -1.0, "v3": 0.6,
    "c": 0.1,
}  # fmt: skip
TRAINABLE = {name: activation for name, activation in ACTIVATIONS.items() if activation.trainable}
REACH, FARTHEST = 4.0, 100.0  # of the slider that turns a parameter, at least and at most
STEPS = (1, 10, 100)
CURVE = np.linspace(-2, 2, 161)
HIGH, FAR = 2.5, 1e6  # of the plane that the curve is drawn in, as a rule and where it stays so


class Example(NamedTuple):
    """One example through a network, and its parameters one step of gradient descent later, (P,)."""

    network: ShallowNetwork
    x: float
    y: float
    eta: float
    forward: Forward
    backward: Backward
    after: NDArray[Any]
    turned: str

    @property
    def slopes(self) -> NDArray[Any]:
        """φ′(z) of each unit, (N,)."""
        with np.errstate(all="ignore"):
            return ACTIVATIONS[self.network.activation].derivative(self.forward.z[0].copy())

    @property
    def loss_after(self) -> float:
        """(ŷ − y)² after the step; nan where the step leads to numbers too large."""
        if not np.isfinite(self.after).all():
            return math.nan
        later = ShallowNetwork.from_parameters(self.network.activation, self.after)
        return later.backward([self.x], [self.y]).loss


def network_of(activation: str, values: Mapping[str, float]) -> ShallowNetwork:
    """The network whose parameters stand under the names w1, b1, v1, …, c."""
    w, b, v = (np.array([values[f"{symbol}{j}"] for j in UNITS]) for symbol in "wbv")
    return ShallowNetwork(activation, w, b, v, values["c"])


def values_of(network: ShallowNetwork) -> dict[str, float]:
    """The parameters of a network under those names."""
    return _under_names(network.parameters)


def _under_names(parameters: NDArray[Any]) -> dict[str, float]:
    names = [*(f"{symbol}{j}" for symbol in "wbv" for j in UNITS), "c"]
    return dict(zip(names, parameters.tolist(), strict=True))


def put(values: Mapping[str, float]) -> None:
    """Write parameters into their boxes, to six digits."""
    st.session_state.update({f"in_{name}": float(f"{value:.6g}") for name, value in values.items()})


def parameters() -> tuple[ShallowNetwork, str]:
    """The activation, every weight and bias, updates; the network they make, and the parameter that is turned."""
    menus, knob, rest = st.columns([3, 3, 5], vertical_alignment="bottom")
    with menus.container(horizontal=True):
        activation = choice("Activation φ", TRAINABLE, "tanh", key="in_activation")
        name = st.selectbox("Turn", list(START), key="in_turn", bind="query-params", width=96)
    buttons = rest.container(horizontal=True, gap="xsmall")
    updates(buttons)
    with buttons.popover("Weights"):
        for unit, box in zip(UNITS, st.columns(3), strict=True):
            with box:
                for symbol in "wbv":
                    number(
                        f"{symbol}{unit}".translate(SUBSCRIPTS),
                        START[f"{symbol}{unit}"],
                        key=f"in_{symbol}{unit}",
                    )
        number("c", START["c"], key="in_c")
        st.button("Back to the first weights", on_click=put, args=(START,))
    with knob:
        turn(name)
    read = {name: float(st.session_state[f"in_{name}"]) for name in START}
    return last_good("in", lambda: network_of(activation, read), network_of("tanh", START)), name


def turn(name: str) -> None:
    """The slider that turns one parameter."""
    typed = float(st.session_state[f"in_{name}"])
    now = min(max(typed, -FARTHEST), FARTHEST) if math.isfinite(typed) else START[name]
    reach = max(REACH, float(math.ceil(abs(now))))
    st.session_state["in_by"] = now
    st.slider(
        name.translate(SUBSCRIPTS), -reach, reach, key="in_by", step=0.01, on_change=_turned, args=(name,)
    )


def _turned(name: str) -> None:
    st.session_state[f"in_{name}"] = st.session_state["in_by"]


def updates(place: DeltaGenerator) -> None:
    """Buttons for one step of gradient descent on the example, and for several."""
    for steps in STEPS:
        label = "One update" if steps == 1 else f"× {steps}"
        place.button(label, on_click=update, args=(steps,), key=f"in_step_{steps}")
    done = st.session_state.pop("in_diverged", None)
    if done is not None:
        st.warning(
            f"After {done} update{'s' * (done != 1)} the numbers are about to run away: η is too large here."
        )


def update(steps: int) -> None:
    """Take so many steps from where everything stands, and write the parameters into their boxes."""
    state = st.session_state
    network = network_of(state["in_activation"], {name: float(state[f"in_{name}"]) for name in START})
    found, done = descended(network, state["in_x"], state["in_y"], state["in_eta"], steps)
    put(values_of(found))
    if done < steps:
        state["in_diverged"] = done


def example(network: ShallowNetwork, x: float, y: float, eta: float, turned: str) -> Example:
    """The two passes of an example, and one step; numbers too large become infinite."""
    after = stepped(network, x, y, eta)
    return Example(network, x, y, eta, network.forward([x]), network.backward([x], [y]), after, turned)


def said(shown: Example) -> str:
    """What a screen reader says when a number has changed."""
    return f"Output {shown.forward.y[0]:.3g}, loss {shown.backward.loss:.3g}."


def stepped(network: ShallowNetwork, x: float, y: float, eta: float) -> NDArray[Any]:
    """θ − η ∂L/∂θ for one example, (P,); numbers too large become infinite."""
    rule, now = OPTIMIZERS["gradient_descent"], network.parameters
    with np.errstate(all="ignore"):
        moved, _ = rule.update(network.backward([x], [y]).gradient, rule.init(now), now, eta)
    return moved


def descended(
    network: ShallowNetwork, x: float, y: float, eta: float, steps: int
) -> tuple[ShallowNetwork, int]:
    """The network after so many steps θ ← θ − η ∂L/∂θ on one example, or the last finite one; and how many it were."""
    for step in range(steps):
        moved = stepped(network, x, y, eta)
        if not np.isfinite(moved).all() or np.abs(moved).max() > 1e9:
            return network, step
        network = ShallowNetwork.from_parameters(network.activation, moved, network.inputs)
    return network, steps


def numbers(shown: Example) -> Passes:
    """Everything the diagram shows, by name."""
    forward, backward, now, then = (
        shown.forward,
        shown.backward,
        values_of(shown.network),
        _under_names(shown.after),
    )
    rows = {"z": forward.z[0], "a": forward.a[0], "dz": backward.dz[0], "dw": backward.dw[:, 0]}
    rows |= {"db": backward.db, "dv": backward.dv}
    each = {f"{name}{j}": float(row[j - 1]) for name, row in rows.items() for j in UNITS}
    one = {
        "x": shown.x, "y": shown.y, "eta": shown.eta, "yhat": float(forward.y[0]), "loss": backward.loss,
        "dy": float(backward.dy[0]), "dc": backward.dc, "after": shown.loss_after,
    }  # fmt: skip
    new = {f"n{name}": value for name, value in then.items()}
    return Passes(shown.network.activation, {**now, **each, **one, **new}, len(UNITS), shown.turned)


def seen(shown: Example) -> tuple[tuple[float, float], tuple[float, float]]:
    """The part of the plane in which the example and ŷ stand: the usual one, or 2, 4, 8, … times as high."""
    farthest = max(abs(float(shown.forward.y[0])), abs(shown.y))
    times = max(0.0, math.ceil(math.log2(farthest / HIGH))) if 0 < farthest < FAR else 0.0
    return (-2.0, 2.0), (-HIGH * 2**times, HIGH * 2**times)


def promise(shown: Example, change: float = 0.1) -> tuple[float, float]:
    """What ∂L/∂θ says that turning the chosen parameter θ by `change` does to L, and what it really does."""
    values = values_of(shown.network)
    values[shown.turned] += change
    turned = network_of(shown.network.activation, values).backward([shown.x], [shown.y]).loss
    return numbers(shown).numbers[f"d{shown.turned}"] * change, turned - shown.backward.loss


def column(values: NDArray[Any]) -> str:
    """A column vector for LaTeX."""
    return r"\begin{pmatrix}" + r"\\".join(tex(float(value)) for value in values) + r"\end{pmatrix}"


def factor(value: float) -> str:
    """A number for LaTeX after a dot: in brackets if it is negative."""
    return f"({tex(value)})" if value < 0 else tex(value)


def below_each_other(lines: Sequence[str]) -> str:
    """Equations in Markdown, one in each line; a narrow screen breaks them before an equality sign."""
    return "\n\n".join(f"$${_breakable(line)}$$" for line in lines)


def _breakable(line: str) -> str:
    """Each part from an equality sign on in braces: KaTeX breaks lines at relations, but not inside of braces."""
    first, *parts = line.split(" = ")
    return first + "".join(rf" \allowbreak {{{{}} = {part}}}" for part in parts)


def of_one_unit(shown: Example, j: int) -> tuple[str, str, str]:
    """The forward pass through unit j, the backward pass and the update, with its numbers, in Markdown."""
    n = numbers(shown).numbers
    w, z, a, dz, dy = (tex(n[name]) for name in (f"w{j}", f"z{j}", f"a{j}", f"dz{j}", "dy"))
    slope, by_y, by_z = float(shown.slopes[j - 1]), by(r"\hat y"), by(f"z_{j}")
    forward = [
        rf"z_{j} = w_{j} x + b_{j} = {w} \cdot {factor(shown.x)} {signed(n[f'b{j}'])} = {z}",
        rf"a_{j} = \varphi(z_{j}) = {a}",
        rf"\hat y = c + \textstyle\sum_k v_k a_k = {tex(n['yhat'])}",
        rf"L = (\hat y - y)^2 = ({tex(n['yhat'])} {signed(-shown.y)})^2 = {tex(n['loss'])}",
    ]
    backward = [
        rf"{by_y} = 2(\hat y - y) = {dy} = {by('c')}",
        rf"{by(f'v_{j}')} = {by_y}\, a_{j} = {dy} \cdot {factor(n[f'a{j}'])} = {tex(n[f'dv{j}'])}",
        rf"{by_z} = {by_y}\, v_{j}\, \varphi'(z_{j}) = {dy} \cdot {factor(n[f'v{j}'])} \cdot {factor(slope)}"
        rf" = {dz} = {by(f'b_{j}')}",
        rf"{by(f'w_{j}')} = {by_z}\, x = {dz} \cdot {factor(shown.x)} = {tex(n[f'dw{j}'])}",
    ]
    update = [_updated(f"{symbol}_{j}", n, f"{symbol}{j}", shown.eta) for symbol in "wbv"]
    update += [_updated("c", n, "c", shown.eta)]
    return below_each_other(forward), below_each_other(backward), below_each_other(update)


def _updated(symbol: str, n: Mapping[str, float], name: str, eta: float) -> str:
    step = rf"{tex(n[name])} - {eta:g} \cdot {factor(n[f'd{name}'])}"
    return rf"{symbol} \leftarrow {symbol} - \eta\, {by(symbol)} = {step} = {tex(n[f'n{name}'])}"


def as_matrices(shown: Example) -> tuple[str, str, str]:
    """The forward pass of the whole layer, the backward pass and the update, with its numbers, in Markdown."""
    net, forward, back = shown.network, shown.forward, shown.backward
    w, b, v = net.hidden_weights[:, 0], net.hidden_biases, net.output_weights
    row = ", ".join(tex(float(value)) for value in v)
    ahead = [
        rf"z = W x + b = {column(w)} \cdot {factor(shown.x)} + {column(b)} = {column(forward.z[0])}",
        rf"a = \varphi(z) = {column(forward.a[0])}",
        rf"\hat y = v^\top a + c = ({row})\, a {signed(net.output_bias)} = {tex(float(forward.y[0]))}",
    ]
    dy, by_y = tex(float(back.dy[0])), by(r"\hat y")
    behind = [
        rf"{by('v')} = {by_y}\, a = {dy}\, a = {column(back.dv)}",
        rf"{by('z')} = {by_y}\, v \odot \varphi'(z) = {dy} {column(v)} \odot {column(shown.slopes)}"
        rf" = {column(back.dz[0])}",
        rf"{by('W')} = {by('z')}\, x = {column(back.dw[:, 0])}",
        rf"{by('b')} = {by('z')}",
        rf"{by('c')} = {by_y} = {dy}",
    ]
    (new_w, new_b, new_v), eta = shown.after[:-1].reshape(3, -1), rf"{shown.eta:g}\,"
    update = [
        rf"W \leftarrow W - \eta\, {by('W')} = {column(w)} - {eta} {column(back.dw[:, 0])}"
        rf" = {column(new_w)}",
        rf"b \leftarrow b - \eta\, {by('b')} = {column(b)} - {eta} {column(back.db)} = {column(new_b)}",
        rf"v \leftarrow v - \eta\, {by('v')} = {column(v)} - {eta} {column(back.dv)} = {column(new_v)}",
        _updated("c", numbers(shown).numbers, "c", shown.eta),
    ]
    return below_each_other(ahead), below_each_other(behind), below_each_other(update)


def what_changes(shown: Example) -> str:
    """What one update does to the loss, and what a derivative promises, in words."""
    promised, real = promise(shown)
    return (
        f"L = {shown.backward.loss:.4g}; after one update with η = {shown.eta:g} it is {shown.loss_after:.4g}. "
        f"Turning {shown.turned.translate(SUBSCRIPTS)} by 0.1: the derivative promises {promised:+.3g}, and L really "
        f"changes by {real:+.3g}."
    )


def chain_rule(shown: Example, way: str) -> None:
    """The formulas of one unit, or of the layer as matrices, in the pass that is looked at; and the code."""
    names = {f"Unit {j}": j for j in UNITS}
    view = st.segmented_control(
        "The formulas of",
        [*names, "As matrices"],
        default="Unit 1",
        key="in_view",
        bind="query-params",
        required=True,
    )
    lines = of_one_unit(shown, names[view]) if view in names else as_matrices(shown)
    st.markdown(f"**{PHASES[way].title}**\n\n{lines[PHASES[way].formulas]}")
    example = shown.network, shown.x, shown.y, shown.eta
    code(passes_code, *example, key="in_code_passes", name="passes")


class Phase(NamedTuple):
    """A named phase: the frame the player begins at, the title of its formulas, and their place among the passes'."""

    begin: int
    title: str
    formulas: int


PHASES: Final = {
    "Forward": Phase(charts.AFFINE, "Forward", 0),
    "Loss": Phase(charts.LOSS, "Forward, up to the loss", 0),
    "Backward": Phase(charts.BACK, "Backward: the chain rule", 1),
    "Update": Phase(charts.UPDATE, "One update", 2),
}


def phase() -> str:
    """The choice of a named phase, from which the player goes on."""
    way: str = st.segmented_control(
        "Phase",
        list(PHASES),
        default="Loss",
        key="in_pass",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    return way


def words_on_passes(activation: str) -> None:
    """The activation, what to notice in the two passes, and a question."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**Here** ${ACTIVATIONS[activation].latex}$.")
        notice(
            r"""
- **The backward pass reuses the forward pass:** $\partial L/\partial v_j$ needs $a_j$, and $\partial L/\partial w_j$
  needs $x$. That is why a network is run before it can learn.
- **A saturated unit** ($|z|$ large under tanh) passes hardly any blame on: $\varphi'(z) \approx 0$.
- **A derivative is a promise for small steps:** turn one weight by a little, and L does what it says.
""",
            beside=True,
        )
    with right:
        predict(
            "The input is $x = 0$. Which parameters can this one example still teach?",
            ["All of them", "All but the hidden weights w", "Only the output bias c"],
            "All but the hidden weights w",
            r"$\partial L/\partial w_j = \partial L/\partial z_j \cdot x$, and $x = 0$. Biases and output weights "
            "still hear of the error. Move the slider to 0 and step through the backward pass.",
            key="in_predict_passes",
        )
