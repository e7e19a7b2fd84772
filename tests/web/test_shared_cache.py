"""Long work of many visitors at once: computed once, handed to all who wait, and kept."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnviz._memory import Memory
from nnviz._types import ShareProgress
from nnviz.web import shared_cache as work
from nnviz.web import turns
from nnviz.web.shared_cache import JOBS
from tests.cases import each


class _LeftError(Exception):
    """What Streamlit raises in a visitor who has asked for something else."""


def ignore(share: float) -> None:
    """Nobody looks."""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Memory:
    memory = Memory()
    monkeypatch.setattr(work, "RESULTS", memory)
    return memory


def test_what_is_computed_once_is_kept(kept: Memory) -> None:
    computed: list[int] = []

    def compute(_progress: ShareProgress) -> int:
        computed.append(1)
        return len(computed)

    assert [work.JOBS.compute("a", compute, ignore) for _ in range(3)] == [1, 1, 1]
    kept.clear()
    assert work.JOBS.compute("a", compute, ignore) == 2


@each("limit", [64_000_000, 0])
def test_a_class_that_presses_the_same_button_computes_once_and_all_see_how_far_it_is(
    kept: Memory, limit: int
) -> None:
    """A result that is too large to be kept, limit 0, is handed to all who wait, too."""
    kept.clear()
    kept.limit = limit
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
        return JOBS.compute("same", compute, lambda share: seen.append((name, share)))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(visitor, range(6))) == ["found"] * 6
    assert computed == [1]
    assert {name for name, share in seen if share > 0} == set(range(6))


@pytest.mark.usefixtures("kept")
def test_who_waits_goes_on_where_the_first_one_leaves() -> None:
    began = threading.Event()

    def leaving(_share: float) -> None:
        began.set()
        time.sleep(0.05)
        raise _LeftError

    def compute(progress: ShareProgress) -> str:
        progress(0.5)
        return "found"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(JOBS.compute, "same", compute, leaving)
        began.wait()
        second = pool.submit(JOBS.compute, "same", compute, ignore)
        assert second.result() == "found"
        with pytest.raises(_LeftError):
            first.result()


@pytest.mark.usefixtures("kept")
def test_who_leaves_while_waiting_disturbs_nobody() -> None:
    began, go = threading.Event(), threading.Event()

    def compute(_progress: ShareProgress) -> str:
        began.set()
        go.wait()
        return "found"

    def leaving(_share: float) -> None:
        raise _LeftError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(JOBS.compute, "same", compute, ignore)
        began.wait()
        with pytest.raises(_LeftError):
            JOBS.compute("same", compute, leaving)
        go.set()
        assert first.result() == "found"


@each("where", ["compute", "show"])
@pytest.mark.usefixtures("kept")
def test_a_failure_leaves_nothing_behind(where: str) -> None:
    def fail(*_: Any) -> None:
        raise _LeftError

    compute, show = (fail, ignore) if where == "compute" else (lambda progress: progress(0.5), fail)
    with pytest.raises(_LeftError):
        JOBS.compute(where, compute, show)
    assert not JOBS._jobs
    assert JOBS.compute(where, lambda _: 7, ignore) == 7


def test_what_takes_long_has_a_spinner_and_is_computed_once() -> None:
    def script() -> None:
        import streamlit as st

        from nnviz.web.shared_cache import shared

        computed = st.session_state.setdefault("computed", [])

        @shared("Computing …")
        def square(x: int, _computed: list[int]) -> int:
            _computed.append(x)
            return x * x

        st.text(f"{square(3, computed)} {square(4, computed)} {square(3, computed)} {computed}")

    page = AppTest.from_function(script).run()
    assert not page.exception
    assert page.text[0].value == "9 16 9 [3, 4]"


def test_what_is_below_stays_in_its_place_when_the_result_is_kept() -> None:
    """A chart that moves to another place in the page is built again, and that takes longer than new data."""

    def script() -> None:
        import streamlit as st

        from nnviz.web.shared_cache import compute_once

        compute_once("below", lambda _: "found")
        st.text("below")

    page = AppTest.from_function(script)
    for _ in ("computed", "kept"):
        assert [place for place, child in page.run().main.children.items() if child.type == "text"] == [1]


def test_a_report_ends_no_turn_that_has_just_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, ends = turns.Turns(), list[int]()
    monkeypatch.setattr(gate, "leave", lambda: ends.append(1))
    monkeypatch.setattr(gate, "is_wanted", lambda: True)
    monkeypatch.setattr(turns, "_TURNS", gate)
    monkeypatch.setattr(turns, "SETTINGS", turns.SETTINGS._replace(work=30.0, longest=30.0))

    def compute(progress: ShareProgress) -> str:
        for number in range(100):
            progress(number / 100)
        return "found"

    with turns.take_turn("test"):
        assert JOBS.compute("a report", compute, lambda _: None) == "found"
        assert not ends
