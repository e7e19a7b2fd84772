"""One way to drive three browsers: Chromium by Playwright, Firefox by WebDriver BiDi, WebKitGTK by WebDriver.

Firefox and Chromium are asked directly. WebKitGTK needs its WebKitWebDriver and a display, for which Xvfb is started.
Playwright's own Firefox and WebKit are builds of their own, and not what people have.
"""

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from benchmarks.browser import chromium, free_port

SIZE = (1280, 900)
PATIENCE = 60.0  # seconds until something that a page waits for has failed
_MINI_BROWSERS = (
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
)
_KEYS = {
    "Enter": "\ue007",
    "Backspace": "\ue003",
    "End": "\ue010",
    "ArrowRight": "\ue014",
    "Escape": "\ue00c",
}
_PREFERENCES = """\
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
"""
# WebKitGTK lets a graphics processor put a page together. Emulating one takes 12 ms a frame (docs/BROWSERS.md).
_BY_PROCESSOR = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1"}


class MissingBrowserError(RuntimeError):
    """Raised where a browser or what drives it is not installed."""


class Engine(Protocol):
    """What a lesson needs of a browser."""

    def open(self, address: str) -> None:
        """Open a page."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript, which may wait for a promise."""

    def point(self, x: float, y: float) -> None:
        """Move the mouse."""

    def press(self) -> None:
        """Press the button of the mouse."""

    def release(self) -> None:
        """Release the button of the mouse."""

    def type(self, *keys: str) -> None:
        """Press keys one after the other: characters, or names such as Enter."""

    def version(self) -> str:
        """Return the name of the browser that the page sees."""


def wait_for(engine: Engine, expression: str) -> Any:
    """Return the value of an expression as soon as it is true; TimeoutError if it never is."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = engine.evaluate(expression)
        if value:
            return value
        time.sleep(0.05)
    raise TimeoutError(f"never true in {engine.version()}: {expression}")


def click(engine: Engine, element: str) -> None:
    """Click in the middle of an element, which an expression of JavaScript finds, as soon as it is there and rests."""
    hover(engine, element)
    engine.press()
    engine.release()


def hover(engine: Engine, element: str) -> tuple[float, float]:
    """Move the mouse over the middle of an element, as soon as it is there and rests; return where that is."""
    x, y = wait_for(engine, f"middleOf({element})")
    time.sleep(0.1)
    while (x, y) != (now := tuple(wait_for(engine, f"middleOf({element})"))):
        x, y = now
        time.sleep(0.1)
    engine.point(x, y)
    return x, y


HELPERS = """[
  globalThis.middleOf = (element) => {
    if (!element) return null
    const { top, bottom } = element.getBoundingClientRect()
    if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block: 'center' })
    const { x, y, width, height } = element.getBoundingClientRect()
    const [across, down] = [x + width / 2, y + height / 2]
    const isInside = across >= 0 && across < innerWidth && down >= 0 && down < innerHeight
    return width && height && isInside ? [across, down] : null
  },
  globalThis.firstOf = (selector, root = document) => {
    const found = [...root.querySelectorAll(selector)].find((one) => one.getClientRects().length)
    if (found) return found
    for (const { shadowRoot } of root.querySelectorAll('*')) {
      const inside = shadowRoot && firstOf(selector, shadowRoot)
      if (inside) return inside
    }
    return null
  },
]"""
"""`middleOf` an element is its place, null outside the window; `firstOf` a selector is seen, perhaps in a component."""


class _Chromium:
    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)
        self.evaluate(f"void ({HELPERS})")

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(f"async () => ({expression})")

    def point(self, x: float, y: float) -> None:
        self._page.mouse.move(x, y)

    def press(self) -> None:
        self._page.mouse.down()

    def release(self) -> None:
        self._page.mouse.up()

    def type(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)

    def version(self) -> str:
        return f"Chromium {self._page.evaluate('navigator.userAgent')}"


def in_chromium(page: Page) -> Engine:
    """Return the engine of a page that Playwright has opened."""
    return _Chromium(page)


class _Driven:
    """What is said in the same words to both kinds of WebDriver."""

    def perform(self, actions: Sequence[Mapping[str, Any]]) -> None:
        raise NotImplementedError

    def evaluate(self, expression: str) -> Any:
        raise NotImplementedError

    def _mouse(self, action: Mapping[str, Any]) -> None:
        self.perform(
            [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [action]}]
        )

    def point(self, x: float, y: float) -> None:
        self._mouse(
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0, "origin": "viewport"}
        )

    def press(self) -> None:
        self._mouse({"type": "pointerDown", "button": 0})

    def release(self) -> None:
        self._mouse({"type": "pointerUp", "button": 0})

    def type(self, *keys: str) -> None:
        values = [_KEYS.get(key, key) for key in keys]
        actions = [{"type": kind, "value": value} for value in values for kind in ("keyDown", "keyUp")]
        self.perform([{"type": "key", "id": "keyboard", "actions": actions}])

    def version(self) -> str:
        return str(self.evaluate("navigator.userAgent"))


class _Firefox(_Driven):
    """Firefox over WebDriver BiDi, which it speaks by itself on its remote port."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self._send("session.new", {"capabilities": {}})
        self._context = self._send("browsingContext.getTree", {})["contexts"][0]["context"]
        size = dict(zip(("width", "height"), SIZE, strict=True))
        self._send("browsingContext.setViewport", {"context": self._context, "viewport": size})

    def _send(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(PATIENCE))
            if message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                found: dict[str, Any] = message["result"]
                return found

    def open(self, address: str) -> None:
        self._send("browsingContext.navigate", {"context": self._context, "url": address, "wait": "complete"})
        self.evaluate(f"void ({HELPERS})")

    def evaluate(self, expression: str) -> Any:
        code = f"(async () => JSON.stringify(await ({expression})))()"
        given = {"expression": code, "target": {"context": self._context}, "awaitPromise": True}
        found = self._send("script.evaluate", given)
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def perform(self, actions: Sequence[Mapping[str, Any]]) -> None:
        self._send("input.performActions", {"context": self._context, "actions": actions})


class _WebKit(_Driven):
    """WebKitGTK over WebDriver."""

    def __init__(self, address: str, browser: str) -> None:
        self._address = address
        options = {"binary": browser, "args": ["--automation"]}
        answer = self._send(
            "/session", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        )
        self._session = f"/session/{answer['sessionId']}"
        self._send(f"{self._session}/timeouts", {"script": 1000 * PATIENCE, "pageLoad": 1000 * PATIENCE})
        with contextlib.suppress(RuntimeError):  # without a window manager it keeps its size
            self._send(f"{self._session}/window/rect", dict(zip(("width", "height"), SIZE, strict=True)))

    def _send(self, path: str, body: Mapping[str, Any] | None = None, method: str = "POST") -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(
            self._address + path, data, {"content-type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()[:300]}") from None

    def open(self, address: str) -> None:
        self._send(f"{self._session}/url", {"url": address})
        self.evaluate(f"void ({HELPERS})")

    def evaluate(self, expression: str) -> Any:
        code = f"const done = arguments[0]; (async () => JSON.stringify(await ({expression})))()" + (
            ".then((text) => done([text ?? 'null']), (error) => done([null, String(error)]))"
        )
        text, *wrong = self._send(f"{self._session}/execute/async", {"script": code, "args": []})
        if wrong:
            raise RuntimeError(wrong[0])
        return json.loads(text)

    def perform(self, actions: Sequence[Mapping[str, Any]]) -> None:
        self._send(f"{self._session}/actions", {"actions": actions})

    def end(self) -> None:
        self._send(self._session, method="DELETE")


@contextlib.contextmanager
def _run(*command: str, **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program until the block ends."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **{**quiet, **options}) as program:
        try:
            yield program
        finally:
            program.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(timeout=10)
            program.kill()


def _required(*names: str) -> str:
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        raise MissingBrowserError(f"none of {', '.join(names)} is installed")
    return found


@contextlib.contextmanager
def _chromium() -> Iterator[Engine]:
    with sync_playwright() as playwright, chromium(playwright) as browser:
        width, height = SIZE
        yield _Chromium(browser.new_page(viewport={"width": width, "height": height}))


@contextlib.contextmanager
def _firefox() -> Iterator[Engine]:
    program, port = _required("firefox-esr", "firefox"), free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        (Path(profile) / "user.js").write_text(_PREFERENCES)
        options = ("--headless", "--no-remote", "--profile", profile, f"--remote-debugging-port={port}")
        environment = {**os.environ, "HOME": profile}
        with _run(program, *options, env=environment) as process, _connected(port, process) as socket:
            yield _Firefox(socket)


def _connected(port: int, process: "subprocess.Popen[bytes]") -> ClientConnection:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            return connect(f"ws://127.0.0.1:{port}/session", max_size=None)
        time.sleep(0.1)
    raise RuntimeError(f"Firefox does not answer (exit code {process.poll()})")


@contextlib.contextmanager
def _webkit() -> Iterator[Engine]:
    driver, port = _required("WebKitWebDriver"), free_port()
    browser = next((path for path in _MINI_BROWSERS if Path(path).exists()), None)
    if browser is None:
        raise MissingBrowserError("the MiniBrowser of WebKitGTK is not installed")
    with contextlib.ExitStack() as stack:
        display = stack.enter_context(_display())
        settings = {"DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        environment = {**_BY_PROCESSOR, **os.environ, **settings}
        stack.enter_context(_run(driver, "--host=127.0.0.1", f"--port={port}", env=environment))
        _answers(f"http://127.0.0.1:{port}/status")
        engine = _WebKit(f"http://127.0.0.1:{port}", browser)
        try:
            yield engine
        finally:
            engine.end()


@contextlib.contextmanager
def _display() -> Iterator[str]:
    """Start a display without a screen; it says its number itself."""
    reading, writing = os.pipe()
    width, height = SIZE
    options = ("-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp")
    with _run(_required("Xvfb"), *options, pass_fds=(writing,)):
        os.close(writing)
        with os.fdopen(reading) as pipe:
            yield f":{pipe.readline().strip()}"


def _answers(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {address}")


ENGINES = {"Chromium": _chromium, "Firefox": _firefox, "WebKitGTK": _webkit}
"""How each browser is started: a context that gives an ``Engine``."""
