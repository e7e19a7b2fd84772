"""What a hand moves, in a real browser, on a page of its own: grabbing, turning; without a trip to the server."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import settle
from nnviz.targets import read_drawing
from tests.browser.accessibility import COLORS, is_accessible
from tests.browser.conftest import Begin, Visit
from tests.browser.stand import drag, marks, near, plot
from tests.narrowing import present

pytestmark = pytest.mark.browser


def test_what_is_dragged_moves_at_once_and_the_server_hears_of_it_once(open_page: Begin) -> None:
    one = open_page()
    one_thing_goes_where_it_is_dragged(one)
    points_are_moved_added_and_removed(one)
    a_function_is_drawn_undone_and_kept_in_the_link(one)
    assert one.complaints == []


def one_thing_goes_where_it_is_dragged(one: Visit) -> None:
    page = one.page
    at, before = plot(page, "one"), len(one.sent)
    drag(page, at(-1, 1), at(1.5, 1.25))
    near(marks(page, "one"), [(1.5, 1.25)])
    assert len(one.sent) == before
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('one_x=1.5')")
    settle(page)
    assert len(one.sent) == before + 1
    near(marks(page, "one"), [(1.5, 1.25)])


def points_are_moved_added_and_removed(one: Visit) -> None:
    page = one.page
    at, before = plot(page, "several"), len(one.sent)
    drag(page, at(0, 1), at(0.5, 0))
    near(marks(page, "several"), [(-1, 0), (0.5, 0), (1, -1)])
    assert len(one.sent) == before
    page.mouse.up()
    expect(page.get_by_text("points [[-1.0, 0.0], [0.5, 0.0], [1.0, -1.0]]")).to_be_visible()
    settle(page)
    near(marks(page, "several"), [(-1, 0), (0.5, 0), (1, -1)])
    page.mouse.dblclick(*plot(page, "several")(1.5, 1.5))
    added = r"\[1\.0, -1\.0\], \[1\.5\d?, 1\.5\d?\]\]"  # to half a pixel
    expect(page.get_by_text(re.compile(added))).to_be_visible()
    settle(page)
    at = plot(page, "several")
    drag(page, at(-1, 0), at(-2.6, 0))
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"points \[\[0\.5, 0\.0\], " + added))).to_be_visible()


def target(page: Page) -> str:
    """The path of the drawn function's own chart."""
    return present(page.locator('.mark-line[class*=" target_"] path').first.get_attribute("d"))


def heights(page: Page) -> list[float]:
    """The drawing in the link."""
    values: list[float] = read_drawing(parse_qs(urlsplit(page.url).query)["drawn"][0]).values.tolist()
    return values


def a_function_is_drawn_undone_and_kept_in_the_link(one: Visit) -> None:
    page = one.page
    pad = page.get_by_role("slider", name="The function that you draw")
    pad.scroll_into_view_if_needed()
    begin = target(page)
    first, before = heights(page), len(one.sent)
    box = present(pad.bounding_box())
    drag(page, (box["x"] + 100, box["y"] + 40), (box["x"] + 500, box["y"] + 40))
    assert len(one.sent) == before
    assert target(page) == begin
    page.mouse.up()
    page.wait_for_function("(before) => !location.href.includes(before)", arg=urlsplit(page.url).query)
    settle(page)
    drawn = heights(page)
    assert len(one.sent) == before + 1
    assert target(page) != begin
    assert sum(a != b for a, b in zip(first, drawn, strict=True)) > 15
    page.get_by_role("button", name="Smooth").click()
    settle(page)
    assert heights(page) != drawn
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert heights(page) == drawn
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert heights(page) == first
    assert target(page) == begin
    page.get_by_role("button", name="Clear").click()
    settle(page)
    assert max(map(abs, heights(page))) < 0.001
    for share, up in ((0.1, 40), (0.7, 160)):  # the second begins before the answer to the first
        x, y = box["x"] + share * box["width"], box["y"] + up
        drag(page, (x, y), (x + 80, y))
        page.mouse.up()
    settle(page)
    drawn = heights(page)
    assert max(drawn[:32]) > 1
    assert min(drawn[32:]) < -1


def test_everything_is_moved_by_keyboard_the_surface_turns_and_all_follow_the_theme(open_page: Begin) -> None:
    one = open_page()
    a_function_is_drawn_by_keyboard(one.page)
    one_thing_is_moved_by_keyboard(one.page)
    a_key_pressed_before_the_answer_is_not_lost(one.page)
    points_are_moved_by_keyboard(one.page)
    settle(one.page)
    a_surface_turns_by_pointer_and_by_keyboard_and_follows_the_player(one)
    the_canvases_follow_the_theme_at_once_and_all_can_be_read_in_both(one.page)
    assert one.complaints == []


def a_function_is_drawn_by_keyboard(page: Page) -> None:
    pad = page.get_by_role("slider", name="The function that you draw")
    first = heights(page)
    pad.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "PageUp"):
        page.keyboard.press(key)
    page.wait_for_function("(before) => !location.href.includes(before)", arg=urlsplit(page.url).query)
    settle(page)
    moved = [k for k, (a, b) in enumerate(zip(first, heights(page), strict=True)) if abs(a - b) > 1e-9]
    assert moved == [0, 1, 2, 3, 4]
    expect(pad).to_be_focused()
    assert "x −1.88" in present(pad.get_attribute("aria-valuetext"))


def one_thing_is_moved_by_keyboard(page: Page) -> None:
    ring = page.get_by_role("slider", name="the start")
    assert ring.get_attribute("aria-valuetext") == "x 0.5, y −0.5"
    ring.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert ring.get_attribute("aria-valuetext") == "x 0.54, y −0.46"
    page.wait_for_function("() => location.search.includes('one_y=-0.46')")
    settle(page)
    expect(ring).to_be_focused()
    near(marks(page, "one"), [(0.54, -0.46)])


def a_key_pressed_before_the_answer_is_not_lost(page: Page) -> None:
    late, ring = page.get_by_text("Answer late"), page.get_by_role("slider", name="the start")
    late.click()
    settle(page, 1200)
    ring.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1100)  # the first move was sent after 450 ms, and its answer comes after 1350 ms
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('one_x=0.62')")
    settle(page, 1200)
    assert ring.get_attribute("aria-valuetext") == "x 0.62, y −0.46"
    near(marks(page, "one"), [(0.62, -0.46)])
    late.click()
    settle(page, 1200)


def points_are_moved_by_keyboard(page: Page) -> None:
    ring = page.get_by_role("slider", name="the points")
    ring.focus()
    page.keyboard.press("PageDown")
    expect(ring).to_have_attribute("aria-valuetext", "point 2 of 3: x 0, y 1")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("[0.0, 0.96]")).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.get_by_text("points [[-1.0, 0.0], [1.0, -1.0]]")).to_be_visible()
    page.keyboard.press("Delete")  # two are the least
    page.keyboard.press("Insert")
    expect(page.get_by_text("points [[-1.0, 0.0], [1.0, -1.0], [1.05, -0.95]]")).to_be_visible()


def test_a_finger_on_a_point_moves_it_and_beside_it_scrolls(open_page: Begin) -> None:
    page = open_page(fresh=True, profile={"has_touch": True, "is_mobile": True}, width=390).page
    session = page.context.new_cdp_session(page)

    def stroke(x: float, y: float, down: float) -> None:
        for k in range(6):
            where = [{"x": x, "y": y + down * k / 5}]
            session.send(
                "Input.dispatchTouchEvent", {"type": "touchMove" if k else "touchStart", "touchPoints": where}
            )
            page.wait_for_timeout(30)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        settle(page)

    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    at, before = plot(page, "several"), page.evaluate(scrolled)
    stroke(*at(0, 1), at(0, 0)[1] - at(0, 1)[1])
    near(marks(page, "several"), [(-1, 0), (0, 0), (1, -1)])
    at, before = plot(page, "several"), page.evaluate(scrolled)
    stroke(*at(1.6, 1.6), -90)
    page.wait_for_function(f"(before) => ({scrolled})() > before", arg=before)


def solid(page: Page, unlike: str = "") -> str:
    """The surface's picture, once it rests and is another: how many colors it has, and what tells it from others."""
    picture: str = page.locator("canvas[role=img]").evaluate(
        """async (canvas, unlike) => {
          const look = () => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            const pixels = new Uint32Array(data.buffer)
            return new Set(pixels).size + ' ' + pixels.reduce((sum, one) => (Math.imul(sum, 31) + one) | 0, 7) }
          for (let before = '', tries = 0; ; tries++) {
            await new Promise((done) => setTimeout(done, 200))
            const now = look()
            if (now === before && (now !== unlike || tries > 50)) return now
            before = now
          } }""",
        unlike,
    )
    return picture


def a_surface_turns_by_pointer_and_by_keyboard_and_follows_the_player(one: Visit) -> None:
    page = one.page
    canvas = page.locator("canvas[role=img]")
    canvas.scroll_into_view_if_needed()
    before, first = len(one.sent), solid(page)
    assert int(first.split()[0]) > 200
    box = present(canvas.bounding_box())
    drag(page, (box["x"] + 300, box["y"] + 200), (box["x"] + 400, box["y"] + 220))
    page.mouse.up()
    dragged = solid(page, first)
    assert dragged != first
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    turned = solid(page, dragged)
    assert turned != dragged
    page.keyboard.press("Home")
    assert solid(page, turned) == first
    page.get_by_role("radio", name="half of it").check()
    half = solid(page, first)
    assert half != first
    page.get_by_role("radio", name="loss").check()
    assert solid(page, half) == first
    page.get_by_role("slider", name="step").focus()
    page.keyboard.press("Home")
    at_start = solid(page, first)
    assert at_start != first  # the path is at its start
    page.keyboard.press("End")
    assert solid(page, at_start) == first
    assert len(one.sent) == before


def the_canvases_follow_the_theme_at_once_and_all_can_be_read_in_both(page: Page) -> None:
    is_accessible(page)
    page.locator("canvas[role=img]").scroll_into_view_if_needed()
    light = solid(page)
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert solid(page, light) != light
    ink = """(canvas) => { const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let bright = 0
      for (let k = 0; k < data.length; k += 4) if (data[k + 3] > 200 && data[k] > 200) bright += 1
      return bright }"""
    assert page.locator("canvas[role=slider]").evaluate(ink) > 50  # the pad's labels are pale now
    is_accessible(page, *COLORS)
