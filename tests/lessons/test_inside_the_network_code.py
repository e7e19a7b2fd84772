"""Run the exported code of the page as it stands."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike

from nnviz._types import Array
from nnviz.expressions import Library
from nnviz.lessons.inside_the_network.folding.code import sawtooth_code
from nnviz.lessons.inside_the_network.passes.code import passes_code
from nnviz.lessons.inside_the_network.symmetries.code import difference_code
from nnviz.lessons.inside_the_network.width_or_depth import text, view
from nnviz.lessons.inside_the_network.width_or_depth.code import training_code
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.networks.deep import LEARNED, DeepSpec, Loss, train_deep
from nnviz.networks.depth_comparison import Problem, measure_error
from nnviz.networks.weight_symmetries import apply_edits

torch.set_num_threads(1)
TRAINABLE = [name for name, activation in ACTIVATIONS.items() if activation.trainable]


def network_of(activation: str) -> ShallowNetwork:
    rng = np.random.default_rng(7)
    w, b, v = rng.normal(size=(3, 3))
    return ShallowNetwork(activation, w, b, v, 0.3)


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def plain(value: ArrayLike) -> Array:
    return np.asarray(value.detach() if isinstance(value, torch.Tensor) else value, float)


@pytest.mark.parametrize("activation", TRAINABLE)
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_passes_are_those_of_the_page(
    activation: str, language: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """In torch autograd finds the derivatives, so this is an oracle for both."""
    net = network_of(activation)
    names = run(passes_code(net, 0.7, -0.4, 0.05, language))
    backward = net.backward([0.7], [-0.4])
    assert plain(names["loss"]) == pytest.approx(backward.loss, rel=1e-10)
    wanted = {"d_w": backward.dw[:, 0], "d_b": backward.db, "d_v": backward.dv, "d_c": plain(backward.dc)}
    for name, value in wanted.items():
        np.testing.assert_allclose(plain(names[name]), value, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        plain(names["w"]), net.hidden_weights[:, 0] - 0.05 * backward.dw[:, 0], rtol=1e-9
    )
    assert "loss" in capsys.readouterr().out


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_difference_is_the_change_of_the_edit(activation: str, language: Library) -> None:
    net = network_of(activation)
    edit = apply_edits(net, "delete 2", (-2, 2)).edits[0]
    names = run(difference_code(net, edit.network, (-2.0, 2.0), language))
    assert names["difference"] == pytest.approx(edit.change, rel=1e-2)


@pytest.mark.parametrize("layers", [1, 4, 8])
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_sawtooth_has_its_pieces(layers: int, language: Library) -> None:
    assert run(sawtooth_code(layers, language))["pieces"] == 2**layers


@pytest.mark.parametrize("activation", LEARNED)
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_training_code_finds_what_the_app_finds(activation: str, language: Library) -> None:
    """The app trains by torch: an oracle for the chain rule and for Adam as they are written out in NumPy."""
    problem = view.make_problem(text.SINE, 1, "")
    spec = DeepSpec((6, 5), activation, steps=60, seeds=(4, 1))
    names = run(training_code(spec, view.write_data(problem), language))
    assert names["errors"] == pytest.approx(errors(problem, spec), rel=1e-7)
    assert names["parameters"] == 53


@pytest.mark.parametrize("name", [text.SAWTOOTH, text.OWN, "Two moons"])
@pytest.mark.parametrize("language", ["numpy", "torch"])
def test_the_training_code_knows_every_problem(name: str, language: Library) -> None:
    problem = view.make_problem(name, 3, "|x - 1/3| e^x")
    loss: Loss = "cross_entropy" if problem.classes else "squared"
    spec = DeepSpec((4, 3, 4), loss=loss, steps=45, seeds=(0, 3))
    names = run(training_code(spec, view.write_data(problem), language))
    assert names["errors"] == pytest.approx(errors(problem, spec), rel=1e-7)


def errors(problem: Problem, spec: DeepSpec) -> list[float]:
    return [measure_error(problem, network) for network in train_deep(spec, problem.x, problem.y).networks]
