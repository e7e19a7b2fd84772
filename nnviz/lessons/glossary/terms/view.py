"""List the terms of the glossary, with a search, and open at the term that the link names."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from nnviz.lessons.glossary.terms import text
from nnviz.lessons.pages import PAGES, chapter_title
from nnviz.web import links
from nnviz.web.glossary import TERMS, Term, find, link
from nnviz.web.lesson import Chapter

SEARCH, TERM = "gl_search", "term"


def draw() -> None:
    """Draw the term of the link, the search box, and all terms that match."""
    draw_linked_term()
    words = st.text_input(text.SEARCH, key=SEARCH, bind="query-params", icon=":material/search:")
    found = search(words or "")
    st.caption(text.count(len(found), len(TERMS)))
    if not found:
        st.text(text.NOTHING)
    with st.container(key="glossary_terms_list"):
        for _, group in groupby(found, key=lambda term: term.name[0].casefold()):
            st.markdown("\n\n".join(entry(term) for term in group))


def draw_linked_term() -> None:
    """Draw the term that the link names above all others; say so if there is none of this name."""
    slug = st.query_params.get(TERM)
    links.accept(TERM)
    if slug is None:
        return
    if slug in TERMS:
        with st.container(border=True):
            st.markdown(entry(TERMS[slug]))
    else:
        st.text(text.UNKNOWN)


def search(words: str) -> list[Term]:
    """Return the terms whose name, other forms or definition contain all ``words``; those with the name come first."""
    parts = words.casefold().split()
    found = [term for term in TERMS.values() if all(part in _searched(term) for part in parts)]
    if not parts:
        return found
    return sorted(found, key=lambda term: not all(part in term.name.casefold() for part in parts))


def _searched(term: Term) -> str:
    return " ".join((term.name, *term.forms, term.definition)).casefold()


def entry(term: Term) -> str:
    """Return a term as Markdown: its name, its definition, its other forms, and links."""
    lines = [f"#### {term.name}", term.definition]
    further = [text.also(term.forms)] if term.forms else []
    if term.see:
        further.append(text.see([link(find(name), name) for name in term.see]))
    further.append(text.taught(_lessons(term.lessons)))
    return "\n\n".join([*lines, "  \n".join(further)])


def _lessons(lessons: Sequence[tuple[str, str]]) -> list[str]:
    """Return links to chapters of pages."""
    return [
        f"[{text.chapter(PAGES[page].title, chapter_title(page, key))}]({page}?{PAGES[page].prefix}_chapter={key})"
        for page, key in lessons
    ]


CHAPTER = Chapter("terms", text.CHAPTER, draw)
