"""The small functions of nnviz.ui that need no running page."""

import math

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.ui.controls import round_step
from nnviz.ui.draw import arrow
from nnviz.ui.runs import frames
from nnviz.ui.samples import edited
from nnviz.ui.target import check_interval
from nnviz.ui.words import by, signed, table, tex


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
def test_numbers_for_latex(value, text):
    assert tex(value) == text


def test_signed_numbers_can_be_added():
    assert signed(2.5) == "+ 2.5"
    assert signed(-2.5) == "- 2.5"


def test_a_derivative_names_its_symbol():
    assert by("w_1") == r"\tfrac{\partial L}{\partial w_1}"


def test_a_table_has_a_line_for_each_row():
    assert table("a | b", [("1", "2"), ("3", "4")]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"


@pytest.mark.parametrize(
    ("about", "step"), [(0.037, 0.02), (0.05, 0.05), (7.0, 5.0), (1e-9, 1e-9), (123456.0, 1e5)]
)
def test_a_round_step_is_1_2_or_5_and_not_above(about, step):
    assert round_step(about) == pytest.approx(step, rel=1e-12)


def test_the_players_frames_are_few_and_hold_both_ends():
    assert frames(3) == [0, 1, 2, 3]
    assert frames(0) == [0]
    assert len(frames(10_000)) <= 120
    assert (frames(10_000)[0], frames(10_000)[-1]) == (0, 10_000)


def test_edits_of_a_table_are_applied_and_empty_cells_show():
    points = [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]
    changes = {
        "edited_rows": {0: {"y": 9.0}},
        "deleted_rows": [1],
        "added_rows": [{"x": 5.0}, {"x": 6.0, "y": 7.0}],
    }
    assert edited(points, changes) == [(0.0, 9.0), (2.0, 3.0), (5.0, None), (6.0, 7.0)]


@pytest.mark.parametrize(
    "columns",
    [
        {"x": np.array([0.5, np.nan, -np.inf]), "n": [1, 2, 3], "name": ["a", "", "ξ → ∞"]},
        {"x": np.arange(6, dtype=np.float32)[::2], "true": np.array([True, False, True])},
        {"x": np.empty(0), "name": np.array([], dtype=str)},
    ],
)
def test_columns_become_the_table_that_arrow_makes_of_them(columns):
    expected = pa.table({name: pa.array(values) for name, values in columns.items()})
    table = arrow(columns)
    table.validate(full=True)
    assert table.schema == expected.schema
    assert repr(table.to_pylist()) == repr(expected.to_pylist())


@pytest.mark.parametrize(("a", "b"), [(-1, 1), (0, 1e-3), (-1e6, 1e6), (100, 101)])
def test_intervals_that_can_be_drawn(a, b):
    assert check_interval(a, b) == (a, b)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [(1, -1, "smaller to a larger"), (0, 0, "smaller to a larger"), (math.nan, 1, "smaller to a larger"),
     (0, 1e-9, "too narrow"), (1e5, 1e5 + 1e-4, "too narrow"), (0, 1e12, "at most")],
)  # fmt: skip
def test_intervals_that_cannot(a, b, words):
    with pytest.raises(ValueError, match=words):
        check_interval(a, b)


def lesson(link: dict[str, str]) -> AppTest:
    """A page of two chapters, a question, and code."""

    def page() -> None:
        import streamlit as st

        from nnviz import ui

        def first() -> None:
            st.text("the first chapter")
            ui.predict("Which?", ["this", "that"], "that", "It is so.", key="q")

        def second() -> None:
            st.text("the second chapter")

        ui.chapters("t", {"First": first, "Second": second})

    app = AppTest.from_function(page)
    for key, value in link.items():
        app.query_params[key] = value
    return app.run()


def test_only_the_open_chapter_runs_and_the_link_says_which():
    assert [text.value for text in lesson({}).text] == ["the first chapter"]
    assert [text.value for text in lesson({"t_chapter": "Second"}).text] == ["the second chapter"]


@pytest.mark.parametrize(("answer", "verdict"), [("this", "Not quite: that"), ("that", "Yes")])
def test_a_prediction_is_answered_once_made(answer, verdict):
    app = lesson({})
    assert not app.success
    assert not app.info
    app.radio(key="q").set_value(answer).run()
    assert verdict in [*app.success, *app.info][0].value
