"""Read JSON as rows of cells: records, columns by name, rows, or one record in each line. All digits are kept."""

import json
import re
from typing import Any

MAX_DEPTH = 40  # of brackets; more is no table


def read_json(text: str) -> list[list[str]] | None:
    """Return the rows of a JSON text, the names first if it has names; None if it is no JSON or no table."""
    begin = text.lstrip()[:1]
    if begin not in ("[", "{") or _depth(text) > MAX_DEPTH:
        return None
    value = _parse(text) or _parse(_python_literal(text))
    if value is None and begin == "{":
        value = [_parse(line) for line in text.split("\n") if line.strip()]
    if isinstance(value, dict) and {"columns", "data"} <= set(value):  # pandas, orient="split"
        rows = value["data"]
        if isinstance(rows, list) and isinstance(value["columns"], list) and rows:
            return [
                [_cell(name) for name in value["columns"]],
                *([_cell(one) for one in row] for row in rows),
            ]
    if isinstance(value, dict) and value and all(isinstance(one, dict) and one for one in value.values()):
        value = {name: list(column.values()) for name, column in value.items()}  # pandas, by row numbers
    if isinstance(value, dict):
        inner = [one for one in value.values() if _is_list_of_records(one)]
        value = inner[0] if inner else value
    if _is_list_of_records(value):
        names = list(dict.fromkeys(name for record in value for name in record))
        return [names, *([_cell(record.get(name)) for name in names] for record in value)]
    if isinstance(value, dict) and value and all(isinstance(one, list) for one in value.values()):
        height = max(map(len, value.values()))
        columns = [[_cell(cell) for cell in one] + [""] * (height - len(one)) for one in value.values()]
        return [list(value), *(list(row) for row in zip(*columns))]
    if isinstance(value, list) and value and all(isinstance(row, list) and row for row in value):
        return [[_cell(cell) for cell in row] for row in value]
    return None


def _parse(text: str) -> Any:
    """Return the value of a JSON text with numbers as text; None if it is no JSON."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def _python_literal(text: str) -> str:
    """Return lists and dictionaries of Python in the notation of JSON; "" for a text that cannot hold them."""
    if '"' in text or "'" not in text:
        return ""
    return re.sub(r"\bNone\b", "null", text.replace("'", '"').replace("(", "[").replace(")", "]"))


def _depth(text: str) -> int:
    """Return how deep brackets are nested, at most one more than MAX_DEPTH."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > MAX_DEPTH:
                break
        elif character in "]}":
            depth -= 1
    return deepest


def _is_list_of_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and one for one in value)


def _cell(value: Any) -> str:
    """Return a cell as text; what is nested is no cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.strip() if isinstance(value, str) else "(nested)"
