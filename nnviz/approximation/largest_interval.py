"""Find the largest part of K on which f is defined and bounded. Measured, not proved."""

from math import ceil, floor, log10
from typing import Final

import numpy as np

from nnviz._types import Bounds
from nnviz.approximation.one_sided_limits import look_at_both_sides
from nnviz.enclosures.breaks import breaks
from nnviz.expressions import Expression

_GRID: Final = 2048
_MARGIN: Final = 50  # the distance from a pole is about this part of the interval


def largest_interval(f: Expression, interval: Bounds) -> Bounds | None:
    """Return the longest closed part of K on which f has finite values and no pole; K itself if it is all of K.

    None if there is no such part. An end beside a pole, or beside the end of an open domain, is moved inwards to a
    short decimal number.
    """
    at = breaks(f, *interval)
    x = np.union1d(np.linspace(*interval, _GRID + 1), at)
    bad = ~np.isfinite(f(x))
    if at.size:
        left, right = look_at_both_sides(f, interval, at)
        bad |= np.isin(x, at[left.grows | right.grows])
    places = np.flatnonzero(bad)
    if not places.size:
        return interval
    starts, stops = np.append(0, places + 1), np.append(places - 1, len(x) - 1)
    lengths = np.where(
        stops > starts, x[np.minimum(stops, len(x) - 1)] - x[np.minimum(starts, len(x) - 1)], 0.0
    )
    k = len(lengths) - 1 - int(np.argmax(lengths[::-1]))  # of two that are equally long, the right one
    if lengths[k] <= 0:
        return None
    first, last = int(starts[k]), int(stops[k])
    low, high = float(x[first]), float(x[last])
    step = 10.0 ** floor(log10((high - low) / _MARGIN))
    digits = max(0, -floor(log10(step)))
    if first > 0 and low not in at:
        low = round(ceil(low / step - 1e-9) * step, digits)
    if last < len(x) - 1 and high not in at:
        high = round(floor(high / step + 1e-9) * step, digits)
    return (low, high) if high - low > step else None
