"""Compare the constructed sawtooth of "Width or depth" with a closed form, with torch and with training."""

import numpy as np
import pytest
import torch

from nnviz.lessons.inside_the_network.width_or_depth import text as depth_text
from nnviz.lessons.inside_the_network.width_or_depth import view as depth
from nnviz.networks import count_parameters
from nnviz.networks.deep import DeepSpec
from nnviz.networks.default_comparison import default_run
from nnviz.networks.depth_comparison import measure_fit
from nnviz.networks.linear_regions import sawtooth
from nnviz.web.wording import show_number
from tests.narrowing import present


@pytest.mark.parametrize("folds", [1, 3, 6])
def test_the_constructed_network_is_the_target_and_has_the_size_that_is_said(folds: int) -> None:
    problem = depth.make_problem(depth_text.SAWTOOTH, folds, "")
    network = sawtooth(folds)
    triangle = 1 - np.abs(1 - np.mod(2**folds * problem.x_test, 2))  # 2^k pieces between 0 and 1
    np.testing.assert_allclose(problem.y_test, triangle, atol=1e-12)
    assert np.array_equal(network(problem.x_test), problem.y_test), "so its error is 0"
    layers = [
        torch.nn.Linear(1, 2),
        *(torch.nn.Linear(2, 2) for _ in range(folds - 1)),
        torch.nn.Linear(2, 1),
    ]
    size = sum(each.numel() for layer in layers for each in layer.parameters())
    assert network.widths == (2,) * folds
    assert count_parameters(1, network.widths) == size


def test_the_first_screen_compares_the_constructed_network_with_the_best_trained_one() -> None:
    problem = depth.make_problem(depth_text.SAWTOOTH, 3, "")
    specs = [DeepSpec(widths, "relu", "squared", 0.01, 1000) for widths in ((66,), (12, 12), (7, 7, 7, 7))]
    fits = [measure_fit(problem, present(default_run(problem, spec))) for spec in specs]
    assert len(np.concatenate([fit.errors for fit in fits])) == 15
    best = min(float(fit.errors.min()) for fit in fits)
    assert depth.write_built(fits, (2, 2, 2)) == (
        "**3 layers of 2 units can give exactly the target.** This network has 19 parameters and the error 0. "
        f"The best of the 15 trained networks has the error {show_number(best, 2)}."
    )
    drawn = depth.draw_errors(problem, fits, (2, 2, 2)).data
    assert drawn["built"]["series"] == ["3 × 2, constructed"]
    assert max(drawn["seeds"]["seed"]) == 4
