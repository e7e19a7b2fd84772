"""Show target, network and error for functions of two inputs, and the tower of two layers."""

from typing import Final, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds, Box
from nnviz.approximation import (
    Certificate,
    NormReach,
    NormUnreachable,
    Reach,
    Unreachable,
    certify,
    estimate_price,
    reach,
    ridge_least_squares,
    ridge_staircase,
)
from nnviz.approximation.default_ridges import default_ridges
from nnviz.approximation.partial_sums import partial_sums
from nnviz.charts import ERROR, MODEL, TRUTH, Picture
from nnviz.expressions import Expression, parse
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.lessons.universal_approximation.shared.norms import text as norms_text
from nnviz.lessons.universal_approximation.shared.norms import view as norms
from nnviz.lessons.universal_approximation.shared.view import COLUMNS, draw_verdict
from nnviz.lessons.universal_approximation.two_inputs import chart, text
from nnviz.lessons.universal_approximation.two_inputs.code import ridges_code
from nnviz.lessons.universal_approximation.two_inputs.tower import view as tower
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TARGETS_2D
from nnviz.targets.convert import Target
from nnviz.web.choices import fragment
from nnviz.web.controls import segmented, select_int, select_registered
from nnviz.web.formula_box import formula_input, real_input, show_reading
from nnviz.web.function_input import check_interval
from nnviz.web.lesson import Chapter
from nnviz.web.linked_marks import link_marks
from nnviz.web.messages import accepts_price, last_valid, show_refusal, try_or_explain
from nnviz.web.shared_cache import shared
from nnviz.web.surface_3d import SurfaceStyle, draw_surface
from nnviz.web.wording import shortest

F_KEY: Final = "ua2_f"
_AREA: Final = "ua2_area"  # of the set that is left out

SECONDS: Final = 4.0  # of the search for ε
MAP_COLUMNS: Final = (3, 1)  # of a set that is left out
BELOW: Final = (1, 1, 2)  # the error, the colors, and the facts
NETWORK_COLUMNS: Final = (3.4, 1.3, 1.3)  # of the controls of the network
PART_STEP: Final = 7  # every seventh point of the maps is one that few units are fitted at
SHOWN: Final = (2.0, 98.0)  # percentiles of f at the ends of the color scale beside the exceptional set
SIDE: Final = 121  # points of a side of the maps; the error is measured on them
FIRST: Final = "bump"
SOLVABLE = ACTIVATIONS.where(lambda one: one.universal and one.trainable)


class Fields(NamedTuple):
    """Hold target and network on the grid of the maps, (121, 121) with rows y, and the errors measured there."""

    target: Array
    network: Array
    sup: float
    rms: float


class Question(NamedTuple):
    """Hold a function of x and y, its box, and how a network is made for it; ε only if it decides the network."""

    function: Expression
    box: Box
    width: int
    activation: str
    way: str
    epsilon: float | None


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:  # noqa: ARG001
    """Draw a network with one hidden layer for a function of x and y, and the tower of two layers."""
    with web.first_screen():
        maps = st.container(key="two_inputs")
        with st.container(key="two_inputs_box"):
            function, box = choose_box()
        question = choose_network(function, box, epsilon)
    below = st.container()
    surfaces = segmented(text.VIEW, text.VIEWS, text.MAPS, key="ua2_view") == text.SURFACES
    with maps:
        wanted = accepts_price("ua2_anyway", question, _price(question))
        fields = try_or_explain(lambda: _fields_or_refusal(question), None) if wanted else None
        if fields is not None:
            facts = draw_fields(fields, question, (epsilon, below), surfaces=surfaces)
            with facts:
                proved = draw_proof(question, epsilon)
                st.caption(text.errors(fields.sup, fields.rms, SIDE, proved=proved))
        elif wanted:
            draw_small_set(question, epsilon)
    tower.draw()


def choose_box() -> tuple[Expression, Box]:
    """Draw the controls of a function of x and y and its box; what was good last stands in for what cannot be read."""
    first = TARGETS_2D[FIRST]
    formula, reading, menu, popover = st.columns([4, 3, 2, 1.2], vertical_alignment="bottom")
    with menu:
        st.selectbox(
            text.EXAMPLES,
            list(TARGETS_2D),
            None,
            key="ua2_example",
            placeholder=text.EXAMPLES,
            on_change=_take,
            format_func=lambda name: TARGETS_2D[name].label,
            label_visibility="collapsed",
        )
    with formula:
        typed = formula_input(text.FORMULA, first.text, key=F_KEY)
    with popover, st.popover(text.BOX):
        a, b, c, d = (
            real_input(label, shortest(value), key=f"ua2_{key}")
            for label, value, key in zip(text.ENDS, np.ravel(first.interval).tolist(), "abcd", strict=True)
        )
    function = last_valid(F_KEY, typed, lambda given: parse(given, ("x", "y")), first.text)
    with reading:
        show_reading(typed, key=F_KEY, variables=("x", "y"))
    return function, last_valid("ua2_K", ((a, b), (c, d)), _checked_box, first.interval)


def _checked_box(box: Box) -> Box:
    return check_interval(*box[0]), check_interval(*box[1])


def _take() -> None:
    name = st.session_state.ua2_example
    if name is not None:
        (a, b), (c, d) = TARGETS_2D[name].interval
        ends = {f"ua2_{key}": shortest(end) for key, end in zip("abcd", (a, b, c, d), strict=True)}
        st.session_state.update(ua2_f=TARGETS_2D[name].text, **ends)


def choose_network(function: Expression, box: Box, epsilon: float) -> Question:
    """Draw the controls of the network."""
    ways, units, phi = st.columns(NETWORK_COLUMNS, vertical_alignment="bottom")
    with ways:
        way = segmented(text.WAY, text.WAYS, text.SOLVED, key="ua2_way")
    width, activation = 0, "sigmoid"
    with units:
        if way == text.REACHED:
            st.caption(text.WIDTH_FOLLOWS)
        else:
            width = select_int(text.WIDTH, (8, 16, 32, 64, 128, 256, 512), 64, key="ua2_width")
    with phi:
        if way == text.BUILT:
            st.caption(text.BUILT_FROM)
        else:
            activation = select_registered(shared_text.ACTIVATION, SOLVABLE, "tanh", key="ua2_activation")
    return Question(function, box, width, activation, way, epsilon if way == text.REACHED else None)


@kept
def _price(question: Question) -> str:
    """Return a sentence with the estimated number of units if the search for ε takes long, otherwise ""."""
    if question.epsilon is None:
        return ""
    units = estimate_price(question.function, question.box, question.epsilon, question.activation)
    return norms_text.price(shared_text.units(int(float(f"{units:.2g}")))) if units else ""


def draw_fields(
    fields: Fields, question: Question, shown: tuple[float, DeltaGenerator], *, surfaces: bool
) -> DeltaGenerator:
    """Draw the sum of few and of all ridges beside the target, or surfaces; return the place of the facts.

    shown: ε, and what is below the maps and their controls.
    """
    error = fields.target - fields.network
    if surfaces:
        picture, facts = st.columns(COLUMNS, gap="large")
        surfaces_of = {"target": fields.target, "network": fields.network, "error": np.abs(error)}
        with picture:
            draw_surfaces(surfaces_of, question.box)
        return facts
    grids = {"network": fields.network, "target": fields.target, "error": error}
    return draw_sums(grids, question, *shown)


def draw_sums(
    fields: dict[str, Array], question: Question, epsilon: float, below: DeltaGenerator
) -> DeltaGenerator:
    """Draw maps in a row: networks of few of the units, the network, and the target; ``below``, the error.

    Each network is drawn above its map. Return what is beside the error.
    """
    networks = {f"part{part.width}": part for part in _parts(question)} | {"network": _network(question)}
    points, target = _grid(question.box), fields["target"]
    sums = {name: one(points).reshape(SIDE, SIDE) for name, one in networks.items()}
    pictures = chart.draw_maps(
        {**sums, "target": target, "error": fields["error"]}, question.box, epsilon, networks
    )
    apart = {name: float(np.abs(target - values).max()) for name, values in sums.items()}
    titles = {name: text.part(one.width, apart[name], epsilon) for name, one in networks.items()}
    with st.container(key="two_inputs_maps"):
        _draw_row({**titles, "target": text.TARGET_BESIDE}, pictures, "ua2")
    link_marks({f"ua2_{name}": chart.unit_key(name) for name in networks}, key="ua2_linked")
    with below:
        error, scale, facts = st.columns(BELOW, gap="medium")
    with error:
        st.markdown(text.error(apart["network"]))
        web.render(pictures["error"], key="ua2_error")
    with scale:
        web.render(chart.draw_value_scale(target), key="ua2_scale")
        st.caption(text.COLORS)
    return facts


def _draw_row(titles: dict[str, str], pictures: dict[str, Picture], key: str) -> None:
    for column, (name, title) in zip(st.columns(len(titles), gap="small"), titles.items(), strict=True):
        with column:
            st.markdown(title)
            web.render(pictures[name], key=f"{key}_{name}")


def draw_surfaces(fields: dict[str, Array], box: Box) -> None:
    """Draw target, network and error as surfaces."""
    thin = slice(None, None, 2)
    shown = {text.SURFACES_SHOWN[name]: values[thin, thin] for name, values in fields.items()}
    style = SurfaceStyle(
        text.SURFACE_AXES,
        colors=dict(zip(shown, (TRUTH, MODEL, ERROR), strict=True)),
        own_scale=[text.SURFACES_SHOWN["error"]],
    )
    draw_surface(shown, box, key="ua2_surface", words=text.SURFACE, style=style)


def draw_proof(question: Question, epsilon: float) -> bool:
    """Say whether the network is within ε on the box, and offer the files; return whether that is proved."""
    try:
        found = _certify(question, epsilon)
    except ValueError as error:
        show_refusal(error)
        return False
    draw_verdict(found, key="ua2")
    if question.epsilon is not None:
        reached = _reach(question.function, question.box, question.activation, question.epsilon)
        units = shared_text.units(reached.network.width)
        st.markdown(text.found_units(units, reached.lower_bound))
    with st.container(horizontal=True):
        web.offer_code(
            ridges_code,
            question.function,
            question.box,
            _network(question),
            SIDE,
            key="ua2_ridges",
            name="two_inputs",
        )
        st.download_button(
            text.CERTIFICATE,
            found.to_json,
            "certificate.json",
            "application/json",
            on_click="ignore",
            key="ua2_certificate",
            icon=":material/download:",
        )
    return found.status == "proved"


def draw_small_set(question: Question, epsilon: float) -> None:
    """Draw a network that is within ε of f outside of a set of small area, with the set and the proof."""
    function, box = question.function, question.box
    st.markdown(text.SMALL_SET)
    measure = norms.choose_area(box, key=_AREA)
    activation = question.activation if question.way != text.BUILT else "sigmoid"
    asked = function, box, epsilon, activation, measure
    if not accepts_price("ua2_area_anyway", asked, _price_outside(*asked)):
        return
    try:
        found = norms.find_in_norm(function, box, epsilon, measure, activation)
    except NormUnreachable as error:
        norms.say_refusal(error)
        return
    picture, facts = st.columns(MAP_COLUMNS, gap="medium")
    with facts:
        norms.say_proof(found, key="ua2_area_said")
        st.download_button(
            text.CERTIFICATE,
            found.certificate.to_json,
            "certificate.json",
            "application/json",
            on_click="ignore",
            key="ua2_area_certificate",
            icon=":material/download:",
        )
    with picture:
        _draw_exceptional(found, function, box, epsilon)


def _draw_exceptional(found: NormReach, function: Expression, box: Box, epsilon: float) -> None:
    """Draw the network, the target, and the error with the exceptional boxes."""
    points = _grid(box)
    target, output = function(points).reshape(SIDE, SIDE), found.network(points).reshape(SIDE, SIDE)
    finite = target[np.isfinite(target)]
    ends = np.percentile(finite, SHOWN) if finite.size else (0.0, 1.0)
    error = np.where(np.isfinite(target), target - output, np.inf)
    fields = {
        "network": np.clip(output, *ends),
        "target": np.clip(target, *ends),
        "error": np.clip(error, -epsilon, epsilon),
    }
    pictures = chart.draw_maps(fields, box, epsilon, exceptional=found.certificate.exceptional)
    titles = {"network": text.whole(found.network.width), "target": text.TARGET, "error": text.EXCEPTIONAL}
    _draw_row(titles, pictures, _AREA)
    st.caption(text.SMALL_SET_CAPTION)


@kept
def _price_outside(function: Expression, box: Box, epsilon: float, activation: str, measure: float) -> str:
    """Return a sentence with the estimated number of units if the search takes long, otherwise ""."""
    units = estimate_price(function, box, epsilon, activation, "outside", measure)
    return norms_text.price(shared_text.units(int(float(f"{units:.2g}")))) if units else ""


def _network(question: Question) -> ShallowNetwork:
    function, box, width, activation, way, epsilon = question
    if epsilon is not None:
        return _reach(function, box, activation, epsilon).network
    return _fitted(function, box, width, activation, way)


@shared(text.SOLVING)
def _fitted(function: Expression, box: Box, width: int, activation: str, way: str) -> ShallowNetwork:
    if way == text.SOLVED:
        shipped = default_ridges(function.text, box, width, activation)
        return shipped or ridge_least_squares(function, box, width, activation)
    return ridge_staircase(function, box, width)


@shared(text.REACHING)
def _reach(function: Expression, box: Box, activation: str, epsilon: float) -> Reach:
    """Return the network for ε, or the best one when the time is over; Unreachable where there is none."""
    try:
        return reach(function, box, epsilon, activation, SECONDS)
    except Unreachable as error:
        if error.best is None:
            raise
        return error.best


@shared(text.PROVING)
def _certify(question: Question, epsilon: float) -> Certificate:
    if question.epsilon is not None:
        return _reach(question.function, question.box, question.activation, question.epsilon).certificate
    return certify(_network(question), question.function, question.box, epsilon, seconds=2.0)


@kept
def _fields(question: Question) -> Fields:
    network, points = _network(question), _grid(question.box)
    target, output = question.function(points).reshape(SIDE, SIDE), network(points).reshape(SIDE, SIDE)
    error = np.abs(target - output)
    return Fields(target, output, float(error.max()), float(np.sqrt((error**2).mean())))


@kept
def _parts(question: Question) -> list[ShallowNetwork]:
    """Return the networks with 1, 4 and 16 of the hidden units, where there are more."""
    network, points = _network(question), _grid(question.box)[::PART_STEP]
    counts = [count for count in text.PARTS if count < network.width]
    return partial_sums(network, points, question.function(points), counts)


def _fields_or_refusal(question: Question) -> Fields | None:
    """Return the fields; None, after saying why, where no network for ε is possible."""
    try:
        return _fields(question)
    except Unreachable as error:
        show_refusal(error)
        return None


def _grid(box: Box) -> Array:
    """Return the points of the maps, (121 · 121, 2), x running fastest."""
    return np.stack(np.meshgrid(*(np.linspace(*side, SIDE) for side in box)), axis=-1).reshape(-1, 2)


CHAPTER = Chapter("two_inputs", text.CHAPTER, draw)
