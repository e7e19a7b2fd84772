"""Carry texts that are too long for a link: behind a short link, or in a file that opens in the app.

A control attaches such a text under its key. A visitor who comes by a short link has its code in the link, and the
control takes the text from here.
"""

import streamlit as st

from nnviz.store import StoreUnavailable, open_store
from nnviz.web import links
from nnviz.web.short_links import ATTACHED, find, is_guessing, note_miss
from nnviz.web.visitors import address_of_visitor

_SHOWN, _OPENED, _CODE = "__attached", "__opened", "__opened_code"


def attach(key: str, typed: str) -> None:
    """Note that the control ``key`` shows a text that the link does not hold."""
    st.session_state.setdefault(_SHOWN, {})[key] = typed


def detach(key: str) -> None:
    """Note that the link holds all that the control ``key`` shows."""
    st.session_state.get(_SHOWN, {}).pop(key, None)


def detach_all() -> None:
    """Forget the texts of the page that was open before."""
    st.session_state.pop(_SHOWN, None)


def attached() -> dict[str, str]:
    """Return the texts of the page that its link does not hold."""
    return dict(st.session_state.get(_SHOWN, {}))


def take(key: str) -> str | None:
    """Return the text that a short link or a file brought for the control ``key``, once; None if there is none."""
    _open_linked()
    brought: dict[str, str] = st.session_state.get(_OPENED, {})
    return brought.pop(key, None)


def _open_linked() -> None:
    """Find the texts of the code in the link, once for each code."""
    code = st.query_params.get(ATTACHED)
    if code is None or code == st.session_state.get(_CODE):
        return
    st.session_state[_CODE] = code
    links.accept(ATTACHED)
    try:
        store, asked_by = open_store(), address_of_visitor()
        state = None if is_guessing(store, asked_by) else find(store, code)
        if state is None:
            note_miss(store, asked_by)
    except StoreUnavailable:
        state = None
    if state is not None:
        st.session_state[_OPENED] = dict(state.texts)
