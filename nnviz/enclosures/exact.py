"""Evaluate the rational parts of a formula at one float in exact arithmetic.

Interval arithmetic cannot separate 1 − (x/0.8)² from 0 at the float before 0.8, but exact fractions can.
"""

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from math import inf, nextafter
from typing import Any, Final

import numpy as np

from nnviz.enclosures.intervals import Interval
from nnviz.expressions.nodes import Call, Node, Number, Variable

_MOST_BITS: Final = 20_000  # of a numerator or denominator
_MOST_EXPONENT: Final = 64


def rational_parts(root: Node, x: float) -> dict[Node, Fraction]:
    """Return the value at x of every subexpression that consists of rational operations only."""
    known: dict[Node, Fraction | None] = {}
    _fill(root, Fraction(x), known)
    return {node: value for node, value in known.items() if value is not None}


def _fill(node: Node, x: Fraction, known: dict[Node, Fraction | None]) -> Fraction | None:
    """Compute the value of a node and store it in ``known``; None if it is not rational."""
    if node in known:
        return known[node]
    value: Fraction | None = None
    match node:
        case Number(number):
            value = Fraction(number)
        case Variable():
            value = x
        case Call(name, arguments):
            parts = [_fill(argument, x, known) for argument in arguments]
            value = _applied(name, parts)
    known[node] = value
    return value


def _applied(name: str, parts: list[Fraction | None]) -> Fraction | None:
    """Return the value of a call; None if an argument or the value is unknown, or the operation is not rational."""
    if name not in _RATIONAL or any(part is None for part in parts):
        return None
    try:
        value = Fraction(_RATIONAL[name](*parts))
    except (ZeroDivisionError, OverflowError):
        return None
    return value if max(value.numerator.bit_length(), value.denominator.bit_length()) <= _MOST_BITS else None


def _power(a: Fraction, b: Fraction) -> Fraction:
    """Return a power; OverflowError if the exponent is not a whole number up to 64 in size."""
    if b.denominator != 1 or abs(b) > _MOST_EXPONENT:
        raise OverflowError
    return Fraction(a ** int(b))


_RATIONAL: Final[dict[str, Callable[..., Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "neg": operator.neg,
    "^": _power,
    "abs": abs,
    "min": min,
    "max": max,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "and": lambda a, b: a != 0 and b != 0,
    "or": lambda a, b: a != 0 or b != 0,
    "not": lambda a: a == 0,
    "relu": lambda a: max(a, 0),
    "step": lambda a: a >= 0,
    "sign": lambda a: (a > 0) - (a < 0),
    "mod": operator.mod,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "trunc": math.trunc,
    "clip": lambda x, low, high: min(max(x, low), high),
}


def rounded(value: Fraction) -> Interval:
    """Return the smallest interval between floats that contains a rational number."""
    try:
        near = float(value)
    except OverflowError:
        near = inf if value > 0 else -inf
    if near in (inf, -inf):
        top = np.finfo(np.float64).max
        return Interval(*map(np.asarray, (top, inf) if value > 0 else (-inf, -top)))
    lo = near if Fraction(near) <= value else nextafter(near, -inf)
    hi = near if Fraction(near) >= value else nextafter(near, inf)
    return Interval(np.asarray(lo), np.asarray(hi))
