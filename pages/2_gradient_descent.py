"""Optimizers side by side on surfaces of two parameters, one update in slow motion, and the loss of a network."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import ui
from nnviz.ui import descent, landscape, update

ui.begin(
    "gradient_descent",
    "A loss is a landscape, and its negative gradient points downhill. **Gradient descent** takes a step that way, "
    "again and again: $\\theta \\leftarrow \\theta - \\eta\\,\\nabla L(\\theta)$. The step size $\\eta$ decides "
    "whether it creeps, arrives, zig-zags or flies off; the other optimizers remember something of the way.",
)


@st.fragment
def runners() -> None:
    """The same start for every optimizer chosen."""
    (picture, controls), below = st.columns([3, 2], gap="large"), st.container()
    with controls:
        everyone = descent.choose_runners(descent.choose_place())
        st.toggle("Curvature where the first one stands", key="gd_bent", bind="query-params")
    with picture:
        running(everyone, below)
    ui.while_held(*descent.SLIDERS, key="gd_hand")


@st.fragment
def running(runners: descent.Runners, below: DeltaGenerator) -> None:
    """The race itself, and `below` how it ended: all that is drawn anew while the learning rate moves."""
    field = descent.choose_field(runners)
    runs = descent.raced(field)
    descent.draw(field, runs)
    with below:
        descent.report(field, runs)
        descent.rules(runs)
        ui.code(descent.source, field, key="gd_race", name="race")
    ui.while_held("gd_rate", key="gd_hand_rate")


def race() -> None:
    """The race, and what to see in it."""
    runners()
    ui.notice("""
- **The ravine** is steep across and flat along. Steps must suit the steep direction, so gradient descent crawls along
  the flat one; raise η and watch it zig-zag, then fly off. Turn the dial of κ: the gap is the condition number.
- **Momentum** adds up what steps have in common; **Adam** divides each coordinate by its own slopes: no help at 45°.
- **Newton** knows the curvature: one step on a bowl. Start it near the saddle and it walks *into* the saddle, where
  the slope is 0; the damped one takes |λ| and leaves. (Switch the curvature on: dashed is downhill.)
- **Noise** turns the rate into a floor; let η fall with a schedule, and the floor falls. With data, batches are real.
""")
    ui.predict(
        "κ = 100, best constant η. How many steps until a tenth of the distance is left; how many with momentum?",
        ["115, and 12", "12, and 115", "10, and 10"],
        "115, and 12",
        r"The factors are $\frac{\kappa-1}{\kappa+1} \approx 0.98$ and $\frac{\sqrt\kappa-1}{\sqrt\kappa+1} \approx "
        r"0.82$ a step (Polyak 1964): momentum needs $\sqrt\kappa$ where plain descent needs $\kappa$.",
        key="gd_guess_race",
    )


@st.fragment
def slow_motion() -> None:
    """One update, phase by phase."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        place = descent.choose_place()
        motion = update.choose_update(place)
    if motion is not None:
        with picture:
            update.draw_update(place, motion)
        update.formulas(place, motion)
    ui.while_held("gd_after", "gd_rate", *descent.SLIDERS, key="gd_hand_update")
    ui.notice("""
- **Play the phases.** All see the same slope; they differ in what they remember and in what they divide by.
- **Momentum on the ravine:** across, the slope turns at every step and cancels what was remembered; along, it adds up.
- **Adam's first step** is about η long in every coordinate, whatever the slope: mean and root of the mean square are
  then the same number. Set the steps before to 0 and look at the correction.
""")
    ui.predict(
        "All slopes so far are multiplied by 1000 (the loss is measured in another unit). Adam's next step becomes …",
        ["1000 times as long", "the same", "1000 times shorter"],
        "the same",
        r"$\hat m$ and $\sqrt{\hat s}$ both grow 1000-fold, and their quotient stays (but for ε). Gradient descent's "
        "step would be 1000 times as long: its η has the unit of the loss in it, Adam's has not.",
        key="gd_guess_step",
    )


@st.fragment
def in_3d() -> None:
    """The race again, on a surface that turns, beside the same surface from above."""
    solid, flat = st.columns(2, gap="large")
    left, right = st.columns(2, gap="large")
    with left:
        place = descent.choose_place()
    with right:
        everyone = descent.choose_runners(place)
    with flat:
        field = descent.choose_field(everyone)
        descent.draw_map(field, descent.raced(field))
    with solid:
        descent.draw_in_3d(field, descent.raced(field))
    ui.while_held("gd_rate", *descent.SLIDERS, key="gd_hand_3d")
    ui.notice("""
- **Both pictures are one surface**: a band of the map is a layer of the landscape, and the player moves both.
- **Nobody sees the landscape.** An optimizer knows the slope, perhaps the curvature, under its feet, no more.
""")
    ui.predict(
        "On the saddle, everyone starts exactly on the ridge (y = 0) with no noise. Who leaves it?",
        ["Nobody", "Momentum", "Adam"],
        "Nobody",
        "On the ridge the slope across is exactly 0, and every rule makes 0 from it. The smallest noise is enough.",
        key="gd_guess_saddle",
    )


@st.fragment
def of_a_network() -> None:
    """A plane through a loss of many parameters, and what it hides."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        plane = landscape.choose_plane()
        landscape.report_plane(plane)
        ui.code(landscape.source, plane, key="gd_plane", name="plane")
    with picture:
        landscape.draw_plane(plane)
    ui.notice("""
- A network's loss has as many dimensions as parameters; a picture has two. **The plane's loss is not the loss of the
  run**: the second chart shows both, and they agree only where the run is near the plane.
- **Principal components** are nearest to the path; random walks look smooth too (Antognini & Sohl-Dickstein 2018).
- **Random directions**, each filter scaled to the size of the weights, show how wide the minimum is; the path of the
  training hardly moves in them, because two random directions out of many are almost orthogonal to it.
""")
    ui.predict(
        "The same run is projected on two random directions in place of its principal components. The path looks …",
        ["like a dot, near the end", "just as long", "like a straight line across the plane"],
        "like a dot, near the end",
        "A random direction in P dimensions holds on average 1/P of a vector's squared length. Choose *Random*: see.",
        key="gd_guess_plane",
    )


ui.chapters("gd", {
    "The race": race, "One update in slow motion": slow_motion, "In three dimensions": in_3d,
    "The loss of a network": of_a_network,
})  # fmt: skip
ui.end("On $L = \\tfrac12 \\lambda x^2$, which $\\eta$ arrives in one step; which diverge?", "loss_functions")
