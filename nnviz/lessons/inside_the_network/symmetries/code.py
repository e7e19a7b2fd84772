"""Write source that measures the difference of two networks."""

from typing import Final

from nnviz.expressions import Library
from nnviz.lessons.inside_the_network.shared.code import write_activation, write_parameters
from nnviz.networks import ShallowNetwork

_BODIES: Final = {
    "numpy": """\
def network(x, w, b, v, c):
    return phi(np.multiply.outer(x, w) + b) @ v + c


x = np.linspace({low!r}, {high!r}, 2001)
difference = float(np.abs(network(x, *after) - network(x, *before)).max())
print("largest difference", difference)
""",
    "torch": """\
def network(x, w, b, v, c):
    return phi(x[:, None] * w + b) @ v + c


x = torch.linspace({low!r}, {high!r}, 2001, dtype=torch.float64)
difference = (network(x, *after) - network(x, *before)).abs().max().item()
print("largest difference", difference)
""",
}


def difference_code(
    before: ShallowNetwork, after: ShallowNetwork, interval: tuple[float, float], language: Library
) -> str:
    """Return source that measures the largest difference of two networks on an interval; "numpy" or "torch"."""
    networks = (
        f"{name} = {write_parameters(each, language)}"
        for name, each in [("before", before), ("after", after)]
    )
    body = _BODIES[language].format(low=interval[0], high=interval[1])
    return "\n".join([write_activation(before.activation, language), "", *networks, "", "", body])
