"""Enclose a network with one input and several hidden layers of kinked units, such as relu, on cells.

The places where a unit changes its sign are found in float64, layer by layer, and become nodes. On the piece between
two nodes every unit gets one of its two slopes, the one that it has in the middle. With these slopes the network is an
affine function A of x. Its value at the start of the piece and its slope are enclosed in balls, layer by layer.

A node is rounded, so near an end of the piece a unit can have the other slope. Let a unit have the slopes l and r, the
affine pre-activation z with |z| ≤ m on the wrong side of 0, and a bound δ of the distance of the true pre-activation
from z. Its output is then within max(|l|, |r|) δ + |r − l| m of the affine output. If it is certainly on one side, the
distance is at most its slope times δ. These distances pass the layers in size, and ``slack`` is the largest at the
output, so that the signs that were found in float64 need not be right.

**Balls.** A matrix W of n columns takes a ball with middle c and radius ρ to W c, computed in float64, with the radius
|W| ρ + γₙ |W| |c| (Rump 1999, Fast and parallel interval arithmetic; γₙ as in ``rounding``).
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Index
from nnviz.approximation.certificate.rounding import SETTINGS, U, gamma
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.networks import ACTIVATIONS, LayeredNetwork
from nnviz.networks.linear_regions import breakpoints

MOST_VALUES: Final = 2**22
"""The number of pieces times the number of units is at most this."""
_TINY: Final = 1e-300  # covers the underflow of a product


class LayeredUnits:
    """A network of several layers on [low, high], which is a line between neighboring ``nodes``.

    On piece k, from the node x_k on, N(x) is ``start``_k + ``slope``_k (x − x_k). ``slack`` bounds the distance of N
    from these lines, and ``error`` the distance of N from its evaluation in float64. ValueError if the network has too
    many pieces for ``MOST_VALUES``.
    """

    block = SETTINGS.cells

    def __init__(self, network: LayeredNetwork, low: float, high: float) -> None:
        units = sum(network.widths)
        self.nodes = breakpoints(network, low, high, most=max(MOST_VALUES // units, 1)) + 0.0
        x, h = self.nodes[:-1], np.diff(self.nodes)
        blocks = np.array_split(np.arange(len(x)), len(x) * units // SETTINGS.numbers_at_once + 1)
        parts = [_lines(network, x[block], h[block]) for block in blocks]
        start, slope, slack, error = (np.concatenate(column, axis=-1) for column in zip(*parts))
        self.start, self.slope = Interval(*start), Interval(*slope)
        self.slack, self.error = (float(np.nan_to_num(one, nan=np.inf).max()) for one in (slack, error))

    def at(self, x: Array, piece: Index) -> Interval:
        """Return enclosures of the line of the given piece at the points x, (m,)."""
        return self.start[piece] + self.slope[piece] * (iv.point(x) - iv.point(self.nodes[piece]))

    def second_derivative(self, low: Array, _: Array) -> Interval:
        """Return 0, the second derivative of lines."""
        return iv.point(np.zeros_like(low))


class _Balls(NamedTuple):
    """The numbers within ``radius`` of ``middle``, element by element."""

    middle: Array
    radius: Array

    @property
    def ends(self) -> Array:
        """The lower and the upper ends, (2, …)."""
        return np.array([iv.down(self.middle - self.radius), iv.up(self.middle + self.radius)])

    def through(self, w: Array, b: Array) -> "_Balls":
        """Return W c + b for the balls in the rows, (m, n) → (m, k)."""
        n, size = w.shape[1], np.abs(w).T
        most = self.radius @ size + gamma(n + 1) * (np.abs(self.middle) @ size + np.abs(b))
        return _Balls(self.middle @ w.T + b, most * (1 + gamma(2 * n + 20)) + n * _TINY)

    def times(self, factor: Array) -> "_Balls":
        """Return the products with numbers; those with 0 and 1 are exact."""
        middle, size = self.middle * factor, np.abs(factor)
        rounded = np.where((size == 0) | (size == 1), 0.0, 1.0)
        radius = self.radius * size * (1 + gamma(4) * rounded) + (2 * U * np.abs(middle) + _TINY) * rounded
        return _Balls(middle, radius)

    def plus(self, slope: "_Balls", h: Array) -> "_Balls":
        """Return the balls moved by slopes times h, where h is the rounded difference of two floats."""
        step = np.abs(slope.middle) * h
        most = self.radius + slope.radius * h + gamma(4) * (np.abs(self.middle) + step)
        return _Balls(self.middle + slope.middle * h, most * (1 + gamma(10)) + _TINY)


class _Distances(NamedTuple):
    """Bounds for each unit: |a| itself, of the affine a from a, and of a in float64 from a, (m, n) each."""

    most: Array
    affine: Array
    computed: Array

    def through(self, w: Array, b: Array) -> "_Distances":
        """Return the distances of W a + b; the new ``most`` is not used."""
        n, size = w.shape[1], np.abs(w).T
        spare = 1 + gamma(2 * n + 20)
        sums = gamma(n + 1) * ((self.most + self.computed) @ size + np.abs(b))
        computed = (self.computed @ size + sums) * spare + n * _TINY
        return _Distances(self.most, self.affine @ size * spare, computed)


def _lines(network: LayeredNetwork, x: Array, h: Array) -> tuple[Array, Array, Array, Array]:
    """Return bounds of the value at x and of the slope on pieces [x, x + h], (2, m) each, with slack and error (m,)."""
    slopes = ACTIVATIONS[network.activation].slopes
    assert slopes is not None
    most = (np.maximum(np.abs(x), np.abs(x + h)) * (1 + gamma(8)))[:, None]
    nothing = np.zeros_like(most)
    start, slope = _Balls(x[:, None], nothing), _Balls(nothing + 1, nothing)
    far = _Distances(most, nothing, nothing)
    for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        start, slope, far = start.through(w, b), slope.through(w, np.zeros_like(b)), far.through(w, b)
        if layer < len(network.widths):
            end = start.plus(slope, h[:, None])
            chosen = np.where(start.middle + end.middle > 0, slopes[1], slopes[0])
            far = _activated(np.array([start.ends, end.ends]), far, chosen, slopes)
            start, slope = start.times(chosen), slope.times(chosen)
    return start.ends[..., 0], slope.ends[..., 0], far.affine[:, 0], far.computed[:, 0]


def _activated(ends: Array, far: _Distances, chosen: Array, slopes: tuple[float, float]) -> _Distances:
    """Return the distances behind the activation, from bounds of z at both ends of the pieces, (2, 2, m, n).

    ``chosen`` are the slopes that the units have in the affine function.
    """
    lowest, highest = ends.min(axis=(0, 1)), ends.max(axis=(0, 1))
    right = chosen == slopes[1]
    wrong = np.maximum(np.where(right, -lowest, highest), 0.0)
    inside = np.where(right, lowest, -highest)  # the distance from 0, on the right side
    steepest, gain, size = max(map(abs, slopes)), float(iv.up(abs(slopes[1] - slopes[0]))), np.abs(chosen)
    sure, sure_too = (inside >= iv.up(far.affine + more) for more in (0.0, iv.up(far.computed)))
    affine = np.where(sure, size * far.affine, steepest * far.affine + gain * wrong) * (1 + gamma(8))
    most = (size * np.maximum(np.abs(lowest), np.abs(highest)) + affine) * (1 + gamma(8))
    computed = np.where(sure_too, size, steepest) * far.computed
    if slopes != (0.0, 1.0):
        computed = computed + 2 * U * (most + steepest * far.computed) + _TINY
    return _Distances(most, affine, computed * (1 + gamma(8)))
