"""Show where the theorem ends: outside K, at a jump, with a polynomial activation function."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds
from nnviz.approximation import (
    ErrorFrames,
    NormUnreachable,
    approximate,
    measure,
    measure_frames,
    rank,
    step_by_sigmoid,
)
from nnviz.charts.network_fit import Fit, FitKeys, draw_approximation
from nnviz.expressions import parse
from nnviz.lessons.universal_approximation.limits import chart, text
from nnviz.lessons.universal_approximation.limits.code import jump_code, outside_code, polynomial_code
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.lessons.universal_approximation.shared.chart import FIT_KEYS, TALL
from nnviz.lessons.universal_approximation.shared.norms import text as norms_text
from nnviz.lessons.universal_approximation.shared.norms import view as norms
from nnviz.lessons.universal_approximation.shared.view import (
    COLUMNS,
    UNIVERSAL,
    refuse,
    training_set,
)
from nnviz.networks import ACTIVATIONS, ShallowNetwork, TrainingSpec, train_seeds
from nnviz.targets.convert import Target
from nnviz.web.choices import fragment
from nnviz.web.controls import int_slider, segmented, select_int, select_registered, slider, step_slider
from nnviz.web.drawing_pad import pale_while_drawing
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.live import announce
from nnviz.web.shared_cache import shared
from nnviz.web.wording import show_number

SEEDS: Final = 8
STEPS: Final = 1000
RATE: Final = 0.02
POINTS: Final = 321
POLYNOMIALS = ACTIVATIONS.where(lambda one: one.degree is not None)
WIDTHS: Final = (1, 2, 4, 16, 64)
RADII: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
FIRST_RADIUS: Final = 50.0  # where 16 units fail
GROWING_POINTS: Final = 4001
_WITHOUT_F: Final = (
    "limits_without_f"  # has a function of its own; the verdict on f is hidden (static/question.css)
)


class Outside(NamedTuple):
    """Hold points x (m,) on both sides of K, f there, networks, and their largest distance on K and outside."""

    x: Array
    target: Array
    networks: list[ShallowNetwork]
    outputs: Array  # (S, m)
    apart: tuple[float, float]


class Plateau(NamedTuple):
    """Hold a row of the table for each width, the networks, and the number of points they were measured at."""

    rows: list[tuple[str, ...]]
    networks: list[ShallowNetwork]
    points: int


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw what happens where a condition of the theorem fails."""
    where = segmented(text.WHERE, text.CASES, text.JUMP, key="ua_stop")
    if where == text.SMALL_SET:
        draw_small_set(target, interval, epsilon)
    elif where == text.NOT_COMPACT:
        with st.container(key=_WITHOUT_F):
            draw_growing(epsilon)
    elif where == text.OUTSIDE:
        draw_outside(target, interval)
    elif where == text.POLYNOMIAL:
        draw_polynomial(target, interval)
    else:
        with st.container(key=_WITHOUT_F):
            draw_jump(epsilon)
    if text.ABOUT[where]:
        web.write(text.ABOUT[where])


def draw_outside(target: Target, interval: Bounds) -> None:
    """Draw networks from several seeds that were trained on K, on both sides of it."""
    with pale_while_drawing(target, "outside"):
        picture, controls = st.columns(COLUMNS, gap="large")
    with controls:
        activation = select_registered(shared_text.ACTIVATION, UNIVERSAL, "tanh", key="ua_fan_activation")
        width = int_slider(text.WIDTH, 2, 64, 16, key="ua_fan_width")
        try:
            found = _train_outside(target, interval, width, activation)
        except ValueError as error:
            with picture:
                refuse(error, target, interval)
            return
        web.write(text.spread(SEEDS, STEPS, len(found.x), found.apart))
        announce(text.spread_said(found.apart), key="ua_fan_said", first=True)
        web.offer_code(outside_code, found.networks, found.x, interval, key="ua_fan_source", name="outside_k")
    with picture:
        web.render(chart.draw_outside(found.x, found.target, found.outputs, interval), key="ua_fan")
        st.caption(text.OUTSIDE_LEGEND)


@shared(text.TRAINING)
def _train_outside(target: Target, interval: Bounds, width: int, activation: str) -> Outside:
    a, b = interval
    x = np.linspace(a - (b - a) / 2, b + (b - a) / 2, POINTS)
    spec = TrainingSpec(width, activation, learning_rate=RATE, steps=STEPS, seconds=3.0)
    networks = list(train_seeds(spec, range(SEEDS), *training_set(target, interval)).networks)
    outputs = np.array([network(x) for network in networks])
    apart, on_k = np.ptp(outputs, axis=0), (x >= a) & (x <= b)
    y = np.where(np.isfinite(target(x)), target(x), np.nan)
    return Outside(x, y, networks, outputs, (float(apart[on_k].max()), float(apart[~on_k].max())))


def draw_jump(epsilon: float) -> None:
    """Draw a step and one unit, and three errors between them."""
    with web.beside_picture():
        with web.first_screen():
            with web.keep_in_view():
                picture = st.container()
            weight = slider(text.WEIGHT, 1.0, 100.0, 20.0, 1.0, key=chart.WEIGHT, format="%g")
        errors = step_by_sigmoid(weight, epsilon)
        table, words = st.columns([3, 2], gap="large")
    with table:
        rows = text.jump_rows(errors.sup, errors.rms, errors.bad_measure, epsilon)
        st.markdown(markdown_table(text.JUMP_TABLE, rows))
        web.offer_code(jump_code, weight, epsilon, key="ua_jump_source", name="jump")
    with words:
        st.caption(text.JUMP_LEGEND)
        st.caption(text.JUMP_BEYOND)
    with picture:
        web.render(chart.draw_jump(weight, epsilon), key="ua_jump")
    web.publish_live(
        {chart.WEIGHT: weight}, key="ua_jump_follow", outcome=text.jump_said(errors.rms, errors.bad_measure)
    )


def draw_growing(epsilon: float) -> None:
    """Draw sin x and one network on a K that grows, and the error on each K."""
    picture, controls = st.columns(COLUMNS, gap="large")
    with controls:
        web.write(text.GROWING)
        radius = step_slider(text.RADIUS, RADII, FIRST_RADIUS, key="ua_radius")
        width = select_int(text.WIDTH, (8, 16, 32), 16, key="ua_radius_units")
        found = _fit_growing(width)
        seen = found[RADII.index(radius)]
        st.markdown(markdown_table(text.GROWING_TABLE, list_growing(found, radius)))
        error = float(seen.sup[0])
        announce(text.growing_said(width, radius, error), key="ua_growing_said", first=True)
    with picture:
        fit = Fit(seen, FitKeys(FIT_KEYS.frame), epsilon)
        web.render(draw_approximation(fit, text.GROWING_CHART, height=TALL - 60), key="ua_growing")
        st.caption(text.growing_legend(seen.measured))


@shared(text.FITTING)
def _fit_growing(width: int) -> list[ErrorFrames]:
    """Return a ReLU network of that many units beside sin x on [−R, R], for each R."""
    sine = parse("sin(x)")
    fitted = [approximate(sine, (-radius, radius), width, "relu").network for radius in RADII]
    return [
        measure_frames(sine, (-radius, radius), [network], GROWING_POINTS)
        for radius, network in zip(RADII, fitted, strict=True)
    ]


def list_growing(found: Sequence[ErrorFrames], radius: float) -> list[tuple[str, str]]:
    """Return R and the largest error on [−R, R] for each R; that of the picture is bold."""
    rows = [(f"{one:g}", show_number(seen.sup[0])) for one, seen in zip(RADII, found, strict=True)]
    return [(f"**{one}**", f"**{error}**") if one == f"{radius:g}" else (one, error) for one, error in rows]


def draw_small_set(target: Target, interval: Bounds, epsilon: float) -> None:
    """Tell Lusin's theorem for f: leave out a set of measure δ, and draw a network that is within ε elsewhere."""
    with pale_while_drawing(target, "small_set"):
        picture, controls = st.columns(COLUMNS, gap="large")
    with controls:
        measure = norms.choose_measure(interval, key="ua_lusin")
        if not norms.accepts_price(
            target, interval, epsilon, "relu", norms_text.OUTSIDE, key="ua_small_set_anyway"
        ):
            return
        try:
            found = norms.find_in_norm(target, interval, epsilon, measure)
        except NormUnreachable as error:
            with picture:
                norms.say_refusal(error)
            return
        proof = found.certificate
        if proof.status == "proved":
            kept = 1 - proof.length / (interval[1] - interval[0])
            web.write(text.lusin_facts(len(proof.exceptional), proof.length, kept))
        norms.say_proof(found, key="ua_small_set_said")
        web.write(text.LUSIN)
    with picture:
        norms.draw_picture(found, height=TALL, key="ua_small_set")


def draw_polynomial(target: Target, interval: Bounds) -> None:
    """Draw networks whose activation function is a polynomial, for which more units change nothing."""
    with pale_while_drawing(target, "polynomial"):
        picture, controls = st.columns(COLUMNS, gap="large")
    with controls:
        name = select_registered(shared_text.ACTIVATION, POLYNOMIALS, "square", key="ua_polynomial")
        try:
            found = _fit_polynomials(target, interval, name)
        except ValueError as error:
            with picture:
                refuse(error, target, interval)
            return
        st.markdown(markdown_table(text.POLYNOMIAL_TABLE, found.rows))
        announce(text.plateau_said(*found.rows[-1]), key="ua_plateau_said", first=True)
        st.markdown(text.plateau(POLYNOMIALS[name].degree or 0))
        web.offer_code(
            polynomial_code, target, interval, found.networks, key="ua_plateau_source", name="polynomial"
        )
    with picture:
        web.render(
            chart.draw_polynomials(target, interval, [found.networks[0], found.networks[-1]]),
            key="ua_plateau",
        )
        st.caption(text.plateau_legend(found.points))


@kept
def _fit_polynomials(target: Target, interval: Bounds, activation: str) -> Plateau:
    x = np.linspace(*interval, chart.POINTS)
    networks = [approximate(target, interval, width, activation).network for width in WIDTHS]
    errors = [measure(target, interval, network) for network in networks]
    rows: list[tuple[str, ...]] = [
        (str(width), str(rank(network, x)), show_number(error.rms))
        for width, network, error in zip(WIDTHS, networks, errors, strict=True)
    ]
    return Plateau(rows, networks, min(error.points for error in errors))


CHAPTER = Chapter("limits", text.CHAPTER, draw)
