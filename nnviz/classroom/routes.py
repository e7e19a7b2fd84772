"""Serve the students' screen and what it asks for: routes of the server that need no session of Streamlit.

A screen waits for changes with a request that is held for some seconds. All screens of a process wait for one task that
reads the room from the store a few times a second.
"""

import asyncio
import contextlib
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from nnviz.classroom import room, text
from nnviz.classroom.room import RoomError, State
from nnviz.store import StoreUnavailable, open_store
from nnviz.web.components import ROUTE
from nnviz.web.sharing import draw_code
from nnviz.web.short_links import is_guessing, note_miss

HELD = 8.0  # seconds for which a request waits for a change
LOOK = 0.25  # seconds between two looks into the store
MOST_BODY = 2000  # bytes
MOST_SCREENS = 2000  # that wait at once in one process
MOST_ANSWERS, IN_SECONDS = 6, 10.0  # of one student; more are refused until some time has passed
MOST_PACES = 4000  # students whose pace is known
_THREADS = ThreadPoolExecutor(
    4, "room"
)  # of their own, so that a slow store does not stop the files of the app

T = TypeVar("T")
_PAGE = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · nnviz</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin"><link rel="stylesheet" href="{root}{route}/room.css">
<script type="module" src="{root}{route}/room.js"></script></head>
<body><main id="room" data-code="{code}" data-texts="{texts}"></main></body></html>
"""


@dataclass
class _Watch:
    """A room that screens of this process wait for."""

    screens: int = 0
    answer: tuple[int, State] = (0, {})
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None


_WATCHES: dict[str, _Watch] = {}


class Pace:
    """Let each student send some answers in a while. Each process counts by itself."""

    def __init__(self, most: int = MOST_ANSWERS, seconds: float = IN_SECONDS) -> None:
        """Begin with nobody."""
        self._most, self._seconds = most, seconds
        self._sent: OrderedDict[str, list[float]] = OrderedDict()

    def note(self, token: str) -> None:
        """Note an answer; RoomError if the student sends too many."""
        now, name = time.monotonic(), token[:80]
        sent = [at for at in self._sent.pop(name, []) if now - at < self._seconds]
        self._sent[name] = sent
        if len(self._sent) > MOST_PACES:
            self._sent.popitem(last=False)
        if len(sent) >= self._most:
            raise RoomError(text.TOO_FAST, 503)  # the screen sends it again
        sent.append(now)


_PACE = Pace()


def room_routes() -> list[Route]:
    """Return the routes of rooms for `st.App`."""
    return [
        Route("/room", _show_screen),
        Route("/room/{code}", _show_screen),
        Route("/room/{code}/join", _explained(_join), methods=["POST"]),
        Route("/room/{code}/answer", _explained(_answer), methods=["POST"]),
        Route("/room/{code}/state", _explained(_wait)),
        Route("/room/{code}/qr", _draw_code),
    ]


async def _show_screen(request: Request) -> Response:
    """Return the page of the students' screen. It finds the room by itself."""
    code = str(request.path_params.get("code", ""))
    page = _PAGE.format(
        title=escape(text.ROOM),
        root=".." if code else ".",
        route=ROUTE,
        code=escape(code.lower()[:20], quote=True),
        texts=escape(json.dumps(text.SCREEN_TEXTS), quote=True),
    )
    return HTMLResponse(page, headers={"cache-control": "no-store"})


def _explained(
    handle: Callable[[Request, str], Awaitable[State]],
) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler that answers in JSON, refusals and a store that is away in words."""

    async def answer(request: Request) -> Response:
        code = str(request.path_params["code"]).lower()
        try:
            told, status = await handle(request, code), 200
        except RoomError as error:
            told, status = {"error": str(error)}, error.status
        except StoreUnavailable:
            told, status = {"error": text.STORE_AWAY}, 503
        return JSONResponse(told, status, {"cache-control": "no-store"})

    return answer


async def _in_thread(work: Callable[..., T], *given: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *given)


async def _join(request: Request, code: str) -> State:
    """Let a student in."""
    return {"token": await _in_thread(_try_to_join, code, request.client.host if request.client else "")}


def _try_to_join(code: str, asked_by: str) -> str:
    """Let a student in, if the code exists; whoever guesses codes is stopped."""
    store = open_store()
    if is_guessing(store, asked_by):
        raise RoomError(text.TOO_MANY_CODES, 429)
    try:
        return room.join(store, code)
    except RoomError as error:
        if error.status == 404:
            note_miss(store, asked_by)
        raise


async def _answer(request: Request, code: str) -> State:
    """Keep an answer. What this says is kept is on the disk of the store."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY:
            raise RoomError(text.NO_ANSWER_VALUE, 413)
    try:
        given = json.loads(body)
        token, number, value = str(given["token"]), int(given["round"]), given["value"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RoomError(text.NO_ANSWER_VALUE, 400) from error
    _PACE.note(token)
    await _in_thread(room.answer, open_store(), code, token, number, value)
    return {"kept": number}


async def _wait(request: Request, code: str) -> State:
    """Return the state of a room once it is another one than the screen has, or after some seconds."""
    known = request.query_params.get("after", "0")
    after = int(known) if known.isascii() and known.isdigit() and len(known) < 10 else 0
    watch = _WATCHES.get(code)
    if watch is None:
        state = room.public(await _in_thread(_read_as, code, request.client.host if request.client else ""))
        if state["version"] != after:
            return state
        watch = _WATCHES.setdefault(code, _Watch(answer=(200, state)))
    if watch.screens >= MOST_SCREENS:
        raise RoomError(text.ROOM_FULL, 503)
    return await _hold(watch, code, after)


def _read_as(code: str, asked_by: str) -> State:
    """Return the state of a room for somebody who is not guessing codes."""
    store = open_store()
    if is_guessing(store, asked_by):
        raise RoomError(text.TOO_MANY_CODES, 429)
    try:
        return room.read_room(store, code)
    except RoomError:
        note_miss(store, asked_by)
        raise


async def _hold(watch: _Watch, code: str, after: int) -> State:
    """Wait until the room has changed."""
    deadline = time.monotonic() + HELD
    watch.screens += 1
    if watch.task is None or watch.task.done():
        watch.task = asyncio.get_running_loop().create_task(_look(watch, code))
    try:
        while watch.answer[0] == 200 and watch.answer[1]["version"] == after:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(watch.changed.wait(), max(deadline - time.monotonic(), 0.001))
            if time.monotonic() >= deadline:
                break
    finally:
        watch.screens -= 1
    status, told = watch.answer
    if status != 200:
        raise RoomError(told["error"], status)
    return told


async def _look(watch: _Watch, code: str) -> None:
    """Read the room again and again as long as a screen waits for it."""
    idle = 0
    while idle * LOOK < 2 * HELD:
        idle = 0 if watch.screens else idle + 1
        try:
            found: tuple[int, State] = (
                200,
                room.public(await _in_thread(room.read_room, open_store(), code)),
            )
        except RoomError as error:
            found = (error.status, {"error": str(error)})
        except StoreUnavailable:
            found = (503, {"error": text.STORE_AWAY})
        if found != watch.answer:
            watch.answer = found
            watch.changed.set()
            watch.changed = asyncio.Event()
        if found[0] == 404:
            break
        await asyncio.sleep(LOOK)
    _WATCHES.pop(code, None)


async def _draw_code(request: Request) -> Response:
    """Return the rows of the QR code of an address of this room."""
    address = request.query_params.get("of", "")
    rows = draw_code(address) if len(address) <= 400 and address.isascii() else ()
    return JSONResponse({"rows": rows})
