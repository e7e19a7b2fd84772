"""The theorem, from top to bottom: type a function, train a network, ask for ε, see the price and the proof."""

import streamlit as st

from nnviz import ui
from nnviz.charts import approximation as charts
from nnviz.charts import theorem
from nnviz.learning import OPTIMIZERS
from nnviz.networks import ACTIVATIONS, TrainingSpec

ui.begin(
    "universal_approximation",
    "**For every** continuous function $f$ on a closed interval $K$, and **every** $\\varepsilon > 0$, **there is** a "
    "network with one hidden layer, $N(x) = c + \\sum_j v_j\\, \\varphi(w_j x + b_j)$, that stays within "
    "$\\varepsilon$ of $f$ on all of $K$. The theorem says that it exists. Can training find it?",
)

TRAINABLE = {name: activation for name, activation in ACTIVATIONS.items() if activation.trainable}
UNIVERSAL = {name: activation for name, activation in TRAINABLE.items() if activation.universal}


@st.fragment
def training(target: ui.Target, interval: ui.Interval) -> None:
    """A network, and what training makes of it."""
    picture, controls = st.columns([5, 3], gap="large")
    with controls:
        spec = training_controls()
    with picture:
        learned = ui.last_good("ua_run", lambda: ui.learned(spec, target, interval), None)
        if learned is None:
            return
        run, playing = learned.run, ui.frames_wanted("ua_frame", learned.name())
        film, *units = learned.every_frame() if playing else learned.last
        ui.show(charts.approximation(film, run.spec.width, ui.points_of(learned.target), units), key="ua_fit")
        ui.player("ua_frame", run.steps.tolist(), run=learned.name(), loaded=playing)
        ui.show(charts.error(film), key="ua_error")
        st.caption(
            "Thin lines: what the six largest hidden units add, each about its own mean. Ticks: where units switch."
        )
        ui.show(charts.loss(run.losses), key="ua_loss")
    with controls:
        ui.outcome(run, film)
        ui.take_home(run.network(-1), key="ua_trained")


def training_controls() -> TrainingSpec:
    """The network and how it is trained."""
    width = ui.whole("Width N: hidden units", 1, 256, 16, key="ua_width")
    activation = ui.choice("Activation φ", TRAINABLE, "tanh", key="ua_activation")
    phi = ACTIVATIONS[activation]
    st.caption(("**Universal.** " if phi.universal else "**Not universal.** ") + phi.reason)
    optimizer = ui.choice("Optimizer", OPTIMIZERS, "adam", key="ua_optimizer")
    steps = ui.choose("Steps", (100, 300, 1000, 3000, 10000, 30000), 300, key="ua_steps")
    rate = ui.power("Learning rate η", -4, 1, 0.05, key="ua_rate")
    with st.popover("Batch and seed"):
        batch = ui.choose("Examples a step (0: all)", (0, 16, 32, 64, 128), 0, key="ua_batch")
        seed = ui.whole("Seed of the first weights", 0, 99, 1, key="ua_seed")
    kept = {"frames": ui.FRAMES, "seconds": ui.SECONDS}
    return TrainingSpec(width, activation, optimizer, rate, steps, batch, seed=seed, **kept)


@st.fragment
def price(target: ui.Target, interval: ui.Interval) -> None:
    """ε in; a network, its proof and its price out."""
    st.header("Name an ε")
    st.markdown(
        "Not trained: **built**, and **proved** on all of K. First guess: how many units will ε = 0.01 take?"
    )
    if not st.toggle("Build it and prove it", key="ua_prove", bind="query-params"):
        return
    picture, controls = st.columns([5, 3], gap="large")
    with controls:
        epsilon = ui.power("ε: how near, everywhere on K", -6, 0, 0.01, key="ua_epsilon")
        activation = ui.choice("Built from", UNIVERSAL, "relu", key="ua_built")
        found = ui.reached(target, interval, epsilon, activation)
        if found is None:
            return
        ui.verdict(found)
        costs = ui.price(target, interval, epsilon) if activation == "relu" else None
        if costs is not None:
            ui.show(theorem.price(*costs, now=(epsilon, found.network.width)), key="ua_price")
            st.caption(
                "The price of ε: no ReLU network needs fewer units than the lower line; the upper one was enough."
            )
        ui.take_home(found.network, found.certificate, key="ua_proved")
    with picture:
        film, kinks = ui.beside(found, target, interval)
        ui.show(theorem.tube(film.x, film.target, film.predictions[0], kinks, epsilon), key="ua_tube")
        ui.show(theorem.inside(film.x, film.errors[0], epsilon), key="ua_inside")


@st.fragment
def widths(target: ui.Target, interval: ui.Interval) -> None:
    """Error against width: what can be written down, what is best, what training finds."""
    st.header("Promised, and found")
    st.markdown(
        "Six widths; what is written down, what is best or solved for, and what 8 seeds of Adam find."
    )
    activation = ui.choice("Activation", TRAINABLE, "relu", key="ua_studied")
    wanted = st.toggle("Train 48 networks (about 3 seconds)", key="ua_study", bind="query-params")
    found = ui.studied(target, interval, activation) if wanted else None
    if found is None:
        return
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        ui.show(theorem.study(ui.errors_of(found), ui.WAYS), key="ua_study_chart")
    with words:
        st.markdown(ui.table("way | slope | theory", ui.slopes_of(found)))
        st.caption(
            f"Slope of log error against log width, errors measured at {found.measured} points; the bars are the range "
            "over the seeds. A slope of −2 means: twice the units, a quarter of the error."
        )
        st.markdown(
            f"Rank of the hidden layer with its constant, by width: {', '.join(map(str, found.ranks))}."
        )
        if found.degree is not None:
            st.markdown(f"**A plateau.** {ACTIVATIONS[activation].reason}")


target, interval = ui.choose_target("ua")
training(target, interval)
price(target, interval)
widths(target, interval)

st.header("What to notice")
st.markdown(
    """
- **Press ▶.** The network starts nearly flat and bends where it pays most; the ticks are where the units switch.
- **More units** make a better network *possible*. Whether training finds it is another matter: compare the lines.
- **"Proved" and "measured"** are different words. The trained network is measured at points; the built one is proved.
- **A jump** (try `step(x)`) cannot be met: a continuous network is off by at least half the jump somewhere near it.
- **A polynomial activation** (square, cube) stops getting better, however many units: look at the rank.
"""
)
with st.expander("The theorem, with its hypotheses"):
    st.markdown(
        """
- **Cybenko (1989)** for continuous sigmoidal φ; **Hornik (1991)** for bounded, non-constant φ;
  **Leshno, Lin, Pinkus and Schocken (1993)**: for continuous φ, the networks are dense in $C(K)$ **if and only if φ
  is not a polynomial**.
- $K$ must be **compact** (closed and bounded): nothing is promised outside.
- "Within ε" is the **sup norm**: $\\max_{x \\in K} |f(x) - N(x)| < \\varepsilon$.
- The theorem says nothing about how large $N$ must be, nor about how to find the weights.
"""
    )
ui.end(
    "With relu, how many kinks can N hidden units make? And how many units does |x| need?",
    "inside_the_network",
)
