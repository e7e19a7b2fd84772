"""Prove or refute a claim about a network in the norms "rms" and "outside", and return its certificate."""

from typing import cast

import numpy as np

from nnviz._checks import argument_error, check_between
from nnviz._clock import processor_time
from nnviz._types import Array, Bounds, Box
from nnviz.approximation.certificate import certify
from nnviz.approximation.certificate.record import Status
from nnviz.approximation.domains import checked_box, checked_interval
from nnviz.approximation.integral import rms_bounds
from nnviz.approximation.measurable.intervals import checked_intervals, total_length
from nnviz.approximation.measurable.least_error import least_error_outside
from nnviz.approximation.measurable.plane_prove import prove_outside_boxes, square_bounds
from nnviz.approximation.measurable.prove import prove_outside
from nnviz.approximation.measurable.record import NormCertificate
from nnviz.expressions import Expression
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

_NONE = np.empty((0, 2))
_NO_BOXES = np.empty((0, 2, 2))


def certify_rms(
    network: ShallowNetwork,
    f: TargetLike,
    interval: Bounds | Box,
    epsilon: float,
    seconds: float = 2.0,
    rtol: float = 0.01,
) -> NormCertificate:
    """Prove or refute that (1/|K| ∫ (f − N)²)^½ < ε, and enclose the left side up to ``rtol`` if the time is enough.

    Where the squares over- or underflow, the largest error of f − N on K bounds the left side. ValueError for a K that
    is neither an interval nor a box, an ε that is not above 0, and a network with another number of inputs than f.
    """
    if np.ndim(interval) == 2:
        return _certify_rms_on_box(network, f, cast(Box, interval), epsilon, seconds)
    target, interval = _checked(network, f, cast(Bounds, interval), epsilon)
    found = rms_bounds(network, target, interval, rtol, seconds)
    status: Status = "proved" if found.high < epsilon else "refuted" if found.low > epsilon else "undecided"
    low, bound = (end if np.isfinite(end) else None for end in (found.low, found.high))
    if status == "undecided":
        everywhere = certify(network, target, interval, epsilon, seconds)
        if everywhere.status == "proved":
            status, bound = "proved", everywhere.bound
    return NormCertificate(
        status,
        "rms",
        epsilon,
        low or 0.0,
        bound,
        network,
        target,
        interval,
        None,
        _NONE,
        found.at,
        found.cells,
    )


def certify_outside(
    network: ShallowNetwork,
    f: TargetLike,
    interval: Bounds | Box,
    epsilon: float,
    measure: float,
    seconds: float = 2.0,
    exceptional: Array = _NONE,
) -> NormCertificate:
    """Prove or refute that |f − N| < ε on K except on a set of measure at most δ = ``measure``.

    exceptional: intervals (n, 2) that need not be examined; others may be added. On a box everything is examined.
    ValueError as in ``certify_rms``, for a δ that is not above 0 and below |K|, and for exceptional intervals that are
    not disjoint or longer than δ.
    """
    if np.ndim(interval) == 2:
        return _certify_outside_on_box(network, f, cast(Box, interval), epsilon, measure, seconds)
    target, interval = _checked(network, f, cast(Bounds, interval), epsilon)
    check_measure(measure, interval)
    given = checked_intervals(np.asarray(exceptional, dtype=np.float64), interval)
    if total_length(given) > measure:
        raise argument_error("exceptional", f"at most {measure:g} long in all", total_length(given))
    found = prove_outside(network, target, interval, epsilon, measure, given, processor_time() + seconds)
    at = float(found.wrong[0].mean()) if len(found.wrong) and found.status != "proved" else None
    bound = found.bound if found.status == "proved" else None
    low = least_error_outside(network, target, interval, measure, processor_time() + seconds / 4)
    return NormCertificate(
        found.status,
        "outside",
        epsilon,
        low if bound is None else min(low, bound),
        bound,
        network,
        target,
        interval,
        measure,
        found.exceptional,
        at,
        found.cells,
    )


def _certify_rms_on_box(
    network: ShallowNetwork, f: TargetLike, box: Box, epsilon: float, seconds: float
) -> NormCertificate:
    """Prove or refute the claim of ``certify_rms`` on a box."""
    target, box = _checked_on_box(network, f, box, epsilon)
    found = square_bounds(network, target, box, processor_time() + seconds, epsilon)
    status: Status = "proved" if found.high < epsilon else "refuted" if found.low > epsilon else "undecided"
    bound = found.high if np.isfinite(found.high) else None
    return NormCertificate(
        status,
        "rms",
        epsilon,
        found.low,
        bound,
        network,
        target,
        box,
        None,
        _NO_BOXES,
        found.at,
        found.cells,
    )


def _certify_outside_on_box(
    network: ShallowNetwork, f: TargetLike, box: Box, epsilon: float, measure: float, seconds: float
) -> NormCertificate:
    """Prove or refute the claim of ``certify_outside`` on a box."""
    target, box = _checked_on_box(network, f, box, epsilon)
    check_measure(measure, box)
    found = prove_outside_boxes(network, target, box, epsilon, measure, processor_time() + seconds)
    proved = found.status == "proved"
    return NormCertificate(
        found.status,
        "outside",
        epsilon,
        min(found.low, found.bound) if proved else found.low,
        found.bound if proved else None,
        network,
        target,
        box,
        measure,
        found.exceptional,
        None,
        found.cells,
    )


def prove_norm_again(claim: NormCertificate, seconds: float = 60.0) -> NormCertificate:
    """Return a new certificate for the network, f, K, ε and δ of a certificate, within a time limit in seconds.

    Exceptional intervals of the certificate are not examined, but their total length is added up again. On a box
    the exceptional boxes are found again.
    """
    if claim.norm == "rms":
        return certify_rms(claim.network, claim.target, claim.interval, claim.epsilon, seconds)
    assert claim.measure is not None
    given = claim.exceptional if claim.status == "proved" else _NONE
    return certify_outside(
        claim.network, claim.target, claim.interval, claim.epsilon, claim.measure, seconds, given
    )


def check_measure(measure: float, interval: Bounds | Box) -> None:
    """Raise ValueError unless δ is above 0 and below the length, or the area, of K."""
    size = float(np.prod(np.diff(np.atleast_2d(interval), axis=1)))
    check_between("measure", measure, 0, size, above=True, below=True)


def _checked(
    network: ShallowNetwork, f: TargetLike, interval: Bounds, epsilon: float
) -> tuple[Target, Bounds]:
    """Return f and K; ValueError unless all is of one input, and ε is above 0 and finite."""
    target, interval = as_target(f), checked_interval(interval)
    if network.inputs != 1 or (isinstance(target, Expression) and len(target.variables) != 1):
        raise argument_error(
            "network", "a network of one input, for a function of one variable", network.inputs
        )
    _check_provable(network, epsilon)
    return target, interval


def _checked_on_box(
    network: ShallowNetwork, f: TargetLike, box: Box, epsilon: float
) -> tuple[Expression, Box]:
    """Return f and K; ValueError unless all is of two inputs, and ε is above 0 and finite."""
    target, box = as_target(f, 2), checked_box(box)
    if network.inputs != 2 or not isinstance(target, Expression):
        raise argument_error(
            "network", "a network of two inputs, for a function of two variables", network.inputs
        )
    _check_provable(network, epsilon)
    return target, box


def _check_provable(network: ShallowNetwork, epsilon: float) -> None:
    """Raise ValueError for units without known bounds, and unless ε is above 0 and finite."""
    if not ACTIVATIONS[network.activation].certifiable:
        raise argument_error("network", "of units whose derivatives have known bounds", network.activation)
    check_between("epsilon", epsilon, 0, above=True)
