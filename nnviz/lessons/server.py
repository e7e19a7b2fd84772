"""Say what the server of the app runs: the script of a visit, what is prepared before the first one, and its routes."""

from pathlib import Path
from typing import Any

from nnviz import lessons
from nnviz.classroom.routes import room_routes
from nnviz.web.components import static_routes
from nnviz.web.short_links import short_link_routes
from nnviz.web.startup import StartUp, below_base_path


def app_options() -> dict[str, Any]:
    """Return the arguments of ``st.App``, which the entry point must call itself: Streamlit looks for that call."""
    start_up = StartUp(lessons)
    return {
        "script_path": Path(__file__).with_name("main.py"),
        "lifespan": start_up.prepare,
        "routes": below_base_path(
            [*static_routes(), *short_link_routes(), *room_routes(), start_up.health_route()]
        ),
    }
