"""Let the runs of many visitors take turns in the interpreter, first come, first served.

Python computes one thread at a time. Thirty runs that all advance a little make all thirty late, and the messages of a
run that has ended wait for the others as well. So few runs go on at once. Whoever waits for long enters all the same,
so that a visitor who asks for a second of work delays the next one by little.
"""

from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from threading import Condition, Lock, local
from typing import Any, NamedTuple, ParamSpec, TypeVar, overload

import streamlit as st

P = ParamSpec("P")
T = TypeVar("T")


class TurnSettings(NamedTuple):
    """The numbers that tune the turns."""

    at_once: int = 1  # runs that compute together
    patience: float = 0.15  # seconds that the first who waits stays outside


class Turns:
    """A gate that lets ``at_once`` threads in, in the order in which they came.

    The first thread that waits enters after ``patience`` seconds in any case.
    """

    def __init__(self, at_once: int, patience: float) -> None:
        self.at_once, self.patience = at_once, patience
        self._inside = 0
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()
        self._room = Condition(self._lock)

    def enter(self) -> None:
        """Wait for a turn, and take it."""
        first = Lock()  # free once this thread is the first who waits
        with self._lock:
            if self._waiting:
                first.acquire()
            self._waiting.append(first)
        first.acquire()
        with self._room:
            self._room.wait_for(lambda: self._inside < self.at_once, self.patience)
            self._inside += 1
            self._waiting.popleft()
            if self._waiting:
                self._waiting[0].release()

    def leave(self) -> None:
        """Give the turn to whoever waits."""
        with self._room:
            self._inside -= 1
            self._room.notify()


_TURNS = Turns(*TurnSettings())
_MINE = local()


@contextmanager
def take_turn() -> Generator[None]:
    """Run what is inside in a turn; a thread that has one already keeps it."""
    if getattr(_MINE, "held", False):
        yield
        return
    _TURNS.enter()
    _MINE.held = True
    try:
        yield
    finally:
        _MINE.held = False
        _TURNS.leave()


@contextmanager
def give_turn_back() -> Generator[None]:
    """Let others go on while this thread waits or reports, and take a new turn afterwards."""
    if not getattr(_MINE, "held", False):
        yield
        return
    _MINE.held = False
    _TURNS.leave()
    try:
        yield
    finally:
        _TURNS.enter()
        _MINE.held = True


@overload
def fragment(draw: Callable[P, T], /) -> Callable[P, T]: ...


@overload
def fragment(
    *, key: str | None = None, run_every: float | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]: ...


def fragment(
    draw: Callable[P, T] | None = None, /, *, key: str | None = None, run_every: float | None = None
) -> Any:
    """Make a fragment of Streamlit whose own runs take turns. key, run_every: as for ``st.fragment``."""

    def made(draw: Callable[P, T]) -> Callable[P, T]:
        @wraps(draw)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            with take_turn():
                return draw(*args, **kwargs)

        in_turns: Callable[P, T] = st.fragment(run, key=key, run_every=run_every)
        return in_turns

    return made if draw is None else made(draw)
