"""Results that are computed once and kept: the numerics, behind Streamlit's bounded caches."""

from collections.abc import Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.data import SampleSpec, draw
from nnviz.learning import (
    LOSSES,
    DescentSpec,
    LineFit,
    Loss,
    descend,
    fit_line,
    logit_surface,
)

Array = NDArray[np.float64]
Curves = dict[str, tuple[Array, Array]]

MOST_FRAMES = 120


def frames(steps: int) -> list[int]:
    """The steps that the player shows, at most 120, evenly spaced, the first and the last among them."""
    shown = np.unique(np.linspace(0, steps, min(steps + 1, MOST_FRAMES)).round())
    return [int(step) for step in shown]


def steps_between(low: float, high: float, count: int = 401) -> Array:
    """Evenly spaced points of an axis, (count,)."""
    return np.linspace(low, high, count)


def points_with_outlier(height: float) -> tuple[Array, Array]:
    """Twenty points near a line, and one more at the right with the height given, last."""
    samples = draw(SampleSpec("line", 20, 0.3, seed=3))
    return np.append(samples.x[:, 0], 1.8), np.append(samples.y, height)


@st.cache_data(max_entries=512, show_spinner=False)
def fitted_line(x: Array, y: Array, loss: str, settings: tuple[tuple[str, float], ...]) -> LineFit:
    """`fit_line`, once for the same points and loss."""
    return fit_line(x, y, loss, dict(settings))


@st.cache_data(max_entries=128, show_spinner=False)
def probability_walk(loss: str, start: float, rate: float) -> tuple[Array, Array]:
    """Steps, and the probability σ(z) along 200 steps of gradient descent on a loss whose truth is y = 1."""
    run = descend(DescentSpec("own", "gradient_descent", rate, (start,), 200), logit_surface(LOSSES[loss]))
    return np.arange(len(run.points), dtype=np.float64), 1 / (1 + np.exp(-run.points[:, 0]))


def loss_curves(
    losses: Mapping[Loss, Mapping[str, float]], domain: tuple[float, float], target: float
) -> tuple[Curves, Curves]:
    """Value and derivative of losses with their settings over the prediction or logit; label -> (x, y)."""
    x = steps_between(*domain)
    y = np.full(x.shape, target)
    values = {
        loss.label: (x, np.asarray(loss.value(x, y, **settings), np.float64))
        for loss, settings in losses.items()
    }
    slopes = {
        loss.label: (x, np.asarray(loss.derivative(x, y, **settings), np.float64))
        for loss, settings in losses.items()
    }
    return values, slopes
