"""The price of a question is said before a long search, and never before a short one."""

import pytest

from nnviz.approximation.measurable.reach import SETTINGS as NORM_SETTINGS
from nnviz.approximation.price import estimate_price
from nnviz.expressions import parse

K = (-1.0, 1.0)


@pytest.mark.parametrize(
    ("f", "epsilon", "activation"),
    [
        ("sin(2πx)", 0.1, "relu"),
        ("sin(2πx)", 1e-6, "relu"),
        ("|x|", 1e-9, "relu"),
        ("sin(2πx)", 1e-6, "tanh"),
        ("1/x", 0.1, "relu"),
        ("log(x)", 0.1, "tanh"),
    ],
)
def test_a_cheap_question_is_answered_at_once(f: str, epsilon: float, activation: str) -> None:
    assert estimate_price(parse(f), K, epsilon, activation) is None


def test_the_estimate_of_relu_units_is_near_the_asymptote() -> None:
    """(∫√|f″|) / (4√ε): the best error with S pieces (de Boor 1978, see nnviz.approximation.relu)."""
    wanted = 2 * 2 * 3.141592653589793 * 0.7628 / (4 * 2e-8**0.5)  # the mean of √|sin| is 0.7628
    found = estimate_price(parse("sin(2πx)"), K, 2e-8, "relu")
    assert found == pytest.approx(wanted, rel=0.25)


def test_many_waves_are_expensive_for_smooth_units() -> None:
    found = estimate_price(parse("sin(200x)"), K, 1e-3, "tanh")
    assert found is not None
    assert 200 < found < 300


def test_the_other_norms_have_a_price_of_their_own() -> None:
    """In the root mean square the tube is wider, so fewer units are needed: by the square root of its width."""
    f = parse("sin(500x)")
    outside = estimate_price(f, K, 1e-3, "relu", "outside")
    rms = estimate_price(f, K, 1e-3, "relu", "rms")
    assert outside is not None
    assert rms == pytest.approx(outside / NORM_SETTINGS.first_tube**0.5, rel=0.05)
    assert estimate_price(parse("sign(x)"), K, 1e-9, "relu", "outside") is None


@pytest.mark.parametrize(
    ("f", "side", "epsilon", "found"),
    [
        ("exp(-x^2-y^2)", 2, 1e-4, 64),
        ("exp(-x^2-y^2)", 2, 1e-5, 153),
        ("exp(-x^2-y^2)", 2, 1e-6, 197),
    ],
)
def test_a_search_in_two_inputs_has_a_price(f: str, side: float, epsilon: float, found: int) -> None:
    """The widths were found by ``reach`` before, see benchmarks/README.md."""
    box = (-side, side), (-side, side)
    units = estimate_price(f, box, epsilon, "tanh")
    assert units is not None
    assert 1 / 3 < units / found < 3
    assert estimate_price("tanh(3x+4y)", box, 1e-9, "tanh") is None
    assert estimate_price("x*y", box, 1e-6, "tanh") is None
    assert estimate_price("sin(20x)*cos(20y)", box, 0.1, "relu") is not None


# On a box the price of the norm "outside" is read from small networks: a disk with a narrow rim needs many units.
def test_a_narrow_exceptional_set_on_a_box_is_expensive() -> None:
    disk, box = "x^2+y^2<1", ((-2.0, 2.0), (-2.0, 2.0))
    assert estimate_price(disk, box, 0.1, "tanh", "outside", 0.1) is not None
    assert estimate_price("x+y", box, 0.1, "tanh", "outside", 0.1) is None
    assert estimate_price("step(x)", box, 0.1, "relu", "outside", 0.1) is None
