from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from nnviz._types import Array
from nnviz.losses import LOSSES
from nnviz.networks import ACTIVATIONS, Backward, ShallowNetwork, shallow
from tests.cases import each
from tests.networks.test_activations import TORCH

torch.set_num_threads(1)
TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]
SCALAR_LOSSES = [name for name, loss in LOSSES.items() if loss.task != "multiclass"]


def network(activation: str = "tanh", width: int = 5, inputs: int = 2, seed: int = 0) -> ShallowNetwork:
    rng = np.random.default_rng(seed)
    return ShallowNetwork(
        activation,
        rng.standard_normal((width, inputs)),
        rng.standard_normal(width),
        rng.standard_normal(width),
        0.3,
    )


def points(inputs: int, count: int = 7, seed: int = 1) -> Array:
    return np.random.default_rng(seed).standard_normal((count, inputs))


class ByTorch:
    """The same network in torch, with the derivative of everything."""

    def __init__(self, net: ShallowNetwork, x: Array) -> None:
        self.w, self.b, self.v, self.c = (
            torch.tensor(value, dtype=torch.float64, requires_grad=True)
            for value in (net.hidden_weights, net.hidden_biases, net.output_weights, net.output_bias)
        )
        self.z = torch.from_numpy(x) @ self.w.T + self.b
        self.a = TORCH[net.activation](self.z)
        self.y = self.a @ self.v + self.c
        for inner in (self.z, self.a, self.y):
            inner.retain_grad()

    def gradients(self) -> dict[str, Array]:
        named = {"dy": "y", "dc": "c", "dv": "v", "da": "a", "dz": "z", "dw": "w", "db": "b"}
        return {name: getattr(self, attribute).grad.numpy() for name, attribute in named.items()}


def assert_gradients(backward: Backward, expected: dict[str, Array]) -> None:
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(backward, name), value, rtol=1e-12, atol=1e-14, err_msg=name)


@each("inputs", [1, 3])
@each("activation", TRAINABLE)
def test_forward_and_backward_equal_torch_autograd(activation: str, inputs: int) -> None:
    net, x = network(activation, inputs=inputs), points(inputs)
    target = np.linspace(-1, 1, len(x))
    by_torch = ByTorch(net, x)
    loss = functional.mse_loss(by_torch.y, torch.from_numpy(target))
    loss.backward()

    forward = net.forward(x)
    for name in ("z", "a", "y"):
        expected = getattr(by_torch, name).detach().numpy()
        np.testing.assert_allclose(getattr(forward, name), expected, rtol=1e-12, atol=1e-14)
    backward = net.backward(x, target)
    assert backward.loss == pytest.approx(loss.item(), rel=1e-13)
    assert_gradients(backward, by_torch.gradients())


@each("loss", SCALAR_LOSSES)
def test_every_loss_is_sent_back_by_the_chain_rule(loss: str) -> None:
    """torch multiplies the derivative of the loss (tested where the losses are) by the network's Jacobian."""
    net, x = network(), points(2)
    target = np.array([0, 1, 1, 0, 1, 0, 1.0])
    by_torch = ByTorch(net, x)
    at = by_torch.y.detach().numpy()
    by_torch.y.backward(torch.from_numpy(LOSSES[loss].derivative(at, target) / len(x)))

    backward = net.backward(x, target, loss)
    assert backward.loss == pytest.approx(LOSSES[loss].value(at, target).mean(), rel=1e-13)
    assert_gradients(backward, by_torch.gradients())


def test_settings_reach_the_loss() -> None:
    net, x, target = network(), points(2), np.full(7, 5.0)
    by_torch = ByTorch(net, x)
    loss = functional.huber_loss(by_torch.y, torch.from_numpy(target), delta=0.7)
    loss.backward()
    backward = net.backward(x, target, "huber", delta=0.7)
    assert backward.loss == pytest.approx(loss.item(), rel=1e-13)
    assert_gradients(backward, by_torch.gradients())


def test_the_gradient_is_laid_out_as_the_parameters() -> None:
    net, x, target = network(inputs=3), points(3), np.linspace(-1, 1, 7)
    backward, h = net.backward(x, target), 1e-6
    numerical = []
    for direction in np.eye(len(net.parameters)) * h:
        up, down = (
            ShallowNetwork.from_parameters("tanh", net.parameters + sign * direction, 3).backward(x, target)
            for sign in (1, -1)
        )
        numerical.append((up.loss - down.loss) / (2 * h))
    np.testing.assert_allclose(backward.gradient, numerical, atol=1e-8)


@each("activation", ACTIVATIONS)
@each("inputs", [1, 2])
def test_the_terms_and_the_output_bias_sum_to_the_network(activation: str, inputs: int) -> None:
    net, x = network(activation, inputs=inputs), points(inputs)
    assert net.terms(x).shape == (7, 5)
    np.testing.assert_allclose(net.terms(x).sum(axis=1) + net.output_bias, net(x), rtol=1e-13)
    np.testing.assert_array_equal(net(x), net.forward(x).y)


def test_a_network_by_hand() -> None:
    net = ShallowNetwork("relu", [1, -2], [0.0, 1.0], [3, 4], 0.5)
    np.testing.assert_array_equal(net([0, 1, -1]), [0.5 + 4, 0.5 + 3, 0.5 + 12])
    np.testing.assert_array_equal(net([[0], [1], [-1]]), net([0, 1, -1]))
    assert (net.width, net.inputs, net.hidden_weights.shape) == (2, 1, (2, 1))
    np.testing.assert_array_equal(net.parameters, [1, -2, 0, 1, 3, 4, 0.5])
    np.testing.assert_array_equal(ShallowNetwork("step", [1.0], [0.0], [2.0], 0.0)([-1, 0, 1]), [0, 2, 2])


def test_a_network_without_units_is_its_output_bias() -> None:
    net = ShallowNetwork("tanh", [], [], [], 2.5)
    np.testing.assert_array_equal(net([0, 1]), [2.5, 2.5])
    np.testing.assert_array_equal(net([]), [])


@each("inputs", [1, 3])
def test_parameters_there_and_back(inputs: int) -> None:
    net = network(inputs=inputs)
    back = ShallowNetwork.from_parameters("tanh", net.parameters, inputs)
    for name in ("hidden_weights", "hidden_biases", "output_weights", "output_bias"):
        np.testing.assert_array_equal(getattr(back, name), getattr(net, name))


def test_many_points_are_computed_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    net, x = network(), points(2, 1000)
    at_once = net(x)
    monkeypatch.setattr(shallow, "_CELLS_AT_ONCE", 300)
    np.testing.assert_allclose(net(x), at_once, rtol=1e-13, atol=1e-15)


@each("activation", ["relu", "leaky_relu", "step"])
def test_kinks_are_where_the_function_breaks(activation: str) -> None:
    net = ShallowNetwork(activation, [2.0, -1, 0, 5, 1, 1], [1.0, 0.25, 1, -50, 0.5, 0.5], np.ones(6), 0)
    np.testing.assert_array_equal(net.kinks(-1, 1), [-0.5, 0.25])
    h = 1e-6
    x = np.linspace(-1, 1, 201)[1:-1]
    breaks = np.abs(net(x - h) - 2 * net(x) + net(x + h)) > h / 100
    np.testing.assert_allclose(x[breaks], net.kinks(-1, 1))


def test_smooth_networks_have_no_kinks() -> None:
    assert network("tanh", inputs=1).kinks(-9, 9).size == 0


def test_a_network_does_not_change() -> None:
    net = network()
    with pytest.raises(ValueError, match="read-only"):
        net.hidden_weights[0, 0] = 1
    with pytest.raises(AttributeError):
        net.output_bias = 1.0  # type: ignore[misc]  # the test of the refusal


def test_what_was_handed_in_stays_writable_and_apart() -> None:
    biases = np.zeros(1)
    net = ShallowNetwork("tanh", [1.0], biases, [1.0], 0.0)
    biases[0] = 7
    assert net.hidden_biases[0] == 0


@each(
    ("arguments", "message"),
    [
        (("swish", [1], [1], [1], 0), r"`activation` must be one of relu, .*, got 'swish'"),
        (
            ("tanh", [[[1]]], [1], [1], 0),
            r"`hidden_weights` must have the shape \(units, inputs\) or \(units,\), got \(1, 1, 1\)",
        ),
        (
            ("tanh", [[], []], [1, 1], [1, 1], 0),
            r"`hidden_weights` must have the shape \(units, inputs\) or \(units,\), got \(2, 0\)",
        ),
        (
            ("tanh", [1, 2], [1], [1, 2], 0),
            r"`hidden_biases` must have the shape \(2,\), one for each hidden unit, got \(1,\)",
        ),
        (
            ("tanh", [1, 2], [1, 2], [[1, 2]], 0),
            r"`output_weights` must have the shape \(2,\), one for each hidden unit, got \(1, 2\)",
        ),
        (
            ("tanh", [1], [1], [1], [0]),
            r"`output_bias` must have the shape \(\), a single number, got \(1,\)",
        ),
        (("tanh", [1], [np.nan], [1], 0), "`hidden_biases` must be finite, got nan"),
        (("tanh", [1], [1], [1], np.inf), "`output_bias` must be finite, got inf"),
        (
            ("tanh", ["one"], [1], [1], 0),
            r"`hidden_weights` must be numbers in rows of equal length \(could not convert string to float: 'one'\)",
        ),
        (
            ("tanh", [[1, 2], [3]], [1], [1], 0),
            r"`hidden_weights` must be numbers in rows of equal length \(setting an array eleme",
        ),
    ],
)
def test_wrong_networks_are_refused_in_words(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ShallowNetwork(*arguments)


@each(
    ("call", "message"),
    [
        (lambda net: net([1.0, 2.0]), r"`x` must have the shape \(m, 2\), got \(2,\)"),
        (lambda net: net([[1.0]]), r"`x` must have the shape \(m, 2\), got \(1, 1\)"),
        (
            lambda _: network(inputs=1)([[[0.5]]]),
            r"`x` must have the shape \(m,\) or \(m, 1\), got \(1, 1, 1\)",
        ),
        (lambda net: net.kinks(0, 1), "`inputs` must be 1 for a list of kinks, got 2"),
        (
            lambda net: net.backward([[0, 0]], [1, 2]),
            r"`y` must have the shape \(1,\), one target for each point, got \(2,\)",
        ),
        (
            lambda net: net.backward(np.zeros((0, 2)), []),
            r"`x` must have the shape \(m,\) or \(m, d\) with m ≥ 1, got \(0, 2\)",
        ),
        (lambda net: net.backward([[0, 0]], [1], "rmse"), r"`loss` must be one of squared, .*, got 'rmse'"),
        (
            lambda net: net.backward([[0, 0]], [1], "softmax_cross_entropy"),
            r"`loss` must be one of squared, .*, got 'softmax_cross_entropy'",
        ),
        (lambda net: net.backward([[0, 0]], [1], "huber", delta=-1), "delta"),
        (
            lambda _: ShallowNetwork.from_parameters("tanh", np.ones(6), 1),
            r"`parameters` must have the shape \(3 N \+ 1,\) for N units, got \(6,\)",
        ),
        (
            lambda _: ShallowNetwork.from_parameters("tanh", np.ones((7, 1)), 1),
            r"`parameters` must have the shape \(3 N \+ 1,\) for N units, got \(7, 1\)",
        ),
    ],
)
def test_wrong_calls_are_refused_in_words(call: Callable[..., Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(network())


def test_numbers_too_large_are_infinite() -> None:
    net = ShallowNetwork("square", [1e200], [0.0], [1e200], 0.0)
    assert net([1.0])[0] == net.forward([1.0]).y[0] == np.inf
    assert net.backward([1.0], [0.0]).loss == np.inf
