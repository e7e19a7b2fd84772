"""Error against width: what can be written down, what is best or can be solved, and what training finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf, nan
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.approximate import approximate, as_leaky
from nnviz.approximation.domains import Interval, checked_interval, checked_width, finite_values
from nnviz.approximation.obstacles import check_bounded
from nnviz.approximation.relu import Target
from nnviz.approximation.steps import interpolant, staircase
from nnviz.networks import ACTIVATIONS, Crowd, ShallowNetwork, TrainingSpec, train_crowd

Array = NDArray[np.float64]
Progress = Callable[[float], None]

MEASURED = 4001  # points of K
MOST_SEEDS = 64
_ROUNDING = 1e-12  # of half the range of f: smaller errors say nothing about a rate
_SHARP = 20.0  # steps over a cell, ramps over the distance of two knots


@dataclass(frozen=True)
class StudySpec:
    """Which activation and widths; how many seeds are trained, with Adam, on how many even points of K, how far.

    ``seconds`` is the budget of the whole study: what is not done by then is left out. ValueError names what is not
    legal, and what is.
    """

    activation: str = "tanh"
    widths: tuple[int, ...] = (4, 8, 16, 32, 64, 128)
    seeds: int = 8
    steps: int = 1000
    learning_rate: float = 0.01
    points: int = 256
    seconds: float = inf

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {self.activation!r}; legal: {', '.join(ACTIVATIONS)}")
        if not self.widths or list(self.widths) != sorted({checked_width(width) for width in self.widths}):
            raise ValueError(f"widths are {self.widths!r}; legal are different whole numbers, ascending")
        if not 0 <= self.seeds <= MOST_SEEDS:
            raise ValueError(f"seeds is {self.seeds!r}; legal is 0 (no training) to {MOST_SEEDS}")
        if not 2 <= self.points <= MEASURED:
            raise ValueError(f"points is {self.points!r}; legal is 2 to {MEASURED}")
        if not self.seconds > 0:
            raise ValueError(f"seconds is {self.seconds!r}; legal is above 0")
        if self.trains:
            self.training(self.widths[0], inf)

    @property
    def trains(self) -> bool:
        """Whether something is trained; a step cannot be, it has no slope to follow."""
        return self.seeds > 0 and ACTIVATIONS[self.activation].trainable

    def training(self, width: int, seconds: float) -> TrainingSpec:
        """How the networks of one width are trained."""
        rate, steps = self.learning_rate, self.steps
        return TrainingSpec(width, self.activation, learning_rate=rate, steps=steps, seconds=seconds)


class Curve(NamedTuple):
    """Errors against width for one way to find networks, S of them for each width; nan where there is none.

    ``theory`` is the slope of log error against log width that is proved for a smooth f: −1 for steps, −2 for ramps, 0
    for an activation that is a polynomial; nan where none is stated here.
    """

    name: str  # "constructed", "optimal", "solved" or "trained"
    widths: Array  # (W,)
    sup: Array  # (W, S)
    rms: Array  # (W, S)
    theory: float
    floor: float  # errors below are rounding

    @property
    def median(self) -> Array:
        """The median sup error of each width, (W,)."""
        known = [row[np.isfinite(row)] for row in self.sup]
        return np.array([np.median(row) if row.size else nan for row in known])

    @property
    def spread(self) -> tuple[Array, Array]:
        """The least and the largest sup error of each width, (W,) each."""
        return np.fmin.reduce(self.sup, axis=1), np.fmax.reduce(self.sup, axis=1)

    @property
    def in_theory(self) -> Array:
        """The line of slope ``theory`` through the last median, (W,); nan where no rate is stated."""
        return np.asarray(self.median[-1] * (self.widths / self.widths[-1]) ** self.theory)

    @property
    def slope(self) -> float:
        """The slope of log median against log width, by least squares; nan if fewer than two are above rounding."""
        median = self.median
        usable = median > self.floor
        if usable.sum() < 2:
            return nan
        return float(np.polyfit(np.log(self.widths[usable]), np.log(median[usable]), 1)[0])


class Study(NamedTuple):
    """What a study found. The errors are over ``measured`` even points of K.

    ``ranks`` (W,) are those of [φ(z), 1] over even points of K, for the optimal or solved networks. ``degree`` is that
    of the polynomials which the activation cannot leave, None if it is universal. ``diverged`` (W,) counts the seeds
    that left the finite numbers; the best network before that counts. ``complete`` is False if the time was up.
    """

    spec: StudySpec
    interval: Interval
    curves: tuple[Curve, ...]
    ranks: NDArray[np.int64]
    degree: int | None
    diverged: NDArray[np.int64]
    measured: int
    complete: bool


def study(spec: StudySpec, f: Target, interval: Interval, progress: Progress | None = None) -> Study:
    """Networks of every width: written down, optimal or solved, and trained from several seeds.

    ``progress`` is called with the share of the work that is done. ValueError if f is not finite on K, or K is no
    interval.
    """
    started = perf_counter()
    interval = checked_interval(interval)
    check_bounded(f, interval)
    activation = ACTIVATIONS[spec.activation]
    written = [constructed(f, interval, width, spec.activation) for width in spec.widths]
    best = [
        approximate(f, interval, width, spec.activation, spec.seconds / 10).network for width in spec.widths
    ]
    crowds = list(_crowds(spec, f, interval, started + spec.seconds, progress)) if spec.trains else []
    x = np.linspace(*interval, MEASURED)
    y = finite_values(f, x)
    found = {
        "constructed": (written, _RATES.get(spec.activation, nan)),
        "optimal" if activation.kinks else "solved": ([[one] for one in best], _best_rate(spec.activation)),
        "trained": ([crowd.networks for crowd in crowds], 0.0 if activation.degree is not None else nan),
    }
    curves = tuple(_curve(name, spec.widths, x, y, *one) for name, one in found.items() if any(one[0]))
    ranks = np.array([rank(network, np.linspace(*interval, 4 * network.width + 100)) for network in best])
    diverged = np.zeros(len(spec.widths), np.int64)
    diverged[: len(crowds)] = [crowd.diverged.sum() for crowd in crowds]
    complete = not spec.trains or [crowd.steps for crowd in crowds] == [spec.steps] * len(spec.widths)
    return Study(spec, interval, curves, ranks, activation.degree, diverged, len(x), complete)


_RATES = dict.fromkeys(("step", "sigmoid", "tanh"), -1.0) | dict.fromkeys(
    ("relu", "leaky_relu", "softplus", "gelu"), -2.0
)


def _best_rate(activation: str) -> float:
    if ACTIVATIONS[activation].degree is not None:
        return 0.0
    return _RATES[activation] if ACTIVATIONS[activation].kinks else nan


def constructed(f: Target, interval: Interval, width: int, activation: str) -> list[ShallowNetwork]:
    """The network that is written down with this activation: steps for step, sigmoid and tanh, ramps for the ReLUs.

    tanh z = 2σ(2z) − 1 is a step too; softplus(βz)/β and gelu(βz)/β are nearly max(0, z) for large β. Empty for the
    other activations.
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
    w, b, v = network.hidden_weights / 2, network.hidden_biases / 2, network.output_weights / 2
    return ShallowNetwork("tanh", w, b, v, network.output_bias + v.sum())


# max(0, z) ≈ φ(βz)/β; the first ramp starts a knot earlier, so that its rounded corner lies outside K
def _sharpened(network: ShallowNetwork, activation: str, h: float) -> ShallowNetwork:
    beta, first = _SHARP / h, np.arange(network.width) == 0
    w, b = beta * network.hidden_weights, beta * (network.hidden_biases + h * first)
    c = network.output_bias - h * network.output_weights[0]
    return ShallowNetwork(activation, w, b, network.output_weights / beta, c)


def rank(network: ShallowNetwork, x: Array) -> int:
    """The rank of [φ(z₁), …, φ(z_N), 1] over the points x, each column scaled to length 1, in float64.

    It is at most the degree + 1 if φ is a polynomial and there is one input. Nearly dependent columns count as
    dependent, so for smooth units it stays below N + 1.
    """
    features = np.column_stack([network.forward(x).a, np.ones(len(x))])
    lengths = np.linalg.norm(features, axis=0)
    return int(np.linalg.matrix_rank(features / np.where(lengths > 0, lengths, 1)))


def _crowds(
    spec: StudySpec, f: Target, interval: Interval, deadline: float, progress: Progress | None
) -> Iterator[Crowd]:
    """The trained networks of one width after the other, until the time is up."""
    x = np.linspace(*interval, spec.points)
    y = finite_values(f, x)
    shares = np.cumsum([0, *spec.widths]) / sum(spec.widths)
    for k, width in enumerate(spec.widths):
        left = deadline - perf_counter()
        if left <= 0:
            return
        report = partial(_report, progress, *shares[k : k + 2]) if progress else None
        yield train_crowd(spec.training(width, left), range(spec.seeds), x, y, report)


def _report(progress: Progress, start: float, end: float, step: int, steps: int) -> None:
    progress(float(start + (end - start) * step / steps))


def _curve(
    name: str,
    widths: tuple[int, ...],
    x: Array,
    y: Array,
    networks: list[list[ShallowNetwork]],
    theory: float,
) -> Curve:
    """The errors of the networks of each width; rows that were not reached, and seeds without a network, are nan."""
    sup = np.full((len(widths), max(map(len, networks))), nan)
    rms = sup.copy()
    for row, column in ((row, column) for row, some in enumerate(networks) for column in range(len(some))):
        misses = y - networks[row][column](x)
        sup[row, column] = np.abs(misses).max()
        rms[row, column] = np.sqrt(np.mean(misses**2))
    floor = _ROUNDING * (np.ptp(y) / 2 or 1)
    return Curve(name, np.array(widths, np.float64), sup, rms, theory, float(floor))
