"""Decide whether the theorem applies to f on K: proved by enclosures, or measured, or refuted at an obstacle."""

from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Bounds
from nnviz.approximation.discontinuities import Obstacle, ObstacleKind, find_obstacle
from nnviz.approximation.largest_interval import largest_interval
from nnviz.enclosures import enclose
from nnviz.targets import PiecewiseLinear
from nnviz.targets.convert import Target


class ContinuitySettings(NamedTuple):
    """The numbers that tune the examination of a function."""

    first_cells: int = 64  # on which continuity is tried to be proved
    halvings: int = 3  # of a cell
    most_cells: int = 256  # of one halving; with more, nothing is proved
    missed: float = 0.25  # of the range of f; a chart that is wrong by more on many of its cells misses waves
    many: float = 0.1  # of the cells of a chart


SETTINGS: Final = ContinuitySettings()


class Continuity(NamedTuple):
    """What is known of the continuity of f on K.

    obstacle: the first place where f is not continuous, measured; None if none was found. proved: whether enclosures
    prove that f is continuous on all of K. part: the largest part of K on which f is defined and bounded; None if it
    is all of K, or if there is none.
    """

    obstacle: Obstacle | None
    proved: bool
    part: Bounds | None


def examine(f: Target, interval: Bounds) -> Continuity:
    """Return whether f is continuous on K, whether that is proved, and where f is not."""
    if isinstance(f, PiecewiseLinear) or proves_continuity(f, interval):
        return Continuity(None, proved=True, part=None)
    obstacle = find_obstacle(f, interval, 0.0)
    if obstacle is None or obstacle.kind in (ObstacleKind.JUMP, ObstacleKind.HOLE):
        return Continuity(obstacle, proved=False, part=None)
    part = largest_interval(f, interval)
    return Continuity(obstacle, proved=False, part=None if part == interval else part)


def proves_continuity(f: Target, interval: Bounds) -> bool:
    """Return whether enclosures on cells that cover K prove that f is continuous on K; False says nothing."""
    edges = np.linspace(*interval, SETTINGS.first_cells + 1)
    low, high = edges[:-1], edges[1:]
    for _ in range(SETTINGS.halvings + 1):
        found = enclose(f, low, high)
        open_cells = ~(found.continuous & found.value.finite)
        low, high = low[open_cells], high[open_cells]
        if not low.size:
            return True
        if 2 * low.size > SETTINGS.most_cells:
            return False
        middle = low / 2 + high / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return False


def misses_waves(f: Target, interval: Bounds, points: int) -> bool:
    """Return whether straight lines between ``points`` evenly spaced points of K miss waves of f; measured.

    f is compared with the lines at one irregular place in each cell, so that no wave hides between the points.
    """
    x = np.linspace(*interval, points)
    places = (np.arange(1, points) * (5**0.5 - 1) / 2) % 1.0
    between = x[:-1] + places * np.diff(x)
    y, seen = f(x), f(between)
    known = np.isfinite(y[:-1]) & np.isfinite(y[1:]) & np.isfinite(seen)
    if not known.any():
        return False
    left, right, seen = y[:-1][known], y[1:][known], seen[known]
    with np.errstate(over="ignore"):
        off = np.abs(seen - (left + places[known] * (right - left)))
        size = float(np.ptp(np.concatenate([left, right, seen])))
    return bool(np.mean(off > SETTINGS.missed * size) > SETTINGS.many)


def calm_part(f: Target, interval: Bounds, points: int) -> Bounds | None:
    """Return a part of K, from its left end on, that a quarter of ``points`` shows well; None if there is none."""
    low, high = interval
    for share in (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001):
        part = low, float(f"{low + share * (high - low):.6g}")
        if part[1] > low and not misses_waves(f, part, points // 4):
            return part
    return None
