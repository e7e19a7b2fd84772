"""Send the messages of a short run together, so that the browser draws them once.

Streamlit sends what a run has made so far every 5 ms: first that the run has begun, then what it has drawn, at last
that it is over. React draws all elements of the page after each of these, because each may have become old. A run that
takes some milliseconds would have the page drawn two or three times. So the messages of one connection wait until none
has come for ``HELD`` seconds, unless the run is over before. That a run has begun is nothing to draw, and waits for
what the run computes first. No message waits for longer than ``LONGEST`` seconds.
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HELD = 0.012  # seconds without a message
LONGEST = 0.06  # seconds that the first message waits
_BEGUN = b"J\x02\x10\x01"  # the message that something runs: a session_status_changed
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
        self._timer: asyncio.TimerHandle | None = None
        self._later: asyncio.Task[None] | None = None
        self._latest = 0.0  # the time of the loop until which the oldest held message may wait
        self._sending = asyncio.Lock()

    async def send(self, message: Message) -> None:
        """Hold a message; send all that are held if it ends a run, or is no message of the app."""
        if self._later is not None and self._later.done():
            self._later.result()  # the connection was lost
        loop = asyncio.get_running_loop()
        if not self._held:
            self._latest = loop.time() + LONGEST
        self._held.append(message)
        self._cancel()
        if message["type"] != "websocket.send" or message.get("bytes") == _IDLE:
            await self._flush()
        else:
            due = self._latest if message.get("bytes") == _BEGUN else loop.time() + HELD
            self._timer = loop.call_at(min(due, self._latest), self._flush_later)

    def end(self) -> None:
        """Forget what is held, because the connection is closed."""
        self._cancel()
        if self._later is not None:
            self._later.cancel()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _flush_later(self) -> None:
        self._later = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        async with self._sending:
            while self._held:
                await self._send(self._held.popleft())
