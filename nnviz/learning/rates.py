"""What theory says about the way to a minimum: the factor of each step on a bowl, and the floor under noise.

On ½ (θ − θ*)ᵀ H (θ − θ*) the eigen-directions of H do not see each other. Along one with eigenvalue λ, gradient
descent, momentum, Nesterov and Newton are linear maps of the distance left and the velocity; the spectral radius
of the worst is the factor by which the distance shrinks at each step in the long run (Polyak 1964). Near the
minimum of any smooth surface the same holds with its Hessian there.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LINEAR = ("gradient_descent", "momentum", "nesterov", "newton")
"""The rules whose steps are linear in the slope, so that theory gives a rate."""


class Floor(NamedTuple):
    """The mean of what noise keeps up in the long run: the loss above the least, and the distance squared."""

    loss: float
    distance_squared: float


def predicted_factor(
    optimizer: str, learning_rate: float, hessian: ArrayLike, settings: Mapping[str, float]
) -> float | None:
    """The factor of the distance to the minimum, step by step, along the worst eigen-direction of H (d, d).

    Above 1 it diverges. None for a rule that is not in LINEAR.
    """
    if optimizer not in LINEAR:
        return None
    maps = (
        _map(optimizer, learning_rate, value, settings)[0]
        for value in np.linalg.eigvalsh(np.asarray(hessian, np.float64))
    )
    return max(float(np.abs(np.linalg.eigvals(one)).max()) for one in maps)


def predicted_floor(
    optimizer: str, learning_rate: float, hessian: ArrayLike, settings: Mapping[str, float], noise: float
) -> Floor | None:
    """Where a run with noise of standard deviation ``noise`` on each component of the slope hovers.

    The covariance C of (distance, velocity) along a direction solves C = A C Aᵀ + noise² b bᵀ; for gradient
    descent that is η noise² / (λ (2 − ηλ)). inf if the run diverges; None for a rule that is not in LINEAR.
    """
    if optimizer not in LINEAR:
        return None
    loss = square = 0.0
    for value in np.linalg.eigvalsh(np.asarray(hessian, np.float64)):
        step, push = _map(optimizer, learning_rate, float(value), settings)
        if np.abs(np.linalg.eigvals(step)).max() >= 1:
            return Floor(np.inf, np.inf)
        variance = noise**2 * float(_stationary(step, push)[0, 0])
        loss, square = loss + float(value) * variance / 2, square + variance
    return Floor(loss, square)


def _map(optimizer: str, eta: float, value: float, settings: Mapping[str, float]) -> tuple[Array, Array]:
    """A and b of (distance, velocity) ← A (distance, velocity) + b · noise, along an eigenvalue."""
    mu, turn = settings.get("momentum", 0.0), eta * value
    match optimizer:
        case "gradient_descent":
            return np.array([[1 - turn]]), np.array([-eta])
        case "newton":
            return np.array([[1 - eta]]), np.array([-eta / value if value else 0.0])
        case "momentum":
            return np.array([[1 - turn, -eta * mu], [value, mu]]), np.array([-eta, 1.0])
        case _:
            step = [[1 - turn * (1 + mu), -eta * mu**2], [value, mu]]
            return np.array(step), np.array([-eta * (1 + mu), 1.0])


def _stationary(step: Array, push: Array) -> Array:
    """The C with C = A C Aᵀ + b bᵀ."""
    size = len(step)
    flat = np.linalg.solve(np.eye(size * size) - np.kron(step, step), np.outer(push, push).ravel())
    return np.asarray(flat.reshape(size, size))


def observed_factor(distances: Array) -> float | None:
    """The factor of a distance (k + 1,) at each step, by least squares of its logarithm over the last half.

    Of the run before it can come no nearer: at 1e-12 of the first distance, or at three times the least, where that
    is below a millionth. None for fewer than eight steps until then.
    """
    first, least = (float(distances[0]), float(distances.min())) if distances.size else (0.0, 0.0)
    floor = max(1e-12 * first, 3 * least if least < 1e-6 * first else 0.0, 1e-300)
    below = np.flatnonzero(distances <= floor)
    used = distances[: int(below[0]) if below.size else len(distances)]
    if len(used) < 9:
        return None
    late = np.log(used[len(used) // 2 :])
    steps = np.arange(len(late)) - (len(late) - 1) / 2
    return float(np.exp((steps @ late) / (steps @ steps)))


def observed_floor(values: Array, least: float) -> float:
    """The mean of the loss above the least over the last half of a run, from values (k + 1,)."""
    return float(np.mean(values[len(values) // 2 :]) - least)
