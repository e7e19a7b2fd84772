"""A finger on a phone: it scrolls over a slider and a surface, drags a thumb, and the menu closes after a choice."""

import pytest
from playwright.sync_api import CDPSession, Page, expect

from benchmarks.browser import go, settle
from tests.browser.conftest import Begin

pytestmark = pytest.mark.browser

PLACES = """(key) => {
  const input = document.querySelector(`.st-key-${key} input`)
  input.closest('[data-testid=stSlider]').scrollIntoView({ block: 'center' })
  const middle = ({ x, y, width, height }, share) => [x + share * width, y + height / 2]
  const track = input.closest('[style*=relative]').getBoundingClientRect()
  return [middle(input.closest('[style*=absolute]').getBoundingClientRect(), 0.5), middle(track, 0.2)] }"""


def swipe(page: Page, finger: CDPSession, x: float, y: float, right: float, down: float) -> None:
    for step in range(7):
        point = {"x": x + right * step / 6, "y": y + down * step / 6}
        kind = "touchMove" if step else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        page.wait_for_timeout(20)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)  # the page glides on


def scrolled(page: Page) -> float:
    return float(page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTop"))


def test_a_finger_scrolls_over_what_it_could_move_and_the_menu_closes(visit: Begin, address: str) -> None:
    one = visit(fresh=True, profile={"has_touch": True, "is_mobile": True}, width=390)
    page = one.page
    go(page, f"{address}/gradient_descent?gd_chapter=in_3d")
    finger, slider = page.context.new_cdp_session(page), page.locator(".st-key-gd_rate input").first
    value = slider.input_value()
    for place in range(2):  # the thumb, the track
        x, y = page.evaluate(PLACES, "gd_rate")[place]
        before = scrolled(page)
        swipe(page, finger, x, y, 0, -150)
        page.wait_for_function(
            "(before) => document.querySelector('[data-testid=stMain]').scrollTop > before + 50", arg=before
        )
        assert slider.input_value() == value
    x, y = page.evaluate(PLACES, "gd_rate")[0]
    swipe(page, finger, x + 12, y + 8, 60, 0)
    expect(slider).not_to_have_value(value)
    settle(page)
    surface = page.locator(".surface canvas").first
    x, y = surface.evaluate(
        "(all) => { all.scrollIntoView({ block: 'center' }); const r = all.getBoundingClientRect()\n"
        "  return [r.x + r.width / 2, r.y + r.height / 2] }"
    )
    before = scrolled(page)
    swipe(page, finger, x, y, 0, -150)
    page.wait_for_function(
        "(before) => document.querySelector('[data-testid=stMain]').scrollTop > before + 50", arg=before
    )
    page.get_by_test_id("stExpandSidebarButton").tap()
    menu = page.get_by_test_id("stSidebar").get_by_role("link", name="Glossary")
    menu.tap()
    expect(page.locator("h1")).to_have_text("Glossary")
    expect(menu).not_to_be_in_viewport()
    assert one.complaints == []
