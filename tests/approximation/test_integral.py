"""Bounds of integrals contain closed forms and the values of Arb, are as close as asked, and know what is infinite."""

import math

import flint
import numpy as np
import pytest

from nnviz.approximation import best_relu
from nnviz.approximation.integral import Doubt, integral_bounds, rms_bounds, squared_error_bounds
from nnviz.networks import ShallowNetwork
from tests.cases import each

GAMMA = 0.57721566490153286061
CLOSED = [
    ("sin(x)", (0, math.pi), 2.0, 1e-6),
    ("x^2", (0, 1), 1 / 3, 1e-9),
    ("abs(x)^(-0.25)", (-1, 1), 8 / 3, 1e-6),
    ("abs(x-1/3)", (0, 1), 5 / 18, 1e-6),
    ("floor(3x)", (0, 1), 1.0, 1e-6),
    ("log(x)", (0, 1), -1.0, 1e-5),
    ("1/sqrt(x)", (0, 1), 2.0, 1e-9),
    ("floor(1/x)*x", (0, 1), math.pi**2 / 12, 1e-3),
    ("mod(1/x,1)", (0, 1), 1 - GAMMA, 1e-2),
    ("sin(1/x)", (0, 1), 0.50406706190692837199, 1e-3),
    ("sign(x^2-2)", (1, 2), 3 - 2 * math.sqrt(2), 1e-6),
    ("where(x < 0, 1, log(1-x))", (-1, 1), 1 - 1.0, 1e-4),
    ("sin(x)/x", (-1, 1), 2 * 0.94608307036718301494, 1e-6),
]


@each(("text", "interval", "value", "tolerance"), CLOSED)
def test_bounds_contain_closed_forms(
    text: str, interval: tuple[float, float], value: float, tolerance: float
) -> None:
    found = integral_bounds(text, interval, tolerance, 5.0)
    off = 1e-12 * max(1.0, abs(value))  # of the closed form, and of π as an end
    assert found.low - off <= value <= found.high + off
    assert found.doubt is None
    assert found.high - found.low <= 1.1 * tolerance * max(1.0, abs(value))


@each(
    ("text", "interval", "at"),
    [
        ("1/x", (-1, 1), 0.0),
        ("floor(1/x)", (0, 1), 0.0),
        ("tan(x)", (0, 2), math.pi / 2),
        ("1/(x^2-2)", (1, 2), math.sqrt(2)),
        ("exp(1/x)", (0, 1), 0.0),
        ("1/(x - 1)^2", (0, 1), 1.0),
    ],
)
def test_an_infinite_integral_is_proved_and_located(
    text: str, interval: tuple[float, float], at: float
) -> None:
    zero = ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    found = rms_bounds(zero, text, interval)
    assert found.doubt is Doubt.INFINITE
    assert found.low == found.high == math.inf
    assert found.at == pytest.approx(at, abs=1e-9)


@each(("text", "high"), [("exp(x)", 700), ("exp(exp(x))", 7), ("1e308*step(x)", 1), ("1e200*x", 1)])
def test_a_number_beyond_float64_is_not_an_infinite_integral(text: str, high: float) -> None:
    zero = ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    found = rms_bounds(zero, text, (0, high), seconds=0.5)
    assert found.doubt is not Doubt.INFINITE
    assert found.low < math.inf


def test_a_function_that_is_not_defined_on_a_part_has_no_bound() -> None:
    found = integral_bounds("sqrt(x)", (-1, 1), 1e-3, 5.0)
    assert found.doubt is Doubt.UNDEFINED
    assert found.at is not None
    assert found.at < 0


def test_a_step_against_a_line_in_closed_form() -> None:
    # ∫₋₁¹ (step(x) − (1 + x)/2)² dx = 2 ∫₀¹ ((1 − x)/2)² dx = 1/6
    line = ShallowNetwork("relu", [1.0], [1.0], [0.5], 0.0)
    found = squared_error_bounds(line, "step(x)", (-1, 1), 1e-9)
    assert found.low <= 1 / 6 <= found.high <= 1 / 6 * (1 + 1e-9)
    found = squared_error_bounds(line, "abs(x)^(-0.25)", (-1, 1), 1e-3)
    exact = 2 * 2.0 - 2 * (4 / 3) + 2 / 3  # ∫ x^-½ − 2 ∫ |x|^-¼ (1 + x)/2 + ∫ (1 + x)²/4
    assert found.low <= exact <= found.high <= 1.01 * exact


def arb_square(network: ShallowNetwork, low: float, high: float) -> float:
    """Return ∫ (e^(−x) sin 10x − N)² for a tanh network by Arb."""
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights

    def integrand(x: flint.acb, _: bool) -> flint.acb:
        n = flint.acb(network.output_bias)
        for one, other, out in zip(w.tolist(), b.tolist(), v.tolist(), strict=True):
            n += out * (one * x + other).tanh()
        return ((-x).exp() * (10 * x).sin() - n) ** 2

    return float(flint.acb.integral(integrand, low, high).real)


@each("seed", range(3))
def test_a_smooth_network_against_arb(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = ShallowNetwork("tanh", rng.normal(0, 3, 5), rng.normal(0, 2, 5), rng.normal(0, 1, 5), 0.1)
    found = squared_error_bounds(network, "exp(-x) sin(10x)", (-1, 1), 1e-5)
    value = arb_square(network, -1.0, 1.0)
    assert found.low * (1 - 1e-12) <= value <= found.high * (1 + 1e-12)
    assert found.high <= found.low * (1 + 1e-5)


@each("activation", ["relu", "leaky_relu", "step", "tanh", "gelu"])
@each("text", ["sin(3x)", "floor(2x)", "abs(x)^(-0.25)", "sin(1/x)", "mod(3x, 1)"])
def test_random_networks_against_many_points(activation: str, text: str) -> None:
    rng = np.random.default_rng(len(text))
    network = ShallowNetwork(activation, rng.normal(0, 3, 4), rng.normal(0, 1, 4), rng.normal(0, 1, 4), 0.2)
    from nnviz.targets import as_target

    found = rms_bounds(network, text, (-1, 1), 0.01, 5.0)
    x = (np.arange(400_000) + 0.5) / 200_000 - 1
    measured = math.sqrt(np.mean((as_target(text)(x) - network(x)) ** 2))
    assert found.low * 0.998 <= measured <= found.high * 1.002  # the points miss a part next to the pole
    assert found.high <= found.low * 1.011


def test_a_small_error_keeps_its_digits_and_a_goal_ends_early() -> None:
    network = best_relu("sin(2πx)", (-1, 1), 200).network
    close = rms_bounds(network, "sin(2πx)", (-1, 1), 0.001)
    assert 0 < close.high <= close.low * 1.0011
    assert close.high < 1e-4
    early = rms_bounds(network, "sin(2πx)", (-1, 1), 1e-9, goal=1e-2)
    assert early.high < 1e-2
    assert early.cells < close.cells


def test_bad_numbers_are_named() -> None:
    with pytest.raises(ValueError, match="K"):
        integral_bounds("x", (1, 0))
    with pytest.raises(ValueError, match="rtol"):
        integral_bounds("x", (0, 1), 0.0)
