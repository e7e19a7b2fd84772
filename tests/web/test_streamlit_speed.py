"""What is replaced in Streamlit gives the results of the original. A new version of Streamlit begins here."""

import asyncio
import random
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit
from streamlit.cursor import Cursor, LockedCursor, RunningCursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from nnviz.web import _streamlit_speed as speed
from tests.apps import AS_ON_THE_SERVER, copy_and_look_up_as_on_the_server, healthy
from tests.cases import each
from tests.loops import run

REPLACED = {
    SafeSessionState: "filtered_state",
    Cursor: "__deepcopy__",
    DeltaGenerator: "__deepcopy__",
    app_session: "_populate_theme_msg",
    AppSession: "_on_scriptrunner_event",
    ScriptRunner: "_maybe_handle_execution_control_request",
}


@pytest.fixture(autouse=True)
def originals() -> Iterator[None]:
    """Take back what tests/apps.py has replaced for all tests."""
    AS_ON_THE_SERVER.undo()
    yield
    copy_and_look_up_as_on_the_server()


@pytest.fixture
def put_back(originals: None) -> Iterator[None]:  # noqa: ARG001
    before = {owner: vars(owner).get(name) for owner, name in REPLACED.items()}
    yield
    for owner, original in before.items():
        if original is not None:
            setattr(owner, REPLACED[owner], original)
        elif REPLACED[owner] in vars(owner):
            delattr(owner, REPLACED[owner])


@pytest.mark.usefixtures("put_back")
def test_only_the_known_version_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [vars(owner).get(name) for owner, name in REPLACED.items()]
    monkeypatch.setattr(streamlit, "__version__", "1.68.0")
    assert not speed.speed_up()
    assert [vars(owner).get(name) for owner, name in REPLACED.items()] == before
    monkeypatch.undo()
    assert speed.speed_up()
    assert all(
        vars(owner).get(name) != old for (owner, name), old in zip(REPLACED.items(), before, strict=True)
    )


def many_controls() -> None:
    import streamlit as st

    st.session_state["mine"] = 3
    st.session_state.setdefault("nothing", None)
    st.number_input("a number", key="number")
    st.selectbox("a choice", ["a", "b"], key="choice")
    st.text_input("a text", key="text")
    st.button("without a key")
    st.write(sorted(st.session_state), "number" in st.session_state, "absent" in st.session_state)


@pytest.mark.usefixtures("put_back")
def test_controls_look_up_the_values_of_a_session() -> None:
    app = healthy(AppTest.from_function(many_controls, default_timeout=60).run())
    safe = app.session_state._state
    state, view = safe._state, speed.StateView(safe)
    assert dict(view) == state.filtered_state
    assert (len(view), repr(view)) == (len(state.filtered_state), repr(state.filtered_state))
    assert set(view) == {"mine", "nothing", "number", "choice", "text"}
    for key in (*view, "absent", *state._keys(), "$$STREAMLIT_INTERNAL_KEY_SCRIPT_RUN_WITHOUT_ERRORS"):
        assert (key in view) == (key in state.filtered_state), key
        if key in view:
            assert view[key] == state.filtered_state[key]
        else:
            with pytest.raises(KeyError):
                view[key]
    shown = app.json[0].value if app.json else app.markdown[0].value
    speed.speed_up()
    again = healthy(AppTest.from_function(many_controls, default_timeout=60).run())
    assert (again.json[0].value if again.json else again.markdown[0].value) == shown
    assert healthy(again.number_input[0].set_value(2.0).run()).session_state["number"] == 2.0


def cursors() -> list[Cursor]:
    moved = RunningCursor(0, (1, 2))
    moved.lock_element()
    busy = RunningCursor(0)
    busy.get_transient_cursor()
    busy.transient_elements[0] = SimpleNamespace(words=["a"])  # type: ignore[assignment]
    return [RunningCursor(0), moved, busy, LockedCursor(0, (3,), 4)]


def test_copied_containers_are_those_of_streamlit_each_once() -> None:
    outer = DeltaGenerator(0, RunningCursor(0, (1,)), None, "column")
    inner = DeltaGenerator(0, RunningCursor(0, (1, 2)), outer, "form")
    inner._creating_fragment_id = "mine"
    expected = deepcopy((outer, inner))

    def told(one: DeltaGenerator) -> list[Any]:
        return [(vars(each._cursor), each._block_type, each._creating_fragment_id) for each in one._ancestors]

    memo: dict[int, Any] = {}
    first = memo[id(outer)] = speed.copy_container(outer, memo)
    copied = first, speed.copy_container(inner, memo)
    assert str([*map(told, copied)]) == str([*map(told, expected)])
    assert copied[1]._parent is first is not outer
    assert copied[1]._cursor is not inner._cursor


@each("number", [0, 1, 2, 3])
def test_a_copied_cursor_is_one_of_its_own(number: int) -> None:
    cursor = cursors()[number]
    copied, expected = speed.copy_cursor(cursor, {}), deepcopy(cursor)

    def told(one: Cursor) -> dict[str, Any]:
        return {
            **vars(one),
            "_transient_elements": [*map(str, dict(one.transient_elements.items()).values())],
        }

    assert type(copied) is type(expected)
    assert told(copied) == told(expected) == told(cursor)
    assert copied.transient_elements is not cursor.transient_elements
    copied.lock_element()
    assert told(cursor) == told(expected)
    for element in dict(cursor.transient_elements.items()).values():
        element.words.append("b")
        assert told(copied) != told(cursor)


def test_a_section_of_the_theme_is_read_once() -> None:
    reads = list[str]()

    def count(message: CustomThemeConfig, section: str = "theme") -> None:
        reads.append(section)
        app_session._populate_theme_msg(message, section)

    theme = speed.ThemeMemory(count)
    for section in ("theme", "theme.light", "theme.dark.sidebar") * 2:
        ours, original = CustomThemeConfig(), CustomThemeConfig()
        theme(ours.light, section)
        app_session._populate_theme_msg(original.light, section)
        assert ours == original
        assert ours.HasField("light") == original.HasField("light")
    assert len(reads) == 3


class Session:
    """As much of a session as an event needs."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.told, self.wakes, self.loop = list[str](), 0, loop
        self._scriptrunner = "present"
        self._browser_queue = ForwardMsgQueue()

    def _call_soon_on_event_loop(self, callback: Any) -> None:
        self.wakes += 1
        self.loop.call_soon_threadsafe(callback)

    def _enqueue_forward_msg(self, message: ForwardMsg) -> None:
        self._browser_queue.enqueue(message)
        self.told += [one.page_info_changed.query_string for one in self._browser_queue.flush()]

    def original(self, _sender: Any, event: ScriptRunnerEvent, _message: Any = None, **details: Any) -> None:
        self._call_soon_on_event_loop(lambda: self.told.append(f"{event.name} {details}"))


def test_messages_wait_together_and_keep_their_order() -> None:
    async def talk() -> Session:
        session = Session(asyncio.get_running_loop())
        hear: Any = speed.in_batches(Session.original)

        def say(words: str, sender: str = "present") -> None:
            message = ForwardMsg()
            message.page_info_changed.query_string = words
            hear(session, sender, event=ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, forward_msg=message)

        say("a")
        say("b")
        say("old", sender="the one before")
        hear(session, "present", event=ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS, run_descriptor=1)
        say("c")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        say("d")
        await asyncio.sleep(0)
        return session

    session = run(talk)
    assert session.told == ["a", "b", "SCRIPT_STOPPED_WITH_SUCCESS {'run_descriptor': 1}", "c", "d"]
    assert session.wakes == 4


@each("seed", [0, 1, 2])
def test_no_message_is_lost_or_overtaken_whatever_is_late(seed: int) -> None:
    """Threads of four sessions write while the loop takes their messages, with seeded delays on both sides."""
    lots = random.Random(seed)
    pauses = [lots.choice([0, 0, 0, 1e-5, 1e-4]) for _ in range(1000)]

    async def talk() -> list[Session]:
        hear: Any = speed.in_batches(Session.original)
        sessions = [Session(asyncio.get_running_loop()) for _ in range(4)]

        def write(session: Session, first: int) -> None:
            for number in range(200):
                if number % 20 == 19:
                    hear(session, "present", ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS, number=number)
                else:
                    message = ForwardMsg()
                    message.page_info_changed.query_string = str(number)
                    hear(session, "present", ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, message)
                time.sleep(pauses[first + number])

        writing = [asyncio.to_thread(write, one, 200 * number) for number, one in enumerate(sessions)]
        everything = asyncio.gather(*writing)
        for pause in pauses:
            await asyncio.sleep(0)
            time.sleep(pause)  # the loop is busy with something else
        await everything
        await asyncio.sleep(0.01)
        return sessions

    stopped = "SCRIPT_STOPPED_WITH_SUCCESS {{'number': {}}}"
    expected = [stopped.format(number) if number % 20 == 19 else str(number) for number in range(200)]
    for session in run(talk):
        assert session.told == expected


def test_a_run_is_stopped_only_if_somebody_has_asked() -> None:
    stopped = list[Any]()
    look = speed.only_if_asked(stopped.append)
    runner: Any = SimpleNamespace(_requests=ScriptRequests())
    look(runner)
    assert not stopped
    runner._requests.request_rerun(RerunData())
    look(runner)
    assert stopped == [runner]
    runner._requests.on_scriptrunner_yield()
    look(runner)
    assert stopped == [runner]
    runner._requests.request_stop()
    look(runner)
    assert stopped == [runner, runner]


def test_no_part_of_the_app_is_drawn_by_another_thread() -> None:
    package = Path(speed.__file__).parent.parent
    assert not [file for file in package.rglob("*.py") if "parallel=" in file.read_text(encoding="utf-8")]
