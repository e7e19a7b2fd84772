"""Turn the cells of one column into values: numbers, numbers with a unit, times, or the numbers of classes."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from nnviz._types import Array, Labels
from nnviz.data.cells import (
    LARGEST,
    MAX_NAME,
    SPACES,
    decimal_mark,
    is_error,
    is_grouped,
    is_missing,
    number,
    plain,
    split_affix,
)
from nnviz.data.facts import LEFT_OUT, Fact, Finding
from nnviz.data.layout import Layout
from nnviz.data.times import NO_DATES, is_time, name_periods, read_times, spell_dates

MAX_CLASSES = 20
MAX_KEPT = 2000  # cells that are no numbers, kept to be quoted
_YES_NO = (
    ("no", "yes"), ("false", "true"), ("n", "y"), ("nein", "ja"), ("non", "oui"), ("f", "t"), ("off", "on"),
    ("falsch", "wahr"), ("faux", "vrai"), ("negative", "positive"), ("absent", "present"), ("fail", "pass"),
)  # fmt: skip
_NUMBER_OF = {finding: k for k, finding in enumerate(LEFT_OUT, 1)}
_NAN = float("nan")
_EXPLAINED = 1000  # cells that are searched for a mark to explain
_EXTREMES = 6  # values at each end of a column that can be codes


class Kind(Enum):
    """What a column holds."""

    NUMBER = "numbers"
    TIME = "times"
    CLASS = "classes"
    TEXT = "text"
    EMPTY = "nothing"


@dataclass(frozen=True, eq=False)
class Column:
    """A column that was read.

    values (n,): numbers, or the numbers of classes; nan where there is none. reasons (n,): why, as 1 + the position in
    LEFT_OUT; 0 where there is a value. odd: the text of cells without a value, by row. classes: names, by number.
    unit: of all cells, "" if they have none. is_index: whether it only numbers the rows. mark: the decimal mark, "" if
    no cell has a mark.
    """

    name: str
    kind: Kind
    values: Array
    reasons: Labels
    odd: Mapping[int, str] = field(default_factory=dict)
    unit: str = ""
    classes: tuple[str, ...] = ()
    is_index: bool = False
    mark: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def title(self) -> str:
        """Return the name with its unit, or with the numbers of its two classes; they stay where the name is long."""
        if len(self.classes) == 2:
            numbered = " ({} = 0, {} = 1)".format(*self.classes)
            room = max(MAX_NAME - len(numbered), 8)
            return (self.name if len(self.name) <= room else f"{self.name[: room - 1]}…") + numbered
        said = not self.unit or f"({self.unit})" in self.name or f"[{self.unit}]" in self.name
        return self.name if said else f"{self.name} ({self.unit})"


def number_of(finding: Finding) -> int:
    """Return the number that columns keep for a reason."""
    return _NUMBER_OF[finding]


def read_column(name: str, cells: Sequence[str], layout: Layout, hint: str = "") -> Column:
    """Return a column of stripped cells. hint: the decimal mark where 1.234 and 1,234 do not tell it."""
    if layout.dates != NO_DATES and (times := _compact_dates(name, cells, layout)):
        return times
    fast = _plain_floats(cells, layout, hint)
    if fast is not None:
        values, mark = fast
        mark = mark if any(mark in cell for cell in cells[:_EXPLAINED]) else ""
        facts = _explain_marks(name, cells, mark, hint) if mark == "," else ()
        return Column(name, Kind.NUMBER, values, np.zeros(len(cells), np.int64), mark=mark, facts=facts)
    mark = layout.decimal or decimal_mark(cells, hint)
    column = _numbers(name, cells, mark, layout, hint)
    filled = sum(1 for cell in cells if not is_missing(cell) and not is_error(cell))
    if not filled:
        return Column(name, Kind.EMPTY, column.values, column.reasons, column.odd)
    found = len(cells) - int(np.isnan(column.values).sum())
    if 2 * found >= filled:
        return column
    first = next(cell for cell in cells if not is_missing(cell) and not is_error(cell))
    if is_time(first) and (times := _times(name, cells, layout)):
        return times
    return _with_units(name, cells, layout, hint) or _times(name, cells, layout) or _words(column, cells)


def _compact_dates(name: str, cells: Sequence[str], layout: Layout) -> Column | None:
    """Return a column of dates without separators, such as 20240131 or 202401; None if it does not hold them."""
    first = next((cell for cell in cells if not is_missing(cell)), "")
    if len(first) not in (6, 8, 14) or not first.isdigit():
        return None
    spelled = spell_dates(["" if is_missing(cell) or is_error(cell) else cell for cell in cells])
    times = _times(name, spelled, layout) if spelled else None
    if times is None:
        return None
    (told,) = (fact for fact in times.facts if fact.finding is Finding.TIME)
    written = re.sub(r"\D", "", told.cell)
    reasons = [
        _value(cell, ".", frozenset())[1] if is_missing(cell) or is_error(cell) else 0 for cell in cells
    ]
    return replace(
        times,
        reasons=np.array(reasons, np.int64),
        facts=(_tell_times(Finding.COMPACT_DATE, name, written, told.words[0]),),
    )


def _plain_floats(cells: Sequence[str], layout: Layout, hint: str) -> tuple[Array, str] | None:
    """Return the values and the decimal mark of a column of plain numbers whose mark is clear; else None."""
    together = "\n".join(cells)
    if not cells or not together.isascii() or "_" in together or layout.codes:
        return None
    mark = layout.decimal or ("," if hint == "," and "," in together else ".")
    if (mark == "," and "." in together) or (mark == "." and "," in together):
        return None
    if mark == ",":
        cells = together.replace(",", ".").split("\n")
    elif "." in together and not layout.decimal and all(is_grouped(cell) for cell in cells if "." in cell):
        return None
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return (values, mark) if bool((np.abs(values) <= LARGEST).all()) else None


def _numbers(name: str, cells: Sequence[str], mark: str, layout: Layout, hint: str) -> Column:
    """Return a column whose numbers have this decimal mark."""
    codes = frozenset(layout.codes or ())
    known: dict[str, tuple[float, int]] = {}
    values, reasons = np.empty(len(cells)), np.zeros(len(cells), np.int64)
    odd: dict[int, str] = {}
    for k, cell in enumerate(cells):
        if cell not in known:
            known[cell] = _value(cell, mark, codes)
        values[k], reasons[k] = known[cell]
        if reasons[k] and len(odd) < MAX_KEPT:
            odd[k] = plain(cell)
    shown = mark if any("." in cell or "," in cell for cell in known) else ""
    facts = _explain_marks(name, cells, mark, hint)
    return Column(name, Kind.NUMBER, values, reasons, odd, mark=shown, facts=facts)


def _value(cell: str, mark: str, codes: frozenset[str]) -> tuple[float, int]:
    """Return the value of a cell, and the number of the reason if it has none."""
    if cell in codes:
        return _NAN, _NUMBER_OF[Finding.CODE]
    if is_missing(cell):
        return _NAN, _NUMBER_OF[Finding.MISSING]
    value = number(cell, mark)
    if value == value:
        if abs(value) <= LARGEST:
            same = any(value == number(code, mark) for code in codes)
            return (_NAN, _NUMBER_OF[Finding.CODE]) if same else (value, 0)
        return value, _NUMBER_OF[Finding.INFINITE]
    return _NAN, _NUMBER_OF[Finding.ERROR if is_error(cell) else Finding.NOT_A_NUMBER]


def _explain_marks(name: str, cells: Sequence[str], mark: str, hint: str) -> tuple[Fact, ...]:
    """Return how the first number with a comma, an ambiguous point or another mark between thousands is read."""
    facts: dict[Finding, Fact] = {}
    for cell in cells[:_EXPLAINED]:
        if cell.isalnum():
            continue
        value = number(cell, mark)
        finding = _mark_to_explain(cell, mark, hint)
        if value == value and finding and finding not in facts:
            is_decimal = finding is not Finding.GROUPS and mark == ("," if finding is Finding.COMMA else ".")
            words = ("decimal" if is_decimal else "thousands", f"{value:.15g}")
            facts[finding] = Fact(finding, column=name, cell=plain(cell), words=words)
    return tuple(facts.values())


def _mark_to_explain(cell: str, mark: str, hint: str) -> Finding | None:
    """Return which mark of a number has to be explained: a comma, a point that could group thousands, another mark."""
    if "," in cell:
        return Finding.COMMA
    if "." in cell and (mark == "," or (not hint and is_grouped(cell))):
        return Finding.POINT
    return Finding.GROUPS if any(one in cell for one in f"'’ {SPACES}") else None


def _with_units(name: str, cells: Sequence[str], layout: Layout, hint: str) -> Column | None:
    """Return a column in which nearly all filled cells are numbers with the same unit; else None."""
    split = [split_affix(cell) for cell in cells]
    units = Counter(pair[1] for pair in split if pair)
    filled = sum(1 for cell in cells if not is_missing(cell) and not is_error(cell))
    if not units or 10 * units.most_common(1)[0][1] < 8 * filled:
        return None
    unit = units.most_common(1)[0][0]
    bare = [pair[0] if pair and pair[1] == unit else _keep_zero(cell) for pair, cell in zip(split, cells)]
    column = _numbers(name, bare, layout.decimal or decimal_mark(bare, hint), layout, hint)
    odd = {k: plain(cells[k]) for k in column.odd}
    fact = Fact(
        Finding.UNIT, column=name, cell=plain(next(cells[k] for k, p in enumerate(split) if p)), words=(unit,)
    )
    return Column(
        name,
        Kind.NUMBER,
        column.values,
        column.reasons,
        odd,
        unit,
        mark=column.mark,
        facts=(fact, *column.facts),
    )


def _keep_zero(cell: str) -> str:
    """Return a cell without the unit of its column: zero has no need of one, another number would be a guess."""
    return cell if number(cell) == 0 or is_missing(cell) or is_error(cell) else f"{cell} (no unit)"


def _times(name: str, cells: Sequence[str], layout: Layout) -> Column | None:
    """Return a column of dates or times; else None."""
    filled = [cell if not is_missing(cell) and not is_error(cell) else "" for cell in cells]
    if layout.dates == NO_DATES and any(map(name_periods, filled)):
        return None
    times = read_times(filled, layout.dates, layout.time_unit)
    if times is None:
        return None
    values = np.array(times.values)
    rest = [(k, cells[k]) for k in np.flatnonzero(np.isnan(values)).tolist()]
    reasons = np.zeros(len(cells), np.int64)
    for k, cell in rest:
        reasons[k] = _value(cell, ".", frozenset(layout.codes or ()))[1] or _NUMBER_OF[Finding.NOT_A_NUMBER]
    facts = [_tell_times(Finding.TIME, name, plain(times.first), times.unit)]
    if times.uncertain:
        facts.append(
            Fact(Finding.DATE_ORDER, column=name, cell=plain(times.first), words=(layout.dates or "",))
        )
    unit = f"{times.unit} since {plain(times.first)}"
    odd = {k: plain(cell) for k, cell in rest[:MAX_KEPT]}
    return Column(name, Kind.TIME, values, reasons, odd, unit, facts=tuple(facts))


def _tell_times(finding: Finding, name: str, first: str, unit: str) -> Fact:
    """Return how times are read; first: the earliest, which may be a month, a quarter or a week."""
    periods = name_periods(first)
    words = (unit, periods) if periods else (unit,)
    return Fact(Finding.PERIOD if periods else finding, column=name, cell=first, words=words)


def _words(column: Column, cells: Sequence[str]) -> Column:
    """Return a column of words: classes if there are few different ones, else text."""
    words = [None if is_missing(cell) or is_error(cell) else plain(cell) for cell in cells]
    names = sorted({word for word in words if word is not None}, key=lambda word: (word.lower(), word))
    pair = tuple(name.lower() for name in names)
    if tuple(reversed(pair)) in _YES_NO:
        names = names[::-1]
        pair = pair[::-1]
    filled = sum(word is not None for word in words)
    if not (2 <= len(names) <= MAX_CLASSES and (len(names) < filled or pair in _YES_NO)):
        return Column(column.name, Kind.TEXT, column.values, column.reasons, column.odd, mark=column.mark)
    number_by = {name: float(k) for k, name in enumerate(names)}
    values = np.array([_NAN if word is None else number_by[word] for word in words])
    reasons = np.where(np.isnan(values), column.reasons, 0)
    fact = Fact(Finding.CLASSES, len(names), column=column.name, words=tuple(names))
    return Column(column.name, Kind.CLASS, values, reasons, column.odd, classes=tuple(names), facts=(fact,))


def find_codes(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return numbers that look like codes for a missing value, such as −99.99 or 9999, as text without a plus sign.

    Such a number consists of nines (or is a limit of a computer's integers). It is at least three times as far from
    the other values as these are from each other.
    """
    found: dict[str, None] = {}
    for column in columns:
        if column.kind is Kind.NUMBER and not column.is_index:
            found.update(dict.fromkeys(_codes_of(column.values[np.isfinite(column.values)])))
    return tuple(found)


def _codes_of(values: Array) -> list[str]:
    if values.size < 4:
        return []
    different = np.unique(values)
    if different.size > 2 * _EXTREMES:
        different = np.concatenate([different[:_EXTREMES], different[-_EXTREMES:]])
    coded = np.array([_looks_coded(float(value)) for value in different])
    rest = different[~coded]
    if not coded.any() or rest.size < 3:
        return []
    low, high = float(rest[0]), float(rest[-1])
    spread = high - low
    far = [v for v in different[coded].tolist() if v < low - 3 * spread or v > high + 3 * spread]
    return [f"{value:.15g}" for value in far] if len(far) == int(coded.sum()) and len(far) < 4 else []


def _looks_coded(value: float) -> bool:
    digits = f"{abs(value):.10g}".replace(".", "").rstrip("0")
    limits = (-99.0, -888.0, -8888.0, -32768.0, -2147483648.0)
    return (len(digits) > 2 and set(digits) == {"9"}) or value in limits or abs(value) in (1e20, 1e30, 1e34)
