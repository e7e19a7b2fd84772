"""Inside the network in a real browser: numbers that move under the hand, phases that play, chapters that are whole."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.browser import go, hold, settle

pytestmark = pytest.mark.browser


def opened(page: Page, address: str, **link: str) -> None:
    go(page, f"{address}/inside_the_network?" + "&".join(f"{key}={value}" for key, value in link.items()))


def diagram(page: Page) -> list[str]:
    """All words and numbers of the diagram."""
    return page.locator("[data-testid=stVegaLiteChart]").first.locator("svg text").all_text_contents()


def phase_shown(page: Page) -> int:
    """The number in its circle before the words of the phase."""
    return next("①②③④⑤⑥⑦⑧⑨".index(text[0]) + 1 for text in diagram(page) if re.match("[①-⑨] ", text))


@pytest.mark.parametrize(("activation", "phases"), [("Tanh", (9, 8)), ("ReLU", (7,)), ("GELU", (6,))])
def test_every_number_moves_before_release_and_is_the_servers_after(visit, address, activation, phases):
    page = visit().page
    opened(page, address, in_activation=activation, in_pass="Update")
    for phase in phases:
        page.get_by_role("slider", name="phase").focus()
        page.keyboard.press("End")
        for _ in range(9 - phase):
            page.keyboard.press("ArrowLeft")
        settle(page)
        assert phase_shown(page) == phase
        numbers_move_before_release_and_are_the_servers_after(page)


def numbers_move_before_release_and_are_the_servers_after(page: Page) -> None:
    for key, by in [("in_x", -40), ("in_y", 60), ("in_by", 50)]:
        before, link = diagram(page), page.url
        hold(page, key, by)
        held = diagram(page)
        assert len(set(before) - set(held)) >= 3, "a change runs through many numbers"
        page.mouse.up()
        page.wait_for_function("(link) => location.href !== link", arg=link)
        settle(page)
        seen = sorted(text for text in held if text != "…")  # the loss after the step has no preview
        assert set(seen) <= set(after := diagram(page)), sorted(set(seen) ^ set(after))


def test_the_phases_play_step_by_step_and_an_update_moves_the_sliders_and_the_link(visit, address):
    page = visit().page
    opened(page, address, in_pass="Forward")
    assert phase_shown(page) == 1
    bar = page.get_by_role("slider", name="phase")
    bar.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert phase_shown(page) == 2
    page.keyboard.press("End")
    settle(page)
    assert phase_shown(page) == 9
    page.get_by_role("button", name="Play").click()
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    expect(chart.locator("svg text", has_text=re.compile("^② ")).first).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("radio", name="Backward").click()
    settle(page)
    assert phase_shown(page) == 5
    page.get_by_role("button", name="One update").click()
    page.wait_for_function("() => location.search.includes('in_w1')")
    settle(page)
    assert "in_c=" in page.url


def test_an_operation_is_written_into_the_ledger_and_the_link(visit, address):
    page = visit().page
    opened(page, address, in_chapter="The+ledger+of+units")
    page.get_by_role("button", name="Write it in").click()
    settle(page)
    expect(page.get_by_text("The same function.")).to_be_visible()
    page.wait_for_function("() => location.search.includes('in_ledger')")
    assert page.get_by_label("The ledger: what was done").input_value() == "flip 1; flip 1"


def test_trained_networks_are_drawn(visit, address):
    one = visit()
    opened(one.page, address, in_chapter="Width+or+depth", in_steps="500")
    one.page.get_by_text("Train them").last.click()
    expect(one.page.get_by_text("Error: the median of five seeds")).to_be_visible(timeout=90_000)
    expect(one.page.locator("[aria-live=polite]").filter(has_text="Trained. Median errors")).to_have_count(1)
    assert one.complaints == []
