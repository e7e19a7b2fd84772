"""The chapter "The learning rate": what η, a shift of x and standardization do to the updates of gradient descent."""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts import Columns, ground_columns, levels
from nnviz.expressions import Library
from nnviz.lessons.linear_regression.shared import text as shared_text
from nnviz.lessons.linear_regression.shared.view import LineLoss, compute_line_loss, values_on
from nnviz.lessons.linear_regression.step_size import chart, text
from nnviz.lessons.linear_regression.step_size.code import MAX_UPDATES, write_rates_code
from nnviz.lessons.linear_regression.step_size.distance import chart as distance
from nnviz.lessons.linear_regression.step_size.scale.chart import draw_scale
from nnviz.optimization import DescentSpec, convergence, descend
from nnviz.regression import linear_model
from nnviz.web import data_input
from nnviz.web.controls import select_option, slider
from nnviz.web.data_input import choose_line_samples, sample_slider_keys
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.live import publish_live
from nnviz.web.render import keep_in_view, render
from nnviz.web.turns import fragment
from nnviz.web.wording import show_count, show_number

SHIFT_KEY: Final = "lr_shift"
STRETCH_KEY: Final = "lr_stretch"
NEAR_KEY: Final = "lr_near"

TARGETS = (0.1, 0.01, 0.001, 1e-6)
START = (0.0, 0.0)
MAP_PIXELS = (760, 400)
MAP_SIDES = (2, 1)  # a map is about so many times as wide as high
FROM_START = 1.5  # the map reaches so many times as far from the minimum as the start
FIRST_RATE = 1.9  # a zig-zag along the steep direction, near the limit


class Map(NamedTuple):
    """A map of the loss: how far it reaches from the minimum, up and down, and its image, which reaches farther."""

    reach: float
    image: Columns


@dataclass(frozen=True, eq=False)
class Analysis:
    """Gradient descent from the line ŷ = 0 on the loss of the points x, y (n,): what theory predicts, and a run.

    guaranteed: the number of updates to the target from every start, or infinity. fastest: the same with the best
    learning rate. observed: of the run, None if it did not get there. left: the remaining share of the distance.
    last_loss: after the last update, and infinity if the run diverges.
    """

    x: Array
    loss: LineLoss
    modes: chart.Modes
    learning_rate: float
    rate: convergence.Rate
    guaranteed: float
    fastest: float
    observed: int | None
    left: Array
    last_loss: float


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the analyses of your x and of standardized x, and which of the two is in the charts.

    rate: η λmax. target: the share of the distance at which updates are counted.
    """

    y: Array
    rate: float
    target: float
    raw: Analysis
    standard: Analysis
    chosen: Analysis


def shift_and_stretch(x: Array, shift: float, factor: float) -> Array:
    """Return x (n,) times the factor, then shifted by so many of its new standard deviations."""
    stretched = factor * x
    return np.asarray(stretched + shift * (float(stretched.std()) or 1.0))


@kept
def compute_map(x: Array, y: Array) -> Map:
    """Compute the map of the loss, with bands for the part that it shows."""
    loss = compute_line_loss(x, y)
    center = np.array(loss.minimum)
    side = max(high - low for low, high in loss.surface.domain) / 2
    reach = FROM_START * float(np.linalg.norm(START - center)) or side
    inner = tuple(
        (at - wide * reach, at + wide * reach) for at, wide in zip(loss.minimum, MAP_SIDES, strict=True)
    )
    edges = levels(values_on(loss.surface, inner, (100, 100)))
    domain = chart.image_domain(center, reach)
    return Map(reach, ground_columns(values_on(loss.surface, domain, MAP_PIXELS), domain, edges))


@kept
def analyze(x: Array, y: Array, rate: float, target: float) -> Analysis:
    """Analyze gradient descent with η = rate/λmax on the loss of the points x, y (n,)."""
    loss = compute_line_loss(x, y)
    sizes, center = loss.sizes, np.array(loss.minimum)
    eta = rate * sizes.monotone
    theory = convergence.rate_at(sizes, eta)
    guaranteed, fastest = (
        convergence.steps_bound(convergence.rate_at(sizes, each).worst, target)
        for each in (eta, sizes.fastest)
    )
    fewest = distance.HORIZONS[0]
    if guaranteed < np.inf:
        updates = int(min(max(guaranteed, fewest), MAX_UPDATES))
        points = convergence.path_on_bowl(linear_model.hessian(x), center, START, eta, updates)
    else:
        points = descend(DescentSpec("own", "gradient_descent", eta, START, fewest), loss.surface).points
    distances = convergence.distances_to(sizes, points, center)
    return Analysis(
        x,
        loss,
        chart.Modes(center, sizes.eigenvalues, convergence.components(sizes, START - center)),
        eta,
        theory,
        guaranteed,
        fastest,
        convergence.steps_to(distances, target),
        distances / max(distances[0], 1e-300),
        math.inf if theory.regime == "diverging" else float(loss.surface.value(points[-1])),
    )


def draw_workbench() -> Shown:
    """Draw the map with its controls, and below it the factors, the distance and the table."""
    with web.beside_picture(), web.first_screen():
        picture, scale = keep_in_view(), st.container()
        rate = slider(
            shared_text.RELATIVE_RATE,
            *(chart.MIN_RATE, chart.MAX_RATE, FIRST_RATE, 0.02),
            key=chart.RATE,
            format="%.4g",
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            buttons = st.container(horizontal=True, gap="small")
            standard = st.toggle(
                text.SHOW_STANDARD, key="lr_standard", bind="query-params", help=text.SHOW_STANDARD_HELP
            )
    below = st.columns([5, 4], gap="medium")
    with below[1]:
        x, y, target = choose_points()
    raw, scaled = (analyze(each, y, rate, target) for each in (x, linear_model.standardize(x).x))
    shown = Shown(y, rate, target, raw, scaled, scaled if standard else raw)
    with buttons:
        draw_buttons(shown.chosen)
    with picture:
        draw_map(shown)
    with scale:
        render(draw_scale(float(shown.chosen.loss.sizes.eigenvalues[-1]), rate), key="lr_scale")
    with below[0]:
        st.caption(text.MAP_CAPTION)
        draw_factors(shown)
        horizon = distance.choose_horizon(shown.chosen.guaranteed)
        render(distance.draw_distance(shown.chosen.modes, rate, shown.chosen.left, horizon), key="lr_left")
    with below[1]:
        draw_table(shown)
    publish_live({chart.RATE: rate}, key="lr_follow_rate")
    web.publish_result("largest_rate", shown.chosen.learning_rate, shown.chosen.last_loss)
    update_during_drag(SHIFT_KEY, STRETCH_KEY, *sample_slider_keys("lr"), key="lr_hand_bowl")
    return shown


def choose_points() -> tuple[Array, Array, float]:
    """Draw the controls of the points, and return x shifted and stretched, y, and the target distance."""
    move, stretch, near = st.columns(3, gap="small")
    with move:
        shift = slider(text.SHIFT, -5.0, 5.0, 1.0, 0.25, key=SHIFT_KEY, help=text.SHIFT_HELP)
    with stretch:
        factor = slider(text.STRETCH, 0.25, 4.0, 1.0, 0.25, key=STRETCH_KEY, help=text.STRETCH_HELP)
    with near:
        names = {f"{target:g}": text.name_target(target) for target in TARGETS}
        target = float(select_option(text.NEAR, names, "0.01", key=NEAR_KEY, help=text.NEAR_HELP))
    samples = choose_line_samples("lr")
    return shift_and_stretch(samples.x[:, 0], shift, factor), samples.y, target


def name_rates(analysis: Analysis) -> dict[str, float]:
    """Return the learning rates that have a name, rising."""
    sizes = analysis.loss.sizes
    return {text.MONOTONE: sizes.monotone, text.BEST: sizes.fastest, text.CRITICAL: sizes.critical}


def draw_buttons(analysis: Analysis) -> None:
    """Draw the buttons that set a learning rate."""
    for number, (name, eta) in enumerate(name_rates(analysis).items()):
        st.button(
            text.set_rate(name),
            on_click=set_rate,
            args=(eta / analysis.loss.sizes.monotone,),
            key=f"lr_set_{number}",
        )


def set_rate(rate: float) -> None:
    """Set the learning rate, in units of 1/λmax."""
    st.session_state[chart.RATE] = rate


def draw_factors(shown: Shown) -> None:
    """Draw the factors of an update for the x that is analyzed."""
    eigenvalues = shown.chosen.loss.sizes.eigenvalues
    curved = eigenvalues[eigenvalues > 0][[0, -1]]
    render(chart.draw_factors(curved, name_rates(shown.chosen), shown.rate), key="lr_factors")


def draw_map(shown: Shown) -> None:
    """Draw the first updates for the x that is analyzed."""
    analysis, is_standard = shown.chosen, shown.chosen is shown.standard
    drawn = compute_map(analysis.x, shown.y)
    titles = (text.W_STANDARD_AXIS if is_standard else text.W_AXIS, text.B_AXIS)
    about = drawn.reach, titles, count_updates(shown.raw.loss.sizes.condition)
    render(chart.draw_first_updates(drawn.image, analysis.modes, shown.rate, *about), key="lr_first")


def count_updates(condition: float) -> int:
    """Return how many updates both maps show: more than usual where so few would hardly leave the start."""
    if condition < 2 * chart.MAP_UPDATES:
        return chart.MAP_UPDATES
    return int(min(round(condition, -1), chart.MOST_MAP_UPDATES))


def draw_table(shown: Shown) -> None:
    """Draw what theory predicts beside what a run does, for both."""
    both = (shown.raw, shown.standard)
    rows = [
        (
            text.EIGENVALUES,
            *(", ".join(show_number(value) for value in one.loss.sizes.eigenvalues) for one in both),
        ),
        (text.CONDITION, *(show_number(one.loss.sizes.condition, 4) for one in both)),
        (text.ETA, *(text.name_rate(one.learning_rate, one.rate.regime) for one in both)),
        (text.FACTOR, *(text.name_factor(one.rate.worst) for one in both)),
        (text.PREDICTED_UPDATES, *(text.guaranteed(one.guaranteed) for one in both)),
        (text.OBSERVED_UPDATES, *(say_observed(one) for one in both)),
        (text.BEST_UPDATES, *(text.guaranteed(one.fastest) for one in both)),
    ]
    st.markdown(markdown_table(text.TABLE_HEAD, rows))


def say_observed(analysis: Analysis) -> str:
    """Write how many updates the run needed."""
    if analysis.observed is not None:
        return show_count(analysis.observed)
    return text.not_reached(len(analysis.left) - 1, diverges=analysis.rate.regime == "diverging")


def write_code(shown: Shown, library: Library) -> str:
    """Write source that finds the same eigenvalues, learning rates and numbers of updates."""
    chosen = shown.chosen
    return write_rates_code(chosen.x, shown.y, chosen.learning_rate, shown.target, library)


@fragment
def draw() -> None:
    """Draw what the learning rate does, from the Hessian of the data."""
    shown = draw_workbench()
    web.write(text.MORE)
    web.write(text.THEORY)
    web.offer_code(write_code, shown, key="lr_bowl", name="learning_rate")


CHAPTER = Chapter("step_size", text.CHAPTER, draw, tuple(data_input.LINE_KEYS))
