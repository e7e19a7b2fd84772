import numpy as np
import pytest

from nnviz.approximation import approximate, measure
from nnviz.approximation.approximate import as_leaky, widened
from nnviz.functions import PiecewiseLinear, parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork

X = np.sort(np.random.default_rng(11).uniform(-1, 1, 30_001))
"""Points that are not those of any fit or measurement."""
FLOORS = {"linear": 0.5, "square": 0.2, "cube": 0.2}


@pytest.mark.parametrize("width", [1, 2, 9, 40])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_and_its_errors_measured_again(activation, width):
    f = parse("sin(3x) + |x|")
    found = approximate(f, (-1, 1), width, activation, seconds=0.2)
    misses = f(X) - found.network(X)
    assert (found.network.activation, found.network.width) == (activation, width)
    assert np.abs(misses).max() <= found.sup_error * 1.01 + 1e-12
    np.testing.assert_allclose(found.rms_error, np.sqrt(np.mean(misses**2)), rtol=0.1, atol=1e-8)
    assert found.points >= 10_007
    assert found.method


@pytest.mark.parametrize("activation", [name for name, a in ACTIVATIONS.items() if a.universal])
def test_universal_activations_get_better_with_width(activation):
    f = parse("sin(3x) + x/2")
    few, many = (approximate(f, (-1, 1), n, activation, seconds=0.2).sup_error for n in (4, 64))
    assert many < max(few / 8, 1e-10)


@pytest.mark.parametrize("activation", [name for name, a in ACTIVATIONS.items() if not a.universal])
def test_the_others_do_not(activation):
    f = parse("sin(9x)")
    errors = [approximate(f, (-1, 1), n, activation).sup_error for n in (4, 16, 64)]
    np.testing.assert_allclose(errors, errors[0], rtol=0.02)
    assert errors[0] > 0.5


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_two_inputs(activation):
    f = parse("x^2 - 2x", ("x", "y"))
    found = approximate(f, ((-1, 2), (0, 3)), 40, activation)
    assert found.network.hidden_weights.shape == (40, 2)
    assert found.points == 141**2
    points = np.random.default_rng(1).uniform([-1, 0], [2, 3], (2000, 2))
    assert np.abs(f(points) - found.network(points)).max() <= found.sup_error * 1.3


@pytest.mark.parametrize("width", [2, 3, 8, 50])
def test_leaky_relu_is_about_as_good_as_relu(width):
    f = parse("e^x sin(4x)")
    relu, leaky = (approximate(f, (-1, 1), width, name).sup_error for name in ("relu", "leaky_relu"))
    one_less = approximate(f, (-1, 1), width - 1).sup_error
    assert leaky < max(relu, one_less) * 1.01


def test_a_relu_network_as_a_leaky_one():
    relu = ShallowNetwork("relu", [2.0, -1.0, 0.5], [3.0, 0.2, 0.1], [1.0, -2.0, 4.0], 0.3)
    leaky = as_leaky(relu, (-1, 1))
    assert (leaky.activation, leaky.width) == ("leaky_relu", 3)
    np.testing.assert_allclose(leaky(X), relu(X), atol=1e-12)
    with pytest.raises(ValueError, match="positive on all of K"):
        as_leaky(relu, (-2, 1))


def test_idle_units_change_nothing():
    small = ShallowNetwork("relu", [2.0], [0.5], [1.0], 0.3)
    wide = widened(small, (-1, 1), 6)
    assert wide.width == 6
    np.testing.assert_array_equal(wide(X), small(X))


def test_errors_are_measured_where_a_steep_unit_hides_one():
    spike = ShallowNetwork("gaussian", [1e7], [-1e7 / 3], [0.5], 0.0)
    errors = measure(parse("0x"), (-1, 1), spike)
    np.testing.assert_allclose(errors.sup, 0.5)
    assert errors.rms < 0.1


def test_targets_from_points_and_exact_answers():
    f = PiecewiseLinear(np.array([-1.0, 0.1, 1.0]), np.array([0.0, 1.0, -1.0]))
    assert approximate(f, (-1, 1), 3).sup_error < 1e-12
    assert approximate(f, (-1, 1), 32, "tanh").sup_error < 2e-3


@pytest.mark.parametrize("activation", ["relu", "tanh", "step", "square"])
@pytest.mark.parametrize("text", ["1/x", "log(x)", "sqrt(x)"])
def test_a_target_that_is_not_finite_is_refused(text, activation):
    with pytest.raises(ValueError, match=r"unbounded near x = 0|not defined (at|from) x = "):
        approximate(parse(text), (-1, 1), 8, activation)


def test_a_jump_leaves_half_of_it_to_any_continuous_network():
    for activation in ("relu", "tanh"):
        assert approximate(parse("floor(x + 1/3)"), (-1, 1), 32, activation).sup_error > 0.49
    assert approximate(parse("floor(x + 1/3)"), (-1, 1), 32, "step").sup_error == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((1, 0), 3), "K is"),
        (((0, np.inf), 3), "compact"),
        ((5, 3), "legal is an interval"),
        ((((0, 1), (2, 2)), 3), "K is"),
        (((0, 1), 0), "width is 0"),
        (((0, 1), 2.5), "width is 2.5"),
        (((0, 1), 3, "swish"), "unknown activation 'swish'; legal: relu"),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError, match=words):
        approximate(parse("x"), *arguments)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("text", ["1/x", "tan(9x)", "log(x)", "sqrt(x)", "sin(1/x)", "1/(x - 0.30001)"])
def test_a_pole_between_samples_is_not_overlooked(text, activation):
    with pytest.raises(ValueError, match=r"Choose an interval"):
        approximate(parse(text), (-1.0003, 1), 16, activation)


@pytest.mark.parametrize(
    "activation", ["relu", "leaky_relu", "gelu", "tanh", "sine", "gaussian", "step", "cube"]
)
@pytest.mark.parametrize(
    ("text", "interval"), [("exp(x)", (0, 700)), ("1e-300 x^2", (-1, 1)), ("x^2", (1, 1 + 1e-12))]
)
def test_numbers_of_any_size_are_approximated(text, interval, activation):
    f = parse(text)
    found = approximate(f, interval, 12, activation)
    y = f(np.linspace(*interval, 999))
    assert found.sup_error <= np.ptp(y)
