"""Write source code that several chapters export: a target function, a network, and the error between them."""

import re
from typing import Final

from nnviz._types import Bounds
from nnviz.export import network_code
from nnviz.expressions import Language, Library, parse
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.targets.convert import Target

POINTS: Final = 1001
"""The number of evenly spaced points at which the page measures errors."""

_IMPORT = re.compile(r"(?m)^(?:import|from) .*\n?")

_MEASURE: Final = {
    "numpy": """\
x = np.linspace({low!r}, {high!r}, {points})
known = np.isfinite(f(x))
error = f(x[known]) - network(x[known])
largest_error = np.abs(error).max()
rms_error = np.sqrt(np.mean(error**2))
""",
    "torch": """\
x = {low!r} + torch.arange({points}, dtype=torch.float64) * (({high!r} - {low!r}) / ({points} - 1))
x = x[torch.isfinite(f(x))]
error = f(x) - network(x)
largest_error = error.abs().max().item()
rms_error = error.square().mean().sqrt().item()
""",
}

_PRINT: Final = """\
print("number of hidden units", len(HIDDEN_WEIGHTS))
print("largest error at the points", largest_error)
print("root mean square error", rms_error)
"""


def join_sources(*parts: str) -> str:
    """Return parts of a program as one text, with every import at the top, once."""
    imports = dict.fromkeys(line.strip() for part in parts for line in _IMPORT.findall(part))
    bodies = [_IMPORT.sub("", part).strip("\n") for part in parts]
    return "\n".join(imports) + "\n\n\n" + "\n\n\n".join(body for body in bodies if body) + "\n"


def network_source(network: ShallowNetwork, language: Language) -> str:
    """Return the source of ``network(x)`` whose activation function is named phi, so that f is free for the target."""
    text = network_code(network, language)
    return re.sub(r"\bf\(", "phi(", text).replace("f is the activation", "phi is the activation")


def activation_source(activation: str, language: Language) -> str:
    """Return the source of an activation function that is named phi."""
    return re.sub(r"\bf\(", "phi(", parse(ACTIVATIONS[activation].formula, ("z",)).code(language))


def list_weights(network: ShallowNetwork) -> tuple[list[float], list[float], list[float], float]:
    """Return weights w, biases b, output weights v and output bias c of a network with one input, as lists."""
    w, b, v = network.hidden_weights[:, 0], network.hidden_biases, network.output_weights
    return w.tolist(), b.tolist(), v.tolist(), network.output_bias


def comparison_code(
    target: Target,
    interval: Bounds,
    network: ShallowNetwork,
    language: Library,
    points: int = POINTS,
) -> str:
    """Return source that defines ``f`` and ``network`` and prints their largest error and rms error on the interval.

    Both errors are measured at ``points`` evenly spaced points where f is finite.
    """
    measure = _MEASURE[language].format(low=float(interval[0]), high=float(interval[1]), points=points)
    return join_sources(target.code(language), network_source(network, language), measure, _PRINT)
