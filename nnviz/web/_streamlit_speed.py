"""Spare the server what Streamlit 1.67 does again and again for each element or run. The results are the same.

A class of a hundred asks for fifty runs a second, and a run draws about sixty elements. What is replaced here has
private names, so all of it stands in this module. ``speed_up`` changes nothing in another version of Streamlit:
tests/web/test_streamlit_speed.py compares each replacement with the original.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from threading import Lock
from typing import Any

import streamlit
from streamlit.cursor import Cursor, SparseList
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType
from streamlit.runtime.state.safe_session_state import SafeSessionState

VERSION = "1.67."
Message = tuple[ScriptRunner | None, ForwardMsg]
_BATCH = "_nnviz_batch"  # attribute of a session: the messages that its event loop will take next
_STOP = "_maybe_handle_execution_control_request"
_LOCK = Lock()


def speed_up() -> bool:
    """Replace what costs much in Streamlit; return whether this is the version that is known."""
    if not streamlit.__version__.startswith(VERSION):
        return False
    replacements: list[tuple[Any, str, Any]] = [
        (SafeSessionState, "filtered_state", property(StateView)),
        (Cursor, "__deepcopy__", copy_cursor),
        (DeltaGenerator, "__deepcopy__", copy_container),
        (app_session, "_populate_theme_msg", ThemeMemory(app_session._populate_theme_msg)),
        (AppSession, "_on_scriptrunner_event", in_batches(AppSession._on_scriptrunner_event)),
        (ScriptRunner, _STOP, only_if_asked(getattr(ScriptRunner, _STOP))),
    ]
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)
    return True


class StateView(Mapping[str, Any]):
    """The values of a session by the keys of the app, each read when it is asked for.

    A box for a number looks for one key. Streamlit makes a dictionary of all values first, and a class for the value of
    each component. With a hundred controls on a page, that was a tenth of a run.
    """

    def __init__(self, session: SafeSessionState) -> None:
        """Look at the values of a session."""
        self._lock, self._state = session._lock, session._state

    def __getitem__(self, key: str) -> Any:
        """Return a value; KeyError where the app has no such key."""
        with self._lock:
            if is_internal(key):
                raise KeyError(key)
            return self._state[key]

    def __contains__(self, key: object) -> bool:
        """Return whether the app has this key."""
        with self._lock:
            return isinstance(key, str) and not is_internal(key) and key in self._state

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys of the app, as they are now."""
        return iter(self.original())

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self.original())

    def __repr__(self) -> str:
        """Return what Streamlit writes."""
        return repr(self.original())

    def original(self) -> dict[str, Any]:
        """Return the dictionary that Streamlit makes."""
        with self._lock:
            return self._state.filtered_state


def is_internal(key: str) -> bool:
    """Return whether Streamlit made this key itself."""
    return key.startswith(("$$ID", "$$STREAMLIT_INTERNAL_KEY"))


def copy_cursor(cursor: Cursor, memo: dict[int, Any]) -> Cursor:
    """Copy a cursor, whose parts cannot change but for the elements in transit.

    Each fragment keeps copies of the cursors of all containers around it. The general way was a twentieth of a run.
    """
    copied: Cursor = object.__new__(type(cursor))
    copied.__dict__.update(cursor.__dict__)
    moving = cursor._transient_elements
    copied._transient_elements = deepcopy(moving, memo) if len(moving) else SparseList()
    return copied


def copy_container(container: DeltaGenerator, memo: dict[int, Any]) -> DeltaGenerator:
    """Copy a container and those around it, each of them once.

    Each fragment keeps copies of the containers that it is in. Streamlit copies all that is around each of them again.
    """
    copied = DeltaGenerator(
        container._root_container,
        deepcopy(container._cursor, memo),
        deepcopy(container._parent, memo),
        container._block_type,
    )
    copied._form_data = deepcopy(container._form_data, memo)
    copied._creating_fragment_id = container._creating_fragment_id
    return copied


class ThemeMemory:
    """Write a section of the theme into a message, read from the configuration once: each run sends all six."""

    def __init__(self, original: Callable[..., None]) -> None:
        """Note how Streamlit reads a section."""
        self._original, self._sections = original, dict[str, CustomThemeConfig]()

    def __call__(self, message: CustomThemeConfig, section: str = "theme") -> None:
        """Add the options of a section to a message."""
        if section not in self._sections:
            read = CustomThemeConfig()
            self._original(read, section)
            self._sections[section] = read
        known = self._sections[section]
        if known.ListFields():
            message.MergeFrom(known)


def only_if_asked(original: Callable[[ScriptRunner], None]) -> Callable[[ScriptRunner], None]:
    """Stop a run, or begin it again, only if somebody has asked for that: a run looks two hundred times.

    Streamlit also looks whether another thread draws a part of the page and has failed. No part of the app is drawn so.
    """

    def look(runner: ScriptRunner) -> None:
        if runner._requests._state != ScriptRequestType.CONTINUE:
            original(runner)

    return look


def in_batches(original: Callable[..., None]) -> Callable[..., None]:
    """Make the way of a message to the event loop one for all messages that wait for the loop.

    A run makes sixty messages, and each wakes the loop, which then waits for the interpreter. Other events, such as the
    end of a run, keep their place between the messages.
    """

    def hear(
        session: AppSession,
        sender: ScriptRunner | None,
        event: ScriptRunnerEvent,
        forward_msg: ForwardMsg | None = None,
        **details: Any,
    ) -> None:
        if event is not ScriptRunnerEvent.ENQUEUE_FORWARD_MSG or forward_msg is None:
            with _LOCK:
                setattr(session, _BATCH, None)
                original(session, sender, event, forward_msg, **details)
            return
        with _LOCK:
            batch: list[Message] | None = getattr(session, _BATCH, None)
            if batch is not None:
                batch.append((sender, forward_msg))
                return
            batch = [(sender, forward_msg)]
            setattr(session, _BATCH, batch)
            session._call_soon_on_event_loop(partial(take_batch, session, batch))

    return hear


def take_batch(session: AppSession, batch: list[Message]) -> None:
    """Queue the messages of a batch for the browser; those of a run that was replaced are dropped."""
    with _LOCK:
        if getattr(session, _BATCH, None) is batch:
            setattr(session, _BATCH, None)
    wanted = [message for sender, message in batch if sender is session._scriptrunner]
    for message in wanted[:-1]:
        session._browser_queue.enqueue(message)
    for message in wanted[-1:]:
        session._enqueue_forward_msg(message)
