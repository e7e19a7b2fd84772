"""Let a message that was sent before an answer arrived leave alone what the answer changes.

A browser sends the values of all controls with each message. If the app has put other values into some controls, and
the browser does not have these yet, its message brings the old ones back. Then a second press of a button counted from
the number before the first one, and a second step of a player ended the run, because the sliders seemed to move.

Each message has one cause: what the reader has just changed, or a button. So in a message with a cause, a control that
has its value of the message before, or one that the app gave it, was not touched. If the app has set this control,
Streamlit does not get its value. Whatever else is in the message stays.

`mend` changes nothing in a version of Streamlit that is not known: what is replaced has private names.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.session_state import SessionState

VERSION = "1.67."
MOST_GIVEN = 8  # values of a control that may be on their way to the browser
_TRIGGERS = {"trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"}
_KNOWN = "$$STREAMLIT_INTERNAL_KEY_nnviz_known"  # in the state of a session, hidden from the app


@dataclass
class _Known:
    """What is known of a browser.

    sent: hashes of the controls in its last message. given: the values that the app put into a control since the reader
    moved it, the last one at the end.
    """

    sent: dict[str, int] = field(default_factory=dict)
    given: dict[str, deque[Any]] = field(default_factory=dict)


def mend() -> bool:
    """Replace how Streamlit takes a message, and how a control is set; return whether this is the version known."""
    if not streamlit.__version__.startswith(VERSION):
        return False
    for name, around in (("__setitem__", noting), ("set_widgets_from_proto", without_late)):
        original = getattr(SessionState, name)
        if not hasattr(original, "__wrapped__"):
            setattr(SessionState, name, around(original))
    return True


def _known_of(state: SessionState) -> _Known:
    known: _Known = state._old_state.setdefault(_KNOWN, _Known())
    return known


def noting(original: Callable[[SessionState, str, Any], None]) -> Callable[[SessionState, str, Any], None]:
    """Note each value that the app puts into a control."""

    def set_value(state: SessionState, key: str, value: Any) -> None:
        original(state, key, value)
        control = state.get_widget_id_from_key(key)
        if control is not None:
            _known_of(state).given.setdefault(control, deque(maxlen=MOST_GIVEN)).append(value)

    setattr(set_value, "__wrapped__", original)  # noqa: B010
    return set_value


def without_late(
    original: Callable[[SessionState, WidgetStates], None],
) -> Callable[[SessionState, WidgetStates], None]:
    """Leave out of a message the controls that the app has set and the reader has not touched."""

    def take(state: SessionState, message: WidgetStates) -> None:
        original(state, message)
        known = _known_of(state)
        for control in _late(state, known, message):
            value = state._old_state.get(control)
            del state._new_widget_state[control]
            key = state._key_id_mapper.get_key_from_id(control)
            state._new_session_state[key] = (
                value  # so that the browser gets it, whatever became of the run before
            )
        known.sent = {one.id: _hash(one) for one in message.widgets}

    setattr(take, "__wrapped__", original)  # noqa: B010
    return take


def _hash(control: WidgetState) -> int:
    return hash(control.SerializeToString())


def _late(state: SessionState, known: _Known, message: WidgetStates) -> list[str]:
    """Return the controls whose values in the message are older than what the app gave them.

    Without any cause, the reader may have moved one control to a value that it had before, but not two at once.
    """
    late, has_cause = [], False
    for one in message.widgets:
        control, is_as_sent = one.id, known.sent.get(one.id) == _hash(one)
        if one.WhichOneof("value") in _TRIGGERS:
            has_cause = True
        elif control not in known.given or control not in state._old_state:
            has_cause = has_cause or (not is_as_sent and state._widget_changed(control))
        elif not state._widget_changed(control):
            del known.given[control]  # the browser has it
        elif is_as_sent or state._new_widget_state.get(control) in known.given[control]:
            late.append(control)
        else:
            has_cause = True
            del known.given[control]  # the reader moved it
    return late if has_cause or len(late) > 1 else []
