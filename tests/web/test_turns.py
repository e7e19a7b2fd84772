"""Runs of many visitors: first come, first served, few at once, and nobody waits for long."""

import threading
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.web import turns
from nnviz.web.turns import Turns, give_turn_back, take_turn

LONG = 30.0


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def queue_of(gate: Turns, names: str, done: list[str]) -> list[threading.Thread]:
    """Return threads that came to the gate in the order of their names, and wait there."""
    threads = []
    for number, name in enumerate(names, start=1):

        def work(name: str = name) -> None:
            gate.enter()
            done.append(name)
            gate.leave()

        threads.append(started(work))
        while len(gate._waiting) < number:
            time.sleep(0.001)
    return threads


def test_those_who_came_first_go_first() -> None:
    gate, done = Turns(1, LONG), list[str]()
    gate.enter()
    threads = queue_of(gate, "abcdefgh", done)
    assert not done
    gate.leave()
    for thread in threads:
        thread.join(LONG)
    assert done == list("abcdefgh")


def test_no_more_are_inside_than_are_allowed() -> None:
    gate, inside, most = Turns(2, LONG), set[int](), list[int]()

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


def test_whoever_waits_for_long_enters_although_another_still_computes() -> None:
    gate, done = Turns(1, 0.01), list[str]()
    gate.enter()
    for thread in queue_of(gate, "ab", done):
        thread.join(LONG)
    assert done == ["a", "b"]


def test_a_turn_is_taken_once_given_back_while_waiting_and_taken_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Turns(1, LONG)
    monkeypatch.setattr(turns, "_TURNS", gate)
    with give_turn_back():  # without a turn nothing is given
        assert gate._inside == 0
    with take_turn(), take_turn():
        assert gate._inside == 1
        with give_turn_back():
            assert gate._inside == 0
        assert gate._inside == 1
    with pytest.raises(KeyError), take_turn(), give_turn_back():
        raise KeyError
    assert gate._inside == 0


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
