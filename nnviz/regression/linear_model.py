"""Linear regression: ŷ = X w + b, its mean squared error, and the w and b that minimize it.

X has shape (n, d), or (n,) for one feature; y (n,); weights (d,) or a number for one feature; bias a number.
Convention: the loss is the mean squared error, 1/n Σ (ŷᵢ − yᵢ)², with 1/n and without ½.
Gradients and Hessians are by the parameters in the order (w₁ … w_d, b): shapes (d + 1,) and (d + 1, d + 1).
ValueError, with the shapes, where arrays do not fit together or hold a number that is not finite.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import check_between, check_finite, check_shape
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.losses.surfaces import Surface, quadratic


@displayed()
class LinearFit(NamedTuple):
    """Hold the minimum of the loss: weights (d,), bias, the loss, and whether no other parameters reach it.

    rank is that of the design matrix [X, 1]; ``unique`` is rank = d + 1. Otherwise features are constant,
    copies or sums of each other, or more than there are points, and the weights returned have the smallest
    norm once the features are standardised: a constant feature has weight 0, equal features share theirs.
    """

    weights: Array
    bias: float
    loss: float
    rank: int
    unique: bool


@displayed()
class Standardized(NamedTuple):
    """Hold (x − mean) / scale in the shape of x; mean and scale (d,), scale 1 for a constant feature."""

    x: Array
    mean: Array
    scale: Array


def predict(x: ArrayLike, weights: ArrayLike, bias: float) -> Array:
    """Return ŷ = X w + b, shape (n,)."""
    table, w = _table(x), _weights(weights)
    check_shape("weights", w, f"({table.shape[1]},), one for each feature", w.size == table.shape[1])
    return np.asarray(table @ w + bias)


def residuals(x: ArrayLike, y: ArrayLike, weights: ArrayLike, bias: float) -> Array:
    """Return the residuals y − ŷ, shape (n,): positive where the point lies above the fit."""
    table, target = _points(x, y)
    return target - predict(table, weights, bias)


def mean_squared_error(x: ArrayLike, y: ArrayLike, weights: ArrayLike, bias: float) -> float:
    """Return L = 1/n Σ (ŷᵢ − yᵢ)²."""
    return float(np.mean(residuals(x, y, weights, bias) ** 2))


def gradient(x: ArrayLike, y: ArrayLike, weights: ArrayLike, bias: float) -> Array:
    """Return ∂L/∂w = 2/n Xᵀ (ŷ − y) and ∂L/∂b = 2/n Σ (ŷᵢ − yᵢ), shape (d + 1,)."""
    error = -residuals(x, y, weights, bias)
    return np.asarray(2 / len(error) * _design(_table(x)).T @ error)


def hessian(x: ArrayLike) -> Array:
    """Return 2/n [X, 1]ᵀ [X, 1], shape (d + 1, d + 1): the same for every w and b, so the loss is one bowl."""
    design = _design(_table(x))
    return np.asarray(2 / len(design) * (design.T @ design))


@displayed()
class NormalEquations(NamedTuple):
    """Hold matrix θ = right: the design's A = [X, 1] as AᵀA (d + 1, d + 1) and Aᵀy (d + 1,), θ = (w₁ … w_d, b)."""

    matrix: Array
    right: Array


def normal_equations(x: ArrayLike, y: ArrayLike) -> NormalEquations:
    """Return what ∂L/∂θ = 0 says: AᵀA θ = Aᵀy. To be read; ``closed_form`` solves without squaring the condition."""
    table, target = _points(x, y)
    design = _design(table)
    return NormalEquations(design.T @ design, design.T @ target)


def closed_form(x: ArrayLike, y: ArrayLike) -> LinearFit:
    """Return the w and b with the smallest loss, from the singular value decomposition of the standardised features.

    The same numbers as the normal equations [X, 1]ᵀ [X, 1] θ = [X, 1]ᵀ y give, without squaring the condition
    number, and also where these have no single solution.
    """
    table, target = _points(x, y)
    features, mean, scale = standardize(table)
    middle = target.mean()
    weights, _, rank, _ = np.linalg.lstsq(features, target - middle)
    weights = weights / scale
    bias = float(middle - mean @ weights)
    smallest = mean_squared_error(table, target, weights, bias)
    return LinearFit(weights, bias, smallest, int(rank) + 1, int(rank) == table.shape[1])


def slope_through_origin(x: ArrayLike, y: ArrayLike) -> float:
    """Return the w that minimizes 1/n Σ (w xᵢ − yᵢ)², a line without an intercept: Σ xᵢ yᵢ / Σ xᵢ²; 0 if all xᵢ are 0.

    x, y: (n,). One feature only.
    """
    table, target = _points(x, y)
    check_shape("x", table, "(n,), one feature", table.shape[1] == 1)
    size = float(np.abs(table).max(initial=0.0)) or 1.0
    scaled = table[:, 0] / size
    return float(scaled @ target / (scaled @ scaled or 1.0) / size)


def r_squared(x: ArrayLike, y: ArrayLike, weights: ArrayLike, bias: float) -> float:
    """Return R² = 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)²: 1 is perfect, 0 no better than ȳ; nan if all yᵢ agree."""
    _, target = _points(x, y)
    deviation = float(np.std(target))
    if deviation <= 1e-14 * np.abs(target).max():
        return float("nan")
    return 1 - mean_squared_error(x, y, weights, bias) / deviation**2


def standardize(x: ArrayLike) -> Standardized:
    """Return each feature with mean 0 and standard deviation 1 (the one with 1/n); a constant feature becomes 0."""
    table = _table(x)
    mean = table.mean(axis=0)
    centered = table - mean
    scale = np.sqrt((centered**2).mean(axis=0))
    constant = scale <= 1e-14 * np.abs(table).max(axis=0)
    centered[:, constant], scale[constant] = 0, 1
    return Standardized((centered / scale).reshape(np.shape(x)), mean, scale)


def loss_surface(x: ArrayLike, y: ArrayLike) -> Surface:
    """Return the loss of these points as a surface over (w₁ … w_d, b), in the order of ``gradient``.

    Its domain is the bounding box of the contour through the start (0, …, 0) or of the contour of twice the minimum,
    whichever is wider, and a tenth wider.
    """
    fit, curvature = closed_form(x, y), hessian(x)
    center = np.array([*fit.weights, fit.bias])
    bowl = quadratic(curvature, center, fit.loss)
    half = 1.1 * _half_widths(curvature, center, fit.loss)
    names = ("w",) if fit.weights.size == 1 else tuple(f"w_{i}" for i in range(1, fit.weights.size + 1))
    return replace(
        bowl,
        name="line",
        label="Mean squared error of your points",
        latex=r"L(w, b) = \frac1n \sum_{i=1}^n \left(w^\top x_i + b - y_i\right)^2",
        domain=tuple((float(at - reach), float(at + reach)) for at, reach in zip(center, half, strict=True)),
        start=(0.0,) * center.size,
        lesson="A linear model with squared error always gives one bowl. Its shape depends only on the x.",
        parameters=(*names, "b"),
    )


def _half_widths(curvature: Array, center: Array, least: float) -> Array:
    """Return half the box round the contour ½ (θ − c)ᵀ H (θ − c) = rise: √(2 rise (H⁻¹)ᵢᵢ); at least |c|."""
    rise = max(0.5 * float(center @ curvature @ center), least)
    half = np.sqrt(2 * rise * np.diag(np.linalg.pinv(curvature, rcond=1e-14, hermitian=True)).clip(min=0))
    half = np.maximum(half, np.abs(center))
    return np.where(half > 0, half, 1.0)


def batches(n: int, size: int, seed: int) -> Callable[[int], NDArray[np.int64]]:
    """Return which points are in the batch of a step: step -> their numbers (size,).

    The n points are shuffled every epoch. An epoch has ⌊n / size⌋ batches, all of one size; its remaining points are
    not used. ValueError unless 1 ≤ size ≤ n.
    """
    check_between("batch", size, 1, n, whole=True)

    @lru_cache(maxsize=1)
    def shuffled(epoch: int) -> NDArray[np.int64]:
        return np.random.default_rng((seed, epoch)).permutation(n)

    def batch(step: int) -> NDArray[np.int64]:
        epoch, place = divmod(step, n // size)
        return shuffled(epoch)[place * size : (place + 1) * size]

    return batch


def batch_gradient(x: ArrayLike, y: ArrayLike, size: int, seed: int) -> Callable[[Array, int], Array]:
    """Return ``step_gradient`` for ``descend``: the gradient on the points of ``batches``, 2/size Σ over the batch."""
    table, target = _points(x, y)
    design, batch = _design(table), batches(len(target), size, seed)

    def step_gradient(parameters: Array, step: int) -> Array:
        chosen = batch(step)
        rows = design[chosen]
        return np.asarray(2 / size * ((rows @ parameters - target[chosen]) @ rows))

    return step_gradient


def _table(x: ArrayLike) -> Array:
    """Return x as (n, d) of finite float64 with n ≥ 1."""
    table = np.asarray(x, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    check_shape("x", x, "(n,) or (n, d) with n ≥ 1 and d ≥ 1", table.ndim == 2 and 0 not in table.shape)
    check_finite("x", table)
    return table


def _points(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return x as (n, d) and y as (n,), finite."""
    table, target = _table(x), np.asarray(y, dtype=np.float64)
    check_shape("y", target, f"({len(table)},)", target.shape == (len(table),))
    check_finite("y", target)
    return table, target


def _weights(weights: ArrayLike) -> Array:
    """Return the weights as (d,)."""
    w = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    check_shape("weights", w, "(d,)", w.ndim == 1)
    return w


def _design(table: Array) -> Array:
    """Return [X, 1], shape (n, d + 1)."""
    return np.column_stack((table, np.ones(len(table))))
