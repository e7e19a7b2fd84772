"""Read a column of dates or times as numbers: the time since the earliest of them, in one unit.

Everything is exact until the last division: days are counted as whole numbers, and seconds as decimal fractions.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
"""The units of time, in seconds."""
ORDERS = ("dmy", "mdy")
NO_DATES = "numbers"
"""Says instead of an order that numbers such as 20240131 are no dates, and quarters, weeks and their kind are words."""

_MONTHS = {
    name[:3]: number
    for number, names in enumerate(
        (
            "january januar janvier enero gennaio", "february fevrier février", "march märz maerz mrz mars",
            "april avril abril", "may mai mayo maggio", "june juni", "july juli", "august août", "september",
            "october oktober ottobre",
            "november", "december dezember décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?"
_PARTS = r"(?P<p>\d{1,2})(?P<sep>[-/.])(?P<q>\d{1,2})(?P=sep)(?P<py>\d{4}|\d\d)"
_PERIOD = (
    r"(?P<ly>\d{4})(?:[ /-]?(?P<lp>[QHSM])(?P<ln>\d\d?)|[ /-]?(?:W|KW)(?P<lw>\d\d)(?:-?(?P<lwd>[1-7]))?)"
    r"|(?:(?P<rp>[QHS])(?P<rn>\d)|(?:W|KW ?)(?P<rw>\d\d?))[ /-](?P<ry>\d{4})"
    rf"|(?P<sm>{'|'.join(sorted(_MONTHS))})[a-z]?\.?-(?P<sy>\d\d)"
)
_LENGTHS = {"Q": (3, "quarters"), "H": (6, "half-years"), "S": (6, "half-years"), "M": (1, "months")}
_NAMED = (
    r"(?P<nd>\d{1,2})?[ .-]{0,2}(?P<nm>[^\W\d_]{3,9})\.?(?:[ -](?P<nd2>\d{1,2}),?)?[ ,-]{1,2}(?P<ny>\d{4})"
)
_CLOCK = r"(?P<H>\d{1,3})[:h](?P<M>\d\d)(?::(?P<S>\d\d))?(?P<F>[.,]\d{1,12})?(?:\s?(?P<half>[ap])\.?m\.?)?"
_ZONE = r"\s?(?:Z|UTC|GMT|(?P<zs>[+-])(?P<zh>\d\d):?(?P<zm>\d\d)?)?"
_ONLY = _CLOCK.replace("?P<", "?P<o")
_DAYS = "mo di mi do fr sa so mon tue wed thu fri sat sun lun mar mer jeu ven sam dim mié jue vie sáb dom"
_WEEKDAY = rf"(?:(?:{_DAYS.replace(' ', '|')})[a-zäöüáé]{{0,8}}\.?,? +)?"
_STAMP = re.compile(
    rf"(?:{_WEEKDAY}(?:{_ISO}|{_PARTS}|{_NAMED})(?:[T ,]{{1,2}}(?P<clock>{_CLOCK}){_ZONE})?|(?P<only>{_ONLY})"
    rf"|(?P<period>{_PERIOD}))",
    re.IGNORECASE | re.ASCII,
)
_COMPACT = re.compile(
    r"((?:19|20)\d\d|2100)([01]\d)(?:([0-3]\d)(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d))?)?", re.ASCII
)
_FEWEST = 3  # dates without separators; fewer may be any numbers


class Times(NamedTuple):
    """A column of times as numbers (n,), nan where there is none: so many units since the cell `first`.

    uncertain: whether day and month could be exchanged. dated: whether there is a date and not only a time of the day.
    """

    values: list[float]
    unit: str
    first: str
    dated: bool
    uncertain: bool


def is_time(cell: str) -> bool:
    """Return whether a cell is a date, a time of the day, or both."""
    return len(cell) <= 40 and bool(_STAMP.fullmatch(cell))


def name_periods(cell: str) -> str:
    """Return "quarters", "half-years", "months" or "weeks" if a cell is one, such as 2024Q1, 2024-H1 or 202401."""
    match = _STAMP.fullmatch(cell) if len(cell) <= 40 else None
    if match and match["period"]:
        letter = (match["lp"] or match["rp"] or ("M" if match["sm"] else "")).upper()
        return _LENGTHS[letter][1] if letter else "weeks"
    return "months" if len(cell) == 6 and _COMPACT.fullmatch(cell) else ""


def spell_dates(cells: Sequence[str]) -> list[str] | None:
    """Return dates without separators, such as 20240131, 20240131235959 or 202401, as 2024-01-31 or 2024-01.

    Empty cells stay empty. None unless there are three dates or more, all with a day or all without one, of the years
    from 1900 to 2100.
    """
    if any(cell and not _COMPACT.fullmatch(cell) for cell in cells):
        return None
    matches = [_COMPACT.fullmatch(cell) for cell in cells]
    if sum(map(bool, matches)) < _FEWEST:
        return None
    if len({match[3] is None for match in matches if match}) > 1:
        return None
    try:
        return [_spelled(match) if match else "" for match in matches]
    except ValueError:
        return None


def _spelled(match: re.Match[str]) -> str:
    """Return a date in digits as ISO 8601 writes it; ValueError if there is no such day."""
    year, month, day, hour, minute, second = match.groups()
    spelled = date(int(year), int(month), int(day or 1)).isoformat()
    if not day:
        return spelled[:7]
    return f"{spelled} {hour}:{minute}:{second}" if hour else spelled


def read_times(cells: Sequence[str], order: str | None = None, unit: str | None = None) -> Times | None:
    """Return a column as times; None if fewer than half of the cells that are filled are times.

    order: "dmy" or "mdy" of dates such as 1/2/2026; by default the one in which all are dates, dmy for points, else
    mdy. unit: a key of UNITS; by default days for dates alone, seconds within one day, hours within 60 days, else days.
    """
    matches = [_STAMP.fullmatch(cell) if len(cell) <= 40 else None for cell in cells]
    found = [match for match in matches if match]
    if not found or 2 * len(found) < sum(map(bool, cells)):
        return None
    chosen, uncertain = _order(found)
    known_order = order if order in ORDERS else chosen
    stamps = [_seconds(match, known_order) if match else None for match in matches]
    if all(match["only"] for match in found):
        stamps = _past_midnight(stamps)
    known = [stamp for stamp in stamps if stamp is not None]
    if not known:
        return None
    first = min(known)
    dated = not found[0]["only"]
    timed = any(match["clock"] or match["only"] for match in found)
    unit = unit or _unit(max(known) - first, timed=timed)
    values = [float((s - first) / UNITS[unit]) if s is not None else float("nan") for s in stamps]
    return Times(values, unit, cells[stamps.index(first)], dated, uncertain and order not in ORDERS)


def _unit(span: Decimal, *, timed: bool) -> str:
    if not timed:
        return "d"
    return "s" if span <= UNITS["d"] else "h" if span <= 60 * UNITS["d"] else "d"


def _order(matches: Sequence[re.Match[str]]) -> tuple[str, bool]:
    """Return the order of day and month in which all are dates, and whether the other order would do as well."""
    parts = [match for match in matches if match["p"]]
    if any(int(match["p"]) > 12 for match in parts):
        return "dmy", False
    if any(int(match["q"]) > 12 for match in parts):
        return "mdy", False
    return ("mdy" if any(match["sep"] == "/" for match in parts) else "dmy"), bool(parts)


def _seconds(match: re.Match[str], order: str) -> Decimal | None:
    """Return the seconds since the year 1 or since midnight; None if there is no such day or time."""
    if match["only"]:
        return _clock(match, "o")
    clock = _clock(match, "") if match["clock"] else Decimal(0)
    try:
        days = (_first_day(match) if match["period"] else date(*_day(match, order))).toordinal()
    except ValueError:
        return None
    return None if clock is None else days * UNITS["d"] + clock - _offset(match)


def _first_day(match: re.Match[str]) -> date:
    """Return the first day of a month, quarter, half-year or ISO week; ValueError if the year has no such period."""
    if match["sm"]:
        return date(_full_year(int(match["sy"])), _MONTHS[match["sm"].lower()], 1)
    year = int(match["ly"] or match["ry"])
    if letter := match["lp"] or match["rp"]:
        months, _ = _LENGTHS[letter.upper()]
        return date(year, months * (int(match["ln"] or match["rn"]) - 1) + 1, 1)
    return date.fromisocalendar(year, int(match["lw"] or match["rw"]), int(match["lwd"] or 1))


def _full_year(year: int) -> int:
    """Return a year of two digits as one from 1970 to 2069."""
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _day(match: re.Match[str], order: str) -> tuple[int, int, int]:
    if match["y"]:
        return int(match["y"]), int(match["m"]), int(match["d"] or 1)
    if match["p"]:
        one, two, year = int(match["p"]), int(match["q"]), int(match["py"])
        day, month = (one, two) if order == "dmy" else (two, one)
        return _full_year(year), month, day
    return int(match["ny"]), _MONTHS.get(match["nm"][:3].lower(), 0), int(match["nd"] or match["nd2"] or 1)


def _clock(match: re.Match[str], prefix: str) -> Decimal | None:
    """Return the seconds of a time of the day. Two parts with a fraction are minutes and seconds."""
    hour, minute = int(match[f"{prefix}H"]), int(match[f"{prefix}M"])
    second, half = match[f"{prefix}S"], match[f"{prefix}half"]
    fraction = Decimal("0" + (match[f"{prefix}F"] or ".0").replace(",", "."))
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    if minute > 59 or (second and int(second) > 60):
        return None
    if second is None and match[f"{prefix}F"]:
        return 60 * hour + minute + fraction
    return 3600 * hour + 60 * minute + int(second or 0) + fraction


def _offset(match: re.Match[str]) -> int:
    """Return the seconds that the time zone is ahead of UTC."""
    if not match["zs"]:
        return 0
    return int(f"{match['zs']}1") * (3600 * int(match["zh"]) + 60 * int(match["zm"] or 0))


def _past_midnight(stamps: list[Decimal | None]) -> list[Decimal | None]:
    """Return times of the day with a day added after each midnight that a rising column passes."""
    days, last, moved = 0, None, []
    for stamp in stamps:
        if stamp is not None and last is not None and stamp < last - UNITS["d"] // 2:
            days += UNITS["d"]
        last = stamp if stamp is not None else last
        moved.append(None if stamp is None else stamp + days)
    return moved
