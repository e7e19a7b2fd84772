"""The constant of least mean loss: the statistic that a loss estimates."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.losses import LOSSES

Array = NDArray[np.float64]


def mean_losses(c: ArrayLike, y: ArrayLike, loss: str, settings: Mapping[str, float]) -> Array:
    """1/n Σ ℓ(c, yᵢ) at each constant c (m,), for numbers y (n,)."""
    constants, target = np.asarray(c, dtype=np.float64), np.asarray(y, dtype=np.float64)
    known = LOSSES[loss].complete(settings)
    return np.asarray(LOSSES[loss].formulas.value(constants[:, None], target, **known).mean(axis=1))


def best_constant(y: ArrayLike, loss: str, settings: Mapping[str, float] | None = None) -> float:
    """The constant c of least 1/n Σ ℓ(c, yᵢ) for numbers y (n,); where several share it, one of them.

    The least of 2001 values between the smallest and the largest number and the numbers themselves, then a search by
    thirds between its neighbours: for a loss that is not convex this finds the lowest of the dips that are wider than
    the grid. ValueError for a loss that is not for numbers, or no numbers.
    """
    target = np.asarray(y, dtype=np.float64)
    if loss not in LOSSES or LOSSES[loss].task != "regression":
        legal = ", ".join(name for name, known in LOSSES.items() if known.task == "regression")
        raise ValueError(f"the loss is {loss!r}; legal is one of {legal}")
    if target.ndim != 1 or target.size == 0 or not np.isfinite(target).all():
        raise ValueError(f"y must be finite numbers of shape (n,), n ≥ 1; got the shape {target.shape}")
    given = settings or {}
    grid = np.union1d(target, np.linspace(target.min(), target.max(), 2001))
    at = int(np.argmin(mean_losses(grid, target, loss, given)))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    for _ in range(100):
        thirds = np.array([2 * low + high, low + 2 * high]) / 3
        left, right = mean_losses(thirds, target, loss, given)
        low, high = (low, thirds[1]) if left <= right else (thirds[0], high)
    return float((low + high) / 2)
