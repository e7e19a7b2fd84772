"""Bounds of rounded weights against exact rationals and against evaluation in float32 with NumPy and torch."""

from fractions import Fraction

import numpy as np
import pytest

import nnviz as nv
from nnviz.approximation.rounded_weights import (
    bits_needed,
    float32_bounds,
    float32_evaluation,
    in_float32,
    rounded,
    rounded_bounds,
)
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from tests.cases import each
from tests.narrowing import present

K = (-1.0, 1.0)


@each("bits", [1, 3, 8, 24, 53])
def test_weights_are_rounded_to_the_nearest_number_of_so_many_bits(
    bits: int, rng: np.random.Generator
) -> None:
    w, b, v = rng.normal(size=(3, 40)) * 10.0 ** rng.integers(-9, 9, (3, 40))
    fewer = rounded(ShallowNetwork("relu", w, b, v, 1 / 3), bits)
    for before, after in zip(
        [*w, *v, 1 / 3], [*fewer.hidden_weights[:, 0], *fewer.output_weights, fewer.output_bias]
    ):
        numerator = abs(Fraction(after).numerator)
        assert (numerator >> (numerator & -numerator).bit_length() - 1).bit_length() <= bits
        assert abs(Fraction(after) - Fraction(before)) <= abs(Fraction(before)) / 2**bits
    if bits == 24:
        np.testing.assert_array_equal(fewer.parameters, fewer.parameters.astype(np.float32))


def in_single(network: ShallowNetwork, x: np.ndarray) -> np.ndarray:
    """The outputs that float32 computes, a sum from left to right and one in pairs."""
    w, b, v = (
        part.astype(np.float32)
        for part in (network.hidden_weights[:, 0], network.hidden_biases, network.output_weights)
    )
    a = ACTIVATIONS[network.activation].value(x[:, None] * w + b)
    assert a.dtype == np.float32
    total = np.full(len(x), network.output_bias, np.float32)
    for k in range(network.width):
        total += v[k] * a[:, k]
    return np.stack([total, (a * v).sum(axis=1) + np.float32(network.output_bias)])


@each("activation", [name for name, one in ACTIVATIONS.items() if name != "step"])
@each("scale", [1.0, 30.0])
def test_float32_is_within_its_bound_of_the_network(
    activation: str, scale: float, rng: np.random.Generator
) -> None:
    w, b, v = rng.normal(size=(3, 20)) * scale
    network = in_float32(ShallowNetwork(activation, w, b, v, 0.5))
    x = rng.uniform(*K, 4000).astype(np.float32)
    exact = network(x.astype(np.float64))  # its own error is 2⁻²⁹ of that of float32
    off = np.abs(in_single(network, x) - exact).max()
    bound = float32_evaluation(network, K)
    assert 1e-4 * bound < off <= bound * (1 + 1e-6)


def test_relu_in_float32_is_bounded_near_kinks_and_underflow(rng: np.random.Generator) -> None:
    kinks = rng.uniform(-1, 1, 30)
    w = rng.normal(size=30) * 1e4
    network = in_float32(ShallowNetwork("relu", w, -w * kinks, rng.normal(size=30), 0.1))
    at = (-network.hidden_biases / network.hidden_weights[:, 0]).astype(np.float32)
    x = np.concatenate([at, np.nextafter(at, np.float32(2)), np.nextafter(at, np.float32(-2))])
    off = np.abs(in_single(network, x) - network(x.astype(np.float64))).max()
    assert 0 < off <= float32_evaluation(network, K)
    tiny = in_float32(ShallowNetwork("relu", [1e-30], [0.0], [1e-12], 0.0))
    assert in_single(tiny, np.array([0.7], np.float32))[0, 0] != tiny([float(np.float32(0.7))])[0]
    assert float32_evaluation(tiny, K) >= 1e-45
    assert float32_evaluation(ShallowNetwork("relu", [1e30], [0.0], [1e30], 0.0), K) == np.inf


def test_the_exported_network_is_bounded_in_float32() -> None:
    found = nv.reach("sin(2pi*x)", K, 1e-3)
    both = float32_bounds(found.network, "sin(2pi*x)", K)
    x = np.unique(np.linspace(*K, 20_001).astype(np.float32))
    off = float(np.abs(in_single(both.network, x) - np.sin(2 * np.pi * x.astype(np.float64))).max())
    assert both.low <= both.high
    assert 0.9 * both.low < off <= both.total
    assert both.total < 1.3e-3


def test_fewer_bits_are_proved_until_the_error_is_too_large() -> None:
    network = nv.reach("sin(2pi*x)", K, 1e-2).network
    needed = present(bits_needed(network, "sin(2pi*x)", K, 0.05))
    assert 4 <= needed <= 12
    x = np.linspace(*K, 4001)
    for bits in (needed, needed - 1):
        bounds = rounded_bounds(network, "sin(2pi*x)", K, bits)
        off = float(np.abs(bounds.network(x) - np.sin(2 * np.pi * x)).max())
        assert off <= bounds.high * (1 + 1e-12)
        assert (bounds.high < 0.05) == (bits == needed)
    assert bits_needed(network, "sin(2pi*x)", K, 1e-3) is None
    with pytest.raises(ValueError, match="`bits` must be a whole number between 1 and 53, got 0"):
        rounded(network, 0)
