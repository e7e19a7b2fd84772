"""A large offset is taken out exactly, and values next to the largest number are scaled: proofs hold in fractions."""

from collections.abc import Callable
from fractions import Fraction

import flint
import numpy as np

import nnviz as nv
from nnviz.approximation import certify
from nnviz.networks import ShallowNetwork
from tests.cases import each

QUESTIONS: list[tuple[str, tuple[float, float], float, Callable[[flint.arb], flint.arb]]] = [
    ("1e15+0.3*sin(3x)", (-1.0, 1.0), 0.1, lambda x: flint.arb(10) ** 15 + (3 * x).sin() * flint.arb(0.3)),
    ("0.3*cos(3x)-1e15", (-1.0, 1.0), 0.1, lambda x: (3 * x).cos() * flint.arb(0.3) - flint.arb(10) ** 15),
    ("exp(x)", (690.0, 709.0), 1.14e306, lambda x: x.exp()),
    ("cosh(x)", (-710.0, 710.0), 1e306, lambda x: x.cosh()),
]


def network_at(network: ShallowNetwork, x: float) -> Fraction:
    """Return N(x) of a ReLU network in exact arithmetic."""
    columns = (
        network.hidden_weights[:, 0].tolist(),
        network.hidden_biases.tolist(),
        network.output_weights.tolist(),
    )
    units = zip(*columns, strict=True)
    terms = (Fraction(v) * max(Fraction(0), Fraction(w) * Fraction(x) + Fraction(b)) for w, b, v in units)
    return sum(terms, Fraction(network.output_bias))


@each("number", range(len(QUESTIONS)))
def test_a_proof_beyond_the_digits_of_float64_holds(number: int) -> None:
    text, interval, epsilon, f = QUESTIONS[number]
    found = nv.reach(text, interval, epsilon)
    assert found.certificate.status == "proved"
    assert found.certificate.bound is not None
    flint.ctx.prec = 200
    for x in np.random.default_rng(0).uniform(*interval, 60).tolist():
        n = network_at(found.network, x)
        error = abs(f(flint.arb(x)) - flint.arb(flint.fmpq(n.numerator, n.denominator)))
        assert error < found.certificate.bound * (1 + 1e-12)


def test_a_wrong_offset_is_refuted() -> None:
    found = nv.reach("1e15+0.3*sin(3x)", (-1, 1), 0.1)
    moved = ShallowNetwork(
        "relu",
        found.network.hidden_weights,
        found.network.hidden_biases,
        found.network.output_weights,
        found.network.output_bias + 0.125,
    )
    assert certify(moved, "1e15+0.3*sin(3x)", (-1, 1), 0.1).status == "refuted"


# Each stands for its kind: log Γ and quotients of Γ beyond float64, |x|/x at the ends of arccos, endless waves
@each(
    ("text", "interval", "epsilon", "norm"),
    [
        ("log(gamma(x))", (1, 300), 60.0, "sup"),
        ("gamma(x+1)/gamma(x)", (1, 200), 10.0, "sup"),
        ("acos(x/sqrt(x^2))", (-1, 1), 0.3, "outside"),
        ("acos(x/sqrt(x^2+1))", (-1e9, 1e9), 0.3, "outside"),
        ("sin(exp(1/x))", (0, 1), 0.2, "outside"),
    ],
)
def test_what_float64_cannot_compute_directly_is_proved(
    text: str, interval: tuple[float, float], epsilon: float, norm: str
) -> None:
    measure = 0.1 * (interval[1] - interval[0]) if norm == "outside" else None
    found = nv.reach(text, interval, epsilon, norm=norm, measure=measure)
    assert found.certificate.status == "proved"
