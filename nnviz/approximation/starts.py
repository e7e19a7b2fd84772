"""Draw hidden layers from which variable projection starts: where f rises and falls, and in few directions.

In one input some starts have their units where the target rises and falls: one unit for each stretch on which f is
monotone, or for each extremum. If f is monotone on K, these units are anywhere. In two inputs the units have the
directions of a few parallel families, because f can be a sum of a few functions of one direction each, as xy is;
other starts have as many directions as units. A layer (d + 1, N) has the weights of each input, and then the biases.
"""

from itertools import product
from math import log, pi
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array
from nnviz.approximation.placement import Frame


class StartSettings(NamedTuple):
    """The numbers that tune the random starts."""

    spread: float = 0.5  # of the random variations, of log w and of b
    slope: float = 2.0  # of a unit on half a monotone stretch
    log_slopes: tuple[float, float] = (log(0.3), log(30))  # of units anywhere
    farthest: float = 1.3  # center of a unit anywhere
    log_ridge_slopes: tuple[float, float] = (log(0.4), log(6))  # of a layer of ridges
    steep_side: int = 41  # points along each side of a square, at which the slope of f is measured
    flat_share: float = 0.05  # the slope that each point has at least
    families: tuple[int, ...] = (
        0,
        2,
        0,
        4,
        0,
        1,
        0,
        3,
    )  # of parallel ridges; 0: each unit has its own direction


SETTINGS: Final = StartSettings()
_U = np.linspace(-1, 1, 2**10 + 1)


def draw_starts(frame: Frame, placed: Array, count: int) -> Array:
    """Return starts (R, d + 1, N): the placed layers (k, d + 1, N), ``count`` others and ``count`` variations."""
    rng = np.random.default_rng(0)
    width = placed.shape[2]
    if placed.shape[1] == 3:
        others = _ridges(frame, width, count, rng)
    else:
        others = np.stack(_at_waves(frame, width, count, rng) or _anywhere(width, count, rng), axis=1)
    varied = placed[rng.integers(len(placed), size=count)]
    varied[:, :-1] *= np.exp(rng.normal(0, SETTINGS.spread, (count, 1, width)))
    varied[:, -1] += rng.normal(0, SETTINGS.spread, (count, width))
    return np.concatenate([placed, others, varied])


def _ridges(frame: Frame, width: int, count: int, rng: "np.random.Generator") -> Array:
    """Return starts (R, 3, N) of ridges in a few directions or in as many as units.

    Their centers are anywhere, or at points that are drawn where f is steep.
    """
    u, chance = _steep_points(frame)
    layers = []
    for k in range(count):
        families = SETTINGS.families[k % len(SETTINGS.families)] or width
        angles = rng.uniform(0, pi) + pi * (np.arange(width) % families) / families
        directions = np.stack([np.cos(angles), np.sin(angles)])
        slopes = np.exp(rng.uniform(*SETTINGS.log_ridge_slopes) + rng.normal(0, SETTINGS.spread, width))
        anywhere = rng.uniform(-1, 1, width) * np.abs(directions).sum(axis=0)
        steep = (directions * u[rng.choice(len(u), size=width, p=chance)].T).sum(axis=0)
        centers = anywhere if k % 2 else steep
        layers.append(np.vstack([slopes * directions, -slopes * centers]))
    return np.array(layers)


def _steep_points(frame: Frame) -> tuple[Array, Array]:
    """Return points u (m, 2) of the square, and the share of the slope of f of each, (m,)."""
    side = np.linspace(-1, 1, SETTINGS.steep_side)
    u = np.array(list(product(side, repeat=2)))
    r = frame.at(frame.x(u)).reshape(len(side), len(side))
    slope = np.hypot(*np.gradient(r)).ravel() + SETTINGS.flat_share / len(side)
    return u, slope / slope.sum()


def _anywhere(width: int, count: int, rng: "np.random.Generator") -> tuple[Array, Array]:
    """Return starts (R, N) of units with centers and slopes drawn at random."""
    slopes = np.exp(rng.uniform(*SETTINGS.log_slopes, (count, width)))
    return slopes, -slopes * rng.uniform(-SETTINGS.farthest, SETTINGS.farthest, (count, width))


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
        slopes = SETTINGS.slope / halves[chosen] * np.exp(rng.normal(0, SETTINGS.spread * (k > 1), width))
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
