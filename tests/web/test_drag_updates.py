"""What a hand on a slider asks the server, and what it may not break."""

import math
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnviz.web import drag_updates as hand
from nnviz.web.drag_updates import dragged_value


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def ask(state: dict[str, Any], question: dict[str, Any] | int | None) -> None:
    state["hand"] = {"held": question}
    hand._take("hand")


def test_a_slider_is_where_the_hand_holds_it(state: dict[str, Any]) -> None:
    ask(state, {"slider": "a", "from": 0.1 + 0.2, "at": 0.7})
    assert dragged_value("a", 0.3) == 0.7
    assert dragged_value("b", 0.3) == 0.3


def test_once_it_is_let_go_its_own_value_counts_for_good(state: dict[str, Any]) -> None:
    ask(state, {"slider": "a", "from": 5, "at": 7})
    assert dragged_value("a", 5) == 7
    assert dragged_value("a", 8) == 8  # let go
    assert dragged_value("a", 5) == 5  # by a key


@pytest.mark.parametrize(
    "nonsense",
    [
        None, 3, "held", [], {}, {"slider": "a"}, {"slider": 1, "from": 0, "at": 1},
        {"slider": "a", "from": 0, "at": "1"}, {"slider": "a", "from": 0, "at": math.nan},
        {"slider": "a", "from": 0, "at": math.inf}, {"slider": "a", "from": None, "at": 1},
    ],
)  # fmt: skip
def test_what_no_hand_sends_is_not_heard(state: dict[str, Any], nonsense: Any) -> None:
    ask(state, {"slider": "a", "from": 0, "at": 1})
    ask(state, nonsense)
    assert dragged_value("a", 0) == 1


@pytest.mark.parametrize(("at", "found"), [(-1e300, ("-2.0", "1", "0.01")), (1e300, ("3.0", "9", "10.0"))])
def test_a_hand_cannot_leave_the_slider(at: float, found: tuple[str, str, str]) -> None:
    def page() -> None:
        from collections.abc import Callable

        import streamlit as st

        from nnviz.web.controls import int_slider, log_slider, slider

        at = st.session_state["at"]
        for key, first in (("a", 0.5), ("b", 2.0), ("c", 6.0)):
            st.session_state["__drag"] = {"slider": key, "from": first, "at": at}
            draw: dict[str, Callable[[], float]] = {
                "a": lambda: slider("a", -2.0, 3.0, 0.5, 0.1, key="a"),
                "b": lambda: int_slider("b", 1, 9, 2, key="b"),
                "c": lambda: log_slider("c", -2, 1, 1.0, key="c"),
            }
            st.text(str(draw[key]()))

    run = AppTest.from_function(page)
    run.session_state["at"] = at
    run.run()
    assert not run.exception
    assert tuple(text.value for text in run.text) == found


def test_a_question_names_the_slider_the_page_has(
    state: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = SimpleNamespace()
    monkeypatch.setattr(hand, "_HAND", lambda **given: sent.__dict__.update(given))
    hand.update_during_drag("a", "b", key="hand")
    assert sent.data == {"sliders": ["a", "b"], "answered": None}
    state["hand"] = {"held": {"slider": "b", "from": 1, "at": 2}}
    sent.on_held_change()
    hand.update_during_drag("a", "b", key="hand")
    assert sent.data["answered"] == {"slider": "b", "from": 1, "at": 2}
