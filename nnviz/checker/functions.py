"""Enclose arithmetic, powers and smooth functions by jets."""

from collections.abc import Callable
from functools import cache
from math import comb
from typing import Any, Final

from flint import arb, arb_series

from nnviz.checker.jets import (
    ANY,
    TERMS,
    Jet,
    between,
    constant,
    inverse,
    least,
    most,
    of_series,
    rough,
    undefined,
)

ZERO, ONE = arb(0), arb(1)
HALF: Final = arb("0.5")
MOST_POWER: Final = 10**6

Rule = Callable[..., Jet]


# --- arithmetic ---


def add(a: Jet, b: Jet) -> Jet:
    """Enclose a + b."""
    return between(a.low + b.low, a.high + b.high, a.series + b.series, a, b)


def negative(a: Jet) -> Jet:
    """Enclose −a."""
    return Jet(-a.high, -a.low, -a.series, a.defined)


def subtract(a: Jet, b: Jet) -> Jet:
    """Enclose a − b."""
    return add(a, negative(b))


def multiply(a: Jet, b: Jet) -> Jet:
    """Enclose a b."""
    products = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = least(*[p.lower() for p in products]), most(*[p.upper() for p in products])
    return between(low, high, a.series * b.series, a, b)


def reciprocal(b: Jet) -> Jet:
    """Enclose 1/b, which is not defined where b may be 0."""
    if not (b.low > 0 or b.high < 0):
        return undefined()
    return between(ONE / b.high, ONE / b.low, inverse(b.series), b)


def divide(a: Jet, b: Jet) -> Jet:
    """Enclose a/b."""
    return multiply(a, reciprocal(b))


def power(a: Jet, b: Jet, *, exponent_is_constant: bool) -> Jet:
    """Enclose aᵇ; see ``whole_power`` for a constant whole b."""
    if exponent_is_constant and b.low == b.high and b.low.is_integer() and abs(b.low) <= MOST_POWER:
        return whole_power(a, int(b.low.unique_fmpz()))
    if a.low > 0:
        found = exponential(multiply(b, logarithm(a)))
        return found if b.series.length() > 1 else _sharpened(found, a, b)
    if a.low >= 0 and b.low > 0:
        corners = [_nonnegative_power(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
        low, high = least(*[c.lower() for c in corners]), most(*[c.upper() for c in corners])
        return between(least(ZERO, low) if low < 0 else low, high, rough(ANY), a, b)
    return undefined()


def _nonnegative_power(x: Any, y: Any) -> Any:
    """Return xʸ for an exact x ≥ 0 and y > 0."""
    return ZERO if x == 0 else (y * x.log()).exp()


def _sharpened(found: Jet, a: Jet, b: Jet) -> Jet:
    """Return the power with the range between the powers of the ends of a, because aᵇ is monotone in a."""
    corners = [_nonnegative_power(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = least(*[c.lower() for c in corners]), most(*[c.upper() for c in corners])
    return between(low, high, found.series, a, b)


def whole_power(a: Jet, n: int) -> Jet:
    """Enclose aⁿ for a whole number n, and 1/a⁻ⁿ for a negative one."""
    if n < 0:
        return reciprocal(whole_power(a, -n))
    series = a.series**n if n else arb_series([1])
    low, high = a.low**n, a.high**n
    if n % 2 or a.low >= 0:
        return between(low, high, series, a)
    if a.high <= 0:
        return between(high, low, series, a)
    return between(ONE if n == 0 else ZERO, most(low.upper(), high.upper()), series, a)


# --- functions that are monotone, or analytic ---


def monotone(
    value: Callable[[Any], Any], series: Callable[[Any], Any], domain: Callable[[Jet], bool] = lambda _: True
) -> Rule:
    """Return the rule of an increasing function, which is smooth inside of its ``domain`` and defined there."""

    def rule(u: Jet) -> Jet:
        if not domain(u):
            return undefined()
        return between(value(u.low), value(u.high), series(u.series), u)

    return rule


def analytic(series: Callable[[Any], Any]) -> Rule:
    """Return the rule of a function that is analytic on the whole line."""
    return lambda u: of_series(series(u.series), u) if u.finite else undefined()


def sinh_series(u: Any) -> Any:
    """Return (eᵘ − e⁻ᵘ)/2."""
    return (u.exp() - (-u).exp()) * HALF


def cosh_series(u: Any) -> Any:
    """Return (eᵘ + e⁻ᵘ)/2."""
    return (u.exp() + (-u).exp()) * HALF


def tanh_series(u: Any) -> Any:
    """Return 1 − 2/(e²ᵘ + 1)."""
    return 1 - 2 * inverse((2 * u).exp() + 1)


def normal_series(u: Any) -> Any:
    """Return the distribution function of the standard normal distribution."""
    return (1 + (u / arb(2).sqrt()).erf()) * HALF


def _from_zero(series: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a series that is known only where its argument is above 0, as for a root or a logarithm."""
    return lambda u: series(u) if u[0] > 0 else rough(ANY)


def inside_one(series: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a series that is known only where its argument is between −1 and 1."""
    return lambda u: series(u) if abs(u[0]) < 1 else rough(ANY)


exponential = monotone(lambda x: x.exp(), lambda u: u.exp())
logarithm = monotone(lambda x: x.log(), _from_zero(lambda u: u.log()), lambda u: u.low > 0)
square_root = monotone(lambda x: x.sqrt(), _from_zero(lambda u: u.sqrt()), lambda u: u.low >= 0)
arc_sine = monotone(lambda x: x.asin(), inside_one(lambda u: u.asin()), lambda u: u.low >= -1 and u.high <= 1)
arc_tangent = monotone(lambda x: x.atan(), lambda u: u.atan())
sine, cosine = analytic(lambda u: u.sin()), analytic(lambda u: u.cos())
sigmoid = monotone(lambda x: 1 / (1 + (-x).exp()), lambda u: inverse(1 + (-u).exp()))
softplus = monotone(lambda x: (1 + x.exp()).log(), lambda u: (1 + u.exp()).log())


def scaled_logarithm(base: int) -> Rule:
    """Return the rule of the logarithm to a base."""
    return lambda u: divide(logarithm(u), constant(arb(base).log()))


def cube_root(u: Jet) -> Jet:
    """Enclose the cube root, also of negative numbers."""

    def value(x: Any) -> Any:
        return x.root(3) if x > 0 else -(-x).root(3) if x < 0 else ZERO

    def away(series: Any) -> Any:
        return (series.log() / 3).exp()

    series = away(u.series) if u.series[0] > 0 else -away(-u.series) if u.series[0] < 0 else rough(ANY)
    return between(value(u.low), value(u.high), series, u)


def inverse_hyperbolic_sine(u: Jet) -> Jet:
    """Enclose ln(u + √(u² + 1)), an odd function; the form is exact enough for u ≥ 0 only."""
    if u.high < 0:
        return negative(inverse_hyperbolic_sine(negative(u)))
    return between(u.low.asinh(), u.high.asinh(), (u.series + (u.series * u.series + 1).sqrt()).log(), u)


def from_one(u: Any) -> Any:
    """Return ln(u + √(u² − 1)), which is known for u > 1."""
    return (u + (u * u - 1).sqrt()).log() if u[0] > 1 else rough(ANY)


def atanh_series(u: Any) -> Any:
    """Return ½ ln((1 + u)/(1 − u))."""
    return ((1 + u) * inverse(1 - u)).log() * HALF


@cache
def _sinc_coefficients() -> list[Any]:
    return [(-1) ** (m // 2) * arb.pi() ** m / arb(m + 1).fac() for m in range(60)]


def sinc(u: Jet) -> Jet:
    """Enclose sin(πu)/(πu), near 0 by its Taylor series Σ cₘ uᵐ with |cₘ| = πᵐ/(m + 1)! for even m.

    The k-th coefficient at u is Σ C(m, k) cₘ uᵐ⁻ᵏ. For |u| ≤ ½ and k < 10 the terms from m = 60 on add up to at most
    2ᵏ Σ πᵐ/(m + 1)! < 2⁻¹⁶⁰.
    """
    if u.low > HALF / 2 or u.high < -HALF / 2:
        scaled = multiply(u, constant(arb.pi()))
        return divide(sine(scaled), scaled)
    if not (u.low >= -HALF and u.high <= HALF):
        return between(-ONE, ONE, rough(ANY), u)
    taylor, tail = _sinc_coefficients(), arb(0, arb(2) ** -160)
    sums = [
        sum(comb(m, k) * taylor[m] * u.ball ** (m - k) for m in range(k, 60) if m % 2 == 0) + tail
        for k in range(TERMS)
    ]
    return composed(sums, u)


def composed(coefficients: list[Any], u: Jet) -> Jet:
    """Return the jet of φ(u) from the Taylor coefficients of φ at all values of u."""
    inner, total = u.series - u.series[0], arb_series([0])
    for coefficient in reversed(coefficients):
        total = total * inner + coefficient
    return of_series(total, u)


def bessel(order: int) -> Rule:
    """Return the rule of Jₙ, with Jₙ⁽ᵏ⁾ = 2⁻ᵏ Σ (−1)ʲ C(k, j) Jₙ₋ₖ₊₂ⱼ and |J| ≤ 1 (DLMF 10.6.7)."""

    def rule(u: Jet) -> Jet:
        if not u.finite:
            return undefined()
        values = {m: _bessel(m, u.ball) for m in range(order + TERMS)}
        values |= {-m: (-1) ** m * value for m, value in values.items()}
        coefficients = [
            sum((-1) ** j * comb(k, j) * values[order - k + 2 * j] for j in range(k + 1))
            / (arb(2) ** k * arb(k).fac())
            for k in range(TERMS)
        ]
        return composed(coefficients, u)

    return rule


def _bessel(m: int, x: Any) -> Any:
    """Return Jₘ(x), between −1 and 1."""
    value = x.bessel_j(m)
    return value if value.is_finite() and value.rad() < 1 else arb(0, 1)


def gamma(u: Jet) -> Jet:
    """Enclose Γ(u), which has no value at 0, −1, −2, …"""
    return of_series(u.series.gamma(), u) if u.finite else undefined()


def log_gamma(u: Jet) -> Jet:
    """Enclose log Γ(u) for u > 0."""
    return of_series(u.series.lgamma(), u) if u.finite and u.low > 0 else undefined()


def angle(y: Jet, x: Jet) -> Jet:
    """Enclose the angle of the point (x, y), which jumps where y = 0 and x < 0."""
    if x.low > 0:
        return arc_tangent(divide(y, x))
    quarter = constant(arb.pi() * HALF)
    if y.low > 0:
        return subtract(quarter, arc_tangent(divide(x, y)))
    if y.high < 0:
        return subtract(negative(quarter), arc_tangent(divide(x, y)))
    if y.low == y.high == 0 and x.high < 0:
        return between(arb.pi(), arb.pi(), rough(ANY), x, y)
    if y.low == y.high == x.low == x.high == 0:
        return between(ZERO, ZERO, rough(ANY), x, y)
    return between(-arb.pi(), arb.pi(), rough(ANY), x, y)


def hypot(a: Jet, b: Jet) -> Jet:
    """Enclose √(a² + b²)."""
    return square_root(add(whole_power(a, 2), whole_power(b, 2)))
