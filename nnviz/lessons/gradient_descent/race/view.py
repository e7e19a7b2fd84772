"""Run optimizers side by side on a surface, and compare what happens with what theory predicts."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array
from nnviz.charts import Columns
from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.race import chart, text
from nnviz.lessons.gradient_descent.race.code import race_code
from nnviz.lessons.gradient_descent.shared import view as shared
from nnviz.lessons.gradient_descent.shared.player import Arrival, draw_race_player, find_first
from nnviz.lessons.gradient_descent.shared.view import ChosenSurface, Race, RaceResult, RaceSetup
from nnviz.losses import Surface
from nnviz.optimization import (
    METHODS,
    SCHEDULES,
    DescentSpec,
    Outcome,
    Trajectory,
    Verdict,
    convergence,
    distances,
    suggested_learning_rate,
    verdict,
)
from nnviz.optimization.formula_surface import SurfaceSpec, has_kink, surface_of
from nnviz.optimization.noise_floor import (
    decay_exponent,
    expected_losses,
    gradient_noise,
    observed_floor,
    predicted_floor,
)
from nnviz.optimization.outcomes import CRITERIA
from nnviz.web.controls import segmented
from nnviz.web.frame_steps import frame_steps
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.turns import fragment

RARE_BURSTS_ABOVE = (
    1.5  # a floor that is so many times that of batches with one Hessian has rare large values
)


class Options(NamedTuple):
    """What is switched on: the curvature on the map, and the best settings of gradient descent and momentum."""

    is_curvature_shown: bool
    is_best_used: bool = False


@fragment
def draw() -> None:
    """Draw the race on its map and over its updates, and below it the controls, the table, the theory and the code."""
    above, below = web.beside_picture(), st.container()
    with above:
        picture, dials = web.first_screen(), st.columns(2, gap="large")
    with dials[0]:
        chosen = shared.choose_surface()
    with dials[1]:
        setup = shared.choose_setup(chosen)
        is_curvature_shown = st.toggle(text.CURVATURE, key="gd_bent", bind="query-params")
        if _has_one_hessian(setup.chosen.surface):
            options = Options(is_curvature_shown, st.toggle(text.BEST, key="gd_best", bind="query-params"))
        else:
            options = Options(is_curvature_shown)
    with picture:
        _draw_runs(setup, options, below)
    web.update_during_drag(*shared.SLIDERS, key="gd_drag")


@fragment
def _draw_runs(setup: RaceSetup, options: Options, below: DeltaGenerator) -> None:
    """Draw what changes with the learning rate."""
    paths, curves = st.columns([7, 5], gap="medium")
    with curves:
        measured = st.container()
        race = shared.choose_race(setup)
    result = shared.compute_race(_use_best_settings(race) if options.is_best_used else race)
    first = find_first(result)
    with paths:
        draw_race_player(result)
        _draw_map(result, is_curvature_shown=options.is_curvature_shown)
    with measured:
        _draw_measure(result, first)
    with below:
        _draw_report(result)
        _draw_theory(result)
        if result.race.specs:
            web.offer_code(_source, result.race, key="gd_race", name="race")
    web.update_during_drag(shared.RATE, key="gd_drag_rate")


def _use_best_settings(race: Race) -> Race:
    """Return the race in which optimizers have the best settings on its surface, as far as theory knows them.

    The chosen multiple of the learning rate applies to the best one.
    """
    surface, specs = race.chosen.surface, dict(race.specs)
    for name, spec in specs.items():
        best = convergence.best_settings(name, surface.hessian(surface.minima[0]))
        if best is not None:
            multiple = spec.learning_rate / suggested_learning_rate(surface, METHODS[name])
            specs[name] = replace(spec, learning_rate=multiple * best[0], settings=tuple(best[1].items()))
    return race._replace(specs=specs)


def _draw_map(result: RaceResult, *, is_curvature_shown: bool) -> None:
    chosen = result.race.chosen
    curvature = None
    if is_curvature_shown and result.runs:
        first = next(iter(result.runs.values()))
        curvature = _find_curvature(chosen.surface, first, frame_steps(result.race.updates))
    picture = chart.draw_map(shared.collect_paths(result), chosen.axes, curvature)
    with web.keep_in_view():
        web.render(picture, key=shared.MAP)


def _find_curvature(surface: Surface, run: Trajectory, updates: list[int]) -> Columns:
    """Return the eigenvectors of the Hessian at the position of a run, at each update that the player shows."""
    points = run.points[np.minimum(updates, len(run.points) - 1)]
    hessians = surface.hessian(points)
    is_finite = np.asarray(np.isfinite(hessians).all(axis=(1, 2)))
    eigenvalues, directions = np.linalg.eigh(hessians[is_finite])
    shown = [update for update, finite in zip(updates, is_finite, strict=True) if finite]
    return chart.eigen_columns(shown, points[is_finite], eigenvalues, directions, surface.domain)


def _draw_measure(result: RaceResult, first: Arrival | None) -> None:
    """Draw the chosen quantity over the updates, the first arrival, and the expected loss where theory knows it."""
    measure = _choose_measure(result.race.chosen.surface)
    expected = _expected_by_label(result) if measure == "loss" else {}
    values = _measure(result, measure)
    ring = None
    if first is not None and measure != "rate" and values[first.label][first.update] > 0:
        ring = text.say_first(*first), float(first.update), float(values[first.label][first.update])
    picture = chart.draw_measure(
        values,
        shared.all_labels(),
        result.race.updates,
        text.MEASURE_TITLES[measure],
        log=measure != "rate",
        expected=expected or None,
        ring=ring,
        level=_find_level(result.race.chosen.surface) if measure == "distance" else None,
    )
    web.render(picture, key="gd_losses")
    if expected:
        st.caption(text.EXPECTED_LOSS)


def _find_level(surface: Surface) -> tuple[str, float] | None:
    """Return the distance within which a run has converged, and its name; None where it depends on the direction."""
    across, up = (high - low for low, high in surface.domain)
    within = CRITERIA.arrived_within * across
    return (text.say_level(within), within) if np.isclose(across, up) else None


def _choose_measure(surface: Surface) -> str:
    """Choose the quantity in the chart; there is a distance only to a known minimum."""
    known = {name: label for name, label in text.MEASURES.items() if name != "distance" or surface.minima}
    return segmented(text.MEASURE, known, next(iter(known)), key="gd_measure")


def _measure(result: RaceResult, measure: str) -> dict[str, Array]:
    """Return the values of a quantity along each run, by label."""
    race, surface = result.race, result.race.chosen.surface
    if measure == "rate":
        return {METHODS[name].label: race.specs[name].rates for name in result.runs}
    runs = shared.label_runs(result.runs)
    if measure == "distance":
        return {label: distances(run, surface) for label, run in runs.items()}
    return {label: run.values for label, run in runs.items()}


def _draw_report(result: RaceResult) -> None:
    """Draw the table of outcomes, with the observed and the predicted factor or noise floor."""
    race, runs = result.race, result.runs
    if not race.specs:
        st.info(text.CHOOSE_OPTIMIZERS, icon=":material/touch_app:")
    if not runs:
        return
    is_noisy = any(map(_is_noisy, race.specs.values()))
    rows = [_report_row(race, name, run, is_noisy=is_noisy) for name, run in runs.items()]
    st.markdown(markdown_table(text.HEAD_WITH_NOISE if is_noisy else text.HEAD, rows))
    st.caption(text.CRITERION_WITH_NOISE if is_noisy else text.CRITERION)


def _report_row(race: Race, name: str, run: Trajectory, *, is_noisy: bool) -> tuple[str, ...]:
    spec = race.specs[name]
    ending = verdict(run, race.chosen.surface, noisy=is_noisy)
    return (
        text.optimizer(METHODS[name].label, spec.learning_rate),
        text.say_ending(ending.outcome, ending),
        _say_rate(spec, run, race.chosen, ending),
    )


def _say_rate(spec: DescentSpec, run: Trajectory, chosen: ChosenSurface, ending: Verdict) -> str:
    """Say how fast a run approaches the minimum that it went to, or under noise, how large its loss stays."""
    surface = chosen.surface
    minima = {Outcome.STUCK: surface.other_minima, Outcome.AT_SADDLE: ()}.get(ending.outcome, surface.minima)
    if not minima or run.diverged:
        return text.NOTHING
    minimum = min(minima, key=lambda place: float(np.linalg.norm(run.points[-1] - place)))
    is_smooth = not has_kink(surface, minimum)
    if _is_noisy(spec):
        observed = observed_floor(run.values, float(surface.value(minimum)))
        return text.say_floor(
            observed, _find_floor(chosen.spec, spec, minimum) if is_smooth else text.Floor()
        )
    factor = convergence.observed_factor(distances(run, replace(surface, minima=minima)))
    predicted = None
    if spec.schedule == "constant" and is_smooth:
        settings = METHODS[spec.optimizer].complete(dict(spec.settings))
        predicted = convergence.predicted_factor(
            spec.optimizer, spec.learning_rate, surface.hessian(minimum), settings
        )
    return text.say_factor(factor, predicted)


def _is_noisy(spec: DescentSpec) -> bool:
    return bool(spec.noise or spec.batch)


def _expected_by_label(result: RaceResult) -> dict[str, Array]:
    """Return the expected losses of the noisy runs on a quadratic bowl, by label."""
    chosen, minima = result.race.chosen, result.race.chosen.surface.minima
    specs = [result.race.specs[name] for name in result.runs if minima and _is_noisy(result.race.specs[name])]
    losses = {METHODS[spec.optimizer].label: _expect_losses(chosen.spec, spec, minima[0]) for spec in specs}
    return {label: expected for label, expected in losses.items() if expected is not None}


@kept
def _expect_losses(surface_spec: SurfaceSpec, spec: DescentSpec, minimum: tuple[float, ...]) -> Array | None:
    """Return the expected loss at each update, (updates + 1,); None where there is no theory."""
    surface, settings = surface_of(surface_spec), METHODS[spec.optimizer].complete(dict(spec.settings))
    hessian = surface.hessian(minimum)
    if not _is_quadratic(surface, hessian):
        return None
    noise, offset = gradient_noise(surface, minimum, spec.noise, spec.batch), np.subtract(spec.start, minimum)
    losses = expected_losses(spec.optimizer, spec.rates, offset, hessian, settings, noise)
    return None if losses is None else losses + float(surface.value(minimum))


@kept
def _find_floor(surface_spec: SurfaceSpec, spec: DescentSpec, minimum: tuple[float, ...]) -> text.Floor:
    """Return what theory expects of the loss of a noisy run above the minimum."""
    surface, settings = surface_of(surface_spec), METHODS[spec.optimizer].complete(dict(spec.settings))
    hessian, losses = surface.hessian(minimum), _expect_losses(surface_spec, spec, minimum)
    is_quadratic = _is_quadratic(surface, hessian)
    floor = text.Floor()
    if losses is not None:
        floor = floor._replace(expected=observed_floor(losses, float(surface.value(minimum))))
    if spec.schedule == "constant":
        noise = gradient_noise(surface, minimum, spec.noise, spec.batch)
        limit = predicted_floor(spec.optimizer, spec.learning_rate, hessian, settings, noise)
        one_hessian = noise._replace(hessians=np.broadcast_to(hessian, noise.hessians.shape))
        calm = predicted_floor(spec.optimizer, spec.learning_rate, hessian, settings, one_hessian)
        has_bursts = limit is not None and calm is not None and RARE_BURSTS_ABOVE * calm < limit < np.inf
        floor = floor._replace(limit=limit, local=limit is not None and not is_quadratic, bursts=has_bursts)
    if is_quadratic and spec.schedule == "inverse":
        half = SCHEDULES["inverse"].complete(dict(spec.schedule_settings))["half"] * spec.steps
        exponent = decay_exponent(spec.optimizer, spec.learning_rate, half, hessian, settings)
        floor = floor._replace(exponent=exponent)
    return floor


def _has_one_hessian(surface: Surface) -> bool:
    """Return whether a surface is a quadratic bowl with a known minimum."""
    return bool(surface.minima) and _is_quadratic(surface, surface.hessian(surface.minima[0]))


def _is_quadratic(surface: Surface, hessian: Array) -> bool:
    """Return whether the Hessian at the corners of the domain is the one at the minimum."""
    (left, right), (low, high) = surface.domain
    corners = surface.hessian([(x, y) for x in (left, right) for y in (low, high)])
    return bool(np.allclose(corners, hessian, rtol=1e-4, atol=1e-4 * np.abs(hessian).max()))


def _draw_theory(result: RaceResult) -> None:
    """Draw the formula of each optimizer and the theory, once the reader opens them."""
    opened = st.expander(text.FORMULAS, key="gd_rules", on_change="rerun")
    if opened.open:
        with opened:
            for method in (METHODS[name] for name in result.runs):
                st.markdown(f"**{method.label}.** {method.lesson}")
                st.latex(method.latex)
            st.markdown(text.THEORY)


def _source(race: Race, language: Library) -> str:
    """Return the race as code."""
    return race_code(race.chosen.spec, list(race.specs.values()), language)


CHAPTER = Chapter("race", text.CHAPTER, draw, shared.SHARED)
