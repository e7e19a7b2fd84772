"""Show the training of a network on f."""

from collections.abc import Hashable
from contextlib import suppress
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds, ShareProgress
from nnviz.approximation import ErrorFrames, interpolant, measure_frames
from nnviz.charts import epsilon_scale
from nnviz.charts.network_error import draw_error
from nnviz.charts.network_fit import Fit, draw_approximation, fit_domain
from nnviz.charts.network_units import UnitLink
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.lessons.universal_approximation.shared.chart import EPSILON, FIT_KEYS, NET
from nnviz.lessons.universal_approximation.shared.view import (
    PICTURE_COLUMNS,
    TRAINABLE,
    bound_error,
    draw_network_to_try,
    offer_network,
    say_error_bounds,
    training_set,
)
from nnviz.lessons.universal_approximation.train import text
from nnviz.lessons.universal_approximation.train.chart import NAMED_BY, draw_history, draw_loss, name_update
from nnviz.lessons.universal_approximation.train.code import training_code
from nnviz.lessons.universal_approximation.train.own import view as own
from nnviz.networks import ACTIVATIONS, ShallowNetwork, TrainingRun, TrainingSpec, train
from nnviz.networks.training_time import estimate_seconds
from nnviz.optimization import OPTIMIZERS
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target
from nnviz.web.controls import int_slider, log_slider, log_steps, select_int, select_registered
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.drawing_pad import drawing_stamp, pale_while_drawing
from nnviz.web.lesson import Chapter
from nnviz.web.live import PlayerOptions, draw_player, needs_all_frames
from nnviz.web.messages import accepts_price, last_valid
from nnviz.web.shared_cache import compute_once
from nnviz.web.turns import fragment

RATE_KEY: Final = "ua_rate"
SEED_KEY: Final = "ua_seed"
PROVE_KEY: Final = "ua_prove_trained"
FIT_CHART_KEY: Final = "ua_fit"

CONTROL_COLUMNS: Final = (5, 1.3, 2.6)
FRAMES: Final = 48
FIT_TALL: Final = 275  # pixels: of the picture, with the history of its error below
SECONDS: Final = 8.0
_WIDTH: Final = "ua_width"
_BEGUN: Final = "ua_begun"  # the run that was shown last, and the frame where it began
Places = tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator, DeltaGenerator]


class Trained(NamedTuple):
    """Hold a run with what it was made for, and its last network beside the target."""

    run: TrainingRun
    target: Target
    interval: Bounds
    last: ErrorFrames

    def name(self) -> str:
        """Return a text that tells this run from others."""
        return f"{self.run.spec} {self.target.text} {self.interval}"

    def every_frame(self) -> ErrorFrames:
        """Return all the networks of the run beside the target."""
        return measure_frames(self.target, self.interval, self.networks())

    def networks(self) -> list[ShallowNetwork]:
        """Return the network of every frame."""
        return [self.run.network(frame) for frame in range(len(self.run.steps))]

    def measure(self, frame: int) -> ErrorFrames:
        """Return the network of one frame beside the target."""
        return measure_frames(self.target, self.interval, [self.run.network(frame)])

    def largest_errors(self) -> Array:
        """Return the measured largest error of every frame (F,)."""
        return _largest_errors((self.run.spec, self.target, self.interval, len(self.run.losses)), self)

    def first_within(self, epsilon: float) -> int | None:
        """Return the first frame whose measured error is at most ε, or None."""
        return first_within(self.largest_errors(), epsilon)


def first_within(errors: Array, epsilon: float) -> int | None:
    """Return the first frame whose error is at most ε, or None. errors: of all frames, (F,)."""
    within = np.flatnonzero(errors <= epsilon)
    return int(within[0]) if within.size else None


@kept
def _largest_errors(question: Hashable, _found: Trained) -> Array:  # noqa: ARG001
    return np.array([_found.measure(frame).sup[0] for frame in range(len(_found.run.steps))])


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw a network and what training makes of it: controls, networks, error, loss and outcome."""
    with web.beside_picture():
        drawing, picture = st.columns(PICTURE_COLUMNS, gap="medium")
        width, settings, files = st.columns(CONTROL_COLUMNS, vertical_alignment="center")
        outcome = st.container()
    error, loss = st.columns(2, gap="large")
    with settings:
        menu = st.popover(text.SETTINGS, icon=":material/tune:")
    with menu:
        spec = choose_training()
    with width:
        draw_trained(
            spec, (target, interval, epsilon), (drawing, picture, error, loss), Below(outcome, files)
        )
    web.write(text.MORE_TO_KNOW)
    with menu:  # which the browser has while it is open
        update_during_drag(RATE_KEY, SEED_KEY, key="ua_hand_training")
    own.draw(target, interval, epsilon)


class Below(NamedTuple):
    """Hold where the outcome stands, and the buttons for the code and the network."""

    outcome: DeltaGenerator
    files: DeltaGenerator


@fragment
def draw_trained(
    spec: TrainingSpec, task: tuple[Target, Bounds, float], places: Places, below: Below
) -> None:
    """Draw what changes with the width: its slider, the charts and the outcome. task: the target, K and ε."""
    target, interval, epsilon = task
    spec = replace(spec, width=int_slider(text.WIDTH, 1, 256, 16, key=_WIDTH))
    with places[1]:
        price, question = _price(spec, target, interval), (spec, target.text, interval)
        is_wanted = accepts_price("ua_train_anyway", question, price)
    with below.outcome:
        given, found = (spec, target, interval), None
        if is_wanted:
            found = last_valid("ua_run", given, lambda given: compute_training(*given), None)
        if found is not None:
            draw_endings(found.run)
            draw_run(found, epsilon, places)
            draw_outcome(found, epsilon)
    if found is not None:
        with below.files, st.container(horizontal=True):
            web.offer_code(training_code, found.run, target, interval, key="ua_training", name="train")
            offer_network(found.run.network(-1), key="ua_trained")
    update_during_drag(_WIDTH, key="ua_hand_width")


def choose_training() -> TrainingSpec:
    """Draw the controls of the training and of the network, except for its width."""
    activation = select_registered(shared_text.ACTIVATION, TRAINABLE, "tanh", key="ua_activation")
    phi = ACTIVATIONS[activation]
    st.caption(text.universal(shared_text.explain_universality(phi.degree), yes=phi.universal))
    left, right = st.columns(2)
    with left:
        optimizer = select_registered(text.OPTIMIZER, OPTIMIZERS, "adam", key="ua_optimizer")
        batch = select_int(text.BATCH, (0, 16, 32, 64, 128), 0, key="ua_batch")
    with right:
        steps = select_int(text.STEPS, (100, 300, 1000, 3000, 10000, 30000), 300, key="ua_steps")
        seed = int_slider(text.SEED, 0, 99, 1, key=SEED_KEY)
    rate = log_slider(text.RATE, -4, 1, 0.05, key=RATE_KEY)
    return TrainingSpec(
        1,
        activation,
        optimizer,
        rate,
        steps,
        batch,
        seed=seed,
        frames=FRAMES,
        seconds=SECONDS,
        dtype="float64",
    )  # as the code that is offered, whose digits are those on the screen


@kept
def _price(spec: TrainingSpec, target: Target, interval: Bounds) -> str:
    """Return what is said of a training that takes long, before it begins; "" for the others."""
    try:
        seconds = estimate_seconds(spec, *training_set(target, interval))
    except ValueError:  # the training says what is wrong
        return ""
    return text.price(spec.steps, 3 * spec.width + 1, seconds, SECONDS) if seconds else ""


def compute_training(spec: TrainingSpec, target: Target, interval: Bounds) -> Trained:
    """Train on 256 evenly spaced points of K, or on the points of a target given by points; once for each spec.

    ValueError if the target has no finite value on K.
    """

    def compute(progress: ShareProgress) -> TrainingRun:
        return train(spec, *training_set(target, interval), lambda done, steps: progress(done / steps))

    run = compute_once((spec, target, interval), compute, words=text.TRAINING)
    return Trained(run, target, interval, measure_frames(target, interval, [run.network(-1)]))


def draw_run(found: Trained, epsilon: float, places: Places) -> None:
    """Draw the networks, the player, the error and the loss.

    places: for the drawn network, for the picture, for the error and for the loss.
    """
    drawing, picture, error, loss = places
    run, playing = found.run, needs_all_frames(FIT_KEYS.frame, found.name())
    first = found.first_within(epsilon)
    shown = choose_beginning(found, first)
    seen = found.every_frame() if playing else found.measure(shown)
    fit = Fit(seen, FIT_KEYS, epsilon, drawing_stamp(found.target))
    link = UnitLink(NET, ACTIVATIONS[run.spec.activation].browser_value)
    with picture:
        fitted = draw_approximation(
            fit,
            text.FIT_CHART,
            points_of(found.target),
            link,
            FIT_TALL,
            ghosts=ghosts_of(run, seen.x, shown),
            named_by=NAMED_BY,
            knots=text.CENTERS,
        )
        update = int(run.steps[shown])
        with web.keep_in_view():
            web.render(name_update(fitted, update), key=FIT_CHART_KEY)
        history = draw_history(run.steps, found.largest_errors(), update, epsilon)
        web.render(history, key="ua_history")
        draw_progress(found, (shown, first), playing=playing)
    with drawing:
        draw_trained_network(found, fit, shown, playing=playing)
    with error:
        web.render(draw_error(fit, text.ERROR_CHART, link), key="ua_error")
    with loss:
        web.render(draw_loss(run.losses), key="ua_loss")
    web.publish_result("fewest_units", run.spec.width, float(found.last.sup[-1]))


def construct(found: Trained) -> float | None:
    """Return the largest error of the ReLU network on even knots with as many units; None without a value at a knot."""
    with suppress(ValueError):
        network = interpolant(found.target, found.interval, found.run.spec.width)
        return float(measure_frames(found.target, found.interval, [network]).sup[0])
    return None


def choose_beginning(found: Trained, first: int | None) -> int:
    """Return the frame where the player begins: the first one within ε, or the last one if there is none.

    It stays while the run does. So the release of the slider of ε changes nothing that was drawn while it was dragged.
    """
    last = len(found.run.steps) - 1
    run, begun = st.session_state.get(_BEGUN, ("", 0))
    if run != found.name() or begun > last:
        begun = last if first is None else first
        st.session_state[_BEGUN] = found.name(), begun
    return int(begun)


def draw_progress(found: Trained, places: tuple[int, int | None], *, playing: bool) -> None:
    """Draw the player of the updates. places: the frame where it begins, and the marked one: the first within ε."""
    begin, first = places
    errors, stops = found.largest_errors(), log_steps(*epsilon_scale.POWERS, epsilon_scale.MANTISSAS)
    marks = EPSILON, [first_within(errors, epsilon) for epsilon in stops]
    ended = text.said(found.last.sup[-1], found.last.rms[-1])
    options = PlayerOptions(
        unit="update", begin=begin, loaded=playing, outcome=ended, mark=first, marks=marks
    )
    draw_player(FIT_KEYS.frame, found.run.steps.tolist(), run=found.name(), options=options)


def draw_trained_network(found: Trained, fit: Fit, shown: int, *, playing: bool) -> None:
    """Draw the network of the frame that the player shows. A parameter that is dragged returns when it is released.

    shown: the frame that the player begins at.
    """
    networks = dict(enumerate(found.networks())) if playing else {shown: found.run.network(shown)}
    by_frame = {str(frame): one for frame, one in networks.items()}
    axes = fit_domain(fit), found.interval
    draw_network_to_try(by_frame, FIT_CHART_KEY, axes, key="ua_trained_drawn", frame=FIT_KEYS.frame)


def ghosts_of(run: TrainingRun, x: Array, shown: int) -> dict[str, Array]:
    """Return the line (m,) of the network before its training, by its name; none if the picture shows that frame."""
    return {text.BEFORE: run.network(0)(x)} if shown > 0 else {}


def points_of(target: Target) -> tuple[Array, Array] | None:
    """Return the points of a target that is given by points."""
    return (target.knots, target.values) if isinstance(target, PiecewiseLinear) else None


def draw_endings(run: TrainingRun) -> None:
    """Say above the picture why a run ended too early."""
    done = len(run.losses) - 1
    if run.diverged:
        st.warning(text.diverged(done))
    elif run.ended == "time":
        st.warning(text.out_of_time(SECONDS, done, run.spec.steps))


def draw_outcome(found: Trained, epsilon: float) -> None:
    """Say the errors of the last network, measured and proved; offer the code and the network."""
    run, seen = found.run, found.last
    with pale_while_drawing(found.target, "trained"):
        st.markdown(text.outcome(len(run.losses) - 1, (seen.sup[-1], seen.rms[-1]), seen.measured))
        constructed = construct(found)
        if constructed is not None:
            st.markdown(text.constructed(run.spec.width, constructed))
        if seen.undefined:
            st.info(text.undefined(seen.undefined))
        if st.toggle(shared_text.PROVE_ERROR, key=PROVE_KEY, bind="query-params", help=text.PROVE_HELP):
            bounds = bound_error(run.network(-1), found.target, found.interval, found.name())
            say_error_bounds(bounds, epsilon, key="ua_trained_bounds")


CHAPTER = Chapter("train", text.CHAPTER, draw)
