"""Long work of many visitors at once: computed once, handed to all who wait, in turns, and kept if it is whole."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nnviz.ui import work
from nnviz.ui.work import Kept


class _LeftError(Exception):
    """What Streamlit raises in a visitor who has asked for something else."""


def ignore(share):
    """Nobody looks."""


def test_what_is_whole_is_computed_once_and_what_is_not_each_time():
    kept, computed = Kept(2), []

    def compute(_progress):
        computed.append(1)
        return len(computed)

    assert [kept.compute("a", compute, lambda _: True, ignore) for _ in range(3)] == [1, 1, 1]
    assert [kept.compute("b", compute, lambda _: False, ignore) for _ in range(2)] == [2, 3]
    assert kept.find("b") is None


def test_the_oldest_goes_first():
    kept = Kept(2)
    for key in "ab":
        kept.compute(key, lambda _: key, lambda _: True, ignore)  # noqa: B023
    kept.find("a")
    kept.compute("c", lambda _: "c", lambda _: True, ignore)
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == ("a", None, "c")


@pytest.mark.parametrize("whole", [True, False])
def test_a_class_that_presses_the_same_button_computes_once_and_all_see_how_far_it_is(whole):
    kept, computed, seen, ready = Kept(4), [], [], threading.Barrier(6)

    def compute(progress):
        computed.append(1)
        for k in range(40):
            time.sleep(0.01)
            progress(k / 40)
        return "found"

    def visitor(name):
        ready.wait()
        return kept.compute("same", compute, lambda _: whole, lambda share: seen.append((name, share)))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(visitor, range(6))) == ["found"] * 6
    assert computed == [1]
    assert {name for name, share in seen if share > 0} == set(range(6))


def test_who_waits_goes_on_where_the_first_one_leaves():
    kept, began = Kept(4), threading.Event()

    def leaving(_share):
        began.set()
        time.sleep(0.05)
        raise _LeftError

    def compute(progress):
        progress(0.5)
        return "found"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.compute, "same", compute, lambda _: True, leaving)
        began.wait()
        second = pool.submit(kept.compute, "same", compute, lambda _: True, ignore)
        assert second.result() == "found"
        with pytest.raises(_LeftError):
            first.result()


def test_who_leaves_while_waiting_disturbs_nobody():
    kept, began, go = Kept(4), threading.Event(), threading.Event()

    def compute(_progress):
        began.set()
        go.wait()
        return "found"

    def leaving(_share):
        raise _LeftError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.compute, "same", compute, lambda _: True, ignore)
        began.wait()
        with pytest.raises(_LeftError):
            kept.compute("same", compute, lambda _: True, leaving)
        go.set()
        assert first.result() == "found"


def test_different_work_takes_turns(monkeypatch):
    monkeypatch.setattr(work, "_TURNS", threading.BoundedSemaphore(2))
    kept, lock, at_once, most = Kept(8), threading.Lock(), set(), []

    def compute(name):
        def works(progress):
            for k in range(10):
                with lock:
                    at_once.add(name)
                    most.append(len(at_once))
                time.sleep(0.005)
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
def test_a_turn_is_given_back_whatever_happens(monkeypatch, where):
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(work, "_TURNS", turns)

    def fail(*_):
        raise _LeftError

    compute, show = (fail, ignore) if where == "compute" else (lambda progress: progress(0.5), fail)
    kept = Kept(1)
    with pytest.raises(_LeftError):
        kept.compute("a", compute, lambda _: True, show)
    assert turns.acquire(timeout=0)
    turns.release()
    assert kept.compute("a", lambda _: 7, lambda _: True, ignore) == 7
