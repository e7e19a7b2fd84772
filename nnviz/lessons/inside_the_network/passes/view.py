"""Show both passes of one example: its controls, its diagram, its formulas."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz.lessons.inside_the_network.passes import chart, text
from nnviz.lessons.inside_the_network.passes.code import passes_code
from nnviz.lessons.inside_the_network.passes.formulas import LAYER, UNIT, stack
from nnviz.lessons.inside_the_network.shared import labels
from nnviz.lessons.inside_the_network.shared.arithmetic import CHANGE, Passes
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.one_example import (
    Example,
    all_numbers,
    change_in_loss,
    descend_on_example,
    name_parameters,
    network_from_names,
    run_example,
)
from nnviz.web.controls import number_input, segmented, select_option, select_registered
from nnviz.web.latex_format import SUBSCRIPTS
from nnviz.web.lesson import Chapter, body_fragment
from nnviz.web.linked_marks import link_marks
from nnviz.web.live_latex import ChartNumbers, PlaceNumber
from nnviz.web.messages import last_valid
from nnviz.web.questions import is_code_open, offer_code
from nnviz.web.render import TABLES
from nnviz.web.turns import fragment

UNITS = (1, 2, 3)
START: Final = {
    "w1": 2.0,
    "w2": -3.0,
    "w3": 1.5,
    "b1": 1.0,
    "b2": 0.5,
    "b3": -1.0,
    "v1": 1.0,
    "v2": -0.8,
    "v3": 0.6,
    "c": 0.1,
}
TRAINABLE = ACTIVATIONS.where(lambda activation: activation.trainable)
UPDATES = (1, 10, 100)
CURVE = np.linspace(-2, 2, 161)
LEAST_REACH, MOST_REACH = 4.0, 100.0  # of the slider of the varied parameter
FRAMES: Final = {
    text.FORWARD: range(labels.AFFINE, labels.LOSS),
    text.LOSS: range(labels.LOSS, labels.OUTPUT_GRADIENT),
    text.BACKWARD: range(labels.OUTPUT_GRADIENT, labels.UPDATE),
    text.UPDATE: range(labels.UPDATE, labels.UPDATE + 1),
}
_FORMULAS = dict(zip(text.PASSES, (0, 0, 1, 2), strict=True))  # of each pass, in ``UNIT`` and ``LAYER``
_ACTIVATION, _RATE, _PASS = "in_activation", "in_eta", "in_pass"
_PLACE, _DIVERGED, _DOMAIN = "in_place", "in_diverged", "in_domain"  # of the session, not of controls
_CHAPTER, _CODE, _DIAGRAM, _OUTPUT = "passes", "in_code_passes", "in_diagram", "in_output"
ALL: Final = "all"


class Setup(NamedTuple):
    """What is chosen apart from the example: the network, and what is shown of it."""

    network: ShallowNetwork
    varied: str
    learning_rate: float
    chosen: str
    units: str


class Place(NamedTuple):
    """Where the player stands: the chosen pass, a frame of it, and how often another pass was chosen."""

    chosen: str
    frame: int
    choices: int


def parameter_key(name: str) -> str:
    """Return the key of the box of a parameter."""
    return f"in_{name}"


def write_parameters(values: Mapping[str, float]) -> None:
    """Write parameters into their boxes."""
    st.session_state.update({parameter_key(name): value for name, value in values.items()})


def read_parameters() -> dict[str, float]:
    """Return the parameters in their boxes."""
    return {name: float(st.session_state[parameter_key(name)]) for name in START}


def choose_parameters(one: DeltaGenerator) -> tuple[ShallowNetwork, str, float]:
    """Draw the controls of the network; return it, the name of the varied parameter, and the learning rate.

    one: the place for the controls of the varied parameter.
    """
    varied, value = one.columns(2)
    with varied:
        names = {name: name.translate(SUBSCRIPTS) for name in START}
        name = select_option(text.VARIED, names, "w1", key="in_parameter")
    learning, edit = st.columns(2, vertical_alignment="bottom")
    with learning:
        rate = web.log_slider(text.LEARNING_RATE, -3, 0, 0.1, key=_RATE)
    with edit.popover(text.EDIT_PARAMETERS, width="stretch"):
        activation = select_registered(text.ACTIVATION, TRAINABLE, "tanh", key=_ACTIVATION)
        draw_parameter_boxes()
    with value:  # drawn after the boxes, because it reads one of them
        vary_parameter(name)
    read = read_parameters()
    network = last_valid(
        "in",
        (activation, tuple(read.items())),
        lambda given: network_from_names(given[0], dict(given[1])),
        ("tanh", tuple(START.items())),
    )
    return network, name, rate


def draw_parameter_boxes() -> None:
    """Draw a box for each parameter, and a button that resets them."""
    for unit, box in zip(UNITS, st.columns(len(UNITS)), strict=True):
        with box:
            for name in (f"{symbol}{unit}" for symbol in "wbv"):
                number_input(name.translate(SUBSCRIPTS), START[name], key=parameter_key(name))
    number_input("c", START["c"], key=parameter_key("c"))
    st.button(text.RESET_PARAMETERS, on_click=write_parameters, args=(START,))


def vary_parameter(name: str) -> None:
    """Draw the slider of the varied parameter."""
    typed = float(st.session_state[parameter_key(name)])
    value = min(max(typed, -MOST_REACH), MOST_REACH) if math.isfinite(typed) else START[name]
    reach = max(LEAST_REACH, float(math.ceil(abs(value))))
    st.session_state[chart.VARIED] = value
    st.slider(
        name.translate(SUBSCRIPTS), -reach, reach, key=chart.VARIED, step=0.01, on_change=_vary, args=(name,)
    )


def _vary(name: str) -> None:
    st.session_state[parameter_key(name)] = st.session_state[chart.VARIED]


def draw_update_buttons(place: DeltaGenerator) -> None:
    """Draw the buttons that make updates; warn if the last run diverged."""
    for updates in UPDATES:
        place.button(
            text.name_updates(updates), on_click=make_updates, args=(updates,), key=f"in_step_{updates}"
        )
    done = st.session_state.pop(_DIVERGED, None)
    if done is not None:
        st.warning(text.describe_divergence(done))


def make_updates(updates: int) -> None:
    """Make updates from the present parameters, and write the new ones into their boxes.

    A press that arrives after the page was left changes nothing.
    """
    state = st.session_state
    if _ACTIVATION not in state:
        return
    network = network_from_names(state[_ACTIVATION], read_parameters())
    found, done = descend_on_example(network, state[chart.INPUT], state[chart.TARGET], state[_RATE], updates)
    write_parameters(name_parameters(found.parameters))
    if done < updates:
        state[_DIVERGED] = done


def choose_pass() -> Place:
    """Draw the choice of a pass, which the player follows and changes; return where the player stands."""
    chosen = segmented(text.PASS, text.PASSES, text.BACKWARD, key=_PASS, on_change=_confirm_pass)
    place = st.session_state.get(_PLACE)
    if place is None or place.chosen != chosen:
        at_end = place is None and _PASS not in st.query_params  # where all derivatives are seen
        frame = FRAMES[chosen][-1 if at_end else 0]
        place = Place(chosen, frame, 0 if place is None else place.choices + 1)
        st.session_state[_PLACE] = place
    return place


def _confirm_pass() -> None:
    """Send the pass that the reader chose back to the browser.

    The reader may have chosen it before the browser received the pass that the player had reached. The browser would
    otherwise show the older answer, although the server knows the newer choice.
    """
    st.session_state[_PASS] = st.session_state[_PASS]


def _follow_player(choices: int, frame: int) -> None:
    """Choose the pass of the frame where the player stands, unless the reader has just chosen another pass.

    choices: how often a pass was chosen when the player that reports was drawn. A later choice, whose run was cut short
    by this report, stays.
    """
    place = st.session_state[_PLACE]
    if choices == place.choices and st.session_state[_PASS] in (place.chosen, None):
        chosen = next(name for name, frames in FRAMES.items() if frame in frames)
        if chosen != st.session_state[_PASS]:  # because the browser takes what is set here for a newer choice
            st.session_state[_PASS] = chosen
        st.session_state[_PLACE] = place._replace(chosen=chosen, frame=frame)


def draw_player(place: Place) -> None:
    """Draw the player of the phases."""
    captions = [text.PASSES[name] for name, frames in FRAMES.items() for _ in frames]
    options = web.PlayerOptions(
        unit=text.PHASE,
        begin=place.frame,
        rate=0.6,
        captions=captions,
        on_frame=partial(_follow_player, place.choices),
    )
    web.draw_player(chart.PHASE, range(1, len(text.PHASES) + 1), run=str(place.choices), options=options)


def choose_units() -> str:
    """Draw the choice of the units whose formulas are shown: one of them or all."""
    options = {str(unit): text.name_unit(unit) for unit in UNITS} | {ALL: text.ALL_UNITS}
    return segmented(text.FORMULAS, options, "1", key="in_view", is_label_shown=True)


def draw_formulas(place: PlaceNumber, chosen: str, view: str) -> None:
    """Draw the formulas of the chosen pass for one unit or for all units; place: as `ChartNumbers.place`."""
    write = (LAYER if view == ALL else UNIT)[_FORMULAS[chosen]]
    equations = write(place, len(UNITS) if view == ALL else int(view))
    st.markdown(f"**{text.FORMULA_TITLES[chosen]}**\n\n{stack(equations)}")


def follow_diagram(example: Example, varied: str) -> ChartNumbers:
    """Return the numbers of the formulas and of the change in loss, which follow the diagram."""
    predicted, actual = change_in_loss(example, varied, CHANGE)
    values = {**all_numbers(example), "predicted": predicted, "actual": actual}
    return ChartNumbers(values, chart=_DIAGRAM, key="in_numbers")


def number_example(example: Example, varied: str = "") -> Passes:
    """Return the numbers of an example for the charts."""
    return Passes(example.network.activation, all_numbers(example), len(UNITS), varied)


def follow_example(network: ShallowNetwork, rate: float) -> None:
    """Run the whole chapter again if the charts cannot follow the example in the browser.

    The server is needed for tables, for code, for a number that is not finite, and for an output outside of the plot.
    """
    state = st.session_state
    moved = number_example(run_example(network, state[chart.INPUT], state[chart.TARGET], rate))
    is_finite = all(map(math.isfinite, moved.numbers.values()))
    is_inside = chart.output_domain(moved) == state[_DOMAIN]
    if not (is_finite and is_inside) or state.get(TABLES) or is_code_open(_CODE):
        st.rerun(body_fragment(_CHAPTER))


@fragment
def choose_example(
    shown: Setup, updated: DeltaGenerator, changed: DeltaGenerator, formulas: DeltaGenerator
) -> Example:
    """Draw the sliders of the example, and what they change apart from the charts, which follow in the browser."""
    network, rate = shown.network, shown.learning_rate
    follow = partial(follow_example, network, rate)
    left, right = st.columns(2)
    with left:
        x = web.slider(text.INPUT, -2.0, 2.0, 0.5, 0.05, key=chart.INPUT, on_change=follow)
    with right:
        y = web.slider(text.TARGET, -2.0, 2.0, -0.5, 0.05, key=chart.TARGET, on_change=follow)
    example = run_example(network, x, y, rate)
    follows = follow_diagram(example, shown.varied)
    updated.caption(text.describe_update(follows.place))
    changed.caption(text.describe_change(follows.place, shown.varied.translate(SUBSCRIPTS)))
    with formulas:
        draw_formulas(follows.place, shown.chosen, shown.units)
        follows.mount()
    numbers = number_example(example).numbers
    followed: dict[str, float] = {chart.INPUT: x, chart.TARGET: y, chart.VARIED: numbers[shown.varied]}
    web.publish_live(followed, key="in_follow", outcome=text.announce(numbers["yhat"], numbers["loss"]))
    return example


def draw_charts(example: Example, varied: str, diagram: DeltaGenerator, curve: DeltaGenerator) -> None:
    """Draw the diagram of the network, and its output over x."""
    shown, network = number_example(example, varied), example.network
    st.session_state[_DOMAIN] = chart.output_domain(shown)
    with diagram, web.keep_in_view():
        web.render(chart.draw_network(shown), key=_DIAGRAM)
    with curve:
        web.render(chart.draw_output(CURVE, network(CURVE), shown), key=_OUTPUT)
    link_marks({_DIAGRAM: chart.UNIT, _OUTPUT: chart.UNIT}, key="in_linked")


@fragment(key=body_fragment(_CHAPTER))
def draw() -> None:
    """Draw the chapter."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        curve, sliders, rates, buttons, updated, one, changed = (st.container() for _ in range(7))
        with rates:
            network, varied, rate = choose_parameters(one)
        with buttons:
            draw_update_buttons(st.container(horizontal=True, gap="xsmall"))
    with picture:
        with web.first_screen():
            diagram = st.container()
            place = choose_pass()
            draw_player(place)
        shown = Setup(network, varied, rate, place.chosen, choose_units())
        formulas = st.container()
        web.write(text.describe_activation(ACTIVATIONS[network.activation].latex))
        code = st.container()
        st.caption(text.DIAGRAM_CAPTION)
        web.write(text.MORE)
    with sliders:
        example = choose_example(shown, updated, changed, formulas)
    with code:
        offer_code(passes_code, network, example.x, example.y, rate, key=_CODE, name="passes")
    draw_charts(example, varied, diagram, curve)
    web.update_during_drag(_RATE, key="drag_eta")


CHAPTER = Chapter(_CHAPTER, text.CHAPTER, draw)
