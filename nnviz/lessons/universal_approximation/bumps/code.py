"""Write source code of a step, a bump, and a sum of them that follows a target function."""

from typing import Final

from nnviz._types import Bounds
from nnviz.expressions import Library
from nnviz.lessons.universal_approximation.shared.code import POINTS, join_sources, network_source
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target

_PLACES: Final = """\
places = [-b / w for w, b in zip(HIDDEN_WEIGHTS, HIDDEN_BIASES)]
print("the steps are at x =", places)
"""

_CELLS: Final = {
    "numpy": """\
a, b, cells, steepness = {low!r}, {high!r}, {cells}, {steepness!r}
h = (b - a) / cells
borders = np.linspace(a, b, cells + 1)
heights = f((borders[:-1] + borders[1:]) / 2)


def step(x, place):
    return (1 + np.tanh(steepness * (np.asarray(x)[..., None] - place) / (2 * h))) / 2  # the sigmoid
""",
    "torch": """\
a, b, cells, steepness = {low!r}, {high!r}, {cells}, {steepness!r}
h = (b - a) / cells
borders = torch.linspace(a, b, cells + 1, dtype=torch.float64)
heights = f((borders[:-1] + borders[1:]) / 2)


def step(x, place):
    return torch.sigmoid(steepness * (x[..., None] - place) / h)
""",
}

_BUMPS: Final = {
    "numpy": """\
up, down = borders[:-1].copy(), borders[1:].copy()
up[0], down[-1] = a - h, b + h  # the outer edges lie a cell outside K
units = 2 * cells


def network(x):
    return (step(x, up) - step(x, down)) @ heights
""",
    "torch": """\
up, down = borders[:-1].clone(), borders[1:].clone()
up[0], down[-1] = a - h, b + h  # the outer edges lie a cell outside K
units = 2 * cells


def network(x):
    return (step(x, up) - step(x, down)) @ heights
""",
}

_STEPS: Final = """\
units = cells - 1


def network(x):
    return heights[0] + step(x, borders[1:-1]) @ (heights[1:] - heights[:-1])
"""

_ERROR: Final = {
    "numpy": """\
x = np.linspace(a, b, {points})
known = np.isfinite(f(x))
largest_error = np.abs(f(x[known]) - network(x[known])).max()
""",
    "torch": """\
x = a + torch.arange({points}, dtype=torch.float64) * ((b - a) / ({points} - 1))
x = x[torch.isfinite(f(x))]
largest_error = (f(x) - network(x)).abs().max().item()
""",
}

_PRINT: Final = 'print("hidden units", units, "largest error at the points", largest_error)\n'


def piece_code(piece: ShallowNetwork, language: Library) -> str:
    """Return source that defines a step or a bump as ``network(x)``, and prints the ``places`` of its steps."""
    return join_sources(network_source(piece, language), _PLACES)


def cells_code(
    target: Target, interval: Bounds, cells: int, steepness: float, language: Library, *, bumps: bool
) -> str:
    """Return source that builds the network from equal cells, and prints its ``units`` and ``largest_error``."""
    low, high = map(float, interval)
    built = _CELLS[language].format(low=low, high=high, cells=cells, steepness=float(steepness))
    network = _BUMPS[language] if bumps else _STEPS
    return join_sources(target.code(language), built, network, _ERROR[language].format(points=POINTS), _PRINT)
