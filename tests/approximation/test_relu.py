"""The best ReLU network for a width, against theory and against the lower bound that no network beats."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.approximation.lower_bound import units_needed
from nnviz.approximation.piecewise_linear import Path
from nnviz.approximation.relu import best_relu, relu_network
from nnviz.approximation.sampling import spread
from nnviz.expressions import Expression, parse
from nnviz.networks import ShallowNetwork
from nnviz.targets import TARGETS, PiecewiseLinear
from tests.cases import each

SMOOTH = ["sine", "runge", "decaying_wave", "cubic", "mixture", "root"]


def sup_error(
    network: ShallowNetwork, f: Expression | PiecewiseLinear, interval: tuple[float, float]
) -> float:
    x = np.linspace(*interval, 20_011)
    return float(np.abs(network(x) - f(x)).max())


@each("name", SMOOTH)
@each("width", [32, 128])
def test_no_network_of_this_width_is_much_better(name: str, width: int) -> None:
    """With ε 2 % below its error, more units than it has are needed: proved, so it is within 2 % of the optimum."""
    f, interval = parse(TARGETS[name].text), TARGETS[name].interval
    best = best_relu(f, interval, width)
    error = sup_error(best.network, f, interval)
    assert best.network.width <= width
    assert error <= 1.02 * best.epsilon
    smaller = 0.98 * error * (width / (width + 2)) ** 2
    assert units_needed(f, smaller, spread(f, interval, smaller).x) > width


@each(
    ("text", "interval", "integral"),
    [
        ("x^2", (0, 1), 2**0.5),
        ("exp(x)", (0, 1), 2 * (np.exp(0.5) - 1)),
        ("sin(2πx)", (0, 1), 2 * np.pi * 0.762759763501814),
        ("√x", (0.01, 1), 0.5 * 4 * (1 - 0.01**0.25)),
    ],
)
def test_the_error_is_the_asymptotic_one(text: str, interval: tuple[float, int], integral: float) -> None:
    """(∫√|f″|)²/(16 S²) with S = N + 1 pieces, or N where f bends one way only. ∫₀¹√|sin 2πx| dx = 0.76276."""
    f, width = parse(text), 128
    error = sup_error(best_relu(f, interval, width).network, f, interval)
    assert integral**2 / 16 / (width + 1) ** 2 * 0.98 <= error <= integral**2 / 16 / width**2 * 1.02


@each(
    ("text", "units"),
    [
        ("|x|", 2),
        ("3x - 2", 1),
        ("relu(x - 0.25)", 1),
        ("0.7", 0),
        ("max(|x|, 0.5)", 2),
        ("||2x| - 1| - x/2", 4),
    ],
)
def test_piecewise_linear_functions_are_met_exactly(text: str, units: int) -> None:
    f = parse(text)
    network = best_relu(f, (-1.0, 1.0), 8).network
    assert network.width == units
    assert sup_error(network, f, (-1.0, 1.0)) < 1e-14


def test_a_target_from_points_is_met_exactly() -> None:
    rng = np.random.default_rng(3)
    f = PiecewiseLinear(np.sort(rng.uniform(-2, 3, 30)), rng.normal(size=30))
    network = best_relu(f, (-2.5, 3.5), 31).network
    assert network.width <= 31
    assert sup_error(network, f, (-2.5, 3.5)) < 1e-12


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.floats(1e-6, 1e-2))
def test_a_path_becomes_a_network_within_its_tolerance(seed: int, pieces: int, tolerance: float) -> None:
    rng = np.random.default_rng(seed)
    path = Path(np.cumsum(rng.uniform(0.05, 1, pieces + 1)), rng.normal(size=pieces + 1))
    best = relu_network(path, 0.0, tolerance)
    x = np.union1d(path.x, np.linspace(path.x[0], path.x[-1], 301))
    assert best.network.width in {max(pieces - 1, 1), pieces}
    assert np.abs(best.network(x) - path(x)).max() <= best.epsilon + 1e-10
    assert best.epsilon <= tolerance
    assert set(np.abs(best.network.hidden_weights).ravel()) == {1.0}


def test_units_that_face_left_save_one() -> None:
    """Slopes −1, 0, 1: two units are enough, the left one facing left. Slopes 1, 2, 3 all of one sign: three."""
    flat = Path(np.array([0.0, 1, 2, 3]), np.array([1.0, 0, 0, 1]))
    rising = Path(np.array([0.0, 1, 2, 3]), np.array([0.0, 1, 3, 6]))
    assert relu_network(flat, 0.0, 0.0).network.width == 2
    assert relu_network(rising, 0.0, 1e-3).network.width == 3


@each(("text", "half"), [("step(x)", 0.5), ("sign(x - 0.3)", 1.0), ("floor(2x)", 0.5)])
def test_a_jump_is_bridged(text: str, half: float) -> None:
    f = parse(text)
    best = best_relu(f, (-1.0, 1.0), 16)
    x = np.linspace(-1, 1, 20_011)
    error = np.abs(best.network(x) - f(x))
    assert error.max() <= 2.01 * half
    assert np.quantile(error, 0.99) < 1e-6


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match=r"unbounded near x = 0"):
        best_relu(parse("1/x"), (-1.0, 1.0), 8)


@each("seed", range(4))
def test_each_unit_more_helps_or_does_no_harm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(1, 9, 3)
    f = parse(f"sin({a:.3f}x) + cos({b:.3f}x + {c:.3f})")
    errors = [sup_error(best_relu(f, (-1.0, 1.0), n).network, f, (-1.0, 1.0)) for n in (4, 8, 16, 32, 64)]
    assert all(later <= 1.01 * earlier for earlier, later in pairwise(errors))
