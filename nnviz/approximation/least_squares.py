"""Fit networks whose hidden units are placed by the shape of the target, so that the output layer is a linear problem.

For fixed hidden weights and biases, a network is linear in its other parameters, so Σᵢ (yᵢ − c − Σⱼ vⱼ φ(wⱼ·xᵢ +
bⱼ))² is minimized over v and c. The features are nearly dependent, so the problem is solved in float64 by singular
values with a cut-off. Many placements and cut-offs are tried. The one with the smallest error at points that the
fit did not use is kept.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np

from nnviz._types import Array, Bounds, Box
from nnviz.approximation.domains import checked_box, checked_interval, checked_width
from nnviz.approximation.placement import Frame, Layer, around_units, make_frame, placements
from nnviz.approximation.refinement import Effort, refine
from nnviz.approximation.variable_projection import level_output
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import FunctionLike, as_function


class LeastSquaresSettings(NamedTuple):
    """The numbers that tune the fit by least squares."""

    max_size: float = 1e6  # of a candidate over half the range of f; beyond it rounding dominates
    # times the size; a smaller error is hidden by rounding, so that it cannot be proved
    provable: float = 3e-13
    # of the smallest error, up to which errors count as equal: for refined networks, and for others
    equal_factors: tuple[float, float] = (1.01, 1.1)
    # up to which hidden layers are refined, for one input and for two
    refined_width: tuple[int, int] = (16, 64)
    compared_width: int = 64  # wider networks use only the placements that are best at this width
    finalists: tuple[int, int] = (3, 2)  # the number of such placements, for one input and for two
    max_output_weight: float = 1e307  # in the units of f
    numbers_at_once: int = 2**16  # points times units in a block
    efforts: tuple[Effort, Effort] = (
        Effort(starts=1000, most_starts=150, stages=(12, 20, 120), left=3, thinned=1, leveled=12),
        Effort(
            starts=12000,
            most_starts=500,
            stages=(8, 16, 24, 250),
            left=4,
            thinned=1,
            leveled=64,
            fewest_starts=3,
        ),
    )
    leveled: int = 4  # of the best hidden layers, whose output layer is also fitted for a small largest error
    leveled_in_plane: int = 100  # the same over the width, for two inputs


SETTINGS: Final = LeastSquaresSettings()

_CUT_OFFS = 10.0 ** -np.linspace(3, 14, 16)  # of the singular values, relative to the largest


class Fit(NamedTuple):
    """A hidden layer, and its output layers in the units r of the frame for k cut-offs."""

    layer: Layer
    weights: Array  # (N, d)  in the units of x
    biases: Array  # (N,)
    outputs: Array  # (k, N + 1)
    errors: Array  # (k,)  max |r − network| at the points of the fit

    @property
    def least(self) -> float:
        """The smallest error at the points of the fit, a lower bound of the error at all points."""
        return float(self.errors.min())


class Candidate(NamedTuple):
    """A network with the hidden layer in the units of x, and the output layer (N + 1,) in the units r of the frame."""

    error: float  # max |r − network| at the points of the fit and of the check
    size: float  # |c| + Σ |vⱼ| max |φⱼ|, the sum of magnitudes of the terms
    weights: Array  # (N, d)
    biases: Array  # (N,)
    output: Array  # (N + 1,)


def least_squares(
    f: FunctionLike,
    interval: Bounds,
    width: int,
    activation: str = "tanh",
    seconds: float = 0.5,
    goal: float = 0.0,
) -> ShallowNetwork:
    """Return the best network with one input, from hidden units placed for f and an output layer by least squares.

    Up to 16 units the hidden layer is then refined by variable projection, for at most ``seconds`` of processor time,
    and the output layer of the best is fitted for a small largest error. Where no network is better than the middle
    of the range of f, the output weights are 0. Among the networks
    with an error of at most ``goal`` at the points of the check, the one with the smallest output weights is returned.
    If there are none, the one with about the smallest error is returned. ValueError if f is not finite at a point that
    is used.
    """
    f = as_function(f)
    frame = make_frame(f, *(np.array([end]) for end in checked_interval(interval)))
    best = _best(frame, activation, checked_width(width), seconds, goal)
    if ACTIVATIONS[activation].degree is None and effective_error(best) > 1:
        best = _constant(best)
    return as_network(frame, activation, best)


def ridge_least_squares(
    f: FunctionLike,
    box: Box,
    width: int,
    activation: str = "tanh",
    seconds: float = 1.0,
    goal: float = 0.0,
) -> ShallowNetwork:
    """Return the best network with two inputs, whose hidden units are ridges φ(k eⱼ·(u − pⱼ)).

    The angles between the directions eⱼ are multiples of the golden angle; kinked units also have a few directions
    with evenly spaced centers. Up to 64 units the hidden layer is then refined, as by ``least_squares``. ``seconds``
    and ``goal`` as there. ValueError if f is not finite at a point of the box that is used.
    """
    f = as_function(f, 2)
    frame = make_frame(f, *np.array(checked_box(box)).T)
    return as_network(frame, activation, _best(frame, activation, checked_width(width), seconds, goal))


def _best(frame: Frame, activation: str, width: int, seconds: float, goal: float) -> Candidate:
    """Return the best candidate from placed hidden layers, which are refined if the width is small."""
    kind = len(frame.x_half) - 1
    fits = _fits(frame, activation, _layers(frame, activation, width))
    if width <= SETTINGS.refined_width[kind] and _is_refinable(activation, width):
        better = [fit.layer for fit in fits[: len(fits) // 2 + 1]]
        fits += _fits(frame, activation, refine(frame, activation, better, SETTINGS.efforts[kind], seconds))
        count = SETTINGS.leveled if kind == 0 else SETTINGS.leveled_in_plane // width
        smallest = sorted(fits, key=attrgetter("least"))[:count]
        fits += [_leveled(frame, activation, fit) for fit in smallest]
    return _chosen(_candidates(frame, activation, fits, goal), frame, goal)


def _layers(frame: Frame, activation: str, width: int) -> list[Layer]:
    """Return hidden layers of every placement; for wide networks, of the placements that are best with fewer units."""
    ways = placements(activation, len(frame.x_half))
    if width > SETTINGS.compared_width:
        ways = sorted(
            ways,
            key=lambda way: fit_layer(frame, activation, way.layer(frame, SETTINGS.compared_width)).least,
        )
        ways = ways[: SETTINGS.finalists[len(frame.x_half) - 1]]
    return [way.layer(frame, width) for way in ways]


def _is_refinable(activation: str, width: int) -> bool:
    """Return whether other hidden weights can help: units have a slope, and do not span all polynomials they can be."""
    known = ACTIVATIONS[activation]
    return not known.unit_step and (known.degree is None or width < known.degree)


def _fits(frame: Frame, activation: str, layers: Iterable[Layer]) -> list[Fit]:
    """Return every layer with its output layers, the best first."""
    return sorted((fit_layer(frame, activation, layer) for layer in layers), key=lambda fit: fit.least)


# [A r] = Q [R Qᵀr],  R = U diag(s) Vᵀ:  the output layer is V diag(1/s) Uᵀ Qᵀr, without the s below the cut-off
def fit_layer(frame: Frame, activation: str, layer: Layer) -> Fit:
    """Return a hidden layer with its output layers by least squares, one for each cut-off."""
    weights = layer.weights / frame.x_half
    biases = layer.biases - weights @ frame.x_middle
    x = frame.x(layer.fit)
    system = _features(activation, weights, biases, x, spare=1)
    system[:, -1] = frame.at(x)
    triangle = np.asarray(np.linalg.qr(system, mode="r"))[:-1]
    u, s, vt = np.linalg.svd(triangle[:, :-1])
    along = u.T @ triangle[:, -1]
    kept = s > _CUT_OFFS[:, None] * s[0]
    outputs = np.where(kept, along / np.where(s > _CUT_OFFS[-1] * s[0], s, 1), 0) @ vt
    residuals = system[:, :-1] @ outputs.T
    residuals -= system[:, -1:]
    return Fit(layer, weights, biases, outputs, np.abs(residuals).max(axis=0))


def _leveled(frame: Frame, activation: str, fit: Fit) -> Fit:
    """Return the same hidden layer with the output layer whose largest error at all its points is small."""
    layer = fit.layer
    x = frame.x(np.vstack([layer.fit, layer.check]))
    features, y = _features(activation, fit.weights, fit.biases, x), frame.at(x)
    output = level_output(features, y)
    return fit._replace(outputs=output[None], errors=np.abs(features @ output - y).max(keepdims=True))


def _candidates(frame: Frame, activation: str, fits: list[Fit], goal: float) -> list[Candidate]:
    """Return the candidates; layers with a larger error at their own points than an accepted candidate are left out."""
    found: list[Candidate] = []
    enough = np.inf
    for fit in sorted(fits, key=lambda fit: fit.least):
        if fit.least > enough:
            break
        checked = check_fit(frame, activation, fit)
        found, enough = (
            found + checked,
            min(enough, _accepted_error(representable(checked, frame), frame, goal)),
        )
    return found


def check_fit(frame: Frame, activation: str, fit: Fit) -> list[Candidate]:
    """Return a candidate for each cut-off, with its error also at the points of the check."""
    layer = fit.layer
    x = frame.x(np.vstack([layer.check, around_units(layer.weights, layer.biases, each=9)]))
    errors, largest = _errors_and_sizes(frame, activation, fit.weights, fit.biases, fit.outputs, x)
    errors, sizes = np.maximum(errors, fit.errors), np.abs(fit.outputs) @ largest
    return [
        Candidate(error, size, fit.weights, fit.biases, output)
        for error, size, output in zip(errors, sizes, fit.outputs)
    ]


def _errors_and_sizes(
    frame: Frame, activation: str, weights: Array, biases: Array, outputs: Array, x: Array
) -> tuple[Array, Array]:
    """Return the largest error (k,) of each of k output layers at the points x, and the largest |feature| (N + 1,)."""
    y, size = frame.at(x), max(1, SETTINGS.numbers_at_once // len(weights))
    errors, largest = np.zeros(len(outputs)), np.zeros(len(weights) + 1)
    for start in range(0, len(x), size):
        features = _features(activation, weights, biases, x[start : start + size])
        residuals = features @ outputs.T
        residuals -= y[start : start + size, None]
        np.maximum(errors, np.abs(residuals).max(axis=0), out=errors)
        np.maximum(largest, np.abs(features).max(axis=0), out=largest)
    return errors, largest


def _features(activation: str, weights: Array, biases: Array, x: Array, spare: int = 0) -> Array:
    """Return [φ(x wᵀ + b), 1], (m, N + 1), with ``spare`` more columns of ones."""
    features = np.ones((len(x), len(weights) + 1 + spare))
    size = max(1, SETTINGS.numbers_at_once // len(weights))
    for start in range(0, len(x), size):
        rows = slice(start, start + size)
        z = x[rows] @ weights.T if weights.shape[1] > 1 else x[rows] * weights[:, 0]
        z += biases
        features[rows, : -1 - spare] = ACTIVATIONS[activation].value(z, z)
    return features


def _chosen(found: list[Candidate], frame: Frame, goal: float) -> Candidate:
    """Return the candidate with the smallest weights among those with an error of at most ``goal``.

    If there are none, the candidates with about the smallest error are compared.
    """
    allowed = representable(found, frame)
    if not allowed:
        return min(found, key=attrgetter("size"))
    enough = _accepted_error(allowed, frame, goal)
    return min((fit for fit in allowed if effective_error(fit) <= enough), key=attrgetter("size"))


def _constant(candidate: Candidate) -> Candidate:
    """Return the same hidden layer with output weights 0; it is the middle of the range of f, with the error 1."""
    return candidate._replace(error=1.0, size=0.0, output=np.zeros_like(candidate.output))


def representable(found: list[Candidate], frame: Frame) -> list[Candidate]:
    """Return the candidates whose output weights are neither beyond float64 nor so large that rounding dominates."""
    limit = SETTINGS.max_output_weight / frame.y_half
    return [fit for fit in found if fit.size <= SETTINGS.max_size and np.abs(fit.output).max() <= limit]


def _accepted_error(allowed: list[Candidate], frame: Frame, goal: float) -> float:
    """Return the error up to which candidates count as equally good."""
    least = min(map(effective_error, allowed), default=np.inf)
    refined = bool(allowed) and len(allowed[0].biases) <= SETTINGS.refined_width[len(frame.x_half) - 1]
    return max(goal / frame.y_half, SETTINGS.equal_factors[0 if refined else 1] * least)


def effective_error(candidate: Candidate) -> float:
    """Return the error of a candidate; if rounding hides it, ten times the bound of the rounding."""
    if candidate.error >= SETTINGS.provable * candidate.size:
        return candidate.error
    return 10 * SETTINGS.provable * candidate.size


def as_network(frame: Frame, activation: str, candidate: Candidate) -> ShallowNetwork:
    """Return a candidate as a network, with the output layer in the units of f."""
    output = candidate.output * frame.y_half
    c = output[-1] + frame.y_middle
    return ShallowNetwork(activation, candidate.weights, candidate.biases, output[:-1], c)
