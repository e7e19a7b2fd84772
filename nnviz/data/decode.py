"""Turn the bytes of a file into lines of text: its size, its encoding, and whether it is text at all."""

import codecs
import contextlib
import re

from nnviz.data.errors import DataError

MAX_BYTES = 50_000_000
MAX_LINE = 1_000_000  # characters
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "latin-1")
"""The encodings that can be chosen; the first that fits is the guess."""

_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f]")
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def decode(raw: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file without its byte order mark, and its encoding; DataError if it is not text.

    encoding: one of ENCODINGS; by default it is guessed. UTF-16 is recognized without a mark by its zero bytes.
    """
    check_size(len(raw))
    if raw.startswith(b"PK\x03\x04"):
        raise DataError(
            "This is an Excel or zip file, not text. Save the sheet as CSV (UTF-8) and choose the new file."
        )
    text, encoding = (raw.decode(encoding, "replace"), encoding) if encoding else _guess(raw)
    text = text.removeprefix("\ufeff").rstrip("\x1a")  # the end of a file in DOS
    if not text.strip("\0 \t\r\n"):
        raise DataError("The file is empty. A table needs columns of numbers.")
    if "\0" in text or len(_CONTROLS.findall(text[:100_000])) > len(text[:100_000]) / 20:
        raise DataError("This is not a text file. Save the table as CSV (UTF-8) and choose the new file.")
    return text, encoding


def check_size(size: int) -> None:
    """Raise DataError if a file of so many bytes is too large."""
    if size > MAX_BYTES:
        raise DataError(
            f"The file has {size / 1e6:.1f} MB. At most {MAX_BYTES / 1e6:g} MB can be read. "
            "Keep fewer rows, or only the columns you need."
        )


def _guess(raw: bytes) -> tuple[str, str]:
    """Return the text in the first encoding that fits, and the encoding."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), encoding
    start = raw[:2000]
    low, high = start[::2].count(0), start[1::2].count(0)
    if max(low, high) > len(start) // 4 and min(low, high) < len(start) // 20 + 1:
        encoding = "utf-16-le" if high > low else "utf-16-be"
        return raw.decode(encoding, "replace"), encoding
    for encoding in ("utf-8", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding), encoding
    return raw.decode("latin-1"), "latin-1"


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, as an editor counts them; DataError if one is too long for a row of a table.

    A line ends with a line feed, a return, or both.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    longest = max(map(len, lines))
    if longest > MAX_LINE:
        number = next(k for k, line in enumerate(lines, 1) if len(line) == longest)
        raise DataError(
            f"Line {number} has {longest} characters. At most {MAX_LINE} can be read. "
            "Put each row into a line of its own."
        )
    return lines
