"""Train a network, and show its loss on a plane beside the loss of the run itself."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._types import Array, Domain
from nnviz.charts import DASHES, SERIES, ground_columns, levels
from nnviz.charts.contour_image import refined, widened
from nnviz.expressions import Library, parse
from nnviz.lessons.gradient_descent.network_loss import chart, text
from nnviz.lessons.gradient_descent.network_loss.code import landscape_code
from nnviz.lessons.gradient_descent.shared.chart import FRAME, MapAxes
from nnviz.networks import ACTIVATIONS, TrainingRun, TrainingSpec, train
from nnviz.networks.landscape import Landscape, LandscapeSpec, landscape, losses_around
from nnviz.optimization import OPTIMIZERS
from nnviz.targets import TARGETS
from nnviz.web.controls import int_slider, log_slider, segmented, select_registered
from nnviz.web.frame_steps import MAX_FRAMES
from nnviz.web.lesson import Chapter
from nnviz.web.live import PlayerOptions, draw_player
from nnviz.web.messages import last_valid
from nnviz.web.render import keep_in_view, render
from nnviz.web.shared_cache import shared
from nnviz.web.surface_3d import SurfacePath, SurfaceStyle, draw_surface
from nnviz.web.turns import fragment

SECONDS = 5.0  # the time limit of a training run
SIDE = 81  # points on each side of the grid on which the loss is computed
WIDE_SIDE = 64  # of the grid behind the map, which is wider; it has twice as many points across
LONGER = 0.8
EXAMPLES = 64  # evenly spaced training points


class Plane(NamedTuple):
    """A training run on the points x, y (n,), and the plane through its loss; around: losses on a wider grid."""

    run: TrainingRun
    seen: Landscape
    around: Array
    spec: LandscapeSpec
    x: Array
    y: Array


@fragment
def draw() -> None:
    """Draw the plane beside both losses, and below them the controls and what the plane hides."""
    picture, controls = web.first_screen(), st.columns(2, gap="large")
    with controls[0]:
        plane = _choose_plane()
    with controls[1]:
        _draw_report(plane)
        web.offer_code(_source, plane, key="gd_plane_source", name="plane")
    with picture:
        _draw_plane(plane)


def _choose_plane() -> Plane:
    """Choose a training run and the plane; where there is no plane, say so and return the last one."""
    target, spec = _choose_training()
    is_random = segmented(text.PLANE, text.PLANES, "components", key="gd_plane") == "random"
    seed = int_slider(text.DIRECTION_SEED, 0, 99, 0, key="gd_direction") if is_random else 0
    given = spec, target, LandscapeSpec("random" if is_random else "components", seed, SIDE)
    example = TrainingSpec(4, steps=100, dtype="float64"), "sine", LandscapeSpec()
    return last_valid("gd_last_plane", given, lambda valid: _compute_plane(*valid), example)


def _choose_training() -> tuple[str, TrainingSpec]:
    """Choose the name of the target function, and how the network is trained."""
    target = select_registered(text.TARGET, TARGETS, "sine", key="gd_target")
    left, right = st.columns(2)
    with left:
        width = int_slider(text.WIDTH, 2, 32, 8, key="gd_width")
        trainable = ACTIVATIONS.where(lambda activation: activation.trainable)
        activation = select_registered(text.ACTIVATION, trainable, "tanh", key="gd_activation")
        updates = int_slider(text.UPDATES, 100, 2000, 600, step=100, key="gd_training")
    with right:
        optimizer = select_registered(text.OPTIMIZER, OPTIMIZERS, "adam", key="gd_trainer")
        rate = log_slider(text.LEARNING_RATE, -4, 0, 0.02, key="gd_trainer_rate")
        seed = int_slider(text.NETWORK_SEED, 0, 99, 0, key="gd_network")
    spec = TrainingSpec(
        width,
        activation,
        optimizer,
        rate,
        updates,
        seed=seed,
        frames=MAX_FRAMES,
        seconds=SECONDS,
        dtype="float64",
    )
    return target, spec


@shared(text.TRAINING)
def _compute_plane(spec: TrainingSpec, target: str, look: LandscapeSpec) -> Plane:
    """Train on evenly spaced points and compute the plane, once for each choice; ValueError if training diverges."""
    x = np.linspace(*TARGETS[target].interval, EXAMPLES)
    y = parse(TARGETS[target].text)(x)
    run = train(spec, x, y)
    if run.diverged:
        first, last = np.abs(run.parameters[[0, -1]]).max(axis=1).tolist()
        optimizer = OPTIMIZERS[spec.optimizer].label
        raise ValueError(text.diverged(run.steps[-1], optimizer, spec.learning_rate, (first, last)))
    seen = landscape(look, run, x, y)
    around = losses_around(seen, run, x, y, widened(map_domain(seen.box)), WIDE_SIDE)
    return Plane(run, seen, around, look, x, y)


def map_domain(box: Domain) -> Domain:
    """Return the domain of the map: the box, whose shorter side has at least the share LONGER of the longer one."""
    least = LONGER * max(high - low for low, high in box)
    halves = [max(high - low, least) / 2 for low, high in box]
    middles = [(low + high) / 2 for low, high in box]
    return tuple((at - half, at + half) for at, half in zip(middles, halves, strict=True))


def _draw_plane(plane: Plane) -> None:
    """Draw the player, the plane as a map or as a surface, and both losses over the updates."""
    run, seen = plane.run, plane.seen
    updates, worst = run.steps.tolist(), find_worst(seen)
    options = PlayerOptions(unit=text.UPDATE, begin=worst, even=True)
    picture, losses = st.columns([7, 5], gap="medium")
    with picture:
        draw_player(FRAME, updates, run=f"{run.spec} {updates[-1]}", options=options)
        drawn = st.container()
        view = segmented(text.VIEW, text.VIEWS, text.MAP, key="gd_view")
    with losses:
        render(chart.draw_losses(run.steps.astype(float), seen.true, seen.shadow, worst), key="gd_true")
    with drawn:
        if view == text.MAP:
            box = map_domain(seen.box)
            surface = ground_columns(refined(plane.around, 3), widened(box), levels(seen.losses))
            with keep_in_view():
                losses_there = (seen.shadow, seen.true)
                axes = MapAxes(box, text.AXES[plane.spec.directions])
                render(chart.draw_plane(surface, seen.path, updates, axes, losses_there), key="gd_plane_map")
        else:
            _draw_surface(plane)


def find_worst(seen: Landscape) -> int:
    """Return the number of the network whose loss differs most from that of its projection, as a factor."""
    return int(np.nanargmax(np.abs(np.log(seen.shadow / seen.true))))


def _draw_surface(plane: Plane) -> None:
    """Draw the plane in three dimensions, with the run at its true loss and at the loss of its projection."""
    seen, updates = plane.seen, plane.run.steps.tolist()
    looks = zip(chart.LOSSES, SERIES, (seen.true, seen.shadow), DASHES, strict=False)
    draw_surface(
        {"loss": seen.losses},
        seen.box,
        key="gd_plane_solid",
        paths=[
            SurfacePath(name, color, np.column_stack([seen.path, losses]), updates, dash)
            for name, color, losses, dash in looks
        ],
        words=text.SURFACE_WORDS,
        style=SurfaceStyle(labels=("direction 1", "direction 2", "L"), frame=FRAME, log=True, height=420),
    )


def _draw_report(plane: Plane) -> None:
    """Say what the plane shows of the run, and what it hides."""
    run, seen = plane.run, plane.seen
    parameters = run.parameters.shape[1]
    said = [text.dimensions(parameters)]
    if np.isfinite(seen.explained).all():
        first, second = seen.explained.tolist()
        said.append(text.explained(first, second, parameters - 2))
    said.append(text.distance(float(seen.missed.max()), float(np.median(seen.missed[:-1]))))
    worst = find_worst(seen)
    said.append(text.difference(int(run.steps[worst]), float(seen.shadow[worst]), float(seen.true[worst])))
    st.markdown("\n\n".join(said))


def _source(plane: Plane, language: Library) -> str:
    """Return the plane as code."""
    return landscape_code(plane.run, plane.spec, plane.seen.box, plane.x, plane.y, language)


CHAPTER = Chapter("network_loss", text.CHAPTER, draw)
