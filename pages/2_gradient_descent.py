"""Optimizers side by side on surfaces of two parameters."""

import streamlit as st

from nnviz import ui
from nnviz.charts import descent
from nnviz.learning import OPTIMIZERS, SURFACES, DescentSpec, Surface, Trajectory, verdict

ui.begin(
    "gradient_descent",
    "A loss is a landscape, and its negative gradient points downhill. **Gradient descent** takes a step that way, "
    "again and again: $\\theta \\leftarrow \\theta - \\eta\\,\\nabla L(\\theta)$. The step size $\\eta$ decides "
    "whether it creeps, arrives, zig-zags or flies off; the other optimizers remember something of the way.",
)


def to_its_start() -> None:
    """A new surface begins at its own telling place, with its own step size."""
    surface = SURFACES[st.session_state.gd_surface]
    st.session_state.update(gd_x=surface.start[0], gd_y=surface.start[1])


@st.fragment
def race() -> None:
    """The same start for every optimizer chosen."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        name = ui.choice("Surface", SURFACES, "ravine", key="gd_surface", on_change=to_its_start)
        surface = SURFACES[name]
        st.latex(surface.latex)
        st.caption(surface.lesson)
        chosen = ui.several(
            "Optimizers", OPTIMIZERS, ["gradient_descent", "momentum", "adam"], key="gd_optimizers"
        )
        rate = ui.power("Learning rate η, as a multiple of the suggested one", -2, 1, 1.0, key="gd_rate")
        steps = ui.whole("Steps", 10, 1000, 200, step=10, key="gd_steps")
        at = st.columns(2)
        (x0, x1), (y0, y1) = surface.domain
        with at[0]:
            x = ui.slider("Start x", x0, x1, surface.start[0], (x1 - x0) / 200, key="gd_x")
        with at[1]:
            y = ui.slider("Start y", y0, y1, surface.start[1], (y1 - y0) / 200, key="gd_y")
        with st.popover("Noise"):
            noise = ui.slider(
                "Standard deviation of the gradient's noise", 0.0, 2.0, 0.0, 0.05, key="gd_noise"
            )
            seed = ui.whole("Seed", 0, 99, 0, key="gd_seed")
    rates = {optimizer: rate * ui.suggested_rate(name, optimizer) for optimizer in chosen}
    runs = {
        optimizer: ui.walk(
            DescentSpec(name, optimizer, rates[optimizer], (x, y), steps, noise=noise, seed=seed)
        )
        for optimizer in chosen
    }
    with picture:
        draw(surface, runs, steps)
    report(surface, runs, rates)


def draw(surface: Surface, runs: dict[str, Trajectory], steps: int) -> None:
    """The walks over the surface and their loss, on one playhead."""
    frames, order = ui.frames(steps), [optimizer.label for optimizer in OPTIMIZERS.values()]
    walks = {OPTIMIZERS[name].label: run.points for name, run in runs.items()}
    ui.show(
        descent.paths(ui.ground_of(surface), walks, order, surface.minima, surface.domain),
        key="gd_paths",
    )
    ui.player("gd_frame", frames, run=f"{surface.name} {steps} {list(runs)}")
    values = {OPTIMIZERS[name].label: run.values for name, run in runs.items()}
    ui.show(descent.losses(values, order, steps), key="gd_losses")


def report(surface: Surface, runs: dict[str, Trajectory], rates: dict[str, float]) -> None:
    """How each run ended, in words."""
    if not runs:
        st.info("Choose at least one optimizer.", icon=":material/touch_app:")
        return
    rows = ((OPTIMIZERS[n].label, f"{rates[n]:.3g}", verdict(run, surface).words) for n, run in runs.items())
    st.markdown(ui.table("optimizer | learning rate η | how it ended", rows))
    with st.expander("The rules, with their settings"):
        for name in runs:
            st.markdown(f"**{OPTIMIZERS[name].label}.** {OPTIMIZERS[name].lesson}")
            st.latex(OPTIMIZERS[name].latex)


race()

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
ui.end(
    "On a bowl $L = \\tfrac12 \\lambda x^2$ a step multiplies $x$ by $1 - \\eta\\lambda$. For which $\\eta$ does it "
    "arrive in one step, and from which on does it diverge?",
    "loss_functions",
)
