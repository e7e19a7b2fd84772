"""The time of a training is estimated from its first updates."""

import numpy as np
import pytest

from nnviz.networks import TrainingSpec, training_time
from nnviz.networks.training_time import estimate_all_seconds, estimate_seconds


def test_the_price_of_a_training_is_the_time_of_its_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 0.06))  # 30 updates in 60 ms
    monkeypatch.setattr(training_time, "processor_time", lambda: next(clock))
    x = np.linspace(-1, 1, 8)
    assert estimate_seconds(TrainingSpec(4, steps=10_000, seconds=8.0), x, x) == pytest.approx(20.0)
    monkeypatch.setattr(training_time, "processor_time", lambda: 0.0)
    assert estimate_seconds(TrainingSpec(4, steps=10_000, seconds=8.0), x, x) is None
    assert estimate_seconds(TrainingSpec(4, steps=300, seconds=1e-9), x, x) is None


def test_the_price_of_many_trainings_is_the_time_of_all_their_updates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = {4: 0.06, 8: 0.09}  # of 30 updates
    now, trained = [0.0], []

    def train_some(spec: TrainingSpec, seeds: range, *_: object) -> None:
        trained.append((spec.width, spec.steps, len(seeds)))
        now[0] += times[spec.width]

    monkeypatch.setattr(training_time, "processor_time", lambda: now[0])
    monkeypatch.setattr(training_time, "train_seeds", train_some)
    x = np.linspace(-1, 1, 8)
    seconds = estimate_all_seconds([TrainingSpec(4, steps=1000), TrainingSpec(8, steps=500)], 5, x, x)
    assert seconds == pytest.approx(2.0 + 1.5)
    assert trained == [(4, 30, 5), (8, 30, 5)]
