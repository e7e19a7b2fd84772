"""Build a ReLU network in a tube about f outside of exceptional intervals, on which it may take any values."""

from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from nnviz._clock import processor_time
from nnviz._types import Array, Bounds, Index, Truth
from nnviz.approximation.measurable.facts import NormObstacle, NormObstacleKind, NormUnreachable
from nnviz.approximation.measurable.intervals import contains
from nnviz.approximation.measurable.tube import Tube
from nnviz.approximation.piecewise_linear import fewest_pieces
from nnviz.approximation.relu import TooSteep, relu_network
from nnviz.approximation.sampling import TooManyPieces, chord_deviations, large_errors, spread
from nnviz.enclosures.breaks import breaks
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target

MOST_UNITS: Final = 20_000


class BridgeSettings(NamedTuple):
    """The numbers that tune the search for a network."""

    margin: float = 4e-3  # share of ε that is kept for the proof
    rounds: int = 6  # of adding samples
    surplus: int = 1000  # samples, beyond those of the pieces
    samples_per_piece: int = 16
    largest: float = 1e300  # value of f; differences of larger values overflow


SETTINGS: Final = BridgeSettings()


class Bridged:
    """A function that equals f outside of exceptional intervals (n, 2), and is linear on each of them.

    It is continuous, because its values at the ends of an interval are those of f. At an end of K, or where f has no
    finite value, it takes the value at the other end of the interval.
    """

    def __init__(self, f: Target, intervals: Array, interval: Bounds) -> None:
        self.f, self.low, self.high = f, intervals[:, 0], intervals[:, 1]
        left, right = f(self.low), f(self.high)
        left = np.where((self.low <= interval[0]) | ~np.isfinite(left), right, left)
        right = np.where((self.high >= interval[1]) | ~np.isfinite(right), left, right)
        self.left, self.right = (
            np.nan_to_num(side, nan=0.0, posinf=0.0, neginf=0.0) for side in (left, right)
        )
        with np.errstate(all="ignore"):
            self.slope = np.where(
                self.high > self.low, (self.right - self.left) / (self.high - self.low), 0.0
            )

    def __call__(self, x: ArrayLike) -> Array:
        """Return the values, in x's shape."""
        x, k, inside = self._place(x)
        if not self.low.size:
            return self.f(x)
        with np.errstate(all="ignore"):
            return self._bridged(x, k, inside)

    def _bridged(self, x: Array, k: Index, inside: Truth) -> Array:
        """Return the values at points x, of which some are inside of the intervals with the numbers k."""
        share = np.clip((x - self.low[k]) / np.maximum(self.high - self.low, 1e-300)[k], 0.0, 1.0)
        return np.where(inside, self.left[k] + (self.right - self.left)[k] * share, self.f(x))

    def gradient(self, x: ArrayLike) -> Array:
        """Return the derivative, in x's shape."""
        x, k, inside = self._place(x)
        return np.where(inside, self.slope[k], self.f.gradient(x)) if self.low.size else self.f.gradient(x)

    def _place(self, x: ArrayLike) -> tuple[Array, Index, Truth]:
        """Return x as an array, the interval that begins before each point, and whether the point lies in it."""
        points = np.asarray(x, dtype=np.float64)
        k = np.maximum(np.searchsorted(self.low, points, side="right") - 1, 0)
        inside = contains(np.column_stack([self.low, self.high]), points)
        return points, k, inside


def bridge(
    f: Target, interval: Bounds, tube: Tube, intervals: Array, more: Array, end: float
) -> ShallowNetwork:
    """Return a ReLU network with few units that is in a tube about f at samples outside of exceptional intervals.

    more: further samples (m,). end: the time at which no more samples are added. Raises NormUnreachable if more
    than 20 000 units are needed.
    """
    target = cast("Target", Bridged(f, intervals, interval))  # only its values and derivatives are used
    if np.nanmax(np.abs(target(np.linspace(*interval, 257)))) > SETTINGS.largest:
        raise NormUnreachable(NormObstacle(NormObstacleKind.TOO_LARGE))
    x = np.union1d(_samples(f, target, tube, intervals), more)
    for k in range(SETTINGS.rounds):
        y = target(x)
        x, y = x[np.isfinite(y)], y[np.isfinite(y)]
        deviation, half = 1.25 * np.maximum(*chord_deviations(target, x, y)), tube.at(x)
        slack = np.where(deviation < half / 2, deviation, 0.0)
        aim = (1 - SETTINGS.margin * (1 + k * k)) * half - slack
        path = fewest_pieces(x, y - aim, y + aim)
        found = large_errors(target, path.__call__, x, float(tube.half.max()))
        if not found.size or processor_time() > end:
            break
        x = np.union1d(x, found)
    if path.pieces > MOST_UNITS:
        raise _too_many(path.pieces)
    least = float(tube.half.min())
    try:
        return relu_network(path, least, SETTINGS.margin * (1 + k * k) * least).network
    except TooSteep:
        raise NormUnreachable(NormObstacle(NormObstacleKind.TOO_LARGE)) from None


def _samples(f: Target, target: Target, tube: Tube, intervals: Array) -> Array:
    """Return samples of K with the ends of the intervals and the breaks of f among them."""
    at = breaks(f, float(tube.edges[0]), float(tube.edges[-1]))
    at = np.append(at[~contains(intervals, at)], intervals.ravel())
    surplus, pieces, found = SETTINGS.surplus // len(tube.half), 0.0, [tube.edges]
    for low, high, half in zip(tube.edges[:-1].tolist(), tube.edges[1:].tolist(), tube.half.tolist()):
        here = at[(low < at) & (at < high)]
        try:
            grid = spread(target, (low, high), half, here, surplus, SETTINGS.samples_per_piece)
        except TooManyPieces as error:
            raise _too_many(pieces + error.pieces) from None
        pieces += grid.pieces
        found.append(grid.x)
        if pieces > MOST_UNITS:
            raise _too_many(pieces)
    x = np.unique(np.concatenate(found))
    inner = np.column_stack([np.nextafter(intervals[:, 0], np.inf), np.nextafter(intervals[:, 1], -np.inf)])
    return np.asarray(x[~contains(inner, x)])


def _too_many(pieces: float) -> NormUnreachable:
    """Return the error that too many units are needed."""
    return NormUnreachable(NormObstacle(NormObstacleKind.TOO_MANY_UNITS, units=float(pieces)))
