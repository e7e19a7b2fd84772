from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnviz._types import Array
from nnviz.approximation import approximate, measure
from nnviz.approximation.approximate import as_leaky, widened
from nnviz.expressions import parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import PiecewiseLinear
from tests.cases import each

X = np.sort(np.random.default_rng(11).uniform(-1, 1, 30_001))
"""Points that are not those of any fit or measurement."""
FLOORS = {"linear": 0.5, "square": 0.2, "cube": 0.2}


def root_mean_square(error: Callable[[Array], Array]) -> float:
    """Return (½ ∫ error²)^½ over [−1, 1] by Gauss-Legendre in 280 cells on each side that shrink towards 0."""
    edges = np.append(0, np.geomspace(1e-14, 1, 281))
    nodes, weights = np.polynomial.legendre.leggauss(16)
    half = np.diff(edges)[:, None] / 2
    x = edges[:-1, None] + half * (1 + nodes)
    squares = sum(error((side * x).ravel()).reshape(x.shape) ** 2 for side in (1, -1))
    return float(np.sqrt(np.sum(squares * weights * half) / 2))


@pytest.mark.usefixtures("rough_fits")
@each("width", [1, 2, 9, 40])
@each("activation", ACTIVATIONS)
def test_every_activation_and_its_errors_measured_again(activation: str, width: int) -> None:
    """A smooth network may miss the kink in a layer as thin as 1e-8, which no even grid sees."""
    f = parse("sin(3x) + |x|")
    found = approximate(f, (-1, 1), width, activation, seconds=0.2)
    misses = f(X) - found.network(X)
    assert (found.network.activation, found.network.width) == (activation, width)
    assert np.abs(misses).max() <= found.sup_error * 1.01 + 1e-12
    exact = root_mean_square(lambda x: np.asarray(f(x) - found.network(x)))
    np.testing.assert_allclose(found.rms_error, exact, rtol=0.02, atol=1e-12)
    assert found.points >= 10_007
    assert found.method


@each("activation", [name for name, a in ACTIVATIONS.items() if a.universal])
def test_universal_activations_get_better_with_width(activation: str) -> None:
    f = parse("sin(3x) + x/2")
    few, many = (approximate(f, (-1, 1), n, activation, seconds=0).sup_error for n in (4, 64))
    assert many < max(few / 8, 1e-10)


@each("activation", [name for name, a in ACTIVATIONS.items() if not a.universal])
def test_the_others_do_not(activation: str) -> None:
    f = parse("sin(9x)")
    errors = [approximate(f, (-1, 1), n, activation).sup_error for n in (4, 16, 64)]
    np.testing.assert_allclose(errors, errors[0], rtol=0.02)
    assert errors[0] > 0.5


@each("activation", ACTIVATIONS)
def test_two_inputs(activation: str) -> None:
    f = parse("x^2 - 2x", ("x", "y"))
    found = approximate(f, ((-1, 2), (0, 3)), 40, activation, seconds=0.02)
    assert found.network.hidden_weights.shape == (40, 2)
    assert found.points == 141**2
    points = np.random.default_rng(1).uniform([-1, 0], [2, 3], (2000, 2))
    assert np.abs(f(points) - found.network(points)).max() <= found.sup_error * 1.3


@each("width", [2, 3, 8, 50])
def test_leaky_relu_is_about_as_good_as_relu(width: int) -> None:
    f = parse("e^x sin(4x)")
    relu, leaky = (approximate(f, (-1, 1), width, name).sup_error for name in ("relu", "leaky_relu"))
    one_less = approximate(f, (-1, 1), width - 1).sup_error
    assert leaky < max(relu, one_less) * 1.01


def test_a_relu_network_as_a_leaky_one() -> None:
    relu = ShallowNetwork("relu", [2.0, -1.0, 0.5], [3.0, 0.2, 0.1], [1.0, -2.0, 4.0], 0.3)
    leaky = as_leaky(relu, (-1, 1))
    assert (leaky.activation, leaky.width) == ("leaky_relu", 3)
    np.testing.assert_allclose(leaky(X), relu(X), atol=1e-12)
    with pytest.raises(ValueError, match="positive on all of K"):
        as_leaky(relu, (-2, 1))


def test_idle_units_change_nothing() -> None:
    small = ShallowNetwork("relu", [2.0], [0.5], [1.0], 0.3)
    wide = widened(small, (-1, 1), 6)
    assert wide.width == 6
    np.testing.assert_array_equal(wide(X), small(X))


def test_errors_are_measured_where_a_steep_unit_hides_one() -> None:
    spike = ShallowNetwork("gaussian", [1e7], [-1e7 / 3], [0.5], 0.0)
    errors = measure(parse("0x"), (-1, 1), spike)
    np.testing.assert_allclose(errors.sup, 0.5)
    assert errors.rms < 0.1


def test_targets_from_points_and_exact_answers() -> None:
    f = PiecewiseLinear(np.array([-1.0, 0.1, 1.0]), np.array([0.0, 1.0, -1.0]))
    assert approximate(f, (-1, 1), 3).sup_error < 1e-12
    assert approximate(f, (-1, 1), 32, "tanh").sup_error < 2e-3


@each("activation", ["relu", "tanh", "step", "square"])
@each("text", ["1/x", "log(x)", "sqrt(x)"])
def test_a_target_that_is_not_finite_is_refused(text: str, activation: str) -> None:
    with pytest.raises(ValueError, match=r"unbounded near x = 0|not defined (at|from) x = "):
        approximate(parse(text), (-1, 1), 8, activation)


def test_a_jump_leaves_half_of_it_to_any_continuous_network() -> None:
    for activation in ("relu", "tanh"):
        assert approximate(parse("floor(x + 1/3)"), (-1, 1), 32, activation).sup_error > 0.49
    assert approximate(parse("floor(x + 1/3)"), (-1, 1), 32, "step").sup_error == 0


@each(
    ("arguments", "words"),
    [
        (((1, 0), 3), "`K` must be"),
        (((0, np.inf), 3), "compact"),
        ((5, 3), "must be an interval"),
        ((((0, 1), (2, 2)), 3), "`K` must be"),
        (((0, 1), 0), "`width` must be .* got 0"),
        (((0, 1), 2.5), "`width` must be .* got 2.5"),
        (((0, 1), 3, "swish"), "`activation` must be one of relu.*got 'swish'"),
    ],
)
def test_bad_input(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        approximate(parse("x"), *arguments)


@each("activation", ACTIVATIONS)
@each("text", ["1/x", "tan(9x)", "log(x)", "sqrt(x)", "sin(1/x)", "1/(x - 0.30001)"])
def test_a_pole_between_samples_is_not_overlooked(text: str, activation: str) -> None:
    with pytest.raises(ValueError, match=r"Choose an interval"):
        approximate(parse(text), (-1.0003, 1), 16, activation)


@pytest.mark.usefixtures("rough_fits")
@each("activation", ["relu", "leaky_relu", "gelu", "tanh", "sine", "gaussian", "step", "cube"])
@each(("text", "interval"), [("exp(x)", (0, 700)), ("1e-300 x^2", (-1, 1)), ("x^2", (1, 1 + 1e-12))])
def test_numbers_of_any_size_are_approximated(
    text: str, interval: tuple[int, float], activation: str
) -> None:
    f = parse(text)
    found = approximate(f, interval, 12, activation, seconds=0.1)
    y = f(np.linspace(*interval, 999))
    assert found.sup_error <= np.ptp(y)
