"""Prove or refute a claim about a network in the norms "rms" and "outside", and return its certificate."""

import numpy as np

from nnviz._checks import argument_error, check_between
from nnviz._clock import processor_time
from nnviz._types import Array, Bounds
from nnviz.approximation.certificate import certify
from nnviz.approximation.certificate.record import Status
from nnviz.approximation.domains import checked_interval
from nnviz.approximation.integral import rms_bounds
from nnviz.approximation.measurable.intervals import checked_intervals, total_length
from nnviz.approximation.measurable.least_error import least_error_outside
from nnviz.approximation.measurable.prove import prove_outside
from nnviz.approximation.measurable.record import NormCertificate
from nnviz.expressions import Expression
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

_NONE = np.empty((0, 2))


def certify_rms(
    network: ShallowNetwork,
    f: TargetLike,
    interval: Bounds,
    epsilon: float,
    seconds: float = 2.0,
    rtol: float = 0.01,
) -> NormCertificate:
    """Prove or refute that (1/|K| ∫ (f − N)²)^½ < ε, and enclose the left side up to ``rtol`` if the time is enough.

    Where the squares over- or underflow, the largest error of f − N on K bounds the left side. ValueError for a K that
    is no interval, an ε that is not above 0, and a network that is not of one input.
    """
    target, interval = _checked(network, f, interval, epsilon)
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
    interval: Bounds,
    epsilon: float,
    measure: float,
    seconds: float = 2.0,
    exceptional: Array = _NONE,
) -> NormCertificate:
    """Prove or refute that |f − N| < ε on K except on a set of measure at most δ = ``measure``.

    exceptional: intervals (n, 2) that need not be examined; others may be added. ValueError as in ``certify_rms``,
    for a δ that is not above 0 and below |K|, and for exceptional intervals that are not disjoint or longer than δ.
    """
    target, interval = _checked(network, f, interval, epsilon)
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


def prove_norm_again(claim: NormCertificate, seconds: float = 60.0) -> NormCertificate:
    """Return a new certificate for the network, f, K, ε and δ of a certificate, within a time limit in seconds.

    Exceptional intervals of the certificate are not examined, but their total length is added up again.
    """
    if claim.norm == "rms":
        return certify_rms(claim.network, claim.target, claim.interval, claim.epsilon, seconds)
    assert claim.measure is not None
    given = claim.exceptional if claim.status == "proved" else _NONE
    return certify_outside(
        claim.network, claim.target, claim.interval, claim.epsilon, claim.measure, seconds, given
    )


def check_measure(measure: float, interval: Bounds) -> None:
    """Raise ValueError unless δ is above 0 and below the length of K."""
    check_between("measure", measure, 0, interval[1] - interval[0], above=True, below=True)


def _checked(
    network: ShallowNetwork, f: TargetLike, interval: Bounds, epsilon: float
) -> tuple[Target, Bounds]:
    """Return f and K; ValueError unless all is of one input, and ε is above 0 and finite."""
    target, interval = as_target(f), checked_interval(interval)
    if network.inputs != 1 or (isinstance(target, Expression) and len(target.variables) != 1):
        raise argument_error(
            "network", "a network of one input, for a function of one variable", network.inputs
        )
    if not ACTIVATIONS[network.activation].certifiable:
        raise argument_error("network", "of units whose derivatives have known bounds", network.activation)
    check_between("epsilon", epsilon, 0, above=True)
    return target, interval
