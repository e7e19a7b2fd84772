"""Refine the hidden units of small networks by variable projection from many starts.

Some starts are placed layers, and some have their units where the target rises and falls: one unit for each stretch
on which f is monotone, or for each extremum. If f is monotone on K, these units are anywhere. The others are random
variations of placed layers. After a few steps only the best runs go on. The very best are also led from the smallest
mean square to a small largest error.
"""

from math import log
from typing import NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array
from nnviz.approximation.placement import Frame, Layer
from nnviz.approximation.variable_projection import level, project
from nnviz.networks import ACTIVATIONS

_MAX_SIZE = 1e6  # of hidden and output weights
_U = np.linspace(-1, 1, 2**10 + 1)
_SPREAD = 0.5  # of the random variations, of log w and of b
_LEVEL_SHARE = 0.3  # of the time, for a small largest error
_SLOPE = 2.0  # of a unit on half a monotone stretch
_LOG_SLOPES = (log(0.3), log(30))  # of units anywhere
_FARTHEST = 1.3  # center of a unit anywhere


class Effort(NamedTuple):
    """How many runs begin and how long they last."""

    starts: int  # over the width
    most_starts: int
    stages: tuple[int, ...]  # steps of variable projection
    left: int  # after each stage the best of so many runs stays
    thinned: int  # every so many points of the fit are used
    leveled: int = 0  # so many of the best runs go on towards a small largest error


def refine(
    frame: Frame, activation: str, layers: list[Layer], effort: Effort, seconds: float, enough: float = 0.0
) -> list[Layer]:
    """Return hidden layers refined from ``layers`` and from further starts of the same width.

    Those with the smallest mean square come first, and the leveled ones last. The search ends when the root mean square
    of one run is at most ``enough``, in the units r of the frame, or after ``seconds`` of processor time.
    """
    w, b = _starts(frame, layers, effort)
    x = np.sort(layers[0].fit[:, 0])[:: effort.thinned]
    y = frame.at(frame.x(x[:, None]))
    phi, goal, began = ACTIVATIONS[activation], len(x) * enough**2, processor_time()
    limit = (1 - _LEVEL_SHARE) * seconds if effort.leveled else seconds
    costs = np.array(effort.stages) / effort.left ** np.arange(len(effort.stages))
    for steps, share in zip(effort.stages, costs / costs.sum()):
        w, b = project(phi, x, y, w, b, steps, limit * float(share), _MAX_SIZE, goal)
        w, b = w[: len(w) // effort.left + 1], b[: len(b) // effort.left + 1]
    if effort.leveled:
        left = max(seconds - (processor_time() - began), _LEVEL_SHARE * seconds)
        more = level(phi, x, y, w[: effort.leveled], b[: effort.leveled], left, _MAX_SIZE)
        w, b = np.vstack([w, more[0]]), np.vstack([b, more[1]])
    return [layers[0]._replace(weights=each[:, None], biases=bias) for each, bias in zip(w, b)]


def _starts(frame: Frame, layers: list[Layer], effort: Effort) -> tuple[Array, Array]:
    """Return hidden weights and biases of all starts, (R, N) each."""
    rng = np.random.default_rng(0)
    width = len(layers[0].biases)
    w = np.array([layer.weights[:, 0] for layer in layers])
    b = np.array([layer.biases for layer in layers])
    count = int(np.clip(effort.starts // width, 6, effort.most_starts))
    more = _at_waves(frame, width, count, rng) or _anywhere(width, count, rng)
    w, b = np.vstack([w, more[0]]), np.vstack([b, more[1]])
    drawn = rng.integers(len(layers), size=count)
    w = np.vstack([w, w[drawn] * np.exp(rng.normal(0, _SPREAD, (count, width)))])
    b = np.vstack([b, b[drawn] + rng.normal(0, _SPREAD, (count, width))])
    return w, b


def _anywhere(width: int, count: int, rng: "np.random.Generator") -> tuple[Array, Array]:
    """Return starts (R, N) of units with centers and slopes drawn at random."""
    slopes = np.exp(rng.uniform(*_LOG_SLOPES, (count, width)))
    return slopes, -slopes * rng.uniform(-_FARTHEST, _FARTHEST, (count, width))


def _at_waves(frame: Frame, width: int, count: int, rng: "np.random.Generator") -> tuple[Array, Array] | None:
    """Return starts (R, N) with units on monotone stretches or at extrema of f; None if f is monotone."""
    r = frame.at(frame.x(_U[:, None]))
    turns = np.flatnonzero(np.diff(np.sign(np.diff(r))) != 0) + 1
    ends = np.concatenate([[0], turns, [len(r) - 1]])
    rises = np.abs(np.diff(r[ends]))
    if len(rises) < 2:
        return None
    edges = _U[ends]
    middles, halves = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    chance = rises / rises.max() + 0.05
    rows = []
    for k in range(count):
        chosen = _stretches(chance, width, k, rng)
        at = middles[chosen] if k % 3 < 2 else edges[chosen + rng.integers(2)]
        slopes = _SLOPE / halves[chosen] * np.exp(rng.normal(0, _SPREAD * (k > 1), width))
        rows.append((slopes, -slopes * (at + halves[chosen] * rng.normal(0, 0.2 * (k > 1), width))))
    w, b = np.array(rows).transpose(1, 0, 2)
    return w, b


def _stretches(chance: Array, width: int, k: int, rng: "np.random.Generator") -> Array:
    """Return ``width`` stretches: the highest, then neighbors from a random one on, then drawn by height."""
    n = len(chance)
    again = rng.choice(n, size=max(width - n, 0), p=chance / chance.sum())
    if k == 0:
        some = np.argsort(-chance)[:width]
    elif k % 2:
        first = int(rng.integers(max(n - width, 0) + 1))
        some = np.arange(first, min(first + width, n))
    else:
        some = rng.choice(n, size=min(width, n), replace=False, p=chance / chance.sum())
    return np.concatenate([some, again])
