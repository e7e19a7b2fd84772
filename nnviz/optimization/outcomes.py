"""Describe how a run of descent ended: a category, and the numbers that a sentence about it needs."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import NamedTuple

import numpy as np

from nnviz._types import Array, Point, Truth
from nnviz.losses.surfaces import Surface
from nnviz.optimization.descent import Trajectory


class Outcome(StrEnum):
    """Hold the categories of runs; ``verdict`` says when each of them holds."""

    CONVERGED = "converged"
    ZIGZAG = "zig-zag"
    SLOW = "slow"
    HOVERING = "hovering"
    LEFT_SADDLE = "left the saddle"
    AT_SADDLE = "at a saddle"
    AT_REST = "at rest"
    STUCK = "stuck"
    OUTSIDE = "outside"
    UPHILL = "uphill"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Criteria:
    """Hold the limits that separate the outcomes. Distances are shares of the domain's width in each parameter.

    arrived_within: a run is at a point that is at most this far away. gap_closed: a run is at a minimum if at most
    this share of the initial loss gap remains. saddle_within: a run has passed a saddle that was at most this far away,
    if the norm of the gradient was there below saddle_gradient of its largest value. turning_share: a run zig-zags
    if a larger share of its updates turn back, and if it has at least zigzag_updates updates. noisy_share: a noisy run
    has converged if it stays at the minimum from this share of its updates on. level_ratio: a noisy run
    hovers if its mean loss gap in the last quarter is at least this share of the mean in the quarter before.
    zero_gradient: the gradient counts as zero below this share of its largest norm.
    """

    arrived_within: float = 0.01
    gap_closed: float = 1e-6
    saddle_within: float = 0.05
    saddle_gradient: float = 0.1
    turning_share: float = 1 / 3
    zigzag_updates: int = 12
    noisy_share: float = 0.75
    level_ratio: float = 0.8
    zero_gradient: float = 1e-12


CRITERIA = Criteria()


class Verdict(NamedTuple):
    """Hold how a run ended.

    updates: the number of updates. loss and gradient: the loss and the norm of the gradient at the last point.
    arrived: the update from which on the run stays at a global minimum, None if it is not there at the end.
    flat_floor: whether the run counts as converged only because its loss is that of the minimum.
    saddle: the update that was nearest to a saddle which the run has left, or None. turning: the share of the updates
    that turn back by more than a right angle. distance_left and gap_left: what remains of the initial distance to the
    nearest global minimum and of the initial gap in loss, as shares; None where they are undefined. A run that ends
    below every listed minimum has a negative gap_left.
    """

    outcome: Outcome
    updates: int
    loss: float
    gradient: float
    arrived: int | None
    flat_floor: bool
    saddle: int | None
    turning: float
    distance_left: float | None
    gap_left: float | None

    @property
    def at_minimum(self) -> bool:
        """Whether the run ended at a global minimum."""
        return self.arrived is not None or self.flat_floor


def verdict(run: Trajectory, surface: Surface, *, noisy: bool = False) -> Verdict:
    """Return how a run on a surface ended, judged by CRITERIA.

    noisy: whether the updates used noisy gradients. A noisy run has converged only if it stays at the minimum
    for the last quarter of its updates, and otherwise hovers once its mean loss no longer falls. It never zig-zags,
    because noise also turns updates back.
    """
    updates, since = len(run.points) - 1, _arrival(run, surface)
    settled = since <= (CRITERIA.noisy_share * updates if noisy else updates) and not run.diverged
    gap = _gap_left(run, surface)
    closed = gap is not None and abs(gap) <= CRITERIA.gap_closed
    flat = not settled and not noisy and not run.diverged and closed
    arrived = since if settled else None
    path = run.points[: since + 1] if settled else run.points
    facts = Verdict(
        Outcome.SLOW,
        updates,
        float(run.values[-1]),
        float(np.linalg.norm(run.gradients[-1])),
        arrived,
        flat,
        passed_saddle(run, surface),
        turning_share(path),
        _distance_left(run, surface),
        gap,
    )
    outcome = (
        _outcome_at_minimum(facts, noisy=noisy)
        if facts.at_minimum
        else _outcome_elsewhere(run, surface, noisy=noisy, facts=facts)
    )
    return facts._replace(outcome=outcome)


def _outcome_at_minimum(facts: Verdict, *, noisy: bool) -> Outcome:
    """Return the outcome of a run that ended at a global minimum."""
    if facts.saddle is not None:
        return Outcome.LEFT_SADDLE
    length = facts.updates if facts.arrived is None else facts.arrived
    if facts.turning > CRITERIA.turning_share and length >= CRITERIA.zigzag_updates and not noisy:
        return Outcome.ZIGZAG
    return Outcome.CONVERGED


def _outcome_elsewhere(run: Trajectory, surface: Surface, *, noisy: bool, facts: Verdict) -> Outcome:
    """Return the outcome of a run that did not end at a global minimum."""
    if run.diverged:
        return Outcome.DIVERGED
    if _near(run.points[-1:], surface.other_minima, surface)[0]:
        return Outcome.STUCK
    if _near(run.points[-1:], surface.saddles, surface)[0]:
        return Outcome.AT_SADDLE
    if facts.loss > run.values[0]:
        return Outcome.UPHILL
    if not noisy and (run.converged or _is_zero(facts.gradient, run)):
        return Outcome.AT_REST
    if noisy and _no_longer_falls(run, surface):
        return Outcome.HOVERING
    if facts.saddle is not None:
        return Outcome.LEFT_SADDLE
    if any(not low <= at <= high for at, (low, high) in zip(run.points[-1], surface.domain, strict=True)):
        return Outcome.OUTSIDE
    is_zigzag = facts.turning > CRITERIA.turning_share and not noisy
    return Outcome.ZIGZAG if is_zigzag else Outcome.SLOW


def _arrival(run: Trajectory, surface: Surface) -> int:
    """Return the update from which on the run stays at a global minimum; k + 1 where it is not there at the end."""
    away = ~_near(run.points, surface.minima, surface)
    return int(np.flatnonzero(away)[-1]) + 1 if away.any() else 0


def _is_zero(gradient: float, run: Trajectory) -> bool:
    """Return whether a norm of the gradient is zero up to rounding, compared with the largest norm of the run."""
    return gradient <= CRITERIA.zero_gradient * float(np.linalg.norm(run.gradients, axis=1).max())


def _no_longer_falls(run: Trajectory, surface: Surface) -> bool:
    """Return whether the mean gap in loss is about the same in the last two quarters of the run."""
    lowest = float(surface.value(surface.minima[0])) if surface.minima else float(run.values.min())
    quarters = np.array_split(run.values - lowest, 4)
    return len(run.values) >= 8 and bool(quarters[3].mean() >= CRITERIA.level_ratio * quarters[2].mean())


def turning_share(points: Array) -> float:
    """Return the share of successive updates of a path (k + 1, d) that turn by more than a right angle."""
    moves = np.diff(points, axis=0)
    dots = (moves[1:] * moves[:-1]).sum(axis=1)
    return float((dots < 0).mean()) if len(dots) else 0.0


def passed_saddle(run: Trajectory, surface: Surface) -> int | None:
    """Return the update nearest to a listed saddle, if the run was near it, was slow there, and left it; else None."""
    if not surface.saddles:
        return None
    nearest = min((_distances(run.points, place, surface) for place in surface.saddles), key=np.min)
    step, gradients = int(np.argmin(nearest)), np.linalg.norm(run.gradients, axis=1)
    near, slow = CRITERIA.saddle_within, CRITERIA.saddle_gradient
    left = nearest[step] < near and nearest[-1] > 2 * near and gradients[step] < slow * gradients.max()
    return step if left else None


def _distances(points: Array, place: Point, surface: Surface) -> Array:
    """Return the distances (k,) of points (k, d) from a place, as shares of the domain's widths."""
    widths = np.array([high - low for low, high in surface.domain])
    return np.asarray(np.linalg.norm((points - place) / widths, axis=1))


def _near(points: Array, places: tuple[Point, ...], surface: Surface) -> Truth:
    """Return whether each of the points (k, d) is at one of the places, (k,)."""
    near = np.zeros(len(points), bool)
    for place in places:
        near |= _distances(points, place, surface) <= CRITERIA.arrived_within
    return near


def _gap_left(run: Trajectory, surface: Surface) -> float | None:
    """Return (last − lowest) / (first − lowest) of the losses; None where no minimum is known or the gap is 0."""
    lowest = float(surface.value(surface.minima[0])) if surface.minima else -inf
    gap = float(run.values[0]) - lowest
    return float(run.values[-1] - lowest) / gap if 0 < gap < inf else None


def _distance_left(run: Trajectory, surface: Surface) -> float | None:
    """Return the last distance to the nearest global minimum as a share of the first; None where it is undefined."""
    gaps = distances(run, surface)
    return float(gaps[-1] / gaps[0]) if gaps.size and gaps[0] > 0 else None


def distances(run: Trajectory, surface: Surface) -> Array:
    """Return the distance ‖θ − θ*‖ of each point to the nearest global minimum, (k + 1,); empty if none is listed."""
    gaps = [np.linalg.norm(run.points - place, axis=1) for place in surface.minima]
    return np.min(gaps, axis=0) if gaps else np.empty(0)
