"""Draw the controls that say how a table is read, one for each field of a Layout. Their values are in the link."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st

from nnviz.data import Layout, Table
from nnviz.web import table_text as text
from nnviz.web.controls import lazy_popover, select_option

AUTO = "auto"
MAX_TABLES = 20
MAX_SKIPPED = 1000
_TRUTH = {"yes": True, "no": False}
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "spaces": " ", "fixed": "fixed"}
_MARKS = {"point": ".", "comma": ","}


class _Choice(NamedTuple):
    """A field of a Layout with its control: the label and the options. read: option -> value of the field."""

    label: str
    options: Mapping[str, str]
    read: Mapping[str, Any] | None = None


_CHOICES = {
    "separator": _Choice(text.SEPARATOR, text.SEPARATORS, _SEPARATORS),
    "decimal": _Choice(text.DECIMAL, text.DECIMALS, _MARKS),
    "header": _Choice(text.HEADER, text.HEADERS, {str(count): count for count in range(4)}),
    "units": _Choice(text.UNITS_ROW, text.YES_NO, _TRUTH),
    "transposed": _Choice(text.DIRECTION, text.DIRECTIONS, _TRUTH),
    "totals": _Choice(text.TOTALS, text.KEEP_OR_NOT, _TRUTH),
    "dates": _Choice(text.DATES, text.ORDERS),
    "time_unit": _Choice(text.TIME_UNIT, text.TIMES),
    "encoding": _Choice(text.ENCODING, text.ENCODINGS),
}


def reading_keys(key: str) -> list[str]:
    """Return the keys of all controls that say how the table of the intake `key` is read."""
    return [f"{key}_{name}" for name in (*_CHOICES, "skip", "codes", "which", "coded")]


def reset_reading(key: str) -> None:
    """Set the controls that are on the page back to what is automatic, which also removes them from the link."""
    defaults = {**dict.fromkeys(_CHOICES, AUTO), "skip": None, "codes": "", "which": 1, "coded": True}
    for name, value in defaults.items():
        if f"{key}_{name}" in st.session_state:
            st.session_state[f"{key}_{name}"] = value


def choose_layout(key: str) -> Layout:
    """Draw a button with the controls, and return the layout that they describe."""
    keys = [f"{key}_{name}" for name in (*_CHOICES, "skip", "codes", "which")]
    fields: dict[str, Any] = {}
    with lazy_popover(text.READING, f"{key}_reading", keys, icon=":material/tune:") as shown:
        if shown:
            fields = _draw_choices(key)
    return Layout(**fields)


def _draw_choices(key: str) -> dict[str, Any]:
    """Draw all controls in two columns; return the fields that are not automatic."""
    fields: dict[str, Any] = {}
    columns = st.columns(2)
    for number, (name, choice) in enumerate(_CHOICES.items()):
        with columns[number % 2]:
            options = {AUTO: text.AUTOMATIC, **choice.options}
            chosen = select_option(choice.label, options, AUTO, key=f"{key}_{name}")
        if chosen != AUTO:
            fields[name] = choice.read[chosen] if choice.read else chosen
    with columns[0]:
        skip = st.number_input(
            text.SKIP,
            0,
            MAX_SKIPPED,
            None,
            1,
            key=f"{key}_skip",
            bind="query-params",
            placeholder=text.AUTOMATIC,
        )
    with columns[1]:
        which = st.number_input(
            text.WHICH_TABLE, 1, MAX_TABLES, 1, 1, key=f"{key}_which", bind="query-params"
        )
    codes = st.text_input(text.CODES, key=f"{key}_codes", bind="query-params", help=text.CODES_HELP)
    if skip is not None:
        fields["skip"] = int(skip)
    if which > 1:
        fields["table"] = int(which) - 1
    if codes and codes.split():
        fields["codes"] = tuple(codes.split())
    return fields


def ask_about_codes(key: str, table: Table, layout: Layout) -> Layout:
    """Draw a switch if the table seems to have codes for missing values; return the layout with the reader's answer."""
    codes = table.layout.codes
    if layout.codes is not None or not codes:
        return layout
    is_code = st.toggle(text.ask_about_codes(codes), value=True, key=f"{key}_coded", bind="query-params")
    return layout if is_code else replace(layout, codes=())
