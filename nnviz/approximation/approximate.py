"""Find the best known network for a function, a width and an activation; its error is measured, not proved."""

from typing import Any, NamedTuple

import numpy as np

from nnviz._checks import check_one_of
from nnviz._display import count, displayed
from nnviz._types import Array, Bounds, Truth
from nnviz.approximation.domains import checked_box, checked_interval, checked_width, finite_values
from nnviz.approximation.explanations import check_bounded
from nnviz.approximation.least_squares import SETTINGS, least_squares, ridge_least_squares
from nnviz.approximation.placement import around_units
from nnviz.approximation.relu import best_relu
from nnviz.approximation.steps import best_staircase
from nnviz.enclosures.breaks import breaks
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TargetLike, as_target
from nnviz.targets.convert import Target

LINE = 10_007  # points of an interval at which errors are measured
SIDE = 141  # points along each side of a box
_LEAK = 0.01  # the slope of a leaky ReLU below zero
_REFINED = ", and hidden units refined by variable projection"
_FEWEST = "the path with the fewest pieces"


@displayed()
class Errors(NamedTuple):
    """The error of a network, measured at ``points`` points of K."""

    sup: float  # max |f − network|
    rms: float  # (1/|K| ∫ (f − network)²)^½, by the trapezoidal rule over the points; for a box √(mean (f − network)²)
    points: int


@displayed(
    lambda found: (
        f"{count(found.network.width, f'{found.network.activation} unit')}, sup error {found.sup_error:.4g} "
        f"and rms error {found.rms_error:.4g} measured at {found.points} points, {found.method}"
    )
)
class Approximation(NamedTuple):
    """A network and its error, measured at ``points`` points of K that the fit did not use."""

    network: ShallowNetwork
    sup_error: float
    rms_error: float
    method: str
    points: int


def approximate(
    f: TargetLike, domain: Any, width: int, activation: str = "relu", seconds: float = 0.5, goal: float = 0.0
) -> Approximation:
    """Return the best network of this width that is found for f on an interval (a, b) or a box ((a, b), (c, d)).

    One input: ReLU and leaky ReLU networks follow the path with the fewest pieces, and step units make the best
    staircase. Polynomial activations are fitted by least squares. For smooth activations the hidden units are
    placed, and the output layer is fitted by least squares; up to 16 units are then refined for at most
    ``seconds``. Two inputs: ridges and least squares, and up to 64 units are refined. Among smooth networks with an
    error below ``goal`` the smallest weights are preferred. ValueError if f is not finite on K, K is not such a set,
    or the width or the activation is not allowed.
    """
    f = as_target(f, np.ndim(domain) or 1)
    check_one_of("activation", activation, ACTIVATIONS)
    if np.ndim(domain) == 2:
        network = ridge_least_squares(f, domain, width, activation, seconds, goal)
        refined = _REFINED if width <= SETTINGS.refined_width[1] else ""
        method = f"ridges in many directions, output layer by least squares{refined}"
    else:
        interval, width = checked_interval(domain), checked_width(width)
        check_bounded(f, interval)
        network, method = _on_a_line(f, interval, width, activation, seconds, goal)
    errors = measure(f, domain, network)
    return Approximation(network, errors.sup, errors.rms, method, errors.points)


def measure(f: TargetLike, domain: Any, network: ShallowNetwork) -> Errors:
    """Return the measured errors of a network on an interval or a box; ValueError if f is not finite there.

    An interval has 10 007 evenly spaced points, and more at the breaks of f and around the center of each unit. The
    trapezoidal rule gives its rms error, so an error in a thin layer counts with the width of that layer. A box has
    141 × 141 points.
    """
    f = as_target(f, np.ndim(domain) or 1)
    x = _measured_points(f, domain, network)
    errors = np.abs(finite_values(f, x) - network(x))
    sup = float(errors.max())
    squares = (errors / (sup or 1)) ** 2
    mean = squares.mean() if np.ndim(domain) == 2 else np.trapezoid(squares, x) / (x[-1] - x[0])
    return Errors(sup, sup * float(np.sqrt(mean)), len(errors))


def _measured_points(f: Target, domain: Any, network: ShallowNetwork) -> Array:
    """Return evenly spaced points; in an interval also those where an error is likely to be large, in order."""
    even = _evenly_spaced(domain)
    return even if np.ndim(domain) == 2 else np.sort(np.append(even, _points_near_breaks(f, domain, network)))


def _evenly_spaced(domain: Any) -> Array:
    """Return evenly spaced points of an interval, (m,), or of a box, (m, 2)."""
    if np.ndim(domain) != 2:
        return np.linspace(*checked_interval(domain), LINE)
    sides = (np.linspace(*side, SIDE) for side in checked_box(domain))
    return np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)


def _points_near_breaks(f: Target, domain: Bounds, network: ShallowNetwork) -> Array:
    """Return the breaks of f and points around the units, where an error is likely to be large."""
    a, b = checked_interval(domain)
    middle, half = a / 2 + b / 2, b / 2 - a / 2
    w, biases = network.hidden_weights * half, network.hidden_biases + network.hidden_weights[:, 0] * middle
    x = np.append(middle + half * around_units(w, biases, each=65)[:, 0], breaks(f, a, b))
    return np.clip(x, a, b)


def _on_a_line(
    f: Target, interval: Bounds, width: int, activation: str, seconds: float, goal: float
) -> tuple[ShallowNetwork, str]:
    """Return the best network with one input that is found, and the method in words."""
    if activation == "relu":
        return widened(best_relu(f, interval, width).network, interval, width), _FEWEST
    if activation == "leaky_relu" and width > 1:
        network = widened(best_relu(f, interval, width).network, interval, width)
        if not _units_on_everywhere(network, interval).any():
            network = widened(best_relu(f, interval, width - 1).network, interval, width)
        return as_leaky(network, interval), _FEWEST
    if activation == "step":
        return best_staircase(f, interval, width), "a staircase whose levels span equal ranges of f"
    network = least_squares(f, interval, width, activation, seconds, goal)
    if ACTIVATIONS[activation].degree is not None:
        return network, "least squares"
    refined = (
        ", and hidden units refined by variable projection" if width <= SETTINGS.refined_width[0] else ""
    )
    return network, f"hidden units placed for f, output layer by least squares{refined}"


def widened(network: ShallowNetwork, interval: Bounds, width: int) -> ShallowNetwork:
    """Return the same ReLU network with further units up to a width.

    Each further unit is max(0, x − a) at the end a of K, with the output weight 0.
    """
    idle = width - network.width
    w = np.append(network.hidden_weights[:, 0], np.ones(idle))
    b = np.append(network.hidden_biases, np.full(idle, -interval[0]))
    v = np.append(network.output_weights, np.zeros(idle))
    return ShallowNetwork(network.activation, w, b, v, network.output_bias)


def _units_on_everywhere(network: ShallowNetwork, interval: Bounds) -> Truth:
    """Return which units are linear on the interval, because z ≥ 0 at both ends, (N,)."""
    w, b = network.hidden_weights[:, 0], network.hidden_biases
    return np.asarray((w * interval[0] + b >= 0) & (w * interval[1] + b >= 0) & (w != 0))


# relu(z) = (leaky(z) − αz) / (1 − α).  The line −α Σⱼ vⱼ zⱼ / (1 − α) is added to a unit that is on everywhere on K.
def as_leaky(network: ShallowNetwork, interval: Bounds) -> ShallowNetwork:
    """Return the same function on the interval as a network of equally many leaky ReLU units.

    ValueError unless one unit is positive on the whole interval.
    """
    w, b, on = network.hidden_weights[:, 0], network.hidden_biases, _units_on_everywhere(network, interval)
    if not on.any():
        raise ValueError(
            "`network` must have a unit that is positive on all of K. This unit takes up a linear function."
        )
    v = network.output_weights / (1 - _LEAK)
    carrier = int(np.argmax(on))
    extra = -_LEAK * (v @ w) / w[carrier]
    c = network.output_bias - _LEAK * (v @ b) - extra * b[carrier]
    return ShallowNetwork("leaky_relu", w, b, v + extra * (np.arange(len(v)) == carrier), c)
