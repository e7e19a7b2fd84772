"""The phases of one update against torch.optim: the step it takes, and the memory it is left with."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from nnviz.optimization import OPTIMIZERS, SURFACES, DescentSpec, descend
from nnviz.optimization.phases import one_update, slow_motion
from tests.cases import each
from tests.narrowing import present
from tests.optimization.test_optimizers import ORACLES

torch.set_num_threads(1)
SETTINGS = {
    "momentum": {"momentum": 0.6},
    "adam": {"beta1": 0.7, "beta2": 0.8},
    "adamw": {"weight_decay": 0.2},
}
CASES = [
    (name, settings)
    for name in OPTIMIZERS
    for settings in ({}, *([SETTINGS[name]] if name in SETTINGS else []))
]
MEMORY = {  # title of a phase, name of its number -> the optimizer's state in torch
    "momentum": {("Velocity", "new"): "momentum_buffer"},
    "nesterov": {("Velocity", "new"): "momentum_buffer"},
    "adagrad": {("Squared gradients", "new"): "sum"},
    "rmsprop": {("Squared gradients", "new"): "square_avg"},
    "adam": {("Mean gradient", "new"): "exp_avg", ("Squared gradients", "new"): "exp_avg_sq"},
    "adamw": {("Mean gradient", "new"): "exp_avg", ("Squared gradients", "new"): "exp_avg_sq"},
}


@each(("name", "settings"), CASES)
def test_the_last_phase_is_the_step_of_torch_and_memory_its_state(
    name: str, settings: dict[str, Any]
) -> None:
    rule, eta = OPTIMIZERS[name], 0.03
    p = torch.tensor([0.7, -1.3], dtype=torch.float64, requires_grad=True)
    oracle = ORACLES[name]([p], eta, **(rule.settings | settings))
    at, state = p.detach().numpy().copy(), rule.init(np.zeros(2))
    for _ in range(6):
        p.grad = torch.stack((torch.cos(3 * p[0]), p[1] ** 3)).detach()
        gradient = p.grad.numpy().copy()
        phases = {phase.title: phase for phase in one_update(name, gradient, state, at, eta, settings)}
        oracle.step()
        there = p.detach().numpy().copy()
        np.testing.assert_allclose(at + phases["Step"].numbers["move"], there, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(phases["Gradient"].numbers["g"], gradient)
        for (title, number), torchs in MEMORY.get(name, {}).items():
            np.testing.assert_allclose(phases[title].numbers[number], oracle.state[p][torchs], atol=1e-14)
        _, state = rule.update(gradient, state, at, eta, **settings)
        at = there


@each("name", OPTIMIZERS)
def test_formulas_have_every_number_they_name(name: str) -> None:
    rule, at = OPTIMIZERS[name], np.array([1.0, -2.0])
    phases = one_update(name, np.array([0.5, 4.0]), rule.init(at), at, 0.1, {})
    assert [phases[0].title, phases[-1].title] == ["Gradient", "Step"]
    for phase in phases:
        filled = phase.formula % dict.fromkeys(phase.numbers, "7")
        assert filled.count("{") == filled.count("}")
        assert "%" not in phase.says % dict.fromkeys(phase.numbers, "7")
        assert phase.words.endswith(".") or phase.title in ("Gradient", "Step")
        assert phase.arrows or phase.squares is not None


def test_arrows_of_momentum_add_up_head_to_tail() -> None:
    rule, at = OPTIMIZERS["momentum"], np.array([1.0, -2.0])
    _, state = rule.update(np.array([0.5, 4.0]), rule.init(at), at, 0.1)
    memory = one_update("momentum", np.array([1.0, -1.0]), state, at, 0.1, {})[1]
    kept, slope, velocity = memory.arrows
    np.testing.assert_allclose(present(slope.after) + slope.vector, velocity.vector)
    np.testing.assert_allclose(kept.vector, present(slope.after))
    np.testing.assert_allclose(kept.vector, (-0.45, -3.6))  # −0.9 · (0.5, 4)


def test_what_is_no_optimizer_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`optimizer` must be one of gradient_descent, .*, got 'newton'"):
        one_update("newton", np.zeros(2), None, np.zeros(2), 0.1, {})


def test_the_squares_are_areas() -> None:
    rule, at = OPTIMIZERS["rmsprop"], np.zeros(2)
    phases = one_update("rmsprop", np.array([3.0, 4.0]), rule.init(at), at, 0.1, {"alpha": 0.75})
    np.testing.assert_allclose(present(phases[1].squares), (9 / 4, 4.0))
    assert math.isclose(np.asarray(phases[2].numbers["root"])[1], 2)


@each("name", OPTIMIZERS)
def test_the_update_in_slow_motion_is_the_next_step_of_the_run(name: str) -> None:
    surface, eta = SURFACES["rosenbrock"], 1e-3
    run = descend(DescentSpec("rosenbrock", name, eta, surface.start, 8), surface)
    shown = slow_motion(DescentSpec("rosenbrock", name, eta, surface.start, 7, noise=0.3), surface)
    np.testing.assert_array_equal(shown.trail, run.points[:-1])
    np.testing.assert_allclose(shown.trail[-1] + shown.phases[-1].numbers["move"], run.points[-1], atol=1e-13)


def test_a_run_that_has_diverged_has_no_update_to_show() -> None:
    with pytest.raises(ValueError, match=r"`steps` must be at most \d+, where the run diverges, got "):
        slow_motion(DescentSpec("ravine", "gradient_descent", 1.0, (1.0, 1.0), 60), SURFACES["ravine"])
