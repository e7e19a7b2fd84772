"""Show a step, a bump, and as many of them as it takes to follow f."""

from contextlib import suppress
from functools import partial
from math import exp
from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds, FloatArray
from nnviz.approximation import ErrorFrames, bumps, measure_frames, staircase, staircase_distance
from nnviz.charts.network_fit import Fit
from nnviz.lessons.universal_approximation.bumps import chart, text
from nnviz.lessons.universal_approximation.bumps.code import cells_code, piece_code
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS, KEYS, NET, TALL
from nnviz.lessons.universal_approximation.shared.view import (
    PICTURE_COLUMNS,
    PieceSlider,
    Places,
    choose_piece,
    draw_piece_network,
    piece_latex,
    refuse,
)
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets.convert import Target
from nnviz.web.controls import int_slider, log_slider, mark_slider, segmented
from nnviz.web.drag_points import DragHandles, draw_handles
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.drawing_pad import drawing_stamp
from nnviz.web.latex_format import tex
from nnviz.web.lesson import Chapter
from nnviz.web.network_drawing import MOST_DRAWN, KnotMoves, NetworkDrawing, draw_network
from nnviz.web.turns import fragment

SHARPNESS_KEY: Final = "ua_sharpness"
MANY_FOLLOW_KEY: Final = "ua_many_follow"

CONTROL_COLUMNS: Final = (5, 1.7, 1.2, 1)
MOST: Final = 128  # cells
FIRST: Final = 63  # cells: the first number within ε for the first f and ε of the page
FEW: Final = 12  # cells: each bump is wide, and neighbors have other heights for the first f of the page
CHART_KEY: Final = "ua_built_by_hand"
PIECE_CHART_KEY: Final = "ua_piece_chart"
PIECES: Final = (text.STEP, text.BUMP)
MANY: Final = {text.BUMPS: bumps, text.STEPS: staircase}

_WEIGHT: Final = PieceSlider(text.WEIGHT, 1.0, 200.0, 40.0, 1.0)
_HEIGHT: Final = PieceSlider(text.HEIGHT, -2.0, 2.0, 1.0, 0.05)
SLIDERS: Final = {
    "step": {"k": _WEIGHT, "s": PieceSlider(text.PLACE, -1.0, 1.0, 0.2, 0.01), "h": _HEIGHT},
    "bump": {
        "k": _WEIGHT,
        "low": PieceSlider(text.UP, -1.0, 1.0, -0.3, 0.01),
        "high": PieceSlider(text.DOWN, -1.0, 1.0, 0.4, 0.01),
        "h": _HEIGHT,
    },
}

PARAMETERS: Final = {
    "step": {"w0": (1.0, "k"), "b0": (-1.0, "k", "s"), "v0": (1.0, "h")},
    "bump": {
        **{"w0": (1.0, "k"), "b0": (-1.0, "k", "low"), "v0": (1.0, "h")},
        **{"w1": (1.0, "k"), "b1": (-1.0, "k", "high"), "v1": (-1.0, "h")},
    },
}


class Cells(NamedTuple):
    """Hold what is drawn: steps or bumps, their fits, the heights (n,) of the cells that are shown, and K."""

    kind: str
    fit: Fit
    heights: Array
    interval: Bounds

    @property
    def group(self) -> int:
        """How many units make one bump or one step."""
        return 2 if self.kind == text.BUMPS else 1


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw a step, a bump, or as many of them as it takes to follow f."""
    with web.beside_picture():
        drawing, picture = st.columns(PICTURE_COLUMNS, gap="medium")
        controls = st.container()
        chooser = st.container()
    with chooser:
        kind = segmented(text.SHOW, text.PICTURES, text.BUMPS, key="ua_hand")
    if kind in PIECES:
        draw_step_or_bump(kind, (drawing, picture, controls))
    else:
        draw_cells(kind, (target, interval, epsilon), (drawing, picture, controls))


def draw_step_or_bump(kind: str, places: Places) -> None:
    """Draw one or two units that make a step or a bump, their sliders, and their sum with its numbers."""
    drawing, picture, controls = places
    with controls:
        values = choose_piece(SLIDERS[kind])
        piece = piece_network(kind, values)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.latex(piece_latex(piece))
            web.offer_code(piece_code, piece, key="ua_piece", name=kind)
    with picture, web.keep_in_view():
        web.render(chart.draw_step_or_bump(kind, values), key=PIECE_CHART_KEY)
    with drawing:
        draw_piece_network(
            piece, SLIDERS[kind], PARAMETERS[kind], chart_key=PIECE_CHART_KEY, key="ua_piece_drawn"
        )
    web.publish_live({KEYS[name]: value for name, value in values.items()}, key="ua_piece_follow")


def piece_network(kind: str, values: dict[str, float]) -> ShallowNetwork:
    """Return the step or bump with these values as a network of one or two units."""
    k, h = values["k"], values["h"]
    places = np.array([values["s"]] if kind == "step" else [values["low"], values["high"]])
    return ShallowNetwork(
        "sigmoid", np.full(len(places), k), -k * places, np.array([h, -h])[: len(places)], 0.0
    )


def draw_cells(kind: str, question: tuple[Target, Bounds, float], places: Places) -> None:
    """Draw the target built from equal cells, its error, and the bound that is proved."""
    target, interval, epsilon = question
    drawing, picture, controls = places
    of_bumps = kind == text.BUMPS
    with controls:
        slider, enough, settings, code = st.columns(CONTROL_COLUMNS, vertical_alignment="center")
    with settings, st.popover(text.SETTINGS, icon=":material/tune:"):
        steepness = log_slider(text.STEEPNESS, 0, 3, 20.0, key=SHARPNESS_KEY, help=text.STEEPNESS_HELP)
    try:
        frames, heights = _built(kind, target, interval, steepness)
    except ValueError:
        with slider:
            cells = choose_cells(kind)
        with picture:
            refuse(ValueError(text.no_values(MOST)), target, interval)
        web.publish_live({chart.CELLS: cells}, key=MANY_FOLLOW_KEY)
        return
    within = first_within(frames, epsilon)
    with slider:
        cells = choose_cells(kind, within)
    with enough:
        offer_cells(kind, cells, within)
    with code:
        write_code = partial(cells_code, bumps=of_bumps)
        web.offer_code(write_code, target, interval, cells, steepness, key="ua_cells", name="bumps")
    with controls:
        said = draw_facts(frames, cells, (of_bumps, within, epsilon))
        draw_bound(interval, cells, steepness, of_bumps=of_bumps)
    fit = Fit(frames, FIT_KEYS, epsilon, drawing_stamp(target))
    with picture:
        shown = draw_built(Cells(kind, fit, heights[cells - chart.FEWEST, :cells], interval), heights)
    with drawing:
        draw_built_network(shown, target, steepness)
    web.publish_live({chart.CELLS: cells}, key=MANY_FOLLOW_KEY, outcome=said)
    update_during_drag(SHARPNESS_KEY, chart.CELLS, key="ua_hand_many")


def choose_cells(kind: str, within: int | None = None) -> int:
    """Draw the slider of the number of cells, with a mark at the first number that is within ε."""
    cells = int_slider(text.CELLS[kind], chart.FEWEST, MOST, FIRST, key=chart.CELLS)
    if within is not None:
        mark_slider(chart.CELLS, (within - chart.FEWEST) / (MOST - chart.FEWEST), text.mark(within))
    return cells


def offer_cells(kind: str, cells: int, within: int | None) -> None:
    """Draw a button for the first number of cells within ε or, if that is shown, for a few cells."""
    words, wanted = (text.USE_FEW[kind], FEW) if cells == within else (text.USE_ENOUGH, within)
    st.button(words, on_click=_use, args=(wanted,), disabled=wanted is None, key="ua_enough")


def draw_built(shown: Cells, heights: Array) -> Cells:
    """Draw the cells, and let the reader drag those of bumps; return what is shown.

    heights: of the cells, for each number of cells. The chart has all of them, and hears from the slider how many are
    shown. So it is the same for each number, and is sent once.
    """
    picture = chart.draw_cells(shown.fit, heights, FIRST, shown.group)
    with web.keep_in_view():
        web.render(picture, key=CHART_KEY)
    if shown.group > 1 and np.isfinite(shown.heights).all():
        draw_bars(shown)
    return shown


def draw_bars(shown: Cells) -> None:
    """Let the reader drag the bars. They return when they are released, because their heights are values of f."""
    borders = np.linspace(*shown.interval, len(shown.heights) + 1)
    domain = chart.cells_domain(shown.fit)
    handles = DragHandles(CHART_KEY, domain, text.BARS, "ua_bar_grab", along="y", hint=text.BAR_HINT)
    tops = np.column_stack([(borders[:-1] + borders[1:]) / 2, shown.heights])
    draw_handles(handles, tops, name=chart.BAR, on_change=lambda _points: None)


def draw_built_network(shown: Cells, target: Target, steepness: float) -> None:
    """Draw the network of the cells. While a bar is dragged, its two output weights follow."""
    cells, phi = len(shown.heights), ACTIVATIONS["sigmoid"].value
    networks: dict[str, ShallowNetwork] = {}
    few = range(chart.FEWEST, MOST_DRAWN // shown.group + 1)
    for count in [*(count for count in few if count != cells), cells]:
        with suppress(ValueError):
            networks[str(count)] = build(shown.kind, target, shown.interval, count, steepness)
    if str(cells) not in networks:
        return
    moves, frames = None, shown.fit.frames
    if shown.group > 1:
        pairs = [[(2 * cell, 1.0), (2 * cell + 1, -1.0)] for cell in range(cells)]
        names = f"{chart.BAR}_i", f"{chart.BAR}_y"
        moves = KnotMoves(names, shown.heights.tolist(), pairs, [0.0] * cells, charted=False)
    drawing = NetworkDrawing(
        NET,
        CHART_KEY,
        chart.cells_domain(shown.fit),
        shown.interval,
        frame=chart.CELLS,
        group=shown.group,
        moves=moves,
        tall=(TALL - 110, 150),
        most=max(shown.group, 2),
        focus=highest(frames.x, frames.target),
    )
    draw_network(drawing, networks, phi, key="ua_built_drawn")


def highest(x: FloatArray, target: FloatArray) -> float:
    """Return the last x (m,) where |f| is largest, with f > 0 if both signs are. The tube is named at the first."""
    sizes = np.nan_to_num(np.abs(target)) + 1e-6 * np.nan_to_num(target)
    return float(x[np.flatnonzero(sizes >= sizes.max() - 1e-9 * abs(sizes.max()))[-1]])


def _use(cells: int) -> None:
    st.session_state[chart.CELLS] = cells


def draw_facts(frames: ErrorFrames, cells: int, asked: tuple[bool, int | None, float]) -> str:
    """Say how many units there are and with how many cells f is met; return the result for a screen reader."""
    of_bumps, within, epsilon = asked
    units, error = unit_count(cells, of_bumps=of_bumps), frames.sup[cells - chart.FEWEST]
    web.write(text.units(units, of_bumps=of_bumps))
    st.markdown(text.enough(within, MOST, epsilon, frames.measured))
    if np.isnan(error):
        st.info(text.no_value(cells))
        return text.no_value(cells)
    return text.outcome(units, error)


def draw_bound(interval: Bounds, cells: int, steepness: float, *, of_bumps: bool) -> None:
    """Say the bound of the error that is proved for every continuous f."""
    ends = 2 / (1 + exp(steepness)) if of_bumps and steepness < 700 else 0.0
    web.write(text.MORE)
    web.write(text.bound(tex(staircase_distance(interval, cells, steepness)), tex(ends, 2) if ends else ""))


def unit_count(cells: int, *, of_bumps: bool) -> int:
    """Return how many hidden units a network of that many cells has."""
    return 2 * cells if of_bumps else cells - 1


def first_within(frames: ErrorFrames, epsilon: float) -> int | None:
    """Return the first number of cells whose measured error is at most ε, or None."""
    within = np.flatnonzero(frames.sup <= epsilon)
    return int(within[0]) + chart.FEWEST if within.size else None


@kept
def _built(kind: str, target: Target, interval: Bounds, steepness: float) -> tuple[ErrorFrames, Array]:
    """Return the networks of 2 to 128 cells beside their target, and the heights of their cells (127, 128).

    A row is nan where f has no value in the middle of a cell. ValueError if that is so in every row.
    """
    counts = range(chart.FEWEST, MOST + 1)
    networks: dict[int, ShallowNetwork] = {}
    heights = np.full((len(counts), MOST), np.nan)
    for row, count in enumerate(counts):
        borders = np.linspace(*interval, count + 1)
        middles = target((borders[:-1] + borders[1:]) / 2)
        if np.isfinite(middles).all():
            heights[row, :count] = middles
            networks[row] = build(kind, target, interval, count, steepness)
    if not networks:
        raise ValueError(text.NOT_ALL_VALUES)
    return _with_gaps(
        measure_frames(target, interval, list(networks.values())), list(networks), len(counts)
    ), heights


def _with_gaps(seen: ErrorFrames, rows: list[int], length: int) -> ErrorFrames:
    """Return ``length`` frames whose frames ``rows`` are those of ``seen``, the others nan."""
    fields: dict[str, Any] = {}
    for name in ("predictions", "errors", "sup", "rms", "centers"):
        values: Array = getattr(seen, name)
        fields[name] = np.full((length, *values.shape[1:]), np.nan)
        fields[name][rows] = values
    return seen._replace(**fields)


def build(kind: str, target: Target, interval: Bounds, cells: int, steepness: float) -> ShallowNetwork:
    """Return the network of that many cells: two units for each bump, or a step between neighbors."""
    return MANY[kind](target, interval, cells if kind == text.BUMPS else cells - 1, steepness)


CHAPTER = Chapter("bumps", text.CHAPTER, draw)
