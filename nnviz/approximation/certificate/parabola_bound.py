"""Bound a function on a cell or a box by its values at the corners and its second derivatives.

On a cell [a, b] of width h let D″ ≥ m, and let L be the chord of D. Then D − L + m/2 (x − a)(b − x) is convex and 0 at
both ends, so

    D(x) ≤ L(x) − m/2 (x − a)(b − x) ≤ p (1 − t) + q t + A t (1 − t),   A = h²/2 max(−m, 0),   p = D(a), q = D(b),

whose maximum over all t is (p + q)/2 + A/4 + (q − p)²/(4A), if it lies between the ends, which means |q − p| < A.

On a box with ∂²D/∂x² ≥ m₁ and ∂²D/∂y² ≥ m₂, the same holds along x and then, for the two ends, along y:

    D ≤ p(s, t) + A s (1 − s) + B t (1 − t),   p bilinear, the values at the corners.

For a fixed t the maximum over s is convex in t, because it is the maximum of functions that are linear in t. So it is
below the chord of the maxima C₀ and C₁ of the sides t = 0 and t = 1, and the maximum of C₀ (1 − t) + C₁ t + B t (1 − t)
is a bound.
"""

import numpy as np

from nnviz._types import Array
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv


def parabola_bound(p: Interval, q: Interval, bend: Interval, h: Array) -> Array:
    """Return a bound of |D| on cells of width h with D(a) in p, D(b) in q, D″ in ``bend``; ∞ if ``bend`` is not
    finite.
    """
    above = _above(p.hi, q.hi, -bend.lo, h)
    below = _above(-p.lo, -q.lo, bend.hi, h)
    return np.where(bend.finite, np.maximum(above, below), np.inf)


def parabola_bound_on_box(corners: Interval, bends: list[Interval], sides: list[Array]) -> Array:
    """Return a bound of |D| on boxes (m,).

    ``corners`` (m, 4) enclose D at (low, low), (low, high), (high, low) and (high, high). ``bends`` enclose ∂²D/∂x² and
    ∂²D/∂y², and ``sides`` are upper bounds of the lengths of the sides.
    """
    above = _above_box(corners.hi, [-bend.lo for bend in bends], sides)
    below = _above_box(-corners.lo, [bend.hi for bend in bends], sides)
    finite = bends[0].finite & bends[1].finite
    return np.where(finite, np.maximum(above, below), np.inf)


def _above_box(corners: Array, bends: list[Array], sides: list[Array]) -> Array:
    """Return an upper bound of D on boxes, from upper bounds at the corners."""
    low, high = (_above(corners[:, k], corners[:, 2 + k], bends[0], sides[0]) for k in range(2))
    return _above(low, high, bends[1], sides[1])


# max p (1 − t) + q t + A t (1 − t) over 0 ≤ t ≤ 1, with ``bend`` = −m
def _above(p: Array, q: Array, bend: Array, h: Array) -> Array:
    """Return an upper bound of D on cells, from upper bounds p and q at their ends."""
    a = np.where(bend > 0, iv.up(iv.up(h * h) / 2 * bend), 0.0)
    d, ends = iv.up(np.abs(q - p)), np.maximum(p, q)
    maximum = (
        iv.point(p) / 2.0
        + iv.point(q) / 2.0
        + iv.point(a) / 4.0
        + iv.square(iv.point(d)) / (4.0 * iv.point(a))
    )
    outside = (iv.down(np.abs(q - p)) >= a) | (a == 0)
    return np.where(outside, ends, np.fmin(maximum.hi, iv.up(ends + iv.up(a / 4))))
