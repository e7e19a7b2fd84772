"""Show edits of hidden units, and whether they change the function of the network."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz.charts import Picture
from nnviz.lessons.inside_the_network.symmetries import chart, text
from nnviz.lessons.inside_the_network.symmetries.code import difference_code
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.weight_symmetries import (
    OPERATIONS,
    Arguments,
    Edit,
    EditLog,
    apply_edits,
    comparison_points,
    count_equivalent_settings,
    parse_units,
    units_of,
)
from nnviz.web.controls import number_input, select_registered
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.messages import check_length, last_valid
from nnviz.web.questions import offer_code
from nnviz.web.turns import fragment

UNITS_KEY: Final = "in_units"

K = (-2.0, 2.0)
FIRST_UNITS, FIRST_BIAS = "2 1 1\n-3 0.5 -0.8\n1.5 -1 0.6", 0.1
FIRST_EDITS, FIRST_NEW_UNIT = "flip 1", "1 0 0.5"
SESSION: Final = "session"  # an argument of an operation is no setting of the link
_EDITS = "in_edits"  # the key of the box with the edits


def choose_first_network() -> ShallowNetwork:
    """Draw the controls of the first network, and return it."""
    activation = select_registered(text.ACTIVATION, ACTIVATIONS, "tanh", key="in_symmetry_activation")
    with st.expander(text.UNITS_TITLE, icon=":material/edit:"):
        units = st.text_area(text.UNITS, FIRST_UNITS, key=UNITS_KEY, bind="query-params", height=120)
        bias = number_input(text.OUTPUT_BIAS, FIRST_BIAS, key="in_symmetry_c")
    example = "tanh", FIRST_UNITS, FIRST_BIAS
    return last_valid(UNITS_KEY, (activation, units or "", bias), _read_units, example)


def _read_units(given: tuple[str, str, float]) -> ShallowNetwork:
    activation, units, bias = given
    return parse_units(activation, check_length(units), bias)


def read_edits(first: ShallowNetwork) -> EditLog:
    """Draw the box with the edits, and return them applied to the first network."""
    typed = st.text_input(text.EDITS, FIRST_EDITS, key=_EDITS, bind="query-params")
    return last_valid("in_log", typed or "", lambda lines: apply_edits(first, check_length(lines), K), "")


def draw_edit_controls(width: int) -> None:
    """Draw the choice of an operation and its units, and the buttons that apply, undo and reset."""
    name = select_registered(text.OPERATION, OPERATIONS, "flip", key="in_operation")
    words = [name, *_choose_arguments(OPERATIONS[name].arguments, width, st.columns(2))]
    st.latex(OPERATIONS[name].latex)
    buttons = st.container(horizontal=True)
    buttons.button(text.APPLY, on_click=_append, args=(" ".join(words),), disabled="" in words)
    buttons.button(text.UNDO, on_click=_undo)
    buttons.button(text.RESET, on_click=_reset)


def _choose_arguments(arguments: Arguments, width: int, places: Sequence[DeltaGenerator]) -> list[str]:
    """Draw the controls of the arguments; return their words, "" for one that is missing."""
    if arguments == "numbers":
        typed = places[0].text_input(text.NEW_UNIT, FIRST_NEW_UNIT, key="in_new_unit", persist_state=SESSION)
        return (typed or "").split() or [""]
    units = list(range(1, width + 1))
    one = places[0].selectbox(text.UNIT, units, key=f"in_unit_of_{width}", persist_state=SESSION)
    if arguments == "unit":
        return [str(one or "")]
    if arguments == "pair":
        start = min(1, width - 1) if width else None
        other = places[1].selectbox(
            text.SECOND_UNIT, units, start, key=f"in_second_unit_of_{width}", persist_state=SESSION
        )
        return [str(one or ""), str(other or "")]
    factor = places[1].number_input(text.FACTOR, 0.01, 100.0, 2.0, key="in_factor", persist_state=SESSION)
    return [str(one or ""), f"{factor:g}"]


def _append(edit: str) -> None:
    edits = [part.strip() for part in st.session_state[_EDITS].split(";") if part.strip()]
    st.session_state[_EDITS] = "; ".join([*edits, edit])


def _undo() -> None:
    st.session_state[_EDITS] = "; ".join(st.session_state[_EDITS].split(";")[:-1]).strip()


def _reset() -> None:
    st.session_state[_EDITS] = ""


def draw_functions(log: EditLog) -> Picture:
    """Draw the function before and after the last edit, on K."""
    x = comparison_points(K, log.before, log.now)
    with np.errstate(all="ignore"):
        before, after = log.before(x), log.now(x)
    centers = np.array([unit.center for unit in units_of(log.now)])
    settings = text.headline(count_equivalent_settings(log.now.activation, log.now.width), log.now.width)
    return chart.draw_edit(x, before, after, centers, K, settings)


def draw_verdict(log: EditLog) -> None:
    """Draw what theory predicts for the last edit, and what was measured."""
    if not log.edits:
        if not st.session_state[_EDITS].strip():  # else an error is shown below the box
            st.info(text.NO_EDITS)
        return
    edit = log.edits[-1]
    titles = text.SAME if edit.is_same else text.CHANGED
    why = text.explain(edit.operation.name, edit.claim.reason.name, ACTIVATIONS[log.now.activation].label)
    said = text.describe_edit(
        titles[edit.claim.scope], why, edit.change, edit.points, rounding=edit.is_rounding
    )
    if edit.is_same:
        st.success(said, icon=":material/equal:")
    else:
        st.warning(said, icon=":material/difference:")


def _weights(one: ShallowNetwork, other: ShallowNetwork) -> chart.Weights:
    """Return the weights of a network, and which of them differ from the other network.

    If an edit added or deleted units, all numbers of a unit that the other network does not have are different.
    """
    own, others = units_of(one), units_of(other)
    if len(own) == len(others):
        changed = [
            (unit.w != was.w, unit.b != was.b, unit.v != was.v) for unit, was in zip(own, others, strict=True)
        ]
    else:
        changed = [(unit not in others,) * 3 for unit in own]
    return chart.Weights(own, one.output_bias, changed, one.output_bias != other.output_bias)


def compare_weights(log: EditLog) -> Picture:
    """Draw the weights before and after the last edit."""
    return chart.draw_weights(_weights(log.before, log.now), _weights(log.now, log.before))


def write_units(log: EditLog) -> str:
    """Return the table of the units after the last edit; the numbers that it changed are bold."""
    rows = []
    marks = _weights(log.now, log.before).changed
    for j, (unit, changed) in enumerate(zip(units_of(log.now), marks, strict=True), 1):
        shown = [text.show_value(value, bold=bold) for value, bold in zip(unit, changed, strict=True)]
        rows.append((str(j), *shown, text.show_value(unit.center, bold=False)))
    return markdown_table(text.UNIT_TABLE, rows)


def write_edits(log: EditLog) -> str:
    """Return the table of the edits with the predicted, the measured and the total change."""
    rows = [_edit_row(j, edit) for j, edit in enumerate(log.edits, 1)]
    return markdown_table(text.EDIT_TABLE, rows) if rows else ""


def _edit_row(j: int, edit: Edit) -> tuple[str, ...]:
    change = text.show_change(edit.change, rounding=edit.is_rounding)
    total = text.show_change(edit.total, rounding=edit.is_total_rounding)
    return f"{j}. {edit.text}", text.PREDICTED[edit.claim.scope], change, total


@fragment
def draw() -> None:
    """Draw the chapter."""
    left, controls = st.columns([2, 1], gap="large")
    with controls:
        with web.first_screen():
            operations, verdict = st.container(), st.container()
            first = choose_first_network()
        log = read_edits(first)
        with verdict:
            draw_verdict(log)
        st.markdown(write_units(log))
        is_new = log.now.output_bias != log.before.output_bias
        st.caption(text.describe_units(text.show_value(log.now.output_bias, bold=is_new)))
        number_of = count_equivalent_settings(log.now.activation, log.now.width)
        st.caption(text.describe_equivalent_settings(number_of))
    with operations:
        draw_edit_controls(log.now.width)
    with left:
        with web.keep_in_view():
            web.render(compare_weights(log), key="in_weights")
        web.render(draw_functions(log), key="in_before_after")
        st.caption(f"{text.WEIGHTS_CAPTION} {text.CAPTION}")
        st.markdown(write_edits(log))
    web.write(text.MORE)
    offer_code(difference_code, log.before, log.now, K, key="in_code_symmetries", name="weight_symmetries")


CHAPTER = Chapter("symmetries", text.CHAPTER, draw)
