"""Test the page "Inside the network" in a real browser: dragged numbers, the player of the phases, every chapter."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.browser import go, hold, settle
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser


def opened(page: Page, address: str, **link: str) -> None:
    go(page, f"{address}/inside_the_network?" + "&".join(f"{key}={value}" for key, value in link.items()))


def diagram(page: Page) -> list[str]:
    """All words and numbers of the diagram."""
    return page.locator("[data-testid=stVegaLiteChart]").first.locator("svg text").all_text_contents()


def shows_phase(page: Page, phase: int) -> None:
    """Wait until the diagram shows the words of that phase."""
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    words = chart.locator("svg text", has_text=re.compile(f"^{'①②③④⑤⑥⑦⑧⑨'[phase - 1]} "))
    expect(words.first).to_be_visible()


@pytest.mark.parametrize(("activation", "phase"), [("Tanh", 9), ("ReLU", 8), ("GELU", 6)])
def test_every_number_moves_before_release_and_is_the_servers_after(
    visit: Begin, address: str, activation: str, phase: int
) -> None:
    page = visit().page
    opened(page, address, in_activation=activation, in_pass="update")
    page.get_by_role("slider", name="phase").focus()
    page.keyboard.press("End")
    for _ in range(9 - phase):
        page.keyboard.press("ArrowLeft")
    shows_phase(page, phase)
    expect(page.get_by_role("radio", name="Update" if phase == 9 else "Backward")).to_be_checked()
    settle(page)
    counted = {9: [], 8: ["10 of 10 derivatives"], 6: ["4 of 10 derivatives"]}
    assert [words for words in diagram(page) if "derivatives" in words] == counted[phase]
    numbers_move_before_release_and_are_the_servers_after(page)


def numbers_move_before_release_and_are_the_servers_after(page: Page) -> None:
    for key, by in [("in_x", -40), ("in_y", 60), ("in_varied", 50)]:
        before, link = diagram(page), page.url
        hold(page, key, by)
        held = diagram(page)
        assert len(set(before) - set(held)) >= 3, "a change runs through many numbers"
        page.mouse.up()
        page.wait_for_function("(link) => location.href !== link", arg=link)
        settle(page)
        after = diagram(page)
        assert set(held) == set(after), sorted(set(held) ^ set(after))


@pytest.mark.parametrize(
    ("key", "link", "phase"),
    [("ArrowLeft", {"in_pass": "update"}, 9), ("End", {"in_pass": "backward", "in_c": "0.5"}, 8)],
)
def test_after_a_key_press_the_page_shows_what_a_new_visitor_sees(
    visit: Begin, address: str, key: str, link: dict[str, str], phase: int
) -> None:
    """The last one also needs higher axes, which the server draws."""
    page = visit().page
    opened(page, address, **link)
    shows_phase(page, phase)
    settle(page)
    before = everything_shown(page)
    page.locator(".st-key-in_x input").first.focus()
    page.keyboard.press(key)
    page.wait_for_function("() => location.search.includes('in_x')")
    settle(page)
    after = everything_shown(page)
    assert all(old != new for old, new in zip(before, after, strict=True))
    page.reload()
    page.wait_for_selector("[data-testid=stVegaLiteChart] svg", timeout=30_000)
    shows_phase(page, phase)
    settle(page)
    assert everything_shown(page) == after


def everything_shown(page: Page) -> tuple[list[str], list[str], list[str], list[str]]:
    """The numbers of the diagram, the shapes of the plot, the formulas, and what the update changes."""
    shapes = "svg => [...svg.querySelectorAll('.mark-symbol path, text')].map((e) => e.outerHTML)"
    plot = page.locator("[data-testid=stVegaLiteChart]").nth(1).locator("svg").first.evaluate(shapes)
    formulas = page.locator(".katex-mathml").all_text_contents()
    changes = page.get_by_text("One update with").all_text_contents()
    return sorted(diagram(page)), plot, formulas, changes  # texts that come and go change their order


def test_the_phases_play_step_by_step_and_an_update_moves_the_sliders_and_the_link(
    visit: Begin, address: str
) -> None:
    page = visit(motion="no-preference").page
    opened(page, address, in_pass="forward")
    shows_phase(page, 1)
    bar = page.get_by_role("slider", name="phase")
    bar.focus()
    page.keyboard.press("ArrowRight")
    shows_phase(page, 2)
    page.keyboard.press("End")
    shows_phase(page, 9)
    page.get_by_role("radio", name="Loss").click()
    shows_phase(page, 4)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("radio", name="Backward")).to_be_checked()  # it follows while the player plays
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("radio", name="Forward").click()
    shows_phase(page, 1)
    page.get_by_role("radio", name="Backward").click()
    shows_phase(page, 5)
    settle(page)
    page.get_by_role("button", name="Make one update").click()
    page.wait_for_function("() => location.search.includes('in_w1')")
    settle(page)
    assert "in_c=" in page.url


def test_the_chosen_pass_and_the_formulas_follow_the_player(visit: Begin, address: str) -> None:
    page = visit().page
    opened(page, address)
    bar = page.get_by_role("slider", name="phase")
    for key, phase, chosen, title, link in [
        ("Home", 1, "Forward", "Forward pass", "?in_pass=forward"),
        ("End", 9, "Update", "One update by gradient descent", "?in_pass=update"),
        ("ArrowLeft", 8, "Backward", "Backward pass by the chain rule", ""),  # a page begins with it
        ("ArrowLeft", 7, "Backward", "Backward pass by the chain rule", ""),
    ]:
        bar.focus()
        page.keyboard.press(key)
        expect(page.get_by_text(title, exact=True)).to_be_visible()
        shows_phase(page, phase)
        expect(page.get_by_role("radio", name=chosen)).to_be_checked()
        page.wait_for_function("(link) => location.search === link", arg=link)
    a_unit_lights_up_in_the_diagram_and_in_the_plot(page)


def a_unit_lights_up_in_the_diagram_and_in_the_plot(page: Page) -> None:
    """Whoever chooses a unit, in the diagram or at its tick, by mouse or keyboard, sees what it adds to the output."""
    charts = page.locator("[data-testid=stVegaLiteChart]")
    curves = charts.nth(1).locator("svg .mark-line path")
    lines = curves.count()
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    worked = charts.first.locator("svg text", has_text=re.compile("^∂L/∂z. = .* · "))
    expect(worked).to_have_text("∂L/∂z₁ = 4.0527 · 1 · 0.070651 = 0.286")
    point_at(page, charts.first.locator("svg text", has_text=re.compile("^∂L/∂z₂ = −1.36$")))
    page.wait_for_function("nnviz.live.in_unit === 2")
    expect(curves).to_have_count(lines + 1)
    expect(worked).to_have_text("∂L/∂z₂ = 4.0527 · (−0.8) · 0.41997 = −1.36")
    page.mouse.move(0, 0)
    page.wait_for_function("nnviz.live.in_unit === null")
    point_at(page, charts.nth(1).locator("svg text", has_text=re.compile("^z₃$")))
    page.wait_for_function("nnviz.live.in_unit === 3")
    page.mouse.move(0, 0)
    page.get_by_role("group", name="Units of the network").first.focus()
    for key, unit in (
        ("ArrowRight", "1"),
        ("ArrowDown", "2"),
        ("ArrowUp", "1"),
        ("ArrowLeft", "3"),
        ("Escape", "null"),
    ):
        page.keyboard.press(key)
        page.wait_for_function(f"nnviz.live.in_unit === {unit}")


def point_at(page: Page, words: Locator) -> None:
    """Move the mouse to the middle of a text."""
    box = present(words.first.bounding_box())
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_an_operation_is_added_to_the_edits_and_the_link(visit: Begin, address: str) -> None:
    page = visit().page
    opened(page, address, in_chapter="symmetries")
    page.get_by_role("button", name="Apply").click()
    settle(page)
    expect(page.get_by_text("The function did not change.")).to_be_visible()
    page.wait_for_function("() => location.search.includes('in_edits')")
    expect(page.get_by_label("edits so far, separated by semicolons")).to_have_value("flip 1; flip 1")


def test_trained_networks_are_drawn(visit: Begin, address: str) -> None:
    one = visit()
    opened(one.page, address, in_chapter="width_or_depth", in_steps="500")
    one.page.get_by_text("Train the networks").last.click()
    expect(one.page.get_by_text("Each error is measured on 1000 test points.")).to_be_visible(timeout=90_000)
    expect(one.page.locator("[aria-live=polite]").filter(has_text="The networks are trained.")).to_have_count(
        1
    )
    assert one.complaints == []
