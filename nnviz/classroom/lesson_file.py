"""Read a lesson: a text file with an ordered list of links, and what a teacher says, asks and expects at each.

The format is TOML. docs/LESSONS.md documents it. Every text is shown as plain text.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnviz.classroom import text

MAX_BYTES = 200_000
MAX_STEPS = 60
MAX_TEXT = 4000  # characters of one text
MAX_CHOICES = 6
MINUTES = (1, 240)
FOLDER = Path(__file__).parent / "lessons"
_STEP_KEYS = {
    "title", "minutes", "link", "note", "see", "ask", "question", "choices", "right", "answer", "challenge",
}  # fmt: skip
_LINK = re.compile(r"([a-z_]*)(\?[!-~]*)?")


class LessonError(ValueError):
    """A lesson has a mistake. The message names the line and the reason."""


@dataclass(frozen=True)
class Step:
    """Hold one step of a lesson.

    link: a page of the app with its settings. note: for the teacher. see: what students should see. ask: the key of
    one of the app's own questions. question, choices, right, answer: a question of the teacher; ``right`` is the place
    of the right choice, from 0, or -1 without choices. challenge: the name of a challenge.
    """

    title: str
    minutes: int
    link: str
    note: str
    see: str = ""
    ask: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()
    right: int = -1
    answer: str = ""
    challenge: str = ""


@dataclass(frozen=True)
class Lesson:
    """Hold a lesson: its title, what it is about, and its steps in order."""

    title: str
    about: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """How long the lesson takes."""
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Known:
    """Hold the names that a lesson may use: of pages, of the app's own questions, and of challenges."""

    pages: Collection[str]
    questions: Collection[str]
    challenges: Collection[str]


def shipped() -> dict[str, Path]:
    """Return the files of the lessons that come with the app, by their names, in their order."""
    return {file.stem.partition("_")[2]: file for file in sorted(FOLDER.glob("*.toml"))}


def read_lesson(content: bytes, known: Known) -> Lesson:
    """Return the lesson that a file holds; LessonError names the line and the reason of its first mistake."""
    if len(content) > MAX_BYTES:
        raise LessonError(text.lesson_too_long(len(content), MAX_BYTES))
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LessonError(text.mistake(content[: error.start].count(b"\n") + 1, text.NOT_UTF8)) from error
    try:
        found = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error).replace("at end of document", f"at line {len(source.splitlines())}, the last one")
        raise LessonError(text.not_toml(reason)) from error
    return _Reader(source.split("\n"), known).lesson(found)


class _Reader:
    """Check what a file says, and name the line of a mistake."""

    def __init__(self, lines: list[str], known: Known) -> None:
        self._lines, self._known = lines, known
        self._starts = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*steps\s*\]\]", line)]
        self._step = -1

    def lesson(self, found: Mapping[str, Any]) -> Lesson:
        self._only(found, {"title", "about", "steps"})
        title, about = self._text(found, "title"), self._text(found, "about")
        steps = found.get("steps")
        if not (isinstance(steps, list) and steps and all(isinstance(each, dict) for each in steps)):
            raise self._wrong("steps", text.NO_STEPS)
        if len(steps) > MAX_STEPS:
            raise self._wrong("steps", text.too_many("steps", MAX_STEPS))
        return Lesson(title, about, tuple(self._read_step(n, each) for n, each in enumerate(steps)))

    def _read_step(self, number: int, found: Mapping[str, Any]) -> Step:
        self._step = number
        self._only(found, _STEP_KEYS)
        choices = self._choices(found)
        step = Step(
            self._text(found, "title"),
            self._minutes(found),
            self._link(found),
            self._text(found, "note"),
            self._text(found, "see", ""),
            self._name(found, "ask", self._known.questions),
            self._text(found, "question", ""),
            choices,
            self._right(found, choices),
            self._text(found, "answer", ""),
            self._name(found, "challenge", self._known.challenges),
        )
        if step.question and not step.answer:
            raise self._wrong("question", text.NO_ANSWER)
        if sum(map(bool, (step.ask, step.question, step.challenge))) > 1:
            raise self._wrong("question", text.ONE_QUESTION)
        if choices and not step.question:
            raise self._wrong("choices", text.NO_QUESTION)
        return step

    def _text(self, found: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = found.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._wrong(key, text.must_be_text(key))
        if len(value) > MAX_TEXT:
            raise self._wrong(key, text.too_long(key, MAX_TEXT))
        return " ".join(value.split()) if key != "note" else value.strip()

    def _minutes(self, found: Mapping[str, Any]) -> int:
        value = found.get("minutes")
        if isinstance(value, bool) or not isinstance(value, int) or not MINUTES[0] <= value <= MINUTES[1]:
            raise self._wrong("minutes", text.must_be_between("minutes", *MINUTES, value))
        return value

    def _link(self, found: Mapping[str, Any]) -> str:
        link = self._text(found, "link").removeprefix("/")
        match = _LINK.fullmatch(link)
        if match is None:
            raise self._wrong("link", text.NO_LINK)
        if match[1] not in self._known.pages:
            raise self._wrong("link", text.must_be_one_of("link", sorted(self._known.pages), match[1]))
        return link

    def _name(self, found: Mapping[str, Any], key: str, names: Collection[str]) -> str:
        name = self._text(found, key, "")
        if name and name not in names:
            raise self._wrong(key, text.must_be_one_of(key, sorted(names), name))
        return name

    def _choices(self, found: Mapping[str, Any]) -> tuple[str, ...]:
        given = found.get("choices", [])
        if not (isinstance(given, list) and all(isinstance(each, str) and each.strip() for each in given)):
            raise self._wrong("choices", text.must_be_texts("choices"))
        if (given and not 2 <= len(given) <= MAX_CHOICES) or len(set(given)) < len(given):
            raise self._wrong("choices", text.choices_number(MAX_CHOICES))
        if any(len(each) > MAX_TEXT for each in given):
            raise self._wrong("choices", text.too_long("choices", MAX_TEXT))
        return tuple(" ".join(each.split()) for each in given)

    def _right(self, found: Mapping[str, Any], choices: tuple[str, ...]) -> int:
        right = found.get("right")
        if not choices and right is None:
            return -1
        if isinstance(right, bool) or not isinstance(right, int) or not 1 <= right <= len(choices):
            raise self._wrong("right", text.must_be_between("right", 1, max(len(choices), 1), right))
        return right - 1

    def _only(self, found: Mapping[str, Any], keys: set[str]) -> None:
        for key in found:
            if key not in keys:
                raise self._wrong(key, text.unknown_key(key, sorted(keys)))

    def _wrong(self, key: str, reason: str) -> LessonError:
        """Return the mistake with its line: that of the key in its step, or else that of the step."""
        begin = 0 if self._step < 0 or self._step >= len(self._starts) else self._starts[self._step]
        later = [start for start in self._starts if start > begin]
        end = later[0] if later else len(self._lines)
        pattern = re.compile(rf'\s*(\[\[\s*)?"?{re.escape(key)}"?\s*(=|\]\])')
        line = next((n for n in range(begin, end) if pattern.match(self._lines[n])), begin)
        return LessonError(text.mistake(line + 1, reason))
