"""Write a network as source code that runs by itself, in NumPy, PyTorch or plain Python."""

from typing import Final

from nnviz._checks import check
from nnviz.expressions import Language, parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork

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
    """Return the source of a function ``network(x)`` that reproduces a network with one input, up to rounding in
    float64.

    Each weight is written with enough digits to read the same float64 again. ValueError for more than one input.
    """
    check("network", network.inputs, network.inputs == 1, "a network with one input")
    activation = parse(ACTIVATIONS[network.activation].formula, ("z",)).code(language)
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
