import numpy as np
from numpy.polynomial import chebyshev

from nnviz._clock import processor_time
from nnviz._types import Bounds
from nnviz.approximation import reach
from nnviz.approximation.width_for_epsilon import WidthSearch, degrees_needed
from nnviz.expressions import parse
from nnviz.networks import ACTIVATIONS
from tests.cases import each

SMOOTH = [name for name, a in ACTIVATIONS.items() if a.smooth and a.universal]


@each(("text", "interval"), [("e^x", (0.0, 5.0)), ("sin(50x)", (-3.0, 3.0)), ("1/(1+25x^2)", (-1.0, 1.0))])
def test_the_degree_is_that_of_numpys_interpolation(text: str, interval: Bounds) -> None:
    f, epsilons = parse(text), np.array([1e-2, 1e-6])
    c = np.abs(chebyshev.Chebyshev.interpolate(f, 400, interval).coef)
    wanted = [next(n for n in range(400) if c[n + 1 :].sum() < epsilon) for epsilon in epsilons]
    np.testing.assert_array_equal(degrees_needed(f, interval, epsilons), wanted)


def test_the_degree_of_a_polynomial_and_of_a_kink() -> None:
    assert degrees_needed(parse("x^7 - x"), (-1, 1), [1e-9]).tolist() == [7]
    assert degrees_needed(parse("|x - 1/3|"), (-1, 1), [1e-9])[0] > 1000


@each(("text", "interval", "epsilon"), [("sin(50x)", (-3.0, 3.0), 1e-3), ("e^x", (0.0, 5.0), 1e-9)])
@each("activation", ["tanh", "sigmoid"])
def test_many_waves_and_many_digits_are_proved(
    text: str, interval: Bounds, epsilon: float, activation: str
) -> None:
    found = reach(parse(text), interval, epsilon, activation, seconds=20)
    assert found.certificate.status == "proved"
    assert found.network.width <= 160


@each("activation", SMOOTH)
def test_few_units_are_enough_and_their_weights_are_moderate(activation: str) -> None:
    """A polynomial within 1e-6 of cos 20x has degree 33."""
    f, x = parse("cos(20x)"), np.linspace(-1, 1, 9001)
    network = WidthSearch(f, (-1, 1), activation, processor_time() + 60).smallest(1e-6)
    assert np.abs(f(x) - network(x)).max() < 1e-6
    assert network.width <= 50
    assert np.abs(network.output_weights).sum() < 2e5


def test_a_unit_of_the_same_kind_is_found_again() -> None:
    network = WidthSearch(parse("tanh(5x - 1)"), (-2, 2), "tanh", processor_time() + 60).smallest(1e-6)
    assert network.width == 1


def test_a_kink_that_needs_too_many_units_gives_the_best_that_is_known() -> None:
    f, x = parse("sqrt(|x|)"), np.linspace(-1, 1, 9001)
    network = WidthSearch(f, (-1, 1), "tanh", processor_time() + 0.1).smallest(1e-9)
    assert np.abs(f(x) - network(x)).max() < 0.1
