"""Show one update of an optimizer in slow motion: the phases it consists of, each with its formula and its numbers.

The phases recompute what ``update`` does at once; the tests compare both with torch.optim, and the state after the
update with the optimizer's own state in torch.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from nnviz._checks import argument_error, check_one_of
from nnviz._display import displayed
from nnviz._types import Array
from nnviz.losses.surfaces import Surface
from nnviz.optimization.descent import DescentSpec, descend
from nnviz.optimization.optimizer import Arrow, Phase, step_phase
from nnviz.optimization.optimizers import METHODS, OPTIMIZERS


def one_update(
    optimizer: str,
    gradient: Array,
    state: Any,
    parameters: Array,
    learning_rate: float,
    settings: Mapping[str, float],
) -> list[Phase]:
    """Return the phases of ``OPTIMIZERS[optimizer].update(gradient, state, parameters, learning_rate, **settings)``.

    The first is the gradient, the last is the step. Words that hold for every optimizer are left to the lesson, so
    they are empty here. ValueError for an optimizer that is not in OPTIMIZERS.
    """
    check_one_of("optimizer", optimizer, OPTIMIZERS)
    rule = OPTIMIZERS[optimizer]
    complete = rule.complete(settings)
    if rule.phases is not None:
        return [_gradient(gradient), *rule.phases(gradient, state, parameters, learning_rate, complete)]
    arrived, _ = rule.update(gradient, state, parameters, learning_rate, **complete)
    return [_gradient(gradient), step_phase(r"\Delta\theta = %(move)s", {}, arrived - parameters, "")]


def _gradient(gradient: Array) -> Phase:
    return Phase(
        "Gradient",
        "",
        r"g = \nabla L(\theta) = %(g)s",
        "g = %(g)s",
        {"g": gradient},
        (Arrow("−g", -gradient, "slope"),),
    )


@displayed()
class SlowMotion(NamedTuple):
    """Hold the path so far (k + 1, d), which ends where the update begins, and the phases of that update."""

    trail: Array
    phases: list[Phase]


def slow_motion(spec: DescentSpec, surface: Surface) -> SlowMotion:
    """Return the update that follows after ``spec.steps`` steps, without noise.

    ValueError if the run has diverged by then, or its optimizer is not in OPTIMIZERS.
    """
    run = descend(replace(spec, noise=0.0, batch=0, tolerance=0.0), surface)
    if run.diverged:
        raise argument_error("steps", f"at most {len(run.points) - 1}, where the run diverges", spec.steps)
    rule, settings = METHODS[spec.optimizer], dict(spec.settings)
    state = rule.init(run.points[0])
    if spec.optimizer in OPTIMIZERS:
        for point, gradient, rate in zip(run.points, run.gradients, spec.rates.tolist(), strict=False):
            _, state = rule.update(gradient, state, point, rate, **settings)
    phases = one_update(
        spec.optimizer, run.gradients[-1], state, run.points[-1], spec.learning_rate, settings
    )
    return SlowMotion(run.points, phases)
