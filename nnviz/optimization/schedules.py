"""Define the schedules of the learning rate, one record each; each is equal to torch.optim.lr_scheduler.

Settings are shares of the run, so that a schedule keeps its shape when the number of steps changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from nnviz._registry import Registry, first_empty
from nnviz._types import Array
from nnviz.losses.hyperparameters import Hyperparameter, complete


@dataclass(frozen=True, eq=False, kw_only=True)
class Schedule:
    """Hold one schedule.

    factor(steps, **settings) returns the multiple of η at step 0, 1, … steps − 1, (steps,). latex: the rule.
    lesson: a sentence or two on what it does. source: ``factor`` as an expression in NumPy over ``steps``, where
    ``{gamma}`` stands for the hyperparameter of that name. source_setup: lines of source before it.
    """

    name: str
    label: str
    factor: Callable[..., Array]
    latex: str
    lesson: str
    source: str
    source_setup: str = ""
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Return every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the schedule {self.name}", self.hyperparameters, settings)

    def rates(self, learning_rate: float, steps: int, settings: Mapping[str, float]) -> Array:
        """Return the learning rate at each step, (steps,)."""
        return learning_rate * self.factor(steps, **self.complete(settings))


def _constant(steps: int) -> Array:
    return np.ones(steps)


def _whole(share: float, steps: int) -> int:
    """Return a share of the run as a number of steps, at least 1."""
    return max(1, round(share * steps))


# γ^⌊k/s⌋  with s = every · steps
def _step(steps: int, every: float = 0.3, gamma: float = 0.3) -> Array:
    return np.asarray(gamma ** (np.arange(steps) // _whole(every, steps)), dtype=np.float64)


# γᵏ  with γ = end^(1/steps)
def _exponential(steps: int, end: float = 0.01) -> Array:
    return np.asarray(end ** (np.arange(steps) / max(steps, 1)))


# e + (1 − e) (1 + cos πk/steps) / 2
def _cosine(steps: int, end: float = 0.0) -> Array:
    return np.asarray(end + (1 - end) * (1 + np.cos(np.pi * np.arange(steps) / max(steps, 1))) / 2)


# 1 / (1 + k/h)  with h = half · steps
def _inverse(steps: int, half: float = 0.1) -> Array:
    return np.asarray(1 / (1 + np.arange(steps) / max(half * steps, 1e-300)))


# min(1, a + (1 − a) k/m)  with m = share · steps
def _warm_up(steps: int, share: float = 0.2, start: float = 0.05) -> Array:
    return np.asarray(start + (1 - start) * np.minimum(1.0, np.arange(steps) / _whole(share, steps)))


def _warm_up_cosine(steps: int, share: float = 0.1, start: float = 0.05) -> Array:
    warm = min(_whole(share, steps), steps)
    rise = start + (1 - start) * np.arange(warm) / max(warm, 1)
    return np.append(rise, _cosine(steps - warm))


_SHARE = Hyperparameter(default=0.2, low=0, high=1, meaning="the share of the run in which η rises")
_START = Hyperparameter(default=0.05, low=0, high=1, meaning="the multiple of η at the first step")
_WARM_UP = {"share": _SHARE, "start": _START}

_REGISTERED = (
    Schedule(
        name="constant",
        label="Constant",
        factor=_constant,
        latex=r"\eta_k = \eta",
        lesson="The learning rate stays the same. With gradient noise, the loss fluctuates about a floor.",
        source="np.ones(steps)",
    ),
    Schedule(
        name="step",
        label="Step",
        factor=_step,
        latex=r"\eta_k = \eta\, \gamma^{\lfloor k / s \rfloor}",
        lesson="The learning rate is cut after equal parts of the run, so the loss falls in stages (StepLR).",
        source="{gamma} ** (np.arange(steps) // max(1, round({every} * steps)))",
        hyperparameters={
            "every": Hyperparameter(
                default=0.3, low=0, high=1, meaning="the share of the run between two cuts"
            ),
            "gamma": Hyperparameter(default=0.3, low=0, high=1, meaning="the factor of η at each cut"),
        },
    ),
    Schedule(
        name="exponential",
        label="Exponential",
        factor=_exponential,
        latex=r"\eta_k = \eta\, \gamma^k",
        lesson=(
            "Each step reduces the learning rate by the same factor. "
            "The sum Σ ηₖ is finite, so a run may stop before it reaches the minimum (ExponentialLR)."
        ),
        source="{end} ** (np.arange(steps) / steps)",
        hyperparameters={
            "end": Hyperparameter(
                default=0.01, low=0, high=1, meaning="the multiple of η at the end of the run"
            )
        },
    ),
    Schedule(
        name="cosine",
        label="Cosine",
        factor=_cosine,
        latex=r"\eta_k = \tfrac{\eta}{2} \left(1 + \cos \tfrac{\pi k}{K}\right)",
        lesson="η falls slowly at first and at the end (CosineAnnealingLR, Loshchilov & Hutter 2017).",
        source="{end} + (1 - {end}) * (1 + np.cos(np.pi * np.arange(steps) / steps)) / 2",
        hyperparameters={
            "end": Hyperparameter(
                default=0.0, low=0, high=1, closed=True, meaning="the multiple of η at the end of the run"
            )
        },
    ),
    Schedule(
        name="inverse",
        label="1/t",
        factor=_inverse,
        latex=r"\eta_k = \frac{\eta}{1 + k/h}",
        lesson="Σ ηₖ = ∞ and Σ ηₖ² < ∞, so it converges on a convex surface even with noise (Robbins & Monro 1951).",
        source="1 / (1 + np.arange(steps) / ({half} * steps))",
        hyperparameters={
            "half": Hyperparameter(
                default=0.1, low=0, high=1, meaning="the share of the run after which η is halved"
            )
        },
    ),
    Schedule(
        name="warm_up",
        label="Warm-up",
        factor=_warm_up,
        latex=r"\eta_k = \eta\, \min\left(1,\; a + (1 - a)\, \tfrac{k}{m}\right)",
        lesson="It begins with small steps, while Adam's averages are still unreliable (LinearLR).",
        source="{start} + (1 - {start}) * np.minimum(1, np.arange(steps) / max(1, round({share} * steps)))",
        hyperparameters=_WARM_UP,
    ),
    Schedule(
        name="warm_up_cosine",
        label="Warm-up, then cosine",
        factor=_warm_up_cosine,
        latex=r"\eta_k = \eta \left(a + (1 - a) \tfrac{k}{m}\right) \text{ for } k < m, \text{ then cosine}",
        lesson="It is often used to train large networks (SequentialLR of LinearLR and CosineAnnealingLR).",
        source_setup="warm = max(1, round({share} * steps))",
        source=(
            "np.append({start} + (1 - {start}) * np.arange(warm) / warm, "
            "(1 + np.cos(np.pi * np.arange(steps - warm) / (steps - warm))) / 2)"
        ),
        hyperparameters=_WARM_UP | {"share": replace(_SHARE, default=0.1)},
    ),
)
SCHEDULES: Final = Registry(
    "schedule",
    _REGISTERED,
    lambda schedule: first_empty(schedule, ("name", "label", "factor", "latex", "lesson", "source")),
)
"""Name -> schedule."""
