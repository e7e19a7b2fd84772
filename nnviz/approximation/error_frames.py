"""Measure the error of networks at points of an interval, one frame for each network; a measurement proves nothing."""

from typing import NamedTuple

import numpy as np

from nnviz._display import displayed
from nnviz._types import Array
from nnviz.networks import ShallowNetwork
from nnviz.targets import FunctionLike, as_function

POINTS = 1001
DRAWN_EVERY = 4
_MANY_CELLS = 50_000  # units × points from which the shorter way pays


@displayed()
class ErrorFrames(NamedTuple):
    """F networks with N units each, one for each frame, and their target on an interval.

    ``sup`` and ``rms`` are measured at the ``measured`` evenly spaced points at which the target is finite. ``x`` holds
    every fourth point, for drawing.
    """

    x: Array  # (m,)
    target: Array  # (m,)  nan where the target is not finite
    predictions: Array  # (F, m)
    errors: Array  # (F, m)  target − network
    sup: Array  # (F,)  max |f − network|
    rms: Array  # (F,)  √(mean (f − network)²)
    centers: Array  # (F, N)  where each unit's pre-activation w x + b is zero; nan where w is zero
    measured: int
    undefined: int  # points where the target is not a finite number


def measure_frames(
    target: FunctionLike,
    interval: tuple[float, float],
    networks: list[ShallowNetwork],
    points: int = POINTS,
) -> ErrorFrames:
    """Measure networks with one input on an interval; the frames of narrower networks have nan as further centers.

    ValueError if the target is not finite at any of the points.
    """
    target = as_function(target)
    x = np.linspace(*interval, points)
    y = np.asarray(target(x), dtype=np.float64)
    finite = np.isfinite(y)
    if not finite.any():
        raise ValueError(
            "f(x) has no finite value on this interval. Choose another interval or another function."
        )
    y = np.where(finite, y, np.nan)
    drawn = slice(None, None, DRAWN_EVERY)
    predictions = np.empty((len(networks), len(x[drawn])))
    sup, rms = np.empty((2, len(networks)))
    for k, network in enumerate(networks):
        prediction = _values(network, x)
        predictions[k] = prediction[drawn]
        errors = y[finite] - prediction[finite]
        sup[k], rms[k] = np.abs(errors).max(), np.sqrt((errors**2).mean())
    return ErrorFrames(
        x[drawn].copy(),
        y[drawn].copy(),
        predictions,
        y[drawn] - predictions,
        sup,
        rms,
        _centers(networks),
        int(finite.sum()),
        int((~finite).sum()),
    )


def _values(network: ShallowNetwork, x: Array) -> Array:
    """Return a network at ascending points (m,): a wide one of ReLU units from the sums of slopes between its kinks.

    These sums take N + m operations instead of N m. They differ from the network by rounding.
    """
    if network.activation != "relu" or network.width * len(x) < _MANY_CELLS:
        return network(x)
    w, v = network.hidden_weights[:, 0], network.output_weights
    at_start = w * x[0] + network.hidden_biases
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        first = np.searchsorted(x, x[0] - at_start / w)  # the points from here on are behind the kink
        on_left = np.where(w == 0, at_start > 0, w < 0)
        changes = np.zeros((2, len(x) + 1))
        for row, term in zip(changes, (v * w, v * at_start), strict=True):
            row[0] = term[on_left].sum()
            np.add.at(row, np.where(w == 0, len(x), first), np.where(on_left, -term, term))
        slope, level = np.cumsum(changes[:, :-1], axis=1)
        values = np.asarray(network.output_bias + slope * (x - x[0]) + level)
    return values if np.isfinite(values).all() else network(x)


def _centers(networks: list[ShallowNetwork]) -> Array:
    """Return where w x + b = 0 for each unit of each network, (F, N); nan where w = 0 and in narrower networks."""
    centers = np.full((len(networks), max(network.width for network in networks)), np.nan)
    for row, network in zip(centers, networks, strict=True):
        w = network.hidden_weights[:, 0]
        np.divide(-network.hidden_biases, w, out=row[: network.width], where=w != 0)
    return centers
