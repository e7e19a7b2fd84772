"""The code that the chapters of universal approximation export is run, and leaves the numbers of the screen."""

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
import torch

from nnviz._types import Array
from nnviz.approximation import (
    StudySpec,
    approximate,
    bumps,
    interpolant,
    measure,
    measure_frames,
    reach,
    ridge_least_squares,
    staircase,
    step_by_sigmoid,
    study,
)
from nnviz.expressions import Expression, Library, parse
from nnviz.lessons.universal_approximation.any_epsilon.code import within_code
from nnviz.lessons.universal_approximation.bumps.code import cells_code, piece_code
from nnviz.lessons.universal_approximation.by_hand.code import pieces_code
from nnviz.lessons.universal_approximation.exists_and_found.code import slopes_code
from nnviz.lessons.universal_approximation.limits import view as limits
from nnviz.lessons.universal_approximation.limits.code import jump_code, outside_code, polynomial_code
from nnviz.lessons.universal_approximation.one_unit.code import unit_code
from nnviz.lessons.universal_approximation.shared.view import TRAINABLE, training_set
from nnviz.lessons.universal_approximation.train.code import training_code
from nnviz.lessons.universal_approximation.two_inputs import view as two_inputs
from nnviz.lessons.universal_approximation.two_inputs.code import ridges_code
from nnviz.networks import ShallowNetwork, TrainingSpec, train
from nnviz.optimization import OPTIMIZERS
from nnviz.targets import PiecewiseLinear

torch.set_num_threads(1)
LIBRARIES = ["numpy", "torch"]
K = (-1.0, 1.5)
X = np.linspace(*K, 41)
TARGETS: dict[str, Expression | PiecewiseLinear] = {
    "sine": parse("sin(2πx) + |x|"),
    "points": PiecewiseLinear([-1.0, 0.0, 0.7, 1.5], [0.0, 1.0, -0.5, 0.3]),
}


def left_by(source: str) -> dict[str, Any]:
    """The names that the source defines."""
    names: dict[str, Any] = {}
    exec(compile(source, "code", "exec"), names)
    return names


def values(function: Callable[..., Any], x: Array, library: Library) -> Array:
    """What a function of the source gives at x."""
    return np.asarray(function(torch.from_numpy(x) if library == "torch" else x))


@pytest.mark.parametrize("library", LIBRARIES)
def test_one_unit(library: Library) -> None:
    unit = ShallowNetwork("sigmoid", [5.0], [2.0], [-1.5], 0.0)
    names = left_by(unit_code(unit, library))
    assert names["place"] == pytest.approx(-0.4)
    np.testing.assert_allclose(values(names["network"], X, library), unit(X), atol=1e-12)
    flat = ShallowNetwork("sigmoid", [0.0], [2.0], [1.0], 0.0)
    assert left_by(unit_code(flat, library))["place"] is None


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_bump_has_two_steps(library: Library) -> None:
    names = left_by(
        piece_code(ShallowNetwork("sigmoid", [40.0, 40.0], [12.0, -16.0], [1.0, -1.0], 0.0), library)
    )
    np.testing.assert_allclose(names["places"], [-0.3, 0.4])


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("of_bumps", [True, False])
def test_cells(library: Library, target: Expression | PiecewiseLinear, of_bumps: bool) -> None:
    network = bumps(target, K, 9, 20.0) if of_bumps else staircase(target, K, 8, 20.0)
    names = left_by(cells_code(target, K, 9, 20.0, bumps=of_bumps, language=library))
    assert names["units"] == network.width
    np.testing.assert_allclose(values(names["network"], X, library), network(X), atol=1e-10)
    assert names["largest_error"] == pytest.approx(measure_frames(target, K, [network]).sup[0], rel=1e-9)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_pieces_by_hand(library: Library, target: Expression | PiecewiseLinear) -> None:
    heights = np.array([0.0, 1.0, -0.5, 2.0, 0.25])
    network = interpolant(PiecewiseLinear(np.linspace(*K, 5), heights), K, 4)
    names = left_by(pieces_code(target, K, heights, library))
    np.testing.assert_allclose(np.asarray(names["output_weights"]), network.output_weights, atol=1e-12)
    assert names["largest_error"] == pytest.approx(measure_frames(target, K, [network]).sup[0], rel=1e-9)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_network_within_epsilon(library: Library, activation: str) -> None:
    found = reach(TARGETS["sine"], K, 0.1, activation, 2.0)
    names = left_by(within_code(TARGETS["sine"], K, found.network, 0.1, library))
    seen = measure_frames(TARGETS["sine"], K, [found.network], points=4001)
    assert names["largest_error"] == pytest.approx(seen.sup[0], rel=1e-9)
    assert names["largest_error"] < names["epsilon"] == 0.1


def errors_after_training(
    spec: TrainingSpec, target: Expression | PiecewiseLinear, library: Library
) -> tuple[list[float], list[float]]:
    """The errors of a run on the page, and those that its source leaves."""
    run = train(spec, *training_set(target, K))
    names, seen = (
        left_by(training_code(run, target, K, library)),
        measure_frames(target, K, [run.network(-1)]),
    )
    return [seen.sup[0], seen.rms[0]], [names["largest_error"], names["rms_error"]]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_repeats_the_updates_of_every_optimizer(library: Library, optimizer: str) -> None:
    page, source = errors_after_training(
        TrainingSpec(6, "tanh", optimizer, 0.02, 20), TARGETS["sine"], library
    )
    np.testing.assert_allclose(source, page, rtol=2e-3)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("activation", TRAINABLE)
def test_training_repeats_the_updates_with_every_activation(library: Library, activation: str) -> None:
    page, source = errors_after_training(
        TrainingSpec(6, activation, steps=15, batch_size=16, seed=3), parse("exp(x)"), library
    )
    np.testing.assert_allclose(source, page, rtol=2e-3)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("target", [parse("log(x)"), TARGETS["points"]], ids=str)
def test_training_leaves_out_what_is_undefined_and_uses_the_points_given(
    library: Library, target: Expression | PiecewiseLinear
) -> None:
    page, source = errors_after_training(TrainingSpec(8, steps=30), target, library)
    np.testing.assert_allclose(source, page, rtol=2e-3)


@pytest.mark.usefixtures("rough_fits")
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "sine", "square"])
def test_slopes(activation: str) -> None:
    found = study(StudySpec(activation, (4, 8, 16), seeds=2, steps=20), parse("sin(2πx)"), K)
    estimated = {curve.name: curve.slope for curve in found.curves if np.isfinite(curve.slope)}
    for library in get_args(Library):
        slopes = left_by(slopes_code(found, parse("sin(2πx)"), library))["slopes"]
        assert slopes == pytest.approx(estimated, abs=1e-6)


@pytest.mark.parametrize("library", LIBRARIES)
def test_outside_k(library: Library) -> None:
    random = np.random.default_rng(3)
    networks = [ShallowNetwork("tanh", w, b, v, 0.1) for w, b, v in random.normal(size=(3, 3, 4))]
    x = np.linspace(-2.25, 2.75, limits.POINTS)
    names = left_by(outside_code(networks, x, K, library))
    apart, on_k = np.ptp([network(x) for network in networks], axis=0), (x >= K[0]) & (x <= K[1])
    np.testing.assert_allclose([names["inside"], names["outside"]], [apart[on_k].max(), apart[~on_k].max()])


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_errors_at_a_jump(library: Library) -> None:
    names, exact = left_by(jump_code(20.0, 0.1, library)), step_by_sigmoid(20.0, 0.1)
    np.testing.assert_allclose([names["sup"], names["rms"], names["length"]], [*exact], rtol=1e-4)


@pytest.mark.parametrize("library", LIBRARIES)
def test_polynomial_networks(library: Library) -> None:
    networks = [approximate(TARGETS["sine"], K, width, "square").network for width in (1, 4)]
    names = left_by(polynomial_code(TARGETS["sine"], K, networks, library))
    assert names["rms_error"] == pytest.approx(measure(TARGETS["sine"], K, networks[-1]).rms, rel=1e-3)


@pytest.mark.parametrize("library", LIBRARIES)
def test_two_inputs(library: Library) -> None:
    function, box = parse("x^2 - y", ("x", "y")), ((-1.0, 1.0), (0.0, 2.0))
    network = ridge_least_squares(function, box, 16, "tanh", 0.02)
    names = left_by(ridges_code(function, box, network, two_inputs.SIDE, library))
    points = two_inputs._grid(box)
    error = np.abs(function(points) - network(points))
    errors = [float(names["largest_error"]), float(names["rms_error"])]
    np.testing.assert_allclose(errors, [error.max(), np.sqrt(np.mean(error**2))], rtol=1e-6)
