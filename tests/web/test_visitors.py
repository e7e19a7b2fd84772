"""All tabs of one browser count as one visitor, and the browsers behind one address do not."""

import threading
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from nnviz.web import shared_cache, visitors
from nnviz.web.shared_cache import one_at_a_time
from nnviz.web.visitors import of_visitor, read_token
from tests.cases import each


def come(monkeypatch: pytest.MonkeyPatch, *, address: str | None = None, **cookies: str) -> None:
    """Be a visitor with these cookies, from this address."""
    context = SimpleNamespace(cookies=SimpleNamespace(to_dict=lambda: cookies), ip_address=address)
    monkeypatch.setattr(st, "context", context)


def test_tabs_of_a_browser_share_and_browsers_of_a_class_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "_KNOWN", type(visitors._KNOWN)())
    tokens = [bytes(range(16)), bytes(16)]
    found: list[list[int]] = []
    for token in (*tokens, *tokens):  # Streamlit masks the token of a cookie anew for each page
        come(monkeypatch, address="10.0.0.1", _streamlit_xsrf=generate_xsrf_token_string(token))
        found.append(of_visitor("thing", list))
    assert found[0] is found[2]
    assert found[1] is found[3]
    assert found[0] is not found[1]
    come(monkeypatch, address="10.0.0.1")
    assert all(of_visitor("thing", list) is not each for each in found)
    assert of_visitor("thing", list) is of_visitor("thing", list)
    come(monkeypatch, address="10.0.0.1", nnviz_visitor="a")
    assert of_visitor("thing", list) is not of_visitor("other", list)
    assert not any("10.0.0.1" in name for name in visitors._KNOWN)


def test_only_some_visitors_are_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "_KNOWN", type(visitors._KNOWN)())
    monkeypatch.setattr(visitors, "MOST", 3)
    for name in "abcde":
        come(monkeypatch, nnviz_visitor=name)
        of_visitor("thing", list)
    assert len(visitors._KNOWN) == 3


@each("cookie", ["", "2|", "2|x|y|1", "2||00|1", "1", "2|00|00|00|00"])
def test_what_is_no_cookie_of_streamlit_has_no_token(cookie: str) -> None:
    assert read_token(cookie) == ""


def test_long_work_of_a_visitor_is_done_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_cache, "_POLL", 0.001)
    mine = threading.RLock()
    monkeypatch.setattr(shared_cache, "of_visitor", lambda _name, _make: mine)
    inside, told, order = threading.Event(), threading.Event(), list[str]()

    def first() -> None:
        with one_at_a_time(lambda: None), one_at_a_time(lambda: None):
            inside.set()
            assert told.wait(30)
            order.append("first")

    def second() -> None:
        with one_at_a_time(told.set):
            order.append("second")

    threads = [threading.Thread(target=work) for work in (first, second)]
    threads[0].start()
    assert inside.wait(30)
    threads[1].start()
    for thread in threads:
        thread.join(30)
    assert order == ["first", "second"]
