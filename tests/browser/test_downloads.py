"""What a chapter gives to take along, in a real browser: pictures, data, a film of a run, and a handout."""

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.browser import go, settle
from nnviz._types import Labels
from nnviz.web import text
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = "() => [...document.querySelectorAll('svg.marks')].map((svg) => Number(svg.getAttribute('width')))"
PRINTED = "() => [...document.querySelectorAll('svg.marks')].map((svg) => svg.style.backgroundColor)"


def saved(page: Page, kind: str, number: int = 0) -> bytes:
    with page.expect_download() as download:
        page.locator(".downloads li").nth(number).get_by_text(kind, exact=True).click()
    return Path(download.value.path()).read_bytes()


def pixels(content: bytes) -> Labels:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), np.int64)


def test_a_chapter_gives_pictures_data_a_film_and_a_handout(visit: Begin, address: str) -> None:
    one = visit(scheme="dark")
    page = one.page
    go(page, f"{address}/linear_regression?lr_steps=4")
    page.get_by_role("button", name=text.DOWNLOADS).click()
    expect(page.locator(".downloads li")).to_have_count(3)
    drawn = pixels(saved(page, "PNG"))
    assert drawn[2, 2].tolist() == [16, 21, 29]  # the ground of the dark theme
    page.get_by_label(text.ON_WHITE).check()
    white = pixels(saved(page, "PNG"))
    assert white.shape == drawn.shape
    assert white[2, 2].tolist() == [255, 255, 255]
    root = ElementTree.fromstring(saved(page, "SVG").decode())
    assert "src:url(data:font/woff2;base64," in str(root.findtext(f"{SVG}style"))
    assert len(root.findall(f".//{SVG}text")) > 10
    head, *rows = csv.reader(io.StringIO(saved(page, "CSV", 1).decode("utf-8-sig")))
    assert head == ["update", "w", "b", "L"]
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "4"]
    film = Image.open(io.BytesIO(saved(page, "GIF")))
    assert getattr(film, "n_frames", 1) == 5
    page.keyboard.press("Escape")
    settle(page)
    it_is_printed_on_white_without_controls(page)
    assert one.complaints == []


def it_is_printed_on_white_without_controls(page: Page) -> None:
    shown = page.evaluate(WIDTHS)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    left, right, alone = page.evaluate(WIDTHS)
    assert (left, right) == (332, 332)  # two charts fit side by side on A4, with their words in full size
    assert 332 < alone <= 680  # a chart that stands alone has the width of the paper at most
    assert set(page.evaluate(PRINTED)) == {"rgb(255, 255, 255)"}
    page.emulate_media(media="print", color_scheme="dark")
    first, second = (present(page.locator("svg.marks").nth(k).bounding_box()) for k in (0, 1))
    assert first["x"] + first["width"] < second["x"]
    assert first["y"] == pytest.approx(second["y"], abs=1)
    expect(page.locator("[data-testid=stSlider]").first).to_be_hidden()
    expect(page.get_by_role("tab", selected=False).first).to_be_hidden()
    expect(page.locator(".nnviz-settings")).to_have_text(re.compile("Number of updates: 4"))
    assert page.locator("[data-testid=stApp]").evaluate("(app) => getComputedStyle(app).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    page.emulate_media(media="screen", color_scheme="dark")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert set(page.evaluate(PRINTED)) == {"rgb(16, 21, 29)"}
    expect(page.locator(".nnviz-settings")).to_have_count(0)
    assert page.evaluate(WIDTHS) == shown
