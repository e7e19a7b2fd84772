"""Descent on a surface: a spec in, the path out; several runs side by side; how a run ended, in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import inf, isfinite
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.learning.catalogue import SURFACES
from nnviz.learning.optimizers import Optimizer
from nnviz.learning.schedules import SCHEDULES
from nnviz.learning.second_order import METHODS, SecondOrder
from nnviz.learning.surfaces import Point, Surface

Array = NDArray[np.float64]
StepGradient = Callable[[Array, int], Array]

OWN = "own"
MOST_STEPS = 10_000
DIVERGED_BEYOND = 1e12


@dataclass(frozen=True)
class DescentSpec:
    """One run. ``surface`` is a name in SURFACES, or "own" for a surface that is handed to ``descend``.

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
        _check_name("surface", self.surface, (*SURFACES, OWN))
        _check_name("optimizer", self.optimizer, tuple(METHODS))
        _check_name("schedule", self.schedule, tuple(SCHEDULES))
        METHODS[self.optimizer].complete(dict(self.settings))
        SCHEDULES[self.schedule].complete(dict(self.schedule_settings))
        _check("learning rate", self.learning_rate, 0 < self.learning_rate < inf, "above 0, finite")
        _check("start", self.start, all(map(isfinite, self.start)), "a finite number for each parameter")
        _check("number of steps", self.steps, 0 <= self.steps <= MOST_STEPS, f"0 to {MOST_STEPS}")
        _check("noise", self.noise, 0 <= self.noise < inf, "0 or more, finite")
        _check("seed", self.seed, self.seed >= 0, "0 or more")
        _check("tolerance", self.tolerance, 0 <= self.tolerance < inf, "0 or more, finite")
        _check("batch size", self.batch, self.batch >= 0, "0 or more")

    @property
    def rates(self) -> Array:
        """The learning rate at each step, (steps,)."""
        schedule = SCHEDULES[self.schedule]
        return schedule.rates(self.learning_rate, self.steps, dict(self.schedule_settings))


def _check_name(what: str, name: str, legal: tuple[str, ...]) -> None:
    _check(what, name, name in legal, "one of " + ", ".join(legal))


def _check(what: str, value: object, ok: bool, legal: str) -> None:
    if not ok:
        raise ValueError(f"the {what} is {value!r}; legal is {legal}")


class Trajectory(NamedTuple):
    """Points (k+1, d) from the start on, values (k+1,) and gradients (k+1, d) of the surface there.

    All are finite: a path is cut before a number is not, or |value| exceeds 1e12 times that at the start (or
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
    """``descend`` for each spec, in step with each other: the slopes of all are computed at once.

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
    """What the steps are made from, for points (k, d) and the step; None for the surface's own gradient."""
    batches = {
        (spec.batch, spec.seed if spec.batch else 0, spec.steps if spec.batch else 0) for spec in specs
    }
    if len(batches) > 1:
        raise ValueError(
            f"runs side by side share their mini-batches; got (size, seed, steps) {sorted(batches)}"
        )
    if specs and specs[0].batch:
        return _of_batches(specs[0], surface)
    if step_gradient is None:
        return None
    return lambda points, step: np.array([step_gradient(point, step) for point in points])


def _registered(name: str) -> Surface:
    if name == OWN:
        raise ValueError('the surface "own" has to be handed to descend(spec, surface)')
    return SURFACES[name]


class _Run:
    """One run on its way: where it stands, what its rule remembers, and what it has left behind."""

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
        """Leave the point and its slope behind, and take a step from the slope that is followed, if one is left."""
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
        """What is finite of the run."""
        points, gradients = np.array(self.points), np.array(self.gradients)
        values = surface.value(points)
        legal = np.isfinite(points).all(axis=1) & np.isfinite(gradients).all(axis=1)
        legal &= np.abs(values) <= DIVERGED_BEYOND * max(1.0, abs(values[0]))
        kept = int(np.argmin(np.append(legal, False)))
        if kept == 0:
            raise ValueError(
                f"the surface has no usable value or slope at the start {self.spec.start}: {values[0]}"
            )
        diverged = kept < len(legal)
        return Trajectory(
            points[:kept], values[:kept], gradients[:kept], diverged, self.converged and not diverged
        )


def _start(spec: DescentSpec, surface: Surface) -> Array:
    start = np.array(spec.start, dtype=np.float64)
    if start.shape != (len(surface.domain),):
        raise ValueError(
            f"the start {spec.start} has {start.size} numbers; {surface.label} has {surface.parameters}"
        )
    return start


def _of_batches(spec: DescentSpec, surface: Surface) -> StepGradient:
    """The gradients on the mini-batch of each step; after the last step, where none is followed, on the last."""
    if surface.examples is None:
        raise ValueError(f"{surface.label} is not a mean over examples, so it has no mini-batches")
    count, gradient = surface.examples
    if spec.batch > count:
        raise ValueError(f"the batch size is {spec.batch}; legal is 1 to {count}, the number of examples")
    dealt = _dealt(count, spec.batch, spec.steps, spec.seed)
    return lambda points, step: gradient(points, dealt[min(step, len(dealt) - 1)])


@lru_cache(maxsize=16)
def _dealt(count: int, size: int, steps: int, seed: int) -> NDArray[np.intp]:
    """The examples of each step's mini-batch, (steps, size): dealt anew every epoch of ⌊count / size⌋ batches."""
    batches = count // size
    epochs = [
        np.random.default_rng((seed, epoch)).permutation(count) for epoch in range(-(-steps // batches))
    ]
    rows = [deal[: batches * size].reshape(batches, size) for deal in epochs]
    return np.concatenate(rows or [np.empty((0, size), np.intp)])[:steps]


def suggested_learning_rate(surface: Surface, optimizer: Optimizer) -> float:
    """A learning rate to begin with.

    1 for a second-order method. Otherwise the surface's own for gradient descent, a third of it where a velocity
    adds the slopes up, and the optimizer's stride across the domain where the length of a step does not depend on
    the slope.
    """
    if isinstance(optimizer, SecondOrder):
        return 1.0
    if optimizer.stride is not None:
        return optimizer.stride * max(high - low for low, high in surface.domain)
    return surface.learning_rate / 3 if "momentum" in optimizer.hyperparameters else surface.learning_rate


Kind = Literal[
    "converged",
    "zig-zag",
    "slow",
    "hovering",
    "left the saddle",
    "at a saddle",
    "at rest",
    "stuck",
    "outside",
    "uphill",
    "diverged",
]


class Verdict(NamedTuple):
    """How a run ended, as a name and in one sentence for the reader."""

    kind: Kind
    words: str


ARRIVED = 0.01  # of the domain's width: this near, a run has arrived
PASSED = 0.05  # of the domain's width: this near, with hardly any slope, a run has been at a saddle
FEW = 12  # steps: a shorter way is not called a zig-zag
TURNS = (
    1 / 3
)  # share of steps that turn back by more than a right angle, from which a path is called a zig-zag


def verdict(run: Trajectory, surface: Surface, noisy: bool = False) -> Verdict:
    """Where the last point is, and what the way there was like.

    At a place that the surface lists: within 1 % of the domain's width of it, each parameter by its own. At the
    minimum also where a millionth of the drop in value, at most, is left (a valley may have a flat floor).
    noisy: whether the steps were made from noisy slopes; then a run has arrived only if it is there for the last
    quarter of its steps, and otherwise hovers once its mean loss no longer falls.
    """
    steps, value = len(run.points) - 1, float(run.values[-1])
    if run.diverged:
        return Verdict("diverged", f"Diverged: after step {steps} the numbers grow beyond all bounds.")
    since = _since(run, surface)
    settled = since <= (0.75 * steps if noisy else steps)
    if settled or _left_of_the_drop(run, surface) <= 1e-6:
        return _arrived(run, surface, since)
    if _near(run.points[-1:], surface.other_minima, surface)[0]:
        return Verdict("stuck", f"Stuck in a local minimum of value {value:.4g}: not the lowest.")
    if _near(run.points[-1:], surface.saddles, surface)[0]:
        return Verdict("at a saddle", f"At a saddle after {steps} steps: hardly any slope, yet no minimum.")
    if value > run.values[0]:
        return Verdict("uphill", f"Uphill: the value {value:.4g} is above that of the start.")
    return _on_its_way(run, surface, noisy)


def _since(run: Trajectory, surface: Surface) -> int:
    """The step from which on the run stays at a global minimum; k + 1 where it is not there at the end."""
    away = ~_near(run.points, surface.minima, surface)
    return int(np.flatnonzero(away)[-1]) + 1 if away.any() else 0


def _arrived(run: Trajectory, surface: Surface, since: int) -> Verdict:
    """At the minimum: since when, and by which kind of way."""
    when = f"from step {since} on, no farther from the minimum than 1 % of the map"
    if since == len(run.points):
        when = "its value is the least, in a valley with a flat floor"
    passed = passed_saddle(run, surface)
    if passed is not None:
        return Verdict("left the saddle", f"Left the saddle near step {passed} and converged: {when}.")
    turns = turning_share(run.points[: since + 1])
    if turns > TURNS and since >= FEW:
        return Verdict("zig-zag", f"Converged in a zig-zag, {turns:.0%} of its steps turn back: {when}.")
    return Verdict("converged", f"Converged: {when}.")


def _on_its_way(run: Trajectory, surface: Surface, noisy: bool) -> Verdict:
    """Not at any listed place: what is left, and what keeps it."""
    left, slope = _left_of_the_drop(run, surface), float(np.linalg.norm(run.gradients[-1]))
    much = f"{left:.2g} of the drop in loss is left" if surface.minima else f"the slope is {slope:.2g}"
    if not noisy and (run.converged or slope == 0):
        steps = len(run.points) - 1
        return Verdict("at rest", f"At rest after {steps} steps: no slope, yet none of the minima found.")
    if noisy and _no_longer_falls(run, surface):
        return Verdict("hovering", f"Hovering: noise keeps it moving about; {much}.")
    passed = passed_saddle(run, surface)
    if passed is not None:
        return Verdict(
            "left the saddle", f"Left the saddle near step {passed}, and still on its way: {much}."
        )
    if any(not low <= at <= high for at, (low, high) in zip(run.points[-1], surface.domain, strict=True)):
        return Verdict("outside", f"Left the picture: after {len(run.points) - 1} steps {much}.")
    turns = turning_share(run.points)
    if turns > TURNS:
        return Verdict("zig-zag", f"In a zig-zag, {turns:.0%} of its steps turn back: {much}.")
    return Verdict("slow", f"Slow: after {len(run.points) - 1} steps {much}.")


def _no_longer_falls(run: Trajectory, surface: Surface) -> bool:
    """Whether the mean loss above the least is in the last quarter at least 0.8 of that in the quarter before."""
    least = float(surface.value(surface.minima[0])) if surface.minima else float(run.values.min())
    quarters = np.array_split(run.values - least, 4)
    return len(run.values) >= 8 and bool(quarters[3].mean() >= 0.8 * quarters[2].mean())


def turning_share(points: Array) -> float:
    """Of the pairs of successive steps of a path (k + 1, d), the share that turns by more than a right angle."""
    moves = np.diff(points, axis=0)
    dots = (moves[1:] * moves[:-1]).sum(axis=1)
    return float((dots < 0).mean()) if len(dots) else 0.0


def passed_saddle(run: Trajectory, surface: Surface) -> int | None:
    """The step nearest to a listed saddle, if the run was within 5 % of it, was slowed there, and got away."""
    if not surface.saddles:
        return None
    nearest = min((_distances(run.points, place, surface) for place in surface.saddles), key=np.min)
    step, slopes = int(np.argmin(nearest)), np.linalg.norm(run.gradients, axis=1)
    slowed = slopes[step] < 0.1 * slopes.max()
    return step if nearest[step] < PASSED and nearest[-1] > 2 * PASSED and slowed else None


def _distances(points: Array, place: Point, surface: Surface) -> Array:
    """Of points (k, d) from a place, in shares of the domain's widths, (k,)."""
    widths = np.array([high - low for low, high in surface.domain])
    return np.asarray(np.linalg.norm((points - place) / widths, axis=1))


def _near(points: Array, places: tuple[Point, ...], surface: Surface) -> NDArray[np.bool_]:
    """Whether each of the points (k, d) is at one of the places."""
    near = np.zeros(len(points), bool)
    for place in places:
        near |= _distances(points, place, surface) <= ARRIVED
    return near


def _left_of_the_drop(run: Trajectory, surface: Surface) -> float:
    """(last − lowest) / (first − lowest) of the values; 1 where it has no meaning."""
    lowest = float(surface.value(surface.minima[0])) if surface.minima else -inf
    drop = float(run.values[0]) - lowest
    return float(run.values[-1] - lowest) / drop if 0 < drop < inf else 1.0


def distances(run: Trajectory, surface: Surface) -> Array:
    """The distance ‖θ − θ*‖ of each point to the nearest of the global minima, (k + 1,); empty if none is listed."""
    gaps = [np.linalg.norm(run.points - place, axis=1) for place in surface.minima]
    return np.min(gaps, axis=0) if gaps else np.empty(0)
