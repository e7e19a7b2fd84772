"""Handle the exceptional set, a union of disjoint closed intervals with ends (n, 2), and a bound of its measure."""

import numpy as np

from nnviz._checks import argument_error
from nnviz._types import Array, Bounds, Truth
from nnviz.enclosures import intervals as iv


def merged(ends: Array) -> Array:
    """Return the union of intervals (n, 2) as disjoint ascending intervals (m, 2)."""
    if not len(ends):
        return np.empty((0, 2))
    ends = ends[np.argsort(ends[:, 0], kind="stable")]
    reach = np.maximum.accumulate(ends[:, 1])
    first = np.append(True, ends[1:, 0] > reach[:-1])
    last = np.append(first[1:], True)
    return np.column_stack([ends[first, 0], reach[last]])


def total_length(ends: Array) -> float:
    """Return an upper bound of the measure of a union of intervals (n, 2), the sum of their lengths rounded up."""
    if not len(ends):
        return 0.0
    widths = iv.up(ends[:, 1] - ends[:, 0])
    return float(np.sum(widths) * (1 + (len(ends) + 2) * 2.0**-52))


def contains(ends: Array, x: Array) -> Truth:
    """Return which points x (m,) lie in the union of disjoint ascending intervals (n, 2)."""
    if not len(ends):
        return np.zeros(x.shape, np.bool_)
    k = np.searchsorted(ends[:, 0], x, side="right") - 1
    return np.asarray((k >= 0) & (x <= ends[np.maximum(k, 0), 1]))


def widened(ends: Array, interval: Bounds, room: float) -> Array:
    """Return disjoint intervals, each widened to both sides, by at most ``room`` in all and an eighth of the gaps."""
    if not len(ends):
        return ends
    low, high = interval
    gaps = np.concatenate([[ends[0, 0] - low], ends[1:, 0] - ends[:-1, 1], [high - ends[-1, 1]]])
    sides = int(np.count_nonzero(gaps[:-1])) + int(np.count_nonzero(gaps[1:]))
    each = room / max(sides, 1)
    left, right = np.minimum(gaps[:-1] / 8, each), np.minimum(gaps[1:] / 8, each)
    return np.column_stack([ends[:, 0] - left, ends[:, 1] + right])


def checked_intervals(ends: Array, interval: Bounds) -> Array:
    """Return the intervals (n, 2); ValueError unless they are disjoint, ascending, and inside of K."""
    flat = ends.ravel()
    if ends.ndim != 2 or ends.shape[1] != 2 or not np.isfinite(flat).all():
        raise argument_error("exceptional", "pairs of finite numbers", ends.shape)
    inside = not flat.size or (interval[0] <= flat[0] and flat[-1] <= interval[1])
    if not inside or not (ends[:, 0] <= ends[:, 1]).all() or not (ends[1:, 0] > ends[:-1, 1]).all():
        raise argument_error("exceptional", "disjoint ascending intervals inside of K", flat[:4].tolist())
    return ends
