"""One hidden layer and any continuous function: type it, train it, measure it."""

import streamlit as st

from nnviz import ui
from nnviz.charts import approximation as charts
from nnviz.learning import OPTIMIZERS
from nnviz.networks import ACTIVATIONS, TrainingSpec

ui.begin(
    "universal_approximation",
    "**For every** continuous function $f$ on a closed interval $K$, and **every** $\\varepsilon > 0$, **there is** a "
    "network with one hidden layer, $N(x) = c + \\sum_j v_j\\, \\varphi(w_j x + b_j)$, that stays within "
    "$\\varepsilon$ of $f$ on all of $K$. The theorem says that it exists. Can training find it?",
)

TRAINABLE = {name: activation for name, activation in ACTIVATIONS.items() if activation.trainable}


@st.fragment
def approximation() -> None:
    """A target, a network, and what training makes of it."""
    target, interval = ui.choose_target("ua")
    picture, controls = st.columns([5, 3], gap="large")
    with controls:
        spec = training_controls()
    with picture:
        run = ui.last_good("ua_run", lambda: ui.trained(spec, target, interval), None)
        if run is None:
            return
        name = f"{run.spec} {target.text} {interval}"
        playing = ui.frames_wanted("ua_frame", name)
        film, x_terms, terms = ui.shown(run, target, interval, every_frame=playing)
        ui.show(charts.approximation(film, ui.learned_from(target), spec.width), key="ua_fit")
        ui.player("ua_frame", run.steps.tolist(), run=name, loaded=playing)
        ui.show(charts.error(film), key="ua_error")
    with controls:
        ui.outcome(run, film)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**The loss** while training: the mean of (N(x) − f(x))²")
        ui.show(charts.loss(run.losses), key="ua_loss")
    with right:
        st.markdown("**The hidden units**: what the largest of them add, each about its own mean")
        ui.show(charts.units(x_terms, terms, run.spec.width), key="ua_units")


def training_controls() -> TrainingSpec:
    """The network and how it is trained."""
    width = ui.whole("Width N: hidden units", 1, 256, 16, key="ua_width")
    activation = ui.choice("Activation φ", TRAINABLE, "tanh", key="ua_activation")
    phi = ACTIVATIONS[activation]
    st.caption(("**Universal.** " if phi.universal else "**Not universal.** ") + phi.reason)
    left, right = st.columns(2)
    with left:
        optimizer = ui.choice("Optimizer", OPTIMIZERS, "adam", key="ua_optimizer")
    with right:
        steps = ui.choose("Steps", (100, 500, 1000, 2000, 5000, 20000), 500, key="ua_steps")
    rate = ui.power("Learning rate η", -4, 1, 0.02, key="ua_rate")
    with st.popover("Batch and seed"):
        batch = ui.choose("Examples a step (0: all)", (0, 16, 32, 64, 128), 0, key="ua_batch")
        seed = ui.whole("Seed of the first weights", 0, 99, 0, key="ua_seed")
    return TrainingSpec(
        width, activation, optimizer, rate, steps, batch, seed=seed, frames=ui.FRAMES, seconds=ui.SECONDS
    )


approximation()

st.header("What to notice")
st.markdown(
    """
- **Press ▶.** The network starts as a nearly flat line and bends where it pays most. The ticks at the bottom are the
  places where the units switch: watch them travel.
- **More units** make a better network *possible*. Whether training finds it is another matter: raise the width tenfold
  and look at sup |f − N|.
- **relu** gives straight pieces with a kink at every tick; **tanh** gives smooth steps; **square** gives one parabola,
  however many units there are.
- **A jump** (try `step(x)`) cannot be met: a continuous network is off by at least half the jump somewhere near it.
- **"Measured"** means measured: the largest error at the points of a grid. Between them it may be larger.
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
    "With relu, how many kinks can a network with N hidden units have? And how many units does |x| need?",
    "inside_the_network",
)
