"""Send the messages of a short run together, so that the browser draws them once.

Streamlit sends what a run has made so far every 5 ms: first that the run has begun, then what it has drawn, at last
that it is over. React draws all elements of the page after each of these, because each may have become old. A run that
takes some milliseconds would have the page drawn two or three times. Messages of one connection that come within
``HELD`` seconds wait for each other, unless the run is over before.
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HELD = 0.012  # seconds that the first message waits
_IDLE = b"J\x00"  # the message that nothing runs any more: an empty session_status_changed


class GatheredMessages:
    """Middleware that sends what the app writes to a WebSocket in groups."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; those that open no WebSocket are not changed."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        group = _Group(send)
        try:
            await self._app(scope, receive, group.send)
        finally:
            group.end()


class _Group:
    """The messages of a connection that are not sent yet, in their order."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: deque[Message] = deque()
        self._later: asyncio.Task[None] | None = None
        self._sending = asyncio.Lock()

    async def send(self, message: Message) -> None:
        """Hold a message; send all that are held if it ends a run, or is no message of the app."""
        self._held.append(message)
        if message["type"] != "websocket.send" or message.get("bytes") == _IDLE:
            await self._flush()
        elif self._later is None or self._later.done():
            if self._later is not None:
                self._later.result()  # the connection was lost
            self._later = asyncio.create_task(self._flush_later())

    def end(self) -> None:
        """Forget what is held, because the connection is closed."""
        if self._later is not None:
            self._later.cancel()

    async def _flush_later(self) -> None:
        await asyncio.sleep(HELD)
        await self._flush()

    async def _flush(self) -> None:
        async with self._sending:
            while self._held:
                await self._send(self._held.popleft())
