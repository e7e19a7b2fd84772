"""Bound |f − N| on cells by Taylor polynomials of both, for smooth f and smooth units.

On a cell with the middle m and the half-width r let t = (x − m)/r. ``enclosures.series`` gives

    f − N = P(t) + R(t),   P of degree K with the centers of the balls as coefficients, |R| ≤ the sum of the radii.

For a polynomial of degree K and the points tᵢ = cos(iπ/n), max |P| ≤ maxᵢ |P(tᵢ)| / cos(Kπ/2n) on [−1, 1] (Ehlich &
Zeller 1964, Mathematische Zeitschrift 86). Also max |P| ≤ maxᵢ |P(tᵢ)| + (π/n)²/8 Σ k² |pₖ|, because cosᵏθ has a second
derivative of at most k² (Bernstein). The smaller bound is used. So few cells are enough for a close bound.
"""

from functools import cache
from typing import Final

import numpy as np

from nnviz._types import Array
from nnviz.approximation.certificate.rounding import gamma
from nnviz.enclosures import Interval, enclose_points
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.series import ORDER, Series, variable
from nnviz.enclosures.series_rules import is_known, series_of
from nnviz.expressions import Expression, parse
from nnviz.expressions.nodes import Node
from nnviz.networks import ACTIVATIONS, Network, ShallowNetwork
from nnviz.targets.convert import Target

_POINTS: Final = 256  # tᵢ
_POWERS: Final = np.cos(np.pi * np.arange(_POINTS + 1) / _POINTS)[:, None] ** np.arange(ORDER + 1)
_SHARE: Final = float(1 / np.cos(ORDER * np.pi / (2 * _POINTS)) - 1) * (1 + 1e-8)  # the points are rounded
_BENDS: Final = np.arange(ORDER + 1) ** 2 * (np.pi / _POINTS) ** 2 / 8 * (1 + 1e-8)
_CELLS: Final = 8, 64  # of the first division of K
_REMAINDER: Final = 2e-4  # of the scale
_NUMBERS_AT_ONCE: Final = 2**14  # cells times units


class SeriesBound:
    """The Taylor polynomials of a formula and a network of smooth units."""

    def __init__(self, f: Expression, network: ShallowNetwork) -> None:
        self.f, self.network = f, network
        self.phi = _tree(ACTIVATIONS[network.activation].formula)
        self.block = _NUMBERS_AT_ONCE // network.width + 1

    def nodes(self, low: float, high: float, scale: float) -> Array:
        """Return ends of cells on which the remainder of the network is far below ``scale``.

        For tanh the K-th coefficient is at most about 2 (2/π)ᴷ. For other units this serves as well.
        """
        turns = np.abs(self.network.hidden_weights[:, 0]) * ((high - low) / np.pi)  # of a cell as wide as K
        size = np.abs(self.network.output_weights) @ turns**ORDER / (_REMAINDER * scale)
        count = np.nan_to_num(np.ceil(size ** (1 / ORDER)), nan=_CELLS[1])
        nodes = np.linspace(low, high, int(np.clip(count, *_CELLS)) + 1)
        nodes[[0, -1]] = low, high
        return nodes

    def bound(self, low: Array, high: Array, middle: Array, n: Interval, noise: float) -> Array:
        """Return bounds of |f − N| on m cells, whose middles have the outputs ``n``; ∞ where none is known.

        Where rounding makes the value of f less certain than ``noise``, it is enclosed by a narrower method.
        """
        blocks = [slice(k, k + self.block) for k in range(0, len(low), self.block)]
        return np.concatenate([self._bound(low[k], high[k], middle[k], n[k], noise) for k in blocks])

    def _bound(self, low: Array, high: Array, middle: Array, n_middle: Interval, noise: float) -> Array:
        """Return the bounds of one block."""
        x, count = variable(middle, iv.up(np.maximum(high - middle, middle - low))), len(middle)
        f, n = series_of(self.f.root, x).to_length(ORDER + 1), self._network(x)
        self._sharpen(f, middle, noise)
        sizes = np.abs(f.center) + np.abs(n.center)
        center, radius = f.center - n.center, f.radius + n.radius + gamma(2) * sizes
        p, off = np.array(center[:, :count]), np.array(radius[:, :count])
        p[ORDER], off[ORDER] = center[ORDER, count:], radius[ORDER, count:]
        p[0], off[0] = f.center[0, :count] - n_middle.lo, f.radius[0, :count] + (n_middle.hi - n_middle.lo)
        rounding = gamma(ORDER + 8) * np.abs(p).sum(axis=0)
        most = np.abs(_POWERS @ p).max(axis=0)
        most = most + np.minimum(_SHARE * most, _BENDS @ np.abs(p)) + off.sum(axis=0) + rounding
        known = f.known & n.known
        return np.where(known[:count] & known[count:], iv.up(most * (1 + gamma(40))), np.inf)

    def _sharpen(self, f: Series, middle: Array, noise: float) -> None:
        """Replace uncertain values of f at the middles of the cells."""
        off = np.flatnonzero(f.radius[0, : len(middle)] > noise)
        if off.size:
            values = enclose_points(self.f, middle[off])
            center = values.lo / 2 + values.hi / 2
            f.radius[0, off] = iv.up(np.maximum(values.hi - center, center - values.lo)) + 1e-300
            f.center[0, off] = center

    def _network(self, x: Series) -> Series:
        """Return the series of the network on the cells of x, without the output bias."""
        w, b, v = (
            self.network.hidden_weights,
            self.network.hidden_biases[:, None],
            self.network.output_weights,
        )
        z, slope = w * x.center[0] + b, w * x.center[1]
        off = np.abs(w) * (x.radius[0] * (1 + gamma(8)) + gamma(4) * np.abs(x.center[0]))
        off += gamma(4) * np.abs(b) + 1e-300
        columns = len(v) * len(x.center[0])
        unit = Series(
            np.stack([z, slope]).reshape(2, columns),
            np.stack([off, gamma(2) * np.abs(slope)]).reshape(2, columns),
        )
        units = series_of(self.phi, unit).to_length(ORDER + 1)
        center, radius = (part.reshape(ORDER + 1, len(v), -1) for part in units)
        errors = np.tensordot(np.abs(v), radius + gamma(len(v) + 4) * np.abs(center), (0, 1))
        return Series(np.tensordot(v, center, (0, 1)), errors * (1 + gamma(len(v) + 40)) + 1e-300)


def series_bound(f: Target, network: Network) -> SeriesBound | None:
    """Return the Taylor polynomials of f and a network; None if one of them is not smooth, or its series not known."""
    if not isinstance(f, Expression) or not isinstance(network, ShallowNetwork) or not network.width:
        return None
    known = ACTIVATIONS[network.activation]
    if known.slopes is not None or known.unit_step or not known.certifiable:
        return None
    return SeriesBound(f, network) if is_known(f.root) and is_known(_tree(known.formula)) else None


@cache
def _tree(formula: str) -> Node:
    """Return the tree of the formula of an activation."""
    return parse(formula, ("z",)).root
