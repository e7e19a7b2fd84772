"""Two classes in a plane: a linear logit on powers of the features, where it changes sign, and how far to trust it.

Logits z (n,), probabilities p = σ(z), classes y 0 or 1. Entropies are in nats; 0 log 0 is 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.descent import DescentSpec, descend
from nnviz.learning.losses import LOSSES, Loss
from nnviz.learning.surfaces import Surface, quadratic

Array = NDArray[np.float64]
Settings = tuple[tuple[str, float], ...]

MOST_DEGREE = 6


def sigmoid(z: ArrayLike) -> Array:
    """σ(z) = 1/(1 + e⁻ᶻ) = ½ (1 + tanh ½z)."""
    return np.asarray(0.5 * (1 + np.tanh(np.asarray(z, dtype=np.float64) / 2)))


def softmax(z: ArrayLike) -> Array:
    """Probabilities (..., k) of the logits (..., k)."""
    logits = np.asarray(z, dtype=np.float64)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


class Information(NamedTuple):
    """H(p, q) = H(p) + KL(p ‖ q), in nats."""

    entropy: float
    divergence: float
    cross_entropy: float


def information(p: ArrayLike, q: ArrayLike) -> Information:
    """Entropy of p (k,), divergence of q from p, and their sum, the cross-entropy −Σ p log q.

    q = 0 where p is not makes them inf. ValueError unless both are distributions over the same k outcomes.
    """
    truth, model = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    for values in (truth, model):
        if (
            values.ndim != 1
            or values.shape != truth.shape
            or not (values >= 0).all()
            or abs(values.sum() - 1) > 1e-9
        ):
            raise ValueError(
                f"a distribution is k shares of at least 0 with the sum 1; got {values.tolist()}"
            )
    possible = truth > 0
    with np.errstate(divide="ignore"):
        surprise, ideal = -np.log(model[possible]), -np.log(truth[possible])
    weights = truth[possible]
    return Information(float(weights @ ideal), float(weights @ (surprise - ideal)), float(weights @ surprise))


class Calibration(NamedTuple):
    """Predictions sorted into B bins of equal width: edges (B + 1,), counts, mean prediction and share of class 1 (B,).

    Empty bins have nan. ``error`` is the expected calibration error Σ counts/n |share − mean| (Naeini et al. 2015).
    """

    edges: Array
    counts: NDArray[np.int64]
    mean: Array
    share: Array
    error: float


def calibration(p: ArrayLike, y: ArrayLike, bins: int = 10) -> Calibration:
    """What came true among predictions alike; a bin holds its left edge, the last one both.

    ValueError for probabilities outside [0, 1], targets other than 0 and 1, or no bin.
    """
    predicted, target = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if predicted.shape != target.shape or predicted.ndim != 1 or predicted.size == 0 or bins < 1:
        raise ValueError(
            f"p {predicted.shape} and y {target.shape} in {bins} bins; legal is (n,) for both, 1 bin or more"
        )
    if not ((predicted >= 0) & (predicted <= 1) & np.isin(target, (0, 1))).all():
        raise ValueError("p must lie in [0, 1] and y must be 0 or 1")
    edges = np.linspace(0, 1, bins + 1)
    bin_of = np.clip(np.searchsorted(edges, predicted, side="right") - 1, 0, bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(bin_of, predicted, bins) / counts
        share = np.bincount(bin_of, target, bins) / counts
    error = float(np.nansum(counts * np.abs(share - mean)) / len(target))
    return Calibration(edges, counts, mean, share, error)


def monomials(x: ArrayLike, degree: int) -> Array:
    """All products x₁ᵃ x₂ᵇ with 0 ≤ a + b ≤ degree of x (n, 2), the constant first, as (n, (degree+1)(degree+2)/2)."""
    points = np.asarray(x, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"x has shape {points.shape}; legal is (n, 2)")
    if not 1 <= degree <= MOST_DEGREE:
        raise ValueError(f"degree must be a whole number from 1 to {MOST_DEGREE}; got {degree!r}")
    one, two = points.T
    return np.column_stack(
        [one ** (total - b) * two**b for total in range(degree + 1) for b in range(total + 1)]
    )


@dataclass(frozen=True, eq=False)
class LinearLogit:
    """z = θ · monomials((x − middle) / half): linear in its parameters θ (P,), whatever the degree."""

    middle: Array
    half: Array
    degree: int
    theta: Array

    def __call__(self, x: ArrayLike) -> Array:
        """The logits (n,) at x (n, 2)."""
        points = (np.asarray(x, dtype=np.float64) - self.middle) / self.half
        return np.asarray(monomials(points, self.degree) @ self.theta)

    def plane(self) -> tuple[float, float, float]:
        """(b, w₁, w₂) with z = b + w₁x₁ + w₂x₂ in the units of x; ValueError unless the degree is 1."""
        if self.degree != 1:
            raise ValueError(f"a plane has the degree 1; this logit has {self.degree}")
        w1, w2 = (self.theta[1:] / self.half).tolist()
        return float(self.theta[0] - self.theta[1:] @ (self.middle / self.half)), w1, w2


def mean_loss_surface(
    features: ArrayLike, y: ArrayLike, loss: Loss, settings: Mapping[str, float]
) -> Surface:
    """The mean over n examples of ℓ(features · θ, y) as a surface over θ (P,), features (n, P); a binary loss."""
    if loss.task != "binary":
        raise ValueError(f"the loss {loss.name} is for {loss.task}; two classes need a binary loss")
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
        quadratic(np.eye(size)), name=loss.name, label=loss.label, latex=loss.latex, value=value, gradient=gradient,
        hessian=hessian, start=(0.0,) * size, lesson=loss.lesson, minima=(),
    )  # fmt: skip


class LogitRun(NamedTuple):
    """The model after the last step that was finite, the mean loss before each step and after the last, (k + 1,)."""

    model: LinearLogit
    losses: Array
    diverged: bool


@dataclass(frozen=True)
class LogitSpec:
    """Logistic regression on powers up to ``degree``: which loss is descended with Adam from θ = 0, and how far."""

    degree: int = 1
    loss: str = "cross_entropy"
    loss_settings: Settings = ()
    learning_rate: float = 0.05
    steps: int = 500

    def __post_init__(self) -> None:
        if self.loss not in LOSSES or LOSSES[self.loss].task != "binary":
            legal = ", ".join(name for name, loss in LOSSES.items() if loss.task == "binary")
            raise ValueError(f"loss must be one of {legal}; got {self.loss!r}")
        monomials(np.zeros((1, 2)), self.degree)
        DescentSpec("own", "adam", self.learning_rate, (0.0,), self.steps)


def fit_logit(spec: LogitSpec, x: ArrayLike, y: ArrayLike) -> LogitRun:
    """Descend on the mean loss of points x (n, 2) with classes y (n,); the features are first brought into [−1, 1]."""
    points, loss = np.asarray(x, dtype=np.float64), LOSSES[spec.loss]
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    half = np.maximum((points.max(axis=0) - points.min(axis=0)) / 2, np.finfo(np.float64).tiny)
    features = monomials((points - middle) / half, spec.degree)
    surface = mean_loss_surface(features, y, loss, dict(spec.loss_settings))
    start = (0.0,) * features.shape[1]
    run = descend(DescentSpec("own", "adam", spec.learning_rate, start, spec.steps), surface)
    return LogitRun(LinearLogit(middle, half, spec.degree, run.points[-1]), run.values, run.diverged)


def zero_lines(values: ArrayLike, x: ArrayLike, y: ArrayLike) -> Array:
    """Where a function is 0: segments (s, 4) as x, y, x′, y′, from its values (rows y, columns x) on a grid.

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
    """The intervals of [low, high] on which ℓ″ by the prediction or logit is below 0, their ends by bisection."""

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
