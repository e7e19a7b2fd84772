"""In a frame of another site, a page has links instead of a menu, and says where files are refused."""

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnviz.lessons.pages import MENU
from nnviz.web import frames, text
from nnviz.web.visitors import XSRF
from tests.apps import healthy, open_page
from tests.cases import each


def links(app: AppTest) -> list[str]:
    return [str(one.proto.label) for one in app.get("page_link")]


def test_a_framed_page_has_links_to_all_pages_and_no_introduction(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = healthy(open_page("glossary"))
    assert not links(plain)
    framed = SimpleNamespace(is_embedded=True, cookies=st.context.cookies, ip_address=None)
    monkeypatch.setattr(st, "context", framed)
    app = healthy(open_page("glossary"))
    assert links(app) == [page.menu or page.title for page in MENU.values()]
    assert len(app.markdown) < len(plain.markdown)


@each("framed, cookies, says", [(True, {}, True), (True, {XSRF: "2|0|0|0"}, False), (False, {}, False)])
def test_refused_uploads_are_said(
    monkeypatch: pytest.MonkeyPatch, framed: bool, cookies: dict[str, str], says: bool
) -> None:
    said: list[str] = []
    monkeypatch.setattr(st, "context", SimpleNamespace(is_embedded=framed, cookies=cookies))
    monkeypatch.setattr(st, "caption", said.append)
    frames.say_uploads_are_refused()
    assert said == [text.NO_UPLOAD_IN_FRAME] * says
