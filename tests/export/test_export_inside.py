"""The code of the page about the inside of a network, run as it stands."""

import numpy as np
import pytest
import torch

from nnviz.export.inside import SLOPES, difference_code, folds_code, passes_code, training_code
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.deep import LEARNED, DeepSpec, train_deep
from nnviz.networks.ledger import keep
from nnviz.ui import depth

torch.set_num_threads(1)
RNG = np.random.default_rng(7)
TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]


def network_of(activation: str) -> ShallowNetwork:
    return ShallowNetwork(activation, RNG.normal(size=3), RNG.normal(size=3), RNG.normal(size=3), 0.3)


def run(code: str) -> dict:
    names: dict = {}
    exec(code, names)
    return names


def plain(value) -> np.ndarray:
    return np.asarray(value.detach() if isinstance(value, torch.Tensor) else value, float)


@pytest.mark.parametrize("activation", TRAINABLE)
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_passes_are_those_of_the_page(activation, language, capsys):
    """In torch autograd finds the derivatives, so this is an oracle for both."""
    net = network_of(activation)
    names = run(passes_code(net, 0.7, -0.4, 0.05, language))
    backward = net.backward([0.7], [-0.4])
    assert plain(names["loss"]) == pytest.approx(backward.loss, rel=1e-10)
    wanted = {"d_w": backward.dw[:, 0], "d_b": backward.db, "d_v": backward.dv, "d_c": backward.dc}
    for name, value in wanted.items():
        np.testing.assert_allclose(plain(names[name]), value, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        plain(names["w"]), net.hidden_weights[:, 0] - 0.05 * backward.dw[:, 0], rtol=1e-9
    )
    assert "loss" in capsys.readouterr().out


def test_slopes_are_there_for_all_that_can_be_trained():
    assert set(SLOPES) == set(TRAINABLE)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_difference_is_that_of_the_ledger(activation, language):
    net = network_of(activation)
    entry = keep(net, "delete 2", (-2, 2))[0]
    names = run(difference_code(net, entry.network, (-2.0, 2.0), language))
    assert names["difference"] == pytest.approx(entry.change, rel=1e-2)


@pytest.mark.parametrize("folds", [1, 4, 8])
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_folds_have_their_pieces(folds, language):
    assert run(folds_code(folds, language))["pieces"] == 2**folds


@pytest.mark.parametrize("activation", LEARNED)
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_training_code_finds_what_the_app_finds(activation, language):
    """The app trains by torch: an oracle for the chain rule and for Adam as they are written out in NumPy."""
    problem = depth.function_problem("Sine", 1, "")
    spec = DeepSpec((6, 5), activation, steps=60, seeds=(4, 1))
    names = run(training_code(spec, depth.given(problem), language))
    assert names["errors"] == pytest.approx(errors(problem, spec), rel=1e-7)
    assert names["parameters"] == 53


@pytest.mark.parametrize("name", ["Sawtooth", "My own f(x)", "Two moons"])
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_training_code_knows_every_problem(name, language):
    problem = (
        depth.class_problem(name) if name in depth.SETS else depth.function_problem(name, 3, "|x - 1/3| e^x")
    )
    loss = "cross_entropy" if problem.classes else "squared"
    spec = DeepSpec((4, 3, 4), loss=loss, steps=45, seeds=(0, 3))
    names = run(training_code(spec, depth.given(problem), language))
    assert names["errors"] == pytest.approx(errors(problem, spec), rel=1e-7)


def errors(problem: depth.Problem, spec: DeepSpec) -> list[float]:
    return [depth.error(problem, network) for network in train_deep(spec, problem.x, problem.y).networks]
