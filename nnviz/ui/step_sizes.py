"""The chapter "How large a step": the ruler of η, what moving and standardising x does to the bowl, and the steps."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import step_sizes as charts
from nnviz.export.regression import MOST_STEPS, bowl_code
from nnviz.functions import Library
from nnviz.learning import DescentSpec, descend, rates, regression
from nnviz.ui.controls import slider
from nnviz.ui.draw import show
from nnviz.ui.hand import while_held
from nnviz.ui.live import follow
from nnviz.ui.regression import Bowl, bowl_of
from nnviz.ui.samples import line_samples, sliders_of
from nnviz.ui.words import table, tex

Array = NDArray[np.float64]

TOLERANCES = (0.1, 0.01, 0.001, 1e-6)
START = (0.0, 0.0)


class Walked(NamedTuple):
    """A bowl, gradient descent on it from the line ŷ = 0, and the steps it takes to a share of the distance."""

    x: Array
    bowl: Bowl
    modes: charts.Modes
    learning_rate: float
    worst: float
    regime: str
    predicted: float
    observed: int | None
    left: Array


class Figures(NamedTuple):
    """Both bowls: of the x as they are, and of the x standardised; and which of them is looked at."""

    y: Array
    rate: float
    tolerance: float
    raw: Walked
    standard: Walked
    shown: Walked


def moved(x: Array, shift: float, stretch: float) -> Array:
    """The x stretched, then moved by so many of their standard deviations."""
    stretched = stretch * x
    return np.asarray(stretched + shift * (float(stretched.std()) or 1.0))


@st.cache_resource(max_entries=64, show_spinner=False)
def steps_on(x: Array, y: Array, rate: float, tolerance: float) -> Walked:
    """Gradient descent with η = rate/λmax: what theory predicts, and what a run does."""
    bowl = bowl_of(x, y, true_angles=True)
    sizes, centre = bowl.sizes, np.array(bowl.best)
    eta = rate * sizes.monotone
    theory = rates.rate_at(sizes, eta)
    predicted = rates.steps_bound(theory.worst, tolerance)
    enough = min(max(predicted, charts.COUNTED), MOST_STEPS) if predicted < np.inf else charts.COUNTED
    run = descend(DescentSpec("own", "gradient_descent", eta, START, int(enough)), bowl.surface)
    distances = rates.distances_to(sizes, run.points, centre)
    observed = rates.steps_to(distances, tolerance)
    modes = charts.Modes(centre, sizes.eigenvalues, rates.components(sizes, START - centre))
    left = distances[: charts.COUNTED + 1] / max(distances[0], 1e-300)
    return Walked(x, bowl, modes, eta, theory.worst, theory.regime, predicted, observed, left)


def workbench() -> Figures:
    """The ruler, both maps, the distance left beside the figures, and what moves them."""
    left, right = st.columns([5, 4], gap="medium")
    below = st.columns([5, 4], gap="medium")
    with right:
        maps, controls = st.container(), st.container()
    with controls:
        x, y, tolerance = _data()
    with left:
        ruler = st.container()
        rate = slider(
            "$\\eta$ in units of $1/\\lambda_{\\max}$",
            0.02,
            charts.MOST,
            1.5,
            0.02,
            key="lr_rate",
            format="%.4g",
        )
        buttons = st.container(horizontal=True, gap="small")
        standard = st.toggle(
            "Look at the bowl of the standardised $x$", key="lr_standard", bind="query-params"
        )
    raw, scaled = (steps_on(table, y, rate, tolerance) for table in (x, regression.standardize(x).x))
    figures = Figures(y, rate, tolerance, raw, scaled, scaled if standard else raw)
    with buttons:
        _buttons(figures.shown)
    with ruler:
        _ruler(figures)
    with maps:
        _maps(figures)
    with below[0]:
        show(charts.distance(figures.shown.modes, rate, figures.shown.left), key="lr_left")
    with below[1]:
        _table(figures)
    follow({"lr_rate": rate}, key="lr_follow_rate")
    while_held("lr_move", "lr_stretch", *sliders_of("lr"), key="lr_hand_bowl")
    return figures


def _data() -> tuple[Array, Array, float]:
    """X moved and stretched, y, and how near is near enough."""
    move, stretch, near = st.columns(3, gap="small")
    with move:
        shift = slider("Move $x$ by (its std)", -5.0, 5.0, 1.0, 0.25, key="lr_move")
    with stretch:
        by = slider("Stretch $x$ by", 0.25, 4.0, 1.0, 0.25, key="lr_stretch")
    with near:
        tolerance: float = st.selectbox(
            "Count steps to all but", TOLERANCES, 1, key="lr_near", bind="query-params",
            format_func=lambda share: f"{100 * share:g} % of the way",
        )  # fmt: skip
    samples = line_samples("lr")
    return moved(samples.x[:, 0], shift, by), samples.y, tolerance


def marks(walked: Walked) -> dict[str, float]:
    """The learning rates that the ruler names."""
    sizes = walked.bowl.sizes
    return {"1/λmax": sizes.monotone, "2/(λ₁+λₙ)": sizes.fastest, "2/λmax": sizes.critical}


def _set_rate(rate: float) -> None:
    st.session_state.lr_rate = rate


def _buttons(walked: Walked) -> None:
    st.markdown("Set $\\eta$ to")
    for name, eta in marks(walked).items():
        st.button(
            name, on_click=_set_rate, args=(eta / walked.bowl.sizes.monotone,), key=f"lr_set_{name[:3]}"
        )


def _ruler(figures: Figures) -> None:
    eigenvalues = figures.shown.bowl.sizes.eigenvalues
    curved = eigenvalues[eigenvalues > 0][[0, -1]]
    show(charts.ruler(curved, marks(figures.shown), figures.rate), key="lr_ruler")


def _maps(figures: Figures) -> None:
    for column, one, name, axes in zip(
        st.columns(2, gap="small"),
        (figures.raw, figures.standard),
        ("as set below", "standardised"),
        (("w", "b"), ("w for (x − x̄)/s", "b")),
        strict=True,
    ):
        with column:
            st.markdown(f"**x {name}**: $\\kappa = {tex(one.bowl.sizes.condition)}$")
            surface = one.bowl.surface
            show(
                charts.first_steps(one.bowl.ground, one.modes, figures.rate, surface.domain, axes),
                key=f"lr_steps_{name[:2]}",
            )


def _table(figures: Figures) -> None:
    """Predicted beside observed, for both bowls."""
    both = (figures.raw, figures.standard)
    rows = [
        ("λ₁, λₙ", *(", ".join(f"{value:.3g}" for value in one.bowl.sizes.eigenvalues) for one in both)),
        ("condition number κ = λₙ/λ₁", *(f"{one.bowl.sizes.condition:.4g}" for one in both)),
        ("learning rate η", *(f"{one.learning_rate:.4g} ({one.regime})" for one in both)),
        ("worst factor ρ", *(_factor(one.worst) for one in both)),
        ("steps, predicted: at most", *(_predicted(one) for one in both)),
        ("steps, observed", *(_observed(one) for one in both)),
    ]
    st.markdown(table("figure | x as set | x standardised", rows))


def _factor(worst: float) -> str:
    return f"1 − {1 - worst:.2g}" if 0.9999 < worst < 1 else f"{worst:.4f}"


def _predicted(walked: Walked) -> str:
    return f"{walked.predicted:,.0f}" if walked.predicted < np.inf else "never"


def _observed(walked: Walked) -> str:
    if walked.observed is not None:
        return f"{walked.observed:,}"
    return "it diverged" if walked.regime == "diverging" else f"not within {MOST_STEPS:,}"


def source(figures: Figures, language: Library) -> str:
    """The code that finds the same eigenvalues, rates and counts."""
    one = figures.shown
    return bowl_code(one.x, figures.y, one.learning_rate, figures.tolerance, language)
