"""Show the menu, the pages and their chapters."""

from collections.abc import Callable
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from nnviz.web import choices, hiding, links, long_state, text
from nnviz.web.chapters import Frame, draw_chapters, restore_chapter
from nnviz.web.chapters import end_page as end_chapters
from nnviz.web.components import STATIC, declare_component
from nnviz.web.downloads import send_data
from nnviz.web.frames import is_framed, link_pages
from nnviz.web.glossary import ADDRESS
from nnviz.web.lesson import Chapter, Chapters, Page, Pages
from nnviz.web.projector import is_projected, style_page
from nnviz.web.questions import introduce, list_observations, offer, write
from nnviz.web.render import draw_tables_switch, take_tables
from nnviz.web.sharing import SCRIPTS, draw_title
from nnviz.web.turns import take_turn

ICON = str(Path(__file__).parent / "static" / "icon.png")
_PAGE_HTML = f"""\
<div class="definition" popover role="dialog" aria-label="glossary"><p><strong></strong><br><span></span></p>
<a target="_blank" autofocus>{text.IN_GLOSSARY}</a></div>
"""
_MENU = declare_component("menu", _PAGE_HTML)
_HAS_PAGE = "__has_page"  # in the session: whether a run has drawn a page to its end


def navigate(pages: Pages) -> None:
    """Show the menu of ``pages``, whose first is the home page, and run the page of the address.

    Who has no page yet goes before those who have one. So a class that loses its process soon sees its pages again.
    """
    menu = [
        copy(_entry(page.file, page.menu or page.title, name, is_home=number == 0))
        for number, (name, page) in enumerate(pages.items())
    ]
    chosen = st.navigation(menu, position="hidden" if is_framed() else "top")
    with take_turn(f"page {chosen.url_path or next(iter(pages))}", ahead=_HAS_PAGE not in st.session_state):
        chosen.run()
        link_pages([(page, page.title) for page in menu])
    st.session_state[_HAS_PAGE] = True


@cache
def _entry(file: str, title: str, name: str, *, is_home: bool) -> StreamlitPage:
    """Return an entry of the menu. Streamlit looks for its file on the disk, which is done once."""
    return st.Page(SCRIPTS / file, title=title, url_path=name, default=is_home)


def show_page(
    pages: Pages, name: str, chapters: Chapters, *, bar: Callable[[], tuple[Any, ...]] = tuple
) -> None:
    """Draw the page ``name`` with its chapters in order: the one call of a page's script.

    bar: draws what stands above all chapters, and returns what each of them is drawn with.
    """
    page, names = pages[name], list(pages)
    home = name == names[0]
    st.set_page_config(page_title="nnviz" if home else f"{page.title} · nnviz", page_icon=ICON, layout="wide")
    st.html(STATIC / "page.css")
    returned = links.open_page(name)
    choices.begin(name)
    if returned:
        long_state.detach_all()
    style_page()
    has_tables = page.has_charts and not home
    if has_tables:
        take_tables()
    head = st.container(key="page_head" if len(hiding.shown_chapters(chapters)) > 1 else None)
    with head:
        draw_title(page.title, has_charts=page.has_charts)
    if home and not (is_projected() or is_framed()):
        with st.container(key="page_idea"):
            write(page.idea)
    told = st.container(key="told_of_link", gap=None)
    hiding.hide_controls(chapters)
    every, chapters = chapters, hiding.shown_chapters(chapters)
    if len(chapters) == 1:
        if st.query_params.get(f"{page.prefix}_chapter") == chapters[0].key:
            links.accept(f"{page.prefix}_chapter")
        draw_alone(chapters[0], bar())
    else:
        key = f"{page.prefix}_chapter"
        if returned:
            restore_chapter(key, chapters)
        draw_chapters(key, chapters, bar(), Frame(draw_above, draw_below), head)
    hiding.say_what_hides_nothing(every)
    _MENU(key="menu", data={"address": ADDRESS}, on_silence_change=lambda: None)
    send_data()
    following = [] if home else names[names.index(name) + 1 :]
    if not is_projected():
        end_page(page, pages[following[0]] if following else None, is_home=home, has_tables=has_tables)
    choices.end()
    with told:
        end_chapters()


def draw_alone(chapter: Chapter, given: tuple[Any, ...]) -> None:
    """Draw the only chapter of a page."""
    draw_above(chapter)
    chapter.draw(*given)
    draw_below(chapter)


def draw_above(chapter: Chapter) -> None:
    """Draw the intro of a chapter with its questions and goals; on a projector, there is none."""
    if not is_projected():
        introduce(chapter.text)


def draw_below(chapter: Chapter) -> None:
    """Draw what to notice in a chapter; on a projector, its questions and goals."""
    if is_projected():
        offer(chapter.text)
    elif chapter.text.notice:
        list_observations(chapter.text.notice)


def end_page(page: Page, following: Page | None, *, is_home: bool, has_tables: bool) -> None:
    """Draw the idea of a page, a question to think about, the link to the page ``following``, and the tables' switch.

    The claim and the picture of a chapter come before the idea of its page, except on the home page.
    """
    if not (is_home or is_framed()):
        write(page.idea)
    if page.closing:
        write(f"**{text.CLOSING}** {page.closing}")
    if following is not None:
        page_link(following, text.next_page(following.title))
    if has_tables:
        draw_tables_switch()


def page_link(page: Page, label: str, *, icon: bool = True, chapter: str = "") -> None:
    """Draw a link to a page; chapter: the key of the chapter that it opens, by default the one that was open last.

    A link to a chapter takes the settings of the present link with it, which Streamlit 1.67 would otherwise drop.
    """
    st.page_link(
        SCRIPTS / page.file,
        label=label,
        icon=page.icon if icon else None,
        query_params={**st.query_params.to_dict(), f"{page.prefix}_chapter": chapter} if chapter else None,
    )
