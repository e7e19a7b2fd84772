"""Long work of many visitors at once: computed once, handed to all who wait, in turns, and kept if it is whole."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnviz._types import ShareProgress
from nnviz.web import shared_cache as work
from nnviz.web.shared_cache import SharedCache
from tests.cases import each


class _LeftError(Exception):
    """What Streamlit raises in a visitor who has asked for something else."""


def ignore(share: float) -> None:
    """Nobody looks."""


def test_what_is_whole_is_computed_once_and_what_is_not_each_time() -> None:
    kept: SharedCache[int] = SharedCache(2)
    computed: list[int] = []

    def compute(_progress: ShareProgress) -> int:
        computed.append(1)
        return len(computed)

    assert [kept.compute("a", compute, lambda _: True, ignore) for _ in range(3)] == [1, 1, 1]
    assert [kept.compute("b", compute, lambda _: False, ignore) for _ in range(2)] == [2, 3]
    assert kept.find("b") is None


def test_the_oldest_goes_first() -> None:
    kept: SharedCache[str] = SharedCache(2)
    for key in "ab":
        kept.compute(key, lambda _: key, lambda _: True, ignore)  # noqa: B023
    kept.find("a")
    kept.compute("c", lambda _: "c", lambda _: True, ignore)
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == ("a", None, "c")


@each("whole", [True, False])
def test_a_class_that_presses_the_same_button_computes_once_and_all_see_how_far_it_is(whole: bool) -> None:
    kept: SharedCache[str] = SharedCache(4)
    computed: list[int] = []
    seen: list[tuple[int, float]] = []
    ready = threading.Barrier(6)

    def compute(progress: ShareProgress) -> str:
        computed.append(1)
        for k in range(10_000):  # until all visitors have seen it
            progress(k / 10_000)
            if {name for name, share in seen if share > 0} == set(range(6)):
                break
            time.sleep(0.001)
        return "found"

    def visitor(name: int) -> str:
        ready.wait()
        return kept.compute("same", compute, lambda _: whole, lambda share: seen.append((name, share)))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(visitor, range(6))) == ["found"] * 6
    assert computed == [1]
    assert {name for name, share in seen if share > 0} == set(range(6))


def test_who_waits_goes_on_where_the_first_one_leaves() -> None:
    kept: SharedCache[str] = SharedCache(4)
    began = threading.Event()

    def leaving(_share: float) -> None:
        began.set()
        time.sleep(0.05)
        raise _LeftError

    def compute(progress: ShareProgress) -> str:
        progress(0.5)
        return "found"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.compute, "same", compute, lambda _: True, leaving)
        began.wait()
        second = pool.submit(kept.compute, "same", compute, lambda _: True, ignore)
        assert second.result() == "found"
        with pytest.raises(_LeftError):
            first.result()


def test_who_leaves_while_waiting_disturbs_nobody() -> None:
    kept: SharedCache[str] = SharedCache(4)
    began, go = threading.Event(), threading.Event()

    def compute(_progress: ShareProgress) -> str:
        began.set()
        go.wait()
        return "found"

    def leaving(_share: float) -> None:
        raise _LeftError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.compute, "same", compute, lambda _: True, ignore)
        began.wait()
        with pytest.raises(_LeftError):
            kept.compute("same", compute, lambda _: True, leaving)
        go.set()
        assert first.result() == "found"


def test_different_work_takes_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_LONG_WORK", threading.BoundedSemaphore(2))
    kept: SharedCache[int] = SharedCache(8)
    lock = threading.Lock()
    at_once: set[int] = set()
    most: list[int] = []
    two = threading.Event()

    def compute(name: int) -> Callable[[ShareProgress], int]:
        def works(progress: ShareProgress) -> int:
            for k in range(10):
                with lock:
                    at_once.add(name)
                    most.append(len(at_once))
                    if most[-1] == 2:
                        two.set()
                two.wait(60)  # the first waits for the second
                with lock:
                    at_once.discard(name)
                progress(k / 10)
            return name

        return works

    with ThreadPoolExecutor(5) as pool:
        found = pool.map(lambda n: kept.compute(n, compute(n), lambda _: True, ignore), range(5))
        assert list(found) == list(range(5))
    assert max(most) == 2


@pytest.mark.parametrize("where", ["compute", "show"])
def test_a_turn_is_given_back_whatever_happens(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(work, "_LONG_WORK", turns)

    def fail(*_: Any) -> None:
        raise _LeftError

    compute, show = (fail, ignore) if where == "compute" else (lambda progress: progress(0.5), fail)
    kept: SharedCache[int | None] = SharedCache(1)
    with pytest.raises(_LeftError):
        kept.compute("a", compute, lambda _: True, show)
    assert turns.acquire(timeout=0)
    turns.release()
    assert kept.compute("a", lambda _: 7, lambda _: True, ignore) == 7


def test_what_is_below_stays_in_its_place_when_the_result_is_kept() -> None:
    """A chart that moves to another place in the page is built again, and that takes longer than new data."""

    def script() -> None:
        import streamlit as st

        from nnviz.web.shared_cache import SharedCache, compute_once

        kept = st.session_state.setdefault("kept", SharedCache(1))
        compute_once(kept, "key", lambda _: "found", cache_if=lambda _: True)
        st.text("below")

    page = AppTest.from_function(script)
    for _ in ("computed", "kept"):
        assert [place for place, child in page.run().main.children.items() if child.type == "text"] == [1]
