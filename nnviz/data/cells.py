"""Read one cell of a table: a number, a number with a unit, a missing value or an error of a spreadsheet.

A number consists of digits with at most one decimal mark, a sign and an exponent (e, or d as in Fortran). Marks may
group thousands: the other of comma and point, an apostrophe (Switzerland) or a space (France). A number beyond ±1e100
counts as infinite, because its square is too close to the largest float.
"""

import re
from collections.abc import Iterable
from itertools import islice

LARGEST = 1e100
MAX_NAME = 40
MISSING = frozenset(
    {
        "", "na", "n/a", "n.a.", "nan", "<na>", "nat", "null", "none", "nil", "missing", "nd", "n.d.", "k.a.", r"\n",
        "-", "--", "---", "–", "—", "−", "?", ".", "..", "...", "…", "/", "x.x",
    }
)  # fmt: skip
SPACES = "\u00a0\u202f\u2009\u2007\u2008"
"""The spaces that group thousands and that a keyboard does not have."""

_GROUP = rf"[,'’ {SPACES}]"
_NUMBER = re.compile(
    rf"[+-]?(?:[1-9]\d{{0,2}}({_GROUP})\d{{3}}(?:\1\d{{3}})*(?:\.\d*)?|\d++(?:\.\d*)?|\.\d+)"
    r"(?:[ed][+-]?\d+| ?[×x*·] ?10\^?[+-]?\d+)?|[+-]?\d*\.\d+[+-]\d{3}|[+-]?inf(?:inity)?",
    re.ASCII | re.IGNORECASE,
)
_MINUS = dict.fromkeys(map(ord, "−–‒‐‑﹣－"), "-")
_SWAP = {ord(","): ".", ord("."): ","}
_UNGROUP = re.compile(rf"{_GROUP}(?=\d{{3}})")
_TIMES_TEN = re.compile(r" ?[×x*·] ?10\^?", re.IGNORECASE)
_BARE_EXPONENT = re.compile(r"(?<=[\d.])([+-]\d{3})$")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+")
_ERROR = re.compile(
    r"#\S*[!?]|#(?:N/A|NA|NV|N/D|VALUE|DIV/0)\b.*|#+|\*+|Err:\d+|[+-]?\d\.#[A-Z]+\d*", re.IGNORECASE
)
_ACCOUNT = re.compile(r"\(([\d.,'’ ]*\d[\d.]*)\)|([\d.,]*\d)-")
_INDIAN = re.compile(r"[+-]?[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d*)?")
_CURRENCY = r"(?:US\$|R\$|C\$|A\$|[$€£¥₹₽₩¢]|USD|EUR|GBP|CHF|JPY|CNY|Fr\.|kr\.?|Rs\.?)"
_WITH_AFFIX = re.compile(
    rf"(?P<sign>[+-]?)(?P<prefix>{_CURRENCY}?)\s?(?P<number>[+-]?[\d.,'’ {SPACES}]*\d\.?(?:e[+-]?\d+)?)"
    rf"[ {SPACES}]?(?P<suffix>(?![\d.,'+\-:;|/x*×·=()\[\]{{}}])[^\d\s][^;|\t]{{0,11}})?",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*", re.DOTALL)
_CLOCK = re.compile(r"\d{1,3}:\d\d.*", re.DOTALL)
_FRACTION = re.compile(r"[+-]?(?:(\d{1,9}) )?(\d{1,9}) ?[/⁄] ?(\d{1,9})", re.ASCII)
_HEXADECIMAL = re.compile(r"[+-]?0x([0-9a-f]{1,13})", re.ASCII | re.IGNORECASE)
_WITH_UNIT = re.compile(r"\D{0,4}\d[\d.,]*\D{0,5}")


def number(cell: str, mark: str = ".") -> float:
    """Return the value of a cell whose decimal mark is `mark`; nan if it is not a number, inf beyond ±1e100."""
    text = cell if cell.isascii() else cell.translate(_MINUS)
    if mark == ",":
        text = text.translate(_SWAP)
    if not _NUMBER.fullmatch(text):
        text = _signed(text)
        if not text:
            return float("nan")
    try:
        value = float(text)
    except ValueError:
        text = _TIMES_TEN.sub("e", _UNGROUP.sub("", text)).lower().replace("d", "e")
        value = float(text if "e" in text or "inf" in text else _BARE_EXPONENT.sub(r"e\1", text))
    return value if abs(value) <= LARGEST else float("inf")


def _signed(text: str) -> str:
    """Return a number that accounts write, (3.50) or 3.50-, or with groups as in India; "" if it is none of these."""
    if match := _ACCOUNT.fullmatch(text):
        text = f"-{match[1] or match[2]}"
    if _INDIAN.fullmatch(text):
        text = text.replace(",", "")
    return text if _NUMBER.fullmatch(text) else ""


def split_affix(cell: str) -> tuple[str, str] | None:
    """Return the number in a cell as text and its unit, as in "5 kg", "50%", "€ 3"; None if there is no unit.

    A prefix is a currency. A suffix is any short text that does not begin like a date or a power of ten.
    """
    if cell[:1] == "(" and cell[-1:] == ")":  # accounts write a negative amount in brackets
        inner = split_affix(cell[1:-1])
        return (f"-{inner[0]}", inner[1]) if inner and inner[0][:1] not in "+-" else None
    match = _WITH_AFFIX.fullmatch(cell.translate(_MINUS))
    if match is None:
        return None
    sign, prefix, digits, suffix = (match[name] or "" for name in ("sign", "prefix", "number", "suffix"))
    if bool(prefix) == bool(suffix) or (sign and digits[0] in "+-"):
        return None
    return sign + digits.strip(), (prefix or suffix).strip()


def is_missing(cell: str) -> bool:
    """Return whether a cell is empty or holds a word for a missing value (NA, null, -)."""
    return cell.lower() in MISSING


def is_error(cell: str) -> bool:
    """Return whether a cell holds an error value, as spreadsheets and programs write them (#N/A, #DIV/0!, ****)."""
    return bool(_ERROR.fullmatch(cell))


def looks_numeric(cell: str) -> bool:
    """Return whether a cell is a number with one of the two decimal marks."""
    return any(value == value for value in (number(cell, "."), number(cell, ",")))


def is_grouped(cell: str) -> bool:
    """Return whether all marks of a number may be marks between thousands, as in 79.753 or 1,234,567."""
    return bool(_GROUPED.fullmatch(cell))


def decimal_mark(cells: Iterable[str], hint: str = "") -> str:
    """Return the decimal mark, "." or ",", with which more cells are numbers.

    Only the first 1000 cells with a comma or a point are used. Where both marks give as many numbers (1,234), the mark
    is `hint`; without a hint, the comma if there is one.
    """
    marked = list(islice((cell for cell in cells if "," in cell or "." in cell), 1000))
    point, comma = (sum(number(cell, mark) == number(cell, mark) for cell in marked) for mark in ".,")
    if point == comma:
        return hint or ("," if any("," in cell for cell in marked) else ".")
    return "," if comma > point else "."


def plain(text: str) -> str:
    """Return a text as one line of at most 40 printable characters."""
    printable = "".join(character for character in " ".join(text.split()) if character.isprintable())
    return printable if len(printable) <= MAX_NAME else printable[: MAX_NAME - 1] + "…"


def advice(cell: str) -> str:
    """Return a sentence that says what to write in place of a cell that is not a number."""
    if _DATE.fullmatch(cell):
        return "Write dates as 2026-01-31, or as numbers."
    if _CLOCK.fullmatch(cell):
        return "Write times as 09:30:00, or as numbers."
    if (fraction := _FRACTION.fullmatch(cell)) and int(fraction[3]):
        value = int(fraction[1] or 0) + int(fraction[2]) / int(fraction[3])
        return f"Write fractions as decimal numbers, here {_sign(cell)}{value:.15g}."
    if hexadecimal := _HEXADECIMAL.fullmatch(cell):
        return f"Write numbers in base 10, here {_sign(cell)}{int(hexadecimal[1], 16)}."
    if _WITH_UNIT.fullmatch(cell):
        return "Write the number without a unit, currency or percent sign."
    return "Write numbers like 1234.5."


def _sign(cell: str) -> str:
    """Return the minus sign of a cell, "" if it has none."""
    return "-" if cell[:1] == "-" else ""
