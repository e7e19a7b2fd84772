from dataclasses import replace

import numpy as np
import pytest
import torch

from nnviz.learning import OPTIMIZERS
from nnviz.networks import ACTIVATIONS, ShallowNetwork, TrainingSpec, train
from nnviz.networks.crowd import CrowdPasses, train_crowd
from nnviz.networks.shallow import columns
from tests.networks.test_activations import TORCH

torch.set_num_threads(1)
TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]
X = np.linspace(2, 5, 40)
Y = 10 + 3 * np.sin(3 * X)


@pytest.mark.parametrize("inputs", [1, 3])
@pytest.mark.parametrize("activation", TRAINABLE)
def test_the_gradient_of_every_seed_is_that_of_autograd(activation, inputs):
    rng = np.random.default_rng(2)
    parameters, x = rng.normal(size=(4, 5 * (inputs + 2) + 1)), rng.normal(size=(7, inputs))
    r = rng.normal(size=(4, 7))
    passes = CrowdPasses(ACTIVATIONS[activation], inputs, 5, 7, parameters)
    outputs = passes.forward(parameters, columns(x)).copy()
    gradient = passes.backward(columns(x), r)
    for row, found, prediction, weights in zip(parameters, gradient, outputs, r):
        flat = torch.tensor(row, requires_grad=True)
        w, b = flat[: 5 * inputs].reshape(inputs, 5), flat[5 * inputs : 5 * inputs + 5]
        y = TORCH[activation](torch.from_numpy(x) @ w + b) @ flat[-6:-1] + flat[-1]
        (y * torch.from_numpy(weights)).sum().backward()
        np.testing.assert_allclose(prediction, y.detach().numpy(), atol=1e-12)
        np.testing.assert_allclose(found, flat.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_seed_is_trained_as_if_it_were_alone(optimizer):
    spec = TrainingSpec(6, "tanh", optimizer, steps=60, learning_rate=0.02, dtype="float64")
    crowd = train_crowd(spec, (0, 5, 17), X, Y)
    for seed, parameters, loss in zip(crowd.seeds, crowd.parameters, crowd.losses):
        alone = train(replace(spec, seed=seed), X, Y)
        np.testing.assert_allclose(parameters, alone.parameters[alone.best], atol=1e-9)
        np.testing.assert_allclose(loss, alone.losses.min(), rtol=1e-9)


@pytest.mark.parametrize("activation", TRAINABLE)
def test_so_it_is_for_every_activation(activation):
    spec = TrainingSpec(4, activation, steps=40, dtype="float64")
    crowd = train_crowd(spec, (1, 2), X, Y)
    alone = train(replace(spec, seed=2), X, Y)
    np.testing.assert_allclose(crowd.parameters[1], alone.parameters[alone.best], atol=1e-9)


def test_losses_are_those_of_the_networks():
    crowd = train_crowd(TrainingSpec(8, steps=300), range(3), X, Y)
    means = [np.mean((network(X) - Y) ** 2) for network in crowd.networks]
    np.testing.assert_allclose(crowd.losses, means, rtol=1e-3)
    assert all(isinstance(network, ShallowNetwork) and network.width == 8 for network in crowd.networks)
    assert not crowd.diverged.any()
    assert crowd.steps == 300


def test_two_inputs():
    x = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    spec = TrainingSpec(5, steps=30, dtype="float64")
    crowd, alone = (
        train_crowd(spec, (3,), x, x[:, 0] * x[:, 1]),
        train(replace(spec, seed=3), x, x[:, 0] * x[:, 1]),
    )
    np.testing.assert_allclose(crowd.parameters[0], alone.parameters[alone.best], atol=1e-9)


def test_divergence_is_data_and_does_not_spread():
    spec = TrainingSpec(5, "cube", "gradient_descent", learning_rate=0.9, steps=200, dtype="float64")
    crowd = train_crowd(spec, range(12), X, Y)
    alone = [train(replace(spec, seed=seed), X, Y) for seed in range(12)]
    np.testing.assert_array_equal(crowd.diverged, [run.diverged for run in alone])
    assert crowd.diverged.any()
    assert np.isfinite(crowd.parameters).all()
    assert np.isfinite(crowd.losses).all()


def test_a_time_budget_cuts_it_short_and_progress_is_told():
    told = []
    spec = TrainingSpec(32, steps=100_000, seconds=0.3)
    crowd = train_crowd(spec, range(4), X, Y, lambda *done: told.append(done))
    assert 0 < crowd.steps < 100_000
    assert told
    assert all(steps == 100_000 for _, steps in told)


@pytest.mark.parametrize(
    ("spec", "seeds"),
    [
        (TrainingSpec(3, batch_size=8), (0,)),
        (TrainingSpec(3, loss="absolute"), (0,)),
        (TrainingSpec(3), ()),
    ],
)
def test_what_a_crowd_cannot_do_is_said(spec, seeds):
    with pytest.raises(ValueError, match="at least one seed, batch_size 0"):
        train_crowd(spec, seeds, X, Y)
