"""Messages of a short run reach the browser together, in their order, and none is lost."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from nnviz.lessons import server
from nnviz.serving import gathered
from nnviz.serving.gathered import GatheredMessages
from tests.loops import run


def payload(*, running: bool | None = None) -> bytes:
    """A message of Streamlit: that a run begins or is over, or another one."""
    message = ForwardMsg()
    if running is None:
        message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    else:
        message.session_status_changed.SetInParent()
        message.session_status_changed.script_is_running = running
    written: bytes = message.SerializeToString()
    return written


def sent_by(payloads: Sequence[bytes], pause: float = 0.0, *, kind: str = "websocket") -> list[list[bytes]]:
    """What a browser has got each time that the app has written a message, and after ``pause`` seconds."""
    got: list[bytes] = []
    seen: list[list[bytes]] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for one in payloads:
            await send({"type": "websocket.send", "bytes": one})
            seen.append(list(got))
        await asyncio.sleep(pause)
        seen.append(list(got))

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        got.append(message["bytes"])

    run(lambda: GatheredMessages(app)({"type": kind}, receive, send))
    return seen


BEGUN, DRAWN, OVER = payload(running=True), payload(), payload(running=False)


def test_a_run_that_is_over_is_sent_at_once_and_in_order() -> None:
    assert sent_by([BEGUN, DRAWN, OVER]) == [[], [], [BEGUN, DRAWN, OVER], [BEGUN, DRAWN, OVER]]


def test_a_long_run_is_sent_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "HELD", 0.001)
    assert sent_by([BEGUN, DRAWN], pause=0.1) == [[], [], [BEGUN, DRAWN]]


def test_a_message_waits_for_those_that_follow_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "HELD", 0.0)
    monkeypatch.setattr(gathered, "LONGEST", 10.0)
    assert sent_by([DRAWN, BEGUN], pause=0.1)[-1] == []
    assert sent_by([BEGUN, DRAWN], pause=0.1)[-1] == [BEGUN, DRAWN]
    monkeypatch.setattr(gathered, "HELD", 10.0)
    monkeypatch.setattr(gathered, "LONGEST", 0.0)
    assert sent_by([DRAWN, BEGUN, DRAWN], pause=0.1)[-1] == [DRAWN, BEGUN, DRAWN]


def test_the_app_uses_it() -> None:
    assert [one.cls for one in server.app_options()["middleware"]] == [GatheredMessages]


def test_other_connections_are_not_changed() -> None:
    assert sent_by([BEGUN, DRAWN], kind="http")[:2] == [[BEGUN], [BEGUN, DRAWN]]


def test_what_is_held_is_sent_before_the_connection_is_closed_by_the_app() -> None:
    got: list[str] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.send", "bytes": BEGUN})
        await send({"type": "websocket.close"})

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        got.append(message["type"])

    run(lambda: GatheredMessages(app)({"type": "websocket"}, receive, send))
    assert got == ["websocket.send", "websocket.close"]


def test_an_app_hears_that_its_browser_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "LONGEST", 0.0)

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for _ in range(2):
            await send({"type": "websocket.send", "bytes": BEGUN})
            await asyncio.sleep(0.02)

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        run(lambda: GatheredMessages(app)({"type": "websocket"}, receive, send))
