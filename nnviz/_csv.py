"""Write tables as CSV that a spreadsheet reads as numbers and words, and never as formulas."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the first sign of a formula


def defused(cell: Any) -> Any:
    """Return a cell; a text that a spreadsheet could run as a formula begins with an apostrophe.

    None and nan become empty cells. Numbers stay numbers, so that a minus sign does no harm (OWASP, CSV injection).
    """
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return "" if cell is None or cell != cell else cell


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV with one row of names; numbers keep all digits of float64."""
    text = io.StringIO()
    writer = csv.writer(text)  # lines end in \r\n, so that both signs are quoted inside a cell
    writer.writerow([defused(name) for name in names])
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue()


def columns_as_csv(columns: Mapping[str, Sequence[Any]]) -> str:
    """Return columns side by side as CSV; shorter columns end in empty cells."""
    return csv_text(list(columns), zip_longest(*columns.values()))
