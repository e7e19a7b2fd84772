"""Descent on a surface: a spec in, the path out; several runs side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._checks import argument_error, check_between, check_finite, check_one_of
from nnviz._display import count, displayed
from nnviz._memory import kept
from nnviz._types import Array, Point
from nnviz.losses.surfaces import Surface
from nnviz.optimization.optimizers import METHODS, Optimizer, SecondOrder
from nnviz.optimization.schedules import SCHEDULES
from nnviz.optimization.test_functions import SURFACES

StepGradient = Callable[[Array, int], Array]

OWN = "own"
MOST_STEPS = 10_000
DIVERGED_BEYOND = 1e12


@dataclass(frozen=True)
class DescentSpec:
    """Hold the spec of a run. ``surface`` is a name in SURFACES, or "own" for a surface that is handed to ``descend``.

    optimizer: a name in METHODS. steps: at most 10 000. settings: (name, value) pairs of the optimizer. noise:
    standard deviation of the Gaussian noise added to each component of the gradient before each step. batch: the
    size of the mini-batches the gradient is taken from, on a surface that is a mean over examples; 0 is all.
    tolerance: stop once the norm of the (noise-free) gradient is no more than this; 0 means never. schedule: a
    name in SCHEDULES, with its settings.
    """

    surface: str
    optimizer: str
    learning_rate: float
    start: Point
    steps: int
    settings: tuple[tuple[str, float], ...] = ()
    noise: float = 0.0
    seed: int = 0
    tolerance: float = 0.0
    batch: int = 0
    schedule: str = "constant"
    schedule_settings: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        check_one_of("surface", self.surface, (*SURFACES, OWN))
        check_one_of("optimizer", self.optimizer, METHODS)
        check_one_of("schedule", self.schedule, SCHEDULES)
        METHODS[self.optimizer].complete(dict(self.settings))
        SCHEDULES[self.schedule].complete(dict(self.schedule_settings))
        check_between("learning_rate", self.learning_rate, 0, above=True)
        check_finite("start", self.start)
        check_between("steps", self.steps, 0, MOST_STEPS)
        check_between("noise", self.noise, 0)
        check_between("seed", self.seed, 0)
        check_between("tolerance", self.tolerance, 0)
        check_between("batch", self.batch, 0)

    @property
    def rates(self) -> Array:
        """The learning rate at each step, (steps,)."""
        schedule = SCHEDULES[self.schedule]
        return schedule.rates(self.learning_rate, self.steps, dict(self.schedule_settings))


@displayed(
    lambda run: (
        f"{count(len(run.values) - 1, 'step')}, value {run.values[0]:.4g} to {run.values[-1]:.4g}"
        f"{', diverged' if run.diverged else ', converged' if run.converged else ''}"
    )
)
class Trajectory(NamedTuple):
    """Hold the points (k+1, d) from the start on, values (k+1,) and gradients (k+1, d) of the surface there.

    All are finite: a path ends before a number is not, or |value| exceeds 1e12 times that at the start (or
    1e12), and ``diverged`` says so. ``converged`` says that it stopped at the tolerance.
    """

    points: Array
    values: Array
    gradients: Array
    diverged: bool
    converged: bool


def descend(
    spec: DescentSpec, surface: Surface | None = None, step_gradient: StepGradient | None = None
) -> Trajectory:
    """Follow the optimizer for ``spec.steps`` steps, or until it converges or diverges.

    surface: used in place of SURFACES[spec.surface]. step_gradient(point, step): what the step is made from
    in place of the surface's gradient, such as that of a mini-batch; the noise is added to it. ValueError if
    the start does not fit the surface or has no value on it.
    """
    return race([spec], surface or _registered(spec.surface), step_gradient)[0]


def race(
    specs: Sequence[DescentSpec], surface: Surface, step_gradient: StepGradient | None = None
) -> list[Trajectory]:
    """Run ``descend`` for each spec, in step with each other: all gradients are computed at once.

    Each has the same numbers as if it ran alone. ValueError unless all have the same mini-batches: one size, and
    one seed to deal them by.
    """
    runs = [_Run(spec, surface) for spec in specs]
    step_gradients = _shared(specs, surface, step_gradient)
    going, step = runs, 0
    with np.errstate(all="ignore"):
        while going := [run for run in going if run.going]:
            points = np.array([run.point for run in going])
            gradients = surface.gradient(points)
            followed = gradients if step_gradients is None else step_gradients(points, step)
            for run, gradient, follow in zip(going, gradients, followed, strict=True):
                run.take(gradient, follow)
            step += 1
        return [run.trajectory(surface) for run in runs]


def _shared(
    specs: Sequence[DescentSpec], surface: Surface, step_gradient: StepGradient | None
) -> StepGradient | None:
    """Return what the steps are made from, for points (k, d) and the step; None for the surface's own gradient."""
    batches = {
        (spec.batch, spec.seed if spec.batch else 0, spec.steps if spec.batch else 0) for spec in specs
    }
    if len(batches) > 1:
        raise argument_error("specs", "runs with the same (batch, seed, steps)", sorted(batches))
    if specs and specs[0].batch:
        return _of_batches(specs[0], surface)
    if step_gradient is None:
        return None
    return lambda points, step: np.array([step_gradient(point, step) for point in points])


def _registered(name: str) -> Surface:
    if name == OWN:
        raise ValueError('`surface` must be the surface itself for the name "own", got None')
    return SURFACES[name]


class _Run:
    """Take the steps of one run: its current point, the state of its rule, and its points so far."""

    def __init__(self, spec: DescentSpec, surface: Surface) -> None:
        rule, self.spec = METHODS[spec.optimizer], spec
        seen = {"surface": surface} if isinstance(rule, SecondOrder) else {}
        self.update = partial(rule.update, **rule.complete(dict(spec.settings)), **seen)
        self.point = _start(spec, surface)
        self.state = rule.init(self.point)
        self.rates = spec.rates.tolist()
        shape = (spec.steps, self.point.size)
        self.noise = (
            spec.noise * np.random.default_rng(spec.seed).standard_normal(shape) if spec.noise else None
        )
        self.points: list[Array] = []
        self.gradients: list[Array] = []
        self.converged, self.going = False, True

    def take(self, gradient: Array, followed: Array) -> None:
        """Record the point and its gradient, and take a step from the gradient ``followed``, if one is left."""
        step, spec = len(self.points), self.spec
        self.points.append(self.point)
        self.gradients.append(gradient)
        square = float(gradient @ gradient)
        self.converged = square <= spec.tolerance**2 and spec.tolerance > 0
        self.going = not self.converged and square < inf and step < spec.steps
        if self.going:
            if self.noise is not None:
                followed = followed + self.noise[step]
            self.point, self.state = self.update(followed, self.state, self.point, self.rates[step])

    def trajectory(self, surface: Surface) -> Trajectory:
        """Return the finite part of the run; ValueError if there is none."""
        points, gradients = np.array(self.points), np.array(self.gradients)
        values = surface.value(points)
        legal = np.isfinite(points).all(axis=1) & np.isfinite(gradients).all(axis=1)
        legal &= np.abs(values) <= DIVERGED_BEYOND * max(1.0, abs(values[0]))
        kept = int(np.argmin(np.append(legal, False)))
        if kept == 0:
            raise argument_error("start", "a point with a finite value and gradient", self.spec.start)
        diverged = kept < len(legal)
        return Trajectory(
            points[:kept], values[:kept], gradients[:kept], diverged, self.converged and not diverged
        )


def _start(spec: DescentSpec, surface: Surface) -> Array:
    start = np.array(spec.start, dtype=np.float64)
    if start.shape != (len(surface.domain),):
        raise argument_error("start", f"a value for each of {', '.join(surface.parameters)}", spec.start)
    return start


def _of_batches(spec: DescentSpec, surface: Surface) -> StepGradient:
    """Return the gradients on the mini-batch of each step; after the last step, on the last mini-batch."""
    if surface.examples is None:
        raise argument_error("batch", f"0, as {surface.label} is not a mean over examples", spec.batch)
    count, gradient = surface.examples
    if spec.batch > count:
        raise argument_error("batch", f"between 1 and {count}, the number of examples", spec.batch)
    batches = shuffled_batches(count, spec.batch, spec.steps, spec.seed)
    return lambda points, step: gradient(points, batches[min(step, len(batches) - 1)])


@kept
def shuffled_batches(count: int, size: int, steps: int, seed: int) -> NDArray[np.intp]:
    """Return the examples of each step's mini-batch, (steps, size), shuffled every epoch of ⌊count / size⌋ batches."""
    batches = count // size
    epochs = [
        np.random.default_rng((seed, epoch)).permutation(count) for epoch in range(-(-steps // batches))
    ]
    rows = [order[: batches * size].reshape(batches, size) for order in epochs]
    return np.concatenate(rows or [np.empty((0, size), np.intp)])[:steps]


def suggested_learning_rate(surface: Surface, optimizer: Optimizer) -> float:
    """Return a learning rate to begin with.

    1 for a second-order method. Otherwise the optimizer's stride across the domain where the length of a step does not
    depend on the gradient; else the optimizer's share of the surface's own learning rate.
    """
    if isinstance(optimizer, SecondOrder):
        return 1.0
    if optimizer.stride is not None:
        return optimizer.stride * max(high - low for low, high in surface.domain)
    return optimizer.learning_rate_share * surface.learning_rate
