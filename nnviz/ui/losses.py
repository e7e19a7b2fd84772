"""The plumbing of the page on losses: its chapter on errors, and what its chapters share."""

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Literal, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import curves
from nnviz.charts import losses as charts
from nnviz.data import SampleSpec, draw
from nnviz.learning import LOSSES, LineFit, Loss, MovedLines, fit_line, moved_lines
from nnviz.learning.constants import MovedConstants, moved_constants
from nnviz.ui.controls import loss_settings, seldom, several, slider
from nnviz.ui.draw import show
from nnviz.ui.grab import grab_one
from nnviz.ui.live import follow
from nnviz.ui.questions import code
from nnviz.ui.words import table

Array = NDArray[np.float64]
Settings = tuple[tuple[str, float], ...]

REGRESSION = {name: loss for name, loss in LOSSES.items() if loss.task == "regression"}
BINARY = {name: loss for name, loss in LOSSES.items() if loss.task == "binary"}
LABELS = [loss.label for loss in REGRESSION.values()]
NUMBERS = (1.0, 1.5, 2.0, 2.2, 2.6, 3.0, 3.4, 4.0)
ERRORS, CONSTANTS = (-4.0, 4.0), (0.0, 12.0)
PLACES = np.linspace(*CONSTANTS, 121)  # those of the slider of the ninth number
OUTLIER, PLANE = (-4.0, 10.0), (-4.5, 10.5)
HEIGHTS = np.linspace(*OUTLIER, 141)  # those of the slider
POINTS = 401
_SPACE = re.compile(r"\\q?quad")


class Chosen(NamedTuple):
    """A loss of the registry with its settings."""

    loss: Loss
    settings: dict[str, float]


def export() -> ModuleType:
    """What writes the code of this page, imported when a reader asks for it."""
    return import_module("nnviz.export.losses")


def side_by_side(*formulas: str, gap: Literal["small", "medium"] = "medium") -> None:
    """Formulas in a row, or one below the other where the page is narrow."""
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap=gap):
        for formula in formulas:
            st.latex(rf"{formula}\;", width="content")  # the space keeps a last subscript inside


def _stacked(*formulas: str) -> str:
    lines = r" \\[4pt] ".join(part for formula in formulas for part in _SPACE.split(formula))
    return rf"\begin{{gathered}} {lines} \end{{gathered}}"


def in_parts(formula: str) -> None:
    """A formula that may be broken where it has a wide space."""
    side_by_side(*_SPACE.split(formula), gap="small")


def choose_losses(label: str, losses: Mapping[str, Loss], default: list[str], *, key: str) -> list[Chosen]:
    """Losses to compare, by pills, and behind a button what can be set of them."""
    pills, dials = st.columns([5, 1], vertical_alignment="bottom")
    with pills:
        names = several(label, losses, default, key=key)
        if not names:
            st.caption("Choose at least one of them to see what it does.")
    with dials:
        adjustable = [name for name in names if losses[name].hyperparameters]
        if not adjustable:
            return [Chosen(losses[name], {}) for name in names]
        keys = [f"lf_{name}_{setting}" for name in adjustable for setting in losses[name].hyperparameters]
        with seldom("Settings", f"{key}_settings", keys, icon=":material/tune:", width="stretch") as there:
            settings = {
                name: loss_settings(losses[name], key=f"lf_{name}") if there else losses[name].settings
                for name in names
            }
        return [Chosen(losses[name], settings[name]) for name in names]


def points_with_outlier(height: float) -> tuple[Array, Array]:
    """Twenty points near a line, and one more at the right with the height given, last."""
    samples = draw(SampleSpec("line", 20, 0.3, seed=3))
    return np.append(samples.x[:, 0], 1.8), np.append(samples.y, height)


@st.cache_data(max_entries=512, show_spinner=False)
def fitted_line(x: Array, y: Array, loss: str, settings: Settings) -> LineFit:
    """`fit_line`, once for the same points and loss."""
    return fit_line(x, y, loss, dict(settings))


@st.cache_data(max_entries=256, show_spinner=False)
def lines_on_the_way(loss: str, settings: Settings) -> MovedLines:
    """The lines of a loss while the outlier runs over its slider."""
    return moved_lines(*points_with_outlier(0.0), HEIGHTS, loss, dict(settings))


@st.fragment
def outlier(chosen: Sequence[Chosen]) -> None:
    """One point is moved; every loss fits its line anew."""
    picture, words = st.columns([3, 2], gap="large")
    with words:
        height = slider("Height of the outlier", *OUTLIER, 8.0, 0.1, key="lf_outlier")
        x, y = points_with_outlier(height)
        fits = {one.loss: fitted_line(x, y, one.loss.name, tuple(one.settings.items())) for one in chosen}
        rows = ((loss.label, f"{fit.weight:.3f}", f"{fit.bias:.3f}") for loss, fit in fits.items())
        st.markdown(table("each loss draws its line ŷ = wx + b | w | b", rows))
        st.caption(
            "Each line makes the mean of its loss over these 21 points least: by closed form for the squared loss, to "
            "rounding by exact search or Newton's method for the others; Tukey's is the best of several local minima."
        )
        code(
            lambda language: export().line_code(language, x, y, _named(chosen)),
            key="lf_line_code",
            name="losses",
        )
    with picture:
        lines = {loss.label: (fit.weight, fit.bias) for loss, fit in fits.items()}
        on_the_way = {
            one.loss.label: lines_on_the_way(one.loss.name, tuple(one.settings.items())) for one in chosen
        }
        show(charts.refit(x, y, lines, on_the_way, LABELS, PLANE), key="lf_refit")
        grab_one(
            "lf_refit", (charts.refit_domain(x), PLANE), (float(x[-1]), height), keys=("lf_outlier_x", "lf_outlier"),
            key="lf_grab", words="the outlier", step=(0.1, 0.1), along="y",
        )  # fmt: skip
    heard = ", ".join(f"{loss.label} w {fit.weight:.2f}, b {fit.bias:.2f}" for loss, fit in fits.items())
    follow({"lf_outlier": height}, key="lf_follow", outcome=f"Lines: {heard}.")


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
                "each stands at the present error.", x_domain=ERRORS, y_domain=domain, height=270 + 20 * len(chosen),
                follow="lf_e", marker=error, dots=(ERRORS[1] - ERRORS[0]) / (POINTS - 1),
            )  # fmt: skip
            show(picture, key=f"lf_shape_{number}")
    heard = ", ".join(f"{one.loss.label} {at(one, error, 0.0)[0]:.3g}" for one in chosen)
    follow({"lf_e": error}, key="lf_follow_e", outcome=f"The error {error:g} costs: {heard}.")
    rows = ((one.loss.label, *(f"{value:.3f}" for value in at(one, error, 0.0))) for one in chosen)
    with st.expander(f"The formulas, and their numbers at e = {error:g}"):
        for one in chosen:
            st.markdown(f"**{one.loss.label}.** {one.loss.lesson}")
            st.latex(_stacked(one.loss.latex, one.loss.derivative_latex))
        st.markdown(table("loss | ℓ | ∂ℓ/∂ŷ | ∂²ℓ/∂ŷ²", rows))


@st.cache_data(max_entries=256, show_spinner=False)
def constants_on_the_way(loss: str, settings: Settings) -> MovedConstants:
    """The best constant of a loss while the ninth number runs over its slider."""
    return moved_constants(NUMBERS, PLACES, loss, dict(settings))


@st.fragment
def statistic(chosen: Sequence[Chosen]) -> None:
    """Nine numbers, the constant of least mean loss for each loss, and the curve whose lowest point it is."""
    picture, words = st.columns([3, 2], gap="large")
    with words:
        far = round(slider("The ninth number", *CONSTANTS, 11.0, 0.1, key="lf_far"), 1)
        numbers, place = np.array([*NUMBERS, far]), int(np.abs(PLACES - far).argmin())
        moved = {
            one.loss.label: constants_on_the_way(one.loss.name, tuple(one.settings.items())) for one in chosen
        }
        best = {label: float(found.best[place]) for label, found in moved.items()}
        rows = ((one.loss.label, f"{best[one.loss.label]:.3f}", one.loss.estimates) for one in chosen)
        st.markdown(table("loss | best constant | it is", rows))
        st.caption(f"Mean {numbers.mean():.3f}, median {np.median(numbers):.3f} of the nine numbers.")
    with picture:
        shown = {label: (found.others, found.one, found.best) for label, found in moved.items()}
        show(charts.constants(numbers, shown, PLACES, LABELS, (-0.3, 12.3)), key="lf_constants")
    heard = ", ".join(f"{label} {c:.3g}" for label, c in best.items())
    follow({"lf_far": far}, key="lf_follow_far", outcome=f"Best constants: {heard}.")
