"""The chapter "A line by hand": its controls, the run of gradient descent, and the same state as formulas."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Labels
from nnviz.charts import Columns
from nnviz.charts.contour_image import has_equal_scales
from nnviz.data import Samples, write_points
from nnviz.expressions import Library
from nnviz.lessons.linear_regression.by_hand import chart, text
from nnviz.lessons.linear_regression.by_hand.code import write_line_code
from nnviz.lessons.linear_regression.by_hand.formulas import FORMULAS, LineNumbers
from nnviz.lessons.linear_regression.by_hand.total_area.chart import draw_total_area
from nnviz.lessons.linear_regression.shared import text as shared_text
from nnviz.lessons.linear_regression.shared import view as shared_view
from nnviz.lessons.linear_regression.shared.chart import choose_drawn
from nnviz.lessons.linear_regression.shared.code import Run
from nnviz.lessons.linear_regression.shared.rates import NEAR, default_rate, keep_rate, learning_rates
from nnviz.lessons.linear_regression.shared.view import LineLoss, compute_line_loss, follow_run, play_run
from nnviz.losses import Surface
from nnviz.optimization import DescentSpec, Trajectory, descend
from nnviz.regression import linear_model
from nnviz.web import data_input
from nnviz.web.controls import fine_slider, int_slider, lazy_popover, segmented, select_int, step_slider
from nnviz.web.data_input import (
    OWN,
    choose_line_samples,
    draw_center_switch,
    put_points_into_link,
    sample_slider_keys,
)
from nnviz.web.drag_points import DragHandles, draw_handle, draw_handles
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.latex_format import aligned
from nnviz.web.lesson import Chapter, body_fragment
from nnviz.web.live import publish_live
from nnviz.web.live_latex import LiveNumbers
from nnviz.web.questions import is_code_open
from nnviz.web.render import TABLES, beside_picture, first_screen, keep_in_view, render
from nnviz.web.run_controls import RunControls
from nnviz.web.turns import fragment

BATCH_KEY, BATCH_SEED_KEY = "lr_batch", "lr_batch_seed"
LOSS_MAP_KEY: Final = "lr_loss_map"
FIT_KEY: Final = "lr_fit"
MOST_DRAGGED = 150  # points
BATCH_SIZES = (0, 1, 2, 4, 8, 16, 32)
TOLERANCE = 1e-12  # of the norm of the gradient
_CHAPTER: Final = "by_hand"
CODE = "lr_line"
DATA = "lr_data"
RATE_KEY = "lr_eta"
_CRITICAL = "lr_critical"  # the largest stable learning rate of the data shown last
LINE_KEYS = (chart.SLOPE, chart.INTERCEPT)
CONTROLS = RunControls("lr_steps", start=LINE_KEYS)
BATCH_VALUES: Final = ("lr_dw", "lr_db", "lr_x1", "lr_e1", "lr_x2", "lr_e2")
"""Live values of the next mini-batch: the gradient, then x and ŷ − y of its first two points."""


class Settings(NamedTuple):
    """The settings of a run, apart from its start."""

    learning_rate: float
    updates: int
    batch_size: int
    seed: int


@dataclass(frozen=True)
class Shown:
    """What is on screen: the points (n,), their loss, the run and the points that its next update uses.

    titles: of the axes. shows_best: whether the least-squares line is drawn. samples: the points as they are given.
    is_centered: whether x is centered and scaled.
    """

    x: Array
    y: Array
    titles: tuple[str, str]
    loss: LineLoss
    run: Run
    trajectory: Trajectory
    shows_best: bool
    samples: Samples
    is_centered: bool

    @property
    def line(self) -> tuple[float, float]:
        """Return (w, b) at the end of the run."""
        w, b = self.trajectory.points[-1].tolist()
        return w, b

    @property
    def updates(self) -> int:
        """Return how many updates the run has made."""
        return len(self.trajectory.points) - 1

    @property
    def best(self) -> tuple[float, float] | None:
        """Return (w, b) of the least-squares line if it is drawn."""
        return self.loss.minimum if self.shows_best else None

    def batch(self, update: int) -> Labels:
        """Return the numbers of the points that the update after so many others uses."""
        return batches(len(self.x), self.run)(update)


def batches(n: int, run: Run) -> Callable[[int], Labels]:
    """Return update -> the numbers of the points that it uses."""
    if run.batch_size:
        return linear_model.batches(n, run.batch_size, run.seed)
    return lambda _update: np.arange(n)


@kept
def compute_run(x: Array, y: Array, run: Run) -> Trajectory:
    """Run gradient descent on the loss of the points x, y (n,), on mini-batches if the run has a batch size."""
    w, b = run.start
    spec = DescentSpec("own", "gradient_descent", run.learning_rate, (w, b), run.updates, tolerance=TOLERANCE)
    gradient = linear_model.batch_gradient(x, y, run.batch_size, run.seed) if run.batch_size else None
    return descend(spec, compute_line_loss(x, y).surface, gradient)


def begin_new_run() -> None:
    """Begin a run at the sliders. Charts and formulas have followed in the browser; a run, tables and code have not.

    If one of those is on the page, the whole chapter runs again.
    """
    outdated = any(map(st.session_state.get, (CONTROLS.updates, TABLES))) or is_code_open(CODE)
    CONTROLS.reset()
    if outdated:
        st.rerun(body_fragment(_CHAPTER))


def draw_workbench() -> Shown:
    """Draw the line, its squares, their total area and the map of the loss, with the controls of all of them."""
    warnings, (left, maps), (below, data_column) = st.container(), *make_room()
    descent = below.container()
    with data_column:
        samples = choose_line_samples("lr")
        is_centered = draw_center_switch()
    x, y = linear_model.standardize(samples.x[:, 0]).x if is_centered else samples.x[:, 0], samples.y
    data = (st.session_state[DATA], is_centered)
    loss, intercept = compute_line_loss(x, y), default_intercept(y)
    is_new = begin_for_new_data(data, loss, intercept)
    with descent:
        settings = choose_settings(len(x), loss)
    with left:
        picture = keep_in_view()
        at: tuple[float, ...] = (0.0, intercept)
        begun = CONTROLS.find_start(settings.updates, at)
        if begun is not None:
            at = follow_run(CONTROLS, compute_run(x, y, Run(begun, *settings)), loss.surface.domain)
        line = choose_line(loss.surface, intercept)
        CONTROLS.end_begin(data, is_new=is_new or begun is not None, parameters=at, drawn=line)
        playing = st.container()
    with maps:
        loss_map = st.container()
        shows_best = st.toggle(text.SHOW_BEST, key="lr_best", bind="query-params")
    point_handles = below.container()
    below.caption(text.CAPTION + " " + shared_text.LOSS_NOTE)
    run = Run(begun or line, *settings)
    titles = (text.name_x(samples.features[0], is_centered=is_centered), samples.target)
    shown = Shown(x, y, titles, loss, run, compute_run(x, y, run), shows_best, samples, is_centered)
    with descent:
        draw_buttons(shown)
        say_outcome(shown)
    with warnings:
        warn_of_large_rate(shown)
    drawn = draw_pictures(shown, picture, loss_map, below)
    with playing:
        draw_player(shown, drawn)
    let_drag(shown, point_handles)
    update_during_drag(RATE_KEY, BATCH_SEED_KEY, *sample_slider_keys("lr"), key="lr_hand")
    return shown


def make_room() -> tuple[list[DeltaGenerator], list[DeltaGenerator]]:
    """Return the columns of the pictures, and those of the controls below them."""
    with beside_picture():
        with first_screen():
            pictures = st.columns([8, 5], gap="medium")
        return pictures, st.columns([8, 5], gap="large")


def default_intercept(y: Array) -> float:
    """Return an intercept whose horizontal line is on the chart: 0 if it is there, else about the mean of y."""
    low, high = chart.fit_domain(y, y)[1]
    return 0.0 if low <= 0 <= high else float(f"{y.mean():.2g}")


def begin_for_new_data(data: tuple[str, bool], loss: LineLoss, intercept: float) -> bool:
    """Begin at the horizontal line with a learning rate that converges if the data set is new; return whether it is.

    Own points of another size, as of another file, get such a learning rate, too.
    """
    is_new, rate = CONTROLS.begin_for(data, (0.0, intercept)), st.session_state.get(RATE_KEY)
    critical = loss.sizes.critical
    before = st.session_state.get(_CRITICAL, critical)
    st.session_state[_CRITICAL] = critical
    if is_new or max(critical / before, before / critical) > NEAR:
        st.session_state[RATE_KEY] = default_rate(loss)
    elif rate is not None and rate not in learning_rates(loss):
        st.session_state[RATE_KEY] = keep_rate(rate, loss)
    return is_new


def choose_settings(n: int, loss: LineLoss) -> Settings:
    """Draw the learning rate, the number of updates and the batch size of a run on n points."""
    dial, number, batches = st.columns([5, 5, 6], gap="small", vertical_alignment="bottom")
    with dial:
        rate = step_slider(text.RATE, learning_rates(loss), default_rate(loss), key=RATE_KEY)
    with number:
        updates = CONTROLS.choose_updates(shared_text.UPDATES)
    with batches:
        return Settings(rate, updates, *choose_batches(n))


def choose_batches(n: int) -> tuple[int, int]:
    """Draw the batch size and the seed of a run on n points, folded away until they are asked for."""
    with lazy_popover(text.BATCHES, "lr_batches", [BATCH_KEY, BATCH_SEED_KEY], width="stretch") as is_drawn:
        if not is_drawn:
            return 0, 0
        fitting = [size for size in BATCH_SIZES if size <= n]
        size = select_int(text.BATCH, fitting, 0, key=BATCH_KEY, name=text.name_batch)
        return size, int_slider(text.BATCH_SEED, 0, 99, 0, key=BATCH_SEED_KEY) if size else 0


@fragment
def choose_line(surface: Surface, intercept: float) -> tuple[float, float]:
    """Draw the sliders of the line (w, b), a fragment of their own: the browser draws what they move."""
    (across, up), columns = surface.domain, st.columns(2)
    with columns[0]:
        w = fine_slider(text.SLOPE, across, key=chart.SLOPE, on_change=begin_new_run)
    with columns[1]:
        b = fine_slider(text.INTERCEPT, up, key=chart.INTERCEPT, on_change=begin_new_run, default=intercept)
    return w, b


def draw_buttons(shown: Shown) -> None:
    """Draw the buttons that add updates to the run, return to its start, or move the line to the best one."""
    labels = {updates: shared_text.make_updates(updates) for updates in (1, 25)}
    labels[CONTROLS.most] = shared_text.make_all(CONTROLS.most)
    made = partial(count_made, shown.x, shown.y, shown.run)
    with st.container(horizontal=True, gap="small"):
        CONTROLS.draw_buttons(
            labels, made, reset=shared_text.RESET, help=shared_text.RESET_HELP, begun=shown.updates > 0
        )
        st.button(text.USE_BEST, on_click=CONTROLS.start_at, args=(shown.loss.minimum,), key="lr_fit_now")


def count_made(x: Array, y: Array, run: Run, updates: int) -> int:
    """Return how many of the updates a run from the sliders makes before it converges or diverges."""
    return len(compute_run(x, y, run._replace(start=CONTROLS.begun_at(), updates=updates)).points) - 1


def say_outcome(shown: Shown) -> None:
    """Say whether the run converged, or else which learning rates converge; beside the best line, one through 0."""
    if shown.shows_best and not shown.is_centered:
        st.caption(text.through_origin(linear_model.slope_through_origin(shown.x, shown.y)))
    size, most = shown.run.batch_size, CONTROLS.most
    if shown.updates and shown.trajectory.converged:
        st.caption(text.converged(shown.updates))
    elif shown.updates == most and not size:
        st.caption(text.not_converged(most, shown.loss.sizes.condition))
    else:
        st.caption(text.random_batches(size) if size else text.safe_rates(shown.loss.sizes.critical))


def warn_of_large_rate(shown: Shown) -> None:
    """Warn of a run that diverges at its end, or that must diverge with a full batch."""
    rate, critical = shown.run.learning_rate, shown.loss.sizes.critical
    if shown.updates and (shown.run.batch_size or rate > critical):
        longer = compute_run(shown.x, shown.y, shown.run._replace(updates=shown.updates + 1))
        if longer.diverged:
            st.warning(text.diverged(shown.updates, rate), icon=":material/warning:")
        elif rate > critical and not shown.run.batch_size:
            st.warning(text.too_large(rate, critical), icon=":material/warning:")


def draw_pictures(shown: Shown, *places: DeltaGenerator) -> Labels:
    """Draw the line, the map and the total area at these places, and return which points of the run they can show."""
    picture, loss_map, area = places
    points, drawn = chart.points_columns(shown.x, shown.y), choose_drawn(len(shown.trajectory.points))
    with picture:
        rings = ring_batches(shown, drawn)
        render(chart.draw_fit(points, shown.line, shown.titles, shown.best, rings), key=FIT_KEY)
    with loss_map:
        path, domain = drawn if drawn.size > 1 else drawn[:0], shown.loss.surface.domain
        points_of_run, losses = shown.trajectory.points, shown.trajectory.values
        loss_picture = chart.draw_loss_map(shown.loss.image, points_of_run, losses, path, domain, shown.best)
        render(loss_picture, key=LOSS_MAP_KEY)
    line = dict(zip(CONTROLS.start, shown.line, strict=True))
    publish_live(line, key="lr_follow", played=drawn.size > 1)
    shared_view.publish_results(shown.loss.surface, line, shown.run.learning_rate, shown.trajectory)
    with area:
        render(draw_total_area(points, shown.line, shows_best=shown.shows_best), key="lr_area")
    return drawn


def ring_batches(shown: Shown, drawn: Labels) -> Columns | None:
    """Return which points each frame's next update uses, if it uses a mini-batch."""
    if not shown.run.batch_size:
        return None
    return chart.batch_columns(shown.x, shown.y, [shown.batch(update) for update in drawn.tolist()])


def draw_player(shown: Shown, drawn: Labels) -> None:
    """Draw the player of the run, if it has an update."""
    if drawn.size > 1:
        sliders, further = dict(zip(CONTROLS.start, "wb", strict=True)), tell_batches(shown, drawn)
        play_run(chart.FRAME, shown.trajectory, drawn, sliders, controls=CONTROLS, further=further)
        st.caption(shared_text.run_caption("the line"))


def tell_batches(shown: Shown, drawn: Labels) -> dict[str, list[float]]:
    """Return BATCH_VALUES after each of the updates in `drawn`, if they use mini-batches."""
    run, x, y = shown.run, shown.x, shown.y
    if not run.batch_size:
        return {}
    gradient = linear_model.batch_gradient(x, y, run.batch_size, run.seed)
    points = shown.trajectory.points[drawn]
    gradients = [gradient(point, update) for point, update in zip(points, drawn.tolist(), strict=True)]
    first = np.array([shown.batch(update)[:2] for update in drawn.tolist()])
    errors = points[:, :1] * x[first] + points[:, 1:] - y[first]
    terms = np.stack([x[first], errors], axis=-1).reshape(len(points), -1)
    return dict(zip(BATCH_VALUES, np.hstack([gradients, terms]).T.tolist()))


def let_drag(shown: Shown, below: DeltaGenerator) -> None:
    """Let the reader drag the line on the map, and the points if their text fits into the link."""
    line = DragHandles(
        LOSS_MAP_KEY, shown.loss.surface.domain, labels=("w", "b"), words=text.THE_DOT, key="lr_grab_line",
        hint=text.DOT_HINT, is_equal=has_equal_scales(shown.loss.surface.domain),
    )  # fmt: skip
    with below:
        draw_handle(line, shown.line, keys=LINE_KEYS, then=CONTROLS.reset)
    if len(shown.x) > MOST_DRAGGED or shown.is_centered:
        return
    points = DragHandles(
        FIT_KEY, chart.fit_domain(shown.x, shown.y), words=text.THE_POINTS, key="lr_grab_points",
        further=text.OWN_POINTS,
    )  # fmt: skip
    with below:
        draw_handles(
            points, np.column_stack((shown.x, shown.y)), name=chart.DRAG, may_add=True, min_points=2,
            on_change=partial(keep_points, (shown.samples.features[0], shown.samples.target)),
        )  # fmt: skip


def keep_points(names: tuple[str, str], points: Array) -> None:
    """Make the points (n, 2) the reader's own, which the link carries; the line stays where the sliders are."""
    own = Samples(points[:, :1], points[:, 1], (names[0],), names[1], "", "", "")
    put_points_into_link("lr", write_points(own))
    CONTROLS.keep_for((OWN, False))


def draw_formulas(shown: Shown) -> None:
    """Draw the same state as formulas, with its numbers in them."""
    group = segmented(text.FORMULAS, text.FORMULA_GROUPS, text.NEXT_UPDATE, key="lr_formulas")
    batch = shown.batch(shown.updates)
    if len(batch) < len(shown.x) and group in (text.GRADIENT, text.NEXT_UPDATE):
        st.markdown(text.used_points(len(batch)))
    told = tell_batches(shown, np.array([shown.updates])) if shown.updates else {}
    at = dict(zip(CONTROLS.start, shown.line, strict=True)) | {name: value for name, (value,) in told.items()}
    reach = [*((high - low) / 2 for low, high in shown.loss.surface.domain), *[1.0] * len(told)]
    numbers = LiveNumbers(at, scales=reach, key="lr_numbers")
    line = LineNumbers(
        shown.x, shown.y, batch, shown.run.learning_rate, shown.loss.minimum, batch_is_live=bool(told)
    )
    st.latex(aligned(*FORMULAS[group](line, numbers.place)))
    numbers.mount()


def write_code(shown: Shown, library: Library) -> str:
    """Write source that makes the same run."""
    return write_line_code(shown.x, shown.y, shown.run._replace(updates=shown.updates), library)


@fragment(key=body_fragment(_CHAPTER))
def draw() -> None:
    """Draw the line with its residuals, the total area of its squares, and the map of the loss."""
    shown = draw_workbench()
    draw_formulas(shown)
    web.write(text.MORE)
    web.offer_code(write_code, shown, key=CODE, name="line")


CHAPTER = Chapter(_CHAPTER, text.CHAPTER, draw, tuple(data_input.LINE_KEYS))
