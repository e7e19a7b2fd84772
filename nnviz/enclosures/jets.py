"""Compute with 2-jets of intervals: enclosures of a value and of its first and second derivative.

For u = u(x) the chain rule of φ(u) and ψ(a, b) reads, to second order,

    φ(u)′ = φ′ u′                          φ(u)″ = φ″ u′² + φ′ u″
    (ab)′ = a′b + ab′                      (ab)″ = a″b + 2a′b′ + ab″

An open cell is a cell without its ends. On it, f may not attain an end of the interval of its values, which
``Jet.open_lo`` and ``open_hi`` say. This proves that 1/x is defined on 0 < x < 1, and that ⌊x⌋ does not jump there.

Where u has a kink, u′ is an interval that contains every difference quotient (u(x) − u(y))/(x − y) of the cell.
Both rules above hold for difference quotients, by the mean value theorem for φ. So functions such as max and abs
only need the hull of both derivatives, and no bound of u″. At a jump u′ is not bounded either.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnviz._types import Array, Truth
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import WHOLE, Interval


class Enclosure(NamedTuple):
    """Proved bounds of f on m cells; all arrays (m,).

    Where ``defined`` is False, f may be undefined or unbounded somewhere in the cell, and the other bounds mean
    nothing.
    """

    value: Interval  # contains f(x) for every x of the cell
    first: Interval  # contains (f(x) − f(y))/(x − y) for all x ≠ y of the cell; the whole line at a jump
    second: Interval  # the same for f′; the whole line at a kink
    smooth: Truth  # f has a derivative with bounded difference quotients, so ``second`` is finite
    defined: Truth  # f is a real number everywhere in the cell
    continuous: Truth  # f has no jump in the cell; false where one is possible


class Jet(NamedTuple):
    """Bounds of a subexpression on the cells, as in ``Enclosure``; a derivative that is 0 everywhere is None.

    Where ``open_lo``, every value is above value.lo, and where ``open_hi``, every value is below value.hi.
    """

    value: Interval
    first: Interval | None
    second: Interval | None
    defined: Any = True
    continuous: Any = True
    open_lo: Any = False
    open_hi: Any = False

    @property
    def closed(self) -> bool:
        """True if no end is known to be excluded."""
        return self.open_lo is False and self.open_hi is False

    @property
    def positive(self) -> Truth:
        """A mask, True where the value is certainly above 0."""
        return np.asarray((self.value.lo > 0) | ((self.value.lo == 0) & self.open_lo))

    @property
    def without_zero(self) -> Truth:
        """A mask, True where the value is certainly not 0."""
        below = (self.value.hi < 0) | ((self.value.hi == 0) & self.open_hi)
        return np.asarray(self.positive | below)

    @property
    def inner(self) -> Interval:
        """The value, with an excluded end at a whole number or a half moved inwards by one float.

        Jumps and ends of domains are at these numbers. What holds for the moved end holds for all numbers up to the
        end.
        """
        lo, hi = self.value.lo, self.value.hi
        if self.closed:
            return self.value
        return Interval(
            np.where(self.open_lo & is_whole(2 * lo) & (lo < hi), np.nextafter(lo, np.inf), lo),
            np.where(self.open_hi & is_whole(2 * hi) & (lo < hi), np.nextafter(hi, -np.inf), hi),
        )


def is_whole(x: Array) -> Truth:
    """Return where x is a whole number below 2⁵⁰ in size."""
    return np.asarray((np.rint(x) == x) & (np.abs(x) < 2.0**50))


class Curve(NamedTuple):
    """A function φ of one variable on the intervals u."""

    value: Interval  # contains φ(u)
    derivatives: Callable[[], tuple[Interval, Interval]]  # φ′ and φ″, computed only if they are needed
    defined: Any = True  # where φ is defined for all u


Rule = Callable[..., Jet]


def constant(value: Interval | float) -> Jet:
    """Return the jet of a number, or of an unknown number in each interval."""
    return Jet(iv.as_interval(value), None, None)


def variable(cells: Interval, *, open_: bool = False) -> Jet:
    """Return the jet of the variable x on the cells, or on the cells without their ends."""
    return Jet(cells, iv.as_interval(1.0), None, open_lo=open_, open_hi=open_)


def finished(jet: Jet, cells: Interval) -> Enclosure:
    """Return the jet with every array spelled out; nothing is said where f may be undefined."""
    shape = cells.lo.shape
    defined = np.broadcast_to(np.asarray(jet.defined, np.bool_), shape)
    continuous = np.broadcast_to(np.asarray(jet.continuous, np.bool_), shape) & defined
    value, first, second = (
        iv.select(defined, iv.as_interval(0.0) if part is None else part, WHOLE)
        for part in (jet.value, jet.first, jet.second)
    )
    return Enclosure(value, first, second, second.finite, defined, continuous)


def first_defined(known: Jet, other: Jet, narrower: Truth | None = None) -> Jet:
    """Return the first jet, and the other jet where only the other is defined.

    Where ``narrower`` is true, the other jet is also taken where its values have the smaller range.
    """
    better = np.asarray(other.defined & ~np.asarray(known.defined))
    if narrower is not None:
        less = ~(known.value.hi - known.value.lo <= other.value.hi - other.value.lo)
        better = better | (narrower & np.asarray(other.defined) & less)
    return select(better, other, known)


def select(condition: Truth, a: Jet, b: Jet) -> Jet:
    """Return the jet a where the condition holds, else b."""
    parts = [iv.select(condition, *(or_zero(one) for one in pair)) for pair in zip(a[:3], b[:3])]
    return Jet(*parts, *[np.where(condition, *pair) for pair in zip(a[3:], b[3:])])


def plus(a: Interval | None, b: Interval | None) -> Interval | None:
    """Return a + b, where None stands for 0."""
    if a is None or b is None:
        return b if a is None else a
    return a + b


def times(a: Interval | None, b: Interval | None) -> Interval | None:
    """Return a b, where None stands for 0."""
    return None if a is None or b is None else a * b


def minus(a: Interval | None) -> Interval | None:
    """Return −a, where None stands for 0."""
    return None if a is None else -a


def or_zero(a: Interval | None) -> Interval:
    """Return a, or 0 for None."""
    return iv.as_interval(0.0) if a is None else a


def open_ends(p: Interval, p_open: tuple[Any, Any], q: Interval, q_open: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return whether the smallest and the largest product of p and q are excluded."""
    products, taken = [], []
    for x, x_open in zip((p.lo, p.hi), p_open):
        for y, y_open in zip((q.lo, q.hi), q_open):
            products.append(x * y)
            by_x, by_y = np.logical_not(x_open), np.logical_not(y_open)
            taken.append((by_x | ((y == 0) & by_y)) & (by_y | ((x == 0) & by_x)) | np.isnan(x * y))
    least, greatest = np.fmin.reduce(products), np.fmax.reduce(products)
    open_lo, open_hi = (
        np.logical_and.reduce(
            [~t & ~np.isnan(z) | (z != end) & ~np.isnan(z) for z, t in zip(products, taken)]
        )
        for end in (least, greatest)
    )
    return open_lo, open_hi


def where_both(a: Jet, b: Jet) -> tuple[Any, Any]:
    """Return where a and b are both defined, and where both are continuous."""
    return a.defined & b.defined, a.continuous & b.continuous


def negate(a: Jet) -> Jet:
    """Enclose −a."""
    return Jet(-a.value, minus(a.first), minus(a.second), a.defined, a.continuous, a.open_hi, a.open_lo)


def add(a: Jet, b: Jet) -> Jet:
    """Enclose a + b."""
    open_lo, open_hi = (
        (False, False) if a.closed and b.closed else (a.open_lo | b.open_lo, a.open_hi | b.open_hi)
    )
    slopes = plus(a.first, b.first), plus(a.second, b.second)
    return Jet(a.value + b.value, *slopes, *where_both(a, b), open_lo, open_hi)


def subtract(a: Jet, b: Jet) -> Jet:
    """Enclose a − b."""
    return add(a, negate(b))


# (ab)′ = a′b + ab′,   (ab)″ = a″b + 2a′b′ + ab″
def multiply(a: Jet, b: Jet) -> Jet:
    """Enclose a b."""
    if a is b:
        return compose(whole_power(2), a, rises=a.value.lo >= 0, falls=a.value.hi <= 0)
    cross = times(times(a.first, b.first), iv.as_interval(2.0))
    first = plus(times(a.first, b.value), times(a.value, b.first))
    second = plus(plus(times(a.second, b.value), cross), times(a.value, b.second))
    ends: tuple[Any, Any] = (False, False)
    if not (a.closed and b.closed):
        ends = open_ends(a.value, (a.open_lo, a.open_hi), b.value, (b.open_lo, b.open_hi))
    value = a.value * b.value
    if not value.finite.all():  # 0 times a real number is 0, even if the number may be beyond float64
        value = iv.select(is_zero(a.value) | is_zero(b.value), iv.as_interval(0.0), value)
    return Jet(value, first, second, *where_both(a, b), *ends)


def is_zero(a: Interval) -> Truth:
    """Return where an interval is the single number 0."""
    return np.asarray((a.lo == 0) & (a.hi == 0))


# q = a/b,   q′ = (a′ − q b′)/b,   q″ = (a″ − 2q′b′ − q b″)/b
def divide(a: Jet, b: Jet) -> Jet:
    """Enclose a/b."""
    defined, continuous = where_both(a, b)
    value, ends = ratio(a, b)
    first = plus(a.first, minus(times(value, b.first)))
    first = None if first is None else first / b.value
    bend = plus(times(times(first, b.first), iv.as_interval(2.0)), times(value, b.second))
    second = plus(a.second, minus(bend))
    second = None if second is None else second / b.value
    return Jet(value, first, second, defined & b.without_zero, continuous, *ends)


def ratio(a: Jet, b: Jet) -> tuple[Interval, tuple[Any, Any]]:
    """Return the values of a/b, and whether the smallest and the largest are excluded, from a times 1/b."""
    if a.closed and b.closed:
        return a.value / b.value, (False, False)
    inverse = Interval(1 / -(0.0 - b.value.hi), 1 / (b.value.lo + 0.0))
    open_lo, open_hi = open_ends(a.value, (a.open_lo, a.open_hi), inverse, (b.open_hi, b.open_lo))
    sure = b.without_zero
    return a.value / b.value, (open_lo & sure, open_hi & sure)


def excludes_zero(a: Interval) -> Truth:
    """Return where an interval does not contain 0."""
    return np.asarray((a.lo > 0) | (a.hi < 0))


# φ(u)′ = φ′u′,   φ(u)″ = φ″u′² + φ′u″
def compose(curve: Callable[[Interval], Curve], u: Jet, *, rises: Any = False, falls: Any = False) -> Jet:
    """Return the jet of φ(u).

    Where φ is strictly increasing (``rises``) or decreasing (``falls``) on u, an excluded end of u gives an
    excluded end.
    """
    phi = curve(u.value)
    domain, ends = phi.defined, (False, False)
    if not u.closed:
        domain = curve(u.inner).defined
        ends = u.open_lo & rises | u.open_hi & falls, u.open_hi & rises | u.open_lo & falls
    if u.first is None:
        return Jet(phi.value, None, None, domain & u.defined, u.continuous, *ends)
    first, second = phi.derivatives()
    bent = plus(second * iv.square(u.first), times(first, u.second))
    return Jet(phi.value, first * u.first, bent, domain & u.defined, u.continuous, *ends)


def switch(takes_a: Truth, takes_b: Truth, a: Jet, b: Jet, value: Interval, *, jump: bool) -> Jet:
    """Return the jet a where ``takes_a``, b where ``takes_b``; elsewhere there may be a kink, or a jump if ``jump``."""
    known = takes_a | takes_b
    kept = np.where(takes_a, a.continuous, np.where(takes_b, b.continuous, a.continuous & b.continuous))
    continuous = kept & (known | (not jump))
    ends: tuple[Any, Any] = (False, False)
    if not (a.closed and b.closed):
        ends = (
            takes_a & a.open_lo | ~takes_a & takes_b & b.open_lo,
            takes_a & a.open_hi | ~takes_a & takes_b & b.open_hi,
        )
    if a.first is None and b.first is None and (known.all() or not jump):
        return Jet(value, None, None, a.defined & b.defined, continuous, *ends)
    slopes, bends = (or_zero(a.first), or_zero(b.first)), (or_zero(a.second), or_zero(b.second))
    between = WHOLE if jump else iv.hull(*slopes)
    first = iv.select(takes_a, slopes[0], iv.select(takes_b, slopes[1], between))
    second = iv.select(takes_a, bends[0], iv.select(takes_b, bends[1], WHOLE))
    return Jet(value, first, second, a.defined & b.defined, continuous, *ends)


def constant_on_pieces(value: Interval, defined: Any) -> Jet:
    """Return the jet of a function that is constant between jumps; a cell with a single value has no jump."""
    flat = np.asarray(value.lo == value.hi)
    if flat.all():
        return Jet(value, None, None, defined)
    slope = iv.select(flat, iv.as_interval(0.0), WHOLE)
    return Jet(value, slope, slope, defined, flat)


def whole_power(n: int) -> Callable[[Interval], Curve]:
    """Return the curve of xⁿ for a whole number n, with derivatives n xⁿ⁻¹ and n (n − 1) xⁿ⁻²."""

    def at(u: Interval, m: int) -> Interval:
        return iv.power(u, m) if m >= 0 else 1.0 / iv.power(u, -m)

    def curve(u: Interval) -> Curve:
        if n == 0:
            return Curve(at(u, 0), lambda: (iv.as_interval(0.0), iv.as_interval(0.0)))
        factor = iv.point(n)
        bend = factor * (factor - 1.0)
        return Curve(
            at(u, n),
            lambda: (factor * at(u, n - 1), bend * at(u, n - 2) if n > 1 or n < 0 else bend),
            n > 0 or excludes_zero(u),
        )

    return curve


def of_one_variable(curve: Callable[[Interval], Curve], *, rises: bool = False, falls: bool = False) -> Rule:
    """Return the rule of a function of one variable."""
    return lambda u: compose(curve, u, rises=rises, falls=falls)
