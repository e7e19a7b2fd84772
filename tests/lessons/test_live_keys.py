"""A control and the chart that follows it share one key object: no key is typed in a chart and in a view."""

import ast
import re
from pathlib import Path

import pytest

LESSONS = Path(__file__).parents[2] / "nnviz" / "lessons"
CHAPTERS = sorted({path.parent for path in LESSONS.glob("*/*/chart.py")})
KEY = re.compile(r"(?:ho|lr|gd|lf|ua|in)\d?_[a-z0-9_]+")


def typed_keys(path: Path) -> set[str]:
    """The texts in a file that have the form of a control's key; those inside of f-strings are not whole keys."""
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        if KEY.fullmatch(node.value)
    }


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_key_is_typed_in_a_chart_and_in_a_view(chapter: Path) -> None:
    page = chapter.parent
    charts = set().union(*(typed_keys(folder / "chart.py") for folder in (chapter, page / "shared")))
    assert charts & typed_keys(chapter / "view.py") == set()


@pytest.mark.parametrize(
    "view", sorted(LESSONS.rglob("view.py")), ids=lambda path: "/".join(path.parts[-3:-1])
)
def test_no_key_is_typed_twice_in_a_view(view: Path) -> None:
    texts = [
        node.value
        for node in ast.walk(ast.parse(view.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value)
    ]
    assert sorted(key for key in set(texts) if texts.count(key) > 1 and not key.endswith("_")) == []
