"""The page with all terms: it opens at the term of the link, is searched, and links to chapters that exist."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.lessons.glossary.terms import text
from nnviz.lessons.glossary.terms.view import entry, search
from nnviz.lessons.pages import MENU, PAGES
from nnviz.web.glossary import CHAPTERS, TERMS, Term
from tests.apps import healthy, open_page
from tests.cases import all_hold
from tests.lessons.chapters import all_chapters


def opened(**link: str) -> AppTest:
    return healthy(open_page("glossary", **link))


def headings(app: AppTest) -> list[str]:
    return re.findall(r"^#### (.*)$", "\n".join(part.value for part in app.markdown), re.MULTILINE)


def test_every_term_is_listed_once_in_alphabetical_order() -> None:
    assert headings(opened()) == [term.name for term in TERMS.values()]


def test_the_term_of_the_link_stands_above_all_others() -> None:
    app = opened(term="learning-rate")
    assert headings(app)[0] == "learning rate"
    assert [line.value for line in app.text] == []


def test_a_term_that_is_not_there_is_said() -> None:
    app = opened(term="<b>nothing</b>")
    assert [line.value for line in app.text] == [text.UNKNOWN]
    assert len(headings(app)) == len(TERMS)


@pytest.mark.parametrize(("words", "first"), [("rate", "learning rate"), ("STEP size", "learning rate")])
def test_a_search_finds_names_other_forms_and_definitions(words: str, first: str) -> None:
    assert search(words)[0].name == first or first in [term.name for term in search(words)]
    app = opened(gl_search=words)
    assert headings(app) == [term.name for term in search(words)]


def test_a_search_without_result_is_said() -> None:
    app = opened(gl_search="zzz")
    assert text.NOTHING in [line.value for line in app.text]


def test_an_entry_links_to_chapters_and_terms_that_exist() -> None:
    all_hold(links_to_chapters_and_terms_that_exist, TERMS)


def links_to_chapters_and_terms_that_exist(term: Term) -> None:
    shown = entry(term)
    for page, prefix, key in re.findall(r"\((\w+)\?(\w+)_chapter=(\w+)\)", shown):
        assert PAGES[page].prefix == prefix
        assert key in CHAPTERS[page]
    assert shown.count("_chapter=") == len(term.lessons)
    assert {slug in TERMS for slug in re.findall(r"glossary\?term=([\w-]+)", shown)} <= {True}


def test_the_chapters_that_terms_link_to_are_those_of_the_pages() -> None:
    keys = {(page, chapter.key) for page, chapter in all_chapters()}
    assert {(page, key) for page, chapters in CHAPTERS.items() for key in chapters} <= keys


def test_the_glossary_is_in_the_menu_and_no_lesson_leads_to_it_as_the_next_page() -> None:
    assert list(MENU) == [*PAGES, "glossary", "classroom"]
