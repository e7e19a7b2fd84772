"""The theorem, from top to bottom: say it, build it, train it, price it, prove it, and see where it stops."""

import streamlit as st

from nnviz import ui
from nnviz.ui import construction, limits, plane, theorem
from nnviz.ui.target import Interval, Target, choose_question

ui.begin(
    "universal_approximation",
    "**For every** continuous function $f$ on a closed interval $K$, and **every** $\\varepsilon > 0$, **there is** a "
    "network with one hidden layer, $N(x) = c + \\sum_j v_j\\, \\varphi(w_j x + b_j)$, that stays within "
    "$\\varepsilon$ of $f$ on all of $K$. The theorem says that it exists. Can training find it?",
)


def by_hand() -> tuple[Target, Interval, float]:
    """One hidden unit, two that make a step and a bump, and as many as it takes; beside it the question: f, K and ε."""
    picture, question = st.columns([5, 3], gap="large")
    with question:
        target, interval, epsilon = choose_question("ua")
    with picture:
        st.header("Build it by hand")
        construction.built_by_hand(target, interval, epsilon)
    st.markdown(
        "**One unit** $v\\,\\sigma(wx+b)$, with $\\sigma(z) = 1/(1 + e^{-z})$, switches at $x = -b/w$. With a large "
        "weight it is **a step**; a step up and a step down are **a bump**; bumps side by side follow any continuous "
        "$f$. That is the idea of the proof."
    )
    ui.predict(
        "The largest error is to become half as large. How many bumps does that take?",
        ["√2 times as many", "Twice as many", "Four times as many"],
        "Twice as many",
        "A bump is flat, so it misses by what $f$ changes over half a cell: half the cell, half the error. Straight "
        "pieces (ReLU) do better: with twice the units, a **quarter** of the error.",
        key="ua_predict_bumps",
    )
    return target, interval, epsilon


def training(target: Target, interval: Interval, epsilon: float) -> None:
    """A network, and what training makes of it."""
    st.header("Train it")
    st.markdown(
        "From random weights. **Grey** is f, **green** the tube f ± ε, **blue** the network. Thin lines: what the six "
        "largest hidden units add, each about its own mean; ticks: where units switch (drawn for at most 64)."
    )
    theorem.trained(target, interval, epsilon)
    ui.predict(
        "Give the trained network 256 units instead of 16, and the same 300 steps. The largest error becomes …",
        ["16 times smaller", "256 times smaller", "Nobody can say: try it"],
        "Nobody can say: try it",
        "The theorem promises that a better network **exists**. It promises nothing about what gradient descent finds "
        "in 300 steps; with other seeds and rates it may even be worse.",
        key="ua_predict_training",
    )


@st.fragment
def price(target: Target, interval: Interval, epsilon: float) -> None:
    """ε in; a network, its proof and its price out."""
    st.header("Name an ε, get a proof")
    st.markdown(
        f"Not trained: **built**, and **proved** on all of K. First guess: how many units will ε = {epsilon:g} take?"
    )
    if st.toggle("Build it and prove it", key="ua_prove", bind="query-params"):
        theorem.pricing(target, interval, epsilon)
    ui.predict(
        "For a smooth f: an ε a hundred times smaller takes how many ReLU units?",
        ["10 times as many", "100 times as many", "10 000 times as many"],
        "10 times as many",
        "At best, a straight piece of length $h$ misses a curve by about $|f''| h^2 / 16$: so $N \\sim "
        "1/\\sqrt\\varepsilon$, on the price curve a slope of one half. No ReLU network does better; smooth ones may.",
        key="ua_predict_price",
    )


@st.fragment
def widths(target: Target, interval: Interval) -> None:
    """Error against width: what can be written down, what is best, what training finds."""
    st.header("Promised, and found")
    st.markdown(
        "Six widths; what is written down, what is best or solved for, and what 8 seeds of Adam find. The gap between "
        "the lines is the gap between **existence** and **learning**."
    )
    theorem.widths(target, interval)


@st.fragment
def stops(target: Target, interval: Interval, epsilon: float) -> None:
    """What the theorem does not say."""
    st.header("Where it stops")
    st.markdown(
        "Three hypotheses: $K$ is compact, $f$ is continuous, $\\varphi$ is not a polynomial. Drop one."
    )
    where = ui.one_of("Dropped", ["Outside K", "At a jump", "With a polynomial φ"], None, key="ua_stop")
    if where == "Outside K":
        limits.outside(target, interval)
    elif where == "At a jump":
        limits.jump(epsilon)
    elif where:
        limits.polynomial(target, interval)
    ui.predict(
        "A unit σ(wx) gets ever steeper at a jump of height 1. Which error does **not** go to zero?",
        ["The mean square", "The largest", "The share of K where it is off by ε"],
        "The largest",
        "Being continuous, it must pass through the middle of the jump: there it is off by ½, on an ever smaller set.",
        key="ua_predict_jump",
    )


@st.fragment
def two_inputs(epsilon: float) -> None:
    """The theorem for functions of x and y."""
    st.header("Two inputs")
    st.markdown("A box instead of an interval, ridges instead of steps, and still one hidden layer.")
    if st.toggle("Approximate a function of x and y", key="ua_plane", bind="query-params"):
        plane.ridges(epsilon)
        plane.tower()


target, interval, epsilon = by_hand()
training(target, interval, epsilon)
price(target, interval, epsilon)
widths(target, interval)
stops(target, interval, epsilon)
two_inputs(epsilon)

ui.notice("""
- **Press ▶.** The network starts nearly flat and bends where it pays most; the ticks are where the units switch.
- **More units** make a better network *possible*. Whether training finds it is another matter: compare the lines.
- **"Proved" and "measured"** are different words. The trained network is measured at points; the built one is proved.
- **A jump** (try `step(x)`) cannot be met: a continuous network is off by at least half the jump somewhere near it.
""")
ui.end(
    "With relu, how many kinks can N hidden units make? And how many units does |x| need?",
    "inside_the_network",
)
