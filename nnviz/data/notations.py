r"""Rewrite tables in the notation of another program as plain lines: HTML, LaTeX, ARFF, vectors and points in brackets.

Lines that hold no data become comments where they stand, so that each line keeps its number and the page counts them.
Digits of other scripts become ASCII digits. All takes linear time.
"""

import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from typing import Final

_HEAD: Final = 4000  # characters that tell the notation
_DIGITS: Final = {
    **{ord(zero) + k: str(k) for zero in "٠۰०০０" for k in range(10)},
    **{ord("，"): ",", ord("；"): ";", ord("．"): ".", ord("－"): "-", ord("٫"): ".", ord("٬"): ","},
}
_OTHER_DIGITS: Final = re.compile(r"[٠-٩۰-۹०-९০-৯０-９]")
_NUMBERS: Final = r"[-+\d.eE,;\s]"
_VECTOR: Final = re.compile(
    rf"(?<![\w.])([A-Za-z]\w{{0,39}})\s*(?:=|<-|:=)\s*(?:(?:np\.|numpy\.|torch\.)?\w{{0,10}}\s*\(\s*)?"
    rf"(?:[\[{{(]+\s*({_NUMBERS}+)[\]}})]|(?<=[=(])\s*([-+\d.eE\s]+,{_NUMBERS}+?)\s*(?:[;)]|$))",
    re.MULTILINE,
)
_BRACKETED: Final = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_POINTS: Final = re.compile(r"\s*(?:(?:\\addplot\b.*?coordinates|np\.array|array|\w{1,20}\s*=)\s*)?[(\[{]")
_NAMED_CELL: Final = re.compile(r"\s*([A-Za-z]\w{0,39})\s*[=:]\s*([-+]?[\d.][\w.+-]*)\s*")


def plain_notation(text: str) -> str:
    """Return a table as plain lines; a text that is in no known notation as it is."""
    head = text[:_HEAD]
    if _OTHER_DIGITS.search(head):
        text = text.translate(_DIGITS)
    text = text.rstrip("\x1a")
    for is_written, rewrite in _NOTATIONS:
        if is_written(head):
            return rewrite(text) or text
    return text


def is_bracketed(text: str) -> bool:
    """Return whether a text begins like points in brackets, with or without the word of a program before them."""
    return _POINTS.match(text[:_HEAD]) is not None and not _are_vectors(text[:_HEAD])


def points_as_lines(text: str) -> str | None:
    r"""Return points in brackets, such as (0, 1), (1, 2) or \addplot coordinates {(0,1) (1,2)}, one a line.

    Brackets that hold no two numbers are no points. None if there are no two points.
    """
    inner = [part.strip() for part in _BRACKETED.findall(text) if len(re.findall(r"\d+", part)) > 1]
    return "\n".join(inner) if len(inner) > 1 else None


class _TableParser(HTMLParser):
    """Collects the cells of the first table of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.in_cell = self.done = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag == "tr" and not self.done:
            self.rows.append([])
        self.in_cell = tag in ("td", "th") or (self.in_cell and tag not in ("tr", "table"))
        if tag in ("td", "th") and self.rows and not self.done:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in ("td", "th", "tr")
        self.done = self.done or tag == "table"

    def handle_data(self, data: str) -> None:
        if self.in_cell and not self.done and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def _read_html(text: str) -> str:
    parser = _TableParser()
    parser.feed(text)
    return _as_lines([[cell.strip() for cell in row] for row in parser.rows if row])


def _as_lines(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as lines with tabs."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def _read_latex(text: str) -> str:
    """Return the lines of a tabular, its rules and its other commands as comments."""
    lines = []
    for line in text.split("\n"):
        is_row = "&" in line
        bare = re.sub(r"\\\\(?:\[[^\]]*\])?|\\[a-z]*(?:line|rule)\b(?:\{[^}]*\})?|\$", "", line)
        lines.append(bare.replace("&", "\t") if is_row else f"# {line}" if line.strip() else line)
    return "\n".join(lines)


def _read_vectors(text: str) -> str:
    """Return vectors with names, such as x = [1, 2, 3] or y <- c(3, 5, 7), as columns; "" if lengths differ."""
    found = [
        (name, [cell for cell in re.split(r"[,;\s]+", inner + other) if cell])
        for name, inner, other in _VECTOR.findall(text)
    ]
    columns = [(name, cells) for name, cells in found if len(cells) > 1]
    if len(columns) < 2 or len({len(cells) for _, cells in columns}) > 1:
        return ""
    return _as_lines([[name for name, _ in columns], *zip(*(cells for _, cells in columns), strict=True)])


def _are_vectors(head: str) -> bool:
    """Return whether a text holds vectors with names; three or more pairs, as A = (1, 3), are points with names."""
    sizes = [len(re.findall(r"[^,;\s]+", inner + other)) for _, inner, other in _VECTOR.findall(head)]
    return not (len(sizes) > 2 and set(sizes) == {2}) and (
        sum(len(re.findall(r"\d+", inner + other)) > 1 for _, inner, other in _VECTOR.findall(head)) > 1
        and "<t" not in head
    )


def _read_arff(text: str) -> str:
    """Return the lines of a file of Weka: the names stand where @data stands, and the rest above is comments."""
    names = re.findall(
        r"^\s*@attribute\s+(?:'([^']+)'|\"([^\"]+)\"|(\S+))", text, re.IGNORECASE | re.MULTILINE
    )
    head, data, rows = re.split(r"^(\s*@data.*)$", text, maxsplit=1, flags=re.IGNORECASE | re.MULTILINE)
    del data
    header = ",".join("".join(parts).replace(",", " ") for parts in names)
    return f"{_commented(head)}{header}{rows}"


def _commented(text: str) -> str:
    """Return lines as comments."""
    return "\n".join(f"# {line}" if line.strip() else line for line in text.split("\n"))


def _comment_lines(*numbers: int) -> Callable[[str], str]:
    """Return the rule that makes comments of the lines with these numbers, 1 the first."""

    def rewrite(text: str) -> str:
        lines = text.split("\n", max(numbers))
        return "\n".join(f"# {line}" if k in numbers else line for k, line in enumerate(lines, 1))

    return rewrite


def _read_labview(text: str) -> str:
    head, names, rows = text.partition("X_Value")
    return f"{_commented(head.removesuffix('# '))}{names}{rows}" if names else text


def _read_named_cells(text: str) -> str:
    """Return lines such as x=1, y=3 as a table; "" if a line names other columns."""
    names: list[str] = []
    rows = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        cells = [
            _NAMED_CELL.fullmatch(cell) for cell in re.split(r"[,;\t]|\s{2,}", line.strip().rstrip(",;"))
        ]
        found = [cell for cell in cells if cell]
        names = names or [cell[1] for cell in found]
        if len(found) < len(cells) or [cell[1] for cell in found] != names:
            return ""
        rows.append([cell[2] for cell in found])
    return _as_lines([names, *rows]) if len(names) > 1 else ""


def _unquoted(text: str) -> str:
    """Return a table whose cells stand in single quotes with double quotes."""
    return re.sub(r"(?<![\w\d])'([^'\n]*)'(?![\w\d])", r'"\1"', text)


_NOTATIONS: Final[tuple[tuple[Callable[[str], object], Callable[[str], str]], ...]] = (
    (re.compile(r"<t[dh][\s>]", re.IGNORECASE).search, _read_html),
    (re.compile(r"\\begin\{tabular|\\\\\s*$", re.MULTILINE).search, _read_latex),
    (re.compile(r"^\s*@attribute\s", re.IGNORECASE | re.MULTILINE).search, _read_arff),
    (re.compile(r"\"?TOA5\b").match, _comment_lines(1, 3, 4)),
    (re.compile(r"LabVIEW Measurement").match, _read_labview),
    (re.compile(r".*\n.*\n\"?\{\"+ImportId").match, _comment_lines(2, 3)),
    (re.compile(r">{3,}.*<{3,}").search, lambda text: re.sub(r"^(?=>{3,})", "# ", text, flags=re.MULTILINE)),
    (re.compile(r"(?:[-+]?[\d.]+ *:[ \t]+[-+]?[\d.]+\s*\n)+").match, lambda text: text.replace(":", "\t")),
    (re.compile(r"> \S").match, lambda text: re.sub(r"^> ?", "", text, flags=re.MULTILINE)),
    (_are_vectors, _read_vectors),
    (re.compile(r"\s*[A-Za-z]\w*\s*[=:]\s*[-+]?[\d.]+\s*[,;\t ]\s*[A-Za-z]\w*\s*[=:]").match, _read_named_cells),
    (re.compile(r"'[^'\n]*'(?:[,;\t]'[^'\n]*')+\s*\n").match, _unquoted),
    (re.compile(r"^[^\"\n#]*\d[ \t]+#[ \t]", re.MULTILINE).search,
     lambda text: re.sub(r"(?<=\d)[ \t]+#[ \t].*$", "", text, flags=re.MULTILINE)),
)  # fmt: skip
