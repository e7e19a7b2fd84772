"""A straight line fitted to points: by hand, by gradient descent, by the normal equation."""

import streamlit as st

from nnviz import ui
from nnviz.charts import regression as charts
from nnviz.learning import DescentSpec, Surface, Trajectory, descend, regression, step_sizes
from nnviz.ui import signed, tex

ui.begin(
    "linear_regression",
    "A line $\\hat y = wx + b$ has two numbers to choose. Every pair $(w, b)$ leaves a **residual** at each point; "
    "squared, averaged, they become one number, the loss, and the best line is the one that makes it least.",
)

OWN_POINTS = "0 1\n1 1.5\n2 3\n3 3.2\n4 5"


def restart() -> None:
    """A line moved by hand is a new start: no step has been walked from it."""
    st.session_state.lr_steps = 0


def walk(steps: int) -> None:
    """Go on by that many steps."""
    st.session_state.lr_steps = min(st.session_state.get("lr_steps", 0) + steps, 5000)


def solve(w: float, b: float) -> None:
    """Put the sliders on the best line."""
    st.session_state.update(lr_w=w, lr_b=b, lr_steps=0)


@st.fragment
def line() -> None:
    """The line with its residuals, and the same line as a point on the map of the loss."""
    left, right = st.columns([3, 2], gap="large")
    with right:
        the_map = st.container()
        samples = ui.choose_samples("lr", "line", OWN_POINTS)
    x, y = samples.x[:, 0], samples.y
    best, surface = regression.closed_form(x, y), regression.risk_surface(x, y)
    optimum = (float(best.weights[0]), best.bias)
    with left:
        picture, hands = st.container(), st.columns(2)
        with hands[0]:
            w = ui.fine_slider("Slope $w$", surface.domain[0], key="lr_w", on_change=restart)
        with hands[1]:
            b = ui.fine_slider("Intercept $b$", surface.domain[1], key="lr_b", on_change=restart)
        eta, run = descent_controls(w, b, surface, optimum)
    with picture:
        ui.show(
            charts.fit(x, y, run.points[-1], (w, b), optimum, (samples.features[0], samples.target)),
            key="lr_fit",
        )
    with the_map:
        ui.show(
            charts.risk(ui.ground_of(surface), run.points, (w, b), optimum, surface.domain), key="lr_risk"
        )
    ui.follow({"lr_w": w, "lr_b": b}, key="lr_follow")
    formulas(run, eta, step_sizes(regression.hessian(x)).critical, x, y)


def descent_controls(
    w: float, b: float, surface: Surface, optimum: tuple[float, float]
) -> tuple[float, Trajectory]:
    """The learning rate, and the walk from (w, b) by as many steps as the buttons asked for."""
    dial, walked = st.columns([2, 1])
    with dial:
        eta = ui.power("Learning rate $\\eta$", -5, 1, 0.05, key="lr_eta")
    with walked:
        steps = ui.count("Steps walked", 5000, key="lr_steps")
    with st.container(horizontal=True):
        for more in (1, 25, 500):
            st.button(f"{more} step{'s' * (more > 1)}", on_click=walk, args=(more,))
        st.button("Back to the start", on_click=restart, disabled=steps == 0)
        st.button("Best line", on_click=solve, args=optimum)
    return eta, descend(DescentSpec("own", "gradient_descent", eta, (w, b), steps), surface)


def formulas(run: Trajectory, eta: float, critical: float, x: ui.Array, y: ui.Array) -> None:
    """The same state as formulas, with its numbers in them."""
    (w, b), loss, (dw, db), steps = run.points[-1], run.values[-1], run.gradients[-1], len(run.points) - 1
    if run.diverged:
        st.warning(
            f"Gradient descent diverged after {steps} steps: η = {eta:g} is too large for these points, below "
            f"2/λmax = {critical:.3g} it converges. The last finite line is shown.",
            icon=":material/warning:",
        )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**The line now**{f', after {steps} steps of gradient descent' if steps else ''}")
        st.latex(rf"\hat y = {tex(w)}\,x {signed(b)}")
        st.latex(rf"L(w, b) = \frac1n \sum_i (\hat y_i - y_i)^2 = {tex(loss, 4)}")
        st.latex(rf"R^2 = {tex(regression.r_squared(x, y, w, b))}, \qquad n = {len(x)}")
    with right:
        st.markdown(f"**The next step**, with $\\eta = {eta:g}$")
        st.latex(rf"\tfrac{{\partial L}}{{\partial w}} = \tfrac2n \sum_i (\hat y_i - y_i)\,x_i = {tex(dw)}")
        st.latex(rf"\tfrac{{\partial L}}{{\partial b}} = \tfrac2n \sum_i (\hat y_i - y_i) = {tex(db)}")
        st.latex(rf"w \leftarrow {tex(w)} - {eta:g} \cdot ({tex(dw)})")
        st.latex(rf"b \leftarrow {tex(b)} - {eta:g} \cdot ({tex(db)})")
    st.caption(
        "Convention: the loss is the mean of the squared residuals, with 1/n and without ½. For these points gradient "
        f"descent converges if η < 2/λmax = {critical:.3g}; λmax is the largest eigenvalue of the Hessian of L."
    )


line()

st.header("What to notice")
st.markdown(
    """
- **Drag a slider slowly.** The squares grow and shrink with the line; the dot moves over the map of the loss. Both
  show the same number.
- **One step** moves the dot straight down the slope it stands on, not towards the minimum. In a long valley that
  means a zig-zag.
- **Anscombe's quartet** (under *Data*) has four sets with the same best line and the same $R^2$: always look at the
  points.
- **An outlier** pulls with the square of its distance: see what one does to the dashed line.
"""
)
ui.end(
    "Where does the best line always pass through, whatever the points? (Look at $(\\bar x, \\bar y)$, and at "
    "$\\partial L / \\partial b = 0$.)",
    "gradient_descent",
)
