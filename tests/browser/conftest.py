import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.browser import COUNT_RUNS, ROOT, chromium, serve

# Streamlit looks for its server below a deep link's path first; the browser reports that as two failed loads.
EXPECTED = ("_stcore/health", "_stcore/host-config")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = chromium(playwright)
        except Exception as error:
            if os.environ.get("NNVIZ_BROWSER") == "required":
                raise
            pytest.skip(f"no Chromium on this machine, and none could be fetched: {error}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serve(ROOT / "app.py") as (address, _):
        yield address


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Page:
    """One tab for all visits that do not ask for a fresh profile: a page of the app opens twice as fast in it."""
    return tab_of(browser)


def tab_of(browser: Browser, **options) -> Page:
    profile = browser.new_context(**options)
    profile.add_init_script(COUNT_RUNS)
    return profile.new_page()


class Visit:
    """A tab, and what its console complained about; what it sent to its server since it was opened."""

    def __init__(
        self, tab: Page, width: int = 1280, scheme: str = "light", motion: str = "no-preference"
    ) -> None:
        self.page, self.complaints, self.sent = tab, [], []
        self._events = {"pageerror": self._stumble, "console": self._hear, "websocket": self._watch}
        for name, heard in self._events.items():
            tab.on(name, heard)
        tab.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
        tab.emulate_media(media="screen", color_scheme=scheme, reduced_motion=motion)
        tab.mouse.up()

    def _stumble(self, error) -> None:
        self.complaints.append(str(error))

    def _hear(self, message) -> None:
        if message.type == "error" and not any(part in message.location["url"] for part in EXPECTED):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _watch(self, socket) -> None:
        socket.on("framesent", self._count)

    def _count(self, frame) -> None:
        self.sent.append(frame)

    def end(self) -> None:
        for name, heard in self._events.items():
            self.page.remove_listener(name, heard)


@pytest.fixture
def visit(browser, tab):
    """Begin a visit; `fresh=True`: in a profile that has seen nothing yet."""
    visits, fresh_tabs = [], []

    def begin(fresh: bool = False, profile: dict | None = None, **options) -> Visit:
        if fresh:
            fresh_tabs.append(tab_of(browser, **(profile or {})))
        visits.append(Visit(fresh_tabs[-1] if fresh else tab, **options))
        return visits[-1]

    yield begin
    for one in visits:
        one.end()
    for opened in fresh_tabs:
        opened.context.close()
