"""The straight pieces of a network on a line: counted exactly, what is possible at most, and the sawtooth.

For activations made of straight pieces with one kink at 0 (ReLU, leaky ReLU), a network with one input is continuous
and piecewise linear. Each layer can only bend where one of its units changes sides.
"""

from itertools import pairwise
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.layered import LayeredNetwork

Vector = NDArray[np.float64]

MAX_PIECES = 2**17
MAX_FOLDS = 12
_APART = 1e-12  # of the interval: breaks nearer to each other are one
_EQUAL = 1e-10  # of the sum of all paths: slopes nearer to each other are one


class Pieces(NamedTuple):
    """A piecewise linear function on [low, high]: its inner breaks (p − 1,), ascending, and its slopes (p,)."""

    breaks: Vector
    slopes: Vector

    @property
    def number(self) -> int:
        """How many straight pieces p there are."""
        return len(self.slopes)


def pieces(network: LayeredNetwork, low: float, high: float) -> Pieces:
    """All straight pieces of a network with one input on [low, high], layer by layer.

    Between neighbouring breaks of the layers before, every pre-activation is a straight line: it changes its sign at
    most once, and where is known from its two ends. At last, breaks where the slope stays the same are dropped.
    Exact up to float64: breaks within 1e-12 of the interval are one. ValueError for two inputs, an activation that is
    not made of straight pieces with a kink at 0, an empty interval, or more than 131 072 pieces.
    """
    _check(network, low, high)
    t = np.array([low, high])
    for layer in range(len(network.widths)):
        z = network.forward(t).z[layer]
        t = _apart(np.concatenate([t, _crossings(t, z)]), (high - low) * _APART)
        if len(t) > MAX_PIECES:
            raise ValueError(f"more than {MAX_PIECES:,} pieces; choose a smaller network")
    slopes, paths = _slopes(network, (t[:-1] + t[1:]) / 2)
    scale = np.maximum(paths[1:], paths[:-1])
    bends = np.abs(np.diff(slopes)) > _EQUAL * scale
    return Pieces(t[1:-1][bends], slopes[np.append(True, bends)])


def _check(network: LayeredNetwork, low: float, high: float) -> None:
    activation = ACTIVATIONS[network.activation]
    if activation.kinks != (0.0,) or activation.lipschitz == np.inf:
        raise ValueError(f"{activation.label} is not made of straight pieces; legal: ReLU, Leaky ReLU")
    if network.inputs != 1:
        raise ValueError(f"pieces of a line need one input; this network has {network.inputs}")
    if not low < high:
        raise ValueError(f"the interval goes from {low:g} to {high:g}; legal is low < high")


def _crossings(t: Vector, z: Vector) -> Vector:
    """Where the lines through (t, z), t (k,), z (k, n), change their signs between neighbours."""
    before, after = z[:-1], z[1:]
    place, unit = np.nonzero(before * after < 0)
    z0, z1 = before[place, unit], after[place, unit]
    return t[place] + (t[place + 1] - t[place]) * (z0 / (z0 - z1))


def _apart(t: Vector, least: float) -> Vector:
    """Ascending, without those nearer than ``least`` to the one before; both ends stay."""
    t = np.sort(t)
    inner = t[1:-1]
    keep = (np.diff(t[:-1]) > least) & (t[-1] - inner > least)
    return np.concatenate([t[:1], inner[keep], t[-1:]])


def _slopes(network: LayeredNetwork, x: Vector) -> tuple[Vector, Vector]:
    """dŷ/dx (p,) at points that are no breaks, by the chain rule; and the same with every |weight|, to compare with."""
    activation = ACTIVATIONS[network.activation]
    slope, paths = np.ones((len(x), 1)), np.ones((len(x), 1))
    for w, z in zip(network.weights, network.forward(x).z, strict=False):
        bend = activation.derivative(z)
        slope, paths = bend * (slope @ w.T), bend * (paths @ np.abs(w).T)
    last = network.weights[-1][0]
    return slope @ last, paths @ np.abs(last)


def most_pieces(widths: tuple[int, ...]) -> int:
    """No ReLU network with one input and these hidden widths has more pieces: ∏ (nₗ + 1).

    On each piece of the layers before, a unit is one line and can bend once, so n units cut it into n + 1 at most.
    """
    return prod(n + 1 for n in widths)


def reachable_pieces(widths: tuple[int, ...]) -> int:
    """Some ReLU network with one input and these hidden widths has at least n₁ ⋯ n_{L−1} (n_L + 1) pieces.

    Montúfar, Pascanu, Cho & Bengio 2014, for one input.
    """
    return prod(widths[:-1]) * (widths[-1] + 1)


def sawtooth(folds: int) -> LayeredNetwork:
    """m(m(… m(x))): the tent m(x) = 2 relu(x) − 4 relu(x − ½) put into itself, two units a layer.

    On [0, 1] it goes up and down between 0 and 1 in 2^folds straight pieces (Telgarsky 2016); a network with one hidden
    layer needs 2^folds − 1 units for as many. All weights are multiples of ½, so float64 makes no error. ValueError
    unless 1 ≤ folds ≤ 12.
    """
    if not 1 <= folds <= MAX_FOLDS:
        raise ValueError(f"{folds} folds; legal is 1 to {MAX_FOLDS}")
    tent = np.array([2.0, -4.0])
    inner = [np.array([tent, tent])] * (folds - 1)
    weights = (np.ones((2, 1)), *inner, tent[None])
    return LayeredNetwork("relu", weights, (*[np.array([0.0, -0.5])] * folds, np.zeros(1)))


def random_network(widths: tuple[int, ...], seed: int, spread: float = 1.0) -> LayeredNetwork:
    """A ReLU network with one input as training begins: weights N(0, 2/nₗ₋₁) (He et al. 2015), biases N(0, spread²)."""
    rng = np.random.default_rng(seed)
    sizes = (1, *widths, 1)
    shapes = [(after, before) for before, after in pairwise(sizes)]
    weights = tuple(rng.normal(0, np.sqrt(2 / inputs), (units, inputs)) for units, inputs in shapes)
    return LayeredNetwork("relu", weights, tuple(rng.normal(0, spread, units) for units, _ in shapes))
