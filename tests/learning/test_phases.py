"""The phases of one update against torch.optim: the step it takes, and the memory it is left with."""

import math

import numpy as np
import pytest
import torch

from nnviz.learning import OPTIMIZERS, SURFACES, DescentSpec, descend
from nnviz.learning.phases import one_update, slow_motion
from tests.learning.test_optimizers import ORACLES

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
    "momentum": {("Memory", "new"): "momentum_buffer"},
    "nesterov": {("Memory", "new"): "momentum_buffer"},
    "adagrad": {("Squares", "new"): "sum"},
    "rmsprop": {("Squares", "new"): "square_avg"},
    "adam": {("Memory", "new"): "exp_avg", ("Squares", "new"): "exp_avg_sq"},
    "adamw": {("Memory", "new"): "exp_avg", ("Squares", "new"): "exp_avg_sq"},
}


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_the_last_phase_is_the_step_of_torch_and_memory_its_state(name, settings):
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
        np.testing.assert_array_equal(phases["Slope"].numbers["g"], gradient)
        for (title, number), torchs in MEMORY.get(name, {}).items():
            np.testing.assert_allclose(phases[title].numbers[number], oracle.state[p][torchs], atol=1e-14)
        _, state = rule.update(gradient, state, at, eta, **settings)
        at = there


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_formulas_have_every_number_they_name(name):
    rule, at = OPTIMIZERS[name], np.array([1.0, -2.0])
    phases = one_update(name, np.array([0.5, 4.0]), rule.init(at), at, 0.1, {})
    assert [phases[0].title, phases[-1].title] == ["Slope", "Step"]
    for phase in phases:
        filled = phase.formula % dict.fromkeys(phase.numbers, "7")
        assert filled.count("{") == filled.count("}")
        assert "%" not in phase.says % dict.fromkeys(phase.numbers, "7")
        assert phase.words.endswith(".")
        assert phase.arrows or phase.squares is not None


def test_arrows_of_momentum_add_up_head_to_tail():
    rule, at = OPTIMIZERS["momentum"], np.array([1.0, -2.0])
    _, state = rule.update(np.array([0.5, 4.0]), rule.init(at), at, 0.1)
    memory = one_update("momentum", np.array([1.0, -1.0]), state, at, 0.1, {})[1]
    kept, slope, velocity = memory.arrows
    np.testing.assert_allclose(slope.after + slope.vector, velocity.vector)
    np.testing.assert_allclose(kept.vector, slope.after)
    np.testing.assert_allclose(kept.vector, (-0.45, -3.6))  # −0.9 · (0.5, 4)


def test_what_is_no_optimizer_is_refused():
    with pytest.raises(ValueError, match="the optimizer is 'newton'; legal is one of gradient_descent, "):
        one_update("newton", np.zeros(2), None, np.zeros(2), 0.1, {})


def test_the_squares_are_areas():
    rule, at = OPTIMIZERS["rmsprop"], np.zeros(2)
    phases = one_update("rmsprop", np.array([3.0, 4.0]), rule.init(at), at, 0.1, {"alpha": 0.75})
    np.testing.assert_allclose(phases[1].squares, (9 / 4, 4))
    assert math.isclose(phases[2].numbers["root"][1], 2)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_update_in_slow_motion_is_the_next_step_of_the_run(name):
    surface, eta = SURFACES["rosenbrock"], 1e-3
    run = descend(DescentSpec("rosenbrock", name, eta, surface.start, 8), surface)
    shown = slow_motion(DescentSpec("rosenbrock", name, eta, surface.start, 7, noise=0.3), surface)
    np.testing.assert_array_equal(shown.trail, run.points[:-1])
    np.testing.assert_allclose(shown.trail[-1] + shown.phases[-1].numbers["move"], run.points[-1], atol=1e-13)


def test_a_run_that_has_diverged_has_no_update_to_show():
    with pytest.raises(ValueError, match="it diverges after"):
        slow_motion(DescentSpec("ravine", "gradient_descent", 1.0, (1.0, 1.0), 60), SURFACES["ravine"])
