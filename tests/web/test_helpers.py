"""The small functions of nnviz.web that need no running page."""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnviz.web import live
from nnviz.web.controls import round_step
from nnviz.web.data_intake import apply_table_edits
from nnviz.web.frame_steps import frame_steps
from nnviz.web.function_input import check_interval
from nnviz.web.latex_format import markdown_table, partial_derivative, signed, tex
from nnviz.web.render import to_table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-1.5, "-1.5"),
        (1234.5, r"1.23 \cdot 10^{3}"),
        (1.2e-9, r"1.2 \cdot 10^{-9}"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
        (math.nan, r"\text{not a number}"),
    ],
)
def test_numbers_for_latex(value: float, text: str) -> None:
    assert tex(value) == text


def test_signed_numbers_can_be_added() -> None:
    assert signed(2.5) == "+ 2.5"
    assert signed(-2.5) == "- 2.5"


def test_a_derivative_names_its_symbol() -> None:
    assert partial_derivative("w_1") == r"\tfrac{\partial L}{\partial w_1}"


def test_a_table_has_a_line_for_each_row() -> None:
    assert markdown_table("a | b", [("1", "2"), ("3", "4")]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"


@pytest.mark.parametrize(
    ("about", "step"), [(0.037, 0.02), (0.05, 0.05), (7.0, 5.0), (1e-9, 1e-9), (123456.0, 1e5)]
)
def test_a_round_step_is_1_2_or_5_and_not_above(about: float, step: float) -> None:
    assert round_step(about) == pytest.approx(step, rel=1e-12)


def test_the_players_frames_are_few_and_hold_both_ends() -> None:
    assert frame_steps(3) == [0, 1, 2, 3]
    assert frame_steps(0) == [0]
    assert len(frame_steps(10_000)) <= 120
    assert (frame_steps(10_000)[0], frame_steps(10_000)[-1]) == (0, 10_000)


def test_edits_of_a_table_are_applied_and_empty_cells_show() -> None:
    points = [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]
    changes = {
        "edited_rows": {0: {"y": 9.0}},
        "deleted_rows": [1],
        "added_rows": [{"x": 5.0}, {"x": 6.0, "y": 7.0}],
    }
    assert apply_table_edits(points, changes) == [(0.0, 9.0), (2.0, 3.0), (5.0, None), (6.0, 7.0)]


@pytest.mark.parametrize(
    "columns",
    [
        {"x": np.array([0.5, np.nan, -np.inf]), "n": [1, 2, 3], "name": ["a", "", "ξ → ∞"]},
        {"x": np.arange(6, dtype=np.float32)[::2], "true": np.array([True, False, True])},
        {"x": np.empty(0), "name": np.array([], dtype=str)},
    ],
)
def test_columns_become_the_table_that_arrow_makes_of_them(columns: dict[str, Any]) -> None:
    expected = pa.table({name: pa.array(values) for name, values in columns.items()})
    table = to_table(columns)
    table.validate(full=True)
    assert table.schema == expected.schema
    assert repr(table.to_pylist()) == repr(expected.to_pylist())


@pytest.mark.parametrize(("a", "b"), [(-1, 1), (0, 1e-3), (-1e6, 1e6), (100, 101)])
def test_intervals_that_can_be_drawn(a: float, b: float) -> None:
    assert check_interval(a, b) == (a, b)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [(1, -1, "smaller to a larger"), (0, 0, "smaller to a larger"), (math.nan, 1, "smaller to a larger"),
     (0, 1e-9, "too narrow"), (1e5, 1e5 + 1e-4, "too narrow"), (0, 1e12, "must lie between")],
)  # fmt: skip
def test_intervals_that_cannot(a: float, b: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_interval(a, b)


def lesson(link: dict[str, str]) -> AppTest:
    """A page of two chapters, a question, and code."""

    def page() -> None:
        import streamlit as st

        from nnviz.web.chapters import Frame, draw_chapters
        from nnviz.web.lesson import Answer, Chapter, ChapterText, Question
        from nnviz.web.navigation import draw_above, draw_below

        answers = (Answer("this", "It is not so."), Answer("that", "It is so.", right=True))
        words = ChapterText("First", questions=(Question("q", "Which?", answers),))
        draw_chapters(
            "t_chapter",
            [
                Chapter("first", words, lambda: st.text("the first chapter")),
                Chapter("second", ChapterText("Second"), lambda: st.text("the second chapter")),
            ],
            (),
            Frame(draw_above, draw_below),
        )

    app = AppTest.from_function(page)
    for key, value in link.items():
        app.query_params[key] = value
    return app.run()


def test_only_the_open_chapter_runs_and_the_link_says_which() -> None:
    assert [text.value for text in lesson({}).text] == ["the first chapter"]
    assert [text.value for text in lesson({"t_chapter": "second"}).text] == ["the second chapter"]


@pytest.mark.parametrize(
    ("answer", "verdict"), [("this", "Not quite.** It is not so."), ("that", "Yes.** It is so.")]
)
def test_a_prediction_is_answered_once_made(answer: str, verdict: str) -> None:
    app = lesson({})
    assert not app.success
    assert not app.info
    app.radio(key="q").set_value(answer).run()
    assert verdict in [*app.success, *app.info][0].value


@pytest.mark.parametrize(
    ("sent", "reported"),
    [
        ({"run": "a", "frame": 3}, [3]),
        ({"run": "a", "frame": 3.0}, [3]),
        ({"run": "b", "frame": 3}, []),
        ({"run": "a", "frame": 9}, []),
        ({"run": "a", "frame": "3"}, []),
        ({"run": "a"}, []),
        (3, []),
        (None, []),
    ],
)
def test_a_player_reports_a_frame_of_its_run_and_nothing_else(
    sent: object, reported: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "session_state", {"player_x": {"frame": sent}})
    heard: list[int] = []
    live._report_frame("player_x", "a", 9, heard.append)
    assert heard == reported
