"""What is a number in a cell, and which decimal mark a table has."""

import math

from nnviz.data import Finding, read_csv
from nnviz.data.cells import advice, decimal_mark, number
from tests.cases import each
from tests.data.rows import points


@each(
    ("cell", "mark", "value"),
    [
        ("12", ".", 12.0),
        ("-1.5e-3", ".", -0.0015),
        ("+.5", ".", 0.5),
        ("7.", ".", 7.0),
        ("−2", ".", -2.0),
        ("1,234.5", ".", 1234.5),
        ("1 234", ".", 1234.0),
        ("1'234.5", ".", 1234.5),
        ("1\u202f234,5", ",", 1234.5),
        ("–2", ".", -2.0),
        ("0.10D+01", ".", 1.0),
        ("1.5-103", ".", 1.5e-103),
        ("2.5×10^3", ".", 2500.0),
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
        ("12,34,567", ".", 1234567.0),
        ("(3.5)", ".", -3.5),
        ("1,234.5-", ".", -1234.5),
    ],
)
def test_what_is_a_number(cell: str, mark: str, value: float) -> None:
    assert number(cell, mark) == value


@each(
    "cell",
    [
        "",
        "abc",
        "50%",
        "$5",
        "5 kg",
        "1.2.3",
        "1,23",
        "12,34,56",
        "(abc)",
        "3--",
        "0,123",
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
def test_what_is_not_a_number(cell: str) -> None:
    assert math.isnan(number(cell))


@each(
    ("text", "expected", "said"),
    [
        ("x;y\n1,5;2\n2,5;3", [(1.5, 2), (2.5, 3)], (Finding.COMMA, "1,5", "decimal", "1.5")),
        ("x;y\n1.234,5;2\n2,5;3", [(1234.5, 2), (2.5, 3)], (Finding.COMMA, "1.234,5", "decimal", "1234.5")),
        ("x;y\n1,234;2\n2,345;3", [(1.234, 2), (2.345, 3)], (Finding.COMMA, "1,234", "decimal", "1.234")),
        ('x,y\n"1,234",2\n"2,345",3', [(1234, 2), (2345, 3)], (Finding.COMMA, "1,234", "thousands", "1234")),
        ('x,y\n"1,5",2\n"2,5",3', [(1.5, 2), (2.5, 3)], (Finding.COMMA, "1,5", "decimal", "1.5")),
        (
            "x\ty\n1,234.5\t2\n2.5\t3",
            [(1234.5, 2), (2.5, 3)],
            (Finding.COMMA, "1,234.5", "thousands", "1234.5"),
        ),
        ("0,5 1,5\n2,5 3,5", [(0.5, 1.5), (2.5, 3.5)], (Finding.COMMA, "0,5", "decimal", "0.5")),
        ("x;y\n1.234;2\n2.345;3", [(1234, 2), (2345, 3)], (Finding.POINT, "1.234", "thousands", "1234")),
        ("x\ty\n1.234\t2\n2.345\t3", [(1.234, 2), (2.345, 3)], (Finding.POINT, "1.234", "decimal", "1.234")),
        ("x,y\n1.234,2\n2.345,3", [(1.234, 2), (2.345, 3)], None),
    ],
)
def test_marks_are_read_as_the_table_shows_and_it_is_said(
    text: str, expected: list[tuple[float, float]], said: tuple[Finding, str, str, str] | None
) -> None:
    samples = read_csv(text.encode())
    assert points(samples) == expected
    assert [(fact.finding, fact.cell, *fact.words) for fact in samples.facts[:1]] == ([said] if said else [])
    assert samples.notes == ()


@each("cell", ["50%", "$5", "5 kg", "€ 5"])
def test_units_are_not_guessed_at(cell: str) -> None:
    samples = read_csv(f"x,y\n1,1\n2,{cell}\n3,3\n4,5\n".encode())
    assert points(samples) == [(1, 1), (3, 3), (4, 5)]
    assert f"line 3, where y is '{cell}'. Write the number without a unit" in samples.notes[0]


def test_the_decimal_mark_is_the_one_that_makes_more_numbers() -> None:
    assert decimal_mark(["1,5", "2.5", "3.5"]) == "."
    assert decimal_mark(["1,5", "2,5", "3.5"]) == ","
    assert decimal_mark(["Smith, J", "1", "2"], ".") == "."
    assert decimal_mark(["1,234", "5,678"], ".") == "."
    assert decimal_mark(["1,234", "5,678"]) == ","


@each(
    ("cell", "written"),
    [
        ("1/2", "0.5"),
        ("-3 / 4", "-0.75"),
        ("1 1/2", "1.5"),
        ("1⁄3", f"{1 / 3:.15g}"),
        ("0x1F", "31"),
        ("-0XfF", "-255"),
    ],
)
def test_a_fraction_and_a_number_in_base_16_are_refused_with_what_to_write(cell: str, written: str) -> None:
    assert advice(cell).endswith(f", here {written}.")
    assert number(cell) != number(cell)


def test_a_fraction_by_zero_gets_the_general_advice() -> None:
    assert advice("1/0") == "Write numbers like 1234.5."
