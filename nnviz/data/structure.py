"""Find the table in rows of cells: titles above it, names, units, the body, other tables below, and rows of totals."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from nnviz.data.cells import number, plain
from nnviz.data.facts import Fact, Finding
from nnviz.data.layout import (
    AFFIXED,
    EMPTY,
    MAX_COLUMNS,
    NUMBER,
    WORD,
    Layout,
    Row,
    Rows,
    kind_of,
    parse_row,
    strip_comment,
)
from nnviz.data.times import is_time

_UNIT_WORDS = (
    "s sec ms us µs μs ns min h hr hrs d m cm mm km µm μm um nm in ft g kg mg t N kN Pa kPa hPa MPa bar mbar atm V mV "
    "kV A mA µA K °C °F degC degF deg ° rad Hz kHz MHz GHz J kJ kWh W kW Ω ohm kΩ F C T mT L l ml mL mol % ‰ ppm dB "
    "€ $ £ USD EUR CHF px - — /"
)
_UNITS = frozenset(_UNIT_WORDS.split())
_COMPOUND = re.compile(r"[\[(].*[\])]|[^\W\d_]{1,3}[²³23]?(?:[/·*][^\W\d_]{1,3}(?:\^?[-−]?[1-4]|[²³])?){1,2}")
_INTEGER = re.compile(r"[+-]?\d{1,9}")
_DECIMALS = re.compile(r"[+-]?\d+[.,]0+")
_TOTAL = re.compile(
    r"(?:grand |sub-?)?totals?|sums?|summen?|gesamt(?:summe)?|insgesamt|somme|total général|suma|totale|mean|"
    r"averages?|avg\.?|mittelwert|durchschnitt|moyenne|median|std\.?(?: ?dev\.?)?|count",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]{3}")
_MOST_HEADER_ROWS = 3
_SAMPLE = 100  # rows by which the usual row is found
_FEW_ROWS, _MANY_COLUMNS = 2, 5
"""Two rows of at least five numbers without names are two variables."""


class Block(NamedTuple):
    """One table among the rows.

    titles: text above it. groups, names, units: rows above the body; names and units may be missing. width: of a row.
    """

    titles: list[Row]
    groups: list[list[str]]
    names: Row | None
    units: Row | None
    body: list[Row]
    width: int


def find_block(rows: list[Row], layout: Layout) -> tuple[Block, list[Fact], int]:
    """Return the table that is chosen or guessed, facts on other tables, and which of the tables it is."""
    if layout.skip:
        rows = [row for row in rows if row.line > layout.skip]
    tables = split_tables(rows)
    which = min(layout.table or 0, len(tables) - 1)
    facts = [Fact(Finding.TABLES, which + 1, len(tables), tables[which][0].line)] if len(tables) > 1 else []
    return _block(tables[which], layout), facts, which


def split_tables(rows: list[Row]) -> list[list[Row]]:
    """Return the rows of each table. A table begins with names after a blank line or a title, or with other names."""
    starts, solid, names, title = [0], 0, [""], None
    for k, row in enumerate(rows):
        is_text = row.begins_with_words and NUMBER not in row.kinds
        heads = is_text and row.kinds.count(WORD) > 1 and k + 1 < len(rows) and NUMBER in rows[k + 1].kinds
        if heads and solid > 1 and (row.after_gap or title is not None or row.cells != names):
            starts.append(k if title is None else title)
            solid = 0
        if heads and not solid:
            names = row.cells
        if solid < 2:
            solid += _is_solid(row, rows[k - 1] if k else row)
        title = (k if title is None else title) if is_text and not heads and solid else None
    tables = [rows[a:b] for a, b in zip(starts, [*starts[1:], len(rows)])]
    if len(tables) == 1:
        return tables
    pure = [table for table in tables if sum(_is_pure(row) for row in table[:_SAMPLE]) > 1]
    return pure or tables


def _is_solid(row: Row, before: Row) -> bool:
    """Return whether a row has two numbers, and no words or words where the row before has them."""
    kinds = row.kinds
    return kinds.count(NUMBER) > 1 and (WORD not in kinds or kinds == before.kinds)


def _is_pure(row: Row) -> bool:
    """Return whether a row holds two numbers and no words."""
    kinds = row.kinds
    return kinds.count(NUMBER) > 1 and WORD not in kinds


def _block(rows: list[Row], layout: Layout) -> Block:
    sample = rows[:_SAMPLE] + rows[_SAMPLE :: max(len(rows) // _SAMPLE, 1)]
    width = _usual_width(sample)
    kinds = _usual_kinds(sample, width)
    begin = _begin(rows, kinds, width)
    if layout.header is not None:
        return _as_told(rows, layout, begin, width)
    if begin > 1 and _is_marked(rows[begin - 1]) and _are_names(rows[begin - 2], width):
        begin -= 1
    head = _rows_above(rows, begin, width)
    if (
        begin < len(rows) - 1
        and _is_apart(rows[begin], head, width)
        and _is_number_header(rows[begin:], kinds)
    ):
        head, begin = [rows[begin]], begin + 1
    return _assemble(rows, begin, head, width, units=layout.units)


def _assemble(rows: list[Row], begin: int, head: list[Row], width: int, *, units: bool | None) -> Block:
    """Return the block whose body begins at row `begin`, below the rows `head` of names and units."""
    titles = rows[: begin - len(head)]
    below = None
    if head and (units or (units is None and len(head) > 1 and _are_units(head[-1], head[-2]))):
        head, below = head[:-1], head[-1]
    names = None
    if head:
        names, width = _fit(head[-1], width, rows[begin:])
    groups = [row.cells for row in head[:-1] if len(set(names.cells if names else ())) < width]
    return Block(titles, groups, names, below, rows[begin:], width)


def _as_told(rows: list[Row], layout: Layout, begin: int, width: int) -> Block:
    """Return the block with as many rows of names as the layout says."""
    wanted = (layout.header or 0) + bool(layout.units and layout.header)
    top = begin - len(_rows_above(rows, begin, width))
    first = 0 if layout.skip is not None else top
    if layout.header == 0:
        return Block(rows[:first], [], None, None, rows[first:], width)
    return _assemble(rows, first + wanted, rows[first : first + wanted], width, units=bool(layout.units))


def _usual_width(rows: list[Row]) -> int:
    """Return how many cells most rows with numbers have; the most if several are as frequent."""
    widths = Counter(len(row.cells) for row in rows if {NUMBER, AFFIXED} & set(row.kinds))
    if not widths:
        return max((len(row.cells) for row in rows), default=0)
    return max(widths, key=lambda width: (widths[width], width))


def _usual_kinds(rows: list[Row], width: int) -> list[str]:
    """Return for each column the most frequent kind that is not EMPTY, among rows of the usual width with numbers."""
    fitting = [row.kinds for row in rows if len(row.cells) == width and {NUMBER, AFFIXED} & set(row.kinds)]
    usual = []
    for column in zip(*fitting):
        filled = Counter(kind for kind in column if kind != EMPTY)
        usual.append(filled.most_common(1)[0][0] if filled else EMPTY)
    return usual or [EMPTY] * width


def _is_body(row: Row, usual: list[str]) -> bool:
    """Return whether a row has a number where most rows have one, and no word there."""
    numeric = [(kind, usually) for kind, usually in zip(row.kinds, usual) if usually in (NUMBER, AFFIXED)]
    return WORD not in [kind for kind, _ in numeric] and any(
        kind in (NUMBER, usually) for kind, usually in numeric
    )


def _begin(rows: list[Row], usual: list[str], width: int) -> int:
    """Return the first row of the body: it and most of the next five rows are rows of numbers."""
    first = min(1, len(rows))
    for k, row in enumerate(rows):
        if not _is_body(row, usual) or _stands_alone(rows, k, width):
            continue
        following = [_is_body(one, usual) for one in rows[k + 1 : k + 6]]
        if len(row.cells) >= width - 1 and 2 * sum(following) >= len(following):
            return k
        first = k
    return first


def _stands_alone(rows: list[Row], k: int, width: int) -> bool:
    """Return whether a blank line follows on a row that fills at most half of the columns: it tells of the table."""
    return k + 1 < len(rows) and rows[k + 1].after_gap and 2 * sum(map(bool, rows[k].cells)) <= width


def _is_marked(row: Row) -> bool:
    """Return whether a row holds numbers beside other cells, such as 3* or <3: below names, it is no row of names."""
    return NUMBER in row.kinds and WORD in row.kinds


def _is_apart(first: Row, head: list[Row], width: int) -> bool:
    """Return whether the first row of a body has no names above it, or a blank line and cells in all columns."""
    return not head or (first.after_gap and len(first.cells) == width)


def _are_names(row: Row, width: int) -> bool:
    """Return whether all cells of a full row are words."""
    return len(row.cells) == width and set(row.kinds) == {WORD}


def _rows_above(rows: list[Row], begin: int, width: int) -> list[Row]:
    """Return the rows of words directly above the body that can be names, groups of names, or units."""
    head: list[Row] = []
    for k in range(begin - 1, -1, -1):
        kinds = rows[k].kinds
        filled = len(kinds) - kinds.count(EMPTY)
        near = abs(len(rows[k].cells) - width) < 2 if not head else len(rows[k].cells) == width
        if (NUMBER in kinds and WORD not in kinds) or not near or (filled < 2 and width > 1):
            break
        if len(head) == _MOST_HEADER_ROWS or (head and NUMBER in kinds) or (head and rows[k + 1].after_gap):
            break
        head.insert(0, rows[k])
    return head


def _fit(names: Row, width: int, body: list[Row]) -> tuple[Row, int]:
    """Return names for all columns, and the number of columns.

    A word with a colon before the names is no name. The column of row numbers may have no name. Empty cells at the end
    of all rows are no column, and neither is what a single row has too many.
    """
    cells = names.cells
    if len(cells) == width + 1 and cells[0].endswith(":"):
        cells = cells[1:]
    if len(cells) == width - 1:
        last = [row.cells[width - 1] for row in body[:_SAMPLE] if len(row.cells) >= width]
        if len(last) > 1 and all(last):
            cells = ["", *cells]
        elif len(last) == 1 or not any(last):
            width -= 1
    return names._replace(cells=cells), max(width, len(cells))


def _are_units(row: Row, names: Row) -> bool:
    """Return whether a row holds the units of the names above it."""
    filled = [cell for cell in row.cells if cell]
    distinct = len(set(names.cells)) == len(names.cells)
    return distinct and bool(filled) and all(cell in _UNITS or _COMPOUND.fullmatch(cell) for cell in filled)


def _is_number_header(rows: list[Row], usual: list[str]) -> bool:
    """Return whether the first row of a body holds names that are numbers, such as years or 0, 1, 2."""
    first, body = rows[0].cells, [row.cells for row in rows[1:200]]
    labels = [cell for cell, usually in zip(first, usual) if usually in (NUMBER, AFFIXED) and cell]
    if len(set(labels)) < len(labels) or not all(
        _INTEGER.fullmatch(cell) or is_time(cell) for cell in labels
    ):
        return False
    columns = [[row[k] for row in body if k < len(row) and row[k]] for k in range(len(first))]
    if not first[0]:
        return bool(labels) and len(columns[0]) == len(body)
    word = usual[0] == WORD
    if word and first[0] in columns[0]:
        return False
    numeric = [k for k, usually in enumerate(usual) if usually in (NUMBER, AFFIXED) and first[k]]
    return bool(numeric) and all(_differs(first[k], columns[k], lenient=word) for k in numeric)


def _differs(label: str, body: Sequence[str], *, lenient: bool) -> bool:
    """Return whether a whole number or a time is of another kind than the numbers below it.

    Either it is a year and they are not near, or they are written with decimals where it is not. lenient: they need not
    have a decimal that is zero.
    """
    if not body:
        return False
    if not _INTEGER.fullmatch(label):
        return not any(map(is_time, body))
    values = [abs(number(cell, "," if "," in cell else ".")) for cell in body]
    if 1700 <= int(label) < 2200 and not any(1500 <= value < 2300 for value in values):
        return True
    return all("." in cell or "," in cell for cell in body) and (
        lenient or any(map(_DECIMALS.fullmatch, body))
    )


def add_comment_header(block: Block, rows: Rows) -> tuple[Block, list[Fact]]:
    """Return the block with the names of the last comment line above its body, if they fit and it has none."""
    if block.names is not None or not block.body:
        return block, []
    above = [(line, text) for line, text in rows.comments if line < block.body[0].line]
    for line, text in reversed(above[-3:]):
        cells = parse_row(strip_comment(text), rows.separator)
        if len(cells) == block.width - 1 and text.strip().startswith(("#,", "#;", "#\t")):
            cells = ["", *cells]
        if len(cells) == block.width and NUMBER not in map(kind_of, cells):
            return block._replace(names=Row(line, cells)), [Fact(Finding.COMMENT_HEADER, line=line)]
    return block, []


def is_transposed(rows: list[Row]) -> bool:
    """Return whether each row is a variable: a name and then numbers, more of them than there are rows."""
    if not 2 <= len(rows) <= MAX_COLUMNS or len({len(row.cells) for row in rows}) > 3:
        return False
    kinds = [[kind_of(cell) for cell in row.cells] for row in rows]
    numbers = [one.count(NUMBER) for one in kinds]
    if all(one[0] in (WORD, EMPTY) and WORD not in one[1:] for one in kinds) and any(
        one[0] == WORD for one in kinds
    ):
        return min(numbers) > 1 and min(numbers) > len(rows) - 1 and all(row.cells[0] for row in rows)
    return (
        len(rows) == _FEW_ROWS
        and all(set(one) == {NUMBER} for one in kinds)
        and min(numbers) >= _MANY_COLUMNS
    )


def transpose(rows: list[Row], most: int) -> list[Row]:
    """Return columns as rows, at most so many. The line of a row is the number of the column, 1 the first."""
    rows = rows[:MAX_COLUMNS]
    height = min(max(len(row.cells) for row in rows), most + 1)
    full = [row.cells[:height] + [""] * (height - len(row.cells)) for row in rows]
    if kind_of(full[0][0]) != NUMBER:
        full = [[cells[0].rstrip(" :="), *cells[1:]] for cells in full]
    return [Row(line, list(cells)) for line, cells in enumerate(zip(*full), 1)]


def name_columns(block: Block) -> tuple[list[str], list[str]]:
    """Return names and units of all columns; names are different, printable and short."""
    cells = block.names.cells if block.names else []
    if block.names is None and block.width == 2:
        cells = ["x", "y"]
    for group in block.groups:
        cells = [f"{top} {cell}".strip() for top, cell in zip(_spread(group), cells)]
    units = block.units.cells if block.units else []
    names: dict[str, None] = {}
    for position in range(min(block.width, MAX_COLUMNS)):
        own = plain(cells[position]) if position < len(cells) else ""
        name = own or f"unnamed {position + 1}"
        while name in names:
            name = f"{name[:35]} ({position + 1})"
        names[name] = None
    stripped = [plain(unit.strip("[]() ")) for unit in units]
    return list(names), [stripped[k] if k < len(stripped) else "" for k in range(len(names))]


def _spread(group: Sequence[str]) -> list[str]:
    """Return the names of groups for each column: an empty cell belongs to the group before."""
    spread, last = [], ""
    for cell in group:
        last = cell or last
        spread.append(last)
    return spread


def is_total(cells: Sequence[str]) -> bool:
    """Return whether a row says that it holds totals or means of the other rows."""
    if not _LETTERS.search(" ".join(cells)):
        return False
    return any(_TOTAL.fullmatch(cell.rstrip(":")) for cell in cells if cell and not cell[0].isdigit())


def is_unnamed_total(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Return whether a row with an empty cell holds the sums of the columns above it."""
    if len(above) < 2 or all(cells):
        return False
    sums = 0
    for k, cell in enumerate(cells):
        if cell:
            total = sum(number(row[k]) for row in above if k < len(row))
            if not abs(total - number(cell)) <= 1e-9 * abs(total):
                return False
            sums += 1
    return sums > 0
