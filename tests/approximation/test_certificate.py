"""Certificates: the network's enclosures against exact arithmetic and Arb, true claims, false claims, files."""

import json
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, arb_series, ctx

from nnviz.approximation import Certificate, approximate, certify, interpolant
from nnviz.approximation.certificate.__main__ import main
from nnviz.approximation.certificate.crests import crest
from nnviz.approximation.certificate.network import (
    FAMILIES,
    SLOPES,
    U_LONG,
    Pieces,
    Smooth,
    Steps,
    U,
    prefix_sums,
    rounding,
)
from nnviz.functions import Interval, parse, through
from nnviz.functions import intervals as iv
from nnviz.networks import ACTIVATIONS, ShallowNetwork

K = (-1.0, 1.0)
X = np.linspace(*K, 8001)


@pytest.fixture(autouse=True)
def _precision():
    ctx.prec, ctx.cap = 200, 8


def random_network(activation, width, seed, scale=3.0):
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(size=(3, width)) * np.array([[scale], [scale], [10.0]])
    w[rng.random(width) < 0.1] = 0.0
    return ShallowNetwork(activation, w, b, v, rng.normal())


def solved(activation, f, width):
    """A smooth network with fixed hidden units and the output layer by least squares."""
    w = np.full(width, 0.12 * width * (1 if activation in ("gaussian", "sine") else 1.5))
    if activation == "sine":
        w = np.arange(1, width + 1) * 1.3
    units = ShallowNetwork(activation, w, -w * np.linspace(-1.1, 1.1, width), np.ones(width), 0.0)
    design = np.column_stack([units.terms(X[::8]), np.ones(X[::8].size)])
    solution = np.linalg.lstsq(design, f(X[::8]), rcond=1e-9)[0]
    return ShallowNetwork(activation, w, units.hidden_biases, solution[:-1], solution[-1])


def measured(network, f):
    return float(np.max(np.abs(f(X) - network(X))))


# --- the network ---

CURVES = {
    "tanh": lambda z: 2 / (1 + (-2 * z).exp()) - 1,
    "sigmoid": lambda z: 1 / (1 + (-z).exp()),
    "softplus": lambda z: (1 + z.exp()).log(),
    "gaussian": lambda z: (-z * z).exp(),
    "gelu": lambda z: z * (1 + (z / arb_series([arb(2).sqrt()])).erf()) / 2,
    "sine": lambda z: z.sin(),
    "linear": lambda z: z,
    "square": lambda z: z * z,
    "cube": lambda z: z * z * z,
}


def true_smooth(network, x):
    """N(x), N″(x) as balls."""
    t = arb_series([arb(float(x)), 1])
    total = arb_series([arb(network.output_bias)])
    for w, b, v in zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights):
        total += arb(float(v)) * CURVES[network.activation](arb(float(w)) * t + arb(float(b)))
    return total[0], 2 * total[2]


def true_kinked(network, x):
    """N(x) exactly."""
    left, right = (Fraction(slope) for slope in SLOPES[network.activation])
    total = Fraction(network.output_bias)
    for w, b, v in zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights):
        z = Fraction(float(w)) * Fraction(x) + Fraction(float(b))
        total += Fraction(float(v)) * z * (right if z > 0 else left)
    return total


def outside(ball, low, high):
    return ball < arb(float(low)) or ball > arb(float(high))


def test_every_activation_but_the_step_can_be_certified():
    assert set(FAMILIES) | set(SLOPES) == set(ACTIVATIONS) - {"step"}
    assert all(not ACTIVATIONS[name].kinks for name in FAMILIES)


@pytest.mark.parametrize("activation", FAMILIES)
@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (2.5, 2.5001), (-40.0, 30.0)])
def test_smooth_networks_are_enclosed(activation, low, high):
    network = random_network(activation, 9, 1)
    model = Smooth(network, low, high)
    rng = np.random.default_rng(2)
    a = rng.uniform(low, high, 60)
    b = np.minimum(a + (high - low) * 10 ** rng.uniform(-8, 0, 60), high)
    at, bend = model.at(a, np.zeros(60, int)), model.bend(a, b)
    fine, noise = model.finely_at(a), rounding(network, low, high)
    for k in range(60):
        value, _ = true_smooth(network, a[k])
        assert not outside(value, at.lo[k], at.hi[k])
        assert not outside(value, fine.lo[k], fine.hi[k])
        assert abs(value - arb(float(network(a[k : k + 1])[0]))) < noise
        for x in (a[k], b[k], a[k] + (b[k] - a[k]) * rng.random()):
            assert not outside(true_smooth(network, min(x, b[k]))[1], bend.lo[k], bend.hi[k])


@pytest.mark.parametrize("activation", FAMILIES)
def test_small_cells_of_smooth_networks_are_enclosed_tightly(activation):
    network = random_network(activation, 9, 1, scale=1.0)
    x = np.linspace(-1, 1, 2001)
    bend = Smooth(network, -1.0, 1.0).bend(x[:-1], x[1:])
    true = [float(true_smooth(network, a)[1].mid()) for a in x[::100]]
    assert np.abs(true[:-1] - bend.lo[::100]).max() < 0.5
    assert np.abs(true[:-1] - bend.hi[::100]).max() < 0.5


def test_a_claim_below_what_float64_can_tell_is_proved_in_extended_precision():
    """Eight sigmoids with output weights of some thousand follow a cubic to 1e-11; float64 sums them to 1e-10."""
    f = parse("x^3 - x")
    network = approximate(f, K, 8, "sigmoid", seconds=60).network
    x = np.linspace(*K, 20_001)
    epsilon = 1.1 * float(np.abs(f(x) - network(x)).max())
    assert epsilon < rounding(network, *K)
    assert certify(network, f, K, epsilon).status == ("proved" if U_LONG < U else "undecided")


@pytest.mark.parametrize("activation", FAMILIES)
def test_the_bounds_of_one_unit_hold(activation):
    family, z = FAMILIES[activation], np.linspace(-9, 9, 721)
    taylor = [CURVES[activation](arb_series([arb(float(a)), 1])) for a in z]
    derivatives = {k: np.array([float((t[k] * arb(k).fac()).mid()) for t in taylor]) for k in range(7)}
    for k in range(3, 7):
        assert np.abs(derivatives[k]).max() <= family.higher[k] * (1 + 1e-12)
    assert (np.abs(derivatives[1]) <= family.steepest(np.abs(z)) + 1e-12).all()
    assert (np.abs(derivatives[0]) <= family.most(np.abs(z)) + 1e-12).all()
    basis = family.basis(z)
    for k in range(2, 6):
        np.testing.assert_allclose(
            sum(q * b for q, b in zip(family.table[k - 2], basis)), derivatives[k], atol=1e-11
        )
    assert all((np.abs(b) <= family.size(np.abs(z))).all() for b in basis)


@pytest.mark.parametrize("seed", range(8))
def test_rounding_of_relu_networks_is_bounded_however_steep_they_are_and_not_by_much(seed):
    rng = np.random.default_rng(seed)
    w = rng.choice([-1.0, 1.0], 20) if seed % 2 else rng.normal(size=20) * 10 ** rng.uniform(-3, 3, 20)
    kinks = [rng.uniform(1e6, 2e6, 20), rng.choice([-1, 1], 20) * 10 ** rng.uniform(-60, 0, 20)][
        seed // 2 % 2
    ]
    network = ShallowNetwork("relu", w, -w * kinks, rng.normal(size=20) / np.abs(kinks) ** 0.9, 0.1)
    low, high = (1e6, 2e6) if kinks[0] > 1 else (-1.0, 1.0)
    x = np.concatenate([rng.uniform(low, high, 10), kinks, np.nextafter(kinks, high), [low, high]])
    off = [abs(Fraction(y) - true_kinked(network, t)) for t, y in zip(x, network(x))]
    assert 1e-3 * Fraction(rounding(network, low, high)) < max(off) <= Fraction(rounding(network, low, high))


@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("seed", range(4))
def test_kinked_networks_are_enclosed(activation, seed):
    network = random_network(activation, 30, seed)
    model = Pieces(network, *K)
    assert len(model.nodes) > 5
    rng = np.random.default_rng(seed)
    noise = Fraction(rounding(network, *K))
    piece = rng.integers(0, len(model.nodes) - 1, 300)
    t = rng.choice([0.0, 1.0, 0.5, 1e-9, 0.3], 300)
    x = model.nodes[piece] + t * (model.nodes[piece + 1] - model.nodes[piece])
    at = model.at(x, piece)
    for k in range(300):
        value = true_kinked(network, x[k])
        slack = Fraction(model.slack)
        assert Fraction(float(at.lo[k])) - slack <= value <= Fraction(float(at.hi[k])) + slack
        assert abs(value - Fraction(float(network(x[k : k + 1])[0]))) <= noise
    assert np.max(at.hi - at.lo) + model.slack < 1e-12 * 30


def test_kinks_that_are_not_floats_and_units_that_never_switch():
    w = [3.0, -7.0, 1e-320, 0.0, 0.0, 1e300, 0.1, -1e-3]
    b = [1.0, 2.0, -1.0, 0.5, -0.5, 1e299, 5.0, -2.0]
    network = ShallowNetwork("relu", w, b, [1.0, -2.0, 3.0, -4.0, 5.0, 1e-300, 7.0, 8.0], 0.25)
    with np.errstate(all="ignore"):
        model = Pieces(network, *K)
    assert model.slack < 1e-14
    for k, x in enumerate(model.nodes[:-1]):
        at = model.at(np.array([x]), np.array([k]))
        assert Fraction(float(at.lo[0])) - Fraction(model.slack) <= true_kinked(network, x)
        assert true_kinked(network, x) <= Fraction(float(at.hi[0])) + Fraction(model.slack)


def test_a_kink_between_two_floats_is_allowed_for():
    # the kink is at 2⁵² + 2/3, where floats are whole numbers: no float x shows that N rises before 2⁵² + 1
    start = 2.0**52
    network = ShallowNetwork("relu", [3.0], [-(3 * start + 2)], [1.0], 0.0)
    model = Pieces(network, start, start + 4)
    assert model.slack >= 1
    for x in Fraction(start) + np.array([Fraction(k, 7) for k in range(29)]):
        piece = (
            int(np.searchsorted(model.nodes, float(x) if x.denominator == 1 else np.floor(float(x)), "right"))
            - 1
        )
        piece = min(piece, len(model.nodes) - 2)
        lines = [
            Fraction(float(slope)) * (x - Fraction(float(model.nodes[piece]))) + Fraction(float(start))
            for slope in (model.slope.lo[piece], model.slope.hi[piece])
            for start in (model.start.lo[piece], model.start.hi[piece])
        ]
        assert (
            min(lines) - Fraction(model.slack)
            <= true_kinked(network, x)
            <= max(lines) + Fraction(model.slack)
        )
    assert certify(network, parse("0"), (start, start + 1), 0.5).status != "proved"


def test_prefix_sums_hold_the_exact_ones_in_spite_of_cancellation():
    rng = np.random.default_rng(0)
    t = rng.normal(size=2000) * 10.0 ** rng.integers(-8, 9, 2000)
    t[1::2] = -t[::2] * (1 + 1e-12 * rng.normal(size=1000))
    with np.errstate(all="ignore"):
        sums = prefix_sums(Interval(t, t))
    total = Fraction(0)
    for k, term in enumerate(t):
        total += Fraction(float(term))
        assert Fraction(float(sums.lo[k])) <= total <= Fraction(float(sums.hi[k]))
    assert np.max(sums.hi - sums.lo) < 1e-6


# --- the bound of a cell ---


def test_the_crest_is_at_least_the_error_inside_a_cell_and_sharp_for_parabolas():
    rng = np.random.default_rng(0)
    c = rng.normal(size=(4, 2000)) * 10.0 ** rng.integers(-3, 4, (4, 2000))
    c[3, ::2] = 0.0
    h = 10.0 ** rng.uniform(-3, 1, 2000)
    t = np.linspace(0, h, 501)
    d = c[0] + t * (c[1] + t * (c[2] + t * c[3]))
    second = np.sort([2 * c[2], 2 * c[2] + 6 * c[3] * h], axis=0)
    with np.errstate(all="ignore"):
        bound = crest(iv.point(d[0]), iv.point(d[-1]), Interval(*second), h)
    true = np.abs(d).max(axis=0)
    assert (bound >= true * (1 - 1e-12)).all()
    np.testing.assert_allclose(bound[::2], true[::2], rtol=1e-4)


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


@pytest.mark.parametrize("width", [8, 64, 1000])
@pytest.mark.parametrize("text", TARGETS)
def test_true_claims_about_relu_networks_are_proved(text, width):
    f = parse(text)
    network = interpolant(f, K, width)
    error = measured(network, f)
    epsilon = max(1.1 * error, 1e-12)
    found = certify(network, f, K, epsilon)
    assert found.status == "proved", found.reason
    assert error - found.rounding - 1e-14 <= found.bound < epsilon


@pytest.mark.parametrize("activation", [name for name in FAMILIES if ACTIVATIONS[name].universal])
@pytest.mark.parametrize("text", SMOOTH_TARGETS)
def test_true_claims_about_smooth_networks_are_proved(text, activation):
    f = parse(text)
    network = solved(activation, f, 24)
    error = measured(network, f)
    found = certify(network, f, K, 1.1 * error)
    assert found.status == "proved", found.reason
    assert error - found.rounding - 1e-14 <= found.bound
    assert found.bound < 1.1 * error


def test_a_polynomial_network_is_exact():
    # 2x = ((x + 1)² − (x − 1)²)/2
    network = ShallowNetwork("square", [1.0, 1.0], [1.0, -1.0], [0.5, -0.5], 0.0)
    assert certify(network, parse("2x"), K, 1e-13).status == "proved"


def test_targets_from_points():
    rng = np.random.default_rng(3)
    f = through(np.linspace(-1, 1, 2000), np.cumsum(rng.normal(size=2000)) * 0.05)
    knots = f.knots[::40]
    changes = np.diff(np.diff(f(np.append(knots, 1.0))) / np.diff(np.append(knots, 1.0)), prepend=0.0)
    network = ShallowNetwork("relu", np.ones(len(knots)), -knots, changes, f.values[0])
    error = float(np.abs(f(f.knots) - network(f.knots)).max())
    assert certify(network, f, K, error * 1.1).status == "proved"
    assert certify(network, f, K, error * 0.97).status == "refuted"


@pytest.mark.parametrize("interval", [(0.0, 1e-12), (-1e12, 1e12), (1e6, 1e6 + 1e-3), (-3.0, 0.1)])
def test_intervals_of_any_size(interval):
    f = parse(f"cos(x/{max(map(abs, interval))}) + x")
    middle = sum(interval) / 2
    network = ShallowNetwork("relu", [1.0, -1.0], [-middle, middle], [1.0, -1.0], middle)
    found = certify(network, f, interval, 1.5)
    assert found.status == "proved", found.reason


# --- false claims ---


def really_refuted(found):
    """The error at the point that is given, by another arithmetic, is greater than ε."""
    error = abs(float(found.target(np.array([found.at]))[0] - found.network([found.at])[0]))
    return found.interval[0] <= found.at <= found.interval[1] and error > found.epsilon * (1 - 1e-6)


@pytest.mark.parametrize("activation", ["relu", "tanh", "gaussian"])
@pytest.mark.parametrize("text", TARGETS)
def test_claims_below_the_true_error_are_refuted(text, activation):
    f = parse(text)
    network = interpolant(f, K, 32) if activation == "relu" else solved(activation, f, 16)
    error = measured(network, f)
    if error > 1e-9:
        found = certify(network, f, K, 0.97 * error)
        assert found.status == "refuted", found.reason
        assert found.bound is None
        assert really_refuted(found)


def damaged(network, rng):
    """The network with one of its numbers changed by 2 % or more."""
    parameters = network.parameters
    k = rng.integers(parameters.size)
    parameters[k] += (abs(parameters[k]) + 1e-3) * rng.choice([-1, 1]) * 10 ** rng.uniform(-1.7, 0.5)
    return ShallowNetwork.from_parameters(network.activation, parameters)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_no_damaged_network_is_proved(activation):
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


@pytest.mark.parametrize("seed", range(20))
def test_a_spike_between_grid_points_is_found(seed):
    rng = np.random.default_rng(seed)
    at, activation = rng.uniform(-1, 1), ["relu", "tanh"][seed % 2]
    base = parse("sin(2pi*x)")
    network = interpolant(base, K, 100) if activation == "relu" else solved("tanh", base, 20)
    epsilon = 1.5 * measured(network, base)
    f = parse(f"sin(2pi*x) + {6 * epsilon:.17f}*exp(-((x - ({at:.17f}))/0.00001)^2)")
    found = certify(network, f, K, epsilon)
    assert found.status == "refuted"
    assert abs(found.at - at) < 1e-4


# --- what cannot be decided ---

ROOF = ShallowNetwork("relu", [1.0, -1.0], [0.0, 0.0], [1.0, 1.0], 0.0)


@pytest.mark.parametrize(
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
        ("exp(1000x)*0", (0.0, 1.0), "too large", 1.0),
    ],
)
def test_a_function_that_is_not_defined_everywhere_is_not_proved(text, interval, reason, at):
    found = certify(ROOF, parse(text), interval, 1e6)
    assert (found.status, found.bound) == ("undecided", None)
    assert reason in found.reason
    assert found.at == pytest.approx(at, abs=1e-6)


def test_a_jump_is_named():
    f = parse("0.3*sign(x - 1/3)")
    flat = ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    assert certify(flat, f, K, 0.31).status == "proved"
    assert certify(flat, f, K, 0.29).status == "refuted"
    steep = ShallowNetwork("relu", [1.0, 1.0], [-1 / 3 + 1e-9, -1 / 3 - 1e-9], [3e8, -3e8], -0.3)
    assert certify(steep, f, K, 0.1).status == "refuted"


def test_a_network_that_float64_cannot_resolve_is_left_undecided():
    network = ShallowNetwork("relu", [3.0, 3.0], [0.1, 0.1], [1e18, -1e18], 0.0)
    found = certify(network, parse("0"), K, 0.1)
    assert found.status == "undecided"
    assert "float64" in found.reason


def test_why_it_is_stuck_is_said():
    flat = ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    assert certify(flat, parse("sign(x - 1/3) - sign(x - 1/3)"), K, 1.0).status == "proved"
    found = certify(flat, parse("sign(x - 1/3) + sign(1/3 - x)"), K, 1.0)
    assert (found.status, "jump" in found.reason) == ("undecided", True)
    assert found.at == pytest.approx(1 / 3)


def test_a_claim_at_the_error_itself_is_not_proved():
    f, flat = parse("x^2"), ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    assert certify(flat, f, K, 1.0).status == "undecided"
    assert certify(flat, f, K, 1.0 + 1e-12).status == "proved"
    assert certify(flat, f, K, 1.0 - 1e-12).status == "refuted"
    assert certify(flat, parse("0"), K, 1e-300).status == "proved"


def test_the_clock_ends_a_search_that_is_too_long():
    f = parse("sin(1e7*x) + cos(9x)")
    found = certify(interpolant(parse("cos(9x)"), K, 1000), f, K, 1.0001, seconds=0.1)
    assert (found.status, found.bound) == ("undecided", None)
    assert "time ran out" in found.reason
    assert K[0] <= found.at <= K[1]


def exact_steps(network, x):
    """N at the rational number x, exactly."""
    on = [
        Fraction(float(w)) * x + Fraction(float(b)) >= 0
        for w, b in zip(network.hidden_weights[:, 0], network.hidden_biases)
    ]
    return Fraction(network.output_bias) + sum(
        (Fraction(float(v)) for v, yes in zip(network.output_weights, on) if yes), Fraction(0)
    )


@pytest.mark.parametrize("seed", range(6))
def test_steps_are_enclosed_and_so_are_their_jumps(seed):
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(size=(3, 25))
    w[:3], b[:6] = [0.0, 1.0, -2.0], [0.5, -0.25, 0.5, w[3], -w[4], 0.0]
    network = ShallowNetwork("step", w, b, v, rng.normal())
    model = Steps(network, *K)
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


@pytest.mark.parametrize("text", ["sin(2πx)", "|x|", "sqrt(|x|)", "x^3 - x/3", "floor(4x)/3 + x"])
@pytest.mark.parametrize("width", [1, 7, 60])
def test_staircases_are_proved_and_false_claims_are_refuted(text, width):
    f = parse(text)
    network = approximate(f, K, width, "step").network
    error = measured(network, f)
    found = certify(network, f, K, 1.05 * error)
    assert found.status == "proved"
    assert found.rounding is None
    assert error <= found.bound < 1.05 * error
    for share in (0.5, 0.99):
        false = certify(network, f, K, share * error)
        assert false.status == "refuted"
        assert abs(float(f(false.at)) - float(exact_steps(network, Fraction(false.at)))) > share * error


def test_a_staircase_is_the_step_itself_but_not_at_the_jump():
    """N(0) = 1 = step(0). Facing left N = 1 − step(−x), which is 1 at 0 too only with the weight turned."""
    step = parse("step(x)")
    assert certify(ShallowNetwork("step", [1.0], [0.0], [1.0], 0.0), step, K, 1e-9).status == "proved"
    turned = certify(ShallowNetwork("step", [-1.0], [0.0], [-1.0], 1.0), step, K, 0.5)
    assert (turned.status, turned.at) == ("refuted", 0.0)


def test_more_than_two_inputs_are_left_undecided_or_refused():
    space = ShallowNetwork("relu", np.ones((3, 3)), np.zeros(3), np.ones(3), 0.0)
    with pytest.raises(ValueError, match="3 inputs"):
        certify(space, parse("x*y", ("x", "y")), ((0, 1), (0, 1)), 0.1)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, np.nan, np.inf])
def test_epsilon_must_be_positive(epsilon):
    with pytest.raises(ValueError, match=r"epsilon must be a positive, finite number; got"):
        certify(ROOF, parse("x"), K, epsilon)


@pytest.mark.parametrize(
    "interval",
    [(1.0, 1.0), (1.0, 0.0), (-1e308, 1e308), (0.0, np.inf), (np.nan, 1.0), 3.0, (0, 1, 2), ((0, 1), (0, 1))],
)
def test_the_interval_must_be_one(interval):
    with pytest.raises(ValueError, match="K must be"):
        certify(ROOF, parse("x"), interval, 0.1)


def test_inputs_must_agree():
    with pytest.raises(ValueError, match="1 inputs and the function has 2"):
        certify(ROOF, parse("x*y", ("x", "y")), ((0, 1), (0, 1)), 0.1)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_networks_without_units_and_with_enormous_ones(activation):
    empty = ShallowNetwork(activation, np.zeros((0, 1)), [], [], 0.5)
    assert certify(empty, parse("0.5*cos(x)"), K, 0.5).status == "proved"
    huge = ShallowNetwork(activation, [1e300, -1e300], [1e300, 3.0], [1e300, 1e300], 0.0)
    assert certify(huge, parse("x"), K, 1.0).status != "proved"
    assert certify(huge, parse("x"), (0.0, 1e-300), 1.0).status != "proved"


def test_intervals_below_the_square_root_of_the_smallest_float():
    relu, tanh = (ShallowNetwork(name, [1.0], [0.0], [1.0], 0.0) for name in ("relu", "tanh"))
    assert certify(relu, parse("x"), (0.0, 1e-200), 1e-210).status == "proved"
    assert certify(relu, parse("2x"), (0.0, 1e-200), 9e-201).status == "refuted"
    assert certify(tanh, parse("x"), (0.0, 1e-200), 1e-12).status == "proved"


def test_a_tiny_epsilon_is_answered():
    assert certify(ROOF, parse("x^2"), K, 1e-300).status == "refuted"


# --- files ---


def proof():
    f = parse("sin(2pi*x) + 0.1")
    return certify(interpolant(f, K, 64), f, K, 0.006)


def test_a_certificate_is_read_as_it_was_written():
    for found in (proof(), certify(ROOF, through([0, 1, 2], [0.1, 1 / 3, 2]), K, 1e-3)):
        again = Certificate.from_json(found.to_json())
        assert again.to_json() == found.to_json()
        np.testing.assert_array_equal(again.network.parameters, found.network.parameters)
        assert again.target == found.target
        assert certify(again.network, again.target, again.interval, again.epsilon).bound == found.bound


def test_the_file_is_checked_from_the_file_alone(tmp_path, capsys):
    file = tmp_path / "certificate.json"
    file.write_text(proof().to_json(), encoding="utf-8")
    run = [sys.executable, "-W", "error", "-m", "nnviz.approximation.certificate", str(file)]
    answer = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("proved: |f(x) - N(x)| < 0.006 for every x in [-1, 1]")
    document = json.loads(file.read_text(encoding="utf-8"))
    document["epsilon"] = 0.001  # what the file says of itself is not believed
    file.write_text(json.dumps(document), encoding="utf-8")
    assert main([str(file)]) == 1
    assert "refuted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(format="x"), "not a certificate"),
        (lambda d: d.update(version=99), "version 99"),
        (lambda d: d.pop("network"), "incomplete"),
        (lambda d: d["network"].update(hidden_biases=[1.0]), "hidden_biases"),
        (lambda d: d["network"].update(activation="__import__"), "activation"),
        (lambda d: d["target"].update(formula="open(x)"), "open"),
        (lambda d: d.update(epsilon="0.1"), "damaged"),
        (lambda d: d.update(interval=[0.0]), "interval"),
        (lambda d: d.update(status="certain"), "status"),
    ],
)
def test_a_damaged_file_is_refused_in_words(change, message, tmp_path, capsys):
    document = json.loads(proof().to_json())
    change(document)
    with pytest.raises(ValueError, match=message):
        Certificate.from_json(json.dumps(document))
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert main([str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_what_is_not_json_is_refused():
    with pytest.raises(ValueError, match="not JSON"):
        Certificate.from_json("proved!")
    with pytest.raises(ValueError, match="not a certificate"):
        Certificate.from_json("[]")
