"""Draw the player of a race, which begins where the first optimizer converges."""

from typing import NamedTuple

import numpy as np

from nnviz.lessons.gradient_descent.shared import text
from nnviz.lessons.gradient_descent.shared.chart import FRAME
from nnviz.lessons.gradient_descent.shared.view import RaceResult, label_runs
from nnviz.optimization import METHODS, verdict
from nnviz.web.frame_steps import frame_steps
from nnviz.web.live import PlayerOptions, draw_player


class Arrival(NamedTuple):
    """The optimizer that converges first, and the update from which on it stays at the minimum."""

    label: str
    update: int


def find_first(result: RaceResult) -> Arrival | None:
    """Return which optimizer converges first, and when; None if none does, or if the gradient is noisy."""
    race = result.race
    if any(spec.noise or spec.batch for spec in race.specs.values()):
        return None
    ends = {
        METHODS[name].label: verdict(run, race.chosen.surface).arrived for name, run in result.runs.items()
    }
    arrivals = [Arrival(label, update) for label, update in ends.items() if update]
    return min(arrivals, key=lambda arrival: arrival.update, default=None)


def draw_race_player(result: RaceResult, begin_at: int = 0) -> None:
    """Draw the player of a race; a new race is shown where the first optimizer converges, else at its end.

    begin_at: the update where it is shown instead, if that is not 0; no update up to this one is left out.
    """
    steps, runs, first = frame_steps(result.race.updates), label_runs(result.runs), find_first(result)
    if begin_at:
        steps = sorted({*range(min(begin_at, result.race.updates) + 1), *steps})
        first = Arrival("", steps[min(begin_at, len(steps) - 1)])
    losses = ", ".join(text.final_loss(label, float(run.values[-1])) for label, run in runs.items())
    begin = None if first is None else int(np.searchsorted(steps, first.update))
    run = f"{result.race.chosen.spec} {result.race.updates} {list(result.runs)}"
    draw_player(FRAME, steps, run=run, options=PlayerOptions(text.UPDATE, begin, outcome=losses))
