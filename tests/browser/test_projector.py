"""A page on a projector of 1920 pixels: what the last row can read, and what a hand still holds."""

import pytest
from playwright.sync_api import expect

from benchmarks.browser import go, settle
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser

LEAST = 18  # pixels of the smallest letters
SMALL = """(least) => [...document.querySelectorAll('[data-testid=stMain] *')]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => one.checkVisibility() && !one.closest('.katex, script, style'))
  .filter((one) => one.getBoundingClientRect().width > 1)
  .map((one) => [one.textContent.trim(), one, one.closest('svg')?.currentCSSZoom ?? 1])
  .map(([words, one, zoom]) => [words, parseFloat(getComputedStyle(one).fontSize) * zoom])
  .filter(([, size]) => size < least)"""


def test_letters_are_large_the_chart_is_high_and_the_line_can_be_dragged(visit: Begin, address: str) -> None:
    one = visit()
    page = one.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    go(page, f"{address}/linear_regression?view=projector")
    assert page.evaluate(SMALL, LEAST) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    chart = present(page.locator("svg.marks").first.bounding_box())
    assert chart["height"] > 0.5 * 1080
    for key in ("lr_w", "lr_b"):
        slider = present(page.locator(f".st-key-{key}").bounding_box())
        assert slider["y"] + slider["height"] < 1080
    plot = present(
        page.locator("svg.marks >> nth=1 >> .role-frame.root path.background").first.bounding_box()
    )
    ring = present(page.locator(".nnviz-ring").last.bounding_box())
    page.mouse.move(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2, steps=3)
    page.mouse.up()
    settle(page)
    held = present(page.locator(".nnviz-ring").last.bounding_box())
    assert held["x"] + held["width"] / 2 == pytest.approx(plot["x"] + plot["width"] / 2, abs=4)
    page.get_by_role("radio", name="projector").click()
    page.wait_for_function("!location.search.includes('view')")
    expect(page.locator("h1")).to_be_visible()
    assert one.complaints == []
