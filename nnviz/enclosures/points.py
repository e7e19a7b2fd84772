"""Enclose piecewise linear functions by their values at the ends of a cell and at the knots inside."""

from typing import Any

import numpy as np

from nnviz._types import Array
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.intervals import WHOLE, Interval
from nnviz.enclosures.jets import Jet
from nnviz.targets.points import PiecewiseLinear


def piecewise_linear_jet(f: PiecewiseLinear, cells: Interval) -> Jet:
    """Return the jet of a piecewise linear function on cells, from the ends of each cell and the knots inside."""
    low, high = cells.lo, cells.hi
    start = np.searchsorted(f.knots, low, side="right")  # knots start … stop − 1 are inside the open cell
    stop = np.searchsorted(f.knots, high, side="left")
    ends = iv.hull(_on_piece(f, start, low), _on_piece(f, np.maximum(start, stop), high))
    lo, hi = _extremes(f.values, start, stop)
    slope_lo, slope_hi = _slopes(f)
    first_lo, _ = _extremes(slope_lo, start, np.maximum(stop, start) + 1)
    _, first_hi = _extremes(slope_hi, start, np.maximum(stop, start) + 1)
    value = Interval(np.minimum(ends.lo, lo), np.maximum(ends.hi, hi))
    second = iv.select(stop > start, WHOLE, iv.as_interval(0.0))
    return Jet(value, Interval(first_lo, first_hi), second)


def _slopes(f: PiecewiseLinear) -> tuple[Array, Array]:
    """Return bounds of the slopes to the left of the first knot, between knots, and to the right of the last, (n +
    1,).
    """
    rise = iv.point(f.values[1:]) - iv.point(f.values[:-1])
    inner = rise / (iv.point(f.knots[1:]) - iv.point(f.knots[:-1]))
    return np.concatenate([[0.0], inner.lo, [0.0]]), np.concatenate([[0.0], inner.hi, [0.0]])


def _on_piece(f: PiecewiseLinear, piece: Any, x: Array) -> Interval:
    """Enclose the values y + s (x − knot) at x on the given piece, from the knot at its left end."""
    slope_lo, slope_hi = _slopes(f)
    knot = np.maximum(piece - 1, 0)
    along = Interval(slope_lo[piece], slope_hi[piece]) * (iv.point(x) - iv.point(f.knots[knot]))
    return iv.point(f.values[knot]) + along


def _extremes(values: Array, start: Any, stop: Any) -> tuple[Array, Array]:
    """Return minimum and maximum of values[startᵢ], …, values[stopᵢ − 1]; ∞ and −∞ for an empty range."""
    padded = np.append(values, np.nan)
    ranges = np.column_stack([start, np.maximum(stop, start + 1)]).ravel()
    some = stop > start
    low = np.where(some, np.fmin.reduceat(padded, np.minimum(ranges, values.size))[::2], np.inf)
    high = np.where(some, np.fmax.reduceat(padded, np.minimum(ranges, values.size))[::2], -np.inf)
    return low, high
