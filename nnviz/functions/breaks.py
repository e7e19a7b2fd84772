"""Where a formula may fail to be smooth: corners, jumps, poles and edges of its domain, from its tree.

Every function of the vocabulary that is not smooth everywhere has a *margin*: a number that is zero where it
breaks. |u| breaks where u = 0, max(a, b) where a − b = 0, floor(u) where u is a whole number, a/b where b = 0. The
breaks of a formula are among the zeros of the margins in its tree; not every one of them is a break.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.functions.evaluation import value
from nnviz.functions.expression import Expression
from nnviz.functions.nodes import Call, Node, Number, is_condition, is_constant, subtrees
from nnviz.functions.points import PiecewiseLinear

Array = NDArray[np.float64]
Margins = Callable[..., tuple[Any, ...]]

_GRID: Final = 2048  # cells in which a zero is looked for
_HALVINGS: Final = 64
_TOUCHES: Final = 1e-9  # a margin that falls to this share of its neighbours touches zero
_MOST_PLACES: Final = 22  # 10²² is the last power of ten that is a float
_SURE: Final = 14  # decimal places, of the interval, to which a crossing is known
_ABOUT: Final = 7  # and a touch
_SECTIONS: Final = 100  # of golden section search: 1e-21 of what it starts with
_GOLDEN: Final = (5**0.5 - 1) / 2


def _at_zero(u: Any) -> tuple[Any, ...]:
    return (u,)


def _at_one(u: Any) -> tuple[Any, ...]:
    return u - 1, u + 1


def _at_tie(a: Any, b: Any) -> tuple[Any, ...]:
    return (a - b,)


def _at_each(a: Any, b: Any) -> tuple[Any, ...]:
    return a, b


def _at_whole(u: Any) -> tuple[Any, ...]:
    """Zero at the whole numbers; changes sign at the halves too, which does no harm."""
    return (u - np.rint(u),)


_MARGINS: Final[dict[str, Margins]] = {
    **dict.fromkeys(
        ("abs", "sign", "step", "relu", "leaky_relu", "elu", "softsign", "not", "coth"), _at_zero
    ),
    **dict.fromkeys(("sqrt", "cbrt", "log", "log2", "log10"), _at_zero),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "min", "max"), _at_tie),
    **dict.fromkeys(("and", "or", "hypot", "atan2"), _at_each),
    **dict.fromkeys(("asin", "acos", "atanh"), _at_one),
    **dict.fromkeys(("floor", "ceil"), _at_whole),
    "round": lambda u: _at_whole(u - 0.5),
    "trunc": lambda u: (*_at_whole(u), u),
    "mod": lambda a, b: (*_at_whole(a / b), b),
    "/": lambda _, b: (b,),
    "^": lambda a, _: (a,),
    "log1p": lambda u: (u + 1,),
    "acosh": lambda u: (u - 1,),
    **dict.fromkeys(("tan", "sec"), lambda u: _at_whole(u / np.pi - 0.5)),
    **dict.fromkeys(("cot", "csc"), lambda u: _at_whole(u / np.pi)),
    "where": lambda condition, *_: (condition,),
    "clip": lambda x, low, high: (x - low, x - high),
    "rect": lambda u: (np.abs(u) - 0.5,),
    "tri": lambda u: (np.abs(u) - 1, u),
}


def breaks(f: Expression | PiecewiseLinear, low: float, high: float) -> Array:
    """Points of [low, high], ascending, among which are those where f is not smooth, as far as 2048 cells show.

    Accurate to a few units in the last place where a margin changes sign, to about 1e-8 of the interval where it
    only touches zero. For a target from points: its knots. Read-only: the same array for all who ask.
    """
    if isinstance(f, PiecewiseLinear):
        found = f.knots[(f.knots >= low) & (f.knots <= high)]
        found.setflags(write=False)
        return found
    return _of_formula(f, float(low), float(high))


@lru_cache(maxsize=16)  # one target is searched from several places
def _of_formula(f: Expression, low: float, high: float) -> Array:
    x = np.linspace(low, high, _GRID + 1)
    zeros = [_zeros(margin, x) for call in _calls(f.root) for margin in _margins(call, f.variables[0])]
    found = np.unique(np.concatenate([np.empty(0), *zeros]))
    found.setflags(write=False)
    return found


def _calls(node: Node) -> list[Call]:
    """The calls in a tree that can break and depend on the variable, each once."""
    calls = [one for one in subtrees(node) if isinstance(one, Call) and not is_constant(one)]
    return [call for call in calls if call.name in _MARGINS and not _harmless(call)]


def _harmless(call: Call) -> bool:
    """A quotient by a number, a power with a whole number for exponent, a choice by a condition that breaks itself."""
    if call.name in ("where", "and", "or", "not"):
        return is_condition(call.arguments[0])
    if call.name == "/":
        return is_constant(call.arguments[1])
    if call.name != "^":
        return False
    exponent = call.arguments[1]
    return isinstance(exponent, Number) and exponent.value == int(exponent.value)


def _margins(call: Call, variable: str) -> list[Callable[[Array], Array]]:
    """The margins of a call as functions of x."""

    def margin(k: int) -> Callable[[Array], Array]:
        def at(x: Array) -> Array:
            with np.errstate(all="ignore"):
                arguments = [value(argument, {variable: x}) for argument in call.arguments]
                return np.broadcast_to(_MARGINS[call.name](*arguments)[k], x.shape)

        return at

    samples = [np.float64(0.0)] * len(call.arguments)
    with np.errstate(all="ignore"):
        count = len(_MARGINS[call.name](*samples))
    return [margin(k) for k in range(count)]


def _zeros(margin: Callable[[Array], Array], x: Array) -> Array:
    """The zeros of a margin: on the grid (the ends of a run of them), between points of different sign, and where
    it touches zero.
    """
    y = margin(x)
    crossed = np.flatnonzero(np.sign(y[:-1]) * np.sign(y[1:]) < 0)
    valley = np.abs(y[1:-1]) < np.minimum(np.abs(y[:-2]), np.abs(y[2:]))
    same = (np.sign(y[:-2]) == np.sign(y[1:-1])) & (np.sign(y[1:-1]) == np.sign(y[2:]))
    touched = 1 + np.flatnonzero(valley & same)
    zero = np.flatnonzero((y == 0) & ((np.append(1.0, y[:-1]) != 0) | (np.append(y[1:], 1.0) != 0)))
    return np.concatenate([x[zero], _crossings(margin, x, crossed), _touches(margin, x, touched)])


def _crossings(margin: Callable[[Array], Array], x: Array, cells: Any) -> Array:
    """Bisection in all cells at once, down to neighbouring floats."""
    left, right = x[cells], x[cells + 1]
    sign = np.sign(margin(left))
    for _ in range(_HALVINGS if cells.size else 0):
        middle = 0.5 * (left + right)
        before = np.sign(margin(middle)) == sign
        left, right = np.where(before, middle, left), np.where(before, right, middle)
    found = np.where(np.abs(margin(left)) < np.abs(margin(right)), left, right)
    return _short(margin, found, x, _SURE)


def _short(margin: Callable[[Array], Array], found: Array, x: Array, places: int) -> Array:
    """The places found, or the decimal numbers that they are nearly, where the margin is as small there."""
    places -= int(np.floor(np.log10(x[-1] - x[0])))
    if not found.size or abs(places) > _MOST_PLACES:
        return found
    short = np.round(found, places).clip(x[0], x[-1]) + 0.0
    return np.where(np.abs(margin(short)) <= np.abs(margin(found)) * (1 + _TOUCHES), short, found)


def _touches(margin: Callable[[Array], Array], x: Array, nodes: Any) -> Array:
    """Golden section search for the least |margin| around all nodes at once; kept where it is about zero."""
    if not nodes.size:
        return np.empty(0)
    left, right = x[nodes - 1], x[nodes + 1]
    around = np.maximum(np.abs(margin(left)), np.abs(margin(right)))
    for _ in range(_SECTIONS):
        inner, outer = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        lower = np.abs(margin(inner)) < np.abs(margin(outer))
        left, right = np.where(lower, left, inner), np.where(lower, outer, right)
    lowest = _short(margin, 0.5 * (left + right), x, _ABOUT)
    return np.asarray(lowest[np.abs(margin(lowest)) <= _TOUCHES * around])
