"""Optimizers: how a gradient becomes a step. Pure init/update pairs, each equal to torch.optim.

``state = optimizer.init(parameters)``, then again and again
``parameters, state = optimizer.update(gradient, state, parameters, learning_rate, **settings)``.

Arrays of any one shape and float dtype; nothing is changed in place. Settings have torch's names and defaults
(``betas`` is spelt beta1, beta2); ``update`` does not check them, ``Optimizer.complete`` does, once, before a
run. In the formulas θ are the parameters, g the gradient, η the learning rate, t the step, counted from 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.learning.settings import Setting, complete

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Optimizer:
    """One rule.

    stride: None where a step is in proportion to the slope, so that the learning rate has to suit the
    curvature. Otherwise steps are about as long as the learning rate says, whatever the slope, and ``stride``
    is a good one to begin with, as a share of the width of what is explored.
    """

    name: str
    label: str
    init: Callable[[Array], Any]
    update: Callable[..., tuple[Array, Any]]
    latex: str
    lesson: str
    hyperparameters: Mapping[str, Setting] = field(default_factory=dict)
    stride: float | None = None

    @property
    def settings(self) -> dict[str, float]:
        """Name -> default value of each setting."""
        return {name: setting.default for name, setting in self.hyperparameters.items()}

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the optimizer {self.name}", self.hyperparameters, settings)


class NoMemory(NamedTuple):
    """The state of a rule that looks at the present gradient only."""


class Velocity(NamedTuple):
    """Sum of the past gradients, faded by the momentum at each step; the shape of the parameters."""

    velocity: Array


class SquaredGradients(NamedTuple):
    """Sum (AdaGrad) or fading mean (RMSProp) of the squared gradients; the shape of the parameters."""

    squares: Array


class Moments(NamedTuple):
    """Fading means of the gradients and of their squares, and the number of steps taken."""

    mean: Array
    squares: Array
    steps: int


def _no_memory(_parameters: Array) -> NoMemory:
    return NoMemory()


def _at_rest(parameters: Array) -> Velocity:
    return Velocity(np.zeros_like(parameters))


def _no_squares(parameters: Array) -> SquaredGradients:
    return SquaredGradients(np.zeros_like(parameters))


def _no_moments(parameters: Array) -> Moments:
    return Moments(np.zeros_like(parameters), np.zeros_like(parameters), 0)


# θ ← θ − η g
def _gradient_descent(
    gradient: Array, state: NoMemory, parameters: Array, learning_rate: float
) -> tuple[Array, NoMemory]:
    return parameters - learning_rate * gradient, state


# v ← μ v + g,  θ ← θ − η v
def _momentum(
    gradient: Array, state: Velocity, parameters: Array, learning_rate: float, momentum: float = 0.9
) -> tuple[Array, Velocity]:
    velocity = momentum * state.velocity + gradient
    return parameters - learning_rate * velocity, Velocity(velocity)


# v ← μ v + g,  θ ← θ − η (g + μ v)
def _nesterov(
    gradient: Array, state: Velocity, parameters: Array, learning_rate: float, momentum: float = 0.9
) -> tuple[Array, Velocity]:
    velocity = momentum * state.velocity + gradient
    return parameters - learning_rate * (gradient + momentum * velocity), Velocity(velocity)


# s ← s + g²,  θ ← θ − η g / (√s + ε)
def _adagrad(
    gradient: Array, state: SquaredGradients, parameters: Array, learning_rate: float, eps: float = 1e-10
) -> tuple[Array, SquaredGradients]:
    squares = state.squares + gradient * gradient
    return parameters - learning_rate * gradient / (np.sqrt(squares) + eps), SquaredGradients(squares)


# s ← α s + (1 − α) g²,  θ ← θ − η g / (√s + ε)
def _rmsprop(
    gradient: Array,
    state: SquaredGradients,
    parameters: Array,
    learning_rate: float,
    alpha: float = 0.99,
    eps: float = 1e-8,
) -> tuple[Array, SquaredGradients]:
    squares = alpha * state.squares + (1 - alpha) * gradient * gradient
    return parameters - learning_rate * gradient / (np.sqrt(squares) + eps), SquaredGradients(squares)


# m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²,  m̂ = m / (1 − β₁ᵗ),  ŝ = s / (1 − β₂ᵗ),
# θ ← θ − η m̂ / (√ŝ + ε)  =  θ − (η r / (1 − β₁ᵗ)) m / (√s + r ε)  with r = √(1 − β₂ᵗ)
def _adam(
    gradient: Array,
    state: Moments,
    parameters: Array,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, Moments]:
    steps = state.steps + 1
    mean = beta1 * state.mean + (1 - beta1) * gradient
    squares = beta2 * state.squares + (1 - beta2) * gradient * gradient
    r = sqrt(1 - beta2**steps)
    step = learning_rate * r / (1 - beta1**steps) * mean / (np.sqrt(squares) + r * eps)
    return parameters - step, Moments(mean, squares, steps)


# θ ← (1 − η λ) θ, then the step of Adam
def _adamw(
    gradient: Array,
    state: Moments,
    parameters: Array,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> tuple[Array, Moments]:
    faded = (1 - learning_rate * weight_decay) * parameters
    return _adam(gradient, state, faded, learning_rate, beta1, beta2, eps)


_MOMENTUM = Setting(0.9, 0, 1, True, "the share of the velocity that is kept at each step")
_EPS = Setting(1e-8, 0, inf, False, "added to the denominator, so that it is not zero")
_ADAM = {
    "beta1": Setting(0.9, 0, 1, True, "the share of the mean gradient that is kept at each step"),
    "beta2": Setting(0.999, 0, 1, True, "the share of the mean squared gradient that is kept at each step"),
    "eps": _EPS,
}
_ADAM_LATEX = (
    r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \quad s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2, \quad"
    r" \theta \leftarrow %s - \eta\, \frac{\hat m}{\sqrt{\hat s} + \varepsilon}, \quad"
    r" \hat m = \frac{m}{1 - \beta_1^t}, \; \hat s = \frac{s}{1 - \beta_2^t}"
)

_REGISTERED = (
    Optimizer(
        name="gradient_descent",
        label="Gradient descent",
        init=_no_memory,
        update=_gradient_descent,
        latex=r"\theta \leftarrow \theta - \eta\, g",
        lesson="Downhill in proportion to the slope: steep directions limit η, flat ones then crawl.",
    ),
    Optimizer(
        name="momentum",
        label="Momentum",
        init=_at_rest,
        update=_momentum,
        latex=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, v",
        lesson="Slopes that agree add up to 1/(1 − μ) times, slopes that alternate cancel (Polyak 1964).",
        hyperparameters={"momentum": _MOMENTUM},
    ),
    Optimizer(
        name="nesterov",
        label="Nesterov",
        init=_at_rest,
        update=_nesterov,
        latex=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, (g + \mu v)",
        lesson="Momentum that looks one step ahead along its velocity, so it swings less (Nesterov 1983).",
        hyperparameters={"momentum": _MOMENTUM},
    ),
    Optimizer(
        name="adagrad",
        label="AdaGrad",
        init=_no_squares,
        update=_adagrad,
        latex=(
            r"s \leftarrow s + g^2, \quad"
            r" \theta \leftarrow \theta - \eta\, \frac{g}{\sqrt{s} + \varepsilon}"
        ),
        lesson="Each parameter's step is divided by its past slopes: it only shrinks (Duchi et al. 2011).",
        hyperparameters={"eps": _EPS._replace(default=1e-10)},
        stride=0.05,
    ),
    Optimizer(
        name="rmsprop",
        label="RMSProp",
        init=_no_squares,
        update=_rmsprop,
        latex=(
            r"s \leftarrow \alpha s + (1 - \alpha)\, g^2, \quad"
            r" \theta \leftarrow \theta - \eta\, \frac{g}{\sqrt{s} + \varepsilon}"
        ),
        lesson="AdaGrad that forgets: steps do not die out, so it jitters near a minimum (Hinton 2012).",
        hyperparameters={
            "alpha": Setting(
                0.99, 0, 1, True, "the share of the mean squared gradient that is kept at each step"
            ),
            "eps": _EPS,
        },
        stride=0.003,
    ),
    Optimizer(
        name="adam",
        label="Adam",
        init=_no_moments,
        update=_adam,
        latex=_ADAM_LATEX % r"\theta",
        lesson="Momentum with a step for each parameter, about η long at first (Kingma & Ba 2015).",
        hyperparameters=_ADAM,
        stride=0.01,
    ),
    Optimizer(
        name="adamw",
        label="AdamW",
        init=_no_moments,
        update=_adamw,
        latex=_ADAM_LATEX % r"(1 - \eta\lambda)\,\theta",
        lesson="Adam that also shrinks the parameters towards 0 at every step (Loshchilov & Hutter 2019).",
        hyperparameters=_ADAM
        | {"weight_decay": Setting(1e-2, 0, inf, True, "how fast parameters fade, times η")},
        stride=0.01,
    ),
)
OPTIMIZERS: Mapping[str, Optimizer] = {optimizer.name: optimizer for optimizer in _REGISTERED}
