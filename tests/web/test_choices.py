"""Menus write the keys of their options into the link, and read them from it: the same choice, both ways."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.web import choices


def page() -> None:
    import streamlit as st

    from nnviz.web import choices, links
    from nnviz.web.controls import multi_select, segmented, select_int, select_option

    options = {"line": "A line", "ring": "A ring", "own": "Your own points"}

    @choices.fragment
    def part() -> None:
        if segmented("View", options, "line", key="t_view") == "own":
            select_option("More", options, "line", key="t_more")

    links.open_page("page")
    choices.begin("page")
    select_option("Data", options, "line", key="t_data")
    select_int("Updates", (100, 10000), 100, key="t_steps")
    multi_select("Lines", options, ["line"], key="t_lines")
    part()
    if st.toggle("Show", value=True):
        select_option("Extra", options, "line", key="t_extra")
    st.button("Reset", on_click=lambda: st.session_state.update(t_data="own", t_lines=["own"]))
    choices.end()
    links.say_what_is_not_used()


def opened(**link: Any) -> AppTest:
    app = AppTest.from_function(page)
    for key, value in link.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def link_of(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    return dict(app.query_params)


def test_a_link_gives_each_option_and_each_option_gives_its_link() -> None:
    app = opened()
    assert link_of(app) == {}
    for key, name in (("t_data", "ring"), ("t_data", "own"), ("t_view", "ring"), ("t_extra", "own")):
        link = {key: name}
        assert opened(**{key: name}).session_state[key] == name
        assert link_of(opened(**{key: name})) == link
        fresh = opened()
        box = fresh.button_group(key=key) if key == "t_view" else fresh.selectbox(key=key)
        box.set_value(name)
        assert link_of(fresh.run()) == link
    assert link_of(opened(t_data="line")) == {}  # the default needs no words
    many = opened(t_steps="10000", t_lines=["ring", "own"])
    assert (many.session_state.t_steps, many.session_state.t_lines) == (10000, ["ring", "own"])
    assert link_of(many) == {"t_steps": "10000", "t_lines": ["ring", "own"]}
    none = opened(t_lines="")
    assert none.session_state.t_lines == []
    assert link_of(none) == {"t_lines": ""}
    assert [line.value for line in many.text] == []


@pytest.mark.parametrize(
    ("key", "word"),
    [("t_data", "A ring"), ("t_data", ""), ("t_steps", "1e4"), ("t_lines", "x"), ("t_view", "Ring")],
)
def test_a_word_that_is_no_option_is_said_with_the_options(key: str, word: str) -> None:
    app = opened(**{key: word, "t_extra": "ring"})
    (line,) = (line.value for line in app.text)
    options = "100, 10000" if key == "t_steps" else "line, ring, own"
    assert line == (
        f"The link sets {key} to “{word}”, which this page does not know. The default is shown. "
        f"It knows these values: {options}."
    )
    assert link_of(app) == {"t_extra": "ring"}
    app.selectbox(key="t_extra").set_value("own").run()
    assert len(app.text) == 1
    app.selectbox(key="t_data").set_value("own").run()
    assert len(app.text) == (key != "t_data")


def test_a_control_that_is_gone_is_not_in_the_link_and_comes_back_as_it_was() -> None:
    app = opened(t_extra="ring", t_view="own", t_more="ring")
    assert len(link_of(app)) == 3
    app.toggle[0].set_value(False)
    app.button_group(key="t_view").set_value("line")
    assert link_of(app.run()) == {}
    app.toggle[0].set_value(True)
    app.button_group(key="t_view").set_value("own")
    assert link_of(app.run()) == {"t_extra": "ring", "t_view": "own", "t_more": "ring"}


def test_a_step_back_in_the_history_of_the_browser_sets_the_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(t_data="ring")
    monkeypatch.setattr(choices, "is_history_navigation", lambda: True)
    app.query_params["t_data"] = "own"
    assert app.run().session_state.t_data == "own"
    del app.query_params["t_data"]
    assert app.run().session_state.t_data == "line"
    assert link_of(app) == {}


def test_a_button_that_sets_a_control_writes_the_link() -> None:
    app = opened(t_data="ring")
    app.button[0].click().run()
    assert link_of(app) == {"t_data": "own", "t_lines": "own"}


def test_a_choice_wins_over_a_link_that_is_older_than_it() -> None:
    """The browser may ask for a run before it has the address that the run before has written."""
    app = opened(t_data="ring")
    app.selectbox(key="t_data").set_value("own").run()
    app.query_params["t_data"] = "ring"  # the address before
    assert app.run().session_state.t_data == "own"
    assert link_of(app) == {"t_data": "own"}
    app.query_params["t_data"] = "ring"
    app.selectbox(key="t_data").set_value("line")
    assert app.run().session_state.t_data == "line"
    assert link_of(app) == {}
