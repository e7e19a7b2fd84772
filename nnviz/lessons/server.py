"""Say what the server of the app runs: the script of a visit, what is prepared before the first one, and its routes."""

import importlib
import time
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from nnviz import lessons
from nnviz.serving.gathered import GatheredMessages
from nnviz.serving.startup import LaterRoutes, StartUp, below_base_path, import_views

FOLDERS = ("/nnviz-static", "/s", "/room")
"""The first parts of the paths of `routes`."""

TRIMMED_EVERY = 15.0  # seconds


def app_options() -> dict[str, Any]:
    """Return the arguments of ``st.App``, which the entry point must call itself: Streamlit looks for that call."""
    start_up = StartUp(prepare, keep_small, page_names)
    return {
        "script_path": Path(__file__).with_name("main.py"),
        "lifespan": start_up.live,
        "middleware": [Middleware(GatheredMessages)],
        "routes": [LaterRoutes(FOLDERS, routes), *below_base_path([start_up.health_route()])],
    }


def prepare() -> None:
    """Import all that a visit needs."""
    from nnviz.web import _late_messages, _streamlit_speed, logs

    logs.begin_log()
    _streamlit_speed.speed_up()
    _late_messages.mend()
    import_views(lessons)
    routes()


def routes() -> list[Route | Mount]:
    """Return the routes for the modules of components, short links and class rooms."""
    from nnviz.classroom.routes import room_routes
    from nnviz.web.components import static_routes
    from nnviz.web.short_links import short_link_routes

    return [*static_routes(), *short_link_routes(), *room_routes()]


def page_names() -> list[str]:
    """Return the names in the address of the pages that the server visits at its start; the first page has none."""
    from nnviz.lessons.pages import PAGES

    return ["", *list(PAGES)[1:]]


def keep_small() -> None:
    """Import the rest, and then give free memory back again and again, for as long as the process runs."""
    from nnviz.web._process import give_memory_back

    import_for_tables()
    while True:
        time.sleep(TRIMMED_EVERY)
        give_memory_back()


def import_for_tables() -> None:
    """Import what only tables need. Nobody waits for it, because it begins when the server is ready."""
    from nnviz.web.render import import_pandas

    import_pandas()
    importlib.import_module("pyarrow.compute")
