"""The misses of one sigmoid at a step, against sums over many points."""

import numpy as np
import pytest
import torch

from nnviz.approximation import step_by_sigmoid
from tests.cases import each

X = (np.arange(2_000_000) + 0.5) / 1_000_000 - 1


@each("weight", [0.3, 1.0, 7.0, 50.0, 900.0])
@each("epsilon", [1e-3, 0.1, 0.3, 0.5, 0.7])
def test_against_a_sum_over_two_million_points(weight: float, epsilon: float) -> None:
    errors = np.abs((X >= 0) - torch.sigmoid(weight * torch.from_numpy(X)).numpy())
    found = step_by_sigmoid(weight, epsilon)
    assert found.rms == pytest.approx(np.sqrt(np.mean(errors**2)), rel=1e-5)
    assert found.bad_measure == pytest.approx(2 * np.mean(errors > epsilon), abs=3e-6)
    assert found.sup == pytest.approx(errors.max(), abs=1e-3)


@each(("weight", "epsilon"), [(0.0, 0.1), (-1.0, 0.1), (np.inf, 0.1), (1.0, 0.0), (np.nan, 0.1)])
def test_what_is_not_legal_is_said(weight: float, epsilon: float) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        step_by_sigmoid(weight, epsilon)
