"""Write one update as a program: the run up to it, the memory of the optimizer, and the step."""

from dataclasses import replace
from typing import Final

from nnviz.expressions import Library
from nnviz.lessons.gradient_descent.shared.code import loss_at, memory_names, runs_code
from nnviz.optimization import DescentSpec
from nnviz.optimization.formula_surface import SurfaceSpec

_END: Final = """\
print("gradient", {gradient})
{memory}print("step", path[-1] - path[-2])
print("loss", {before}, "->", {after})"""
_TORCH_MEMORY: Final = """\
for name, value in optimizer.state[p].items():
    print(name, value)
"""


def update_code(surface_spec: SurfaceSpec, spec: DescentSpec, language: Library) -> str:
    """Return source in "numpy" or "torch" that makes ``spec.steps`` updates and one more, and prints what it does.

    It leaves ``path`` (k + 2, 2), whose last two points are the update. ValueError for another language.
    """
    memory = _TORCH_MEMORY
    if language == "numpy":
        memory = "".join(f'print("{name}", {name})\n' for name in memory_names(spec.optimizer))
    end = _END.format(
        gradient="g" if language == "numpy" else "p.grad.numpy()",
        memory=memory,
        before=loss_at("path[-2]", language),
        after=loss_at("path[-1]", language),
    )
    whole = replace(spec, steps=spec.steps + 1, noise=0.0, batch=0, tolerance=0.0)
    return runs_code(surface_spec, [whole], language, end)
