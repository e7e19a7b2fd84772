"""Give the Taylor coefficients of the smooth words of the vocabulary by their differential equations.

Each rule takes the series of the arguments and returns that of the call (see ``series``).
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from nnviz._types import Array
from nnviz.enclosures import elementary, trigonometric
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.series import (
    ORDER,
    ROUNDING,
    SINGLE,
    SPARE,
    TINY,
    Ball,
    Growing,
    Series,
    ball_of,
    divided,
    first_factor,
    integral,
    number_like,
    second_factor,
    slopes_of,
    solved,
    terms,
)
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable
from nnviz.expressions.vocabulary import CONSTANTS

Rule = Callable[..., Series]
_MOST_REPEATED: Final = 64  # exponent of a power by repeated multiplication


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
            return number_like(number, 0.0, x)
        case Constant(name):
            below = CONSTANTS[name].value
            return number_like(below, float(np.spacing(below)), x)
        case Variable():
            return x
        case Call("^", (Constant("e"), exponent)):
            return _called(_exp, [series_of(exponent, x, known)])
        case Call(name, arguments):
            return _called(RULES[name], [series_of(one, x, known) for one in arguments])


# --- the four operations and powers ---


def _add(a: Series, b: Series) -> Series:
    length = max(len(a.center), len(b.center))
    a, b = a.to_length(length), b.to_length(length)
    center = a.center + b.center
    return Series(center, (a.radius + b.radius + SINGLE * np.abs(center)) * SPARE + TINY)


def _negate(a: Series) -> Series:
    return Series(-a.center, a.radius)


def _subtract(a: Series, b: Series) -> Series:
    return _add(a, _negate(b))


def _multiply(a: Series, b: Series) -> Series:
    left, right = first_factor(a), second_factor(b)
    length = min(len(a.center) + len(b.center) - 1, ORDER + 1)
    centers, radii = (np.array(column) for column in zip(*(terms(left, right, k) for k in range(length))))
    return Series(centers, radii * SPARE + TINY)


# qₖ = (aₖ − Σ_{j≥1} bⱼ qₖ₋ⱼ) / b₀
def _divide(a: Series, b: Series) -> Series:
    left, first = first_factor(b), b.center[0]
    least = np.abs(first) - b.radius[0]
    least = np.where(least > 0, least / SPARE, np.nan)

    def over(above: Array, radius: Array) -> Ball:
        found = above / first
        return found, (radius + np.abs(found) * b.radius[0] + 2 * ROUNDING * np.abs(above)) / least

    if b.constant:
        found = over(*a)
        return Series(found[0], found[1] * SPARE + TINY)
    a = a.to_length(ORDER + 1)

    def coefficient(k: int, right: Array) -> Ball:
        center, radius = terms(left, right, k, 1)
        return over(a.center[k] - center, a.radius[k] + radius)

    return solved(over(a.center[0], a.radius[0]), coefficient)


def _power(a: Series, b: Series) -> Series:
    if not b.constant:
        return _exp(_multiply(b, _log(a)))
    n = float(b.center[0, 0])
    if not (b.radius == 0).all() or not n.is_integer() or abs(n) > _MOST_REPEATED:
        return _exp(_multiply(b, _log(a))) if a.constant else _real_power(a, b)
    found = a if n else number_like(1.0, 0.0, a)
    for bit in f"{int(abs(n)):b}"[1:]:
        found = _multiply(found, found)
        found = _multiply(found, a) if bit == "1" else found
    return _reciprocal(found) if n < 0 else Series(found.center, found.radius.copy())


# y = uᶜ:  k u₀ yₖ = Σ_{j≥1} (c j − (k − j)) uⱼ yₖ₋ⱼ
def _real_power(u: Series, c: Series) -> Series:
    size, exponent, off = _positive(u.range), float(c.center[0, 0]), float(c.radius[0, 0])
    first, j = u.center[0], np.arange(len(u.center), dtype=np.float64)
    least = np.where(size.lo > 0, (first - u.radius[0]) / SPARE, np.nan)
    left, sizes = first_factor(u), np.abs(u.center) + u.radius

    def coefficient(k: int, right: Array) -> Ball:
        factors = exponent * j - (k - j)
        own = left * np.stack([factors, np.abs(factors), np.abs(factors)])[:, :, None]
        own[2] += ((off + ROUNDING * abs(exponent)) * j + ROUNDING * k)[:, None] * sizes
        center, radius = terms(own, right, k, 1)
        found = center / (k * first)
        return found, (radius / k + np.abs(found) * (u.radius[0] + ROUNDING * first)) / least

    return solved(ball_of(iv.real_power(size, c.range)), coefficient)


def _positive(a: Interval) -> Interval:
    """Return the intervals of positive numbers, and nan instead of the others."""
    return Interval(np.where(a.lo > 0, a.lo, np.nan), a.hi)


def _sqrt(u: Series) -> Series:
    return _real_power(u, number_like(0.5, 0.0, u))


def _square(u: Series) -> Series:
    return _multiply(u, u)


def _reciprocal(u: Series) -> Series:
    return _divide(number_like(1.0, 0.0, u), u)


def _scaled(u: Series, factor: float) -> Series:
    """Return u times a power of two, or times a number that is rounded."""
    center, radius = u.center * factor, u.radius * abs(factor)
    if abs(np.frexp(factor)[0]) != 0.5:
        radius = radius + ROUNDING * (np.abs(center) + radius)
    return Series(center, radius * SPARE + TINY)


def _shifted(u: Series, shift: float) -> Series:
    return _add(u, number_like(shift, 0.0, u))


# --- functions that solve a differential equation ---


def _exp(u: Series) -> Series:
    left = slopes_of(u)
    return solved(ball_of(iv.exp(u.range)), lambda k, right: divided(terms(left, right, k, 1), k))


def _log(u: Series) -> Series:
    return integral(iv.log(_positive(u.range)), u, _reciprocal(u))


# s′ = u′ c and c′ = −u′ s
def _sin_cos(u: Series) -> tuple[Series, Series]:
    left, size = slopes_of(u), u.range
    s, c = Growing(ball_of(iv.sin(size))), Growing(ball_of(iv.cos(size)))
    for k in range(1, ORDER + 1):
        s.put(k, divided(terms(left, c.right[:, :k], k, 1), k))
        c.put(k, divided(terms(left, s.right[:, :k], k, 1), -k))
    return s.series, c.series


# t = tanh u and s = 1 − t²:  t′ = u′ s and s′ = −2 t t′; s₀ keeps its digits where |u| is large
def _tanh_and_slope(u: Series) -> tuple[Series, Series]:
    left, size = slopes_of(u), u.range
    decay = iv.exp(Interval(-2 * size.magnitude, -2 * size.mignitude))
    t, s = Growing(ball_of(iv.tanh(size))), Growing(ball_of(4.0 * decay / iv.square(1.0 + decay)))
    slopes = np.zeros_like(t.right)
    for k in range(1, ORDER + 1):
        t.put(k, divided(terms(left, s.right[:, :k], k, 1), k))
        center, radius = t.series.center[k], t.series.radius[k]
        slopes[:, k] = center * k, np.abs(center) * k, radius * k
        s.put(k, divided(terms(slopes[:, : k + 1], t.right[:, :k], k, 1), -k / 2))
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
    return integral(trigonometric.atan(u.range).value, u, _reciprocal(_shifted(_square(u), 1.0)))


def _arc_slope(u: Series) -> Series:
    """Return 1/√(1 − u²)."""
    return _reciprocal(_sqrt(_shifted(_negate(_square(u)), 1.0)))


def _asin(u: Series) -> Series:
    return integral(trigonometric.asin(u.range).value, u, _arc_slope(u))


def _acos(u: Series) -> Series:
    return integral(trigonometric.acos(u.range).value, u, _negate(_arc_slope(u)))


def _asinh(u: Series) -> Series:
    slope = _reciprocal(_sqrt(_shifted(_square(u), 1.0)))
    return integral(elementary.asinh(u.range).value, u, slope)


def _bell(u: Series, factor: float) -> Series:
    """Return exp(factor u²)."""
    return _exp(_scaled(_square(u), factor))


def _erf(u: Series) -> Series:
    return integral(iv.erf(u.range), u, _scaled(_bell(u, -1.0), 2 / np.sqrt(np.pi)))


def _sigmoid(u: Series) -> Series:
    return _shifted(_scaled(_tanh_and_slope(_scaled(u, 0.5))[0], 0.5), 0.5)


def _softplus(u: Series) -> Series:
    return integral(elementary.softplus(u.range).value, u, _sigmoid(u))


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
    "relu": lambda u: _largest(u, number_like(0.0, 0.0, u)),
    "gaussian": lambda u: _bell(u, -0.5),
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "silu": lambda u: _multiply(u, _sigmoid(u)),
    "gelu": lambda u: _multiply(u, _shifted(_scaled(_erf(_scaled(u, np.sqrt(0.5))), 0.5), 0.5)),
    "softsign": lambda u: _divide(u, _shifted(_absolute(u), 1.0)),
}
"""The rule for each word whose series is known: series of the arguments in, series of the call out."""
