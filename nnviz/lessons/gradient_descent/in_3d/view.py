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
from nnviz.optimization.formula_surface import SurfaceSpec, surface_of
from nnviz.web.frame_steps import frame_steps
from nnviz.web.lesson import Chapter
from nnviz.web.surface_3d import SurfaceStyle, draw_surface
from nnviz.web.turns import fragment

ALONG = (-1.25, 0.65)  # along x, so that the walls of a valley along x do not hide the paths


@fragment
def draw() -> None:
    """Draw the surface and the map on one player, and the controls below them."""
    solid, flat = st.columns([5, 6], gap="small")
    left, right = st.columns(2, gap="large")
    with left:
        chosen = shared.choose_surface()
    with right:
        setup = shared.choose_setup(chosen)
    with flat:
        picture = st.container()
        result = shared.compute_race(shared.choose_race(setup))
    with picture:
        draw_race_player(result)
        paths = shared.collect_paths(result)
        web.render(draw_paths(paths, result.race.chosen.axes, legend=False), key=shared.MAP)
    with solid:
        _draw_surface(result)
        if result.race.specs:
            web.offer_code(_source, result.race, key="gd_solid_source", name="surface")
    web.update_during_drag(shared.RATE, *shared.SLIDERS, key="gd_drag_3d")


def _draw_surface(result: RaceResult) -> None:
    """Draw the surface with the path of each run; its heights can be logarithmic where no loss is negative."""
    spec, surface = result.race.chosen.spec, result.race.chosen.surface
    heights = _compute_heights(spec)
    is_log = False
    if float(np.nanmin(heights)) >= 0:
        is_log = st.toggle(text.LOG_HEIGHTS, key="gd_log", bind="query-params")
    first, second = result.race.chosen.axes.names
    draw_surface(
        {"loss": heights},
        surface.domain,
        key="gd_solid",
        paths=chart.surface_paths(
            shared.label_runs(result.runs), shared.all_labels(), frame_steps(result.race.updates)
        ),
        words=text.surface_words(surface.label),
        style=SurfaceStyle(labels=(first, second, "L"), frame=FRAME, log=is_log, height=420, view=ALONG),
    )


@kept
def _compute_heights(spec: SurfaceSpec) -> Array:
    surface = surface_of(spec)
    return shared.compute_grid(surface, surface.domain, SIDE)


def _source(race: Race, language: Library) -> str:
    """Return the surface and the runs as code."""
    return surface_code(race.chosen.spec, list(race.specs.values()), language)


CHAPTER = Chapter("in_3d", text.CHAPTER, draw, shared.SHARED)
