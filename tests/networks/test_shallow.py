import numpy as np
import pytest
import torch
from torch.nn import functional

from nnviz.learning import LOSSES
from nnviz.networks import ACTIVATIONS, ShallowNetwork, shallow
from tests.networks.test_activations import TORCH

torch.set_num_threads(1)
TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]
SCALAR_LOSSES = [name for name, loss in LOSSES.items() if loss.task != "multiclass"]


def network(activation="tanh", width=5, inputs=2, seed=0):
    rng = np.random.default_rng(seed)
    return ShallowNetwork(
        activation,
        rng.standard_normal((width, inputs)),
        rng.standard_normal(width),
        rng.standard_normal(width),
        0.3,
    )


def points(inputs, count=7, seed=1):
    return np.random.default_rng(seed).standard_normal((count, inputs))


class ByTorch:
    """The same network in torch, with the derivative of everything."""

    def __init__(self, net, x):
        self.w, self.b, self.v, self.c = (
            torch.tensor(value, dtype=torch.float64, requires_grad=True)
            for value in (net.hidden_weights, net.hidden_biases, net.output_weights, net.output_bias)
        )
        self.z = torch.from_numpy(x) @ self.w.T + self.b
        self.a = TORCH[net.activation](self.z)
        self.y = self.a @ self.v + self.c
        for inner in (self.z, self.a, self.y):
            inner.retain_grad()

    def gradients(self):
        named = {"dy": "y", "dc": "c", "dv": "v", "da": "a", "dz": "z", "dw": "w", "db": "b"}
        return {name: getattr(self, attribute).grad.numpy() for name, attribute in named.items()}


def assert_gradients(backward, expected):
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(backward, name), value, rtol=1e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("inputs", [1, 3])
@pytest.mark.parametrize("activation", TRAINABLE)
def test_forward_and_backward_equal_torch_autograd(activation, inputs):
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


@pytest.mark.parametrize("loss", SCALAR_LOSSES)
def test_every_loss_is_sent_back_by_the_chain_rule(loss):
    """torch multiplies the derivative of the loss (tested where the losses are) by the network's Jacobian."""
    net, x = network(), points(2)
    target = np.array([0, 1, 1, 0, 1, 0, 1.0])
    by_torch = ByTorch(net, x)
    at = by_torch.y.detach().numpy()
    by_torch.y.backward(torch.from_numpy(LOSSES[loss].derivative(at, target) / len(x)))

    backward = net.backward(x, target, loss)
    assert backward.loss == pytest.approx(LOSSES[loss].value(at, target).mean(), rel=1e-13)
    assert_gradients(backward, by_torch.gradients())


def test_settings_reach_the_loss():
    net, x, target = network(), points(2), np.full(7, 5.0)
    by_torch = ByTorch(net, x)
    loss = functional.huber_loss(by_torch.y, torch.from_numpy(target), delta=0.7)
    loss.backward()
    backward = net.backward(x, target, "huber", delta=0.7)
    assert backward.loss == pytest.approx(loss.item(), rel=1e-13)
    assert_gradients(backward, by_torch.gradients())


def test_the_gradient_is_laid_out_as_the_parameters():
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


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("inputs", [1, 2])
def test_the_terms_and_the_output_bias_sum_to_the_network(activation, inputs):
    net, x = network(activation, inputs=inputs), points(inputs)
    assert net.terms(x).shape == (7, 5)
    np.testing.assert_allclose(net.terms(x).sum(axis=1) + net.output_bias, net(x), rtol=1e-13)
    np.testing.assert_array_equal(net(x), net.forward(x).y)


def test_a_network_by_hand():
    net = ShallowNetwork("relu", [1, -2], [0.0, 1.0], [3, 4], 0.5)
    np.testing.assert_array_equal(net([0, 1, -1]), [0.5 + 4, 0.5 + 3, 0.5 + 12])
    np.testing.assert_array_equal(net([[0], [1], [-1]]), net([0, 1, -1]))
    assert (net.width, net.inputs, net.hidden_weights.shape) == (2, 1, (2, 1))
    np.testing.assert_array_equal(net.parameters, [1, -2, 0, 1, 3, 4, 0.5])
    np.testing.assert_array_equal(ShallowNetwork("step", [1.0], [0.0], [2.0], 0.0)([-1, 0, 1]), [0, 2, 2])


def test_a_network_without_units_is_its_output_bias():
    net = ShallowNetwork("tanh", [], [], [], 2.5)
    np.testing.assert_array_equal(net([0, 1]), [2.5, 2.5])
    np.testing.assert_array_equal(net([]), [])


@pytest.mark.parametrize("inputs", [1, 3])
def test_parameters_there_and_back(inputs):
    net = network(inputs=inputs)
    back = ShallowNetwork.from_parameters("tanh", net.parameters, inputs)
    for name in ("hidden_weights", "hidden_biases", "output_weights", "output_bias"):
        np.testing.assert_array_equal(getattr(back, name), getattr(net, name))


def test_many_points_are_computed_in_blocks(monkeypatch):
    net, x = network(), points(2, 1000)
    at_once = net(x)
    monkeypatch.setattr(shallow, "_CELLS_AT_ONCE", 300)
    np.testing.assert_allclose(net(x), at_once, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "step"])
def test_kinks_are_where_the_function_breaks(activation):
    net = ShallowNetwork(activation, [2.0, -1, 0, 5, 1, 1], [1.0, 0.25, 1, -50, 0.5, 0.5], np.ones(6), 0)
    np.testing.assert_array_equal(net.kinks(-1, 1), [-0.5, 0.25])
    h = 1e-6
    x = np.linspace(-1, 1, 201)[1:-1]
    breaks = np.abs(net(x - h) - 2 * net(x) + net(x + h)) > h / 100
    np.testing.assert_allclose(x[breaks], net.kinks(-1, 1))


def test_smooth_networks_have_no_kinks():
    assert network("tanh", inputs=1).kinks(-9, 9).size == 0


def test_a_network_does_not_change():
    net = network()
    with pytest.raises(ValueError, match="read-only"):
        net.hidden_weights[0, 0] = 1
    with pytest.raises(AttributeError):
        net.output_bias = 1.0


def test_what_was_handed_in_stays_writable_and_apart():
    biases = np.zeros(1)
    net = ShallowNetwork("tanh", [1.0], biases, [1.0], 0.0)
    biases[0] = 7
    assert net.hidden_biases[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("swish", [1], [1], [1], 0), "unknown activation 'swish'; legal: relu, "),
        (("tanh", [[[1]]], [1], [1], 0), r"hidden_weights has shape \(1, 1, 1\); legal is \(units, inputs\)"),
        (("tanh", [[], []], [1, 1], [1, 1], 0), r"hidden_weights has shape \(2, 0\)"),
        (("tanh", [1, 2], [1], [1, 2], 0), r"hidden_biases has shape \(1,\); legal is \(2,\)"),
        (("tanh", [1, 2], [1, 2], [[1, 2]], 0), r"output_weights has shape \(1, 2\); legal is \(2,\)"),
        (("tanh", [1], [1], [1], [0]), r"output_bias has shape \(1,\); legal is \(\), a single number"),
        (("tanh", [1], [np.nan], [1], 0), "hidden_biases must be finite numbers; it holds nan"),
        (("tanh", [1], [1], [1], np.inf), "output_bias must be finite numbers; it holds inf"),
        (("tanh", ["one"], [1], [1], 0), "hidden_weights must be numbers"),
        (("tanh", [[1, 2], [3]], [1], [1], 0), "hidden_weights must be numbers in rows of equal length"),
    ],
)
def test_wrong_networks_are_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        ShallowNetwork(*arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda net: net([1.0, 2.0]), r"x has shape \(2,\); legal is \(m, 2\)"),
        (lambda net: net([[1.0]]), r"x has shape \(1, 1\); legal is \(m, 2\)"),
        (lambda _: network(inputs=1)(0.5), r"x has shape \(\); legal is \(m,\) or \(m, 1\)"),
        (lambda net: net.kinks(0, 1), "this network has 2"),
        (lambda net: net.backward([[0, 0]], [1, 2]), r"y has shape \(2,\); legal is \(1,\)"),
        (lambda net: net.backward(np.zeros((0, 2)), []), "x holds no points"),
        (lambda net: net.backward([[0, 0]], [1], "rmse"), "unknown loss 'rmse'; legal .*: squared, "),
        (lambda net: net.backward([[0, 0]], [1], "softmax_cross_entropy"), "unknown loss"),
        (lambda net: net.backward([[0, 0]], [1], "huber", delta=-1), "delta"),
        (lambda _: ShallowNetwork.from_parameters("tanh", np.ones(6), 1), r"legal is \(3 N \+ 1,\)"),
        (lambda _: ShallowNetwork.from_parameters("tanh", np.ones((7, 1)), 1), r"has shape \(7, 1\)"),
    ],
)
def test_wrong_calls_are_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call(network())


def test_numbers_too_large_are_infinite():
    net = ShallowNetwork("square", [1e200], [0.0], [1e200], 0.0)
    assert net([1.0])[0] == net.forward([1.0]).y[0] == np.inf
    assert net.backward([1.0], [0.0]).loss == np.inf
