"""Where formulas break, against places that are known in closed form."""

import numpy as np

from nnviz.enclosures.breaks import breaks
from nnviz.expressions import parse
from nnviz.targets import through
from tests.cases import each


@each(
    ("text", "places"),
    [
        ("|x - 1/3|", [1 / 3]),
        ("|3x - 1|", [1 / 3]),
        ("|x^2 - 0.5|", [-(0.5**0.5), 0.5**0.5]),
        ("max(x, 0.25)", [0.25]),
        ("clip(x, -0.7, 0.1)", [-0.7, 0.1]),
        ("tri(2x)", [-0.5, 0, 0.5]),
        ("floor(3x)", [-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1]),
        ("round(2x)", [-0.75, -0.25, 0.25, 0.75]),
        ("mod(x, 0.4)", [-0.8, -0.4, 0, 0.4, 0.8]),
        ("tan(5x)", [-0.3 * np.pi, -0.1 * np.pi, 0.1 * np.pi, 0.3 * np.pi]),
        ("where(x < -0.2, 0, 1)", [-0.2]),
        ("0 < x and x < 0.3", [0, 0.3]),
        ("|x| + |exp(x) - 2|", [0, np.log(2)]),
        ("sqrt((x - 0.3)^2)", [0.3]),
        ("1/(x - 0.123)", [0.123]),
        ("|x|^0.5", [0]),
    ],
)
def test_breaks_are_found_to_the_last_digits(text: str, places: list[float]) -> None:
    found = breaks(parse(text), -1.0, 1.0)
    for place in places:
        assert np.abs(found - place).min() < 4e-16


@each(
    ("text", "places"),
    [
        ("|round(x) - x|", [-1.5, -1, -0.5, 0, 0.5, 1]),
        ("1/(x^2 - 2x + 1)", [1]),
        ("1/x^2 + |x - 1/3|", [0, 1 / 3]),
    ],
)
def test_each_break_is_found_once_and_as_the_number_that_is_meant(text: str, places: list[float]) -> None:
    np.testing.assert_allclose(breaks(parse(text), -1.7, 1.3), places, rtol=3e-16, atol=0)


@each("text", ["sin(9x)", "exp(-x^2)", "x^3 - x", "1/(1 + x^2)", "sqrt(2 + x)", "x/7", "tanh(x)"])
def test_smooth_formulas_have_none(text: str) -> None:
    assert breaks(parse(text), -1.0, 1.0).size == 0


def test_a_stretch_where_a_margin_is_zero_counts_by_its_ends() -> None:
    found = breaks(parse("|relu(x)|"), -1.0, 1.0)
    assert 0 in found
    assert found.size <= 4


def test_the_knots_of_a_target_from_points() -> None:
    f = through([0.0, 1.0, 2.0, 3.0], [1.0, 0.0, 2.0, 1.0])
    np.testing.assert_array_equal(breaks(f, 0.5, 2.5), [1.0, 2.0])


def test_what_is_kept_for_the_next_who_asks_cannot_be_changed() -> None:
    assert not breaks(parse("|x|"), -1.0, 1.0).flags.writeable
    assert breaks(parse("|x|"), -1, 1) is breaks(parse("abs(x)"), -1.0, 1.0)
