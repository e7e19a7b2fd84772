"""The outcomes of runs: each category on a run that shows it, and the numbers beside it."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.lessons.gradient_descent.race.text import say_ending
from nnviz.losses import quadratic, ravine
from nnviz.optimization import SURFACES, DescentSpec, Outcome, descend, distances, verdict
from nnviz.optimization.formula_surface import SurfaceSpec, surface_of
from nnviz.optimization.outcomes import turning_share
from tests.cases import each
from tests.optimization.test_descent import spec


@each(
    ("outcome", "run"),
    [
        ("converged", spec("himmelblau", learning_rate=0.01, start=(1.0, 1.0), steps=300)),
        ("converged", spec("bowl", learning_rate=0.2, steps=100)),
        ("zig-zag", spec("ravine", learning_rate=0.079, start=(0.02, 2.0), steps=300)),
        ("zig-zag", spec("ravine", learning_rate=0.07999, start=(0.2, 2.0), steps=60)),
        ("outside", spec("unit", "momentum", learning_rate=0.1, start=(0.1, -1.6), steps=200)),
        ("at rest", spec("plateau", learning_rate=1.0, start=(60.0, 0.0), steps=9)),
        ("slow", spec("plateau", learning_rate=0.1, start=(3.9, 3.9), steps=300)),
        ("slow", spec("rosenbrock", learning_rate=1e-3, start=(-1.2, 1.0), steps=300)),
        ("left the saddle", spec("saddle", learning_rate=0.1, start=(1.8, 0.001), steps=300)),
        ("at a saddle", spec("saddle", learning_rate=0.1, start=(1.8, 0.0), steps=300)),
        ("at a saddle", spec("saddle", "newton", learning_rate=1.0, start=(1.8, 0.3), steps=30)),
        ("stuck", spec("rastrigin", learning_rate=1e-3, start=(2.4, -1.7), steps=300)),
        ("uphill", spec("ravine", learning_rate=0.081, start=(2.0, 1.0), steps=100)),
        ("diverged", spec("ravine", learning_rate=0.2, start=(2.0, 1.0), steps=300)),
    ],
)
def test_verdicts(outcome: str, run: DescentSpec) -> None:
    found = verdict(descend(run), SURFACES[run.surface])
    assert found.outcome == Outcome(outcome)
    assert found.updates == len(descend(run).points) - 1


def test_under_noise_a_run_hovers() -> None:
    run = spec("ravine", learning_rate=0.05, start=(2.0, 1.0), steps=1000, noise=2.0)
    assert verdict(descend(run), SURFACES["ravine"], noisy=True).outcome == "hovering"
    far = spec("plateau", learning_rate=0.5, start=(0.5, 0.5), steps=1000, noise=0.3, seed=3)
    assert verdict(descend(far), SURFACES["plateau"], noisy=True).outcome == "hovering"


def test_the_floor_of_a_flat_valley_is_a_minimum_wherever_it_is_reached() -> None:
    surface = quadratic(((1.0, 1.0), (1.0, 1.0)), (5.0, 5.0))
    run = descend(spec("own", learning_rate=0.5, start=(-3.0, 1.0), steps=50), surface)
    assert np.linalg.norm(run.points[-1] - 5) > 1
    found = verdict(run, surface)
    assert found.outcome == "converged"
    assert found.flat_floor


def test_below_every_listed_minimum_a_run_has_not_converged() -> None:
    cubic = surface_of(SurfaceSpec("typed", formula="x^3 - 3x + y^2"))
    run = descend(DescentSpec("own", "gradient_descent", 0.01, (-1.5, 0.5), 18), cubic)
    found = verdict(run, cubic)
    assert cubic.value(cubic.minima[0]) == pytest.approx(-2)
    assert found.loss < -30
    assert found.outcome == Outcome.OUTSIDE
    assert not found.at_minimum
    assert "smaller than at every minimum that is known" in say_ending(found.outcome, found)


def test_turns_are_those_beyond_a_right_angle() -> None:
    path = np.array([(0, 0), (1, 0), (0, 0.1), (0, 1), (1, 1.0), (0.1, 1.5)])
    assert turning_share(path) == 2 / 4
    assert turning_share(path[:2]) == 0


def test_distances_are_to_the_nearest_minimum() -> None:
    run = descend(spec("saddle", learning_rate=0.1, start=(0.0, -2.0), steps=3))
    np.testing.assert_allclose(distances(run, SURFACES["saddle"]), np.abs(run.points[:, 1] + 1))
    typed = quadratic(((1, 0), (0, 1)))
    assert distances(run, replace(typed, minima=())).size == 0


def test_what_is_left_is_a_share_of_the_distance_and_of_the_loss() -> None:
    found = verdict(descend(spec(learning_rate=0.01, start=(2.0, 0.0), steps=50)), SURFACES["ravine"])
    assert found.distance_left == pytest.approx(0.99**50)
    assert found.gap_left == pytest.approx(0.99**100)
    assert found.outcome == Outcome.SLOW


def test_a_gradient_that_is_zero_but_for_rounding_is_at_rest() -> None:
    valley = quadratic(((1.0, 0.0), (0.0, 0.0)))
    run = descend(DescentSpec("own", "gradient_descent", 0.3, (2.0, 1.0), 150), replace(valley, minima=()))
    found = verdict(run, replace(valley, minima=()))
    assert found.outcome == Outcome.AT_REST
    assert 0 < found.gradient < 1e-15


@each(("optimizer", "arrived"), [("gradient_descent", None), ("momentum", 76), ("adam", 86)])
def test_momentum_is_faster_in_a_narrow_ravine(optimizer: str, arrived: int | None) -> None:
    surface = ravine(100.0)
    rate = {"gradient_descent": 0.0175, "momentum": 0.0175 / 3, "adam": 0.06}[optimizer]
    run = descend(DescentSpec("own", optimizer, rate, surface.start, 200), surface)
    assert verdict(run, surface).arrived == arrived


def test_a_noisy_run_does_not_zig_zag() -> None:
    run = descend(spec("ravine", learning_rate=0.079, start=(0.02, 2.0), steps=300))
    for noisy, outcome in ((False, Outcome.ZIGZAG), (True, Outcome.CONVERGED)):
        assert verdict(run, SURFACES["ravine"], noisy=noisy).outcome == outcome
