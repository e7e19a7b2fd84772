"""A student's screen in a real browser: it joins, answers, shows what the teacher shows, and follows."""

import pytest
from playwright.sync_api import expect

from nnviz.classroom import room
from nnviz.classroom.text import SCREEN_TEXTS
from nnviz.store import open_store
from tests.browser.conftest import Begin

pytestmark = pytest.mark.browser

PUBLISHED = "document.querySelector('iframe').contentWindow.nnviz?.live?.fewest_units_up > 0"
HOSTILE = "<img src=x onerror=document.title='run'>"


def test_a_student_answers_and_follows(visit: Begin, address: str) -> None:
    store = open_store()  # of this machine: the server has the same file
    code, secret = room.open_room(store)
    one = visit(width=390)
    page = one.page
    page.goto(f"{address}/room")
    page.get_by_label(SCREEN_TEXTS["enter"]).fill(code.upper())
    page.get_by_role("button", name=SCREEN_TEXTS["join"]).click()
    expect(page.get_by_text(SCREEN_TEXTS["wait"])).to_be_visible()
    room.change(store, code, secret, room.ask(HOSTILE, ["first", HOSTILE]))
    page.get_by_role("button", name="first").click()
    expect(page.get_by_text(SCREEN_TEXTS["sent"])).to_be_visible()
    found = room.tally(store, code, room.read_room(store, code))
    assert found.counts == [1, 0]
    room.change(store, code, secret, room.show(found, 1, "Because."))
    expect(page.locator(".right small")).to_contain_text(SCREEN_TEXTS["right"])
    expect(page.get_by_text("Because.")).to_be_visible()
    assert page.title() != "run"
    room.change(store, code, secret, room.challenge("How few?", "units", "error"))
    page.get_by_label("units").fill("8")
    page.get_by_label("error").fill("0,5")
    page.get_by_role("button", name=SCREEN_TEXTS["send"]).click()
    expect(page.get_by_text(SCREEN_TEXTS["sent"])).to_be_visible()
    assert room.tally(store, code, room.read_room(store, code)).points == [(8.0, 0.5)]
    room.change(store, code, secret, room.clear)
    room.change(store, code, secret, room.go("glossary?gl_search=loss"))
    room.change(store, code, secret, room.switch("follow", on=True))
    expect(page.frame_locator("iframe").get_by_role("heading", name="Glossary")).to_be_visible(timeout=60_000)
    room.change(store, code, secret, room.go("universal_approximation?ua_chapter=by_hand"))
    room.change(store, code, secret, room.challenge("How few?", "units", "error", "fewest_units"))
    page.wait_for_function(PUBLISHED, timeout=60_000)
    page.get_by_role("button", name=SCREEN_TEXTS["take"]).click()
    expect(page.get_by_text(SCREEN_TEXTS["sent"])).to_be_visible()
    assert int(page.get_by_label("units").input_value()) > 0
    assert float(page.get_by_label("error").input_value()) > 0
    page.get_by_role("button", name=SCREEN_TEXTS["leave"]).click()
    expect(page.get_by_role("button", name=SCREEN_TEXTS["follow"])).to_be_visible()
    room.end_room(store, code, secret)
    expect(page.get_by_text(SCREEN_TEXTS["ended"])).to_be_visible()
    assert [line for line in one.complaints if "room/" not in line] == []
