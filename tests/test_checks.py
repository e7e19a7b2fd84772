"""One wording for complaints about arguments."""

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from nnviz._checks import check, check_between, check_finite, check_one_of, check_shape, requirement_between
from tests.cases import each


def said(call: Callable[..., Any], *args: Any, **kwargs: bool) -> str:
    with pytest.raises(ValueError, match="must") as caught:
        call(*args, **kwargs)
    return str(caught.value)


def test_between_names_the_argument_the_limits_and_the_value() -> None:
    assert said(check_between, "points", 1, 2, 4001) == "`points` must be between 2 and 4001, got 1"
    assert said(check_between, "η", 0, 0, above=True) == "`η` must be above 0 and finite, got 0"
    assert said(check_between, "level", 1.0, 0, 1, above=True, below=True) == (
        "`level` must be above 0 and below 1, got 1.0"
    )
    assert (
        said(check_between, "n", 2.5, 1, 9, whole=True)
        == "`n` must be a whole number between 1 and 9, got 2.5"
    )


@each("value", [nan, inf, -inf, "1", None])
def test_between_refuses_what_is_no_finite_number(value: Any) -> None:
    assert said(check_between, "x", value, 0).startswith("`x` must be at least 0 and finite, got ")


@each("value", [0, 0.5, 1, np.float64(0.25), np.int64(1)])
def test_between_accepts_the_ends_and_numpy_numbers(value: Any) -> None:
    check_between("x", value, 0, 1)


def test_limits_are_written_in_full() -> None:
    assert requirement_between(0, 2**31) == "between 0 and 2147483648"
    assert requirement_between(2, whole=True) == "a whole number of at least 2"
    assert requirement_between(1e-7, 1e9) == "between 1e-07 and 1e+09"


def test_one_of_lists_what_is_allowed() -> None:
    assert said(check_one_of, "loss", "l3", ("l1", "l2")) == "`loss` must be one of l1, l2, got 'l3'"


def test_finite_and_shape_say_what_they_found() -> None:
    assert said(check_finite, "y", [1, nan]) == "`y` must be finite, got nan"
    assert (
        said(check_shape, "x", np.zeros((2, 3)), "(n,)", False) == "`x` must have the shape (n,), got (2, 3)"
    )
    assert said(check, "start", np.float64(2), False, "a point of the box") == (
        "`start` must be a point of the box, got 2.0"
    )
