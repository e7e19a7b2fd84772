"""Define the optimizers that divide each parameter's step by the size of its past gradients."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, sqrt
from typing import Any, Final, NamedTuple

import numpy as np

from nnviz._types import AnyArray, Array
from nnviz.losses.hyperparameters import Hyperparameter
from nnviz.optimization.optimizer import Arrow, Numbers, Optimizer, Phase, step_phase


class SquaredGradients(NamedTuple):
    """Hold the sum (AdaGrad) or the running average (RMSProp) of the squared gradients; the shape of the parameters."""

    squares: AnyArray


class Moments(NamedTuple):
    """Hold running averages of the gradients and of their squares, and the number of steps taken."""

    mean: AnyArray
    squares: AnyArray
    steps: int


def _no_squares(parameters: AnyArray) -> SquaredGradients:
    return SquaredGradients(np.zeros_like(parameters))


def _no_moments(parameters: AnyArray) -> Moments:
    return Moments(np.zeros_like(parameters), np.zeros_like(parameters), 0)


# s ← s + g²,  θ ← θ − η g / (√s + ε)
def _adagrad(
    gradient: AnyArray,
    state: SquaredGradients,
    parameters: AnyArray,
    learning_rate: float,
    eps: float = 1e-10,
) -> tuple[AnyArray, SquaredGradients]:
    squares = state.squares + gradient * gradient
    return parameters - learning_rate * gradient / (np.sqrt(squares) + eps), SquaredGradients(squares)


# s ← α s + (1 − α) g²,  θ ← θ − η g / (√s + ε)
def _rmsprop(
    gradient: AnyArray,
    state: SquaredGradients,
    parameters: AnyArray,
    learning_rate: float,
    alpha: float = 0.99,
    eps: float = 1e-8,
) -> tuple[AnyArray, SquaredGradients]:
    squares = alpha * state.squares + (1 - alpha) * gradient * gradient
    return parameters - learning_rate * gradient / (np.sqrt(squares) + eps), SquaredGradients(squares)


# m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²,  m̂ = m / (1 − β₁ᵗ),  ŝ = s / (1 − β₂ᵗ),
# θ ← θ − η m̂ / (√ŝ + ε)  =  θ − (η r / (1 − β₁ᵗ)) m / (√s + r ε)  with r = √(1 − β₂ᵗ)
def _adam(
    gradient: AnyArray,
    state: Moments,
    parameters: AnyArray,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[AnyArray, Moments]:
    steps = state.steps + 1
    mean = beta1 * state.mean + (1 - beta1) * gradient
    squares = beta2 * state.squares + (1 - beta2) * gradient * gradient
    r = sqrt(1 - beta2**steps)
    step = learning_rate * r / (1 - beta1**steps) * mean / (np.sqrt(squares) + r * eps)
    return parameters - step, Moments(mean, squares, steps)


# θ ← (1 − η λ) θ, then the step of Adam
def _adamw(
    gradient: AnyArray,
    state: Moments,
    parameters: AnyArray,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> tuple[AnyArray, Moments]:
    faded = (1 - learning_rate * weight_decay) * parameters
    return _adam(gradient, state, faded, learning_rate, beta1, beta2, eps)


def _squares_phase(g: Array, old: Array, new: Array, formula: str, words: str, numbers: Numbers) -> Phase:
    return Phase(
        "Squared gradients",
        words,
        formula,
        "s = %(new)s",
        {"old": old, "g": g, "new": new, **numbers},
        (),
        new,
    )


def _divided_phase(eta: float, top: Array, squares: Array, eps: float, symbols: tuple[str, str]) -> Phase:
    """Return −η top / (√squares + ε)."""
    move = -eta * top / (np.sqrt(squares) + eps)
    a, b = symbols
    formula = (
        rf"\Delta\theta = -\eta\, \frac{{\mathstrut {a}}}{{\sqrt{{{b}}} + \varepsilon}}"
        r" = -%(eta)s\, \frac{%(top)s}{%(root)s + \varepsilon} = %(move)s"
    )
    words = (
        "Each coordinate is divided by the root of its squared gradients. "
        "So steep and flat coordinates take steps of similar length."
    )
    return step_phase(formula, {"eta": eta, "top": top, "root": np.sqrt(squares)}, move, words)


def _adagrad_phases(
    g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]
) -> list[Phase]:
    s = state.squares + g * g
    words = "For each coordinate, all squared gradients so far are added up. The sum never decreases."
    squares = _squares_phase(
        g, state.squares, s, r"s \leftarrow s + g^2 = %(old)s \newline + %(g)s^2 = %(new)s", words, {}
    )
    return [squares, _divided_phase(eta, g, s, settings["eps"], ("g", "s"))]


def _fading_phase(g: Array, old: Array, share: float, symbol: str) -> tuple[Array, Phase]:
    """Return the mean after s ← β s + (1 − β) g², and the phase."""
    s = share * old + (1 - share) * g * g
    formula = (
        rf"s \leftarrow {symbol} s + (1 - {symbol})\, g^2"
        r" = %(share)s\, %(old)s \newline + %(rest)s\, %(g)s^2 = %(new)s"
    )
    words = "Each coordinate has a running average of its squared gradients, drawn as the area of a square."
    return s, _squares_phase(g, old, s, formula, words, {"share": share, "rest": 1 - share})


def _rmsprop_phases(
    g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]
) -> list[Phase]:
    s, squares = _fading_phase(g, state.squares, settings["alpha"], r"\alpha")
    return [squares, _divided_phase(eta, g, s, settings["eps"], ("g", "s"))]


def _adam_phases(g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    beta1, beta2, t = settings["beta1"], settings["beta2"], state.steps + 1
    m = beta1 * state.mean + (1 - beta1) * g
    mean = Phase(
        "Mean gradient",
        "This is a running average of the gradients.",
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g = %(beta)s\, %(old)s \newline + %(rest)s\, %(g)s = %(new)s",
        "m = %(beta)s %(old)s + %(rest)s %(g)s = %(new)s",
        {"beta": beta1, "old": state.mean, "rest": 1 - beta1, "g": g, "new": m},
        (Arrow("−g", -g, "slope"), Arrow("−m", -m, "memory")),
    )
    s, squares = _fading_phase(g, state.squares, beta2, r"\beta_2")
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    correction = Phase(
        "Bias correction",
        "Both averages start at 0 and are too small at first. Dividing by 1 − βᵗ corrects this.",
        r"\hat m = \frac{\mathstrut m}{1 - \beta_1^{%(t)s}} = %(m)s \\ \hat s = \frac{s}{1 - \beta_2^{%(t)s}} = %(s)s",
        "m̂ = %(m)s, ŝ = %(s)s",
        {"t": t, "m": m_hat, "s": s_hat},
        (Arrow("−m̂", -m_hat, "memory"),),
        s_hat,
    )
    return [
        mean,
        squares,
        correction,
        _divided_phase(eta, m_hat, s_hat, settings["eps"], (r"\hat m", r"\hat s")),
    ]


def _adamw_phases(g: Array, state: Any, at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    decay = settings["weight_decay"]
    *phases, step = _adam_phases(g, state, at, eta, settings)
    own, fade = np.asarray(step.numbers["move"]), -eta * decay * at
    faded = Phase(
        "Weight decay",
        "The parameters shrink towards 0, whatever the gradient is.",
        r"-\eta \lambda\, \theta = -%(eta)s \cdot %(decay)s\, %(at)s = %(fade)s",
        "−ηλθ = %(fade)s",
        {"eta": eta, "decay": decay, "at": at, "fade": fade},
        (Arrow("−ηλθ", fade, "step"),),
    )
    formula = r"\Delta\theta = %(fade)s \newline + %(own)s = %(move)s"
    both = step_phase(
        formula, {"fade": fade, "own": own}, fade + own, "The step is the weight decay plus the step of Adam."
    )
    return [faded, *phases, step._replace(title="Step of Adam"), both]


_EPS = Hyperparameter(
    default=1e-8, low=0, high=inf, meaning="added to the denominator, so that it is not zero"
)
_ADAM = {
    "beta1": Hyperparameter(
        default=0.9,
        low=0,
        high=1,
        closed=True,
        meaning="the share of the mean gradient that is kept at each step",
    ),
    "beta2": Hyperparameter(
        default=0.999,
        low=0,
        high=1,
        closed=True,
        meaning="the share of the mean squared gradient that is kept at each step",
    ),
    "eps": _EPS,
}
_ADAM_LATEX = (
    r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \quad s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2, \quad"
    r" \theta \leftarrow %s - \eta\, \frac{\hat m}{\sqrt{\hat s} + \varepsilon}, \quad"
    r" \hat m = \frac{m}{1 - \beta_1^t}, \; \hat s = \frac{s}{1 - \beta_2^t}"
)

_ADAM_SOURCE: Final = """\
m = {beta1} * m + (1 - {beta1}) * g
s = {beta2} * s + (1 - {beta2}) * g**2
m_hat, s_hat = m / (1 - {beta1}**(k + 1)), s / (1 - {beta2}**(k + 1))
p = p - eta[k] * m_hat / (np.sqrt(s_hat) + {eps})"""

ADAPTIVE_METHODS: Final = (
    Optimizer(
        name="adagrad",
        label="AdaGrad",
        init=_no_squares,
        update=_adagrad,
        latex=(
            r"s \leftarrow s + g^2, \quad"
            r" \theta \leftarrow \theta - \eta\, \frac{g}{\sqrt{s} + \varepsilon}"
        ),
        lesson=(
            "Each parameter's step is divided by the root of the sum of its squared gradients. "
            "So its learning rate only decreases (Duchi et al. 2011)."
        ),
        numpy_state="s = np.zeros_like(p)",
        numpy_step="s = s + g**2\np = p - eta[k] * g / (np.sqrt(s) + {eps})",
        torch_source="Adagrad([p], lr={eta!r}, eps={eps!r})",
        phases=_adagrad_phases,
        hyperparameters={"eps": replace(_EPS, default=1e-10)},
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
        lesson=(
            "It is AdaGrad with a running average in place of the sum. "
            "Its steps do not shrink to 0, so it keeps moving near a minimum (Hinton 2012)."
        ),
        numpy_state="s = np.zeros_like(p)",
        numpy_step="s = {alpha} * s + (1 - {alpha}) * g**2\np = p - eta[k] * g / (np.sqrt(s) + {eps})",
        torch_source="RMSprop([p], lr={eta!r}, alpha={alpha!r}, eps={eps!r})",
        phases=_rmsprop_phases,
        hyperparameters={
            "alpha": Hyperparameter(
                default=0.99,
                low=0,
                high=1,
                closed=True,
                meaning="the share of the mean squared gradient that is kept at each step",
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
        lesson=(
            "It is momentum with a learning rate for each parameter. "
            "Its first steps have a length of about η in each coordinate (Kingma & Ba 2015)."
        ),
        numpy_state="m, s = np.zeros_like(p), np.zeros_like(p)",
        numpy_step=_ADAM_SOURCE,
        torch_source="Adam([p], lr={eta!r}, betas=({beta1!r}, {beta2!r}), eps={eps!r})",
        phases=_adam_phases,
        hyperparameters=_ADAM,
        stride=0.01,
    ),
    Optimizer(
        name="adamw",
        label="AdamW",
        init=_no_moments,
        update=_adamw,
        latex=_ADAM_LATEX % r"(1 - \eta\lambda)\,\theta",
        lesson="It is Adam that also shrinks the parameters towards 0 at each step (Loshchilov & Hutter 2019).",
        numpy_state="m, s = np.zeros_like(p), np.zeros_like(p)",
        numpy_step="p = (1 - eta[k] * {weight_decay}) * p\n" + _ADAM_SOURCE,
        torch_source=(
            "AdamW([p], lr={eta!r}, betas=({beta1!r}, {beta2!r}), eps={eps!r}, weight_decay={weight_decay!r})"
        ),
        phases=_adamw_phases,
        hyperparameters=_ADAM
        | {
            "weight_decay": Hyperparameter(
                default=1e-2,
                low=0,
                high=inf,
                closed=True,
                meaning="the share of the parameters that is subtracted at each step, as a multiple of η",
            )
        },
        stride=0.01,
    ),
)
