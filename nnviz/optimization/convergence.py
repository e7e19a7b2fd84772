"""Predict the convergence of linear rules to a minimum: factors per step, learning rates, bounds on the steps.

On ½ (θ − c)ᵀ H (θ − c) the eigenvectors of H are independent of each other. Along one with eigenvalue λ, gradient
descent, momentum, Nesterov and Newton are linear maps of the remaining distance and the velocity; the largest spectral
radius is the factor by which the distance shrinks at each step in the long run (Polyak 1964). Near the
minimum of any smooth surface the same holds with its Hessian there. For gradient descent the map is 1 − ηλ, so that
θ_k − c = Σ (1 − ηλᵢ)ᵏ (vᵢᵀ(θ₀ − c)) vᵢ (Goh 2017). Nothing moves along directions with λᵢ = 0: if there are any, c
is the nearest of the minima.
"""

from collections.abc import Mapping
from math import ceil, inf, log
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import argument_error, check, check_between, check_shape
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.optimization.optimizer import LinearStep
from nnviz.optimization.optimizers import METHODS

Regime = Literal["monotone", "zig-zag", "marginal", "diverging"]

LINEAR = METHODS.where(lambda rule: rule.linear_step is not None)
"""The rules whose steps are linear in the gradient, so that theory gives a rate."""

_ROUNDING = 1e-12  # a factor that is ±1 or 0 but for rounding counts as ±1 or 0


def linear_step(
    optimizer: str, learning_rate: float, hessian: ArrayLike, settings: Mapping[str, float]
) -> LinearStep:
    """Return the step of a rule in LINEAR, for a Hessian (d, d); KeyError for any other rule."""
    rule = LINEAR[optimizer]
    assert rule.linear_step is not None
    return rule.linear_step(learning_rate, np.asarray(hessian, np.float64), rule.complete(settings))


def effective_learning_rate(optimizer: str, learning_rate: float, settings: Mapping[str, float]) -> float:
    """Return how far a rule in LINEAR moves per step and unit of a constant gradient: η/(1 − μ) for momentum."""
    step = linear_step(optimizer, learning_rate, [[0.0]], settings)
    if len(step.free) == 1:
        return -float(step.push[0, 0])
    velocity = step.push[1, 0] / (1 - step.free[1, 1])
    return -float(step.push[0, 0] + step.free[0, 1] * velocity)


def _modes(
    optimizer: str, eta: float, eigenvalues: Array, settings: Mapping[str, float]
) -> NDArray[np.complex128]:
    """Return the eigenvalues of the step along each eigenvalue λ (k,): (k, 1), or (k, 2) with a velocity."""
    steps = (linear_step(optimizer, eta, [[value]], settings).on([[value]]) for value in eigenvalues)
    return np.array([np.linalg.eigvals(step) for step in steps], dtype=np.complex128)


def predicted_factor(
    optimizer: str, learning_rate: float, hessian: ArrayLike, settings: Mapping[str, float]
) -> float | None:
    """Return the factor of the distance to the minimum, step by step, along the worst eigen-direction of H (d, d).

    Above 1 it diverges. None for a rule that is not in LINEAR.
    """
    if optimizer not in LINEAR:
        return None
    eigenvalues = np.linalg.eigvalsh(np.asarray(hessian, np.float64))
    return float(np.abs(_modes(optimizer, learning_rate, eigenvalues, settings)).max())


def best_settings(optimizer: str, hessian: ArrayLike) -> tuple[float, dict[str, float]] | None:
    """Return the constant learning rate and the settings with the smallest factor on a quadratic bowl (Polyak 1964).

    hessian: (d, d), positive definite. Gradient descent has η = 2/(λ₁ + λₙ) and the factor (κ−1)/(κ+1). Momentum has
    η = (2/(√λ₁ + √λₙ))², μ = ((√κ−1)/(√κ+1))² and the factor √μ. None for another optimizer or Hessian.
    """
    eigenvalues = np.linalg.eigvalsh(np.asarray(hessian, np.float64))
    smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    if smallest <= len(eigenvalues) * np.finfo(float).eps * largest:
        return None
    match optimizer:
        case "gradient_descent":
            return 2 / (smallest + largest), {}
        case "momentum":
            low, high = smallest**0.5, largest**0.5
            return (2 / (low + high)) ** 2, {"momentum": ((high - low) / (high + low)) ** 2}
    return None


@displayed()
class StepSizes(NamedTuple):
    """Hold what the curvature says about the learning rate η of plain gradient descent on a quadratic bowl.

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
    """Return the eigenvalues and step sizes of a Hessian (d, d) with no eigenvalue below 0 and one above.

    Eigenvalues within rounding of 0 are returned as 0. ValueError for any other Hessian.
    """
    h = np.asarray(hessian, dtype=np.float64)
    eigenvalues, directions = np.linalg.eigh(h)
    eigenvalues[np.abs(eigenvalues) <= len(h) * np.finfo(float).eps * np.abs(eigenvalues).max()] = 0
    smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    if smallest < 0 or largest == 0:
        raise argument_error("hessian", "positive semidefinite and not 0", h)
    flattest = float(eigenvalues[eigenvalues > 0][0])
    condition = largest / smallest if smallest > 0 else inf
    return StepSizes(eigenvalues, directions, condition, 1 / largest, 2 / (flattest + largest), 2 / largest)


@displayed()
class Rate(NamedTuple):
    """Hold what one learning rate does.

    factors: (d,) 1 − ηλᵢ, λ rising; worst: the largest |1 − ηλᵢ| over λᵢ > 0, by which the distance to the minimum
    shrinks at least at every step. regime: monotone where no factor is negative (η ≤ 1/λmax), zig-zag where one is,
    marginal where the worst is 1 up to rounding (that part of the error keeps its size), diverging where it is above 1.
    """

    factors: Array
    worst: float
    regime: Regime


def rate_at(sizes: StepSizes, learning_rate: float) -> Rate:
    """Return the factors of gradient descent with that learning rate on the bowl that `sizes` describe."""
    check_between("learning_rate", learning_rate, 0, above=True)
    factors = _modes("gradient_descent", learning_rate, sizes.eigenvalues, {})[:, 0].real
    worst = float(np.abs(factors[sizes.eigenvalues > 0]).max())
    if abs(worst - 1) <= _ROUNDING:
        return Rate(factors, 1.0, "marginal")
    regime: Regime = "zig-zag" if factors[-1] < -_ROUNDING else "monotone"
    return Rate(factors, worst, "diverging" if worst > 1 else regime)


def steps_bound(worst: float, tolerance: float) -> float:
    """Return the smallest k with worstᵏ ≤ tolerance: then ‖θ_k − c‖ ≤ tolerance · ‖θ₀ − c‖, from any start.

    inf where worst ≥ 1. ValueError unless 0 < tolerance < 1 and worst ≥ 0.
    """
    check_between("tolerance", tolerance, 0, 1, above=True, below=True)
    check("worst", worst, worst >= 0, "at least 0")
    if worst >= 1 - _ROUNDING:
        return inf
    return 1 if worst == 0 else max(1, ceil(log(tolerance) / log(worst) - 1e-9))


def components(sizes: StepSizes, away: ArrayLike) -> Array:
    """Return θ₀ − c along each eigenvector: row i is (vᵢᵀ(θ₀ − c)) vᵢ, shape (d, d); zero where λᵢ = 0."""
    offset = np.asarray(away, dtype=np.float64)
    check_shape("away", offset, f"{sizes.eigenvalues.shape}", offset.shape == sizes.eigenvalues.shape)
    along = np.where(sizes.eigenvalues > 0, sizes.directions.T @ offset, 0)
    return np.asarray(along[:, None] * sizes.directions.T)


def distances_to(sizes: StepSizes, points: ArrayLike, minimum: ArrayLike) -> Array:
    """Return ‖θ_k − c‖ for points (k + 1, d), (k + 1,), in the directions in which the bowl curves."""
    away = np.asarray(points, dtype=np.float64) - np.asarray(minimum, dtype=np.float64)
    return np.asarray(np.linalg.norm(away @ sizes.directions[:, sizes.eigenvalues > 0], axis=1))


def path_on_bowl(hessian: ArrayLike, minimum: ArrayLike, start: ArrayLike, rate: float, steps: int) -> Array:
    """Return the points of gradient descent with η = rate on ½ (θ − c)ᵀ H (θ − c), (steps + 1, d).

    They are those of `descend` but for rounding. Each step multiplies θ − c by M = I − ηH. So the first 2ⁿ points,
    multiplied by the power 2ⁿ of M, are the next 2ⁿ.
    """
    h, c = np.asarray(hessian, np.float64), np.asarray(minimum, np.float64)
    power, away = np.eye(len(c)) - rate * h, (np.asarray(start, np.float64) - c)[None]
    while len(away) <= steps:
        away = np.concatenate([away, away @ power.T])
        power = power @ power
    return np.asarray(c + away[: steps + 1])


def steps_to(distance: ArrayLike, tolerance: float) -> int | None:
    """Return the first k with distance[k] ≤ tolerance · distance[0]; None where there is none."""
    measured = np.asarray(distance, dtype=np.float64)
    reached = measured <= tolerance * measured[0]
    return int(np.argmax(reached)) if reached.any() else None


def observed_factor(distances: Array) -> float | None:
    """Return the factor of a distance (k + 1,) at each step, by least squares of its logarithm over the last half.

    Only the part before the smallest distance that rounding allows is used: up to 1e-12 of the first distance, or up to
    three times the smallest, if that is below a millionth of the first. None for fewer than eight steps until then.
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
