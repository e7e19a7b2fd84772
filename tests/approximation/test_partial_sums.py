"""Numbers of the charts of the theorem: sums of few ridges, and the gap between training and existence."""

from itertools import pairwise

import numpy as np

from nnviz.approximation.partial_sums import partial_sums
from nnviz.lessons.universal_approximation.exists_and_found import chart as exists_and_found
from nnviz.lessons.universal_approximation.two_inputs import text
from nnviz.networks import ShallowNetwork


def test_few_of_the_ridges_are_shown_before_all(rng: np.random.Generator) -> None:
    assert text.PARTS == (1, 4, 16)
    x = rng.uniform(-1, 1, (400, 2))
    y = np.exp(-8 * (x**2).sum(axis=1))
    angles = np.arange(24) * np.pi / 24
    directions = 3 * np.column_stack([np.cos(angles), np.sin(angles)])
    whole = ShallowNetwork("tanh", directions, rng.normal(size=24), rng.normal(size=24), 0.0)
    parts = partial_sums(whole, x, y, text.PARTS)
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


def test_the_gap_is_between_the_widest_trained_network_and_the_best_other_one() -> None:
    def errors(*values: float) -> exists_and_found.Errors:
        y = np.array(values)
        return exists_and_found.Errors(np.array([4.0, 8.0]), y, y, y, y)

    found = {"trained": errors(1.0, 0.6), "best possible": errors(0.5, 0.2), "constructed": errors(0.7, 0.3)}
    gap = exists_and_found.gap_columns(found)
    assert (gap["width"], gap["low"], gap["high"]) == ([8.0], [0.2], [0.6])
    assert not exists_and_found.gap_columns({name: found[name] for name in ("constructed",)})["width"]
    assert not exists_and_found.gap_columns({**found, "trained": errors(1.0, 0.1)})["high"]
