"""What a function does on whole cells: enclosures of f, f′ and f″, and proofs that f is defined.

``enclose(f, low, high)`` walks the tree of a formula with 2-jets of intervals, for all cells [lowᵢ, highᵢ] at once.
Each word of the vocabulary has one rule in ``RULES``: its interval extension, and with it its derivatives.

What is enclosed is the formula over the real numbers: a decimal number stands for the float64 that it is read as,
π, e and τ for the real numbers of that name, and values are not rounded. ``intervals`` says what this rests on.

For u = u(x) the chain rule of φ(u) and ψ(a, b) reads, to second order,

    φ(u)′ = φ′ u′                          φ(u)″ = φ″ u′² + φ′ u″
    (ab)′ = a′b + ab′                      (ab)″ = a″b + 2a′b′ + ab″

Where u has a kink, u′ is an interval that holds every difference quotient (u(x) − u(y))/(x − y) of the cell, and both
lines above remain true of difference quotients, by the mean value theorem for φ. So max, abs and their like need
only say: the hull of both slopes, and nothing about u″. At a jump nothing is said about u′ either.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz.functions import intervals as iv
from nnviz.functions.expression import Expression
from nnviz.functions.intervals import WHOLE, Array, Interval, Truth
from nnviz.functions.nodes import Call, Constant, Node, Number, Variable
from nnviz.functions.points import PiecewiseLinear
from nnviz.functions.vocabulary import CONSTANTS

Function = Expression | PiecewiseLinear


class Enclosure(NamedTuple):
    """What is proved of f on m cells; all arrays (m,).

    Where ``defined`` is false, f may be undefined or unbounded somewhere in the cell, and nothing else is said.
    """

    value: Interval  # holds f(x) for every x of the cell
    first: Interval  # holds (f(x) − f(y))/(x − y) for all x ≠ y of the cell, so f′; the whole line at a jump
    second: Interval  # the same of f′; the whole line at a kink
    smooth: Truth  # f has a derivative with bounded difference quotients: ``second`` is finite
    defined: Truth  # f is a real number everywhere in the cell
    continuous: Truth  # f has no jump in the cell; false where one is possible


class Jet(NamedTuple):
    """A subexpression on the cells: as ``Enclosure``; derivatives are None where they are 0 everywhere."""

    value: Interval
    first: Interval | None
    second: Interval | None
    defined: Any = True
    continuous: Any = True


class Curve(NamedTuple):
    """A function φ of one variable on the intervals u."""

    value: Interval  # holds φ(u)
    slopes: Callable[[], tuple[Interval, Interval]]  # φ′ and φ″, computed where a slope is asked for
    defined: Any = True  # where all u are legal


Rule = Callable[..., Jet]


def enclose(f: Function, low: ArrayLike, high: ArrayLike) -> Enclosure:
    """Enclosures of f, f′ and f″ on the cells [lowᵢ, highᵢ], (m,) and (m,).

    ValueError for cells that are not finite with low ≤ high, or a function of two variables.
    """
    cells = _cells(low, high)
    with np.errstate(all="ignore"):
        if isinstance(f, PiecewiseLinear):
            return _finish(_piecewise_linear(f, cells), cells)
        return _finish(_jet(_root(f), Jet(cells, iv.as_interval(1.0), None), {}), cells)


def enclose_points(f: Function, x: ArrayLike) -> Interval:
    """Intervals that hold f(xᵢ) for the floats x, (m,); the whole line where f may be undefined."""
    cells = _cells(x, x)
    with np.errstate(all="ignore"):
        if isinstance(f, PiecewiseLinear):
            return _finish(_piecewise_linear(f, cells), cells).value
        return _finish(_jet(_root(f), _constant(cells), {}), cells).value  # at a point no slope is asked for


def _root(f: Expression) -> Node:
    if len(f.variables) != 1:
        raise ValueError(
            f"only functions of one variable are enclosed; {f.text!r} has {', '.join(f.variables)}"
        )
    return f.root


def _cells(low: ArrayLike, high: ArrayLike) -> Interval:
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"low and high must have one shape (m,); got {a.shape} and {b.shape}")
    if not (np.isfinite(a) & np.isfinite(b) & (a <= b)).all():
        raise ValueError("cells must be finite, each low <= high")
    return Interval(a, b)


def _finish(jet: Jet, cells: Interval) -> Enclosure:
    """The jet with every array spelled out; nothing is said where f may be undefined."""
    shape = cells.lo.shape
    defined = np.broadcast_to(np.asarray(jet.defined, np.bool_), shape)
    continuous = np.broadcast_to(np.asarray(jet.continuous, np.bool_), shape) & defined
    value, first, second = (
        iv.select(defined, iv.as_interval(0.0) if part is None else part, WHOLE)
        for part in (jet.value, jet.first, jet.second)
    )
    return Enclosure(value, first, second, second.finite, defined, continuous)


def _jet(node: Node, x: Jet, known: dict[Node, Jet]) -> Jet:
    """The jet of a tree on the cells x; equal subtrees are walked once and share one jet."""
    if node not in known:
        known[node] = _walk(node, x, known)
    return known[node]


def _walk(node: Node, x: Jet, known: dict[Node, Jet]) -> Jet:
    match node:
        case Number(number):
            return _constant(iv.point(number))
        case Constant(name):
            below = CONSTANTS[name].value
            return _constant(Interval(np.asarray(below), np.nextafter(below, np.inf)))
        case Variable():
            return x
        case Call(name, arguments):
            return RULES[name](*[_jet(argument, x, known) for argument in arguments])


# --- calculus of jets ---


def _constant(value: Interval | float) -> Jet:
    return Jet(iv.as_interval(value), None, None)


def _plus(a: Interval | None, b: Interval | None) -> Interval | None:
    if a is None or b is None:
        return b if a is None else a
    return a + b


def _times(a: Interval | None, b: Interval | None) -> Interval | None:
    return None if a is None or b is None else a * b


def _minus(a: Interval | None) -> Interval | None:
    return None if a is None else -a


def _spelled(a: Interval | None) -> Interval:
    return iv.as_interval(0.0) if a is None else a


def _both(a: Jet, b: Jet) -> tuple[Any, Any]:
    """Where a and b are defined, and where they are continuous."""
    return a.defined & b.defined, a.continuous & b.continuous


def _negative(a: Jet) -> Jet:
    return Jet(-a.value, _minus(a.first), _minus(a.second), a.defined, a.continuous)


def _sum(a: Jet, b: Jet) -> Jet:
    return Jet(a.value + b.value, _plus(a.first, b.first), _plus(a.second, b.second), *_both(a, b))


def _difference(a: Jet, b: Jet) -> Jet:
    return _sum(a, _negative(b))


# (ab)′ = a′b + ab′,   (ab)″ = a″b + 2a′b′ + ab″
def _product(a: Jet, b: Jet) -> Jet:
    if a is b:
        return _chain(_whole_power(2), a)
    cross = _times(_times(a.first, b.first), iv.as_interval(2.0))
    first = _plus(_times(a.first, b.value), _times(a.value, b.first))
    second = _plus(_plus(_times(a.second, b.value), cross), _times(a.value, b.second))
    return Jet(a.value * b.value, first, second, *_both(a, b))


# q = a/b,   q′ = (a′ − q b′)/b,   q″ = (a″ − 2q′b′ − q b″)/b
def _quotient(a: Jet, b: Jet) -> Jet:
    defined, continuous = _both(a, b)
    value = a.value / b.value
    first = _plus(a.first, _minus(_times(value, b.first)))
    first = None if first is None else first / b.value
    bend = _plus(_times(_times(first, b.first), iv.as_interval(2.0)), _times(value, b.second))
    second = _plus(a.second, _minus(bend))
    second = None if second is None else second / b.value
    return Jet(value, first, second, defined & _without_zero(b.value), continuous)


def _without_zero(a: Interval) -> Truth:
    return np.asarray((a.lo > 0) | (a.hi < 0))


# φ(u)′ = φ′u′,   φ(u)″ = φ″u′² + φ′u″
def _chain(curve: Callable[[Interval], Curve], u: Jet) -> Jet:
    phi = curve(u.value)
    defined = phi.defined & u.defined
    if u.first is None:
        return Jet(phi.value, None, None, defined, u.continuous)
    first, second = phi.slopes()
    bent = _plus(second * iv.square(u.first), _times(first, u.second))
    return Jet(phi.value, first * u.first, bent, defined, u.continuous)


def _switch(takes_a: Truth, takes_b: Truth, a: Jet, b: Jet, value: Interval, jump: bool) -> Jet:
    """The jet a where it is sure to be taken, b likewise; between them a kink, or a jump, may lie."""
    known = takes_a | takes_b
    kept = np.where(takes_a, a.continuous, np.where(takes_b, b.continuous, a.continuous & b.continuous))
    continuous = kept & (known | (not jump))
    if a.first is None and b.first is None and (known.all() or not jump):
        return Jet(value, None, None, a.defined & b.defined, continuous)
    slopes, bends = (_spelled(a.first), _spelled(b.first)), (_spelled(a.second), _spelled(b.second))
    between = WHOLE if jump else iv.hull(*slopes)
    first = iv.select(takes_a, slopes[0], iv.select(takes_b, slopes[1], between))
    second = iv.select(takes_a, bends[0], iv.select(takes_b, bends[1], WHOLE))
    return Jet(value, first, second, a.defined & b.defined, continuous)


def _levels(value: Interval, defined: Any) -> Jet:
    """A function that is constant between jumps: where its value is one number, no jump is in the cell."""
    flat = np.asarray(value.lo == value.hi)
    if flat.all():
        return Jet(value, None, None, defined)
    slope = iv.select(flat, iv.as_interval(0.0), WHOLE)
    return Jet(value, slope, slope, defined, flat)


# --- the functions of one variable ---


def _whole_power(n: int) -> Callable[[Interval], Curve]:
    """xⁿ, n a whole number; n xⁿ⁻¹; n (n − 1) xⁿ⁻²."""

    def at(u: Interval, m: int) -> Interval:
        return iv.power(u, m) if m >= 0 else 1.0 / iv.power(u, -m)

    def curve(u: Interval) -> Curve:
        if n == 0:
            return Curve(at(u, 0), lambda: (iv.as_interval(0.0), iv.as_interval(0.0)))
        factor = iv.point(n)
        bend = factor * (factor - 1.0)
        return Curve(
            at(u, n),
            lambda: (factor * at(u, n - 1), bend * at(u, n - 2) if n > 1 or n < 0 else bend),
            n > 0 or _without_zero(u),
        )

    return curve


def _constant_power(c: Interval) -> Callable[[Interval], Curve]:
    """xᶜ over x > 0, and x = 0 if c > 0; c xᶜ⁻¹; c (c − 1) xᶜ⁻²."""

    def curve(u: Interval) -> Curve:
        legal = Interval(np.maximum(u.lo, 0.0), np.maximum(u.hi, 0.0))
        return Curve(
            iv.real_power(legal, c),
            lambda: (c * iv.real_power(legal, c - 1.0), c * (c - 1.0) * iv.real_power(legal, c - 2.0)),
            (u.lo > 0) | ((u.lo >= 0) & (c.lo > 0)),
        )

    return curve


def _power(a: Jet, b: Jet) -> Jet:
    """aᵇ: a whole exponent takes every base, any other a positive one."""
    exponent = b.value
    if b.first is not None or exponent.lo.ndim:
        return _general_power(a, b)
    whole = exponent.lo == exponent.hi and float(exponent.lo).is_integer()
    jet = _chain(_whole_power(int(exponent.lo)) if whole else _constant_power(exponent), a)
    return jet._replace(defined=jet.defined & b.defined)


def _base(a: Jet, b: Jet) -> Truth:
    return np.asarray((a.value.lo > 0) | ((a.value.lo >= 0) & (b.value.lo > 0)))


# v = aᵇ = exp(b ln a),   v′ = v q,   v″ = v (q² + q′)   with q = b′ ln a + b a′/a
def _general_power(a: Jet, b: Jet) -> Jet:
    defined, continuous = _both(a, b)
    base = Interval(np.maximum(a.value.lo, 0.0), np.maximum(a.value.hi, 0.0))
    value = iv.real_power(base, b.value)
    q = _product(b, _chain(_log, a._replace(value=base)))
    if q.first is None:
        return Jet(value, None, None, defined & _base(a, b), continuous)
    bend = _plus(iv.square(q.first), q.second)
    return Jet(value, value * q.first, _times(value, bend), defined & _base(a, b), continuous)


def _sqrt(u: Interval) -> Curve:
    v = iv.sqrt(u)
    return Curve(v, lambda: (0.5 / v, -0.25 / (v * v * v)), u.lo >= 0)


def _cbrt(u: Interval) -> Curve:
    v = iv.increasing(np.cbrt, u, (0.0, 0.0))
    return Curve(v, lambda: (1.0 / (3.0 * iv.square(v)), -2.0 / (9.0 * iv.power(v, 5))))


def _exp(u: Interval) -> Curve:
    v = iv.exp(u)
    return Curve(v, lambda: (v, v))


def _expm1(u: Interval) -> Curve:
    return Curve(iv.increasing(np.expm1, u, (0.0, 0.0)), lambda: (iv.exp(u), iv.exp(u)))


def _log(u: Interval) -> Curve:
    return Curve(iv.log(u), lambda: (1.0 / u, -1.0 / iv.square(u)), u.lo > 0)


def _log_base(function: Callable[..., Any], ln_base: Interval) -> Callable[[Interval], Curve]:
    def curve(u: Interval) -> Curve:
        v = iv.increasing(function, Interval(np.maximum(u.lo, 0.0), u.hi), (1.0, 0.0))
        return Curve(v, lambda: (1.0 / (u * ln_base), -1.0 / (iv.square(u) * ln_base)), u.lo > 0)

    return curve


def _log1p(u: Interval) -> Curve:
    v = iv.increasing(np.log1p, Interval(np.maximum(u.lo, -1.0), u.hi), (0.0, 0.0))
    return Curve(v, lambda: (1.0 / (1.0 + u), -1.0 / iv.square(1.0 + u)), u.lo > -1)


def _sin(u: Interval) -> Curve:
    v = iv.sin(u)
    return Curve(v, lambda: (iv.cos(u), -v))


def _cos(u: Interval) -> Curve:
    v = iv.cos(u)
    return Curve(v, lambda: (-iv.sin(u), -v))


# tan′ = 1 + tan²,   tan″ = 2 tan tan′
def _tan(u: Interval) -> Curve:
    v = iv.tan(u)
    slope = 1.0 + iv.square(v)
    return Curve(v, lambda: (slope, 2.0 * v * slope), v.finite)


# cot′ = −(1 + cot²),   cot″ = −2 cot cot′
def _cot(u: Interval) -> Curve:
    v = iv.cot(u)
    slope = 1.0 + iv.square(v)
    return Curve(v, lambda: (-slope, 2.0 * v * slope), v.finite)


# (1/c)′ = −c′/c²,   (1/c)″ = (1 + 2 (c′/c)²)/c   for c″ = −c
def _one_over_wave(wave: Interval, slope: Interval) -> Curve:
    v = 1.0 / wave
    return Curve(
        v, lambda: (-slope * iv.square(v), v * (1.0 + 2.0 * iv.square(slope * v))), _without_zero(wave)
    )


def _sec(u: Interval) -> Curve:
    return _one_over_wave(iv.cos(u), -iv.sin(u))


def _csc(u: Interval) -> Curve:
    return _one_over_wave(iv.sin(u), iv.cos(u))


# asin′ = 1/w,   asin″ = x/w³   with w = √(1 − x²)
def _asin(u: Interval) -> Curve:
    v = iv.increasing(np.arcsin, iv.within(u, -1.0, 1.0), (0.0, 0.0))
    w = iv.sqrt(1.0 - iv.square(u))
    return Curve(v, lambda: (1.0 / w, u / (w * w * w)), (u.lo >= -1) & (u.hi <= 1))


# acos′ = −asin′
def _acos(u: Interval) -> Curve:
    sine = _asin(u)
    v = iv.decreasing(np.arccos, iv.within(u, -1.0, 1.0), (1.0, 0.0))
    return Curve(v, lambda: (-sine.slopes()[0], -sine.slopes()[1]), sine.defined)


# atan′ = s,   atan″ = −2x s²   with s = 1/(1 + x²)
def _atan(u: Interval) -> Curve:
    s = 1.0 / (1.0 + iv.square(u))
    return Curve(iv.increasing(np.arctan, u, (0.0, 0.0)), lambda: (s, -2.0 * u * iv.square(s)))


def _sinh(u: Interval) -> Curve:
    v = iv.increasing(np.sinh, u, (0.0, 0.0))
    return Curve(v, lambda: (iv.cosh(u), v))


def _cosh(u: Interval) -> Curve:
    v = iv.cosh(u)
    return Curve(v, lambda: (iv.increasing(np.sinh, u, (0.0, 0.0)), v))


# tanh′ = 1 − tanh²,   tanh″ = −2 tanh tanh′
def _tanh(u: Interval) -> Curve:
    v = iv.tanh(u)
    slope = iv.within(1.0 - iv.square(v), 0.0, 1.0)
    return Curve(v, lambda: (slope, -2.0 * v * slope))


# coth′ = 1 − coth²,   coth″ = −2 coth coth′
def _coth(u: Interval) -> Curve:
    t = iv.tanh(u)
    v = 1.0 / t
    slope = 1.0 - iv.square(v)
    return Curve(v, lambda: (slope, -2.0 * v * slope), _without_zero(t))


# sech′ = −sech tanh,   sech″ = sech (1 − 2 sech²)
def _sech(u: Interval) -> Curve:
    v = iv.within(1.0 / iv.cosh(u), 0.0, 1.0)
    return Curve(v, lambda: (-v * iv.tanh(u), v * (1.0 - 2.0 * iv.square(v))))


# arsinh′ = s,   arsinh″ = −x s³   with s = 1/√(1 + x²)
def _asinh(u: Interval) -> Curve:
    s = 1.0 / iv.sqrt(1.0 + iv.square(u))
    return Curve(iv.increasing(np.arcsinh, u, (0.0, 0.0)), lambda: (s, -u * s * s * s))


# arcosh′ = 1/w,   arcosh″ = −x/w³   with w = √(x² − 1)
def _acosh(u: Interval) -> Curve:
    v = iv.increasing(np.arccosh, Interval(np.maximum(u.lo, 1.0), u.hi), (1.0, 0.0))
    w = iv.sqrt(iv.square(u) - 1.0)
    return Curve(v, lambda: (1.0 / w, -u / (w * w * w)), u.lo >= 1)


# artanh′ = s,   artanh″ = 2x s²   with s = 1/(1 − x²)
def _atanh(u: Interval) -> Curve:
    v = iv.increasing(np.arctanh, iv.within(u, -1.0, 1.0), (0.0, 0.0))
    s = 1.0 / (1.0 - iv.square(u))
    return Curve(v, lambda: (s, 2.0 * u * iv.square(s)), (u.lo > -1) & (u.hi < 1))


def _gaussian(u: Interval) -> Curve:
    v = iv.exp(-0.5 * iv.square(u))
    return Curve(v, lambda: (-u * v, (iv.square(u) - 1.0) * v))


def _erf(u: Interval) -> Curve:
    slope = 2.0 / iv.sqrt(iv.PI) * iv.exp(-iv.square(u))
    return Curve(iv.erf(u), lambda: (slope, -2.0 * u * slope))


# gelu = xΦ,   gelu′ = Φ + xΦ′,   gelu″ = (2 − x²)Φ′   with Φ = ½ (1 + erf(x/√2)),   Φ′ = exp(−x²/2)/√(2π)
def _gelu(u: Interval) -> Curve:
    share = iv.within(0.5 * (1.0 + iv.erf(u / iv.sqrt(iv.point(2.0)))), 0.0, 1.0)
    density = iv.exp(-0.5 * iv.square(u)) / iv.sqrt(2.0 * iv.PI)
    return Curve(u * share, lambda: (share + u * density, (2.0 - iv.square(u)) * density))


# σ′ = σ(x) σ(−x),   σ″ = σ′ (σ(−x) − σ(x))
def _sigmoid(u: Interval) -> Curve:
    v, rest = iv.sigmoid(u), iv.sigmoid(-u)
    return Curve(v, lambda: (v * rest, v * rest * (rest - v)))


# softplus′ = σ,   softplus″ = σ′
def _softplus(u: Interval) -> Curve:
    slope = _sigmoid(u)
    return Curve(iv.softplus(u), lambda: (slope.value, slope.slopes()[0]))


# silu = xσ,   silu′ = σ + xσ′,   silu″ = σ′ (2 + x (σ(−x) − σ(x)))
def _silu(u: Interval) -> Curve:
    v, rest = iv.sigmoid(u), iv.sigmoid(-u)
    slope = v * rest
    return Curve(u * v, lambda: (v + u * slope, slope * (2.0 + u * (rest - v))))


# softsign′ = s²,   softsign″ = −2 sign(x) s³   with s = 1/(1 + |x|)
def _softsign(u: Interval) -> Curve:
    s = 1.0 / (1.0 + Interval(u.mignitude, u.magnitude))
    sign = Interval(np.where(u.lo >= 0, 1.0, -1.0), np.where(u.hi <= 0, -1.0, 1.0))
    value = iv.at_ends(lambda x: x / (1.0 + iv.point(np.abs(x.lo))), u)
    return Curve(iv.within(value, -1.0, 1.0), lambda: (iv.square(s), -2.0 * sign * s * s * s))


# elu = x, elu′ = 1, elu″ = 0 for x > 0;   eˣ − 1, eˣ, eˣ for x ≤ 0
def _elu(u: Interval) -> Curve:
    below = Interval(np.minimum(u.lo, 0.0), np.minimum(u.hi, 0.0))
    left = iv.increasing(np.expm1, below, (0.0, 0.0))
    value = Interval(np.where(u.lo >= 0, u.lo, left.lo), np.where(u.hi > 0, u.hi, left.hi))
    slope = iv.exp(below)
    bend = Interval(np.where(u.hi <= 0, slope.lo, 0.0), np.where(u.lo >= 0, 0.0, slope.hi))
    return Curve(value, lambda: (slope, bend))


# With t = πx:  s = sin t / t,   s′ = (cos t − s)/t,   s″ = −s − 2s′/t,   and for |t| ≤ 1 Taylor's series
# s = g(y), s′ = t·2g′(y), s″ = 2g′(y) + y·4g″(y) with y = t²,  g(y) = Σ (−1)ᵏ yᵏ/(2k + 1)!
# s(t) = ∫₀¹ cos(tr) dr, so |s| ≤ 1, |s′| ≤ 1/2, |s″| ≤ 1/3.
def _sinc(u: Interval) -> Curve:
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
    """2ᵈ g⁽ᵈ⁾(y) for 0 ≤ y ≤ 1: the terms alternate and fall, so the first one left out bounds the rest."""
    total = _hold(_sinc_coefficient(d + terms, d)) * Interval(np.asarray(0.0), np.asarray(1.0))
    for k in reversed(range(d, d + terms)):
        total = _hold(_sinc_coefficient(k, d)) + y * total
    return total


def _sinc_coefficient(k: int, d: int) -> Fraction:
    return Fraction((-1) ** k * 2**d * math.perm(k, d), math.factorial(2 * k + 1))


def _hold(number: Fraction) -> Interval:
    nearest = np.asarray(float(number))
    return Interval(np.nextafter(nearest, -np.inf), np.nextafter(nearest, np.inf))


# --- kinks and jumps ---


def _max(a: Jet, b: Jet) -> Jet:
    value = Interval(np.maximum(a.value.lo, b.value.lo), np.maximum(a.value.hi, b.value.hi))
    return _switch(a.value.lo >= b.value.hi, b.value.lo >= a.value.hi, a, b, value, jump=False)


def _min(a: Jet, b: Jet) -> Jet:
    return _negative(_max(_negative(a), _negative(b)))


def _clip(x: Jet, low: Jet, high: Jet) -> Jet:
    return _min(_max(x, low), high)


def _abs(u: Jet) -> Jet:
    value = Interval(u.value.mignitude, u.value.magnitude)
    return _switch(u.value.lo >= 0, u.value.hi <= 0, u, _negative(u), value, jump=False)


def _relu(u: Jet) -> Jet:
    return _max(u, _constant(0.0))


def _leaky_relu(u: Jet) -> Jet:
    return _max(u, _product(_constant(0.01), u))


def _tri(u: Jet) -> Jet:
    return _relu(_difference(_constant(1.0), _abs(u)))


def _rect(u: Jet) -> Jet:
    levels = [0.5 + 0.5 * np.sign(0.5 - size) for size in (u.value.magnitude, u.value.mignitude)]
    return _levels(Interval(*levels), u.defined)


def _staircase(function: Callable[[Array], Array]) -> Rule:
    """An increasing function that is constant between its jumps, and exact in floats."""
    return lambda u: _levels(Interval(function(u.value.lo), function(u.value.hi)), u.defined)


# a mod b = a − b k,   k = ⌊a/b⌋
def _mod(a: Jet, b: Jet) -> Jet:
    ratio = a.value / b.value
    k = Interval(np.floor(ratio.lo), np.floor(ratio.hi))
    flat = np.asarray((k.lo == k.hi) & _without_zero(b.value))
    rest = _difference(a, _product(_constant(iv.select(flat, k, iv.as_interval(0.0))), b))
    limit = Interval(np.minimum(b.value.lo, 0.0), np.maximum(b.value.hi, 0.0))
    anywhere = Jet(limit, None, None, _without_zero(b.value))
    value = iv.select(flat, rest.value, limit)
    return _switch(flat, np.zeros_like(flat), rest, anywhere, value, jump=True)


# h = √(a² + b²),   h′ = (a a′ + b b′)/h,   h″ = (a′² + b′² + a a″ + b b″ − h′²)/h;   |a/h| ≤ 1, |b/h| ≤ 1
def _hypot(a: Jet, b: Jet) -> Jet:
    defined, continuous = _both(a, b)
    value = iv.sqrt(iv.square(a.value) + iv.square(b.value))
    along_a, along_b = (iv.within(leg.value / value, -1.0, 1.0) for leg in (a, b))
    first = _plus(_times(along_a, a.first), _times(along_b, b.first))
    if first is None:
        return Jet(value, None, None, defined, continuous)
    squares = iv.square(_spelled(a.first)) + iv.square(_spelled(b.first)) - iv.square(first)
    bend = _plus(_plus(squares, _times(a.value, a.second)), _times(b.value, b.second))
    return Jet(value, first, _spelled(bend) / value, defined, continuous)


# θ′ = w/r,   θ″ = w′/r − w r′/r²   with w = x y′ − y x′,   w′ = x y″ − y x″,   r = x² + y²,   r′ = 2(x x′ + y y′)
def _atan2(y: Jet, x: Jet) -> Jet:
    defined, continuous = _both(y, x)
    cut = (y.value.lo <= 0) & (y.value.hi >= 0) & (x.value.lo <= 0)
    value = iv.select(cut, Interval(-iv.PI.hi, iv.PI.hi), _angles(y.value, x.value))
    w = _plus(_times(x.value, y.first), _minus(_times(y.value, x.first)))
    if w is None:
        return Jet(value, None, None, defined, continuous & ~cut)
    r = iv.square(x.value) + iv.square(y.value)
    r_slope = 2.0 * _spelled(_plus(_times(x.value, x.first), _times(y.value, y.first)))
    w_slope = _plus(_times(x.value, y.second), _minus(_times(y.value, x.second)))
    bend = _spelled(w_slope) / r - w / r * (r_slope / r)
    return Jet(value, iv.select(cut, WHOLE, w / r), iv.select(cut, WHOLE, bend), defined, continuous & ~cut)


def _angles(y: Interval, x: Interval) -> Interval:
    """atan2 over boxes without the origin and off the cut: extreme at corners."""
    values = [np.arctan2(b + 0.0, a) for b in (y.lo, y.hi) for a in (x.lo, x.hi)]
    return Interval(iv.libm_down(np.minimum.reduce(values)), iv.libm_up(np.maximum.reduce(values)))


# --- conditions ---


class _Truth(NamedTuple):
    """Where a condition is sure to hold, and where it is sure to fail."""

    holds: Truth
    fails: Truth


def _condition(truth: _Truth, defined: Any) -> Jet:
    return _levels(Interval(np.where(truth.holds, 1.0, 0.0), np.where(truth.fails, 0.0, 1.0)), defined)


def _truth(a: Interval) -> _Truth:
    return _Truth(_without_zero(a), np.asarray((a.lo == 0) & (a.hi == 0)))


def _less(a: Interval, b: Interval) -> _Truth:
    return _Truth(np.asarray(a.hi < b.lo), np.asarray(a.lo >= b.hi))


def _equal(a: Interval, b: Interval) -> _Truth:
    same = (a.lo == a.hi) & (b.lo == b.hi) & (a.lo == b.lo)
    return _Truth(np.asarray(same), np.asarray((a.hi < b.lo) | (b.hi < a.lo)))


def _not(truth: _Truth) -> _Truth:
    return _Truth(truth.fails, truth.holds)


def _comparison(compare: Callable[[Interval, Interval], _Truth]) -> Rule:
    return lambda a, b: _condition(compare(a.value, b.value), a.defined & b.defined)


def _and(a: Interval, b: Interval) -> _Truth:
    left, right = _truth(a), _truth(b)
    return _Truth(left.holds & right.holds, left.fails | right.fails)


def _or(a: Interval, b: Interval) -> _Truth:
    left, right = _truth(a), _truth(b)
    return _Truth(left.holds | right.holds, left.fails & right.fails)


def _where(condition: Jet, a: Jet, b: Jet) -> Jet:
    truth = _truth(condition.value)
    value = iv.select(truth.holds, a.value, iv.select(truth.fails, b.value, iv.hull(a.value, b.value)))
    taken = np.where(truth.holds, a.defined, np.where(truth.fails, b.defined, a.defined & b.defined))
    chosen = _switch(truth.holds, truth.fails, a, b, value, jump=True)
    return chosen._replace(defined=condition.defined & taken)


def _unary(curve: Callable[[Interval], Curve]) -> Rule:
    return lambda u: _chain(curve, u)


RULES: Final[dict[str, Rule]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "^": _power,
    "neg": _negative,
    "<": _comparison(_less),
    "<=": _comparison(lambda a, b: _not(_less(b, a))),
    ">": _comparison(lambda a, b: _less(b, a)),
    ">=": _comparison(lambda a, b: _not(_less(a, b))),
    "==": _comparison(_equal),
    "!=": _comparison(lambda a, b: _not(_equal(a, b))),
    "and": _comparison(_and),
    "or": _comparison(_or),
    "not": lambda a: _condition(_not(_truth(a.value)), a.defined),
    "where": _where,
    "sqrt": _unary(_sqrt),
    "cbrt": _unary(_cbrt),
    "exp": _unary(_exp),
    "expm1": _unary(_expm1),
    "log": _unary(_log),
    "log2": _unary(_log_base(np.log2, iv.LN_2)),
    "log10": _unary(_log_base(np.log10, iv.LN_10)),
    "log1p": _unary(_log1p),
    "sin": _unary(_sin),
    "cos": _unary(_cos),
    "tan": _unary(_tan),
    "cot": _unary(_cot),
    "sec": _unary(_sec),
    "csc": _unary(_csc),
    "asin": _unary(_asin),
    "acos": _unary(_acos),
    "atan": _unary(_atan),
    "atan2": _atan2,
    "sinh": _unary(_sinh),
    "cosh": _unary(_cosh),
    "tanh": _unary(_tanh),
    "coth": _unary(_coth),
    "sech": _unary(_sech),
    "asinh": _unary(_asinh),
    "acosh": _unary(_acosh),
    "atanh": _unary(_atanh),
    "abs": _abs,
    "sign": _staircase(np.sign),
    "step": _staircase(lambda x: np.heaviside(x, 1.0)),
    "floor": _staircase(np.floor),
    "ceil": _staircase(np.ceil),
    "round": _staircase(np.rint),
    "trunc": _staircase(np.trunc),
    "mod": _mod,
    "min": _min,
    "max": _max,
    "clip": _clip,
    "hypot": _hypot,
    "gaussian": _unary(_gaussian),
    "sinc": _unary(_sinc),
    "rect": _rect,
    "tri": _tri,
    "erf": _unary(_erf),
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _unary(_elu),
    "gelu": _unary(_gelu),
    "silu": _unary(_silu),
    "sigmoid": _unary(_sigmoid),
    "softplus": _unary(_softplus),
    "softsign": _unary(_softsign),
}
"""The interval extension of every word of ``vocabulary.FUNCTIONS``: jets of the arguments in, jet of the call out."""


# --- targets from points ---


def _piecewise_linear(f: PiecewiseLinear, cells: Interval) -> Jet:
    """Straight between the knots, constant beyond: exact ends, and the knots between them."""
    low, high = cells.lo, cells.hi
    start = np.searchsorted(f.knots, low, side="right")  # knots start … stop − 1 are inside the open cell
    stop = np.searchsorted(f.knots, high, side="left")
    ends = iv.hull(_on_piece(f, start, low), _on_piece(f, np.maximum(start, stop), high))
    lo, hi = _extremes(f.values, start, stop)
    slope_lo, slope_hi = _slopes(f)
    first_lo, _ = _extremes(slope_lo, start, np.maximum(stop, start) + 1)
    _, first_hi = _extremes(slope_hi, start, np.maximum(stop, start) + 1)
    value = Interval(np.minimum(ends.lo, lo), np.maximum(ends.hi, hi))
    second = iv.select(stop > start, WHOLE, iv.as_interval(0.0))
    return Jet(value, Interval(first_lo, first_hi), second)


def _slopes(f: PiecewiseLinear) -> tuple[Array, Array]:
    """Enclosures of the slopes left of the first knot, between the knots, right of the last: (n + 1,)."""
    rise = iv.point(f.values[1:]) - iv.point(f.values[:-1])
    inner = rise / (iv.point(f.knots[1:]) - iv.point(f.knots[:-1]))
    return np.concatenate([[0.0], inner.lo, [0.0]]), np.concatenate([[0.0], inner.hi, [0.0]])


def _on_piece(f: PiecewiseLinear, piece: Any, x: Array) -> Interval:
    """The values at x on the piece that ends at this knot: y + s (x − knot), from the knot at its left end."""
    slope_lo, slope_hi = _slopes(f)
    knot = np.maximum(piece - 1, 0)
    along = Interval(slope_lo[piece], slope_hi[piece]) * (iv.point(x) - iv.point(f.knots[knot]))
    return iv.point(f.values[knot]) + along


def _extremes(values: Array, start: Any, stop: Any) -> tuple[Array, Array]:
    """Least and greatest of values[startᵢ], …, values[stopᵢ − 1]; ∞ and −∞ where there is none."""
    padded = np.append(values, np.nan)
    ranges = np.column_stack([start, np.maximum(stop, start + 1)]).ravel()
    some = stop > start
    low = np.where(some, np.fmin.reduceat(padded, np.minimum(ranges, values.size))[::2], np.inf)
    high = np.where(some, np.fmax.reduceat(padded, np.minimum(ranges, values.size))[::2], -np.inf)
    return low, high
