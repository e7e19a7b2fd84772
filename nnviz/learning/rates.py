"""What theory says about the way to a minimum, before a step is taken: factors, step sizes, bounds on their number.

On ½ (θ − c)ᵀ H (θ − c) the eigen-directions of H do not see each other. Along one with eigenvalue λ, gradient
descent, momentum, Nesterov and Newton are linear maps of the distance left and the velocity; the spectral radius
of the worst is the factor by which the distance shrinks at each step in the long run (Polyak 1964). Near the
minimum of any smooth surface the same holds with its Hessian there. For gradient descent the map is 1 − ηλ, so that
θ_k − c = Σ (1 − ηλᵢ)ᵏ (vᵢᵀ(θ₀ − c)) vᵢ (Goh 2017). Directions with λᵢ = 0 do not move: where there are any, c is the
nearest of the minima.
"""

from collections.abc import Mapping
from math import ceil, inf, log
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Regime = Literal["monotone", "zig-zag", "diverging"]

LINEAR = ("gradient_descent", "momentum", "nesterov", "newton")
"""The rules whose steps are linear in the slope, so that theory gives a rate."""

_ROUNDING = 1e-12  # a factor that is ±1 or 0 but for rounding counts as ±1 or 0


class LinearStep(NamedTuple):
    """A step z ← F z + G g of z = (θ − c, velocity) with the slope g: free F (D, D) and push G (D, d); D is d or 2d."""

    free: Array
    push: Array

    def on(self, hessian: ArrayLike) -> Array:
        """F + G [H, 0] (D, D): the step on a bowl, where g = H (θ − c)."""
        step = self.free.copy()
        step[:, : self.push.shape[1]] += self.push @ np.asarray(hessian, np.float64)
        return step


def linear_step(
    optimizer: str, learning_rate: float, hessian: ArrayLike, settings: Mapping[str, float]
) -> LinearStep:
    """The step of a rule in LINEAR; of the Hessian (d, d) only Newton's method makes use."""
    h = np.asarray(hessian, np.float64)
    one: Array = np.eye(len(h))
    mu, eta = settings.get("momentum", 0.0), learning_rate
    match optimizer:
        case "gradient_descent":
            return LinearStep(one, -eta * one)
        case "newton":
            return LinearStep(one, np.asarray(-eta * np.linalg.pinv(h, hermitian=True)))
        case "momentum":  # v ← μ v + g,  θ ← θ − η v
            return LinearStep(_blocks(one, -eta * mu * one, mu * one), np.vstack((-eta * one, one)))
        case _:  # v ← μ v + g,  θ ← θ − η (g + μ v)
            push = np.vstack((-eta * (1 + mu) * one, one))
            return LinearStep(_blocks(one, -eta * mu**2 * one, mu * one), push)


def _blocks(distance: Array, drift: Array, velocity: Array) -> Array:
    """[[distance, drift], [0, velocity]]."""
    size = len(distance)
    whole = np.zeros((2 * size, 2 * size))
    whole[:size, :size], whole[:size, size:], whole[size:, size:] = distance, drift, velocity
    return whole


def _modes(
    optimizer: str, eta: float, eigenvalues: Array, settings: Mapping[str, float]
) -> NDArray[np.complex128]:
    """The eigenvalues of the step along each direction of eigenvalue λ (k,): (k, 1), or (k, 2) with a velocity."""
    steps = (linear_step(optimizer, eta, [[value]], settings).on([[value]]) for value in eigenvalues)
    return np.array([np.linalg.eigvals(step) for step in steps], dtype=np.complex128)


def predicted_factor(
    optimizer: str, learning_rate: float, hessian: ArrayLike, settings: Mapping[str, float]
) -> float | None:
    """The factor of the distance to the minimum, step by step, along the worst eigen-direction of H (d, d).

    Above 1 it diverges. None for a rule that is not in LINEAR.
    """
    if optimizer not in LINEAR:
        return None
    eigenvalues = np.linalg.eigvalsh(np.asarray(hessian, np.float64))
    return float(np.abs(_modes(optimizer, learning_rate, eigenvalues, settings)).max())


class StepSizes(NamedTuple):
    """What the curvature says about the learning rate η of plain gradient descent on a quadratic bowl.

    eigenvalues: (d,) rising, λ₁ … λₙ; directions: (d, d), the columns belong to them. condition: λₙ/λ₁, inf
    if λ₁ is 0. The error along direction i is multiplied by 1 − ηλᵢ at each step: it shrinks without changing
    sign where η ≤ monotone = 1/λₙ, zig-zags up to critical = 2/λₙ, and grows beyond. fastest = 2/(λ₁ + λₙ)
    makes the worst factor as small as it can be, (κ−1)/(κ+1) (Polyak 1964); λ₁ is here the smallest that is
    not 0.
    """

    eigenvalues: Array
    directions: Array
    condition: float
    monotone: float
    fastest: float
    critical: float


def step_sizes(hessian: ArrayLike) -> StepSizes:
    """Eigenvalues and step sizes of a symmetric Hessian (d, d) of a bowl: no eigenvalue below 0, one above.

    Eigenvalues within rounding of 0 are returned as 0. ValueError for any other Hessian.
    """
    h = np.asarray(hessian, dtype=np.float64)
    eigenvalues, directions = np.linalg.eigh(h)
    eigenvalues[np.abs(eigenvalues) <= len(h) * np.finfo(float).eps * np.abs(eigenvalues).max()] = 0
    smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    if smallest < 0 or largest == 0:
        raise ValueError(
            f"step sizes are those of a bowl; the Hessian has the eigenvalues {eigenvalues.tolist()}"
        )
    flattest = float(eigenvalues[eigenvalues > 0][0])
    condition = largest / smallest if smallest > 0 else inf
    return StepSizes(eigenvalues, directions, condition, 1 / largest, 2 / (flattest + largest), 2 / largest)


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
    factors = _modes("gradient_descent", learning_rate, sizes.eigenvalues, {})[:, 0].real
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


def distances_to(sizes: StepSizes, points: ArrayLike, minimum: ArrayLike) -> Array:
    """‖θ_k − c‖ for points (k + 1, d), (k + 1,), in the directions in which the bowl curves."""
    away = np.asarray(points, dtype=np.float64) - np.asarray(minimum, dtype=np.float64)
    return np.asarray(np.linalg.norm(away @ sizes.directions[:, sizes.eigenvalues > 0], axis=1))


def steps_to(distance: ArrayLike, tolerance: float) -> int | None:
    """The first k with distance[k] ≤ tolerance · distance[0]; None where there is none."""
    measured = np.asarray(distance, dtype=np.float64)
    reached = measured <= tolerance * measured[0]
    return int(np.argmax(reached)) if reached.any() else None


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
