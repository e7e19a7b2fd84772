"""The error of networks against a function, measured at points of an interval: never a proof."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.networks import ShallowNetwork

Array = NDArray[np.float64]
POINTS = 1001
DRAWN_EVERY = 4


class Film(NamedTuple):
    """F networks with N units each, one a frame, beside their target on an interval.

    sup and rms are over the ``measured`` points, evenly spaced with both ends, where the target is finite;
    x holds every fourth of them, for drawing.
    """

    x: Array  # (m,)
    target: Array  # (m,)  nan where it has no finite value
    predictions: Array  # (F, m)
    errors: Array  # (F, m)  target − network
    sup: Array  # (F,)  max |f − network|
    rms: Array  # (F,)  √(mean (f − network)²)
    centres: Array  # (F, N)  where each unit's pre-activation w x + b is zero; nan where w is zero
    measured: int
    undefined: int  # points where the target is not a finite number


def film(
    target: Callable[[Array], Array],
    interval: tuple[float, float],
    networks: list[ShallowNetwork],
    points: int = POINTS,
) -> Film:
    """Measure networks with one input on an interval. Networks narrower than the widest have nan centres.

    ValueError if the target is finite nowhere on the interval.
    """
    x = np.linspace(*interval, points)
    y = np.asarray(target(x), dtype=np.float64)
    finite = np.isfinite(y)
    if not finite.any():
        raise ValueError(
            "f(x) has no finite value anywhere on this interval; choose another interval or function"
        )
    y = np.where(finite, y, np.nan)
    drawn = slice(None, None, DRAWN_EVERY)
    predictions = np.empty((len(networks), len(x[drawn])))
    sup, rms = np.empty((2, len(networks)))
    for k, network in enumerate(networks):
        prediction = network(x)
        predictions[k] = prediction[drawn]
        misses = y[finite] - prediction[finite]
        sup[k], rms[k] = np.abs(misses).max(), np.sqrt((misses**2).mean())
    return Film(
        x[drawn].copy(),
        y[drawn].copy(),
        predictions,
        y[drawn] - predictions,
        sup,
        rms,
        _centres(networks),
        int(finite.sum()),
        int((~finite).sum()),
    )


def _centres(networks: list[ShallowNetwork]) -> Array:
    centres = np.full((len(networks), max(network.width for network in networks)), np.nan)
    for row, network in zip(centres, networks, strict=True):
        w = network.hidden_weights[:, 0]
        np.divide(-network.hidden_biases, w, out=row[: network.width], where=w != 0)
    return centres


def largest_terms(networks: list[ShallowNetwork], x: ArrayLike, most: int = 8) -> Array:
    """vⱼ φ(wⱼ x + bⱼ) − its mean over x, (F, most, m), of the units that vary most in the last network.

    All networks have the same width. The means add up to a constant, which the output bias absorbs.
    """
    vary = np.ptp(networks[-1].terms(x), axis=0)
    chosen = np.sort(np.argsort(-vary, kind="stable")[:most])
    terms = np.array([network.terms(x).T[chosen] for network in networks])
    return np.asarray(terms - terms.mean(axis=-1, keepdims=True))
