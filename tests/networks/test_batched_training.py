from dataclasses import replace

import numpy as np
import pytest
import torch

from nnviz.networks import ACTIVATIONS, ShallowNetwork, TrainingSpec, batched_training, train
from nnviz.networks.batched_training import SeedPasses, train_seeds
from nnviz.networks.shallow import columns
from nnviz.optimization import OPTIMIZERS
from tests.cases import each
from tests.narrowing import present
from tests.networks.test_activations import TORCH

torch.set_num_threads(1)
TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]
X = np.linspace(2, 5, 40)
Y = 10 + 3 * np.sin(3 * X)


@each("inputs", [1, 3])
@each("activation", TRAINABLE)
def test_the_gradient_of_every_seed_is_that_of_autograd(activation: str, inputs: int) -> None:
    rng = np.random.default_rng(2)
    parameters, x = rng.normal(size=(4, 5 * (inputs + 2) + 1)), rng.normal(size=(7, inputs))
    r = rng.normal(size=(4, 7))
    passes = SeedPasses(ACTIVATIONS[activation], inputs, 5, 7, parameters)
    outputs = passes.forward(parameters, columns(x)).copy()
    gradient = passes.backward(columns(x), r)
    for row, found, prediction, weights in zip(parameters, gradient, outputs, r):
        flat = torch.tensor(row, requires_grad=True)
        w, b = flat[: 5 * inputs].reshape(inputs, 5), flat[5 * inputs : 5 * inputs + 5]
        y = TORCH[activation](torch.from_numpy(x) @ w + b) @ flat[-6:-1] + flat[-1]
        (y * torch.from_numpy(weights)).sum().backward()
        np.testing.assert_allclose(prediction, y.detach().numpy(), atol=1e-12)
        np.testing.assert_allclose(found, present(flat.grad).numpy(), atol=1e-12)


@each("optimizer", OPTIMIZERS)
def test_each_seed_is_trained_as_if_it_were_alone(optimizer: str) -> None:
    spec = TrainingSpec(6, "tanh", optimizer, steps=60, learning_rate=0.02, dtype="float64")
    runs = train_seeds(spec, (0, 5, 17), X, Y)
    for seed, parameters, loss in zip(runs.seeds, runs.parameters, runs.losses):
        alone = train(replace(spec, seed=seed), X, Y)
        np.testing.assert_allclose(parameters, alone.parameters[alone.best], atol=1e-9)
        np.testing.assert_allclose(loss, alone.losses.min(), rtol=1e-9)


@each("activation", TRAINABLE)
def test_so_it_is_for_every_activation(activation: str) -> None:
    spec = TrainingSpec(4, activation, steps=40, dtype="float64")
    runs = train_seeds(spec, (1, 2), X, Y)
    alone = train(replace(spec, seed=2), X, Y)
    np.testing.assert_allclose(runs.parameters[1], alone.parameters[alone.best], atol=1e-9)


def test_losses_are_those_of_the_networks() -> None:
    runs = train_seeds(TrainingSpec(8, steps=300), range(3), X, Y)
    means = [np.mean((network(X) - Y) ** 2) for network in runs.networks]
    np.testing.assert_allclose(runs.losses, means, rtol=1e-3)
    assert all(isinstance(network, ShallowNetwork) and network.width == 8 for network in runs.networks)
    assert not runs.diverged.any()
    assert runs.steps == 300


def test_two_inputs() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    spec = TrainingSpec(5, steps=30, dtype="float64")
    runs, alone = (
        train_seeds(spec, (3,), x, x[:, 0] * x[:, 1]),
        train(replace(spec, seed=3), x, x[:, 0] * x[:, 1]),
    )
    np.testing.assert_allclose(runs.parameters[0], alone.parameters[alone.best], atol=1e-9)


def test_divergence_is_data_and_does_not_spread() -> None:
    spec = TrainingSpec(5, "cube", "gradient_descent", learning_rate=0.9, steps=200, dtype="float64")
    runs = train_seeds(spec, range(12), X, Y)
    alone = [train(replace(spec, seed=seed), X, Y) for seed in range(12)]
    np.testing.assert_array_equal(runs.diverged, [run.diverged for run in alone])
    assert runs.diverged.any()
    assert np.isfinite(runs.parameters).all()
    assert np.isfinite(runs.losses).all()


def test_a_time_budget_cuts_it_short_and_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batched_training, "_BETWEEN_CALLS", 0.0)
    told = []
    spec = TrainingSpec(32, steps=100_000, seconds=0.3)
    runs = train_seeds(spec, range(4), X, Y, lambda *done: told.append(done))
    assert 0 < runs.steps < 100_000
    assert told
    assert all(steps == 100_000 for _, steps in told)


@each(
    ("spec", "seeds"),
    [
        (TrainingSpec(3, batch_size=8), (0,)),
        (TrainingSpec(3, loss="absolute"), (0,)),
        (TrainingSpec(3), ()),
    ],
)
def test_what_a_crowd_cannot_do_is_said(spec: TrainingSpec, seeds: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"`(loss|batch_size|seeds)` must be "):
        train_seeds(spec, seeds, X, Y)
