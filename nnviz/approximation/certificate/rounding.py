"""Bound the rounding errors of a network N(x) = c + Σⱼ vⱼ φ(wⱼx + bⱼ), whose float64 parameters count as real numbers.

Let u = 2⁻⁵³ and γₙ = n u/(1 − n u), the bound for n consecutive roundings (Higham 2002, Accuracy and Stability of
Numerical Algorithms, section 3.1). For a dot product of n terms in any order it holds with Σ|terms|. Let X be the
largest |x| in K, so that Zⱼ = |wⱼ|X + |bⱼ| bounds |wⱼx + bⱼ|.

**Evaluation in float64** (``rounding``). Three errors add up to |network(x) − N(x)| ≤ E on all of K:

- The pre-activation has two products and a sum, so |z̃ⱼ − zⱼ| ≤ γ₂ Zⱼ. φ enlarges this at most by Lⱼ = sup |φ′|.
- The error of φ itself, as ``networks`` computes it, is at most 5 LIBM_ULP u (1 + Bⱼ), where Bⱼ bounds |φ|. The
  relative error of a library call is at most 2 LIBM_ULP u. tanh, sigmoid and sine have one call (halved for sigmoid).
  exp(−z²) has the relative error (z² + 2 LIBM_ULP) u, and z² exp(−z²) < 1. softplus has two consecutive calls on
  numbers below 1, and a sum. gelu has half of one call, and less than u from √½, times |z|.
- The output is a dot product of N + 1 terms with the error γ_{N+1} (|c| + Σ |vⱼ| Bⱼ), where Bⱼ includes the second
  error.

**For relu** the bound is the largest over the linear pieces (``_relu_rounding``). z̃ has the sign of z if |z| > u
|wx|, and a unit with z̃ ≤ 0 adds exactly 0. So between two kinks only the units count that are on there, or whose
kink is within 32 u of the piece. If |w| = 1 the product is exact, so |z̃ − z| ≤ u |z|.

**In float32** the same holds with u = 2⁻²⁴, without underflow, which ``rounded_weights`` adds.

**In extended precision** the same holds with its own u, 2⁻⁶⁴ for the long double of x86 and 2⁻¹¹³ for that of IEEE. It
does not hold for a φ whose record says that it is no better than float64, such as gelu with our erf. A long double of
another kind is not used.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._types import Array
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.networks import ACTIVATIONS, ShallowNetwork

U: Final = 2.0**-53
_LONG: Final = np.finfo(np.longdouble)
U_LONG: Final = 2.0 ** -(_LONG.nmant + 1) if _LONG.nmant in (63, 112) else U
"""The unit roundoff of extended precision; U if there is none."""


class RoundingSettings(NamedTuple):
    """The numbers that decide about extended precision, and the sizes of blocks."""

    coarse: float = 0.01  # of ε; with a larger rounding error, errors close to ε use extended precision
    close: float = 0.85  # of ε; an error above counts as close to ε
    numbers_at_once: int = 2**16  # cells times units of a block that stays in the cache
    cells_and_units: int = 2**18  # cells times units that are examined together
    cells: int = 2**14  # that are examined together at most, so that the clock is read often


SETTINGS: Final = RoundingSettings()


def gamma(n: int, unit: float = U) -> float:
    """Return γₙ = n u/(1 − n u), rounded up."""
    return n * unit / (1 - n * unit) * (1 + 4 * U)


def sum_up(terms: Array) -> float:
    """Return an upper bound of the sum of numbers ≥ 0, each of which may itself be the result of twenty roundings."""
    return float(np.sum(terms) * (1 + gamma(terms.size + 30)) + (terms.size + 1) * 2.0**-1068)


def rounding(network: ShallowNetwork, low: float, high: float, unit: float = U) -> float:
    """Return a bound E of |network(x) − N(x)| for every float x in [low, high], for an evaluation in float64.

    With ``unit`` = U_LONG the bound holds for ``extended_outputs``.
    """
    _, _, v, z = network_parameters(network, low, high)
    activation = ACTIVATIONS[network.activation]
    if activation.slopes == (0.0, 1.0):
        return _relu_rounding(network, low, high, unit)
    steepest, most = np.ones_like(z), z
    family = activation.derivative_bounds
    if family is not None:
        steepest, most = family.steepest(z), family.most(z)
    return rounding_of_sums(network, gamma(2, unit) * steepest * z, most, v, unit)


def _relu_rounding(network: ShallowNetwork, low: float, high: float, unit: float) -> float:
    """Return the bound E for relu, the largest of the bounds on the pieces between kinks."""
    w, b, v, _ = network_parameters(network, low, high)
    kinks = np.where(w == 0, low, -b / np.where(w == 0, 1.0, w))
    nodes = np.unique(np.concatenate([[low], np.clip(kinks, low, high), [high]])) + 0.0
    doubt = max(unit, U)
    right = _units_on(nodes, kinks, w, b, np.where(w >= 0, np.abs(v), 0.0), doubt)
    left = _units_on(-nodes[::-1], -kinks, -w, b, np.where(w < 0, np.abs(v), 0.0), doubt)
    outputs, inexact = (one + other[::-1] for one, other in zip(right, left))
    sums = gamma(network.width + 1, unit)
    each = unit * outputs + gamma(2, unit) * inexact
    bound = float(((sums * outputs + (1 + sums) * each) * (1 + gamma(30))).max())
    return sum_up(np.append(np.abs(v) * 1e-300, [bound, sums * abs(network.output_bias)]))


def _units_on(
    nodes: Array, kinks: Array, w: Array, b: Array, size: Array, unit: float
) -> tuple[Array, Array]:
    """Return two bounds on each piece between the nodes, from the right-facing units that may be on there.

    The first bounds Σ size·z for the largest z on the piece. The second bounds Σ size·(|w| |x| + |b|) over the
    units whose product wx is rounded.
    """
    size = np.where((w * nodes[-1] + b <= -16 * unit * (np.abs(w * nodes[-1]) + np.abs(b))), 0.0, size)
    first = np.searchsorted(nodes[1:], kinks - 32 * unit * np.abs(kinks) - 1e-300).clip(0, len(nodes) - 2)

    def total(terms: Array) -> Array:
        return np.cumsum(np.bincount(first, size * terms, len(nodes) - 1))

    end, widest = nodes[1:], np.maximum(np.abs(nodes[:-1]), np.abs(nodes[1:]))
    slopes, sizes = total(np.abs(w)), total(np.abs(b))
    spare = (len(w) + 64) * 2.0**-50 * (slopes * np.abs(end) + sizes)
    rounded = np.where(np.abs(w) == 1, 0.0, 1.0)
    inexact = total(np.abs(w) * rounded) * widest + total(np.abs(b) * rounded)
    return np.maximum(slopes * end + total(b), 0.0) + spare, inexact * (1 + gamma(len(w) + 8))


def rounding_of_sums(network: ShallowNetwork, passed_on: Array, most: Array, v: Array, unit: float) -> float:
    """Return the bound E from Lⱼ|z̃ⱼ − zⱼ|, ``passed_on`` (N,), and the bounds Bⱼ of |φ|, ``most`` (N,)."""
    family = ACTIVATIONS[network.activation].derivative_bounds
    curve = unit if family is None or family.extended else max(unit, U)
    each = passed_on + 5 * iv.LIBM_ULP * curve * (1 + most) + 1e-300
    sums = gamma(network.width + 1, unit)
    output = sums * (np.abs(v) * (most + each))
    return sum_up(np.append(np.abs(v) * each + output, sums * abs(network.output_bias)))


def extended_outputs(network: ShallowNetwork, x: Array) -> Interval:
    """Return float64 bounds of the outputs computed in extended precision at the points x, (m,) or (m, d)."""
    points = np.asarray(x.T if x.ndim == 2 else x[None], np.longdouble)
    blocks = np.array_split(points, points.shape[1] * network.width // SETTINGS.numbers_at_once + 1, axis=1)
    y = np.concatenate([_extended_block(network, block) for block in blocks])
    near = y.astype(np.float64)
    return Interval(iv.down(near), iv.up(near))


def _extended_block(network: ShallowNetwork, points: NDArray[np.longdouble]) -> NDArray[np.longdouble]:
    """Return the outputs at points (d, m) in extended precision."""
    w, b, v = (
        np.asarray(part, np.longdouble)
        for part in (network.hidden_weights, network.hidden_biases, network.output_weights)
    )
    z = np.multiply.outer(w[:, 0], points[0])
    for k in range(1, len(points)):
        z += np.multiply.outer(w[:, k], points[k])
    z += b[:, None]
    return np.asarray(v @ ACTIVATIONS[network.activation].value(z) + np.longdouble(network.output_bias))


def network_parameters(network: ShallowNetwork, low: float, high: float) -> tuple[Array, Array, Array, Array]:
    """Return the hidden weights w, biases b and output weights v, and Z ≥ |wx + b| on [low, high], (N,) each."""
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights
    z = np.asarray((np.abs(w) * max(abs(low), abs(high)) + np.abs(b)) * (1 + gamma(8)))
    return w, b, v, z
