"""Draw the chapters of a page: a row of tabs, and below it the open chapter.

A chapter stays in the browser when another one is opened. It is only hidden, so that coming back costs neither the
server nor the browser anything. It is drawn again if a setting that it shares with other chapters has changed. When the
pointer or the focus reaches a tab, its chapter is drawn beforehand. A run of the whole page begins with the open
chapter alone.

The parameter of the link decides which chapter is open, and a click writes it. So the back button of the browser, which
restores the link, goes back to the chapter before.

The tabs are our own (static/chapters.js). Those of Streamlit 1.67 search all chapters for what the Tab key reaches, at
each change of the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from inspect import unwrap
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState, get_script_run_ctx

from nnviz.web import links, text, turns
from nnviz.web._streamlit import runs_named_fragments
from nnviz.web.choices import forget_gone
from nnviz.web.components import STATIC, declare_component
from nnviz.web.lesson import Chapter, Chapters, body_fragment
from nnviz.web.next_chapter import count_presses, offer_next

MOST_KEPT = 4  # chapters in the browser, the open one among them: a hidden chart still hears all live values
_PAGE = "__chapters"
_LINK = "chapters_link"  # the key of a fragment
_TABS = declare_component("chapters", '<div role="tablist"></div>')
_TURNS = declare_component("chapter_turns", "")


class Frame(NamedTuple):
    """Hold the functions that draw what stands above and below a chapter."""

    above: Callable[[Chapter], None]
    below: Callable[[Chapter], None]


@dataclass
class _Drawn:
    """How a chapter stands in the browser.

    settings: those that it shares, when it was last up to date. place: 0 or 1, the number of its place in the fragment.
    is_whole: whether its last run came to its end.
    """

    settings: Mapping[str, Any]
    place: int = 0
    is_whole: bool = False


@dataclass
class _Page:
    """What the browser has of the chapters of the page with the parameter ``key``.

    drawn: the chapters by their keys, the one that was used last at the end. answered: the number of the last click.
    runs: of the whole page. is_whole: whether the last of them came to its end.
    """

    key: str
    open: str = ""
    drawn: dict[str, _Drawn] = field(default_factory=dict)
    answered: int = 0
    runs: int = 0
    is_whole: bool = False


def _page() -> _Page:
    page: _Page = st.session_state[_PAGE]
    return page


def draw_chapters(
    key: str, chapters: Chapters, given: tuple[Any, ...], frame: Frame, head: DeltaGenerator | None = None
) -> None:
    """Draw the tabs of the chapters and the open chapter in its ``frame``, with what the page has ``given``.

    head: where the tabs stand, by default above the chapters.
    """
    opened = _read_link(key, chapters)
    page = _begin(key, opened)
    with (
        head or st.container(),
        st.container(key="chapters_head", gap=None),
    ):  # what is invisible in it takes no room
        st.html(STATIC / "page_chapters.css")
        _TABS(
            key=f"tabs_{key}",
            data={
                "label": text.CHAPTERS,
                "chapters": [[chapter.key, chapter.text.title] for chapter in chapters],
                "open": opened,
                "answered": page.answered,
                "runs": page.runs,
                "presses": count_presses(),
            },
            on_chosen_change=partial(_note_choice, f"tabs_{key}", chapters),
        )
        if runs_named_fragments:
            _hear_turns(f"turns_{key}", chapters)
    titles = {chapter.key: chapter.text.title for chapter in chapters}
    offer_following = partial(offer_next, key, titles)
    with st.container(key="chapters", gap=None):
        for chapter in chapters:
            _chapter_fragment(chapter.key)(chapter, given, frame, offer_following)


@turns.fragment
def _hear_turns(key: str, chapters: Chapters) -> None:
    """Hear of a click on a tab while the server is idle: in a fragment, so that single chapters can be drawn.

    A click while the server computes comes from the tabs instead: it ends what is computed, and runs the whole page.
    A callback outside of a fragment that asked for a fragment would do both, but Streamlit 1.67 then forgets the files
    of the page: its icon, and what download buttons offer.
    """
    _TURNS(
        key=key,
        data={},
        on_chosen_change=partial(_turn, key, chapters),
        on_soon_change=partial(_prepare, key, chapters),
    )


def draw_again(fragment: str) -> None:
    """Draw the open chapter again, and then the fragment with that key; without chapters, the whole page."""
    page: _Page | None = st.session_state.get(_PAGE)
    if page is None or not page.is_whole or page.open not in page.drawn:
        st.rerun()
    page.drawn[page.open].is_whole = False
    st.rerun([_fragment(page.open), fragment])


def end_page() -> None:
    """Say what the page does not use of the link; from now on, single chapters can be drawn. Call it last."""
    _say_what_is_not_used()
    if _PAGE in st.session_state:
        _page().is_whole = True


def restore_chapter(key: str, chapters: Chapters) -> None:
    """Open the chapter that was open when the visitor left the page, unless the link names one."""
    last = st.session_state.get(f"{key}_open", chapters[0].key)
    if key not in st.query_params and last != chapters[0].key:
        st.query_params[key] = last


_say_what_is_not_used = turns.fragment(key=_LINK)(links.say_what_is_not_used)


@cache
def _chapter_fragment(chapter: str) -> Callable[..., None]:
    return turns.fragment(key=_fragment(chapter))(_draw_chapter)


@cache
def _body_fragment(chapter: str) -> Callable[..., None]:
    return turns.fragment(key=body_fragment(chapter))(_draw_body)


def _fragment(chapter: str) -> str:
    """Return the key of the fragment that draws a chapter with what stands above and below it."""
    return f"chapter_{chapter}"


def _read_link(key: str, chapters: Chapters) -> str:
    """Return the key of the chapter that the link opens."""
    opened = st.query_params.get(key, chapters[0].key)
    if any(chapter.key == opened for chapter in chapters):
        links.accept(key)
        return opened
    links.refuse(key, text.LINK_FIRST_CHAPTER)
    return chapters[0].key


def _begin(key: str, opened: str) -> _Page:
    """Begin a run of the whole page: only the open chapter stays in the browser, in its place."""
    page: _Page | None = st.session_state.get(_PAGE)
    if page is None or page.key != key:
        page = st.session_state[_PAGE] = _Page(key)
    st.session_state[f"{key}_open"] = page.open = opened
    page.drawn = {name: drawn for name, drawn in page.drawn.items() if name == opened}
    page.drawn.setdefault(opened, _Drawn({}))
    page.runs += 1
    page.is_whole = False
    return page


def _draw_chapter(
    chapter: Chapter, given: tuple[Any, ...], frame: Frame, offer_following: Callable[[str], None]
) -> None:
    """Draw a chapter with what stands above and below it, if the browser is to have it; then it is whole.

    The chapter itself is a fragment within this one. So its controls run nothing else, and a chapter that the browser
    does not have costs one empty fragment.
    """
    drawn = _page().drawn.get(chapter.key)
    if drawn is None:
        return
    drawn.is_whole = False
    with st.container(key=f"chapter_{chapter.key}"):
        frame.above(chapter)
        _body_fragment(chapter.key)(chapter, given)
        frame.below(chapter)
        offer_following(chapter.key)
    drawn.settings = _shared_settings(chapter)
    drawn.is_whole = True


def _draw_body(chapter: Chapter, given: tuple[Any, ...]) -> None:
    """Draw a chapter in its place.

    A chapter whose shared settings have changed elsewhere is drawn in its other place. So its old controls, which show
    the old values, leave the page in the moment in which the new ones come. If they left later, the browser would no
    longer write the new ones into the link.

    This fragment takes the place of the chapter's own one, whose key Streamlit then never learns.
    """
    _count_as_asked_for()
    drawn = _page().drawn.get(chapter.key)
    if drawn is not None:
        for _ in range(drawn.place):
            st.empty()
        with st.container():
            forget_gone(unwrap(chapter.draw))(*given)


def _count_as_asked_for() -> None:
    """Let the fragments within the present one write into its containers, also if only one around it was named.

    Streamlit 1.67 refuses that: it looks for the owner of the container among the fragments that were asked for by
    name, and there is no public name for those that run within them.
    """
    run, own = get_script_run_ctx(), ThreadState.get().fragment_id
    if run is not None and run.fragment_ids_this_run and own is not None:
        run.fragment_ids_this_run = list(dict.fromkeys([*run.fragment_ids_this_run, own]))


def _shared_settings(chapter: Chapter) -> dict[str, Any]:
    """Return the present settings that the chapter shares with others."""
    begins = tuple(name for name in chapter.shared if name.endswith("_"))
    keys = [str(key) for key in st.session_state if key in chapter.shared or str(key).startswith(begins)]
    return {key: st.session_state[key] for key in keys}


def _sent(key: str, name: str, chapters: Chapters) -> tuple[Chapter, Any] | None:
    """Return the chapter and the number of the click that the browser sent; None if it sent something else."""
    sent = st.session_state[key].get(name)
    if not isinstance(sent, dict):
        return None
    chosen = next((chapter for chapter in chapters if chapter.key == sent.get("key")), None)
    return None if chosen is None else (chosen, sent.get("number"))


def _note_choice(key: str, chapters: Chapters) -> Chapter | None:
    """Open the chapter whose tab was clicked: write its key into the link; the first chapter needs no name."""
    page, sent = _page(), _sent(key, "chosen", chapters)
    if sent is None:
        return None
    chosen, number = sent
    page.answered = number if isinstance(number, int) else 0
    if chosen.key != chapters[0].key:
        st.query_params[page.key] = chosen.key
    elif page.key in st.query_params:
        del st.query_params[page.key]
    st.session_state[f"{page.key}_open"] = page.open = chosen.key
    return chosen


def _turn(key: str, chapters: Chapters) -> None:
    """Open the chapter whose tab was clicked, and draw it if the browser does not have it."""
    page = _page()
    left = next(chapter for chapter in chapters if chapter.key == page.open)
    chosen = _note_choice(key, chapters)
    if left.key in page.drawn:
        page.drawn[left.key].settings = _shared_settings(left)
    if chosen is not None:
        _draw_what_is_needed(page, chosen)


def _prepare(key: str, chapters: Chapters) -> None:
    """Draw the chapter whose tab the pointer or the focus has reached; it stays hidden."""
    page, sent = _page(), _sent(key, "soon", chapters)
    if sent is not None and page.is_whole and sent[0].key != page.open:
        _draw_what_is_needed(page, sent[0])


def _draw_what_is_needed(page: _Page, chapter: Chapter) -> None:
    """Run the fragments that bring the chapter up to date; the whole page, if that has not been drawn to its end.

    Fragments that were asked for and have not run yet are asked for again, because the last request takes the place of
    those before it.
    """
    if not page.is_whole:
        st.rerun()
    settings = _shared_settings(chapter)
    drawn = page.drawn.pop(chapter.key, None) or _Drawn(settings)
    is_current = drawn.settings == settings
    if not is_current:
        drawn.place = 1 - drawn.place
        drawn.settings = settings
        drawn.is_whole = False
    page.drawn[chapter.key] = drawn
    begun = sorted(page.drawn, key=lambda name: name != page.open)
    fragments = [_fragment(name) for name in begun if not page.drawn[name].is_whole]
    if chapter.key == page.open and links.has_settings():
        fragments.append(_LINK)
    for name in list(page.drawn)[: max(len(page.drawn) - MOST_KEPT, 0)]:
        if name not in (page.open, chapter.key):
            del page.drawn[name]
            fragments.append(_fragment(name))
    if fragments:
        st.rerun(fragments)
