"""Open pages of the app in Streamlit's own test runner."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from nnviz.lessons.pages import MENU

ROOT = Path(__file__).parent.parent
MAIN = ROOT / "nnviz" / "lessons" / "main.py"
SECONDS = 40


@pytest.fixture(autouse=True, scope="session")
def packages_are_scanned_once() -> Iterator[None]:
    """Scan the metadata of all installed packages once; every AppTest would otherwise scan them again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


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
