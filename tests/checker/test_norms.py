"""The independent checker in the norms "outside" and "rms": true claims are proved, edited ones are not."""

import json
import math

import pytest

import nnviz as nv
from nnviz.approximation.measurable import certify_outside, certify_rms
from nnviz.checker import ClaimError, check
from nnviz.networks import ShallowNetwork
from tests.cases import each

TYPED = [
    ("step(x)", (-1.0, 1.0), 0.1, "outside"),
    ("1/x", (-1.0, 1.0), 0.5, "outside"),
    ("floor(1/x)", (0.1, 1.0), 0.5, "outside"),
    ("sin(1/x)", (0.0, 1.0), 0.2, "outside"),
    ("step(x)", (-1.0, 1.0), 0.1, "rms"),
    ("exp(x)*abs(x)", (-1.0, 1.0), 0.05, "rms"),
    ("mod(3x, 1)", (-1.0, 1.0), 0.1, "rms"),
]
LINE = ShallowNetwork("relu", [[1.0]], [1.0], [1.0], -1.0)  # x on [−1, 1]


@each(("text", "interval", "epsilon", "norm"), TYPED)
def test_what_the_prover_proves_is_proved(
    text: str, interval: tuple[float, float], epsilon: float, norm: str
) -> None:
    measure = 0.1 * (interval[1] - interval[0]) if norm == "outside" else None
    found = nv.reach(text, interval, epsilon, norm=norm, measure=measure).certificate
    verdict = check(found.to_json(), 20.0)
    assert verdict.status == "proved"
    assert verdict.bound is not None
    assert found.bound is not None
    assert verdict.bound < epsilon
    assert found.low is not None
    assert verdict.bound >= found.low * (1 - 1e-9)


# The root mean square of x² − x over [−1, 1] is √(1/5 + 1/3); |x² − x| < ½ up to x = (1 − √3)/2 on the left
def test_the_bounds_are_those_of_an_integral_and_of_a_length() -> None:
    root = math.sqrt(8 / 15)
    proof = certify_rms(LINE, "x^2", (-1, 1), 1.001 * root)
    verdict = check(proof.to_json(), 20.0)
    assert verdict.status == "proved"
    assert verdict.bound is not None
    assert root <= verdict.bound < 1.001 * root
    assert check(certify_rms(LINE, "x^2", (-1, 1), 0.999 * root).to_json(), 20.0).status == "refuted"
    length = (1 - math.sqrt(3)) / 2 + 1
    good = certify_outside(LINE, "x^2", (-1, 1), 0.5, 1.001 * length).to_json()
    assert check(good, 20.0).status == "proved"
    assert (
        check(certify_outside(LINE, "x^2", (-1, 1), 0.5, 0.99 * length).to_json(), 20.0).status == "undecided"
    )


def edited(**parts: object) -> str:
    proof = certify_outside(LINE, "step(x)", (-1, 1), 1.3, 0.1)
    return json.dumps({**json.loads(proof.to_json()), **parts})


@each(
    ("name", "value"),
    [
        ("exceptional", [[-2, 0]]), ("exceptional", [[0.2, 0.1]]), ("exceptional", [[0, 0.1], [0.1, 0.2]]),
        ("exceptional", 3), ("exceptional", [[0]]), ("measure", 0), ("measure", 2), ("measure", None), ("norm", "l2"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused(name: str, value: object) -> None:
    with pytest.raises(ClaimError):
        check(edited(**{name: value}))


def test_what_it_cannot_check_is_said() -> None:
    zero = ShallowNetwork("tanh", [[0.0, 0.0]], [0.0], [0.0], 0.0)
    box = certify_outside(zero, "x*y", ((-1, 1), (-1, 1)), 0.9, 1.0).to_json()
    assert "the sup norm only" in check(box).reason
    pole = certify_rms(LINE, "abs(x)^(-0.2)", (-1, 1), 3.0).to_json()
    assert "No close bound of the integral near x" in check(pole, 20.0).reason
