"""A Streamlit server on the loopback and a Chromium to look at it: for the browser tests and the benchmarks."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).parent.parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHART = "[data-testid=stVegaLiteChart] svg path"


@contextlib.contextmanager
def serve(script: Path, *options: str) -> Iterator[tuple[str, int]]:
    """Run `streamlit run script` until the block ends; gives its address and its process id.

    Compiled files are kept, as they are for a person who starts the app twice.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    server = subprocess.Popen([*command, *options], cwd=script.parent, stdout=subprocess.DEVNULL, env=kept)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(address: str, server: "subprocess.Popen[Any]") -> None:
    """Wait until a Streamlit server answers; RuntimeError if it ends before, or after a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"no Streamlit server at {address} (exit code {server.poll()})")


def wait_until_ready(address: str) -> None:
    """Wait until /healthz answers 200; Streamlit's own page answers for a server without this route."""
    while True:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return
        time.sleep(0.01)


def chromium(playwright: Playwright) -> Browser:
    """Return the Chromium or Chrome of the system, else Playwright's own, fetched where it is missing."""
    system = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if system is None and not os.path.exists(playwright.chromium.executable_path):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    return playwright.chromium.launch(executable_path=system, args=FLAGS)


# A page asks its server for a run in field 11 of a BackMsg, and hears that one is over in field 6 of a ForwardMsg.
# `runAsked`: no run has ended since the last request. `openRuns`: requests without a run; a run may answer several.
# `late`: milliseconds that a test makes each message of the server late.
COUNT_RUNS = """(() => {
  const number = (bytes, at) => {
    let value = 0, shift = 0
    do value += (bytes[at] & 127) * 2 ** shift, shift += 7
    while (bytes[at++] >= 128)
    return [value, at]
  }
  const fields = (bytes) => {
    const found = []
    for (let at = 0, tag, size; at < bytes.length; ) {
      [tag, at] = number(bytes, at);
      [size, at] = number(bytes, at)
      found.push(tag >> 3)
      if ((tag & 7) === 2) at += size
    }
    return found
  }
  const Plain = WebSocket
  window.openRuns = 0
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', (event) => {
        const { data, isLate } = event
        if (window.late && !isLate) {
          const again = Object.assign(new MessageEvent('message', { data }), { isLate: true })
          setTimeout(() => this.dispatchEvent(again), window.late)
          return event.stopImmediatePropagation()
        }
        if (!fields(new Uint8Array(data)).includes(6)) return
        window.runAsked = false
        window.openRuns = Math.max(window.openRuns - 1, 0)
      })
    }
    send(data) {
      if (fields(data).includes(11)) window.runAsked = true, window.openRuns += 1
      super.send(data)
    }
  }
})()"""

AT_REST = """(quiet) => new Promise((done, fail) => {
  const all = (selector) => [...document.querySelectorAll(selector)]
  const busy = () =>
    window.runAsked ||
    !document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]') ||
    all('[data-testid=stVegaLiteChart]').some((chart) => !chart.querySelector('svg path, canvas')) ||
    document.getAnimations().some((one) => one.playState === 'running')
  const most = 30 // milliseconds between two looks that count: in a longer time the page did not get the processor
  const missing = 600 // milliseconds of rest after which a request without a run was answered by the run before
  const begin = performance.now()
  let looked = begin, rested = 0
  const watch = new MutationObserver(() => { rested = 0 })
  watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
  const look = () => {
    const now = performance.now()
    rested = busy() ? 0 : rested + Math.min(now - looked, most)
    looked = now
    const over = rested >= (window.openRuns > 0 ? Math.max(quiet, missing) : quiet)
    if (!over && now - begin < 60000) return setTimeout(look, 15)
    watch.disconnect()
    if (!over) return fail(new Error('after a minute the page is still not at rest'))
    window.openRuns = 0
    done()
  }
  look()
})"""


def settle(page: Page, milliseconds: int = 120) -> None:
    """Wait until each run that was asked for is over, all charts are drawn, and nothing has changed for a while.

    The runs are known where the page was told to `COUNT_RUNS`; elsewhere the while must be longer than a
    question takes to the server and back. While the processor is busy, the page does nothing, and the while is longer.
    """
    page.evaluate(AT_REST, milliseconds)


def go(page: Page, address: str) -> None:
    """Open a page of an app and wait until it is whole."""
    page.goto(address)
    page.wait_for_selector(CHART, state="attached", timeout=60_000)
    settle(page)


def hold(page: Page, key: str, pixels: float) -> float:
    """Take the thumb of the slider of that key and move it, without letting go; the value it then has."""
    thumb = page.locator(f".st-key-{key} input").first
    thumb.scroll_into_view_if_needed()
    x, y = thumb.evaluate(
        "(input) => { const r = input.closest('div').getBoundingClientRect(); return [r.x, r.y + r.height / 2] }"
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels, y, steps=5)
    settle(page)
    return float(thumb.evaluate("(input) => input.value"))
