"""The chapter "More inputs": a linear model with several inputs, its weights and gradient, and standardization."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts import Columns
from nnviz.data import Samples
from nnviz.expressions import Library
from nnviz.lessons.linear_regression.more_inputs import chart, formulas, text
from nnviz.lessons.linear_regression.more_inputs.code import write_linear_code
from nnviz.lessons.linear_regression.more_inputs.table.view import DATA, PLANE, PLANE_SLIDERS, choose_table
from nnviz.lessons.linear_regression.shared import text as shared_text
from nnviz.lessons.linear_regression.shared.chart import choose_drawn
from nnviz.lessons.linear_regression.shared.code import Run
from nnviz.lessons.linear_regression.shared.view import follow_run, play_run
from nnviz.losses import Surface
from nnviz.optimization import DescentSpec, StepSizes, Trajectory, descend, step_sizes
from nnviz.regression import linear_model, loss_surface
from nnviz.web.controls import (
    fine_slider,
    select_option,
    slider,
)
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.latex_format import SUBSCRIPTS, aligned, markdown_table, tex
from nnviz.web.lesson import Chapter
from nnviz.web.live import publish_live
from nnviz.web.live_latex import LiveNumbers
from nnviz.web.render import keep_in_view, render
from nnviz.web.run_controls import RunControls

ETA_INPUTS_KEY, ACROSS_KEY, UP_KEY = "lr_eta_inputs", "lr_across", "lr_up"
STANDARDIZED = "lr_scaled"
UPDATES, FRAME = "lr_updates", "lr_frame_inputs"
BUTTONS = (1, 25, 500)


class TableLoss(NamedTuple):
    """The mean squared error of a table over all parameters, its curvature, and its minimum."""

    surface: Surface
    sizes: StepSizes
    fit: linear_model.LinearFit


@dataclass(frozen=True, eq=False)
class Model:
    """What is on screen: the samples, x (n, d) as given or standardized, their loss, and the run with η = pace/λmax."""

    samples: Samples
    x: Array
    loss: TableLoss
    standard: bool
    start: tuple[float, ...]
    pace: float
    trajectory: Trajectory

    @property
    def inputs(self) -> int:
        """Return the number of inputs."""
        return int(self.x.shape[1])

    @property
    def updates(self) -> int:
        """Return how many updates the run has made."""
        return len(self.trajectory.points) - 1

    @property
    def parameters(self) -> list[float]:
        """Return the weights and the bias at the end of the run."""
        end: list[float] = self.trajectory.points[-1].tolist()
        return end

    @property
    def best(self) -> list[float]:
        """Return the least-squares weights and bias."""
        return [*self.loss.fit.weights.tolist(), self.loss.fit.bias]

    @property
    def learning_rate(self) -> float:
        """Return η."""
        return self.pace * self.loss.sizes.monotone

    @property
    def controls(self) -> RunControls:
        """Return the controls of the run."""
        return controls_of(self.inputs)


def controls_of(inputs: int) -> RunControls:
    """Return the controls of a run with so many inputs."""
    return RunControls(UPDATES, start=chart.parameter_keys(inputs))


@kept
def compute_loss(x: Array, y: Array) -> TableLoss:
    """Compute the loss of x (n, d), y (n,), its curvature and its minimum."""
    return TableLoss(loss_surface(x, y), step_sizes(linear_model.hessian(x)), linear_model.closed_form(x, y))


@kept
def compute_run(x: Array, y: Array, start: tuple[float, ...], pace: float, updates: int) -> Trajectory:
    """Run gradient descent with η = pace/λmax."""
    loss = compute_loss(x, y)
    spec = DescentSpec("own", "gradient_descent", pace * loss.sizes.monotone, start, updates)
    return descend(spec, loss.surface)


def draw_workbench() -> Model:
    """Draw the plane with its residuals, predicted against actual values, and the controls of the weights."""
    (left, right), (run, tables) = make_room()
    with left:
        picture, sliders, playing = keep_in_view(), st.container(), st.container()
    agreement = right.container()
    with tables:
        samples = choose_table()
    with right:
        is_space = samples.x.shape[1] == 2
        shows_best = is_space and st.toggle(text.SHOW_BEST, key="lr_best_plane", bind="query-params")
    with run:
        standard = st.toggle(text.STANDARDIZE, key=STANDARDIZED, bind="query-params")
        st.caption(text.SPACE_CAPTION if is_space else text.CAPTION)
        x = linear_model.standardize(samples.x).x if standard else samples.x
        loss = compute_loss(x, samples.y)
        table = (st.session_state[DATA], standard, x.shape[1])
        controls, first = (
            controls_of(x.shape[1]),
            first_parameters(loss, samples.y, is_drawn=table[0] == PLANE),
        )
        is_new = controls.begin_for(table, first)
        pace, updates = choose_run(x.shape[1])
    begun, at, run_from = controls.find_start(updates, first), first, partial(compute_run, x, samples.y)
    if begun is not None:
        at = follow_run(controls, run_from(begun, pace, updates), loss.surface.domain)
    with sliders:
        drawn = choose_parameters(loss.surface, first)
        controls.end_begin(table, is_new=is_new or begun is not None, parameters=at, drawn=drawn)
    start = begun or drawn
    model = Model(samples, x, loss, standard, start, pace, run_from(start, pace, updates))
    with picture:
        draw_plane(model, model.best if shows_best else ())
    with agreement:
        draw_agreement(model)
    with run:
        draw_buttons(model)
    with playing:
        draw_player(model)
    update_during_drag(ETA_INPUTS_KEY, *PLANE_SLIDERS, key="lr_hand_inputs")
    return model


def make_room() -> tuple[list[DeltaGenerator], list[DeltaGenerator]]:
    """Return the columns of the pictures, and those of the controls below them."""
    with web.beside_picture():
        with web.first_screen():
            pictures = st.columns([8, 5], gap="medium")
        return pictures, st.columns([6, 5], gap="large")


def choose_run(inputs: int) -> tuple[float, int]:
    """Draw the learning rate and the number of updates."""
    dial, number = st.columns([3, 2], gap="small")
    with dial:
        pace = slider(shared_text.RELATIVE_RATE, 0.1, 2.2, 1.0, 0.1, key=ETA_INPUTS_KEY)
    with number:
        updates = controls_of(inputs).choose_updates(shared_text.UPDATES)
    return pace, updates


def first_parameters(loss: TableLoss, y: Array, *, is_drawn: bool) -> tuple[float, ...]:
    """Return the parameters at first: half of the best ones for samples around a plane, else a level plane in view."""
    if is_drawn:
        return tuple(float(f"{value / 2:.1g}") for value in (*loss.fit.weights.tolist(), loss.fit.bias))
    return (*(0.0 for _ in loss.fit.weights), 0.0 if y.min() <= 0 <= y.max() else float(f"{y.mean():.2g}"))


def choose_parameters(surface: Surface, first: tuple[float, ...]) -> tuple[float, ...]:
    """Draw a slider for each weight and the bias; more than two weights are folded away."""
    inputs = len(surface.domain) - 1
    keys = chart.parameter_keys(inputs)
    symbols = [*(f"w{j}".translate(SUBSCRIPTS) for j in range(1, inputs + 1)), "b"]
    place = st.container() if inputs == 2 else st.expander(text.MOVE_WEIGHTS)
    reset, values = controls_of(inputs).reset, []
    columns = place.columns(3)
    each = zip(symbols, keys, surface.domain, first, strict=True)
    for number, (symbol, key, domain, default) in enumerate(each):
        with columns[number % 3]:
            values.append(fine_slider(symbol, domain, key=key, on_change=reset, default=default))
    return tuple(values)


def draw_buttons(model: Model) -> None:
    """Draw the buttons that add updates to the run, return to its start, or move the weights to the best ones."""
    labels = {updates: shared_text.make_updates(updates) for updates in BUTTONS}
    made = partial(count_made, model.x, model.samples.y, model.pace)
    with st.container(horizontal=True, gap="small"):
        model.controls.draw_buttons(
            labels, made, reset=shared_text.RESET, help=shared_text.RESET_HELP, begun=model.updates > 0
        )
        st.button(text.USE_BEST, on_click=model.controls.start_at, args=(model.best,), key="lr_solve_inputs")
    if model.updates and model.pace > 2:
        st.warning(text.TOO_LARGE, icon=":material/warning:")


def count_made(x: Array, y: Array, pace: float, updates: int) -> int:
    """Return how many of the updates a run from the sliders makes before it diverges."""
    return len(compute_run(x, y, controls_of(x.shape[1]).begun_at(), pace, updates).points) - 1


def state_of(model: Model) -> Columns:
    """Return the data set of the parameters at the end of the run."""
    return chart.state_columns(model.x, model.samples.y, model.parameters, model.loss.fit.loss)


def draw_player(model: Model) -> None:
    """Draw the player of the run, if it has an update; the player and the sliders move the charts."""
    keys, drawn = model.controls.start, choose_drawn(len(model.trajectory.points))
    played = drawn.size > 1
    publish_live(dict(zip(keys, model.parameters, strict=True)), key="lr_follow_inputs", played=played)
    if played:
        symbols = [*(f"w{j}".translate(SUBSCRIPTS) for j in range(1, model.inputs + 1)), "b"]
        sliders = dict(zip(keys, symbols, strict=True))
        play_run(FRAME, model.trajectory, drawn, sliders, controls=model.controls)
        st.caption(shared_text.run_caption("the weights"))


def draw_plane(model: Model, best: Sequence[float]) -> None:
    """Draw the plane over two of the inputs, and the plane of the parameters `best`, if they are given."""
    features = model.samples.features
    names = tuple(text.name_input(name, standard=model.standard) for name in features)
    over = (0, 1) if len(names) == 2 else choose_axes(features)
    titles = (names[over[0]], names[over[1]])
    points, box = chart.points_columns(model.x, model.samples.y), chart.plane_domain(model.x, over)
    render(chart.draw_plane(points, state_of(model), over, box, titles, best), key="lr_plane")
    if len(names) > 2:
        st.caption(text.OTHERS_CAPTION)


def draw_agreement(model: Model) -> None:
    """Draw actual against predicted values."""
    points = chart.points_columns(model.x, model.samples.y)
    render(chart.draw_agreement(points, state_of(model), model.samples.target), key="lr_agreement")


def choose_axes(names: tuple[str, ...]) -> tuple[int, int]:
    """Draw the menus of the two inputs that the plane is drawn over."""
    titles = {f"x{number}": text.number_input(number, name) for number, name in enumerate(names, 1)}
    numbers = {name: place for place, name in enumerate(titles)}
    menus = zip(st.columns(2), (text.ACROSS, text.UP), (0, 1), (ACROSS_KEY, UP_KEY), strict=True)
    chosen = []
    for place, label, first, key in menus:
        with place:
            chosen.append(numbers[select_option(label, titles, list(titles)[first], key=key)])
    return chosen[0], chosen[1]


def draw_tables(model: Model) -> None:
    """Draw each parameter with its gradient, both as they move, and its least-squares value; then the inputs."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        numbers = live_numbers(model, "lr_numbers_weights")
        rows = formulas.write_parameters(model.x, model.samples.y, model.best, numbers.place)
        st.markdown(markdown_table(text.WEIGHTS_HEAD, as_latex(rows)))
        numbers.mount()
    with right:
        st.markdown(markdown_table(text.INPUTS_HEAD, as_latex(formulas.write_inputs(model.x))))
        names = [(j, name) for j, name in enumerate(model.samples.features, 1) if name != f"x{j}"]
        if names:
            st.text(", ".join(text.number_input(j, name) for j, name in names))


def as_latex(rows: Iterable[Iterable[str]]) -> list[list[str]]:
    """Return the cells of a table as formulas."""
    return [[f"${cell}$" for cell in row] for row in rows]


def live_numbers(model: Model, key: str) -> LiveNumbers:
    """Return numbers that follow the weights and the bias."""
    reach = [(high - low) / 2 for low, high in model.loss.surface.domain]
    return LiveNumbers(dict(zip(model.controls.start, model.parameters, strict=True)), scales=reach, key=key)


def draw_formulas(model: Model) -> None:
    """Draw the next update, whose numbers follow the parameters, and the exact solution."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(text.NEXT_UPDATE)
        numbers = live_numbers(model, "lr_numbers_inputs")
        st.latex(
            aligned(*formulas.write_update(model.x, model.samples.y, model.learning_rate, numbers.place))
        )
        numbers.mount()
    with right:
        st.markdown(text.SOLUTION)
        st.latex(aligned(*formulas.write_solution(model.x, model.samples.y, model.loss.fit)))
    if not model.loss.fit.unique:
        st.info(text.low_rank(model.loss.fit.rank, model.inputs + 1))


def write_condition(loss: TableLoss) -> str:
    """Return the condition number, as far as 16 digits tell it."""
    if np.isfinite(loss.sizes.condition) or not loss.fit.unique:
        return f"$\\kappa = {tex(loss.sizes.condition)}$"
    return text.BEYOND_DIGITS


def draw_scaling(model: Model) -> None:
    """Draw the loss against the update from zero parameters, for the inputs as given and standardized."""
    start = (0.0,) * (model.inputs + 1)
    above, conditions = {}, {}
    tables = {text.RAW: model.samples.x, text.STANDARD: linear_model.standardize(model.samples.x).x}
    for name, x in tables.items():
        loss = compute_loss(x, model.samples.y)
        run = compute_run(x, model.samples.y, start, model.pace, chart.COMPARED_UPDATES)
        above[name] = run.values - loss.fit.loss
        conditions[name] = write_condition(loss)
    st.markdown(text.compare(model.pace, conditions))
    render(chart.draw_scaling(above), key="lr_scaling")


def write_code(model: Model, library: Library) -> str:
    """Write source that makes the same run."""
    run, (y, x) = Run(model.start, model.learning_rate, model.updates), (model.samples.y, model.samples.x)
    return write_linear_code(x, y, run, standard=model.standard, library=library)


@web.fragment
def draw() -> None:
    """Draw a plane through points over two inputs, and as many inputs as a table has."""
    model = draw_workbench()
    draw_tables(model)
    draw_formulas(model)
    draw_scaling(model)
    web.write(text.MORE)
    web.offer_code(write_code, model, key="lr_linear", name="linear_model")


CHAPTER = Chapter("more_inputs", text.CHAPTER, draw)
