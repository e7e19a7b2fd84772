"""Say how a table is to be read, and split its text into rows of cells: separator, comments, quotes, positions."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple

from nnviz._checks import check_one_of
from nnviz.data.cells import is_error, is_missing, looks_numeric, split_affix
from nnviz.data.decode import ENCODINGS
from nnviz.data.errors import DataError
from nnviz.data.times import NO_DATES, ORDERS, UNITS, is_time

MAX_COLUMNS = 50
SEPARATORS = (",", ";", "\t", "|", " ")
FIXED = "fixed"
"""The separator of a table whose cells stand at fixed positions."""

NUMBER, AFFIXED, EMPTY, WORD = "N", "A", "E", "T"
"""Kinds of cells: a number or a time, a number with a unit, a missing value, other text."""

_SAMPLE = 60  # rows by which separators are compared
_COMMENT = re.compile(r"\s*(#|%|//)")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_RULE = frozenset(" \t|+:=-")
_NUMBER_BEGINS = "+-.−–‒‐‑﹣－$€£¥"
_LONGEST_NUMBER = 400  # characters
_WIDEST = 2000  # characters of a line with cells at fixed positions
_TABBED = 0.3  # how much less fit spaces are where each line has as many tabs: the spaces may group thousands
_SPACED = re.compile(r"\d \d{3}")


@dataclass(frozen=True)
class Layout:
    """How a table is read. None stands for what is guessed.

    encoding: one of ENCODINGS. separator: one of SEPARATORS, or FIXED. decimal: "." or ",". skip: lines above the
    table. header: how many rows hold names (0 to 3). units: whether the next row holds units. transposed: whether each
    row is a variable. table: which of several tables, from 0. codes: cells that stand for a missing value. totals:
    whether rows of totals are left out. dates: the order "dmy" or "mdy", or "numbers" if numbers such as 20240131 are
    no dates, and quarters and weeks are words. time_unit: "s", "min", "h" or "d". most: how many lines are kept,
    evenly spaced if there are more. Raises ValueError.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    skip: int | None = None
    header: int | None = None
    units: bool | None = None
    transposed: bool | None = None
    table: int | None = None
    codes: tuple[str, ...] | None = None
    totals: bool | None = None
    dates: str | None = None
    time_unit: str | None = None
    most: int = 10_000

    def __post_init__(self) -> None:
        allowed = {
            "encoding": ENCODINGS, "separator": (*SEPARATORS, FIXED), "decimal": (".", ","), "header": range(4),
            "dates": (*ORDERS, NO_DATES), "time_unit": tuple(UNITS),
        }  # fmt: skip
        for name, values in allowed.items():
            if getattr(self, name) is not None:
                check_one_of(name, getattr(self, name), values)

    @property
    def chosen(self) -> dict[str, object]:
        """Return the fields that are not guessed, by name."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }


GUESS = Layout()
"""Everything is guessed."""


class Row(NamedTuple):
    """A row of a table. line: where it begins, 1 the first. after_gap: whether a blank line stands above."""

    line: int
    cells: list[str]
    after_gap: bool = False

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of the cells that can become columns."""
        return [kind_of(cell) for cell in self.cells[: MAX_COLUMNS + 1]]

    @property
    def begins_with_words(self) -> bool:
        """Return whether no cell begins like a number, which is quick to see."""
        return not any(cell[0].isdigit() or cell[0] in _NUMBER_BEGINS for cell in self.cells if cell)


class Rows(NamedTuple):
    """A text as rows. comments: the comment lines with their line. separator: the one in use."""

    rows: list[Row]
    comments: list[tuple[int, str]]
    separator: str


def kind_of(cell: str) -> str:
    """Return the kind of a cell: NUMBER, AFFIXED, EMPTY or WORD."""
    return _kind_of(cell) if len(cell) <= _LONGEST_NUMBER else WORD


@lru_cache(maxsize=8192)
def _kind_of(cell: str) -> str:
    if is_missing(cell) or is_error(cell):
        return EMPTY
    if looks_numeric(cell) or is_time(cell):
        return NUMBER
    return AFFIXED if split_affix(cell) else WORD


def split_rows(lines: Sequence[tuple[int, str]], separator: str | None) -> Rows:
    """Return numbered lines as rows of stripped cells; DataError if a quotation mark is not closed."""
    comments = [(number, line) for number, line in lines if is_comment(line)]
    kept = [(number, line) for number, line in lines if not is_comment(line)]
    if kept and (excel := _SEPARATOR_LINE.fullmatch(kept[0][1])):
        kept, separator = kept[1:], separator or excel[1]
    kept = [(number, line) for number, line in kept if not is_rule(line)]
    separator = separator if separator in (*SEPARATORS, FIXED) else None
    separator = separator or guess_separator([line for _, line in kept[:1000]])
    rows = list(_cut(kept, " " if separator == FIXED else separator))
    return Rows(_without_edges(rows) if separator == "|" else rows, comments, separator)


def is_comment(line: str) -> bool:
    """Return whether a line is a comment: it begins with #, % or //, and not with an error value such as #N/A."""
    if not line or line[0] not in "#%/ \t" or not (mark := _COMMENT.match(line)):
        return False
    first = re.split(r"[,;\t|]|\s{2,}| (?=[\d#.+-])", line.strip(), maxsplit=1)[0].strip()
    return not is_error(first) or bool(first == "#" and mark)


def is_rule(line: str) -> bool:
    """Return whether a line only draws a rule, as between the names and the rows of a Markdown table."""
    return ("--" in line or "==" in line) and _RULE.issuperset(line)


def _cut(lines: Sequence[tuple[int, str]], separator: str) -> Iterator[Row]:
    """Yield the rows of lines; a cell in quotation marks may go on in the next line."""
    numbers = [number for number, _ in lines]
    texts: Iterable[str] = (line for _, line in lines)
    if separator == " ":
        texts = (line.replace("\t", " ").strip() for line in texts)
    reader = csv.reader(texts, delimiter=separator, skipinitialspace=True, strict=True)
    begin, gap = 0, False
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield Row(numbers[begin], cells, gap)
                gap = False
            else:
                gap = True
            begin = reader.line_num
    except csv.Error as error:
        raise DataError(
            f"Line {numbers[begin]} cannot be split into cells ({error}). Often a quotation mark is not closed. "
            'Inside a quoted cell, write a quotation mark twice ("").'
        ) from None


def _without_edges(rows: list[Row]) -> list[Row]:
    """Return rows of a Markdown table without the empty cells outside of its first and last bar."""
    if not rows or not all(len(row.cells) > 2 and not row.cells[0] and not row.cells[-1] for row in rows):
        return rows
    return [row._replace(cells=row.cells[1:-1]) for row in rows]


def guess_separator(lines: Sequence[str]) -> str:
    """Return the separator with which most filled cells of the first rows are numbers, if it splits half of them."""
    are_tabbed = len({line.count("\t") for line in lines if line.strip()} - {0}) == 1 and "\t" in lines[0]

    def fitness(separator: str) -> float:
        try:
            found = _cut(list(enumerate(lines, 1)), separator)
            rows = [row.cells[:MAX_COLUMNS] for row, _ in zip(found, range(_SAMPLE))]
        except DataError:
            return 0.0
        if not rows or sum(len(row) > 1 for row in rows) * 2 < len(rows):
            return 0.0
        cells = [cell for row in rows for cell in row if cell]
        numbers = sum(_is_number_for(cell, separator) for cell in cells)
        aligned = _TABBED if separator == " " and are_tabbed else 0.0
        usual = Counter(map(len, rows)).most_common(1)[0][1]
        return 1.0 + numbers / max(len(cells), 1) + 0.1 * usual / len(rows) - aligned

    return max(SEPARATORS, key=fitness)


def _is_number_for(cell: str, separator: str) -> bool:
    """Return whether a cell is a number, where a space groups thousands only beside a separator that is no comma."""
    if " " in cell and separator in (",", " ") and _SPACED.search(cell) and not is_time(cell):
        return False
    return kind_of(cell) in (NUMBER, AFFIXED)


def cut_at_positions(lines: Sequence[tuple[int, str]], columns: int) -> list[Row] | None:
    """Return rows whose cells stand at fixed positions; None unless spaces in all lines separate so many columns.

    Positions that only the first line fills, as a word of a name does, belong to the column that is nearer.
    """
    texts = [line.expandtabs() for _, line in lines]
    width = max(map(len, texts), default=0)
    if width > _WIDEST:
        return None
    padded = [text.ljust(width) for text in texts]
    filled = [any(text[k] != " " for text in padded) for k in range(width)]
    spans = [match.span() for match in re.finditer(r"1+", "".join("01"[one] for one in filled))]
    merged = _join_names(spans, [any(text[low:high].strip() for text in padded[1:]) for low, high in spans])
    if len(merged) != columns:
        return None
    return [
        Row(number, [text[low:high].strip() for low, high in merged])
        for (number, _), text in zip(lines, padded, strict=True)
    ]


def _join_names(spans: Sequence[tuple[int, int]], are_filled: Sequence[bool]) -> list[tuple[int, int]]:
    """Return spans of positions; one that is not filled below the names is joined with the nearer neighbor."""
    joined: list[tuple[int, int]] = []
    begin: int | None = None
    for k, ((low, high), filled) in enumerate(zip(spans, are_filled)):
        low, begin = (low if begin is None else begin), None
        if filled:
            joined.append((low, high))
        elif k + 1 < len(spans) and (not joined or spans[k + 1][0] - high < low - joined[-1][1]):
            begin = low
        elif joined:
            joined[-1] = (joined[-1][0], high)
    return joined


def names_of_spaced(line: str, columns: int) -> list[str] | None:
    """Return names that two spaces or tabs separate, if they are so many."""
    names = re.split(r"\s{2,}|\t", line.strip())
    return names if len(names) == columns else None


def parse_row(line: str, separator: str) -> list[str]:
    """Return the cells of one line; [] if it cannot be split."""
    try:
        return next((row.cells for row in _cut([(1, line)], separator)), [])
    except DataError:
        return []


def strip_comment(line: str) -> str:
    """Return a comment line without its mark."""
    return _COMMENT.sub("", line, count=1).lstrip("#%/").strip()
