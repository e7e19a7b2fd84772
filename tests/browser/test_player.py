"""The player in a real browser: steps, keys, playing with and without motion; without a trip to the server."""

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import settle
from tests.browser.conftest import Begin, Visit
from tests.browser.stand import marks
from tests.narrowing import present

pytestmark = pytest.mark.browser
COUNT_WORDS = """(bar) => {
  window.said = []
  const write = () => said.push(bar.getAttribute("aria-valuetext"))
  new MutationObserver((changes) => changes.forEach(write)).observe(bar, { attributeFilter: ["aria-valuetext"] })
}"""


def test_a_player_steps_plays_and_keeps_its_place(open_page: Begin) -> None:
    one = open_page()
    it_steps_scrubs_and_is_led_by_keys(one)
    it_plays_in_stops_for_less_motion(one.page)
    one.page.emulate_media(reduced_motion="no-preference")
    it_plays_pauses_and_stops_at_the_end(one)
    it_keeps_its_place_when_a_run_of_as_many_frames_arrives(one.page)
    a_chart_that_is_drawn_anew_hears_where_it_is(one.page)
    assert one.complaints == []


def frame(page: Page) -> int:
    """Where the chart of the player is: its dot is at frame / 10 - 1."""
    settle(page)
    ((x, _),) = marks(page, "played")
    return round((x + 1) * 10)


def it_steps_scrubs_and_is_led_by_keys(one: Visit) -> None:
    page = one.page
    before = len(one.sent)
    bar = page.get_by_role("slider", name="step")
    assert frame(page) == 20
    page.get_by_role("button", name="Step back").click()
    page.get_by_role("button", name="Step back").click()
    assert frame(page) == 18
    expect(page.get_by_text("step 90 / 100").first).to_be_visible()
    page.get_by_role("button", name="Step forward").click()
    assert frame(page) == 19
    bar.focus()
    for key, at in (("Home", 0), ("ArrowRight", 1), ("Shift+ArrowRight", 11), ("ArrowLeft", 10), ("End", 20)):
        page.keyboard.press(key)
        assert frame(page) == at
    assert bar.get_attribute("aria-valuetext") == "step 100 / 100"
    assert len(one.sent) == before
    for target in (*page.get_by_role("group", name="Player").get_by_role("button").all(), bar):
        box = present(target.bounding_box())
        assert box["height"] >= 44
        assert box["width"] >= 44


def listen(page: Page) -> None:
    """Write down each frame that is shown from now on."""
    page.evaluate(
        "() => { window.seen = []; addEventListener('nnviz-live', (e) => seen.push(e.detail.walk_frame)) }"
    )


def it_plays_in_stops_for_less_motion(page: Page) -> None:
    listen(page)
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => seen.at(-1) === 20 && seen.length > 1")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stops = page.evaluate("() => [...new Set(seen)]")
    assert stops == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]


def it_plays_pauses_and_stops_at_the_end(one: Visit) -> None:
    page = one.page
    before = len(one.sent)
    bar = page.get_by_role("slider", name="step")
    bar.focus()
    page.get_by_label("Speed").select_option("4")
    listen(page)
    page.keyboard.press(" ")
    page.wait_for_function("() => seen.includes(0) && seen.at(-1) === 20")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert frame(page) == 20
    page.get_by_label("Speed").select_option("0.25")
    bar.evaluate(COUNT_WORDS)
    button = present(page.get_by_role("button", name="Play").element_handle())
    button.click()
    page.wait_for_function("(pause) => window.nnviz.live.walk_frame > 1 && (pause.click(), true)", arg=button)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    at = frame(page)
    assert 0 < at < 20
    assert page.evaluate(
        "() => [...new Set(said)].length === said.length"
    )  # nothing is written between two frames
    page.wait_for_timeout(500)
    assert frame(page) == at
    assert len(one.sent) == before


def it_keeps_its_place_when_a_run_of_as_many_frames_arrives(page: Page) -> None:
    bar = page.get_by_role("slider", name="step")
    bar.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    assert frame(page) == 10
    page.locator(".st-key-one_x input").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('one_x')")
    settle(page)
    assert frame(page) == 10
    expect(page.get_by_text("Now from x = 0.55.")).to_have_count(1)  # for those who hear the page


def a_chart_that_is_drawn_anew_hears_where_it_is(page: Page) -> None:
    page.get_by_role("slider", name="step").focus()
    page.keyboard.press("Home")
    assert frame(page) == 0
    drawn = page.locator('svg.marks:has([class*=" played_layer_"])').evaluate(
        "(svg) => (window.drawn = svg) && true"
    )
    assert drawn
    page.locator(".st-key-anew label").first.click()
    page.wait_for_function("() => !window.drawn.isConnected")
    settle(page)
    assert frame(page) == 0
