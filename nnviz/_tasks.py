"""Compute many independent tasks, here or by an executor, with the same results in the same order.

Executors are those of the standard library, of Dask (``client.get_executor()``), of ``mpi4py.futures`` and others.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future, as_completed
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def compute_all(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    executor: Executor | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Result]:
    """Return ``work(task)`` of each task, in the order of the tasks.

    ``work`` must be a function of a module, and the tasks must be picklable. executor: None computes here, one task
    after the other. progress: is told the share of the tasks that is done. If a worker is lost, the finished results
    are kept, and the others are computed here. A ValueError of a task cancels the rest and is raised.
    """
    done: dict[int, Result] = {}
    if executor is not None and len(tasks) > 1:
        _compute_elsewhere(work, tasks, executor, done, progress)
    for k, task in enumerate(tasks):
        if k not in done:
            done[k] = work(task)
            _tell(progress, len(done), len(tasks))
    return [done[k] for k in range(len(tasks))]


def _compute_elsewhere(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    executor: Executor,
    done: dict[int, Result],
    progress: Callable[[float], None] | None,
) -> None:
    """Put the results of an executor into ``done``; leave out those of workers that are lost."""
    futures: dict[Future[Result], int] = {}
    try:
        for k, task in enumerate(tasks):
            futures[executor.submit(work, task)] = k
        for future in as_completed(futures):
            if not _is_lost(future):
                done[futures[future]] = future.result()
                _tell(progress, len(done), len(tasks))
    except RuntimeError as error:  # a broken pool takes no more tasks
        if not _means_lost(error):
            raise
    finally:
        for future in futures:
            future.cancel()


def _is_lost(future: Future[Result]) -> bool:
    """Return whether a future has no result because its worker was lost."""
    try:
        error = future.exception()
    except CancelledError:
        return True
    return error is not None and _means_lost(error)


def _means_lost(error: BaseException) -> bool:
    """Return whether an error says that a worker was lost: that of a broken pool, or Dask's KilledWorker."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"BrokenExecutor", "KilledWorker", "CommClosedError", "FutureCancelledError"})


def _tell(progress: Callable[[float], None] | None, done: int, tasks: int) -> None:
    if progress is not None:
        progress(done / tasks)
