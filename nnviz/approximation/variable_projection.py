"""Fitting hidden units and output layer together, with the output layer eliminated: variable projection.

For hidden parameters α the best output layer is a linear problem, so only the residual that it leaves is minimised,
by Levenberg's and Marquardt's steps from many starts at once:

    r(α) = (I − U Uᵀ) y,     U an orthonormal basis of the features [φ(wⱼ xᵢ + bⱼ), 1]
    ∂r/∂α ≈ −(I − U Uᵀ) [∂φ/∂α v],     v the output layer for α
    (JᵀJ + λ diag JᵀJ) δ = −Jᵀ r,     α ← α + δ if that lowers ‖r‖, with λ/4 next; else 3λ

Golub & Pereyra 1973 (the variable projection functional); Kaufman 1975 (the derivative without its smaller term).
"""

from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.networks import Activation

Array = NDArray[np.float64]
_CUT_OFF = 1e-12  # of the singular values, relative to the largest


class _State(NamedTuple):
    """R starts, each with its hidden parameters and what follows from them."""

    alpha: Array  # (R, 2N)  w, then b
    z: Array  # (R, m, N)
    basis: Array  # (R, m, N + 1)  U, zero where a singular value was cut off
    output: Array  # (R, N + 1)  v, then c
    residual: Array  # (R, m)
    cost: Array  # (R,)  ‖r‖²


def project(
    activation: Activation,
    x: Array,
    y: Array,
    w: Array,
    b: Array,
    iterations: int,
    seconds: float,
    cap: float,
) -> tuple[Array, Array]:
    """Hidden weights and biases, (R, N) each, refined from R starts of the same shape; the best fit comes first.

    x and y are (m,), m > 2N. Steps to Σ|vⱼ|, |wⱼ| or |bⱼ| above ``cap`` are not taken. The same input gives the same
    numbers, unless ``seconds`` end before ``iterations``.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        state = _descended(activation, x, y, np.concatenate([w, b], axis=1), iterations, seconds, cap)
    order = np.argsort(state.cost)
    w, b = np.split(state.alpha[order], 2, axis=1)
    return w, b


def _descended(
    activation: Activation, x: Array, y: Array, alpha: Array, iterations: int, seconds: float, cap: float
) -> _State:
    """What is left of all starts after so many steps, or when the time is up."""
    started = perf_counter()
    state = _evaluate(activation, x, y, alpha)
    damping = np.full(len(alpha), 1e-2)
    for _ in range(iterations):
        if perf_counter() - started > seconds:
            break
        moved = state.alpha + _step(activation, x, state, damping)
        near = (np.abs(moved).max(axis=1) <= cap)[:, None]  # never for nan
        trial = _evaluate(activation, x, y, np.where(near, moved, state.alpha))
        sizes = np.maximum(np.abs(trial.output[:, :-1]).sum(axis=1), np.abs(trial.alpha).max(axis=1))
        better = (trial.cost < state.cost) & (sizes <= cap)
        damping = np.clip(np.where(better, damping / 4, damping * 3), 1e-12, 1e12)
        state = _State(*(_where(better, new, old) for new, old in zip(trial, state)))
    return state


def _evaluate(activation: Activation, x: Array, y: Array, alpha: Array) -> _State:
    w, b = np.split(alpha[:, None, :], 2, axis=2)
    z = x[:, None] * w + b
    features = np.concatenate([activation.value(z), np.ones((*z.shape[:2], 1))], axis=2)
    u, s, vt = np.linalg.svd(features, full_matrices=False)
    kept = s > _CUT_OFF * s[:, :1]
    basis = u * kept[:, None, :]
    along = (y @ basis)[:, :, None]
    output = vt.mT @ (along / np.where(kept, s, 1)[:, :, None])
    residual = y - (basis @ along)[:, :, 0]
    return _State(alpha, z, basis, output[:, :, 0], residual, (residual**2).sum(axis=1))


def _step(activation: Activation, x: Array, state: _State, damping: Array) -> Array:
    slopes = activation.derivative(state.z)
    slopes *= state.output[:, None, :-1]
    jacobian = np.concatenate([slopes * x[:, None], slopes], axis=2)
    jacobian -= state.basis @ (state.basis.mT @ jacobian)  # −∂r/∂α
    hessian = jacobian.mT @ jacobian
    diagonal = np.einsum("rkk->rk", hessian)
    floor = 1e-12 * diagonal.max(axis=1, keepdims=True) + 1e-300
    damped = hessian + (damping[:, None] * (diagonal + floor))[:, :, None] * np.eye(hessian.shape[1])
    step = np.linalg.solve(damped, jacobian.mT @ state.residual[:, :, None])
    return np.asarray(step[:, :, 0])


def _where(chosen: Array, new: Array, old: Array) -> Array:
    return np.where(chosen.reshape(-1, *[1] * (new.ndim - 1)), new, old)
