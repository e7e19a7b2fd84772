"""Compare one example of a small network with torch autograd and torch SGD."""

import numpy as np
import pytest
import torch

from nnviz.networks.one_example import (
    Example,
    all_numbers,
    change_in_loss,
    descend_on_example,
    name_parameters,
    network_from_names,
    parameter_names,
    run_example,
)
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)
START = {
    "w1": 2.0, "w2": -3.0, "w3": 1.5, "b1": 1.0, "b2": 0.5, "b3": -1.0, "v1": 1.0, "v2": -0.8, "v3": 0.6, "c": 0.1,
}  # fmt: skip


def an_example() -> Example:
    return run_example(network_from_names("tanh", START), 0.7, -0.4, 0.05)


def torch_parameters(example: Example) -> list[torch.Tensor]:
    net = example.network
    values = net.hidden_weights[:, 0], net.hidden_biases, net.output_weights, net.output_bias
    return [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in values]


def torch_loss(parameters: list[torch.Tensor], example: Example) -> torch.Tensor:
    w, b, v, c = parameters
    return (v @ torch.tanh(w * example.x + b) + c - example.y) ** 2


def test_the_numbers_are_those_of_autograd() -> None:
    example = an_example()
    numbers, parameters = all_numbers(example), torch_parameters(example)
    loss = torch_loss(parameters, example)
    loss.backward()
    assert numbers["loss"] == pytest.approx(loss.item(), rel=1e-12)
    wanted = np.concatenate([present(parameter.grad).numpy().ravel() for parameter in parameters])
    for name, derivative in zip(parameter_names(3), wanted, strict=True):
        assert numbers[name] == START[name]
        assert numbers[f"d{name}"] == pytest.approx(derivative, rel=1e-12)
        assert numbers[f"n{name}"] == pytest.approx(START[name] - 0.05 * derivative, rel=1e-12)


@each("updates", [1, 10, 100])
def test_updates_are_those_of_torch(updates: int) -> None:
    example = an_example()
    parameters = torch_parameters(example)
    optimizer = torch.optim.SGD(parameters, lr=example.learning_rate)
    for _ in range(updates):
        optimizer.zero_grad()
        torch_loss(parameters, example).backward()
        optimizer.step()
    found, done = descend_on_example(example.network, example.x, example.y, example.learning_rate, updates)
    assert done == updates
    wanted = np.concatenate([parameter.detach().numpy().ravel() for parameter in parameters])
    np.testing.assert_allclose(found.parameters, wanted, rtol=1e-10)


def test_an_update_that_diverges_is_shown_as_it_is() -> None:
    example = run_example(network_from_names("cube", {**START, "w1": 30.0}), 2.0, -0.5, 1.0)
    y = 0.1 + 61.0**3 - 0.8 * (-5.5) ** 3 + 0.6 * 2.0**3
    numbers = all_numbers(example)
    assert numbers["nc"] == pytest.approx(0.1 - 2 * (y + 0.5))
    assert numbers["nw1"] == pytest.approx(30 - 2 * (y + 0.5) * 3 * 61.0**2 * 2.0)


def test_a_run_that_diverges_keeps_the_last_finite_network() -> None:
    found, done = descend_on_example(network_from_names("cube", START), 2.0, -0.5, 1.0, 100)
    assert done < 100
    assert np.isfinite(found.parameters).all()


@each("name", START)
def test_a_derivative_predicts_small_changes(name: str) -> None:
    predicted, actual = change_in_loss(an_example(), name, 1e-6)
    assert actual == pytest.approx(predicted, rel=1e-4, abs=1e-12)


def test_parameters_are_named_and_read_back() -> None:
    assert name_parameters(network_from_names("tanh", START).parameters) == START


def test_the_slope_and_the_loss_after_an_update() -> None:
    example = an_example()
    np.testing.assert_allclose(example.slopes, 1 - np.tanh(example.forward.z[0]) ** 2, rtol=1e-12)
    later = run_example(
        network_from_names("tanh", name_parameters(example.after)),
        example.x,
        example.y,
        example.learning_rate,
    )
    assert example.loss_after == later.backward.loss
    assert np.isnan(run_example(network_from_names("cube", {**START, "w1": 1e150}), 2, 0, 1).loss_after)
