"""What a loss forgives and what it punishes: errors, classes, boundaries, and the noise it comes from."""

import streamlit as st

from nnviz import ui
from nnviz.ui import losses

ui.begin(
    "loss_functions",
    "A loss says what an error costs; learning is making the mean cost least. So the loss decides **what the model "
    "becomes**: the mean or the median, in love with an outlier or deaf to it, sure of itself or stuck.",
)


@st.fragment
def errors() -> None:
    """The losses of regression."""
    chosen = losses.choose_losses(
        "Losses", losses.REGRESSION, ["squared", "absolute", "huber"], key="lf_losses"
    )
    losses.outlier(chosen)
    losses.shapes(chosen)
    ui.predict(
        "Nine numbers; the largest is moved from 11 to 12. What happens to the constant of least absolute error?",
        ("It moves up by 1/9", "It stays where it is", "It moves up by 1"),
        "It stays where it is",
        "The absolute loss asks on which side a number is, not how far away: the best constant is the median. The "
        "mean, best for the squared loss, moves by 1/9.",
        key="lf_predict_median",
    )
    losses.statistic(chosen)
    ui.notice(
        """
- **The derivative is the pull.** The squared loss pulls twice as hard at twice the distance; where the derivative is
  flat, a point far away pulls no harder than one near by.
- **Tukey's loss** lets go beyond *c*: its derivative returns to 0, its curvature falls below 0: not convex.
- **Each loss asks for another statistic:** squared the mean, absolute the median, quantile the τ-quantile.
- **Convention:** the risk is the mean of ℓ, 1/n; the squared loss has no ½, Huber's has one.
""",
        beside=True,
    )


@st.fragment
def classes() -> None:
    """Logits, softmax and cross-entropy; cross-entropy against squared error, hinge and focal."""
    from nnviz.ui import classes as panels

    panels.softmax_by_hand()
    st.markdown(
        "**Cross-entropy is entropy plus divergence.** The first part is the noise in the world, which no model can "
        "take away; the second is what the model gets wrong, and 0 only if q = p."
    )
    panels.surprises()
    ui.predict(
        "A model is sure and wrong: $z = -4$, so $p = 0.018$ for the true class. Which loss tells it so loudest?",
        ("Squared error on the sigmoid", "Cross-entropy", "Both alike"),
        "Cross-entropy",
        "Its slope is $\\sigma(z) - y = -0.98$, the error itself. The squared error's is $2(p - y)\\,p(1-p) = -0.035$: "
        "the factor $p(1-p)$ vanishes where the sigmoid is flat.",
        key="lf_predict_logit",
    )
    chosen = losses.choose_losses(
        "Losses for two classes", losses.BINARY, ["cross_entropy", "squared_sigmoid"], key="lf_binary"
    )
    panels.yes_or_no(chosen)
    ui.notice(
        """
- **Only differences count:** raise all three logits by 1 and no probability moves. The pulls p − y sum to 0.
- **Squared error on a sigmoid is not convex in z:** it bends down where $p < 1/3$, shaded. A start there is slow.
- **Hinge** is content with a margin of 1; **focal** turns down what is easy already.
""",
        beside=True,
    )


@st.fragment
def two_features() -> None:
    """Decision boundaries, their accuracy and their calibration."""
    from nnviz.ui import boundaries

    boundaries.boundary()
    ui.predict(
        "XOR: two classes in opposite quadrants. Which is the least that tells them apart?",
        (
            "A straight line, trained long enough",
            "Squares and products of the features (degree 2)",
            "Degree 6",
        ),
        "Squares and products of the features (degree 2)",
        "The sign of the product $x_1 x_2$ is the class, and the model stays linear in its parameters. No straight "
        "line does better than three quadrants of four; hidden units can find such features by themselves.",
        key="lf_predict_xor",
    )
    ui.notice(
        """
- **A straight line is all that degree 1 can draw**, under any loss. Powers of the features or hidden units bend it.
- **By hand** (under *Model*): what is right changes in jumps, cross-entropy smoothly. That can be descended.
- **Learned from against held out:** few points, wrong labels and degree 6 make the first figure rise, the second fall.
- **Cross-entropy means its probabilities.** Hinge and focal find the class, but σ(z) is then not its probability: see
  the gaps in the diagram.
""",
        beside=True,
    )


@st.fragment
def likelihood() -> None:
    """Noise, likelihood, loss; the band it predicts, and the cost of the wrong loss."""
    from nnviz.ui import noise

    found = noise.draw_noise()
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**From the noise to the loss: {found.model.label}**")
        noise.derivation(found)
    with right:
        noise.loss_of(found)
        st.markdown("**Does it hold on fresh draws?**")
        noise.on_fresh_draws(found)
        noise.take_home(found)
        ui.notice(
            """
- **A loss is a belief about noise.** Bell curve: squared. Peak and long tails: absolute. Coin: cross-entropy.
- **The wrong belief** may find nearly the same line and still be wrong about the band: let the data be Student t or
  unequal, and the model believe in a Gaussian.
- **σ moves no line** of the squared loss: it says how sure the model may be.
""",
            beside=True,
        )
    ui.predict(
        "Laplace noise, many points. How many does the squared loss need for a slope as good as the absolute loss's?",
        ("As many", "Twice as many", "Ten times as many"),
        "Twice as many",
        "Its efficiency is 1/2 there. On Gaussian noise it is the other way round: the absolute loss has 2/π = 0.64. "
        "Both are limits for many points; with 60 the absolute loss on its own noise is not there yet, as you can see.",
        key="lf_predict_efficiency",
    )
    st.markdown("**The measured cost of the wrong loss**")
    noise.wrong_loss(found.spec)


ui.chapters("lf", {"Errors": errors, "Classes": classes, "Boundaries": two_features, "Noise": likelihood})
ui.end(
    "Which constant makes the mean absolute error of 1, 2, 3, 4, 100 least, and which the mean squared error?",
    "universal_approximation",
)
