"""Define the losses of classes, one record each: of a logit z and a class 0 or 1, or of k logits and a class.

Logits of any finite size give finite numbers: exponentials are taken of −|z| only.
"""

from math import inf
from typing import Final

import numpy as np

from nnviz._types import FloatArray
from nnviz.losses.hyperparameters import Hyperparameter
from nnviz.losses.loss import Formulas, Loss


# ℓ″ = 0, for a loss made of straight pieces
def _straight(prediction: FloatArray, target: FloatArray, **_settings: float) -> FloatArray:
    return np.zeros_like(prediction - target)


# --- binary: logit z, target y ∈ {0, 1} --------------------------------------------------------------


# σ(z) = 1 / (1 + exp(−z))
def _sigmoid(z: FloatArray) -> FloatArray:
    u = np.exp(-np.abs(z))
    return np.asarray(np.where(z < 0, u, 1) / (1 + u))


# log(1 + exp(z)) = max(z, 0) + log(1 + exp(−|z|))
def _softplus(z: FloatArray) -> FloatArray:
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


# ℓ = −y log σ(z) − (1 − y) log(1 − σ(z)) = max(z, 0) − y z + log(1 + exp(−|z|))
def _cross_entropy(z: FloatArray, y: FloatArray) -> FloatArray:
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


# ℓ′ = σ(z) − y = (1 − y) σ(z) − y σ(−z), which keeps all digits for large |z|
def _cross_entropy_derivative(z: FloatArray, y: FloatArray) -> FloatArray:
    return (1 - y) * _sigmoid(z) - y * _sigmoid(-z)


# ℓ″ = σ(z) (1 − σ(z)) = σ(z) σ(−z)
def _cross_entropy_curvature(z: FloatArray, y: FloatArray) -> FloatArray:  # noqa: ARG001
    return _sigmoid(z) * _sigmoid(-z)


# ℓ = max(0, 1 − s z) with s = 2y − 1 = ±1
def _hinge(z: FloatArray, y: FloatArray) -> FloatArray:
    s = 2 * y - 1
    return np.maximum(0, 1 - s * z)


# ℓ′ = −s where s z < 1, else 0
def _hinge_derivative(z: FloatArray, y: FloatArray) -> FloatArray:
    s = 2 * y - 1
    return np.where(s * z < 1, -s, 0)


# ℓ = (σ(z) − y)²
def _squared_sigmoid(z: FloatArray, y: FloatArray) -> FloatArray:
    return np.square(_sigmoid(z) - y)


# ℓ′ = 2 (p − y) p (1 − p) with p = σ(z)
def _squared_sigmoid_derivative(z: FloatArray, y: FloatArray) -> FloatArray:
    p, rest = _sigmoid(z), _sigmoid(-z)
    return 2 * ((1 - y) * p - y * rest) * p * rest


# ℓ″ = 2 p (1 − p) (p (1 − p) + (p − y) (1 − 2p)) with p = σ(z)
def _squared_sigmoid_curvature(z: FloatArray, y: FloatArray) -> FloatArray:
    p = _sigmoid(z)
    return 2 * p * (1 - p) * (p * (1 - p) + (p - y) * (1 - 2 * p))


# ℓ = −q^γ log p: p = σ(s z) the probability of the true class, q = 1 − p, s = 2y − 1
def _focal(z: FloatArray, y: FloatArray, gamma: float) -> FloatArray:
    margin = (2 * y - 1) * z
    q, surprise = _sigmoid(-margin), _softplus(-margin)
    return q**gamma * surprise


# ℓ′ = −s q^γ (q − γ p log p)
def _focal_derivative(z: FloatArray, y: FloatArray, gamma: float) -> FloatArray:
    s = 2 * y - 1
    p, q, surprise = _sigmoid(s * z), _sigmoid(-s * z), _softplus(-s * z)
    return -s * q**gamma * (q + gamma * p * surprise)


# ℓ″ = p q^γ ((1 + 2γ) q − γ (γ p − q) log p)
def _focal_curvature(z: FloatArray, y: FloatArray, gamma: float) -> FloatArray:
    margin = (2 * y - 1) * z
    p, q, surprise = _sigmoid(margin), _sigmoid(-margin), _softplus(-margin)
    return p * q**gamma * ((1 + 2 * gamma) * q + gamma * (gamma * p - q) * surprise)


# --- multiclass: logits z (n, k), class y (n,) -------------------------------------------------------


# p = softmax(z) = exp(z − max z) / Σ exp(z − max z)
def _softmax(z: FloatArray) -> FloatArray:
    u = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(u / u.sum(axis=1, keepdims=True))


# ℓ = log Σⱼ exp(zⱼ) − z_y = log Σⱼ exp(uⱼ) − u_y with u = z − max z
def _softmax_cross_entropy(z: FloatArray, y: FloatArray) -> FloatArray:
    u = z - z.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(u).sum(axis=1)) - u[np.arange(len(y)), y])


# ∂ℓ/∂z = p − (1 at the true class, 0 elsewhere)
def _softmax_cross_entropy_derivative(z: FloatArray, y: FloatArray) -> FloatArray:
    derivative = _softmax(z)
    derivative[np.arange(len(y)), y] -= 1
    return derivative


# ∂²ℓ/∂z² = diag(p) − p pᵀ
def _softmax_cross_entropy_curvature(z: FloatArray, y: FloatArray) -> FloatArray:  # noqa: ARG001
    p = _softmax(z)
    return p[:, :, None] * np.eye(z.shape[1], dtype=z.dtype) - p[:, :, None] * p[:, None, :]


CLASSIFICATION_LOSSES: Final = (
    Loss(
        name="cross_entropy",
        label="Cross-entropy",
        task="binary",
        formulas=Formulas(_cross_entropy, _cross_entropy_derivative, _cross_entropy_curvature),
        latex=r"\ell = -y \log \sigma(z) - (1 - y) \log\left(1 - \sigma(z)\right)",
        derivative_latex=r"\frac{\partial \ell}{\partial z} = \sigma(z) - y",
        estimates="the log-odds of class 1, so that σ(z) is its probability",
        lesson="The derivative is the error of the probability itself, so a confident mistake is corrected quickly.",
        derivative_source="p - y",
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
        estimates="the more frequent class, as the sign of z, but not its probability",
        lesson="A point on the correct side with a margin of at least 1 has no influence. The others set the boundary.",
        derivative_source="{lib}.where(s * z < 1, -s, 0 * s)",
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
        estimates="the log-odds of class 1, so that σ(z) is its probability",
        lesson="At a confident mistake the sigmoid is nearly flat, so the derivative is almost 0 and training is slow.",
        convex=False,
        derivative_source="2 * (p - y) * p * (1 - p)",
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
        estimates="the more frequent class, as the sign of z (for γ > 0, σ(z) is not its probability)",
        lesson="The factor (1 − p)^γ reduces the loss of easy examples, so the hard ones dominate (Lin et al. 2017).",
        derivative_source="-s * (1 - t)**{gamma} * (1 - t - {gamma} * t * {lib}.log(t))",
        hyperparameters={
            "gamma": Hyperparameter(
                default=2.0,
                low=0,
                high=inf,
                closed=True,
                meaning="how strongly the loss of easy examples is reduced",
            )
        },
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
        lesson="Raising one logit lowers the probability of all other classes. The derivatives add up to zero.",
    ),
)
