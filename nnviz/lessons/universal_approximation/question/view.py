"""Ask for f, K and ε in the bar above all chapters."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Bounds
from nnviz.approximation.continuity import Continuity, calm_part, misses_waves
from nnviz.approximation.discontinuities import ObstacleKind
from nnviz.approximation.error_frames import DRAWN_EVERY, POINTS
from nnviz.approximation.explanations import describe
from nnviz.charts import epsilon_scale
from nnviz.expressions import Expression, parse_number
from nnviz.expressions.readings import with_real_roots, with_value
from nnviz.lessons.universal_approximation.question import text
from nnviz.lessons.universal_approximation.shared.chart import EPSILON
from nnviz.lessons.universal_approximation.shared.view import examine_once
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target
from nnviz.web.components import STATIC
from nnviz.web.controls import log_steps, nearest_step
from nnviz.web.drag_updates import dragged_value
from nnviz.web.formula_box import offer_formulas, offer_values, real_input
from nnviz.web.function_input import FormulaPlaces, choose_target, describe_target
from nnviz.web.messages import last_valid_input
from nnviz.web.wording import shortest, show_number

KEY: Final = "ua"
TYPED: Final = "ua_epsilon"
FIRST_EPSILON: Final = "0.1"
STEPS: Final = log_steps(*epsilon_scale.POWERS, epsilon_scale.MANTISSAS)
SMALLEST, LARGEST = 1e-12, 1e6  # of ε
STYLE: Final = STATIC / "question.css"
OPEN: Final = "question_open"
DRAWN_POINTS: Final = POINTS // DRAWN_EVERY + 1  # of a chart
READING_WIDTHS: Final = (2, 3)
WIDTHS: Final = (3.4, 1.6, 1.0, 1.0, 3.0, 1.2)


def draw_bar() -> tuple[Target, Bounds, float]:
    """Draw f, K and ε, which all chapters use, and a verdict on f; return f, K and ε.

    On a narrow screen a button with all three in one line stands for the bar, and opens it.
    """
    st.html(STYLE)
    bar = st.container(key="question_bar", gap=None)
    with bar:
        summary = st.container(key="question_summary")
        is_open = bool(st.session_state.get(OPEN))
        with st.container(key="question_opened" if is_open else "question_closed"):
            formula, menu, low, high, tolerance, theorem = st.columns(WIDTHS, vertical_alignment="bottom")
        choose = menu.popover(text.CHOOSE, width="stretch")
    with st.container(key="question_read"):
        reading, verdict = st.columns(READING_WIDTHS, gap="medium")
    below = st.container(key="question_below")
    places = FormulaPlaces(formula, choose, low, high, reading, below)
    target, interval = choose_target(KEY, places)
    with tolerance:
        epsilon = choose_epsilon(below)
    with theorem, st.popover(text.THEOREM, width="stretch"):
        web.write(text.HYPOTHESES)
    with summary:
        words = text.summary(_name(target), interval, epsilon)
        st.button(words, on_click=_toggle, key="question_toggle", width="stretch", icon=":material/tune:")
    with verdict:
        said = draw_verdict(target, interval)
    with bar:
        step = STEPS.index(epsilon) if epsilon in STEPS else -1
        web.publish_live({EPSILON: step}, key=f"{EPSILON}_follow", outcome=said)
    return target, interval, epsilon


def draw_verdict(target: Target, interval: Bounds) -> str:
    """Say whether the theorem applies to f on K, and offer ways out if it does not; return it for a screen reader."""
    if isinstance(target, PiecewiseLinear):
        web.write(text.JOINED)
        return ""
    found = examine_once(target, interval)
    if found.obstacle is None:
        return draw_continuous(target, interval, proved=found.proved)
    kind, words = found.obstacle.kind.name, describe(found.obstacle)
    how = "" if found.obstacle.proved or found.obstacle.part else text.MEASURED
    web.write(" ".join([text.HEADS.get(kind, text.NOT_ON_K), words, how, text.ENDS.get(kind, "")]))
    offer_ways_out(target, interval, found)
    return words


def draw_continuous(f: Expression, interval: Bounds, *, proved: bool) -> str:
    """Say that f is continuous, and if a chart misses its waves; return it for a screen reader."""
    part = _calm_part(f, interval)
    if part is None:
        web.write(text.APPLIES if proved else text.APPLIES_IF)
        return ""
    words = text.missed_waves(DRAWN_POINTS)
    web.write(f"{text.APPLIES if proved else text.APPLIES_IF} {words}")
    offer_interval(part)
    return words


@kept
def _calm_part(f: Expression, interval: Bounds) -> Bounds | None:
    """Return a part of K on which a chart shows the waves of f, if it misses them on K; None if it misses none."""
    return calm_part(f, interval, DRAWN_POINTS) if misses_waves(f, interval, DRAWN_POINTS) else None


def choose_epsilon(below: DeltaGenerator) -> float:
    """Draw a box for any ε, and a slider that writes round numbers into it, 75 for each power of ten; return ε."""
    box, slider = st.columns([1, 2], vertical_alignment="bottom", gap="small")
    with box:
        epsilon = real_input(text.EPSILON_BOX, FIRST_EPSILON, key=TYPED, read=_read_epsilon, below=below)
    nearest = nearest_step(STEPS, epsilon)
    if dragged_value(EPSILON, STEPS.index(nearest)) == STEPS.index(nearest):
        st.session_state[EPSILON] = nearest
    words = _words_of_steps()
    with slider:
        st.select_slider(
            text.EPSILON,
            STEPS,
            key=EPSILON,
            format_func=lambda v: show_number(epsilon, 6) if v == nearest else words[v],
            on_change=_take_epsilon,
        )
    return epsilon


@kept
def _words_of_steps() -> dict[float, str]:
    """Return the words of every step of the slider, which Streamlit asks for in each run."""
    return {step: show_number(step, 6) for step in STEPS}


def _read_epsilon(typed: str) -> float:
    """Return ε; ValueError, for the reader, if it is not a number between the smallest and the largest one."""
    epsilon = parse_number(typed)
    if not SMALLEST <= epsilon <= LARGEST:
        raise ValueError(text.epsilon_outside(epsilon, SMALLEST, LARGEST))
    return epsilon


def _take_epsilon() -> None:
    st.session_state[TYPED] = shortest(st.session_state[EPSILON])


def offer_ways_out(f: Expression, interval: Bounds, found: Continuity) -> None:
    """Offer a value for a hole of f, real roots, and the largest interval on which f is defined, one button each."""
    hole = found.obstacle
    if hole is not None and hole.kind is ObstacleKind.HOLE:
        filled = with_value(f, hole.x, hole.limit)
        offer_values(text.fill(hole.x, hole.limit), [(f"{KEY}_f", filled)], key=f"{KEY}_fill")
        return
    with st.container(horizontal=True, gap="small"):
        if interval[0] < 0 and (real := with_real_roots(f)):
            offer_formulas((real,), key=f"{KEY}_roots", box=f"{KEY}_f")
        if found.part is not None:
            offer_interval(found.part)


def offer_interval(part: Bounds) -> None:
    """Draw a button that puts an interval into the boxes of K."""
    ends = list(zip((f"{KEY}_a", f"{KEY}_b"), map(shortest, part), strict=True))
    offer_values(text.use_interval(*part), ends, key=f"{KEY}_largest")


def _name(target: Target) -> str:
    """Return f as it was typed, or what else it is."""
    typed = last_valid_input(f"{KEY}_f")
    return typed if isinstance(target, Expression) and isinstance(typed, str) else describe_target(target)


def _toggle() -> None:
    st.session_state[OPEN] = not st.session_state.get(OPEN)
