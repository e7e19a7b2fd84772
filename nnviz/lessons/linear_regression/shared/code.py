"""Hold what the exported source of several chapters is written from."""

from collections.abc import Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """Gradient descent on the mean squared error.

    start: the parameters before the first update, the bias last. batch_size: 0 for a full batch. seed: fixes the
    order of the points in each epoch; a full batch does not use it.
    """

    start: Sequence[float]
    learning_rate: float
    updates: int
    batch_size: int = 0
    seed: int = 0
