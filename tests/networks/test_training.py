from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from nnviz._types import Array, Labels
from nnviz.losses import LOSSES
from nnviz.networks import ACTIVATIONS, ShallowNetwork, TrainingSpec, train, training
from nnviz.optimization import OPTIMIZERS
from tests.cases import each
from tests.networks.test_activations import TORCH

torch.set_num_threads(1)
TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]
TORCH_OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "gradient_descent": torch.optim.SGD,
    "momentum": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9),
    "nesterov": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9, nesterov=True),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}
X = np.linspace(-1, 1, 40)
WAVE = np.sin(5 * X) * (1 + X)
Y = 2 * (WAVE - WAVE.min()) / np.ptp(WAVE) - 1
"""X and Y fill [-1, 1], so the network's own units are theirs."""


def with_torch(
    spec: TrainingSpec, start: ShallowNetwork, x: Array, y: Array, batches: Sequence[Labels | slice]
) -> tuple[Array, Array]:
    """Parameters and losses of the same descent by torch.optim and autograd, from the same network."""
    w, b, v, c = parameters = [
        torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for value in (start.hidden_weights, start.hidden_biases, start.output_weights, start.output_bias)
    ]
    inputs, targets = torch.from_numpy(x.reshape(len(y), -1)), torch.from_numpy(y)
    optimizer = TORCH_OPTIMIZERS[spec.optimizer](parameters, spec.learning_rate)
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        prediction = TORCH[spec.activation](inputs[batch] @ w.T + b) @ v + c
        loss = functional.mse_loss(prediction, targets[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    flat = [w.detach().numpy().T.ravel(), b.detach().numpy(), v.detach().numpy(), np.array([c.item()])]
    return np.concatenate(flat), np.array(losses)


def assert_equal_to_torch(
    spec: TrainingSpec, x: Array, y: Array, batches: Sequence[Labels | slice] | None = None
) -> None:
    run = train(spec, x, y)
    parameters, losses = with_torch(spec, run.network(0), x, y, batches or [slice(None)] * spec.steps)
    np.testing.assert_allclose(run.parameters[-1], parameters, rtol=0, atol=1e-10 * np.abs(parameters).max())
    np.testing.assert_allclose(run.losses[:-1], losses, rtol=1e-10)
    assert losses[-1] != losses[0]


@each("optimizer", ["gradient_descent", "momentum", "adam"])
@each("activation", TRAINABLE)
def test_a_hundred_steps_equal_torch_for_every_activation(activation: str, optimizer: str) -> None:
    rate = 0.01 if optimizer == "adam" else 1e-4
    assert_equal_to_torch(TrainingSpec(6, activation, optimizer, rate, 100, dtype="float64"), X, Y)


@each("optimizer", OPTIMIZERS)
def test_a_hundred_steps_equal_torch_for_every_optimizer(optimizer: str) -> None:
    assert set(TORCH_OPTIMIZERS) == set(OPTIMIZERS)
    assert_equal_to_torch(TrainingSpec(8, "tanh", optimizer, 0.01, 100, dtype="float64"), X, Y)


def test_two_inputs_equal_torch() -> None:
    x = np.column_stack([X, np.roll(X, 17)])
    assert_equal_to_torch(TrainingSpec(7, "tanh", "adam", 0.01, 100, dtype="float64"), x, Y)


def test_mini_batches_equal_torch_with_the_same_shuffles() -> None:
    spec = TrainingSpec(5, "tanh", "adam", 0.01, 30, batch_size=16, seed=3, dtype="float64")
    rng = np.random.default_rng(spec.seed)
    training.initial_parameters(spec, 1, rng)
    orders = [rng.permutation(len(X)) for _ in range(10)]
    batches = [order[start : start + 16] for order in orders for start in (0, 16, 32)]
    assert_equal_to_torch(spec, X, Y, batches)


def test_each_epoch_deals_every_example_once_in_a_new_order() -> None:
    run = train(TrainingSpec(4, learning_rate=1e-30, steps=6, batch_size=4, dtype="float64"), X[:10], Y[:10])
    first, second = run.losses[:3], run.losses[3:6]
    sizes = np.array([4, 4, 2]) / 10
    assert first @ sizes == pytest.approx(run.frame_losses[0], rel=1e-12)
    assert second @ sizes == pytest.approx(run.frame_losses[0], rel=1e-12)
    assert not np.allclose(first, second)


@each("loss", ["squared", "absolute", "quantile"])
@each("optimizer", ["gradient_descent", "adam"])
def test_the_units_of_x_and_y_do_not_matter(loss: str, optimizer: str) -> None:
    spec = TrainingSpec(8, "tanh", optimizer, 0.02, 200, loss=loss, dtype="float64")
    run, large = train(spec, X, Y), train(spec, 50 + 50 * X, 3000 + 1000 * Y)
    at = np.linspace(-1.2, 1.2, 33)
    np.testing.assert_allclose(large.predictions(50 + 50 * at), 3000 + 1000 * run.predictions(at), rtol=1e-8)


@each("name", [name for name, loss in LOSSES.items() if loss.task == "regression"])
def test_regression_losses_depend_on_the_error_only(name: str) -> None:
    loss, shift = LOSSES[name], 0.7
    np.testing.assert_allclose(loss.value(X + shift, Y + shift), loss.value(X, Y), atol=1e-14)
    np.testing.assert_allclose(loss.derivative(X + shift, Y + shift), loss.derivative(X, Y), atol=1e-14)


@each("name", [name for name, loss in LOSSES.items() if loss.task != "multiclass"])
def test_every_loss_is_descended_and_reported_in_the_units_of_y(name: str) -> None:
    binary = LOSSES[name].task == "binary"
    y = (Y > 0).astype(float) if binary else 20 * Y + 3
    run = train(TrainingSpec(8, "tanh", "adam", 0.02, 200, loss=name, dtype="float64"), X, y)
    assert run.losses[-1] < 0.5 * run.losses[0]
    for frame in (0, -1):
        value = LOSSES[name].value(run.network(frame)(X), y).mean()
        assert run.frame_losses[frame] == pytest.approx(value, rel=1e-9)


def test_settings_reach_the_optimizer_and_the_loss() -> None:
    spec = TrainingSpec(4, optimizer="momentum", loss="huber", steps=20, dtype="float64")
    runs = [
        train(spec, X, Y),
        train(replace(spec, settings=(("momentum", 0.5),)), X, Y),
        train(replace(spec, loss_settings=(("delta", 0.1),)), X, Y),
    ]
    lasts = [run.parameters[-1] for run in runs]
    assert not np.allclose(lasts[0], lasts[1])
    assert not np.allclose(lasts[0], lasts[2])


@each("batch_size", [0, 7])
def test_the_same_spec_gives_the_same_numbers_and_another_seed_others(batch_size: int) -> None:
    spec = TrainingSpec(6, steps=50, batch_size=batch_size, seed=4)
    first, again, other = (train(replace(spec, seed=seed), X, Y) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.parameters, again.parameters)
    np.testing.assert_array_equal(first.losses, again.losses)
    assert not np.allclose(first.parameters[0], other.parameters[0])


def test_single_precision_follows_double_precision() -> None:
    spec = TrainingSpec(8, steps=50)
    single, double = train(spec, X, Y), train(replace(spec, dtype="float64"), X, Y)
    assert single.parameters.dtype == np.float64
    np.testing.assert_allclose(single.parameters, double.parameters, atol=1e-3)
    assert not np.array_equal(single.parameters, double.parameters)


@each(
    ("activation", "rms"),
    [("tanh", 0.02), ("relu", 0.03), ("gelu", 0.02), ("sigmoid", 0.03), ("softplus", 0.04), ("sine", 0.02)],
)
def test_a_wave_is_learned_on_a_wide_interval(activation: str, rms: float) -> None:
    x = np.linspace(0, 100, 200)
    run = train(TrainingSpec(32, activation, steps=1000), x, np.sin(2 * np.pi * x / 100))
    assert np.sqrt(run.frame_losses[run.best]) < rms


def test_a_square_network_gets_the_best_parabola_and_no_more() -> None:
    best = np.mean((np.polyval(np.polyfit(X, Y, 2), X) - Y) ** 2)
    run = train(TrainingSpec(64, "square", steps=2000, dtype="float64"), X, Y)
    assert best - 1e-12 <= run.frame_losses[run.best] <= 1.001 * best


def test_the_first_network_is_nearly_flat_and_its_kinks_cover_the_interval() -> None:
    run = train(TrainingSpec(16, "relu", steps=1), 10 * X, Y)
    net = run.network(0)
    assert np.ptp(net(10 * X)) < 0.5
    centers = np.sort(-net.hidden_biases / net.hidden_weights[:, 0])
    np.testing.assert_allclose(centers, np.linspace(-10, 10, 33)[1::2], atol=10 / 16)


@given(steps=st.integers(1, 100_000), frames=st.integers(2, 500))
def test_frames_are_dense_at_first_and_end_with_the_last_step(steps: int, frames: int) -> None:
    kept = training.frame_steps(steps, frames)
    gaps = np.diff(kept)
    assert kept[0] == 0
    assert kept[-1] == steps
    assert len(kept) == min(frames, steps + 1)
    assert gaps.min() >= 1
    assert (gaps[1:] >= 0.5 * gaps[:-1] - 1).all()


def test_a_run_keeps_its_frames_in_order_with_the_last_and_the_best() -> None:
    run = train(TrainingSpec(8, learning_rate=0.5, steps=300, frames=20, dtype="float64"), X, Y)
    assert len(run.steps) <= 20
    assert (np.diff(run.steps) > 0).all()
    assert (run.steps[0], run.steps[-1], len(run.losses)) == (0, 300, 301)
    assert run.parameters.shape == (len(run.steps), 3 * 8 + 1)
    np.testing.assert_array_equal(run.frame_losses, run.losses[run.steps])
    assert run.frame_losses[run.best] == run.losses.min()
    assert run.steps[run.best] not in training.frame_steps(300, 20)
    assert run.ended == "steps"
    assert not run.diverged


def test_the_frames_of_mini_batches_know_the_loss_over_all_examples() -> None:
    run = train(TrainingSpec(8, steps=100, batch_size=8, frames=10, dtype="float64"), X, Y)
    expected = ((run.predictions(X) - Y) ** 2).mean(axis=1)
    np.testing.assert_allclose(run.frame_losses, expected, rtol=1e-9)
    assert run.best == np.argmin(expected)


@each("inputs", [1, 2])
def test_predictions_are_those_of_every_network(inputs: int) -> None:
    x = np.column_stack([X, X**2])[:, :inputs]
    run = train(TrainingSpec(5, steps=30, frames=6), x, Y)
    predictions = run.predictions(x)
    assert predictions.shape == (len(run.steps), len(X))
    for frame, row in enumerate(predictions):
        assert isinstance(run.network(frame), ShallowNetwork)
        np.testing.assert_allclose(run.network(frame)(x), row, rtol=1e-12)


def test_the_tolerance_ends_a_run_at_the_first_loss_below_it() -> None:
    spec = TrainingSpec(16, steps=2000)
    whole = train(spec, X, Y)
    short = train(replace(spec, tolerance=1e-2), X, Y)
    assert short.ended == "tolerance"
    assert short.losses[-1] <= 1e-2 < short.losses[:-1].min()
    np.testing.assert_array_equal(short.losses, whole.losses[: len(short.losses)])
    assert short.steps[-1] == len(short.losses) - 1


def test_a_lucky_batch_is_not_within_the_tolerance() -> None:
    y = Y.copy()
    y[0] = 9
    run = train(TrainingSpec(32, steps=500, batch_size=1, tolerance=1e-3), X, y)
    assert run.losses.min() < 1e-3
    assert run.ended == "steps"


def test_the_time_budget_cuts_a_run_short_and_changes_no_number() -> None:
    spec = TrainingSpec(16, learning_rate=0.3, steps=100_000, seconds=0.1)
    run = train(spec, X, Y)
    done = len(run.losses) - 1
    assert run.ended == "time"
    assert 0 < done < 100_000
    assert run.steps[-1] == done
    whole = train(replace(spec, steps=done, seconds=100), X, Y)
    np.testing.assert_array_equal(run.losses, whole.losses)
    np.testing.assert_array_equal(run.parameters[-1], whole.parameters[-1])


@each("activation", TRAINABLE)
def test_divergence_is_data(activation: str) -> None:
    run = train(TrainingSpec(8, activation, "gradient_descent", 1e3, 1000), X, Y)
    assert run.diverged
    assert 1 < len(run.losses) < 1000
    assert run.steps[-1] == len(run.losses) - 1
    for values in (run.losses, run.parameters, run.frame_losses, run.predictions(X)):
        assert np.isfinite(values).all()


def test_parameters_without_bound_are_divergence_too() -> None:
    run = train(
        TrainingSpec(4, "tanh", "gradient_descent", 1e200, 10, loss="absolute", dtype="float64"), X, Y
    )
    assert run.diverged
    assert len(run.losses) == 1


def test_progress_is_told_now_and_then_and_may_give_up() -> None:
    calls = []
    started = perf_counter()
    train(TrainingSpec(64, steps=6000), X, Y, lambda done, steps: calls.append((done, steps)))
    done = [call[0] for call in calls]
    assert 1 <= len(done) <= (perf_counter() - started) / 0.05
    assert done == sorted(set(done))
    assert {call[1] for call in calls} == {6000}

    def give_up(_done: int, _steps: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        train(TrainingSpec(64, steps=100_000), X, Y, give_up)


@each(("x", "y"), [([3.0], [5.0]), ([1, 2, 3], [4, 4, 4]), ([2, 2], [0, 1])])
def test_data_without_extent_is_learned_as_it_is(x: list[float], y: list[float]) -> None:
    run = train(TrainingSpec(4, learning_rate=0.05, steps=500), x, y)
    np.testing.assert_allclose(run.network(-1)(x), np.full(len(x), np.mean(y)), atol=0.05)


@each(
    ("changes", "message"),
    [
        ({"width": 0}, "`width` must be a whole number between 1 and 4096, got 0"),
        ({"width": 5000}, "`width` must be a whole number between 1 and 4096, got 5000"),
        ({"width": 2.5}, r"`width` must be a whole number between 1 and 4096, got 2\.5"),
        ({"width": True}, "`width` must be a whole number between 1 and 4096, got True"),
        ({"activation": "swish"}, r"`activation` must be one of relu, .*, got 'swish'"),
        (
            {"activation": "step"},
            r"`activation` must be one that can be trained \(its derivative is 0 wherever it ex",
        ),
        ({"optimizer": "sgd"}, r"`optimizer` must be one of gradient_descent, .*, got 'sgd'"),
        ({"learning_rate": 0}, "`learning_rate` must be above 0 and finite, got 0"),
        ({"learning_rate": float("nan")}, "`learning_rate` must be above 0 and finite, got nan"),
        ({"learning_rate": float("inf")}, "`learning_rate` must be above 0 and finite, got inf"),
        ({"steps": 200_000}, "`steps` must be a whole number between 1 and 100000, got 200000"),
        ({"batch_size": -1}, r"`batch_size` must be a whole number between 0 and 2147483648, got \-1"),
        (
            {"loss": "softmax_cross_entropy"},
            r"`loss` must be one of squared, .*, got 'softmax_cross_entropy'",
        ),
        ({"seed": -1}, r"`seed` must be a whole number between 0 and 9223372036854775808, got \-1"),
        ({"frames": 2}, "`frames` must be a whole number between 3 and 500, got 2"),
        ({"settings": (("beta3", 0.1),)}, "beta3"),
        ({"settings": (("beta1", 1.5),)}, "beta1"),
        ({"loss": "huber", "loss_settings": (("delta", -1),)}, "delta"),
        ({"seconds": 0}, "`seconds` must be above 0, got 0"),
        ({"tolerance": -1}, r"`tolerance` must be at least 0 and finite, got \-1"),
        ({"dtype": "float16"}, r"`dtype` must be one of float32, .*, got 'float16'"),
    ],
)
def test_wrong_specs_are_refused_in_words(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrainingSpec(**{"width": 4} | changes)


@each(
    ("x", "y", "message"),
    [
        ([], [], r"`x` must have the shape \(m,\) or \(m, d\) with m ≥ 1 and d ≥ 1, got \(0, 1\)"),
        ([1, 2], [1], r"`y` must have the shape \(2,\), one target for each point, got \(1,\)"),
        ([1, np.nan], [1, 2], "`x` must be finite, got nan"),
        ([1, 2], [1, np.inf], "`y` must be finite, got inf"),
        ([[[1]]], [1], r"`x` must have the shape \(m,\) or \(m, 1\), got \(1, 1, 1\)"),
        (
            ["a"],
            [1],
            r"`x` must be numbers in rows of equal length \(could not convert string to float: 'a'\), got \['a'\]",
        ),
        ([1, 2], [1, 1e200], r"`max \|y\|` must be between 0 and 1e\+100, got 1e\+200"),
    ],
)
def test_wrong_examples_are_refused_in_words(x: list[Any], y: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train(TrainingSpec(4), x, y)


def test_classes_must_be_0_and_1() -> None:
    with pytest.raises(ValueError, match=r"`y` must be 0 or 1 for the loss cross_entropy, got \[2\.0\]"):
        train(TrainingSpec(4, loss="cross_entropy"), [1, 2], [1, 2])


def test_a_step_has_a_size_limit() -> None:
    with pytest.raises(ValueError, match="`batch_size` must be between 1 and 4096 for 4096 units, got 5000"):
        train(TrainingSpec(4096), np.arange(5000), np.zeros(5000))


def test_specs_can_be_keys() -> None:
    assert len({TrainingSpec(4), TrainingSpec(4), TrainingSpec(5)}) == 2
