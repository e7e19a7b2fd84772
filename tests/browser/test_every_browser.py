"""One short lesson in each browser: type, play, upload, drag, use the keyboard, download, and go on.

docs/BROWSERS.md says what differs between the browsers, and why. The other browser tests run in Chromium alone.
"""

import json
import os
from collections.abc import Iterator

import pytest

from benchmarks.engines import (
    ENGINES,
    SIZE,
    Engine,
    MissingBrowserError,
    click,
    hover,
    in_chromium,
    wait_for,
)
from nnviz.lessons.linear_regression.by_hand.text import THE_DOT
from nnviz.web import text

pytestmark = [pytest.mark.browser, pytest.mark.long]

CSV = "x,y\r\n" + "".join(f"{x},{2 * x + 1}\r\n" for x in range(8))
SAVED = """void [
  globalThis.saved = {},
  globalThis.createdBefore = URL.createObjectURL,
  URL.createObjectURL = (blob) => (saved[blob.type] = blob, createdBefore.call(URL, blob)),
]"""
UPLOAD = """((input) => {
  const files = new DataTransfer()
  files.items.add(new File([%s], 'line.csv', { type: 'text/csv' }))
  input.files = files.files
  return input.dispatchEvent(new Event('change', { bubbles: true }))
})(document.querySelector('[data-testid=stFileUploader] input[type=file]'))"""
PIXEL = """(async (blob) => {
  const sheet = document.createElement('canvas')
  const picture = await createImageBitmap(blob)
  Object.assign(sheet, { width: picture.width, height: picture.height })
  const pen = sheet.getContext('2d')
  pen.drawImage(picture, 0, 0)
  const { data } = pen.getImageData(0, 0, picture.width, picture.height)
  const blue = [0x2f, 0x7f, 0xc1]
  let found = 0
  for (let at = 0; at < data.length; at += 4) found += blue.every((part, k) => Math.abs(data[at + k] - part) < 12)
  return [picture.width, found]
})"""


ENOUGH = "has 8 hidden units"  # the first network within 0.1 of x^2 + sin(3x); the sine of the first visit needs 14
AT_REST = "document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]') !== null"
POINT = "document.querySelector('.nnviz-ring[aria-valuetext^=\"point 1 of 8\"]')"
DOT = f"document.querySelector('.nnviz-ring[aria-label=\"{THE_DOT}\"]')"
HEAR_FRAMES = """void [
  globalThis.seen = new Set(),
  addEventListener('nnviz-live', ({ detail }) => seen.add(detail.home_frame)),
]"""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "Chromium":  # one Playwright is all that a process can have
        width, height = SIZE
        page = request.getfixturevalue("tab")
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
        yield in_chromium(page)
        return
    try:
        with ENGINES[request.param]() as one:
            yield one
    except MissingBrowserError:
        if os.environ.get("NNVIZ_BROWSER") != "skip":
            raise
        pytest.skip(f"NNVIZ_BROWSER=skip, and there is no {request.param}")


def test_a_short_lesson(engine: Engine, address: str) -> None:
    a_formula_is_typed_and_its_networks_are_played(engine, address)
    a_file_is_uploaded(engine, address)
    the_dot_is_dragged_and_a_point_moved_by_a_key(engine)
    data_and_a_picture_are_saved(engine)
    the_next_chapter_is_opened(engine)


def one(selector: str) -> str:
    """An expression for the first element of a selector that is seen."""
    return f"firstOf({json.dumps(selector)})"


def named(words: str) -> str:
    """An expression for the button with these words."""
    return f"[...document.querySelectorAll('button')].find(({{ textContent }}) => textContent.includes('{words}'))"


def a_formula_is_typed_and_its_networks_are_played(engine: Engine, address: str) -> None:
    engine.open(address)
    wait_for(
        engine,
        "globalThis.nnviz?.live.home_frame !== undefined && !!document.querySelector('svg.marks path')",
    )
    click(engine, one("input[aria-label='f(x)']"))
    engine.type("End", *["Backspace"] * 20, *"x^2+sin(3x)", "Enter")
    wait_for(engine, f"document.body.innerText.includes({json.dumps(ENOUGH)})")
    wait_for(engine, f"location.search.includes('sin%283x') && {AT_REST}")
    engine.evaluate(HEAR_FRAMES)
    click(engine, one("button[aria-label='Play']"))
    wait_for(engine, "seen.size > 2")


def a_file_is_uploaded(engine: Engine, address: str) -> None:
    engine.open(f"{address}/linear_regression?lr_data=own")
    wait_for(engine, f"!!{one('[data-testid=stFileUploader]')}")
    wait_for(engine, AT_REST)
    engine.evaluate(UPLOAD % json.dumps(CSV))
    wait_for(engine, "document.querySelectorAll('.mark-symbol[class*=lr_fit] path').length === 8")


def place(ring: str) -> str:
    """An expression for what a ring says of its place."""
    return f"{ring}?.getAttribute('aria-valuetext')"


def the_dot_is_dragged_and_a_point_moved_by_a_key(engine: Engine) -> None:
    wait_for(engine, AT_REST)
    x, y = hover(engine, DOT)
    before = wait_for(engine, place(DOT))
    engine.press()
    engine.point(x + 20, y - 20)
    engine.point(x + 40, y - 30)
    wait_for(engine, f"{place(DOT)} !== {json.dumps(before)}")
    engine.release()
    wait_for(engine, f"location.search.includes('lr_w') && {AT_REST}")
    before, link = wait_for(engine, place(POINT)), engine.evaluate("location.search")
    engine.evaluate(f"void {POINT}.focus()")
    engine.type("ArrowRight")
    wait_for(engine, f"{place(POINT)} !== {json.dumps(before)}")
    wait_for(engine, f"location.search !== {json.dumps(link)}")  # the server has heard of it


def data_and_a_picture_are_saved(engine: Engine) -> None:
    wait_for(engine, AT_REST)
    engine.evaluate(SAVED)
    click(engine, named(text.DOWNLOADS))
    click(engine, one(".downloads li button[aria-label*=CSV]"))
    told = wait_for(engine, "saved['text/csv;charset=utf-8']?.text()")
    assert told.splitlines()[-1].startswith("7.0,15.0,")
    click(engine, one(".downloads li button[aria-label*=PNG]"))
    width, blue = wait_for(engine, f"saved['image/png'] && {PIXEL}(saved['image/png'])")
    assert width > 600
    assert blue > 300  # the line
    engine.type("Escape")


def the_next_chapter_is_opened(engine: Engine) -> None:
    click(engine, named("Next chapter"))
    wait_for(engine, "location.search.includes('lr_chapter=step_size')")
    wait_for(engine, "!!document.querySelector('[class*=lr_factors]') && " + AT_REST)
    assert engine.evaluate("document.querySelectorAll('[data-testid=stException]').length") == 0
