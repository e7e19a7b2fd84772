"""Hold a table that was read, and choose the features and the target from its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nnviz._display import count, displayed, short_text
from nnviz._types import Array, Labels
from nnviz.data.cells import advice, is_missing
from nnviz.data.columns import Column, Kind
from nnviz.data.errors import DataError
from nnviz.data.facts import LEFT_OUT, Fact, Finding
from nnviz.data.layout import NUMBER, Layout, kind_of
from nnviz.data.samples import Samples

ColumnKey = str | int
"""A column by name, or by position with 0 the first."""

MAX_CLASS_NUMBERS = 10
_TWO_WORDS = "Write numbers, or two different words, which are then 0 and 1."


@displayed(
    lambda table: (
        f"{count(len(table.lines), 'row')}, columns {short_text(table.names)}, {short_text(table.title)}"
    )
)
@dataclass(frozen=True, eq=False)
class Table:
    """A table that was read, before the features and the target are chosen.

    columns: of n rows each. lines (n,): the line in the source of each row, 1 the first. row_reasons (n,): why a row as
    a whole is not used, as 1 + the position in LEFT_OUT; 0 for the others. row_texts: these rows as text, by row.
    preview: the first rows as text. layout: how it was read; fields that do not apply are None. facts: what was found.
    """

    title: str
    columns: tuple[Column, ...]
    lines: Labels
    row_reasons: Labels
    row_texts: Mapping[int, str]
    preview: tuple[tuple[str, ...], ...]
    layout: Layout
    facts: tuple[Fact, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, all different, printable, at most 40 characters."""
        return tuple(column.name for column in self.columns)

    @property
    def numeric(self) -> tuple[str, ...]:
        """Return the columns of numbers and times that do not only number the rows."""
        return tuple(c.name for c in self.columns if c.kind in (Kind.NUMBER, Kind.TIME) and not c.is_index)

    @property
    def usable(self) -> tuple[str, ...]:
        """Return the columns that can be used as numbers: those of ``numeric``, then row numbers and pairs of words."""
        index = [c.name for c in self.columns if c.kind is Kind.NUMBER and c.is_index]
        return (*self.numeric, *index, *(c.name for c in self.columns if len(c.classes) == 2))

    @property
    def classed(self) -> tuple[str, ...]:
        """Return the columns that can be the class of a row: words, and numbers with few values."""
        words = [c.name for c in self.columns if c.kind is Kind.CLASS]
        numbers = [c.name for c in self.columns if c.kind is Kind.NUMBER and self._is_class_number(c)]
        return (*words, *numbers)

    def column(self, key: ColumnKey) -> Column:
        """Return a column by name or position; DataError if it does not exist."""
        return self.columns[self._position(key)]

    def need(self, count: int, needed: str) -> tuple[str, ...]:
        """Return the usable columns; DataError with the sentence `needed` if there are fewer than `count`."""
        if len(self.usable) < count:
            raise DataError(self._too_few(needed))
        return self.usable

    def default_target(self) -> str | None:
        """Return the column named y, if there is one."""
        return next((name for name in self.usable if _base(name) == "y"), None)

    def default_features(self, target: str | None = None) -> tuple[str, ...]:
        """Return the usable columns in the order in which they are taken: x first, then sparse, then constant ones."""
        free = [name for name in self.usable if name != target]
        constant = {name for name in free if self._is_constant(name)}
        sparse = {name for name in free if self._is_sparse(name)}
        return tuple(sorted(free, key=lambda name: (name in constant, name in sparse, _base(name) != "x")))

    def default_columns(self) -> tuple[tuple[str, ...], str]:
        """Return the feature and the target that are taken if none is chosen; DataError if there are no two."""
        feature, target = self._choose(None, None)
        return (self.names[feature],), self.names[target]

    def default_inputs(self, most: int, needed: str) -> tuple[tuple[str, ...], str]:
        """Return several features and the target: the column y, or else the last column of numbers.

        Raises DataError with the sentence `needed` if there are no three columns of numbers.
        """
        names = self.numeric if len(self.numeric) > 2 else self.need(3, needed)
        target = self.default_target() or names[-1]
        return tuple(name for name in names if name != target)[:most], target

    def samples(
        self, features: ColumnKey | Sequence[ColumnKey] | None = None, target: ColumnKey | None = None
    ) -> Samples:
        """Return features x and target y from columns, without the rows that cannot be used.

        By default, the target is the column y and the feature the column x, or else the first usable columns that are
        not chosen yet. A target of words is numbered, and `classes` holds the words. Raises DataError for an unknown
        column, a column of text, fewer than two usable rows, and a constant column.
        """
        chosen = self._choose(features, target)
        reasons = self._reasons(chosen)
        used = reasons == 0
        values = np.column_stack([self.columns[k].values for k in chosen])[used]
        left_out = self._left_out(reasons, chosen)
        self._check(values, chosen, left_out)
        *names, output = (self.columns[k].title for k in chosen)
        return Samples(
            values[:, :-1], values[:, -1], tuple(names), output, self.title, self.title, "your own data",
            _in_words(left_out), self.columns[chosen[-1]].classes, facts=(*self.facts_of(chosen), *left_out),
        )  # fmt: skip

    def facts_of(self, chosen: Sequence[int]) -> tuple[Fact, ...]:
        """Return the facts on the table and on the columns at these positions."""
        names = {self.columns[k].name for k in chosen}
        return tuple(
            fact for fact in self.facts if not fact.column or fact.column in names or _is_general(fact)
        )

    def left_out(
        self, features: ColumnKey | Sequence[ColumnKey] | None = None, target: ColumnKey | None = None
    ) -> tuple[Fact, ...]:
        """Return which rows are not used if these columns are chosen, one fact for each reason."""
        chosen = self._choose(features, target)
        return self._left_out(self._reasons(chosen), chosen)

    def _reasons(self, chosen: Sequence[int]) -> Labels:
        """Return for each row why it is not used, 0 if it is."""
        reasons = self.row_reasons.copy()
        for k in chosen:
            reasons = np.where(reasons == 0, self.columns[k].reasons, reasons)
        return reasons

    def _choose(
        self, features: ColumnKey | Sequence[ColumnKey] | None, target: ColumnKey | None
    ) -> list[int]:
        """Return the positions of the features, and then of the target."""
        listed = [features] if isinstance(features, str | int) else list(features or ())
        inputs = [self._usable_position(key) for key in listed]
        named_y = self.default_target()
        if target is None and named_y is not None and self.names.index(named_y) not in inputs:
            target = named_y
        output = [] if target is None else [self._target_position(target)]
        order = self.default_features()
        free = [k for k in map(self.names.index, order) if k not in inputs + output]
        if len(free) < (not inputs) + (not output):
            raise DataError(
                f"No column of numbers remains for the target. Choose fewer features.{self._choices()}"
                if len(self.usable) > 1
                else self._too_few("Two columns of numbers are needed, for a feature and a target.")
            )
        chosen = (inputs or [free.pop(0)]) + (output or [free.pop(0)])
        if len(set(chosen)) < len(chosen):
            raise DataError("A column was chosen twice. Choose different columns.")
        return chosen

    def _position(self, key: ColumnKey) -> int:
        if isinstance(key, int) and 0 <= key < len(self.columns):
            return key
        if key in self.names:
            return self.names.index(str(key))
        raise DataError(f"There is no column {key!r}. The columns are {', '.join(self.names)}.")

    def _usable_position(self, key: ColumnKey) -> int:
        """Return the position of a column; DataError if it does not exist or does not hold numbers."""
        position = self._position(key)
        if self.names[position] not in self.usable:
            raise DataError(f"{self._why_text(position)}{self._choices()}")
        return position

    def _target_position(self, key: ColumnKey) -> int:
        """Return the position of a target, which may also hold words."""
        position = self._position(key)
        return position if self.columns[position].kind is Kind.CLASS else self._usable_position(key)

    def _is_constant(self, name: str) -> bool:
        values = self.columns[self.names.index(name)].values[self.row_reasons == 0]
        finite = values[np.isfinite(values)]
        return bool(finite.size == 0 or finite.min() == finite.max())

    def _is_sparse(self, name: str) -> bool:
        """Return whether more than half of the cells of a column have no value."""
        reasons = self.columns[self.names.index(name)].reasons[self.row_reasons == 0]
        return bool(2 * int((reasons > 0).sum()) > reasons.size)

    def _is_class_number(self, column: Column) -> bool:
        """Return whether the numbers of a column are few, whole and each there more than once."""
        values = column.values[(self.row_reasons == 0) & (column.reasons == 0)]
        different, counts = np.unique(values, return_counts=True)
        whole = bool((different == different.round()).all())
        return 2 <= different.size <= MAX_CLASS_NUMBERS and whole and int(counts.min()) > 1

    def _choices(self) -> str:
        """Return a sentence, after a space, that lists the numeric columns; empty if there are none."""
        return f" The columns of numbers are {', '.join(self.usable)}." if self.usable else ""

    def _too_few(self, needed: str) -> str:
        """Return which columns hold numbers, what is needed, and why the first two other columns hold none."""
        if not len(self.lines):
            return f"The table has no rows below the header ({', '.join(self.names)})."
        names, several = " and ".join(self.usable), len(self.usable) > 1
        found = f"Only {'columns' if several else 'column'} {names} hold{'' if several else 's'} numbers."
        text = [k for k, name in enumerate(self.names) if name not in self.usable]
        reasons = _in_words(self._left_out(self.row_reasons, []))
        return " ".join(
            [found if names else "No column holds numbers.", needed, *map(self._why_text, text[:2]), *reasons]
        )

    def _why_text(self, position: int) -> str:
        """Return the first cell of a column that is not a number, and what to write instead."""
        column = self.columns[position]
        for row, cell in column.odd.items():
            if not is_missing(cell) and not self.row_reasons[row]:
                line = int(self.lines[row])
                hint = _TWO_WORDS if column.kind is Kind.CLASS else advice(cell)
                return f"Column {column.name} is text ({cell!r} in line {line}). {hint}"
        return f"Column {column.name} is empty."

    def _left_out(self, reasons: Labels, chosen: Sequence[int]) -> tuple[Fact, ...]:
        """Return one fact for each reason, with the number of rows and the first of them."""
        facts = []
        for value in np.unique(reasons[reasons > 0]).tolist():
            rows = np.flatnonzero(reasons == value)
            first = int(rows[0])
            name, cell = self._cause(first, chosen)
            every = dict.fromkeys(self._cause(int(row), chosen)[1] for row in rows[:100])
            facts.append(
                Fact(
                    LEFT_OUT[value - 1],
                    len(rows),
                    len(reasons),
                    int(self.lines[first]),
                    name,
                    cell,
                    tuple(every)[:8],
                )
            )
        return tuple(facts)

    def _cause(self, row: int, chosen: Sequence[int]) -> tuple[str, str]:
        """Return the column, if any, because of which a row is not used, and the cell or the text of the row."""
        if self.row_reasons[row]:
            return "", self.row_texts.get(row, "")
        column = self.columns[next(k for k in chosen if self.columns[k].reasons[row])]
        return column.name, column.odd.get(row, "")

    def _check(self, values: Array, chosen: list[int], left_out: tuple[Fact, ...]) -> None:
        """Raise DataError unless there are two rows or more, and every chosen column varies."""
        if len(values) < 2:
            found = f"{len(values)} of {len(self.lines)} rows can be used. At least two are needed."
            raise DataError(" ".join((found, *_in_words(left_out))))
        for k, (low, high) in zip(chosen, zip(values.min(axis=0), values.max(axis=0))):
            if low == high:
                raise DataError(
                    f"Column {self.names[k]} is {low:g} in every row that can be used. "
                    f"Choose another column, or add values that differ.{self._choices()}"
                )


def write_points(samples: Samples, names: tuple[str, str] | None = None) -> str:
    """Return the points of samples with one feature as a table with commas, which is read with the same digits.

    names: of the feature and the target, by default those of the samples. A number as a name gets a word before it.
    """
    pair = names or (samples.features[0], samples.target)
    cells = [f"column {name}" if kind_of(name) == NUMBER else name.replace('"', "'") for name in pair]
    head = ",".join(f'"{cell}"' if set(cell) & set(",'") else cell for cell in cells)
    pairs = zip(samples.x[:, 0].tolist(), samples.y.tolist(), strict=True)
    return "\n".join([head, *(f"{_digits(x)},{_digits(y)}" for x, y in pairs)])


def _digits(value: float) -> str:
    """Return the shortest text that gives the same float."""
    return repr(value).removesuffix(".0")


def _base(name: str) -> str:
    """Return a name without a unit in brackets, in small letters."""
    return name.split("(")[0].split("[")[0].strip().lower()


def _is_general(fact: Fact) -> bool:
    """Return whether a fact that names a column concerns the whole table."""
    return fact.finding in (Finding.INDEX, Finding.CODE)


def _in_words(facts: Sequence[Fact]) -> tuple[str, ...]:
    """Return one note for each reason why rows are not used, with their number and the first of them."""
    return tuple(
        f"{fact.rows} of {fact.of} rows are not used ({fact.finding.value}). The first is {_place(fact)}"
        for fact in facts
    )


def _place(fact: Fact) -> str:
    """Return where the first row is that is not used, what stands there, and what to write instead."""
    cell = repr(fact.cell) if fact.cell else "empty"
    place = (
        f"line {fact.line}, where {fact.column} is {cell}." if fact.column else f"line {fact.line} ({cell})."
    )
    if fact.finding is Finding.ERROR and len(fact.words) > 1:
        return f"{place} These cells are {', '.join(fact.words)}."
    return f"{place} {advice(fact.cell)}" if fact.finding is Finding.NOT_A_NUMBER else place
