"""Gradient descent on a surface: a spec in, the path out."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.optimizers import OPTIMIZERS, Optimizer
from nnviz.learning.surfaces import SURFACES, Point, Surface

Array = NDArray[np.float64]
StepGradient = Callable[[Array, int], Array]

OWN = "own"
MOST_STEPS = 10_000
DIVERGED_BEYOND = 1e12


@dataclass(frozen=True)
class DescentSpec:
    """One run. ``surface`` is a name in SURFACES, or "own" for a surface that is handed to ``descend``.

    steps: at most 10 000. settings: (name, value) pairs of the optimizer. noise: standard deviation of the
    Gaussian noise added to each component of the gradient before each step. tolerance: stop once the norm of
    the (noise-free) gradient is no more than this; 0 means never.
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

    def __post_init__(self) -> None:
        _check_name("surface", self.surface, (*SURFACES, OWN))
        _check_name("optimizer", self.optimizer, tuple(OPTIMIZERS))
        OPTIMIZERS[self.optimizer].complete(dict(self.settings))
        _check("learning rate", self.learning_rate, 0 < self.learning_rate < inf, "above 0, finite")
        _check("start", self.start, all(map(isfinite, self.start)), "a finite number for each parameter")
        _check("number of steps", self.steps, 0 <= self.steps <= MOST_STEPS, f"0 to {MOST_STEPS}")
        _check("noise", self.noise, 0 <= self.noise < inf, "0 or more, finite")
        _check("seed", self.seed, self.seed >= 0, "0 or more")
        _check("tolerance", self.tolerance, 0 <= self.tolerance < inf, "0 or more, finite")


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
    surface = surface or _registered(spec.surface)
    start = np.array(spec.start, dtype=np.float64)
    if start.shape != (len(surface.domain),):
        raise ValueError(
            f"the start {spec.start} has {start.size} numbers; {surface.label} has {surface.parameters}"
        )
    noise = spec.noise * np.random.default_rng(spec.seed).standard_normal((spec.steps, start.size))
    with np.errstate(all="ignore"):
        points, gradients, converged = _walk(spec, surface, start, step_gradient, noise)
        values = surface.value(points)
        legal = np.isfinite(points).all(axis=1) & np.isfinite(gradients).all(axis=1)
        legal &= np.abs(values) <= DIVERGED_BEYOND * max(1.0, abs(values[0]))
    kept = int(np.argmin(np.append(legal, False)))
    if kept == 0:
        raise ValueError(f"the surface has no usable value or slope at the start {spec.start}: {values[0]}")
    diverged = kept < len(legal)
    return Trajectory(points[:kept], values[:kept], gradients[:kept], diverged, converged and not diverged)


def _registered(name: str) -> Surface:
    if name == OWN:
        raise ValueError('the surface "own" has to be handed to descend(spec, surface)')
    return SURFACES[name]


def _walk(
    spec: DescentSpec, surface: Surface, start: Array, step_gradient: StepGradient | None, noise: Array
) -> tuple[Array, Array, bool]:
    """Points and gradients up to and with the first that is not finite, and whether the tolerance was met."""
    optimizer = OPTIMIZERS[spec.optimizer]
    settings = optimizer.complete(dict(spec.settings))
    points = np.empty((spec.steps + 1, start.size))
    gradients = np.empty_like(points)
    point, state = start, optimizer.init(start)
    for step in range(spec.steps + 1):
        gradient = surface.gradient(point)
        points[step], gradients[step] = point, gradient
        square = float(gradient @ gradient)
        converged = square <= spec.tolerance**2 and spec.tolerance > 0
        if converged or not square < inf or step == spec.steps:
            break
        if step_gradient is not None:
            gradient = step_gradient(point, step)
        if spec.noise:
            gradient = gradient + noise[step]
        point, state = optimizer.update(gradient, state, point, spec.learning_rate, **settings)
    return points[: step + 1], gradients[: step + 1], converged


class StepSizes(NamedTuple):
    """What the curvature says about the learning rate η of plain gradient descent on a quadratic bowl.

    eigenvalues: (d,) rising, λ₁ … λₙ; directions: (d, d), the columns belong to them. condition: λₙ/λ₁, inf
    if λ₁ is 0. The error along direction i is multiplied by 1 − ηλᵢ at each step: it shrinks without changing
    sign where η ≤ monotone = 1/λₙ, zig-zags up to critical = 2/λₙ, and grows beyond. fastest = 2/(λ₁ + λₙ)
    makes the worst factor as small as it can be, (κ−1)/(κ+1) (Polyak 1964); λ₁ is here the smallest that is
    not 0.
    """

    eigenvalues: Array
    directions: Array
    condition: float
    monotone: float
    fastest: float
    critical: float


def step_sizes(hessian: ArrayLike) -> StepSizes:
    """Eigenvalues and step sizes of a symmetric Hessian (d, d) of a bowl: no eigenvalue below 0, one above.

    Eigenvalues within rounding of 0 are returned as 0. ValueError for any other Hessian.
    """
    h = np.asarray(hessian, dtype=np.float64)
    eigenvalues, directions = np.linalg.eigh(h)
    eigenvalues[np.abs(eigenvalues) <= len(h) * np.finfo(float).eps * np.abs(eigenvalues).max()] = 0
    smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    if smallest < 0 or largest == 0:
        raise ValueError(
            f"step sizes are those of a bowl; the Hessian has the eigenvalues {eigenvalues.tolist()}"
        )
    flattest = float(eigenvalues[eigenvalues > 0][0])
    condition = largest / smallest if smallest > 0 else inf
    return StepSizes(eigenvalues, directions, condition, 1 / largest, 2 / (flattest + largest), 2 / largest)


def suggested_learning_rate(surface: Surface, optimizer: Optimizer) -> float:
    """A learning rate to begin with.

    The surface's own for gradient descent, a third of it where a velocity adds the slopes up, and the
    optimizer's stride across the domain where the length of a step does not depend on the slope.
    """
    if optimizer.stride is not None:
        return optimizer.stride * max(high - low for low, high in surface.domain)
    return surface.learning_rate / 3 if "momentum" in optimizer.hyperparameters else surface.learning_rate


class Verdict(NamedTuple):
    """How a run ended, as a name and in one sentence for the reader."""

    kind: Literal["minimum", "other minimum", "saddle", "moving", "rising", "diverged"]
    words: str


def verdict(trajectory: Trajectory, surface: Surface) -> Verdict:
    """Where the last point is.

    At a place that the surface lists: within 1 % of the domain's width of it. At the minimum also where a
    millionth of the drop in value, at most, is left (a valley may have a flat floor).
    """
    steps, last, value = len(trajectory.points) - 1, trajectory.points[-1], float(trajectory.values[-1])
    if trajectory.diverged:
        return Verdict("diverged", f"Diverged: after step {steps} the numbers grow beyond all bounds.")
    if _near(last, surface.minima, surface) or _remaining_drop(trajectory, surface) <= 1e-6:
        return Verdict("minimum", f"At the minimum after {steps} steps, with value {value:.4g}.")
    if _near(last, surface.other_minima, surface):
        return Verdict(
            "other minimum", f"In a local minimum after {steps} steps, value {value:.4g}: not the lowest."
        )
    if _near(last, surface.saddles, surface):
        return Verdict("saddle", f"At a saddle after {steps} steps: hardly any slope, yet no minimum.")
    if value > trajectory.values[0]:
        return Verdict(
            "rising", f"Uphill: after {steps} steps the value {value:.4g} is above that of the start."
        )
    slope = float(np.linalg.norm(trajectory.gradients[-1]))
    return Verdict(
        "moving", f"Still on its way after {steps} steps, with value {value:.4g} and slope {slope:.2g}."
    )


def _near(point: Array, places: tuple[Point, ...], surface: Surface) -> bool:
    widths = np.array([high - low for low, high in surface.domain])
    return any(np.linalg.norm((point - place) / widths) <= 0.01 for place in places)


def _remaining_drop(trajectory: Trajectory, surface: Surface) -> float:
    """(last − lowest) / (first − lowest) of the values; 1 where it has no meaning."""
    lowest = float(surface.value(surface.minima[0])) if surface.minima else -inf
    drop = float(trajectory.values[0]) - lowest
    return float(trajectory.values[-1] - lowest) / drop if 0 < drop < inf else 1.0
