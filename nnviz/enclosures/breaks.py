"""Find where a formula may not be smooth: kinks, jumps, poles and ends of its domain, from its tree.

Every function of the vocabulary that is not smooth everywhere has a *margin*, a function that is zero at its
breaks. |u| has a break where u = 0, max(a, b) where a − b = 0, floor(u) where u is a whole number, a/b where b = 0.
The breaks of a formula are among the zeros of the margins in its tree. Some of these zeros are not breaks.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._memory import kept
from nnviz._types import Array
from nnviz.expressions.evaluation import value
from nnviz.expressions.expression import Expression
from nnviz.expressions.nodes import Call, Node, Number, is_condition, is_constant, subtrees
from nnviz.targets.convert import Target
from nnviz.targets.points import PiecewiseLinear

Margins = Callable[..., tuple[Any, ...]]


class BreakSettings(NamedTuple):
    """The numbers that tune the search for breaks."""

    cells: int = 2048  # in which a zero is searched
    halvings: int = 64  # of a cell in which a margin changes its sign
    touch: float = 1e-9  # a margin whose minimum is this fraction of its neighbors touches zero
    crossing_places: int = 14  # decimal places of the interval to which a change of sign is known
    touch_places: int = 7  # decimal places of the interval to which a touch is known
    sections: int = 100  # of golden section search, to 1e-21 of the first interval


SETTINGS: Final = BreakSettings()
_MOST_PLACES: Final = 22  # 10²² is the last power of ten that is a float
_GOLDEN: Final = (5**0.5 - 1) / 2


def _at_zero(u: Any) -> tuple[Any, ...]:
    """Return a margin that is zero where u = 0."""
    return (u,)


def _at_one(u: Any) -> tuple[Any, ...]:
    """Return margins that are zero where u = ±1."""
    return u - 1, u + 1


def _at_tie(a: Any, b: Any) -> tuple[Any, ...]:
    """Return a margin that is zero where a = b."""
    return (a - b,)


def _at_each(a: Any, b: Any) -> tuple[Any, ...]:
    """Return margins that are zero where a = 0 and where b = 0."""
    return a, b


def _at_whole(u: Any) -> tuple[Any, ...]:
    """Return a margin that is zero at the whole numbers, and also changes its sign at the halves."""
    return (u - np.rint(u),)


def _at_pole(u: Any) -> tuple[Any, ...]:
    """Return a margin that is zero at 0, −1, −2, …, and also changes its sign at the halves between them."""
    return (np.where(u < 0.5, u - np.rint(u), 0.5),)


_MARGINS: Final[dict[str, Margins]] = {
    **dict.fromkeys(
        ("abs", "sign", "step", "relu", "leaky_relu", "elu", "softsign", "not", "coth"), _at_zero
    ),
    **dict.fromkeys(("sqrt", "cbrt", "log", "log2", "log10", "log_gamma"), _at_zero),
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
    "restrict": lambda _, condition: (condition,),
    "gamma": lambda u: _at_pole(u),
    "factorial": lambda u: _at_pole(u + 1),
    "clip": lambda x, low, high: (x - low, x - high),
    "rect": lambda u: (np.abs(u) - 0.5,),
    "tri": lambda u: (np.abs(u) - 1, u),
}


def breaks(f: Target, low: float, high: float) -> Array:
    """Return ascending points of [low, high] that include the breaks of f, as far as a search in 2048 cells finds them.

    The points are accurate to a few units in the last place where a margin changes its sign, and to about 1e-8 of
    the interval where it only touches zero. The breaks of a piecewise linear function are its knots. The array is
    read-only, because it is shared.
    """
    if isinstance(f, PiecewiseLinear):
        found = f.knots[(f.knots >= low) & (f.knots <= high)]
        found.setflags(write=False)
        return found
    return _of_formula(f, float(low), float(high))


@kept  # one target is searched from several places
def _of_formula(f: Expression, low: float, high: float) -> Array:
    """Return the zeros of all margins of a formula."""
    x = np.linspace(low, high, SETTINGS.cells + 1)
    zeros = [_zeros(margin, x) for call in _calls(f.root) for margin in _margins(call, f.variables[0])]
    found = np.unique(np.concatenate([np.empty(0), *zeros]))
    found.setflags(write=False)
    return found


def _calls(node: Node) -> list[Call]:
    """Return the calls in a tree that can have breaks and depend on the variable, each once."""
    calls = [call for call in subtrees(node) if isinstance(call, Call) and not is_constant(call)]
    return [call for call in calls if call.name in _MARGINS and not _harmless(call)]


def _harmless(call: Call) -> bool:
    """Return whether a call has no breaks of its own.

    These are a quotient by a constant, a power with a whole exponent, and a choice by a condition with its own breaks.
    """
    if call.name in ("where", "and", "or", "not"):
        return is_condition(call.arguments[0])
    if call.name == "restrict":
        return is_condition(call.arguments[1])
    if call.name == "/":
        return is_constant(call.arguments[1])
    if call.name != "^":
        return False
    exponent = call.arguments[1]
    return isinstance(exponent, Number) and exponent.value == int(exponent.value)


def _margins(call: Call, variable: str) -> list[Callable[[Array], Array]]:
    """Return the margins of a call as functions of x."""

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
    """Return the zeros of a margin: on the grid x, between points of different sign, and where it touches zero.

    Of consecutive zeros on the grid only the first and the last are returned.
    """
    y = margin(x)
    crossed = np.flatnonzero(np.sign(y[:-1]) * np.sign(y[1:]) < 0)
    valley = np.abs(y[1:-1]) < np.minimum(np.abs(y[:-2]), np.abs(y[2:]))
    same = (np.sign(y[:-2]) == np.sign(y[1:-1])) & (np.sign(y[1:-1]) == np.sign(y[2:]))
    touched = 1 + np.flatnonzero(valley & same)
    zero = np.flatnonzero((y == 0) & ((np.append(1.0, y[:-1]) != 0) | (np.append(y[1:], 1.0) != 0)))
    return np.concatenate([x[zero], _crossings(margin, x, crossed), _touches(margin, x, touched)])


def _crossings(margin: Callable[[Array], Array], x: Array, cells: Any) -> Array:
    """Return the zeros in these cells, by bisection in all cells at once, down to neighboring floats."""
    left, right = x[cells], x[cells + 1]
    sign = np.sign(margin(left))
    for _ in range(SETTINGS.halvings if cells.size else 0):
        middle = 0.5 * (left + right)
        before = np.sign(margin(middle)) == sign
        left, right = np.where(before, middle, left), np.where(before, right, middle)
    found = np.where(np.abs(margin(left)) < np.abs(margin(right)), left, right)
    return _short(margin, found, x, SETTINGS.crossing_places)


def _short(margin: Callable[[Array], Array], found: Array, x: Array, places: int) -> Array:
    """Return the zeros found, rounded to decimal places where the margin is as small at the rounded number."""
    places -= int(np.floor(np.log10(x[-1] - x[0])))
    if not found.size or abs(places) > _MOST_PLACES:
        return found
    short = np.round(found, places).clip(x[0], x[-1]) + 0.0
    return np.where(np.abs(margin(short)) <= np.abs(margin(found)) * (1 + SETTINGS.touch), short, found)


def _touches(margin: Callable[[Array], Array], x: Array, nodes: Any) -> Array:
    """Return where a margin touches zero next to these nodes, by golden section search of the minimum of |margin|."""
    if not nodes.size:
        return np.empty(0)
    left, right = x[nodes - 1], x[nodes + 1]
    around = np.maximum(np.abs(margin(left)), np.abs(margin(right)))
    for _ in range(SETTINGS.sections):
        inner, outer = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        lower = np.abs(margin(inner)) < np.abs(margin(outer))
        left, right = np.where(lower, left, inner), np.where(lower, outer, right)
    lowest = _short(margin, 0.5 * (left + right), x, SETTINGS.touch_places)
    return np.asarray(lowest[np.abs(margin(lowest)) <= SETTINGS.touch * around])
