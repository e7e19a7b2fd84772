"""Construct networks by hand, without training, as in constructive proofs of the theorem.

Steps add up to a staircase, two steps make a bump, and ramps make linear pieces. Each network here has one hidden
layer, except the tower, which has two layers for comparison.

The error of a staircase. Let ω be the modulus of continuity, ω(δ) = sup {|f(x) − f(y)| : |x − y| ≤ δ}, and ω̄ its
least concave majorant (ω ≤ ω̄ ≤ 2ω; ω̄(δ) = Lδ if f has the Lipschitz constant L). At x, smooth steps of sharpness
κ give a mean of the values f(tᵢ) with the weights P(x − (h/κ) Λ in cell i), Λ with the logistic distribution. E|Λ|
= 2 ln 2, and no point is more than h/2 away from the middle of its cell, so by Jensen's inequality, for every κ > 0
and for κ = ∞,

    |f(x) − staircase(x)| ≤ ω̄(h/2 + 2 ln 2 · h/κ),     h the length of a cell.
"""

from collections.abc import Iterable
from functools import partial
from math import inf, log, pi

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import check, check_shape
from nnviz._types import Array, Bounds, Box, Function
from nnviz.approximation.domains import checked_box, checked_interval, checked_width, finite_values
from nnviz.enclosures.breaks import breaks
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import FunctionLike, TargetLike, as_function, as_target

_SIDE = 64  # samples along each side, and frequencies that a ridge staircase can use


def staircase(f: FunctionLike, interval: Bounds, width: int, sharpness: float = 20.0) -> ShallowNetwork:
    """Return N steps between the values of f at the middles tᵢ of N + 1 equal cells; step j is at their border sⱼ.

    N(x) = f(t₀) + Σⱼ (f(tⱼ) − f(tⱼ₋₁)) σ(κ (x − sⱼ)/h) with h the length of a cell and κ the ``sharpness``: a step
    rises from 10 % to 90 % over 4.4/κ cells. With κ = inf the steps are jumps. ValueError if f is not finite at a
    middle.
    """
    f = as_function(f)
    a, b = checked_interval(interval)
    borders = np.linspace(a, b, checked_width(width) + 2)
    heights = finite_values(f, _middles(borders))
    h = (b - a) / (width + 1)
    return ShallowNetwork(*_steps(borders[1:-1], h, sharpness), np.diff(heights), heights[0])


def staircase_distance(interval: Bounds, cells: int, sharpness: float) -> float:
    """Return δ = h/2 + 2 ln 2 · h/κ, where h is the length of a cell; the error of a staircase is at most ω̄(δ)."""
    a, b = checked_interval(interval)
    return (b - a) / cells * (0.5 + 2 * log(2) / sharpness)


def bump(low: float, high: float, height: float, sharpness: float = 20.0) -> ShallowNetwork:
    """Return a step up at low and a step down at high: height · (σ(κ (x − low)/h) − σ(κ (x − high)/h)), h = high −
    low.
    """
    low, high = checked_interval((low, high))
    edges = _steps(np.array([low, high]), high - low, sharpness)
    return ShallowNetwork(*edges, np.array([height, -height]), 0.0)


def bumps(f: FunctionLike, interval: Bounds, count: int, sharpness: float = 20.0) -> ShallowNetwork:
    """Return a bump of height f(tᵢ) on each of ``count`` equal cells, with 2 · count units.

    The outer edges lie one cell outside of K, so |f − bumps| ≤ ω̄(h/2 + 2 ln 2 · h/κ) + 2σ(−κ) max |f|. ValueError
    if f is not finite at the middle of a cell.
    """
    f = as_function(f)
    a, b = checked_interval(interval)
    borders = np.linspace(a, b, checked_width(2 * count) // 2 + 1)
    heights = finite_values(f, _middles(borders))
    h = (b - a) / count
    up, down = borders[:-1] - h * (np.arange(count) == 0), borders[1:] + h * (np.arange(count) == count - 1)
    edges = _steps(np.column_stack([up, down]).ravel(), h, sharpness)
    return ShallowNetwork(*edges, np.column_stack([heights, -heights]).ravel(), 0.0)


def best_staircase(f: TargetLike, interval: Bounds, width: int) -> ShallowNetwork:
    """Return N jumps, placed so that the largest error is as small as possible.

    For a given ε, the fewest levels result if each level goes on as long as max − min ≤ 2ε. The smallest ε is found by
    bisection. The error is minimized at 16 N + 4096 evenly spaced points and at the breaks of f. ValueError if f is not
    finite at a point.
    """
    f = as_target(f)
    a, b = checked_interval(interval)
    at = breaks(f, a, b)
    sides = [at, np.nextafter(at, a), np.nextafter(at, b)]
    x = np.unique(np.concatenate([np.linspace(a, b, 16 * checked_width(width) + 4096), *sides]))
    y = finite_values(f, x)
    listed, low, high = y.tolist(), 0.0, float(y.max() - y.min())
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_level_starts(listed, middle)) <= width + 1 else (middle, high)
    starts = _level_starts(listed, high)
    levels = [(part.min() + part.max()) / 2 for part in np.split(y, starts[1:])]
    levels += levels[-1:] * (width + 1 - len(levels))
    edges = np.append(x[starts[1:]], np.full(width + 1 - len(starts), b))
    return ShallowNetwork("step", np.ones(width), -edges, np.diff(levels), levels[0])


def _level_starts(y: list[float], spread: float) -> list[int]:
    """Return the indices at which a new level starts, so that no level spans more than ``spread``."""
    starts, low, high = [0], y[0], y[0]
    for i, value in enumerate(y):
        low, high = min(low, value), max(high, value)
        if high - low > spread:
            starts.append(i)
            low = high = value
    return starts


def ridge_staircase(
    f: FunctionLike, box: Box, width: int, waves: int = 16, sharpness: float = 20.0
) -> ShallowNetwork:
    """Return a network with two inputs: f as a sum of plane waves, each wave as a staircase along its direction.

    f = Σ c_kl cos(πks) cos(πlt) with s, t in [0, 1] across the box, and cos α cos β = ½ (cos(α + β) + cos(α − β)),
    so f is a sum of waves c cos(π(ks ± lt)), which are constant along lines. The ``waves`` largest are kept. Each
    wave gets a share of the N steps proportional to √(|c| (k + l)), which minimizes the sum of the errors.
    ValueError if f is not finite at a point.
    """
    f = as_function(f, 2)
    low, high = np.array(checked_box(box)).T
    directions, amplitudes, mean = _plane_waves(f, low, high, waves)
    importance = np.sqrt(np.abs(amplitudes) * np.abs(directions).sum(axis=1)) + 1e-300
    shares = np.cumsum(importance) / importance.sum()
    counts = np.diff(np.round(shares * checked_width(width)).astype(int), prepend=0)
    parts = []
    for k, amplitude, count in zip(directions / (high - low), amplitudes, counts):
        if count:
            ends = np.minimum(k * low, k * high).sum(), np.maximum(k * low, k * high).sum()
            wave = partial(_wave, amplitude, k @ low)
            parts.append((k, staircase(wave, ends, count, sharpness)))
    w, b, v = (np.concatenate(arrays) for arrays in zip(*[_along(k, one) for k, one in parts]))
    return ShallowNetwork(parts[0][1].activation, w, b, v, mean + sum(one.output_bias for _, one in parts))


def _wave(amplitude: float, start: float, t: Array) -> Array:
    """Return the values of a wave at t."""
    return amplitude * np.cos(pi * (t - start))


def _along(k: Array, network: ShallowNetwork) -> tuple[Array, Array, Array]:
    """Return the units of a network with one input as units of two inputs along the direction k."""
    return network.hidden_weights * k, network.hidden_biases, network.output_weights


def _plane_waves(f: Function, low: Array, high: Array, count: int) -> tuple[Array, Array, float]:
    """Return directions (k, ±l), (count, 2), amplitudes (count,) and mean of the largest waves of f's cosine series."""
    n = _SIDE
    s = (np.arange(n) + 0.5) / n
    points = np.stack(np.meshgrid(s, s, indexing="ij"), axis=-1).reshape(-1, 2)
    y = finite_values(f, low + (high - low) * points).reshape(n, n)
    cosines = np.cos(pi * np.outer(np.arange(n), s)) * np.where(np.arange(n) > 0, 2, 1)[:, None] / n
    c = cosines @ y @ cosines.T
    k = np.array([(i, j) for i in range(n) for j in range(1 - n, n) if i > 0 or j > 0])
    amplitudes = c[k[:, 0], np.abs(k[:, 1])] / np.where((k != 0).all(axis=1), 2, 1)
    largest = np.argsort(-np.abs(amplitudes), kind="stable")[:count]
    return k[largest], amplitudes[largest], float(c[0, 0])


def two_layer_tower(
    x: ArrayLike, box: Box, height: float = 1.0, sharpness: float = 20.0, inner: float = 20.0
) -> Array:
    """Return a tower on a box at points x (m, 2) -> (m,), from a network with two hidden layers.

    First layer: four steps, which make one bump in each input. Second layer: one unit that is on where both bumps
    are on, height · σ(inner · (bump₁ + bump₂ − 3/2)). Nielsen 2015, *Neural Networks and Deep Learning*, chapter 4.
    """
    points = np.asarray(x, dtype=np.float64)
    check_shape("x", points, "(m, 2)", points.ndim == 2 and points.shape[1] == 2)
    both = sum(bump(*side, 1.0, sharpness)(column) for side, column in zip(checked_box(box), points.T))
    return np.asarray(height * ACTIVATIONS["sigmoid"].value(inner * (both - 1.5)))


def interpolant(f: FunctionLike, interval: Bounds, width: int) -> ShallowNetwork:
    """Return the ReLU network that interpolates f linearly between width + 1 evenly spaced knots.

    N(x) = f(t₀) + Σⱼ vⱼ max(0, x − tⱼ), j = 0 … width − 1, where vⱼ is the change of slope at the knot tⱼ. Where
    |f″| ≤ M, its error is at most M h²/8, where h is the distance of the knots. ValueError if f is not finite at a
    knot.
    """
    f = as_function(f)
    a, b = checked_interval(interval)
    knots = np.linspace(a, b, checked_width(width) + 1)
    values = finite_values(f, knots)
    changes = np.diff(np.diff(values) / np.diff(knots), prepend=0.0)
    return ShallowNetwork("relu", np.ones(width), -knots[:-1], changes, values[0])


def interpolants(f: FunctionLike, interval: Bounds, widths: Iterable[int]) -> list[ShallowNetwork]:
    """Return the interpolant of each width."""
    f = as_function(f)
    return [interpolant(f, interval, width) for width in widths]


def _steps(places: Array, h: float, sharpness: float) -> tuple[str, Array, Array]:
    """Return activation, hidden weights and biases of the steps σ(κ (x − s)/h), which are jumps for κ = inf."""
    check("sharpness", sharpness, sharpness > 0, "above 0, or inf for jumps")
    if sharpness == inf:
        return "step", np.ones(len(places)), -places
    slope = sharpness / h
    return "sigmoid", np.full(len(places), slope), -slope * places


def _middles(borders: Array) -> Array:
    """Return the middles of the cells between neighboring borders."""
    return borders[:-1] / 2 + borders[1:] / 2
