"""Enclose the Taylor coefficients of f on whole cells, and prove that f is smooth there.

A series holds balls |aₖ − cₖ| ≤ eₖ for the coefficients aₖ = rᵏ f⁽ᵏ⁾(x)/k!, k = 0 … ``ORDER``, at the middle m of a
cell of half-width r, or for every x of the cell. By Taylor's theorem with Lagrange's remainder, for |t| ≤ 1,

    f(m + r t) = Σ_{k<K} aₖ tᵏ + b tᴷ,   aₖ at the middle, b a value of the K-th coefficient on the cell.

The coefficients follow from recurrences. For example y′ = u′ y gives k yₖ = Σ_{j≥1} j uⱼ yₖ₋ⱼ for y = eᵘ (Moore,
Kearfott & Cloud 2009, Introduction to Interval Analysis, chapter 9). Rounding adds to the radii: the error of a sum of
at most ORDER + 1 products, divided by a small number, is below G times the sum of the magnitudes. Where f may be
undefined or not smooth, a radius is infinite or nan.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Truth
from nnviz.enclosures import elementary, trigonometric
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import Interval
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable
from nnviz.expressions.vocabulary import CONSTANTS

ORDER: Final = 8
_G: Final = 2.0**-49  # 16 units of roundoff
_ONE: Final = 2.0**-52  # two units of roundoff, for a single operation
_SPARE: Final = 1 + 2.0**-40  # for the rounding of the radii
_TINY: Final = 1e-300  # for underflow
_MOST_REPEATED: Final = 64  # exponent of a power by repeated multiplication


class Series(NamedTuple):
    """Balls for the Taylor coefficients on m cells; the coefficients that are left out are 0."""

    center: Array  # (L, m), L ≤ ORDER + 1
    radius: Array  # (L, m)

    @property
    def range(self) -> Interval:
        """The interval of the first coefficient, (m,)."""
        c, e = self.center[0], self.radius[0]
        return Interval(iv.down(c - e), iv.up(c + e))

    @property
    def known(self) -> Truth:
        """A mask (m,), True where f is defined and smooth, so that all balls are finite."""
        return np.asarray(np.isfinite(self.center + self.radius).all(axis=0))

    @property
    def constant(self) -> bool:
        """Whether only the first coefficient is not 0."""
        return len(self.center) == 1

    def to_length(self, length: int) -> "Series":
        """Return the series with so many coefficients, at least as many as it has."""
        if len(self.center) == length:
            return self
        both = np.zeros((2, length, self.center.shape[1]))
        both[0, : len(self.center)], both[1, : len(self.center)] = self
        return Series(*both)


Rule = Callable[..., Series]
_Ball = tuple[Array, Array]  # centers and radii, (m,) each


def variable(middle: Array, half: Array) -> Series:
    """Return the series of x at the middles of m cells, then on the cells, (2, 2m)."""
    center = np.stack([np.tile(middle, 2), np.tile(half, 2)])
    radius = np.zeros_like(center)
    radius[0, len(half) :] = half
    return Series(center, radius)


def is_known(node: Node) -> bool:
    """Return whether there is a rule for every word of a tree."""
    return not isinstance(node, Call) or (node.name in RULES and all(map(is_known, node.arguments)))


def series_of(node: Node, x: Series, known: dict[Node, Series] | None = None) -> Series:
    """Return the series of a tree for the series of its variable; KeyError for a word without a rule."""
    known = {} if known is None else known
    if node not in known:
        known[node] = _walk(node, x, known)
    return known[node]


def _called(rule: Rule, arguments: list[Series]) -> Series:
    """Return the series of a call, of which nothing is known where an argument may be undefined."""
    found = rule(*arguments)
    for one in arguments:
        unknown = ~one.known
        if unknown.any():
            found.radius[:, unknown] = np.nan
    return found


def _walk(node: Node, x: Series, known: dict[Node, Series]) -> Series:
    """Return the series of a node from those of its arguments."""
    match node:
        case Number(number):
            return _number(number, 0.0, x)
        case Constant(name):
            below = CONSTANTS[name].value
            return _number(below, float(np.spacing(below)), x)
        case Variable():
            return x
        case Call("^", (Constant("e"), exponent)):
            return _called(_exp, [series_of(exponent, x, known)])
        case Call(name, arguments):
            return _called(RULES[name], [series_of(one, x, known) for one in arguments])


def _number(center: float, radius: float, like: Series) -> Series:
    """Return the series of a number, for as many cells as those of another series."""
    shape = (1, like.center.shape[1])
    return Series(np.full(shape, center), np.full(shape, radius))


def _ball(a: Interval) -> _Ball:
    """Return the balls that contain intervals."""
    center = a.lo / 2 + a.hi / 2
    return center, iv.up(np.maximum(a.hi - center, center - a.lo)) * _SPARE + _TINY


# --- sums of products ---


def _left(a: Series, factors: Array | float = 1.0) -> Array:
    """Return what ``_terms`` needs of a first factor, (3, L, m), with its coefficients times ``factors`` (L,)."""
    found = np.stack([a.center, np.abs(a.center), a.radius])
    found *= np.reshape(factors, (-1, 1))
    return found


def _slopes(u: Series) -> Array:
    """Return j uⱼ as a first factor."""
    return _left(u, np.arange(len(u.center), dtype=np.float64))


def _right(a: Series) -> Array:
    """Return what ``_terms`` needs of a second factor, (3, L, m)."""
    size = np.abs(a.center)
    return np.stack([a.center, a.radius + _G * size, a.radius + size])


def _terms(left: Array, right: Array, k: int, first: int = 0) -> _Ball:
    """Return the balls of Σ aⱼ bₖ₋ⱼ from j = ``first`` on, over the coefficients that are not 0."""
    low, high = max(first, k - right.shape[1] + 1), min(k, left.shape[1] - 1)
    found = (left[:, low : high + 1] * right[:, k - high : k - low + 1][:, ::-1]).sum(axis=1)
    return found[0], found[1] + found[2]


def _over(ball: _Ball, k: float) -> _Ball:
    """Return the balls over a number whose rounding is part of G."""
    return ball[0] / k, ball[1] / abs(k)


class _Growing:
    """A series whose coefficients are added one after the other, also as a second factor (3, ORDER + 1, m)."""

    def __init__(self, first: _Ball) -> None:
        self.right = np.empty((3, ORDER + 1, len(first[0])))
        self.series = Series(self.right[0], np.empty(self.right.shape[1:]))
        self.put(0, first)

    def put(self, k: int, ball: _Ball) -> None:
        """Set the k-th coefficient."""
        radius, size = ball[1] * _SPARE + _TINY, np.abs(ball[0])
        self.series.center[k], self.series.radius[k] = ball[0], radius
        self.right[1, k], self.right[2, k] = radius + _G * size, radius + size


def _solved(first: _Ball, coefficient: Callable[[int, Array], _Ball]) -> Series:
    """Return the series whose k-th coefficient follows from the ones before, which are a second factor (3, k, m)."""
    found = _Growing(first)
    for k in range(1, ORDER + 1):
        found.put(k, coefficient(k, found.right[:, :k]))
    return found.series


def _integral(value: Interval, u: Series, slope: Series) -> Series:
    """Return the series of φ(u) from its value and the series of φ′(u), by k yₖ = Σ_{j≥1} j uⱼ gₖ₋ⱼ."""
    left, right = _slopes(u), _right(slope)
    return _solved(_ball(value), lambda k, _: _over(_terms(left, right, k, 1), k))


# --- the four operations and powers ---


def _add(a: Series, b: Series) -> Series:
    length = max(len(a.center), len(b.center))
    a, b = a.to_length(length), b.to_length(length)
    center = a.center + b.center
    return Series(center, (a.radius + b.radius + _ONE * np.abs(center)) * _SPARE + _TINY)


def _negate(a: Series) -> Series:
    return Series(-a.center, a.radius)


def _subtract(a: Series, b: Series) -> Series:
    return _add(a, _negate(b))


def _multiply(a: Series, b: Series) -> Series:
    left, right = _left(a), _right(b)
    length = min(len(a.center) + len(b.center) - 1, ORDER + 1)
    centers, radii = (np.array(column) for column in zip(*(_terms(left, right, k) for k in range(length))))
    return Series(centers, radii * _SPARE + _TINY)


# qₖ = (aₖ − Σ_{j≥1} bⱼ qₖ₋ⱼ) / b₀
def _divide(a: Series, b: Series) -> Series:
    left, first = _left(b), b.center[0]
    least = np.abs(first) - b.radius[0]
    least = np.where(least > 0, least / _SPARE, np.nan)

    def over(above: Array, radius: Array) -> _Ball:
        found = above / first
        return found, (radius + np.abs(found) * b.radius[0] + 2 * _G * np.abs(above)) / least

    if b.constant:
        found = over(*a)
        return Series(found[0], found[1] * _SPARE + _TINY)
    a = a.to_length(ORDER + 1)

    def coefficient(k: int, right: Array) -> _Ball:
        center, radius = _terms(left, right, k, 1)
        return over(a.center[k] - center, a.radius[k] + radius)

    return _solved(over(a.center[0], a.radius[0]), coefficient)


def _power(a: Series, b: Series) -> Series:
    if not b.constant:
        return _exp(_multiply(b, _log(a)))
    n = float(b.center[0, 0])
    if not (b.radius == 0).all() or not n.is_integer() or abs(n) > _MOST_REPEATED:
        return _exp(_multiply(b, _log(a))) if a.constant else _real_power(a, b)
    found = a if n else _number(1.0, 0.0, a)
    for bit in f"{int(abs(n)):b}"[1:]:
        found = _multiply(found, found)
        found = _multiply(found, a) if bit == "1" else found
    return _reciprocal(found) if n < 0 else Series(found.center, found.radius.copy())


# y = uᶜ:  k u₀ yₖ = Σ_{j≥1} (c j − (k − j)) uⱼ yₖ₋ⱼ
def _real_power(u: Series, c: Series) -> Series:
    size, exponent, off = _positive(u.range), float(c.center[0, 0]), float(c.radius[0, 0])
    first, j = u.center[0], np.arange(len(u.center), dtype=np.float64)
    least = np.where(size.lo > 0, (first - u.radius[0]) / _SPARE, np.nan)
    left, sizes = _left(u), np.abs(u.center) + u.radius

    def coefficient(k: int, right: Array) -> _Ball:
        factors = exponent * j - (k - j)
        own = left * np.stack([factors, np.abs(factors), np.abs(factors)])[:, :, None]
        own[2] += ((off + _G * abs(exponent)) * j + _G * k)[:, None] * sizes
        center, radius = _terms(own, right, k, 1)
        found = center / (k * first)
        return found, (radius / k + np.abs(found) * (u.radius[0] + _G * first)) / least

    return _solved(_ball(iv.real_power(size, c.range)), coefficient)


def _positive(a: Interval) -> Interval:
    """Return the intervals of positive numbers, and nan instead of the others."""
    return Interval(np.where(a.lo > 0, a.lo, np.nan), a.hi)


def _sqrt(u: Series) -> Series:
    return _real_power(u, _number(0.5, 0.0, u))


def _square(u: Series) -> Series:
    return _multiply(u, u)


def _reciprocal(u: Series) -> Series:
    return _divide(_number(1.0, 0.0, u), u)


def _scaled(u: Series, factor: float) -> Series:
    """Return u times a power of two, or times a number that is rounded."""
    center, radius = u.center * factor, u.radius * abs(factor)
    if abs(np.frexp(factor)[0]) != 0.5:
        radius = radius + _G * (np.abs(center) + radius)
    return Series(center, radius * _SPARE + _TINY)


def _shifted(u: Series, shift: float) -> Series:
    return _add(u, _number(shift, 0.0, u))


# --- functions that solve a differential equation ---


def _exp(u: Series) -> Series:
    left = _slopes(u)
    return _solved(_ball(iv.exp(u.range)), lambda k, right: _over(_terms(left, right, k, 1), k))


def _log(u: Series) -> Series:
    return _integral(iv.log(_positive(u.range)), u, _reciprocal(u))


# s′ = u′ c and c′ = −u′ s
def _sin_cos(u: Series) -> tuple[Series, Series]:
    left, size = _slopes(u), u.range
    s, c = _Growing(_ball(iv.sin(size))), _Growing(_ball(iv.cos(size)))
    for k in range(1, ORDER + 1):
        s.put(k, _over(_terms(left, c.right[:, :k], k, 1), k))
        c.put(k, _over(_terms(left, s.right[:, :k], k, 1), -k))
    return s.series, c.series


# t = tanh u and s = 1 − t²:  t′ = u′ s and s′ = −2 t t′; s₀ keeps its digits where |u| is large
def _tanh_and_slope(u: Series) -> tuple[Series, Series]:
    left, size = _slopes(u), u.range
    decay = iv.exp(Interval(-2 * size.magnitude, -2 * size.mignitude))
    t, s = _Growing(_ball(iv.tanh(size))), _Growing(_ball(4.0 * decay / iv.square(1.0 + decay)))
    slopes = np.zeros_like(t.right)
    for k in range(1, ORDER + 1):
        t.put(k, _over(_terms(left, s.right[:, :k], k, 1), k))
        center, radius = t.series.center[k], t.series.radius[k]
        slopes[:, k] = center * k, np.abs(center) * k, radius * k
        s.put(k, _over(_terms(slopes[:, : k + 1], t.right[:, :k], k, 1), -k / 2))
    return t.series, s.series


def _sinh_cosh(u: Series) -> tuple[Series, Series]:
    above, below = _scaled(_exp(u), 0.5), _scaled(_exp(_negate(u)), 0.5)
    return _subtract(above, below), _add(above, below)


def _tan(u: Series) -> Series:
    s, c = _sin_cos(u)
    return _divide(s, c)


def _cot(u: Series) -> Series:
    s, c = _sin_cos(u)
    return _divide(c, s)


def _atan(u: Series) -> Series:
    return _integral(trigonometric.atan(u.range).value, u, _reciprocal(_shifted(_square(u), 1.0)))


def _arc_slope(u: Series) -> Series:
    """Return 1/√(1 − u²)."""
    return _reciprocal(_sqrt(_shifted(_negate(_square(u)), 1.0)))


def _asin(u: Series) -> Series:
    return _integral(trigonometric.asin(u.range).value, u, _arc_slope(u))


def _acos(u: Series) -> Series:
    return _integral(trigonometric.acos(u.range).value, u, _negate(_arc_slope(u)))


def _asinh(u: Series) -> Series:
    slope = _reciprocal(_sqrt(_shifted(_square(u), 1.0)))
    return _integral(elementary.asinh(u.range).value, u, slope)


def _bell(u: Series, factor: float) -> Series:
    """Return exp(factor u²)."""
    return _exp(_scaled(_square(u), factor))


def _erf(u: Series) -> Series:
    return _integral(iv.erf(u.range), u, _scaled(_bell(u, -1.0), 2 / np.sqrt(np.pi)))


def _sigmoid(u: Series) -> Series:
    return _shifted(_scaled(_tanh_and_slope(_scaled(u, 0.5))[0], 0.5), 0.5)


def _softplus(u: Series) -> Series:
    return _integral(elementary.softplus(u.range).value, u, _sigmoid(u))


# --- functions that are smooth away from a kink ---


def _absolute(u: Series) -> Series:
    size = u.range
    sign = np.where(size.lo > 0, 1.0, np.where(size.hi < 0, -1.0, np.nan))
    return Series(u.center * sign, u.radius)


def _largest(*all_: Series) -> Series:
    found = all_[0]
    for one in all_[1:]:
        found = _scaled(_add(_add(found, one), _absolute(_subtract(found, one))), 0.5)
    return found


def _smallest(*all_: Series) -> Series:
    return _negate(_largest(*map(_negate, all_)))


RULES: Final[dict[str, Rule]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "^": _power,
    "neg": _negate,
    "sqrt": _sqrt,
    "exp": _exp,
    "expm1": lambda u: _shifted(_exp(u), -1.0),
    "log": _log,
    "log2": lambda u: _scaled(_log(u), 1 / np.log(2.0)),
    "log10": lambda u: _scaled(_log(u), 1 / np.log(10.0)),
    "log1p": lambda u: _log(_shifted(u, 1.0)),
    "sin": lambda u: _sin_cos(u)[0],
    "cos": lambda u: _sin_cos(u)[1],
    "tan": _tan,
    "cot": _cot,
    "sec": lambda u: _reciprocal(_sin_cos(u)[1]),
    "csc": lambda u: _reciprocal(_sin_cos(u)[0]),
    "asin": _asin,
    "acos": _acos,
    "atan": _atan,
    "sinh": lambda u: _sinh_cosh(u)[0],
    "cosh": lambda u: _sinh_cosh(u)[1],
    "sech": lambda u: _reciprocal(_sinh_cosh(u)[1]),
    "tanh": lambda u: _tanh_and_slope(u)[0],
    "asinh": _asinh,
    "abs": _absolute,
    "max": _largest,
    "min": _smallest,
    "relu": lambda u: _largest(u, _number(0.0, 0.0, u)),
    "gaussian": lambda u: _bell(u, -0.5),
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "silu": lambda u: _multiply(u, _sigmoid(u)),
    "gelu": lambda u: _multiply(u, _shifted(_scaled(_erf(_scaled(u, np.sqrt(0.5))), 0.5), 0.5)),
    "softsign": lambda u: _divide(u, _shifted(_absolute(u), 1.0)),
}
"""The rule for each word whose series is known: series of the arguments in, series of the call out."""
