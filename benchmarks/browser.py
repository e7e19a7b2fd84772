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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    server = subprocess.Popen([*command, *options], cwd=script.parent, stdout=subprocess.DEVNULL, env=kept)
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_healthy(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"no Streamlit server at {address} (exit code {server.poll()})")


def chromium(playwright: Playwright) -> Browser:
    """The Chromium or Chrome of the system, else Playwright's own, fetched where it is missing."""
    system = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if system is None and not os.path.exists(playwright.chromium.executable_path):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    return playwright.chromium.launch(executable_path=system, args=FLAGS)


def settle(page: Page, milliseconds: int = 600) -> None:
    """Wait until the script has run and nothing has changed in the page for a while."""
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')", timeout=20_000)
    page.evaluate(
        """(quiet) => new Promise((done) => {
          let timer = setTimeout(end, quiet)
          const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, quiet) })
          function end() { watch.disconnect(); done() }
          watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
          setTimeout(end, 15000)
        })""",
        milliseconds,
    )
