"""Training by torch: each seed against torch's own modules and optimizer, one network at a time."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from nnviz._types import Array
from nnviz.networks import ACTIVATIONS, LayeredNetwork
from nnviz.networks.deep import LEARNED, DeepSpec, initial, missing, train_deep
from tests.cases import each

torch.set_num_threads(1)
ROOT = Path(__file__).parents[2]
X = np.linspace(-1, 1, 40)
Y = np.sin(3 * X)
POINTS = np.random.default_rng(0).uniform(-1, 1, (50, 2))
CLASSES = (POINTS[:, 0] * POINTS[:, 1] > 0).astype(float)


def one_by_one(spec: DeepSpec, seed: int, x: Array, y: Array) -> list[float]:
    """The losses of a tanh or ReLU network made of torch's modules, trained by torch's Adam and cosine schedule."""
    start = initial(spec.widths, x.shape[1], seed)
    layers = []
    for weight, bias in zip(start[::2], start[1::2]):
        layer = nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        layer.weight.data, layer.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
        layers += [layer, nn.ReLU() if spec.activation == "relu" else nn.Tanh()]
    model = nn.Sequential(*layers[:-1])
    criterion = nn.MSELoss() if spec.loss == "squared" else nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=spec.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, spec.steps)
    losses = []
    for step in range(spec.steps + 1):
        loss = criterion(model(torch.from_numpy(x))[:, 0], torch.from_numpy(y))
        losses.append(loss.item())
        if step < spec.steps:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return losses


@each("activation", ["relu", "tanh"])
def test_each_seed_learns_as_torchs_own_modules_do(activation: str) -> None:
    """The inputs fill [-1, 1], and so do the targets: the network's own units are those of x and y."""
    spec = DeepSpec((6, 5), activation, steps=60, seeds=(0, 3))
    y = Y / np.abs(Y).max()
    run = train_deep(spec, X, y)
    for column, seed in enumerate(spec.seeds):
        np.testing.assert_allclose(run.losses[:, column], one_by_one(spec, seed, X[:, None], y), rtol=1e-6)


def test_classes_are_learned_as_torch_learns_them() -> None:
    spec = DeepSpec((8, 8), "tanh", "cross_entropy", steps=50, seeds=(1,))
    corners = np.vstack([POINTS, [[-1, -1], [1, 1]]])
    classes = np.append(CLASSES, [1, 1])
    run = train_deep(spec, corners, classes)
    np.testing.assert_allclose(run.losses[:, 0], one_by_one(spec, 1, corners, classes), rtol=1e-6)


@each("activation", LEARNED)
def test_what_comes_back_is_the_network_of_the_loss(activation: str) -> None:
    """The NumPy network in the units of x and y has the loss that was measured inside torch, in its own."""
    x, y = 30 + 7 * X, 5 + 100 * Y
    run = train_deep(DeepSpec((5, 4), activation, steps=40, seeds=(0, 1)), x, y)
    assert all(isinstance(net, LayeredNetwork) for net in run.networks)
    means = [float(np.mean((net(x) - y) ** 2)) for net in run.networks]
    np.testing.assert_allclose(means, run.best, rtol=1e-9)
    np.testing.assert_allclose(run.losses[::20].min(axis=0), run.best, rtol=1e-12)
    assert set(LEARNED) < set(ACTIVATIONS)


def test_a_seed_learns_the_same_in_any_company() -> None:
    alone = train_deep(DeepSpec((6,), steps=40, seeds=(2,)), X, Y)
    among = train_deep(DeepSpec((6,), steps=40, seeds=(0, 1, 2)), X, Y)
    np.testing.assert_allclose(alone.losses[:, 0], among.losses[:, 2], rtol=1e-9)
    again = train_deep(DeepSpec((6,), steps=40, seeds=(0, 1, 2)), X, Y)
    np.testing.assert_array_equal(again.losses, among.losses)


def test_training_helps() -> None:
    run = train_deep(DeepSpec((16, 16), "tanh", steps=400, learning_rate=0.02), X, Y)
    assert (run.best < run.losses[0] / 100).all()
    assert run.ended == "steps"
    assert run.losses.shape == (401, 5)


def test_a_run_that_diverges_keeps_what_was_before() -> None:
    run = train_deep(DeepSpec((6, 6), "relu", steps=60, learning_rate=1e30), X, Y)
    assert not np.isfinite(run.losses[-1]).all() or (run.losses[-1] > run.best).all()
    assert np.isfinite(run.best).all()


def test_the_time_budget_ends_a_run_with_the_best_so_far() -> None:
    run = train_deep(DeepSpec((6,), steps=20_000, seconds=1e-9), X, Y)
    assert run.ended == "time"
    assert len(run.losses) <= 20
    assert np.isfinite(run.best).all()


def test_progress_is_told_and_can_end_the_run() -> None:
    told = []
    train_deep(DeepSpec((4,), steps=60), X, Y, lambda done, steps: told.append((done, steps)))
    assert told == [(0, 60), (20, 60), (40, 60)]

    def superseded(_done: int, _steps: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_deep(DeepSpec((4,)), X, Y, superseded)


def test_the_module_does_not_import_torch_and_says_when_it_is_missing() -> None:
    code = (
        "import sys\nfrom nnviz.networks import deep\nprint('torch' in sys.modules, deep.missing())\n"
        "sys.modules['torch'] = None\nprint(deep.missing())\ndeep.train_deep(deep.DeepSpec((2,)), [0, 1], [0, 1])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[0] == "False None"
    assert "pip install torch" in run.stdout.splitlines()[1]
    assert "ModuleNotFoundError" in run.stderr.splitlines()[-1]
    assert missing() is None


@each(
    ("spec", "words"),
    [
        ({"widths": ()}, r"`widths` must be 1 to 16 whole numbers of at least 1, got \(\)"),
        ({"widths": (0,)}, "widths"),
        ({"widths": (200, 200)}, r"with at most 20000 parameters \(not 40801\)"),
        (
            {"widths": (4,), "activation": "step"},
            r"`activation` must be one of relu, leaky_relu, .*, got 'step'",
        ),
        ({"widths": (4,), "loss": "hinge"}, "`loss` must be one of squared, cross_entropy, got 'hinge'"),
        ({"widths": (4,), "learning_rate": 0}, "`learning_rate` must be above 0 and finite, got 0"),
        ({"widths": (4,), "steps": 0}, r"`steps` must be a whole number between 1 and .*, got 0"),
        ({"widths": (4,), "seeds": ()}, r"`seeds` must be 1 to 32 whole numbers of at least 0, got \(\)"),
        ({"widths": (4,), "seeds": (-1,)}, "seeds"),
        ({"widths": (4,), "seconds": 0}, "`seconds` must be above 0, got 0"),
    ],
)
def test_a_spec_that_is_none_is_refused_in_words(spec: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DeepSpec(**spec)


@each(
    ("x", "y", "words"),
    [
        ([], [], r"`x` must have the shape \(m,\) or \(m, d\) with m ≥ 1"),
        ([0.0, 1.0], [0.0], r"`y` must have the shape"),
        ([0.0, np.nan], [0, 1], "finite"),
    ],
)
def test_points_that_do_not_fit_are_refused(x: list[float], y: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        train_deep(DeepSpec((2,)), x, y)


def test_classes_other_than_two_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`y` must be 0 or 1 for the loss cross_entropy, got \[2\.0\]"):
        train_deep(DeepSpec((2,), loss="cross_entropy"), [0.0, 1.0], [0, 2])


def test_a_constant_is_learned_in_its_units() -> None:
    run = train_deep(DeepSpec((3,), steps=20), X, np.full(40, 7.0))
    assert np.isfinite(run.networks[0](X)).all()
