"""Write the parts of exported source that several chapters of the page use."""

from nnviz.expressions import Library, parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork


def write_activation(activation: str, language: Library) -> str:
    """Return the source of an activation function as ``phi``."""
    return write_function(ACTIVATIONS[activation].formula, "phi", language)


def write_slope(activation: str, language: Library) -> str:
    """Return the source of the derivative of an activation function as ``slope``."""
    return write_function(ACTIVATIONS[activation].derivative_formula, "slope", language)


def write_function(formula: str, name: str, language: Library) -> str:
    """Return the source of a function of z with this name."""
    return parse(formula, ("z",)).code(language).replace("def f(z)", f"def {name}(z)").rstrip() + "\n"


def join_functions(first: str, second: str) -> str:
    """Return the source of two functions with one import of NumPy; ``second`` may be empty."""
    return f"{first}\n\n{without_import(second).lstrip()}" if second else first


def without_import(source: str) -> str:
    """Return source without its import of NumPy."""
    return source.replace("import numpy as np\n", "", 1)


def write_parameters(network: ShallowNetwork, language: Library) -> str:
    """Return the source of the tuple w, b, v, c of a network with one input; the arrays are (N,)."""
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights
    numbers = [*(row.tolist() for row in (w, b, v)), network.output_bias]
    array = "np.array({!r})" if language == "numpy" else "torch.tensor({!r}, dtype=torch.float64)"
    return "(\n    " + ",\n    ".join(array.format(each) for each in numbers) + ",\n)"
