"""Every row of the two corpora behaves as its column says."""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pytest

from nnviz.expressions import Expression, ExpressionError, parse
from tests.cases import all_hold

DATA = Path(__file__).parents[1] / "fixtures"
GRID = np.linspace(-1, 1, 201)


def rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    table = [line.split("\t") for line in lines if not line.startswith("#")]
    return [dict(zip(table[0], row, strict=False)) for row in table[1:]]


def text_of(row: dict[str, str]) -> str:
    pieces = json.loads(row["input"])
    return (
        pieces
        if isinstance(pieces, str)
        else "".join(p if isinstance(p, str) else p[0] * p[1] for p in pieces)
    )


Row = dict[str, str]


def each(table: list[Row]) -> dict[str, Row]:
    return {row["id"]: row for row in table}


BENIGN = rows("benign_expressions.tsv")
HOSTILE = rows("hostile_expressions.tsv")
# np. and math. are legal in the one corpus and refused in the other; they are refused with the right form
MODULES = [row for row in BENIGN if row["note"].startswith(("NumPy users", "Python users"))]


def test_benign_rows_have_the_expected_values() -> None:
    all_hold(has_the_expected_values, each([row for row in BENIGN if row not in MODULES]))


def has_the_expected_values(row: Row) -> None:
    f = parse(text_of(row))
    expected = np.array([math.nan if y is None else y for y in json.loads(row["y"])])
    got = f(json.loads(row["x"]))
    got = np.where(np.isfinite(got), got, math.nan)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)
    assert parse(f.text) == f


def test_module_prefixes_are_refused_with_the_right_form() -> None:
    all_hold(is_refused_with_the_right_form, each(MODULES))


def is_refused_with_the_right_form(row: Row) -> None:
    with pytest.raises(ExpressionError, match="A name is written without") as caught:
        parse(text_of(row))
    assert caught.value.suggestion == "Write sin(x)."


def test_hostile_rows_behave_as_expected() -> None:
    all_hold(behaves_as_expected, each(HOSTILE))


def behaves_as_expected(row: Row) -> None:
    outcome = read_and_use(text_of(row))
    kinds = {"reject": (ExpressionError,), "warn": (Expression,), "either": (Expression, ExpressionError)}
    assert isinstance(outcome, kinds[row["expect"]]), outcome


def read_and_use(text: str) -> Expression | ExpressionError:
    try:
        f = parse(text)
    except ExpressionError as error:
        return error
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(GRID).shape == f.gradient(GRID).shape == GRID.shape
        assert f.latex()
        assert f.code("numpy")
    return f


def test_refusals_are_short_plain_and_placed() -> None:
    all_hold(is_refused_in_short_plain_words, each([row for row in HOSTILE if row["expect"] == "reject"]))


def is_refused_in_short_plain_words(row: Row) -> None:
    text = text_of(row)
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert 0 <= caught.value.position <= len(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200
