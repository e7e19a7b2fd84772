"""Many tasks give the same numbers whatever computes them: this process, a pool of processes, or a Dask cluster."""

import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from distributed import Client, LocalCluster

import nnviz as nv
from nnviz._tasks import compute_all
from nnviz.approximation import Study
from nnviz.approximation.network_for_epsilon import Reach

SPEC = nv.StudySpec("relu", (2, 3, 4), seeds=2, steps=10, points=40)
TARGETS = [("sin(3x)", (-1.0, 1.0)), ("|x|", (-1.0, 1.0))]
QUESTIONS = [("sin(3x)", (-1.0, 1.0), 0.1), ("sign(x)", (-1.0, 1.0), 0.1), ("x^2", (0.0, 1.0), 0.01)]
EPSILONS = [0.2, 0.1, 0.05]
X = np.linspace(-1, 1, 30)
TRAINING = nv.TrainingSpec(5, steps=10)


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, get_context("forkserver")) as executor:
        yield executor


def same_study(one: Study, other: Study) -> None:
    assert [curve.name for curve in one.curves] == [curve.name for curve in other.curves]
    for ours, theirs in zip(one.curves, other.curves, strict=True):
        np.testing.assert_array_equal(ours.sup, theirs.sup)
        np.testing.assert_array_equal(ours.rms, theirs.rms)
    np.testing.assert_array_equal(one.ranks, other.ranks)
    assert one.complete
    assert other.complete


def all_numbers(executor: Executor | None) -> None:
    """Compare what an executor computes with what this process computes."""
    told: list[float] = []
    study = nv.study(SPEC, *TARGETS[0])
    same_study(study, nv.study(SPEC, *TARGETS[0], told.append, executor=executor))
    assert told[-1] == 1.0
    assert told == sorted(told)
    for ours, target in zip(nv.study_all(SPEC, TARGETS, executor=executor), TARGETS, strict=True):
        same_study(ours, nv.study(SPEC, *target))
    found = nv.reach_all(QUESTIONS, executor=executor)
    assert isinstance(found[1], nv.Unreachable)
    assert "jumps" in str(found[1])
    for one, question in ((found[0], QUESTIONS[0]), (found[2], QUESTIONS[2])):
        assert isinstance(one, Reach)
        np.testing.assert_array_equal(one.network.parameters, nv.reach(*question).network.parameters)
        assert nv.certify_all([(one.network, *question)], executor=executor)[0].status == "proved"
    counts = nv.widths_needed("sin(3x)", (-1, 1), EPSILONS, executor=executor)
    alone = nv.widths_needed("sin(3x)", (-1, 1), EPSILONS)
    np.testing.assert_array_equal([counts.lower, counts.upper], [alone.lower, alone.upper])
    seeds = nv.train_seeds(TRAINING, range(19), X, np.sin(X), executor=executor)
    together = nv.train_seeds(TRAINING, range(19), X, np.sin(X))
    np.testing.assert_allclose(seeds.parameters, together.parameters, rtol=1e-5, atol=1e-6)
    assert seeds.seeds == tuple(range(19))


def test_a_pool_of_processes_gives_the_same_numbers(pool: Executor) -> None:
    all_numbers(pool)


def test_threads_give_the_same_numbers() -> None:
    with ThreadPoolExecutor(2) as executor:
        same_study(nv.study(SPEC, *TARGETS[0]), nv.study(SPEC, *TARGETS[0], executor=executor))


@pytest.mark.filterwarnings("ignore")  # Dask's own
def test_a_dask_cluster_gives_the_same_numbers() -> None:
    quiet = {"dashboard_address": None, "n_workers": 2, "threads_per_worker": 1, "processes": False}
    with LocalCluster(**quiet) as cluster, Client(cluster) as client:
        all_numbers(client.get_executor())


def square(number: int) -> int:
    return number * number


def die_elsewhere(task: tuple[int, int]) -> int:
    """Square a number; a worker that takes 3 ends at once, as one does that is out of memory, but not this process."""
    number, this_process = task
    if number == 3 and os.getpid() != this_process:
        os._exit(1)
    return number * number


def test_the_tasks_of_a_lost_worker_are_computed_again() -> None:
    tasks = [(number, os.getpid()) for number in range(8)]
    told: list[float] = []
    with ProcessPoolExecutor(1, get_context("forkserver")) as executor:
        assert compute_all(die_elsewhere, tasks, executor, told.append) == [number**2 for number in range(8)]
        with pytest.raises(BrokenExecutor):
            executor.submit(square, 1)
    assert told[-1] == 1.0


def refuse(number: int) -> int:
    raise ValueError(f"`number` must not be {number}")


def test_the_error_of_a_task_is_raised(pool: Executor) -> None:
    with pytest.raises(ValueError, match="must not be 1"):
        compute_all(refuse, [1, 1], pool)


def test_results_come_in_the_order_of_the_tasks(pool: Executor) -> None:
    assert compute_all(square, range(9), pool) == [number**2 for number in range(9)]
    assert compute_all(square, [], pool) == []


def test_a_limit_in_seconds_is_refused_with_an_executor(pool: Executor) -> None:
    with pytest.raises(ValueError, match="`seconds` must be infinite"):
        nv.study(nv.StudySpec(seconds=5), "sin(x)", (-1, 1), executor=pool)
    with pytest.raises(ValueError, match="`seconds` must be infinite"):
        nv.study_all(nv.StudySpec(seconds=5), TARGETS)
