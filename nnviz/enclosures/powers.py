"""Compute with bounds a r^α ≤ |u| ≤ b r^β of a quantity u by powers of a distance r in (0, h].

Exponents are exact fractions. Factors are rounded outwards, with much room for the error of the library's powers.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final, NamedTuple

from nnviz.enclosures.intervals import Interval

ROOM: Final = 1e-12  # relative; the error of a power is below 1e-13 wherever it neither over- nor underflows


class Power(NamedTuple):
    """The function ``factor`` · r^``exponent``."""

    factor: float
    exponent: Fraction


class Growth(NamedTuple):
    """Bounds of |u| on one side of a point, and the sign of u there, 1, −1 or 0 if it is unknown; None for no bound."""

    lower: Power | None
    upper: Power | None
    sign: int


def between(values: Interval, exponent: int, side: int) -> Growth:
    """Return the bounds of u = v r^exponent with v in an interval."""
    least, most = float(values.mignitude[0]), float(values.magnitude[0])
    sign = side * (1 if values.lo[0] > 0 else -1) if least > 0 else 0
    power = Fraction(exponent)
    return Growth(Power(least, power) if least > 0 else None, Power(most, power), sign)


def best(one: Growth | None, other: Growth | None) -> Growth | None:
    """Return the sharper of two bounds for r → 0, on each side."""
    if one is None or other is None:
        return other if one is None else one
    lowers = [g.lower for g in (one, other) if g.lower is not None]
    uppers = [g.upper for g in (one, other) if g.upper is not None]
    return Growth(
        min(lowers, key=lambda p: (p.exponent, -p.factor), default=None),
        max(uppers, key=lambda p: (p.exponent, -p.factor), default=None),
        one.sign or other.sign,
    )


def product(one: Growth, other: Growth) -> Growth:
    """Return the bounds of u v."""
    return Growth(
        _times(one.lower, other.lower, down), _times(one.upper, other.upper, up), one.sign * other.sign
    )


def _times(p: Power | None, q: Power | None, rounded: Callable[[float], float]) -> Power | None:
    """Return the product of two powers."""
    return (
        None
        if p is None or q is None
        else checked(Power(rounded(p.factor * q.factor), p.exponent + q.exponent))
    )


def inverse(u: Growth | None) -> Growth | None:
    """Return the bounds of 1/u; None unless |u| has a lower bound."""
    if u is None or u.lower is None:
        return None
    low = None if u.upper is None else checked(Power(down(1 / u.upper.factor), -u.upper.exponent))
    return Growth(low, checked(Power(up(1 / u.lower.factor), -u.lower.exponent)), u.sign)


def raised(u: Growth, p: Fraction, sign: int) -> Growth:
    """Return the bounds of |u|^p for p > 0."""
    lower, upper = (
        None if power is None else checked(Power(rounded(power_of(power.factor, p)), p * power.exponent))
        for power, rounded in ((u.lower, down), (u.upper, up))
    )
    return Growth(lower, upper, sign)


# --- rounding ---


def rounded_width(low: float, high: float) -> float:
    """Return the width of a cell, rounded up."""
    return math.nextafter(high - low, math.inf)


def power_of(x: float, p: Fraction) -> float:
    """Return x^p for x > 0, with the relative error of the library; 0 and ∞ beyond the range of float64."""
    try:
        return float(x ** float(p)) if x > 0 else (1.0 if p == 0 else 0.0)
    except OverflowError:
        return math.inf


def up(x: float) -> float:
    """Return a number above a result of a few operations; ∞ for nan."""
    return math.inf if math.isnan(x) else x * (1 + ROOM) + 1e-300


def down(x: float) -> float:
    """Return a number below a positive result of a few operations; 0 for nan and for results near underflow."""
    return 0.0 if math.isnan(x) else math.inf if x == math.inf else max(x * (1 - ROOM) - 1e-290, 0.0)


def checked(power: Power) -> Power | None:
    """Return the power, or None if its factor over- or underflowed."""
    return power if 0 < power.factor < math.inf else None
