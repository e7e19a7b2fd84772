"""The plumbing of the page on losses, chapters on errors and on classes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Literal, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import curves
from nnviz.charts import losses as charts
from nnviz.data import SampleSpec, draw
from nnviz.learning import LOSSES, DescentSpec, LineFit, Loss, descend, fit_line, logit_surface
from nnviz.learning.classification import concave_intervals, information, softmax
from nnviz.learning.constants import best_constant, mean_losses
from nnviz.ui.controls import loss_settings, power, several, slider
from nnviz.ui.draw import show
from nnviz.ui.live import follow
from nnviz.ui.questions import code
from nnviz.ui.words import table, tex

Array = NDArray[np.float64]
Language = Literal["numpy", "torch"]
Settings = tuple[tuple[str, float], ...]

REGRESSION = {name: loss for name, loss in LOSSES.items() if loss.task == "regression"}
BINARY = {name: loss for name, loss in LOSSES.items() if loss.task == "binary"}
LABELS = [loss.label for loss in REGRESSION.values()]
BINARY_LABELS = [loss.label for loss in BINARY.values()]
NUMBERS = (1.0, 1.5, 2.0, 2.2, 2.6, 3.0, 3.4, 4.0)
ERRORS, LOGITS, CONSTANTS = (-4.0, 4.0), (-8.0, 8.0), (0.0, 12.0)
POINTS = 401


class Chosen(NamedTuple):
    """A loss of the registry with its settings."""

    loss: Loss
    settings: dict[str, float]


def in_both(write: Callable[[ModuleType, Language], str]) -> dict[str, Callable[[], str]]:
    """Sources for `code` in NumPy and PyTorch; what writes them is imported when the reader asks."""

    def source(language: Language) -> str:
        return write(import_module("nnviz.export.losses"), language)

    return {"NumPy": partial(source, "numpy"), "PyTorch": partial(source, "torch")}


def choose_losses(label: str, losses: Mapping[str, Loss], default: list[str], *, key: str) -> list[Chosen]:
    """Losses to compare, by pills, and behind a button what can be set of them."""
    pills, dials = st.columns([5, 1], vertical_alignment="bottom")
    with pills:
        names = several(label, losses, default, key=key)
    with dials:
        adjustable = [name for name in names if losses[name].hyperparameters]
        if not adjustable:
            return [Chosen(losses[name], {}) for name in names]
        with st.popover("Settings", icon=":material/tune:", width="stretch"):
            return [Chosen(losses[name], loss_settings(losses[name], key=f"lf_{name}")) for name in names]


def points_with_outlier(height: float) -> tuple[Array, Array]:
    """Twenty points near a line, and one more at the right with the height given, last."""
    samples = draw(SampleSpec("line", 20, 0.3, seed=3))
    return np.append(samples.x[:, 0], 1.8), np.append(samples.y, height)


@st.cache_data(max_entries=512, show_spinner=False)
def fitted_line(x: Array, y: Array, loss: str, settings: Settings) -> LineFit:
    """`fit_line`, once for the same points and loss."""
    return fit_line(x, y, loss, dict(settings))


@st.fragment
def outlier(chosen: Sequence[Chosen]) -> None:
    """One point is moved; every loss fits its line anew."""
    picture, words = st.columns([3, 2], gap="large")
    with words:
        height = slider("Height of the outlier", -4.0, 10.0, 8.0, 0.1, key="lf_outlier")
        x, y = points_with_outlier(height)
        fits = {one.loss: fitted_line(x, y, one.loss.name, tuple(one.settings.items())) for one in chosen}
        rows = ((loss.label, f"{fit.weight:.3f}", f"{fit.bias:.3f}") for loss, fit in fits.items())
        st.markdown(table("each loss draws its line ŷ = wx + b | w | b", rows))
        st.caption(
            "Each line makes the mean of its loss over these 21 points least: by closed form for the squared loss, to "
            "rounding by exact search or Newton's method for the others; Tukey's is the best of several local minima."
        )
        code(
            in_both(lambda written, language: written.line_code(language, x, y, _named(chosen))),
            key="lf_line_code",
            name="losses",
        )
    with picture:
        lines = {loss.label: (fit.weight, fit.bias) for loss, fit in fits.items()}
        show(charts.refit(x, y, lines, LABELS, (-4.5, 10.5)), key="lf_refit")
    follow({"lf_outlier": height}, key="lf_follow")


def _named(chosen: Sequence[Chosen]) -> dict[str, dict[str, float]]:
    return {one.loss.name: one.settings for one in chosen}


def loss_curves(
    chosen: Sequence[Chosen], domain: tuple[float, float], target: float
) -> list[dict[str, tuple[Array, Array]]]:
    """Value, derivative and curvature over the prediction or logit, label -> (x, y) each."""
    x = np.linspace(*domain, POINTS)
    y = np.full(x.shape, target)
    return [
        {
            one.loss.label: (x, np.asarray(getattr(one.loss, of)(x, y, **one.settings), np.float64))
            for one in chosen
        }
        for of in ("value", "derivative", "curvature")
    ]


def at(one: Chosen, prediction: float, target: float) -> list[float]:
    """Value, derivative and curvature of a loss for one example."""
    kinds = (one.loss.value, one.loss.derivative, one.loss.curvature)
    return [float(kind([prediction], [target], **one.settings)[0]) for kind in kinds]


@st.fragment
def shapes(chosen: Sequence[Chosen]) -> None:
    """Value, derivative and curvature of each loss over the error, with a dot on each at the slider's error."""
    error = slider("Error e = ŷ − y of one point", *ERRORS, 2.0, 0.1, key="lf_e")
    values = loss_curves(chosen, ERRORS, 0.0)
    panels = (
        ("**What an error costs:** ℓ", "ℓ", (0.0, 8.0), "Loss"),
        ("**How hard the point pulls:** ∂ℓ/∂ŷ", "∂ℓ/∂ŷ", (-5.0, 5.0), "Derivative of the loss"),
        ("**How the pull grows:** ∂²ℓ/∂ŷ²", "∂²ℓ/∂ŷ²", (-1.0, 2.4), "Curvature of the loss"),
    )
    columns = st.columns(3, gap="medium")
    for number, (column, series, panel) in enumerate(zip(columns, values, panels, strict=True)):
        title, symbol, domain, words = panel
        with column:
            st.markdown(title)
            picture = curves(
                series, LABELS, ("e = ŷ − y", symbol), f"{words} against the error, one curve for each loss; a dot on "
                "each stands at the present error.", x_domain=ERRORS, y_domain=domain, height=330, follow="lf_e",
                marker=error, dots=(ERRORS[1] - ERRORS[0]) / (POINTS - 1),
            )  # fmt: skip
            show(picture, key=f"lf_shape_{number}")
    follow({"lf_e": error}, key="lf_follow_e")
    rows = ((one.loss.label, *(f"{value:.3f}" for value in at(one, error, 0.0))) for one in chosen)
    with st.expander(f"The formulas, and their numbers at e = {error:g}"):
        for one in chosen:
            st.markdown(f"**{one.loss.label}.** {one.loss.lesson}")
            st.latex(rf"{one.loss.latex} \qquad {one.loss.derivative_latex}")
        st.markdown(table("loss | ℓ | ∂ℓ/∂ŷ | ∂²ℓ/∂ŷ²", rows))


@st.fragment
def statistic(chosen: Sequence[Chosen]) -> None:
    """Nine numbers, the constant of least mean loss for each loss, and the curve whose lowest point it is."""
    picture, words = st.columns([3, 2], gap="large")
    with words:
        far = slider("The ninth number", *CONSTANTS, 11.0, 0.1, key="lf_far")
        numbers = np.array([*NUMBERS, far])
        best = {one.loss.label: best_constant(numbers, one.loss.name, one.settings) for one in chosen}
        rows = ((one.loss.label, f"{best[one.loss.label]:.3f}", one.loss.estimates) for one in chosen)
        st.markdown(table("loss | best constant | it is", rows))
        st.caption(f"Mean {numbers.mean():.3f}, median {np.median(numbers):.3f} of the nine numbers.")
    c = np.linspace(*CONSTANTS, 301)
    risks = {one.loss.label: (c, mean_losses(c, numbers, one.loss.name, one.settings)) for one in chosen}
    with picture:
        show(charts.constants(numbers, risks, best, LABELS, (-0.3, 12.3)), key="lf_constants")
    follow({"lf_far": far}, key="lf_follow_far")


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
    follow({f"lf_z{k}": value for k, value in zip((1, 2, 3), z, strict=True)}, key="lf_follow_softmax")
    p = softmax(z)
    loss = LOSSES["softmax_cross_entropy"]
    value, slope = loss.value([z], [truth])[0], loss.derivative([z], [truth])[0]
    powers = " + ".join(f"e^{{{one:g}}}" for one in z)
    st.latex(
        rf"p_{truth + 1} = \frac{{e^{{{z[truth]:g}}}}}{{{powers}}} = {tex(p[truth])}, \qquad"
        rf" \ell = -\log p_{truth + 1} = {tex(value)}, \qquad"
        rf" \frac{{\partial \ell}}{{\partial z}} = p - y = ({', '.join(tex(s) for s in slope)})"
    )
    code(
        in_both(lambda written, language: written.softmax_code(language, z, truth)),
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
                "where the loss is not convex.", x_domain=LOGITS, y_domain=domain, height=330, follow="lf_z", marker=z,
                dots=spacing, shade=shade,
            )  # fmt: skip
            show(picture, key=f"lf_binary_{words.split()[0].lower()}")
    with right:
        walk_from(chosen, z, eta)
    follow({"lf_z": z}, key="lf_follow_z")
    numbers_at(chosen, z, shade)


def walk_from(chosen: Sequence[Chosen], z: float, rate: float) -> None:
    """The probability of the truth along 200 steps of gradient descent on each loss, from the logit z."""
    walks = {
        one.loss.label: probability_walk(one.loss.name, tuple(one.settings.items()), z, rate)
        for one in chosen
    }
    st.markdown("**200 steps from there:** p = σ(z)")
    picture = curves(
        walks, BINARY_LABELS, ("step", "p"), "Probability of the truth after each step, one curve for each loss.",
        x_domain=(0.0, 200.0), y_domain=(0.0, 1.0), height=330,
    )  # fmt: skip
    show(picture, key="lf_walks")


def numbers_at(
    chosen: Sequence[Chosen], z: float, shade: Mapping[str, Sequence[tuple[float, float]]]
) -> None:
    """Value, slope and curvature of each loss at z in its formulas, and where it is not convex."""
    for one in chosen:
        value, slope, bend = at(one, z, 1.0)
        st.latex(
            rf"\text{{{one.loss.label}: }} {one.loss.latex} = {tex(value)}, \quad"
            rf" {one.loss.derivative_latex} = {tex(slope)}, \quad \ell'' = {tex(bend)}"
        )
        spans = " and ".join(f"{low:.3g} < z < {high:.3g}" for low, high in shade[one.loss.label])
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
    st.latex(
        rf"H(p, q) = -\sum_k p_k \log q_k = {tex(found.cross_entropy)} = \underbrace{{{tex(found.entropy)}}}_{{H(p)}}"
        rf" + \underbrace{{{tex(found.divergence)}}}_{{\mathrm{{KL}}(p \,\|\, q) \,\ge\, 0}} \quad \text{{nats}}"
    )
    st.caption(
        "The weights are divided by their sum: p = "
        f"({', '.join(f'{w:.3f}' for w in shares[0])}), q = ({', '.join(f'{w:.3f}' for w in shares[1])})."
    )
    told = {f"lf_{one}{k}": weight for one, each in (("p", p), ("q", q)) for k, weight in enumerate(each, 1)}
    follow(told, key="lf_follow_pq")


def _weight(whose: str, symbol: str, k: int, start: float, low: float) -> float:
    return slider(f"{whose}, weight ${symbol}_{k}$", low, 1.0, start, 0.05, key=f"lf_{symbol}{k}")
