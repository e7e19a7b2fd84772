"""Compare a network that the reader uploads with f on K, and prove its error."""

import hashlib
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._types import Bounds
from nnviz.approximation import Certificate, ErrorBounds, ErrorFrames, certify, error_bounds, reach
from nnviz.charts.network_fit import Fit, FitKeys, draw_approximation
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS, TALL
from nnviz.lessons.universal_approximation.shared.view import (
    COLUMNS,
    TRAINABLE,
    draw_verdict,
    say_error_bounds,
)
from nnviz.lessons.universal_approximation.train.own import text
from nnviz.networks import LayeredNetwork, Network, ShallowNetwork, read_model
from nnviz.networks.layered import count_parameters
from nnviz.networks.linear_regions import pieces
from nnviz.targets.convert import Target
from nnviz.web.controls import select_registered
from nnviz.web.frames import say_uploads_are_refused
from nnviz.web.messages import show_problem
from nnviz.web.shared_cache import shared
from nnviz.web.turns import fragment

FILES: Final = ["pt", "pth", "onnx", "json"]
MEGABYTES: Final = 10
SECONDS: Final = 2.0
POINTS, DRAWN_EVERY = 1001, 4
_ACTIVATION: Final = "ua_own_activation"
_FILE: Final = "ua_own_file"
Question = tuple[Target, Bounds, float]


class Checked(NamedTuple):
    """Hold what is known of an uploaded network. pieces: on K, or None for units that are not piecewise linear."""

    network: Network
    certificate: Certificate
    bounds: ErrorBounds
    pieces: int | None


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw the box for the file of a network, and what is proved of that network, once the reader opens it."""
    is_asked = _ACTIVATION in st.query_params or st.session_state.get(_FILE) is not None
    opened = st.expander(
        text.TITLE, is_asked, key="ua_own_open", icon=":material/upload_file:", on_change="rerun"
    )
    if not (opened.open or is_asked):
        return
    with opened:
        picture, controls = st.columns(COLUMNS, gap="large")
        with controls:
            web.write(text.ABOUT)
            activation = select_registered(text.ACTIVATION, TRAINABLE, "relu", key=_ACTIVATION)
            file = st.file_uploader(text.FILE, FILES, key=_FILE, max_upload_size=MEGABYTES)
            say_uploads_are_refused()
            if file is None:
                return
            try:
                checked = _check(file.getvalue(), activation, (target, interval, epsilon))
            except ValueError as error:
                show_problem(error, text.BAD_FILE)
                return
            say_facts(checked, (target, interval, epsilon))
        with picture:
            draw_uploaded(checked.network, (target, interval, epsilon))


def _check(content: bytes, activation: str, question: Question) -> Checked:
    """Return what is known of the network in a file; ValueError in words for a file that is none."""
    digest = hashlib.sha256(content).hexdigest()
    return _checked(digest, activation, question[0].text, question[1:], content, question[0])


@shared(text.CHECKING)
def _checked(
    digest: str,  # noqa: ARG001
    activation: str,
    f: str,  # noqa: ARG001
    rest: tuple[Bounds, float],
    _content: bytes,
    _target: Target,
) -> Checked:
    network = read_model(_content, activation)
    interval, epsilon = rest
    certificate = certify(network, _target, interval, epsilon, seconds=SECONDS)
    bounds = error_bounds(network, _target, interval, seconds=SECONDS)
    return Checked(network, certificate, bounds, _count_pieces(network, interval))


def _count_pieces(network: Network, interval: Bounds) -> int | None:
    """Return the number of linear pieces on K; None for units that are not piecewise linear, or for too many pieces."""
    if isinstance(network, ShallowNetwork):
        weights, biases = [network.hidden_weights, network.output_weights[None]], [network.hidden_biases]
        network = LayeredNetwork(network.activation, weights, [*biases, [network.output_bias]])
    try:
        return pieces(network, *interval).number
    except ValueError:
        return None


def say_facts(checked: Checked, question: Question) -> None:
    """Say the size of the network, whether it is within ε, its proved error, and the smallest network for ε."""
    target, interval, epsilon = question
    network = checked.network
    widths = (network.width,) if isinstance(network, ShallowNetwork) else network.widths
    counted = text.CURVED if checked.pieces is None else text.count_pieces(checked.pieces)
    st.markdown(f"{text.describe(widths, count_parameters(1, widths))} {counted}")
    is_proved = checked.certificate.status == "proved"
    if not is_proved or checked.bounds.high > epsilon:
        draw_verdict(checked.certificate, key="ua_own_verdict")
    if not is_proved or checked.bounds.high <= epsilon:
        say_error_bounds(checked.bounds, epsilon, key="ua_own_bounds")
    try:
        found = _reach(target, interval, epsilon)
    except ValueError:
        return
    if found[2]:
        st.markdown(text.smallest(found[0], found[1], epsilon))


@shared(text.CHECKING)
def _reach(target: Target, interval: Bounds, epsilon: float) -> tuple[int, int | None, bool]:
    """Return the number of units of the ReLU network for ε, the number that is needed, and whether it is proved."""
    found = reach(target, interval, epsilon, "relu", SECONDS)
    return found.network.width, found.lower_bound, found.certificate.status == "proved"


def draw_uploaded(network: Network, question: Question) -> None:
    """Draw an uploaded network beside f in its tube."""
    target, interval, epsilon = question
    x = np.linspace(*interval, POINTS)
    y, prediction = target(x), network(x)
    known = np.isfinite(y)
    error = np.where(known, y - prediction, np.nan)
    sup, rms = np.abs(error[known]).max(), np.sqrt((error[known] ** 2).mean())
    drawn = slice(None, None, DRAWN_EVERY)
    frames = ErrorFrames(
        x[drawn],
        np.where(known, y, np.nan)[drawn],
        prediction[None, drawn],
        error[None, drawn],
        np.array([sup]),
        np.array([rms]),
        np.empty((1, 0)),
        int(known.sum()),
        int((~known).sum()),
    )
    fit = Fit(frames, FitKeys(FIT_KEYS.frame, FIT_KEYS.epsilon), epsilon)
    web.render(draw_approximation(fit, text.CHART, height=TALL), key="ua_own_network")
