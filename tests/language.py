"""Measure the language that readers see: ``python -m tests.language [PATH ...]`` prints figures and long sentences.

What is shown is found by reading the source. A string counts as shown if it is prose: it is no docstring, no key, no
pattern, no code, and it has at least two words (in a ``text.py``, one word is enough). Values in f-strings count as one
word, and so does a formula between dollar signs. The phrases that may not occur stand in docs/STYLE.md.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
MEDIAN, P90, MARKS = 11, 20, 10
"""The targets: words in the median sentence, words in the 90th percentile, colons and semicolons in 100 sentences."""

VALUE = "0"  # stands for a value that is not known before the program runs
_NO_WORDS = {
    "key",
    "icon",
    "bind",
    "format",
    "language",
    "type",
    "mode",
    "encoding",
    "mime",
    "file_name",
    "height",
}
_NO_PROSE_CALLS = {
    "compile",
    "sub",
    "match",
    "fullmatch",
    "search",
    "findall",
    "split",
    "getattr",
    "import_module",
}
_NO_PROSE_CALLS |= {
    "encode",
    "decode",
    "Literal",
    "TypeVar",
    "NewType",
    "NamedTuple",
    "field",
    "joinpath",
    "glob",
}
_CODE = re.compile(
    r"datum[.\[']|=>|\(\);|^\s*(import|from|def|return|for|print|self)\b.*[(:=.]|\w\(\w*\) =|;\s*\w+ ?=|</?\w+|--\w|"
    r"\b(np|torch|nn)\.\w|\bposition: \w+;|\w: '\w|\bis None:|\belse:$|^\s*#|^SELECT |\bisValid\(|\bscale\('|\? .* : ",
    re.MULTILINE,
)

_LATEX = re.compile(r"\\[a-zA-Z]{2,}|[_^]\{|&=")  # outside dollar signs: a formula as a whole


@dataclass(frozen=True)
class Text:
    """A string that readers see. path: its file, from the root. line, end: where it stands."""

    path: str
    line: int
    end: int
    text: str


@dataclass(frozen=True)
class Sentence:
    """A sentence that readers see, with its place, its number of words and of colons and semicolons."""

    path: str
    line: int
    text: str
    words: int
    marks: int


@dataclass(frozen=True)
class Figures:
    """The language of many sentences. marks: colons and semicolons in 100 sentences."""

    count: int
    median: float
    p90: float
    marks: float

    def __str__(self) -> str:
        return f"{self.count:5d} sentences, median {self.median:4.1f}, p90 {self.p90:4.1f}, marks {self.marks:5.1f}"

    @property
    def good(self) -> bool:
        """Whether all targets are met."""
        return self.median <= MEDIAN and self.p90 <= P90 and self.marks <= MARKS


# --------------------------------------------------------------------------------------------- which strings are shown


def lesson_files() -> list[Path]:
    """Return the files that hold the words of the lessons."""
    return sorted(ROOT.glob("nnviz/lessons/**/text.py"))


def source_files() -> list[Path]:
    """Return all Python files of the app, pages and package."""
    return sorted([*ROOT.glob("nnviz/**/*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("app.py")])


def script_files() -> list[Path]:
    """Return all JavaScript files of the app."""
    return sorted(ROOT.glob("nnviz/**/*.js"))


def texts(path: Path) -> list[Text]:
    """Return the strings of a Python file that readers see."""
    if path.name == "code.py":  # holds programs that the app writes
        return []
    return [each for each in strings(path) if _is_prose(each.text, path.name == "text.py")]


def strings(path: Path) -> list[Text]:
    """Return all strings of a Python file but docstrings, keys, annotations and patterns."""
    name = path.resolve().relative_to(ROOT).as_posix() if path.resolve().is_relative_to(ROOT) else str(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [Text(name, node.lineno, node.end_lineno or node.lineno, text) for node, text in _strings(tree)]


def script_strings(path: Path) -> list[Text]:
    """Return the string literals of a JavaScript file; comments are skipped."""
    source, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    pattern = re.compile(r"//[^\n]*|/\*.*?\*/|([\"'`])((?:\\.|(?!\1).)*?)\1", re.DOTALL)
    found = []
    for match in pattern.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        if match[1]:
            found.append(Text(name, line, line, re.sub(r"\$\{[^}]*\}", VALUE, match[2])))
    return found


def _strings(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    text = _flat(node)
    if text is not None:
        assert isinstance(node, ast.expr)
        yield node, text
        for part in ast.walk(node):
            if isinstance(part, ast.FormattedValue):
                yield from _strings(part.value)
        return
    for child in _children(node):
        yield from _strings(child)


def _flat(node: ast.AST) -> str | None:
    """Return the text of a string, an f-string or a sum with one; None for everything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(v.value) if isinstance(v, ast.Constant) else VALUE for v in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = _flat(left), _flat(right)
            return None if one is None and other is None else (one or VALUE) + (other or VALUE)
    return None


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node that may hold words for readers."""
    match node:
        case ast.Expr(value=ast.Constant()):  # a docstring
            return
        case ast.AnnAssign(value=value):
            yield from [value] if value else []
        case ast.FunctionDef(args=args, body=body) | ast.AsyncFunctionDef(args=args, body=body):
            yield from [default for default in (*args.defaults, *args.kw_defaults) if default]
            yield from body
        case ast.Call(func=func, args=args, keywords=keywords):
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if isinstance(func, ast.Attribute):
                yield func.value
            if name not in _NO_PROSE_CALLS:
                yield from args
                yield from [each.value for each in keywords if each.arg not in _NO_WORDS]
        case ast.Subscript(value=value):
            yield value
        case ast.Compare():
            return
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return
        case _:
            yield from ast.iter_child_nodes(node)


def _is_prose(text: str, is_text_module: bool) -> bool:
    rest = _without_code(text)
    if re.fullmatch(r"[a-z0-9_./:#%,|-]*", text) or _CODE.search(rest) or _LATEX.search(rest):
        return False
    found = re.findall(r"[A-Za-z]{2,}", _spoken(text))
    return len(found) >= (1 if is_text_module else 2)


# ------------------------------------------------------------------------------------------- sentences and their words


def _without_code(markdown: str) -> str:
    text = re.sub(r"```.*?```", "\n\n", markdown, flags=re.DOTALL)
    return re.sub(r"`[^`\n]*`", "Code", re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "Formula", text, flags=re.DOTALL))


def _spoken(markdown: str) -> str:
    """Return Markdown as it is read aloud: a formula, code and a value are one word each."""
    text = _without_code(markdown)
    text = re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]", r"\1", text)
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()\s]*(?: \"(?:\\.|[^\"\\])*\")?\)", r"\1", text)
    text = re.sub(
        r":material/\w+:|:(?:red|blue|green|orange|violet|gray|grey|primary)(?:-background)?(?=\[)", "", text
    )
    text = re.sub(r"https?://\S+", "link", text)
    text = re.sub(r"\{[\w.:!]*\}|%\(\w+\)s", VALUE, text)
    text = re.sub(r"\\[a-zA-Z]+", " ", text)
    return re.sub(r"\*\*|[*_~](?=\w)|(?<=\w)[*_~]|[\[\]\"“”]|^#+ ", "", text, flags=re.MULTILINE)


_BLOCK = re.compile(
    r"\n\s*\n|\n\s*(?=[-*+•] |\d+\. |#|\|\s)| {2,}\n|\s\|\s|^\||\|$|\n(?=[A-Z])", re.MULTILINE
)
_SHORT = re.compile(r"\b(e\.g|i\.e|cf|vs|al|etc|p|pp|Fig|eq|St|Dr|No|approx)\.(?=\s)")
_END = re.compile(r"(?<=[.?!…])[)’']*\s+(?=[^a-z\s])")


def sentences(markdown: str) -> list[str]:
    """Return the sentences of a Markdown text; the cells of a table, items and headings are parted as well."""
    text = re.sub(r"^\s*\|?[\s:|-]+\|?\s*$", "\n", _spoken(markdown), flags=re.MULTILINE)
    blocks = _BLOCK.split(text)
    found = []
    for block in blocks:
        line = re.sub(r"^\s*(?:[-*+•]|\d+\.|#+)\s+", "", " ".join(block.split()))
        found += _END.split(_SHORT.sub(lambda match: match[1].replace(".", "․") + "․", line))
    return [each.strip() for each in found if re.search(r"\w", each)]


def words(sentence: str) -> int:
    """Return the number of words; a formula, a number, code and a value count as one."""
    return sum(bool(re.search(r"\w", word)) for word in _spoken(sentence).replace("—", " ").split())


def marks(sentence: str) -> int:
    """Return the number of colons and semicolons outside formulas, code and times."""
    return len(re.findall(r"[:;](?=\s|$|[)*])", _spoken(sentence)))


def is_sentence(text: str) -> bool:
    """Return whether a part of a text counts: most of it is words, and it ends like a sentence or is no short label."""
    spoken = _spoken(text).split()
    if words(text) < 3 or 2 * sum(
        bool(re.fullmatch(r"\W*[^\W\d_]+(?:[-'’][^\W\d_]+)*\W*", w)) for w in spoken
    ) < len(spoken):
        return False
    return text.rstrip(")’'").endswith((".", "?", "!", ":", "…")) or words(text) >= 6


def sentences_of(found: Iterable[Text]) -> list[Sentence]:
    """Return the sentences of texts, each with the line on which it begins."""
    said = []
    for text in found:
        source = (ROOT / text.path).read_text(encoding="utf-8").split("\n")[text.line - 1 : text.end]
        for each in filter(is_sentence, sentences(text.text)):
            said.append(
                Sentence(text.path, text.line + _offset(each, source), each, words(each), marks(each))
            )
    return said


def _offset(sentence: str, source: Sequence[str]) -> int:
    start = re.findall(r"[A-Za-z]{3,}", sentence)[:2]
    pattern = re.compile(r"\W+(?:\w\W+)?".join(map(re.escape, start)))
    return next((i for i, line in enumerate(source) if start and pattern.search(line)), 0)


def figures(said: Sequence[Sentence]) -> Figures:
    """Return the figures of sentences; zeros if there are none."""
    if not said:
        return Figures(0, 0, 0, 0)
    lengths = sorted(each.words for each in said)
    p90 = lengths[min(len(lengths) - 1, int(0.9 * len(lengths)))]
    return Figures(len(said), median(lengths), p90, 100 * sum(each.marks for each in said) / len(said))


# -------------------------------------------------------------------------------------------------- phrases not to use

_ALLOWED = re.compile(
    r"the least[- ](squares|concave|common|upper|significant)|at the least significant|learning rate",
    re.IGNORECASE,
)


@cache
def retired_phrases() -> tuple[str, ...]:
    """Return the phrases of docs/STYLE.md that may not be shown."""
    style = (ROOT / "docs" / "STYLE.md").read_text(encoding="utf-8")
    section = style.split("## Retired phrases")[1].split("\nSome have")[0]
    return tuple(re.findall(r"`([^`]+)`", section))


@cache
def _retired() -> re.Pattern[str]:
    alternatives = (re.escape(each).replace(r"\ ", r"\s+") for each in retired_phrases())
    return re.compile(rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w-])", re.IGNORECASE)


def retired_in(text: str) -> list[str]:
    """Return the retired phrases in a text, in the order in which they occur."""
    return [" ".join(match[0].split()).lower() for match in _retired().finditer(_ALLOWED.sub(" ", text))]


def retired_shown() -> list[str]:
    """Return ``path:line: phrase`` for each retired phrase that the sources show, JavaScript included."""
    found = [text for path in source_files() for text in strings(path) if not _is_name(text.text)]
    found += [text for path in script_files() for text in script_strings(path) if not _is_name(text.text)]
    return [f"{text.path}:{text.line}: {phrase}" for text in found for phrase in retired_in(text.text)]


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9_./:#-]*", text) is not None


# -------------------------------------------------------------------------------------------------------------- report


def report(paths: Sequence[Path], worst: int) -> None:
    """Print the figures of each file and of all, retired phrases, and the longest sentences with their places."""
    everything = []
    for path in paths:
        said = sentences_of(texts(path))
        everything += said
        if said:
            told = figures(said)
            print(f"{'ok ' if told.good else 'NOT'} {told}  {said[0].path}")
    print(f"\n    {figures(everything)}  all {len(paths)} files (targets: {MEDIAN}, {P90}, {MARKS})\n")
    for path in paths:
        for text in strings(path):
            for phrase in [] if _is_name(text.text) else retired_in(text.text):
                print(f"{text.path}:{text.line}: retired: {phrase}")
    print("\nThe longest sentences, and those with most colons and semicolons:")
    for each in sorted(everything, key=lambda each: -(each.words + 8 * each.marks))[:worst]:
        if each.words > P90 or each.marks:
            print(f"{each.path}:{each.line}: {each.words} words, {each.marks} marks: {each.text}")


def main(arguments: Sequence[str]) -> None:
    """Report on the files and folders that are named; on everything without a name. ``--worst N`` sets the number."""
    rest = list(arguments)
    worst = 25
    if "--worst" in rest:
        at = rest.index("--worst")
        worst = int(rest[at + 1])
        del rest[at : at + 2]
    paths = [Path(each).resolve() for each in rest]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        sys.exit(f"no such file or folder: {', '.join(missing)}")
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    report(files or source_files(), worst)


if __name__ == "__main__":
    main(sys.argv[1:])
