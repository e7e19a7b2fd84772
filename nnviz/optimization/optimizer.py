"""Describe an optimizer: its update, the phases of one update, its theory, its source code and its words in one record.

Optimizers are pure init/update pairs, each equal to torch.optim where torch has it:
``state = optimizer.init(parameters)``, then again and again
``parameters, state = optimizer.update(gradient, state, parameters, learning_rate, **settings)``.

Where the learning rate changes during a run, other conventions differ: in Polyak (1964) and in Keras the velocity of
momentum is v ← μ v − η g, so that it keeps the learning rates of earlier steps, and in torch it is v ← μ v + g.

Arrays have any one shape and float dtype; nothing is changed in place. Settings have torch's names and defaults
(``betas`` is spelt beta1, beta2). ``update`` does not check them; ``Optimizer.complete`` does, once, before a run.
In the formulas θ are the parameters, g the gradient, η the learning rate, t the step, counted from 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._registry import first_empty
from nnviz._types import AnyArray, Array
from nnviz.losses.hyperparameters import Hyperparameter, complete

Numbers = Mapping[str, Array | float]


class Arrow(NamedTuple):
    """Hold a vector to draw from the current parameters, or from the tip of the vector ``after``.

    kind: "slope" for what has the unit of the gradient, "memory" for what is remembered of it, "step" for a move.
    """

    name: str
    vector: Array
    kind: str
    after: Array | None = None


class Phase(NamedTuple):
    r"""Hold one part of an update.

    words: what happens in it, in a sentence or two; "" where the title says it for every optimizer.
    formula: LaTeX with %(name)s where a number of ``numbers`` belongs, ``\\`` between equations, ``\newline``
    where a long sum may be broken. says: the result as plain text, likewise.
    Vectors are squared, rooted and divided coordinate by coordinate. squares: (d,) running means or sums of squared
    gradients to draw as areas, or None.
    """

    title: str
    words: str
    formula: str
    says: str
    numbers: Numbers
    arrows: tuple[Arrow, ...]
    squares: Array | None = None


Phases = Callable[[Array, Any, Array, float, Mapping[str, float]], list[Phase]]


class LinearStep(NamedTuple):
    """Hold a step z ← F z + G g of z = (θ − c, velocity) with the gradient g.

    free: F (D, D); push: G (D, d). D is d without a velocity, else 2d.
    """

    free: Array
    push: Array

    def on(self, hessian: ArrayLike) -> Array:
        """Return F + G [H, 0] (D, D): the step on a quadratic, where g = H (θ − c)."""
        step = self.free.copy()
        step[:, : self.push.shape[1]] += self.push @ np.asarray(hessian, np.float64)
        return step


@dataclass(frozen=True, eq=False, kw_only=True)
class Optimizer:
    """Hold one rule.

    init, update: the pair described above. latex: the rule; lesson: one or two sentences on what it does.

    stride: None where a step is in proportion to the gradient, so that the learning rate has to suit the
    curvature. Otherwise steps are about as long as the learning rate says, whatever the gradient, and ``stride``
    is a good one to begin with, as a share of the width of the domain.
    learning_rate_share: for a rule without stride, the share of the surface's own learning rate to begin with.

    phases: returns the phases of ``update(gradient, state, parameters, learning_rate, **settings)`` after that of the
    gradient; the last has the title "Step" and a number ``move``. None: the step is shown as one phase.
    linear_step: returns the step for (learning rate, Hessian (d, d), settings) of a rule that is linear in the
    gradient. None: no rate of convergence is known.

    numpy_step: source in NumPy that moves the parameters ``p`` (P,) by the gradient ``g`` in step ``k`` (from 0) with
    the learning rate ``eta[k]``; ``{momentum}`` stands for the setting of that name. numpy_state: source of what it
    remembers, before the first step. numpy_helpers: source of functions that it calls.
    torch_source: the call in torch.optim, with ``{eta!r}``. "": torch has none, and its programs use the NumPy source
    with gradients by autograd.
    """

    name: str
    label: str
    init: Callable[[AnyArray], Any]
    update: Callable[..., tuple[AnyArray, Any]]
    latex: str
    lesson: str
    numpy_step: str
    numpy_state: str = ""
    numpy_helpers: str = ""
    torch_source: str = ""
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)
    stride: float | None = None
    learning_rate_share: float = 1.0
    phases: Phases | None = None
    linear_step: Callable[[float, Array, Mapping[str, float]], LinearStep] | None = None

    @property
    def settings(self) -> dict[str, float]:
        """Name -> default value of each setting."""
        return {name: setting.default for name, setting in self.hyperparameters.items()}

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Return every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the optimizer {self.name}", self.hyperparameters, settings)


@dataclass(frozen=True, eq=False, kw_only=True)
class SecondOrder(Optimizer):
    """Hold a rule whose update(gradient, state, parameters, learning_rate, surface=…, **settings) sees the surface.

    Its source may call ``value(p)``, ``hessian(p)`` and ``search(p, g, d, t, halvings)``, the line search of Armijo.
    """


def missing_field(optimizer: Optimizer) -> str:
    """Return the name of the first field without which the app could not show an optimizer; "" if it is complete."""
    return first_empty(optimizer, ("name", "label", "init", "update", "latex", "lesson", "numpy_step"))


class NoMemory(NamedTuple):
    """Hold the state of a rule that looks at the present gradient only."""


def no_memory(_parameters: AnyArray) -> NoMemory:
    """Return the state of a rule without memory."""
    return NoMemory()


def step_phase(formula: str, numbers: Numbers, move: Array, words: str) -> Phase:
    """Return the last phase of an update: the move Δθ (d,)."""
    return Phase(
        "Step", words, formula, "Δθ = %(move)s", {**numbers, "move": move}, (Arrow("Δθ", move, "step"),)
    )
