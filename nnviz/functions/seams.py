"""What a function does on cells without their ends: up to the points where a formula changes, or has a gap.

Next to such a point interval arithmetic over the closed cell says nothing: 1/x on [0, 1] may be undefined. On the open
cell 0 < x < 1 it is not. Five more things are known there:

    a/b where a and b are 0 at an end c    a/b = ((a(x) − a(c))/(x − c)) / ((b(x) − b(c))/(x − c)), so it lies in A′/B′,
                                           and in A″/B″ where a′ and b′ are 0 at c too (Cauchy's mean value theorem)
    uᵖ (ln u)ⁿ, p > 0                      (u^(p/n) ln u)ⁿ, and uᵖ ln u falls from 0 to −1/(p e) at u = e^(−1/p), and
                                           rises from there; a ln u is (a/u) u ln u, where a/u is bounded as above
    aᵇ with a > 0                          exp(b ln a), where the line above may apply
    u where u′ > 0, or < 0, on the cell    lies between its values at the ends: √(x − x³) is defined before x = 1
    a sum of which all terms share factors is their product with what is left: x³ − x⁴ = x³ (1 − x) > 0
"""

from collections import Counter
from functools import partial, reduce
from itertools import product
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz.functions import intervals as iv
from nnviz.functions.enclosures import (
    RULES,
    Enclosure,
    Function,
    Jet,
    checked_cells,
    constant,
    enclose,
    exact_jet,
    finished,
    jet_of,
    root_of,
    variable,
)
from nnviz.functions.intervals import WHOLE, Interval, Truth
from nnviz.functions.nodes import Call, Node, Number, is_constant
from nnviz.functions.points import PiecewiseLinear

_MOST_LEVELS: Final = 2  # above the first
_MOST_CASES: Final = 32
_MOST_POWER: Final = 2**40  # exponents of factors: their sums are floats
_EDGED: Final = ("sqrt", "log", "log2", "log10", "log1p", "^", "asin", "acos", "acosh", "atanh")
_NOTHING: Final = iv.as_interval(0.0)
_MINUS: Final = Call("neg", (Number(1.0),))
_LOGARITHMS: Final = {"log": iv.as_interval(1.0), "log2": iv.LN_2, "log10": iv.LN_10}  # ln of the base


def enclose_open(f: Function, low: ArrayLike, high: ArrayLike) -> Enclosure:
    """Enclosures of f, f′ and f″ on the cells lowᵢ < x < highᵢ, (m,) and (m,); slower than ``enclose``.

    ``defined`` and ``continuous`` are said of the open cells too. ValueError as for ``enclose``.
    """
    if isinstance(f, PiecewiseLinear):
        return enclose(f, low, high)
    cells, root = checked_cells(low, high), root_of(f)
    with np.errstate(all="ignore"):
        return finished(_open(_Cell(cells, {}, {}), root), cells)


def enclose_by_cases(f: Function, low: float, high: float) -> Interval:
    """The values of f on the one cell low < x < high, with every level that a jump in it takes looked at apart.

    |mod(3x, 1) − ½| is near ½ on both sides of −2/3, though the modulus is near 1 on one side and 0 on the other. The
    whole line where f may be undefined, or jumps are too many.
    """
    if isinstance(f, PiecewiseLinear):
        return enclose(f, [low], [high]).value
    cells, root = checked_cells([low], [high]), root_of(f)
    x, better, found = variable(cells, open_=True), partial(_better, _Cell(cells, {}, {})), dict[Node, Jet]()
    with np.errstate(all="ignore"):
        jet_of(root, x, found, better)
        levels = {node: _levels(node, found) for node, jet in found.items() if not np.all(jet.continuous)}
        levels = {node: jets for node, jets in levels.items() if jets}
        if prod(map(len, levels.values())) > _MOST_CASES:
            return WHOLE
        cases = (dict(zip(levels, jets)) for jets in product(*levels.values()))
        parts = [finished(jet_of(root, x, case, better), cells).value for case in cases]
    return reduce(iv.hull, parts)


def _levels(node: Node, found: dict[Node, Jet]) -> list[Jet]:
    """The jets of a call that may jump, one for each level that it may take; empty if it is none of these calls."""
    match node:
        case Call(("floor" | "ceil" | "round" | "trunc" | "sign" | "step"), _):
            return [constant(level) for level in _whole_numbers(found[node].value)]
        case Call("mod", (a, b)):
            numerator, divisor = found[a], found[b]
            ratio = numerator.value / divisor.value
            floors = Interval(np.floor(ratio.lo), np.floor(ratio.hi))
            return [
                RULES["-"](numerator, RULES["*"](constant(level), divisor))
                for level in _whole_numbers(floors)
            ]
    return []


def _whole_numbers(levels: Interval) -> list[float]:
    """The whole numbers from the first to the last; none if they are many."""
    first, last = float(np.min(levels.lo)), float(np.max(levels.hi))
    return [first + k for k in range(int(last - first) + 1)] if last - first <= _MOST_LEVELS else []


class _Cell(NamedTuple):
    """Open cells, and what is known by now of subexpressions on them and on their closures."""

    cells: Interval
    inside: dict[Node, Jet]
    closures: dict[Node, Jet]

    def closed(self, node: Node) -> Jet:
        """The jet of a subexpression on the closed cells."""
        return jet_of(node, variable(self.cells), self.closures)

    def at(self, node: Node, end: Any) -> tuple[Truth, Truth]:
        """Where a subexpression is exactly 0 at these ends of the cells, and where its slope is."""
        about = jet_of(node, constant(iv.point(end)), {}).value
        value = np.broadcast_to((about.lo <= 0) & (about.hi >= 0), end.shape).copy()
        for k in np.flatnonzero(value):
            exact = exact_jet(node, float(end[k])).value
            value[k] = bool((exact.lo == 0) & (exact.hi == 0))
        first = jet_of(node, variable(iv.point(end)), {}).first
        flat = np.ones_like(value) if first is None else np.asarray((first.lo == 0) & (first.hi == 0))
        return value, np.broadcast_to(flat, value.shape)


def _better(cell: _Cell, node: Call, known: Jet) -> Jet:
    """What is known of a call, where its rule says too little."""
    unknown = ~(np.asarray(known.defined) & np.broadcast_to(known.value.finite, cell.cells.lo.shape))
    if node.name == "^" and not is_constant(node.arguments[1]):
        unknown |= known.value.lo == 0  # the rule takes base and exponent apart
    if not unknown.any():
        return known
    if node.name in _EDGED:
        first, *rest = node.arguments
        others = [_open(cell, one) for one in rest]
        known = _or(known, RULES[node.name](_between_ends(cell, first), *others))
        if (factored := _multiplied(_powers(first))) != first:
            known = _or(known, RULES[node.name](_open(cell, factored), *others))
    found: tuple[Interval, Truth] | None = None
    if node.name == "/":
        found = _removable(cell, *node.arguments)
    elif node.name == "*":
        found = _times_log(cell, node)
    elif node.name == "^":
        found = _exponential(cell, *node.arguments)
    if found is None:
        return known
    value, sure = found
    value = _meet(value, known)
    kept = [
        known.defined & (new == old) for new, old in ((value.lo, known.value.lo), (value.hi, known.value.hi))
    ]
    return Jet(
        iv.select(sure, value, known.value),
        iv.select(sure, WHOLE, iv.as_interval(0.0) if known.first is None else known.first),
        iv.select(sure, WHOLE, iv.as_interval(0.0) if known.second is None else known.second),
        np.where(sure, True, known.defined),
        np.where(sure, True, known.continuous),
        np.where(sure, known.open_lo & kept[0], known.open_lo),
        np.where(sure, known.open_hi & kept[1], known.open_hi),
    )


def _or(known: Jet, other: Jet) -> Jet:
    """The other jet where only that one is defined."""
    better = np.asarray(other.defined & ~np.asarray(known.defined))
    parts = [
        iv.select(better, *(_NOTHING if one is None else one for one in pair))
        for pair in zip(other[:3], known[:3])
    ]
    return Jet(*parts, *[np.where(better, *pair) for pair in zip(other[3:], known[3:])])


# u′(x) lies in u′(c) + u″ (x − c), c an end
def _between_ends(cell: _Cell, node: Node) -> Jet:
    """A subexpression; where it rises or falls over all of a cell, between its values at the ends, and at neither."""
    jet, whole = _open(cell, node), cell.closed(node)
    if whole.first is None:
        return jet
    first, second = whole.first, _NOTHING if whole.second is None else whole.second
    ends = [jet_of(node, variable(iv.point(end)), {}) for end in (cell.cells.lo, cell.cells.hi)]
    p, q = (_NOTHING if end.first is None else end.first for end in ends)
    calm = np.asarray(whole.defined & whole.continuous) & (cell.cells.lo < cell.cells.hi)
    rises = calm & ((first.lo > 0) | (p.lo >= 0) & (second.lo > 0) | (q.lo >= 0) & (second.hi < 0))
    falls = calm & ((first.hi < 0) | (p.hi <= 0) & (second.hi < 0) | (q.hi <= 0) & (second.lo > 0))
    start, stop = (_exactly(node, end, rises | falls) for end in (cell.cells.lo, cell.cells.hi))
    between = iv.select(rises, Interval(start.lo, stop.hi), Interval(stop.lo, start.hi))
    one_way = rises | falls
    lower, upper = one_way & (between.lo >= jet.value.lo), one_way & (between.hi <= jet.value.hi)
    value = Interval(np.where(lower, between.lo, jet.value.lo), np.where(upper, between.hi, jet.value.hi))
    return jet._replace(value=value, open_lo=lower | jet.open_lo, open_hi=upper | jet.open_hi)


def _exactly(node: Node, x: Any, asked: Truth) -> Interval:
    """The values of a subexpression at the floats x, (m,), exactly where it is rational and asked for."""
    value = jet_of(node, constant(iv.point(x)), {}).value
    lo, hi = (np.broadcast_to(end, x.shape).copy() for end in (value.lo, value.hi))
    for k in np.flatnonzero(asked):
        exact = exact_jet(node, float(x[k])).value
        lo[k], hi[k] = exact.lo, exact.hi
    return Interval(lo, hi)


def _meet(value: Interval, known: Jet) -> Interval:
    """Both hold where the rule's jet is defined."""
    both = Interval(np.maximum(value.lo, known.value.lo), np.minimum(value.hi, known.value.hi))
    return iv.select(known.defined & (both.lo <= both.hi), both, value)


def _removable(cell: _Cell, a: Node, b: Node) -> tuple[Interval, Truth]:
    """a/b on cells at one end of which both are 0."""
    above, below = cell.closed(a), cell.closed(b)
    value, sure = WHOLE, np.zeros(cell.cells.lo.shape, np.bool_)
    calm = np.asarray(above.defined & below.defined & above.continuous & below.continuous)
    slopes, bends = (above.first, below.first), (above.second, below.second)
    for end in (cell.cells.lo, cell.cells.hi):
        (a_zero, a_flat), (b_zero, b_flat) = cell.at(a, end), cell.at(b, end)
        both, flat = calm & a_zero & b_zero, a_flat & b_flat
        for good, (p, q) in ((both, slopes), (both & flat, bends)):
            over, under = _NOTHING if p is None else p, _NOTHING if q is None else q
            here = good & (under.mignitude > 0) & over.finite & ~sure
            value, sure = iv.select(here, over / under, value), sure | here
    return value, sure


def _times_log(cell: _Cell, node: Call) -> tuple[Interval, Truth] | None:
    """A product of ln u, or a power of it, and u, |u|, a power of one, or what is 0 where u is: by its shape."""
    powers = _powers(node)
    value, sure = WHOLE, np.zeros(cell.cells.lo.shape, np.bool_)
    logs = [one for one in powers if isinstance(one, Call) and one.name in _LOGARITHMS]
    for log, other in ((one, other) for one in logs for other in powers if other != one):
        u = log.arguments[0]
        rest = [_multiplied(Counter({one: powers[one]})) for one in powers if one not in (log, other)]
        factor = _multiplied(Counter({other: powers[other]}))
        power, sign = _as_power(factor, u)
        if power <= 0:
            power, rest = 1.0, [*rest, Call("/", (factor, u))]
        found, good = _shaped(cell, u, power, powers[log], sign, rest)
        value = iv.select(good & ~sure, found / iv.power(_LOGARITHMS[log.name], powers[log]), value)
        sure = sure | good
    return (value, sure) if logs else None


def _powers(node: Node) -> Counter[Node]:
    """The factors of a tree with their exponents, whole and positive; of a sum those that all its terms share."""
    match node:
        case Call("*", (a, b)):
            return _powers(a) + _powers(b)
        case Call("/", (a, b)) if a != Number(1.0):
            return _powers(a) + Counter([Call("/", (Number(1.0), b))])
        case Call("neg", (a,)) if node != _MINUS:
            return _powers(a) + Counter([_MINUS])
        case Call("^", (base, Number(n))) if n > 0 and n.is_integer():
            raised = Counter({one: int(n) * m for one, m in _powers(base).items()})
            if max(raised.values()) < _MOST_POWER:
                return raised
        case Call(("+" | "-") as name, (a, b)):
            one, other = _powers(a), _powers(b)
            if common := one & other:
                rest = Call(name, (_multiplied(one - common), _multiplied(other - common)))
                return common + Counter([rest])
    return Counter([node])


def _multiplied(powers: Counter[Node]) -> Node:
    """The product of the factors."""
    factors = [one if n == 1 else Call("^", (one, Number(float(n)))) for one, n in powers.items()]
    return reduce(lambda a, b: Call("*", (a, b)), factors) if factors else Number(1.0)


def _as_power(node: Node, u: Node) -> tuple[float, bool]:
    """The p where the node is uᵖ, or ±|u|ᵖ with a sign that is not known; 0 where it is neither."""
    match u:
        case Call("^", (root, Number(2.0))):
            p, sign = _as_power(node, Call("abs", (root,)))
            return p / 2, sign
        case Call("*", (root, same)) if root == same:
            return _as_power(node, Call("^", (root, Number(2.0))))
    bare = u.arguments[0] if isinstance(u, Call) and u.name == "abs" else None
    if node in (u, bare):
        return 1.0, node == bare
    match node:
        case Call("^", (base, Number(p))) if base == u or (base == bare and p.is_integer()):
            return p, base == bare
        case Call("sqrt", (base,)) if base == u:
            return 0.5, False
    return 0.0, False


# g(u) = uᵖ ln u,   g′ = uᵖ⁻¹ (p ln u + 1)
def _shaped(
    cell: _Cell, u: Node, power: float, n: int, sign: bool, rest: list[Node]
) -> tuple[Interval, Truth]:
    """±uᵖ (ln u)ⁿ times the rest."""
    argument, p = _between_ends(cell, u), iv.point(power) / iv.point(n)
    least = -1.0 / (p * iv.exp(iv.as_interval(1.0)))
    turn = iv.exp(-1.0 / p)
    value = iv.hull(*[_power_log(iv.point(end), p) for end in (argument.value.lo, argument.value.hi)])
    beyond = (argument.value.lo > turn.hi) | (argument.value.hi < turn.lo)
    value = iv.power(iv.select(beyond, value, iv.hull(value, least)), n)
    value = iv.hull(value, -value) if sign else value
    sure = np.asarray(argument.defined & argument.positive & argument.value.finite)
    for node in rest:
        factor = _open(cell, node)
        value, sure = value * factor.value, sure & factor.defined & factor.continuous & factor.value.finite
    return value, sure & argument.continuous


def _power_log(u: Interval, p: Interval) -> Interval:
    """uᵖ ln u at single points u ≥ 0; 0 at 0, its limit."""
    return iv.select(u.hi == 0, _NOTHING, iv.real_power(u, p) * iv.log(u))


def _open(cell: _Cell, node: Node) -> Jet:
    return jet_of(node, variable(cell.cells, open_=True), cell.inside, partial(_better, cell))


def _exponential(cell: _Cell, a: Node, b: Node) -> tuple[Interval, Truth]:
    """aᵇ as exp(b ln a)."""
    base = _between_ends(cell, a)
    exponent = _open(cell, Call("*", (b, Call("log", (a,)))))
    return iv.exp(exponent.value), np.asarray(
        base.positive & base.defined & exponent.defined & exponent.continuous
    )
