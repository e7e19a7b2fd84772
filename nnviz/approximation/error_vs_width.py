"""Measure the error against the width of networks: constructed by hand, optimal or fitted, and trained."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from math import inf, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._checks import check, check_between, check_one_of
from nnviz._clock import processor_time
from nnviz._display import displayed
from nnviz._tasks import compute_all
from nnviz._types import Array, Bounds, ShareProgress
from nnviz.approximation.approximate import approximate, as_leaky
from nnviz.approximation.domains import checked_interval, checked_width, finite_values
from nnviz.approximation.explanations import check_bounded
from nnviz.approximation.steps import interpolant, staircase
from nnviz.networks import ACTIVATIONS, SeedRuns, ShallowNetwork, TrainingSpec, train_seeds
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

MEASURED = 4001  # points of K
MOST_SEEDS = 64
_ROUNDING = 1e-12  # of half the range of f; smaller errors are due to rounding and show no rate
_UNTRAINED = 0.5  # of the time, for the networks that are not trained
_CONSTANT_TIME = 64  # units, up to which a network takes about the same time
_SHARP = 20.0  # the sharpness of steps on a cell, and of ramps on the distance of two knots


@dataclass(frozen=True)
class StudySpec:
    """The settings of a study of the error against the width.

    ``seeds`` networks of each width are trained with Adam, for ``steps`` updates on ``points`` evenly spaced points
    of K. ``seconds`` limits the processor time. Half of it is for the networks that are not trained. A width
    is left out if the time of the width before shows that it would take too long, and if it is not trained in time.
    Raises ValueError if a value is out of its range.
    """

    activation: str = "tanh"
    widths: tuple[int, ...] = (4, 8, 16, 32, 64, 128)
    seeds: int = 8
    steps: int = 1000
    learning_rate: float = 0.01
    points: int = 256
    seconds: float = inf

    def __post_init__(self) -> None:
        check_one_of("activation", self.activation, ACTIVATIONS)
        ascending = list(self.widths) == sorted({checked_width(width) for width in self.widths})
        check(
            "widths",
            self.widths,
            bool(self.widths) and ascending,
            "different whole numbers in ascending order",
        )
        check_between("seeds", self.seeds, 0, MOST_SEEDS)
        check_between("points", self.points, 2, MEASURED)
        check("seconds", self.seconds, self.seconds > 0, "above 0")
        if self.trains:
            self.training(self.widths[0], inf)

    @property
    def trains(self) -> bool:
        """Whether networks are trained; step units cannot be trained, because their derivative is 0."""
        return self.seeds > 0 and ACTIVATIONS[self.activation].trainable

    def training(self, width: int, seconds: float) -> TrainingSpec:
        """Return the settings for training the networks of one width."""
        rate, steps = self.learning_rate, self.steps
        return TrainingSpec(width, self.activation, learning_rate=rate, steps=steps, seconds=seconds)


@displayed(lambda curve: f"{curve.name}, {len(curve.widths)} widths, slope {curve.slope:.3g}")
class Curve(NamedTuple):
    """The errors against the width for one kind of network, with S networks of each width; nan where there is none.

    ``theory`` is the slope of log error against log width that is proved for a smooth f: −1 for steps, −2 for ramps, 0
    for an activation that is a polynomial. It is nan if no rate is known here.
    """

    name: str  # "constructed", "optimal", "solved" or "trained"
    widths: Array  # (W,)
    sup: Array  # (W, S)
    rms: Array  # (W, S)
    theory: float
    floor: float  # smaller errors are due to rounding

    @property
    def median(self) -> Array:
        """The median sup norm error of each width, (W,)."""
        known = [row[np.isfinite(row)] for row in self.sup]
        return np.array([np.median(row) if row.size else nan for row in known])

    @property
    def spread(self) -> tuple[Array, Array]:
        """The smallest and the largest sup norm error of each width, (W,) each."""
        return np.fmin.reduce(self.sup, axis=1), np.fmax.reduce(self.sup, axis=1)

    @property
    def in_theory(self) -> Array:
        """The line of slope ``theory`` through the last median that is known, (W,); nan if no rate is known."""
        last = int(np.flatnonzero(np.isfinite(self.median))[-1])
        return np.asarray(self.median[last] * (self.widths / self.widths[last]) ** self.theory)

    @property
    def slope(self) -> float:
        """The least-squares slope of log median against log width; nan if fewer than two medians are above
        ``floor``.
        """
        median = self.median
        usable = median > self.floor
        if usable.sum() < 2:
            return nan
        return float(np.polyfit(np.log(self.widths[usable]), np.log(median[usable]), 1)[0])


@displayed(
    lambda found: (
        f"{found.spec.activation}, widths {found.spec.widths}, "
        f"{', '.join(f'{one.name} slope {one.slope:.3g}' for one in found.curves)}"
    )
)
class Study(NamedTuple):
    """The result of a study. The errors are measured at ``measured`` evenly spaced points of K.

    ``ranks`` (W,) are the ranks of [φ(z), 1] over evenly spaced points of K, for the optimal or fitted networks. They
    are 0 for widths that were left out.
    ``degree`` is the degree of an activation that is a polynomial, and None if the activation is universal.
    ``diverged`` (W,) counts the seeds that diverged; of these the best network before the divergence is used.
    ``complete`` is False if the time limit ended the study.
    """

    spec: StudySpec
    interval: Bounds
    curves: tuple[Curve, ...]
    ranks: NDArray[np.int64]
    degree: int | None
    diverged: NDArray[np.int64]
    measured: int
    complete: bool


def study(
    spec: StudySpec,
    f: TargetLike,
    interval: Bounds,
    progress: ShareProgress | None = None,
    *,
    executor: Executor | None = None,
) -> Study:
    """Measure networks of every width: constructed by hand, optimal or fitted, and trained from several seeds.

    ``progress`` is called with the fraction of the work that is done. executor: any ``concurrent.futures.Executor``
    that computes the widths side by side, with the same numbers; it needs a spec without a limit in seconds.
    ValueError if f is not finite on K, or K is not an interval.
    """
    f = as_target(f)
    started = processor_time()
    interval = checked_interval(interval)
    check_bounded(f, interval)
    if executor is not None:
        check("seconds", spec.seconds, spec.seconds == inf, "infinite with an executor")
        wide_first = spec.widths[::-1]
        found = compute_all(partial(width_result, spec, f, interval), wide_first, executor, progress)
        return assembled(spec, f, interval, found[::-1])
    share = _UNTRAINED if spec.trains else 1.0
    built = _built_in_time(spec, f, interval, started + share * spec.seconds)
    runs = list(_trained(spec, f, interval, started + spec.seconds, progress)) if spec.trains else []
    return assembled(spec, f, interval, list(zip_longest(built, runs)))


WidthResult = tuple["Built | None", SeedRuns | None]
"""The networks of one width: those that are not trained, and those that are; None for what was not reached."""


def width_result(spec: StudySpec, f: Target, interval: Bounds, width: int) -> WidthResult:
    """Return the networks of one width, without a time limit."""
    x = np.linspace(*interval, spec.points)
    runs = None
    if spec.trains:
        runs = train_seeds(spec.training(width, inf), range(spec.seeds), x, finite_values(f, x))
    return _built(spec, f, interval, width), runs


def assembled(spec: StudySpec, f: Target, interval: Bounds, results: Sequence[WidthResult]) -> Study:
    """Return the study of the networks of each width, for as many widths as there are results."""
    built = [one for one, _ in results if one is not None]
    runs = [run for _, run in results if run is not None]
    activation = ACTIVATIONS[spec.activation]
    x = np.linspace(*interval, MEASURED)
    y = finite_values(f, x)
    found = {
        "constructed": ([one.constructed for one in built], activation.constructed_rate),
        "optimal" if activation.kinks else "solved": (
            [[one.best] for one in built],
            _best_rate(spec.activation),
        ),
        "trained": ([run.networks for run in runs], 0.0 if activation.degree is not None else nan),
    }
    curves = tuple(_curve(name, spec.widths, x, y, *one) for name, one in found.items() if any(one[0]))
    ranks = np.zeros(len(spec.widths), np.int64)
    ranks[: len(built)] = [one.rank for one in built]
    diverged = np.zeros(len(spec.widths), np.int64)
    diverged[: len(runs)] = [run.diverged.sum() for run in runs]
    trained = not spec.trains or [run.steps for run in runs] == [spec.steps] * len(spec.widths)
    complete = trained and len(built) == len(spec.widths)
    return Study(spec, interval, curves, ranks, activation.degree, diverged, len(x), complete)


class Built(NamedTuple):
    """The networks of one width that are not trained, and the rank of the best one."""

    constructed: list[ShallowNetwork]
    best: ShallowNetwork
    rank: int


def _built_in_time(spec: StudySpec, f: Target, interval: Bounds, deadline: float) -> list[Built]:
    """Return the networks of the widths that can be built before the deadline, but of the smallest width always.

    The time of a width is predicted from the width before: it is the same up to 64 units, and then grows at most with
    the third power.
    """
    built: list[Built] = []
    took, before = 0.0, spec.widths[0]
    for width in spec.widths:
        started = processor_time()
        growth = max(width / max(before, _CONSTANT_TIME), 1.0) ** 3
        if built and started + took * growth > deadline:
            break
        built.append(_built(spec, f, interval, width))
        took, before = processor_time() - started, width
    return built


def _built(spec: StudySpec, f: Target, interval: Bounds, width: int) -> Built:
    """Return the networks of one width that are not trained."""
    best = approximate(f, interval, width, spec.activation, spec.seconds / 10).network
    x = np.linspace(*interval, 4 * best.width + 100)
    return Built(constructed(f, interval, width, spec.activation), best, rank(best, x))


def _best_rate(activation: str) -> float:
    """Return the slope of log error against log width that is proved for optimal networks; nan if none is known."""
    known = ACTIVATIONS[activation]
    if known.degree is not None:
        return 0.0
    return known.constructed_rate if known.kinks else nan


def constructed(f: Target, interval: Bounds, width: int, activation: str) -> list[ShallowNetwork]:
    """Return a list with the network that is constructed by hand from this activation; empty for other activations.

    Step, sigmoid and tanh units make a staircase, where tanh z = 2σ(2z) − 1. ReLU and leaky ReLU units interpolate.
    Softplus and GELU units do so approximately, because softplus(βz)/β and gelu(βz)/β tend to max(0, z) for β → ∞.
    """
    if activation in ("step", "sigmoid"):
        return [staircase(f, interval, width, _SHARP if activation == "sigmoid" else inf)]
    if activation == "tanh":
        return [_as_tanh(staircase(f, interval, width, _SHARP))]
    if activation == "relu":
        return [interpolant(f, interval, width)]
    if activation == "leaky_relu":
        return [as_leaky(interpolant(f, interval, width), interval)]
    if activation in ("softplus", "gelu"):
        h = (interval[1] - interval[0]) / width
        return [_sharpened(interpolant(f, interval, width), activation, h)]
    return []


# v σ(z) = v/2 + v/2 tanh(z/2)
def _as_tanh(network: ShallowNetwork) -> ShallowNetwork:
    """Return the same function with tanh units instead of sigmoid units."""
    w, b, v = network.hidden_weights / 2, network.hidden_biases / 2, network.output_weights / 2
    return ShallowNetwork("tanh", w, b, v, network.output_bias + v.sum())


# max(0, z) ≈ φ(βz)/β; the first ramp starts a knot earlier, so that its rounded knot lies outside of K
def _sharpened(network: ShallowNetwork, activation: str, h: float) -> ShallowNetwork:
    """Return a network of smooth units that approximates a ReLU network whose knots have the distance h."""
    beta, first = _SHARP / h, np.arange(network.width) == 0
    w, b = beta * network.hidden_weights, beta * (network.hidden_biases + h * first)
    c = network.output_bias - h * network.output_weights[0]
    return ShallowNetwork(activation, w, b, network.output_weights / beta, c)


def rank(network: ShallowNetwork, x: Array) -> int:
    """Return the numerical rank in float64 of [φ(z₁), …, φ(z_N), 1] at the points x, with columns of length 1.

    The rank is at most the degree + 1 if φ is a polynomial and there is one input. Nearly dependent columns count as
    dependent, so the rank stays below N + 1 for many smooth units.
    """
    features = np.column_stack([network.forward(x).a, np.ones(len(x))])
    lengths = np.linalg.norm(features, axis=0)
    return int(np.linalg.matrix_rank(features / np.where(lengths > 0, lengths, 1)))


def _trained(
    spec: StudySpec, f: Target, interval: Bounds, deadline: float, progress: ShareProgress | None
) -> Iterator[SeedRuns]:
    """Yield the trained networks of one width after the other, until the deadline; only those that took every step."""
    x = np.linspace(*interval, spec.points)
    y = finite_values(f, x)
    shares = np.cumsum([0, *spec.widths]) / sum(spec.widths)
    for k, width in enumerate(spec.widths):
        left = deadline - processor_time()
        if left <= 0:
            return
        report = partial(_report, progress, *shares[k : k + 2]) if progress else None
        runs = train_seeds(spec.training(width, left), range(spec.seeds), x, y, report)
        if runs.steps < spec.steps:  # fewer steps than the others: not comparable
            return
        yield runs


def _report(progress: ShareProgress, start: float, end: float, step: int, steps: int) -> None:
    """Report the progress of one width, which takes the part from ``start`` to ``end`` of the whole."""
    progress(float(start + (end - start) * step / steps))


def _curve(
    name: str,
    widths: tuple[int, ...],
    x: Array,
    y: Array,
    networks: list[list[ShallowNetwork]],
    theory: float,
) -> Curve:
    """Return the errors of the networks of each width.

    Widths that were not reached, and seeds without a network, are nan.
    """
    sup = np.full((len(widths), max(map(len, networks))), nan)
    rms = sup.copy()
    for row, column in ((row, column) for row, some in enumerate(networks) for column in range(len(some))):
        misses = y - networks[row][column](x)
        sup[row, column] = np.abs(misses).max()
        rms[row, column] = np.sqrt(np.mean(misses**2))
    floor = _ROUNDING * (np.ptp(y) / 2 or 1)
    return Curve(name, np.array(widths, np.float64), sup, rms, theory, float(floor))
