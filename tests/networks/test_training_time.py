"""The time of a training is estimated from its first updates."""

import numpy as np
import pytest

from nnviz.networks import TrainingSpec, training_time
from nnviz.networks.training_time import estimate_seconds


def test_the_price_of_a_training_is_the_time_of_its_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 0.06))  # 30 updates in 60 ms
    monkeypatch.setattr(training_time, "processor_time", lambda: next(clock))
    x = np.linspace(-1, 1, 8)
    assert estimate_seconds(TrainingSpec(4, steps=10_000, seconds=8.0), x, x) == pytest.approx(20.0)
    monkeypatch.setattr(training_time, "processor_time", lambda: 0.0)
    assert estimate_seconds(TrainingSpec(4, steps=10_000, seconds=8.0), x, x) is None
    assert estimate_seconds(TrainingSpec(4, steps=300, seconds=1e-9), x, x) is None
