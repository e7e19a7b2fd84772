"""Every optimizer against torch.optim: fifty steps on a function that is not quadratic, in float64."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from nnviz._types import Array
from nnviz.optimization import OPTIMIZERS
from tests.cases import each
from tests.narrowing import present

torch.set_num_threads(1)


def betas(beta1: float, beta2: float, **rest: Any) -> dict[str, Any]:
    return {"betas": (beta1, beta2), **rest}


ORACLES: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "gradient_descent": lambda p, lr: torch.optim.SGD(p, lr=lr),
    "momentum": lambda p, lr, momentum: torch.optim.SGD(p, lr=lr, momentum=momentum),
    "nesterov": lambda p, lr, momentum: torch.optim.SGD(p, lr=lr, momentum=momentum, nesterov=True),
    "adagrad": lambda p, lr, **settings: torch.optim.Adagrad(p, lr=lr, **settings),
    "rmsprop": lambda p, lr, **settings: torch.optim.RMSprop(p, lr=lr, **settings),
    "adam": lambda p, lr, **settings: torch.optim.Adam(p, lr=lr, **betas(**settings)),
    "adamw": lambda p, lr, **settings: torch.optim.AdamW(p, lr=lr, **betas(**settings)),
}
SETTINGS = {
    "momentum": [{"momentum": 0.0}, {"momentum": 0.5}],
    "nesterov": [{"momentum": 0.5}],
    "adagrad": [{"eps": 1e-2}],
    "rmsprop": [{"alpha": 0.5, "eps": 1e-2}],
    "adam": [{"beta1": 0.5, "beta2": 0.9, "eps": 1e-2}, {"beta1": 0.0}],
    "adamw": [{"weight_decay": 0.3, "beta1": 0.8, "eps": 1e-3}, {"weight_decay": 0.0}],
}
CASES = [(name, settings) for name in OPTIMIZERS for settings in ({}, *SETTINGS.get(name, []))]
TORCH = {
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def random_function() -> tuple[Callable[..., Any], Array]:
    random = np.random.default_rng(11)
    matrix, phases = torch.tensor(random.normal(size=(7, 5))), torch.tensor(random.normal(size=7))
    start = random.normal(size=5)
    return lambda p: torch.sin(matrix @ p + phases).sum() + 0.1 * (matrix @ p).square().sum(), start


def torch_path(
    name: str, settings: dict[str, Any], learning_rate: float, steps: int
) -> tuple[list[Array], list[Array]]:
    function, start = random_function()
    parameters = torch.tensor(start, requires_grad=True)
    optimizer = ORACLES[name]([parameters], learning_rate, **(OPTIMIZERS[name].settings | settings))
    path, gradients = [start], []
    for _ in range(steps):
        optimizer.zero_grad()
        function(parameters).backward()
        gradients.append(present(parameters.grad).numpy().copy())
        optimizer.step()
        path.append(parameters.detach().numpy().copy())
    return path, gradients


@each(("name", "settings"), CASES)
@each("learning_rate", [1e-3, 0.05])
def test_fifty_steps_are_those_of_torch(name: str, settings: dict[str, Any], learning_rate: float) -> None:
    path, gradients = torch_path(name, settings, learning_rate, 50)
    optimizer, parameters = OPTIMIZERS[name], path[0]
    state = optimizer.init(parameters)
    for gradient, expected in zip(gradients, path[1:], strict=True):
        parameters, state = optimizer.update(gradient, state, parameters, learning_rate, **settings)
        np.testing.assert_allclose(parameters, expected, rtol=0, atol=1e-12)
    assert not np.allclose(path[-1], path[0], atol=1e-3)


@each("name", TORCH)
def test_defaults_are_those_of_torch(name: str) -> None:
    optimizer = TORCH[name]([torch.zeros(1, requires_grad=True)])
    ours = OPTIMIZERS[name].settings
    for beta, value in zip(("beta1", "beta2"), optimizer.defaults.get("betas", ()), strict=False):
        assert ours.pop(beta) == value
    assert all(optimizer.defaults[setting] == value for setting, value in ours.items())


@each("name", OPTIMIZERS)
def test_update_changes_nothing_that_it_is_given(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    parameters, gradient = np.array([1.0, -2.0, 3.0]), np.array([0.3, 0.0, -4.0])
    _, state = optimizer.update(gradient, optimizer.init(parameters), parameters, 0.1)
    kept = [np.copy(array) for array in (parameters, gradient, *state)]
    first = optimizer.update(gradient, state, parameters, 0.1)
    second = optimizer.update(gradient, state, parameters, 0.1)
    for array, copy in zip((parameters, gradient, *state), kept, strict=True):
        np.testing.assert_array_equal(array, copy)
    np.testing.assert_array_equal(first[0], second[0])


@each("name", OPTIMIZERS)
def test_update_has_the_defaults_of_the_record_and_keeps_shape_and_dtype(name: str) -> None:
    optimizer, parameters = OPTIMIZERS[name], np.ones((2, 3), dtype=np.float32)
    signature = inspect.signature(optimizer.update).parameters.values()
    assert optimizer.settings == {p.name: p.default for p in signature if p.default is not p.empty}
    updated, state = optimizer.update(
        parameters, optimizer.init(parameters), parameters, 0.1, **optimizer.settings
    )
    for array in (updated, *(field for field in state if isinstance(field, np.ndarray))):
        assert (array.dtype, array.shape) == (np.float32, (2, 3))


@each("name", OPTIMIZERS)
def test_a_gradient_of_zero_from_rest_leaves_finite_parameters(name: str) -> None:
    optimizer, parameters = OPTIMIZERS[name], np.array([1.0, -1.0])
    updated, _ = optimizer.update(np.zeros(2), optimizer.init(parameters), parameters, 0.1)
    assert np.isfinite(updated).all()


@each("name", OPTIMIZERS)
def test_steps_without_regard_to_the_slope_are_those_with_a_stride(name: str) -> None:
    optimizer, parameters = OPTIMIZERS[name], np.array([1.0, -1.0])
    steps = [
        optimizer.update(gradient, optimizer.init(parameters), parameters, 0.1)[0] - parameters
        for gradient in (np.array([1.0, -2.0]), np.array([1000.0, -2000.0]))
    ]
    assert (optimizer.stride is not None) == np.allclose(steps[0], steps[1], rtol=1e-6)


@each(
    ("name", "setting", "value"),
    [
        ("momentum", "momentum", 1.0),
        ("adam", "beta2", -0.1),
        ("rmsprop", "eps", 0.0),
        ("adamw", "weight_decay", math.inf),
    ],
)
def test_an_illegal_setting_is_refused_by_name(name: str, setting: str, value: float) -> None:
    with pytest.raises(
        ValueError,
        match=f"^`{setting}` of the optimizer {name} must be (above|at least) 0 and .*, got {value!r}$",
    ):
        OPTIMIZERS[name].complete({setting: value})


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match="adam has no hyperparameter 'momentum'; its hyperparameters are: beta1, beta2, eps"
    ):
        OPTIMIZERS["adam"].complete({"momentum": 0.9})


@each("name", OPTIMIZERS)
def test_every_record_is_complete(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    assert optimizer.name == name
    assert optimizer.label
    assert optimizer.lesson.endswith((".", ")."))
    assert optimizer.latex.count("{") == optimizer.latex.count("}")
