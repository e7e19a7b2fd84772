"""One update of an optimizer in slow motion: the phases it is made of, each with its formula and its numbers.

The phases recompute what the rule in ``optimizers`` does in one go; the tests hold both against torch.optim, the
memory after the update against the optimizer's own state in torch.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.learning.descent import DescentSpec, descend
from nnviz.learning.optimizers import OPTIMIZERS
from nnviz.learning.second_order import METHODS
from nnviz.learning.surfaces import Surface

Array = NDArray[np.float64]
Numbers = Mapping[str, Array | float]


class Arrow(NamedTuple):
    """A vector to draw from where the run stands, or head to tail from the end of ``after``.

    kind: "slope" for what has the unit of the gradient, "memory" for what is remembered of it, "step" for a move.
    """

    name: str
    vector: Array
    kind: str
    after: Array | None = None


class Phase(NamedTuple):
    """A part of an update.

    formula: LaTeX with %(name)s where a number of ``numbers`` belongs, a line break between equations, a mark where
    a long sum may be broken. says: the result as plain text, likewise.
    Vectors are squared, rooted and divided coordinate by coordinate. squares: (d,) fading means or sums of squared
    slopes to draw as areas, or None.
    """

    title: str
    words: str
    formula: str
    says: str
    numbers: Numbers
    arrows: tuple[Arrow, ...]
    squares: Array | None = None


Update = Callable[[Array, Any, Array, float, Mapping[str, float]], list[Phase]]


def one_update(
    optimizer: str,
    gradient: Array,
    state: Any,
    parameters: Array,
    learning_rate: float,
    settings: Mapping[str, float],
) -> list[Phase]:
    """The phases of ``OPTIMIZERS[optimizer].update(gradient, state, parameters, learning_rate, **settings)``.

    The first is the slope, the last is the step. ValueError for an optimizer that is not in OPTIMIZERS.
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"the optimizer is {optimizer!r}; legal is one of {', '.join(OPTIMIZERS)}")
    complete = OPTIMIZERS[optimizer].complete(settings)
    return [_slope(gradient), *_UPDATES[optimizer](gradient, state, parameters, learning_rate, complete)]


def _slope(gradient: Array) -> Phase:
    return Phase(
        "Slope",
        "The gradient points uphill; its negative is the way of steepest descent.",
        r"g = \nabla L(\theta) = %(g)s",
        "g = %(g)s",
        {"g": gradient},
        (Arrow("−g", -gradient, "slope"),),
    )


def _step(formula: str, numbers: Numbers, move: Array, words: str) -> Phase:
    """The last phase: how far it goes, and where it arrives."""
    return Phase(
        "Step", words, formula, "Δθ = %(move)s", {**numbers, "move": move}, (Arrow("Δθ", move, "step"),)
    )


def _gradient_descent(
    g: Array, _state: Any, _at: Array, eta: float, _settings: Mapping[str, float]
) -> list[Phase]:
    formula = r"\Delta\theta = -\eta\, g = -%(eta)s\, %(g)s = %(move)s"
    return [_step(formula, {"eta": eta, "g": g}, -eta * g, "In proportion to the slope, and nothing else.")]


def _velocity(g: Array, old: Array, mu: float) -> tuple[Array, Phase]:
    """The velocity after v ← μ v + g, and the phase."""
    new = mu * old + g
    arrows = (
        Arrow("−μv", -mu * old, "memory"),
        Arrow("−g", -g, "slope", after=-mu * old),
        Arrow("−v", -new, "memory"),
    )
    return new, Phase(
        "Memory",
        "The velocity keeps a share μ of itself and adds the slope: what agrees adds up, what alternates cancels.",
        r"v \leftarrow \mu v + g = %(mu)s\, %(old)s \newline + %(g)s = %(new)s",
        "v = %(mu)s %(old)s + %(g)s = %(new)s",
        {"mu": mu, "old": old, "g": g, "new": new},
        arrows,
    )


def _momentum(g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    v, memory = _velocity(g, state.velocity, settings["momentum"])
    formula = r"\Delta\theta = -\eta\, v = -%(eta)s\, %(v)s = %(move)s"
    return [
        memory,
        _step(formula, {"eta": eta, "v": v}, -eta * v, "Along the velocity, not along the slope."),
    ]


def _nesterov(g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    mu = settings["momentum"]
    v, memory = _velocity(g, state.velocity, mu)
    ahead = g + mu * v
    look = Phase(
        "Look ahead",
        "The slope and the next share of the velocity: where momentum is about to carry it.",
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
    step = _step(formula, {"eta": eta, "ahead": ahead}, -eta * ahead, "Along what lies one step ahead.")
    return [memory, look, step]


def _squares(g: Array, old: Array, new: Array, formula: str, words: str, numbers: Numbers) -> Phase:
    return Phase(
        "Squares", words, formula, "s = %(new)s", {"old": old, "g": g, "new": new, **numbers}, (), new
    )


def _divided(eta: float, top: Array, squares: Array, eps: float, symbols: tuple[str, str]) -> Phase:
    """−η top / (√squares + ε)."""
    move = -eta * top / (np.sqrt(squares) + eps)
    a, b = symbols
    formula = (
        rf"\Delta\theta = -\eta\, \frac{{\mathstrut {a}}}{{\sqrt{{{b}}} + \varepsilon}}"
        r" = -%(eta)s\, \frac{%(top)s}{%(root)s + \varepsilon} = %(move)s"
    )
    words = "Each coordinate is divided by the size of its own slopes: steep and flat ones move alike."
    return _step(formula, {"eta": eta, "top": top, "root": np.sqrt(squares)}, move, words)


def _adagrad(g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    s = state.squares + g * g
    words = "Every squared slope so far, one sum for each coordinate: it only grows."
    squares = _squares(
        g, state.squares, s, r"s \leftarrow s + g^2 = %(old)s \newline + %(g)s^2 = %(new)s", words, {}
    )
    return [squares, _divided(eta, g, s, settings["eps"], ("g", "s"))]


def _fading(g: Array, old: Array, share: float, symbol: str) -> tuple[Array, Phase]:
    """The mean after s ← β s + (1 − β) g², and the phase."""
    s = share * old + (1 - share) * g * g
    formula = (
        rf"s \leftarrow {symbol} s + (1 - {symbol})\, g^2"
        r" = %(share)s\, %(old)s \newline + %(rest)s\, %(g)s^2 = %(new)s"
    )
    words = "A fading mean of the squared slopes, one for each coordinate; drawn as squares of that area."
    return s, _squares(g, old, s, formula, words, {"share": share, "rest": 1 - share})


def _rmsprop(g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    s, squares = _fading(g, state.squares, settings["alpha"], r"\alpha")
    return [squares, _divided(eta, g, s, settings["eps"], ("g", "s"))]


def _adam(g: Array, state: Any, _at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    beta1, beta2, t = settings["beta1"], settings["beta2"], state.steps + 1
    m = beta1 * state.mean + (1 - beta1) * g
    mean = Phase(
        "Memory",
        "A fading mean of the slopes.",
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g = %(beta)s\, %(old)s \newline + %(rest)s\, %(g)s = %(new)s",
        "m = %(beta)s %(old)s + %(rest)s %(g)s = %(new)s",
        {"beta": beta1, "old": state.mean, "rest": 1 - beta1, "g": g, "new": m},
        (Arrow("−g", -g, "slope"), Arrow("−m", -m, "memory")),
    )
    s, squares = _fading(g, state.squares, beta2, r"\beta_2")
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    correction = Phase(
        "Correction",
        "Both means began at 0 and are too small while they are young; this makes up for it.",
        r"\hat m = \frac{\mathstrut m}{1 - \beta_1^{%(t)s}} = %(m)s \\ \hat s = \frac{s}{1 - \beta_2^{%(t)s}} = %(s)s",
        "m̂ = %(m)s, ŝ = %(s)s",
        {"t": t, "m": m_hat, "s": s_hat},
        (Arrow("−m̂", -m_hat, "memory"),),
        s_hat,
    )
    return [mean, squares, correction, _divided(eta, m_hat, s_hat, settings["eps"], (r"\hat m", r"\hat s"))]


def _adamw(g: Array, state: Any, at: Array, eta: float, settings: Mapping[str, float]) -> list[Phase]:
    decay = settings["weight_decay"]
    *phases, step = _adam(g, state, at, eta, settings)
    own, fade = np.asarray(step.numbers["move"]), -eta * decay * at
    faded = Phase(
        "Decay",
        "The parameters shrink towards 0, whatever the slope says.",
        r"-\eta \lambda\, \theta = -%(eta)s \cdot %(decay)s\, %(at)s = %(fade)s",
        "−ηλθ = %(fade)s",
        {"eta": eta, "decay": decay, "at": at, "fade": fade},
        (Arrow("−ηλθ", fade, "step"),),
    )
    formula = r"\Delta\theta = %(fade)s \newline + %(own)s = %(move)s"
    both = _step(formula, {"fade": fade, "own": own}, fade + own, "The decay, then the step of Adam.")
    return [faded, *phases, step._replace(title="Step of Adam"), both]


_UPDATES: Mapping[str, Update] = {
    "gradient_descent": _gradient_descent,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
}


class SlowMotion(NamedTuple):
    """The way so far (k + 1, d), its last point being where the update begins, and the phases of that update."""

    trail: Array
    phases: list[Phase]


def slow_motion(spec: DescentSpec, surface: Surface) -> SlowMotion:
    """The update that follows after ``spec.steps`` steps, without noise.

    ValueError if the run has diverged by then, or its optimizer is not in OPTIMIZERS.
    """
    run = descend(replace(spec, noise=0.0, batch=0, tolerance=0.0), surface)
    if run.diverged:
        raise ValueError(f"it diverges after {len(run.points) - 1} steps; look at an update before that")
    rule, settings = METHODS[spec.optimizer], dict(spec.settings)
    state = rule.init(run.points[0])
    if spec.optimizer in OPTIMIZERS:
        for point, gradient, rate in zip(run.points, run.gradients, spec.rates.tolist(), strict=False):
            _, state = rule.update(gradient, state, point, rate, **settings)
    phases = one_update(
        spec.optimizer, run.gradients[-1], state, run.points[-1], spec.learning_rate, settings
    )
    return SlowMotion(run.points, phases)
