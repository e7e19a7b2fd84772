"""A message that was sent before an answer arrived undoes nothing of it. A new version of Streamlit begins here."""

from collections.abc import Iterator

import pytest
import streamlit
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState

from nnviz.web import _late_messages

REPLACED = ("__setitem__", "set_widgets_from_proto")
CONTROLS = {"steps": "$$ID-1-steps", "w": "$$ID-2-w", "b": "$$ID-3-b", "rate": "$$ID-4-rate"}
BUTTON = "$$ID-5-button"


@pytest.fixture
def state() -> Iterator[SessionState]:
    """The state of a session whose browser has sent 0 for each control."""
    before = {name: getattr(SessionState, name) for name in REPLACED}
    assert _late_messages.mend()
    state = SessionState()
    for key, control in CONTROLS.items():
        state._set_key_widget_mapping(control, key)
        state._set_widget_metadata(WidgetMetadata(control, lambda v: v or 0.0, lambda v: v, "double_value"))
    hear(state)
    yield state
    for name, original in before.items():
        setattr(SessionState, name, original)


def hear(state: SessionState, *, pressed: bool = False, **values: float) -> dict[str, float]:
    """Take a message with these values of controls, and 0 of the others; return what the app then reads."""
    message = WidgetStates()
    for key in dict.fromkeys(("steps", "w", "b", *values)):
        message.widgets.add(id=CONTROLS[key], double_value=values.get(key, 0.0))
    if pressed:
        message.widgets.add(id=BUTTON, trigger_value=True)
    state.on_script_will_rerun(message)
    return {key: state[key] for key in ("steps", "w", "b")}


def test_only_the_known_version_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [getattr(SessionState, name) for name in REPLACED]
    monkeypatch.setattr(streamlit, "__version__", "1.68.0")
    assert not _late_messages.mend()
    assert [getattr(SessionState, name) for name in REPLACED] == before


def test_a_button_that_is_pressed_before_the_answer_counts_from_the_number_of_the_server(
    state: SessionState,
) -> None:
    hear(state, pressed=True)
    state["steps"] = 1.0
    assert hear(state, pressed=True)["steps"] == 1
    assert "steps" in state._new_session_state  # the browser gets it, also if the first run was cut short
    state["steps"] = 2.0
    assert (
        hear(state, pressed=True, steps=1)["steps"] == 2
    )  # the first answer has come, the second one has not
    state["steps"] = 3.0
    assert hear(state, pressed=True, steps=3)["steps"] == 3


def test_another_control_that_is_moved_before_the_answer_leaves_the_run(state: SessionState) -> None:
    state["steps"], state["w"] = 25.0, 0.7
    assert hear(state, rate=0.1) == {"steps": 25, "w": 0.7, "b": 0}
    assert state["rate"] == 0.1


def test_what_the_reader_moved_is_taken(state: SessionState) -> None:
    state["steps"], state["w"] = 25.0, 0.7
    assert hear(state, w=0.3) == {"steps": 25, "w": 0.3, "b": 0}
    state["w"] = 0.5
    assert hear(state, steps=25, w=0.3, rate=1)["w"] == 0.5


def test_the_reader_may_move_a_control_back_to_where_it_was(state: SessionState) -> None:
    state["steps"], state["w"] = 25.0, 0.7
    state._new_widget_state.set_from_value(CONTROLS["rate"], 0.0)  # as the answer drew it
    assert hear(state, steps=25, rate=0) == {"steps": 25, "w": 0, "b": 0}  # a new control is no change


def test_two_controls_that_are_late_were_not_moved(state: SessionState) -> None:
    state["w"], state["b"] = 0.7, 0.4
    assert hear(state) == {"steps": 0, "w": 0.7, "b": 0.4}
