"""The server prepares itself before the first visitor, and tells on /healthz whether it is ready."""

import asyncio
import gc
import json
from types import ModuleType
from typing import Any

import pytest
from starlette.requests import Request

import nnviz as nv
from nnviz.web import startup
from nnviz.web.startup import StartUp


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
    told: list[bool] = []

    async def live() -> None:
        async with start_up.prepare(None):
            told.append(start_up.ready)

    assert ask(start_up) == (503, {"status": "not ready", "version": nv.__version__})
    asyncio.run(live())
    assert told == [False, False, True]
    assert ask(start_up)[0] == 503
    start_up.ready = True
    assert ask(start_up) == (200, {"status": "ready", "version": nv.__version__})
