from typing import Any

import numpy as np
import pytest

import nnviz as nv
from nnviz.targets import as_function, as_target, trace
from tests.cases import each

X = np.linspace(-1, 1, 9)


@each(
    "f",
    [
        "|x|",
        nv.parse("|x|"),
        nv.PiecewiseLinear([-1.0, 0.0, 1.0], [1.0, 0.0, 1.0]),
        np.array([[-1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]),
        ([-1, 0, 1], [1, 0, 1]),
    ],
    ids=["text", "expression", "piecewise linear", "rows of points", "x and y"],
)
def test_all_forms_of_one_function_have_its_values(f: Any) -> None:
    np.testing.assert_array_equal(as_target(f)(X), np.abs(X))


def test_a_drawing_is_its_function() -> None:
    drawing = trace(np.abs, (-1, 1))
    np.testing.assert_array_equal(as_target(drawing)(X), drawing.function(X))


def test_a_formula_in_x_and_y() -> None:
    np.testing.assert_array_equal(as_target("x*y", 2)(np.array([[2.0, 3.0]])), [6.0])


@each(
    ("f", "message"),
    [(np.sin, "Nothing can be proved"), ([1, 2, 3], r"\(n, 2\)"), ("sin(", "sin"), ([[1, 2], [1, 3]], "x")],
)
def test_what_is_no_target_is_refused(f: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_target(f)


def test_a_python_function_can_be_measured() -> None:
    assert as_function(np.sin) is np.sin


def test_text_will_do_for_f_in_the_contract() -> None:
    found = nv.reach("sin(x)", (-3, 3), epsilon=1e-2)
    assert nv.certify(found.network, "sin(x)", (-3, 3), epsilon=1e-2).status == "proved"
    assert nv.approximate("x*y", ((-1, 1), (-1, 1)), 16, "tanh").sup_error < 0.1
    assert nv.widths_needed("sin(x)", (-3, 3), [0.1]).lower[0] >= 1
