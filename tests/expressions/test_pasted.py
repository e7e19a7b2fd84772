"""Formulas as people copy them: read with the right values, or refused with a form that has them."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.expressions import ExpressionError, parse, parse_number
from nnviz.expressions.pasted import plain_formula
from tests.cases import all_hold

X = np.array([-1.37, -0.61, 0.29, 0.83, 1.71])
FORMULAS: list[Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "copied_formulas.json").read_text(encoding="utf-8")
)
"""The source, the text, and the values at X, null where there is none; null: the text is no formula of x."""


def is_read_or_offered(case: tuple[str, list[float | None] | None]) -> None:
    text, values = case
    forms: tuple[str, ...] = (text,)
    try:
        parse(text)
        assert values is not None
    except ExpressionError as error:
        forms = error.forms
    if values is None:
        return
    wanted = np.array([np.nan if value is None else value for value in values])
    found = [np.broadcast_to(parse(form)(X), X.shape) for form in forms]
    assert any(np.allclose(one, wanted, rtol=1e-9, atol=1e-12, equal_nan=True) for one in found)


def test_every_copied_formula_is_read_or_its_formula_is_offered() -> None:
    all_hold(is_read_or_offered, {text: (text, values) for _, text, values in FORMULAS})


def test_a_minus_of_a_text_program_is_the_sign_of_an_exponent() -> None:
    for text in ("1e−4", "1e–4", "1E−04"):
        assert parse_number(text) == 1e-4


def test_a_fraction_of_latex_takes_one_digit_each() -> None:
    for text, value in (
        (r"\frac12", 0.5),
        (r"\frac{1}2", 0.5),
        (r"\frac\pi2", np.pi / 2),
        (r"\frac{\pi}2", np.pi / 2),
    ):
        assert np.isclose(parse_number(text), value)


def test_a_formula_is_searched_in_linear_time() -> None:
    for unit in ("x", " ", "(", "1,", "if(", "⁻", "\\", "x=", ";"):
        assert plain_formula(unit * (2000 // len(unit))) is not None
