"""The page of the theorem under a hand: what is dragged moves before it is released, without the server."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.browser import go, hold, settle
from nnviz.charts import text as charts_text
from nnviz.lessons.universal_approximation.by_hand.view import FIRST_HEIGHTS
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser


def opened(visit: Begin, address: str, link: str) -> Page:
    page = visit().page
    go(page, f"{address}/universal_approximation?{link}")
    return page


def drawn(page: Page, chart: int, marks: str) -> list[str]:
    """The shapes and places of some marks of the page's chart of that number."""
    shapes = page.locator("[data-testid=stVegaLiteChart]").nth(chart).locator(f"svg .{marks}.role-mark > *")
    looks: list[str] = shapes.evaluate_all(
        "(all) => all.map((one) => `${one.getAttribute('d')} ${one.getAttribute('transform')}`)"
    )
    return looks


def player_mark(page: Page) -> list[str]:
    """The place of the mark below the bar of the player, if there is one."""
    looks: list[str] = page.locator(".st-key-player_ua_frame i").evaluate_all(
        "(all) => all.map((one) => `${one.style.cssText} ${one.hidden}`)"
    )
    return looks


DRAGGED = {
    "": [("ub_w", [(0, "mark-line")])],
    "ua_chapter=bumps&ua_many=12": [
        ("ua_many", [(0, "mark-line")]),
        ("ua_epsilon_slider", [(0, "mark-area")]),
    ],
    "ua_chapter=bumps&ua_hand=bump": [("ub_high", [(0, "mark-line")])],
    "ua_chapter=train": [("ua_epsilon_slider", [(0, "mark-area"), (1, "mark-rule")])],
    "ua_chapter=limits": [("ua_steep", [(0, "mark-line")])],
}


@pytest.mark.parametrize("link", DRAGGED)
def test_what_is_dragged_moves_before_it_is_released(visit: Begin, address: str, link: str) -> None:
    page = opened(visit, address, link)
    for key, places in DRAGGED[link]:
        before, url = [drawn(page, *place) for place in places], page.url
        hold(page, key, -60)
        held, mark = [drawn(page, *place) for place in places], player_mark(page)
        assert all(before)
        assert all(now != then for now, then in zip(held, before, strict=True))
        assert page.url == url
        page.mouse.up()
        page.wait_for_function("(key) => location.search.includes(key)", arg=key.removesuffix("_slider"))
        settle(page)
        assert [drawn(page, *place) for place in places] == held
        assert player_mark(page) == mark
    if link.endswith("ua_hand=bump"):
        the_bar_stays_in_view_and_is_one_line_on_a_phone(page)


FIRST_WRONG = 7  # the number of a knot that is not on f


def test_a_knot_is_dragged_into_the_tube_with_a_live_score(visit: Begin, address: str) -> None:
    page = opened(visit, address, "ua_chapter=by_hand")
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    score = chart.locator("svg .mark-text.role-mark text", has_text="largest error")
    knot = present(chart.locator("svg .mark-symbol.role-mark path").nth(FIRST_WRONG).bounding_box())
    weight = page.locator(f".st-key-ua_hand_drawn g[data-place=v{FIRST_WRONG - 1}]")
    x, y = knot["x"] + knot["width"] / 2, knot["y"] + knot["height"] / 2
    first = [float(height) for height in FIRST_HEIGHTS.split()]
    before, url, drawn_weight = score.text_content(), page.url, weight.get_attribute("aria-valuenow")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40)
    page.mouse.move(x, y - 105)
    settle(page)
    held = score.text_content()
    assert held != before
    assert weight.get_attribute("aria-valuenow") != drawn_weight
    assert page.url == url
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('ua_heights')")
    settle(page)
    assert score.text_content() == held
    heights = [float(height) for height in parse_qs(urlsplit(page.url).query)["ua_heights"][0].split()]
    assert heights[FIRST_WRONG] > 0.3
    assert (
        heights[:FIRST_WRONG] + heights[FIRST_WRONG + 1 :] == first[:FIRST_WRONG] + first[FIRST_WRONG + 1 :]
    )
    a_unit_lights_up_in_both_and_its_weight_is_dragged(page)


def hears_the_pointer(page: Page) -> Locator:
    """The marks of the first chart that are not seen and have a tooltip."""
    return page.locator("[data-testid=stVegaLiteChart]").first.locator("svg .mark-rule line[opacity='0']")


def middle(place: Locator) -> tuple[float, float]:
    box = present(place.bounding_box())
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def a_unit_lights_up_in_both_and_its_weight_is_dragged(page: Page) -> None:
    drawing, unit = page.locator(".st-key-ua_hand_drawn"), FIRST_WRONG
    drawing.locator(f"g[data-unit='{unit}']").hover()
    page.wait_for_function("(unit) => nnviz.live.ua_net.unit === unit", arg=unit)
    expect(drawing.locator("output")).to_contain_text(re.compile(r"Unit 8 of 12: w₈ = 1, b₈ = −0.167, v₈ = "))
    page.locator("[data-testid=stVegaLiteChart]").first.hover(position={"x": 300, "y": 100})
    page.wait_for_function("(unit) => ![unit, -1].includes(nnviz.live.ua_net.unit)", arg=unit)
    page.mouse.move(1, 1)
    expect(hears_the_pointer(page)).to_have_count(0)
    page.locator("[data-testid=stVegaLiteChart]").first.hover(position={"x": 300, "y": 100})
    expect(hears_the_pointer(page)).not_to_have_count(0)
    page.mouse.move(*middle(hears_the_pointer(page).nth(50)))
    expect(page.locator("#vg-tooltip-element")).to_contain_text(charts_text.TIP_NETWORK)
    settle(page)
    weight = drawing.locator(f"g[data-place=v{unit}]")
    weight.focus()
    before = [drawn(page, 0, "mark-line"), drawn(page, 0, "mark-symbol")]
    page.keyboard.press("ArrowUp")
    settle(page)
    assert all(
        now != then for now, then in zip([drawn(page, 0, "mark-line"), drawn(page, 0, "mark-symbol")], before)
    )
    page.wait_for_function("() => !new URLSearchParams(location.search).get('ua_heights').endsWith(' 0')")
    settle(page)
    page.keyboard.press("ArrowRight")
    settle(page)
    expect(drawing.locator("g[data-place=w8]")).to_be_focused()


TARGET, NETWORK = -3, -4  # the numbers of their lines; both edges of the tube come last


def line(page: Page, chart: int, number: int) -> tuple[list[float], float]:
    """The numbers of the path of a chart's line, and how opaque it is."""
    path = page.locator("[data-testid=stVegaLiteChart]").nth(chart).locator("svg .mark-line path").nth(number)
    opacity = float(path.evaluate("(path) => getComputedStyle(path).opacity"))
    return [float(found) for found in re.findall(r"-?[\d.]+", present(path.get_attribute("d")))], opacity


def test_the_target_follows_the_hand_that_draws_and_what_is_old_is_pale(visit: Begin, address: str) -> None:
    """The server is not asked for the target; and a network of the target before is not shown beside it as its own."""
    page = opened(visit, address, "ua_chapter=train&ua_source=drawn")
    box = present(page.locator(".pad canvas").bounding_box())
    (first, _), url = line(page, 0, TARGET), page.url
    score = page.locator("[data-testid=stVegaLiteChart]").first.locator("svg .mark-text.role-mark text").first
    page.mouse.move(box["x"] + 100, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 40, steps=8)
    settle(page)
    said = page.locator(".st-key-said_of_trained")
    expect(said).to_have_css("opacity", "0.3")
    trained = page.locator(".st-key-player_ua_frame .said[aria-live]")
    expect(trained).to_have_text("")
    (held, _), (_, opacity) = line(page, 0, TARGET), line(page, 0, NETWORK)
    assert held != first
    assert opacity == pytest.approx(0.2)
    assert score.text_content() == ""
    assert page.url == url
    page.mouse.up()
    page.wait_for_function("(url) => location.href !== url", arg=url)
    expect(score).to_contain_text("300 updates: largest error = ")
    settle(page)
    (answered, _), (_, opacity) = line(page, 0, TARGET), line(page, 0, NETWORK)
    assert answered == pytest.approx(held, abs=0.01)
    assert opacity == pytest.approx(1)
    assert present(score.text_content()).startswith("300 updates: largest error = ")
    expect(said).to_have_css("opacity", "1")
    expect(trained).to_have_text(re.compile(r"The largest error is \d"))
    page.get_by_role("button", name="Choose or draw").click()
    page.locator(".st-key-ua_source").get_by_text("Formula").click()
    settle(page)
    page.keyboard.press("Escape")
    settle(page)
    assert line(page, 0, TARGET)[0] == pytest.approx(first, abs=1)  # the pad rounds heights
    page.wait_for_function("(nnviz.live.ua_drawn ?? null) === null")
    the_player_keeps_its_place(page)


def test_a_proof_is_pale_while_a_hand_draws(visit: Begin, address: str) -> None:
    page = opened(visit, address, "ua_chapter=any_epsilon&ua_source=drawn")
    box = present(page.locator(".pad canvas").bounding_box())
    proved = page.locator(".st-key-said_of_any_epsilon")
    page.mouse.move(box["x"] + 100, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 40, steps=8)
    settle(page)
    expect(proved).to_have_css("opacity", "0.3")
    page.mouse.up()
    expect(proved).to_have_css("opacity", "1")


def the_bar_stays_in_view_and_is_one_line_on_a_phone(page: Page) -> None:
    bar = page.locator(".st-key-question_bar")
    page.set_viewport_size({"width": 1280, "height": 800})
    settle(page)
    assert present(bar.bounding_box())["height"] <= 110
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, 600)")
    settle(page)
    assert 0 <= present(bar.bounding_box())["y"] < 100
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, 0)")
    settle(page)
    assert present(bar.bounding_box())["height"] < 60
    expect(page.get_by_label("f(x)", exact=True)).not_to_be_visible()
    page.get_by_role("button", name="f(x) = sin(2πx) on [−1, 1], ε = 0.1").click()
    settle(page)
    expect(page.get_by_label("f(x)", exact=True)).to_be_visible()


def the_player_keeps_its_place(page: Page) -> None:
    """Whoever stands in the middle of a run sees the next one there, though its frames are sent on demand."""
    player = page.locator(".st-key-player_ua_frame")
    player.get_by_role("slider").focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => 'ua_frame' in nnviz.live")
    settle(page, 400)
    page.keyboard.press("Shift+ArrowRight")
    expect(player.get_by_role("slider")).to_have_value("10")
    for width in (17, 18):
        page.locator(".st-key-ua_width input").first.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(width) => location.search.includes(`ua_width=${width}`)", arg=width)
        settle(page, 500)
        assert player.get_by_role("slider").input_value() == "10"
        assert page.evaluate("nnviz.live.ua_frame") == 10
