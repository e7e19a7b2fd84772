"""Networks whose hidden units are placed by looking at the target, and whose output layer is then a linear problem.

With hidden weights and biases fixed, a network is linear in the rest: minimise Σᵢ (yᵢ − c − Σⱼ vⱼ φ(wⱼ·xᵢ + bⱼ))²
over v and c. The features are nearly dependent, so this is solved by singular values with a cut-off, in float64. Many
placements and cut-offs are tried; the one with the smallest error at points that were not fitted is kept.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.approximation.domains import (
    Box,
    Interval,
    Target,
    checked_box,
    checked_interval,
    checked_width,
)
from nnviz.approximation.placement import Frame, Layer, around_units, framed, placements
from nnviz.approximation.variable_projection import project
from nnviz.networks import ACTIVATIONS, ShallowNetwork

Array = NDArray[np.float64]

CAP = 1e6  # size over half the range of f: beyond it rounding spoils what is gained
PROVABLE = (
    3e-13  # times the size: below it an error is hidden by what rounding may do, so no proof can find it
)
EQUALS = 1.5  # errors within this factor of the least are equals: the smaller weights are preferred
REFINED = 16  # widths up to this are refined by variable projection
COMPARED = 64  # wider networks try only the placements that do best at this width
FINALISTS = {1: 3, 2: 2}  # that many of them, by the number of inputs

_CUT_OFFS = 10.0 ** -np.linspace(3, 14, 16)  # of the singular values, relative to the largest
_STARTS = 160  # over the width
_LARGEST = 1e307  # output weight
_CELLS = 2**16  # points × units at once
_ITERATIONS = 60


class _Fit(NamedTuple):
    """A hidden layer, and its output layer in the units r of the frame for each of k cut-offs."""

    layer: Layer
    weights: Array  # (N, d)  in the units of x
    biases: Array  # (N,)
    outputs: Array  # (k, N + 1)
    errors: Array  # (k,)  max |r − network| at the points of the fit

    @property
    def least(self) -> float:
        """The error that it has at least: at points that were not fitted it may be larger."""
        return float(self.errors.min())


class _Candidate(NamedTuple):
    """A network: hidden layer in the units of x, output layer (N + 1,) in the units r of the frame."""

    error: float  # max |r − network| at the points of the fit and of the check
    size: float  # |c| + Σ |vⱼ| max |φⱼ|: what is added up, and cancels
    weights: Array  # (N, d)
    biases: Array  # (N,)
    output: Array  # (N + 1,)


def least_squares(
    f: Target,
    interval: Interval,
    width: int,
    activation: str = "tanh",
    seconds: float = 0.5,
    goal: float = 0.0,
) -> ShallowNetwork:
    """The best network with one input that hidden units placed for f and an output layer by least squares have given.

    Up to 16 units the hidden layer is then refined by variable projection, for at most ``seconds``. If networks have no
    error above ``goal`` at the points of the check, the one with the smallest output weights is returned; otherwise
    the one with the least error. ValueError if f is not finite at a point of the interval that was tried.
    """
    frame = framed(f, *(np.array([end]) for end in checked_interval(interval)))
    fits = _fits(frame, activation, _layers(frame, activation, checked_width(width)))
    if width <= REFINED and not _reaches_all(activation, width):
        fits += _fits(frame, activation, _refined(frame, fits, activation, seconds))
    return _network(frame, activation, _chosen(_contenders(frame, activation, fits, goal), frame, goal))


def ridge_least_squares(
    f: Target, box: Box, width: int, activation: str = "tanh", goal: float = 0.0
) -> ShallowNetwork:
    """The same for two inputs: one hidden layer of ridges φ(k eⱼ·(u − pⱼ)), in directions eⱼ a golden angle apart.

    ValueError if f is not finite at a point of the box that was tried.
    """
    frame = framed(f, *np.array(checked_box(box)).T)
    fits = _fits(frame, activation, _layers(frame, activation, checked_width(width)))
    return _network(frame, activation, _chosen(_contenders(frame, activation, fits, goal), frame, goal))


def _layers(frame: Frame, activation: str, width: int) -> list[Layer]:
    """Hidden layers of every placement; of wide networks, of those that are best with fewer units."""
    ways = placements(activation, len(frame.x_half))
    if width > COMPARED:
        ways = sorted(ways, key=lambda way: _fit(frame, activation, way.layer(frame, COMPARED)).least)
        ways = ways[: FINALISTS[len(frame.x_half)]]
    return [way.layer(frame, width) for way in ways]


def _reaches_all(activation: str, width: int) -> bool:
    """Whether the units already span all polynomials that units of this kind can add up to."""
    degree = ACTIVATIONS[activation].degree
    return degree is not None and width >= degree


def _fits(frame: Frame, activation: str, layers: Iterable[Layer]) -> list[_Fit]:
    """Every layer with its output layers, the best first."""
    return sorted((_fit(frame, activation, layer) for layer in layers), key=lambda fit: fit.least)


# [A r] = Q [R Qᵀr],  R = U diag(s) Vᵀ:  the output layer is V diag(1/s) Uᵀ Qᵀr, without the s below the cut-off
def _fit(frame: Frame, activation: str, layer: Layer) -> _Fit:
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
    misses = system[:, :-1] @ outputs.T
    misses -= system[:, -1:]
    return _Fit(layer, weights, biases, outputs, np.abs(misses).max(axis=0))


def _contenders(frame: Frame, activation: str, fits: list[_Fit], goal: float) -> list[_Candidate]:
    """The candidates among which the choice is: layers that are worse at their own points cannot be chosen."""
    found: list[_Candidate] = []
    enough = np.inf
    for fit in sorted(fits, key=lambda fit: fit.least):
        if fit.least > enough:
            break
        checked = _checked(frame, activation, fit)
        found, enough = found + checked, min(enough, _enough(_allowed(checked, frame), frame, goal))
    return found


def _checked(frame: Frame, activation: str, fit: _Fit) -> list[_Candidate]:
    """A candidate for each cut-off, with its error at other points too."""
    layer = fit.layer
    x = frame.x(np.vstack([layer.check, around_units(layer.weights, layer.biases, each=9)]))
    errors, largest = _misses(frame, activation, fit.weights, fit.biases, fit.outputs, x)
    errors, sizes = np.maximum(errors, fit.errors), np.abs(fit.outputs) @ largest
    return [
        _Candidate(error, size, fit.weights, fit.biases, output)
        for error, size, output in zip(errors, sizes, fit.outputs)
    ]


def _misses(
    frame: Frame, activation: str, weights: Array, biases: Array, outputs: Array, x: Array
) -> tuple[Array, Array]:
    """The largest error (k,) of each of k output layers at the points x, and the largest |feature| (N + 1,)."""
    y, size = frame.at(x), max(1, _CELLS // len(weights))
    errors, largest = np.zeros(len(outputs)), np.zeros(len(weights) + 1)
    for start in range(0, len(x), size):
        features = _features(activation, weights, biases, x[start : start + size])
        misses = features @ outputs.T
        misses -= y[start : start + size, None]
        np.maximum(errors, np.abs(misses).max(axis=0), out=errors)
        np.maximum(largest, np.abs(features).max(axis=0), out=largest)
    return errors, largest


def _features(activation: str, weights: Array, biases: Array, x: Array, spare: int = 0) -> Array:
    """[φ(x wᵀ + b), 1], (m, N + 1); and so many columns more, of ones too."""
    features = np.ones((len(x), len(weights) + 1 + spare))
    size = max(1, _CELLS // len(weights))
    for start in range(0, len(x), size):
        rows = slice(start, start + size)
        z = x[rows] @ weights.T if weights.shape[1] > 1 else x[rows] * weights[:, 0]
        z += biases
        features[rows, : -1 - spare] = ACTIVATIONS[activation].value(z, z)
    return features


def _chosen(found: list[_Candidate], frame: Frame, goal: float) -> _Candidate:
    """The smallest weights among errors ≤ goal; if there are none, among those about equal to the least error."""
    allowed = _allowed(found, frame)
    if not allowed:
        return min(found, key=lambda one: one.size)
    enough = _enough(allowed, frame, goal)
    return min((one for one in allowed if _worth(one) <= enough), key=lambda one: one.size)


def _allowed(found: list[_Candidate], frame: Frame) -> list[_Candidate]:
    """Those whose output weights are numbers that can be written, and not too large to trust."""
    largest = _LARGEST / frame.y_half
    return [one for one in found if one.size <= CAP and np.abs(one.output).max() <= largest]


def _enough(allowed: list[_Candidate], frame: Frame, goal: float) -> float:
    """The error up to which candidates are equals."""
    return max(goal / frame.y_half, EQUALS * min(map(_worth, allowed), default=np.inf))


def _worth(one: _Candidate) -> float:
    """The error; where rounding hides it, ten times what rounding may be."""
    return one.error if one.error >= PROVABLE * one.size else 10 * PROVABLE * one.size


def _refined(frame: Frame, fits: list[_Fit], activation: str, seconds: float) -> list[Layer]:
    """The better half of the layers, the best first, and others around them at random, each refined as a whole."""
    rng = np.random.default_rng(0)
    half = [fit.layer for fit in fits[: len(fits) // 2 + 1]]
    w, b = np.array([layer.weights[:, 0] for layer in half]), np.array([layer.biases for layer in half])
    drawn = rng.integers(len(w), size=max(10, _STARTS // w.shape[1] - len(w)))
    w = np.vstack([w, w[drawn] * np.exp(rng.normal(0, 0.5, (len(drawn), w.shape[1])))])
    b = np.vstack([b, b[drawn] + rng.normal(0, 0.5, (len(drawn), b.shape[1]))])
    fit, check = half[0].fit, half[0].check
    w, b = project(
        ACTIVATIONS[activation], fit[:, 0], frame.at(frame.x(fit)), w, b, _ITERATIONS, seconds, CAP
    )
    return [Layer(*one, fit, check) for one in zip(w[:, :, None], b)]


def _network(frame: Frame, activation: str, one: _Candidate) -> ShallowNetwork:
    output = one.output * frame.y_half
    return ShallowNetwork(activation, one.weights, one.biases, output[:-1], output[-1] + frame.y_middle)
