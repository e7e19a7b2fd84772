"""Enclose networks of two inputs, and their second derivatives, on boxes.

**Rounding.** The pre-activation has two products and two sums, so |z̃ⱼ − zⱼ| ≤ γ₃ Zⱼ with Zⱼ = |w₁|X + |w₂|Y + |b|; the
rest is as for one input (``rounding``). **Smooth φ**: with w^α = w₁^i w₂^j, Taylor's formula at the middle, to order 5,

    |∂ᵅN(x) − ∂ᵅN(m)| ≤ Σ_{0 < |β| ≤ 3} r^β/β! |∂^{α+β} N(m)| + 1/4! Σⱼ |vⱼ w^α| (|w₁|r₁ + |w₂|r₂)⁴ sup |φ⁽⁶⁾|.
"""

from math import comb, factorial
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, PlanePoint
from nnviz.approximation.certificate.rounding import (
    U_LONG,
    U,
    extended_outputs,
    gamma,
    rounding_of_sums,
    sum_up,
)
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.derivative_bounds import DerivativeBounds

Sides = tuple[PlanePoint, PlanePoint]

_BOXES_AND_UNITS: Final = 2**19  # boxes times units that are examined together
_NUMBERS_AT_ONCE: Final = 2**16  # of a block that stays in the cache


class Boxes(NamedTuple):
    """m boxes, given by two opposite corners."""

    low: Array  # (m, 2)
    high: Array


class PlaneModel:
    """Enclosures of N at points, and of its second derivatives on boxes."""

    def __init__(self, network: ShallowNetwork, sides: Sides) -> None:
        self.network, self.activation = network, ACTIVATIONS[network.activation]
        self.block = 1 + _BOXES_AND_UNITS // max(network.width, 1)
        self.w, self.b, self.v = network.hidden_weights, network.hidden_biases, network.output_weights
        largest = np.abs(np.array(sides)).max(axis=1)
        self.z = (np.abs(self.w) @ largest + np.abs(self.b)) * (1 + gamma(8))
        self.family = self.activation.derivative_bounds
        self.error, self.fine_error = self._rounding(U), self._rounding(U_LONG)
        if self.family is not None:
            self._prepare(self.family)

    def _rounding(self, unit: float) -> float:
        """Return a bound of |network(x) − N(x)| at the float points x of the box; ∞ for steps."""
        if self.activation.unit_step:
            return float("inf")
        steepest, most = np.ones_like(self.z), self.z
        if self.family is not None:
            steepest, most = self.family.steepest(self.z), self.family.most(self.z)
        passed_on = gamma(3, unit) * steepest * self.z
        return rounding_of_sums(self.network, passed_on, most, self.v, unit)

    def at(self, points: Array) -> Interval:
        """Return enclosures of N at points (m, 2)."""
        y = self.network(points)
        if not self.activation.unit_step:
            return Interval(iv.down(y - self.error), iv.up(y + self.error))
        doubt = (
            np.abs(points @ self.w.T + self.b) <= gamma(4) * self.z + 1e-300
        )  # (m, N) whether a step is on
        spare = (
            gamma(self.network.width + 1) * (np.abs(self.v).sum() + abs(self.network.output_bias))
        ) * 1.01
        wide = (doubt @ np.abs(self.v)) * (1 + gamma(self.network.width + 2)) + spare
        return Interval(iv.down(y - wide), iv.up(y + wide))

    def at_in_extended_precision(self, points: Array) -> Interval:
        """Return narrower enclosures at points (m, 2) for smooth units, in extended precision, many times slower."""
        y = extended_outputs(self.network, points)
        return Interval(iv.down(y.lo - self.fine_error), iv.up(y.hi + self.fine_error))

    def levels(self, boxes: Boxes) -> Interval:
        """Return enclosures of N on the boxes for step units, of which each is off, on, or not known."""
        above, below = self._reach(boxes)
        on, either = below == 0, (above > 0) & (below > 0)
        spare = gamma(self.network.width + 2) * 2 * (np.abs(self.v).sum() + abs(self.network.output_bias))
        base = on @ self.v + self.network.output_bias
        lo, hi = base + either @ np.minimum(self.v, 0.0), base + either @ np.maximum(self.v, 0.0)
        return Interval(iv.down(lo - spare), iv.up(hi + spare))

    def _reach(self, boxes: Boxes) -> tuple[Array, Array]:
        """Return upper bounds of z and of −z on the boxes, at least 0, (m, N) each."""
        middle = boxes.low + (boxes.high - boxes.low) / 2
        half = np.maximum(boxes.high - middle, middle - boxes.low) * (1 + gamma(4))
        z, reach = middle @ self.w.T + self.b, half @ np.abs(self.w).T * (1 + gamma(8))
        doubt = gamma(8) * self.z + 1e-300
        return np.maximum(z + reach + doubt, 0.0), np.maximum(reach + doubt - z, 0.0)

    def kink_distances(self, boxes: Boxes) -> Array:
        """Return a bound of the distance of kinked units and steps from their interpolation, summed over units,
        (m,).
        """
        if self.family is not None:
            return np.zeros(len(boxes.low))
        above, below = self._reach(boxes)
        crossed = (above > 0) & (below > 0)
        if self.activation.unit_step:
            most = crossed.astype(float)
        else:
            assert self.activation.slopes is not None
            gain = self.activation.slopes[1] - self.activation.slopes[0]
            with np.errstate(invalid="ignore", divide="ignore"):
                most = np.where(crossed, gain * above * below / (above + below), 0.0)
        return np.asarray(most @ np.abs(self.v) * (1 + gamma(self.network.width + 20)))

    def second_derivatives(self, boxes: Boxes) -> list[Interval]:
        """Return enclosures of ∂²N/∂x² and ∂²N/∂y² on the boxes."""
        if self.family is None:
            return [iv.point(np.zeros(len(boxes.low)))] * 2
        middle = boxes.low + (boxes.high - boxes.low) / 2
        r = np.maximum(iv.up(np.maximum(boxes.high - middle, middle - boxes.low)), 1e-150).T
        sums = self._derivatives(middle)
        return [self._spread(sums, (2, 0), r), self._spread(sums, (0, 2), r)]

    def _prepare(self, family: DerivativeBounds) -> None:
        """Compute the weights v w₁^i w₂^j for the derivatives of orders 2 to 5, and bounds of the errors of their
        sums.
        """
        self.weights = {
            k: np.array([self.v * self.w[:, 0] ** (k - j) * self.w[:, 1] ** j for j in range(k + 1)])
            for k in range(2, 6)
        }
        self.errors = {
            k: [self._error(family, k, np.abs(row)) for row in rows] for k, rows in self.weights.items()
        }
        size = np.abs(self.w)
        self.last = [
            sum_up(np.abs(self.v) * size[:, 0] ** (6 - j) * size[:, 1] ** j) * family.higher[6]
            for j in range(7)
        ]

    def _error(self, family: DerivativeBounds, k: int, sizes: Array) -> float:
        """Return a bound of the computing error of a derivative of order k with weights of these sizes (N,)."""
        table = float(np.abs(family.table[k - 2]).sum())
        basis = (20 * iv.LIBM_ULP * U + 2 * gamma(self.network.width + 20)) * table * family.size(self.z)
        basis = basis + family.left_out.get(k, 0.0)
        return sum_up(sizes * (basis + family.higher[k + 1] * (gamma(3) * self.z + 1e-300)))

    def _derivatives(self, points: Array) -> dict[int, Array]:
        """Return the computed ∂^{(k − j, j)} N at points (m, 2): for each k an array (k + 1, m)."""
        assert self.family is not None
        blocks = np.array_split(points, len(points) * self.network.width // _NUMBERS_AT_ONCE + 1)
        parts = [self._at_block(self.family, block) for block in blocks]
        return {k: np.concatenate([part[k] for part in parts], axis=1) for k in parts[0]}

    def _at_block(self, family: DerivativeBounds, points: Array) -> dict[int, Array]:
        z = np.multiply.outer(self.w[:, 0], points[:, 0])
        z += np.multiply.outer(self.w[:, 1], points[:, 1])
        z += self.b[:, None]
        found = {k: np.zeros((k + 1, len(points))) for k in self.weights}
        for power, column in enumerate(family.basis(z)):
            for k, weights in self.weights.items():
                if family.table[k - 2, power]:
                    found[k] += family.table[k - 2, power] * (weights @ column)
        return found

    def _spread(self, sums: dict[int, Array], order: tuple[int, int], r: Array) -> Interval:
        """Return enclosures of the derivative of this order on boxes with half sides r (2, m)."""
        j = order[1]
        middle = sums[2][j]
        spread = np.full(len(middle), self.errors[2][j])
        for more in range(1, 4):
            for extra in range(more + 1):
                size = np.abs(sums[2 + more][j + extra]) + self.errors[2 + more][j + extra]
                spread = (
                    spread
                    + comb(more, extra) / factorial(more) * r[0] ** (more - extra) * r[1] ** extra * size
                )
        for extra in range(5):
            spread = spread + comb(4, extra) / 24 * r[0] ** (4 - extra) * r[1] ** extra * self.last[j + extra]
        spread = spread * (1 + gamma(80)) + 1e-250
        return Interval(iv.down(middle - spread), iv.up(middle + spread))
