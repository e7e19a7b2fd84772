"""Playback in three browsers: frames per second while a run plays, and messages to the server.

Each browser opens the growing network of the home page and the race of optimizers, and plays. What is counted are the
frames that the browser gives the page (requestAnimationFrame): a page that takes too long to draw gets fewer.

``--painting NAME`` says where the time goes in the browser NAME: a page where nothing changes, one where a word or a
curve changes, and the two runs with their charts and with hidden ones, so that all scripts run and nothing is painted.
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
  { textContent: '.stVegaLiteChart svg { display: none !important }' }))"""
ALONE = {
    "an empty page": "document.body.replaceChildren()",
    "one word that changes": """(() => {
  const draw = (time) => (document.body.textContent = time, requestAnimationFrame(draw))
  draw(0)
})()""",
    "one curve that changes": """(() => {
  document.body.innerHTML = '<svg width="700" height="400"><path fill="none" stroke="blue" stroke-width="2"/></svg>'
  const draw = (time) => {
    const places = Array.from({ length: 200 }, (_, k) => `${k * 3.5},${200 + 160 * Math.sin(k / 20 + time / 300)}`)
    document.querySelector("path").setAttribute("d", `M${places.join("L")}`)
    requestAnimationFrame(draw)
  }
  draw(0)
})()""",
}


def painting(name: str) -> int:
    """Print frames per second, and processor time a frame: of three pages of one mark, and of a run that plays.

    The processor time is that of the browser and of Xvfb. It says the same on a busy machine. The run plays at full
    speed, with its charts and with hidden ones.
    """
    print("| page | frames per second | processor time of a frame |\n|---|---|---|")
    with serve(ROOT / "app.py") as (address, _), ENGINES[name]() as engine:
        for page, change in ALONE.items():
            engine.open(f"{address}/healthz")
            engine.evaluate(f"void {change}")
            print(f"| {page} | {_cost(engine)} |", flush=True)
        for page, path in PAGES.items():
            play(engine, f"{address}/{path}", speed=1)
            print(f"| {page} | {_cost(engine)} |", flush=True)
            play(engine, f"{address}/{path}", speed=1)
            engine.evaluate(HIDE)
            print(f"| {page}, charts hidden | {_cost(engine)} |", flush=True)
    return 0


def _cost(engine: Engine) -> str:
    """Return frames per second, and processor time a frame, while a page goes on."""
    before = _processor_time()
    rate, _messages = engine.evaluate(COUNT % (1000 * SECONDS))
    return f"{rate:.0f} | {1000 * (_processor_time() - before) / (rate * SECONDS):.1f} ms"


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
                    play(
                        engine, f"{address}/{path}", speed=0.25
                    )  # so that it plays during the whole measurement
                    rate, messages = engine.evaluate(COUNT % (1000 * SECONDS))
                    missed |= rate < BAR or messages > 0
                    print(f"| {name} | {page} | {rate:.0f} | {messages} |", flush=True)
    return int(missed)


def play(engine: Engine, address: str, *, speed: float) -> None:
    """Open a page, and let its run play at ``speed`` times its own speed."""
    engine.open(address)
    wait_for(engine, "!!document.querySelector('svg.marks path')")
    button = f"firstOf({json.dumps('button[aria-label=Play]')})"
    wait_for(engine, f"{REST} && !!{button}")
    click(engine, button)  # the first time may ask the server for the frames
    wait_for(engine, REST)
    wait_for(engine, f"!!{button} || !!firstOf('button[aria-label=Pause]')")
    choose = (
        f"((list) => (list.value = '{speed}', list.dispatchEvent(new Event('change', {{ bubbles: true }}))))"
    )
    engine.evaluate(f"void {choose}(firstOf('.player select'))")
    if engine.evaluate(f"!!{button}"):
        click(engine, button)


if __name__ == "__main__":
    sys.exit(main())
