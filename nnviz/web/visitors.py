"""Tell which sessions belong to one visitor, so that many tabs have no larger share of the server than one.

A browser is known by the cookie that the recipe for nginx gives it, or by Streamlit's cookie against forged uploads.
Without a cookie, the address of the network counts, and without an address, the session. A class behind one address
has as many cookies as browsers, so its students are different visitors. Nothing of this is logged or stored.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")

COOKIE, XSRF = "nnviz_visitor", "_streamlit_xsrf"
MOST = 5000  # visitors that are known at once
_KNOWN: OrderedDict[str, dict[str, Any]] = OrderedDict()
_LOCK = Lock()


def of_visitor(name: str, make: Callable[[], T]) -> T:
    """Return what all sessions of this visitor share under a name; ``make`` makes it at first."""
    visitor = name_visitor()
    if not visitor:
        own: T = st.session_state.setdefault(f"__{name}", make())
        return own
    with _LOCK:
        things = _KNOWN.setdefault(visitor, {})
        _KNOWN.move_to_end(visitor)
        if len(_KNOWN) > MOST:
            _KNOWN.popitem(last=False)
        shared: T = things.setdefault(name, make())
        return shared


def name_visitor() -> str:
    """Return a name of the visitor that tells nothing about the person; "" if there is only the session."""
    cookies = st.context.cookies.to_dict()
    known = cookies.get(COOKIE) or read_token(cookies.get(XSRF, "")) or address_of_visitor()
    return hashlib.sha256(known.encode()).hexdigest()[:16] if known else ""


def address_of_visitor() -> str:
    """Return the address of the network that the visitor comes from; "" if it is not known."""
    address = st.context.ip_address
    return address if isinstance(address, str) else ""


def read_token(cookie: str) -> str:
    """Return the token in Streamlit's cookie, which it masks in another way for each page; "" if there is none.

    The cookie is 2|mask|masked token|time, as in Tornado.
    """
    try:
        _, mask, masked, _ = cookie.split("|")
        pad = bytes.fromhex(mask)
        return bytes(byte ^ pad[place % 4] for place, byte in enumerate(bytes.fromhex(masked))).hex()
    except (ValueError, IndexError):
        return ""
