"""The server prepares itself before the first visitor, and tells on /healthz whether it is ready."""

import asyncio
import gc
import json
import threading
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount, Route

import nnviz as nv
from nnviz.web import startup
from nnviz.web.startup import StartUp, below_base_path
from tests.cases import each


def ask(start_up: StartUp) -> tuple[int, dict[str, Any]]:
    """What the route answers: its status, and the JSON."""
    scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": []}
    answer = asyncio.run(start_up.health_route().endpoint(Request(scope)))
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, json.loads(answer.body)


def test_a_server_is_ready_after_its_start_and_until_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    start_up = StartUp(ModuleType("lessons"))
    monkeypatch.setattr(startup, "import_views", lambda _: told.append(start_up.ready))
    monkeypatch.setattr(gc, "freeze", lambda: told.append(start_up.ready))
    later = threading.Event()
    monkeypatch.setattr(startup, "import_for_tables", later.set)
    told: list[bool] = []

    async def live() -> None:
        async with start_up.prepare(None):
            told.append(start_up.ready)

    assert ask(start_up) == (503, {"status": "not ready", "version": nv.__version__})
    asyncio.run(live())
    assert told == [False, False, True]
    assert later.wait(60)
    assert ask(start_up)[0] == 503
    start_up.ready = True
    assert ask(start_up) == (200, {"status": "ready", "version": nv.__version__})


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
