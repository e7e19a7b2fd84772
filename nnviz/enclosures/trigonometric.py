"""Enclose the trigonometric functions and their inverses with their first two derivatives.

The formula of each derivative stands above the code.
"""

from typing import Final

import numpy as np

from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import WHOLE, Interval
from nnviz.enclosures.jets import Curve, Jet, excludes_zero, minus, or_zero, plus, times, where_both


def sin(u: Interval) -> Curve:
    """Enclose sin u."""
    v = iv.sin(u)
    return Curve(v, lambda: (iv.cos(u), -v))


def cos(u: Interval) -> Curve:
    """Enclose cos u."""
    v = iv.cos(u)
    return Curve(v, lambda: (-iv.sin(u), -v))


# (sin πu)′ = π cos πu,   (sin πu)″ = −π² sin πu;   (cos πu)′ = −π sin πu,   (cos πu)″ = −π² cos πu
def _sin_pi(u: Interval) -> Curve:
    """Enclose sin πu."""
    v = _signed(iv.sin(iv.PI * u), u)
    return Curve(v, lambda: (iv.PI * _cos_pi_value(u), -iv.square(iv.PI) * v))


def _cos_pi(u: Interval) -> Curve:
    """Enclose cos πu."""
    v = _cos_pi_value(u)
    return Curve(v, lambda: (-iv.PI * _signed(iv.sin(iv.PI * u), u), -iv.square(iv.PI) * v))


def _cos_pi_value(u: Interval) -> Interval:
    """Enclose the values of cos πu."""
    return _signed(iv.cos(iv.PI * u), u + 0.5)


WAVES: Final = {"sin": _sin_pi, "cos": _cos_pi}


def _signed(sine: Interval, u: Interval) -> Interval:
    """Return an enclosure of sin πu limited to its sign, ≥ 0 for 2k ≤ u ≤ 2k + 1 and ≤ 0 for 2k − 1 ≤ u ≤ 2k."""
    first, last = (
        np.floor(u.lo),
        np.ceil(u.hi) - 1,
    )  # of the stretch between whole numbers that u starts, and ends, in
    known = (np.abs(u.lo) < 2.0**50) & (np.abs(u.hi) < 2.0**50)
    above, below = np.zeros_like(u.lo, np.bool_), np.zeros_like(u.lo, np.bool_)
    for k in (first, last):
        within = known & (k <= u.lo) & (u.hi <= k + 1)
        above, below = above | within & (k % 2 == 0), below | within & (k % 2 == 1)
    return Interval(
        np.where(above, np.maximum(sine.lo, 0.0), sine.lo), np.where(below, np.minimum(sine.hi, 0.0), sine.hi)
    )


# tan′ = 1 + tan²,   tan″ = 2 tan tan′
def tan(u: Interval) -> Curve:
    """Enclose tan u."""
    v = iv.tan(u)
    slope = 1.0 + iv.square(v)
    return Curve(v, lambda: (slope, 2.0 * v * slope), v.finite)


# cot′ = −(1 + cot²),   cot″ = −2 cot cot′
def cot(u: Interval) -> Curve:
    """Enclose cot u."""
    v = iv.cot(u)
    slope = 1.0 + iv.square(v)
    return Curve(v, lambda: (-slope, 2.0 * v * slope), v.finite)


# (1/c)′ = −c′/c²,   (1/c)″ = (1 + 2 (c′/c)²)/c   for c″ = −c
def _one_over_wave(wave: Interval, slope: Interval) -> Curve:
    """Return the curve of 1/c for c = sin or cos, from c and c′."""
    v = 1.0 / wave
    return Curve(
        v, lambda: (-slope * iv.square(v), v * (1.0 + 2.0 * iv.square(slope * v))), excludes_zero(wave)
    )


def sec(u: Interval) -> Curve:
    """Enclose 1/cos u."""
    return _one_over_wave(iv.cos(u), -iv.sin(u))


def csc(u: Interval) -> Curve:
    """Enclose 1/sin u."""
    return _one_over_wave(iv.sin(u), iv.cos(u))


# asin′ = 1/w,   asin″ = x/w³   with w = √(1 − x²)
def asin(u: Interval) -> Curve:
    """Enclose arcsin u."""
    v = iv.increasing(np.arcsin, iv.within(u, -1.0, 1.0), (0.0, 0.0))
    w = iv.sqrt(1.0 - iv.square(u))
    return Curve(v, lambda: (1.0 / w, u / (w * w * w)), (u.lo >= -1) & (u.hi <= 1))


# acos′ = −asin′
def acos(u: Interval) -> Curve:
    """Enclose arccos u."""
    sine = asin(u)
    v = iv.decreasing(np.arccos, iv.within(u, -1.0, 1.0), (1.0, 0.0))
    return Curve(v, lambda: (-sine.derivatives()[0], -sine.derivatives()[1]), sine.defined)


# atan′ = s,   atan″ = −2x s²   with s = 1/(1 + x²)
def atan(u: Interval) -> Curve:
    """Enclose arctan u."""
    s = 1.0 / (1.0 + iv.square(u))
    return Curve(iv.increasing(np.arctan, u, (0.0, 0.0)), lambda: (s, -2.0 * u * iv.square(s)))


# θ′ = w/r,   θ″ = w′/r − w r′/r²   with w = x y′ − y x′,   w′ = x y″ − y x″,   r = x² + y²,   r′ = 2(x x′ + y y′)
def atan2(y: Jet, x: Jet) -> Jet:
    """Enclose the angle of the point (x, y)."""
    defined, continuous = where_both(y, x)
    cut = (y.value.lo <= 0) & (y.value.hi >= 0) & (x.value.lo <= 0)
    value = iv.select(cut, Interval(-iv.PI.hi, iv.PI.hi), _angles(y.value, x.value))
    w = plus(times(x.value, y.first), minus(times(y.value, x.first)))
    if w is None:
        return Jet(value, None, None, defined, continuous & ~cut)
    r = iv.square(x.value) + iv.square(y.value)
    r_slope = 2.0 * or_zero(plus(times(x.value, x.first), times(y.value, y.first)))
    w_slope = plus(times(x.value, y.second), minus(times(y.value, x.second)))
    bend = or_zero(w_slope) / r - w / r * (r_slope / r)
    return Jet(value, iv.select(cut, WHOLE, w / r), iv.select(cut, WHOLE, bend), defined, continuous & ~cut)


def _angles(y: Interval, x: Interval) -> Interval:
    """Enclose atan2 on boxes without the origin and the cut, where its extremes are at corners."""
    values = [np.arctan2(b + 0.0, a) for b in (y.lo, y.hi) for a in (x.lo, x.hi)]
    return Interval(iv.libm_down(np.minimum.reduce(values)), iv.libm_up(np.maximum.reduce(values)))
