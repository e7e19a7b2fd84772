"""List the rule for each word of the vocabulary with which bounds by powers of a distance follow the tree."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final

import numpy as np

from nnviz.enclosures import intervals as iv
from nnviz.enclosures.enclose import checked_cells, exact_jet, jet_of
from nnviz.enclosures.exact import rational_parts
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.jets import Jet, constant, finished, variable
from nnviz.enclosures.powers import (
    ROOM,
    Growth,
    Power,
    best,
    between,
    checked,
    down,
    inverse,
    power_of,
    product,
    raised,
    rounded_width,
    up,
)
from nnviz.enclosures.table import RULES
from nnviz.expressions.nodes import Call, Node, Number

_ETA: Final = Fraction(1, 64)  # ln(1/r) counts as r^(−η)
_WIDEST: Final = 0.25  # the largest h for a logarithm, so that ln(1/r) > 1
_MOST_TERMS: Final = 400  # n of uⁿ/n!
_DECAY: Final = 8  # the power of r that exp(−1/r) is replaced by


class Side:
    """One side of a point c, the end ``c`` of the cell or the zero of the subexpression that is ``known``.

    side: 1 if x = c + r, −1 if x = c − r.
    """

    def __init__(
        self, low: float, high: float, c: float | None, side: int, known: dict[Node, Growth | None]
    ) -> None:
        self.c, self.side, self.known, self.h = c, side, known, rounded_width(low, high)
        self.cells = checked_cells([low], [high])
        self.closures: dict[Node, Jet] = {}

    def of(self, node: Node) -> Growth | None:
        """Return the bounds of a subexpression; None if it may be undefined, or if nothing is known."""
        if node not in self.known:
            name = node.name if isinstance(node, Call) else ""
            structural = _STRUCTURAL.get(name, _function)(self, node) if isinstance(node, Call) else None
            self.known[node] = best(self._regular(node), structural)
        return self.known[node]

    def _regular(self, node: Node) -> Growth | None:
        """Return the bounds from the values and derivatives on the closed cell."""
        jet = finished(jet_of(node, variable(self.cells), self.closures), self.cells)
        if not jet.defined[0] or not jet.value.finite[0]:
            return None
        found = between(jet.value, 0, 1)
        if found.lower is None and self.c is not None and jet.continuous[0]:
            exact = exact_jet(node, self.c).value
            if float(np.min(exact.lo)) == float(np.max(exact.hi)) == 0.0:
                found = self._at_zero(node, found, jet.first, jet.second)
        return found

    def _at_zero(self, node: Node, found: Growth, first: Interval, second: Interval) -> Growth:
        """Return the bounds of a subexpression that is exactly 0 at c, from its first or second derivative."""
        if first.finite[0]:
            found = best(found, between(first, 1, self.side)) or found
        flat = jet_of(node, variable(iv.point(np.array([self.c]))), {}).first
        is_flat = flat is None or (float(np.min(flat.lo)) == float(np.max(flat.hi)) == 0.0)
        if is_flat and second.finite[0]:
            found = best(found, between(Interval(second.lo / 2, second.hi / 2), 2, 1)) or found
        return found

    def at_most(self, power: Power) -> float:
        """Return the supremum of a power with exponent ≥ 0 on 0 < r ≤ h; ∞ for a negative exponent."""
        return up(power.factor * power_of(self.h, power.exponent)) if power.exponent >= 0 else math.inf

    def lowered(self, power: Power, exponent: Fraction) -> float:
        """Return the factor with which a power is at most a power of a lower exponent."""
        return up(power.factor * power_of(self.h, power.exponent - exponent))


def _multiply(at: Side, node: Call) -> Growth | None:
    """Return the bounds of a product."""
    one, other = (at.of(argument) for argument in node.arguments)
    return None if one is None or other is None else product(one, other)


def _divide(at: Side, node: Call) -> Growth | None:
    """Return the bounds of a quotient."""
    one, other = at.of(node.arguments[0]), inverse(at.of(node.arguments[1]))
    if other is not None and node.arguments[0] == node.arguments[1]:
        return Growth(Power(1.0, Fraction(0)), Power(1.0, Fraction(0)), 1)
    return None if one is None or other is None else product(one, other)


def _negate(at: Side, node: Call) -> Growth | None:
    """Return the bounds of −u."""
    u = at.of(node.arguments[0])
    return None if u is None else u._replace(sign=-u.sign)


def _absolute(at: Side, node: Call) -> Growth | None:
    """Return the bounds of |u|."""
    u = at.of(node.arguments[0])
    return None if u is None else u._replace(sign=1 if u.lower is not None else 0)


def _add(at: Side, node: Call) -> Growth | None:
    """Return the bounds of u + v or u − v."""
    one, other = (at.of(argument) for argument in node.arguments)
    if one is None or other is None:
        return None
    if node.name == "-":
        other = other._replace(sign=-other.sign)
    upper, lower, sign = None, None, 0
    if one.upper is not None and other.upper is not None:
        least = min(one.upper.exponent, other.upper.exponent)
        upper = checked(Power(up(at.lowered(one.upper, least) + at.lowered(other.upper, least)), least))
    if one.sign * other.sign > 0:
        lower, sign = (best(one, other) or one).lower, one.sign
    for u, v in ((one, other), (other, one)):
        if lower is None and u.lower and v.upper and v.upper.exponent >= u.lower.exponent:
            rest = down(u.lower.factor - at.lowered(v.upper, u.lower.exponent))
            lower, sign = (Power(rest, u.lower.exponent), u.sign) if rest > 0 else (None, 0)
    return Growth(lower, upper, sign)


def _raise(at: Side, node: Call) -> Growth | None:
    """Return the bounds of u^v."""
    base, exponent = node.arguments
    p = rational_parts(exponent, 0.0).get(exponent) if not _varies(exponent) else None
    if p is None:
        return at.of(Call("exp", (Call("*", (exponent, Call("log", (base,)))),)))
    u = at.of(base)
    if u is None or p == 0:
        return None
    if p.denominator != 1 and u.sign <= 0:
        return None
    sign = u.sign if p.denominator == 1 and p % 2 else (1 if u.lower else 0)
    return raised(u, p, sign) if p > 0 else inverse(raised(u, -p, sign))


def _root(at: Side, node: Call) -> Growth | None:
    """Return the bounds of √u, or of the cube root of u."""
    u = at.of(node.arguments[0])
    if u is None or (node.name == "sqrt" and u.sign <= 0):
        return None
    return raised(u, Fraction(1, 2 if node.name == "sqrt" else 3), u.sign)


# e^u ≥ uⁿ/n! for u > 0;  e^(−t) ≤ n!/tⁿ for t > 0
def _exponential(at: Side, node: Call) -> Growth | None:
    """Return the bounds of e^u."""
    u = at.of(node.arguments[0])
    if u is None:
        return None
    most = math.inf if u.upper is None else at.at_most(u.upper)
    upper = Power(1.0, Fraction(0)) if u.sign < 0 else None
    lower = Power(1.0, Fraction(0)) if u.sign > 0 else None
    if most < 600:
        upper, lower = (
            upper or Power(up(math.exp(most)), Fraction(0)),
            Power(down(math.exp(-most)), Fraction(0)),
        )
    elif u.lower is not None and u.lower.exponent < 0 and u.sign:
        n = min(math.ceil((1 if u.sign > 0 else _DECAY) / -u.lower.exponent), _MOST_TERMS)
        size = power_of(u.lower.factor, Fraction(n)) / math.factorial(n) if n < 150 else 0.0
        if u.sign > 0 and size > 0:
            lower = checked(Power(down(size), n * u.lower.exponent))
        elif u.sign < 0 and size > 0:
            upper = checked(Power(up(1 / size), -n * u.lower.exponent))
    return Growth(lower, upper, 1) if lower or upper else None


# |ln u| ≤ (|ln a|/ln(1/h) + |α|) ln(1/r) for u = a r^α, and ln(1/r) ≤ r^(−η)/(e η)
def _logarithm(at: Side, node: Call) -> Growth | None:
    """Return the bounds of a logarithm, up to the constant factor of its base, from a r^α ≤ u ≤ b r^β."""
    u = at.of(node.arguments[0])
    if u is None or u.sign <= 0 or u.lower is None or u.upper is None or at.h > _WIDEST:
        return None
    long = -math.log(at.h) * (1 - ROOM)  # ln(1/h), rounded down
    sizes = [abs(math.log(p.factor)) * (1 + ROOM) / long + abs(float(p.exponent)) for p in (u.lower, u.upper)]
    base = {"log": 1.0, "log2": math.log(2), "log10": math.log(10)}[node.name]
    upper = Power(up(max(sizes) / (math.e * float(_ETA)) / base), -_ETA)
    below = -math.log(u.upper.factor) + float(u.upper.exponent) * long  # −ln u at least, if β ≥ 0
    above = math.log(u.lower.factor) - float(u.lower.exponent) * long  # ln u at least, if α ≤ 0
    margin = ROOM * (1 + abs(math.log(u.upper.factor)) + abs(math.log(u.lower.factor)))
    if u.upper.exponent >= 0 and below > margin:
        return Growth(Power(down((below - margin) / base), Fraction(0)), upper, -1)
    if u.lower.exponent <= 0 and above > margin:
        return Growth(Power(down((above - margin) / base), Fraction(0)), upper, 1)
    return Growth(None, upper, 0)


def _staircase(at: Side, node: Call) -> Growth | None:
    """Return the bounds of ⌊u⌋ and its relatives, which differ from u by at most 1."""
    u = at.of(node.arguments[0])
    if u is None:
        return None
    upper, lower, sign, one = None, None, 0, Power(1.0, Fraction(0))
    if u.upper is not None:
        least = min(u.upper.exponent, Fraction(0))
        upper = checked(Power(up(at.lowered(u.upper, least) + at.lowered(one, least)), least))
    if u.lower is not None and u.lower.exponent <= 0:
        rest = down(u.lower.factor - at.lowered(one, u.lower.exponent))
        lower, sign = (Power(rest, u.lower.exponent), u.sign) if rest > 0 else (None, 0)
    return Growth(lower, upper, sign)


def _remainder(at: Side, node: Call) -> Growth | None:
    """Return the bounds of u mod v, which is at most |v|."""
    u, v = (at.of(argument) for argument in node.arguments)
    return None if u is None or v is None or v.lower is None else Growth(None, v.upper, 0)


def _choice(at: Side, node: Call) -> Growth | None:
    """Return bounds that hold for each of two values, as for min, max and where."""
    if node.name == "where":
        if at.of(node.arguments[0]) is None:
            return None
        condition = jet_of(node.arguments[0], variable(at.cells, open_=True), {})
        if np.all(condition.without_zero):
            return at.of(node.arguments[1])
        if np.all((condition.value.lo == 0) & (condition.value.hi == 0)):
            return at.of(node.arguments[2])
    one, other = (at.of(argument) for argument in node.arguments[-2:])
    if one is None or other is None:
        return None
    lower = upper = None
    if one.lower and other.lower:
        most = max(one.lower.exponent, other.lower.exponent)
        raised = [p.factor / up(power_of(at.h, most - p.exponent)) for p in (one.lower, other.lower)]
        lower = checked(Power(down(min(raised)), most))
    if one.upper and other.upper:
        least = min(one.upper.exponent, other.upper.exponent)
        upper = checked(Power(max(at.lowered(p, least) for p in (one.upper, other.upper)), least))
    return Growth(lower, upper, one.sign if one.sign == other.sign else 0)


# max(u, v) ≥ u > 0, and |max(u, v)| ≤ |v| for u ≤ 0
def _maximum(at: Side, node: Call) -> Growth | None:
    """Return the bounds of max(u, v), or of −min(−u, −v) = max(u, v)."""
    found, turn = _choice(at, node), 1 if node.name == "max" else -1
    for one, other in (node.arguments, node.arguments[::-1]):
        u, v = at.of(one), at.of(other)
        if found is not None and u is not None and v is not None and u.sign * turn > 0:
            found = best(Growth(u.lower, None, u.sign), found)
        elif found is not None and u is not None and v is not None and u.sign * turn < 0:
            found = best(Growth(None, v.upper, 0), found)
    return found


def _function(at: Side, node: Call) -> Growth | None:
    """Return the bounds of φ(u) from the values and slopes of φ on the range of u."""
    if len(node.arguments) != 1:
        return None
    u = at.of(node.arguments[0])
    if u is None:
        return None
    most = math.inf if u.upper is None else at.at_most(u.upper)
    ends = (0.0 if u.sign > 0 else -most), (0.0 if u.sign < 0 else most)
    around = Interval(np.array([ends[0]]), np.array([ends[1]]))
    jet = finished(RULES[node.name](variable(around)), around)
    if not jet.defined[0] or not jet.value.finite[0]:
        return None
    found = between(jet.value, 0, 1)
    at_zero = RULES[node.name](constant(iv.point(np.array([0.0])))).value
    if (
        float(np.min(at_zero.lo)) == float(np.max(at_zero.hi)) == 0
        and jet.continuous[0]
        and jet.first.finite[0]
    ):
        slope = between(jet.first, 0, 1)
        found = best(found, product(slope, u)) or found
    return found


# |gelu u|, |silu u|, |elu u|, |softplus u| ≤ |u| + 1
def _at_most_u(at: Side, node: Call) -> Growth | None:
    """Return the bounds of a function that is at most |u| + 1."""
    stairs = _staircase(at, node)
    return best(None if stairs is None else Growth(None, stairs.upper, 0), _function(at, node))


def _inverse_sinh(at: Side, node: Call) -> Growth | None:
    """Return the bounds of arsinh u = ± ln(|u| + √(u² + 1)), which has the sign of u."""
    size, root = (
        _call("abs", *node.arguments),
        _call("sqrt", _call("+", _ONE, _call("^", *node.arguments, Number(2.0)))),
    )
    u, found = at.of(node.arguments[0]), at.of(_call("log", _call("+", size, root)))
    return best(None if u is None or found is None else found._replace(sign=u.sign), _function(at, node))


def _rewritten(build: Callable[[Node], Node]) -> "Callable[[Side, Call], Growth | None]":
    """Return the rule of a function that is written with others."""
    return lambda at, node: best(at.of(build(node.arguments[0])), _function(at, node))


def _call(name: str, *arguments: Node) -> Node:
    """Return a call in a tree."""
    return Call(name, arguments)


_ONE: Final = Number(1.0)
DENOMINATORS: Final[dict[str, list[Callable[[Node], Node]]]] = {
    "tan": [lambda u: _call("cos", u)],
    "sec": [lambda u: _call("cos", u)],
    "cot": [lambda u: _call("sin", u)],
    "csc": [lambda u: _call("sin", u)],
    "coth": [lambda u: _call("sinh", u)],
    "log1p": [lambda u: _call("+", _ONE, u)],
    "atanh": [lambda u: _call("+", _ONE, u), lambda u: _call("-", _ONE, u)],
}
_STRUCTURAL: Final[dict[str, Callable[[Side, Call], Growth | None]]] = {
    "*": _multiply,
    "/": _divide,
    "neg": _negate,
    "abs": _absolute,
    "+": _add,
    "-": _add,
    "^": _raise,
    "sqrt": _root,
    "cbrt": _root,
    "exp": _exponential,
    **dict.fromkeys(("log", "log2", "log10"), _logarithm),
    **dict.fromkeys(("floor", "ceil", "round", "trunc"), _staircase),
    "mod": _remainder,
    "where": _choice,
    **dict.fromkeys(("min", "max"), _maximum),
    "gaussian": _rewritten(
        lambda u: _call("exp", _call("neg", _call("/", _call("^", u, Number(2.0)), Number(2.0))))
    ),
    "sech": _rewritten(lambda u: _call("/", _ONE, _call("cosh", u))),
    "log1p": _rewritten(lambda u: _call("log", _call("+", _ONE, u))),
    "tan": _rewritten(lambda u: _call("/", _call("sin", u), _call("cos", u))),
    "cot": _rewritten(lambda u: _call("/", _call("cos", u), _call("sin", u))),
    "sec": _rewritten(lambda u: _call("/", _ONE, _call("cos", u))),
    "csc": _rewritten(lambda u: _call("/", _ONE, _call("sin", u))),
    "coth": _rewritten(lambda u: _call("/", _call("cosh", u), _call("sinh", u))),
    **dict.fromkeys(("gelu", "silu", "elu", "softplus", "relu", "leaky_relu"), _at_most_u),
    "asinh": _inverse_sinh,
    "expm1": _rewritten(lambda u: _call("-", _call("exp", u), _ONE)),
    "sinh": _rewritten(
        lambda u: _call("/", _call("-", _call("exp", u), _call("exp", _call("neg", u))), Number(2.0))
    ),
    "cosh": _rewritten(
        lambda u: _call("/", _call("+", _call("exp", u), _call("exp", _call("neg", u))), Number(2.0))
    ),
    "atanh": _rewritten(
        lambda u: _call("/", _call("log", _call("/", _call("+", _ONE, u), _call("-", _ONE, u))), Number(2.0))
    ),
}


def _varies(node: Node) -> bool:
    """Return whether a tree depends on the variable, or holds more than rational numbers."""
    return rational_parts(node, 0.0).get(node) is None or rational_parts(node, 1.0).get(
        node
    ) != rational_parts(node, 0.0).get(node)
