"""Certificates in the norms "rms" and "outside" are never proved for a false claim, and survive their file."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import flint
import numpy as np
import pytest

from nnviz.approximation.measurable import (
    NormCertificate,
    certify_outside,
    certify_rms,
    prove_norm_again,
    reach_outside,
)
from nnviz.networks import ShallowNetwork
from tests.cases import each

CASES = [
    ("floor(2x)", -1, 1),
    ("1/x", 0, 1),
    ("mod(3x, 1)", 0, 1),
    ("abs(x)*3 - x^2", -1, 1),
    ("sign(x)/x", -1, 1),
]


def exact(text: str, x: Fraction) -> Fraction:
    """Return f(x) in exact arithmetic, written again for the cases."""
    values: dict[str, Callable[[], Fraction]] = {
        "floor(2x)": lambda: Fraction(math.floor(2 * x)),
        "1/x": lambda: 1 / x,
        "mod(3x, 1)": lambda: 3 * x - math.floor(3 * x),
        "abs(x)*3 - x^2": lambda: 3 * abs(x) - x * x,
        "sign(x)/x": lambda: 1 / abs(x),
    }
    return values[text]()


def network_at(network: ShallowNetwork, x: Fraction) -> Fraction:
    """Return N(x) of a ReLU network in exact arithmetic."""
    columns = (
        network.hidden_weights[:, 0].tolist(),
        network.hidden_biases.tolist(),
        network.output_weights.tolist(),
    )
    units = zip(*(map(Fraction, column) for column in columns), strict=True)
    return sum((v * max(Fraction(0), w * x + b) for w, b, v in units), Fraction(network.output_bias))


@each(("text", "low", "high"), CASES)
@each("seed", range(4))
def test_a_proof_outside_of_a_set_holds_in_exact_arithmetic(
    text: str, low: int, high: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    network = ShallowNetwork("relu", rng.normal(0, 2, 4), rng.normal(0, 1, 4), rng.normal(0, 1, 4), 0.2)
    x = np.sort(rng.uniform(low, high, 400))
    size = np.array(
        [abs(float(exact(text, Fraction(at)) - network_at(network, Fraction(at)))) for at in x.tolist()]
    )
    epsilon, share = float(np.quantile(size, 0.7)), 0.3 * (high - low)
    assert certify_outside(network, text, (low, high), epsilon, 0.4 * share).status == "refuted"
    proof = certify_outside(network, text, (low, high), epsilon, 1.4 * share)
    assert proof.status == "proved"
    assert proof.bound is not None
    inside = ((proof.exceptional[:, 0] <= x[:, None]) & (x[:, None] <= proof.exceptional[:, 1])).any(axis=1)
    assert (size[~inside] <= proof.bound).all()
    for end in proof.exceptional.ravel().tolist():
        for at in (math.nextafter(end, -9), end, math.nextafter(end, 9)):
            covered = ((proof.exceptional[:, 0] <= at) & (at <= proof.exceptional[:, 1])).any()
            if low < at < high and not covered:
                assert abs(exact(text, Fraction(at)) - network_at(network, Fraction(at))) < epsilon


@each("seed", range(6))
def test_the_root_mean_square_is_enclosed_and_no_false_claim_is_proved(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kind = ("tanh", "sigmoid", "gaussian")[seed % 3]
    network = ShallowNetwork(kind, rng.normal(0, 3, 4), rng.normal(0, 2, 4), rng.normal(0, 1, 4), 0.1)
    w, b, v = (
        network.hidden_weights[:, 0].tolist(),
        network.hidden_biases.tolist(),
        network.output_weights.tolist(),
    )
    curves: dict[str, Callable[[flint.acb], flint.acb]] = {
        "tanh": lambda z: z.tanh(),
        "sigmoid": lambda z: 1 / (1 + (-z).exp()),
        "gaussian": lambda z: (-z * z).exp(),
    }

    def integrand(x: flint.acb, _: bool) -> flint.acb:
        n = flint.acb(network.output_bias)
        for k in range(4):
            n += v[k] * curves[kind](w[k] * x + b[k])
        return (x.exp() * (3 * x).cos() - n) ** 2

    true = math.sqrt(float(flint.acb.integral(integrand, -1, 2).real) / 3)
    for share in (0.9, 0.999, 1.001, 1.1):
        found = certify_rms(network, "exp(x) cos(3x)", (-1, 2), share * true, rtol=1e-4)
        assert found.status == ("proved" if share > 1 else "refuted")
        assert found.bound is not None
        assert found.low * (1 - 1e-12) <= true <= found.bound * (1 + 1e-12)


def test_exceptional_sets_have_their_exact_measure() -> None:
    # |1/x − 0| ≥ 4 exactly on (0, ¼]
    zero = ShallowNetwork("relu", [1.0], [0.0], [0.0], 0.0)
    assert certify_outside(zero, "1/x", (0, 1), 4.0, 0.25 - 1e-6).status == "refuted"
    proof = certify_outside(zero, "1/x", (0, 1), 4.0, 0.25 + 1e-6)
    assert proof.status == "proved"
    assert 0.25 <= proof.length <= 0.25 + 1e-6
    # x² − 0 ≥ ¼ on ½ ≤ x ≤ 1
    proof = certify_outside(zero, "x^2", (0, 1), 0.25, 0.5 + 1e-9)
    assert proof.status == "proved"
    assert proof.length == pytest.approx(0.5, abs=1e-9)


def test_the_file_holds_the_certificate_and_is_proved_again() -> None:
    for found in (
        reach_outside("floor(1/x)", (0, 1), 0.1, 0.1).certificate,
        certify_rms(ShallowNetwork("tanh", [1.0], [0.0], [1.0], 0.0), "abs(x)^(-0.25)", (-1, 1), 2.0),
    ):
        again = NormCertificate.from_json(found.to_json())
        assert again.to_json() == found.to_json()
        assert prove_norm_again(again, 5.0).status == "proved"
        assert found.sentence().startswith("proved: ")


def test_an_edited_file_is_not_proved_or_not_read() -> None:
    found = reach_outside("1/x", (-1, 1), 0.2, 0.1).certificate
    network = found.network
    heavier = replace(network, output_weights=1.01 * network.output_weights)
    assert prove_norm_again(replace(found, network=heavier), 2.0).status != "proved"
    assert prove_norm_again(replace(found, epsilon=0.19), 2.0).status != "proved"
    with pytest.raises(ValueError, match="exceptional"):
        prove_norm_again(replace(found, measure=0.05), 2.0)
    moved = replace(found, exceptional=found.exceptional + 0.5)  # the others become exceptional too
    assert prove_norm_again(moved, 2.0).status != "proved"
    document = json.loads(found.to_json())
    edits: list[tuple[str, object]] = [
        ("norm", "sup"), ("measure", None), ("measure", "x"), ("epsilon", -1), ("status", "true"), ("version", 1),
        ("exceptional", [["0x1p+3", "0x1p+4"]]), ("exceptional", [["0x1p-3", "0x0p+0"]]), ("exceptional", [[0.1]]),
        ("exceptional", 3), ("interval", [1, 0]), ("cells", -1), ("at", [1, 2]), ("format", "x"), ("network", {}),
    ]  # fmt: skip
    for name, value in edits:
        with pytest.raises(ValueError, match="certificate"):
            NormCertificate.from_json(json.dumps({**document, name: value}))
    for text in ("", "[]", "{", "3", json.dumps({k: v for k, v in document.items() if k != "exceptional"})):
        with pytest.raises(ValueError, match="certificate"):
            NormCertificate.from_json(text)


@each(
    ("text", "low", "high", "measure"),
    [("step(x)", -1, 1, 0.02), ("sin(1/x)", 0, 1, 0.05), ("floor(1/x)", 0, 1, 0.05), ("abs(x)", -1, 1, 0.1)],
)
def test_no_set_of_the_measure_has_a_smaller_error_outside(
    text: str, low: int, high: int, measure: float
) -> None:
    found = reach_outside(text, (low, high), 0.2, measure)
    x = np.linspace(low, high, 400_001)[:-1] + (high - low) / 800_002
    error = np.sort(np.abs(found.certificate.target(x) - found.network(x)))
    least = error[
        -math.ceil(measure / (high - low) * x.size) - 2
    ]  # the rest is below it, up to a set of this measure
    proof = found.certificate
    assert proof.bound is not None
    assert 0.97 * least <= proof.low <= least * (1 + 1e-6)
    assert proof.low <= proof.bound
