"""Find the part of a formula that certainly has no value at a point, such as √x at −1."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from nnviz.enclosures.enclose import exact_jet, root_of
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.jets import Jet
from nnviz.expressions.expression import Expression
from nnviz.expressions.nodes import Call, Node

Outside = Callable[..., Any]


def _not_positive(u: Interval) -> Any:
    """Return whether u ≤ 0."""
    return u.hi <= 0


def _is_zero(*arguments: Interval) -> Any:
    """Return whether the last argument is exactly 0."""
    return (arguments[-1].lo == 0) & (arguments[-1].hi == 0)


def _beyond_one(u: Interval) -> Any:
    """Return whether |u| > 1."""
    return u.mignitude > 1


def _no_power(a: Interval, b: Interval) -> Any:
    """Return whether aᵇ has no value: a < 0 and b is not whole, or a = 0 and b < 0."""
    below = np.floor(b.lo)
    fraction = (b.lo > below) & (b.hi < below + 1)
    return ((a.hi < 0) & fraction) | (_is_zero(a) & (b.hi < 0))


_OUTSIDE: Final[dict[str, Outside]] = {
    "/": _is_zero,
    "mod": _is_zero,
    "^": _no_power,
    "sqrt": lambda u: u.hi < 0,
    **dict.fromkeys(("log", "log2", "log10", "log_gamma"), _not_positive),
    "log1p": lambda u: u.hi <= -1,
    **dict.fromkeys(("asin", "acos"), _beyond_one),
    "acosh": lambda u: u.hi < 1,
    "atanh": lambda u: u.mignitude >= 1,
    **dict.fromkeys(("cot", "csc", "coth"), _is_zero),
    "restrict": _is_zero,
    "gamma": lambda u: (u.lo == u.hi) & (u.lo == np.rint(u.lo)) & (u.hi <= 0),
    "factorial": lambda u: (u.lo == u.hi) & (u.lo == np.rint(u.lo)) & (u.hi < 0),
}
"""For each function with a limited domain, whether its arguments are certainly outside of the domain."""


def undefined_part(f: Expression, x: float) -> str:
    """Return the name of a function in the formula that certainly has no value at x; "" if there is none.

    ``"/"`` means a division by 0. Only the branch of ``where`` that counts at x is examined. The result "" does not say
    that f has a value at x. ValueError for a function of two variables.
    """
    with np.errstate(all="ignore"):
        return _undefined(root_of(f), x)


def _undefined(node: Node, x: float) -> str:
    """Return the name of the innermost call of a tree that has no value at x."""
    if not isinstance(node, Call):
        return ""
    if node.name == "where":
        condition, one, other = node.arguments
        truth = exact_jet(condition, x).value
        taken = [other] if _is_zero(truth) else [one] if truth.mignitude > 0 else []
        return _first([condition, *taken], x)
    if found := _first(list(node.arguments), x):
        return found
    if node.name not in _OUTSIDE:
        return ""
    arguments: list[Jet] = [exact_jet(argument, x) for argument in node.arguments]
    known = all(bool(np.all(jet.defined)) for jet in arguments)
    return node.name if known and bool(_OUTSIDE[node.name](*[jet.value for jet in arguments])) else ""


def _first(nodes: list[Node], x: float) -> str:
    """Return the first result for the trees that is not empty."""
    return next((found for node in nodes if (found := _undefined(node, x))), "")
