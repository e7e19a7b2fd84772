"""Open pages of the app in Streamlit's own test runner."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.cursor import Cursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest, local_script_runner

from nnviz.lessons.pages import MENU
from nnviz.web import _streamlit_speed as speed

ROOT = Path(__file__).parent.parent
MAIN = ROOT / "nnviz" / "lessons" / "main.py"
SECONDS = 40


def _wait(run: Any, timeout: float) -> None:
    """Sleep until the thread of a run ends; AppTest would look a thousand times a second, and slow it down."""
    run._script_thread.join(timeout)
    _LOOK(run, 1.0 if run.script_stopped() else 0.0)  # which raises where the time is over


_LOOK = local_script_runner.require_widgets_deltas
_PATCH = pytest.MonkeyPatch()
_PATCH.setattr(local_script_runner, "require_widgets_deltas", _wait)
# The metadata of all installed packages are scanned once; every AppTest would otherwise scan them again.
_PATCH.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))

AS_ON_THE_SERVER = pytest.MonkeyPatch()


def copy_and_look_up_as_on_the_server() -> None:
    """Replace what a run of a page calls most often, as the server does: a run takes about a tenth less."""
    AS_ON_THE_SERVER.setattr(Cursor, "__deepcopy__", speed.copy_cursor, raising=False)
    AS_ON_THE_SERVER.setattr(DeltaGenerator, "__deepcopy__", speed.copy_container, raising=False)
    AS_ON_THE_SERVER.setattr(SafeSessionState, "filtered_state", property(speed.StateView))


copy_and_look_up_as_on_the_server()


def open_page(name: str, **link: str | list[str]) -> AppTest:
    """Return the page ``name`` as a visitor with this link sees it first."""
    app = AppTest.from_file(MAIN, default_timeout=SECONDS)
    for key, value in link.items():
        app.query_params[key] = value
    if name == next(iter(MENU)):
        return app.run()
    return app.switch_page(f"../../pages/{MENU[name].file}").run()


def healthy(app: AppTest) -> AppTest:
    """Return the page, which shows no exception."""
    assert not app.exception, [box.message for box in app.exception]
    return app
