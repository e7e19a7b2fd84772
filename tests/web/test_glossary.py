"""The glossary defines each term once, in the language of docs/STYLE.md, and marks in texts become links."""

import importlib
import importlib.util
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nnviz.web import glossary
from nnviz.web.glossary import CHAPTERS, TERMS, Term, expand, find, plain
from tests.cases import all_hold
from tests.language import retired_in, sentences, source_files, strings, words
from tests.narrowing import present

ROOT = Path(__file__).parents[2]


def test_there_are_at_least_sixty_terms_in_alphabetical_order() -> None:
    assert len(TERMS) >= 60
    assert all(a.name.casefold() < b.name.casefold() for a, b in pairwise(TERMS.values()))


def test_no_written_form_belongs_to_two_terms() -> None:
    forms = [form.casefold() for term in glossary._ALL for form in (term.name, *term.forms)]
    assert len(forms) == len(set(forms)), {form for form in forms if forms.count(form) > 1}
    assert len(TERMS) == len(glossary._ALL)


def test_a_term_is_found_by_each_of_its_forms_and_refers_to_terms_that_exist() -> None:
    all_hold(is_found_by_each_of_its_forms_and_refers_to_terms_that_exist, TERMS)


def is_found_by_each_of_its_forms_and_refers_to_terms_that_exist(term: Term) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", term.slug)
    assert all(find(form) is term for form in (term.name, term.name.upper(), *term.forms))
    related = [find(name) for name in term.see]
    assert term not in related
    assert [each.name for each in related] == list(term.see)


def test_a_term_names_chapters_that_exist() -> None:
    all_hold(names_chapters_that_exist, TERMS)


def names_chapters_that_exist(term: Term) -> None:
    assert term.lessons
    assert len(term.lessons) == len(set(term.lessons))
    assert all(chapter in CHAPTERS[page] for page, chapter in term.lessons)


def test_a_definition_keeps_the_rules_of_style() -> None:
    all_hold(a_definition_keeps_the_rules_of_style, TERMS)


def a_definition_keeps_the_rules_of_style(term: Term) -> None:
    said = sentences(term.definition)
    assert 1 <= len(said) <= 3
    assert all(words(sentence) <= 25 for sentence in said), said
    assert term.definition.endswith(".")
    assert not retired_in(term.definition)
    assert ";" not in re.sub(r"\$[^$]*\$", "", term.definition)


def test_a_definition_as_plain_text_has_no_latex_left() -> None:
    all_hold(a_definition_as_plain_text_has_no_latex_left, TERMS)


def a_definition_as_plain_text_has_no_latex_left(term: Term) -> None:
    assert not set(plain(term.definition)) & set("$\\^")
    assert "{" not in plain(term.definition) or term.name == "modulus of continuity"
    assert "_" not in plain(term.definition).replace("λ_m", "").replace("_∞", "").replace("_p", "").replace(
        "c_d", ""
    )


def test_formulas_are_written_in_unicode() -> None:
    assert plain(r"At $\eta \le 1$, $\hat y_i = w^\top x_i$ and $x^2$.") == "At η ≤ 1, ŷᵢ = wᵀ xᵢ and x²."
    assert plain(find("condition number").definition).count("κ = λ_max / λ_min") == 1
    with pytest.raises(ValueError, match="unknowncommand"):
        plain(r"$\unknowncommand$")


def test_the_first_mark_of_a_term_becomes_a_link_and_later_ones_the_shown_form() -> None:
    seen: set[str] = set()
    text = expand("A [[learning rate]], two [[learning rate|learning rates]], one [[step size]].", seen)
    title = f"learning rate: {plain(find('learning rate').definition)}"
    assert (
        text
        == f'A [learning rate](./glossary?term=learning-rate "{title}"), two learning rates, one step size.'
    )
    assert seen == {"learning-rate"}
    assert expand("[[Learning rate|The rate]]", seen) == "The rate"


def test_a_mark_shows_the_form_that_follows_the_bar() -> None:
    assert expand("[[minimum|minima]]", set()).startswith("[minima](./glossary?term=minimum ")


@pytest.mark.parametrize(
    "text",
    [
        "A matrix $[[a, b], [c, d]]$ in a formula.",
        "$$\n[[gradient]]\n$$",
        "Code `x[[gradient]]` as it is.",
        "```\n[[gradient]]\n```",
        r"It costs \$5.",
        "An ordinary [link](https://example.org).",
    ],
)
def test_formulas_code_and_links_are_left_alone(text: str) -> None:
    assert expand(text, set()) == text


def test_a_mark_between_formulas_and_after_an_escaped_dollar_is_expanded() -> None:
    assert "(./glossary?term=gradient " in expand(r"For $f$ the [[gradient]] of $g$, \$5", set())
    assert "(./glossary?term=gradient " in expand(r"\$5 and the [[gradient]]", set())
    assert "(./glossary?term=gradient " in expand("$5 a piece\n\nThe [[gradient]] costs $6.", set())


def test_the_title_of_a_link_ends_only_where_it_should() -> None:
    all_hold(the_title_of_a_link_ends_only_where_it_should, TERMS)


def the_title_of_a_link_ends_only_where_it_should(term: Term) -> None:
    link = expand(f"[[{term.name}]]", set())
    match = re.fullmatch(r'\[(.+)\]\(\./glossary\?term=([a-z0-9-]+) "((?:[^"\\]|\\.)*)"\)', link)
    assert match is not None
    assert (match[1], match[2]) == (term.name, term.slug)
    assert re.sub(r"\\(.)", r"\1", match[3]).replace("&amp;", "&") == f"{term.name}: {plain(term.definition)}"
    assert "|" not in re.sub(r"\\\|", "", match[3])


@pytest.mark.parametrize("act", [find, lambda form: expand(f"[[{form}]]", set())])
def test_an_unknown_term_raises_an_error_that_names_it(act: Callable[..., Any]) -> None:
    with pytest.raises(KeyError, match="flux capacitor"):
        act("flux capacitor")


def test_the_document_is_what_the_script_writes() -> None:
    file = ROOT / "docs" / "write_glossary.py"
    spec = present(importlib.util.spec_from_file_location("write_glossary", file))
    script = importlib.util.module_from_spec(spec)
    present(spec.loader).exec_module(script)
    assert script.TARGET.read_text(encoding="utf-8") == script.document(), "run python -m docs.write_glossary"


def test_every_mark_that_is_shown_names_a_term() -> None:
    unknown = []
    rooms = [
        path for path in source_files() if {"lessons", "web", "pages"} & set(path.relative_to(ROOT).parts)
    ]
    shown = [path for path in rooms if path.name != "code.py"]  # in code, double brackets are arrays
    for path in shown:
        for text in strings(path):
            try:
                expand(text.text, set())
            except KeyError as error:
                unknown.append(f"{text.path}:{text.line}: {error}")
    assert unknown == []


def test_the_chapters_are_the_folders_of_the_lessons() -> None:
    lessons = ROOT / "nnviz" / "lessons"
    folders = [lessons / page / chapter for page, chapters in CHAPTERS.items() for chapter in chapters]
    assert all((folder / "view.py").is_file() for folder in folders)


OTHER_MEANINGS = {
    "unit",
    "units",
    "width",
    "widths",
    "layer",
    "layers",
    "estimate",
    "estimates",
    "target",
    "newton",
}
"""Forms that are also ordinary words: unit of measure, width of a cell, layer of a surface, the verb "estimates"."""


def _forms_by_length() -> list[tuple[str, Term]]:
    pairs = [(form, term) for term in TERMS.values() for form in (term.name, *term.forms)]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _used(shown: str) -> set[str]:
    """Return the names of the terms in a text; the longest form counts, so "loss surface" is no "loss"."""
    names = set()
    for form, term in _forms_by_length():
        pattern = rf"(?<![\w\-\\]){re.escape(form)}(?![\w\-])"
        if form.casefold() not in OTHER_MEANINGS and re.search(pattern, shown, re.IGNORECASE):
            names.add(term.name)
            shown = re.sub(pattern, "|", shown, flags=re.IGNORECASE)
    return names


@pytest.mark.parametrize(
    "chapter", [(page, name) for page, names in CHAPTERS.items() for name in names], ids="/".join
)
def test_each_term_in_the_words_of_a_chapter_is_marked_in_it(chapter: tuple[str, str]) -> None:
    text = importlib.import_module(f"nnviz.lessons.{'.'.join(chapter)}.text").CHAPTER
    replies = [answer.reply for question in text.questions for answer in question.answers]
    asked = [question.text for question in text.questions]
    shown = "\n".join([text.title, text.intro, *text.notice, *asked])
    slugs: set[str] = set()
    expand("\n\n".join([text.intro, *text.notice, *text.goals, *asked, *replies]), slugs)
    marked = {TERMS[slug].name for slug in slugs}
    unlinked = re.sub(r"\$[^$]*\$|`[^`]*`|\[\[[^\]]*\]\]", "|", shown)
    assert _used(unlinked) - marked == set()
