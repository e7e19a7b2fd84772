"""Test the comparison of wide and deep networks: sizes, pieces, problems and errors."""

from itertools import product

import numpy as np
import pytest

from nnviz.networks import LayeredNetwork, count_parameters
from nnviz.networks.deep import DeepRun, DeepSpec
from nnviz.networks.depth_comparison import (
    Fit,
    Problem,
    class_probability,
    class_problem,
    count_random_pieces,
    folded_interval,
    function_problem,
    measure_error,
    measure_fit,
    sawtooth_points,
    sawtooth_sizes,
    shallow_sawtooth,
    widths_within,
)
from nnviz.networks.linear_regions import pieces, sawtooth
from tests.cases import each


@each("layers", [1, 2, 3, 5, 8])
def test_both_sawtooth_networks_have_these_sizes_and_one_function(layers: int) -> None:
    sizes, deep, shallow = sawtooth_sizes(layers), sawtooth(layers), shallow_sawtooth(layers)
    assert pieces(deep, 0, 1).number == pieces(shallow, 0, 1).number == sizes.pieces == 2**layers
    assert (sum(deep.widths), deep.parameters) == (sizes.deep_units, sizes.deep_parameters)
    assert (
        sizes.deep_parameters == 4 + 6 * (layers - 1) + 3
    )  # two units; two units again and again; the output
    assert (shallow.widths, shallow.parameters) == ((sizes.shallow_units,), sizes.shallow_parameters)
    x = np.linspace(0, 1, 2**layers * 8 + 1)
    np.testing.assert_array_equal(deep(x), shallow(x))


@each("layers", [1, 2, 3])
def test_one_unit_fewer_cannot_give_the_sawtooth(layers: int) -> None:
    """Each inner knot needs a unit, which is 0 on its left or on its right: no choice gives the first slope."""
    x, y = sawtooth_points(layers)
    slopes = np.diff(y) / np.diff(x)
    changes = np.diff(slopes)
    firsts = {
        -sum(change for change, left in zip(changes, lefts, strict=True) if left)
        for lefts in product([0, 1], repeat=len(changes))
    }
    assert len(changes) == 2**layers - 1
    assert slopes[0] not in firsts


def test_the_widest_architectures_that_fit() -> None:
    for widths in widths_within(1, 200, (1, 2, 4)):
        assert count_parameters(1, widths) <= 200 < count_parameters(1, (widths[0] + 1,) * len(widths))
    assert widths_within(1, 6, (1, 2, 3)) == [(1,), (1, 1)]


def test_pieces_of_random_networks_are_few() -> None:
    counts = count_random_pieces((7, 7, 7, 7), range(20))
    assert 1 <= counts.median <= counts.largest < 100


def test_errors_by_hand() -> None:
    """A constant network against a line, and the sign of a logit against classes."""
    half = LayeredNetwork("relu", ([[0.0]], [[0.0]]), ([0.0], [0.5]))
    x = np.linspace(0, 1, 11)
    line = Problem("", x, x, x, x, classes=False)
    assert measure_error(line, half) == pytest.approx(np.sqrt(0.1))
    sides = Problem("", x[:, None], (x > 2).astype(float), x[:, None], (x > 0.35).astype(float), classes=True)
    assert measure_error(sides, half) == pytest.approx(4 / 11)


def test_the_median_network_and_the_updates_of_a_run() -> None:
    x = np.linspace(0, 1, 11)
    constants = [LayeredNetwork("relu", ([[0.0]], [[0.0]]), ([0.0], [c])) for c in (0.9, 0.0, 0.2)]
    spec = DeepSpec((1,), steps=40, seeds=(0, 1, 2))
    run = DeepRun(spec, tuple(constants), np.zeros((21, 3)), np.zeros(3), "time")
    fit = measure_fit(Problem("", x, 0 * x, x, 0 * x, classes=False), run)
    np.testing.assert_allclose(fit.errors, [0.9, 0, 0.2])
    assert fit.median_network is constants[2]
    assert (fit.widths, fit.finished, fit.updates) == ((1,), False, 20)
    assert fit.median_pieces == 1
    assert Fit(run._replace(ended="steps", losses=np.zeros((41, 3))), fit.errors).updates == 40


def test_a_function_with_a_pole_is_refused_with_the_place() -> None:
    with pytest.raises(ValueError, match=r"It is not at x = 0\."):
        function_problem("", lambda x: np.divide(1, x, where=x > 0, out=np.full_like(x, np.nan)), "")


def test_a_class_problem_has_separate_points() -> None:
    problem = class_problem("Two moons", "moons", 0.15)
    assert (problem.x.shape, problem.x_test.shape, problem.inputs) == ((200, 2), (1000, 2), 2)
    assert set(problem.y) == {0, 1}
    assert not {tuple(row) for row in problem.x} & {tuple(row) for row in problem.x_test}


def test_the_probability_on_a_grid() -> None:
    """The logit is relu(x₁) + relu(−x₁) · (−1) = x₁; its rows are x₂."""
    line = LayeredNetwork("relu", ([[1.0, 0.0], [-1.0, 0.0]], [[1.0, -1.0]]), ([0.0, 0.0], [0.0]))
    found = class_probability(line, 2.0, 5)
    np.testing.assert_allclose(found[0], 1 / (1 + np.exp(-np.linspace(-2, 2, 5))), rtol=1e-12)
    np.testing.assert_array_equal(found[0], found[-1])


def test_the_folded_interval_by_hand() -> None:
    values, rows = folded_interval(2)
    np.testing.assert_array_equal(values, [0, 1, 1, 0, 0, 1, 1, 0])
    np.testing.assert_array_equal(rows, [1, 1, 2, 2, 3, 3, 4, 4])
