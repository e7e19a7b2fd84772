import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.browser import ROOT, chromium, serve

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


class Visit:
    """A fresh browser profile, and what its console complained about."""

    def __init__(self, browser: Browser, width: int = 1280, scheme: str = "light") -> None:
        height = 900 if width > 600 else 844
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message) -> None:
        if message.type == "error" and not any(part in message.location["url"] for part in EXPECTED):
            self.complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture
def visit(browser):
    visits = []

    def begin(**options) -> Visit:
        visits.append(Visit(browser, **options))
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()
