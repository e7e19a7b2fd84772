"""The straight pieces of a network on a line: counted exactly, what is possible at most, and the sawtooth.

For activations made of straight pieces with one kink at 0 (ReLU, leaky ReLU), a network with one input is continuous
and piecewise linear. Each layer can only bend where one of its units changes sides.
"""

from itertools import pairwise
from math import prod
from typing import NamedTuple

import numpy as np

from nnviz._checks import check, check_between, check_one_of
from nnviz._display import displayed
from nnviz._types import Vector
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.layered import LayeredNetwork

MAX_PIECES = 2**17
MAX_FOLDS = 12
_APART = 1e-12  # of the interval: breaks nearer to each other are one
_EQUAL = 1e-10  # of the sum of all paths: slopes nearer to each other are one


@displayed()
class Pieces(NamedTuple):
    """Hold a piecewise linear function on [low, high]: its inner breaks (p − 1,), ascending, and its slopes (p,)."""

    breaks: Vector
    slopes: Vector

    @property
    def number(self) -> int:
        """How many straight pieces p there are."""
        return len(self.slopes)


def pieces(network: LayeredNetwork, low: float, high: float) -> Pieces:
    """Return all straight pieces of a network with one input on [low, high], layer by layer.

    Between neighboring breaks of the layers before, every pre-activation is a straight line: it changes its sign at
    most once, and where is known from its two ends. At last, breaks where the slope stays the same are dropped.
    Exact up to float64: breaks within 1e-12 of the interval are one. ValueError for two inputs, an activation that is
    not made of straight pieces with a kink at 0, an empty interval, or more than 131 072 pieces.
    """
    _check(network, low, high)
    t = breakpoints(network, low, high, (high - low) * _APART)
    slopes, paths = _slopes(network, (t[:-1] + t[1:]) / 2)
    scale = np.maximum(paths[1:], paths[:-1])
    bends = np.abs(np.diff(slopes)) > _EQUAL * scale
    return Pieces(t[1:-1][bends], slopes[np.append(True, bends)])


def breakpoints(
    network: LayeredNetwork, low: float, high: float, apart: float = 0.0, most: int | None = None
) -> Vector:
    """Return ``low``, the places where a unit of a network changes its sign, up to rounding, and ``high``, (p + 1,).

    Of breaks within ``apart`` one is kept. ValueError if there are more than ``most`` pieces p, or 131 072.
    """
    t, most = np.array([low, high], np.float64), min(MAX_PIECES if most is None else most, MAX_PIECES)
    for layer in range(len(network.widths)):
        z = network.forward(t).z[layer]
        t = _apart(np.concatenate([t, _crossings(t, z)]), apart)
        if len(t) > most + 1:
            raise ValueError(f"`network` must have at most {most} pieces, got more")
    return t


def _check(network: LayeredNetwork, low: float, high: float) -> None:
    linear = [name for name, one in ACTIVATIONS.items() if one.slopes is not None]
    check_one_of("activation", network.activation, linear)
    check("inputs", network.inputs, network.inputs == 1, "1")
    check("high", high, low < high, f"above low = {low:g}")


def _crossings(t: Vector, z: Vector) -> Vector:
    """Return where the lines through (t, z), t (k,), z (k, n), change their signs between neighbors."""
    before, after = z[:-1], z[1:]
    place, unit = np.nonzero(before * after < 0)
    z0, z1 = before[place, unit], after[place, unit]
    found = t[place] + (t[place + 1] - t[place]) * (z0 / (z0 - z1))
    return np.asarray(found[(t[0] < found) & (found < t[-1])])  # not nan, from numbers that overflow


def _apart(t: Vector, least: float) -> Vector:
    """Return rising numbers without those nearer than ``least`` to the one before; both ends stay."""
    t = np.sort(t)
    inner = t[1:-1]
    keep = (np.diff(t[:-1]) > least) & (t[-1] - inner > least)
    return np.concatenate([t[:1], inner[keep], t[-1:]])


def _slopes(network: LayeredNetwork, x: Vector) -> tuple[Vector, Vector]:
    """Return dŷ/dx (p,) at points that are no breaks, by the chain rule; and the same with every |weight|."""
    activation = ACTIVATIONS[network.activation]
    slope, paths = np.ones((len(x), 1)), np.ones((len(x), 1))
    for w, z in zip(network.weights, network.forward(x).z, strict=False):
        bend = activation.derivative(z)
        slope, paths = bend * (slope @ w.T), bend * (paths @ np.abs(w).T)
    last = network.weights[-1][0]
    return slope @ last, paths @ np.abs(last)


def most_pieces(widths: tuple[int, ...]) -> int:
    """Return ∏ (nₗ + 1): no ReLU network with one input and these hidden widths has more pieces.

    On each piece of the layers before, a unit is one line and can bend once, so n units cut it into n + 1 at most.
    """
    return prod(n + 1 for n in widths)


def reachable_pieces(widths: tuple[int, ...]) -> int:
    """Return how many pieces some ReLU network with one input and these widths certainly has.

    These are ∏ (nₗ + 1), the most that are possible, if every width is at least 3 (Serra, Tjandraatmadja & Ramalingam
    2018, theorem 7). Otherwise they are n₁ ⋯ n_{L−1} (n_L + 1) (Montúfar, Pascanu, Cho & Bengio 2014, for one input).
    """
    if min(widths) >= 3:
        return most_pieces(widths)
    return prod(widths[:-1]) * (widths[-1] + 1)


def sawtooth(folds: int) -> LayeredNetwork:
    """Return m(m(… m(x))): the tent m(x) = 2 relu(x) − 4 relu(x − ½) put into itself, two units a layer.

    On [0, 1] it goes up and down between 0 and 1 in 2^folds straight pieces (Telgarsky 2016). A network with one hidden
    layer needs 2^folds − 1 units for as many pieces, and 2^folds for this function. All weights are multiples of ½, so
    float64 makes no error. ValueError unless 1 ≤ folds ≤ 12.
    """
    check_between("folds", folds, 1, MAX_FOLDS, whole=True)
    tent = np.array([2.0, -4.0])
    inner = [np.array([tent, tent])] * (folds - 1)
    weights = (np.ones((2, 1)), *inner, tent[None])
    return LayeredNetwork("relu", weights, (*[np.array([0.0, -0.5])] * folds, np.zeros(1)))


def random_network(widths: tuple[int, ...], seed: int, spread: float = 1.0) -> LayeredNetwork:
    """Return a random ReLU network with one input: weights N(0, 2/nₗ₋₁) (He et al. 2015), biases N(0, spread²)."""
    rng = np.random.default_rng(seed)
    sizes = (1, *widths, 1)
    shapes = [(after, before) for before, after in pairwise(sizes)]
    weights = tuple(rng.normal(0, np.sqrt(2 / inputs), (units, inputs)) for units, inputs in shapes)
    return LayeredNetwork("relu", weights, tuple(rng.normal(0, spread, units) for units, _ in shapes))
