"""The chapters on gradient descent in a real browser: what follows the hand, what plays, and no complaint."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import go, hold, settle
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser


def drawn(page: Page, kind: str, chart: int = 0) -> str:
    """The drawn paths of the marks of a kind in a chart."""
    paths = page.locator("[data-testid=stVegaLiteChart]").nth(chart).locator(f"svg .mark-{kind} path")
    return " ".join(paths.nth(i).get_attribute("d") or "" for i in range(paths.count()))


def unit_lengths(page: Page) -> list[float]:
    """How many pixels the labels 0 and 2 of both axes of the first chart are apart, for each unit."""
    lengths: list[float] = page.evaluate(
        """() => ['x', 'y'].map((axis) => {
          const labels = [...document.querySelector('svg.marks').querySelectorAll('.role-axis-label text')]
            .filter((label) => label.closest('.role-axis').getAttribute('aria-label').startsWith(axis.toUpperCase()))
          const [zero, two] = ['0', '2'].map((text) => {
            const box = labels.find((label) => label.textContent === text).getBoundingClientRect()
            return axis === 'x' ? box.x + box.width / 2 : box.y + box.height / 2 })
          return Math.abs(two - zero) / 2 })"""
    )
    return lengths


def test_the_race_is_played_its_start_moved_and_it_is_run_again_while_a_slider_is_held(
    visit: Begin, address: str
) -> None:
    one = visit()
    go(one.page, f"{address}/gradient_descent")
    the_race_is_played_and_its_start_moved_by_keyboard_and_by_hand(one.page)
    the_race_is_run_again_while_a_hand_holds_a_slider(one.page)
    a_slider_that_is_put_back_leaves_the_race_as_it_was(one.page)
    settings_of_a_closed_popover_stay(one.page)
    assert one.complaints == []


def the_race_is_played_and_its_start_moved_by_keyboard_and_by_hand(page: Page) -> None:
    across, up = unit_lengths(page)
    assert across == pytest.approx(up, rel=0.02)
    page.get_by_role("slider", name="update", exact=True).focus()
    page.keyboard.press("End")
    settle(page)
    whole = drawn(page, "line")
    page.keyboard.press("Home")
    settle(page)
    assert len(drawn(page, "line")) < len(whole) / 4
    page.keyboard.press("End")
    settle(page)
    assert drawn(page, "line") == whole
    ring = page.locator(".nnviz-ring")
    ring.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('gd_x')")
    settle(page)
    moved, box = drawn(page, "line"), present(ring.bounding_box())
    assert moved != whole
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] - 60, steps=5)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('gd_y')")
    settle(page)
    assert drawn(page, "line") != moved


def the_race_is_run_again_while_a_hand_holds_a_slider(page: Page) -> None:
    before = drawn(page, "line")
    for key in ("gd_rate", "gd_kappa"):
        hold(page, key, 60)
        settle(page)
        held = drawn(page, "line")
        assert held != before
        assert key not in page.url
        page.mouse.up()
        page.wait_for_function("(key) => location.search.includes(key)", arg=key)
        settle(page)
        assert drawn(page, "line") == held
        before = held


def a_slider_that_is_put_back_leaves_the_race_as_it_was(page: Page) -> None:
    before, link = drawn(page, "line"), page.url
    assert "gd_rate=" in link
    thumb = present(page.locator(".st-key-gd_rate input").bounding_box())
    hold(page, "gd_rate", -120)
    settle(page)
    assert drawn(page, "line") != before
    page.mouse.move(thumb["x"] + 1, thumb["y"] + thumb["height"] / 2)
    page.mouse.up()
    settle(page, 400)
    assert drawn(page, "line") == before
    assert page.url == link


def test_the_phases_of_an_update_are_chosen_and_name_themselves(visit: Begin, address: str) -> None:
    page = visit().page
    go(page, f"{address}/gradient_descent?gd_chapter=one_update&gd_one=adam")
    chart = page.locator("[data-testid=stVegaLiteChart] svg").first
    expect(chart).to_contain_text("5 · Step")
    page.get_by_text("1 · Gradient", exact=True).first.click()
    settle(page)
    expect(chart).to_contain_text("1 · Gradient")
    first = drawn(page, "rule")
    page.get_by_text("3 · Squared gradients", exact=True).first.click()
    settle(page)
    expect(chart).to_contain_text("3 · Squared gradients")
    assert drawn(page, "rule") != first or drawn(page, "rect")


def settings_of_a_closed_popover_stay(page: Page) -> None:
    page.get_by_role("button", name="Noise").click()
    slider = page.locator(".st-key-gd_noise input")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => location.search.includes('gd_noise=2')")
    page.keyboard.press("Escape")
    settle(page)
    link = page.url
    page.locator(".st-key-gd_rate input").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(link) => location.href !== link", arg=link)
    settle(page)
    assert "gd_noise=2" in page.url
    expect(page.locator("table")).to_contain_text("above the minimum")


def test_settings_are_shared_by_the_chapters_and_data_by_the_pages(visit: Begin, address: str) -> None:
    page = visit().page
    link = "gd_surface=himmelblau&gd_optimizers=adam&gd_steps=300"
    go(page, f"{address}/gradient_descent?{link}")
    page.get_by_role("tab", name="In three dimensions").click()
    settle(page)
    assert "gd_steps=300" in page.url
    opened = page.locator(".st-key-chapter_in_3d")
    expect(opened.get_by_text(re.compile(r"update \d+ / 300"))).to_be_visible()
    opened.locator(".st-key-gd_rate input").first.press("ArrowRight")  # the link still hears what is shared
    page.wait_for_function("() => location.search.includes('gd_rate=2')", timeout=20000)
    page.get_by_role("tab", name="Optimizers side by side").click()
    settle(page)
    assert "gd_steps=300" in page.url
    assert "himmelblau" in page.url
    go(page, f"{address}/gradient_descent?gd_surface=line&lr_n=77")
    expect(page.get_by_text("Data from the page Linear regression (A line, 77 points)")).to_be_visible()
    page.get_by_role("link", name="Linear regression").first.click()
    page.wait_for_function(
        "() => location.pathname === '/linear_regression' && location.search.includes('lr_n=77')"
    )
