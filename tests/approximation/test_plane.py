"""Certificates for two inputs: the bounds against exact and high-precision arithmetic, true claims, false claims."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from nnviz._types import Array
from nnviz.approximation import Certificate, certify, ridge_least_squares
from nnviz.approximation.certificate.parabola_bound import parabola_bound_on_box
from nnviz.approximation.certificate.plane_model import Boxes, PlaneModel
from nnviz.approximation.certificate.rounding import U_LONG, U
from nnviz.enclosures import intervals as iv
from nnviz.enclosures.boxes import enclose_boxes, enclose_plane_points
from nnviz.expressions import Expression, parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets import TARGETS_2D
from tests.cases import each
from tests.narrowing import present

K = ((-1.0, 1.0), (-0.5, 1.5))
SMOOTH = ["tanh", "sigmoid", "softplus", "gaussian", "gelu", "sine", "linear", "square", "cube"]


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec = 200


def random_network(activation: str, width: int, seed: int, scale: float = 2.0) -> ShallowNetwork:
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(size=(width, 2)) * scale, rng.normal(size=width), rng.normal(size=width) * 5
    return ShallowNetwork(activation, w, b, v, rng.normal())


def grid(sides: tuple[tuple[float, float], tuple[float, float]], n: int = 201) -> Array:
    x, y = np.meshgrid(*(np.linspace(*side, n) for side in sides))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def measured(
    network: ShallowNetwork, f: Expression, sides: tuple[tuple[float, float], tuple[float, float]]
) -> float:
    points = grid(sides)
    return float(np.abs(network(points) - f(points)).max())


# φ as an Arb function
CURVES: dict[str, Callable[..., Any]] = {
    "tanh": lambda z: z.tanh(),
    "sigmoid": lambda z: 1 / (1 + (-z).exp()),
    "softplus": lambda z: (1 + z.exp()).log(),
    "gaussian": lambda z: (-z * z).exp(),
    "gelu": lambda z: z * (1 + (z / arb(2).sqrt()).erf()) / 2,
    "sine": lambda z: z.sin(),
    "linear": lambda z: z,
    "square": lambda z: z * z,
    "cube": lambda z: z * z * z,
    "relu": lambda z: z if z > 0 else arb(0),
    "leaky_relu": lambda z: z if z > 0 else arb(0.01) * z,
    "step": lambda z: arb(1) if z >= 0 else arb(0),
}


def true_value(network: ShallowNetwork, point: list[arb | float]) -> arb:
    total = arb(network.output_bias)
    for w, b, v in zip(network.hidden_weights, network.hidden_biases, network.output_weights):
        z = arb(float(w[0])) * arb(point[0]) + arb(float(w[1])) * arb(point[1]) + arb(float(b))
        total += arb(float(v)) * CURVES[network.activation](z)
    return total


def true_bend(network: ShallowNetwork, point: list[float], along: int) -> float:
    """The second derivative along one side, by a central difference at 60 digits."""
    h = arb(2) ** -50
    step = [h if k == along else arb(0) for k in range(2)]
    ahead, here, behind = (
        true_value(network, [arb(x) + s * d for x, d in zip(point, step)]) for s in (1, 0, -1)
    )
    return float(((ahead - 2 * here + behind) / (h * h)).mid())


@each("activation", ACTIVATIONS)
def test_networks_are_enclosed_at_points(activation: str) -> None:
    network = random_network(activation, 11, 3)
    model = PlaneModel(network, K)
    points = grid(K, 9)
    with np.errstate(all="ignore"):
        found = model.at(points)
    for k, point in enumerate(points):
        true = true_value(network, [float(x) for x in point])
        assert not true < arb(float(found.lo[k]))
        assert not true > arb(float(found.hi[k]))
    assert (found.hi - found.lo).max() < 1e-9


def test_points_are_enclosed_in_extended_precision_too() -> None:
    network = random_network("tanh", 11, 3)
    model, points = PlaneModel(network, K), grid(K, 9)
    with np.errstate(all="ignore"):
        found = model.at_in_extended_precision(points)
    for k, point in enumerate(points):
        true = true_value(network, [float(x) for x in point])
        assert not true < arb(float(found.lo[k]))
        assert not true > arb(float(found.hi[k]))
    assert (found.hi - found.lo).max() < (3e-14 if U_LONG < U else 1e-9)


@each("seed", range(20))
def test_quadratics_stay_below_their_bound_and_close_to_it(seed: int) -> None:
    a, b, c, d, e, g = np.random.default_rng(seed).normal(size=6)
    x, y = grid(((0.0, 1.0), (0.0, 0.5)), 401).T
    z = a * x * x + b * y * y + c * x * y + d * x + e * y + g
    corners = z[[0, 401 * 400, 400, 401 * 401 - 1]][None]
    bends = [iv.point(np.array([2 * a])), iv.point(np.array([2 * b]))]
    with np.errstate(all="ignore"):
        bound = parabola_bound_on_box(iv.point(corners), bends, [np.array([1.0]), np.array([0.5])])[0]
    assert np.abs(z).max() <= bound <= np.abs(z).max() + abs(c) / 8


@each("activation", SMOOTH)
@each("size", [1e-3, 0.05, 0.4])
def test_second_derivatives_are_enclosed_on_boxes(activation: str, size: float) -> None:
    network, rng = random_network(activation, 7, 5), np.random.default_rng(1)
    low = np.column_stack([rng.uniform(-1, 1 - size, 12), rng.uniform(-0.5, 1.5 - size, 12)])
    boxes = Boxes(low, low + size * np.array([1.0, 0.5]))
    with np.errstate(all="ignore"):
        bends = PlaneModel(network, K).second_derivatives(boxes)
    for k in range(12):
        for share in ((0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.3, 0.7)):
            point = [float(x) for x in boxes.low[k] + (boxes.high[k] - boxes.low[k]) * share]
            for along in range(2):
                true = true_bend(network, point, along)
                tiny = 1e-9 * (1 + abs(true))
                assert bends[along].lo[k] - tiny <= true <= bends[along].hi[k] + tiny
    if size == 1e-3:
        assert max(float((one.hi - one.lo).max()) for one in bends) < 1.0


@each("activation", ["relu", "leaky_relu", "step"])
def test_kinks_and_jumps_stay_within_what_is_allowed_for_them(activation: str) -> None:
    network, rng = random_network(activation, 9, 2), np.random.default_rng(4)
    low = np.column_stack([rng.uniform(-1, 0.8, 40), rng.uniform(-0.5, 1.3, 40)])
    boxes = Boxes(low, low + 0.2)
    jags = PlaneModel(network, K).kink_distances(boxes)
    for k in range(40):
        (a, c), (b, d) = boxes.low[k], boxes.high[k]
        corner = network(np.array([[a, c], [a, d], [b, c], [b, d]]))
        for s, t in rng.random((50, 2)):
            weights = np.array([(1 - s) * (1 - t), (1 - s) * t, s * (1 - t), s * t])
            inside = network(np.array([[a + s * (b - a), c + t * (d - c)]]))[0]
            assert abs(inside - weights @ corner) <= jags[k] + 1e-12


@each("name", TARGETS_2D)
def test_functions_of_two_variables_are_enclosed(name: str) -> None:
    target, rng = TARGETS_2D[name], np.random.default_rng(0)
    f, sides = target.expression, np.array(target.interval)
    low = sides[:, 0] + (sides[:, 1] - sides[:, 0]) * rng.random((60, 2)) * 0.9
    high = low + (sides[:, 1] - sides[:, 0]) * 10 ** rng.uniform(-4, -1, (60, 1))
    found = enclose_boxes(f, low, high)
    inner = low + (high - low) * rng.random((60, 2))
    moved = inner.copy()
    for k in range(2):
        moved[:, k] = (inner[:, k] + high[:, k]) / 2
        quotient = (f(moved) - f(inner)) / (moved[:, k] - inner[:, k])
        slack = 1e-12 / (moved[:, k] - inner[:, k])
        assert ((found.first[k].lo - slack <= quotient) & (quotient <= found.first[k].hi + slack)).all()
        moved[:, k] = inner[:, k]
    assert found.value.holds(f(inner)).all()
    assert found.defined.all()
    points = enclose_plane_points(f, inner)
    assert ((points.lo <= f(inner) + 1e-15) & (f(inner) - 1e-15 <= points.hi)).all()


RIDGES = ["tanh", "relu", "leaky_relu", "gelu", "sine", "gaussian", "square"]


# Each target with two activations, and each activation with one or two targets.
@each(
    ("name", "activation"),
    [(name, RIDGES[(k + way) % 7]) for k, name in enumerate(TARGETS_2D) for way in (0, 3)],
)
def test_true_claims_are_proved_and_false_ones_refuted(name: str, activation: str) -> None:
    target = TARGETS_2D[name]
    f, sides = target.expression, target.interval
    network = ridge_least_squares(f, sides, 24, activation, 0.02)
    error = measured(network, f, sides)
    if error < 1e-9:
        return
    proved = certify(network, f, sides, 1.5 * error, seconds=60)
    assert proved.status == "proved"
    assert error <= present(proved.bound) * (1 + 1e-9) < 1.5 * error * (1 + 1e-9)
    refuted = certify(network, f, sides, 0.9 * error, seconds=60)
    assert refuted.status == "refuted"
    x = np.array([refuted.at])
    assert abs(f(x) - network(x))[0] > 0.9 * error
    assert certify(network, f, sides, 0.99 * error, seconds=0.5).status != "proved"


def test_a_spike_between_the_corners_is_not_overlooked() -> None:
    target = TARGETS_2D["bump"]
    network = ridge_least_squares(target.expression, target.interval, 24, "tanh", 0.02)
    error = measured(network, target.expression, target.interval)
    spiked = parse(
        f"{target.expression.text} + {4 * error!r}*exp(-1e8((x - 0.123456)^2 + (y + 0.2345)^2))", ("x", "y")
    )
    assert certify(network, spiked, target.interval, 1.5 * error, seconds=3).status != "proved"


def test_steps_in_the_plane() -> None:
    network = ShallowNetwork("step", [[1.0, 0.5], [-1.0, 2.0]], [0.1, 0.3], [0.5, 0.25], 0.0)
    f = parse("0.3 + 0 x y", ("x", "y"))
    assert certify(network, f, K, 0.46).status == "proved"
    assert certify(network, f, K, 0.44).status == "refuted"


@each(
    ("text", "epsilon", "words"),
    [("1/(x + y)", 1e3, "undefined"), ("floor(x + y)", 0.3, "jump"), ("where(x*y > 0, 1, 0)", 0.2, "jump")],
)
def test_gaps_and_jumps_in_the_plane_are_never_proved(text: str, epsilon: float, words: str) -> None:
    flat = ShallowNetwork("tanh", [[1.0, 1.0]], [0.0], [0.0], 0.5)
    found = certify(flat, parse(text, ("x", "y")), K, epsilon, seconds=1.0)
    assert found.status == "refuted" or words in found.reason or "time" in found.reason


def test_the_file_of_a_certificate_of_two_inputs_reads_back() -> None:
    flat = ShallowNetwork("tanh", [[1.0, 1.0]], [0.0], [0.0], 0.5)
    for epsilon in (2.0, 0.1):
        found = certify(flat, parse("x y", ("x", "y")), K, epsilon)
        again = Certificate.from_json(found.to_json())
        assert (again.status, again.at, again.interval) == (found.status, found.at, K)
        checked = certify(again.network, again.target, again.interval, again.epsilon)
        assert checked.status == found.status


def test_exact_corners_of_a_linear_network() -> None:
    """A network that is the function itself: the bound is rounding."""
    network = ShallowNetwork("linear", [[0.5, -0.25]], [0.125], [2.0], 1.0)
    found = certify(network, parse("x - y/2 + 5/4", ("x", "y")), K, 1e-12)
    assert found.status == "proved"
    assert Fraction(present(found.bound)) < Fraction(1, 10**13)
