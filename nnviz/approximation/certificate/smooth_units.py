"""Enclose networks of smooth units, and their second derivatives, on cells.

On a cell with midpoint m and half-width r, Taylor's theorem about m with four terms gives

    |N″(x) − N″(m)| ≤ r |N‴(m)| + r²/2 |N⁗(m)| + r³/6 |N⁽⁵⁾(m)| + r⁴/24 Σⱼ |vⱼ| |wⱼ|⁶ sup |φ⁽⁶⁾|.

If the record of φ has no more than sup |φ‴|, the first term is bounded by r Σⱼ |vⱼ| |wⱼ|³ sup |φ‴| and is the last. The
sums at m keep the cancellation between units, which sup norms of the single units would lose.

A steep unit is nearly flat but for a short stretch around z = 0. On a cell where |z| is large for all points, |φ″| is
bounded by its tail. Where that is less than the unit's share of the last term, the unit is *far*: it leaves all sums,
and only the tail is added. So the number of cells around a unit grows with log |w|.
"""

from itertools import pairwise

import numpy as np

from nnviz._types import Array, Index
from nnviz.approximation.certificate.rounding import (
    SETTINGS,
    U_LONG,
    U,
    extended_outputs,
    gamma,
    network_parameters,
    rounding,
    sum_up,
)
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.derivative_bounds import TERMS


class SmoothUnits:
    """A network of smooth units on [low, high].

    ``slack`` bounds the distance of N from the enclosures; ``block`` is the number of cells to examine together.
    """

    slack = 0.0

    def __init__(self, network: ShallowNetwork, low: float, high: float) -> None:
        family = ACTIVATIONS[network.activation].derivative_bounds
        assert family is not None
        self.network, self.family = network, family
        self.block = min(1 + SETTINGS.cells_and_units // max(network.width, 1), SETTINGS.cells)
        self.nodes = np.linspace(low, high, 65)
        self.nodes[[0, -1]] = low, high
        self.error = rounding(network, low, high)
        self.fine_error = rounding(network, low, high, U_LONG)
        w, b, v, z = network_parameters(network, low, high)
        self.w, self.b = w, b
        self.weights = np.array([v * w**k for k in range(2, 2 + TERMS)])  # (4, N)
        sizes = np.abs(self.weights)
        self.unit_errors = np.array([self._error(k, z) for k in range(2, 2 + TERMS)])
        self.errors = np.array([[sum_up(each)] for each in sizes * self.unit_errors])
        self.remainder = sum_up(sizes[-1] * np.abs(w)) * self.family.higher[6]
        self.steepest = float(np.abs(w).max(initial=0.0))
        self.doubt = gamma(3) * z + 1e-300  # of a computed z

    def _error(self, k: int, z: Array) -> Array:
        """Return a bound of the error of the computed φ⁽ᵏ⁾(z) in a sum, (N,), from the basis, the sum and z itself."""
        table = float(np.abs(self.family.table[k - 2]).sum())
        basis = (20 * iv.LIBM_ULP * U + 2 * gamma(self.network.width + 20)) * table * self.family.size(z)
        basis = basis + self.family.left_out.get(k, 0.0)
        return np.asarray(basis + self.family.higher[k + 1] * (gamma(2) * z + 1e-300))

    def at(self, x: Array, _: Index) -> Interval:
        """Return enclosures of N at the points x, (m,)."""
        y = self.network(x)
        return Interval(iv.down(y - self.error), iv.up(y + self.error))

    def at_in_extended_precision(self, x: Array) -> Interval:
        """Return narrower enclosures of N at the points x in extended precision, many times slower."""
        y = extended_outputs(self.network, x)
        return Interval(iv.down(y.lo - self.fine_error), iv.up(y.hi + self.fine_error))

    def second_derivative(self, low: Array, high: Array) -> Interval:
        """Return enclosures of N″ on the cells, (m,)."""
        middle = low + (high - low) / 2
        r = np.maximum(iv.up(np.maximum(high - middle, middle - low)), 1e-150)  # r² does not underflow
        d, errors, remainder, tails = self._sums(middle, r)
        size = np.abs(d) + errors
        spread = errors[0] + r * (size[1] + r / 2 * (size[2] + r / 3 * (size[3] + r / 4 * remainder)))
        spread = (spread + tails) * (1 + gamma(40)) + 1e-250
        return Interval(iv.down(d[0] - spread), iv.up(d[0] + spread))

    def _sums(self, x: Array, r: Array) -> tuple[Array, Array, Array, Array]:
        """Return N″, N‴, N⁗ and N⁽⁵⁾ at the points x without far units, (4, m), bounds of their errors, (4, m) or (4,
        1), the sum of the last term, and the sum of the tails of far units, (m,) each.
        """
        nothing = np.zeros_like(x)
        if self.family.tail is None or self.steepest * r.max(initial=0.0) <= 1:
            return self._derivatives(x), self.errors, nothing + self.remainder, nothing
        parts = [self._sums_without_far(x[block], r[block]) for block in self._blocks(x.size)]
        d, errors, remainder, tails = (np.concatenate(column, axis=-1) for column in zip(*parts))
        return d, errors, remainder, tails

    def _sums_without_far(self, x: Array, r: Array) -> tuple[Array, Array, Array, Array]:
        """Return the sums of one block of points, where each unit is far or not."""
        assert self.family.tail is not None
        z, reach = np.multiply.outer(self.w, x) + self.b[:, None], np.multiply.outer(np.abs(self.w), r)
        least = np.maximum((np.abs(z) - reach - self.doubt[:, None]) * (1 - gamma(8)), 0.0)
        tail, own = self.family.tail(least), reach**4 / 24 * self.family.higher[6]
        far = tail <= np.maximum(own, self.unit_errors[0][:, None])
        near, sizes = (~far).astype(np.float64), np.abs(self.weights)
        sums = self._weighted(self.family.basis(z), near)
        spare = 1 + gamma(self.w.size + 40)
        errors = (sizes * self.unit_errors) @ near * spare
        remainder = (sizes[-1] * np.abs(self.w)) @ near * (self.family.higher[6] * spare)
        return sums, errors, remainder, sizes[0] @ (tail * far) * spare

    def _blocks(self, points: int) -> list[slice]:
        """Return slices of the points whose numbers stay in the cache."""
        count = points * self.network.width // SETTINGS.numbers_at_once + 1
        ends = np.linspace(0, points, count + 1).astype(int).tolist()
        return [slice(*pair) for pair in pairwise(ends)]

    def _derivatives(self, x: Array) -> Array:
        """Return the computed N″, N‴, N⁗ and N⁽⁵⁾ at the points x, (4, m)."""
        parts = [
            self._weighted(self.family.basis(np.multiply.outer(self.w, x[block]) + self.b[:, None]))
            for block in self._blocks(x.size)
        ]
        return np.concatenate(parts, axis=1)

    def _weighted(self, columns: list[Array], share: Array | float = 1.0) -> Array:
        """Return the derivatives from the functions of the basis (N, m), each unit times its ``share``."""
        sums = np.zeros((TERMS, columns[0].shape[1]))
        for row, column in zip(self.family.table.T, columns):
            sums += row[:, None] * (self.weights @ (column * share))
        return sums
