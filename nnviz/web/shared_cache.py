"""Compute what takes long once for all visitors, with a progress bar or a spinner, and keep the results.

In a class, thirty people press the same button. One of them computes. The others see the progress and get the same
result. All results are in the memory of the process, which is bounded in bytes (nnviz/_memory.py).
"""

import time
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from functools import wraps
from threading import Lock, RLock
from typing import Any, Generic, ParamSpec, TypeVar

import streamlit as st

from nnviz._memory import MISSING, RESULTS, key_maker
from nnviz._types import ShareProgress
from nnviz.web import text
from nnviz.web.turns import give_turn_back, offer_turn
from nnviz.web.visitors import of_visitor

P = ParamSpec("P")
T = TypeVar("T")

_POLL = 0.1  # seconds between two looks at what another visitor computes
_SOON = 0.3  # seconds without a bar: one that comes and goes moves all that is below it


class _Job(Generic[T]):
    """A computation of one visitor, with its progress; the result also goes to those who wait for it."""

    def __init__(self) -> None:
        self.running = Lock()
        self.share = 0.0
        self.results: list[T] = []


class Jobs:
    """What the visitors of this process compute at present, by the keys of the results."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._jobs: dict[Hashable, _Job[Any]] = {}
        self._lock = Lock()

    def compute(self, key: Hashable, compute: Callable[[ShareProgress], T], show: ShareProgress) -> T:
        """Return the result of ``compute``, or the one that another visitor's call with this key gives meanwhile.

        The result is kept. ``show`` gets the share that is done, whoever computes; an exception that it raises ends the
        computation of this visitor alone. While it waits, others have their turns. After a report they have them if
        this turn was long enough: on a busy server each new turn takes seconds to come.
        """
        with self._lock:
            job: _Job[T] = self._jobs.setdefault(key, _Job())
        if not job.running.acquire(blocking=False):
            with give_turn_back():
                while not job.running.acquire(timeout=_POLL):
                    show(job.share)
        try:
            return job.results[0] if job.results else _compute(key, compute, job, show)
        finally:
            job.running.release()
            with self._lock:
                self._jobs.pop(key, None)


def _compute(key: Hashable, compute: Callable[[ShareProgress], T], job: _Job[T], show: ShareProgress) -> T:
    def progress(share: float) -> None:
        job.share = share
        show(share)
        offer_turn()

    result = RESULTS.find(key)
    if result is MISSING:
        result = compute(progress)
        RESULTS.keep(key, result)
    job.results.append(result)
    return job.results[0]


JOBS = Jobs()


@contextmanager
def one_at_a_time(tell: Callable[[], object]) -> Generator[None]:
    """Compute for one tab of a visitor after the other, so that many tabs take no more of the server than one.

    A tab that waits calls ``tell`` again and again, which can end its run.
    """
    mine = of_visitor("long_work", RLock)
    if not mine.acquire(blocking=False):
        with give_turn_back():
            while not mine.acquire(timeout=_POLL):
                tell()
    try:
        yield
    finally:
        mine.release()


def compute_once(key: Hashable, compute: Callable[[ShareProgress], T], *, words: str = text.TRAINING) -> T:
    """Return a result that takes a while: the kept one, or a new one that is computed under a progress bar.

    words: stand on the bar. The place of the bar is there in each run, because charts that are drawn below would
    otherwise move to another place in the page and be built again. What is ready soon has no bar. Each report is a
    point where Streamlit can stop the run: a computation that the visitor no longer wants ends there.
    """
    place = st.empty()
    found = RESULTS.find(key)
    if found is MISSING:
        begin = time.monotonic()

        def show(share: float) -> None:
            if time.monotonic() - begin < _SOON:
                place.empty()
            else:
                place.progress(min(share, 1.0), words)

        with one_at_a_time(lambda: place.progress(0.0, text.OTHER_TAB)):
            found = JOBS.compute(key, compute, show)
        place.empty()
    result: T = found
    return result


def shared(words: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Compute the results of a function once for all visitors, under a spinner with ``words``, and keep them.

    Its arguments are those that ``nnviz._memory.kept`` takes.
    """

    def made(function: Callable[P, T]) -> Callable[P, T]:
        key_of = key_maker(function)

        @wraps(function)
        def find(*args: P.args, **kwargs: P.kwargs) -> T:
            key = key_of(*args, **kwargs)
            found = RESULTS.find(key)
            if found is MISSING:
                with st.spinner(words), one_at_a_time(lambda: None):
                    found = JOBS.compute(key, lambda _: function(*args, **kwargs), lambda _: None)
            result: T = found
            return result

        return find

    return made
