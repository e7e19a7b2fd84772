from dataclasses import dataclass

import numpy as np
import pytest
import scipy.linalg

from nnviz.approximation import least_squares, ridge_least_squares
from nnviz.approximation.least_squares import CAP, _features, _fit
from nnviz.approximation.placement import framed, placements
from nnviz.functions import PiecewiseLinear, parse
from nnviz.networks import ACTIVATIONS

SMOOTH = [name for name, a in ACTIVATIONS.items() if a.smooth and a.universal]
POLYNOMIAL = [name for name, a in ACTIVATIONS.items() if not a.universal]
X = np.sort(np.random.default_rng(7).uniform(-1, 1, 9001))
"""Points that no fit has seen."""


def sup(f, network, low=-1.0, high=1.0):
    x = (low + high) / 2 + (high - low) / 2 * X
    return np.abs(f(x) - network(x)).max()


@pytest.mark.parametrize("text", ["sin(2πx)", "e^(-x) sin(10x)", "1/(1+25x^2)"])
def test_32_tanh_units_reach_six_digits(text):
    f = parse(text)
    assert sup(f, least_squares(f, (-1, 1), 32)) < 1e-6


@pytest.mark.parametrize("activation", SMOOTH)
def test_every_smooth_activation_reaches_many_digits(activation):
    f = parse("sin(3x) + x^2/2")
    network = least_squares(f, (-1, 1), 24, activation)
    assert network.activation == activation
    assert network.width == 24
    assert sup(f, network) < 1e-6


@pytest.mark.parametrize("activation", SMOOTH)
def test_small_networks_are_refined(activation):
    f = parse("cos(2x) e^x")
    fixed = sup(f, least_squares(f, (-1, 1), 6, activation, seconds=0))
    refined = sup(f, least_squares(f, (-1, 1), 6, activation, seconds=5))
    assert refined <= fixed
    assert refined < 2e-4


def test_the_output_layer_is_that_of_lapack():
    f = parse("e^x")
    frame = framed(f, np.array([-1.0]), np.array([1.0]))
    layer = placements("tanh", 1)[3].layer(frame, 9)
    features = _features("tanh", layer.weights, layer.biases, layer.fit)
    best, *_ = scipy.linalg.lstsq(features, frame.at(layer.fit), lapack_driver="gelsy")
    found = _fit(frame, "tanh", layer).outputs[-1]
    np.testing.assert_allclose(features @ found, features @ best, atol=1e-10)


@pytest.mark.parametrize("activation", POLYNOMIAL)
@pytest.mark.parametrize("width", [3, 10, 100])
def test_polynomial_units_give_the_least_squares_polynomial_at_every_width(activation, width):
    f, degree = parse("sin(2πx) + e^x"), ACTIVATIONS[activation].degree
    x = np.linspace(0, 1, 20_001)
    best = np.polynomial.Polynomial.fit(x, f(x), degree)
    network = least_squares(f, (0, 1), width, activation)
    np.testing.assert_allclose(network(x), best(x), atol=6e-3)
    moment = [np.trapezoid((f(x) - network(x)) * x**k, x) for k in range(degree + 1)]
    np.testing.assert_allclose(moment, 0, atol=3e-3)  # the rest is orthogonal to every such polynomial


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 100.0), (-3e11, 7e11), (5.0, 5.001), (-1e-12, 1e-12), (1e-300, 1e300)]
)
@pytest.mark.parametrize("width", [5, 20])
def test_any_interval_will_do(low, high, width):
    def f(x):
        return 3e4 + 1e-3 * np.sin(3 * (x - low) / (high / 2 - low / 2))

    network = least_squares(f, (low, high), width)
    x = low / 2 + high / 2 + (high / 2 - low / 2) * X
    assert np.abs(f(x) - network(x)).max() < (2e-5 if width == 5 else 3e-10)


def test_where_float64_cannot_tell_points_apart_the_error_stays_small():
    f = parse("sin(x)")
    assert sup(f, least_squares(f, (1, 1 + 1e-12), 8), 1, 1 + 1e-12) < 1e-12


def test_a_constant_needs_no_units():
    network = least_squares(parse("0x + 3"), (-1, 1), 7)
    np.testing.assert_array_equal(network(X), 3.0)
    assert not network.output_weights.any()


def test_targets_from_points():
    f = PiecewiseLinear(np.array([-1.0, -0.2, 0.4, 1.0]), np.array([0.0, 1.0, -1.0, 0.5]))
    assert sup(f, least_squares(f, (-1, 1), 64)) < 4e-3


@pytest.mark.parametrize("text", ["sqrt(|x|)", "|x - 1/3|", "e^(-300x^2)", "tanh(200x)"])
def test_centres_find_what_is_sharp(text):
    f = parse(text)
    evenly = np.linspace(-1, 1, 40)
    x = np.linspace(-1, 1, 4001)
    features = np.column_stack([np.tanh(20 * (x[:, None] - evenly)), np.ones(4001)])
    even = np.abs(features @ np.linalg.lstsq(features, f(x), rcond=1e-12)[0] - f(x)).max()
    assert sup(f, least_squares(f, (-1, 1), 40)) < even / 3


@pytest.mark.parametrize("text", ["sin(30x)", "e^(9x)", "|x|", "floor(3x)"])
def test_output_weights_are_capped(text):
    f = parse(text)
    network = least_squares(f, (-1, 1), 20)
    assert np.abs(network.output_weights).sum() <= CAP * np.ptp(f(np.linspace(-1, 1, 2049))) / 2 * (1 + 1e-9)


def test_a_goal_buys_smaller_weights():
    f = parse("sin(2πx)")
    best, modest = (least_squares(f, (-1, 1), 32, goal=goal) for goal in (0, 1e-4))
    assert sup(f, modest) < 1.01e-4
    assert np.abs(modest.output_weights).sum() < np.abs(best.output_weights).sum() / 5


def test_the_same_input_gives_the_same_network():
    f = parse("e^x sin(5x)")
    one, other = (least_squares(f, (-1, 1), 7, seconds=60) for _ in range(2))
    np.testing.assert_array_equal(one.parameters, other.parameters)


@pytest.mark.parametrize(
    ("text", "words"), [("1/x", "infinite"), ("log(x)", "undefined"), ("sqrt(x)", "undefined")]
)
def test_a_target_that_is_not_finite_is_refused_with_the_place(text, words):
    with pytest.raises(ValueError, match=rf"f\(.*\) is {words}.*choose K without"):
        least_squares(parse(text), (-1, 1), 8)


FRANKE = parse(
    "0.75 e^(-(9x-2)^2/4 - (9y-2)^2/4) + 0.75 e^(-(9x+1)^2/49 - (9y+1)/10)"
    " + 0.5 e^(-(9x-7)^2/4 - (9y-3)^2/4) - 0.2 e^(-(9x-4)^2 - (9y-7)^2)",
    ("x", "y"),
)


def test_frankes_function_with_512_ridges():
    side = np.linspace(0, 1, 121)
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    network = ridge_least_squares(FRANKE, ((0, 1), (0, 1)), 512)
    assert network.hidden_weights.shape == (512, 2)
    assert np.abs(FRANKE(points) - network(points)).max() < 1e-4


@dataclass(frozen=True)
class Case:
    text: str
    below: float


@pytest.mark.parametrize("activation", SMOOTH)
@pytest.mark.parametrize(
    "case", [Case("x y", 1e-3), Case("sin(x) cos(4y)", 5e-3)], ids=lambda case: case.text
)
def test_ridges_of_every_smooth_activation(activation, case):
    f, rng = parse(case.text, ("x", "y")), np.random.default_rng(3)
    points = rng.uniform(-1, 1, (4000, 2)) * [2, 0.5] + [1, 0]
    network = ridge_least_squares(f, ((-1, 3), (-0.5, 0.5)), 60, activation)
    assert np.abs(f(points) - network(points)).max() < case.below


@pytest.mark.parametrize(("activation", "columns"), [("square", 6), ("cube", 10)])
def test_polynomial_ridges_span_all_polynomials_and_no_more(activation, columns):
    f, rng = parse("x y + x - 2", ("x", "y")), np.random.default_rng(3)
    points = rng.uniform(-1, 1, (400, 2))
    network = ridge_least_squares(f, ((-1, 1), (-1, 1)), 40, activation)
    np.testing.assert_allclose(network(points), f(points), atol=1e-12)
    features = np.column_stack([network.forward(points).a, np.ones(400)])
    assert np.linalg.matrix_rank(features) == columns
