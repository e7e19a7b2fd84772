"""Enclose the gamma function, the Bessel functions J₀ and J₁ and the Airy function with two derivatives.

**The assumption** is that ``nnviz.expressions.gamma`` and ``nnviz.expressions.oscillations`` are within the errors
of ``Errors``, about four times the largest errors that were measured there against Arb. All else is proved: |Γ| is
convex between its poles, because ψ′ > 0 there; the k-th derivative of Jₙ is at most 1/π ∫₀^π |sin t|ᵏ dt, by Bessel's
integral; Ai″ = x Ai, and |Ai(x)| ≤ 1/(√π |x|^¼) for x < 0 (DLMF 9.8.20).
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._types import Array
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import WHOLE, Interval
from nnviz.enclosures.jets import Curve, Jet, add, compose, constant
from nnviz.expressions import gamma as gamma_function
from nnviz.expressions import oscillations


class Errors(NamedTuple):
    """The assumed errors, in units of 2⁻⁵³: relative for Γ and ψ′, of the larger of |ψ| and log(|x| + 2) for ψ."""

    gamma: float = 32
    log_gamma: float = 32  # of the larger of |log Γ| and 1
    digamma: float = 64
    trigamma: float = 32
    bessel: float = 16  # absolute
    airy: float = 16  # times 1 + ζ, of the value for x > 0, and of the envelope for x < 0


ERRORS: Final = Errors()
_UNIT: Final = 2.0**-53
_LEAST_GAMMA: Final = 0.88560319441088  # for x > 0; the minimum is 0.885603194410888700…
_LEAST_LOG_GAMMA: Final = -0.12148629053585  # the minimum is −0.121486290535849608…
_FIRST_UNDERFLOW: Final = -170.0  # Γ is below the normal floats from here on


def _around(y: Array, error: Any) -> Interval:
    """Return the numbers within ``error`` of y; the whole line for nan, and numbers above the largest float for ∞."""
    return Interval(iv.down(y - error), iv.up(y + error))


def _middle(u: Interval) -> tuple[Array, Array]:
    """Return a point of each interval, and a bound of its distance from the ends."""
    middle = np.clip(0.5 * u.lo + 0.5 * u.hi, u.lo, u.hi)
    middle = np.where(np.isfinite(middle), middle, 0.0)
    return middle, iv.up(np.maximum(middle - u.lo, u.hi - middle))


# --- Γ′ = Γψ,   Γ″ = Γ(ψ² + ψ′) ---


def gamma(u: Interval) -> Curve:
    """Enclose Γ(u); not defined where a pole 0, −1, −2, … may be inside."""
    middle, _ = _middle(u)
    last = np.minimum(np.floor(u.hi), 0.0)
    pole = np.ceil(u.lo) <= last
    beyond = (u.lo < _FIRST_UNDERFLOW) | ((np.floor(u.lo) < np.ceil(u.hi) - 1) & (u.lo < 0))
    negative = (u.lo < 0) & (np.floor(middle) % 2 == 1)
    ends = [_gamma_at(end) for end in (u.lo, u.hi)]
    slopes = [_digamma_at(end) for end in (u.lo, u.hi)]
    top = np.maximum(ends[0].hi, ends[1].hi)
    least = _least_of_convex(u, middle, _gamma_at(middle).lo, ends[0].hi, ends[1].hi)
    dip = np.maximum(least, np.where(u.lo >= 0, _LEAST_GAMMA, 0.0))
    low = np.where(slopes[0].lo >= 0, ends[0].lo, np.where(slopes[1].hi <= 0, ends[1].lo, dip))
    size = Interval(np.maximum(np.fmax(low, 0.0), 0.0), top)

    def signed(a: Interval) -> Interval:
        return iv.select(beyond, WHOLE, iv.select(negative, -a, a))

    def derivatives() -> tuple[Interval, Interval]:
        first, last = (end * slope for end, slope in zip(ends, slopes, strict=True))
        psi = Interval(slopes[0].lo, slopes[1].hi)
        bend = size * (iv.square(psi) + _trigamma(u, middle))
        return signed(Interval(first.lo, last.hi)), signed(bend)

    return Curve(signed(size), derivatives, ~pole)


# (log Γ)′ = ψ,   (log Γ)″ = ψ′;   log Γ is convex for u > 0, with its minimum −0.1214862905358496… at 1.4616…
def log_gamma(u: Interval) -> Curve:
    """Enclose log Γ(u) for u > 0."""
    middle, _ = _middle(u)
    defined = u.lo > 0
    ends = [_log_gamma_at(end) for end in (u.lo, u.hi)]
    slopes = [_digamma_at(end) for end in (u.lo, u.hi)]
    low = np.where(slopes[0].lo >= 0, ends[0].lo, np.where(slopes[1].hi <= 0, ends[1].lo, _LEAST_LOG_GAMMA))
    value = Interval(low, np.maximum(ends[0].hi, ends[1].hi))
    psi = Interval(slopes[0].lo, slopes[1].hi)
    return Curve(iv.select(defined, value, WHOLE), lambda: (psi, _trigamma(u, middle)), defined)


def factorial(u: Jet) -> Jet:
    """Enclose u! = Γ(u + 1)."""
    return compose(gamma, add(u, constant(1.0)))


def _gamma_at(x: Array) -> Interval:
    """Enclose |Γ| at floats; up to ∞ at a pole."""
    y = np.abs(gamma_function.gamma(x))
    return _around(y, np.where(np.isinf(y), 0.0, ERRORS.gamma * _UNIT * y))


def _log_gamma_at(x: Array) -> Interval:
    """Enclose log Γ at floats; the whole line where x ≤ 0."""
    y = gamma_function.log_gamma(x)
    return _around(y, ERRORS.log_gamma * _UNIT * np.maximum(np.abs(y), 1.0))


def _digamma_at(x: Array) -> Interval:
    """Enclose ψ at floats; the whole line at a pole."""
    y = gamma_function.digamma(x)
    return _around(y, ERRORS.digamma * _UNIT * np.maximum(np.abs(y), np.log(np.abs(x) + 2)))


def _trigamma(u: Interval, middle: Array) -> Interval:
    """Enclose ψ′, which is convex and positive between the poles."""
    low, high, inside = (gamma_function.trigamma(x) for x in (u.lo, u.hi, middle))
    low, high = (iv.up(end * (1 + ERRORS.trigamma * _UNIT)) for end in (low, high))
    least = _least_of_convex(u, middle, iv.down(inside * (1 - ERRORS.trigamma * _UNIT)), low, high)
    return Interval(np.fmax(least, 0.0), np.maximum(low, high))


# g(t) ≥ g(m) − (m − t)(g(hi) − g(m))/(hi − m) for t < m, because slopes of a convex g rise; the same for t > m
def _least_of_convex(u: Interval, middle: Array, inside: Array, low: Array, high: Array) -> Array:
    """Return a lower bound of a convex function from its value at the middle and upper bounds at the ends."""
    left, right = middle - u.lo, u.hi - middle
    with_right = inside - np.maximum(high - inside, 0.0) * (left / right) * (1 + 8 * _UNIT)
    with_left = inside - np.maximum(low - inside, 0.0) * (right / left) * (1 + 8 * _UNIT)
    least = iv.down(np.minimum(with_right, with_left) * (1 - np.sign(inside) * 8 * _UNIT))
    return np.where(u.lo == u.hi, inside, np.where((left > 0) & (right > 0), least, -np.inf))


# --- J₀′ = −J₁,   J₀″ = J₁/x − J₀;   J₁′ = J₀ − J₁/x,   J₁″ = J₂/x − J₁ ---

_BESSEL_BOUNDS: Final = (0.5, 0.4245, 0.375)  # of the derivatives of order 2, 3 and 4: 1/2, 4/(3π), 3/8


def _bessel(u: Interval, at: Callable[[Array], tuple[Array, Array, Array]], low: float, high: float) -> Curve:
    """Return the curve of Jₙ with values in [low, high], from Jₙ, Jₙ′ and Jₙ″ at the middle and Taylor's theorem."""
    middle, r = _middle(u)
    value, first, second = at(middle)
    error, r2 = 4 * ERRORS.bessel * _UNIT, iv.up(r * r)
    v = _around(value, iv.up(error + (np.abs(first) + error) * r + 0.5 * _BESSEL_BOUNDS[0] * r2))
    d = _around(first, iv.up(error + (np.abs(second) + 1e-11) * r + 0.5 * _BESSEL_BOUNDS[1] * r2))
    c = _around(second, iv.up(1e-11 + _BESSEL_BOUNDS[1] * r))
    return Curve(iv.within(v, low, high), lambda: (iv.within(d, -0.6367, 0.6367), iv.within(c, -0.5, 0.5)))


def bessel_j0(u: Interval) -> Curve:
    """Enclose J₀(u)."""
    return _bessel(u, _j0_at, -0.4028, 1.0)


def bessel_j1(u: Interval) -> Curve:
    """Enclose J₁(u)."""
    return _bessel(u, _j1_at, -0.5819, 0.5819)


def _j0_at(x: Array) -> tuple[Array, Array, Array]:
    """Return J₀, J₀′ and J₀″."""
    j0, j1 = oscillations.bessel_j0(x), oscillations.bessel_j1(x)
    return j0, -j1, oscillations.bessel_j1_over_x(x) - j0


# J₂(x)/x = x/8 (1 − x²/12 + x⁴/384 − x⁶/23040 + …); for |x| ≤ 1/2 six terms are within 10⁻¹⁵
def _j1_at(x: Array) -> tuple[Array, Array, Array]:
    """Return J₁, J₁′ and J₁″."""
    j0, ratio = oscillations.bessel_j0(x), oscillations.bessel_j1_over_x(x)
    square, near = x * x, np.abs(x) <= 0.5
    series = x / 8 * _nested(square, (12, 32, 60, 96, 140))
    third = np.where(near, series, (2 * ratio - j0) / np.where(near, 1.0, x))
    return oscillations.bessel_j1(x), j0 - ratio, third - oscillations.bessel_j1(x)


def _nested(x: Array, divisors: tuple[int, ...]) -> Array:
    """Return 1 − x/d₁ (1 − x/d₂ (1 − …))."""
    total = np.ones_like(x)
    for d in reversed(divisors):
        total = 1 - x / d * total
    return total


# --- Ai″ = x Ai,   Ai‴ = Ai + x Ai′ ---


def airy_ai(u: Interval) -> Curve:
    """Enclose Ai(u): Ai falls and Ai′ rises for u ≥ 0, and Taylor's theorem holds everywhere."""
    middle, r = _middle(u)
    (value, slope), error = _airy_at(middle), _airy_error(middle)
    size, r2 = np.maximum(u.magnitude, 1.0), iv.up(r * r)
    bend, third = 0.5643 * size**0.75 * (1 + 1e-14), (0.54 + 0.64 * size**1.25) * (1 + 1e-14)
    v = _around(value, iv.up(error[0] + (np.abs(slope) + error[1]) * r + 0.5 * bend * r2))
    d = _around(
        slope,
        iv.up(
            error[1]
            + (np.abs(middle * value) * (1 + 1e-14) + np.abs(middle) * error[0]) * r
            + 0.5 * third * r2
        ),
    )
    ends = [(_airy_at(x), _airy_error(x)) for x in (u.lo, u.hi)]
    falls = Interval(iv.down(ends[1][0][0] - ends[1][1][0]), iv.up(ends[0][0][0] + ends[0][1][0]))
    rises = Interval(iv.down(ends[0][0][1] - ends[0][1][1]), iv.up(ends[1][0][1] + ends[1][1][1]))
    above = u.lo >= 0
    v = iv.within(iv.select(above, falls, v), -0.41902, 0.53566)
    v = Interval(np.where(above, np.maximum(v.lo, 0.0), v.lo), v.hi)
    d = iv.select(above, Interval(rises.lo, np.minimum(rises.hi, 0.0)), d)
    return Curve(v, lambda: (d, u * v))


def _airy_at(x: Array) -> tuple[Array, Array]:
    """Return Ai and Ai′; 0 instead of nan at −∞, where the error is infinite."""
    return oscillations.airy_ai(x), np.nan_to_num(oscillations.airy_ai_slope(x))


def _airy_error(x: Array) -> tuple[Array, Array]:
    """Return the assumed errors of Ai and Ai′."""
    size = np.maximum(np.abs(x), 1.0)
    zeta = 2 / 3 * size * np.sqrt(size)
    value, slope = _airy_at(x)
    scale = np.minimum(ERRORS.airy * _UNIT * (1 + zeta), 2.0)  # twice the envelope holds everything
    least = 2.0**-1000
    envelopes = (
        np.where(x > 0, np.abs(value), 0.5643 / size**0.25),
        np.where(x > 0, np.abs(slope), 0.64 * size**0.25),
    )
    return scale * envelopes[0] + least, scale * envelopes[1] + least
