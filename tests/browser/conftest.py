import os
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, WebSocket, expect, sync_playwright

from benchmarks.browser import COUNT_RUNS, ROOT, chromium, go, serve, settle

# Streamlit looks for its server below a deep link's path first; the browser reports that as two failed loads.
EXPECTED = ("_stcore/health", "_stcore/host-config")

expect.set_options(timeout=20_000)  # a loaded machine is slow, and nothing waits longer than it must

Scheme = Literal["light", "dark"]
Motion = Literal["no-preference", "reduce"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = chromium(playwright)
        except Exception as error:
            if os.environ.get("NNVIZ_BROWSER") == "skip":
                pytest.skip(f"NNVIZ_BROWSER=skip, and there is no Chromium: {error}")
            raise
        yield browser
        browser.close()


class Server(NamedTuple):
    """Where the app is served, and what the first visitor of this server saw."""

    address: str
    first_menu: list[str]


@pytest.fixture(scope="session")
def server(tab: Page) -> Iterator[Server]:
    with serve(ROOT / "app.py") as (address, _):
        go(tab, f"{address}/loss_functions")
        yield Server(address, tab.get_by_test_id("stTopNavLink").all_inner_texts())


@pytest.fixture(scope="session")
def address(server: Server) -> str:
    return server.address


@pytest.fixture(scope="session")
def stand() -> Iterator[str]:
    """The address of the page of pages/hand.py."""
    colors = "--theme.light.primaryColor=#0b62a8", "--theme.dark.primaryColor=#5aaeea"  # as the app has them
    with serve(ROOT / "tests" / "browser" / "pages" / "hand_app.py", *colors) as (address, _):
        yield address


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Page:
    """One tab for all visits that do not ask for a fresh profile: a page of the app opens twice as fast in it."""
    return tab_of(browser)


def tab_of(browser: Browser, **options: Any) -> Page:
    profile = browser.new_context(**options)
    profile.add_init_script(COUNT_RUNS)
    return profile.new_page()


class Visit:
    """A tab, and what its console complained about; what it sent to its server since it was opened."""

    def __init__(
        self, tab: Page, width: int = 1280, scheme: Scheme = "light", motion: Motion = "reduce"
    ) -> None:
        self.page = tab
        self.complaints: list[str] = []
        self.sent: list[str | bytes] = []
        tab.on("pageerror", self._stumble)
        tab.on("console", self._hear)
        tab.on("websocket", self._watch)
        tab.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
        tab.emulate_media(media="screen", color_scheme=scheme, reduced_motion=motion)
        tab.mouse.up()

    def _stumble(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.location["url"] for part in EXPECTED):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framesent", self._count)

    def _count(self, frame: str | bytes) -> None:
        self.sent.append(frame)

    def end(self) -> None:
        self.page.remove_listener("pageerror", self._stumble)
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("websocket", self._watch)


class Begin(Protocol):
    """What the fixture `visit` is: a function that begins a visit."""

    def __call__(
        self,
        fresh: bool = False,
        profile: dict[str, Any] | None = None,
        *,
        width: int = 1280,
        scheme: Scheme = "light",
        motion: Motion = "reduce",
    ) -> Visit: ...


@pytest.fixture
def visit(browser: Browser, tab: Page) -> Iterator[Begin]:
    """Begin a visit; `fresh=True`: in a profile that has seen nothing yet.

    Animations take a third of the work of opening a page, so only what plays is visited with them.
    """
    visits: list[Visit] = []
    fresh_tabs: list[Page] = []

    def begin(fresh: bool = False, profile: dict[str, Any] | None = None, **options: Any) -> Visit:
        if fresh:
            fresh_tabs.append(tab_of(browser, **(profile or {})))
        visits.append(Visit(fresh_tabs[-1] if fresh else tab, **options))
        return visits[-1]

    yield begin
    for one in visits:
        one.end()
    for opened in fresh_tabs:
        opened.context.close()


@pytest.fixture
def open_page(visit: Begin, stand: str) -> Begin:
    """Begin a visit to the page of pages/hand.py."""

    def begin(*given: Any, **options: Any) -> Visit:
        one = visit(*given, **options)
        go(one.page, stand)
        one.page.wait_for_selector(".nnviz-ring >> nth=1")
        settle(one.page)
        return one

    return begin
