"""Declare the components, and serve their JavaScript as ES modules.

Streamlit serves the files of a component only if its package is installed, because it looks for them in the metadata of
installed packages (`asset_dir`). The app must also run from a checkout. So the server has a route of its own for the
modules (`static_routes`, used in app.py), and what Streamlit gets of a component is a loader of a few lines.

The address contains a hash of all modules. A browser keeps them as long as they do not change, and a new version never
meets an old one.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600  # seconds

# The app may be mounted below a path that only the browser knows. Streamlit's own script is at <that path>/static/js/.
# A loader has no top-level await: if two components load it at once, one of them would fail in WebKit
# (https://bugs.webkit.org/show_bug.cgi?id=242740). Streamlit waits for what the function returns.
_LOADER = """\
const streamlit = [...document.scripts].map(({{ src }}) => src).find((src) => src.includes("/static/js/")) ?? ""
const base = streamlit.slice(0, Math.max(streamlit.indexOf("/static/js/"), 0))
const module = import(`${{base || location.origin}}{route}/{name}.js`)
export default async (component) => (await module).default(component)
"""


def _version() -> str:
    """Return a hash of all modules."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*.js")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


ROUTE = f"/nnviz-static/{_version()}"


class _Modules(StaticFiles):
    """Serve the modules with the type that a browser demands, whatever the system says about .js, and for long."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        """Return a file."""
        response = super().file_response(*args, **options)
        response.headers["cache-control"] = f"public, max-age={_YEAR}, immutable"
        if str(args[0]).endswith(".js"):
            response.headers["content-type"] = "text/javascript; charset=utf-8"
        return response


def static_routes() -> list[Mount]:
    """Return the routes that serve the modules of the components, for `st.App`."""
    return [Mount(ROUTE, app=_Modules(directory=STATIC))]


def loader(name: str) -> str:
    """Return the module that Streamlit gets of the component of NAME.js."""
    return _LOADER.format(route=ROUTE, name=name)


def declare_component(name: str, html: str) -> Callable[..., None]:
    """Return the function that mounts the component of NAME.js and of NAME.css, if there is one.

    The function takes a key, the data and the callbacks of the component. The data travel as the one item of a list,
    because Streamlit would look through a dictionary for tables with pandas.
    """
    style = STATIC / f"{name}.css"
    css = style.read_text(encoding="utf-8") if style.exists() else None
    mount: Any = st.components.v2.component(f"nnviz_{name}", html=html, css=css, js=loader(name))

    def draw(*, key: str, data: Mapping[str, Any], **callbacks: Callable[[], None]) -> None:
        mount(key=key, data=[data], **callbacks)

    return draw
