"""Compare wide networks with deep ones: sizes, linear pieces, and test errors of networks trained on one problem."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnviz._display import displayed
from nnviz._types import Function, Vector
from nnviz.data import SampleSpec, draw
from nnviz.networks.deep import DeepRun
from nnviz.networks.layered import LayeredNetwork, count_parameters, equal_widths
from nnviz.networks.linear_regions import pieces, random_network, sawtooth

INTERVAL = (0.0, 1.0)
TRAINING_POINTS, TEST_POINTS, CLASS_POINTS = 256, 1000, 200
_TRAINING_SEED, _TEST_SEED = 1, 2


class SawtoothSizes(NamedTuple):
    """Hold the sizes of two ReLU networks with the same function on [0, 1], the sawtooth with 2^layers linear pieces.

    The deep one has two units in each layer. The shallow one has one hidden layer, and no smaller one exists.
    """

    layers: int
    pieces: int
    deep_units: int
    deep_parameters: int
    shallow_units: int
    shallow_parameters: int


@displayed()
class PieceCounts(NamedTuple):
    """Hold the numbers of linear pieces of random networks: their median and their maximum."""

    median: float
    largest: int


class Problem(NamedTuple):
    """Hold a training set and a test set: x (m,) or (m, d), y (m,).

    classes: whether y holds the classes 0 and 1. name: tells problems apart. source: f as NumPy source, for functions.
    """

    name: str
    x: Vector
    y: Vector
    x_test: Vector
    y_test: Vector
    classes: bool
    source: str = ""

    @property
    def inputs(self) -> int:
        """Return the number of inputs."""
        return 1 if self.x.ndim == 1 else int(self.x.shape[1])

    @property
    def reach(self) -> float:
        """Return a multiple of ½ that no coordinate of the training points exceeds."""
        return float(np.ceil(np.abs(self.x).max() * 2) / 2)


@displayed()
class Fit(NamedTuple):
    """Hold the networks of one architecture, one for each seed, and their test errors (S,)."""

    run: DeepRun
    errors: Vector

    @property
    def widths(self) -> tuple[int, ...]:
        """Return the units of each hidden layer."""
        return self.run.spec.widths

    @property
    def finished(self) -> bool:
        """Return whether all updates were made before the time limit."""
        return self.run.ended == "steps"

    @property
    def updates(self) -> int:
        """Return how many updates were made."""
        return len(self.run.losses) - 1

    @property
    def median_network(self) -> LayeredNetwork:
        """Return the network with the median error; of an even number of seeds, the worse of the two in the middle."""
        return self.run.networks[int(np.argsort(self.errors)[len(self.errors) // 2])]

    @property
    def median_pieces(self) -> float:
        """Return the median number of linear pieces on [0, 1]. Raises ValueError for a smooth activation."""
        return float(np.median([pieces(network, *INTERVAL).number for network in self.run.networks]))


def sawtooth_sizes(layers: int) -> SawtoothSizes:
    """Return the sizes of the deep and of the smallest shallow network of a sawtooth.

    The sawtooth has 2^k − 1 knots inside of [0, 1], and each needs a unit. Its slope changes by ±2^(k+1) there, so
    these units alone give a first slope that is a multiple of 2^(k+1). The first slope is 2^k, so one unit more is
    needed.
    """
    deep, units = sawtooth(layers), 2**layers
    return SawtoothSizes(layers, 2**layers, 2 * layers, deep.parameters, units, count_parameters(1, (units,)))


def shallow_sawtooth(layers: int) -> LayeredNetwork:
    """Return the sawtooth of 2^layers pieces on [0, 1] as a network with one hidden layer of 2^layers units."""
    knots = np.arange(2**layers) / 2**layers
    changes = np.where(np.arange(2**layers) % 2, -1.0, 1.0) * 2 ** (layers + 1)
    changes[0] = 2**layers
    return LayeredNetwork("relu", (np.ones((len(knots), 1)), changes[None]), (-knots, np.zeros(1)))


def count_random_pieces(widths: tuple[int, ...], seeds: Sequence[int]) -> PieceCounts:
    """Return how many linear pieces random ReLU networks of these widths have on [−1, 1], one for each seed."""
    found = [pieces(random_network(widths, seed), -1.0, 1.0).number for seed in seeds]
    return PieceCounts(float(np.median(found)), max(found))


def widths_within(inputs: int, parameters: int, depths: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the widest architecture with at most so many parameters for each depth; without depths that do not fit."""
    possible = (depth for depth in depths if count_parameters(inputs, (1,) * depth) <= parameters)
    return [equal_widths(inputs, depth, parameters) for depth in possible]


def function_problem(name: str, f: Function, source: str) -> Problem:
    """Return a problem with 256 even training points and 1000 other even test points on [0, 1].

    Raises ValueError if a value of f is not finite.
    """
    x, x_test = np.linspace(*INTERVAL, TRAINING_POINTS), (np.arange(TEST_POINTS) + 0.5) / TEST_POINTS
    y, y_test = f(x), f(x_test)
    finite = np.isfinite(np.concatenate([y, y_test]))
    if not finite.all():
        at = np.concatenate([x, x_test])[~finite][0]
        raise ValueError(f"f(x) must be a finite number on all of [0, 1]. It is not at x = {at:.4g}.")
    return Problem(name, x, y, x_test, y_test, classes=False, source=source)


def class_problem(name: str, kind: str, noise: float) -> Problem:
    """Return 200 training points of two classes in the plane, and 1000 test points from the same distribution."""
    seen = draw(SampleSpec(kind, CLASS_POINTS, noise, seed=_TRAINING_SEED))
    test = draw(SampleSpec(kind, TEST_POINTS, noise, seed=_TEST_SEED))
    return Problem(name, seen.x, seen.y, test.x, test.y, classes=True)


def measure_error(problem: Problem, network: LayeredNetwork) -> float:
    """Return the fraction of misclassified test points, or the root mean square of ŷ − f on the test points."""
    with np.errstate(all="ignore"):
        y_hat = network(problem.x_test)
    if problem.classes:
        return float(np.mean((y_hat > 0) != (problem.y_test == 1)))
    return float(np.sqrt(np.mean((y_hat - problem.y_test) ** 2)))


def measure_fit(problem: Problem, run: DeepRun) -> Fit:
    """Return a run with the test error of each of its networks."""
    return Fit(run, np.array([measure_error(problem, network) for network in run.networks]))


def class_probability(network: LayeredNetwork, reach: float, pixels: int) -> Vector:
    """Return the predicted probability of class 1 on a square grid, (pixels, pixels); rows are x₂, from −reach up."""
    axis = np.linspace(-reach, reach, pixels)
    plane = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    logit = np.clip(network(plane), -50, 50).reshape(pixels, pixels)
    return np.asarray(1 / (1 + np.exp(-logit)))


def sawtooth_points(layers: int) -> tuple[Vector, Vector]:
    """Return x and y of the corners of a sawtooth on [0, 1], (2^layers + 1,) each."""
    x = np.linspace(*INTERVAL, 2**layers + 1)
    return x, sawtooth(layers)(x)


def folded_interval(layers: int) -> tuple[Vector, Vector]:
    """Return the interval [0, 1] as a path that a sawtooth folds: values and rows, (2 · 2^layers,) each.

    Linear piece i runs from one value to the next in row i = 1 … 2^layers; the path goes up to the next row at a fold.
    """
    _, values = sawtooth_points(layers)
    return np.repeat(values, 2)[1:-1], np.repeat(np.arange(1.0, 2**layers + 1), 2)
