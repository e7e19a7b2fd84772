"""Read the tables that users bring, a file, an edited table or pasted text, and return Samples or raise DataError.

Nothing in a table is ever executed. How a table is read is guessed, field by field, unless a Layout says it; facts say
what was found. A row without a value in each chosen column is not used, and facts count these rows by reason. All takes
linear time. A table of more than 10 000 lines is thinned evenly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nnviz.data.cells import decimal_mark, is_missing, number, plain
from nnviz.data.columns import Column, Kind, find_codes, number_of, read_column
from nnviz.data.decode import check_size, decode, split_lines
from nnviz.data.errors import DataError
from nnviz.data.facts import Fact, Finding
from nnviz.data.json_tables import read_json
from nnviz.data.layout import (
    FIXED,
    GUESS,
    MAX_COLUMNS,
    NUMBER,
    WORD,
    Layout,
    Row,
    Rows,
    cut_at_positions,
    names_of_spaced,
    split_rows,
)
from nnviz.data.notations import is_bracketed, plain_notation, points_as_lines
from nnviz.data.samples import Samples
from nnviz.data.structure import (
    Block,
    add_comment_header,
    find_block,
    is_total,
    is_transposed,
    is_unnamed_total,
    name_columns,
    transpose,
)
from nnviz.data.table import ColumnKey, Table

PREVIEW_ROWS = 12
_HEAD = 100  # lines that are never thinned
_INDEX_WORDS = (
    "# no no. nr nr. num id idx index row rows obs observation n i k unnamed number nummer case sample rownames lfd "
    "lfd. pos point rank item record"
)
_INDEX_NAMES = frozenset(_INDEX_WORDS.split())
_NUMBERS_TRIED = 300  # cells of a column by which decimal marks are compared


def read_csv(
    source: bytes | str | PathLike[str] | BinaryIO,
    columns: tuple[ColumnKey | Sequence[ColumnKey], ColumnKey] | None = None,
    *,
    header: bool | None = None,
    title: str = "your file",
    layout: Layout = GUESS,
) -> Samples:
    """Return the samples of a text table: read_table, then Table.samples.

    source: the bytes of a file, its path, or an open binary file. columns: (features, target) by name or position; by
    default the first two columns of numbers. Raises DataError.
    """
    table = read_table(_content(source), header=header, title=title, layout=layout)
    return table.samples(*columns) if columns else table.samples()


def _content(source: bytes | str | PathLike[str] | BinaryIO) -> bytes:
    """Return the bytes of a source; DataError if a file cannot be read."""
    if isinstance(source, str | PathLike):
        try:
            return Path(source).read_bytes()
        except OSError as error:
            raise DataError(f"The file {str(source)[:200]!r} cannot be read ({error.strerror}).") from None
    return source if isinstance(source, bytes) else bytes(source.read())


def read_table(
    raw: bytes, *, header: bool | None = None, title: str = "your file", layout: Layout = GUESS
) -> Table:
    """Return the table in the bytes of a text file of at most 50 MB; DataError if it cannot be read.

    At most `layout.most` rows and 50 columns are kept, and facts count all of them. header: whether there is a row of
    names. layout: what is known of the table; the rest is guessed.
    """
    text, encoding = decode(raw, layout.encoding)
    if header is not None:
        layout = replace(layout, header=int(header))
    facts = [] if encoding == "utf-8" else [Fact(Finding.ENCODING, words=(encoding,))]
    return read_text(text, title, replace(layout, encoding=encoding), facts)


def read_text(text: str, title: str, layout: Layout = GUESS, facts: Iterable[Fact] = ()) -> Table:
    """Return the table in a text; see ``read_table``. facts: what is known already."""
    records = read_json(text) if layout.separator is None else None
    if records is None and layout.separator is None:
        points = points_as_lines(text) if is_bracketed(text) else None
        text = points or plain_notation(text)
    if records is not None:
        rows = Rows([Row(k, cells) for k, cells in enumerate(records, 1) if any(cells)], [], "")
        thinned: list[Fact] = []
        lines: list[tuple[int, str]] = []
    else:
        lines, thinned = _thin(split_lines(text), layout.most)
        rows = split_rows(lines, layout.separator)
    if not rows.rows:
        raise DataError("The file has only blank lines and comments. A table needs columns of numbers.")
    found = [*facts, *thinned]
    if layout.transposed or (
        layout.transposed is None and is_transposed([r for r in rows.rows if len(r.cells) > 1])
    ):
        rows = rows._replace(rows=transpose([row for row in rows.rows if len(row.cells) > 1], layout.most))
        layout, found = replace(layout, transposed=True), [*found, Fact(Finding.TRANSPOSED)]
    block, rows, layout, structure = _structure(rows, lines, layout)
    return _table(title, block, rows, layout, [*found, *structure])


def read_points(rows: Iterable[Sequence[object]], columns: Sequence[str] = ("x", "y")) -> Samples:
    """Return the samples of an edited table, whose last column is the target.

    A cell may be a number, text, None or nan. The rules are those of a file. Empty rows are skipped. Raises DataError.
    """
    listed = [list(row) for row in rows]
    mark = decimal_mark(cell for row in listed for cell in row if isinstance(cell, str))
    width = len(columns)
    texts = [(line, [_text(cell, mark) for cell in row]) for line, row in enumerate(listed, 1)]
    filled = [Row(line, row) for line, row in texts if not all(map(is_missing, row))]
    if not filled:
        raise DataError("There are no points yet. Fill in at least two rows.")
    block = Block([], [], Row(0, list(columns)), None, filled, width)
    layout = Layout(decimal=mark, codes=(), totals=False, header=1)
    table = _table("your points", block, Rows(filled, [], ";"), layout, [])
    return table.samples(range(width - 1), width - 1)


def _text(value: object, mark: str) -> str:
    """Return a cell of an edited table as text, numbers with the decimal mark of the other cells."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else str(value).replace(".", mark)


def parse_points(text: str, layout: Layout = GUESS) -> Samples:
    """Return the samples of pasted text: a table as in a file, or points in brackets such as (0, 1), (1, 2)."""
    return parse_table(text, layout).samples()


def parse_table(text: str, layout: Layout = GUESS, title: str = "your points") -> Table:
    """Return the table of pasted text, or of points in brackets such as (0, 1), (1, 2); DataError if there is none."""
    check_size(len(text))
    if not text.strip("\0 \t\r\n\ufeff"):
        raise DataError("The box is empty. A table needs columns of numbers.")
    return read_text(text.removeprefix("\ufeff"), title, layout)


def _thin(lines: list[str], most: int) -> tuple[list[tuple[int, str]], list[Fact]]:
    """Return `most` lines with their numbers: the first 100, and others evenly spaced; a fact says so."""
    while lines and not lines[-1].strip():
        lines.pop()
    count = len(lines)
    if count <= most + 1:
        return list(enumerate(lines, 1)), []
    rest = np.linspace(_HEAD, count - 1, most + 1 - _HEAD).round().astype(np.int64)
    kept = [*range(_HEAD), *rest.tolist()]
    return [(k + 1, lines[k]) for k in kept], [Fact(Finding.MOST_ROWS, most, count)]


def _structure(
    rows: Rows, lines: list[tuple[int, str]], layout: Layout
) -> tuple[Block, Rows, Layout, list[Fact]]:
    """Return the table among the rows, the rows, what is known of the layout, and facts."""
    block, facts, which = find_block(rows.rows, layout)
    block, more = add_comment_header(block, rows)
    facts += more
    if rows.separator in (" ", FIXED):
        cut = _cut_fixed(block, lines, layout)
        if cut is not None:
            rows = rows._replace(rows=cut, separator=FIXED)
            block, _, _ = find_block(cut, replace(layout, skip=None, table=None))
            facts.append(Fact(Finding.FIXED_WIDTH, block.width))
        elif block.names is None and block.titles:
            spaced = names_of_spaced(dict(lines)[block.titles[-1].line], block.width)
            if spaced is not None:
                block = block._replace(names=Row(block.titles[-1].line, spaced), titles=block.titles[:-1])
    if block.titles:
        first = plain(" ".join(block.titles[0].cells))
        facts.append(Fact(Finding.TITLE, len(block.titles), line=block.titles[0].line, cell=first))
    used = block.names.line if block.names else 0
    comments = [line for line, _ in rows.comments if line != used]
    if comments:
        facts.append(Fact(Finding.COMMENTS, len(comments), line=comments[0]))
    if block.units:
        facts.append(Fact(Finding.UNITS_ROW, line=block.units.line))
    layout = replace(
        layout, separator=rows.separator or None, skip=len(block.titles),
        header=(1 + len(block.groups)) if block.names else 0, units=block.units is not None, table=which,
        transposed=bool(layout.transposed),
    )  # fmt: skip
    return block, rows, layout, facts


def _cut_fixed(block: Block, lines: list[tuple[int, str]], layout: Layout) -> list[Row] | None:
    """Return rows cut at fixed positions if cells between spaces are missing, or if the layout says so."""
    heads = [row for row in (block.names or (block.titles[-1] if block.titles else None), block.units) if row]
    short = [row for row in block.body if len(row.cells) < block.width]
    text = dict(lines)
    if layout.separator != FIXED:
        uneven = len(heads[0].cells) != block.width if heads and not short else bool(short)
        if not uneven or not all("  " in text[row.line] for row in (*short, *heads[:1])):
            return None
    for above in (heads, [row for row in heads if row not in block.titles]):
        wanted = sorted({row.line for row in (*above, *block.body)})
        cut = cut_at_positions([(line, text[line]) for line in wanted], block.width)
        if cut is not None:
            return [row for row in cut if any(row.cells)]
    return None


def _table(title: str, block: Block, rows: Rows, layout: Layout, facts: list[Fact]) -> Table:
    """Return the table of a block: its rows judged, then its columns read."""
    names, units = name_columns(block)
    reasons, texts = _judge(block, rows.separator, layout)
    width = min(block.width, MAX_COLUMNS)
    if block.width > MAX_COLUMNS:
        facts.append(Fact(Finding.MOST_COLUMNS, MAX_COLUMNS, block.width))
    cells = [row.cells[:width] + [""] * (width - len(row.cells)) for row in block.body]
    columns = list(zip(*cells)) if cells else [()] * width
    kept = [k for k in range(width) if any(columns[k]) or not names[k].startswith("unnamed ") or not cells]
    hint = _hint(columns, rows.separator)
    good = np.flatnonzero(reasons == 0)

    def read(known: Layout) -> list[Column]:
        return [
            _named(read_column(names[k], columns[k], known, hint), units[k], block, k, good) for k in kept
        ]

    found = read(replace(layout, codes=layout.codes or ()))
    codes = layout.codes
    if codes is None:
        codes = find_codes([replace(column, values=column.values[good]) for column in found])
        found = read(replace(layout, codes=codes)) if codes else found
    marks = {column.mark for column in found if column.kind is Kind.NUMBER and column.mark}
    layout = replace(
        layout,
        codes=codes,
        totals=layout.totals is not False,
        decimal=marks.pop() if len(marks) == 1 else None,
    )
    index = [Fact(Finding.INDEX, column=column.name) for column in found if column.is_index]
    lines = np.array([row.line for row in block.body], np.int64)
    preview = tuple(tuple(row[k] for k in kept) for row in cells[:PREVIEW_ROWS])
    every = (*facts, *index, *chain.from_iterable(column.facts for column in found))
    return Table(plain(title), tuple(found), lines, reasons, texts, preview, layout, every)


def _named(column: Column, unit: str, block: Block, position: int, good: np.ndarray) -> Column:
    """Return a column with the unit of the row of units, and whether it only numbers the rows."""
    if unit and not column.unit:
        column = replace(column, unit=unit)
    if column.kind is not Kind.NUMBER or block.width < 2 or block.names is None:
        return column
    own = (block.names.cells[position] if block.names.cells else "").lower().removeprefix("unnamed: 0")
    if position and own != "record":  # a logger writes it behind the time
        return column
    values = column.values[good]
    counts = values.size > 1 and values[0] in (0, 1) and bool((np.diff(values) == 1).all())
    numeric_name = bool(own) and number(own) == number(own)
    named = not own or own.strip(":.") in _INDEX_NAMES or own in _INDEX_NAMES
    return replace(column, is_index=counts and named and not numeric_name and block.width > 2)


def _hint(columns: Sequence[Sequence[str]], separator: str) -> str:
    """Return the decimal mark that the clear cells of a table show, else the one that belongs to its separator."""
    clear = {".": 0, ",": 0}
    for column in columns:
        for cell in column[:_NUMBERS_TRIED]:
            if "," in cell or "." in cell:
                point, comma = (number(cell, mark) == number(cell, mark) for mark in ".,")
                if point != comma:
                    clear["." if point else ","] += 1
    if bool(clear["."]) != bool(clear[","]):
        return "." if clear["."] else ","
    return {";": ",", ",": "."}.get(separator, "")


def _judge(block: Block, separator: str, layout: Layout) -> tuple[np.ndarray, dict[int, str]]:
    """Return for each row of the body why it as a whole is not used, 0 for the others, and the text of these rows."""
    names = block.names.cells if block.names else []
    reasons, texts = np.zeros(len(block.body), np.int64), {}
    numeric = _numeric_columns(block)
    for k, row in enumerate(block.body):
        finding = _row_finding(row, block.width, separator, numeric)
        if names and row.cells == names:
            finding = Finding.HEADER_AGAIN
        elif layout.totals is not False and finding in (None, Finding.TEXT_ROW) and is_total(row.cells):
            finding = Finding.TOTAL
        if finding:
            reasons[k], texts[k] = number_of(finding), plain(" ".join(row.cells))
    good = np.flatnonzero(reasons == 0).tolist()
    if layout.totals is not False and len(good) > 2:
        *above, last = (block.body[k].cells for k in good)
        if is_unnamed_total(last, above):
            reasons[good[-1]], texts[good[-1]] = number_of(Finding.TOTAL), plain(" ".join(last))
    return reasons, texts


def _numeric_columns(block: Block) -> list[int]:
    """Return the columns in which more rows have numbers than words."""
    seen = [0] * block.width
    for row in block.body[:_NUMBERS_TRIED]:
        for k, kind in enumerate(row.kinds[: block.width]):
            seen[k] += (kind == NUMBER) - (kind == WORD)
    return [k for k, count in enumerate(seen) if count > 0]


def _row_finding(row: Row, width: int, separator: str, numeric: Sequence[int]) -> Finding | None:
    """Return why a row as a whole cannot be used; None if it can."""
    if any(row.cells[width:]):
        return Finding.LONG
    if len(row.cells) < width and separator == " ":
        return Finding.SHORT
    if not numeric or not row.begins_with_words:
        return None
    kinds = row.kinds
    if NUMBER not in kinds and WORD in kinds:
        filled = sum(map(bool, row.cells))
        if filled == 1 or all(k < len(kinds) and kinds[k] == WORD for k in numeric):
            return Finding.TEXT_ROW
    return None
