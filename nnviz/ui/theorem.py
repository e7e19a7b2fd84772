"""The theorem as it is asked for: ε in, network and proof out; error against width."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from nnviz.approximation import (
    Certificate,
    Film,
    Study,
    StudySpec,
    film,
    study,
)
from nnviz.approximation.reach import Price, Reach, reach, widths_needed
from nnviz.charts.theorem import Errors
from nnviz.export import network_code
from nnviz.functions import LANGUAGES, Expression, PiecewiseLinear
from nnviz.networks import ShallowNetwork
from nnviz.ui.messages import problem
from nnviz.ui.training import Array, Kept, Target, kept_or_computed

Interval = tuple[float, float]

BY_TEXT: dict[str | type[Any], Callable[[Any], Any]] = dict.fromkeys(
    (Expression, PiecewiseLinear), lambda f: f.text
)
SECONDS = 3.0
SECONDS_OF_STUDY = 8.0
PRICED = (0.3, 0.1, 0.01, 0.001, 0.0001, 0.00001)
WIDTHS = (4, 8, 16, 32, 64, 128)
WAYS = ("constructed", "optimal", "solved", "trained")  # of finding a network; each keeps its colour


@st.cache_resource(max_entries=64, show_spinner="Building a network and its proof …", hash_funcs=BY_TEXT)
def _reached(target: Target, interval: Interval, epsilon: float, activation: str) -> Reach:
    return reach(target, interval, epsilon, activation, SECONDS)


@st.cache_resource(max_entries=64, show_spinner="Pricing ε …", hash_funcs=BY_TEXT)
def _price(target: Target, interval: Interval, epsilons: tuple[float, ...]) -> Price:
    return widths_needed(target, interval, epsilons)


def reached(target: Target, interval: Interval, epsilon: float, activation: str) -> Reach | None:
    """`reach`, once for each question; None, with the reason on the page, where there is no such network."""
    try:
        return _reached(target, interval, epsilon, activation)
    except ValueError as error:
        problem(error)
        return None


def price(target: Target, interval: Interval, epsilon: float) -> Price | None:
    """What larger ε cost, down to the one asked for; None where it cannot be told."""
    wanted = tuple(sorted({*(one for one in PRICED if one >= epsilon / 2), epsilon}, reverse=True))
    try:
        return _price(target, interval, wanted)
    except ValueError:
        return None


def beside(found: Reach, target: Target, interval: Interval) -> tuple[Film, Array]:
    """The network of `found` beside its target: measured, with the kinks to tick."""
    seen = film(target, interval, [found.network], points=4001)
    kinks = found.network.kinks(*interval) if found.network.width <= 400 else np.empty(0)
    return seen, kinks


def verdict(found: Reach) -> None:
    """What is known of the network, in the words that are true of it."""
    certificate, units = found.certificate, found.network.width
    if certificate.status == "proved":
        st.success(
            f"**Proved on all of K**: |f − N| ≤ {certificate.bound:.6g} < ε = {certificate.epsilon:g}, "
            f"with **{units} units**.",
            icon=":material/verified:",
        )
    else:
        st.warning(f"**Not proved**: {units} units were found, and the proof is {certificate.status}.")
        st.text(certificate.reason)
    if found.lower_bound is not None:
        st.markdown(
            f"**Proved too**: no ReLU network with fewer than **{found.lower_bound} units** stays within ε on K."
        )


def take_home(network: ShallowNetwork, certificate: Certificate | None = None, *, key: str) -> None:
    """The network as code that runs by itself, and its certificate as a file that anyone can check again."""
    with st.popover("Take it home", icon=":material/download:"):
        language = st.segmented_control("Code in", LANGUAGES, default="numpy", key=key, required=True)
        st.download_button(
            "Code with all weights", lambda: network_code(network, language), "network.py", "text/x-python",
            key=f"{key}_code", on_click="ignore",
        )  # fmt: skip
        if certificate is not None:
            st.download_button(
                "Certificate", certificate.to_json, "certificate.json", "application/json", key=f"{key}_certificate",
                on_click="ignore", help="Checked again by: python -m nnviz.approximation.certificate FILE",
            )  # fmt: skip


@st.cache_resource(show_spinner=False)
def _studies() -> Kept[Study]:
    return Kept(32)


def studied(target: Target, interval: Interval, activation: str) -> Study | None:
    """Error against width: 6 widths, 8 seeds each; once for each target.

    None, with the reason on the page, where f has no values.
    """

    def compute(progress: Callable[[float], None]) -> Study:
        return study(StudySpec(activation, WIDTHS, seconds=SECONDS_OF_STUDY), target, interval, progress)

    try:
        return kept_or_computed(
            _studies(), (target.text, interval, activation), compute, lambda found: found.complete
        )
    except ValueError as error:
        problem(error)
        return None


def errors_of(found: Study) -> dict[str, Errors]:
    """The curves of a study as they are drawn."""
    return {curve.name: Errors(curve.widths, curve.median, *curve.spread) for curve in found.curves}


def slopes_of(found: Study) -> list[tuple[str, str, str]]:
    """Name, fitted slope and slope in theory of each curve, in words where there is none."""
    return [(curve.name, _slope(curve.slope), _slope(curve.theory)) for curve in found.curves]


def _slope(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if np.isfinite(value) else "not stated"
