"""Fit networks of two inputs to a measurable f at points, of which a share may be left out.

The hidden units are ridges. A part of them has directions at multiples of the golden angle. The others are sampled as
in Bolager, Burak, Datar, Sun & Dietrich 2023, Sampling weights of deep neural networks: a unit crosses a random point
of K in the direction of the gradient of f there, and points where f changes much are more probable. The output layer is
fitted by least squares again and again. Each time the points with the largest errors are left out, up to the share. The
other points get weights in proportion to their errors (Lawson 1961), so that the largest of these errors becomes small.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import look, processor_time
from nnviz._types import Array, Box, Truth
from nnviz.approximation.placement import Layer, golden_ridges
from nnviz.expressions import Expression
from nnviz.networks import ACTIVATIONS, ShallowNetwork


class PlaneFitSettings(NamedTuple):
    """The numbers that tune the search for a network of two inputs."""

    widths: tuple[int, ...] = (8, 16, 32, 64, 128, 256, 512, 1024)
    steepness: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0, 64.0)  # of the units, K being [−1, 1]²
    sampled: tuple[float, ...] = (0.5, 0.9, 0.0)  # shares of the units that are sampled
    sides: tuple[int, int] = (64, 72)  # points along each side of K, for few units and for many
    many_units: int = 512  # up to which all ways to place them are tried
    many_ways: tuple[tuple[float, float], ...] = (
        (0.5, 8.0),
        (0.9, 8.0),
    )  # shares and steepness of more units
    left_out: float = 0.95  # of the aim, the share of the points that may be left out
    aim: float = 0.85  # of ε, for the error at the other points
    rounds: int = 10
    patience: int = 2  # rounds without a smaller share
    low_weight: float = 1e-3  # of points that are left out
    least_weight: float = 1e-2  # of others
    factors: tuple[float, float] = (0.3, 3.0)  # by which a weight changes in one round
    smoothing: int = 1  # points on each side over which f is averaged before its gradient is taken
    ridge: float = 1e-10  # of the trace of the normal equations, added to their diagonal


SETTINGS: Final = PlaneFitSettings()


class Samples(NamedTuple):
    """f at m = side² points of K in the units u of [−1, 1]²."""

    side: int
    u: Array  # (m, 2)
    y: Array  # (m,)  f; where it is not finite or too large, the nearest value that is allowed
    missing: Truth  # (m,)  where f is not finite
    slopes: Array  # (m, 2)  the gradient of the averaged y
    steep: Truth  # (m,)  the points that are left out at first, where f changes the most or is not finite
    left_out: int  # the number of points that may be left out


class Fitted(NamedTuple):
    """A network with its measured errors: the share of points above the aim over δ, and the root mean square."""

    network: ShallowNetwork
    share: float
    rms: float


class PlaneFit:
    """A search for a network within ε of f at points of a box, except at a share of them.

    share: δ over the area of K. With the share 0 the root mean square error is made small instead.
    """

    def __init__(self, f: Expression, box: Box, epsilon: float, share: float, activation: str) -> None:
        self.f, self.box, self.epsilon, self.share = f, box, epsilon, share
        self.activation = activation
        self.aim, self.samples = 1.0, sample(f, box, share, SETTINGS.sides[0])
        kinked = bool(ACTIVATIONS[activation].kinks) and not ACTIVATIONS[activation].unit_step
        steepness = (1.0,) if kinked else SETTINGS.steepness
        self.ways = [(sampled, steep) for sampled in SETTINGS.sampled for steep in steepness[::-1]]

    def best(self, width: int, end: float, enough: float) -> Fitted:
        """Return the best fit of a width; the first that is good ``enough`` in the units of its norm."""
        side = SETTINGS.sides[width >= SETTINGS.many_units]
        if (side, enough) != (self.samples.side, self.aim):
            self.samples = sample(self.f, self.box, enough * self.share, side)
            self.aim = enough
        found = list[Fitted]()
        many = width >= SETTINGS.many_units and len(self.ways) > len(SETTINGS.sampled)
        ways = SETTINGS.many_ways if many else self.ways
        for sampled, steepness in ways:
            look()
            found.append(self._fit(place(self.samples, width, steepness, sampled)))
            if self.measure(found[-1]) <= enough or processor_time() > end:
                return min(found, key=self.measure)
        return min(found, key=self.measure)

    def measure(self, found: Fitted) -> float:
        """Return the error of a fit: the share of points above the aim over δ, or the root mean square over ε."""
        return found.share if self.share else found.rms / self.epsilon

    def _fit(self, layer: Layer) -> Fitted:
        """Return the best of the output layers for a hidden layer."""
        some = self.samples
        z = some.u @ layer.weights.T + layer.biases
        features = np.column_stack([ACTIVATIONS[self.activation].value(z, z), np.ones(len(z))])
        weights = np.where(some.steep, SETTINGS.low_weight, 1.0)
        best: tuple[float, float, Array] | None = None
        since = 0
        for _ in range(SETTINGS.rounds if self.share else 1):
            output = _solve(features, some.y, weights)
            error = np.abs(features @ output - some.y)
            rms = float(np.sqrt(np.mean(error**2)))
            error[some.missing] = np.inf
            share = float(np.mean(error > SETTINGS.aim * self.epsilon)) / self.share if self.share else 0.0
            if best is None or share < best[0]:
                best, since = (share, rms, output), 0
            elif (since := since + 1) == SETTINGS.patience:
                break
            weights = self._reweighted(weights, error)
        assert best is not None
        return Fitted(self._network(layer, best[2]), *best[:2])

    def _reweighted(self, weights: Array, error: Array) -> Array:
        """Return the next weights from the errors of the fit."""
        free = largest(error, self.samples.left_out)
        weights = np.maximum(weights, SETTINGS.least_weight) * np.clip(
            error / self.epsilon, *SETTINGS.factors
        )
        mean = weights[~free].mean()
        return np.where(free, SETTINGS.low_weight, np.maximum(weights / mean, SETTINGS.least_weight))

    def _network(self, layer: Layer, output: Array) -> ShallowNetwork:
        """Return the network in the units of x."""
        low, high = np.array(self.box).T
        weights = layer.weights / (high / 2 - low / 2)
        biases = layer.biases - weights @ (low / 2 + high / 2)
        return ShallowNetwork(self.activation, weights, biases, output[:-1], output[-1])


def sample(f: Expression, box: Box, share: float, side: int) -> Samples:
    """Return f at the middles of side² equal boxes, with the values farthest from the median cut off."""
    middles = (np.arange(side) + 0.5) / side * 2 - 1
    u = np.stack(np.meshgrid(middles, middles, indexing="ij"), axis=-1).reshape(-1, 2)
    low, high = np.array(box).T
    with np.errstate(all="ignore"):
        y = f(low / 2 + high / 2 + u * (high / 2 - low / 2))
    missing = ~np.isfinite(y)
    left_out = int(SETTINGS.left_out * share * len(y))
    median = float(np.median(y[~missing])) if not missing.all() else 0.0
    most = np.sort(np.where(missing, np.inf, np.abs(y - median)))[len(y) - 1 - left_out]
    most = most if np.isfinite(most) else np.abs(y - median)[~missing].max(initial=0.0)
    y = np.clip(np.where(missing, median, y), median - most, median + most)
    smooth = _averaged(y.reshape(side, side), SETTINGS.smoothing)
    slopes = np.stack([*np.gradient(smooth, 2 / side)], axis=-1).reshape(-1, 2)
    moves = np.where(missing, np.inf, _moves(y.reshape(side, side)))
    return Samples(side, u, y, missing, slopes, largest(moves, left_out), left_out)


def largest(values: Array, count: int) -> Truth:
    """Return a mask of the ``count`` largest values, (m,)."""
    found = np.zeros(len(values), np.bool_)
    found[np.argsort(-values, kind="stable")[:count]] = True
    return found


def _moves(y: Array) -> Array:
    """Return how much y changes from each point to its eight neighbors, (m,)."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(y, 1, mode="edge"), (3, 3))
    return np.asarray((around.max(axis=(-1, -2)) - around.min(axis=(-1, -2))).ravel())


def place(some: Samples, width: int, steepness: float, sampled: float) -> Layer:
    """Return a hidden layer of ridges, a share of them sampled where f changes."""
    sizes = np.hypot(*some.slopes.T)
    count = int(sampled * width) if sizes.any() else 0
    e, t = golden_ridges(width - count)
    if count:
        draw = np.random.default_rng(0)
        at = draw.choice(sizes.size, count, p=sizes / sizes.sum())
        across = some.slopes[at] / sizes[at, None]
        points = some.u[at] + draw.uniform(-1, 1, (count, 2)) / some.side
        e, t = np.vstack([e, across]), np.append(t, (across * points).sum(axis=1))
    return Layer(steepness * e, -steepness * t, np.empty((0, 2)), np.empty((0, 2)))


def _averaged(y: Array, room: int) -> Array:
    """Return averages over squares of 2 room + 1 points along each side."""
    for axis in (0, 1):
        widths = [(room, room) if k == axis else (0, 0) for k in (0, 1)]
        padded = np.pad(y, widths, mode="edge")
        y = np.lib.stride_tricks.sliding_window_view(padded, 2 * room + 1, axis=axis).mean(axis=-1)
    return y


# (AᵀWA + rI) v = AᵀWy
def _solve(features: Array, y: Array, weights: Array) -> Array:
    """Return the output layer by weighted least squares."""
    scaled = features * np.sqrt(weights)[:, None]
    matrix = scaled.T @ scaled
    matrix[np.diag_indices_from(matrix)] += SETTINGS.ridge * np.trace(matrix) / len(matrix)
    right = scaled.T @ (y * np.sqrt(weights))
    return np.asarray(np.linalg.solve(matrix, right))
