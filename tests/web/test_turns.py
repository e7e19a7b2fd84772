"""Runs of many visitors: first come, first served, few at once, and nobody waits for long."""

import threading
import time
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnviz._clock import processor_time
from nnviz.web import turns
from nnviz.web.turns import Turns, TurnSettings, give_turn_back, take_turn
from tests.apps import healthy
from tests.cases import each
from tests.clock import Clock

LONG = 30.0


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def settings(**given: Any) -> TurnSettings:
    return TurnSettings(turn=LONG, patience=LONG, share=0.0)._replace(**given)


def queue_of(gate: Turns, names: str, done: list[str], *, behind: str = "") -> list[threading.Thread]:
    """Return threads that came to the gate in the order of their names, and wait there."""
    threads = []
    for number, name in enumerate(names, start=1):

        def work(name: str = name) -> None:
            gate.enter(behind=name in behind)
            done.append(name)
            gate.leave()

        threads.append(started(work))
        while len(gate._waiting) + len(gate._behind) + len(done) < number:  # a busy machine may see it done
            time.sleep(0.001)
    return threads


@each(
    "names, behind, order",
    [("abcdefgh", "", "abcdefgh"), ("abcdef", "ad", "bcefad"), ("ab", "ab", "ab")],
)
def test_those_who_came_first_go_first_and_those_behind_go_last(names: str, behind: str, order: str) -> None:
    gate, done = Turns(settings()), list[str]()
    gate.enter()
    threads = queue_of(gate, names, done, behind=behind)
    assert not done
    assert gate.is_wanted()
    gate.leave()
    for thread in threads:
        thread.join(LONG)
    assert done == list(order)


def test_who_has_no_page_yet_goes_before_those_who_wait() -> None:
    gate, done = Turns(settings()), list[str]()
    gate.enter()
    threads = queue_of(gate, "ab", done)

    def arrive() -> None:
        gate.enter(ahead=True)
        done.append("new")
        gate.leave()

    threads.append(started(arrive))
    while not gate._ahead:
        time.sleep(0.001)
    gate.leave()
    for thread in threads:
        thread.join(LONG)
    assert done == ["new", "a", "b"]


def test_no_more_are_inside_than_are_allowed() -> None:
    gate, inside, most = Turns(settings(at_once=2)), set[int](), list[int]()

    def work() -> None:
        for _ in range(50):
            gate.enter()
            inside.add(threading.get_ident())
            most.append(len(inside))
            inside.discard(threading.get_ident())
            gate.leave()

    for thread in [started(work) for _ in range(6)]:
        thread.join(LONG)
    assert len(most) == 300
    assert max(most) <= 2


@each("behind", ["", "ab"])
def test_whoever_waits_for_long_enters_although_another_still_computes(behind: str) -> None:
    gate, done = Turns(settings(turn=0.01, patience=0.01)), list[str]()
    gate.enter()
    for thread in queue_of(gate, "ab", done, behind=behind):
        thread.join(LONG)
    assert done == ["a", "b"]
    assert not gate._inside
    gate.leave()  # late: nobody else loses a turn by it
    assert not gate._inside


def test_turns_are_the_longer_the_more_compute_although_theirs_are_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    monkeypatch.setattr(turns, "get_ident", lambda: 1)
    gate = Turns(settings(turn=1.0, at_once=1))
    monkeypatch.setattr(gate, "_watch", lambda: None)
    entered, arrivals = list[float](), deque[turns._Waiter]()
    for thread in range(1, 99):
        waiter = turns._Waiter(thread, clock.now, threading.Lock())
        waiter.go.acquire()
        arrivals.append(waiter)
    gate._waiting.extend(arrivals)
    for _ in range(200):  # nobody ever leaves
        clock.now += 0.1
        before = len(gate._waiting)
        gate._admit()
        entered += [clock.now] * (before - len(gate._waiting))
    assert len(entered) == 6  # after 0, 1, 3, 6, 10 and 15 turns of one who computes alone
    gate.leave()
    assert gate._late == {2, 3, 4, 5}


def test_a_turn_is_taken_once_given_back_while_waiting_and_taken_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Turns(settings())
    monkeypatch.setattr(turns, "_TURNS", gate)
    with give_turn_back():  # without a turn nothing is given
        assert not gate._inside
    with take_turn("test"), take_turn("test"):
        assert len(gate._inside) == 1
        with give_turn_back():
            assert not gate._inside
        assert len(gate._inside) == 1
    with pytest.raises(KeyError), take_turn("test"), give_turn_back():
        raise KeyError
    assert not gate._inside


def test_long_work_lets_others_go_first_when_it_looks_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, done = Turns(settings()), list[str]()
    monkeypatch.setattr(turns, "_TURNS", gate)
    monkeypatch.setattr(turns, "SETTINGS", settings(work=0.0))
    processor_time()  # without a turn
    with take_turn("test"):
        processor_time()  # nobody waits
        for thread in queue_of(gate, "a", done):
            processor_time()
            assert done == ["a"]
            thread.join(LONG)
    assert not gate._inside


@each("waited, work", [(0.0, 0.02), (1.0, 0.17), (60.0, 0.45)])
def test_long_work_has_the_longer_turns_the_longer_it_waits(
    waited: float, work: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, gate = Clock(), SimpleNamespace(leave=lambda: None)
    monkeypatch.setattr(time, "monotonic", clock)

    def enter(**_: bool) -> None:
        clock.now += waited

    gate.enter, gate.is_wanted = enter, lambda: True
    monkeypatch.setattr(turns, "_TURNS", gate)
    monkeypatch.setattr(turns, "of_visitor", lambda _, new: new())  # a visitor known by this clock only
    with take_turn("test"):
        begun = clock.now
        clock.now += 0.95 * work
        processor_time()
        assert clock.now - begun < work  # the turn goes on
        clock.now += 0.1 * work
        with pytest.MonkeyPatch.context() as patched:
            left = list[float]()
            patched.setattr(gate, "leave", lambda: left.append(clock.now))
            processor_time()
        assert left == [pytest.approx(begun + 1.05 * work)]


def test_who_has_used_much_of_the_processor_goes_behind_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, spent = Clock(), turns._Spent()
    monkeypatch.setattr(time, "monotonic", clock)
    spent._at = clock.now
    for _ in range(6):
        assert not spent.is_much()
        spent.add(0.55)
    assert spent.is_much()  # 3.3 s
    clock.now += turns.SETTINGS.forgotten
    assert not spent.is_much()  # 1.65 s


def test_fragments_of_both_forms_run_in_a_turn() -> None:
    def script() -> None:
        import streamlit as st

        from nnviz.web import turns
        from nnviz.web.turns import fragment

        @fragment
        def first() -> None:
            st.write(turns._MINE.held)

        @fragment(key="second")
        def second(shown: str) -> None:
            st.write(shown, turns._MINE.held)

        first()
        second("second")

    app = AppTest.from_function(script, default_timeout=LONG).run()
    assert not app.exception
    assert [each.value for each in app.markdown] == ["`True`", "second `True`"]


def test_what_is_new_gets_a_moment_to_be_drawn_in_which_others_have_the_turn() -> None:
    def page() -> None:
        import streamlit as st

        from nnviz.web import turns

        with turns.take_turn("page"):
            turns.let_browser_draw("box", st.session_state["typed"])

    app = AppTest.from_function(page)
    slept: list[int] = []

    def sleep(_: float) -> None:
        slept.append(len(turns._TURNS._inside))

    with pytest.MonkeyPatch.context() as patched:
        clock = SimpleNamespace(sleep=sleep, monotonic=time.monotonic, thread_time=time.thread_time)
        patched.setattr(turns, "time", clock)
        for typed, pauses in (("x", 0), ("x", 0), ("y", 1), ("y", 1), ("x", 2)):
            app.session_state["typed"] = typed
            healthy(app.run())
            assert len(slept) == pauses
    assert not any(slept)
