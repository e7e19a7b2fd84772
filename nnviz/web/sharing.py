"""Let the reader share a page: a short link, its long link with all settings, and a QR code for a whole class.

Only the browser knows the whole link. The component (static/share_link.js) sends it when the reader opens the popover,
and gets the short link and the squares of its QR code. While the popover is closed, neither is there, and a run of the
page pays nothing. What is too long for a short link is a file, which opens here again.
"""

from html import escape
from pathlib import Path
from typing import NamedTuple

import segno
import streamlit as st

from nnviz._memory import kept
from nnviz.store import StoreUnavailable, open_store
from nnviz.web import long_state, short_links, text
from nnviz.web.components import declare_component
from nnviz.web.downloads import offer_downloads
from nnviz.web.frames import say_uploads_are_refused
from nnviz.web.projector import draw_switch, is_projected
from nnviz.web.turns import fragment
from nnviz.web.visitors import address_of_visitor

_PACKAGE = Path(__file__).parent.parent
_INSTALLED = _PACKAGE / "_app" / "pages"
SCRIPTS = _INSTALLED if _INSTALLED.exists() else _PACKAGE.parent / "pages"  # beside the package in a checkout
MOST = 2953  # bytes in the largest QR code at level L (ISO/IEC 18004, table 7)

_LINE = """\
<div class="line {kind}"><label for="{kind}">{label}</label><input readonly id="{kind}">
<button type="button" class="copy">{copy}</button></div>
"""
_HTML = f"""\
<div class="share">
  {_LINE.format(kind="short", label=escape(text.SHORT_LINK), copy=escape(text.COPY_SHORT_LINK))}
  {_LINE.format(kind="long", label=escape(text.LINK_OF_PAGE), copy=escape(text.COPY_LINK))}
  <output class="told" aria-live="polite"></output>
  <div class="shown" hidden>
    <svg class="code" role="img" aria-label="{escape(text.QR_CODE)}"></svg>
    <button type="button" popovertarget="large">{escape(text.QR_LARGE)}</button>
    <button type="button" id="large" popover popovertarget="large" aria-label="{escape(text.QR_CLOSE)}">
      <svg class="code"></svg><span class="address"></span></button>
  </div>
  <a class="own" target="_blank" rel="noopener" hidden>{escape(text.OWN_TAB)}</a>
</div>
"""
_LINK = declare_component("share_link", _HTML)
_KEY, _OPEN, _SENT, _FILE = "share_link", "share_open", "share_sent", "share_file"


class Sent(NamedTuple):
    """What the browser says: the address of the page, and that of the app, which ends with a slash."""

    link: str = ""
    base: str = ""


@fragment
def draw_title(title: str, *, has_charts: bool) -> None:
    """Draw the title of a page, and at its right the switch of the projector and the buttons of files and of the link.

    A click on the button runs nothing else of the page. All are in the fragment, because a fragment alone in a row
    would take half of it.
    """
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        if not is_projected():
            st.title(title, anchor=False)  # the icon of an anchor would be a second line on a narrow screen
        draw_switch()
        if not is_projected():
            if has_charts:
                offer_downloads()
            _offer_link()


def _offer_link() -> None:
    """Draw the button, and under it the link while the reader has it open."""
    popover = st.popover(text.SHARE, icon=":material/share:", key=_OPEN, on_change="rerun", wrap=False)
    if not popover.open:
        return
    with popover:
        st.markdown(text.SHARE_ABOUT)
        sent: Sent = st.session_state.get(_SENT, Sent())
        short, problem = shorten(sent, long_state.attached()) if sent.link else ("", None)
        shown = short or sent.link
        data = {"link": sent.link, "short": short, "rows": draw_code(shown), "texts": text.SHARE_TEXTS}
        _LINK(key=_KEY, data=data, on_page_change=_take)
        if problem is not None:
            st.text(str(problem))
            if len(shown) > MOST:
                st.info(text.link_too_long(len(shown), MOST), icon=":material/qr_code:")
            _offer_file(sent)
        _open_file()


def shorten(sent: Sent, texts: dict[str, str]) -> tuple[str, Exception | None]:
    """Return the short address of a page, or "" and the reason why it has none."""
    try:
        state = short_links.read_link(sent.link, texts)
        code = short_links.save(open_store(), state, address_of_visitor())
    except StoreUnavailable as error:
        return "", StoreUnavailable(text.no_short_link(str(error)))
    except ValueError as error:
        return "", error
    return f"{sent.base}s/{code}", None


def _offer_file(sent: Sent) -> None:
    """Offer the page as a file, where there is no short link."""
    try:
        content = short_links.read_link(sent.link, long_state.attached()).encode()
    except ValueError:
        return
    st.download_button(
        text.DOWNLOAD_PAGE,
        content,
        text.PAGE_FILE,
        "application/json",
        on_click="ignore",
        key=f"{_FILE}_save",
    )


def _open_file() -> None:
    """Let the reader open a page from a file; whatever else the file is, it is refused in words."""
    with st.expander(text.OPEN_PAGE_FILE):
        file = st.file_uploader(text.PAGE_FILE_BOX, "json", key=_FILE, max_upload_size=1)
        say_uploads_are_refused()
        if file is None:
            return
        try:
            state = read_file(file.getvalue())
        except ValueError:
            st.text(text.NO_PAGE_FILE)
            return
        try:
            address = short_links.lend(open_store(), state)
        except StoreUnavailable as error:
            st.text(text.no_short_link(str(error)))
            return
        st.link_button(text.OPEN_PAGE, address)


def read_file(content: bytes) -> short_links.PageState:
    """Return the page that a file holds; ValueError if it holds none of this app."""
    if len(content) > short_links.MAX_FILE:
        raise ValueError(text.NO_PAGE_FILE)
    state = short_links.PageState.decode(content)
    _script(state.page)
    return state


def _script(page: str) -> str:
    """Return the file of a page of the menu; ValueError if there is none of this name."""
    found = [file.name for file in SCRIPTS.glob("*.py") if file.stem.partition("_")[2] == (page or "home")]
    if len(found) != 1:
        raise ValueError(text.NO_PAGE_FILE)
    return found[0]


def _take() -> None:
    """Keep the addresses that the browser sent, if they are some: the characters of an address are ASCII."""
    page = st.session_state[_KEY].get("page")
    if isinstance(page, dict):
        sent = Sent(page.get("link", ""), page.get("base", ""))
        if all(isinstance(part, str) and part.isascii() for part in sent) and sent.link.startswith(sent.base):
            st.session_state[_SENT] = sent


@kept
def draw_code(link: str) -> tuple[str, ...]:
    """Return the rows of the QR code of an ASCII text, "1" for a dark square: () if it is empty or longer than MOST."""
    if not 0 < len(link) <= MOST:
        return ()
    # A micro code, which segno would choose for a short text, is one that phones do not read.
    code = segno.make(link, error="l", micro=False)
    return tuple("".join(map(str, row)) for row in code.matrix)
