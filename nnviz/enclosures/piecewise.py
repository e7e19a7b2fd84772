"""Enclose functions with kinks and jumps, such as max, abs, floor and mod."""

from collections.abc import Callable

import numpy as np

from nnviz._types import Array
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.jets import (
    Jet,
    Rule,
    constant,
    constant_on_pieces,
    multiply,
    negate,
    ratio,
    subtract,
    switch,
)


def maximum(a: Jet, b: Jet) -> Jet:
    """Enclose max(a, b)."""
    value = Interval(np.maximum(a.value.lo, b.value.lo), np.maximum(a.value.hi, b.value.hi))
    return switch(a.value.lo >= b.value.hi, b.value.lo >= a.value.hi, a, b, value, jump=False)


def minimum(a: Jet, b: Jet) -> Jet:
    """Enclose min(a, b)."""
    return negate(maximum(negate(a), negate(b)))


def clip(x: Jet, low: Jet, high: Jet) -> Jet:
    """Enclose x limited to the range from low to high."""
    return minimum(maximum(x, low), high)


def absolute(u: Jet) -> Jet:
    """Enclose |u|."""
    value = Interval(u.value.mignitude, u.value.magnitude)
    return switch(u.value.lo >= 0, u.value.hi <= 0, u, negate(u), value, jump=False)


def relu(u: Jet) -> Jet:
    """Enclose max(u, 0)."""
    return maximum(u, constant(0.0))


def leaky_relu(u: Jet) -> Jet:
    """Enclose max(u, 0.01 u)."""
    return maximum(u, multiply(constant(0.01), u))


def triangle(u: Jet) -> Jet:
    """Enclose max(1 − |u|, 0)."""
    return relu(subtract(constant(1.0), absolute(u)))


def rectangle(u: Jet) -> Jet:
    """Enclose the function that is 1 for |u| < ½, ½ for |u| = ½, and 0 elsewhere."""
    levels = [0.5 + 0.5 * np.sign(0.5 - size) for size in (u.inner.magnitude, u.inner.mignitude)]
    return constant_on_pieces(Interval(*levels), u.defined)


def staircase(function: Callable[[Array], Array]) -> Rule:
    """Return the rule of an increasing function that is constant between its jumps and exact for floats."""
    return lambda u: constant_on_pieces(Interval(function(u.inner.lo), function(u.inner.hi)), u.defined)


# a mod b = a − b k,   k = ⌊a/b⌋
def modulo(a: Jet, b: Jet) -> Jet:
    """Enclose a mod b = a − b⌊a/b⌋."""
    value, (open_lo, open_hi) = ratio(a, b)
    quotient = Jet(value, None, None, open_lo=open_lo, open_hi=open_hi).inner
    k = Interval(np.floor(quotient.lo), np.floor(quotient.hi))
    flat = np.asarray((k.lo == k.hi) & b.without_zero)
    rest = subtract(a, multiply(constant(iv.select(flat, k, iv.as_interval(0.0))), b))
    limit = Interval(np.minimum(b.value.lo, 0.0), np.maximum(b.value.hi, 0.0))
    anywhere = Jet(limit, None, None, b.without_zero)
    value = iv.select(flat, rest.value, limit)
    return switch(flat, np.zeros_like(flat), rest, anywhere, value, jump=True)
