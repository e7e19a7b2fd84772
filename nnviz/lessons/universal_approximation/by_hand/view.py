"""Show a network of straight pieces whose knots the reader drags."""

from typing import Final

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds, Domain
from nnviz.approximation import Certificate, certify, interpolant, measure_frames
from nnviz.approximation.error_frames import DRAWN_EVERY, POINTS
from nnviz.charts.network_fit import Fit
from nnviz.lessons.universal_approximation.by_hand import chart, text
from nnviz.lessons.universal_approximation.by_hand.code import pieces_code
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS, NET, TALL
from nnviz.lessons.universal_approximation.shared.view import PICTURE_COLUMNS, draw_verdict
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target
from nnviz.web.controls import round_step
from nnviz.web.drag_points import DragHandles, draw_handles
from nnviz.web.drawing_pad import drawing_stamp, pale_while_drawing
from nnviz.web.lesson import Chapter
from nnviz.web.messages import check_length, last_valid, last_valid_input, show_problem
from nnviz.web.network_drawing import KnotMoves, NetworkDrawing, draw_network
from nnviz.web.turns import fragment
from nnviz.web.wording import shortest

HEIGHTS_KEY: Final = "ua_heights"
OWN_CHART_KEY: Final = "ua_own_chart"

FIRST_HEIGHTS: Final = "0 0.93 0.93 0 -0.93 -0.93 0 0 0 0 0 0 0"
"""They follow sin(2πx) on the left half of [−1, 1]. On the right half, four knots are outside of the tube."""
MOST_KNOTS, HIGHEST = 33, 1e12
_ROUNDING: Final = 1e-9  # smaller changes of a height are no moves


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw straight pieces whose knots the reader drags into the tube, or types, and the proof."""
    with web.beside_picture():
        drawing, picture = st.columns(PICTURE_COLUMNS, gap="medium")
        controls, verdict = st.container(horizontal=True), st.container()
    with controls:
        button = st.container(width="content")
        with st.popover(text.EDIT, icon=":material/edit:"):
            heights = choose_heights()
        knots, network = np.linspace(*interval, len(heights)), join(heights, interval)
        button.button(text.PUT_ON_F, on_click=put_on, args=(target, knots), key="ua_on_f")
        web.offer_code(pieces_code, target, interval, heights, key="ua_pieces", name="by_hand")
    with verdict:
        with pale_while_drawing(target, "own"):
            draw_verdict(
                _certify(heights, target, interval, epsilon), key="ua_pieces_verdict", is_error_shown=True
            )
        web.write(text.units(network.width))
        web.write(text.MORE)
    with picture:
        domain = draw_pieces((target, interval, epsilon), network, (knots, heights))
    if domain is not None:
        with drawing:
            outside = np.abs(heights - target(knots)) > epsilon
            draw_drawn(network, (knots, heights), domain, float(knots[np.argmax(outside)]))


def join(heights: Array, interval: Bounds) -> ShallowNetwork:
    """Return the network that joins heights over evenly spaced knots of K by straight lines."""
    knots = np.linspace(*interval, len(heights))
    return interpolant(PiecewiseLinear(knots, heights), interval, len(heights) - 1)


@kept
def _certify(heights: Array, target: Target, interval: Bounds, epsilon: float) -> Certificate:
    return certify(join(heights, interval), target, interval, epsilon, seconds=0.5)


def choose_heights() -> Array:
    """Draw the box with the heights of the knots, and return them."""
    typed = st.text_input(
        text.HEIGHTS,
        FIRST_HEIGHTS,
        key=HEIGHTS_KEY,
        bind="query-params",
        help=text.HEIGHTS_HELP,
    )
    return last_valid(
        HEIGHTS_KEY, typed or "", lambda given: read_heights(check_length(given)), FIRST_HEIGHTS
    )


def draw_pieces(
    question: tuple[Target, Bounds, float], network: ShallowNetwork, knots: tuple[Array, Array]
) -> Domain | None:
    """Draw the network in the tube of f, with knots that can be dragged up and down; return what its axes span."""
    target, interval, epsilon = question
    try:
        # Every knot is one of the points that the chart draws, so that no knot is outside of what is measured.
        step = DRAWN_EVERY * (len(knots[0]) - 1)
        seen = measure_frames(target, interval, [network], points=step * -(-(POINTS - 1) // step) + 1)
    except ValueError as error:
        show_problem(error)
        return None
    domain = chart.pieces_domain(seen.x, seen.target, knots[1])
    fit = Fit(seen, FIT_KEYS, epsilon, drawing_stamp(target))
    with web.keep_in_view():
        web.render(chart.draw_pieces(fit, knots), key=OWN_CHART_KEY)
    handles = DragHandles(OWN_CHART_KEY, domain, text.KNOTS, "ua_own_grab", along="y")
    draw_handles(handles, np.column_stack(knots), name=chart.HELD, on_change=write_heights)
    web.publish_result("fewest_units", network.width, float(seen.sup[0]))
    return domain


def draw_drawn(network: ShallowNetwork, knots: tuple[Array, Array], domain: Domain, near: float) -> None:
    """Draw the network, whose output weights and output bias can be dragged, and which follows a knot that is held.

    near: where the knots are whose units are drawn, if not all have room.
    """
    places, heights = knots
    changes = np.diff(np.diff(np.eye(len(places))) / np.diff(places), prepend=0)
    units = [[(unit, row[unit]) for unit in np.flatnonzero(row).tolist()] for row in changes]
    moves = KnotMoves(
        (f"{chart.HELD}_i", f"{chart.HELD}_y"), heights.tolist(), units, np.eye(len(places))[0].tolist()
    )
    low, high = domain[1]
    steepest = 2 * (high - low) / float(places[1] - places[0])
    drawing = NetworkDrawing(
        NET,
        OWN_CHART_KEY,
        domain,
        (float(places[0]), float(places[-1])),
        moves=moves,
        tall=(TALL - 60, 150),
        near=near,
        ranges={
            "v": (-steepest, steepest, round_step(steepest / 200)),
            "c": (low, high, round_step((high - low) / 400)),
        },
    )

    def change(part: str, unit: int, value: float) -> None:
        v, c = network.output_weights.copy(), network.output_bias
        if part == "v":
            v[unit] = value
        else:
            c = value
        changed = ShallowNetwork(network.activation, network.hidden_weights, network.hidden_biases, v, c)
        write_heights(np.column_stack([places, changed(places)]))

    draw_network(drawing, {"": network}, ACTIVATIONS["relu"].value, key="ua_hand_drawn", on_change=change)


def put_on(target: Target, knots: Array) -> None:
    """Write the values of f at the knots with all digits into the box, and 0 where f has none."""
    heights = np.nan_to_num(target(knots), posinf=0.0, neginf=0.0)
    st.session_state[HEIGHTS_KEY] = " ".join(map(shortest, heights.tolist()))


def read_heights(typed: str) -> Array:
    """Read numbers with blanks, commas or semicolons between them; ValueError for anything else."""
    heights = np.array([_number(word) for word in typed.replace(";", " ").replace(",", " ").split()])
    if not 2 <= len(heights) <= MOST_KNOTS:
        raise ValueError(text.wrong_count(MOST_KNOTS, len(heights)))
    if not np.abs(heights).max() <= HIGHEST:
        raise ValueError(text.too_large(HIGHEST, heights[np.argmax(~(np.abs(heights) <= HIGHEST))]))
    return heights


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(text.no_number(word)) from None


def write_heights(points: Array) -> None:
    """Write the heights of the knots (n, 2) into the box: one that moved to four digits, the others with all digits."""
    before = read_heights(str(last_valid_input(HEIGHTS_KEY) or FIRST_HEIGHTS))
    heights = points[:, 1]
    moved = np.abs(heights - before) > _ROUNDING * np.maximum(np.abs(before), 1.0)
    words = [
        f"{new:.4g}" if is_moved else shortest(old) for new, old, is_moved in zip(heights, before, moved)
    ]
    st.session_state[HEIGHTS_KEY] = " ".join(words)


CHAPTER = Chapter("by_hand", text.CHAPTER, draw)
