"""Compare one process with two, and with a Dask cluster of two workers, on a study of many targets.

``python -m benchmarks.executors [TARGETS] [STEPS]`` measures 40 targets × 6 widths × 8 seeds by default. It states the
wall time of each, and the processor time of the tasks: on a busy machine, the balance of that time over the two workers
is the speed-up that idle cores would give.
"""

import os
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import nnviz as nv
from nnviz._tasks import compute_all
from nnviz.approximation.error_vs_width import width_result


def timed(spec: nv.StudySpec, task: tuple[str, int]) -> tuple[int, float, float]:
    """Return the process of a task, its processor time, and the sum of its errors."""
    started = time.process_time()
    built, runs = width_result(spec, nv.parse(task[0]), (-1.0, 1.0), task[1])
    assert runs is not None
    return os.getpid(), time.process_time() - started, float(runs.losses.sum()) + (built is None)


def measure(name: str, spec: nv.StudySpec, tasks: list[tuple[str, int]], executor: Executor | None) -> float:
    """Print what an executor takes, and return the wall time in seconds."""
    started = time.perf_counter()
    found = compute_all(partial(timed, spec), tasks, executor)
    wall = time.perf_counter() - started
    each: dict[int, float] = {}
    for process, seconds, _ in found:
        each[process] = each.get(process, 0) + seconds
    balance = sum(each.values()) / max(each.values())
    print(f"{name}: {wall:.1f} s, {sum(each.values()):.1f} s of processors, balance {balance:.2f}", end=", ")
    print(f"sum of losses {sum(loss for _, _, loss in found):.12g}", flush=True)
    return wall


def main(targets: int = 40, steps: int = 200) -> None:
    """Measure the three executors one after the other, twice."""
    spec = nv.StudySpec("relu", (4, 8, 16, 32, 64, 128), seeds=8, steps=steps)
    tasks = [(f"sin({k + 1}x/4) + |x|", width) for k in range(targets) for width in spec.widths]
    tasks.sort(key=lambda task: -task[1])
    from distributed import Client, LocalCluster

    quiet: dict[str, Any] = {"dashboard_address": None, "n_workers": 2, "threads_per_worker": 1}
    forked = get_context("forkserver")
    with ProcessPoolExecutor(2, forked) as pool, LocalCluster(**quiet) as cluster, Client(cluster) as client:
        dask = client.get_executor()
        for executor in (pool, dask):
            compute_all(partial(timed, spec), tasks[-4:], executor)  # imports
        for _ in range(2):
            one = measure("one process", spec, tasks, None)
            two = measure("two processes", spec, tasks, pool)
            far = measure("Dask, two workers", spec, tasks, dask)
            print(f"speed-up {one / two:.2f} and {one / far:.2f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
