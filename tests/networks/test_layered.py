from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from nnviz.networks.layered import LayeredNetwork, count_parameters, equal_widths
from tests.cases import each

torch.set_num_threads(1)
SIZES = [(1, 5, 1), (2, 4, 3, 1), (3, 2, 6, 4, 1)]


def pair(sizes: tuple[int, ...]) -> tuple[LayeredNetwork, nn.Sequential]:
    """The same random tanh network here and in torch."""
    torch.manual_seed(0)
    layers = [nn.Linear(before, after, dtype=torch.float64) for before, after in pairwise(sizes)]
    parts = [part for layer in layers[:-1] for part in (layer, nn.Tanh())]
    weights, biases = zip(*((layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in layers))
    return LayeredNetwork("tanh", weights, biases), nn.Sequential(*parts, layers[-1])


@each("sizes", SIZES)
def test_the_forward_pass_equals_torch(sizes: tuple[int, ...]) -> None:
    net, by_torch = pair(sizes)
    x = np.random.default_rng(1).normal(size=(9, sizes[0]))
    np.testing.assert_allclose(
        net(x), by_torch(torch.from_numpy(x))[:, 0].detach().numpy(), rtol=1e-13, atol=1e-15
    )
    layers = net.forward(x)
    assert [z.shape for z in layers.z] == [(9, n) for n in sizes[1:-1]]
    np.testing.assert_array_equal(layers.a[-1], np.tanh(layers.z[-1]))


@each("sizes", SIZES)
def test_parameters_are_counted_as_torch_counts_them(sizes: tuple[int, ...]) -> None:
    net, by_torch = pair(sizes)
    wanted = sum(parameter.numel() for parameter in by_torch.parameters())
    assert net.parameters == count_parameters(sizes[0], sizes[1:-1]) == wanted
    assert (net.inputs, net.widths) == (sizes[0], sizes[1:-1])


@each("inputs", [1, 2])
@each("layers", [1, 2, 3, 4])
def test_the_widest_layers_that_fit(inputs: int, layers: int) -> None:
    widths = equal_widths(inputs, layers, 200)
    wider = tuple(n + 1 for n in widths)
    assert count_parameters(inputs, widths) <= 200 < count_parameters(inputs, wider)


def test_too_many_layers_for_the_parameters() -> None:
    with pytest.raises(ValueError, match="`parameters` must be at least 10 for 4 hidden layers, got 9"):
        equal_widths(1, 4, 9)


@each(
    ("weights", "biases", "words"),
    [
        (
            ([[1.0]],),
            ([0.0],),
            r"`weights, biases` must be a matrix and a vector for each of 2 to 17 layers, got \(1, 1\)",
        ),
        (
            ([[1.0]], [[1.0, 2.0]]),
            ([0.0], [0.0]),
            r"`weights\[1\]` must have the shape \(units, 1\), got \(1, 2\)",
        ),
        (
            ([[1.0]], [[1.0], [2.0]]),
            ([0.0], [0.0, 1.0]),
            r"`weights\[\-1\]` must have the shape \(1, 1\), got \(2, 1\)",
        ),
        (
            ([[1.0]], [[1.0]]),
            ([0.0, 1.0], [0.0]),
            r"`biases\[0\]` must have the shape \(1,\), one for each unit, got \(2,\)",
        ),
        (([[np.nan]], [[1.0]]), ([0.0], [0.0]), r"`weights\[0\]` must be finite, got nan"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_in_words(
    weights: tuple[list[list[float]], ...], biases: tuple[list[float], ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        LayeredNetwork("tanh", weights, biases)


def test_an_activation_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`activation` must be one of relu, .*, got 'swish'"):
        LayeredNetwork("swish", ([[1.0]], [[1.0]]), ([0.0], [0.0]))
