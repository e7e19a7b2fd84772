"""What a hand on a slider asks the server, and what it may not break."""

import math
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnviz.ui import hand
from nnviz.ui.hand import under_hand


@pytest.fixture
def state(monkeypatch):
    kept = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def ask(state, question):
    state["hand"] = {"held": question}
    hand._take("hand")


def test_a_slider_is_where_the_hand_holds_it(state):
    ask(state, {"slider": "a", "from": 0.1 + 0.2, "at": 0.7})
    assert under_hand("a", 0.3) == 0.7
    assert under_hand("b", 0.3) == 0.3


def test_once_it_is_let_go_its_own_value_counts_for_good(state):
    ask(state, {"slider": "a", "from": 5, "at": 7})
    assert under_hand("a", 5) == 7
    assert under_hand("a", 8) == 8  # let go
    assert under_hand("a", 5) == 5  # by a key


@pytest.mark.parametrize(
    "nonsense",
    [
        None, 3, "held", [], {}, {"slider": "a"}, {"slider": 1, "from": 0, "at": 1},
        {"slider": "a", "from": 0, "at": "1"}, {"slider": "a", "from": 0, "at": math.nan},
        {"slider": "a", "from": 0, "at": math.inf}, {"slider": "a", "from": None, "at": 1},
    ],
)  # fmt: skip
def test_what_no_hand_sends_is_not_heard(state, nonsense):
    ask(state, {"slider": "a", "from": 0, "at": 1})
    ask(state, nonsense)
    assert under_hand("a", 0) == 1


@pytest.mark.parametrize(("at", "found"), [(-1e300, ("-2.0", "1", "0.01")), (1e300, ("3.0", "9", "10.0"))])
def test_a_hand_cannot_leave_the_slider(at, found):
    def page():
        import streamlit as st

        from nnviz.ui.controls import power, slider, whole

        at = st.session_state["at"]
        for key, first in (("a", 0.5), ("b", 2.0), ("c", 6.0)):
            st.session_state["in_hand"] = {"slider": key, "from": first, "at": at}
            value = {
                "a": lambda: slider("a", -2.0, 3.0, 0.5, 0.1, key="a"),
                "b": lambda: whole("b", 1, 9, 2, key="b"),
                "c": lambda: power("c", -2, 1, 1.0, key="c"),
            }[key]()
            st.text(str(value))

    run = AppTest.from_function(page)
    run.session_state["at"] = at
    run.run()
    assert not run.exception
    assert tuple(text.value for text in run.text) == found


def test_a_question_names_the_slider_the_page_has(state, monkeypatch):
    sent = SimpleNamespace()
    monkeypatch.setattr(hand, "_HAND", lambda **given: sent.__dict__.update(given))
    hand.while_held("a", "b", key="hand")
    assert sent.data == {"sliders": ["a", "b"], "answered": None}
    state["hand"] = {"held": {"slider": "b", "from": 1, "at": 2}}
    sent.on_held_change()
    hand.while_held("a", "b", key="hand")
    assert sent.data["answered"] == {"slider": "b", "from": 1, "at": 2}
