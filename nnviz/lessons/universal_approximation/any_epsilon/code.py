"""Write source code of the network that is within ε, and of its measured error."""

from typing import Final

from nnviz._types import Bounds
from nnviz.expressions import Library
from nnviz.lessons.universal_approximation.shared.code import comparison_code
from nnviz.networks import ShallowNetwork
from nnviz.targets.convert import Target

POINTS: Final = 4001

_WITHIN: Final = """\
epsilon = {epsilon!r}
print("within epsilon at these points:", bool(largest_error < epsilon))
"""


def within_code(
    target: Target, interval: Bounds, network: ShallowNetwork, epsilon: float, language: Library
) -> str:
    """Return source that measures the error of ``network`` at 4001 points and compares it with ε."""
    compared = comparison_code(target, interval, network, language, POINTS)
    return compared + _WITHIN.format(epsilon=float(epsilon))
