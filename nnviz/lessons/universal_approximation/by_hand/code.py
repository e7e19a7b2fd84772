"""Write source code of the network of straight pieces."""

from typing import Final

from nnviz._types import Array, Bounds
from nnviz.expressions import Library
from nnviz.lessons.universal_approximation.shared.code import POINTS, join_sources
from nnviz.targets.convert import Target

_BODY: Final = {
    "numpy": """\
import numpy as np

heights = np.array({heights})
knots = np.linspace({low!r}, {high!r}, len(heights))
slopes = np.diff(heights) / np.diff(knots)
output_weights = np.diff(slopes, prepend=0.0)  # the change of slope at each knot but the last


def network(x):
    return heights[0] + np.maximum(0, np.asarray(x)[..., None] - knots[:-1]) @ output_weights


x = np.linspace({low!r}, {high!r}, {points})
known = np.isfinite(f(x))
largest_error = np.abs(f(x[known]) - network(x[known])).max()
""",
    "torch": """\
import torch

heights = torch.tensor({heights}, dtype=torch.float64)
knots = torch.linspace({low!r}, {high!r}, len(heights), dtype=torch.float64)
slopes = heights.diff() / knots.diff()
output_weights = slopes.diff(prepend=slopes.new_zeros(1))  # the change of slope at each knot but the last


def network(x):
    return heights[0] + torch.relu(x[..., None] - knots[:-1]) @ output_weights


x = {low!r} + torch.arange({points}, dtype=torch.float64) * (({high!r} - {low!r}) / ({points} - 1))
x = x[torch.isfinite(f(x))]
largest_error = (f(x) - network(x)).abs().max().item()
""",
}

_PRINT: Final = 'print("ReLU units", len(output_weights), "largest error at the points", largest_error)\n'


def pieces_code(target: Target, interval: Bounds, heights: Array, language: Library) -> str:
    """Return source of the ReLU network through ``heights`` (n,) that prints its ``largest_error``."""
    low, high = map(float, interval)
    body = _BODY[language].format(heights=heights.tolist(), low=low, high=high, points=POINTS)
    return join_sources(target.code(language), body, _PRINT)
