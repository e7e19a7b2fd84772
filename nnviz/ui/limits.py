"""Where the theorem stops, on its page: outside K, at a jump, with a polynomial activation."""

import numpy as np
import streamlit as st

from nnviz.approximation import approximate, measure, rank, step_by_sigmoid
from nnviz.charts import SERIES, curves, limits
from nnviz.networks import ACTIVATIONS, ShallowNetwork, TrainingSpec, train_crowd
from nnviz.ui.controls import choice, slider, whole
from nnviz.ui.draw import show
from nnviz.ui.live import follow, say
from nnviz.ui.messages import refusal
from nnviz.ui.pad import said_of
from nnviz.ui.target import Interval, Target
from nnviz.ui.training import BY_TEXT, Array, examples
from nnviz.ui.words import table

SEEDS = 8
STEPS = 1000
POLYNOMIAL = {name: one for name, one in ACTIVATIONS.items() if one.degree is not None}
OTHERS = {name: one for name, one in ACTIVATIONS.items() if one.universal and one.trainable}
WIDTHS = (1, 2, 4, 16, 64)


def outside(target: Target, interval: Interval) -> None:
    """Networks from several seeds, trained on K and looked at on both sides of it."""
    with said_of(target, "outside"):
        picture, controls = st.columns([5, 3], gap="large")
    with controls:
        activation = choice("Activation φ", OTHERS, "tanh", key="ua_fan_activation")
        width = whole("Width N", 2, 64, 16, key="ua_fan_width")
        try:
            x, y, networks, spread = _fan(target, interval, width, activation)
        except ValueError as error:
            with picture:
                return refusal(error)
        inside, beyond = spread
        st.markdown(
            f"{SEEDS} seeds, the same {STEPS} steps of Adam on K. The largest distance between two of them, measured "
            f"at {len(x)} points: **{inside:.2g} on K**, **{beyond:.2g} outside**."
        )
        say(f"Apart by {inside:.2g} on K, by {beyond:.2g} outside.", key="ua_fan_said", first=True)
        st.caption(
            "Grey: f; blue: the networks. The theorem speaks of K and of nothing else. Far away ReLU networks go "
            "straight, tanh and sigmoid go flat, sine keeps waving: the activation decides, not f."
        )
    with picture:
        show(limits.fan(x, y, networks, interval), key="ua_fan")
    return None


@st.cache_data(max_entries=24, show_spinner="Training 8 networks …", hash_funcs=BY_TEXT)
def _fan(
    target: Target, interval: Interval, width: int, activation: str
) -> tuple[Array, Array, Array, tuple[float, float]]:
    """Points (m,), the target there, networks (S, m), and the largest distance of two networks on K and outside."""
    a, b = interval
    x = np.linspace(a - (b - a) / 2, b + (b - a) / 2, 321)
    spec = TrainingSpec(width, activation, learning_rate=0.02, steps=STEPS, seconds=3.0)
    crowd = train_crowd(spec, range(SEEDS), *examples(target, interval))
    outputs = np.array([network(x) for network in crowd.networks])
    apart, on_k = np.ptp(outputs, axis=0), (x >= a) & (x <= b)
    y = np.where(np.isfinite(target(x)), target(x), np.nan)
    return x, y, outputs, (float(apart[on_k].max()), float(apart[~on_k].max()))


def jump(epsilon: float) -> None:
    """A step and the unit that comes nearest: which norms see the jump."""
    picture, controls = st.columns([5, 3], gap="large")
    with controls:
        weight = slider(
            "Weight w of the one unit σ(wx)", 1.0, 400.0, 20.0, 1.0, key=limits.WEIGHT, format="%g"
        )
        misses = step_by_sigmoid(weight, epsilon)
        rows = (
            ("largest (sup norm)", f"{misses.sup:g}", "never below ½, half the jump"),
            ("rms (L²)", f"{misses.rms:.3g}", "goes to 0 like 1/√w"),
            (
                f"length where it is off by more than {epsilon:g}",
                f"{misses.bad:.3g} of 2",
                "goes to 0 like 1/w",
            ),
        )
        st.markdown(table("how far | now | as w grows", rows))
        st.caption(
            "Grey: the jump; blue: the unit; orange: where it is off by more than ε. Closed forms, not measured. A "
            "continuous network passes through every value between 0 and 1, so somewhere it is off by ½. For "
            "**measurable** f the theorem promises the other two: within ε in L², and within ε except on a set as "
            "small as you like (Cybenko 1989, Hornik 1991)."
        )
    with picture:
        show(limits.jump(weight, epsilon), key="ua_jump")
    said = f"rms {misses.rms:.3g}, off by more than ε on a length of {misses.bad:.3g}."
    follow({limits.WEIGHT: weight}, key="ua_jump_follow", outcome=said)


def polynomial(target: Target, interval: Interval) -> None:
    """The best networks whose activation is a polynomial: more units change nothing."""
    with said_of(target, "polynomial"):
        picture, controls = st.columns([5, 3], gap="large")
    with controls:
        name = choice("Activation φ", POLYNOMIAL, "square", key="ua_polynomial")
        degree = POLYNOMIAL[name].degree or 0
        try:
            rows, series, measured = _plateau(target, interval, name)
        except ValueError as error:
            with picture:
                return refusal(error)
        st.markdown(table("N | rank of [φ, 1] | largest error | rms", rows))
        say(
            f"{rows[-1][0]} units: largest error {rows[-1][2]}, rank {rows[-1][1]}.",
            key="ua_plateau_said",
            first=True,
        )
        st.markdown(
            f"Sums of $\\varphi(wx+b)$ are polynomials of degree ≤ {degree}, with {degree + 1} coefficients. So "
            f"the rank cannot pass {degree + 1}, and **more units than that change nothing**: unless f is such a "
            "polynomial, an error stays."
        )
        st.caption(
            f"Errors measured at {measured:,} points of K or more; each network the best that was found for its width."
        )
    with picture:
        between = [""] * (len(SERIES) - len(WIDTHS) - 1)
        order = [*(f"N = {width}" for width in WIDTHS), *between, "f"]  # f keeps the grey of targets
        words = "The target, and the best network of every width: beyond a few units they are the same."
        show(
            curves(series, order, ("x", "f(x), N(x)"), words, x_domain=interval, height=320), key="ua_plateau"
        )
    return None


@st.cache_data(max_entries=24, show_spinner=False, hash_funcs=BY_TEXT)
def _plateau(
    target: Target, interval: Interval, activation: str
) -> tuple[list[tuple[str, ...]], dict[str, tuple[Array, Array]], int]:
    """A row of the table for each width, the curves of target and networks, and the points measured at."""
    x = np.linspace(*interval, 201)
    found: list[ShallowNetwork] = [
        approximate(target, interval, width, activation).network for width in WIDTHS
    ]
    errors = [measure(target, interval, network) for network in found]
    rows: list[tuple[str, ...]] = [
        (str(width), str(rank(network, x)), f"{error.sup:.3g}", f"{error.rms:.3g}")
        for width, network, error in zip(WIDTHS, found, errors, strict=True)
    ]
    series = {f"N = {width}": (x, network(x)) for width, network in zip(WIDTHS, found, strict=True)}
    return rows, {"f": (x, target(x)), **series}, min(error.points for error in errors)
