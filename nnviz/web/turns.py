"""Let the runs of many visitors take turns in the interpreter, first come, first served.

Python computes one thread at a time. Thirty runs that all advance a little make all thirty late, and the messages of a
run that has ended wait for the others as well. So few runs go on at once. A turn ends after a while, although its run
goes on, so that a visitor who asks for a second of work delays the next one by little. Long work gives its turn back
whenever it looks at the clock of its budget (nnviz/_clock.py), and so does whoever has used much of the processor
lately: they go on when nobody else waits, or after some time.
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from functools import wraps
from threading import Event, Lock, Thread, get_ident, local
from typing import Any, NamedTuple, ParamSpec, TypeVar, overload

import streamlit as st

from nnviz import _clock
from nnviz.web import logs
from nnviz.web.visitors import of_visitor

P = ParamSpec("P")
T = TypeVar("T")


class TurnSettings(NamedTuple):
    """The numbers that tune the turns, in seconds unless another unit is named."""

    at_once: int = 1  # runs that compute together
    turn: float = 0.15  # after which a turn is over, if somebody waits and nobody else computes
    patience: float = 0.25  # that long work and frequent visitors let others go first
    work: float = 0.02  # of long work between two offers to let others go first, if it got its turn at once
    share: float = 0.15  # of the wait for a turn, which long work has in addition
    longest: float = 0.45  # of long work between two offers
    much: float = 3.0  # processor time that a visitor uses before others go first
    forgotten: float = 20.0  # after which half of what a visitor has used is forgotten


SETTINGS = TurnSettings()


class _Waiter(NamedTuple):
    """A thread that waits, since when, and the lock that is released when its turn begins."""

    thread: int
    since: float
    go: Lock


class Turns:
    """A gate that lets ``at_once`` threads in, in the order in which they came.

    Who has been inside for longer than a turn no longer counts. The more of these still compute, the longer is a turn,
    because each has a smaller share of the interpreter. Otherwise a slow machine would let everybody in. Those who wait
    ``ahead`` enter before the others. Those who wait ``behind`` enter when nobody else waits, or join the others after
    ``patience``.
    """

    def __init__(self, settings: TurnSettings = SETTINGS) -> None:
        """Begin with nobody inside."""
        self.settings = settings
        self._inside: dict[int, float] = {}  # thread -> when its turn began, the oldest first
        self._late: set[int] = set()  # threads that compute although their turns are over
        self._ahead: deque[_Waiter] = deque()
        self._waiting: deque[_Waiter] = deque()
        self._behind: deque[_Waiter] = deque()
        self._lock = Lock()
        self._crowded = Event()
        self._watcher: Thread | None = None

    def enter(self, *, ahead: bool = False, behind: bool = False) -> None:
        """Wait for a turn, and take it."""
        waiter = _Waiter(get_ident(), time.monotonic(), Lock())
        waiter.go.acquire()
        with self._lock:
            (self._behind if behind else self._ahead if ahead else self._waiting).append(waiter)
            self._admit()
        if not waiter.go.acquire(blocking=False):
            self._watch()
            waiter.go.acquire()

    def leave(self) -> None:
        """Give the turn to whoever waits."""
        with self._lock:
            self._inside.pop(get_ident(), None)
            self._late.discard(get_ident())
            self._admit()

    def is_wanted(self) -> bool:
        """Return whether somebody waits for a turn."""
        return bool(self._ahead or self._waiting or self._behind)

    def _watch(self) -> None:
        """Let one thread look at the clock for all who wait, because a hundred such threads disturb the runs."""
        self._crowded.set()
        with self._lock:
            if self._watcher is None:
                self._watcher = Thread(target=self._look_again, daemon=True)
                self._watcher.start()

    def _look_again(self) -> None:
        while True:
            self._crowded.wait()
            time.sleep(self.settings.turn)
            with self._lock:
                self._admit()
                if not self.is_wanted():
                    self._crowded.clear()

    def _admit(self) -> None:
        """Let in whoever may enter now."""
        now = time.monotonic()
        while self._behind and now - self._behind[0].since > self.settings.patience:
            self._waiting.append(self._behind.popleft())
        if (
            (self._ahead or self._waiting)
            and self._inside
            and now - next(iter(self._inside.values())) > self.settings.turn * (1 + len(self._late))
        ):
            late = next(iter(self._inside))
            del self._inside[late]
            self._late.add(late)
        for queue in (self._ahead, self._waiting, self._behind):
            while queue and len(self._inside) < self.settings.at_once:
                waiter = queue.popleft()
                self._inside[waiter.thread] = now
                waiter.go.release()


class _Spent:
    """How much of the processor a visitor has used lately, in all tabs, in seconds. What is long ago counts less."""

    def __init__(self) -> None:
        self._used, self._at = 0.0, time.monotonic()

    def add(self, seconds: float) -> None:
        now = time.monotonic()
        self._used = self._used * 0.5 ** ((now - self._at) / SETTINGS.forgotten) + seconds
        self._at = now

    def is_much(self) -> bool:
        self.add(0.0)
        return self._used > SETTINGS.much


_TURNS = Turns()
_MINE = local()


@contextmanager
def take_turn(name: str, *, ahead: bool = False) -> Generator[None]:
    """Run what is inside, the run ``name``, in a turn; a thread that has one already keeps it.

    ahead: before those who wait already, if this visitor has not used much of the processor lately.
    """
    if getattr(_MINE, "held", False):
        yield
        return
    spent = of_visitor("spent", _Spent)
    asked = time.monotonic()
    _TURNS.enter(ahead=ahead, behind=spent.is_much())
    _begin_turn(asked)
    began, used = _MINE.since, _clock.SECONDS()
    try:
        yield
    finally:
        _MINE.held = False
        _TURNS.leave()
        used = _clock.SECONDS() - used
        spent.add(used)
        logs.note_run(name, began - asked, time.monotonic() - began, used)


@contextmanager
def give_turn_back() -> Generator[None]:
    """Let others go on while this thread waits or reports, and take a new turn afterwards, behind them."""
    if not getattr(_MINE, "held", False):
        yield
        return
    _MINE.held = False
    _TURNS.leave()
    try:
        yield
    finally:
        asked = time.monotonic()
        _TURNS.enter(behind=True)
        _begin_turn(asked)


def _begin_turn(asked: float) -> None:
    """Note that this thread has its turn, and how long it may work before it lets others go first.

    On a busy server each turn is long in coming. With 20 ms for each, 2 s of work would take minutes.
    """
    _MINE.held, _MINE.since = True, time.monotonic()
    _MINE.work = min(SETTINGS.work + SETTINGS.share * (_MINE.since - asked), SETTINGS.longest)


def offer_turn() -> None:
    """Let whoever waits go first, if this thread has computed for a while: long work calls it again and again."""
    if getattr(_MINE, "held", False) and time.monotonic() - _MINE.since > _MINE.work:
        if _TURNS.is_wanted():
            with give_turn_back():
                pass
        else:
            _MINE.since = time.monotonic()


_clock.at_each_look(offer_turn)


def let_browser_draw(name: str, shown: Hashable, seconds: float = 0.04) -> None:
    """Wait for some seconds if ``shown``, which was just drawn, is not what the run before drew under this ``name``.

    Otherwise the browser draws it together with all that the run makes afterwards, such as charts, which take longer.
    """
    before = st.session_state.get(f"drawn_{name}", shown)
    st.session_state[f"drawn_{name}"] = shown
    if before != shown:
        with give_turn_back():
            time.sleep(seconds)


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
        name = f"{draw.__module__}.{draw.__qualname__}"

        @wraps(draw)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            with take_turn(name):
                return draw(*args, **kwargs)

        in_turns: Callable[P, T] = st.fragment(run, key=key, run_every=run_every)
        return in_turns

    return made if draw is None else made(draw)
