"""How far a function gets from 0 on a cell or a box, from its values at the corners and its second derivatives.

On a cell [a, b] of width h let D″ ≥ m. Then D − L + m/2 (x − a)(b − x), L the chord of D, is convex and 0 at both
ends, so

    D(x) ≤ L(x) − m/2 (x − a)(b − x) ≤ p (1 − t) + q t + A t (1 − t),   A = h²/2 max(−m, 0),   p = D(a), q = D(b),

whose crest over all t is (p + q)/2 + A/4 + (q − p)²/(4A), if it lies between the ends: where |q − p| < A.

On a box with ∂²D/∂x² ≥ m₁ and ∂²D/∂y² ≥ m₂, the same along x and then, for the two ends of that, along y:

    D ≤ p(s, t) + A s (1 − s) + B t (1 − t),   p bilinear, the values at the corners.

For a fixed t its crest over s is convex in t, as the greatest of functions linear in t; so it is below the chord of the
crests C₀ and C₁ of the sides t = 0 and t = 1, and the crest of C₀ (1 − t) + C₁ t + B t (1 − t) is a bound.
"""

import numpy as np
from numpy.typing import NDArray

from nnviz.functions import Interval
from nnviz.functions import intervals as iv

Array = NDArray[np.float64]


def crest(p: Interval, q: Interval, bend: Interval, h: Array) -> Array:
    """At least |D| on cells of width h with D(a) in p, D(b) in q, D″ in ``bend``; ∞ if the bend is not finite."""
    above = _above(p.hi, q.hi, -bend.lo, h)
    below = _above(-p.lo, -q.lo, bend.hi, h)
    return np.where(bend.finite, np.maximum(above, below), np.inf)


def crest_of_box(corners: Interval, bends: list[Interval], sides: list[Array]) -> Array:
    """At least |D| on boxes (m,); ``corners`` (m, 4) hold D at (low, low), (low, high), (high, low), (high, high)."""
    above = _above_box(corners.hi, [-bend.lo for bend in bends], sides)
    below = _above_box(-corners.lo, [bend.hi for bend in bends], sides)
    finite = bends[0].finite & bends[1].finite
    return np.where(finite, np.maximum(above, below), np.inf)


def _above_box(corners: Array, bends: list[Array], sides: list[Array]) -> Array:
    low, high = (_above(corners[:, k], corners[:, 2 + k], bends[0], sides[0]) for k in range(2))
    return _above(low, high, bends[1], sides[1])


# The crest of p (1 − t) + q t + A t (1 − t), ``bend`` being −m
def _above(p: Array, q: Array, bend: Array, h: Array) -> Array:
    a = np.where(bend > 0, iv.up(iv.up(h * h) / 2 * bend), 0.0)
    d, ends = iv.up(np.abs(q - p)), np.maximum(p, q)
    crest = (
        iv.point(p) / 2.0
        + iv.point(q) / 2.0
        + iv.point(a) / 4.0
        + iv.square(iv.point(d)) / (4.0 * iv.point(a))
    )
    outside = (iv.down(np.abs(q - p)) >= a) | (a == 0)
    return np.where(outside, ends, np.fmin(crest.hi, iv.up(ends + iv.up(a / 4))))
