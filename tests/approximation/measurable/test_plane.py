"""Networks of two inputs in the norms "rms" and "outside": proofs hold at points, areas and integrals are right."""

import json
from dataclasses import replace
from math import pi

import numpy as np
import pytest

import nnviz as nv
from nnviz.approximation.measurable import NormCertificate, certify_outside, certify_rms, prove_norm_again
from nnviz.approximation.measurable.plane import direction_of_values
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork
from tests.cases import each

BOX = ((-1.0, 1.0), (-1.0, 1.0))
TYPED = [
    ("step(x)", "relu", 0.1, 0.08),
    ("floor(x+2y)", "leaky_relu", 0.3, 0.4),
    ("x*y/(x^2+y^2)", "tanh", 0.1, 0.4),
    ("1/(x^2+y^2)", "tanh", 0.8, 0.4),
    ("atan2(y,x)", "sigmoid", 0.5, 0.4),
]


def random_points(seed: int, count: int = 40_000) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (count, 2))


def in_boxes(boxes: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return which points are in one of the boxes (n, 2, 2)."""
    found = np.zeros(len(x), bool)
    for (a, b), (c, d) in boxes:
        found |= (a <= x[:, 0]) & (x[:, 0] <= b) & (c <= x[:, 1]) & (x[:, 1] <= d)
    return found


@each(("text", "activation", "epsilon", "measure"), TYPED)
def test_a_network_is_within_epsilon_outside_of_the_boxes(
    text: str, activation: str, epsilon: float, measure: float
) -> None:
    found = nv.reach(text, BOX, epsilon, activation, 5.0, norm="outside", measure=measure)
    proof, x = found.certificate, random_points(1)
    assert proof.status == "proved"
    outside = x[~in_boxes(proof.exceptional, x)]
    error = np.abs(parse(text, ("x", "y"))(outside) - found.network(outside))
    assert proof.bound is not None
    assert error.max() <= proof.bound * (1 + 1e-9)
    assert proof.bound < epsilon
    assert 1 - len(outside) / len(x) == pytest.approx(proof.length / 4, abs=0.01)
    assert proof.length <= measure
    assert proof.low <= proof.bound


def test_a_square_mean_is_that_of_the_integral() -> None:
    network = ShallowNetwork("tanh", [[1.0, -2.0], [0.5, 1.0]], [0.1, -0.2], [0.7, -0.4], 0.3)
    proof = certify_rms(network, "exp(x*y)", BOX, 1.05)

    nodes, weights = np.polynomial.legendre.leggauss(60)
    x, y = np.meshgrid(nodes, nodes)
    n = 0.7 * np.tanh(x - 2 * y + 0.1) - 0.4 * np.tanh(x / 2 + y - 0.2) + 0.3
    right = (weights @ (np.exp(x * y) - n) ** 2 @ weights / 4) ** 0.5
    assert proof.bound is not None
    assert proof.low <= right <= proof.bound <= 1.1 * proof.low


# With N = 0 and f = [x² + y² < 1], the rms over [−2, 2]² is √(π/16), and |f − N| ≥ 1 on an area of π
def test_the_area_of_a_disk_decides() -> None:
    zero = ShallowNetwork("tanh", np.empty((0, 2)), [], [], 0.0)
    disk, box = "x^2+y^2<1", ((-2.0, 2.0), (-2.0, 2.0))
    assert certify_outside(zero, disk, box, 0.5, pi * 1.02).status == "proved"
    assert certify_outside(zero, disk, box, 0.5, pi * 0.98).status == "refuted"
    assert certify_outside(zero, disk, box, 0.5, pi * (1 - 1e-9), 0.1).status != "proved"
    proof = certify_rms(zero, disk, box, 1.0)
    assert proof.bound is not None
    assert proof.low <= (pi / 16) ** 0.5 <= proof.bound
    assert certify_rms(zero, disk, box, 0.42).status == "refuted"


@each("text", ["x/y", "1/(x^2+y^2)"])
def test_no_square_integral_is_claimed_at_a_pole(text: str) -> None:
    with pytest.raises(nv.Unreachable, match="No bound of the integral"):
        nv.reach(text, BOX, 0.5, "tanh", 1.0, norm="rms")


def test_f_without_values_on_a_part_of_the_box_is_refused() -> None:
    with pytest.raises(nv.Unreachable, match="part of K of measure 2"):
        nv.reach("sqrt(x) + y", BOX, 0.5, "tanh", 1.0, norm="outside", measure=0.2)


def test_a_file_gives_the_same_claim_and_an_edited_one_is_not_proved() -> None:
    found = nv.reach("step(x+y)", BOX, 0.1, "relu", 5.0, norm="outside", measure=0.3).certificate
    text = found.to_json()
    again = NormCertificate.from_json(text)
    assert (again.exceptional == found.exceptional).all()
    assert again.interval == BOX
    assert prove_norm_again(again).status == "proved"
    assert prove_norm_again(replace(again, measure=1e-3)).status == "refuted"
    document = json.loads(text)
    document["network"]["output_bias"] = "0x1.8p+0"
    assert prove_norm_again(NormCertificate.from_json(json.dumps(document)), 2.0).status == "refuted"


@each(
    ("name", "value"),
    [
        ("exceptional", [[0, 1]]),
        ("exceptional", [[0, 2, 0, 1]]),
        ("interval", [0, 1]),
        ("interval", [[0, 1], 1]),
    ],
)
def test_a_damaged_file_is_refused(name: str, value: object) -> None:
    zero = ShallowNetwork("tanh", np.empty((0, 2)), [], [], 0.0)
    document = json.loads(certify_outside(zero, "step(x)", BOX, 0.5, 3.0).to_json())
    with pytest.raises(ValueError, match="damaged"):
        NormCertificate.from_json(json.dumps({**document, name: value}))


def test_the_direction_of_a_jump_is_found() -> None:
    e = direction_of_values(parse("floor(2x-2y)", ("x", "y")), BOX)
    assert e is not None
    assert abs(e @ [1, 1]) < 1e-12
    assert direction_of_values(parse("sign(x*y)", ("x", "y")), BOX) is None
