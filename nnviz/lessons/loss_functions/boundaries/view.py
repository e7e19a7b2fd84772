"""Draw the chapter on boundaries: two classes in a plane, a classifier, its accuracy and its calibration."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz._memory import kept
from nnviz._types import Array, Box, Settings, ShareProgress
from nnviz.charts import Columns, Picture, padded
from nnviz.data import Samples
from nnviz.lessons.loss_functions.boundaries import chart, text
from nnviz.lessons.loss_functions.boundaries.code import Sets, classifier_code
from nnviz.lessons.loss_functions.boundaries.points.view import DATA_KEY, TEST_POINTS, Points, choose_points
from nnviz.lessons.loss_functions.boundaries.reliability import chart as diagram
from nnviz.lessons.loss_functions.shared import text as shared_text
from nnviz.lessons.loss_functions.shared.view import BINARY, draw_in_parts
from nnviz.losses import LOSSES
from nnviz.losses.probabilities import sigmoid
from nnviz.networks import ShallowNetwork, TrainingSpec, train
from nnviz.optimization.logistic_regression import LogitSpec, fit_logit
from nnviz.regression.classification import Calibration, LinearLogit, calibration, zero_lines
from nnviz.web.controls import (
    int_slider,
    lazy_popover,
    log_slider,
    log_steps,
    loss_settings,
    select_registered,
    set_controls,
    slider,
)
from nnviz.web.drag_updates import update_during_drag
from nnviz.web.latex_format import markdown_table, signed, tex, write_name
from nnviz.web.lesson import Chapter
from nnviz.web.live import live_slider_values, publish_live
from nnviz.web.questions import offer_code, write
from nnviz.web.render import beside_picture, first_screen, keep_in_view, render
from nnviz.web.shared_cache import compute_once
from nnviz.web.turns import fragment

MODEL_KEY: Final = "lf_model"
LOSS_KEY: Final = "lf_loss"

PIXELS = 200
BINS = 10
SECONDS = 4.0


class _Entry(NamedTuple):
    label: str


MODELS = {name: _Entry(label) for name, label in text.MODELS.items()}
MOST_DEGREE = 6
RATES = (-4, 0)  # powers of ten
FIRST_THETA = (0.0, 2.0, 0.0)
MAX_THETA = 15.0
OVERFITTING: dict[str, Any] = {
    DATA_KEY: "circles",
    MODEL_KEY: "linear",
    LOSS_KEY: "cross_entropy",
    **{chart.POINTS: 60, chart.SPREAD: 0.35, chart.WRONG: 0.1, chart.SEED: 0, chart.DEGREE: 6},
}
"""Settings of an example in which a larger degree fits the training set better and other points worse."""


# --- the model


class Training(NamedTuple):
    """What is trained, as the controls say. size: the degree, or the number of hidden units."""

    kind: str
    size: int
    loss: str
    settings: Settings
    rate: float
    updates: int


class Classifier(NamedTuple):
    """A model and how it came about.

    drawn: the map of p and the line p = ½ if it was trained; the browser draws those of a line by hand.
    """

    model: LinearLogit | ShallowNetwork
    updates: int
    outcome: Literal["finished", "diverged", "time", "hand"]
    drawn: tuple[Columns, Array] | None = None


def choose_training(main: DeltaGenerator) -> Training:
    """Draw the controls of the model, its loss and its training; `main` has the one below the map."""
    left, right = st.columns(2)
    with left:
        kind = select_registered(text.MODEL, MODELS, "linear", key=MODEL_KEY)
        loss = select_registered(text.LOSS, BINARY, "cross_entropy", key=LOSS_KEY)
    with right:
        size, updates = 1, 1000
        with main:
            if kind == "linear":
                size = int_slider(text.DEGREE, 1, MOST_DEGREE, 3, key=chart.DEGREE)
            elif kind == "network":
                size = int_slider(text.UNITS, 1, 32, 8, key=chart.UNITS)
        if kind == "hand":
            st.caption(text.BY_HAND)
        if kind != "hand":
            updates = int_slider(text.UPDATES, 10, 3000, updates, step=10, key=chart.UPDATES)
    rate, settings = 0.05, LOSSES[loss].settings
    keys = [chart.RATE, *(f"lf_chosen_{name}" for name in settings)]
    with lazy_popover(text.TRAINING_SETTINGS, "lf_training", keys, width="stretch") as there:
        if there:
            rate = log_slider(text.RATE, *RATES, rate, key=chart.RATE)
            settings = loss_settings(LOSSES[loss], key="lf_chosen")
    return Training(kind, size, loss, tuple(settings.items()), rate, updates)


def train_classifier(points: Points, training: Training) -> Classifier:
    """Return the model after training, with its map of the plane; computed once for all visitors."""
    x, y = points.samples.x, points.samples.y

    def compute(progress: ShareProgress) -> Classifier:
        found = _train(x[points.training], y[points.training], training, progress)
        domain = _domain(x)
        axes = [np.linspace(low, high, PIXELS) for low, high in domain]
        plane = found.model(np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)).reshape(PIXELS, PIXELS)
        image = chart.draw_probability_image(sigmoid(plane), domain)
        return found._replace(drawn=(image, zero_lines(plane, *axes)))

    return compute_once((x.tobytes(), y.tobytes(), training), compute)


def _train(x: Array, y: Array, training: Training, progress: ShareProgress) -> Classifier:
    if training.kind == "linear":
        run = fit_logit(_logit_spec(training), x, y)
        return Classifier(run.model, len(run.losses) - 1, "diverged" if run.diverged else "finished")
    spec = TrainingSpec(
        training.size, "tanh", "adam", training.rate, training.updates, loss=training.loss,
        loss_settings=training.settings, seconds=SECONDS, frames=3,
    )  # fmt: skip
    found = train(spec, x, y, lambda done, updates: progress(done / updates))
    outcome: Literal["finished", "diverged", "time"] = "time" if found.ended == "time" else "finished"
    return Classifier(found.network(-1), len(found.losses) - 1, "diverged" if found.diverged else outcome)


def _logit_spec(training: Training) -> LogitSpec:
    return LogitSpec(training.size, training.loss, training.settings, training.rate, training.updates)


def _domain(x: Array) -> Box:
    (a, b), (c, d) = (padded(float(column.min()), float(column.max()), 0.1) for column in x.T)
    return (a, b), (c, d + 0.2 * (d - c))  # above the points, words have room


@kept
def _trained_line(x: Array, y: Array, training: Training) -> LinearLogit:
    return fit_logit(_logit_spec(training), x, y).model


def measure_degrees(points: Points, training: Training) -> dict[str, Array]:
    """Return the accuracy in percent of every degree, for the training set and for the validation set."""
    sets = [(name, *part) for name, part in points.sets().items() if name in text.SETS]
    models = [
        _trained_line(*points.sets()[text.TRAINING], training._replace(size=degree))
        for degree in range(1, MOST_DEGREE + 1)
    ]
    return {
        name: np.array([100 * ((model(x) > 0) == (y == 1)).mean() for model in models]) for name, x, y in sets
    }


def draw_accuracies(points: Points, training: Training) -> None:
    """Draw the accuracy of every degree, trained in the same way."""
    measured = measure_degrees(points, training._replace(size=1))
    render(chart.draw_accuracies(measured, training.size), key="lf_degrees")


def choose_line(points: Points, training: Training) -> Classifier:
    """Draw the sliders of a straight line, and a button that sets them to the trained line; return the line."""
    trained = _trained_line(*points.sets()[text.TRAINING], training)
    theta = []
    for k, (column, first) in enumerate(zip(st.columns(3), FIRST_THETA, strict=True)):
        with column:
            theta.append(slider(text.theta(k), -MAX_THETA, MAX_THETA, first, 0.1, key=chart.THETA[k]))
    best = np.clip(trained.theta, -MAX_THETA, MAX_THETA).round(1).tolist()
    st.button(text.TRAINED_LINE, on_click=set_controls, args=(dict(zip(chart.THETA, best, strict=True)),))
    write(f"{text.HAND_FORMULA} {shared_text.TABLE_UPDATES}")
    publish_live(dict(zip(chart.THETA, theta, strict=True)), key="lf_follow_hand")
    return Classifier(replace(trained, theta=np.array(theta)), 0, "hand")


# --- what is drawn


@fragment
def draw() -> None:
    """Draw the chapter."""
    with beside_picture():
        with first_screen():
            wide, narrow = st.columns([2, 1], gap="medium")
            with wide:
                picture = keep_in_view()
            main, degrees = narrow.container(), narrow.container()
        data, model = st.columns(2, gap="large")
        with data:
            points = choose_points()
        with model:
            training = choose_training(main)
    with main:
        found = (choose_line if training.kind == "hand" else train_classifier)(points, training)
    now = _slider_values(training)
    seen = {name: calibration(sigmoid(found.model(x)), y, BINS) for name, (x, y) in points.sets().items()}
    with picture:
        render(_map(found, points, training, now), key="lf_boundary")
    if training.kind == "linear":
        with degrees:
            draw_accuracies(points, training)
    accuracies = draw_figures(points, training, found, seen)
    write(f"{text.MARKS} {text.MAP if points.test is None else f'{text.MAP} {text.test_set(TEST_POINTS)}'}")
    draw_in_parts(formula(found.model))
    if isinstance(found.model, LinearLogit) and found.model.degree > 1:
        st.caption(text.FEATURES)
    draw_reliability(found, points, seen, now)
    with st.expander(text.MORE):
        write("\n\n".join(text.MORE_WORDS))
    publish_live(now, key="lf_say_boundary", outcome=text.accuracy_said(accuracies))
    update_during_drag(*now, key="lf_hand_boundary")


def _slider_values(training: Training) -> dict[str, float]:
    """Return the sliders that a trained map is computed for, as the browser reads them: the rate by its position."""
    rate = float(log_steps(*RATES).index(training.rate))
    settings = {f"lf_chosen_{name}": value for name, value in training.settings}
    return {**live_slider_values(chart.SLIDERS), chart.RATE: rate, **settings}


def draw_figures(
    points: Points, training: Training, found: Classifier, seen: Mapping[str, Calibration]
) -> dict[str, str]:
    """Draw accuracy, loss and calibration error of each set, and the code; return the accuracies."""
    loss, settings = LOSSES[training.loss], dict(training.settings)
    accuracies, rows = {}, []
    for name, (x, y) in points.sets().items():
        z = found.model(x)
        accuracies[name] = _percent(z, y)
        mean = f"{loss.value(z, y, **settings).mean():.3f}"
        rows.append((text.part(name, len(y)), accuracies[name], mean, f"{seen[name].error:.3f}"))
    st.markdown(markdown_table(text.FIGURES, rows))
    st.caption(text.trained(loss.label, found.outcome, found.updates, SECONDS))
    st.button(text.OVERFIT, on_click=set_controls, args=(OVERFITTING,))
    spec = _logit_spec(training) if training.kind == "linear" and found.outcome == "finished" else None
    sets = Sets(
        points.samples.x, points.samples.y, points.training, points.validation, points.samples.classes
    )
    offer_code(
        lambda language: classifier_code(language, found.model, sets, spec),
        key="lf_classifier_code",
        name="classifier",
    )
    return accuracies


def _map(found: Classifier, points: Points, training: Training, now: Mapping[str, float]) -> Picture:
    x, y, features = points.samples.x, points.samples.y, points.samples.features
    predicted = (found.model(x) > 0).astype(np.float64)
    is_validation = np.isin(np.arange(len(y)), points.validation)
    classified = chart.Classified(x, y, predicted, is_validation, class_names(points.samples))
    titles = write_name(features[0]), write_name(features[1])
    if found.drawn is None:
        return chart.draw_map_by_hand(_line(found), classified, _domain(x), titles)
    image, boundary = found.drawn
    compared = compare_with_line(found.model, points, training)
    return chart.draw_map(image, boundary, classified, _domain(x), titles, now, compared)


def compare_with_line(
    model: LinearLogit | ShallowNetwork, points: Points, training: Training
) -> chart.Compared | None:
    """Return the trained straight line, and what both boundaries reach; None if the model is a straight line."""
    if training.kind == "linear" and training.size == 1:
        return None
    sets = points.sets()
    straight = _trained_line(*sets[text.TRAINING], training._replace(kind="linear", size=1))
    name = text.VALIDATION if text.VALIDATION in sets else text.TRAINING
    x, y = sets[name]
    rows = (("━━", text.model_name(training.kind, training.size), model), ("╌╌╌", text.STRAIGHT, straight))
    ours, other = (f"{line} {label}: {_percent(each(x), y)}" for line, label, each in rows)
    return chart.Compared(straight.plane(), (text.accuracy_on(name), ours, other))


def _percent(z: Array, y: Array) -> str:
    """Return the share of the points with logits z (n,) and classes y (n,) that are classified correctly."""
    return f"{100 * ((z > 0) == (y == 1)).mean() + 1e-7:.1f} %"


def class_names(samples: Samples) -> tuple[str, str]:
    """Return what the two classes are called."""
    first, second = samples.classes or text.CLASSES
    return first, second


def _line(found: Classifier) -> chart.LineByHand:
    if not isinstance(found.model, LinearLogit):
        raise TypeError("a line by hand must be a logit of degree 1")
    return chart.LineByHand(found.model.theta, found.model.middle, found.model.half)


def formula(model: LinearLogit | ShallowNetwork) -> str:
    """Return the logit of the model (LaTeX), with its numbers if they are few."""
    if isinstance(model, ShallowNetwork):
        terms = rf"c + \sum_{{j=1}}^{{{model.width}}} v_j \tanh(w_j \cdot x + b_j)"
        return rf"p = \sigma(z), \quad z = {terms}, \quad {text.parameters(model.parameters.size)}"
    if model.degree > 1:
        terms = rf"\sum_{{a + b \le {model.degree}}} \theta_{{ab}}\, u_1^a u_2^b"
        return rf"p = \sigma(z), \quad z = {terms}, \quad {text.parameters(model.theta.size)}"
    b, w1, w2 = model.plane()
    return rf"p = \sigma(z), \quad z = {tex(b)} {signed(w1)}\,x_1 {signed(w2)}\,x_2\;"


def draw_reliability(
    found: Classifier, points: Points, seen: Mapping[str, Calibration], now: Mapping[str, float]
) -> None:
    """Draw the reliability diagram of the test set, or of the validation set if there is no test set."""
    name, (x, y) = list(points.sets().items())[-1]
    picture, words = st.columns([3, 2], gap="large")
    with picture:
        st.markdown(text.reliability(name))
        if found.drawn:
            shown = seen[name]
            drawn = diagram.draw_reliability(shown.edges, shown.counts, shown.mean, shown.share, now)
        else:
            drawn = diagram.draw_reliability_by_hand(_line(found), x, y)
        render(drawn, key="lf_reliability")
    with words:
        error = rf"\sum_{{b=1}}^{{{BINS}}} \tfrac{{n_b}}{{n}} \left|f_b - \bar p_b\right|"
        st.latex(rf"\mathrm{{ECE}} = {error} = {seen[name].error:.3f}")
        write(text.RELIABILITY)


CHAPTER = Chapter("boundaries", text.CHAPTER, draw)
