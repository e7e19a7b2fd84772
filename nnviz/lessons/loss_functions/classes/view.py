"""Draw the chapter on classes: softmax of three logits, entropy and divergence, and losses for two classes."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from nnviz._memory import kept
from nnviz._types import Array, Settings
from nnviz.charts import CurveStyle, draw_curves
from nnviz.lessons.loss_functions.classes import chart, text
from nnviz.lessons.loss_functions.classes.code import softmax_code
from nnviz.lessons.loss_functions.shared.view import (
    BINARY,
    CURVE_POINTS,
    Chosen,
    choose_losses,
    compute_at,
    compute_curves,
    draw_in_a_row,
    labels_of,
)
from nnviz.losses import LOSSES, logit_surface
from nnviz.losses.probabilities import information, sigmoid, softmax
from nnviz.optimization import DescentSpec, descend
from nnviz.regression.classification import concave_intervals
from nnviz.web.controls import log_slider, segmented, slider
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.latex_format import tex
from nnviz.web.lesson import Chapter
from nnviz.web.live import publish_live
from nnviz.web.questions import offer_code, write
from nnviz.web.render import beside_picture, first_screen, keep_in_view, render
from nnviz.web.turns import fragment

LOGITS = (-8.0, 8.0)
UPDATES = 200
LOGIT_SPAN = (-6.0, 6.0)  # of the three sliders
RATE = "lf_eta"  # the key of the learning rate


@fragment
def draw_softmax() -> None:
    """Draw three logits, their probabilities, and the gradient of the cross-entropy."""
    with beside_picture(), first_screen():
        controls, left, right = st.columns([5, 7, 7], gap="small")
    with controls:
        starts = zip((1, 2, 3), chart.LOGITS, (2.0, 0.5, -1.0), strict=True)
        z = [slider(text.logit(k), *LOGIT_SPAN, start, 0.1, key=key) for k, key, start in starts]
        names = {str(k): name for k, name in enumerate(text.CLASSES, 1)}
        truth = int(segmented(text.TRUE_CLASS, names, "2", key="lf_truth", is_label_shown=True)) - 1
        st.button(text.UPDATE_LOGITS, on_click=update_logits, args=(truth,), key="lf_update_logits")
        st.caption(text.UPDATE_RULE)
    with left, keep_in_view():
        write(text.SOFTMAX)
        render(chart.draw_softmax(z, truth), key="lf_softmax")
    with right:
        write(text.GRADIENT)
        render(chart.draw_gradient(z, truth), key="lf_gradient")
    loss = _draw_softmax_formulas(z, truth)
    st.caption(text.OUTLINE)
    offer_code(lambda language: softmax_code(language, z, truth), key="lf_softmax_code", name="softmax")
    said = text.softmax_said(softmax(z).tolist(), loss)
    logits: dict[str, float] = dict(zip(chart.LOGITS, z, strict=True))
    publish_live(logits, key="lf_follow_softmax", outcome=said)


def update_logits(truth: int) -> None:
    """Move the logits against the gradient p − y of the cross-entropy, with the learning rate 1.

    A press that arrives after the page was left changes nothing.
    """
    if chart.LOGITS[0] not in st.session_state:
        return
    z = np.array([st.session_state[key] for key in chart.LOGITS])
    moved = np.clip(z - LOSSES["softmax_cross_entropy"].derivative([z], [truth])[0], *LOGIT_SPAN)
    st.session_state.update(zip(chart.LOGITS, np.round(moved, 2).tolist(), strict=True))


def _draw_softmax_formulas(z: Sequence[float], truth: int) -> float:
    """Draw the probability of the true class, the loss and its gradient in numbers; return the loss."""
    loss = LOSSES["softmax_cross_entropy"]
    value, gradient = float(loss.value([z], [truth])[0]), loss.derivative([z], [truth])[0]
    powers = " + ".join(f"e^{{{one:g}}}" for one in z)
    draw_in_a_row(
        rf"p_{truth + 1} = \frac{{e^{{{z[truth]:g}}}}}{{{powers}}} = {tex(softmax(z)[truth])}",
        rf"\ell = -\log p_{truth + 1} = {tex(value)}",
        rf"\frac{{\partial \ell}}{{\partial z}} = p - y = ({', '.join(tex(part) for part in gradient)})",
    )
    return value


@fragment
def draw_divergence() -> None:
    """Draw a cross-entropy as entropy plus divergence, for two distributions by hand."""
    write(text.DIVERGENCE)
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        left, right = st.columns(2)
    with left:
        p = _choose_weights("p", chart.TRUE_WEIGHTS, (0.7, 0.2, 0.1), (0.05, 0.0, 0.0))
    with right:
        q = _choose_weights("q", chart.PREDICTED_WEIGHTS, (0.2, 0.3, 0.5), (0.05, 0.05, 0.05))
    normalized = np.array(p) / sum(p), np.array(q) / sum(q)
    found = information(*normalized)
    with picture:
        render(chart.draw_cross_entropy(p, q), key="lf_surprise")
    draw_in_a_row(
        rf"H(p, q) = -\sum_k p_k \log q_k = {tex(found.cross_entropy)}",
        rf"{{}}= \underbrace{{{tex(found.entropy)}}}_{{H(p)}}"
        rf" + \underbrace{{{tex(found.divergence)}}}_{{\mathrm{{KL}}(p \,\|\, q) \,\ge\, 0}}",
    )
    st.caption(text.normalized(*(each.tolist() for each in normalized)))
    published: dict[str, float] = dict(
        zip((*chart.TRUE_WEIGHTS, *chart.PREDICTED_WEIGHTS), (*p, *q), strict=True)
    )
    said = text.divergence_said(found.entropy, found.divergence, found.cross_entropy)
    publish_live(published, key="lf_follow_pq", outcome=said)


def _choose_weights(
    symbol: str, keys: Sequence[str], starts: Sequence[float], lows: Sequence[float]
) -> list[float]:
    """Draw a slider for the weight of each class; not all of them can be 0."""
    each = zip((1, 2, 3), keys, starts, lows, strict=True)
    return [slider(text.weight(symbol, k), low, 1.0, start, 0.05, key=key) for k, key, start, low in each]


@kept
def compute_descent(loss: str, settings: Settings, start: float, rate: float) -> tuple[Array, Array]:
    """Return the updates, and the probability σ(z) along gradient descent on a loss with the true class 1."""
    surface = logit_surface(LOSSES[loss], dict(settings))
    run = descend(DescentSpec("own", "gradient_descent", rate, (start,), UPDATES), surface)
    return np.arange(len(run.points), dtype=np.float64), sigmoid(run.points[:, 0])


@fragment
def draw_two_classes(chosen: Sequence[Chosen]) -> None:
    """Draw the losses of two classes over the logit z, and gradient descent on each; the true class is 1."""
    wide, narrow = st.columns([2, 1], gap="large")
    with wide:
        z = slider(text.LOGIT, *LOGITS, -4.0, 0.1, key=chart.LOGIT)
    with narrow:
        rate = log_slider(text.RATE, -2, 1, 0.5, key=RATE)
    shade = {one.loss.label: concave_intervals(one.loss, 1.0, *LOGITS, **one.settings) for one in chosen}
    left, middle, right = st.columns(3, gap="medium")
    values, derivatives, _ = compute_curves(chosen, LOGITS, 1.0)
    panels = (
        (left, text.LOSS, text.LOSS_AXIS, values, (0.0, 8.0), text.LOSS_CHART, "lf_binary_loss"),
        (
            middle,
            text.DERIVATIVE,
            text.DERIVATIVE_AXIS,
            derivatives,
            (-1.2, 0.2),
            text.DERIVATIVE_CHART,
            "lf_binary_derivative",
        ),
    )
    for column, title, axis, series, domain, words, key in panels:
        style = CurveStyle(
            (text.LOGIT_AXIS, axis),
            x_domain=LOGITS,
            y_domain=domain,
            height=290 + 20 * len(chosen),
            follow=chart.LOGIT,
            marker=z,
            dots=(LOGITS[1] - LOGITS[0]) / (CURVE_POINTS - 1),
        )
        with column:
            st.markdown(title)
            render(draw_curves(series, labels_of(BINARY), words, style, shade=shade), key=key)
    with right:
        _draw_descent(chosen, z, rate)
    at_z = {one.loss.label: compute_at(one, z, 1.0)[0] for one in chosen}
    publish_live({chart.LOGIT: z}, key="lf_follow_z", outcome=text.losses_said(z, at_z))
    _draw_values(chosen, z, shade)
    update_during_drag(RATE, key="lf_hand_eta")


def _draw_descent(chosen: Sequence[Chosen], z: float, rate: float) -> None:
    """Draw the probability of the true class along gradient descent on each loss from the logit z."""
    runs = {one.loss.label: compute_descent(*one.key, z, rate) for one in chosen}
    style = CurveStyle(
        (text.UPDATE_AXIS, text.P_AXIS),
        x_domain=(0.0, float(UPDATES)),
        y_domain=(0.0, 1.0),
        height=290 + 20 * len(chosen),
    )
    st.markdown(text.descent(UPDATES))
    render(draw_curves(runs, labels_of(BINARY), text.DESCENT_CHART, style), key="lf_walks")


def _draw_values(
    chosen: Sequence[Chosen], z: float, shade: Mapping[str, Sequence[tuple[float, float]]]
) -> None:
    """Draw the formulas of each loss with value, derivative and second derivative at z, and where it is not convex."""
    if any(shade.values()):
        st.caption(text.SHADED)
    for one in chosen:
        value, derivative, second = compute_at(one, z, 1.0)
        st.markdown(f"**{one.loss.label}**")
        draw_in_a_row(
            one.loss.latex,
            rf"\ell = {tex(value)}",
            one.loss.derivative_latex,
            f"= {tex(derivative)}",
            rf"\ell'' = {tex(second)}",
        )
        if shade[one.loss.label]:
            st.caption(text.not_convex(one.loss.label, shade[one.loss.label]))


@fragment
def draw() -> None:
    """Draw the chapter."""
    draw_softmax()
    draw_divergence()
    write(text.TWO_CLASSES)
    chosen = choose_losses(text.LOSSES, BINARY, ["cross_entropy", "squared_sigmoid"], key="lf_binary")
    draw_two_classes(chosen)
    write(text.MORE)


CHAPTER = Chapter("classes", text.CHAPTER, draw)
