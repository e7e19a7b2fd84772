"""Tables that people bring: every bad file by name, every rule, and whatever bytes there are."""

import codecs
import csv
import io
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data import DataError, parse_points, read_csv, read_points, read_table
from nnviz.data.cells import decimal_mark, number, plain
from nnviz.data.tables import MAX_BYTES, MAX_COLUMNS, MAX_ROWS

BAD = Path(__file__).parent.parent / "data" / "bad_csv"

READ = {
    "ok.csv": ([(0.0, 0.0), (0.02, 0.0004)], 100, ()),
    "ok_crlf_bom.csv": ([(0, 1), (1, 2), (2, 1)], 3, ()),
    "ok_semicolon.csv": (
        [(0.1, 0.2), (0.3, 0.4), (0.5, 1.5)],
        3,
        ("The comma is read as decimal mark: 0,1 is 0.1.",),
    ),
    "ok_tab.csv": ([(0, 1), (1, 2), (2, 3)], 3, ()),
    "dup_x.csv": ([(1, 1), (1, 2), (1, 3), (2, 2)], 4, ()),
    "latin1.csv": (
        [(1, 2), (2, 3)],
        2,
        ("The file is not UTF-8; it was read as Latin-1, so check accented letters.",),
    ),
    "text_in_numbers.csv": (
        [(1, 2), (3, 4)],
        2,
        (
            "1 of 3 rows left out (not a number); the first is line 3, where y is 'abc' "
            "(write numbers like 1234.5).",
        ),
    ),
}

REFUSED = {
    "all_nan.csv": ["no rows below the header (x, y)"],
    "binary.csv": ["not a text file", "Save the table as CSV"],
    "constant_y.csv": ["Column y is 7 in every row", "values that differ"],
    "dates.csv": ["Only column y holds numbers", "'2026-01-01' in line 2", "write dates as numbers"],
    "empty.csv": ["The file is empty"],
    "formulas.csv": ["Only column y holds numbers", "'=1+1' in line 2", "write numbers like 1234.5"],
    "many_columns.csv": ["1 of 1 rows can be used; two are needed", "first 50 of 20000 columns"],
    "nan_inf.csv": [
        "1 of 6 rows can be used",
        "3 of 6 rows left out (missing value); the first is line 2, where y is 'nan'",
        "2 of 6 rows left out (infinite or beyond 1e+100); the first is line 3, where y is 'inf'",
    ],
    "no_numeric.csv": ["No column holds numbers", "'foo' in line 2", "'bar' in line 2"],
    "one_row.csv": ["1 of 1 rows can be used; two are needed"],
    "only_header.csv": ["no rows below the header (x, y)"],
    "ragged.csv": [
        "1 of 2 rows can be used",
        "(too many cells); the first is line 2 with 3 cells in place of 2",
        "(missing value); the first is line 3, where y is empty",
    ],
}


def points(samples):
    return [(*map(float, x), float(y)) for x, y in zip(samples.x, samples.y)]


@pytest.mark.parametrize("name", READ)
def test_a_file_that_can_be_read_is_read_and_what_was_done_is_said(name):
    first, n, notes = READ[name]
    samples = read_csv((BAD / name).read_bytes())
    assert points(samples)[: len(first)] == first
    assert len(samples.y) == n
    assert (samples.features, samples.target) == (("x",), "y")
    assert samples.notes == notes


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(name):
    with pytest.raises(DataError) as caught:
        read_csv((BAD / name).read_bytes())
    for part in REFUSED[name]:
        assert part in str(caught.value)


def test_every_bad_file_is_spoken_for():
    assert {file.name for file in BAD.iterdir()} == set(READ) | set(REFUSED)


def test_columns_of_a_latin_1_file_keep_their_names():
    assert read_table((BAD / "latin1.csv").read_bytes()).columns == ("x", "y", "Größe")


ROWS = [(0.5, -1.25, 3e-7), (1.0, 2.0, 4e12), (-2.75, 1e-3, 5.0)]
ENCODINGS = {"utf-8": b"", "utf-8-sig": b"", "utf-16": b"", "utf-16-le": codecs.BOM_UTF16_LE}
ENCODINGS |= {"utf-16-be": codecs.BOM_UTF16_BE, "latin-1": b""}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_python_writes_is_read_back(encoding, separator, mark, quoting, newline):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=newline)
    writer.writerow(["Größe", "b, c", "d; e"])
    writer.writerows([[repr(value).replace(".", mark) for value in row] for row in ROWS])
    raw = ENCODINGS[encoding] + buffer.getvalue().encode(encoding)
    samples = read_csv(raw, (["Größe", 1], "d; e"))
    assert points(samples) == ROWS
    assert samples.features == ("Größe", "b, c")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", "  ", " \t ", ", ", " ; "])
def test_a_table_without_a_header_gets_names(separator):
    text = "\n".join(separator.join(map(str, row)) for row in ROWS)
    table = read_table(text.encode())
    assert table.columns == ("unnamed 1", "unnamed 2", "unnamed 3")
    assert table.numbers.tolist() == [list(row) for row in ROWS]
    assert read_table(b"1,2\n3,5").columns == ("x", "y")


def test_the_caller_can_say_whether_there_is_a_header():
    raw = b"2019,2020\n1,2\n3,5\n"
    assert len(read_csv(raw).y) == 3
    named = read_csv(raw, header=True)
    assert (named.features, named.target, len(named.y)) == (("2019",), "2020", 2)
    assert read_table(b"a,b\n1,2\n3,5\n", header=False).columns == ("x", "y")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (None, [(1, 3), (2, 5)]),
        (("c", "a"), [(3, 1), (5, 2)]),
        ((["a", "d"], "c"), [(1, 7, 3), (2, 8, 5)]),
        (([0, 3], 2), [(1, 7, 3), (2, 8, 5)]),
        ((3, "a"), [(7, 1), (8, 2)]),
    ],
)
def test_columns_are_chosen_by_name_or_position(columns, expected):
    assert points(read_csv(b"a,b,c,d\n1,u,3,7\n2,v,5,8\n", columns)) == expected


def test_what_is_not_chosen_is_the_first_numeric_column_still_free():
    table = read_table(b"t,a,b,c\nu,1,3,7\nv,2,5,8\n")
    assert table.numeric == ("a", "b", "c")
    assert (table.samples(target="a").features, table.samples(target="a").target) == (("b",), "a")
    assert (table.samples("b").features, table.samples("b").target) == (("b",), "a")
    with pytest.raises(DataError, match="No column with numbers is left to learn"):
        table.samples(["a", "b", "c"])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (("e", "a"), "There is no column 'e'; the columns are a, b, c"),
        ((-1, "a"), "There is no column -1"),
        ((3, "a"), "There is no column 3"),
        (("b", "a"), r"Column b is text \('u' in line 2\).*Columns with numbers: a, c"),
        (("a", "a"), "chosen twice"),
        ((["a", 0], "c"), "chosen twice"),
    ],
)
def test_a_column_that_cannot_be_chosen_is_named(columns, message):
    with pytest.raises(DataError, match=message):
        read_csv(b"a,b,c\n1,u,3\n2,v,5\n", columns)


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("12", ".", 12.0),
        ("-1.5e-3", ".", -0.0015),
        ("+.5", ".", 0.5),
        ("7.", ".", 7.0),
        ("−2", ".", -2.0),
        ("1,234.5", ".", 1234.5),
        ("1,234,567", ".", 1234567.0),
        ("0,5", ",", 0.5),
        ("1.234,5", ",", 1234.5),
        ("-1,5E3", ",", -1500.0),
        ("inf", ".", math.inf),
        ("-Infinity", ".", math.inf),
        ("1e101", ".", math.inf),
        ("9" * 400, ".", math.inf),
        ("1e100", ".", 1e100),
        ("1e-400", ".", 0.0),
    ],
)
def test_what_is_a_number(cell, mark, value):
    assert number(cell, mark) == value


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "abc",
        "50%",
        "$5",
        "5 kg",
        "1.2.3",
        "1,23",
        "12,34,567",
        "0,123",
        "1 234",
        "1_000",
        "0x10",
        "1e",
        "--1",
        "=1+1",
        "2026-01-01",
        "12:30",
        "nan",
        "١٢",
        "1.234,5",
        "e5",
        ".",
    ],
)
def test_what_is_not_a_number(cell):
    assert math.isnan(number(cell))


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("x;y\n1,5;2\n2,5;3", [(1.5, 2), (2.5, 3)], "The comma is read as decimal mark: 1,5 is 1.5."),
        ("x;y\n1.234,5;2\n2,5;3", [(1234.5, 2), (2.5, 3)], "decimal mark: 1.234,5 is 1234.5."),
        ("x;y\n1,234;2\n2,345;3", [(1.234, 2), (2.345, 3)], "decimal mark: 1,234 is 1.234."),
        ('x,y\n"1,234",2\n"2,345",3', [(1234, 2), (2345, 3)], "between thousands: 1,234 is 1234."),
        ('x,y\n"1,5",2\n"2,5",3', [(1.5, 2), (2.5, 3)], "decimal mark: 1,5 is 1.5."),
        ("x\ty\n1,234.5\t2\n2.5\t3", [(1234.5, 2), (2.5, 3)], "between thousands: 1,234.5 is 1234.5."),
        ("0,5 1,5\n2,5 3,5", [(0.5, 1.5), (2.5, 3.5)], "decimal mark: 0,5 is 0.5."),
        ("x;y\n1.234;2\n2.345;3", [(1.234, 2), (2.345, 3)], ""),
    ],
)
def test_the_comma_is_read_as_the_table_shows_and_it_is_said(text, expected, said):
    samples = read_csv(text.encode())
    assert points(samples) == expected
    assert said in " ".join(samples.notes)
    assert bool(samples.notes) == bool(said)


@pytest.mark.parametrize("cell", ["50%", "$5", "5 kg", "€ 5"])
def test_units_are_not_guessed_at(cell):
    samples = read_csv(f"x,y\n1,1\n2,{cell}\n3,3\n4,5\n".encode())
    assert points(samples) == [(1, 1), (3, 3), (4, 5)]
    assert f"line 3, where y is '{cell}' (write the bare number" in samples.notes[0]


def test_the_decimal_mark_is_the_one_that_makes_more_numbers():
    assert decimal_mark(["1,5", "2.5", "3.5"], ";") == "."
    assert decimal_mark(["1,5", "2,5", "3.5"], ";") == ","
    assert decimal_mark(["Smith, J", "1", "2"], ",") == "."


def test_rows_are_left_out_with_their_reason_and_their_line():
    samples = read_csv(b"x,y\n\n1,2\nNA,3\n# a comment\n3,oops\n4,1e200\n5,\n6,7,8\n7,8\n")
    assert points(samples) == [(1, 2), (7, 8)]
    assert samples.notes == (
        "1 of 7 rows left out (too many cells); the first is line 9 with 3 cells in place of 2.",
        "2 of 6 rows left out (missing value); the first is line 4, where x is 'NA'.",
        "1 of 6 rows left out (not a number); the first is line 6, where y is 'oops' "
        "(write numbers like 1234.5).",
        "1 of 6 rows left out (infinite or beyond 1e+100); the first is line 7, where y is '1e200'.",
    )


def test_lines_are_counted_as_an_editor_counts_them():
    raw = b'x,y,remark\n1,1,"two\nlines"\n2,?,\n3,5,\n'
    assert "line 4" in read_csv(raw).notes[0]


def test_a_missing_value_in_a_column_that_is_not_chosen_costs_nothing():
    assert len(read_csv(b"x,y,z\n1,2,\n2,3,\n3,5,1\n").y) == 3


def test_titles_above_the_table_and_excels_separator_line_are_skipped():
    samples = read_csv(b"sep=;\nMeasured in May;\nx;y\n1;2\n3;4\n")
    assert points(samples) == [(1, 2), (3, 4)]
    assert samples.notes == ("Skipped above the table: 'Measured in May'.",)


def test_names_are_plain_short_and_different():
    raw = 'a\u202eb\x07,"x\n y",,x y,{}\n1,2,3,4,5\n2,3,4,5,7\n'.format("n" * 60).encode()
    names = read_table(raw).columns
    assert names == ("ab", "x y", "unnamed 3", "x y (4)", "n" * 39 + "…")


def test_the_preview_is_short_plain_text():
    table = read_table(("x,y\n" + "1," + "a" * 90 + "\n2,b\x1bc\n" + "3,4\n" * 200).encode())
    assert table.preview(2) == (("1", "a" * 39 + "…"), ("2", "bc"))
    assert len(table.preview()) == 5


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text())
def test_plain_text_is_printable_and_capped(text):
    assert len(plain(text)) <= 40
    assert not plain(text) or plain(text).isprintable()


def test_rows_beyond_the_cap_are_counted():
    rows = MAX_ROWS + 2345
    samples = read_csv(b"x,y\n" + b"".join(b"%d,%d\n" % (k, k % 7) for k in range(rows)))
    assert len(samples.y) == MAX_ROWS
    assert samples.x[-1, 0] == MAX_ROWS - 1
    assert samples.notes == (f"The first {MAX_ROWS} of {rows} rows are used.",)
    headless = read_csv(b"".join(b"%d,%d\n" % (k, k % 7) for k in range(rows)))
    assert headless.notes == samples.notes
    assert len(headless.y) == MAX_ROWS


def test_columns_beyond_the_cap_are_counted():
    table = read_table(("\n".join(",".join(f"{row}{k}" for k in range(60)) for row in range(3))).encode())
    assert len(table.columns) == table.numbers.shape[1] == MAX_COLUMNS
    assert table.notes == (f"The first {MAX_COLUMNS} of 60 columns are used.",)


def test_bytes_beyond_the_cap_are_refused_before_anything_is_read():
    assert len(read_csv(b"x,y\n" + b"1,2\n3,5\n" + b"\n" * (MAX_BYTES - 12)).y) == 2
    with pytest.raises(DataError, match=r"The file has 1\.0 MB; at most 1 MB are read\. Keep fewer rows"):
        read_csv(b"x,y\n" + b"1,2\n3,5\n" + b"\n" * (MAX_BYTES - 11))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"PK\x03\x04...", "Excel or zip file"),
        (b"1,2\n3,\x004\n", "not a text file"),
        ("x,y\n1,2\n".encode("utf-16-le"), "not a text file"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8x", "not a text file|Latin-1|No column"),
        (b" \n\n\t", "The file is empty"),
        (b"#only\n#comments\n", "nothing but blank lines"),
        (b'x,y\n1,2\n"3,4\n5,6\n', "Line 3 cannot be split into cells.*quotation mark"),
        (b"1\n2\n3\n", "Only column unnamed 1 holds numbers"),
        (b"x,y\n1,2\n1,3\n", "Column x is 1 in every row that can be used"),
        (b'"x","y"\n"1",2,3\n"2",4,5\n', r"no rows below.*2 of 2 rows left out \(too many cells\)"),
        (b"5\n" * 10, "Only column"),
    ],
)
def test_what_else_is_refused_and_how(raw, message):
    with pytest.raises(DataError, match=message):
        read_csv(raw)


def test_a_table_that_needs_more_columns_of_numbers_says_which_it_has_and_why_not_the_others():
    table = read_table(b"a,b,day\n1,2,2026-01-01\n3,4,2026-01-02\n")
    assert table.need(2, "") == ("a", "b")
    with pytest.raises(
        DataError, match=r"Only columns a and b hold numbers; three, please\. Column day is text"
    ):
        table.need(3, "three, please")


PIECES = st.sampled_from(
    [
        "1",
        "2.5",
        "0,5",
        "-3e4",
        "1,234",
        "nan",
        "inf",
        "abc",
        "",
        " ",
        ",",
        ";",
        "\t",
        "|",
        '"',
        '""',
        "\n",
        "\r\n",
        "\r",
        "#",
        "x",
        "y",
        "50%",
        "\x00",
        "é",
        "\u202e",
        "1e999",
        "=1+1",
        "sep=;",
        "(",
        ")",
        "−",
    ]
)


def assert_samples_or_data_error(read, *arguments):
    try:
        samples = read(*arguments)
    except DataError:
        return
    assert samples.x.shape == (len(samples.y), 1)
    assert len(samples.y) >= 2
    assert np.isfinite(samples.x).all()
    assert np.isfinite(samples.y).all()
    assert np.ptp(samples.x) > 0
    assert np.ptp(samples.y) > 0


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_give_samples_or_a_data_error(raw):
    assert_samples_or_data_error(read_csv, raw)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_gives_samples_or_a_data_error(text):
    assert_samples_or_data_error(read_csv, text.encode())
    assert_samples_or_data_error(read_csv, text.encode("utf-16"))
    assert_samples_or_data_error(parse_points, text)


CELLS = st.none() | st.floats() | st.integers() | st.booleans() | st.text(max_size=8) | st.just("0,5")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.lists(CELLS, max_size=3), max_size=6))
def test_any_edited_rows_give_samples_or_a_data_error(rows):
    assert_samples_or_data_error(read_points, rows)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*[st.floats(-1e100, 1e100)] * 2), min_size=2, max_size=20))
def test_floats_come_back_bit_for_bit(rows):
    constant = any(min(column) == max(column) for column in zip(*rows))
    written = "x,y\n" + "\n".join(f"{x!r},{y!r}" for x, y in rows)
    for read, argument in ((read_csv, written.encode()), (read_points, rows)):
        if constant:
            with pytest.raises(DataError, match="in every row"):
                read(argument)
        else:
            assert points(read(argument)) == rows


@pytest.mark.parametrize(
    "unit",
    [
        "\n",
        "1,2\n3,5\n",
        "1,",
        "1 ",
        '"',
        "1",
        ",",
        "1.2.",
        "(",
        "1,-\n",
        "1,234;",
        '"a\nb",1\n',
        "a,b\n",
        "é;\r",
        ",".join("12" * 25) + "\n",
    ],
)
def test_a_megabyte_of_anything_takes_less_than_a_second(unit):
    text = unit * ((MAX_BYTES - 10) // len(unit.encode())) + "\n1,2\n3,5"
    started = time.process_time()
    assert_samples_or_data_error(read_csv, text.encode())
    assert time.process_time() - started < 1.0


def test_edited_rows_follow_the_rules_of_a_file():
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
    reasons = [note.split("(")[1].split(")")[0] for note in samples.notes[1:]]
    assert reasons == ["missing value", "not a number", "infinite or beyond 1e+100"]
    assert "line 3, where y is empty" in samples.notes[1]


def test_edited_rows_may_be_an_array_and_have_more_features():
    array = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]])
    samples = read_points(array, ("a", "b", "c"))
    np.testing.assert_array_equal(samples.x, array[:, :2])
    assert (samples.features, samples.target) == (("a", "b"), "c")


def test_an_edited_table_without_points_says_so():
    for rows in ([], [(None, None), ("", math.nan)]):
        with pytest.raises(DataError, match="no points yet"):
            read_points(rows)


@pytest.mark.parametrize(
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
def test_pasted_points_are_read_in_the_forms_people_write(text):
    assert points(parse_points(text)) == [(0, 1), (1, 2.5)]


@pytest.mark.parametrize("text", ["", "hello", "()", "(1,2)", "\ud800"])
def test_pasted_text_without_points_is_refused(text):
    with pytest.raises(DataError):
        parse_points(text)
