"""Compute probabilities from logits, and the entropies of distributions, in nats; 0 log 0 is 0."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import check, check_shape
from nnviz._types import Array


def sigmoid(z: ArrayLike) -> Array:
    """Return σ(z) = 1/(1 + e⁻ᶻ) = ½ (1 + tanh ½z)."""
    return np.asarray(0.5 * (1 + np.tanh(np.asarray(z, dtype=np.float64) / 2)))


def softmax(z: ArrayLike) -> Array:
    """Return probabilities (..., k) of the logits (..., k)."""
    logits = np.asarray(z, dtype=np.float64)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


class Information(NamedTuple):
    """Hold H(p, q) = H(p) + KL(p ‖ q), in nats."""

    entropy: float
    divergence: float
    cross_entropy: float


def information(p: ArrayLike, q: ArrayLike) -> Information:
    """Return entropy of p (k,), divergence of q from p, and their sum, the cross-entropy −Σ p log q.

    q = 0 where p is not makes them inf. ValueError unless both are distributions over the same k outcomes.
    """
    truth, model = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    for name, values in (("p", truth), ("q", model)):
        check_shape(
            name, values, f"(k,), here {truth.shape}", values.ndim == 1 and values.shape == truth.shape
        )
        shares = bool((values >= 0).all()) and abs(values.sum() - 1) <= 1e-9
        check(name, values, shares, "numbers of at least 0 with the sum 1")
    possible = truth > 0
    with np.errstate(divide="ignore"):
        surprise, ideal = -np.log(model[possible]), -np.log(truth[possible])
    weights = truth[possible]
    return Information(float(weights @ ideal), float(weights @ (surprise - ideal)), float(weights @ surprise))
