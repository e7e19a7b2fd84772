"""Key press -> last paint, and cold start -> first chart, of every page against a stock Streamlit page.

Run with ``python -m benchmarks.pages``. Two servers run side by side and are measured in turn in the same
Chromium; every figure is a ratio of medians. A page opened by a deep link is compared with the stock page opened by
a deep link. Exit code 1 when a bar is missed.
"""

import statistics
import sys
import time

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.browser import CHART, ROOT, chromium, serve, settle

PRESSES = 15
COLD_STARTS = 5
UNDISTURBED = 700  # milliseconds in which nobody looks: looking costs time too
KEY_BAR, COLD_BAR = 1.2, 1.3
STOCK = ROOT / "benchmarks" / "stock_page.py"
APP = ROOT / "app.py"

# page -> (address, the main control: a slider's class)
MAIN_CONTROLS = {
    "linear_regression": ".st-key-lr_w",
    "gradient_descent": ".st-key-gd_rate",
    "loss_functions": ".st-key-lf_outlier",
    "universal_approximation": ".st-key-ua_width",
    "inside_the_network": ".st-key-in_x",
}

WATCH = """
  document.addEventListener("keydown", () => { window.pressed = performance.now() }, true)
  const painted = () => requestAnimationFrame(() => { window.painted = performance.now() })
  const everything = {subtree: true, childList: true, attributes: true, characterData: true}
  new MutationObserver(painted).observe(document, everything)
"""


def ready(browser: Browser, address: str) -> Page:
    """The page at `address` in a fresh browser profile, drawn and quiet."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector(CHART, state="attached", timeout=60_000)
    settle(page, 600)
    return page


def key_press(page: Page, control: str, key: str) -> float:
    """Milliseconds from a key press on a slider to the last change that was painted."""
    page.locator(f"{control} input").first.focus()
    page.wait_for_timeout(300)
    page.keyboard.press(key)
    page.wait_for_timeout(UNDISTURBED)
    settle(page, 500)
    return float(page.evaluate("window.painted - window.pressed"))


def first_chart(browser: Browser, script: str, path: str = "") -> float:
    """Seconds from starting the server to the first chart in a fresh browser profile."""
    begin = time.perf_counter()
    with serve(ROOT / script) as (address, _):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{address}/{path}")
        page.wait_for_selector(CHART, state="attached", timeout=60_000)
        seconds = time.perf_counter() - begin
        context.close()
    return seconds


def key_presses(browser: Browser) -> bool:
    """Print the table of key presses; whether every page meets its bar."""
    print("| page | ms | stock page, ms | ratio | bar |\n|---|---|---|---|---|")
    met = True
    with serve(STOCK) as (stock, _), serve(APP) as (app, _):
        for name, control in MAIN_CONTROLS.items():
            pages = (
                (ready(browser, f"{app}/{name}"), control),
                (ready(browser, stock), "[data-testid=stSlider]"),
            )
            ours: list[float] = []
            theirs: list[float] = []
            for press in range(PRESSES):
                for times, (page, slider) in zip((ours, theirs), pages, strict=True):
                    page.bring_to_front()
                    times.append(key_press(page, slider, "ArrowRight" if press % 4 < 2 else "ArrowLeft"))
            for page, _ in pages:
                page.context.close()
            a, b = statistics.median(ours[2:]), statistics.median(theirs[2:])
            met &= a <= KEY_BAR * b
            print(f"| {name} | {a:.0f} | {b:.0f} | {a / b:.2f}× | ≤ {KEY_BAR}× |", flush=True)
    return met


def cold_starts(browser: Browser) -> bool:
    """Print the table of cold starts; whether every page meets its bar."""
    print("\n| cold start to first chart | s | stock page, s | ratio | bar |\n|---|---|---|---|---|")
    met = True
    for name in ["", *MAIN_CONTROLS]:
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(COLD_STARTS):
            ours.append(first_chart(browser, "app.py", name))
            theirs.append(first_chart(browser, "benchmarks/stock_page.py", "stock" if name else ""))
        a, b = statistics.median(ours), statistics.median(theirs)
        met &= a <= COLD_BAR * b
        print(f"| {name or 'home'} | {a:.2f} | {b:.2f} | {a / b:.2f}× | ≤ {COLD_BAR}× |", flush=True)
    return met


def main() -> int:
    """Print both tables; 1 when a bar is missed."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        met = [key_presses(browser), cold_starts(browser)]
        browser.close()
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
