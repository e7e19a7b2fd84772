"""Every row of the two corpora behaves as its column says."""

import json
import math
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from nnviz.functions import Expression, ExpressionError, parse

DATA = Path(__file__).parents[1] / "data"
GRID = np.linspace(-1, 1, 201)


def rows(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    table = [line.split("\t") for line in lines if not line.startswith("#")]
    return [dict(zip(table[0], row, strict=False)) for row in table[1:]]


def text_of(row):
    pieces = json.loads(row["input"])
    return (
        pieces
        if isinstance(pieces, str)
        else "".join(p if isinstance(p, str) else p[0] * p[1] for p in pieces)
    )


def param(table):
    return pytest.mark.parametrize("row", table, ids=[row["id"] for row in table])


BENIGN = rows("benign_expressions.tsv")
HOSTILE = rows("hostile_expressions.tsv")
# np. and math. are legal in the one corpus and refused in the other; they are refused with the right form
MODULES = [row for row in BENIGN if row["note"].startswith(("NumPy users", "Python users"))]


@param([row for row in BENIGN if row not in MODULES])
def test_benign_rows_have_the_expected_values(row):
    f = parse(text_of(row))
    expected = np.array([math.nan if y is None else y for y in json.loads(row["y"])])
    got = f(json.loads(row["x"]))
    got = np.where(np.isfinite(got), got, math.nan)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)
    assert parse(f.text) == f


@param(MODULES)
def test_module_prefixes_are_refused_with_the_right_form(row):
    with pytest.raises(ExpressionError, match="Names stand alone here, without") as caught:
        parse(text_of(row))
    assert caught.value.suggestion == "Write sin(x)."


@param(HOSTILE)
def test_hostile_rows_behave_as_expected_and_fast(row):
    begun = time.process_time()
    outcome = read_and_use(text_of(row))
    assert time.process_time() - begun < 0.5
    kind = {"reject": ExpressionError, "warn": Expression, "either": (Expression, ExpressionError)}[
        row["expect"]
    ]
    assert isinstance(outcome, kind), outcome


def read_and_use(text):
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


@param([row for row in HOSTILE if row["expect"] == "reject"])
def test_refusals_are_short_plain_and_placed(row):
    text = text_of(row)
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert 0 <= caught.value.position <= len(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200
