"""Tables as people bring them: each kind is read as it was meant, as a file and as pasted text, and it is said how."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data import (
    LEFT_OUT,
    DataError,
    Finding,
    Kind,
    Layout,
    Samples,
    Table,
    parse_table,
    read_csv,
    read_table,
    write_points,
)
from nnviz.data.classes import choose_class_columns, read_classes
from nnviz.data.json_tables import read_json
from nnviz.data.times import read_times
from tests.cases import each
from tests.data.table_kinds import KINDS, Wanted, line

FILES = Path(__file__).parent.parent / "fixtures" / "tables"

READ: dict[str, tuple[str, str, list[tuple[float, float]], int]] = {
    "06_french_nbsp.csv": ("surface", "prix", [(50, 150000.5), (75, 210500), (100, 1250000)], 0),
    "07b_endash_minus.csv": ("x", "y", [(-2, 4), (-1, 1), (0, 0), (1, 1), (2, 4)], 0),
    "13c_times.csv": ("time (s since 09:00:00)", "volts", [(0, 1), (10, 3), (20, 5)], 0),
    "18b_fixed_width_missing.txt": ("year", "north", [(1990, 1.5), (1992, 2), (1993, 2.5)], 1),
    "19_two_tables.csv": ("x", "y", line(0, 1, 2), 0),
    "26_pasco.csv": ("Time (s)", "Position (m)", [(0, 0.1), (0.1, 0.3), (0.2, 0.5)], 0),
    "30_r_rownames.csv": ("speed", "dist", [(4, 2), (4, 10), (7, 4), (8, 16)], 0),
    "36_header_two_rows.csv": ("day", "temp", [(1, 20), (2, 25), (3, 30)], 0),
    "45_ints_thousands_point.csv": ("Jahr", "Einwohner", [(1990, 79753), (2000, 82260), (2010, 81752)], 0),
    "49_totals_row.csv": ("month", "units", [(1, 10), (2, 20), (3, 30)], 1),
    "c01_excel_errors.csv": ("x", "y", line(1, 2, 3, 5, 7), 4),
    "c03_title_with_comma.csv": ("force (N)", "stretch (cm)", line(1, 2, 3, 4), 0),
    "c04_years_as_header.csv": ("1990", "2000", line(1, 2, 3, 4), 0),
    "c05_pandas_index.csv": ("0", "1", line(1, 2, 3, 4, offset=4), 0),
    "c06_swiss_apostrophe.csv": ("Jahr", "Menge", line(1, 2, 3, 4, offset=1201), 0),
    "c10_hash_header_savetxt.csv": ("force", "stretch", line(1, 2, 3), 0),
    "c11_transposed.csv": ("x", "y", line(1, 2, 3, 4, 5), 0),
    "c14_sentinels.csv": ("day", "height", line(1, 2, 4, 5, 7), 2),
    "c21_fortran_exponents.dat": ("x", "y", line(1, 2, 3), 0),
    "c23_mixed_decimal_marks.csv": ("a", "b", line(1.5, 2.5, 3.5, 4.5, offset=-0.5), 0),
    "c31_index_column_paste.txt": ("x", "y", line(10, 20, 30, 40), 0),
    "c35_year_as_x.csv": ("year", "value", line(*range(1990, 2021), offset=-3630), 0),
}
CLASSED = {"c16_class_names.csv": 24, "c17_xor_four_points.txt": 4, "c36_above_below_sine.csv": 60}
WANTED = {name: Wanted((FILES / name).read_bytes(), *found) for name, found in READ.items()} | KINDS


def assert_read(table: Table, wanted: Wanted) -> None:
    samples = table.samples()
    assert list(zip(samples.x[:, 0].tolist(), samples.y.tolist())) == wanted.points
    assert (samples.features, samples.target) == ((wanted.features,), wanted.target)
    left_out = [fact for fact in samples.facts if fact.finding in LEFT_OUT]
    assert sum(fact.rows for fact in left_out) == wanted.left_out
    assert len(samples.notes) == len(left_out)


@each("name", WANTED)
def test_each_kind_is_read_as_it_was_meant(name: str) -> None:
    assert_read(read_table(WANTED[name].raw), WANTED[name])


@each("name", [name for name, wanted in WANTED.items() if b"\0" not in wanted.raw])
def test_pasted_text_is_read_as_a_file_is(name: str) -> None:
    raw = WANTED[name].raw
    text = raw.decode("cp1252" if name == "minus in Windows-1252" else "utf-8")
    assert_read(parse_table(text), WANTED[name])


def test_every_file_is_spoken_for() -> None:
    assert {file.name for file in FILES.iterdir()} == {*READ, *CLASSED, "c32_unix_time.csv"}


def test_unix_times_keep_all_digits() -> None:
    samples = read_csv((FILES / "c32_unix_time.csv").read_bytes())
    assert samples.x[:, 0].tolist() == [float(f"{1760000000 + 3 * k // 10}.{3 * k % 10}") for k in range(12)]
    again = parse_table(write_points(samples)).samples()
    assert (again.x.tolist(), again.y.tolist()) == (samples.x.tolist(), samples.y.tolist())
    assert (again.features, again.target) == (samples.features, samples.target)


@each("name", CLASSED)
def test_classes_are_found_with_their_names(name: str) -> None:
    table = read_table((FILES / name).read_bytes())
    samples = read_classes(table)
    assert samples.features == ("x1", "x2")
    assert len(samples.y) == CLASSED[name]
    assert samples.classes == (("other kind", "setosa-like") if name.startswith("c16") else ())
    assert np.bincount(samples.y.astype(int)).tolist() == [CLASSED[name] // 2] * 2


@each(
    ("cells", "names"),
    [
        ("yes no yes no", ("no", "yes")),
        ("True False True True", ("False", "True")),
        ("ja nein ja nein", ("nein", "ja")),
        ("b a b a", ("a", "b")),
    ],
)
def test_words_are_numbered_as_classes_and_no_comes_before_yes(cells: str, names: tuple[str, ...]) -> None:
    rows = "\n".join(f"{k},{k * k},{cell}" for k, cell in enumerate(cells.split()))
    table = parse_table(f"a,b,kind\n{rows}")
    assert table.column("kind").classes == names
    assert choose_class_columns(table) == (("a", "b"), "kind")
    assert table.samples("a", "kind").y.tolist() == [names.index(cell) for cell in cells.split()]


def test_the_title_of_two_words_says_which_is_0_also_after_a_point_was_dragged() -> None:
    samples = parse_table("hours,passed\n1,no\n2,yes\n3,no\n4,yes").samples()
    assert (samples.features, samples.target) == (("hours",), "passed (no = 0, yes = 1)")
    again = parse_table(write_points(samples)).samples()
    assert (again.y.tolist(), again.target) == ([0, 1, 0, 1], samples.target)
    long = parse_table("hours,passed the final examination\n1,no\n2,yes\n3,no\n4,yes").samples()
    assert long.target == "passed the final exam… (no = 0, yes = 1)"
    dragged = parse_table(write_points(replace(long, y=long.y + 0.25))).samples()
    assert dragged.target == long.target


def test_an_error_of_classes_names_the_column_alone() -> None:
    with pytest.raises(DataError, match="`kind` must have 2 different values, got 3"):
        read_classes(parse_table("a,b,kind\n1,2,u\n2,3,v\n3,1,w\n4,4,u\n5,2,v"))


def test_the_kinds_of_error_cells_are_told() -> None:
    samples = read_csv((FILES / "c01_excel_errors.csv").read_bytes())
    (fact,) = samples.facts
    assert fact[:4] == (Finding.ERROR, 4, 9, 3)
    assert fact.words == ("#N/A", "#DIV/0!", "#VALUE!")


def points_with(text: str, **fields: object) -> list[tuple[float, float]]:
    samples = parse_table(text, Layout(**fields)).samples()  # type: ignore[arg-type]
    return list(zip(samples.x[:, 0].tolist(), samples.y.tolist()))


@each(
    ("text", "fields", "points"),
    [
        ("1;2,5\n3;4,5", {"separator": ","}, None),
        ("x y\n1,5 2\n2,5 3", {"decimal": "."}, None),
        ("x;y\n1.234;2\n2.345;3", {"decimal": "."}, [(1.234, 2), (2.345, 3)]),
        ("x;y\n1.5;2\n2.5;3", {"decimal": ","}, None),
        ("1990,2000\n1,3\n2,5", {"header": 0}, [(1990, 2000), (1, 3), (2, 5)]),
        ("10,20\n1,3\n2,5", {"header": 1}, [(1, 3), (2, 5)]),
        ("a,b\nc,d\n1,3\n2,5", {"header": 2}, [(1, 3), (2, 5)]),
        ("9,9\n1,3\n2,5", {"skip": 1}, [(1, 3), (2, 5)]),
        ("9,9\n8,8\nx,y\n1,3\n2,5", {"skip": 2}, [(1, 3), (2, 5)]),
        ("a,b\nm,s\n1,3\n2,5", {"units": True, "header": 1}, [(1, 3), (2, 5)]),
        ("x,1,2,3\ny,3,5,7", {"transposed": False}, None),
        ("1,2,3\n3,5,7", {"transposed": True}, [(1, 3), (2, 5), (3, 7)]),
        ("x,y\n1,3\n2,5\n\na,b\n7,8\n9,9", {"table": 1}, [(7, 8), (9, 9)]),
        ("x,y\n1,3\n2,-999\n3,7\n4,9", {"codes": ()}, [(1, 3), (2, -999), (3, 7), (4, 9)]),
        ("x,y\n1,3\n2,0\n3,7\n4,oops", {"codes": ("0.0", "oops")}, [(1, 3), (3, 7)]),
        ("x,y\n1,3\n2,5\n,8", {"totals": False}, [(1, 3), (2, 5)]),
        ("n,x,y\nTotal,1,3\nb,2,5", {"totals": False}, [(1, 3), (2, 5)]),
        ("d,y\n1/2/2026,1\n2/2/2026,2", {"dates": "dmy"}, [(0, 1), (1, 2)]),
        ("d,y\n1/2/2026,1\n2/2/2026,2", {"dates": "mdy"}, [(0, 1), (31, 2)]),
        ("t,y\n9:00,1\n9:30,2", {"time_unit": "min"}, [(0, 1), (30, 2)]),
        ("t,y\n9:00,1\n9:30,2", {"time_unit": "h"}, [(0, 1), (0.5, 2)]),
        ("d,y\n20240131,1\n20240201,2\n20240301,3", {}, [(0, 1), (1, 2), (30, 3)]),
        (
            "d,y\n20240131,1\n20240201,2\n20240301,3",
            {"dates": "numbers"},
            [(20240131, 1), (20240201, 2), (20240301, 3)],
        ),
        (
            "t,y\n20240131235959,1\n20240201000001,2\nNA,7\n20240201000003,4",
            {},
            [(0, 1), (2, 2), (4, 4)],
        ),
        # no day, no date in one row, too few
        ("d,y\n20240131,1\n20240232,2\n20240301,3", {}, [(20240131, 1), (20240232, 2), (20240301, 3)]),
        ("d,y\n20240131,1\n7,2\n20240301,3", {}, [(20240131, 1), (7, 2), (20240301, 3)]),
        ("d,y\n20240131,1\n20240201,2", {}, [(20240131, 1), (20240201, 2)]),
        # months; one that is none, one year too early, and days among months
        ("m,y\n202401,1\n202402,2\n202403,3", {}, [(0, 1), (31, 2), (60, 3)]),
        ("m,y\n202401,1\nNA,2\n202402,2\n210012,3", {}, [(0, 1), (31, 2), (28093, 3)]),
        ("m,y\n202401,1\n202402,2\n202403,3", {"dates": "numbers"}, [(202401, 1), (202402, 2), (202403, 3)]),
        ("m,y\n202401,1\n202413,2\n202403,3", {}, [(202401, 1), (202413, 2), (202403, 3)]),
        ("m,y\n189912,1\n190001,2\n190002,3", {}, [(189912, 1), (190001, 2), (190002, 3)]),
        ("m,y\n20240131,1\n202402,2\n202403,3", {}, [(20240131, 1), (202402, 2), (202403, 3)]),
        # quarters and weeks, which are words otherwise
        ("q,y\n2023Q4,1\n2024Q1,2\n2024Q1,2", {}, [(0, 1), (92, 2), (92, 2)]),
        ("q,y\n2023Q4,1\n2024Q1,2\n2024Q1,2", {"dates": "numbers"}, [(0, 1), (1, 2), (1, 2)]),
        ("w,y\n2020-W53,1\n2021-W01,2\n2021-W02,3", {"time_unit": "h"}, [(0, 1), (168, 2), (336, 3)]),
        ("w,y\n2021-W53,9\n2021-W01,2\n2021W02,3", {}, [(0, 2), (7, 3)]),
        ("abc xyz\n  1   3\n  2   5", {"separator": "fixed"}, [(1, 3), (2, 5)]),
    ],
)
def test_each_guess_can_be_turned_round(
    text: str, fields: dict[str, object], points: list[tuple[float, float]] | None
) -> None:
    if points is None:
        found = points_with(text)
        try:
            assert points_with(text, **fields) != found
        except DataError:
            return
    else:
        assert points_with(text, **fields) == points


def test_a_layout_says_what_was_found() -> None:
    table = parse_table("# made in May\nLab 3;\nt;v\ns;m/s\n0,5;1\n1,5;2\n-999;3\n2,5;4\n3,5;4")
    layout = table.layout
    assert (layout.separator, layout.decimal, layout.header, layout.units) == (";", ",", 1, True)
    assert (layout.skip, layout.transposed, layout.codes, layout.totals) == (1, False, ("-999",), True)
    findings = {fact.finding for fact in table.facts}
    assert findings == {Finding.TITLE, Finding.COMMENTS, Finding.UNITS_ROW, Finding.COMMA}
    assert table.preview[0] == ("0,5", "1")


@each("field", ["separator", "decimal", "encoding", "dates", "time_unit", "header"])
def test_a_layout_refuses_what_it_does_not_know(field: str) -> None:
    with pytest.raises(ValueError, match=f"`{field}` must be one of"):
        Layout(**{field: "?"})  # type: ignore[arg-type]


def test_a_chosen_encoding_is_used() -> None:
    raw = "x;Größe\n1;3\n2;5".encode("latin-1")
    assert read_table(raw).names == ("x", "Größe")
    assert read_table(raw, layout=Layout(encoding="utf-8")).names[1] != "Größe"


def test_kinds_of_columns() -> None:
    table = parse_table(
        "n;x;when;kind;text;none\n1;2,5;2026-01-01;a;u;\n2;3,5;2026-01-02;b;v;\n3;4,5;2026-01-03;a;w;"
    )
    kinds = [(column.kind, column.is_index) for column in table.columns]
    assert kinds == [
        (Kind.NUMBER, True), (Kind.NUMBER, False), (Kind.TIME, False), (Kind.CLASS, False), (Kind.TEXT, False),
        (Kind.EMPTY, False),
    ]  # fmt: skip
    assert table.numeric == ("x", "when")
    assert table.usable == ("x", "when", "n", "kind")


@each("text", ["[" * 100 + "]" * 100, "{", '{"x": 1}', "[1, 2]", '[{"x": {"y": 1}}]', "[[]]", '"a"'])
def test_json_that_is_no_table_is_none_or_has_nested_cells(text: str) -> None:
    rows = read_json(text)
    assert rows is None or rows == [["x"], ["(nested)"]] or rows == [["x"], ["1"]]


@each(
    ("cells", "expected"),
    [
        (["2026-02-30", "2026-01-01", "2026-01-02"], [math.nan, 0, 1]),
        (["2026-01-01T00:00+01:00", "2026-01-01T00:00Z"], [0, 3600]),
        (["Jan 2, 2026", "Jan 3, 2026"], [0, 1]),
        (["2026-01", "2026-02"], [0, 31]),
        (["2024Q1", "2024-Q2", "2024 q3", "Q4 2024", "Q1/2025"], [0, 91, 182, 274, 366]),
        (["2024M01", "2024-M02", "2024M12"], [0, 31, 335]),
        (["2024-H1", "2024S2", "H1 2025"], [0, 182, 366]),
        (["Dec-23", "Sept-24", "Mär-24", "Mai-24"], [0, 275, 91, 152]),
        (["2024Q1", "2024Q5", "2024M13", "2024-H3", "2024-W00"], [0, math.nan, math.nan, math.nan, math.nan]),
        (["2024-W01", "2024W02", "2024-W02-3", "KW 3/2024", "W04 2024"], [0, 7, 9, 14, 21]),
        (["1.2.26", "2.2.26"], [0, 1]),
        (["10:00:00.1", "10:00:00.4"], [0, 0.3]),
        (["2026-01-01 12:00", "2026-01-31 12:30"], [0, 720.5]),
        (["2024-01-01 12:00", "2026-01-01 18:00"], [0, 731.25]),
    ],
)
def test_times(cells: list[str], expected: list[float]) -> None:
    times = read_times(cells)
    assert times is not None
    np.testing.assert_array_equal(times.values, expected)


def test_words_are_no_times() -> None:
    assert read_times(["a", "b", "09:00"]) is None
    assert read_times([]) is None
    assert read_times(["99:99", "77:88"]) is None


# --- every digit of every style comes back

NUMBERS = st.floats(-1e12, 1e12).map(lambda value: float(f"{value:.12g}") if abs(value) > 1e-30 else 0.0)
STYLES = ["plain", "comma", "swiss", "french", "german", "american", "fortran", "en dash", "times ten"]


def grouped(digits: str, mark: str) -> str:
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", mark, digits)


def written(value: float, style: str) -> str:
    """Write a number as people in that country or program do."""
    if style == "fortran":
        return f"{value:.17E}".replace("E", "D")
    if style == "times ten":
        mantissa, exponent = f"{value:.17e}".split("e")
        return f"{mantissa}×10^{int(exponent)}"
    text = np.format_float_positional(value, trim="0")
    if style == "en dash":
        return text.replace("-", "–")
    whole, part = text.split(".")
    group, mark = {
        "plain": ("", "."), "comma": ("", ","), "swiss": ("’", "."), "french": ("\u202f", ","),
        "german": (".", ","), "american": (",", "."),
    }[style]  # fmt: skip
    return f"{grouped(whole, group)}{mark}{part}"


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=4, max_size=8, unique_by=(lambda p: p[0], lambda p: p[1]))
)
def test_numbers_of_every_style_come_back_with_all_digits(
    style: str, points: list[tuple[float, float]]
) -> None:
    rows = [f"{written(x, style)}\t{written(y, style)}" for x, y in points]
    assert points_with("\n".join(["x\ty", *rows]), codes=()) == points


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*[st.floats(-1e100, 1e100)] * 2), min_size=2, max_size=20))
def test_points_that_the_app_writes_are_read_bit_for_bit(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    for names in (("x", "y"), ("time, in s", 'a "b"'), ("1990", "2000")):
        text = write_points(Samples(x[:, None], y, names[:1], names[1], "", "", ""))
        table = parse_table(text, Layout(codes=()))
        read = [column.values.tolist() for column in table.columns]
        assert read == [x.tolist(), y.tolist()]
