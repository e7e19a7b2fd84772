"""Prepare the process of the server before the first visitor, and tell whether it is ready."""

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from nnviz import __version__
from nnviz.web import logs
from nnviz.web.render import import_pandas


class StartUp:
    """Prepare the process once, and say on a route of the server whether that is done."""

    def __init__(self, package: ModuleType) -> None:
        """Prepare for the views in ``package``."""
        self._package = package
        self.ready = False

    @asynccontextmanager
    async def prepare(self, _app: Any) -> AsyncIterator[dict[str, Any]]:
        """Import every view and freeze what is alive, before the first visitor: the lifespan of ``st.App``.

        Imports happen here in one thread. Two visitors who import the same modules in different orders could otherwise
        wait for each other. Frozen objects are left out of later garbage collections.
        """
        logs.begin_log()
        import_views(self._package)
        gc.collect()
        gc.freeze()
        self.ready = True
        Thread(target=import_for_tables, daemon=True).start()
        try:
            yield {}
        finally:
            self.ready = False

    def health_route(self) -> Route:
        """Return the route ``/healthz``, for whoever watches the server: 200 while it is ready, and 503 otherwise.

        Streamlit answers 200 with its own page for every path that it does not know.
        """
        return Route("/healthz", self._tell)

    async def _tell(self, _request: Request) -> JSONResponse:
        """Answer a question about the server; the answer may not be kept."""
        told = {"status": "ready" if self.ready else "not ready", "version": __version__}
        return JSONResponse(told, 200 if self.ready else 503, {"cache-control": "no-store"})


def below_base_path(routes: Sequence[Route | Mount]) -> list[BaseRoute]:
    """Return routes below the path that the option ``server.baseUrlPath`` names, as Streamlit serves its own.

    Without this, the modules of components, short links and rooms would be beside the app, where no proxy sends them.
    They stay there too, so that a probe need not know the path.
    """
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return [*(_moved(route, f"/{base}") for route in routes if base), *routes]


def _moved(route: Route | Mount, base: str) -> BaseRoute:
    """Return the same route below ``base``. A mount of all routes would take the pages of Streamlit, too."""
    if isinstance(route, Mount):
        return Mount(base + route.path, app=route.app)
    return Route(base + route.path, route.endpoint, methods=route.methods)


def import_for_tables() -> None:
    """Import what only tables need. Nobody waits for it, because it begins when the server is ready."""
    import_pandas()
    importlib.import_module("pyarrow.compute")


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
