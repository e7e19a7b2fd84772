"""Enclose powers, exponentials and related functions with their first two derivatives.

The formula of each derivative stands above the code.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np

from nnviz._types import Truth
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.jets import (
    Curve,
    Jet,
    compose,
    excludes_zero,
    is_whole,
    multiply,
    or_zero,
    plus,
    select,
    times,
    where_both,
    whole_power,
)

_MOST_EXPONENTS: Final = 32  # on which one enclosure of (−1)^⌊x⌋ tries whole powers


def _constant_power(c: Interval) -> Callable[[Interval], Curve]:
    """Return the curve of xᶜ for x > 0, and x = 0 if c > 0, with derivatives c xᶜ⁻¹ and c (c − 1) xᶜ⁻²."""

    def curve(u: Interval) -> Curve:
        domain = Interval(np.maximum(u.lo, 0.0), np.maximum(u.hi, 0.0))
        return Curve(
            iv.real_power(domain, c),
            lambda: (c * iv.real_power(domain, c - 1.0), c * (c - 1.0) * iv.real_power(domain, c - 2.0)),
            (u.lo > 0) | ((u.lo >= 0) & (c.lo > 0)),
        )

    return curve


def power(a: Jet, b: Jet) -> Jet:
    """Enclose aᵇ, for every base if b is a whole number, and otherwise for a positive base."""
    exponent = b.value
    if b.first is not None or exponent.lo.ndim:
        return _at_whole_exponents(a, b, _general_power(a, b))
    whole = exponent.lo == exponent.hi and float(exponent.lo).is_integer()
    if not whole:
        jet = compose(_constant_power(exponent), a, rises=exponent.lo > 0, falls=exponent.hi < 0)
        return jet._replace(defined=jet.defined & b.defined)
    n = int(exponent.lo)
    above, below = a.value.lo >= 0, a.value.hi <= 0
    rises, falls = (above | (n % 2 == 1), below & (n % 2 == 0)) if n > 0 else (False, False)
    jet = compose(whole_power(n), a, rises=rises, falls=falls)
    return jet._replace(defined=jet.defined & b.defined)


def _base(a: Jet, b: Jet) -> Truth:
    """Return where aᵇ is defined: a > 0, or a = 0 < b, or 0⁰ = 1."""
    nothing = (a.value.lo == 0) & (a.value.hi == 0) & (b.value.lo == 0) & (b.value.hi == 0)
    return np.asarray(a.positive | ((a.value.lo >= 0) & b.positive) | nothing)


def _at_whole_exponents(a: Jet, b: Jet, found: Jet) -> Jet:
    """Return the jet of aᵇ, by powers of any base on cells where b is one whole number, as in (−1)^⌊x⌋."""
    n = np.broadcast_to(b.value.lo, np.shape(found.defined))
    whole = np.asarray(is_whole(n) & (b.value.lo == b.value.hi) & b.defined & b.continuous & ~found.defined)
    for exponent in np.unique(n[whole])[:_MOST_EXPONENTS].tolist():
        found = select(whole & (n == exponent), compose(whole_power(int(exponent)), a), found)
    return found


# v = aᵇ = exp(b ln a),   v′ = v q,   v″ = v (q² + q′)   with q = b′ ln a + b a′/a
def _general_power(a: Jet, b: Jet) -> Jet:
    """Enclose aᵇ for an exponent that varies, and a positive base."""
    defined, continuous = where_both(a, b)
    base = Interval(np.maximum(a.value.lo, 0.0), np.maximum(a.value.hi, 0.0))
    value = iv.real_power(base, b.value)
    q = multiply(b, compose(log, a._replace(value=base)))
    if q.first is None:
        return Jet(value, None, None, defined & _base(a, b), continuous)
    bend = plus(iv.square(q.first), q.second)
    return Jet(value, value * q.first, times(value, bend), defined & _base(a, b), continuous)


def sqrt(u: Interval) -> Curve:
    """Enclose √u."""
    v = iv.sqrt(u)
    return Curve(v, lambda: (0.5 / v, -0.25 / (v * v * v)), u.lo >= 0)


def cbrt(u: Interval) -> Curve:
    """Enclose the cube root of u."""
    v = iv.increasing(np.cbrt, u, (0.0, 0.0))
    return Curve(v, lambda: (1.0 / (3.0 * iv.square(v)), -2.0 / (9.0 * iv.power(v, 5))))


def exp(u: Interval) -> Curve:
    """Enclose eᵘ."""
    v = iv.exp(u)
    return Curve(v, lambda: (v, v))


def expm1(u: Interval) -> Curve:
    """Enclose eᵘ − 1."""
    return Curve(iv.increasing(np.expm1, u, (0.0, 0.0)), lambda: (iv.exp(u), iv.exp(u)))


def log(u: Interval) -> Curve:
    """Enclose ln u."""
    return Curve(iv.log(u), lambda: (1.0 / u, -1.0 / iv.square(u)), u.lo > 0)


def log_base(function: Callable[..., Any], ln_base: Interval) -> Callable[[Interval], Curve]:
    """Return the curve of a logarithm to a base whose natural logarithm is ``ln_base``."""

    def curve(u: Interval) -> Curve:
        v = iv.increasing(function, Interval(np.maximum(u.lo, 0.0), u.hi), (1.0, 0.0))
        return Curve(v, lambda: (1.0 / (u * ln_base), -1.0 / (iv.square(u) * ln_base)), u.lo > 0)

    return curve


def log1p(u: Interval) -> Curve:
    """Enclose ln(1 + u)."""
    v = iv.increasing(np.log1p, Interval(np.maximum(u.lo, -1.0), u.hi), (0.0, 0.0))
    return Curve(v, lambda: (1.0 / (1.0 + u), -1.0 / iv.square(1.0 + u)), u.lo > -1)


def sinh(u: Interval) -> Curve:
    """Enclose sinh u."""
    v = iv.increasing(np.sinh, u, (0.0, 0.0))
    return Curve(v, lambda: (iv.cosh(u), v))


def cosh(u: Interval) -> Curve:
    """Enclose cosh u."""
    v = iv.cosh(u)
    return Curve(v, lambda: (iv.increasing(np.sinh, u, (0.0, 0.0)), v))


# tanh′ = 1 − tanh² ≤ 4 exp(−2|u|),   tanh″ = −2 tanh tanh′
def tanh(u: Interval) -> Curve:
    """Enclose tanh u."""
    v = iv.tanh(u)
    slope = iv.within(1.0 - iv.square(v), 0.0, 1.0)
    tail = 4.0 * iv.exp(-2.0 * iv.point(u.mignitude))
    slope = Interval(np.minimum(slope.lo, tail.hi), np.minimum(slope.hi, tail.hi))
    return Curve(v, lambda: (slope, -2.0 * v * slope))


# coth′ = 1 − coth²,   coth″ = −2 coth coth′
def coth(u: Interval) -> Curve:
    """Enclose coth u."""
    t = iv.tanh(u)
    v = 1.0 / t
    slope = 1.0 - iv.square(v)
    return Curve(v, lambda: (slope, -2.0 * v * slope), excludes_zero(t))


# sech′ = −sech tanh,   sech″ = sech (1 − 2 sech²)
def sech(u: Interval) -> Curve:
    """Enclose 1/cosh u."""
    v = iv.within(1.0 / iv.cosh(u), 0.0, 1.0)
    return Curve(v, lambda: (-v * iv.tanh(u), v * (1.0 - 2.0 * iv.square(v))))


# arsinh′ = s,   arsinh″ = −x s³   with s = 1/√(1 + x²)
def asinh(u: Interval) -> Curve:
    """Enclose arsinh u."""
    s = 1.0 / iv.sqrt(1.0 + iv.square(u))
    return Curve(iv.increasing(np.arcsinh, u, (0.0, 0.0)), lambda: (s, -u * s * s * s))


# arcosh′ = 1/w,   arcosh″ = −x/w³   with w = √(x² − 1)
def acosh(u: Interval) -> Curve:
    """Enclose arcosh u."""
    v = iv.increasing(np.arccosh, Interval(np.maximum(u.lo, 1.0), u.hi), (1.0, 0.0))
    w = iv.sqrt(iv.square(u) - 1.0)
    return Curve(v, lambda: (1.0 / w, -u / (w * w * w)), u.lo >= 1)


# artanh′ = s,   artanh″ = 2x s²   with s = 1/(1 − x²)
def atanh(u: Interval) -> Curve:
    """Enclose artanh u."""
    v = iv.increasing(np.arctanh, iv.within(u, -1.0, 1.0), (0.0, 0.0))
    s = 1.0 / (1.0 - iv.square(u))
    return Curve(v, lambda: (s, 2.0 * u * iv.square(s)), (u.lo > -1) & (u.hi < 1))


def gaussian(u: Interval) -> Curve:
    """Enclose exp(−u²/2)."""
    v = iv.exp(-0.5 * iv.square(u))
    return Curve(v, lambda: (-u * v, (iv.square(u) - 1.0) * v))


def erf(u: Interval) -> Curve:
    """Enclose erf u."""
    slope = 2.0 / iv.sqrt(iv.PI) * iv.exp(-iv.square(u))
    return Curve(iv.erf(u), lambda: (slope, -2.0 * u * slope))


# gelu = xΦ,   gelu′ = Φ + xΦ′,   gelu″ = (2 − x²)Φ′   with Φ = ½ (1 + erf(x/√2)),   Φ′ = exp(−x²/2)/√(2π)
def gelu(u: Interval) -> Curve:
    """Enclose u Φ(u), Φ the standard normal distribution."""
    share = iv.within(0.5 * (1.0 + iv.erf(u / iv.sqrt(iv.point(2.0)))), 0.0, 1.0)
    density = iv.exp(-0.5 * iv.square(u)) / iv.sqrt(2.0 * iv.PI)
    return Curve(u * share, lambda: (share + u * density, (2.0 - iv.square(u)) * density))


def _sigmoid(a: Interval) -> Interval:
    """Enclose 1/(1 + e⁻ˣ)."""
    return iv.within(iv.at_ends(_sigmoid_at, a), 0.0, 1.0)


# σ(x) = 1/(1 + e⁻ˣ) for x ≥ 0, else eˣ/(1 + eˣ), without overflow
def _sigmoid_at(x: Interval) -> Interval:
    """Enclose σ at single points."""
    tail = iv.exp(Interval(-np.abs(x.lo), -np.abs(x.lo)))
    return iv.select(x.lo >= 0, iv.as_interval(1.0), tail) / (1.0 + tail)


def _softplus(a: Interval) -> Interval:
    """Enclose log(1 + eˣ)."""
    return iv.at_ends(_softplus_at, a)


# log(1 + eˣ) = max(x, 0) + log(1 + iv.exp(−|x|))
def _softplus_at(x: Interval) -> Interval:
    """Enclose softplus at single points."""
    tail = iv.exp(Interval(-np.abs(x.lo), -np.abs(x.lo)))
    return iv.point(np.maximum(x.lo, 0.0)) + iv.increasing(np.log1p, tail, (0.0, 0.0))


# σ′ = σ(x) σ(−x),   σ″ = σ′ (σ(−x) − σ(x))
def sigmoid(u: Interval) -> Curve:
    """Enclose σ(u) = 1/(1 + e⁻ᵘ)."""
    v, rest = _sigmoid(u), _sigmoid(-u)
    return Curve(v, lambda: (v * rest, v * rest * (rest - v)))


# softplus′ = σ,   softplus″ = σ′
def softplus(u: Interval) -> Curve:
    """Enclose ln(1 + eᵘ)."""
    slope = sigmoid(u)
    return Curve(_softplus(u), lambda: (slope.value, slope.derivatives()[0]))


# silu = xσ,   silu′ = σ + xσ′,   silu″ = σ′ (2 + x (σ(−x) − σ(x)))
def silu(u: Interval) -> Curve:
    """Enclose u σ(u)."""
    v, rest = _sigmoid(u), _sigmoid(-u)
    slope = v * rest
    return Curve(u * v, lambda: (v + u * slope, slope * (2.0 + u * (rest - v))))


# softsign′ = s²,   softsign″ = −2 sign(x) s³   with s = 1/(1 + |x|)
def softsign(u: Interval) -> Curve:
    """Enclose u/(1 + |u|)."""
    s = 1.0 / (1.0 + Interval(u.mignitude, u.magnitude))
    sign = Interval(np.where(u.lo >= 0, 1.0, -1.0), np.where(u.hi <= 0, -1.0, 1.0))
    value = iv.at_ends(lambda x: x / (1.0 + iv.point(np.abs(x.lo))), u)
    return Curve(iv.within(value, -1.0, 1.0), lambda: (iv.square(s), -2.0 * sign * s * s * s))


# elu = x, elu′ = 1, elu″ = 0 for x > 0;   eˣ − 1, eˣ, eˣ for x ≤ 0
def elu(u: Interval) -> Curve:
    """Enclose the function that is u for u > 0, and eᵘ − 1 for u ≤ 0."""
    below = Interval(np.minimum(u.lo, 0.0), np.minimum(u.hi, 0.0))
    left = iv.increasing(np.expm1, below, (0.0, 0.0))
    value = Interval(np.where(u.lo >= 0, u.lo, left.lo), np.where(u.hi > 0, u.hi, left.hi))
    slope = iv.exp(below)
    bend = Interval(np.where(u.hi <= 0, slope.lo, 0.0), np.where(u.lo >= 0, 0.0, slope.hi))
    return Curve(value, lambda: (slope, bend))


# With t = πx:  s = sin t / t,   s′ = (cos t − s)/t,   s″ = −s − 2s′/t,   and for |t| ≤ 1 Taylor's series
# s = g(y), s′ = t·2g′(y), s″ = 2g′(y) + y·4g″(y) with y = t²,  g(y) = Σ (−1)ᵏ yᵏ/(2k + 1)!
# s(t) = ∫₀¹ cos(tr) dr, so |s| ≤ 1, |s′| ≤ 1/2, |s″| ≤ 1/3.
def sinc(u: Interval) -> Curve:
    """Enclose sin πu / πu, which is 1 at 0."""
    t = u * iv.PI
    y = iv.square(iv.within(t, -1.0, 1.0))
    near, far = t.magnitude <= 1, t.mignitude >= 1

    def merged(series: Interval, closed: Interval, most: float) -> Interval:
        limit = Interval(np.asarray(-most), np.asarray(most))
        return iv.within(iv.select(near, series, iv.select(far, closed, limit)), -most, most)

    def slopes() -> tuple[Interval, Interval]:
        g1, g2 = _sinc_series(y, 1), _sinc_series(y, 2)
        slope = merged(t * g1, (iv.cos(t) - s) / t, 0.5)
        return iv.PI * slope, iv.square(iv.PI) * merged(g1 + y * g2, -s - 2.0 * slope / t, 0.34)

    s = merged(_sinc_series(y, 0), iv.sin(t) / t, 1.0)
    return Curve(s, slopes)


def _sinc_series(y: Interval, d: int, terms: int = 10) -> Interval:
    """Enclose 2ᵈ g⁽ᵈ⁾(y) for 0 ≤ y ≤ 1, with the first omitted term as a bound of the alternating, decreasing rest."""
    total = _around_fraction(_sinc_coefficient(d + terms, d)) * Interval(np.asarray(0.0), np.asarray(1.0))
    for k in reversed(range(d, d + terms)):
        total = _around_fraction(_sinc_coefficient(k, d)) + y * total
    return total


def _sinc_coefficient(k: int, d: int) -> Fraction:
    """Return the coefficient of yᵏ⁻ᵈ in 2ᵈ g⁽ᵈ⁾(y)."""
    return Fraction((-1) ** k * 2**d * math.perm(k, d), math.factorial(2 * k + 1))


def _around_fraction(number: Fraction) -> Interval:
    """Return an interval that contains a rational number."""
    nearest = np.asarray(float(number))
    return Interval(np.nextafter(nearest, -np.inf), np.nextafter(nearest, np.inf))


# h = √(a² + b²),   h′ = (a a′ + b b′)/h,   h″ = (a′² + b′² + a a″ + b b″ − h′²)/h;   |a/h| ≤ 1, |b/h| ≤ 1
def hypot(a: Jet, b: Jet) -> Jet:
    """Enclose √(a² + b²)."""
    defined, continuous = where_both(a, b)
    value = iv.sqrt(iv.square(a.value) + iv.square(b.value))
    along_a, along_b = (iv.within(leg.value / value, -1.0, 1.0) for leg in (a, b))
    first = plus(times(along_a, a.first), times(along_b, b.first))
    if first is None:
        return Jet(value, None, None, defined, continuous)
    squares = iv.square(or_zero(a.first)) + iv.square(or_zero(b.first)) - iv.square(first)
    bend = plus(plus(squares, times(a.value, a.second)), times(b.value, b.second))
    return Jet(value, first, or_zero(bend) / value, defined, continuous)
