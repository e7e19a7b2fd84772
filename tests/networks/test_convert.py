"""Networks are saved, loaded, and exchanged with PyTorch and ONNX; their outputs stay equal."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx.reference
import pytest
import torch

import nnviz as nv
from nnviz.networks import ACTIVATIONS, LayeredNetwork, Network, ShallowNetwork
from tests.cases import all_hold, each

X = np.linspace(-30, 30, 201)
LAYERS = [[1.0], [-2.0]], [[0.5, 2.0], [3.0, 4.0]], [[1.0, -1.0]]
NETWORKS = {
    f"{name}, {depth}": network
    for name in ACTIVATIONS
    for depth, network in (
        ("one layer", ShallowNetwork(name, [1.0, -2, 0.3], [0.1, 0.2, 0.3], [1, 2, 3], 0.5)),
        ("two layers", LayeredNetwork(name, LAYERS, [[0.0, 1.0], [1.0, 2.0], [3.0]])),
    )
}


def test_files_keep_every_digit(tmp_path: Path) -> None:
    def keeps(network: Network) -> None:
        for suffix in (".json", ".npz"):
            nv.save(network, tmp_path / f"network{suffix}")
            again = nv.load(tmp_path / f"network{suffix}")
            assert (type(again), again.activation) == (type(network), network.activation)
            np.testing.assert_array_equal(again(X), network(X))

    all_hold(keeps, NETWORKS)


def test_torch_computes_the_same() -> None:
    def same(network: Network) -> None:
        module = nv.to_torch(network)
        y = network(X)
        theirs = module(torch.tensor(X)[:, None]).detach().numpy()[:, 0]
        np.testing.assert_allclose(theirs, y, rtol=0, atol=1e-14 * np.abs(y).max())
        np.testing.assert_array_equal(nv.from_torch(module)(X), y)

    all_hold(same, NETWORKS)


def test_a_trained_module_of_torch_is_read() -> None:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(2, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1))
    x = np.random.default_rng(0).normal(size=(20, 2))
    theirs = module.double()(torch.tensor(x)).detach().numpy()[:, 0]
    np.testing.assert_allclose(nv.from_torch(module)(x), theirs, rtol=0, atol=1e-15)


@each(
    ("modules", "reason"),
    [
        ([torch.nn.Linear(1, 2), torch.nn.SELU(), torch.nn.Linear(2, 1)], "made of Linear"),
        ([torch.nn.Linear(1, 2), torch.nn.LeakyReLU(0.2), torch.nn.Linear(2, 1)], "made of Linear"),
        ([torch.nn.Linear(1, 2), torch.nn.GELU("tanh"), torch.nn.Linear(2, 1)], "made of Linear"),
        ([torch.nn.Linear(1, 2), torch.nn.Linear(2, 1)], "one activation function"),
        ([torch.nn.Linear(1, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2)], r"weights\[-1\]"),
    ],
)
def test_other_modules_are_refused(modules: list[Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        nv.from_torch(torch.nn.Sequential(*modules))


def test_onnx_computes_the_same(tmp_path: Path) -> None:
    def same(network: Network) -> None:
        if network.activation not in ("relu", "leaky_relu", "sigmoid", "tanh", "sine"):
            with pytest.raises(ValueError, match="`activation` must be one of relu, leaky_relu, sigmoid"):
                nv.to_onnx(network)
            return
        model = nv.to_onnx(network)
        theirs: Any
        (theirs,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": X[:, None]})
        y = network(X)
        slope = 1e-8 if network.activation == "leaky_relu" else 1e-14  # ONNX rounds 0.01 to float32
        np.testing.assert_allclose(theirs[:, 0], y, rtol=0, atol=slope * np.abs(y).max())
        np.testing.assert_array_equal(nv.from_onnx(model)(X), y)
        nv.save(network, tmp_path / "network.onnx")
        np.testing.assert_array_equal(nv.load(tmp_path / "network.onnx")(X), y)

    all_hold(same, NETWORKS)


def test_a_module_that_is_read_can_be_certified() -> None:
    found = nv.reach("sin(3x)", (-1, 1), 0.05)
    again = nv.from_torch(nv.to_torch(found.network))
    assert nv.certify(again, "sin(3x)", (-1, 1), 0.05).status == "proved"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 damaged", b"{}"])
def test_a_damaged_npz_file_ends_in_words(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "network.npz"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="file"):
        nv.load(file)


def test_an_npz_file_with_other_arrays_or_objects_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", a=np.arange(3))
    with pytest.raises(ValueError, match="must hold activation, weights0"):
        nv.load(tmp_path / "other.npz")
    np.savez(tmp_path / "objects.npz", activation=np.array([{}], object))
    with pytest.raises(ValueError, match="not a network"):
        nv.load(tmp_path / "objects.npz")
    with pytest.raises(ValueError, match=r"`suffix` must be one of .json, .npz, .onnx"):
        nv.save(NETWORKS["relu, one layer"], tmp_path / "network.pkl")
