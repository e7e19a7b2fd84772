"""Visit pages once before the first visitor comes, so that what all visitors see first is computed and kept."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from starlette.types import ASGIApp, Message, Scope
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_PATH = "/_stcore/stream"  # of the connections of Streamlit


async def visit(app: ASGIApp, pages: Sequence[str], base: str = "") -> None:
    """Open pages of the app, one after the other, in a connection that needs no network.

    pages: their names in the address, "" for the first page. base: the path below which the app is, as ``/path``.
    """
    over = asyncio.Event()

    async def messages() -> AsyncIterator[Message]:
        yield {"type": "websocket.connect"}
        for page in pages:
            over.clear()
            yield {"type": "websocket.receive", "bytes": _request(page)}
            await over.wait()
        yield {"type": "websocket.disconnect", "code": 1000}

    coming = messages()

    async def receive() -> Message:
        return await anext(coming)

    async def send(message: Message) -> None:
        if message["type"] == "websocket.close" or _is_end(message.get("bytes", b"")):
            over.set()

    await app(_scope(base + _PATH), receive, send)


def _request(page: str) -> bytes:
    """Return the message by which a browser asks for a page."""
    message = BackMsg()
    message.rerun_script.page_name = page
    asked: bytes = message.SerializeToString()
    return asked


def _is_end(sent: bytes) -> bool:
    """Return whether a message says that a run is over, and that no other one follows at once."""
    message = ForwardMsg.FromString(sent)
    is_over: bool = message.WhichOneof("type") == "script_finished"
    return is_over and bool(message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN)


def _scope(path: str) -> Scope:
    return {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "subprotocols": ["streamlit"],
        "scheme": "ws",
        "client": None,
        "server": None,
        "state": {},
    }
