"""The link of a page in a real browser: it has all settings, is copied, and is a code on the whole screen."""

import re

import pytest
from playwright.sync_api import expect

from benchmarks.browser import go, settle
from nnviz.web import text
from nnviz.web.sharing import draw_code
from tests.browser.conftest import Begin

pytestmark = pytest.mark.browser

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })"
SQUARES = "(path) => path.getAttribute('d').match(/h(\\d+)/g).reduce((n, run) => n + Number(run.slice(1)), 0)"


def test_the_link_of_a_page_is_shown_copied_and_drawn(visit: Begin, address: str) -> None:
    one = visit(width=390)
    page = one.page
    link = f"{address}/universal_approximation?ua_chapter=bumps"
    go(page, f"{link}&embed_options=disable_scrolling")
    page.get_by_role("button", name=text.SHARE).click()
    expect(page.get_by_label(text.LINK_OF_PAGE, exact=True)).to_have_value(link)
    short = page.get_by_label(text.SHORT_LINK, exact=True)
    expect(short).to_have_value(re.compile(f"^{address}/s/[a-z2-9]+$"))
    squares = page.locator(".shown > .code path")
    expect(squares).to_be_visible()
    assert squares.evaluate(SQUARES) == "".join(draw_code(short.input_value())).count("1")
    page.evaluate(NO_CLIPBOARD)
    page.get_by_role("button", name=text.COPY_LINK).click()
    expect(page.locator(".told", has_text=text.SHARE_TEXTS["selected"])).to_be_visible()
    page.get_by_role("button", name=text.QR_LARGE).click()
    large = page.get_by_role("button", name=text.QR_CLOSE)
    expect(large).to_be_visible()
    large.click()
    expect(large).to_be_hidden()
    settle(page)
    page.goto(short.input_value())
    expect(page).to_have_url(link)
    assert one.complaints == []
