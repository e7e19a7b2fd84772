"""Methods that ask the surface for more than its slope: Newton's, a safe one, and L-BFGS with a line search.

The same init/update pairs as in ``optimizers``, and ``update`` takes the surface as well. They are the end of the
road for two parameters; for a network's millions a Hessian cannot be stored, and mini-batches blur it.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._types import Array
from nnviz.losses.hyperparameters import Hyperparameter
from nnviz.losses.surfaces import Surface
from nnviz.optimization.optimizer import LinearStep, NoMemory, SecondOrder, no_memory

SUFFICIENT = 1e-4  # Armijo's share of the drop that the slope promises (Nocedal & Wright 2006, eq. 3.4)
CURVED = 1e-10  # a pair with sᵀy below this says nothing about the curvature (torch.optim.LBFGS)


class Pairs(NamedTuple):
    """Hold the last moves s and the changes y of the gradient over them, oldest first; the last gradient and move."""

    moves: tuple[Array, ...]
    changes: tuple[Array, ...]
    gradient: Array | None
    move: Array | None


def _no_pairs(_parameters: Array) -> Pairs:
    return Pairs((), (), None, None)


# θ ← θ − η H⁻¹ g
def _newton(
    gradient: Array, state: NoMemory, parameters: Array, learning_rate: float, surface: Surface
) -> tuple[Array, NoMemory]:
    hessian = surface.hessian(parameters)
    try:
        step = np.linalg.solve(hessian, gradient)
    except np.linalg.LinAlgError:
        step = np.linalg.pinv(hessian, hermitian=True) @ gradient
    return parameters - learning_rate * step, state


# H = Q diag(λ) Qᵀ,  d = −Q diag(1 / max(|λ|, δ)) Qᵀ g,  θ ← θ + t d
def _damped_newton(
    gradient: Array,
    state: NoMemory,
    parameters: Array,
    learning_rate: float,
    surface: Surface,
    delta: float = 1e-3,
    halvings: float = 30,
) -> tuple[Array, NoMemory]:
    hessian = surface.hessian(parameters)
    if not np.isfinite(hessian).all():
        return np.full_like(parameters, np.nan), state
    eigenvalues, directions = np.linalg.eigh(hessian)
    direction = -directions @ ((gradient @ directions) / np.maximum(np.abs(eigenvalues), delta))
    length = _armijo(surface.value, parameters, gradient, direction, learning_rate, halvings)
    return parameters + length * direction, state


# d = −H̃ g by the two loops over the pairs (s, y),  θ ← θ + t d
def _lbfgs(
    gradient: Array,
    state: Pairs,
    parameters: Array,
    learning_rate: float,
    surface: Surface,
    history: float = 5,
    halvings: float = 30,
) -> tuple[Array, Pairs]:
    if not gradient.any():
        return parameters, state
    if state.gradient is None or state.move is None:
        pairs, direction = state, -gradient
        first = learning_rate * min(1.0, 1.0 / max(float(np.abs(gradient).sum()), 1e-300))
    else:
        pairs, first = _learned(state, state.move, gradient - state.gradient, int(history)), learning_rate
        direction = -inverse_hessian_times(gradient, pairs.moves, pairs.changes)
    length = _armijo(surface.value, parameters, gradient, direction, first, halvings)
    move = length * direction
    return parameters + move, pairs._replace(gradient=gradient, move=move)


def _learned(state: Pairs, move: Array, change: Array, history: int) -> Pairs:
    """Return the pairs with one more, at most ``history``; one without positive curvature is left out."""
    if move @ change <= CURVED:
        return state
    return state._replace(moves=(*state.moves, move)[-history:], changes=(*state.changes, change)[-history:])


def inverse_hessian_times(gradient: Array, moves: tuple[Array, ...], changes: tuple[Array, ...]) -> Array:
    """Return H̃ g by two loops (Nocedal 1980), started with sᵀy/yᵀy of the last pair, g if there is none."""
    q, weights = gradient, []
    for s, y in zip(reversed(moves), reversed(changes)):
        weight = (s @ q) / (s @ y)
        weights.append(weight)
        q = q - weight * y
    r = q * ((moves[-1] @ changes[-1]) / (changes[-1] @ changes[-1])) if moves else q
    for s, y, weight in zip(moves, changes, reversed(weights)):
        r = r + s * (weight - (y @ r) / (s @ y))
    return r


def _armijo(
    value: Callable[[Array], Any],
    parameters: Array,
    gradient: Array,
    direction: Array,
    length: float,
    halvings: float,
) -> float:
    """Return the first of t, t/2, t/4 … that lowers the value by at least 1e-4 of what the slope promises."""
    if not halvings:
        return length
    here, slope = float(value(parameters)), float(gradient @ direction)
    enough = here + 4 * np.finfo(float).eps * abs(here)  # rounding is no reason to go on halving
    for _ in range(int(halvings)):
        if value(parameters + length * direction) <= enough + SUFFICIENT * length * slope:
            break
        length /= 2
    return length


def _newton_step(eta: float, hessian: Array, _settings: Mapping[str, float]) -> LinearStep:
    return LinearStep(np.eye(len(hessian)), np.asarray(-eta * np.linalg.pinv(hessian, hermitian=True)))


_TWO_LOOPS: Final = """
def two_loops(g, moves, changes):  # the inverse Hessian, as far as it is known, times g (Nocedal 1980)
    weights = []
    for s, y in zip(reversed(moves), reversed(changes)):
        weights.append(s @ g / (s @ y))
        g = g - weights[-1] * y
    if moves:
        g = g * (moves[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for s, y, weight in zip(moves, changes, reversed(weights)):
        g = g + s * (weight - y @ g / (s @ y))
    return g

"""

_HALVINGS = Hyperparameter(
    default=30,
    low=0,
    high=60,
    closed=True,
    meaning="how often the line search may halve the step (0 means no search)",
)

SECOND_ORDER_METHODS: Final = (
    SecondOrder(
        name="newton",
        label="Newton",
        init=no_memory,
        update=_newton,
        latex=r"\theta \leftarrow \theta - \eta\, H^{-1} g",
        lesson=(
            "Each step goes to the critical point of the local quadratic model. "
            "On a quadratic one step is enough. Near a saddle point, it goes to the saddle point."
        ),
        numpy_step="p = p - eta[k] * np.linalg.lstsq(hessian(p), g)[0]",
        linear_step=_newton_step,
    ),
    SecondOrder(
        name="damped_newton",
        label="Newton, damped",
        init=no_memory,
        update=_damped_newton,
        latex=(
            r"\theta \leftarrow \theta - t\, Q\, \mathrm{diag}\!\left(\tfrac{1}{\max(|\lambda_i|,\, \delta)}\right)"
            r" Q^\top g, \quad H = Q\, \mathrm{diag}(\lambda)\, Q^\top"
        ),
        lesson=(
            "It uses |λ| in place of λ, so it moves away from saddles. "
            "The step is halved until the loss falls (Dauphin et al. 2014)."
        ),
        numpy_step=(
            "values, Q = np.linalg.eigh(hessian(p))\n"
            "d = -Q @ (Q.T @ g / np.maximum(abs(values), {delta}))\n"
            "p = p + search(p, g, d, eta[k], {halvings}) * d"
        ),
        hyperparameters={
            "delta": Hyperparameter(
                default=1e-3, low=0, high=inf, meaning="the smallest curvature that a gradient is divided by"
            ),
            "halvings": _HALVINGS,
        },
    ),
    SecondOrder(
        name="lbfgs",
        label="L-BFGS",
        init=_no_pairs,
        update=_lbfgs,
        latex=(
            r"\theta \leftarrow \theta - t\, \tilde H^{-1} g, \quad"
            r" \tilde H^{-1} \text{ from the last pairs } s = \Delta\theta,\; y = \Delta g"
        ),
        lesson=(
            "It estimates the curvature from past gradients. "
            "The step is halved until the loss falls (Nocedal 1980)."
        ),
        numpy_state="moves, changes, last = [], [], None",
        numpy_step=(
            "if last is None:\n"
            "    d, t = -g, eta[k] * min(1, 1 / max(abs(g).sum(), 1e-300))\n"
            "else:\n"
            "    if move @ (g - last) > 1e-10:\n"
            "        moves, changes = [*moves, move][-int({history}):], [*changes, g - last][-int({history}):]\n"
            "    d, t = -two_loops(g, moves, changes), eta[k]\n"
            "last, move = g, search(p, g, d, t, {halvings}) * d\n"
            "p = p + move"
        ),
        numpy_helpers=_TWO_LOOPS,
        hyperparameters={
            "history": Hyperparameter(
                default=5, low=1, high=101, closed=True, meaning="how many pairs are remembered"
            ),
            "halvings": _HALVINGS,
        },
    ),
)
