"""Write source code that lets a ReLU network grow until it is within ε."""

from collections.abc import Sequence
from typing import Final

from nnviz._types import Bounds
from nnviz.expressions import Library
from nnviz.targets.convert import Target

POINTS: Final = 1001  # at which errors are measured
MANY: Final = 100  # units, from which on there are more points
MORE_POINTS: Final = 8001

_BODY: Final = {
    "numpy": """\
epsilon = {epsilon!r}
x = np.linspace({low!r}, {high!r}, {points})


def network(x, units):
    knots = np.linspace({low!r}, {high!r}, units + 1)
    values = f(knots)
    output_weights = np.diff(np.diff(values) / np.diff(knots), prepend=0.0)
    return values[0] + np.maximum(0, x[:, None] - knots[:-1]) @ output_weights


errors = {{units: float(np.abs(f(x) - network(x, units)).max()) for units in {widths}}}
""",
    "torch": """\
epsilon = {epsilon!r}
x = torch.linspace({low!r}, {high!r}, {points}, dtype=torch.float64)


def network(x, units):
    knots = torch.linspace({low!r}, {high!r}, units + 1, dtype=torch.float64)
    values = f(knots)
    slopes = values.diff() / knots.diff()
    output_weights = slopes.diff(prepend=slopes.new_zeros(1))
    return values[0] + torch.relu(x[:, None] - knots[:-1]) @ output_weights


errors = {{units: (f(x) - network(x, units)).abs().max().item() for units in {widths}}}
""",
}

_PRINT: Final = """\
enough = next((units for units, error in errors.items() if error <= epsilon), None)
print("hidden units that are enough:", enough)
"""


def growing_code(
    target: Target, interval: Bounds, epsilon: float, widths: Sequence[int], language: Library
) -> str:
    """Return source that leaves the ``errors`` of networks with ``widths``, and the first that is ``enough`` for ε."""
    low, high = map(float, interval)
    units = f"range({widths[0]}, {widths[-1] + 1})" if len(widths) == widths[-1] else repr(tuple(widths))
    points = POINTS if widths[-1] < MANY else MORE_POINTS
    body = _BODY[language].format(low=low, high=high, epsilon=float(epsilon), points=points, widths=units)
    return "\n\n".join([target.code(language), body, _PRINT])
