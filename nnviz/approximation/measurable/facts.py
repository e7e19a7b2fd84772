"""Name as facts why a network in the norms "rms" and "outside" cannot be found."""

from enum import Enum
from math import nan
from typing import Any, NamedTuple

from nnviz.approximation.unreachable import Unreachable


class NormObstacleKind(Enum):
    """The reasons why no network is within ε of f in a norm, or why none can be built or proved here."""

    NOT_SQUARE_INTEGRABLE = "the integral of f² is proved to be infinite"
    NO_MAJORANT = "no bound of the integral of f² is known near a point"
    NOT_DEFINED = "f may be undefined, or beyond 64 bits, on a part of K that is too long"
    TOO_LARGE = "f, or its slope, is beyond the largest number of 64 bits"
    TOO_MANY_UNITS = "more units than the largest number are needed"


class NormObstacle(NamedTuple):
    """The reason as facts: its kind, its position x, the measure of the part of K, the predicted ``units``."""

    kind: NormObstacleKind
    x: Any = nan  # a pair for two inputs
    length: float = nan
    units: float = nan


class NormUnreachable(Unreachable):
    """The error that no network is within ε in this norm, or that none can be built here; ``fact`` says why."""

    def __init__(self, fact: NormObstacle) -> None:
        self.fact = fact
        super().__init__(explain(fact))


def explain(obstacle: NormObstacle) -> str:
    """Return sentences that say why; the lessons say the same facts in their own words."""
    kind, at = obstacle.kind, obstacle.x
    x = "({:.6g}, {:.6g})".format(*at) if isinstance(at, tuple) else f"{at:.6g}"
    if kind is NormObstacleKind.NOT_SQUARE_INTEGRABLE:
        return (
            f"The integral of f² over K is infinite, because of the pole at x = {x}. Every network is bounded on K, so "
            'the root mean square error of every network is infinite. Use norm="outside".'
        )
    if kind is NormObstacleKind.NO_MAJORANT:
        return f'No bound of the integral of f² is known near x = {x}. Use norm="outside".'
    if kind is NormObstacleKind.NOT_DEFINED:
        return (
            f"f is not known to have values on a part of K of measure {obstacle.length:.4g}, for example near x = {x}. "
            "Choose a larger exceptional set, or a K on which f is defined."
        )
    if kind is NormObstacleKind.TOO_LARGE:
        return "f is so large or so steep that numbers of 64 bits do not suffice. Choose a larger ε, or another K."
    return (
        f"An estimated {obstacle.units:.2g} units or more are needed. By the theorem such a network exists, but at "
        "most 20 000 units are built here. Choose a larger ε, a larger exceptional set, or a smaller K."
    )
