"""Networks of other programs' files against what those programs compute; and files that are refused in words."""

import json
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from nnviz.networks import LayeredNetwork, ShallowNetwork, read_model, write_network
from nnviz.networks.linear_regions import random_network
from tests.cases import each

X = np.linspace(-2, 2, 101)


def torch_bytes(value: Any) -> bytes:
    torch = pytest.importorskip("torch")
    stream = BytesIO()
    torch.save(value, stream)
    return stream.getvalue()


@each(("name", "layer"), [("relu", "ReLU"), ("leaky_relu", "LeakyReLU"), ("tanh", "Tanh")])
@each("widths", [(5,), (6, 4, 3)])
@each("biases", [True, False])
def test_a_state_dict_is_what_torch_computes(
    name: str, layer: str, widths: tuple[int, ...], biases: bool
) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    sizes = (1, *widths, 1)
    parts = [
        part
        for before, after in pairwise(sizes)
        for part in (torch.nn.Linear(before, after, bias=biases), getattr(torch.nn, layer)())
    ]
    model = torch.nn.Sequential(*parts[:-1])
    network = read_model(torch_bytes(model.state_dict()), name)
    assert isinstance(network, ShallowNetwork if len(widths) == 1 else LayeredNetwork)
    with torch.no_grad():
        wanted = model.double()(torch.from_numpy(X)[:, None])[:, 0].numpy()
    np.testing.assert_allclose(network(X), wanted, rtol=1e-12, atol=1e-14)


def test_our_own_json_of_any_depth_is_read() -> None:
    for widths in ((4, 3), (4,)):
        network = random_network(widths, 0)
        read = read_model(write_network(network).encode())
        np.testing.assert_allclose(read(X), network(X), rtol=1e-14)


def onnx_bytes(
    nodes: list[Any], weights: dict[str, Any], inputs: int = 1, names: tuple[str, ...] = ("x",)
) -> bytes:
    onnx = pytest.importorskip("onnx")
    make, kind = onnx.helper, onnx.TensorProto.FLOAT
    graph = make.make_graph(
        [make.make_node(op, used, [out], **more) for op, used, out, more in nodes],
        "network",
        [make.make_tensor_value_info(name, kind, [None, inputs]) for name in names],
        [make.make_tensor_value_info("y", kind, [None, 1])],
        [onnx.numpy_helper.from_array(np.asarray(w, np.float32), name) for name, w in weights.items()],
    )
    return bytes(make.make_model(graph).SerializeToString())


def chain(op: str = "Relu", **more: Any) -> list[Any]:
    return [
        ("Gemm", ["x", "w", "b"], "z", {"transB": 1}),
        (op, ["z"], "a", more),
        ("MatMul", ["a", "v"], "s", {}),
        ("Add", ["s", "c"], "y", {}),
    ]


WEIGHTS: dict[str, Any] = {"w": [[1.0], [-0.5], [2.0]], "b": [0.25, 1, -1], "v": [[1], [2], [-3]], "c": [0.5]}


@each("op", ["Relu", "LeakyRelu", "Tanh", "Sigmoid"])
def test_an_onnx_model_is_what_the_reference_computes(op: str) -> None:
    onnx_reference = pytest.importorskip("onnx.reference")
    content = onnx_bytes(chain(op), WEIGHTS)
    wanted = onnx_reference.ReferenceEvaluator(content).run(None, {"x": X[:, None].astype(np.float32)})[0]
    np.testing.assert_allclose(read_model(content)(X), wanted[:, 0], atol=2e-5)


@each(
    ("content", "words"),
    [
        (lambda: onnx_bytes(chain("Softmax"), WEIGHTS), "operator 'Softmax' is not read"),
        (lambda: onnx_bytes(chain("LeakyRelu", alpha=0.2), WEIGHTS), "`alpha` must be 0.01"),
        (lambda: onnx_bytes(chain(), {**WEIGHTS, "c": [np.nan]}), r"`biases\[1\]` must be finite"),
        (lambda: onnx_bytes(chain(), {**WEIGHTS, "w": np.ones((3, 5))}, 5), "inputs` must be 1 or 2, got 5"),
        (lambda: onnx_bytes(chain(), WEIGHTS, names=("x", "u")), "`the number of ONNX inputs` must be 1"),
        (lambda: onnx_bytes(chain()[:2], WEIGHTS), "must end with the output of its last"),
        (lambda: onnx_bytes([chain()[0], chain()[2]], WEIGHTS), "must be a chain"),
        (lambda: onnx_bytes(chain(), {**WEIGHTS, "b": [1.0]}), r"`biases` must have the shape \(3,\)"),
        (lambda: onnx_bytes(chain()[1:], WEIGHTS), "must be a chain"),
        (lambda: onnx_bytes(chain(), WEIGHTS)[:60], "not an ONNX model, or it is damaged|must"),
        (lambda: b"GIF89a", "not JSON, not a PyTorch file"),
        (lambda: b"", "`the size of the file` must be a whole number between 1 and 10000000, got 0"),
        (lambda: b"{\xff}", "not UTF-8"),
        (lambda: json.dumps({"activation": "relu"}).encode(), "`network` must be an object with the fields"),
    ],
)
def test_other_files_are_refused_in_words(content: Callable[[], bytes], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_model(content(), "relu")


def test_states_of_other_layers_are_refused_in_words() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    good = nn.Sequential(nn.Linear(1, 3), nn.ReLU(), nn.Linear(3, 1))
    with_norm = nn.Sequential(nn.Linear(1, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).state_dict()
    cases = [
        (with_norm, "Only Linear layers are read, but the file has '1.num_batches"),
        ({"0.weight": torch.ones(1, 1, 3)}, "`0.weight` must have the shape \\(outputs, inputs\\)"),
        ({"scale": torch.ones(1)}, "Only Linear layers are read, but the file has 'scale'"),
        ({"0.weight": torch.full((2, 1), torch.nan), "2.weight": torch.ones(1, 2)}, "must be finite"),
        (
            {"0.weight": torch.ones(2, 1), "2.weight": torch.ones(1, 3)},
            "`weights\\[1\\]` must have the shape",
        ),
        ({"0.weight": torch.ones(2, 1), "epoch": 3}, "Only Linear layers are read, but the file has 'epoch'"),
        (
            {"0.weight": torch.ones(1, 1).expand(10**6, 10**6)},
            "`the number of weights` must be a whole number",
        ),
        (good, "must hold model.state_dict"),  # a pickled object is refused unread
        ([1.0], "must hold model.state_dict"),
    ]
    for state, words in cases:
        with pytest.raises(ValueError, match=words):
            read_model(torch_bytes(state), "relu")
    with pytest.raises(ValueError, match="`activation` must be one of"):
        read_model(torch_bytes(good.state_dict()))


def test_a_compressed_archive_is_refused_before_it_is_read() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"0" * 10_000)
    with pytest.raises(ValueError, match="compressed or damaged"):
        read_model(stream.getvalue(), "relu")
