"""Read networks from the files of other programs, which may be damaged or hostile; nothing in a file is executed."""

from io import BytesIO
from typing import Any, Final, NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from nnviz._checks import argument_error, check, check_between, check_one_of, check_shape
from nnviz._types import Vector
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.deep import read_state_dict
from nnviz.networks.layered import LayeredNetwork, Network, simplest
from nnviz.networks.network_file import MOST_MEGABYTES, read_network

MOST_ENTRIES: Final = 1000  # of an archive, and nodes of a graph
_ONNX_ACTIVATIONS: Final = {
    "Relu": "relu",
    "LeakyRelu": "leaky_relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Sin": "sine",
}
_KNOWN: Final = ("Gemm", "MatMul", "Add", *_ONNX_ACTIVATIONS)


class Affine(NamedTuple):
    """One layer W a + b: ``weights`` (n, m) and ``biases`` (n,)."""

    weights: Vector
    biases: Vector


def read_model(content: bytes, activation: str | None = None) -> Network:
    """Return the network in a file: JSON of ``write_network``, a PyTorch ``state_dict``, or an ONNX model.

    A ``state_dict`` has the layers in the order of the file, and does not say which ``activation`` is between them, so
    its name is needed. Only Linear layers are read. An ONNX model is a chain of Gemm, or MatMul and Add, with Relu,
    LeakyRelu, Tanh, Sigmoid or Sin between them. The slope of LeakyRelu is 0.01, which ONNX rounds to float32. Weights
    of lower precision keep their values. At most 10 megabytes are read, with one or two inputs and one output.
    ValueError in words for other files, and where torch or onnx is needed but not installed.
    """
    check_between("the size of the file", len(content), 1, MOST_MEGABYTES * 10**6, whole=True)
    if content.lstrip()[:1] in (b"{", b"["):
        network = _json_network(content)
    elif content[:4] == b"PK\x03\x04":
        check_one_of("activation", activation, ACTIVATIONS)
        _check_archive(content)
        layers = _layers_of_state(read_state_dict(content, MOST_MEGABYTES * 10**6))
        network = stacked(str(activation), layers)
    elif content[:1] == b"\x08":  # the first field of an ONNX model, its version
        network = onnx_network(content)
    else:
        raise ValueError(
            "The file is not JSON, not a PyTorch file of version 1.6 or later, and not an ONNX model."
        )
    check("the number of inputs", network.inputs, network.inputs in (1, 2), "1 or 2")
    return simplest(network)


def _json_network(content: bytes) -> Network:
    try:
        return read_network(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("The file is not UTF-8 text.") from None


def stacked(activation: str, layers: list[Affine]) -> LayeredNetwork:
    """Return the network of these layers; ValueError if they do not fit."""
    return LayeredNetwork(activation, [one.weights for one in layers], [one.biases for one in layers])


def _check_archive(content: bytes) -> None:
    """Raise ValueError unless a zip archive is small and not compressed, as torch writes it."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        raise ValueError("The PyTorch file is damaged.") from None
    check_between("the number of entries in the file", len(entries), 1, MOST_ENTRIES, whole=True)
    stored = all(one.compress_type == ZIP_STORED for one in entries)
    if not stored or sum(one.file_size for one in entries) > len(content):
        raise ValueError("The PyTorch file is compressed or damaged. Save it again with torch.save.")


def _layers_of_state(state: dict[str, Vector]) -> list[Affine]:
    """Return the layers of a state_dict; ValueError if it is not a stack of Linear layers."""
    layers = []
    for name, numbers in state.items():
        layer, _, kind = name.rpartition(".")
        if kind == "weight":
            check_shape(name, numbers, "(outputs, inputs), that of a Linear layer", numbers.ndim == 2)
            biases = state.get(f"{layer}.bias".lstrip("."), np.zeros(len(numbers)))
            layers.append(Affine(numbers, biases))
        elif kind != "bias" or f"{layer}.weight".lstrip(".") not in state:
            raise ValueError(f"Only Linear layers are read, but the file has {name[:60]!r}.")
    return layers


def onnx_network(content: bytes) -> LayeredNetwork:
    """Return the network of an ONNX model."""
    try:
        import onnx
    except ImportError:
        raise ValueError('ONNX files need the package onnx: pip install "nnviz[onnx]"') from None
    try:
        model = onnx.load_model_from_string(content)
    except Exception:  # noqa: BLE001 - what a damaged file raises is not documented
        raise ValueError("The file is not an ONNX model, or it is damaged.") from None
    graph = model.graph
    if model.functions or graph.sparse_initializer:
        raise ValueError("An ONNX model with functions of its own, or with sparse weights, is not read.")
    check_between("the number of nodes", len(graph.node), 1, MOST_ENTRIES, whole=True)
    constants = {one.name: _onnx_numbers(one) for one in graph.initializer}
    inputs = [one.name for one in graph.input if one.name not in constants]
    check("the number of ONNX inputs", len(inputs), len(inputs) == 1, "1")
    chain = _Chain(inputs[0], constants)
    for node in graph.node:
        chain.add(node, {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute})
    outputs = [one.name for one in graph.output]
    if outputs != [chain.last] or chain.open:
        raise ValueError("The ONNX model must end with the output of its last Gemm, or MatMul and Add.")
    check("the activations", sorted(chain.activations), len(chain.activations) == 1, "the same in all layers")
    return stacked(chain.activations.pop(), chain.layers)


def _onnx_numbers(tensor: Any) -> Vector:
    """Return the numbers of an initializer as float64."""
    import onnx

    kinds = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)
    if tensor.data_type not in kinds or tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise ValueError(f"The weights {tensor.name[:60]!r} must be float32 or float64, and inside the file.")
    try:
        return np.asarray(onnx.numpy_helper.to_array(tensor), np.float64)
    except (ValueError, TypeError):
        raise ValueError(f"The weights {tensor.name[:60]!r} are damaged.") from None


class _Chain:
    """The layers of a graph that is a chain. ``open``: whether an activation is the last node so far."""

    def __init__(self, first: str, constants: dict[str, Vector]) -> None:
        self.last, self.constants = first, constants
        self.layers: list[Affine] = []
        self.activations: set[str] = set()
        self.open = True
        self.can_add = False  # whether MatMul is the last node

    def add(self, node: Any, attributes: dict[str, Any]) -> None:
        """Append one node; ValueError if it does not continue the chain."""
        kind, used = node.op_type, list(node.input)
        if kind not in _KNOWN or node.domain not in ("", "ai.onnx"):
            raise ValueError(f"The ONNX operator {kind[:60]!r} is not read. Known are {', '.join(_KNOWN)}.")
        if used.count(self.last) != 1 or len(node.output) != 1:
            raise ValueError(
                "The ONNX model must be a chain, in which each node uses the result of the node before."
            )
        others = [self._constant(name) for name in used if name != self.last]
        if kind != "Add" and used[0] != self.last:
            raise ValueError(f"In the ONNX model the weights must be the second input of {kind}.")
        if kind == "Add":
            self._add_biases(others)
        elif kind in _ONNX_ACTIVATIONS:
            self._activate(kind, attributes)
        else:
            self._append(kind, others, attributes)
        self.can_add, self.last = kind == "MatMul", node.output[0]

    def _constant(self, name: str) -> Vector:
        if name not in self.constants:
            raise ValueError(f"The ONNX model has no weights {name[:60]!r}.")
        return self.constants[name]

    def _add_biases(self, others: list[Vector]) -> None:
        if not self.can_add or len(others) != 1:
            raise ValueError("In the ONNX model Add must follow MatMul, and add biases.")
        self.layers[-1] = self.layers[-1]._replace(biases=self._biases(others[0]))

    def _biases(self, numbers: Vector) -> Vector:
        """Return biases, whose shape can be (n,) or (1, n)."""
        width = len(self.layers[-1].weights)
        fits = numbers.shape in ((width,), (1, width))
        check_shape("biases", numbers, f"({width},)", fits)
        return numbers.reshape(-1)

    def _activate(self, kind: str, attributes: dict[str, Any]) -> None:
        if self.open:
            raise ValueError(f"The ONNX model has {kind} where a Gemm, or MatMul, is needed.")
        if kind == "LeakyRelu":
            alpha = attributes.get("alpha", 0.01)
            check("alpha", alpha, np.float32(alpha) == np.float32(0.01), "0.01 for LeakyRelu")
        self.activations.add(_ONNX_ACTIVATIONS[kind])
        self.open = True

    def _append(self, kind: str, others: list[Vector], attributes: dict[str, Any]) -> None:
        """Append a layer. Gemm is A B + C, where B can be transposed."""
        if not self.open:
            raise ValueError("The ONNX model must have an activation between two layers.")
        plain = [
            attributes.get(name, usual) == usual for name, usual in (("alpha", 1), ("beta", 1), ("transA", 0))
        ]
        if not all(plain) or len(others) not in ((1, 2) if kind == "Gemm" else (1,)):
            raise argument_error(kind, "a product with weights, without further factors", attributes)
        check_shape("weights", others[0], "(inputs, outputs)", others[0].ndim == 2)
        weights = others[0] if kind == "Gemm" and attributes.get("transB", 0) else others[0].T
        self.layers.append(Affine(weights, np.zeros(len(weights))))
        if len(others) == 2:
            self.layers[-1] = Affine(weights, self._biases(others[1]))
        self.open = False
