"""The slider of ε offers round values close together, and charts compute the same values in the browser."""

import itertools
import math

import pytest

from nnviz.charts import epsilon_scale
from nnviz.web.controls import log_steps


def test_the_values_are_round_rise_and_are_close_together() -> None:
    values = log_steps(*epsilon_scale.POWERS, epsilon_scale.MANTISSAS)
    assert values == sorted({float(f"{value:.3g}") for value in values})
    assert (values[0], values[-1]) == (1e-6, 1.0)
    assert max(b / a for a, b in itertools.pairwise(values)) < 1.051
    assert {0.1, 0.2, 0.5, 0.02, 0.003, 1e-5} <= set(values)
    assert len({f"{value:g}" for value in values}) == len(values)


def test_a_chart_computes_the_same_values() -> None:
    values = log_steps(*epsilon_scale.POWERS, epsilon_scale.MANTISSAS)
    for position, value in enumerate(values):
        names = {"pow": math.pow, "floor": math.floor}
        seen = eval(epsilon_scale.epsilon_at(str(position)), names)
        assert seen == pytest.approx(value, rel=1e-12)
