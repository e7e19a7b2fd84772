"""Training runs on the page: kept once computed, with progress while they last, and a budget."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.approximation import Film, film, largest_terms
from nnviz.functions import Expression, PiecewiseLinear
from nnviz.learning import OPTIMIZERS
from nnviz.networks import ACTIVATIONS, TrainingRun, TrainingSpec, train
from nnviz.ui.controls import choice, choose, power, whole
from nnviz.ui.target import Interval, Target
from nnviz.ui.work import Kept, Progress, kept_or_computed

Array = NDArray[np.float64]

BY_TEXT: dict[str | type[Any], Callable[[Any], Any]] = dict.fromkeys(
    (Expression, PiecewiseLinear), lambda f: f.text
)  # what a cache tells targets apart by
EXAMPLES = 256
MOST_KEPT = 24
FRAMES = 48
TERM_POINTS = 49
SECONDS = 8.0
TRAINABLE = {name: activation for name, activation in ACTIVATIONS.items() if activation.trainable}
UNIVERSAL = {name: activation for name, activation in TRAINABLE.items() if activation.universal}


@st.cache_resource(show_spinner=False)
def _runs() -> Kept[TrainingRun]:
    return Kept(MOST_KEPT)


class Shown(NamedTuple):
    """What is drawn of a run: its film over K, and the largest terms (F, 6, 49) at x_terms (49,)."""

    film: Film
    x_terms: Array
    terms: Array


class Learned(NamedTuple):
    """A run with what it was made for, and its last network beside the target."""

    run: TrainingRun
    target: Target
    interval: Interval
    last: Shown

    def name(self) -> str:
        """A text that tells this run from others."""
        return f"{self.run.spec} {self.target.text} {self.interval}"

    def every_frame(self) -> Shown:
        """All the networks of the run beside the target."""
        return _shown(self.run, self.target, self.interval, list(range(len(self.run.steps))))


def learned(spec: TrainingSpec, target: Target, interval: Interval) -> Learned:
    """Train on 256 evenly spaced points of K, or on the points of a target given by points; once for each spec.

    ValueError if the target has no finite value on K.
    """

    def compute(progress: Progress) -> TrainingRun:
        return train(spec, *examples(target, interval), lambda done, steps: progress(done / steps))

    run = kept_or_computed(_runs(), (spec, target.text, interval), compute, lambda run: run.ended != "time")
    return Learned(run, target, interval, _shown(run, target, interval, [-1]))


def _shown(run: TrainingRun, target: Target, interval: Interval, frames: list[int]) -> Shown:
    networks = [run.network(frame) for frame in frames]
    x_terms = np.linspace(*interval, TERM_POINTS)
    return Shown(film(target, interval, networks), x_terms, largest_terms(networks, x_terms, most=6))


def examples(target: Target, interval: Interval) -> tuple[Array, Array]:
    """What is learned from: points x, y (m,) on K where the target is finite."""
    if isinstance(target, PiecewiseLinear):
        inside = (target.knots >= interval[0]) & (target.knots <= interval[1])
        x, y = target.knots[inside], target.values[inside]
    else:
        x = np.linspace(*interval, EXAMPLES)
        y = target(x)
    finite = np.isfinite(y)
    if not finite.any():
        raise ValueError(
            "f(x) has no finite value on this interval; choose another interval or another function"
        )
    return x[finite], y[finite]


def training_controls() -> TrainingSpec:
    """The network and how it is trained."""
    width = whole("Width N: hidden units", 1, 256, 16, key="ua_width")
    activation = choice("Activation φ", TRAINABLE, "tanh", key="ua_activation")
    phi = ACTIVATIONS[activation]
    st.caption(("**Universal.** " if phi.universal else "**Not universal.** ") + phi.reason)
    optimizer = choice("Optimizer", OPTIMIZERS, "adam", key="ua_optimizer")
    steps = choose("Steps", (100, 300, 1000, 3000, 10000, 30000), 300, key="ua_steps")
    rate = power("Learning rate η", -4, 1, 0.05, key="ua_rate")
    with st.popover("Batch and seed"):
        batch = choose("Examples a step (0: all)", (0, 16, 32, 64, 128), 0, key="ua_batch")
        seed = whole("Seed of the first weights", 0, 99, 1, key="ua_seed")
    return TrainingSpec(
        width, activation, optimizer, rate, steps, batch, seed=seed, frames=FRAMES, seconds=SECONDS
    )


def points_of(target: Target) -> tuple[Array, Array] | None:
    """The points of a target that is given by points."""
    return (target.knots, target.values) if isinstance(target, PiecewiseLinear) else None


def outcome(run: TrainingRun, film: Film) -> None:
    """The error of the last network, and how the run ended."""
    st.markdown(
        f"max |f − N| = **{film.sup[-1]:.3g}**, root mean square (rms) = **{film.rms[-1]:.3g}**: measured at "
        f"{film.measured} points of K, not proved between them."
    )
    done = len(run.losses) - 1
    if run.diverged:
        st.warning(
            f"Diverged after {done} steps: the learning rate is too large. The last finite network is shown."
        )
    elif run.ended == "time":
        st.warning(
            f"Stopped after {SECONDS:g} seconds and {done:,} of {run.spec.steps:,} steps, with what was found by then."
        )
    if film.undefined:
        st.info(
            f"f(x) is not a finite number at {film.undefined} of the points; what is undefined is left out."
        )
