"""Show a network that grows until it is within ε of f, and the doors to the other pages."""

from typing import Any, Final

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.approximation import ErrorFrames, interpolants, measure_frames
from nnviz.charts import LiveKey
from nnviz.charts.network_fit import Fit, FitKeys, draw_approximation, fit_domain
from nnviz.charts.network_units import UnitLink
from nnviz.charts.theme import live
from nnviz.expressions import Expression
from nnviz.lessons.home.growing_network import text
from nnviz.lessons.home.growing_network.code import MORE_POINTS, POINTS, growing_code
from nnviz.lessons.pages import PAGES
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TARGETS
from nnviz.targets.convert import Target
from nnviz.web.components import STATIC
from nnviz.web.function_input import FIRST
from nnviz.web.lesson import Chapter
from nnviz.web.live import PlayerOptions
from nnviz.web.network_drawing import NetworkDrawing, draw_network

FRAME: Final = LiveKey("home_frame")  # the player
NET: Final = LiveKey("home_net")  # the unit that is pointed at
CHART: Final = "home_fit"
HEIGHT: Final = 454  # pixels: of the picture
TALL: Final = (370, 150)  # pixels: of the network, beside the chart and below it on a phone
RELU: Final = ACTIVATIONS["relu"]
RATE: Final = 4  # networks a second
FEW: Final = tuple(range(1, 41))  # units
MANY: Final = (
    *range(1, 9),
    10,
    12,
    14,
    *(share * 2**power for power in range(2, 8) for share in (4, 5, 6, 7)),
    1024,
)
LESSON: Final = "universal_approximation"
PROVED: Final = "any_epsilon"  # the chapter that places the knots where they are needed


def build_networks(target: Target, interval: Bounds, epsilon: float) -> tuple[ErrorFrames, tuple[int, ...]]:
    """Return ReLU networks that interpolate f beside it, and their widths: 1 to 40, and up to 1024 where ε needs it.

    ValueError if f has no finite value at a knot.
    """
    frames = _build(target, interval, FEW)
    if first_within(frames.sup, FEW, epsilon) is not None:
        return frames, FEW
    return _build(target, interval, MANY), MANY


@kept
def _build(target: Target, interval: Bounds, widths: tuple[int, ...]) -> ErrorFrames:
    return measure_frames(
        target, interval, interpolants(target, interval, widths), POINTS if widths == FEW else MORE_POINTS
    )


def first_within(errors: Array, widths: tuple[int, ...], epsilon: float) -> int | None:
    """Return the first number of units whose error is at most ε; None if there is no such number."""
    return next((units for units, error in zip(widths, errors, strict=True) if error <= epsilon), None)


def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw the growing network, and the doors to the other pages."""
    st.html(STATIC / "page_chapters.css")
    picture, beside = st.columns([5, 2], gap="large")
    try:
        frames, widths = build_networks(target, interval, epsilon)
    except ValueError:
        st.info(text.NO_VALUES, icon=":material/arrow_upward:")
    else:
        first = first_within(frames.sup, widths, epsilon)
        verdict = text.enough(first, widths[-1], float(frames.sup[-1]), epsilon, frames.measured)
        fit = Fit(frames, FitKeys(FRAME), epsilon)
        with beside:
            if widths == FEW:
                draw_units(fit, target, interval)
            with st.container(key="home_words"):
                for words in (text.UNITS, text.FOR_EVERY, verdict):
                    web.write(words)
        with picture:
            draw_picture(fit, widths, first)
            draw_growing(frames, widths, first, (f"{target.text} {interval}", epsilon, verdict))
            with st.container(horizontal=True, vertical_alignment="center"):
                web.write(text.TRY)
                web.offer_code(growing_code, target, interval, epsilon, widths, key="home_growing")
                web.page_link(PAGES[LESSON], text.PLACE_KNOTS, chapter=PROVED)
            web.write(text.EVENLY)
    draw_doors(target, interval, epsilon)


def draw_picture(fit: Fit, widths: tuple[int, ...], first: int | None) -> None:
    """Draw the network of the player's frame in the tube, and a pale line of the one with half as many units."""
    frames, shown = fit.frames, len(widths) - 1 if first is None else widths.index(first)
    half = (shown + 1) // 2 - 1
    ghosts = {text.ghost(widths[half]): frames.predictions[half]} if 0 <= half < shown else {}
    units = live(f"{FRAME}_step", str(widths[shown]))
    picture = draw_approximation(
        fit,
        text.FIT_CHART,
        link=UnitLink(NET, RELU.browser_value),
        height=HEIGHT,
        ghosts=ghosts,
        named_by=f"{units} + ' {text.NAMED}'",
        knots=text.KNOTS,
    )
    web.render(picture, key=CHART)


def draw_units(fit: Fit, target: Target, interval: Bounds) -> None:
    """Draw the network of the frame that the player shows, with its units and weights."""
    networks = _first_networks(target, interval)
    drawing = NetworkDrawing(NET, CHART, fit_domain(fit), interval, frame=FRAME, tall=TALL)
    draw_network(drawing, {str(k): one for k, one in enumerate(networks)}, _relu, key="home_drawn")


@kept
def _first_networks(target: Target, interval: Bounds) -> list[ShallowNetwork]:
    return interpolants(target, interval, FEW)


def _relu(z: Array) -> Array:
    return np.asarray(RELU.value(z), np.float64)


def draw_growing(
    frames: ErrorFrames, widths: tuple[int, ...], first: int | None, said: tuple[str, float, str]
) -> None:
    """Draw the player, which plays by itself to the first network inside the tube. said: the run, ε and the verdict."""
    run, epsilon, verdict = said
    options = PlayerOptions(
        unit=text.UNIT,
        begin=0 if first is None else widths.index(first),
        rate=RATE,
        outcome=verdict.replace("*", ""),
        captions=[text.INSIDE if sup <= epsilon else text.OUTSIDE for sup in frames.sup],
        mark=None if first is None else widths.index(first),
        plays=True,
    )
    web.draw_player(FRAME, widths, run=f"{run} {len(widths)}", options=options)


def draw_doors(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw three doors: for students, for teachers and for engineers."""
    students, teachers, engineers = (
        column.container(border=True, height="stretch") for column in st.columns(3)
    )
    others = list(PAGES.values())[1:]
    with students:
        st.markdown(f"## {text.STUDENTS}")
        st.markdown(text.FOR_STUDENTS)
        with st.container(gap=None):
            for page in others:
                web.page_link(page, page.title)
    with teachers:
        st.markdown(f"## {text.TEACHERS}")
        st.markdown(text.FOR_TEACHERS)
        web.page_link(PAGES[LESSON], text.START_LESSON)
    with engineers:
        st.markdown(f"## {text.ENGINEERS}")
        st.markdown(text.FOR_ENGINEERS)
        st.code(snippet(target, interval, epsilon), language="python", wrap_lines=True)
        st.markdown(text.CHECK)


def snippet(target: Target, interval: Bounds, epsilon: float) -> str:
    """Return Python that finds and proves a network for this f; for one that is drawn, for the first example."""
    shown: Any = target if isinstance(target, Expression) else TARGETS[FIRST]
    ends = f"({interval[0]:g}, {interval[1]:g})"
    return text.SNIPPET.format(f=shown.text, interval=ends, epsilon=epsilon)


CHAPTER = Chapter("growing_network", text.CHAPTER, draw)
