"""The documents that are made from the code are up to date, and the commands and paths they name exist."""

import re
from pathlib import Path

import pytest

from docs import draw_architecture

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_picture_of_the_packages_is_drawn_from_the_imports() -> None:
    document = draw_architecture.DOCUMENT.read_text(encoding="utf-8")
    assert draw_architecture.updated(document) == document, "run python -m docs.draw_architecture"


def test_arrows_that_follow_from_others_are_left_out() -> None:
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert draw_architecture.without_implied(graph) == {"a": {"b"}, "b": {"c"}, "c": set()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_the_paths_that_a_document_names_exist(document: Path) -> None:
    named = re.findall(
        r"`((?:nnviz|tests|docs|benchmarks|pages|\.ci)/[\w./-]+)`", document.read_text(encoding="utf-8")
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
