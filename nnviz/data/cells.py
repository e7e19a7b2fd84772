"""One cell of a table: when it is a number, when it is missing, what to write instead.

A number is digits with at most one decimal mark, a sign and an exponent. The other mark may group thousands:
1,234.5, or 1.234,5 in a table whose decimal mark is the comma. Percent, currency and units are not guessed
at (50% could be 50 or 0.5), so such a cell is no number. Beyond ±1e100 a number counts as infinite, because
nothing can be computed with its square.
"""

import re
from collections.abc import Iterable
from itertools import islice

LARGEST = 1e100
MAX_NAME = 40
MISSING = frozenset({"", "na", "n/a", "nan", "<na>", "nat", "null", "none", "-", "?", "."})

_NUMBER = re.compile(
    r"[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|\d++(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?",
    re.ASCII | re.IGNORECASE,
)
_SWAP = str.maketrans(",.−", ".,-")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*", re.DOTALL)
_WITH_UNIT = re.compile(r"\D{0,4}\d[\d.,]*\D{0,5}")


def number(cell: str, mark: str = ".") -> float:
    """The value of a cell whose decimal mark is `mark`; nan if it is no number, ±inf beyond ±1e100."""
    text = cell.translate(_SWAP) if mark == "," else cell.replace("−", "-")
    if not _NUMBER.fullmatch(text):
        return float("nan")
    value = float(text.replace(",", ""))
    return value if abs(value) <= LARGEST else float("inf")


def is_missing(cell: str) -> bool:
    """Nothing, or a word that stands for nothing (NA, null, -)."""
    return cell.lower() in MISSING


def looks_numeric(cell: str) -> bool:
    """A number with either decimal mark."""
    return any(value == value for value in (number(cell, "."), number(cell, ",")))


def decimal_mark(cells: Iterable[str], separator: str) -> str:
    """The mark with which more cells are numbers, judged by the first 1000 that hold a comma or a point.

    Where both readings are possible (1,234) the comma is decimal, unless commas separate the cells.
    """
    marked = list(islice((cell for cell in cells if "," in cell or "." in cell), 1000))
    point, comma = (sum(number(cell, mark) == number(cell, mark) for cell in marked) for mark in ".,")
    if point == comma:
        return "," if separator != "," and any("," in cell for cell in marked) else "."
    return "," if comma > point else "."


def plain(text: str) -> str:
    """One line of printable characters, at most 40 of them."""
    printable = "".join(character for character in " ".join(text.split()) if character.isprintable())
    return printable if len(printable) <= MAX_NAME else printable[: MAX_NAME - 1] + "…"


def advice(cell: str) -> str:
    """What to write in place of a cell that is no number."""
    if _DATE.fullmatch(cell):
        return "write dates as numbers, for example days since the first"
    if _WITH_UNIT.fullmatch(cell):
        return "write the bare number, without unit, currency or percent sign"
    return "write numbers like 1234.5"
