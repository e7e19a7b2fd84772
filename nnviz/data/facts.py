"""Name what was noticed while a table was read, as values. The sentences stand in nnviz/web/table_text.py."""

from enum import Enum
from typing import NamedTuple


class Finding(Enum):
    """What was noticed. The value is a short phrase for error messages of the package."""

    # why a row is not used
    MISSING = "missing value"
    ERROR = "error value of a spreadsheet"
    NOT_A_NUMBER = "not a number"
    INFINITE = "infinite or beyond 1e+100"
    CODE = "code for a missing value"
    LONG = "too many cells"
    SHORT = "too few cells"
    TOTAL = "total of other rows"
    TEXT_ROW = "text without numbers"
    HEADER_AGAIN = "header repeated"
    # how the table was read
    ENCODING = "encoding"
    TITLE = "text above the table skipped"
    COMMENTS = "comment lines skipped"
    UNITS_ROW = "row of units"
    COMMENT_HEADER = "header in a comment"
    POINT = "how the point is read"
    COMMA = "how the comma is read"
    GROUPS = "how a mark between thousands is read"
    UNIT = "unit in the cells"
    TIME = "times as numbers"
    COMPACT_DATE = "dates without separators"
    PERIOD = "months, quarters, half-years or weeks as times"
    DATE_ORDER = "order of day and month not certain"
    TRANSPOSED = "rows are variables"
    TABLES = "several tables"
    FIXED_WIDTH = "cells cut at fixed positions"
    INDEX = "column of row numbers"
    CLASSES = "words as classes"
    MOST_ROWS = "rows beyond the limit"
    MOST_COLUMNS = "columns beyond the limit"


LEFT_OUT = (
    Finding.MISSING,
    Finding.ERROR,
    Finding.NOT_A_NUMBER,
    Finding.INFINITE,
    Finding.CODE,
    Finding.LONG,
    Finding.SHORT,
    Finding.TOTAL,
    Finding.TEXT_ROW,
    Finding.HEADER_AGAIN,
)
"""The findings that say why rows are not used, in the order of the numbers that columns keep for them, from 1."""


class Fact(NamedTuple):
    """One finding with its details; what does not apply is 0 or empty.

    rows: how many rows, lines or columns. of: of how many. line: the first of them, as an editor counts. column: a
    name. cell: what stands there. words: names of classes, codes, the unit of times and the name of
    months, quarters or weeks, what a cell is read as, or the
    different cells of rows that are not used.
    """

    finding: Finding
    rows: int = 0
    of: int = 0
    line: int = 0
    column: str = ""
    cell: str = ""
    words: tuple[str, ...] = ()
