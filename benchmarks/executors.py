"""Compare one process with two, and with a Dask cluster of two workers, on a study of many targets.

``python -m benchmarks.executors [TARGETS] [STEPS]`` measures 40 targets × 6 widths × 8 seeds by default. It states the
wall time of each, and the processor time of every process that takes part. The wall time says something on an idle
machine only. Linux can share a busy one by sessions (``sched_autogroup_enabled``). Then two workers together get what
one process gets, and the ratio is near 1. So the speed-up that two idle processors would give is printed, too. The work
cannot end before its busiest process has ended, nor before two processors have done half of it each. Dask's workers
and its scheduler take processor time while they wait, which counts more the longer a busy machine takes.
"""

import os
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import psutil

import nnviz as nv
from nnviz._tasks import compute_all
from nnviz.approximation.error_vs_width import width_result


class Cost(NamedTuple):
    """What a study takes: the wall time, and the processor time on two idle processors, in seconds."""

    wall: float
    idle: float


def losses_of(spec: nv.StudySpec, task: tuple[str, int]) -> float:
    """Return the sum of the losses of one width of one target."""
    built, runs = width_result(spec, nv.parse(task[0]), (-1.0, 1.0), task[1])
    assert runs is not None
    return float(runs.losses.sum()) + (built is None)


def processor_times() -> dict[int, float]:
    """Return the processor time of this process and of all that it started, by their ids."""
    here = psutil.Process()
    times = {one.pid: one.cpu_times() for one in (here, *here.children(recursive=True))}
    return {pid: spent.user + spent.system for pid, spent in times.items()}


def measure(name: str, spec: nv.StudySpec, tasks: list[tuple[str, int]], executor: Executor | None) -> Cost:
    """Print and return what an executor takes."""
    before, started = processor_times(), time.perf_counter()
    found = compute_all(partial(losses_of, spec), tasks, executor)
    wall = time.perf_counter() - started
    spent = [now - before.get(pid, 0.0) for pid, now in processor_times().items()]
    idle = sum(spent) if executor is None else max(max(spent), sum(spent) / 2)
    busy = ", ".join(f"{seconds:.1f}" for seconds in sorted(spent, reverse=True) if seconds > 0.05)
    print(f"{name}: {wall:.1f} s, processes {busy} s, on idle processors {idle:.1f} s", end=", ")
    print(f"sum of losses {sum(found):.12g}", flush=True)
    return Cost(wall, idle)


def main(targets: int = 40, steps: int = 1000) -> None:
    """Measure the three executors one after the other; none is there while another one is measured."""
    spec = nv.StudySpec("relu", (4, 8, 16, 32, 64, 128), seeds=8, steps=steps)
    tasks = [(f"sin({k + 1}x/4) + |x|", width) for k in range(targets) for width in spec.widths]
    tasks.sort(key=lambda task: -task[1])
    one = measure("one process", spec, tasks, None)
    with ProcessPoolExecutor(2, get_context("forkserver")) as pool:
        compare("two processes", one, spec, tasks, pool)
    from distributed import Client, LocalCluster

    quiet: dict[str, Any] = {"dashboard_address": None, "n_workers": 2, "threads_per_worker": 1}
    with LocalCluster(**quiet) as cluster, Client(cluster) as client:
        compare("Dask, two workers", one, spec, tasks, client.get_executor())


def compare(
    name: str, one: Cost, spec: nv.StudySpec, tasks: list[tuple[str, int]], executor: Executor
) -> None:
    """Print what an executor takes, and how much less that is than one process takes."""
    compute_all(partial(losses_of, spec), tasks[-4:], executor)  # imports
    two = measure(name, spec, tasks, executor)
    print(f"  speed-up {one.wall / two.wall:.2f}, {one.idle / two.idle:.2f} on idle processors", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
