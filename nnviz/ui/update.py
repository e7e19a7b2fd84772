"""One update of an optimizer in slow motion: what is chosen, the arrows of its phases, its formulas."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import Columns, descent, ground_columns
from nnviz.learning import METHODS, OPTIMIZERS, DescentSpec, Surface, suggested_learning_rate
from nnviz.learning.phases import Phase, SlowMotion, slow_motion
from nnviz.learning.terrain import Box
from nnviz.ui.controls import choice, power, whole
from nnviz.ui.descent import Place, choose_start, names_of, own_settings
from nnviz.ui.draw import PIXELS, show
from nnviz.ui.live import player
from nnviz.ui.messages import last_good
from nnviz.ui.words import tex

Array = NDArray[np.float64]


def choose_update(place: Place) -> SlowMotion | None:
    """The optimizer, how far it has come, and the phases of its next update; None where none can be, said why."""
    name = choice("Optimizer", OPTIMIZERS, "momentum", key="gd_one")
    after = whole("Steps taken before", 0, 60, 3, key="gd_after")
    rate = power("Learning rate η, as a multiple of the suggested one", -2, 1, 1.0, key="gd_rate")
    start = choose_start(place.surface)
    multiple, settings = own_settings([name])[name]
    eta = rate * multiple * suggested_learning_rate(place.surface, METHODS[name])
    spec = DescentSpec("own", name, eta, start, after, settings)
    none: SlowMotion | None = None
    return last_good(f"gd_update {place.spec}", lambda: slow_motion(spec, place.surface), none)


def draw_update(place: Place, motion: SlowMotion) -> None:
    """The update over the part of the surface it happens in, phase by phase."""
    surface, at, phases = place.surface, motion.trail[-1], motion.phases
    window = _window(surface, at, np.asarray(phases[-1].numbers["move"]))
    scale = _scale(phases, window)
    arrows = [
        descent.Drawn(
            index, arrow.name, arrow.kind,
            at if arrow.after is None else at + scale * arrow.after,
            arrow.vector if arrow.kind == "step" else scale * arrow.vector,
        )
        for index, phase in enumerate(phases) for arrow in phase.arrows
    ]  # fmt: skip
    squares = [
        (index, scale * np.sqrt(phase.squares))
        for index, phase in enumerate(phases)
        if phase.squares is not None
    ]
    titles = [(f"{spot} · {phase.title}", phase.says % _plain(phase)) for spot, phase in enumerate(phases, 1)]
    show(
        descent.update(
            _part(surface, window), motion.trail, arrows, squares, titles, window, names_of(surface)
        ),
        key="gd_update",
    )
    steps = list(range(1, len(phases) + 1))
    player("gd_phase", steps, run=" ".join(title for title, _ in titles), words="phase", rate=0.8)
    st.caption(
        f"The step is drawn at the map's own scale; slopes, memory and √s at {scale:.3g} of a unit of the map for 1."
    )


def _part(surface: Surface, window: Box) -> Columns:
    axes = [np.linspace(low, high, PIXELS) for low, high in window]
    return ground_columns(surface.value(np.stack(np.meshgrid(*axes), axis=-1)), window)


def _window(surface: Surface, at: Array, move: Array) -> Box:
    """Where to look: about the point, a power of two of the domain wide, so that the step fills a good part of it."""
    widths = np.array([high - low for low, high in surface.domain])
    reach = float(np.abs(move / widths).max())
    share = 2.0 ** np.clip(np.ceil(np.log2(max(3 * reach, 1e-9))), -20, 0)
    half = share * widths / 2
    centre = np.round((at + move / 2) / (half / 4)) * (half / 4)
    (x0, y0), (x1, y1) = (centre - half).tolist(), (centre + half).tolist()
    return (x0, x1), (y0, y1)


def _scale(phases: Sequence[Phase], window: Box) -> float:
    """How long one unit of a slope is drawn: the longest takes a third of the window."""
    widths = np.array([high - low for low, high in window])
    slopes = [arrow.vector for phase in phases for arrow in phase.arrows if arrow.kind != "step"]
    roots = [np.sqrt(phase.squares) for phase in phases if phase.squares is not None]
    longest = max(float(np.abs(vector / widths).max()) for vector in (*slopes, *roots))
    return 1 / (3 * longest) if longest > 0 else 1.0


def formulas(place: Place, motion: SlowMotion) -> None:
    """Every phase with the numbers in its formula, and what the update does to the loss."""
    for index in range(0, len(motion.phases), 2):
        for spot, (at, phase) in zip(st.columns(2, gap="large"), list(enumerate(motion.phases, 1))[index:]):
            with spot:
                st.markdown(f"**{at} · {phase.title}.** {phase.words}")
                st.latex(_lines(phase.formula % {name: _tex(value) for name, value in phase.numbers.items()}))
    here = motion.trail[-1]
    there = here + np.asarray(motion.phases[-1].numbers["move"])
    before, after = float(place.surface.value(here)), float(place.surface.value(there))
    st.latex(rf"\theta \leftarrow {_tex(there)}")
    st.latex(rf"L: \; {tex(before, 4)} \;\to\; {tex(after, 4)}")


def _tex(value: Array | float) -> str:
    if np.ndim(value) == 0:
        return tex(float(value))
    return r"\left(" + r",\, ".join(tex(float(one)) for one in np.asarray(value)) + r"\right)"


def _lines(formula: str) -> str:
    """Equations below each other, and each of them broken at its equality signs, so that it fits a phone.

    The space at the end keeps KaTeX's box as wide as what is in it; a narrower one scrolls, and the keyboard
    cannot reach it.
    """
    rows = []
    for equation in formula.split(r" \\ "):
        first, *rest = equation.split(" = ")
        aligned = [first.replace(r"\leftarrow", r"&\leftarrow")] if r"\leftarrow" in first else []
        rows += aligned + [f"&= {part}" for part in rest]
        if not aligned:
            rows[-len(rest)] = f"{first} &= {rest[0]}"
    return r"\begin{aligned} " + r" \\ ".join(rows).replace(r"\newline", r"\\ &\quad") + r" \end{aligned}\;"


def _plain(phase: Phase) -> dict[str, str]:
    """The numbers of a phase as plain text."""
    texts = {
        name: f"{value:.3g}"
        if np.ndim(value) == 0
        else f"({', '.join(f'{one:.3g}' for one in np.asarray(value))})"
        for name, value in phase.numbers.items()
    }
    return {name: text.replace("-", "−") for name, text in texts.items()}
