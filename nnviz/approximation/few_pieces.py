"""Find a network of a few units within ε of f, whatever f does between its samples, guided by counterexamples.

A path through a tube at samples can stay within ε of a function that jumps by less than 2ε or oscillates without end,
and of one whose values are so large that their rounding hides its shape. The certificate alone decides about a network,
and each point where it fails becomes a sample.
"""

from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array, Bounds
from nnviz.approximation.certificate import Certificate, certify
from nnviz.approximation.piecewise_linear import attempt
from nnviz.approximation.relu import TooSteep, relu_network
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target


class FewPiecesSettings(NamedTuple):
    """The numbers that tune the search for a network with few units."""

    most_pieces: int = 64
    grid: int = 512  # cells of K
    beside_breaks: int = 40  # samples on each side of a break
    nearest: float = 2.0**-60  # of K; the distance of the nearest of them
    margins: tuple[float, ...] = (4e-3, 1e-4, 1e-7)  # shares of ε that are reserved for the certificate
    rounds: int = 12  # of adding samples
    seconds: float = 1.0  # for each certificate, at most


SETTINGS: Final = FewPiecesSettings()


class Found(NamedTuple):
    """A network that is proved to be within ε of f, and the samples that its path was found at."""

    network: ShallowNetwork
    certificate: Certificate
    samples: Array


def find_few_pieces(f: Target, interval: Bounds, epsilon: float, at: Array, deadline: float) -> Found | None:
    """Return a constant or a ReLU network with at most 64 pieces that is proved to be within ε; None if none is found.

    ``at`` (k,) are the breaks of f. The search ends at the ``deadline``, in the time of ``processor_time``.
    """
    x = _samples(interval, at)
    x = x[np.isfinite(f(x))]
    for margin in SETTINGS.margins if x.size > 1 else ():
        found, x, hopeless = _guided_search(f, interval, epsilon, margin, x, deadline)
        if found is not None or hopeless:
            return found
    return None


class _Outcome(NamedTuple):
    """The result of one search."""

    found: Found | None
    samples: Array
    hopeless: bool  # whether another distance from ε cannot help


def _guided_search(
    f: Target, interval: Bounds, epsilon: float, margin: float, x: Array, deadline: float
) -> _Outcome:
    """Return a proved network, or None, that keeps a distance from ε at samples, and the samples with further ones."""
    for _ in range(SETTINGS.rounds):
        network = _network_through(x, f(x), (1 - margin) * epsilon, epsilon * margin)
        if network is None or processor_time() > deadline:
            break
        seconds = min(SETTINGS.seconds, max(deadline - processor_time(), 0.0))
        certificate = certify(network, f, interval, epsilon, seconds)
        if certificate.status == "proved":
            return _Outcome(Found(network, certificate, x), x, hopeless=False)
        if (
            certificate.at is None
            or certificate.at in x
            or not np.isfinite(f(np.array([certificate.at]))).all()
        ):
            return _Outcome(None, x, hopeless=True)
        x = np.union1d(x, certificate.at)
    return _Outcome(None, x, hopeless=processor_time() > deadline)


def _samples(interval: Bounds, at: Array) -> Array:
    """Return evenly spaced points of K, and points that approach each break from both sides."""
    low, high = interval
    near = (high - low) * np.geomspace(SETTINGS.nearest, 1 / SETTINGS.grid, SETTINGS.beside_breaks)
    close = np.concatenate([at[:, None] - near, at[:, None] + near]).ravel()
    grid = np.linspace(low, high, SETTINGS.grid + 1)
    return np.unique(np.clip(np.concatenate([grid, at, close]), low, high))


def _network_through(x: Array, y: Array, aim: float, spare: float) -> ShallowNetwork | None:
    """Return a network within ``aim`` of the values y (n,) at samples x: a constant without units if one is enough."""
    if np.ptp(y) < 2 * aim:
        level = float(y.min() / 2 + y.max() / 2)
        return ShallowNetwork("relu", np.zeros((0, 1)), np.zeros(0), np.zeros(0), level)
    path, _ = attempt(x, y - aim, y + aim, SETTINGS.most_pieces)
    try:
        return None if path is None else relu_network(path, aim, spare).network
    except TooSteep:
        return None
