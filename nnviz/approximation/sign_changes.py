"""Prove that some smooth networks need units, because a network of few units cannot change its sign often.

Let N(x) = c + Σⱼ vⱼ tanh(wⱼx + bⱼ) have n units, and let d be a number. Multiplied by Πⱼ (1 + exp(2wⱼx + 2bⱼ)) > 0,
N − d is a sum of at most 2ⁿ exponential functions. Such a sum has at most 2ⁿ − 1 real zeros, or it is 0 everywhere
(Pólya & Szegő 1925, part V, problem 75). If f is above d + ε and below d − ε in turn, with Z changes, then every N
within ε of f has at least Z zeros of N − d. So n units are enough only if 2ⁿ − 1 ≥ Z.

The same holds for the sigmoid, which is a scaled tanh, and for softplus. There N′ is a sum of n sigmoids without a
constant, which has at most 2ⁿ − 2 zeros, so N − d has at most 2ⁿ − 1 zeros by Rolle's theorem. This package knows no
such bound for the other smooth activations. One sine unit alone can have any number of zeros.
"""

from typing import Final

import numpy as np

from nnviz._types import Bounds
from nnviz.approximation.domains import checked_interval
from nnviz.enclosures import enclose_points
from nnviz.enclosures import intervals as iv
from nnviz.targets import TargetLike, as_target

_COUNTED: Final = ("tanh", "sigmoid", "softplus")
_POINTS: Final = 4001  # evenly spaced, at which f is enclosed
_LEVELS: Final = 65  # numbers d that are tried


def sign_changes(f: TargetLike, interval: Bounds, epsilon: float) -> int:
    """Return a proved number of changes of f between values ≥ d + ε and ≤ d − ε, for the best d that is tried."""
    f = as_target(f)
    y = enclose_points(f, np.linspace(*checked_interval(interval), _POINTS))
    y = y[np.flatnonzero(y.finite)]
    if not len(y.lo):
        return 0
    levels = np.linspace(y.lo.min(), y.hi.max(), _LEVELS)[:, None]
    signs = (y.lo >= iv.up(levels + epsilon)).astype(int) - (y.hi <= iv.down(levels - epsilon))
    return max(int(np.count_nonzero(np.diff(row[row != 0]))) for row in signs)


def smooth_units_needed(f: TargetLike, interval: Bounds, epsilon: float, activation: str) -> int | None:
    """Return a proved number of units that every network with one hidden layer within ε of f on K needs.

    None for an activation for which no such bound is known here, or if f is not finite at any point.
    """
    if activation not in _COUNTED:
        return None
    return sign_changes(f, interval, epsilon).bit_length()
