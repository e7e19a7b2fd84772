"""Ask for f, K and ε in the bar above all chapters."""

from typing import Final, NamedTuple

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
from nnviz.expressions import Expression
from nnviz.expressions.readings import with_real_roots, with_value
from nnviz.lessons.universal_approximation.question import text
from nnviz.lessons.universal_approximation.shared.chart import EPSILON
from nnviz.lessons.universal_approximation.shared.view import examine_once
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target
from nnviz.web.components import STATIC
from nnviz.web.controls import log_steps, nearest_step
from nnviz.web.drag_updates import dragged_value
from nnviz.web.formula_box import offer_formulas, offer_values, read_number, real_input
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


def draw_bar() -> tuple[Target, Bounds, float]:
    """Draw f, K and ε, which all chapters use, and a verdict on f in one row; return f, K and ε.

    On a narrow screen a button with f, K and ε in one line stands for the bar, and opens it.
    """
    st.html(STYLE)
    bar = st.container(key="question_bar", gap=None)
    with bar:
        summary = st.container(key="question_summary")
        is_open = bool(st.session_state.get(OPEN))
        row = st.container(key="question_opened" if is_open else "question_closed")
    formula, choose = row.container(), row.popover(text.CHOOSE, width="stretch")
    reading, below = st.container(key="question_read"), st.container(key="question_below")
    target, interval = choose_target(KEY, FormulaPlaces(formula, choose, row, row, reading, below))
    with row:
        epsilon = choose_epsilon(below)
    verdict = find_verdict(target, interval)
    with row, st.popover(verdict.label, width="stretch", key="question_theorem"):
        web.write(f"{verdict.words}\n{text.HYPOTHESES}")
    with summary:
        words = text.summary(_name(target), interval, epsilon)
        icon = text.APPLIES_ICON if verdict.applies else text.REFUSED_ICON
        st.button(words, on_click=_toggle, key="question_toggle", width="stretch", icon=icon)
    with reading:
        draw_problem(verdict, target, interval)
    with bar:
        step = STEPS.index(epsilon) if epsilon in STEPS else -1
        web.publish_live({EPSILON: step}, key=f"{EPSILON}_follow", outcome=verdict.said)
    return target, interval, epsilon


class Verdict(NamedTuple):
    """Hold what is said of f: on the button of the theorem, in it, below the bar, and to a screen reader.

    part: an interval that a button below the bar offers.
    """

    label: str
    words: str
    problem: str = ""
    said: str = ""
    part: Bounds | None = None
    found: Continuity | None = None

    @property
    def applies(self) -> bool:
        """Whether nothing was found that keeps the theorem from applying."""
        return self.found is None


def find_verdict(target: Target, interval: Bounds) -> Verdict:
    """Find out whether the theorem applies to f on K, and why not."""
    if isinstance(target, PiecewiseLinear):
        return Verdict(text.APPLIES_LABEL, text.JOINED)
    found = examine_once(target, interval)
    if found.obstacle is None:
        label = text.APPLIES_LABEL if found.proved else text.APPLIES_IF_LABEL
        words = text.APPLIES if found.proved else text.APPLIES_IF
        part = _calm_part(target, interval)
        waves = "" if part is None else text.missed_waves(DRAWN_POINTS)
        return Verdict(label, words, waves, waves, part)
    kind, words = found.obstacle.kind.name, describe(found.obstacle)
    how = "" if found.obstacle.proved or found.obstacle.part else text.MEASURED
    problem = " ".join([text.HEADS.get(kind, text.NOT_ON_K), words, how, text.ENDS.get(kind, "")])
    return Verdict(text.REFUSED_LABEL, "", problem, words, found=found)


def draw_problem(verdict: Verdict, target: Target, interval: Bounds) -> None:
    """Say below the bar what keeps the theorem from applying, or a chart from showing f, and offer ways out."""
    if not verdict.problem:
        return
    web.write(verdict.problem)
    if verdict.part is not None:
        offer_interval(verdict.part)
    if verdict.found is not None and isinstance(target, Expression):
        offer_ways_out(target, interval, verdict.found)


@kept
def _calm_part(f: Expression, interval: Bounds) -> Bounds | None:
    """Return a part of K on which a chart shows the waves of f, if it misses them on K; None if it misses none."""
    return calm_part(f, interval, DRAWN_POINTS) if misses_waves(f, interval, DRAWN_POINTS) else None


def choose_epsilon(below: DeltaGenerator) -> float:
    """Draw a box for any ε, and a slider that writes round numbers into it, 75 for each power of ten; return ε.

    The number stands in the box alone, and above the thumb only while the slider is held (static/question.css).
    """
    epsilon = real_input(text.EPSILON_BOX, FIRST_EPSILON, key=TYPED, read=_read_epsilon, below=below)
    nearest = nearest_step(STEPS, epsilon)
    place = STEPS.index(nearest)
    if dragged_value(EPSILON, place) == place:
        st.session_state[EPSILON] = nearest
    words = _words_of_steps()
    st.select_slider(
        text.EPSILON,
        STEPS,
        key=EPSILON,
        format_func=lambda v: show_number(epsilon, 6) if v == nearest else words[v],
        on_change=_take_epsilon,
        label_visibility="collapsed",
    )
    return epsilon


@kept
def _words_of_steps() -> dict[float, str]:
    """Return the words of every step of the slider, which Streamlit asks for in each run."""
    return {step: show_number(step, 6) for step in STEPS}


def _read_epsilon(typed: str) -> float:
    """Return ε; ValueError, for the reader, if it is not a number between the smallest and the largest one."""
    epsilon = read_number(typed)
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
