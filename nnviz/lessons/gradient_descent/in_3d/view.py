"""Show the runs of the race on the surface in three dimensions, beside the map."""

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz._types import Array
from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.in_3d import chart, text
from nnviz.lessons.gradient_descent.in_3d.code import SIDE, surface_code
from nnviz.lessons.gradient_descent.shared import view as shared
from nnviz.lessons.gradient_descent.shared.chart import FRAME, draw_paths
from nnviz.lessons.gradient_descent.shared.player import draw_race_player
from nnviz.lessons.gradient_descent.shared.view import Race, RaceResult
from nnviz.optimization import METHODS, suggested_learning_rate
from nnviz.optimization.formula_surface import SurfaceSpec, surface_of
from nnviz.web.frame_steps import frame_steps
from nnviz.web.lesson import Chapter
from nnviz.web.surface_3d import SurfaceStyle, draw_surface
from nnviz.web.turns import fragment

ALONG = (-1.35, 0.5)  # along x, so that the walls of a valley along x do not hide the paths
GRADIENT_DESCENT = "gradient_descent"
OPTIMIZERS = ("gd_solid_optimizers", (GRADIENT_DESCENT,))  # key and default of the menu
MAP_HEIGHT, SOLID_HEIGHT = 270, 440  # pixels
LONG_STEPS = 3  # updates that the player shows at first


@fragment
def draw() -> None:
    """Draw the surface and the map on one player, and the controls below them."""
    with web.first_screen():
        playing = st.container()
        solid, flat = st.columns([9, 5], gap="small")
    left, right = st.columns(2, gap="large")
    with left:
        chosen = shared.choose_surface()
        heights = _compute_heights(chosen.spec)
        is_log = False
        if float(np.nanmin(heights)) >= 0:
            is_log = st.toggle(text.LOG_HEIGHTS, key="gd_log", bind="query-params")
    with right:
        setup = shared.choose_setup(chosen, OPTIMIZERS)
    with flat:
        picture = st.container()
        result = shared.compute_race(shared.choose_race(setup))
        if GRADIENT_DESCENT in result.runs:
            web.write(_say_first_step(result))
    with playing:
        draw_race_player(result, LONG_STEPS)
    with picture:
        paths = shared.collect_paths(result)
        flat_map = draw_paths(
            paths, result.race.chosen.axes, legend=False, height=MAP_HEIGHT, numbered=LONG_STEPS
        )
        web.render(flat_map, key=shared.MAP)
    with solid:
        _draw_surface(result, is_log=is_log)
    if result.race.specs:
        web.offer_code(_source, result.race, key="gd_solid_source", name="surface")
    with st.expander(text.MORE):
        web.write("\n\n".join(text.MORE_WORDS))
    web.update_during_drag(shared.RATE, *shared.SLIDERS, key="gd_drag_3d")


def _say_first_step(result: RaceResult) -> str:
    """Say how long the first update of gradient descent is, and how far it was from the start to a minimum."""
    points = result.runs[GRADIENT_DESCENT].points[:2]
    minima = np.array(list(result.race.chosen.surface.minima)).reshape(-1, 2)
    away = float(np.min(np.linalg.norm(minima - points[0], axis=1), initial=np.inf))
    length = float(np.linalg.norm(points[-1] - points[0]))
    suggested = suggested_learning_rate(result.race.chosen.surface, METHODS[GRADIENT_DESCENT])
    return text.first_step(result.race.specs[GRADIENT_DESCENT].learning_rate, suggested, length, away)


def _draw_surface(result: RaceResult, *, is_log: bool) -> None:
    """Draw the surface with its minima and the path of each run."""
    spec, surface = result.race.chosen.spec, result.race.chosen.surface
    first, second = result.race.chosen.axes.names
    steps = sorted({*range(LONG_STEPS + 1), *frame_steps(result.race.updates)})
    paths = chart.surface_paths(shared.label_runs(result.runs), shared.all_labels(), steps)
    draw_surface(
        {"loss": _compute_heights(spec)},
        surface.domain,
        key="gd_solid",
        paths=[*chart.surface_minima(surface), *paths],
        words=text.surface_words(surface.label),
        style=SurfaceStyle(
            labels=(first, second, "L"), frame=FRAME, log=is_log, height=SOLID_HEIGHT, view=ALONG
        ),
    )


@kept
def _compute_heights(spec: SurfaceSpec) -> Array:
    surface = surface_of(spec)
    return shared.compute_grid(surface, surface.domain, SIDE)


def _source(race: Race, language: Library) -> str:
    """Return the surface and the runs as code."""
    return surface_code(race.chosen.spec, list(race.specs.values()), language)


CHAPTER = Chapter("in_3d", text.CHAPTER, draw, shared.SHARED)
