"""A network as source code that runs by itself, in NumPy, PyTorch or plain Python."""

from typing import Final

from nnviz.functions import Language, parse
from nnviz.networks import ShallowNetwork

# Each activation in the language of nnviz.functions, whose code generator writes it in every language.
FORMULAS: Final = {
    "relu": "relu(z)",
    "leaky_relu": "max(0.01 z, z)",
    "gelu": "gelu(z)",
    "softplus": "softplus(z)",
    "sigmoid": "sigmoid(z)",
    "tanh": "tanh(z)",
    "sine": "sin(z)",
    "gaussian": "exp(-z^2)",
    "step": "step(z)",
    "linear": "z",
    "square": "z^2",
    "cube": "z^3",
}

_BODIES: Final = {
    "numpy": """\
def network(x):
    \"""c + Σ vⱼ φ(wⱼ x + bⱼ) for an array x; f is the activation φ.\"""
    z = np.multiply.outer(np.asarray(x, float), HIDDEN_WEIGHTS) + HIDDEN_BIASES
    return f(z) @ np.array(OUTPUT_WEIGHTS) + OUTPUT_BIAS
""",
    "torch": """\
def network(x):
    \"""c + Σ vⱼ φ(wⱼ x + bⱼ) for a tensor x of any shape; f is the activation φ.\"""
    z = x.unsqueeze(-1) * x.new_tensor(HIDDEN_WEIGHTS) + x.new_tensor(HIDDEN_BIASES)
    return f(z) @ x.new_tensor(OUTPUT_WEIGHTS) + OUTPUT_BIAS
""",
    "python": """\
def network(x):
    \"""c + Σ vⱼ φ(wⱼ x + bⱼ) for a number x; f is the activation φ.\"""
    units = zip(HIDDEN_WEIGHTS, HIDDEN_BIASES, OUTPUT_WEIGHTS)
    return OUTPUT_BIAS + sum(v * f(w * x + b) for w, b, v in units)
""",
}

_IMPORTS: Final = {"numpy": "import numpy as np", "torch": "import torch", "python": ""}


def network_code(network: ShallowNetwork, language: Language) -> str:
    """Source of a function ``network(x)`` that reproduces a network with one input, to rounding in float64.

    The weights are written so that the same float64 are read again. ValueError for more than one input.
    """
    if network.inputs != 1:
        raise ValueError(f"code is written for networks with one input; this one has {network.inputs}")
    activation = parse(FORMULAS[network.activation], ("z",)).code(language)
    missing = _IMPORTS[language] and _IMPORTS[language] not in activation
    weights = {
        "HIDDEN_WEIGHTS": network.hidden_weights[:, 0].tolist(),
        "HIDDEN_BIASES": network.hidden_biases.tolist(),
        "OUTPUT_WEIGHTS": network.output_weights.tolist(),
        "OUTPUT_BIAS": network.output_bias,
    }
    numbers = "\n".join(f"{name} = {value!r}" for name, value in weights.items())
    head = f"{_IMPORTS[language]}\n\n\n" if missing else ""
    return f"{head}{activation.rstrip()}\n\n\n{numbers}\n\n\n{_BODIES[language]}"
