"""Bounds of the error from both sides hold the true error, are as close as asked, and stand in every certificate."""

from typing import Any

import numpy as np
import pytest

from nnviz._types import Array, Bounds
from nnviz.approximation import approximate, certify, error_bounds
from nnviz.expressions import parse
from nnviz.networks import ShallowNetwork
from tests.cases import each
from tests.narrowing import present

K: Bounds = (-1.0, 1.0)
BOX = (K, K)
LINE = np.linspace(*K, 200_001)
PLANE = np.stack(np.meshgrid(*[np.linspace(*K, 401)] * 2), axis=-1).reshape(-1, 2)


@each("rtol", [0.1, 1e-2, 1e-5])
@each(
    ("text", "activation", "width"),
    [
        ("sin(2πx)", "relu", 16),
        ("√|x|", "relu", 8),
        ("e^(-x) sin(10x)", "tanh", 8),
        ("|x|", "gaussian", 5),
        ("1/(1 + 25x^2)", "leaky_relu", 12),
        ("sin(3x)", "step", 12),
        ("where(x < 0.2, x, 1 + x^2)", "softplus", 6),
    ],
)
def test_bounds_are_close_and_hold_the_largest_error(
    text: str, activation: str, width: int, rtol: float
) -> None:
    f, network = parse(text), approximate(text, K, width, activation, seconds=0.05).network
    found = error_bounds(network, f, K, rtol=rtol, seconds=60)
    seen = float(np.abs(f(LINE) - network(LINE)).max())
    assert found.complete
    assert seen <= found.high * (1 + 1e-12)
    assert found.low <= found.high <= (1 + rtol) * found.low
    at = np.array([found.at])
    assert found.low <= float(np.abs(f(at) - network(at))[0]) * (1 + 1e-9) + 1e-12


@each(
    ("text", "activation", "width"),
    [
        ("x y", "relu", 16),
        ("exp(-x^2 - y^2)", "tanh", 12),
        ("|x| - y/2", "gelu", 8),
        ("max(x, y^2)", "relu", 12),
    ],
)
def test_bounds_on_a_box_are_close_and_hold_the_largest_error(text: str, activation: str, width: int) -> None:
    f = parse(text, ("x", "y"))
    network = approximate(f, BOX, width, activation).network
    found = error_bounds(network, f, BOX, seconds=60)
    seen = float(np.abs(f(PLANE) - network(PLANE)).max())
    assert found.complete
    assert seen <= found.high * (1 + 1e-12)
    assert found.low <= found.high <= 1.01 * found.low
    at = np.array([found.at])
    assert found.low <= float(np.abs(f(at) - network(at))[0]) * (1 + 1e-9)


@each(
    ("text", "true"),
    # sup |x² − c| and sup |sin x − c| for the constants c below, in closed form
    [("x^2", 0.75), ("sin(x)", np.sin(1.0) + 0.25), ("step(x)", 0.75), ("1/(x + 3)", 0.25)],
)
def test_the_error_of_a_constant_is_known(text: str, true: float) -> None:
    constant = ShallowNetwork("relu", np.zeros((0, 1)), [], [], 0.25)
    found = error_bounds(constant, text, K, rtol=1e-9)
    assert found.low <= true * (1 + 1e-15)
    assert true <= found.high * (1 + 1e-15)
    assert found.high - found.low <= 1e-9


def test_the_root_mean_square_of_a_line_is_known() -> None:
    zero = ShallowNetwork("relu", np.zeros((0, 1)), [], [], 0.0)
    found = error_bounds(zero, "x", K, norm="rms", rtol=1e-4)
    assert found.low <= 3**-0.5 <= found.high <= (1 + 1e-4) * found.low
    assert error_bounds(zero, "1/x", K, norm="rms").high == np.inf


@each("text", ["1/x", "tan(2x)", "log(x + 1)", "sqrt(x)", "sign(1/x)"])
def test_without_a_bound_the_reason_is_said(text: str) -> None:
    constant = ShallowNetwork("relu", np.zeros((0, 1)), [], [], 0.25)
    found = error_bounds(constant, text, K, seconds=5)
    assert (found.high, found.complete) == (np.inf, False)
    assert "undefined" in found.reason


def test_an_exact_network_has_an_error_of_rounding_only() -> None:
    found = error_bounds(approximate("|x|", K, 4).network, "|x|", K)
    assert found.low == 0
    assert found.high < 1e-14
    assert not found.complete


@each(("domain", "text"), [(K, "sin(2πx)"), (BOX, "x y")])
def test_a_certificate_holds_both_bounds(domain: Any, text: str) -> None:
    f = parse(text, ("x", "y")[: np.ndim(domain)])
    found = approximate(f, domain, 16)
    proof = certify(found.network, f, domain, 2 * found.sup_error, seconds=60)
    assert proof.status == "proved"
    assert present(proof.low) <= present(proof.bound) <= 1.01 * present(proof.low)
    refuted = certify(found.network, f, domain, 0.5 * found.sup_error)
    assert refuted.status == "refuted"
    assert refuted.at == refuted.largest_at
    assert present(refuted.low) > 0.5 * found.sup_error


@each(
    ("options", "words"),
    [
        ({"norm": "l1"}, "`norm` must be one of sup, rms"),
        ({"rtol": 0.0}, "`rtol` must be above 0"),
        ({"seconds": 0.0}, "`seconds` must be above 0"),
        ({"K": (1.0, 0.0)}, "`K` must be"),
    ],
)
def test_what_is_asked_is_checked(options: dict[str, Any], words: str) -> None:
    asked = {"network": approximate("x", K, 2).network, "f": "x", "K": K, **options}
    with pytest.raises(ValueError, match=words):
        error_bounds(**asked)


def test_a_wave_between_the_cells_is_not_overlooked() -> None:
    def spike(x: Array) -> Array:
        return np.exp(-(((x - 0.123456) * 1e5) ** 2))

    network = approximate("sin(x)", K, 8, "tanh").network
    found = error_bounds(network, "sin(x) + 0.5*exp(-((x - 0.123456)*1e5)^2)", K, rtol=1e-3, seconds=30)
    assert spike(np.array([found.at]))[0] > 0.9
    assert 0.49 < found.low <= found.high < 0.51
