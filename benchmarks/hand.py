"""What a hand moves: frames a second and messages to the server, with the server's way of doing it beside.

Run with ``python -m benchmarks.hand``. A frame counts when the drawing changed in it, as the browser's own
animation frames see it. Exit code 1 when a bar is missed.
"""

import os
import statistics
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.browser import ROOT, chromium, serve, settle

FPS, PAD_MS, PAYLOAD_KB, ANSWERS = 45, 250, 600, 4
PAGE = ROOT / "benchmarks" / "hand_app.py"
STOCK = ROOT / "benchmarks" / "stock_page.py"

# Counts the animation frames in which the drawing of the first chart is another than before.
COUNT = """(selector) => {
  const drawn = () => [...document.querySelectorAll(selector)].map((path) => path.getAttribute('d')).join()
  window.counted = { frames: 0, first: 0, last: 0, stop: false }
  let before = drawn()
  const look = (now) => {
    const after = drawn()
    if (after !== before) { counted.first ||= now; counted.last = now; counted.frames += 1; before = after }
    if (!counted.stop) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}"""
RATE = "() => (counted.stop = true, (counted.frames - 1) / (counted.last - counted.first) * 1000)"
LINES = "[data-testid=stVegaLiteChart] svg .mark-line path"
SQUARES = "[data-testid=stVegaLiteChart] svg .mark-rect path"

TURN = """() => new Promise((done) => {
  const canvas = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('canvas')).find(Boolean)
  canvas.setPointerCapture = () => {}
  const tell = (type, x) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: x, clientY: 300 }))
  let drawn = 0
  const put = CanvasRenderingContext2D.prototype.putImageData
  CanvasRenderingContext2D.prototype.putImageData = function (...given) { drawn += 1; return put.apply(this, given) }
  tell('pointerdown', 300)
  const start = performance.now()
  let k = 0
  const step = () => {
    tell('pointermove', 300 + 4 * ++k)
    if (k < 180) return requestAnimationFrame(step)
    tell('pointerup', 300)
    done(drawn / (performance.now() - start) * 1000)
  }
  requestAnimationFrame(step)
})"""

# Drags a slider in every animation frame, as a hand on the thumb would; it is not released.
DRAG = """(control) => new Promise((done) => {
  const thumb = document.querySelector(`${control} input`).closest('div')
  const { x, y } = thumb.getBoundingClientRect()
  const wide = thumb.closest('[data-testid=stSlider]').getBoundingClientRect().width
  const hand = { pointerId: 1, pointerType: 'mouse', isPrimary: true, buttons: 1, bubbles: true, cancelable: true }
  const tell = (target, type, right) =>
    target.dispatchEvent(new PointerEvent(type, { ...hand, clientX: x + right, clientY: y }))
  tell(thumb, 'pointerdown', 0)
  let k = 0
  const step = () => {
    tell(window, 'pointermove', wide * 0.3 * Math.abs(Math.sin(++k / 25)))
    if (k < 180) requestAnimationFrame(step)
    else done()
  }
  requestAnimationFrame(step)
})"""

# Notes every state of a line since the last movement before the release: the line may follow the hand already.
WATCH = """([lines, number]) => {
  const drawn = () => document.querySelectorAll(lines)[number]?.getAttribute('d') ?? ''
  addEventListener('pointermove', () => { window.seen = [[window.moved = performance.now(), drawn()]] }, true)
  const look = () => {
    const now = drawn()
    if (window.seen && now !== seen.at(-1)[1]) seen.push([performance.now(), now])
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}"""

# Milliseconds after that at which a line was first within half a pixel of where it is now, and stayed.
ARRIVED = """() => {
  const numbers = (path) => (path.match(/-?[\\d.]+/g) ?? []).map(Number)
  const end = numbers(seen.at(-1)[1])
  const there = ([, path]) => numbers(path).every((value, k) => Math.abs(value - end[k]) < 0.5)
  const away = seen.findLastIndex((one) => !there(one))
  return seen[away + 1][0] - moved
}"""
TARGET, NETWORK = 1, 0  # among the lines of the first chart


class Wire:
    """What went over the websocket."""

    def __init__(self, page: Page) -> None:
        self.sent = self.received = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: object) -> None:
        socket.on("framesent", lambda _frame: self._add(1, 0))  # type: ignore[attr-defined]
        socket.on("framereceived", lambda frame: self._add(0, len(frame)))  # type: ignore[attr-defined]

    def _add(self, sent: int, received: int) -> None:
        self.sent, self.received = self.sent + sent, self.received + received


def opened(browser: Browser, address: str, ready: str = "svg.marks") -> tuple[Page, Wire]:
    """Open a page in a fresh profile, and wait until it is drawn and quiet."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    wire = Wire(page)
    page.goto(address)
    page.wait_for_selector(ready, timeout=60_000)
    settle(page, 600)
    return page, wire


def report(what: str, figure: float, unit: str, met: bool, bar: str, beside: str = "") -> bool:
    """Return a row of the table."""
    print(f"| {what} | {figure:.0f} {unit} | {bar} | {beside} | {'' if met else 'missed'} |", flush=True)
    return met


def playback(browser: Browser, address: str) -> bool:
    """300 frames of 400 points, contour behind; and a loop on the server that draws the same."""
    page, wire = opened(browser, address)
    page.evaluate(COUNT, LINES)
    before = wire.sent
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    page.get_by_role("button", name="Play", exact=True).wait_for(timeout=60_000)
    ours, sent = page.evaluate(RATE), wire.sent - before
    page.context.close()
    page, _ = opened(browser, f"{address}?by=server", "button")
    page.evaluate(COUNT, LINES)
    page.get_by_role("button", name="Play by the server").click()
    page.get_by_text("done in").wait_for(timeout=120_000)
    settle(page, 600)
    theirs = page.evaluate(RATE)
    page.context.close()
    beside = f"{theirs:.0f} fps by a loop on the server"
    return report(f"playback, {sent} messages", ours, "fps", ours >= FPS and sent == 0, f"≥ {FPS}, 0", beside)


def live_control(browser: Browser, app: str) -> bool:
    """Measure the slope dragged to and fro, and beside it a stock page's slider, which asks the server each time."""
    page, wire = opened(browser, f"{app}/linear_regression")
    before = wire.sent
    page.evaluate(COUNT, SQUARES)
    page.evaluate(DRAG, ".st-key-lr_w")
    ours, sent = page.evaluate(RATE), wire.sent - before
    page.context.close()
    what, beside = f"live control, {sent} messages", f"{stock_slider(browser):.0f} fps by a stock slider"
    return report(what, ours, "fps", ours >= FPS and sent == 0, f"≥ {FPS}, 0", beside)


def answered(browser: Browser, app: str) -> bool:
    """Measure the number of steps of a race dragged to and fro. The server computes the race again for each."""
    page, _ = opened(browser, f"{app}/gradient_descent")
    page.evaluate(COUNT, LINES)
    page.evaluate(DRAG, ".st-key-gd_steps")
    ours, beside = page.evaluate(RATE), f"{stock_slider(browser):.0f} fps by a stock slider"
    page.context.close()
    return report(
        "a race run anew while a slider is held", ours, "fps", ours >= ANSWERS, f"≥ {ANSWERS}", beside
    )


def stock_slider(browser: Browser, path: str = "") -> float:
    """Measure the changes per second of a stock page's chart when each is asked for once the last is drawn."""
    with serve(STOCK) as (address, _):
        page, _ = opened(browser, f"{address}/{path}")
        page.locator("[data-testid=stSlider] input").first.focus()
        page.evaluate(COUNT, LINES)
        for _ in range(20):
            before = page.evaluate("counted.frames")
            page.keyboard.press("ArrowRight")
            page.wait_for_function("(before) => counted.frames > before", arg=before, timeout=20_000)
        rate = float(page.evaluate(RATE))
        page.context.close()
    return rate


def empty(browser: Browser) -> float:
    """Animation frames a second of an empty page: what this machine has to give."""
    page = browser.new_page()
    rate = page.evaluate(
        """() => new Promise((done) => {
          const start = performance.now()
          let k = 0
          const step = () => (++k < 120 ? requestAnimationFrame(step) : done(k / (performance.now() - start) * 1000))
          requestAnimationFrame(step)
        })"""
    )
    page.close()
    return float(rate)


def pad(browser: Browser, app: str) -> bool:
    """Measure from the end of a stroke to the first chart with the new target, and with its network."""
    (target, drawn), table = strokes(browser, app), edited_table(browser)
    beside = (
        f"{drawn:.0f} ms until its network stands too; {table:.0f} ms by st.data_editor and an Altair chart"
    )
    return report("pad: pointer up -> target redrawn", target, "ms", target <= PAD_MS, f"≤ {PAD_MS}", beside)


def strokes(browser: Browser, app: str) -> tuple[float, float]:
    """Medians over strokes: milliseconds until the target stands in the first chart, and until its network does."""
    times = []
    for line in (TARGET, NETWORK):
        page, _ = opened(browser, f"{app}/universal_approximation?ua_chapter=train&ua_source=drawn")
        page.evaluate(WATCH, [LINES, line])
        box = page.get_by_role("slider", name="The function drawn").bounding_box()
        assert box is not None
        one: list[float] = []
        for k in range(10):
            page.mouse.move(box["x"] + 100 + 20 * k, box["y"] + 60)
            page.mouse.down()
            page.mouse.move(box["x"] + 220 + 20 * k, box["y"] + 60 + 8 * k)
            page.mouse.up()
            settle(page, 600)
            one.append(float(page.evaluate(ARRIVED)))
        page.context.close()
        times.append(statistics.median(one[2:]))
    return times[0], times[1]


def edited_table(browser: Browser) -> float:
    """Measure the peer of the pad: from Enter in a cell of a stock page's table to its chart with the new height."""
    with serve(STOCK) as (address, _):
        page, _ = opened(browser, f"{address}/table", LINES)
        page.evaluate(WATCH.replace("pointermove", "keydown"), [LINES, 0])
        cells = page.locator("[data-testid=stDataFrame]").first.bounding_box()
        assert cells is not None
        times: list[float] = []
        page.mouse.click(cells["x"] + 40, cells["y"] + 55)
        for k in range(8):  # Enter goes on to the next cell
            page.keyboard.press(str(k % 2 + 1))
            page.wait_for_timeout(200)
            page.keyboard.press("Enter")
            page.wait_for_timeout(1500)
            times.append(float(page.evaluate(ARRIVED)))
        page.context.close()
    return statistics.median(times[2:])


def turning(browser: Browser, address: str) -> bool:
    """Measure a surface of 60 × 60 corners turned in every frame, and beside it one drawn by the server."""
    page, _ = opened(browser, address)
    rate = float(page.evaluate(TURN))
    page.context.close()
    beside = (
        f"{stock_slider(browser, 'turned'):.0f} fps by a stock slider and an Altair chart from the server"
    )
    return report("3-D, 60×60, turning", rate, "fps", rate >= FPS, f"≥ {FPS}", beside)


def payload(browser: Browser, app: str) -> bool:
    """Measure what arrives when the training run of page 4 is played for the first time."""
    page, wire = opened(browser, f"{app}/universal_approximation?ua_chapter=train")
    before = wire.received
    page.locator(".st-key-player_ua_frame").get_by_role("button", name="Play").click()
    settle(page, 2000)
    size = (wire.received - before) / 1024
    page.context.close()
    return report("payload of a training run", size, "KB", size <= PAYLOAD_KB, f"≤ {PAYLOAD_KB}")


def main() -> int:
    """Print the table; 1 when a bar is missed."""
    print("| what | measured | bar | beside it | |\n|---|---|---|---|---|")
    with sync_playwright() as playwright, serve(PAGE) as (page, _), serve(ROOT / "app.py") as (app, _):
        browser = chromium(playwright)
        runs: list[tuple[Callable[[Browser, str], bool], str]] = [
            (playback, page), (live_control, app), (answered, app), (pad, app), (turning, page), (payload, app),
        ]  # fmt: skip
        met = [run(browser, address) for run, address in runs]
        print(
            f"\nAn empty page has {empty(browser):.0f} animation frames a second; load {os.getloadavg()[0]:.1f}."
        )
        browser.close()
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
