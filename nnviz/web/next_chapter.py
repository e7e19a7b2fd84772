"""Lead from the end of a chapter to the beginning of the next one."""

from collections.abc import Mapping

import streamlit as st

from nnviz.web import text

_PRESSES = "__next_chapter"  # how often this visitor has gone on


def offer_next(key: str, titles: Mapping[str, str], opened: str) -> None:
    """Draw a button below the chapter ``opened`` that opens the next one of ``titles`` at its top, if there is one.

    key: the parameter of the link that names the chapter. titles: of all chapters in order, by their keys.
    """
    names = list(titles)
    following = names[names.index(opened) + 1 :]
    if following:
        st.button(
            text.next_chapter(titles[following[0]]),
            key=f"{key}_after_{opened}",
            icon=":material/arrow_forward:",
            on_click=_open,
            args=(key, following[0]),
        )


def count_presses() -> int:
    """Return how often the visitor has gone on by the button; then the page shows its top (static/chapters.js)."""
    return int(st.session_state.get(_PRESSES, 0))


def _open(key: str, chapter: str) -> None:
    st.query_params[key] = chapter
    st.session_state[_PRESSES] = st.session_state.get(_PRESSES, 0) + 1
    st.rerun()  # the whole page: the button stands in a fragment
