"""Take few hidden units of a network, one after the other, with output weights that are fitted for them."""

from collections.abc import Iterable

import numpy as np

from nnviz._types import Array
from nnviz.networks import ShallowNetwork


def partial_sums(network: ShallowNetwork, x: Array, y: Array, counts: Iterable[int]) -> list[ShallowNetwork]:
    """Return for each count a network of so many hidden units of ``network``, fitted to y at the points x (m, d).

    The next unit is the one that makes the sum of squares smallest, with all output weights fitted again. So each
    network has the hidden units of the one before.
    """
    hidden = network.forward(x).a
    counts = list(counts)
    order = _best_first(hidden, y, max(counts, default=0))
    return [_fitted(network, hidden, y, order[:count]) for count in counts]


def _best_first(hidden: Array, y: Array, count: int) -> list[int]:
    """Return units by orthogonal least squares (Chen, Billings & Luo 1989): the largest part of what is left first."""
    left, residual, order = hidden - hidden.mean(axis=0), y - y.mean(), list[int]()
    smallest = 1e-9 * np.linalg.norm(left, axis=0)
    for _ in range(count):
        sizes = np.linalg.norm(left, axis=0)
        usable = sizes > smallest
        usable[order] = False
        if not usable.any():
            break
        share = np.where(usable, np.abs(residual @ left) / np.where(usable, sizes, 1), -1.0)
        order.append(int(share.argmax()))
        along = left[:, order[-1]] / sizes[order[-1]]
        residual = residual - along * (along @ residual)
        left = left - np.outer(along, along @ left)
    return order


def _fitted(network: ShallowNetwork, hidden: Array, y: Array, units: list[int]) -> ShallowNetwork:
    features = np.column_stack([np.ones(len(y)), hidden[:, units]])
    bias, *outputs = np.linalg.lstsq(features, y, rcond=None)[0].tolist()
    weights, biases = network.hidden_weights[units], network.hidden_biases[units]
    return ShallowNetwork(network.activation, weights, biases, outputs, bias)
