"""The running app in a real browser: what no test of Python alone can see."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from benchmarks.browser import ROOT, go, settle
from nnviz.ui import PAGES

pytestmark = pytest.mark.browser


def curve(page: Page) -> str:
    """The drawn paths of the lines of the page's first chart."""
    paths = page.locator("[data-testid=stVegaLiteChart]").first.locator("svg .mark-line path")
    return " ".join(paths.nth(i).get_attribute("d") or "" for i in range(paths.count()))


TOO_WIDE = """() => [...document.querySelectorAll("[data-testid=stMarkdownContainer] table")]
  .filter((table) => table.checkVisibility() && table.offsetWidth > table.parentElement.clientWidth + 1)
  .map((table) => table.innerText)"""
IDEA_FIRST = {  # further screens without scrolling
    "universal_approximation": [(1280, 800), (390, 844)],
    "inside_the_network": [(1280, 800), (390, 844)],
}
LINKS = {"loss_functions": "lf_repeat=true"}  # what is hidden at first, and is looked at here too


@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_chapters_stand_on_every_screen_in_light_and_dark_and_on_paper(visit, address, name):
    one = visit(width=390, scheme="dark")
    go(one.page, f"{address}/{'' if name == 'home' else name}?{LINKS.get(name, '')}")
    expect(one.page.locator("h1")).to_have_text("nnviz" if name == "home" else PAGES[name].title)
    for page in chapters(one.page):
        stands(page)
        is_accessible(page, "scrollable-region-focusable")  # the rest does not depend on the width
    one.page.set_viewport_size({"width": 1280, "height": 900})
    for scheme in ("dark", "light"):
        one.page.emulate_media(color_scheme=scheme)
        for page in chapters(one.page):
            stands(page)
            is_accessible(page)
    for screen in (*IDEA_FIRST.get(name, ()), (1920, 1080)):
        shows_its_first_chart(one.page, *screen)
    one.page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    for scheme in ("light", "dark"):
        one.page.emulate_media(media="print", color_scheme=scheme)
        settle(one.page)
        on_paper(one.page)
    assert one.complaints == []


def chapters(page: Page) -> Iterator[Page]:
    """The page with each of its chapters open, the first one last."""
    tabs = page.get_by_role("tab").all()
    for tab in [*tabs[1:], *tabs[:1]] or [None]:
        if tab is not None:
            tab.click()
        settle(page)
        yield page


def stands(page: Page) -> None:
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(TOO_WIDE) == []


def is_accessible(page: Page, *rules: str) -> None:
    """By these rules of axe, or by all of them."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, options=options).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def shows_its_first_chart(page: Page, width: int, height: int) -> None:
    """On a screen of that size the first chart is there without scrolling."""
    page.set_viewport_size({"width": width, "height": height})
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, 0)")
    settle(page)
    stands(page)
    box = page.locator("svg.marks").first.bounding_box()
    assert box["y"] + box["height"] <= height
    assert box["width"] > min(600, 0.8 * width)


def on_paper(page: Page) -> None:
    """Nothing is wider than the paper, the charts are there, no player to press, and ink differs from paper."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    drawn = page.locator("svg.marks").evaluate_all(
        "(all) => all.map((svg) => svg.getBoundingClientRect().width)"
    )
    assert drawn
    assert all(100 < width <= 794 for width in drawn)
    assert page.get_by_role("button", name="Play", exact=True).count() == 0
    ink, paper = page.evaluate(
        """() => {
          const of = (color) => color.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)
          const style = (selector) => getComputedStyle(document.querySelector(selector))
          return [of(style('h1').color), of(style('[data-testid=stApp]').backgroundColor)] }"""
    )
    assert abs(ink - paper) > 450


def test_the_typed_function_is_drawn_or_leaves_the_picture_and_a_copied_link_restores_the_view(
    visit, address
):
    page = visit().page
    go(page, f"{address}/universal_approximation")
    before = curve(page)
    box = page.get_by_label("f(x)", exact=True)
    box.fill("cos(3x)")
    box.press("Enter")
    page.wait_for_function("() => location.search.includes('ua_f=cos')")
    settle(page)
    typed = curve(page)
    assert typed != before
    box.fill("sin(2πx")
    box.press("Enter")
    expect(page.get_by_text("This does not work")).to_be_visible()
    settle(page)
    assert curve(page) == typed
    box.fill("cos(3x)")
    box.press("Enter")
    expect(page.get_by_text("This does not work")).to_have_count(0)
    page.locator(".st-key-ua_width input").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('ua_width=17')")
    settle(page)
    link, drawn = page.url, curve(page)
    assert "ua_f=cos" in link
    other = visit(fresh=True).page
    go(other, link)
    assert curve(other) == drawn


TABLES = {"ok", "ok_crlf_bom", "ok_semicolon", "ok_tab", "dup_x", "latin1", "text_in_numbers"}


def test_files_that_are_no_tables_are_said_and_the_picture_stays(visit, address):
    one = visit()
    go(one.page, f"{address}/linear_regression?lr_data=A+CSV+file")
    uploader = one.page.locator("[data-testid=stFileUploader] input[type=file]")
    for file in sorted((ROOT / "tests" / "data" / "bad_csv").glob("*.csv")):
        uploader.set_input_files(file)
        settle(one.page, 400)  # the file is on its way before a run is asked for
        assert one.page.locator("[data-testid=stException]").count() == 0, file.name
        assert curve(one.page), file.name
        refused = one.page.get_by_text("This does not work as it stands").count() == 1
        assert refused != (file.stem in TABLES), file.name
    assert one.complaints == []
