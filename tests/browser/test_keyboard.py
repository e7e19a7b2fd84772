"""Every page by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import go, settle
from nnviz.lessons.pages import PAGES
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser

MOST_TABS = 120
# page -> its main control; then what is played or pressed: a player by its name, a button by its label
CONTROL = {
    "linear_regression": "lr_w",
    "gradient_descent": "gd_rate",
    "loss_functions": "lf_outlier",
    "universal_approximation": "ua_width",
    "inside_the_network": "in_x",
}
PLAYERS = {
    "gradient_descent": "gd_frame",
    "universal_approximation": "ua_frame",
    "inside_the_network": "in_phase",
}

LINKS = {
    "universal_approximation": "?ua_chapter=train"
}  # where the control is on another chapter than the first

# The element that has the focus, also inside of a component.
FOCUSED = """() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  const host = element.getRootNode().host ?? element
  const place = host.closest('[class*=st-key-]')?.className ?? ''
  return [element.ariaLabel || element.innerText || element.tagName, place] }"""


def tab_to(page: Page, label: str | None, place: str = "") -> None:
    """Press Tab until the focus is on what has this label, in the element of that key."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        name, classes = page.evaluate(FOCUSED)
        if (label is None or name.strip() == label) and (not place or f"st-key-{place}" in classes.split()):
            return
    raise AssertionError(f"{MOST_TABS} presses of Tab do not lead to {label or place}")


SAID = "document.querySelector('[data-testid=stMain]').innerText"


def words(page: Page) -> str:
    """What the page says, chart labels and formulas included."""
    said: str = page.evaluate(SAID)
    return said


def other_words(page: Page, before: str) -> None:
    """Wait until the page says something else, and is at rest."""
    page.wait_for_function(f"(before) => {SAID} !== before", arg=before)
    settle(page)


@pytest.mark.parametrize("name", [name for name in PAGES if name != "home"])
def test_a_lesson_by_keyboard_alone(visit: Begin, address: str, name: str) -> None:
    one = visit()
    page = one.page
    go(page, f"{address}/{name}{LINKS.get(name, '')}")
    tab_to(page, None, CONTROL[name])
    before = words(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(key) => location.search.includes(key)", arg=f"{CONTROL[name]}=")
    other_words(page, before)
    assert CONTROL[name] in page.evaluate(FOCUSED)[1]  # the focus stays where the hand is
    if name == "linear_regression":
        tab_to(page, "Make 1 update")
        before = words(page)
        page.keyboard.press("Enter")
        other_words(page, before)
    if name in PLAYERS:
        play_by_keyboard(page, PLAYERS[name])
    assert one.complaints == []


def play_by_keyboard(page: Page, frame: str) -> None:
    player = page.locator(f".st-key-player_{frame}")
    said = player.locator("output")
    end = said.inner_text()
    tab_to(page, "Play", f"player_{frame}")
    page.keyboard.press("Home")
    expect(said).not_to_have_text(end)
    begin = said.inner_text()
    page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(begin)
    page.keyboard.press("Space")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    page.keyboard.press("End")
    last = present(player.get_by_role("slider").get_attribute("max"))
    expect(player.get_by_role("slider")).to_have_value(last)
