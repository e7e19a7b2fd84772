"""Take the reader's own data: a file, pasted text or the link, with what was understood and controls to change it.

The text box holds points or a table. Its text is in the link as long as it fits; if it does not, the page says so. A
file replaces the text box while it is there. No digit is lost: what is written into the box is the shortest text that
gives the same numbers.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from nnviz._memory import MISSING, RESULTS
from nnviz.data import (
    LEFT_OUT,
    DataError,
    Layout,
    Samples,
    Table,
    parse_table,
    read_points,
    read_table,
    write_points,
)
from nnviz.web import links, long_state, table_text
from nnviz.web.choices import note_text
from nnviz.web.frames import say_uploads_are_refused
from nnviz.web.messages import last_valid, show_notes
from nnviz.web.reading_controls import ask_about_codes, choose_layout, reading_keys, reset_reading
from nnviz.web.render import import_pandas, to_table
from nnviz.web.turns import let_browser_draw

MAX_LINK_CHARACTERS = 6000  # of the text as the address writes it; servers accept 8000 in all
MAX_MEGABYTES = 50
MAX_EDITED = 500  # points in a table to edit
MAX_LINES = 3000  # of a table; more points than that make every chart slow
PREVIEW_DRAWN = 0.15  # seconds in which a browser draws the first rows
FILE_TYPES = [
    "csv", "tsv", "tab", "txt", "dat", "asc", "prn", "md", "json", "jsonl", "log", "out", "data", "xls", "xlsx", "ods"
]  # fmt: skip

Columns = tuple[tuple[str, ...], str]
"""The names of the features, and of the target."""


class Pasted(NamedTuple):
    """Text in the box."""

    text: str


class Upload(NamedTuple):
    """A file that was uploaded: the SHA-256 of its bytes, and its name. Only this is in the session."""

    digest: str
    name: str


class _File(NamedTuple):
    """A file that is there in this run, and its content."""

    upload: Upload
    content: bytes


class Intake(NamedTuple):
    """What a chapter needs from the reader's data.

    key: of the text box; the other controls have keys that begin with it. example: the text at first. choose: draws
    menus of the columns of a table and returns the chosen ones. read: samples of a table and its columns; it raises
    ValueError for data that cannot be used. can_edit: whether points are also shown as a table to edit.
    is_wide: whether the table stands beside the other controls, and not below them.
    """

    key: str
    example: str
    choose: Callable[[str, Table], Columns | None]
    read: Callable[[Table, Columns | None], Samples]
    can_edit: bool = False
    is_wide: bool = False


class _Given(NamedTuple):
    """What is remembered of an input: where it comes from, how it is read, and which columns are used."""

    source: Pasted | Upload
    layout: Layout
    columns: Columns | None = None


def intake_keys(key: str) -> list[str]:
    """Return the keys of the controls of an intake, without the text box and the file."""
    return [*reading_keys(key), *(f"{key}_column_{letter}" for letter in "xyz")]


def take_data(intake: Intake) -> Samples:
    """Draw the intake, and return the samples of what it holds, or of the last input that could be used."""
    left, right = st.columns(2, gap="medium") if intake.is_wide else (st.container(), st.container())
    with left:
        return _take_data(intake, right)


def _take_data(intake: Intake, beside: DeltaGenerator) -> Samples:
    """Draw the intake, and its table in the container `beside`; return the samples."""
    key = intake.key
    source, file = _choose_source(intake)
    layout = replace(choose_layout(key), most=MAX_LINES)
    example = _Given(Pasted(intake.example), Layout())

    def use(given: _Given) -> tuple[_Given, Samples]:
        return given, intake.read(_read(given, file), given.columns)

    found = _Given(source, layout)
    table = _try_to_read(found, file)
    if table is None:
        shown, samples = last_valid(key, found, use, example)
        _say_what_is_shown(shown.source, source, intake)
        return samples
    answered = ask_about_codes(key, table, found.layout)
    if answered is not found.layout:
        found = found._replace(layout=answered)
        table = _read(found, file)
    columns = intake.choose(key, table)
    shown, samples = last_valid(key, found._replace(columns=columns), use, example)
    _say_what_is_shown(shown.source, source, intake)
    if shown == found._replace(columns=columns):
        if source != example.source:
            _say_reading(table, samples)
        if isinstance(source, Upload):
            _offer_link(key, samples)
        with beside:
            _draw_table(intake, source, table, samples)
    return samples


def _draw_table(intake: Intake, source: Pasted | Upload, table: Table, samples: Samples) -> None:
    """Draw points as a table to edit, or the first rows of a file or a table of many columns."""
    is_previewed = isinstance(source, Upload) or len(table.columns) > 2
    if is_previewed:
        _draw_preview(intake.key, table)
    elif intake.can_edit and len(samples.y) <= MAX_EDITED:
        _draw_editor(intake.key, samples)
    let_browser_draw(intake.key, source if is_previewed else None, PREVIEW_DRAWN)


def _try_to_read(given: _Given, file: _File | None) -> Table | None:
    """Return the table of an input; None if it is none."""
    try:
        return _read(given, file)
    except DataError:
        return None


def _choose_source(intake: Intake) -> tuple[Pasted | Upload, _File | None]:
    """Draw the text box or the file, and the box for files; return the source, and the file if there is one."""
    key = intake.key
    place = st.container()
    file = st.file_uploader(
        table_text.FILE_BOX, FILE_TYPES, key=f"{key}_file", max_upload_size=MAX_MEGABYTES,
        on_change=_forget_file, args=(key,),
    )  # fmt: skip
    say_uploads_are_refused()
    if file is not None:
        found = _know_file(key, file)
        st.session_state[f"{key}_upload"] = found.upload
        return found.upload, found
    kept: Upload | None = st.session_state.get(f"{key}_upload")
    with place:
        if kept is None:
            return Pasted(_draw_text_box(key, intake.example)), None
        st.text(table_text.file_used(kept.name))
        st.button(table_text.FILE_IN_USE, on_click=_forget_file, args=(key,), key=f"{key}_forget")
    return kept, None


def _know_file(key: str, file: UploadedFile) -> _File:
    """Return a file with its hash, which is computed once, because a large file takes long."""
    content, memory = file.getvalue(), f"{key}_hashed"
    number, upload = st.session_state.get(memory, ("", None))
    if number != file.file_id:
        upload = Upload(hashlib.sha256(content).hexdigest(), file.name)
        st.session_state[memory] = file.file_id, upload
    return _File(upload, content)


def _forget_file(key: str) -> None:
    """Forget the last file when the reader has removed it or chosen another."""
    st.session_state.pop(f"{key}_upload", None)


def _draw_text_box(key: str, example: str) -> str:
    """Draw the text box, whose text is in the link as long as it fits there; return the text.

    It is not bound to the link as other controls are, because Streamlit would put any length into the address, or with
    `max_chars` drop what is pasted.
    """
    memory, linked = f"text_{key}", st.query_params.get(key)
    if (brought := long_state.take(key)) is not None:
        st.session_state[memory] = st.session_state[key] = brought
    elif linked is not None and linked != st.session_state.get(f"linked_{key}"):
        st.session_state[memory] = st.session_state[key] = linked
        links.accept(key)
    elif key not in st.session_state:
        st.session_state[key] = st.session_state.get(memory, example)
    typed = st.text_area(table_text.PASTE_BOX, key=key, height=110) or ""
    st.session_state[memory] = typed
    _write_link(key, typed, example)
    note_text(key)
    return typed


def _write_link(key: str, typed: str, example: str = "") -> None:
    """Put the text into the link if it is not the example; if it does not fit, say so."""
    length = len(quote_plus(typed))
    if typed == example or length > MAX_LINK_CHARACTERS:
        st.query_params.pop(key, None)
        st.session_state.pop(f"linked_{key}", None)
    elif st.query_params.get(key) != typed:
        st.query_params[key] = typed
    if length > MAX_LINK_CHARACTERS:
        long_state.attach(key, typed)
        st.caption(table_text.too_long_for_link(length, MAX_LINK_CHARACTERS))
        return
    long_state.detach(key)
    if typed != example:
        st.session_state[f"linked_{key}"] = typed


def _read(given: _Given, file: _File | None) -> Table:
    """Return the table of an input, read once; DataError if it is none, or if its file is no longer kept."""
    source, layout = given.source, given.layout
    known = RESULTS.find((source, layout))
    if known is not MISSING:
        kept: Table = known
        return kept
    if isinstance(source, Pasted):
        table = parse_table(source.text, layout)
    elif file is None or file.upload != source:
        raise DataError(table_text.upload_again(source.name))
    else:
        table = read_table(file.content, title=source.name, layout=layout)
    RESULTS.keep((source, layout), table)
    return table


def _say_what_is_shown(shown: Pasted | Upload, given: Pasted | Upload, intake: Intake) -> None:
    """Say which samples are shown, if they are not those of the chosen file."""
    if isinstance(given, Upload) and shown != given:
        is_example = shown == Pasted(intake.example)
        st.text(
            table_text.STILL_EXAMPLE
            if is_example
            else table_text.still(getattr(shown, "name", "your points"))
        )


def _say_reading(table: Table, samples: Samples) -> None:
    """Say how the table was read and which rows are not used."""
    show_notes(samples.notes)
    sentences = [table_text.say(fact) for fact in samples.facts if fact.finding not in LEFT_OUT]
    st.text("\n".join([table_text.summarize(table), *sentences]))


def _draw_preview(key: str, table: Table) -> None:
    """Draw the first rows as they are written."""
    import_pandas()
    columns = list(zip(*table.preview)) or [()] * len(table.names)
    rows = to_table({name: np.array(column, str) for name, column in zip(table.names, columns, strict=True)})
    st.dataframe(rows, hide_index=True, height=180, key=f"{key}_preview", alt=table_text.PREVIEW)


def _offer_link(key: str, samples: Samples) -> None:
    """Offer to move the points of a file into the link; if they do not fit, say so."""
    points = write_points(samples)
    length = len(quote_plus(points))
    if length > MAX_LINK_CHARACTERS:
        st.caption(
            f"{table_text.FILE_NOT_IN_LINK} {table_text.too_long_for_link(length, MAX_LINK_CHARACTERS)}"
        )
        return
    st.caption(table_text.FILE_NOT_IN_LINK)
    st.button(
        table_text.POINTS_INTO_LINK, on_click=write_text_box, args=(key, points), key=f"{key}_into_link"
    )


def write_text_box(key: str, points: str) -> None:
    """Make a text the content of the text box `key`, and so a part of the link; a file is forgotten.

    How the table before it was read does not apply to it, so the controls of that are reset. No number is a code in it.
    """
    st.session_state.pop(f"{key}_upload", None)
    reset_reading(key)
    st.session_state.update({key: points, f"text_{key}": points})
    if parse_table(points).layout.codes:
        st.session_state[f"{key}_coded"] = False
    _write_link(key, points)


def _draw_editor(key: str, samples: Samples) -> None:
    """Draw the points as a table to edit."""
    version = st.session_state.setdefault(f"version_{key}", 0)
    editor = f"table_{key}_{version}"
    rows = {"x": samples.x[:, 0], "y": samples.y}
    import_pandas()
    st.data_editor(
        rows, num_rows="dynamic", key=editor, height=220, width="stretch", alt=table_text.POINTS_TABLE,
        on_change=_take_edits, args=(key, editor, samples),
    )  # fmt: skip


def _take_edits(key: str, editor: str, samples: Samples) -> None:
    """Write the edited table into the text, if every row of it is a point."""
    points = list(zip(samples.x[:, 0].tolist(), samples.y.tolist(), strict=True))
    rows = apply_table_edits(points, st.session_state[editor])
    if any(None in row for row in rows):
        return
    try:
        edited = read_points(rows)
    except DataError:
        return
    write_text_box(key, write_points(edited, (samples.features[0], samples.target)))
    st.session_state[f"version_{key}"] += 1


def apply_table_edits(points: list[tuple[float, float]], changes: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the rows of a table after the edits that Streamlit's data editor reports; None for an empty cell."""
    rows = [{"x": x, "y": y} for x, y in points]
    for row, cells in changes["edited_rows"].items():
        rows[int(row)].update(cells)
    kept = [row for number, row in enumerate(rows) if number not in changes["deleted_rows"]]
    return [(row.get("x"), row.get("y")) for row in [*kept, *changes["added_rows"]]]


def choose_two_columns(key: str, table: Table) -> Columns | None:
    """Draw the menus of x and y if a table leaves a choice; return the chosen columns, None for the default."""
    names = table.usable
    if len(names) < 3:
        return None
    chosen = table.default_columns()
    x, y = st.columns(2)
    feature = choose_column(x, table_text.X, names, chosen[0][0], f"{key}_column_x")
    target = choose_column(y, table_text.Y, names, chosen[1], f"{key}_column_y")
    return (feature,), target


def choose_column(place: DeltaGenerator, label: str, names: Sequence[str], first: str, key: str) -> str:
    """Draw a menu of columns; a name from the link or from another table that this one does not have is not kept."""
    if st.session_state.get(key, first) not in names:
        del st.session_state[key]
    name: str = place.selectbox(label, names, names.index(first), key=key, bind="query-params")
    return name


def choose_columns(label: str, names: Sequence[str], first: Sequence[str], key: str, most: int) -> list[str]:
    """Draw a list of columns of which at most so many can be chosen; return the chosen ones in their order."""
    kept = [name for name in st.session_state.get(key, first) if name in names]
    if key in st.session_state and kept != list(st.session_state[key]):
        st.session_state[key] = kept
    chosen = st.multiselect(label, names, list(first), key=key, bind="query-params", max_selections=most)
    return [name for name in names if name in chosen]
