"""What a function of two variables does on whole boxes: enclosures of f, its slopes and pure second derivatives."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz.functions import intervals as iv
from nnviz.functions.enclosures import Jet, constant, finished, jet_of
from nnviz.functions.expression import Expression
from nnviz.functions.intervals import Array, Interval, Truth
from nnviz.functions.nodes import Node, Variable


class BoxEnclosure(NamedTuple):
    """What is proved of f on m boxes; all arrays (m,). Where ``defined`` is false, nothing else is said."""

    value: Interval
    first: tuple[Interval, Interval]  # difference quotients along x, and along y; the whole line at a jump
    second: tuple[Interval, Interval]  # ∂²f/∂x² and ∂²f/∂y²; the whole line at a kink
    defined: Truth


def enclose_boxes(f: Expression, low: ArrayLike, high: ArrayLike) -> BoxEnclosure:
    """Enclosures on the boxes from the corners lowᵢ to the corners highᵢ, (m, 2) and (m, 2).

    ValueError for boxes that are not finite with low ≤ high, or a function of one variable.
    """
    sides = _sides(f, low, high)
    with np.errstate(all="ignore"):
        along = [finished(_jet(f, sides, k), sides[0]) for k in range(2)]
    x, y = along
    return BoxEnclosure(x.value, (x.first, y.first), (x.second, y.second), np.asarray(x.defined & y.defined))


def enclose_plane_points(f: Expression, points: ArrayLike) -> Interval:
    """Intervals that hold f at the points (m, 2); the whole line where f may be undefined."""
    sides = _sides(f, points, points)
    with np.errstate(all="ignore"):
        return finished(_jet(f, sides, None), sides[0]).value


def _sides(f: Expression, low: ArrayLike, high: ArrayLike) -> list[Interval]:
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if len(f.variables) != 2:
        raise ValueError(f"only functions of two variables live on boxes; {f.text!r} has one")
    if a.ndim != 2 or a.shape[1] != 2 or a.shape != b.shape:
        raise ValueError(f"low and high must have one shape (m, 2); got {a.shape} and {b.shape}")
    if not (np.isfinite(a) & np.isfinite(b) & (a <= b)).all():
        raise ValueError("boxes must be finite, each low <= high")
    return [Interval(p, q) for p, q in zip(a.T, b.T)]


def _jet(f: Expression, sides: list[Interval], along: int | None) -> Jet:
    """The jet of f by one of its variables, the other being an unknown number of its side."""
    one = iv.as_interval(1.0)
    known: dict[Node, Jet] = {
        Variable(name): Jet(side, one, None) if k == along else constant(side)
        for k, (name, side) in enumerate(zip(f.variables, sides))
    }
    return jet_of(f.root, known[Variable(f.variables[0])], known)


def corners(low: Array, high: Array) -> Array:
    """The four corners of boxes with corners low and high (m, 2), as (m, 4, 2)."""
    pairs = np.stack([low, high], axis=1)  # (m, 2, 2): which end, which variable
    return np.stack([pairs[:, [i, j], [0, 1]] for i in (0, 1) for j in (0, 1)], axis=1)
