from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import dctn
from scipy.special import expit

from nnviz._types import Array
from nnviz.approximation import (
    best_staircase,
    bump,
    bumps,
    interpolant,
    interpolants,
    ridge_staircase,
    staircase,
    staircase_distance,
    two_layer_tower,
)
from nnviz.approximation.steps import _plane_waves
from nnviz.expressions import parse
from tests.cases import each

X = np.linspace(-1, 2, 3001)
K = (-1.0, 2.0)
LIPSCHITZ = {"sin(3x)": 3.0, "|x - 1/3|": 1.0, "x^2": 4.0, "e^(-x)": np.e, "tanh(20x)": 20.0}
"""Formula -> the largest |f′| on K."""


def test_a_staircase_is_the_sum_of_its_steps() -> None:
    f = parse("x^2")
    network = staircase(f, (0, 4), 3, 5.0)
    steps = [(f(t) - f(t - 1)) * expit(5 * (X - t + 0.5)) for t in (1.5, 2.5, 3.5)]
    np.testing.assert_allclose(network(X), 0.25 + np.sum(steps, axis=0), atol=1e-13)
    assert (network.activation, network.width) == ("sigmoid", 3)


def test_true_steps_take_the_value_at_the_middle_of_each_cell() -> None:
    f = parse("e^x")
    network = staircase(f, (0, 4), 3, np.inf)
    assert network.activation == "step"
    np.testing.assert_allclose(network([0.1, 0.9, 1.1, 2.0, 3.99]), np.exp([0.5, 0.5, 1.5, 2.5, 3.5]))


@settings(deadline=None)
@given(
    st.sampled_from(sorted(LIPSCHITZ)),
    st.integers(1, 60),
    st.one_of(st.floats(0.05, 200), st.just(np.inf)),
)
def test_a_staircase_is_as_near_as_the_theorem_says(text: str, width: int, sharpness: float) -> None:
    f = parse(text)
    error = np.abs(f(X) - staircase(f, K, width, sharpness)(X)).max()
    assert error <= LIPSCHITZ[text] * staircase_distance(K, width + 1, sharpness) * (1 + 1e-9)


@settings(deadline=None)
@given(st.integers(1, 60), st.one_of(st.floats(0.05, 200), st.just(np.inf)))
def test_so_it_is_for_a_modulus_of_continuity_that_is_not_linear(width: int, sharpness: float) -> None:
    f = parse("sqrt(|x|)")  # |√a − √b| ≤ √|a − b|, which is concave
    error = np.abs(f(X) - staircase(f, K, width, sharpness)(X)).max()
    assert error <= np.sqrt(staircase_distance(K, width + 1, sharpness)) * (1 + 1e-9)


def test_the_bound_is_reached_by_a_straight_line_and_true_steps() -> None:
    error = np.abs(X - staircase(parse("x"), K, 9, np.inf)(X)).max()
    np.testing.assert_allclose(error, staircase_distance(K, 10, np.inf), rtol=1e-9)


def test_the_error_of_a_staircase_halves_when_its_steps_double() -> None:
    f = parse("sin(2x)")
    errors = [np.abs(f(X) - staircase(f, K, n, 20.0)(X)).max() for n in (31, 63, 127, 255)]
    np.testing.assert_allclose(np.diff(np.log2(errors)), -1, atol=0.05)


def test_a_bump_is_the_difference_of_two_steps() -> None:
    np.testing.assert_allclose(
        bump(0.5, 1.0, 3.0, 8.0)(X), 3 * (expit(16 * (X - 0.5)) - expit(16 * (X - 1))), atol=1e-13
    )
    np.testing.assert_array_equal(bump(0.5, 1.0, 3.0, np.inf)([0.4, 0.5, 0.9, 1.1]), [0, 3, 3, 0])


@settings(deadline=None)
@given(
    st.sampled_from(sorted(LIPSCHITZ)),
    st.integers(1, 40),
    st.one_of(st.floats(0.5, 200), st.just(np.inf)),
)
def test_bumps_are_as_near_as_the_theorem_says(text: str, count: int, sharpness: float) -> None:
    f = parse(text)
    network = bumps(f, K, count, sharpness)
    assert network.width == 2 * count
    lost = 2 * expit(-sharpness) * np.abs(f(X)).max()
    bound = LIPSCHITZ[text] * staircase_distance(K, count, sharpness) + lost
    assert np.abs(f(X) - network(X)).max() <= bound * (1 + 1e-9)


def levels_by_search(y: Array, count: int) -> float:
    """The least ε of any way to cut y into runs, by trying all."""
    cuts = combinations(range(1, len(y)), count - 1)
    return min(max(np.ptp(part) / 2 for part in np.split(y, cut)) for cut in cuts)


def test_the_best_staircase_is_the_best_of_all() -> None:
    y = np.random.default_rng(5).normal(size=10)
    formula = f"{y[0]}" + "".join(f" + step(x - {k})*({d})" for k, d in enumerate(np.diff(y), 1))
    x, f = np.linspace(0, 10, 2001), parse(formula)
    network = best_staircase(f, (0, 10), 2)
    np.testing.assert_allclose(np.abs(network(x) - f(x)).max(), levels_by_search(y, 3), rtol=1e-9)


@each("width", [1, 5, 40])
def test_for_a_rising_function_each_level_spans_the_same_range(width: int) -> None:
    f = parse("e^x")
    network = best_staircase(f, K, width)
    least = (np.exp(2) - np.exp(-1)) / (2 * (width + 1))
    error = np.abs(f(X) - network(X)).max()
    assert network.width == width
    assert least * (1 - 1e-3) < error < least * (1 + 0.05)


def test_a_constant_needs_no_step() -> None:
    network = best_staircase(parse("0x + 2"), K, 4)
    np.testing.assert_array_equal(network(X), 2.0)
    assert network.width == 4


def test_plane_waves_are_the_cosine_series() -> None:
    f = parse("e^x sin(2y)", ("x", "y"))
    low, high = np.array([0.0, -1.0]), np.array([1.0, 2.0])
    s = (np.arange(64) + 0.5) / 64
    points = np.stack(np.meshgrid(low[0] + s, low[1] + 3 * s, indexing="ij"), axis=-1)
    c = dctn(f(points), type=2) / 64**2
    c[0] /= 2
    c[:, 0] /= 2
    directions, amplitudes, mean = _plane_waves(f, low, high, 6)
    np.testing.assert_allclose(mean, c[0, 0], atol=1e-12)
    halves = np.where((directions != 0).all(axis=1), 2, 1)
    np.testing.assert_allclose(amplitudes, c[directions[:, 0], abs(directions[:, 1])] / halves, atol=1e-12)


def test_ridge_staircases_come_near_with_one_hidden_layer() -> None:
    f, rng = parse("cos(πx) cos(2πy) + x", ("x", "y")), np.random.default_rng(1)
    points = rng.uniform([0, 0], [1, 1], (2000, 2))
    errors = []
    for width in (50, 500, 4000):
        network = ridge_staircase(f, ((0, 1), (0, 1)), width, waves=40)
        assert (network.activation, network.width, network.inputs) == ("sigmoid", width, 2)
        errors.append(np.abs(f(points) - network(points)).max())
    assert errors[2] < 0.05
    assert errors[0] > 2 * errors[1] > 4 * errors[2]


def test_a_tower_is_a_product_of_sides_and_has_two_hidden_layers() -> None:
    points = np.array([[0.0, 0.0], [0.9, 0.0], [0.9, 0.9], [0.5, 0.0]])
    first = expit(20 * (points + 0.5)) - expit(20 * (points - 0.5))
    found = two_layer_tower(points, ((-0.5, 0.5), (-0.5, 0.5)), 7.0)
    np.testing.assert_allclose(found, 7 * expit(20 * (first.sum(axis=1) - 1.5)), atol=1e-12)
    np.testing.assert_allclose(
        two_layer_tower(points, ((-0.5, 0.5), (-0.5, 0.5)), sharpness=200, inner=200),
        [1, 0, 0, 0.5],
        atol=1e-6,
    )


@each("width", [1, 2, 17])
def test_the_interpolant_joins_even_knots(width: int) -> None:
    f, knots = parse("sin(3x)"), np.linspace(*K, width + 1)
    np.testing.assert_allclose(interpolant(f, K, width)(X), np.interp(X, knots, f(knots)), atol=1e-12)
    assert [network.width for network in interpolants(f, K, [1, 2])] == [1, 2]


def test_the_error_of_an_interpolant_is_that_of_the_textbook() -> None:
    f, h = parse("x^2"), 3 / 8
    np.testing.assert_allclose(np.abs(f(X) - interpolant(f, K, 8)(X)).max(), 2 * h**2 / 8, rtol=1e-3)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match=r"`sharpness` must be above 0, .* got 0\.0"):
        staircase(parse("x"), K, 3, 0.0)
    with pytest.raises(ValueError, match=r"`width` must be a whole number .* got 0"):
        staircase(parse("x"), K, 0)
    with pytest.raises(ValueError, match=r"`K` must be .* got \[2, 1\]"):
        bump(2.0, 1.0, 1.0)
    with pytest.raises(ValueError, match=r"f\(0\) is infinite"):
        interpolant(parse("1/x"), (-1, 1), 2)
    with pytest.raises(ValueError, match=r"f\(-0\.5\) is undefined"):
        staircase(parse("log(x)"), (-1, 1), 1)
    with pytest.raises(ValueError, match=r"`x` must have the shape \(m, 2\), got \(3,\)"):
        two_layer_tower([1, 2, 3], ((0, 1), (0, 1)))
