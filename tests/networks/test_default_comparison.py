"""The networks that ship with the app are what its command trains: one depth is trained again here."""

from dataclasses import replace

import numpy as np

from nnviz.networks import LayeredNetwork
from nnviz.networks.deep import DeepSpec, train_deep
from nnviz.networks.default_comparison import DEPTHS, PARAMETERS, default_problem, default_run
from nnviz.networks.depth_comparison import Problem, measure_fit, widths_within

PROBLEM = default_problem()
SPECS = [DeepSpec(widths) for widths in widths_within(1, PARAMETERS, DEPTHS)]


def mean_squares(problem: Problem, networks: tuple[LayeredNetwork, ...]) -> list[float]:
    return [float(np.mean((network(problem.x) - problem.y) ** 2)) for network in networks]


def test_every_depth_is_there_and_has_the_losses_that_it_says() -> None:
    for spec in SPECS:
        run = default_run(PROBLEM, spec)
        assert run is not None
        assert [network.widths for network in run.networks] == [spec.widths] * 5
        np.testing.assert_allclose(mean_squares(PROBLEM, run.networks), run.best, rtol=1e-4, atol=1e-12)


def test_one_depth_is_trained_again() -> None:
    """Training amplifies rounding, which differs between machines: the median errors agree to a tenth."""
    spec = DeepSpec((66,))
    kept, again = default_run(PROBLEM, spec), train_deep(spec, PROBLEM.x, PROBLEM.y)
    assert kept is not None
    medians = [np.median(measure_fit(PROBLEM, run).errors) for run in (kept, again)]
    np.testing.assert_allclose(medians[0], medians[1], rtol=0.1)


def test_no_other_question_is_answered_beforehand() -> None:
    spec = SPECS[0]
    assert default_run(PROBLEM, replace(spec, seconds=3.0)) is not None
    for other in (
        replace(spec, steps=500), replace(spec, activation="tanh"), replace(spec, seeds=(0,)), DeepSpec((65,)),
    ):  # fmt: skip
        assert default_run(PROBLEM, other) is None
    assert default_run(PROBLEM._replace(y=PROBLEM.y + 1e-9), spec) is None
