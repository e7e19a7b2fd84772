"""Formulas from public reports: each has the right value, or the right form is offered, which can then be read."""

from pathlib import Path

import numpy as np

from nnviz.approximation import approximate, certify
from nnviz.approximation.continuity import examine
from nnviz.expressions import Expression, ExpressionError, parse, parse_number
from nnviz.expressions.readings import with_real_roots, with_value
from tests.cases import all_hold

FILE = Path(__file__).parents[1] / "fixtures" / "case_formulas.tsv"
ROWS = [line.split("\t")[:3] for line in FILE.read_text(encoding="utf-8").splitlines()[1:]]
SUM = "0.96217422214775"  # the value of the row above the one with "as above"
READINGS_OF_POWER = (0.002, 10.0**-6)  # of 10^-3 x at x = 2


def offers(typed: str) -> tuple[str, ...]:
    try:
        parse(typed)
    except ExpressionError as error:
        return error.forms
    return ()


def has_values(typed: str, at: str, right: str) -> None:
    x = np.array([float(one) for one in at.removeprefix("x=").split(";")])
    wanted = [np.nan if one == "undefined" else float(one) for one in right.split(";")]
    np.testing.assert_allclose(np.broadcast_to(parse(typed)(x), x.shape), wanted, rtol=1e-13, atol=1e-15)


def is_proved(f: Expression, low: float, high: float) -> bool:
    network = approximate(f, (low, high), 32, "relu").network
    return certify(network, f, (low, high), 0.1, seconds=5.0).status == "proved"


def is_offered(typed: str, at: str, right: str) -> None:
    low, high = (float(end) for end in at.removeprefix("K=").split(".."))
    f = parse(typed)
    if right == "offers cbrt(x)":
        assert with_real_roots(f) == "cbrt(x)"
        assert is_proved(parse("cbrt(x)"), low, high)
        return
    limit, x = right.removeprefix("offers the limit ").split(" at x = ")
    hole = examine(f, (low, high)).obstacle
    assert hole is not None
    assert (hole.kind.name, hole.x) == ("HOLE", float(x))
    filled = parse(with_value(f, hole.x, hole.limit))
    assert filled(hole.x) == parse_number(limit)
    assert is_proved(filled, low, high)


def is_right(row: list[str]) -> None:
    typed, at, right = row
    if right == "offers both readings as buttons":
        assert sorted(float(parse(form)(2.0)) for form in offers(typed)) == sorted(READINGS_OF_POWER)
    elif at.startswith("K="):
        is_offered(typed, at, right)
    elif right.startswith("offers "):
        assert offers(typed) == tuple(right.removeprefix("offers ").split(" and "))
    else:
        has_values(typed, at, SUM if right == "as above" else right)


def test_every_formula_of_the_reports_has_its_value_or_its_form_is_offered() -> None:
    assert len(ROWS) == 29
    all_hold(is_right, {" at ".join(row[:2]): row for row in ROWS})


def test_marks_between_thousands_are_left_out_in_the_form_that_is_offered() -> None:
    for typed, value in (
        ("1.000,5", 1000.5),
        ("-1.234.567,25", -1234567.25),
        ("1,000.5", 1000.5),
        ("1,234,567", 1234567.0),
        ("1 000,5", 1000.5),
        ("1'000.5", 1000.5),
    ):
        (form,) = offers(typed)
        assert parse_number(form) == value
    assert [parse_number(form) for form in offers("1,000")] == [1.0, 1000.0]
    assert float(parse("max(1,000.5)")(0.0)) == 1.0
