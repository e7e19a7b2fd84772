"""Enclosures of networks on cells against exact arithmetic and Arb."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_series, ctx

from nnviz.approximation import certify
from nnviz.approximation.certificate.kinked_units import KinkedUnits, prefix_sums
from nnviz.approximation.certificate.parabola_bound import parabola_bound
from nnviz.approximation.certificate.rounding import U_LONG, U, rounding
from nnviz.approximation.certificate.search import Search
from nnviz.approximation.certificate.smooth_units import SmoothUnits
from nnviz.enclosures import Interval
from nnviz.enclosures import intervals as iv
from nnviz.expressions import parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from tests.approximation.networks import FAMILIES, K, random_network
from tests.cases import each
from tests.narrowing import present


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec, ctx.cap = 200, 8


SLOPES = [name for name, one in ACTIVATIONS.items() if one.slopes is not None]


CURVES: dict[str, Callable[..., Any]] = {
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


def true_smooth(network: ShallowNetwork, x: float) -> tuple[arb, arb]:
    """N(x), N″(x) as balls."""
    t = arb_series([arb(float(x)), 1])
    total = arb_series([arb(network.output_bias)])
    for w, b, v in zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights):
        total += arb(float(v)) * CURVES[network.activation](arb(float(w)) * t + arb(float(b)))
    return total[0], 2 * total[2]


def true_kinked(network: ShallowNetwork, x: Fraction | float) -> Fraction:
    """N(x) exactly."""
    left, right = (Fraction(slope) for slope in present(ACTIVATIONS[network.activation].slopes))
    total = Fraction(network.output_bias)
    for w, b, v in zip(network.hidden_weights[:, 0], network.hidden_biases, network.output_weights):
        z = Fraction(float(w)) * Fraction(x) + Fraction(float(b))
        total += Fraction(float(v)) * z * (right if z > 0 else left)
    return total


def outside(ball: arb, low: float, high: float) -> bool:
    return ball < arb(float(low)) or ball > arb(float(high))


def test_every_activation_but_the_step_can_be_certified() -> None:
    assert set(FAMILIES) | set(SLOPES) == set(ACTIVATIONS) - {"step"}
    assert all(ACTIVATIONS[name].certifiable for name in ACTIVATIONS)
    assert all(not ACTIVATIONS[name].kinks for name in FAMILIES)


@each("activation", FAMILIES)
@each(("low", "high"), [(-1.0, 1.0), (2.5, 2.5001), (-40.0, 30.0)])
def test_smooth_networks_are_enclosed(activation: str, low: float, high: float) -> None:
    network = random_network(activation, 9, 1)
    model = SmoothUnits(network, low, high)
    rng = np.random.default_rng(2)
    a = rng.uniform(low, high, 60)
    b = np.minimum(a + (high - low) * 10 ** rng.uniform(-8, 0, 60), high)
    at, bend = model.at(a, np.zeros(60, int)), model.second_derivative(a, b)
    fine, noise = model.at_in_extended_precision(a), rounding(network, low, high)
    for k in range(60):
        value, _ = true_smooth(network, a[k])
        assert not outside(value, at.lo[k], at.hi[k])
        assert not outside(value, fine.lo[k], fine.hi[k])
        assert abs(value - arb(float(network(a[k : k + 1])[0]))) < noise
        for x in (a[k], b[k], a[k] + (b[k] - a[k]) * rng.random()):
            assert not outside(true_smooth(network, min(x, b[k]))[1], bend.lo[k], bend.hi[k])


@each("activation", ["tanh", "sigmoid", "softplus", "gaussian", "gelu"])
@each("scale", [30.0, 1e4])
def test_steep_networks_are_enclosed_near_their_units_and_far_from_them(
    activation: str, scale: float
) -> None:
    network = random_network(activation, 7, 3, scale)
    model, rng = SmoothUnits(network, -1.0, 1.0), np.random.default_rng(4)
    kinks = (-network.hidden_biases / network.hidden_weights[:, 0])[rng.integers(0, 7, 120)]
    a = np.clip(kinks + rng.choice([-1, 1], 120) * 10 ** rng.uniform(-7, 0, 120), -1, 0.999)
    b = np.minimum(a + 10 ** rng.uniform(-7, 0, 120), 1.0)
    bend = model.second_derivative(a, b)
    for k in range(120):
        for x in (a[k], b[k], a[k] + (b[k] - a[k]) * rng.random()):
            assert not outside(true_smooth(network, min(x, b[k]))[1], bend.lo[k], bend.hi[k])


@each(
    ("activation", "text", "epsilon"),
    [
        ("tanh", "tanh(w x)", 1e-6),
        ("sigmoid", "1/(1 + exp(-w x))", 1e-6),
        ("gaussian", "exp(-(w x)^2)", 1e-6),
    ],
)
def test_a_steep_unit_takes_few_cells(activation: str, text: str, epsilon: float) -> None:
    for weight in (1e2, 1e6):
        unit = ShallowNetwork(activation, [[weight]], [0.0], [1.0], 0.0)
        with np.errstate(all="ignore"):
            search = Search(unit, parse(text.replace("w", f"{weight:.0f}")), *K, epsilon, np.inf)
            search.run()
        assert search.cells < 2000


@each("activation", FAMILIES)
def test_small_cells_of_smooth_networks_are_enclosed_tightly(activation: str) -> None:
    network = random_network(activation, 9, 1, scale=1.0)
    x = np.linspace(-1, 1, 2001)
    bend = SmoothUnits(network, -1.0, 1.0).second_derivative(x[:-1], x[1:])
    true = [float(true_smooth(network, a)[1].mid()) for a in x[::100]]
    assert np.abs(true[:-1] - bend.lo[::100]).max() < 0.5
    assert np.abs(true[:-1] - bend.hi[::100]).max() < 0.5


def test_a_claim_below_what_float64_can_tell_is_proved_in_extended_precision() -> None:
    """Eight shallow sigmoids with output weights of 10⁷ follow a cubic to 6e-8; float64 sums them to 1e-6."""
    f, w, b = parse("x^3 - x"), np.full(8, 0.2), 0.2 * np.linspace(-3, 3, 8)
    x = np.linspace(*K, 20_001)
    features = np.column_stack([ACTIVATIONS["sigmoid"].value(np.outer(x, w) + b), np.ones(len(x))])
    output = np.linalg.lstsq(features[::50], f(x[::50]), rcond=1e-15)[0]
    network = ShallowNetwork("sigmoid", w, b, output[:-1], float(output[-1]))
    epsilon = 1.1 * float(np.abs(f(x) - network(x)).max())
    assert epsilon < rounding(network, *K)
    assert certify(network, f, K, epsilon).status == ("proved" if U_LONG < U else "undecided")


@each("activation", FAMILIES)
def test_the_bounds_of_one_unit_hold(activation: str) -> None:
    family, z = present(ACTIVATIONS[activation].derivative_bounds), np.linspace(-9, 9, 721)
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
    if family.tail is not None:
        later = np.maximum.accumulate(np.abs(derivatives[2])[z >= 0][::-1])[::-1]
        assert (later <= family.tail(z[z >= 0])).all()
        assert (np.diff(family.tail(np.linspace(0, 900, 5000))) <= 0).all()


@each("seed", range(8))
def test_rounding_of_relu_networks_is_bounded_however_steep_they_are_and_not_by_much(seed: int) -> None:
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


@each("activation", SLOPES)
@each("seed", range(4))
def test_kinked_networks_are_enclosed(activation: str, seed: int) -> None:
    network = random_network(activation, 30, seed)
    model = KinkedUnits(network, *K)
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


def test_kinks_that_are_not_floats_and_units_that_never_switch() -> None:
    w = [3.0, -7.0, 1e-320, 0.0, 0.0, 1e300, 0.1, -1e-3]
    b = [1.0, 2.0, -1.0, 0.5, -0.5, 1e299, 5.0, -2.0]
    network = ShallowNetwork("relu", w, b, [1.0, -2.0, 3.0, -4.0, 5.0, 1e-300, 7.0, 8.0], 0.25)
    with np.errstate(all="ignore"):
        model = KinkedUnits(network, *K)
    assert model.slack < 1e-14
    for k, x in enumerate(model.nodes[:-1]):
        at = model.at(np.array([x]), np.array([k]))
        assert Fraction(float(at.lo[0])) - Fraction(model.slack) <= true_kinked(network, x)
        assert true_kinked(network, x) <= Fraction(float(at.hi[0])) + Fraction(model.slack)


def test_a_kink_between_two_floats_is_allowed_for() -> None:
    # the kink is at 2⁵² + 2/3, where floats are whole numbers: no float x shows that N rises before 2⁵² + 1
    start = 2.0**52
    network = ShallowNetwork("relu", [3.0], [-(3 * start + 2)], [1.0], 0.0)
    model = KinkedUnits(network, start, start + 4)
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


def test_prefix_sums_hold_the_exact_ones_in_spite_of_cancellation() -> None:
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


def test_the_bound_is_at_least_the_error_inside_a_cell_and_sharp_for_parabolas() -> None:
    rng = np.random.default_rng(0)
    c = rng.normal(size=(4, 2000)) * 10.0 ** rng.integers(-3, 4, (4, 2000))
    c[3, ::2] = 0.0
    h = 10.0 ** rng.uniform(-3, 1, 2000)
    t = np.linspace(0, h, 501)
    d = c[0] + t * (c[1] + t * (c[2] + t * c[3]))
    second = np.sort([2 * c[2], 2 * c[2] + 6 * c[3] * h], axis=0)
    with np.errstate(all="ignore"):
        bound = parabola_bound(iv.point(d[0]), iv.point(d[-1]), Interval(*second), h)
    true = np.abs(d).max(axis=0)
    assert (bound >= true * (1 - 1e-12)).all()
    np.testing.assert_allclose(bound[::2], true[::2], rtol=1e-4)
