from typing import Any

import numpy as np
import pytest

from nnviz.approximation.domains import checked_box, checked_interval, checked_width, finite_values
from nnviz.expressions import parse
from tests.cases import each


def test_what_is_legal_comes_back_as_floats() -> None:
    assert checked_interval([0, 2]) == (0.0, 2.0)
    assert checked_box(((0, 1), (-2, 3))) == ((0.0, 1.0), (-2.0, 3.0))
    assert checked_width(np.int64(7)) == 7


@each("interval", [(1, 1), (2, 1), (-1e308, 1e308), (0, np.inf), (np.nan, 1), 3, (1, 2, 3), "ab", None])
def test_what_is_no_compact_interval_is_refused(interval: Any) -> None:
    with pytest.raises(ValueError, match="`K` must be"):
        checked_interval(interval)
    with pytest.raises(ValueError, match="`K` must be"):
        checked_box(((0, 1), interval))


@each("width", [0, -3, 2.0, True, 10**6, "8"])
def test_what_is_no_width_is_refused(width: bool | float | str) -> None:
    with pytest.raises(ValueError, match="must be a whole number between 1 and 4096"):
        checked_width(width)


def test_the_place_of_a_value_that_is_not_finite_is_named() -> None:
    with pytest.raises(ValueError, match=r"f\(-1\) is undefined"):
        finite_values(parse("sqrt(x)"), np.array([1.0, -1.0, -2.0]))
    with pytest.raises(ValueError, match=r"f\(0, 2\) is infinite"):
        finite_values(parse("y/x^2", ("x", "y")), np.array([[1.0, 1.0], [0.0, 2.0]]))
