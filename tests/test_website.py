"""The pages that the documentation site is made of: every chapter, every term and every public name is there."""

import re

import nnviz as nv
from docs import write_glossary
from docs.website import api, guides, lessons
from docs.website.docstrings import readable
from nnviz.web.glossary import CHAPTERS, TERMS
from tests.cases import each

PICTURES = {(page, key): "words of the picture" for page, keys in CHAPTERS.items() for key in keys}


def test_every_chapter_is_there_with_its_words_and_its_picture() -> None:
    pages = lessons.pages(PICTURES)
    for page, key in PICTURES:
        text, written = lessons.chapter_text(page, key), pages[f"lessons/{page}"]
        assert f"({page}-{key})=\n## {text.title}\n" in written
        for words in (text.intro, *text.goals, *text.notice, *(one.text for one in text.questions)):
            assert lessons.linked(words) in written
        assert written.count(f"_static/lessons/{page}_{key}_light.svg") == 1
    assert set(re.findall(r"\]\(#term-([\w-]+)\)", "".join(pages.values()))) <= set(TERMS)
    assert not any("[[" in page for page in pages.values())


def test_links_of_the_glossary_lead_to_its_terms() -> None:
    text = write_glossary.document("", "({})=", "term-")
    targets = re.findall(r"^\((term-[\w-]+)\)=$", text, re.MULTILINE)
    assert targets == [f"term-{slug}" for slug in TERMS]
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= set(targets)


def test_links_between_guides_lead_to_pages() -> None:
    pages = guides.pages()
    for name, text in pages.items():
        folder = f"{name.rpartition('/')[0]}/".lstrip("/")
        linked = re.findall(r"\]\((?!https?:)([\w/.]+\.md)\)", text)
        assert [one for one in linked if f"{folder}{one}".removesuffix(".md") not in pages] == [], name
    assert all(f"## {title}" in pages["start"] for title in guides.START)


def test_every_public_name_is_explained() -> None:
    pages = api.pages()
    for name in nv.__all__:
        assert re.search(rf":any:`{name} <nnviz\.\w+\.{name}>`\n     - \S", pages["api/index.rst"]), name


@each(
    ("docstring", "written"),
    [
        ("|x| and a_b in ``c_d``", r"\|x\| and a\_b in ``c_d``"),
        ("a: one\nb: two\nof it", "- a: one\n- b: two\n  of it"),
        ("``a``  one\n``b``  two", "- ``a``  one\n- ``b``  two"),
        ("a: one\nand more", "a: one\nand more"),
        ("So:\n\n    [a|b]\n    c", "So:\n\n::\n\n    [a|b]\n    c"),
    ],
)
def test_docstrings_are_written_for_sphinx(docstring: str, written: str) -> None:
    assert readable(docstring.split("\n")) == [*written.split("\n"), ""]
