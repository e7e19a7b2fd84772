"""Playback in three browsers: frames per second while a run plays, and messages to the server.

Each browser opens the growing network of the home page and the race of optimizers, and plays. What is counted are the
frames that the browser gives the page (requestAnimationFrame): a page that takes too long to draw gets fewer.
"""

import json
import sys

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


def main() -> int:
    """Print a table of the browsers; return 1 if one is below the bar or sends messages."""
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
