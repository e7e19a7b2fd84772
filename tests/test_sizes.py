"""Functions and modules stay small enough to be read at once; tables of records and of words are excepted."""

import ast
from pathlib import Path

from tests.cases import all_hold

ROOT = Path(__file__).parent.parent
FOLDERS = ("pages", "nnviz", "tests")
SOURCES = [ROOT / "app.py", *(file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))]
TABLES = {  # records and words: one after the other, each complete in itself
    "nnviz/expressions/vocabulary.py",
    "nnviz/web/glossary.py",
}
MOST_LINES_OF_A_FUNCTION, MOST_LINES_OF_A_MODULE = 40, 400


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function's body, its docstring left out."""
    documented = ast.get_docstring(function) is not None and len(function.body) > 1
    return (function.end_lineno or 0) - function.body[1 if documented else 0].lineno + 1


def test_functions_and_modules_can_be_read_at_once() -> None:
    all_hold(can_be_read_at_once, {str(file.relative_to(ROOT)): file for file in SOURCES})


def can_be_read_at_once(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    functions = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert {
        one.name: body_lines(one) for one in functions if body_lines(one) > MOST_LINES_OF_A_FUNCTION
    } == {}
    name = file.relative_to(ROOT).as_posix()
    if name not in TABLES and file.name != "text.py":
        assert len(text.splitlines()) <= MOST_LINES_OF_A_MODULE
