"""Read docstrings as reStructuredText: only literals between double backticks have a meaning there."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

_EXPLAINS = re.compile(r"``\w+``\s|\w+(, \w+)*: |\"\w+\"\s\s")  # the beginning of a line that explains names


def escaped(text: str) -> str:
    """Return a text of a docstring in which nothing but literals means anything to reStructuredText."""
    parts = text.split("``")
    return "".join(
        f"``{part}``" if k % 2 else re.sub(r"([\\|*_`])", r"\\\1", part) for k, part in enumerate(parts)
    )


def readable(lines: Sequence[str]) -> list[str]:
    """Return a docstring as reStructuredText.

    Paragraphs that are indented are literal. Lines that each explain a name become a list, if there are two or more.
    """
    found: list[str] = []
    for is_empty, group in groupby(lines, lambda line: not line.strip()):
        paragraph = list(group)
        found += [""] if is_empty else _paragraph(paragraph)
    return [*found, ""]


def _paragraph(lines: Sequence[str]) -> Iterator[str]:
    if all(line.startswith("    ") for line in lines):
        yield from ("::", "", *lines)
        return
    explaining = [bool(_EXPLAINS.match(line)) for line in lines]
    is_list = sum(explaining) > 1 and explaining[0]
    for line, begins in zip(escaped("\n".join(lines)).split("\n"), explaining, strict=True):
        yield line if not is_list else f"- {line}" if begins else f"  {line.lstrip()}"
