"""Draw the player of a race."""

import numpy as np

from nnviz.lessons.gradient_descent.shared import text
from nnviz.lessons.gradient_descent.shared.chart import FRAME
from nnviz.lessons.gradient_descent.shared.view import RaceResult, label_runs
from nnviz.web.frame_steps import frame_steps
from nnviz.web.live import PlayerOptions, draw_player


def draw_race_player(result: RaceResult, update: int | None = None) -> None:
    """Draw the player of a race. update: a new race is shown there; at its end by default."""
    steps, runs = frame_steps(result.race.updates), label_runs(result.runs)
    losses = ", ".join(text.final_loss(label, float(run.values[-1])) for label, run in runs.items())
    begin = None if update is None else int(np.searchsorted(steps, update))
    run = f"{result.race.chosen.spec} {result.race.updates} {list(result.runs)}"
    draw_player(FRAME, steps, run=run, options=PlayerOptions(text.UPDATE, begin, outcome=losses))
