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


@st.fragment
def residuals() -> None:
    """The losses of regression: their shape, their slope, and the line each fits beside an outlier."""
    chosen = ui.several("Losses", REGRESSION, ["squared", "absolute", "huber"], key="lf_losses")
    settings = {name: ui.loss_settings(REGRESSION[name], key=f"lf_{name}") for name in chosen}
    if not chosen:
        st.info("Choose at least one loss.", icon=":material/touch_app:")
        return
    errors = ui.steps_between(-4, 4)
    values = {
        REGRESSION[n].label: (errors, REGRESSION[n].value(errors, 0 * errors, **settings[n])) for n in chosen
    }
    slopes = {
        REGRESSION[n].label: (errors, REGRESSION[n].derivative(errors, 0 * errors, **settings[n]))
        for n in chosen
    }
    left, right = st.columns(2, gap="large")
    axis = "error e = ŷ − y"
    with left:
        st.markdown("**What an error costs**")
        words = "Loss against the error, one curve for each loss."
        ui.show(
            curves(values, LABELS, (axis, "loss ℓ"), words, x_domain=(-4, 4), y_domain=(0, 8)),
            key="lf_values",
        )
    with right:
        st.markdown("**How hard the point pulls:** the derivative")
        words = "Derivative of the loss against the error, one curve for each loss."
        ui.show(
            curves(slopes, LABELS, (axis, "∂ℓ/∂ŷ"), words, x_domain=(-4, 4), y_domain=(-5, 5)),
            key="lf_slopes",
        )
    outlier(chosen, settings)


def outlier(chosen: list[str], settings: dict[str, dict[str, float]]) -> None:
    """One point is moved; every loss fits its line anew."""
    st.subheader("One outlier")
    picture, words = st.columns([3, 2], gap="large")
    with words:
        height = ui.slider("Height of the outlier", -4.0, 10.0, 8.0, 0.1, key="lf_outlier")
        x, y = ui.points_with_outlier(height)
        fits = {name: ui.fitted_line(x, y, name, tuple(settings[name].items())) for name in chosen}
        rows = "".join(
            f"\n| {REGRESSION[n].label} | {fit.weight:.3f} | {fit.bias:.3f} | {REGRESSION[n].estimates} |"
            for n, fit in fits.items()
        )
        st.markdown(f"| loss | w | b | its best constant is |\n|---|---|---|---|{rows}")
        st.caption(
            "20 points about y = 0.8 x + 0.5 and the outlier. Each line makes the mean of its loss least: in closed form "
            "for the squared loss, to rounding by exact search or Newton's method for the others."
        )
    with picture:
        lines = {REGRESSION[n].label: (fit.weight, fit.bias) for n, fit in fits.items()}
        ui.show(losses.refit(x, y, lines, LABELS, (-4.5, 10.5)), key="lf_refit")
    ui.follow({"lf_outlier": height}, key="lf_follow")
    with st.expander("The formulas"):
        for name in chosen:
            st.markdown(f"**{REGRESSION[name].label}.** {REGRESSION[name].lesson}")
            st.latex(rf"{REGRESSION[name].latex} \qquad {REGRESSION[name].derivative_latex}")


@st.fragment
def classes() -> None:
    """The losses of a yes-or-no question, as functions of the logit z; the truth is y = 1."""
    chosen = ui.several("Losses for classes", BINARY, ["cross_entropy", "squared_sigmoid"], key="lf_binary")
    z = ui.slider("Logit z: the model says p = σ(z), the truth is y = 1", -8.0, 8.0, -4.0, 0.1, key="lf_z")
    eta = ui.power("Learning rate", -2, 1, 0.5, key="lf_eta")
    at, labels = ui.steps_between(-8, 8), [loss.label for loss in BINARY.values()]
    values = {BINARY[n].label: (at, BINARY[n].value(at, 0 * at + 1)) for n in chosen}
    slopes = {BINARY[n].label: (at, BINARY[n].derivative(at, 0 * at + 1)) for n in chosen}
    walks = {BINARY[n].label: ui.probability_walk(n, z, eta) for n in chosen}
    left, middle, right = st.columns(3, gap="medium")
    live = {"follow": "lf_z", "marker": z}
    with left:
        st.markdown("**The loss**")
        words = "Loss against the logit for the truth y = 1; a line marks the present logit."
        ui.show(
            curves(values, labels, ("z", "ℓ"), words, x_domain=(-8, 8), y_domain=(0, 8), height=300, **live),
            key="lf_b",
        )
    with middle:
        st.markdown("**Its slope**, what the model learns from")
        words = "Derivative of the loss by the logit; a line marks the present logit."
        ui.show(
            curves(
                slopes,
                labels,
                ("z", "∂ℓ/∂z"),
                words,
                x_domain=(-8, 8),
                y_domain=(-1.2, 0.2),
                height=300,
                **live,
            ),
            key="lf_s",
        )
    with right:
        st.markdown("**200 steps from there**: p = σ(z)")
        words = "Probability given to the truth against the step of gradient descent."
        ui.show(
            curves(walks, labels, ("step", "p"), words, x_domain=(0, 200), y_domain=(0, 1), height=300),
            key="lf_w",
        )
    ui.follow({"lf_z": z}, key="lf_follow_z")
    for name in chosen:
        value, slope = (float(f([z], [1])[0]) for f in (BINARY[name].value, BINARY[name].derivative))
        st.latex(
            rf"\text{{{BINARY[name].label}: }} {BINARY[name].latex} = {tex(value)}, \quad {BINARY[name].derivative_latex} = {tex(slope)}"
        )


residuals()
st.subheader("Classes: why cross-entropy")
st.markdown(
    "A classifier gives a **logit** $z$, and $p = \\sigma(z) = 1/(1+e^{-z})$ is its probability for class 1. "
    "A model that is sure and wrong ($z = -4$) must change its mind. Which loss tells it so?"
)
classes()
st.subheader("What to notice")
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
