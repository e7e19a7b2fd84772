"""Enclose a function on open cells, next to points where its formula changes, or where it is not defined.

Next to such a point interval arithmetic on the closed cell gives no bound, because 1/x is not defined on all of [0,
1]. It is defined on the open cell 0 < x < 1. Five more rules hold there:

    a/b where a and b are 0 at an end c    a/b = ((a(x) − a(c))/(x − c)) / ((b(x) − b(c))/(x − c)), so it lies in A′/B′,
                                           and in A″/B″ where a′ and b′ are 0 at c too (Cauchy's mean value theorem)
    uᵖ (ln u)ⁿ, p > 0                      (u^(p/n) ln u)ⁿ, and uᵖ ln u falls from 0 to −1/(p e) at u = e^(−1/p), and
                                           rises from there; a ln u is (a/u) u ln u, where a/u is bounded as above
    aᵇ with a > 0                          exp(b ln a), to which the rule above may apply
    u where u′ > 0, or < 0, on the cell    lies between its values at the ends, so √(x − x³) is defined before x = 1
    a sum whose terms share factors        the factors times the rest, as in x³ − x⁴ = x³ (1 − x) > 0
"""

from collections import Counter
from collections.abc import Callable
from functools import partial, reduce
from itertools import product
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._types import Truth
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.enclose import checked_cells, enclose, exact_jet, jet_of, root_of
from nnviz.enclosures.intervals import WHOLE, Interval
from nnviz.enclosures.jets import Enclosure, Jet, constant, finished, first_defined, variable
from nnviz.enclosures.table import RULES
from nnviz.expressions.nodes import Call, Node, Number, is_constant
from nnviz.targets.convert import Target
from nnviz.targets.points import PiecewiseLinear

_MAX_LEVELS: Final = 2  # of a staircase on one cell, above the first
_MAX_CASES: Final = 32  # combinations of levels
_MAX_POWER: Final = 2**40  # exponents of factors, whose sums are exact floats
_WITH_DOMAIN: Final = ("sqrt", "log", "log2", "log10", "log1p", "^", "asin", "acos", "acosh", "atanh")
_ZERO: Final = iv.as_interval(0.0)
_MINUS: Final = Call("neg", (Number(1.0),))
_LOGARITHMS: Final = {"log": iv.as_interval(1.0), "log2": iv.LN_2, "log10": iv.LN_10}  # ln of the base


def enclose_open(f: Target, low: ArrayLike, high: ArrayLike) -> Enclosure:
    """Return enclosures of f, f′ and f″ on the open cells lowᵢ < x < highᵢ, (m,) each; slower than ``enclose``.

    ``defined`` and ``continuous`` also hold for the open cells. ValueError as for ``enclose``.
    """
    if isinstance(f, PiecewiseLinear):
        return enclose(f, low, high)
    cells, root = checked_cells(low, high), root_of(f)
    with np.errstate(all="ignore"):
        return finished(_open(_Cell(cells, {}, {}), root), cells)


def enclose_by_cases(f: Target, low: float, high: float) -> Interval:
    """Return an interval of the values of f on one open cell, from a separate enclosure for each level of its jumps.

    |mod(3x, 1) − ½| is near ½ on both sides of −2/3, although the modulus is near 1 on one side and near 0 on the
    other. The result is the whole line if f may be undefined, or if there are too many jumps.
    """
    if isinstance(f, PiecewiseLinear):
        return enclose(f, [low], [high]).value
    cells, root = checked_cells([low], [high]), root_of(f)
    x, sharpen, found = (
        variable(cells, open_=True),
        partial(_sharpen_call, _Cell(cells, {}, {})),
        dict[Node, Jet](),
    )
    with np.errstate(all="ignore"):
        jet_of(root, x, found, sharpen)
        levels = {node: _levels(node, found) for node, jet in found.items() if not np.all(jet.continuous)}
        levels = {node: jets for node, jets in levels.items() if jets}
        if prod(map(len, levels.values())) > _MAX_CASES:
            return WHOLE
        cases = (dict(zip(levels, jets)) for jets in product(*levels.values()))
        parts = [finished(jet_of(root, x, case, sharpen), cells).value for case in cases]
    return reduce(iv.hull, parts)


def _levels(node: Node, found: dict[Node, Jet]) -> list[Jet]:
    """Return the jets of a call that may jump, one for each of its levels; empty for other calls."""
    match node:
        case Call(("floor" | "ceil" | "round" | "trunc" | "sign" | "step"), _):
            jets = [constant(level) for level in _whole_numbers(found[node].value)]
        case Call("mod", (a, b)):
            numerator, divisor = found[a], found[b]
            ratio = numerator.value / divisor.value
            floors = Interval(np.floor(ratio.lo), np.floor(ratio.hi))
            multiples = [RULES["*"](constant(level), divisor) for level in _whole_numbers(floors)]
            jets = [RULES["-"](numerator, multiple) for multiple in multiples]
        case _:
            return []
    return [jet._replace(defined=found[node].defined) for jet in jets]  # as its argument, it may be undefined


def _whole_numbers(levels: Interval) -> list[float]:
    """Return the whole numbers in an interval; none if they are more than three."""
    first, last = float(np.min(levels.lo)), float(np.max(levels.hi))
    return [first + k for k in range(int(last - first) + 1)] if last - first <= _MAX_LEVELS else []


class _Cell(NamedTuple):
    """Open cells, with the known jets of subexpressions on them and on their closures."""

    cells: Interval
    inside: dict[Node, Jet]
    closures: dict[Node, Jet]

    def closed(self, node: Node) -> Jet:
        """Return the jet of a subexpression on the closed cells."""
        return jet_of(node, variable(self.cells), self.closures)

    def at(self, node: Node, end: Any) -> tuple[Truth, Truth]:
        """Return where a subexpression is exactly 0 at these ends of the cells, and where its derivative is 0 there."""
        about = jet_of(node, constant(iv.point(end)), {}).value
        value = np.broadcast_to((about.lo <= 0) & (about.hi >= 0), end.shape).copy()
        for k in np.flatnonzero(value):
            exact = exact_jet(node, float(end[k])).value
            value[k] = bool((exact.lo == 0) & (exact.hi == 0))
        first = jet_of(node, variable(iv.point(end)), {}).first
        flat = np.ones_like(value) if first is None else np.asarray((first.lo == 0) & (first.hi == 0))
        return value, np.broadcast_to(flat, value.shape)


def _sharpen_call(cell: _Cell, node: Call, jet: Jet) -> Jet:
    """Return a sharper jet of a call on open cells where the rule for its name gives no bound."""
    unknown = ~(np.asarray(jet.defined) & np.broadcast_to(jet.value.finite, cell.cells.lo.shape))
    if node.name == "^" and not is_constant(node.arguments[1]):
        unknown |= jet.value.lo == 0  # the rule encloses base and exponent separately
    if not unknown.any():
        return jet
    if node.name in _WITH_DOMAIN:
        jet = _sharpen_argument(cell, node, jet)
    found = _SHARPER[node.name](cell, node) if node.name in _SHARPER else None
    return jet if found is None else _with_value(jet, *found)


def _sharpen_argument(cell: _Cell, node: Call, jet: Jet) -> Jet:
    """Return the jet of a function with a limited domain from sharper bounds of its first argument."""
    first, *rest = node.arguments
    others = [_open(cell, argument) for argument in rest]
    jet = first_defined(jet, RULES[node.name](_between_ends(cell, first), *others))
    if (factored := _multiplied(_powers(first))) != first:
        jet = first_defined(jet, RULES[node.name](_open(cell, factored), *others))
    return jet


def _with_value(jet: Jet, value: Interval, sure: Truth) -> Jet:
    """Return the jet with another enclosure of its values where that is ``sure``, without bounds of derivatives."""
    value = _intersect(value, jet)
    kept = [jet.defined & (new == old) for new, old in ((value.lo, jet.value.lo), (value.hi, jet.value.hi))]
    return Jet(
        iv.select(sure, value, jet.value),
        iv.select(sure, WHOLE, _ZERO if jet.first is None else jet.first),
        iv.select(sure, WHOLE, _ZERO if jet.second is None else jet.second),
        sure | jet.defined,
        sure | jet.continuous,
        np.where(sure, jet.open_lo & kept[0], jet.open_lo),
        np.where(sure, jet.open_hi & kept[1], jet.open_hi),
    )


# u′(x) lies in u′(c) + u″ (x − c), c an end
def _between_ends(cell: _Cell, node: Node) -> Jet:
    """Return the jet of a subexpression, limited by its values at the ends where it is monotone on a cell.

    A monotone subexpression does not attain the values at the ends on the open cell.
    """
    jet, whole = _open(cell, node), cell.closed(node)
    if whole.first is None:
        return jet
    first, second = whole.first, _ZERO if whole.second is None else whole.second
    ends = [jet_of(node, variable(iv.point(end)), {}) for end in (cell.cells.lo, cell.cells.hi)]
    p, q = (_ZERO if end.first is None else end.first for end in ends)
    regular = np.asarray(whole.defined & whole.continuous) & (cell.cells.lo < cell.cells.hi)
    rises = regular & ((first.lo > 0) | (p.lo >= 0) & (second.lo > 0) | (q.lo >= 0) & (second.hi < 0))
    falls = regular & ((first.hi < 0) | (p.hi <= 0) & (second.hi < 0) | (q.hi <= 0) & (second.lo > 0))
    start, stop = (_exactly(node, end, rises | falls) for end in (cell.cells.lo, cell.cells.hi))
    between = iv.select(rises, Interval(start.lo, stop.hi), Interval(stop.lo, start.hi))
    monotone = rises | falls
    lower, upper = monotone & (between.lo >= jet.value.lo), monotone & (between.hi <= jet.value.hi)
    value = Interval(np.where(lower, between.lo, jet.value.lo), np.where(upper, between.hi, jet.value.hi))
    return jet._replace(value=value, open_lo=lower | jet.open_lo, open_hi=upper | jet.open_hi)


def _exactly(node: Node, x: Any, asked: Truth) -> Interval:
    """Enclose a subexpression at the floats x, (m,); where ``asked``, its rational parts are exact."""
    value = jet_of(node, constant(iv.point(x)), {}).value
    lo, hi = (np.broadcast_to(end, x.shape).copy() for end in (value.lo, value.hi))
    for k in np.flatnonzero(asked):
        exact = exact_jet(node, float(x[k])).value
        lo[k], hi[k] = exact.lo, exact.hi
    return Interval(lo, hi)


def _intersect(value: Interval, known: Jet) -> Interval:
    """Return the intersection of a value with the value of a jet where the jet is defined, else the value."""
    both = Interval(np.maximum(value.lo, known.value.lo), np.minimum(value.hi, known.value.hi))
    return iv.select(known.defined & (both.lo <= both.hi), both, value)


def _removable_quotient(cell: _Cell, node: Call) -> tuple[Interval, Truth]:
    """Enclose a/b on cells at one end of which a and b are 0, and return where this is possible.

    By Cauchy's mean value theorem a/b lies in A′/B′, and in A″/B″ if a′ and b′ are 0 there too.
    """
    a, b = node.arguments
    above, below = cell.closed(a), cell.closed(b)
    value, sure = WHOLE, np.zeros(cell.cells.lo.shape, np.bool_)
    regular = np.asarray(above.defined & below.defined & above.continuous & below.continuous)
    slopes, bends = (above.first, below.first), (above.second, below.second)
    for end in (cell.cells.lo, cell.cells.hi):
        (a_zero, a_flat), (b_zero, b_flat) = cell.at(a, end), cell.at(b, end)
        both, flat = regular & a_zero & b_zero, a_flat & b_flat
        for good, (p, q) in ((both, slopes), (both & flat, bends)):
            over, under = _ZERO if p is None else p, _ZERO if q is None else q
            here = good & (under.mignitude > 0) & over.finite & ~sure
            value, sure = iv.select(here, over / under, value), sure | here
    return value, sure


def _power_times_log(cell: _Cell, node: Call) -> tuple[Interval, Truth] | None:
    """Enclose a product with a power of ln u and a factor that is 0 where u is 0; None for other products.

    The factor is a power of u or |u|, or another factor a, written as (a/u) u. Also return where this is possible.
    """
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
        found, good = _enclose_power_log(cell, u, power, powers[log], rest, sign=sign)
        value = iv.select(good & ~sure, found / iv.power(_LOGARITHMS[log.name], powers[log]), value)
        sure = sure | good
    return (value, sure) if logs else None


def _powers(node: Node) -> Counter[Node]:
    """Return the factors of a tree with their exponents, which are positive whole numbers.

    The factors of a sum are those that all its terms share, and the rest.
    """
    match node:
        case Call("*", (a, b)):
            return _powers(a) + _powers(b)
        case Call("/", (a, b)) if a != Number(1.0):
            return _powers(a) + Counter([Call("/", (Number(1.0), b))])
        case Call("neg", (a,)) if node != _MINUS:
            return _powers(a) + Counter([_MINUS])
        case Call("^", (base, Number(n))) if n > 0 and n.is_integer():
            raised = Counter({one: int(n) * m for one, m in _powers(base).items()})
            if max(raised.values()) < _MAX_POWER:
                return raised
        case Call(("+" | "-") as name, (a, b)):
            one, other = _powers(a), _powers(b)
            if common := one & other:
                rest = Call(name, (_multiplied(one - common), _multiplied(other - common)))
                return common + Counter([rest])
    return Counter([node])


def _multiplied(powers: Counter[Node]) -> Node:
    """Return the product of the factors."""
    factors = [one if n == 1 else Call("^", (one, Number(float(n)))) for one, n in powers.items()]
    return reduce(lambda a, b: Call("*", (a, b)), factors) if factors else Number(1.0)


def _as_power(node: Node, u: Node) -> tuple[float, bool]:
    """Return p if the node is uᵖ or ±|u|ᵖ, otherwise 0, and whether the sign is unknown."""
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
def _enclose_power_log(
    cell: _Cell, u: Node, power: float, n: int, rest: list[Node], *, sign: bool
) -> tuple[Interval, Truth]:
    """Enclose uᵖ (ln u)ⁿ, with both signs if ``sign``, times the ``rest``, and return where this is possible."""
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
    """Enclose uᵖ ln u at single points u ≥ 0, with its limit 0 at 0."""
    return iv.select(u.hi == 0, _ZERO, iv.real_power(u, p) * iv.log(u))


def _open(cell: _Cell, node: Node) -> Jet:
    """Return the jet of a subexpression on the open cells."""
    return jet_of(node, variable(cell.cells, open_=True), cell.inside, partial(_sharpen_call, cell))


def _product(cell: _Cell, node: Call) -> tuple[Interval, Truth] | None:
    """Enclose a product with a power of ln u, or a product a (1/b), which is a/b; None for other products."""
    found = _power_times_log(cell, node)
    divisor = next((one for one in _powers(node) if isinstance(one, Call) and one.name == "/"), None)
    if divisor is None:
        return found
    above, below = divisor.arguments
    others = _powers(node) - Counter([divisor]) + Counter([above])
    value, sure = _removable_quotient(cell, Call("/", (_multiplied(others), below)))
    if found is not None:
        value, sure = iv.select(found[1], found[0], value), found[1] | sure
    return value, sure


def _power_limit(cell: _Cell, node: Call) -> tuple[Interval, Truth]:
    """Enclose aᵇ as exp(b ln a), and return where this is possible."""
    a, b = node.arguments
    base = _between_ends(cell, a)
    exponent = _open(cell, Call("*", (b, Call("log", (a,)))))
    return iv.exp(exponent.value), np.asarray(
        base.positive & base.defined & exponent.defined & exponent.continuous
    )


_SHARPER: Final[dict[str, Callable[[_Cell, Call], tuple[Interval, Truth] | None]]] = {
    "/": _removable_quotient,
    "*": _product,
    "^": _power_limit,
}
"""For each operator, a function that encloses its values on open cells, and says on which cells that is possible."""
