"""The straight line of least mean loss, for every regression loss."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.losses import LOSSES, Loss

Array = NDArray[np.float64]


class LineFit(NamedTuple):
    """ŷ = weight · x + bias, its risk 1/n Σ ℓ(ŷᵢ, yᵢ), and how many improvements led there."""

    weight: float
    bias: float
    risk: float
    iterations: int


class MovedLines(NamedTuple):
    """The lines (w, b), (m, 2), where the last y is ``at``, (m,); from one to the next they change about evenly."""

    at: Array
    lines: Array


class _Problem(NamedTuple):
    """Points, x moved and scaled into [−1, 1], and the three functions of the loss, settings filled in."""

    x: Array
    y: Array
    value: Callable[[Array, Array], NDArray[Any]]
    derivative: Callable[[Array, Array], NDArray[Any]]
    curvature: Callable[[Array, Array], NDArray[Any]]

    def predict(self, line: Array) -> Array:
        return np.asarray(line[0] * self.x + line[1])

    def risk(self, line: Array) -> float:
        return float(self.value(self.predict(line), self.y).mean())

    def gradient(self, line: Array) -> Array:
        slopes = self.derivative(self.predict(line), self.y)
        return np.array([slopes @ self.x, slopes.sum()]) / len(self.x)


def fit_line(
    x: ArrayLike, y: ArrayLike, loss: str = "squared", settings: Mapping[str, float] | None = None
) -> LineFit:
    """The line through points x, y (n,) of least mean loss 1/n Σ ℓ(w xᵢ + b, yᵢ).

    Convex losses: the least there is, to rounding; where several lines share it (absolute, quantile), one of
    them. Tukey's is not convex: the best of the local minima found from several starts. w = 0 if all x agree.
    ValueError if the loss is not one for regression, or x and y are not finite and of one length ≥ 1.
    """
    record = LOSSES.get(loss)
    if record is None or record.task != "regression":
        legal = ", ".join(name for name, known in LOSSES.items() if known.task == "regression")
        raise ValueError(f"the loss is {loss!r}; legal is one of {legal}")
    abscissae, target = _points(x, y)
    middle = (abscissae.min() + abscissae.max()) / 2
    scale = float(np.abs(abscissae - middle).max()) or 1.0
    line, risk, iterations = _solve((abscissae - middle) / scale, target, record, settings or {})
    weight = float(line[0]) / scale
    return LineFit(weight, float(line[1]) - weight * float(middle), risk, iterations)


def moved_lines(
    x: ArrayLike,
    y: ArrayLike,
    heights: ArrayLike,
    loss: str = "squared",
    settings: Mapping[str, float] | None = None,
    tolerance: float = 0.02,
) -> MovedLines:
    """The lines of `fit_line` while the last y takes the ``heights`` (h,), as few of them as will do.

    Between two that are kept, a straight blend of both is as high as the line of the middle height up to the tolerance,
    at the first and the last x; else the middle is kept too. Eight parts are looked at in any case. ValueError as in
    `fit_line`, and for fewer than 2 heights.
    """
    abscissae, target = _points(x, y)
    along = np.asarray(heights, dtype=np.float64)
    if along.ndim != 1 or len(along) < 2:
        raise ValueError(f"heights have the shape {along.shape}; legal is (h,), h ≥ 2")

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
    if abscissae.ndim != 1 or abscissae.shape != target.shape or abscissae.size == 0:
        raise ValueError(f"x has shape {abscissae.shape} and y {target.shape}; legal is (n,) for both, n ≥ 1")
    if not (np.isfinite(abscissae).all() and np.isfinite(target).all()):
        raise ValueError("x and y must be finite numbers")
    return abscissae, target


def _solve(x: Array, y: Array, loss: Loss, given: Mapping[str, float]) -> tuple[Array, float, int]:
    settings = loss.complete(given)
    problem = _Problem(x, y, *(partial(formula, **settings) for formula in loss.formulas))
    if loss.name in ("absolute", "quantile"):
        line, iterations = _quantile_line(x, y, settings.get("tau", 0.5))
        return line, problem.risk(line), iterations
    starts = [_weighted_step(x, np.ones_like(x), -y), _quantile_line(x, y, 0.5)[0]]
    if not loss.convex:
        starts += _promising_lines(problem)
    return min((_refine(problem, start) for start in starts), key=lambda found: found[1])


def _quantile_line(x: Array, y: Array, tau: float) -> tuple[Array, int]:
    """The line of least quantile loss (τ = ½: least absolute loss), by descent along edges (Wesolowsky 1981).

    In the plane of all lines (w, b), those through one point form a straight line. The risk is linear between
    these, and convex, so a line is best if turning it about each of the points on it does not help. The first
    point to turn about is the τ-quantile of y, which is also the answer if all x agree.
    """
    value = LOSSES["quantile"].value
    line, risk, iterations = np.zeros(2), np.inf, 0
    pivots = np.argsort(y)[[ceil(tau * len(y)) - 1]]
    while True:
        turned = (_turn(x, y, int(pivot), tau) for pivot in pivots)
        risks = ((float(value(w * x + b, y, tau=tau).mean()), w, b) for w, b in turned)
        better = next((found for found in risks if found[0] < risk), None)
        if better is None:
            return line, iterations
        risk, line, iterations = better[0], np.array(better[1:]), iterations + 1
        pivots = np.flatnonzero(np.abs(y - line[0] * x - line[1]) <= 1e-9 * np.abs(y).max())


def _turn(x: Array, y: Array, pivot: int, tau: float) -> Array:
    """The best line through one point: its slope is a weighted quantile of the slopes to the other points.

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
    """The lines of least risk among up to 300 that go through two of the points."""
    first, second = np.triu_indices(len(problem.x), 1)
    chosen = np.linspace(0, len(first) - 1, min(300, len(first))).astype(int)
    first, second = first[chosen], second[chosen]
    run = problem.x[second] - problem.x[first]
    first, second, run = first[run != 0], second[run != 0], run[run != 0]
    w = (problem.y[second] - problem.y[first]) / run
    lines = np.column_stack((w, problem.y[first] - w * problem.x[first]))
    predictions = lines[:, :1] * problem.x + lines[:, 1:]
    risks = problem.value(predictions, problem.y[None, :]).mean(axis=1)
    return list(lines[np.argsort(risks)[:count]])


def _refine(problem: _Problem, line: Array) -> tuple[Array, float, int]:
    """Downhill to where the gradient is zero to rounding: Newton's step if it helps, else reweighting.

    Reweighted least squares, weights ℓ′(e)/e, never goes uphill for a loss whose weights fall with |e| (Huber
    and Ronchetti 2009, section 7.8); Newton's method has the fast end. A step is taken if the risk falls or,
    once rounding hides that, if the gradient does.
    """
    risk, slope = problem.risk(line), _norm(problem.gradient(line))
    for iteration in range(200):
        for step in _steps(problem, line):
            lower, flatter = problem.risk(line + step), _norm(problem.gradient(line + step))
            if lower < risk * (1 - 1e-9) or (flatter < slope and lower <= risk * (1 + 1e-12)):
                break
        else:
            return line, risk, iteration
        line, risk, slope = line + step, lower, flatter
    return line, risk, 200


def _steps(problem: _Problem, line: Array) -> Iterator[Array]:
    """Newton's step, then that of iteratively reweighted least squares: both are weighted least squares."""
    predictions = problem.predict(line)
    error = predictions - problem.y
    slopes, curvatures = problem.derivative(predictions, problem.y), problem.curvature(predictions, problem.y)
    yield _weighted_step(problem.x, curvatures, slopes)
    exact = error == 0
    yield _weighted_step(problem.x, np.where(exact, curvatures, slopes / np.where(exact, 1, error)), slopes)


def _weighted_step(x: Array, weights: Array, slopes: Array) -> Array:
    """−(Σ weightᵢ [x², x; x, 1])⁻¹ Σ slopeᵢ [x, 1]; a step in b alone where the weighted x do not vary."""
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
