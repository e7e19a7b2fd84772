"""Save and load networks, and exchange them with PyTorch and ONNX; the outputs stay equal up to rounding.

Torch and onnx are imported inside the functions that need them.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import numpy as np

from nnviz._checks import argument_error, check_one_of
from nnviz.networks.activations import ACTIVATIONS
from nnviz.networks.deep import missing, torch_activation
from nnviz.networks.layered import LayeredNetwork, Network, simplest
from nnviz.networks.model_files import Affine, onnx_network, read_model, stacked
from nnviz.networks.network_file import MOST_MEGABYTES, read_content, write_network

if TYPE_CHECKING:
    import onnx
    import torch

SUFFIXES: Final = (".json", ".npz", ".onnx")
# Classes of torch.nn, with the settings that make them the activation here.
_TORCH_NAMES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "relu": ("ReLU", {}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.01}),
    "gelu": ("GELU", {"approximate": "none"}),
    "softplus": ("Softplus", {"beta": 1.0, "threshold": 40.0}),  # 20, its default, leaves an error of 2e-9
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
}
_ONNX_NODES: Final = {  # operators of opset 17 that onnxruntime computes in float64
    "relu": "Relu",
    "leaky_relu": "LeakyRelu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "sine": "Sin",
}
_OPSET: Final = 17
_IR_VERSION: Final = 8


def layers_of(network: Network) -> list[Affine]:
    """Return weights (n, m) and biases (n,) of each layer; the last one is the output."""
    if isinstance(network, LayeredNetwork):
        return [Affine(*layer) for layer in zip(network.weights, network.biases, strict=True)]
    output = Affine(network.output_weights[None], np.array([network.output_bias]))
    return [Affine(network.hidden_weights, network.hidden_biases), output]


def save(network: Network, path: str | Path) -> None:
    """Write a network to a file; the suffix .json, .npz or .onnx names the format. All keep every digit of float64.

    ValueError for another suffix, for an activation that ONNX has no operator of, and if onnx is needed but missing.
    """
    file = Path(path)
    check_one_of("suffix", file.suffix.lower(), SUFFIXES)
    if file.suffix.lower() == ".json":
        file.write_text(write_network(network), encoding="utf-8")
    elif file.suffix.lower() == ".onnx":
        file.write_bytes(to_onnx(network).SerializeToString())
    else:
        parts = {
            f"{name}{k}": part
            for k, layer in enumerate(layers_of(network))
            for name, part in layer._asdict().items()
        }
        np.savez(file, activation=np.array(network.activation), **parts)


def load(path: str | Path, activation: str | None = None) -> Network:
    """Return the network in a file of ``save``, a PyTorch ``state_dict`` or an ONNX model; nothing in it is executed.

    activation: its name, for a ``state_dict``. At most 10 megabytes are read. ValueError in words for other files.
    """
    file = Path(path)
    content = read_content(file)
    return _read_npz(content) if file.suffix.lower() == ".npz" else read_model(content, activation)


def _read_npz(content: bytes) -> Network:
    """Return the network in an npz archive; ValueError if it is damaged, or too large when it is unpacked."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as archive:
            if sum(one.file_size for one in archive.zip.infolist()) > MOST_MEGABYTES * 10**6:
                raise ValueError(f"it has more than {MOST_MEGABYTES} megabytes")
            parts = {name: archive[name] for name in archive.files}
    except (BadZipFile, ValueError, KeyError, EOFError, OSError, NotImplementedError) as error:
        raise ValueError(f"The file is not a network in the format npz ({error}).") from None
    count = sum(name.startswith("weights") for name in parts)
    names = [f"{kind}{k}" for k in range(count) for kind in Affine._fields]
    if sorted(parts) != sorted([*names, "activation"]) or not count:
        raise ValueError("The npz file must hold activation, weights0, biases0, weights1 and so on.")
    layers = [Affine(parts[f"weights{k}"], parts[f"biases{k}"]) for k in range(count)]
    return simplest(stacked(str(parts["activation"]), layers))


def to_torch(network: Network) -> "torch.nn.Sequential":
    """Return the network as a torch.nn.Sequential in float64, from points (m, d) to values (m, 1).

    ValueError if torch is missing, and nothing else. ``from_torch`` reads it again.
    """
    _need_torch()
    import torch

    modules: list[Any] = []
    layers = layers_of(network)
    for k, layer in enumerate(layers):
        outputs, inputs = layer.weights.shape
        linear = torch.nn.Linear(inputs, outputs, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(layer.weights))
            linear.bias.copy_(torch.tensor(layer.biases))
        modules += [linear] if k == len(layers) - 1 else [linear, _torch_module(network.activation)]
    return torch.nn.Sequential(*modules)


def _torch_module(name: str) -> Any:
    """Return φ as a module: one of torch.nn where there is one."""
    import torch

    if name in _TORCH_NAMES:
        kind, settings = _TORCH_NAMES[name]
        return getattr(torch.nn, kind)(**settings)

    class Activation(torch.nn.Module):
        """Apply φ and its derivative."""

        def __init__(self) -> None:
            super().__init__()
            self.name = name

        def forward(self, z: Any) -> Any:
            return torch_activation(name)(z)

    return Activation()


def from_torch(module: "torch.nn.Module") -> Network:
    """Return the network of a torch.nn.Sequential of Linear layers with one activation function between them.

    Weights of float32 keep their values. ValueError if torch is missing, for other modules, and for more than one
    kind of activation or an activation whose settings differ from those of nnviz.
    """
    _need_torch()
    import torch

    layers: list[Affine] = []
    names = set()
    for part in _leaves(module):
        if isinstance(part, torch.nn.Linear):
            weights = part.weight.detach().double().cpu().numpy()
            bias = np.zeros(len(weights)) if part.bias is None else part.bias.detach().double().cpu().numpy()
            layers.append(Affine(weights, bias))
        elif not isinstance(part, torch.nn.Identity | torch.nn.Dropout):
            names.add(_activation_name(part))
    if len(names) != 1 or len(layers) < 2:
        raise argument_error("module", "Linear layers with one activation function between them", module)
    return simplest(stacked(names.pop(), layers))


def _leaves(module: Any) -> Iterator[Any]:
    """Yield the parts of a module that have no parts, in their order."""
    parts = list(module.children())
    if not parts:
        yield module
    for part in parts:
        yield from _leaves(part)


def _activation_name(part: Any) -> str:
    """Return the name of an activation module; ValueError if it is not known."""
    named = getattr(part, "name", None)
    if type(part).__name__ == "Activation" and named in ACTIVATIONS:
        return str(named)
    for name, (kind, settings) in _TORCH_NAMES.items():
        if type(part).__name__ == kind and all(
            getattr(part, key) == value for key, value in settings.items()
        ):
            return name
    known = ", ".join(kind for kind, _ in _TORCH_NAMES.values())
    raise argument_error("module", f"made of Linear and one of {known}", part)


def to_onnx(network: Network) -> "onnx.ModelProto":
    """Return the network as an ONNX model in float64, from x (m, d) to y (m, 1); it has Gemm and one activation.

    ONNX keeps the slope of a leaky ReLU in float32. ValueError if onnx is missing, or has no operator for the
    activation.
    """
    check_one_of("activation", network.activation, _ONNX_NODES)
    try:
        import onnx
    except ImportError:
        raise ValueError('ONNX needs the package onnx: pip install "nnviz[onnx]"') from None
    from onnx import helper, numpy_helper

    nodes, constants, last = [], [], "x"
    layers = layers_of(network)
    for k, layer in enumerate(layers):
        constants += [
            numpy_helper.from_array(layer.weights, f"W{k}"),
            numpy_helper.from_array(layer.biases, f"b{k}"),
        ]
        end = k == len(layers) - 1
        nodes.append(helper.make_node("Gemm", [last, f"W{k}", f"b{k}"], ["y" if end else f"z{k}"], transB=1))
        if not end:
            nodes.append(helper.make_node(_ONNX_NODES[network.activation], [f"z{k}"], [f"a{k}"]))
        last = f"a{k}"
    kind = onnx.TensorProto.DOUBLE
    ends = [
        helper.make_tensor_value_info(name, kind, ["m", size])
        for name, size in (("x", network.inputs), ("y", 1))
    ]
    graph = helper.make_graph(nodes, "nnviz", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    return model


def from_onnx(model: "onnx.ModelProto | bytes") -> Network:
    """Return the network of an ONNX model that is a chain of Gemm, or MatMul and Add, and activations.

    ValueError for other models.
    """
    content = model if isinstance(model, bytes) else model.SerializeToString()
    return simplest(onnx_network(content))


def _need_torch() -> None:
    if (reason := missing()) is not None:
        raise ValueError(reason)
