"""The running app in a real browser: what no test of Python alone can see."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.browser import ROOT, go, settle
from nnviz.lessons.pages import PAGES
from tests.browser.accessibility import COLORS, WIDTH, is_accessible
from tests.browser.conftest import Begin, Scheme
from tests.narrowing import present

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
BREAKS = """() => [...document.querySelectorAll('[data-testid=stHorizontalBlock]:has(.katex-display)')]
  .filter((row) => !row.querySelector('[data-testid=stHorizontalBlock]'))
  .map((row) => getComputedStyle(row).breakInside)"""
LINKS = {"loss_functions": "lf_repeat=true"}  # what is hidden at first, and is looked at here too


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_chapters_stand_on_every_screen_in_light_and_dark_and_on_paper(
    visit: Begin, address: str, name: str
) -> None:
    one = visit(motion="reduce")
    go(one.page, f"{address}/{'' if name == 'home' else name}?{LINKS.get(name, '')}")
    expect(one.page.locator("h1")).to_have_text(PAGES[name].title)
    for screen in ((1920, 1080), *IDEA_FIRST.get(name, ())):
        shows_its_first_chart(one.page, *screen)
    on_paper(one.page, "light")
    one.page.set_viewport_size({"width": 1280, "height": 900})
    one.page.emulate_media(media="screen")
    for _ in chapters(one.page):
        stands(one.page)
    all_chapters_are_accessible(one.page, 1280)
    one.page.emulate_media(color_scheme="dark")  # once for all chapters: each change draws every chart again
    if name == "home":  # the menu of a wide screen, which is the same on every page
        is_accessible(one.page, *COLORS)
    one.page.set_viewport_size({"width": 390, "height": 844})
    for _ in chapters(one.page):
        stands(one.page)
    all_chapters_are_accessible(one.page, 390, *COLORS, WIDTH)
    on_paper(one.page, "dark")
    assert one.complaints == []


def chapters(page: Page) -> Iterator[None]:
    """Open each chapter, the first one last."""
    tabs = page.get_by_role("tab").all()
    nothing: list[Locator | None] = [None]
    for tab in [*tabs[1:], *tabs[:1]] or nothing:
        if tab is not None:
            tab.click()
            expect(tab).to_have_attribute("aria-selected", "true")
        settle(page)
        yield


HIDE = "(all) => { for (const style of document.querySelectorAll('#nnviz-chapters')) style.disabled = !all }"


def all_chapters_are_accessible(page: Page, width: int, *rules: str) -> None:
    """Show the chapters that were opened below each other, on a screen as high as they are.

    axe reads the whole document each time it is asked, and of that it judges only what is on the screen.
    """
    page.evaluate(HIDE, False)
    height = page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollHeight")
    page.set_viewport_size({"width": width, "height": height + 100})
    settle(page)
    is_accessible(page, *rules)
    page.evaluate(HIDE, True)


def stands(page: Page) -> None:
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(TOO_WIDE) == []


def shows_its_first_chart(page: Page, width: int, height: int) -> None:
    """On a screen of that size the first chart is there without scrolling."""
    page.set_viewport_size({"width": width, "height": height})
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, 0)")
    settle(page)
    stands(page)
    box = present(page.locator("svg.marks").first.bounding_box())
    assert box["y"] + box["height"] <= height
    assert box["width"] > min(480, 0.8 * width)  # a drawn network may stand beside it


def test_a_phone_keeps_the_picture_of_a_chapter_beside_its_controls(visit: Begin, address: str) -> None:
    """The last control of each chapter is in the middle of the screen, and the picture is still above it."""
    page = visit(width=390).page
    for chapter, key in (("gradient_descent", "gd_x"), ("inside_the_network?in_chapter=folding", "in_folds")):
        go(page, f"{address}/{chapter}")
        page.locator(f".st-key-{key}").evaluate("(control) => control.scrollIntoView({block: 'center'})")
        settle(page)
        chart = present(page.locator(".st-key-kept_in_view svg.marks").bounding_box())
        control = present(page.locator(f".st-key-{key}").bounding_box())
        assert 0 <= chart["y"] < chart["y"] + chart["height"] <= max(control["y"], 500) < 844


def on_paper(page: Page, scheme: Scheme) -> None:
    """Charts and formulas are whole, nothing is wider than the paper, nothing plays, and ink differs from paper."""
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    page.emulate_media(media="print", color_scheme=scheme)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    drawn = page.locator("svg.marks").evaluate_all(
        "(all) => all.map((svg) => svg.getBoundingClientRect().width)"
    )
    assert drawn
    assert all(100 < width <= 794 for width in drawn)
    assert set(page.evaluate(BREAKS)) <= {"avoid"}
    assert page.get_by_role("button", name="Play", exact=True).count() == 0
    ink, paper = page.evaluate(
        """() => {
          const of = (color) => color.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)
          const style = (selector) => getComputedStyle(document.querySelector(selector))
          return [of(style('h1').color), of(style('[data-testid=stApp]').backgroundColor)] }"""
    )
    assert abs(ink - paper) > 450


def test_the_typed_function_is_drawn_or_leaves_the_picture_and_a_copied_link_restores_the_view(
    visit: Begin, address: str
) -> None:
    page = visit().page
    go(page, f"{address}/universal_approximation?ua_chapter=train")
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
    expect(page.get_by_text("This input is not valid")).to_be_visible()
    settle(page)
    assert curve(page) == typed
    box.fill("cos(3x)")
    box.press("Enter")
    expect(page.get_by_text("This input is not valid")).to_have_count(0)
    page.locator(".st-key-ua_width input").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('ua_width=17')")
    settle(page)
    link, drawn = page.url, curve(page)
    assert "ua_f=cos" in link
    go(page, link)  # in a session of its own
    assert curve(page) == drawn


def test_files_that_are_no_tables_are_said_and_the_picture_stays(visit: Begin, address: str) -> None:
    """Which files are tables is tested in tests/data."""
    one = visit()
    go(one.page, f"{address}/linear_regression?lr_data=own&lr_best=true")
    uploader = one.page.locator("[data-testid=stFileUploader] input[type=file]")
    refused = one.page.get_by_text("This input is not valid.")
    for name, count in (("ok", 0), ("binary", 1), ("ok_semicolon", 0), ("empty", 1)):
        uploader.set_input_files(ROOT / "tests" / "fixtures" / "bad_csv" / f"{name}.csv")
        expect(refused).to_have_count(count)
        settle(one.page)
        assert one.page.locator("[data-testid=stException]").count() == 0, name
        assert curve(one.page), name
    assert one.complaints == []
