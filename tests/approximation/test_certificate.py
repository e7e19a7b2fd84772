"""Certificates: true claims, false claims, and what cannot be decided."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import ctx

from nnviz.approximation import (
    Certificate,
    Path,
    approximate,
    certify,
    error_bounds,
    interpolant,
    relu_network,
)
from nnviz.approximation.certificate.kinked_units import StepUnits
from nnviz.expressions import parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import through
from tests.approximation.networks import FAMILIES, ROOF, K, measured, solved
from tests.cases import each
from tests.narrowing import present


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec, ctx.cap = 200, 8


# --- true claims ---

SMOOTH_TARGETS = ["sin(2pi*x)", "exp(-x)*sin(10x)", "1/(1+25x^2)", "tanh(5x) + x^3", "log(2 + x)*cos(7x)"]


TARGETS = [
    *SMOOTH_TARGETS,
    "abs(x)",
    "max(sin(5x), 0.3)",
    "sqrt(abs(x))",
    "abs(x - 1/3) + x^2",
    "where(x < 0, x, x^2)",
]


@each("width", [8, 64, 1000])
@each("text", TARGETS)
def test_true_claims_about_relu_networks_are_proved(text: str, width: int) -> None:
    f = parse(text)
    network = interpolant(f, K, width)
    error = measured(network, f)
    epsilon = max(1.1 * error, 1e-12)
    found = certify(network, f, K, epsilon)
    assert found.status == "proved", found.reason
    assert error - present(found.rounding) - 1e-14 <= present(found.bound) < epsilon


@each("activation", [name for name in FAMILIES if ACTIVATIONS[name].universal])
@each("text", SMOOTH_TARGETS)
def test_true_claims_about_smooth_networks_are_proved(text: str, activation: str) -> None:
    f = parse(text)
    network = solved(activation, f, 24)
    error = measured(network, f)
    found = certify(network, f, K, 1.1 * error)
    assert found.status == "proved", found.reason
    assert error - present(found.rounding) - 1e-14 <= present(found.bound)
    assert present(found.bound) < 1.1 * error


def test_a_polynomial_network_is_exact() -> None:
    # 2x = ((x + 1)² − (x − 1)²)/2
    network = ShallowNetwork("square", [1.0, 1.0], [1.0, -1.0], [0.5, -0.5], 0.0)
    assert certify(network, parse("2x"), K, 1e-13).status == "proved"


def test_targets_from_points() -> None:
    rng = np.random.default_rng(3)
    f = through(np.linspace(-1, 1, 2000), np.cumsum(rng.normal(size=2000)) * 0.05)
    knots = f.knots[::40]
    changes = np.diff(np.diff(f(np.append(knots, 1.0))) / np.diff(np.append(knots, 1.0)), prepend=0.0)
    network = ShallowNetwork("relu", np.ones(len(knots)), -knots, changes, f.values[0])
    error = float(np.abs(f(f.knots) - network(f.knots)).max())
    assert certify(network, f, K, error * 1.1).status == "proved"
    assert certify(network, f, K, error * 0.97).status == "refuted"


@each("interval", [(0.0, 1e-12), (-1e12, 1e12), (1e6, 1e6 + 1e-3), (-3.0, 0.1)])
def test_intervals_of_any_size(interval: tuple[float, float]) -> None:
    f = parse(f"cos(x/{max(map(abs, interval))}) + x")
    middle = sum(interval) / 2
    network = ShallowNetwork("relu", [1.0, -1.0], [-middle, middle], [1.0, -1.0], middle)
    found = certify(network, f, interval, 1.5)
    assert found.status == "proved", found.reason


# --- false claims ---


def really_refuted(found: Certificate) -> bool:
    """The error at the point that is given, by another arithmetic, is greater than ε."""
    error = abs(float(found.target(np.array([found.at]))[0] - found.network([found.at])[0]))
    return found.interval[0] <= found.at <= found.interval[1] and error > found.epsilon * (1 - 1e-6)


@each("activation", ["relu", "tanh", "gaussian"])
@each("text", TARGETS)
def test_claims_below_the_true_error_are_refuted(text: str, activation: str) -> None:
    f = parse(text)
    network = interpolant(f, K, 32) if activation == "relu" else solved(activation, f, 16)
    error = measured(network, f)
    if error > 1e-9:
        found = certify(network, f, K, 0.97 * error)
        assert found.status == "refuted", found.reason
        assert found.bound is None
        assert really_refuted(found)


def damaged(network: ShallowNetwork, rng: np.random.Generator) -> ShallowNetwork:
    """The network with one of its numbers changed by 2 % or more."""
    parameters = network.parameters
    k = rng.integers(parameters.size)
    parameters[k] += (abs(parameters[k]) + 1e-3) * rng.choice([-1, 1]) * 10 ** rng.uniform(-1.7, 0.5)
    return ShallowNetwork.from_parameters(network.activation, parameters)


@each("activation", ["relu", "tanh"])
def test_no_damaged_network_is_proved(activation: str) -> None:
    f, rng = parse("sin(2pi*x)"), np.random.default_rng(0)
    network = interpolant(f, K, 100) if activation == "relu" else solved(activation, f, 20)
    epsilon = 1.1 * measured(network, f)
    assert certify(network, f, K, epsilon).status == "proved"
    tried = 0
    while tried < 50:
        worse = damaged(network, rng)
        error = measured(worse, f)
        if error > epsilon * (1 + 1e-6):
            found = certify(worse, f, K, epsilon)
            assert found.status == "refuted"
            assert really_refuted(found)
            tried += 1


@each("seed", range(20))
def test_a_spike_between_grid_points_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    at, activation = rng.uniform(-1, 1), ["relu", "tanh"][seed % 2]
    base = parse("sin(2pi*x)")
    network = interpolant(base, K, 100) if activation == "relu" else solved("tanh", base, 20)
    epsilon = 1.5 * measured(network, base)
    f = parse(f"sin(2pi*x) + {6 * epsilon:.17f}*exp(-((x - ({at:.17f}))/0.00001)^2)")
    found = certify(network, f, K, epsilon)
    assert found.status == "refuted"
    assert abs(found.at - at) < 1e-4


@each(
    ("text", "interval", "reason", "at"),
    [
        ("1/x", (-1.0, 2.0), "undefined", 0.0),
        ("log(x)", (-1.0, 1.0), "undefined", -1.0),
        ("log(x)", (0.0, 1.0), "undefined", 0.0),
        ("0*log(x + 1/3)", (-0.9, 0.9), "undefined", -0.9),
        ("0/(x - 0.3)", (-1.0, 1.0), "undefined", 0.3),
        ("sqrt(x)", (-1.0, 1.0), "undefined", -1.0),
        ("0*tan(9x)", (0.0, 0.3), "undefined", np.pi / 18),
        ("x*sin(1/x)", (-1.0, 1.0), "undefined", 0.0),
        ("x*sin(1/x)", (-0.3, 0.4), "undefined", 0.0),
        ("exp(1000x)*(1 - x)*1e-9", (0.0, 1.0), "too large", 0.75),
    ],
)
def test_a_function_that_is_not_defined_everywhere_is_not_proved(
    text: str, interval: tuple[float, float], reason: str, at: float
) -> None:
    found = certify(ROOF, parse(text), interval, 1e6)
    assert (found.status, found.bound) == ("undecided", None)
    assert reason in found.reason
    assert found.at == pytest.approx(at, abs=1e-6)


def test_a_jump_is_named() -> None:
    f = parse("0.3*sign(x - 1/3)")
    flat = ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    assert certify(flat, f, K, 0.31).status == "proved"
    assert certify(flat, f, K, 0.29).status == "refuted"
    steep = ShallowNetwork("relu", [1.0, 1.0], [-1 / 3 + 1e-9, -1 / 3 - 1e-9], [3e8, -3e8], -0.3)
    assert certify(steep, f, K, 0.1).status == "refuted"


def test_a_network_that_float64_cannot_resolve_is_left_undecided() -> None:
    network = ShallowNetwork("relu", [3.0, 3.0], [0.1, 0.1], [1e18, -1e18], 0.0)
    found = certify(network, parse("0"), K, 0.1)
    assert found.status == "undecided"
    assert "float64" in found.reason


def test_why_it_is_stuck_is_said() -> None:
    flat = ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    assert certify(flat, parse("sign(x - 1/3) - sign(x - 1/3)"), K, 1.0, seconds=30.0).status == "proved"
    found = certify(flat, parse("sign(x - 1/3) + sign(1/3 - x)"), K, 1.0, seconds=30.0)
    assert (found.status, "jump" in found.reason) == ("undecided", True)
    assert found.at == pytest.approx(1 / 3)


def test_a_claim_at_the_error_itself_is_not_proved() -> None:
    f, flat = parse("x^2"), ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    assert certify(flat, f, K, 1.0).status == "undecided"
    assert certify(flat, f, K, 1.0 + 1e-12).status == "proved"
    assert certify(flat, f, K, 1.0 - 1e-12).status == "refuted"
    assert certify(flat, parse("0"), K, 1e-300).status == "proved"


def test_the_clock_ends_a_search_that_is_too_long() -> None:
    f = parse("sin(1e7*x) + cos(9x)")
    found = certify(interpolant(parse("cos(9x)"), K, 1000), f, K, 1.0001, seconds=0.1)
    assert (found.status, found.bound) == ("undecided", None)
    assert "time ran out" in found.reason
    assert K[0] <= found.at <= K[1]


def exact_steps(network: ShallowNetwork, x: Fraction) -> Fraction:
    """N at the rational number x, exactly."""
    on = [
        Fraction(float(w)) * x + Fraction(float(b)) >= 0
        for w, b in zip(network.hidden_weights[:, 0], network.hidden_biases)
    ]
    return Fraction(network.output_bias) + sum(
        (Fraction(float(v)) for v, yes in zip(network.output_weights, on) if yes), Fraction(0)
    )


@each("seed", range(6))
def test_steps_are_enclosed_and_so_are_their_jumps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(size=(3, 25))
    w[:3], b[:6] = [0.0, 1.0, -2.0], [0.5, -0.25, 0.5, w[3], -w[4], 0.0]
    network = ShallowNetwork("step", w, b, v, rng.normal())
    model = StepUnits(network, *K)
    middles = [Fraction(float(p)) / 2 + Fraction(float(q)) / 2 for p, q in pairwise(model.nodes)]
    for k, x in enumerate(middles):
        level = exact_steps(network, x)
        assert Fraction(float(model.level.lo[k])) <= level <= Fraction(float(model.level.hi[k]))
        if model.nodes[k + 1] - model.nodes[k] > 1e-15:
            assert model.level.hi[k] - model.level.lo[k] < 1e-12
    places, levels = model.alone
    for k, x in enumerate(places):
        assert (
            Fraction(float(levels.lo[k]))
            <= exact_steps(network, Fraction(float(x)))
            <= Fraction(float(levels.hi[k]))
        )
    jumps = [Fraction(-float(b)) / Fraction(float(w)) for w, b in zip(w, b) if w]
    inside = [jump for jump in jumps if abs(jump) <= 1]
    assert len(inside) > 5
    assert all(
        any(Fraction(float(p)) <= jump <= Fraction(float(q)) for p, q in pairwise(model.nodes))
        for jump in inside
    )


@each("text", ["sin(2πx)", "|x|", "sqrt(|x|)", "x^3 - x/3", "floor(4x)/3 + x"])
@each("width", [1, 7, 60])
def test_staircases_are_proved_and_false_claims_are_refuted(text: str, width: int) -> None:
    f = parse(text)
    network = approximate(f, K, width, "step").network
    error = measured(network, f)
    found = certify(network, f, K, 1.05 * error)
    assert found.status == "proved"
    assert found.rounding is None
    assert error <= present(found.bound) < 1.05 * error
    for share in (0.5, 0.99):
        false = certify(network, f, K, share * error)
        assert false.status == "refuted"
        assert abs(float(f(false.at)) - float(exact_steps(network, Fraction(false.at)))) > share * error


def test_a_staircase_is_the_step_itself_but_not_at_the_jump() -> None:
    """N(0) = 1 = step(0). Facing left N = 1 − step(−x), which is 1 at 0 too only with the weight turned."""
    step = parse("step(x)")
    assert certify(ShallowNetwork("step", [1.0], [0.0], [1.0], 0.0), step, K, 1e-9).status == "proved"
    turned = certify(ShallowNetwork("step", [-1.0], [0.0], [-1.0], 1.0), step, K, 0.5)
    assert (turned.status, turned.at) == ("refuted", 0.0)


def test_more_than_two_inputs_are_left_undecided_or_refused() -> None:
    space = ShallowNetwork("relu", np.ones((3, 3)), np.zeros(3), np.ones(3), 0.0)
    with pytest.raises(ValueError, match="3 inputs"):
        certify(space, parse("x*y", ("x", "y")), ((0, 1), (0, 1)), 0.1)


@each("epsilon", [0.0, -1.0, np.nan, np.inf])
def test_epsilon_must_be_positive(epsilon: float) -> None:
    with pytest.raises(ValueError, match=r"`epsilon` must be above 0 and finite, got"):
        certify(ROOF, parse("x"), K, epsilon)


@each(
    "interval",
    [(1.0, 1.0), (1.0, 0.0), (-1e308, 1e308), (0.0, np.inf), (np.nan, 1.0), 3.0, (0, 1, 2), ((0, 1), (0, 1))],
)
def test_the_interval_must_be_one(interval: Any) -> None:
    with pytest.raises(ValueError, match="`K` must be"):
        certify(ROOF, parse("x"), interval, 0.1)


def test_inputs_must_agree() -> None:
    with pytest.raises(ValueError, match="1 inputs and 2 variables"):
        certify(ROOF, parse("x*y", ("x", "y")), ((0, 1), (0, 1)), 0.1)


@each("activation", ["relu", "tanh"])
def test_networks_without_units_and_with_enormous_ones(activation: str) -> None:
    empty = ShallowNetwork(activation, np.zeros((0, 1)), [], [], 0.5)
    assert certify(empty, parse("0.5*cos(x)"), K, 0.5).status == "proved"
    huge = ShallowNetwork(activation, [1e300, -1e300], [1e300, 3.0], [1e300, 1e300], 0.0)
    assert certify(huge, parse("x"), K, 1.0).status != "proved"
    assert certify(huge, parse("x"), (0.0, 1e-300), 1.0).status != "proved"


def test_intervals_below_the_square_root_of_the_smallest_float() -> None:
    relu, tanh = (ShallowNetwork(name, [1.0], [0.0], [1.0], 0.0) for name in ("relu", "tanh"))
    assert certify(relu, parse("x"), (0.0, 1e-200), 1e-210).status == "proved"
    assert certify(relu, parse("2x"), (0.0, 1e-200), 9e-201).status == "refuted"
    assert certify(tanh, parse("x"), (0.0, 1e-200), 1e-12).status == "proved"


def test_a_tiny_epsilon_is_answered() -> None:
    assert certify(ROOF, parse("x^2"), K, 1e-300).status == "refuted"


UNDEFINED_SOMEWHERE = [  # 1/(x² − 2) and √((x² − 2)²) have no value, or no proved one, at √2: two ways to write x²
    ("sign(1/(x^2-2))", (1.0, 2.0), 1.5),
    ("step(1/(x^2-2))", (1.0, 2.0), 1.5),
    ("floor(sign(1/(x^2-2)))", (1.0, 2.0), 1.5),
    ("mod(1/(x^2-2), 1/4)", (1.0, 2.0), 1.5),
    ("trunc(2*sign(1/(x^2-2)))", (1.0, 2.0), 3.0),
    ("1000*floor(30*sign(sqrt((x^2-2)(x*x-2)))+floor(x^2/2))", (1.2, 1.6), 4e4),
]


@each(("f", "interval", "epsilon"), UNDEFINED_SOMEWHERE)
def test_levels_between_jumps_stay_undefined_where_their_argument_is(
    f: str, interval: tuple[float, float], epsilon: float
) -> None:
    nothing = ShallowNetwork("relu", [0.0], [0.0], [0.0], 0.0)
    assert certify(nothing, parse(f), interval, epsilon).status != "proved"


def test_a_certificate_has_a_lower_bound_where_the_error_is_zero_at_all_ends_of_cells() -> None:
    """An interpolant of x² with knots at distance h errs by h²/4 in the middle of each piece."""
    knots = np.linspace(-1, 1, 17)
    network = relu_network(Path(knots, knots**2), 1e-9, 1e-9).network
    certificate, bounds = certify(network, "x^2", (-1, 1), 0.5), error_bounds(network, "x^2", (-1, 1))
    assert (certificate.low, certificate.bound) == (bounds.low, bounds.high)
    assert certificate.low == pytest.approx(0.125**2 / 4)
