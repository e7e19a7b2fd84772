"""The best network this package can find for a function, a width and an activation; measured, not proved."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.domains import (
    Interval,
    checked_box,
    checked_interval,
    checked_width,
    finite_values,
)
from nnviz.approximation.least_squares import REFINED, least_squares, ridge_least_squares
from nnviz.approximation.obstacles import check_bounded
from nnviz.approximation.placement import around_units
from nnviz.approximation.relu import Target, best_relu
from nnviz.approximation.steps import best_staircase
from nnviz.functions.breaks import breaks
from nnviz.networks import ACTIVATIONS, ShallowNetwork

Array = NDArray[np.float64]

LINE = 10_007  # points of an interval at which errors are measured
SIDE = 141  # points of a side of a box
_LEAK = 0.01  # the slope of a leaky ReLU below zero


class Errors(NamedTuple):
    """How far a network is from a function at ``points`` points of K; nothing is proved between them."""

    sup: float  # max |f − network|
    rms: float  # √(mean (f − network)²) over those that are evenly spaced
    points: int


class Approximation(NamedTuple):
    """A network and how far it is from its target at ``points`` points of K, which were not those of the fit."""

    network: ShallowNetwork
    sup_error: float
    rms_error: float
    method: str
    points: int


def approximate(
    f: Target, domain: Any, width: int, activation: str = "relu", seconds: float = 0.5, goal: float = 0.0
) -> Approximation:
    """The best network of this width that is known here, for f on an interval (a, b) or a box ((a, b), (c, d)).

    One input: ReLU and leaky ReLU by the path with the fewest pieces, steps by the best staircase, polynomials by least
    squares, which no further unit improves, and smooth activations by least squares with placed units, refined up to 16
    units for at most ``seconds``. Two inputs: ridges and least squares. Smooth networks that are within ``goal`` are
    equally good, so the one with the smallest weights is taken. ValueError if f is not finite on K, or K is no
    such set, or the width or the activation is not legal.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"unknown activation {activation!r}; legal: {', '.join(ACTIVATIONS)}")
    if np.ndim(domain) == 2:
        network = ridge_least_squares(f, domain, width, activation, goal)
        method = "ridges in many directions, output layer by least squares"
    else:
        interval, width = checked_interval(domain), checked_width(width)
        check_bounded(f, interval)
        network, method = _on_a_line(f, interval, width, activation, seconds, goal)
    errors = measure(f, domain, network)
    return Approximation(network, errors.sup, errors.rms, method, errors.points)


def measure(f: Target, domain: Any, network: ShallowNetwork) -> Errors:
    """The errors of a network on an interval or a box. ValueError if f is not finite there.

    Interval: 10 007 even points, and more where f breaks and around the centre of each unit. Box: 141 × 141 points.
    """
    even, more = _even(domain), _telling(f, domain, network)
    misses = np.abs(np.concatenate([finite_values(f, x) - network(x) for x in (even, more)]))
    sup = float(misses.max())
    rms = sup * float(np.sqrt(np.mean((misses[: len(even)] / (sup or 1)) ** 2)))
    return Errors(sup, rms, len(misses))


def _even(domain: Any) -> Array:
    if np.ndim(domain) != 2:
        return np.linspace(*checked_interval(domain), LINE)
    sides = (np.linspace(*side, SIDE) for side in checked_box(domain))
    return np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)


def _telling(f: Target, domain: Any, network: ShallowNetwork) -> Array:
    """Points of an interval where an error is likely to be large; (0, 2) of a box."""
    if np.ndim(domain) == 2:
        return np.empty((0, 2))
    a, b = checked_interval(domain)
    middle, half = a / 2 + b / 2, b / 2 - a / 2
    w, biases = network.hidden_weights * half, network.hidden_biases + network.hidden_weights[:, 0] * middle
    x = np.append(middle + half * around_units(w, biases, each=65)[:, 0], breaks(f, a, b))
    return np.clip(x, a, b)


def _on_a_line(
    f: Target, interval: Interval, width: int, activation: str, seconds: float, goal: float
) -> tuple[ShallowNetwork, str]:
    if activation == "relu":
        return widened(
            best_relu(f, interval, width).network, interval, width
        ), "the path with the fewest pieces"
    if activation == "leaky_relu" and width > 1:
        network = widened(best_relu(f, interval, width).network, interval, width)
        if not _carriers(network, interval).any():
            network = widened(best_relu(f, interval, width - 1).network, interval, width)
        return as_leaky(network, interval), "the path with the fewest pieces"
    if activation == "step":
        return best_staircase(f, interval, width), "the staircase whose levels span the same range"
    network = least_squares(f, interval, width, activation, seconds, goal)
    if ACTIVATIONS[activation].degree is not None:
        return network, "least squares"
    refined = "; hidden units refined by variable projection" if width <= REFINED else ""
    return network, f"hidden units placed for f, output layer by least squares{refined}"


def widened(network: ShallowNetwork, interval: Interval, width: int) -> ShallowNetwork:
    """The same network with idle units added up to a width: max(0, x − a) with output weight 0, at the end a of K."""
    idle = width - network.width
    w = np.append(network.hidden_weights[:, 0], np.ones(idle))
    b = np.append(network.hidden_biases, np.full(idle, -interval[0]))
    v = np.append(network.output_weights, np.zeros(idle))
    return ShallowNetwork(network.activation, w, b, v, network.output_bias)


def _carriers(network: ShallowNetwork, interval: Interval) -> NDArray[np.bool_]:
    """Which units are straight lines on the interval: z ≥ 0 at both ends."""
    w, b = network.hidden_weights[:, 0], network.hidden_biases
    return np.asarray((w * interval[0] + b >= 0) & (w * interval[1] + b >= 0) & (w != 0))


# relu(z) = (leaky(z) − αz) / (1 − α).  The line −α Σⱼ vⱼ zⱼ / (1 − α) goes to a unit that is on all over K.
def as_leaky(network: ShallowNetwork, interval: Interval) -> ShallowNetwork:
    """The same function on the interval, from as many leaky ReLUs as the network has ReLUs.

    ValueError if none of its units is positive on all of the interval.
    """
    w, b, on = network.hidden_weights[:, 0], network.hidden_biases, _carriers(network, interval)
    if not on.any():
        raise ValueError(
            "one unit of the ReLU network must be positive on all of K, to carry a straight line"
        )
    v = network.output_weights / (1 - _LEAK)
    carrier = int(np.argmax(on))
    extra = -_LEAK * (v @ w) / w[carrier]
    c = network.output_bias - _LEAK * (v @ b) - extra * b[carrier]
    return ShallowNetwork("leaky_relu", w, b, v + extra * (np.arange(len(v)) == carrier), c)
