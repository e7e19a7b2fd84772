"""Links in a real browser: chapters by their keys, the back button, and the terms of the glossary."""

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import go, settle
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser

SLOW = """() => {
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (data) { setTimeout(() => send.call(this, data), 500) }
}"""


def shows(page: Page, link: str, title: str) -> None:
    """Wait until the page has this link and this chapter is open, and it stays so."""
    for _ in range(2):
        page.wait_for_function("(link) => location.search === link", arg=link)
        expect(page.get_by_role("tab", selected=True)).to_have_text(title)
        settle(page)


def test_a_chapter_is_linked_by_its_key_and_the_back_button_goes_to_the_chapter_before(
    visit: Begin, address: str
) -> None:
    one = visit()
    page = one.page
    go(page, f"{address}/loss_functions?lf_chapter=classes")
    titles = page.get_by_role("tab").all_inner_texts()
    shows(page, "?lf_chapter=classes", titles[1])
    page.get_by_role("tab").nth(3).click()
    shows(page, "?lf_chapter=noise", titles[3])
    page.get_by_role("tab").nth(0).click()
    shows(page, "", titles[0])
    for move, link, title in (
        (page.go_back, "?lf_chapter=noise", titles[3]),
        (page.go_back, "?lf_chapter=classes", titles[1]),
        (page.go_forward, "?lf_chapter=noise", titles[3]),
    ):
        move()
        shows(page, link, title)
    a_page_that_is_left_is_found_again_at_its_chapter(page, titles[3])
    assert one.complaints == []


def a_page_that_is_left_is_found_again_at_its_chapter(page: Page, title: str) -> None:
    page.get_by_role("link", name="Linear regression").first.click()
    expect(page.locator("h1")).to_have_text("Linear regression")
    page.wait_for_function("!location.search.includes('lf_chapter')")
    settle(page)
    page.get_by_role("link", name="Loss functions").first.click()
    shows(page, "?lf_chapter=noise", title)


def test_back_finds_the_settings_the_tables_and_the_place_of_a_page_that_was_left(
    visit: Begin, address: str
) -> None:
    page = visit(fresh=True).page  # a history has at most 50 entries, and the shared tab has had many
    go(page, f"{address}/linear_regression")
    page.locator(".st-key-lr_w input").first.press("ArrowRight")
    page.get_by_text("Show the numbers behind every chart").click()
    page.wait_for_function(
        "() => location.search.includes('tables=true') && location.search.includes('lr_w')"
    )
    settle(page)
    link, entries = page.evaluate("[location.search, history.length]")
    main = page.get_by_test_id("stMain")
    main.evaluate("(main) => main.scrollTo({top: 300})")
    page.get_by_role("link", name="Gradient descent").first.click()
    expect(page.locator("h1")).to_have_text("Gradient descent")
    page.wait_for_function("location.search === '?tables=true'")
    settle(page)
    assert page.evaluate("history.length") == entries + 1
    page.evaluate(SLOW)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Linear regression")
    page.wait_for_function(
        "() => Math.abs(document.querySelector('[data-testid=stMain]').scrollTop - 300) < 2"
    )
    page.wait_for_function("(link) => location.search === link", arg=link)
    expect(page.locator(".st-key-tables input")).to_be_checked()


def test_a_click_on_a_term_shows_its_definition_and_the_page_stays(visit: Begin, address: str) -> None:
    page = visit(width=390).page
    go(page, f"{address}/universal_approximation?ua_chapter=bumps")
    before, term = page.url, page.get_by_role("link", name="continuous", exact=True).first
    definition = page.locator(".definition")
    assert present(term.get_attribute("title")).startswith("continuous: A function f")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        term.scroll_into_view_if_needed()  # below the picture that a phone keeps in view
        settle(page)  # because a page that is scrolled hides the definition
        term.click()
        expect(definition).to_be_visible()
        expect(definition).to_contain_text("A function f is continuous at x")
        box = present(definition.bounding_box())
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.url == before
        page.keyboard.press("Escape")
        expect(definition).to_be_hidden()
    settle(page)
    term.click()
    with page.context.expect_page() as opened:
        definition.get_by_role("link").click()
    expect(opened.value.locator("h1")).to_have_text("Glossary")
    assert opened.value.url.endswith("/glossary?term=continuous")
    opened.value.close()
    assert page.url == before
