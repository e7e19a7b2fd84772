"""Keep the state of a page behind a short link, and send whoever opens /s/CODE to that page.

What is kept is the name of a page, what its link sets, and texts that are too long for a link (tables). It is kept for
a year after it was shared last. A state that was shared before keeps its code.
"""

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from nnviz.store import Store, StoreFull, StoreUnavailable, open_store
from nnviz.web import text

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read for another one
CODE_LENGTH = 10  # 31^10 = 8e14 codes
YEAR = 365 * 24 * 3600.0  # seconds
MAX_LINK = 48_000  # characters of a link that every server takes
MAX_STATE = 200_000  # bytes of a link with its texts
MAX_FILE = 1_000_000  # bytes of a file that holds a page
LENT = 3600.0  # seconds for which the texts of a file are kept
MOST_FULL = 0.75  # of the store; the rest is for class rooms
ATTACHED = "s"  # the parameter of a link that names the code of its texts

MINUTE = 60.0
_PAGE = re.compile(r"[a-z0-9_]{0,60}")
_CODE = re.compile(f"[{LETTERS}]{{{CODE_LENGTH}}}")
_QUERY = re.compile(r"[!-~]*")


@dataclass(frozen=True)
class Limits:
    """Say how much one address of the network, and all together, may ask in a minute."""

    misses: int = 30
    all_misses: int = 600
    bytes_made: int = 4_000_000
    all_bytes_made: int = 20_000_000


class TooMuch(ValueError):
    """A state is too large for a short link, or too many are made at once."""


@dataclass(frozen=True)
class PageState:
    """Hold what a page shows: its name, the part of its link after the question mark, and texts that are not in it.

    ValueError unless the page is a name and the query is ASCII: nothing else may stand in an address.
    """

    page: str
    query: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _PAGE.fullmatch(self.page):
            raise ValueError(f"`page` must be a name of small letters, got {self.page[:60]!r}")
        if not _QUERY.fullmatch(self.query) or "#" in self.query:
            raise ValueError("`query` must be a part of an address")
        names = [*self.texts, *self.texts.values()]
        if not (isinstance(self.texts, dict) and all(isinstance(each, str) for each in names)):
            raise ValueError("`texts` must be texts by name")

    @property
    def link(self) -> str:
        """The address of the page below that of the app."""
        return f"{self.page}?{self.query}" if self.query else self.page

    def encode(self) -> bytes:
        """Return the state as JSON."""
        return json.dumps(asdict(self), sort_keys=True).encode()

    def link_with(self, code: str) -> str:
        """Return the link with the code of the texts, if there are any."""
        query = "&".join([*filter(None, [self.query]), *([f"{ATTACHED}={code}"] if self.texts else [])])
        return self.page + (f"?{query}" if query else "")

    @staticmethod
    def decode(content: bytes) -> "PageState":
        """Return the state that JSON holds; ValueError if it holds none."""
        try:
            found: Any = json.loads(content)
            return PageState(found["page"], found["query"], dict(found["texts"]))
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError("this is not the state of a page") from error


def read_link(address: str, texts: dict[str, str]) -> PageState:
    """Return what the whole address of a page says; ValueError if it is no address of a page."""
    parts = urlsplit(address)
    left = [part for part in parts.query.split("&") if part.partition("=")[0] != ATTACHED]
    return PageState(parts.path.rpartition("/")[2], "&".join(left), texts)


def save(store: Store, state: PageState, asked_by: str, limits: Limits = Limits()) -> str:
    """Return the code of a state, new or as it was; TooMuch or StoreUnavailable if it has none and can get none."""
    content = state.encode()
    if len(state.link) > MAX_LINK or len(content) > MAX_STATE:
        raise TooMuch(text.state_too_long(len(content), MAX_STATE))
    same = f"of:{hashlib.sha256(content).hexdigest()}"
    known = store.get(same)
    if known is not None and store.get(_key(known.decode())) == content:
        code = known.decode()
    else:
        _spend(store, len(content), asked_by, limits)
        while not store.put(_key(code := new_code()), content, YEAR, only_new=True):
            pass
    store.put(_key(code), content, YEAR)
    store.put(same, code.encode(), YEAR)
    return code


def lend(store: Store, state: PageState) -> str:
    """Return the link of a page that came in a file; its texts are kept for an hour."""
    code = new_code()
    if state.texts:
        if store.fullness() > MOST_FULL:
            raise StoreFull(text.LINKS_FULL)
        store.put(_key(code), state.encode(), LENT)
    return state.link_with(code)


def _spend(store: Store, size: int, asked_by: str, limits: Limits) -> None:
    if store.fullness() > MOST_FULL:
        raise StoreFull(text.LINKS_FULL)
    mine = store.count(f"made:{_short(asked_by)}", MINUTE, size)
    if mine > limits.bytes_made or store.count("made", MINUTE, size) > limits.all_bytes_made:
        raise TooMuch(text.TOO_MANY_LINKS)


def find(store: Store, code: str) -> PageState | None:
    """Return the state behind a code; None if there is none."""
    content = store.get(_key(code)) if _CODE.fullmatch(code) else None
    return None if content is None else PageState.decode(content)


def is_guessing(store: Store, asked_by: str, limits: Limits = Limits()) -> bool:
    """Return whether somebody has asked for too many codes that do not exist; nothing is told to them for a minute."""
    mine = store.count(f"miss:{_short(asked_by)}", MINUTE, 0)
    return mine >= limits.misses or store.count("miss", MINUTE, 0) >= limits.all_misses


def note_miss(store: Store, asked_by: str) -> None:
    """Note that somebody has asked for a code that does not exist."""
    store.count(f"miss:{_short(asked_by)}", MINUTE)
    store.count("miss", MINUTE)


def new_code(length: int = CODE_LENGTH) -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _key(code: str) -> str:
    return f"link:{code}"


def _short(asked_by: str) -> str:
    """Return a name for an address of the network that does not tell it."""
    return hashlib.sha256(asked_by.encode()).hexdigest()[:16]


def short_link_routes(limits: Limits = Limits()) -> list[Route]:
    """Return the route of short links for `st.App`."""

    async def open_link(request: Request) -> Response:
        return await run_in_threadpool(_answer, request, limits)

    return [Route("/s/{code}", open_link)]


def _answer(request: Request, limits: Limits) -> Response:
    """Send the visitor of a short link to its page, or say why that is not possible."""
    code = str(request.path_params["code"]).lower()
    asked_by = request.client.host if request.client else ""
    try:
        store = open_store()
        if is_guessing(store, asked_by, limits):
            return say(text.TOO_MANY_GUESSES, 429)
        state = find(store, code)
        if state is None:
            note_miss(store, asked_by)
            return say(text.UNKNOWN_SHORT_LINK, 404)
    except StoreUnavailable as error:
        return say(f"{text.STORE_AWAY} {error}", 503)
    return RedirectResponse(
        f"../{state.link_with(code)}", 302, {"cache-control": "no-store", "referrer-policy": "same-origin"}
    )


_PLAIN_PAGE = """\
<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>nnviz</title>
<body style="font: 1.25rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.25rem">
<p>{words}</p><p><a href="{home}">{label}</a></p></body></html>
"""


def say(words: str, status: int, home: str = "../") -> Response:
    """Return a plain page that says something and leads to the app."""
    page = _PLAIN_PAGE.format(words=escape(words), home=home, label=escape(text.OPEN_APP))
    return HTMLResponse(page, status, {"cache-control": "no-store"})
