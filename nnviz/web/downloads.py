"""Let the reader take the open chapter along: each picture as PNG and SVG, its data as CSV, a run as a film, a handout.

The pictures are made in the browser (static/downloads.js), of what it shows. The data are written here, once the reader
asks for those of one picture: the chapter is drawn again, and the function that draws this picture gives its columns.
So nothing is kept for a reader who asks for nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from nnviz._csv import columns_as_csv
from nnviz.web import text
from nnviz.web.chapters import draw_again
from nnviz.web.components import declare_component
from nnviz.web.turns import fragment

_HTML = f"""\
<div class="downloads">
  <p class="none"></p>
  <ul class="list"></ul>
  <label class="white" hidden><input type="checkbox">{escape(text.ON_WHITE)}</label>
  <output class="said" aria-live="polite"></output>
  <button type="button" class="print">{escape(text.PRINT)}</button>
</div>
"""
_PANEL = declare_component("downloads", _HTML)
_FILE = declare_component("chart_file", "")
_KEY, _FRAGMENT = "downloads", "chart_file"
_WANTED, _WRITTEN, _NUMBER = "__data_wanted", "__data_written", "__data_number"


def offer_downloads() -> None:
    """Draw the button, and under it the pictures of the open chapter; it may stand in a fragment."""
    with st.popover(text.DOWNLOADS, icon=":material/download:", key="downloads_open", wrap=False):
        _PANEL(key=_KEY, data={"texts": text.DOWNLOAD_TEXTS}, on_wanted_change=_want)


def _want() -> None:
    """Draw the open chapter again, so that the picture whose data are wanted gives them."""
    wanted = st.session_state[_KEY].get("wanted")
    if isinstance(wanted, str):
        st.session_state[_WANTED] = wanted
        draw_again(_FRAGMENT)


def give(key: str, columns: Callable[[], Mapping[str, Sequence[Any]]]) -> None:
    """Write the data of the picture with that key, if the reader has asked for them."""
    if st.session_state.get(_WANTED) == key:
        del st.session_state[_WANTED]
        st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
        st.session_state[_WRITTEN] = (key, columns_as_csv(columns()))


def send_data() -> None:
    """Send the browser the data that were written in this run; call it after the chapters."""
    fragment(key=_FRAGMENT)(_send)()


def _send() -> None:
    if _NUMBER in st.session_state:
        key, written = st.session_state.pop(_WRITTEN, ("", ""))
        _FILE(key=_FRAGMENT, data={"number": st.session_state[_NUMBER], "key": key, "text": written})
