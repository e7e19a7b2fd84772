"""Compute with intervals that certainly contain the real result: arrays [lo, hi], rounded outwards.

An interval is the set of real numbers between its ends; an end may be infinite. For every operation ∘ and all a in A,
b in B the real number a ∘ b lies in A ∘ B. (Moore, Kearfott & Cloud 2009, Introduction to Interval Analysis.)

The assumptions:

- +, −, ·, / and √ of NumPy are those of IEEE 754, rounded to nearest. Their results are moved outwards by at
  least one float, unless they are known to be exact (so that 1 − x² is not below 0 at x = 1).
- Every other function of NumPy, and ``nnviz.expressions.special.erf``, is within ``LIBM_ULP`` units in the last place
  of the true value. **This is an assumption.** NumPy documents 4, and the largest error in our tests is below 3.

Not-a-number, as from ∞ − ∞ or 0·∞, means that nothing is known. It is replaced by the whole line before its next use.
Overflow becomes infinite, and underflow is covered. Callers silence the floating-point warnings of NumPy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from nnviz._types import Array, Truth
from nnviz.expressions import special

LIBM_ULP: Final = 8
"""The assumed largest error of NumPy's elementary functions and of our erf, in units in the last place."""

# |x| PHI + ETA is at least the distance from x to the next float (Rump, Zimmermann, Boldo & Melquiond 2009,
# Computing predecessor and successor in rounding to nearest, BIT 49, Theorem 2.2).
_PHI: Final = 2.0**-53 * (1 + 2.0**-52)
_ETA: Final = 2.0**-1074
_LARGEST: Final = float(np.finfo(np.float64).max)
_LIBM_PHI: Final = (LIBM_ULP + 1) * 2.0**-52  # one more covers the rounding of the move itself
_LIBM_ETA: Final = (LIBM_ULP + 1) * _ETA


def down(x: Any, *, inexact: Any = True) -> Array:
    """Return a float below x where ``inexact``, else x; the largest float for an overflow to ∞, and −∞ for nan."""
    x = np.minimum(x, _LARGEST)
    return np.asarray(np.fmax(x - inexact * (np.abs(x) * _PHI + _ETA), -np.inf))


def up(x: Any, *, inexact: Any = True) -> Array:
    """Return a float above x where ``inexact``, else x; the smallest float for an overflow to −∞, and ∞ for nan."""
    x = np.maximum(x, -_LARGEST)
    return np.asarray(np.fmin(x + inexact * (np.abs(x) * _PHI + _ETA), np.inf))


def libm_down(x: Any) -> Array:
    """Return a lower bound of the true value if a library function returned x; −∞ for nan."""
    x = np.minimum(x, _LARGEST)
    return np.asarray(np.fmax(x - (np.abs(x) * _LIBM_PHI + _LIBM_ETA), -np.inf))


def libm_up(x: Any) -> Array:
    """Return an upper bound of the true value if a library function returned x; ∞ for nan."""
    x = np.maximum(x, -_LARGEST)
    return np.asarray(np.fmin(x + (np.abs(x) * _LIBM_PHI + _LIBM_ETA), np.inf))


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """The real numbers from ``lo`` to ``hi``, element by element, for arrays whose shapes broadcast.

    ``lo`` ≤ ``hi``, and neither is nan. An infinite end does not belong to the interval.
    """

    lo: Array
    hi: Array

    def __getitem__(self, chosen: Any) -> "Interval":
        return Interval(self.lo[chosen], self.hi[chosen])

    def __add__(self, other: "Interval | float") -> "Interval":
        b = as_interval(other)
        lo, hi = self.lo + b.lo, self.hi + b.hi
        below, above = sum_error(lo, self.lo, b.lo) >= 0, sum_error(hi, self.hi, b.hi) <= 0
        return Interval(down(lo, inexact=~below), up(hi, inexact=~above))

    def __neg__(self) -> "Interval":
        return Interval(-self.hi, -self.lo)

    def __sub__(self, other: "Interval | float") -> "Interval":
        return self + -as_interval(other)

    def __mul__(self, other: "Interval | float") -> "Interval":
        b = as_interval(other)
        exact = (
            (_ends_have_few_bits(self) & _ends_have_few_bits(b))
            | _product_is_exact(self, b)
            | _product_is_exact(b, self)
        )
        return _by_sign(_rounded_range(_corners(np.multiply, self, b), ~exact), self, b)

    def __truediv__(self, other: "Interval | float") -> "Interval":
        """Return the quotients by all numbers of ``other`` but 0; the whole line if 0 is inside ``other``."""
        b = as_interval(other)
        signed = Interval(b.lo + 0.0, -(0.0 - b.hi))  # an end at 0 divides as +0 below, as −0 above
        exact = (_is_far_from_underflow(self) & _power_of_two(b)) | _is(1.0, b)
        quotient = _rounded_range(_corners(np.divide, self, signed), ~exact, one=b.lo == b.hi)
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
        """A mask, True where both ends are finite."""
        return np.isfinite(self.lo) & np.isfinite(self.hi)

    def holds(self, x: Any) -> Truth:
        """Return where x lies in the interval."""
        return np.asarray((self.lo <= x) & (x <= self.hi))


def as_interval(x: "Interval | float") -> Interval:
    """Return the interval itself, or the single float x."""
    return x if isinstance(x, Interval) else point(x)


def point(x: Any) -> Interval:
    """Return the intervals that contain only the floats x; the whole line where x is nan."""
    x = np.asarray(x, dtype=np.float64)
    return Interval(np.fmax(x, -np.inf), np.fmin(x, np.inf))


WHOLE: Final = Interval(np.asarray(-np.inf), np.asarray(np.inf))
PI: Final = Interval(np.asarray(np.pi), np.nextafter(np.pi, np.inf))
LN_2: Final = Interval(np.nextafter(np.log(2.0), -np.inf), np.nextafter(np.log(2.0), np.inf))
LN_10: Final = Interval(np.nextafter(np.log(10.0), -np.inf), np.nextafter(np.log(10.0), np.inf))


def hull(a: Interval, b: Interval) -> Interval:
    """Return the smallest interval that contains both intervals."""
    return Interval(np.minimum(a.lo, b.lo), np.maximum(a.hi, b.hi))


def select(condition: Any, a: Interval, b: Interval) -> Interval:
    """Return the interval a where the condition holds, else b."""
    return Interval(np.where(condition, a.lo, b.lo), np.where(condition, a.hi, b.hi))


def within(a: Interval, low: float, high: float) -> Interval:
    """Return a clipped to [low, high], for a quantity that is known to lie there."""
    return Interval(np.clip(a.lo, low, high), np.clip(a.hi, low, high))


def _rounded_range(candidates: list[Array], inexact: Any, *, one: Any = False) -> Interval:
    """Return the interval from the smallest to the largest candidate, rounded outwards; the whole line for nan.

    Where ``one``, the results 1 and −1 are exact, as in a/b for single floats, where only a = ±b gives ±1.
    """
    p, q, r, s = candidates
    low = np.minimum(np.minimum(p, q), np.minimum(r, s))
    high = np.maximum(np.maximum(p, q), np.maximum(r, s))
    return Interval(
        down(low, inexact=inexact & ~(one & (np.abs(low) == 1))),
        up(high, inexact=inexact & ~(one & (np.abs(high) == 1))),
    )


def _by_sign(result: Interval, a: Interval, b: Interval) -> Interval:
    """Return a product or quotient of a and b without the part of the wrong sign that rounding added."""
    if not ((result.lo == -_ETA) | (result.hi == _ETA)).any():
        return result
    up_a, up_b, down_a, down_b = a.lo >= 0, b.lo >= 0, a.hi <= 0, b.hi <= 0
    above, below = up_a & up_b | down_a & down_b, up_a & down_b | down_a & up_b
    return Interval(
        np.where(above, np.maximum(result.lo, 0.0), result.lo),
        np.where(below, np.minimum(result.hi, 0.0), result.hi),
    )


def _corners(operation: Callable[..., Array], a: Interval, b: Interval) -> list[Array]:
    """Return the results of an operation for the four pairs of ends."""
    return [operation(x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]


# The rounding error of s = a + b is exactly (a − (s − (s − a))) + (b − (s − a)) (Knuth, TwoSum).
def sum_error(s: Array, a: Array, b: Array) -> Array:
    """Return the rounding error of the sum s of a and b, with s + error = a + b exactly; nan beyond float64."""
    part = s - a
    return np.asarray((a - (s - part)) + (b - part))


def _has_few_bits(x: Array) -> Truth:
    """Return where x has at most 24 significant bits, so that the product of two such numbers is exact."""
    return np.asarray(x.astype(np.float32) == x)


def _ends_have_few_bits(a: Interval) -> Truth:
    """Return where both ends have at most 24 significant bits."""
    return _has_few_bits(a.lo) & _has_few_bits(a.hi)


def _is(size: float, a: Interval) -> Truth:
    """Return where the interval is the single number ``size`` or its negative."""
    return np.asarray((a.lo == a.hi) & (np.abs(a.lo) == size))


def _product_is_exact(a: Interval, b: Interval) -> Truth:
    """Return where a·b is exact, because a is 0, 1 or −1, or a is one power of two for all cells and b is not tiny."""
    plain = _is(0.0, a) | _is(1.0, a)
    if a.lo.ndim or not _power_of_two(a):
        return plain
    return np.asarray(plain | _is_far_from_underflow(b))


def _is_far_from_underflow(a: Interval) -> Truth:
    """Return where the ends are 0 or so large that multiplication by a moderate power of two is exact."""
    lo, hi = ((np.abs(end) > 2.0**-800) | (end == 0) for end in (a.lo, a.hi))
    return np.asarray(lo & hi)


def _power_of_two(a: Interval) -> Truth:
    """Return where the interval is a single power of two of moderate size."""
    size = a.magnitude
    return np.asarray((a.lo == a.hi) & (np.frexp(size)[0] == 0.5) & (size > 2.0**-100) & (size < 2.0**100))


def square(a: Interval) -> Interval:
    """Enclose x²."""
    low, high = a.mignitude, a.magnitude
    return Interval(
        np.maximum(down(low * low, inexact=~_has_few_bits(low)), 0.0),
        up(high * high, inexact=~_has_few_bits(high)),
    )


def power(a: Interval, n: int) -> Interval:
    """Enclose xⁿ for a whole number n ≥ 0."""
    if n % 2 == 0:
        return _size_power(Interval(a.mignitude, a.magnitude), n)
    low, high = (_size_power(point(np.abs(end)), n) for end in (a.lo, a.hi))
    return Interval(np.where(a.lo >= 0, low.lo, -low.hi), np.where(a.hi >= 0, high.hi, -high.lo))


def _size_power(a: Interval, n: int) -> Interval:
    """Enclose xⁿ for x ≥ 0 by repeated squaring."""
    if n == 0:
        return point(np.ones_like(a.lo))
    result = a
    for bit in f"{n:b}"[1:]:
        result = square(result)
        if bit == "1":
            result = result * a
    return Interval(np.maximum(result.lo, 0.0), result.hi)


def real_power(a: Interval, b: Interval) -> Interval:
    """Enclose xʸ for x > 0, and for x = 0 < y.

    xʸ is monotone in x and in y, so its extremes are at corners. The result is on the correct side of 1.
    """
    values = _corners(np.power, a, b)
    low, high = libm_down(np.minimum.reduce(values)), libm_up(np.maximum.reduce(values))
    above = (a.lo >= 1) & (b.lo >= 0) | (a.hi <= 1) & (b.hi <= 0)
    below = (a.lo >= 1) & (b.hi <= 0) | (a.hi <= 1) & (b.lo >= 0)
    return Interval(np.maximum(low, np.where(above, 1.0, 0.0)), np.where(below, np.minimum(high, 1.0), high))


def sqrt(a: Interval) -> Interval:
    """Enclose √x for x ≥ 0."""
    low, high = np.sqrt(np.maximum(a.lo, 0.0)), np.sqrt(np.maximum(a.hi, 0.0))
    exact_low, exact_high = (
        _has_few_bits(low) & (low * low == a.lo),
        _has_few_bits(high) & (high * high == a.hi),
    )
    return Interval(np.maximum(down(low, inexact=~exact_low), 0.0), up(high, inexact=~exact_high))


def increasing(
    function: Callable[[Any], Any], a: Interval, anchor: tuple[float, float] | None = None
) -> Interval:
    """Enclose an increasing library function; ``anchor`` is an argument with its exact value."""
    lo, hi = libm_down(function(a.lo)), libm_up(function(a.hi))
    if anchor is not None:
        x, y = anchor
        lo, hi = np.where(a.lo >= x, np.maximum(lo, y), lo), np.where(a.hi <= x, np.minimum(hi, y), hi)
    return Interval(lo, hi)


def decreasing(
    function: Callable[[Any], Any], a: Interval, anchor: tuple[float, float] | None = None
) -> Interval:
    """Enclose a decreasing library function; ``anchor`` is an argument with its exact value."""
    flipped = None if anchor is None else (-anchor[0], anchor[1])
    return increasing(lambda x: function(-x), -a, flipped)


def exp(a: Interval) -> Interval:
    """Enclose eˣ."""
    result = increasing(np.exp, a, (0.0, 1.0))
    return Interval(np.maximum(result.lo, 0.0), result.hi)


def log(a: Interval) -> Interval:
    """Enclose the natural logarithm for x > 0."""
    return increasing(np.log, Interval(np.maximum(a.lo, 0.0), a.hi), (1.0, 0.0))


def reaches(a: Interval, turn: float) -> Truth:
    """Return where the interval may contain an angle 2π(k + turn) with a whole number k."""
    slack = (np.abs(a.lo) + np.abs(a.hi) + 1) * 2.0**-50
    return np.asarray(np.ceil(a.lo / np.pi / 2 - turn - slack) <= np.floor(a.hi / np.pi / 2 - turn + slack))


def sin(a: Interval) -> Interval:
    """Enclose the sine, whose extremes are at the ends, or 1 at ¼ turn and −1 at ¾ turn."""
    return _wave(np.sin, a, 0.25, 0.75, (a.lo >= 0) & (a.hi <= 3.14), (a.hi <= 0) & (a.lo >= -3.14))


def cos(a: Interval) -> Interval:
    """Enclose the cosine, whose extremes are at the ends, or 1 at a whole turn and −1 at ½ turn."""
    never = np.zeros_like(a.lo, dtype=np.bool_)
    return select(_is(0.0, a), point(1.0), _wave(np.cos, a, 0.0, 0.5, never, never))


def _wave(
    f: Callable[[Any], Any], a: Interval, top: float, bottom: float, above: Truth, below: Truth
) -> Interval:
    """Enclose a wave with maximum and minimum at these turns, known to be ≥ 0 where ``above``, ≤ 0 where ``below``."""
    first, last = f(a.lo), f(a.hi)
    lo, hi = libm_down(np.minimum(first, last)), libm_up(np.maximum(first, last))
    lo = np.where(reaches(a, bottom), -1.0, np.maximum(lo, np.where(above, 0.0, -1.0)))
    hi = np.where(reaches(a, top), 1.0, np.minimum(hi, np.where(below, 0.0, 1.0)))
    return Interval(lo, hi)


def tan(a: Interval) -> Interval:
    """Enclose the tangent; the whole line where a pole may be inside."""
    anchored = increasing(np.tan, a, (0.0, 0.0))
    inner = select(a.magnitude <= 1.5, anchored, increasing(np.tan, a))
    return select(reaches(a, 0.25) | reaches(a, 0.75), WHOLE, inner)


def cot(a: Interval) -> Interval:
    """Enclose the cotangent; the whole line where a pole may be inside."""
    result = decreasing(lambda x: 1 / np.tan(x), a)
    widened = Interval(down(result.lo), up(result.hi))
    return select(reaches(a, 0.0) | reaches(a, 0.5), WHOLE, widened)


def cosh(a: Interval) -> Interval:
    """Enclose the hyperbolic cosine."""
    return increasing(np.cosh, Interval(a.mignitude, a.magnitude), (0.0, 1.0))


def tanh(a: Interval) -> Interval:
    """Enclose the hyperbolic tangent."""
    return within(increasing(np.tanh, a, (0.0, 0.0)), -1.0, 1.0)


def erf(a: Interval) -> Interval:
    """Enclose the error function."""
    return within(increasing(special.erf, a, (0.0, 0.0)), -1.0, 1.0)


def at_ends(rule: Callable[[Interval], Interval], a: Interval) -> Interval:
    """Enclose an increasing function by a rule that encloses it at single points."""
    return Interval(rule(point(a.lo)).lo, rule(point(a.hi)).hi)
