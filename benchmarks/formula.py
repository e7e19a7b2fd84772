"""Formula typed -> its typeset reading on screen, against a stock text box and one line of Markdown.

Run with ``python -m benchmarks.formula``. Both servers run side by side and are measured in turn in the same Chromium.
The clock starts at the Enter key and stops when the new formula is painted. Exit code 1 when the bar is missed.
"""

import statistics
import sys

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import ROOT, chromium, serve, settle

FORMULAS = [f"sin({k}x)+x^2" for k in range(101, 116)]
BAR = 1.2
CHAPTER = "/universal_approximation?ua_chapter=one_unit"

WATCH = """
  window.wanted = "nothing yet"
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { window.pressed = performance.now(); window.painted = 0 }
  }, true)
  const look = () => {
    if (window.painted) return
    for (const formula of document.querySelectorAll(".katex annotation")) {
      if (formula.textContent.includes(window.wanted)) {
        window.painted = -1
        requestAnimationFrame(() => { window.painted = performance.now() })
        return
      }
    }
  }
  new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true})
"""


def typed(page: Page, formula: str) -> float:
    """Return the milliseconds from the Enter key to the paint of the typeset formula."""
    box = page.get_by_label("f(x)", exact=True).first
    box.fill(formula)
    page.evaluate("wanted => { window.wanted = wanted }", formula[3:7])
    box.press("Enter")
    page.wait_for_function("window.painted > 0", timeout=20_000)
    took = float(page.evaluate("window.painted - window.pressed"))
    settle(page, 600)
    return took


def main() -> int:
    """Print the medians and their ratio."""
    with (
        serve(ROOT / "app.py") as (app, _),
        serve(ROOT / "benchmarks" / "stock_page.py") as (stock, _),
        sync_playwright() as playwright,
    ):
        browser = chromium(playwright)
        pages = []
        for address in (f"{app}{CHAPTER}", f"{stock}/formula"):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(WATCH)
            page.goto(address)
            page.get_by_label("f(x)", exact=True).first.wait_for(timeout=60_000)
            settle(page, 1500)
            pages.append(page)
        times: list[list[float]] = [[], []]
        for formula in FORMULAS:
            for page, found in zip(pages, times, strict=True):
                found.append(typed(page, formula))
        browser.close()
    ours, theirs = (statistics.median(found[2:]) for found in times)
    print(f"page 4 {ours:.0f} ms, stock {theirs:.0f} ms, ratio {ours / theirs:.2f}, bar {BAR}")
    return int(ours > BAR * theirs)


if __name__ == "__main__":
    sys.exit(main())
