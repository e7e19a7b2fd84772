"""Losses: what one wrong prediction costs. Value, derivative and curvature side by side.

Every function is per example; the mean over the examples, 1/n, is the caller's.

- regression: prediction ŷ and target y, both (n,); e = ŷ − y is the error. Derivative by ŷ.
- binary: prediction is the logit z, target y is 0 or 1, both (n,). Derivative by z. σ(z) = 1/(1 + e⁻ᶻ).
- multiclass: prediction is the logits (n, k), target the class 0 … k−1 as integers (n,). Derivative by them.

At a kink the derivative is 0 (a subgradient; torch's choice for the absolute loss) and so is the curvature.
Logits of any finite size give finite numbers: exponentials are taken of −|z| only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.settings import Setting, complete

Array = NDArray[np.floating[Any]]
Task = Literal["regression", "binary", "multiclass"]


class Formulas(NamedTuple):
    """Three functions of (prediction, target, **settings): unchecked, arrays in, arrays out."""

    value: Callable[..., Array]
    derivative: Callable[..., Array]
    curvature: Callable[..., Array]


@dataclass(frozen=True, eq=False)
class Loss:
    """One loss, per example. Results have the dtype of the prediction (whole numbers become float64).

    ``latex`` and ``derivative_latex`` are written in ŷ, y, e = ŷ − y (regression) or z, y (classification).
    ``estimates``: which number the best constant prediction is. ``convex``: convex in the prediction.
    """

    name: str
    label: str
    task: Task
    formulas: Formulas
    latex: str
    derivative_latex: str
    estimates: str
    lesson: str
    hyperparameters: Mapping[str, Setting] = field(default_factory=dict)
    convex: bool = True

    @property
    def settings(self) -> dict[str, float]:
        """Name -> default value of each setting."""
        return {name: setting.default for name, setting in self.hyperparameters.items()}

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the loss {self.name}", self.hyperparameters, settings)

    def value(self, prediction: ArrayLike, target: ArrayLike, **settings: float) -> Array:
        """Loss of each example, shape (n,)."""
        return self.formulas.value(*self._pair(prediction, target), **self.complete(settings))

    def derivative(self, prediction: ArrayLike, target: ArrayLike, **settings: float) -> Array:
        """First derivative by the prediction or logit, shape (n,); by the logits, shape (n, k)."""
        return self.formulas.derivative(*self._pair(prediction, target), **self.complete(settings))

    def curvature(self, prediction: ArrayLike, target: ArrayLike, **settings: float) -> Array:
        """Second derivative by the prediction or logit, shape (n,); by the logits, Hessians (n, k, k)."""
        return self.formulas.curvature(*self._pair(prediction, target), **self.complete(settings))

    def _pair(self, prediction: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
        prediction, target = np.asarray(prediction), np.asarray(target)
        if prediction.dtype.kind != "f":
            prediction = prediction.astype(np.float64)
        if self.task == "multiclass":
            _check_classes(prediction, target)
            return prediction, target
        if prediction.shape != target.shape:
            raise ValueError(
                f"predictions of shape {prediction.shape} and targets of shape {target.shape}: "
                "one prediction for each target is needed"
            )
        return prediction, target.astype(prediction.dtype, copy=False)


def _check_classes(logits: Array, target: Array) -> None:
    if logits.ndim != 2 or target.shape != logits.shape[:1]:
        raise ValueError(f"logits {logits.shape} and classes {target.shape}; legal is (n, k) and (n,)")
    if target.dtype.kind not in "iu" or np.any((target < 0) | (target >= logits.shape[1])):
        raise ValueError(f"classes must be whole numbers from 0 to {logits.shape[1] - 1}, got {target}")


# --- regression: e = ŷ − y ---------------------------------------------------------------------------


# ℓ = e²
def _squared(prediction: Array, target: Array) -> Array:
    return np.square(prediction - target)


# ℓ′ = 2e
def _squared_derivative(prediction: Array, target: Array) -> Array:
    return 2 * (prediction - target)


# ℓ″ = 2
def _squared_curvature(prediction: Array, target: Array) -> Array:
    return np.full_like(prediction - target, 2)


# ℓ = |e|
def _absolute(prediction: Array, target: Array) -> Array:
    return np.abs(prediction - target)


# ℓ′ = sign(e), 0 at e = 0
def _absolute_derivative(prediction: Array, target: Array) -> Array:
    return np.sign(prediction - target)


# ℓ″ = 0, for every loss made of straight pieces
def _straight(prediction: Array, target: Array, **_settings: float) -> Array:
    return np.zeros_like(prediction - target)


# ℓ = ½ e² where |e| ≤ δ, δ (|e| − ½ δ) beyond
def _huber(prediction: Array, target: Array, delta: float) -> Array:
    size = np.abs(prediction - target)
    inside = np.minimum(size, delta)
    return inside * (size - 0.5 * inside)


# ℓ′ = e where |e| ≤ δ, δ sign(e) beyond
def _huber_derivative(prediction: Array, target: Array, delta: float) -> Array:
    return np.clip(prediction - target, -delta, delta)


# ℓ″ = 1 where |e| ≤ δ, 0 beyond
def _huber_curvature(prediction: Array, target: Array, delta: float) -> Array:
    error = prediction - target
    return (np.abs(error) <= delta).astype(error.dtype)


# ℓ = log cosh e = |e| + log(½ (1 + exp(−2|e|)))
def _log_cosh(prediction: Array, target: Array) -> Array:
    size = np.abs(prediction - target)
    return np.asarray(size + np.log1p(np.expm1(-2 * size) / 2))


# ℓ′ = tanh e
def _log_cosh_derivative(prediction: Array, target: Array) -> Array:
    return np.tanh(prediction - target)


# ℓ″ = 1 / cosh² e = 4 u / (1 + u)² with u = exp(−2|e|)
def _log_cosh_curvature(prediction: Array, target: Array) -> Array:
    u = np.exp(-2 * np.abs(prediction - target))
    return np.asarray(4 * u / (1 + u) ** 2)


# ℓ = (1 − τ) e where e > 0 (predicted too high), −τ e where e < 0 (too low)
def _quantile(prediction: Array, target: Array, tau: float) -> Array:
    error = prediction - target
    return np.maximum((1 - tau) * error, -tau * error)


# ℓ′ = 1 − τ where e > 0, −τ where e < 0, 0 at e = 0
def _quantile_derivative(prediction: Array, target: Array, tau: float) -> Array:
    sign = np.sign(prediction - target)
    return (0.5 - tau) * np.abs(sign) + 0.5 * sign


# ℓ = c²/6 (1 − (1 − (e/c)²)³) where |e| ≤ c, c²/6 beyond
def _tukey(prediction: Array, target: Array, c: float) -> Array:
    u = np.clip((prediction - target) / c, -1, 1)
    return np.asarray(c**2 / 6 * (1 - (1 - u**2) ** 3))


# ℓ′ = e (1 − (e/c)²)² where |e| ≤ c, 0 beyond
def _tukey_derivative(prediction: Array, target: Array, c: float) -> Array:
    u = np.clip((prediction - target) / c, -1, 1)
    return c * u * np.square(1 - u**2)


# ℓ″ = (1 − (e/c)²) (1 − 5 (e/c)²) where |e| ≤ c, 0 beyond
def _tukey_curvature(prediction: Array, target: Array, c: float) -> Array:
    u = np.clip((prediction - target) / c, -1, 1)
    return (1 - u**2) * (1 - 5 * u**2)


# --- binary: logit z, target y ∈ {0, 1} --------------------------------------------------------------


# σ(z) = 1 / (1 + exp(−z))
def _sigmoid(z: Array) -> Array:
    u = np.exp(-np.abs(z))
    return np.asarray(np.where(z < 0, u, 1) / (1 + u))


# log(1 + exp(z)) = max(z, 0) + log(1 + exp(−|z|))
def _softplus(z: Array) -> Array:
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


# ℓ = −y log σ(z) − (1 − y) log(1 − σ(z)) = max(z, 0) − y z + log(1 + exp(−|z|))
def _cross_entropy(z: Array, y: Array) -> Array:
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


# ℓ′ = σ(z) − y
def _cross_entropy_derivative(z: Array, y: Array) -> Array:
    return _sigmoid(z) - y


# ℓ″ = σ(z) (1 − σ(z)) = σ(z) σ(−z)
def _cross_entropy_curvature(z: Array, y: Array) -> Array:  # noqa: ARG001
    return _sigmoid(z) * _sigmoid(-z)


# ℓ = max(0, 1 − s z) with s = 2y − 1 = ±1
def _hinge(z: Array, y: Array) -> Array:
    s = 2 * y - 1
    return np.maximum(0, 1 - s * z)


# ℓ′ = −s where s z < 1, else 0
def _hinge_derivative(z: Array, y: Array) -> Array:
    s = 2 * y - 1
    return np.where(s * z < 1, -s, 0)


# ℓ = (σ(z) − y)²
def _squared_sigmoid(z: Array, y: Array) -> Array:
    return np.square(_sigmoid(z) - y)


# ℓ′ = 2 (p − y) p (1 − p) with p = σ(z)
def _squared_sigmoid_derivative(z: Array, y: Array) -> Array:
    p = _sigmoid(z)
    return 2 * (p - y) * p * (1 - p)


# ℓ″ = 2 p (1 − p) (p (1 − p) + (p − y) (1 − 2p)) with p = σ(z)
def _squared_sigmoid_curvature(z: Array, y: Array) -> Array:
    p = _sigmoid(z)
    return 2 * p * (1 - p) * (p * (1 - p) + (p - y) * (1 - 2 * p))


# ℓ = −q^γ log p: p = σ(s z) the probability of the true class, q = 1 − p, s = 2y − 1
def _focal(z: Array, y: Array, gamma: float) -> Array:
    margin = (2 * y - 1) * z
    q, surprise = _sigmoid(-margin), _softplus(-margin)
    return q**gamma * surprise


# ℓ′ = −s q^γ (q − γ p log p)
def _focal_derivative(z: Array, y: Array, gamma: float) -> Array:
    s = 2 * y - 1
    p, q, surprise = _sigmoid(s * z), _sigmoid(-s * z), _softplus(-s * z)
    return -s * q**gamma * (q + gamma * p * surprise)


# ℓ″ = p q^γ ((1 + 2γ) q − γ (γ p − q) log p)
def _focal_curvature(z: Array, y: Array, gamma: float) -> Array:
    margin = (2 * y - 1) * z
    p, q, surprise = _sigmoid(margin), _sigmoid(-margin), _softplus(-margin)
    return p * q**gamma * ((1 + 2 * gamma) * q + gamma * (gamma * p - q) * surprise)


# --- multiclass: logits z (n, k), class y (n,) -------------------------------------------------------


# p = softmax(z) = exp(z − max z) / Σ exp(z − max z)
def _softmax(z: Array) -> Array:
    u = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(u / u.sum(axis=1, keepdims=True))


# ℓ = log Σⱼ exp(zⱼ) − z_y = log Σⱼ exp(uⱼ) − u_y with u = z − max z
def _softmax_cross_entropy(z: Array, y: Array) -> Array:
    u = z - z.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(u).sum(axis=1)) - u[np.arange(len(y)), y])


# ∂ℓ/∂z = p − (1 at the true class, 0 elsewhere)
def _softmax_cross_entropy_derivative(z: Array, y: Array) -> Array:
    derivative = _softmax(z)
    derivative[np.arange(len(y)), y] -= 1
    return derivative


# ∂²ℓ/∂z² = diag(p) − p pᵀ
def _softmax_cross_entropy_curvature(z: Array, y: Array) -> Array:  # noqa: ARG001
    p = _softmax(z)
    return p[:, :, None] * np.eye(z.shape[1], dtype=z.dtype) - p[:, :, None] * p[:, None, :]


_REGISTERED = (
    Loss(
        name="squared",
        label="Squared",
        task="regression",
        formulas=Formulas(_squared, _squared_derivative, _squared_curvature),
        latex=r"\ell = e^2, \quad e = \hat y - y",
        derivative_latex=r"\frac{\partial \ell}{\partial \hat y} = 2e",
        estimates="the mean",
        lesson="Twice the error costs four times as much, so one far point can pull the whole line.",
    ),
    Loss(
        name="absolute",
        label="Absolute",
        task="regression",
        formulas=Formulas(_absolute, _absolute_derivative, _straight),
        latex=r"\ell = |e|, \quad e = \hat y - y",
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \operatorname{sign}(e)"
            r" \quad (0 \text{ at the kink } e = 0)"
        ),
        estimates="the median",
        lesson="Every point pulls equally hard, however far away it is: only its side counts.",
    ),
    Loss(
        name="huber",
        label="Huber",
        task="regression",
        formulas=Formulas(_huber, _huber_derivative, _huber_curvature),
        latex=(
            r"\ell = \begin{cases} \tfrac12 e^2 & |e| \le \delta \\"
            r" \delta\,(|e| - \tfrac12 \delta) & |e| > \delta \end{cases}, \quad e = \hat y - y"
        ),
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \begin{cases} e & |e| \le \delta \\"
            r" \delta \operatorname{sign}(e) & |e| > \delta \end{cases}"
        ),
        estimates="a value between the median (small δ) and the mean (large δ)",
        lesson="A parabola near zero and a straight line beyond δ: smooth, yet no point pulls harder than δ.",
        hyperparameters={
            "delta": Setting(1.0, 0, inf, False, "the error beyond which the cost grows straight")
        },
    ),
    Loss(
        name="log_cosh",
        label="Log-cosh",
        task="regression",
        formulas=Formulas(_log_cosh, _log_cosh_derivative, _log_cosh_curvature),
        latex=r"\ell = \log \cosh e, \quad e = \hat y - y",
        derivative_latex=r"\frac{\partial \ell}{\partial \hat y} = \tanh e",
        estimates="a value between the mean (small errors) and the median (large errors)",
        lesson="Nearly ½e² for small errors and |e| − log 2 for large ones, with no corner anywhere.",
    ),
    Loss(
        name="quantile",
        label="Quantile (pinball)",
        task="regression",
        formulas=Formulas(_quantile, _quantile_derivative, _straight),
        latex=(
            r"\ell = \begin{cases} (1 - \tau)\, e & e \ge 0 \\ -\tau\, e & e < 0 \end{cases},"
            r" \quad e = \hat y - y"
        ),
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \begin{cases} 1 - \tau & e > 0 \\ -\tau & e < 0"
            r" \end{cases} \quad (0 \text{ at the kink } e = 0)"
        ),
        estimates="the τ-quantile",
        lesson="When too low costs τ and too high costs 1 − τ, a share τ of the points ends up below.",
        hyperparameters={"tau": Setting(0.9, 0, 1, False, "the share of the points that should lie below")},
    ),
    Loss(
        name="tukey",
        label="Tukey (biweight)",
        task="regression",
        formulas=Formulas(_tukey, _tukey_derivative, _tukey_curvature),
        latex=(
            r"\ell = \begin{cases} \tfrac{c^2}{6} \left(1 - \left(1 - (e/c)^2\right)^3\right) & |e| \le c \\"
            r" \tfrac{c^2}{6} & |e| > c \end{cases}, \quad e = \hat y - y"
        ),
        derivative_latex=(
            r"\frac{\partial \ell}{\partial \hat y} = \begin{cases} e \left(1 - (e/c)^2\right)^2 & |e| \le c"
            r" \\ 0 & |e| > c \end{cases}"
        ),
        estimates="the centre of the largest crowd: points farther than c from it count for nothing",
        lesson="A point beyond c no longer pulls at all; the price is a loss that is not convex.",
        hyperparameters={
            "c": Setting(4.685, 0, inf, False, "the error beyond which a point no longer pulls")
        },
        convex=False,
    ),
    Loss(
        name="cross_entropy",
        label="Cross-entropy",
        task="binary",
        formulas=Formulas(_cross_entropy, _cross_entropy_derivative, _cross_entropy_curvature),
        latex=r"\ell = -y \log \sigma(z) - (1 - y) \log\left(1 - \sigma(z)\right)",
        derivative_latex=r"\frac{\partial \ell}{\partial z} = \sigma(z) - y",
        estimates="the log-odds of class 1: σ(z) is its probability",
        lesson="The slope is the error in the probability itself: a confident mistake is corrected fast.",
    ),
    Loss(
        name="hinge",
        label="Hinge",
        task="binary",
        formulas=Formulas(_hinge, _hinge_derivative, _straight),
        latex=r"\ell = \max(0,\, 1 - s z), \quad s = 2y - 1 = \pm 1",
        derivative_latex=(
            r"\frac{\partial \ell}{\partial z} = \begin{cases} -s & s z < 1 \\ 0 & s z \ge 1 \end{cases}"
        ),
        estimates="the more frequent class, as the sign of z; not its probability",
        lesson="Points on the right side with a margin of 1 or more count for nothing; the others decide.",
    ),
    Loss(
        name="squared_sigmoid",
        label="Squared error on the sigmoid",
        task="binary",
        formulas=Formulas(_squared_sigmoid, _squared_sigmoid_derivative, _squared_sigmoid_curvature),
        latex=r"\ell = \left(\sigma(z) - y\right)^2",
        derivative_latex=(
            r"\frac{\partial \ell}{\partial z} = 2\,(\sigma(z) - y)\,\sigma(z)\,(1 - \sigma(z))"
        ),
        estimates="the log-odds of class 1: σ(z) is its probability",
        lesson="A confident mistake sits where the sigmoid is flat: its slope vanishes and learning stalls.",
        convex=False,
    ),
    Loss(
        name="focal",
        label="Focal",
        task="binary",
        formulas=Formulas(_focal, _focal_derivative, _focal_curvature),
        latex=r"\ell = -(1 - p)^\gamma \log p, \quad p = \sigma(s z), \; s = 2y - 1 = \pm 1",
        derivative_latex=(
            r"\frac{\partial \ell}{\partial z} = -s\,(1 - p)^\gamma \left(1 - p - \gamma\, p \log p\right)"
        ),
        estimates="the more frequent class, as the sign of z; for γ > 0 σ(z) is not its probability",
        lesson="Easy examples are turned down by (1 − p)^γ, so the rare hard ones lead (Lin et al. 2017).",
        hyperparameters={"gamma": Setting(2.0, 0, inf, True, "how strongly easy examples are turned down")},
        convex=False,
    ),
    Loss(
        name="softmax_cross_entropy",
        label="Softmax cross-entropy",
        task="multiclass",
        formulas=Formulas(
            _softmax_cross_entropy, _softmax_cross_entropy_derivative, _softmax_cross_entropy_curvature
        ),
        latex=r"\ell = -\log p_y, \quad p_j = \frac{e^{z_j}}{\sum_i e^{z_i}}",
        derivative_latex=r"\frac{\partial \ell}{\partial z_j} = p_j - [\,j = y\,]",
        estimates="the logarithms of the class probabilities, up to a shared constant",
        lesson="Raising one logit lowers the probability of all others: the slopes sum to zero.",
    ),
)
LOSSES: Mapping[str, Loss] = {loss.name: loss for loss in _REGISTERED}
