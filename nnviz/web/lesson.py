"""Hold the words of a page and its chapters, and draw a page from them.

Every text is our own Markdown. Terms of the glossary are marked as ``[[learning rate]]`` and are explained where they
first appear on a page.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Answer:
    """Hold one answer to a question, and the reply to whoever chooses it: why it is right, or why it is wrong."""

    text: str
    reply: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """Hold a question to answer before trying, with two or more answers of which exactly one is right.

    ``key`` names its widget. ValueError for fewer than two answers, for equal ones, or unless one alone is right.
    """

    key: str
    text: str
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        texts = [answer.text for answer in self.answers]
        if len(texts) < 2 or len(set(texts)) < len(texts):
            raise ValueError(f"`answers` of {self.key} must be two or more different texts, got {texts}")
        if sum(answer.right for answer in self.answers) != 1:
            raise ValueError(f"`answers` of {self.key} must hold exactly one right answer")

    def shuffled(self) -> tuple[Answer, ...]:
        """Return the answers in an order that the key decides, the same one for everybody."""
        return tuple(random.Random(self.key).sample(self.answers, len(self.answers)))  # noqa: S311


@dataclass(frozen=True)
class ChapterText:
    """Hold the words around a chapter: its title, what a student can do after it, what to notice, and its questions.

    claim: what its picture shows, as a heading. intro: Markdown above the picture. goals: each completes the sentence
    "After this chapter you can …". notice: each is one item of a list.
    """

    title: str
    claim: str = ""
    intro: str = ""
    goals: tuple[str, ...] = ()
    notice: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


class Chapter(NamedTuple):
    """Hold a chapter of a page: its key, which is its folder's name, its words, and the function that draws it.

    shared: the keys of those settings that other chapters of the page use, too; one that ends in "_" stands for all
    keys that begin like it.
    """

    key: str
    text: ChapterText
    draw: Callable[..., object]
    shared: tuple[str, ...] = ()


def body_fragment(chapter: str) -> str:
    """Return the key of the fragment that draws the chapter with that key, for ``st.rerun``."""
    return f"chapter_{chapter}_body"


@dataclass(frozen=True)
class Page:
    """Hold the words of a page.

    name: its path in the address. prefix: the letters that begin the keys of its widgets. file: its script in
    ``pages/``. icon: a Material symbol. about: a sentence for Home. idea: the text below the title. closing: a question
    to think about after the page. menu: its label in the menu, if that is not the title. has_charts: whether the
    reader can ask for the numbers behind its charts.
    """

    name: str
    prefix: str
    file: str
    title: str
    icon: str
    about: str
    idea: str
    closing: str = ""
    menu: str = ""
    has_charts: bool = True


Pages = Mapping[str, Page]
Chapters = Sequence[Chapter]
