"""The independent checker with two inputs: true, false and damaged claims; its polynomials against sampled values."""

import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq

import nnviz as nv
from nnviz.approximation import Certificate, certify
from nnviz.approximation.certificate.file_parts import target_as_json
from nnviz.checker import ClaimError, check
from nnviz.checker.claim import Network, Tree, _target
from nnviz.checker.plane import DEGREE, PlaneFormula, _largest, _quadratic_bound, form
from nnviz.checker.plane_networks import PlaneNetwork
from tests.cases import each

K = ((-1.0, 1.0), (-0.5, 1.0))
SIDE = np.stack(np.meshgrid(np.linspace(*K[0], 101), np.linspace(*K[1], 101)), axis=-1).reshape(-1, 2)


pytestmark = pytest.mark.usefixtures("precision")


def rational(x: float) -> fmpq:
    return fmpq(*float(x).as_integer_ratio())


def network(activation: str, units: int, seed: int) -> nv.ShallowNetwork:
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=(units, 2)), rng.normal(size=units)
    return nv.ShallowNetwork(activation, w, b, rng.normal(size=units) / units, 0.25)


def claim(f: str, activation: str, slack: float, units: int = 4, seed: int = 0) -> Certificate:
    """The claim that a random network is within its error, times 1 + slack, of f plus that network's values."""
    found, target = network(activation, units, seed), nv.parse(f, ("x", "y"))
    error = float(np.abs(target(SIDE) - found(SIDE)).max())
    return certify(found, target, K, error * (1 + slack), 0.01)


TRUE = [
    ("x y", "tanh"),
    ("sin(3x + y)", "sigmoid"),
    ("e^(-x^2 - y^2)", "gaussian"),
    ("x^2 - y/2", "softplus"),
    ("cos(x) + y", "gelu"),
    ("x/(2 + y)", "sine"),
    ("abs(x - y)", "tanh"),
    ("max(x, y)", "relu"),
    ("sqrt(x^2 + y^2)", "leaky_relu"),
    ("where(x < 0, x y, x^2)", "tanh"),
]


@each(("f", "activation"), TRUE)
def test_true_claims_are_proved_and_false_ones_refuted(f: str, activation: str) -> None:
    known = claim(f, activation, 0.05)
    text = json.loads(known.to_json())
    verdict = check(json.dumps(text), 30)
    assert verdict.status == "proved", verdict.reason
    error = known.epsilon / 1.05
    assert error * (1 - 1e-9) < (verdict.bound or 0) < known.epsilon
    worst = SIDE[np.argmax(np.abs(known.target(SIDE) - known.network(SIDE)))]
    wrong = check(json.dumps(text | {"epsilon": error * 0.99, "largest_at": worst.tolist()}), 30)
    assert wrong.status == "refuted"
    assert wrong.low == pytest.approx(error, rel=1e-9)
    assert isinstance(wrong.at, tuple)
    at = np.array([wrong.at])
    assert np.abs(known.target(at) - known.network(at))[0] > error * 0.99


@each("seed", range(6))
def test_no_spike_and_no_edited_weight_is_proved(seed: int) -> None:
    chance, text = random.Random(seed), json.loads(claim("x y", "tanh", 0.05).to_json())
    x, y, width = chance.uniform(-1, 1), chance.uniform(-0.5, 1), 10 ** chance.uniform(-6, -2)
    spike = f"x y + 9 exp(-((x - ({x!r}))^2 + (y - ({y!r}))^2)/{width**2!r})"
    verdict = check(json.dumps(text | {"target": target_as_json(nv.parse(spike, ("x", "y")))}), 0.5)
    assert verdict.status != "proved"
    edited = text["network"]
    name = chance.choice(["hidden_weights", "output_weights", "hidden_biases"])
    place = edited[name][chance.randrange(4)] if name == "hidden_weights" else edited[name]
    k = chance.randrange(len(place))
    place[k] = float.fromhex(place[k]) + chance.choice([-1, 1])
    worse = Certificate.from_json(json.dumps(text))
    if np.abs(worse.target(SIDE) - worse.network(SIDE)).max() > worse.epsilon:
        assert check(json.dumps(text), 10).status == "refuted"


@each("f", ["1/(x - y)", "0*log(x + y)", "sign(1/(x^2 + y^2 - 1/2))", "sqrt(x y)", "mod(1, x y)", "x^y"])
def test_no_function_with_a_gap_is_proved(f: str) -> None:
    text = json.loads(claim("x y", "tanh", 0.05).to_json())
    text |= {"target": target_as_json(nv.parse(f, ("x", "y"))), "epsilon": 1e3}
    assert check(json.dumps(text), 0.1).status != "proved"


@each(
    "change",
    [
        lambda d: d.update(interval=[[0, 1]]),
        lambda d: d.update(interval=[[0, 1], [1, 0]]),
        lambda d: d.update(interval=[[0, 1], [0, "x"]]),
        lambda d: d.update(largest_at=[0, 0, 0]),
        lambda d: d.update(largest_at=0.5),
        lambda d: d["network"]["hidden_weights"].pop(),
        lambda d: d["network"]["hidden_weights"].__setitem__(0, [1]),
        lambda d: d["network"]["hidden_weights"][1].__setitem__(0, None),
        lambda d: d["network"].update(hidden_weights=[1] * 4),
        lambda d: d["target"].update(variables=["x", "x"]),
        lambda d: d["target"].update(variables=["x"]),
        lambda d: d.update(epsilon=-1),
    ],
)
def test_damaged_files_are_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    damaged = json.loads(claim("x y", "tanh", 0.05).to_json())
    change(damaged)
    with pytest.raises(ClaimError):
        check(json.dumps(damaged))


def test_forms_are_those_of_a_polynomial() -> None:
    tree, variables = _target(target_as_json(nv.parse("(1 + 2x - 3y)^7 + x^5 y^2", ("x", "y"))))
    assert isinstance(tree, Tree)
    jets = PlaneFormula(tree, variables).at((fmpq(0), fmpq(0)))
    assert [float(one) for one in form(jets, 1)] == pytest.approx([14, -21])
    assert [float(one) for one in form(jets, 2)] == pytest.approx([84, -252, 189])
    assert float(form(jets, 7)[2]) == pytest.approx(21 * 2**5 * 9 + 1)
    assert DEGREE == 7


@each("activation", ["tanh", "sigmoid", "softplus", "gaussian", "gelu", "sine", "relu", "leaky_relu", "step"])
def test_expansions_hold_the_values_of_the_network(activation: str) -> None:
    own = network(activation, 5, 1)
    w = [[rational(x) for x in row] for row in own.hidden_weights]
    b, v = ([rational(x) for x in part] for part in (own.hidden_biases, own.output_weights))
    plane = PlaneNetwork(Network(activation, w, b, v, rational(own.output_bias)))
    middle, radii = (fmpq(1, 8), fmpq(-1, 4)), (arb(0.25), arb(0.125))
    terms, rest = plane.expand(middle, radii)
    for r, s in np.random.default_rng(0).uniform(-1, 1, (40, 2)) * (0.25, 0.125):
        value = sum(
            (one * r ** (len(form) - 1 - j) * s**j for form in terms for j, one in enumerate(form)), arb(0)
        )
        there = own(np.array([[0.125 + r, -0.25 + s]]))[0]
        assert plane.at((rational(0.125 + r), rational(-0.25 + s))).overlaps(arb(there, 1e-12))
        assert abs(value - there) <= rest + 1e-12


@each("seed", range(6))
def test_bounds_of_polynomials_are_above_their_values(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(3, 3)) * (np.add.outer(range(3), range(3)) <= 2) * 2.0 ** rng.integers(-6, 2, (3, 3))
    rows = [[arb(x) for x in row] for row in a]
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, 201), np.linspace(-2, 2, 201))
    largest = float(np.abs(np.polynomial.polynomial.polyval2d(y, x, a)).max())
    bound = float(_quadratic_bound(rows, (arb(0.5), arb(2)))[0])
    assert largest <= bound <= largest * 1.001
    assert _largest(rows, (arb(0.5), arb(2)), arb(largest * 0.999), 3) is None


def test_what_is_unknown_is_said() -> None:
    known = claim("x y", "tanh", 0.05)
    text = json.loads(known.to_json())
    verdict = check(json.dumps(text | {"norm": "rms"}))
    assert (verdict.status, "sup norm only" in verdict.reason) == ("undecided", True)
    swirl = text | {"network": text["network"] | {"activation": "swirl"}}
    assert "'swirl'" in check(json.dumps(swirl)).reason
