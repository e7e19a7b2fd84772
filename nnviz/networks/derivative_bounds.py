"""Bound the derivatives of an activation φ for certificates: from formulas of all orders, or from a few suprema.

Below u = 2⁻⁵³, and LIBM_ULP = 8 bounds the error of a library function in units in the last place
(``nnviz.enclosures.intervals``).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial

from nnviz._types import Array

TERMS = 4  # of Taylor's formula for N″


@dataclass(frozen=True, eq=False)
class DerivativeBounds:
    """Hold what a certificate needs to know of one smooth activation. Z (N,) bounds |z|.

    φ⁽ᵏ⁾ = Σᵢ ``table``[k − 2, i] · basisᵢ, k = 2 … 5; every basisᵢ is at most ``size``(Z), and computed within
    20 LIBM_ULP u times that; ``steepest`` (N,) bounds |φ′|, ``most`` (N,) |φ|, ``higher``[k] |φ⁽ᵏ⁾| for k = 3 … 6.
    ``left_out``[k] bounds what the table leaves out of φ⁽ᵏ⁾. ``extended``: whether φ in extended precision has an error
    as small as that precision. ``tail``(z) bounds |φ″| at all points that are at least z ≥ 0 from 0, in z's shape; it
    does not increase. None if φ″ does not decay.
    """

    basis: Callable[[Array], list[Array]]
    table: Array
    size: Callable[[Array], Array]
    steepest: Callable[[Array], Array]
    most: Callable[[Array], Array]
    higher: dict[int, float]
    left_out: Mapping[int, float] = field(default_factory=dict)
    extended: bool = True
    tail: Callable[[Array], Array] | None = None


_SMALLEST_EXPONENT = -690.0  # of e in a tail, which stays a normal number
_SPARE = 1 + 1e-12  # for the rounding of a tail


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
    """Return the functions 1, t, …, tⁿ⁻¹ with t = tanh(scale · z)."""

    def basis(z: Array) -> list[Array]:
        t = np.tanh(scale * z)
        found = [np.ones_like(t), t]
        while len(found) < count:
            found.append(found[-1] * t)
        return found

    return basis


def _bells(count: int, half: float) -> Callable[[Array], list[Array]]:
    """Return the functions zⁱ exp(−half z²) for i = 0 … count − 1: below 5 for half = ½ and 1, i ≤ 5, by calculus."""

    def basis(z: Array) -> list[Array]:
        found = [np.exp(-half * z * z)]
        while len(found) < count:
            found.append(found[-1] * z)
        return found

    return basis


def tanh_bounds(
    scale: float, factor: float, shift: int, steepest: float, most: Callable[[Array], Array]
) -> DerivativeBounds:
    """Return the bounds of a φ with φ⁽ᵏ⁾(z) = factor · scaleᵏ⁻ˢ · tanh⁽ᵏ⁻ˢ⁾(scale z), s the ``shift``."""
    polynomials = _tanh_polynomials()
    weight = {k: factor * scale ** (k - shift) for k in range(2, 7)}
    table = _table([weight[k] * polynomials[k - shift] for k in range(2, 6)])
    higher = {k: weight[k] * _tanh_most(k - shift) for k in range(3, 7)}
    # |tanh′(u)| ≤ 4 exp(−2|u|) and |tanh″(u)| ≤ 8 exp(−2|u|)
    size = (4.0 if shift == 1 else 8.0) * abs(weight[2]) * _SPARE

    def tail(z: Array) -> Array:
        return np.asarray(size * np.exp(np.maximum(-2 * scale * z, _SMALLEST_EXPONENT)))

    return DerivativeBounds(
        _powers(table.shape[1], scale), table, _constant(1.0), _constant(steepest), most, higher, tail=tail
    )


# (d/dz)ᵏ exp(−z²) = (−1)ᵏ Hₖ(z) exp(−z²), at most √(2ᵏ k!) (DLMF 18.5.5, 18.14.9)
def gaussian_bounds() -> DerivativeBounds:
    """Return the bounds of exp(−z²)."""
    hermite = [Polynomial([1.0])]
    for k in range(6):
        hermite.append(hermite[k].deriv() - Polynomial([0.0, 2.0]) * hermite[k])
    higher = {k: math.sqrt(2.0**k * math.factorial(k)) for k in range(3, 7)}

    # |(4z² − 2) exp(−z²)| ≤ (4z² + 2) exp(−z²), which decreases for z ≥ 1 and is above 2 ≥ |φ″| at 1
    def tail(z: Array) -> Array:
        square = np.square(np.clip(z, 1.0, 26.0))
        return np.asarray((4 * square + 2) * np.exp(-square) * _SPARE)

    return DerivativeBounds(
        _bells(6, 1.0),
        _table(hermite[2:6]),
        _constant(5.0),
        _constant(0.86),
        _constant(1.0),
        higher,
        tail=tail,
    )


# gelu″ = (2 − z²) Φ′(z), each derivative p Φ′ -> (p′ − z p) Φ′; and gelu⁽ᵏ⁾ = ±(k He_{k−2} − z He_{k−1}) Φ′, where
# |Heₙ(z)| exp(−z²/2) ≤ √n! exp(−z²/4) and |z| exp(−z²/4) < 0.86 (DLMF 18.14.9)
def gelu_bounds() -> DerivativeBounds:
    """Return the bounds of z Φ(z). Our erf is no better than float64, so ``extended`` is False."""
    p = [Polynomial([2.0, 0.0, -1.0])]
    for k in range(3):
        p.append(p[k].deriv() - Polynomial([0.0, 1.0]) * p[k])
    root = math.sqrt(2 * math.pi)
    higher = {
        k: (k * math.sqrt(math.factorial(k - 2)) + 0.86 * math.sqrt(math.factorial(k - 1))) / root
        for k in range(3, 7)
    }

    # |gelu″| ≤ (2 + z²) Φ′(z), which decreases
    def tail(z: Array) -> Array:
        square = np.square(np.minimum(z, 37.0))
        return np.asarray((2 + square) * np.exp(-square / 2) / root * _SPARE)

    return DerivativeBounds(
        _bells(6, 0.5),
        _table(p) / root,
        _constant(5.0),
        _constant(1.13),
        np.copy,
        higher,
        extended=False,
        tail=tail,
    )


def sine_bounds() -> DerivativeBounds:
    """Return the bounds of sin z."""
    table = np.array([[-1.0, 0.0], [0.0, -1.0], [1.0, 0.0], [0.0, 1.0]])
    ones = dict.fromkeys(range(3, 7), 1.0)
    return DerivativeBounds(
        lambda z: [np.sin(z), np.cos(z)], table, _constant(1.0), _constant(1.0), _constant(1.0), ones
    )


def power_bounds(n: int) -> DerivativeBounds:
    """Return the bounds of zⁿ for n ≤ 3: φ″ = n (n − 1) zⁿ⁻², φ‴ = 6 for n = 3."""
    table = np.zeros((TERMS, 2))
    table[0, max(n - 2, 0)] = n * (n - 1.0)
    table[1, 0] = 6.0 if n == 3 else 0.0
    higher = {3: table[1, 0], 4: 0.0, 5: 0.0, 6: 0.0}
    steepest, most = (lambda z: n * z ** (n - 1)), (lambda z: z**n)
    return DerivativeBounds(lambda z: [np.ones_like(z), z], table, lambda z: 1 + z, steepest, most, higher)


def from_suprema(
    second_derivative: Callable[[Any], Any], at_zero: float, lipschitz: float, second: float, third: float
) -> DerivativeBounds:
    """Return the bounds of any smooth φ, from φ″ and numbers ≥ |φ(0)|, sup |φ′|, sup |φ″| and sup |φ‴|.

    With these alone, N″ on a cell is N″ at its midpoint, up to the half-width times Σ |v| |w|³ sup |φ‴|: φ‴ is taken as
    0 and left out, and no higher derivative is needed. As |φ(z)| ≤ |φ(0)| + |z| sup |φ′|, φ may be unbounded.
    """
    table = np.zeros((TERMS, 1))
    table[0, 0] = 1.0
    spare = 1 + 1e-9  # the numbers are rounded
    return DerivativeBounds(
        lambda z: [second_derivative(z)],
        table,
        _constant(second * spare),
        _constant(lipschitz * spare),
        lambda z: (at_zero + lipschitz * z) * spare,
        {3: third * spare, 4: 0.0, 5: 0.0, 6: 0.0},
        left_out={3: third * spare},
        extended=False,
    )
