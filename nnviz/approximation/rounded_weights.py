"""Bound the error of a network whose weights are rounded to k bits, and of the network as float32 computes it.

Let N̂ be the network with rounded weights. It is a network of real numbers again, so |f − N̂| is bounded as for N
(``error_bounds``). A computer that evaluates N̂ in float32 makes further errors, which ``certificate.rounding`` bounds
with the unit roundoff u = 2⁻²⁴. In float32 there are three more sources of error:

- A result below 2⁻¹²⁶ has an absolute error of at most 2⁻¹⁵⁰. There are two products and φ in each unit.
- A result above 3.4·10³⁸ is infinite. If one of the sums could be so large, no bound is known.
- The bound holds for the points x of K that are float32 numbers. Other points are rounded before.
"""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from nnviz._checks import check, check_between
from nnviz._display import displayed
from nnviz._types import Array, Bounds
from nnviz.approximation.certificate.certify import certify
from nnviz.approximation.certificate.rounding import gamma, network_parameters, rounding, sum_up
from nnviz.approximation.error_bounds import error_bounds
from nnviz.enclosures import intervals as iv
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TargetLike, as_target

U_32: Final = 2.0**-24
MOST_BITS: Final = 53
_LARGEST: Final = float(np.finfo(np.float32).max)
_UNDERFLOW: Final = 2.0**-149  # above the error of a product, of its rounding, and of φ


@displayed()
class RoundedBounds(NamedTuple):
    """Bounds for a network with rounded weights: low ≤ sup |f − N̂| ≤ high on K.

    ``evaluation`` bounds |computed − N̂| for float32, at every float32 number of K; None for other numbers of bits. So a
    computer's float32 output is within ``high`` + ``evaluation`` of f there.
    """

    network: ShallowNetwork
    low: float
    high: float
    evaluation: float | None = None

    @property
    def total(self) -> float:
        """The bound of |f − computed|."""
        return float(iv.up(self.high + (self.evaluation or 0.0)))


def rounded(network: ShallowNetwork, bits: int) -> ShallowNetwork:
    """Return the network with each weight rounded to so many significant bits, halves to the even neighbor.

    ValueError unless ``bits`` is a whole number from 1 to 53. The exponents are those of float64.
    """
    check_between("bits", bits, 1, MOST_BITS, whole=True)

    def nearest(values: Array) -> Array:
        mantissa, exponent = np.frexp(values)
        return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, bits)), exponent - bits))

    return _changed(network, nearest)


def in_float32(network: ShallowNetwork) -> ShallowNetwork:
    """Return the network with each weight rounded to float32; ValueError if one is too large for float32."""
    largest = float(np.abs(network.parameters).max())
    check("network", largest, largest <= _LARGEST, "a network with weights below 3.4e38 for float32")
    return _changed(network, lambda values: values.astype(np.float32).astype(np.float64))


def _changed(network: ShallowNetwork, change: Callable[[Array], Array]) -> ShallowNetwork:
    w, b, v = map(change, (network.hidden_weights, network.hidden_biases, network.output_weights))
    return ShallowNetwork(network.activation, w, b, v, float(change(np.array([network.output_bias]))[0]))


def float32_evaluation(network: ShallowNetwork, interval: Bounds) -> float:
    """Return a bound of |computed − N(x)| for every float32 number x in the interval, computed in float32.

    The weights must be float32 numbers. Products, sums and φ may be computed in any order, each rounded to nearest. The
    error of φ is at most 8 units in the last place. ∞ if a sum could be too large for float32, and for steps.
    """
    activation = ACTIVATIONS[network.activation]
    check("network.inputs", network.inputs, network.inputs == 1, "1")
    if activation.unit_step or not activation.certifiable:
        return math.inf
    _, _, v, z = network_parameters(network, *interval)
    family = activation.derivative_bounds
    most = (z if family is None else family.most(z)) + 1
    steepest = np.ones_like(z) if family is None else family.steepest(z)
    size = (float((np.abs(v) * most).sum()) + abs(network.output_bias)) * (1 + gamma(network.width + 9, U_32))
    if not max(size, float(z.max(initial=0.0) ** 2)) < _LARGEST / 2:
        return math.inf
    lost = sum_up(np.append(np.abs(v) * (2 * steepest + 4) * _UNDERFLOW, (network.width + 2) * _UNDERFLOW))
    return sum_up(np.array([rounding(network, *interval, U_32), lost]))


def float32_bounds(
    network: ShallowNetwork, f: TargetLike, interval: Bounds, rtol: float = 0.01, seconds: float = 2.0
) -> RoundedBounds:
    """Return bounds for the network that is exported as float32 and evaluated in float32, on an interval.

    ValueError as for ``error_bounds`` and ``in_float32``.
    """
    exported = in_float32(network)
    low, high = _bounds(exported, f, interval, rtol, seconds)
    return RoundedBounds(exported, low, high, float32_evaluation(exported, interval))


def rounded_bounds(
    network: ShallowNetwork,
    f: TargetLike,
    interval: Bounds,
    bits: int,
    rtol: float = 0.01,
    seconds: float = 2.0,
) -> RoundedBounds:
    """Return bounds for the network with weights of so many significant bits, over the real numbers, on an interval."""
    fewer = rounded(network, bits)
    return RoundedBounds(fewer, *_bounds(fewer, f, interval, rtol, seconds))


def bits_needed(
    network: ShallowNetwork, f: TargetLike, interval: Bounds, epsilon: float, seconds: float = 2.0
) -> int | None:
    """Return the smallest number of bits of the weights with which the network is proved to be within ε of f.

    Each smaller number is refuted, or has no proof within ``seconds``. None if there is no proof for 53 bits.
    ValueError as for ``certify``.
    """
    f = as_target(f)
    proofs = (
        certify(rounded(network, bits), f, interval, epsilon, seconds) for bits in range(1, MOST_BITS + 1)
    )
    return next((bits for bits, proof in enumerate(proofs, 1) if proof.status == "proved"), None)


def _bounds(
    network: ShallowNetwork, f: TargetLike, interval: Bounds, rtol: float, seconds: float
) -> tuple[float, float]:
    found = error_bounds(network, f, interval, "sup", rtol, seconds)
    return found.low, found.high
