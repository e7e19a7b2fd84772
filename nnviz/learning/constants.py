"""The constant of least mean loss: the statistic that a loss estimates."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning.losses import LOSSES

Array = NDArray[np.float64]


def mean_losses(c: ArrayLike, y: ArrayLike, loss: str, settings: Mapping[str, float]) -> Array:
    """1/n Σ ℓ(c, yᵢ) at each constant c (m,), for numbers y (n,)."""
    constants, target = np.asarray(c, dtype=np.float64), np.asarray(y, dtype=np.float64)
    known = LOSSES[loss].complete(settings)
    return np.asarray(LOSSES[loss].formulas.value(constants[:, None], target, **known).mean(axis=1))


class MovedConstants(NamedTuple):
    """What the best constant does while one of n numbers moves over values c (m,), evenly spaced by h.

    others: (m,) what the other numbers add to the mean loss of the constants c. one: (2m − 1,) what the moved one adds,
    where a constant is so far above it: −(m − 1) h … (m − 1) h. best: (m,) the best constant while it is at each c.
    """

    c: Array
    others: Array
    one: Array
    best: Array


def best_constant(y: ArrayLike, loss: str, settings: Mapping[str, float] | None = None) -> float:
    """The constant c of least 1/n Σ ℓ(c, yᵢ) for numbers y (n,); where several share it, one of them.

    The least of 2001 values between the smallest and the largest number and the numbers themselves, then a search by
    thirds up to the next of these values: for a loss that is not convex this finds the lowest of the dips wider than
    the grid. ValueError for a loss that is not for numbers, or no numbers.
    """
    target = np.asarray(y, dtype=np.float64)
    _check(target, loss)
    return float(_least(target[None], loss, settings or {}, 2001)[0])


def moved_constants(
    y: ArrayLike, c: ArrayLike, loss: str, settings: Mapping[str, float] | None = None
) -> MovedConstants:
    """The best constant of numbers y (n − 1,) and one more, which takes the evenly spaced values c (m,) in turn.

    As `best_constant`, on a grid of 401 values. ValueError as there, and for values c that are not evenly spaced.
    """
    others, places, given = np.asarray(y, dtype=np.float64), np.asarray(c, dtype=np.float64), settings or {}
    _check(others, loss)
    steps = np.diff(places)
    if steps.size == 0 or not np.allclose(steps, steps[0]) or steps[0] <= 0:
        raise ValueError(f"c must rise in even steps, two values or more; got {places}")
    n, m = others.size + 1, places.size
    all_numbers = np.column_stack([np.tile(others, (m, 1)), places])
    errors = steps[0] * np.arange(1 - m, m)
    return MovedConstants(
        places,
        mean_losses(places, others, loss, given) * (n - 1) / n,
        mean_losses(errors, [0.0], loss, given) / n,
        _least(all_numbers, loss, given, 401),
    )


def _check(target: Array, loss: str) -> None:
    if loss not in LOSSES or LOSSES[loss].task != "regression":
        legal = ", ".join(name for name, known in LOSSES.items() if known.task == "regression")
        raise ValueError(f"the loss is {loss!r}; legal is one of {legal}")
    if target.ndim != 1 or target.size == 0 or not np.isfinite(target).all():
        raise ValueError(f"y must be finite numbers of shape (n,), n ≥ 1; got the shape {target.shape}")


def _least(target: Array, loss: str, settings: Mapping[str, float], size: int) -> Array:
    """For each row of numbers (k, n) the constant (k,) of least mean loss, from a grid of `size` and the numbers."""
    known, rows = LOSSES[loss].complete(settings), np.arange(len(target))

    def risk(c: Array) -> Array:
        return np.asarray(LOSSES[loss].formulas.value(c[..., None], target[:, None], **known).mean(axis=-1))

    even = np.linspace(target.min(axis=1), target.max(axis=1), size, axis=-1)
    grid = np.concatenate([even, target], axis=1)
    best, wide = grid[rows, risk(grid).argmin(axis=1)], even[:, 1] - even[:, 0]
    low, high = best - wide, best + wide
    for _ in range(100):
        one, two = (2 * low + high) / 3, (low + 2 * high) / 3
        left, right = risk(np.column_stack([one, two])).T
        low, high = np.where(left <= right, low, one), np.where(left <= right, two, high)
    return np.asarray((low + high) / 2)
