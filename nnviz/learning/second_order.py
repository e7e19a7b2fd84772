"""Methods that ask the surface for more than its slope: Newton's, a safe one, and L-BFGS with a line search.

The same init/update pairs as in ``optimizers``, and ``update`` takes the surface as well. They are the end of the
road for two parameters; for a network's millions a Hessian cannot be stored, and mini-batches blur it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.learning.optimizers import OPTIMIZERS, NoMemory, Optimizer
from nnviz.learning.settings import Setting
from nnviz.learning.surfaces import Surface

Array = NDArray[np.float64]

SUFFICIENT = 1e-4  # Armijo's share of the drop that the slope promises (Nocedal & Wright 2006, eq. 3.4)
CURVED = 1e-10  # a pair with sᵀy below this says nothing about the curvature (torch.optim.LBFGS)


@dataclass(frozen=True, eq=False)
class SecondOrder(Optimizer):
    """A rule whose update(gradient, state, parameters, learning_rate, surface=…, **settings) sees the surface."""


class Pairs(NamedTuple):
    """The last moves s and the changes y of the gradient over them, oldest first; the last gradient and move."""

    moves: tuple[Array, ...]
    changes: tuple[Array, ...]
    gradient: Array | None
    move: Array | None


def _no_memory(_parameters: Array) -> NoMemory:
    return NoMemory()


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
    """The pairs with one more, at most ``history``; one without positive curvature is left out."""
    if move @ change <= CURVED:
        return state
    return state._replace(moves=(*state.moves, move)[-history:], changes=(*state.changes, change)[-history:])


def inverse_hessian_times(gradient: Array, moves: tuple[Array, ...], changes: tuple[Array, ...]) -> Array:
    """H̃ g by the two-loop recursion (Nocedal 1980), begun with sᵀy/yᵀy of the last pair; g where there is none."""
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
    """The first of t, t/2, t/4 … that lowers the value by at least 1e-4 of what the slope promises."""
    if not halvings:
        return length
    here, slope = float(value(parameters)), float(gradient @ direction)
    enough = here + 4 * np.finfo(float).eps * abs(here)  # rounding is no reason to go on halving
    for _ in range(int(halvings)):
        if value(parameters + length * direction) <= enough + SUFFICIENT * length * slope:
            break
        length /= 2
    return length


_HALVINGS = Setting(30, 0, 60, True, "how often the line search may halve the step; 0: no search")

_REGISTERED = (
    SecondOrder(
        name="newton",
        label="Newton",
        init=_no_memory,
        update=_newton,
        latex=r"\theta \leftarrow \theta - \eta\, H^{-1} g",
        lesson="To the bottom of the local parabola: one step on a bowl; near a saddle, to the saddle.",
    ),
    SecondOrder(
        name="damped_newton",
        label="Newton, damped",
        init=_no_memory,
        update=_damped_newton,
        latex=(
            r"\theta \leftarrow \theta - t\, Q\, \mathrm{diag}\!\left(\tfrac{1}{\max(|\lambda_i|,\, \delta)}\right)"
            r" Q^\top g, \quad H = Q\, \mathrm{diag}(\lambda)\, Q^\top"
        ),
        lesson="|λ| instead of λ, so it runs from saddles, and t is halved until the loss falls (Dauphin et al. 2014).",
        hyperparameters={
            "delta": Setting(1e-3, 0, inf, False, "the least curvature that is divided by"),
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
        lesson="Learns the curvature from the gradients it has seen; t is halved until the loss falls (Nocedal 1980).",
        hyperparameters={
            "history": Setting(5, 1, 101, True, "how many pairs are remembered"),
            "halvings": _HALVINGS,
        },
    ),
)
SECOND_ORDER: Mapping[str, SecondOrder] = {method.name: method for method in _REGISTERED}
METHODS: Mapping[str, Optimizer] = {**OPTIMIZERS, **SECOND_ORDER}
