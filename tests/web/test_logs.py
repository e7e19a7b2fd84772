"""The log names slow runs and refused inputs, and never what a person typed."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.web import logs
from tests.cases import each

TYPED = "31.5secret"


@each(
    "waited, took, named",
    [(0.0, 1.9, False), (0.5, 1.6, True), (0.0, 9.0, True)],
)
def test_a_run_is_named_if_somebody_waited_long_for_it(
    caplog: pytest.LogCaptureFixture, waited: float, took: float, named: bool
) -> None:
    caplog.clear()
    logs.note_run("page home", waited, took, 0.25)
    words = f"slow run: page home waited {waited:.1f} s, took {took:.1f} s, used 0.2 s of processor"
    assert caplog.messages == ([words] if named else [])


def test_a_refused_input_is_named_once_by_its_control_alone(caplog: pytest.LogCaptureFixture) -> None:
    def script() -> None:
        import streamlit as st

        from nnviz.web import links
        from nnviz.web.messages import last_valid

        links.open_page("page")
        typed = st.text_input("a number", "1", key="number")
        last_valid("number", typed, float, "1")
        st.segmented_control("a chapter", ["a"], key="other")
        if "chapter" in st.query_params:
            links.refuse("chapter", "instead")
        links.say_what_is_not_used()

    caplog.set_level(logging.INFO, "nnviz")
    page = AppTest.from_function(script)
    page.query_params.update({"chapter": TYPED, TYPED: TYPED})
    page.run()
    page.text_input[0].set_value(TYPED).run()
    page.run()
    told = [record.getMessage() for record in caplog.records if record.name == "nnviz"]
    assert told == [
        "refused input: chapter (value of a link)",
        "refused input: number (ValueError)",
    ]


@each("level, shown", [("", "INFO"), ("warning", "WARNING"), ("nonsense", "INFO")])
def test_the_log_goes_to_the_error_stream_once(
    monkeypatch: pytest.MonkeyPatch, level: str, shown: str
) -> None:
    log = logging.Logger("nnviz")  # without handlers of its parents
    monkeypatch.setattr(logs, "LOG", log)
    monkeypatch.setenv(logs.LEVEL, level)
    logs.begin_log()
    logs.begin_log()
    assert len(log.handlers) == 1
    assert logging.getLevelName(log.level) == shown
