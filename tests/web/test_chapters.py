"""Which chapters are drawn when a tab is clicked or reached, and which stay as they are."""

from typing import Any

import pytest
import streamlit as st

from nnviz.web import chapters, links
from nnviz.web.chapters import MOST_KEPT, _Drawn, _Page, _prepare, _turn
from nnviz.web.lesson import Chapter, ChapterText

NAMES = "abcdef"
CHAPTERS = [Chapter(name, ChapterText(name), lambda: None, ("t_rate", "t_own_")) for name in NAMES]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fragments that were asked to run, "whole" for the whole page; the page shows chapter a."""
    asked: list[str] = []
    state = {"__chapters": _Page("t_chapter", "a", {"a": _Drawn({}, is_whole=True)}, is_whole=True)}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "query_params", {})
    monkeypatch.setattr(st, "rerun", lambda scope=("whole",): asked.extend(scope))
    monkeypatch.setattr(links, "has_settings", lambda: False)
    return asked


def send(name: str, number: int = 1, *, soon: bool = False) -> _Page:
    """Click a tab or reach it, and let what is asked be drawn to its end."""
    st.session_state["turns"] = {"soon" if soon else "chosen": {"key": name, "number": number}}
    (_prepare if soon else _turn)("turns", CHAPTERS)
    page: _Page = st.session_state["__chapters"]
    for chapter in CHAPTERS:
        if chapter.key in page.drawn:
            page.drawn[chapter.key].is_whole = True
            page.drawn[chapter.key].settings = chapters._shared_settings(chapter)
    return page


def drawn(runs: list[str]) -> set[str]:
    """The chapters that ran since the last look."""
    names = {run.split("_")[1] for run in runs}
    runs.clear()
    return names


def test_a_chapter_is_drawn_once_and_its_key_is_in_the_link(runs: list[str]) -> None:
    assert send("b").open == "b"
    assert drawn(runs) == {"b"}
    assert st.query_params == {"t_chapter": "b"}
    assert send("a", 2).answered == 2
    assert drawn(runs) == set()
    assert st.query_params == {}
    send("c", soon=True)
    assert drawn(runs) == {"c"}
    assert send("c").open == "c"
    assert drawn(runs) == set()


def test_a_chapter_is_drawn_in_its_other_place_when_a_setting_that_it_shares_has_changed(
    runs: list[str],
) -> None:
    send("b")
    runs.clear()
    page = st.session_state["__chapters"]
    st.session_state["t_other"] = 1
    send("a")
    assert (drawn(runs), page.drawn["a"].place) == (set(), 0)
    for key in ("t_rate", "t_own_x"):
        before = page.drawn["b"].place
        st.session_state[key] = 2
        st.session_state["turns"] = {"chosen": {"key": "b", "number": 1}}
        _turn("turns", CHAPTERS)
        assert drawn(runs) == {"b"}
        assert page.drawn["b"].place == 1 - before
        send("a")
        runs.clear()


def test_at_most_so_many_chapters_are_kept_and_the_oldest_is_emptied(runs: list[str]) -> None:
    for name in NAMES[1:MOST_KEPT]:
        send(name)
    assert drawn(runs) == set(NAMES[1:MOST_KEPT])
    page = send(NAMES[MOST_KEPT])
    assert drawn(runs) == {"a", NAMES[MOST_KEPT]}
    assert list(page.drawn) == list(NAMES[1 : MOST_KEPT + 1])


def test_the_whole_page_runs_while_its_last_run_was_cut_short(runs: list[str]) -> None:
    st.session_state["__chapters"].is_whole = False
    st.session_state["turns"] = {"chosen": {"key": "b", "number": 1}}
    _turn("turns", CHAPTERS)
    assert runs[0] == "whole"


@pytest.mark.parametrize("nonsense", [None, 3, "b", {}, {"key": "z"}, {"key": 1, "number": "x"}])
def test_what_no_tab_sends_changes_nothing(runs: list[str], nonsense: Any) -> None:
    st.session_state["turns"] = {"chosen": nonsense, "soon": nonsense}
    _turn("turns", CHAPTERS)
    _prepare("turns", CHAPTERS)
    assert runs == []
    assert st.session_state["__chapters"].open == "a"


def test_a_chapter_that_waits_to_be_drawn_is_asked_for_again(runs: list[str]) -> None:
    """A later request takes the place of an earlier one that has not begun."""
    st.session_state["turns"] = {"chosen": {"key": "b", "number": 1}}
    _turn("turns", CHAPTERS)
    assert drawn(runs) == {"b"}
    send("c", soon=True)
    assert runs[0] == "chapter_b"
    assert drawn(runs) == {"b", "c"}
    send("c", soon=True)
    assert drawn(runs) == set()
