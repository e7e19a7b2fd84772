"""Fit a linear logit on powers of two features by Adam."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import check_one_of
from nnviz._display import displayed
from nnviz._types import Array, Settings
from nnviz.losses.losses import LOSSES
from nnviz.optimization.descent import DescentSpec, descend
from nnviz.regression.classification import LinearLogit, mean_loss_surface, monomials


@displayed()
class LogitRun(NamedTuple):
    """Hold the model after the last finite step, and the mean loss before each step and after the last, (k + 1,)."""

    model: LinearLogit
    losses: Array
    diverged: bool


@dataclass(frozen=True)
class LogitSpec:
    """Describe a logistic regression on powers up to ``degree``: its loss, and the steps of Adam from θ = 0."""

    degree: int = 1
    loss: str = "cross_entropy"
    loss_settings: Settings = ()
    learning_rate: float = 0.05
    steps: int = 500

    def __post_init__(self) -> None:
        check_one_of("loss", self.loss, LOSSES.where(lambda loss: loss.task == "binary"))
        monomials(np.zeros((1, 2)), self.degree)
        DescentSpec("own", "adam", self.learning_rate, (0.0,), self.steps)


def fit_logit(spec: LogitSpec, x: ArrayLike, y: ArrayLike) -> LogitRun:
    """Descend on the mean loss of points x (n, 2) with classes y (n,); the features are first brought into [−1, 1]."""
    points, loss = np.asarray(x, dtype=np.float64), LOSSES[spec.loss]
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    half = np.maximum((points.max(axis=0) - points.min(axis=0)) / 2, np.finfo(np.float64).tiny)
    features = monomials((points - middle) / half, spec.degree)
    surface = mean_loss_surface(features, y, loss, dict(spec.loss_settings))
    start = (0.0,) * features.shape[1]
    run = descend(DescentSpec("own", "adam", spec.learning_rate, start, spec.steps), surface)
    return LogitRun(LinearLogit(middle, half, spec.degree, run.points[-1]), run.values, run.diverged)
