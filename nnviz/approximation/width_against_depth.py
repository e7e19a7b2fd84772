"""Prove for one f, K and ε what a deep ReLU network reaches, and how many units one hidden layer needs for it."""

from dataclasses import replace

import numpy as np

from nnviz._checks import check_one_of
from nnviz._clock import processor_time
from nnviz._types import Bounds
from nnviz.approximation.certificate import Certificate, certify
from nnviz.approximation.lower_bound import lower_bound
from nnviz.enclosures.breaks import breaks
from nnviz.networks import Network
from nnviz.targets import TargetLike, as_target

SAMPLES = 2049
"""Even samples of K at which gates for the lower bound stand, beside the breaks of f."""


def certify_with_lower_bound(
    network: Network,
    f: TargetLike,
    K: Bounds,  # noqa: N803 - the name in the theorem
    epsilon: float,
    seconds: float = 2.0,
) -> Certificate:
    """Return the certificate of a ReLU network for |f − N| < ε on an interval K, with a lower bound for one layer.

    ``lower_bound`` of the certificate is the number of units that every ReLU network with one hidden layer needs to be
    within ε of f on K, with its proof. The network itself can have several layers, so that both numbers show what depth
    saves (Telgarsky 2016, Benefits of depth in neural networks). Each of the two proofs takes at most ``seconds`` and a
    little more. ValueError as in ``certify``, and for two inputs or another activation.
    """
    check_one_of("network.activation", network.activation, ("relu",))
    check_one_of("network.inputs", network.inputs, (1,))
    found = certify(network, f, K, epsilon, seconds)
    target, (low, high) = as_target(f), found.interval
    with np.errstate(all="ignore"):
        x = np.union1d(np.linspace(low, high, SAMPLES), breaks(target, low, high))
        least = lower_bound(target, found.epsilon, x[np.isfinite(target(x))], processor_time() + seconds)
    return replace(found, lower_bound=least)
