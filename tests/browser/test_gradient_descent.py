"""The chapters on gradient descent in a real browser: what follows the hand, what plays, and no complaint."""

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import go, hold, settle

pytestmark = pytest.mark.browser


def drawn(page: Page, kind: str, chart: int = 0) -> str:
    """The drawn paths of the marks of a kind in a chart."""
    paths = page.locator("[data-testid=stVegaLiteChart]").nth(chart).locator(f"svg .mark-{kind} path")
    return " ".join(paths.nth(i).get_attribute("d") or "" for i in range(paths.count()))


def test_the_race_is_played_and_its_start_moved_by_keyboard_and_by_hand(visit, address):
    page = visit().page
    go(page, f"{address}/gradient_descent")
    whole = drawn(page, "line")
    page.get_by_role("slider", name="step", exact=True).focus()
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
    moved, box = drawn(page, "line"), ring.bounding_box()
    assert moved != whole
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] - 60, steps=5)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('gd_y')")
    settle(page)
    assert drawn(page, "line") != moved


def test_the_race_is_run_again_while_a_hand_holds_a_slider(visit, address):
    one = visit()
    page = one.page
    go(page, f"{address}/gradient_descent")
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
    assert one.complaints == []


def test_a_slider_that_is_put_back_leaves_the_race_as_it_was(visit, address):
    page = visit().page
    go(page, f"{address}/gradient_descent?gd_rate=0.5")
    before = drawn(page, "line")
    thumb = page.locator(".st-key-gd_rate input").bounding_box()
    hold(page, "gd_rate", 120)
    settle(page)
    assert drawn(page, "line") != before
    page.mouse.move(thumb["x"] + 1, thumb["y"] + thumb["height"] / 2)
    page.mouse.up()
    settle(page, 400)
    assert drawn(page, "line") == before
    assert "gd_rate=0.5" in page.url


def test_the_phases_of_an_update_play_and_name_themselves(visit, address):
    page = visit().page
    go(page, f"{address}/gradient_descent?gd_chapter=One+update+in+slow+motion&gd_one=Adam")
    chart = page.locator("[data-testid=stVegaLiteChart] svg").first
    expect(chart).to_contain_text("5 · Step")
    page.get_by_role("slider", name="phase").focus()
    page.keyboard.press("Home")
    expect(chart).to_contain_text("1 · Slope")
    first = drawn(page, "rule")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(chart).to_contain_text("3 · Squares")
    assert drawn(page, "rule") != first or drawn(page, "rect")


def test_settings_of_a_closed_popover_stay(visit, address):
    page = visit().page
    go(page, f"{address}/gradient_descent")
    page.get_by_role("button", name="Noise").click()
    slider = page.locator(".st-key-gd_noise input")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => location.search.includes('gd_noise=2')")
    page.keyboard.press("Escape")
    settle(page)
    page.locator(".st-key-gd_rate input").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => location.search.includes('gd_rate')")
    settle(page)
    assert "gd_noise=2" in page.url
    expect(page.locator("table")).to_contain_text("above the least")


def test_settings_are_shared_by_the_chapters_and_data_by_the_pages(visit, address):
    page = visit().page
    link = "gd_surface=Himmelblau%27s+four+valleys&gd_optimizers=Adam&gd_steps=300"
    go(page, f"{address}/gradient_descent?{link}")
    page.get_by_role("tab", name="In three dimensions").click()
    settle(page)
    assert "gd_steps=300" in page.url
    expect(page.get_by_text("step 300 / 300")).to_be_visible()
    page.locator(".st-key-gd_rate input").first.press("ArrowRight")  # the link still hears what is shared
    page.wait_for_function("() => location.search.includes('gd_rate=2')", timeout=5000)
    page.get_by_role("tab", name="The race").click()
    settle(page)
    assert "gd_steps=300" in page.url
    assert "Himmelblau" in page.url
    go(page, f"{address}/gradient_descent?gd_surface=Risk+of+a+line+on+the+data+of+page+1&lr_n=77")
    expect(page.get_by_text("The data of page 1: A line, 77 points")).to_be_visible()
    page.get_by_role("link", name="Linear regression").first.click()
    page.wait_for_function(
        "() => location.pathname === '/linear_regression' && location.search.includes('lr_n=77')"
    )
