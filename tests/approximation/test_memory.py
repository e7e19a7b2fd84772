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


# work of a size, the size, and the most that it may take
WORK: dict[str, tuple[Callable[[int], object], int, float]] = {
    "a network at many points": (lambda n: _networks(1)[0](np.linspace(*K, n)), 100_001, 6.0),
    "film": (lambda n: measure_frames(F, K, _networks(n)), 48, 2.0),
    "train": (lambda n: train(TrainingSpec(n, steps=100, frames=48), X, F(X)), 256, 3.0),
    "solve": (lambda n: approximate(F, K, n, "tanh"), 128, 4.0),
    "refine": (lambda n: approximate(F, K, n, "gelu"), 16, 16.0),  # many starts at once
    "best": (lambda n: approximate(F, K, n, "relu"), 256, 3.0),
    "reach": (lambda n: reach(F, K, 1 / n), 100_000, 8.0),
    "price": (lambda n: widths_needed(F, K, np.array([0.3, 1 / n])), 100_000, 8.0),
    "study": (lambda n: study(StudySpec("gelu", (n,), steps=20), F, K), 128, 10.0),
}
SMALL = 20  # modules and tables are loaded, which stay; smaller networks would be refined


@pytest.mark.long
@each("name", WORK)
def test_no_step_takes_more_memory_than_it_says(name: str) -> None:
    work, size, most = WORK[name]
    work(SMALL)
    tracemalloc.start()
    try:
        work(size)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most * MB


def test_a_film_keeps_only_what_is_drawn() -> None:
    kept = measure_frames(F, K, _networks(3))
    for array in (kept.x, kept.target, kept.predictions, kept.errors):
        assert array.base is None or array.base.nbytes == array.nbytes
