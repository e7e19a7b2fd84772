"""Compute what takes long once for all visitors, in turns, with a progress bar, and keep the results.

In a class, thirty people press the same button. One of them computes. The others see the progress and get the same
result. Different computations take turns, one fewer at a time than there are cores, because Python code that computes
keeps the interpreter from visitors who only look.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar

import streamlit as st

from nnviz._types import ShareProgress
from nnviz.web import text
from nnviz.web.turns import give_turn_back

T = TypeVar("T")

_POLL = 0.1  # seconds between two looks at what another visitor computes
_SOON = 0.3  # seconds without a bar: one that comes and goes moves all that is below it
_LONG_WORK = BoundedSemaphore(max((os.cpu_count() or 1) - 1, 1))


class _Job(Generic[T]):
    """A computation of one visitor, with its progress; the result also goes to those who wait for it."""

    def __init__(self) -> None:
        self.running = Lock()
        self.share = 0.0
        self.result: T | None = None


class SharedCache(Generic[T]):
    """The last results of all visitors, each under the key that it was computed for."""

    def __init__(self, max_entries: int) -> None:
        self.max_entries = max_entries
        self.results: OrderedDict[object, T] = OrderedDict()
        self.jobs: dict[object, _Job[T]] = {}
        self.lock = Lock()

    def find(self, key: object) -> T | None:
        """Return the result of that key if it is still kept, and None otherwise."""
        with self.lock:
            if key in self.results:
                self.results.move_to_end(key)
            return self.results.get(key)

    def compute(
        self,
        key: object,
        compute: Callable[[ShareProgress], T],
        cache_if: Callable[[T], bool],
        show: ShareProgress,
    ) -> T:
        """Return the result of ``compute``, or the one that another visitor's call with this key gives meanwhile.

        The result is kept if ``cache_if`` says so. ``show`` gets the share that is done, whoever computes; an exception
        that it raises ends the computation of this visitor alone.
        """
        with self.lock:
            job = self.jobs.setdefault(key, _Job())
        with give_turn_back():
            while not job.running.acquire(timeout=_POLL):
                show(job.share)
        try:
            if job.result is None:
                found = self.find(key)
                job.result = _compute_in_turn(compute, job, show) if found is None else found
            if cache_if(job.result):
                self._keep(key, job.result)
            return job.result
        finally:
            job.running.release()
            with self.lock:
                self.jobs.pop(key, None)

    def _keep(self, key: object, result: T) -> None:
        with self.lock:
            self.results[key] = result
            while len(self.results) > self.max_entries:
                self.results.popitem(last=False)


def _compute_in_turn(compute: Callable[[ShareProgress], T], job: _Job[T], show: ShareProgress) -> T:
    """Compute while it is this visitor's turn; each report of progress gives the turn to whoever waits for it."""

    def progress(share: float) -> None:
        job.share = share
        _LONG_WORK.release()
        try:
            with give_turn_back():
                show(share)
        finally:
            _LONG_WORK.acquire()

    with give_turn_back():
        while not _LONG_WORK.acquire(timeout=_POLL):
            show(job.share)
    try:
        return compute(progress)
    finally:
        _LONG_WORK.release()


def compute_once(
    cache: SharedCache[T],
    key: object,
    compute: Callable[[ShareProgress], T],
    *,
    cache_if: Callable[[T], bool],
    words: str = text.TRAINING,
) -> T:
    """Return a result that takes a while: the kept one, or a new one that is computed under a progress bar.

    cache_if: decides whether a new result is kept. words: stand on the bar. The place of the bar is there in each run,
    because charts that are drawn below would otherwise move to another place in the page and be built again. What is
    ready soon has no bar. Each report is a point where Streamlit can stop the run: a computation that the visitor no
    longer wants ends there.
    """
    place = st.empty()
    result = cache.find(key)
    if result is None:
        begin = time.monotonic()

        def show(share: float) -> None:
            if time.monotonic() - begin < _SOON:
                place.empty()
            else:
                place.progress(min(share, 1.0), words)

        result = cache.compute(key, compute, cache_if, show)
        place.empty()
    return result
