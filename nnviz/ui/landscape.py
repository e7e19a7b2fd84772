"""A plane through the loss of a network: what is trained, how the plane is shown, what it does not show."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import DASHES, SERIES, descent, ground_columns
from nnviz.export.landscape import landscape_code
from nnviz.functions import TARGETS, Library, parse
from nnviz.learning import OPTIMIZERS
from nnviz.networks import ACTIVATIONS, TrainingRun, TrainingSpec, train
from nnviz.networks.landscape import Landscape, LandscapeSpec, landscape
from nnviz.ui.controls import choice, power, whole
from nnviz.ui.draw import show
from nnviz.ui.live import player
from nnviz.ui.messages import last_good
from nnviz.ui.runs import MOST_FRAMES
from nnviz.ui.surface import Path, surface_3d

Array = NDArray[np.float64]
SECONDS = 5.0  # a training run is cut there
PLANES = {"components": "Principal components of the path", "random": "Random, filter-normalised"}
SIDE = 101  # points a side at which the loss is computed


class Plane(NamedTuple):
    """A training run and the plane through its loss."""

    run: TrainingRun
    seen: Landscape
    look: LandscapeSpec
    x: Array
    y: Array


def choose_plane() -> Plane:
    """The network, how it is trained, and the plane through its loss; a plane that cannot be is said."""
    target = choice("Function to learn", TARGETS, "sine", key="gd_target")
    columns = st.columns(2)
    with columns[0]:
        width = whole("Hidden units", 2, 32, 8, key="gd_width")
        trainable = {name: one for name, one in ACTIVATIONS.items() if one.trainable}
        activation = choice("Activation", trainable, "tanh", key="gd_activation")
        steps = whole("Training steps", 100, 2000, 600, step=100, key="gd_training")
    with columns[1]:
        optimizer = choice("Trained by", OPTIMIZERS, "adam", key="gd_trainer")
        rate = power("Its learning rate", -4, 0, 0.02, key="gd_trainer_rate")
        seed = whole("Seed of the network", 0, 99, 0, key="gd_network")
    directions = st.segmented_control(
        "Plane", list(PLANES), default="components", key="gd_plane", format_func=lambda name: PLANES[name],
        required=True, bind="query-params",
    )  # fmt: skip
    which = whole("Seed of the directions", 0, 99, 0, key="gd_direction") if directions == "random" else 0
    spec = TrainingSpec(
        width,
        activation,
        optimizer,
        rate,
        steps,
        seed=seed,
        frames=MOST_FRAMES,
        seconds=SECONDS,
        dtype="float64",
    )
    default = _plane(TrainingSpec(4, steps=100, dtype="float64"), "sine", LandscapeSpec())
    return last_good(
        "gd_plane", lambda: _plane(spec, target, LandscapeSpec(directions, which, SIDE)), default
    )


@st.cache_resource(max_entries=16, show_spinner="Training …")
def _plane(spec: TrainingSpec, target: str, look: LandscapeSpec) -> Plane:
    """Train on 64 evenly spaced points, and look at the plane; once for each."""
    x = np.linspace(*TARGETS[target].interval, 64)
    y = parse(TARGETS[target].text)(x)
    run = train(spec, x, y)
    return Plane(run, landscape(look, run, x, y), look, x, y)


def draw_plane(plane: Plane) -> None:
    """The plane from above or as a landscape, with the run on it, on one playhead."""
    run, seen = plane.run, plane.seen
    steps = run.steps.tolist()
    view = st.segmented_control(
        "Seen", ["From above", "As a landscape"], default="From above", key="gd_view", required=True,
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if view == "From above":
        show(
            descent.plane(ground_columns(seen.losses, seen.box), seen.path, steps, seen.box),
            key="gd_plane_map",
        )
    else:
        looks = zip(descent.ALONG, (SERIES[0], SERIES[1]), (seen.true, seen.shadow), DASHES, strict=False)
        paths = [
            Path(name, color, np.column_stack([seen.path, values]), steps, dash)
            for name, color, values, dash in looks
        ]
        surface_3d(
            {"loss": seen.losses}, seen.box, key="gd_plane_solid", paths=paths, labels=("α", "β", "L"),
            frame="gd_frame", log=True, height=420,
            words="The loss over the plane as a landscape that turns; the shadow of the run lies on it, its true "
            "loss above or below.",
        )  # fmt: skip
    player("gd_frame", steps, run=f"{run.spec} {steps[-1]}")
    show(descent.true_and_shadow(run.steps.astype(float), seen.true, seen.shadow), key="gd_true")


def report_plane(plane: Plane) -> None:
    """What the plane shows of the run, and what it does not."""
    run, seen = plane.run, plane.seen
    count, gap = run.parameters.shape[1], np.abs(np.log(seen.shadow / seen.true))
    if np.isfinite(seen.explained).all():
        first, second = seen.explained
        st.markdown(
            f"**{seen.explained.sum():.1%}** of the variance of the path lies in this plane ({first:.1%} along d₁, "
            f"{second:.1%} along d₂); the rest is in {count - 2} directions that are not drawn."
        )
    worst = int(np.nanargmax(gap))
    st.markdown(
        f"The networks are off the plane by up to **{seen.missed.max():.0%}** of their distance from the end (median "
        f"{np.median(seen.missed[:-1]):.0%}). At step {run.steps[worst]} the plane shows a loss of "
        f"**{seen.shadow[worst]:.3g}** where the network has **{seen.true[worst]:.3g}**."
    )


def source(plane: Plane, language: Library) -> str:
    """The plane as code."""
    run, seen, look, x, y = plane
    return landscape_code(run, look, seen.box, x, y, language)
