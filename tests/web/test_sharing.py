"""Every page offers its link, and the QR code of it."""

from pathlib import Path

import pytest
import segno
from streamlit.testing.v1 import AppTest

from nnviz.store.sqlite_store import SqliteStore
from nnviz.web import sharing, text
from nnviz.web.sharing import MOST, Sent, draw_code
from nnviz.web.short_links import MAX_STATE, PageState, read_link
from tests.apps import healthy, open_page
from tests.cases import all_hold

LINK = "https://example.org/universal_approximation?ua_chapter=bumps&ua_width=12"


BASE = "https://example.org/"


def opened(link: str = "") -> AppTest:
    """The glossary, whose popover is open, after the browser has sent a link."""
    app = open_page("glossary")
    app.session_state[sharing._OPEN] = True
    if link:
        app.session_state[sharing._SENT] = Sent(link, BASE)
    return healthy(app.run())


def said(app: AppTest) -> list[str]:
    return [box.value for box in (*app.markdown, *app.info, *app.text)]


def test_the_words_stand_in_the_popover_once_it_is_open() -> None:
    assert text.SHARE_ABOUT not in said(healthy(open_page("glossary")))
    assert text.SHARE_ABOUT in said(opened())


def test_a_page_has_a_short_link_or_the_reason_why_not_and_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    short, problem = sharing.shorten(Sent(LINK, BASE), {})
    assert problem is None
    assert short.startswith(f"{BASE}s/")
    page = f"{BASE}glossary?gl_search="
    long = opened(page + "h" * MAX_STATE)
    assert any("too long for a short link" in words for words in said(long))
    assert any("too long for a QR code" in words for words in said(long))
    assert len(long.get("download_button")) == 1
    monkeypatch.setattr(sharing, "open_store", lambda: SqliteStore(Path("/dev/null/none")))
    assert any(text.no_short_link("") in words for words in said(opened(f"{page}loss")))


def test_a_file_holds_a_page_and_other_files_are_refused() -> None:
    state = read_link(LINK, {"ua_points": "1 2\n" * 9000})
    assert sharing.read_file(state.encode()) == state
    wrong = {
        "no JSON": b"\x00\xff",
        "another page": PageState("no_such_page").encode(),
        "a path": b'{"page": "../../etc", "query": "", "texts": {}}',
        "numbers": b'{"page": "glossary", "query": 3, "texts": {}}',
        "a list": b'{"page": "glossary", "query": "", "texts": [1, 2]}',
        "deep": b"[" * 100_000,
        "too large": b" " * 1_000_001 + state.encode(),
    }

    def is_refused(content: bytes) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it is, the reader sees one sentence
            sharing.read_file(content)

    all_hold(is_refused, wrong)


def test_a_code_is_a_full_one_with_the_finders_of_the_standard() -> None:
    """OpenCV's reader has read such codes; here they have the size and the three corners of ISO/IEC 18004."""
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    for link, version in (("a", 1), (LINK, 4), ("h" * MOST, 40)):
        rows = draw_code(link)
        assert {len(row) for row in rows} == {len(rows)} == {17 + 4 * version}
        assert [row[:7] for row in rows[:7]] == [row[-7:] for row in rows[:7]] == finder
        assert [row[:7] for row in rows[-7:]] == finder


def test_a_code_is_that_of_its_own_link() -> None:
    wanted = segno.make_qr(LINK, error="l").matrix
    assert draw_code(LINK) == tuple("".join(map(str, row)) for row in wanted)
    assert draw_code(LINK) != draw_code(f"{LINK}3")


def test_no_code_is_drawn_of_nothing_or_of_what_does_not_fit() -> None:
    assert draw_code("") == draw_code("h" * (MOST + 1)) == ()
