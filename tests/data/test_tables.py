"""Tables that people bring: every bad file by name, and every rule."""

import codecs
import csv
import io
import math
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data import DataError, Fact, Finding, parse_points, read_csv, read_points, read_table
from nnviz.data.cells import plain
from nnviz.data.decode import MAX_BYTES, MAX_LINE
from nnviz.data.layout import GUESS, MAX_COLUMNS
from tests.cases import each
from tests.data.rows import points

MAX_ROWS = GUESS.most


BAD = Path(__file__).parent.parent / "fixtures" / "bad_csv"


READ: dict[str, tuple[list[tuple[float, float]], int, tuple[str, ...]]] = {
    "ok.csv": ([(0.0, 0.0), (0.02, 0.0004)], 100, ()),
    "ok_crlf_bom.csv": ([(0, 1), (1, 2), (2, 1)], 3, ()),
    "ok_semicolon.csv": (
        [(0.1, 0.2), (0.3, 0.4), (0.5, 1.5)],
        3,
        (),
    ),
    "dates.csv": ([(0, 1), (1, 2)], 2, ()),
    "ok_tab.csv": ([(0, 1), (1, 2), (2, 3)], 3, ()),
    "dup_x.csv": ([(1, 1), (1, 2), (1, 3), (2, 2)], 4, ()),
    "latin1.csv": (
        [(1, 2), (2, 3)],
        2,
        (),
    ),
    "text_in_numbers.csv": (
        [(1, 2), (3, 4)],
        2,
        (
            "1 of 3 rows are not used (not a number). The first is line 3, where y is 'abc'. "
            "Write numbers like 1234.5.",
        ),
    ),
}


REFUSED = {
    "all_nan.csv": ["no rows below the header (x, y)"],
    "binary.csv": ["not a text file", "Save the table as CSV"],
    "constant_y.csv": ["Column y is 7 in every row", "values that differ"],
    "empty.csv": ["The file is empty"],
    "formulas.csv": ["1 of 2 rows can be used", "Write numbers like 1234.5"],
    "many_columns.csv": ["1 of 1 rows can be used. At least two are needed"],
    "nan_inf.csv": [
        "1 of 6 rows can be used",
        "3 of 6 rows are not used (missing value). The first is line 2, where y is 'nan'",
        "2 of 6 rows are not used (infinite or beyond 1e+100). The first is line 3, where y is 'inf'",
    ],
    "no_numeric.csv": ["No column holds numbers", "'foo' in line 2", "'bar' in line 2"],
    "one_row.csv": ["1 of 1 rows can be used. At least two are needed"],
    "only_header.csv": ["no rows below the header (x, y)"],
    "ragged.csv": [
        "1 of 3 rows can be used",
        "(too many cells). The first is line 2 ('",
        "(missing value). The first is line 3, where y is empty",
    ],
}


@each("name", READ)
def test_a_file_that_can_be_read_is_read_and_what_was_done_is_said(name: str) -> None:
    first, n, notes = READ[name]
    samples = read_csv((BAD / name).read_bytes())
    assert points(samples)[: len(first)] == first
    assert len(samples.y) == n
    assert (samples.features[0].split(" ")[0], samples.target) == ("x", "y")
    assert samples.notes == notes


@each("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(DataError) as caught:
        read_csv((BAD / name).read_bytes())
    for part in REFUSED[name]:
        assert part in str(caught.value)


def test_every_bad_file_is_spoken_for() -> None:
    assert {file.name for file in BAD.iterdir()} == set(READ) | set(REFUSED)


def test_columns_of_a_latin_1_file_keep_their_names() -> None:
    assert read_table((BAD / "latin1.csv").read_bytes()).names == ("x", "y", "Größe")


ROWS = [(0.5, -1.25, 3e-7), (1.0, 2.0, 4e12), (-2.75, 1e-3, 5.0)]


ENCODINGS = {"utf-8": b"", "utf-8-sig": b"", "utf-16": b"", "utf-16-le": codecs.BOM_UTF16_LE}


ENCODINGS |= {"utf-16-be": codecs.BOM_UTF16_BE, "latin-1": b""}


@each("newline", ["\n", "\r\n", "\r"])
@each("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@each("mark", [".", ","])
@each("separator", [",", ";", "\t", "|", " "])
@each("encoding", ENCODINGS)
def test_what_python_writes_is_read_back(
    encoding: str, separator: str, mark: str, quoting: Literal[0, 1], newline: str
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=newline)
    writer.writerow(["Größe", "b, c", "d; e"])
    writer.writerows([[repr(value).replace(".", mark) for value in row] for row in ROWS])
    raw = ENCODINGS[encoding] + buffer.getvalue().encode(encoding)
    samples = read_csv(raw, (["Größe", 1], "d; e"))
    assert points(samples) == ROWS
    assert samples.features == ("Größe", "b, c")


@each("separator", [",", ";", "\t", "|", " ", "  ", " \t ", ", ", " ; "])
def test_a_table_without_a_header_gets_names(separator: str) -> None:
    text = "\n".join(separator.join(map(str, row)) for row in ROWS)
    table = read_table(text.encode())
    assert table.names == ("unnamed 1", "unnamed 2", "unnamed 3")
    assert np.column_stack([column.values for column in table.columns]).tolist() == [
        list(row) for row in ROWS
    ]
    assert read_table(b"1,2\n3,5").names == ("x", "y")


def test_the_caller_can_say_whether_there_is_a_header() -> None:
    raw = b"20,30\n1,2\n3,5\n"
    assert len(read_csv(raw).y) == 3
    named = read_csv(raw, header=True)
    assert (named.features, named.target, len(named.y)) == (("20",), "30", 2)
    assert read_table(b"a,b\n1,2\n3,5\n", header=False).names == ("x", "y")


@each(
    ("columns", "expected"),
    [
        (None, [(1, 3), (2, 5)]),
        (("c", "a"), [(3, 1), (5, 2)]),
        ((["a", "d"], "c"), [(1, 7, 3), (2, 8, 5)]),
        (([0, 3], 2), [(1, 7, 3), (2, 8, 5)]),
        ((3, "a"), [(7, 1), (8, 2)]),
    ],
)
def test_columns_are_chosen_by_name_or_position(
    columns: tuple[Any, int | str] | None, expected: list[tuple[int, ...]]
) -> None:
    assert points(read_csv(b"a,b,c,d\n1,u,3,7\n2,v,5,8\n", columns)) == expected


def test_what_is_not_chosen_is_the_first_numeric_column_still_free() -> None:
    table = read_table(b"t,a,b,c\nu,1,3,7\nv,2,5,8\n")
    assert table.numeric == ("a", "b", "c")
    assert (table.samples(target="a").features, table.samples(target="a").target) == (("b",), "a")
    assert (table.samples("b").features, table.samples("b").target) == (("b",), "a")
    with pytest.raises(DataError, match="No column of numbers remains for the target"):
        table.samples(["a", "b", "c"])


@each(
    ("columns", "message"),
    [
        (("e", "a"), "There is no column 'e'. The columns are a, b, c"),
        ((-1, "a"), "There is no column -1"),
        ((3, "a"), "There is no column 3"),
        (("b", "a"), r"Column b is text \('u' in line 2\).*The columns of numbers are a, c"),
        (("a", "a"), "chosen twice"),
        ((["a", 0], "c"), "chosen twice"),
    ],
)
def test_a_column_that_cannot_be_chosen_is_named(
    columns: tuple[int | list[int | str] | str, str], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        read_csv(b"a,b,c\n1,u,3\n2,v,5\n", columns)


def test_rows_are_left_out_with_their_reason_and_their_line() -> None:
    samples = read_csv(b"x,y\n\n1,2\nNA,3\n# a comment\n3,oops\n4,1e200\n5,\n6,7,8\n7,8\n")
    assert points(samples) == [(1, 2), (7, 8)]
    assert samples.notes == (
        "2 of 7 rows are not used (missing value). The first is line 4, where x is 'NA'.",
        "1 of 7 rows are not used (not a number). The first is line 6, where y is 'oops'. "
        "Write numbers like 1234.5.",
        "1 of 7 rows are not used (infinite or beyond 1e+100). The first is line 7, where y is '1e200'.",
        "1 of 7 rows are not used (too many cells). The first is line 9 ('6 7 8').",
    )


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    raw = b'x,y,remark\n1,1,"two\nlines"\n2,?,\n3,5,\n'
    assert "line 4" in read_csv(raw).notes[0]


def test_a_missing_value_in_a_column_that_is_not_chosen_costs_nothing() -> None:
    assert len(read_csv(b"x,y,z\n1,2,\n2,3,\n3,5,1\n").y) == 3


def test_titles_above_the_table_and_excels_separator_line_are_skipped() -> None:
    samples = read_csv(b"sep=;\nMeasured in May;\nx;y\n1;2\n3;4\n")
    assert points(samples) == [(1, 2), (3, 4)]
    assert samples.facts == (Fact(Finding.TITLE, 1, line=2, cell="Measured in May"),)


def test_names_are_plain_short_and_different() -> None:
    raw = 'a\u202eb\x07,"x\n y",,x y,{}\n1,2,3,4,5\n2,3,4,5,7\n'.format("n" * 60).encode()
    names = read_table(raw).names
    assert names == ("ab", "x y", "unnamed 3", "x y (4)", "n" * 39 + "…")


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text())
def test_plain_text_is_printable_and_capped(text: str) -> None:
    assert len(plain(text)) <= 40
    assert not plain(text) or plain(text).isprintable()


def test_rows_beyond_the_cap_are_counted() -> None:
    rows = MAX_ROWS + 2345
    samples = read_csv(b"x,y\n" + b"".join(b"%d,%d\n" % (k, k % 7) for k in range(rows)))
    assert len(samples.y) == MAX_ROWS
    assert samples.x[[0, -1], 0].tolist() == [0, rows - 1]
    assert np.diff(samples.x[:, 0]).max() == 2
    assert samples.facts == (Fact(Finding.MOST_ROWS, MAX_ROWS, rows + 1),)


def test_columns_beyond_the_cap_are_counted() -> None:
    table = read_table(("\n".join(",".join(f"{row}{k}" for k in range(60)) for row in range(3))).encode())
    assert len(table.columns) == MAX_COLUMNS
    assert [fact[:3] for fact in table.facts] == [(Finding.MOST_COLUMNS, MAX_COLUMNS, 60)]


def test_bytes_beyond_the_cap_are_refused_before_anything_is_read() -> None:
    with pytest.raises(
        DataError, match=r"The file has 50\.0 MB\. At most 50 MB can be read\. Keep fewer rows"
    ):
        read_csv(b"\0" * (MAX_BYTES + 1))
    with pytest.raises(DataError, match=r"Line 3 has 1000001 characters\. At most 1000000 can be read"):
        read_csv(b"x,y\n1,2\n" + b"1" * (MAX_LINE + 1))


@each(
    ("raw", "message"),
    [
        (b"PK\x03\x04...", "Excel or zip file"),
        (b"1,2\n3,\x004\n", "not a text file"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8x", "not a text file|no rows"),
        (b" \n\n\t", "The file is empty"),
        (b"#only\n#comments\n", "only blank lines"),
        (b'x,y\n1,2\n"3,4\n5,6\n', "Line 3 cannot be split into cells.*quotation mark"),
        (b"1\n2\n3\n", "Only column unnamed 1 holds numbers"),
        (b"x,y\n1,2\n1,3\n", "Column x is 1 in every row that can be used"),
        (b"5\n" * 10, "Only column"),
    ],
)
def test_what_else_is_refused_and_how(raw: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_csv(raw)


def test_a_table_that_needs_more_columns_of_numbers_says_which_it_has_and_why_not_the_others() -> None:
    table = read_table(b"a,b,day\n1,2,Monday\n3,4,Friday\n")
    assert table.need(2, "") == ("a", "b")
    with pytest.raises(
        DataError, match=r"Only columns a and b hold numbers\. Three, please\. Column day is text"
    ):
        table.need(3, "Three, please.")


def test_edited_rows_follow_the_rules_of_a_file() -> None:
    rows = [
        (0, 1.5),
        (None, None),
        (1, None),
        ("2", "3,5"),
        (math.nan, 3),
        ("", ""),
        (4, "up"),
        (5, np.inf),
        (6, 7),
    ]
    samples = read_points(rows)
    assert points(samples) == [(0, 1.5), (2, 3.5), (6, 7)]
    assert (samples.features, samples.target, samples.title) == (("x",), "y", "your points")
    reasons = [note.split("(")[1].split(")")[0] for note in samples.notes]
    assert reasons == ["missing value", "not a number", "infinite or beyond 1e+100"]
    assert "line 3, where y is empty" in samples.notes[0]


def test_edited_rows_may_be_an_array_and_have_more_features() -> None:
    array = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]])
    samples = read_points(array, ("a", "b", "c"))
    np.testing.assert_array_equal(samples.x, array[:, :2])
    assert (samples.features, samples.target) == (("a", "b"), "c")


def test_an_edited_table_without_points_says_so() -> None:
    for rows in ([], [(None, None), ("", math.nan)]):
        with pytest.raises(DataError, match="no points yet"):
            read_points(rows)


@each(
    "text",
    [
        "0 1\n1 2.5",
        "(0,1), (1,2.5)",
        "(0, 1) (1, 2.5)",
        "[[0, 1], [1, 2.5]]",
        "{0;1},{1;2,5}",
        "x y\n0 1\n1 2.5",
        "0;1\n1;2,5",
        "  (0 1)\n(1 2.5)\n",
        "0\t1\r\n1\t2.5\r\n",
    ],
)
def test_pasted_points_are_read_in_the_forms_people_write(text: str) -> None:
    assert points(parse_points(text)) == [(0, 1), (1, 2.5)]


@each("text", ["", "hello", "()", "(1,2)", "\ud800"])
def test_pasted_text_without_points_is_refused(text: str) -> None:
    with pytest.raises(DataError):
        parse_points(text)
