"""Show the app in a frame of another site: without the menu, and with links to all pages at the end of each page.

The address of the frame has ``embed=true``. Streamlit keeps it when the visitor goes to another page.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from nnviz.web import text
from nnviz.web.visitors import XSRF

_LESS_ROOM_ABOVE = "<style>.stMainBlockContainer { padding-top: 0.5rem; }</style>"


def is_framed() -> bool:
    """Return whether the address asks for the layout of a frame."""
    return bool(st.context.is_embedded)


def link_pages(links: Sequence[tuple[Any, str]]) -> None:
    """Draw links to the pages, each given by its script and its label: in a frame there is no menu."""
    if not is_framed():
        return
    st.html(_LESS_ROOM_ABOVE)
    with st.container(key="framed_menu", horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(text.FRAMED_MENU, width="content")
        for script, label in links:
            st.page_link(script, label=label, width="content")


def say_uploads_are_refused() -> None:
    """Say where files can be chosen, if the browser sends no cookie into this frame: Streamlit then refuses files."""
    if is_framed() and XSRF not in st.context.cookies:
        st.caption(text.NO_UPLOAD_IN_FRAME)
