"""Intervals that are sure to hold the real result: arithmetic on arrays [lo, hi], rounded outward.

An interval is the set of real numbers between its ends; an end may be infinite. For every operation ∘ and all a in A,
b in B the real number a ∘ b lies in A ∘ B. (Moore, Kearfott & Cloud 2009, Introduction to Interval Analysis.)

What this rests on:

- +, −, ·, / and √ of NumPy are those of IEEE 754, rounded to nearest. Their results are moved outward by at least
  one float, unless they are known to be exact (so that 1 − x² is not below 0 at x = 1).
- Every other function of NumPy, and ``nnviz.functions.special.erf``, is within ``LIBM_ULP`` units in the last place
  of the true value. **This is an assumption**: NumPy documents 4, and the most seen in tests is below 3.

Not-a-number, as from ∞ − ∞ or 0·∞, means that nothing is known: it becomes the whole line before anything else is
done with it. Overflow becomes infinite, underflow is covered. Callers silence NumPy's floating point warnings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.functions import special

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]

LIBM_ULP: Final = 8
"""Assumed: NumPy's elementary functions, and our erf, err by at most this many units in the last place."""

# |x| PHI + ETA is at least the distance from x to the next float (Rump, Zimmermann, Boldo & Melquiond 2009,
# Computing predecessor and successor in rounding to nearest, BIT 49, Theorem 2.2).
_PHI: Final = 2.0**-53 * (1 + 2.0**-52)
_ETA: Final = 2.0**-1074
_LARGEST: Final = float(np.finfo(np.float64).max)
_LIBM_PHI: Final = (LIBM_ULP + 1) * 2.0**-52  # one more covers the rounding of the move itself
_LIBM_ETA: Final = (LIBM_ULP + 1) * _ETA


def down(x: Any, inexact: Any = True) -> Array:
    """A float below x, x itself where it is not inexact; the largest float for ∞, which overflowed; −∞ for nan."""
    x = np.minimum(x, _LARGEST)
    return np.asarray(np.fmax(x - inexact * (np.abs(x) * _PHI + _ETA), -np.inf))


def up(x: Any, inexact: Any = True) -> Array:
    """A float above x, x itself where it is not inexact; the least float for −∞, which overflowed; ∞ for nan."""
    x = np.maximum(x, -_LARGEST)
    return np.asarray(np.fmin(x + inexact * (np.abs(x) * _PHI + _ETA), np.inf))


def libm_down(x: Any) -> Array:
    """A float below the number that a library function answered with x; −∞ for nan."""
    x = np.minimum(x, _LARGEST)
    return np.asarray(np.fmax(x - (np.abs(x) * _LIBM_PHI + _LIBM_ETA), -np.inf))


def libm_up(x: Any) -> Array:
    """A float above the number that a library function answered with x; ∞ for nan."""
    x = np.maximum(x, -_LARGEST)
    return np.asarray(np.fmin(x + (np.abs(x) * _LIBM_PHI + _LIBM_ETA), np.inf))


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """The real numbers from ``lo`` to ``hi``, element by element: arrays of one shape, or that broadcast to one.

    ``lo`` ≤ ``hi``, never nan; an end may be infinite, which then does not belong to the interval.
    """

    lo: Array
    hi: Array

    def __getitem__(self, chosen: Any) -> "Interval":
        return Interval(self.lo[chosen], self.hi[chosen])

    def __add__(self, other: "Interval | float") -> "Interval":
        b = as_interval(other)
        lo, hi = self.lo + b.lo, self.hi + b.hi
        below, above = sum_error(lo, self.lo, b.lo) >= 0, sum_error(hi, self.hi, b.hi) <= 0
        return Interval(down(lo, ~below), up(hi, ~above))

    def __neg__(self) -> "Interval":
        return Interval(-self.hi, -self.lo)

    def __sub__(self, other: "Interval | float") -> "Interval":
        return self + -as_interval(other)

    def __mul__(self, other: "Interval | float") -> "Interval":
        b = as_interval(other)
        exact = (_short(self) & _short(b)) | _keeps_digits(self, b) | _keeps_digits(b, self)
        return _by_sign(_around(_corners(np.multiply, self, b), ~exact), self, b)

    def __truediv__(self, other: "Interval | float") -> "Interval":
        """All quotients by the numbers of ``other`` that are not 0; the whole line if 0 is inside ``other``."""
        b = as_interval(other)
        signed = Interval(b.lo + 0.0, -(0.0 - b.hi))  # an end at 0 divides as +0 below, as −0 above
        exact = (_tame(self) & _power_of_two(b)) | _is(1.0, b)
        quotient = _around(_corners(np.divide, self, signed), ~exact, one=b.lo == b.hi)
        return select((b.lo < 0) & (b.hi > 0), WHOLE, _by_sign(quotient, self, b))

    def __radd__(self, other: float) -> "Interval":
        return self + other

    def __rsub__(self, other: float) -> "Interval":
        return as_interval(other) - self

    def __rmul__(self, other: float) -> "Interval":
        return self * other

    def __rtruediv__(self, other: float) -> "Interval":
        return as_interval(other) / self

    @property
    def magnitude(self) -> Array:
        """The largest |x| in the interval."""
        return np.maximum(np.abs(self.lo), np.abs(self.hi))

    @property
    def mignitude(self) -> Array:
        """The smallest |x| in the interval."""
        return np.maximum(np.maximum(self.lo, -self.hi), 0.0)

    @property
    def finite(self) -> Truth:
        """Where both ends are finite."""
        return np.isfinite(self.lo) & np.isfinite(self.hi)

    def holds(self, x: Any) -> Truth:
        """Where x lies in the interval."""
        return np.asarray((self.lo <= x) & (x <= self.hi))


def as_interval(x: "Interval | float") -> Interval:
    """The interval itself, or the single float x."""
    return x if isinstance(x, Interval) else point(x)


def point(x: Any) -> Interval:
    """The intervals that hold the floats x alone; the whole line where x is nan."""
    x = np.asarray(x, dtype=np.float64)
    return Interval(np.fmax(x, -np.inf), np.fmin(x, np.inf))


WHOLE: Final = Interval(np.asarray(-np.inf), np.asarray(np.inf))
PI: Final = Interval(np.asarray(np.pi), np.nextafter(np.pi, np.inf))
LN_2: Final = Interval(np.nextafter(np.log(2.0), -np.inf), np.nextafter(np.log(2.0), np.inf))
LN_10: Final = Interval(np.nextafter(np.log(10.0), -np.inf), np.nextafter(np.log(10.0), np.inf))


def hull(a: Interval, b: Interval) -> Interval:
    """The smallest interval around both."""
    return Interval(np.minimum(a.lo, b.lo), np.maximum(a.hi, b.hi))


def select(condition: Any, a: Interval, b: Interval) -> Interval:
    """The interval a where the condition holds, else b."""
    return Interval(np.where(condition, a.lo, b.lo), np.where(condition, a.hi, b.hi))


def within(a: Interval, low: float, high: float) -> Interval:
    """The part of a between low and high, for a quantity that is known to lie there."""
    return Interval(np.clip(a.lo, low, high), np.clip(a.hi, low, high))


def _around(candidates: list[Array], inexact: Any, one: Any = False) -> Interval:
    """The interval from the least to the greatest candidate, rounded outward; the whole line if one is nan.

    Where ``one``, 1 and −1 are exact, as in a/b for single floats: they are rounded to only where a = ±b.
    """
    p, q, r, s = candidates
    low = np.minimum(np.minimum(p, q), np.minimum(r, s))
    high = np.maximum(np.maximum(p, q), np.maximum(r, s))
    return Interval(
        down(low, inexact & ~(one & (np.abs(low) == 1))), up(high, inexact & ~(one & (np.abs(high) == 1)))
    )


def _by_sign(result: Interval, a: Interval, b: Interval) -> Interval:
    """The part of a product or quotient of a and b that has its sign: what rounding moved beyond 0 is cut off."""
    if not ((result.lo == -_ETA) | (result.hi == _ETA)).any():
        return result
    up_a, up_b, down_a, down_b = a.lo >= 0, b.lo >= 0, a.hi <= 0, b.hi <= 0
    above, below = up_a & up_b | down_a & down_b, up_a & down_b | down_a & up_b
    return Interval(
        np.where(above, np.maximum(result.lo, 0.0), result.lo),
        np.where(below, np.minimum(result.hi, 0.0), result.hi),
    )


def _corners(operation: Callable[..., Array], a: Interval, b: Interval) -> list[Array]:
    return [operation(x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]


# The rounding error of s = a + b is exactly (a − (s − (s − a))) + (b − (s − a)) (Knuth, TwoSum).
def sum_error(s: Array, a: Array, b: Array) -> Array:
    """What rounding took from the sum s of a and b: s + error = a + b exactly; nan beyond float64."""
    part = s - a
    return np.asarray((a - (s - part)) + (b - part))


def _brief(x: Array) -> Truth:
    """Where x has 24 significant bits or fewer: the product of two such numbers is exact."""
    return np.asarray(x.astype(np.float32) == x)


def _short(a: Interval) -> Truth:
    return _brief(a.lo) & _brief(a.hi)


def _is(size: float, a: Interval) -> Truth:
    """Where the interval is this one number, or its negative."""
    return np.asarray((a.lo == a.hi) & (np.abs(a.lo) == size))


def _keeps_digits(a: Interval, b: Interval) -> Truth:
    """Where multiplying b by a is exact: a is 0, 1 or −1; or one power of two for all cells, and b is not tiny."""
    plain = _is(0.0, a) | _is(1.0, a)
    if a.lo.ndim or not _power_of_two(a):
        return plain
    return np.asarray(plain | _tame(b))


def _tame(a: Interval) -> Truth:
    """Where the ends are 0 or far from underflow: a power of two of moderate size changes no digit of them."""
    lo, hi = ((np.abs(end) > 2.0**-800) | (end == 0) for end in (a.lo, a.hi))
    return np.asarray(lo & hi)


def _power_of_two(a: Interval) -> Truth:
    """Where the interval is one power of two, of moderate size: dividing a tame number by it is exact."""
    size = a.magnitude
    return np.asarray((a.lo == a.hi) & (np.frexp(size)[0] == 0.5) & (size > 2.0**-100) & (size < 2.0**100))


def square(a: Interval) -> Interval:
    """x²."""
    low, high = a.mignitude, a.magnitude
    return Interval(np.maximum(down(low * low, ~_brief(low)), 0.0), up(high * high, ~_brief(high)))


def power(a: Interval, n: int) -> Interval:
    """xⁿ for a whole number n ≥ 0."""
    if n % 2 == 0:
        return _size_power(Interval(a.mignitude, a.magnitude), n)
    low, high = (_size_power(point(np.abs(end)), n) for end in (a.lo, a.hi))
    return Interval(np.where(a.lo >= 0, low.lo, -low.hi), np.where(a.hi >= 0, high.hi, -high.lo))


def _size_power(a: Interval, n: int) -> Interval:
    """xⁿ for x ≥ 0 by repeated squaring."""
    if n == 0:
        return point(np.ones_like(a.lo))
    result = a
    for bit in f"{n:b}"[1:]:
        result = square(result)
        if bit == "1":
            result = result * a
    return Interval(np.maximum(result.lo, 0.0), result.hi)


def real_power(a: Interval, b: Interval) -> Interval:
    """xʸ for x > 0, and for x = 0 < y: monotone in x and in y, so extreme at corners; on its side of 1."""
    values = _corners(np.power, a, b)
    low, high = libm_down(np.minimum.reduce(values)), libm_up(np.maximum.reduce(values))
    above = (a.lo >= 1) & (b.lo >= 0) | (a.hi <= 1) & (b.hi <= 0)
    below = (a.lo >= 1) & (b.hi <= 0) | (a.hi <= 1) & (b.lo >= 0)
    return Interval(np.maximum(low, np.where(above, 1.0, 0.0)), np.where(below, np.minimum(high, 1.0), high))


def sqrt(a: Interval) -> Interval:
    """√x over x ≥ 0."""
    low, high = np.sqrt(np.maximum(a.lo, 0.0)), np.sqrt(np.maximum(a.hi, 0.0))
    exact_low, exact_high = _brief(low) & (low * low == a.lo), _brief(high) & (high * high == a.hi)
    return Interval(np.maximum(down(low, ~exact_low), 0.0), up(high, ~exact_high))


def increasing(
    function: Callable[[Any], Any], a: Interval, anchor: tuple[float, float] | None = None
) -> Interval:
    """The values of an increasing library function; ``anchor`` is an argument and its exact value."""
    lo, hi = libm_down(function(a.lo)), libm_up(function(a.hi))
    if anchor is not None:
        x, y = anchor
        lo, hi = np.where(a.lo >= x, np.maximum(lo, y), lo), np.where(a.hi <= x, np.minimum(hi, y), hi)
    return Interval(lo, hi)


def decreasing(
    function: Callable[[Any], Any], a: Interval, anchor: tuple[float, float] | None = None
) -> Interval:
    """The values of a decreasing library function; ``anchor`` is an argument and its exact value."""
    flipped = None if anchor is None else (-anchor[0], anchor[1])
    return increasing(lambda x: function(-x), -a, flipped)


def exp(a: Interval) -> Interval:
    """eˣ."""
    result = increasing(np.exp, a, (0.0, 1.0))
    return Interval(np.maximum(result.lo, 0.0), result.hi)


def log(a: Interval) -> Interval:
    """The natural logarithm over x > 0."""
    return increasing(np.log, Interval(np.maximum(a.lo, 0.0), a.hi), (1.0, 0.0))


def reaches(a: Interval, turn: float) -> Truth:
    """Where the interval may hold an angle 2π(k + turn) with a whole number k."""
    slack = (np.abs(a.lo) + np.abs(a.hi) + 1) * 2.0**-50
    return np.asarray(np.ceil(a.lo / np.pi / 2 - turn - slack) <= np.floor(a.hi / np.pi / 2 - turn + slack))


def sin(a: Interval) -> Interval:
    """The sine: extreme at an end, or 1 at a quarter of a turn, −1 at three quarters."""
    return _wave(np.sin, a, 0.25, 0.75, (a.lo >= 0) & (a.hi <= 3.14), (a.hi <= 0) & (a.lo >= -3.14))


def cos(a: Interval) -> Interval:
    """The cosine: extreme at an end, or 1 at whole turns, −1 half a turn further."""
    never = np.zeros_like(a.lo, dtype=np.bool_)
    return select(_is(0.0, a), point(1.0), _wave(np.cos, a, 0.0, 0.5, never, never))


def _wave(
    f: Callable[[Any], Any], a: Interval, top: float, bottom: float, above: Truth, below: Truth
) -> Interval:
    """A wave with its top and bottom at these turns, known to be ≥ 0 where ``above``, ≤ 0 where ``below``."""
    first, last = f(a.lo), f(a.hi)
    lo, hi = libm_down(np.minimum(first, last)), libm_up(np.maximum(first, last))
    lo = np.where(reaches(a, bottom), -1.0, np.maximum(lo, np.where(above, 0.0, -1.0)))
    hi = np.where(reaches(a, top), 1.0, np.minimum(hi, np.where(below, 0.0, 1.0)))
    return Interval(lo, hi)


def tan(a: Interval) -> Interval:
    """The tangent; the whole line where a pole may be inside."""
    anchored = increasing(np.tan, a, (0.0, 0.0))
    inner = select(a.magnitude <= 1.5, anchored, increasing(np.tan, a))
    return select(reaches(a, 0.25) | reaches(a, 0.75), WHOLE, inner)


def cot(a: Interval) -> Interval:
    """The cotangent; the whole line where a pole may be inside."""
    result = decreasing(lambda x: 1 / np.tan(x), a)
    widened = Interval(down(result.lo), up(result.hi))
    return select(reaches(a, 0.0) | reaches(a, 0.5), WHOLE, widened)


def cosh(a: Interval) -> Interval:
    """The hyperbolic cosine."""
    return increasing(np.cosh, Interval(a.mignitude, a.magnitude), (0.0, 1.0))


def tanh(a: Interval) -> Interval:
    """The hyperbolic tangent."""
    return within(increasing(np.tanh, a, (0.0, 0.0)), -1.0, 1.0)


def erf(a: Interval) -> Interval:
    """The error function."""
    return within(increasing(special.erf, a, (0.0, 0.0)), -1.0, 1.0)


def at_ends(rule: Callable[[Interval], Interval], a: Interval) -> Interval:
    """The values of an increasing function from a rule that encloses it at single points."""
    return Interval(rule(point(a.lo)).lo, rule(point(a.hi)).hi)


def sigmoid(a: Interval) -> Interval:
    """1/(1 + e⁻ˣ)."""
    return within(at_ends(_sigmoid_at, a), 0.0, 1.0)


# σ(x) = 1/(1 + e⁻ˣ) for x ≥ 0, else eˣ/(1 + eˣ): no overflow
def _sigmoid_at(x: Interval) -> Interval:
    tail = exp(Interval(-np.abs(x.lo), -np.abs(x.lo)))
    return select(x.lo >= 0, as_interval(1.0), tail) / (1.0 + tail)


def softplus(a: Interval) -> Interval:
    """log(1 + eˣ)."""
    return at_ends(_softplus_at, a)


# log(1 + eˣ) = max(x, 0) + log(1 + exp(−|x|))
def _softplus_at(x: Interval) -> Interval:
    tail = exp(Interval(-np.abs(x.lo), -np.abs(x.lo)))
    return point(np.maximum(x.lo, 0.0)) + increasing(np.log1p, tail, (0.0, 0.0))
