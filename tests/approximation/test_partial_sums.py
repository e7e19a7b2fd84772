"""Few hidden units of a network with output weights fitted for them, against least squares of NumPy."""

from itertools import pairwise

import numpy as np

from nnviz.approximation.partial_sums import partial_sums
from nnviz.networks import ShallowNetwork


def test_each_sum_keeps_the_units_of_the_one_before(rng: np.random.Generator) -> None:
    x = rng.uniform(-1, 1, (400, 2))
    y = np.exp(-8 * (x**2).sum(axis=1))
    angles = np.arange(24) * np.pi / 24
    directions = 3 * np.column_stack([np.cos(angles), np.sin(angles)])
    whole = ShallowNetwork("tanh", directions, rng.normal(size=24), rng.normal(size=24), 0.0)
    parts = partial_sums(whole, x, y, (1, 4, 16))
    assert [part.width for part in parts] == [1, 4, 16]
    for few, many in pairwise(parts):
        np.testing.assert_array_equal(few.hidden_weights, many.hidden_weights[: few.width])
    for part in parts:  # the normal equations of least squares hold
        hidden = np.tanh(x @ part.hidden_weights.T + part.hidden_biases)
        residual = y - part(x)
        np.testing.assert_allclose([residual.sum(), *(residual @ hidden)], 0, atol=1e-7)
    one_of_each = [
        np.linalg.lstsq(np.column_stack([np.ones(400), each]), y)[1][0]
        for each in np.tanh(x @ directions.T + whole.hidden_biases).T
    ]
    assert np.isclose(((y - parts[0](x)) ** 2).sum(), min(one_of_each))
