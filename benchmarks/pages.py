"""Key press -> last paint, switching chapter, and cold start -> first chart, against a stock Streamlit page.

Run with ``python -m benchmarks.pages``. Two servers run side by side and are measured in turn in the same
Chromium. A ratio is the median of the ratios of the pairs, which a busy machine disturbs less than a ratio of medians.
The second ratio is of the processor time of the page's main thread in the first 0.7 s. A page opened by a deep link is
compared with the stock page opened by a deep link. Exit code 1 when a bar is missed.

``python -m benchmarks.pages train race`` measures key presses alone, on the first slider of the chapters with these
keys; ``chapters`` instead of keys stands for all of them.
"""

import statistics
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from playwright.sync_api import Browser, CDPSession, Locator, Page, sync_playwright

from benchmarks.browser import CHART, ROOT, chromium, serve, settle
from nnviz.lessons.pages import PAGES

PRESSES = 15
COLD_STARTS = 5
UNDISTURBED = 700  # milliseconds in which nobody looks: looking costs time too
KEY_BAR, SWITCH_BAR, COLD_BAR = 0.8, 1.0, 1.3
STOCK = ROOT / "benchmarks" / "stock_page.py"
APP = ROOT / "app.py"

# page -> (address, the main control: a slider's class)
MAIN_CONTROLS = {
    "linear_regression": ".st-key-lr_w",
    "gradient_descent": ".st-key-gd_rate",
    "loss_functions": ".st-key-lf_outlier",
    "universal_approximation?ua_chapter=train": ".st-key-ua_width",
    "inside_the_network": ".st-key-in_x",
}

CHAPTER_SLIDER = "[class*=st-key-chapter_] [data-testid=stSlider]"
ALL_CHAPTERS = "chapters"
CHAPTERS = {
    "linear_regression": ("by_hand", "step_size", "more_inputs", "polynomials"),
    "gradient_descent": ("race", "one_update", "in_3d", "network_loss"),
    "loss_functions": ("errors", "classes", "boundaries", "noise"),
    "universal_approximation": ("one_unit", "bumps", "train", "limits", "two_inputs"),
    "inside_the_network": ("passes", "folding", "width_or_depth"),
}

WATCH = """
  document.addEventListener("keydown", () => { window.pressed = performance.now() }, true)
  const painted = () => requestAnimationFrame(() => { window.painted = performance.now() })
  const everything = {subtree: true, childList: true, attributes: true, characterData: true}
  new MutationObserver(painted).observe(document, everything)
"""


def ready(browser: Browser, address: str) -> Page:
    """Open the page at `address` in a fresh browser profile, and wait until it is drawn and quiet."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector(CHART, state="attached", timeout=60_000)
    settle(page, 600)
    return page


class Cost(NamedTuple):
    """Milliseconds from a key press to the last change that was painted, and of work of the main thread meanwhile."""

    wall: float
    work: float


def key_press(page: Page, focused: Locator, key: str) -> Cost:
    """Measure what a key press on a control costs."""
    page.bring_to_front()
    focused.focus()
    page.wait_for_timeout(300)
    thread = page.context.new_cdp_session(page)
    thread.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = seconds_of_work(thread)
    page.keyboard.press(key)
    page.wait_for_timeout(UNDISTURBED)
    work = seconds_of_work(thread) - before
    settle(page, 500)
    thread.detach()
    return Cost(float(page.evaluate("window.painted - window.pressed")), 1000 * work)


def seconds_of_work(thread: CDPSession) -> float:
    """Processor time of the main thread until now."""
    metrics = thread.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


def print_row(name: str, pairs: Sequence[tuple[Cost, Cost]], bar: float) -> bool:
    """Print a line of a table for pairs of costs, ours and the peer's; whether the bar is met."""
    walls, works = ([ours[k] / theirs[k] for ours, theirs in pairs] for k in range(2))
    ratio, work = statistics.median(walls), statistics.median(works)
    a, b = (statistics.median(pair[k].wall for pair in pairs) for k in range(2))
    print(f"| {name} | {a:.0f} | {b:.0f} | {ratio:.2f}× | {work:.2f}× | ≤ {bar}× |", flush=True)
    return ratio <= bar


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


def chapter_sliders(keys: Collection[str]) -> dict[str, str]:
    """Return the addresses of the chapters with these keys, and their main controls."""
    return {
        f"{page}?{PAGES[page].prefix}_chapter={chapter}": CHAPTER_SLIDER
        for page, chapters in CHAPTERS.items()
        for chapter in chapters
        if chapter in keys or ALL_CHAPTERS in keys
    }


def key_presses(browser: Browser, controls: Mapping[str, str] = MAIN_CONTROLS) -> bool:
    """Print the table of key presses; whether every page meets its bar. controls: addresses, and their controls."""
    print("| page | ms | stock page, ms | ratio | main thread | bar |\n|---|---|---|---|---|---|")
    met = True
    with serve(STOCK) as (stock, _), serve(APP) as (app, _):
        for name, control in controls.items():
            pages = (
                (ready(browser, f"{app}/{name}"), control),
                (ready(browser, stock), "[data-testid=stSlider]"),
            )
            costs: list[tuple[Cost, Cost]] = []
            for press in range(PRESSES):
                key = "ArrowRight" if press % 4 < 2 else "ArrowLeft"
                first, second = (
                    key_press(page, page.locator(f"{at} input").first, key) for page, at in pages
                )
                costs.append((first, second))
            for page, _ in pages:
                page.context.close()
            met &= print_row(name, costs[2:], KEY_BAR)
    return met


def chapter_switches(browser: Browser) -> bool:
    """Print the table of switches between two chapters, against two stock pages; whether all meet the bar."""
    print("\n| chapters of | ms | stock pages, ms | ratio | main thread | bar |\n|---|---|---|---|---|---|")
    met = True
    with serve(STOCK) as (stock, _), serve(APP) as (app, _):
        theirs = ready(browser, stock)
        for name in (control.partition("?")[0] for control in MAIN_CONTROLS):
            ours = ready(browser, f"{app}/{name}")
            costs: list[tuple[Cost, Cost]] = []
            for switch in range(PRESSES):
                tab = ours.locator("[role=tab][aria-selected=true]")
                first = key_press(ours, tab, "ArrowLeft" if switch % 2 else "ArrowRight")
                link = theirs.get_by_role("link", name="Stock" if switch % 2 else "Table").first
                costs.append((first, key_press(theirs, link, "Enter")))
            ours.context.close()
            met &= print_row(name, costs[2:], SWITCH_BAR)
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
    """Print all tables; 1 when a bar is missed."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        if sys.argv[1:]:
            return 0 if key_presses(browser, chapter_sliders(sys.argv[1:])) else 1
        met = [key_presses(browser), chapter_switches(browser), cold_starts(browser)]
        browser.close()
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
