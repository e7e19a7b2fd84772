"""Chapters in a real browser: what stays on the page, what is drawn again, and what is drawn beforehand."""

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.browser import go, settle
from tests.browser.conftest import Begin

pytestmark = pytest.mark.browser


def chapter(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-chapter_{key}")


def rate(page: Page, key: str) -> Locator:
    return chapter(page, key).locator(".st-key-gd_rate input")


def turn(page: Page, key: str) -> None:
    """Go to the next chapter or the one before by a key, and wait until everything is drawn."""
    page.get_by_role("tab", selected=True).focus()
    page.keyboard.press(key)
    settle(page)


def test_a_chapter_stays_on_the_page_until_a_setting_that_it_shares_changes_elsewhere(
    visit: Begin, address: str
) -> None:
    one = visit()
    page = one.page
    go(page, f"{address}/gradient_descent")
    chapter(page, "race").locator("svg.marks").first.evaluate("(svg) => { svg.dataset.seen = 'race' }")
    turn(page, "ArrowRight")
    expect(chapter(page, "one_update").locator("svg.marks")).to_be_visible()
    expect(chapter(page, "race").locator("svg.marks").first).to_be_hidden()
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    turn(page, "ArrowLeft")
    expect(page.locator("svg.marks[data-seen=race]")).to_be_visible()  # the same drawing
    rate(page, "race").press("ArrowRight")
    page.wait_for_function("location.search.includes('gd_rate=2')")
    settle(page)
    turn(page, "ArrowRight")
    expect(rate(page, "one_update")).to_have_attribute("aria-valuetext", "2")
    rate(page, "one_update").press("ArrowRight")
    page.wait_for_function("location.search.includes('gd_rate=5')")
    settle(page)
    turn(page, "ArrowLeft")
    expect(rate(page, "race")).to_have_attribute("aria-valuetext", "5")
    assert "gd_rate=5" in page.url
    assert one.complaints == []


def test_a_tab_under_the_pointer_lets_its_chapter_be_drawn_and_is_in_view_on_a_phone(
    visit: Begin, address: str
) -> None:
    one = visit()
    page = one.page
    go(page, f"{address}/inside_the_network")
    page.get_by_role("tab", name="Folding").hover()
    expect(chapter(page, "folding").locator("svg.marks").first).to_be_attached()
    settle(page)
    expect(page.get_by_role("tab", selected=True)).not_to_have_text("Folding")
    expect(chapter(page, "folding").locator("svg.marks").first).to_be_hidden()
    sent = len(one.sent)
    page.get_by_role("tab", name="Folding").click()
    expect(chapter(page, "folding").locator("svg.marks").first).to_be_visible()
    settle(page)
    assert len(one.sent) == sent + 1
    page.set_viewport_size({"width": 390, "height": 844})
    for key, tab in (("End", "Width or depth"), ("Home", "Forward and backward")):
        page.get_by_role("tab", selected=True).press(key)
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tab", name=tab)).to_be_in_viewport(ratio=0.99)
    assert one.complaints == []
