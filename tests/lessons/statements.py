"""Find the sentences with a number or a comparison in the words of a page, so that each is held against a figure.

What a function of a ``text.py`` writes has its numbers from the page. All other words are fixed, and only a test knows
whether they are true of what is shown. ``test_<page>_statements.py`` has one check for each such sentence.
"""

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cases import all_hold

ROOT = Path(__file__).parents[2]
NNVIZ = ROOT / "nnviz"
_NUMBER = re.compile(
    r"\d|½|%|\\tfrac|\b(?:half|halves|halve|twice|double[sd]?|tenth|thousandth|times|four|five|six|eight|nine|ten|hundred"
    r"|percent|than|nearly|almost|exactly|smallest|largest|equally?|slower?|faster?|increases?|decreases?|rises?|falls?|clearly)\b",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(
    r"_\{?\w\}?|\([A-Z][^()]*\b(?:19|20)\d\d\)|\[0, 1\]|class(?:es)? [0-9]"
)  # indices, years, names
_END = re.compile(r"(?<=[.?!])(?:\*\*)? +(?=[A-Z{\\*$0-9])")
_TERM = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]")


def statements(*places: str) -> Iterator[str]:
    """Yield each sentence with a number or a comparison in the fixed words of folders of ``nnviz/lessons``.

    A place that ends in .py is a file of ``nnviz``, of which only the lessons of data sets are words.
    """
    for place in places:
        file = NNVIZ / place
        if file.suffix == ".py":
            texts = [
                _joined(lesson) or "" for lesson in _lessons(ast.parse(file.read_text(encoding="utf-8")))
            ]
        else:
            files = sorted((NNVIZ / "lessons" / place).rglob("text.py"))
            texts = [words for one in files for words in _texts(ast.parse(one.read_text(encoding="utf-8")))]
        for words in texts:
            yield from filter(_is_statement, split(words))


def _lessons(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what is given as the lesson of a data set."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "lesson":
            yield node.value


def split(words: str) -> list[str]:
    """Return the sentences of our own Markdown, with the words of a term instead of its mark."""
    parts = re.split(r"\n\n|\n- ", _TERM.sub(r"\1", words))
    return [sentence for part in parts for sentence in _END.split(" ".join(part.split()))]


def _is_statement(sentence: str) -> bool:
    whole = sentence.rstrip("*").endswith((".", "?", "!", ","))
    return whole and len(sentence.split()) > 1 and bool(_NUMBER.search(_NO_NUMBER.sub("", sentence)))


def _texts(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of a module, without docstrings and without what its functions write."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            continue
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        words = _joined(child)
        if words is None:
            yield from _texts(child)
        else:
            yield words


def _joined(node: ast.AST) -> str | None:
    """Return the text of a literal, or of literals that are added."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_joined(part) or "{}" for part in node.values)
    if isinstance(node, ast.BinOp):
        parts = [_joined(side) for side in (node.left, node.right)]
        return None if parts == [None, None] else "".join(part or "" for part in parts)
    return None


@dataclass(frozen=True)
class Entries:
    """What is known of the statements of a page.

    checks: statement -> what computes whether it is true of the default screen, or of mathematics. tested: statement ->
    the test that holds it, as "file::name" below tests/lessons or tests. descriptions: statements that no figure can
    contradict: what a mark, an axis or a symbol is, a question, an answer that is called wrong, or what to press.
    """

    checks: Mapping[str, Callable[[], object]]
    tested: Mapping[str, str]
    descriptions: Collection[str]


def hold(places: Collection[str], entries: Entries) -> None:
    """Assert that each statement has one entry, that each check is true, and that each named test exists."""
    found = set(statements(*places))
    kinds = [set(entries.checks), set(entries.tested), set(entries.descriptions)]
    known = set().union(*kinds)
    assert sum(map(len, kinds)) == len(known), "a sentence has two entries"
    assert not found - known, f"sentences with a number or a comparison and without a check: {found - known}"
    assert not known - found, f"sentences that no page says any more: {known - found}"

    def is_true(check: Callable[[], object]) -> None:
        assert check()

    def exists(test: str) -> None:
        file, name = test.split("::")
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")

    all_hold(is_true, entries.checks)
    all_hold(exists, entries.tested)
