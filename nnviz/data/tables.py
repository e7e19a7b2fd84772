"""Tables from people: a file, an edited table or pasted text -> Samples, or a DataError they can act on.

Nothing in a table is ever executed: a cell is a number (see nnviz/data/cells.py) or it is not. A row without
a finite number in each chosen column is left out, counted and said. Everything takes linear time.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nnviz.data.cells import LARGEST, MAX_NAME, advice, decimal_mark, is_missing, looks_numeric, number, plain
from nnviz.data.samples import Floats, Samples

MAX_BYTES = 1_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 50
SEPARATORS = (",", ";", "\t", "|", " ")

Column = str | int
"""A column by name, or by position with 0 the first."""

Row = tuple[int, list[str]]
"""(line in the source with 1 the first, cells)."""

_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f]")
_BRACKETED = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")


class DataError(ValueError):
    """No samples can be made of this; the message says what is wrong, where, and what would be right."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table that was read, before it is chosen what is learned from what.

    columns: their names, all different, printable, short.
    cells: rows of text, one cell per column.
    numbers: the same cells as (rows, columns) float64; nan where there is no number, ±inf beyond ±1e100.
    lines: the line in the source of each row, 1 the first.
    numeric: the columns in which at least half of the filled cells are numbers.
    """

    title: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    numbers: Floats
    lines: tuple[int, ...]
    numeric: tuple[str, ...]
    notes: tuple[str, ...]

    def preview(self, rows: int = 5) -> tuple[tuple[str, ...], ...]:
        """The first rows as short plain text."""
        return tuple(tuple(plain(cell) for cell in row) for row in self.cells[:rows])

    def need(self, count: int, needed: str) -> tuple[str, ...]:
        """The numeric columns; DataError, which says what is `needed`, where they are fewer than `count`."""
        if len(self.numeric) < count:
            raise DataError(self._too_few_numeric(needed))
        return self.numeric

    def samples(
        self, features: Column | Sequence[Column] | None = None, target: Column | None = None
    ) -> Samples:
        """Features x and target y from columns, without the rows that cannot be used.

        What is not given is the first numeric column that is still free: one feature, then the target.
        DataError: no such column, a column of text, fewer than two usable rows, a column that never varies.
        """
        chosen = self._choose(features, target)
        values = self.numbers[:, chosen]
        usable = np.logical_and.reduce(np.isfinite(values), axis=1)
        notes = self.notes + self._left_out(usable, chosen)
        self._check(values[usable], chosen, notes)
        *names, output = (self.columns[column] for column in chosen)
        return Samples(
            values[usable, :-1],
            values[usable, -1],
            tuple(names),
            output,
            title=self.title,
            source=self.title,
            licence="your own data",
            notes=notes,
        )

    def _choose(self, features: Column | Sequence[Column] | None, target: Column | None) -> list[int]:
        """The positions of the features, then of the target."""
        listed = [features] if isinstance(features, str | int) else list(features or ())
        inputs = [self._position(column) for column in listed]
        output = [] if target is None else [self._position(target)]
        numeric = (self.columns.index(name) for name in self.numeric)
        free = [position for position in numeric if position not in inputs + output]
        if len(free) < (not inputs) + (not output):
            raise DataError(
                f"No column with numbers is left to learn. Choose fewer features.{self._choices()}"
                if len(self.numeric) > 1
                else self._too_few_numeric("two are needed, one to learn from and one to learn")
            )
        chosen = (inputs or [free.pop(0)]) + (output or [free.pop(0)])
        if len(set(chosen)) < len(chosen):
            raise DataError("The same column was chosen twice; choose different columns.")
        return chosen

    def _position(self, column: Column) -> int:
        """Where a column is; DataError if there is none or if it holds no numbers."""
        if isinstance(column, int) and 0 <= column < len(self.columns):
            position = column
        elif column in self.columns:
            position = self.columns.index(str(column))
        else:
            raise DataError(f"There is no column {column!r}; the columns are {', '.join(self.columns)}.")
        if self.columns[position] not in self.numeric:
            raise DataError(f"{self._why_text(position)}{self._choices()}")
        return position

    def _choices(self) -> str:
        return f" Columns with numbers: {', '.join(self.numeric)}." if self.numeric else ""

    def _too_few_numeric(self, needed: str) -> str:
        """Which columns hold numbers, what is needed, and why the first others do not."""
        if not self.cells:
            return " ".join((f"There are no rows below the header ({', '.join(self.columns)}).", *self.notes))
        names, several = " and ".join(self.numeric), len(self.numeric) > 1
        found = f"Only {'columns' if several else 'column'} {names} hold{'' if several else 's'} numbers"
        text = [k for k, name in enumerate(self.columns) if name not in self.numeric]
        return " ".join(
            [f"{found if names else 'No column holds numbers'}; {needed}."]
            + [self._why_text(position) for position in text[:2]]
        )

    def _why_text(self, position: int) -> str:
        """The first cell of a column that is not a number, and what to write instead."""
        name = self.columns[position]
        for line, row, numbers in zip(self.lines, self.cells, self.numbers):
            cell = row[position]
            if np.isnan(numbers[position]) and not is_missing(cell):
                return f"Column {name} is text ({plain(cell)!r} in line {line}): {advice(cell)}."
        return f"Column {name} is empty."

    def _left_out(self, usable: NDArray[np.bool_], chosen: list[int]) -> tuple[str, ...]:
        """One note per reason: how many rows, and the first of them."""
        first: dict[str, str] = {}
        counts: dict[str, int] = {}
        for row in np.flatnonzero(~usable):
            column = next(c for c in chosen if not np.isfinite(self.numbers[row, c]))
            cell = self.cells[row][column]
            reason, remedy = _reason(cell, float(self.numbers[row, column]))
            shown = repr(plain(cell)) if cell else "empty"
            counts[reason] = counts.get(reason, 0) + 1
            first.setdefault(
                reason, f"line {self.lines[row]}, where {self.columns[column]} is {shown}{remedy}"
            )
        return tuple(
            f"{counts[reason]} of {len(self.cells)} rows left out ({reason}); the first is {example}."
            for reason, example in first.items()
        )

    def _check(self, values: Floats, chosen: list[int], notes: tuple[str, ...]) -> None:
        if len(values) < 2:
            raise DataError(
                " ".join((f"{len(values)} of {len(self.cells)} rows can be used; two are needed.", *notes))
            )
        for column, (low, high) in zip(chosen, zip(values.min(axis=0), values.max(axis=0))):
            if low == high:
                raise DataError(
                    f"Column {self.columns[column]} is {low:g} in every row that can be used: there is "
                    f"nothing to learn. Choose or add values that differ.{self._choices()}"
                )


def _reason(cell: str, value: float) -> tuple[str, str]:
    """Why a cell cannot be used, and what to do about it."""
    if np.isinf(value):
        return f"infinite or beyond {LARGEST:g}", ""
    if is_missing(cell):
        return "missing value", ""
    return "not a number", f" ({advice(cell)})"


def read_csv(
    raw: bytes,
    columns: tuple[Column | Sequence[Column], Column] | None = None,
    header: bool | None = None,
    title: str = "your file",
) -> Samples:
    """Read the bytes of a text table and draw samples from it: read_table, then Table.samples.

    columns: (features, target) by name or position; by default the first two numeric columns.
    """
    table = read_table(raw, header, title)
    return table.samples(*columns) if columns else table.samples()


def read_table(raw: bytes, header: bool | None = None, title: str = "your file") -> Table:
    """Read the bytes of a text table, at most 1 MB; 10 000 rows and 50 columns are kept, the rest counted.

    Encoding: UTF-8, UTF-16 with its mark, else Latin-1. Separator: comma, semicolon, tab, bar or spaces,
    whichever makes most cells numbers. header: whether the first row holds names; by default it does if none
    of its cells is a number. Blank lines, lines starting with # and title lines above the table are skipped.
    """
    text, notes = _decode(raw)
    separator = _separator(text)
    rows = _rows(io.StringIO(text, newline=""), separator)
    kept, titles = _skip_titles(list(islice(rows, MAX_ROWS + 1)))
    beyond = sum(1 for _ in rows)
    if not kept:
        raise DataError("The file holds nothing but blank lines; a table needs columns of numbers.")
    first = kept[0][1]
    if header is None:
        header = not any(looks_numeric(cell) for cell in first[:MAX_COLUMNS])
    body = kept[1:] if header else kept
    mark = decimal_mark((cell for _, row in body for cell in row[:MAX_COLUMNS]), separator)
    table = _table(plain(title), _names(first, header), body, len(first), mark, beyond)
    return replace(table, notes=notes + titles + table.notes)


def read_points(rows: Iterable[Sequence[object]], columns: Sequence[str] = ("x", "y")) -> Samples:
    """Samples from the rows of an edited table; the last column is the target.

    A cell may be a number, text, None or nan. The rules are those of a file; empty rows are skipped.
    """
    listed = [list(row) for row in rows]
    mark = decimal_mark((cell for row in listed for cell in row if isinstance(cell, str)), ";")
    texts = [(line, [_text(cell, mark) for cell in row]) for line, row in enumerate(listed, 1)]
    filled = [(line, row) for line, row in texts if not all(map(is_missing, row))]
    if not filled:
        raise DataError("There are no points yet; fill in at least two rows.")
    table = _table("your points", tuple(columns), filled, len(columns), mark, 0)
    return table.samples(range(len(columns) - 1), len(columns) - 1)


def _text(value: object, mark: str) -> str:
    """What stands in the cell of an edited table, numbers written with the decimal mark of the text."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else str(value).replace(".", mark)


def parse_points(text: str) -> Samples:
    """Samples from pasted text: a table as in a file, or points in brackets, (0, 1), (1, 2)."""
    points = _BRACKETED.findall(text) if text.lstrip().startswith(("(", "[", "{")) else [text]
    return read_csv("\n".join(points).encode("utf-8", "replace"), title="your points")


def _decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file and notes on how it was read; DataError if it is empty, too long or not text."""
    if len(raw) > MAX_BYTES:
        raise DataError(
            f"The file has {len(raw) / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:g} MB are read. "
            "Keep fewer rows, or only the columns you need."
        )
    if raw.startswith(b"PK\x03\x04"):
        raise DataError(
            "This is an Excel or zip file, not text. Save the sheet as CSV (UTF-8) and choose that."
        )
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    notes: tuple[str, ...] = ()
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
        notes = ("The file is not UTF-8; it was read as Latin-1, so check accented letters.",)
    if not text.strip():
        raise DataError("The file is empty; a table needs columns of numbers.")
    if "\0" in text or len(_CONTROLS.findall(text)) > len(text) / 20:
        raise DataError("This is not a text file. Save the table as CSV (UTF-8) and choose that.")
    return text, notes


def _rows(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """The rows of a text with their first line; blank lines, # comments and Excel's sep= are skipped."""
    if separator == " ":
        lines = (line.replace("\t", " ").strip() for line in lines)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith(("#", "sep=")):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"Line {line} cannot be split into cells ({error}). Most often a quotation mark is not closed; "
            'inside a quoted cell it is written twice ("").'
        ) from None


def _separator(text: str) -> str:
    """The separator that makes most cells of the first rows numbers, among those that split half of them."""

    def fitness(separator: str) -> float:
        try:
            lines = islice(io.StringIO(text, newline=""), 1000)
            rows = [cells[:MAX_COLUMNS] for _, cells in islice(_rows(lines, separator), 50)]
        except DataError:
            return 0.0
        if sum(len(row) > 1 for row in rows) * 2 < len(rows):
            return 0.0
        cells = [cell for row in rows for cell in row]
        return 1.0 + sum(map(looks_numeric, cells)) / max(len(cells), 1)

    return max(SEPARATORS, key=fitness)


def _skip_titles(rows: list[Row]) -> tuple[list[Row], tuple[str, ...]]:
    """The rows from the first with two filled cells on, and a note on what stood above."""
    start = next((k for k, (_, cells) in enumerate(rows) if sum(map(bool, cells)) > 1), 0)
    above = [plain(" ".join(cells)) for _, cells in rows[:start]]
    return rows[start:], (f"Skipped above the table: {above[0]!r}.",) if above else ()


def _names(cells: list[str], header: bool) -> tuple[str, ...]:
    """The column names: from the header, or x and y, or unnamed 1, …; repeated ones are numbered."""
    if not header and len(cells) == 2:
        return ("x", "y")
    names: dict[str, None] = {}
    for position, cell in enumerate(cells[:MAX_COLUMNS], 1):
        name = (plain(cell) if header else "") or f"unnamed {position}"
        while name in names:
            name = f"{name[: MAX_NAME - 5]} ({position})"
        names[name] = None
    return tuple(names)


def _table(
    title: str, names: tuple[str, ...], rows: list[Row], cells_a_row: int, mark: str, beyond: int
) -> Table:
    """A table of the rows that have no more cells than the first, within the caps; `beyond` were not read."""
    fitting = [(line, cells) for line, cells in rows if not any(cells[cells_a_row:])][:MAX_ROWS]
    width = len(names)
    cells = tuple(tuple(row[:width] + [""] * (width - len(row))) for _, row in fitting)
    numbers = np.array([[number(cell, mark) for cell in row] for row in cells]).reshape(len(cells), width)
    notes = (
        _ragged_note(rows, cells_a_row),
        _comma_note(cells, numbers, mark),
        _cap_note("rows", MAX_ROWS, len(rows) + beyond),
        _cap_note("columns", MAX_COLUMNS, cells_a_row),
    )
    return Table(
        title,
        names,
        cells,
        numbers,
        lines=tuple(line for line, _ in fitting),
        numeric=tuple(name for column, name in enumerate(names) if _is_numeric(cells, numbers, column)),
        notes=tuple(note for note in notes if note),
    )


def _is_numeric(cells: tuple[tuple[str, ...], ...], numbers: Floats, column: int) -> bool:
    """At least half of the filled cells of a column are numbers."""
    nan = np.isnan(numbers[:, column])
    text = sum(not is_missing(cells[row][column]) for row in np.flatnonzero(nan))
    return bool(text <= len(nan) - nan.sum() > 0)


def _ragged_note(rows: list[Row], cells_a_row: int) -> str:
    long = [(line, len(cells)) for line, cells in rows if any(cells[cells_a_row:])]
    if not long:
        return ""
    return (
        f"{len(long)} of {len(rows)} rows left out (too many cells); the first is line {long[0][0]} "
        f"with {long[0][1]} cells in place of {cells_a_row}."
    )


def _comma_note(cells: tuple[tuple[str, ...], ...], numbers: Floats, mark: str) -> str:
    meaning = "decimal mark" if mark == "," else "mark between thousands"
    for row, values in zip(cells, numbers):
        for cell, value in zip(row, values):
            if "," in cell and np.isfinite(value):
                return f"The comma is read as {meaning}: {plain(cell)} is {value:.15g}."
    return ""


def _cap_note(what: str, most: int, found: int) -> str:
    return f"The first {most} of {found} {what} are used." if found > most else ""
