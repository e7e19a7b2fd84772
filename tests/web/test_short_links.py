"""Short links lead to the page that was shared, expire, and can be neither guessed nor used to leave the app."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from nnviz.store import Store, StoreFull
from nnviz.store.sqlite_store import SqliteStore
from nnviz.web import long_state, short_links, text
from nnviz.web.short_links import (
    CODE_LENGTH,
    LETTERS,
    MAX_LINK,
    MAX_STATE,
    YEAR,
    Limits,
    PageState,
    TooMuch,
    find,
    is_guessing,
    new_code,
    read_link,
    save,
)
from tests.apps import healthy, open_page
from tests.cases import all_hold
from tests.clock import Clock

LINK = "https://example.org/nnviz/linear_regression?lr_w=1.5&lr_points=0+1%0A1+3"


PLAIN = Limits()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Store:
    one = SqliteStore(tmp_path / "s.sqlite", clock=clock)
    for module in (short_links, long_state):
        monkeypatch.setattr(module, "open_store", lambda: one)
    return one


def ask(code: str, limits: Limits = PLAIN, host: str = "10.0.0.1") -> Response:
    """What the route answers."""
    scope = {
        "type": "http", "method": "GET", "path": f"/s/{code}", "headers": [], "client": (host, 1),
        "path_params": {"code": code},
    }  # fmt: skip
    return short_links._answer(Request(scope), limits)


def test_a_short_link_leads_to_its_page_and_stays_the_same(store: Store) -> None:
    state = read_link(LINK, {})
    assert state == PageState("linear_regression", "lr_w=1.5&lr_points=0+1%0A1+3")
    code = save(store, state, "me")
    assert len(code) == CODE_LENGTH
    assert save(store, state, "you") == code
    assert save(store, PageState("glossary"), "me") != code
    answer = ask(code.upper())
    assert answer.status_code == 302
    assert answer.headers["location"] == f"../{state.link}"
    assert ask(save(store, PageState(""), "me")).headers["location"] == "../"


def test_long_texts_are_behind_the_link_and_come_to_their_control(store: Store) -> None:
    rows = "".join(f"{x} {x * x}\n" for x in range(1000))
    state = PageState("linear_regression", "lr_data=own", {"lr_points": rows})
    code = save(store, state, "me")
    assert ask(code).headers["location"] == f"../linear_regression?lr_data=own&s={code}"
    again = read_link(f"https://e.org/linear_regression?lr_data=own&s={code}", state.texts)
    assert save(store, again, "me") == code
    app = healthy(open_page("linear_regression", lr_data="own", s=code))
    assert app.text_area(key="lr_points").value == rows
    assert short_links.lend(store, PageState("glossary", "gl_search=a")) == "glossary?gl_search=a"
    lent = short_links.lend(store, state)
    assert find(store, lent.rpartition("&s=")[2]) == state
    assert not any("s to" in line.value for line in app.text)


def test_an_address_that_is_none_of_a_page_is_refused() -> None:
    wrong = {
        "of another site": ("//evil.org", ""),
        "a path": ("../x", ""),
        "a scheme": ("javascript:alert", ""),
        "a line": ("glossary", "a=1\r\nset-cookie: b"),
        "a fragment": ("glossary", "a#b"),
        "not ASCII": ("glossary", "a=é"),
    }

    def is_refused(case: tuple[str, str]) -> None:
        with pytest.raises(ValueError, match="must be"):
            PageState(*case)

    all_hold(is_refused, wrong)
    assert read_link("https://evil.org/a/b//glossary?x=//evil.org", {}).link == "glossary?x=//evil.org"


def test_what_is_too_long_or_too_much_gets_no_link(store: Store, tmp_path: Path) -> None:
    with pytest.raises(TooMuch, match="as a file"):
        save(store, PageState("glossary", "q" * MAX_LINK), "me")
    with pytest.raises(TooMuch, match=str(MAX_STATE)):
        save(store, PageState("glossary", "", {"a": "x" * MAX_STATE}), "me")
    few = Limits(bytes_made=200)
    save(store, PageState("glossary", "q" * 100), "me", few)
    with pytest.raises(TooMuch, match="Too many"):
        save(store, PageState("glossary", "r" * 100), "me", few)
    save(store, PageState("glossary", "r" * 100), "you", few)
    small = SqliteStore(tmp_path / "small.sqlite", most=80 * 4096)
    small.put("a", b"x" * 64 * 4096, 60)
    with pytest.raises(StoreFull, match=text.LINKS_FULL):
        save(small, PageState("glossary"), "me")
    assert small.put("room", b"x" * 9000, 1)  # a quarter of the store is left for rooms


def test_codes_expire_and_guessing_is_stopped_for_whoever_guesses(store: Store, clock: Clock) -> None:
    code = save(store, PageState("glossary"), "me")
    few = Limits(misses=3)
    for _ in range(3):
        assert ask(new_code(), few).status_code == 404
    assert text.UNKNOWN_SHORT_LINK.encode() in ask(new_code(), few, "10.0.0.2").body
    assert ask(new_code(), few).status_code == 429
    assert ask(code, few).status_code == 429  # not even a code that exists is told to a guesser
    assert ask(code, few, "10.0.0.2").status_code == 302
    clock.now += 61
    assert ask(code, few).status_code == 302
    clock.now += YEAR
    assert ask(code, few).status_code == 404
    assert find(store, "../../etc") is None
    assert not is_guessing(store, "you")
    assert (
        len(set(LETTERS)) ** CODE_LENGTH / (Limits().all_misses * 60 * 24 * 365) > 1e6
    )  # years for one of one


def test_a_store_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (short_links, long_state):
        monkeypatch.setattr(module, "open_store", lambda: SqliteStore(Path("/dev/null/none")))
    answer = ask(new_code())
    assert answer.status_code == 503
    assert text.STORE_AWAY.encode() in answer.body
    assert not open_page("linear_regression", s=new_code()).exception
