"""Write the race as a program: the runs, and the numbers of the table on the screen."""

from collections.abc import Sequence
from typing import Final

from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.shared.code import loss_at, runs_code
from nnviz.optimization import DescentSpec
from nnviz.optimization.formula_surface import SurfaceSpec

_END: Final = """\
for name, path in paths.items():
    print(name, "updates", len(path) - 1, "point", path[-1], "loss", {loss})"""


def race_code(surface_spec: SurfaceSpec, specs: Sequence[DescentSpec], language: Library) -> str:
    """Return source in "numpy" or "torch" that prints how each run ends; ``paths`` holds the points (k + 1, 2).

    ValueError without an optimizer, and for another language.
    """
    return runs_code(surface_spec, specs, language, _END.format(loss=loss_at("path[-1]", language)))
