import math

import pytest

from nnviz.web.wording import plural, show_count, show_number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.354, "0.354"),
        (-1.2, "−1.2"),
        (-0.0, "0"),
        (2.2204e-16, "2.22 × 10⁻¹⁶"),
        (66_000.0, "6.6 × 10⁴"),
        (1e-8, "10⁻⁸"),
        (-1e-8, "−10⁻⁸"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_a_number_in_a_sentence(value: float, shown: str) -> None:
    assert show_number(value) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(1, "1 unit"), (2001, "2001 units"), (10_000, "10\u202f000 units")]
)
def test_a_count_with_its_noun(count: int, shown: str) -> None:
    assert plural(count, "unit") == shown
    assert show_count(count) == shown.split(" unit")[0]
