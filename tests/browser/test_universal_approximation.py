"""The page of the theorem under a hand: what is dragged moves before it is released, without the server."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import go, hold, settle

pytestmark = pytest.mark.browser


def opened(visit, address: str, link: str) -> Page:
    page = visit().page
    go(page, f"{address}/universal_approximation?{link}")
    return page


def drawn(page: Page, chart: int, marks: str) -> list[str]:
    """The shapes and places of some marks of the page's chart of that number."""
    shapes = page.locator("[data-testid=stVegaLiteChart]").nth(chart).locator(f"svg .{marks}.role-mark > *")
    return shapes.evaluate_all(
        "(all) => all.map((one) => `${one.getAttribute('d')} ${one.getAttribute('transform')}`)"
    )


DRAGGED = {
    "": [
        ("ua_many", [(0, "mark-line")]),
        ("ua_epsilon", [(0, "mark-area"), (1, "mark-area"), (2, "mark-rule")]),
    ],
    "ua_hand=One+unit&ua_stop=At+a+jump": [
        ("ub_w", [(0, "mark-line")]),
        ("ua_steep", [(4, "mark-line")]),
    ],
    "ua_hand=A+bump": [("ub_high", [(0, "mark-line")])],
}


@pytest.mark.parametrize("link", DRAGGED)
def test_what_is_dragged_moves_before_it_is_released(visit, address, link):
    page = opened(visit, address, link)
    for key, places in DRAGGED[link]:
        before, url = [drawn(page, *place) for place in places], page.url
        hold(page, key, -60)
        held = [drawn(page, *place) for place in places]
        assert all(before)
        assert all(now != then for now, then in zip(held, before, strict=True))
        assert page.url == url
        page.mouse.up()
        page.wait_for_function("(key) => location.search.includes(key)", arg=key)
        settle(page)
        assert [drawn(page, *place) for place in places] == held


def test_a_knot_is_dragged_into_the_tube_with_a_live_score(visit, address):
    page = opened(visit, address, "ua_hand=By+your+hand")
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    score = chart.locator("svg .mark-text.role-mark text")
    box = page.get_by_label("Heights at evenly spaced knots")
    knot = chart.locator("svg .mark-symbol.role-mark path").nth(2).bounding_box()
    x, y = knot["x"] + knot["width"] / 2, knot["y"] + knot["height"] / 2
    before, url = score.text_content(), page.url
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40)
    page.mouse.move(x, y - 80)
    settle(page)
    held = score.text_content()
    assert held != before
    assert page.url == url
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('ua_heights')")
    settle(page)
    assert score.text_content() == held
    heights = [float(height) for height in box.input_value().split()]
    assert heights[2] > 0.3
    assert not any(heights[:2] + heights[3:])


def line(page: Page, chart: int, number: int) -> tuple[list[float], float]:
    """The numbers of the path of a chart's line, and how opaque it is."""
    path = page.locator("[data-testid=stVegaLiteChart]").nth(chart).locator("svg .mark-line path").nth(number)
    opacity = float(path.evaluate("(path) => getComputedStyle(path).opacity"))
    return [float(found) for found in re.findall(r"-?[\d.]+", path.get_attribute("d"))], opacity


def test_the_target_follows_the_hand_that_draws_and_what_is_old_is_pale(visit, address):
    """The server is not asked for the target; and a network of the target before is not shown beside it as its own."""
    page = opened(visit, address, "ua_source=Drawn&ua_prove=true")
    box = page.get_by_role("slider", name="The function drawn").bounding_box()
    first, url = line(page, 0, 0)[0], page.url
    score = page.locator("[data-testid=stVegaLiteChart]").first.locator("svg .mark-text.role-mark text").first
    page.mouse.move(box["x"] + 100, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 40, steps=8)
    settle(page)
    proved = page.locator(".st-key-said_of_price")
    assert proved.evaluate("(said) => getComputedStyle(said).opacity") == "0.3"
    by_hand, trained = (
        page.locator(f".st-key-{key} .said[aria-live]") for key in ("ua_many_follow", "player_ua_frame")
    )
    assert by_hand.text_content() == trained.text_content() == ""
    (held, _), (_, opacity) = line(page, 0, 0), line(page, 0, 1)
    assert held != first
    assert opacity == pytest.approx(0.2)
    assert score.text_content() == ""
    assert page.url == url
    page.mouse.up()
    page.wait_for_function("(url) => location.href !== url", arg=url)
    settle(page)
    (answered, _), (_, opacity) = line(page, 0, 0), line(page, 0, 1)
    assert answered == pytest.approx(held, abs=0.01)
    assert opacity == pytest.approx(1)
    assert score.text_content().startswith("max |f − N|")
    assert proved.evaluate("(said) => getComputedStyle(said).opacity") == "1"
    expect(by_hand).to_have_text(re.compile(r"24 hidden units: largest error \d"))
    expect(trained).to_have_text(re.compile(r"Trained: largest error \d"))
    page.locator(".st-key-ua_source").get_by_text("Formula").click()
    settle(page)
    assert line(page, 0, 0)[0] == pytest.approx(first, abs=0.5)
    assert page.evaluate("nnvizLive.ua_drawn") is None
    the_player_keeps_its_place(page)


def the_player_keeps_its_place(page: Page) -> None:
    """Whoever stands in the middle of a run sees the next one there, though its frames are sent on demand."""
    player = page.locator(".st-key-player_ua_frame")
    player.get_by_role("slider").focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => 'ua_frame' in nnvizLive")
    settle(page, 400)
    page.keyboard.press("Shift+ArrowRight")
    place = player.locator("small").inner_text()
    assert place.startswith("frame 11 of")
    for width in (17, 18):
        page.locator(".st-key-ua_width input").first.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(width) => location.search.includes(`ua_width=${width}`)", arg=width)
        settle(page, 500)
        assert player.locator("small").inner_text().startswith("frame 11 of")
        assert page.evaluate("nnvizLive.ua_frame") == 10
