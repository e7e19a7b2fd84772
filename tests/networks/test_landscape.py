"""Planes through a network's loss against torch: losses, principal components, filter norms; and what they hide."""

from typing import Any

import numpy as np
import pytest
import torch

from nnviz._types import Array
from nnviz.networks import ShallowNetwork, TrainingSpec, train
from nnviz.networks.landscape import (
    LandscapeSpec,
    coordinates,
    landscape,
    principal_components,
    random_directions,
)
from tests.cases import each

torch.set_num_threads(1)
X = np.linspace(-1, 1, 40)
Y = np.sin(3 * X)
RUN = train(TrainingSpec(5, steps=200, frames=30, dtype="float64", learning_rate=0.03), X, Y)


def torch_loss(parameters: Array, inputs: int = 1, x: Array = X, y: Array = Y) -> float:
    """The mean squared error of a tanh network, written with torch.nn.functional."""
    flat = torch.tensor(parameters)
    n = (len(flat) - 1) // (inputs + 2)
    w, b, v, c = flat[: n * inputs].reshape(inputs, n), flat[n * inputs : -n - 1], flat[-n - 1 : -1], flat[-1]
    points = torch.tensor(x).reshape(len(x), inputs)
    return torch.nn.functional.mse_loss(torch.tanh(points @ w + b) @ v + c, torch.tensor(y)).item()


@each("directions", ["components", "random"])
def test_the_losses_on_the_plane_and_along_the_path_are_those_of_torch(directions: str) -> None:
    plane = landscape(LandscapeSpec(directions, side=7), RUN, X, Y)
    center = RUN.parameters[-1]
    alphas, betas = (np.linspace(low, high, 7) for low, high in plane.box)
    for row, beta in enumerate(betas):
        for column, alpha in enumerate(alphas):
            there = center + alpha * plane.directions[0] + beta * plane.directions[1]
            assert plane.losses[row, column] == pytest.approx(torch_loss(there), rel=1e-9)
    for frame in (0, 7, -1):
        assert plane.true[frame] == pytest.approx(torch_loss(RUN.parameters[frame]), rel=1e-9)
        below = center + plane.path[frame] @ plane.directions
        assert plane.shadow[frame] == pytest.approx(torch_loss(below), rel=1e-9)
    np.testing.assert_allclose(plane.true, RUN.frame_losses, rtol=1e-6)


def test_the_components_are_those_of_torch() -> None:
    directions, explained = principal_components(RUN.parameters)
    path = torch.tensor(RUN.parameters)
    values, vectors = torch.linalg.eigh(torch.cov(path.T))
    np.testing.assert_allclose(explained, values.flip(0)[:2] / values.sum(), rtol=1e-9)
    for ours, theirs in zip(directions, vectors.T.flip(0)[:2], strict=True):
        assert abs(ours @ theirs.numpy()) == pytest.approx(1, abs=1e-8)


def test_no_other_plane_is_nearer_to_the_path_about_its_mean() -> None:
    directions, explained = principal_components(RUN.parameters)
    path = RUN.parameters - RUN.parameters.mean(axis=0)
    left = path - path @ directions.T @ directions
    assert 1 - (left**2).sum() / (path**2).sum() == pytest.approx(explained.sum())


@each("inputs", [1, 2])
def test_random_directions_have_the_norm_of_every_filter(inputs: int) -> None:
    random = np.random.default_rng(1)
    network = ShallowNetwork(
        "relu", random.normal(size=(4, inputs)), random.normal(size=4), random.normal(size=4), 0.7
    )
    for direction in random_directions(network, np.random.default_rng(2)):
        moved = ShallowNetwork.from_parameters("relu", direction, inputs)
        for unit in range(4):
            theirs = (*network.hidden_weights[unit], network.hidden_biases[unit])
            ours = (*moved.hidden_weights[unit], moved.hidden_biases[unit])
            assert np.linalg.norm(ours) == pytest.approx(np.linalg.norm(theirs))
        assert np.linalg.norm(moved.output_weights) == pytest.approx(np.linalg.norm(network.output_weights))
        assert abs(moved.output_bias) == pytest.approx(0.7)


def test_rescaling_a_relu_network_leaves_its_random_plane_alone() -> None:
    """relu(c z) = c relu(z): another θ, the same function, and by filter normalization the same picture."""
    run = train(TrainingSpec(3, activation="relu", steps=50, frames=10, dtype="float64"), X, Y)
    factor = np.array([2.0, 0.5, 8.0])
    w, b, v, c = np.split(run.parameters[-1], [3, 6, 9])
    other = np.concatenate([w * factor, b * factor, v / factor, c])
    scaled = run._replace(parameters=np.vstack([run.parameters[:-1], other]))
    one, two = (random_directions(r.network(-1), np.random.default_rng(0)) for r in (run, scaled))
    np.testing.assert_allclose(one[:, :6] * np.tile(factor, 2), two[:, :6], rtol=1e-10)


@each("directions", ["components", "random"])
def test_what_the_plane_misses_is_said(directions: str) -> None:
    plane = landscape(LandscapeSpec(directions, side=5), RUN, X, Y)
    offsets = RUN.parameters - RUN.parameters[-1]
    nearest, *_ = torch.linalg.lstsq(torch.tensor(plane.directions.T), torch.tensor(offsets.T))
    np.testing.assert_allclose(plane.path, nearest.T, atol=1e-8)
    away = np.linalg.norm(offsets - plane.path @ plane.directions, axis=1)
    far = np.linalg.norm(offsets, axis=1)
    np.testing.assert_allclose(plane.missed[:-1], away[:-1] / far[:-1])
    assert plane.missed[-1] == 0
    assert plane.shadow[-1] == pytest.approx(plane.true[-1])
    assert np.isnan(plane.explained).all() == (directions == "random")


def test_a_random_plane_misses_nearly_all_of_the_path_and_the_components_little() -> None:
    missed = {
        name: np.median(landscape(LandscapeSpec(name, side=3), RUN, X, Y).missed[:-1])
        for name in ("components", "random")
    }
    assert missed["components"] < 0.5 < missed["random"]


def test_the_path_is_inside_the_box_of_its_components() -> None:
    plane = landscape(LandscapeSpec(side=3), RUN, X, Y)
    low, high = np.transpose(plane.box)
    assert ((low < plane.path) & (plane.path < high)).all()


def test_the_same_seed_gives_the_same_plane() -> None:
    one, two = (landscape(LandscapeSpec("random", 3, side=4), RUN, X, Y) for _ in range(2))
    np.testing.assert_array_equal(one.losses, two.losses)
    assert not np.allclose(one.losses, landscape(LandscapeSpec("random", 4, side=4), RUN, X, Y).losses)


def test_coordinates_of_skew_directions_are_the_nearest() -> None:
    directions = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    np.testing.assert_allclose(coordinates(np.array([[3.0, 1.0, 5.0]]), directions), [[2.0, 1.0]])


@each(
    ("field", "value"),
    [("directions", "hessian"), ("side", 1), ("side", 500), ("reach", 0.0), ("reach", np.nan), ("seed", -1)],
)
def test_a_spec_says_what_is_legal(field: str, value: float | int | str) -> None:
    settings: dict[str, Any] = {field: value}
    with pytest.raises(ValueError, match=rf"`{field}` must be .*, got "):
        LandscapeSpec(**settings)


def test_a_run_without_a_plane_is_refused() -> None:
    with pytest.raises(ValueError, match="`run` must be one with at least three recorded networks, got 2"):
        landscape(LandscapeSpec(), RUN._replace(parameters=RUN.parameters[:2]), X, Y)
    line = np.outer(np.arange(5.0), RUN.parameters[-1])
    with pytest.raises(ValueError, match="on a line"):
        landscape(LandscapeSpec(), RUN._replace(parameters=line), X, Y)


@each("directions", ["components", "random"])
def test_a_run_that_diverged_is_refused_for_that(directions: str) -> None:
    run = train(TrainingSpec(5, "square", "gradient_descent", 1.0, 200, dtype="float64"), X, Y)
    with pytest.raises(
        ValueError, match=rf"did not diverge, got one that diverged after {run.steps[-1]} upd"
    ):
        landscape(LandscapeSpec(directions), run, X, Y)
