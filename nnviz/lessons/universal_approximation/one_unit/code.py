"""Write source code of one hidden unit."""

from typing import Final

from nnviz.expressions import Library
from nnviz.lessons.universal_approximation.shared.code import join_sources, network_source
from nnviz.networks import ShallowNetwork

_PLACE: Final = """\
place = -HIDDEN_BIASES[0] / HIDDEN_WEIGHTS[0] if HIDDEN_WEIGHTS[0] else None
print("the step is at x =", place)
"""


def unit_code(unit: ShallowNetwork, language: Library) -> str:
    """Return source that defines a unit as ``network(x)`` and prints the ``place`` where its input is zero."""
    return join_sources(network_source(unit, language), _PLACE)
