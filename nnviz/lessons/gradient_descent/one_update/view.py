"""Show one update of an optimizer phase by phase, with its arrows and its formulas."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._types import Array, Box
from nnviz.charts import Columns
from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.one_update import chart, text
from nnviz.lessons.gradient_descent.one_update.chart import DrawnArrow, DrawnUpdate
from nnviz.lessons.gradient_descent.one_update.code import update_code
from nnviz.lessons.gradient_descent.shared import view as shared
from nnviz.lessons.gradient_descent.shared.view import ChosenSurface
from nnviz.losses import Surface
from nnviz.optimization import METHODS, OPTIMIZERS, DescentSpec, suggested_learning_rate
from nnviz.optimization.formula_surface import SurfaceSpec
from nnviz.optimization.optimizer import Phase
from nnviz.optimization.phases import SlowMotion, slow_motion
from nnviz.web.controls import int_slider, select_registered
from nnviz.web.latex_format import tex
from nnviz.web.lesson import Chapter
from nnviz.web.live import PlayerOptions, draw_player
from nnviz.web.messages import last_valid
from nnviz.web.turns import fragment
from nnviz.web.wording import show_number

EARLIER = "gd_after"
PHASES_PER_SECOND = 0.8


class ShownUpdate(NamedTuple):
    """An update with its phases, the run that it belongs to, and the surface of the run."""

    chosen: ChosenSurface
    spec: DescentSpec
    motion: SlowMotion


@fragment
def draw() -> None:
    """Draw one update, its controls and its formulas."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        shown = _choose_update(shared.choose_surface())
    if shown is not None:
        with picture:
            _draw_update(shown)
        _draw_formulas(shown)
        web.offer_code(_source, shown, key="gd_update_source", name="update")
    web.update_during_drag(EARLIER, shared.RATE, *shared.SLIDERS, key="gd_drag_update")


def _choose_update(chosen: ChosenSurface) -> ShownUpdate | None:
    """Choose an update; where it does not exist, say so and return the last valid one, None if there is none."""
    name = select_registered(text.OPTIMIZER, OPTIMIZERS, "momentum", key="gd_one")
    earlier = int_slider(text.EARLIER_UPDATES, 0, 60, 3, key=EARLIER)
    rate = shared.choose_rate()
    start = shared.choose_start(chosen.surface)
    own = shared.choose_own_settings([name])[name]
    eta = rate * own.multiple * suggested_learning_rate(chosen.surface, METHODS[name])
    spec = DescentSpec("own", name, eta, start, earlier, own.settings)
    return last_valid("gd_last_update", (chosen.spec, spec), _compute_update, None)


def _compute_update(given: tuple[SurfaceSpec, DescentSpec]) -> ShownUpdate:
    """Return the update after the run of a spec on a surface; ValueError where it does not exist."""
    chosen = shared.name_surface(given[0])
    return ShownUpdate(chosen, given[1], slow_motion(given[1], chosen.surface))


def _draw_update(shown: ShownUpdate) -> None:
    """Draw the player of the phases, and the update on the part of the map where it happens."""
    (chosen, _, motion), phases = shown, shown.motion.phases
    window = _find_window(chosen.surface, motion.trail[-1], np.asarray(phases[-1].numbers["move"]))
    scale = _find_scale(phases, window)
    titles = [
        (text.phase_title(number, phase.title), phase.says % _plain_numbers(phase))
        for number, phase in enumerate(phases, 1)
    ]
    drawn = DrawnUpdate(
        _window_image(chosen.surface, window),
        motion.trail,
        _scale_arrows(motion, scale),
        [(i, scale * np.sqrt(phase.squares)) for i, phase in enumerate(phases) if phase.squares is not None],
        titles,
    )
    numbers = list(range(1, len(phases) + 1))
    run = " ".join(title for title, _ in titles)
    options = PlayerOptions(unit=text.PHASE, rate=PHASES_PER_SECOND)
    draw_player(chart.PHASE, numbers, run=run, options=options)
    with web.keep_in_view():
        web.render(chart.draw_update(drawn, chosen.axes._replace(domain=window)), key="gd_update")
    st.caption(text.scale(scale))


def _scale_arrows(motion: SlowMotion, scale: float) -> list[DrawnArrow]:
    """Return the arrows of all phases; all but the step are drawn `scale` times as large as their vectors."""
    at = motion.trail[-1]
    return [
        DrawnArrow(
            number,
            arrow.name,
            text.KINDS[arrow.kind],
            at if arrow.after is None else at + scale * arrow.after,
            arrow.vector if arrow.kind == "step" else scale * arrow.vector,
        )
        for number, phase in enumerate(motion.phases)
        for arrow in phase.arrows
    ]


def _window_image(surface: Surface, window: Box) -> Columns:
    return shared.draw_image(surface, window)


def _find_window(surface: Surface, at: Array, move: Array) -> Box:
    """Return the part of the map to show: the step fills a good share of it.

    Its width is that of the domain divided by a power of two, so that it changes rarely.
    """
    widths = np.array([high - low for low, high in surface.domain])
    reach = float(np.abs(move / widths).max())
    share = 2.0 ** np.clip(np.ceil(np.log2(max(3 * reach, 1e-9))), -20, 0)
    half = share * widths / 2
    center = np.round((at + move / 2) / (half / 4)) * (half / 4)
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
        return show_number(float(value))
    return f"({', '.join(show_number(one) for one in np.asarray(value))})"


def _source(shown: ShownUpdate, language: Library) -> str:
    """Return the update as code."""
    return update_code(shown.chosen.spec, shown.spec, language)


CHAPTER = Chapter("one_update", text.CHAPTER, draw, shared.SHARED)
