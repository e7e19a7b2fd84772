"""The running app in a real browser: what no test of Python alone can see."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from benchmarks.browser import CHART, ROOT, settle
from nnviz.ui import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]  # one server, one browser


def go(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(CHART, state="attached", timeout=30_000)
    settle(page, 400)


def curve(page: Page) -> str:
    """The drawn paths of the lines of the page's first chart."""
    paths = page.locator("[data-testid=stVegaLiteChart]").first.locator("svg .mark-line path")
    return " ".join(paths.nth(i).get_attribute("d") or "" for i in range(paths.count()))


LINKS = {"loss_functions": "lf_repeat=true"}  # what is hidden at first, and is looked at here too


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_chapters_stand_in_light_and_dark(visit, address, name, width):
    one = visit(width=width)
    go(one.page, f"{address}/{'' if name == 'home' else name}?{LINKS.get(name, '')}")
    expect(one.page.locator("h1")).to_have_text("nnviz" if name == "home" else PAGES[name].title)
    for number in range(max(one.page.get_by_role("tab").count(), 1)):
        if number:
            one.page.get_by_role("tab").nth(number).click()
            one.page.wait_for_timeout(200)
        for scheme in ("dark", "light"):
            one.page.emulate_media(color_scheme=scheme)
            settle(one.page, 300)
            assert one.page.locator("[data-testid=stException]").count() == 0
            assert one.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            if width > 600:
                found = Axe().run(one.page).response["violations"]
                assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert one.complaints == []


def test_the_first_deep_link_of_a_fresh_server_has_the_menu(visit, address):
    one = visit()
    go(one.page, f"{address}/loss_functions")
    expect(one.page.get_by_role("link", name="Gradient descent")).to_be_visible()


def test_a_typed_function_redraws_the_chart(visit, address):
    page = visit().page
    go(page, f"{address}/universal_approximation")
    before = curve(page)
    box = page.get_by_label("f(x)", exact=True)
    box.fill("|x| - 0.5")
    box.press("Enter")
    settle(page)
    assert curve(page) != before


def test_a_formula_that_cannot_be_read_leaves_the_picture(visit, address):
    page = visit().page
    go(page, f"{address}/universal_approximation")
    before = curve(page)
    box = page.get_by_label("f(x)", exact=True)
    box.fill("sin(2πx")
    box.press("Enter")
    expect(page.get_by_text("This does not work")).to_be_visible()
    settle(page)
    assert curve(page) == before


def test_a_copied_link_restores_the_view(visit, address):
    page = visit().page
    go(page, f"{address}/universal_approximation")
    box = page.get_by_label("f(x)", exact=True)
    box.fill("cos(3x)")
    box.press("Enter")
    settle(page)
    page.locator(".st-key-ua_width input").first.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    link, drawn = page.url, curve(page)
    assert "ua_f=cos" in link
    assert "ua_width=17" in link
    other = visit().page
    go(other, link)
    assert curve(other) == drawn


def test_a_dragged_slider_moves_the_line_before_it_is_released(visit, address):
    page = visit().page
    go(page, f"{address}/linear_regression")
    thumb = page.locator(".st-key-lr_w input").first.evaluate(
        "(input) => { const r = input.closest('div').getBoundingClientRect(); return [r.x, r.y] }"
    )
    before = curve(page)
    page.mouse.move(*thumb)
    page.mouse.down()
    for step in range(1, 5):
        page.mouse.move(thumb[0] + 15 * step, thumb[1])
    page.wait_for_timeout(150)
    held = curve(page)
    assert held != before
    assert "lr_w" not in page.url
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('lr_w')")
    settle(page)
    assert curve(page) == held


def test_settings_survive_a_change_of_page(visit, address):
    page = visit().page
    go(page, f"{address}/linear_regression?lr_w=0.5")
    page.get_by_role("link", name="Loss functions").first.click()
    settle(page)
    page.get_by_role("link", name="Linear regression").first.click()
    settle(page)
    assert "lr_w=0.5" in page.url


TABLES = {"ok", "ok_crlf_bom", "ok_semicolon", "ok_tab", "dup_x", "latin1", "text_in_numbers"}


def test_files_that_are_no_tables_are_said_and_the_picture_stays(visit, address):
    one = visit()
    go(one.page, f"{address}/linear_regression?lr_data=A+CSV+file")
    uploader = one.page.locator("[data-testid=stFileUploader] input[type=file]")
    for file in sorted((ROOT / "tests" / "data" / "bad_csv").glob("*.csv")):
        uploader.set_input_files(file)
        settle(one.page, 300)
        assert one.page.locator("[data-testid=stException]").count() == 0, file.name
        assert curve(one.page), file.name
        refused = one.page.get_by_text("This does not work as it stands").count() == 1
        assert refused != (file.stem in TABLES), file.name
    assert one.complaints == []
