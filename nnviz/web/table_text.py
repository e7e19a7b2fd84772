"""Say how a table was read: the sentences for the facts of nnviz.data, and the words of the controls that change it."""

from collections.abc import Callable

from nnviz.data import Fact, Finding, Table
from nnviz.web.wording import plural

FILE_BOX = "A file: CSV, text, JSON"
FILE_IN_USE = "Use the text box instead"
PASTE_BOX = "Points or a table, one row per line"
POINTS_TABLE = "A table of the points that you can edit"
PREVIEW = "The first rows of the table"
READING = "Change how it is read"
X, Y = "x", "y"
POINTS_INTO_LINK = "Put these points into the link"
FILE_NOT_IN_LINK = "The link does not contain the file."
STILL_EXAMPLE = "The picture shows the example."
CENTER = "Center and scale x"
CENTER_HELP = (
    "Subtract the mean of x, and divide by its standard deviation. Gradient descent then needs few updates."
)

SEPARATOR, DECIMAL, HEADER, SKIP = "Separator", "Decimal mark", "Rows of names", "Lines to skip at the top"
UNITS_ROW, DIRECTION, WHICH_TABLE = "Row of units", "Each row is", "Table"
TOTALS, CODES, DATES, TIME_UNIT, ENCODING = (
    "Rows of totals", "Other codes for a missing value", "Dates", "Unit of time", "Encoding",
)  # fmt: skip
CODES_HELP = "Write the codes with spaces between them, such as -99 9999."
AUTOMATIC = "Automatic"
SEPARATORS = {
    "comma": "comma",
    "semicolon": "semicolon",
    "tab": "tab",
    "bar": "bar",
    "spaces": "spaces",
    "fixed": "fixed positions",
}
PARTED_BY = {",": "Commas", ";": "Semicolons", "\t": "Tabs", "|": "Bars", " ": "Spaces"}
DECIMALS = {"point": "point", "comma": "comma"}
DECIMAL_MARKS = {".": "point", ",": "comma"}
HEADERS = {"0": "none", "1": "1", "2": "2", "3": "3"}
YES_NO = {"yes": "yes", "no": "no"}
DIRECTIONS = {"no": "an example", "yes": "a variable"}
KEEP_OR_NOT = {"yes": "leave out", "no": "keep"}
ORDERS = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "numbers": "not in numbers, quarters or weeks",
}
TIMES = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
ENCODINGS = {
    "utf-8": "UTF-8", "utf-16-le": "UTF-16 (little-endian)", "utf-16-be": "UTF-16 (big-endian)",
    "cp1252": "Windows-1252", "latin-1": "Latin-1",
}  # fmt: skip


def still(title: str) -> str:
    """Return which data the picture shows instead of those that could not be read."""
    return f"The picture still shows {title}."


def upload_again(name: str) -> str:
    """Return what to do about a file whose content the server no longer has."""
    return f"The content of {name} is no longer on the server. Upload the file again."


def file_used(name: str) -> str:
    """Say which file is in use after a change of page."""
    return f"The data are from the file {name}."


def too_long_for_link(characters: int, most: int) -> str:
    """Say that the link does not hold the text, and why."""
    return (
        f"The link does not contain these data. They have {characters} characters, and at most {most} fit. "
        "To share them, press Share and copy the short link, or send the file."
    )


def ask_about_codes(codes: tuple[str, ...]) -> str:
    """Ask whether numbers stand for a missing value; this is the label of a switch."""
    said = " and ".join(code.replace("-", "−") for code in codes)
    looks = "It looks like a code" if len(codes) == 1 else "They look like codes"
    return f"Leave out rows with {said}. {looks} for a missing value."


def summarize(table: Table) -> str:
    """Say the size of a table, its separator, its decimal mark and where its names stand."""
    layout, rows, columns = table.layout, len(table.lines), len(table.columns)
    parts = [f"{plural(rows, 'row')} and {plural(columns, 'column')} were read."]
    if layout.separator in PARTED_BY:
        parts.append(f"{PARTED_BY[layout.separator]} separate the cells.")
    if layout.decimal:
        parts.append(f"The decimal mark is a {DECIMAL_MARKS[layout.decimal]}.")
    parts.append(_say_header(layout.header or 0))
    return " ".join(parts)


def _say_header(rows: int) -> str:
    if not rows:
        return "There is no row of names."
    return "The first row holds the names." if rows == 1 else f"The first {rows} rows hold the names."


def say(fact: Fact) -> str:
    """Return a sentence for a fact on how a table was read."""
    return _SENTENCES[fact.finding](fact)


def _say_mark(mark: str, fact: Fact) -> str:
    meaning = "a decimal mark" if fact.words[0] == "decimal" else "a mark between thousands"
    return f"In column {fact.column}, {mark} is read as {meaning}. So {fact.cell} is {fact.words[1]}."


def _say_time(fact: Fact) -> str:
    return f"Column {fact.column} holds times. They are read as {TIMES[fact.words[0]]} since {fact.cell}."


def _say_period(fact: Fact) -> str:
    unit, periods = fact.words
    plain = "numbers" if fact.cell.isdigit() else "words"
    return (
        f"Column {fact.column} holds {periods} such as {fact.cell}. Each stands for its first day. They are read as "
        f"{TIMES[unit]} since the first day of {fact.cell}. Under “{READING}” you can keep the plain {plain}."
    )


def _say_classes(fact: Fact) -> str:
    numbered = ", ".join(f"{k} is {name}" for k, name in enumerate(fact.words))
    return f"Column {fact.column} holds words. They are numbered as classes: {numbered}."


_SENTENCES: dict[Finding, Callable[[Fact], str]] = {
    Finding.ENCODING: lambda fact: f"The file is not UTF-8. It is read as {ENCODINGS[fact.words[0]]}.",
    Finding.TITLE: lambda fact: (
        f"{plural(fact.rows, 'line')} above the table {'is' if fact.rows == 1 else 'are'} skipped. "
        f"The first is “{fact.cell}”."
    ),
    Finding.COMMENTS: lambda fact: (
        f"{plural(fact.rows, 'comment line')} {'is' if fact.rows == 1 else 'are'} skipped. "
        f"The first is line {fact.line}."
    ),
    Finding.UNITS_ROW: lambda fact: f"Line {fact.line} holds the units.",
    Finding.COMMENT_HEADER: lambda fact: f"The names stand in the comment in line {fact.line}.",
    Finding.POINT: lambda fact: _say_mark("the point", fact),
    Finding.COMMA: lambda fact: _say_mark("the comma", fact),
    Finding.GROUPS: lambda fact: (
        f"In column {fact.column}, marks between thousands are ignored. So {fact.cell} is {fact.words[1]}."
    ),
    Finding.UNIT: lambda fact: (
        f"Column {fact.column} has the unit {fact.words[0]}. So {fact.cell} is read as its number."
    ),
    Finding.TIME: _say_time,
    Finding.COMPACT_DATE: lambda fact: (
        f"Column {fact.column} holds dates such as {fact.cell}. They are read as {TIMES[fact.words[0]]} "
        f"since {fact.cell}. Under “{READING}” you can keep the plain numbers."
    ),
    Finding.PERIOD: _say_period,
    Finding.DATE_ORDER: lambda fact: (
        f"In column {fact.column}, day and month could be exchanged. Check {fact.cell}."
    ),
    Finding.TRANSPOSED: lambda fact: "Each row of the table is read as one variable.",  # noqa: ARG005
    Finding.TABLES: lambda fact: (
        f"The data hold {fact.of} tables. Number {fact.rows} is used. It begins in line {fact.line}."
    ),
    Finding.FIXED_WIDTH: lambda fact: "The cells are cut at fixed positions, because some are blank.",  # noqa: ARG005
    Finding.INDEX: lambda fact: f"Column {fact.column} only numbers the rows.",
    Finding.CLASSES: _say_classes,
    Finding.MOST_ROWS: lambda fact: (
        f"The data have {fact.of} lines. {fact.rows} of them are used, evenly spaced."
    ),
    Finding.MOST_COLUMNS: lambda fact: f"The first {fact.rows} of {fact.of} columns are used.",
}
