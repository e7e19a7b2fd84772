"""Refine the hidden units of small networks by variable projection from many starts.

After a few steps only the best runs go on. The very best are also led from the smallest mean square to a small largest
error.
"""

from itertools import product
from math import sqrt
from typing import NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array
from nnviz.approximation.placement import Frame, Layer
from nnviz.approximation.starts import draw_starts
from nnviz.approximation.variable_projection import Caps, level, project
from nnviz.networks import ACTIVATIONS

_CAPS = Caps(), Caps(hidden=60.0)  # steeper ridges fall between the points of a square
_LEVEL_SHARE = 0.3  # of the time, for a small largest error
_LEVELED = 256, 3  # runs over the width, and at least
_POINTS_OF_A_UNIT = 12  # of a square


class Effort(NamedTuple):
    """How many runs begin and how long they last."""

    starts: int  # over the width, to the power of the number of inputs
    most_starts: int
    stages: tuple[int, ...]  # steps of variable projection
    left: int  # after each stage the best of so many runs stays
    thinned: int  # every so many points of the fit are used
    leveled: int = 0  # at most so many of the best runs go on towards a small largest error
    fewest_starts: int = 6


def refine(
    frame: Frame, activation: str, layers: list[Layer], effort: Effort, seconds: float, enough: float = 0.0
) -> list[Layer]:
    """Return hidden layers refined from ``layers`` and from further starts of the same width.

    Those with the smallest mean square come first, and the leveled ones last. The search ends when the root mean square
    of one run is at most ``enough``, in the units r of the frame, or after ``seconds`` of processor time.
    """
    placed = np.array([np.vstack([layer.weights.T, layer.biases]) for layer in layers])
    width = placed.shape[2]
    inputs = placed.shape[1] - 1
    caps = _CAPS[inputs - 1]
    count = int(np.clip(effort.starts // width**inputs, effort.fewest_starts, effort.most_starts))
    leveled = min(effort.leveled, max(_LEVELED[0] // width, _LEVELED[1]))
    found = draw_starts(frame, placed, count)
    u = np.sort(layers[0].fit, axis=0)[:: effort.thinned] if inputs == 1 else _square(width)
    y = frame.at(frame.x(u))
    phi, goal, began = ACTIVATIONS[activation], len(u) * enough**2, processor_time()
    limit = (1 - _LEVEL_SHARE) * seconds if leveled else seconds
    costs = np.array(effort.stages) / effort.left ** np.arange(len(effort.stages))
    for steps, share in zip(effort.stages, costs / costs.sum()):
        found = project(phi, u, y, found, steps, limit * float(share), caps, goal)
        found = found[: max(len(found) // effort.left, leveled) + 1]
    if leveled:
        left = max(seconds - (processor_time() - began), _LEVEL_SHARE * seconds)
        more = level(phi, u, y, found[:leveled], left, caps)
        found = np.concatenate([found, more])
    return [layers[0]._replace(weights=one[:-1].T, biases=one[-1]) for one in found]


def _square(width: int) -> Array:
    """Return points u (m, 2) of the square for N units, between even spacing and Chebyshev nodes."""
    side = int(sqrt(_POINTS_OF_A_UNIT * width)) + 6
    nodes = np.linspace(-0.5, 0.5, side) - np.cos(np.pi * np.arange(side) / (side - 1)) / 2
    return np.array(list(product(nodes, repeat=2)))
