"""Counting pieces against brute force: exact fractions over every pattern of units that are on or off."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from nnviz.networks import LayeredNetwork
from nnviz.networks.linear_regions import (
    Pieces,
    most_pieces,
    pieces,
    random_network,
    reachable_pieces,
    sawtooth,
)
from tests.cases import each

LOW, HIGH = Fraction(-1), Fraction(1)


def dyadic_network(widths: tuple[int, ...], seed: int) -> LayeredNetwork:
    """Weights and biases are multiples of 1/8, so float64 holds them exactly."""
    rng = np.random.default_rng(seed)
    sizes = (1, *widths, 1)
    shapes = list(zip(sizes[1:], sizes))
    return LayeredNetwork(
        "relu",
        tuple(rng.integers(-16, 17, shape) / 8 for shape in shapes),
        tuple(rng.integers(-8, 9, after) / 8 for after, _ in shapes),
    )


def by_brute_force(network: LayeredNetwork) -> list[tuple[Fraction, Fraction]]:
    """Where each piece ends and its slope, from all 2^N patterns: each is a line on an interval, mostly empty."""
    found = {}
    for pattern in product([0, 1], repeat=sum(network.widths)):
        low, high, line = feasible(network, pattern)
        if low < high:
            found[high] = line[0]
    ends = sorted(found)
    return [
        (end, found[end])
        for k, end in enumerate(ends)
        if k + 1 == len(ends) or found[end] != found[ends[k + 1]]
    ]


def feasible(
    network: LayeredNetwork, pattern: tuple[int, ...]
) -> tuple[Fraction, Fraction, tuple[Fraction, Fraction]]:
    """The interval on which this pattern is what the units do, and the network's line there."""
    on, low, high = iter(pattern), LOW, HIGH
    lines = [(Fraction(1), Fraction(0))]
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases)):
        lines = [
            (sum((Fraction(w) * p for w, (p, _) in zip(row, lines)), Fraction(0)),
             sum((Fraction(w) * q for w, (_, q) in zip(row, lines)), Fraction(float(bias))))
            for row, bias in zip(weights.tolist(), biases)
        ]  # fmt: skip
        if layer == len(network.widths):
            return low, high, lines[0]
        for unit, (p, q) in enumerate(lines):
            active = next(on)
            sign = 1 if active else -1
            low, high = half_line(sign * p, sign * q, low, high)
            if not active:
                lines[unit] = (Fraction(0), Fraction(0))
    raise AssertionError


def half_line(p: Fraction, q: Fraction, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Where px + q ≥ 0 on [low, high]."""
    if p == 0:
        return (low, high) if q >= 0 else (Fraction(1), Fraction(0))
    return (max(low, -q / p), high) if p > 0 else (low, min(high, -q / p))


@each("seed", range(12))
@each("widths", [(5,), (2, 3), (3, 4), (2, 2, 3), (4, 4)])
def test_pieces_are_those_of_brute_force(widths: tuple[int, ...], seed: int) -> None:
    network = dyadic_network(widths, seed)
    wanted = by_brute_force(network)
    found = pieces(network, -1.0, 1.0)
    assert found.number == len(wanted)
    np.testing.assert_allclose(found.breaks, [float(end) for end, _ in wanted[:-1]], atol=1e-12)
    np.testing.assert_allclose(found.slopes, [float(slope) for _, slope in wanted], rtol=1e-12, atol=1e-12)


@each("seed", range(5))
@each("widths", [(30,), (8, 8), (6, 6, 6)])
def test_joined_pieces_are_the_network(widths: tuple[int, ...], seed: int) -> None:
    network = random_network(widths, seed)
    found = pieces(network, -1.0, 1.0)
    x = np.linspace(-1, 1, 1001)
    knots = np.concatenate([[-1], found.breaks, [1]])
    rebuilt = np.interp(x, knots, network(knots))
    np.testing.assert_allclose(rebuilt, network(x), atol=1e-9 * np.abs(network(x)).max())
    assert found.number <= most_pieces(widths)


def test_leaky_relu_bends_too() -> None:
    net = LayeredNetwork("leaky_relu", ([[1.0]], [[2.0]]), ([-0.5], [0.0]))
    found = pieces(net, 0, 1)
    np.testing.assert_allclose(found.breaks, [0.5])
    np.testing.assert_allclose(found.slopes, [0.02, 2])


def test_a_kink_that_is_not_heard_is_no_break() -> None:
    net = LayeredNetwork("relu", ([[1.0], [1.0], [1.0]], [[1.0, -1.0, 0.0]]), ([0.0, 0.0, 0.5], [0.0]))
    assert pieces(net, -1, 1).number == 1


@each("folds", range(1, 13))
def test_the_sawtooth_has_twice_as_many_pieces_with_every_fold(folds: int) -> None:
    found = pieces(sawtooth(folds), 0.0, 1.0)
    assert found.number == 2**folds
    np.testing.assert_array_equal(found.breaks, np.arange(1, 2**folds) / 2**folds)
    np.testing.assert_array_equal(found.slopes, 2.0**folds * (-1.0) ** np.arange(2**folds))
    assert sawtooth(folds).widths == (2,) * folds


@each("folds", [1, 3, 6])
def test_the_sawtooth_is_the_distance_to_the_nearest_even_tooth(folds: int) -> None:
    """Telgarsky's function in closed form: a triangle wave of period 2^(1 − folds)."""
    x = np.random.default_rng(0).random(500)
    phase = x * 2.0 ** (folds - 1) % 1
    np.testing.assert_allclose(sawtooth(folds)(x), 2 * np.minimum(phase, 1 - phase), atol=1e-12)


def test_one_hidden_layer_reaches_its_bound_and_no_more() -> None:
    net = LayeredNetwork(
        "relu", (np.ones((7, 1)), [[1.0, 2, 3, 4, 5, 6, 7]]), (-np.linspace(-0.9, 0.9, 7), [0.0])
    )
    assert pieces(net, -1, 1).number == most_pieces((7,)) == 8


def test_bounds_in_numbers() -> None:
    assert most_pieces((3, 4)) == 20
    assert reachable_pieces((3, 4)) == 20  # Serra et al. 2018: all that are possible from 3 units on
    assert reachable_pieces((2, 4)) == 10
    assert most_pieces((9,)) == reachable_pieces((9,)) == 10


def test_number_is_the_count_of_slopes() -> None:
    assert Pieces(np.array([0.5]), np.array([1.0, 2.0])).number == 2


@each(
    ("call", "words"),
    [
        (
            lambda: pieces(LayeredNetwork("tanh", ([[1.0]], [[1.0]]), ([0.0], [0.0])), 0, 1),
            r"`activation` must be one of relu, .*, got 'tanh'",
        ),
        (
            lambda: pieces(LayeredNetwork("step", ([[1.0]], [[1.0]]), ([0.0], [0.0])), 0, 1),
            r"`activation` must be one of relu, .*, got 'step'",
        ),
        (
            lambda: pieces(LayeredNetwork("relu", ([[1.0, 1.0]], [[1.0]]), ([0.0], [0.0])), 0, 1),
            "`inputs` must be 1, got 2",
        ),
        (lambda: pieces(sawtooth(2), 1, 1), "`high` must be above low = 1, got 1"),
        (lambda: sawtooth(0), "`folds` must be a whole number between 1 and 12, got 0"),
        (lambda: sawtooth(13), "`folds` must be a whole number between 1 and 12, got 13"),
    ],
)
def test_what_has_no_pieces_is_refused_in_words(call: Callable[..., Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_too_many_pieces_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.networks.linear_regions.MAX_PIECES", 100)
    with pytest.raises(ValueError, match="`network` must have at most 100 pieces, got more"):
        pieces(sawtooth(8), 0, 1)
