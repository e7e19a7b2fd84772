"""Find a network within ε of f in one of three norms: sup, rms, and sup outside of a set of small measure."""

from typing import Final, Literal, cast, overload

import numpy as np

from nnviz._checks import argument_error, check, check_one_of
from nnviz._types import Bounds, Box
from nnviz.approximation import network_for_epsilon
from nnviz.approximation.measurable.plane import reach_outside_on_box, reach_rms_on_box
from nnviz.approximation.measurable.reach import NormReach, reach_outside, reach_rms
from nnviz.approximation.network_for_epsilon import SECONDS, Reach
from nnviz.approximation.network_on_box import reach_on_box
from nnviz.targets import TargetLike

NORMS: Final = ("sup", "rms", "outside")


@overload
def reach(
    f: TargetLike, interval: Bounds | Box, epsilon: float, activation: str = ..., seconds: float = ...
) -> Reach: ...
@overload
def reach(
    f: TargetLike,
    interval: Bounds | Box,
    epsilon: float,
    activation: str = ...,
    seconds: float = ...,
    *,
    norm: Literal["rms", "outside"],
    measure: float | None = ...,
) -> NormReach: ...
@overload
def reach(
    f: TargetLike,
    interval: Bounds | Box,
    epsilon: float,
    activation: str = ...,
    seconds: float = ...,
    *,
    norm: str,
    measure: float | None = ...,
) -> Reach | NormReach: ...
def reach(
    f: TargetLike,
    interval: Bounds | Box,
    epsilon: float,
    activation: str = "relu",
    seconds: float = SECONDS,
    *,
    norm: str = "sup",
    measure: float | None = None,
) -> Reach | NormReach:
    """Return a network within ε of f on K in a norm, as small as this package finds it, and its certificate.

    K is an interval (a, b), or a box ((a, b), (c, d)) for a function of x and y. ``reach_on_box``,
    ``reach_outside_on_box`` and ``reach_rms_on_box`` say what holds there.

    norm: "sup", |f − N| < ε on all of K; "rms", (1/|K| ∫ (f − N)²)^½ < ε; "outside", |f − N| < ε on K except on a set
    of Lebesgue measure at most δ = ``measure``, which only this norm takes. For continuous f networks exist in all
    three norms (Leshno, Lin, Pinkus & Schocken 1993), for square integrable f in "rms" (Hornik 1991, theorem 1), for
    measurable f in "outside" (Hornik, Stinchcombe & White 1989, corollary 2.1). The search takes ``seconds`` of
    processor time, and at most half as much again. If the time is not enough, the status of the certificate can be
    refuted or undecided. Raises Unreachable, with the reason, if f has in K a jump of 2ε or more, waves of that height
    without end, a pole, or points without a value, and if float64 or 20 000 units do not suffice; in the other norms
    NormUnreachable, as ``reach_rms`` and ``reach_outside`` say. Raises ValueError for an activation that is not
    universal (on an interval, relu and leaky_relu alone in the other norms), and for ``seconds`` that are not above 0
    and finite.
    """
    check_one_of("norm", norm, NORMS)
    if norm != "outside":
        check("measure", measure, measure is None, 'left out unless the norm is "outside"')
    if norm == "outside" and measure is None:
        raise argument_error("measure", 'given for the norm "outside"', measure)
    if np.ndim(interval) == 2:
        return _reach_on_box(f, cast(Box, interval), epsilon, activation, seconds, norm, measure)
    interval = cast(Bounds, interval)
    if norm == "sup":
        return network_for_epsilon.reach(f, interval, epsilon, activation, seconds)
    if norm == "rms":
        return reach_rms(f, interval, epsilon, activation, seconds)
    return reach_outside(f, interval, epsilon, cast(float, measure), activation, seconds)


def _reach_on_box(
    f: TargetLike,
    box: Box,
    epsilon: float,
    activation: str,
    seconds: float,
    norm: str,
    measure: float | None,
) -> Reach | NormReach:
    """Return the network and its certificate for two inputs."""
    if norm == "sup":
        return reach_on_box(f, box, epsilon, activation, seconds)
    if norm == "rms":
        return reach_rms_on_box(f, box, epsilon, activation, seconds)
    return reach_outside_on_box(f, box, epsilon, cast(float, measure), activation, seconds)
