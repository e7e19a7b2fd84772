"""Fit a line with the smallest mean loss, for every regression loss."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import check_finite, check_one_of, check_shape
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.losses.losses import LOSSES, Loss


@displayed()
class LineFit(NamedTuple):
    """Hold ŷ = weight · x + bias, its mean loss 1/n Σ ℓ(ŷᵢ, yᵢ), and how many improvements led there."""

    weight: float
    bias: float
    loss: float
    iterations: int


@displayed()
class MovedLines(NamedTuple):
    """Hold the lines (w, b), (m, 2), where the last y is ``at``, (m,); between neighbors they change evenly."""

    at: Array
    lines: Array


class _Problem(NamedTuple):
    """Hold points, x moved and scaled into [−1, 1], and the three functions of the loss, settings filled in."""

    x: Array
    y: Array
    value: Callable[[Array, Array], NDArray[Any]]
    derivative: Callable[[Array, Array], NDArray[Any]]
    curvature: Callable[[Array, Array], NDArray[Any]]

    def predict(self, line: Array) -> Array:
        return np.asarray(line[0] * self.x + line[1])

    def mean_loss(self, line: Array) -> float:
        return float(self.value(self.predict(line), self.y).mean())

    def gradient(self, line: Array) -> Array:
        slopes = self.derivative(self.predict(line), self.y)
        return np.array([slopes @ self.x, slopes.sum()]) / len(self.x)


def fit_line(
    x: ArrayLike, y: ArrayLike, loss: str = "squared", settings: Mapping[str, float] | None = None
) -> LineFit:
    """Fit the line to points x, y (n,) with the smallest mean loss 1/n Σ ℓ(w xᵢ + b, yᵢ).

    Convex losses: the minimum, to rounding; if several lines reach it (absolute, quantile), one of them. For other
    losses: the best of the local minima found from several starts. w = 0 if all x agree.
    ValueError if the loss is not one for regression, or x and y are not finite and of one length ≥ 1.
    """
    check_one_of("loss", loss, LOSSES.where(lambda known: known.task == "regression"))
    record = LOSSES[loss]
    abscissae, target = _points(x, y)
    middle = (abscissae.min() + abscissae.max()) / 2
    scale = float(np.abs(abscissae - middle).max()) or 1.0
    line, smallest, iterations = _solve((abscissae - middle) / scale, target, record, settings or {})
    weight = float(line[0]) / scale
    return LineFit(weight, float(line[1]) - weight * float(middle), smallest, iterations)


def moved_lines(
    x: ArrayLike,
    y: ArrayLike,
    heights: ArrayLike,
    loss: str = "squared",
    settings: Mapping[str, float] | None = None,
    tolerance: float = 0.02,
) -> MovedLines:
    """Return the lines of `fit_line` while the last y takes the ``heights`` (h,), as few of them as will do.

    Between two that are kept, a straight blend of both is as high as the line of the middle height up to the tolerance,
    at the first and the last x; else the middle is kept too. Eight parts are looked at in any case. ValueError as in
    `fit_line`, and for fewer than 2 heights.
    """
    abscissae, target = _points(x, y)
    along = np.asarray(heights, dtype=np.float64)
    check_shape("heights", along, "(h,) with h ≥ 2", along.ndim == 1 and along.size >= 2)

    def line(k: int) -> Array:
        fit = fit_line(abscissae, np.append(target[:-1], along[k]), loss, settings)
        return np.array([fit.weight, fit.bias])

    ends = np.column_stack([[abscissae.min(), abscissae.max()], np.ones(2)])
    start = np.unique(np.linspace(0, len(along) - 1, 9).astype(int)).tolist()
    kept = {k: line(k) for k in start}
    parts = list(pairwise(start))
    while parts:
        low, high = parts.pop()
        middle = (low + high) // 2
        if middle > low:
            share, found = (along[middle] - along[low]) / (along[high] - along[low]), line(middle)
            blend = (1 - share) * kept[low] + share * kept[high]
            if np.abs(ends @ (found - blend)).max() > tolerance:
                kept[middle] = found
                parts += [(low, middle), (middle, high)]
    chosen = sorted(kept)
    return MovedLines(along[chosen], np.array([kept[k] for k in chosen]))


def _points(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    abscissae, target = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    check_shape("x", abscissae, "(n,) with n ≥ 1", abscissae.ndim == 1 and abscissae.size > 0)
    check_shape("y", target, f"{abscissae.shape}", target.shape == abscissae.shape)
    check_finite("x", abscissae)
    check_finite("y", target)
    return abscissae, target


def _solve(x: Array, y: Array, loss: Loss, given: Mapping[str, float]) -> tuple[Array, float, int]:
    settings = loss.complete(given)
    problem = _Problem(x, y, *(partial(formula, **settings) for formula in loss.formulas))
    if loss.quantile_level is not None:
        line, iterations = _quantile_line(x, y, loss.quantile_level(settings))
        return line, problem.mean_loss(line), iterations
    starts = [_weighted_step(x, np.ones_like(x), -y), _quantile_line(x, y, 0.5)[0]]
    if not loss.convex:
        starts += _promising_lines(problem)
    return min((_refine(problem, start) for start in starts), key=lambda found: found[1])


def _quantile_line(x: Array, y: Array, tau: float) -> tuple[Array, int]:
    """Return the line of least quantile loss (τ = ½: least absolute loss), by descent along edges (Wesolowsky 1981).

    In the plane of all lines (w, b), those through one point form a straight line. The mean loss is linear between
    these, and convex, so a line is best if turning it about each of the points on it does not help. The first
    point to turn about is the τ-quantile of y, which is also the answer if all x agree.
    """
    value = LOSSES["quantile"].value
    line, loss, iterations = np.zeros(2), np.inf, 0
    pivots = np.argsort(y)[[ceil(tau * len(y)) - 1]]
    while True:
        turned = (_turn(x, y, int(pivot), tau) for pivot in pivots)
        losses = ((float(value(w * x + b, y, tau=tau).mean()), w, b) for w, b in turned)
        better = next((found for found in losses if found[0] < loss), None)
        if better is None:
            return line, iterations
        loss, line, iterations = better[0], np.array(better[1:]), iterations + 1
        pivots = np.flatnonzero(np.abs(y - line[0] * x - line[1]) <= 1e-9 * np.abs(y).max())


def _turn(x: Array, y: Array, pivot: int, tau: float) -> Array:
    """Return the best line through one point: its slope is a weighted quantile of the slopes to the other points.

    Σ ρ_τ(yⱼ − yₚ − w (xⱼ − xₚ)) = Σ |xⱼ − xₚ| ρ(slopeⱼ − w), with τ to the right of xₚ and 1 − τ to its left.
    """
    run, rise = x - x[pivot], y - y[pivot]
    elsewhere = run != 0
    if not elsewhere.any():
        return np.array([0.0, y[pivot]])
    run, rise = run[elsewhere], rise[elsewhere]
    slopes, weights = rise / run, np.abs(run)
    order = np.argsort(slopes)
    below = weights @ np.where(run > 0, tau, 1 - tau)
    at = min(int(np.searchsorted(np.cumsum(weights[order]), below)), len(order) - 1)
    w = slopes[order[at]]
    return np.array([w, y[pivot] - w * x[pivot]])


def _promising_lines(problem: _Problem, count: int = 5) -> list[Array]:
    """Return the lines with the smallest mean loss among up to 300 that go through two of the points."""
    first, second = np.triu_indices(len(problem.x), 1)
    chosen = np.linspace(0, len(first) - 1, min(300, len(first))).astype(int)
    first, second = first[chosen], second[chosen]
    run = problem.x[second] - problem.x[first]
    first, second, run = first[run != 0], second[run != 0], run[run != 0]
    w = (problem.y[second] - problem.y[first]) / run
    lines = np.column_stack((w, problem.y[first] - w * problem.x[first]))
    predictions = lines[:, :1] * problem.x + lines[:, 1:]
    losses = problem.value(predictions, problem.y[None, :]).mean(axis=1)
    return list(lines[np.argsort(losses)[:count]])


def _refine(problem: _Problem, line: Array) -> tuple[Array, float, int]:
    """Minimize until the gradient is zero to rounding: by Newton's step if it helps, else by reweighting.

    Reweighted least squares, weights ℓ′(e)/e, never goes uphill for a loss whose weights fall with |e| (Huber
    and Ronchetti 2009, section 7.8); Newton's method has the fast end. A step is taken if the mean loss falls or,
    once rounding hides that, if the gradient does.
    """
    loss, slope = problem.mean_loss(line), _norm(problem.gradient(line))
    for iteration in range(200):
        for step in _steps(problem, line):
            lower, flatter = problem.mean_loss(line + step), _norm(problem.gradient(line + step))
            if lower < loss * (1 - 1e-9) or (flatter < slope and lower <= loss * (1 + 1e-12)):
                break
        else:
            return line, loss, iteration
        line, loss, slope = line + step, lower, flatter
    return line, loss, 200


def _steps(problem: _Problem, line: Array) -> Iterator[Array]:
    """Yield Newton's step, then that of iteratively reweighted least squares: both are weighted least squares."""
    predictions = problem.predict(line)
    error = predictions - problem.y
    slopes, curvatures = problem.derivative(predictions, problem.y), problem.curvature(predictions, problem.y)
    yield _weighted_step(problem.x, curvatures, slopes)
    exact = error == 0
    yield _weighted_step(problem.x, np.where(exact, curvatures, slopes / np.where(exact, 1, error)), slopes)


def _weighted_step(x: Array, weights: Array, slopes: Array) -> Array:
    """Return −(Σ weightᵢ [x², x; x, 1])⁻¹ Σ slopeᵢ [x, 1]; a step in b alone where the weighted x do not vary."""
    total = weights.sum()
    if total < 1e-100:
        return np.zeros(2)
    middle = (weights @ x) / total
    away = x - middle
    spread = weights @ away**2
    w = -(slopes @ away) / spread if spread > 1e-14 * total else 0.0
    return np.array([w, -slopes.sum() / total - w * middle])


def _norm(gradient: Array) -> float:
    return float(np.abs(gradient).max())
