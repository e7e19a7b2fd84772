"""Lessons are read, their mistakes are named by line and reason, and the shipped ones keep their promises."""

from functools import cache
from urllib.parse import parse_qs

import pytest

from nnviz.classroom import text
from nnviz.classroom.lesson_file import Known, Lesson, LessonError, read_lesson, shipped
from nnviz.lessons.classroom.teach.view import known_names
from nnviz.lessons.pages import MENU
from tests.apps import healthy, open_page
from tests.cases import all_hold
from tests.lessons.chapters import all_chapters

KNOWN = Known({"", "glossary"}, {"q"}, {"c"})
GOOD = """title = "T"
about = "A"

[[steps]]
title = "One"
minutes = 5
link = "glossary?gl_search=loss"
note = '''
first
second'''

[[steps]]
title = "Two"
minutes = 45
link = "/"
note = "n"
question = "Why?"
choices = ["a", "b"]
right = 2
answer = "b"
"""


def read(source: str) -> Lesson:
    return read_lesson(source.encode(), KNOWN)


def test_a_lesson_is_what_its_file_says() -> None:
    lesson = read("\ufeff" + GOOD)
    assert (lesson.title, lesson.minutes, len(lesson.steps)) == ("T", 50, 2)
    assert lesson.steps[0].note == "first\nsecond"
    assert (lesson.steps[1].link, lesson.steps[1].choices, lesson.steps[1].right) == ("", ("a", "b"), 1)


def test_a_mistake_is_named_by_its_line_and_its_reason() -> None:
    wrong = {
        "no title": ('title = "T"', "", 1, text.must_be_text("title")),
        "minutes": ("minutes = 45", "minutes = true", 14, "between 1 and 240, got True"),
        "another site": ('"/"', '"https://evil.org"', 15, text.NO_LINK),
        "no page": ('"/"', '"nopage?a=1"', 15, "`link` must be one of"),
        "a misspelled key": ("answer =", "anwser =", 20, "`'anwser'` is not known here"),
        "no answer": ('answer = "b"', "", 17, text.NO_ANSWER),
        "right": ("right = 2", "right = 3", 19, "between 1 and 2, got 3"),
        "one choice": ('["a", "b"]', '["a"]', 18, text.choices_number(6)),
        "a number": ('["a", "b"]', "[1, 2]", 18, text.must_be_texts("choices")),
        "two questions": ('answer = "b"', 'answer = "b"\nask = "q"', 17, text.ONE_QUESTION),
        "no such question": ('note = "n"', 'note = "n"\nask = "x"', 17, "`ask` must be one of q, got 'x'"),
        "long": ('note = "n"', f'note = "{"n" * 5000}"', 16, text.too_long("note", 4000)),
    }

    def is_named(case: tuple[str, str, int, str]) -> None:
        old, new, line, reason = case
        with pytest.raises(LessonError) as found:
            read(GOOD.replace(old, new, 1))
        assert str(found.value).startswith(f"Line {line}. "), found.value
        assert reason in str(found.value)

    all_hold(is_named, wrong)


def test_what_is_no_lesson_at_all_is_refused() -> None:
    wrong = {
        "no TOML": (b"title = ", "line 1"),
        "no text": (b'title = "T"\n\xff', "Line 2. "),
        "no steps": (b'title = "T"\nabout = "A"', text.NO_STEPS),
        "steps are a number": (b'title = "T"\nabout = "A"\nsteps = 3', f"Line 3. {text.NO_STEPS}"),
        "too many": (GOOD.encode() + b'[[steps]]\ntitle="x"\n' * 60, text.too_many("steps", 60)),
        "deep": (b"a = " + b"[" * 5000, "not valid TOML"),
        "too long": (b"#" * 200_001, "at most 200000 bytes"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "Line 1. "),
    }

    def is_refused(case: tuple[bytes, str]) -> None:
        with pytest.raises(LessonError) as found:
            read_lesson(case[0], KNOWN)
        assert case[1] in str(found.value)

    all_hold(is_refused, wrong)


@cache
def lessons() -> dict[str, Lesson]:
    return {name: read_lesson(file.read_bytes(), known_names()) for name, file in shipped().items()}


def test_the_lessons_of_the_app_are_whole_plans_of_fifty_minutes() -> None:
    assert len(lessons()) == 6
    for lesson in lessons().values():
        assert lesson.minutes == 50
        assert all(step.see and (step.ask or step.question or step.challenge) for step in lesson.steps)


def test_every_link_of_a_lesson_opens_its_chapter_with_no_part_unused() -> None:
    """A link that names a chapter alone needs the chapter only. Links with settings are opened."""
    chapters = {(page, chapter.key) for page, chapter in all_chapters()}
    links = {step.link: step.link for lesson in lessons().values() for step in lesson.steps}

    def is_used(link: str) -> None:
        page, _, query = link.partition("?")
        settings = parse_qs(query, keep_blank_values=True, strict_parsing=True)
        named = settings.get(f"{MENU[page].prefix}_chapter")
        assert named is None or (page, *named) in chapters
        if len(settings) > (named is not None):
            app = healthy(open_page(page, **settings))
            assert [line.value for line in app.text if line.value.startswith("The link sets")] == []

    all_hold(is_used, links)
