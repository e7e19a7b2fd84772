"""Enclose f, f′ and f″ on whole cells, and prove that f is defined there.

``enclose(f, low, high)`` walks the tree of a formula with 2-jets of intervals, for all cells [lowᵢ, highᵢ] at once.
Each word of the vocabulary has one rule in ``table.RULES``.

The enclosed function is the formula over the real numbers. A decimal number means the float64 that it is read as,
and π, e and τ mean the real numbers. ``intervals`` lists the assumptions.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import argument_error
from nnviz._types import Truth
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.exact import rational_parts, rounded
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.jets import Enclosure, Jet, compose, constant, finished, first_defined, variable
from nnviz.enclosures.points import piecewise_linear_jet
from nnviz.enclosures.table import RULES
from nnviz.enclosures.trigonometric import WAVES
from nnviz.expressions.expression import Expression
from nnviz.expressions.large_values import NEEDS_DIGITS, REWRITTEN, alternative
from nnviz.expressions.nodes import Call, Constant, Node, Number, Variable, is_at_most_one
from nnviz.expressions.vocabulary import CONSTANTS
from nnviz.targets.convert import Target
from nnviz.targets.points import PiecewiseLinear

Sharpen = Callable[[Call, Jet], Jet]
"""A function that returns a sharper jet of a call than the rule for its name."""

_FEW_DIGITS: Final = 1e-290  # bounds nearer to 0 may have lost digits
_MOST_EXACT: Final = 512  # points for which exact arithmetic is tried


def enclose(f: Target, low: ArrayLike, high: ArrayLike) -> Enclosure:
    """Return enclosures of f, f′ and f″ on the cells [lowᵢ, highᵢ], (m,) each.

    ValueError for cells that are not finite with low ≤ high, and for a function of two variables.
    """
    cells = checked_cells(low, high)
    with np.errstate(all="ignore"):
        if isinstance(f, PiecewiseLinear):
            return finished(piecewise_linear_jet(f, cells), cells)
        return finished(jet_of(root_of(f), variable(cells), {}), cells)


def enclose_points(f: Target, x: ArrayLike) -> Interval:
    """Return intervals that contain f(xᵢ) for floats x, (m,); the whole line where f may be undefined."""
    cells = checked_cells(x, x)
    with np.errstate(all="ignore"):
        if isinstance(f, PiecewiseLinear):
            return finished(piecewise_linear_jet(f, cells), cells).value
        at_points = finished(jet_of(root_of(f), constant(cells), {}), cells)  # without derivatives
        found = at_points.value
        for k in np.flatnonzero(~(found.finite & at_points.continuous))[:_MOST_EXACT]:
            better = finished(exact_jet(root_of(f), float(cells.lo[k])), cells[k : k + 1]).value
            found.lo[k], found.hi[k] = better.lo[0], better.hi[0]
        return found


def exact_jet(root: Node, x: float) -> Jet:
    """Return the jet of a tree at one float x, with every rational subexpression computed exactly."""
    known = {node: constant(rounded(value)) for node, value in rational_parts(root, x).items()}
    return jet_of(root, constant(iv.point(x)), known)


def root_of(f: Expression) -> Node:
    """Return the tree of a function of one variable; ValueError for two variables."""
    if len(f.variables) != 1:
        raise argument_error("f", "a function of one variable", f.text)
    return f.root


def checked_cells(low: ArrayLike, high: ArrayLike) -> Interval:
    """Return the cells as intervals; ValueError unless they are finite with low ≤ high, and of the same shape (m,)."""
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"`low` and `high` must have the same shape (m,), got {a.shape} and {b.shape}")
    if not (np.isfinite(a) & np.isfinite(b) & (a <= b)).all():
        raise ValueError("`low` and `high` must be finite with low ≤ high")
    return Interval(a, b)


def jet_of(node: Node, x: Jet, known: dict[Node, Jet], sharpen: Sharpen | None = None) -> Jet:
    """Return the jet of a tree on the cells x; equal subtrees are computed once and share one jet in ``known``.

    ``sharpen`` may replace the jet of a call by a sharper one.
    """
    if node not in known:
        found = _walk(node, x, known, sharpen)
        known[node] = sharpen(node, found) if sharpen and isinstance(node, Call) else found
    return known[node]


def _walk(node: Node, x: Jet, known: dict[Node, Jet], sharpen: Sharpen | None) -> Jet:
    """Return the jet of a node from the jets of its arguments."""
    match node:
        case Number(number):
            return constant(iv.point(number))
        case Constant(name):
            below = CONSTANTS[name].value
            return constant(Interval(np.asarray(below), np.nextafter(below, np.inf)))
        case Variable():
            return x
        case Call(("sin" | "cos") as name, (argument,)) if (turns := over_pi(argument)) is not None:
            return compose(WAVES[name], jet_of(turns, x, known, sharpen))
        case Call(name, arguments):
            jets = [jet_of(argument, x, known, sharpen) for argument in arguments]
            found = RULES[name](*jets)
            if name == "/" and is_at_most_one(node):
                found = found._replace(value=iv.within(found.value, -1.0, 1.0))
            lost = _overflows(name, found, jets)
            if not lost.any() or (tree := alternative(node)) is None:
                return found
            return first_defined(found, jet_of(tree, x, known, sharpen), lost)


def _overflows(name: str, found: Jet, arguments: list[Jet]) -> Truth:
    """Return where a call has no bound, an argument is beyond the largest number, or has lost its digits near 0."""
    if name not in REWRITTEN:
        return np.zeros((), np.bool_)
    lost = ~(np.asarray(found.defined) & found.value.finite)
    for jet in arguments:
        lost = lost | ~jet.value.finite
    return np.asarray(lost | (arguments[-1].value.mignitude < _FEW_DIGITS) if name in NEEDS_DIGITS else lost)


def over_pi(node: Node) -> Node | None:
    """Return the tree of u if a tree has the form πu, else None; sin πu is exactly 0 at whole u."""
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
