"""Draw what several chapters of the page use: the choice of losses, their values, and rows of formulas."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import streamlit as st

from nnviz._types import Array, Settings
from nnviz.lessons.loss_functions.shared import text
from nnviz.losses import LOSSES, Loss
from nnviz.web.controls import lazy_popover, loss_settings, multi_select, options_of

"""The settings of a loss as pairs of name and value, which a cache can hash."""

REGRESSION = LOSSES.where(lambda loss: loss.task == "regression")
BINARY = LOSSES.where(lambda loss: loss.task == "binary")
CURVE_POINTS = 401
_WIDE_SPACE = re.compile(r"\\q?quad")


class Chosen(NamedTuple):
    """A loss of the registry with its settings."""

    loss: Loss
    settings: dict[str, float]

    @property
    def key(self) -> tuple[str, Settings]:
        """Return the name of the loss and its settings, for caches."""
        return self.loss.name, tuple(self.settings.items())


def labels_of(losses: Mapping[str, Loss]) -> list[str]:
    """Return the labels of losses, in their order: each loss keeps its color, whichever are shown."""
    return [loss.label for loss in losses.values()]


def choose_losses(label: str, losses: Mapping[str, Loss], default: list[str], *, key: str) -> list[Chosen]:
    """Draw a choice of losses, and a button with their settings; return the chosen losses."""
    with st.container(key=f"{key}_row"):
        pills, button = st.columns([5, 1], vertical_alignment="bottom")
    with pills:
        names = multi_select(label, options_of(losses), default, key=key)
        if not names:
            st.caption(text.CHOOSE_A_LOSS)
    adjustable = [name for name in names if losses[name].hyperparameters]
    settings = {name: losses[name].settings for name in names}
    if adjustable:
        with button:
            settings |= _choose_settings(adjustable, key)
    return [Chosen(losses[name], settings[name]) for name in names]


def _choose_settings(names: Sequence[str], key: str) -> dict[str, dict[str, float]]:
    """Draw a popover with the settings of the losses; return name -> settings, defaults while it was never opened."""
    keys = [f"lf_{name}_{setting}" for name in names for setting in LOSSES[name].hyperparameters]
    with lazy_popover(
        text.SETTINGS, f"{key}_settings", keys, icon=":material/tune:", width="stretch"
    ) as there:
        if not there:
            return {}
        return {name: loss_settings(LOSSES[name], key=f"lf_{name}") for name in names}


def compute_curves(
    chosen: Sequence[Chosen], domain: tuple[float, float], target: float
) -> list[dict[str, tuple[Array, Array]]]:
    """Return value, derivative and second derivative of each loss over the prediction or logit: label -> (x, y)."""
    x = np.linspace(*domain, CURVE_POINTS)
    y = np.full(x.shape, target)
    return [
        {
            one.loss.label: (x, np.asarray(getattr(one.loss, of)(x, y, **one.settings), np.float64))
            for one in chosen
        }
        for of in ("value", "derivative", "curvature")
    ]


def compute_at(one: Chosen, prediction: float, target: float) -> list[float]:
    """Return value, derivative and second derivative of a loss for one example."""
    functions = (one.loss.value, one.loss.derivative, one.loss.curvature)
    return [float(function([prediction], [target], **one.settings)[0]) for function in functions]


def draw_in_a_row(*formulas: str, gap: Literal["small", "medium"] = "medium") -> None:
    """Draw formulas in a row; on a narrow page, one below the other."""
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap=gap):
        for formula in formulas:
            st.latex(rf"{formula}\;", width="content")  # the space keeps a last subscript inside


def draw_in_parts(formula: str) -> None:
    """Draw a formula that may be broken where it has a wide space."""
    draw_in_a_row(*_WIDE_SPACE.split(formula), gap="small")


def stack(*formulas: str) -> str:
    """Return formulas as one, with a new line for each of them and at each wide space."""
    lines = r" \\[4pt] ".join(part for formula in formulas for part in _WIDE_SPACE.split(formula))
    return rf"\begin{{gathered}} {lines} \end{{gathered}}"
