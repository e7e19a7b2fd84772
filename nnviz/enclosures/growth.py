"""Bound |f| near a point c by powers of the distance r = |x − c|, so that integrals up to a pole can be enclosed.

On one side of c, for 0 < r ≤ h, a subexpression u has the bounds

    a r^α ≤ |u| ≤ b r^β      with a > 0, where either bound can be missing, and with a sign that can be unknown.

They start at subexpressions that are regular at c. There u(c) ≠ 0 gives α = β = 0, a simple zero gives 1, because
u = u′(ξ) r, and a double zero gives 2, because u = u″(ξ) r²/2. From there the bounds follow the tree:

    |u v|      the factors multiply and the exponents add; |u/v| needs the lower bound of |v|
    |u + v|    at most b r^β + b′ r^β′; at least the difference, where one of both dominates
    |ln u|     at most C ln(1/r), and ln(1/r) ≤ r^(−η)/(e η) for every η > 0
    e^u        at least uⁿ/n! for u > 0, and at most n!/|u|ⁿ for u < 0
    φ(u)       |φ(u) − φ(0)| lies between the extremes of |φ′| times |u|
    ⌊u⌋        differs from u by at most 1

Exponents are exact fractions, because r^(−½) and r^(−½ + 1e-17) differ in whether the integral of their squares exists.
Where u has a simple zero at an unknown c in a cell, as x² − 2 at √2, the bounds hold on both sides of c.
"""

import math
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from nnviz.enclosures.enclose import checked_cells, exact_jet, jet_of, root_of
from nnviz.enclosures.growth_rules import DENOMINATORS, Side
from nnviz.enclosures.jets import finished, variable
from nnviz.enclosures.powers import Growth, Power, down, power_of, rounded_width, up
from nnviz.expressions.expression import Expression
from nnviz.expressions.nodes import Call, Node, subtrees
from nnviz.targets.convert import Target
from nnviz.targets.points import PiecewiseLinear

_MOST_PIVOTS: Final = 6
_LARGE: Final = 1e308


class Near(NamedTuple):
    """Bounds of f for 0 < |x − c| ≤ ``width``, one for each side of c that lies in the cell.

    ``inside`` is True if c is an unknown point of the cell, so that both sides may be shorter; otherwise c is an end.
    """

    sides: tuple[Growth, ...]
    width: float
    inside: bool


def growth_near(f: Target, low: float, high: float) -> Near | None:
    """Return bounds of |f| by powers of the distance from a point c of the cell [low, high]; None if none are found.

    c is ``low``, or ``high``, or the zero of one subexpression. The bounds prove that f is defined
    in the cell except at c.
    """
    if isinstance(f, PiecewiseLinear):
        return None
    with np.errstate(all="ignore"):
        for find in (_at_an_end, _at_a_zero_inside):
            if (found := find(f, low, high)) is not None:
                return found
    return None


def integral_of_power(near: Near, k: int) -> tuple[float, float]:
    """Return a lower and an upper bound of ∫ |f|ᵏ over the cell; ∞ and ∞ if the integral is proved to be infinite."""
    parts = [_integral(side, near.width, k) for side in near.sides]
    low = sum(part[0] for part in parts)
    if near.inside:  # each side may be shorter; it is there if there is an upper bound of the subexpression
        low = math.inf if low == math.inf else 0.0
    return (low if low == math.inf else min(down(low), _LARGE)), up(sum(part[1] for part in parts))


# ∫₀ʰ (b r^β)ᵏ dr = bᵏ h^(kβ + 1)/(kβ + 1) if kβ > −1, else ∞
def _integral(side: Growth, h: float, k: int) -> tuple[float, float]:
    """Return bounds of the integral over one side."""
    low, high = 0.0, math.inf
    if side.upper is not None and (n := k * side.upper.exponent + 1) > 0:
        high = up(power_of(side.upper.factor, Fraction(k)) * power_of(h, n) / float(n))
    if side.lower is not None:
        n = k * side.lower.exponent + 1
        size = power_of(side.lower.factor, Fraction(k)) * power_of(h, n) if n > 0 else math.inf
        low = math.inf if n <= 0 else min(down(size / float(n)), _LARGE)  # an overflow is not infinite
    return low, high


def _at_an_end(f: Expression, low: float, high: float) -> Near | None:
    """Return the bounds by the distance from one end of the cell."""
    for c, side in ((low, 1), (high, -1)):
        found = Side(low, high, c, side, {}).of(root_of(f))
        if found is not None and (found.upper or found.lower):
            return Near((found,), rounded_width(low, high), inside=False)
    return None


# If u rises, then |u(x)| ≥ m |x − c|, where c is its zero, or the low end if u > 0, or the high end if u < 0.
def _at_a_zero_inside(f: Expression, low: float, high: float) -> Near | None:
    """Return the bounds by the distance from the point c of the cell where one subexpression u is closest to 0."""
    pivots = [pivot for node in _possible_zeros(root_of(f)) if (pivot := _monotone(node, low, high))]
    for node, rising in pivots[:_MOST_PIVOTS]:
        sides = [
            Side(low, high, None, side, {node: rising._replace(sign=side * rising.sign)}).of(root_of(f))
            for side in (-1, 1)
        ]
        kept = tuple(side for side in sides if side is not None and (side.upper or side.lower))
        if len(kept) == 2:
            return Near(kept, rounded_width(low, high), inside=True)
    return None


def _monotone(node: Node, low: float, high: float) -> tuple[Node, Growth] | None:
    """Return a strictly monotone subexpression that may be 0 in the cell, with its bounds where it rises; else None."""
    cells = checked_cells([low], [high])
    jet = finished(jet_of(node, variable(cells), {}), cells)
    least, most = float(jet.first.mignitude[0]), float(jet.first.magnitude[0])
    if not (
        jet.defined[0] and jet.continuous[0] and least > 0 and most < math.inf and jet.value.holds(0.0)[0]
    ):
        return None
    start, stop = (exact_jet(node, end).value for end in (low, high))
    rises = 1 if jet.first.lo[0] > 0 else -1
    sure = float(np.max(start.hi)) < 0 < float(np.min(stop.lo)) or float(np.max(stop.hi)) < 0 < float(
        np.min(start.lo)
    )
    upper = Power(most, Fraction(1)) if sure else Power(float(jet.value.magnitude[0]), Fraction(0))
    return node, Growth(Power(least, Fraction(1)), upper, rises)


def _possible_zeros(root: Node) -> list[Node]:
    """Return the subexpressions whose zeros can be poles, with those that a function divides by."""
    found = list(subtrees(root))
    for node in list(found):
        if isinstance(node, Call) and node.name in DENOMINATORS:
            found += [build(node.arguments[0]) for build in DENOMINATORS[node.name]]
    return list(dict.fromkeys(found))
