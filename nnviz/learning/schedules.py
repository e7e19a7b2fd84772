"""Schedules: what the learning rate is multiplied by at each step of a run; each equal to torch.optim.lr_scheduler.

Settings are shares of the run, so that a schedule keeps its shape when the number of steps changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnviz.learning.settings import Setting, complete

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Schedule:
    """One schedule: factor(steps, **settings) -> (steps,), the multiple of η at step 0, 1, … steps − 1."""

    name: str
    label: str
    factor: Callable[..., Array]
    latex: str
    lesson: str
    hyperparameters: Mapping[str, Setting] = field(default_factory=dict)

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the schedule {self.name}", self.hyperparameters, settings)

    def rates(self, learning_rate: float, steps: int, settings: Mapping[str, float]) -> Array:
        """The learning rate at each step, (steps,)."""
        return learning_rate * self.factor(steps, **self.complete(settings))


def _constant(steps: int) -> Array:
    return np.ones(steps)


def _whole(share: float, steps: int) -> int:
    """A share of the run as a number of steps, at least 1."""
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


_SHARE = Setting(0.2, 0, 1, False, "the share of the run in which η rises")
_START = Setting(0.05, 0, 1, False, "the multiple of η at the first step")
_WARM_UP = {"share": _SHARE, "start": _START}

_REGISTERED = (
    Schedule(
        name="constant",
        label="Constant",
        factor=_constant,
        latex=r"\eta_k = \eta",
        lesson="One step size throughout: with noise it never settles, it hovers at a floor.",
    ),
    Schedule(
        name="step",
        label="Step",
        factor=_step,
        latex=r"\eta_k = \eta\, \gamma^{\lfloor k / s \rfloor}",
        lesson="Constant for a while, then cut: the loss drops in stairs (StepLR).",
        hyperparameters={
            "every": Setting(0.3, 0, 1, False, "the share of the run between two cuts"),
            "gamma": Setting(0.3, 0, 1, False, "what η is multiplied by at a cut"),
        },
    ),
    Schedule(
        name="exponential",
        label="Exponential",
        factor=_exponential,
        latex=r"\eta_k = \eta\, \gamma^k",
        lesson="Each step a fixed share smaller: the way left, Σ ηₖ, is finite, so it may stop short (ExponentialLR).",
        hyperparameters={"end": Setting(0.01, 0, 1, False, "the multiple of η at the end of the run")},
    ),
    Schedule(
        name="cosine",
        label="Cosine",
        factor=_cosine,
        latex=r"\eta_k = \tfrac{\eta}{2} \left(1 + \cos \tfrac{\pi k}{K}\right)",
        lesson="Large for long, then gently to zero (CosineAnnealingLR; Loshchilov & Hutter 2017).",
        hyperparameters={"end": Setting(0.0, 0, 1, True, "the multiple of η at the end of the run")},
    ),
    Schedule(
        name="inverse",
        label="1/t",
        factor=_inverse,
        latex=r"\eta_k = \frac{\eta}{1 + k/h}",
        lesson="Σ ηₖ = ∞ and Σ ηₖ² < ∞: under noise it still converges (Robbins & Monro 1951).",
        hyperparameters={"half": Setting(0.1, 0, 1, False, "the share of the run after which η is halved")},
    ),
    Schedule(
        name="warm_up",
        label="Warm-up",
        factor=_warm_up,
        latex=r"\eta_k = \eta\, \min\left(1,\; a + (1 - a)\, \tfrac{k}{m}\right)",
        lesson="Small steps first, while the slopes are large and the means of Adam are young (LinearLR).",
        hyperparameters=_WARM_UP,
    ),
    Schedule(
        name="warm_up_cosine",
        label="Warm-up, then cosine",
        factor=_warm_up_cosine,
        latex=r"\eta_k = \eta \left(a + (1 - a) \tfrac{k}{m}\right) \text{ for } k < m, \text{ then cosine}",
        lesson="What most large networks are trained with (SequentialLR of LinearLR and CosineAnnealingLR).",
        hyperparameters=_WARM_UP | {"share": _SHARE._replace(default=0.1)},
    ),
)
SCHEDULES: Mapping[str, Schedule] = {schedule.name: schedule for schedule in _REGISTERED}
