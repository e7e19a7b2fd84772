"""The files that a component is made of, as the texts that Streamlit serves; nothing is fetched at run time."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)"\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
_COMMENT = re.compile(r"^ *(//.*|/\*\*(?s:.*?)\*/)\n", re.MULTILINE)


def component(name: str, html: str) -> Callable[..., None]:
    """What mounts the component of NAME.js and of NAME.css, if there is one, with a key, its data and its callbacks.

    The data travel as the one item of a list: Streamlit would look through a dictionary for tables, with pandas.
    """
    look = _HERE / f"{name}.css"
    css = look.read_text(encoding="utf-8") if look.exists() else None
    mount: Any = st.components.v2.component(f"nnviz_{name}", html=html, css=css, js=script(f"{name}.js"))

    def draw(*, key: str, data: Mapping[str, Any], **callbacks: Callable[[], None]) -> None:
        mount(key=key, data=[data], **callbacks)

    return draw


def script(name: str) -> str:
    """The text of a JavaScript module with the modules it imports before it, each once, in one text.

    Streamlit sends one text a component, at every rerun, so it goes without comments; in separate files, the pure parts
    can be tested by Node.
    """
    found: dict[str, str] = {}
    _collect(name, found)
    return _COMMENT.sub("", "\n".join(found.values()))


def _collect(name: str, found: dict[str, str]) -> None:
    text = (_HERE / name).read_text(encoding="utf-8")
    for imported in _IMPORT.findall(text):
        if imported not in found:
            _collect(imported, found)
    found[name] = _EXPORT.sub("", _IMPORT.sub("", text))
