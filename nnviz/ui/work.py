"""Long work of many visitors at once: done once, in turns, with a progress bar, and kept.

In a class, thirty people press the same button. One of them computes; the others see how far it is, and are given the
same result. Different work takes turns, one less than there are cores: what computes in Python leaves the interpreter
to those who only look.
"""

import os
from collections import OrderedDict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar

import streamlit as st

T = TypeVar("T")
Progress = Callable[[float], None]  # given the share that is done

_LOOK = 0.1  # seconds between two looks at the work of others
_TURNS = BoundedSemaphore(max((os.cpu_count() or 1) - 1, 1))


class _Work(Generic[T]):
    """What one visitor computes, and how far it is; its result also goes to those who wait for it."""

    def __init__(self) -> None:
        self.doing = Lock()
        self.share = 0.0
        self.result: T | None = None


class Kept(Generic[T]):
    """The last results of all visitors, by what they were made from."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.results: OrderedDict[object, T] = OrderedDict()
        self.works: dict[object, _Work[T]] = {}
        self.lock = Lock()

    def find(self, key: object) -> T | None:
        """The result of that key, if it is still kept."""
        with self.lock:
            if key in self.results:
                self.results.move_to_end(key)
            return self.results.get(key)

    def compute(
        self, key: object, compute: Callable[[Progress], T], whole: Callable[[T], bool], show: Progress
    ) -> T:
        """What `compute` gives, or what it has just given another visitor; only a `whole` result is kept.

        `show` is told the share that is done, whoever does it; what it raises ends the work of this visitor alone.
        """
        with self.lock:
            work = self.works.setdefault(key, _Work())
        while not work.doing.acquire(timeout=_LOOK):
            show(work.share)
        try:
            if work.result is None:
                kept = self.find(key)
                work.result = _in_turns(compute, work, show) if kept is None else kept
            if whole(work.result):
                self._keep(key, work.result)
            return work.result
        finally:
            work.doing.release()
            with self.lock:
                self.works.pop(key, None)

    def _keep(self, key: object, result: T) -> None:
        with self.lock:
            self.results[key] = result
            while len(self.results) > self.most:
                self.results.popitem(last=False)


def _in_turns(compute: Callable[[Progress], T], work: _Work[T], show: Progress) -> T:
    """Compute while it is this visitor's turn; whenever progress is told, the turn goes to whoever waits for it."""

    def progress(share: float) -> None:
        work.share = share
        _TURNS.release()
        try:
            show(share)
        finally:
            _TURNS.acquire()

    while not _TURNS.acquire(timeout=_LOOK):
        show(work.share)
    try:
        return compute(progress)
    finally:
        _TURNS.release()


def kept_or_computed(
    kept: Kept[T], key: object, compute: Callable[[Progress], T], whole: Callable[[T], bool],
    words: str = "Training …",
) -> T:  # fmt: skip
    """A result that takes a while: the kept one, else a new one with a progress bar; only a `whole` one is kept.

    The bar is Streamlit's yield point: a computation that is superseded stops there.
    """
    result = kept.find(key)
    if result is None:
        place = st.empty()

        def show(share: float) -> None:
            place.progress(min(share, 1.0), words)

        result = kept.compute(key, compute, whole, show)
        place.empty()
    return result
