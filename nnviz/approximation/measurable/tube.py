"""Choose how far a network may be from f at each x, so that few pieces give a small root mean square error.

With free knots, the root mean square over K is smallest for a given number of pieces if every piece has the same share
of ∫ (f − N)². A piece of length h with the error e has the share h e², and h² |f″| ∝ e. So e ∝ |f″|^(1/5), and the
density of the knots is proportional to |f″|^(2/5) (de Boor 2001, A practical guide to splines, chapter XII). Next to a
pole r^(−p) with p < ½ this density is integrable, so that the number of pieces stays bounded as r → 0.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Bounds, Truth
from nnviz.targets.convert import Target

_FACTOR: Final = 4.0  # of the distances from an exceptional interval at which the tube may change
_POINTS: Final = 17  # of a shell, at which f″ is estimated
_MOST_INTERVALS: Final = 8  # around which the tube changes
_MOST_SHELLS: Final = 600
_NARROWEST: Final = 0.25  # of the uniform tube


class Tube(NamedTuple):
    """The half width of the tube, ``half`` (n,), on the parts of K between neighboring ``edges`` (n + 1,)."""

    edges: Array
    half: Array

    def at(self, x: Array) -> Array:
        """Return the half width at points x (m,), the smaller one where two parts meet."""
        last = len(self.half) - 1
        right = np.clip(np.searchsorted(self.edges, x, side="right") - 1, 0, last)
        left = np.clip(np.searchsorted(self.edges, x, side="left") - 1, 0, last)
        return np.asarray(np.minimum(self.half[left], self.half[right]))


def uniform_tube(interval: Bounds, epsilon: float) -> Tube:
    """Return the tube of half width ε on all of K."""
    return Tube(np.array(interval), np.array([epsilon]))


def graded_tube(f: Target, interval: Bounds, epsilon: float, intervals: Array) -> Tube:
    """Return a tube with half widths ∝ |f″|^(1/5) on shells around the exceptional intervals, ε in the square mean."""
    if not 0 < len(intervals) <= _MOST_INTERVALS:
        return uniform_tube(interval, epsilon)
    edges = _shell_edges(interval, intervals)
    low, high = edges[:-1], edges[1:]
    x = low[:, None] + (high - low)[:, None] * np.linspace(0.02, 0.98, _POINTS)
    with np.errstate(all="ignore"):
        y, slope = f(x), f.gradient(x)
        bend = np.nanmax(np.abs(np.diff(slope, axis=1) / np.diff(x, axis=1)), axis=1, initial=0.0)
        size = np.nanmax(np.where(np.isfinite(y), np.abs(y), np.nan), axis=1, initial=0.0)
    growth = np.nan_to_num(bend, nan=0.0, posinf=1e300) ** 0.2
    free = ~_inside(low, high, intervals)
    mean = float(np.sqrt(np.sum((growth**2 * (high - low))[free]) / (interval[1] - interval[0])))
    half = epsilon * np.maximum(growth / mean if mean > 0 else 1.0, _NARROWEST)
    return Tube(edges, np.minimum(half, np.maximum(size, epsilon)))


def _inside(low: Array, high: Array, intervals: Array) -> Truth:
    """Return which shells lie in the exceptional intervals."""
    middle = low + (high - low) / 2
    k = np.clip(np.searchsorted(intervals[:, 0], middle, side="right") - 1, 0, None)
    return np.asarray((intervals[k, 0] <= middle) & (middle <= intervals[k, 1]))


def _shell_edges(interval: Bounds, intervals: Array) -> Array:
    """Return the ends of the exceptional intervals, and points at geometrically growing distances from them."""
    low, high = interval
    starts, stops = np.append(intervals[:, 1], high), np.append(low, intervals[:, 0])
    found = [np.array(interval), intervals.ravel()]
    for a, b in zip(np.append(low, starts[:-1]), np.append(stops[1:], high)):
        width = float(min(np.diff(intervals, axis=1).min(), b - a))
        if not width > 0:
            continue
        count = int(min(np.log((b - a) / 2 / width) / np.log(_FACTOR) + 1, _MOST_SHELLS / len(intervals) / 2))
        steps = width * _FACTOR ** np.arange(1, max(count, 1))
        steps = steps[steps < (b - a) / 2]
        found += [a + steps if a > low else np.empty(0), b - steps if b < high else np.empty(0)]
    edges = np.unique(np.concatenate(found))
    return edges[(edges >= low) & (edges <= high)]
