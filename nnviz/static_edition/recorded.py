"""Turn what the app draws for a visitor into HTML that needs no Python.

Streamlit's own test runner runs a page and keeps the elements that a browser would get. Text, charts, sliders that
charts follow in the browser, and the components that compute nothing on the server become HTML (lesson.js starts them).
What needs Python is listed.
"""

import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from streamlit.testing.v1 import AppTest

import nnviz.lessons
from nnviz.lessons.pages import UP_TO_GLOSSARY, questions
from nnviz.static_edition import text
from nnviz.static_edition.markdown import to_html
from nnviz.web.lesson import Question
from nnviz.web.live import ALL_FRAMES
from nnviz.web.sharing import SCRIPTS

MAIN = Path(nnviz.lessons.__file__).with_name("main.py")
ALIVE = {"player", "live_sliders", "live_latex", "drag_points", "network_drawing", "surface_3d"}
PREFIX = "nnviz_"  # of the names of components
SECONDS = 120
CONTROLS = {
    *("slider", "select_slider", "number_input", "text_input", "text_area", "selectbox", "multiselect"),
    *("button_group", "toggle", "checkbox", "file_uploader", "data_editor", "arrow_data_frame"),
}
LEFT_OUT = {
    "page_head",
    "told_of_link",
    "question_bar",
    "chapters_head",
    "view",
    "tables",
}  # parts of the app alone


@dataclass
class Recording:
    """Hold the HTML of a chapter, and the labels of what needs Python."""

    html: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)

    def add(self, html: str) -> None:
        """Add HTML."""
        self.html.append(html)


def run_page(page: str, chapter: str = "") -> AppTest:
    """Run a page with a chapter open, as a visitor sees it first. RuntimeError if it shows an error."""
    words = UP_TO_GLOSSARY[page]
    app = AppTest.from_file(MAIN, default_timeout=SECONDS)
    app.session_state[ALL_FRAMES] = True
    if chapter:
        app.query_params[f"{words.prefix}_chapter"] = chapter
    app = (
        app.run() if page == next(iter(UP_TO_GLOSSARY)) else app.switch_page(str(SCRIPTS / words.file)).run()
    )
    if app.exception:
        raise RuntimeError(f"{page}/{chapter}: {app.exception[0].message}")
    return app


def record(app: AppTest) -> Recording:
    """Return what a page drew as HTML."""
    recording = Recording()
    _draw(app.main, recording, _live_sliders(app.main))
    return recording


def _live_sliders(root: Any) -> set[str]:
    """Return the keys of the sliders of a page that its charts and formulas follow in the browser."""
    sliders = {_key(node) for node in _all(root) if node.type == "slider"}
    charts = "".join(node.proto.spec for node in _all(root) if node.type == "vega_lite_chart")
    formulas = [_data(node) for node in _all(root) if _name(node) in {"live_latex", "surface_3d"}]
    drawn = charts + json.dumps(formulas)
    moved = {key for node in _all(root) for key in (_data(node) or {}).get("sliders") or ()}
    return {key for key in sliders & moved if f"'{key}'" in drawn or f'"{key}"' in drawn}


def _all(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _all(child)


def _data(node: Any) -> dict[str, Any] | None:
    """Return the data of a component, else None."""
    if node.type != "bidi_component" or node.proto.WhichOneof("data") != "json":
        return None
    sent = json.loads(node.proto.json)
    return sent[0] if isinstance(sent, list) and sent and isinstance(sent[0], dict) else None


def _name(node: Any) -> str:
    """Return the name of a component, or ""."""
    return node.proto.component_name.removeprefix(PREFIX) if node.type == "bidi_component" else ""


def _key(node: Any) -> str:
    """Return the key that a view gave to an element or a container, or ""."""
    name = str(getattr(getattr(node, "proto", None), "id", "") or "")
    return name.split("-", 2)[2] if name.startswith("$$ID-") and name.count("-") >= 2 else ""


def _draw(node: Any, out: Recording, live: set[str]) -> None:
    kind, key = node.type, _key(node)
    if key in LEFT_OUT or "_chapter_after_" in key:
        return
    drawn = _SIMPLE.get(kind)
    if drawn is not None:
        out.add(drawn(node))
    elif kind == "vega_lite_chart":
        out.add(chart_html(node.proto))
    elif kind == "bidi_component":
        _draw_component(node, out, live)
    elif kind == "slider" and key in live:
        out.add(slider_html(key, node.proto))
    elif kind == "radio" and key in questions():
        out.add(question_html(questions()[key]))
    elif kind in CONTROLS:
        out.needs.append(node.proto.label or kind)
    elif kind in {"button", "download_button"}:
        out.needs.append(node.proto.label)
    else:
        _draw_container(node, out, live)


def _draw_container(node: Any, out: Recording, live: set[str]) -> None:
    """Draw what is inside a container; columns stand side by side, and a popover or an expander folds."""
    inside = Recording(needs=out.needs)
    children = list(getattr(node, "children", {}).values())
    for child in children:
        _draw(child, inside, live)
    if not any(inside.html):
        return
    html = "".join(inside.html)
    if any(child.type == "column" for child in children):
        html = f'<div class="columns">{html}</div>'
    elif node.type == "column":
        html = f'<div class="column" style="flex: {100 * node.proto.weight:.2f} 1 0">{html}</div>'
    elif node.type in {"popover", "expandable", "expander"}:
        label = (node.proto.popover if node.type == "popover" else node.proto).label
        html = f"<details><summary>{to_html(label)[3:-4]}</summary>{html}</details>"
    out.add(html)


def _draw_component(node: Any, out: Recording, live: set[str]) -> None:
    proto, data, name = node.proto, _data(node), _name(node)
    if name not in ALIVE or data is None:
        return
    if name == "drag_points" and not (data["one"] and live & set(data["names"])):
        out.needs.append(f"{text.DRAGGING} {data['words']}")
        return
    if name == "player" and not data["loaded"]:
        out.needs.append(text.PLAYING)
        return
    sent = {"name": name, "html": proto.html_content, "css": proto.css_content, "data": data}
    out.add(f'<div class="component" data-testid="stElementContainer">{as_script(sent)}</div>')


def as_script(value: Any) -> str:
    """Return JSON in an element that no browser runs."""
    coded = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    return f'<script type="application/json">{coded}</script>'


def chart_html(proto: Any) -> str:
    """Return the specification and the data of a chart, and the words for those who do not see it."""
    datasets = {one.name: rows_of(one.data.data) for one in proto.datasets}
    label = escape(proto.alt)
    drawn = f'<div class="drawn" role="img" aria-label="{label}"></div>'
    sent = {"spec": json.loads(proto.spec), "datasets": datasets}
    return f'<div class="chart" data-testid="stElementContainer">{drawn}{as_script(sent)}</div>'


def rows_of(stream: bytes) -> list[dict[str, Any]]:
    """Return the rows of a table that Streamlit sends; what JSON cannot write is null."""
    table = pa.ipc.open_stream(io.BytesIO(stream)).read_all()
    return [{name: _plain(cell) for name, cell in row.items()} for row in table.to_pylist()]


def _plain(cell: Any) -> Any:
    """Return a cell with seven digits, which no screen can tell from more."""
    if not isinstance(cell, float):
        return cell
    return float(np.format_float_positional(cell, 7, fractional=False)) if math.isfinite(cell) else None


def slider_html(key: str, proto: Any) -> str:
    """Return a slider that the charts follow."""
    value, label = proto.default[0], escape(proto.label)
    given = f'min="{proto.min}" max="{proto.max}" step="{proto.step}" value="{value}"'
    box = f'<label class="slider" data-testid="stSlider">{label}<output>{value:.4g}</output>'
    return f'<div class="st-key-{key}">{box}<input type="range" data-live="{key}" {given}></label></div>'


def question_html(question: Question) -> str:
    """Return a question whose answers unfold their replies."""
    folds = [
        f"<details><summary>{to_html(one.text)[3:-4]}</summary>{to_html(one.reply)}</details>"
        for one in question.shuffled()
    ]
    return to_html(f"**{question.text.replace('[[', '').replace(']]', '')}**") + "".join(folds)


def _paragraph(node: Any) -> str:
    return to_html(node.proto.body)


def _caption(node: Any) -> str:
    return f'<div class="caption">{to_html(node.proto.body)}</div>'


def _title(node: Any) -> str:
    return f"<{node.proto.tag}>{escape(node.proto.body)}</{node.proto.tag}>"


_SIMPLE: dict[str, Callable[[Any], str]] = {
    "markdown": _paragraph,
    "latex": _paragraph,
    "caption": _caption,
    "title": lambda _: "",  # the page has its own
    "header": _title,
    "subheader": _title,
    "success": _paragraph,
    "info": _paragraph,
    "warning": _paragraph,
    "text": lambda node: f"<p>{escape(node.proto.body)}</p>",
    "code": lambda node: f"<pre><code>{escape(node.proto.code_text)}</code></pre>",
    "html": lambda _: "",
    "page_link": lambda _: "",
}
