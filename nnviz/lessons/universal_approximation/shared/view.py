"""Show what several chapters share: the sliders of a piece, verdicts on a network, and its files."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz._memory import kept
from nnviz._types import Array, Bounds, Domain
from nnviz.approximation import Certificate, ErrorBounds, NormCertificate, error_bounds
from nnviz.approximation.continuity import Continuity, examine
from nnviz.charts import LiveKey
from nnviz.export import network_code
from nnviz.expressions import LANGUAGES
from nnviz.lessons.universal_approximation.shared import chart, text
from nnviz.networks import ACTIVATIONS, Network, ShallowNetwork
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target
from nnviz.web import write
from nnviz.web.controls import round_step, slider
from nnviz.web.latex_format import signed, tex
from nnviz.web.live import announce
from nnviz.web.messages import show_refusal
from nnviz.web.network_drawing import NetworkDrawing, draw_network
from nnviz.web.questions import choose_language
from nnviz.web.shared_cache import shared

TRAINABLE = ACTIVATIONS.where(lambda activation: activation.trainable)
UNIVERSAL = TRAINABLE.where(lambda activation: activation.universal)
COLUMNS: Final = (5, 3)  # the picture, and the controls beside it
PICTURE_COLUMNS: Final = (1.6, 7)  # the drawn network, and the picture; the controls stand below both
Places = tuple[
    DeltaGenerator, DeltaGenerator, DeltaGenerator
]  # of the drawn network, the picture and the controls
PIECE_DRAWN: Final = 260  # pixels: of the network of a piece, beside its chart
TRAINING_POINTS: Final = 256


def training_set(target: Target, interval: Bounds) -> tuple[Array, Array]:
    """Return the points x, y (m,) of K that networks are trained on, where the target is finite.

    They are the knots of a target that is given by points, and 256 evenly spaced points otherwise. ValueError if the
    target has no finite value at any of them.
    """
    if isinstance(target, PiecewiseLinear):
        inside = (target.knots >= interval[0]) & (target.knots <= interval[1])
        x, y = target.knots[inside], target.values[inside]
    else:
        x = np.linspace(*interval, TRAINING_POINTS)
        y = target(x)
    finite = np.isfinite(y)
    if not finite.any():
        raise ValueError(text.NO_VALUES)
    return x[finite], y[finite]


@kept
def examine_once(target: Target, interval: Bounds) -> Continuity:
    """Return what is known of the continuity of f on K; once for all visitors."""
    return examine(target, interval)


def refuse(error: ValueError, target: Target, interval: Bounds) -> None:
    """Say why no network is drawn. If the verdict under f(x) says it, only point there."""
    if examine_once(target, interval).obstacle is None:
        show_refusal(error)
    else:
        st.info(text.SEE_VERDICT, icon=":material/arrow_upward:")


class PieceSlider(NamedTuple):
    """Hold a slider of a piece: its label, range, first value and step."""

    label: str
    low: float
    high: float
    first: float
    step: float


def choose_piece(sliders: Mapping[str, PieceSlider]) -> dict[str, float]:
    """Draw the sliders of a piece beside each other, and return their values by name."""
    values = {}
    for (name, one), place in zip(sliders.items(), st.columns(len(sliders), gap="medium"), strict=True):
        with place:
            values[name] = slider(
                one.label, one.low, one.high, one.first, one.step, key=chart.KEYS[name], format="%g"
            )
    return values


def draw_piece_network(
    network: ShallowNetwork,
    sliders: Mapping[str, PieceSlider],
    products: Mapping[str, Sequence[float | str]],
    *,
    chart_key: str,
    key: str,
    colors: Mapping[str, str] | None = None,
    tall: int = PIECE_DRAWN,
) -> None:
    """Draw the network of a piece. Its parameters are products of the sliders' values, and dragging one moves a slider.

    products: by keys such as "b0", a factor and the names of sliders. colors: of "w", "b" and "v".
    tall: pixels, beside a chart.
    """
    ends = {name: (one.low, one.high, one.step) for name, one in sliders.items()}
    ranges: dict[str, tuple[float, float, float]] = {chart.KEYS[name]: end for name, end in ends.items()}
    for place, (_, *names) in products.items():
        others = [abs(float(st.session_state[chart.KEYS[str(name)]])) for name in names[:-1]]
        low, high, step = ends[str(names[-1])]
        by = float(np.prod(others)) or 1.0
        ranges[LiveKey(place)] = (low * by, high * by, step * by)
    followed = {
        place: (factor, *(chart.KEYS[str(name)] for name in names))
        for place, (factor, *names) in products.items()
    }
    drawing = NetworkDrawing(
        chart.NET,
        chart_key,
        chart.PIECE_DOMAIN,
        chart.PIECE_DOMAIN[0],
        group=network.width,
        products=followed,
        ranges=ranges,
        tall=(tall, 150),
        colors=colors or {},
    )
    draw_network(drawing, {"": network}, ACTIVATIONS["sigmoid"].value, key=key, on_change=_move_slider)


def draw_network_to_try(
    networks: Mapping[str, ShallowNetwork],
    chart_key: str,
    axes: tuple[Domain, Bounds],
    *,
    key: str,
    frame: str = "",
) -> None:
    """Draw the last of ``networks``, whose parameters can be dragged and return when they are released.

    networks: by the value of the live value ``frame``. axes: what the chart's axes span, and K.
    """
    network = list(networks.values())[-1]
    parameters = network.hidden_weights, network.hidden_biases, network.output_weights
    ranges = {}
    for part, values in zip("wbv", parameters, strict=True):
        reach = max(1.5 * float(np.abs(values).max(initial=0.0)), 1e-3)
        ranges[part] = (-reach, reach, round_step(reach / 200))
    drawing = NetworkDrawing(
        chart.NET, chart_key, *axes, frame=frame, ranges=ranges, tall=(chart.TALL - 60, 150)
    )
    draw_network(drawing, networks, ACTIVATIONS[network.activation].value, key=key)


def _move_slider(name: str, _unit: int, value: float) -> None:
    st.session_state[name] = value


def piece_latex(network: ShallowNetwork) -> str:
    """Return the sum of one or two sigmoid units with its numbers as LaTeX."""
    units = zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights, strict=True)
    terms = [(v, rf"\sigma({tex(w)}\,x {signed(b)})") for w, b, v in units]
    (first, unit), *rest = terms
    return rf"{tex(first)}\,{unit}" + "".join(rf" {signed(v)}\,{unit}" for v, unit in rest)


def draw_verdict(found: Certificate, *, key: str, is_error_shown: bool = False) -> None:
    """Say whether a network is within ε on all of K: proved, refuted at a point, or not decided and why.

    is_error_shown: the picture shows where the error is larger than ε, so that only a screen reader is told.
    """
    if found.status == "proved" and found.bound is not None:
        st.success(text.proved(found.low, found.bound, found.epsilon), icon=":material/verified:")
    elif found.status == "refuted" and found.at is not None:
        words = text.refuted(found.at, found.epsilon)
        if not is_error_shown:
            st.markdown(words)
        announce(words, key=f"{key}_said", first=True)
    else:
        st.markdown(text.UNDECIDED)
        st.text(found.reason)
        announce(text.undecided(found.reason), key=f"{key}_said", first=True)


@shared(text.PROVING)
def bound_error(_network: Network, _target: Target, interval: Bounds, name: str) -> ErrorBounds | str:  # noqa: ARG001
    """Return proved bounds of the largest error of a network, or why there are none; once for each ``name``."""
    try:
        return error_bounds(_network, _target, interval)
    except ValueError as error:
        return str(error)


def say_error_bounds(found: ErrorBounds | str, epsilon: float, *, key: str) -> None:
    """Say the proved bounds of the largest error, in the color of success if the network is within ε."""
    if isinstance(found, str) or not np.isfinite(found.high):
        words = text.no_proved_error("")
        st.markdown(words)
        st.text(found if isinstance(found, str) else found.reason)
    else:
        words = text.proved_error(found.low, found.high, epsilon)
        if found.high <= epsilon:
            st.success(words, icon=":material/verified:")
        else:
            st.info(words, icon=":material/straighten:")
    announce(words.replace("*", "").replace("$", ""), key=key, first=True)


def offer_network(
    network: ShallowNetwork, certificate: Certificate | NormCertificate | None = None, *, key: str
) -> None:
    """Offer the network as code, and its certificate as a file that anyone can check again."""
    opened = st.popover(text.DOWNLOAD, icon=":material/download:", key=f"{key}_home", on_change="rerun")
    if not opened.open:
        return
    with opened:
        language = choose_language(LANGUAGES, key=f"{key}_language")
        st.download_button(
            text.NETWORK_FILE,
            network_code(network, language),
            "network.py",
            "text/x-python",
            key=f"{key}_file",
            on_click="ignore",
        )
        if certificate is not None:
            st.download_button(
                text.CERTIFICATE_FILE,
                certificate.to_json,
                "certificate.json",
                "application/json",
                key=f"{key}_certificate",
                on_click="ignore",
            )
            write(text.CERTIFICATE_HELP)
