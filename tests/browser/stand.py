"""Read and move what stands on the page of pages/hand.py."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from benchmarks.browser import settle

Place = tuple[float, float]


def plot(page: Page, chart: str) -> Callable[[float, float], Place]:
    """A function from data to pixels of the plot, whose axes go from -2 to 2."""
    box = page.evaluate(
        """(chart) => {
          const svg = document.querySelector(`svg.marks [class*=" ${chart}_layer_"]`).closest('svg')
          svg.scrollIntoView({block: 'center'})
          const box = svg.querySelector('.role-frame.root path.background').getBoundingClientRect()
          return [box.x, box.y, box.width, box.height] }""",
        chart,
    )
    left, top, width, height = box
    return lambda x, y: (left + (x + 2) / 4 * width, top + (2 - y) / 4 * height)


def marks(page: Page, chart: str) -> list[Place]:
    """Where the chart's points are drawn, as data."""
    at = plot(page, chart)
    (x0, y0), (x1, y1) = at(0, 0), at(1, 1)
    places = page.evaluate(
        """(chart) => [...document.querySelectorAll(`.mark-symbol[class*=" ${chart}_layer_"] path`)].map((mark) => {
          const box = mark.getBoundingClientRect()
          return [box.x + box.width / 2, box.y + box.height / 2] })""",
        chart,
    )
    return [((x - x0) / (x1 - x0), (y - y0) / (y1 - y0)) for x, y in places]


def near(found: list[Place], wanted: list[Place]) -> None:
    assert len(found) == len(wanted)
    for place, other in zip(found, wanted, strict=True):
        assert place == pytest.approx(other, abs=0.06)


def drag(page: Page, start: Place, end: Place) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    settle(page)
