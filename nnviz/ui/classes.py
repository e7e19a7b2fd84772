"""The plumbing of the page on losses, chapter on classes."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from nnviz.charts import classes as charts
from nnviz.charts import curves
from nnviz.learning import LOSSES, DescentSpec, descend, logit_surface
from nnviz.learning.classification import concave_intervals, information, softmax
from nnviz.ui.controls import power, slider
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.live import follow
from nnviz.ui.losses import BINARY, POINTS, Array, Chosen, Settings, at, export, loss_curves, side_by_side
from nnviz.ui.questions import code
from nnviz.ui.words import tex

BINARY_LABELS = [loss.label for loss in BINARY.values()]
LOGITS = (-8.0, 8.0)


@st.fragment
def softmax_by_hand() -> None:
    """Three logits by hand: their probabilities, and the cross-entropy with its derivative."""
    hands, left, right = st.columns([2, 2, 2], gap="large")
    with hands:
        starts = zip((1, 2, 3), (2.0, 0.5, -1.0), strict=True)
        z = [slider(f"Logit $z_{k}$", -6.0, 6.0, start, 0.1, key=f"lf_z{k}") for k, start in starts]
        named = st.segmented_control(
            "The truth",
            charts.CLASSES,
            default=charts.CLASSES[1],
            key="lf_truth",
            required=True,
            bind="query-params",
        )
        truth = charts.CLASSES.index(named or charts.CLASSES[1])
    with left:
        st.markdown("**The softmax makes probabilities of them**")
        show(charts.softmax(z, truth), key="lf_softmax")
    with right:
        st.markdown("**and each logit is pulled by p − y**")
        show(charts.softmax_gradient(z, truth), key="lf_gradient")
    p = softmax(z)
    loss = LOSSES["softmax_cross_entropy"]
    value, slope = loss.value([z], [truth])[0], loss.derivative([z], [truth])[0]
    follow(
        {f"lf_z{k}": one for k, one in zip((1, 2, 3), z, strict=True)}, key="lf_follow_softmax",
        outcome=f"Probabilities {', '.join(f'{one:.3f}' for one in p)}; loss {value:.3g}.",
    )  # fmt: skip
    powers = " + ".join(f"e^{{{one:g}}}" for one in z)
    side_by_side(
        rf"p_{truth + 1} = \frac{{e^{{{z[truth]:g}}}}}{{{powers}}} = {tex(p[truth])}",
        rf"\ell = -\log p_{truth + 1} = {tex(value)}",
        rf"\frac{{\partial \ell}}{{\partial z}} = p - y = ({', '.join(tex(s) for s in slope)})",
    )
    code(
        lambda language: export().softmax_code(language, z, truth),
        key="lf_softmax_code",
        name="softmax",
    )


@st.cache_data(max_entries=128, show_spinner=False)
def probability_walk(loss: str, settings: Settings, start: float, rate: float) -> tuple[Array, Array]:
    """Steps, and the probability σ(z) along 200 steps of gradient descent on a loss whose truth is y = 1."""
    surface = logit_surface(LOSSES[loss], dict(settings))
    run = descend(DescentSpec("own", "gradient_descent", rate, (start,), 200), surface)
    return np.arange(len(run.points), dtype=np.float64), 1 / (1 + np.exp(-run.points[:, 0]))


@st.fragment
def yes_or_no(chosen: Sequence[Chosen]) -> None:
    """The losses of a yes-or-no question over the logit z; the truth is y = 1."""
    dials = st.columns([2, 1], gap="large")
    with dials[0]:
        z = slider("Logit z: the model says p = σ(z), the truth is y = 1", *LOGITS, -4.0, 0.1, key="lf_z")
    with dials[1]:
        eta = power("Learning rate η", -2, 1, 0.5, key="lf_eta")
    values, slopes, _ = loss_curves(chosen, LOGITS, 1.0)
    shade = {one.loss.label: concave_intervals(one.loss, 1.0, *LOGITS, **one.settings) for one in chosen}
    left, middle, right = st.columns(3, gap="medium")
    spacing = (LOGITS[1] - LOGITS[0]) / (POINTS - 1)
    panels = (
        (left, "**The loss:** shaded where it bends down", "ℓ", values, (0.0, 8.0), "Loss"),
        (
            middle,
            "**Its slope:** what is learned from",
            "∂ℓ/∂z",
            slopes,
            (-1.2, 0.2),
            "Derivative of the loss",
        ),
    )
    for column, title, symbol, series, domain, words in panels:
        with column:
            st.markdown(title)
            picture = curves(
                series, BINARY_LABELS, ("z", symbol), f"{words} against the logit, one curve for each loss; shaded "
                "where the loss is not convex.", x_domain=LOGITS, y_domain=domain, height=290 + 20 * len(chosen),
                follow="lf_z", marker=z, dots=spacing, shade=shade,
            )  # fmt: skip
            show(picture, key=f"lf_binary_{words.split()[0].lower()}")
    with right:
        walk_from(chosen, z, eta)
    heard = ", ".join(f"{one.loss.label} {at(one, z, 1.0)[0]:.3g}" for one in chosen)
    follow({"lf_z": z}, key="lf_follow_z", outcome=f"Losses at z = {z:g}: {heard}.")
    numbers_at(chosen, z, shade)
    while_held("lf_eta", key="lf_hand_eta")


def walk_from(chosen: Sequence[Chosen], z: float, rate: float) -> None:
    """The probability of the truth along 200 steps of gradient descent on each loss, from the logit z."""
    walks = {
        one.loss.label: probability_walk(one.loss.name, tuple(one.settings.items()), z, rate)
        for one in chosen
    }
    st.markdown("**200 steps from there:** p = σ(z)")
    picture = curves(
        walks, BINARY_LABELS, ("step", "p"), "Probability of the truth after each step, one curve for each loss.",
        x_domain=(0.0, 200.0), y_domain=(0.0, 1.0), height=290 + 20 * len(chosen),
    )  # fmt: skip
    show(picture, key="lf_walks")


def numbers_at(
    chosen: Sequence[Chosen], z: float, shade: Mapping[str, Sequence[tuple[float, float]]]
) -> None:
    """Value, slope and curvature of each loss at z in its formulas, and where it is not convex."""
    for one in chosen:
        value, slope, bend = at(one, z, 1.0)
        st.markdown(f"**{one.loss.label}**")
        side_by_side(
            one.loss.latex,
            rf"\ell = {tex(value)}",
            one.loss.derivative_latex,
            f"= {tex(slope)}",
            rf"\ell'' = {tex(bend)}",
        )
        spans = " and ".join(f"{low:.3g} < z < {high:.3g}" for low, high in shade[one.loss.label]).replace(
            "-", "−"
        )
        if spans:
            st.caption(
                f"{one.loss.label}: second derivative below 0 for {spans}, as far as drawn: not convex."
            )


@st.fragment
def surprises() -> None:
    """Cross-entropy as entropy plus divergence, for two distributions by hand."""
    hands, picture = st.columns([2, 3], gap="large")
    with hands:
        left, right = st.columns(2)
    with left:
        p = [
            _weight("Truth", "p", k, start, low=0.05 * (k == 1))
            for k, start in ((1, 0.7), (2, 0.2), (3, 0.1))
        ]
    with right:
        q = [_weight("Model", "q", k, start, low=0.05) for k, start in ((1, 0.2), (2, 0.3), (3, 0.5))]
    shares = np.array(p) / sum(p), np.array(q) / sum(q)
    found = information(*shares)
    with picture:
        show(charts.surprise(p, q), key="lf_surprise")
    side_by_side(
        rf"H(p, q) = -\sum_k p_k \log q_k = {tex(found.cross_entropy)}",
        rf"{{}}= \underbrace{{{tex(found.entropy)}}}_{{H(p)}}"
        rf" + \underbrace{{{tex(found.divergence)}}}_{{\mathrm{{KL}}(p \,\|\, q) \,\ge\, 0}} \quad \text{{nats}}",
    )
    st.caption(
        "The weights are divided by their sum: p = "
        f"({', '.join(f'{w:.3f}' for w in shares[0])}), q = ({', '.join(f'{w:.3f}' for w in shares[1])})."
    )
    told = {f"lf_{one}{k}": weight for one, each in (("p", p), ("q", q)) for k, weight in enumerate(each, 1)}
    heard = f"Entropy {found.entropy:.3g} and divergence {found.divergence:.3g} are {found.cross_entropy:.3g} nats."
    follow(told, key="lf_follow_pq", outcome=heard)


def _weight(whose: str, symbol: str, k: int, start: float, low: float) -> float:
    return slider(f"{whose}, weight ${symbol}_{k}$", low, 1.0, start, 0.05, key=f"lf_{symbol}{k}")
