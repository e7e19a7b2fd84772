"""What a network does, for certain: enclosures of N(x) = c + Σⱼ vⱼ φ(wⱼx + bⱼ), its float64 parameters as real numbers.

Below u = 2⁻⁵³ and γₙ = n u/(1 − n u), the bound for n roundings one after another (Higham 2002, Accuracy and
Stability of Numerical Algorithms, § 3.1); for a dot product of n terms, in whatever order, it holds with Σ|terms|.
X is the largest |x| in K, and Zⱼ = |wⱼ|X + |bⱼ| bounds |wⱼx + bⱼ|.

**Evaluating in float64** (``rounding``). Three errors add up to |network(x) − N(x)| ≤ E on all of K:

- the pre-activation has two products and a sum: |z̃ⱼ − zⱼ| ≤ γ₂ Zⱼ, which φ passes on at most Lⱼ = sup |φ′| times;
- φ itself, as ``networks.activations`` computes it, is within 5 LIBM_ULP u (1 + Bⱼ), Bⱼ a bound of |φ|. Library calls
  are within LIBM_ULP units in the last place, so 2 LIBM_ULP u relatively: one for tanh, sigmoid and sine (halved for
  sigmoid); exp(−z²) has (z² + 2 LIBM_ULP) u relatively, and z² exp(−z²) < 1; softplus has two in a row on numbers
  below 1, and a sum; gelu has half of one, and less than u from √½, times |z|;
- the output is a dot product of N + 1 terms: γ_{N+1} (|c| + Σ |vⱼ| Bⱼ), Bⱼ enlarged by the second error.

**For relu**, piece by piece (``_relu_rounding``): z̃ has the sign of z where |z| > u |wx|, and a unit with z̃ ≤ 0 adds
exactly 0. So between two kinks only the units count that are on there, or have their kink within 2⁻⁴⁸ of it; and where
|w| = 1 the product is exact, so that |z̃ − z| ≤ u |z|.

**In extended precision** the same holds with its own u, 2⁻⁶⁴ for the long double of x86 and 2⁻¹¹³ for that of IEEE,
but for gelu's φ, as our erf is no better than float64. A long double of another kind is not used.

**Smooth φ** (``Smooth``). On a cell with midpoint m and half-width r, by Taylor's theorem about m with four terms,

    |N″(x) − N″(m)| ≤ r |N‴(m)| + r²/2 |N⁗(m)| + r³/6 |N⁽⁵⁾(m)| + r⁴/24 Σⱼ |vⱼ| |wⱼ|⁶ sup |φ⁽⁶⁾|.

The sums at m keep the cancellation between units, which sup-norms of the single units would lose.

**Kinked φ** (``Pieces``). Every kink κⱼ = −bⱼ/wⱼ is moved to a float tⱼ in K. Between neighbouring t the network is
then one straight line, up to |wⱼtⱼ + bⱼ| on the wrong side of a moved kink: relu has slope at most 1. So N is
within Σⱼ |vⱼ| |wⱼtⱼ + bⱼ| of the lines, whose coefficients are prefix sums over the units.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

from nnviz.functions import Interval
from nnviz.functions import intervals as iv
from nnviz.networks import ACTIVATIONS, ShallowNetwork

Array = NDArray[np.float64]
Index = NDArray[np.intp]
U: Final = 2.0**-53
_LONG: Final = np.finfo(np.longdouble)
U_LONG: Final = 2.0 ** -(_LONG.nmant + 1) if _LONG.nmant in (63, 112) else U
"""The unit roundoff of extended precision; U where there is none."""
COARSE: Final = 0.01  # of ε: where rounding in float64 is more, what is close to ε is computed more finely
CLOSE: Final = 0.85  # of ε
_TERMS: Final = 4  # of Taylor's formula for N″
_AT_ONCE: Final = 2**16  # numbers that stay in the cache: a block of cells × units
_CELLS_AND_UNITS: Final = 2**18


def gamma(n: int, unit: float = U) -> float:
    """γₙ = n u/(1 − n u), rounded up."""
    return n * unit / (1 - n * unit) * (1 + 4 * U)


def sum_up(terms: Array) -> float:
    """A float that is at least the sum of these n numbers ≥ 0; each may itself come from twenty roundings."""
    return float(np.sum(terms) * (1 + gamma(terms.size + 30)) + (terms.size + 1) * 2.0**-1068)


class Family(NamedTuple):
    """What the bounds need to know of one smooth activation. Z (N,) bounds |z|.

    φ⁽ᵏ⁾ = Σᵢ ``table``[k − 2, i] · basisᵢ, k = 2 … 5; every basisᵢ is at most ``size``(Z), and computed within
    20 LIBM_ULP u times that; ``steepest`` (N,) bounds |φ′|, ``most`` (N,) |φ|, ``higher``[k] |φ⁽ᵏ⁾| for k = 3 … 6.
    """

    basis: Callable[[Array], list[Array]]
    table: Array
    size: Callable[[Array], Array]
    steepest: Callable[[Array], Array]
    most: Callable[[Array], Array]
    higher: dict[int, float]


def _constant(value: float) -> Callable[[Array], Array]:
    return lambda z: np.full_like(z, value)


def _table(polynomials: list[Polynomial]) -> Array:
    degree = max(len(p.coef) for p in polynomials)
    return np.array([np.pad(p.coef, (0, degree - len(p.coef))) for p in polynomials])


# tanh⁽ᵏ⁾ = Pₖ(tanh) with P₀ = t, Pₖ₊₁ = Pₖ′ (1 − t²)
def _tanh_polynomials() -> list[Polynomial]:
    found = [Polynomial([0.0, 1.0])]
    for _ in range(6):
        found.append(found[-1].deriv() * Polynomial([1.0, 0.0, -1.0]))
    return found


# tanh′(z) = ∫₀^∞ ω/sinh(πω/2) cos(ωz) dω, so |tanh⁽ⁿ⁾| ≤ ∫₀^∞ ωⁿ/sinh(πω/2) dω = 2 n! (1 − 2⁻ⁿ⁻¹) ζ(n + 1) (2/π)ⁿ⁺¹,
# (DLMF 1.14, 25.5.8), and ζ(n + 1) ≤ 1 + 2⁻ⁿ
def _tanh_most(n: int) -> float:
    return 2.0 * math.factorial(n) * (1 + 2.0**-n) * (2 / math.pi) ** (n + 1)


def _powers(count: int, scale: float) -> Callable[[Array], list[Array]]:
    """1, t, …, tⁿ⁻¹ with t = tanh(scale · z)."""

    def basis(z: Array) -> list[Array]:
        t = np.tanh(scale * z)
        found = [np.ones_like(t), t]
        while len(found) < count:
            found.append(found[-1] * t)
        return found

    return basis


def _bells(count: int, half: float) -> Callable[[Array], list[Array]]:
    """zⁱ exp(−half z²) for i = 0 … count − 1: below 5 for half = ½ and 1, i ≤ 5, by calculus."""

    def basis(z: Array) -> list[Array]:
        found = [np.exp(-half * z * z)]
        while len(found) < count:
            found.append(found[-1] * z)
        return found

    return basis


def _of_tanh(
    scale: float, factor: float, shift: int, steepest: float, most: Callable[[Array], Array]
) -> Family:
    """φ⁽ᵏ⁾(z) = factor · scaleᵏ⁻ˢ · tanh⁽ᵏ⁻ˢ⁾(scale z), s the ``shift``."""
    polynomials = _tanh_polynomials()
    weight = {k: factor * scale ** (k - shift) for k in range(2, 7)}
    table = _table([weight[k] * polynomials[k - shift] for k in range(2, 6)])
    higher = {k: weight[k] * _tanh_most(k - shift) for k in range(3, 7)}
    return Family(_powers(table.shape[1], scale), table, _constant(1.0), _constant(steepest), most, higher)


# (d/dz)ᵏ exp(−z²) = (−1)ᵏ Hₖ(z) exp(−z²), at most √(2ᵏ k!) (DLMF 18.5.5, 18.14.9)
def _gaussian() -> Family:
    hermite = [Polynomial([1.0])]
    for k in range(6):
        hermite.append(hermite[k].deriv() - Polynomial([0.0, 2.0]) * hermite[k])
    higher = {k: math.sqrt(2.0**k * math.factorial(k)) for k in range(3, 7)}
    return Family(
        _bells(6, 1.0), _table(hermite[2:6]), _constant(5.0), _constant(0.86), _constant(1.0), higher
    )


# gelu″ = (2 − z²) Φ′(z), each derivative p Φ′ -> (p′ − z p) Φ′; and gelu⁽ᵏ⁾ = ±(k He_{k−2} − z He_{k−1}) Φ′, where
# |Heₙ(z)| exp(−z²/2) ≤ √n! exp(−z²/4) and |z| exp(−z²/4) < 0.86 (DLMF 18.14.9)
def _gelu() -> Family:
    p = [Polynomial([2.0, 0.0, -1.0])]
    for k in range(3):
        p.append(p[k].deriv() - Polynomial([0.0, 1.0]) * p[k])
    root = math.sqrt(2 * math.pi)
    higher = {
        k: (k * math.sqrt(math.factorial(k - 2)) + 0.86 * math.sqrt(math.factorial(k - 1))) / root
        for k in range(3, 7)
    }
    return Family(_bells(6, 0.5), _table(p) / root, _constant(5.0), _constant(1.13), np.copy, higher)


def _sine() -> Family:
    table = np.array([[-1.0, 0.0], [0.0, -1.0], [1.0, 0.0], [0.0, 1.0]])
    ones = dict.fromkeys(range(3, 7), 1.0)
    return Family(
        lambda z: [np.sin(z), np.cos(z)], table, _constant(1.0), _constant(1.0), _constant(1.0), ones
    )


def _power(n: int) -> Family:
    """zⁿ for n ≤ 3: φ″ = n (n − 1) zⁿ⁻², φ‴ = 6 for n = 3."""
    table = np.zeros((_TERMS, 2))
    table[0, max(n - 2, 0)] = n * (n - 1.0)
    table[1, 0] = 6.0 if n == 3 else 0.0
    higher = {3: table[1, 0], 4: 0.0, 5: 0.0, 6: 0.0}
    steepest, most = (lambda z: n * z ** (n - 1)), (lambda z: z**n)
    return Family(lambda z: [np.ones_like(z), z], table, lambda z: 1 + z, steepest, most, higher)


FAMILIES: Final[dict[str, Family]] = {
    "tanh": _of_tanh(1.0, 1.0, 0, 1.0, _constant(1.0)),
    "sigmoid": _of_tanh(0.5, 0.5, 0, 0.25, _constant(1.0)),
    "softplus": _of_tanh(0.5, 0.5, 1, 1.0, lambda z: 0.7 + z),
    "gaussian": _gaussian(),
    "gelu": _gelu(),
    "sine": _sine(),
    "linear": _power(1),
    "square": _power(2),
    "cube": _power(3),
}
"""The smooth activations, by their names in ``networks.ACTIVATIONS``."""

SLOPES: Final[dict[str, tuple[float, float]]] = {"relu": (0.0, 1.0), "leaky_relu": (0.01, 1.0)}
"""The kinked activations: their slopes left and right of 0."""


def rounding(network: ShallowNetwork, low: float, high: float, unit: float = U) -> float:
    """E: network(x), computed in float64, is within E of the real number N(x) for every float x in [low, high].

    With ``unit`` = U_LONG the same of ``extended_outputs``.
    """
    _, _, v, z = _parameters(network, low, high)
    if network.activation == "relu":
        return _relu_rounding(network, low, high, unit)
    steepest, most = np.ones_like(z), z
    if network.activation in FAMILIES:
        family = FAMILIES[network.activation]
        steepest, most = family.steepest(z), family.most(z)
    return rounding_of_sums(network, gamma(2, unit) * steepest * z, most, v, unit)


def _relu_rounding(network: ShallowNetwork, low: float, high: float, unit: float) -> float:
    """The same for relu: the largest of the bounds on the pieces between kinks."""
    w, b, v, _ = _parameters(network, low, high)
    kinks = np.where(w == 0, low, -b / np.where(w == 0, 1.0, w))
    nodes = np.unique(np.concatenate([[low], np.clip(kinks, low, high), [high]])) + 0.0
    right = _units_on(nodes, kinks, w, b, np.where(w >= 0, np.abs(v), 0.0))
    left = _units_on(-nodes[::-1], -kinks, -w, b, np.where(w < 0, np.abs(v), 0.0))
    outputs, inexact = (one + other[::-1] for one, other in zip(right, left))
    sums = gamma(network.width + 1, unit)
    each = unit * outputs + gamma(2, unit) * inexact
    bound = float(((sums * outputs + (1 + sums) * each) * (1 + gamma(30))).max())
    return sum_up(np.append(np.abs(v) * 1e-300, [bound, sums * abs(network.output_bias)]))


def _units_on(nodes: Array, kinks: Array, w: Array, b: Array, size: Array) -> tuple[Array, Array]:
    """Right-facing units that may be on, on each piece between the nodes: at least Σ size·z, the largest z there; and
    Σ size·(|w| |x| + |b|) over those whose product wx is rounded.
    """
    size = np.where((w * nodes[-1] + b <= -(2.0**-49) * (np.abs(w * nodes[-1]) + np.abs(b))), 0.0, size)
    first = np.searchsorted(nodes[1:], kinks - 2.0**-48 * np.abs(kinks) - 1e-300).clip(0, len(nodes) - 2)

    def total(terms: Array) -> Array:
        return np.cumsum(np.bincount(first, size * terms, len(nodes) - 1))

    end, widest = nodes[1:], np.maximum(np.abs(nodes[:-1]), np.abs(nodes[1:]))
    slopes, sizes = total(np.abs(w)), total(np.abs(b))
    spare = (len(w) + 64) * 2.0**-50 * (slopes * np.abs(end) + sizes)
    rounded = np.where(np.abs(w) == 1, 0.0, 1.0)
    inexact = total(np.abs(w) * rounded) * widest + total(np.abs(b) * rounded)
    return np.maximum(slopes * end + total(b), 0.0) + spare, inexact * (1 + gamma(len(w) + 8))


def rounding_of_sums(network: ShallowNetwork, passed_on: Array, most: Array, v: Array, unit: float) -> float:
    """The same from what φ passes on, Lⱼ|z̃ⱼ − zⱼ|, and the bounds Bⱼ of |φ|."""
    curve = U if network.activation == "gelu" else unit
    each = passed_on + 5 * iv.LIBM_ULP * curve * (1 + most) + 1e-300
    sums = gamma(network.width + 1, unit)
    output = sums * (np.abs(v) * (most + each))
    return sum_up(np.append(np.abs(v) * each + output, sums * abs(network.output_bias)))


def extended_outputs(network: ShallowNetwork, x: Array) -> Interval:
    """The float64 on both sides of N, computed in extended precision at the points x, (m,) or (m, d)."""
    points = np.asarray(x.T if x.ndim == 2 else x[None], np.longdouble)
    blocks = np.array_split(points, points.shape[1] * network.width // _AT_ONCE + 1, axis=1)
    y = np.concatenate([_extended_block(network, block) for block in blocks])
    near = y.astype(np.float64)
    return Interval(iv.down(near), iv.up(near))


def _extended_block(network: ShallowNetwork, points: NDArray[np.longdouble]) -> NDArray[np.longdouble]:
    w, b, v = (
        np.asarray(part, np.longdouble)
        for part in (network.hidden_weights, network.hidden_biases, network.output_weights)
    )
    z = np.multiply.outer(w[:, 0], points[0])
    for k in range(1, len(points)):
        z += np.multiply.outer(w[:, k], points[k])
    z += b[:, None]
    return np.asarray(v @ ACTIVATIONS[network.activation].value(z) + np.longdouble(network.output_bias))


def _parameters(network: ShallowNetwork, low: float, high: float) -> tuple[Array, Array, Array, Array]:
    """The hidden weights w, biases b and output weights v, (N,) each; and Z ≥ |wx + b| on [low, high], rounded up."""
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights
    z = np.asarray((np.abs(w) * max(abs(low), abs(high)) + np.abs(b)) * (1 + gamma(8)))
    return w, b, v, z


class Smooth:
    """A network of smooth units on [low, high].

    ``slack``: how far N may be from what ``at`` and ``bend`` describe; ``block``: a number of cells to take at once.
    """

    slack = 0.0

    def __init__(self, network: ShallowNetwork, low: float, high: float) -> None:
        self.network, self.family = network, FAMILIES[network.activation]
        self.block = 1 + _CELLS_AND_UNITS // max(network.width, 1)
        self.nodes = np.linspace(low, high, 65)
        self.nodes[[0, -1]] = low, high
        self.error = rounding(network, low, high)
        self.fine_error = rounding(network, low, high, U_LONG)
        w, b, v, z = _parameters(network, low, high)
        self.w, self.b = w, b
        self.weights = np.array([v * w**k for k in range(2, 2 + _TERMS)])  # (4, N)
        sizes = np.abs(self.weights)
        self.errors = [self._error(k, sizes[k - 2], z) for k in range(2, 2 + _TERMS)]
        self.remainder = sum_up(sizes[-1] * np.abs(w)) * self.family.higher[6]

    def _error(self, k: int, sizes: Array, z: Array) -> float:
        """How far Σ v wᵏ φ⁽ᵏ⁾(z), as it is computed, is from the real number: basis, its sums, and z itself."""
        table = float(np.abs(self.family.table[k - 2]).sum())
        basis = (20 * iv.LIBM_ULP * U + 2 * gamma(self.network.width + 20)) * table * self.family.size(z)
        return sum_up(sizes * (basis + self.family.higher[k + 1] * (gamma(2) * z + 1e-300)))

    def at(self, x: Array, _: Index) -> Interval:
        """N at the points x."""
        y = self.network(x)
        return Interval(iv.down(y - self.error), iv.up(y + self.error))

    def finely_at(self, x: Array) -> Interval:
        """The same, computed in extended precision: many times slower."""
        y = extended_outputs(self.network, x)
        return Interval(iv.down(y.lo - self.fine_error), iv.up(y.hi + self.fine_error))

    def bend(self, low: Array, high: Array) -> Interval:
        """N″ on the cells."""
        middle = low + (high - low) / 2
        r = np.maximum(iv.up(np.maximum(high - middle, middle - low)), 1e-150)  # r² does not underflow
        d = self._derivatives(middle)
        size = [np.abs(part) + error for part, error in zip(d, self.errors)]
        spread = self.errors[0] + r * (
            size[1] + r / 2 * (size[2] + r / 3 * (size[3] + r / 4 * self.remainder))
        )
        spread = spread * (1 + gamma(40)) + 1e-250
        return Interval(iv.down(d[0] - spread), iv.up(d[0] + spread))

    def _derivatives(self, x: Array) -> Array:
        """N″, N‴, N⁗ and N⁽⁵⁾ at the points x, as computed: (4, m)."""
        blocks = np.array_split(x, x.size * self.network.width // _AT_ONCE + 1)
        return np.concatenate([self._block(block) for block in blocks], axis=1)

    def _block(self, x: Array) -> Array:
        columns = self.family.basis(np.multiply.outer(self.w, x) + self.b[:, None])
        sums = np.zeros((_TERMS, x.size))
        for row, column in zip(self.family.table.T, columns):
            sums += row[:, None] * (self.weights @ column)
        return sums


class Pieces:
    """A network of relu or leaky_relu units on [low, high], between neighbouring ``nodes`` one straight line each.

    Right-facing units (w ≥ 0) are on from their kink t on, left-facing ones up to it: the former are added up going
    right, the latter going left, so that no sum holds a unit that is off. On piece k, from the node x_k on, N(x) is
    ``start``_k + ``slope``_k (x − x_k).
    """

    block = 2**14

    def __init__(self, network: ShallowNetwork, low: float, high: float) -> None:
        w, b, v, _ = _parameters(network, low, high)
        left, right = SLOPES[network.activation]
        gain = _product(iv.point(v), iv.point(right) - left)
        kinks = np.clip(
            np.where(w == 0, np.where(b > 0, low, high), -b / np.where(w == 0, 1.0, w)), low, high
        )
        self.nodes = np.unique(np.concatenate([[low], kinks, [high]])) + 0.0
        z = _product(iv.point(kinks), iv.point(w)) + iv.point(b)  # what a unit has at its moved kink
        self.slack = _misplaced(w, kinks, z, gain, low, high)
        facing = w >= 0
        steps, slopes = gain * z, _product(gain, iv.point(np.abs(w)))
        on_right = _going_right(self.nodes, kinks[facing], slopes[facing], steps[facing])
        turned = _going_right(-self.nodes[::-1], -kinks[~facing], slopes[~facing], steps[~facing])
        on_left = _Lines(turned.slope[::-1], turned.end[::-1], turned.start[::-1])
        everywhere = iv.point(v) * left
        rise, level = _total(everywhere * iv.point(w)), _total(everywhere * iv.point(b)) + network.output_bias
        self.slope = on_right.slope - on_left.slope + rise
        self.start = on_right.start + on_left.start + rise * iv.point(self.nodes[:-1]) + level

    def at(self, x: Array, piece: Index) -> Interval:
        """The line of the given piece at the points x."""
        return self.start[piece] + self.slope[piece] * (iv.point(x) - iv.point(self.nodes[piece]))

    def bend(self, low: Array, _: Array) -> Interval:
        """0: the lines are straight."""
        return iv.point(np.zeros_like(low))


class _Lines(NamedTuple):
    """The slope of a sum of units on each piece, and its values at the piece's ends; (m,) each."""

    slope: Interval
    start: Interval
    end: Interval


class Steps:
    """A network of step units on [low, high]: constant between neighbouring ``nodes``.

    Every jump κⱼ = −bⱼ/wⱼ is a node, or lies between two nodes that are neighbouring floats, where N is either way.
    At a jump z = 0 and the unit is on: ``alone`` are such nodes, and N there.
    """

    block, slack = 2**14, 0.0

    def __init__(self, network: ShallowNetwork, low: float, high: float) -> None:
        w, b, _, _ = _parameters(network, low, high)
        places = [_jump(*pair, low, high) for pair in zip(w.tolist(), b.tolist())]
        before, behind = np.array(places).reshape(-1, 2).T
        nodes = np.unique(np.concatenate([[low, high], before, behind])) + 0.0
        self.nodes = nodes[np.isfinite(nodes)]
        on_first = np.where(w == 0, b >= 0, np.where(w > 0, behind <= low, behind > low))
        self.level, self.alone = self._levels(network, before, behind, on_first)

    def _levels(
        self, network: ShallowNetwork, before: Array, behind: Array, on_first: NDArray[np.bool_]
    ) -> tuple[Interval, tuple[Array, Interval]]:
        """N on every piece; and the jumps that are floats, with N there."""
        v, right = network.output_weights, network.hidden_weights[:, 0] > 0
        low, high = self.nodes[[0, -1]]
        moving = (behind > low) & (before < high) & (network.hidden_weights[:, 0] != 0)
        start = np.append(v[on_first], network.output_bias)
        place = np.where(right, behind, before)[moving]  # where it is on for certain from, or up to
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
        """N at jumps that are floats of [low, high]: a unit is on where z ≥ 0, exactly."""
        x = x[np.isfinite(x)]
        blocks = np.array_split(x, x.size * network.width // _CELLS_AND_UNITS + 1)
        y = np.concatenate([_on(network, block) @ network.output_weights for block in blocks])
        spare = (
            2 * gamma(network.width + 2) * (np.abs(network.output_weights).sum() + abs(network.output_bias))
        )
        level = y + network.output_bias
        return x, Interval(iv.down(level - spare), iv.up(level + spare))

    def at(self, x: Array, piece: Index) -> Interval:
        """The level of the given piece."""
        return self.level[piece] + iv.point(np.zeros_like(x))

    def bend(self, low: Array, _: Array) -> Interval:
        """0: the levels are flat."""
        return iv.point(np.zeros_like(low))


def _on(network: ShallowNetwork, x: Array) -> NDArray[np.bool_]:
    """Which step units are on at the floats x, (m, N): exactly."""
    w, b = network.hidden_weights[:, 0], network.hidden_biases
    z = iv.point(w) * iv.point(x[:, None]) + iv.point(b)
    on = np.asarray(z.lo >= 0)
    for k, j in zip(*np.nonzero((z.lo < 0) & (z.hi >= 0))):
        on[k, j] = Fraction(float(w[j])) * Fraction(float(x[k])) + Fraction(float(b[j])) >= 0
    return on


def _jump(w: float, b: float, low: float, high: float) -> tuple[float, float]:
    """The float −b/w twice, or the two floats around it; beyond [low, high] an end of it, or farther."""
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
    """The product a b, exact where b is 1 or −1, as hidden weights usually are."""
    one, minus = ((b.lo == sign) & (b.hi == sign) for sign in (1.0, -1.0))
    return iv.select(one, a, iv.select(minus, -a, a * b))


# S(x) = Σ slopeⱼ (x − tⱼ) + stepⱼ over tⱼ ≤ x, from node to node
def _going_right(nodes: Array, kinks: Array, slopes: Interval, steps: Interval) -> _Lines:
    """The units that are on from their kink on, summed from the left; their kinks are among the nodes."""
    order = np.argsort(kinks, kind="stable")
    last = np.searchsorted(kinks[order], nodes[:-1], side="right")  # units on at the start of each piece
    slope = _sums(slopes[order])[last]
    rises = _sums(slope * (iv.point(nodes[1:]) - iv.point(nodes[:-1])))
    stepped = _sums(steps[order])[last]
    return _Lines(slope, rises[:-1] + stepped, rises[1:] + stepped)


def _sums(terms: Interval) -> Interval:
    """0, t₀, t₀ + t₁, …: one more than there are terms."""
    return prefix_sums(Interval(np.append(0.0, terms.lo), np.append(0.0, terms.hi)))


def _total(terms: Interval) -> Interval:
    return _sums(terms)[-1]


def _misplaced(w: Array, kinks: Array, z: Interval, gain: Interval, low: float, high: float) -> float:
    """Σⱼ |vⱼ| times how far unit j is from 0 where it is taken to be off, or below 0 where taken to be on."""
    start, end = np.where(w >= 0, low, high), np.where(w >= 0, high, low)
    wrongly_on = np.where(kinks == end, 0.0, np.maximum(-z.lo, 0.0))
    wrongly_off = np.where(kinks == start, 0.0, np.maximum(z.hi, 0.0))
    return sum_up(gain.magnitude * np.maximum(wrongly_on, wrongly_off))


def prefix_sums(terms: Interval) -> Interval:
    """Enclosures of t₀, t₀ + t₁, …: what each addition rounds off is known exactly, and added up beside it."""
    lower, lower_error = _compensated(terms.lo)
    upper, upper_error = _compensated(terms.hi)
    return Interval(iv.down(lower - lower_error), iv.up(upper + upper_error))


def _compensated(terms: Array) -> tuple[Array, Array]:
    """Prefix sums, and a bound of their error: sᵢ + Σ eₖ is exact, and Σ eₖ is computed within γₙ Σ |eₖ|."""
    sums = np.cumsum(terms)
    before = np.concatenate([[0.0], sums[:-1]])
    rounded = before + terms
    errors = iv.sum_error(rounded, before, terms) + (rounded - sums)
    total = sums + np.cumsum(errors)
    most = np.cumsum(np.abs(errors)) * gamma(2 * terms.size + 8)
    return total, np.asarray(most + np.abs(total) * gamma(2))
