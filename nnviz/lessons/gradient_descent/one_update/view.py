"""Show one update of an optimizer phase by phase, with its arrows and its formulas."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Box
from nnviz.charts import Columns, ground_columns
from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.one_update import chart, text
from nnviz.lessons.gradient_descent.one_update.chart import DrawnArrow, DrawnUpdate
from nnviz.lessons.gradient_descent.one_update.code import update_code
from nnviz.lessons.gradient_descent.shared import view as shared
from nnviz.lessons.gradient_descent.shared.view import ChosenSurface
from nnviz.losses import Surface
from nnviz.optimization import METHODS, OPTIMIZERS, DescentSpec, suggested_learning_rate
from nnviz.optimization.formula_surface import SurfaceSpec, surface_of
from nnviz.optimization.optimizer import Arrow, Phase
from nnviz.optimization.phases import SlowMotion, slow_motion
from nnviz.web.controls import int_slider, segmented, select_registered
from nnviz.web.latex_format import tex
from nnviz.web.lesson import Chapter
from nnviz.web.live import publish_live
from nnviz.web.messages import last_valid
from nnviz.web.turns import fragment
from nnviz.web.wording import show_number

EARLIER = "gd_after"
WHOLE_PIXELS = 140
FILLED = 1.35  # a map is at least so many times as wide as its arrows
ABOVE = 0.06  # of the map: so much more of it is above the arrows, where the sum stands


class ShownUpdate(NamedTuple):
    """An update with its phases, the run that it belongs to, and the surface of the run."""

    chosen: ChosenSurface
    spec: DescentSpec
    motion: SlowMotion


@fragment
def draw() -> None:
    """Draw one update, its controls and its formulas."""
    with web.beside_picture():
        picture = web.first_screen()
        phases, optimizers = picture.columns([5, 2], gap="small", vertical_alignment="bottom")
        shown = _choose_update(optimizers)
    if shown is not None:
        with picture:
            _draw_update(shown, phases)
        _draw_formulas(shown)
        web.offer_code(_source, shown, key="gd_update_source", name="update")
    with st.expander(text.MORE):
        web.write("\n\n".join(text.FIRST_STEP))
    web.update_during_drag(EARLIER, shared.RATE, *shared.SLIDERS, key="gd_drag_update")


def _choose_update(optimizers: DeltaGenerator) -> ShownUpdate | None:
    """Choose an update; where it does not exist, say so and return the last valid one, None if there is none.

    optimizers: the place of their menu.
    """
    left, right = st.columns(2, gap="large")
    with optimizers:
        name = select_registered(text.OPTIMIZER, OPTIMIZERS, "momentum", key="gd_one")
    with left:
        earlier = int_slider(text.EARLIER_UPDATES, 0, 60, 35, key=EARLIER)
        rate = shared.choose_rate()
        own = shared.choose_own_settings([name])[name]
    with right:
        chosen = shared.choose_surface()
        start = shared.choose_start(chosen.surface)
    eta = rate * own.multiple * suggested_learning_rate(chosen.surface, METHODS[name])
    spec = DescentSpec("own", name, eta, start, earlier, own.settings)
    return last_valid("gd_last_update", (chosen.spec, spec), _compute_update, None)


def _compute_update(given: tuple[SurfaceSpec, DescentSpec]) -> ShownUpdate:
    """Return the update after the run of a spec on a surface; ValueError where it does not exist."""
    chosen = shared.name_surface(given[0])
    return ShownUpdate(chosen, given[1], slow_motion(given[1], chosen.surface))


def _draw_update(shown: ShownUpdate, above: DeltaGenerator) -> None:
    """Draw the phases above the picture, and the update on the part of the map where it happens."""
    (chosen, _, motion), phases = shown, shown.motion.phases
    move, at = np.asarray(phases[-1].numbers["move"]), motion.trail[-1]
    is_sum = _adds_up(shown)
    window = _find_window(chosen.surface, at, _reach(shown) if is_sum else move[None])
    scale = shown.spec.learning_rate if is_sum else _find_scale(phases, window)
    titles = [
        (text.phase_title(number, phase.title), *([] if is_sum else [phase.says % _plain_numbers(phase)]))
        for number, phase in enumerate(phases, 1)
    ]
    drawn = DrawnUpdate(
        shared.draw_image(chosen.spec, window),
        motion.trail,
        scale_arrows(motion, scale, is_sum=is_sum),
        [(i, scale * np.sqrt(phase.squares)) for i, phase in enumerate(phases) if phase.squares is not None],
        titles,
        (_draw_whole(chosen.spec), chosen.surface.domain),
        chosen.surface.minima,
    )
    with above:
        _choose_phase(shown.spec.optimizer, [title for title, *_ in titles])
    with web.keep_in_view():
        web.render(chart.draw_update(drawn, chosen.axes._replace(domain=window)), key="gd_update")
    if not is_sum:
        divides = any(phase.squares is not None for phase in phases)
        st.caption(text.scale(scale, divides=divides))
    if shown.spec.optimizer in text.WORDS:
        web.write(text.WORDS[shown.spec.optimizer])


def _choose_phase(optimizer: str, titles: Sequence[str]) -> None:
    """Draw a button for each phase, and publish the number of the chosen one from 0; the last is chosen at first."""
    options = {str(number): title for number, title in enumerate(titles, 1)}
    chosen = segmented(text.PHASE, options, str(len(titles)), key=f"gd_phase_of_{optimizer}")
    publish_live({chart.PHASE: float(int(chosen) - 1)}, key="gd_follow_phase")


@kept
def _draw_whole(spec: SurfaceSpec) -> Columns:
    """Return the image of the small map of the whole surface."""
    surface = surface_of(spec)
    return ground_columns(shared.compute_grid(surface, surface.domain, WHOLE_PIXELS), surface.domain)


def scale_arrows(motion: SlowMotion, scale: float, *, is_sum: bool) -> list[DrawnArrow]:
    """Return the arrows of all phases; all but the step are drawn `scale` times as large as their vectors.

    is_sum: whether the step is the sum of the arrows of the phase before, without the last of them. These arrows keep
    their names in the last phase.
    """
    at, last = motion.trail[-1], len(motion.phases) - 1
    parts = motion.phases[-2].arrows[:-1] or motion.phases[-2].arrows
    drawn = []
    for number, phase in enumerate(motion.phases):
        for arrow in phase.arrows:
            is_step, is_alone = arrow.kind == "step", is_sum and number == 0 and last > 1
            vector = arrow.vector if is_step else scale * arrow.vector
            is_part = number == last - 1 and arrow in parts
            word = text.KINDS[arrow.kind]
            drawn.append(
                DrawnArrow(
                    number,
                    word if is_sum and arrow is not motion.phases[-2].arrows[-1] else arrow.name,
                    word,
                    at if arrow.after is None else at + scale * arrow.after,
                    vector,
                    (text.PLAIN if is_alone else word if is_part else "") if is_sum else "",
                    _tell(arrow, vector, is_first=arrow is parts[0])
                    if is_sum and (is_part or is_step)
                    else "",
                    is_alone,
                )
            )
    return drawn


def _tell(arrow: Arrow, vector: Array, *, is_first: bool) -> str:
    """Return the line of an arrow in the sum at the top of the map."""
    is_step = arrow.kind == "step"
    sign = "" if is_first else "= " if is_step else "+ "
    symbol = arrow.name if is_step else arrow.name.replace("−", "−η", 1)
    return text.tell(arrow.kind, symbol, _plain(vector), sign)


def _adds_up(shown: ShownUpdate) -> bool:
    """Return whether the step is η times the last arrow before it, so that all arrows can have the scale of the map."""
    arrows = [arrow for phase in shown.motion.phases[:-1] for arrow in phase.arrows if arrow.after is None]
    move = np.asarray(shown.motion.phases[-1].numbers["move"])
    return bool(arrows) and bool(np.allclose(shown.spec.learning_rate * arrows[-1].vector, move, atol=0))


def _reach(shown: ShownUpdate) -> Array:
    """Return η times the ends of all arrows that are not the step, (n, 2)."""
    arrows = [arrow for phase in shown.motion.phases[:-1] for arrow in phase.arrows]
    ends = [arrow.vector if arrow.after is None else arrow.after + arrow.vector for arrow in arrows]
    return np.asarray(shown.spec.learning_rate * np.array(ends))


def _find_window(surface: Surface, at: Array, moves: Array) -> Box:
    """Return the part of the map to show: the arrows that begin there, (n, 2), fill a good share of it.

    Its width is that of the domain divided by a power of the fourth root of 2, so that it changes rarely.
    """
    widths = np.array([high - low for low, high in surface.domain])
    low, high = np.minimum(moves.min(axis=0), 0), np.maximum(moves.max(axis=0), 0)
    reach = float(((high - low) / widths).max())
    share = 2.0 ** np.clip(np.ceil(4 * np.log2(max(FILLED * reach, 1e-9))) / 4, -20, 0)
    half = share * widths / 2
    center = np.round((at + (low + high) / 2) / (half / 4)) * (half / 4) + half * [0.0, 2 * ABOVE]
    (x0, y0), (x1, y1) = (center - half).tolist(), (center + half).tolist()
    return (x0, x1), (y0, y1)


def _find_scale(phases: Sequence[Phase], window: Box) -> float:
    """Return how long a gradient of 1 is drawn, so that the longest arrow takes a third of the window."""
    widths = np.array([high - low for low, high in window])
    vectors = [arrow.vector for phase in phases for arrow in phase.arrows if arrow.kind != "step"]
    roots = [np.sqrt(phase.squares) for phase in phases if phase.squares is not None]
    longest = max(float(np.abs(vector / widths).max()) for vector in (*vectors, *roots))
    return 1 / (3 * longest) if longest > 0 else 1.0


def _draw_formulas(shown: ShownUpdate) -> None:
    """Draw each phase with its numbers in its formula, and the loss before and after the update."""
    phases, label = list(enumerate(shown.motion.phases, 1)), OPTIMIZERS[shown.spec.optimizer].label
    for first in range(0, len(phases), 2):
        for column, (number, phase) in zip(
            st.columns(2, gap="large"), phases[first : first + 2], strict=False
        ):
            with column:
                st.markdown(text.phase(number, phase.title, phase.words, label))
                numbers = {name: _tex(value) for name, value in phase.numbers.items()}
                st.latex(_aligned(phase.formula % numbers))
    before = shown.motion.trail[-1]
    after = before + np.asarray(shown.motion.phases[-1].numbers["move"])
    losses = [tex(float(shown.chosen.surface.value(point)), 4) for point in (before, after)]
    st.latex(rf"\theta \leftarrow {_tex(after)}")
    st.latex(rf"L: \; {losses[0]} \;\to\; {losses[1]}")


def _tex(value: Array | float) -> str:
    if np.ndim(value) == 0:
        return tex(float(value))
    return r"\left(" + r",\, ".join(tex(float(one)) for one in np.asarray(value)) + r"\right)"


def _aligned(formula: str) -> str:
    """Return equations below each other, each broken at its equality signs, so that it fits a phone.

    The space at the end keeps KaTeX's box as wide as its content. A narrower box scrolls, and the keyboard cannot
    reach it.
    """
    rows = []
    for equation in formula.split(r" \\ "):
        first, *rest = equation.split(" = ")
        aligned = [first.replace(r"\leftarrow", r"&\leftarrow")] if r"\leftarrow" in first else []
        rows += aligned + [f"&= {part}" for part in rest]
        if not aligned:
            rows[-len(rest)] = f"{first} &= {rest[0]}"
    return r"\begin{aligned} " + r" \\ ".join(rows).replace(r"\newline", r"\\ &\quad") + r" \end{aligned}\;"


def _plain_numbers(phase: Phase) -> dict[str, str]:
    """Return the numbers of a phase as plain text."""
    return {name: _plain(value) for name, value in phase.numbers.items()}


def _plain(value: Array | float) -> str:
    if np.ndim(value) == 0:
        return show_number(float(value), 2)
    return f"({', '.join(show_number(one, 2) for one in np.asarray(value))})"


def _source(shown: ShownUpdate, language: Library) -> str:
    """Return the update as code."""
    return update_code(shown.chosen.spec, shown.spec, language)


CHAPTER = Chapter("one_update", text.CHAPTER, draw, shared.SHARED)
