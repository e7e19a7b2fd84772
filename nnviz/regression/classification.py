"""Two classes in a plane: a linear logit on powers of the features, where it changes sign, and how far to trust it.

Logits z (n,), probabilities p = σ(z), classes y 0 or 1. Entropies are in nats; 0 log 0 is 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._checks import check, check_between, check_shape
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.losses.losses import Loss
from nnviz.losses.surfaces import Surface, quadratic

MOST_DEGREE = 6


@displayed()
class Calibration(NamedTuple):
    """Hold predictions in B bins of equal width: edges (B + 1,), counts, mean prediction and share of class 1 (B,).

    Empty bins have nan. ``error`` is the expected calibration error Σ counts/n |share − mean| (Naeini et al. 2015).
    """

    edges: Array
    counts: NDArray[np.int64]
    mean: Array
    share: Array
    error: float


def calibration(p: ArrayLike, y: ArrayLike, bins: int = 10) -> Calibration:
    """Return what came true among predictions alike; a bin holds its left edge, the last one both.

    ValueError for probabilities outside [0, 1], targets other than 0 and 1, or no bin.
    """
    predicted, target = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    check_shape("p", predicted, "(n,)", predicted.ndim == 1)
    check_shape("y", target, f"{predicted.shape}", target.shape == predicted.shape)
    check_between("bins", bins, 1, whole=True)
    check("p", predicted, bool(((predicted >= 0) & (predicted <= 1)).all()), "between 0 and 1")
    check("y", target, bool(np.isin(target, (0, 1)).all()), "0 or 1")
    edges = np.linspace(0, 1, bins + 1)
    bin_of = np.clip(np.searchsorted(edges, predicted, side="right") - 1, 0, bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(bin_of, predicted, bins) / counts
        share = np.bincount(bin_of, target, bins) / counts
    error = float(np.nansum(counts * np.abs(share - mean)) / len(target))
    return Calibration(edges, counts, mean, share, error)


def monomials(x: ArrayLike, degree: int) -> Array:
    """Return all x₁ᵃ x₂ᵇ with 0 ≤ a + b ≤ degree of x (n, 2), the constant first: (n, (degree+1)(degree+2)/2)."""
    points = np.asarray(x, dtype=np.float64)
    check_shape("x", points, "(n, 2)", points.ndim == 2 and points.shape[1] == 2)
    check_between("degree", degree, 1, MOST_DEGREE, whole=True)
    one, two = points.T
    return np.column_stack(
        [one ** (total - b) * two**b for total in range(degree + 1) for b in range(total + 1)]
    )


@displayed()
@dataclass(frozen=True, eq=False)
class LinearLogit:
    """Hold z = θ · monomials((x − middle) / half): linear in its parameters θ (P,), whatever the degree."""

    middle: Array
    half: Array
    degree: int
    theta: Array

    def __call__(self, x: ArrayLike) -> Array:
        """Return the logits (n,) at x (n, 2)."""
        points = (np.asarray(x, dtype=np.float64) - self.middle) / self.half
        return np.asarray(monomials(points, self.degree) @ self.theta)

    def plane(self) -> tuple[float, float, float]:
        """Return (b, w₁, w₂) with z = b + w₁x₁ + w₂x₂ in the units of x; ValueError unless the degree is 1."""
        check("degree", self.degree, self.degree == 1, "1 for a plane")
        w1, w2 = (self.theta[1:] / self.half).tolist()
        return float(self.theta[0] - self.theta[1:] @ (self.middle / self.half)), w1, w2


def mean_loss_surface(
    features: ArrayLike, y: ArrayLike, loss: Loss, settings: Mapping[str, float]
) -> Surface:
    """Return the mean of ℓ(features · θ, y) as a surface over θ (P,), for features (n, P) and a binary loss."""
    check("loss", loss.name, loss.task == "binary", "a binary loss")
    rows, target = np.asarray(features, dtype=np.float64), np.asarray(y, dtype=np.float64)
    known = loss.complete(settings)

    def value(points: ArrayLike) -> Array:
        z = np.asarray(points) @ rows.T
        return np.asarray(loss.formulas.value(z, target, **known).mean(axis=-1))

    def gradient(points: ArrayLike) -> Array:
        z = np.asarray(points) @ rows.T
        return np.asarray(loss.formulas.derivative(z, target, **known) @ rows / len(rows))

    def hessian(points: ArrayLike) -> Array:
        z = np.asarray(points) @ rows.T
        weights = loss.formulas.curvature(z, target, **known) / len(rows)
        return np.asarray(np.einsum("...n,np,nq->...pq", weights, rows, rows))

    size = rows.shape[1]
    return replace(
        quadratic(np.eye(size)),
        name=loss.name,
        label=loss.label,
        latex=loss.latex,
        value=value,
        gradient=gradient,
        hessian=hessian,
        start=(0.0,) * size,
        lesson=loss.lesson,
        minima=(),
    )


def zero_lines(values: ArrayLike, x: ArrayLike, y: ArrayLike) -> Array:
    """Return where a function is 0: segments (s, 4) as x, y, x′, y′, from its values (rows y, columns x) on a grid.

    Marching squares: each cell's edges are crossed where a straight line between its corners is 0.
    """
    v, x0, y0 = (np.asarray(array, dtype=np.float64) for array in (values, x, y))
    gx, gy = np.meshgrid(x0, y0)
    corners = [(array[:-1, :-1], array[:-1, 1:], array[1:, 1:], array[1:, :-1]) for array in (v, gx, gy)]
    heights, across, up = (np.stack(four, axis=-1).reshape(-1, 4) for four in corners)
    following = [1, 2, 3, 0]
    crossed = (heights > 0) != (heights[:, following] > 0)
    fall = np.where(crossed, heights - heights[:, following], 1.0)
    share = heights / fall
    at = np.stack([c + share * (c[:, following] - c) for c in (across, up)], axis=-1)
    order = np.argsort(~crossed, axis=1, kind="stable")
    ends = np.take_along_axis(at, order[..., None], axis=1).reshape(-1, 2, 4)
    some, both = crossed.any(axis=1), crossed.all(axis=1)
    return np.concatenate([ends[some, 0], ends[both, 1]])


def concave_intervals(
    loss: Loss, target: float, low: float, high: float, **settings: float
) -> list[tuple[float, float]]:
    """Return the intervals of [low, high] on which ℓ″ by the prediction or logit is below 0, by bisection."""

    def bends_down(z: Array) -> NDArray[np.bool_]:
        return np.asarray(loss.curvature(z, np.full_like(z, target), **settings) < 0)

    grid = np.linspace(low, high, 801)
    down = bends_down(grid)
    turns = np.flatnonzero(down[1:] != down[:-1])
    ends = [low] * bool(down[0])
    for k in turns:
        a, b = grid[k], grid[k + 1]
        for _ in range(50):
            middle = (a + b) / 2
            a, b = (middle, b) if bends_down(np.array([middle]))[0] == down[k] else (a, middle)
        ends.append(float((a + b) / 2))
    ends += [high] * bool(down[-1])
    return list(zip(ends[::2], ends[1::2], strict=True))
