"""All optimizers on a surface, 500 steps each, beside the same first-order optimizers by torch.optim and autograd.

Run with ``python -m benchmarks.descent``; exit code 1 if a bar is missed. Times are the least of several rounds, in
which the sides take turns. The peer runs with one thread, in float64, on the same surface from the same start.
"""

import sys
from collections.abc import Callable
from time import perf_counter

import torch

from nnviz.losses import Surface
from nnviz.optimization import (
    METHODS,
    OPTIMIZERS,
    SECOND_ORDER,
    SURFACES,
    DescentSpec,
    race,
    suggested_learning_rate,
)
from nnviz.optimization.formula_surface import SurfaceSpec, surface_of

STEPS, ROUNDS, BAR = 500, 5, 100.0
AT_REST = 1e-7  # the slope at which the page lets a second-order method stop
TORCH: dict[str, Callable[..., torch.Tensor]] = {
    "ravine": lambda x, y: (x**2 + 25 * y**2) / 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
}
RULES: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "gradient_descent": torch.optim.SGD,
    "momentum": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9),
    "nesterov": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def ours(surface: Surface, specs: list[DescentSpec]) -> float:
    """Return the milliseconds of the runs side by side."""
    begin = perf_counter()
    race(specs, surface)
    return 1e3 * (perf_counter() - begin)


def theirs(function: Callable[..., torch.Tensor], specs: list[DescentSpec]) -> float:
    """Return the milliseconds of the same first-order runs in torch."""
    begin = perf_counter()
    for spec in specs:
        p = torch.tensor(spec.start, dtype=torch.float64, requires_grad=True)
        optimizer = RULES[spec.optimizer]([p], lr=spec.learning_rate)
        for _ in range(STEPS):
            optimizer.zero_grad()
            function(p[0], p[1]).backward()
            optimizer.step()
    return 1e3 * (perf_counter() - begin)


def all_specs(surface: Surface) -> list[DescentSpec]:
    """Return a run of every method, with the learning rate that the page suggests."""
    return [
        DescentSpec(
            "own", name, suggested_learning_rate(surface, method), surface.start, STEPS,
            tolerance=AT_REST if name in SECOND_ORDER else 0.0,
        )
        for name, method in METHODS.items()
    ]  # fmt: skip


def main() -> int:
    """Print the table; 1 if a bar is missed."""
    torch.set_num_threads(1)
    typed = SurfaceSpec("typed", formula="sin(3x) cos(2y) + (x^2 + y^2)/4")
    surfaces = {**SURFACES, "typed": surface_of(typed)}
    print(
        "| surface | all methods, ms | first-order, ms | torch.optim, ms | ratio | bar |\n|---|---|---|---|---|---|"
    )
    met = True
    for name, surface in surfaces.items():
        everyone = all_specs(surface)
        first = [spec for spec in everyone if spec.optimizer in OPTIMIZERS]
        rounds = [
            (
                ours(surface, everyone),
                ours(surface, first),
                theirs(TORCH[name], first) if name in TORCH else 0.0,
            )
            for _ in range(ROUNDS)
        ]
        every, some, peer = map(min, zip(*rounds, strict=True))
        met &= every <= BAR
        beside = f"{peer:.0f} | {peer / some:.0f}×" if peer else "– | –"
        print(
            f"| {name} | {every:.0f} | {some:.0f} | {beside} | ≤ {BAR:g}{'' if every <= BAR else ' MISSED'} |"
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
