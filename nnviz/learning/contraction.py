"""How fast gradient descent goes down a quadratic bowl: what the theory says, before a step is taken.

On ½ (θ − c)ᵀ H (θ − c) one step with learning rate η multiplies the error along the eigenvector vᵢ of H by
1 − ηλᵢ, so after k steps θ_k − c = Σ (1 − ηλᵢ)ᵏ (vᵢᵀ(θ₀ − c)) vᵢ (Polyak 1964; Goh 2017). Directions with λᵢ = 0
do not move: where there are any, c is the nearest of the minima.
"""

from math import ceil, inf, log
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.descent import StepSizes

Array = NDArray[np.float64]
Regime = Literal["monotone", "zig-zag", "diverging"]

_ROUNDING = 1e-12  # a factor that is ±1 or 0 but for rounding counts as ±1 or 0


class Rate(NamedTuple):
    """What one learning rate does.

    factors: (d,) 1 − ηλᵢ, λ rising; worst: the largest |1 − ηλᵢ| over λᵢ > 0, by which the distance to the minimum
    shrinks at least at every step. regime: monotone where no factor is negative (η ≤ 1/λmax), zig-zag where one is,
    diverging where |one| ≥ 1 (at 1 the error stays for ever).
    """

    factors: Array
    worst: float
    regime: Regime


def rate_at(sizes: StepSizes, learning_rate: float) -> Rate:
    """The factors of gradient descent with that learning rate on the bowl that `sizes` describe."""
    if not 0 < learning_rate < inf:
        raise ValueError(f"the learning rate is {learning_rate!r}; legal is above 0, finite")
    factors = 1 - learning_rate * sizes.eigenvalues
    worst = float(np.abs(factors[sizes.eigenvalues > 0]).max())
    regime: Regime = "diverging" if worst >= 1 - _ROUNDING else "monotone"
    if regime == "monotone" and factors[-1] < -_ROUNDING:
        regime = "zig-zag"
    return Rate(factors, worst, regime)


def steps_bound(worst: float, tolerance: float) -> float:
    """The k from which on worstᵏ ≤ tolerance: after so many steps ‖θ_k − c‖ ≤ tolerance · ‖θ₀ − c‖, from any start.

    inf where worst ≥ 1. ValueError unless 0 < tolerance < 1 and worst ≥ 0.
    """
    if not (0 < tolerance < 1 and worst >= 0):
        raise ValueError(f"worst {worst!r}, tolerance {tolerance!r}; legal is worst ≥ 0, 0 < tolerance < 1")
    if worst >= 1 - _ROUNDING:
        return inf
    return 1 if worst == 0 else max(1, ceil(log(tolerance) / log(worst) - 1e-9))


def components(sizes: StepSizes, away: ArrayLike) -> Array:
    """θ₀ − c along each eigenvector: row i is (vᵢᵀ(θ₀ − c)) vᵢ, shape (d, d); zero where λᵢ = 0."""
    offset = np.asarray(away, dtype=np.float64)
    if offset.shape != sizes.eigenvalues.shape:
        raise ValueError(f"θ₀ − c has shape {offset.shape}; legal is {sizes.eigenvalues.shape}")
    along = np.where(sizes.eigenvalues > 0, sizes.directions.T @ offset, 0)
    return np.asarray(along[:, None] * sizes.directions.T)


def distances(sizes: StepSizes, points: ArrayLike, minimum: ArrayLike) -> Array:
    """‖θ_k − c‖ for points (k + 1, d), (k + 1,), in the directions in which the bowl curves."""
    away = np.asarray(points, dtype=np.float64) - np.asarray(minimum, dtype=np.float64)
    return np.asarray(np.linalg.norm(away @ sizes.directions[:, sizes.eigenvalues > 0], axis=1))


def steps_to(distance: ArrayLike, tolerance: float) -> int | None:
    """The first k with distance[k] ≤ tolerance · distance[0]; None where there is none."""
    measured = np.asarray(distance, dtype=np.float64)
    reached = measured <= tolerance * measured[0]
    return int(np.argmax(reached)) if reached.any() else None
