"""Write source code of a network with two inputs, and of its measured errors."""

from typing import Final

from nnviz._types import Box
from nnviz.expressions import Expression, Library
from nnviz.lessons.universal_approximation.shared.code import activation_source, join_sources
from nnviz.networks import ShallowNetwork

_NETWORK: Final = {
    "numpy": """\
HIDDEN_WEIGHTS = {weights}
HIDDEN_BIASES = {biases}
OUTPUT_WEIGHTS = {outputs}
OUTPUT_BIAS = {bias!r}


def network(x, y):
    z = np.stack([x, y], axis=-1) @ np.array(HIDDEN_WEIGHTS).T + np.array(HIDDEN_BIASES)
    return phi(z) @ np.array(OUTPUT_WEIGHTS) + OUTPUT_BIAS


x, y = np.meshgrid(np.linspace(*{x!r}, {side}), np.linspace(*{y!r}, {side}))
error = np.abs(f(x, y) - network(x, y))
largest_error, rms_error = error.max(), np.sqrt(np.mean(error**2))
""",
    "torch": """\
HIDDEN_WEIGHTS = {weights}
HIDDEN_BIASES = {biases}
OUTPUT_WEIGHTS = {outputs}
OUTPUT_BIAS = {bias!r}


def network(x, y):
    z = torch.stack([x, y], dim=-1) @ x.new_tensor(HIDDEN_WEIGHTS).T + x.new_tensor(HIDDEN_BIASES)
    return phi(z) @ x.new_tensor(OUTPUT_WEIGHTS) + OUTPUT_BIAS


sides = [torch.linspace(*side, {side}, dtype=torch.float64) for side in ({x!r}, {y!r})]
x, y = torch.meshgrid(*sides, indexing="xy")
error = (f(x, y) - network(x, y)).abs()
largest_error, rms_error = error.max().item(), error.square().mean().sqrt().item()
""",
}

_PRINT: Final = """\
print("hidden units", len(HIDDEN_BIASES))
print("largest error at the points", largest_error, "root mean square error", rms_error)
"""


def ridges_code(function: Expression, box: Box, network: ShallowNetwork, side: int, language: Library) -> str:
    """Return source of a network with two inputs that measures its errors on a grid of ``side`` × ``side`` points."""
    body = _NETWORK[language].format(
        weights=network.hidden_weights.tolist(),
        biases=network.hidden_biases.tolist(),
        outputs=network.output_weights.tolist(),
        bias=network.output_bias,
        x=tuple(map(float, box[0])),
        y=tuple(map(float, box[1])),
        side=side,
    )
    return join_sources(
        function.code(language), activation_source(network.activation, language), body, _PRINT
    )
