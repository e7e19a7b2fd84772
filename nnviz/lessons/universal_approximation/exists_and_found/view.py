"""Show error against width for every way to find a network."""

from typing import Final

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array, Bounds, ShareProgress
from nnviz.approximation import Study, StudySpec, approximate, study
from nnviz.approximation.default_study import default_study
from nnviz.lessons.universal_approximation.exists_and_found import chart, text
from nnviz.lessons.universal_approximation.exists_and_found.chart import Errors
from nnviz.lessons.universal_approximation.exists_and_found.code import slopes_code
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.lessons.universal_approximation.shared.view import TRAINABLE, refuse
from nnviz.networks import ACTIVATIONS, ShallowNetwork, train_seeds
from nnviz.networks.training_time import estimate_all_seconds
from nnviz.targets.convert import Target
from nnviz.web.controls import select_registered
from nnviz.web.drawing_pad import pale_while_drawing
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.live import announce
from nnviz.web.shared_cache import compute_once
from nnviz.web.turns import fragment

SECONDS: Final = 30.0
SECONDS_UNTRAINED: Final = 8.0
SEEDS: Final = 8
WIDTHS: Final = (4, 8, 16, 32, 64, 128)
CONTROL_COLUMNS: Final = (2, 5)
PICTURES: Final = (7, 3)  # error against width, and an example
EXAMPLE: Final = 8  # units: enough for the first f and ε of the page, if they are placed well
ORDER: Final = (text.TRAINED, "", text.OPTIMAL, text.CONSTRUCTED, text.SOLVED)  # each keeps its color


@fragment
def draw(target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw error against width: constructed and optimal networks at once, trained networks on request."""
    with pale_while_drawing(target, "widths"):
        with web.first_screen():
            picture = st.container(key="study_picture")
            chosen, note = st.columns(CONTROL_COLUMNS, gap="large", vertical_alignment="bottom")
        facts, said = st.columns(2, gap="large")
    with chosen:
        activation = select_registered(shared_text.ACTIVATION, TRAINABLE, "relu", key="ua_studied")
    with note:
        found = _beforehand(target, interval, activation)
        seeds = SEEDS if found or st.toggle(text.TRAIN, key="ua_study", bind="query-params") else 0
        if not seeds:
            st.caption(text.price(training_seconds(activation), SECONDS))
    beforehand = found is not None
    with picture:
        try:
            found = found or compute_study(target, interval, activation, seeds)
        except ValueError as error:
            refuse(error, target, interval)
            return
        if not found.complete:
            st.warning(text.stopped(found.spec.seconds, trained=found.spec.trains))
        draw_pictures(found, target, interval, epsilon)
    with facts:
        draw_facts(found)
    with said:
        trained = (found.spec.steps, found.spec.seeds) if found.spec.trains else None
        st.caption(text.legend(found.measured, trained))
        if beforehand:
            st.caption(text.BEFOREHAND)
        web.write(text.MORE)
        web.offer_code(slopes_code, found, target, key="ua_slopes", name="error_against_width")


def draw_pictures(found: Study, target: Target, interval: Bounds, epsilon: float) -> None:
    """Draw error against width and, where networks were trained, the networks of one width beside it."""
    seed = middle_seed(found)
    study, example = (st.container(), None) if seed is None else st.columns(PICTURES, gap="medium")
    with study:
        web.render(chart.draw_study(drawable_errors(found), ORDER, epsilon), key="ua_study_chart")
    if seed is None or example is None:
        return
    with example:
        x = np.linspace(*interval, 501)
        trained, best = _two_networks(found.spec, target, interval, seed)
        lines = {text.TRAINED: trained(x), text.WAYS[best_way(found)]: best(x)}
        web.render(chart.draw_example((x, target(x)), lines, EXAMPLE, epsilon), key="ua_study_example")


def middle_seed(found: Study) -> int | None:
    """Return the seed whose network of EXAMPLE units has the upper median of the errors; None without such networks."""
    trained = next((curve for curve in found.curves if curve.name == "trained"), None)
    if trained is None or EXAMPLE not in trained.widths:
        return None
    errors = trained.sup[trained.widths == EXAMPLE][0]
    return int(np.argsort(errors)[len(errors) // 2]) if np.isfinite(errors).all() else None


@kept
def _two_networks(
    spec: StudySpec, target: Target, interval: Bounds, seed: int
) -> tuple[ShallowNetwork, ShallowNetwork]:
    """Return the trained network of one seed, and the best one with as many units."""
    x = np.linspace(*interval, spec.points)
    runs = train_seeds(spec.training(EXAMPLE, SECONDS), [seed], x, target(x))
    return runs.networks[0], approximate(target, interval, EXAMPLE, spec.activation).network


def _beforehand(target: Target, interval: Bounds, activation: str) -> Study | None:
    """Return the study that was computed beforehand, for the first example of the app; None for others."""
    spec = StudySpec(activation, WIDTHS, seeds=SEEDS, seconds=SECONDS)
    return default_study(target.text, interval, spec)


@kept
def training_seconds(activation: str) -> float:
    """Return the estimated processor time of training all networks; it hardly depends on the function."""
    spec = StudySpec(activation, WIDTHS, seeds=SEEDS, seconds=SECONDS)
    x = np.linspace(-1, 1, spec.points)
    return estimate_all_seconds([spec.training(width, SECONDS) for width in WIDTHS], SEEDS, x, x)


def compute_study(target: Target, interval: Bounds, activation: str, seeds: int) -> Study:
    """Return error against width for six widths and that many seeds; once for each target.

    ValueError, with the reason, where f has no values.
    """

    def compute(progress: ShareProgress) -> Study:
        spec = StudySpec(activation, WIDTHS, seeds=seeds, seconds=SECONDS if seeds else SECONDS_UNTRAINED)
        return study(spec, target, interval, progress)

    key = (StudySpec, target, interval, activation, seeds)
    return compute_once(key, compute, words=text.TRAINING if seeds else text.COMPUTING)


def draw_facts(found: Study) -> None:
    """Say the slopes and the rank of the hidden layer."""
    last = [(curve.name, float(curve.median[-1])) for curve in found.curves]
    announce(text.said(found.spec.widths[-1], last), key="ua_study_said", first=True)
    st.markdown(markdown_table(text.TABLE, tabulate_slopes(found)))
    if found.degree is not None:
        web.write(text.independent(found.ranks.tolist(), best_way(found)))
        st.markdown(text.plateau(shared_text.explain_universality(ACTIVATIONS[found.spec.activation].degree)))


def best_way(found: Study) -> str:
    """Return the name of the curve that is neither trained nor constructed."""
    return next(curve.name for curve in found.curves if curve.name in ("optimal", "solved"))


def drawable_errors(found: Study) -> dict[str, Errors]:
    """Return the curves of a study without what is 0, and theory no higher than what was measured."""
    worst = 2 * max(float(np.nanmax(curve.sup)) for curve in found.curves)
    return {
        text.WAYS[curve.name]: Errors(
            curve.widths, *_drawable(curve.median, *curve.spread), *_drawable(curve.in_theory, most=worst)
        )
        for curve in found.curves
    }


def _drawable(*errors: Array, most: float = np.inf) -> Array:
    """Return the errors that a logarithmic axis up to ``most`` can show, the others nan."""
    return np.where((np.array(errors) > 0) & (np.array(errors) <= most), errors, np.nan)


def tabulate_slopes(found: Study) -> list[tuple[str, str, str]]:
    """Return name, estimated slope and slope in theory of each curve. An incomplete curve has no slope."""
    return [
        (
            text.WAYS[curve.name],
            _slope(curve.slope if found.complete or curve.name != "trained" else np.nan),
            _slope(curve.theory),
        )
        for curve in found.curves
    ]


def _slope(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−") if np.isfinite(value) else text.NO_SLOPE


CHAPTER = Chapter("exists_and_found", text.CHAPTER, draw)
