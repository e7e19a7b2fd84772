"""Estimate, before a training begins, how long it takes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from nnviz._clock import processor_time
from nnviz._types import Array
from nnviz.networks.batched_training import train_seeds
from nnviz.networks.training import TrainingSpec, train


class TimeSettings(NamedTuple):
    """The numbers that tune the estimate."""

    many_updates: int = 3000  # fewer never take long
    tried_updates: int = 30  # that are timed


SETTINGS: Final = TimeSettings()


def estimate_seconds(spec: TrainingSpec, x: Array, y: Array) -> float | None:
    """Return the estimated processor time of a training if it exceeds ``spec.seconds``; None if it does not.

    The first updates are made, and timed. x, y: as for ``train``, which says what is wrong with them.
    """
    if spec.steps < SETTINGS.many_updates:
        return None
    began = processor_time()
    tried = train(replace(spec, steps=SETTINGS.tried_updates, frames=3), x, y)
    seconds = (processor_time() - began) * spec.steps / SETTINGS.tried_updates
    return seconds if seconds > spec.seconds and tried.ended == "steps" else None


def estimate_all_seconds(specs: Sequence[TrainingSpec], seeds: int, x: Array, y: Array) -> float:
    """Return the estimated processor time of training ``seeds`` networks of each spec.

    The first updates are made, and timed. x, y: as for ``train_seeds``, which says what is wrong with them.
    """
    total = 0.0
    for spec in specs:
        began = processor_time()
        train_seeds(replace(spec, steps=SETTINGS.tried_updates), range(seeds), x, y)
        total += (processor_time() - began) * spec.steps / SETTINGS.tried_updates
    return total
