"""The rules that every chapter of the page about linear regression keeps."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from nnviz.lessons.linear_regression.by_hand import text as by_hand
from nnviz.lessons.linear_regression.more_inputs import text as more_inputs
from nnviz.lessons.linear_regression.polynomials import text as polynomials
from nnviz.lessons.linear_regression.step_size import text as step_size
from nnviz.web.lesson import Question
from tests.lessons.test_linear_regression import opened

LESSON = Path(__file__).parents[2] / "nnviz" / "lessons" / "linear_regression"
CHAPTERS = {
    text.__name__.split(".")[-2]: text.CHAPTER for text in (by_hand, step_size, more_inputs, polynomials)
}
QUESTIONS = [(key, question) for key, chapter in CHAPTERS.items() for question in chapter.questions]


@pytest.mark.parametrize(("chapter", "question"), QUESTIONS, ids=lambda value: getattr(value, "key", ""))
def test_every_answer_to_every_question_has_its_own_reply(chapter: str, question: Question) -> None:
    assert question.key.startswith("lr_question_")
    assert sum(answer.right for answer in question.answers) == 1
    assert len({answer.reply for answer in question.answers}) == len(question.answers)
    app = opened(lr_chapter=chapter)
    for answer in question.answers:
        app.radio(key=question.key).set_value(answer.text).run()
        boxes = app.success if answer.right else app.info
        assert [answer.reply in box.value for box in boxes] == [True]


def strings_of(file: Path) -> set[str]:
    """Whole strings in the code of a file that look like the key of a widget of this page."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    constants = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in parts]
    return {text for text in constants if isinstance(text, str) and re.fullmatch(r"lrp?_\w+", text)}


def test_no_key_is_typed_in_two_files() -> None:
    files = {file: strings_of(file) for file in LESSON.rglob("*.py")}
    typed = Counter(key for keys in files.values() for key in keys)
    assert sum(map(len, files.values())) > 20
    assert [key for key, count in typed.items() if count > 1] == []


@pytest.mark.parametrize("folder", [*LESSON.glob("*/")], ids=lambda folder: folder.name)
def test_a_chapter_imports_no_other_chapter(folder: Path) -> None:
    imported = {
        str(node.module).split(".")[3]
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("nnviz.lessons.linear_regression.")
    }
    assert imported <= {folder.name, "shared"}
