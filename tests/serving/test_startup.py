"""The server answers at once, prepares itself in the background, and tells on /healthz whether it is ready."""

import asyncio
import gc
import json
import threading
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Mount, Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import nnviz as nv
from nnviz.lessons import server
from nnviz.serving import startup
from nnviz.serving.startup import LaterRoutes, StartUp, below_base_path, wait_until_prepared
from tests.cases import each
from tests.loops import run


def ask(start_up: StartUp) -> tuple[int, dict[str, Any]]:
    """What the route answers: its status, and the JSON."""
    scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": []}
    answer = run(lambda: start_up.health_route().endpoint(Request(scope)))
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, json.loads(answer.body)


def test_a_server_answers_while_it_prepares_and_is_ready_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    begin, end = threading.Event(), threading.Event()

    def prepare() -> None:
        assert begin.wait(60)

    start_up: StartUp = StartUp(prepare, end.set)

    thresholds = list[tuple[int, ...]]()
    monkeypatch.setattr(gc, "freeze", lambda: told.append(start_up.ready))
    monkeypatch.setattr(gc, "set_threshold", lambda *given: thresholds.append(given))
    monkeypatch.setattr(startup, "_PAUSE", 0.0)

    async def live() -> None:
        async with start_up.live(None):
            assert start_up.ready is False
            visitor = asyncio.create_task(asyncio.to_thread(wait_until_prepared))
            await asyncio.sleep(0.01)
            assert not visitor.done()
            begin.set()
            await visitor
            assert start_up.ready

    assert ask(start_up) == (503, {"status": "not ready", "version": nv.__version__})
    run(live)
    assert told == [False]
    assert thresholds[0] > (700, 0, 0)  # the whole process would keep it
    assert end.wait(60)
    assert ask(start_up)[0] == 503
    start_up.ready = True
    assert ask(start_up) == (200, {"status": "ready", "version": nv.__version__})


async def get(app: Starlette, path: str) -> tuple[int, str]:
    """What an app answers: its status, and the text."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": b"",
        "root_path": "",
    }
    await app(scope, receive, send)
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode()


def fail() -> None:
    raise ImportError("libx.so")


def test_a_server_that_cannot_be_prepared_lets_nobody_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    start_up = StartUp(fail, lambda: None)

    async def live() -> None:
        async with start_up.live(None):
            await asyncio.to_thread(wait_until_prepared)
            assert not start_up.ready

    run(live)
    assert "could not be prepared" in caplog.text
    assert gc.isenabled()


@each("base", ["", "nnviz"])
def test_a_request_waits_for_routes_that_are_imported_later(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.__getitem__)
    monkeypatch.setattr(startup, "_PREPARED", threading.Event())
    later = LaterRoutes(
        ("/room", "/s"), lambda: [Route("/room/{code}", lambda _: PlainTextResponse("the room"))]
    )
    page = Route("/{page:path}", lambda _: PlainTextResponse("a page"))
    app = Starlette(routes=[later, page])
    assert run(lambda: get(app, "/rooms")) == (200, "a page")
    timer = threading.Timer(0.05, startup._PREPARED.set)
    timer.start()
    assert run(lambda: get(app, f"/{base}/room/abc".replace("//", "/"))) == (200, "the room")
    assert startup._PREPARED.is_set()
    timer.join()
    assert run(lambda: get(app, "/room/abc")) == (200, "the room")
    assert run(lambda: get(app, "/s/other"))[0] == 404


def test_every_route_of_the_app_is_below_a_folder_that_is_kept_for_it() -> None:
    later = LaterRoutes(server.FOLDERS, server.routes)
    for route in server.routes():
        path = route.path.replace("{code}", "abcdef")
        assert later.matches({"type": "http", "path": path})[0] == Match.FULL


@each("base, below", [("", ""), ("nnviz", "/nnviz"), ("/a/b/", "/a/b")])
def test_routes_are_below_the_path_of_the_app_too(
    monkeypatch: pytest.MonkeyPatch, base: str, below: str
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.__getitem__)
    routes = below_base_path([Route("/room/{code}", Response), Mount("/static", app=Response())])

    def is_found(path: str) -> bool:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
        return any(route.matches(scope)[0] == Match.FULL for route in routes)

    assert is_found(f"{below}/room/abcdef")
    assert is_found("/room/abcdef")
    assert is_found(f"{below}/static/a.js")
    assert is_found("/static/a.js")
    assert not is_found("/elsewhere/room/abcdef")
    assert not is_found(f"{below}/linear_regression")  # a page of Streamlit


class Recorder:
    """An app that answers requests for pages as Streamlit does; the first run of each page is followed by another."""

    def __init__(self) -> None:
        self.asked = list[str]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (scope["type"], scope["path"]) == ("websocket", "/nnviz/_stcore/stream")
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.asked.append(BackMsg.FromString(message["bytes"]).rerun_script.page_name)
            for end in ("FINISHED_EARLY_FOR_RERUN", "FINISHED_SUCCESSFULLY"):
                await asyncio.sleep(0)
                self.asked.append(end)
                over = ForwardMsg(script_finished=ForwardMsg.ScriptFinishedStatus.Value(end))
                await send({"type": "websocket.send", "bytes": over.SerializeToString()})
        self.asked.append(message["type"])


def test_the_server_visits_each_page_before_it_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "nnviz"}.__getitem__)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    app, ready = Recorder(), threading.Event()
    monkeypatch.setattr(startup, "_PAUSE", 0.0)
    start_up = StartUp(lambda: None, ready.set, lambda: ["", "descent"])

    async def live() -> None:
        async with start_up.live(app):
            await asyncio.to_thread(ready.wait, 60)
            assert start_up.ready

    run(live)
    ends = ["FINISHED_EARLY_FOR_RERUN", "FINISHED_SUCCESSFULLY"]
    assert app.asked == ["", *ends, "descent", *ends, "websocket.disconnect"]
    assert server.page_names()[:2] == ["", "linear_regression"]
