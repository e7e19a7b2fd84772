"""What a hand moves, in a real browser, on a page of its own: grabbing, turning; without a trip to the server."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from benchmarks.browser import ROOT, go, serve, settle
from nnviz.functions import read_drawing

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stand():
    colors = "--theme.light.primaryColor=#0b62a8", "--theme.dark.primaryColor=#5aaeea"  # as the app has them
    with serve(ROOT / "tests" / "browser" / "pages" / "hand.py", *colors) as (address, _):
        yield address


@pytest.fixture
def open_page(visit, stand):
    def begin(**options) -> Page:
        one = visit(**options)
        go(one.page, stand)
        one.page.wait_for_selector(".nnviz-ring >> nth=1", timeout=30_000)
        settle(one.page)
        one.page.sent, one.page.complaints = one.sent, one.complaints
        return one.page

    return begin


def plot(page: Page, chart: str):
    """A function from data to pixels of the plot, whose axes go from -2 to 2."""
    box = page.evaluate(
        """(chart) => {
          const svg = document.querySelector(`svg.marks [class*=" ${chart}_layer_"]`).closest('svg')
          svg.scrollIntoView({block: 'center'})
          const box = svg.querySelector('.role-frame.root path.background').getBoundingClientRect()
          return [box.x, box.y, box.width, box.height] }""",
        chart,
    )
    left, top, width, height = box
    return lambda x, y: (left + (x + 2) / 4 * width, top + (2 - y) / 4 * height)


def marks(page: Page, chart: str) -> list[tuple[float, float]]:
    """Where the chart's points are drawn, as data."""
    at = plot(page, chart)
    (x0, y0), (x1, y1) = at(0, 0), at(1, 1)
    places = page.evaluate(
        """(chart) => [...document.querySelectorAll(`.mark-symbol[class*=" ${chart}_layer_"] path`)].map((mark) => {
          const box = mark.getBoundingClientRect()
          return [box.x + box.width / 2, box.y + box.height / 2] })""",
        chart,
    )
    return [((x - x0) / (x1 - x0), (y - y0) / (y1 - y0)) for x, y in places]


def near(found, wanted):
    assert len(found) == len(wanted)
    for place, other in zip(found, wanted, strict=True):
        assert place == pytest.approx(other, abs=0.06)


def drag(page: Page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    settle(page)


def test_one_thing_goes_where_it_is_dragged_and_the_server_hears_of_it_once(open_page):
    page = open_page()
    at, before = plot(page, "one"), len(page.sent)
    drag(page, at(-1, 1), at(1.5, 1.25))
    near(marks(page, "one"), [(1.5, 1.25)])
    assert len(page.sent) == before
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('one_x=1.5')")
    settle(page)
    assert len(page.sent) == before + 1
    near(marks(page, "one"), [(1.5, 1.25)])
    assert page.complaints == []


def test_one_thing_by_keyboard(open_page):
    page = open_page()
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


def test_points_are_moved_added_and_removed(open_page):
    page = open_page()
    at, before = plot(page, "several"), len(page.sent)
    drag(page, at(0, 1), at(0.5, 0))
    near(marks(page, "several"), [(-1, 0), (0.5, 0), (1, -1)])
    assert len(page.sent) == before
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
    assert page.complaints == []


def test_points_by_keyboard(open_page):
    page = open_page()
    ring = page.get_by_role("slider", name="the points")
    ring.focus()
    page.keyboard.press("PageDown")
    assert ring.get_attribute("aria-valuetext") == "point 2 of 3: x 0, y 1"
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("[0.0, 0.96]")).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.get_by_text("points [[-1.0, 0.0], [1.0, -1.0]]")).to_be_visible()
    page.keyboard.press("Delete")  # two are the least
    page.keyboard.press("Insert")
    expect(page.get_by_text("points [[-1.0, 0.0], [1.0, -1.0], [1.05, -0.95]]")).to_be_visible()


def test_a_finger_on_a_point_moves_it_and_beside_it_scrolls(open_page):
    page = open_page(fresh=True, profile={"has_touch": True, "is_mobile": True}, width=390)
    session = page.context.new_cdp_session(page)

    def stroke(x, y, down):
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
    assert page.evaluate(scrolled) > before


def solid(page: Page) -> str:
    """The surface's picture, once it rests: how many colours it has, and what tells it from others."""
    return page.locator("canvas[role=img]").evaluate(
        """async (canvas) => {
          const look = () => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            const pixels = new Uint32Array(data.buffer)
            return new Set(pixels).size + ' ' + pixels.reduce((sum, one) => (Math.imul(sum, 31) + one) | 0, 7) }
          for (let before = ''; ;) {
            await new Promise((done) => setTimeout(done, 500))
            const now = look()
            if (now === before) return now
            before = now
          } }"""
    )


def test_a_surface_turns_by_pointer_and_by_keyboard_and_follows_the_player(open_page):
    page = open_page()
    canvas = page.locator("canvas[role=img]")
    canvas.scroll_into_view_if_needed()
    before, first = len(page.sent), solid(page)
    assert int(first.split()[0]) > 200
    box = canvas.bounding_box()
    drag(page, (box["x"] + 300, box["y"] + 200), (box["x"] + 400, box["y"] + 220))
    page.mouse.up()
    dragged = solid(page)
    assert dragged != first
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    assert solid(page) != dragged
    page.keyboard.press("Home")
    assert solid(page) == first
    page.get_by_role("radio", name="half of it").check()
    assert solid(page) != first
    page.get_by_role("radio", name="loss").check()
    page.get_by_role("slider", name="step").focus()
    page.keyboard.press("Home")
    assert solid(page) != first  # the path is at its start
    page.keyboard.press("End")
    assert solid(page) == first
    assert len(page.sent) == before
    assert page.complaints == []


def target(page: Page) -> str:
    """The path of the drawn function's own chart."""
    return page.locator('.mark-line[class*=" target_"] path').first.get_attribute("d")


def heights(page: Page) -> list[float]:
    """The drawing in the link."""
    return read_drawing(parse_qs(urlsplit(page.url).query)["drawn"][0]).values.tolist()


def test_a_function_is_drawn_undone_and_kept_in_the_link(open_page):
    page = open_page()
    pad = page.get_by_role("slider", name="The function drawn")
    pad.scroll_into_view_if_needed()
    begin = target(page)
    first, before = heights(page), len(page.sent)
    box = pad.bounding_box()
    drag(page, (box["x"] + 100, box["y"] + 40), (box["x"] + 500, box["y"] + 40))
    assert len(page.sent) == before
    assert target(page) == begin
    page.mouse.up()
    page.wait_for_function("(before) => !location.href.includes(before)", arg=urlsplit(page.url).query)
    settle(page)
    drawn = heights(page)
    assert len(page.sent) == before + 1
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
    assert page.complaints == []


def test_a_function_is_drawn_by_keyboard(open_page):
    page = open_page()
    pad = page.get_by_role("slider", name="The function drawn")
    first = heights(page)
    pad.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "PageUp"):
        page.keyboard.press(key)
    page.wait_for_function("(before) => !location.href.includes(before)", arg=urlsplit(page.url).query)
    settle(page)
    moved = [k for k, (a, b) in enumerate(zip(first, heights(page), strict=True)) if abs(a - b) > 1e-9]
    assert moved == [0, 1, 2, 3, 4]
    expect(pad).to_be_focused()
    assert "x −1.88" in pad.get_attribute("aria-valuetext")


def test_the_canvases_follow_the_theme_at_once(open_page):
    page = open_page()
    page.locator("canvas[role=img]").scroll_into_view_if_needed()
    light = solid(page)
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert solid(page) != light
    ink = """(canvas) => { const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let bright = 0
      for (let k = 0; k < data.length; k += 4) if (data[k + 3] > 200 && data[k] > 200) bright += 1
      return bright }"""
    assert page.locator("canvas[role=slider]").evaluate(ink) > 50  # the pad's labels are pale now


def frame(page: Page) -> int:
    """Where the chart of the player is: its dot is at frame / 10 - 1."""
    settle(page)
    ((x, _),) = marks(page, "played")
    return round((x + 1) * 10)


def test_the_player_steps_scrubs_and_is_led_by_keys(open_page):
    page = open_page()
    before = len(page.sent)
    bar = page.get_by_role("slider", name="step")
    assert frame(page) == 20
    page.get_by_role("button", name="Step back").click()
    page.get_by_role("button", name="Step back").click()
    assert frame(page) == 18
    expect(page.get_by_text("step 90 / 100").first).to_be_visible()
    expect(page.get_by_text("frame 19 of 21")).to_be_visible()
    page.get_by_role("button", name="Step forward").click()
    assert frame(page) == 19
    bar.focus()
    for key, at in (("Home", 0), ("ArrowRight", 1), ("Shift+ArrowRight", 11), ("ArrowLeft", 10), ("End", 20)):
        page.keyboard.press(key)
        assert frame(page) == at
    assert bar.get_attribute("aria-valuetext") == "step 100 / 100"
    assert len(page.sent) == before
    for target in (*page.get_by_role("group", name="Player").get_by_role("button").all(), bar):
        box = target.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44


def listen(page: Page) -> None:
    """Write down each frame that is shown from now on."""
    page.evaluate(
        "() => { window.seen = []; addEventListener('nnviz-live', (e) => seen.push(e.detail.walk_frame)) }"
    )


def test_the_player_plays_pauses_and_stops_at_the_end(open_page):
    page = open_page()
    before = len(page.sent)
    bar = page.get_by_role("slider", name="step")
    bar.focus()
    page.get_by_label("Speed").select_option("4")
    listen(page)
    page.keyboard.press(" ")
    page.wait_for_function("() => seen.includes(0) && seen.at(-1) === 20")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert frame(page) == 20
    page.get_by_label("Speed").select_option("0.25")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => window.nnvizLive.walk_frame > 0")
    page.get_by_role("button", name="Pause").click()
    at = frame(page)
    assert 0 < at < 20
    page.wait_for_timeout(500)
    assert frame(page) == at
    assert len(page.sent) == before


def test_the_player_keeps_its_place_when_a_run_of_as_many_frames_arrives(open_page):
    page = open_page()
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


def test_a_chart_that_is_drawn_anew_hears_where_the_player_is(open_page):
    page = open_page()
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


def test_less_motion_plays_in_stops(open_page):
    page = open_page(motion="reduce")
    listen(page)
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => seen.at(-1) === 20 && seen.length > 1")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stops = page.evaluate("() => [...new Set(seen)]")
    assert stops == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_that_a_hand_moves_is_out_of_reach(open_page, scheme):
    page = open_page(scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
