"""What the numerics hold at once and keep: a class shares one server. Counted in bytes, by Python's own tracer."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.approximation import (
    StudySpec,
    approximate,
    measure_frames,
    reach,
    study,
    widths_needed,
)
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork, TrainingSpec, train
from tests.cases import each

F, K, MB = parse("sin(2πx)"), (-1.0, 1.0), 1e6
X = np.linspace(*K, 256)


def _networks(count: int, width: int = 256) -> list[ShallowNetwork]:
    w, b, v = np.random.default_rng(0).normal(size=(3, width))
    return [ShallowNetwork("tanh", w, b, v * k, 0.0) for k in range(1, count + 1)]


WORK: dict[str, tuple[Callable[[], object], float]] = {
    "a network at many points": (lambda: _networks(1)[0](np.linspace(*K, 100_001)), 6.0),
    "film": (lambda: measure_frames(F, K, _networks(48)), 2.0),
    "train": (lambda: train(TrainingSpec(256, steps=100, frames=48), X, F(X)), 3.0),
    "solve": (lambda: approximate(F, K, 128, "tanh"), 4.0),
    "refine": (lambda: approximate(F, K, 16, "gelu"), 16.0),  # many starts at once
    "best": (lambda: approximate(F, K, 256, "relu"), 3.0),
    "reach": (lambda: reach(F, K, 1e-5), 8.0),
    "price": (lambda: widths_needed(F, K, np.array([0.3, 1e-5])), 8.0),
    "study": (lambda: study(StudySpec("gelu", (4, 128), steps=20), F, K), 10.0),
}


@pytest.mark.long
@each("name", WORK)
def test_no_step_takes_more_memory_than_it_says(name: str) -> None:
    work, most = WORK[name]
    work()
    tracemalloc.start()
    try:
        work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most * MB


def test_a_film_keeps_only_what_is_drawn() -> None:
    kept = measure_frames(F, K, _networks(3))
    for array in (kept.x, kept.target, kept.predictions, kept.errors):
        assert array.base is None or array.base.nbytes == array.nbytes
