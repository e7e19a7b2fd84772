"""Networks that another process trains are those that this one would train, and it fails in words."""

import numpy as np
import pytest

from nnviz.networks.deep import DeepSpec, train_deep
from nnviz.networks.deep_process import Worker, WorkerEndedError

X = np.linspace(-1, 1, 40)
Y = np.sin(3 * X)
SPEC = DeepSpec((4, 3), "tanh", steps=60, seeds=(0, 7))


class _LeftError(Exception):
    """What Streamlit raises in a visitor who has asked for something else."""


def test_another_process_trains_the_same_networks_one_request_at_a_time() -> None:
    worker, told = Worker(), list[tuple[int, int]]()
    try:
        run = worker.train(SPEC, X, Y, lambda *done: told.append(done))
        here = train_deep(SPEC, X, Y)
        assert run.ended == here.ended == "steps"
        assert np.array_equal(run.losses, here.losses)
        assert np.array_equal(run.best, here.best)
        assert all(np.array_equal(a(X), b(X)) for a, b in zip(run.networks, here.networks, strict=True))
        assert told[-1][1] == 60
        wild = DeepSpec((6, 6), "relu", steps=60, learning_rate=1e200, seeds=(0,))
        losses = worker.train(wild, X, Y, lambda *_: None).losses
        assert not np.isfinite(losses).all()
        assert np.array_equal(losses, train_deep(wild, X, Y).losses, equal_nan=True)
        with pytest.raises(ValueError, match="must have"):
            worker.train(SPEC, X, Y[:3], lambda *_: None)
        first = worker._process
        with pytest.raises(_LeftError):
            worker.train(SPEC, X, Y, leave)
        assert first is not None
        assert first.poll() is not None  # whoever leaves ends the training
    finally:
        worker.end()


def leave(_done: int, _steps: int) -> None:
    raise _LeftError


def test_a_process_without_memory_for_torch_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/sh")
    worker = Worker()
    for _ in range(2):
        with pytest.raises(WorkerEndedError):
            worker.train(SPEC, X, Y, lambda *_: None)
    worker.end()


def test_who_waits_for_another_training_can_leave() -> None:
    worker = Worker()
    worker._one.acquire()
    with pytest.raises(_LeftError):
        worker.train(SPEC, X, Y, leave)
    assert worker._process is None
