"""Playback in three browsers: frames per second while a run plays, and messages to the server.

Each browser opens the growing network of the home page and the race of optimizers, and plays. What is counted are the
frames that the browser gives the page (requestAnimationFrame): a page that takes too long to draw gets fewer.

``--painting NAME`` says how much of it is painting in the browser NAME: the same with hidden charts, so that all
scripts run and nothing is painted, and a page of its own with nothing but one curve that changes.
"""

import json
import sys

import psutil

from benchmarks.browser import ROOT, serve
from benchmarks.engines import ENGINES, Engine, click, wait_for

BAR = 45.0  # frames per second
SECONDS = 3
PAGES = {"home": "", "race": "gradient_descent?gd_steps=1000"}
REST = "document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]') !== null"
COUNT = """(async () => {
  let messages = 0
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (data) { messages += 1; return send.call(this, data) }
  let frames = 0
  const begin = performance.now()
  while (performance.now() - begin < %d) {
    await new Promise(requestAnimationFrame)
    frames += 1
  }
  WebSocket.prototype.send = send
  return [frames / (performance.now() - begin) * 1000, messages]
})()"""

HIDE = """void document.head.append(Object.assign(document.createElement('style'),
  { textContent: '.stVegaLiteChart svg { visibility: hidden !important }' }))"""
SIZES = """[...document.querySelectorAll('.stVegaLiteChart svg')].map((svg) => svg.getBoundingClientRect())
  .map(({ width, height }) => [Math.round(width), Math.round(height)])"""
ALONE = """(() => {
  document.body.innerHTML = %s.map(([width, height]) =>
    `<svg width="${width}" height="${height}"><path fill="none" stroke="blue" stroke-width="2"/></svg>`).join("")
  const draw = (time) => {
    for (const svg of document.querySelectorAll("svg")) {
      const [width, height] = [svg.clientWidth, svg.clientHeight]
      const places = Array.from({ length: 200 }, (_, k) =>
        `${(k * width) / 200},${height * (0.5 + 0.4 * Math.sin(k / 20 + time / 300))}`)
      svg.firstChild.setAttribute("d", `M${places.join("L")}`)
    }
    requestAnimationFrame(draw)
  }
  requestAnimationFrame(draw)
})()"""


def painting(name: str) -> int:
    """Print frames per second, and processor time a frame, with charts, with hidden ones, and on a page with one curve.

    The processor time is that of the browser and of Xvfb. It says the same on a busy machine.
    """
    print("| page | charts | shown | hidden | one curve of that size, alone |\n|---|---|---|---|---|")
    with serve(ROOT / "app.py") as (address, _), ENGINES[name]() as engine:
        for page, path in PAGES.items():
            played(engine, f"{address}/{path}")
            sizes = engine.evaluate(SIZES)
            cells = [_cost(engine)]
            engine.evaluate(HIDE)
            cells.append(_cost(engine))
            engine.open(f"{address}/healthz")
            engine.evaluate(ALONE % json.dumps(sizes))
            cells.append(_cost(engine))
            print(f"| {page} | {sizes} | {' | '.join(cells)} |", flush=True)
    return 0


def _cost(engine: Engine) -> str:
    """Return frames per second, and processor time a frame, while a page goes on."""
    before = _processor_time()
    rate, _messages = engine.evaluate(COUNT % (1000 * SECONDS))
    return f"{rate:.0f} fps, {1000 * (_processor_time() - before) / (rate * SECONDS):.1f} ms"


def _processor_time() -> float:
    """Return the seconds of processor that the browser and its display have used."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        if not process.name().startswith("python"):
            used += sum(process.cpu_times()[:2])
    return used


def main() -> int:
    """Print a table of the browsers; return 1 if one is below the bar or sends messages."""
    if sys.argv[1:2] == ["--painting"]:
        return painting(sys.argv[2])
    missed = False
    print("| browser | page | frames per second | messages |\n|---|---|---|---|")
    with serve(ROOT / "app.py") as (address, _):
        for name, start in ENGINES.items():
            with start() as engine:
                for page, path in PAGES.items():
                    rate, messages = played(engine, f"{address}/{path}")
                    missed |= rate < BAR or messages > 0
                    print(f"| {name} | {page} | {rate:.0f} | {messages} |", flush=True)
    return int(missed)


def played(engine: Engine, address: str) -> tuple[float, int]:
    """Return frames per second and messages while a page plays slowly enough for the whole measurement."""
    engine.open(address)
    wait_for(engine, "!!document.querySelector('svg.marks path')")
    play = f"firstOf({json.dumps('button[aria-label=Play]')})"
    wait_for(engine, f"{REST} && !!{play}")
    click(engine, play)  # the first time may ask the server for the frames
    wait_for(engine, REST)
    wait_for(engine, f"!!{play} || !!firstOf('button[aria-label=Pause]')")
    slow = "((speed) => (speed.value = '0.25', speed.dispatchEvent(new Event('change', { bubbles: true }))))"
    engine.evaluate(f"void {slow}(firstOf('.player select'))")
    if engine.evaluate(f"!!{play}"):
        click(engine, play)
    rate, messages = engine.evaluate(COUNT % (1000 * SECONDS))
    return float(rate), int(messages)


if __name__ == "__main__":
    sys.exit(main())
