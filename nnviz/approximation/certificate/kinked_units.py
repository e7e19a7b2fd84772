"""Enclose networks of kinked units and of steps on cells.

Every kink κⱼ = −bⱼ/wⱼ is moved to a float tⱼ in K. Between neighboring t the network is then a single line, up to
|wⱼtⱼ + bⱼ| on the wrong side of a moved kink, because the slope of relu is at most 1. So N is within
Σⱼ |vⱼ| |wⱼtⱼ + bⱼ| of the lines, whose coefficients are prefix sums over the units.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._types import Array, Index
from nnviz.approximation.certificate.rounding import SETTINGS, gamma, network_parameters, sum_up
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.networks import ACTIVATIONS, ShallowNetwork


class _PiecewiseLinear:
    """Lines on pieces: from the node x_k on, ``start``_k + ``slope``_k (x − x_k), within ``slack`` of a network."""

    block = SETTINGS.cells
    nodes: Array
    start: Interval
    slope: Interval
    slack: float

    def at(self, x: Array, piece: Index) -> Interval:
        """Return enclosures of the line of the given piece at the points x, (m,)."""
        return self.start[piece] + self.slope[piece] * (iv.point(x) - iv.point(self.nodes[piece]))

    def second_derivative(self, low: Array, _: Array) -> Interval:
        """Return 0, the second derivative of lines."""
        return iv.point(np.zeros_like(low))


class KinkedUnits(_PiecewiseLinear):
    """A network of relu or leaky_relu units on [low, high], which is a line between neighboring ``nodes``.

    Right-facing units (w ≥ 0) are on to the right of their kink t, and left-facing units to the left. The sums over
    right-facing units go from left to right, and the others from right to left, so that no sum contains a unit that
    is off. On piece k, from the node x_k on, N(x) is ``start``_k + ``slope``_k (x − x_k). ``slack`` bounds the
    distance of N from these lines.
    """

    def __init__(self, network: ShallowNetwork, low: float, high: float) -> None:
        w, b, v, _ = network_parameters(network, low, high)
        sides = ACTIVATIONS[network.activation].slopes
        assert sides is not None
        left, right = sides
        gain = _product(iv.point(v), iv.point(right) - left)
        kinks = np.clip(
            np.where(w == 0, np.where(b > 0, low, high), -b / np.where(w == 0, 1.0, w)), low, high
        )
        self.nodes = np.unique(np.concatenate([[low], kinks, [high]])) + 0.0
        z = _product(iv.point(kinks), iv.point(w)) + iv.point(
            b
        )  # the pre-activation of a unit at its moved kink
        self.slack = _misplacement_bound(w, kinks, z, gain, low, high)
        facing = w >= 0
        steps, slopes = gain * z, _product(gain, iv.point(np.abs(w)))
        on_right = _sum_from_left(self.nodes, kinks[facing], slopes[facing], steps[facing])
        turned = _sum_from_left(-self.nodes[::-1], -kinks[~facing], slopes[~facing], steps[~facing])
        on_left = _Lines(turned.slope[::-1], turned.end[::-1], turned.start[::-1])
        everywhere = iv.point(v) * left
        rise, level = _total(everywhere * iv.point(w)), _total(everywhere * iv.point(b)) + network.output_bias
        self.slope = on_right.slope - on_left.slope + rise
        self.start = on_right.start + on_left.start + rise * iv.point(self.nodes[:-1]) + level


class ManyKinkedUnits(_PiecewiseLinear):
    """k networks of kinked units on the same interval, whose pieces are counted from the first to the last network.

    ``network`` holds for each piece the number of its network. Here each piece has one node, its left end.
    """

    def __init__(self, models: Sequence[KinkedUnits]) -> None:
        self.nodes = np.concatenate([model.nodes[:-1] for model in models])
        self.start, self.slope = (
            Interval(np.concatenate([one.lo for one in parts]), np.concatenate([one.hi for one in parts]))
            for parts in ([model.start for model in models], [model.slope for model in models])
        )
        self.slack = max(model.slack for model in models)
        self.network = np.repeat(np.arange(len(models)), [len(model.nodes) - 1 for model in models])


class _Lines(NamedTuple):
    """The slope of a sum of units on each piece, and its values at the ends of the piece, (m,) each."""

    slope: Interval
    start: Interval
    end: Interval


class StepUnits:
    """A network of step units on [low, high], which is constant between neighboring ``nodes``.

    Every jump κⱼ = −bⱼ/wⱼ is a node, or lies between two nodes that are neighboring floats. Between these the enclosure
    contains both levels. At a jump z = 0, so the unit is on; ``alone`` holds these nodes and N there.
    """

    block, slack = SETTINGS.cells, 0.0

    def __init__(self, network: ShallowNetwork, low: float, high: float) -> None:
        w, b, _, _ = network_parameters(network, low, high)
        places = [_jump(*pair, low, high) for pair in zip(w.tolist(), b.tolist())]
        before, behind = np.array(places).reshape(-1, 2).T
        nodes = np.unique(np.concatenate([[low, high], before, behind])) + 0.0
        self.nodes = nodes[np.isfinite(nodes)]
        on_first = np.where(w == 0, b >= 0, np.where(w > 0, behind <= low, behind > low))
        self.level, self.alone = self._levels(network, before, behind, on_first)

    def _levels(
        self, network: ShallowNetwork, before: Array, behind: Array, on_first: NDArray[np.bool_]
    ) -> tuple[Interval, tuple[Array, Interval]]:
        """Return enclosures of N on every piece, and the jumps that are floats with N there."""
        v, right = network.output_weights, network.hidden_weights[:, 0] > 0
        low, high = self.nodes[[0, -1]]
        moving = (behind > low) & (before < high) & (network.hidden_weights[:, 0] != 0)
        start = np.append(v[on_first], network.output_bias)
        place = np.where(right, behind, before)[
            moving
        ]  # from which, or up to which, the unit is certainly on
        order = np.argsort(place, kind="stable")
        change = np.where(right, v, -v)[moving][order]
        sums = prefix_sums(iv.point(np.concatenate([start, change])))
        known = sums[len(start) - 1 + np.searchsorted(place[order], self.nodes[:-1], side="right")]
        either = np.zeros((2, len(self.nodes) - 1))
        between = np.flatnonzero(moving & (before < behind))
        piece = np.searchsorted(self.nodes, before[between])
        np.add.at(either[0], piece, np.minimum(v[between], 0.0))
        np.add.at(either[1], piece, np.maximum(v[between], 0.0))
        spread = either * (1 + gamma(len(v) + 2))
        level = known + Interval(spread[0], spread[1])
        return level, self._at_jumps(network, np.unique(before[before == behind]))

    def _at_jumps(self, network: ShallowNetwork, x: Array) -> tuple[Array, Interval]:
        """Return the jumps that are floats, and enclosures of N there, where a unit is on if z ≥ 0 exactly."""
        x = x[np.isfinite(x)]
        blocks = np.array_split(x, x.size * network.width // SETTINGS.cells_and_units + 1)
        y = np.concatenate([_on(network, block) @ network.output_weights for block in blocks])
        spare = (
            2 * gamma(network.width + 2) * (np.abs(network.output_weights).sum() + abs(network.output_bias))
        )
        level = y + network.output_bias
        return x, Interval(iv.down(level - spare), iv.up(level + spare))

    def at(self, x: Array, piece: Index) -> Interval:
        """Return enclosures of the level of the given piece at the points x, (m,)."""
        return self.level[piece] + iv.point(np.zeros_like(x))

    def second_derivative(self, low: Array, _: Array) -> Interval:
        """Return 0, the second derivative of constants."""
        return iv.point(np.zeros_like(low))


def _on(network: ShallowNetwork, x: Array) -> NDArray[np.bool_]:
    """Return exactly which step units are on at the floats x, (m, N)."""
    w, b = network.hidden_weights[:, 0], network.hidden_biases
    z = iv.point(w) * iv.point(x[:, None]) + iv.point(b)
    on = np.asarray(z.lo >= 0)
    for k, j in zip(*np.nonzero((z.lo < 0) & (z.hi >= 0))):
        on[k, j] = Fraction(float(w[j])) * Fraction(float(x[k])) + Fraction(float(b[j])) >= 0
    return on


def _jump(w: float, b: float, low: float, high: float) -> tuple[float, float]:
    """Return the float −b/w twice, or the two floats around it; ±∞ twice outside of [low, high]."""
    if w == 0:
        return -math.inf, -math.inf
    exact = Fraction(-b) / Fraction(w)
    if not Fraction(low) <= exact <= Fraction(high):
        far = -math.inf if exact < Fraction(low) else math.inf
        return far, far
    near = float(exact)
    if Fraction(near) == exact:
        return near, near
    return (
        (near, math.nextafter(near, math.inf))
        if Fraction(near) < exact
        else (math.nextafter(near, -math.inf), near)
    )


def _product(a: Interval, b: Interval) -> Interval:
    """Return the product a b, exact where b is 1 or −1, as hidden weights usually are."""
    one, minus = ((b.lo == sign) & (b.hi == sign) for sign in (1.0, -1.0))
    return iv.select(one, a, iv.select(minus, -a, a * b))


# S(x) = Σ slopeⱼ (x − tⱼ) + stepⱼ over tⱼ ≤ x, from node to node
def _sum_from_left(nodes: Array, kinks: Array, slopes: Interval, steps: Interval) -> _Lines:
    """Return the sum of units that are on to the right of their kinks, which are among the nodes."""
    order = np.argsort(kinks, kind="stable")
    last = np.searchsorted(kinks[order], nodes[:-1], side="right")  # units on at the start of each piece
    slope = _sums(slopes[order])[last]
    rises = _sums(slope * (iv.point(nodes[1:]) - iv.point(nodes[:-1])))
    stepped = _sums(steps[order])[last]
    return _Lines(slope, rises[:-1] + stepped, rises[1:] + stepped)


def _sums(terms: Interval) -> Interval:
    """Return enclosures of 0, t₀, t₀ + t₁, …."""
    return prefix_sums(Interval(np.append(0.0, terms.lo), np.append(0.0, terms.hi)))


def _total(terms: Interval) -> Interval:
    """Return an enclosure of the sum of the terms."""
    return _sums(terms)[-1]


def _misplacement_bound(
    w: Array, kinks: Array, z: Interval, gain: Interval, low: float, high: float
) -> float:
    """Return a bound of the error of moved kinks: Σⱼ |vⱼ| times the size of unit j on the wrong side of its kink."""
    start, end = np.where(w >= 0, low, high), np.where(w >= 0, high, low)
    wrongly_on = np.where(kinks == end, 0.0, np.maximum(-z.lo, 0.0))
    wrongly_off = np.where(kinks == start, 0.0, np.maximum(z.hi, 0.0))
    return sum_up(gain.magnitude * np.maximum(wrongly_on, wrongly_off))


def prefix_sums(terms: Interval) -> Interval:
    """Return enclosures of t₀, t₀ + t₁, …; the rounding error of each addition is computed exactly and summed."""
    lower, lower_error = _compensated(terms.lo)
    upper, upper_error = _compensated(terms.hi)
    return Interval(iv.down(lower - lower_error), iv.up(upper + upper_error))


def _compensated(terms: Array) -> tuple[Array, Array]:
    """Return prefix sums and a bound of their error: sᵢ + Σ eₖ is exact, and the error of Σ eₖ is at most γₙ Σ |eₖ|."""
    sums = np.cumsum(terms)
    before = np.concatenate([[0.0], sums[:-1]])
    rounded = before + terms
    errors = iv.sum_error(rounded, before, terms) + (rounded - sums)
    total = sums + np.cumsum(errors)
    most = np.cumsum(np.abs(errors)) * gamma(2 * terms.size + 8)
    return total, np.asarray(most + np.abs(total) * gamma(2))
