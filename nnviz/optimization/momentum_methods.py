"""Define gradient descent and its variants with a velocity: rules whose step is linear in the gradient."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._types import AnyArray, Array
from nnviz.losses.hyperparameters import Hyperparameter
from nnviz.optimization.optimizer import Arrow, LinearStep, NoMemory, Optimizer, Phase, no_memory, step_phase


class Velocity(NamedTuple):
    """Hold the sum of the past gradients, faded by the momentum at each step; the shape of the parameters."""

    velocity: AnyArray


def _at_rest(parameters: AnyArray) -> Velocity:
    return Velocity(np.zeros_like(parameters))


# θ ← θ − η g
def _gradient_descent(
    gradient: AnyArray, state: NoMemory, parameters: AnyArray, learning_rate: float
) -> tuple[AnyArray, NoMemory]:
    return parameters - learning_rate * gradient, state


# v ← μ v + g,  θ ← θ − η v
def _momentum(
    gradient: AnyArray, state: Velocity, parameters: AnyArray, learning_rate: float, momentum: float = 0.9
) -> tuple[AnyArray, Velocity]:
    velocity = momentum * state.velocity + gradient
    return parameters - learning_rate * velocity, Velocity(velocity)


# v ← μ v + g,  θ ← θ − η (g + μ v)
def _nesterov(
    gradient: AnyArray, state: Velocity, parameters: AnyArray, learning_rate: float, momentum: float = 0.9
) -> tuple[AnyArray, Velocity]:
    velocity = momentum * state.velocity + gradient
    return parameters - learning_rate * (gradient + momentum * velocity), Velocity(velocity)


def _gradient_descent_phases(
    g: Array, _state: Any, _at: Array, eta: float, _settings: Mapping[str, float]
) -> list[Phase]:
    formula = r"\Delta\theta = -\eta\, g = -%(eta)s\, %(g)s = %(move)s"
    return [
        step_phase(
            formula,
            {"eta": eta, "g": g},
            -eta * g,
            "The step is the negative gradient times the learning rate.",
        )
    ]


def _velocity_phase(g: Array, old: Array, mu: float) -> tuple[Array, Phase]:
    """Return the velocity after v ← μ v + g, and the phase."""
    new = mu * old + g
    arrows = (
        Arrow("−μv", -mu * old, "memory"),
        Arrow("−g", -g, "slope", after=-mu * old),
        Arrow("−v", -new, "memory"),
    )
    return new, Phase(
        "Velocity",
        "The velocity keeps a share μ of its value, and the gradient is added. "
        "Gradients that agree add up, and gradients that alternate cancel.",
        r"v \leftarrow \mu v + g = %(mu)s\, %(old)s \newline + %(g)s = %(new)s",
        "v = %(mu)s %(old)s + %(g)s = %(new)s",
        {"mu": mu, "old": old, "g": g, "new": new},
        arrows,
    )


def _momentum_phases(
    g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]
) -> list[Phase]:
    v, memory = _velocity_phase(g, state.velocity, settings["momentum"])
    formula = r"\Delta\theta = -\eta\, v = -%(eta)s\, %(v)s = %(move)s"
    return [
        memory,
        step_phase(
            formula, {"eta": eta, "v": v}, -eta * v, "The step follows the velocity, not the gradient."
        ),
    ]


def _nesterov_phases(
    g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]
) -> list[Phase]:
    mu = settings["momentum"]
    v, memory = _velocity_phase(g, state.velocity, mu)
    ahead = g + mu * v
    look = Phase(
        "Look ahead",
        "The share of the velocity that the next step keeps is added to the gradient.",
        r"g + \mu v = %(g)s \newline + %(mu)s\, %(v)s = %(ahead)s",
        "g + μv = %(ahead)s",
        {"g": g, "mu": mu, "v": v, "ahead": ahead},
        (
            Arrow("−g", -g, "slope"),
            Arrow("−μv", -mu * v, "memory", after=-g),
            Arrow("−(g + μv)", -ahead, "memory"),
        ),
    )
    formula = r"\Delta\theta = -\eta\,(g + \mu v) = -%(eta)s\, %(ahead)s = %(move)s"
    step = step_phase(
        formula, {"eta": eta, "ahead": ahead}, -eta * ahead, "The step follows this look-ahead direction."
    )
    return [memory, look, step]


def _descent_step(eta: float, hessian: Array, _settings: Mapping[str, float]) -> LinearStep:
    one = np.eye(len(hessian))
    return LinearStep(one, -eta * one)


# v ← μ v + g,  θ ← θ − η v
def _momentum_step(eta: float, hessian: Array, settings: Mapping[str, float]) -> LinearStep:
    one, mu = np.eye(len(hessian)), settings["momentum"]
    return LinearStep(_blocks(one, -eta * mu * one, mu * one), np.vstack((-eta * one, one)))


# v ← μ v + g,  θ ← θ − η (g + μ v)
def _nesterov_step(eta: float, hessian: Array, settings: Mapping[str, float]) -> LinearStep:
    one, mu = np.eye(len(hessian)), settings["momentum"]
    push = np.vstack((-eta * (1 + mu) * one, one))
    return LinearStep(_blocks(one, -eta * mu**2 * one, mu * one), push)


def _blocks(distance: Array, drift: Array, velocity: Array) -> Array:
    """Return [[distance, drift], [0, velocity]]."""
    size = len(distance)
    whole = np.zeros((2 * size, 2 * size))
    whole[:size, :size], whole[:size, size:], whole[size:, size:] = distance, drift, velocity
    return whole


_MOMENTUM: Final = Hyperparameter(
    default=0.9, low=0, high=1, closed=True, meaning="the share of the velocity that is kept at each step"
)

MOMENTUM_METHODS: Final = (
    Optimizer(
        name="gradient_descent",
        label="Gradient descent",
        init=no_memory,
        update=_gradient_descent,
        latex=r"\theta \leftarrow \theta - \eta\, g",
        lesson=(
            "Each step is in proportion to the gradient. "
            "Steep directions limit the learning rate, and progress along flat ones is slow."
        ),
        numpy_step="p = p - eta[k] * g",
        torch_source="SGD([p], lr={eta!r})",
        phases=_gradient_descent_phases,
        linear_step=_descent_step,
    ),
    Optimizer(
        name="momentum",
        label="Momentum",
        init=_at_rest,
        update=_momentum,
        latex=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, v",
        lesson="Equal gradients add up to 1/(1 − μ) times one of them, and alternating ones cancel (Polyak 1964).",
        numpy_state="v = np.zeros_like(p)",
        numpy_step="v = {momentum} * v + g\np = p - eta[k] * v",
        torch_source="SGD([p], lr={eta!r}, momentum={momentum!r})",
        hyperparameters={"momentum": _MOMENTUM},
        learning_rate_share=1 / 3,
        phases=_momentum_phases,
        linear_step=_momentum_step,
    ),
    Optimizer(
        name="nesterov",
        label="Nesterov",
        init=_at_rest,
        update=_nesterov,
        latex=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, (g + \mu v)",
        lesson="It is momentum that looks one step ahead along its velocity, so it overshoots less (Nesterov 1983).",
        numpy_state="v = np.zeros_like(p)",
        numpy_step="v = {momentum} * v + g\np = p - eta[k] * (g + {momentum} * v)",
        torch_source="SGD([p], lr={eta!r}, momentum={momentum!r}, nesterov=True)",
        hyperparameters={"momentum": _MOMENTUM},
        learning_rate_share=1 / 3,
        phases=_nesterov_phases,
        linear_step=_nesterov_step,
    ),
)
