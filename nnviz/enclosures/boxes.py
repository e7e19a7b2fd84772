"""Enclose a function of two variables on boxes, with its partial and its pure second derivatives."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._types import Array, Truth
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.enclose import jet_of
from nnviz.enclosures.intervals import Interval
from nnviz.enclosures.jets import Jet, constant, finished
from nnviz.expressions.expression import Expression
from nnviz.expressions.nodes import Node, Variable


class BoxEnclosure(NamedTuple):
    """Proved bounds of f on m boxes; all arrays (m,). Where ``defined`` is False, the other bounds mean nothing."""

    value: Interval
    first: tuple[Interval, Interval]  # difference quotients along x, and along y; the whole line at a jump
    second: tuple[Interval, Interval]  # ∂²f/∂x² and ∂²f/∂y²; the whole line at a kink
    defined: Truth


def enclose_boxes(f: Expression, low: ArrayLike, high: ArrayLike) -> BoxEnclosure:
    """Return enclosures on the boxes from the corners lowᵢ to the corners highᵢ, (m, 2) each.

    ValueError for boxes that are not finite with low ≤ high, and for a function of one variable.
    """
    sides = _sides(f, low, high)
    with np.errstate(all="ignore"):
        along = [finished(_jet(f, sides, k), sides[0]) for k in range(2)]
    x, y = along
    return BoxEnclosure(x.value, (x.first, y.first), (x.second, y.second), np.asarray(x.defined & y.defined))


def enclose_plane_points(f: Expression, points: ArrayLike) -> Interval:
    """Return intervals that contain f at the points (m, 2); the whole line where f may be undefined."""
    sides = _sides(f, points, points)
    with np.errstate(all="ignore"):
        return finished(_jet(f, sides, None), sides[0]).value


def _sides(f: Expression, low: ArrayLike, high: ArrayLike) -> list[Interval]:
    """Return the sides of the boxes as intervals, one for each variable."""
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if len(f.variables) != 2:
        raise ValueError(f"`f` must be a function of two variables, got {f.text!r}")
    if a.ndim != 2 or a.shape[1] != 2 or a.shape != b.shape:
        raise ValueError(f"`low` and `high` must have the same shape (m, 2), got {a.shape} and {b.shape}")
    if not (np.isfinite(a) & np.isfinite(b) & (a <= b)).all():
        raise ValueError("`low` and `high` must be finite with low ≤ high")
    return [Interval(p, q) for p, q in zip(a.T, b.T)]


def _jet(f: Expression, sides: list[Interval], along: int | None) -> Jet:
    """Return the jet of f by one variable, where the other variable is an unknown number of its side."""
    one = iv.as_interval(1.0)
    known: dict[Node, Jet] = {
        Variable(name): Jet(side, one, None) if k == along else constant(side)
        for k, (name, side) in enumerate(zip(f.variables, sides))
    }
    return jet_of(f.root, known[Variable(f.variables[0])], known)


def corners(low: Array, high: Array) -> Array:
    """Return the four corners of boxes with corners low and high (m, 2), as (m, 4, 2)."""
    pairs = np.stack([low, high], axis=1)  # (m, 2, 2): which end, which variable
    return np.stack([pairs[:, [i, j], [0, 1]] for i in (0, 1) for j in (0, 1)], axis=1)
