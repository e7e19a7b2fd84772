"""The JavaScript beside the Python: its pure parts run in Node, and the server has all that its modules import."""

import asyncio
import json
import re
import subprocess
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable
from starlette.applications import Starlette

from nnviz.web.components import ROUTE, loader, static_routes
from tests.loops import run

TESTS = Path(__file__).parent.parent / "js"
HERE = TESTS.parent.parent / "nnviz" / "web" / "static"
NODE = compute_driver_executable()[0]  # Playwright brings its own
COMPONENTS = [path.name for path in sorted(HERE.glob("*.js")) if "export default" in path.read_text("utf-8")]


def test_the_pure_parts_pass_their_own_tests() -> None:
    ran = subprocess.run(
        [NODE, "--test", *sorted(map(str, TESTS.glob("*.test.mjs")))], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]


AS_A_FUNCTION = """
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"))
for (const [name, text] of Object.entries(texts)) {
  const code = text
    .replace(/^import [^"]*"[^"]*"/gm, "")
    .replace(/^export default/gm, "return")
    .replace(/^export /gm, "")
    .replaceAll("import.meta", "globalThis")
  try { new Function(code) } catch (error) { console.log(name, String(error)) }
}"""


def test_no_module_waits_while_it_is_loaded() -> None:
    # Two components load such a module at once: in WebKit one of them fails. A plain function may not wait.
    texts = {path.name: path.read_text("utf-8") for path in HERE.glob("*.js")}
    texts["the loader"] = loader("drag_points")
    ran = subprocess.run([NODE, "-e", AS_A_FUNCTION], input=json.dumps(texts), capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def get(path: str) -> tuple[int, dict[str, str], str]:
    """What the server's own routes answer: status, headers, text."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)  # a browser sends nothing more and stays connected
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [],
    }
    run(lambda: Starlette(routes=static_routes())(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]).decode()


# Without live values.
ALONE = {
    "chapter_turns.js",
    "chart_file.js",
    "chapters.js",
    "class_console.js",
    "downloads.js",
    "drawing_pad.js",
    "menu.js",
    "share_link.js",
}


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_server_has_a_component_and_all_that_it_imports(name: str) -> None:
    waiting, loaded = [name], set()
    while waiting:
        file = waiting.pop()
        status, headers, text = get(f"{ROUTE}/{file}")
        assert status == 200, file
        assert headers["content-type"] == "text/javascript; charset=utf-8"
        assert "immutable" in headers["cache-control"]
        loaded.add(file)
        imported = re.findall(r'from "\./([\w.]+)"', text)
        waiting += [other for other in imported if other not in loaded]
    assert "live_bus.js" in loaded or name in ALONE


def test_a_file_that_is_no_module_is_not_served() -> None:
    assert get(f"{ROUTE}/../components.py")[0] == 404
    assert get(f"{ROUTE}/nothing.js")[0] == 404


FOREIGN = re.compile(r"stSlider|st-key|data-testid|svg\.marks|role-frame|katex|mathcolor")


@pytest.mark.parametrize("path", sorted(HERE.glob("*.js")), ids=lambda path: path.name)
def test_selectors_into_pages_that_others_draw_stand_in_one_file(path: Path) -> None:
    text = re.sub(r"//.*|/\*\*(?s:.*?)\*/", "", path.read_text("utf-8"))
    assert path.name == "dom.js" or not FOREIGN.search(text)


ROOMS = {"class_console.js", "room.js"}


@pytest.mark.parametrize("path", sorted(HERE.glob("*.js")), ids=lambda path: path.name)
def test_nothing_is_fetched_at_run_time(path: Path) -> None:
    code = re.sub(r"/\*\*(?s:.*?)\*/", "", path.read_text("utf-8"))  # types are imported in comments
    text = code.replace("http://www.w3.org/2000/svg", "")
    if path.name in ROOMS:
        text = re.sub(r"fetch\(new URL\(`room/[^`]*`, BASE\)", "", text)  # the app's own route
    if path.name == "chart_picture.js":  # the fonts that the page has
        text = text.replace("fetch(new URL(address, face.parentStyleSheet?.href ?? location.href))", "")
    assert not re.search(r"https?:|fetch\(|XMLHttpRequest|import\(|importScripts", text)
