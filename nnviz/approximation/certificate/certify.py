"""Prove or refute that a network is within ε of a function on all of K, and return the certificate."""

import math
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np

from nnviz._checks import argument_error, check_between
from nnviz._clock import processor_time
from nnviz._types import Bounds, Box
from nnviz.approximation.certificate.cells import StoppedError
from nnviz.approximation.certificate.layered_units import LayeredUnits
from nnviz.approximation.certificate.models import why_not_enclosed
from nnviz.approximation.certificate.plane import PlaneSearch
from nnviz.approximation.certificate.plane_model import PlaneModel
from nnviz.approximation.certificate.record import Certificate
from nnviz.approximation.certificate.rounding import rounding
from nnviz.approximation.certificate.search import Search
from nnviz.approximation.normal_form import NormalForm, normal_form
from nnviz.networks import ACTIVATIONS, LayeredNetwork, Network, ShallowNetwork
from nnviz.networks.layered import simplest
from nnviz.targets import PiecewiseLinear, TargetLike, as_target
from nnviz.targets.convert import Target

_MORE_CELLS: Final = (
    2  # times the cells of the proof, and ``_SPARE_CELLS``, are examined to make the bounds close
)
_SPARE_CELLS: Final = 2048
_NOTABLE_ROUNDING: Final = 0.1  # of ε; a larger rounding error in float64 is mentioned


def certify(
    network: Network,
    f: TargetLike,
    K: Bounds | Box,  # noqa: N803 - the name in the theorem
    epsilon: float,
    seconds: float = 2.0,
) -> Certificate:
    """Prove or refute that |f(x) − N(x)| < ε for every real x in K, or say why neither was possible.

    N is the network with its float64 parameters as real numbers; ``Certificate`` and ``ASSUMPTIONS`` define the
    claim. K is an interval (a, b), or a box ((a, b), (c, d)) for two inputs. If the claim is proved, the certificate
    bounds the largest error from both sides. The bounds are close if a few more cells are enough; ``error_bounds``
    takes all the time. The search takes at most ``seconds`` of processor time and a little more. A network with
    several hidden layers must have one input and units of ReLU or leaky ReLU. ValueError if K is not such a set, ε is
    not above 0 and finite, ``seconds`` is not at least 0 and finite, the numbers of inputs differ, or a network of
    several layers has too many linear pieces.
    """
    network, f = simplest(network), as_target(f, network.inputs)
    check_between("seconds", seconds, 0)
    interval, epsilon = checked_question(network, f, K, epsilon)
    if (reason := why_not_enclosed(network)) is not None:
        return Certificate("undecided", None, None, reason, network, f, interval, epsilon, None, 0)
    end = processor_time() + seconds
    with np.errstate(all="ignore"):
        form = _form(network, f, interval, epsilon)
        if form is None:
            search = search_for(network, f, interval, epsilon, end)
            found = _searched(search, network, f, interval, epsilon)
            noise = evaluation_error(search, interval)
        else:
            way, own = form
            search = search_for(own, way.g, interval, way.scaled(epsilon), end)
            found = _of_f(_searched(search, network, f, interval, epsilon), way)
            noise = rounding(cast(ShallowNetwork, network), *interval)
    if found.status == "proved" and _NOTABLE_ROUNDING * epsilon < noise < math.inf:
        reason = f"{found.reason} Evaluating the network in float64 can add an error of {noise:.1g}."
        reason += (
            " This is not below ε, so the proof holds for real numbers only." if noise >= epsilon else ""
        )
        found = replace(found, reason=reason)
    return replace(found, rounding=noise if math.isfinite(noise) else None)


def _form(
    network: Network, f: Target, interval: Any, epsilon: float
) -> tuple[NormalForm, ShallowNetwork] | None:
    """Return f as c + 2ᵏ g with the network for g, if float64 loses the digits of f otherwise and both are exact."""
    if network.inputs != 1 or not isinstance(network, ShallowNetwork):
        return None
    form = normal_form(f, interval, epsilon)
    own = None if form is None else form.network_of_g(network)
    return None if form is None or own is None else (form, own)


def _of_f(found: Certificate, form: NormalForm) -> Certificate:
    """Return the certificate of f from the one with the numbers of g."""
    if form.exponent == 0:
        return found
    bound, low = (None if part is None else form.back(part) for part in (found.bound, found.low))
    reason = f"The search ended near {found.at}."
    if found.status == "proved":
        reason = f"The error is at most {bound:.4g} everywhere on K."
    elif low is not None:
        reason = f"At {found.largest_at} the error is at least {low:.4g}."
    return replace(found, bound=bound, low=low, reason=reason)


def search_for(
    network: Network, f: Target, interval: Any, epsilon: float, end: float, rtol: float = 0.01
) -> Search | PlaneSearch:
    """Return a new search for bounds of sup |f − N| on an interval or a box; ``end`` is a time of ``processor_time``.

    ε is infinite if no claim is examined.
    """
    if network.inputs == 1:
        low, high = interval
        return Search(network, f, low, high, epsilon, end, rtol)
    assert not isinstance(f, PiecewiseLinear)
    assert not isinstance(network, LayeredNetwork)
    return PlaneSearch(network, f, interval, epsilon, end, rtol)


def evaluation_error(search: Search | PlaneSearch, interval: Any) -> float:
    """Return a bound of the error of evaluating the network in float64 on K; ∞ if there is none."""
    network = search.network
    if isinstance(search, Search) and isinstance(search.on.model, LayeredUnits):
        return search.on.model.error
    if isinstance(network, LayeredNetwork) or ACTIVATIONS[network.activation].unit_step:
        return math.inf
    return rounding(network, *interval) if network.inputs == 1 else PlaneModel(network, interval).error


def _searched(
    search: Search | PlaneSearch, network: Network, f: Target, interval: Any, epsilon: float
) -> Certificate:
    """Return the certificate after the search, whose bounds are made close if the claim is proved."""
    try:
        search.run()
    except StoppedError as verdict:
        low = (search.least, search.largest_at) if verdict.status == "refuted" else (None, None)
        result = verdict.status, None, verdict.at, verdict.reason
        return Certificate(
            *result, network, f, interval, epsilon, cells=search.cells, low=low[0], largest_at=low[1]
        )
    search.tighten(_MORE_CELLS * search.cells + _SPARE_CELLS)
    bound, ends = search.bound, None
    where = "on the box"
    if isinstance(search, Search):
        ends = np.append(search.starts, interval[1])
        form = "g" if f"{interval[0]:g}" != f"{interval[1]:g}" else ""
        where = f"between {interval[0]:{form}} and {interval[1]:{form}}"
    reason = f"The error is at most {bound:.4g} everywhere {where}."
    return Certificate(
        "proved",
        bound,
        None,
        reason,
        network,
        f,
        interval,
        epsilon,
        cells=search.cells,
        cell_ends=ends,
        low=search.least,
        largest_at=search.largest_at,
    )


def prove_again(claim: Certificate, seconds: float = 60.0) -> Certificate:
    """Return a new certificate for the network, f, K and ε of a certificate, within a time limit in seconds."""
    return certify(claim.network, claim.target, claim.interval, claim.epsilon, seconds)


def checked_question(network: Network, f: Target, interval: Any, epsilon: Any) -> tuple[Any, float]:
    """Return K as floats, (a, b) or one such pair for each input, and ε; ValueError as ``certify`` says."""
    inputs = 1 if isinstance(f, PiecewiseLinear) else len(f.variables)
    if network.inputs != inputs:
        raise ValueError(
            f"`network` must have as many inputs as `f` has variables, got {network.inputs} inputs and "
            f"{inputs} variables"
        )
    check_between("epsilon", epsilon, 0, above=True)
    try:
        sides = np.array(interval, dtype=np.float64)
    except (TypeError, ValueError):
        sides = np.array(np.nan)
    shape = (2,) if inputs == 1 else (inputs, 2)
    with np.errstate(all="ignore"):
        width = np.diff(sides) if sides.shape == shape else np.array(np.nan)
    if not (np.isfinite(width) & (width > 0)).all():
        raise argument_error(
            "K", "(a, b) with finite a < b, or one such pair for each of two inputs", interval
        )
    ends = sides.tolist()
    return (tuple(ends) if inputs == 1 else tuple(map(tuple, ends))), float(epsilon)
