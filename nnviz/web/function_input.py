"""Let the reader choose the function f and the interval K: a formula, points, or a drawing."""

from typing import NamedTuple, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz._types import Bounds
from nnviz.data import Samples, Table
from nnviz.expressions import Expression
from nnviz.targets import TARGETS, PiecewiseLinear, through
from nnviz.targets.convert import Target
from nnviz.web import text
from nnviz.web.controls import segmented
from nnviz.web.data_input import read_pair
from nnviz.web.data_intake import Columns, Intake, choose_two_columns, take_data
from nnviz.web.drawing_pad import draw_pad
from nnviz.web.formula_box import formula_input, read_formula, read_number, real_input, show_reading
from nnviz.web.messages import last_valid, last_valid_input, show_notes
from nnviz.web.wording import shortest

FIRST = "sine"
OWN_POINTS = "-1 0\n-0.6 0.8\n-0.2 -0.5\n0.1 0.4\n0.5 1\n1 -0.3"
MAX_REACH = 1e6  # of the ends of K
MIN_WIDTH = 1e-6  # of K, also as a share of its larger end


class FormulaPlaces(NamedTuple):
    """Hold the containers of a bar: the formula, the menu, both ends of K, and what stands below the bar.

    reading: how the formula was read. below: messages, and what needs more room.
    """

    formula: DeltaGenerator
    menu: DeltaGenerator
    low: DeltaGenerator
    high: DeltaGenerator
    reading: DeltaGenerator
    below: DeltaGenerator


def choose_target(key: str, places: FormulaPlaces | None = None) -> tuple[Target, Bounds]:
    """Draw the controls of f and K, and return both.

    The last valid input stays in use while the present one cannot be read. A choice from the list writes a formula and
    an interval into the boxes, so that the link describes all of it. places: where the parts are drawn. By default they
    are drawn below each other.
    """
    places = places or _stack_places()
    with places.menu:
        source = segmented(
            text.FUNCTION_SOURCE, text.SOURCES, text.FORMULA, key=f"{key}_source", is_label_shown=True
        )
        if source == text.FORMULA:
            choose_example(key)
    if source == text.FORMULA:
        return choose_formula(key, places)
    with places.below:
        target, interval = choose_points(key) if source == text.POINTS else choose_drawing(key)
    with places.formula:
        st.markdown(text.chosen_function(describe_target(target), *interval))
    return target, interval


def _stack_places() -> FormulaPlaces:
    menu, formula, (low, high), below = st.container(), st.container(), st.columns(2), st.container()
    return FormulaPlaces(formula, menu, low, high, below, below)


def describe_target(target: Target) -> str:
    """Return a formula, or the number of knots of a function that is not given by one."""
    return target.text if isinstance(target, Expression) else text.piecewise_linear(len(target.knots))


def choose_formula(key: str, places: FormulaPlaces) -> tuple[Expression, Bounds]:
    """Draw a box for the formula and two for the ends of K, and return both."""
    first = TARGETS[FIRST]
    with places.formula:
        typed = formula_input("f(x)", first.text, key=f"{key}_f")
    a, b = map(shortest, first.interval)
    with places.low:
        low = real_input(text.INTERVAL_FROM, a, key=f"{key}_a", below=places.below)
    with places.high:
        high = real_input(text.INTERVAL_TO, b, key=f"{key}_b", below=places.below)
    with places.reading:
        show_reading(typed, key=f"{key}_f", brief=True)
    with places.below:
        function = last_valid(f"{key}_f", typed, read_formula, first.text)
        return function, last_valid(f"{key}_K", (low, high), _interval, first.interval)


def _interval(ends: tuple[float | str, float | str]) -> Bounds:
    low, high = (end if isinstance(end, float) else read_number(str(end)) for end in ends)
    return check_interval(low, high)


def choose_points(key: str) -> tuple[PiecewiseLinear, Bounds]:
    """Draw a box for points, and return the function that joins them by straight lines, and its interval."""
    samples = take_data(
        Intake(f"{key}_points", OWN_POINTS, choose_two_columns, _read_points, can_edit=True, is_wide=True)
    )
    target = _join(samples)
    if target.knots.size < samples.y.size:
        show_notes((text.JOINED_AT_MEAN,))
    return target, target.interval


def _read_points(table: Table, columns: Columns | None) -> Samples:
    """Return points that lines can join; ValueError if they cannot."""
    samples = read_pair(table, columns)
    _join(samples)
    return samples


def _join(samples: Samples) -> PiecewiseLinear:
    return through(samples.x[:, 0], samples.y)


def choose_drawing(key: str) -> tuple[PiecewiseLinear, Bounds]:
    """Draw a pad, and return the function that is drawn on it, at first the one that was typed last."""
    f, interval = last_typed(key)
    target = draw_pad(f"{key}_drawn", f, interval)
    return target, target.interval


def last_typed(key: str) -> tuple[Expression, Bounds]:
    """Return f and K as they were typed last, or as the link has them if nothing was typed yet."""
    first, link = TARGETS[FIRST], st.query_params
    formula = last_valid_input(f"{key}_f") or link.get(f"{key}_f", first.text)
    linked = tuple(link.get(f"{key}_{end}", value) for end, value in zip("ab", first.interval, strict=True))
    ends = cast(tuple[float | str, float | str], last_valid_input(f"{key}_K") or linked)
    function = last_valid(f"{key}_f", cast(str, formula), read_formula, first.text)
    return function, last_valid(f"{key}_K", ends, _interval, first.interval)


def choose_example(key: str) -> None:
    """Draw the list of examples; a choice writes its formula and its interval into the boxes."""
    name = st.selectbox(
        text.EXAMPLES_LABEL,
        list(TARGETS),
        None,
        key=f"{key}_example",
        placeholder=text.EXAMPLES,
        on_change=_take_example,
        args=(key,),
        format_func=lambda name: TARGETS[name].label,
    )
    if name is not None and TARGETS[name].text == st.session_state.get(f"{key}_f"):
        st.caption(TARGETS[name].lesson)


def _take_example(key: str) -> None:
    name = st.session_state[f"{key}_example"]
    if name is not None:
        low, high = TARGETS[name].interval
        st.session_state.update(
            {f"{key}_f": TARGETS[name].text, f"{key}_a": shortest(low), f"{key}_b": shortest(high)}
        )


def check_interval(a: float, b: float) -> Bounds:
    """Return the interval [a, b]; ValueError, for the reader, if it is reversed, too narrow, or reaches too far."""
    if not a < b:
        raise ValueError(text.interval_reversed(a, b))
    width, size = b - a, max(abs(a), abs(b))
    if width < MIN_WIDTH or width < MIN_WIDTH * size:
        raise ValueError(text.interval_narrow(width, a, MIN_WIDTH))
    if size > MAX_REACH:
        raise ValueError(text.interval_far(size, MAX_REACH))
    return a, b
