"""Each selector of static/dom.js into a page that Streamlit, Vega or KaTeX draws finds what it is there for.

If an upgrade of one of them changes its markup, this test names what no longer fits.
"""

import pytest

from benchmarks.browser import go
from nnviz.web.components import ROUTE
from tests.browser.conftest import Begin

pytestmark = pytest.mark.browser

FOUND = """async (route) => {
  const dom = await import(route + "/dom.js")
  const slider = document.querySelector(".st-key-lr_w [data-testid=stSlider] [role=slider], .st-key-lr_w input")
  const svg = dom.chartOf("lr_fit")
  const plot = svg && dom.plotOf(svg)
  return {
    "Streamlit: the value of a slider": typeof dom.readSlider("lr_w") === "number",
    "Streamlit: the widget of an event": dom.widgetOf(slider, ["lr_b", "lr_w"]) === "lr_w",
    "Streamlit: the slider of an event": dom.sliderOf(slider, ["lr_b", "lr_w"]) === "lr_w",
    "Streamlit: the element of a chart": svg !== null && dom.boxOf(svg)?.contains(svg) === true,
    "Streamlit: the link of an event":
      dom.linkOf(document.querySelector("[data-testid=stMain] a[href*=glossary]"), "./glossary?term=") !== null,
    "Streamlit: what scrolls": dom.scrollToTop(),
    "Streamlit: the links of the menu": dom.pathOfLink(document.querySelector("[data-testid=stTopNavLink]")) === "/",
    "Vega: the chart of a key": svg !== null && dom.isChart(svg),
    "Vega: the plot of a chart": plot !== null && plot.width > 100 && plot.height > 100,
    "KaTeX: the places of numbers": document.querySelectorAll(".nnviz-number").length > 0,
    "Vega: the charts that are seen": dom.chartsShown().some(({ key, words }) => key === "lr_fit" && words.length > 40),
    "Vega: the color behind a chart": svg !== null && dom.groundOf(svg).startsWith("rgb"),
    "Vega: the live values that a chart follows": svg !== null && dom.followedBy(svg).includes("lr_w"),
    "Streamlit: the settings": dom.settingsShown().filter(({ value }) => value !== "").length > 4,
    "Streamlit: what holds the page": dom.contentOfPage() !== null,
    "Streamlit: its own script, by whose address the modules are found":
      [...document.scripts].some(({ src }) => src.includes("/static/js/")),
  }
}"""


def test_every_selector_finds_what_it_is_there_for(visit: Begin, address: str) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression")
    page.wait_for_selector(".nnviz-ring", state="attached")
    found = page.evaluate(FOUND, ROUTE)
    assert [what for what, there in found.items() if not there] == []
