"""What a link sets and a page cannot use is said on the page, in plain text; the rest is used."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def opened(**link: str | list[str]) -> AppTest:
    """A page with two chapters and controls of several kinds, as a visitor with this link sees it."""

    def page() -> None:
        from typing import NamedTuple

        import streamlit as st

        from nnviz.web import controls as c
        from nnviz.web import links
        from nnviz.web.chapters import Frame, draw_chapters, end_page
        from nnviz.web.lesson import Chapter, ChapterText

        class Record(NamedTuple):
            label: str

        records = {"line": Record("A line"), "ring": Record("A ring")}
        links.open_page("page")
        c.select_registered("Data", records, "line", key="t_data")
        c.int_slider("Points", 2, 300, 40, key="t_n")
        c.slider("Noise", 0.0, 2.0, 0.5, 0.1, key="t_noise")
        c.step_slider("Rate", [0.1, 0.2, 0.5], 0.2, key="t_rate")
        c.multi_select("Lines", {"line": "A line", "ring": "A ring"}, ["line"], key="t_lines")
        st.text_input("f(x)", "x^2", key="t_f", bind="query-params")
        st.toggle("Bent", key="t_bent", bind="query-params")
        st.slider("Not in the link", 0, 9, key="t_unbound")
        first = Chapter("first", ChapterText("The first"), lambda: None)
        second = Chapter(
            "second",
            ChapterText("The second"),
            lambda: st.slider("k", 0, 9, key="t_k", bind="query-params"),
        )
        draw_chapters("t_chapter", [first, second], (), Frame(lambda _: None, lambda _: None))
        end_page()

    app = AppTest.from_function(page)
    for key, value in link.items():
        app.query_params[key] = value
    assert not app.run().exception
    return app


def said(app: AppTest) -> list[str]:
    return [line.value for line in app.text]


@pytest.mark.parametrize(
    "link",
    [
        {},
        {
            "t_data": "ring",
            "t_n": "50",
            "t_noise": "1.5",
            "t_rate": "0.5",
            "t_f": "sin(x)",
            "t_bent": "true",
        },
        {
            "t_data": "line",
            "t_n": "40",
            "t_noise": "0.50",
            "t_rate": "0.2",
            "t_f": "x^2",
            "t_bent": "false",
        },
        {"t_lines": ["line", "ring"]},
        {"t_chapter": "second", "t_k": "3"},
        {"t_chapter": "first"},
    ],
)
def test_nothing_is_said_of_a_link_that_is_used(link: dict[str, Any]) -> None:
    assert said(opened(**link)) == []


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("t_data", "A circle", "The default is shown."),
        ("t_n", "many", "The default is shown."),
        ("t_rate", "0.3", "The default is shown."),
        ("t_bent", "perhaps", "The default is shown."),
        ("t_lines", "A circle", "The default is shown."),
        ("t_chapter", "The second", "The first chapter is shown."),
    ],
)
def test_a_value_that_is_not_accepted_is_said_and_the_rest_is_used(key: str, value: str, words: str) -> None:
    app = opened(t_noise="1.5", **{key: value})
    (line,) = said(app)
    assert line.startswith(f"The link sets {key} to “{value}”, which this page does not know. {words}")
    assert ("It knows these values: " in line) == (key in ("t_data", "t_rate", "t_lines"))
    assert app.slider(key="t_noise").value == 1.5


def test_a_number_out_of_range_is_said() -> None:
    assert said(opened(t_n="1000")) == [
        "The link sets t_n to “1000”, which is above 300. The page shows 300."
    ]
    (line,) = said(opened(t_noise="-1"))
    assert line.startswith("The link sets t_noise to “-1”, which is below 0. The page shows 0")


def test_a_name_that_no_control_has_is_said_with_its_value_as_plain_text() -> None:
    assert said(opened(t_gone="<b>1</b>")) == [
        "The link sets t_gone to “<b>1</b>”, but nothing in this chapter has this name."
    ]


def test_a_control_that_is_not_in_the_link_is_no_part_of_it() -> None:
    assert said(opened(t_unbound="3")) == [
        "The link sets t_unbound to “3”, but nothing in this chapter has this name."
    ]


def test_a_setting_of_another_chapter_is_said_until_that_chapter_is_open() -> None:
    app = opened(t_k="3")
    assert said(app) == ["The link sets t_k to “3”, but nothing in this chapter has this name."]


def test_a_line_goes_when_its_control_is_changed() -> None:
    app = opened(t_data="A circle")
    assert len(said(app)) == 1
    app.slider(key="t_n").set_value(50).run()
    assert len(said(app)) == 1
    app.selectbox(key="t_data").set_value("ring").run()
    assert said(app) == []


def test_a_link_with_many_mistakes_and_long_ones_is_said_shortly() -> None:
    lines = said(opened(**{f"t_wrong{n}": "9" * 500 for n in range(20)}))
    assert len(lines) == 9
    assert max(map(len, lines)) < 250
    assert "12 further parts" in lines[-1]
