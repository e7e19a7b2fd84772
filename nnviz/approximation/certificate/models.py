"""Choose how a network with one input is enclosed on cells."""

from collections.abc import Callable
from typing import Any

from nnviz.approximation.certificate.kinked_units import KinkedUnits, ManyKinkedUnits, StepUnits
from nnviz.approximation.certificate.layered_units import LayeredUnits
from nnviz.approximation.certificate.smooth_units import SmoothUnits
from nnviz.networks import ACTIVATIONS, LayeredNetwork, Network

Units = SmoothUnits | KinkedUnits | ManyKinkedUnits | StepUnits | LayeredUnits


def enclosed(network: Network, low: float, high: float) -> Units:
    """Return the enclosures of a network with one input on [low, high].

    ValueError if a network with several hidden layers has too many pieces.
    """
    activation = ACTIVATIONS[network.activation]
    kind: Callable[[Any, float, float], Units] = SmoothUnits
    if isinstance(network, LayeredNetwork):
        kind = LayeredUnits
    elif activation.unit_step:
        kind = StepUnits
    elif activation.slopes is not None:
        kind = KinkedUnits
    return kind(network, low, high)


def why_not_enclosed(network: Network) -> str | None:
    """Return why a network cannot be certified, in a sentence; None if it can."""
    activation = ACTIVATIONS[network.activation]
    if not activation.certifiable:
        return f"No bounds of the derivatives of {activation.label} are known."
    if isinstance(network, LayeredNetwork) and (network.inputs != 1 or activation.slopes is None):
        known = " or ".join(one.label for one in ACTIVATIONS.values() if one.slopes is not None)
        return f"With several hidden layers, a network must have one input and units of {known}."
    return None
