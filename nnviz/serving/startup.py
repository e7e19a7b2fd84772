"""Prepare the process of the server, and tell whether it is ready.

The server answers at once, because the imports of the app take longer than the rest of its start. They go on in a
thread of their own. A visitor who comes meanwhile waits for the rest of them, instead of finding no server. Then the
server visits each page itself, so that what all pages show first is computed and kept. After that it is ready.
"""

import asyncio
import gc
import importlib
import logging
import pkgutil
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from threading import Event, Thread
from types import ModuleType
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from nnviz import __version__
from nnviz.serving.first_visit import visit

_PAUSE = 1.0  # seconds that a visitor who has waited goes first
_LONGEST_VISIT = 60.0  # seconds for the pages that are visited at the start
# New objects before a look for garbage among them, and looks before one at older objects.
_GARBAGE = 20_000, 5, 5
_PREPARED = Event()
_PREPARED.set()  # where no server is started, there is nothing to wait for


class StartUp:
    """Prepare the process once, and say on a route of the server whether that is done."""

    def __init__(
        self,
        prepare: Callable[[], None],
        afterwards: Callable[[], None],
        pages: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """Note what is done before the first visitor, and what is done when the server is ready.

        pages: returns those that are visited before the server is ready. Visitors who come meanwhile need not wait.
        """
        self._prepare, self._afterwards, self._pages = prepare, afterwards, pages
        self.ready = False

    @asynccontextmanager
    async def live(self, app: Any) -> AsyncIterator[dict[str, Any]]:
        """Begin to prepare, and let the server answer meanwhile: the lifespan of ``st.App``."""
        _PREPARED.clear()
        loop = asyncio.get_running_loop()

        def visit_pages() -> None:
            if pages := self._pages():
                visiting = visit(app, pages, _base_path())
                asyncio.run_coroutine_threadsafe(visiting, loop).result(_LONGEST_VISIT)

        Thread(target=self._work, args=[visit_pages], daemon=True).start()
        try:
            yield {}
        finally:
            self.ready = False

    def _work(self, visit_pages: Callable[[], None]) -> None:
        """Prepare, and freeze what is alive then: frozen objects are left out of later garbage collections.

        Imports happen here in one thread. Two visitors who import the same modules in different orders could otherwise
        wait for each other. No garbage is collected, because almost nothing of a module is garbage, and a collection
        takes a tenth of the time of all imports.
        """
        gc.disable()
        try:
            self._prepare()
            gc.freeze()
            gc.set_threshold(*_GARBAGE)
            gc.enable()
            _PREPARED.set()
            visit_pages()
            self.ready = True
        except Exception:  # a visitor meets the same error, and sees that the page cannot be shown
            logging.getLogger("nnviz").exception("the server could not be prepared")
        finally:
            gc.enable()
            _PREPARED.set()
        time.sleep(_PAUSE)
        self._afterwards()

    def health_route(self) -> Route:
        """Return the route ``/healthz``, for whoever watches the server: 200 while it is ready, and 503 otherwise.

        Streamlit answers 200 with its own page for every path that it does not know.
        """
        return Route("/healthz", self._tell)

    async def _tell(self, _request: Request) -> JSONResponse:
        """Answer a question about the server; the answer may not be kept."""
        told = {"status": "ready" if self.ready else "not ready", "version": __version__}
        return JSONResponse(told, 200 if self.ready else 503, {"cache-control": "no-store"})


def wait_until_prepared() -> None:
    """Wait until everything is imported, if the server has begun to do so."""
    _PREPARED.wait()


class LaterRoutes(BaseRoute):
    """Routes of modules that the server imports while it answers already: a request for one waits for that."""

    def __init__(self, folders: Sequence[str], make: Callable[[], Sequence[Route | Mount]]) -> None:
        """Take the requests below some folders, such as ``/room``, for the routes that ``make`` gives later."""
        base = _base_path()
        self._folders = [f"{below}{folder}" for folder in folders for below in dict.fromkeys((base, ""))]
        self._make = make

    @cached_property
    def _router(self) -> Router:
        return Router(below_base_path(self._make()))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request is below one of the folders."""
        path = f"{scope['path']}/"
        is_ours = scope["type"] == "http" and any(path.startswith(f"{each}/") for each in self._folders)
        return (Match.FULL if is_ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the routes."""
        if not _PREPARED.is_set():
            await asyncio.to_thread(wait_until_prepared)
        await self._router(scope, receive, send)


def below_base_path(routes: Sequence[Route | Mount]) -> list[BaseRoute]:
    """Return routes below the path that the option ``server.baseUrlPath`` names, as Streamlit serves its own.

    Without this, the modules of components, short links and rooms would be beside the app, where no proxy sends them.
    They stay there too, so that a probe need not know the path.
    """
    base = _base_path()
    return [*(_moved(route, base) for route in routes if base), *routes]


def _base_path() -> str:
    """Return the path below which the app is, as ``/path``, or nothing."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}" if base else ""


def _moved(route: Route | Mount, base: str) -> BaseRoute:
    """Return the same route below ``base``. A mount of all routes would take the pages of Streamlit, too."""
    if isinstance(route, Mount):
        return Mount(base + route.path, app=route.app)
    return Route(base + route.path, route.endpoint, methods=route.methods)


def import_views(package: ModuleType) -> None:
    """Import every module named ``view`` in ``package`` and its folders."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.endswith(".view"):
            importlib.import_module(module.name)


def start_server(script: Path, address: str, port: int) -> None:
    """Serve the app whose entry point is ``script``, and block until the server is stopped."""
    from streamlit.web import cli

    options = [f"--server.port={port}", f"--server.address={address}"]
    cli.main(["run", str(script), *options], standalone_mode=False)
