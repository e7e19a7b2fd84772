"""What a loss forgives and what it punishes: residuals, an outlier, and classes."""

import streamlit as st

from nnviz import ui
from nnviz.charts import curves, losses
from nnviz.learning import LOSSES
from nnviz.ui import tex

ui.begin(
    "loss_functions",
    "A loss says what an error costs; learning is making the mean cost least. So the loss decides **what the model "
    "becomes**: the mean or the median, in love with an outlier or deaf to it, sure of itself or stuck.",
)

REGRESSION = {name: loss for name, loss in LOSSES.items() if loss.task == "regression"}
BINARY = {name: loss for name, loss in LOSSES.items() if loss.task == "binary"}
LABELS = [loss.label for loss in REGRESSION.values()]
BINARY_LABELS = [loss.label for loss in BINARY.values()]


@st.fragment
def residuals() -> None:
    """The losses of regression: their shape, their slope, and the line each fits beside an outlier."""
    chosen = ui.several("Losses", REGRESSION, ["squared", "absolute", "huber"], key="lf_losses")
    settings = {name: ui.loss_settings(REGRESSION[name], key=f"lf_{name}") for name in chosen}
    values, slopes = ui.loss_curves({REGRESSION[n]: settings[n] for n in chosen}, (-4, 4), target=0)
    left, right = st.columns(2, gap="large")
    axis, x = "error e = ŷ − y", (-4, 4)
    with left:
        st.markdown("**What an error costs**")
        words = "Loss against the error, one curve for each loss."
        ui.show(curves(values, LABELS, (axis, "ℓ"), words, x_domain=x, y_domain=(0, 8)), key="lf_values")
    with right:
        st.markdown("**How hard the point pulls:** the derivative")
        words = "Derivative of the loss against the error, one curve for each loss."
        ui.show(curves(slopes, LABELS, (axis, "∂ℓ/∂ŷ"), words, x_domain=x, y_domain=(-5, 5)), key="lf_slopes")
    outlier(chosen, settings)
    with st.expander("The formulas"):
        for name in chosen:
            st.markdown(f"**{REGRESSION[name].label}.** {REGRESSION[name].lesson}")
            st.latex(rf"{REGRESSION[name].latex} \qquad {REGRESSION[name].derivative_latex}")


def outlier(chosen: list[str], settings: dict[str, dict[str, float]]) -> None:
    """One point is moved; every loss fits its line anew."""
    st.header("One outlier")
    picture, words = st.columns([3, 2], gap="large")
    with words:
        height = ui.slider("Height of the outlier", -4.0, 10.0, 8.0, 0.1, key="lf_outlier")
        x, y = ui.points_with_outlier(height)
        fits = {name: ui.fitted_line(x, y, name, tuple(settings[name].items())) for name in chosen}
        rows = (
            (REGRESSION[n].label, f"{fit.weight:.3f}", f"{fit.bias:.3f}", REGRESSION[n].estimates)
            for n, fit in fits.items()
        )
        st.markdown(ui.table("loss | w | b | its best constant is", rows))
        st.caption(
            "Each line makes the mean of its loss over these 21 points least: by closed form for the squared loss, to "
            "rounding by exact search or Newton's method for the others; Tukey's is the best of several local minima."
        )
    with picture:
        lines = {REGRESSION[n].label: (fit.weight, fit.bias) for n, fit in fits.items()}
        ui.show(losses.refit(x, y, lines, LABELS, (-4.5, 10.5)), key="lf_refit")
    ui.follow({"lf_outlier": height}, key="lf_follow")


@st.fragment
def classes() -> None:
    """The losses of a yes-or-no question, as functions of the logit z; the truth is y = 1."""
    chosen = ui.several("Losses for classes", BINARY, ["cross_entropy", "squared_sigmoid"], key="lf_binary")
    dials = st.columns([2, 1])
    with dials[0]:
        z = ui.slider(
            "Logit z: the model says p = σ(z), the truth is y = 1", -8.0, 8.0, -4.0, 0.1, key="lf_z"
        )
    with dials[1]:
        eta = ui.power("Learning rate η", -2, 1, 0.5, key="lf_eta")
    values, slopes = ui.loss_curves({BINARY[n]: {} for n in chosen}, (-8, 8), target=1)
    walks = {BINARY[n].label: ui.probability_walk(n, z, eta) for n in chosen}
    panels = (
        ("**The loss**", values, ("z", "ℓ"), (-8, 8), (0, 8), "Loss against the logit", "lf_z"),
        (
            "**Its slope:** what is learned from",
            slopes,
            ("z", "∂ℓ/∂z"),
            (-8, 8),
            (-1.2, 0.2),
            "Its derivative",
            "lf_z",
        ),
        (
            "**200 steps from there:** p = σ(z)",
            walks,
            ("step", "p"),
            (0, 200),
            (0, 1),
            "Probability of the truth",
            None,
        ),
    )
    for number, (column, panel) in enumerate(zip(st.columns(3, gap="medium"), panels, strict=True)):
        title, series, axes, x, y, words, follow = panel
        with column:
            st.markdown(title)
            picture = curves(
                series, BINARY_LABELS, axes, f"{words}, one curve for each loss; a line marks the present logit.",
                x_domain=x, y_domain=y, height=300, follow=follow, marker=z if follow else None,
            )  # fmt: skip
            ui.show(picture, key=f"lf_binary_{number}")
    ui.follow({"lf_z": z}, key="lf_follow_z")
    for name in chosen:
        loss = BINARY[name]
        value, slope = loss.value([z], [1])[0], loss.derivative([z], [1])[0]
        st.latex(
            rf"\text{{{loss.label}: }} {loss.latex} = {tex(value)}, \quad {loss.derivative_latex} = {tex(slope)}"
        )


residuals()
st.header("Classes: why cross-entropy")
st.markdown(
    "A classifier gives a **logit** $z$, and $p = \\sigma(z) = 1/(1+e^{-z})$ is its probability for class 1. "
    "A model that is sure and wrong ($z = -4$) must change its mind. Which loss tells it so?"
)
classes()
st.header("What to notice")
st.markdown(
    """
- **The squared loss** follows the outlier; the absolute loss feels only on which side it is; Tukey's loss lets it go.
- **The derivative is the pull.** Where it is flat, a point far away pulls no harder than one near by.
- **Squared error on a sigmoid** has almost no slope where the model is most wrong, so it stays wrong. The slope of
  cross-entropy is $\\sigma(z) - y$: the error itself.
- **Cross-entropy is convex in z**, squared error on the sigmoid is not: its curve bends the other way on the left.
"""
)
ui.end(
    "Which constant makes the mean absolute error of 1, 2, 3, 4, 100 least, and which the mean squared error?",
    "universal_approximation",
)
