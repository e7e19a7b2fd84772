"""Bound ‖f − N‖ from both sides, for the sup norm and the root mean square; every bound is proved."""

from math import inf
from typing import Any, NamedTuple

import numpy as np

from nnviz._checks import argument_error, check_between, check_one_of
from nnviz._clock import processor_time
from nnviz._display import displayed
from nnviz._types import Bounds, Box
from nnviz.approximation.certificate.cells import StoppedError
from nnviz.approximation.certificate.certify import checked_question, search_for
from nnviz.approximation.certificate.models import why_not_enclosed
from nnviz.approximation.integral import rms_bounds
from nnviz.networks import ACTIVATIONS, Network
from nnviz.networks.layered import simplest
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

NORMS = ("sup", "rms")


@displayed()
class ErrorBounds(NamedTuple):
    """Proved bounds low ≤ ‖f − N‖ ≤ high, under the assumptions of ``ASSUMPTIONS``.

    ``at``       the point where |f − N| ≥ ``low`` is proved, a pair for two inputs; None for the norm "rms"
    ``cells``    the number of cells that were examined
    ``complete`` whether high/low − 1 is at most the ``rtol`` that was asked
    ``reason``   why ``high`` is infinite, or "" if it is finite
    """

    low: float
    high: float
    at: Any
    norm: str
    cells: int
    complete: bool
    reason: str


def error_bounds(
    network: Network,
    f: TargetLike,
    K: Bounds | Box,  # noqa: N803 - the name in the theorem
    norm: str = "sup",
    rtol: float = 0.01,
    seconds: float = 2.0,
) -> ErrorBounds:
    """Return proved bounds of the distance of f and N on K that are closer than ``rtol``, if the time is enough.

    norm: "sup" for sup |f − N| on an interval (a, b) or a box ((a, b), (c, d)), or "rms" for (1/|K| ∫ (f − N)²)^½ on an
    interval. N is the network with its float64 parameters as real numbers. ``high`` is infinite if no bound is found,
    for example because f has a pole. ValueError if K is not such a set, for another norm, for an activation without
    known bounds, for several hidden layers but with one input and units of ReLU or leaky ReLU, if the numbers of inputs
    differ, and for an ``rtol`` or ``seconds`` that are not above 0 and finite.
    """
    network, f = simplest(network), as_target(f, network.inputs)
    check_one_of("norm", norm, NORMS)
    check_between("rtol", rtol, 0, above=True)
    check_between("seconds", seconds, 0, above=True)
    interval, _ = checked_question(network, f, K, 1.0)
    if not ACTIVATIONS[network.activation].certifiable:
        known = ", ".join(one.name for one in ACTIVATIONS.values() if one.certifiable)
        raise argument_error("network.activation", f"one of {known}", network.activation)
    if (reason := why_not_enclosed(network)) is not None:
        raise ValueError(reason)
    if norm == "sup":
        return _sup_bounds(network, f, interval, rtol, seconds)
    if network.inputs != 1:
        raise argument_error("norm", "sup for two inputs", norm)
    found = rms_bounds(network, f, interval, rtol, seconds)
    where = "" if found.at is None else f" near x = {found.at:.6g}"
    reason = "" if found.doubt is None else f"No bound is known{where}, because {found.doubt.value}."
    complete = found.high <= (1 + rtol) * found.low
    return ErrorBounds(found.low, found.high, None, norm, found.cells, complete, reason)


def _sup_bounds(network: Network, f: Target, interval: Any, rtol: float, seconds: float) -> ErrorBounds:
    """Return bounds of sup |f − N|."""
    with np.errstate(all="ignore"):
        search = search_for(network, f, interval, inf, processor_time() + seconds, rtol)
        try:
            search.run()
        except StoppedError as stop:
            return ErrorBounds(
                search.least, inf, search.largest_at, "sup", search.cells, complete=False, reason=stop.reason
            )
        search.tighten()
    return ErrorBounds(
        search.least, search.bound, search.largest_at, "sup", search.cells, search.complete, ""
    )
