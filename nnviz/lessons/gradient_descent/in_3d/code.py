"""Write the surface in three dimensions as a program: the runs on it, and its heights on the grid of the chart."""

from collections.abc import Sequence
from typing import Final

from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.shared.code import loss_at, runs_code
from nnviz.optimization import DescentSpec
from nnviz.optimization.formula_surface import SurfaceSpec, surface_of

SIDE = 81
"""The number of grid points on each side of the surface."""

_END: Final = """\
across, up = np.linspace(*{domain[0]}, {side}), np.linspace(*{domain[1]}, {side})
heights = np.array([[{grid} for x in across] for y in up])  # y down the rows
print("heights from", np.nanmin(heights), "to", np.nanmax(heights))
for name, path in paths.items():
    print(name, "ends at height", {loss})"""


def surface_code(surface_spec: SurfaceSpec, specs: Sequence[DescentSpec], language: Library) -> str:
    """Return source in "numpy" or "torch" that leaves ``heights`` (81, 81) and ``paths``, label -> points (k + 1, 2).

    ValueError without an optimizer, and for another language.
    """
    end = _END.format(
        domain=surface_of(surface_spec).domain,
        side=SIDE,
        grid=loss_at("(x, y)", language),
        loss=loss_at("path[-1]", language),
    )
    return runs_code(surface_spec, specs, language, end)
