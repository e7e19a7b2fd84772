"""Fit hidden units and output layer together by variable projection, which eliminates the output layer.

For fixed hidden parameters α the best output layer is the solution of a linear problem. So only the remaining
residual is minimized, by Levenberg-Marquardt steps from many starts at once:

    r(α) = (I − U Uᵀ) y,     U an orthonormal basis of the features [φ(wⱼ·xᵢ + bⱼ), 1]
    ∂r/∂α ≈ −(I − U Uᵀ) [∂φ/∂α v],     v the output layer for α
    (JᵀJ + λ diag JᵀJ) δ = −Jᵀ r,     α ← α + δ if that lowers ‖r‖, with λ/4 next; else 3λ

Nearly dependent features lead to runs along which Σ vⱼ² grows without end. So μ² Σ vⱼ² is added to the cost, with a μ
that is so small a share of the error that only very large vⱼ count. With weights of the points, all rows are
multiplied by their square roots. Lawson's weights, which grow where |r| is large, lead from the smallest Σ r² to a
small max |r|.

Golub & Pereyra 1973 (the variable projection functional); Kaufman 1975 (the derivative without its smaller term);
Lawson 1961 (the weights), in Rice & Usow 1968, Mathematics of Computation 22.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from nnviz._clock import processor_time
from nnviz._types import Array
from nnviz.networks import Activation

_CUT_OFF = 1e-12  # of the singular values, relative to the largest


class ProjectionSettings(NamedTuple):
    """The numbers that tune variable projection."""

    ridge: float = 1e-5  # μ over the root mean square of r at the points
    steps_of_a_ridge: int = 10  # after which μ follows the error
    rounds: int = 25  # of Lawson's weights
    steps_of_a_round: int = 6  # of the hidden layer for the same weights
    smallest_weight: float = 1e-12  # over the mean
    numbers_at_once: int = 2**17  # points times units times runs; further runs wait, to save memory


SETTINGS: Final = ProjectionSettings()


class Caps(NamedTuple):
    """The largest numbers that a step may lead to."""

    output: float = 1e6  # Σ|vⱼ|
    hidden: float = 1e6  # |wⱼ| and |bⱼ|


class _Data(NamedTuple):
    """What is fitted: the values y at the points x, each row of run k multiplied by a root of a weight."""

    activation: Activation
    x: Array  # (m, d + 1)  the points, then a column of ones
    y: Array  # (m,)
    roots: Array  # (R, m), or (1, m) for all runs
    ridge: Array  # (R,)  μ, or (1,)


class _State(NamedTuple):
    """The parameters of R runs from different starts, and the quantities that follow from them."""

    alpha: Array  # (R, d + 1, N)  the weights of each input, then b
    z: Array  # (R, m, N)
    basis: (
        Array  # (R, m + N, N + 1)  U, zero where a singular value was cut off; the last rows are those of μ
    )
    output: Array  # (R, N + 1)  v, then c
    residual: Array  # (R, m + N)  r, then −μ v
    cost: Array  # (R,)  ‖r‖² + μ² ‖v‖²


def project(
    activation: Activation,
    x: Array,
    y: Array,
    layers: Array,
    iterations: int,
    seconds: float,
    caps: Caps,
    enough: float = 0.0,
) -> Array:
    """Return hidden layers (R, d + 1, N) refined from R starts, the best fit first.

    ``layers`` are the starts: for N units the weights of each of d inputs, and in the last row the biases. x is (m, d)
    and y (m,), m > (d + 1) N. Steps above the ``caps`` are rejected. The same input gives
    the same numbers, unless the limit ``seconds`` of processor time ends the search before ``iterations``. The search
    also ends when Σ r² of one run is at most ``enough``.
    """
    at_once = max(SETTINGS.numbers_at_once // (len(x) * layers.shape[2]), 1)
    blocks = np.array_split(layers, -(-len(layers) // at_once))
    data = _Data(activation, _with_ones(x), y, np.ones((1, len(x))), np.zeros(1))
    found, costs = [], []
    for block in blocks:
        alpha, cost = _project_block(data, block, iterations, seconds / len(blocks), caps, enough)
        found.append(alpha)
        costs.append(cost)
        if cost.min() <= enough:
            break
    return np.asarray(np.concatenate(found)[np.argsort(np.concatenate(costs))])


def _project_block(
    data: _Data, layers: Array, iterations: int, seconds: float, caps: Caps, enough: float
) -> tuple[Array, Array]:
    """Return the refined hidden layers (R, d + 1, N) of some runs, and their costs (R,)."""
    began, damping = processor_time(), np.full(len(layers), 1e-2)

    def ends(state: _State) -> bool:
        return processor_time() - began > seconds or bool(state.cost.min() <= enough)

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        state = _evaluate(data, layers)
        for first in range(0, iterations, SETTINGS.steps_of_a_ridge):
            steps = min(SETTINGS.steps_of_a_ridge, iterations - first)
            data = data._replace(ridge=_ridge(state, len(data.y)))
            state, damping = _minimize(data, _evaluate(data, state.alpha), damping, steps, caps, ends)
            if ends(state):
                break
    return state.alpha, state.cost


def level(activation: Activation, x: Array, y: Array, layers: Array, seconds: float, caps: Caps) -> Array:
    """Return hidden layers (R, d + 1, N) from which a small max |r| is reached, by Lawson's weights.

    After some steps for the same weights λᵢ of the points, λᵢ ← λᵢ |rᵢ| / max |r|. For each run the hidden layer with
    the smallest max |r| is returned. x, y, ``layers``, ``seconds`` and ``caps`` as for ``project``.
    """
    began, squares, points = processor_time(), np.ones((len(layers), len(x))), _with_ones(x)
    alpha, damping = layers, np.full(len(layers), 1e-2)
    best, best_alpha, ridge = np.full(len(layers), np.inf), alpha, np.zeros(1)

    def ends(_: _State) -> bool:
        return processor_time() - began > seconds

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(SETTINGS.rounds):
            data = _Data(activation, points, y, np.sqrt(squares), ridge)
            steps = SETTINGS.steps_of_a_round
            state, damping = _minimize(data, _evaluate(data, alpha), damping, steps, caps, ends)
            alpha, errors = state.alpha, np.abs(state.residual[:, : len(x)] / data.roots)
            ridge = _ridge(state, len(x))
            largest = errors.max(axis=1)
            better = largest < best
            best, best_alpha = np.where(better, largest, best), _where(better, alpha, best_alpha)
            squares = _lawson(squares, errors)
            if ends(state):
                break
    return np.asarray(best_alpha)


def _with_ones(x: Array) -> Array:
    """Return points (m, d) with a column of ones, so that z = [x, 1] α."""
    return np.column_stack([x, np.ones(len(x))])


def level_output(features: Array, y: Array) -> Array:
    """Return the output layer, (N + 1,), with a small max |r| for features (m, N + 1), by Lawson's weights."""
    squares, best, output = np.ones((1, len(y))), np.inf, np.zeros(features.shape[1])
    for _ in range(SETTINGS.rounds):
        roots = np.sqrt(squares[0])
        found = np.linalg.lstsq(features * roots[:, None], y * roots, rcond=_CUT_OFF)[0]
        errors = np.abs(y - features @ found)
        if errors.max() < best:
            best, output = errors.max(), found
        squares = _lawson(squares, errors[None])
    return output


def _lawson(squares: Array, errors: Array) -> Array:
    """Return the next weights of the points, (R, m), with the mean 1."""
    moved = squares * errors / (errors.max(axis=1, keepdims=True) + 1e-300)
    moved += SETTINGS.smallest_weight * moved.mean(axis=1, keepdims=True) + 1e-300
    return np.asarray(moved / moved.mean(axis=1, keepdims=True))


def _minimize(
    data: _Data, state: _State, damping: Array, iterations: int, caps: Caps, ends: Callable[[_State], bool]
) -> tuple[_State, Array]:
    """Return the state and the damping λ (R,) of all runs after ``iterations`` steps, or when ``ends`` says so."""
    for _ in range(iterations):
        if ends(state):
            break
        moved = state.alpha + _step(data, state, damping)
        near = (np.abs(moved).max(axis=(1, 2)) <= caps.hidden)[:, None, None]  # never for nan
        trial = _evaluate(data, np.where(near, moved, state.alpha))
        sizes = np.abs(trial.output[:, :-1]).sum(axis=1)
        better = (trial.cost < state.cost) & (sizes <= caps.output)
        damping = np.clip(np.where(better, damping / 4, damping * 3), 1e-12, 1e12)
        state = _State(*(_where(better, new, old) for new, old in zip(trial, state)))
        del trial  # its arrays are large
    return state, damping


def _evaluate(data: _Data, alpha: Array) -> _State:
    """Return the state for hidden parameters (R, d + 1, N), with the best output layers."""
    z = data.x @ alpha
    runs, m, width = z.shape
    features = np.zeros((runs, m + width, width + 1))
    features[:, :m, :width], features[:, :m, width] = data.activation.value(z), 1
    features[:, :m] *= data.roots[:, :, None]
    features[:, m:, :width] = data.ridge[:, None, None] * np.eye(width)
    y = np.pad(np.broadcast_to(data.y * data.roots, (runs, m)), ((0, 0), (0, width)))
    u, s, vt = np.linalg.svd(features, full_matrices=False)
    del features
    kept = s > _CUT_OFF * s[:, :1]
    u *= kept[:, None, :]
    along = u.mT @ y[:, :, None]
    output = vt.mT @ (along / np.where(kept, s, 1)[:, :, None])
    residual = y - (u @ along)[:, :, 0]
    return _State(alpha, z, u, output[:, :, 0], residual, (residual**2).sum(axis=1))


def _ridge(state: _State, points: int) -> Array:
    """Return μ for the errors of all runs, (R,)."""
    return np.asarray(SETTINGS.ridge * np.sqrt(np.square(state.residual[:, :points]).mean(axis=1)))


def _step(data: _Data, state: _State, damping: Array) -> Array:
    """Return the Levenberg-Marquardt steps δ, (R, d + 1, N), for the damping λ, (R,)."""
    runs, m, width = state.z.shape
    slopes = data.activation.derivative(state.z)
    slopes *= state.output[:, None, :-1]
    slopes *= data.roots[:, :, None]
    jacobian = np.zeros((runs, m + width, data.x.shape[1] * width))
    for k, column in enumerate(data.x.T):
        np.multiply(slopes, column[:, None], out=jacobian[:, :m, k * width : (k + 1) * width])
    del slopes
    jacobian -= state.basis @ (state.basis.mT @ jacobian)  # −∂r/∂α
    hessian = jacobian.mT @ jacobian
    diagonal = np.einsum("rkk->rk", hessian)
    floor = 1e-12 * diagonal.max(axis=1, keepdims=True) + 1e-300
    damped = hessian + (damping[:, None] * (diagonal + floor))[:, :, None] * np.eye(hessian.shape[1])
    step = np.linalg.solve(damped, jacobian.mT @ state.residual[:, :, None])
    return np.asarray(step.reshape(state.alpha.shape))


def _where(chosen: Array, new: Array, old: Array) -> Array:
    """Return the rows of ``new`` where ``chosen`` (R,), and those of ``old`` elsewhere."""
    return np.where(chosen.reshape(-1, *[1] * (new.ndim - 1)), new, old)
