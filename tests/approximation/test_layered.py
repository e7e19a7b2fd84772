"""Certificates of networks with several hidden layers, against exact fractions, torch and the independent checker."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nnviz._types import Bounds
from nnviz.approximation import Certificate, certify, certify_with_lower_bound, error_bounds, prove_again
from nnviz.approximation.certificate.coq import coq_proof
from nnviz.approximation.certificate.layered_units import LayeredUnits
from nnviz.checker.check import check
from nnviz.checker.claim import ClaimError
from nnviz.networks import ACTIVATIONS, LayeredNetwork, ShallowNetwork
from nnviz.networks.depth_comparison import sawtooth_points
from nnviz.networks.linear_regions import random_network, sawtooth
from nnviz.targets import PiecewiseLinear
from tests.cases import each
from tests.narrowing import present

K: Bounds = (-1.0, 1.0)


def exact_layers(network: LayeredNetwork, x: Fraction) -> list[list[Fraction]]:
    """The pre-activations of each layer, the output last."""
    left, right = (Fraction(one) for one in present(ACTIVATIONS[network.activation].slopes))
    a, layers = [x], []
    for weights, biases in zip(network.weights, network.biases):
        z = [
            sum((Fraction(w) * one for w, one in zip(row, a)), Fraction(b))
            for row, b in zip(weights.tolist(), biases.tolist())
        ]
        layers.append(z)
        a = [one * (right if one > 0 else left) for one in z]
    return layers


def exact_value(network: LayeredNetwork, x: Fraction) -> Fraction:
    return exact_layers(network, x)[-1][0]


def exact_breaks(network: LayeredNetwork) -> list[Fraction]:
    """Where a unit is 0 on K, and the ends of K: between the breaks of a layer, the next layer is made of lines."""
    found = [Fraction(-1), Fraction(1)]
    for layer in range(len(network.widths)):
        z = [exact_layers(network, x)[layer] for x in found]
        for (p, q), (before, after) in zip(list(pairwise(found)), pairwise(z)):
            found += [p + (q - p) * a / (a - b) for a, b in zip(before, after) if a * b < 0]
        found = sorted(set(found))
    return found


def exact_error_of_square(network: LayeredNetwork) -> Fraction:
    """sup |x² − N(x)| on K: at a break, or at the vertex of x² minus the line of a piece."""
    ends = exact_breaks(network)
    points = list(ends)
    for p, q in pairwise(ends):
        slope = (exact_value(network, q) - exact_value(network, p)) / (q - p)
        points += [slope / 2] if p < slope / 2 < q else []
    return max(abs(x * x - exact_value(network, x)) for x in points)


@each("seed", range(4))
@each(
    ("widths", "activation"), [((3, 4), "relu"), ((2, 3, 3), "relu"), ((3, 3), "leaky_relu"), ((5,), "relu")]
)
def test_both_bounds_hold_the_exact_error(widths: tuple[int, ...], activation: str, seed: int) -> None:
    drawn = random_network(widths, seed)
    network = LayeredNetwork(activation, drawn.weights, drawn.biases)
    true = exact_error_of_square(network)
    found = error_bounds(network, "x^2", K, rtol=1e-4)
    assert found.complete
    assert Fraction(found.low) <= true <= Fraction(found.high)
    assert certify(network, "x^2", K, float(true) * 0.999).status == "refuted"
    assert certify(network, "x^2", K, float(true) * 0.999999).status != "proved"
    proof = certify(network, "x^2", K, float(true) * 1.001)
    assert proof.status == "proved"
    assert true <= Fraction(present(proof.bound))


@each("activation", ["relu", "leaky_relu"])
def test_lines_and_evaluation_are_as_close_to_the_exact_network_as_claimed(activation: str) -> None:
    drawn = random_network((12, 12, 12, 12), 3)
    network = LayeredNetwork(activation, drawn.weights, drawn.biases)
    model = LayeredUnits(network, *K)
    x = np.concatenate([np.linspace(*K, 101), model.nodes, np.nextafter(model.nodes[1:], -2)])
    piece = np.clip(np.searchsorted(model.nodes, x, side="right") - 1, 0, len(model.nodes) - 2)
    lines, computed = model.at(x, piece), network(x)
    for k, true in enumerate(exact_value(network, Fraction(at)) for at in x.tolist()):
        low, high = Fraction(float(lines.lo[k])), Fraction(float(lines.hi[k]))
        assert low - Fraction(model.slack) <= true <= high + Fraction(model.slack)
        assert abs(Fraction(float(computed[k])) - true) <= Fraction(model.error)
    assert 0 < model.slack < 1e-11
    assert 0 < model.error < 1e-10


def test_a_wrong_sign_is_covered_by_the_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network((5, 5), 0)
    nodes = np.linspace(*K, 9)  # every kink is misplaced
    monkeypatch.setattr("nnviz.approximation.certificate.layered_units.breakpoints", lambda *_, **__: nodes)
    model = LayeredUnits(network, *K)
    x = np.linspace(*K, 1000)
    lines = model.at(x, np.clip(np.searchsorted(nodes, x, side="right") - 1, 0, 7))
    off = np.maximum(lines.lo - network(x), network(x) - lines.hi)
    assert 0.005 < off.max() <= model.slack


def test_a_network_of_torch_is_certified_within_one_percent() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    sizes = [(1, 64), (64, 64), (64, 64), (64, 1)]
    linear = [torch.nn.Linear(*size) for size in sizes]
    model = torch.nn.Sequential(*[part for one in linear for part in (one, torch.nn.ReLU())][:-1]).double()
    network = LayeredNetwork(
        "relu", [one.weight.detach().numpy() for one in linear], [one.bias.detach().numpy() for one in linear]
    )
    found = error_bounds(network, "sin(3x)", K)
    x = torch.linspace(-1, 1, 20_001, dtype=torch.float64)
    with torch.no_grad():
        seen = float((torch.sin(3 * x) - model(x[:, None])[:, 0]).abs().max())
    assert seen <= found.high * (1 + 1e-12)
    assert found.high <= 1.01 * seen
    assert certify(network, "sin(3x)", K, found.high * 1.001).status == "proved"


def test_sixteen_units_in_eight_layers_need_255_in_one() -> None:
    points = PiecewiseLinear(*sawtooth_points(8))
    proof = certify_with_lower_bound(sawtooth(8), points, (0, 1), 0.25)
    network = proof.network
    assert isinstance(network, LayeredNetwork)
    assert (proof.status, sum(network.widths), present(proof.lower_bound).units) == ("proved", 16, 255)
    assert 0 == present(proof.low) <= present(proof.bound) < 1e-8
    verdict = check(proof.to_json())
    assert (verdict.status, verdict.units) == ("proved", 255)


def test_a_file_keeps_the_network_and_is_proved_again_by_both_checkers() -> None:
    network = random_network((6, 5, 4), 2)
    bounds = error_bounds(network, "cos(3x)", K)
    proof = certify(network, "cos(3x)", K, bounds.high * 1.05)
    read = Certificate.from_json(proof.to_json())
    assert isinstance(read.network, LayeredNetwork)
    for ours, theirs in zip(network.weights + network.biases, read.network.weights + read.network.biases):
        np.testing.assert_array_equal(ours, theirs)
    assert prove_again(read).status == check(proof.to_json()).status == "proved"
    wrong = certify(network, "cos(3x)", K, bounds.low * 0.95).to_json()
    assert check(wrong).status == "refuted"
    with pytest.raises(ValueError, match="a network with one hidden layer, got '3 hidden layers'"):
        coq_proof(proof)


def test_one_hidden_layer_of_any_activation_is_a_shallow_network() -> None:
    network = LayeredNetwork("tanh", ([[1.0, 2.0]], [[1.0]]), ([0.5], [0.25]))
    proof = certify(network, "tanh(x + 2y + 1/2) + 1/4", (K, K), 0.05)
    assert proof.status == "proved"
    assert isinstance(proof.network, ShallowNetwork)


def test_the_root_mean_square_of_a_deep_network_is_bounded() -> None:
    network = random_network((4, 4), 1)
    x = np.linspace(*K, 100_001)
    found = error_bounds(network, "x^2", K, "rms")
    seen = float(np.sqrt(np.trapezoid((x * x - network(x)) ** 2, x) / 2))
    assert found.low * (1 - 1e-6) <= seen <= found.high * (1 + 1e-6)


@each(
    "network",
    [
        LayeredNetwork("tanh", ([[1.0]], [[1.0]], [[1.0]]), ([0.0],) * 3),
        LayeredNetwork("relu", ([[1.0, 1.0]], [[1.0]], [[1.0]]), ([0.0],) * 3),
    ],
)
def test_other_deep_networks_are_undecided_with_a_reason(network: LayeredNetwork) -> None:
    f, domain = ("x", K) if network.inputs == 1 else ("x y", (K, K))
    found = certify(network, f, domain, 0.1)
    assert found.status == "undecided"
    assert found.reason == (
        "With several hidden layers, a network must have one input and units of ReLU or Leaky ReLU."
    )
    with pytest.raises(ValueError, match="With several hidden layers"):
        error_bounds(network, f, domain)


def test_weights_that_overflow_prove_nothing() -> None:
    network = LayeredNetwork("relu", ([[1e300]], [[1e300]], [[1.0]]), ([0.0],) * 3)
    assert certify(network, "x", K, 1.0, seconds=0.1).status == "undecided"


def test_the_checker_refuses_layers_that_do_not_fit() -> None:
    text = certify(sawtooth(2), "x", (0, 1), 2.0).to_json()
    for found, wrong in (('"biases": [[', '"biases": [["0x0p+0", '), ('"weights": [[', '"weights": [[[], ')):
        assert found in text
        with pytest.raises(ClaimError, match="the sizes of the layers do not fit"):
            check(text.replace(found, wrong))


@each(
    ("part", "words"),
    [
        ({"weights": 3}, "`weights` must be a list with a part for each layer"),
        ({"weights": [[[1.0]], [[1.0], [1.0, 2.0]]]}, "`weights` must be rows of equal length"),
        ({"biases": [[0.0]]}, "a matrix and a vector for each of 2 to 17 layers"),
        ({"weights": [[["inf"]], [[1.0]]]}, "a finite number"),
        ({"activation": ["relu"]}, "`activation` must be one of"),
    ],
)
def test_damaged_layers_are_refused_in_words(part: dict[str, Any], words: str) -> None:
    from nnviz.networks.network_file import network_from_dict

    fields = {"activation": "relu", "weights": [[[1.0]], [[1.0]]], "biases": [[0.0], [0.0]]}
    with pytest.raises(ValueError, match=words):
        network_from_dict({**fields, **part})
