"""What a function does on whole cells: enclosures of f, f′ and f″, and proofs that f is defined.

``enclose(f, low, high)`` walks the tree of a formula with 2-jets of intervals, for all cells [lowᵢ, highᵢ] at once.
Each word of the vocabulary has one rule in ``RULES``: its interval extension, and with it its derivatives.

What is enclosed is the formula over the real numbers: a decimal number stands for the float64 that it is read as,
π, e and τ for the real numbers of that name, and values are not rounded. ``intervals`` says what this rests on.

For u = u(x) the chain rule of φ(u) and ψ(a, b) reads, to second order,

    φ(u)′ = φ′ u′                          φ(u)″ = φ″ u′² + φ′ u″
    (ab)′ = a′b + ab′                      (ab)″ = a″b + 2a′b′ + ab″

An open cell is one without its ends. There an end of a value may be known not to be taken: ``Jet.open_lo`` and
``open_hi`` say so. That proves that 1/x is defined on 0 < x < 1, and that ⌊x⌋ does not jump there.

Where u has a kink, u′ is an interval that holds every difference quotient (u(x) − u(y))/(x − y) of the cell, and both
lines above remain true of difference quotients, by the mean value theorem for φ. So max, abs and their like need
only say: the hull of both slopes, and nothing about u″. At a jump nothing is said about u′ either.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz.functions import intervals as iv
from nnviz.functions.exact import rational_parts, rounded
from nnviz.functions.expression import Expression
from nnviz.functions.intervals import WHOLE, Array, Interval, Truth
from nnviz.functions.nodes import Call, Constant, Node, Number, Variable
from nnviz.functions.points import PiecewiseLinear
from nnviz.functions.vocabulary import CONSTANTS

Function = Expression | PiecewiseLinear


class Enclosure(NamedTuple):
    """What is proved of f on m cells; all arrays (m,).

    Where ``defined`` is false, f may be undefined or unbounded somewhere in the cell, and nothing else is said.
    """

    value: Interval  # holds f(x) for every x of the cell
    first: Interval  # holds (f(x) − f(y))/(x − y) for all x ≠ y of the cell, so f′; the whole line at a jump
    second: Interval  # the same of f′; the whole line at a kink
    smooth: Truth  # f has a derivative with bounded difference quotients: ``second`` is finite
    defined: Truth  # f is a real number everywhere in the cell
    continuous: Truth  # f has no jump in the cell; false where one is possible


class Jet(NamedTuple):
    """A subexpression on the cells: as ``Enclosure``; derivatives are None where they are 0 everywhere.

    Where ``open_lo``, the value is nowhere value.lo, but above it; likewise ``open_hi``.
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
        """Whether nothing is known of ends that are not taken."""
        return self.open_lo is False and self.open_hi is False

    @property
    def positive(self) -> Truth:
        """Where the value is above 0 for certain."""
        return np.asarray((self.value.lo > 0) | ((self.value.lo == 0) & self.open_lo))

    @property
    def without_zero(self) -> Truth:
        """Where the value is not 0 for certain."""
        below = (self.value.hi < 0) | ((self.value.hi == 0) & self.open_hi)
        return np.asarray(self.positive | below)

    @property
    def inner(self) -> Interval:
        """The value, with an end that is a whole number or a half and not taken moved in by one float.

        Jumps and edges of domains are there: what holds for the moved end holds for all numbers up to it.
        """
        lo, hi = self.value.lo, self.value.hi
        if self.closed:
            return self.value
        return Interval(
            np.where(self.open_lo & _whole(2 * lo) & (lo < hi), np.nextafter(lo, np.inf), lo),
            np.where(self.open_hi & _whole(2 * hi) & (lo < hi), np.nextafter(hi, -np.inf), hi),
        )


def _whole(x: Array) -> Truth:
    return np.asarray((np.rint(x) == x) & (np.abs(x) < 2.0**50))


class Curve(NamedTuple):
    """A function φ of one variable on the intervals u."""

    value: Interval  # holds φ(u)
    slopes: Callable[[], tuple[Interval, Interval]]  # φ′ and φ″, computed where a slope is asked for
    defined: Any = True  # where all u are legal


Rule = Callable[..., Jet]
Better = Callable[[Call, Jet], Jet]

_MOST_EXACT: Final = 512  # points for which exact arithmetic is tried


def enclose(f: Function, low: ArrayLike, high: ArrayLike) -> Enclosure:
    """Enclosures of f, f′ and f″ on the cells [lowᵢ, highᵢ], (m,) and (m,).

    ValueError for cells that are not finite with low ≤ high, or a function of two variables.
    """
    cells = checked_cells(low, high)
    with np.errstate(all="ignore"):
        if isinstance(f, PiecewiseLinear):
            return finished(_piecewise_linear(f, cells), cells)
        return finished(jet_of(root_of(f), variable(cells), {}), cells)


def enclose_points(f: Function, x: ArrayLike) -> Interval:
    """Intervals that hold f(xᵢ) for the floats x, (m,); the whole line where f may be undefined."""
    cells = checked_cells(x, x)
    with np.errstate(all="ignore"):
        if isinstance(f, PiecewiseLinear):
            return finished(_piecewise_linear(f, cells), cells).value
        at_points = finished(jet_of(root_of(f), constant(cells), {}), cells)  # no slope is asked for
        found = at_points.value
        for k in np.flatnonzero(~(found.finite & at_points.continuous))[:_MOST_EXACT]:
            better = finished(exact_jet(root_of(f), float(cells.lo[k])), cells[k : k + 1]).value
            found.lo[k], found.hi[k] = better.lo[0], better.hi[0]
        return found


def exact_jet(root: Node, x: float) -> Jet:
    """The jet of a tree at one float x, with every rational subexpression taken exactly."""
    known = {node: constant(rounded(value)) for node, value in rational_parts(root, x).items()}
    return jet_of(root, constant(iv.point(x)), known)


def root_of(f: Expression) -> Node:
    """The tree of a function of one variable; ValueError for two."""
    if len(f.variables) != 1:
        raise ValueError(
            f"only functions of one variable are enclosed; {f.text!r} has {', '.join(f.variables)}"
        )
    return f.root


def checked_cells(low: ArrayLike, high: ArrayLike) -> Interval:
    """The cells as intervals; ValueError unless they are finite, of one shape (m,), low ≤ high."""
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"low and high must have one shape (m,); got {a.shape} and {b.shape}")
    if not (np.isfinite(a) & np.isfinite(b) & (a <= b)).all():
        raise ValueError("cells must be finite, each low <= high")
    return Interval(a, b)


def finished(jet: Jet, cells: Interval) -> Enclosure:
    """The jet with every array spelled out; nothing is said where f may be undefined."""
    shape = cells.lo.shape
    defined = np.broadcast_to(np.asarray(jet.defined, np.bool_), shape)
    continuous = np.broadcast_to(np.asarray(jet.continuous, np.bool_), shape) & defined
    value, first, second = (
        iv.select(defined, iv.as_interval(0.0) if part is None else part, WHOLE)
        for part in (jet.value, jet.first, jet.second)
    )
    return Enclosure(value, first, second, second.finite, defined, continuous)


def variable(cells: Interval, open_: bool = False) -> Jet:
    """The variable x itself on the cells, or on the cells without their ends."""
    return Jet(cells, iv.as_interval(1.0), None, open_lo=open_, open_hi=open_)


def jet_of(node: Node, x: Jet, known: dict[Node, Jet], better: Better | None = None) -> Jet:
    """The jet of a tree on the cells x; equal subtrees are walked once and share one jet.

    ``better`` may know more of a call than the rule for its name does.
    """
    if node not in known:
        found = _walk(node, x, known, better)
        known[node] = better(node, found) if better and isinstance(node, Call) else found
    return known[node]


def _walk(node: Node, x: Jet, known: dict[Node, Jet], better: Better | None) -> Jet:
    match node:
        case Number(number):
            return constant(iv.point(number))
        case Constant(name):
            below = CONSTANTS[name].value
            return constant(Interval(np.asarray(below), np.nextafter(below, np.inf)))
        case Variable():
            return x
        case Call(("sin" | "cos") as name, (argument,)) if (turns := over_pi(argument)) is not None:
            return _chain(_WAVES[name], jet_of(turns, x, known, better))
        case Call(name, arguments):
            return RULES[name](*[jet_of(argument, x, known, better) for argument in arguments])


def over_pi(node: Node) -> Node | None:
    """The tree of u where this one is πu, None where it does not show that: sin πx is 0 at whole x exactly."""
    match node:
        case Constant("pi"):
            return Number(1.0)
        case Constant("tau"):
            return Number(2.0)
        case Call("neg", (a,)) if (part := over_pi(a)) is not None:
            return Call("neg", (part,))
        case Call("*", (a, b)) if (part := over_pi(a)) is not None:
            return b if part == Number(1.0) else Call("*", (part, b))
        case Call(("*" | "/") as name, (a, b)):
            one, other = (over_pi(a), b) if name == "/" else (a, over_pi(b))
            return None if one is None or other is None else Call(name, (one, other))
        case Call(("+" | "-") as name, (a, b)):
            one, other = over_pi(a), over_pi(b)
            return None if one is None or other is None else Call(name, (one, other))
    return None


# --- calculus of jets ---


def constant(value: Interval | float) -> Jet:
    """A number, or an interval that holds one number for each cell."""
    return Jet(iv.as_interval(value), None, None)


def _plus(a: Interval | None, b: Interval | None) -> Interval | None:
    if a is None or b is None:
        return b if a is None else a
    return a + b


def _times(a: Interval | None, b: Interval | None) -> Interval | None:
    return None if a is None or b is None else a * b


def _minus(a: Interval | None) -> Interval | None:
    return None if a is None else -a


def _spelled(a: Interval | None) -> Interval:
    return iv.as_interval(0.0) if a is None else a


def _ends(p: Interval, p_open: tuple[Any, Any], q: Interval, q_open: tuple[Any, Any]) -> tuple[Any, Any]:
    """Whether the least and the greatest product of p and q are not taken."""
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


def _both(a: Jet, b: Jet) -> tuple[Any, Any]:
    """Where a and b are defined, and where they are continuous."""
    return a.defined & b.defined, a.continuous & b.continuous


def _negative(a: Jet) -> Jet:
    return Jet(-a.value, _minus(a.first), _minus(a.second), a.defined, a.continuous, a.open_hi, a.open_lo)


def _sum(a: Jet, b: Jet) -> Jet:
    open_lo, open_hi = (
        (False, False) if a.closed and b.closed else (a.open_lo | b.open_lo, a.open_hi | b.open_hi)
    )
    slopes = _plus(a.first, b.first), _plus(a.second, b.second)
    return Jet(a.value + b.value, *slopes, *_both(a, b), open_lo, open_hi)


def _difference(a: Jet, b: Jet) -> Jet:
    return _sum(a, _negative(b))


# (ab)′ = a′b + ab′,   (ab)″ = a″b + 2a′b′ + ab″
def _product(a: Jet, b: Jet) -> Jet:
    if a is b:
        return _chain(_whole_power(2), a, a.value.lo >= 0, a.value.hi <= 0)
    cross = _times(_times(a.first, b.first), iv.as_interval(2.0))
    first = _plus(_times(a.first, b.value), _times(a.value, b.first))
    second = _plus(_plus(_times(a.second, b.value), cross), _times(a.value, b.second))
    ends: tuple[Any, Any] = (False, False)
    if not (a.closed and b.closed):
        ends = _ends(a.value, (a.open_lo, a.open_hi), b.value, (b.open_lo, b.open_hi))
    return Jet(a.value * b.value, first, second, *_both(a, b), *ends)


# q = a/b,   q′ = (a′ − q b′)/b,   q″ = (a″ − 2q′b′ − q b″)/b
def _quotient(a: Jet, b: Jet) -> Jet:
    defined, continuous = _both(a, b)
    value, ends = _ratio(a, b)
    first = _plus(a.first, _minus(_times(value, b.first)))
    first = None if first is None else first / b.value
    bend = _plus(_times(_times(first, b.first), iv.as_interval(2.0)), _times(value, b.second))
    second = _plus(a.second, _minus(bend))
    second = None if second is None else second / b.value
    return Jet(value, first, second, defined & b.without_zero, continuous, *ends)


def _ratio(a: Jet, b: Jet) -> tuple[Interval, tuple[Any, Any]]:
    """The values of a/b, and whether the least and the greatest are not taken: a times 1/b."""
    if a.closed and b.closed:
        return a.value / b.value, (False, False)
    inverse = Interval(1 / -(0.0 - b.value.hi), 1 / (b.value.lo + 0.0))
    open_lo, open_hi = _ends(a.value, (a.open_lo, a.open_hi), inverse, (b.open_hi, b.open_lo))
    sure = b.without_zero
    return a.value / b.value, (open_lo & sure, open_hi & sure)


def _without_zero(a: Interval) -> Truth:
    return np.asarray((a.lo > 0) | (a.hi < 0))


# φ(u)′ = φ′u′,   φ(u)″ = φ″u′² + φ′u″
def _chain(curve: Callable[[Interval], Curve], u: Jet, rises: Any = False, falls: Any = False) -> Jet:
    """The jet of φ(u); where φ rises or falls strictly over all of u, an end that u does not take is not taken."""
    phi = curve(u.value)
    legal, ends = phi.defined, (False, False)
    if not u.closed:
        legal = curve(u.inner).defined
        ends = u.open_lo & rises | u.open_hi & falls, u.open_hi & rises | u.open_lo & falls
    if u.first is None:
        return Jet(phi.value, None, None, legal & u.defined, u.continuous, *ends)
    first, second = phi.slopes()
    bent = _plus(second * iv.square(u.first), _times(first, u.second))
    return Jet(phi.value, first * u.first, bent, legal & u.defined, u.continuous, *ends)


def _switch(takes_a: Truth, takes_b: Truth, a: Jet, b: Jet, value: Interval, jump: bool) -> Jet:
    """The jet a where it is sure to be taken, b likewise; between them a kink, or a jump, may lie."""
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
    slopes, bends = (_spelled(a.first), _spelled(b.first)), (_spelled(a.second), _spelled(b.second))
    between = WHOLE if jump else iv.hull(*slopes)
    first = iv.select(takes_a, slopes[0], iv.select(takes_b, slopes[1], between))
    second = iv.select(takes_a, bends[0], iv.select(takes_b, bends[1], WHOLE))
    return Jet(value, first, second, a.defined & b.defined, continuous, *ends)


def _levels(value: Interval, defined: Any) -> Jet:
    """A function that is constant between jumps: where its value is one number, no jump is in the cell."""
    flat = np.asarray(value.lo == value.hi)
    if flat.all():
        return Jet(value, None, None, defined)
    slope = iv.select(flat, iv.as_interval(0.0), WHOLE)
    return Jet(value, slope, slope, defined, flat)


# --- the functions of one variable ---


def _whole_power(n: int) -> Callable[[Interval], Curve]:
    """xⁿ, n a whole number; n xⁿ⁻¹; n (n − 1) xⁿ⁻²."""

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
            n > 0 or _without_zero(u),
        )

    return curve


def _constant_power(c: Interval) -> Callable[[Interval], Curve]:
    """xᶜ over x > 0, and x = 0 if c > 0; c xᶜ⁻¹; c (c − 1) xᶜ⁻²."""

    def curve(u: Interval) -> Curve:
        legal = Interval(np.maximum(u.lo, 0.0), np.maximum(u.hi, 0.0))
        return Curve(
            iv.real_power(legal, c),
            lambda: (c * iv.real_power(legal, c - 1.0), c * (c - 1.0) * iv.real_power(legal, c - 2.0)),
            (u.lo > 0) | ((u.lo >= 0) & (c.lo > 0)),
        )

    return curve


def _power(a: Jet, b: Jet) -> Jet:
    """aᵇ: a whole exponent takes every base, any other a positive one."""
    exponent = b.value
    if b.first is not None or exponent.lo.ndim:
        return _general_power(a, b)
    whole = exponent.lo == exponent.hi and float(exponent.lo).is_integer()
    if not whole:
        jet = _chain(_constant_power(exponent), a, rises=exponent.lo > 0, falls=exponent.hi < 0)
        return jet._replace(defined=jet.defined & b.defined)
    n = int(exponent.lo)
    above, below = a.value.lo >= 0, a.value.hi <= 0
    rises, falls = (above | (n % 2 == 1), below & (n % 2 == 0)) if n > 0 else (False, False)
    jet = _chain(_whole_power(n), a, rises, falls)
    return jet._replace(defined=jet.defined & b.defined)


def _base(a: Jet, b: Jet) -> Truth:
    """Where aᵇ is defined: a > 0, or a = 0 < b; and 0⁰ = 1."""
    nothing = (a.value.lo == 0) & (a.value.hi == 0) & (b.value.lo == 0) & (b.value.hi == 0)
    return np.asarray(a.positive | ((a.value.lo >= 0) & b.positive) | nothing)


# v = aᵇ = exp(b ln a),   v′ = v q,   v″ = v (q² + q′)   with q = b′ ln a + b a′/a
def _general_power(a: Jet, b: Jet) -> Jet:
    defined, continuous = _both(a, b)
    base = Interval(np.maximum(a.value.lo, 0.0), np.maximum(a.value.hi, 0.0))
    value = iv.real_power(base, b.value)
    q = _product(b, _chain(_log, a._replace(value=base)))
    if q.first is None:
        return Jet(value, None, None, defined & _base(a, b), continuous)
    bend = _plus(iv.square(q.first), q.second)
    return Jet(value, value * q.first, _times(value, bend), defined & _base(a, b), continuous)


def _sqrt(u: Interval) -> Curve:
    v = iv.sqrt(u)
    return Curve(v, lambda: (0.5 / v, -0.25 / (v * v * v)), u.lo >= 0)


def _cbrt(u: Interval) -> Curve:
    v = iv.increasing(np.cbrt, u, (0.0, 0.0))
    return Curve(v, lambda: (1.0 / (3.0 * iv.square(v)), -2.0 / (9.0 * iv.power(v, 5))))


def _exp(u: Interval) -> Curve:
    v = iv.exp(u)
    return Curve(v, lambda: (v, v))


def _expm1(u: Interval) -> Curve:
    return Curve(iv.increasing(np.expm1, u, (0.0, 0.0)), lambda: (iv.exp(u), iv.exp(u)))


def _log(u: Interval) -> Curve:
    return Curve(iv.log(u), lambda: (1.0 / u, -1.0 / iv.square(u)), u.lo > 0)


def _log_base(function: Callable[..., Any], ln_base: Interval) -> Callable[[Interval], Curve]:
    def curve(u: Interval) -> Curve:
        v = iv.increasing(function, Interval(np.maximum(u.lo, 0.0), u.hi), (1.0, 0.0))
        return Curve(v, lambda: (1.0 / (u * ln_base), -1.0 / (iv.square(u) * ln_base)), u.lo > 0)

    return curve


def _log1p(u: Interval) -> Curve:
    v = iv.increasing(np.log1p, Interval(np.maximum(u.lo, -1.0), u.hi), (0.0, 0.0))
    return Curve(v, lambda: (1.0 / (1.0 + u), -1.0 / iv.square(1.0 + u)), u.lo > -1)


def _sin(u: Interval) -> Curve:
    v = iv.sin(u)
    return Curve(v, lambda: (iv.cos(u), -v))


def _cos(u: Interval) -> Curve:
    v = iv.cos(u)
    return Curve(v, lambda: (-iv.sin(u), -v))


# (sin πu)′ = π cos πu,   (sin πu)″ = −π² sin πu;   (cos πu)′ = −π sin πu,   (cos πu)″ = −π² cos πu
def _sin_pi(u: Interval) -> Curve:
    v = _signed(iv.sin(iv.PI * u), u)
    return Curve(v, lambda: (iv.PI * _cos_pi_value(u), -iv.square(iv.PI) * v))


def _cos_pi(u: Interval) -> Curve:
    v = _cos_pi_value(u)
    return Curve(v, lambda: (-iv.PI * _signed(iv.sin(iv.PI * u), u), -iv.square(iv.PI) * v))


def _cos_pi_value(u: Interval) -> Interval:
    return _signed(iv.cos(iv.PI * u), u + 0.5)


_WAVES: Final = {"sin": _sin_pi, "cos": _cos_pi}


def _signed(sine: Interval, u: Interval) -> Interval:
    """The part of sin πu that has its sign: ≥ 0 for u from 2k to 2k + 1, ≤ 0 from 2k − 1 to 2k."""
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
def _tan(u: Interval) -> Curve:
    v = iv.tan(u)
    slope = 1.0 + iv.square(v)
    return Curve(v, lambda: (slope, 2.0 * v * slope), v.finite)


# cot′ = −(1 + cot²),   cot″ = −2 cot cot′
def _cot(u: Interval) -> Curve:
    v = iv.cot(u)
    slope = 1.0 + iv.square(v)
    return Curve(v, lambda: (-slope, 2.0 * v * slope), v.finite)


# (1/c)′ = −c′/c²,   (1/c)″ = (1 + 2 (c′/c)²)/c   for c″ = −c
def _one_over_wave(wave: Interval, slope: Interval) -> Curve:
    v = 1.0 / wave
    return Curve(
        v, lambda: (-slope * iv.square(v), v * (1.0 + 2.0 * iv.square(slope * v))), _without_zero(wave)
    )


def _sec(u: Interval) -> Curve:
    return _one_over_wave(iv.cos(u), -iv.sin(u))


def _csc(u: Interval) -> Curve:
    return _one_over_wave(iv.sin(u), iv.cos(u))


# asin′ = 1/w,   asin″ = x/w³   with w = √(1 − x²)
def _asin(u: Interval) -> Curve:
    v = iv.increasing(np.arcsin, iv.within(u, -1.0, 1.0), (0.0, 0.0))
    w = iv.sqrt(1.0 - iv.square(u))
    return Curve(v, lambda: (1.0 / w, u / (w * w * w)), (u.lo >= -1) & (u.hi <= 1))


# acos′ = −asin′
def _acos(u: Interval) -> Curve:
    sine = _asin(u)
    v = iv.decreasing(np.arccos, iv.within(u, -1.0, 1.0), (1.0, 0.0))
    return Curve(v, lambda: (-sine.slopes()[0], -sine.slopes()[1]), sine.defined)


# atan′ = s,   atan″ = −2x s²   with s = 1/(1 + x²)
def _atan(u: Interval) -> Curve:
    s = 1.0 / (1.0 + iv.square(u))
    return Curve(iv.increasing(np.arctan, u, (0.0, 0.0)), lambda: (s, -2.0 * u * iv.square(s)))


def _sinh(u: Interval) -> Curve:
    v = iv.increasing(np.sinh, u, (0.0, 0.0))
    return Curve(v, lambda: (iv.cosh(u), v))


def _cosh(u: Interval) -> Curve:
    v = iv.cosh(u)
    return Curve(v, lambda: (iv.increasing(np.sinh, u, (0.0, 0.0)), v))


# tanh′ = 1 − tanh²,   tanh″ = −2 tanh tanh′
def _tanh(u: Interval) -> Curve:
    v = iv.tanh(u)
    slope = iv.within(1.0 - iv.square(v), 0.0, 1.0)
    return Curve(v, lambda: (slope, -2.0 * v * slope))


# coth′ = 1 − coth²,   coth″ = −2 coth coth′
def _coth(u: Interval) -> Curve:
    t = iv.tanh(u)
    v = 1.0 / t
    slope = 1.0 - iv.square(v)
    return Curve(v, lambda: (slope, -2.0 * v * slope), _without_zero(t))


# sech′ = −sech tanh,   sech″ = sech (1 − 2 sech²)
def _sech(u: Interval) -> Curve:
    v = iv.within(1.0 / iv.cosh(u), 0.0, 1.0)
    return Curve(v, lambda: (-v * iv.tanh(u), v * (1.0 - 2.0 * iv.square(v))))


# arsinh′ = s,   arsinh″ = −x s³   with s = 1/√(1 + x²)
def _asinh(u: Interval) -> Curve:
    s = 1.0 / iv.sqrt(1.0 + iv.square(u))
    return Curve(iv.increasing(np.arcsinh, u, (0.0, 0.0)), lambda: (s, -u * s * s * s))


# arcosh′ = 1/w,   arcosh″ = −x/w³   with w = √(x² − 1)
def _acosh(u: Interval) -> Curve:
    v = iv.increasing(np.arccosh, Interval(np.maximum(u.lo, 1.0), u.hi), (1.0, 0.0))
    w = iv.sqrt(iv.square(u) - 1.0)
    return Curve(v, lambda: (1.0 / w, -u / (w * w * w)), u.lo >= 1)


# artanh′ = s,   artanh″ = 2x s²   with s = 1/(1 − x²)
def _atanh(u: Interval) -> Curve:
    v = iv.increasing(np.arctanh, iv.within(u, -1.0, 1.0), (0.0, 0.0))
    s = 1.0 / (1.0 - iv.square(u))
    return Curve(v, lambda: (s, 2.0 * u * iv.square(s)), (u.lo > -1) & (u.hi < 1))


def _gaussian(u: Interval) -> Curve:
    v = iv.exp(-0.5 * iv.square(u))
    return Curve(v, lambda: (-u * v, (iv.square(u) - 1.0) * v))


def _erf(u: Interval) -> Curve:
    slope = 2.0 / iv.sqrt(iv.PI) * iv.exp(-iv.square(u))
    return Curve(iv.erf(u), lambda: (slope, -2.0 * u * slope))


# gelu = xΦ,   gelu′ = Φ + xΦ′,   gelu″ = (2 − x²)Φ′   with Φ = ½ (1 + erf(x/√2)),   Φ′ = exp(−x²/2)/√(2π)
def _gelu(u: Interval) -> Curve:
    share = iv.within(0.5 * (1.0 + iv.erf(u / iv.sqrt(iv.point(2.0)))), 0.0, 1.0)
    density = iv.exp(-0.5 * iv.square(u)) / iv.sqrt(2.0 * iv.PI)
    return Curve(u * share, lambda: (share + u * density, (2.0 - iv.square(u)) * density))


# σ′ = σ(x) σ(−x),   σ″ = σ′ (σ(−x) − σ(x))
def _sigmoid(u: Interval) -> Curve:
    v, rest = iv.sigmoid(u), iv.sigmoid(-u)
    return Curve(v, lambda: (v * rest, v * rest * (rest - v)))


# softplus′ = σ,   softplus″ = σ′
def _softplus(u: Interval) -> Curve:
    slope = _sigmoid(u)
    return Curve(iv.softplus(u), lambda: (slope.value, slope.slopes()[0]))


# silu = xσ,   silu′ = σ + xσ′,   silu″ = σ′ (2 + x (σ(−x) − σ(x)))
def _silu(u: Interval) -> Curve:
    v, rest = iv.sigmoid(u), iv.sigmoid(-u)
    slope = v * rest
    return Curve(u * v, lambda: (v + u * slope, slope * (2.0 + u * (rest - v))))


# softsign′ = s²,   softsign″ = −2 sign(x) s³   with s = 1/(1 + |x|)
def _softsign(u: Interval) -> Curve:
    s = 1.0 / (1.0 + Interval(u.mignitude, u.magnitude))
    sign = Interval(np.where(u.lo >= 0, 1.0, -1.0), np.where(u.hi <= 0, -1.0, 1.0))
    value = iv.at_ends(lambda x: x / (1.0 + iv.point(np.abs(x.lo))), u)
    return Curve(iv.within(value, -1.0, 1.0), lambda: (iv.square(s), -2.0 * sign * s * s * s))


# elu = x, elu′ = 1, elu″ = 0 for x > 0;   eˣ − 1, eˣ, eˣ for x ≤ 0
def _elu(u: Interval) -> Curve:
    below = Interval(np.minimum(u.lo, 0.0), np.minimum(u.hi, 0.0))
    left = iv.increasing(np.expm1, below, (0.0, 0.0))
    value = Interval(np.where(u.lo >= 0, u.lo, left.lo), np.where(u.hi > 0, u.hi, left.hi))
    slope = iv.exp(below)
    bend = Interval(np.where(u.hi <= 0, slope.lo, 0.0), np.where(u.lo >= 0, 0.0, slope.hi))
    return Curve(value, lambda: (slope, bend))


# With t = πx:  s = sin t / t,   s′ = (cos t − s)/t,   s″ = −s − 2s′/t,   and for |t| ≤ 1 Taylor's series
# s = g(y), s′ = t·2g′(y), s″ = 2g′(y) + y·4g″(y) with y = t²,  g(y) = Σ (−1)ᵏ yᵏ/(2k + 1)!
# s(t) = ∫₀¹ cos(tr) dr, so |s| ≤ 1, |s′| ≤ 1/2, |s″| ≤ 1/3.
def _sinc(u: Interval) -> Curve:
    t = u * iv.PI
    y = iv.square(iv.within(t, -1.0, 1.0))
    near, far = t.magnitude <= 1, t.mignitude >= 1

    def merged(series: Interval, closed: Interval, most: float) -> Interval:
        limit = Interval(np.asarray(-most), np.asarray(most))
        return iv.within(iv.select(near, series, iv.select(far, closed, limit)), -most, most)

    def slopes() -> tuple[Interval, Interval]:
        g1, g2 = _sinc_series(y, 1), _sinc_series(y, 2)
        slope = merged(t * g1, (iv.cos(t) - s) / t, 0.5)
        return iv.PI * slope, iv.square(iv.PI) * merged(g1 + y * g2, -s - 2.0 * slope / t, 0.34)

    s = merged(_sinc_series(y, 0), iv.sin(t) / t, 1.0)
    return Curve(s, slopes)


def _sinc_series(y: Interval, d: int, terms: int = 10) -> Interval:
    """2ᵈ g⁽ᵈ⁾(y) for 0 ≤ y ≤ 1: the terms alternate and fall, so the first one left out bounds the rest."""
    total = _hold(_sinc_coefficient(d + terms, d)) * Interval(np.asarray(0.0), np.asarray(1.0))
    for k in reversed(range(d, d + terms)):
        total = _hold(_sinc_coefficient(k, d)) + y * total
    return total


def _sinc_coefficient(k: int, d: int) -> Fraction:
    return Fraction((-1) ** k * 2**d * math.perm(k, d), math.factorial(2 * k + 1))


def _hold(number: Fraction) -> Interval:
    nearest = np.asarray(float(number))
    return Interval(np.nextafter(nearest, -np.inf), np.nextafter(nearest, np.inf))


# --- kinks and jumps ---


def _max(a: Jet, b: Jet) -> Jet:
    value = Interval(np.maximum(a.value.lo, b.value.lo), np.maximum(a.value.hi, b.value.hi))
    return _switch(a.value.lo >= b.value.hi, b.value.lo >= a.value.hi, a, b, value, jump=False)


def _min(a: Jet, b: Jet) -> Jet:
    return _negative(_max(_negative(a), _negative(b)))


def _clip(x: Jet, low: Jet, high: Jet) -> Jet:
    return _min(_max(x, low), high)


def _abs(u: Jet) -> Jet:
    value = Interval(u.value.mignitude, u.value.magnitude)
    return _switch(u.value.lo >= 0, u.value.hi <= 0, u, _negative(u), value, jump=False)


def _relu(u: Jet) -> Jet:
    return _max(u, constant(0.0))


def _leaky_relu(u: Jet) -> Jet:
    return _max(u, _product(constant(0.01), u))


def _tri(u: Jet) -> Jet:
    return _relu(_difference(constant(1.0), _abs(u)))


def _rect(u: Jet) -> Jet:
    levels = [0.5 + 0.5 * np.sign(0.5 - size) for size in (u.inner.magnitude, u.inner.mignitude)]
    return _levels(Interval(*levels), u.defined)


def _staircase(function: Callable[[Array], Array]) -> Rule:
    """An increasing function that is constant between its jumps, and exact in floats."""
    return lambda u: _levels(Interval(function(u.inner.lo), function(u.inner.hi)), u.defined)


# a mod b = a − b k,   k = ⌊a/b⌋
def _mod(a: Jet, b: Jet) -> Jet:
    value, (open_lo, open_hi) = _ratio(a, b)
    ratio = Jet(value, None, None, open_lo=open_lo, open_hi=open_hi).inner
    k = Interval(np.floor(ratio.lo), np.floor(ratio.hi))
    flat = np.asarray((k.lo == k.hi) & b.without_zero)
    rest = _difference(a, _product(constant(iv.select(flat, k, iv.as_interval(0.0))), b))
    limit = Interval(np.minimum(b.value.lo, 0.0), np.maximum(b.value.hi, 0.0))
    anywhere = Jet(limit, None, None, b.without_zero)
    value = iv.select(flat, rest.value, limit)
    return _switch(flat, np.zeros_like(flat), rest, anywhere, value, jump=True)


# h = √(a² + b²),   h′ = (a a′ + b b′)/h,   h″ = (a′² + b′² + a a″ + b b″ − h′²)/h;   |a/h| ≤ 1, |b/h| ≤ 1
def _hypot(a: Jet, b: Jet) -> Jet:
    defined, continuous = _both(a, b)
    value = iv.sqrt(iv.square(a.value) + iv.square(b.value))
    along_a, along_b = (iv.within(leg.value / value, -1.0, 1.0) for leg in (a, b))
    first = _plus(_times(along_a, a.first), _times(along_b, b.first))
    if first is None:
        return Jet(value, None, None, defined, continuous)
    squares = iv.square(_spelled(a.first)) + iv.square(_spelled(b.first)) - iv.square(first)
    bend = _plus(_plus(squares, _times(a.value, a.second)), _times(b.value, b.second))
    return Jet(value, first, _spelled(bend) / value, defined, continuous)


# θ′ = w/r,   θ″ = w′/r − w r′/r²   with w = x y′ − y x′,   w′ = x y″ − y x″,   r = x² + y²,   r′ = 2(x x′ + y y′)
def _atan2(y: Jet, x: Jet) -> Jet:
    defined, continuous = _both(y, x)
    cut = (y.value.lo <= 0) & (y.value.hi >= 0) & (x.value.lo <= 0)
    value = iv.select(cut, Interval(-iv.PI.hi, iv.PI.hi), _angles(y.value, x.value))
    w = _plus(_times(x.value, y.first), _minus(_times(y.value, x.first)))
    if w is None:
        return Jet(value, None, None, defined, continuous & ~cut)
    r = iv.square(x.value) + iv.square(y.value)
    r_slope = 2.0 * _spelled(_plus(_times(x.value, x.first), _times(y.value, y.first)))
    w_slope = _plus(_times(x.value, y.second), _minus(_times(y.value, x.second)))
    bend = _spelled(w_slope) / r - w / r * (r_slope / r)
    return Jet(value, iv.select(cut, WHOLE, w / r), iv.select(cut, WHOLE, bend), defined, continuous & ~cut)


def _angles(y: Interval, x: Interval) -> Interval:
    """atan2 over boxes without the origin and off the cut: extreme at corners."""
    values = [np.arctan2(b + 0.0, a) for b in (y.lo, y.hi) for a in (x.lo, x.hi)]
    return Interval(iv.libm_down(np.minimum.reduce(values)), iv.libm_up(np.maximum.reduce(values)))


# --- conditions ---


class _Truth(NamedTuple):
    """Where a condition is sure to hold, and where it is sure to fail."""

    holds: Truth
    fails: Truth


def _condition(truth: _Truth, defined: Any) -> Jet:
    return _levels(Interval(np.where(truth.holds, 1.0, 0.0), np.where(truth.fails, 0.0, 1.0)), defined)


def _truth(a: Jet) -> _Truth:
    return _Truth(a.without_zero, np.asarray((a.value.lo == 0) & (a.value.hi == 0)))


def _less(a: Jet, b: Jet) -> _Truth:
    touching = (a.value.hi == b.value.lo) & (a.open_hi | b.open_lo)
    return _Truth(np.asarray((a.value.hi < b.value.lo) | touching), np.asarray(a.value.lo >= b.value.hi))


def _equal(a: Jet, b: Jet) -> _Truth:
    same = (a.value.lo == a.value.hi) & (b.value.lo == b.value.hi) & (a.value.lo == b.value.lo)
    return _Truth(np.asarray(same), _less(a, b).holds | _less(b, a).holds)


def _not(truth: _Truth) -> _Truth:
    return _Truth(truth.fails, truth.holds)


def _comparison(compare: Callable[[Jet, Jet], _Truth]) -> Rule:
    return lambda a, b: _condition(compare(a, b), a.defined & b.defined)


def _and(a: Jet, b: Jet) -> _Truth:
    left, right = _truth(a), _truth(b)
    return _Truth(left.holds & right.holds, left.fails | right.fails)


def _or(a: Jet, b: Jet) -> _Truth:
    left, right = _truth(a), _truth(b)
    return _Truth(left.holds | right.holds, left.fails & right.fails)


def _where(condition: Jet, a: Jet, b: Jet) -> Jet:
    truth = _truth(condition)
    value = iv.select(truth.holds, a.value, iv.select(truth.fails, b.value, iv.hull(a.value, b.value)))
    taken = np.where(truth.holds, a.defined, np.where(truth.fails, b.defined, a.defined & b.defined))
    chosen = _switch(truth.holds, truth.fails, a, b, value, jump=True)
    return chosen._replace(defined=condition.defined & taken)


def _unary(curve: Callable[[Interval], Curve], rises: bool = False, falls: bool = False) -> Rule:
    return lambda u: _chain(curve, u, rises, falls)


RULES: Final[dict[str, Rule]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "^": _power,
    "neg": _negative,
    "<": _comparison(_less),
    "<=": _comparison(lambda a, b: _not(_less(b, a))),
    ">": _comparison(lambda a, b: _less(b, a)),
    ">=": _comparison(lambda a, b: _not(_less(a, b))),
    "==": _comparison(_equal),
    "!=": _comparison(lambda a, b: _not(_equal(a, b))),
    "and": _comparison(_and),
    "or": _comparison(_or),
    "not": lambda a: _condition(_not(_truth(a)), a.defined),
    "where": _where,
    "sqrt": _unary(_sqrt, rises=True),
    "cbrt": _unary(_cbrt, rises=True),
    "exp": _unary(_exp, rises=True),
    "expm1": _unary(_expm1, rises=True),
    "log": _unary(_log, rises=True),
    "log2": _unary(_log_base(np.log2, iv.LN_2), rises=True),
    "log10": _unary(_log_base(np.log10, iv.LN_10), rises=True),
    "log1p": _unary(_log1p, rises=True),
    "sin": _unary(_sin),
    "cos": _unary(_cos),
    "tan": _unary(_tan),
    "cot": _unary(_cot),
    "sec": _unary(_sec),
    "csc": _unary(_csc),
    "asin": _unary(_asin, rises=True),
    "acos": _unary(_acos, falls=True),
    "atan": _unary(_atan, rises=True),
    "atan2": _atan2,
    "sinh": _unary(_sinh, rises=True),
    "cosh": _unary(_cosh),
    "tanh": _unary(_tanh, rises=True),
    "coth": _unary(_coth),
    "sech": _unary(_sech),
    "asinh": _unary(_asinh, rises=True),
    "acosh": _unary(_acosh, rises=True),
    "atanh": _unary(_atanh, rises=True),
    "abs": _abs,
    "sign": _staircase(np.sign),
    "step": _staircase(lambda x: np.heaviside(x, 1.0)),
    "floor": _staircase(np.floor),
    "ceil": _staircase(np.ceil),
    "round": _staircase(np.rint),
    "trunc": _staircase(np.trunc),
    "mod": _mod,
    "min": _min,
    "max": _max,
    "clip": _clip,
    "hypot": _hypot,
    "gaussian": _unary(_gaussian),
    "sinc": _unary(_sinc),
    "rect": _rect,
    "tri": _tri,
    "erf": _unary(_erf, rises=True),
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _unary(_elu),
    "gelu": _unary(_gelu),
    "silu": _unary(_silu),
    "sigmoid": _unary(_sigmoid, rises=True),
    "softplus": _unary(_softplus, rises=True),
    "softsign": _unary(_softsign, rises=True),
}
"""The interval extension of every word of ``vocabulary.FUNCTIONS``: jets of the arguments in, jet of the call out."""


# --- targets from points ---


def _piecewise_linear(f: PiecewiseLinear, cells: Interval) -> Jet:
    """Straight between the knots, constant beyond: exact ends, and the knots between them."""
    low, high = cells.lo, cells.hi
    start = np.searchsorted(f.knots, low, side="right")  # knots start … stop − 1 are inside the open cell
    stop = np.searchsorted(f.knots, high, side="left")
    ends = iv.hull(_on_piece(f, start, low), _on_piece(f, np.maximum(start, stop), high))
    lo, hi = _extremes(f.values, start, stop)
    slope_lo, slope_hi = _slopes(f)
    first_lo, _ = _extremes(slope_lo, start, np.maximum(stop, start) + 1)
    _, first_hi = _extremes(slope_hi, start, np.maximum(stop, start) + 1)
    value = Interval(np.minimum(ends.lo, lo), np.maximum(ends.hi, hi))
    second = iv.select(stop > start, WHOLE, iv.as_interval(0.0))
    return Jet(value, Interval(first_lo, first_hi), second)


def _slopes(f: PiecewiseLinear) -> tuple[Array, Array]:
    """Enclosures of the slopes left of the first knot, between the knots, right of the last: (n + 1,)."""
    rise = iv.point(f.values[1:]) - iv.point(f.values[:-1])
    inner = rise / (iv.point(f.knots[1:]) - iv.point(f.knots[:-1]))
    return np.concatenate([[0.0], inner.lo, [0.0]]), np.concatenate([[0.0], inner.hi, [0.0]])


def _on_piece(f: PiecewiseLinear, piece: Any, x: Array) -> Interval:
    """The values at x on the piece that ends at this knot: y + s (x − knot), from the knot at its left end."""
    slope_lo, slope_hi = _slopes(f)
    knot = np.maximum(piece - 1, 0)
    along = Interval(slope_lo[piece], slope_hi[piece]) * (iv.point(x) - iv.point(f.knots[knot]))
    return iv.point(f.values[knot]) + along


def _extremes(values: Array, start: Any, stop: Any) -> tuple[Array, Array]:
    """Least and greatest of values[startᵢ], …, values[stopᵢ − 1]; ∞ and −∞ where there is none."""
    padded = np.append(values, np.nan)
    ranges = np.column_stack([start, np.maximum(stop, start + 1)]).ravel()
    some = stop > start
    low = np.where(some, np.fmin.reduceat(padded, np.minimum(ranges, values.size))[::2], np.inf)
    high = np.where(some, np.fmax.reduceat(padded, np.minimum(ranges, values.size))[::2], -np.inf)
    return low, high
