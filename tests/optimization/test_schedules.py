"""Every schedule against torch.optim.lr_scheduler, step by step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as torch_schedules

from nnviz.optimization import SCHEDULES
from tests.cases import each

torch.set_num_threads(1)


def warm(
    optimizer: torch.optim.Optimizer, steps: int, share: float, start: float
) -> torch_schedules.LRScheduler:
    return torch_schedules.LinearLR(optimizer, start, 1.0, max(1, round(share * steps)))


def warm_then_cosine(
    optimizer: torch.optim.Optimizer, steps: int, share: float, start: float
) -> torch_schedules.LRScheduler:
    warm_steps = max(1, round(share * steps))
    parts: list[torch_schedules.LRScheduler] = [
        torch_schedules.LinearLR(optimizer, start, 1.0, warm_steps),
        torch_schedules.CosineAnnealingLR(optimizer, max(steps - warm_steps, 1)),
    ]
    return torch_schedules.SequentialLR(optimizer, parts, [warm_steps])


ORACLES: dict[str, Callable[..., torch_schedules.LRScheduler]] = {
    "constant": lambda o, _steps: torch_schedules.ConstantLR(o, factor=1.0),
    "step": lambda o, steps, every, gamma: torch_schedules.StepLR(o, max(1, round(every * steps)), gamma),
    "exponential": lambda o, steps, end: torch_schedules.ExponentialLR(o, end ** (1 / steps)),
    "cosine": lambda o, steps, end: torch_schedules.CosineAnnealingLR(o, steps, eta_min=0.3 * end),
    "inverse": lambda o, steps, half: torch_schedules.LambdaLR(o, lambda k: 1 / (1 + k / (half * steps))),
    "warm_up": warm,
    "warm_up_cosine": warm_then_cosine,
}
OTHER = {
    "step": {"every": 0.1, "gamma": 0.5},
    "exponential": {"end": 0.2},
    "cosine": {"end": 0.1},
    "inverse": {"half": 0.5},
    "warm_up": {"share": 0.5, "start": 0.3},
    "warm_up_cosine": {"share": 0.4, "start": 0.3},
}


@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")
@pytest.mark.parametrize("steps", [1, 7, 60])
@pytest.mark.parametrize(
    ("name", "settings"), [(n, s) for n in SCHEDULES for s in ({}, *([OTHER[n]] if n in OTHER else []))]
)
def test_the_rates_are_those_of_torch(name: str, settings: dict[str, Any], steps: int) -> None:
    schedule = SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    oracle = ORACLES[name](optimizer, steps, **schedule.complete(settings))
    expected = []
    for _ in range(steps):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        oracle.step()
    np.testing.assert_allclose(schedule.rates(0.3, steps, settings), expected, rtol=1e-12, atol=1e-15)


@each("name", SCHEDULES)
def test_no_steps_have_no_rates(name: str) -> None:
    assert SCHEDULES[name].rates(0.1, 0, {}).shape == (0,)


@each("name", SCHEDULES)
def test_every_record_is_complete(name: str) -> None:
    schedule = SCHEDULES[name]
    assert schedule.name == name
    assert schedule.label
    assert schedule.lesson.endswith((".", ")."))
    assert schedule.latex.count("{") == schedule.latex.count("}")


def test_an_illegal_setting_is_refused_by_name() -> None:
    with pytest.raises(
        ValueError, match=r"`gamma` of the schedule step must be above 0 and below 1, got 1\.5"
    ):
        SCHEDULES["step"].rates(0.1, 10, {"gamma": 1.5})
